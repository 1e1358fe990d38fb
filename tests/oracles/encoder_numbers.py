"""Writes Numbers.v: the amplitudes of encrypted cloning for n = 1 to 3, from its definition, as integers.

    python tests/oracles/encoder_numbers.py > proofs/coq/Numbers.v

The definition (arXiv:2501.02757): the secret in A, n pairs (|00⟩+|11⟩)/√2 of S and N, then
exp(−iπ/4 X_A X_S1…X_Sn) · exp(−iπ/4 Z_A Z_S1…Z_Sn), the right factor first. Here by matrix exponentials of Kronecker
products, so by none of the code and none of the formulas that the numbers guard. Times √2^(n+2) all are integers.
Order of the qubits: A, S1, N1, S2, N2, …, the first most significant.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy
from scipy.linalg import expm

__all__ = ["SIZES", "amplitudes", "numbers"]

SIZES = (1, 2, 3)
TOLERANCE = 1e-9
Array = numpy.ndarray[Any, numpy.dtype[Any]]
_ONE, _X, _Z = numpy.eye(2), numpy.array([[0.0, 1.0], [1.0, 0.0]]), numpy.diag([1.0, -1.0])


def amplitudes(n: int, secret: int) -> list[tuple[int, int]]:
    """The state that encodes the basis state |secret⟩ with n pairs, times √2^(n+2): real and imaginary parts.

    Raises ValueError if they are not whole numbers: then the definition is not what is stated above.
    """
    bell = numpy.array([1.0, 0.0, 0.0, 1.0]) / numpy.sqrt(2)
    state = functools.reduce(numpy.kron, [_ONE[secret]] + [bell] * n).astype(complex)
    for matrix in (_Z, _X):
        state = expm(-0.25j * numpy.pi * functools.reduce(numpy.kron, [matrix] + [matrix, _ONE] * n)) @ state
    scaled = state * numpy.sqrt(2) ** (n + 2)
    rounded = numpy.round(scaled)
    if (error := float(numpy.abs(scaled - rounded).max())) > TOLERANCE:
        raise ValueError(f"n = {n}: amplitudes are off whole numbers by {error}")
    return [(int(value.real), int(value.imag)) for value in rounded]


def numbers() -> str:
    """The text of Numbers.v."""
    lines = [
        "(** Written by tests/oracles/encoder_numbers.py; do not edit. The amplitudes of encrypted cloning from its definition, times the",
        "    root of 2 to the n + 2, as pairs (real part, imaginary part); |0> and |1> encoded, with n = 1, 2, 3 pairs. *)",
        "",
        "From Coq Require Import List ZArith.",
        "Import ListNotations.",
        "Local Open Scope Z_scope.",
    ]
    for n in SIZES:
        for secret in (0, 1):
            pairs = [f"({real}, {imaginary})" for real, imaginary in amplitudes(n, secret)]
            rows = ["  " + "; ".join(pairs[start : start + 12]) for start in range(0, len(pairs), 12)]
            lines += ["", f"Definition encoded_{secret}_{n} : list (Z * Z) :=", "  [" + ";\n".join(rows).strip() + "]."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(numbers(), end="")
