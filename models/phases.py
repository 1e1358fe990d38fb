"""Angles that are known exactly, and how a gate's name writes them.

A circuit's angles are floats. One within 1e-14·max(1, |θ|) of a multiple of π/q, q ≤ 1024, is read as that multiple of π;
any other is taken as the number that its 64 bits say.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["ANGLE_TOLERANCE", "LARGEST_DENOMINATOR", "Angle", "phase_name", "phase_of", "read_angle"]

ANGLE_TOLERANCE = 1e-14
LARGEST_DENOMINATOR = 1024


@dataclass(frozen=True, slots=True)
class Angle:
    """θ = ``pi``·π + ``radians``, both exact rationals: ``Angle(Fraction(1, 3))`` is π/3."""

    pi: Fraction = Fraction(0)
    radians: Fraction = Fraction(0)

    def __add__(self, other: Angle) -> Angle:
        return Angle(self.pi + other.pi, self.radians + other.radians)

    def __neg__(self) -> Angle:
        return Angle(-self.pi, -self.radians)

    def __mul__(self, factor: int | Fraction) -> Angle:
        return Angle(self.pi * factor, self.radians * factor)

    def __float__(self) -> float:
        return float(self.pi) * math.pi + float(self.radians)

    @property
    def eighths(self) -> int | None:
        """The k in 0…7 for which θ = k·π/4 up to whole turns; None if there is none."""
        quarters = self.pi * 4
        return int(quarters) % 8 if quarters.denominator == 1 and self.radians == 0 else None


def read_angle(value: float) -> Angle:
    """The angle that a float in radians stands for (see the module); raises ValueError if it is not finite."""
    if not math.isfinite(value):
        raise ValueError(f"angle {value!r} is no finite number")
    multiple = Fraction(value / math.pi).limit_denominator(LARGEST_DENOMINATOR)
    if abs(value - float(multiple) * math.pi) <= ANGLE_TOLERANCE * max(1.0, abs(value)):
        return Angle(multiple)
    return Angle(radians=Fraction(value))


def phase_name(angle: Angle) -> str:
    """The name of the gate that multiplies |1…1⟩ by e^{iθ}: "P(1/3)" for θ = π/3, "P(3/10 rad)" for 0.3 radians."""
    parts = [str(angle.pi)] if angle.pi or not angle.radians else []
    parts += [f"{angle.radians} rad"] if angle.radians else []
    return f"P({' + '.join(parts)})"


def phase_of(name: str) -> Angle:
    """The angle of a phase gate's name: π/4 for "T", π/2 for "S", and what ``phase_name`` wrote; raises ValueError."""
    if name in ("T", "S"):
        return Angle(Fraction(1, 4 if name == "T" else 2))
    if not (name.startswith("P(") and name.endswith(")")):
        raise ValueError(f"{name!r} is no phase gate")
    angle = Angle()
    for part in name[2:-1].split(" + "):
        number, rad, _ = part.partition(" rad")
        angle += Angle(radians=Fraction(number)) if rad else Angle(Fraction(number))
    return angle
