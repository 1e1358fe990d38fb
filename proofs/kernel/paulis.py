"""Pauli operators, many at once, pulled back through Clifford gates.

Bit w of ``x[q]`` and ``z[q]`` says how operator w acts on qubit q: (0,0)=I, (1,0)=X, (0,1)=Z, (1,1)=Y. Bit w of
``minus`` is its sign. To pull back through a gate G is to replace each P by G†PG. The rules are those of Aaronson and
Gottesman (arXiv:quant-ph/0406196), read backwards for S, the one gate here that is not its own inverse.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .refusal import Refusal

Gate = Sequence[Any]
"""A name and the qubits' numbers: ["CX", control, target]. Checked when a document is read."""

ARITY = {"H": range(1, 2), "S": range(1, 2), "CX": range(2, 3), "T": range(1, 100)}
"""The gates and on how many qubits each acts: H, S = diag(1, i), CX with its control first, and T (which no rule about
Paulis takes), the phase e^{iπ/4} where all its qubits are 1.
"""


@dataclass(slots=True)
class Paulis:
    """``count`` signed Pauli operators on ``len(x)`` qubits (see the module for the bits). Changes in place."""

    count: int
    x: list[int]
    z: list[int]
    minus: int = 0

    @classmethod
    def basis(cls, chosen: Iterable[int], qubits: int) -> Paulis:
        """X and Z on each chosen qubit, in the order X, Z, X, Z, …"""
        paulis = cls(0, [0] * qubits, [0] * qubits)
        for qubit in chosen:
            paulis.x[qubit], paulis.z[qubit] = 1 << paulis.count, 2 << paulis.count
            paulis.count += 2
        return paulis

    @classmethod
    def read(cls, texts: Sequence[str], names: Sequence[str], place: str) -> Paulis:
        """Read operators such as ``-X_A Z_S[0]``: a sign, then a letter and a qubit for each factor; ``+I`` is 1."""
        index = {name: qubit for qubit, name in enumerate(names)}
        paulis = cls(len(texts), [0] * len(index), [0] * len(index))
        for which, text in enumerate(texts):
            bit = 1 << which
            paulis.minus |= bit * (text[:1] == "-")
            for factor in () if text in ("+I", "-I") else text[1:].split(" "):
                qubit = index.get(factor[2:], -1) if factor[:2] in ("X_", "Y_", "Z_") else -1
                if qubit < 0 or (paulis.x[qubit] | paulis.z[qubit]) & bit or text[:1] not in ("+", "-"):
                    raise Refusal("bad-operator", f"{place}, operator {which}", "a sign, then factors like X_A", text)
                paulis.x[qubit] |= bit * (factor[0] != "Z")
                paulis.z[qubit] |= bit * (factor[0] != "X")
        return paulis

    def word(self, which: int, qubits: Iterable[int]) -> str:
        """Operator ``which`` at the given qubits as a word: its sign, then a letter for each, such as "-XI"."""
        pairs = ((self.x[qubit] >> which & 1, self.z[qubit] >> which & 1) for qubit in qubits)
        return "+-"[self.minus >> which & 1] + "".join("IXZY"[x + 2 * z] for x, z in pairs)

    def support(self, qubits: Iterable[int], *, only_x: bool = False) -> int:
        """Bit w: whether operator w is other than I (or, with only_x, is X or Y) on any of these qubits."""
        mask = 0
        for qubit in qubits:
            mask |= self.x[qubit] | (0 if only_x else self.z[qubit])
        return mask

    def pull_back(self, gates: Sequence[Gate]) -> None:
        """Replace each operator P by U†PU, where U applies the gates in their order."""
        x, z, minus = self.x, self.z, self.minus
        for gate in reversed(gates):
            name, a = gate[0], gate[1]
            if name == "CX":
                b = gate[2]
                minus ^= x[a] & z[b] & ~(x[b] ^ z[a])
                x[b] ^= x[a]
                z[a] ^= z[b]
            elif name == "H":
                minus ^= x[a] & z[a]
                x[a], z[a] = z[a], x[a]
            elif name == "S":
                minus ^= x[a] & ~z[a]
                z[a] ^= x[a]
            else:
                raise Refusal("not-clifford", "pull back", "H, S or CX", gate)
        self.minus = minus

    def represented(self, parts: Sequence[Sequence[Gate]], secret: range) -> list[str]:
        """What each represents when pulled back through these gates: a sign and a letter per secret qubit, or ""."""
        for gates in reversed(parts):
            self.pull_back(gates)
        broken = self.support(set(range(len(self.x))) - set(secret), only_x=True)
        return ["" if broken >> which & 1 else self.word(which, secret) for which in range(self.count)]


def times(left: str, right: str) -> str:
    """The product of two Pauli words, letter by letter and without phase."""
    return "".join("IXZY"["IXZY".index(a) ^ "IXZY".index(b)] for a, b in zip(left, right, strict=True))


def commute(left: str, right: str) -> bool:
    """Whether two Pauli words commute: they differ, neither letter being I, at an even number of places."""
    return sum(a != b and "I" not in a + b for a, b in zip(left, right, strict=True)) % 2 == 0
