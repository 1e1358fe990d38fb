"""Exact numbers Σ c·√r for fast linear algebra: what the kernel's Number is, with FLINT's fractions, and division.

√−1 is i. The kernel reads Number; certificates are texts of it. Everything here is untrusted: the kernel computes again.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, isqrt, lcm, sqrt
from typing import Any

from flint import fmpq, fmpz

from noclone.proofs.kernel.squares import Number

__all__ = ["MOST_ROOT", "ONE", "ZERO", "Surd", "complex_of", "enclosed", "number_text", "parts_of", "square_root"]

MOST_ROOT = 1000
"""What is below a root in the kernel's texts is less."""


class Surd:
    """A number Σ c·√r by its coefficients c ≠ 0 (``fmpq``) for each squarefree r ≠ 0; never changed."""

    __slots__ = ("parts",)

    def __init__(self, parts: dict[int, Any]) -> None:
        self.parts = parts

    @classmethod
    def of(cls, value: Number | Fraction | int) -> Surd:
        """The same number."""
        if isinstance(value, Number):
            return cls({root: fmpq(part.numerator, part.denominator) for root, part in value.items()})
        return cls({1: fmpq(value.numerator, value.denominator)} if value else {})

    @property
    def number(self) -> Number:
        """The kernel's number."""
        return Number({root: Fraction(int(part.p), int(part.q)) for root, part in self.parts.items()})

    @property
    def is_rational(self) -> bool:
        """Whether it has no root."""
        return self.parts.keys() <= {1}

    def __bool__(self) -> bool:
        return bool(self.parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Surd) and self.parts == other.parts

    def __hash__(self) -> int:
        return hash(self.number_key())

    def number_key(self) -> tuple[tuple[int, str], ...]:
        """What tells numbers apart."""
        return tuple(sorted((root, str(part)) for root, part in self.parts.items()))

    def __add__(self, other: Surd) -> Surd:
        total = dict(self.parts)
        for root, part in other.parts.items():
            added = total[root] + part if root in total else part
            if added:
                total[root] = added
            else:
                del total[root]
        return Surd(total)

    def __neg__(self) -> Surd:
        return Surd({root: -part for root, part in self.parts.items()})

    def __sub__(self, other: Surd) -> Surd:
        return self + -other

    def __mul__(self, other: Surd) -> Surd:
        if self.parts.keys() == {1} == other.parts.keys():
            return Surd({1: self.parts[1] * other.parts[1]})
        total: dict[int, Any] = {}
        for one, left in self.parts.items():
            for two, right in other.parts.items():
                common = gcd(one, two)
                root, part = one * two // common**2, left * right * (-common if one < 0 and two < 0 else common)
                total[root] = total[root] + part if root in total else part
        return Surd({root: part for root, part in total.items() if part})

    def conjugate(self) -> Surd:
        """The complex conjugate."""
        return Surd({root: -part if root < 0 else part for root, part in self.parts.items()})

    def inverse(self) -> Surd:
        """1 divided by it, by conjugates prime by prime (−1 too); raises ZeroDivisionError for 0."""
        rest, product = self, ONE
        while not rest.is_rational:
            root = next(root for root in rest.parts if root != 1)
            prime = -1 if root < 0 else _least_prime(root)
            # √prime ↦ −√prime: the product with its conjugate is free of that root.
            other = Surd({at: -part if _has(at, prime) else part for at, part in rest.parts.items()})
            product, rest = product * other, rest * other
        if not rest:
            raise ZeroDivisionError("0 has no inverse")
        whole = 1 / rest.parts[1]
        return Surd({root: part * whole for root, part in product.parts.items()})

    def __truediv__(self, other: Surd) -> Surd:
        return self * other.inverse()

    def sign(self) -> int:
        """1, 0 or −1 for a real number."""
        if self.is_rational:
            part = self.parts.get(1, 0)
            return int(part > 0) - int(part < 0)
        return self.number.sign()

    def __complex__(self) -> complex:
        return complex_of(self.number)

    def __repr__(self) -> str:
        return number_text(self.number)


ZERO, ONE = Surd({}), Surd({1: fmpq(1)})


def _has(root: int, prime: int) -> bool:
    """Whether √root changes its sign with √prime."""
    return root < 0 if prime == -1 else root % prime == 0


def _least_prime(number: int) -> int:
    return next(prime for prime in range(2, number + 1) if number % prime == 0)


def number_text(number: Number) -> str:
    """The text of an exact number that the kernel reads back to the same: "1/2 + sqrt(2)/4", "-2*i*sqrt(3)/5", "0"."""
    terms = []
    for root, part in sorted(number.items(), key=lambda item: (item[0] < 0, abs(item[0]))):
        signs = "i*" * (root < 0) + _root_text(abs(root))
        whole, below = abs(part.numerator), f"/{part.denominator}" if part.denominator != 1 else ""
        body = f"{whole}{below}" if not signs else f"{f'{whole}*' if whole != 1 else ''}{signs[:-1]}{below}"
        terms.append(f"{'-' if part < 0 else '+'} {body}")
    text = " ".join(terms)
    return (text.removeprefix("+ ") if not text.startswith("- ") else "-" + text[2:]) or "0"


def _root_text(root: int) -> str:
    """√root times what follows: "" for 1, "sqrt(6)*", and factors "sqrt(97)*sqrt(89)*" where one would be too large."""
    factors = [1]
    for prime, _ in fmpz(root).factor():
        if factors[-1] * int(prime) >= MOST_ROOT:
            factors.append(1)
        factors[-1] *= int(prime)
    return "".join(f"sqrt({factor})*" for factor in factors if factor > 1)


def complex_of(number: Number) -> complex:
    """The nearest float, about: no error estimate."""
    return complex(
        sum(float(part) * (1j * sqrt(-root) if root < 0 else sqrt(root)) for root, part in number.items()) + 0j
    )


def square_root(value: Fraction) -> Number | None:
    """√value ≥ 0 as c·√r with r < MOST_ROOT, which the kernel reads; None if r is larger."""
    if value < 0:
        return None
    under, outside = value.numerator * value.denominator, 1
    for prime, power in fmpz(under).factor() if under else ():
        outside *= int(prime) ** (power // 2)
    root = under // outside**2 if under else 1
    if root >= MOST_ROOT:
        return None
    part = Fraction(outside, value.denominator)
    return Number({root: part} if value else {})


def enclosed(number: Number, digits: int) -> tuple[str, str]:
    """Decimals with so many digits after the point, at most and at least a real number."""
    scale, bits = 10**digits, 8 * digits + 64
    ends = [0, 0]
    # One denominator for all parts, so that integer roots bound the sum from both sides.
    whole = lcm(*(part.denominator for part in number.values())) if number else 1
    for root, part in number.items():
        pieces = [int(part * whole) * (isqrt(root << 2 * bits) + up) for up in ((0, 0) if root == 1 else (0, 1))]
        ends = [ends[0] + min(pieces), ends[1] + max(pieces)]
    below, above = ends[0] * scale // (whole << bits), -(-ends[1] * scale // (whole << bits))
    return _decimal(below, digits), _decimal(above, digits)


def _decimal(scaled: int, digits: int) -> str:
    text = f"{abs(scaled):0{digits + 1}d}"
    return ("-" if scaled < 0 else "") + text[:-digits] + "." + text[-digits:]


def parts_of(number: Surd) -> tuple[Surd, Surd]:
    """Its real and its imaginary part."""
    real = Surd({root: part for root, part in number.parts.items() if root > 0})
    return real, (real - number) * Surd({-1: fmpq(1)})
