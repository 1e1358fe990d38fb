"""OpenQASM 2 and 3 files as circuits that keep the file's names, and from an instruction back to the file's line.

Strangers' files are only read: no include but the standard gate file is followed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from noclone.models.errors import InputError

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

__all__ = ["LARGEST_FILE", "MOST_BITS", "QasmFile", "read_qasm", "write_qasm"]

LARGEST_FILE = 4 * 2**20
"""Bytes; a larger file is refused."""

MOST_BITS = 100_000
"""Quantum and classical bits that a file may declare."""

_DECLARED = re.compile(r"\b(?:qubit|bit)\s*\[\s*(\d[\d_]*)\s*\]|\b[qc]reg\s+\w+\s*\[\s*(\d[\d_]*)\s*\]")
_VERSION = re.compile(r"\s*(?://[^\n]*\n\s*|/\*.*?\*/\s*)*OPENQASM\s+(\d+)(?:\.\d+)?\s*;", re.DOTALL)


@dataclass(frozen=True)
class QasmFile:
    """A file that has been read: its path, its text and its circuit, whose registers have the file's names."""

    path: Path
    text: str
    circuit: QuantumCircuit

    def line(self, position: int) -> int | None:
        """The line of the statement that made instruction number ``position`` of the circuit."""
        statements = _parse(self.path, self.text).statements
        low, high = 0, len(statements)
        while low < high:
            middle = (low + high) // 2
            if len(self._prefix(statements, middle + 1).data) > position:
                high = middle
            else:
                low = middle + 1
        return statements[low].span.start_line if low < len(statements) else None

    def _prefix(self, statements: list[Any], count: int) -> QuantumCircuit:
        """The circuit of the file's first statements."""
        last = statements[count - 1].span
        lines = self.text.split("\n")[: last.end_line]
        lines[-1] = lines[-1][: last.end_column + 1]
        return _load(self.path, "\n".join(lines))


def read_qasm(path: Path) -> QasmFile:
    """Read an OpenQASM 2 or 3 file; raises InputError with the line where it can be told."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise InputError(
                f"{path} has {size:,} bytes: circuits are read up to {LARGEST_FILE:,}; use a family or Python"
            )
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is no text file: an OpenQASM 2 or 3 file is needed") from None
    _check_size(path, text)
    circuit = _load(path, text)
    return QasmFile(path, text, _named(path, text, circuit) if _version(path, text) == 3 else circuit)


def write_qasm(circuit: QuantumCircuit, path: Path) -> None:
    """Write a circuit as OpenQASM 3; raises InputError if the file cannot be written."""
    from qiskit import qasm3

    try:
        path.write_text(qasm3.dumps(circuit), encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}") from None


def _version(path: Path, text: str) -> int:
    match = _VERSION.match(text)
    if match is None or match[1] not in ("2", "3"):
        raise InputError(f"{path}: line 1: an OpenQASM file starts with 'OPENQASM 2.0;' or 'OPENQASM 3.0;'")
    return int(match[1])


def _check_size(path: Path, text: str) -> None:
    """Raise InputError for more bits than the loaders make in a reasonable time."""
    total = 0
    for match in _DECLARED.finditer(text):
        total += int((match[1] or match[2]).replace("_", "")[:12])
        if total > MOST_BITS:
            line = text.count("\n", 0, match.start()) + 1
            raise InputError(
                f"{path}: line {line}: {total:,} bits in all: files are read up to {MOST_BITS:,}; use a family"
            )


def _load(path: Path, text: str) -> QuantumCircuit:
    """The circuit as Qiskit's loaders make it."""
    from qiskit import qasm2, qasm3

    try:
        if _version(path, text) == 2:
            custom = qasm2.LEGACY_CUSTOM_INSTRUCTIONS
            return qasm2.loads(text, include_path=(), custom_instructions=custom)
        _parse(path, text)
        return qasm3.loads(text)
    except qasm2.QASM2ParseError as error:
        match = re.match(r"<input>:(\d+),(\d+): (.*)", error.message, re.DOTALL)
        place, why = (f"line {match[1]}, column {match[2]}", match[3]) if match else ("", error.message)
    except qasm3.QASM3ImporterError as error:
        match = re.match(r"(\d+),(\d+): (.*)", error.message, re.DOTALL)
        place, why = (f"line {match[1]}, column {match[2]}", match[3]) if match else ("", error.message)
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001 (the loader lets errors of its own through; none may reach the user)
        place, why = _failing_line(path, text), f"Qiskit's loader cannot read this ({type(error).__name__}: {error})"
    raise InputError(f"{path}: {place + ': ' if place else ''}{' '.join(why.split())}")


def _failing_line(path: Path, text: str) -> str:
    """The place, such as "line 7", of the first statement without which the file's beginning can be read, "" if there is none."""
    from qiskit import qasm2, qasm3

    load = qasm2.loads if _version(path, text) == 2 else qasm3.loads
    lines, statements = text.split("\n"), _parse(path, text).statements
    low, high = 0, len(statements)
    while low < high:
        middle = (low + high) // 2
        last = statements[middle].span
        try:
            load("\n".join([*lines[: last.end_line - 1], lines[last.end_line - 1][: last.end_column + 1]]))
            low = middle + 1
        except Exception:  # noqa: BLE001 (whatever it is, it starts here or before)
            high = middle
    return f"line {statements[low].span.start_line}" if low < len(statements) else ""


def _parse(path: Path, text: str) -> Any:
    """The file's syntax tree, for the places of statements; OpenQASM 2 is read by the same parser."""
    import openqasm3

    try:
        return openqasm3.parse(text)
    except openqasm3.parser.QASM3ParsingError as error:
        match = re.match(r"L(\d+):C(\d+): (.*)", str(error), re.DOTALL)
        if match:
            raise InputError(f"{path}: line {match[1]}, column {match[2]}: {' '.join(match[3].split())}") from None
        token = getattr(error.__cause__.args[0], "offendingToken", None) if error.__cause__ else None
        if token is None:
            raise InputError(f"{path}: this is not OpenQASM 3") from None
        found = "the end of the file" if token.type < 0 else f"'{token.text}'"
        raise InputError(f"{path}: line {token.line}, column {token.column}: did not expect {found}") from None


def _named(path: Path, text: str, circuit: QuantumCircuit) -> QuantumCircuit:
    """The same circuit on registers with the names that the file declares, single bits in registers of one.

    The loader renames what starts with a capital, and keeps the order of declarations.
    """
    from openqasm3 import ast
    from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister

    registers: list[Any] = []
    sizes = {register.name: len(register) for register in [*circuit.qregs, *circuit.cregs]}
    for statement in _parse(path, text).statements:
        if isinstance(statement, ast.QubitDeclaration):
            name, size, kind = statement.qubit.name, statement.size, QuantumRegister
        elif isinstance(statement, ast.ClassicalDeclaration) and isinstance(statement.type, ast.BitType):
            name, size, kind = statement.identifier.name, statement.type.size, ClassicalRegister
        else:
            continue
        own = 1 if size is None else sizes.get(name, sizes.get(f"esc_{name}", 0))
        registers.append(kind(own, name))
    named = QuantumCircuit(*registers)
    if (named.num_qubits, named.num_clbits) != (circuit.num_qubits, circuit.num_clbits):
        raise InputError(f"{path}: hardware qubits ($0) cannot be used: declare named registers")
    return named.compose(circuit, named.qubits, named.clbits)
