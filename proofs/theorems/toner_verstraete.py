"""CHSH tests are monogamous: S²_AB + S²_AC ≤ 8 with the same settings of A, by a sum of two squares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from noclone.proofs.theorems.bell_tests import (
    A0,
    A1,
    Observables,
    are_local,
    are_observables,
    chsh,
    chsh_mean,
    is_state,
    mean_of_square,
    on_qubit,
    qubit_angle,
)
from noclone.proofs.theorems.exact import basis, column, is_equal, sign, tensor
from noclone.proofs.theorems.theorem import Computed, Conclusion, Counterexample, Example, Hypothesis, Line, Theorem
from noclone.proofs.theorems.words import Words, involutions, letter, number

__all__ = ["TONER_VERSTRAETE", "TwoBellTests"]

ROOT = sympy.sqrt(2)
LETTERS = involutions(("A0", "A1"), ("B0", "B1"), ("C0", "C1"))
B0, B1, C0, C1 = (letter(name) for name in ("B0", "B1", "C0", "C1"))
P, M = A0 + A1, A0 - A1
X, Y = P * B0 + M * B1, P * C0 + M * C1
s, t = sympy.symbols("s t", real=True)
ROOTS = (
    number(2) - ((P * B0).times(s) + (M * C1).times(t)).times(sympy.Rational(1, 2)),
    number(2) - ((M * B1).times(s) + (P * C0).times(t)).times(sympy.Rational(1, 2)),
)
"""2 − ½(s P B0 + t M C1) and 2 − ½(s M B1 + t P C0), what is squared."""

PAULI_Z, PAULI_X = qubit_angle(1, 0), qubit_angle(0, 1)
ROTATED = (qubit_angle(1 / ROOT, 1 / ROOT), qubit_angle(1 / ROOT, -1 / ROOT))
"""(Z + X)/√2 and (Z − X)/√2."""
BELL = column(1, 0, 0, 1) / ROOT
ANTI = column(0, 1, -1, 0) / ROOT
ZERO = basis(2, 0)


@dataclass(frozen=True)
class TwoBellTests:
    """An operator ρ that should be a state, and the observables of A with B, of B, of A with C, and of C."""

    operator: Any
    with_bob: Observables
    bob: Observables
    with_charlie: Observables
    charlie: Observables

    @property
    def squares(self) -> Any:
        """S²_AB + S²_AC, exact."""
        near = chsh_mean(self.operator, self.with_bob, self.bob)
        far = chsh_mean(self.operator, self.with_charlie, self.charlie)
        return sympy.expand(near**2 + far**2)


def _same_settings(it: TwoBellTests) -> bool:
    return all(is_equal(mine, other) for mine, other in zip(it.with_bob, it.with_charlie, strict=True))


def _are_observables(it: TwoBellTests) -> bool:
    return are_observables(it.with_bob, it.bob, it.with_charlie, it.charlie)


def _are_local(it: TwoBellTests) -> bool:
    """Whether those of A commute with those of B and C, and those of B with those of C."""
    return all(are_local(mine, it.bob, it.charlie) for mine in (it.with_bob, it.with_charlie))


def _words(left: list[Words], right: list[Words]) -> Computed:
    """Two lists of sums of words, compared in normal form."""
    return Computed(sympy.Matrix(list(map(LETTERS.term, left))), sympy.Matrix(list(map(LETTERS.term, right))))


def _sum_and_difference() -> Computed:
    return _words([P * M + M * P, P * P + M * M], [number(0), number(4)])


def _operators() -> Computed:
    return _words([chsh(A0, A1, B0, B1), chsh(A0, A1, C0, C1)], [X, Y])


def _adjoints() -> Computed:
    return _words(list(ROOTS), [one.adjoint() for one in ROOTS])


def _identity() -> Computed:
    left = number(8 + s**2 + t**2) - X.times(2 * s) - Y.times(2 * t)
    return Computed(LETTERS.term(left), LETTERS.term(ROOTS[0].squared() + ROOTS[1].squared()))


def _means() -> Computed:
    """The mean of 8 + s² + t² − 2sX − 2tY at s = ⟨X⟩ and t = ⟨Y⟩."""
    mean_x, mean_y = sympy.symbols("S_AB S_AC", real=True)
    mean = 8 + s**2 + t**2 - 2 * s * mean_x - 2 * t * mean_y
    return Computed(sympy.expand(mean.subs({s: mean_x, t: mean_y})), 8 - mean_x**2 - mean_y**2)


def _all_pairs() -> Computed:
    """4n − Σ S²_k from n(n − 1)/2 pairs with 8 each, in which every S²_k stands n − 1 times."""
    count = sympy.Symbol("n", integer=True, positive=True)
    total = sympy.Symbol("Σ S²_k")
    pairs = 8 * count * (count - 1) / 2 - (count - 1) * total
    return Computed(sympy.expand(pairs), sympy.expand((count - 1) * (4 * count - total)))


def _mean_of_all() -> Computed:
    """Σ(S_k − μ)² with Σ S_k = nμ."""
    count, total = sympy.Symbol("n", integer=True, positive=True), sympy.Symbol("Σ S²_k")
    mean = sympy.Symbol("μ", real=True)
    linear = total - 2 * mean * (count * mean) + count * mean**2
    return Computed(sympy.expand(linear), total - count * mean**2)


def _placed(operator: Any, alice: Observables, bob: Observables, charlie: Observables) -> TwoBellTests:
    """Observables of one qubit each, on the first, second and third qubit, and the same of A in both tests."""
    mine = on_qubit(0, 3, alice)
    return TwoBellTests(operator, mine, on_qubit(1, 3, bob), mine, on_qubit(2, 3, charlie))


def _pure(ket: Any) -> Any:
    return ket * ket.T


def _two_pairs() -> TwoBellTests:
    """A's first qubit with B, A's second with C; A uses other settings in each test."""
    settings = (PAULI_Z, PAULI_X)
    near, far = (on_qubit(place, 4, settings) for place in (0, 2))
    bob, charlie = (on_qubit(place, 4, ROTATED) for place in (1, 3))
    return TwoBellTests(_pure(tensor(BELL, BELL)), near, bob, far, charlie)


def _cloned_pair() -> Any:
    """A Bell pair, one half of which went through the symmetric cloner 1 → 2, without the cloner's machine."""
    mixed = sympy.zeros(8, 8)
    middle = column(0, 1, 1, 0) / sympy.sqrt(6)
    both = [sympy.sqrt(sympy.Rational(2, 3)) * tensor(ket, ket) for ket in (ZERO, basis(2, 1))]
    for first, second in ((both[0], middle), (middle, both[1])):
        mixed += _pure((tensor(ZERO, first) + tensor(basis(2, 1), second)) / ROOT)
    return mixed.applyfunc(sympy.expand)


ALL_ZERO = _pure(tensor(ZERO, ZERO, ZERO))

TONER_VERSTRAETE: Theorem[TwoBellTests] = Theorem(
    name="toner-verstraete",
    title="CHSH tests are monogamous",
    statement=(
        "If A tests CHSH with B and with C, with the same two settings, S²_AB + S²_AC ≤ 8: A violates the classical bound 2 with one "
        "of them at most. With n ≥ 2 others, clones of one system for example, the mean of their S with A is at most 2."
    ),
    generality=(
        "any Hilbert space: the algebra uses the relations of the letters alone, words in A0, A1, B0, B1, C0, C1; lines 7 and 8 for "
        "any number n of others (symbolic); outcomes +1 and −1 (observables between −1 and 1 are these on a larger space, which is "
        "not executed)"
    ),
    hypotheses=(
        Hypothesis("state", "ρ is positive and has trace 1", lambda it: is_state(it.operator)),
        Hypothesis("observables", "the observables of A, B, C are Hermitian with square 1", _are_observables),
        Hypothesis("local", "the observables of different parties commute", _are_local),
        Hypothesis("same-settings", "A measures the same A0, A1 in both tests", _same_settings),
    ),
    conclusion=Conclusion("S²_AB + S²_AC ≤ 8", lambda it: sign(8 - it.squares) >= 0),
    proof=(
        Line(
            "With P = A0 + A1 and M = A0 − A1: PM + MP = 0 and P² + M² = 4",
            _sum_and_difference,
            ("observables",),
            latex="PM+MP=0,\\quad P^2+M^2=4",
        ),
        Line(
            "The CHSH operators A0B0 + A0B1 + A1B0 − A1B1 of A with B, and with C, are X = P B0 + M B1 and Y = P C0 + M C1",
            _operators,
            ("same-settings",),
            latex="X = PB_0+MB_1,\\quad Y = PC_0+MC_1",
        ),
        Line(
            "For all real s and t, 2 − ½(s P B0 + t M C1) and 2 − ½(s M B1 + t P C0) are their own adjoints",
            _adjoints,
            ("observables", "local"),
            latex="K - K^\\dagger = 0",
        ),
        Line(
            "and their squares add up to 8 + s² + t² − 2sX − 2tY, word by word",
            _identity,
            ("observables", "local", "same-settings"),
            latex=r"8+s^2+t^2-2sX-2tY = \left(2-\tfrac12(sPB_0+tMC_1)\right)^2+\left(2-\tfrac12(sMB_1+tPC_0)\right)^2",
        ),
        Line(
            "The mean of a square K†K is not negative: a state is a mixture Σ p_k |v_k⟩⟨v_k| with p_k ≥ 0, and "
            "⟨v|K†K|v⟩ = ‖K|v⟩‖²",
            mean_of_square,
            ("state",),
            latex=r"\langle v|K^\dagger K|v\rangle = (K|v\rangle)^\dagger(K|v\rangle)",
        ),
        Line(
            "So 8 + s² + t² − 2s S_AB − 2t S_AC ≥ 0, and at s = S_AB, t = S_AC this is 8 − S²_AB − S²_AC",
            _means,
            ("state",),
            latex=r"8+s^2+t^2-2sS_{AB}-2tS_{AC} = 8-S_{AB}^2-S_{AC}^2",
        ),
        Line(
            "With n others, of which k has S_k with A: the n(n − 1)/2 pairs add up to (n − 1)(4n − Σ S²_k) ≥ 0, so Σ S²_k ≤ 4n",
            _all_pairs,
            latex=r"8\,\tfrac{n(n-1)}{2}-(n-1)\textstyle\sum S_k^2 = (n-1)\left(4n-\textstyle\sum S_k^2\right)",
        ),
        Line(
            "and their mean μ has nμ² = Σ S²_k − Σ(S_k − μ)² ≤ 4n: |μ| ≤ 2",
            _mean_of_all,
            latex=r"\textstyle\sum(S_k-\mu)^2 = \sum S_k^2-n\mu^2",
        ),
    ),
    examples=(
        Example(
            "a Bell pair of A and B beside a C in |0⟩: S_AB = 2√2 and S_AC = 0, the bound itself",
            _placed(_pure(tensor(BELL, ZERO)), (PAULI_Z, PAULI_X), ROTATED, (PAULI_X, PAULI_X)),
        ),
        Example(
            "|000⟩, and all measure Z: S_AB = S_AC = 2, the bound again",
            _placed(ALL_ZERO, *[(PAULI_Z, PAULI_Z)] * 3),
        ),
        Example(
            "the two clones of half a Bell pair (the symmetric cloner 1 → 2): S = 4√2/3 with each",
            _placed(_cloned_pair(), (PAULI_Z, PAULI_X), ROTATED, ROTATED),
        ),
    ),
    counterexamples=(
        Counterexample(
            "state",
            "2|Φ⟩⟨Φ| − |Ψ⟩⟨Ψ| of A and B, with S = 2√2 in the Bell state Φ and −2√2 in the singlet Ψ, has trace 1 but is no state: "
            "S²_AB = 72",
            _placed(
                tensor(2 * _pure(BELL) - _pure(ANTI), _pure(ZERO)),
                (PAULI_Z, PAULI_X),
                ROTATED,
                (PAULI_Z, PAULI_Z),
            ),
        ),
        Counterexample(
            "observables",
            "B announces 2 and −2 in place of 1 and −1: |000⟩, where all measure Z and B doubles the outcome, has 4² + 2² = 20",
            _placed(ALL_ZERO, (PAULI_Z, PAULI_Z), (2 * PAULI_Z, 2 * PAULI_Z), (PAULI_Z, PAULI_Z)),
        ),
        Counterexample(
            "local",
            "the qubit that A has measured goes on to B, or to C, who measure (Z + X)/√2 or (Z − X)/√2: 8 + 8 = 16",
            TwoBellTests(sympy.eye(2) / 2, (PAULI_Z, PAULI_X), ROTATED, (PAULI_Z, PAULI_X), ROTATED),
        ),
        Counterexample(
            "same-settings",
            "A holds half of a Bell pair with B and half of another with C, and measures the one or the other: 8 + 8 = 16",
            _two_pairs(),
        ),
    ),
    references=(
        "B. Toner and F. Verstraete, arXiv:quant-ph/0611001 (2006)",
        "B. Toner, Proc. R. Soc. A 465, 59 (2009), for monogamy without quantum theory",
    ),
)
