"""Drafts of runs: the circuits, their shots, what they can be relied on to see, and what does not fit."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest
from simulated_runs import calibration, device, drafted, recorded, sampled

from noclone.hardware_checks.bit_order_controls import with_controls
from noclone.hardware_checks.device_verdicts import DeviceStatus
from noclone.hardware_checks.executable_circuits import scheduled_from
from noclone.hardware_checks.experiments import EXPERIMENTS, chsh, entanglement_fidelity, experiment_of, ghz
from noclone.hardware_checks.measurement_settings import settings_of
from noclone.hardware_checks.run_comparisons import compare_run
from noclone.hardware_checks.run_drafts import RUN_SCHEMA, RunItem, draft_run, items_of
from noclone.hardware_checks.run_findings import findings_of
from noclone.hardware_checks.run_plans import LARGEST_JOB
from noclone.hardware_checks.stored_circuits import from_qpy
from noclone.hardware_checks.testing import ShotPlan
from noclone.models.errors import InputError
from noclone.protocols.registry import family

TWO = RunItem("n", 2, entanglement_fidelity(2))


def planned(effect, *items, **more):
    return draft_run(items or (TWO,), device(), plan=ShotPlan(effect), **more)


@pytest.fixture(scope="module")
def mixed():
    """Three experiments in one draft."""
    return drafted(("n", 2, chsh(2)), ("r", 1, ghz(1)), ("l", "0", EXPERIMENTS[3](6)), shots=100)


def test_there_is_a_circuit_for_each_setting_of_each_experiment_and_its_controls(mixed):
    wanted = [
        (at, setting.arrangement, [list(pair) for pair in setting.letters])
        for at, experiment in enumerate((chsh(2), ghz(1), EXPERIMENTS[3](6)))
        for setting in settings_of(with_controls(experiment))
    ]
    found = [(one.settings["item"], one.settings["arrangement"], one.settings["letters"]) for one in mixed.circuits]
    assert found == wanted
    assert {one.shots for one in mixed.circuits} == {100}


def test_bit_j_of_each_circuit_reads_the_qubit_of_letter_j(mixed):
    for circuit in mixed.circuits:
        _, reads = scheduled_from(from_qpy(circuit.qpy), calibration().seconds, calibration().dt)
        letters = circuit.settings["letters"]
        assert list(reads[: len(letters)]) == [circuit.layout[name] for name, _ in letters]
        assert circuit.duration_s > 0


def test_the_description_gives_the_experiments_back_from_json(mixed):
    description = json.loads(json.dumps(dict(mixed.description), allow_nan=False))
    assert items_of(description) == [
        RunItem("n", 2, with_controls(chsh(2))),
        RunItem("r", 1, ghz(1)),
        RunItem("l", "0", with_controls(EXPERIMENTS[3](6))),
    ]
    assert (description["schema"], description["shots"]) == (RUN_SCHEMA, 100)
    for item in description["items"]:
        assert set(item["compiled"]) == set(item["experiment"]["arrangements"])
        assert all(facts["qubits"] >= 1 for facts in item["compiled"].values())


def signed(description):
    """The description with a checksum that fits, as if it had been written so."""
    rest = {name: value for name, value in description.items() if name != "sha256"}
    return {**rest, "sha256": hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"schema": "another"}, "'another', not"),
        ({"items": [{"parameter": "n"}]}, "not the record of a run: KeyError 'size'"),
        ({"items": 3}, "not the record of a run: TypeError"),
        ({"items": [{"parameter": "n", "size": 2, "experiment": {}}]}, "not the record of an experiment"),
    ],
)
def test_the_record_of_something_else_is_refused(mixed, change, told):
    with pytest.raises(InputError, match=told):
        items_of(signed({**mixed.description, **change}))
    with pytest.raises(InputError, match="not the record of a run"):
        items_of(signed({"schema": RUN_SCHEMA}))


def test_a_record_that_was_altered_is_refused(mixed):
    assert signed(mixed.description) == mixed.description
    text = json.dumps(dict(mixed.description))
    for before, after in (('"constant": 0.25', '"constant": 0.35'), ('"shots": 100', '"shots": 101'), ('"CX"', '"CZ"')):
        assert before in text
        with pytest.raises(InputError, match="does not have its checksum: it is damaged; restore an export"):
            items_of(json.loads(text.replace(before, after, 1)))


def test_shots_grow_with_the_square_of_what_is_to_be_seen_and_suffice():
    shots = {}
    for effect in (0.2, 0.02, 0.005):
        draft = planned(effect)
        shots[effect] = draft.description["shots"]
        assert draft.visible <= effect * (1 + 1e-9)
        fewer = planned(effect, shots=shots[effect] - 1)
        assert fewer.visible > effect or shots[effect] == 1
        assert draft.seen_worst in {"n=2 F_e, Bell measurement", "n=2 F_e, parity", "n=2 control 1"}
    assert shots[0.005] / shots[0.02] > 10  # more than the square of 4 less what the margin gives up


def test_the_planned_shots_are_those_of_the_predicted_variance():
    """Two values with a mean of 1/2 are the hardest: p(1 − p) = 1/4, and so in the undecrypted clone's CHSH value."""
    plan = ShotPlan(0.05)
    draft = draft_run([RunItem("n", 2, chsh(2))], device(), plan=plan)
    settings = len([one for one in draft.circuits if one.settings["arrangement"] == "not decrypted"])
    # each setting is √2·E with E about 0, variance 2; the range is 4√2, its square 32
    wanted = replace(plan, comparisons=len(with_controls(chsh(2)).quantities)).shots(settings * 2 / 32)
    assert draft.seen_worst == "n=2 S, not decrypted"
    assert draft.description["shots"] == pytest.approx(wanted, rel=1e-3)


def test_what_is_too_much_is_refused():
    with pytest.raises(InputError, match="ask for a larger effect"):
        planned(1e-5)
    for shots in (0, -1, LARGEST_JOB + 1):
        with pytest.raises(InputError, match=f"{shots} shots of a circuit: give 1 to {LARGEST_JOB}"):
            planned(0.1, shots=shots)
    with pytest.raises(InputError, match="a run needs at least one experiment"):
        draft_run([], device(), plan=ShotPlan(0.1))
    with pytest.raises(InputError, match="two experiments of this run are called n=2"):
        planned(0.1, TWO, TWO)


def test_sizes_that_do_not_fit_are_left_out_and_named():
    from qiskit.providers.fake_provider import GenericBackendV2

    small = GenericBackendV2(7, basis_gates=["cz", "rz", "sx", "x", "id"], noise_info=True, seed=1)
    items = [RunItem("n", n, entanglement_fidelity(n)) for n in (1, 5)]
    draft = draft_run(items, small, plan=ShotPlan(0.1), shots=10)
    assert [item["size"] for item in draft.description["items"]] == [1]
    (line,) = draft.left_out
    assert line.startswith("n = 5: ") and len(line.splitlines()) == 1
    with pytest.raises(InputError):
        draft_run(items[1:], small, plan=ShotPlan(0.1))


def test_a_secret_of_two_qubits_has_its_fifteen_correlators_and_a_verdict():
    protocol = family("parallel-cloning").build(n=2, secrets=2)
    experiment = experiment_of(protocol, next(iter(protocol.recoveries)))
    (quantity,) = experiment.quantities
    assert (len(quantity.terms), quantity.constant) == (15, 1 / 16)
    draft = planned(0.1, RunItem("protocol", protocol.name, experiment), shots=4_000)
    assert len([one for one in draft.circuits if not one.settings["arrangement"].startswith("control")]) == 9
    found = compare_run(recorded(draft, sampled(draft.circuits, seed=21)), ShotPlan(0.1), method="asymmetric")
    assert found.agreement.status is DeviceStatus.CONSISTENT, str(found.agreement)
    assert findings_of(found.rows) == ()  # their thresholds are those of one qubit
