"""Circuits for devices: bits in order, waits as scheduled, and back again."""

from __future__ import annotations

import math

import pytest
from qiskit import QuantumCircuit
from qiskit.circuit import ClassicalRegister, Parameter, QuantumRegister

from noclone.hardware_checks.arrangements import on_device
from noclone.hardware_checks.calibration import noise_from_backend
from noclone.hardware_checks.compiling import compile_experiment
from noclone.hardware_checks.executable_circuits import executable_circuit, scheduled_from
from noclone.hardware_checks.experiments import chsh, entanglement_fidelity
from noclone.hardware_checks.live_targets import live_target
from noclone.hardware_checks.noisy_circuits import with_noise
from noclone.hardware_checks.physical import Observable, Operation, PhysicalCircuit
from noclone.hardware_checks.propagation import twirled
from noclone.hardware_checks.snapshots import snapshot
from noclone.hardware_checks.stored_circuits import from_qpy, to_qpy
from noclone.models.errors import InputError

DT = 4e-9
SECONDS = {"sx": 32e-9, "x": 32e-9, "rz": 0.0, "cz": 68e-9, "measure": 2e-6, "reset": 2e-6}


def seconds(name, _):
    return SECONDS[name]


@pytest.fixture(scope="module")
def kingston():
    return snapshot("fake:kingston").backend


@pytest.fixture(scope="module")
def compiled(kingston):
    live = live_target(kingston)
    return {
        (experiment.number, key): (experiment, circuit)
        for experiment in (entanglement_fidelity(2), chsh(2))
        for key, circuit in compile_experiment(experiment, live, seeds=[0]).items()
    }


def rounded(operations):
    """Operations without the last bits of their times."""
    return {
        (each.name, each.qubits, round(each.start * 1e12), round(each.duration * 1e12), each.quarter)
        for each in operations
    }


def own(operations):
    return PhysicalCircuit(tuple(operations), {}, 0, 0, 0)


def small():
    """Qubit 0 turns, waits 0.4 µs and is measured within the circuit; qubit 2 turns last."""
    return own(
        [
            Operation("sx", (0,), 0.0, 32e-9),
            Operation("delay", (0,), 32e-9, 400e-9),
            Operation("rz", (0,), 432e-9, 0.0, 3),
            Operation("measure", (0,), 432e-9, 2e-6),
            Operation("sx", (2,), 2.4e-6, 32e-9),
        ]
    )


def letters_for(experiment, key, circuit):
    return [on_device(each, circuit.layout).paulis for each in experiment.observables(key)]


def test_what_is_read_back_is_what_was_scheduled(kingston, compiled):
    live = live_target(kingston)
    for (_, key), (experiment, circuit) in compiled.items():
        for letters in letters_for(experiment, key, circuit):
            made = executable_circuit(circuit, letters, qubits=156, dt=kingston.target.dt, name=key)
            back, reads = scheduled_from(from_qpy(to_qpy(made)), live.duration, kingston.target.dt)
            assert reads[: len(letters)] == tuple(qubit for qubit, _ in letters)
            assert rounded(circuit.operations) <= rounded(back.operations)
            added = rounded(back.operations) - rounded(circuit.operations)
            assert {name for name, *_ in added} <= {"rz", "sx", "measure", "delay"}
            assert (back.two_qubit_gates, back.two_qubit_layers) == (circuit.two_qubit_gates, circuit.two_qubit_layers)


def test_the_twirled_prediction_of_what_is_read_back_is_the_arrangements(kingston, compiled):
    """Basis changes, waits and readout have become operations; the prediction, and so the noise, is the same."""
    live, noise = live_target(kingston), noise_from_backend(kingston)
    for (_, key), (experiment, circuit) in compiled.items():
        for letters in letters_for(experiment, key, circuit):
            made = executable_circuit(circuit, letters, qubits=156, dt=kingston.target.dt)
            back, _ = scheduled_from(made, live.duration, kingston.target.dt)
            wanted = twirled(with_noise(circuit, noise), [Observable(tuple(letters))]).values()
            only_z = Observable(tuple((qubit, "Z") for qubit, _ in letters))
            assert twirled(with_noise(back, noise), [only_z]).values() == pytest.approx(wanted, abs=1e-12)


def test_bit_j_is_the_jth_letter_and_measurements_within_count():
    made = executable_circuit(small(), [(2, "X"), (0, "Z"), (4, "Z")], qubits=5, dt=DT)
    assert [(register.name, register.size) for register in made.cregs] == [("meas", 3)]
    assert scheduled_from(made, seconds, DT)[1] == (2, 0, 4)
    assert [each.operation.duration for each in made.data if each.operation.name == "delay"] == [100]


def test_measurements_that_nobody_asks_for_are_unread():
    made = executable_circuit(small(), [(2, "Y")], qubits=5, dt=DT)
    assert [(register.name, register.size) for register in made.cregs] == [("meas", 1), ("unread", 1)]
    assert scheduled_from(made, seconds, DT)[1] == (2, 0)


def test_what_was_measured_before_does_not_move_to_the_end():
    made = executable_circuit(small(), [(0, "Z"), (2, "X")], qubits=5, dt=DT)
    back, _ = scheduled_from(made, seconds, DT)
    (measured,) = [each for each in back.operations if each.name == "measure" and each.qubits == (0,)]
    assert measured.start == pytest.approx(432e-9)


def test_the_letters_decide_what_turns():
    z, x, y = (
        [each.operation.name for each in executable_circuit(small(), [(2, letter)], qubits=3, dt=DT).data[4:]]
        for letter in "ZXY"
    )
    assert z == ["sx", "barrier", "barrier", "measure"]
    assert x == ["sx", "barrier", "rz", "sx", "barrier", "measure"]
    assert y == ["sx", "barrier", "sx", "barrier", "measure"]


@pytest.mark.parametrize(
    ("letters", "dt", "said"),
    [
        ([], DT, "measures nothing"),
        ([(2, "W")], DT, "use X, Y, Z"),
        ([(2, "X"), (2, "Z")], DT, "measured twice"),
        ([(0, "X")], DT, "measured within the circuit"),
        ([(7, "Z")], DT, "uses qubit 7"),
        ([(-1, "Z")], DT, "uses qubit"),
        ([(2, "X")], 0.0, "must be a positive number"),
        ([(2, "X")], math.nan, "must be a positive number"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_one_line(letters, dt, said):
    with pytest.raises(InputError, match=said) as refused:
        executable_circuit(small(), letters, qubits=5, dt=dt)
    assert "\n" not in str(refused.value)


def test_a_gate_of_no_heron_is_refused_when_made():
    with pytest.raises(InputError, match="'swap' is none of"):
        executable_circuit(own([Operation("swap", (0, 1), 0.0, 1e-7)]), [(0, "Z")], qubits=2, dt=DT)


def written(*steps):
    """A circuit by hand on three qubits with two bits."""
    made = QuantumCircuit(QuantumRegister(3, "q"), ClassicalRegister(2, "meas"))
    for name, *arguments in steps:
        getattr(made, name)(*arguments)
    return made


def test_a_circuit_by_hand_is_scheduled_as_late_as_possible():
    back, reads = scheduled_from(
        written(("sx", 0), ("sx", 1), ("cz", 0, 1), ("x", 1), ("barrier",), ("measure", 0, 1)), seconds, DT
    )
    assert reads == (None, 0)
    assert rounded(back.operations) == rounded(
        [
            Operation("sx", (0,), 0.0, 32e-9),
            Operation("sx", (1,), 0.0, 32e-9),
            Operation("cz", (0, 1), 32e-9, 68e-9),
            Operation("x", (1,), 100e-9, 32e-9),
            Operation("delay", (0,), 100e-9, 32e-9),
            Operation("measure", (0,), 132e-9, 2e-6),
            Operation("delay", (1,), 132e-9, 2e-6),
        ]
    )


def test_a_wait_before_the_first_operation_is_none():
    back, _ = scheduled_from(written(("delay", 100, 0, "dt"), ("sx", 0), ("measure", 0, 0)), seconds, DT)
    assert [each.name for each in back.operations] == ["sx", "measure"]


def test_final_measurements_of_different_lengths_start_together():
    back, _ = scheduled_from(
        written(("sx", 0), ("sx", 1), ("barrier", [0, 1]), ("measure", 0, 0), ("measure", 1, 1)),
        lambda name, qubits: 1e-6 + qubits[0] * 1e-6 if name == "measure" else SECONDS[name],
        DT,
    )
    assert {round(each.start * 1e12) for each in back.operations if each.name == "measure"} == {32_000}
    assert not [each for each in back.operations if each.name == "delay"]


def test_angles_are_multiples_of_a_quarter_turn():
    angles = [math.pi / 2, -math.pi / 2, 7 * math.pi, 2 * math.pi + 1e-12]
    back, _ = scheduled_from(written(*(("rz", angle, 0) for angle in angles)), seconds, DT)
    assert [each.quarter for each in back.operations] == [1, 3, 2, 0]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (("rz", 0.3, 0), r"instruction 1, rz\(0.3\) is not Clifford"),
        (("rz", math.nan, 0), r"instruction 1, rz\(nan\)"),
        (("rz", Parameter("θ"), 0), "give the angle as a number"),
        (("h", 1), "instruction 1, h on qubits 1: only"),
        (("cx", 0, 2), "instruction 1, cx on qubits 0, 2"),
        (("swap", 0, 2), "swap"),
    ],
)
def test_anything_else_is_refused_with_its_place(step, said):
    with pytest.raises(InputError, match=said):
        scheduled_from(written(("sx", 0), step), seconds, DT)


def test_control_flow_is_refused():
    made = written(("measure", 0, 0))
    with made.if_test((made.clbits[0], 1)):
        made.x(1)
    with pytest.raises(InputError, match="if_else"):
        scheduled_from(made, seconds, DT)
