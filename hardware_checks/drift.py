"""What changes from run to run: a change point, and the spread between days apart from the shot noise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy
from numpy.typing import NDArray

from noclone.hardware_checks.measured import Interval, checked_counts, checked_level
from noclone.models.errors import InputError

__all__ = ["ChangePoint", "Spread", "change_point", "day_to_day"]

Floats = NDArray[numpy.float64]


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """The split that explains the runs best: ``index`` runs before it, with the fractions on both sides.

    ``p_value`` is for "no change"; ``null`` says what that means. No truth value: compare the p-value with a level.
    """

    index: int
    before: float
    after: float
    statistic: float
    p_value: float
    null: str

    def __bool__(self) -> bool:
        raise TypeError("a change point has no truth value: compare its p_value with an error rate chosen before")


def change_point(
    runs: Sequence[tuple[int, int]],
    *,
    null: Literal["constant", "exchangeable"] = "exchangeable",
    resamples: int = 999,
    seed: int = 0,
) -> ChangePoint:
    """Test (successes, shots) of runs in order of time for one change of level.

    The statistic is the largest binomial likelihood ratio over all splits. "constant": all runs have one probability; shots are
    dealt anew to the runs, which also rejects mere day-to-day spread. "exchangeable": runs may differ, but not in an order;
    whole runs change places, so only a change that lasts is found. Either way the p-value (1 + those as large)/(1 + resamples)
    is exact in its level, over data and seeds: many tests with one seed share its luck, so give each its own. Raises InputError
    for fewer than four runs.
    """
    pairs = [checked_counts(*run) for run in runs]
    if len(pairs) < 4 or null not in ("constant", "exchangeable"):
        raise InputError(
            f"{len(pairs)} runs, null '{null}': a change point takes at least 4 runs, and constant or exchangeable"
        )
    chance = numpy.random.default_rng(seed)
    successes, shots = (numpy.array(column, dtype=numpy.int64) for column in zip(*pairs, strict=True))
    seen = _ratios(successes[None], shots[None])[0]
    if null == "constant":
        dealt = chance.multivariate_hypergeometric(shots, int(successes.sum()), size=resamples, method="marginals")
        sizes = numpy.broadcast_to(shots, dealt.shape)
    else:
        order = chance.permuted(numpy.tile(numpy.arange(len(pairs)), (resamples, 1)), axis=1)
        dealt, sizes = successes[order], shots[order]
    index = int(seen.argmax())
    largest = float(seen[index])
    as_large = int((_ratios(dealt, sizes).max(axis=1) >= largest - 1e-9).sum())
    before, after = (slice(0, index + 1), slice(index + 1, None))
    return ChangePoint(
        index + 1,
        float(successes[before].sum() / shots[before].sum()),
        float(successes[after].sum() / shots[after].sum()),
        largest,
        (1 + as_large) / (1 + resamples),
        null,
    )


def _ratios(successes: NDArray[numpy.int64], shots: NDArray[numpy.int64]) -> Floats:
    """Twice the log likelihood ratio of two levels against one, for each row and each split after the first, second, … run."""
    total, size = successes.sum(axis=1, keepdims=True), shots.sum(axis=1, keepdims=True)
    left, width = successes.cumsum(axis=1)[:, :-1], shots.cumsum(axis=1)[:, :-1]
    gain: Floats = _likelihood(left, width) + _likelihood(total - left, size - width) - _likelihood(total, size)
    return 2 * gain


def _likelihood(successes: NDArray[numpy.int64], shots: NDArray[numpy.int64]) -> Floats:
    from scipy.special import xlogy

    found: Floats = xlogy(successes, successes / shots) + xlogy(shots - successes, 1 - successes / shots)
    return found


@dataclass(frozen=True, slots=True)
class Spread:
    """Runs of one quantity: value_i = mean + day_i + shot noise_i, day_i of standard deviation ``between``.

    ``within`` is the root mean square of the shot noise; ``between_interval`` the Q-profile interval of the day-to-day standard
    deviation; ``heterogeneity_p`` the p-value of "between = 0" (Cochran's Q); ``mean_interval`` Hartung and Knapp's (2001),
    with Student's t of runs − 1 degrees of freedom, so it widens with the days, not with the shots.
    """

    runs: int
    mean: float
    mean_interval: Interval
    between: float
    between_interval: Interval
    within: float
    heterogeneity_p: float

    @property
    def ratio(self) -> float:
        """Day-to-day standard deviation over shot noise."""
        return self.between / self.within


def day_to_day(values: Sequence[float], standard_errors: Sequence[float], *, confidence: float = 0.95) -> Spread:
    """Separate the spread between runs from the shot noise (random effects, Paule and Mandel 1982; normal runs assumed).

    Raises InputError for fewer than three runs, different lengths, and errors that are not above 0.
    """
    from scipy.special import chdtrc, chdtri, stdtrit

    tail = (1 - checked_level(confidence)) / 2
    found, noise = numpy.array(values, dtype=float), numpy.array(standard_errors, dtype=float)
    if found.shape != noise.shape or found.ndim != 1 or len(found) < 3 or not (noise > 0).all():
        raise InputError(
            f"{len(values)} values and {len(standard_errors)} standard errors: at least 3 of each, errors above 0"
        )
    degrees = len(found) - 1
    squares = noise**2
    between = _solve(found, squares, degrees)
    weights = 1 / (squares + between)
    mean = float((weights * found).sum() / weights.sum())
    error = math.sqrt(float((weights * (found - mean) ** 2).sum()) / degrees / float(weights.sum()))
    reach = -float(stdtrit(degrees, tail)) * error
    low, high = (_solve(found, squares, float(chdtri(degrees, level))) for level in (tail, 1 - tail))
    return Spread(
        len(found),
        mean,
        Interval(mean - reach, mean + reach, confidence, exact=False),
        math.sqrt(between),
        Interval(math.sqrt(low), math.sqrt(high), confidence, exact=False),
        math.sqrt(float(squares.mean())),
        float(chdtrc(degrees, _cochran(found, squares, 0.0))),
    )


def _cochran(values: Floats, squares: Floats, between: float) -> float:
    """Σ (value − mean)²/(s² + between): falls as ``between`` grows."""
    weights = 1 / (squares + between)
    mean = (weights * values).sum() / weights.sum()
    return float((weights * (values - mean) ** 2).sum())


def _solve(values: Floats, squares: Floats, target: float) -> float:
    """The variance between runs at which Cochran's Q is ``target``; 0 if it is below that already."""
    from scipy.optimize import brentq

    if _cochran(values, squares, 0.0) <= target:
        return 0.0
    highest = float(squares.max())
    while _cochran(values, squares, highest) > target:
        highest *= 4
    return float(brentq(lambda between: _cochran(values, squares, between) - target, 0.0, highest, xtol=1e-15))
