"""What several runs say of each other: only what measured the same thing under the same conditions is compared."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from noclone.hardware.changes import changes_between, to_json, to_text
from noclone.hardware_checks.estimation import combination
from noclone.hardware_checks.measured import CORRELATOR, ENTANGLEMENT_FIDELITY, Term


def value(successes, *, label="n=2 F_e, parity", quantity=ENTANGLEMENT_FIDELITY, shots=4000):
    return combination([Term(1.0, successes, shots)], quantity=quantity, label=label)


def compared(at, backend, *measured, number=1, name="entanglement fidelity", **options):
    """A comparison with just what is looked at."""
    item = SimpleNamespace(experiment=SimpleNamespace(number=number, name=name))
    return SimpleNamespace(
        submitted=f"2026-01-{at:02}",
        plan=SimpleNamespace(id=f"run{at}", backend=backend, options={"seed": at, "twirling": False, **options}),
        rows=[SimpleNamespace(item=item, measured=one) for one in measured],
    )


CONTROL = {"label": "n=2 control 1", "quantity": CORRELATOR}


def test_two_backends_are_compared_in_the_order_of_their_quantities():
    measured = [value(3000 + at, label=f"n={at} F_e, parity") for at in range(9)]
    found = changes_between([compared(2, "fake:kingston", *measured[::-1]), compared(1, "stim:kingston", *measured)])
    assert [one.label for one in found.deltas] == [f"n={at} F_e, parity" for at in range(9)]
    assert {(one.here, one.there, one.value) for one in found.deltas} == {("run1", "run2", 0.0)}
    assert all(one.interval.low < 0 < one.interval.high and one.adjusted_p == 1 for one in found.deltas)


def test_two_experiments_of_the_same_label_are_not_the_same_quantity():
    """Each has an "n=2 control 1", of qubits of its own."""
    one = compared(1, "stim:kingston", value(3900, **CONTROL))
    other = compared(2, "fake:kingston", value(2000, **CONTROL), number=6, name="access")
    assert changes_between([one, other]) is None
    third = compared(3, "fake:kingston", value(3900, **CONTROL))
    (delta,) = changes_between([one, third]).deltas
    assert delta.label == "n=2 control 1"
    runs = [compared(at, "stim:kingston", value(3900, **CONTROL)) for at in (1, 2)]
    assert (
        changes_between([*runs, compared(3, "stim:kingston", value(2000, **CONTROL), number=6, name="access")]) is None
    )


def test_a_change_is_told_with_its_place_and_its_spread():
    runs = [compared(at, "stim:kingston", value(3500 if at < 4 else 3000)) for at in range(1, 8)]
    found = changes_between(runs[::-1])  # in whatever order they are given
    (drift,) = found.drifts
    assert drift.values == (0.875,) * 3 + (0.75,) * 4 and drift.changed_after == 3
    assert drift.spread.between > 0.04 > 10 * 0.001 and drift.spread.heterogeneity_p < 1e-6
    assert drift.p_value == pytest.approx(2 / 35, abs=0.02)  # whole runs change places: 2 of 35 ways are as sharp
    assert "likeliest change after run 3" in to_text(found)
    assert to_json(found)["drifts"][0]["changed_after"] == 3 and to_json(None) is None


def test_runs_with_other_options_are_no_drift():
    plain = [compared(at, "stim:kingston", value(3500)) for at in (1, 2, 3)]
    twirled = [compared(at, "stim:kingston", value(3000), twirling=True) for at in (4, 5, 6, 7)]
    first, second = changes_between([*plain, *twirled]).drifts
    assert (first.values, second.values) == ((0.875,) * 3, (0.75,) * 4)
    assert first.spread.between == second.spread.between == 0
    assert first.p_value is None and second.p_value > 0.05


def test_two_runs_on_one_backend_say_nothing():
    assert (
        changes_between([compared(1, "stim:kingston", value(3500)), compared(2, "stim:kingston", value(3000))]) is None
    )
