"""CHSH tests as instances of theorems, and as words in A0, A1, B0, B1, C0, C1."""

from __future__ import annotations

from typing import Any

import sympy

from noclone.proofs.theorems.exact import is_equal, is_positive, is_zero, tensor
from noclone.proofs.theorems.theorem import Computed
from noclone.proofs.theorems.words import Words, letter

__all__ = [
    "A0",
    "A1",
    "Observables",
    "are_local",
    "are_observables",
    "chsh",
    "chsh_mean",
    "is_state",
    "mean_of_square",
    "on_qubit",
    "qubit_angle",
]

A0, A1 = letter("A0"), letter("A1")
Observables = tuple[Any, Any]
"""The two observables of a party, as matrices on the whole space."""


def chsh(first: Words | Any, second: Words | Any, third: Words | Any, fourth: Words | Any) -> Any:
    """A0B0 + A0B1 + A1B0 − A1B1, of words or of matrices, in the order A0, A1, B0, B1."""
    return first * third + first * fourth + second * third - second * fourth


def chsh_mean(state: Any, alice: Observables, other: Observables) -> Any:
    """S = tr ρ(A0B0 + A0B1 + A1B0 − A1B1), with ½(AB + BA) for AB where they do not commute.

    That is the mean of the product of the outcomes if A is measured first and B on what A leaves.
    """
    found = (state * (chsh(*alice, *other) + chsh(*other, *alice))).trace() / 2
    return sympy.radsimp(sympy.expand(found))


def is_state(operator: Any) -> bool:
    """Whether it is positive with trace 1."""
    return is_positive(operator) and is_zero(operator.trace() - 1)


def are_observables(*pairs: Observables) -> bool:
    """Whether all are Hermitian with square 1: outcomes +1 and −1."""
    every = [one for pair in pairs for one in pair]
    return all(is_equal(one, one.H) and is_equal(one * one, sympy.eye(one.rows)) for one in every)


def are_local(*pairs: Observables) -> bool:
    """Whether the observables of different parties commute."""
    return all(
        is_equal(mine * theirs, theirs * mine)
        for place, pair in enumerate(pairs)
        for before in pairs[:place]
        for mine in pair
        for theirs in before
    )


def qubit_angle(cosine: Any, sine: Any) -> Any:
    """The observable cos·Z + sin·X of a qubit."""
    return sympy.ImmutableMatrix([[cosine, sine], [sine, -cosine]])


def on_qubit(place: int, count: int, observables: Observables) -> Observables:
    """The observables of one qubit, on a space of several."""
    before, after = sympy.eye(2**place), sympy.eye(2 ** (count - place - 1))
    first, second = (tensor(before, one, after) for one in observables)
    return first, second


def mean_of_square() -> Computed:
    """⟨v|K†K|v⟩ = (K|v⟩)†(K|v⟩), in a symbolic dimension."""
    size = sympy.Symbol("d", integer=True, positive=True)
    operator, ket = sympy.MatrixSymbol("K", size, size), sympy.MatrixSymbol("v", size, 1)
    image = operator * ket
    return Computed(ket.adjoint() * operator.adjoint() * operator * ket, (image.adjoint() * image).doit())
