"""Verdicts about a device: what is called, what is not, with what error rate, and that nothing has a truth value."""

from __future__ import annotations

import json

import numpy
import pytest
from scipy import stats

from noclone.hardware_checks.clustered import clustered
from noclone.hardware_checks.device_verdicts import Agreement, DeviceStatus, Prediction, compare
from noclone.hardware_checks.estimation import average_fidelity, bell_fidelity, chsh, correlator, proportion
from noclone.hardware_checks.measured import ENTANGLEMENT_FIDELITY, GHZ_FIDELITY, Measured
from noclone.hardware_checks.physical_statements import (
    Finding,
    beats_measure_and_prepare,
    beats_universal_cloners,
    controlled_family,
    entangled,
    genuinely_multipartite,
    key_consumed,
    nonlocal_correlations,
)
from noclone.hardware_checks.testing import ShotPlan
from noclone.models.errors import InputError

REPETITIONS = 1_000
PLAN = ShotPlan(0.03, alpha=0.05, power=0.9)


def fidelities(numbers, shots=10_000):
    return [
        proportion(number, shots, quantity=ENTANGLEMENT_FIDELITY, label=f"n={n}") for n, number in enumerate(numbers, 2)
    ]


def predictions(*values, tolerance=0.005):
    return [
        Prediction.about(value, tolerance, quantity=ENTANGLEMENT_FIDELITY, label=f"n={n}")
        for n, value in enumerate(values, 2)
    ]


def test_values_near_their_predictions_with_enough_shots_are_consistent():
    verdict = compare(fidelities([9_010, 8_020, 6_980]), predictions(0.9, 0.8, 0.7), PLAN)
    assert verdict.status is DeviceStatus.CONSISTENT
    assert str(verdict) == (
        "CONSISTENT: consistent with the prediction; 0.03 of a quantity's range would have been seen with probability 0.9"
    )
    assert verdict.at_least == 0


def test_a_deviation_is_called_with_its_least_size_and_where_it_is_largest():
    verdict = compare(fidelities([9_010, 7_500, 6_400]), predictions(0.9, 0.8, 0.7), PLAN)
    assert verdict.status is DeviceStatus.DEVIATES
    assert verdict.largest_at == "entanglement fidelity n=4"
    joint = proportion(7_500, 10_000).interval(1 - 0.05 / 3)
    assert verdict.deviations[1].at_least == pytest.approx(0.795 - joint.high)
    assert verdict.at_least == max(one.at_least for one in verdict.deviations)
    assert verdict.deviations[1].difference == pytest.approx(-0.045)
    assert verdict.deviations[1].adjusted_p < 1e-10
    assert verdict.deviations[0].adjusted_p == 1
    assert verdict.at_least == pytest.approx(0.04352, abs=1e-5)
    # rounded down, as it is a lower bound
    assert "deviates by at least 0.043" in str(verdict)
    assert "confidence 0.95" in str(verdict)


def test_too_few_shots_are_named_with_how_many_would_do():
    verdict = compare(fidelities([90, 81, 70], shots=100), predictions(0.9, 0.8, 0.7), PLAN)
    assert verdict.status is DeviceStatus.TOO_FEW_SHOTS
    assert "n=4: 100 shots see" in verdict.reason
    assert "shots would settle it" in verdict.reason
    needed = int(verdict.reason.split("about ")[1].split()[0])
    assert needed == pytest.approx(ShotPlan(0.03, comparisons=3).shots(0.21), rel=0.05)


def test_a_gross_failure_is_called_with_few_shots_too():
    verdict = compare(fidelities([20, 81, 70], shots=100), predictions(0.9, 0.8, 0.7), PLAN)
    assert verdict.status is DeviceStatus.DEVIATES
    assert verdict.largest_at.endswith("n=2")


def test_a_difference_that_the_shots_could_not_be_relied_on_to_see_is_not_called():
    (value,) = fidelities([7_900])
    verdict = compare([value], predictions(0.8, tolerance=0.0), PLAN)
    assert 0.8 not in value.interval(0.95)
    assert verdict.deviations[0].at_least > 0
    assert verdict.status is DeviceStatus.TOO_FEW_SHOTS
    assert "differs by -0.01, less than the 0.013" in verdict.reason


def test_the_spread_between_days_makes_a_deviation_of_one_day_none():
    plan = ShotPlan(0.2, spread=0.027)
    value, wanted = fidelities([8_400]), predictions(0.875)
    assert compare(value, wanted, ShotPlan(0.2)).status is DeviceStatus.DEVIATES
    assert compare(value, wanted, plan).status is DeviceStatus.CONSISTENT
    stuck = compare(value, wanted, ShotPlan(0.05, spread=0.027))
    assert stuck.status is DeviceStatus.TOO_FEW_SHOTS
    assert "repeat it on more days" in stuck.reason


def test_swapped_outcomes_and_swapped_sizes_deviate():
    right = bell_fidelity({"00": 8_230, "01": 600, "10": 500, "11": 670}, label="n=2")
    swapped = bell_fidelity({"11": 8_230, "10": 600, "01": 500, "00": 670}, label="n=2")
    assert compare([right], predictions(0.823), PLAN).status is DeviceStatus.CONSISTENT
    assert compare([swapped], predictions(0.823), PLAN).status is DeviceStatus.DEVIATES
    assert compare(fidelities([8_000, 9_000]), predictions(0.9, 0.8), PLAN).status is DeviceStatus.DEVIATES


def test_false_alarms_of_a_suite_stay_below_alpha_and_a_planned_effect_is_found():
    chance = numpy.random.default_rng(21)
    truth, plan = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4], ShotPlan(0.03)
    shots = max(ShotPlan(0.03, comparisons=6).binomial_shots(value) for value in truth)
    wanted = predictions(*truth, tolerance=0.0)
    alarms = seen = bound = 0
    for _ in range(REPETITIONS):
        alarms += (
            compare(fidelities(chance.binomial(shots, truth), shots), wanted, plan).status is DeviceStatus.DEVIATES
        )
        off = compare(fidelities(chance.binomial(shots, [*truth[:4], 0.56, 0.4]), shots), wanted, plan)
        seen += off.status is DeviceStatus.DEVIATES
        bound += off.at_least > 0.06
    assert alarms <= stats.binom.ppf(1 - 1e-6, REPETITIONS, 0.05)
    assert bound <= stats.binom.ppf(1 - 1e-6, REPETITIONS, 0.05)
    # an effect of 0.06 is well above the visible 0.03: twice the planned multiple
    assert seen >= stats.binom.ppf(1e-6, REPETITIONS, 0.99)


@pytest.mark.parametrize(
    ("measured", "wanted", "told"),
    [
        ([], [], "nothing to compare"),
        (fidelities([1]), predictions(0.5, 0.6), "no measured value for entanglement fidelity 'n=3'"),
        (fidelities([1, 2]), predictions(0.5), "no prediction for entanglement fidelity 'n=3'"),
        (fidelities([1]) * 2, predictions(0.5), "twice"),
    ],
)
def test_values_and_predictions_that_do_not_match_are_refused(measured, wanted, told):
    with pytest.raises(InputError, match=told):
        compare(measured, wanted, PLAN)


def test_predictions_are_ranges():
    with pytest.raises(InputError, match="no range"):
        Prediction("x", "y", 0.6, 0.5)
    with pytest.raises(InputError, match="no range"):
        Prediction("x", "y", float("nan"), 0.5)


def fidelity(number, shots=10_000, quantity=ENTANGLEMENT_FIDELITY):
    return proportion(number, shots, quantity=quantity, label="n=7")


def test_each_statement_is_decided_by_its_own_threshold():
    cases = [
        (entangled, ENTANGLEMENT_FIDELITY, 0.5),
        (beats_measure_and_prepare, ENTANGLEMENT_FIDELITY, 0.5),
        (beats_measure_and_prepare, "average fidelity", 2 / 3),
        (genuinely_multipartite, GHZ_FIDELITY, 0.5),
        (lambda value: beats_universal_cloners(value, 3), ENTANGLEMENT_FIDELITY, 4 / 6),
        (lambda value: beats_universal_cloners(value, 77), ENTANGLEMENT_FIDELITY, 78 / 154),
    ]
    for decide, quantity, threshold in cases:
        shown, excluded, open_ = (
            decide(fidelity(round(10_000 * (threshold + off)), quantity=quantity)) for off in (0.02, -0.02, 0.001)
        )
        assert shown.status is DeviceStatus.SHOWN, shown
        assert excluded.status is DeviceStatus.EXCLUDED, excluded
        assert open_.status is DeviceStatus.TOO_FEW_SHOTS, open_
        assert shown.p_shown < 0.05 < open_.p_shown
        assert excluded.p_excluded < 0.05
        assert 0.5 <= shown.threshold <= 2 / 3
    assert entangled(fidelity(5_100), alpha=0.01).status is DeviceStatus.TOO_FEW_SHOTS
    assert entangled(fidelity(5_100), alpha=0.05).status is DeviceStatus.SHOWN


def test_a_statement_about_another_quantity_is_refused():
    for decide in (entangled, genuinely_multipartite, nonlocal_correlations, lambda v: beats_universal_cloners(v, 2)):
        with pytest.raises(InputError, match="not by 'probability'"):
            decide(proportion(9, 10))
    with pytest.raises(InputError, match="physically made"):
        beats_universal_cloners(fidelity(9_000), 0)
    with pytest.raises(InputError, match="one half or more"):
        entangled(fidelity(9_000), alpha=0.6)
    assert beats_measure_and_prepare(average_fidelity(fidelity(9_000))).value == pytest.approx(2.8 / 3)


def settings(even, shots=10_000):
    return [correlator({"00": number, "01": shots - number}) for number in even]


def test_nonlocality_counts_both_signs_and_names_its_loophole():
    high = nonlocal_correlations(chsh(settings([8_300, 8_300, 8_300, 1_700])))
    low = nonlocal_correlations(chsh(settings([1_700, 1_700, 1_700, 8_300])))
    for found in (high, low):
        assert found.status is DeviceStatus.SHOWN
        assert "share a chip" in found.assumptions[0]
    assert nonlocal_correlations(chsh(settings([6_000] * 4))).status is DeviceStatus.EXCLUDED
    assert nonlocal_correlations(chsh(settings([7_500, 7_500, 7_500, 2_500]))).status is DeviceStatus.TOO_FEW_SHOTS
    assert nonlocal_correlations(chsh(settings([8_300, 8_300, 1_700, 8_300]))).status is DeviceStatus.EXCLUDED


def test_false_alarms_at_the_threshold_stay_at_alpha():
    chance = numpy.random.default_rng(22)
    most = stats.binom.ppf(1 - 1e-6, REPETITIONS, 0.05)
    drawn = chance.binomial(2_000, 0.5, REPETITIONS)
    assert sum(entangled(fidelity(int(k), 2_000)).status is DeviceStatus.SHOWN for k in drawn) <= most
    local = chance.binomial(2_000, [0.75, 0.75, 0.75, 0.25], (REPETITIONS, 4))
    assert sum(nonlocal_correlations(chsh(settings(k, 2_000))).status is DeviceStatus.SHOWN for k in local) <= most


def test_a_consumed_key_is_shown_only_if_every_correlator_is_small():
    small = settings([5_010, 4_980, 5_050])
    assert key_consumed(small, within=0.05).status is DeviceStatus.SHOWN
    assert key_consumed(small, within=0.011).status is DeviceStatus.TOO_FEW_SHOTS
    leaky = key_consumed([*small, *settings([6_000])], within=0.05)
    assert leaky.status is DeviceStatus.EXCLUDED
    assert leaky.value == pytest.approx(0.2)
    assert key_consumed(settings([51, 49], 100), within=0.05).status is DeviceStatus.TOO_FEW_SHOTS
    for bad in ([], [fidelity(1)]):
        with pytest.raises(InputError, match="key consumed"):
            key_consumed(bad, within=0.1)


def test_a_leak_at_the_margin_passes_as_consumed_no_more_often_than_alpha():
    chance = numpy.random.default_rng(23)
    drawn = chance.binomial(4_000, [0.55, 0.5, 0.5], (REPETITIONS, 3))
    passed = sum(key_consumed(settings(k, 4_000), within=0.1).status is DeviceStatus.SHOWN for k in drawn)
    assert passed <= stats.binom.ppf(1 - 1e-6, REPETITIONS, 0.05)


def test_a_family_of_statements_is_controlled_together():
    chance = numpy.random.default_rng(24)
    alone = together = 0
    for _ in range(REPETITIONS):
        findings = [entangled(fidelity(int(k), 1_000)) for k in chance.binomial(1_000, [0.5] * 8)]
        alone += any(one.status is DeviceStatus.SHOWN for one in findings)
        together += any(one.status is DeviceStatus.SHOWN for one in controlled_family(findings))
    assert together <= stats.binom.ppf(1 - 1e-6, REPETITIONS, 0.05)
    assert alone > stats.binom.ppf(1 - 1e-6, REPETITIONS, 0.15)
    kept = controlled_family([entangled(fidelity(6_000)), entangled(fidelity(4_000))])
    assert [one.status for one in kept] == [DeviceStatus.SHOWN, DeviceStatus.EXCLUDED]
    with pytest.raises(InputError, match="at least one member"):
        controlled_family([])


def test_a_mitigated_or_clustered_value_says_what_it_rests_on():
    value = Measured(ENTANGLEMENT_FIDELITY, "n=2", 0.9, 0.004, 10_000, degrees=9_999, mitigated=True)
    assert "calibration" in entangled(value).assumptions[-1]
    assert str(compare([value], predictions(0.9), PLAN)).endswith("with readout mitigation")
    agreeing = clustered([(90, 100), (10, 100)] * 3, quantity=ENTANGLEMENT_FIDELITY, label="n=2")
    assert entangled(agreeing).status is DeviceStatus.TOO_FEW_SHOTS


def test_verdicts_are_written_and_read_back_and_have_no_truth_value():
    verdict = compare(fidelities([9_010, 7_500]), predictions(0.9, 0.8), PLAN)
    finding = nonlocal_correlations(chsh(settings([8_300, 8_300, 8_300, 1_700])))
    assert Agreement.from_json(verdict.to_json()) == verdict
    assert Finding.from_json(finding.to_json()) == finding
    for thing in (verdict, finding, verdict.status):
        with pytest.raises(TypeError, match="no truth value"):
            bool(thing)
    for kind, text in ((Agreement, finding.to_json()), (Finding, verdict.to_json()), (Agreement, "["), (Finding, "3")):
        with pytest.raises(InputError, match="not a"):
            kind.from_json(text)
    for kind, thing in ((Agreement, verdict), (Finding, finding)):
        with pytest.raises(InputError, match="PROVED"):
            kind.from_json(json.dumps(json.loads(thing.to_json()) | {"status": "PROVED"}))
