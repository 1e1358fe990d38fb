"""A uniform family at one n, as plain gates: just what the kernel makes of it."""

from __future__ import annotations

from noclone.models.errors import InputError
from noclone.models.system import Gate, RecoveryGates, Register, Stage, System
from noclone.models.uniform_families import UniformFamily
from noclone.proofs.kernel.paulis import Gate as KernelGate
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.uniform import instance, read_family

__all__ = ["system_of"]


def system_of(family: UniformFamily, pairs: int) -> System:
    """The protocol with so many pairs; raises InputError if the kernel refuses the family."""
    try:
        made = instance(read_family(family.document), pairs)
    except Refusal as refusal:
        raise InputError(f"the family '{family.name}' cannot be checked: {refusal}") from None
    parties: tuple[Register, ...] = tuple((name, len(qubits)) for name, qubits in made.registers.items())
    stages = tuple(Stage(name, _gates(gates)) for name, gates in made.stages.items())
    recoveries = tuple(
        RecoveryGates(name, _gates(gates), tuple(output)) for name, (gates, output) in made.recoveries.items()
    )
    return System(parties, (), family.source, stages, recoveries)


def _gates(gates: list[KernelGate]) -> tuple[Gate, ...]:
    return tuple((str(name), *qubits) for name, *qubits in gates)
