"""No-cloning by linearity alone, in any dimension: who copies two states does not copy their superpositions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from noclone.proofs.theorems.devices import Device, device_of, scaled
from noclone.proofs.theorems.exact import basis, is_zero, require_units, tensor
from noclone.proofs.theorems.formal import FormalKet, formal_inner, named
from noclone.proofs.theorems.no_cloning import CNOT_COPIER, copies
from noclone.proofs.theorems.overlaps import OVERLAP
from noclone.proofs.theorems.theorem import Computed, Conclusion, Counterexample, Example, Hypothesis, Line, Theorem

__all__ = ["NO_CLONING_BY_LINEARITY", "Superposition"]

X, Y = sympy.symbols("x y", complex=True)
S = sympy.Symbol("s", nonnegative=True)
ZERO, ONE = basis(2, 0), basis(2, 1)
HALF = sympy.Rational(1, 2)


@dataclass(frozen=True)
class Superposition:
    """A process, two states a and b, and the amplitudes of a third, c = x·a + y·b.

    Raises ValueError unless all three have norm 1.
    """

    device: Device
    first: Any
    second: Any
    amplitudes: tuple[Any, Any]

    def __post_init__(self) -> None:
        require_units(self.first, self.second, self.third)

    @property
    def third(self) -> Any:
        """The state c = x·a + y·b."""
        return self.first * self.amplitudes[0] + self.second * self.amplitudes[1]


def _image() -> FormalKet:
    """V c by linearity, if V copies a and b."""
    copied: dict[tuple[str, ...], FormalKet] = {("a",): named("a", "a", "e"), ("b",): named("b", "b", "f")}
    return (named("a").times(X) + named("b").times(Y)).mapped(copied)


def _wanted() -> FormalKet:
    """The copy c ⊗ c ⊗ g."""
    third = named("a").times(X) + named("b").times(Y)
    return third.tensor(third).tensor(named("g"))


def _independence() -> Computed:
    """The Gram determinant of aa, ab, ba, bb."""
    pairs = [named(one, other) for one in "ab" for other in "ab"]
    gram = sympy.Matrix(4, 4, lambda row, line: formal_inner(pairs[row], pairs[line], {("a", "b"): OVERLAP}))
    return Computed(sympy.expand(gram.det()), sympy.expand((1 - OVERLAP * sympy.conjugate(OVERLAP)) ** 4))


NO_CLONING_BY_LINEARITY: Theorem[Superposition] = Theorem(
    name="no-cloning-by-linearity",
    title="No-cloning, by linearity",
    statement=(
        "No linear process copies two independent states a, b and a superposition x·a + y·b of both (x, y ≠ 0): linearity "
        "alone forbids it, whether or not norms are preserved."
    ),
    generality="any Hilbert space: the algebra uses linear combinations alone; blank and machine of any size",
    hypotheses=(
        Hypothesis("linear", "the process is linear", lambda it: it.device.is_linear()),
        Hypothesis(
            "independent",
            "a and b are linearly independent",
            lambda it: (
                not is_zero(
                    (sympy.Matrix.hstack(it.first, it.second).H * sympy.Matrix.hstack(it.first, it.second)).det()
                )
            ),
        ),
        Hypothesis(
            "superposed", "c = x·a + y·b with x ≠ 0 and y ≠ 0", lambda it: not is_zero(sympy.Mul(*it.amplitudes))
        ),
    ),
    conclusion=Conclusion(
        "the process does not copy all of a, b and c",
        lambda it: not all(copies(it.device, state) for state in (it.first, it.second, it.third)),
    ),
    proof=(
        Line(
            "Suppose V|a⟩ = |a⟩|a⟩|e⟩ and V|b⟩ = |b⟩|b⟩|f⟩. By linearity V|c⟩ = x|a⟩|a⟩|e⟩ + y|b⟩|b⟩|f⟩: nothing stands at |a⟩|b⟩",
            lambda: Computed(formal_inner(_image().after("a", "b"), _image().after("a", "b"), {}), sympy.S.Zero),
            ("linear",),
        ),
        Line(
            "A copy |c⟩|c⟩|g⟩ has xy|g⟩ at |a⟩|b⟩",
            lambda: Computed(formal_inner(named("g"), _wanted().after("a", "b"), {}), X * Y),
        ),
        Line(
            "With a and b, the products aa, ab, ba, bb are independent: their Gram determinant is (1 − |⟨a|b⟩|²)⁴",
            _independence,
            ("independent",),
        ),
        Line(
            "and it is not zero, since |⟨a|b⟩|² < 1, written as s/(1+s) with s ≥ 0. So what stands at |a⟩|b⟩ is unique: xy|g⟩ = 0",
            lambda: Computed((1 - S / (1 + S)) ** 4, sympy.S.Zero, ">"),
            ("independent",),
        ),
        Line(
            "Since xy ≠ 0, g = 0: the copy would have norm 0, not 1",
            lambda: Computed(sympy.solve(sympy.Eq(X * Y * sympy.Symbol("g"), 0), sympy.Symbol("g"))[0], sympy.S.Zero),
            ("superposed",),
        ),
    ),
    examples=(
        Example(
            "a CNOT onto a blank |0⟩ copies |0⟩ and |1⟩, but takes (3|0⟩ + 4|1⟩)/5 to (3|00⟩ + 4|11⟩)/5",
            Superposition(device_of(CNOT_COPIER), ZERO, ONE, (sympy.Rational(3, 5), sympy.Rational(4, 5))),
        ),
    ),
    counterexamples=(
        Counterexample(
            "linear",
            "ψ ↦ ψ⊗ψ/‖ψ‖ copies everything",
            Superposition(
                scaled(lambda ket: tensor(ket, ket), 2), ZERO, ONE, (sympy.Rational(3, 5), sympy.Rational(4, 5))
            ),
        ),
        Counterexample(
            "independent",
            "with a = b = |1⟩ and x = y = ½ the superposition is |1⟩ again, which a CNOT copies",
            Superposition(device_of(CNOT_COPIER), ONE, ONE, (HALF, HALF)),
        ),
        Counterexample(
            "superposed",
            "with x = 1 and y = 0 the third state is a itself, which a CNOT copies",
            Superposition(device_of(CNOT_COPIER), ZERO, ONE, (sympy.S.One, sympy.S.Zero)),
        ),
    ),
    references=("W. K. Wootters and W. H. Zurek, Nature 299, 802 (1982)",),
)
