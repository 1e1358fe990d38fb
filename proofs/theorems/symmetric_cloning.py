"""The symmetric cloner attains (2M + 1)/(3M) for every M: the end of the proof of the universal cloning bound."""

from __future__ import annotations

from typing import Any

import sympy

from noclone.proofs.theorems.cloners import SWAP, Cloner, symmetric_cloner
from noclone.proofs.theorems.exact import basis, tensor
from noclone.proofs.theorems.theorem import Computed, Line

__all__ = ["ATTAINED", "BOUND", "COPIES"]

COPIES = sympy.Symbol("M", integer=True, positive=True)
ONES = sympy.Symbol("k", integer=True, nonnegative=True)
BOUND = (2 * COPIES + 1) / (3 * COPIES)
"""The largest mean fidelity of M copies."""


def _dicke_weight() -> Computed:
    """The share of the products with k ones among M that have |0⟩ at a given place."""
    share = sympy.binomial(COPIES - 1, ONES) / sympy.binomial(COPIES, ONES)
    return Computed(sympy.combsimp(share), (COPIES - ONES) / COPIES)


def _dicke_sum(power: int) -> Any:
    """2/(M + 1) Σ_k ((M − k)/M)^power, k from 0 to M, summed."""
    total = sympy.summation(sympy.expand((COPIES - ONES) ** power), (ONES, 0, COPIES))
    return sympy.cancel(2 * total / ((COPIES + 1) * COPIES**power))


def _covariant() -> Computed:
    """SWAP (U ⊗ U) SWAP for a generic U."""
    turn = sympy.ImmutableMatrix(2, 2, sympy.symbols("u0:4", complex=True))
    return Computed(SWAP * tensor(turn, turn) * SWAP, tensor(turn, turn))


def _cloner_instances() -> Computed:
    """Mean fidelity with the six states, and the traces of Λ(|i⟩⟨j|), for M = 1 to 5."""
    found, wanted = [], []
    for copies in range(1, 6):
        channel = symmetric_cloner(copies)
        traces = [
            channel.apply(basis(2, row) * basis(2, line).T).trace() for row, line in ((0, 0), (0, 1), (1, 0), (1, 1))
        ]
        found.append([Cloner(channel, copies).fidelity, *traces])
        wanted.append([BOUND.subs(COPIES, copies), 1, 0, 0, 1])
    return Computed(sympy.Matrix(found), sympy.Matrix(wanted))


ATTAINED = (
    Line(
        "Attained: Λ(ρ) = 2/(M + 1) S(ρ ⊗ 1 ⊗ … ⊗ 1)S, S = Σ_k |D_k⟩⟨D_k| the projector on symmetric states, D_k the even "
        "superposition of products with k ones. A given copy is |0⟩ in (M − k)/M of these products",
        _dicke_weight,
        latex=r"\binom{M-1}{k}\Big/\binom Mk = \frac{M-k}M",
    ),
    Line(
        "|0⟩⟨0| ⊗ 1 ⊗ … ⊗ 1 keeps the number of ones, so |0⟩⟨0| goes to 2/(M + 1) Σ_k (M − k)/M |D_k⟩⟨D_k|, of trace 1",
        lambda: Computed(_dicke_sum(1), sympy.S.One),
        latex=r"\tfrac2{M+1}\textstyle\sum_{k=0}^M\tfrac{M-k}M = 1",
    ),
    Line(
        "in which a copy is |0⟩ with probability 2/(M + 1) Σ_k ((M − k)/M)² = (2M + 1)/(3M)",
        lambda: Computed(_dicke_sum(2), sympy.cancel(BOUND)),
        latex=r"\tfrac2{M+1}\textstyle\sum_{k=0}^M\left(\tfrac{M-k}M\right)^2 = \frac{2M+1}{3M}",
    ),
    Line(
        "Every other state fares alike: S is a mean of products of SWAPs, which commute with U⊗U, so S commutes with U ⊗ … ⊗ U",
        _covariant,
        latex=r"\mathrm{SWAP}\,(U\otimes U)\,\mathrm{SWAP} = U\otimes U",
    ),
    Line(
        "Instances, the matrices themselves for M = 1 to 5: the mean fidelity with six states, and the traces of Λ(|i⟩⟨j|)",
        _cloner_instances,
        latex=r"F = \tfrac{2M+1}{3M},\quad \operatorname{tr}\Lambda(|i\rangle\langle j|) = \delta_{ij}",
    ),
)
"""The lines that show it; the last but one takes the step from |0⟩ to all states, the last one repeats it at M = 1 to 5."""
