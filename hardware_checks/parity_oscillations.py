"""GHZ fidelity by parity oscillations, F_r = (P + χ)/2, with its variance, beside the variance of the published equation.

P is the fraction of all-zeros and all-ones; χ = (1/r) Σ_k (−1)^k M_k, k = 1…r, with M_k the expectation of
[cos(kπ/r) X + sin(kπ/r) Y]^{⊗r}. The state is (|0…0⟩ + |1…1⟩)/√2; for r = 2 it is a Bell pair and F_2 its fidelity.

All r + 1 settings have shots of their own, so

    Var F_r = ¼ [ P(1 − P)/N_P + (1/r²) Σ_k (1 − M_k²)/N_k ],    P(1 − P) = p₀(1 − p₀) + p₁(1 − p₁) − 2·p₀·p₁.

Equation 14 of arXiv:2602.10695 lacks the ¼ (a ½ before the root) and the covariance −2·p₀·p₁/N of the two fractions, which
exclude each other in every shot. Its root is at least twice too large, and at r = 1, where P is 1 in every shot, it still
counts ½·1/N for P.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from noclone.hardware_checks.estimation import combination, even_shots
from noclone.hardware_checks.measured import ENTANGLEMENT_FIDELITY, GHZ_FIDELITY, Measured, Term, checked_counts
from noclone.models.errors import InputError

__all__ = ["ErrorRange", "error_ranges", "ghz_fidelity", "parity_error", "published_parity_error"]


def ghz_fidelity(
    population: Mapping[str, int],
    parities: Sequence[Mapping[str, int]],
    *,
    quantity: str = GHZ_FIDELITY,
    label: str = "",
) -> Measured:
    """F_r from the counts in the Z basis and those of M_1 … M_r, in this order, all of r bits.

    ``quantity`` is "GHZ fidelity", or "entanglement fidelity" for r = 2. Raises InputError if the number of parity settings is
    not the number of bits.
    """
    size = len(next(iter(population), ""))
    if size < 1 or len(parities) != size or any(len(outcome) != size for counts in parities for outcome in counts):
        raise InputError(
            f"{len(parities)} parity settings for outcomes of {size} bits: r qubits need M_1 … M_r, each of r bits"
        )
    if quantity == ENTANGLEMENT_FIDELITY and size != 2:
        raise InputError(f"an entanglement fidelity of a qubit has 2 bits per outcome, not {size}")
    even_shots(population)
    joint = population.get("0" * size, 0) + (population.get("1" * size, 0))
    terms = [Term(0.5, *checked_counts(joint, sum(population.values())))]
    offset = 0.0
    for k, counts in enumerate(parities, start=1):
        weight = (-1) ** k / (2 * size)
        terms.append(Term(2 * weight, *even_shots(counts)))
        offset -= weight
    return combination(terms, offset=offset, quantity=quantity, label=label)


def parity_error(zeros: float, ones: float, oscillations: Sequence[float], shots: int) -> float:
    """The standard error of F_r from p₀, p₁ and M_1 … M_r at ``shots`` per setting."""
    together = zeros + ones
    spread = sum(1 - value**2 for value in oscillations) / len(oscillations) ** 2
    return math.sqrt((together * (1 - together) + spread) / shots) / 2


def published_parity_error(zeros: float, ones: float, oscillations: Sequence[float], shots: int) -> float:
    """The same by equation 14 of arXiv:2602.10695: without the factor ½ and without the covariance of p₀ and p₁."""
    spread = sum(1 - value**2 for value in oscillations) / len(oscillations) ** 2
    return math.sqrt((zeros * (1 - zeros) + ones * (1 - ones) + spread) / shots)


@dataclass(frozen=True, slots=True)
class ErrorRange:
    """The standard errors that a published fidelity allows, over every split of 2F into P and χ that a state can have.

    ``right`` by the derivation above, ``printed`` by equation 14; each from its least to its largest; ``factor`` is the range
    of printed/right.
    """

    fidelity: float
    size: int
    right: tuple[float, float]
    printed: tuple[float, float]
    factor: tuple[float, float]


def error_ranges(fidelity: float, size: int, *, shots: int = 10_000, steps: int = 400) -> ErrorRange:
    """Both errors at a fidelity of which P and χ were not published.

    A state has |χ| ≤ P ≤ 1, so P runs from F to min(1, 2F) (χ ≥ 0 assumed: the sign of a coherence that is there) and the
    two fractions and the M_k are taken as equal to each other in size. Raises InputError unless 0 < F < 1, size ≥ 1.
    """
    if not (0 < fidelity < 1 and size >= 1):
        raise InputError(f"fidelity {fidelity!r} of {size!r} qubits: give 0 < fidelity < 1 and at least one qubit")
    lowest, highest = fidelity, min(1.0, 2 * fidelity)
    # one qubit is always all zeros or all ones
    splits = [1.0] if size == 1 else [lowest + (highest - lowest) * k / steps for k in range(steps + 1)]
    right, printed = [], []
    for population in splits:
        waves = [2 * fidelity - population] * size
        right.append(parity_error(population / 2, population / 2, waves, shots))
        printed.append(published_parity_error(population / 2, population / 2, waves, shots))
    factors = [wide / true for wide, true in zip(printed, right, strict=True)]
    return ErrorRange(
        fidelity, size, (min(right), max(right)), (min(printed), max(printed)), (min(factors), max(factors))
    )
