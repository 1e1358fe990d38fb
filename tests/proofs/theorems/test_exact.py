"""Exact decisions and operations against numpy and hand-made cases."""

from __future__ import annotations

import numpy
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from noclone.proofs.theorems.exact import (
    UndecidedError,
    column,
    generic,
    inner,
    is_equal,
    is_positive,
    is_zero,
    partial_trace,
    require_units,
    sign,
    squared_norm,
    tensor,
)
from noclone.proofs.theorems.formal import formal_inner, named

X, T = sympy.Symbol("x", real=True), sympy.Symbol("t", positive=True)
ENTRIES = st.lists(st.integers(-3, 3), min_size=32, max_size=32)


def gaussian(entries, rows):
    """A square matrix of Gaussian integers."""
    pairs = list(zip(entries[::2], entries[1::2], strict=True))[: rows * rows]
    return sympy.ImmutableMatrix(rows, rows, [one + sympy.I * two for one, two in pairs])


def numbers(matrix):
    return numpy.array(matrix.tolist(), dtype=complex)


@pytest.mark.parametrize(
    ("term", "answer"),
    [
        ((X + 1) ** 2 - X**2 - 2 * X - 1, True),
        ((X + 1) ** 2 - X**2 - 2 * X, False),
        (sympy.sqrt(3 - 2 * sympy.sqrt(2)) - sympy.sqrt(2) + 1, True),
        (sympy.sqrt(3 - 2 * sympy.sqrt(2)) - sympy.sqrt(2) + 1 + sympy.Rational(1, 10**40), False),
        (sympy.sin(X) ** 2 + sympy.cos(X) ** 2 - 1, True),
        ((X - 2) * (X - 3), False),
        (sympy.Symbol("z") - sympy.conjugate(sympy.Symbol("z")), False),
    ],
    ids=str,
)
def test_zero_is_decided_exactly(term, answer):
    assert is_zero(term) is answer


def test_a_float_is_refused_everywhere():
    for attempt in (lambda: is_zero(0.5 * X), lambda: sign(sympy.Float(1)), lambda: is_zero(0.0)):
        with pytest.raises(TypeError):
            attempt()


@pytest.mark.parametrize(
    ("term", "answer"), [(T, 1), (-T, -1), (X**2, 0), ((T + 1) ** 2 - 1, 1), (sympy.sqrt(2) - 2, -1)]
)
def test_signs_follow_from_assumptions(term, answer):
    assert sign(term) == answer


def test_a_sign_that_assumptions_do_not_tell_is_undecided():
    with pytest.raises(UndecidedError):
        sign(X)


@settings(max_examples=40, deadline=None)
@given(ENTRIES, st.sampled_from([(0,), (1,), (0, 1), ()]))
def test_the_partial_trace_is_that_of_numpy(entries, kept):
    operator = gaussian(entries, 4)
    tensor_form = numbers(operator).reshape(2, 2, 2, 2)
    expected = {
        (0,): numpy.einsum("abcb->ac", tensor_form),
        (1,): numpy.einsum("abac->bc", tensor_form),
        (0, 1): tensor_form.reshape(4, 4),
        (): numpy.einsum("abab->", tensor_form).reshape(1, 1),
    }[kept]
    assert numpy.array_equal(numbers(partial_trace(operator, (2, 2), kept)), expected)


@settings(max_examples=40, deadline=None)
@given(ENTRIES, st.integers(-4, 4))
def test_positivity_is_that_of_the_eigenvalues(entries, shift):
    half = gaussian(entries, 3)
    operator = sympy.ImmutableMatrix((half * half.H + shift * sympy.eye(3)).applyfunc(sympy.expand))
    lowest = numpy.linalg.eigvalsh(numbers(operator))[0]
    if abs(lowest) > 1e-9:
        assert is_positive(operator) is bool(lowest > 0)
    assert is_positive((half * half.H).applyfunc(sympy.expand))


def test_what_is_not_hermitian_or_has_a_zero_beside_something_is_not_positive():
    assert not is_positive(sympy.Matrix([[1, 1], [0, 1]]))
    assert not is_positive(sympy.Matrix([[0, 1], [1, 5]]))
    assert is_positive(sympy.zeros(2, 2))


def test_the_left_of_an_inner_product_is_conjugated_and_tensor_factors_stay_in_order():
    assert inner(column(sympy.I, 0), column(1, 0)) == -sympy.I
    assert tensor(column(1, 0), column(0, 1)) == column(0, 1, 0, 0)
    assert is_equal(squared_norm(generic(2, "x")), inner(generic(2, "x"), generic(2, "x")))


def test_norms_of_what_cannot_be_conjugated_are_refused():
    with pytest.raises(UndecidedError, match="not real"):
        squared_norm(column(sympy.Symbol("z"), 0))
    with pytest.raises(UndecidedError, match="cannot conjugate"):
        squared_norm(column(sympy.sqrt(X), 0))


def test_a_ket_that_is_not_normalised_is_refused():
    require_units(column(3, 4) / 5)
    with pytest.raises(ValueError, match="no ket of norm 1"):
        require_units(column(1, 1))


@settings(max_examples=30, deadline=None)
@given(ENTRIES, st.integers(1, 4))
def test_formal_inner_products_are_those_of_vectors_in_any_dimension(entries, dimension):
    values = [one + sympy.I * two for one, two in zip(entries[::2], entries[1::2], strict=True)]
    vectors = {"a": column(*values[:dimension]), "b": column(*values[4 : 4 + dimension])}
    gram = {(l, r): inner(vectors[l], vectors[r]) for l, r in ("aa", "ab", "bb")}  # noqa: E741
    left = named("a", "b").times(values[8]) + named("b", "b")
    right = named("b", "a") - named("a", "a").times(values[9])

    def concrete(ket):
        parts = [factor * tensor(*(vectors[name] for name in names)) for names, factor in ket.terms]
        return sum(parts[1:], parts[0]) if parts else sympy.zeros(dimension**2, 1)

    assert is_equal(sympy.S(formal_inner(left, right, gram)), inner(concrete(left), concrete(right)))


def test_formal_kets_add_cancel_map_and_are_read_from_the_left():
    ket = named("a", "e") + named("b", "f").times(2)
    assert (ket - ket).terms == ()
    assert ket.after("b").terms == ((("f",), 2),)
    assert named("a").mapped({("a",): named("b", "c")}) == named("b", "c")
    with pytest.raises(KeyError):
        named("b").mapped({("a",): named("b")})
    with pytest.raises(ValueError, match="zip"):
        formal_inner(named("a"), named("a", "b"), {})
