"""Sets of states with weights, as exact numbers: what bounds on cloning are about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from noclone.models.errors import InputError
from noclone.proofs.kernel.bounds import MOST_STATES
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.squares import ONE, ZERO, Number, read_number
from noclone.proofs.kernel.terms import RESERVED as CLAIM_WORDS

__all__ = ["MOST_LEVELS", "RESERVED", "check_ensemble_name", "ensemble"]

MOST_LEVELS = 16
"""Amplitudes of a state."""
RESERVED = re.compile("all[0-9]*|equator|bb84|six-state")
"""Names that the kernel knows itself."""
_MOST_ROOTS, _MOST_BITS = 4, 600
"""Different square roots in all of the states (1 and i count), as in the kernel; bits of a whole number: longer ones take minutes."""
_GAP = re.compile(r"[^-+*/ ]\s+[^-+*/ ]")
_NAME = re.compile("[A-Za-z][A-Za-z0-9-]{0,60}")
_WORDS = {*CLAIM_WORDS, "to", "weighted", "global", "worst", "entanglement"}


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
    wrong = [part for weight, ket in states for part in (weight, *ket) if not isinstance(part, str)]
    if wrong:
        raise InputError(f"{place}: {wrong[0]!r} is no exact number: write a text such as '3/5' or '0.6'")
    weights = [_number(weight, f"{place}, weight {number}") for number, (weight, _) in enumerate(states, 1)]
    kets = [[_number(part, f"{place}, state {number}") for part in ket] for number, (_, ket) in enumerate(states, 1)]
    for number, weight in enumerate(weights, 1):
        if any(root < 0 for root in weight) or weight.sign() < 0:
            raise InputError(f"{place}, weight {number}: '{states[number - 1][0]}' is negative or not real")
    _check_sizes([*weights, *(part for ket in kets for part in ket)], place)
    total = sum(weights, ZERO)
    if not total:
        raise InputError(f"{place}: the weights add up to 0")
    made: list[list[Number]] = []
    for number, (weight, ket) in enumerate(zip(weights, kets, strict=True), 1):
        norm = sum((part * part.conjugate() for part in ket), ZERO)
        if not norm:
            raise InputError(f"{place}, state {number}: all its amplitudes are 0")
        made.append([_divided(weight, total), _divided(ONE, norm), *ket])
    _check_sizes([part for state in made for part in state], place)
    texts = [[_packed(part) for part in state] for state in made]
    return tuple(f"{weight}; {scale}; {' '.join(ket)}" for weight, scale, *ket in texts)


def check_ensemble_name(name: str, place: str) -> None:
    """Raise InputError for a name that a claim could not say, or that is taken."""
    if RESERVED.fullmatch(name):
        raise InputError(f"{place}: '{name}' is one of noclone's own sets of states: choose another name")
    if not _NAME.fullmatch(name) or name in _WORDS:
        raise InputError(f"{place}: '{name}' cannot name states: use letters, digits and '-', and no word of a claim")


def _number(text: str, place: str) -> Number:
    """An exact number; a decimal with an exponent is a fraction."""
    try:
        if _GAP.search(text.strip()):  # to the kernel a space is a product: "1 0" would be 0
            raise Refusal("bad-number", place, "one number", text)
        if re.fullmatch(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?[eE][+-]?[0-9]{1,2}", text.strip()):
            part = Fraction(text.strip())
            return Number({1: part} if part else {})
        return read_number(text, place)
    except Refusal:
        shown = "".join(each if each.isprintable() else "?" for each in text)
        shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
        raise InputError(
            f"{place}: cannot read '{shown}': write an exact number such as 3/5, 0.6, sqrt(2)/2 or 1/2-i/2"
        ) from None


def _check_sizes(numbers: Sequence[Number], place: str) -> None:
    """Raise InputError for more square roots, or longer fractions, than the kernel reads."""
    roots = sorted({root for number in numbers for root in number})
    if len(roots) > _MOST_ROOTS:
        listed = ", ".join("i" if root == -1 else f"sqrt({root})" for root in roots if root != 1)
        raise InputError(
            f"{place}: too many different square roots, products and norms included: {listed[:80]}; "
            f"at most {_MOST_ROOTS}, of which 1 is one and i another"
        )
    parts = [part for number in numbers for part in number.values()]
    if any(max(part.numerator.bit_length(), part.denominator.bit_length()) > _MOST_BITS for part in parts):
        raise InputError(f"{place}: its numbers, norms or weights are too long: write them with fewer digits")


def _divided(left: Number, right: Number) -> Number:
    from noclone.proofs.bounds.surds import Surd

    return (Surd.of(left) / Surd.of(right)).number


def _packed(number: Number) -> str:
    from noclone.proofs.bounds.surds import number_text

    return number_text(number).replace(" ", "")
