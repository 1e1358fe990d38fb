"""The best channel and its dual in floating point, by a barrier method: a guess to be made exact, never a bound.

Dual: min tr Y with S = Y ⊗ 1 − Σ w_k Ω_k − Z^Γ ≥ 0, w ≥ 0, Σ w = 1, Z ≥ 0 (Z only for channels that measure and prepare).
It has few unknowns, so Newton's method follows the minimum of t·tr Y − log det S − log det Z − Σ log w for growing t
(Boyd and Vandenberghe, Convex Optimization, 11.3). There J = S⁻¹/t has tr_out J = 1: the channel comes for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy
from numpy.typing import NDArray

from noclone.models.errors import InputError, TooLargeError
from noclone.proofs.bounds.matrices import floats, objectives
from noclone.proofs.kernel.bounds import Problem

__all__ = ["MOST_ROWS", "Solution", "solve"]

MOST_ROWS = 81
"""The largest matrix that is solved for: inputs times outputs, of the span of the inputs."""

_LAST, _GROWTH, _STEPS, _CENTRED = 1e10, 8.0, 60, 1e-9
"""The largest t, by how much it grows, the most Newton steps for each, and when a point is on the path."""

Floats = NDArray[Any]


@dataclass(frozen=True)
class Solution:
    """Floats: Y, Z (0 unless separable), the objectives' weights w, the channel J, and what both sides come to."""

    dual: Floats
    transposed: Floats
    weights: Floats
    channel: Floats
    upper: float
    lower: float


def solve(problem: Problem) -> Solution:
    """Both sides of the problem in floats; raises InputError if there is no solution, TooLargeError."""
    from noclone.proofs.bounds.polishing import polished  # which reads solutions

    each = [floats(matrix) for matrix in objectives(problem)]
    inputs, outputs = problem.inputs, problem.outputs
    if not any(numpy.abs(matrix.imag).max() > 0 for matrix in each):
        each = [matrix.real for matrix in each]
    total = numpy.sum(each, axis=0).reshape(inputs, outputs, inputs, outputs).trace(axis1=1, axis2=3)
    values, vectors = numpy.linalg.eigh(total)
    span = vectors[:, values > 1e-12] if values[0] < 1e-12 else numpy.eye(inputs)
    if (rows := span.shape[1] * outputs) > MOST_ROWS:
        raise TooLargeError(f"a search in floats would need matrices of {rows} rows; at most {MOST_ROWS} are tried")
    # States that span less than all inputs are cloned by a channel from their span.
    embed = numpy.kron(span, numpy.eye(outputs))
    within = [embed.conj().T @ matrix @ embed for matrix in each]
    try:
        found = _central_path(within, span.shape[1], outputs, separable=problem.separable)
        found = polished(within, span.shape[1], outputs, found)
    except numpy.linalg.LinAlgError as error:
        raise InputError(f"the search in floats for the best channel fails: {error}") from None
    forget = numpy.zeros((outputs, outputs))
    forget[0, 0] = 1
    rest = numpy.kron(numpy.eye(inputs) - span @ span.conj().T, forget)
    return Solution(
        span @ found.dual @ span.conj().T,
        embed.conj() @ found.transposed @ embed.T,  # its partial transpose is embed … embed†
        found.weights,
        embed @ found.channel @ embed.conj().T + rest,
        found.upper,
        found.lower,
    )


@dataclass(frozen=True)
class _Block:
    """A matrix that is to be positive: ``constant`` + Σ x_i ``changes``[i]."""

    constant: Floats
    changes: Floats

    def at(self, point: Floats) -> Floats:
        """The matrix."""
        found: Floats = self.constant + numpy.einsum("i,iab->ab", point, self.changes)
        return found

    def barrier(self, point: Floats) -> float:
        """−log det, infinite outside."""
        try:
            return float(-2 * numpy.log(numpy.linalg.cholesky(self.at(point)).diagonal().real).sum())
        except numpy.linalg.LinAlgError:
            return float("inf")

    def derivatives(self, point: Floats) -> tuple[Floats, Floats]:
        """Gradient and Hessian of −log det."""
        root = numpy.linalg.inv(numpy.linalg.cholesky(self.at(point)))
        turned = root @ self.changes @ root.conj().T
        flat = turned.reshape(len(point), -1)
        return -turned.trace(axis1=1, axis2=2).real, (flat @ flat.conj().T).real


def _central_path(each: Sequence[Floats], inputs: int, outputs: int, *, separable: bool) -> Solution:
    """As ``solve``, for objectives of which each input takes part."""
    complex_valued, rows, count = numpy.iscomplexobj(each[0]), inputs * outputs, len(each)
    duals = _hermitian_basis(inputs, complex_valued=complex_valued)
    others = _hermitian_basis(rows, complex_valued=complex_valued) if separable else numpy.zeros((0, rows, rows))
    sizes = numpy.cumsum([len(duals), count - 1, len(others)])
    cost = numpy.concatenate([duals.trace(axis1=1, axis2=2).real, numpy.zeros(count - 1 + len(others))])
    flipped = others.reshape(-1, inputs, outputs, inputs, outputs).transpose(0, 3, 2, 1, 4).reshape(others.shape)
    drifts = [each[-1] - matrix for matrix in each[:-1]]
    changes = [*numpy.kron(duals, numpy.eye(outputs)[None]), *drifts, *-flipped]
    blocks = [_Block(-each[-1], numpy.array(changes))]
    if count > 1:
        shares = numpy.zeros((sizes[2], count, count))
        for at in range(count - 1):
            shares[len(duals) + at, at, at], shares[len(duals) + at, -1, -1] = 1, -1
        blocks.append(_Block(numpy.diag([0.0] * (count - 1) + [1.0]), shares))
    if separable:
        padded = numpy.concatenate([numpy.zeros((sizes[1], rows, rows)), others])
        blocks.append(_Block(numpy.zeros((rows, rows)), padded))
    # Start: the same weights, Z = 1/rows, and a multiple of 1 for Y that is large enough.
    start = numpy.concatenate([numpy.zeros(len(duals)), numpy.full(count - 1, 1 / count), numpy.zeros(len(others))])
    start[sizes[1] :] = others.trace(axis1=1, axis2=2).real / numpy.sum(numpy.abs(others) ** 2, axis=(1, 2)) / rows
    least = numpy.linalg.eigvalsh(blocks[0].at(start))[0]
    start[: len(duals)] = cost[: len(duals)] / numpy.sum(numpy.abs(duals) ** 2, axis=(1, 2)) * (1 - least)
    point, t = start, 1.0
    while t < _LAST:
        point = _centred(blocks, cost, point, t)
        t *= _GROWTH
    t /= _GROWTH
    channel = numpy.linalg.inv(blocks[0].at(point)) / t
    parts = [
        numpy.einsum("i,iab->ab", chosen, basis)
        for chosen, basis in ((point[: sizes[0]], duals), (point[sizes[1] :], others))
    ]
    weights = numpy.array([*point[sizes[0] : sizes[1]], 1 - point[sizes[0] : sizes[1]].sum()])
    lower = min(float(numpy.trace(channel @ matrix).real) for matrix in each)
    return Solution(parts[0], parts[1], weights, (channel + channel.conj().T) / 2, float(cost @ point), lower)


def _centred(blocks: Sequence[_Block], cost: Floats, point: Floats, t: float) -> Floats:
    """Newton's method to the minimum of t·cost plus the barriers; as far as floats go."""
    for _ in range(_STEPS):
        gradient, hessian = t * cost, numpy.zeros((len(point), len(point)))
        for block in blocks:
            slope, curve = block.derivatives(point)
            gradient, hessian = gradient + slope, hessian + curve
        # Scaled to a diagonal of 1, or the equations are too ill-conditioned for large t; they may become singular.
        scale = 1 / numpy.sqrt(hessian.diagonal())
        scaled = hessian * numpy.outer(scale, scale)
        step = -scale * numpy.linalg.lstsq(scaled, scale * gradient, rcond=1e-15)[0]
        decrement = -float(gradient @ step)
        if decrement < _CENTRED:
            break
        value, length = t * cost @ point + sum(block.barrier(point) for block in blocks), 1.0
        while length > 1e-10:
            following = point + length * step
            if (
                t * cost @ following + sum(block.barrier(following) for block in blocks)
                < value - length * decrement / 4
            ):
                break
            length /= 2
        else:
            break  # no further in floats
        point = following
    return point


def _hermitian_basis(rows: int, *, complex_valued: bool) -> Floats:
    """A basis of the Hermitian, or of the real symmetric, matrices, orthogonal."""
    found = []
    for row in range(rows):
        for column in range(row, rows):
            for unit in (1, 1j) if complex_valued and row != column else (1,):
                matrix = numpy.zeros((rows, rows), complex if complex_valued else float)
                matrix[row, column] += unit
                matrix[column, row] = numpy.conj(unit)
                found.append(matrix)
    return numpy.array(found)
