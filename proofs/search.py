"""The untrusted search for witnesses: operators on a set of qubits that represent logicals.

Whatever is found here is only a proposal; the kernel replays it. Signs are set by the kernel's own pull-back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING
from typing import Protocol as Interface

import numpy

from noclone.models.errors import TooLargeError
from noclone.models.stabilizer import Encoding, PauliRow, Representatives
from noclone.models.system import System
from noclone.proofs.kernel.paulis import Paulis, times

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bits = NDArray[numpy.bool_]

__all__ = ["MOST_QUBITS", "ClosedForm", "ClosedFormSearch", "Search", "StabilizerSearch", "combination"]

MOST_QUBITS = 10_000
"""The largest system that elimination takes; beyond it a family's closed forms answer."""


class Search(Interface):
    """Something that finds operators. ``moment`` is a stage's or recovery's name, None for the end of the encoding."""

    method: str

    def group(self, moment: str | None, allowed: Iterable[int]) -> tuple[str, ...]:
        """Generators of the group of logicals that have a representative on the allowed qubits, as words."""

    def represent(self, moment: str | None, allowed: Iterable[int], wanted: Sequence[str]) -> list[str] | None:
        """Signed operators on the allowed qubits that represent the wanted logicals; None if one has none."""

    def stabilizer(self, moment: str | None, allowed: Iterable[int]) -> str | None:
        """An operator other than 1 on the allowed qubits that represents 1, if there is one."""

    def restrictions(self, moment: str | None, qubits: Sequence[int]) -> list[str] | None:
        """Operators that restrict to X, then Z, on each of the qubits, and represent 1 or a logical; None if none do."""


class StabilizerSearch:
    """Search by elimination over GF(2), for any system up to MOST_QUBITS qubits."""

    method = "stabilizer elimination"

    def __init__(self, system: System) -> None:
        if len(system.names) > MOST_QUBITS:
            raise TooLargeError(
                f"{len(system.names):,} qubits are more than elimination takes ({MOST_QUBITS:,}), "
                "and no closed form is known here: use a smaller instance"
            )
        self.system = system
        self._gates = cache(system.gates_until)
        self._encoding = cache(self._encode)
        self._found: tuple[tuple[str | None, frozenset[int]], Representatives] | None = None

    def group(self, moment: str | None, allowed: Iterable[int]) -> tuple[str, ...]:
        return tuple(row.logical for row in self._representatives(moment, allowed).generators)

    def represent(self, moment: str | None, allowed: Iterable[int], wanted: Sequence[str]) -> list[str] | None:
        rows = self._representatives(moment, allowed).generators
        chosen = [combination([row.logical for row in rows], word) for word in wanted]
        if any(numbers is None for numbers in chosen):
            return None
        return self._signed(moment, [_product([rows[number] for number in numbers or ()]) for numbers in chosen])

    def stabilizer(self, moment: str | None, allowed: Iterable[int]) -> str | None:
        found = self._representatives(moment, allowed).stabilizer
        return None if found is None else self._signed(moment, [(found.x, found.z)])[0]

    def restrictions(self, moment: str | None, qubits: Sequence[int]) -> list[str] | None:
        found = self._encoding(moment).restrictions(qubits)
        return None if found is None else self._signed(moment, [(row.x, row.z) for row in found])

    def _encode(self, moment: str | None) -> Encoding:
        return Encoding(self._gates(moment), len(self.system.names), self.system.secret_qubits)

    def _representatives(self, moment: str | None, allowed: Iterable[int]) -> Representatives:
        key = moment, frozenset(allowed)
        if self._found is None or self._found[0] != key:
            self._found = key, self._encoding(moment).representatives(key[1])
        return self._found[1]

    def _signed(self, moment: str | None, rows: Sequence[tuple[Bits, Bits]]) -> list[str]:
        """The operators' texts, each with the sign for which it represents its logical with a plus."""
        names = self.system.names
        bare = ["+" + _factors(x, z, names) for x, z in rows]
        paulis = Paulis.read(bare, names, "search")
        paulis.pull_back(self._gates(moment))
        return [paulis.word(which, [])[0] + text[1:] for which, text in enumerate(bare)]


ClosedForm = Callable[[str | None, frozenset[str]], Mapping[str, str] | None]
"""Given a moment and the names of the allowed qubits: an operator for each logical that has one; None: not known."""


class ClosedFormSearch:
    """A family's own formulas for one secret qubit, where elimination would be too large."""

    method = "closed form of the family"

    def __init__(self, system: System, closed_form: ClosedForm) -> None:
        self.system, self.closed_form = system, closed_form

    def group(self, moment: str | None, allowed: Iterable[int]) -> tuple[str, ...]:
        return tuple(self._operators(moment, allowed))[:2]

    def represent(self, moment: str | None, allowed: Iterable[int], wanted: Sequence[str]) -> list[str] | None:
        found = self._operators(moment, allowed)
        return [found[word] for word in wanted] if found.keys() >= set(wanted) else None

    def stabilizer(self, moment: str | None, allowed: Iterable[int]) -> str | None:
        raise TooLargeError(f"'mixed' is decided up to {MOST_QUBITS:,} qubits: use a smaller instance")

    def restrictions(self, moment: str | None, qubits: Sequence[int]) -> list[str] | None:
        raise TooLargeError(f"'mixed' is decided up to {MOST_QUBITS:,} qubits: use a smaller instance")

    def _operators(self, moment: str | None, allowed: Iterable[int]) -> Mapping[str, str]:
        names = self.system.names
        found = self.closed_form(moment, frozenset(names[qubit] for qubit in allowed))
        if found is None:
            raise TooLargeError(
                f"beyond {MOST_QUBITS:,} qubits the family's closed form speaks of the end of the encoding only"
            )
        return found


def combination(generators: Sequence[str], wanted: str) -> list[int] | None:
    """Which generators multiply to the wanted Pauli word up to phase, by their numbers; None if none do."""
    rows: list[tuple[str, set[int]]] = []
    for number, given in [*enumerate(generators), (-1, wanted)]:
        word, used = given, {number}
        for pivot, members in rows:
            place = _leading(pivot)
            if _bits(word)[place]:
                word, used = times(word, pivot), used ^ members
        if _leading(word) >= 0:
            rows.append((word, used))
        elif number == -1:
            return sorted(used - {-1})
    return None


def _bits(word: str) -> list[bool]:
    return [bit for letter in word for bit in (letter in "XY", letter in "ZY")]


def _leading(word: str) -> int:
    return next((place for place, bit in enumerate(_bits(word)) if bit), -1)


def _product(rows: Sequence[PauliRow]) -> tuple[Bits, Bits]:
    x, z = numpy.zeros_like(rows[0].x), numpy.zeros_like(rows[0].z)
    for row in rows:
        x, z = x ^ row.x, z ^ row.z
    return x, z


def _factors(x: Bits, z: Bits, names: Sequence[str]) -> str:
    """An operator as the kernel reads it, without its sign."""
    return (
        " ".join(f"{'IXZY'[x[qubit] + 2 * z[qubit]]}_{names[qubit]}" for qubit in map(int, numpy.flatnonzero(x | z)))
        or "I"
    )
