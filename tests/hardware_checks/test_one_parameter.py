"""One parameter fitted to figures: it is found, its intervals cover, a wrong model is noticed, what is held out is not seen."""

from __future__ import annotations

import dataclasses

import numpy
import pytest

from noclone.hardware_checks.measured import clopper_pearson
from noclone.hardware_checks.one_parameter import Curves, fit_one_parameter, held_out, is_explained
from noclone.models.errors import InputError

NODES = numpy.array([0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0])
RATES = numpy.geomspace(0.02, 1.2, 40)
GROUPS = [f"experiment {1 + index % 4}" for index in range(40)]
ERRORS = numpy.full(40, 0.02)


def decays(parameter):
    """Fidelities between 1 and 1/4 that fall with the parameter, as fidelities do with the noise's scale."""
    return 0.25 + 0.75 * numpy.exp(-numpy.outer(numpy.atleast_1d(parameter), RATES))


CURVES = Curves(NODES, decays(NODES))


def drawn(chance, truth):
    return decays(truth)[0] + chance.normal(0, ERRORS)


def test_curves_go_through_their_nodes_and_between_them():
    assert CURVES.at(2.0) == pytest.approx(decays(2.0)[0], abs=1e-12)
    assert CURVES.at(1.6) == pytest.approx(decays(1.6)[0], abs=1e-4)
    assert CURVES.slopes(1.6) == pytest.approx((-RATES * (decays(1.6)[0] - 0.25)), abs=2e-3)
    grid, table = CURVES.grid()
    assert table.shape == (len(grid), 40) and grid[0] == 0.25 and grid[-1] == 6


@pytest.mark.parametrize("truth", [0.5, 1.0, 2.11, 4.3])
def test_the_parameter_that_made_the_figures_is_found(truth):
    fit = fit_one_parameter(CURVES, decays(truth)[0], ERRORS)
    assert fit.parameter == pytest.approx(truth, abs=2e-3)
    assert fit.chi_squared == pytest.approx(0, abs=0.05) and fit.p_value == pytest.approx(1)
    assert truth in fit.interval and not fit.is_at_edge and fit.degrees == 39
    assert fit.bootstrap.high - fit.bootstrap.low < 0.01  # nothing scatters


@pytest.mark.parametrize("truth", [1.0, 2.11, 4.3])
def test_the_intervals_cover_as_they_say(truth):
    chance = numpy.random.default_rng(int(100 * truth))
    profile, dealt, rejected, repetitions = 0, 0, 0, 1_000
    for _ in range(repetitions):
        fit = fit_one_parameter(CURVES, drawn(chance, truth), ERRORS, resamples=100, seed=int(chance.integers(2**31)))
        profile += truth in fit.interval
        dealt += truth in fit.bootstrap
        rejected += fit.p_value <= 0.05
    assert clopper_pearson(profile, repetitions, confidence=0.999)[1] >= 0.95
    assert profile / repetitions <= 0.99  # not wider than it says either: √(χ²/degrees) widens it in half of the cases
    assert clopper_pearson(dealt, repetitions, confidence=0.999)[1] >= 0.92  # too few figures for more
    low, high = clopper_pearson(rejected, repetitions, confidence=0.999)
    assert low <= 0.05 <= high


def test_too_small_errors_give_a_wide_interval_and_a_small_p():
    chance = numpy.random.default_rng(1)
    values = drawn(chance, 2.0)
    right, wrong = fit_one_parameter(CURVES, values, ERRORS), fit_one_parameter(CURVES, values, ERRORS / 10)
    assert wrong.p_value < 1e-100 < right.p_value
    assert wrong.parameter == pytest.approx(right.parameter, abs=1e-6)
    assert wrong.interval.high - wrong.interval.low == pytest.approx(right.interval.high - right.interval.low, rel=0.3)


def test_a_wrong_model_is_noticed():
    chance = numpy.random.default_rng(2)
    other = 0.25 + 0.75 * numpy.exp(-numpy.outer(NODES**0.5, RATES**0.3))  # depends on depth otherwise
    values = drawn(chance, 2.0)
    wrong = Curves(NODES, other)
    fit, held = fit_one_parameter(wrong, values, ERRORS), held_out(wrong, values, ERRORS, GROUPS)
    assert fit.p_value < 1e-6 and not is_explained(fit, held)
    fit, held = fit_one_parameter(CURVES, values, ERRORS), held_out(CURVES, values, ERRORS, GROUPS)
    assert is_explained(fit, held)


def test_groups_with_parameters_of_their_own_are_noticed_out_of_sample():
    scales = {"experiment 1": 1.4, "experiment 2": 1.8, "experiment 3": 2.2, "experiment 4": 2.6}
    values = [decays(scales[group])[0][index] for index, group in enumerate(GROUPS)]
    held = held_out(CURVES, values, ERRORS / 4, GROUPS)
    fit = fit_one_parameter(CURVES, values, ERRORS / 4)
    assert not is_explained(fit, held)
    assert held[0].p_value < 0.01 and held[3].p_value < 0.01
    assert held[0].mean > 0 > held[3].mean  # less noise than the others predict, and more


def test_what_is_held_out_is_not_seen():
    chance = numpy.random.default_rng(3)
    values = drawn(chance, 2.0)
    inside = numpy.array([group == "experiment 2" for group in GROUPS])
    first = held_out(CURVES, values, ERRORS, GROUPS)
    spoiled = numpy.where(inside, chance.random(40), values)
    again = held_out(CURVES, spoiled, ERRORS, GROUPS)
    assert [one.group for one in first] == ["experiment 1", "experiment 2", "experiment 3", "experiment 4"]
    assert again[1].parameter == first[1].parameter  # its own figures do not matter
    assert again[1].p_value < 1e-6 < first[1].p_value
    assert all(again[k].parameter != first[k].parameter for k in (0, 2, 3))
    others = fit_one_parameter(CURVES.of(~inside), values[~inside], ERRORS[~inside])
    assert first[1].parameter == others.parameter


def test_p_values_of_what_is_held_out_are_level():
    chance, repetitions = numpy.random.default_rng(4), 1_000
    halves = ["shallow"] * 20 + ["deep"] * 20
    seen = sum(held_out(CURVES, drawn(chance, 2.0), ERRORS, halves)[1].p_value <= 0.05 for _ in range(repetitions))
    low, high = clopper_pearson(seen, repetitions, confidence=0.999)
    assert low <= 0.05 <= high


def test_a_group_is_held_out_only_if_the_others_can_be_fitted():
    held = held_out(CURVES, decays(2.0)[0], ERRORS, ["many"] * 38 + ["few"] * 2)
    assert [one.group for one in held] == ["few"] and held[0].figures == 2


def test_a_fit_at_the_edge_says_so():
    fit = fit_one_parameter(CURVES, decays(9.0)[0], ERRORS)
    assert fit.parameter == 6 and fit.is_at_edge and fit.interval.high == 6
    assert fit_one_parameter(CURVES, decays(0.26)[0], ERRORS).is_at_edge


def test_a_fit_has_no_truth_value_and_is_plain_data():
    fit = fit_one_parameter(CURVES, decays(2.0)[0], ERRORS)
    with pytest.raises(TypeError, match="no truth value"):
        bool(fit)
    assert type(dataclasses.asdict(fit)["is_at_edge"]) is bool


def test_bad_input_is_refused():
    with pytest.raises(InputError, match="do not rise"):
        Curves(NODES[::-1], decays(NODES))
    with pytest.raises(InputError, match="a row for each"):
        Curves(NODES[:3], decays(NODES[:3]))
    for values, errors in (([0.5] * 39, ERRORS[:39]), (decays(2.0)[0], ERRORS * 0)):
        with pytest.raises(InputError, match="errors above 0"):
            fit_one_parameter(CURVES, values, errors)
    with pytest.raises(InputError, match="at least two"):
        held_out(CURVES, decays(2.0)[0], ERRORS, ["one"] * 40)
