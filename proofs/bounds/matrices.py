"""The objectives of a kernel's problem as exact and as floating-point matrices, and linear algebra on them.

Rows and columns are numbered input·outputs + output, as ``noclone.proofs.bounds.ldl`` has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy
from flint import fmpq_mat
from numpy.typing import NDArray

from noclone.proofs.bounds.ldl import Matrix, factors, matrix_of
from noclone.proofs.bounds.surds import ONE, ZERO, Surd, square_root
from noclone.proofs.kernel.bounds import Problem

__all__ = [
    "combined",
    "components",
    "floats",
    "identity",
    "largest_eigenvalue",
    "objectives",
    "orthogonal",
    "outer",
    "spanned",
    "spread",
    "traced",
    "transposed",
    "value_of",
]

MOST_ROWS = 160
"""The largest rational matrix whose characteristic polynomial is factored."""


def objectives(problem: Problem) -> list[Matrix]:
    """Every objective Ω of a problem."""
    rows = problem.inputs * problem.outputs
    return [matrix_of(objective, problem.outputs, rows) for objective in problem.objectives]


def combined(parts: Iterable[tuple[Surd, Matrix]], rows: int) -> Matrix:
    """A linear combination of matrices."""
    found: Matrix = [{} for _ in range(rows)]
    for factor, matrix in parts:
        for target, row in zip(found, matrix, strict=True):
            for column, entry in row.items():
                value = target.get(column, ZERO) + entry * factor
                if value:
                    target[column] = value
                else:
                    target.pop(column, None)
    return found


def identity(rows: int) -> Matrix:
    """The matrix 1."""
    return [{at: ONE} for at in range(rows)]


def spread(matrix: Matrix, outputs: int) -> Matrix:
    """Y ⊗ 1 for a matrix Y on the inputs."""
    return [{column * outputs + at: entry for column, entry in row.items()} for row in matrix for at in range(outputs)]


def traced(matrix: Matrix, outputs: int) -> Matrix:
    """The trace over the outputs."""
    found: Matrix = [{} for _ in range(len(matrix) // outputs)]
    for at, row in enumerate(matrix):
        target = found[at // outputs]
        for column, entry in row.items():
            if at % outputs == column % outputs:
                target[column // outputs] = target.get(column // outputs, ZERO) + entry
    return [{column: entry for column, entry in row.items() if entry} for row in found]


def transposed(matrix: Matrix, outputs: int) -> Matrix:
    """The partial transpose on the inputs."""
    found: Matrix = [{} for _ in matrix]
    for at, row in enumerate(matrix):
        for column, entry in row.items():
            found[column // outputs * outputs + at % outputs][at // outputs * outputs + column % outputs] = entry
    return found


def value_of(channel: Matrix, objective: Matrix) -> Surd:
    """What the channel reaches: tr JΩ."""
    found = ZERO
    for at, row in enumerate(channel):
        for column, entry in row.items():
            if at in objective[column]:
                found += entry * objective[column][at]
    return found


def floats(matrix: Matrix) -> NDArray[Any]:
    """The matrix in floating point, complex."""
    found = numpy.zeros((len(matrix), len(matrix)), complex)
    for at, row in enumerate(matrix):
        for column, entry in row.items():
            found[at, column] = complex(entry)
    return found


def components(rows: Sequence[Iterable[int]]) -> list[list[int]]:
    """The connected components of a graph given by each vertex's neighbours, in order."""
    left, found = set(range(len(rows))), []
    while left:
        reached, border = set[int](), {min(left)}
        while border:
            reached |= border
            border = {other for at in border for other in rows[at]} - reached
        left -= reached
        found.append(sorted(reached))
    return found


def orthogonal(vectors: Iterable[dict[int, Surd]]) -> list[tuple[Surd, dict[int, Surd]]]:
    """Orthogonal vectors u that span the same space, each with 1/|u|²."""
    found: list[tuple[Surd, dict[int, Surd]]] = []
    for vector in vectors:
        rest = dict(vector)
        for scale, other in found:
            overlap = sum((other[at].conjugate() * entry for at, entry in vector.items() if at in other), ZERO) * scale
            for at, entry in other.items() if overlap else ():
                rest[at] = rest.get(at, ZERO) - overlap * entry
        rest = {at: entry for at, entry in rest.items() if entry}
        if rest:
            found.append((sum((entry.conjugate() * entry for entry in rest.values()), ZERO).inverse(), rest))
    return found


def outer(left: dict[int, Surd], right: dict[int, Surd], rows: int) -> Matrix:
    """|left⟩⟨right|."""
    found: Matrix = [{} for _ in range(rows)]
    for row, entry in left.items():
        found[row] = {at: entry * other.conjugate() for at, other in right.items()}
    return found


def spanned(matrix: Matrix) -> Matrix:
    """The projector on the space where a positive semidefinite matrix is not 0."""
    parts = [(-scale, outer(vector, vector, len(matrix))) for scale, vector in orthogonal(factors(matrix).kernel)]
    return combined([(ONE, identity(len(matrix))), *parts], len(matrix))


def largest_eigenvalue(matrix: Matrix, places: Sequence[int]) -> Surd | None:
    """The largest eigenvalue of a Hermitian matrix's part at these places, if it is a + b√m; else None.

    It is a root of the characteristic polynomial over the rationals; which one, floats say: check it before you use it.
    """
    index = {place: at for at, place in enumerate(places)}
    part = [{index[column]: entry for column, entry in matrix[place].items() if column in index} for place in places]
    blocks = [[[part[row].get(column, ZERO) for column in block] for row in block] for block in components(part)]
    tops = [numpy.linalg.eigvalsh(numpy.array([[complex(x) for x in row] for row in block]))[-1] for block in blocks]
    wanted = max(tops)
    nearest = [block for block, top in zip(blocks, tops, strict=True) if wanted - top < 1e-9]
    return _root(min(nearest, key=len), float(wanted))


def _root(block: list[list[Surd]], wanted: float) -> Surd | None:
    """The eigenvalue near a float, if it is of degree 1 or 2 over the rationals."""
    rational = _rational(block)
    if rational is None:
        return None
    for factor, _ in rational.charpoly().factor()[1]:
        coefficients = [Fraction(int(entry.p), int(entry.q)) for entry in factor.coeffs()]
        for value in _roots(coefficients) if len(coefficients) <= 3 else ():
            if abs(complex(value) - wanted) < 1e-9:
                return value
    return None


def _roots(coefficients: Sequence[Fraction]) -> list[Surd]:
    """The roots of c + bx or c + bx + ax², if the kernel can read them."""
    if len(coefficients) == 2:
        return [Surd.of(-coefficients[0] / coefficients[1])]
    c, b, a = coefficients
    root = square_root((b * b - 4 * a * c) / (4 * a * a))
    middle = Surd.of(-b / (2 * a))
    return [middle + Surd.of(root), middle - Surd.of(root)] if root is not None else []


def _rational(block: list[list[Surd]]) -> Any:
    """The block with each number as its rational matrix of multiplication by it; None if that becomes too large."""
    basis = [1]
    for root in sorted({root for row in block for entry in row for root in entry.parts}, key=abs):
        if root not in basis:
            basis += [next(iter((Surd.of(1) * _rooted(root) * _rooted(other)).parts)) for other in basis]
    size = len(block) * len(basis)
    if size > MOST_ROWS:
        return None
    found = [[0] * size for _ in range(size)]
    for row, entries in enumerate(block):
        for column, entry in enumerate(entries):
            for at, root in enumerate(basis):
                for other, part in (entry * _rooted(root)).parts.items():
                    found[row * len(basis) + basis.index(other)][column * len(basis) + at] = part
    return fmpq_mat(size, size, [entry for row in found for entry in row])


def _rooted(root: int) -> Surd:
    """√root."""
    return Surd({root: ONE.parts[1]})
