"""What a TARGET stands for: protocols, from ranges of a family's parameters or from files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product

from noclone.models.errors import CircuitError, InputError
from noclone.models.qasm import QasmFile
from noclone.protocols.family import Family
from noclone.protocols.protocol import Protocol

__all__ = ["MOST_PROTOCOLS", "Target", "located", "of_family", "parameters_of", "parse_range"]

MOST_PROTOCOLS = 1_000
"""How many protocols one run may build from ranges of parameters."""


@dataclass(frozen=True)
class Target:
    """Protocols to look at, what to say about how they were chosen, and the files that they were read from."""

    protocols: tuple[Protocol, ...]
    remark: str = ""
    files: tuple[QasmFile, ...] = field(default=())


def of_family(chosen: Family, given: Mapping[str, str]) -> Target:
    """A family at the given values of its parameters; each that is not given takes the values that the family shows."""
    values: dict[str, Sequence[int]] = {}
    known = {parameter.name: parameter for parameter in chosen.parameters}
    for name, text in given.items():
        if name not in known:
            chosen.build(**{name: 0})
        low, high = parse_range(text)
        for end in (low, high):
            known[name].check(chosen.name, end)
        values[name] = range(low, high + 1, known[name].step)
    missing = [parameter for parameter in chosen.parameters if parameter.name not in given]
    values |= {parameter.name: parameter.shown for parameter in missing}
    names = list(known)
    choices = [values[name] for name in names]
    number = 1
    for choice in choices:
        number *= len(choice)
    if number > MOST_PROTOCOLS:
        raise InputError(f"these ranges make {number:,} protocols: at most {MOST_PROTOCOLS:,} in one run")
    protocols = tuple(chosen.build(**dict(zip(names, combination, strict=True))) for combination in product(*choices))
    tried = [
        f"{each.name} not given: tried {', '.join(map(str, each.shown))}" for each in missing if len(each.shown) > 1
    ]
    return Target(protocols, "; ".join(tried))


def parse_range(text: str) -> tuple[int, int]:
    """The ends of a range: (2, 8) for "2..8", (3, 3) for "3"; raises InputError."""
    low, dots, high = text.strip().partition("..")
    try:
        if len(text) > 40:
            raise ValueError
        first, last = int(low), int(high) if dots else int(low)
    except ValueError:
        raise InputError(f"cannot read the range '{text[:40]}': write a number, or two as in 2..8") from None
    if first > last:
        raise InputError(f"the range '{text}' is empty: write the smaller number first")
    return first, last


def parameters_of(n: str | None, others: Sequence[str]) -> dict[str, str]:
    """--n and every --param NAME=VALUE as texts by name; raises InputError."""
    parameters = {} if n is None else {"n": n}
    for text in others:
        name, equals, value = text.partition("=")
        if not equals or not name or name in parameters:
            raise InputError(
                f"cannot read the parameter '{text}': write each once, as NAME=VALUE, for example levels=1"
            )
        parameters[name] = value
    return parameters


@contextmanager
def located(files: Sequence[QasmFile]) -> Iterator[None]:
    """Turn a CircuitError about one of these files' circuits into an InputError with the file and its line."""
    try:
        yield
    except CircuitError as error:
        file = next((file for file in files if file.circuit is error.circuit), None)
        if file is None:
            raise
        line = file.line(error.position)
        raise InputError(f"{file.path}: {f'line {line}: ' if line else ''}{error}") from None
