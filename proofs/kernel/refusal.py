"""The one way in which the kernel says no."""

from typing import Any

REFUSED = "wrong-cases wrong-count wrong-logical wrong-restriction wrong-conclusion"
REFUSED += " outside-support represents-nothing no-attack infeasible"
"""Codes of a well-formed certificate that does not show what it says. Any other code: input that cannot be judged."""


class Refusal(Exception):
    """A certificate, protocol or claim that the kernel does not accept.

    Attributes: ``code``, ``place`` (where), and the two things that differ: ``expected`` and ``found``. ``exit_status``
    is 1 for a certificate that fails (its code is in REFUSED) and 2 for input that cannot be judged.
    """

    def __init__(self, code: str, place: str, expected: Any, found: Any) -> None:
        super().__init__(code, place, expected, found)
        self.code, self.place, self.expected, self.found = code, shown(place), shown(expected), shown(found)
        self.exit_status = 1 if code in REFUSED.split() else 2

    def __str__(self) -> str:
        return f"{self.code}: {self.place}: expected {self.expected}; found {self.found}"


def at_most(limit: int, amount: int, place: str, what: str) -> None:
    """Refuse an amount above its limit."""
    if amount > limit:
        raise Refusal("too-large", place, f"at most {limit} {what}", amount)


def shown(value: Any) -> str:
    """A value as an error message shows it: on one line, nothing unprintable, cut at 160 characters."""
    if type(value) in (list, dict):
        value = [each if type(each) in (str, int) else "…" for each in list(value)[:40]]
    return "".join(each if each.isprintable() else "?" for each in str(value)[:160]) or "nothing"
