"""What an experiment measured: a value that keeps the counts it came from, so that any interval and test can be taken from it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from noclone.models.errors import InputError

__all__ = [
    "AVERAGE_FIDELITY",
    "CHSH",
    "CORRELATOR",
    "ENTANGLEMENT_FIDELITY",
    "GHZ_FIDELITY",
    "Interval",
    "Measured",
    "Term",
    "checked_counts",
    "checked_level",
    "clopper_pearson",
    "record_fields",
]

ENTANGLEMENT_FIDELITY = "entanglement fidelity"
AVERAGE_FIDELITY = "average fidelity"
GHZ_FIDELITY = "GHZ fidelity"
CORRELATOR = "correlator"
CHSH = "CHSH value"


def checked_level(level: float, what: str = "confidence") -> float:
    """The level itself; raises InputError unless 0 < level < 1."""
    if not (isinstance(level, (int, float)) and 0 < level < 1):
        raise InputError(
            f"{what} {level!r} is not between 0 and 1: 0.95 is usual for a confidence, 0.05 for an error rate"
        )
    return float(level)


def checked_counts(successes: int, shots: int) -> tuple[int, int]:
    """Both numbers; raises InputError unless they are whole and 0 ≤ successes ≤ shots ≥ 1."""
    if int(successes) != successes or int(shots) != shots or not 0 <= successes <= shots or shots < 1:
        raise InputError(
            f"{successes!r} successes in {shots!r} shots: give whole numbers with 0 ≤ successes ≤ shots and shots ≥ 1"
        )
    return int(successes), int(shots)


def record_fields(kind: type, text: str, what: str) -> dict[str, Any]:
    """The fields of a record written as a JSON object; raises InputError unless they are exactly those of ``kind``."""
    try:
        found: dict[str, Any] = json.loads(text)
        names = {field.name for field in fields(kind)}
        if not isinstance(found, dict) or set(found) != names:
            raise ValueError(f"its fields are not {', '.join(sorted(names))}")
    except ValueError as error:
        raise InputError(f"not {what}: {error}") from None
    return found


def clopper_pearson(successes: int, shots: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """The exact (Clopper-Pearson 1934) interval of a probability: it covers with at least ``confidence``, for every probability.

    Raises InputError for counts that are none and a confidence outside (0, 1).
    """
    from scipy.special import betaincinv

    successes, shots = checked_counts(successes, shots)
    tail = (1 - checked_level(confidence)) / 2
    low = float(betaincinv(successes, shots - successes + 1, tail)) if successes else 0.0
    high = float(betaincinv(successes + 1, shots - successes, 1 - tail)) if successes < shots else 1.0
    return low, high


@dataclass(frozen=True, slots=True)
class Interval:
    """Two ends, and the probability with which such an interval covers the truth: at least (``exact``) or nearly."""

    low: float
    high: float
    confidence: float
    exact: bool

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Term:
    """``weight`` times the probability of which ``successes`` of ``shots`` are a sample; the terms of a sum are independent."""

    weight: float
    successes: int
    shots: int

    def __post_init__(self) -> None:
        checked_counts(self.successes, self.shots)

    @property
    def fraction(self) -> float:
        """The successes over the shots."""
        return self.successes / self.shots


@dataclass(frozen=True, slots=True)
class Measured:
    """An estimate of one quantity with its standard error.

    Either ``terms`` holds the counts (value = offset + Σ weight · successes/shots, independent terms), or it is empty and the
    value is asymptotically normal with ``degrees`` degrees of freedom (None: normal), as for shots that share a twirl.
    ``label`` says where ("n=7", "setting XX"); ``shots`` is the smallest number of shots of any term; ``mitigated`` marks a
    value that rests on a calibration of the readout. A measured value has no truth value.
    """

    quantity: str
    label: str
    value: float
    standard_error: float
    shots: int
    offset: float = 0.0
    terms: tuple[Term, ...] = ()
    degrees: int | None = None
    mitigated: bool = False

    def __bool__(self) -> bool:
        raise TypeError(
            "a measured value has no truth value: take .interval() or ask noclone.hardware_checks.device_verdicts"
        )

    @property
    def is_exact(self) -> bool:
        """Whether intervals and tests are exact binomial ones, not normal approximations."""
        return len(self.terms) == 1

    def interval(self, confidence: float = 0.95) -> Interval:
        """The two-sided interval; each of its ends is also a one-sided bound at (1 + confidence)/2.

        One term: Clopper-Pearson. Several: normal about the shrunk fractions (k + 2/m)/(N + 4/m), m terms (Price and Bonett
        2004), which keeps coverage where correlators are near ±1. None: Student's t, or normal.
        """
        from scipy.special import ndtri, stdtrit

        tail = (1 - checked_level(confidence)) / 2
        if self.is_exact:
            (term,) = self.terms
            ends = sorted(
                self.offset + term.weight * p
                for p in clopper_pearson(term.successes, term.shots, confidence=confidence)
            )
            return Interval(ends[0], ends[1], confidence, exact=True)
        center, error = self.center()
        reach = error * float(-ndtri(tail) if self.degrees is None else -stdtrit(self.degrees, tail))
        return Interval(center - reach, center + reach, confidence, exact=False)

    def center(self) -> tuple[float, float]:
        """The middle and the standard error of the approximate interval."""
        if not self.terms:
            return self.value, self.standard_error
        extra = 4 / len(self.terms)
        center, variance = self.offset, 0.0
        for term in self.terms:
            fraction = (term.successes + extra / 2) / (term.shots + extra)
            center += term.weight * fraction
            variance += term.weight**2 * fraction * (1 - fraction) / (term.shots + extra)
        return center, math.sqrt(variance)

    def guaranteed_interval(self, confidence: float = 0.95) -> Interval:
        """A wider interval that holds for every number of shots: Clopper-Pearson for one term, Hoeffding (1963) for several.

        Raises InputError for a value without counts, for which nothing is guaranteed.
        """
        if self.is_exact:
            return self.interval(confidence)
        if not self.terms:
            raise InputError(
                f"{self.quantity} {self.label}: no interval is guaranteed for a value without counts; use .interval()"
            )
        tail = (1 - checked_level(confidence)) / 2
        reach = math.sqrt(-math.log(tail) / 2 * sum(term.weight**2 / term.shots for term in self.terms))
        return Interval(self.value - reach, self.value + reach, confidence, exact=True)

    def to_json(self) -> str:
        """This value as a JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Measured:
        """The value that ``to_json`` wrote; raises InputError if it is not one."""
        found = record_fields(cls, text, "a measured value")
        try:
            terms: list[Mapping[str, Any]] = found.pop("terms")
            return cls(**found, terms=tuple(Term(**term) for term in terms))
        except TypeError as error:
            raise InputError(f"not a measured value: {error}") from None
