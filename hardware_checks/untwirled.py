"""Sparse propagation of observables through the full channels, the non-unital parts included: the main predictor.

Each observable is a sum of Paulis that grows where a channel's adjoint has two terms: relaxation and readout turn Z into Z and
I, a ZZ rotation turns P into P and i·ZZ·P. Terms below a threshold are dropped. All maps are unital and positive, so no
dropped term c·P could have contributed more than |c|: the sum of what was dropped bounds the error.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy
from numpy.typing import NDArray

from noclone.hardware_checks.noise_model import Depolarizing, Location, Readout, Relaxation, ZZRotation
from noclone.hardware_checks.noisy_circuits import NoisyCircuit
from noclone.hardware_checks.physical import Observable, Operation
from noclone.hardware_checks.propagation import pull_back

__all__ = ["EPSILON", "Untwirled", "untwirled"]

Codes = NDArray[numpy.uint8]
Floats = NDArray[numpy.float64]

# a letter's code is x + 2z: I, X, Z, Y
EPSILON = 1e-7
"""Terms below this are dropped unless the caller says otherwise."""
LETTERS = {"X": 1, "Z": 2, "Y": 3}
SINGLE = {
    ("sx", 0): ([0, 1, 3, 2], [1, 1, 1, -1]),  # Z -> Y, Y -> -Z
    ("x", 0): ([0, 1, 2, 3], [1, 1, -1, -1]),
    ("rz", 1): ([0, 3, 2, 1], [1, -1, 1, 1]),  # X -> -Y, Y -> X
    ("rz", 2): ([0, 1, 2, 3], [1, -1, 1, -1]),
    ("rz", 3): ([0, 3, 2, 1], [1, 1, 1, -1]),  # X -> Y, Y -> -X
}
MOVES = {key: numpy.array(codes, dtype=numpy.uint8) for key, (codes, _) in SINGLE.items()}
SIGNS = {key: numpy.array(signs, dtype=numpy.float64) for key, (_, signs) in SINGLE.items()}
# X on one side of a cz puts Z on the other; XX and YY keep their sign with XY -> -YX
CZ_SIGNS = numpy.array(
    [-1.0 if (one & 1) and (other & 1) and (one ^ other) & 2 else 1.0 for other in range(4) for one in range(4)]
)


@dataclass(frozen=True, slots=True, eq=False)
class Untwirled:
    """Expectations, shape (observables,), bounds on what truncation may have changed them by, and the most terms held."""

    values: Floats
    error_bounds: Floats
    most_terms: int


def untwirled(
    noisy: NoisyCircuit,
    observables: Sequence[Observable],
    *,
    epsilon: float = EPSILON,
    most_terms: int = 200_000,
    batch: int = 64,
    only_readout: bool = False,
) -> Untwirled:
    """Pull observables back through the full channels, ``batch`` of them at a time.

    With ``only_readout`` the readout alone is taken as it is, asymmetric; every other channel is Pauli-twirled.

    Terms below ``epsilon`` are dropped, and the smallest where a batch holds more than twice ``most_terms``, until that many are
    left; both are in the bounds.
    """
    values, bounds, most = [], [], 0
    for start in range(0, len(observables), batch):
        chosen = observables[start : start + batch]
        frame = _Terms(noisy, chosen, epsilon, most_terms, only_readout=only_readout)
        pull_back(frame, noisy, chosen)
        values.append(frame.totals())
        bounds.append(frame.dropped)
        most = max(most, frame.most)
    return Untwirled(_joined(values), _joined(bounds), most)


def _joined(parts: list[Floats]) -> Floats:
    return numpy.concatenate(parts) if parts else numpy.zeros(0)


class _Terms:
    """Term k has coefficient ``weights[k]``, belongs to observable ``owners[k]`` and has letter ``codes[q, k]`` on row q."""

    def __init__(
        self,
        noisy: NoisyCircuit,
        observables: Sequence[Observable],
        epsilon: float,
        most_terms: int,
        *,
        only_readout: bool,
    ) -> None:
        qubits = set(noisy.first) | {qubit for observable in observables for qubit, _ in observable.paulis}
        count = len(observables)
        self.row = {qubit: index for index, qubit in enumerate(sorted(qubits))}
        self.codes: Codes = numpy.zeros((len(qubits), 2 * count + 64), dtype=numpy.uint8)
        self.weights: Floats = numpy.zeros(2 * count + 64)
        self.weights[:count] = [observable.sign for observable in observables]
        self.owners = numpy.zeros(2 * count + 64, dtype=numpy.int64)
        self.owners[:count] = numpy.arange(count)
        self.count = self.observables = self.merged = self.most = count
        self.dropped: Floats = numpy.zeros(count)
        self.epsilon, self.most_terms, self.only_readout = epsilon, most_terms, only_readout
        # fixed odd multipliers: the hash only groups candidates, equality is checked
        self.multipliers = numpy.random.default_rng(0).integers(0, 2**63, size=len(qubits), dtype=numpy.uint64) * 2 + 1

    def totals(self) -> Floats:
        """The expectations, once every letter is gone."""
        owners, weights = self.owners[: self.count], self.weights[: self.count]
        totals: Floats = numpy.bincount(owners, weights=weights, minlength=self.observables).astype(numpy.float64)
        return totals

    def gate(self, operation: Operation) -> None:
        one, weights = self._letters(operation.qubits[0]), self.weights[: self.count]
        if operation.name == "cz":
            other = self._letters(operation.qubits[1])
            weights *= CZ_SIGNS[one | other << 2]
            ones = (one & 1) << 1
            one ^= (other & 1) << 1
            other ^= ones
        elif (operation.name, operation.quarter) != ("rz", 0):
            key = (operation.name, operation.quarter if operation.name == "rz" else 0)
            weights *= SIGNS[key][one]
            one[:] = MOVES[key][one]

    def noise(self, location: Location, who: Sequence[int] | None) -> None:
        channel, letters = location.channel, self._letters(location.qubits[0])
        if who is not None:
            letters = letters * self._owned(who)
        weights = self.weights[: self.count]
        if isinstance(channel, Depolarizing):
            factors = numpy.array([1.0, channel.factor])
            if len(location.qubits) == 2:
                letters = letters | self._letters(location.qubits[1])
            weights *= factors[(letters != 0).view(numpy.uint8)]
        elif isinstance(channel, Relaxation):
            if not self.only_readout:
                self._branch(location.qubits[0], letters == 2, 1 - channel.population)
            factors = numpy.array([1.0, channel.coherence, channel.population, channel.coherence])
            self.weights[: len(letters)] *= factors[letters]
        elif isinstance(channel, Readout):
            self._branch(location.qubits[0], letters == 2, channel.offset)
            factors = numpy.array([1.0, 1.0, channel.slope, 1.0])
            self.weights[: len(letters)] *= factors[letters]
        elif self.only_readout:
            odd = (letters ^ self._letters(location.qubits[1])) & 1
            self.weights[: len(odd)] *= numpy.array([1.0, math.cos(channel.angle)])[odd]
        else:
            self._rotate(location.qubits, channel)
        if self.count > min(2 * self.merged + 64, 2 * self.most_terms):
            self._merge()

    def measured(self, qubit: int, who: Sequence[int]) -> None:
        self._letters(qubit)[self._owned(who)] = LETTERS["Z"]

    def turned(self, qubit: int, letter: str, who: Sequence[int]) -> None:
        letters = self._letters(qubit)
        letters[self._owned(who) & (letters == LETTERS["Z"])] = LETTERS[letter]

    def dephased(self, qubit: int) -> None:
        self.weights[: self.count] *= (self._letters(qubit) & 1) == 0

    def projected(self, qubit: int) -> None:
        self.dephased(qubit)
        self._letters(qubit)[:] = 0
        if self.count > self.merged and 2 * numpy.count_nonzero(self.weights[: self.count]) < self.count:
            self._merge()

    def _letters(self, qubit: int) -> Codes:
        return self.codes[self.row[qubit], : self.count]

    def _owned(self, who: Sequence[int]) -> NDArray[numpy.bool_]:
        chosen = numpy.zeros(self.observables, dtype=bool)
        chosen[list(who)] = True
        return chosen[self.owners[: self.count]]

    def _branch(self, qubit: int, where: NDArray[numpy.bool_], share: float) -> None:
        """Add ``share`` times the terms at ``where`` with this qubit's letter removed."""
        places = self._kept(numpy.flatnonzero(where), share)
        if len(places):
            fresh = self._copied(places, share)
            self.codes[self.row[qubit], fresh] = 0

    def _rotate(self, qubits: tuple[int, ...], channel: ZZRotation) -> None:
        """exp(iθ/2·ZZ) P exp(−iθ/2·ZZ) = cos θ·P + i sin θ·ZZ·P if P anticommutes with ZZ: iZX = −Y and iZY = X."""
        one, other = (self._letters(qubit) for qubit in qubits)
        where = (one ^ other) & 1 == 1
        places = self._kept(numpy.flatnonzero(where), math.sin(channel.angle))
        # the side with an x bit turns, X to -Y and Y to X; the other is multiplied by Z without a phase
        turning = numpy.where(one[places] & 1, one[places], other[places])
        signs = numpy.where(turning == LETTERS["X"], -1.0, 1.0)
        self.weights[: self.count][where] *= math.cos(channel.angle)
        if len(places):
            fresh = self._copied(places, math.tan(channel.angle))
            self.weights[fresh] *= signs
            for qubit in qubits:
                self.codes[self.row[qubit], fresh] ^= 2

    def _kept(self, places: NDArray[numpy.int64], share: float) -> NDArray[numpy.int64]:
        """The places whose share is worth a term; the others' is counted as dropped."""
        sizes = numpy.abs(self.weights[places] * share)
        small = sizes < self.epsilon
        if small.any():
            self._drop(self.owners[places[small]], sizes[small])
            return places[~small]
        return places

    def _drop(self, owners: NDArray[numpy.int64], sizes: Floats) -> None:
        self.dropped += numpy.bincount(owners, weights=sizes, minlength=self.observables)

    def _copied(self, places: NDArray[numpy.int64], share: float) -> slice:
        """Append the terms at these places times ``share``; where they are now."""
        end = self.count + len(places)
        if end > len(self.weights):
            self.codes = _grown(self.codes, 2 * end)
            self.weights = _grown(self.weights, 2 * end)
            self.owners = _grown(self.owners, 2 * end)
        fresh = slice(self.count, end)
        self.codes[:, fresh] = self.codes[:, places]
        self.weights[fresh] = self.weights[places] * share
        self.owners[fresh] = self.owners[places]
        self.count = end
        self.most = max(self.most, end)
        return fresh

    def _merge(self) -> None:
        """Add up equal terms, then drop what is too small or too many."""
        live = numpy.flatnonzero(self.weights[: self.count])
        codes, owners = self.codes[:, live], self.owners[live]
        keys = (self.multipliers @ codes) * numpy.uint64(0x9E3779B97F4A7C15) + owners.astype(numpy.uint64)
        _, first, group = numpy.unique(keys, return_index=True, return_inverse=True)
        if not ((codes == codes[:, first[group]]).all() and (owners == owners[first[group]]).all()):
            first, group = (
                numpy.arange(len(live)),
                numpy.arange(len(live)),
            )  # a collision: better no merging than a wrong one
        weights = numpy.bincount(group, weights=self.weights[live], minlength=len(first))
        sizes = numpy.abs(weights)
        small = sizes < self.epsilon
        if len(sizes) > self.most_terms:
            small |= sizes < numpy.partition(sizes, -self.most_terms)[-self.most_terms]
        self._drop(owners[first[small]], sizes[small])
        kept = first[~small]
        self.count = self.merged = len(kept)
        self.codes[:, : self.count] = codes[:, kept]
        self.weights[: self.count] = weights[~small]
        self.owners[: self.count] = owners[kept]


def _grown(array: NDArray[Any], length: int) -> NDArray[Any]:
    wide = numpy.zeros((*array.shape[:-1], length), dtype=array.dtype)
    wide[..., : array.shape[-1]] = array
    return wide
