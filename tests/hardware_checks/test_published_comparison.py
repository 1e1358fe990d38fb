"""The published figures beside predictions: each figure once and with its right error, stages, depth, residuals."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from noclone.hardware_checks.arrangements import on_device
from noclone.hardware_checks.calibration import noise_from_backend
from noclone.hardware_checks.live_targets import live_target
from noclone.hardware_checks.prediction import predict
from noclone.hardware_checks.published import Figure, published
from noclone.hardware_checks.published_comparison import (
    CHSH_UNIT,
    STAGES,
    compile_figures,
    deeper,
    published_figures,
    residuals,
)
from noclone.hardware_checks.snapshots import snapshot
from noclone.models.errors import InputError


@pytest.fixture(scope="module")
def device():
    backend = snapshot("fake:kingston").backend
    return noise_from_backend(backend), live_target(backend)


@pytest.fixture(scope="module")
def compiled(device):
    small = [one for one in published_figures() if one.size in ("n=2", "l=0", "l=3 partial", "r=2")]
    found, left_out = compile_figures(small, device[1], most_qubits=20)
    return found, left_out


def test_every_published_figure_is_there_once():
    figures = published_figures()
    assert [sum(one.experiment == number for one in figures) for number in (1, 2, 3, 4)] == [28, 16, 16, 15]
    assert len({(one.size, one.quantity, one.experiment) for one in figures}) == len(figures) == 75
    values = sorted(one.figure.value for one in figures)
    data = published()
    expected = [value for row in data.entanglement for value in (row.bell.value, row.parity.value)]
    expected += [each.value for row in data.chsh for each in (row.reference_first, row.same_time, row.reference_last)]
    expected += [row.fidelity.value for table in (data.iterated, data.virtual, data.ghz) for row in table]
    assert values == sorted([*expected, data.undecrypted_chsh.value])


def test_figures_that_stand_there_twice_are_marked():
    repeated = {one.size: one.repeats for one in published_figures() if one.repeats}
    assert repeated == {
        "l=0": "experiment 1, n=2, parity",
        "VI n=2 l=0": "experiment 1, n=2, parity",
        "VI n=2 l=1": "experiment 3, l=1",
        "VI n=4 l=0": "experiment 1, n=4, Bell measurement",
    }


def test_errors_are_the_right_ones():
    figures = {(one.experiment, one.size, one.quantity): one for one in published_figures()}
    bell = figures[1, "n=7", "F_e, Bell measurement"]
    assert bell.right_error == pytest.approx(math.sqrt(0.548 * 0.452 / 10_000))
    for key in ((1, "n=2", "F_e, parity"), (3, "l=2", "F_e, parity"), (4, "r=3", "F_r")):
        assert 1.8 < figures[key].figure.error / figures[key].right_error < 3.6  # the paper's are too wide
    first = figures[2, "n=2", "S, reference first"]
    one_setting = math.sqrt((1 - (first.figure.value / 4) ** 2) / 10_000)
    assert first.right_error == first.figure.error == pytest.approx(2 * one_setting, abs=0.001)
    assert first.unit == CHSH_UNIT and bell.unit == 1


def test_an_unknown_experiment_is_refused():
    assert {one.experiment for one in published_figures([4, 2])} == {2, 4}
    with pytest.raises(InputError, match="experiment 5 has no published figures"):
        published_figures([1, 5])


def test_circuits_too_large_are_left_out_with_the_reason(compiled):
    found, left_out = compiled
    assert [(one.figure.experiment, one.figure.size) for one in found[:3]] == [(1, "n=2"), (1, "n=2"), (2, "n=2")]
    assert len(found) == 8 and len(left_out) == 1
    assert "l=3 partial" in left_out[0] and "154 qubits" in left_out[0] and "at most 20" in left_out[0]
    assert found[0].circuits.keys() == {"bell"} and found[1].circuits.keys() == {"parity"}
    assert found[0].two_qubit_gates > found[1].two_qubit_gates > 0 and found[0].two_qubit_layers > 0


def test_stages_end_at_the_prediction(compiled, device):
    noise = device[0]
    for one in compiled[0]:
        stages = one.stages(noise, most_untwirled=64)
        assert tuple(stages) == STAGES
        assert stages["idle"] == pytest.approx(one.value(noise), abs=1e-12)  # the twirled prediction
        assert stages["full"] == pytest.approx(one.value(noise), abs=0.02) and stages["full"] != stages["idle"]
        if one.quantity.ideal:
            assert one.quantity.ideal > stages["gates"] > stages["readout"] > stages["idle"]
        assert one.stages(noise, most_untwirled=0)["full"] == pytest.approx(stages["idle"], abs=1e-12)
    none = replace(noise, scale=0.0)
    assert [one.value(none) for one in compiled[0]] == pytest.approx([one.quantity.ideal for one in compiled[0]])


def test_a_deeper_circuit_is_noisier_but_for_its_readout(compiled, device):
    noise = device[0]
    twice = deeper(noise, 2.0)
    for one in (one for one in compiled[0] if one.quantity.ideal):
        assert one.value(twice) < one.value(noise) == pytest.approx(one.value(deeper(noise, 1.0)))
        assert one.value(twice) > one.value(replace(noise, scale=2.0))
    chosen = compiled[0][1]
    (circuit,) = chosen.circuits.values()
    observables = [on_device(observable, circuit.layout) for _, observable in chosen.quantity.terms]
    costs = [predict(circuit, observables, each, layers=["readout"], method="twirled").rows for each in (noise, twice)]
    assert [row.predicted for row in costs[0]] == pytest.approx([row.predicted for row in costs[1]])
    with pytest.raises(InputError, match="above 0"):
        deeper(noise, 0.0)


def test_residuals_of_figures_made_of_the_prediction_are_zero(compiled, device):
    noise = device[0]
    predicted = [one.value(noise) for one in compiled[0]]
    made = [
        replace(one.figure, figure=Figure(value, one.figure.figure.error))
        for one, value in zip(compiled[0], predicted, strict=True)
    ]
    found = residuals(made, predicted)
    assert (found.figures, found.mean, found.rms, found.rms_in_errors) == (8, 0, 0, 0)
    real = residuals([one.figure for one in compiled[0]], predicted)
    assert real.mean < -0.03 and real.rms > 0.05 and real.rms_in_errors > 10


def test_residuals_are_counted_in_units_of_fidelity_and_in_right_errors():
    chosen = [one for one in published_figures([2]) if one.size == "n=2"][:1]
    found = residuals(chosen, [chosen[0].figure.value + CHSH_UNIT / 10])
    assert found.mean == pytest.approx(-0.1) and found.rms == pytest.approx(0.1)
    assert found.rms_in_errors == pytest.approx(CHSH_UNIT / 10 / 0.017)
    with pytest.raises(InputError, match="no published figure"):
        residuals([], [])
