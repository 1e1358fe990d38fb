"""Exact numbers and arrays obey the laws of a ring, and agree with floats and SymPy."""

from __future__ import annotations

import cmath
import math

import numpy
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from noclone.models.ring import RingArray, RingNumber

integers = st.integers(-50, 50)
numbers = st.builds(RingNumber, integers, integers, integers, integers, st.integers(-4, 9))


@given(numbers, numbers, numbers)
def test_the_ring_laws_hold(x, y, z):
    zero, one = RingNumber(0), RingNumber(1)
    assert x + y == y + x and x * y == y * x
    assert (x + y) + z == x + (y + z) and (x * y) * z == x * (y * z)
    assert x * (y + z) == x * y + x * z
    assert x + zero == x and x * one == x and x - x == zero and bool(x) == (x != zero)


@given(numbers, numbers)
def test_arithmetic_agrees_with_floats_and_conjugation_respects_it(x, y):
    assert cmath.isclose(complex(x * y), complex(x) * complex(y), abs_tol=1e-9)
    assert cmath.isclose(complex(x + y), complex(x) + complex(y), abs_tol=1e-9)
    assert cmath.isclose(complex(x.conjugate()), complex(x).conjugate(), abs_tol=1e-9)
    assert (x * y).conjugate() == x.conjugate() * y.conjugate() and x.conjugate().conjugate() == x


@given(numbers)
def test_equal_numbers_are_equal_objects_in_lowest_terms(x):
    root = RingNumber(0, 1, 0, -1)
    assert root * root == RingNumber(2)
    assert RingNumber(x.a, x.b, x.c, x.d, x.halvings + 1) * root == x
    assert x.halvings >= 0
    assert RingNumber(x.a, x.b, x.c, x.d, x.halvings) == x and hash(x) == hash(x + RingNumber(0))


@given(numbers)
def test_sympy_gets_the_same_number(x):
    assert cmath.isclose(complex(x.to_sympy().evalf(30)), complex(x), abs_tol=1e-9)


def test_powers_of_omega_are_eighth_roots_of_one():
    for power in range(-9, 10):
        assert cmath.isclose(complex(RingNumber.omega(power)), cmath.exp(1j * math.pi * power / 4))
    assert RingNumber.omega(1).to_sympy() == sympy.sqrt(2) / 2 + sympy.I * sympy.sqrt(2) / 2


def arrays(rows, columns, seed, largest=5):
    rng = numpy.random.default_rng(seed)
    return RingArray(rng.integers(-largest, largest + 1, (4, rows, columns)), int(rng.integers(0, 7)))


@pytest.mark.parametrize("seed", range(10))
def test_arrays_agree_with_floats(seed):
    x, y, z = arrays(3, 4, seed), arrays(4, 2, seed + 100), arrays(3, 4, seed + 200)
    assert numpy.allclose((x @ y).to_complex(), x.to_complex() @ y.to_complex())
    assert numpy.allclose((x + z).to_complex(), x.to_complex() + z.to_complex())
    assert numpy.allclose((x - z).to_complex(), x.to_complex() - z.to_complex())
    assert numpy.allclose(x.dagger().to_complex(), x.to_complex().conj().T)
    assert math.isclose(complex(x.squares()).real, (abs(x.to_complex()) ** 2).sum())
    assert x.reduced().equals(x) and not x.equals(z) and x.over(x.halvings + 3).equals(x)
    assert cmath.isclose(complex(x[1, 2]), x.to_complex()[1, 2])
    assert numpy.allclose(x.transpose(1, 0).to_complex(), x.to_complex().T)


def test_integers_too_large_for_64_bits_stay_exact():
    large = 3 * 10**15
    x = RingArray(numpy.array([large, 1, -large, 7]).reshape(4, 1, 1))
    number = RingNumber(large, 1, -large, 7)
    assert (x @ x)[0, 0] == number * number
    assert ((x @ x) @ (x @ x))[0, 0] == number * number * number * number
    assert (x @ x).squares() == number * number * (number * number).conjugate()
    assert x.over(120)[0, 0] == number
