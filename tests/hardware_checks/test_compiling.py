"""Compiled circuits: the same state, few cz, only working qubits, all idle time explicit."""

from __future__ import annotations

import json
import math
import sys
from itertools import pairwise
from pathlib import Path

import numpy
import pytest
import stim

from noclone.hardware_checks import compiling
from noclone.hardware_checks.arrangements import Arrangement, ideal_expectation, on_device
from noclone.hardware_checks.clifford_blocks import rewritten
from noclone.hardware_checks.compiling import compile_circuit, compile_experiment, default_seeds
from noclone.hardware_checks.experiments import (
    chsh,
    entanglement_fidelity,
    experiment_of,
    ghz,
    iterated_cloning,
    virtual_iteration,
)
from noclone.hardware_checks.live_targets import LiveTarget, live_target
from noclone.hardware_checks.scheduling import scheduled, two_qubit_depth
from noclone.hardware_checks.snapshots import snapshot, snapshot_names
from noclone.models.errors import InputError, NocloneError
from noclone.protocols.registry import family

PUBLISHED = json.loads((Path(compiling.__file__).parents[1] / "hardware_checks/data/heron_2602_10695.json").read_text())
DURATIONS = {"cz": 70e-9, "sx": 30e-9, "x": 30e-9, "rz": 0.0, "measure": 2e-6}


@pytest.fixture(scope="module")
def kingston():
    return live_target(snapshot("fake:kingston").backend)


def parity(n):
    return entanglement_fidelity(n).arrangements["parity"]


def tableau(gates, qubits):
    """What gates of either kind do, signs included."""
    names = {"cz": "CZ", "sx": "SQRT_X", "x": "X"}
    circuit = stim.Circuit(f"I {qubits - 1}")
    for name, *on in gates:
        if name == "rz":
            circuit.append("S", [on[0]] * on[1])
        else:
            circuit.append(names.get(name, name), on)
    return circuit.to_tableau()


def expectation(physical, observable):
    """By Stim, from the operations alone."""
    gates = [
        (operation.name, *operation.qubits, *([operation.quarter] if operation.name == "rz" else []))
        for operation in physical.operations
        if operation.name in ("cz", "sx", "x", "rz")
    ]
    simulator = stim.TableauSimulator()
    simulator.do_tableau(tableau(gates, 156), range(156))
    operator = stim.PauliString(156)
    for qubit, letter in observable.paulis:
        operator[qubit] = letter
    return observable.sign * simulator.peek_observable_expectation(operator)


@pytest.mark.parametrize("seed", range(40))
def test_rewritten_circuits_do_the_same_with_no_more_two_qubit_gates(seed):
    generator = numpy.random.default_rng(seed)
    qubits = int(generator.integers(2, 6))
    gates = []
    for _ in range(50):
        name = str(generator.choice(["H", "S", "CX"]))
        gates.append((name, *map(int, generator.choice(qubits, 2 if name == "CX" else 1, replace=False))))
    found = rewritten(gates)
    assert tableau(found, qubits) == tableau(gates, qubits)
    assert sum(gate[0] == "cz" for gate in found) <= sum(gate[0] == "CX" for gate in gates)
    assert {gate[0] for gate in found} <= {"cz", "sx", "x", "rz"}
    if qubits == 2:
        assert sum(gate[0] == "cz" for gate in found) <= 3


def test_blocks_take_the_known_number_of_cz():
    swap = [("CX", 0, 1), ("CX", 1, 0), ("CX", 0, 1)]
    counts = [
        sum(gate[0] == "cz" for gate in rewritten(gates))
        for gates in ([("CX", 0, 1)] * 2, [("CX", 0, 1)], swap[:2], swap, [*swap, ("CX", 0, 1)])
    ]
    assert counts == [0, 1, 2, 3, 2]


def test_nothing_is_merged_across_a_barrier_and_measurements_stay():
    gates = [("CX", 0, 1), ("H", 0), ("barrier", 0, 1), ("CX", 0, 1), ("measure", 0), ("H", 1)]
    found = rewritten(gates)
    assert [gate[0] for gate in found if gate[0] in ("cz", "barrier", "measure")] == ["cz", "barrier", "cz", "measure"]
    assert found.index(("measure", 0)) > max(at for at, gate in enumerate(found) if gate == ("cz", 0, 1))


def test_a_rotation_of_one_qubit_needs_at_most_one_sx_between_two_cz():
    gates = [("CX", 0, 1), ("H", 0), ("S", 0), ("H", 0), ("S", 0), ("H", 0), ("H", 1), ("CX", 1, 2)]
    assert sum(gate[0] in ("sx", "x") for gate in rewritten([*gates, *gates])) <= 12


def test_every_wait_is_a_delay_and_everything_is_as_late_as_it_can_be():
    gates = [("sx", 0), ("cz", 0, 1), ("sx", 2), ("cz", 1, 2), ("rz", 0, 1), ("x", 0), ("cz", 2, 3)]
    found = scheduled(gates, lambda name, _: DURATIONS[name])
    times = {
        (operation.name, operation.qubits): (operation.start * 1e9, operation.duration * 1e9) for operation in found
    }
    assert {key: (round(start), round(length)) for key, (start, length) in times.items()} == {
        ("sx", (0,)): (0, 30),
        ("sx", (2,)): (70, 30),
        ("cz", (0, 1)): (30, 70),
        ("cz", (1, 2)): (100, 70),
        ("cz", (2, 3)): (170, 70),
        ("delay", (0,)): (100, 110),
        ("rz", (0,)): (210, 0),
        ("x", (0,)): (210, 30),
        ("delay", (1,)): (170, 70),
    }
    assert two_qubit_depth(gates) == 3


def contiguous(physical):
    """Whether on every qubit each operation starts when the last one ended, and the last one ends with the circuit."""
    ends = {}
    total = max(operation.start + operation.duration for operation in physical.operations)
    for operation in physical.operations:
        for qubit in operation.qubits:
            if abs(ends.get(qubit, operation.start) - operation.start) > 1e-13:
                return False
            ends[qubit] = operation.start + operation.duration
    return all(abs(end - total) < 1e-13 for end in ends.values())


@pytest.mark.parametrize("experiment", [entanglement_fidelity(3), chsh(2), ghz(3)], ids=lambda each: each.name)
def test_every_observable_keeps_its_ideal_expectation_on_the_device(kingston, experiment):
    compiled = compile_experiment(experiment, kingston, seeds=range(6))
    assert set(compiled) == set(experiment.arrangements)
    for key, arrangement in experiment.arrangements.items():
        physical = compiled[key]
        for observable in experiment.observables(key):
            assert expectation(physical, on_device(observable, physical.layout)) == observable.ideal
        assert set(physical.layout) == set(arrangement.used)
        assert len(set(physical.layout.values())) == len(physical.layout)
        assert contiguous(physical)
        starts = [operation.start for operation in physical.operations]
        assert all(later >= earlier - 1e-12 for earlier, later in pairwise(starts))
        assert all(0 <= operation.quarter <= 3 for operation in physical.operations)
        assert physical.two_qubit_gates == sum(operation.name == "cz" for operation in physical.operations)


def test_counts_are_no_higher_than_level_3_s_on_the_same_target(kingston):
    from qiskit.transpiler import generate_preset_pass_manager

    target = compiling._routing_target(kingston)
    for arrangement in (parity(2), parity(4), ghz(3).arrangements["decrypted"]):
        theirs = [
            generate_preset_pass_manager(3, target=target, seed_transpiler=seed)
            .run(arrangement.circuit())
            .count_ops()["cz"]
            for seed in range(10)
        ]
        assert compile_circuit(arrangement, kingston).two_qubit_gates <= min(theirs)


def test_the_smallest_circuit_has_17_two_qubit_gates_and_repeats(kingston):
    ones = [compile_circuit(parity(2), kingston, seeds=range(8)) for _ in range(2)]
    assert ones[0] == ones[1]
    assert ones[0].two_qubit_gates == 17


def test_a_dead_coupler_or_qubit_is_never_used(kingston):
    backend = snapshot("fake:kingston").backend
    dead = {tuple(sorted(pair)) for pair, each in backend.target["cz"].items() if each.error >= 0.5}
    assert len(dead) == 7
    assert not dead & set(kingston.couplers)
    assert not {96, 112, 113, 131, 146} & set(kingston.qubits)
    physical = compile_circuit(iterated_cloning(54).arrangements["parity"], kingston, seeds=[0])
    used = {tuple(sorted(each.qubits)) for each in physical.operations if each.name == "cz"}
    assert used <= set(kingston.couplers)


def line(*, error=0.01, readout=0.01, t2=1e-4):
    """A line of five qubits as a Qiskit target; values may be NaN, None or 1.0 at its middle."""
    from qiskit.circuit import Measure, Parameter
    from qiskit.circuit.library import CZGate, RZGate, SXGate, XGate
    from qiskit.transpiler import InstructionProperties, QubitProperties, Target

    target = Target(
        num_qubits=5, qubit_properties=[QubitProperties(t1=1e-4, t2=t2 if q == 3 else 1e-4) for q in range(5)]
    )
    for gate, duration in ((RZGate(Parameter("angle")), 0.0), (SXGate(), 3e-8), (XGate(), 3e-8), (Measure(), 2e-6)):
        bad = readout if gate.name == "measure" else 1e-3
        target.add_instruction(
            gate, {(q,): InstructionProperties(duration=duration, error=bad if q == 3 else 1e-3) for q in range(5)}
        )
    pairs = {(q, q + 1): InstructionProperties(duration=7e-8, error=error if q == 2 else 0.01) for q in range(4)}
    target.add_instruction(CZGate(), pairs)
    return target


@pytest.mark.parametrize("bad", [{"error": 1.0}, {"error": math.nan}, {"error": None}])
def test_gates_with_no_error_nan_or_1_are_dead(bad):
    assert live_target(line()).qubits == (0, 1, 2, 3, 4)
    assert live_target(line(**bad)).qubits == (0, 1, 2)


@pytest.mark.parametrize("bad", [{"readout": 0.6}, {"readout": math.nan}, {"t2": None}, {"t2": math.nan}])
def test_qubits_with_a_dead_readout_or_no_t2_are_dead(bad):
    assert live_target(line(**bad)).qubits == (0, 1, 2)


def test_devices_that_cannot_do_it_are_refused_in_one_line(kingston):
    from qiskit.providers.fake_provider import GenericBackendV2

    with pytest.raises(InputError, match=r"needs 154 qubits, and fake_kingston has 150 that work and are connected"):
        compile_circuit(iterated_cloning(154).arrangements["parity"], kingston)
    with pytest.raises(InputError, match="no cz"):
        live_target(GenericBackendV2(5))
    with pytest.raises(InputError, match="no seed to try"):
        compile_circuit(parity(2), kingston, seeds=[])
    silent = LiveTarget(kingston.name, kingston.qubits, kingston.couplers, kingston.errors, {})
    with pytest.raises(InputError, match="fake_kingston gives no duration for"):
        compile_circuit(parity(2), silent, seeds=[0])


@pytest.mark.parametrize("damage", ["drop", "swap", "sign"])
def test_a_compiler_that_errs_is_caught(kingston, monkeypatch, damage):
    whole = compiling.merged

    def damaged(gates):
        found = whole(gates)
        last = max(at for at, gate in enumerate(found) if gate[0] == "cz")
        if damage == "drop":
            return found[:last] + found[last + 1 :]
        return [*found, ("x", found[last][1])] if damage == "sign" else found

    monkeypatch.setattr(compiling, "merged", damaged)
    if damage == "swap":
        monkeypatch.setattr(compiling, "_routed", _with_swapped_outputs(compiling._routed))
    with pytest.raises(NocloneError, match="not the arrangement"):
        compile_circuit(parity(2), kingston, seeds=[0], move=False)


def _with_swapped_outputs(routed):
    def stale(*arguments):
        gates, (one, other, *rest) = routed(*arguments)
        return gates, [other, one, *rest]

    return stale


def test_the_reference_s_early_measurement_makes_everything_else_wait(kingston):
    experiment = chsh(3)
    circuits = {key: compile_circuit(each, kingston, seeds=range(12)) for key, each in experiment.arrangements.items()}
    first = circuits["reference first, X"]
    (measurement,) = [each for each in first.operations if each.name == "measure"]
    assert measurement.qubits == (first.layout["R"],)
    after = [each for each in first.operations if each.start >= measurement.start + measurement.duration - 1e-12]
    during = [
        each
        for each in first.operations
        if measurement.start < each.start < measurement.start + measurement.duration - 1e-12
    ]
    assert any(each.name == "cz" for each in after)
    assert all(each.name == "delay" for each in during)
    lasting = {key: max(each.start + each.duration for each in found.operations) for key, found in circuits.items()}
    assert lasting["reference last, Z"] - lasting["same time"] > 2.2e-6
    assert lasting["reference first, Z"] - lasting["same time"] > 1.5e-6
    (last,) = [each for each in circuits["reference last, Z"].operations if each.name == "measure"]
    assert last.qubits == (circuits["reference last, Z"].layout[experiment.parameters["clone"]],)


def test_a_circuit_with_measurements_of_its_own_compiles(kingston):
    protocol = family("teleportation").build()
    experiment = experiment_of(protocol, next(iter(protocol.recoveries)))
    arrangement = experiment.arrangements["parity"]
    physical = compile_circuit(arrangement, kingston, seeds=range(3))
    for observable in experiment.observables("parity"):
        assert ideal_expectation(arrangement, observable.paulis, observable.sign) == 1
        assert expectation(physical, on_device(observable, physical.layout)) == 1


def test_moving_to_better_qubits_lowers_the_reported_errors(kingston):
    def reported(physical):
        return sum(
            kingston.errors[each.name, tuple(sorted(each.qubits))]
            for each in physical.operations
            if each.name in ("cz", "sx", "x")
        )

    stays, moved = (compile_circuit(parity(2), kingston, seeds=range(4), move=move) for move in (False, True))
    assert stays.two_qubit_gates == moved.two_qubit_gates
    assert reported(moved) < reported(stays)


def test_moving_minds_the_readout_of_what_is_measured():
    """On a line of five qubits the coupler 2-3 is the best by far, but qubit 3 reads badly."""
    arrangement = Arrangement(("A", "B"), (("H", 0), ("CX", 0, 1)))
    device = live_target(line(error=0.001, readout=0.4))
    unread, read = (
        {
            frozenset(compile_circuit(arrangement, device, seeds=[seed], measured=names).layout.values())
            for seed in range(4)
        }
        for names in ([], ["A", "B"])
    )
    assert unread == {frozenset({2, 3})}
    assert all(3 not in places for places in read)


def test_qubits_on_which_nothing_acts_are_left_out(kingston):
    arrangement = Arrangement(("A", "B", "C"), (("H", 0), ("CX", 0, 2), ("barrier", 0, 1, 2), ("S", 2)))
    physical = compile_circuit(arrangement, kingston, seeds=[1])
    assert set(physical.layout) == {"A", "C"}
    assert physical.two_qubit_gates == 1


def test_snapshots_by_name():
    assert snapshot_names() == [
        *("aachen", "berlin", "boston", "fez", "kingston", "marrakesh", "miami", "nighthawk", "pittsburgh", "torino")
    ]
    found = snapshot("fake:kingston")
    assert (found.name, found.processor, found.backend.num_qubits) == ("fake:kingston", "Heron r2", 156)
    assert found.calibrated.isoformat() == "2026-04-15T07:15:15+00:00"
    assert "not intended to represent typical" in snapshot("nighthawk").notes[0]


def test_unknown_snapshots_and_a_missing_package_say_what_to_do(monkeypatch):
    with pytest.raises(InputError, match=r"unknown snapshot 'fake:kingstn': .*Did you mean 'fake:kingston'\?"):
        snapshot("fake:kingstn")
    with pytest.raises(InputError, match="is of Eagle r3"):
        snapshot("fake:brisbane")
    monkeypatch.setitem(sys.modules, "qiskit_ibm_runtime", None)
    with pytest.raises(InputError, match=r"pip install 'noclone\[hardware\]'"):
        snapshot("fake:kingston")


def test_larger_circuits_get_fewer_seeds():
    assert [len(default_seeds(size)) for size in (6, 16, 20, 32, 54, 154)] == [30, 16, 10, 6, 4, 3]


@pytest.mark.slow
def test_every_published_circuit_compiles_with_no_more_gates_than_published(kingston):
    fez = live_target(snapshot("fez").backend)
    for _, qubits, _, _, gates, _ in PUBLISHED["experiment_3_iterated_n2"]["rows"]:
        device = fez if qubits == 154 else kingston
        assert compile_circuit(iterated_cloning(qubits).arrangements["parity"], device).two_qubit_gates <= gates
    for r, _, _, gates, _ in PUBLISHED["experiment_4_ghz_n2"]["rows"]:
        assert compile_circuit(ghz(r).arrangements["decrypted"], kingston).two_qubit_gates <= gates
    for n, levels, _, _, _, gates, _ in PUBLISHED["table_6_virtual_iteration"]["rows"]:
        assert compile_circuit(virtual_iteration(n, levels).arrangements["parity"], kingston).two_qubit_gates <= gates
    for n, known in zip(range(2, 16), (17, 36, 54, 77, 97), strict=False):
        assert compile_circuit(parity(n), kingston).two_qubit_gates <= known
