"""Half the diamond norm of a difference of two channels, from below and above, without a semidefinite solver.

QuTiP's ``dnorm`` needs CVXPY and returns a solver's number without a bound. Here both sides are feasible points of Watrous's
programs (Theory of Computing 5, 11 (2009)). Let J = Σ |p⟩⟨q| ⊗ Δ(|p⟩⟨q|), and M any matrix on the input with ‖M‖ = 1 in
Frobenius norm. The input Σ M_rp |r⟩|p⟩, entangled with a reference, reaches ½‖(M⊗1) J (M⊗1)†‖₁. For invertible M,
Z = (M⊗1)^(−1) [(M⊗1) J (M⊗1)†]₊ (M⊗1)^(−†) satisfies Z ≥ J and Z ≥ 0, so no input exceeds ‖tr_out Z‖.

What is reached is concave in ρ = M†M. With μ·log det ρ added, the gradient vanishes where the two bounds are μK apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[numpy.complex128]
    Reals: TypeAlias = NDArray[numpy.float64]

__all__ = ["diamond_bounds"]

_BARRIERS = tuple(10.0**-power for power in range(1, 10))
_GAP = 1e-9


def diamond_bounds(difference: Array, error: float) -> tuple[float, float]:
    """Bounds on ½‖Δ‖_⋄ for Δ(|p⟩⟨q|) = ``difference[:, :, p, q]``, a difference of two channels known to ``error`` in this norm.

    Both are moved apart by the error. The input is improved by a quasi-Newton method while μ falls to 1e-9.
    """
    from scipy.optimize import minimize

    outputs, _, inputs, _ = difference.shape
    choi = difference.transpose(2, 0, 3, 1).reshape(inputs * outputs, inputs * outputs)
    choi = (choi + choi.conj().T) / 2
    turn: Array = numpy.eye(inputs, dtype=numpy.complex128) / numpy.sqrt(inputs)
    lower, upper = 0.0, 1.0
    for barrier in _BARRIERS:
        reached, limit = _both_sides(choi, turn, outputs)
        lower, upper = max(lower, reached), min(upper, limit)
        if upper - lower <= _GAP or upper <= error:
            break
        start = numpy.concatenate([turn.real.reshape(-1), turn.imag.reshape(-1)])
        found = minimize(
            _objective,
            start,
            (choi, outputs, barrier),
            "L-BFGS-B",
            jac=True,
            options={"maxiter": 400, "gtol": 1e-11, "ftol": 0.0},
        )
        turn = _from_reals(found.x)
        turn = turn / numpy.linalg.norm(turn)
    reached, limit = _both_sides(choi, turn, outputs)
    slack = error + len(choi) ** 2 * 1e-15
    return max(0.0, max(lower, reached) - slack), min(1.0, min(upper, limit) + slack)


def _from_reals(reals: Reals) -> Array:
    real, imaginary = numpy.split(reals, 2)
    size = int(numpy.sqrt(len(real)))
    found: Array = (real + 1j * imaginary).reshape(size, size)
    return found


def _both_sides(choi: Array, turn: Array, outputs: int) -> tuple[float, float]:
    """What M reaches, and what its Z shows cannot be exceeded."""
    wide = numpy.kron(turn, numpy.eye(outputs))
    values, vectors = numpy.linalg.eigh(wide @ choi @ wide.conj().T)
    positive = _trace_output((vectors * numpy.maximum(values, 0)) @ vectors.conj().T, outputs)
    inverse = numpy.linalg.inv(turn)
    limit = inverse @ positive @ inverse.conj().T
    return float(abs(values).sum() / 2), float(numpy.linalg.eigvalsh((limit + limit.conj().T) / 2)[-1])


def _objective(reals: Reals, choi: Array, outputs: int, barrier: float) -> tuple[float, Any]:
    """Minus (what M/‖M‖ reaches + μ·log det M†M/‖M‖²), and its gradient in the real and imaginary parts of M."""
    turn = _from_reals(reals)
    inputs, square = len(turn), float((reals**2).sum())
    wide = numpy.kron(turn, numpy.eye(outputs))
    values, vectors = numpy.linalg.eigh(wide @ choi @ wide.conj().T)
    sign = (vectors * numpy.sign(values)) @ vectors.conj().T
    reached = float(abs(values).sum() / 2)
    volume = 2 * float(numpy.linalg.slogdet(turn)[1]) - inputs * float(numpy.log(square))
    # the change of the objective for a change dM is Re tr(dM·slope)
    slope = _trace_output(choi @ wide.conj().T @ sign, outputs) / square - 2 * reached / square**2 * turn.conj().T
    slope = slope + 2 * barrier * (numpy.linalg.inv(turn) - inputs / square * turn.conj().T)
    gradient = numpy.concatenate([slope.T.real.reshape(-1), -slope.T.imag.reshape(-1)])
    return -(reached / square + barrier * volume), -gradient


def _trace_output(matrix: Array, outputs: int) -> Array:
    inputs = len(matrix) // outputs
    found: Array = numpy.einsum("paqa->pq", matrix.reshape(inputs, outputs, inputs, outputs))
    return found
