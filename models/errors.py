"""The exceptions that a user may see; each message is one line: what, where, how to mend."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["CircuitError", "InputError", "NocloneError", "TooLargeError", "nearest"]


class NocloneError(Exception):
    """The root of noclone's exceptions."""


class InputError(NocloneError):
    """Something that the user gave cannot be used as it stands."""


class TooLargeError(InputError):
    """A well-formed question about a system that is too large for what would decide it."""


class CircuitError(InputError):
    """An operation that cannot be read as gates.

    ``circuit`` is the Qiskit circuit and ``position`` the index of the outermost instruction in its ``data``, from which a
    file's line is found.
    """

    def __init__(self, message: str, *, circuit: object, position: int) -> None:
        super().__init__(message)
        self.circuit, self.position = circuit, position


def nearest(word: str, known: Iterable[str]) -> str:
    """The question whether something known that is close to the word was meant, with a space before it; or ""."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f" Did you mean '{close[0]}'?" if close else ""
