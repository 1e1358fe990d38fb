"""Strategies that reach a value: assignments, the CHSH one on a Bell pair, and qubits that a see-saw finds.

A strategy from floats becomes exact by rational points of spheres, (2y, |y|² − 1)/(|y|² + 1) for rational y: observables
n·σ with |n| = 1, and states of norm 1. Its value is then computed exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import product
from typing import Any

import numpy

from noclone.proofs.bounds.moments import best_assignment
from noclone.proofs.bounds.words import (
    Chsh,
    as_float,
    as_number,
    chsh_of,
    is_less,
    letters_of,
    number_text,
)
from noclone.proofs.kernel.squares import ONE, ZERO, Number, Polynomial

__all__ = ["Strategy", "assigned", "best_strategy", "expectation", "tensor"]

MOST_PARTIES = 5
_STARTS, _ROUNDS = 8, 200
_DIGITS, _LEAST = 30, 2.0**-28

_UNIT = Number({-1: Fraction(1)})
_ROOT = Number({2: Fraction(1, 2)})
"""i, and 1/√2."""

Levels = tuple[int, ...]
Matrix = dict[tuple[int, int], Number]


@dataclass(frozen=True)
class Strategy:
    """A pure state of parties and an observable for each letter, exact: amplitudes by level of each party, in order.

    ``levels`` says how many levels each party has; ``words`` how it was found.
    """

    levels: dict[str, int]
    state: dict[Levels, Number]
    observables: dict[str, Matrix]
    words: str

    @property
    def operators(self) -> list[str]:
        """The strategy as a certificate has it."""
        state = {" ".join(f"e{level}" for level in levels): number for levels, number in self.state.items()}
        texts = [f"state: {_written(state)}"]
        for letter, matrix in self.observables.items():
            named = {f"e{row} e{column}": number for (row, column), number in matrix.items()}
            texts.append(f"{letter}: {_written(named)}")
        return texts


def _written(terms: Mapping[str, Number]) -> str:
    """Σ number·word, root by root: a sum has no brackets."""
    parts = [
        f"{number_text(Number({root: part}))}*{word}" for word, number in terms.items() for root, part in number.items()
    ]
    return reduce(lambda text, part: f"{text} - {part[1:]}" if part[0] == "-" else f"{text} + {part}", parts)


def assigned(assignment: Mapping[str, int], words: str = "each observable always has one value") -> Strategy:
    """The strategy of one level each, whose observables have these values."""
    parties = sorted({letter[0] for letter in assignment})
    observables = {letter: {(0, 0): as_number(value)} for letter, value in assignment.items()}
    return Strategy(dict.fromkeys(parties, 1), {(0,) * len(parties): ONE}, observables, words)


def tensor(first: Strategy, second: Strategy) -> Strategy:
    """Both at once: a party that is in both holds both of its systems. Their letters must differ."""
    parties = sorted(first.levels | second.levels)
    one, two = ({party: strategy.levels.get(party, 1) for party in parties} for strategy in (first, second))
    state: dict[Levels, Number] = {}
    for (left, a), (right, b) in product(first.state.items(), second.state.items()):
        mine, its = (dict(zip(sorted(s.levels), at, strict=True)) for s, at in ((first, left), (second, right)))
        state[tuple(mine.get(party, 0) * two[party] + its.get(party, 0) for party in parties)] = a * b
    observables: dict[str, Matrix] = {}
    for letter, matrix in first.observables.items():
        rest = two[letter[0]]
        observables[letter] = {(r * rest + k, c * rest + k): n for (r, c), n in matrix.items() for k in range(rest)}
    for letter, matrix in second.observables.items():
        rest, before = two[letter[0]], one[letter[0]]
        entries = product(matrix.items(), range(before))
        observables[letter] = {(k * rest + r, k * rest + c): n for ((r, c), n), k in entries}
    levels = {party: one[party] * two[party] for party in parties}
    words = first.words if first.words == second.words else f"{first.words}; {second.words}"
    return Strategy(levels, state, observables, words)


def expectation(strategy: Strategy, mean: Polynomial) -> Number:
    """⟨mean⟩, exact."""
    parties = sorted(strategy.levels)
    total = ZERO
    for word, coefficient in mean.items():
        ket = strategy.state
        for letter in reversed(word):
            at, after = parties.index(letter[0]), dict[Levels, Number]()
            for ((row, column), number), (levels, amplitude) in product(
                strategy.observables[letter].items(), ket.items()
            ):
                if levels[at] == column:
                    place = (*levels[:at], row, *levels[at + 1 :])
                    after[place] = after.get(place, ZERO) + number * amplitude
            ket = after
        for levels, number in ket.items():
            total += coefficient * strategy.state.get(levels, ZERO).conjugate() * number
    return total


def best_strategy(means: Sequence[Polynomial], *, squared: bool, enough: Number | None = None) -> Strategy:
    """The best strategy found for a mean, or for the sum of squares of means, that share letters.

    ``enough`` is an upper bound: what reaches it is returned at once. Raises TooLargeError.
    """

    def reached(strategy: Strategy) -> Number:
        values = [expectation(strategy, mean) for mean in means]
        return sum((value * value if squared else value for value in values), ZERO)

    best: Strategy | None = None
    for found in _candidates(means, squared=squared):
        if best is None or is_less(reached(best), reached(found)):
            best = found
        if enough is not None and not is_less(reached(best), enough):
            break
    return best or assigned(dict.fromkeys(letters_of(means), 1))


def _candidates(means: Sequence[Polynomial], *, squared: bool) -> Iterable[Strategy]:
    for mean in means:
        given = best_assignment(mean)[1]
        yield assigned(dict.fromkeys(letters_of(means), 1) | given)
    if squared:
        total: Polynomial = {}
        for mean in means:
            for word, number in mean.items():
                total[word] = total.get(word, ZERO) + number
        yield assigned(dict.fromkeys(letters_of(means), 1) | best_assignment(total)[1])
    chsh = chsh_of(means[0]) if len(means) == 1 else None
    if chsh:
        yield _on_bell_pair(chsh)
    elif len({letter[0] for letter in letters_of(means)}) <= MOST_PARTIES and _is_linear(means):
        yield _rounded(_see_saw(means, squared=squared))


def _on_bell_pair(chsh: Chsh) -> Strategy:
    """Z and X on one half of a Bell pair, (Z ± X)/√2 on the other."""
    z, x = {(0, 0): ONE, (1, 1): -ONE}, {(0, 1): ONE, (1, 0): ONE}
    observables: dict[str, Matrix] = {chsh.centre[0]: z, chsh.centre[1]: x}
    for (letter, sign), turn in ((chsh.plus, ONE), (chsh.minus, -ONE)):
        parts = [{at: n * sign * _ROOT for at, n in z.items()}, {at: n * sign * turn * _ROOT for at, n in x.items()}]
        observables[letter] = parts[0] | parts[1]
    levels = {letter[0]: 2 for letter in observables}
    words = "a Bell pair, Z and X on one side, (Z + X)/sqrt(2) and (Z - X)/sqrt(2) on the other"
    return Strategy(levels, {(0, 0): _ROOT, (1, 1): _ROOT}, observables, words)


def _is_linear(means: Sequence[Polynomial]) -> bool:
    """Whether no word has two letters of a party."""
    return all(len({letter[0] for letter in word}) == len(word) for mean in means for word in mean)


@dataclass(frozen=True)
class _Floats:
    parties: list[str]
    state: Any
    observables: dict[str, Any]


def _see_saw(means: Sequence[Polynomial], *, squared: bool) -> _Floats:
    """Qubits in floats: the state and each observable in turn the best for all else; for squares, of Σ s E, s = ⟨E⟩."""
    letters = letters_of(means)
    parties = sorted({letter[0] for letter in letters})
    random = numpy.random.default_rng(0)
    floats = [{word: as_float(number) for word, number in mean.items()} for mean in means]
    best, highest = None, -numpy.inf
    for _ in range(_STARTS):
        observables = {letter: _sign(_hermitian(random)) for letter in letters}
        weights = random.normal(size=len(means)) if squared else numpy.ones(len(means))
        before = -numpy.inf
        for _ in range(_ROUNDS):
            mean = _weighted(floats, weights)
            state = numpy.linalg.eigh(_operator(mean, parties, observables))[1][:, -1]
            for letter in letters:
                observables[letter] = _sign(_coefficient(mean, letter, parties, observables, state))
            values = [numpy.vdot(state, _operator(each, parties, observables) @ state).real for each in floats]
            weights = numpy.array(values) if squared else weights
            value = float(sum(each**2 if squared else each for each in values))
            if value < before + 1e-12:
                break
            before = value
        if value > highest:
            best, highest = _Floats(parties, state, dict(observables)), value
    return best or _Floats(parties, state, observables)


def _weighted(means: list[dict[tuple[str, ...], float]], weights: Any) -> dict[tuple[str, ...], float]:
    total: dict[tuple[str, ...], float] = {}
    for mean, weight in zip(means, weights, strict=True):
        for word, number in mean.items():
            total[word] = total.get(word, 0.0) + weight * number
    return total


def _hermitian(random: Any) -> Any:
    found = random.normal(size=(2, 2)) + 1j * random.normal(size=(2, 2))
    return found + found.conj().T


def _sign(matrix: Any) -> Any:
    """The sign of a Hermitian matrix, 0 counting as positive."""
    values, vectors = numpy.linalg.eigh(matrix)
    return (vectors * numpy.where(values >= 0, 1, -1)) @ vectors.conj().T


def _operator(mean: Mapping[tuple[str, ...], float], parties: list[str], observables: Mapping[str, Any]) -> Any:
    """The mean as a matrix."""
    total = numpy.zeros((2 ** len(parties),) * 2, dtype=complex)
    for word, number in mean.items():
        factors = {letter[0]: observables[letter] for letter in word}
        total += number * reduce(numpy.kron, [factors.get(party, numpy.eye(2)) for party in parties])
    return total


def _coefficient(
    mean: Mapping[tuple[str, ...], float], letter: str, parties: list[str], observables: Mapping[str, Any], state: Any
) -> Any:
    """K with ⟨mean⟩ = tr(letter·K) + what does not depend on it; Hermitian."""
    without = {word: number for word, number in mean.items() if letter in word}
    rest = _operator(without, parties, {**observables, letter: numpy.eye(2)}) @ state
    at, shape = parties.index(letter[0]), (2,) * len(parties)
    left, right = (numpy.moveaxis(each.reshape(shape), at, 0).reshape(2, -1) for each in (rest, state))
    found = left @ right.conj().T
    return (found + found.conj().T) / 2


def _rounded(floats: _Floats) -> Strategy:
    """The strategy in rational numbers."""
    state: dict[Levels, Number] = {}
    # every level of every party has to occur in the state: the kernel wants observables on those that do, and no more
    real = numpy.where(abs(floats.state.real) < _LEAST, _LEAST, floats.state.real)
    exact = _on_sphere(numpy.concatenate([real, floats.state.imag]))
    for at, levels in enumerate(product((0, 1), repeat=len(floats.parties))):
        number = as_number(exact[at]) + _UNIT * as_number(exact[at + len(floats.state)])
        state |= {levels: number} if number else {}
    observables: dict[str, Matrix] = {}
    for letter, matrix in floats.observables.items():
        trace = numpy.trace(matrix).real
        if abs(trace) > 1:
            sign = as_number(1 if trace > 0 else -1)
            observables[letter] = {(0, 0): sign, (1, 1): sign}
            continue
        x, y, z = map(as_number, _on_sphere(numpy.array([matrix[1, 0].real, matrix[1, 0].imag, matrix[0, 0].real])))
        entries = {(0, 0): z, (1, 1): -z, (0, 1): x + -(_UNIT * y), (1, 0): x + _UNIT * y}
        observables[letter] = {place: number for place, number in entries.items() if number}
    words = "qubits found by a see-saw, made rational"
    return Strategy(dict.fromkeys(floats.parties, 2), state, observables, words)


def _on_sphere(vector: Any) -> list[Fraction]:
    """A rational unit vector next to a vector of norm about 1: its projection from the pole far from it."""
    pole = int(numpy.argmax(abs(vector)))
    sign = -1 if vector[pole] > 0 else 1
    flat = vector / (1 - sign * vector[pole])
    y = [Fraction(round(float(part) * 2**_DIGITS), 2**_DIGITS) for part in flat]
    y[pole] = Fraction(0)
    square = sum((part * part for part in y), Fraction(0))
    exact = [2 * part / (square + 1) for part in y]
    exact[pole] = sign * (square - 1) / (square + 1)
    return exact
