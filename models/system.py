"""A protocol as plain gates: what the provers search in and what the kernel is handed."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

__all__ = ["Gate", "RecoveryGates", "Register", "Stage", "System", "name_qubits", "unused_name"]

Gate = tuple[str, int] | tuple[str, int, int]
"""``("H", q)``, ``("S", q)`` (S = diag(1, i)) or ``("CX", control, target)``; these three generate every Clifford."""

Register = tuple[str, int]
"""A register's name and its number of qubits."""


@dataclass(frozen=True)
class Stage:
    """A named part of the encoding."""

    name: str
    gates: tuple[Gate, ...]


@dataclass(frozen=True)
class RecoveryGates:
    """A named recovery: gates on held or fresh qubits, and the qubits where the secret comes out, in its order."""

    name: str
    gates: tuple[Gate, ...]
    output: tuple[int, ...]


@dataclass(frozen=True)
class System:
    """An encoding of the register ``secret``, with every other qubit starting in |0⟩, and recoveries.

    Qubits are numbered register by register, the parties' first, then the environment's. A recovery's own registers
    are among them: what it may hand out with the parties, what it measures or discards with the environment.
    """

    parties: tuple[Register, ...]
    environment: tuple[Register, ...]
    secret: str
    stages: tuple[Stage, ...]
    recoveries: tuple[RecoveryGates, ...] = ()

    @cached_property
    def names(self) -> list[str]:
        """The name of every qubit: ``S[0]``, or ``A`` in a register of one."""
        return name_qubits(self.parties + self.environment)

    @cached_property
    def index(self) -> dict[str, int]:
        """The number of every qubit by its name."""
        return {name: qubit for qubit, name in enumerate(self.names)}

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
