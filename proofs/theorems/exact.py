"""Exact decisions about SymPy terms, and the few operations on kets and operators that the theorems need.

Kets are columns; tensor factors are in the order written (the first is the most significant); inner products are
antilinear in the left argument; states are normalised unless said otherwise. Symbols that stand for amplitudes are real
(an amplitude is u + i·v), so that conjugation is exact. Nothing here is a float, and a float is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import product
from typing import Any

import sympy

from noclone.models.errors import NocloneError

__all__ = [
    "UndecidedError",
    "basis",
    "column",
    "dagger",
    "generic",
    "inner",
    "is_equal",
    "is_positive",
    "is_zero",
    "partial_trace",
    "refuse_floats",
    "require_units",
    "sign",
    "squared_norm",
    "tensor",
]

_SAMPLES = ((2, 3, 5, 7, 11, 13, 17, 19), (3, 1, 4, 1, 5, 9, 2, 6), (101, 211, 307, 401, 503, 601, 701, 809))
"""Values of the symbols, in turn, at which a term that is not identically zero is likely to show it."""


class UndecidedError(NocloneError):
    """Exact algebra did not decide whether a term is zero, or its sign."""


def is_equal(left: Any, right: Any) -> bool:
    """Whether two expressions, or two matrices of one shape, are identical as functions of their symbols.

    Matrices may be symbols with symbolic dimensions; these count as equal where SymPy's expansion makes them so.
    Raises UndecidedError if the algebra does not decide it, TypeError for a float, ValueError for two shapes.
    """
    refuse_floats(left, right)
    concrete = isinstance(left, sympy.MatrixBase) or isinstance(right, sympy.MatrixBase)
    if not concrete and isinstance(left, sympy.MatrixExpr) and isinstance(right, sympy.MatrixExpr):
        return _symbolic_matrices_equal(left, right)
    if concrete:
        if sympy.Matrix(left).shape != sympy.Matrix(right).shape:
            raise ValueError(f"matrices of shapes {sympy.Matrix(left).shape} and {sympy.Matrix(right).shape}")
        return all(is_zero(entry) for entry in left - right)
    if isinstance(left, sympy.Expr) or isinstance(right, sympy.Expr):
        return is_zero(left - right)
    raise TypeError(f"cannot compare a {type(left).__name__} with a {type(right).__name__}")


def refuse_floats(*terms: Any) -> None:
    """Raise TypeError for a term that holds a float (before a difference cancels it) or is no term of SymPy."""
    for term in terms:
        if not hasattr(term, "has"):
            raise TypeError(f"{term!r} is no SymPy term")
        if term.has(sympy.Float):
            raise TypeError(f"{term} holds a float")


def _symbolic_matrices_equal(left: Any, right: Any) -> bool:
    """Whether two expressions in matrix symbols have one expanded form; that they differ is only decided by shape."""
    if left.shape != right.shape:
        raise ValueError(f"matrices of shapes {left.shape} and {right.shape}")
    if sympy.expand(left - right).doit() == sympy.ZeroMatrix(*left.shape):
        return True
    raise UndecidedError(f"cannot show that {left} = {right}")


def is_zero(term: Any) -> bool:
    """Whether an exact expression, or every entry of a matrix, is identically zero; raises as ``is_equal``."""
    if isinstance(term, sympy.MatrixBase):
        return all(is_zero(entry) for entry in term)
    if not isinstance(term, sympy.Expr):
        raise TypeError(f"{term!r} is no SymPy expression")
    refuse_floats(term)
    expanded = sympy.expand(term)
    if expanded == 0:
        return True
    symbols = sorted(expanded.free_symbols, key=str)
    if not symbols:
        return _number_is_zero(expanded)
    for sample in _SAMPLES:
        value = expanded.subs(
            {
                symbol: sample[place % len(sample)] + (0 if symbol.is_real else sympy.I * (place + 1))
                for place, symbol in enumerate(symbols)
            }
        )
        if not value.free_symbols and value.is_finite and not _number_is_zero(value):
            return False
    if sympy.simplify(expanded) == 0:
        return True
    raise UndecidedError(f"cannot decide whether {expanded} is zero")


def _number_is_zero(number: Any) -> bool:
    """Whether an algebraic number is zero, by its minimal polynomial where its digits do not tell."""
    found = number.equals(0)
    if found is None:
        raise UndecidedError(f"cannot decide whether {number} is zero")
    return bool(found)


def sign(term: Any) -> int:
    """1, 0 or −1 if a real term is positive, zero (or known not to be negative), or negative; raises as ``is_equal``.

    Symbols count with their assumptions; a term that is only known to be non-negative counts as 0.
    """
    refuse_floats(term)
    forms = (term, sympy.expand(term), sympy.factor(sympy.simplify(term)))
    for answer, decided in ((1, "is_positive"), (-1, "is_negative"), (0, "is_nonnegative")):
        if any(getattr(form, decided) for form in forms):
            return answer
    raise UndecidedError(f"cannot decide the sign of {term}")


def column(*amplitudes: Any) -> Any:
    """The ket with these amplitudes."""
    return sympy.ImmutableMatrix([sympy.S(amplitude) for amplitude in amplitudes])


def basis(dimension: int, number: int) -> Any:
    """The ket |number⟩, counted from 0."""
    return column(*(int(place == number) for place in range(dimension)))


def generic(dimension: int, name: str) -> Any:
    """A ket whose amplitudes are u + i·v with real symbols of their own: it stands for any ket, of any norm."""
    parts = [sympy.symbols(f"{name}{place}u {name}{place}v", real=True) for place in range(dimension)]
    return column(*(real + sympy.I * imaginary for real, imaginary in parts))


def tensor(*factors: Any) -> Any:
    """The tensor product of kets or operators, in this order."""
    return sympy.ImmutableMatrix(reduce(sympy.kronecker_product, factors))


def dagger(operator: Any) -> Any:
    """The conjugate transpose."""
    return sympy.ImmutableMatrix(operator).H


def squared_norm(ket: Any) -> Any:
    """‖ket‖², where every symbol is real and every root is one of a non-negative term; raises UndecidedError if not."""
    for root in ket.atoms(sympy.Pow):
        if not root.exp.is_integer and not root.base.is_nonnegative:
            raise UndecidedError(f"cannot conjugate {root}")
    if not all(symbol.is_real for symbol in ket.free_symbols):
        raise UndecidedError("cannot conjugate a symbol that is not real")
    conjugated = ket.xreplace({sympy.I: -sympy.I})
    return sympy.Add(*(sympy.expand(mine * theirs) for mine, theirs in zip(ket, conjugated, strict=True)))


def require_units(*kets: Any) -> None:
    """Raise ValueError unless every ket has norm 1."""
    for ket in kets:
        if not is_zero(squared_norm(ket) - 1):
            raise ValueError(f"{list(ket)} is no ket of norm 1")


def inner(left: Any, right: Any) -> Any:
    """⟨left|right⟩, expanded."""
    return sympy.expand((dagger(left) * right)[0, 0])


def partial_trace(operator: Any, dimensions: Sequence[int], kept: Sequence[int]) -> Any:
    """Trace out every tensor factor whose place is not in ``kept``; the others stay in order."""
    places = list(product(*map(range, dimensions)))
    rows = list(product(*(range(dimensions[place]) for place in sorted(kept))))
    number = {row: at for at, row in enumerate(rows)}
    traced = [[sympy.S.Zero] * len(rows) for _ in rows]
    split = [(tuple(at[k] for k in sorted(kept)), tuple(x for k, x in enumerate(at) if k not in kept)) for at in places]
    for (row, (inside, lost)), (line, (other, gone)) in product(enumerate(split), repeat=2):
        if lost == gone:
            traced[number[inside]][number[other]] += operator[row, line]
    return sympy.ImmutableMatrix(traced)


def is_positive(operator: Any) -> bool:
    """Whether a matrix of numbers is Hermitian and positive semidefinite: elimination with exact signs.

    A pivot that is negative, or zero with something beside it, shows that it is not. Raises as ``is_equal``.
    """
    rest = sympy.ImmutableMatrix(operator).applyfunc(sympy.expand)
    if not is_zero(rest - dagger(rest)):
        return False
    while rest.rows:
        pivot, beside = sympy.expand(rest[0, 0]), rest[1:, 0]
        found = 0 if is_zero(pivot) else sign(pivot)
        if found < 0 or (found == 0 and not is_zero(beside)):
            return False
        rest = rest[1:, 1:]
        if found > 0:
            rest = (rest - beside * dagger(beside) / pivot).applyfunc(lambda entry: sympy.radsimp(sympy.expand(entry)))
    return True
