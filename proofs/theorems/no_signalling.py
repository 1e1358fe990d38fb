"""No-signalling: what is measured on A does not show in B, whatever B does; a cloner at B would break it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from noclone.proofs.theorems.devices import Channel, channel_of
from noclone.proofs.theorems.exact import basis, column, is_equal, is_zero, partial_trace, require_units, tensor
from noclone.proofs.theorems.theorem import Computed, Conclusion, Counterexample, Example, Hypothesis, Line, Theorem

__all__ = ["NO_SIGNALLING", "Experiment"]

ZERO, ONE = basis(2, 0), basis(2, 1)
PLUS, MINUS = column(1, 1) / sympy.sqrt(2), column(1, -1) / sympy.sqrt(2)
BELL = column(1, 0, 0, 1) / sympy.sqrt(2)
TILTED = column(3, 0, 0, 4) / 5
CNOT = sympy.Matrix([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]])
SIZES = sympy.symbols("dA dB", integer=True, positive=True)
AMPLITUDES = sympy.MatrixSymbol("M", *SIZES)
FIRST, SECOND = sympy.MatrixSymbol("m1", SIZES[0], SIZES[0]), sympy.MatrixSymbol("m2", SIZES[0], SIZES[0])


@dataclass(frozen=True)
class Experiment:
    """A ket of two qubits A ⊗ B, two settings at A (each a list of Kraus operators on A ⊗ B), and B's device.

    Raises ValueError unless the ket has norm 1.
    """

    state: Any
    settings: tuple[tuple[Any, ...], tuple[Any, ...]]
    device: Channel

    def __post_init__(self) -> None:
        require_units(self.state)

    def received(self, setting: int) -> Any:
        """What B's device gives on the average over the outcomes at A, scaled to the outcomes that are kept."""
        states = [
            partial_trace(operator * self.state * self.state.H * operator.H, (2, 2), (1,))
            for operator in self.settings[setting]
        ]
        kept = [state for state in states if not is_zero(state.trace())]
        given = [self.device.apply(state / state.trace()) * state.trace() for state in kept]
        total = sum((state.trace() for state in kept), sympy.S.Zero)
        return sum(given[1:], given[0]) / total


def _measured(*kets: Any) -> tuple[Any, ...]:
    """The projectors onto kets of A, on A ⊗ B."""
    return tuple(tensor(ket * ket.H, sympy.eye(2)) for ket in kets)


def _is_local(operator: Any) -> bool:
    """Whether an operator on A ⊗ B is m ⊗ 1."""
    return is_equal(operator, tensor(partial_trace(operator, (2, 2), (0,)) / 2, sympy.eye(2)))


def _is_complete(operators: tuple[Any, ...]) -> bool:
    """Whether Σ K†K = 1."""
    products = [operator.H * operator for operator in operators]
    return is_equal(sum(products[1:], products[0]), sympy.eye(products[0].rows))


def _as_matrices() -> Computed:
    """The amplitudes of (m ⊗ 1)|Ψ⟩ as a matrix, for generic m and Ψ of two qubits."""
    operator = sympy.Matrix(2, 2, sympy.symbols("m0:4", complex=True))
    amplitudes = sympy.Matrix(2, 2, sympy.symbols("M0:4", complex=True))
    return Computed((tensor(operator, sympy.eye(2)) * column(*amplitudes)).reshape(2, 2), operator * amplitudes)


def _as_state() -> Computed:
    """B's state, transposed, for generic amplitudes M of two qubits."""
    amplitudes = sympy.Matrix(2, 2, sympy.symbols("M0:4", complex=True))
    ket = column(*amplitudes)
    return Computed(partial_trace(ket * ket.H, (2, 2), (1,)).T, amplitudes.H * amplitudes)


def _one_outcome() -> Computed:
    """(m M)†(m M) = M†(m†m)M, in any dimensions."""
    moved = FIRST * AMPLITUDES
    return Computed(moved.adjoint() * moved, AMPLITUDES.adjoint() * (FIRST.adjoint() * FIRST) * AMPLITUDES)


def _all_outcomes() -> Computed:
    """M†(m1†m1 + m2†m2)M = M†M where m2†m2 = 1 − m1†m1, in any dimensions."""
    one, two = FIRST.adjoint() * FIRST, SECOND.adjoint() * SECOND
    total = AMPLITUDES.adjoint() * one * AMPLITUDES + AMPLITUDES.adjoint() * two * AMPLITUDES
    complete = total.subs(two, sympy.Identity(SIZES[0]) - one)
    return Computed(complete, AMPLITUDES.adjoint() * AMPLITUDES)


def _by_linearity() -> Computed:
    """Σ p f(ρ/p) = f(Σ ρ), entry by entry of the input, for any linear f of a 2×2 matrix."""
    coefficients = sympy.symbols("f0:4", complex=True)
    states = [sympy.Matrix(2, 2, sympy.symbols(f"{name}0:4", complex=True)) for name in ("ρ", "τ")]
    chances = sympy.symbols("p q", positive=True)

    def image(operator: Any) -> Any:
        return sum((factor * entry for factor, entry in zip(coefficients, operator, strict=True)), sympy.S.Zero)

    average = sum(chance * image(state / chance) for chance, state in zip(chances, states, strict=True))
    return Computed(sympy.expand(average), sympy.expand(image(states[0] + states[1])))


BOTH_BASES = (_measured(ZERO, ONE), _measured(PLUS, MINUS))
IDENTITY = channel_of(sympy.eye(2))

NO_SIGNALLING: Theorem[Experiment] = Theorem(
    name="no-signalling",
    title="No-signalling",
    statement=(
        "Whatever is done and measured on A alone, and whatever linear device B then uses, B's average state is the same for every "
        "choice at A, as long as no outcome is dropped."
    ),
    generality="A and B of symbolic dimensions, for settings of two outcomes; the translation to matrices (lines 1, 2, 5) for qubits",
    hypotheses=(
        Hypothesis(
            "local",
            "A's operators act on A alone: m ⊗ 1",
            lambda it: all(map(_is_local, (*it.settings[0], *it.settings[1]))),
        ),
        Hypothesis("complete", "no outcome is dropped: Σ m†m = 1", lambda it: all(map(_is_complete, it.settings))),
        Hypothesis("linear", "B's device is linear in density operators", lambda it: it.device.is_linear()),
    ),
    conclusion=Conclusion(
        "B's average state is the same for both settings", lambda it: is_equal(it.received(0), it.received(1))
    ),
    proof=(
        Line(
            "Write Ψ = Σ M_ij |i⟩_A|j⟩_B. An operator m ⊗ 1 takes M to mM",
            _as_matrices,
            ("local",),
            latex=r"(m\otimes 1)|M\rangle = |mM\rangle",
        ),
        Line(
            "B's state, transposed, is M†M",
            _as_state,
            latex=r"(\operatorname{tr}_A|M\rangle\langle M|)^T = M^\dagger M",
        ),
        Line("So the outcome m leaves B, times its probability, M†(m†m)M (any dimensions)", _one_outcome, ("local",)),
        Line(
            "Summed over the outcomes, with m1†m1 + m2†m2 = 1, that is M†M, whatever was measured (any dimensions)",
            _all_outcomes,
            ("complete",),
        ),
        Line(
            "A linear device f makes Σ p f(ρ/p) = f(Σ ρ) of it: the same for every choice at A",
            _by_linearity,
            ("linear",),
            latex=r"\textstyle\sum_k p_k f(\rho_k/p_k) = f(\sum_k \rho_k)",
        ),
    ),
    examples=(
        Example("a Bell pair, A measures Z or X, B looks", Experiment(BELL, BOTH_BASES, IDENTITY)),
        Example(
            "(3|00⟩ + 4|11⟩)/5, A measures Z or X, B measures Z",
            Experiment(TILTED, BOTH_BASES, channel_of(ZERO * ZERO.T, ONE * ONE.T)),
        ),
    ),
    counterexamples=(
        Counterexample(
            "local",
            "for the second setting A's operation is a CNOT that reaches B",
            Experiment(TILTED, (_measured(ZERO, ONE), (CNOT,)), IDENTITY),
        ),
        Counterexample(
            "complete",
            "for the second setting only the outcome |0⟩ is kept: post-selection",
            Experiment(BELL, (_measured(ZERO, ONE), _measured(ZERO)), IDENTITY),
        ),
        Counterexample(
            "linear",
            "B clones, ρ ↦ ρ⊗ρ (Herbert's FLASH): ½(|00⟩⟨00| + |11⟩⟨11|) is not ½(|++⟩⟨++| + |−−⟩⟨−−|)",
            Experiment(BELL, BOTH_BASES, Channel(2, lambda operator: tensor(operator, operator))),
        ),
    ),
    references=(
        "G. C. Ghirardi, A. Rimini and T. Weber, Lett. Nuovo Cimento 27, 293 (1980)",
        "N. Herbert, Found. Phys. 12, 1171 (1982), the proposal that clones",
        "N. Gisin, Phys. Lett. A 143, 1 (1990), on devices that are not linear",
    ),
)
