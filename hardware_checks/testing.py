"""Tests of measured values against nulls and against other measured values, with family-wise control, and the planning of shots.

A test here is the dual of the interval of ``Measured``: a value is rejected at level α exactly if the interval of confidence
1 − α (two-sided) or the bound of 1 − α (one-sided) excludes it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from noclone.hardware_checks.measured import Measured, checked_level
from noclone.models.errors import InputError

__all__ = ["Alternative", "ShotPlan", "binomial_power", "difference", "holm", "p_value"]

Alternative = Literal["two-sided", "greater", "less"]


def p_value(measured: Measured, null: float, *, alternative: Alternative = "two-sided") -> float:
    """The probability, if the true value is ``null``, of data at least this far from it.

    "greater" is evidence that the truth is above the null. One count: exact binomial tails, the two-sided one being twice the
    smaller; otherwise normal or Student's t about the interval's middle. Raises InputError for another alternative.
    """
    if alternative not in ("two-sided", "greater", "less"):
        raise InputError(f"alternative '{alternative}': it is two-sided, greater or less")
    above, below = _tails(measured, null)
    if alternative == "two-sided":
        return min(1.0, 2 * min(above, below))
    return above if alternative == "greater" else below


def _tails(measured: Measured, null: float) -> tuple[float, float]:
    """P(at least this large) and P(at most this large) under the null."""
    from scipy.special import betainc, ndtr, stdtr

    if not measured.is_exact:
        center, error = measured.center()
        if error == 0:
            return (0.0, 1.0) if center > null else (1.0, 0.0) if center < null else (1.0, 1.0)
        score = (center - null) / error
        return tuple(
            float(ndtr(sign * score) if measured.degrees is None else stdtr(measured.degrees, sign * score))
            for sign in (-1, 1)
        )  # type: ignore[return-value]
    (term,) = measured.terms
    probability = (null - measured.offset) / term.weight
    seen, shots = term.successes, term.shots
    if not 0 <= probability <= 1:
        # no probability gives this value: it lies on one side of everything that can be seen
        return (0.0, 1.0) if (probability < 0) == (term.weight > 0) else (1.0, 0.0)
    at_least = float(betainc(seen, shots - seen + 1, probability)) if seen else 1.0
    at_most = float(betainc(shots - seen, seen + 1, 1 - probability)) if seen < shots else 1.0
    return (at_least, at_most) if term.weight > 0 else (at_most, at_least)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Holm's (1979) adjusted p-values in the given order: rejecting those ≤ α keeps the chance of any false alarm ≤ α.

    Holds however the tests depend on each other. Raises InputError for what is no probability.

    >>> holm([0.01, 0.04, 0.03])
    (0.03, 0.06, 0.06)
    """
    if any(not 0 <= value <= 1 for value in p_values):
        raise InputError(f"p-values {list(p_values)!r}: each is between 0 and 1")
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted, highest = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(order) - rank) * p_values[index]))
        adjusted[index] = highest
    return tuple(adjusted)


def difference(here: Measured, there: Measured, *, label: str = "") -> Measured:
    """The value here − there for two independent runs: the simulator-hardware delta as a measured value.

    Raises InputError for two different quantities.
    """
    if here.quantity != there.quantity:
        raise InputError(f"'{here.quantity}' less '{there.quantity}': only like can be compared with like")
    (_, left), (_, right) = here.center(), there.center()
    degrees = [part.degrees for part in (here, there) if part.degrees is not None]
    return Measured(
        f"difference of {here.quantity}",
        label or here.label,
        here.value - there.value,
        math.hypot(left, right),
        min(here.shots, there.shots),
        degrees=min(degrees) if degrees else None,
        mitigated=here.mitigated or there.mitigated,
    )


def binomial_power(null: float, truth: float, shots: int, *, alpha: float = 0.05) -> float:
    """The exact chance that the two-sided binomial test at ``alpha`` rejects ``null`` when ``truth`` holds.

    It is a saw-tooth in the number of shots: a few shots more can have slightly less power.
    """
    import numpy
    from scipy.special import bdtr, betainc

    checked_level(alpha, "alpha")
    seen = numpy.arange(shots + 1)
    # P(X ≥ k) and P(X ≤ k); the tails reject where they are ≤ α/2
    at_least = numpy.where(seen == 0, 1.0, betainc(numpy.maximum(seen, 1), shots - seen + 1, null))
    at_most = bdtr(seen.astype(float), shots, null)
    high, low = seen[at_least <= alpha / 2], seen[at_most <= alpha / 2]
    found = 0.0
    if high.size and high[0] > 0:
        found += float(betainc(high[0], shots - high[0] + 1, truth))
    if low.size:
        found += float(bdtr(float(low[-1]), shots, truth))
    return found


@dataclass(frozen=True, slots=True)
class ShotPlan:
    """What a run is to see: differences of ``effect`` or more, found with probability ``power``, at error rate ``alpha``.

    ``comparisons`` values are compared in one suite, so each is tested at alpha/comparisons; ``spread`` is the standard
    deviation between runs that no number of shots removes (day to day). Raises InputError for rates outside (0, 1), an effect
    that is not positive, and a spread below 0.
    """

    effect: float
    alpha: float = 0.05
    power: float = 0.9
    comparisons: int = 1
    spread: float = 0.0

    def __post_init__(self) -> None:
        checked_level(self.alpha, "alpha")
        checked_level(self.power, "power")
        if not (math.isfinite(self.effect) and self.effect > 0 and self.comparisons >= 1 and self.spread >= 0):
            raise InputError(f"{self}: effect above 0, at least one comparison, spread not below 0")

    @property
    def multiple(self) -> float:
        """How many standard errors an effect has to be: z(1 − α/2m) + z(power)."""
        from scipy.special import ndtri

        return float(ndtri(1 - self.alpha / (2 * self.comparisons)) + ndtri(self.power))

    def visible_effect(self, standard_error: float) -> float:
        """The least difference that is found with the planned power at this standard error."""
        return self.multiple * math.hypot(standard_error, self.spread)

    def shots(self, variance: float) -> int:
        """Shots per setting, for a value whose variance after one shot per setting is ``variance``.

        p(1 − p) for a probability, Σ (1 − E²) for a CHSH value; normal approximation, rounded up. Raises InputError if the
        spread between runs alone hides the effect: then more runs are needed, not more shots.
        """
        room = (self.effect / self.multiple) ** 2 - self.spread**2
        if not (math.isfinite(variance) and variance >= 0):
            raise InputError(f"variance {variance!r} of one shot: it is not below 0")
        if room <= 0:
            raise InputError(
                f"an effect of {self.effect:g} cannot be seen beside a spread of {self.spread:g} between runs with any number of "
                f"shots: plan at least {self.runs(0.0)} runs"
            )
        return max(1, math.ceil(variance / room))

    def runs(self, standard_error: float) -> int:
        """How many runs, each with this shot noise, the mean needs to see the effect beside the spread between runs."""
        return max(1, math.ceil((self.multiple * math.hypot(standard_error, self.spread) / self.effect) ** 2))

    def binomial_shots(self, null: float) -> int:
        """The least number of shots with which the exact test of ``null`` finds ``null`` ± effect with the planned power.

        Searched upward by 1 % from 90 % of the normal figure, so it is not above the least by more than that. Both sides that
        are probabilities have to be found. Raises InputError if there is none, or if ``spread`` is given (use ``shots``).
        """
        truths = [truth for truth in (null - self.effect, null + self.effect) if 0 <= truth <= 1]
        if not (0 <= null <= 1 and truths) or self.spread:
            raise InputError(f"{self} about {null!r}: no probability differs by that much, or a spread was given")
        shots = max(1, math.ceil(0.9 * self.shots(null * (1 - null))))
        level = self.alpha / self.comparisons
        while min(binomial_power(null, truth, shots, alpha=level) for truth in truths) < self.power:
            shots += max(1, shots // 100)
        return shots
