"""What the "stim" backends' outcomes are distributed by: Pauli-twirled noise in the circuit, then the readout as it is.

Readout sends each measured Z to slope·Z + offset·I. The twirled prediction drops the offsets; here a product of k Zs is the sum
over the 2^k products in which some of them are replaced by their offsets, each predicted with twirled noise and no readout.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import numpy
from numpy.typing import NDArray

from noclone.hardware_checks.noise_model import LAYERS, NoiseModel, Readout
from noclone.hardware_checks.noisy_circuits import with_noise
from noclone.hardware_checks.physical import Observable, PhysicalCircuit
from noclone.hardware_checks.propagation import twirled
from noclone.models.errors import TooLargeError

__all__ = ["twirled_with_readout"]

_LARGEST = 12


def twirled_with_readout(
    circuit: PhysicalCircuit, observables: Sequence[Observable], noise: NoiseModel
) -> NDArray[numpy.float64]:
    """The expectation of each observable, shape (observables,); raises TooLargeError for one on more than 12 qubits.

    Neglected: where only Zs are left of a product, they are predicted as if nobody changed a basis; what they relax meanwhile,
    times an offset, is of order 1e-6.
    """
    noisy = with_noise(circuit, noise, layers=[layer for layer in LAYERS if layer != "readout"])
    values = []
    for observable in observables:
        if len(observable.paulis) > _LARGEST:
            raise TooLargeError(
                f"{len(observable.paulis)} qubits in one observable: {_LARGEST} at most with their readout"
            )
        channels = [_readout(noise, qubit) for qubit, _ in observable.paulis]
        kept = list(product((True, False), repeat=len(channels)))
        parts = [
            Observable(tuple(pauli for pauli, keeps in zip(observable.paulis, choice, strict=True) if keeps))
            for choice in kept
        ]
        weights = [
            math.prod(one.slope if keeps else one.offset for one, keeps in zip(channels, choice, strict=True))
            for choice in kept
        ]
        values.append(observable.sign * float(numpy.dot(weights, twirled(noisy, parts).values())))
    return numpy.array(values)


def _readout(noise: NoiseModel, qubit: int) -> Readout:
    for location in noise.read(qubit, None):
        if isinstance(location.channel, Readout):
            return location.channel
    return Readout(1.0, 0.0)
