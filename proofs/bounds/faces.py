"""An exact channel for an exact dual: one on which the slack vanishes reaches the dual's value.

tr J(Y ⊗ 1 − Σ w Ω) = 0 means that J = K A K†, where K's columns span the slack's kernel; and that A ≥ 0 with
tr_out J = 1 (and the same tr JΩ for all objectives that have a weight) are linear equations for A. Where they leave
something free, the solver's floats say what to take, coarsely: its channel lies inside the face, not on its border.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy

from noclone.proofs.bounds.certified import Certified
from noclone.proofs.bounds.ldl import Matrix, factors
from noclone.proofs.bounds.matrices import combined, objectives, outer, spanned, spread, traced, value_of
from noclone.proofs.bounds.recognition import channel_bound
from noclone.proofs.bounds.solver import Solution
from noclone.proofs.bounds.surds import ONE, ZERO, Surd, parts_of
from noclone.proofs.kernel.bounds import Problem

__all__ = ["channel_of_face"]

_MOST_UNKNOWNS = 150
_IMAGINARY = Surd({-1: ONE.parts[1]})

Vector = dict[int, Surd]


def channel_of_face(
    problem: Problem, dual: Matrix, weights: Sequence[Surd], value: Surd, solution: Solution
) -> Certified | None:
    """The bound that a channel on this dual's face reaches; None if none is found."""
    rows, outputs, each = problem.inputs * problem.outputs, problem.outputs, objectives(problem)
    if problem.separable:
        return None
    mean = combined(zip(weights, each, strict=True), rows)
    inside = spanned(traced(mean, outputs))
    one: Matrix = [{at: ONE} for at in range(problem.inputs)]
    outside = combined([(ONE, one), (-ONE, inside)], problem.inputs)
    slack = combined(
        [(ONE, spread(combined([(ONE, dual), (ONE, outside)], problem.inputs), outputs)), (-ONE, mean)], rows
    )
    kernel = factors(slack).kernel
    if not 0 < len(kernel) ** 2 <= _MOST_UNKNOWNS:
        return None
    basis = _hermitian_basis(kernel, rows, real=not numpy.iscomplexobj(solution.channel))
    matched = [objective for objective, weight in zip(each, weights, strict=True) if weight]
    wanted = [*_equations(inside), *([value] * len(matched))]
    columns = [
        [*_equations(traced(matrix, outputs)), *(value_of(matrix, objective) for objective in matched)]
        for matrix in basis
    ]
    start = _guess(basis, solution)
    found = _solved([list(row) for row in zip(*columns, strict=True)], wanted, start)
    if found is None:
        return None
    filler: Matrix = [{} for _ in range(rows)]
    for at, row in enumerate(outside):
        filler[at * outputs] = {column * outputs: entry for column, entry in row.items()}
    return channel_bound(problem, combined([*zip(found, basis, strict=True), (ONE, filler)], rows))


def _hermitian_basis(kernel: Sequence[Vector], rows: int, *, real: bool) -> list[Matrix]:
    """K H K† for a basis of real symmetric or Hermitian matrices H."""
    found = []
    for at, one in enumerate(kernel):
        found.append(outer(one, one, rows))
        for two in kernel[at + 1 :]:
            mixed, other = outer(one, two, rows), outer(two, one, rows)
            found.append(combined([(ONE, mixed), (ONE, other)], rows))
            if not real:
                found.append(combined([(_IMAGINARY, mixed), (-_IMAGINARY, other)], rows))
    return found


def _equations(matrix: Matrix) -> list[Surd]:
    """The real and imaginary parts of a Hermitian matrix's entries."""
    size = range(len(matrix))
    return [part for row in size for at in size[row:] for part in parts_of(matrix[row].get(at, ZERO))]


def _guess(basis: Sequence[Matrix], solution: Solution) -> list[Surd]:
    """Short numbers near those with which the basis makes the solver's channel."""
    size = len(solution.channel)
    columns = numpy.zeros((size * size, len(basis)), complex)
    for at, matrix in enumerate(basis):
        for row, entries in enumerate(matrix):
            for column, entry in entries.items():
                columns[row * size + column, at] = complex(entry)
    real = numpy.concatenate([columns.real, columns.imag])
    flat = solution.channel.ravel()
    numbers = numpy.linalg.lstsq(real, numpy.concatenate([flat.real, flat.imag]), rcond=None)[0]
    return [Surd.of(Fraction(round(float(number) * 2**10), 2**10)) for number in numbers]


def _solved(rows: list[list[Surd]], wanted: Sequence[Surd], start: Sequence[Surd]) -> list[Surd] | None:
    """A solution of linear equations, what is free as in ``start``; None if there is none."""
    table = [[*row, right] for row, right in zip(rows, wanted, strict=True)]
    pivots: list[int] = []
    for column in range(len(start)):
        at = next((at for at in range(len(pivots), len(table)) if table[at][column]), None)
        if at is None:
            continue
        here = len(pivots)
        table[here], table[at] = table[at], table[here]
        inverse = table[here][column].inverse()
        table[here] = [entry * inverse for entry in table[here]]
        for other in range(len(table)):
            if other != here and (factor := table[other][column]):
                table[other] = [a - factor * b if b else a for a, b in zip(table[other], table[here], strict=True)]
        pivots.append(column)
    if any(row[-1] for row in table[len(pivots) :]):
        return None
    found = list(start)
    free = [column for column in range(len(start)) if column not in pivots]
    for row, pivot in zip(table, pivots, strict=False):
        found[pivot] = row[-1] - sum((row[column] * start[column] for column in free if row[column]), ZERO)
    return found
