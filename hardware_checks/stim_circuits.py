"""A noisy circuit for Stim, with Pauli-twirled noise: what the ``stim`` backend samples.

Relaxation becomes the Pauli channel with its diagonal, readout flips with the mean of its two probabilities, a ZZ rotation by θ
becomes ZZ with probability sin²(θ/2).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy
from numpy.typing import NDArray

from noclone.hardware_checks.noise_model import Depolarizing, Location, Readout, Relaxation
from noclone.hardware_checks.noisy_circuits import NoisyCircuit
from noclone.hardware_checks.physical import Observable
from noclone.models.errors import InputError

__all__ = ["sampled_expectations", "sampled_outcomes", "stim_circuit"]

NAMES = {"sx": "SQRT_X", "x": "X", "cz": "CZ", "reset": "R"}
TURNS = {1: "S", 2: "Z", 3: "S_DAG"}


def stim_circuit(
    noisy: NoisyCircuit, letters: Mapping[int, str], *, readout: bool = True
) -> tuple[Any, tuple[int, ...]]:
    """The ``stim.Circuit`` that measures each qubit in its letter's basis, and the qubit of each column of its samples.

    Without ``readout`` no outcome is flipped: whoever knows both probabilities does so afterwards.

    A qubit that is measured within the circuit keeps its recorded outcome: its letter can only be Z. Outcomes of measurements
    that are not asked for are no columns, but do collapse.
    """
    import stim

    noisy.checked([Observable(tuple(letters.items()))])
    circuit, columns = stim.Circuit(), []
    for place, operation in enumerate(noisy.circuit.operations):
        if operation.name == "measure":
            (qubit,) = operation.qubits
            if noisy.recorded.get(qubit) == place and qubit in letters:
                circuit.append("M", [qubit], _flip(noisy.readout(qubit, place)) if readout else 0.0)
                columns.append(qubit)
            else:  # a full dephasing: the outcome is not looked at
                circuit.append("Z_ERROR", [qubit], 0.5)
        elif operation.name == "rz":
            if operation.quarter:
                circuit.append(TURNS[operation.quarter], operation.qubits)
        elif operation.name != "delay":
            circuit.append(NAMES[operation.name], operation.qubits)
        for location in noisy.locations[place]:
            _append(circuit, location)
    rest = [qubit for qubit in sorted(letters) if qubit not in noisy.recorded]
    _append_basis_changes(circuit, noisy, {qubit: letters[qubit] for qubit in rest})
    for qubit in rest:
        circuit.append("M", [qubit], _flip(noisy.readout(qubit, None)) if readout else 0.0)
    return circuit, (*columns, *rest)


def sampled_outcomes(
    noisy: NoisyCircuit, letters: Mapping[int, str], shots: int, *, seed: int
) -> tuple[NDArray[numpy.bool_], tuple[int, ...]]:
    """Outcomes of so many shots, shape (shots, qubits), and the qubit of each column. Circuits need seeds of their own."""
    circuit, columns = stim_circuit(noisy, letters)
    return circuit.compile_sampler(seed=seed).sample(shots), columns


def sampled_expectations(
    noisy: NoisyCircuit, observables: Sequence[Observable], shots: int, *, seed: int
) -> NDArray[numpy.float64]:
    """Each observable's mean over shots of its own, shape (observables,); every one gets a seed spawned from ``seed``."""
    if shots < 1:
        raise InputError(f"{shots} shots measure nothing: give at least 1")
    means = []
    for observable, spawned in zip(observables, numpy.random.SeedSequence(seed).spawn(len(observables)), strict=True):
        own = int(spawned.generate_state(1, numpy.uint64)[0]) >> 1
        outcomes, _ = sampled_outcomes(noisy, dict(observable.paulis), shots, seed=own)
        odd = numpy.bitwise_xor.reduce(outcomes, axis=1)
        means.append(observable.sign * (1 - 2 * float(odd.mean())))
    return numpy.array(means)


def _append_basis_changes(circuit: Any, noisy: NoisyCircuit, letters: Mapping[int, str]) -> None:
    """Turn X and Y into Z; qubits that stay wait, unless nothing turns."""
    changing = any(letter != "Z" for letter in letters.values())
    for qubit, letter in letters.items():
        if letter == "X":
            circuit.append("S", [qubit])
        if letter != "Z":
            circuit.append("SQRT_X", [qubit])
        for location in noisy.basis_change(qubit) if letter != "Z" else noisy.waiting(qubit) if changing else ():
            _append(circuit, location)


def _append(circuit: Any, location: Location) -> None:
    """Append a location's twirled channel."""
    channel = location.channel
    if isinstance(channel, Depolarizing):
        paulis = 4 ** len(location.qubits)
        probability = (1 - channel.factor) * (paulis - 1) / paulis
        circuit.append("DEPOLARIZE1" if paulis == 4 else "DEPOLARIZE2", location.qubits, probability)
    elif isinstance(channel, Relaxation):
        flip = (1 - channel.population) / 4
        phase = max(0.0, (1 + channel.population - 2 * channel.coherence) / 4)
        circuit.append("PAULI_CHANNEL_1", location.qubits, [flip, flip, phase])
    elif not isinstance(channel, Readout):
        import stim

        pair = [stim.target_z(qubit) for qubit in location.qubits]
        circuit.append("CORRELATED_ERROR", pair, math.sin(channel.angle / 2) ** 2)


def _flip(locations: Sequence[Location]) -> float:
    """The probability that a readout is flipped, both ways alike."""
    return sum((1 - one.channel.slope) / 2 for one in locations if isinstance(one.channel, Readout))
