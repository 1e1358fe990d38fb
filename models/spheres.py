"""The maximum of a norm over the unit sphere in three dimensions, by subdividing the sphere into triangles.

See ``noclone.models.distinguishing``, bound 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[numpy.complex128]
    Reals: TypeAlias = NDArray[numpy.float64]

__all__ = ["half_trace_norms", "sphere_bound"]

_OCTANTS = ((1, 1), (1, -1), (-1, 1), (-1, -1))
_BATCH = 2**22


def sphere_bound(images: Array, reached: float, gap: float, evaluations: int) -> tuple[float, float]:
    """Bounds on the maximum over unit vectors n of f(n) = ½‖Σ n_j X_j‖₁, for X_j = ``images[j]``, shape (3, r, r).

    ``reached`` is a value that f is known to take. Subdivision ends at the relative ``gap``, or after so many evaluations of f.
    """
    corners: Reals = numpy.array([[[x, 0, 0], [0, y, 0], [0, 0, 1]] for x, y in _OCTANTS], dtype=float)
    values = half_trace_norms(images, corners)
    while True:
        reached = max(reached, float(values.max()))
        limits = _limits(corners, values)
        open_ = limits > reached * (1 + gap / 2)
        closed = reached * (1 + gap / 2)
        if not open_.any():
            return reached, closed
        evaluations -= 3 * int(open_.sum())
        if evaluations < 0:
            return reached, max(closed, float(limits.max()))
        corners, values = _cut(images, corners[open_], values[open_])


def _limits(corners: Reals, values: Reals) -> Reals:
    """What f cannot exceed on each triangle: the smaller of (largest value)/h and |v|."""
    normals = numpy.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    heights = abs((normals * corners[:, 0]).sum(axis=1)) / numpy.linalg.norm(normals, axis=1)
    slopes = numpy.linalg.norm(numpy.linalg.solve(corners, values[:, :, None])[:, :, 0], axis=1)
    limits: Reals = numpy.minimum(values.max(axis=1) / heights, slopes)
    return limits


def _cut(images: Array, corners: Reals, values: Reals) -> tuple[Reals, Reals]:
    """Each triangle as four, cut at the midpoints of its sides."""
    sides = numpy.stack([corners[:, at] + corners[:, (at + 1) % 3] for at in range(3)], axis=1)
    sides /= numpy.linalg.norm(sides, axis=2, keepdims=True)
    found = half_trace_norms(images, sides)
    parts, known = [(sides, found)], (corners, sides)
    for at in range(3):
        # the corner, the midpoint of the side after it, and that of the side before
        three = numpy.stack([known[0][:, at], known[1][:, at], known[1][:, at - 1]], axis=1)
        parts.append((three, numpy.stack([values[:, at], found[:, at], found[:, at - 1]], axis=1)))
    return numpy.concatenate([part for part, _ in parts]), numpy.concatenate([value for _, value in parts])


def half_trace_norms(images: Array, directions: Reals) -> Reals:
    """½‖Σ n_j X_j‖₁ for every vector n along the last axis of ``directions``."""
    flat = directions.reshape(-1, 3)
    size = images.shape[1]
    step = max(1, _BATCH // size**2)
    parts = []
    for start in range(0, len(flat), step):
        stack = numpy.tensordot(flat[start : start + step], images, 1)
        parts.append(abs(numpy.linalg.eigvalsh(stack)).sum(axis=1) / 2)
    found: Reals = numpy.concatenate(parts).reshape(directions.shape[:-1])
    return found
