"""Two inputs that a coalition tells apart well: looked for with floats, then their distance bounded with balls.

The pairs tried are |p⟩ and |q⟩, |p⟩ ± |q⟩, and |p⟩ ± i|q⟩: every Pauli has eigenstates of +1 and −1 among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy
from flint import acb, acb_mat, arb

from noclone.models.balls import BallState

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[numpy.complex128]

__all__ = ["MOST_SECRETS", "InputPair", "best_pair", "pair_distance"]

MOST_SECRETS = 3
"""Secret qubits up to which pairs are tried: 84 of them."""


@dataclass(frozen=True, slots=True)
class InputPair:
    """The inputs |p⟩ + i^r|q⟩ and |p⟩ − i^r|q⟩, or |p⟩ and |q⟩ if ``turns`` is None; bit j of p is secret qubit j."""

    p: int
    q: int
    turns: int | None

    def words(self, secrets: int) -> str:
        """The two inputs as kets, the first secret qubit leftmost."""
        first, second = ("".join(str(basis >> bit & 1) for bit in range(secrets)) for basis in (self.p, self.q))
        if self.turns is None:
            return f"|{first}⟩ and |{second}⟩"
        phase = "i" * self.turns
        return f"(|{first}⟩+{phase}|{second}⟩)/√2 and (|{first}⟩−{phase}|{second}⟩)/√2"

    @property
    def difference(self) -> tuple[tuple[complex, complex], tuple[complex, complex]]:
        """The difference of the two density operators, on |p⟩ and |q⟩: row p, then row q."""
        if self.turns is None:
            return (1, 0), (0, -1)
        turn = 1j**self.turns
        return (0, turn.conjugate()), (turn, 0)


def pairs(secrets: int) -> Iterator[InputPair]:
    """All pairs that are tried."""
    for p, q in combinations(range(1 << secrets), 2):
        for turns in (None, 0, 1):
            yield InputPair(p, q, turns)


def best_pair(state: BallState, held: Sequence[int], secrets: int) -> InputPair:
    """The pair that floats say is told apart best by the qubits held; the first of equals. Nothing rests on it."""
    scale = (arb(1 << secrets) / arb(2) ** state.doublings).sqrt()
    columns = [qubit for qubit in range(state.size) if qubit not in held]
    found: Floats = numpy.zeros((1 << len(held), 1 << len(columns)), dtype=complex)
    whole = state.matrix(held)
    for row in range(whole.nrows()):
        for column in range(whole.ncols()):
            found[row, column] = complex(whole[row, column] * scale)
    blocks = numpy.split(found, 1 << secrets, axis=1)
    return max(pairs(secrets), key=lambda pair: round(_float_distance(blocks, pair), 9))


def _float_distance(blocks: Sequence[Floats], pair: InputPair) -> float:
    left, right = blocks[pair.p], blocks[pair.q]
    (pp, pq), (qp, qq) = pair.difference
    both, turned = numpy.hstack([left, right]), numpy.hstack([pp * left + qp * right, pq * left + qq * right])
    if both.shape[0] <= both.shape[1]:
        return float(abs(numpy.linalg.eigvalsh(turned @ both.conj().T)).sum() / 2)
    return float(abs(numpy.linalg.eigvals(both.conj().T @ turned)).sum() / 2)


def pair_distance(state: BallState, held: Sequence[int], pair: InputPair) -> arb:
    """A proved lower bound, exact, of ½‖N(D)‖₁ for the pair's difference D.

    N(D) = W (D ⊗ 1) W† with W = [M_p M_q] has the non-zero eigenvalues of W†W (D ⊗ 1): whichever is smaller gives tr X² and
    tr X⁴. Then ‖X‖₁ ≥ (tr X²)^{3/2}/(tr X⁴)^{1/2}, with equality if all non-zero eigenvalues have one magnitude, and
    ‖X‖₁ ≥ √(2 tr X²).
    """
    inputs = 1 << len(state.references)
    both, turned = _both_columns(state.matrix(held), inputs, pair)
    adjoint = both.conjugate().transpose()
    operator = turned * adjoint if both.nrows() <= both.ncols() else adjoint * turned
    square = operator * operator
    scale = arb(inputs) / arb(2) ** state.doublings  # of M M†, for columns of norm 1
    second = (square.trace().real * scale * scale).lower()
    fourth = (_trace_of_square(square) * scale * scale * scale * scale).upper()
    if not (second > 0 and fourth > 0):
        return arb(0)
    return (second * (second / fourth).sqrt()).lower().max((2 * second).sqrt().lower()) / 2


def _both_columns(whole: acb_mat, inputs: int, pair: InputPair) -> tuple[acb_mat, acb_mat]:
    """W = [M_p M_q] and W (D ⊗ 1)."""
    width, length = whole.ncols() // inputs, whole.ncols()
    entries = whole.entries()
    (pp, pq), (qp, qq) = pair.difference
    both, turned = [], []
    for start in range(0, len(entries), length):
        left = entries[start + pair.p * width : start + (pair.p + 1) * width]
        right = entries[start + pair.q * width : start + (pair.q + 1) * width]
        both.append(left + right)
        turned.append(
            [acb(pp) * one + acb(qp) * other for one, other in zip(left, right, strict=True)]
            + [acb(pq) * one + acb(qq) * other for one, other in zip(left, right, strict=True)]
        )
    return acb_mat(both), acb_mat(turned)


def _trace_of_square(matrix: acb_mat) -> arb:
    """Re tr A², without the product."""
    across = matrix.transpose().entries()
    return sum((one * other for one, other in zip(matrix.entries(), across, strict=True)), acb(0)).real
