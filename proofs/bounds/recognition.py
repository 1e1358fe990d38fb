"""From floats to the exact numbers that they stand for: a guess, which exact arithmetic then confirms or drops.

A whole matrix is recognised at once: all of its entries are (i + j√m)/q with one m and one q. Few numbers of that form lie
near several given floats by chance, and what does is not feasible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy
from numpy.typing import NDArray

from noclone.proofs.bounds.certified import Certified
from noclone.proofs.bounds.ldl import Matrix, factors, word_of
from noclone.proofs.bounds.matrices import combined, identity, objectives, spread, traced, transposed, value_of
from noclone.proofs.bounds.solver import Solution
from noclone.proofs.bounds.surds import ONE, ZERO, Surd
from noclone.proofs.bounds.symmetric import upper_bound
from noclone.proofs.kernel.bounds import Problem
from noclone.proofs.kernel.squares import Number

__all__ = ["ExactDual", "channel_bound", "recognised", "recognised_lower", "recognised_upper"]

_ROOTS = (1, 2, 3, 5, 6, 7, 10, 11, 13, 14, 15, 17, 19, 21, 22, 23, 26, 29, 30, 31, 33, 35, 37, 39, 41, 65, 73)
_NEAR = ((3e-9, 96), (1e-7, 48), (1e-5, 12))
"""How far floats may be from the exact numbers, and the largest denominator then."""
_MOST_ROWS, _CLOSE = 40, 1e-8


def recognised(matrix: NDArray[Any]) -> Iterator[Matrix]:
    """Exact matrices near this one, the closest kind first."""
    parts, known = numpy.concatenate([matrix.real.ravel(), matrix.imag.ravel()]), list[Matrix]()
    for near, most in _NEAR:
        distinct = numpy.unique(numpy.round(numpy.abs(parts[numpy.abs(parts) > near]), 9))
        for root in _ROOTS:
            below = _denominator(distinct, root, most, near)
            found = _exact(matrix, root, below, near) if below else None
            if found is not None and found not in known:
                known.append(found)
                yield found


def _denominator(values: NDArray[Any], root: int, most: int, near: float) -> int:
    """The least q with all values near some (i + j√root)/q; 0 for none."""
    for below in range(1, (4 * most if root == 1 else most) + 1):
        if all(_pair(value, root, below, near) is not None for value in values):
            return below
    return 0


def _pair(value: float, root: int, below: int, near: float) -> tuple[int, int] | None:
    """The least j, and i, with (i + j√root)/below near the value."""
    most = 0 if root == 1 else 2 * below
    second = numpy.arange(-most, most + 1)
    rest = value * below - second * numpy.sqrt(root)
    first = numpy.round(rest)
    fits = numpy.flatnonzero((numpy.abs(rest - first) < near * below) & (numpy.abs(first) <= 4 * below))
    if not fits.size:
        return None
    best = min(fits, key=lambda at: abs(second[at]))
    return int(first[best]), int(second[best])


def _exact(matrix: NDArray[Any], root: int, below: int, near: float) -> Matrix:
    """The matrix with every entry replaced."""
    found: Matrix = [{} for _ in matrix]
    for row, column in numpy.argwhere(numpy.abs(matrix) > near):
        entry = ZERO
        for part, unit in ((matrix[row, column].real, 1), (matrix[row, column].imag, -1)):
            i, j = (_pair(abs(part), root, below, near) if abs(part) > near else None) or (0, 0)
            sign = -1 if part < 0 else 1
            number = Surd.of(Fraction(sign * i, below)) + Surd.of(Fraction(sign * j, below)) * _unit(root)
            entry += number * _unit(unit)
        if entry:
            found[row][column] = entry
    return found


def _unit(root: int) -> Surd:
    return Surd.of(Number({root: Fraction(1)}))


@dataclass(frozen=True)
class ExactDual:
    """An exact dual Y with the objectives' weights, and what it shows."""

    matrix: Matrix
    weights: list[Surd]
    bound: Certified


def recognised_upper(problem: Problem, solution: Solution) -> ExactDual | None:
    """The best exact dual near the solver's, if there is one; the first that is as good as the floats are exact."""
    rows, outputs, each = problem.inputs * problem.outputs, problem.outputs, objectives(problem)
    best: ExactDual | None = None
    for shares in _weights(solution) if rows <= _MOST_ROWS else ():
        mean = combined(zip(shares, each, strict=True), rows)
        nothing: Matrix = [{} for _ in range(rows)]
        for shifted in recognised(solution.transposed) if problem.separable else iter([nothing]):
            positive = factors(shifted)
            if not positive.is_positive:
                continue
            target = combined([(-ONE, mean), (-ONE, transposed(shifted, outputs))], rows)
            more = tuple(f"transposed: {text}" for text in positive.texts(word_of(outputs)))
            for dual in recognised(solution.dual):
                slack = factors(combined([(ONE, spread(dual, outputs)), (ONE, target)], rows))
                upper = upper_bound(problem, dual, slack, shares if len(each) > 1 else [])
                if upper is not None and (best is None or float(upper) < float(best.bound)):
                    best = ExactDual(dual, shares, Certified(upper.value, upper.operators + more))
                    if float(upper) - solution.upper < _CLOSE:
                        return best
    return best


def _weights(solution: Solution) -> Iterator[list[Surd]]:
    """Exact weights near the solver's, none negative, adding up to 1."""
    if len(solution.weights) == 1:
        yield [ONE]
        return
    for found in recognised(solution.weights[None, :]):
        shares = [found[0].get(at, ZERO) for at in range(len(solution.weights))]
        if sum(shares, ZERO) == ONE and min(share.sign() for share in shares) >= 0:
            yield shares


def recognised_lower(problem: Problem, solution: Solution) -> Certified | None:
    """An exact channel near the solver's, if there is one."""
    rows = problem.inputs * problem.outputs
    if rows > (6 if problem.separable else _MOST_ROWS):
        return None
    for channel in recognised(solution.channel):
        if traced(channel, problem.outputs) == identity(problem.inputs):
            lower = channel_bound(problem, channel)
            if lower is not None:
                return lower
    return None


def channel_bound(problem: Problem, channel: Matrix) -> Certified | None:
    """What an exact channel reaches, by LDL†; None if it is not positive (or, for separable problems, its transpose)."""
    positive, word = factors(channel), word_of(problem.outputs)
    flipped = factors(transposed(channel, problem.outputs)) if problem.separable else None
    if not positive.is_positive or (flipped is not None and not flipped.is_positive):
        return None
    texts = [f"channel: {text}" for text in positive.texts(word)]
    texts += [f"channel-transposed: {text}" for text in flipped.texts(word)] if flipped is not None else []
    values = [value_of(channel, objective) for objective in objectives(problem)]
    least = next(value for value in values if all((other - value).sign() >= 0 for other in values))
    return Certified(least.number, tuple(texts))
