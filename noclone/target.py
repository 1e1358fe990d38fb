"""What a TARGET stands for: protocols, from ranges of a family's parameters or from files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from noclone.models.errors import CircuitError, InputError
from noclone.models.qasm import QasmFile
from noclone.protocols.family import Family
from noclone.protocols.protocol import Protocol
from noclone.protocols.uniform_variants import UNIFORM

__all__ = ["MOST_PROTOCOLS", "Target", "located", "of_family", "parameters_of", "parse_range"]

MOST_PROTOCOLS = 1_000
"""How many protocols one run may build from ranges of parameters."""


@dataclass(frozen=True)
class Target:
    """Protocols to look at, what to say about how they were chosen, and the files that they were read from.

    ``source`` is the claims file's or circuit's path, "" for what comes from no file; ``inputs`` are further files that were read.
    """

    protocols: tuple[Protocol, ...]
    remark: str = ""
    files: tuple[QasmFile, ...] = ()
    source: str = ""
    inputs: tuple[Path, ...] = ()

    def spare(self, path: Path) -> None:
        """Raise InputError if writing to this path would destroy what the target was read from."""
        for own in [*self.inputs, *(file.path for file in self.files), *([Path(self.source)] if self.source else [])]:
            if path.exists() and own.exists() and path.samefile(own):
                raise InputError(f"'{path}' is what is being read: write the result to another file")


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
    if missing and chosen.name not in UNIFORM:
        named = " and ".join(each.name for each in missing)
        tried.append(f"not uniform: decided for single values of {named}, not for every one")
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
def located(target: Target) -> Iterator[None]:
    """Put the file, and of a circuit's operation the line, before what is wrong with it."""
    try:
        yield
    except CircuitError as error:
        file = next((file for file in target.files if file.circuit is error.circuit), None)
        if file is None:
            raise
        line = file.line(error.position)
        raise InputError(f"{file.path}: {f'line {line}: ' if line else ''}{error}") from None
    except InputError as error:
        if target.source and not str(error).startswith(target.source):
            raise InputError(f"{target.source}: {error}") from None
        raise
