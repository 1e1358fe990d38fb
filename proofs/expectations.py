"""What is expected of a claim, for which values of the parameters.

    expectation = part {";" part}     part = STATUS | STATUS "for" condition | STATUS "iff" condition
    condition = NAME ("even" | "odd") | NAME ("=" | "<" | "<=" | ">" | ">=") number
    STATUS = PROVED | REFUTED | SUPPORTED | UNDECIDED

"for" says nothing elsewhere; "PROVED iff c" expects REFUTED where c does not hold, and the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from noclone.models.errors import InputError
from noclone.proofs.verdicts import Status

__all__ = ["Expectation"]

_PART = re.compile(
    r"(?P<status>PROVED|REFUTED|SUPPORTED|UNDECIDED)"
    r"(?: (?P<kind>for|iff) (?P<name>[a-z]+) (?:(?P<parity>even|odd)|(?P<sign>=|<=|>=|<|>) ?(?P<number>\d{1,9})))?"
)
_OPPOSITE = {Status.PROVED: Status.REFUTED, Status.REFUTED: Status.PROVED}


@dataclass(frozen=True, slots=True)
class Expectation:
    """An expectation, as its text. ``Expectation("PROVED iff n even").at({"n": 3})`` is ``Status.REFUTED``."""

    text: str

    def __post_init__(self) -> None:
        self._parts()

    def at(self, parameters: Mapping[str, object]) -> Status | None:
        """The status expected at these parameters, or None if nothing is said of them; raises InputError."""
        said = {status for part in self._parts() if (status := self._status(part, parameters)) is not None}
        if len(said) > 1:
            raise InputError(f"expectation '{self.text}' contradicts itself at {dict(parameters)}")
        return next(iter(said), None)

    def _parts(self) -> list[dict[str, str]]:
        parts = []
        for text in self.text.split(";"):
            match = _PART.fullmatch(" ".join(text.split()))
            if match is None:
                raise InputError(
                    f"cannot read the expectation '{self.text}': write a status (PROVED, REFUTED, SUPPORTED, UNDECIDED), "
                    "alone or followed by for or iff and a condition such as n even or n >= 2"
                )
            parts.append({key: value for key, value in match.groupdict().items() if value})
        return parts

    def _status(self, part: dict[str, str], parameters: Mapping[str, object]) -> Status | None:
        status = Status(part["status"])
        if "kind" not in part:
            return status
        value = parameters.get(part["name"])
        if not isinstance(value, int):
            raise InputError(f"expectation '{self.text}' speaks of '{part['name']}', which this protocol does not have")
        if _holds(value, part):
            return status
        if part["kind"] == "for":
            return None
        if status not in _OPPOSITE:
            raise InputError(f"expectation '{self.text}': iff goes with PROVED or REFUTED")
        return _OPPOSITE[status]


def _holds(value: int, part: Mapping[str, str]) -> bool:
    if "parity" in part:
        return (value % 2 == 0) == (part["parity"] == "even")
    number = int(part["number"])
    return {
        "=": value == number,
        "<": value < number,
        "<=": value <= number,
        ">": value > number,
        ">=": value >= number,
    }[part["sign"]]
