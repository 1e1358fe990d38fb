"""No-broadcasting for a pair of qubit states, pure or mixed: only states that commute can be broadcast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from noclone.proofs.theorems.complementarity import PAULIS
from noclone.proofs.theorems.devices import Channel, channel_of
from noclone.proofs.theorems.exact import basis, column, is_equal, is_positive, is_zero, partial_trace, tensor
from noclone.proofs.theorems.formal import FormalKet, formal_inner, named
from noclone.proofs.theorems.overlaps import SMALLER
from noclone.proofs.theorems.theorem import Computed, Conclusion, Counterexample, Example, Hypothesis, Line, Theorem

__all__ = ["NO_BROADCASTING", "Broadcaster"]

ZERO, ONE = basis(2, 0), basis(2, 1)
PLUS, MINUS = column(1, 1) / sympy.sqrt(2), column(1, -1) / sympy.sqrt(2)
R0, R1 = (sympy.Matrix(sympy.symbols(f"{name}1:4", real=True)) for name in "ab")
ALONG = sympy.Symbol("s", real=True)


@dataclass(frozen=True)
class Broadcaster:
    """A process from a qubit to two, and the two qubit states that it is to broadcast.

    Raises ValueError if these are no states: positive, of trace 1.
    """

    channel: Channel
    first: Any
    second: Any

    def __post_init__(self) -> None:
        for state in (self.first, self.second):
            if state.shape != (2, 2) or not is_positive(state) or not is_zero(state.trace() - 1):
                raise ValueError(f"{state} is no state of a qubit")


def _broadcasts(channel: Channel, state: Any) -> bool:
    """Whether both reduced states of the image are the state."""
    image = channel.apply(state)
    return all(is_equal(partial_trace(image, (2, 2), (place,)), state) for place in (0, 1))


def _state(bloch: Any) -> Any:
    """½(1 + r·σ)."""
    return sum((entry * pauli for entry, pauli in zip(bloch, PAULIS[1:], strict=True)), PAULIS[0]) / 2


def _commutator() -> Computed:
    """[ρ0, ρ1] = (i/2)(r0 × r1)·σ."""
    one, two = _state(R0), _state(R1)
    wanted = sympy.I * (_state(R0.cross(R1)) - sympy.eye(2) / 2)
    return Computed((one * two - two * one).applyfunc(sympy.expand), wanted.applyfunc(sympy.expand))


def _fixed_line() -> Computed:
    """‖Φ(ρ) − ρ‖² for ρ = (1−s)ρ0 + sρ1 and a linear Φ that fixes ρ0 and ρ1."""
    on_line: FormalKet = named("ρ0").times(1 - ALONG) + named("ρ1").times(ALONG)
    moved = on_line.mapped({("ρ0",): named("ρ0"), ("ρ1",): named("ρ1")}) - on_line
    return Computed(formal_inner(moved, moved, {}), sympy.S.Zero)


def _discriminant() -> Computed:
    """A quarter of the discriminant of |r0 + s δ|² − 1 in s, with δ = r1 − r0."""
    step = R1 - R0
    point = R0 + ALONG * step
    found = sympy.discriminant(sympy.expand(point.dot(point) - 1), ALONG) / 4
    return Computed(sympy.expand(found), sympy.expand(R0.dot(step) ** 2 + step.dot(step) * (1 - R0.dot(R0))))


def _not_negative() -> Computed:
    """(r0·δ)² + |δ|²u ≥ 0 for u ≥ 0."""
    product, size = sympy.Symbol("r0·δ", real=True), sympy.Symbol("|δ|²", positive=True)
    return Computed(product**2 + size * sympy.Symbol("u", nonnegative=True), sympy.S.Zero, "≥")


def _two_ends() -> Computed:
    """|r0 + δ|² − 1 where |r0|² = 1 and r0·δ = 0, the only way to a discriminant of 0 with δ ≠ 0."""
    norm, product, size = sympy.symbols("|r0|² r0·δ |δ|²", real=True)
    gram = {("r0", "r0"): norm, ("δ", "δ"): size, ("r0", "δ"): product}
    end = named("r0") + named("δ")
    return Computed(formal_inner(end, end, gram).subs({norm: 1, product: 0}) - 1, size)


def _ends_cross() -> Computed:
    """The cross product p × q for p = r0 + sδ and q = r0 + tδ."""
    other = sympy.Symbol("t", real=True)
    ends = [R0 + place * (R1 - R0) for place in (ALONG, other)]
    return Computed(
        ends[0].cross(ends[1]).applyfunc(sympy.expand), ((other - ALONG) * R0.cross(R1)).applyfunc(sympy.expand)
    )


def _lagrange() -> Computed:
    """|p|²|q|² − (p·q)² = |p × q|²."""
    left = R0.dot(R0) * R1.dot(R1) - R0.dot(R1) ** 2
    return Computed(sympy.expand(left), sympy.expand(R0.cross(R1).dot(R0.cross(R1))))


def _minor() -> Computed:
    """The minor of a positive operator at a diagonal entry 0."""
    entry, other = sympy.Symbol("z", complex=True), sympy.Symbol("w", nonnegative=True)
    return Computed(sympy.Matrix([[0, entry], [sympy.conjugate(entry), other]]).det(), -entry * sympy.conjugate(entry))


def _cloned() -> Computed:
    """⟨p|q⟩ − ⟨Vp|Vq⟩ for Vp = p p e and Vq = q q f."""
    between = sympy.Symbol("⟨p|q⟩", complex=True)
    gram = {("p", "q"): between, ("e", "f"): sympy.Symbol("⟨e|f⟩", complex=True)}
    kept = formal_inner(named("p"), named("q"), gram)
    images = formal_inner(named("p", "p", "e"), named("q", "q", "f"), gram)
    return Computed(kept - images, between * (1 - between * gram["e", "f"]))


def _universal_cloner() -> Channel:
    """The optimal universal cloner of Bužek and Hillery, its machine traced out."""
    symmetric = (tensor(ZERO, ONE) + tensor(ONE, ZERO)) / sympy.sqrt(6)
    both = [sympy.sqrt(sympy.Rational(2, 3)) * tensor(ket, ket) for ket in (ZERO, ONE)]
    return channel_of(sympy.Matrix.hstack(both[0], symmetric), sympy.Matrix.hstack(symmetric, both[1]))


def _not_positive(operator: Any) -> Any:
    """X ⊗ 1/2 + 1/2 ⊗ X − tr X · 1/4."""
    half = sympy.eye(2) / 2
    return tensor(operator, half) + tensor(half, operator) - operator.trace() * tensor(half, half)


def _guesses(operator: Any) -> Any:
    """2⟨−|X|−⟩ |00⟩⟨00| + 2⟨1|X|1⟩ |++⟩⟨++|: what is certain of |0⟩ and |+⟩, scaled to certainty."""
    found = [2 * (ket.T * operator * ket)[0, 0] for ket in (MINUS, ONE)]
    return sum(
        (one * tensor(ket * ket.T, ket * ket.T) for one, ket in zip(found, (ZERO, PLUS), strict=True)),
        sympy.zeros(4, 4),
    )


PURE = (ZERO * ZERO.T, PLUS * PLUS.T)
MIXED = (sympy.diag(sympy.Rational(2, 3), sympy.Rational(1, 3)), sympy.Matrix([[3, 1], [1, 3]]) / 6)
COPY_BASIS = channel_of(tensor(ZERO, ZERO) * ZERO.T, tensor(ONE, ONE) * ONE.T)

NO_BROADCASTING: Theorem[Broadcaster] = Theorem(
    name="no-broadcasting",
    title="No-broadcasting, for two states of a qubit",
    statement=(
        "No channel takes two qubit states ρ0, ρ1 that do not commute to two-qubit states whose reduced states are both ρ0, and both "
        "ρ1: not even correlated copies of mixed states can be made."
    ),
    generality=(
        "every pair of qubit states, pure or mixed, and every channel (symbolic Bloch vectors); beyond qubits the theorem is that of "
        "Barnum et al. and is not executed, except for pure states, where broadcasting is cloning"
    ),
    hypotheses=(
        Hypothesis("linear", "the process is linear", lambda it: it.channel.is_linear()),
        Hypothesis(
            "completely-positive",
            "its Choi operator is positive semidefinite",
            lambda it: it.channel.is_completely_positive(),
        ),
        Hypothesis("trace-preserving", "it preserves the trace of states", lambda it: it.channel.preserves_trace()),
        Hypothesis(
            "not-commuting",
            "ρ0 ρ1 ≠ ρ1 ρ0",
            lambda it: not is_equal(it.first * it.second, it.second * it.first),
        ),
    ),
    conclusion=Conclusion(
        "the process does not broadcast both ρ0 and ρ1",
        lambda it: not (_broadcasts(it.channel, it.first) and _broadcasts(it.channel, it.second)),
    ),
    proof=(
        Line(
            "With Bloch vectors r0, r1: [ρ0, ρ1] = (i/2)(r0 × r1)·σ, so r0 × r1 ≠ 0",
            _commutator,
            ("not-commuting",),
            latex=r"[\rho_0,\rho_1] = \tfrac{i}{2}\,(r_0\times r_1)\cdot\sigma",
        ),
        Line(
            "Suppose Λ broadcasts both. Its two reduced channels fix ρ0 and ρ1, and by linearity every point r0 + sδ of their line, "
            "δ = r1 − r0",
            _fixed_line,
            ("linear",),
        ),
        Line(
            "The line meets the sphere of pure states where |r0 + sδ|² = 1; a quarter of the discriminant is "
            "(r0·δ)² + |δ|²(1 − |r0|²)",
            _discriminant,
            latex=r"\tfrac14\operatorname{disc}_s\left(|r_0+s\delta|^2-1\right) = (r_0\cdot\delta)^2 + |\delta|^2(1-|r_0|^2)",
        ),
        Line("which is not negative, as |r0| ≤ 1: with 1 − |r0|² = u ≥ 0", _not_negative),
        Line(
            "It is not 0 either: |r0| = 1 and r0·δ = 0 would give |r1|² − 1 = |δ|² > 0. So there are two ends p ≠ q, pure states",
            _two_ends,
        ),
        Line(
            "p × q = (t − s) r0 × r1 ≠ 0 for p = r0 + sδ, q = r0 + tδ",
            _ends_cross,
            ("not-commuting",),
            latex=r"(r_0+s\delta)\times(r_0+t\delta) = (t-s)\,r_0\times r_1",
        ),
        Line(
            "and (p·q)² = 1 − |p × q|² < 1 for unit vectors: |⟨p|q⟩|² = ½(1 + p·q) lies strictly between 0 and 1",
            _lagrange,
            latex=r"|p|^2|q|^2-(p\cdot q)^2 = |p\times q|^2",
        ),
        Line(
            "Λ takes p to a positive operator with both reduced states pure, |p⟩⟨p|: it is 0 at everything else on the diagonal, and "
            "beside it, as the minor −|z|² ≥ 0 says. So p goes to |pp⟩⟨pp|, and q to |qq⟩⟨qq|",
            _minor,
            ("completely-positive",),
        ),
        Line(
            "Λ has an isometric dilation V (Stinespring), with V|p⟩ = |pp⟩|e⟩ and V|q⟩ = |qq⟩|f⟩: a cloner. ⟨p|q⟩ = ⟨Vp|Vq⟩ says "
            "⟨p|q⟩(1 − ⟨p|q⟩⟨e|f⟩) = 0",
            _cloned,
            ("completely-positive", "trace-preserving"),
        ),
        Line(
            "so |⟨e|f⟩| = 1/|⟨p|q⟩| > 1, with |⟨p|q⟩| = 1/(1+t): impossible for unit vectors (no-cloning)",
            lambda: Computed(1 / SMALLER - 1, sympy.S.Zero, ">"),
        ),
    ),
    examples=(
        Example(
            "the universal cloner of Bužek and Hillery, with |0⟩ and |+⟩: its copies are noisy",
            Broadcaster(_universal_cloner(), *PURE),
        ),
        Example("a copier of |0⟩ and |1⟩, with two mixed states that do not commute", Broadcaster(COPY_BASIS, *MIXED)),
    ),
    counterexamples=(
        Counterexample(
            "linear",
            "ρ ↦ ρ⊗ρ broadcasts everything",
            Broadcaster(Channel(2, lambda operator: tensor(operator, operator)), *MIXED),
        ),
        Counterexample(
            "completely-positive",
            "X ↦ X⊗1/2 + 1/2⊗X − tr X·1/4 broadcasts every state, but to operators with negative eigenvalues",
            Broadcaster(Channel(2, _not_positive), *MIXED),
        ),
        Counterexample(
            "trace-preserving",
            "an unambiguous measurement of |0⟩ against |+⟩, scaled to certainty, then two copies of what was found",
            Broadcaster(Channel(2, _guesses), *PURE),
        ),
        Counterexample(
            "not-commuting",
            "states that commute can be broadcast: copy the basis in which both are diagonal",
            Broadcaster(COPY_BASIS, MIXED[0], sympy.diag(sympy.Rational(1, 4), sympy.Rational(3, 4))),
        ),
    ),
    references=(
        "H. Barnum, C. M. Caves, C. A. Fuchs, R. Jozsa and B. Schumacher, Phys. Rev. Lett. 76, 2818 (1996), arXiv:quant-ph/9511010",
        "G. Lindblad, Lett. Math. Phys. 47, 189 (1999), by fixed points",
        "V. Bužek and M. Hillery, Phys. Rev. A 54, 1844 (1996), the cloner of the example",
    ),
)
