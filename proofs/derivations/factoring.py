"""Exact states as products of factors: what is entangled with nothing else is split off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product

import numpy

from noclone.models.exact import ExactStates
from noclone.models.ring import RingArray, RingNumber
from noclone.proofs.derivations.kets import Factor, ProductState, Term
from noclone.proofs.derivations.numerals import turn

__all__ = ["factored", "merged", "turned"]

_MOST_COLUMNS = 8
"""Columns tried for a norm that is a power of 1/2; if none has one, a factor is left unsplit."""


def turned(array: RingArray, turns: int) -> RingArray:
    """The array times ω^turns."""
    parts = array.parts
    for _ in range(turns % 8):
        a, b, c, d = parts
        parts = numpy.stack([-d, a, b, c])
    return RingArray(parts, array.halvings)


def factored(states: ExactStates, turns: int = 0) -> ProductState:
    """ω^turns·V|ψ⟩ as a product: fixed factors as small as there are, and one factor with the input's amplitudes.

    The latter is first. Every split is exact: the product is compared with the state in the ring.
    """
    array = turned(states.amplitudes, turns)
    left = list(range(states.qubits))
    fixed: list[Factor] = []
    size = 1
    while size < len(left):
        for chosen in combinations(left, size):
            if split := _split(array, left, chosen):
                factor, array = split
                fixed.append(factor)
                left = [qubit for qubit in left if qubit not in chosen]
                break
        else:
            size += 1
    inputs = range(states.inputs)
    terms = [Term(bits, p, number) for p in inputs for bits, number in _entries(array, len(left), p)]
    terms.sort(key=lambda term: (term.p or 0, term.bits))
    rest = sorted(fixed, key=lambda factor: factor.qubits)
    return ProductState((Factor(tuple(left), tuple(terms)), *rest))


def _split(array: RingArray, left: Sequence[int], chosen: Sequence[int]) -> tuple[Factor, RingArray] | None:
    """The fixed, normalised state of these qubits and the array of the others, if the array is their product."""
    near = [left.index(qubit) for qubit in chosen]
    far = [place for place in range(len(left)) if place not in near]
    matrix = array.transpose(*near, *far, len(left)).reshape(2 ** len(near), -1)
    if (column := _normalised_column(matrix)) is None:
        return None
    others = column.dagger() @ matrix
    if not (column @ others).equals(matrix):
        return None
    terms = tuple(Term(bits, None, number) for bits, number in _entries(column, len(near), 0))
    shape = [2] * len(far)
    return Factor(tuple(chosen), terms), others.reshape(*shape, array.shape[-1]).reduced()


def _normalised_column(matrix: RingArray) -> RingArray | None:
    """A column other than 0 made a unit vector, its first entry positive where ω allows it; None if 1/√2 does not suffice."""
    for at in numpy.argwhere(matrix.parts.any(axis=(0, 1)))[:_MOST_COLUMNS, 0]:
        column = RingArray(matrix.parts[:, :, at : at + 1], matrix.halvings)
        norm = (column.dagger() @ column)[0, 0]
        if norm.halvings % 2 or norm != RingNumber(1, halvings=norm.halvings):
            continue
        place = int(numpy.argwhere(column.parts.any(axis=0))[0, 0])
        unit = RingArray(column.parts, column.halvings - norm.halvings // 2).reduced()
        return turned(unit, -(turn(unit[place, 0]) or 0))
    return None


def _entries(array: RingArray, qubits: int, p: int) -> Iterator[tuple[str, RingNumber]]:
    """The entries other than 0 for input p of an array over so many qubits."""
    flat = array.reshape(2**qubits, -1)
    for bits in product("01", repeat=qubits):
        number = flat[int("0" + "".join(bits), 2), p]
        if number:
            yield "".join(bits), number


def merged(factors: Sequence[Factor]) -> Factor:
    """The product of factors as one, its qubits in their order; at most one of them may have the input's amplitudes."""
    order = [qubit for factor in factors for qubit in factor.qubits]
    places = sorted(range(len(order)), key=order.__getitem__)
    terms = []
    for chosen in product(*(factor.terms for factor in factors)):
        bits, number, p = "", RingNumber(1), None
        for term in chosen:
            bits, number = bits + term.bits, number * term.number
            p = term.p if p is None else p
        terms.append(Term("".join(bits[place] for place in places), p, number))
    terms.sort(key=lambda term: (-1 if term.p is None else term.p, term.bits))
    return Factor(tuple(sorted(order)), tuple(terms))
