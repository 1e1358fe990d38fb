"""Tsirelson's bound, and the classical one, as sums of squares."""

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
from noclone.proofs.theorems.words import ONE, Algebra, Words, involutions, letter, number

__all__ = ["TSIRELSON", "BellTest"]

ROOT = sympy.sqrt(2)
B0, B1 = letter("B0"), letter("B1")
LETTERS = involutions(("A0", "A1"), ("B0", "B1"))
CLASSICAL = Algebra({**LETTERS.relations, ("A1", "A0"): A0 * A1})
"""The same letters where A0 and A1 commute too."""
S = chsh(A0, A1, B0, B1)
SUM, DIFFERENCE = (B0 + B1).times(1 / ROOT), (B0 - B1).times(1 / ROOT)

Z, X = qubit_angle(1, 0), qubit_angle(0, 1)
ROTATED = (qubit_angle(1 / ROOT, 1 / ROOT), qubit_angle(1 / ROOT, -1 / ROOT))
"""(Z + X)/√2 and (Z − X)/√2."""
BELL = column(1, 0, 0, 1) / ROOT
ANTI = column(0, 1, -1, 0) / ROOT


@dataclass(frozen=True)
class BellTest:
    """An operator ρ that should be a state, and the two observables of A and of B on its space."""

    operator: Any
    alice: Observables
    bob: Observables

    @property
    def mean(self) -> Any:
        """S, exact."""
        return chsh_mean(self.operator, self.alice, self.bob)


def _within(it: BellTest) -> bool:
    """Whether |S| ≤ 2√2, and |S| ≤ 2 where A0A1 = A1A0."""
    first, second = it.alice
    most = 2 if is_equal(first * second, second * first) else 2 * ROOT
    return sign(most - it.mean) >= 0 and sign(most + it.mean) >= 0


def _self_adjoint(element: Words) -> Any:
    """The difference of an element and its adjoint."""
    return LETTERS.term(element - element.adjoint())


def _squares_of_self_adjoint() -> Computed:
    """That what is squared in this proof is self-adjoint."""
    squared = (A0 - SUM, A1 - DIFFERENCE, number(2) - S)
    return Computed(sympy.Matrix([_self_adjoint(one) for one in squared]), sympy.zeros(3, 1))


def _quantum() -> Computed:
    squares = (A0 - SUM).squared() + (A1 - DIFFERENCE).squared()
    return Computed(LETTERS.term(number(2 * ROOT) - S), LETTERS.term(squares.times(1 / ROOT)))


def _landau() -> Computed:
    return Computed(LETTERS.term(S.squared()), LETTERS.term(ONE.times(4) - A0.commutator(A1) * B0.commutator(B1)))


def _classical() -> Computed:
    return Computed(
        CLASSICAL.term(number(2) - S), CLASSICAL.term((number(2) - S).squared().times(sympy.Rational(1, 4)))
    )


def _reversed() -> Computed:
    """S with −A0 and −A1 in place of A0 and A1."""
    return Computed(LETTERS.term(chsh(A0.times(-1), A1.times(-1), B0, B1)), LETTERS.term(S.times(-1)))


def _on_qubits(operator: Any, alice: Observables, bob: Observables) -> BellTest:
    """A's observables on the first qubit, B's on the second."""
    return BellTest(operator, on_qubit(0, 2, alice), on_qubit(1, 2, bob))


def _pure(ket: Any) -> Any:
    return ket * ket.T


TSIRELSON: Theorem[BellTest] = Theorem(
    name="tsirelson",
    title="Tsirelson's bound, and the classical one",
    statement=(
        "For two observables of A and two of B with outcomes +1 and −1, S = ⟨A0B0 + A0B1 + A1B0 − A1B1⟩ lies between −2√2 and 2√2, and "
        "between −2 and 2 if A0 and A1 commute."
    ),
    generality=(
        "any Hilbert space: the algebra uses the relations of the letters alone, words in A0, A1, B0, B1; outcomes +1 and −1 (observables "
        "between −1 and 1 are these on a larger space, which is not executed)"
    ),
    hypotheses=(
        Hypothesis("state", "ρ is positive and has trace 1", lambda it: is_state(it.operator)),
        Hypothesis(
            "observables",
            "A0, A1, B0, B1 are Hermitian with square 1",
            lambda it: are_observables(it.alice, it.bob),
        ),
        Hypothesis(
            "local",
            "the observables of A commute with those of B",
            lambda it: are_local(it.alice, it.bob),
        ),
    ),
    conclusion=Conclusion("|S| ≤ 2√2, and |S| ≤ 2 if A0A1 = A1A0", _within),
    proof=(
        Line(
            "The mean of a square K†K is not negative: a state is a mixture Σ p_k |v_k⟩⟨v_k| with p_k ≥ 0, and "
            "⟨v|K†K|v⟩ = ‖K|v⟩‖²",
            mean_of_square,
            ("state",),
            latex=r"\langle v|K^\dagger K|v\rangle = (K|v\rangle)^\dagger(K|v\rangle)",
        ),
        Line(
            "A0 − (B0 + B1)/√2, A1 − (B0 − B1)/√2 and 2 − S, which are squared below, are their own adjoints; here S stands for "
            "A0B0 + A0B1 + A1B0 − A1B1",
            _squares_of_self_adjoint,
            ("observables", "local"),
            latex="K - K^\\dagger = 0",
        ),
        Line(
            "2√2 − S = (1/√2)·[(A0 − (B0 + B1)/√2)² + (A1 − (B0 − B1)/√2)²], word by word: so ⟨S⟩ ≤ 2√2",
            _quantum,
            ("observables", "local"),
            latex=r"2\sqrt2 - S = \tfrac{1}{\sqrt2}\left[\left(A_0-\tfrac{B_0+B_1}{\sqrt2}\right)^2"
            r"+\left(A_1-\tfrac{B_0-B_1}{\sqrt2}\right)^2\right]",
        ),
        Line(
            "S² = 4 − [A0, A1][B0, B1]: beyond 2 only where neither pair commutes",
            _landau,
            ("observables", "local"),
            latex="S^2 = 4 - [A_0,A_1][B_0,B_1]",
        ),
        Line(
            "If A0 and A1 commute, S² = 4, so 2 − S = ¼(2 − S)²: ⟨S⟩ ≤ 2",
            _classical,
            ("observables", "local"),
            latex=r"2 - S = \tfrac14(2-S)^2",
        ),
        Line(
            "With −A0 and −A1, observables as good, S changes its sign: the same bounds for −⟨S⟩",
            _reversed,
            latex="S(-A_0,-A_1,B_0,B_1) = -S",
        ),
    ),
    examples=(
        Example(
            "a Bell pair, A measures Z and X, B measures (Z + X)/√2 and (Z − X)/√2: S = 2√2, the bound itself",
            _on_qubits(_pure(BELL), (Z, X), ROTATED),
        ),
        Example("|00⟩, and all measure Z: S = 2", _on_qubits(_pure(tensor(basis(2, 0), basis(2, 0))), (Z, Z), (Z, Z))),
    ),
    counterexamples=(
        Counterexample(
            "state",
            "2|Φ⟩⟨Φ| − |Ψ⟩⟨Ψ|, with S = 2√2 in the Bell state Φ and −2√2 in the singlet Ψ, has trace 1 but is no state: S = 6√2",
            _on_qubits(2 * _pure(BELL) - _pure(ANTI), (Z, X), ROTATED),
        ),
        Counterexample(
            "observables",
            "B announces 2 and −2 in place of 1 and −1: |00⟩, where all measure Z and B doubles the outcome, has S = 4",
            _on_qubits(_pure(tensor(basis(2, 0), basis(2, 0))), (Z, Z), (2 * Z, 2 * Z)),
        ),
        Counterexample(
            "local",
            "one qubit in |+⟩ that A measures first, Z or nothing (A1 = 1), and then B, (Z + X)/√2 or (Z − X)/√2: A0 and A1 "
            "commute, but S = 2√2",
            BellTest(sympy.ones(2, 2) / 2, (Z, sympy.eye(2)), ROTATED),
        ),
    ),
    references=(
        "B. S. Cirel'son, Lett. Math. Phys. 4, 93 (1980)",
        "J. F. Clauser, M. A. Horne, A. Shimony and R. A. Holt, Phys. Rev. Lett. 23, 880 (1969)",
        "L. J. Landau, Phys. Lett. A 120, 54 (1987), for the square of S",
    ),
)
