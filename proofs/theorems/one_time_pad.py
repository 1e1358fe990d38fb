"""The quantum one-time pad needs two bits of key per qubit: d² unitaries, and an entropy of 2 log₂ d."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from noclone.proofs.theorems.complementarity import PAULIS
from noclone.proofs.theorems.devices import Channel
from noclone.proofs.theorems.exact import basis, is_equal, is_zero, sign, tensor
from noclone.proofs.theorems.formal import formal_inner, named
from noclone.proofs.theorems.overlaps import polarised_form
from noclone.proofs.theorems.theorem import Computed, Conclusion, Counterexample, Example, Hypothesis, Line, Theorem

__all__ = ["ONE_TIME_PAD", "Pad"]

QUARTER, HALF = sympy.Rational(1, 4), sympy.Rational(1, 2)
SIZE = sympy.Symbol("d", integer=True, positive=True)
ZERO, ONE = basis(2, 0), basis(2, 1)
OMEGA = (-1 + sympy.sqrt(3) * sympy.I) / 2
SHIFT = sympy.Matrix([[0, 0, 1], [1, 0, 0], [0, 1, 0]])
CLOCK = sympy.diag(1, OMEGA, sympy.expand(OMEGA**2))
WEYL = tuple((SHIFT**a * CLOCK**b).applyfunc(sympy.expand) for a in range(3) for b in range(3))


@dataclass(frozen=True)
class Pad:
    """ρ ↦ Σ_k p_k U_k ρ U_k†: the key k, of weight p_k > 0, says which operator was applied."""

    weights: tuple[Any, ...]
    operators: tuple[Any, ...]

    @property
    def dimension(self) -> int:
        """The dimension d of what is encrypted."""
        return int(self.operators[0].cols)

    def encrypted(self) -> Channel:
        """What somebody without the key sees."""

        def apply(operator: Any) -> Any:
            parts = [weight * one * operator * one.H for weight, one in zip(self.weights, self.operators, strict=True)]
            return sum(parts[1:], parts[0])

        return Channel(self.dimension, apply)


def _is_distribution(it: Pad) -> bool:
    """Whether the weights are positive and sum to 1."""
    return all(sign(weight) > 0 for weight in it.weights) and is_zero(sum(it.weights, sympy.S.Zero) - 1)


def _is_unitary(operator: Any) -> bool:
    return is_equal(operator.H * operator, sympy.eye(operator.cols))


def _hides(it: Pad) -> bool:
    """Whether the image of any operator X is tr X times that of |0⟩⟨0|: one state for all inputs."""
    channel = it.encrypted()
    operator = channel.generic_operator("x")
    fixed = channel.apply(basis(it.dimension, 0) * basis(it.dimension, 0).T)
    return is_equal(channel.apply(operator), fixed * operator.trace())


def _needs_two_bits(it: Pad) -> bool:
    """Whether there are at least d² keys, and 2^H(p) ≥ d²: ∏ p_k^(−p_k) ≥ d², decided on exact logarithms."""
    entropy = -sum((weight * sympy.log(weight) for weight in it.weights), sympy.S.Zero)
    least = 2 * sympy.log(it.dimension)
    difference = sympy.expand_log(entropy - least, force=True)
    enough = is_zero(difference) or sign(difference) >= 0
    return len(it.operators) >= it.dimension**2 and enough


def _unital() -> Computed:
    """Σ p_k U_k (1/d) U_k† for unitaries and Σ p_k = 1, in a symbolic dimension, for two keys."""
    chance = sympy.Symbol("p", positive=True)
    units = [sympy.MatrixSymbol(name, SIZE, SIZE) for name in ("U1", "U2")]
    identity = sympy.Identity(SIZE)
    total = sympy.ZeroMatrix(SIZE, SIZE)
    for weight, unit in zip((chance, 1 - chance), units, strict=True):
        total += (unit * unit.adjoint()).subs(unit * unit.adjoint(), identity) * weight / SIZE
    return Computed(total, identity / SIZE)


def _choi() -> Computed:
    """Σ_ij |i⟩⟨j| ⊗ δ_ij 1/d, over d: of a channel that takes |i⟩⟨j| to δ_ij 1/d, for d = 2."""
    units = [(row, line) for row in range(2) for line in range(2)]
    images = [
        tensor(basis(2, row) * basis(2, line).T, sympy.eye(2) / 2 if row == line else sympy.zeros(2, 2))
        for row, line in units
    ]
    return Computed(sum(images[1:], images[0]) / 2, sympy.eye(4) / 4)


def _norm() -> Computed:
    """‖(U ⊗ 1)Φ‖² = tr U†U/d = 1 where U†U = 1, in a symbolic dimension."""
    unit = sympy.MatrixSymbol("U", SIZE, SIZE)
    product = (unit.adjoint() * unit).subs(unit.adjoint() * unit, sympy.Identity(SIZE))
    return Computed(sympy.Trace(product).doit() / SIZE, sympy.S.One)


def _expectation() -> Computed:
    """⟨u1|Σ_k p_k|u_k⟩⟨u_k||u1⟩ − p1, for three unit kets with free overlaps."""
    weights = sympy.symbols("p1:4", positive=True)
    sizes = sympy.symbols("|⟨u1|u2⟩| |⟨u1|u3⟩|", nonnegative=True)
    phases = sympy.symbols("φ2 φ3", real=True)
    overlaps = [size * sympy.exp(sympy.I * phase) for size, phase in zip(sizes, phases, strict=True)]
    gram = {("u1", "u2"): overlaps[0], ("u1", "u3"): overlaps[1]}
    kets = [named(f"u{number}") for number in (1, 2, 3)]
    found = sum(
        weight * formal_inner(kets[0], ket, gram) * formal_inner(ket, kets[0], gram)
        for weight, ket in zip(weights, kets, strict=True)
    )
    return Computed(sympy.expand(found - weights[0]), weights[1] * sizes[0] ** 2 + weights[2] * sizes[1] ** 2)


S_EXTRA = sympy.Symbol("s", nonnegative=True)
WEIGHT = 1 / (SIZE**2 + S_EXTRA)

ONE_TIME_PAD: Theorem[Pad] = Theorem(
    name="one-time-pad",
    title="The quantum one-time pad needs two bits per qubit",
    statement=(
        "If a random choice among unitaries U_k, with probabilities p_k, hides every state of a system of dimension d, every p_k is at "
        "most 1/d²: there are at least d² keys, with an entropy of at least 2 log₂ d bits, two for each qubit."
    ),
    generality=(
        "any d (symbolic), except the Choi operator, executed for d = 2; the ciphertext has the dimension of the plaintext (with "
        "ancillas the bound holds too, Ambainis et al., but is not executed)"
    ),
    hypotheses=(
        Hypothesis("probabilities", "p_k > 0 and Σ p_k = 1", _is_distribution),
        Hypothesis(
            "unitary",
            "every U_k is unitary: whoever has the key decrypts",
            lambda it: all(map(_is_unitary, it.operators)),
        ),
        Hypothesis("hides", "Σ p_k U_k ρ U_k† is the same for every state ρ", _hides),
    ),
    conclusion=Conclusion("there are at least d² keys and H(p) ≥ 2 log₂ d", _needs_two_bits),
    proof=(
        Line(
            "Unitaries keep noise: Σ p_k U_k (1/d) U_k† = 1/d. What hides takes every state where it takes 1/d, so to 1/d",
            _unital,
            ("probabilities", "unitary", "hides"),
        ),
        Line(
            "By polarisation, applied to the entries of N(|ψ⟩⟨ψ|) = ‖ψ‖²·1/d: N(|x⟩⟨y|) = ⟨y|x⟩·1/d, so N(|i⟩⟨j|) = δ_ij 1/d",
            polarised_form,
            ("hides",),
            latex=r"\tfrac14\sum_k i^{-k}\,s\,\|x+i^ky\|^2 = s\,\langle x|y\rangle",
        ),
        Line(
            "On half of |Φ⟩ = Σ|ii⟩/√d: Σ_k p_k |u_k⟩⟨u_k| = 1/d² with |u_k⟩ = (U_k ⊗ 1)|Φ⟩",
            _choi,
            latex=r"\textstyle\frac1d\sum_{ij}|i\rangle\langle j|\otimes\delta_{ij}\frac1d 1 = \frac{1}{d^2}1",
        ),
        Line("The |u_k⟩ are unit vectors: ⟨u_k|u_k⟩ = tr(U_k†U_k)/d = 1", _norm, ("unitary",)),
        Line(
            "So 1/d² = ⟨u_1|(Σ_k p_k|u_k⟩⟨u_k|)|u_1⟩ = p_1 + Σ_{k≠1} p_k |⟨u_1|u_k⟩|², written out for three keys, and likewise for "
            "every k",
            _expectation,
        ),
        Line(
            "where the sum is not negative: p_k ≤ 1/d², that is p_k = 1/(d² + s) with s ≥ 0",
            lambda: Computed(_expectation().right, sympy.S.Zero, "≥"),
            ("probabilities",),
        ),
        Line(
            "With K keys, 1 = Σ p_k ≤ K/d²: K ≥ d², since each 1/d² − p_k ≥ 0",
            lambda: Computed(sympy.together(1 / SIZE**2 - WEIGHT), sympy.S.Zero, "≥"),
            ("probabilities",),
        ),
        Line(
            "and H(p) = Σ p_k log₂(1/p_k) ≥ Σ p_k log₂ d² = 2 log₂ d, since each 1/p_k = d² + s ≥ d²",
            lambda: Computed(1 / WEIGHT - SIZE**2, sympy.S.Zero, "≥"),
            ("probabilities",),
        ),
    ),
    examples=(
        Example("a qubit, the four Paulis, a quarter each: exactly two bits", Pad((QUARTER,) * 4, PAULIS)),
        Example("a qutrit, the nine Weyl operators, a ninth each", Pad((sympy.Rational(1, 9),) * 9, WEYL)),
    ),
    counterexamples=(
        Counterexample(
            "probabilities",
            "four Paulis of weight 1 each: hidden, but weights that sum to 4 have no entropy, H = 0",
            Pad((sympy.S.One,) * 4, PAULIS),
        ),
        Counterexample(
            "unitary",
            "√2|0⟩⟨0| and √2|0⟩⟨1|, half each: every state goes to |0⟩; two keys are enough, but nobody can decrypt",
            Pad((HALF, HALF), (sympy.sqrt(2) * ZERO * ZERO.T, sympy.sqrt(2) * ZERO * ONE.T)),
        ),
        Counterexample(
            "hides",
            "1 and Z, half each: one bit of key hides the phase and shows the bit",
            Pad((HALF, HALF), (PAULIS[0], PAULIS[3])),
        ),
    ),
    references=(
        "A. Ambainis, M. Mosca, A. Tapp and R. de Wolf, FOCS 2000, arXiv:quant-ph/0003101",
        "P. O. Boykin and V. Roychowdhury, Phys. Rev. A 67, 042317 (2003), arXiv:quant-ph/0003059",
    ),
)
