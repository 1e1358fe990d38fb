"""Newton's method on the optimality conditions: a solver's 8 digits become 15, where the optimum is not degenerate.

With J = F F† and Z = G G†, of as many columns as their ranks: (Y ⊗ 1 − Σ w Ω − Z^Γ) F = 0, J^Γ G = 0, tr_out J = 1,
tr JΩ_k = v for every k with a weight, Σ w = 1. Gauss-Newton steps with the shortest solution of the linearised equations,
since F and G are unique only up to a unitary; derivatives are taken numerically.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy
from numpy.typing import NDArray

from noclone.proofs.bounds.solver import Solution

__all__ = ["polished"]

_STEPS, _MOST_UNKNOWNS, _WEIGHT = 8, 900, 1e-5
_DIFFERENCE = 1e-4
"""How far to both sides the equations are taken for a derivative; they are of degree 3."""

Floats = NDArray[Any]


def polished(each: Sequence[Floats], inputs: int, outputs: int, solution: Solution) -> Solution:
    """The solution made more precise, or as it is if that does not work."""
    equations, start = _Equations.of(each, inputs, outputs, solution)
    if not equations.columns or len(start) > _MOST_UNKNOWNS:
        return solution
    point, best, error = start, start, numpy.linalg.norm(equations.residual(start))
    first = error
    for _ in range(_STEPS):
        point = point + numpy.linalg.lstsq(equations.derivative(point), -equations.residual(point), rcond=1e-8)[0]
        found = numpy.linalg.norm(equations.residual(point))
        if found < error:
            best, error = point, found
        if not numpy.isfinite(found) or error < 1e-14:
            break
    result = equations.solution(best, solution)
    slack = equations.slack(*equations.parts(best))
    works = error < 1e-10 and error < first and numpy.linalg.eigvalsh(slack)[0] > -1e-9 and min(result.weights) > -1e-9
    return result if works else solution


@dataclass(frozen=True)
class _Equations:
    """Objectives that have a weight, dimensions, and the numbers of columns of F and of G."""

    each: Floats
    inputs: int
    outputs: int
    columns: int
    transposed_columns: int

    @classmethod
    def of(cls, each: Sequence[Floats], inputs: int, outputs: int, solution: Solution) -> tuple[_Equations, Floats]:
        """The equations about a solution, and its unknowns."""
        active = numpy.array(each)[solution.weights > _WEIGHT]
        weights = solution.weights[solution.weights > _WEIGHT]
        blank = cls(active, inputs, outputs, 0, 0)
        mean = numpy.einsum("k,kab->ab", weights, active)
        flipped = blank.flipped(solution.transposed)
        slack = numpy.kron(solution.dual, numpy.eye(outputs)) - mean - flipped
        factor = _factor(solution.channel, slack)
        other = _factor(solution.transposed, blank.flipped(solution.channel))
        parts = [solution.dual.ravel(), factor.ravel(), other.ravel()]
        flat = numpy.concatenate(parts)
        rest = [*(weights / weights.sum()), solution.upper]
        equations = replace(blank, columns=factor.shape[1], transposed_columns=other.shape[1])
        return equations, numpy.concatenate([flat.real, flat.imag, rest])

    def flipped(self, matrix: Floats) -> Floats:
        """The partial transpose on the inputs."""
        shape = self.inputs, self.outputs, self.inputs, self.outputs
        return matrix.reshape(shape).transpose(2, 1, 0, 3).reshape(matrix.shape)

    def parts(self, point: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Y, F, G, and the weights with v."""
        rows, count = self.inputs * self.outputs, len(self.each) + 1
        half = (len(point) - count) // 2
        flat = point[:half] + 1j * point[half : 2 * half]
        dual = flat[: self.inputs**2].reshape(self.inputs, self.inputs)
        both = flat[self.inputs**2 :]
        factor = both[: rows * self.columns].reshape(rows, self.columns)
        other = both[rows * self.columns :].reshape(rows, self.transposed_columns)
        return (dual + dual.conj().T) / 2, factor, other, point[-count:]

    def slack(self, dual: Floats, _: Floats, other: Floats, rest: Floats) -> Floats:
        """Y ⊗ 1 − Σ w Ω − Z^Γ."""
        found: Floats = numpy.kron(dual, numpy.eye(self.outputs)) - numpy.einsum("k,kab->ab", rest[:-1], self.each)
        return found - self.flipped(other @ other.conj().T)

    def residual(self, point: Floats) -> Floats:
        """What should be 0, in real numbers."""
        dual, factor, other, rest = self.parts(point)
        channel = factor @ factor.conj().T
        shape = self.inputs, self.outputs, self.inputs, self.outputs
        norm = channel.reshape(shape).trace(axis1=1, axis2=3) - numpy.eye(self.inputs)
        values = numpy.einsum("kab,ba->k", self.each, channel).real - rest[-1]
        zeros = [self.slack(dual, factor, other, rest) @ factor, self.flipped(channel) @ other, norm]
        flat = numpy.concatenate([part.ravel() for part in zeros])
        return numpy.concatenate([flat.real, flat.imag, values, [rest[:-1].sum() - 1]])

    def derivative(self, point: Floats) -> Floats:
        """The residual's derivatives, a column for each unknown."""
        columns = []
        for at in range(len(point)):
            step = numpy.zeros(len(point))
            step[at] = _DIFFERENCE
            columns.append((self.residual(point + step) - self.residual(point - step)) / (2 * _DIFFERENCE))
        return numpy.array(columns).T

    def solution(self, point: Floats, old: Solution) -> Solution:
        """The point as a solution; ``old`` says which objectives have no weight, and whether all is real."""
        dual, factor, other, rest = self.parts(point)
        weights = old.weights * 0
        weights[old.weights > _WEIGHT] = rest[:-1]
        matrices = [dual, other @ other.conj().T, factor @ factor.conj().T]
        if not numpy.iscomplexobj(old.dual):
            matrices = [matrix.real for matrix in matrices]
        value = float(numpy.trace(dual).real)
        return Solution(matrices[0], matrices[1], weights, matrices[2], value, min(value, float(rest[-1])))


def _factor(matrix: Floats, against: Floats) -> Floats:
    """F with F F† the part of a positive matrix where it outweighs another, with which its product is nearly 0."""
    values, vectors = numpy.linalg.eigh(matrix)
    other = numpy.einsum("ak,ab,bk->k", vectors.conj(), against, vectors).real
    found: Floats = vectors * numpy.sqrt(numpy.clip(values, 0, None))
    return found[:, values > numpy.maximum(other, 1e-9)]
