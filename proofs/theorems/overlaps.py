"""Computations about inner products that several proofs share, in any Hilbert space."""

from __future__ import annotations

from typing import Any

import sympy

from noclone.proofs.theorems.formal import FormalKet, formal_inner, named
from noclone.proofs.theorems.theorem import Computed

__all__ = ["OVERLAP", "SMALLER", "cauchy_schwarz", "polarisation", "polarised_form"]

OVERLAP = sympy.Symbol("⟨a|b⟩", complex=True)
"""The overlap of two states."""

SMALLER = 1 / (1 + sympy.Symbol("t", positive=True))
"""Any number between 0 and 1, both excluded: 1/(1+t) with t > 0."""


def polarisation() -> Computed:
    """⟨x|y⟩ = ¼ Σ_k i^(−k) ‖x + i^k y‖², for kets of any norm and overlap."""
    norms: dict[tuple[str, str], Any] = {
        ("x", "x"): sympy.Symbol("‖x‖²", positive=True),
        ("y", "y"): sympy.Symbol("‖y‖²", positive=True),
        ("x", "y"): sympy.Symbol("⟨x|y⟩", complex=True),
    }
    return Computed(_polarised(lambda ket: formal_inner(ket, ket, norms)), norms["x", "y"])


def polarised_form() -> Computed:
    """A form with Q(ψ) = s‖ψ‖² for every ψ is s⟨x|y⟩ off the diagonal: ¼ Σ_k i^(−k) s‖x + i^k y‖² = s⟨x|y⟩."""
    constant = sympy.Symbol("s", complex=True)
    gram = {("x", "y"): sympy.Symbol("⟨x|y⟩", complex=True)}
    return Computed(_polarised(lambda ket: constant * formal_inner(ket, ket, gram)), constant * gram["x", "y"])


def _polarised(form: Any) -> Any:
    """¼ Σ_k i^(−k) form(x + i^k y)."""
    kets: list[FormalKet] = [named("x") + named("y").times(sympy.I**power) for power in range(4)]
    return sympy.expand(sum(sympy.I ** (-power) * form(ket) for power, ket in enumerate(kets)) / 4)


def cauchy_schwarz() -> Computed:
    """‖f − ⟨e|f⟩ e‖² = 1 − |⟨e|f⟩|² for unit kets."""
    overlap = sympy.Symbol("⟨e|f⟩", complex=True)
    rest = named("f") - named("e").times(overlap)
    return Computed(formal_inner(rest, rest, {("e", "f"): overlap}), 1 - overlap * sympy.conjugate(overlap))
