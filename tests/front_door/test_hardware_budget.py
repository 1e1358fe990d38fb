"""``noclone hardware predict --budget --plot``: costs that add up, and pictures that say what they show."""

from __future__ import annotations

import json
import math

import pytest

from noclone.hardware import budgets, predictions
from noclone.hardware.prediction_plots import plot_predictions
from noclone.hardware_checks.arrangements import on_device
from noclone.hardware_checks.calibration import noise_from_backend
from noclone.hardware_checks.compiling import compile_experiment
from noclone.hardware_checks.experiments import chsh
from noclone.hardware_checks.live_targets import live_target
from noclone.hardware_checks.prediction import predict

BACKEND = predictions.backend_of("fake:kingston")


def rows_of(number, sizes, **options):
    return predictions.predicted_rows(predictions.chosen_experiments(number, sizes), BACKEND, **options)[0]


@pytest.fixture(scope="module")
def fidelities():
    return rows_of(1, "2..3")


def test_a_budget_adds_up_by_layer_and_by_qubit_and_is_close_to_what_is_lost(fidelities):
    for row in fidelities:
        by_layer, by_qubit = row.budget.by_layer(), row.budget.by_qubit()
        assert sum(by_layer.values()) == pytest.approx(row.budget.total, rel=1e-12)
        assert sum(by_qubit.values()) == pytest.approx(row.budget.total, rel=1e-12)
        twirled = row.prediction.ideal - row.prediction.twirled
        assert set(by_layer) == {"gates", "readout", "idle"} and 0 < twirled < row.budget.total < 1.2 * twirled
        for layer, cost in by_layer.items():
            assert cost == pytest.approx(row.prediction.layers[layer], rel=0.2)
        costs = [one.cost for one in row.budget.costs]
        assert costs == sorted(costs, reverse=True) and costs[-1] != 0
        assert list(by_qubit.values()) == sorted(by_qubit.values(), reverse=True)


def test_small_noise_has_no_second_order():
    (row, _) = rows_of(1, "2..2", scale=1e-4, method="twirled")
    assert row.budget.total == pytest.approx(row.prediction.ideal - row.prediction.predicted, rel=1e-4)


def test_every_two_qubit_gate_is_in_the_budget_and_idle_periods_are_told_one_by_one(fidelities):
    parity = next(row for row in fidelities if row.quantity == "F_e, parity" and row.size == 2)
    assert sum(one.places for one in parity.budget.costs if one.cause == "cz") == parity.two_qubit_gates
    assert all(one.qubits == tuple(sorted(one.qubits)) for one in parity.budget.costs)
    idle = sum(one.cost for one in parity.budget.costs if one.layer == "idle")
    periods = parity.budget.periods
    assert 0 < len(periods) <= budgets.MOST_PERIODS and sum(one.cost for one in periods) <= idle * (1 + 1e-9)
    assert periods[0].cost == max(one.cost for one in periods) and periods[0].circuit == "parity"
    assert all(one.duration is None or 0 < one.duration < 1e-4 for one in periods)


def test_a_quantity_of_several_circuits_sums_over_them():
    """S, reference first, is measured on two circuits, √2⟨ZZ⟩ on one and √2⟨XX⟩ on the other: computed here one at a time."""
    experiment = chsh(2)
    circuits = compile_experiment(experiment, live_target(BACKEND.backend))
    noise = noise_from_backend(BACKEND.backend)
    (quantity,) = [each for each in experiment.quantities if each.name == "S, reference first"]
    totals = []
    for weight, observable in quantity.terms:
        circuit = circuits[observable.arrangement]
        found = predict(circuit, [on_device(observable, circuit.layout)], noise)
        totals.append(sum(found.factors.costs([weight])))
    assert len({observable.arrangement for _, observable in quantity.terms}) == 2
    (row,) = [each for each in rows_of(2, "2..2") if each.quantity == quantity.name]
    assert row.budget.total == pytest.approx(math.fsum(totals), rel=1e-12) and min(totals) > 0.1
    cz = sum(one.places for one in row.budget.costs if one.cause == "cz")
    assert row.two_qubit_gates < cz <= 2 * row.two_qubit_gates


def test_ghz_fidelity_costs_the_mean_of_population_and_contrast():
    found = {row.quantity: row.budget for row in rows_of(4, "3..3")}
    assert found["F_r"].total == pytest.approx((found["P"].total + found["chi"].total) / 2, rel=1e-9)
    assert rows_of(4, "1..1")[0].budget.costs == ()  # the population of one qubit is a constant: nothing costs anything


def test_the_json_has_a_budget_only_when_asked_and_is_the_same_without(run):
    words = ("hardware", "predict", "--n", "2", "--json", "-", "--quiet")
    plain, full = (json.loads(run(*words, *more)[1]) for more in ([], ["--budget"]))
    budget = full.pop("budget")
    assert full == plain and "budget" not in plain
    assert set(budget[0]) == {
        "experiment", "parameter", "size", "quantity", "layer", "cause", "qubits", "cost", "places"
    }  # fmt: skip
    assert {(line["experiment"], line["parameter"], line["size"]) for line in budget} == {(1, "n", 2)}
    assert {line["quantity"] for line in budget} == {row["quantity"] for row in plain["rows"]}


def test_the_text_tells_the_dearest_their_shares_and_what_first_order_leaves_out(run, fidelities):
    status, out, _ = run("hardware", "predict", "--n", "2", "--budget")
    plain = run("hardware", "predict", "--n", "2")[1]
    assert status == 0 and out.startswith(plain.rstrip("\n")) and "dearest" not in plain
    row = next(row for row in fidelities if row.quantity == "F_e, parity" and row.size == 2)
    lost = row.prediction.ideal - row.prediction.predicted
    told = out[out.index("n=2 F_e, parity: ") :]
    left = f"{lost - row.budget.total:+.4f}".replace("-", "−")
    assert f"ideal − predicted {lost:.4f}; first order {row.budget.total:.4f}, which leaves out {left}" in told
    dearest = next(one for one in row.budget.costs if one.layer != "idle")
    qubit, cost = next(iter(row.budget.by_qubit().items()))
    line = told.splitlines()[3]
    assert f"{dearest.cause} {'-'.join(map(str, dearest.qubits))}" in line
    assert f"{dearest.cost:.4f}  {dearest.cost / row.budget.total:.1%}" in line.replace("   ", "  ")
    assert f"{qubit}" in line and f"{cost:.4f}" in line and "µs" in line and "dearest idle periods" in told


def test_the_one_branch_series_of_two_branchings_are_told_apart():
    found = predictions.predicted_rows(predictions.chosen_experiments(3, "0..0", virtual=True), BACKEND)[0]
    assert [(row.size, row.series) for row in found] == [(0, "n=2"), (0, "n=4")]
    assert {line["series"] for row in found for line in row.budget_json()} == {"n=2", "n=4"}


@pytest.mark.parametrize("name", ["plot.svg", "plot.png"])
def test_a_plot_is_written_and_the_same_each_time(fidelities, tmp_path, name):
    one, other = tmp_path / name, tmp_path / f"again-{name}"
    for path in (one, other):
        plot_predictions(fidelities, path, BACKEND)
    content = one.read_bytes()
    assert content == other.read_bytes() and len(content) > 10_000
    if name.endswith("png"):
        assert content.startswith(b"\x89PNG\r\n\x1a\n") and b"Software" not in content
    else:
        assert content.startswith(b"<?xml") and b"<dc:date>" not in content


def test_a_plot_from_the_command_line(run, tmp_path):
    file = tmp_path / "e1.png"
    status, out, _ = run("hardware", "predict", "--n", "2", "--plot", file, "--quiet")
    assert (status, out) == (0, "") and file.read_bytes().startswith(b"\x89PNG")


def test_a_plot_that_cannot_be_is_refused_in_one_line(refused):
    assert ".svg or .png" in refused("hardware", "predict", "--n", "2", "--plot", "plot.pdf")
    assert "cannot write" in refused("hardware", "predict", "--n", "2", "--plot", "nowhere/plot.png")


def test_without_matplotlib_the_extra_is_named(refused, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    assert "noclone[hardware]" in refused("hardware", "predict", "--n", "2", "--plot", "plot.png")
