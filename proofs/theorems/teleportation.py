"""Teleportation moves a state: it consumes its pair, and what stays behind knows nothing of the state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from noclone.proofs.theorems.complementarity import PAULIS
from noclone.proofs.theorems.exact import basis, column, generic, is_equal, is_zero, squared_norm, tensor
from noclone.proofs.theorems.formal import FormalKet, formal_inner, named
from noclone.proofs.theorems.one_time_pad import WEYL
from noclone.proofs.theorems.theorem import Computed, Conclusion, Counterexample, Example, Hypothesis, Line, Theorem

__all__ = ["TELEPORTATION", "Teleporter", "pair_of"]

SIZE = sympy.Symbol("d", integer=True, positive=True)
UNIT = sympy.MatrixSymbol("U", SIZE, SIZE)
STATE = sympy.MatrixSymbol("ψ", SIZE, 1)


@dataclass(frozen=True)
class Teleporter:
    """The shared ket on A′ ⊗ B, the kets on A ⊗ A′ that Alice's measurement tells apart, and B's correction for each."""

    pair: Any
    measurement: tuple[Any, ...]
    corrections: tuple[Any, ...]

    @property
    def dimension(self) -> int:
        """The dimension d of what is teleported."""
        return int(self.corrections[0].rows)

    def operator(self, number: int) -> Any:
        """U_k with Φ_k = (U_k ⊗ 1)Φ."""
        size = self.dimension
        return sympy.ImmutableMatrix(size, size, list(self.measurement[number] * sympy.sqrt(size)))

    def final(self, ket: Any) -> Any:
        """Σ_k |k⟩ ⊗ Φ_k ⊗ C_k⟨Φ_k|(ψ ⊗ pair): the outcome's record, A and A′, then B."""
        size, number = self.dimension, len(self.measurement)
        total = sympy.zeros(number * size**3, 1)
        for k, (found, correction) in enumerate(zip(self.measurement, self.corrections, strict=True)):
            at_b = correction * tensor(found.H, sympy.eye(size)) * tensor(ket, self.pair)
            total += tensor(basis(number, k), found, at_b)
        return total


def pair_of(operator: Any) -> Any:
    """(U ⊗ 1)Φ = Σ_ij U_ij |ij⟩/√d."""
    return column(*operator) / sympy.sqrt(operator.rows)


def _teleports(it: Teleporter) -> bool:
    """Whether the final ket is χ ⊗ ψ for a generic ψ, with χ of norm 1 and the same for every ψ."""
    size = it.dimension
    at_zero = it.final(basis(size, 0))
    fixed = tensor(sympy.eye(at_zero.rows // size), basis(size, 0).T) * at_zero
    ket = generic(size, "x")
    return is_equal(it.final(ket), tensor(fixed, ket)) and is_zero(squared_norm(fixed) - 1)


def _is_entangled_basis(it: Teleporter) -> bool:
    """Whether the Φ_k are orthonormal and every U_k is unitary."""
    joint = sympy.Matrix.hstack(*it.measurement)
    operators = [it.operator(number) for number in range(len(it.measurement))]
    return is_equal(joint.H * joint, sympy.eye(joint.cols)) and all(
        is_equal(one.H * one, sympy.eye(it.dimension)) for one in operators
    )


def _is_complete(it: Teleporter) -> bool:
    """Whether there is an outcome for every dimension of A ⊗ A′."""
    return len(it.measurement) == it.dimension**2


def _is_corrected(it: Teleporter) -> bool:
    """Whether C_k = U_k."""
    return all(is_equal(one, it.operator(number)) for number, one in enumerate(it.corrections))


def _projected() -> Computed:
    """⟨Φ_U|_{AA′}(|ψ⟩_A|Φ⟩_{A′B}) for a generic U of a qubit."""
    operator = sympy.Matrix(2, 2, list(generic(4, "U")))
    ket = generic(2, "ψ")
    found = tensor(pair_of(operator).H, sympy.eye(2)) * tensor(ket, pair_of(sympy.eye(2)))
    return Computed(found.applyfunc(sympy.expand), (operator.H * ket / 2).applyfunc(sympy.expand))


def _chance() -> Computed:
    """‖U†ψ/d‖² for UU† = 1, in a symbolic dimension."""
    at_b = UNIT.adjoint() * STATE / SIZE
    squared = (at_b.adjoint() * at_b).doit().subs(UNIT * UNIT.adjoint(), sympy.Identity(SIZE)).doit()
    return Computed(squared, STATE.adjoint() * STATE / SIZE**2)


def _corrected() -> Computed:
    """U(U†ψ)/d for UU† = 1, in a symbolic dimension."""
    found = (UNIT * UNIT.adjoint() * STATE / SIZE).doit().subs(UNIT * UNIT.adjoint(), sympy.Identity(SIZE)).doit()
    return Computed(found, STATE / SIZE)


def _final_norm() -> Computed:
    """‖Σ_k |k⟩|Φ_k⟩/d‖² for d = 2, with the Φ_k as unit kets and the records orthonormal."""
    fixed = FormalKet(())
    for k in range(4):
        fixed += named(f"{k}", f"Φ{k}").times(sympy.Rational(1, 2))
    gram = {(f"Φ{j}", f"Φ{k}"): sympy.Symbol(f"⟨Φ{j}|Φ{k}⟩", complex=True) for j in range(4) for k in range(j)}
    return Computed(formal_inner(fixed, fixed, gram), sympy.S.One)


def _before_the_message() -> Computed:
    """Σ_k U_k†ρU_k/4 for any operator ρ of a qubit, U_k the Paulis."""
    operator = sympy.Matrix(2, 2, sympy.symbols("ρ0:4", complex=True))
    mean = sum((pauli.H * operator * pauli for pauli in PAULIS), sympy.zeros(2, 2)) / 4
    return Computed(mean.applyfunc(sympy.expand), operator.trace() * sympy.eye(2) / 2)


BELL_KETS = tuple(pair_of(pauli) for pauli in PAULIS)
USUAL = Teleporter(pair_of(sympy.eye(2)), BELL_KETS, PAULIS)

TELEPORTATION: Theorem[Teleporter] = Theorem(
    name="teleportation",
    title="Teleportation consumes its pair and copies nothing",
    statement=(
        "With Φ shared, a measurement in a basis Φ_k = (U_k⊗1)Φ and the corrections U_k, every state ψ arrives at B, and all the rest "
        "(both of A's systems and every record of the outcome) is left in one state, the same for every ψ and in a product with B: no "
        "copy of ψ stays behind, and of the pair's entanglement nothing is left."
    ),
    generality="lines 2 and 3: any d (symbolic); lines 1, 4 and 5: qubits, with symbolic operator and state",
    hypotheses=(
        Hypothesis(
            "pair", "A′ and B share Φ = Σ|kk⟩/√d", lambda it: is_equal(it.pair, pair_of(sympy.eye(it.dimension)))
        ),
        Hypothesis("entangled-basis", "the Φ_k are orthonormal, Φ_k = (U_k⊗1)Φ with U_k unitary", _is_entangled_basis),
        Hypothesis("complete", "there are d² outcomes: none is dropped", _is_complete),
        Hypothesis("corrected", "B learns the outcome k and applies U_k", _is_corrected),
    ),
    conclusion=Conclusion(
        "B has ψ, and everything else is in a state of norm 1 that is the same for every ψ", _teleports
    ),
    proof=(
        Line(
            "Alice's outcome k leaves B in ⟨Φ_k|(|ψ⟩|Φ⟩) = U_k†ψ/d",
            _projected,
            ("pair", "entangled-basis"),
            latex=r"\langle\Phi_U|_{AA'}\,|\psi\rangle_A|\Phi\rangle_{A'B} = \tfrac12 U^\dagger|\psi\rangle",
        ),
        Line(
            "with the probability ‖U_k†ψ/d‖² = 1/d²: the message is noise, whatever ψ is",
            _chance,
            ("entangled-basis",),
        ),
        Line("The correction gives U_k U_k†ψ/d = ψ/d, for every k", _corrected, ("corrected", "entangled-basis")),
        Line(
            "So the final state is (Σ_k |k⟩|Φ_k⟩/d) ⊗ |ψ⟩_B. With all d² outcomes the first factor has norm 1; ψ is not in it, B is "
            "entangled with nothing, and A and A′ are in Φ_k: the pair that A′ and B shared is gone",
            _final_norm,
            ("complete",),
        ),
        Line(
            "Without the message, B has Σ_k U_k†|ψ⟩⟨ψ|U_k/d² = 1/d: noise (qubits, the Paulis)",
            _before_the_message,
            latex=r"\tfrac14\textstyle\sum_k U_k^\dagger\rho\,U_k = \tfrac12\operatorname{tr}\rho",
        ),
    ),
    examples=(
        Example("a qubit, a Bell pair, the Bell measurement and the Paulis", USUAL),
        Example(
            "a qutrit, with the nine Weyl operators",
            Teleporter(pair_of(sympy.eye(3)), tuple(pair_of(one) for one in WEYL), WEYL),
        ),
    ),
    counterexamples=(
        Counterexample("pair", "the unentangled |00⟩ in place of the pair", Teleporter(basis(4, 0), BELL_KETS, PAULIS)),
        Counterexample(
            "entangled-basis",
            "A and A′ measured one by one, in the basis |ij⟩: the outcome tells about ψ",
            Teleporter(
                pair_of(sympy.eye(2)),
                tuple(basis(4, place) for place in range(4)),
                tuple(sympy.sqrt(2) * basis(2, place // 2) * basis(2, place % 2).T for place in range(4)),
            ),
        ),
        Counterexample(
            "complete",
            "only the outcome Φ_0 is kept: ψ arrives with probability ¼",
            Teleporter(pair_of(sympy.eye(2)), BELL_KETS[:1], PAULIS[:1]),
        ),
        Counterexample(
            "corrected",
            "B corrects nothing",
            Teleporter(pair_of(sympy.eye(2)), BELL_KETS, (sympy.eye(2),) * 4),
        ),
    ),
    references=(
        "C. H. Bennett, G. Brassard, C. Crépeau, R. Jozsa, A. Peres and W. K. Wootters, Phys. Rev. Lett. 70, 1895 (1993)",
        "R. F. Werner, J. Phys. A 34, 7081 (2001), for all bases of this kind",
    ),
)
