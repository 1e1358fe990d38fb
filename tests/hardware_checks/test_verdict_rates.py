"""How often ``compare_run`` is wrong: runs drawn from the distribution that is predicted, and from others, a thousand times each."""

from __future__ import annotations

import math

import numpy
import pytest
from simulated_runs import calibration, drafted, recorded

from noclone.hardware_checks import run_comparisons
from noclone.hardware_checks.device_verdicts import DeviceStatus
from noclone.hardware_checks.executable_circuits import scheduled_from
from noclone.hardware_checks.experiments import entanglement_fidelity
from noclone.hardware_checks.physical import Observable
from noclone.hardware_checks.prediction import predict
from noclone.hardware_checks.run_comparisons import compare_run
from noclone.hardware_checks.shot_outcomes import Outcomes
from noclone.hardware_checks.stored_circuits import from_qpy
from noclone.hardware_checks.testing import ShotPlan

REPETITIONS = 1_000
SHOTS = 2_000
ALPHA = 0.05
PLAN = ShotPlan(0.08, alpha=ALPHA)


@pytest.fixture(scope="module")
def draft():
    return drafted(("n", 2, entanglement_fidelity(2)), shots=SHOTS)


@pytest.fixture(scope="module")
def distributions(draft):
    """For each circuit the predicted probabilities of its four outcomes 00, 01, 10, 11 (bit 0 first), from ⟨ZI⟩, ⟨IZ⟩ and ⟨ZZ⟩."""
    found = []
    for circuit in draft.circuits:
        physical, _ = scheduled_from(from_qpy(circuit.qpy), calibration().seconds, calibration().dt)
        one, other = (circuit.layout[name] for name, _ in circuit.settings["letters"])
        wanted = [Observable(((one, "Z"),)), Observable(((other, "Z"),)), Observable(((one, "Z"), (other, "Z")))]
        left, right, both = (
            row.predicted for row in predict(physical, wanted, calibration().noise, method="asymmetric").rows
        )
        signs = [(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]
        found.append(numpy.array([(1 + a * left + b * right + c * both) / 4 for a, b, c in signs]))
    return found


@pytest.fixture
def judge(draft, distributions, monkeypatch):
    """Verdicts about runs drawn with a share of noise mixed in; the predictions, always the same, are made once."""
    made = {}

    def once(item, circuits, *, method, layers):
        if tuple(layers) not in made:
            made[tuple(layers)] = original(item, circuits, method=method, layers=layers)
        return made[tuple(layers)]

    original = run_comparisons.predicted_by_settings
    monkeypatch.setattr(run_comparisons, "predicted_by_settings", once)

    def run(chance, noise=0.0, **more):
        outcomes = []
        for probabilities in distributions:
            counts = chance.multinomial(SHOTS, (1 - noise) * probabilities + noise / 4)
            rows = numpy.repeat([[False, False], [False, True], [True, False], [True, True]], counts, axis=0)
            outcomes.append(Outcomes.from_array(rows))
        return compare_run(recorded(draft, outcomes), PLAN, method="asymmetric", **more)

    return run


def within(rate, expected):
    return abs(rate - expected) < 5 * math.sqrt(expected * (1 - expected) / REPETITIONS)


@pytest.mark.parametrize("mitigate", [False, True])
def test_false_alarms_are_rarer_than_alpha_and_intervals_cover(judge, mitigate):
    chance = numpy.random.default_rng(11 + mitigate)
    alarms, significant, covered, statuses = 0, 0, numpy.zeros(3), set()
    for _ in range(REPETITIONS):
        found = judge(chance, mitigate=mitigate)
        alarms += found.agreement.status is DeviceStatus.DEVIATES
        statuses.add(found.agreement.status)
        significant += min(one.adjusted_p for one in found.agreement.deviations) <= ALPHA
        covered += [row.prediction.predicted in row.measured.interval(0.95) for row in found.rows]
    rates = covered / REPETITIONS
    print(
        f"mitigated {mitigate}: called {alarms / REPETITIONS:.4f}, p <= {ALPHA}: {significant / REPETITIONS:.4f}, "
        f"intervals of {', '.join(row.measured.label for row in found.rows)} cover {rates.round(3).tolist()}"
    )
    assert alarms / REPETITIONS <= ALPHA / 5  # a difference is called only if these shots could be relied on to see it
    assert significant / REPETITIONS < ALPHA + 5 * math.sqrt(ALPHA * (1 - ALPHA) / REPETITIONS)
    assert significant / REPETITIONS > ALPHA / 5  # the test is no empty one
    assert all(rate > 0.95 or within(rate, 0.95) for rate in rates)
    assert all(rate < 0.98 for rate in rates)


@pytest.mark.parametrize("noise", [0.05, 0.2])
def test_what_is_off_is_found_and_not_overstated(judge, noise):
    chance = numpy.random.default_rng(13)
    found = [judge(chance, noise=noise) for _ in range(REPETITIONS)]
    rows = found[0].rows
    ideal = [row.quantity.constant for row in rows]  # what is left of a quantity when there is nothing but noise
    off = [noise * abs(row.prediction.predicted - constant) for row, constant in zip(rows, ideal, strict=True)]
    overstated = sum(
        any(one.at_least > true for one, true in zip(each.agreement.deviations, off, strict=True)) for each in found
    )
    called = sum(each.agreement.status is DeviceStatus.DEVIATES for each in found)
    wrong_way = sum(one.is_called and one.difference > 0 for each in found for one in each.agreement.deviations)
    print(f"noise {noise}: called {called / REPETITIONS:.3f}, overstated {overstated / REPETITIONS:.4f}")
    assert overstated / REPETITIONS < ALPHA + 5 * math.sqrt(ALPHA * (1 - ALPHA) / REPETITIONS)
    assert wrong_way == 0
    visible = [one.visible for one in found[0].agreement.deviations]
    assert any(true > seen for true, seen in zip(off, visible, strict=True)) and called / REPETITIONS > 0.9
