"""Predictions: ideal values, what each layer and place costs, and the twirl's own error on encrypted cloning."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from itertools import pairwise

import device_densities as oracle
import pytest

from noclone.hardware_checks.arrangements import on_device
from noclone.hardware_checks.calibration import noise_from_backend
from noclone.hardware_checks.compiling import compile_circuit
from noclone.hardware_checks.experiments import entanglement_fidelity
from noclone.hardware_checks.noise_model import NoiseModel
from noclone.hardware_checks.noisy_circuits import with_noise
from noclone.hardware_checks.physical import Observable, Operation, PhysicalCircuit
from noclone.hardware_checks.prediction import predict
from noclone.hardware_checks.propagation import twirled
from noclone.hardware_checks.untwirled import untwirled
from noclone.models.errors import InputError

BELL = [Observable(((0, "X"), (1, "X"))), Observable(((0, "Y"), (1, "Y")), -1), Observable(((0, "Z"), (1, "Z")))]


def h(qubit):
    return [("rz", (qubit,), 1), ("sx", (qubit,)), ("rz", (qubit,), 1)]


def cx(control, target):
    return [*h(target), ("cz", (control, target)), *h(target)]


def rotation(letter, qubits):
    """exp(−iπ/4·P…P): a ladder of CNOTs around one rz(π/2)."""
    basis = [gate for qubit in qubits for gate in h(qubit)] if letter == "X" else []
    ladder = [cx(one, other) for one, other in pairwise(qubits)]
    there = [gate for step in ladder for gate in step]
    back = [gate for step in reversed(ladder) for gate in step]
    return [*basis, *there, ("rz", (qubits[-1],), 1), *back, *basis]


def encrypted_cloning(wait=0.0, quarter=1):
    """Two clones of half a Bell pair, then the first decrypted: reference 0, A 1, clones 2 and 3, keys 4 and 5.

    Gates as in arXiv:2602.10695, Methods: U_enc = exp(−iπ/4 X…X)·exp(−iπ/4 Z…Z); U_dec in the frame V = (H⊗H)CZ(I⊗H).
    """
    pairs = [gate for one, other in ((0, 1), (2, 4), (3, 5)) for gate in (*h(one), *cx(one, other))]
    encryption = rotation("Z", [1, 2, 3]) + rotation("X", [1, 2, 3])
    frame = [*h(4), ("cz", (2, 4)), *h(2), *h(4)]
    back = [*h(2), *h(4), ("cz", (2, 4)), *h(4)]
    decryption = [*cx(4, 5), ("cz", (2, 5)), ("rz", (2,), 1), ("rz", (4,), quarter)]
    pause = [("delay", (qubit,), wait) for qubit in range(6)] if wait else []
    return pairs + encryption + pause + frame + decryption + back


def circuit_of(rows):
    return PhysicalCircuit(tuple(Operation(*row) for row in rows), {}, 0, 0, 0)


def figures_of(qubits, seed=0):
    """Figures of a Heron's size, every pair coupled."""
    source = random.Random(seed)
    pairs = [(one, other) for other in range(qubits) for one in range(other)]
    errors = {("sx", (qubit,)): source.uniform(2e-4, 5e-4) for qubit in range(qubits)}
    errors |= {("x", (qubit,)): 2e-4 for qubit in range(qubits)}
    errors |= {("cz", pair): source.uniform(1e-3, 4e-3) for pair in pairs}
    return {
        "times": {qubit: (source.uniform(1e-4, 4e-4), source.uniform(5e-5, 3e-4)) for qubit in range(qubits)},
        "errors": errors,
        "readout": {qubit: (source.uniform(1e-3, 1e-2), source.uniform(5e-3, 2e-2)) for qubit in range(qubits)},
    }


def noise_of(figures, **others):
    seconds = {key: oracle.SECONDS[key[0]] for key in figures["errors"]}
    couplers = frozenset(qubits for name, qubits in figures["errors"] if name == "cz")
    return NoiseModel(figures["times"], figures["errors"], seconds, figures["readout"], couplers, **others)


def bell_pair(wait=1e-6):
    return circuit_of(oracle.scheduled([*h(0), *cx(0, 1), ("delay", (0,), wait), ("delay", (1,), wait)]))


def bell_fidelity(found):
    return found.combined([0.25] * 3, constant=0.25)


def test_zero_noise_gives_the_ideal_values_exactly():
    for noise in (noise_of(figures_of(2), scale=0.0), noise_of(figures_of(2))):
        found = predict(bell_pair(), BELL, noise, layers=("gates", "readout", "idle") if noise.scale == 0 else ())
        assert [(row.ideal, row.predicted, row.twirled, row.error_bound) for row in found.rows] == [(1, 1, 1, 0)] * 3
        assert not any(cost for row in found.rows for cost in row.layers.values())
        assert bell_fidelity(found).predicted == 1
        assert found.budget([1, 1, 1]) == ()


def test_chsh_is_two_root_two_without_noise_and_less_with_it():
    """Settings (Z±X)/√2 on one side: S = √2·(⟨XX⟩ + ⟨ZZ⟩)."""
    weights = [math.sqrt(2), 0, math.sqrt(2)]
    found = predict(bell_pair(), BELL, noise_of(figures_of(2))).combined(weights)
    assert found.ideal == 2 * math.sqrt(2)
    assert 2 < found.predicted < found.ideal
    late = predict(bell_pair(20e-6), BELL, noise_of(figures_of(2))).combined(weights)
    assert late.predicted < found.predicted - 0.1
    assert late.layers["idle"] > found.layers["idle"] + 0.1


@pytest.mark.parametrize("method", ["twirled", "untwirled"])
def test_the_layers_costs_add_up_to_what_is_lost(method):
    found = predict(bell_pair(), BELL, noise_of(figures_of(2), zz_hz=5e3), method=method)
    for row in (*found.rows, bell_fidelity(found)):
        assert row.ideal - row.predicted == pytest.approx(sum(row.layers.values()), abs=1e-14)
        assert all(row.layers[name] > 0 for name in ("gates", "readout", "idle"))
        assert ("untwirled" in row.layers) == (method == "untwirled")
    assert found.rows[0].layers["zz"] == pytest.approx(0)  # XX commutes with ZZ
    assert (found.rows[0].predicted == found.rows[0].twirled) == (method == "twirled")


def test_zz_costs_a_lone_superposition():
    circuit = circuit_of(oracle.scheduled([*h(0), *h(1), ("delay", (0,), 1e-6), ("delay", (1,), 1e-6)]))
    noise = noise_of(figures_of(2), zz_hz=5e4)
    lone = predict(circuit, [Observable(((0, "X"),))], noise, layers=("zz",)).rows[0]
    assert lone.predicted == pytest.approx(math.cos(math.pi * 5e4 * 1e-6))
    assert lone.layers["zz"] == pytest.approx(1 - lone.predicted)


def test_a_layer_that_is_off_costs_nothing_and_is_not_named():
    found = predict(bell_pair(), BELL, noise_of(figures_of(2)), layers=("readout",), method="twirled")
    assert set(found.rows[0].layers) == {"readout"}
    slopes = [1 - sum(pair) for pair in figures_of(2)["readout"].values()]
    assert found.rows[0].predicted == pytest.approx(math.prod(slopes))


def test_the_budget_names_the_worst_gate_and_the_longest_wait_first():
    figures = figures_of(6)
    figures["errors"]["cz", (2, 3)] = 0.05
    circuit = circuit_of(oracle.scheduled(encrypted_cloning()))
    clone = [Observable(((0, letter), (2, letter)), sign) for letter, sign in (("X", 1), ("Y", -1), ("Z", 1))]
    weights = [0.25] * 3
    found = predict(circuit, clone, noise_of(figures))
    assert next(iter(found.cost_by_cause(weights))) == ("cz", (2, 3))
    lines = found.budget(weights)
    assert lines[0].cause == "cz"
    assert set(lines[0].qubits) == {2, 3}
    assert [line.cost for line in lines] == sorted((line.cost for line in lines), reverse=True)
    assert {line.cause for line in lines} == {"cz", "sx", "idle", "readout", "basis change"}
    final = {line.cause for line in lines if line.start is None}
    assert {"readout", "basis change"} <= final <= {"readout", "basis change", "idle"}
    total = sum(line.cost for line in lines)
    assert sum(found.cost_by_qubit(weights).values()) == pytest.approx(total)
    waited = predict(circuit_of(oracle.scheduled(encrypted_cloning(50e-6))), clone, noise_of(figures))
    top = max(waited.budget(weights), key=lambda line: line.cost)
    assert (top.cause, top.layer) == ("idle", "idle")
    assert top.duration == pytest.approx(50e-6, rel=0.05)


def test_a_places_first_order_cost_is_what_it_alone_takes():
    """Checked by a model in which all else is perfect."""
    figures = figures_of(2)
    found = predict(bell_pair(), BELL, noise_of(figures), layers=("gates",))
    line = next(line for line in found.budget([0.25] * 3) if line.cause == "cz")
    only = {key: error if key == ("cz", (0, 1)) else 0.0 for key, error in figures["errors"].items()}
    alone = predict(bell_pair(), BELL, noise_of(figures | {"errors": only}), layers=("gates",), method="twirled")
    assert bell_fidelity(alone).layers["gates"] == pytest.approx(line.cost, rel=5e-3)
    # three of fifteen Paulis leave a Bell pair alone: a depolarizing gate costs its infidelity r, 12/15 of 5r/4
    still = figures | {"times": dict.fromkeys(range(2), (math.inf, math.inf))}
    found = predict(bell_pair(), BELL, noise_of(still), layers=("gates",))
    line = next(line for line in found.budget([0.25] * 3) if line.cause == "cz")
    assert line.cost == pytest.approx(figures["errors"]["cz", (0, 1)], rel=1e-9)


@pytest.mark.parametrize("wait", [0.0, 2e-6])
def test_encrypted_cloning_is_predicted_as_its_density_matrix_and_the_twirl_errs_little(wait):
    rows, figures = oracle.scheduled(encrypted_cloning(wait)), figures_of(6, seed=4)
    observable = Observable(((0, "Z"), (2, "Z")))
    found = predict(circuit_of(rows), [observable], noise_of(figures)).rows[0]
    wanted = oracle.expectation(rows, {0: "Z", 2: "Z"}, figures)
    assert found.ideal == 1
    assert abs(found.predicted - wanted) <= 1e-5
    assert 0.8 < wanted < 0.98
    assert abs(found.twirled - wanted) <= 2e-3
    assert found.layers["untwirled"] == pytest.approx(found.twirled - wanted, abs=1e-5)


def test_a_compiled_experiment_is_predicted_as_its_density_matrix():
    """The decrypted clone's ⟨ZZ⟩ with the reference, n = 2, on the Kingston snapshot: six of its qubits, delays and all."""
    from qiskit_ibm_runtime.fake_provider import FakeKingston

    backend = FakeKingston()
    noise = noise_from_backend(backend)
    experiment = entanglement_fidelity(2)
    circuit = compile_circuit(experiment.arrangements["parity"], backend, seeds=[0])
    logical = next(one for one in experiment.observables("parity") if {letter for _, letter in one.paulis} == {"Z"})
    observable = on_device(logical, circuit.layout)
    index = {qubit: place for place, qubit in enumerate(sorted({q for one in circuit.operations for q in one.qubits}))}
    rows = [
        (one.name, tuple(index[qubit] for qubit in one.qubits), one.start, one.duration, one.quarter)
        for one in circuit.operations
    ]
    figures = {
        "times": {place: noise.relaxation_times[qubit] for qubit, place in index.items()},
        "readout": {place: noise.readout[qubit] for qubit, place in index.items()},
        "errors": {
            (name, tuple(index[qubit] for qubit in qubits)): error
            for (name, qubits), error in noise.gate_errors.items()
            if set(qubits) <= set(index)
        },
    }
    found = predict(circuit, [observable], noise).rows[0]
    wanted = oracle.expectation(rows, {index[qubit]: letter for qubit, letter in observable.paulis}, figures)
    assert found.ideal == logical.ideal
    assert abs(found.predicted - observable.sign * wanted) <= 1e-5
    assert abs(found.twirled - found.predicted) <= 2e-3
    assert found.layers["idle"] > 1e-3, "the schedule must have idle periods"


def test_the_other_clone_and_a_wrong_decryption_show_no_correlation():
    figures = figures_of(6)
    clone, other = ([Observable(((0, letter), (qubit, letter))) for letter in "XYZ"] for qubit in (2, 3))
    circuit = circuit_of(oracle.scheduled(encrypted_cloning()))
    assert [row.ideal for row in predict(circuit, clone, noise_of(figures)).rows] == [1, -1, 1]
    assert [row.ideal for row in predict(circuit, other, noise_of(figures)).rows] == [0, 0, 0]
    wrong = circuit_of(oracle.scheduled(encrypted_cloning(quarter=3)))
    broken = predict(wrong, clone, noise_of(figures))
    assert [row.ideal for row in broken.rows] != [1, -1, 1]


def test_the_scale_fits_what_a_worse_device_shows():
    noise = noise_of(figures_of(2))
    values = [
        bell_fidelity(predict(bell_pair(), BELL, replace(noise, scale=scale))).predicted for scale in (0, 0.5, 1, 2)
    ]
    assert values[0] == 1
    assert values == sorted(values, reverse=True)
    assert (1 - values[3]) / (1 - values[1]) == pytest.approx(4, rel=0.05)


def test_unknown_methods_and_dead_gates_are_refused():
    with pytest.raises(InputError, match="unknown method 'exact': the methods are untwirled, asymmetric, twirled"):
        predict(bell_pair(), BELL, noise_of(figures_of(2)), method="exact")
    figures = figures_of(2)
    figures["errors"]["cz", (0, 1)] = 1.0
    with pytest.raises(InputError, match="cz on qubit 0, qubit 1 is dead"):
        predict(bell_pair(), BELL, noise_of(figures))
    assert predict(bell_pair(), [], noise_of(figures_of(2))).rows == ()
    assert predict(bell_pair(), [Observable((), -1)], noise_of(figures_of(2))).rows[0].predicted == -1


def test_aer_s_density_matrix_agrees_on_the_kingston_snapshot():
    """Aer's own relaxation and depolarizing channels, placed as explicit instructions on three qubits of the snapshot."""
    pytest.importorskip("qiskit_aer")
    from device_simulators import aer_state, pauli_value
    from qiskit_ibm_runtime.fake_provider import FakeKingston

    noise = noise_from_backend(FakeKingston())
    first, second = next(pair for pair in sorted(noise.neighbours()) if not noise.is_dead("cz", pair))
    third = next(b if a == second else a for a, b in noise.neighbours() if second in (a, b) and first not in (a, b))
    place = {0: first, 1: second, 2: third}
    gates = [*h(0), *cx(0, 1), ("delay", (0,), 3e-6), *cx(1, 2), ("delay", (2,), 2e-6), ("sx", (1,))]
    gates = [(name, tuple(place[qubit] for qubit in qubits), *rest) for name, qubits, *rest in gates]
    noisy = with_noise(circuit_of(oracle.scheduled(gates)), noise, layers=("gates", "idle"))
    state = aer_state(noisy, {qubit: index for index, qubit in place.items()})
    for word in ("ZII", "IZI", "ZZI", "XYX", "XYI", "IYZ", "YXX", "ZIZ"):
        inner = Observable(tuple((index, letter) for index, letter in enumerate(word) if letter != "I"))
        outer = Observable(tuple((place[index], letter) for index, letter in inner.paulis))
        plain = replace(noisy, layers=frozenset())  # no noise in the final basis change, as Aer's state has none
        value = untwirled(plain, [outer]).values[0]
        assert value == pytest.approx(pauli_value(state, inner), abs=1e-6), word


def test_ideal_values_of_a_large_register_are_signs():
    """GHZ on 154 qubits: X…X and every neighbouring ZZ are 1, a single Z is 0; each stays within its bound's reach."""
    gates = h(0)
    for qubit in range(153):
        gates += cx(qubit, qubit + 1)
    circuit = circuit_of(oracle.scheduled(gates))
    figures = figures_of(154, seed=2)
    observables = [
        Observable(tuple((qubit, "X") for qubit in range(154))),
        Observable(((70, "Z"), (71, "Z"))),
        Observable(((5, "Z"),)),
    ]
    assert twirled(with_noise(circuit, noise_of(figures), layers=()), observables).ideal.tolist() == [1, 1, 0]
    found = predict(circuit, observables, noise_of(figures))
    assert [row.ideal for row in found.rows] == [1, 1, 0]
    assert 0 < found.rows[0].predicted < 0.01
    assert 0.8 < found.rows[1].predicted < 1
    assert max(row.error_bound for row in found.rows) < 1e-5
