"""Newton's method on the optimality conditions: a solver's 8 digits become 15, where the optimum is not degenerate.

With J = F F†, F of as many columns as J has rank: (Y ⊗ 1 − Σ w Ω) F = 0, tr_out F F† = 1, tr F†Ω_k F = v for every k with
a weight, Σ w = 1. Gauss-Newton steps with the shortest solution of the linearised equations: F is unique up to a unitary.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy
from numpy.typing import NDArray

from noclone.proofs.bounds.solver import Solution

__all__ = ["polished"]

_STEPS, _MOST_UNKNOWNS = 8, 900


def polished(each: Sequence[NDArray[Any]], inputs: int, outputs: int, solution: Solution) -> Solution:
    """The solution made more precise, or as it is if that does not work. Not for separable problems."""
    start = _Point.of(each, inputs, outputs, solution)
    if start is None:
        return solution
    point, best = start, start
    for _ in range(_STEPS):
        point = point.step()
        best = point if point.error < best.error else best
        if not numpy.isfinite(point.error) or best.error < 1e-14:
            break
    error, point = best.error, best
    found = point.solution(solution)
    slack = numpy.kron(found.dual, numpy.eye(outputs)) - sum(w * o for w, o in zip(found.weights, each, strict=True))
    works = error < min(1e-10, start.error) and numpy.linalg.eigvalsh(slack)[0] > -1e-9 and min(found.weights) > -1e-9
    return found if works else solution


class _Point:
    """Y, F, w (of the objectives that have a weight) and v."""

    def __init__(
        self,
        each: Sequence[NDArray[Any]],
        shape: tuple[int, int],
        dual: NDArray[Any],
        factor: NDArray[Any],
        rest: NDArray[Any],
    ) -> None:
        self.each, self.shape, self.dual, self.factor, self.rest = each, shape, dual, factor, rest

    @classmethod
    def of(cls, each: Sequence[NDArray[Any]], inputs: int, outputs: int, solution: Solution) -> _Point | None:
        """The point of a solution; None if there would be too many unknowns."""
        values, vectors = numpy.linalg.eigh(solution.channel)
        slack = numpy.kron(solution.dual, numpy.eye(outputs)) - sum(
            w * o for w, o in zip(solution.weights, each, strict=True)
        )
        against = numpy.einsum("ak,ab,bk->k", vectors.conj(), slack, vectors).real
        factor = (vectors * numpy.sqrt(numpy.clip(values, 0, None)))[:, values > against]
        active = [which for which, weight in enumerate(solution.weights) if weight > 1e-5]
        if not factor.size or inputs**2 + 2 * factor.size + len(active) > _MOST_UNKNOWNS:
            return None
        weights = solution.weights[active] / solution.weights[active].sum()
        rest = numpy.array([*weights, solution.upper])
        return cls([each[which] for which in active], (inputs, outputs), solution.dual + 0j, factor + 0j, rest)

    @property
    def slack(self) -> NDArray[Any]:
        """Y ⊗ 1 − Σ w Ω."""
        found: NDArray[Any] = numpy.kron(self.dual, numpy.eye(self.shape[1]))
        for weight, matrix in zip(self.rest, self.each, strict=False):
            found = found - weight * matrix
        return found

    def _traced(self, matrix: NDArray[Any]) -> NDArray[Any]:
        inputs, outputs = self.shape
        found: NDArray[Any] = matrix.reshape(inputs, outputs, inputs, outputs).trace(axis1=1, axis2=3)
        return found

    def residual(self) -> NDArray[Any]:
        """What should be 0, in real numbers."""
        values = [numpy.vdot(self.factor, matrix @ self.factor).real - self.rest[-1] for matrix in self.each]
        norm = self._traced(self.factor @ self.factor.conj().T) - numpy.eye(self.shape[0])
        return _flat(self.slack @ self.factor, norm, [*values, self.rest[:-1].sum() - 1])

    @property
    def error(self) -> float:
        """The residual's length."""
        return float(numpy.linalg.norm(self.residual()))

    def step(self) -> _Point:
        """The next point."""
        outputs = self.shape[1]
        columns, directions = [], []
        zeros = numpy.zeros_like(self.dual), numpy.zeros_like(self.factor), numpy.zeros_like(self.rest)
        for at in numpy.ndindex(self.dual.shape):
            change = zeros[0].copy()
            change[at] += 1 if at[0] <= at[1] else 1j
            change = change + change.conj().T
            directions.append((change, zeros[1], zeros[2]))
            columns.append(_flat(numpy.kron(change, numpy.eye(outputs)) @ self.factor, zeros[0], 0 * self.rest))
        slack, images = self.slack, [matrix @ self.factor for matrix in self.each]
        for at in numpy.ndindex(self.factor.shape):
            for unit in (1, 1j):
                change = zeros[1].copy()
                change[at] = unit
                norm = change @ self.factor.conj().T
                values = [2 * (image[at].conj() * unit).real for image in images]
                directions.append((zeros[0], change, zeros[2]))
                columns.append(_flat(slack @ change, self._traced(norm + norm.conj().T), [*values, 0]))
        for which in range(len(self.rest)):
            change = zeros[2].copy()
            change[which] = 1
            last = which == len(self.each)
            moved = zeros[1] if last else -images[which]
            directions.append((zeros[0], zeros[1], change))
            columns.append(_flat(moved, zeros[0], [*[-1.0 * last] * len(self.each), 1.0 * (not last)]))
        lengths = numpy.linalg.lstsq(numpy.array(columns).T, -self.residual(), rcond=1e-9)[0]
        dual, factor, rest = (
            part + sum(length * direction[which] for length, direction in zip(lengths, directions, strict=True))
            for which, part in enumerate((self.dual, self.factor, self.rest))
        )
        return _Point(self.each, self.shape, dual, factor, rest)

    def solution(self, old: Solution) -> Solution:
        """As a solution; ``old`` says which objectives have no weight."""
        channel, weights = self.factor @ self.factor.conj().T, old.weights * 0
        weights[old.weights > 1e-5] = self.rest[:-1]
        real = not numpy.iscomplexobj(old.dual)
        dual, channel = (self.dual.real, channel.real) if real else (self.dual, channel)
        value = float(numpy.trace(dual).real)
        return Solution(dual, old.transposed, weights, channel, value, min(value, float(self.rest[-1])))


def _flat(image: NDArray[Any], norm: NDArray[Any], values: Sequence[float] | NDArray[Any]) -> NDArray[Any]:
    """Real and imaginary parts, one after the other."""
    return numpy.concatenate(
        [part.ravel() for part in (image.real, image.imag, norm.real, norm.imag)] + [numpy.array(values)]
    )
