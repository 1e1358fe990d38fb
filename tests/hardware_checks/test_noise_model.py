"""What a calibration becomes: figures, conventions, dead gates, missing values."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import device_densities as oracle
import pytest
from qiskit.circuit import Delay, Measure
from qiskit.circuit.library import CZGate, SXGate
from qiskit.transpiler import InstructionProperties, QubitProperties, Target
from qiskit_ibm_runtime import fake_provider

from noclone.hardware_checks.calibration import noise_from_backend
from noclone.hardware_checks.noise_model import Depolarizing, NoiseModel, Readout, Relaxation
from noclone.hardware_checks.noisy_circuits import with_noise
from noclone.hardware_checks.physical import Operation, PhysicalCircuit
from noclone.models.errors import InputError

TIMES = {0: (100e-6, 150e-6), 1: (50e-6, 20e-6), 2: (math.inf, math.inf)}
ERRORS = {("sx", (0,)): 5e-4, ("sx", (1,)): 9e-4, ("sx", (2,)): 2e-4, ("cz", (0, 1)): 7e-3, ("cz", (1, 2)): 1.0}
SECONDS = {key: oracle.SECONDS[key[0]] for key in ERRORS}
READOUT = {0: (0.01, 0.03), 1: (0.0, 0.0), 2: (math.nan, math.nan)}
NOISE = NoiseModel(TIMES, ERRORS, SECONDS, READOUT, frozenset({(0, 1), (1, 2)}), device="Three")


def kraus_of(location):
    """The Kraus operators that a gate's locations stand for, written out by the oracle."""
    channel = location.channel
    if isinstance(channel, Depolarizing):
        return oracle.depolarizing(1 - channel.factor, len(location.qubits))
    return oracle.relaxing(-1 / math.log(channel.population), -1 / math.log(channel.coherence), 1.0)


def infidelity_of(locations, qubits):
    total = [oracle.numpy.eye(2 ** len(qubits))]
    for location in locations:
        places = [qubits.index(qubit) for qubit in location.qubits]
        wide = [oracle.Density(len(qubits)).wide(one, places) for one in kraus_of(location)]
        total = [one @ other for one in wide for other in total]
    return oracle.infidelity(total, 2 ** len(qubits))


@pytest.mark.parametrize(("name", "qubits"), [("sx", (0,)), ("sx", (1,)), ("cz", (0, 1)), ("cz", (1, 0))])
@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
def test_a_gate_and_its_relaxation_together_have_the_reported_infidelity(name, qubits, scale):
    locations = replace(NOISE, scale=scale).gate(name, qubits, None, 3)
    reported = ERRORS.get((name, qubits), ERRORS.get((name, qubits[::-1])))
    assert infidelity_of(locations, list(qubits)) == pytest.approx(scale * reported, rel=1e-9)
    assert {location.layer for location in locations} == {"gates"}
    assert [type(one.channel) for one in locations] == [Depolarizing] + [Relaxation] * len(qubits)


def test_relaxation_that_explains_more_than_the_reported_error_is_shortened():
    locations = NOISE.gate("sx", (1,), 1e-6, 0)
    assert [type(one.channel) for one in locations] == [Relaxation]
    assert infidelity_of(locations, [1]) == pytest.approx(9e-4, rel=1e-9)
    assert infidelity_of([replace(locations[0], channel=NOISE.relaxed(1, 1e-6))], [1]) > 9e-3


def test_a_t2_above_twice_t1_counts_as_twice_t1():
    noise = replace(NOISE, relaxation_times={0: (50e-6, 300e-6)})
    channel = noise.relaxed(0, 10e-6)
    assert channel.coherence == pytest.approx(math.exp(-0.1))
    assert channel.coherence**2 == pytest.approx(channel.population)


def test_waiting_readout_and_zz_follow_their_formulas():
    assert NOISE.relaxed(0, 1e-6) == Relaxation(math.exp(-1e-6 / 150e-6), math.exp(-1e-6 / 100e-6))
    (readout,) = NOISE.read(0, None)
    assert (readout.channel.slope + readout.channel.offset) == pytest.approx(1 - 2 * 0.01)
    assert (-readout.channel.slope + readout.channel.offset) == pytest.approx(-1 + 2 * 0.03)
    assert replace(NOISE, zz_hz=1e4).rotated((0, 1), 2e-6, 0).channel.angle == pytest.approx(math.pi * 0.02)


def test_what_never_errs_has_no_location():
    assert NOISE.read(1, None) == []
    assert NOISE.idle(2, 1e-3, 0) == []
    assert NOISE.gate("rz", (0,), 0.0, 0) == []
    still = replace(NOISE, scale=0.0)
    assert still.gate("cz", (0, 1), None, 0) + still.read(0, None) + still.idle(0, 1.0, 0) == []


def test_the_scale_multiplies_every_error():
    twice = replace(NOISE, scale=2.0)
    assert twice.relaxed(0, 1e-6) == NOISE.relaxed(0, 2e-6)
    assert twice.read(0, None)[0].channel == Readout(pytest.approx(0.92), pytest.approx(0.04))


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (lambda: NOISE.gate("cz", (1, 2), None, 0), "cz on qubit 1, qubit 2 is dead on Three .*compile around it"),
        (lambda: NOISE.gate("cz", (2, 1), None, 0), "dead on Three"),
        (lambda: NOISE.gate("cz", (0, 2), None, 0), "cz on qubit 0, qubit 2 is dead"),
        (lambda: NOISE.gate("x", (0,), None, 0), "x on qubit 0 is dead"),
        (lambda: NOISE.gate("rz", (7,), None, 0), "rz on qubit 7 is dead"),
        (lambda: NOISE.read(2, None), "the readout of qubit 2 is dead on Three"),
        (lambda: NOISE.relaxed(9, 1e-6), "Three has no qubit 9: compile for this device"),
        (lambda: NOISE.relaxed(0, -1e-6), "qubit 0 waits for -1e-06 seconds"),
        (lambda: NOISE.relaxed(0, math.nan), "qubit 0 waits for nan seconds"),
        (lambda: replace(NOISE, scale=200.0).gate("cz", (0, 1), None, 0), "once scaled: choose a smaller scale"),
        (lambda: replace(NOISE, scale=30.0).read(0, None), "once scaled: choose a smaller scale"),
        (lambda: replace(NOISE, scale=-1.0), "scale of the noise model is -1.0"),
        (lambda: replace(NOISE, zz_hz=math.nan), "zz_hz of the noise model is nan"),
        (lambda: replace(NOISE, relaxation_times={0: (0.0, 1.0)}), "qubit 0 of Three has T1, T2"),
        (lambda: replace(NOISE, relaxation_times={0: (math.nan, 1.0)}), "both must be positive"),
        (lambda: replace(NOISE, gate_errors={("sx", (0,)): -0.1}), "sx on qubit 0 of Three has error -0.1"),
        (lambda: replace(NOISE, readout={0: (0.1, 1.2)}), "readout of qubit 0 of Three has probabilities"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(action, message):
    with pytest.raises(InputError, match=message) as caught:
        action()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("operation", "layers", "message"),
    [
        (Operation("h", (0,), 0.0, 0.0), ("gates",), "operation 'h' is none of cz, rz"),
        (Operation("cz", (0,), 0.0, 0.0), ("gates",), "acts on 1 qubits"),
        (Operation("sx", (0,), 0.0, 0.0), ("gate",), "unknown layer 'gate': the layers are gates, readout, idle, zz"),
        (Operation("cz", (1, 2), 0.0, 68e-9), ("gates",), "dead on Three"),
    ],
)
def test_a_circuit_that_the_model_cannot_tell_about_is_refused(operation, layers, message):
    with pytest.raises(InputError, match=message):
        with_noise(PhysicalCircuit((operation,), {}, 0, 0, 0), NOISE, layers=layers)


@cache
def kingston():
    return noise_from_backend(fake_provider.FakeKingston())


def test_the_kingston_snapshot_is_read_with_its_dead_gates_and_gaps():
    noise = kingston()
    assert noise.device == "fake_kingston"
    assert noise.calibration_time.startswith("2026-04-15")
    dead = {
        name: {
            tuple(sorted(qubits)) for gate, qubits in noise.gate_errors if gate == name and noise.is_dead(gate, qubits)
        }
        for name in ("cz", "sx")
    }
    assert (len(dead["cz"]), len(dead["sx"])) == (7, 5)
    assert noise.readout[0] == (0.0029296875, 0.01611328125)
    assert noise.relaxation_times[0] == pytest.approx((384.16e-6, 353.85e-6), rel=1e-4)
    assert noise.gate_seconds["cz", (0, 1)] == 68e-9
    assert noise.gate_errors["cz", (0, 1)] == pytest.approx(1.15026e-3, rel=1e-4)
    assert noise.basis_seconds == 32e-9
    assert {line.split(" has no ")[0] for line in noise.filled} == {"qubit 146"}
    assert noise.relaxation_times[146] == pytest.approx((283e-6, 144e-6), rel=0.02)
    with pytest.raises(InputError, match="is dead on fake_kingston"):
        noise.gate("cz", min(dead["cz"]), None, 0)


@pytest.mark.parametrize("name", ["FakeTorino", "FakeFez", "FakeBoston"])
def test_other_snapshots_are_read(name):
    noise = noise_from_backend(getattr(fake_provider, name)(), scale=0.5, zz_hz=100.0)
    assert (noise.scale, noise.zz_hz) == (0.5, 100.0)
    assert len(noise.relaxation_times) in (133, 156)
    alive = [key for key in noise.gate_errors if not noise.is_dead(*key)]
    assert len(alive) > 0.9 * len(noise.gate_errors)
    qubits = next(qubits for name, qubits in alive if name == "cz")
    assert with_noise(PhysicalCircuit((Operation("cz", qubits, 0.0, 68e-9),), {}, 0, 0, 0), noise).locations[0]


def small_backend(times, error=1e-3, readout=0.02):
    """A backend of two qubits without ``properties``."""
    target = Target(num_qubits=2, qubit_properties=[QubitProperties(*pair) for pair in times])
    target.add_instruction(SXGate(), {(q,): InstructionProperties(32e-9, error) for q in range(2)})
    target.add_instruction(CZGate(), {(0, 1): InstructionProperties(68e-9, None)})
    target.add_instruction(Measure(), {(q,): InstructionProperties(1e-6, readout) for q in range(2)})
    target.add_instruction(Delay(1.0), {(q,): None for q in range(2)})
    return SimpleNamespace(target=target, name="small")


def test_missing_values_follow_the_rules_of_the_docstring():
    noise = noise_from_backend(small_backend([(100e-6, None), (math.nan, 50e-6)]))
    assert noise.relaxation_times == {0: (100e-6, 50e-6), 1: (100e-6, 50e-6)}
    assert noise.filled == (
        "qubit 1 has no T1: the median 100 µs stands for it",
        "qubit 0 has no T2: the median 50 µs stands for it",
    )
    assert noise.readout == {0: (0.02, 0.02), 1: (0.02, 0.02)}
    assert noise.is_dead("cz", (0, 1))
    assert noise.calibration_time is None
    assert not noise.is_dead("sx", (1,))
    assert noise_from_backend(small_backend([(1e-4, 1e-4)] * 2, error=math.nan)).is_dead("sx", (1,))
    assert noise_from_backend(small_backend([(1e-4, 1e-4)] * 2, readout=1.0)).is_dead("measure", (1,))


def test_a_backend_without_a_calibration_is_refused():
    with pytest.raises(InputError, match="small reports no T1 for any qubit"):
        noise_from_backend(small_backend([(None, 1e-4)] * 2))
    with pytest.raises(InputError, match="has no target"):
        noise_from_backend(3)
