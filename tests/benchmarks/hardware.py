"""Predictions for devices, each beside a simulator's time to the same precision: python tests/benchmarks/hardware.py

Machines differ and are shared: the ratios are what to compare. Takes about two minutes; "quick" leaves out Aer.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[1] / "oracles"))

import device_densities as oracle
import numpy
from device_simulators import aer_state, pauli_value, stabilizer_of
from qiskit_ibm_runtime.fake_provider import FakeKingston

from noclone.hardware_checks.arrangements import on_device
from noclone.hardware_checks.calibration import noise_from_backend
from noclone.hardware_checks.compiling import compile_circuit
from noclone.hardware_checks.experiments import entanglement_fidelity
from noclone.hardware_checks.noise_model import NoiseModel
from noclone.hardware_checks.noisy_circuits import with_noise
from noclone.hardware_checks.physical import Operation, PhysicalCircuit
from noclone.hardware_checks.prediction import predict
from noclone.hardware_checks.propagation import twirled
from noclone.hardware_checks.stim_circuits import stim_circuit
from noclone.hardware_checks.untwirled import untwirled

PRECISION = 1e-4
ROUNDS = 5
SHOTS = 2**18


def seconds(action, rounds=ROUNDS):
    """The median time of an action, and what it returned last."""
    times, found = [], None
    for _ in range(rounds):
        start = time.perf_counter()
        found = action()
        times.append(time.perf_counter() - start)
    return statistics.median(times), found


def heron(qubits, seed=0):
    """A line of qubits with a Heron's figures."""
    source = random.Random(seed)
    errors = {("sx", (qubit,)): source.uniform(2e-4, 5e-4) for qubit in range(qubits)}
    errors |= {("cz", (qubit, qubit + 1)): source.uniform(1e-3, 4e-3) for qubit in range(qubits - 1)}
    return NoiseModel(
        {qubit: (source.uniform(1e-4, 4e-4), source.uniform(5e-5, 3e-4)) for qubit in range(qubits)},
        errors,
        {key: oracle.SECONDS[key[0]] for key in errors},
        {qubit: (source.uniform(1e-3, 1e-2), source.uniform(5e-3, 2e-2)) for qubit in range(qubits)},
    )


def case(qubits, layers, *, layer_names=("gates", "readout", "idle")):
    """A random brickwork with its noise, the time it took to attach that, and some stabilizers of the final state."""
    rows = oracle.scheduled(oracle.brickwork(qubits, layers, 1))
    circuit = PhysicalCircuit(tuple(Operation(*row) for row in rows), {}, 0, 0, 0)
    noise = heron(qubits)
    attached, noisy = seconds(lambda: with_noise(circuit, noise, layers=layer_names), 3)
    step = max(1, qubits // 16)
    return rows, noisy, attached, [stabilizer_of(rows, qubits, {q: "Z"}) for q in range(0, qubits, step)]


def against_stim():
    """Twirled and un-twirled prediction at 154 qubits, and Stim sampling the twirled one to a precision of 1e-4."""
    rows, noisy, attached, observables = case(154, 18)
    print(
        f"154 qubits, {sum(row[0] == 'cz' for row in rows)} cz, {len(rows)} operations; noise attached in {attached:.3f} s"
    )
    one = observables[len(observables) // 2 : len(observables) // 2 + 1]
    alone, values = seconds(lambda: twirled(noisy, one).values())
    together, _ = seconds(lambda: twirled(noisy, observables).values())
    print(
        f"twirled, one observable of weight {len(one[0].paulis)}: {alone * 1e3:.1f} ms; {len(observables)} together {together * 1e3:.1f} ms"
    )
    full, found = seconds(lambda: untwirled(noisy, one))
    print(f"un-twirled, the same: {full:.3f} s, {found.most_terms} terms, truncation bound {found.error_bounds[0]:.1e}")
    letters = dict(one[0].paulis)
    sampler = stim_circuit(noisy, letters)[0].compile_sampler(seed=1)
    sampling, outcomes = seconds(lambda: sampler.sample(SHOTS), 3)
    mean = one[0].sign * (1 - 2 * float(numpy.bitwise_xor.reduce(outcomes, axis=1).mean()))
    deviation = (mean - values[0]) / ((1 - values[0] ** 2) / SHOTS) ** 0.5
    needed = (1 - values[0] ** 2) / PRECISION**2
    print(f"Stim: {SHOTS / sampling:.2e} shots/s, {deviation:+.1f} standard errors from the prediction")
    print(f"Stim to {PRECISION:g}: {needed:.2e} shots, {needed * sampling / SHOTS:.1f} s at that rate")
    print(f"ratio Stim / twirled prediction at precision {PRECISION:g}: {needed * sampling / SHOTS / alone:.0f}")


def against_aer():
    """Un-twirled prediction on the 12 qubits that n = 5 clones need, and Aer's density matrix.

    Few layers, for Aer's sake: both times grow in proportion to the gates.
    """
    rows, noisy, _, observables = case(12, 4, layer_names=("gates", "idle"))
    ours, _ = seconds(lambda: untwirled(noisy, observables))
    start = time.perf_counter()
    state = aer_state(noisy, {qubit: qubit for qubit in range(12)})
    theirs = time.perf_counter() - start
    print(
        f"12 qubits, {sum(row[0] == 'cz' for row in rows)} cz: un-twirled {ours:.3f} s for {len(observables)} observables"
    )
    plain = untwirled(
        replace(noisy, layers=frozenset()), observables
    ).values  # Aer's state is before the final basis changes
    worst = max(abs(plain - [pauli_value(state, observable) for observable in observables]))
    print(f"Aer's density matrix: {theirs:.1f} s; ratio {theirs / ours:.0f}; largest difference {worst:.1e}")


def against_the_twirl():
    """What twirling the noise changes: the decrypted clone's fidelity on the Kingston snapshot, compiled with two seeds."""
    backend = FakeKingston()
    noise = noise_from_backend(backend)
    for n in (2, 3, 4, 7, 15):
        experiment = entanglement_fidelity(n)
        for quantity in experiment.quantities:
            circuits = {one.arrangement for _, one in quantity.terms}
            compiled = {
                name: compile_circuit(experiment.arrangements[name], backend, seeds=[0, 1]) for name in circuits
            }
            full = twirl = bound = 0.0
            for weight, one in quantity.terms:
                circuit = compiled[one.arrangement]
                row = predict(circuit, [on_device(one, circuit.layout)], noise).rows[0]
                full, twirl, bound = (
                    full + weight * row.predicted,
                    twirl + weight * row.twirled,
                    bound + abs(weight) * row.error_bound,
                )
            print(
                f"n = {n}, {quantity.name}: {quantity.constant + full:.4f}, the twirl's own error {twirl - full:+.1e}, "
                f"truncation at most {bound:.0e}"
            )


def against_gates():
    """Times per gate for circuits twice as deep: linear means that the last column stays."""
    for layers in (9, 18, 36):
        rows, noisy, attached, observables = case(154, layers)
        one = observables[len(observables) // 2 : len(observables) // 2 + 1]
        first, _ = seconds(lambda noisy=noisy, one=one: twirled(noisy, one).values(), 3)
        full, found = seconds(lambda noisy=noisy, one=one: untwirled(noisy, one), 3)
        print(
            f"{layers} layers, {len(rows)} operations, weight {len(one[0].paulis)}: attach {attached / len(rows) * 1e6:.1f}, "
            f"twirled {first / len(rows) * 1e6:.2f}, un-twirled {full / len(rows) * 1e6:.1f} µs per operation, "
            f"{found.most_terms} terms, bound {found.error_bounds[0]:.1e}"
        )


if __name__ == "__main__":
    against_stim()
    against_gates()
    against_the_twirl()
    if "quick" not in sys.argv[1:]:
        against_aer()
