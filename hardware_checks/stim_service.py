"""The "stim" backends: our noise model, Pauli-twirled, sampled by Stim; the readout asymmetric, as it is.

Stim samples each circuit without readout errors; then every measured bit is flipped with its own qubit's probability for a 0
or a 1. So the outcomes follow the twirled prediction up to the readout's asymmetry, which that prediction averages: it adds
p01 − p10 of a qubit to its own ⟨Z⟩, and products of these to correlators.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy

from noclone.hardware_checks.modelled_circuits import ModelledDevice, flipped
from noclone.hardware_checks.shot_outcomes import Outcomes
from noclone.hardware_checks.stim_circuits import stim_circuit

__all__ = ["StimSampler"]

_MOST_AT_ONCE = 2**23
"""So many bits are held unpacked at a time: 50 MB with the random numbers of their flips."""


class StimSampler:
    """Samples circuits of one device (a Qiskit backend); see ``noclone.hardware_checks.local_jobs.Sampler``."""

    def __init__(self, device: Any) -> None:
        self._modelled = ModelledDevice(device)

    def check(self, circuit: Any, shots: int, options: Mapping[str, Any]) -> None:  # noqa: ARG002 - the interface's
        """Raises InputError for a circuit that is not Clifford, not scheduled, or not of this device."""
        self._modelled.read(circuit)

    def sample(
        self,
        circuit: Any,
        shots: int,
        seed: numpy.random.SeedSequence,
        options: Mapping[str, Any],  # noqa: ARG002 - the interface's
    ) -> Outcomes:
        """So many shots. The same seed gives the same outcomes with the same Stim on the same kind of machine."""
        modelled = self._modelled.read(circuit)
        made, columns = stim_circuit(modelled.noisy, dict.fromkeys(modelled.qubits, "Z"), readout=False)
        own, flips = seed.spawn(2)
        sampler = made.compile_sampler(seed=int(own.generate_state(1, numpy.uint64)[0]) >> 1)
        source = numpy.random.default_rng(flips)
        order = [columns.index(qubit) for qubit in modelled.qubits]
        bits = len(order)
        largest = max(1, _MOST_AT_ONCE // bits)
        packed = []
        for start in range(0, shots, largest):
            rows = sampler.sample(min(largest, shots - start), bit_packed=True)
            drawn = numpy.unpackbits(rows, axis=1, count=bits, bitorder="little")[:, order]
            packed.append(numpy.packbits(flipped(drawn, modelled.confusion, source), axis=1).tobytes())
        return Outcomes(shots, bits, b"".join(packed))
