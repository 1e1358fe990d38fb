"""Numbers, names and words as text and as LaTeX."""

from __future__ import annotations

import doctest
import itertools
import sys

import pytest

from noclone.models.ring import RingNumber
from noclone.proofs.derivations.kets import Names
from noclone.proofs.derivations.numerals import fraction, turn
from noclone.proofs.derivations.words import latex_of_words

ROOT, OMEGA = 2**0.5, complex(RingNumber.omega(1))
UNITS = {"√2": ROOT, "i√2": 1j * ROOT, "ω³": OMEGA**3, "ω": OMEGA, "i": 1j, "": 1}


def read(text):
    """A number's text, by a reader of its own: a sum over a product."""
    above, _, below = text.partition("/")
    total = 0
    for term in above.strip("()").replace("− ", "+ −").split("+"):
        word, sign = term.strip().removeprefix("−"), -1 if term.strip().startswith("−") else 1
        unit = next(unit for unit in ("i√2", "√2", "ω³", "ω", "i", "") if word.endswith(unit))
        digits = word.removesuffix(unit)
        total += sign * (int(digits) if digits else 1) * UNITS[unit]
    below = below.strip("()")
    return total / (ROOT if below.endswith("√2") else 1) / int(below.removesuffix("√2") or 1)


def test_a_numbers_text_read_back_is_the_number():
    for parts in itertools.product((-2, -1, 0, 1, 3), repeat=4):
        for halvings in (0, 1, 2, 3):
            number = RingNumber(*parts, halvings=halvings)
            if number:
                negative, text, _ = fraction(number, latex=False)
                assert abs(read(text) * (-1 if negative else 1) - complex(number)) < 1e-9, (text, number)


@pytest.mark.parametrize("power", range(8))
def test_the_turn_of_a_number_is_its_power_of_omega(power):
    assert turn(RingNumber.omega(power) * RingNumber(3, 1, 0, -1, 1)) == power
    assert turn(RingNumber(1, 1)) is None and turn(RingNumber(0)) is None


def test_whole_registers_are_named_by_their_own_name():
    names = Names((("A", 1), ("S", 2), ("N", 2)), 1)
    assert names.label(range(5)) == "A,S,N" and names.label([0, 2, 3, 4]) == "A,S[1],N"
    assert names.ket([0, 2, 3, 4], "0110", latex=False) == "|0,1,10⟩"


def test_words_become_latex():
    module = sys.modules["noclone.proofs.derivations.words"]
    found = doctest.testmod(module)
    assert found.attempted == 1 and found.failed == 0
    assert latex_of_words("α_μ⁻¹ & 50 %") == r"$\alpha _\mu ^{-1}$ \& 50 \%"
