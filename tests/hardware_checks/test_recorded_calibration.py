"""A recorded calibration gives the noise model of the backend that it was recorded from; damage and gaps are said or filled."""

from __future__ import annotations

import copy
import json
import math
import warnings

import pytest

pytest.importorskip("qiskit_ibm_runtime", reason="needs noclone[hardware]")

from noclone.hardware_checks.calibration import noise_from_backend
from noclone.hardware_checks.recorded_calibration import (
    noise_from_properties,
    properties_from_json,
    properties_json,
    time_step_s,
)
from noclone.hardware_checks.snapshots import snapshot, snapshot_names
from noclone.models.errors import InputError

from ibm_doubles import PROPERTIES  # isort: skip - it needs the package too


@pytest.fixture
def properties():
    return json.loads(PROPERTIES)


def gate(properties, name, *qubits):
    return next(each for each in properties["gates"] if each["gate"] == name and each["qubits"] == list(qubits))


def item(items, name):
    return next(each for each in items if each["name"] == name)


@pytest.mark.parametrize("name", snapshot_names())
def test_the_model_of_a_record_is_the_backend_s(name):
    backend = snapshot(name).backend
    text = properties_json(backend)
    recorded = properties_from_json(text)
    assert repr(sorted_parts(noise_from_properties(recorded))) == repr(sorted_parts(noise_from_backend(backend)))
    assert time_step_s(recorded) == backend.target.dt
    json.loads(text, parse_constant=pytest.fail)  # no NaN, which is not JSON


def sorted_parts(model):
    """Everything in a model, in one order; compared by its text, since NaN is not equal to itself."""
    return {
        name: sorted(value.items())
        if isinstance(value, dict)
        else sorted(value)
        if isinstance(value, frozenset)
        else value
        for name in model.__slots__
        for value in [getattr(model, name)]
    }


def test_the_package_s_own_dictionary_with_its_dates_and_no_time_step_is_taken_too():
    reported = snapshot("torino").backend.properties().to_dict()
    assert time_step_s(reported) is None
    model = noise_from_properties(reported, zz_hz=5.0, scale=2.0)
    assert (model.device, model.zz_hz, model.scale) == ("ibm_torino", 5.0, 2.0)
    assert model.calibration_time == reported["last_update_date"].isoformat()


def test_units_are_honoured(properties):
    t1, length = item(properties["qubits"][0], "T1"), item(gate(properties, "sx", 0)["parameters"], "gate_length")
    t1 |= {"value": 0.25, "unit": "ms"}
    length |= {"value": 3e-8, "unit": "s"}
    model = noise_from_properties(properties)
    assert model.relaxation_times[0][0] == pytest.approx(250e-6)
    assert model.gate_seconds["sx", (0,)] == 3e-8


def test_values_of_another_time_are_recorded_if_they_are_given():
    backend, other = snapshot("torino").backend, snapshot("fez").backend.properties()
    recorded = properties_from_json(properties_json(backend, other))
    assert recorded["backend_name"] == "ibm_fez" and recorded["noclone"]["device"] == backend.name


@pytest.mark.parametrize("missing", [math.nan, None, "absent", 0])
def test_a_missing_time_is_filled_with_the_median_and_said(properties, missing):
    qubit = properties["qubits"][3]
    item(qubit, "T2")["value"] = missing
    if missing == "absent":
        qubit.remove(item(qubit, "T2"))
    model = noise_from_properties(properties)
    known = sorted(item(each, "T2")["value"] for at, each in enumerate(properties["qubits"]) if at != 3)
    assert model.relaxation_times[3][1] == pytest.approx(known[2] * 1e-6)
    assert "qubit 3 has no T2" in model.filled[0]


def test_dead_and_unknown_gates_and_readouts_are_dead_and_refused(properties):
    item(gate(properties, "cz", 0, 1)["parameters"], "gate_error")["value"] = 1.0
    item(gate(properties, "cz", 1, 0)["parameters"], "gate_error")["value"] = 1.0
    item(gate(properties, "sx", 2)["parameters"], "gate_error")["value"] = None
    item(gate(properties, "x", 3)["parameters"], "gate_length")["value"] = None
    gate(properties, "x", 4)["parameters"].append({"name": "operational", "value": 0, "unit": "", "date": ""})
    for name in ("readout_error", "prob_meas1_prep0", "prob_meas0_prep1"):
        item(properties["qubits"][5], name)["value"] = None
    properties["qubits"][0].append({"name": "operational", "value": False, "unit": "", "date": ""})
    model = noise_from_properties(properties)
    dead = [("cz", (0, 1)), ("sx", (2,)), ("x", (3,)), ("x", (4,)), ("measure", (5,)), ("measure", (0,)), ("sx", (0,))]
    for name, qubits in dead:
        assert model.is_dead(name, qubits), name
        with pytest.raises(InputError, match="dead"):
            model.read(qubits[0], None) if name == "measure" else model.gate(name, qubits, None, 0)
    assert not model.is_dead("cz", (2, 3)) and not model.is_dead("measure", (1,))


def test_one_known_readout_error_stands_for_both(properties):
    item(properties["qubits"][1], "prob_meas1_prep0")["value"] = None
    error = item(properties["qubits"][1], "readout_error")["value"]
    assert noise_from_properties(properties).readout[1] == (error, error)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"qubits": [], "gates": 3}', "[" * 100_000])
def test_a_damaged_record_is_one_line(text):
    with pytest.raises(InputError, match="damaged") as caught:
        properties_from_json(text)
    assert "\n" not in str(caught.value)


def damages():
    whole = json.loads(PROPERTIES)
    for break_it in (
        lambda it: it["qubits"].__setitem__(0, "x"),
        lambda it: it["qubits"][0][0].pop("value"),
        lambda it: it["gates"][0].pop("gate"),
        lambda it: gate(it, "cz", 0, 1).__setitem__("qubits", [0, 77]),
        lambda it: gate(it, "cz", 0, 1).__setitem__("qubits", [0]),
        lambda it: gate(it, "sx", 0).__setitem__("qubits", []),
        lambda it: gate(it, "sx", 0).__setitem__("qubits", ["a"]),
        lambda it: gate(it, "sx", 0).__setitem__("parameters", None),
        lambda it: it.pop("gates"),
        lambda it: it.__setitem__("qubits", []),
        lambda it: item(gate(it, "sx", 0)["parameters"], "gate_error").__setitem__("value", -1),
    ):
        broken = copy.deepcopy(whole)
        break_it(broken)
        yield broken


def test_damaged_parts_are_one_line():
    for broken in damages():
        with pytest.raises(InputError) as caught:
            noise_from_properties(broken)
        assert "\n" not in str(caught.value)


def test_a_backend_without_properties_cannot_be_recorded():
    from qiskit.providers.fake_provider import GenericBackendV2

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        backend = GenericBackendV2(2, seed=1)
    with pytest.raises(InputError, match="no properties"):
        properties_json(backend)
