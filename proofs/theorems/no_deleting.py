"""No-deleting, in any dimension: of two equal copies one cannot be erased, only moved into the environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from noclone.proofs.theorems.devices import Device, device_of, scaled
from noclone.proofs.theorems.exact import basis, column, inner, is_equal, is_zero, require_units, tensor
from noclone.proofs.theorems.formal import formal_inner, named
from noclone.proofs.theorems.overlaps import OVERLAP, SMALLER, cauchy_schwarz, polarisation
from noclone.proofs.theorems.theorem import Computed, Conclusion, Counterexample, Example, Hypothesis, Line, Theorem

__all__ = ["NO_DELETING", "Deleter"]

ZERO, ONE = basis(2, 0), basis(2, 1)
PLUS = column(1, 1) / sympy.sqrt(2)
KEPT = sympy.Symbol("⟨e|f⟩", complex=True)
CNOT = sympy.Matrix([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]])
MOVE_OUT = sympy.Matrix(8, 4, lambda row, line: int(row == {0: 0, 1: 1, 2: 4, 3: 5}[line]))
"""|i⟩|j⟩ ↦ |i⟩|0⟩|j⟩: the second copy goes to the environment, a blank takes its place."""


@dataclass(frozen=True)
class Deleter:
    """A process on two systems (its output: the two systems, then an environment), and the two states to delete.

    Raises ValueError unless both have norm 1.
    """

    device: Device
    first: Any
    second: Any

    def __post_init__(self) -> None:
        require_units(self.first, self.second)


def _left_behind(device: Device, state: Any) -> Any:
    """The environment's ket if |ψ⟩|ψ⟩ goes to |ψ⟩|0⟩ ⊗ a unit ket, else None."""
    image = device.apply(tensor(state, state))
    wanted = tensor(state, basis(state.rows, 0))
    left = tensor(wanted.H, sympy.eye(image.rows // wanted.rows)) * image
    return left if is_equal(image, tensor(wanted, left)) and is_zero(inner(left, left) - 1) else None


def _deletes_both(it: Deleter) -> bool:
    """Whether both second copies are gone and the environment ends in one state, up to a phase."""
    left = [_left_behind(it.device, state) for state in (it.first, it.second)]
    if left[0] is None or left[1] is None:
        return False
    return is_zero(inner(left[0], left[1]) * inner(left[1], left[0]) - 1)


def _overlaps() -> Computed:
    """⟨a a|b b⟩ − ⟨a 0 e|b 0 f⟩ = ⟨a|b⟩² − ⟨a|b⟩⟨e|f⟩."""
    gram = {("a", "b"): OVERLAP, ("e", "f"): KEPT}
    before = formal_inner(named("a", "a"), named("b", "b"), gram)
    after = formal_inner(named("a", "0", "e"), named("b", "0", "f"), gram)
    return Computed(before - after, OVERLAP * (OVERLAP - KEPT))


NO_DELETING: Theorem[Deleter] = Theorem(
    name="no-deleting",
    title="No-deleting",
    statement=(
        "No linear process that preserves norms takes |a⟩|a⟩ to |a⟩|0⟩|e⟩ and |b⟩|b⟩ to |b⟩|0⟩|e⟩ for two states that are neither "
        "orthogonal nor the same: what is left behind has the overlap ⟨e|f⟩ = ⟨a|b⟩ of the copies that were removed."
    ),
    generality="any Hilbert space: the algebra uses inner products alone; environment of any size",
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
        "the process does not delete the second copy of both a and b, leaving one state of the environment",
        lambda it: not _deletes_both(it),
    ),
    proof=(
        Line(
            "A linear map that preserves norms preserves inner products, by polarisation: "
            "⟨Vx|Vy⟩ = ¼ Σ_k i^(−k) ‖V(x + i^k y)‖² = ¼ Σ_k i^(−k) ‖x + i^k y‖² = ⟨x|y⟩",
            polarisation,
            ("linear", "norm-preserving"),
            latex=r"\tfrac14\sum_k i^{-k}\,\|x+i^ky\|^2 = \langle x|y\rangle",
        ),
        Line(
            "Suppose V|a⟩|a⟩ = |a⟩|0⟩|e⟩ and V|b⟩|b⟩ = |b⟩|0⟩|f⟩. The overlaps before and after differ by ⟨a|b⟩(⟨a|b⟩ − ⟨e|f⟩), "
            "which must be 0",
            _overlaps,
        ),
        Line(
            "Since ⟨a|b⟩ ≠ 0, ⟨e|f⟩ = ⟨a|b⟩: the environment tells a from b as well as the removed copies did",
            lambda: Computed(sympy.solve(sympy.Eq(OVERLAP * (OVERLAP - KEPT), 0), KEPT)[0], OVERLAP),
            ("not-orthogonal",),
        ),
        Line("Unit vectors obey 1 − |⟨e|f⟩|² = ‖f − ⟨e|f⟩ e‖² (Cauchy–Schwarz)", cauchy_schwarz),
        Line(
            "and |⟨e|f⟩| = |⟨a|b⟩| < 1, written as 1/(1+t) with t > 0, makes that positive: f is not e up to a phase",
            lambda: Computed(1 - SMALLER**2, sympy.S.Zero, ">"),
            ("different",),
        ),
    ),
    examples=(
        Example(
            "|i⟩|j⟩ ↦ |i⟩|0⟩|j⟩ with a = |0⟩ and b = |+⟩: the copy is gone from its place and sits in the environment",
            Deleter(device_of(MOVE_OUT), ZERO, PLUS),
        ),
        Example("a CNOT, with a = |0⟩ and b = |+⟩, which it leaves as |++⟩", Deleter(device_of(CNOT), ZERO, PLUS)),
    ),
    counterexamples=(
        Counterexample(
            "linear",
            "project the second system onto |0⟩ and restore the norm: every ψ⊗ψ but |11⟩ goes to ψ⊗|0⟩",
            Deleter(scaled(lambda ket: tensor(sympy.eye(2), ZERO * ZERO.T) * ket, 4), ZERO, PLUS),
        ),
        Counterexample(
            "norm-preserving",
            "1 ⊗ |0⟩⟨v| with ⟨v|0⟩ = ⟨v|+⟩ = 1 takes |00⟩ to |00⟩ and |++⟩ to |+0⟩, but is no isometry",
            Deleter(device_of(tensor(sympy.eye(2), ZERO * sympy.Matrix([[1, sympy.sqrt(2) - 1]]))), ZERO, PLUS),
        ),
        Counterexample(
            "not-orthogonal",
            "orthogonal states can be deleted: a CNOT takes |00⟩ to |00⟩ and |11⟩ to |10⟩",
            Deleter(device_of(CNOT), ZERO, ONE),
        ),
        Counterexample(
            "different",
            "a known state can be deleted: rotate |+⟩ to |0⟩ on the second system",
            Deleter(device_of(tensor(sympy.eye(2), sympy.Matrix([[1, 1], [1, -1]]) / sympy.sqrt(2))), PLUS, PLUS),
        ),
    ),
    references=(
        "A. K. Pati and S. L. Braunstein, Nature 404, 164 (2000)",
        "R. Jozsa, arXiv:quant-ph/0204153 (2002), for what the environment keeps",
    ),
)
