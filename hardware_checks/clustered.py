"""Errors of shots that are not independent: shots that share a twirl (one randomisation of the circuit) vary together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from noclone.hardware_checks.measured import Interval, Measured, checked_counts, checked_level
from noclone.models.errors import InputError

__all__ = ["bootstrap_interval", "clustered", "design_effect"]

Clusters = Sequence[tuple[int, int]]
"""(successes, shots) of each cluster: one per randomisation."""


@dataclass(frozen=True, slots=True)
class _Totals:
    fraction: float
    shots: int
    variance: float


def _totals(clusters: Clusters) -> _Totals:
    """The pooled fraction and the sandwich variance G/(G−1) · Σ_g (k_g − n_g·p)²/(Σ n_g)²."""
    number = len(clusters)
    if number < 2:
        raise InputError(f"{number} cluster(s): the spread between randomisations needs at least 2, better 20")
    pairs = [checked_counts(successes, shots) for successes, shots in clusters]
    shots = sum(pair[1] for pair in pairs)
    fraction = sum(pair[0] for pair in pairs) / shots
    spread = sum((successes - size * fraction) ** 2 for successes, size in pairs)
    return _Totals(fraction, shots, number / (number - 1) * spread / shots**2)


def clustered(
    clusters: Clusters,
    *,
    weight: float = 1.0,
    offset: float = 0.0,
    quantity: str = "probability",
    label: str = "",
) -> Measured:
    """The value offset + weight·p from clusters, with the sandwich error and Student's t of G − 1 degrees of freedom.

    A correlator has weight 2, offset −1. Nothing is assumed of how shots within a cluster depend on each other; the clusters
    are independent. A spread of 0 is no evidence of certainty: the binomial error is the least that is reported. Raises
    InputError for fewer than two clusters.
    """
    found = _totals(clusters)
    smoothed = (found.fraction * found.shots + 1) / (found.shots + 2)
    least = 0.0 if found.variance else smoothed * (1 - smoothed) / found.shots
    return Measured(
        quantity,
        label,
        offset + weight * found.fraction,
        abs(weight) * math.sqrt(max(found.variance, least)),
        found.shots,
        degrees=len(clusters) - 1,
    )


def design_effect(clusters: Clusters) -> float:
    """The sandwich variance over the binomial one: about 1 for independent shots, n for n shots that always agree.

    Raises InputError if every shot came out the same, which shows nothing.
    """
    found = _totals(clusters)
    if not 0 < found.fraction < 1:
        raise InputError("every shot came out the same: a design effect needs both outcomes")
    return found.variance / (found.fraction * (1 - found.fraction) / found.shots)


def bootstrap_interval(
    clusters: Clusters, *, confidence: float = 0.95, resamples: int = 2_000, seed: int = 0
) -> Interval:
    """The studentised bootstrap interval of p: whole clusters are drawn again, and each draw is divided by its own error.

    Approximate, like every bootstrap; with few clusters it covers better than percentiles. Raises InputError for fewer than
    five clusters.
    """
    import numpy

    found = _totals(clusters)
    number = len(clusters)
    if number < 5:
        raise InputError(f"{number} clusters: a bootstrap over clusters needs at least 5; use clustered()")
    chance = numpy.random.default_rng(seed)
    data = numpy.array(clusters, dtype=float)
    drawn = data[chance.integers(number, size=(resamples, number))]
    successes, sizes = drawn[..., 0], drawn[..., 1]
    shots = sizes.sum(axis=1)
    fractions = successes.sum(axis=1) / shots
    spread = ((successes - sizes * fractions[:, None]) ** 2).sum(axis=1)
    errors = numpy.sqrt(number / (number - 1) * spread) / shots
    kept = errors > 0
    if not kept.any():
        raise InputError("every cluster came out the same: a bootstrap shows nothing; use clustered()")
    roots = (fractions[kept] - found.fraction) / errors[kept]
    tail = (1 - checked_level(confidence)) / 2
    upper, lower = (float(cut) for cut in numpy.quantile(roots, [tail, 1 - tail]))
    error = math.sqrt(found.variance)
    return Interval(found.fraction - error * lower, found.fraction - error * upper, confidence, exact=False)
