"""Claims decided with floats from their definitions, on the reference's route: what a conclusion is checked against."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy

from noclone.proofs.derivations.reference import Reference, close

__all__ = ["PAULIS", "holds_in_numbers", "pauli_matrix"]

PAULIS = {
    "I": numpy.eye(2),
    "X": numpy.array([[0, 1], [1, 0]]),
    "Y": numpy.array([[0, -1j], [1j, 0]]),
    "Z": numpy.diag([1, -1]),
}


def pauli_matrix(word: str) -> Any:
    """A Pauli word's matrix, its first letter on the most significant qubit."""
    found = numpy.eye(1)
    for letter in word:
        found = numpy.kron(found, PAULIS[letter])
    return found


def holds_in_numbers(
    reference: Reference, word: str, held: Sequence[int], moment: str | None, *, pauli: str = "", part: str = ""
) -> bool:
    """Whether a claim of this word is true at all of the reference's inputs, within its tolerance.

    ``held`` is the coalition or the recovery's output, ``moment`` when it is looked at; ``part`` is the stage or recovery
    of ``untouched``, ``pauli`` the word of ``leaks``.
    """
    rest = [qubit for qubit in range(reference.size) if qubit not in held]
    if word == "untouched":
        return all(commutes(reference, part, qubit, letter) for qubit in held for letter in "XZ")
    if word == "leaks":
        return _leaks(reference, moment, held, pauli)
    if word in ("restores", "single-use"):
        out = all(
            close(reference.reduced(moment, held, each), numpy.outer(each, each.conj())) for each in reference.inputs
        )
        return out and (word == "restores" or _is_fixed(reference, moment, rest))
    fixed = _is_fixed(reference, moment, rest if word == "recovers" else held)
    if word == "mixed":
        size = 2 ** len(held)
        return fixed and close(reference.reduced(moment, held, reference.inputs[0]), numpy.eye(size) / size)
    return fixed


def _is_fixed(reference: Reference, moment: str | None, held: Sequence[int]) -> bool:
    found = [reference.reduced(moment, held, each) for each in reference.inputs]
    return all(close(each, found[0]) for each in found)


def _leaks(reference: Reference, moment: str | None, held: Sequence[int], pauli: str) -> bool:
    operator = pauli_matrix(pauli)
    plus, minus = (component(reference, moment, held, pauli, sign) for sign in (1, -1))
    for each in reference.inputs:
        mean = (each.conj() @ operator @ each).real
        if not close(reference.reduced(moment, held, each), (1 + mean) / 2 * plus + (1 - mean) / 2 * minus):
            return False
    return close(plus @ minus, numpy.zeros_like(plus))


def component(reference: Reference, moment: str | None, held: Sequence[int], pauli: str, sign: int) -> Any:
    """τ₊ or τ₋: the mean of what the coalition holds over a basis of P's eigenvectors of +1 or −1."""
    values, vectors = numpy.linalg.eigh(pauli_matrix(pauli))
    chosen: list[Any] = [vectors[:, at] for at in range(len(values)) if values[at] * sign > 0]
    return sum(reference.reduced(moment, held, each) for each in chosen) / len(chosen)


def commutes(reference: Reference, part: str, qubit: int, letter: str) -> bool:
    """Whether a stage's or recovery's unitary commutes with a Pauli on one qubit."""
    unitary = reference.unitary(part)
    operator = pauli_matrix("".join(letter if at == qubit else "I" for at in range(reference.size)))
    return close(unitary @ operator, operator @ unitary)
