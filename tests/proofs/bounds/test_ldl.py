"""LDL† of known matrices, exactly: what it says is positive is, and what it says is not has a vector that shows it."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from noclone.proofs.bounds.ldl import factors, matrix_of, polynomial_of, word_of
from noclone.proofs.bounds.surds import ONE, ZERO, Surd, enclosed, number_text, square_root
from noclone.proofs.kernel.squares import Number, read_number, sum_of_squares

FIELDS = {
    "Q": (1,),
    "Q(i)": (1, -1),
    "Q(sqrt 2)": (1, 2),
    "Q(sqrt 2, sqrt 3, i)": (1, 2, 3, 6, -1, -2, -3, -6),
}


def some(rng, roots):
    parts = {root: Fraction(rng.randint(-3, 3), rng.randint(1, 3)) for root in roots}
    return Surd.of(Number({root: part for root, part in parts.items() if part}))


def gram(rng, rows, rank, roots):
    """B†B for a random B, so a positive matrix of at most this rank."""
    factor = [[some(rng, roots) for _ in range(rows)] for _ in range(rank)]
    entries = [[sum((row[i].conjugate() * row[j] for row in factor), ZERO) for j in range(rows)] for i in range(rows)]
    return [{j: entry for j, entry in enumerate(line) if entry} for line in entries]


def expectation(matrix, vector):
    return sum(
        (x.conjugate() * entry * vector[j] for i, x in vector.items() for j, entry in matrix[i].items() if j in vector),
        ZERO,
    )


def applied(matrix, vector):
    return [sum((entry * vector[j] for j, entry in row.items() if j in vector), ZERO) for row in matrix]


@pytest.mark.parametrize("roots", FIELDS.values(), ids=FIELDS)
@pytest.mark.parametrize(("rows", "rank"), [(2, 2), (4, 6), (6, 3), (8, 8), (10, 1)])
def test_the_kernels_sum_of_the_squares_is_the_matrix_and_its_kernel_is_the_kernel(roots, rows, rank):
    matrix = gram(random.Random(f"{rows} {rank} {roots}"), rows, rank, roots)
    found = factors(matrix)
    assert found.is_positive
    assert sum_of_squares(found.texts(word_of(2)), "here", shape="ef") == polynomial_of(matrix, 2)
    assert len(found.squares) + len(found.kernel) == rows
    assert len(found.squares) <= rank
    for vector in found.kernel:
        assert vector
        assert not any(applied(matrix, vector))


@pytest.mark.parametrize("roots", FIELDS.values(), ids=FIELDS)
@pytest.mark.parametrize(("rows", "rank"), [(2, 1), (4, 6), (6, 3), (8, 8)])
def test_a_matrix_that_is_not_positive_has_a_vector_that_shows_it(roots, rows, rank):
    rng = random.Random(f"{rows} {rank} {roots}")
    for at in range(rows):
        matrix = gram(rng, rows, rank, roots)
        null = factors(matrix).kernel
        # Singular: the least push downwards is enough. Regular: push by more than the entry itself.
        push = Surd.of(Fraction(1, 10**12)) if null and null[0].get(at) else matrix[at].get(at, ZERO) + ONE
        matrix[at][at] = matrix[at].get(at, ZERO) - push
        matrix[at] = {column: entry for column, entry in matrix[at].items() if entry}
        found = factors(matrix)
        assert not found.is_positive
        assert not found.squares
        assert expectation(matrix, found.negative).sign() < 0


def test_a_zero_diagonal_with_something_beside_it_is_indefinite():
    matrix = [{1: ONE}, {0: ONE}]
    found = factors(matrix)
    assert not found.is_positive
    assert expectation(matrix, found.negative).sign() < 0


def test_a_matrix_positive_by_one_part_in_10_to_the_30_is_told_from_one_that_is_not():
    small = Surd.of(Fraction(1, 10**30))
    root = Surd.of(Number({2: Fraction(1)}))
    for push, positive in ((small, True), (ZERO, True), (-small, False)):
        matrix = [{0: ONE, 1: root}, {0: root, 1: ONE + ONE + push}]
        assert factors(matrix).is_positive is positive


def test_64_rows_of_fractions_are_factored_exactly():
    rng = random.Random(64)
    matrix = gram(rng, 64, 40, (1,))
    found = factors(matrix)
    assert (len(found.squares), len(found.kernel)) == (40, 24)
    for vector in found.kernel[:3]:
        assert not any(applied(matrix, vector))
    weights = [weight.sign() for weight, _ in found.squares]
    assert weights == [1] * 40
    for row in rng.sample(range(64), 4):
        line = {}
        for weight, square in found.squares:
            for at, entry in square.items() if row in square else ():
                line[at] = line.get(at, ZERO) + weight * square[row].conjugate() * entry
        assert {at: entry for at, entry in line.items() if entry} == matrix[row]


@pytest.mark.parametrize("seed", range(200))
def test_texts_of_numbers_read_back_to_the_same(seed):
    rng = random.Random(seed)
    number = some(rng, rng.sample([1, -1, 2, -2, 3, 5, -6, 9797, -997 * 991, 30], rng.randint(0, 4))).number
    assert read_number(number_text(number), "here") == number


def test_division_undoes_multiplication_in_every_field():
    rng = random.Random(7)
    for roots in FIELDS.values():
        for _ in range(20):
            one, two = some(rng, roots), some(rng, roots)
            if two:
                assert one * two / two == one
    with pytest.raises(ZeroDivisionError):
        ZERO.inverse()


def test_decimals_enclose_numbers_on_both_sides():
    for number, below, above in (
        (Number({2: Fraction(1, 4), 1: Fraction(1, 2)}), "0.85355", "0.85356"),
        (Number({1: Fraction(3, 4)}), "0.75000", "0.75000"),
        (Number({3: Fraction(-1)}), "-1.73206", "-1.73205"),
        (Number(), "0.00000", "0.00000"),
        (Number({1: Fraction(-1, 3)}), "-0.33334", "-0.33333"),
    ):
        assert enclosed(number, 5) == (below, above)


def test_square_roots_are_those_the_kernel_reads():
    assert square_root(Fraction(8, 9)) == Number({2: Fraction(2, 3)})
    assert square_root(Fraction(9, 4)) == Number({1: Fraction(3, 2)})
    assert square_root(Fraction(0)) == Number()
    assert square_root(Fraction(10007)) is None
    assert square_root(Fraction(-1)) is None


def test_matrices_and_polynomials_are_the_same_thing():
    matrix = gram(random.Random(3), 6, 4, (1, -1))
    assert matrix_of(polynomial_of(matrix, 3), 3, 6) == matrix
