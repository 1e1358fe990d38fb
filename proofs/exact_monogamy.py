"""What claims of monogamy say exactly: SymPy numbers for the sides, where a state and a law have them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy

from noclone.models.ball_entanglement import BallKet
from noclone.models.exact_correlations import exact_classical
from noclone.models.exact_entanglement import exact_ckw, exact_one_tangle, exact_pair_tangle, span_tangle
from noclone.models.ring import RingArray
from noclone.proofs.monogamy_laws import ClaimedLaw, reached_chsh

__all__ = ["MOST_UNKNOWNS", "exact_words"]

MOST_UNKNOWNS = 4
"""The largest rank of a pair's state whose support is looked at symbolically."""


def exact_words(law: ClaimedLaw, ket: BallKet, amplitudes: Sequence[Any] | None = None) -> str:
    """The exact sides in words, or ""; ``amplitudes`` are those of an exact ket that is not in the ring."""
    if law.name in ("CKW", "Osborne-Verstraete", "naive-CKW", "unsquared-formation"):
        entries = amplitudes if amplitudes is not None else _alone(ket)
        if entries is None:
            return ""
        if ket.dims == (2, 2, 2):
            return _tangles(law, entries)
        return _roofs(entries, ket.dims) if law.name == "naive-CKW" else ""
    if law.name == "chsh-different-settings":
        return _tests(ket)
    return _measured(ket) if law.name == "classical-correlation" else ""


def _alone(ket: BallKet) -> RingArray | None:
    """The exact amplitudes of parties whose rest is in a basis state."""
    if ket.exact is None:
        return None
    flat = ket.exact.reshape(-1, ket.exact.shape[-1])
    kept = [at for at in range(flat.shape[1]) if flat.parts[:, :, at].any()]
    return RingArray(flat.parts[:, :, kept[0]], flat.halvings) if len(kept) == 1 else None


def _tangles(law: ClaimedLaw, entries: RingArray | Sequence[Any]) -> str:
    if law.name == "unsquared-formation":
        one, two = (exact_pair_tangle(entries, 0, other) for other in (1, 2))
        return f"τ(AB) = {one}, τ(AC) = {two}, τ(A:BC) = {exact_one_tangle(entries, 0)}"
    found = exact_ckw(entries)
    return _sides(found.left, found.right)


def _sides(left: Any, right: Any) -> str:
    import sympy

    return f"left {left}, right {right}, slack {sympy.radsimp(sympy.expand(right - left))}"


def _roofs(entries: RingArray | Sequence[Any], dims: Sequence[int]) -> str:
    """The tangles of pairs in whose support all kets have the same one, so that every mixture of them has it."""
    import sympy

    if isinstance(entries, RingArray):
        entries = [entries[(at,)].to_sympy() for at in range(entries.shape[0])]
    tensor = numpy.array(entries, dtype=object).reshape(dims)
    total = sympy.Integer(0)
    for other in range(1, len(dims)):
        rest = [at for at in range(len(dims)) if at not in (0, other)]
        rows = dims[0] * dims[other]
        columns = sympy.Matrix(tensor.transpose(0, other, *rest).reshape(rows, -1).tolist()).columnspace()
        if len(columns) > MOST_UNKNOWNS:
            return ""
        same = span_tangle([list(column) for column in columns], (dims[0], dims[other]))
        if same is None:
            return ""
        total += same
    return _sides(total, exact_one_tangle(list(entries), 0, dims)) + " (all kets in a pair's support have one tangle)"


def _tests(ket: BallKet) -> str:
    reached = reached_chsh(ket)
    if not reached or float(sum(each.squared for each in reached)) <= 8 + 1e-9:
        return ""
    parts = " + ".join(str(each.squared) for each in reached)
    near, far = (", ".join(each.words) for each in reached)
    total = sum(each.squared for each in reached)
    return f"S_AB² + S_AC² ≥ {parts} = {total}, where A measures {near} for the test with B and {far} for that with C"


def _measured(ket: BallKet) -> str:
    """Lower bounds on J by Pauli measurements of B and C, and S(A), where all entropies on the way are 0 or 1."""
    if ket.exact is None:
        return ""
    flat = ket.exact.reshape(2, 2, 2, ket.exact.shape[-1])
    best = []
    for other in (1, 2):
        values = [(exact_classical(flat, 0, other, axis), axis) for axis in "ZXY"]
        known = [(value, axis) for value, axis in values if value is not None]
        if not known:
            return ""
        best.append(max(known, key=lambda each: float(each[0])))
    (one, near), (two, far) = best
    return f"J(A|B) ≥ {one} by measuring {near} of B, and J(A|C) ≥ {two} by {far} of C"
