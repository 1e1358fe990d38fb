"""The "aer" backends: our noise model as it is, not twirled, every channel in its place, simulated by Aer.

Small circuits only: a density matrix up to 10 qubits, beyond that one random trajectory of the state per shot, up to 24. Only
what can influence the measured bits counts and is simulated. Readout is Aer's own readout error, with both probabilities.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy
from numpy.typing import NDArray

from noclone.hardware_checks.modelled_circuits import MOST_AS_DENSITY_MATRIX, ModelledCircuit, ModelledDevice
from noclone.hardware_checks.noise_model import Depolarizing, Location, Relaxation, ZZRotation
from noclone.hardware_checks.shot_outcomes import Outcomes
from noclone.models.errors import InputError, TooLargeError

__all__ = ["AerSampler"]

_MOST_QUBITS = 24
_MOST_AT_ONCE = 2**18
"""Shots of one call: Aer gives them as strings."""


class AerSampler:
    """Samples circuits of one device (a Qiskit backend); see ``noclone.hardware_checks.local_jobs.Sampler``."""

    def __init__(self, device: Any) -> None:
        self._modelled = ModelledDevice(device)

    def check(self, circuit: Any, shots: int, options: Mapping[str, Any]) -> None:  # noqa: ARG002 - the interface's
        """Raises InputError for a circuit that is too large, not scheduled, or not of this device."""
        _require_aer()
        part = self._part_that_counts(self._modelled.read(circuit))
        self._modelled.require_time(len(part.index), len(part.places), shots)

    def sample(
        self,
        circuit: Any,
        shots: int,
        seed: numpy.random.SeedSequence,
        options: Mapping[str, Any],  # noqa: ARG002 - the interface's
    ) -> Outcomes:
        """So many shots; the same seed gives the same outcomes with the same Aer."""
        _require_aer()
        modelled = self._modelled.read(circuit)
        part = self._part_that_counts(modelled)
        made = _circuit_for_aer(modelled, part)
        simulator = _simulator(modelled, part)
        found = []
        for start, own in zip(range(0, shots, _MOST_AT_ONCE), seed.spawn(-(-shots // _MOST_AT_ONCE)), strict=True):
            number = int(own.generate_state(1, numpy.uint32)[0]) >> 1
            result = simulator.run(
                made, shots=min(_MOST_AT_ONCE, shots - start), seed_simulator=number, memory=True
            ).result()
            if not result.success:
                raise InputError(f"Aer failed: {' '.join(str(result.status).split())}")
            found.append(_bits(result.get_memory(made), len(modelled.qubits)))
        return Outcomes.from_array(numpy.concatenate(found))

    def _part_that_counts(self, modelled: ModelledCircuit) -> _Part:
        """What has to be simulated; raises TooLargeError if that is too many qubits."""
        part = _part_that_counts(modelled)
        if len(part.index) > _MOST_QUBITS:
            raise TooLargeError(
                f"{len(part.index)} qubits count for these outcomes, and Aer simulates at most {_MOST_QUBITS} with full"
                f" noise: use {self._modelled.stim_name}"
            )
        return part


@dataclass(frozen=True, slots=True)
class _Part:
    """The places of the operations that can influence the outcomes, and each of their qubits' index for Aer."""

    places: frozenset[int]
    index: Mapping[int, int]


def _part_that_counts(modelled: ModelledCircuit) -> _Part:
    """What the measured bits can depend on: their past, since what happens elsewhere is trace preserving."""
    noisy = modelled.noisy
    after = {qubit: noisy.recorded[qubit] for qubit in modelled.qubits}
    open_qubits: set[int] = set()
    places = []
    for place in reversed(range(len(noisy.touched))):
        open_qubits.update(qubit for qubit, last in after.items() if last == place)
        if open_qubits.intersection(noisy.touched[place]):
            places.append(place)
            open_qubits.update(noisy.touched[place])
    return _Part(frozenset(places), {qubit: index for index, qubit in enumerate(sorted(open_qubits))})


def _circuit_for_aer(modelled: ModelledCircuit, part: _Part) -> Any:
    """The part with its channels as instructions and all measurements at the end.

    Nothing but waiting follows a measurement whose outcome is asked for, so it may come last; the wait's noise is left out.
    A measurement that nobody reads is a full dephasing.
    """
    from qiskit import QuantumCircuit

    noisy, index = modelled.noisy, part.index
    made = QuantumCircuit(len(index), len(modelled.qubits))
    channels: dict[Any, Any] = {}
    for place in sorted(part.places):
        operation = noisy.circuit.operations[place]
        places = [index[qubit] for qubit in operation.qubits]
        if operation.name == "rz":
            made.rz(operation.quarter * math.pi / 2, *places)
        elif operation.name == "measure":
            if not (operation.qubits[0] in modelled.qubits and noisy.recorded.get(operation.qubits[0]) == place):
                made.append(_instruction("unread", _dephasing, channels), places)
        elif operation.name != "delay":
            getattr(made, operation.name)(*places)
        for location in noisy.locations[place]:
            if isinstance(location.channel, ZZRotation):
                made.rzz(location.channel.angle, *(index[qubit] for qubit in location.qubits))
            elif not _is_over(modelled, location, place):
                made.append(
                    _instruction((location.channel, len(location.qubits)), partial(_noise, location), channels),
                    [index[qubit] for qubit in location.qubits],
                )
    made.measure([index[qubit] for qubit in modelled.qubits], range(len(modelled.qubits)))
    return made


def _is_over(modelled: ModelledCircuit, location: Location, place: int) -> bool:
    """Whether this noise comes after its qubit was measured for good."""
    (qubit, *others) = location.qubits
    return not others and qubit in modelled.qubits and place > modelled.noisy.recorded[qubit]


def _instruction(key: Any, made: Callable[[], Any], known: dict[Any, Any]) -> Any:
    """Aer's instruction of a channel, made once: some channels stand in hundreds of places."""
    if key not in known:
        known[key] = made()
    return known[key]


def _dephasing() -> Any:
    from qiskit_aer.noise import pauli_error

    return pauli_error([("I", 0.5), ("Z", 0.5)]).to_instruction()


def _noise(location: Location) -> Any:
    """The instruction of a channel on a location's qubits.

    Relaxation has the Kraus operators diag(1, c), diag(0, √(p − c²)) and √(1 − p)·|0⟩⟨1|, with c the coherence and p the
    population that are left; Aer's own thermal relaxation fails on trajectories where it is weak ("Kraus is empty").
    """
    from qiskit.quantum_info import Kraus
    from qiskit_aer.noise import depolarizing_error

    channel = location.channel
    if isinstance(channel, Depolarizing):
        return depolarizing_error(1 - channel.factor, len(location.qubits)).to_instruction()
    if not isinstance(channel, Relaxation):
        raise InputError(f"no way to simulate {channel} within a circuit")
    left, dephased = channel.coherence, math.sqrt(max(0.0, channel.population - channel.coherence**2))
    decayed = math.sqrt(1 - channel.population)
    operators = [numpy.diag([1.0, left]), numpy.diag([0.0, dephased]), numpy.array([[0.0, decayed], [0.0, 0.0]])]
    return Kraus([operator for operator in operators if operator.any()]).to_instruction()


def _simulator(modelled: ModelledCircuit, part: _Part) -> Any:
    """Aer with the measured qubits' readout errors, and the method for so many qubits."""
    from qiskit_aer import AerSimulator
    from qiskit_aer.noise import NoiseModel, ReadoutError

    noise = NoiseModel()
    for qubit, (one_for_zero, zero_for_one) in zip(modelled.qubits, modelled.confusion.tolist(), strict=True):
        table = [[1 - one_for_zero, one_for_zero], [zero_for_one, 1 - zero_for_one]]
        noise.add_readout_error(ReadoutError(table), [part.index[qubit]])
    method = "density_matrix" if len(part.index) <= MOST_AS_DENSITY_MATRIX else "statevector"
    return AerSimulator(method=method, noise_model=noise)


def _bits(memory: Sequence[str], bits: int) -> NDArray[numpy.bool_]:
    """Aer's strings, bit 0 at the right, as an array of shape (shots, bits)."""
    letters = numpy.frombuffer("".join(memory).encode(), dtype=numpy.uint8).reshape(len(memory), bits)
    ones: NDArray[numpy.bool_] = letters[:, ::-1] == ord("1")
    return ones


def _require_aer() -> None:
    if find_spec("qiskit_aer") is None:
        raise InputError("aer backends need qiskit-aer: pip install 'noclone[hardware]'")
