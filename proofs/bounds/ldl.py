"""Exact LDL† of Hermitian matrices: squares that show a matrix positive, or a vector that shows that it is not.

A matrix is a list of rows, each a dict of its entries that are not 0 by column. M = Σ d v†v with d > 0, where v is a row:
M_ij = Σ d·v̄_i·v_j, which is how the kernel reads "d; v" (``noclone.proofs.kernel.squares``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from noclone.proofs.bounds.surds import ONE, ZERO, Surd, number_text
from noclone.proofs.kernel.squares import Polynomial

__all__ = ["Factors", "Matrix", "factors", "matrix_of", "square_text", "word_of"]

Matrix = list[dict[int, Surd]]
"""Rows of a matrix: the entries that are not 0, by column."""


@dataclass(frozen=True)
class Factors:
    """M = Σ d v†v: the ``squares`` (d, v); ``kernel`` spans the vectors x with Mx = 0.

    If M is not positive semidefinite, ``negative`` is an x with x†Mx < 0, and there are no squares.
    """

    squares: tuple[tuple[Surd, dict[int, Surd]], ...]
    kernel: tuple[dict[int, Surd], ...]
    negative: dict[int, Surd] | None = None

    @property
    def is_positive(self) -> bool:
        """Whether the matrix is positive semidefinite."""
        return self.negative is None

    def texts(self, word: Callable[[int], str]) -> list[str]:
        """The squares as "d; v", each index written as the word that this function gives."""
        return [square_text(weight, row, word) for weight, row in self.squares]


def factors(matrix: Matrix) -> Factors:
    """LDL† of a Hermitian matrix with the sparsest pivot first; the matrix given is not changed."""
    rest = [dict(row) for row in matrix]
    left = set(range(len(rest)))
    done: list[tuple[int, Surd, dict[int, Surd]]] = []
    while pivots := [at for at in left if at in rest[at]]:
        pivot = min(pivots, key=lambda at: len(rest[at]))
        value = rest[pivot][pivot]
        if value.sign() < 0:
            return Factors((), (), _lifted({pivot: ONE}, done))
        inverse = value.inverse()
        row = {at: entry * inverse for at, entry in rest[pivot].items()}
        _eliminate(rest, pivot, row)
        left.remove(pivot)
        done.append((pivot, value, row))
    for at in left:
        if rest[at]:
            return Factors((), (), _lifted(_indefinite(rest, at), done))
    kernel = tuple(_lifted({at: ONE}, done) for at in sorted(left))
    return Factors(tuple((value, row) for _, value, row in done), kernel)


def _eliminate(rest: Matrix, pivot: int, row: dict[int, Surd]) -> None:
    """Subtract what the pivot's square contributes, so that its row and column become 0."""
    old = rest[pivot]
    others = [at for at in old if at != pivot]
    for at in others:
        left, target = old[at].conjugate(), rest[at]
        del target[pivot]
        for column in others:
            found = target.get(column, ZERO) - left * row[column]
            if found:
                target[column] = found
            else:
                target.pop(column, None)
    rest[pivot] = {}


def _indefinite(rest: Matrix, at: int) -> dict[int, Surd]:
    """A vector with a negative value where a diagonal entry is 0 and its row is not."""
    other, entry = next(iter(rest[at].items()))
    size = (entry * entry.conjugate()).inverse()
    half = (rest[other].get(other, ZERO) + ONE) * size * (ONE + ONE).inverse()
    return {other: ONE, at: -(entry * half)}


def _lifted(vector: dict[int, Surd], done: Iterable[tuple[int, Surd, dict[int, Surd]]]) -> dict[int, Surd]:
    """The vector of the whole matrix that has this form on the Schur complement."""
    found = dict(vector)
    for pivot, _, row in reversed(list(done)):
        value = ZERO
        for at, entry in row.items():
            if at in found:
                value -= entry * found[at]
        if value:
            found[pivot] = value
    return found


def matrix_of(polynomial: Mapping[tuple[str, ...], object], outputs: int, rows: int) -> Matrix:
    """The matrix of a polynomial in words ea eb fc fd: row a·outputs + c, column b·outputs + d."""
    found: Matrix = [{} for _ in range(rows)]
    for (a, b, c, d), number in polynomial.items():
        found[int(a[1:]) * outputs + int(c[1:])][int(b[1:]) * outputs + int(d[1:])] = Surd.of(number)  # type: ignore[arg-type]
    return found


def word_of(outputs: int) -> Callable[[int], str]:
    """The word of a row: "e1 f0" for row 1·outputs + 0."""
    return lambda at: f"e{at // outputs} f{at % outputs}"


def square_text(weight: Surd, row: Mapping[int, Surd], word: Callable[[int], str]) -> str:
    """A square "d; v" as the kernel reads it."""
    return f"{number_text(weight.number)}; {linear_text((word(at), entry) for at, entry in row.items())}"


def linear_text(terms: Iterable[tuple[str, Surd]]) -> str:
    """A sum of numbers times words; a number of several roots is written root by root."""
    pieces = []
    for word, entry in terms:
        for root, part in entry.number.items():
            number = number_text(type(entry.number)({root: part}))
            minus, body = number.startswith("-"), number.removeprefix("-")
            pieces.append(("-" if minus else "+") + ("" if body == "1" else f"{body}*") + word.replace(" ", "*"))
    return "".join(pieces).removeprefix("+") or "0"


def polynomial_of(matrix: Matrix, outputs: int) -> Polynomial:
    """The kernel's polynomial of a matrix; the inverse of ``matrix_of``."""
    return {
        (f"e{row // outputs}", f"e{column // outputs}", f"f{row % outputs}", f"f{column % outputs}"): entry.number
        for row, entries in enumerate(matrix)
        for column, entry in entries.items()
    }
