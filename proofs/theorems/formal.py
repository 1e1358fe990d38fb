"""Kets of no particular space: sums of products of named kets, with a table of inner products.

``named("a", "a", "e")`` is |a⟩⊗|a⟩⊗|e⟩. Only linearity and the given inner products are used, so what is computed holds in
every Hilbert space, of any dimension. Named kets have norm 1 unless the table says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy

__all__ = ["FormalKet", "Gram", "formal_inner", "named"]

Gram = Mapping[tuple[str, str], Any]
"""⟨left|right⟩ for pairs of names: (l, r), of which (r, l) is the conjugate; 1 for l = r and 0 for l ≠ r if not given."""


@dataclass(frozen=True)
class FormalKet:
    """A linear combination of products of named kets."""

    terms: tuple[tuple[tuple[str, ...], Any], ...]

    def __add__(self, other: FormalKet) -> FormalKet:
        total: dict[tuple[str, ...], Any] = {}
        for names, factor in self.terms + other.terms:
            total[names] = sympy.expand(total.get(names, 0) + factor)
        return FormalKet(tuple((names, factor) for names, factor in total.items() if factor != 0))

    def __sub__(self, other: FormalKet) -> FormalKet:
        return self + other.times(-1)

    def times(self, factor: Any) -> FormalKet:
        """This ket multiplied by a number or symbol."""
        return FormalKet(tuple((names, sympy.expand(factor * own)) for names, own in self.terms))

    def tensor(self, other: FormalKet) -> FormalKet:
        """The tensor product, this ket first."""
        return FormalKet(
            tuple((mine + theirs, sympy.expand(x * y)) for mine, x in self.terms for theirs, y in other.terms)
        )

    def mapped(self, images: Mapping[tuple[str, ...], FormalKet]) -> FormalKet:
        """The image under the linear map that takes each product to the one given; raises KeyError for any other."""
        total = FormalKet(())
        for names, factor in self.terms:
            total += images[names].times(factor)
        return total

    def after(self, *first: str) -> FormalKet:
        """What stands behind the factors ``first``: ⟨first| on these factors, taken as if orthonormal to all others."""
        size = len(first)
        return FormalKet(tuple((names[size:], factor) for names, factor in self.terms if names[:size] == first))


def named(*names: str) -> FormalKet:
    """The product of named kets."""
    return FormalKet(((names, sympy.S.One),))


def formal_inner(left: FormalKet, right: FormalKet, gram: Gram) -> Any:
    """⟨left|right⟩, antilinear on the left, factor by factor; raises ValueError for products of two lengths."""
    total = sympy.S.Zero
    for mine, x in left.terms:
        for theirs, y in right.terms:
            overlap = sympy.Mul(*(_overlap(l, r, gram) for l, r in zip(mine, theirs, strict=True)))  # noqa: E741
            total += sympy.conjugate(x) * y * overlap
    return sympy.expand(total)


def _overlap(left: str, right: str, gram: Gram) -> Any:
    """⟨left|right⟩ of two named kets."""
    if (left, right) in gram:
        return gram[left, right]
    if (right, left) in gram:
        return sympy.conjugate(gram[right, left])
    return sympy.S.One if left == right else sympy.S.Zero
