"""Propagation against density matrices, against Stim, and against itself."""

from __future__ import annotations

import math
import random
from itertools import product

import device_densities as oracle
import numpy
import pytest

from noclone.hardware_checks.noise_model import LAYERS, NoiseModel
from noclone.hardware_checks.noisy_circuits import with_noise
from noclone.hardware_checks.physical import Observable, Operation, PhysicalCircuit
from noclone.hardware_checks.propagation import twirled
from noclone.hardware_checks.stim_circuits import sampled_expectations, stim_circuit
from noclone.hardware_checks.untwirled import untwirled
from noclone.models.errors import InputError

SIZES = {0: 2, 1: 3, 2: 3, 3: 4}


def circuit_of(rows):
    return PhysicalCircuit(tuple(Operation(*row) for row in rows), {}, 0, 0, 0)


def figures_of(qubits, seed):
    source = random.Random(seed)
    errors = {(name, (qubit,)): source.uniform(0, 6e-4) for qubit in range(qubits) for name in ("sx", "x")}
    errors |= {("cz", (qubit, qubit + 1)): source.uniform(1e-3, 8e-3) for qubit in range(qubits - 1)}
    return {
        "times": {qubit: (source.uniform(20e-6, 300e-6), source.uniform(20e-6, 300e-6)) for qubit in range(qubits)},
        "errors": errors,
        "readout": {qubit: (source.uniform(0, 0.01), source.uniform(0, 0.03)) for qubit in range(qubits)},
    }


def noise_of(figures, **others):
    seconds = {key: oracle.SECONDS[key[0]] for key in figures["errors"]}
    couplers = frozenset(qubits for name, qubits in figures["errors"] if name == "cz")
    return NoiseModel(figures["times"], figures["errors"], seconds, figures["readout"], couplers, **others)


def observable(word, sign=1):
    return Observable(tuple((qubit, letter) for qubit, letter in enumerate(word) if letter != "I"), sign)


def some_words(qubits, count, seed):
    words = ["".join(word) for word in product("IXYZ", repeat=qubits)][1:]
    return random.Random(seed).sample(words, min(count, len(words)))


def prepared(seed, length=30):
    """Random rows, figures and the words that are worth a look: those whose ideal expectation is not 0, and some more."""
    qubits = SIZES[seed]
    rows = oracle.scheduled(oracle.random_gates(qubits, length, seed))
    figures = figures_of(qubits, seed)
    words = ["".join(word) for word in product("IXYZ", repeat=qubits)]
    noisy = with_noise(circuit_of(rows), noise_of(figures), layers=())
    ideal = twirled(noisy, [observable(word) for word in words]).ideal
    stabilizers = [word for word, value in zip(words, ideal, strict=True) if value]
    assert len(stabilizers) == 2**qubits
    return rows, figures, stabilizers[1:6] + some_words(qubits, 4, seed)


@pytest.mark.parametrize("seed", SIZES)
def test_without_noise_every_pauli_has_its_exact_sign(seed):
    rows = oracle.scheduled(oracle.random_gates(SIZES[seed], 30, seed))
    words = ["".join(word) for word in product("IXYZ", repeat=SIZES[seed])]
    noisy = with_noise(circuit_of(rows), noise_of(figures_of(SIZES[seed], seed)), layers=())
    found = twirled(noisy, [observable(word) for word in words])
    full = untwirled(noisy, [observable(word, -1) for word in words])
    assert found.ideal.dtype == numpy.int8
    assert (found.values() == found.ideal).all()
    assert (full.values == -found.ideal).all()
    assert not full.error_bounds.any()
    for word, value in zip(words, found.ideal, strict=True):
        paulis = dict(observable(word).paulis)
        assert oracle.expectation(rows, paulis, {}, layers=()) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize("seed", SIZES)
def test_twirled_noise_equals_its_density_matrix(seed):
    rows, figures, words = prepared(seed)
    found = twirled(with_noise(circuit_of(rows), noise_of(figures)), [observable(word) for word in words]).values()
    for word, value in zip(words, found, strict=True):
        wanted = oracle.expectation(rows, dict(observable(word).paulis), figures, twirl=True)
        assert value == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("seed", SIZES)
def test_the_full_channels_equal_their_density_matrix(seed):
    rows, figures, words = prepared(seed)
    found = untwirled(with_noise(circuit_of(rows), noise_of(figures)), [observable(word) for word in words])
    for word, value, bound in zip(words, found.values, found.error_bounds, strict=True):
        wanted = oracle.expectation(rows, dict(observable(word).paulis), figures)
        assert abs(value - wanted) <= bound + 1e-12, word
        assert abs(value - wanted) <= 1e-5, word


@pytest.mark.parametrize("layer", LAYERS[:3])
def test_one_layer_alone_equals_its_density_matrix(layer):
    rows, figures, words = prepared(1)
    noisy = with_noise(circuit_of(rows), noise_of(figures), layers=[layer])
    found = untwirled(noisy, [observable(word) for word in words]).values
    for word, value in zip(words, found, strict=True):
        wanted = oracle.expectation(rows, dict(observable(word).paulis), figures, (layer,))
        assert value == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("hertz", [2e4, 4e5])
def test_coherent_zz_equals_its_density_matrix(hertz):
    """Both qubits are in superposition and idle together, so that the rotation's own terms count."""
    gates = [
        *(("sx", (qubit,)) for qubit in range(3)),
        *(("delay", (qubit,), 1e-6 + qubit * 0.4e-6) for qubit in range(3)),
        ("cz", (0, 1)),
        ("sx", (1,)),
        *(("delay", (qubit,), 0.7e-6) for qubit in range(3)),
        ("cz", (1, 2)),
    ]
    rows, figures = oracle.scheduled(gates), figures_of(3, 5)
    noisy = with_noise(circuit_of(rows), noise_of(figures, zz_hz=hertz), layers=("idle", "zz"))
    rotations = [one for places in noisy.locations for one in places if one.layer == "zz"]
    assert len(rotations) >= 4
    spans = {(row[1][0], row[2]): row[2] + row[3] for row in rows if row[0] == "delay"}
    overlaps = []
    for (one, start), end in spans.items():
        for (other, begin), finish in spans.items():
            if other == one + 1 and min(end, finish) > max(start, begin):
                overlaps.append(math.pi * hertz * (min(end, finish) - max(start, begin)))
    assert sorted(one.channel.angle for one in rotations) == pytest.approx(sorted(overlaps))
    zz = [(one.after, one.qubits, one.channel.angle) for one in rotations]
    words = ["".join(word) for word in product("IXYZ", repeat=3)]
    found = untwirled(noisy, [observable(word) for word in words])
    wanted = [oracle.expectation(rows, dict(observable(word).paulis), figures, ("idle",), zz=zz) for word in words]
    assert found.values == pytest.approx(wanted, abs=1e-6)
    without = [oracle.expectation(rows, dict(observable(word).paulis), figures, ("idle",)) for word in words]
    assert max(abs(found.values - without)) > 1e-3


def test_zz_acts_once_both_neighbours_idle_and_not_before_the_gate_between():
    rows = [
        ("sx", (0,), 0.0, 32e-9, 0),
        ("delay", (0,), 32e-9, 2e-6, 0),
        ("sx", (1,), 1e-6, 32e-9, 0),
        ("delay", (1,), 1e-6 + 32e-9, 1e-6, 0),
    ]
    noisy = with_noise(circuit_of(rows), noise_of(figures_of(2, 0), zz_hz=1e5), layers=("zz",))
    assert [len(places) for places in noisy.locations] == [0, 0, 0, 1]
    value = untwirled(noisy, [observable("YI")]).values[0]
    assert value == pytest.approx(-math.cos(math.pi * 1e5 * 1e-6))


def test_the_oracle_notices_a_swapped_qubit_and_a_wrong_angle():
    rows, figures, words = prepared(1)
    observables = [observable(word) for word in words]
    wanted = [oracle.expectation(rows, dict(one.paulis), figures) for one in observables]
    swapped = [observable(word[1] + word[0] + word[2:]) for word in words]
    turned = [(*row[:4], (row[4] + 1) % 4 if row[0] == "rz" else 0) for row in rows]
    for broken, asked in ((rows, swapped), (turned, observables)):
        found = untwirled(with_noise(circuit_of(broken), noise_of(figures)), asked).values
        assert max(abs(found - wanted)) > 0.1


@pytest.mark.parametrize("epsilon", [1e-2, 1e-3, 1e-4])
def test_what_truncation_drops_bounds_its_error(epsilon):
    rows, figures, words = prepared(3)
    observables = [observable(word) for word in words]
    noisy = with_noise(circuit_of(rows), noise_of(figures))
    exact, coarse = untwirled(noisy, observables, epsilon=0.0), untwirled(noisy, observables, epsilon=epsilon)
    assert not exact.error_bounds.any()
    assert coarse.error_bounds.any()
    assert (abs(exact.values - coarse.values) <= coarse.error_bounds + 1e-12).all()
    assert coarse.most_terms < exact.most_terms


def test_a_limit_on_terms_is_kept_and_counted_in_the_bound():
    rows, figures, words = prepared(3)
    observables = [observable(word) for word in words]
    noisy = with_noise(circuit_of(rows), noise_of(figures))
    exact, limited = untwirled(noisy, observables, epsilon=0.0), untwirled(noisy, observables, most_terms=20)
    assert limited.most_terms < exact.most_terms
    assert max(limited.error_bounds) > 1e-6, "the limit must have dropped something"
    assert (abs(exact.values - limited.values) <= limited.error_bounds + 1e-12).all()


def test_observables_together_get_what_each_gets_alone():
    rows, figures, words = prepared(2)
    observables = [observable(word) for word in words]
    noisy = with_noise(circuit_of(rows), noise_of(figures))
    alone = [untwirled(noisy, [one], epsilon=0.0).values[0] for one in observables]
    assert untwirled(noisy, observables, epsilon=0.0).values == pytest.approx(alone, abs=1e-12)
    assert untwirled(noisy, observables, epsilon=0.0, batch=2).values == pytest.approx(alone, abs=1e-12)
    alone = [twirled(noisy, [one]).values()[0] for one in observables]
    assert twirled(noisy, observables).values() == pytest.approx(alone, abs=1e-14)


@pytest.mark.parametrize("seed", range(5))
def test_operations_are_undone_once_and_after_all_later_ones_on_their_qubits(seed):
    rows = oracle.scheduled(oracle.random_gates(5, 60, seed))
    noisy = with_noise(circuit_of(rows), noise_of(figures_of(5, seed), zz_hz=1e4))
    assert sorted(noisy.backwards) == list(range(len(rows)))
    position = {place: index for index, place in enumerate(noisy.backwards)}
    for earlier, one in enumerate(noisy.touched):
        for later in range(earlier + 1, len(rows)):
            assert not set(one) & set(noisy.touched[later]) or position[later] < position[earlier]


def test_a_reset_forgets_and_relaxation_ends_in_the_ground_state():
    figures = figures_of(2, 0)
    rows = oracle.scheduled([("x", (0,)), ("sx", (1,)), ("cz", (0, 1)), ("reset", (0,)), ("sx", (1,))])
    noisy = with_noise(circuit_of(rows), noise_of(figures), layers=("gates", "idle"))
    words = ["ZI", "XI", "IZ", "ZZ"]
    found = untwirled(noisy, [observable(word) for word in words]).values
    wanted = [oracle.expectation(rows, dict(observable(word).paulis), figures, ("gates", "idle")) for word in words]
    assert found == pytest.approx(wanted, abs=1e-7)
    assert found[0] == 1
    rows = [("x", (0,), 0.0, 32e-9, 0), ("delay", (0,), 32e-9, 1.0, 0)]
    noisy = with_noise(circuit_of(rows), noise_of(figures), layers=("idle",))
    assert untwirled(noisy, [observable("Z")]).values[0] == pytest.approx(1)
    assert twirled(noisy, [observable("Z")]).values()[0] == pytest.approx(0)  # the twirl's own error, at its worst


def measured_early(wait):
    """A Bell pair whose first qubit is measured, and whose second then waits."""
    h = [("rz", (0,), 1), ("sx", (0,)), ("rz", (0,), 1)]
    other = [(name, (1,), *rest) for name, _, *rest in h]
    gates = [*h, *other, ("cz", (0, 1)), *other]
    rows = oracle.scheduled(gates)
    end = rows[-1][2] + rows[-1][3]
    return [*rows, ("measure", (0,), end, wait, 0), ("delay", (1,), end, wait, 0)]


def test_a_measurement_within_the_circuit_is_read_once_and_its_qubit_waits_no_longer():
    figures = figures_of(2, 3)
    rows = measured_early(3e-6)
    noisy = with_noise(circuit_of(rows), noise_of(figures))
    found = untwirled(noisy, [observable("ZZ")], epsilon=0.0).values[0]
    last = [*rows[:-2], rows[-1]]
    assert found == pytest.approx(oracle.expectation(last, {0: "Z", 1: "Z"}, figures), abs=1e-12)
    same_time = oracle.expectation(rows[:-2], {0: "Z", 1: "Z"}, figures)
    assert found < same_time - 1e-3, "waiting for the other's measurement must cost something"
    with pytest.raises(
        InputError, match="qubit 0 is measured within the circuit, so only its outcome Z is known, not X"
    ):
        twirled(noisy, [observable("XX")])


def test_an_outcome_that_nobody_looks_at_dephases():
    noisy = with_noise(
        circuit_of([*measured_early(1e-6), ("sx", (0,), 1.0, 32e-9, 0)]), noise_of(figures_of(2, 3)), layers=()
    )
    # after the measurement of Z and an sx, YZ (formerly ZZ) is left of the Bell pair, and YX (formerly ZX …) and XX are not
    values = twirled(noisy, [observable(word) for word in ("YZ", "XX", "ZY", "XY")])
    assert values.ideal.tolist() == untwirled(noisy, [observable(w) for w in ("YZ", "XX", "ZY", "XY")]).values.tolist()
    assert abs(values.ideal).tolist() == [1, 0, 0, 0]


@pytest.mark.parametrize("seed", [1, 3])
def test_stim_samples_the_twirled_expectations(seed):
    rows, figures, words = prepared(seed)
    shots = 200_000
    noisy = with_noise(circuit_of(rows), noise_of(figures, zz_hz=3e4))
    observables = [observable(word, -1) for word in words]
    values = twirled(noisy, observables).values()
    found = sampled_expectations(noisy, observables, shots, seed=7)
    deviations = (found - values) / numpy.sqrt((1 - values**2) / shots)
    assert max(abs(deviations)) < 4.5
    assert (deviations**2).mean() < 3
    quiet = twirled(with_noise(circuit_of(rows), noise_of(figures), layers=("gates",)), observables).values()
    assert max(abs(found - quiet)) > 0.01, "the samples must be able to tell two noise models apart"


def test_stim_reads_a_measurement_within_the_circuit():
    noisy = with_noise(circuit_of(measured_early(3e-6)), noise_of(figures_of(2, 3)))
    circuit, columns = stim_circuit(noisy, {1: "Z", 0: "Z"})
    assert columns == (0, 1)
    assert circuit.num_measurements == 2
    value = twirled(noisy, [observable("ZZ")]).values()[0]
    found = sampled_expectations(noisy, [observable("ZZ")], 100_000, seed=1)[0]
    assert found == pytest.approx(value, abs=4.5 * math.sqrt((1 - value**2) / 100_000))


def test_circuits_get_seeds_of_their_own():
    noisy = with_noise(circuit_of([("sx", (0,), 0.0, 32e-9, 0)]), noise_of(figures_of(2, 3)))
    one, other, again = sampled_expectations(noisy, [observable("Z")] * 3, 1_000, seed=5)
    assert len({one, other, again}) > 1
    assert sampled_expectations(noisy, [observable("Z")], 1_000, seed=5)[0] == one
    with pytest.raises(InputError, match="0 shots measure nothing"):
        sampled_expectations(noisy, [observable("Z")], 0, seed=5)


@pytest.mark.parametrize(
    ("paulis", "sign", "message"),
    [
        (((0, "Z"), (0, "X")), 1, "names a qubit twice"),
        (((0, "Q"),), 1, "has the letter 'Q': use X, Y, Z"),
        (((0, "Z"),), 2, "has sign 2: give 1 or -1"),
    ],
)
def test_an_observable_that_is_none_is_refused(paulis, sign, message):
    noisy = with_noise(circuit_of([("sx", (0,), 0.0, 32e-9, 0)]), noise_of(figures_of(2, 3)))
    with pytest.raises(InputError, match=message):
        untwirled(noisy, [Observable(paulis, sign)])
