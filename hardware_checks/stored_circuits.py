"""Qiskit circuits as bytes and back, unaltered: QPY, since the runtime's JSON encoder changes circuits (runtime#779)."""

from __future__ import annotations

import io
from typing import Any

from noclone.models.errors import InputError

__all__ = ["from_qpy", "to_qpy"]


def to_qpy(circuit: Any) -> bytes:
    """One ``QuantumCircuit`` as QPY; raises InputError if it would not come back as it is.

    QPY loses the unit of a delay (seen with Qiskit 2.6.2: 400 ns come back as 400 dt): give delays in dt.
    """
    from qiskit import qpy

    for each in circuit.data:
        if each.operation.name == "delay" and each.operation.unit != "dt":
            raise InputError(
                f"a delay of {each.operation.duration} {each.operation.unit} cannot be stored: QPY would lose its unit;"
                " give it in dt"
            )
    stored = io.BytesIO()
    qpy.dump(circuit, stored)
    if from_qpy(stored.getvalue()) != circuit:
        raise InputError(f"circuit '{circuit.name}' cannot be stored: QPY would alter it")
    return stored.getvalue()


def from_qpy(stored: bytes) -> Any:
    """The ``QuantumCircuit`` that ``to_qpy`` wrote; raises InputError for what this Qiskit cannot read, and for several."""
    import struct

    from qiskit import qpy
    from qiskit.exceptions import QiskitError

    try:
        circuits = qpy.load(io.BytesIO(stored))
    except (QiskitError, struct.error, ValueError, KeyError, IndexError, EOFError, TypeError) as error:
        said = " ".join(str(error).split())
        raise InputError(
            f"a stored circuit cannot be read by this Qiskit: {said}; the plan names the version it had"
        ) from None
    if len(circuits) != 1:
        raise InputError(f"{len(circuits)} circuits are stored where one belongs")
    return circuits[0]
