"""Estimators: exact values, coverage by simulation, and that swapped labels and shifted counts are noticed."""

from __future__ import annotations

import math

import numpy
import pytest
from scipy import stats

from noclone.hardware_checks.clustered import bootstrap_interval, clustered, design_effect
from noclone.hardware_checks.estimation import (
    average_fidelity,
    bell_fidelity,
    chsh,
    combination,
    correlator,
    even_shots,
    fidelity_from_correlators,
    joint_fractions,
    proportion,
)
from noclone.hardware_checks.measured import CHSH, ENTANGLEMENT_FIDELITY, Measured, Term, clopper_pearson
from noclone.hardware_checks.parity_oscillations import (
    error_ranges,
    ghz_fidelity,
    parity_error,
    published_parity_error,
)
from noclone.hardware_checks.readout_mitigation import ReadoutFlips, mitigated_correlator, mitigated_population
from noclone.models.errors import InputError

REPETITIONS = 1_500


def bounds(rate, repetitions=REPETITIONS):
    """The least and largest number of misses that a true rate makes but once in a million."""
    return stats.binom.ppf(1e-6, repetitions, rate), stats.binom.ppf(1 - 1e-6, repetitions, rate)


def misses(draw, truth, repetitions=REPETITIONS, seed=1, confidence=0.95):
    """How many of the intervals that ``draw`` makes from random counts leave the truth out."""
    chance = numpy.random.default_rng(seed)
    return sum(truth not in draw(chance, confidence) for _ in range(repetitions))


@pytest.mark.parametrize(("seen", "shots"), [(0, 7), (7, 7), (3, 11), (9_650, 10_000), (1, 1)])
@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.9999])
def test_exact_intervals_are_those_of_scipy(seen, shots, confidence):
    wanted = stats.binomtest(seen, shots).proportion_ci(confidence, method="exact")
    assert clopper_pearson(seen, shots, confidence=confidence) == pytest.approx((wanted.low, wanted.high), abs=1e-12)


@pytest.mark.parametrize("truth", [0.002, 0.3, 0.97])
def test_exact_intervals_cover_for_every_probability_by_summing_over_all_counts(truth):
    shots = 60
    chances = stats.binom.pmf(range(shots + 1), shots, truth)
    covered = [truth in proportion(seen, shots).interval(0.9) for seen in range(shots + 1)]
    assert chances[covered].sum() >= 0.9


def test_an_interval_about_shifted_counts_does_not_cover():
    def draw(chance, confidence):
        return proportion(int(chance.binomial(1_000, 0.5)) + 50, 1_050).interval(confidence)

    assert misses(draw, 0.5) > bounds(0.05)[1]


def test_a_bell_fidelity_is_one_binomial_whose_variance_is_f_times_one_minus_f_over_n():
    counts = {"00": 8_230, "01": 600, "10": 500, "11": 670}
    found = bell_fidelity(counts)
    assert found.value == 0.823
    assert found.standard_error == pytest.approx(math.sqrt(0.823 * 0.177 / 10_000), rel=1e-12)
    correlators = [2 * (counts["00"] + counts[other]) / 10_000 - 1 for other in ("01", "10", "11")]
    independent = math.sqrt(sum(1 - value**2 for value in correlators) / 16 / 10_000)
    assert independent / found.standard_error == pytest.approx(0.732, abs=0.001)
    assert bell_fidelity(counts, target="11").value == 0.067


def test_the_variance_of_a_bell_fidelity_is_the_spread_of_repeated_experiments():
    chance = numpy.random.default_rng(5)
    draws = chance.multinomial(1_000, [0.8, 0.1, 0.06, 0.04], size=4_000)[:, 0] / 1_000
    # the variance of 4,000 draws is off by √(2/4,000) or so: five such errors
    assert draws.var(ddof=1) == pytest.approx(0.8 * 0.2 / 1_000, rel=5 * math.sqrt(2 / 4_000))


def test_joint_fractions_hold_for_all_outcomes_at_once():
    truth = [0.8, 0.1, 0.07, 0.03]
    chance, wrong = numpy.random.default_rng(2), 0
    for _ in range(REPETITIONS):
        drawn = chance.multinomial(500, truth)
        fractions = joint_fractions({f"{k:02b}": int(number) for k, number in enumerate(drawn)})
        wrong += not all(p in interval for p, interval in zip(truth, fractions.intervals(), strict=True))
    assert wrong <= bounds(0.05)[1]


def test_swapped_outcome_labels_leave_the_joint_intervals():
    swap = {"00": "00", "01": "10", "10": "01", "11": "11"}
    counts = {swap[label]: number for label, number in {"00": 800, "01": 120, "10": 40, "11": 40}.items()}
    fractions = joint_fractions(counts)
    assert fractions.outcomes == ("00", "01", "10", "11")
    assert 0.12 not in fractions.intervals(0.999)[1]
    assert 0.04 in fractions.intervals(0.999)[1]


def test_covariances_of_joint_fractions_add_up_to_the_binomial_variance_of_a_sum():
    fractions = joint_fractions({"00": 500, "11": 300, "01": 200})
    joined = fractions.covariance("00", "00") + fractions.covariance("11", "11") + 2 * fractions.covariance("00", "11")
    assert joined == pytest.approx(0.8 * 0.2 / 1_000, rel=1e-12)
    assert sum(fractions.covariance("00", other) for other in fractions.outcomes) == pytest.approx(0, abs=1e-18)


def test_a_correlator_takes_the_parity_of_the_chosen_bits_from_the_left():
    counts = {"001": 70, "110": 20, "010": 10}
    assert even_shots(counts) == (20, 100)
    assert correlator(counts, [0, 1]).value == pytest.approx(0.8)
    assert correlator(counts, [2]).value == pytest.approx(-0.4)
    assert correlator(counts, [2], sign=-1).value == pytest.approx(0.4)
    assert correlator(counts, [0, 1]).interval().high == pytest.approx(2 * clopper_pearson(90, 100)[1] - 1)
    assert correlator(counts, [0, 1], sign=-1).interval().low == pytest.approx(1 - 2 * clopper_pearson(90, 100)[1])
    assert correlator(counts, [0, 1]).standard_error == pytest.approx(math.sqrt((1 - 0.64) / 100))


def four(fractions, chance, shots):
    """Four correlators with these even fractions."""
    drawn = [int(chance.binomial(shots, p)) for p in fractions]
    return [correlator({"00": seen, "01": shots - seen}) for seen in drawn]


@pytest.mark.parametrize("shots", [100, 2_000])
@pytest.mark.parametrize("fractions", [(0.85, 0.85, 0.85, 0.15), (0.99, 0.99, 0.99, 0.01)])
def test_chsh_intervals_cover_as_often_as_they_say(shots, fractions):
    truth = sum(sign * (2 * p - 1) for sign, p in zip((1, 1, 1, -1), fractions, strict=True))
    wrong = misses(lambda chance, level: chsh(four(fractions, chance, shots)).interval(level), truth)
    assert wrong <= bounds(0.05)[1]
    if shots > 100:
        assert wrong >= bounds(0.05)[0]


def test_chsh_has_the_textbook_value_and_error_and_refuses_what_is_not_chsh():
    exact = [Measured("correlator", "", value, 0.0, 100, -1.0, (Term(2.0, 85, 100),)) for value in [0.7] * 4]
    with pytest.raises(InputError, match="three of them"):
        chsh(exact, signs=(1, 1, 1, 1))
    with pytest.raises(InputError, match="CHSH takes four"):
        chsh(exact[:3])
    with pytest.raises(InputError, match="needs its counts"):
        chsh([*exact[:3], clustered([(5, 10), (7, 10)])])
    found = chsh(exact)
    assert (found.quantity, found.value) == (CHSH, pytest.approx(1.4))
    assert found.standard_error == pytest.approx(math.sqrt(4 * (1 - 0.49) / 100))


def test_swapped_settings_move_chsh_out_of_its_interval():
    chance = numpy.random.default_rng(3)
    right = four((0.85, 0.85, 0.85, 0.15), chance, 10_000)
    assert 2.8 in chsh(right).interval(0.999)
    assert 2.8 not in chsh([right[3], *right[:3]]).interval(0.999)


def test_guaranteed_intervals_of_sums_cover_even_where_the_normal_ones_are_doubtful():
    fractions = (0.5, 0.995, 0.995, 0.2)
    truth = sum(sign * (2 * p - 1) for sign, p in zip((1, 1, 1, -1), fractions, strict=True))
    wrong = misses(lambda chance, level: chsh(four(fractions, chance, 30)).guaranteed_interval(level), truth)
    assert wrong <= bounds(0.05)[1]


def test_the_fidelity_of_three_settings_is_a_quarter_of_their_signed_sum():
    def setting(even):
        return correlator({"00": even, "01": 1_000 - even})

    found = fidelity_from_correlators(setting(950), setting(60), setting(970))
    assert found.value == pytest.approx((1 + 0.9 + 0.88 + 0.94) / 4)
    assert found.standard_error == pytest.approx(math.sqrt((3 - 0.9**2 - 0.88**2 - 0.94**2) / 1_000) / 4)
    assert fidelity_from_correlators(setting(950), setting(940), setting(970)).value == pytest.approx(
        (1 + 0.9 - 0.88 + 0.94) / 4
    )
    mean = average_fidelity(found)
    assert (mean.value, mean.standard_error) == pytest.approx(((2 * found.value + 1) / 3, found.standard_error * 2 / 3))


def ghz_counts(chance, size, fidelity, shots):
    """Counts of fidelity·GHZ + the rest white noise over the other basis states: populations and M_1 … M_r."""
    visibility = (fidelity - 2**-size) / (1 - 2**-size)
    basis = numpy.full(2**size, (1 - visibility) / 2**size)
    basis[[0, -1]] += visibility / 2
    drawn = chance.multinomial(shots, basis)
    population = {f"{k:0{size}b}": int(number) for k, number in enumerate(drawn)}
    parities = []
    for k in range(1, size + 1):
        even = int(chance.binomial(shots, (1 + (-1) ** k * visibility) / 2))
        parities.append({"0" * size: even, "0" * (size - 1) + "1": shots - even})
    return population, parities


@pytest.mark.parametrize("size", [1, 2, 5])
def test_parity_oscillations_give_the_ghz_fidelity_and_cover_as_often_as_they_say(size):
    wrong = misses(lambda chance, level: ghz_fidelity(*ghz_counts(chance, size, 0.8, 1_000)).interval(level), 0.8)
    assert bounds(0.05)[0] <= wrong <= bounds(0.05)[1]


def test_oscillations_in_the_wrong_order_or_with_odd_and_even_swapped_give_another_fidelity():
    population, parities = ghz_counts(numpy.random.default_rng(4), 3, 0.9, 10_000)
    assert 0.9 in ghz_fidelity(population, parities).interval(0.999)
    assert 0.9 not in ghz_fidelity(population, [parities[1], parities[0], parities[2]]).interval(0.999)
    swapped = [{"000": counts["001"], "001": counts["000"]} for counts in parities]
    assert 0.9 not in ghz_fidelity(population, swapped).interval(0.999)
    with pytest.raises(InputError, match=r"M_1 … M_r"):
        ghz_fidelity(population, parities[:2])


def test_the_right_parity_error_is_the_spread_of_repetitions_and_the_printed_one_is_not():
    chance = numpy.random.default_rng(6)
    values = [ghz_fidelity(*ghz_counts(chance, 2, 0.875, 1_000)).value for _ in range(4_000)]
    visibility = (0.875 - 0.25) / 0.75
    zeros = (1 + visibility) / 4
    waves = [-visibility, visibility]
    right = parity_error(zeros, zeros, waves, 1_000)
    printed = published_parity_error(zeros, zeros, waves, 1_000)
    # a standard deviation of 4,000 draws is off by 1/√8,000 or so: five such errors
    assert numpy.std(values, ddof=1) == pytest.approx(right, rel=5 / math.sqrt(8_000))
    assert numpy.std(values, ddof=1) != pytest.approx(printed, rel=0.5)
    assert printed / right == pytest.approx(3.37, abs=0.01)
    assert printed**2 == pytest.approx(4 * right**2 + 2 * zeros**2 / 1_000)


def test_the_estimator_and_the_formula_have_one_error():
    population, parities = ghz_counts(numpy.random.default_rng(7), 3, 0.7, 500)
    found = ghz_fidelity(population, parities)
    waves = [2 * counts["000"] / 500 - 1 for counts in parities]
    assert found.standard_error == pytest.approx(
        parity_error(population["000"] / 500, population["111"] / 500, waves, 500), rel=1e-12
    )
    assert error_ranges(0.928, 1).factor[0] == pytest.approx(3.39, abs=0.01)


def drawn_clusters(chance, number, size, rate, concentration):
    rates = chance.beta(rate * concentration, (1 - rate) * concentration, number)
    return [(int(chance.binomial(size, p)), size) for p in rates]


def test_cluster_errors_cover_where_binomial_ones_do_not():
    def naive(chance, level):
        pairs = drawn_clusters(chance, 30, 100, 0.8, 40)
        return proportion(sum(seen for seen, _ in pairs), 3_000).interval(level)

    wrong = misses(lambda chance, level: clustered(drawn_clusters(chance, 30, 100, 0.8, 40)).interval(level), 0.8)
    assert bounds(0.05)[0] <= wrong <= bounds(0.05)[1]
    assert misses(naive, 0.8) > bounds(0.2)[0]


def test_the_bootstrap_over_clusters_covers_nearly_as_often_as_it_says():
    def draw(chance, level):
        return bootstrap_interval(
            drawn_clusters(chance, 30, 100, 0.8, 40), confidence=level, resamples=400, seed=int(chance.integers(2**31))
        )

    assert misses(draw, 0.8) <= bounds(0.05)[1]


def test_the_design_effect_is_one_for_independent_shots_and_n_for_shots_that_agree():
    chance = numpy.random.default_rng(8)
    assert design_effect([(int(k), 50) for k in chance.binomial(50, 0.6, 4_000)]) == pytest.approx(1, abs=0.12)
    assert design_effect([(50, 50), (0, 50)] * 500) == pytest.approx(50, rel=2e-3)
    assert clustered([(10, 10)] * 5).standard_error > 0
    with pytest.raises(InputError, match="at least 2"):
        clustered([(3, 5)])
    with pytest.raises(InputError, match="came out the same"):
        design_effect([(10, 10)] * 5)
    with pytest.raises(InputError, match="at least 5"):
        bootstrap_interval([(1, 2)] * 4)


def test_mitigation_undoes_asymmetric_readout_errors_and_says_that_it_did():
    flips = (ReadoutFlips(0.02, 0.08), ReadoutFlips(0.05, 0.01))
    chance = numpy.random.default_rng(9)
    true = {"00": 0.45, "01": 0.02, "10": 0.03, "11": 0.5}

    def kept(flip, sent, seen):
        away = flip.zero_as_one if sent == "0" else flip.one_as_zero
        return 1 - away if sent == seen else away

    reading = [
        sum(p * kept(flips[0], sent[0], seen[0]) * kept(flips[1], sent[1], seen[1]) for sent, p in true.items())
        for seen in true
    ]

    def draw(chance, level):
        drawn = chance.multinomial(2_000, reading)
        return mitigated_correlator(dict(zip(true, map(int, drawn), strict=True)), flips).interval(level)

    assert bounds(0.05)[0] <= misses(draw, 0.9) <= bounds(0.05)[1]
    counts = dict(zip(true, map(int, chance.multinomial(1_000_000, reading)), strict=True))
    assert mitigated_correlator(counts, flips).mitigated
    assert 0.9 not in correlator(counts).interval(0.999)
    assert 0.9 not in mitigated_correlator(counts, flips[::-1]).interval(0.99)
    assert 0.5 in mitigated_population(counts, flips, "11").interval(0.9999)
    assert sum(mitigated_population(counts, flips, outcome).value for outcome in true) == pytest.approx(1)


def test_values_are_written_and_read_back_and_have_no_truth_value():
    for value in (proportion(3, 7), clustered([(1, 4), (3, 4)], quantity=ENTANGLEMENT_FIDELITY, label="n=2")):
        assert Measured.from_json(value.to_json()) == value
        with pytest.raises(TypeError, match="no truth value"):
            bool(value)
    for text in ("{}", "[1]", "nothing", proportion(3, 7).to_json().replace('"shots": 7}', '"shoots": 7}')):
        with pytest.raises(InputError, match="not a measured value"):
            Measured.from_json(text)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: proportion(8, 7), "0 ≤ successes ≤ shots"),
        (lambda: proportion(0, 0), "shots ≥ 1"),
        (lambda: proportion(1.5, 7), "whole numbers"),
        (lambda: proportion(1, 7).interval(1.0), "not between 0 and 1"),
        (lambda: correlator({"00": 1, "0": 2}), "of one length"),
        (lambda: correlator({}), "of one length"),
        (lambda: correlator({"0x": 1}), "strings of 0 and 1"),
        (lambda: correlator({"00": 1}, [2]), "from the left"),
        (lambda: correlator({"00": 1}, sign=2), "1 or -1"),
        (lambda: bell_fidelity({"000": 1}), "two bits"),
        (lambda: joint_fractions({"00": 1, "01": 1}, ["00"]), "not listed"),
        (lambda: combination([]), "no counts"),
        (lambda: average_fidelity(proportion(1, 2)), "not an entanglement fidelity"),
        (lambda: clustered([(1, 2), (1, 2)]).guaranteed_interval(), "without counts"),
        (lambda: ReadoutFlips(0.6, 0.5), "sum below 1"),
        (lambda: mitigated_correlator({"00": 5}, [ReadoutFlips(0, 0)]), "one per bit"),
        (lambda: mitigated_population({"00": 5}, [ReadoutFlips(0, 0)] * 2, "2"), "one 0 or 1"),
        (lambda: error_ranges(1.2, 2), "0 < fidelity < 1"),
    ],
)
def test_what_is_no_count_is_refused_in_one_line(call, told):
    with pytest.raises(InputError, match=told) as refusal:
        call()
    assert "\n" not in str(refusal.value)
