"""Maximal entanglement is monogamous: who shares a pure maximally entangled pair is correlated with nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from noclone.proofs.theorems.exact import basis, column, is_equal, is_positive, is_zero, partial_trace, tensor
from noclone.proofs.theorems.formal import FormalKet, formal_inner, named
from noclone.proofs.theorems.theorem import Computed, Conclusion, Counterexample, Example, Hypothesis, Line, Theorem

__all__ = ["MAXIMAL_ENTANGLEMENT", "Shared"]

ZERO, ONE = basis(2, 0), basis(2, 1)
BELL = column(1, 0, 0, 1) / sympy.sqrt(2)
GHZ = column(1, 0, 0, 0, 0, 0, 0, 1) / sympy.sqrt(2)
Z = sympy.diag(1, -1)
PAIR = BELL * BELL.T
THIRD = sympy.diag(sympy.Rational(2, 3), sympy.Rational(1, 3))
OUTSIDE = sympy.Symbol("z", complex=True)
KNOWN = sympy.Symbol("w", nonnegative=True)


@dataclass(frozen=True)
class Shared:
    """An operator of trace 1 on A ⊗ B ⊗ C, and their dimensions (A and B have one)."""

    operator: Any
    pair: int
    third: int

    def reduced(self, *kept: int) -> Any:
        """The reduced operator on A (0), B (1), C (2) or several."""
        return partial_trace(self.operator, (self.pair, self.pair, self.third), kept)


def _is_pure(it: Shared) -> bool:
    """Whether ρ_AB² = ρ_AB, and its trace is 1."""
    joint = it.reduced(0, 1)
    return is_equal(joint * joint, joint) and is_zero(joint.trace() - 1)


def _is_product(it: Shared) -> bool:
    """Whether ρ_ABC = ρ_AB ⊗ ρ_C and ρ_AC = 1/d ⊗ ρ_C."""
    alone = it.reduced(2)
    return is_equal(it.operator, tensor(it.reduced(0, 1), alone)) and is_equal(
        it.reduced(0, 2), tensor(sympy.eye(it.pair) / it.pair, alone)
    )


def _purified() -> FormalKet:
    """Φ ⊗ v0 + x ⊗ v1, with Φ the pair's state and x any unit ket orthogonal to it."""
    return named("Φ", "v0") + named("x", "v1")


def _expectation() -> Computed:
    """⟨x|ρ_AB|x⟩ of the purified state."""
    gram = {("v1", "v1"): sympy.Symbol("‖v1‖²", nonnegative=True)}
    standing = _purified().after("x")
    return Computed(formal_inner(standing, standing, gram), gram["v1", "v1"])


def _product() -> Computed:
    """‖Ψ − Φ ⊗ v0‖² where ‖v1‖² = 0."""
    difference = _purified() - named("Φ", "v0")
    return Computed(formal_inner(difference, difference, {("v1", "v1"): sympy.S.Zero}), sympy.S.Zero)


def _marginal() -> Computed:
    """tr_B of Φ ⊗ τ for Φ = Σ|kk⟩/√3 and any τ of two levels."""
    pair = sympy.Matrix(9, 1, lambda row, _: int(row % 4 == 0)) / sympy.sqrt(3)
    state = sympy.Matrix(2, 2, sympy.symbols("τ0:4", complex=True))
    found = partial_trace(tensor(pair * pair.T, state), (3, 3, 2), (0, 2))
    return Computed(found, tensor(sympy.eye(3) / 3, state))


def _weights() -> Computed:
    """tr_B |Φ⟩⟨Φ| for any pure Φ = Σ_ij m_ij |ij⟩ on two qubits is M M†."""
    amplitudes = sympy.Matrix(
        2, 2, [one + sympy.I * two for one, two in zip(*[iter(sympy.symbols("m0:8", real=True))] * 2, strict=True)]
    )
    ket = column(*amplitudes)
    return Computed(partial_trace(ket * ket.H, (2, 2), (0,)), (amplitudes * amplitudes.H).applyfunc(sympy.expand))


MAXIMAL_ENTANGLEMENT: Theorem[Shared] = Theorem(
    name="maximal-entanglement",
    title="Maximal entanglement is monogamous",
    statement=(
        "If A and B share a pure, maximally entangled state, everybody else is in a product with them, ρ_ABC = ρ_AB ⊗ ρ_C, and to "
        "any C, A is noise without correlation: ρ_AC = 1/d ⊗ ρ_C."
    ),
    generality="lines 1 to 3: any Hilbert space; lines 4 and 5: the pair of two qubits, and of two qutrits beside a C of two levels",
    hypotheses=(
        Hypothesis("positive", "ρ_ABC is positive, as states are", lambda it: is_positive(it.operator)),
        Hypothesis("pure", "ρ_AB is pure", _is_pure),
        Hypothesis("maximal", "ρ_A = 1/d", lambda it: is_equal(it.reduced(0), sympy.eye(it.pair) / it.pair)),
    ),
    conclusion=Conclusion("ρ_ABC = ρ_AB ⊗ ρ_C and ρ_AC = 1/d ⊗ ρ_C", _is_product),
    proof=(
        Line(
            "A state has a purification |Ψ⟩ = |Φ⟩|v0⟩ + |x⟩|v1⟩ + …, with Φ the pure state of AB, x ⊥ Φ, and v's on C and what "
            "purifies it; then ⟨x|ρ_AB|x⟩ = ‖v1‖²",
            _expectation,
            ("positive",),
        ),
        Line(
            "ρ_AB = |Φ⟩⟨Φ| makes that 0 for every x ⊥ Φ, so |Ψ⟩ = |Φ⟩|v0⟩: everything beside AB is in a product with it",
            _product,
            ("pure",),
        ),
        Line(
            "The same without purification: a positive operator that is 0 at |x⟩⟨x| is 0 beside it, as the minor −|z|² ≥ 0 says",
            lambda: Computed(
                sympy.Matrix([[0, OUTSIDE], [sympy.conjugate(OUTSIDE), KNOWN]]).det(),
                -OUTSIDE * sympy.conjugate(OUTSIDE),
            ),
            ("positive",),
        ),
        Line(
            "A pure Φ = Σ m_ij|ij⟩ has ρ_A = M M†, so ρ_A = 1/d says that √d·M is unitary: Φ is Σ_k |k⟩U|k⟩/√d",
            _weights,
            ("maximal",),
            latex=r"\operatorname{tr}_B|\Phi\rangle\langle\Phi| = M M^\dagger",
        ),
        Line(
            "Without B, Φ ⊗ τ leaves 1/d ⊗ τ: A and C are uncorrelated, and A is noise",
            _marginal,
            ("maximal",),
            latex=r"\operatorname{tr}_B\,|\Phi\rangle\langle\Phi|\otimes\tau = \tfrac13\,1\otimes\tau",
        ),
    ),
    examples=(
        Example("a Bell pair beside a qubit diag(2/3, 1/3)", Shared(tensor(PAIR, THIRD), 2, 2)),
        Example("two Bell pairs, A and B sharing one, C holding the other", Shared(tensor(PAIR, PAIR), 2, 4)),
    ),
    counterexamples=(
        Counterexample(
            "positive",
            "|Φ⟩⟨Φ| ⊗ 1/2 + Z⊗1⊗Z/8 has the same pair and trace 1 but is no state, and A is correlated with C",
            Shared(tensor(PAIR, sympy.eye(2) / 2) + tensor(Z, sympy.eye(2), Z) / 8, 2, 2),
        ),
        Counterexample(
            "pure",
            "the GHZ state: A is maximally mixed, but AB is not pure, and C shares A's bit",
            Shared(GHZ * GHZ.T, 2, 2),
        ),
        Counterexample(
            "maximal",
            "(3|00⟩ + 4|11⟩)/5 beside a qubit: a product with C, but A is not noise",
            Shared(tensor(column(3, 0, 0, 4) * column(3, 0, 0, 4).T / 25, THIRD), 2, 2),
        ),
    ),
    references=(
        "B. M. Terhal, IBM J. Res. Dev. 48, 71 (2004)",
        "V. Coffman, J. Kundu and W. K. Wootters, Phys. Rev. A 61, 052306 (2000)",
        "M. Koashi and A. Winter, Phys. Rev. A 69, 022309 (2004)",
    ),
)
