"""From a solver's floats to exact feasible operators, a little off the optimum: so every problem gets an enclosure.

A float matrix becomes R†R with R's entries rounded to multiples of 2^−44. What is then left of the exact matrix is a small
Hermitian rest E; E + δ·1 with δ ≥ Σ_j |E_ij| − E_ii in every row i is a sum of squares of e_i ± e_j, e_i ± i·e_j and e_i.
So the dual's Y grows by δ, and the channel is mixed with a little of the one that forgets its input.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import ceil
from typing import Any

import numpy
from numpy.typing import NDArray

from noclone.proofs.bounds.certified import Certified
from noclone.proofs.bounds.ldl import Matrix, factors, linear_text, square_text, word_of
from noclone.proofs.bounds.matrices import (
    combined,
    components,
    floats,
    identity,
    objectives,
    spread,
    traced,
    transposed,
    value_of,
)
from noclone.proofs.bounds.solver import Solution
from noclone.proofs.bounds.surds import ONE, ZERO, Surd, number_text, parts_of
from noclone.proofs.kernel.bounds import Problem

__all__ = ["rounded_lower", "rounded_upper"]

_BITS = 44
_IMAGINARY = Surd({-1: ONE.parts[1]})

Square = tuple[Surd, dict[int, Surd]]
"""d and v of a square d·v†v."""


def rounded_upper(problem: Problem, solution: Solution) -> Certified:
    """An exact dual near the solver's."""
    rows, outputs, each = problem.inputs * problem.outputs, problem.outputs, objectives(problem)
    shares = _shares(solution.weights)
    parts = [(-share, objective) for share, objective in zip(shares, each, strict=True)]
    shifted = _rows(solution.transposed) if problem.separable else []
    parts.append((-ONE, transposed(_gram(((ONE, row) for row in shifted), rows), outputs)))
    rest = combined(parts, rows)
    least = numpy.linalg.eigvalsh(floats(rest) + numpy.kron(solution.dual, numpy.eye(outputs)))[0]
    dual = _hermitian(solution.dual + max(0.0, -least) * numpy.eye(problem.inputs))
    slack = combined([(ONE, rest), (ONE, spread(dual, outputs))], rows)
    squares: list[Square] = [(ONE, row) for row in _rows(floats(slack), slack)]
    left = combined([(ONE, slack), (-ONE, _gram(squares, rows))], rows)
    shift = _shift(left)
    dual = combined([(ONE, dual), (shift, identity(problem.inputs))], problem.inputs)
    squares += _dominant(combined([(ONE, left), (shift, identity(rows))], rows))
    word = word_of(outputs)
    entries = ((f"e{row} e{column}", entry) for row, line in enumerate(dual) for column, entry in line.items())
    operators = [f"dual: {linear_text(entries)}"]
    operators += [f"weight: {number_text(share.number)}" for share in shares if len(each) > 1]
    operators += [f"slack: {square_text(weight, row, word)}" for weight, row in squares]
    operators += [f"transposed: {square_text(ONE, row, word)}" for row in shifted]
    value = sum((dual[at].get(at, ZERO) for at in range(problem.inputs)), ZERO)
    return Certified(value.number, tuple(operators))


def rounded_lower(problem: Problem, solution: Solution) -> Certified | None:
    """An exact channel near the solver's; None if that of a separable problem is too far from one."""
    inputs, outputs = problem.inputs, problem.outputs
    rows = inputs * outputs
    kept = _rows(_floating_channel(problem, solution.channel))
    gram = _gram(((ONE, row) for row in kept), rows)
    rest = combined([(ONE, identity(inputs)), (-ONE, traced(gram, outputs))], inputs)
    lost = _shift(rest)
    scale = ONE - lost - lost
    rest = combined([(ONE, identity(inputs)), (-scale, traced(gram, outputs))], inputs)
    if _shift(rest):
        return None
    share = Surd.of(Fraction(1, outputs))
    squares: list[Square] = [(scale, row) for row in kept]
    squares += [
        (weight * share, {at * outputs + made: entry for at, entry in row.items()})
        for weight, row in _dominant(rest)
        for made in range(outputs)
    ]
    channel, word = _gram(squares, rows), word_of(outputs)
    texts = [f"channel: {square_text(weight, row, word)}" for weight, row in squares]
    if problem.separable:
        if rows > 6:
            return None
        flipped = factors(transposed(channel, outputs))
        if not flipped.is_positive:
            return None
        texts += [f"channel-transposed: {text}" for text in flipped.texts(word)]
    values = [value_of(channel, objective) for objective in objectives(problem)]
    least = next(value for value in values if all((other - value).sign() >= 0 for other in values))
    return Certified(least.number, tuple(texts))


def _floating_channel(problem: Problem, channel: NDArray[Any]) -> NDArray[Any]:
    """The nearest channel, about: positive, 1 after tracing out the outputs and, if need be, of positive transpose."""
    inputs, outputs = problem.inputs, problem.outputs
    values, vectors = numpy.linalg.eigh(channel)
    channel = vectors * numpy.clip(values, 0, None) @ vectors.conj().T
    norm = numpy.einsum("acbc->ab", channel.reshape(inputs, outputs, inputs, outputs))
    values, vectors = numpy.linalg.eigh(norm)
    factor = numpy.kron(vectors / numpy.sqrt(numpy.clip(values, 1e-12, None)) @ vectors.conj().T, numpy.eye(outputs))
    channel = factor @ channel @ factor.conj().T
    if problem.separable:
        flipped = channel.reshape(inputs, outputs, inputs, outputs).transpose(2, 1, 0, 3).reshape(channel.shape)
        mixed = (max(0.0, -float(numpy.linalg.eigvalsh(flipped)[0])) + 1e-10) * outputs
        channel = (1 - mixed) * channel + mixed * numpy.eye(len(channel)) / outputs
    return channel


def _shares(weights: NDArray[Any]) -> list[Surd]:
    """Exact weights that add up to 1, none negative."""
    shares = [Fraction(int(max(0.0, float(weight)) * 2**30), 2**30) for weight in weights]
    most = max(range(len(shares)), key=shares.__getitem__)
    shares[most] += 1 - sum(shares)
    return [Surd.of(share) for share in shares]


def _number(value: complex) -> Surd:
    """A multiple of 2^−44 near a float."""
    real, imaginary = (Surd.of(Fraction(round(float(part) * 2**_BITS), 2**_BITS)) for part in (value.real, value.imag))
    return real + imaginary * _IMAGINARY if imaginary else real


def _hermitian(matrix: NDArray[Any]) -> Matrix:
    """A rounded matrix, exactly Hermitian."""
    found: Matrix = [{} for _ in matrix]
    for row in range(len(matrix)):
        for column in range(row, len(matrix)):
            entry = _number(complex(matrix[row, column] if row != column else matrix[row, row].real))
            if entry:
                found[row][column], found[column][row] = entry, entry.conjugate()
    return found


def _rows(matrix: NDArray[Any], pattern: Matrix | None = None) -> list[dict[int, Surd]]:
    """Rounded rows v with Σ v†v near the positive part of a matrix, block by block of a pattern."""
    found = []
    for block in components(pattern) if pattern is not None else [list(range(len(matrix)))]:
        values, vectors = numpy.linalg.eigh(matrix[numpy.ix_(block, block)])
        root = numpy.sqrt(numpy.clip(values, 0, None))[:, None] * vectors.conj().T
        for row in numpy.linalg.qr(root, mode="r"):
            entries = {at: _number(complex(entry)) for at, entry in zip(block, row, strict=True)}
            kept = {at: entry for at, entry in entries.items() if entry}
            if kept:
                found.append(kept)
    return found


def _gram(squares: Iterable[Square], rows: int) -> Matrix:
    """Σ d v†v."""
    found: Matrix = [{} for _ in range(rows)]
    for weight, row in squares:
        for one, left in row.items():
            scaled, target = left.conjugate() * weight, found[one]
            for two, right in row.items():
                target[two] = target.get(two, ZERO) + scaled * right
    return [{at: entry for at, entry in row.items() if entry} for row in found]


def _size(number: Surd) -> Surd:
    return -number if number.sign() < 0 else number


def _missing(matrix: Matrix, row: int) -> Surd:
    """Σ_j |E_ij| − E_ii, with |Re| + |Im| for a complex number."""
    entries = [part for at, entry in matrix[row].items() if at != row for part in parts_of(entry)]
    return sum(map(_size, entries), ZERO) - matrix[row].get(row, ZERO)


def _shift(matrix: Matrix) -> Surd:
    """A short number, at least 0, that makes a matrix diagonally dominant."""
    most = max(complex(_missing(matrix, row)).real for row in range(len(matrix)))
    shift = Surd.of(Fraction(ceil(most * 2**60 * (1 + 1e-9)) + 1, 2**60) if most > 0 else 0)
    short = all((_missing(matrix, row) - shift).sign() <= 0 for row in range(len(matrix)))
    return shift if short else shift + Surd.of(Fraction(1, 2**40))


def _dominant(matrix: Matrix) -> list[Square]:
    """A diagonally dominant matrix as squares."""
    squares: list[Square] = []
    for row, entries in enumerate(matrix):
        for column, entry in entries.items():
            if column > row:
                for part, unit in zip(parts_of(entry), (ONE, _IMAGINARY), strict=True):
                    if part:
                        squares.append((_size(part), {row: ONE, column: unit if part.sign() > 0 else -unit}))
        missing = -_missing(matrix, row)
        if missing:
            squares.append((missing, {row: ONE}))
    return squares
