"""What a claim ``bound QUANTITY <= x`` asks about, read with helpful errors before the kernel sees it.

The meaning is the kernel's (``noclone.proofs.kernel.bounds`` and ``squares``), and so is the last word on what is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from noclone.models.errors import InputError, nearest
from noclone.proofs.kernel.bounds import NAMED
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.squares import ONE, ZERO, Number, read, read_number
from noclone.proofs.kernel.terms import Claim

__all__ = ["BUILT_IN_STATES", "QUANTITIES", "check_expression", "check_quantity"]

BUILT_IN_STATES = ("all", "equator", *NAMED)
"""Names of states that need no file; ``all2`` to ``all9`` give a dimension too."""

QUANTITIES = {
    "cloning": "cloning STATES [from N] to M [weighted w,…] [global | worst | entanglement]",
    "measure-and-prepare": "measure-and-prepare STATES [from N]",
    "recovery": "recovery by C",
    "guess": "guess P from C",
    "correlations": "correlations E",
    "local": "local E",
    "squares": "squares E | F …",
}
"""What ``bound`` may ask about, by first word."""

_CLONING = re.compile(
    r"cloning (?P<states>\S+)(?: from (?P<given>\S+))? to (?P<copies>\S+)(?: weighted (?P<weights>\S+))?"
    "(?: (?P<merit>global|worst|entanglement))?"
)
_MEASURING = re.compile(r"measure-and-prepare (?P<states>\S+)(?: from (?P<given>\S+))?")


def check_quantity(claim: Claim, ensembles: Iterable[str]) -> None:
    """Raise InputError if a claim ``bound …`` names no real number, or a quantity that nobody could compute.

    ``ensembles`` are the names of the states given with the protocol.
    """
    _check_number(claim.bound, f"the number '{claim.bound}' in '{claim}'")
    word, _, rest = claim.quantity.partition(" ")
    if word not in QUANTITIES:
        raise InputError(
            f"unknown quantity '{word}' in '{claim}': use one of {', '.join(QUANTITIES)}.{nearest(word, QUANTITIES)}"
        )
    if claim.coalition:
        return
    if word in ("correlations", "local", "squares"):
        expressions = rest.split(" | ")
        if len(expressions) > 1 and word != "squares":
            raise InputError(f"'{word}' takes one sum, and only 'squares' several: '{claim}' has {len(expressions)}")
        for expression in expressions:
            check_expression(expression)
        return
    match = (_CLONING if word == "cloning" else _MEASURING).fullmatch(claim.quantity)
    if match is None:
        raise InputError(f"cannot read the quantity '{claim.quantity}': its form is {QUANTITIES[word]}")
    parts = {"given": "", "copies": "", "weights": "", "merit": ""} | match.groupdict(default="")
    _check_states(parts["states"], [*BUILT_IN_STATES, *ensembles])
    for name in ("given", "copies"):
        if parts[name] and not re.fullmatch("[1-9]", parts[name]):
            raise InputError(f"'{parts[name]}' in '{claim}' is no number of copies: write 1 to 9")
    if parts["merit"] == "entanglement" and parts["given"] not in ("", "1"):
        raise InputError(f"the entanglement fidelity in '{claim}' is that of clones of one copy: leave out 'from'")
    if parts["weights"]:
        _check_weights(parts["weights"], int(parts["copies"]), parts["merit"])


def check_expression(text: str) -> None:
    """Raise InputError for a text that is no sum of products of observables.

    >>> check_expression("A0 B0 - 1/2*A1 B1")
    """
    text = " ".join(text.split())
    try:
        found = read(text, "expression")
    except Refusal:
        found = None
    if found is None or not all(letter.isupper() for word in found for letter in word):
        raise InputError(
            f"cannot read the expression '{_short(text)}': write a sum of products such as A0 B0 - 1/2*A1 B1, "
            "each observable a capital letter (whose) and one digit (which)"
        )


def _check_states(name: str, known: list[str]) -> None:
    if name not in known and not re.fullmatch("all[2-9]", name):
        lowered = name.lower() if name.lower() in known else name
        raise InputError(f"unknown states '{name}': there are {', '.join(known)}.{nearest(lowered, known)}")


def _check_weights(text: str, copies: int, merit: str) -> None:
    """Raise InputError unless there is a weight for each copy, none negative, adding up to 1."""
    if merit == "global":
        raise InputError(f"'weighted {text}' and 'global' do not go together: all copies at once have no weights")
    weights = [_check_number(each, f"the weight '{each}' in 'weighted {text}'") for each in text.split(",")]
    if len(weights) != copies:
        raise InputError(f"'weighted {text}' has to give {copies} weights, one for each copy; it gives {len(weights)}")
    for each, weight in zip(text.split(","), weights, strict=True):
        if weight.sign() < 0:
            raise InputError(f"the weight '{each}' in 'weighted {text}' is negative")
    if (total := sum(weights, ZERO)) != ONE:
        shown = str(total[1]) if total.keys() == {1} else str(total)
        raise InputError(f"the weights in 'weighted {text}' have to add up to 1; they add up to {_short(shown)}")


def _check_number(text: str, what: str) -> Number:
    """The real number of a text; raises InputError."""
    try:
        number = read_number(text, what)
        number.sign()
    except Refusal:
        what = what if len(what) <= 160 else f"{what[:157]}..."
        raise InputError(f"cannot read {what}: write an exact real one such as 5/6, 0.85 or 1/2+sqrt(2)/4") from None
    return number


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "..."
