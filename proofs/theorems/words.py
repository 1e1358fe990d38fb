"""Letters that need not commute, and sums of words in them: what follows from given relations, in any dimension.

An ``Algebra`` is a table of relations between adjacent letters, read from left to right: ("M", "P") ↦ −PM. Two sums of words with
one normal form are equal in every representation of the relations, matrices of any size among them. Two normal forms that differ
say nothing, unless the table is known to be complete; so a checker built on this can miss an identity, but not invent one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import sympy

__all__ = ["ONE", "Algebra", "Words", "involutions", "letter", "number", "spins"]

Word = tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """A sum of words with coefficients, SymPy terms without floats; the empty word is 1. Letters are self-adjoint."""

    terms: tuple[tuple[Word, Any], ...]

    def __add__(self, other: Words) -> Words:
        return _collected(self.terms + other.terms)

    def __sub__(self, other: Words) -> Words:
        return self + other.times(-1)

    def __mul__(self, other: Words) -> Words:
        return _collected([(mine + theirs, x * y) for mine, x in self.terms for theirs, y in other.terms])

    def times(self, factor: Any) -> Words:
        """This sum multiplied by a number or symbol."""
        return _collected([(word, factor * own) for word, own in self.terms])

    def squared(self) -> Words:
        """The product with itself."""
        return self * self

    def adjoint(self) -> Words:
        """The adjoint: every word backwards, every coefficient conjugated."""
        return Words(tuple((word[::-1], sympy.conjugate(factor)) for word, factor in self.terms))

    def commutator(self, other: Words) -> Words:
        """[this, other]."""
        return self * other - other * self


def _collected(terms: Sequence[tuple[Word, Any]]) -> Words:
    """The sum with one coefficient for each word."""
    total: dict[Word, Any] = {}
    for word, factor in terms:
        total[word] = sympy.expand(total.get(word, 0) + factor)
    return Words(tuple((word, factor) for word, factor in total.items() if factor != 0))


def letter(name: str) -> Words:
    """One letter."""
    return Words((((name,), sympy.S.One),))


def number(value: Any) -> Words:
    """A number or symbol times 1."""
    return Words((((), sympy.S(value)),))


ONE = number(1)


@dataclass(frozen=True)
class Algebra:
    """Relations: what the product of two adjacent letters is, where it is not in normal form.

    The relations must come to an end: each makes words shorter, or puts letters in order.
    """

    relations: Mapping[tuple[str, str], Words]

    def normal(self, element: Words) -> Words:
        """The sum with the relations applied wherever they apply."""
        total: dict[Word, Any] = {}
        waiting = list(element.terms)
        while waiting:
            word, factor = waiting.pop()
            place = next((at for at in range(len(word) - 1) if word[at : at + 2] in self.relations), None)
            if place is None:
                total[word] = total.get(word, 0) + factor
                continue
            for middle, own in self.relations[word[place], word[place + 1]].terms:
                waiting.append((word[:place] + middle + word[place + 2 :], factor * own))
        return _collected(list(total.items()))

    def term(self, element: Words) -> Any:
        """The normal form as a SymPy term: linear in one symbol for each word, "A0·B1" for A0 B1."""
        found = self.normal(element)
        return sympy.Add(*(factor * _symbol(word) for word, factor in found.terms))


def _symbol(word: Word) -> Any:
    return sympy.Symbol("·".join(word)) if word else sympy.S.One


def involutions(*parties: Sequence[str]) -> Algebra:
    """Letters of square 1, where those of different parties commute; parties are put in the order given."""
    relations = {(name, name): ONE for party in parties for name in party}
    for place, party in enumerate(parties):
        for before in parties[:place]:
            relations |= {(mine, theirs): letter(theirs) * letter(mine) for mine, theirs in product(party, before)}
    return Algebra(relations)


def spins(pauli: str, *momenta: str) -> Algebra:
    """Letters x, y, z of a Pauli vector, and of angular momenta, all of which commute with one another.

    σ_a σ_b = δ_ab + i Σ_c ε_abc σ_c for "σx", "σy", "σz" of the first name, and [L_a, L_b] = i Σ_c ε_abc L_c for the others.
    """
    relations: dict[tuple[str, str], Words] = {}
    for a, b in product(range(3), repeat=2):
        third = _third(a, b)
        same = number(int(a == b))
        relations[pauli + "xyz"[a], pauli + "xyz"[b]] = same + _axis(pauli, third)
        for name in momenta:
            if a > b:
                left, right = name + "xyz"[a], name + "xyz"[b]
                relations[left, right] = letter(right) * letter(left) + _axis(name, third)
    names = (pauli, *momenta)
    for place, name in enumerate(names):
        for before, mine, theirs in product(names[:place], "xyz", "xyz"):
            relations[name + mine, before + theirs] = letter(before + theirs) * letter(name + mine)
    return Algebra(relations)


def _third(a: int, b: int) -> tuple[int, int]:
    """The axis c with ε_abc ≠ 0, and ε_abc; the sign is 0 where a = b."""
    return (3 - a - b) % 3, int(sympy.LeviCivita(a, b, (3 - a - b) % 3))


def _axis(name: str, signed: tuple[int, int]) -> Words:
    """The component, times i ε."""
    axis, epsilon = signed
    return letter(name + "xyz"[axis]).times(sympy.I * epsilon)
