"""Inputs with exact amplitudes, and two of them that an operator tells apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy

from noclone.models.ring import RingNumber
from noclone.proofs.derivations.numerals import fraction, joined
from noclone.proofs.derivations.statements import Entries

__all__ = ["Input", "entry_at", "inputs", "told_apart"]


@dataclass(frozen=True)
class Input:
    """A state of the secret that has a short name, by its amplitudes."""

    text: str
    latex: str
    amplitudes: tuple[RingNumber, ...]

    @property
    def vector(self) -> Any:
        """The amplitudes as floats."""
        return numpy.array([complex(number) for number in self.amplitudes])


def inputs(secrets: int) -> Iterator[Input]:
    """|p⟩ for every p, then (|p⟩ + i^r|q⟩)/√2 for all p < q and r."""
    size = 2**secrets
    names = [format(p, f"0{secrets}b") for p in range(size)]
    for p in range(size):
        amplitudes = tuple(RingNumber(int(at == p)) for at in range(size))
        yield Input(f"|{names[p]}⟩", rf"|{names[p]}\rangle", amplitudes)
    half = RingNumber(1, halvings=1)
    for p, q in combinations(range(size), 2):
        for turns, sign in ((0, "+"), (4, "−"), (2, "+ i"), (6, "− i")):
            values = {p: half, q: half * RingNumber.omega(turns)}
            amplitudes = tuple(values.get(at, RingNumber(0)) for at in range(size))
            plain = sign.replace("−", "-")
            latex = rf"\tfrac{{1}}{{\sqrt{{2}}}}(|{names[p]}\rangle {plain} |{names[q]}\rangle)"
            space = "" if "i" in sign else " "
            yield Input(f"(|{names[p]}⟩ {sign}{space}|{names[q]}⟩)/√2", latex, amplitudes)


def entry_at(entries: Entries, place: tuple[int, int], given: Input) -> RingNumber:
    """An operator's entry for an input, exactly."""
    total = RingNumber(0)
    for (p, q), number in entries.get(place, {}).items():
        total = total + number * given.amplitudes[p] * given.amplitudes[q].conjugate()
    return total


def told_apart(
    entries: Entries, secrets: int, alike: Callable[[Input, Input], bool] = lambda _one, _other: True
) -> tuple[tuple[int, int], Input, Input] | None:
    """An entry and two inputs for which it differs, the first there are among those that are ``alike``."""
    known: Sequence[Input] = list(inputs(secrets))
    for place in entries:
        values = [(each, entry_at(entries, place, each)) for each in known]
        for (one, left), (other, right) in combinations(values, 2):
            if left != right and alike(one, other):
                return place, one, other
    return None


def written(number: RingNumber, *, latex: bool) -> str:
    """A number, sign included."""
    return joined([fraction(number, latex=latex)[:2]], latex=latex)
