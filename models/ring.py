"""The ring Z[ω, 1/√2], ω = e^{iπ/4}: where the amplitudes of Clifford+T circuits lie. Exact, in integers.

√2 = ω − ω³ and ω⁴ = −1. A number is (a + bω + cω² + dω³)/√2^e; arrays of them share one e.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["RingArray", "RingNumber"]

_LARGEST = 2**61


@dataclass(frozen=True, slots=True)
class RingNumber:
    """(a + bω + cω² + dω³)/√2^halvings, in lowest terms: no further √2 divides it, and ``halvings`` ≥ 0.

    Equal numbers are equal objects. ``complex(number)`` is the nearest float.
    """

    a: int
    b: int = 0
    c: int = 0
    d: int = 0
    halvings: int = 0

    def __post_init__(self) -> None:
        parts, halvings = (self.a, self.b, self.c, self.d), self.halvings
        if not any(parts):
            halvings = 0
        while halvings < 0 or (halvings and (parts[0] + parts[2]) % 2 == 0 and (parts[1] + parts[3]) % 2 == 0):
            a, b, c, d = parts
            # √2 (a + bω + cω² + dω³) = (b − d) + (a + c)ω + (b + d)ω² + (c − a)ω³
            parts = b - d, a + c, b + d, c - a
            if halvings < 0:
                halvings += 1
            else:
                parts, halvings = (parts[0] // 2, parts[1] // 2, parts[2] // 2, parts[3] // 2), halvings - 1
        for name, part in zip("abcd", parts, strict=True):
            object.__setattr__(self, name, part)
        object.__setattr__(self, "halvings", halvings)

    @classmethod
    def omega(cls, power: int) -> RingNumber:
        """ω to a power: e^{iπ·power/4}."""
        parts = [0, 0, 0, 0]
        parts[power % 4] = 1 - 2 * (power % 8 // 4)
        return cls(*parts)

    def __add__(self, other: RingNumber) -> RingNumber:
        e = max(self.halvings, other.halvings)
        left, right = self._over(e), other._over(e)
        return RingNumber(left[0] + right[0], left[1] + right[1], left[2] + right[2], left[3] + right[3], e)

    def __neg__(self) -> RingNumber:
        return RingNumber(-self.a, -self.b, -self.c, -self.d, self.halvings)

    def __sub__(self, other: RingNumber) -> RingNumber:
        return self + -other

    def __mul__(self, other: RingNumber) -> RingNumber:
        return RingNumber(
            *_times((self.a, self.b, self.c, self.d), (other.a, other.b, other.c, other.d)),
            self.halvings + other.halvings,
        )

    def conjugate(self) -> RingNumber:
        """The complex conjugate."""
        return RingNumber(self.a, -self.d, -self.c, -self.b, self.halvings)

    def __bool__(self) -> bool:
        return any((self.a, self.b, self.c, self.d))

    def __complex__(self) -> complex:
        scale, root = math.sqrt(2) ** -self.halvings, math.sqrt(0.5)
        return complex((self.a + (self.b - self.d) * root) * scale, (self.c + (self.b + self.d) * root) * scale)

    def to_sympy(self) -> Any:
        """The same number as a SymPy expression, real and imaginary part written with √2."""
        from sympy import I, Rational, sqrt

        real = self.a + (self.b - self.d) * sqrt(2) / 2
        imaginary = self.c + (self.b + self.d) * sqrt(2) / 2
        scale = Rational(1, 2 ** (self.halvings // 2)) * (sqrt(2) / 2 if self.halvings % 2 else 1)
        return (real * scale).expand() + I * (imaginary * scale).expand()

    def _over(self, halvings: int) -> tuple[int, int, int, int]:
        """The four integers when written over √2^halvings."""
        a, b, c, d = self.a, self.b, self.c, self.d
        for _ in range(halvings - self.halvings):
            a, b, c, d = b - d, a + c, b + d, c - a
        return a, b, c, d


def _times(
    left: tuple[Any, Any, Any, Any], right: tuple[Any, Any, Any, Any], product: Callable[[Any, Any], Any] | None = None
) -> tuple[Any, Any, Any, Any]:
    """The four parts of a product, each a sum of products of parts (of arrays, if ``product`` multiplies those)."""
    multiply = product or (lambda one, two: one * two)
    (a, b, c, d), (e, f, g, h) = left, right
    return (
        multiply(a, e) - multiply(b, h) - multiply(c, g) - multiply(d, f),
        multiply(a, f) + multiply(b, e) - multiply(c, h) - multiply(d, g),
        multiply(a, g) + multiply(b, f) + multiply(c, e) - multiply(d, h),
        multiply(a, h) + multiply(b, g) + multiply(c, f) + multiply(d, e),
    )


@dataclass(frozen=True, eq=False)
class RingArray:
    """An array of numbers: ``parts`` has shape (4, …), 64-bit integers, or Python's where they would not fit."""

    parts: NDArray[Any]
    halvings: int = 0

    @property
    def shape(self) -> tuple[int, ...]:
        """The array's shape, without the axis of the four parts."""
        return self.parts.shape[1:]

    def __getitem__(self, place: tuple[int, ...]) -> RingNumber:
        a, b, c, d = (int(part[place]) for part in self.parts)
        return RingNumber(a, b, c, d, self.halvings)

    def reshape(self, *shape: int) -> RingArray:
        """The same numbers in another shape."""
        return RingArray(self.parts.reshape(4, *shape), self.halvings)

    def transpose(self, *axes: int) -> RingArray:
        """The array with its axes in another order."""
        return RingArray(self.parts.transpose(0, *(axis + 1 for axis in axes)), self.halvings)

    def dagger(self) -> RingArray:
        """The conjugate transpose of a matrix."""
        a, b, c, d = (part.T for part in self.parts)
        return RingArray(numpy.stack([a, -d, -c, -b]), self.halvings)

    def __matmul__(self, other: RingArray) -> RingArray:
        """The product of two matrices; turns to Python's integers if 64 bits could overflow."""
        left, right = self.parts, other.parts
        most = 4 * int(abs(left).max(initial=0)) * int(abs(right).max(initial=0)) * max(left.shape[2], 1)
        if most > _LARGEST and left.dtype != object:
            left, right = left.astype(object), right.astype(object)
        parts = _times(tuple(left), tuple(right), numpy.matmul)
        return RingArray(numpy.stack(parts), self.halvings + other.halvings)

    def __add__(self, other: RingArray) -> RingArray:
        left, right = self.over(max(self.halvings, other.halvings)), other.over(max(self.halvings, other.halvings))
        return RingArray(left.parts + right.parts, left.halvings)

    def __neg__(self) -> RingArray:
        return RingArray(-self.parts, self.halvings)

    def __sub__(self, other: RingArray) -> RingArray:
        return self + -other

    def over(self, halvings: int) -> RingArray:
        """The same numbers written over a larger power of √2."""
        parts = self.parts
        for _ in range(halvings - self.halvings):
            parts = _times_root(parts)
        return RingArray(parts, halvings)

    def reduced(self) -> RingArray:
        """The same numbers over the smallest power of √2 for them all, ≥ 0."""
        found = self
        while found.halvings > 0 and _divides_root(found.parts):
            found = RingArray(_times_root(found.parts) // 2, found.halvings - 1)
        return found if found.halvings >= 0 else found.over(0)

    def equals(self, other: RingArray) -> bool:
        """Whether all numbers are the same."""
        return not (self - other).any()

    def any(self) -> bool:
        """Whether some number is not 0."""
        return bool(self.parts.any())

    def squares(self) -> RingNumber:
        """The sum of the squared absolute values, a real number."""
        flat = self.parts.reshape(4, -1).astype(object)
        a, b, c, d = flat
        whole, root = (a * a + b * b + c * c + d * d).sum(), (a * b + b * c + c * d - a * d).sum()
        return RingNumber(int(whole), int(root), 0, -int(root), 2 * self.halvings)

    def to_complex(self) -> NDArray[numpy.complex128]:
        """The nearest floats, in the array's shape."""
        a, b, c, d = (part.astype(float) for part in self.parts)
        root = math.sqrt(0.5)
        found: NDArray[numpy.complex128] = (a + (b - d) * root + 1j * (c + (b + d) * root)) * root**self.halvings
        return found


def _times_root(parts: NDArray[Any]) -> NDArray[Any]:
    """√2 times the numbers; turns to Python's integers if 64 bits could overflow."""
    if parts.dtype != object and int(abs(parts).max(initial=0)) > _LARGEST // 2:
        parts = parts.astype(object)
    a, b, c, d = parts
    return numpy.stack([b - d, a + c, b + d, c - a])


def _divides_root(parts: NDArray[Any]) -> bool:
    """Whether √2 divides every number: a ≡ c and b ≡ d modulo 2."""
    return not (((parts[0] + parts[2]) % 2).any() or ((parts[1] + parts[3]) % 2).any())
