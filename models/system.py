"""A protocol as plain gates: what the provers search in and what the kernel is handed."""

from __future__ import annotations

import json
import math
from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from noclone.models.channels import NoiseLocation

__all__ = [
    "CLIFFORD",
    "Gate",
    "Noise",
    "Operation",
    "RecoveryGates",
    "Register",
    "Stage",
    "System",
    "name_qubits",
    "unused_name",
]

Gate = tuple[str, *tuple[int, ...]]
"""A name and the qubits' numbers.

``("H", q)``, ``("S", q)`` with S = diag(1, i), and ``("CX", control, target)`` generate every Clifford. ``("T", q, …)``
multiplies the basis states in which all its qubits are 1 by e^{iπ/4}; with it, every unitary over Z[e^{iπ/4}, 1/√2] can be
written. ``("P(…)", q, …)`` does so with e^{iθ} for another angle, written in its name (``noclone.models.phases``).
"""

CLIFFORD = frozenset({"H", "S", "CX"})

Operation = tuple[int, tuple[int, ...]]
"""A number of gates, and the qubits on which the operation that ends there acts."""

Register = tuple[str, int]
"""A register's name and its number of qubits."""


@dataclass(frozen=True)
class Stage:
    """A named part of the encoding. ``operations`` says after how many of its gates each operation of the circuit that it was
    read from is done, and on which qubits it acts.
    """

    name: str
    gates: tuple[Gate, ...]
    operations: tuple[Operation, ...] = ()


@dataclass(frozen=True)
class RecoveryGates:
    """A named recovery: gates on held or fresh qubits, and the qubits where the secret comes out, in its order."""

    name: str
    gates: tuple[Gate, ...]
    output: tuple[int, ...]
    operations: tuple[Operation, ...] = ()


@dataclass(frozen=True)
class Noise:
    """A named noise: channels at places of the stages and recoveries."""

    name: str
    locations: tuple[NoiseLocation, ...]

    @property
    def is_rational(self) -> bool:
        """Whether every channel is a mixture of Paulis with rational probabilities."""
        return all(location.channel.pauli is not None for location in self.locations)

    def strikes(self) -> tuple[str, list[tuple[str, int, tuple[int, ...], list[tuple[str, int]]]]]:
        """The noise as the kernel reads it: its name, and each location with whole-number weights of Pauli words."""
        found = []
        for location in self.locations:
            pauli = location.channel.pauli or {}
            scale = math.lcm(*(weight.denominator for weight in pauli.values()))
            weights = [(word, int(weight * scale)) for word, weight in pauli.items()]
            found.append((location.part, location.position, location.qubits, weights))
        return self.name, found


@dataclass(frozen=True)
class System:
    """An encoding of the register ``secret``, with every other qubit starting in |0⟩, and recoveries.

    Qubits are numbered register by register, the parties' first, then the environment's. A recovery's own registers
    are among them: what it may hand out with the parties, what it measures or discards with the environment. ``others``
    are other encodings of the same secret on the same qubits, to compare with; ``ensembles`` are sets of states by name, each state
    as the kernel reads it ("WEIGHT; SCALE; AMPLITUDE …", exact numbers as text).
    """

    parties: tuple[Register, ...]
    environment: tuple[Register, ...]
    secret: str
    stages: tuple[Stage, ...]
    recoveries: tuple[RecoveryGates, ...] = ()
    others: tuple[Stage, ...] = ()
    noises: tuple[Noise, ...] = ()
    ensembles: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @cached_property
    def names(self) -> list[str]:
        """The name of every qubit: ``S[0]``, or ``A`` in a register of one."""
        return name_qubits(self.parties + self.environment)

    @cached_property
    def index(self) -> dict[str, int]:
        """The number of every qubit by its name."""
        return {name: qubit for qubit, name in enumerate(self.names)}

    @cached_property
    def parts(self) -> dict[str, Stage | RecoveryGates]:
        """The stages and recoveries by name."""
        parts: dict[str, Stage | RecoveryGates] = {stage.name: stage for stage in self.stages}
        return parts | {recovery.name: recovery for recovery in self.recoveries}

    @cached_property
    def gate_names(self) -> frozenset[str]:
        """The names of all gates of stages, recoveries and the encodings to compare with."""
        own = frozenset(gate[0] for part in self.parts.values() for gate in part.gates)
        return own.union(gate[0] for other in self.others for gate in other.gates)

    @property
    def is_clifford(self) -> bool:
        """Whether all gates are H, S and CX."""
        return self.gate_names <= CLIFFORD

    @property
    def is_exact(self) -> bool:
        """Whether all amplitudes lie in Z[e^{iπ/4}, 1/√2]: gates are H, S, CX and T."""
        return self.gate_names <= CLIFFORD | {"T"}

    @property
    def held(self) -> int:
        """How many qubits parties hold; they are the first."""
        return sum(size for _, size in self.parties)

    @cached_property
    def secret_qubits(self) -> range:
        """The numbers of the secret's qubits."""
        start = 0
        for name, size in self.parties + self.environment:
            if name == self.secret:
                return range(start, start + size)
            start += size
        raise ValueError(f"secret register {self.secret!r} is not among the registers")

    def gates_until(self, moment: str | None) -> list[Gate]:
        """The gates up to the end of a stage, of a recovery (after all stages), or of the last stage (None)."""
        gates: list[Gate] = []
        for stage in self.stages:
            gates += stage.gates
            if stage.name == moment:
                return gates
        for recovery in self.recoveries:
            if recovery.name == moment:
                return [*gates, *recovery.gates]
        if moment is not None:
            raise KeyError(moment)
        return gates

    @cached_property
    def document(self) -> bytes:
        """The kernel's protocol document (canonical JSON, UTF-8)."""
        content = {
            "format": "noclone protocol",
            "version": 1,
            "parties": self.parties,
            "environment": self.environment,
            "secret": self.secret,
            "stages": [(stage.name, stage.gates) for stage in self.stages],
            "recoveries": [(recovery.name, recovery.gates, recovery.output) for recovery in self.recoveries],
            "others": [(other.name, other.gates) for other in self.others],
            "noises": [noise.strikes() for noise in self.noises if noise.is_rational],
            "ensembles": self.ensembles,
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()

    @cached_property
    def identity(self) -> str:
        """The SHA-256 of the document, in hexadecimal."""
        return sha256(self.document).hexdigest()


def name_qubits(registers: Iterable[Register]) -> list[str]:
    """The names of the qubits of these registers, in order."""
    return [name if size == 1 else f"{name}[{number}]" for name, size in registers for number in range(size)]


def unused_name(wanted: str, taken: Container[str]) -> str:
    """The wanted register name, with underscores added while it is taken."""
    while wanted in taken:
        wanted += "_"
    return wanted
