"""Quantities from outcomes against exact enumeration, and how often intervals and verdicts are right, by simulation."""

from __future__ import annotations

import math
from itertools import product

import numpy
import pytest

from noclone.hardware_checks.arrangements import LogicalObservable, Quantity
from noclone.hardware_checks.measured_quantities import (
    QUANTITY_RANGES,
    Reading,
    constant_of,
    kind_of,
    measured_quantity,
    shots_variance,
    with_sampled_operators,
)
from noclone.hardware_checks.measurement_settings import Setting
from noclone.hardware_checks.readout_mitigation import ReadoutFlips
from noclone.hardware_checks.shot_outcomes import Outcomes
from noclone.models.errors import InputError

REPETITIONS = 2_000
FIVE_SIGMA = 5 * math.sqrt(0.05 * 0.95 / REPETITIONS)


def on(letters, *, arrangement="a", sign=1):
    """The observable of letters such as "ZIX" on qubits q0, q1, …"""
    paulis = tuple((f"q{at}", letter) for at, letter in enumerate(letters) if letter != "I")
    return LogicalObservable(arrangement, paulis, 0, sign)


def setting(letters, arrangement="a"):
    return Setting(arrangement, tuple((f"q{at}", letter) for at, letter in enumerate(letters)))


def every(bits):
    """All outcomes, shape (2^bits, bits)."""
    return numpy.array(list(product((False, True), repeat=bits)))


def by_counts(counts):
    """Outcomes with each string so often, in the order of ``every``."""
    bits = (len(counts) - 1).bit_length()
    return Outcomes.from_array(numpy.repeat(every(bits), counts, axis=0))


def drawn(chance, probabilities, shots):
    return by_counts(chance.multinomial(shots, probabilities))


def enumerated(terms, letters, probabilities):
    """The mean and the variance of one shot's value, by adding up all outcomes one by one."""
    values = []
    for outcome in every(len(letters)).tolist():
        value = 0.0
        for weight, observable in terms:
            parity = 1
            for name, letter in observable.paulis:
                at = int(name[1:])
                assert letters[at] == letter
                parity *= -1 if outcome[at] else 1
            value += weight * observable.sign * parity
        values.append(value)
    mean = sum(p * value for p, value in zip(probabilities, values, strict=True))
    return mean, sum(p * (value - mean) ** 2 for p, value in zip(probabilities, values, strict=True))


COUNTS = {1: [731, 269], 2: [640, 110, 90, 160], 3: [300, 40, 50, 110, 20, 180, 60, 240]}
MANY = [((at + 1) / 8, on("".join("IZ"[bit] for bit in word))) for at, word in enumerate(every(3)[1:].tolist())]
MANY.append((0.5, on("ZIZ", sign=-1)))
CASES = [
    ("X_q0 Z_q1", 0.0, [(1.0, on("XZ"))], "XZ"),
    ("signed", 0.5, [(-0.25, on("Y", sign=-1))], "Y"),
    ("F_e, Bell measurement", 0.25, [(0.25, on("ZI")), (0.25, on("IZ")), (0.25, on("ZZ"))], "ZZ"),
    ("control 1", 0.0, [(1 / 3, on("ZII")), (1 / 3, on("IZI", sign=-1)), (1 / 3, on("IIZ"))], "ZZZ"),
    ("P", 0.25, [(0.25, on("ZZI")), (0.25, on("IZZ")), (0.25, on("ZIZ"))], "ZZZ"),
    ("many", 0.125, MANY, "ZZZ"),
    ("twice", 0.0, [(0.5, on("ZZ")), (0.5, on("ZZ"))], "ZZ"),
]
TWO_VALUED = {"X_q0 Z_q1", "signed", "F_e, Bell measurement", "P", "twice"}


@pytest.mark.parametrize(("name", "constant", "terms", "letters"), CASES, ids=[case[0] for case in CASES])
def test_values_and_errors_are_those_of_all_outcomes_added_up(name, constant, terms, letters):
    counts = COUNTS[len(letters)]
    shots = sum(counts)
    mean, variance = enumerated(terms, letters, [count / shots for count in counts])
    found = measured_quantity(Quantity(name, constant, tuple(terms)), [Reading(setting(letters), by_counts(counts))])
    assert found.value == pytest.approx(constant + mean, abs=1e-12)
    assert (len(found.terms) == 1) == (name in TWO_VALUED)
    expected = math.sqrt(variance / (shots if found.terms else shots - 1))
    assert found.standard_error == pytest.approx(expected, abs=1e-12)
    assert found.shots == shots and found.degrees == (None if found.terms else shots - 1)


def test_terms_that_cancel_are_no_certainty():
    quantity = Quantity("nothing", 0.0, ((0.5, on("Z")), (-0.5, on("Z"))))
    found = measured_quantity(quantity, [Reading(setting("Z"), by_counts([731, 269]))])
    assert (found.value, found.standard_error, found.terms) == (0.0, 0.002, ())


def test_settings_are_independent_and_each_observable_is_taken_from_the_first_that_reads_it():
    counts = COUNTS[2]
    terms = ((math.sqrt(2), on("ZZ")), (math.sqrt(2), on("XX")), (0.5, on("ZI")))
    readings = [
        Reading(setting("ZZ"), by_counts(counts)),
        Reading(setting("XX"), by_counts(counts[::-1])),
        Reading(setting("ZZ"), by_counts([1, 0, 0, 999])),  # as good for ZZ, but later
    ]
    found = measured_quantity(Quantity("S, same time", 0.0, terms), readings)
    shares = [number / 1000 for number in counts]
    one = enumerated([terms[0], terms[2]], "ZZ", shares)
    other = enumerated([terms[1]], "XX", shares[::-1])
    assert found.value == pytest.approx(one[0] + other[0])
    # the first has more than two values, so its mean stands beside a count: the count's error is the interval's, shrunk
    parity = (other[0] / math.sqrt(2) + 1) / 2
    shrunk = (parity * 1000 + 2) / 1004
    count = 8 * shrunk * (1 - shrunk) / 1004
    assert found.standard_error == pytest.approx(math.sqrt(one[1] / 999 + count), rel=1e-12)
    assert found.quantity == "CHSH value"


def test_a_fidelity_of_three_settings_keeps_the_counts_of_each():
    terms = [(0.25, on(letter * 2, sign=-1 if letter == "Y" else 1)) for letter in "XYZ"]
    readings = [Reading(setting(letter * 2), by_counts(COUNTS[2])) for letter in "XYZ"]
    found = measured_quantity(Quantity("F_e, parity", 0.25, tuple(terms)), readings, label="here")
    assert [(term.successes, term.shots, term.weight) for term in found.terms] == [
        (800, 1000, 0.5),
        (200, 1000, 0.5),
        (800, 1000, 0.5),
    ]
    assert found.value == pytest.approx(0.25 + 0.25 * (0.6 - 0.6 + 0.6)) and found.label == "here"


def test_names_stand_for_quantities_with_their_ranges():
    assert [kind_of(name) for name in ("F_e S[0]", "S, same time", "F_r", "P", "chi", "X A S[0]", "control 1")] == [
        "entanglement fidelity",
        "CHSH value",
        "GHZ fidelity",
        "population",
        "parity contrast",
        "correlator",
        "correlator",
    ]
    # from least to largest: S = √2(⟨ZZ⟩ + ⟨XX⟩); a parity contrast is a mean of correlators
    assert QUANTITY_RANGES[kind_of("S, same time")] == pytest.approx(2 * math.sqrt(2) * 2)
    assert QUANTITY_RANGES[kind_of("chi")] == QUANTITY_RANGES[kind_of("control 1")] == 2


def test_what_acts_on_nothing_is_a_constant_and_needs_no_circuit():
    quantity = Quantity("odd", 0.5, ((0.25, on("I", arrangement="b")), (0.125, on("I", sign=-1)), (1.0, on("Z"))))
    assert constant_of(quantity) == 0.625
    found = measured_quantity(quantity, [Reading(setting("Z"), by_counts([731, 269]))])
    assert found.value == pytest.approx(0.625 + 0.462)
    assert found.standard_error == pytest.approx(2 * math.sqrt(0.731 * 0.269 / 1000))
    assert shots_variance(quantity, {on("Z"): 0.462}, [setting("Z")]) == pytest.approx(1 - 0.462**2)
    with pytest.raises(InputError, match=r"it is 0\.75 whatever is measured"):
        measured_quantity(Quantity("none", 0.5, ((0.25, on("I")),)), [])


def test_what_does_not_fit_is_refused():
    outcomes = by_counts(COUNTS[2])
    with pytest.raises(InputError, match="2 bits were recorded for a: q0 Z, which has 1"):
        Reading(setting("Z"), outcomes)
    with pytest.raises(InputError, match="1000 shots are not 7 randomisations"):
        Reading(setting("ZZ"), outcomes, twirls=7)
    with pytest.raises(InputError, match="1000 shots are not 1 randomisations"):
        Reading(setting("ZZ"), outcomes, twirls=1)
    with pytest.raises(InputError, match="1 readout errors for the 2 bits"):
        Reading(setting("ZZ"), outcomes, (ReadoutFlips(0.1, 0.1),))
    with pytest.raises(InputError, match="no shots were recorded"):
        Reading(setting("ZZ"), Outcomes(0, 2, b""))
    with pytest.raises(InputError, match=r"no outcomes for .* run its circuit"):
        measured_quantity(Quantity("X", 0.0, ((1.0, on("X")),)), [Reading(setting("ZZ"), outcomes)])


@pytest.mark.parametrize("flips", [None, (ReadoutFlips(0.01, 0.03),) * 3])
@pytest.mark.parametrize("shots", [1, 2, 3])
def test_a_few_shots_that_all_agree_are_no_certainty(shots, flips):
    terms = tuple((1 / 3, on(letters)) for letters in ("ZII", "IZI", "IIZ"))
    for outcome in range(8):
        counts = [0] * 8
        counts[outcome] = shots
        found = measured_quantity(Quantity("mean", 0.0, terms), [Reading(setting("ZZZ"), by_counts(counts), flips)])
        assert math.isfinite(found.standard_error) and found.standard_error >= 2 / shots
        low, high = found.interval(0.95).low, found.interval(0.95).high
        assert low < -1 / 3 and high > 1 / 3  # nothing is known yet


# how often intervals cover: the truth is enumerated, the outcomes are drawn


def covered(truth, measure, seed, *, confidence=0.95):
    """How often the interval has the truth in it, and how often it lies above or below."""
    chance = numpy.random.default_rng(seed)
    found = [measure(chance).interval(confidence) for _ in range(REPETITIONS)]
    return sum(truth in one for one in found) / REPETITIONS


FLIPPED = ([0.02, 0.05], [0.01, 0.03], [0.04, 0.04])


def noisy_z(flip=0.04, bits=3):
    """Independent bits that are 1 with this probability."""
    return numpy.array([math.prod(flip if bit else 1 - flip for bit in row) for row in every(bits).tolist()])


@pytest.mark.parametrize(("shots", "flip"), [(200, 0.04), (1000, 0.01), (100, 0.3)])
def test_intervals_of_many_valued_settings_cover(shots, flip):
    terms = tuple((1 / 3, on(letters)) for letters in ("ZII", "IZI", "IIZ"))
    probabilities = noisy_z(flip)
    truth, _ = enumerated(terms, "ZZZ", probabilities)
    assert truth == pytest.approx(1 - 2 * flip)

    def measure(chance):
        outcomes = drawn(chance, probabilities, shots)
        return measured_quantity(Quantity("m", 0.0, terms), [Reading(setting("ZZZ"), outcomes)])

    rate = covered(truth, measure, shots)
    print(f"many-valued, {shots} shots, flip {flip}: {rate:.4f}")
    assert abs(rate - 0.95) < FIVE_SIGMA


def read(probabilities, flips):
    """The distribution of readings: each bit flipped with its own probability for what it is."""
    matrix = numpy.ones((1, 1))
    for zero, one in flips:
        matrix = numpy.kron(matrix, numpy.array([[1 - zero, one], [zero, 1 - one]]))
    return matrix @ probabilities


MITIGATED = [
    ("m", 0.0, tuple((1 / 3, on(letters)) for letters in ("ZII", "IZI", "IIZ"))),
    ("F_e", 0.25, ((0.25, on("ZZI")), (0.25, on("IZZ")), (0.25, on("ZIZ")))),
    ("Z_q0 Z_q1 Z_q2", 0.0, ((1.0, on("ZZZ", sign=-1)),)),
]


@pytest.mark.parametrize("quantity", [Quantity(*each) for each in MITIGATED], ids=lambda one: one.name)
def test_mitigation_is_unbiased_and_its_interval_covers(quantity):
    true = numpy.array(COUNTS[3]) / 1000
    truth = quantity.constant + enumerated(quantity.terms, "ZZZ", true)[0]
    readings = read(true, FLIPPED)
    flips = tuple(ReadoutFlips(*pair) for pair in FLIPPED)
    # the mean over all readings, each one's estimate by itself, is the true value exactly; without mitigation it is not
    for chosen, is_unbiased in ((flips, True), (tuple(ReadoutFlips(one, zero) for zero, one in FLIPPED), False)):
        single = [
            measured_quantity(quantity, [Reading(setting("ZZZ"), by_counts(row), chosen)]).value
            for row in numpy.eye(8, dtype=int)
        ]
        assert bool(abs(numpy.dot(readings, single) - truth) < 1e-12) is is_unbiased

    def measure(chance):
        found = measured_quantity(quantity, [Reading(setting("ZZZ"), drawn(chance, readings, 400), flips)])
        assert found.mitigated and not found.terms
        return found

    rate = covered(truth, measure, 5)
    print(f"mitigated {quantity.name}: {rate:.4f}")
    assert abs(rate - 0.95) < FIVE_SIGMA


def twirled_outcomes(chance, twirls, shots, spread, *, shuffled=False):
    """Two bits of even parity with a probability that each twirl has its own of, around 0.8."""
    own = numpy.repeat(0.8 + spread * chance.standard_normal(twirls), shots // twirls)
    odd = chance.random(shots) >= own
    array = numpy.stack([chance.random(shots) < 0.5, odd], axis=1)
    array[:, 1] ^= array[:, 0]
    return Outcomes.from_array(array[chance.permutation(shots)] if shuffled else array)


def test_shots_that_share_a_twirl_are_clusters():
    quantity = Quantity("Z_q0 Z_q1", 0.0, ((1.0, on("ZZ")),))

    def rate(twirls, *, shuffled=False, spread=0.05):
        def measure(chance):
            outcomes = twirled_outcomes(chance, 32, 1600, spread, shuffled=shuffled)
            return measured_quantity(quantity, [Reading(setting("ZZ"), outcomes, twirls=twirls)])

        return covered(0.6, measure, 6)

    clusters, as_shots, mixed, alike = rate(32), rate(0), rate(32, shuffled=True), rate(32, spread=0.0)
    print(f"32 twirls: {clusters:.4f}; as shots {as_shots:.4f}, shuffled {mixed:.4f}; without spread {alike:.4f}")
    assert abs(clusters - 0.95) < FIVE_SIGMA and abs(alike - 0.95) < FIVE_SIGMA
    assert as_shots < 0.90 and mixed < 0.90  # what goes wrong without clusters, and in another order than they were run


def test_the_error_of_twirls_is_that_of_their_means():
    array = numpy.zeros((8, 1), dtype=bool)
    array[:3] = True  # means −1, 0, 1, 1 of four twirls
    found = measured_quantity(
        Quantity("Z", 0.0, ((1.0, on("Z")),)), [Reading(setting("Z"), Outcomes.from_array(array), twirls=4)]
    )
    assert (found.value, found.degrees, found.terms) == (0.25, 3, ())
    assert found.standard_error == pytest.approx(numpy.std([-1, 0, 1, 1], ddof=1) / 2)


# operators that are a sample


BITS = 6
WORDS = [word for word in every(BITS).tolist() if sum(word) % 2 == 0]
FLIPS = numpy.array([0.02, 0.05, 0.1, 0.01, 0.2, 0.08])


def z_product(word):
    return on("".join("IZ"[bit] for bit in word))


def expectation(word):
    return math.prod(1 - 2 * flip for flip, bit in zip(FLIPS, word, strict=True) if bit)


def bits_drawn(chance, shots):
    return Outcomes.from_array(chance.random((shots, BITS)) < FLIPS)


@pytest.mark.parametrize("layout", ["a setting each", "one setting", "some together"])
def test_the_interval_of_sampled_operators_covers_the_mean_over_all_of_them(layout):
    truth = sum(expectation(word) for word in WORDS) / len(WORDS)
    size, shots = 24, 400

    def sample(chance):
        """A draw and its readings; the operator on nothing counts as any other."""
        words = [WORDS[at] for at in chance.integers(len(WORDS), size=size)]
        names = {
            "a setting each": range(size),
            "one setting": [0] * size,
            "some together": [at // 6 for at in range(size)],
        }
        terms, constant, readings = [], 0.0, {}
        for word, name in zip(words, names[layout], strict=True):
            if not any(word):
                constant += 1 / size
                continue
            readings[name] = Reading(setting("Z" * BITS, str(name)), bits_drawn(chance, shots))
            observable = z_product(word)
            terms.append((1 / size, LogicalObservable(str(name), observable.paulis, 1)))
        return Quantity("P", constant, tuple(terms), len(WORDS)), list(readings.values())

    hits, bare = 0, 0
    chance = numpy.random.default_rng(7)
    repetitions = 1_000
    for _ in range(repetitions):
        quantity, readings = sample(chance)
        measured = measured_quantity(quantity, readings)
        wide = with_sampled_operators(quantity, readings, measured)
        assert wide.value == measured.value and wide.standard_error >= measured.standard_error
        hits += truth in wide.interval(0.95)
        bare += truth in measured.interval(0.95)
    print(f"sampled operators, {layout}: {hits / repetitions:.3f}, as if they were all: {bare / repetitions:.3f}")
    assert hits / repetitions > 0.95 - 5 * math.sqrt(0.05 * 0.95 / repetitions)
    assert bare / repetitions < 0.8


def test_operators_that_settings_keep_apart_are_one_sample_all_the_same():
    """Within each setting all agree, and the settings do not: the spread between them is the sample's."""
    readings = [
        Reading(setting("ZZ", "a"), by_counts([1000, 0, 0, 0])),
        Reading(setting("ZZ", "b"), by_counts([250] * 4)),
    ]
    terms = [(0.25, on(letters, arrangement=name)) for name in "ab" for letters in ("ZI", "IZ")]
    quantity = Quantity("F_e", 0.0, tuple(terms), 64)
    found = with_sampled_operators(quantity, readings, measured_quantity(quantity, readings))
    assert found.standard_error > numpy.std([1, 1, 0, 0], ddof=1) / 2 * 0.999
    assert found.degrees == 3


def test_a_quantity_that_is_no_sample_stays_as_it_is():
    quantity = Quantity("Z", 0.0, ((1.0, on("Z")),))
    readings = [Reading(setting("Z"), by_counts([731, 269]))]
    measured = measured_quantity(quantity, readings)
    assert with_sampled_operators(quantity, readings, measured) is measured


# planning


def test_the_planned_variance_is_that_of_one_shot_per_setting():
    probabilities = numpy.array(COUNTS[2]) / 1000
    for _, constant, terms, letters in (case for case in CASES if len(case[3]) == 2):
        expected = {one: enumerated([(1.0, one)], letters, probabilities)[0] for _, one in terms}
        mean, variance = enumerated(terms, letters, probabilities)
        planned = shots_variance(Quantity("q", constant, tuple(terms)), expected, [setting(letters)])
        assert planned >= variance - 1e-12
        assert (
            abs(mean) <= 1
            and shots_variance(Quantity("q", 0.0, tuple(terms)), expected, [setting(letters)], margin=0.1) >= planned
        )
    bell = CASES[2]
    expected = {one: enumerated([(1.0, one)], "ZZ", probabilities)[0] for _, one in bell[2]}
    found = shots_variance(Quantity("q", 0.25, tuple(bell[2])), expected, [setting("ZZ")])
    assert found == pytest.approx(0.64 * 0.36)  # one binomial


def test_the_planned_variance_counts_an_observable_that_two_settings_read_once():
    quantity = Quantity("Z", 0.0, ((1.0, on("ZI")),))
    settings = [setting("ZZ"), setting("ZX")]
    assert shots_variance(quantity, {on("ZI"): 0.6}, settings) == pytest.approx(1 - 0.36)
