"""The table of ``noclone.models.sharing`` for Clifford systems with one secret qubit, of up to 20 held qubits: exact, from supports.

R and C are in a stabilizer state. With g independent logical operators of the secret on C, I(R:C) = g bits and I(R⟩C) = g − 1; a
negativity is left only if g = 2, when R and C hold a Bell pair between them: ½ (Fattal et al., arXiv:quant-ph/0406168).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy

from noclone.models.coalitions import tabulate
from noclone.models.errors import TooLargeError
from noclone.models.sharing import ShareCount
from noclone.models.stabilizer import Encoding
from noclone.models.system import System

__all__ = ["MOST_TABLED_QUBITS", "TabledSharing", "is_tabled", "tabled_sharing"]

MOST_TABLED_QUBITS = 20


@dataclass(frozen=True)
class TabledSharing:
    """``counts`` as ``share_counts`` has them; of the disjoint pairs in which one holds all of R (I(R⟩C) = 1), ``pairs`` were
    looked at, each with the largest disjoint partner; ``clashes`` of those have I(R⟩C) + I(R⟩D) > 0, ``largest`` is that sum.
    """

    counts: tuple[ShareCount, ...]
    pairs: int
    clashes: int
    largest: int


def is_tabled(system: System) -> bool:
    """Whether the system is Clifford, with one secret qubit, and small enough."""
    return system.is_clifford and len(system.secret_qubits) == 1 and system.held <= MOST_TABLED_QUBITS


def tabled_sharing(system: System, moments: Iterable[str]) -> TabledSharing:
    """Every coalition's share at each of these moments, counted by size; raises TooLargeError for what is not ``is_tabled``."""
    if not is_tabled(system):
        raise TooLargeError(
            f"the table of shares is for Clifford systems with one secret qubit and up to {MOST_TABLED_QUBITS} held qubits"
        )
    counts: list[ShareCount] = []
    pairs, clashes, largest = 0, 0, -2
    numbers = numpy.arange(1 << system.held, dtype=numpy.uint32)
    sizes = numpy.bitwise_count(numbers)
    for moment in moments:
        read = _read(system, moment)
        for size in range(1, system.held + 1):
            for bits in (2, 1, 0):
                chosen = numpy.flatnonzero((sizes == size) & (read == bits))
                if len(chosen):
                    first = min(tuple(q for q in range(system.held) if at >> q & 1) for at in chosen[:2000].tolist())
                    names = tuple(system.names[qubit] for qubit in first)
                    row = ShareCount(
                        moment, size, float(bits), bits - 1.0, 0.5 if bits == 2 else 0.0, len(chosen), names
                    )
                    counts.append(row)
        whole = numpy.flatnonzero(read[:-1] == 2)  # whoever holds all has no partner
        partners = read[len(read) - 1 - whole].astype(int)  # the complement: no disjoint partner shares more
        pairs, clashes = pairs + len(whole), clashes + int(numpy.count_nonzero(partners > 0))
        largest = max(largest, int(partners.max(initial=-1)))
    return TabledSharing(tuple(counts), pairs, clashes, largest)


def _read(system: System, moment: str) -> numpy.typing.NDArray[numpy.uint8]:
    """For each coalition, bit q of its number saying whether it holds qubit q: how many independent logicals are on it."""
    table = tabulate(Encoding(system.gates_until(moment), len(system.names), system.secret_qubits), system.held)
    rows = [numpy.unpackbits(bits.view(numpy.uint8), bitorder="little")[: table.coalitions] for bits in table.bits]
    letters = numpy.sum(rows, axis=0, dtype=numpy.uint8)
    return numpy.where(letters == 3, 2, letters).astype(numpy.uint8)
