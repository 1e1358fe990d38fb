"""The universal cloning bound: no channel makes M copies of a qubit with a fidelity above (2M + 1)/(3M), for every M.

Two kinds of lines hold for every M: those about one copy, or two, whose matrices do not change with M, and those in words of the
Pauli vector σ of the input and the total spin L of the copies, with M a symbol. Lines at given M are there as a check.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import sympy

from noclone.proofs.theorems.bell_tests import mean_of_square
from noclone.proofs.theorems.cloners import EQUATOR, SWAP, Cloner, symmetric_cloner
from noclone.proofs.theorems.complementarity import PAULIS
from noclone.proofs.theorems.devices import Channel, channel_of
from noclone.proofs.theorems.exact import basis, column, generic, inner, sign, tensor
from noclone.proofs.theorems.symmetric_cloning import ATTAINED, BOUND, COPIES
from noclone.proofs.theorems.theorem import Computed, Conclusion, Counterexample, Example, Hypothesis, Line, Theorem
from noclone.proofs.theorems.words import Words, letter, number, spins

__all__ = ["UNIVERSAL_CLONING"]

QUARTER, HALF = sympy.Rational(1, 4), sympy.Rational(1, 2)
PAIR = tensor(column(1, 0, 0, 1), column(1, 0, 0, 1).T)
"""Φ = (|00⟩ + |11⟩)(⟨00| + ⟨11|), of trace 2."""
LETTERS = spins("σ", "L", "S")
"""The Pauli vector of the input, the total spin of some copies, and the spin of one more."""

Vector = tuple[Words, Words, Words]


def _vector(name: str) -> Vector:
    return letter(f"{name}x"), letter(f"{name}y"), letter(f"{name}z")


def _dot(left: Vector, right: Vector) -> Words:
    return left[0] * right[0] + left[1] * right[1] + left[2] * right[2]


SPIN = _vector("L")
COUPLING = _dot(_vector("σ"), SPIN).times(HALF)
"""K = ½ σ·L."""
DEFECT = number(COPIES / 2 * (COPIES / 2 + 1)) - _dot(SPIN, SPIN)
"""D = (M/2)(M/2 + 1) − L²."""


def _choi_fidelity() -> Computed:
    """⟨ψ|Λ(|ψ⟩⟨ψ|)|ψ⟩ and tr J(ψ*ψᵗ ⊗ ψψ†) for a generic Choi operator J of one copy and a generic ket."""
    choi = sympy.ImmutableMatrix(4, 4, sympy.symbols("j0:16", complex=True))
    ket = generic(2, "ψ")
    state = (ket * ket.H).applyfunc(sympy.expand)
    image = sympy.zeros(2, 2)
    for row in range(2):
        for line in range(2):
            image += state[row, line] * choi[2 * row : 2 * row + 2, 2 * line : 2 * line + 2]
    return Computed(inner(ket, image * ket), sympy.expand((choi * tensor(state.T, state)).trace()))


def _all_states() -> Computed:
    """The mean of |ψψ⟩⟨ψψ| over the sphere of Bloch vectors, transposed on the first factor."""
    polar, around = sympy.symbols("θ φ", real=True)
    bloch = (sympy.sin(polar) * sympy.cos(around), sympy.sin(polar) * sympy.sin(around), sympy.cos(polar))

    def mean(value: Any) -> Any:
        inside = sympy.integrate(sympy.expand(value * sympy.sin(polar)), (around, 0, 2 * sympy.pi))
        return sympy.integrate(inside, (polar, 0, sympy.pi)) / (4 * sympy.pi)

    vector = (sympy.S.One, *bloch)
    total = sympy.zeros(4, 4)
    for at, first in enumerate(PAULIS):
        for place, second in enumerate(PAULIS):
            total += mean(vector[at] * vector[place]) * tensor(first.T, second) / 4
    return Computed(total, (sympy.eye(4) + PAIR) / 6)


def _partly_transposed() -> Computed:
    """(1 + SWAP)/6 transposed on the first factor."""
    operator = (sympy.eye(4) + SWAP) / 6
    flipped = sympy.ImmutableMatrix(4, 4, lambda row, line: operator[(line & 2) | (row & 1), (row & 2) | (line & 1)])
    return Computed(flipped, (sympy.eye(4) + PAIR) / 6)


def _choi_trace() -> Computed:
    """The trace of J where the blocks Λ(|i⟩⟨j|) of J have traces δ_ij."""
    images = {(row, line): sympy.Symbol(f"tr Λ({row}{line})") for row in range(2) for line in range(2)}
    trace = images[0, 0] + images[1, 1]
    return Computed(trace.subs({images[at]: int(at[0] == at[1]) for at in images}), sympy.Integer(2))


def _rotated() -> Computed:
    """(Y ⊗ 1)Φ(Y ⊗ 1) and ½ − σ·S with S = ½σ."""
    turn = tensor(PAULIS[2], PAULIS[0])
    coupled = sum((tensor(one, one) for one in PAULIS[1:]), sympy.zeros(4, 4)) / 2
    return Computed(turn * PAIR * turn, sympy.eye(4) / 2 - coupled)


def _one_spin() -> Computed:
    """[S_a, S_b] for S = ½σ, in the order xy, yz, zx."""
    spin = [one / 2 for one in PAULIS[1:]]
    pairs = ((0, 1, 2), (1, 2, 0), (2, 0, 1))
    left = [spin[a] * spin[b] - spin[b] * spin[a] for a, b, _ in pairs]
    return Computed(sympy.Matrix.hstack(*left), sympy.Matrix.hstack(*(sympy.I * spin[c] for _, _, c in pairs)))


def _one_more_spin() -> Computed:
    """[L_a + S_a, L_b + S_b] where L and S have the commutators of spins and commute with each other."""
    total = [mine + one for mine, one in zip(SPIN, _vector("S"), strict=True)]
    pairs = ((0, 1, 2), (1, 2, 0), (2, 0, 1))
    left = [LETTERS.term(total[a].commutator(total[b])) for a, b, _ in pairs]
    return Computed(sympy.Matrix(left), sympy.Matrix([LETTERS.term(total[c].times(sympy.I)) for _, _, c in pairs]))


def _coupling_squared() -> Computed:
    """K† and (K + ¼)²."""
    left = [COUPLING.adjoint(), (COUPLING + number(QUARTER)).squared()]
    right = [COUPLING, _dot(SPIN, SPIN).times(QUARTER) + number(QUARTER**2)]
    return Computed(sympy.Matrix(list(map(LETTERS.term, left))), sympy.Matrix(list(map(LETTERS.term, right))))


def _two_spins() -> Computed:
    """S·S = ¾ of one copy beside another, S_l·S_m = ½SWAP − ¼ of two, and 1 − SWAP = ½(1 − SWAP)²."""
    unit = sympy.eye(4)
    alone = sum((tensor(one * one, PAULIS[0]) for one in PAULIS[1:]), sympy.zeros(4, 4)) / 4
    joint = sum((tensor(one, one) for one in PAULIS[1:]), sympy.zeros(4, 4)) / 4
    left = sympy.Matrix.hstack(alone, joint, unit - SWAP)
    return Computed(left, sympy.Matrix.hstack(3 * unit / 4, SWAP / 2 - unit / 4, (unit - SWAP) ** 2 / 2))


def _defect() -> Computed:
    """(M/2)(M/2 + 1) − L² with L² = ¾M + 2Σ(½SWAP − ¼) over M(M − 1)/2 pairs."""
    pairs, swaps = COPIES * (COPIES - 1) / 2, sympy.Symbol("Σ SWAP")
    squared = sympy.Rational(3, 4) * COPIES + 2 * (swaps / 2 - pairs / 4)
    return Computed(sympy.expand(COPIES / 2 * (COPIES / 2 + 1) - squared), sympy.expand(pairs - swaps))


def _sum_of_squares() -> Computed:
    """½(M + 1)(K + ¼(M + 2)) and (K + ¼(M + 2))² + ¼D, in words, with M a symbol."""
    shifted = COUPLING + number((COPIES + 2) / 4)
    return Computed(
        LETTERS.term(shifted.times((COPIES + 1) / 2)), LETTERS.term(shifted.squared() + DEFECT.times(QUARTER))
    )


def _back() -> Computed:
    """M + 1 − ΣΦ_m with ΣΦ_m = M/2 − 2K."""
    coupling = sympy.Symbol("K", real=True)
    return Computed(
        sympy.expand(COPIES + 1 - (COPIES / 2 - 2 * coupling)), sympy.expand(2 * (coupling + (COPIES + 2) / 4))
    )


def _bound() -> Computed:
    """(1/6M)(M tr J + (M + 1) tr J) with tr J = 2."""
    return Computed(sympy.cancel((COPIES * 2 + (COPIES + 1) * 2) / (6 * COPIES)), sympy.cancel(BOUND))


def _placed(places: dict[int, Any], count: int) -> Any:
    """Operators of one qubit at places of ``count``, and 1 elsewhere."""
    return tensor(*(places.get(place, PAULIS[0]) for place in range(count)))


def _at_copies(copies: int) -> tuple[Any, Any]:
    """M + 1 − Σ Y_0 Φ_m Y_0 and 4/(M + 1)·[(K + ¼(M + 2))² + ⅛ Σ (1 − SWAP)²] as matrices, copy by copy."""
    count, unit = copies + 1, sympy.eye(2 ** (copies + 1))

    def coupled(one: int, two: int) -> Any:
        return sum((_placed({one: pauli, two: pauli}, count) for pauli in PAULIS[1:]), unit * 0)

    turn = _placed({0: PAULIS[2]}, count)
    pairs = [(_placed({}, count) + coupled(*both)) / 2 for both in combinations(range(1, count), 2)]
    maximal = unit * 0
    for place in range(1, count):
        for row in range(2):
            for line in range(2):
                jump = basis(2, row) * basis(2, line).T
                maximal += _placed({0: jump, place: jump}, count)
    coupling = sum((coupled(0, place) for place in range(1, count)), unit * 0) / 4
    shifted = coupling + unit * sympy.Rational(copies + 2, 4)
    defect = sum(((unit - swap) ** 2 for swap in pairs), unit * 0) / 8
    return (copies + 1) * unit - turn * maximal * turn, (shifted**2 + defect) * sympy.Rational(4, copies + 1)


def _matrices() -> Computed:
    """The matrices for M = 1, 2, 3, 4, as blocks."""
    lefts, rights = zip(*(_at_copies(copies) for copies in range(1, 5)), strict=True)
    return Computed(sympy.diag(*lefts), sympy.diag(*rights))


def _not_positive(operator: Any) -> Any:
    """X ⊗ 1/2 + 1/2 ⊗ X − tr X · 1/4."""
    half = sympy.eye(2) / 2
    return tensor(operator, half) + tensor(half, operator) - operator.trace() * tensor(half, half)


def _scaled(operator: Any) -> Any:
    """6/5 of what the symmetric cloner makes."""
    return symmetric_cloner(2).apply(operator) * sympy.Rational(6, 5)


PHASE_COVARIANT = channel_of(
    sympy.Matrix.hstack(column(1, 0, 0, 0), column(0, 1, 1, 0) / sympy.sqrt(2)),
)
"""|0⟩ ↦ |00⟩, |1⟩ ↦ (|01⟩ + |10⟩)/√2."""
COPY_BASIS = channel_of(*(tensor(ket, ket) * ket.T for ket in (basis(2, 0), basis(2, 1))))
"""Z is measured, and two copies of the outcome are prepared."""


UNIVERSAL_CLONING: Theorem[Cloner] = Theorem(
    name="universal-cloning",
    title="The universal cloning bound, for every number of copies",
    statement=(
        "No channel from one qubit to M qubits gives its M copies a fidelity above (2M + 1)/(3M), averaged over all pure states and "
        "over the copies: 5/6 for two. The symmetric cloner attains it, for every M."
    ),
    generality=(
        "every M: lines 1 to 7, 9 and 19 do not depend on M (they are about one copy, or two, or any dimension); line 8 is the step "
        "from M to M + 1; lines 10 to 13 and 15 to 18 have M as a symbol. Lines 14 and 20 are no part of the argument: they repeat "
        "its end with the matrices for M = 1 to 4, and for M = 1 to 5"
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
            "all-states",
            "the states are all pure states, evenly, or as good: Σ p |ψψ⟩⟨ψψ| = (1 + SWAP)/6",
            lambda it: it.has_states_like_all(),
        ),
    ),
    conclusion=Conclusion(
        "the mean fidelity of the M copies is at most (2M + 1)/(3M)",
        lambda it: sign(BOUND.subs(COPIES, it.copies) - it.fidelity) >= 0,
    ),
    proof=(
        Line(
            "With the Choi operator J = Σ |i⟩⟨j| ⊗ Λ(|i⟩⟨j|), a copy of ψ has fidelity tr J(ψ* ⊗ ψ), where ψ stands for |ψ⟩⟨ψ|, ψ* is "
            "the conjugate, and ψ acts on this copy",
            _choi_fidelity,
            ("linear",),
            latex=r"\langle\psi|\Lambda(|\psi\rangle\langle\psi|)|\psi\rangle = \operatorname{tr}J(\psi^*\otimes\psi)",
        ),
        Line(
            "The mean of ψ⊗ψ is (1 + SWAP)/6, so that of ψ*⊗ψ is (1 + Φ)/6 with Φ = (|00⟩ + |11⟩)(⟨00| + ⟨11|): transpose the first",
            _partly_transposed,
            ("all-states",),
            latex=r"\tfrac16(1+\mathrm{SWAP})^{t\otimes1} = \tfrac16(1+\Phi)",
        ),
        Line(
            "All pure states, evenly, are such states: this is the integral over the sphere of Bloch vectors",
            _all_states,
            ("all-states",),
            latex=r"\tfrac{1}{4\pi}\int\psi^*\otimes\psi\,d\Omega = \tfrac16(1+\Phi)",
        ),
        Line(
            "So the mean fidelity is F = (M tr J + tr J Σ_m Φ_m)/(6M), Φ_m on the input and copy m; and tr J = Σ tr Λ(|i⟩⟨i|) = 2",
            _choi_trace,
            ("linear", "trace-preserving"),
            latex=r"\operatorname{tr}J = \textstyle\sum_i\operatorname{tr}\Lambda(|i\rangle\langle i|) = 2",
        ),
        Line(
            "J is positive, J = Σ p_k |v_k⟩⟨v_k| with p_k ≥ 0, and ⟨v|K†K|v⟩ = ‖K|v⟩‖²: tr J times a sum of squares is not negative",
            mean_of_square,
            ("completely-positive",),
            latex=r"\langle v|K^\dagger K|v\rangle = (K|v\rangle)^\dagger(K|v\rangle)",
        ),
        Line(
            "Turned by Y on the input, Φ_m becomes ½ − σ·S_m, with σ of the input and S_m = ½σ of copy m; so ΣΦ_m becomes M/2 − 2K "
            "with K = ½ σ·L, L = Σ S_m, and J stays positive with trace 2",
            _rotated,
            latex=r"(Y\otimes1)\Phi(Y\otimes1) = \tfrac12-\sigma\cdot S",
        ),
        Line(
            "A spin has the commutators [S_x, S_y] = i S_z, and so on in a circle",
            _one_spin,
            latex="[S_a,S_b] = i\\,S_c",
        ),
        Line(
            "and L + S has them if L does and S belongs to one more copy: so the total spin L has them, for every M",
            _one_more_spin,
            latex="[L_a+S_a,L_b+S_b] = i\\,(L_c+S_c)",
        ),
        Line(
            "For one copy S·S = 3/4, for two S_l·S_m = ½SWAP − ¼, and 1 − SWAP = ½(1 − SWAP)²",
            _two_spins,
            latex=r"S\cdot S=\tfrac34,\quad S_l\cdot S_m=\tfrac12\mathrm{SWAP}-\tfrac14,\quad "
            r"1-\mathrm{SWAP}=\tfrac12(1-\mathrm{SWAP})^2",
        ),
        Line(
            "From the products of the Pauli matrices and these commutators alone: K is its own adjoint, and (K + ¼)² = ¼L² + 1/16",
            _coupling_squared,
            latex=r"K^\dagger=K,\quad \left(K+\tfrac14\right)^2=\tfrac14L^2+\tfrac1{16}",
        ),
        Line(
            "D = (M/2)(M/2 + 1) − L² is Σ_{l<m} (1 − SWAP_lm) over the M(M − 1)/2 pairs of copies, a sum of squares",
            _defect,
            latex=r"\tfrac M2\left(\tfrac M2+1\right)-L^2 = \textstyle\sum_{l<m}(1-\mathrm{SWAP}_{lm})",
        ),
        Line(
            "So ½(M + 1)(K + ¼(M + 2)) = (K + ¼(M + 2))² + ¼D, a sum of squares, word by word",
            _sum_of_squares,
            latex=r"\tfrac{M+1}2\left(K+\tfrac{M+2}4\right) = \left(K+\tfrac{M+2}4\right)^2+\tfrac14D",
        ),
        Line(
            "and M + 1 − ΣΦ_m, which is 2(K + ¼(M + 2)) after the turn, is a sum of squares too",
            _back,
            latex=r"M+1-\left(\tfrac M2-2K\right) = 2\left(K+\tfrac{M+2}4\right)",
        ),
        Line(
            "Instances, the matrices themselves for M = 1, 2, 3, 4: Y(M + 1 − ΣΦ_m)Y = 4/(M + 1)·[(K + ¼(M + 2))² + ¼D]",
            _matrices,
            latex=r"Y\left(M+1-\textstyle\sum\Phi_m\right)Y = "
            r"\tfrac4{M+1}\left[\left(K+\tfrac{M+2}4\right)^2+\tfrac14D\right]",
        ),
        Line(
            "So tr J ΣΦ_m ≤ (M + 1) tr J, and F ≤ (2M + 2(M + 1))/(6M) = (2M + 1)/(3M)",
            _bound,
            ("completely-positive", "trace-preserving"),
            latex=r"\frac{2M+2(M+1)}{6M} = \frac{2M+1}{3M}",
        ),
        *ATTAINED,
    ),
    examples=(
        Example("the symmetric cloner 1 → 2: 5/6, the bound itself", Cloner(symmetric_cloner(2), 2)),
        Example("the symmetric cloner 1 → 3: 7/9, the bound itself", Cloner(symmetric_cloner(3), 3)),
        Example("measure Z and prepare two copies of the outcome: 2/3 < 5/6", Cloner(COPY_BASIS, 2)),
    ),
    counterexamples=(
        Counterexample(
            "linear",
            "ρ ↦ ρ⊗ρ: fidelity 1",
            Cloner(Channel(2, lambda operator: tensor(operator, operator)), 2),
        ),
        Counterexample(
            "completely-positive",
            "X ↦ X⊗1/2 + 1/2⊗X − tr X·1/4 gives both copies fidelity 1, but takes states to operators with negative eigenvalues",
            Cloner(Channel(2, _not_positive), 2),
        ),
        Counterexample(
            "trace-preserving",
            "the symmetric cloner 1 → 2, multiplied by 6/5: a fidelity of 1 with probabilities that add up to 6/5",
            Cloner(Channel(2, _scaled), 2),
        ),
        Counterexample(
            "all-states",
            "the states of the equator alone: |0⟩ ↦ |00⟩, |1⟩ ↦ (|01⟩ + |10⟩)/√2 copies them with fidelity ½ + 1/√8 > 5/6",
            Cloner(PHASE_COVARIANT, 2, EQUATOR),
        ),
        Counterexample(
            "all-states",
            "|0⟩ and |1⟩ alone: measured and prepared again, they are copied with fidelity 1",
            Cloner(COPY_BASIS, 2, ((HALF, basis(2, 0)), (HALF, basis(2, 1)))),
        ),
    ),
    references=(
        "V. Bužek and M. Hillery, Phys. Rev. A 54, 1844 (1996), the cloner 1 → 2",
        "N. Gisin and S. Massar, Phys. Rev. Lett. 79, 2153 (1997), for every M",
        "D. Bruss, A. Ekert and C. Macchiavello, Phys. Rev. Lett. 81, 2598 (1998), that it is the best",
        "R. F. Werner, Phys. Rev. A 58, 1827 (1998), the symmetric cloner, for any dimension",
    ),
)
