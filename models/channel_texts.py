"""Channels written as text, as claims files do: ``depolarizing(1/100)``, ``pauli(X: 1/100, Z: 1/50)``.

::

    channel = NAME "(" argument {"," argument} ")"
    argument = number | word ":" number (pauli) | matrix (kraus) | channel (compose)

Text is only read, never run. Numbers are exact: 0.01 is 1/100.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from noclone.models.channels import (
    Channel,
    amplitude_damping,
    bit_flip,
    bit_phase_flip,
    compose,
    depolarizing,
    exact_number,
    from_kraus,
    generalized_amplitude_damping,
    pauli_channel,
    phase_damping,
    phase_flip,
    thermal_relaxation,
)
from noclone.models.errors import InputError, nearest

__all__ = ["KNOWN_CHANNELS", "parse_channel"]

KNOWN_CHANNELS: Mapping[str, str] = {
    "amplitude-damping": "amplitude-damping(gamma)",
    "bit-flip": "bit-flip(p)",
    "bit-phase-flip": "bit-phase-flip(p)",
    "compose": "compose(first channel, next channel, ...)",
    "depolarizing": "depolarizing(p) or depolarizing(p, qubits)",
    "generalized-amplitude-damping": "generalized-amplitude-damping(gamma, excited)",
    "kraus": "kraus([[1, 0], [0, 0.6]], [[0, 0.8], [0, 0]])",
    "pauli": "pauli(X: 1/100, Z: 1/50)",
    "phase-damping": "phase-damping(lambda)",
    "phase-flip": "phase-flip(p)",
    "thermal-relaxation": "thermal-relaxation(T1, T2, time)",
}
"""The names that ``parse_channel`` knows, and how each is written."""

_OF_NUMBERS: Mapping[str, tuple[Callable[..., Channel], int]] = {
    "amplitude-damping": (amplitude_damping, 1),
    "bit-flip": (bit_flip, 1),
    "bit-phase-flip": (bit_phase_flip, 1),
    "generalized-amplitude-damping": (generalized_amplitude_damping, 2),
    "phase-damping": (phase_damping, 1),
    "phase-flip": (phase_flip, 1),
    "thermal-relaxation": (thermal_relaxation, 3),
}
_LONGEST, _DEEPEST = 200_000, 8
_CALL = re.compile(r"\s*([A-Za-z][A-Za-z-]*)\s*\((.*)\)\s*", re.DOTALL)


def parse_channel(text: str) -> Channel:
    """The channel that a text names; raises InputError, in one line that says what is known.

    >>> str(parse_channel("amplitude-damping(0.05)")), parse_channel("pauli(X: 1/100, Z: 1/50)").pauli["I"]
    ('amplitude-damping(1/20)', Fraction(97, 100))
    """
    if len(text) > _LONGEST:
        raise InputError(f"a channel's text has at most {_LONGEST} characters, not {len(text)}")
    return _parse(text, 0)


def _parse(text: str, depth: int) -> Channel:
    call = _CALL.fullmatch(text)
    if call is None or depth > _DEEPEST:
        raise InputError(f"not a channel: '{_shown(text)}'; write for example depolarizing(1/100). {_known()}")
    name, arguments = call[1], _split(call[2])
    if name not in KNOWN_CHANNELS:
        raise InputError(f"unknown channel '{_shown(name)}'.{nearest(name, KNOWN_CHANNELS)} {_known()}")
    if name == "compose":
        return compose(*(_parse(argument, depth + 1) for argument in arguments))
    if name == "kraus":
        return from_kraus([_matrix(argument) for argument in arguments])
    if name == "pauli":
        return _pauli(arguments)
    if name == "depolarizing":
        return _depolarizing(arguments)
    build, count = _OF_NUMBERS[name]
    if len(arguments) != count:
        raise _misused(name, f"{len(arguments)} numbers")
    return build(*arguments)


def _known() -> str:
    return f"Known: {', '.join(KNOWN_CHANNELS)}"


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}…"


def _misused(name: str, found: str) -> InputError:
    return InputError(f"'{name}' is written {KNOWN_CHANNELS[name]}, not with {found}")


def _split(text: str) -> list[str]:
    """The parts between commas that stand in no bracket; raises InputError for brackets that do not match."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        if depth < 0:
            break
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    if depth:
        raise InputError(f"brackets do not match in '{_shown(text)}'")
    return [part.strip() for part in parts] if text.strip() else []


def _pauli(arguments: list[str]) -> Channel:
    weights: dict[str, str] = {}
    for argument in arguments:
        word, colon, number = (part.strip() for part in argument.partition(":"))
        if not colon or word in weights:
            raise _misused("pauli", f"'{_shown(argument)}'" + (" a second time" if colon else ""))
        weights[word] = number
    return pauli_channel(weights)


def _depolarizing(arguments: list[str]) -> Channel:
    if len(arguments) not in (1, 2):
        raise _misused("depolarizing", f"{len(arguments)} numbers")
    qubits = exact_number(arguments[1], "the number of qubits") if len(arguments) == 2 else exact_number(1)
    if qubits.denominator != 1:
        raise InputError(f"the number of qubits is whole, not {qubits}")
    return depolarizing(arguments[0], int(qubits))


def _matrix(text: str) -> list[list[complex]]:
    rows = _split(_inside(text))
    return [[_complex(entry) for entry in _split(_inside(row))] for row in rows]


def _inside(text: str) -> str:
    if not (text.startswith("[") and text.endswith("]")):
        raise _misused("kraus", f"'{_shown(text)}'")
    return text[1:-1]


def _complex(text: str) -> complex:
    try:
        return complex(text.replace(" ", ""))
    except ValueError:
        raise InputError(f"'{_shown(text)}' in a matrix is no number such as 0.5, 1e-3 or 0.6-0.8j") from None
