"""Simulated coverage and false-alarm rates of every estimator and test: python tests/benchmarks/device_statistics.py

Each rate is a share of the repetitions, with its own exact 99.9 % interval; "bar" is what the method promises, "about" for
approximate ones. Ends with exit status 1 if a promise lies outside. Takes half a minute. ``--repetitions`` (at least 1,000)
and ``--seed`` change the simulation.
"""

from __future__ import annotations

import argparse
import math
import sys

import numpy

from noclone.hardware_checks.clustered import bootstrap_interval, clustered
from noclone.hardware_checks.device_verdicts import DeviceStatus, Prediction, compare
from noclone.hardware_checks.drift import change_point, day_to_day
from noclone.hardware_checks.estimation import (
    average_fidelity,
    bell_fidelity,
    chsh,
    correlator,
    fidelity_from_correlators,
    joint_fractions,
    proportion,
)
from noclone.hardware_checks.measured import ENTANGLEMENT_FIDELITY, GHZ_FIDELITY, Measured, clopper_pearson
from noclone.hardware_checks.one_parameter import Curves, fit_one_parameter, held_out
from noclone.hardware_checks.parity_oscillations import ghz_fidelity, published_parity_error
from noclone.hardware_checks.physical_statements import (
    beats_measure_and_prepare,
    beats_universal_cloners,
    controlled_family,
    entangled,
    genuinely_multipartite,
    key_consumed,
    nonlocal_correlations,
)
from noclone.hardware_checks.published_statements import audit_published
from noclone.hardware_checks.readout_mitigation import ReadoutFlips, mitigated_correlator, mitigated_population
from noclone.hardware_checks.sequential import EProcess, confidence_sequence
from noclone.hardware_checks.testing import ShotPlan, difference, holm, p_value

LOOKS, PER_LOOK, RATE = 50, 400, 0.965


class Table:
    """Rows of measured rates against what is promised."""

    def __init__(self, repetitions, seed):
        self.repetitions, self.chance, self.broken = repetitions, numpy.random.default_rng(seed), 0
        print(f"{repetitions} repetitions, seed {seed}\n{'what':<74} {'rate':>8} {'99.9 % interval':>19}   promised")

    def row(self, what, happens, promise=None, relation="<="):
        """Simulate and print one rate; ``promise`` with "<=" or ">=" must be possible, "about" within the interval."""
        seen = sum(bool(happens(self.chance)) for _ in range(self.repetitions))
        low, high = clopper_pearson(seen, self.repetitions, confidence=0.999)
        kept = (
            promise is None or {"<=": low <= promise, ">=": high >= promise, "about": low <= promise <= high}[relation]
        )
        self.broken += not kept
        said = "(no promise)" if promise is None else f"{relation} {promise:.3f}{'' if kept else '   BROKEN'}"
        print(f"{what:<74} {seen / self.repetitions:>8.4f} {f'{low:.4f} … {high:.4f}':>19}   {said}", flush=True)


def counted(even, shots):
    return correlator({"00": int(even), "01": int(shots - even)})


def bell(chance, shots, fidelity):
    rest = (1 - fidelity) / 3
    drawn = chance.multinomial(shots, [fidelity, rest, rest, rest])
    return {f"{k:02b}": int(number) for k, number in enumerate(drawn)}


def ghz(chance, size, fidelity, shots):
    visibility = (fidelity - 2**-size) / (1 - 2**-size)
    basis = numpy.full(2**size, (1 - visibility) / 2**size)
    basis[[0, -1]] += visibility / 2
    population = {f"{k:0{size}b}": int(n) for k, n in enumerate(chance.multinomial(shots, basis))}
    even = [int(chance.binomial(shots, (1 + (-1) ** k * visibility) / 2)) for k in range(1, size + 1)]
    return population, [{"0" * size: seen, "0" * (size - 1) + "1": shots - seen} for seen in even]


def twirled(chance, number=30, size=100, rate=0.8, concentration=40):
    rates = chance.beta(rate * concentration, (1 - rate) * concentration, number)
    return [(int(chance.binomial(size, p)), size) for p in rates]


def tsirelson(chance, shots, even=0.85):
    return chsh([counted(k, shots) for k in chance.binomial(shots, [even, even, even, 1 - even])])


def missed(truth, make):
    return lambda chance: truth not in make(chance)


def estimators(table):
    print("\nintervals of 95 %: how often they miss")
    for rate in (0.01, 0.5, 0.965):
        table.row(
            f"exact binomial, p = {rate}, 300 shots",
            missed(rate, lambda c, p=rate: proportion(int(c.binomial(300, p)), 300).interval()),
            0.05,
        )
    table.row(
        "Bell fidelity F = 0.8 by Bell measurement",
        missed(0.8, lambda c: bell_fidelity(bell(c, 2_000, 0.8)).interval()),
        0.05,
    )
    joint = [0.8, 0.1, 0.07, 0.03]

    def joint_missed(chance):
        counts = {f"{k:02b}": int(n) for k, n in enumerate(chance.multinomial(500, joint))}
        return not all(p in one for p, one in zip(joint, joint_fractions(counts).intervals(), strict=True))

    table.row("four Bell fractions at once", joint_missed, 0.05)
    table.row("correlator 0.7, 500 shots", missed(0.7, lambda c: counted(c.binomial(500, 0.85), 500).interval()), 0.05)
    for shots, relation in ((2_000, "about"), (100, "<=")):
        table.row(
            f"CHSH 2.8, {shots} shots per setting",
            missed(2.8, lambda c, n=shots: tsirelson(c, n).interval()),
            0.05,
            relation,
        )
    table.row(
        "CHSH 2.8, 100 shots, guaranteed interval", missed(2.8, lambda c: tsirelson(c, 100).guaranteed_interval()), 0.05
    )

    def three_correlators(chance, even=0.98, shots=200):
        xx, yy, zz = (counted(k, shots) for k in chance.binomial(shots, [even, 1 - even, even]))
        return fidelity_from_correlators(xx, yy, zz).interval()

    table.row("fidelity 0.97 from three correlators, 200 shots each", missed(0.97, three_correlators), 0.05, "about")
    for size in (2, 5):
        table.row(
            f"GHZ fidelity 0.8 by parity oscillations, r = {size}",
            missed(0.8, lambda c, r=size: ghz_fidelity(*ghz(c, r, 0.8, 1_000)).interval()),
            0.05,
            "about",
        )
    wide = published_parity_error(0.9 / 2, 0.9 / 2, [0.9, 0.9], 1_000)
    table.row(
        "the same with the error of the published equation, F = 0.9, r = 2",
        lambda c: abs(ghz_fidelity(*ghz(c, 2, 0.9, 1_000)).value - 0.9) > 1.96 * wide,
    )
    table.row(
        "shots sharing twirls, sandwich error", missed(0.8, lambda c: clustered(twirled(c)).interval()), 0.05, "about"
    )
    table.row(
        "shots sharing twirls, bootstrap over clusters",
        missed(0.8, lambda c: bootstrap_interval(twirled(c), resamples=400, seed=int(c.integers(2**31)))),
        0.05,
        "about",
    )
    table.row(
        "shots sharing twirls, treated as independent",
        missed(0.8, lambda c: proportion(sum(k for k, _ in twirled(c)), 3_000).interval()),
    )
    flips = (ReadoutFlips(0.02, 0.08), ReadoutFlips(0.05, 0.01))
    reading = readings(flips, {"00": 0.45, "01": 0.02, "10": 0.03, "11": 0.5})

    def read(chance):
        return dict(zip(reading, map(int, chance.multinomial(2_000, list(reading.values()))), strict=True))

    table.row(
        "correlator 0.9 with readout mitigation",
        missed(0.9, lambda c: mitigated_correlator(read(c), flips).interval()),
        0.05,
        "about",
    )
    table.row(
        "population 0.5 of |11> with readout mitigation",
        missed(0.5, lambda c: mitigated_population(read(c), flips, "11").interval()),
        0.05,
        "about",
    )
    table.row("correlator 0.9 without it", missed(0.9, lambda c: correlator(read(c)).interval()))
    table.row(
        "difference of two runs",
        missed(
            0.0, lambda c: difference(*[proportion(int(k), 1_000) for k in c.binomial(1_000, [0.8, 0.8])]).interval()
        ),
        0.05,
        "about",
    )

    def days(chance, spread):
        return day_to_day(0.8 + chance.normal(0, spread, 6) + chance.normal(0, 0.01, 6), [0.01] * 6)

    table.row("mean over six days, Hartung-Knapp", missed(0.8, lambda c: days(c, 0.03).mean_interval), 0.05, "about")
    table.row(
        "spread between six days, Q profile", missed(0.03, lambda c: days(c, 0.03).between_interval), 0.05, "about"
    )
    table.row(
        "no spread between six days: called at 5 %", lambda c: days(c, 0.0).heterogeneity_p <= 0.05, 0.05, "about"
    )


def readings(flips, true):
    def kept(flip, sent, seen):
        away = flip.zero_as_one if sent == "0" else flip.one_as_zero
        return 1 - away if sent == seen else away

    return {seen: sum(p * math.prod(map(kept, flips, sent, seen)) for sent, p in true.items()) for seen in true}


def looks(table):
    print(f"\n{LOOKS} looks at {PER_LOOK} shots each, p = {RATE}: how often any look alarms at 5 %")
    shots = PER_LOOK * numpy.arange(1, LOOKS + 1)

    def drawn(chance, rate=RATE):
        return chance.binomial(PER_LOOK, rate, LOOKS)

    def fixed(chance, rate=RATE):
        p = drawn(chance, rate).cumsum() / shots
        return (abs(p - RATE) > 1.959964 * numpy.sqrt(p * (1 - p) / shots)).any()

    def exact(chance):
        totals = drawn(chance).cumsum()
        return any(RATE not in proportion(int(k), int(n)).interval() for k, n in zip(totals, shots, strict=True))

    def running(chance, rate=RATE, side="two-sided"):
        return EProcess(RATE, side).after_all((int(k), PER_LOOK) for k in drawn(chance, rate)).rejects()

    table.row("fixed normal intervals", fixed)
    table.row("fixed exact intervals", exact)
    table.row("e-process, two-sided", running, 0.05)
    table.row("e-process, greater", lambda c: running(c, side="greater"), 0.05)
    table.row("e-process, less", lambda c: running(c, side="less"), 0.05)
    table.row("e-process, greater, p below the null", lambda c: running(c, 0.955, "greater"), 0.05)

    def sequence(chance):
        totals = drawn(chance)[:12].cumsum()
        return any(RATE not in confidence_sequence(int(k), int(n)) for k, n in zip(totals, shots, strict=False))

    table.row("confidence sequence, 12 looks", sequence, 0.05)
    table.row("power against 0.970 after all looks: e-process", lambda c: running(c, 0.97))
    table.row(
        "power against 0.970 after all shots: one exact test",
        lambda c: p_value(proportion(int(c.binomial(20_000, 0.97)), 20_000), RATE) <= 0.05,
    )


def tests(table):
    print("\ntests and verdicts at 5 %")
    table.row(
        "exact two-sided test of a true null",
        lambda c: p_value(proportion(int(c.binomial(500, 0.8)), 500), 0.8) <= 0.05,
        0.05,
    )

    def family(chance, adjust):
        return min(adjust([p_value(proportion(int(k), 400), 0.5) for k in chance.binomial(400, 0.5, 12)])) <= 0.05

    table.row("twelve true nulls, any rejected: Holm", lambda c: family(c, holm), 0.05)
    table.row("twelve true nulls, any rejected: each alone", lambda c: family(c, list))

    def runs(chance, spread, null):
        rates = numpy.clip(0.8 + chance.normal(0, spread, 8), 0, 1)
        counts = [(int(k), 500) for k in chance.binomial(500, rates)]
        return change_point(counts, null=null, resamples=99, seed=int(chance.integers(2**31))).p_value <= 0.05

    table.row("change point of a steady device, null 'constant'", lambda c: runs(c, 0.0, "constant"), 0.05)
    table.row(
        "change point with spread between days, null 'exchangeable'", lambda c: runs(c, 0.05, "exchangeable"), 0.05
    )

    def changed(chance):
        counts = [(int(k), 500) for k in chance.binomial(500, [0.8] * 5 + [0.7] * 5)]
        return change_point(counts, resamples=99, seed=int(chance.integers(2**31))).p_value <= 0.05

    table.row("power of 'exchangeable' against 0.8 → 0.7 after five of ten runs", changed)
    table.row("change point with spread between days, null 'constant'", lambda c: runs(c, 0.05, "constant"))
    truth = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4]
    shots = max(ShotPlan(0.03, comparisons=6).binomial_shots(value) for value in truth)
    wanted = [Prediction.about(p, 0.0, quantity="probability", label=str(k)) for k, p in enumerate(truth)]

    def suite(chance, rates, size=shots, spread=0.0):
        values = [proportion(int(n), size, label=str(k)) for k, n in enumerate(chance.binomial(size, rates))]
        return compare(values, wanted, ShotPlan(0.03, spread=spread))

    table.row(
        "suite of six, device as predicted: DEVIATES", lambda c: suite(c, truth).status is DeviceStatus.DEVIATES, 0.05
    )
    off = [*truth[:5], 0.43]
    table.row(
        "suite of six, one off by the planned effect: CONSISTENT",
        lambda c: suite(c, off).status is DeviceStatus.CONSISTENT,
        0.1,
    )
    table.row(
        "suite of six, one off by the planned effect: 'at least' too large",
        lambda c: suite(c, off).at_least > 0.03,
        0.05,
    )
    for status in DeviceStatus.DEVIATES, DeviceStatus.TOO_FEW_SHOTS:
        table.row(
            f"suite of six, one off by the planned effect: {status.value}",
            lambda c, wanted=status: suite(c, off).status is wanted,
        )
    far = [*truth[:5], 0.46]
    table.row(
        "suite of six, one off by twice the planned effect: DEVIATES",
        lambda c: suite(c, far).status is DeviceStatus.DEVIATES,
        0.9,
        ">=",
    )
    table.row(
        "suite of six, a tenth of the shots, as predicted: CONSISTENT",
        lambda c: suite(c, truth, shots // 10).status is DeviceStatus.CONSISTENT,
        0.0,
    )
    table.row(
        "suite of six, a tenth of the shots, as predicted: DEVIATES",
        lambda c: suite(c, truth, shots // 10).status is DeviceStatus.DEVIATES,
        0.05,
    )
    table.row(
        "suite of six, spread of 0.02 between days, planned for: DEVIATES",
        lambda c: suite(c, truth + c.normal(0, 0.02, 6), spread=0.02).status is DeviceStatus.DEVIATES,
        0.05,
    )
    table.row(
        "the same, not planned for",
        lambda c: suite(c, truth + c.normal(0, 0.02, 6)).status is DeviceStatus.DEVIATES,
    )
    table.row(
        f"exact test with the planned {shots} shots finds 0.03 (power 0.9)",
        lambda c: p_value(proportion(int(c.binomial(shots, 0.53)), shots), 0.5) <= 0.05 / 6,
        0.9,
        ">=",
    )
    statements(table)


def statements(table):
    def half(number, size=2_000):
        return proportion(int(number), size, quantity=ENTANGLEMENT_FIDELITY)

    def shown(finding):
        return finding.status is DeviceStatus.SHOWN

    table.row("F_e = 1/2 shown entangled", lambda c: shown(entangled(half(c.binomial(2_000, 0.5)))), 0.05)
    table.row(
        "eight with F_e = 1/2, any shown entangled: family",
        lambda c: any(map(shown, controlled_family([entangled(half(k)) for k in c.binomial(2_000, 0.5, 8)]))),
        0.05,
    )
    average = 2 / 3

    def prepared(chance):
        fidelity = half(chance.binomial(2_000, (3 * average - 1) / 2))
        return beats_measure_and_prepare(average_fidelity(fidelity))

    table.row("average F = 2/3 shown better than measure and prepare", lambda c: shown(prepared(c)), 0.05)
    table.row(
        "F_e = (M + 1)/(2M), M = 3, shown better than universal cloners",
        lambda c: shown(beats_universal_cloners(half(c.binomial(2_000, 2 / 3)), 3)),
        0.05,
    )
    table.row(
        "F_r = 1/2, r = 3, shown genuinely multipartite",
        lambda c: shown(genuinely_multipartite(ghz_fidelity(*ghz(c, 3, 0.5, 1_000), quantity=GHZ_FIDELITY))),
        0.05,
    )
    table.row("S = 2 shown nonlocal", lambda c: shown(nonlocal_correlations(tsirelson(c, 2_000, 0.75))), 0.05)
    table.row(
        "a leak of 0.1 shown consumed within 0.1",
        lambda c: shown(key_consumed([counted(k, 4_000) for k in c.binomial(4_000, [0.55, 0.5, 0.5])], within=0.1)),
        0.05,
    )
    normal = Measured(ENTANGLEMENT_FIDELITY, "", 0.5, 0.01, 2_500)
    table.row(
        "mean of a normal value, both tails",
        lambda c: p_value(Measured(normal.quantity, "", float(c.normal(0.5, 0.01)), 0.01, 2_500), 0.5) <= 0.05,
        0.05,
        "about",
    )


def one_parameter(table):
    print("\none parameter for 40 figures, their errors known, true value 2.1")
    nodes, rates = numpy.linspace(0.25, 6, 24), numpy.geomspace(0.02, 1.2, 40)
    curves = Curves(nodes, 0.25 + 0.75 * numpy.exp(-numpy.outer(nodes, rates)))
    true, errors, groups = 0.25 + 0.75 * numpy.exp(-2.1 * rates), [0.02] * 40, ["shallow"] * 30 + ["deep"] * 10

    def fitted(chance, resamples=0, much=1.0):
        values = (true + chance.normal(0, 0.02 * much, 40)).tolist()
        return fit_one_parameter(curves, values, errors, resamples=resamples, seed=int(chance.integers(2**31)))

    # the profile is widened where χ² exceeds its degrees of freedom, so in half of the cases
    table.row("profile interval misses", missed(2.1, lambda c: fitted(c).interval), 0.05)
    table.row(
        "profile interval misses, errors three times too small", missed(2.1, lambda c: fitted(c, much=3).interval)
    )
    table.row("bootstrap over figures misses", missed(2.1, lambda c: fitted(c, 200).bootstrap))
    table.row("the right model is rejected", lambda c: fitted(c).p_value <= 0.05, 0.05, "about")
    table.row(
        "the right model is rejected by a group held out",
        lambda c: held_out(curves, (true + c.normal(0, 0.02, 40)).tolist(), errors, groups)[1].p_value <= 0.05,
        0.05,
        "about",
    )


def main():
    """Print the tables."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--repetitions", type=int, default=2_000)
    words.add_argument("--seed", type=int, default=2026)
    given = words.parse_args()
    if given.repetitions < 1_000:
        words.error("--repetitions: at least 1000")
    table = Table(given.repetitions, given.seed)
    estimators(table)
    looks(table)
    tests(table)
    one_parameter(table)
    print("\npublished statements (arXiv:2602.10695)")
    for one in audit_published():
        print(f"{one.support.value:<13} {one.name}: {one.finding}")
    print(f"\n{table.broken} promises broken")
    return 1 if table.broken else 0


if __name__ == "__main__":
    sys.exit(main())
