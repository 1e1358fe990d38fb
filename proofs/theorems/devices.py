"""Processes that theorems speak of, as functions of kets or of operators, with exact tests of what they are.

A process is a function and no matrix, since dropping "linear" must be possible. It is tested on generic arguments
(symbols for all amplitudes), so a test says something of every argument.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy

from noclone.proofs.theorems.exact import basis, generic, is_equal, is_positive, is_zero, squared_norm, tensor

__all__ = ["Channel", "Device", "channel_of", "device_of", "scaled"]


@dataclass(frozen=True)
class Device:
    """A process on kets of ``dimension`` amplitudes; ``apply`` must accept symbolic amplitudes u + i·v, u and v real."""

    dimension: int
    apply: Callable[[Any], Any]

    def is_linear(self) -> bool:
        """Whether it takes s·x + t·y to s·(image of x) + t·(image of y), for generic kets and numbers."""
        first, last = basis(self.dimension, 0), basis(self.dimension, self.dimension - 1)
        if not is_equal(self.apply(first + last), self.apply(first) + self.apply(last)):
            return False  # found without symbols, whose algebra is slow where a process is not linear
        x, y, numbers = generic(self.dimension, "x"), generic(self.dimension, "y"), generic(2, "s")
        joint = self.apply(numbers[0] * x + numbers[1] * y)
        return is_equal(joint, numbers[0] * self.apply(x) + numbers[1] * self.apply(y))

    def preserves_norms(self) -> bool:
        """Whether a generic ket and its image have one norm."""
        x = generic(self.dimension, "x")
        return is_zero(squared_norm(self.apply(x)) - squared_norm(x))

    def is_isometric(self) -> bool:
        """Whether it is linear and preserves norms, hence inner products."""
        return self.is_linear() and self.preserves_norms()


def device_of(matrix: Any) -> Device:
    """The linear process with this matrix."""
    frozen = sympy.ImmutableMatrix(matrix)
    return Device(frozen.cols, lambda ket: frozen * ket)


def scaled(direction: Callable[[Any], Any], dimension: int) -> Device:
    """A process that preserves norms but need not be linear: the image's direction is given, its norm is the input's."""

    def apply(ket: Any) -> Any:
        image = direction(ket)
        return image * sympy.sqrt(sympy.factor(squared_norm(ket)) / sympy.factor(squared_norm(image)))

    return Device(dimension, apply)


@dataclass(frozen=True)
class Channel:
    """A process on density operators of ``dimension`` rows, as a function of any matrix, symbolic or not."""

    dimension: int
    apply: Callable[[Any], Any]

    def generic_operator(self, name: str) -> Any:
        """A matrix of symbols that stands for any operator of the input."""
        return sympy.ImmutableMatrix(self.dimension, self.dimension, generic(self.dimension**2, name))

    def is_linear(self) -> bool:
        """Whether it takes s·X + t·Y to s·(image of X) + t·(image of Y), for generic operators and numbers."""
        first, last = (basis(self.dimension, place) for place in (0, self.dimension - 1))
        one, two = first * first.T, last * last.T
        if not is_equal(self.apply(one + two), self.apply(one) + self.apply(two)):
            return False
        x, y, numbers = self.generic_operator("x"), self.generic_operator("y"), generic(2, "s")
        joint = self.apply(numbers[0] * x + numbers[1] * y)
        return is_equal(joint, numbers[0] * self.apply(x) + numbers[1] * self.apply(y))

    def preserves_trace(self) -> bool:
        """Whether the image of a generic operator of trace 1 has trace 1."""
        x = self.generic_operator("x")
        last = self.dimension - 1
        rest = sum((x[place, place] for place in range(last)), sympy.S.Zero)
        unit = sympy.ImmutableMatrix(
            self.dimension, self.dimension, lambda row, line: 1 - rest if row == line == last else x[row, line]
        )
        return is_zero(self.apply(unit).trace() - 1)

    def is_completely_positive(self) -> bool:
        """Whether its Choi operator Σ |i⟩⟨j| ⊗ (image of |i⟩⟨j|) is positive semidefinite."""
        units = [
            basis(self.dimension, row) * basis(self.dimension, line).T
            for row in range(self.dimension)
            for line in range(self.dimension)
        ]
        first = tensor(units[0], self.apply(units[0]))
        return is_positive(sum((tensor(unit, self.apply(unit)) for unit in units[1:]), first))


def channel_of(*operators: Any) -> Channel:
    """The channel ρ ↦ Σ K ρ K† with these Kraus operators."""
    kraus = [sympy.ImmutableMatrix(operator) for operator in operators]

    def apply(operator: Any) -> Any:
        images = [one * operator * one.H for one in kraus]
        return sum(images[1:], images[0])

    return Channel(kraus[0].cols, apply)
