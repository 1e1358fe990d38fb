"""CHSH values and classical correlation that explicit Pauli measurements reach, of exact kets: as exact SymPy numbers.

A ket is a ``RingArray`` with an axis for each qubit, big-endian. Its parties are lists of qubits; all others are traced out.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from noclone.models.exact import run_exactly
from noclone.models.ring import RingArray, RingNumber
from noclone.models.system import Gate

__all__ = ["MOST_MEASURED", "ReachedChsh", "exact_classical", "exact_mean", "pauli_chsh"]

MOST_MEASURED = 3
"""The most qubits of A whose Pauli words are all tried."""


@dataclass(frozen=True)
class ReachedChsh:
    """S² that A's two Pauli words reach with one qubit, which measures what is best for it."""

    words: tuple[str, str]
    squared: Any


def exact_mean(ket: RingArray, letters: dict[int, str]) -> RingNumber:
    """⟨P⟩ for a Pauli word, one letter of I, X, Y, Z for each of some qubits: a real number."""
    gates: list[Gate] = []
    turns = 0
    for qubit, letter in letters.items():
        if letter in "YZ":
            gates += [("S", qubit)] * 2
        if letter in "XY":
            gates += [("H", qubit), ("S", qubit), ("S", qubit), ("H", qubit)]
        turns += 2 * (letter == "Y")  # Y = iXZ
    moved = run_exactly(gates, ket).reshape(-1, 1)
    return (ket.reshape(-1, 1).dagger() @ moved)[0, 0] * RingNumber.omega(turns)


def pauli_chsh(ket: RingArray, first: Sequence[int], second: int) -> ReachedChsh:
    """The largest S² for any two Pauli words of the first party's qubits (not all I) and any observables n·σ of the second.

    With t the vector of ⟨P⊗σ_j⟩ for A's word P, S = |t + t′| + |t − t′| is reached along these two vectors.
    """
    words = ["".join(word) for word in itertools.product("IXYZ", repeat=len(first))][1:]
    vectors = {
        word: [exact_mean(ket, dict(zip(first, word, strict=True)) | {second: axis}) for axis in "XYZ"]
        for word in words
    }
    floats = {word: numpy.array([complex(each).real for each in vector]) for word, vector in vectors.items()}

    def value(pair: tuple[str, str]) -> float:
        one, two = (floats[word] for word in pair)
        return round(float(numpy.linalg.norm(one + two) + numpy.linalg.norm(one - two)), 9)

    best = max(itertools.combinations(words, 2), key=value)
    return ReachedChsh(best, _squared(*(vectors[word] for word in best)))


def _squared(one: Sequence[RingNumber], two: Sequence[RingNumber]) -> Any:
    """(|t + t′| + |t − t′|)² = |t + t′|² + |t − t′|² + 2 |t + t′| |t − t′|."""
    import sympy

    lengths = []
    for sign in (RingNumber(1), RingNumber(-1)):
        total = RingNumber(0)
        for a, b in zip(one, two, strict=True):
            part = a + sign * b
            total = total + part * part
        lengths.append(total.to_sympy())
    plus, minus = lengths
    return sympy.expand(plus + minus + 2 * sympy.sqrtdenest(sympy.sqrt(sympy.expand(plus * minus))))


def exact_classical(ket: RingArray, first: int, second: int, axis: str) -> Any | None:
    """S(A) − Σ p_k S(A_k) of two qubits for this Pauli of the second, in bits; None where an entropy is neither 0 nor 1.

    From below a bound on the classical correlation J. With Bloch vector a of A, T_j = ⟨σ⊗σ_j⟩ and b_j = ⟨σ_j⟩ of B, outcome ± has
    p = (1 ± b_j)/2 and Bloch vector (a ± T_j)/2p.
    """
    import sympy

    own = [exact_mean(ket, {first: letter}) for letter in "XYZ"]
    joint = [exact_mean(ket, {first: letter, second: axis}) for letter in "XYZ"]
    bias = exact_mean(ket, {second: axis})
    lost = RingNumber(0)
    for sign in (RingNumber(1), RingNumber(-1)):
        weight = RingNumber(1) + sign * bias
        entropy = _bit(weight, [a + sign * b for a, b in zip(own, joint, strict=True)])
        if entropy is None:
            return None
        lost = lost + weight * RingNumber(entropy)
    whole = _bit(RingNumber(1), own)
    return None if whole is None else sympy.expand(whole - lost.to_sympy() / 2)


def _bit(weight: RingNumber, bloch: Sequence[RingNumber]) -> int | None:
    """S of a qubit with this Bloch vector times its weight: 0 if pure (or without weight), 1 if maximally mixed, else None."""
    length = RingNumber(0)
    for part in bloch:
        length = length + part * part
    if length == weight * weight:
        return 0
    return 1 if not length else None
