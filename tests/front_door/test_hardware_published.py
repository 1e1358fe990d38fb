"""``noclone hardware published``: statements, figures against the snapshot, one fit, and what it refuses."""

from __future__ import annotations

import json

import pytest

from noclone.hardware.published_figures import FITS, compare_published, spreads
from noclone.hardware_checks.published_comparison import STAGES
from noclone.hardware_checks.snapshots import snapshot

SMALL = ("--experiment", "1", "--experiment", "3", "--experiment", "4", "--most-qubits", "10")


@pytest.fixture
def content(run):
    def read(*words):
        status, out, err = run("hardware", "published", *words, "--json", "-", "--quiet")
        assert (status, err) == (0, "")
        return json.loads(out)

    return read


def test_the_statements_are_there_without_compiling(run, content):
    found = content("--statements")
    assert found["schema"] == "noclone-hardware-published-1" and "rows" not in found
    support = {one["name"]: one["support"] for one in found["statements"]}
    assert support["729 clones"] == "CONTRADICTED" and support["entangled up to n = 7"] == "SUPPORTED"
    reach = next(one for one in found["statements"] if one["name"] == "correlated up to n ≈ 13")["numbers"]
    assert reach["by both, shot noise only"] == 13
    assert reach["by their mean, with the spread between repetitions"] == 11
    text = run("hardware", "published", "--statements")[1]
    assert "arXiv:2602.10695" in text and "CONTRADICTED  729 clones" in text and "Residuals" not in text


def test_figures_lie_below_the_prediction_and_one_scale_takes_most_of_it(content):
    found = content(*SMALL, "--fit", "scale")
    assert found["calibration_time"].startswith("2026-04-15") and "another compilation" in found["caveats"][1]
    rows = found["rows"]
    assert all(set(row["predicted"]) == set(STAGES) for row in rows)
    assert all(row["residual"] == pytest.approx(row["published"] - row["predicted"]["full"]) for row in rows)
    assert sum(row["repeats"] is not None for row in rows) == 4
    counted = [row for row in rows if row["repeats"] is None]
    assert all(row["residual"] < 0 for row in counted)
    assert any("at most 10 were asked for" in one for one in found["left_out"])
    summary = {(one["experiment"], one["stage"]): one for one in found["summary"]}
    everything = summary[None, "full"]
    assert everything["figures"] == len(counted) == 8
    gaps = [row["residual"] for row in counted]
    assert everything["mean"] == pytest.approx(sum(gaps) / 8)
    assert everything["rms_over_spread_between_methods"] == pytest.approx(everything["rms"] / 0.038, rel=0.01)
    assert summary[None, "gates"]["rms"] > summary[None, "readout"]["rms"] > summary[None, "idle"]["rms"]
    fit = found["fit"]
    assert 1.5 < fit["interval"]["low"] < fit["parameter"] < fit["interval"]["high"] < 3.5
    assert len(fit["farthest"]) == 5 and fit["farthest"][0]["residual"]
    assert fit["share_of_squares_explained"] > 0.7 and fit["interpolation_error"] < 1e-3
    # experiment 3 has only repeated figures so small, and two figures of experiment 4 are too few to fit
    assert [one["group"] for one in fit["held_out"]] == ["experiment 4"]
    assert {one["what"] for one in found["depth"]} == {"two-qubit layers", "two-qubit gates"}


def test_one_experiment_leaves_none_to_hold_out(run):
    status, out, _ = run("hardware", "published", "--experiment", "4", "--most-qubits", "15", "--fit", "zz")
    assert status == 0 and "nothing" not in out
    assert "Not tested: there is no experiment to hold out" in out and "zz (one coherent ZZ" in out
    assert "0 … 100,000 Hz" in out  # three figures, and no ZZ that fits them
    assert "calibrated" not in out and "2026-04-15" in out and "arXiv:2602.10695" in out


def test_figures_made_with_a_scale_give_that_scale(monkeypatch):
    from dataclasses import replace

    from noclone.hardware import published_figures as front
    from noclone.hardware_checks.published import Figure

    real = front.compile_figures
    scaled = FITS["scale"].noise

    def made(figures, live, **options):
        compiled, left_out = real(figures, live, **options)
        noise = scaled(front.noise_from_backend(snapshot("fake:kingston").backend), 1.7)
        found = []
        for one in compiled:
            figure = Figure(one.value(noise), one.figure.figure.error)
            found.append(front.CompiledFigure(replace(one.figure, figure=figure), one.quantity, one.circuits))
        return found, left_out

    monkeypatch.setattr(front, "compile_figures", made)
    fit = compare_published(snapshot("fake:kingston"), experiments=(1, 4), most_qubits=8, fit="scale").fit
    assert fit.fit.parameter == pytest.approx(1.7, abs=1e-3) and 1.7 in fit.fit.interval
    assert fit.after[0].rms < 1e-4 < fit.before[0].rms and fit.explains and fit.explained > 0.999
    assert all(one.parameter == pytest.approx(1.7, abs=1e-3) and one.p_value > 0.99 for one in fit.held)


def test_the_spreads_are_those_of_the_published_figures():
    found = spreads()
    assert found.methods == pytest.approx(0.038, abs=5e-4) and found.days == pytest.approx(0.027, abs=5e-4)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--experiment", "5"], "experiment 5 has no published figures"),
        (["--fit", "t1"], "unknown fit 't1'"),
        (["--statements", "--fit", "scale"], "--statements compares nothing"),
        (["--most-qubits", "3"], "no published figure is left to compare"),
        (["--experiment", "4", "--most-qubits", "5", "--fit", "scale"], "at least 3"),
    ],
)
def test_bad_input_is_one_line(refused, words, said):
    assert said in refused("hardware", "published", *words)
