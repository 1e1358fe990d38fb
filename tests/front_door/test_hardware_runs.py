"""``noclone hardware run`` to ``import``: one run from plan to verdict, moved between ledgers, and everything that is refused."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import sys

import pytest

SCHEMA = "noclone-hardware-comparison-1"
WORDS = ("hardware", "run", "--backend", "stim", "--experiment", "1", "--n", "2", "--shots", "30000")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    """A ledger with two runs of experiment 1 at n = 2, with seeds 1 and 2."""
    from typer.testing import CliRunner

    from noclone.cli import app

    path = tmp_path_factory.mktemp("runs") / "runs.sqlite"
    for seed in ("1", "2"):
        found = CliRunner().invoke(app, [*WORDS, "--seed", seed, "--ledger", str(path)])
        assert found.exit_code == 0, found.output
    return path


@pytest.fixture
def ids(run, ledger):
    status, out, _ = run("hardware", "plans", "--ledger", ledger, "--json", "-", "--quiet")
    assert status == 0
    return [each["plan"] for each in json.loads(out)["runs"]]


@pytest.fixture
def compared(run, ledger):
    def read(*words):
        status, out, err = run("hardware", "compare", *words, "--ledger", ledger, "--json", "-", "--quiet")
        assert err == ""
        content = json.loads(out)
        assert content["exit"] == status
        return content

    return read


def test_a_run_says_what_it_costs_before_anything_is_recorded(run, tmp_path):
    path = tmp_path / "runs.sqlite"
    status, out, err = run(*WORDS, "--ledger", path, "--dry-run")
    assert (status, out, path.exists()) == (0, "", False)
    assert "1 job, 5 circuits, 150000 shots; simulated, so no QPU time" in err
    assert "no device was used" in err


def test_shots_follow_from_the_effect_that_is_to_be_seen(run, tmp_path):
    words = ("hardware", "run", "--backend", "stim", "--n", "2", "--dry-run", "--ledger", tmp_path / "none.sqlite")
    counts = []
    for effect in ("0.04", "0.02", "0.01"):
        err = run(*words, "--effect", effect)[2]
        (line,) = [each for each in err.splitlines() if "shots of each circuit" in each]
        counts.append(int(line.split()[0]))
        assert f"see a difference of {effect} of a quantity's range with probability 0.9" in line
    assert 1.9 < counts[1] / counts[0] < 4.1 and 3 < counts[2] / counts[1] < 4.1
    err = run(*words, "--effect", "0.01", "--shots", "500")[2]
    assert "warning: that is more than the effect of 0.01; less will be answered with 'too few shots'" in err


def test_a_comparison_has_every_field_of_its_contract(compared, ids):
    content = compared(ids[0])
    assert (content["schema"], content["plan"], content["backend"]) == (SCHEMA, ids[0], "stim:kingston")
    assert (content["simulated"], content["shots"], content["status"]) == (True, 30000, "CONSISTENT")
    assert content["calibration_time"].startswith("2026-04-15") and content["run_time"]
    bell, parity, control = content["rows"]
    assert (bell["experiment"], bell["parameter"], bell["size"], bell["n"]) == (1, "n", 2, 2)
    assert (bell["quantity"], parity["quantity"], control["quantity"]) == (
        "F_e, Bell measurement",
        "F_e, parity",
        "control 1",
    )
    for row in content["rows"]:
        assert row["low"] < row["measured"] < row["high"]
        assert row["predicted_low"] < row["predicted"] < row["predicted_high"]
        assert abs(row["measured"] - row["predicted"]) < 4.5 * row["standard_error"]
        assert row["ideal"] - row["predicted"] == pytest.approx(sum(row["layers"].values()), abs=1e-9)
    assert (bell["published"], parity["published"], control["published"]) == (0.823, 0.875, None)
    assert bell["exact_interval"] and not parity["exact_interval"]
    assert {(one["name"], one["status"]) for one in content["findings"]} == {
        ("entangled", "SHOWN"),
        ("beats every measure-and-prepare scheme", "SHOWN"),
        ("beats every universal 1→3 cloner", "SHOWN"),
    }
    costs = [one["cost"] for one in content["budget"] if one["quantity"] == "F_e, parity"]
    assert sum(costs) == pytest.approx(parity["ideal"] - parity["predicted"], rel=0.1) and len(costs) > 10


def test_the_verdict_follows_tolerance_effect_and_model(compared, ids):
    assert compared(ids[0], "--scale", "0.2")["status"] == "DEVIATES"
    assert compared(ids[0], "--scale", "0.2", "--tolerance", "0.1")["status"] != "DEVIATES"
    few = compared(ids[0], "--effect", "0.001")
    assert (few["status"], few["exit"]) == ("TOO_FEW_SHOTS", 3)
    marked = compared(ids[0], "--mitigate")
    assert all(row["mitigated"] for row in marked["rows"]) and marked["status"] == "CONSISTENT"


def test_two_runs_are_compared_side_by_side(compared, ids, run, ledger):
    content = compared(*ids)
    assert [each["plan"] for each in content["comparisons"]] == ids
    one, two = (each["rows"][0]["measured"] for each in content["comparisons"])
    assert one != two  # seeds of their own
    assert content["changes"] is None  # one backend, two runs: nothing to say
    status, out, _ = run("hardware", "compare", ids[0][:6], "--ledger", ledger)
    assert status == 0 and out.splitlines()[0].startswith(f"run {ids[0]} on stim:kingston (simulated), 30000 shots")
    assert out.splitlines()[-1].startswith("stim:kingston CONSISTENT: consistent with the prediction")


def test_a_run_moves_between_ledgers_and_says_the_same_there(run, ledger, ids, tmp_path):
    file, other = tmp_path / "run.sqlite", tmp_path / "other.sqlite"
    assert run("hardware", "export", ids[0], file, "--ledger", ledger)[:2] == (0, f"wrote run {ids[0]} to {file}\n")
    status, out, _ = run("hardware", "import", file, "--ledger", other)
    assert status == 0 and ids[0] in out
    here, there = (
        json.loads(run("hardware", "compare", ids[0], "--ledger", path, "--json", "-", "--quiet")[1])
        for path in (ledger, other)
    )
    assert here == there


def test_a_recorded_run_goes_on_with_its_plan_and_submits_nothing_twice(run, ledger, ids, tmp_path):
    copy = tmp_path / "runs.sqlite"
    shutil.copy(ledger, copy)
    with sqlite3.connect(copy) as file:  # as if the process had been killed before it submitted
        file.execute("DELETE FROM results")
        file.execute("UPDATE jobs SET state = 'planned', provider_id = NULL, submitted = NULL")
    file.close()
    status, _, err = run("hardware", "compare", ids[0], "--ledger", copy)
    assert status == 2 and "has no results yet" in err
    status, out, err = run("hardware", "resume", ids[0], "--ledger", copy)
    assert status == 0 and "1 done" in out and "still to submit 1 job, 5 circuits" in err
    again = json.loads(run("hardware", "resume", ids[0], "--ledger", copy, "--json", "-", "--quiet")[1])
    assert again["complete"] and len(again["jobs"]) == 1
    assert run("hardware", "collect", ids[0], "--ledger", copy)[0] == 0
    assert run("hardware", "cancel", ids[0], "--ledger", copy)[0] == 0
    first = json.loads(run("hardware", "compare", ids[0], "--ledger", copy, "--json", "-", "--quiet")[1])
    there = json.loads(run("hardware", "compare", ids[0], "--ledger", ledger, "--json", "-", "--quiet")[1])
    assert first["rows"] == there["rows"]  # the same seed, the same outcomes


def test_a_dry_run_of_a_recorded_plan_submits_nothing(run, ledger, ids, tmp_path):
    copy = tmp_path / "runs.sqlite"
    shutil.copy(ledger, copy)
    with sqlite3.connect(copy) as file:
        file.execute("DELETE FROM results")
        file.execute("UPDATE jobs SET state = 'planned', provider_id = NULL, submitted = NULL")
    file.close()
    status, out, err = run("hardware", "resume", ids[0], "--ledger", copy, "--dry-run")
    assert (status, out) == (0, "") and "still to submit 1 job, 5 circuits" in err
    runs = json.loads(run("hardware", "plans", "--ledger", copy, "--json", "-", "--quiet")[1])["runs"]
    (job,) = next(each for each in runs if each["plan"] == ids[0])["jobs"]
    assert (job["state"], job["id"]) == ("planned", None)


def test_the_plan_of_something_else_is_refused_in_one_line(run, tmp_path):
    from noclone.hardware_checks.ledger import Ledger
    from noclone.hardware_checks.run_plans import PlannedCircuit

    path = tmp_path / "runs.sqlite"
    with Ledger(path) as book:
        circuits = [PlannedCircuit(b"", 10, {}, {})]
        book.add_plan({"name": "own"}, circuits, backend="stim:kingston", options={}, versions={})
    status, out, err = run("hardware", "compare", "--ledger", path)
    assert (status, out, len(err.splitlines())) == (2, "", 1) and "not 'noclone-hardware-run-1'" in err
    assert run("hardware", "plans", "--ledger", path)[0] == 0


@pytest.mark.parametrize("words", [(), ("--mitigate",)])
def test_a_run_of_one_shot_says_that_it_is_too_few(run, tmp_path, words):
    path = tmp_path / "runs.sqlite"
    assert run(*WORDS[:-1], "1", "--ledger", path, "--quiet")[0] == 0
    status, out, err = run("hardware", "compare", *words, "--ledger", path, "--json", "-", "--quiet")
    content = json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert (status, err, content["status"]) == (3, "", "TOO_FEW_SHOTS")
    assert {one["status"] for one in content["findings"]} == {"TOO_FEW_SHOTS"}


def test_a_protocol_of_ones_own_runs(run, tmp_path):
    path = tmp_path / "runs.sqlite"
    words = ("--protocol", "encrypted-cloning", "--n", "2", "--recovery", "decrypt[1]", "--ledger", path)
    assert run("hardware", "run", *words, "--backend", "stim", "--quiet")[0] == 0
    content = json.loads(run("hardware", "compare", "--ledger", path, "--json", "-", "--quiet")[1])
    assert content["rows"][0]["protocol"] == "encrypted-cloning" and content["status"] == "CONSISTENT"


def test_drift_and_spread_between_runs_are_told(run, tmp_path):
    path = tmp_path / "runs.sqlite"
    for seed in range(4):
        words = ("--backend", "stim", "--n", "2", "--shots", "4000", "--seed", seed, "--ledger", path)
        assert run("hardware", "run", *words, "--quiet")[0] == 0
    fez = ("--backend", "aer:fez", "--n", "2", "--shots", "2000", "--ledger", path)
    assert run("hardware", "run", *fez, "--quiet")[0] == 0
    runs = json.loads(run("hardware", "plans", "--ledger", path, "--json", "-", "--quiet")[1])["runs"]
    words = [each["plan"] for each in runs]
    status, out, _ = run("hardware", "compare", *words, "--ledger", path, "--json", "-", "--quiet")
    changes = json.loads(out)["changes"]
    (bell,) = [one for one in changes["drifts"] if one["label"] == "n=2 F_e, Bell measurement"]
    assert len(bell["values"]) == 4 and bell["change_p"] > 0.01 and bell["shot_noise"] == pytest.approx(0.0036, rel=0.1)
    (apart,) = [one for one in changes["deltas"] if one["label"] == "n=2 F_e, parity"]
    assert apart["low"] < apart["difference"] < apart["high"] and apart["there"] == words[-1]
    assert status in (0, 3)
    assert "between runs:" in run("hardware", "compare", *words, "--ledger", path)[1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--backend", "stim:nowhere"), "unknown backend 'stim:nowhere'"),
        (("--backend", "stim", "--dd"), "stim:kingston does no dynamical decoupling"),
        (("--backend", "stim", "--twirl"), "stim:kingston does no twirling"),
        (("--backend", "stim", "--effect", "0"), "effect above 0"),
        (("--backend", "stim", "--alpha", "1"), "alpha 1.0 is not between 0 and 1"),
        (("--backend", "stim", "--n", "2", "--effect", "1e-6"), "ask for a larger effect"),
        (("--backend", "stim", "--n", "2", "--shots", "10000001"), "10000001 shots of a circuit: give 1 to 10000000"),
        (("--backend", "stim", "--r", "3"), "experiment 1 has the parameter n: give --n, not --r"),
        (("--backend", "stim", "--recovery", "decrypt[0]"), "--recovery belongs to --protocol"),
        (("--backend", "stim", "--protocol", "encrypted-cloning", "--r", "2"), "--protocol takes --n at most"),
        (("--backend", "stim", "--protocol", "encrypted-cloning", "--n", "3"), "name one with --recovery"),
        (("--backend", "fake", "--n", "15"), "use stim:kingston"),
        (("--backend", "aer", "--n", "15"), "stim:kingston"),
        (("--backend", "stim", "--experiment", "3", "--l", "3"), "experiment 3 has no size 3"),
    ],
)
def test_bad_input_is_one_line_and_records_nothing(run, tmp_path, monkeypatch, words, told):
    monkeypatch.chdir(tmp_path)
    status, out, err = run("hardware", "run", *words, "--quiet")
    assert (status, out, len(err.splitlines())) == (2, "", 1), err
    assert told in err
    found = tmp_path / "noclone-runs.sqlite"
    if found.exists():  # a ledger was opened, nothing is in it
        assert run("hardware", "plans", "--quiet")[0] == 0
        with sqlite3.connect(found) as file:
            assert file.execute("SELECT count(*) FROM plans").fetchone() == (0,)
        file.close()


def test_ledgers_that_are_missing_damaged_or_newer_are_named(refused, run, ledger, tmp_path):
    assert "there is no ledger 'none.sqlite'" in refused("hardware", "compare", "--ledger", "none.sqlite")
    assert "there is no ledger" in refused("hardware", "collect", "--ledger", tmp_path / "none.sqlite")
    text = tmp_path / "text.sqlite"
    text.write_text("not a ledger " * 100)
    assert "text.sqlite" in refused("hardware", "compare", "--ledger", text)
    newer = tmp_path / "newer.sqlite"
    shutil.copy(ledger, newer)
    with sqlite3.connect(newer) as file:
        file.execute("PRAGMA user_version = 99")
    file.close()
    status, _, err = run("hardware", "compare", "--ledger", newer)
    assert status == 2 and len(err.splitlines()) == 1 and "99" in err
    damaged = tmp_path / "damaged.sqlite"
    shutil.copy(ledger, damaged)
    with sqlite3.connect(damaged) as file:
        file.execute("UPDATE results SET outcomes = zeroblob(length(outcomes))")
    file.close()
    status, _, err = run("hardware", "compare", "--ledger", damaged)
    assert status == 2 and "does not have its checksum" in err
    status, _, err = run("hardware", "compare", "zz", "--ledger", ledger)
    assert status == 2 and "has no run 'zz'" in err


def test_paid_runs_are_asked_about(run, tmp_path, monkeypatch):
    """A paid backend wants a limit with --yes, and an answer without."""
    from dataclasses import replace

    from noclone.hardware import runs

    known = runs.backend_of("stim")
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    monkeypatch.setattr(runs, "backend_of", lambda name: replace(known, name=name, is_paid=True))
    words = ("hardware", "run", "--backend", "ibm:test", "--n", "2", "--ledger", tmp_path / "runs.sqlite", "--quiet")
    status, _, err = run(*words, "--yes")
    assert status == 2 and "charges for its time: with --yes give --max-qpu-seconds too" in err
    status, _, err = run(*words)
    assert status == 2 and "nobody answered: give --yes and --max-qpu-seconds, nothing was submitted" in err
    status, _, err = run(*words, "--yes", "--max-qpu-seconds", "-1")
    assert status == 2 and "--max-qpu-seconds -1.0: give a number of seconds, not below 0" in err
    assert not (tmp_path / "runs.sqlite").exists()
