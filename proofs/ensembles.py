"""Sets of states with weights, as exact numbers: what bounds on cloning are about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from noclone.models.errors import InputError
from noclone.proofs.kernel.bounds import MOST_STATES
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.squares import ZERO, Number, read_number

__all__ = ["MOST_LEVELS", "RESERVED", "check_ensemble_name", "ensemble"]

MOST_LEVELS = 16
"""Amplitudes of a state."""
RESERVED = re.compile("all[0-9]*|equator|bb84|six-state")
"""Names that the kernel knows itself."""
_NAME = re.compile("[A-Za-z][A-Za-z0-9-]{0,60}")
_WORDS = ("from", "to", "weighted", "global", "worst", "entanglement")


def ensemble(states: Sequence[tuple[str, Sequence[str]]], place: str = "states") -> tuple[str, ...]:
    """Weights and kets as the kernel reads them: "WEIGHT; SCALE; AMPLITUDE …", where SCALE makes the ket's norm 1.

    Weights and amplitudes are exact texts such as "1/2", "0.6", "1e-3", "sqrt(2)/2" or "1/2 - i/2" (see
    ``noclone.proofs.kernel.squares``). Weights are divided by their sum; kets need no norm. Raises InputError.

    >>> ensemble([("1", ["1", "0"]), ("3", ["1", "i"])])
    ('1/4; 1; 1 0', '3/4; 1/2; 1 i')
    """
    if not 1 <= len(states) <= MOST_STATES:
        raise InputError(f"{place}: 1 to {MOST_STATES} states are needed; there are {len(states)}")
    lengths = {len(ket) for _, ket in states}
    if len(lengths) > 1 or not 2 <= max(lengths) <= MOST_LEVELS:
        found = ", ".join(map(str, sorted(lengths)))
        raise InputError(
            f"{place}: every state needs the same number of amplitudes, 2 to {MOST_LEVELS}; they have {found}"
        )
    weights = [_number(weight, f"{place}, weight {number}") for number, (weight, _) in enumerate(states, 1)]
    kets = [[_number(part, f"{place}, state {number}") for part in ket] for number, (_, ket) in enumerate(states, 1)]
    for number, weight in enumerate(weights, 1):
        if any(root < 0 for root in weight) or weight.sign() < 0:
            raise InputError(f"{place}, weight {number}: '{states[number - 1][0]}' is negative or not real")
    total = sum(weights, ZERO)
    if not total:
        raise InputError(f"{place}: the weights add up to 0")
    lines = []
    for number, (weight, ket) in enumerate(zip(weights, kets, strict=True), 1):
        norm = sum((part * part.conjugate() for part in ket), ZERO)
        if not norm:
            raise InputError(f"{place}, state {number}: all its amplitudes are 0")
        lines.append(
            "; ".join([_divided(weight, total), _divided(read_number("1", ""), norm), " ".join(map(_packed, ket))])
        )
    return tuple(lines)


def check_ensemble_name(name: str, place: str) -> None:
    """Raise InputError for a name that a claim could not say, or that is taken."""
    if RESERVED.fullmatch(name):
        raise InputError(f"{place}: '{name}' is one of noclone's own sets of states: choose another name")
    if not _NAME.fullmatch(name) or name in _WORDS:
        raise InputError(f"{place}: '{name}' cannot name states: use letters, digits and '-', and no word of a claim")


def _number(text: str, place: str) -> Number:
    """An exact number; a decimal with an exponent is a fraction."""
    try:
        if re.fullmatch(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?[eE][+-]?[0-9]{1,2}", text.strip()):
            part = Fraction(text.strip())
            return Number({1: part} if part else {})
        return read_number(text, place)
    except Refusal as refusal:
        raise InputError(f"{place}: cannot read '{refusal.found}': write {refusal.expected}") from None


def _divided(left: Number, right: Number) -> str:
    from noclone.proofs.bounds.surds import Surd

    return _packed((Surd.of(left) / Surd.of(right)).number)


def _packed(number: Number) -> str:
    from noclone.proofs.bounds.surds import number_text

    return number_text(number).replace(" ", "")
