"""Which logical Pauli operators of an encoding have a representative on which qubits.

An operator W on the qubits represents the logical L if W V = V L for the encoding V. The representatives of L are one coset
of the encoding's stabilizer group; to find one on a set of qubits is to clear the others' columns by elimination.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy

from noclone.models.elimination import pack_bits, reduce_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from noclone.models.system import Gate

__all__ = ["Encoding", "PauliRow", "Representatives"]


@dataclass(frozen=True)
class PauliRow:
    """A Pauli operator without its sign: bits of X and of Z per qubit, and the logical word that it represents."""

    x: NDArray[numpy.bool_]
    z: NDArray[numpy.bool_]
    logical: str


@dataclass(frozen=True)
class Representatives:
    """Independent logicals represented on a set of qubits (generators, with an operator for each), and one stabilizer
    other than 1 on it, if there is any.
    """

    generators: tuple[PauliRow, ...]
    stabilizer: PauliRow | None


@dataclass(frozen=True)
class Encoding:
    """V|ψ⟩ = U|ψ⟩|0…0⟩ with U given as gates on ``qubits`` qubits, |ψ⟩ on the qubits ``secret``."""

    gates: Sequence[Gate]
    qubits: int
    secret: Sequence[int]

    @cached_property
    def _rows(self) -> tuple[NDArray[numpy.uint64], int, int]:
        """Stabilizers, then X and Z of each secret qubit: bits x, z, and which logicals; words for x, stabilizers.

        All operators go through the gates together: bit r of ``x[q]`` says whether row r has an X at qubit q.
        """
        secret, others = list(self.secret), sorted(set(range(self.qubits)) - set(self.secret))
        x, z = [0] * self.qubits, [0] * self.qubits
        for row, qubit in enumerate(others):
            z[qubit] = 1 << row
        for at, qubit in enumerate(secret):
            x[qubit], z[qubit] = 1 << len(others) + 2 * at, 2 << len(others) + 2 * at
        for name, *qubits in self.gates:
            a = qubits[0]
            if name == "CX":
                x[qubits[1]] ^= x[a]
                z[a] ^= z[qubits[1]]
            elif name == "H":
                x[a], z[a] = z[a], x[a]
            elif name == "S":
                z[a] ^= x[a]
            else:
                raise ValueError(f"gate {name!r} is not Clifford")
        rows = len(others) + 2 * len(secret)
        which = [1 << len(others) + at for at in range(2 * len(secret))]
        parts = [pack_bits(_transposed(columns, rows)) for columns in (x, z, which)]
        return numpy.hstack(parts), parts[0].shape[1], len(others)

    def representatives(self, allowed: Iterable[int]) -> Representatives:
        """What has a representative on the allowed qubits alone."""
        words, width, stabilizers = self._rows
        words = words.copy()
        barred = self._columns(sorted(set(range(self.qubits)) - set(allowed)), width)
        used = reduce_rows(words, barred, 0, stabilizers)
        logicals = reduce_rows(words, barred, stabilizers, len(words))
        generators = [self._row(words[row], width) for row in range(stabilizers + logicals, len(words))]
        return Representatives(tuple(generators), self._row(words[used], width) if used < stabilizers else None)

    def restrictions(self, qubits: Sequence[int]) -> list[PauliRow] | None:
        """For each given qubit operators, representing 1 or a logical, that restrict to X, then to Z, on it and to 1 on
        the others given; None if there are none such.
        """
        words, width, _ = self._rows
        words = words.copy()
        columns = self._columns(qubits, width)
        if reduce_rows(words, columns, 0, len(words)) < len(columns):
            return None
        return [self._row(words[row], width) for row in range(len(columns))]

    def group_on(self, held: int) -> tuple[NDArray[numpy.uint64], dict[str, tuple[int, int]]]:
        """On the first ``held`` ≤ 64 qubits: generators of the stabilizers, shape (2, count), x then z, bit q for qubit
        q, in echelon form with the one that reaches the last qubit last; and an operator (x, z) for each logical with one.
        """
        words, width, stabilizers = self._rows
        words = words.copy()
        barred = self._columns(range(held, self.qubits), width)
        used = reduce_rows(words, barred, 0, stabilizers)
        logicals = reduce_rows(words, barred, stabilizers, len(words))
        own = self._columns(range(held - 1, -1, -1), width)
        rank = reduce_rows(words, own, used, stabilizers)
        generators = words[used : used + rank][::-1]
        rows = [self._row(words[row], width) for row in range(stabilizers + logicals, len(words))]
        group = {"I" * len(self.secret): (0, 0)}
        for row in rows:
            x, z = (
                int.from_bytes(numpy.packbits(bits, bitorder="little").tobytes(), "little") for bits in (row.x, row.z)
            )
            group |= {times(word, row.logical): (x ^ old_x, z ^ old_z) for word, (old_x, old_z) in group.items()}
        return numpy.ascontiguousarray(generators[:, [0, width]].T), group

    @staticmethod
    def _columns(qubits: Sequence[int], width: int) -> NDArray[numpy.int64]:
        return numpy.array([column for qubit in qubits for column in (qubit, 64 * width + qubit)], dtype=numpy.int64)

    def _row(self, words: NDArray[numpy.uint64], width: int) -> PauliRow:
        bits = numpy.unpackbits(words.view(numpy.uint8), bitorder="little").astype(numpy.bool_)
        which = bits[128 * width :]
        logical = "".join("IXZY"[int(which[2 * at]) + 2 * int(which[2 * at + 1])] for at in range(len(self.secret)))
        return PauliRow(bits[: self.qubits], bits[64 * width : 64 * width + self.qubits], logical)


def _transposed(columns: Sequence[int], rows: int) -> NDArray[numpy.bool_]:
    """Bits, shape (rows, columns), of columns given as integers: bit r of a column is its row r."""
    size = -(-rows // 8)
    packed = numpy.frombuffer(b"".join(column.to_bytes(size, "little") for column in columns), dtype=numpy.uint8)
    bits = numpy.unpackbits(packed.reshape(len(columns), size), axis=1, count=rows, bitorder="little")
    return numpy.ascontiguousarray(bits.T).astype(numpy.bool_)


def times(left: str, right: str) -> str:
    """The product of two Pauli words, up to phase."""
    return "".join("IXZY"["IXZY".index(a) ^ "IXZY".index(b)] for a, b in zip(left, right, strict=True))
