"""Optional readout mitigation of correlators and populations; every value from here is marked ``mitigated``.

One qubit reads 1 for a true 0 with probability e₀ and 0 for a true 1 with e₁, qubits independently. Then the reading's
(−1)^bit has the mean s·z + b for a true ±z, s = 1 − e₀ − e₁, b = e₁ − e₀, so ((−1)^bit − b)/s is unbiased for Z; a
product over qubits is for a product. The error comes from the spread of that product over the shots. The calibration's own
error is not in it, nor is readout that qubits share: both bias the value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from noclone.hardware_checks.estimation import even_shots
from noclone.hardware_checks.measured import CORRELATOR, Measured
from noclone.models.errors import InputError

__all__ = ["ReadoutFlips", "mitigated_correlator", "mitigated_population"]


@dataclass(frozen=True, slots=True)
class ReadoutFlips:
    """The probabilities of one qubit's readout to say 1 for 0 (``zero_as_one``) and 0 for 1 (``one_as_zero``).

    Raises InputError unless both are in [0, 1) and their sum is below 1: beyond, the readout says nothing or the opposite.
    """

    zero_as_one: float
    one_as_zero: float

    def __post_init__(self) -> None:
        if not (0 <= self.zero_as_one < 1 and 0 <= self.one_as_zero < 1 and self.zero_as_one + self.one_as_zero < 1):
            raise InputError(
                f"readout errors {self.zero_as_one!r} and {self.one_as_zero!r}: both in [0, 1), sum below 1"
            )

    def corrected_z(self, bit: str) -> float:
        """What this reading contributes to an unbiased ⟨Z⟩."""
        scale, bias = 1 - self.zero_as_one - self.one_as_zero, self.one_as_zero - self.zero_as_one
        return ((1 if bit == "0" else -1) - bias) / scale

    def corrected_zero(self, bit: str) -> float:
        """What this reading contributes to an unbiased probability of 0."""
        return (1 + self.corrected_z(bit)) / 2


def mitigated_correlator(counts: Mapping[str, int], flips: Sequence[ReadoutFlips], *, label: str = "") -> Measured:
    """⟨∏ Z⟩ over all bits without the readout's mean effect; ``flips`` in the order of the bits, from the left."""
    return _mean(
        counts,
        flips,
        lambda outcome: math.prod(one.corrected_z(bit) for one, bit in zip(flips, outcome, strict=True)),
        CORRELATOR,
        label,
    )


def mitigated_population(
    counts: Mapping[str, int], flips: Sequence[ReadoutFlips], outcome: str, *, label: str = ""
) -> Measured:
    """The probability of one true outcome; may come out below 0 or above 1, and is not clipped: that would bias it."""
    if len(outcome) != len(flips) or set(outcome) - {"0", "1"}:
        raise InputError(f"outcome {outcome!r} for {len(flips)} qubits: give one 0 or 1 for each")

    def weight(seen: str) -> float:
        zeros = [one.corrected_zero(bit) for one, bit in zip(flips, seen, strict=True)]
        return math.prod(zero if wanted == "0" else 1 - zero for zero, wanted in zip(zeros, outcome, strict=True))

    return _mean(counts, flips, weight, "probability", label)


def _mean(
    counts: Mapping[str, int],
    flips: Sequence[ReadoutFlips],
    weight: Callable[[str], float],
    quantity: str,
    label: str,
) -> Measured:
    """The mean of a weight over the shots, and its standard error."""
    _, shots = even_shots(counts)
    if len(next(iter(counts))) != len(flips) or shots < 2:
        raise InputError(
            f"{len(flips)} readout errors for {shots} shots of {len(next(iter(counts)))} bits: one per bit, 2 shots or more"
        )
    value = sum(number * weight(outcome) for outcome, number in counts.items()) / shots
    square = sum(number * (weight(outcome) - value) ** 2 for outcome, number in counts.items())
    return Measured(
        quantity, label, value, math.sqrt(square / (shots - 1) / shots), shots, degrees=shots - 1, mitigated=True
    )
