"""The table of all coalitions: for each set of held qubits, which logicals it reads.

The supports of the representatives of a logical L are those of one coset of the stabilizer group. Mark them in a bitset of
2^N bits, one per coalition, walking the coset by Gray code; then close the set upward, since whoever holds more reads no
less. With an environment, only the operators without support there count; without one the complement rule gives the third
letter of one secret qubit from the other two. About a nanosecond a coalition.

Generators are brought to echelon form from the last qubit down, and the Gray code changes those on the first qubits
fastest: marks then fall close together in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy
from numba import njit

from noclone.models.errors import InputError

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import NDArray

    from noclone.models.stabilizer import Encoding

    Words: TypeAlias = NDArray[numpy.uint64]

__all__ = ["LARGEST_TABLE", "CoalitionTable", "tabulate"]

LARGEST_TABLE = 3 * 2**27
"""Bytes of the largest table: one secret qubit and 30 held qubits."""


@dataclass(frozen=True)
class CoalitionTable:
    """``bits[l]`` says of each coalition, bit c of which means that qubit q is held if c >> q & 1, whether it reads
    ``logicals[l]`` (all Pauli words but the identity).
    """

    qubits: int
    logicals: tuple[str, ...]
    bits: NDArray[numpy.uint64]

    @property
    def coalitions(self) -> int:
        """How many coalitions there are, the empty one included."""
        return 1 << self.qubits

    def counts(self) -> dict[str, int]:
        """How many are authorized (read every logical), partial, and uninformative (read none)."""
        every, some = _count(self.bits, self.coalitions)
        return {"authorized": every, "partial": some - every, "uninformative": self.coalitions - some}

    def minimal_authorized(self, most: int) -> tuple[list[int], int]:
        """The first ``most`` authorized coalitions none of whose proper subsets is authorized, and how many there are."""
        found = numpy.zeros(max(most, 1), dtype=numpy.int64)
        total = _minimal(self.bits, self.qubits, found)
        return [int(coalition) for coalition in found[: min(most, total)]], int(total)

    def partial(self, most: int) -> list[int]:
        """The first ``most`` partial coalitions."""
        found = numpy.zeros(max(most, 1), dtype=numpy.int64)
        total = _partial(self.bits, self.coalitions, found)
        return [int(coalition) for coalition in found[: min(most, total)]]

    def read_by(self, coalition: int) -> tuple[str, ...]:
        """The logicals that a coalition reads."""
        word, bit = coalition >> 6, coalition & 63
        return tuple(name for name, row in zip(self.logicals, self.bits, strict=True) if int(row[word]) >> bit & 1)


def tabulate(encoding: Encoding, held: int) -> CoalitionTable:
    """The table for the first ``held`` qubits of an encoding; the others are the environment. Raises InputError."""
    secrets = len(encoding.secret)
    logicals = tuple("".join(letters) for letters in product("IXYZ", repeat=secrets))[1:] if secrets <= 4 else ()
    words = max(1, (1 << held) // 64) if held <= 40 else 1 << 34
    if not logicals or 8 * words * len(logicals) > LARGEST_TABLE:
        raise InputError(
            f"a table of all coalitions of {held} qubits is too large: it takes 30 for one secret qubit, "
            f"27 for two, 25 for three, 23 for four (here {secrets}): ask for one coalition at a time, with --held"
        )
    stabilizers, generators = encoding.group_on(held)
    bits = numpy.zeros((len(logicals), words), dtype=numpy.uint64)
    pure = secrets == 1 and held == encoding.qubits
    for row, logical in enumerate(logicals[pure:], pure):
        if (start := generators.get(logical)) is not None:
            _mark(bits[row], stabilizers[0], stabilizers[1], start[0], start[1])
            _close_upward(bits[row], held)
    if pure:
        _third_letter(bits, 1 << held)
    return CoalitionTable(held, logicals, bits)


def members(coalition: int) -> Iterator[int]:
    """The qubits of a coalition, in order."""
    qubit = 0
    while coalition >> qubit:
        if coalition >> qubit & 1:
            yield qubit
        qubit += 1


_LOW = (
    0x5555555555555555,
    0x3333333333333333,
    0x0F0F0F0F0F0F0F0F,
    0x00FF00FF00FF00FF,
    0x0000FFFF0000FFFF,
    0x00000000FFFFFFFF,
)
"""Per qubit q < 6: the bits of a word whose coalitions do not hold q."""

_TABLED = 8
"""The products of so many generators, those that change fastest, are tabulated before marking."""


@njit(cache=True, nogil=True)
def _mark(bits: Words, x: Words, z: Words, start_x: int, start_z: int) -> None:
    """Set the bit of every support of the coset: start times all products of the stabilizers (x[g], z[g])."""
    one, low = numpy.uint64(1), numpy.uint64(63)
    inner = min(len(x), _TABLED)
    near_x, near_z = numpy.zeros(1 << inner, numpy.uint64), numpy.zeros(1 << inner, numpy.uint64)
    for step in range(1, 1 << inner):
        changed = _lowest(step)
        near_x[step] = near_x[step ^ (1 << changed)] ^ x[changed]
        near_z[step] = near_z[step ^ (1 << changed)] ^ z[changed]
    far_x, far_z = numpy.uint64(start_x), numpy.uint64(start_z)
    for step in range(1 << (len(x) - inner)):
        if step:
            changed = inner + _lowest(step)
            far_x ^= x[changed]
            far_z ^= z[changed]
        for at in range(1 << inner):
            support = (far_x ^ near_x[at]) | (far_z ^ near_z[at])
            bits[support >> numpy.uint64(6)] |= one << (support & low)


@njit(cache=True, nogil=True)
def _lowest(number: int) -> int:
    """The place of the lowest bit that is set."""
    place = 0
    while not number >> place & 1:
        place += 1
    return place


@njit(cache=True, nogil=True)
def _third_letter(bits: Words, coalitions: int) -> None:
    """Fill the first of three rows from the other two, for a pure encoding of one qubit.

    A coalition is uninformative exactly if its complement is authorized, and one that is neither reads one letter.
    """
    used, last = _used(coalitions), bits.shape[1] - 1
    for at in range(bits.shape[1]):
        authorized = bits[1, at] & bits[2, at]
        mirrored = _reversed(bits[1, last - at] & bits[2, last - at])
        if coalitions < 64:
            mirrored >>= numpy.uint64(64 - coalitions)
        bits[0, at] = authorized | (used & ~(bits[1, at] | bits[2, at] | mirrored))


@njit(cache=True, nogil=True)
def _reversed(word: numpy.uint64) -> numpy.uint64:
    """The word with its bits in the opposite order: bit c goes where its complement's was."""
    for place in range(6):
        shift, mask = numpy.uint64(1 << place), numpy.uint64(_LOW[place])
        word = ((word >> shift) & mask) | ((word & mask) << shift)
    return word


_BLOCK = 15
"""Words are closed in blocks of 2^15 (256 kB) first, while they are in cache."""


@njit(cache=True, nogil=True)
def _close_upward(bits: Words, qubits: int) -> None:
    """Make every superset of a set coalition set."""
    inner = min(max(qubits - 6, 0), _BLOCK)
    block = 1 << inner
    for start in range(0, len(bits), block):
        for at in range(start, start + block):
            word = bits[at]
            for qubit in range(min(qubits, 6)):
                word |= (word & numpy.uint64(_LOW[qubit])) << numpy.uint64(1 << qubit)
            bits[at] = word
        for level in range(inner):
            _spread(bits, start, start + block, 1 << level)
    for level in range(inner, qubits - 6):
        _spread(bits, 0, len(bits), 1 << level)


@njit(cache=True, nogil=True)
def _spread(bits: Words, first: int, last: int, stride: int) -> None:
    for base in range(first, last, 2 * stride):
        for at in range(base, base + stride):
            bits[at + stride] |= bits[at]


@njit(cache=True, nogil=True)
def _ones(word: numpy.uint64) -> int:
    """How many bits are set."""
    word -= (word >> numpy.uint64(1)) & numpy.uint64(0x5555555555555555)
    word = (word & numpy.uint64(0x3333333333333333)) + ((word >> numpy.uint64(2)) & numpy.uint64(0x3333333333333333))
    word = (word + (word >> numpy.uint64(4))) & numpy.uint64(0x0F0F0F0F0F0F0F0F)
    return int((word * numpy.uint64(0x0101010101010101)) >> numpy.uint64(56))


@njit(cache=True, nogil=True)
def _used(coalitions: int) -> numpy.uint64:
    """The bits of a word that stand for coalitions: all, unless there are fewer than 64."""
    return numpy.uint64(0xFFFFFFFFFFFFFFFF) if coalitions >= 64 else numpy.uint64((1 << coalitions) - 1)


@njit(cache=True, nogil=True)
def _every(bits: Words, at: int) -> numpy.uint64:
    word: numpy.uint64 = bits[0, at]
    for row in range(1, len(bits)):
        word &= bits[row, at]
    return word


@njit(cache=True, nogil=True)
def _some(bits: Words, at: int) -> numpy.uint64:
    word: numpy.uint64 = bits[0, at]
    for row in range(1, len(bits)):
        word |= bits[row, at]
    return word


@njit(cache=True, nogil=True)
def _count(bits: Words, coalitions: int) -> tuple[int, int]:
    """How many coalitions have every bit, and how many have some."""
    used = _used(coalitions)
    every, some = 0, 0
    for at in range(bits.shape[1]):
        every += _ones(_every(bits, at) & used)
        some += _ones(_some(bits, at) & used)
    return every, some


@njit(cache=True, nogil=True)
def _minimal(bits: Words, qubits: int, found: NDArray[numpy.int64]) -> int:
    """Write down the first minimal coalitions that have every bit; the number of all of them."""
    total = 0
    used = _used(1 << qubits)
    for at in range(bits.shape[1]):
        word = _every(bits, at) & used
        if word == 0:
            continue
        smaller = numpy.uint64(0)
        for qubit in range(min(qubits, 6)):
            smaller |= (word & numpy.uint64(_LOW[qubit])) << numpy.uint64(1 << qubit)
        for level in range(qubits - 6):
            if at >> level & 1:
                smaller |= _every(bits, at ^ (1 << level))
        total = _list(word & ~smaller, at, total, found)
    return total


@njit(cache=True, nogil=True)
def _partial(bits: Words, coalitions: int, found: NDArray[numpy.int64]) -> int:
    """Write down the first coalitions that have some bit but not every; stops when ``found`` is full."""
    total = 0
    used = _used(coalitions)
    for at in range(bits.shape[1]):
        total = _list(_some(bits, at) & ~_every(bits, at) & used, at, total, found)
        if total >= len(found):
            break
    return total


@njit(cache=True, nogil=True)
def _list(word: numpy.uint64, at: int, total: int, found: NDArray[numpy.int64]) -> int:
    """Append the coalitions of one word's bits to ``found`` while there is room; the new total."""
    for bit in range(64):
        if word >> numpy.uint64(bit) & numpy.uint64(1):
            if total < len(found):
                found[total] = 64 * at + bit
            total += 1
    return total
