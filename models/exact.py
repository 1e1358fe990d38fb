"""Exact states of circuits of H, S, CX and T: integers, not floats; for every input at once.

``ExactStates(system, moment)`` holds V|p⟩ for every basis state p of the secret, so V|ψ⟩ for a symbolic input too. Qubits
are big-endian: the first qubit of ``System.names`` is the most significant bit, as in the text ``|q0 q1 …⟩``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy

from noclone.models.errors import InputError, TooLargeError
from noclone.models.ring import RingArray, RingNumber
from noclone.models.system import Gate, System

__all__ = ["MOST_AMPLITUDES", "ExactStates", "run_exactly"]

MOST_AMPLITUDES = 2**22
"""Amplitudes, all inputs together, beyond which a system is refused: 128 MB."""


def run_exactly(gates: Iterable[Gate], state: RingArray) -> RingArray:
    """The state, an array whose first axes are the qubits (each of size 2), after these gates of H, S, CX and T."""
    parts, halvings = state.parts.copy(), state.halvings
    for step, (name, *qubits) in enumerate(gates):
        axes = [qubit + 1 for qubit in qubits]
        if name == "H":
            parts = _hadamard(parts, axes[0])
            halvings += 1
            if step % 16 == 15 or halvings > 50:
                reduced = RingArray(parts, halvings).reduced()
                parts, halvings = reduced.parts, reduced.halvings
        elif name == "CX":
            parts[_where(parts, axes[:1])] = numpy.flip(parts[_where(parts, axes[:1])], axes[1] - (axes[1] > axes[0]))
        elif name in ("S", "T"):
            place = _where(parts, axes)
            for _ in range(2 if name == "S" else 1):
                a, b, c, d = parts[place]
                parts[place] = numpy.stack([-d, a, b, c])
        else:
            raise InputError(
                f"gate '{name}' has entries outside Z[e^(iπ/4), 1/√2]: exact amplitudes need H, S, CX and T"
            )
    return RingArray(parts, halvings).reduced()


def _where(parts: Any, axes: Sequence[int]) -> tuple[Any, ...]:
    """The index of the part of an array where these axes are 1."""
    return tuple(1 if axis in axes else slice(None) for axis in range(parts.ndim))


def _hadamard(parts: Any, axis: int) -> Any:
    """√2·H on one axis; turns to Python's integers if 64 bits could overflow."""
    if parts.dtype != object and int(abs(parts).max(initial=0)) > 2**61:
        parts = parts.astype(object)
    zero, one = numpy.take(parts, 0, axis), numpy.take(parts, 1, axis)
    return numpy.stack([zero + one, zero - one], axis)


class ExactStates:
    """V|p⟩ for every p, at the end of a stage or recovery (None: of the encoding).

    ``amplitudes`` is an array with an axis for each qubit and a last one for the input p, its first secret qubit the most
    significant. Raises InputError for other gates than H, S, CX, T, and TooLargeError.
    """

    def __init__(self, system: System, moment: str | None = None) -> None:
        self.system, self.moment = system, moment
        self.qubits, self.secrets = len(system.names), len(system.secret_qubits)
        if self.qubits + self.secrets > MOST_AMPLITUDES.bit_length() - 1:
            raise TooLargeError(
                f"{self.qubits} qubits have 2^{self.qubits + self.secrets} exact amplitudes for all inputs: "
                f"at most 2^{MOST_AMPLITUDES.bit_length() - 1}"
            )
        self._gates = system.gates_until(moment)

    @property
    def inputs(self) -> int:
        """How many basis states the secret has: 2^k."""
        return 1 << self.secrets

    @cached_property
    def amplitudes(self) -> RingArray:
        """Shape (2,)·qubits + (2^k,)."""
        return run_exactly(self._gates, self.start)

    @property
    def start(self) -> RingArray:
        """The inputs before any gate: the secret in |p⟩, all else in |0⟩."""
        parts = numpy.zeros((4, *[2] * self.qubits, self.inputs), dtype=numpy.int64)
        for p, bits in enumerate(itertools.product((0, 1), repeat=self.secrets)):
            place = [0] * self.qubits
            for qubit, bit in zip(self.system.secret_qubits, bits, strict=True):
                place[qubit] = bit
            parts[(0, *place, p)] = 1
        return RingArray(parts)

    def terms(self, p: int) -> Iterator[tuple[str, RingNumber]]:
        """The amplitudes other than 0 of V|p⟩, by basis state: "0110", in order."""
        amplitudes = self.amplitudes
        for place in numpy.argwhere(amplitudes.parts[..., p].any(axis=0)):
            yield "".join(map(str, place)), amplitudes[(*map(int, place), p)]

    def ket(self, symbols: Sequence[Any]) -> dict[str, Any]:
        """V|ψ⟩ for ψ = Σ_p symbols[p]|p⟩, as SymPy expressions by basis state; raises InputError for another number of them."""
        if len(symbols) != self.inputs:
            raise InputError(f"a secret of {self.secrets} qubits has {self.inputs} amplitudes, not {len(symbols)}")
        found: dict[str, Any] = {}
        for p, symbol in enumerate(symbols):
            for bits, number in self.terms(p):
                found[bits] = found.get(bits, 0) + number.to_sympy() * symbol
        return dict(sorted(found.items()))

    def matrix(self, held: Sequence[int], p: int) -> RingArray:
        """V|p⟩ as a matrix: the held qubits, in the given order, by the rest."""
        rest = [qubit for qubit in range(self.qubits) if qubit not in held]
        parts = self.amplitudes.parts[..., p].transpose(0, *(qubit + 1 for qubit in [*held, *rest]))
        return RingArray(parts.reshape(4, 2 ** len(held), -1), self.amplitudes.halvings)

    def operator(self, held: Sequence[int], p: int = 0, q: int = 0) -> RingArray:
        """tr_rest V|p⟩⟨q|V†, a matrix of 2^|held| rows: what the held qubits see of |p⟩⟨q|."""
        return self.matrix(held, p) @ self.matrix(held, q).dagger()

    def norms(self, held: Sequence[int]) -> Mapping[str, RingNumber]:
        """The trace of N(Q)N(Q)† for every Pauli word Q on the secret, N(X) = tr_rest V X V†: 0 where C learns nothing of Q.

        Computed on the smaller side of the cut, as the kernel's rule on exact amplitudes does.
        """
        swapped = 2 * len(held) > self.qubits
        near = [qubit for qubit in range(self.qubits) if (qubit in held) != swapped]
        numbers = range(self.inputs)
        matrices = [self.matrix(near, p) for p in numbers]
        grams = {(p, q): matrices[p] @ matrices[q].dagger() for p in numbers for q in numbers}

        def overlap(p: int, q: int, r: int, s: int) -> RingNumber:
            left, right = (grams[p, s], grams[r, q]) if swapped else (grams[p, q], grams[r, s])
            return _trace(left, right)

        found: dict[str, RingNumber] = {}
        for x in numbers:
            table = {(q, r): overlap(q ^ x, q, r, r ^ x) for q in numbers for r in numbers}
            for z in numbers:
                total = RingNumber(0)
                for (q, r), value in table.items():
                    total = total - value if (z & (q ^ r)).bit_count() % 2 else total + value
                found[_word(x, z, self.secrets)] = total
        return found


def _trace(left: RingArray, right: RingArray) -> RingNumber:
    """The trace of a product of two square matrices."""
    rows = len(left.parts[0])
    flat = left.reshape(1, rows * rows) @ right.transpose(1, 0).reshape(rows * rows, 1)
    return flat[0, 0]


def _word(x: int, z: int, secrets: int) -> str:
    """The Pauli word of X^x Z^z, up to phase; the first letter is the most significant bit's."""
    return "".join("IXZY"[(x >> at & 1) + 2 * (z >> at & 1)] for at in reversed(range(secrets)))
