"""What is known of a largest value: bounds with the operators that show them to the kernel, and a float."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from noclone.proofs.bounds.surds import complex_of, enclosed, number_text
from noclone.proofs.kernel.squares import Number

__all__ = ["Certified", "Optimum"]

_SHORT = 30
"""Up to how many characters exact values are printed as such."""


@dataclass(frozen=True)
class Certified:
    """An exact bound, and the certificate's operators that show it."""

    value: Number
    operators: tuple[str, ...]

    @property
    def text(self) -> str:
        """The value as exact text."""
        return number_text(self.value)

    def __float__(self) -> float:
        return complex_of(self.value).real


@dataclass(frozen=True)
class Optimum:
    """What is known of the best value: at most ``upper``, at least ``lower``, both shown to the kernel, about ``value_float``.

    ``error_float`` is by how much the float may be wrong, from the search's own gap; it is no bound. ``method`` says in
    words how it was found; ``why`` why a side is missing ("" if none is).
    """

    upper: Certified | None
    lower: Certified | None
    value_float: float | None
    error_float: float
    method: str
    why: str = ""

    @property
    def is_exact(self) -> bool:
        """Whether both sides are the same number."""
        return self.upper is not None and self.lower is not None and self.upper.value == self.lower.value

    @property
    def gap(self) -> Fraction | None:
        """At least the difference of the two sides; None if one is missing."""
        if self.upper is None or self.lower is None:
            return None
        return Fraction(enclosed(self.upper.value + -self.lower.value, 15)[1]) if not self.is_exact else Fraction(0)

    @property
    def value_text(self) -> str:
        """The value as exact text if both sides agree; else an empty one."""
        return self.upper.text if self.upper is not None and self.is_exact else ""

    def enclosure(self, digits: int = 10) -> tuple[str, str]:
        """Decimals that the value is at least and at most; "" for a side that is not known."""
        below = enclosed(self.lower.value, digits)[0] if self.lower is not None else ""
        return below, enclosed(self.upper.value, digits)[1] if self.upper is not None else ""

    def __str__(self) -> str:
        below, above = self.enclosure()
        below, above = (
            bound.text if bound is not None and len(bound.text) < _SHORT else decimal
            for bound, decimal in ((self.lower, below), (self.upper, above))
        )
        if self.is_exact:
            below, above = self.enclosure()
            return self.value_text if below == above else f"{self.value_text} = {float(self.lower or 0):.10g}…"
        if self.value_float is not None and self.upper is None and self.lower is None:
            return f"about {self.value_float:.9g}"
        return " and ".join([f"at least {below}"] * bool(below) + [f"at most {above}"] * bool(above)) or "not known"
