"""Tests, sequential looks, drift and shot planning: exact values, false-alarm rates and power by simulation."""

from __future__ import annotations

import math

import numpy
import pytest
from scipy import integrate, stats

from noclone.hardware_checks.clustered import clustered
from noclone.hardware_checks.drift import change_point, day_to_day
from noclone.hardware_checks.estimation import chsh, correlator, proportion
from noclone.hardware_checks.sequential import EProcess, confidence_sequence, log_evidence
from noclone.hardware_checks.testing import ShotPlan, binomial_power, difference, holm, p_value
from noclone.models.errors import InputError

REPETITIONS = 1_000


def most(rate, repetitions=REPETITIONS):
    """The largest number of false alarms that a true rate makes but once in a million."""
    return stats.binom.ppf(1 - 1e-6, repetitions, rate)


@pytest.mark.parametrize(("seen", "shots", "null"), [(8, 10, 0.5), (0, 5, 0.1), (5, 5, 0.9), (512, 1_000, 0.5)])
def test_binomial_tests_are_those_of_scipy(seen, shots, null):
    for side in ("greater", "less"):
        wanted = stats.binomtest(seen, shots, null, alternative=side).pvalue
        assert p_value(proportion(seen, shots), null, alternative=side) == pytest.approx(wanted, rel=1e-9)
    tails = [p_value(proportion(seen, shots), null, alternative=side) for side in ("greater", "less")]
    assert p_value(proportion(seen, shots), null) == pytest.approx(min(1, 2 * min(tails)))


def test_tests_and_intervals_agree_and_a_negative_weight_turns_the_sides_round():
    values = [
        proportion(70, 100),
        correlator({"0": 20, "1": 80}),
        correlator({"0": 20, "1": 80}, sign=-1),
        clustered([(3, 10), (5, 10), (7, 10), (4, 10)]),
        chsh([correlator({"0": 80, "1": 20})] * 3 + [correlator({"0": 10, "1": 90})]),
    ]
    for value in values:
        found = value.interval(0.9)
        for end, side in ((found.low, "greater"), (found.high, "less")):
            assert p_value(value, end, alternative=side) == pytest.approx(0.05, abs=1e-9)
            assert p_value(value, end) == pytest.approx(0.1, abs=1e-9)
    assert p_value(correlator({"0": 20, "1": 80}), 0.0, alternative="less") < 1e-8
    assert p_value(correlator({"0": 20, "1": 80}, sign=-1), 0.0, alternative="greater") < 1e-8
    assert p_value(proportion(70, 100), 1.2, alternative="less") == 0
    assert p_value(proportion(70, 100), 1.2, alternative="greater") == 1
    assert p_value(proportion(70, 100), -0.2, alternative="greater") == 0
    with pytest.raises(InputError, match="alternative"):
        p_value(values[0], 0.5, alternative="larger")


def test_holm_gives_the_textbook_values():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))
    assert holm([0.6, 0.7]) == (1, 1)
    assert holm([]) == ()
    with pytest.raises(InputError, match="between 0 and 1"):
        holm([0.1, 1.1])


def test_holm_keeps_the_false_alarms_of_a_whole_suite_and_single_tests_do_not():
    chance = numpy.random.default_rng(11)
    together = alone = 0
    for _ in range(REPETITIONS):
        drawn = chance.binomial(400, 0.5, 12)
        # two of the twelve really differ
        values = [proportion(int(seen), 400) for seen in drawn] + [proportion(260, 400), proportion(150, 400)]
        p_values = [p_value(value, 0.5) for value in values]
        together += min(holm(p_values)[:12]) <= 0.05
        alone += min(p_values[:12]) <= 0.05
    assert together <= most(0.05)
    assert alone > most(0.2)


def test_evidence_is_the_ratio_of_likelihoods_averaged_over_the_prior():
    def ratio(p):
        return (p / 0.6) ** 14 * ((1 - p) / 0.4) ** 6

    assert math.exp(log_evidence(14, 20, 0.6)) == pytest.approx(integrate.quad(ratio, 0, 1)[0])
    above = integrate.quad(ratio, 0.6, 1)[0] / 0.4
    below = integrate.quad(ratio, 0, 0.6)[0] / 0.6
    assert math.exp(log_evidence(14, 20, 0.6, side="greater")) == pytest.approx(above)
    assert math.exp(log_evidence(14, 20, 0.6, side="less")) == pytest.approx(below)
    # far on the wrong side the one-sided evidence is nothing, however large the two-sided
    assert log_evidence(100, 10_000, 0.9) > 1_000
    assert log_evidence(100, 10_000, 0.9, side="greater") < 0


@pytest.mark.parametrize("side", ["two-sided", "greater"])
def test_fifty_looks_at_an_e_process_raise_fewer_false_alarms_than_alpha(side):
    chance = numpy.random.default_rng(12)
    looks = chance.binomial(400, 0.965, (REPETITIONS, 50))
    alarms = 0
    for row in looks:
        process = EProcess(0.965, side).after_all((int(seen), 400) for seen in row)
        alarms += process.rejects(0.05)
    assert alarms <= most(0.05)


def test_fifty_looks_at_fixed_intervals_raise_far_more():
    chance = numpy.random.default_rng(13)
    seen = chance.binomial(400, 0.965, (REPETITIONS, 50)).cumsum(axis=1)
    shots = 400 * numpy.arange(1, 51)
    fractions = seen / shots
    away = abs(fractions - 0.965) > 1.959964 * numpy.sqrt(fractions * (1 - fractions) / shots)
    assert away.any(axis=1).sum() > most(0.15)


def test_an_e_process_finds_a_real_difference_and_its_p_value_never_rises():
    process, p_values = EProcess(0.5), []
    for seen in (60, 55, 45, 62, 76):
        process = process.after(seen, 100)
        p_values.append(process.p_value)
    assert p_values == sorted(p_values, reverse=True)
    assert (process.shots, process.successes) == (500, 298)
    assert process.rejects(0.05)
    assert not EProcess(0.5).after(298, 500).rejects(1e-5)
    # what was once rejected stays so, though the counts of all looks together would not
    early = EProcess(0.5).after(80, 100)
    assert early.after(120, 300).p_value == early.p_value < 1e-6
    assert log_evidence(200, 400, 0.5) < 0
    assert not EProcess(0.5, "less").after(298, 500).rejects(0.5)


def test_a_confidence_sequence_covers_at_all_looks_at_once_and_holds_the_unrejected():
    chance, wrong = numpy.random.default_rng(14), 0
    for row in chance.binomial(100, 0.8, (300, 15)).cumsum(axis=1):
        wrong += any(0.8 not in confidence_sequence(int(seen), 100 * look) for look, seen in enumerate(row, start=1))
    assert wrong <= most(0.05, 300)
    found = confidence_sequence(80, 100)
    for end in (found.low, found.high):
        assert log_evidence(80, 100, end) == pytest.approx(math.log(20), abs=1e-6)
    assert confidence_sequence(0, 10).low == 0
    assert confidence_sequence(0, 10).high == pytest.approx(1 - (20 * 11) ** -0.1)
    assert confidence_sequence(10, 10).high == 1
    assert found.low < proportion(80, 100).interval().low


def test_a_change_point_is_found_where_it_is():
    runs = [
        (800, 1_000),
        (810, 1_000),
        (795, 1_000),
        (860, 1_000),
        (870, 1_000),
        (855, 1_000),
        (861, 1_000),
        (866, 1_000),
        (859, 1_000),
        (864, 1_000),
    ]
    for null in ("constant", "exchangeable"):
        found = change_point(runs, null=null)
        assert found.index == 3
        assert found.p_value <= 0.04
        assert (found.before, found.after) == pytest.approx((0.80167, 0.86214), abs=1e-4)
    with pytest.raises(TypeError, match="no truth value"):
        bool(found)
    shuffled = change_point([runs[k] for k in (0, 5, 1, 6, 3, 8, 2, 4, 9, 7)], null="exchangeable")
    assert shuffled.p_value > 0.2
    with pytest.raises(InputError, match="at least 4"):
        change_point(runs[:3])


def test_change_points_raise_no_more_false_alarms_than_alpha_and_day_to_day_spread_is_no_change():
    chance = numpy.random.default_rng(15)
    repetitions = 400
    steady = spread_constant = spread_exchangeable = 0
    for seed in range(repetitions):
        runs = [(int(seen), 500) for seen in chance.binomial(500, 0.8, 8)]
        steady += change_point(runs, null="constant", resamples=99, seed=seed).p_value <= 0.05
        rates = chance.normal(0.8, 0.05, 8)
        days = [(int(seen), 500) for seen in chance.binomial(500, rates)]
        spread_constant += change_point(days, null="constant", resamples=99, seed=seed).p_value <= 0.05
        spread_exchangeable += change_point(days, null="exchangeable", resamples=99, seed=seed).p_value <= 0.05
    assert steady <= most(0.05, repetitions)
    assert spread_exchangeable <= most(0.05, repetitions)
    assert spread_constant > most(0.5, repetitions)


def test_the_spread_between_days_is_separated_from_the_shot_noise():
    chance = numpy.random.default_rng(16)
    covered, between, flagged = 0, [], 0
    for _ in range(REPETITIONS):
        days = 0.8 + chance.normal(0, 0.03, 6) + chance.normal(0, 0.01, 6)
        found = day_to_day(days, [0.01] * 6)
        covered += 0.8 in found.mean_interval
        between.append(found.between**2)
        flagged += day_to_day(0.8 + chance.normal(0, 0.01, 6), [0.01] * 6).heterogeneity_p <= 0.05
    assert REPETITIONS - covered <= most(0.05)
    assert flagged <= most(0.05)
    # var(τ²) = 2(τ²+s²)²/5 for six days; five standard errors of the mean of 1,000
    assert numpy.mean(between) == pytest.approx(0.0009, abs=5 * 0.001 * math.sqrt(2 / 5 / REPETITIONS))


def test_equal_shot_noise_gives_the_textbook_random_effects():
    values = [0.824, 0.875, 0.810, 0.844, 0.813]
    found = day_to_day(values, [0.0028] * 5)
    assert found.mean == pytest.approx(0.8332)
    assert found.between**2 == pytest.approx(numpy.var(values, ddof=1) - 0.0028**2)
    error = numpy.std(values, ddof=1) / math.sqrt(5)
    assert found.mean_interval.high - found.mean == pytest.approx(stats.t.ppf(0.975, 4) * error)
    assert found.between_interval.low < found.between < found.between_interval.high
    assert found.ratio > 9
    assert day_to_day([0.5, 0.5, 0.5001], [0.01] * 3).between == 0
    with pytest.raises(InputError, match="at least 3"):
        day_to_day([0.1, 0.2], [0.1, 0.1])


def test_unequal_shot_noise_weighs_each_day_by_both_variances():
    values, errors = numpy.array([0.80, 0.84, 0.87, 0.81]), numpy.array([0.01, 0.03, 0.02, 0.015])
    found = day_to_day(values, errors)
    weights = 1 / (errors**2 + found.between**2)
    mean = (weights * values).sum() / weights.sum()
    assert found.between > 0.01
    assert found.mean == pytest.approx(mean)
    assert (weights * (values - mean) ** 2).sum() == pytest.approx(3)
    error = math.sqrt((weights * (values - mean) ** 2).sum() / 3 / weights.sum())
    assert found.mean_interval.low == pytest.approx(mean - stats.t.ppf(0.975, 3) * error)


def test_the_power_of_the_exact_test_is_what_summing_its_rejections_gives():
    for null, truth, shots in ((0.5, 0.6, 100), (0.965, 0.97, 2_000), (0.05, 0.02, 150)):
        chances = stats.binom.pmf(range(shots + 1), shots, truth)
        rejected = [p_value(proportion(seen, shots), null) <= 0.05 for seen in range(shots + 1)]
        assert binomial_power(null, truth, shots) == pytest.approx(chances[rejected].sum(), rel=1e-9)
    assert binomial_power(0.5, 0.5, 100) <= 0.05
    assert binomial_power(0.965, 0.97, 20_000) == pytest.approx(0.98, abs=0.01)


def test_planned_shots_find_the_effect_with_the_planned_power_and_far_fewer_do_not():
    chance = numpy.random.default_rng(17)
    plan = ShotPlan(0.02, alpha=0.05, power=0.9, comparisons=5)
    shots = plan.binomial_shots(0.8)
    assert shots == pytest.approx(plan.shots(0.8 * 0.2), rel=0.1)

    def found(number):
        drawn = chance.binomial(number, 0.82, REPETITIONS)
        return sum(p_value(proportion(int(seen), number), 0.8) <= 0.01 for seen in drawn)

    assert found(shots) >= stats.binom.ppf(1e-6, REPETITIONS, 0.9)
    assert found(shots // 3) < stats.binom.ppf(1e-6, REPETITIONS, 0.6)
    assert plan.visible_effect(math.sqrt(0.16 / plan.shots(0.16))) == pytest.approx(0.02, rel=1e-3)


def test_shots_do_not_buy_what_the_spread_between_runs_hides():
    with pytest.raises(InputError, match="any number of shots: plan at least 11 runs"):
        ShotPlan(0.03, spread=0.03).shots(0.16)
    assert ShotPlan(0.3, spread=0.03).shots(0.16) < 50
    assert ShotPlan(0.03, spread=0.03).runs(0.0) == 11


def test_the_delta_of_two_runs_is_a_value_with_both_errors():
    delta = difference(proportion(780, 1_000), proportion(830, 1_000))
    assert delta.value == pytest.approx(-0.05)
    assert 0 not in delta.interval(0.95)
    chance, wrong = numpy.random.default_rng(18), 0
    for one, other in chance.binomial(1_000, [0.8, 0.8], (REPETITIONS, 2)):
        wrong += 0 not in difference(proportion(int(one), 1_000), proportion(int(other), 1_000)).interval()
    assert wrong <= most(0.05)
    with pytest.raises(InputError, match="only like"):
        difference(proportion(1, 2), correlator({"0": 1, "1": 1}))


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: ShotPlan(0.0), "effect above 0"),
        (lambda: ShotPlan(0.1, alpha=0), "alpha"),
        (lambda: ShotPlan(0.1, power=1.0), "power"),
        (lambda: ShotPlan(0.1).shots(-1.0), "not below 0"),
        (lambda: ShotPlan(0.9).binomial_shots(0.5), "no probability differs"),
        (lambda: log_evidence(1, 2, 0.0), "null"),
        (lambda: log_evidence(1, 2, 0.5, prior=(0, 1)), "above 0"),
        (lambda: log_evidence(1, 2, 0.5, side="both"), "side 'both'"),
        (lambda: EProcess(0.5).after(3, 2), "successes"),
        (lambda: EProcess(0.5).rejects(2), "alpha"),
    ],
)
def test_what_makes_no_sense_is_refused(call, told):
    with pytest.raises(InputError, match=told):
        call()
