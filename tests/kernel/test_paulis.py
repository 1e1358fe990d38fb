"""Pulling back is conjugation: every gate and every Pauli against matrices; products and commutation against matrices."""

from __future__ import annotations

from itertools import product

import numpy
import pytest

from noclone.proofs.kernel.paulis import ARITY, Paulis, commute, times
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.witnesses import basis, commutant

from definitions import PAULIS, apply

NAMES = ["a", "b"]


def matrix_of(word):
    """The matrix of a Pauli word with or without a sign."""
    sign = {"+": 1, "-": -1}.get(word[0])
    result = numpy.eye(1) * (sign or 1)
    for letter in word[1:] if sign else word:
        result = numpy.kron(result, PAULIS[letter])
    return result


def text_of(word):
    """A signed word on the qubits a, b as the kernel reads it."""
    factors = " ".join(f"{letter}_{name}" for letter, name in zip(word[1:], NAMES, strict=True) if letter != "I")
    return word[0] + (factors or "I")


@pytest.mark.parametrize("gate", [["H", 0], ["H", 1], ["S", 0], ["S", 1], ["CX", 0, 1], ["CX", 1, 0]])
def test_pulling_back_through_each_gate_is_conjugation_by_its_matrix(gate):
    unitary = apply(numpy.eye(4, dtype=complex).reshape(2, 2, 4), [gate]).reshape(4, 4)
    words = ["".join(word) for word in product("+-", "IXYZ", "IXYZ")]
    paulis = Paulis.read([text_of(word) for word in words], NAMES, "test")
    paulis.pull_back([gate])
    for which, word in enumerate(words):
        assert numpy.allclose(matrix_of(paulis.word(which, [0, 1])), unitary.conj().T @ matrix_of(word) @ unitary)


def test_the_gates_are_exactly_those_whose_arity_is_known():
    assert {name: list(qubits)[:2] for name, qubits in ARITY.items()} == {"H": [1], "S": [1], "CX": [2], "T": [1, 2]}
    with pytest.raises(Refusal, match="not-clifford"):
        Paulis.basis([0], 1).pull_back([["T", 0]])


@pytest.mark.parametrize(("left", "right"), list(product(map("".join, product("IXYZ", repeat=2)), repeat=2)))
def test_products_and_commutation_agree_with_matrices(left, right):
    one, other = matrix_of(left), matrix_of(right)
    assert commute(left, right) == numpy.allclose(one @ other, other @ one)
    overlap = numpy.trace((one @ other) @ matrix_of(times(left, right)).conj().T) / 4
    assert abs(abs(overlap) - 1) < 1e-12


@pytest.mark.parametrize("pauli", list(map("".join, product("IXYZ", repeat=3))))
def test_the_commutant_generates_exactly_what_commutes(pauli):
    if pauli == "III":
        return
    group = {"III"}
    for word in commutant(pauli):
        group |= {times(word, other) for other in group}
    assert group == {"".join(word) for word in product("IXYZ", repeat=3) if commute("".join(word), pauli)}
    assert len(commutant(pauli)) == 5 and basis(3) == ["XII", "ZII", "IXI", "IZI", "IIX", "IIZ"]
