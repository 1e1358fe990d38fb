"""One parameter fitted to many figures, and whether it explains them: weighted least squares along precomputed curves.

A model with one parameter gives every figure a curve, known at some nodes and a cubic spline between them. Least squares along
a dense grid find every minimum, not only the nearest. The profile interval is right if the model is; where χ² exceeds its
degrees of freedom it is widened by √(χ²/degrees) (Birge 1932). The bootstrap deals the figures anew, so it holds without the
model's errors being right, though not without the model. Whether the parameter predicts anything is asked of figures it has
not seen: ``held_out`` fits all groups but one and predicts that one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

from noclone.hardware_checks.measured import Interval, checked_level
from noclone.hardware_checks.testing import holm
from noclone.models.errors import InputError

__all__ = ["Curves", "HeldOut", "OneParameterFit", "fit_one_parameter", "held_out", "is_explained"]

Floats = NDArray[numpy.float64]

STEPS = 2_000
"""Intervals of the grid on which least squares are searched."""
FEWEST = 3
"""Figures that a fit takes."""


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """What the model gives for each figure: ``values`` has shape (nodes, figures), the nodes rise and are at least four."""

    nodes: Floats
    values: Floats

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or len(self.nodes) != len(self.values) or len(self.nodes) < 4:
            raise InputError(
                f"curves of shape {self.values.shape} at {len(self.nodes)} nodes: give a row for each of ≥ 4"
            )
        if not (numpy.diff(self.nodes) > 0).all():
            raise InputError(f"the nodes {self.nodes.tolist()} do not rise: sort them")

    def at(self, parameter: float) -> Floats:
        """Every figure at one value of the parameter, shape (figures,)."""
        found: Floats = self._along(numpy.array([parameter]))[0]
        return found

    def slopes(self, parameter: float) -> Floats:
        """The figures' derivatives by the parameter, shape (figures,)."""
        found: Floats = self._along(numpy.array([parameter]), derivative=1)[0]
        return found

    def grid(self) -> tuple[Floats, Floats]:
        """A dense grid of the parameter, and every figure on it, shape (grid, figures)."""
        points = numpy.linspace(self.nodes[0], self.nodes[-1], STEPS + 1)
        return points, self._along(points)

    def of(self, chosen: Sequence[bool] | NDArray[numpy.bool_]) -> Curves:
        """The curves of some figures only."""
        return Curves(self.nodes, self.values[:, numpy.asarray(chosen, dtype=bool)])

    def _along(self, points: Floats, *, derivative: int = 0) -> Floats:
        from scipy.interpolate import CubicSpline

        found: Floats = CubicSpline(self.nodes, self.values)(points, derivative)
        return found


@dataclass(frozen=True, slots=True)
class OneParameterFit:
    """The parameter with the least Σ (residual/error)², ``chi_squared``; ``p_value`` is that of so large a sum, were the model right.

    ``interval`` is the profile's, ``bootstrap`` that over figures. ``is_at_edge``: the least lies at an end of the range that
    was searched, or the profile's interval reaches one, so the figures do not bound the parameter there.
    """

    parameter: float
    interval: Interval
    bootstrap: Interval
    chi_squared: float
    degrees: int
    p_value: float
    is_at_edge: bool

    def __bool__(self) -> bool:
        raise TypeError("a fit has no truth value: compare its p_value with an error rate chosen before")

    @property
    def standard_error(self) -> float:
        """A quarter of the 95 % profile interval's width, as for a normal estimate."""
        return (self.interval.high - self.interval.low) / 4


@dataclass(frozen=True, slots=True)
class HeldOut:
    """One group predicted by the fit of all others: ``parameter`` is theirs, ``mean`` and ``rms`` are of measured − predicted.

    ``p_value`` is that of so large a χ² if the model were right; it counts the parameter's own error, which all figures share.
    """

    group: str
    figures: int
    parameter: float
    mean: float
    rms: float
    chi_squared: float
    p_value: float


def fit_one_parameter(
    curves: Curves, values: Sequence[float], errors: Sequence[float], *, resamples: int = 1_000, seed: int = 0
) -> OneParameterFit:
    """Fit the parameter to measured values with these standard errors; both intervals are of 95 %.

    Raises InputError for fewer than three figures, and errors that are not above 0.
    """
    measured, sigma = _checked(curves, values, errors)
    grid, table = curves.grid()
    squares = ((measured - table) / sigma) ** 2
    sums = squares.sum(axis=1)
    parameter, least = _least(grid, sums)
    degrees = len(measured) - 1
    low, high = _below(grid, sums, least + _limit() * max(1.0, least / degrees))
    dealt = numpy.random.default_rng(seed).multinomial(len(measured), [1 / len(measured)] * len(measured), resamples)
    found = grid[(squares @ dealt.T).argmin(axis=0)] if resamples else numpy.array([parameter])
    ends = numpy.quantile(found, [0.025, 0.975])
    return OneParameterFit(
        parameter,
        Interval(low, high, 0.95, exact=False),
        Interval(float(ends[0]), float(ends[1]), 0.95, exact=False),
        least,
        degrees,
        _tail(degrees, least),
        bool(low <= grid[0] or high >= grid[-1]),
    )


def held_out(
    curves: Curves, values: Sequence[float], errors: Sequence[float], groups: Sequence[str]
) -> tuple[HeldOut, ...]:
    """For each group of figures, in the order in which they first occur: fit the others, predict this one.

    A group is not held out if the others together have fewer than three figures. Raises InputError for fewer than two groups, and if the others of one are fewer than three figures.
    """
    names = list(dict.fromkeys(groups))
    if len(names) < 2 or len(groups) != len(values):
        raise InputError(f"{len(names)} groups of {len(values)} figures: holding one out takes at least two")
    measured, sigma = _checked(curves, values, errors)
    found = []
    for name in names:
        inside = numpy.array([group == name for group in groups])
        if int((~inside).sum()) < FEWEST:
            continue
        others = curves.of(~inside)
        fit = fit_one_parameter(others, measured[~inside].tolist(), sigma[~inside].tolist(), resamples=0)
        information = float(((others.slopes(fit.parameter) / sigma[~inside]) ** 2).sum())
        widened = max(1.0, fit.chi_squared / fit.degrees)
        this = curves.of(inside)
        residuals = measured[inside] - this.at(fit.parameter)
        chi = _correlated(residuals, sigma[inside], this.slopes(fit.parameter), widened / max(information, 1e-300))
        size = int(inside.sum())
        rms = math.sqrt(float((residuals**2).mean()))
        found.append(HeldOut(name, size, fit.parameter, float(residuals.mean()), rms, chi, _tail(size, chi)))
    return tuple(found)


def is_explained(fit: OneParameterFit, held: Sequence[HeldOut], *, alpha: float = 0.05) -> bool:
    """Whether neither the fit nor any prediction of a group held out is rejected, all of them together at ``alpha`` (Holm)."""
    checked_level(alpha, "alpha")
    return min(holm([fit.p_value, *(one.p_value for one in held)])) > alpha


def _checked(curves: Curves, values: Sequence[float], errors: Sequence[float]) -> tuple[Floats, Floats]:
    measured, sigma = numpy.array(values, dtype=float), numpy.array(errors, dtype=float)
    if (
        not (measured.shape == sigma.shape == (curves.values.shape[1],))
        or len(measured) < FEWEST
        or not (sigma > 0).all()
    ):
        raise InputError(
            f"{len(values)} values and {len(errors)} errors for {curves.values.shape[1]} curves: give as many of each, at least "
            "3, errors above 0"
        )
    return measured, sigma


def _least(grid: Floats, sums: Floats) -> tuple[float, float]:
    """Where the sum is least, and how little: by the parabola through the least point of the grid and its neighbours."""
    at = int(sums.argmin())
    if at in (0, len(grid) - 1):
        return float(grid[at]), float(sums[at])
    before, here, after = (float(sums[at + step]) for step in (-1, 0, 1))
    bend = before - 2 * here + after
    shift = (before - after) / (2 * bend) if bend > 0 else 0.0
    return float(grid[at] + shift * (grid[1] - grid[0])), max(0.0, here - (before - after) * shift / 4)


def _below(grid: Floats, sums: Floats, limit: float) -> tuple[float, float]:
    """The outermost points at which the sum is below the limit, linear between points of the grid."""
    inside = numpy.flatnonzero(sums <= limit)
    if not len(inside):  # the least lies between two points of the grid
        at = int(sums.argmin())
        return float(grid[at]), float(grid[at])
    first, last = int(inside[0]), int(inside[-1])
    low = _crossing(grid, sums, first, first - 1, limit) if first else float(grid[0])
    high = _crossing(grid, sums, last, last + 1, limit) if last + 1 < len(grid) else float(grid[-1])
    return low, high


def _crossing(grid: Floats, sums: Floats, inside: int, outside: int, limit: float) -> float:
    share = (limit - sums[inside]) / (sums[outside] - sums[inside])
    return float(grid[inside] + share * (grid[outside] - grid[inside]))


def _correlated(residuals: Floats, sigma: Floats, slopes: Floats, variance: float) -> float:
    """χ² with the covariance diag(σ²) + variance·slopes·slopesᵀ (Sherman and Morrison 1950)."""
    weighted = slopes / sigma**2
    along = float(residuals @ weighted)
    return float(((residuals / sigma) ** 2).sum()) - variance * along**2 / (1 + variance * float(slopes @ weighted))


def _limit() -> float:
    from scipy.special import chdtri

    return float(chdtri(1, 0.05))


def _tail(degrees: int, chi: float) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(degrees, chi))
