"""The best channel and its dual in floating point, by CVXPY and Clarabel: a guess to be made exact, never a bound.

Dual: min tr Y with Y ⊗ 1 − Σ w_k Ω_k − Z^Γ ≥ 0, w ≥ 0, Σ w = 1, Z ≥ 0 (Z only for channels that measure and prepare).
Primal, read off the multipliers: max v with v ≤ tr JΩ_k for all k, J ≥ 0, tr_out J = 1, J^Γ ≥ 0.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy
from numpy.typing import NDArray

from noclone.models.errors import InputError, TooLargeError
from noclone.proofs.bounds.matrices import floats, objectives
from noclone.proofs.kernel.bounds import Problem

__all__ = ["MOST_ROWS", "Solution", "is_installed", "require_solver", "solve"]

MOST_ROWS = 64
"""The largest matrix that the solver is given: inputs times outputs, of the span of the inputs."""

_TOLERANCE = 1e-11
_SETTINGS = {"tol_gap_abs": _TOLERANCE, "tol_gap_rel": _TOLERANCE, "tol_feas": _TOLERANCE, "max_iter": 200}


@dataclass(frozen=True)
class Solution:
    """Floats: Y, Z (0 unless separable), the objectives' weights w, the channel J, and what both sides come to."""

    dual: NDArray[Any]
    transposed: NDArray[Any]
    weights: NDArray[Any]
    channel: NDArray[Any]
    upper: float
    lower: float


def is_installed() -> bool:
    """Whether CVXPY and Clarabel can be imported."""
    return find_spec("cvxpy") is not None and find_spec("clarabel") is not None


def require_solver() -> None:
    """Raise InputError, which says what to install, unless the solver is there."""
    if not is_installed():
        raise InputError("this bound needs a solver (cvxpy and clarabel): pip install 'noclone[bounds]'")


def solve(problem: Problem) -> Solution:
    """Both sides of the problem in floats; raises InputError if there is no solver or no solution, TooLargeError."""
    require_solver()
    from noclone.proofs.bounds.polishing import polished  # which reads solutions

    each = [floats(matrix) for matrix in objectives(problem)]
    inputs, outputs = problem.inputs, problem.outputs
    if not any(numpy.abs(matrix.imag).max() > 0 for matrix in each):
        each = [matrix.real for matrix in each]
    total = numpy.sum(each, axis=0).reshape(inputs, outputs, inputs, outputs).trace(axis1=1, axis2=3)
    values, vectors = numpy.linalg.eigh(total)
    span = vectors[:, values > 1e-12] if values[0] < 1e-12 else numpy.eye(inputs)
    if (rows := span.shape[1] * outputs) > MOST_ROWS:
        raise TooLargeError(f"the solver would need matrices of {rows} rows; at most {MOST_ROWS} are given to it")
    # States that span less than all inputs are cloned by a channel from their span.
    embed = numpy.kron(span, numpy.eye(outputs))
    within = [embed.conj().T @ matrix @ embed for matrix in each]
    found = _solve(within, span.shape[1], outputs, problem.separable)
    found = polished(within, span.shape[1], outputs, found)
    forget = numpy.zeros((outputs, outputs))
    forget[0, 0] = 1
    rest = numpy.kron(numpy.eye(inputs) - span @ span.conj().T, forget)
    return Solution(
        span @ found.dual @ span.conj().T,
        embed.conj() @ found.transposed @ embed.T,  # its partial transpose is embed … embed†
        found.weights,
        embed @ found.channel @ embed.conj().T + rest,
        found.upper,
        found.lower,
    )


def _solve(each: Sequence[NDArray[Any]], inputs: int, outputs: int, separable: bool) -> Solution:
    """As ``solve``, for objectives of which each input takes part.

    A Hermitian A + iB is positive if and only if the real [[A, −B], [B, A]] is: CVXPY sees nothing but real numbers.
    """
    import cvxpy

    real, rows, one = each[0].dtype.kind == "f", inputs * outputs, numpy.eye(outputs)
    dual, shifted, weights = _parts(inputs, real=real), None, cvxpy.Variable(len(each), nonneg=True)
    slack = [cvxpy.kron(part, one) for part in dual]
    for at, take in enumerate((numpy.real, numpy.imag)[: len(slack)]):
        slack[at] = slack[at] - sum(weights[which] * take(matrix) for which, matrix in enumerate(each))
    constraints = [cvxpy.sum(weights) == 1]
    if separable:
        shifted = _parts(rows, real=real)
        slack = [
            part - cvxpy.partial_transpose(other, [inputs, outputs], 0)
            for part, other in zip(slack, shifted, strict=True)
        ]
        constraints.append(_embedded(shifted) >> 0)
    constraints.append(_embedded(slack) >> 0)
    upper = _solved(cvxpy.Minimize(cvxpy.trace(dual[0])), constraints)
    # The multiplier of the slack is the best channel.
    channel = numpy.array(constraints[-1].dual_value)
    if not real:
        a, b, c, d = channel[:rows, :rows], channel[:rows, rows:], channel[rows:, :rows], channel[rows:, rows:]
        channel = a + d + 1j * (c - b)
    channel = (channel + channel.conj().T) / 2
    lower = min(float(numpy.trace(channel @ matrix).real) for matrix in each)
    found = _value(shifted) if shifted else numpy.zeros((rows, rows))
    return Solution(_value(dual), found, numpy.array(weights.value), channel, upper, lower)


def _parts(rows: int, *, real: bool) -> list[Any]:
    """A Hermitian variable's real part and, unless it is real, its imaginary part."""
    import cvxpy

    symmetric = cvxpy.Variable((rows, rows), symmetric=True)
    if real:
        return [symmetric]
    free = cvxpy.Variable((rows, rows))
    return [symmetric, free - free.T]


def _embedded(parts: Sequence[Any]) -> Any:
    """The real matrix that is positive if and only if the Hermitian one of these parts is."""
    import cvxpy

    return parts[0] if len(parts) == 1 else cvxpy.bmat([[parts[0], -parts[1]], [parts[1], parts[0]]])


def _value(parts: Sequence[Any]) -> NDArray[Any]:
    """The floats of a matrix of parts."""
    return numpy.array(parts[0].value if len(parts) == 1 else parts[0].value + 1j * parts[1].value)


def _solved(goal: Any, constraints: list[Any]) -> float:
    """Solve, quietly; the value. Raises InputError if there is no solution."""
    import cvxpy

    problem = cvxpy.Problem(goal, constraints)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            problem.solve(solver=cvxpy.CLARABEL, **_SETTINGS)
        except cvxpy.error.SolverError as error:
            raise InputError(f"the solver finds no solution: {error}") from None
    if problem.value is None or problem.status not in (cvxpy.OPTIMAL, cvxpy.OPTIMAL_INACCURATE):
        raise InputError(f"the solver finds no solution: it says '{problem.status}'")
    return float(problem.value)
