"""Exact numbers, polynomials in letters and sums of squares: against SymPy, floats and random matrices."""

from __future__ import annotations

import cmath
from fractions import Fraction
from functools import reduce

import numpy
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.squares import ONE, ZERO, Number, add, normal, read, read_number, sum_of_squares

SMALL = st.fractions(-9, 9, max_denominator=9)
ROOTS = st.sampled_from([1, -1, 2, -2, 3, -3, 5, 6, -6, 10, 15, 30])
NUMBERS = st.dictionaries(ROOTS, SMALL, max_size=4).map(
    lambda parts: Number({root: part for root, part in parts.items() if part})
)
REAL = NUMBERS.map(lambda number: Number({root: part for root, part in number.items() if root > 0}))


def exact(number):
    """The number in SymPy."""
    return sum((sympy.Rational(part) * sympy.sqrt(root) for root, part in number.items()), sympy.Integer(0))


def value(number):
    return sum(float(part) * cmath.sqrt(root) for root, part in number.items())


def same(number, expression):
    return sympy.expand(exact(number) - expression) == 0


@given(NUMBERS, NUMBERS)
@settings(max_examples=150, deadline=None)
def test_arithmetic_is_sympys(left, right):
    assert same(left + right, exact(left) + exact(right))
    assert same(left * right, exact(left) * exact(right))
    assert same(-left, -exact(left))
    assert same(left.conjugate(), sympy.conjugate(exact(left)))
    assert left * ONE == left and left + ZERO == left and not left + -left


@given(REAL, REAL)
@settings(max_examples=150, deadline=None)
def test_the_sign_is_the_expressions(left, right):
    difference = left + -right
    assert difference.sign() == sympy.sign(sympy.expand(exact(left) - exact(right)))
    assert (left * left).sign() == (1 if left else 0)


def test_the_sign_of_what_floats_cannot_tell_from_0():
    """(√2 − p/q) for convergents of √2: smaller than 1e-30 and of both signs."""
    p, q = 1, 1
    for step in range(120):
        number = Number({2: Fraction(1), 1: Fraction(-p, q)})
        assert number.sign() == (1 if step % 2 == 0 else -1)
        p, q = p + 2 * q, p + q
    with pytest.raises(Refusal, match="not-real"):
        Number({-1: Fraction(1)}).sign()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1/2", sympy.Rational(1, 2)),
        ("-3", sympy.Integer(-3)),
        ("0.125", sympy.Rational(1, 8)),
        ("sqrt(8)", 2 * sympy.sqrt(2)),
        ("-sqrt(12)/4", -sympy.sqrt(3) / 2),
        ("1/2 + sqrt(2)/4", sympy.Rational(1, 2) + sympy.sqrt(2) / 4),
        ("i*i", sympy.Integer(-1)),
        ("2*i*sqrt(3)/5 - 1", 2 * sympy.I * sympy.sqrt(3) / 5 - 1),
        ("sqrt(2)*sqrt(3)*sqrt(6)", sympy.Integer(6)),
        ("sqrt(0)", sympy.Integer(0)),
        ("1 - 1", sympy.Integer(0)),
        ("1/2/3", sympy.Rational(1, 6)),
    ],
)
def test_numbers_are_read_as_they_are_written(text, expected):
    assert same(read_number(text, "here"), expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "+",
        "1 +",
        "1/0",
        "1/00",
        "1/-2",
        "--1",
        "1e5",
        "sqrt(-1)",
        "sqrt(2",
        "sqrt(1/2)",
        "sqrt(1000)",
        ".5",
        "5.",
        "1/2.5",
        "²",
        "\u0661",
        "j",
        "A",
        "A10",
        "a0",
        "s",
        "e0000",
        "(1)",
        "1\n",
        "1;2",
        "1" * 1001,
        "1+" * 500_001 + "1",
    ],
)
def test_what_is_no_sum_of_terms_is_refused(text):
    with pytest.raises(Refusal, match="bad-number"):
        read(text, "here")


def test_letters_are_no_number():
    with pytest.raises(Refusal, match="without letters"):
        read_number("2*A0", "here")
    assert read_number("A0 - A0 + 2", "here") == Number({1: Fraction(2)})


LETTERS = ("A0", "A1", "B0", "B1", "C0")
WORDS = st.lists(st.sampled_from(LETTERS), max_size=7).map(tuple)


def observables(rng, *, commuting):
    """Random Hermitian matrices with square 1, each party's on a factor of its own (commuting: all diagonal)."""
    found = {}
    for letter in LETTERS:
        signs = numpy.diag(rng.choice([-1.0, 1.0], 3) if commuting else [1.0, 1.0, -1.0])
        turn = numpy.linalg.qr(rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3)))[0]
        own = signs if commuting else turn @ signs @ turn.conj().T
        factors = [own if party == letter[0] else numpy.eye(3) for party in "ABC"]
        found[letter] = reduce(numpy.kron, factors)
    return found


@pytest.mark.parametrize("commuting", [False, True])
@given(first=WORDS, second=WORDS, seed=st.integers(0, 2**20))
@settings(max_examples=120, deadline=None)
def test_words_of_one_normal_form_are_one_operator_and_others_are_not(commuting, first, second, seed):
    matrices = observables(numpy.random.default_rng(seed), commuting=commuting)

    def product(word):
        return reduce(numpy.matmul, (matrices[letter] for letter in word), numpy.eye(27))

    assert numpy.allclose(product(first), product(normal(first, commuting=commuting)))
    alike = normal(first, commuting=commuting) == normal(second, commuting=commuting)
    if alike:
        assert numpy.allclose(product(first), product(second))
    elif not commuting:  # generic observables tell every two words apart
        assert not numpy.allclose(product(first), product(second))


@given(
    st.lists(st.tuples(st.fractions(0, 5, max_denominator=7), st.dictionaries(WORDS, NUMBERS, max_size=3)), max_size=3)
)
@settings(max_examples=60, deadline=None)
def test_sums_of_squares_are_those_of_matrices(squares):
    matrices = observables(numpy.random.default_rng(7), commuting=False)

    def product(word):
        return reduce(numpy.matmul, (matrices[letter] for letter in word), numpy.eye(27, dtype=complex))

    def matrix(polynomial):
        return sum((value(number) * product(word) for word, number in polynomial.items()), numpy.zeros((27, 27)))

    texts, wanted = [], numpy.zeros((27, 27), dtype=complex)
    for weight, polynomial in squares:
        terms = [
            f"{part.numerator}/{part.denominator}*{'i*' * (root < 0)}sqrt({abs(root)})"
            + "".join(f"*{one}" for one in word)
            for word, number in polynomial.items()
            for root, part in number.items()
        ]
        texts.append(f"{weight}; {' + '.join(terms) or '0'}".replace("+ -", "- "))
        wanted = wanted + float(weight) * matrix(polynomial).conj().T @ matrix(polynomial)
    assert numpy.allclose(matrix(sum_of_squares(texts, "here")), wanted)


def test_a_weight_below_0_and_other_letters_are_refused():
    for texts in (["-1; A0"], ["1 - sqrt(2); A0"]):
        with pytest.raises(Refusal, match="infeasible"):
            sum_of_squares(texts, "here")
    for square in ("e0", "f0 f0", "e0 f0 e0", "A0", "1", "e0 f0 + 1"):
        with pytest.raises(Refusal, match="infeasible"):
            sum_of_squares([f"1; {square}"], "here", shape="ef")
    assert sum_of_squares(["2; e0 f0 - i*e1 f1"], "here", shape="ef")["e0", "e1", "f0", "f1"] == Number(
        {-1: Fraction(-2)}
    )


def test_what_becomes_0_is_left_out():
    total = {("A0",): ONE}
    add(total, {("A0",): -ONE, ("B0",): ONE}, Number({2: Fraction(1)}) * Number({2: Fraction(1, 2)}))
    assert total == {("B0",): ONE}
