"""Tangles of exact kets, as exact numbers: what floats would only support, these decide.

A ket is a ``RingArray`` (amplitudes in Z[e^{iπ/4}, 1/√2]) or a sequence of SymPy numbers, big-endian, of norm exactly 1. Results are
SymPy numbers. Conventions are those of ``noclone.models.entanglement``.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy
from flint import arb, fmpq

from noclone.models.errors import InputError
from noclone.models.ring import RingArray

__all__ = [
    "ExactSides",
    "antisymmetric_qutrits",
    "exact_ckw",
    "exact_one_tangle",
    "exact_pair_tangle",
    "exact_residual_tangle",
    "exact_unsquared_formation",
    "formation_ball",
    "naive_ckw_of_qutrits",
    "span_tangle",
]


@dataclass(frozen=True)
class ExactSides:
    """Both sides of an inequality left ≤ right: SymPy numbers, or balls (``flint.arb``) that contain them."""

    left: Any
    right: Any

    @property
    def is_broken(self) -> bool:
        """Whether left > right, for certain."""
        return bool(self.left > self.right)

    @property
    def is_met(self) -> bool:
        """Whether left ≤ right, for certain."""
        return bool(self.left <= self.right)


def _entries(ket: RingArray | Sequence[Any]) -> list[Any]:
    """The amplitudes as SymPy numbers; raises InputError unless their squares add up to exactly 1."""
    if isinstance(ket, RingArray):
        flat = ket.reshape(math.prod(ket.shape))
        found = [flat[(at,)].to_sympy() for at in range(math.prod(ket.shape))]
    else:
        found = [_number(each) for each in ket]
    norm = _simple(sum(each * sympy.conjugate(each) for each in found))
    if norm != 1:
        raise InputError(f"an exact ket has norm 1; the squares of this one's amplitudes add up to {norm}")
    return found


def _number(value: Any) -> Any:
    if isinstance(value, int | Fraction):
        return sympy.Rational(value)
    if not isinstance(value, sympy.Expr) or value.has(sympy.Float) or not value.is_number:
        raise InputError(f"an exact amplitude is a SymPy number without floats, not {value!r}: write sympy.sqrt(2)/2")
    return value


def _simple(value: Any) -> Any:
    return sympy.radsimp(sympy.expand(value))


def _matrix(entries: Sequence[Any], dims: Sequence[int], rows: Sequence[int]) -> Any:
    """The amplitudes with these parties as rows and the others as columns."""
    if math.prod(dims) != len(entries):
        raise InputError(f"parties of dimensions {list(dims)} have {math.prod(dims)} amplitudes, not {len(entries)}")
    if len(set(rows)) != len(rows) or not set(rows) <= set(range(len(dims))):
        raise InputError(f"different parties among 0 to {len(dims) - 1} are needed, not {list(rows)}")
    columns = [party for party in range(len(dims)) if party not in rows]
    sizes = [math.prod(dims[party] for party in parties) for parties in (rows, columns)]
    found = sympy.zeros(*sizes)
    for at, place in enumerate(itertools.product(*(range(size) for size in dims))):
        row = column = 0
        for party in rows:
            row = row * dims[party] + place[party]
        for party in columns:
            column = column * dims[party] + place[party]
        found[row, column] = entries[at]
    return found


def exact_one_tangle(ket: RingArray | Sequence[Any], party: int, dims: Sequence[int] | None = None) -> Any:
    """2(1 − tr ρ_A²); ``dims`` are the parties' dimensions, qubits unless given."""
    entries = _entries(ket)
    factor = _matrix(entries, dims or _qubits(len(entries)), [party])
    reduced = factor * factor.H
    return _simple(2 * (1 - (reduced * reduced).trace()))


def _qubits(size: int) -> tuple[int, ...]:
    if size & (size - 1):
        raise InputError(f"the parties' dimensions are needed (dims=…): {size} is no power of 2")
    return (2,) * (size.bit_length() - 1)


def _symmetric(ket: RingArray | Sequence[Any], first: int, second: int) -> Any:
    """Tᵀ(σ_y⊗σ_y)T, 2 × 2, of two of three qubits, T the ket with the third as columns."""
    entries = _entries(ket)
    if len(entries) != 8:
        raise InputError(f"a ket of three qubits has 8 amplitudes, not {len(entries)}")
    factor = _matrix(entries, (2, 2, 2), [first, second])
    flip = sympy.Matrix([[0, 0, 0, -1], [0, 0, 1, 0], [0, 1, 0, 0], [-1, 0, 0, 0]])
    return (factor.T * flip * factor).applyfunc(sympy.expand)


def _twice_product(symmetric: Any) -> Any:
    """2λ₁λ₂ = 2|det|."""
    determinant = sympy.expand(symmetric.det())
    return 2 * sympy.sqrtdenest(sympy.sqrt(_simple(determinant * sympy.conjugate(determinant))))


def exact_pair_tangle(ket: RingArray | Sequence[Any], first: int, second: int) -> Any:
    """τ = (λ₁ − λ₂)² of two qubits of a ket of three: λ₁² + λ₂² − 2λ₁λ₂ = tr M†M − 2|det M|."""
    matrix = _symmetric(ket, first, second)
    return _simple((matrix.H * matrix).trace() - _twice_product(matrix))


def exact_residual_tangle(ket: RingArray | Sequence[Any]) -> Any:
    """The residual tangle 4|det M| of a ket of three qubits (Coffman, Kundu and Wootters, quant-ph/9907047)."""
    return _simple(2 * _twice_product(_symmetric(ket, 0, 1)))


def exact_ckw(ket: RingArray | Sequence[Any]) -> ExactSides:
    """τ(AB) + τ(AC) ≤ τ(A:BC) of a ket of three qubits."""
    return ExactSides(
        _simple(exact_pair_tangle(ket, 0, 1) + exact_pair_tangle(ket, 0, 2)),
        exact_one_tangle(ket, 0),
    )


def span_tangle(kets: Sequence[Sequence[Any]], dims: tuple[int, int]) -> Any:
    """The tangle that every unit vector in the span of these kets of two parties has, or None if they differ.

    With complex coefficients as unknowns, 2((tr ρ_A)² − tr ρ_A²) and (tr ρ_A)² are polynomials in their real and imaginary
    parts; the answer is c if the first is c times the second, identically. Every mixture of such vectors has then, in every
    decomposition, the concurrence √c.
    """
    unknowns = sympy.symbols(f"x:{2 * len(kets)}", real=True)
    if not kets or any(len(ket) != math.prod(dims) for ket in kets):
        raise InputError(f"kets of {math.prod(dims)} amplitudes are needed")
    total = [
        sum((unknowns[2 * at] + sympy.I * unknowns[2 * at + 1]) * ket[place] for at, ket in enumerate(kets))
        for place in range(math.prod(dims))
    ]
    factor = sympy.Matrix(dims[0], dims[1], total)
    reduced = factor * factor.H
    weight = sympy.expand(reduced.trace() ** 2)
    doubled = sympy.expand(2 * (weight - (reduced * reduced).trace()))
    point = dict.fromkeys(unknowns, 0) | {unknowns[0]: 1}
    ratio = sympy.simplify(doubled.subs(point) / weight.subs(point))
    return ratio if sympy.expand(doubled - ratio * weight) == 0 else None


def antisymmetric_qutrits() -> tuple[Any, ...]:
    """Σ ε_ijk |ijk⟩/√6 of three qutrits, 27 amplitudes (Ou, Phys. Rev. A 75 (2007) 034305)."""
    return tuple(sympy.LeviCivita(*place) / sympy.sqrt(6) for place in itertools.product(range(3), repeat=3))


def naive_ckw_of_qutrits() -> ExactSides:
    """C²_AB + C²_AC = 2 and C²_A(BC) = 4/3 of the antisymmetric state: the inequality of qubits, broken by qutrits.

    Every ket in the support of ρ_AB (and ρ_AC) is antisymmetric and has tangle 1 (``span_tangle``), so C_AB = C_AC = 1. Raises
    ArithmeticError if the computation does not show that.
    """
    ket = antisymmetric_qutrits()
    tangles = []
    for pair in ((0, 1), (0, 2)):
        columns = _matrix(ket, (3, 3, 3), pair).columnspace()
        tangles.append(span_tangle([list(column) for column in columns], (3, 3)))
    if None in tangles:
        raise ArithmeticError("the vectors in a support differ in tangle")
    return ExactSides(sum(tangles), exact_one_tangle(ket, 0, (3, 3, 3)))


def formation_ball(tangle: Fraction) -> arb:
    """E_f in bits of two qubits with this tangle, and S(A) of a ket with this one-tangle; a ball that contains it."""
    if not 0 <= tangle <= 1:
        raise InputError(f"a tangle of qubits lies between 0 and 1, not at {tangle}")
    if not tangle:
        return arb(0)
    rest = 1 - tangle
    root = arb(fmpq(rest.numerator, rest.denominator)).sqrt()
    above = (1 + root) / 2
    below = arb(fmpq(tangle.numerator, tangle.denominator)) / (4 * above)  # (1 − root)/2 without cancellation
    return -(above * above.log() + below * below.log()) / arb(2).log()


def exact_unsquared_formation(ket: RingArray | Sequence[Any]) -> ExactSides:
    """E_f(AB) + E_f(AC) and E_f(A:BC) = S(A) of a ket of three qubits with rational tangles, as balls.

    E_f is not monogamous: W has 2 h((3 + √5)/6) = 1.1001 > h(1/3) = 0.9183. Raises InputError for tangles that are irrational.
    """
    tangles = exact_pair_tangle(ket, 0, 1), exact_pair_tangle(ket, 0, 2), exact_one_tangle(ket, 0)
    if not all(tangle.is_Rational for tangle in tangles):
        raise InputError(f"rational tangles are needed, not {', '.join(map(str, tangles))}")
    one, two, whole = (formation_ball(Fraction(int(tangle.p), int(tangle.q))) for tangle in tangles)
    return ExactSides(one + two, whole)
