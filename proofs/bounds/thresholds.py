"""The error rates at which key rates vanish, as rigorous enclosures.

Q is the bit error rate, h(p) = −p log₂ p − (1 − p) log₂(1 − p), rates are in bits per sifted bit, with one-way
communication and no added noise. Each rate f falls on the range given: its derivative is proved to be negative on pieces
that cover it. So f has one zero there, and it lies between two decimals at which f is proved to be positive and negative.
All signs are those of balls (python-flint's arb). The equations themselves are taken from the literature.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from flint import arb, ctx, fmpq

from noclone.models.errors import InputError, nearest

__all__ = ["DIGITS", "THRESHOLDS", "Rate", "Threshold", "falls", "rate_sign", "threshold"]

DIGITS = 15
"""Decimals of an enclosure: its ends differ by one in the last."""

_BITS = 256
_PIECES = 4096


@dataclass(frozen=True)
class Rate:
    """A key rate f(Q) and its derivative, as functions of balls; ``low`` to ``high`` is the range on which it falls."""

    equation: str
    source: str
    low: Fraction
    high: Fraction
    value: Callable[[Any], Any]
    slope: Callable[[Any], Any]


@dataclass(frozen=True)
class Threshold:
    """The error rate at which a rate vanishes: between ``low`` and ``high``, decimals that differ in the last digit.

    ``equation`` defines it and ``source`` says where it is from. ``exact`` is the number itself, where it has a short
    form, and ``claim`` what noclone proves of it.
    """

    name: str
    equation: str
    low: str
    high: str
    source: str
    exact: str = ""
    claim: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.low} < Q < {self.high}, where {self.equation} ({self.source})"


def _log2(x: Any) -> Any:
    return x.log() / arb(2).log()


def _entropy(p: Any) -> Any:
    """h(p)."""
    return -p * _log2(p) - (1 - p) * _log2(1 - p)


def _six_state(q: Any) -> Any:
    """1 − S of the Bell-diagonal state with weights Q/2, Q/2, Q/2 and 1 − 3Q/2."""
    return 1 + 3 * (q / 2) * _log2(q / 2) + (1 - 3 * q / 2) * _log2(1 - 3 * q / 2)


def _root(q: Any) -> Any:
    """√((S/2)² − 1) with S = 2√2(1 − 2Q)."""
    return (2 * (1 - 2 * q) ** 2 - 1).sqrt()


def _device_independent(q: Any) -> Any:
    return 1 - _entropy(q) - _entropy((1 + _root(q)) / 2)


def _device_independent_slope(q: Any) -> Any:
    """With g = √((S/2)² − 1): dg/dQ = −4(1 − 2Q)/g, and d h((1 + g)/2)/dg = −½ log₂((1 + g)/(1 − g))."""
    g = _root(q)
    return -_log2((1 - q) / q) - 2 * (1 - 2 * q) / g * _log2((1 + g) / (1 - g))


_RATES = {
    "bb84": Rate(
        "1 - 2 h(Q) = 0",
        "P. W. Shor and J. Preskill, Phys. Rev. Lett. 85, 441 (2000)",
        Fraction(1, 1000),
        Fraction(49, 100),
        lambda q: 1 - 2 * _entropy(q),
        lambda q: -2 * _log2((1 - q) / q),
    ),
    "six-state": Rate(
        "1 + (3Q/2) log2(Q/2) + (1 - 3Q/2) log2(1 - 3Q/2) = 0",
        "H.-K. Lo, Quantum Inf. Comput. 1, 81 (2001), without degenerate codes",
        Fraction(1, 1000),
        Fraction(49, 100),
        _six_state,
        lambda q: arb(3) / 2 * _log2((q / 2) / (1 - 3 * q / 2)),
    ),
    "device-independent": Rate(
        "1 - h(Q) - h((1 + sqrt((S/2)^2 - 1))/2) = 0 with S = 2 sqrt(2) (1 - 2Q)",
        "A. Acin et al., Phys. Rev. Lett. 98, 230501 (2007)",
        Fraction(1, 1000),
        Fraction(14, 100),
        _device_independent,
        _device_independent_slope,
    ),
}

_COVARIANT = "phase-covariant"
THRESHOLDS = (*_RATES, _COVARIANT)
"""The names."""


def _ball(value: Fraction) -> Any:
    return arb(fmpq(value.numerator, value.denominator))


def _sign(value: Any) -> int:
    """1 or −1 if the ball says so, else 0."""
    return 1 if value > 0 else -1 if value < 0 else 0


def _rate(name: str) -> Rate:
    if name not in _RATES:
        raise InputError(f"no key rate '{name}': use one of {', '.join(_RATES)}.{nearest(name, _RATES)}")
    return _RATES[name]


def rate_sign(name: str, error_rate: Fraction) -> int:
    """The sign of a key rate at an error rate within its range: 1 or −1 as proved, 0 if too close; raises InputError."""
    rate = _rate(name)
    if not rate.low <= error_rate <= rate.high:
        raise InputError(
            f"an error rate of {error_rate} is not between {rate.low} and {rate.high}, where {name} is known"
        )
    with ctx.workprec(_BITS):
        return _sign(rate.value(_ball(error_rate)))


@cache
def falls(name: str) -> bool:
    """Whether the rate is proved to fall on all of its range; raises InputError for an unknown name."""
    rate = _rate(name)
    width = (rate.high - rate.low) / _PIECES
    with ctx.workprec(_BITS):
        radius = _ball(width / 2) * arb(0, 1)
        middles = (rate.low + width * (2 * piece + 1) / 2 for piece in range(_PIECES))
        return all(_sign(rate.slope(_ball(middle) + radius)) == -1 for middle in middles)


@cache
def threshold(name: str) -> Threshold:
    """The threshold "bb84", "six-state", "device-independent" or "phase-covariant"; raises InputError.

    >>> print(threshold("bb84").low[:10])
    0.11002786
    """
    if name == _COVARIANT:
        return _phase_covariant()
    if name not in _RATES:
        raise InputError(f"no threshold '{name}': use one of {', '.join(THRESHOLDS)}.{nearest(name, THRESHOLDS)}")
    rate = _rate(name)
    if not falls(name):
        raise InputError(f"the rate of {name} is not shown to fall, so its zero need not be the only one")
    low, high = _bisected(lambda q: rate_sign(name, q), rate.low, rate.high)
    return Threshold(name, rate.equation, low, high, rate.source)


def _phase_covariant() -> Threshold:
    """1 − F for the best cloner of the BB84 states, F = ½ + 1/√8: Q = ½ − √2/4, where 8(½ − Q)² = 1."""

    def sign(q: Fraction) -> int:
        found = 8 * (Fraction(1, 2) - q) ** 2 - 1
        return (found > 0) - (found < 0)

    low, high = _bisected(sign, Fraction(0), Fraction(1, 2))
    return Threshold(
        _COVARIANT,
        "Q = 1 - F with F = 1/2 + 1/sqrt(8), the best mean fidelity of two clones of the BB84 states",
        low,
        high,
        "C. A. Fuchs et al., Phys. Rev. A 56, 1163 (1997); D. Bruss et al., Phys. Rev. A 62, 012302 (2000)",
        "1/2-sqrt(2)/4",
        "bound cloning bb84 to 2 = 1/2+sqrt(2)/4",
    )


def _bisected(sign: Callable[[Fraction], int], low: Fraction, high: Fraction) -> tuple[str, str]:
    """Neighbouring decimals, the function positive at the first and negative at the second; raises InputError."""
    unit = 10**DIGITS
    left, right = int(low * unit) + 1, int(high * unit)
    if (sign(Fraction(left, unit)), sign(Fraction(right, unit))) != (1, -1):
        raise InputError("the function is not positive on the left and negative on the right of its range")
    while right - left > 1:
        middle = (left + right) // 2
        found = sign(Fraction(middle, unit))
        if not found:
            raise InputError(f"the function's sign at {middle}/{unit} cannot be told")
        left, right = (middle, right) if found > 0 else (left, middle)
    return f"0.{left:0{DIGITS}d}", f"0.{right:0{DIGITS}d}"
