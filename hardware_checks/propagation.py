"""Observables pulled back through a noisy circuit to the initial state |0…0⟩ (the Heisenberg picture), many at once.

``pull_back`` undoes the circuit and tells a frame what it meets; a frame holds the pulled-back operators. Two exist:
``twirled`` below, exact for Pauli-twirled noise, with one factor per location; and that of ``noclone.hardware_checks.untwirled``,
which follows the full channels. Without noise the first gives the ideal values, which are −1, 0 or 1 exactly.

A Pauli is a pair of bits (x, z) per qubit: X = (1, 0), Z = (0, 1), Y = (1, 1), with the sign of the Hermitian product of letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

import numpy
from numpy.typing import NDArray

from noclone.hardware_checks.noise_model import Depolarizing, Location, Readout, Relaxation, ZZRotation
from noclone.hardware_checks.noisy_circuits import NoisyCircuit
from noclone.hardware_checks.physical import Observable, Operation

__all__ = ["Frame", "Twirled", "pull_back", "twirled"]

CHUNK = 4_096
"""Rows of the table of locations that are unpacked at a time."""


class Frame(Protocol):
    """Operators that are pulled back; ``who`` lists the observables concerned, None for all."""

    def gate(self, operation: Operation) -> None:
        """P becomes U†PU for a gate U."""

    def noise(self, location: Location, who: Sequence[int] | None) -> None:
        """P becomes the channel's adjoint of P."""

    def measured(self, qubit: int, who: Sequence[int]) -> None:
        """Multiply by Z on a qubit where none of these operators has a letter yet."""

    def turned(self, qubit: int, letter: str, who: Sequence[int]) -> None:
        """Z on this qubit becomes the letter: what a final basis change does."""

    def dephased(self, qubit: int) -> None:
        """A measurement whose outcome is not looked at: X and Y vanish."""

    def projected(self, qubit: int) -> None:
        """The qubit starts in |0⟩ here: X and Y vanish, Z becomes I."""


def pull_back(frame: Frame, noisy: NoisyCircuit, observables: Sequence[Observable]) -> None:
    """Pull observables back through the final readout and the circuit; the frame is left with scalars."""
    noisy.checked(observables)
    letters: dict[int, dict[str, list[int]]] = {}
    for index, observable in enumerate(observables):
        for qubit, letter in observable.paulis:
            letters.setdefault(qubit, {}).setdefault(letter, []).append(index)
    changes = {index for index, one in enumerate(observables) if any(letter != "Z" for _, letter in one.paulis)}
    unread = set(letters)
    for qubit in sorted(unread - set(noisy.first)):
        _final_measurement(frame, noisy, qubit, letters[qubit], changes)
        frame.projected(qubit)
    for place in noisy.backwards:
        for qubit in unread.intersection(noisy.touched[place]):
            unread.remove(qubit)
            if qubit not in noisy.recorded:
                _final_measurement(frame, noisy, qubit, letters[qubit], changes)
        _undo(frame, noisy, place, letters)


def _undo(frame: Frame, noisy: NoisyCircuit, place: int, letters: Mapping[int, Mapping[str, list[int]]]) -> None:
    """Pull back through one operation and the locations after it."""
    operation = noisy.circuit.operations[place]
    for location in reversed(noisy.locations[place]):
        frame.noise(location, None)
    if operation.name == "measure":
        (qubit,) = operation.qubits
        frame.dephased(qubit)
        if noisy.recorded.get(qubit) == place and qubit in letters:
            _read(frame, noisy, qubit, letters[qubit]["Z"], place)
    elif operation.name == "reset":
        frame.projected(operation.qubits[0])
    elif operation.name != "delay":
        frame.gate(operation)
    for qubit in operation.qubits:
        if noisy.first[qubit] == place:
            frame.projected(qubit)


def _final_measurement(
    frame: Frame, noisy: NoisyCircuit, qubit: int, letters: Mapping[str, list[int]], changes: AbstractSet[int]
) -> None:
    """Pull back through a qubit's readout and, where it or others of the same observable change basis, through that."""
    _read(frame, noisy, qubit, [index for indices in letters.values() for index in indices], None)
    turning = letters.get("X", []) + letters.get("Y", [])
    waiting = [index for index in letters.get("Z", []) if index in changes]
    for location in noisy.waiting(qubit) if waiting else ():
        frame.noise(location, waiting)
    for location in reversed(noisy.basis_change(qubit)) if turning else ():
        frame.noise(location, turning)
    for letter in sorted(set(letters) - {"Z"}):
        frame.turned(qubit, letter, letters[letter])


def _read(frame: Frame, noisy: NoisyCircuit, qubit: int, who: Sequence[int], after: int | None) -> None:
    frame.measured(qubit, who)
    for location in noisy.readout(qubit, after):
        frame.noise(location, who)


@dataclass(frozen=True, slots=True, eq=False)
class Twirled:
    """Expectations under Pauli-twirled noise, as a product of one factor per location and observable.

    ``ideal`` has shape (observables,) with values −1, 0, 1. Row i of ``touched`` has one bit per observable (packed as by
    ``numpy.packbits``, little-endian): whether ``factors[i]`` of ``locations[i]`` multiplies it.
    """

    ideal: NDArray[numpy.int8]
    locations: tuple[Location, ...]
    factors: NDArray[numpy.float64]
    touched: NDArray[numpy.uint8]

    def values(self, layers: Sequence[str] | None = None) -> NDArray[numpy.float64]:
        """The expectations with these layers' noise (None: all that was propagated), shape (observables,)."""
        logarithms = numpy.log(numpy.maximum(numpy.abs(self.factors), 1e-300))
        negative = (self.factors < 0).astype(numpy.float64)
        if layers is not None:
            chosen = numpy.array([location.layer in layers for location in self.locations], dtype=bool)
            logarithms, negative = logarithms * chosen, negative * chosen
        total, signs = (numpy.zeros(len(self.ideal)) for _ in range(2))
        for rows, table in self._tables():
            total += logarithms[rows] @ table
            signs += negative[rows] @ table
        return self.ideal * numpy.exp(total) * (1 - 2 * (signs % 2))

    def costs(self, weights: Sequence[float]) -> NDArray[numpy.float64]:
        """Per location the first-order cost Σ_k w_k·ideal_k·(1 − factor): what it alone would take from Σ_k w_k·ideal_k."""
        weighted = numpy.asarray(weights, dtype=numpy.float64) * self.ideal
        found = numpy.zeros(len(self.factors))
        for rows, table in self._tables():
            found[rows] = (1 - self.factors[rows]) * (table @ weighted)
        return found

    def _tables(self) -> Iterator[tuple[slice, NDArray[numpy.float64]]]:
        """The table of zeros and ones, some rows at a time."""
        for start in range(0, len(self.factors), CHUNK):
            rows = slice(start, start + CHUNK)
            bits = numpy.unpackbits(self.touched[rows], axis=1, count=len(self.ideal), bitorder="little")
            yield rows, bits.astype(numpy.float64)


def twirled(noisy: NoisyCircuit, observables: Sequence[Observable]) -> Twirled:
    """Pull back all observables through Pauli-twirled noise: exact, linear in operations, one pass for all of them."""
    frame = _Bits(len(observables))
    pull_back(frame, noisy, observables)
    width = (len(observables) + 7) // 8
    packed = b"".join(row.to_bytes(width, "little") for row in frame.rows)
    alive = numpy.array([frame.alive >> index & 1 for index in range(len(observables))], dtype=numpy.int8)
    flipped = numpy.array([frame.sign >> index & 1 for index in range(len(observables))], dtype=numpy.int8)
    signs = numpy.array([observable.sign for observable in observables], dtype=numpy.int8)
    return Twirled(
        (signs * alive * (1 - 2 * flipped)).astype(numpy.int8),
        tuple(frame.locations),
        numpy.array(frame.factors, dtype=numpy.float64),
        numpy.frombuffer(packed, dtype=numpy.uint8).reshape(len(frame.rows), width),
    )


class _Bits:
    """The frame of ``twirled``: bit k of ``x[q]`` and ``z[q]`` is observable k's on qubit q."""

    def __init__(self, count: int) -> None:
        self.everyone = (1 << count) - 1
        self.x: dict[int, int] = {}
        self.z: dict[int, int] = {}
        self.sign = 0
        self.alive = self.everyone
        self.rows: list[int] = []
        self.factors: list[float] = []
        self.locations: list[Location] = []

    def gate(self, operation: Operation) -> None:
        qubit = operation.qubits[0]
        x, z = self.x.get(qubit, 0), self.z.get(qubit, 0)
        if operation.name == "cz":
            other = operation.qubits[1]
            x_other, z_other = self.x.get(other, 0), self.z.get(other, 0)
            self.sign ^= x & x_other & (z ^ z_other)
            self.z[qubit], self.z[other] = z ^ x_other, z_other ^ x
        elif operation.name == "sx":  # Z -> Y, Y -> -Z
            self.sign ^= z & x
            self.x[qubit] = x ^ z
        elif operation.name == "x":
            self.sign ^= z
        elif operation.quarter == 1:  # X -> -Y, Y -> X
            self.sign ^= x & ~z
            self.z[qubit] = z ^ x
        elif operation.quarter == 2:
            self.sign ^= x
        elif operation.quarter == 3:  # X -> Y, Y -> -X
            self.sign ^= x & z
            self.z[qubit] = z ^ x

    def noise(self, location: Location, who: Sequence[int] | None) -> None:
        mask, channel = self.everyone if who is None else _mask(who), location.channel
        xs = [self.x.get(qubit, 0) & mask for qubit in location.qubits]
        zs = [self.z.get(qubit, 0) & mask for qubit in location.qubits]
        if isinstance(channel, Depolarizing):
            rows = [(xs[0] | zs[0] | xs[-1] | zs[-1], channel.factor)]
        elif isinstance(channel, Relaxation):
            rows = [(xs[0], channel.coherence), (zs[0] & ~xs[0], channel.population)]
        elif isinstance(channel, Readout):
            rows = [(zs[0], channel.slope)]
        else:
            rows = [(xs[0] ^ xs[1], _cosine(channel))]
        for row, factor in rows:
            if row:
                self.rows.append(row)
                self.factors.append(factor)
                self.locations.append(location)

    def measured(self, qubit: int, who: Sequence[int]) -> None:
        self.z[qubit] = self.z.get(qubit, 0) | _mask(who)

    def turned(self, qubit: int, letter: str, who: Sequence[int]) -> None:
        mask = _mask(who)
        self.x[qubit] = self.x.get(qubit, 0) | mask
        if letter == "X":
            self.z[qubit] &= ~mask

    def dephased(self, qubit: int) -> None:
        self.alive &= ~self.x.pop(qubit, 0)

    def projected(self, qubit: int) -> None:
        self.dephased(qubit)
        self.z.pop(qubit, None)


def _mask(who: Sequence[int]) -> int:
    mask = 0
    for index in who:
        mask |= 1 << index
    return mask


def _cosine(channel: ZZRotation) -> float:
    return float(numpy.cos(channel.angle))
