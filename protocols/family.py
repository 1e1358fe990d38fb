"""Families: a protocol for every value of some parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from noclone.models.errors import InputError, nearest
from noclone.protocols.protocol import Protocol

__all__ = ["Family", "Parameter"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A family's parameter: a whole number from ``lowest`` to ``highest``, in steps of ``step``.

    ``shown`` are the values that are tried when none are given.
    """

    name: str
    meaning: str
    lowest: int
    highest: int
    shown: tuple[int, ...]
    step: int = 1

    def check(self, family: str, value: object) -> None:
        """Raise InputError if the value is out of range."""
        fits = isinstance(value, int) and not isinstance(value, bool) and self.lowest <= value <= self.highest
        if not fits or (int(str(value)) - self.lowest) % self.step:
            every = "" if self.step == 1 else f" in steps of {self.step}"
            raise InputError(
                f"{family}: {self.name} = {value!r} is out of range: {self.lowest} to {self.highest:,}{every}"
            )


@dataclass(frozen=True, slots=True)
class Family:
    """A named family; ``make`` takes its parameters by keyword, ``reference`` says where it comes from."""

    name: str
    summary: str
    reference: str
    parameters: tuple[Parameter, ...]
    make: Callable[..., Protocol]

    def build(self, **parameters: int) -> Protocol:
        """The protocol at these parameters (where one is missing, its first shown value); raises InputError."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in parameters:
            if name not in known:
                has = ", ".join(known) or "no parameters"
                raise InputError(f"{self.name} has no parameter '{name}': it has {has}.{nearest(name, known)}")
        values = {name: parameters.get(name, parameter.shown[0]) for name, parameter in known.items()}
        for name, value in values.items():
            known[name].check(self.name, value)
        return self.make(**values)
