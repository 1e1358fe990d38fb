"""Upper bounds on correlations: squares on assignments of ±1, and squares that a solver finds and that are made exact.

**Local.** On assignments v of ±1 to chosen letters, π_v = Π ½(1 + v·letter) has π_v² = π_v and Σ π_v = 1. If the rest is
linear, E = Σ π_v (c_v + Σ f_vB B), then max E = max_v c_v + Σ |f_vB|, and max E − E is a sum of squares π_v and
π_v(1 ∓ B), since 1 ∓ B = ½(1 ∓ B)².

**Quantum.** A Gram matrix G ≥ 0 for words w makes Σ G_ij w_i†w_j a sum of squares; which G make it x − E, with the least
x, is a semidefinite program, level 1 + AB and the like of Navascués, Pironio and Acín (arXiv:0803.4290). Its floats become
exact so: G's Cholesky factor is rounded, and what is missing at a word, r·(u + u†) with u = w_i†w_j, is the square
|r|(w_i ± w_j)†(w_i ± w_j) minus |r|(w_i†w_i + w_j†w_j), a constant. So every rounding gives a proof of a slightly larger x.
"""

from __future__ import annotations

import warnings
from fractions import Fraction
from functools import reduce
from importlib import import_module
from itertools import permutations, product
from typing import Any

import numpy

from noclone.models.errors import InputError, TooLargeError
from noclone.proofs.bounds.words import (
    Upper,
    as_float,
    as_number,
    is_less,
    letters_of,
    number_text,
    polynomial_text,
    size,
    word_is_hermitian,
)
from noclone.proofs.kernel.squares import MOST_WORK, ONE, ZERO, Number, Polynomial, Word, add, normal

__all__ = ["MOST_LETTERS", "MOST_WORDS", "Assignment", "best_assignment", "local_upper", "quantum_upper", "termwise"]

MOST_LETTERS = 16
"""The most letters whose assignments are all tried."""

MOST_WORDS = 60
"""The most words of a Gram matrix that a solver is asked for."""

_ROOMS = (3e-8, 1e-6)
"""How much less than 1 the solver keeps the coefficient of s², so that rounding does not take it above: tried in turn."""

_DIGITS = 40
"""Binary digits of a rounded factor."""

Assignment = dict[str, int]
"""±1 by letter."""


def _conditioned(mean: Polynomial) -> tuple[list[str], list[str]]:
    """Letters to assign, and the others, in which the rest is linear: few to assign, taken greedily."""
    chosen: list[str] = []
    letters = letters_of([mean])
    while crowded := [rest for rest in (set(word) - set(chosen) for word in mean) if len(rest) > 1]:
        counts = {letter: sum(letter in rest for rest in crowded) for letter in letters}
        party = {letter: sum(counts[other] for other in letters if other[0] == letter[0]) for letter in letters}
        held = {letter: sum(other[0] == letter[0] for other in letters) for letter in letters}
        begun = {letter[0] for letter in chosen}
        free = [letter for letter in letters if counts[letter]]
        chosen.append(max(free, key=lambda letter: (letter[0] in begun, party[letter], -held[letter], letter)))
    return chosen, [letter for letter in letters if letter not in chosen]


def _slices(mean: Polynomial) -> tuple[list[str], list[str], list[tuple[Assignment, dict[str, Number]]]]:
    """Letters to assign, the others, and for each assignment the rest's coefficients ("" for the constant)."""
    chosen, others = _conditioned(mean)
    if len(chosen) > MOST_LETTERS:
        raise TooLargeError(f"{len(chosen)} observables to assign ±1 to are too many: at most {MOST_LETTERS}")
    found = []
    for values in product((1, -1), repeat=len(chosen)):
        given = dict(zip(chosen, values, strict=True))
        rest: dict[str, Number] = {}
        for word, number in mean.items():
            left = "".join(letter for letter in word if letter not in given)
            sign = reduce(lambda total, letter: total * given.get(letter, 1), word, 1)
            rest[left] = rest.get(left, ZERO) + (number if sign == 1 else -number)
        found.append((given, rest))
    return chosen, others, found


def _total(rest: dict[str, Number]) -> Number:
    """C + Σ |f|."""
    return sum((size(number) if letter else number for letter, number in rest.items()), ZERO)


def best_assignment(mean: Polynomial) -> tuple[Number, Assignment]:
    """The largest value of commuting letters ±1, and letters that reach it; raises TooLargeError."""
    commuted: Polynomial = {}
    for word, number in mean.items():
        add(commuted, {normal(word, commuting=True): number})
    _, others, slices = _slices(commuted)
    best, given, rest = ZERO, dict[str, int](), dict[str, Number]()
    for at, (assignment, left) in enumerate(slices):
        value = _total(left)
        if not at or is_less(best, value):
            best, given, rest = value, assignment, left
    return best, given | {letter: -1 if rest.get(letter, ZERO).sign() < 0 else 1 for letter in others}


def local_upper(mean: Polynomial) -> Upper:
    """The largest value over all assignments of ±1, with squares that prove it; raises TooLargeError."""
    chosen, others, slices = _slices(mean)
    value = best_assignment(mean)[0]
    if (len(others) + 1) * 2 ** (3 * len(chosen) + 2) > MOST_WORK // 4:
        raise TooLargeError(f"the squares for {len(chosen)} observables, one for each assignment, are too many")
    squares = []
    for given, rest in slices:
        indicator: Polynomial = {(): as_number(Fraction(1, 2 ** len(chosen)))}
        for letter, sign in given.items():
            add(
                indicator,
                {normal((*word, letter), commuting=True): n for word, n in indicator.items()},
                as_number(sign),
            )
        if slack := value + -_total(rest):
            squares.append(f"{number_text(slack)}; {polynomial_text(indicator)}")
        for letter in [letter for letter in others if rest.get(letter)]:
            against = as_number(-rest[letter].sign())
            square = dict(indicator)
            add(square, {normal((*word, letter), commuting=True): n for word, n in indicator.items()}, against)
            weight = size(rest[letter]) * as_number(Fraction(1, 2))
            squares.append(f"{number_text(weight)}; {polynomial_text(square)}")
    words = f"squares for each assignment of ±1 to {', '.join(chosen)}" if chosen else "squares letter by letter"
    return Upper(value, tuple(squares or ["0; 1"]), words)


def termwise(mean: Polynomial) -> Upper | None:
    """Σ |c| over the words, each its own adjoint with square 1, by 1 ∓ w = ½(1 ∓ w)²; None if one is not."""
    if not all(map(word_is_hermitian, mean)):
        return None
    half = as_number(Fraction(1, 2))
    squares = [
        f"{number_text(size(number) * half)}; {polynomial_text({(): ONE, word: as_number(-number.sign())})}"
        for word, number in mean.items()
    ]
    return Upper(sum(map(size, mean.values()), ZERO), tuple(squares), "a square for each word")


def quantum_upper(means: dict[int, Polynomial], *, squared: bool, deeper: bool = False) -> Upper | None:
    """A bound on a mean, or on the sum of squares of means by number, from a semidefinite program made exact.

    ``deeper`` takes products of two letters of one party too. None if no words are found whose products are the means', or no factor is. Raises TooLargeError, and InputError
    without CVXPY.
    """
    words = _words(means, squared=squared, deeper=deeper)
    target: Polynomial = {}
    for at, mean in means.items():
        s, factor = ((f"s{at}",), as_number(-2)) if squared else ((), as_number(-1))
        add(target, {normal(s + word): number for word, number in mean.items()}, factor)
    products = {(i, j): normal(words[i][::-1] + words[j]) for i, j in _pairs(len(words))}
    known = set(products.values()) | {word[::-1] for word in products.values()}
    if not set(target) - {()} <= {normal(word) for word in known}:
        return None
    for room in _ROOMS if squared else (0.0,):
        found = _exact(words, products, target, _gram(len(words), products, target, room))
        if found:
            return found
    return None


def _pairs(count: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(count) for j in range(i, count)]


def _words(means: dict[int, Polynomial], *, squared: bool, deeper: bool) -> list[Word]:
    """1, letters, products of two parties' letters, and the halves of the means' words; times s for squares."""
    found: dict[Word, None] = {}
    for at, mean in means.items():
        letters = letters_of([mean] if squared else means.values())
        plain: list[Word] = [(), *((letter,) for letter in letters)]
        plain += [pair for pair in permutations(letters, 2) if pair[0][0] < pair[1][0] or _share(pair, deeper)]
        halves = [half for word in mean for half in (word[: len(word) // 2][::-1], word[len(word) // 2 :])]
        plain += [word for word in mean if squared] + halves
        found |= dict.fromkeys([()] if squared else [])
        found |= dict.fromkeys(normal(((f"s{at}",) if squared else ()) + word) for word in plain)
    if len(found) > MOST_WORDS:
        raise TooLargeError(f"a Gram matrix of {len(found)} words is too large: at most {MOST_WORDS}")
    return list(found)


def _share(pair: Word, deeper: bool) -> bool:
    """Whether letters of one party are wanted, and these are."""
    return deeper and pair[0][0] == pair[1][0]


def _class(word: Word) -> Word:
    """The same for a word and its adjoint."""
    return min(word, normal(word[::-1]))


def _is_variable(word: Word) -> bool:
    """Whether it is 1 or s²."""
    return not word or (len(word) == 2 and word[0] == word[1])


def _gram(count: int, products: dict[tuple[int, int], Word], target: Polynomial, room: float) -> Any:
    """The Gram matrix, in floats, with the least constant."""
    try:
        cvxpy: Any = import_module("cvxpy")
    except ImportError:
        raise InputError("squares are found with CVXPY: pip install 'noclone[bounds]'") from None
    gram = cvxpy.Variable((count, count), symmetric=True)
    rows: dict[Word, Any] = {}
    for (i, j), word in products.items():
        rows.setdefault(_class(word), numpy.zeros((count, count)))[i, j] = 1
    matrix = numpy.array([row.ravel() for row in rows.values()])
    fixed = [at for at, word in enumerate(rows) if not _is_variable(word)]
    ones = [at for at, word in enumerate(rows) if word and _is_variable(word)]
    folded = {_class(word): as_float(number) for word, number in target.items()}
    values = numpy.array([folded.get(word, 0.0) for word in rows])
    # only entries above the diagonal are counted; their mirror images belong to the adjoint, or to the word itself
    both = numpy.array([2.0 if word == normal(word[::-1]) else 1.0 for word in rows])
    flat = cvxpy.vec(gram, order="C")
    constraints = [gram >> 0, cvxpy.multiply(both[fixed], matrix[fixed] @ flat) == values[fixed]]
    constraints += [matrix[at] @ flat <= 1 - room for at in ones]
    constant = next(at for at, word in enumerate(rows) if not word)
    problem = cvxpy.Problem(cvxpy.Minimize(matrix[constant] @ flat), constraints)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # how accurate the floats are shows when they are made exact
        try:
            problem.solve(solver=cvxpy.CLARABEL, tol_gap_abs=1e-11, tol_gap_rel=1e-11, tol_feas=1e-11)
        except cvxpy.SolverError:
            return None
    return gram.value


def _exact(words: list[Word], products: dict[tuple[int, int], Word], target: Polynomial, gram: Any) -> Upper | None:
    """Squares whose sum is a constant plus the target, from a Gram matrix in floats."""
    factor = None if gram is None else _factor(gram)
    if factor is None:
        return None
    squares: list[str] = []
    missing = dict(target)
    for column in factor.T:
        square = {word: as_number(Fraction(int(n), 2**_DIGITS)) for word, n in zip(words, column, strict=True) if n}
        squares.append(f"1; {polynomial_text(square)}")
        add(missing, _product(square), as_number(-1))
    places = {_class(word): pair for pair, word in products.items() if pair[0] != pair[1]}
    for word in [word for word in missing if not _is_variable(word) and word == _class(word)]:
        i, j = places[word]
        rest, mirrored = missing[word], word != normal(word[::-1])
        weight = size(rest) if mirrored else size(rest) * as_number(Fraction(1, 2))
        square = {words[i]: ONE, words[j]: as_number(rest.sign())}
        squares.append(f"{number_text(weight)}; {polynomial_text(square)}")
        add(missing, _product(square), -weight)
    for s in sorted({letter for word in words for letter in word if not letter.isupper()}):
        room = missing.get((s, s), ZERO) + ONE
        if room.sign() < 0:
            return None
        squares.append(f"{number_text(room)}; {s}")
    return Upper(
        -missing.get((), ZERO), tuple(squares), f"{len(words)} words' Gram matrix, found with CVXPY, made exact"
    )


def _product(square: Polynomial) -> Polynomial:
    """q†q for real coefficients."""
    found: Polynomial = {}
    for (left, one), (right, two) in product(square.items(), repeat=2):
        add(found, {normal(left[::-1] + right): one * two})
    return found


def _factor(gram: Any) -> Any:
    """A Cholesky factor times 2^_DIGITS, in whole numbers, of the matrix plus as little as is needed."""
    symmetric = (gram + gram.T) / 2
    for shift in (1e-10, 1e-9, 1e-8, 1e-7):
        try:
            root = numpy.linalg.cholesky(symmetric + shift * numpy.eye(len(symmetric)))
        except numpy.linalg.LinAlgError:
            continue
        return numpy.rint(numpy.ldexp(root, _DIGITS)).astype(numpy.int64)
    return None
