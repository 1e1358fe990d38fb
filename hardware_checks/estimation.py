"""Estimates from counts: probabilities, joint outcomes, correlators, fidelities and CHSH values, with stated coverage.

Counts map outcomes, written as strings of 0 and 1, to numbers of shots; a position counts from the left of the string.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from noclone.hardware_checks.measured import (
    AVERAGE_FIDELITY,
    CHSH,
    CORRELATOR,
    ENTANGLEMENT_FIDELITY,
    Interval,
    Measured,
    Term,
    checked_counts,
    checked_level,
    clopper_pearson,
)
from noclone.models.errors import InputError

__all__ = [
    "JointFractions",
    "average_fidelity",
    "bell_fidelity",
    "chsh",
    "combination",
    "correlator",
    "even_shots",
    "fidelity_from_correlators",
    "joint_fractions",
    "proportion",
]


def combination(
    terms: Sequence[Term], *, offset: float = 0.0, quantity: str = "combination", label: str = ""
) -> Measured:
    """The value offset + Σ weight·p of independent probabilities, with variance Σ weight²·p(1−p)/N.

    Terms that come from the same shots are not independent: count their joint event as one term instead. Raises InputError
    without terms.
    """
    if not terms:
        raise InputError(f"{quantity} {label}: no counts given")
    variance = sum(term.weight**2 * term.fraction * (1 - term.fraction) / term.shots for term in terms)
    return Measured(
        quantity,
        label,
        offset + sum(term.weight * term.fraction for term in terms),
        math.sqrt(variance),
        min(term.shots for term in terms),
        offset,
        tuple(terms),
    )


def proportion(successes: int, shots: int, *, quantity: str = "probability", label: str = "") -> Measured:
    """The probability of an outcome seen ``successes`` times in ``shots``; its variance is p(1−p)/N.

    >>> proportion(874, 1000).interval(0.95).high < 0.895
    True
    """
    return combination([Term(1.0, *checked_counts(successes, shots))], quantity=quantity, label=label)


def even_shots(counts: Mapping[str, int], positions: Sequence[int] | None = None) -> tuple[int, int]:
    """How many shots have an even number of ones at ``positions`` (default: all), and how many shots there are.

    Raises InputError for outcomes that are not strings of 0 and 1 of one length, and positions outside them.
    """
    width = _width(counts)
    chosen = range(width) if positions is None else positions
    if any(not 0 <= position < width for position in chosen):
        raise InputError(
            f"positions {list(chosen)} of outcomes with {width} bits: positions count from 0, from the left"
        )
    shots = sum(counts.values())
    even = sum(number for outcome, number in counts.items() if sum(outcome[k] == "1" for k in chosen) % 2 == 0)
    return checked_counts(even, shots)


def _width(counts: Mapping[str, int]) -> int:
    widths = {len(outcome) for outcome in counts}
    if len(widths) != 1 or any(set(outcome) - {"0", "1"} for outcome in counts) or min(counts.values()) < 0:
        raise InputError(
            f"counts {dict(list(counts.items())[:3])!r}: outcomes are strings of 0 and 1 of one length, numbers ≥ 0"
        )
    return widths.pop()


def correlator(
    counts: Mapping[str, int], positions: Sequence[int] | None = None, *, sign: int = 1, label: str = ""
) -> Measured:
    """sign·⟨∏ Z⟩ over ``positions`` after the change of basis: E = 2p − 1 with p the even fraction, variance (1 − E²)/N."""
    if sign not in (1, -1):
        raise InputError(f"sign {sign!r} of a correlator: it is 1 or -1")
    even, shots = even_shots(counts, positions)
    return combination([Term(2.0 * sign, even, shots)], offset=-1.0 * sign, quantity=CORRELATOR, label=label)


def chsh(correlators: Sequence[Measured], *, signs: Sequence[int] = (1, 1, 1, -1), label: str = "") -> Measured:
    """S = Σ sign·E over four correlators from four settings, each with its own shots; variance Σ (1 − E²)/N.

    Raises InputError unless there are four correlators with counts and four signs of which an odd number is −1.
    """
    if len(correlators) != 4 or len(signs) != 4 or any(abs(sign) != 1 for sign in signs) or math.prod(signs) != -1:
        raise InputError(
            f"{len(correlators)} correlators with signs {tuple(signs)}: CHSH takes four, one or three of them with −1"
        )
    return _weighted(correlators, [float(sign) for sign in signs], 0.0, CHSH, label)


def fidelity_from_correlators(
    xx: Measured, yy: Measured, zz: Measured, *, signs: Sequence[int] = (1, -1, 1), label: str = ""
) -> Measured:
    """Entanglement fidelity (1 + XX − YY + ZZ)/4 with |φ⁺⟩ from three settings with shots of their own.

    If the three came from one Bell measurement their errors are correlated: use ``bell_fidelity``, whose variance is F(1−F)/N.
    Another Bell state has other ``signs``.
    """
    weights = [sign / 4 for sign in signs]
    return _weighted([xx, yy, zz], weights, 0.25, ENTANGLEMENT_FIDELITY, label)


def _weighted(
    parts: Sequence[Measured], weights: Sequence[float], offset: float, quantity: str, label: str
) -> Measured:
    """The value offset + Σ weight·part for independent parts that hold their counts."""
    if any(not part.terms for part in parts):
        raise InputError(f"{quantity} {label}: every part needs its counts; a clustered or mitigated value has none")
    terms = [
        Term(weight * term.weight, term.successes, term.shots)
        for part, weight in zip(parts, weights, strict=True)
        for term in part.terms
    ]
    return combination(
        terms,
        offset=offset + sum(weight * part.offset for part, weight in zip(parts, weights, strict=True)),
        quantity=quantity,
        label=label,
    )


def bell_fidelity(counts: Mapping[str, int], *, target: str = "00", label: str = "") -> Measured:
    """Entanglement fidelity from a Bell measurement: the fraction of ``target``, variance F(1 − F)/N.

    The four outcomes of one shot exclude each other, so this is one binomial: adding up the variances of the three correlators
    as if they were independent gives another, wrong, number.
    """
    if _width(counts) != 2 or target not in ("00", "01", "10", "11"):
        raise InputError(f"a Bell measurement has outcomes of two bits; got {sorted(counts)[:4]} and target {target!r}")
    return proportion(counts.get(target, 0), sum(counts.values()), quantity=ENTANGLEMENT_FIDELITY, label=label)


def average_fidelity(entanglement_fidelity: Measured) -> Measured:
    """F = (2·F_e + 1)/3, the mean over all pure qubit states (Horodecki 1999); raises InputError for any other quantity."""
    if entanglement_fidelity.quantity != ENTANGLEMENT_FIDELITY:
        raise InputError(f"'{entanglement_fidelity.quantity}' is not an entanglement fidelity")
    part = entanglement_fidelity
    if part.terms:
        return _weighted([part], [2 / 3], 1 / 3, AVERAGE_FIDELITY, part.label)
    return Measured(
        AVERAGE_FIDELITY,
        part.label,
        (2 * part.value + 1) / 3,
        2 * part.standard_error / 3,
        part.shots,
        degrees=part.degrees,
        mitigated=part.mitigated,
    )


@dataclass(frozen=True, slots=True)
class JointFractions:
    """Fractions of outcomes that exclude each other; sorted by outcome.

    cov(p̂_i, p̂_j) = −p_i·p_j/N for i ≠ j: a sum of two of them has the binomial variance of the joint event.
    """

    outcomes: tuple[str, ...]
    numbers: tuple[int, ...]

    @property
    def shots(self) -> int:
        """All shots together."""
        return sum(self.numbers)

    @property
    def fractions(self) -> tuple[float, ...]:
        """The number over the shots of each outcome."""
        return tuple(number / self.shots for number in self.numbers)

    def covariance(self, one: str, other: str) -> float:
        """The covariance of two fractions: p(1−p)/N of an outcome with itself, −p·q/N of two."""
        here, there = (self.numbers[self.outcomes.index(outcome)] / self.shots for outcome in (one, other))
        return (here * (1 - here) if one == other else -here * there) / self.shots

    def intervals(self, confidence: float = 0.95) -> tuple[Interval, ...]:
        """Intervals that hold for all outcomes at once with at least ``confidence``: exact binomial, Bonferroni."""
        each = 1 - (1 - checked_level(confidence)) / len(self.numbers)
        ends = [clopper_pearson(number, self.shots, confidence=each) for number in self.numbers]
        return tuple(Interval(low, high, confidence, exact=True) for low, high in ends)


def joint_fractions(counts: Mapping[str, int], outcomes: Sequence[str] | None = None) -> JointFractions:
    """The fractions of all outcomes; ``outcomes`` lists them if some may be missing from the counts (default: all of this width
    up to four bits, else those seen).

    Raises InputError for counts of an outcome that is not listed.
    """
    width = _width(counts)
    listed = outcomes if outcomes is not None else [f"{k:0{width}b}" for k in range(2**width)] if width <= 4 else counts
    if unknown := set(counts) - set(listed):
        raise InputError(f"counts of outcome '{min(unknown)}', which is not listed: {sorted(listed)[:8]}")
    checked_counts(0, sum(counts.values()))
    return JointFractions(tuple(sorted(listed)), tuple(int(counts.get(outcome, 0)) for outcome in sorted(listed)))
