"""``noclone hardware predict``: the contract of its JSON, its table, and what it refuses."""

from __future__ import annotations

import json

import pytest

from noclone.hardware_checks.published import published


def test_predictions_are_rows_with_their_layers_and_the_published_figures(run):
    status, out, err = run("hardware", "predict", "--experiment", "1", "--n", "2..3", "--json", "-", "--quiet")
    content = json.loads(out)
    assert (status, err, content["schema"], content["backend"]) == (
        0,
        "",
        "noclone-hardware-prediction-1",
        "fake:kingston",
    )
    assert content["calibration_time"].startswith("2026-04-15")
    assert [(row["experiment"], row["n"]) for row in content["rows"]] == [(1, 2), (1, 2), (1, 3), (1, 3)]
    for row in content["rows"]:
        assert row["ideal"] == 1 and 0.75 < row["predicted"] < 1 and row["error_bound"] < 1e-4
        assert row["ideal"] - row["predicted"] == pytest.approx(sum(row["layers"].values()), abs=1e-9)
        assert set(row["layers"]) == {"gates", "readout", "idle", "zz", "untwirled"} and row["layers"]["zz"] == 0
        assert row["two_qubit_gates"] > 0 and row["two_qubit_layers"] > 0 and row["seed"] >= 0
    assert [row["published"] for row in content["rows"]] == [0.823, 0.875, 0.839, 0.81]
    two, three = content["rows"][1], content["rows"][3]
    assert three["predicted"] < two["predicted"] and three["two_qubit_gates"] > two["two_qubit_gates"]


def test_the_three_orders_of_measurement_differ_by_what_waits(run):
    rows = json.loads(run("hardware", "predict", "--experiment", "2", "--n", "2", "--json", "-", "--quiet")[1])["rows"]
    found = {row["quantity"].removeprefix("S, "): row for row in rows}
    lost = found["not decrypted"]  # asymmetric readout alone gives it a value
    assert abs(lost["predicted"]) < 1e-3 and lost["predicted"] == pytest.approx(-lost["layers"]["untwirled"])
    assert (
        found["reference first"]["predicted"] < found["reference last"]["predicted"] < found["same time"]["predicted"]
    )
    assert found["same time"]["ideal"] == pytest.approx(8**0.5)
    (row,) = [each for each in published().chsh if each.n == 2]
    assert found["reference first"]["published"] == row.reference_first.value


def test_noise_can_be_scaled_and_twirled(run):
    words = ("hardware", "predict", "--experiment", "5", "--n", "2", "--json", "-", "--quiet")
    plain, none, twirled = (
        json.loads(run(*words, *more)[1])["rows"][0] for more in ([], ["--scale", "0"], ["--method", "twirled"])
    )
    assert none["predicted"] > plain["predicted"]
    assert none["layers"]["gates"] == pytest.approx(0, abs=1e-12)
    assert twirled["predicted"] == pytest.approx(plain["predicted"], abs=2e-3) and "untwirled" not in twirled["layers"]


def test_ghz_states_and_sizes_that_do_not_fit(run):
    rows = json.loads(run("hardware", "predict", "--experiment", "4", "--r", "1..3", "--json", "-", "--quiet")[1])[
        "rows"
    ]
    fidelity = [row for row in rows if row["quantity"] == "F_r"]
    assert [row["r"] for row in fidelity] == [1, 2, 3] and [row["published"] for row in fidelity] == [
        0.928,
        0.786,
        0.709,
    ]
    assert fidelity[0]["predicted"] > fidelity[1]["predicted"] > fidelity[2]["predicted"] > 0.5
    assert next(row["predicted"] for row in rows if row["quantity"] != "F_r") == 1  # a constant
    words = ("hardware", "predict", "--experiment", "3", "--l", "2..2", "--json", "-", "--quiet")
    content = json.loads(run(*words)[1])
    assert [row["l"] for row in content["rows"]] == ["2", "2*"]
    assert len(content["left_out"]) == 1 and "needs 154 qubits" in content["left_out"][0]


def test_the_table_names_device_calibration_and_source(run):
    status, out, _ = run("hardware", "predict", "--experiment", "3", "--l", "0..0")
    assert status == 0 and out.startswith("fake:kingston, Heron r2, calibrated 2026-04-15")
    assert "l=0" in out and "0.875" in out and "arXiv:2602.10695" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--experiment", "7"], "unknown experiment 7"),
        (["--experiment", "1", "--r", "2"], "give --n, not --r"),
        (["--n", "2..lunch"], "cannot read the range"),
        (["--n", "0"], "out of range"),
        (["--experiment", "4", "--r", "0"], "GHZ state of 0 qubits"),
        (["--experiment", "3", "--l", "7"], "has no size 7"),
        (["--virtual"], "experiment 3"),
        (["--backend", "fake:lunch"], "unknown snapshot"),
        (["--backend", "ibm_kingston"], "is no snapshot"),
        (["--n", "2", "--method", "guess"], "unknown method"),
        (["--experiment", "5", "--n", "1"], "at least 2 clones"),
    ],
)
def test_bad_input_is_one_line(refused, words, said):
    assert said in refused("hardware", "predict", *words)
