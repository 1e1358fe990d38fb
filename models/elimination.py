"""Elimination over GF(2), 64 columns to a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["pack_bits", "reduce_rows"]


def pack_bits(bits: NDArray[numpy.bool_]) -> NDArray[numpy.uint64]:
    """Rows of bits, shape (r, c), as words, shape (r, ⌈c/64⌉): column c is bit c % 64 of word c // 64."""
    rows, columns = bits.shape
    padded = numpy.zeros((rows, -(-columns // 64) * 64), dtype=numpy.bool_)
    padded[:, :columns] = bits
    return numpy.packbits(padded, axis=1, bitorder="little").view(numpy.uint64)


@njit(cache=True, nogil=True)
def reduce_rows(words: NDArray[numpy.uint64], columns: NDArray[numpy.int64], first: int, last: int) -> int:
    """Gauss-Jordan elimination in place: the number of pivots found.

    Pivots are sought for ``columns``, in their order, among rows ``first`` to ``last`` − 1, where they come to stand
    first, in order; each pivot's column is cleared from every other row of the whole matrix.
    """
    rank = first
    for column in columns:
        word, shift = column >> 6, numpy.uint64(column & 63)
        pivot = rank
        while pivot < last and not (words[pivot, word] >> shift) & numpy.uint64(1):
            pivot += 1
        if pivot == last:
            continue
        if pivot != rank:
            for at in range(words.shape[1]):
                words[rank, at], words[pivot, at] = words[pivot, at], words[rank, at]
        for row in range(words.shape[0]):
            if row != rank and (words[row, word] >> shift) & numpy.uint64(1):
                for at in range(words.shape[1]):
                    words[row, at] ^= words[rank, at]
        rank += 1
    return rank - first
