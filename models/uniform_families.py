"""Uniform families: a source and n pairs that are all treated alike, as data, for every n at once.

A family's encoding is a list of rotations exp(−iπ/4·k·P), P a letter on the source and the same letters on every pair; its pairs
are prepared by the same gates each. Recoveries are rotations too; if the output is a part of a pair, that pair has letters
of its own. What the kernel makes of such a family at one n is the protocol that is meant (``noclone.proofs.uniform_systems``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from noclone.models.errors import InputError

__all__ = ["BELL_PAIR", "Recovered", "Rotation", "UniformFamily", "rotation"]

BELL_PAIR = (("H", 0), ("CX", 0, 1))
"""(|00⟩ + |11⟩)/√2 on a pair's two parts."""

_ROTATION = re.compile(r"(?:(?P<quarters>-?[0-9]{1,3}) )?(?P<letters>[IXYZ]+(?: [IXYZ]+){1,2})")


@dataclass(frozen=True, slots=True)
class Rotation:
    """exp(−iπ/4·``quarters``·P): P has ``source`` on the source, ``own`` on the pair whose part is restored, ``others`` on every
    other pair; in a stage ``own`` and ``others`` are the same. ``quarters`` is 1, 2 or 3.
    """

    quarters: int
    source: str
    own: str
    others: str

    def __str__(self) -> str:
        pairs = self.own if self.own == self.others else f"{self.own} {self.others}"
        return f"{'' if self.quarters == 1 else f'{self.quarters} '}{self.source} {pairs}"


@dataclass(frozen=True, slots=True)
class Recovered:
    """A recovery: its name (decrypt stands for decrypt[0], decrypt[1], … if its output is a part of a pair)."""

    name: str
    rotations: tuple[Rotation, ...]
    output: str


def rotation(text: str, parts: int) -> Rotation:
    """A rotation from its text: "Z ZI" has Z on the source and on each pair's first part; "3 X XI" turns three times as far,
    "-1 X XI" back; "I ZZ IX" has ZZ on the pair that is restored and IX on all others. Raises InputError.
    """
    match = _ROTATION.fullmatch(" ".join(text.split()))
    words = match["letters"].split() if match else []
    if not match or len(words[0]) != 1 or any(len(word) != parts for word in words[1:]):
        raise InputError(
            f"cannot read the rotation '{text}': write a letter for the source and {parts} for each pair, such as"
            f" 'Z {'Z' + 'I' * (parts - 1)}', with a whole number of quarter turns before it if it is not 1"
        )
    quarters = int(match["quarters"] or 1) % 4
    if not quarters:
        raise InputError(f"the rotation '{text}' turns by whole turns, so it does nothing: leave it out")
    return Rotation(quarters, words[0], words[1], words[-1])


@dataclass(frozen=True)
class UniformFamily:
    """A family as data. ``gates`` prepare one pair from |0…0⟩: names H, S, CX and the numbers of the pair's parts."""

    name: str
    stages: tuple[tuple[str, tuple[Rotation, ...]], ...]
    source: str = "A"
    pair: tuple[str, ...] = ("S", "N")
    gates: tuple[tuple[str | int, ...], ...] = BELL_PAIR
    recoveries: tuple[Recovered, ...] = ()

    def __post_init__(self) -> None:
        for name, rotations in self.stages:
            _check(name, rotations, "a stage treats all pairs alike", is_alike=True)
        for one in self.recoveries:
            if one.output not in (self.source, *self.pair):
                raise InputError(
                    f"recovery '{one.name}' has the output '{one.output}': write {', '.join((self.source, *self.pair))}"
                )
            why = f"only a recovery whose output is a part of a pair ({', '.join(self.pair)}) singles out a pair"
            _check(one.name, one.rotations, why, is_alike=one.output == self.source)

    @cached_property
    def document(self) -> bytes:
        """What the kernel reads: the family and nothing else."""
        content = {
            "format": "noclone family",
            "version": 1,
            "source": self.source,
            "pair": list(self.pair),
            "gates": [list(gate) for gate in self.gates],
            "stages": [
                [name, [[each.quarters, each.source, each.own] for each in rotations]]
                for name, rotations in self.stages
            ],
            "recoveries": [
                [one.name, [[each.quarters, each.source, each.own, each.others] for each in one.rotations], one.output]
                for one in self.recoveries
            ],
        }
        return json.dumps(content, sort_keys=True, indent=1).encode()

    @property
    def identity(self) -> str:
        """The SHA-256 of the document."""
        return sha256(self.document).hexdigest()

    @property
    def kinds(self) -> tuple[tuple[str, ...], ...]:
        """Which parts of a pair may be held: every subset, in the order in which certificates count them."""
        size = len(self.pair)
        return tuple(tuple(part for at, part in enumerate(self.pair) if kind >> at & 1) for kind in range(2**size))

    @classmethod
    def from_table(cls, name: str, table: Mapping[str, Any]) -> UniformFamily:
        """A family from a claims file's [family] table (docs/every-n.md); raises InputError."""
        _check_keys(table, ("source", "pair", "prepare", "stages", "recoveries"), "[family]")
        source = _text(table, "source", "[family]") if "source" in table else "A"
        pair = _texts(table, "pair", "[family]") if "pair" in table else ("S", "N")
        gates = tuple(map(_gate, _texts(table, "prepare", "[family]"))) if "prepare" in table else BELL_PAIR
        stages, recoveries = [], []
        for stage, place in _tables(table, "stages"):
            _check_keys(stage, ("name", "rotations"), place)
            turns = tuple(rotation(text, len(pair)) for text in _texts(stage, "rotations", place))
            stages.append((_text(stage, "name", place), turns))
        for one, place in _tables(table, "recoveries") if "recoveries" in table else ():
            _check_keys(one, ("name", "rotations", "output"), place)
            turns = tuple(rotation(text, len(pair)) for text in _texts(one, "rotations", place))
            recoveries.append(Recovered(_text(one, "name", place), turns, _text(one, "output", place)))
        return cls(name, tuple(stages), source, pair, gates, tuple(recoveries))


def _check(name: str, rotations: Iterable[Rotation], why: str, *, is_alike: bool) -> None:
    """Refuse a name with a number, which a claim's letter would range over, and letters for one pair where none is singled out."""
    if "[" in name:
        raise InputError(
            f"the name '{name}' has a number: leave it out, a recovery of a pair's part gets one for each pair"
        )
    for each in rotations:
        if is_alike and each.own != each.others:
            raise InputError(f"'{name}' has the rotation '{each}' with letters of their own on one pair, and {why}")


def _check_keys(table: Mapping[str, Any], known: Sequence[str], place: str) -> None:
    for key in table:
        if key not in known:
            raise InputError(f"{place} has the unknown key '{key}': it may have {', '.join(known)}")


def _text(table: Mapping[str, Any], key: str, place: str) -> str:
    value = table.get(key)
    if not isinstance(value, str):
        raise InputError(
            f"{place}: '{key}' has to be a text in quotes; {f'it is {value!r}' if key in table else 'it is missing'}"
        )
    return value


def _texts(table: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
    listed = table.get(key)
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise InputError(f"{place}: '{key}' has to be a list of texts in quotes")
    return tuple(listed)


def _tables(table: Mapping[str, Any], key: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The tables of a list, each with what to call it in a message."""
    listed = table.get(key)
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise InputError(f"[family] needs {key}: write [[family.{key}]], in double brackets, with name and rotations")
    yield from ((each, f"[[family.{key}]] {number}") for number, each in enumerate(listed, 1))


def _gate(text: str) -> tuple[str | int, ...]:
    name, *places = text.split() or [""]
    if not places or not all(place.isdecimal() and len(place) < 4 for place in places):
        raise InputError(f"cannot read the gate '{text}': write H, S or CX and the numbers of a pair's parts, 'CX 0 1'")
    return (name, *map(int, places))
