"""The laws that claims of monogamy name: of which states they speak, their sides in balls, and exact values where there are some."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy
from flint import arb

from noclone.models.ball_entanglement import (
    BallKet,
    chsh_bound,
    classical_bound,
    concurrence_ball,
    formation_between,
    horodecki_ball,
    roof_tangle,
)
from noclone.models.balls import to_fraction
from noclone.models.correlations import PAULIS, pauli_coefficients, searched_observables
from noclone.models.entanglement import PartedState, parted
from noclone.models.errors import InputError, TooLargeError
from noclone.models.exact_correlations import MOST_MEASURED, ReachedChsh, pauli_chsh
from noclone.models.monogamy import (
    CHSH_QUBITS,
    CKW,
    CLASSICAL,
    DIFFERENT_SETTINGS,
    EXCLUSION,
    KOASHI_WINTER,
    OSBORNE_VERSTRAETE,
    TONER_VERSTRAETE,
    UNSQUARED_FORMATION,
    Law,
    Sides,
    chsh_sides,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CLAIMED", "FINE", "NAIVE_CKW", "SAME", "ClaimedLaw", "Evaluation", "reached_chsh"]

FINE, SAME = 3e-3, 1e-8
"""Sides that are known no better than FINE, and whose bounds overlap by more than SAME, decide nothing."""

MOST_TESTED = 64
"""The largest dimension of A and B together whose CHSH settings are searched."""

SEARCHED = "settings found by a search in floats"
BOUNDED = "classical correlation between bounds in floats"


@dataclass(frozen=True)
class Evaluation:
    """Both sides as balls that contain them, and as floats with an error, which is smaller where no ball is as good.

    ``method`` says what the floats rest on beyond balls; ``notes`` are words for the witness.
    """

    left: arb
    right: arb
    sides: Sides
    method: str = ""
    notes: tuple[str, ...] = ()

    def excess(self, *, equality: bool) -> tuple[Fraction, Fraction]:
        """Left − right from below and above, both proved; for an equality |left − right|, or 0 and more if they overlap."""
        low, high = (
            to_fraction(one) - to_fraction(two)
            for one, two in ((self.left.lower(), self.right.upper()), (self.left.upper(), self.right.lower()))
        )
        return (-high, -low) if equality and high < 0 else (low, high)

    @property
    def told(self) -> str:
        """The sides in words."""
        found = self.sides
        if found.error > FINE:
            low, high = max(0.0, float(self.left.lower())), float(self.left.upper())
            return f"left between {low:.6g} and {high:.6g}, right {found.right:.9g}"
        left, right, slack = (0.0 if abs(x) <= found.error else x for x in (found.left, found.right, found.slack))
        return f"left {left:.9g}, right {right:.9g}, slack {slack:.9g} (± {found.error:.0e})"


@dataclass(frozen=True)
class ClaimedLaw:
    """A law with the name that claims have for it.

    ``of_qubits`` and ``of_kets`` say of which states it speaks, ``most`` of how many parties (0: any number); ``rule`` computes the
    sides in balls; ``theorem`` is its name in the book of theorems, if it is there.
    """

    name: str
    law: Law
    rule: Callable[[BallKet], Evaluation]
    of_qubits: bool
    of_kets: bool
    least: int = 3
    most: int = 3
    theorem: str = ""

    @property
    def statement(self) -> str:
        """The law in symbols."""
        return self.law.statement

    @property
    def is_equality(self) -> bool:
        """Whether the two sides are said to be equal."""
        return self.law.is_equality

    @property
    def standing(self) -> str:
        """Why a state that does not break it says no more than it does."""
        if not self.law.is_theorem:
            return "supported for this state alone: other states break this law"
        everywhere = f"; for all states: noclone theorem {self.theorem}" if self.theorem else ""
        return f"a theorem ({self.law.source}), but the kernel has no rule for it: SUPPORTED, not PROVED{everywhere}"

    def check(self, dims: Sequence[int]) -> None:
        """Raise InputError for a number of parties, or dimensions, of which this law does not speak."""
        if len(dims) < self.least or (self.most and len(dims) > self.most):
            number = f"{self.most} parties" if self.most else f"{self.least} parties or more"
            form = "A | B C" if self.least == 3 else "A | B"
            raise InputError(f"{self.name} speaks of {number}, {form}{'' if self.most else ' …'}; here are {len(dims)}")
        if self.of_qubits and set(dims) != {2}:
            also = "; naive-CKW is the same for parties of any size" if self.law in (CKW, OSBORNE_VERSTRAETE) else ""
            sizes = ", ".join(map(str, dims))
            raise InputError(
                f"{self.name} speaks of parties of one qubit each; here their dimensions are {sizes}{also}"
            )

    def refusal(self, ket: BallKet) -> str:
        """Why the law does not speak of this state, or ""."""
        purity = ket.purity(range(len(ket.dims)))
        if not self.of_kets or purity.upper() > arb(1) - arb(1e-9):
            return ""
        return f"what the parties hold together is mixed (purity {float(purity.mid()):.6g})"

    def evaluate(self, ket: BallKet) -> Evaluation:
        """Both sides; raises TooLargeError."""
        return self.rule(ket)


def _in_balls(left: Sequence[arb], right: arb) -> Evaluation:
    total = sum(left, arb(0))
    error = float(total.rad()) + float(right.rad()) + 2.0**-50
    return Evaluation(total, right, Sides(float(total.mid()), float(right.mid()), error))


def _others(ket: BallKet) -> range:
    return range(1, len(ket.dims))


def _tangles(ket: BallKet) -> Evaluation:
    found = [concurrence_ball(ket, 0, other) for other in _others(ket)]
    return _in_balls([value * value for value in found], ket.one_tangle(0))


def _roof_tangles(ket: BallKet) -> Evaluation:
    if any(ket.dims[0] * size > MOST_TESTED for size in ket.dims[1:]):
        raise TooLargeError(
            f"naive-CKW is computed for A and another party of together at most {MOST_TESTED} dimensions"
        )
    return _in_balls([roof_tangle(ket, 0, other) for other in _others(ket)], ket.one_tangle(0))


def _formation(ket: BallKet, other: int) -> arb:
    value = concurrence_ball(ket, 0, other)
    return formation_between(value * value)


def _formations(ket: BallKet) -> Evaluation:
    return _in_balls([_formation(ket, other) for other in _others(ket)], ket.entropy([0]))


def _informations(ket: BallKet) -> Evaluation:
    own = ket.entropy([0])
    return _in_balls([own + ket.entropy([other]) - ket.entropy([0, other]) for other in _others(ket)], 2 * own)


def _best_tests(ket: BallKet) -> Evaluation:
    return _in_balls([horodecki_ball(ket, 0, other) for other in _others(ket)], arb(8))


def _floats(ket: BallKet) -> PartedState:
    """The parties' state in floats; a ket if it is one up to rounding."""
    factor, error = ket.floats(), 2 * ket.radius
    if factor.shape[1] > 1:
        left, values, _ = numpy.linalg.svd(factor, full_matrices=False)
        if values[1:].max() > 1e-7:
            return parted(factor.reshape(-1), (*ket.dims, factor.shape[1]), error=error).of(
                *[[at] for at in range(len(ket.dims))]
            )
        factor, error = left[:, 0], error + 2 * float(values[1:].sum()) + 2.0**-48
    return parted(factor.reshape(-1), ket.dims, error=error)


def _best_classical(ket: BallKet, other: int) -> arb:
    """A lower bound on J(A|other): the best of the Pauli directions and those along which T acts."""
    pair = _floats(ket).of([0], [other])
    turned = numpy.linalg.svd(pauli_coefficients(pair)[1:, 1:])[2]
    found = [classical_bound(ket, 0, other, axis) for axis in (*numpy.eye(3), *turned)]
    return max((each.lower() for each in found), key=float)


def _classical(ket: BallKet) -> Evaluation:
    own = ket.entropy([0])
    left = [_best_classical(ket, other).union(own.upper()) for other in _others(ket)]
    return Evaluation(sum(left, arb(0)), own, CLASSICAL.rule(_floats(ket)), BOUNDED)


def _koashi_winter(ket: BallKet) -> Evaluation:
    own = ket.entropy([0])
    left = _formation(ket, 1) + _best_classical(ket, 2).union(own.upper())
    return Evaluation(left, own, KOASHI_WINTER.rule(_floats(ket)), BOUNDED)


def reached_chsh(ket: BallKet) -> list[ReachedChsh]:
    """What Pauli words of A reach with each of the others, exactly; none unless the ket is exact and the others are qubits."""
    count = ket.dims[0].bit_length() - 1
    if ket.exact is None or set(ket.dims[1:]) != {2} or count > MOST_MEASURED:
        return []
    flat = ket.exact.reshape(*[2] * (count + len(ket.dims) - 1), ket.exact.shape[-1])
    return [pauli_chsh(flat, range(count), count + at) for at in range(len(ket.dims) - 1)]


def _tests(ket: BallKet, *, same: bool) -> Evaluation:
    if any(ket.dims[0] * size > MOST_TESTED for size in ket.dims[1:]):
        raise TooLargeError(f"CHSH settings are searched for A and B of together at most {MOST_TESTED} dimensions")
    whole = _floats(ket)
    pairs = [whole.of([0], [other]) for other in _others(ket)]
    searches = [pairs, pairs] if same else [pairs[:1], pairs[1:]]
    settings = [searched_observables(search) for search in searches]
    sides = chsh_sides(whole, settings[0], None if same else settings[1])
    candidates = [[pair] for pair in settings]
    for at, reached in enumerate([] if same else reached_chsh(ket)):
        candidates[at].append(tuple(_word(word) for word in reached.words))  # type: ignore[arg-type]
    left = arb(0)
    for other, observables in zip(_others(ket), candidates, strict=True):
        value = max((chsh_bound(ket, 0, other, each).lower().max(0) for each in observables), key=float)
        left += (value * value).lower().union(arb(8))
    return Evaluation(left, arb(8), sides, SEARCHED, ("a search over settings may miss better ones",))


def _word(letters: str) -> NDArray[numpy.complex128]:
    found = numpy.eye(1, dtype=numpy.complex128)
    for letter in letters:
        found = numpy.kron(found, PAULIS["IXYZ".index(letter)])
    return found


NAIVE_CKW = Law(
    "naive CKW",
    "Σ C²(A:B_i) ≤ C²(A:B_1…B_m) for parties of any dimensions",
    "kets of parties of any dimensions; C² = 2(1 − tr ρ_A²), with its convex roof for mixed states",
    "false: Ou's antisymmetric state of three qutrits, 2 > 4/3 (Phys. Rev. A 75 (2007) 034305)",
    False,
    OSBORNE_VERSTRAETE.rule,
)
"""A theorem if every party is a qubit, and then its ``rule`` in floats is that one's."""

CLAIMED = (
    ClaimedLaw("CKW", CKW, _tangles, True, True, theorem="coffman-kundu-wootters"),
    ClaimedLaw("Osborne-Verstraete", OSBORNE_VERSTRAETE, _tangles, True, True, 2, 0),
    ClaimedLaw("naive-CKW", NAIVE_CKW, _roof_tangles, False, True, 3, 0),
    ClaimedLaw(
        "Toner-Verstraete",
        TONER_VERSTRAETE,
        lambda ket: _tests(ket, same=True),
        False,
        False,
        theorem="toner-verstraete",
    ),
    ClaimedLaw("Koashi-Winter", KOASHI_WINTER, _koashi_winter, True, True),
    ClaimedLaw("exclusion", EXCLUSION, _informations, False, False),
    ClaimedLaw("unsquared-formation", UNSQUARED_FORMATION, _formations, True, True),
    ClaimedLaw("classical-correlation", CLASSICAL, _classical, True, False),
    ClaimedLaw("chsh-different-settings", DIFFERENT_SETTINGS, lambda ket: _tests(ket, same=False), False, False),
    ClaimedLaw("chsh-qubits", CHSH_QUBITS, _best_tests, True, False),
)
"""Every law that a claim may name."""
