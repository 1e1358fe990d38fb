"""Key-rate thresholds: against the literature, an independent root finder, and rates that do not fall."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy
import pytest
from scipy.optimize import brentq

from noclone.models.errors import InputError
from noclone.proofs.bounds import thresholds
from noclone.proofs.bounds.thresholds import DIGITS, THRESHOLDS, falls, rate_sign, threshold

LITERATURE = {  # in per cent
    "bb84": "11.0028",
    "six-state": "12.619",
    "device-independent": "7.149",
    "phase-covariant": "14.6",
}


def entropy(*weights):
    return -sum(weight * numpy.log2(weight) for weight in weights)


def by_states(name, q):
    """The rates from the states they are about: Bell-diagonal weights, and the largest information of an eavesdropper."""
    if name == "bb84":  # independent bit and phase errors
        return 1 - entropy((1 - q) ** 2, q * (1 - q), q * (1 - q), q * q)
    if name == "six-state":
        return 1 - entropy(1 - 3 * q / 2, q / 2, q / 2, q / 2)
    chsh = 2 * numpy.sqrt(2) * (1 - 2 * q)
    g = numpy.sqrt((chsh / 2) ** 2 - 1)
    return 1 - entropy(q, 1 - q) - entropy((1 + g) / 2, (1 - g) / 2)


@pytest.mark.parametrize("name", THRESHOLDS)
def test_enclosures_have_the_digits_of_the_literature_and_ends_one_unit_apart(name):
    found = threshold(name)
    decimals = len(LITERATURE[name].partition(".")[2])
    assert f"{100 * float(found.low):.{decimals}f}" == f"{100 * float(found.high):.{decimals}f}" == LITERATURE[name]
    assert Fraction(found.high) - Fraction(found.low) == Fraction(1, 10**DIGITS)
    assert found.low in str(found) and found.equation in str(found)


@pytest.mark.parametrize("name", [name for name in THRESHOLDS if name != "phase-covariant"])
def test_enclosures_hold_the_zero_of_the_rate_computed_from_states_in_floats(name):
    zero = brentq(lambda q: by_states(name, q), 0.01, 0.14, xtol=1e-15)
    assert float(threshold(name).low) == pytest.approx(zero, abs=1e-13)
    assert falls(name)
    assert rate_sign(name, Fraction(threshold(name).low)) == 1
    assert rate_sign(name, Fraction(threshold(name).high)) == -1


@pytest.mark.parametrize("name", [name for name in THRESHOLDS if name != "phase-covariant"])
def test_slopes_are_the_derivatives_of_the_rates(name):
    from flint import arb

    rate = thresholds._RATES[name]
    for q in numpy.linspace(0.01, 0.13, 9):
        step = 1e-6
        difference = (by_states(name, q + step) - by_states(name, q - step)) / (2 * step)
        assert float(rate.slope(arb(q)).mid()) == pytest.approx(difference, rel=1e-6)
        assert float(rate.value(arb(q)).mid()) == pytest.approx(by_states(name, q), abs=1e-12)


def test_the_phase_covariant_point_is_exact_and_its_claim_is_read_by_the_kernel():
    from noclone.proofs.kernel.squares import read_number
    from noclone.proofs.kernel.terms import parse_claim

    found = threshold("phase-covariant")
    exact, fidelity = read_number(found.exact, "exact"), read_number(parse_claim(found.claim).bound, "claim")
    assert exact + fidelity == read_number("1", "one")
    for end, sign in ((found.low, 1), (found.high, -1)):
        assert (exact + -read_number(end, "end")).sign() == sign


def test_a_rate_that_rises_somewhere_on_its_range_is_not_shown_to_fall_and_gives_no_threshold(monkeypatch):
    broken = replace(thresholds._RATES["bb84"], high=Fraction(51, 100))
    monkeypatch.setitem(thresholds._RATES, "broken", broken)
    falls.cache_clear()
    threshold.cache_clear()
    assert not falls("broken")
    with pytest.raises(InputError, match="not shown to fall"):
        threshold("broken")


def test_a_range_without_a_zero_gives_no_threshold(monkeypatch):
    monkeypatch.setitem(thresholds._RATES, "short", replace(thresholds._RATES["bb84"], high=Fraction(1, 10)))
    falls.cache_clear()
    threshold.cache_clear()
    assert falls("short")
    with pytest.raises(InputError, match="not positive on the left and negative on the right"):
        threshold("short")


def test_names_and_error_rates_that_are_not_known_are_refused():
    with pytest.raises(InputError, match="Did you mean 'bb84'"):
        threshold("bb85")
    with pytest.raises(InputError, match="no key rate 'phase-covariant'"):
        rate_sign("phase-covariant", Fraction(1, 10))
    with pytest.raises(InputError, match="not between"):
        rate_sign("bb84", Fraction(1, 2))
