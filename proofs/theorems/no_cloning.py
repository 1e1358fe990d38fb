"""No-cloning by inner products, in any dimension: two states that are neither equal nor orthogonal cannot both be copied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from noclone.proofs.theorems.devices import Device, device_of, scaled
from noclone.proofs.theorems.exact import basis, column, inner, is_equal, is_zero, require_units, tensor
from noclone.proofs.theorems.formal import formal_inner, named
from noclone.proofs.theorems.overlaps import OVERLAP, SMALLER, cauchy_schwarz, polarisation
from noclone.proofs.theorems.theorem import (
    Computed,
    Conclusion,
    Counterexample,
    Example,
    Hypothesis,
    Line,
    Theorem,
)

__all__ = ["NO_CLONING", "Copier", "copies"]

ZERO, ONE = basis(2, 0), basis(2, 1)
PLUS = column(1, 1) / sympy.sqrt(2)
CNOT_COPIER = sympy.ImmutableMatrix([[1, 0], [0, 0], [0, 0], [0, 1]])
"""|0⟩ ↦ |00⟩, |1⟩ ↦ |11⟩: a CNOT onto a blank |0⟩."""


@dataclass(frozen=True)
class Copier:
    """A process from one system to two copies of it and a machine, and the two states that it is to copy.

    Raises ValueError unless both have norm 1.
    """

    device: Device
    first: Any
    second: Any

    def __post_init__(self) -> None:
        require_units(self.first, self.second)


def copies(device: Device, state: Any) -> bool:
    """Whether a unit ket goes to two copies of it ⊗ some unit ket of the machine (which may depend on the state)."""
    image, pair = device.apply(state), tensor(state, state)
    machine = tensor(pair.H, sympy.eye(image.rows // pair.rows)) * image
    return is_equal(image, tensor(pair, machine)) and is_zero(inner(machine, machine) - 1)


def _solved() -> Computed:
    """The machine's overlap as the equation of the line before fixes it."""
    overlap = sympy.Symbol("⟨e|f⟩")
    return Computed(sympy.solve(sympy.Eq(OVERLAP, OVERLAP**2 * overlap), overlap)[0], 1 / OVERLAP)


def _images() -> Computed:
    """⟨Va|Vb⟩ if V copies both."""
    machines = sympy.Symbol("⟨e|f⟩", complex=True)
    gram = {("a", "b"): OVERLAP, ("e", "f"): machines}
    return Computed(formal_inner(named("a", "a", "e"), named("b", "b", "f"), gram), OVERLAP**2 * machines)


NO_CLONING: Theorem[Copier] = Theorem(
    name="no-cloning",
    title="No-cloning, by inner products",
    statement=(
        "No linear process that preserves norms copies two states that are neither orthogonal nor the same: it cannot take "
        "|a⟩ to |a⟩|a⟩|e⟩ and |b⟩ to |b⟩|b⟩|f⟩, whatever it leaves in its machine."
    ),
    generality="any Hilbert space: the algebra uses inner products alone; blank and machine of any size",
    hypotheses=(
        Hypothesis("linear", "the process is linear", lambda it: it.device.is_linear()),
        Hypothesis("norm-preserving", "the process preserves norms", lambda it: it.device.preserves_norms()),
        Hypothesis("not-orthogonal", "⟨a|b⟩ ≠ 0", lambda it: not is_zero(inner(it.first, it.second))),
        Hypothesis(
            "different",
            "a and b are different states: |⟨a|b⟩| < 1",
            lambda it: not is_zero(1 - inner(it.first, it.second) * inner(it.second, it.first)),
        ),
    ),
    conclusion=Conclusion(
        "the process does not copy both a and b",
        lambda it: not (copies(it.device, it.first) and copies(it.device, it.second)),
    ),
    proof=(
        Line(
            "A linear map that preserves norms preserves inner products, by polarisation: "
            "⟨Vx|Vy⟩ = ¼ Σ_k i^(−k) ‖V(x + i^k y)‖² = ¼ Σ_k i^(−k) ‖x + i^k y‖² = ⟨x|y⟩",
            polarisation,
            ("linear", "norm-preserving"),
            latex=r"\tfrac14\sum_k i^{-k}\,\|x+i^ky\|^2 = \langle x|y\rangle",
        ),
        Line("Suppose V|a⟩ = |a⟩|a⟩|e⟩ and V|b⟩ = |b⟩|b⟩|f⟩. Then ⟨Va|Vb⟩ = ⟨a|b⟩² ⟨e|f⟩", _images),
        Line("So ⟨a|b⟩ = ⟨a|b⟩² ⟨e|f⟩, and since ⟨a|b⟩ ≠ 0, ⟨e|f⟩ = 1/⟨a|b⟩", _solved, ("not-orthogonal",)),
        Line(
            "Unit vectors obey 1 − |⟨e|f⟩|² = ‖f − ⟨e|f⟩ e‖² (Cauchy–Schwarz), which is not negative",
            cauchy_schwarz,
        ),
        Line(
            "But |⟨a|b⟩| < 1, written as 1/(1+t) with t > 0, makes 1 − |⟨e|f⟩|² = 1 − 1/|⟨a|b⟩|² negative: a contradiction",
            lambda: Computed(1 / SMALLER**2 - 1, sympy.S.Zero, ">"),
            ("different",),
        ),
    ),
    examples=(
        Example("a CNOT onto a blank |0⟩, with a = |0⟩ and b = |+⟩", Copier(device_of(CNOT_COPIER), ZERO, PLUS)),
        Example(
            "a qutrit basis copied by |k⟩ ↦ |kk⟩, with a = |0⟩ and b = (3|0⟩ + 4|1⟩)/5",
            Copier(
                device_of(sympy.Matrix(9, 3, lambda row, line: int(row == 4 * line))),
                basis(3, 0),
                column(3, 4, 0) / 5,
            ),
        ),
    ),
    counterexamples=(
        Counterexample(
            "linear",
            "ψ ↦ ψ⊗ψ/‖ψ‖ preserves norms and copies everything",
            Copier(scaled(lambda ket: tensor(ket, ket), 2), ZERO, PLUS),
        ),
        Counterexample(
            "norm-preserving",
            "the linear map with |0⟩ ↦ |00⟩ and |+⟩ ↦ |++⟩ copies both, but changes the norm of |1⟩",
            Copier(
                device_of(
                    sympy.Matrix.hstack(tensor(ZERO, ZERO), sympy.sqrt(2) * tensor(PLUS, PLUS) - tensor(ZERO, ZERO))
                ),
                ZERO,
                PLUS,
            ),
        ),
        Counterexample(
            "not-orthogonal",
            "orthogonal states can be copied: a CNOT onto a blank |0⟩ copies |0⟩ and |1⟩",
            Copier(device_of(CNOT_COPIER), ZERO, ONE),
        ),
        Counterexample(
            "different",
            "one known state can be prepared again: |+⟩ ↦ |++⟩, |−⟩ ↦ |−+⟩ copies a = b = |+⟩",
            Copier(device_of(tensor(sympy.eye(2), PLUS)), PLUS, PLUS),
        ),
    ),
    references=(
        "D. Dieks, Phys. Lett. A 92, 271 (1982)",
        "H. P. Yuen, Phys. Lett. A 113, 405 (1986), for two states that are not orthogonal",
        "W. K. Wootters and W. H. Zurek, Nature 299, 802 (1982)",
    ),
)
