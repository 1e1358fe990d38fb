"""From Qiskit circuits to a System: names, deferred measurement, resets, classically controlled gates.

A classical bit is a qubit. Measuring q into c swaps c for a fresh |0⟩ (if c may hold something), copies q to c, and copies
it again to a fresh qubit of the environment: what a measurement leaves behind in the world. Resetting q swaps it for a
fresh |0⟩ and leaves the old content to the environment. A gate under a condition on one bit is that gate controlled by
the bit's qubit (up to a phase on the bit, which its copy in the environment hides): Clifford if the gate is a Pauli.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from noclone.models.clifford import NotCliffordError, pauli_gates, pauli_letters, place_gates
from noclone.models.errors import CircuitError, InputError
from noclone.models.gates import UnreadableError, controlled, gates_of
from noclone.models.system import Gate, Operation, RecoveryGates, Register, Stage, System, name_qubits, unused_name

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

__all__ = ["CircuitRecovery", "read_system", "registers_of"]


@dataclass(frozen=True)
class CircuitRecovery:
    """A recovery as a circuit on the protocol's registers and fresh ones of its own, and the names of its outputs."""

    circuit: QuantumCircuit
    output: tuple[str, ...]


def registers_of(circuit: QuantumCircuit) -> dict[str, int]:
    """The circuit's registers, quantum then classical, with their sizes; raises InputError for loose or shared bits."""
    seen: set[Any] = set()
    for register in [*circuit.qregs, *circuit.cregs]:
        if seen.intersection(register):
            raise InputError(f"register '{register.name}' shares bits with another one: put each bit in one register")
        seen.update(register)
    loose = sum(bit not in seen for bit in [*circuit.qubits, *circuit.clbits])
    if loose:
        raise InputError(f"{loose} bits of the circuit are in no register: put them in one, its name is their party")
    return {register.name: len(register) for register in [*circuit.qregs, *circuit.cregs]}


def read_system(
    stages: Mapping[str, QuantumCircuit],
    *,
    secret: str,
    parties: Sequence[str],
    recoveries: Mapping[str, CircuitRecovery],
) -> System:
    """Read an encoding, stage by stage, and recoveries; every register that is not in ``parties`` is environment.

    Raises InputError for registers that do not fit together, CircuitError for an operation that cannot be read.
    """
    registers = _joined({f"stage '{name}'": registers_of(circuit) for name, circuit in stages.items()})
    found = {f"recovery '{name}'": registers_of(recovery.circuit) for name, recovery in recoveries.items()}
    own = {name: size for name, size in _joined({"stages": registers} | found).items() if name not in registers}
    held = [(name, registers[name]) for name in parties] + list(own.items())
    unheld = [(name, size) for name, size in registers.items() if name not in parties]
    reader = _Reader(held + unheld)
    read_stages = tuple(Stage(name, *reader.read(circuit)) for name, circuit in stages.items())
    read_recoveries = []
    for name, recovery in recoveries.items():
        foreign = [key for key in registers_of(recovery.circuit) if (key, registers.get(key)) in unheld]
        if foreign:
            raise InputError(f"recovery '{name}' acts on register '{foreign[0]}', which no party holds")
        branch = reader.branch()
        gates, operations = branch.read(recovery.circuit)
        reader.most = max(reader.most, branch.most)
        outputs = tuple(reader.index[output] for output in recovery.output)
        read_recoveries.append(RecoveryGates(name, gates, outputs, operations))
    if deferred := reader.most - sum(size for _, size in held + unheld):
        unheld.append((unused_name("deferred", registers | own), deferred))
    return System(tuple(held), tuple(unheld), secret, read_stages, tuple(read_recoveries))


def _joined(found: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """All registers by name; raises InputError where two circuits give one register different sizes."""
    joined: dict[str, int] = {}
    for place, registers in found.items():
        for name, size in registers.items():
            if joined.setdefault(name, size) != size:
                raise InputError(f"register '{name}' has {size} bits in {place}, but {joined[name]} elsewhere")
    return joined


@dataclass
class _Reader:
    """Reads circuits on registers that it has numbered, and hands out fresh qubits of the environment.

    ``next`` is the first qubit not handed out yet, ``most`` how many have been needed in all (recoveries share them:
    only one of them is ever run); ``written`` holds the classical bits that have been measured into.
    """

    registers: list[Register]
    next: int = -1
    most: int = -1
    written: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.first: dict[str, int] = {}
        total = 0
        for name, size in self.registers:
            self.first[name] = total
            total += size
        self.names = name_qubits(self.registers)
        self.index = {name: number for number, name in enumerate(self.names)}
        self.next, self.most = max(self.next, total), max(self.most, total)

    def branch(self) -> _Reader:
        """A reader that goes on from here without changing this one."""
        return _Reader(self.registers, self.next, self.most, set(self.written))

    def fresh(self) -> int:
        """A qubit of the environment, in |0⟩."""
        self.next += 1
        self.most = max(self.most, self.next)
        return self.next - 1

    def read(self, circuit: QuantumCircuit) -> tuple[tuple[Gate, ...], tuple[Operation, ...]]:
        """The circuit's gates, and where its operations end; raises CircuitError, which names the gate and its qubits."""
        bits = {
            bit: self.first[register.name] + number
            for register in [*circuit.qregs, *circuit.cregs]
            for number, bit in enumerate(register)
        }
        gates: list[Gate] = []
        operations: list[Operation] = []
        for position, instruction in enumerate(circuit.data):
            operation = instruction.operation
            qubits = [bits[bit] for bit in instruction.qubits]
            try:
                gates += self.operation(operation, qubits, [bits[bit] for bit in instruction.clbits], bits)
            except UnreadableError as error:
                on = " ".join(self.names[qubit] for qubit in qubits)
                raise CircuitError(f"'{operation.name}' on {on}: {error}", circuit=circuit, position=position) from None
            if operation.name not in ("barrier", "delay"):
                operations.append((len(gates), tuple(qubits)))
        return tuple(gates), tuple(operations)

    def operation(
        self, operation: Any, qubits: Sequence[int], clbits: Sequence[int], bits: Mapping[Any, int]
    ) -> Iterator[Gate]:
        """One operation's gates; ``bits`` numbers the bits that a condition may name."""
        from qiskit.circuit import Barrier, ControlFlowOp, Delay, IfElseOp, Measure, Reset, Store

        if isinstance(operation, Barrier | Delay):
            return
        if isinstance(operation, Measure):
            yield from self.measure(qubits[0], clbits[0])
        elif isinstance(operation, Reset):
            yield from self.reset(qubits[0])
        elif isinstance(operation, IfElseOp):
            yield from self.condition(operation, qubits, bits)
        elif isinstance(operation, ControlFlowOp | Store):
            raise UnreadableError("control flow is read as gates under a condition only: write loops and cases out")
        else:
            gates = gates_of(operation)
            if gates is None:
                yield from self.definition(operation, qubits, clbits)
            else:
                yield from place_gates(gates, qubits)

    def measure(self, qubit: int, clbit: int) -> Iterator[Gate]:
        """Copy to the classical bit, and from there to the environment."""
        if clbit in self.written:
            yield from self.reset(clbit)
        self.written.add(clbit)
        yield ("CX", qubit, clbit)
        yield ("CX", clbit, self.fresh())

    def reset(self, qubit: int) -> Iterator[Gate]:
        """Exchange the qubit's content for a fresh |0⟩."""
        fresh = self.fresh()
        yield from (("CX", qubit, fresh), ("CX", fresh, qubit), ("CX", qubit, fresh))

    def definition(self, operation: Any, qubits: Sequence[int], clbits: Sequence[int]) -> Iterator[Gate]:
        """A custom operation, by the circuit that defines it."""
        inner = getattr(operation, "definition", None)
        if inner is None:
            raise UnreadableError("no operation is known by this name, and it has no definition by gates")
        bits = dict(zip([*inner.qubits, *inner.clbits], [*qubits, *clbits], strict=True))
        for instruction in inner.data:
            try:
                own = [bits[bit] for bit in instruction.qubits]
                yield from self.operation(instruction.operation, own, [bits[bit] for bit in instruction.clbits], bits)
            except UnreadableError as error:
                raise UnreadableError(f"inside it, '{instruction.operation.name}': {error}") from None

    def condition(self, operation: Any, qubits: Sequence[int], bits: Mapping[Any, int]) -> Iterator[Gate]:
        """If-else on one classical bit: of Paulis first what else does, then the difference; else block by block."""
        control, value = _condition_bit(operation.condition, bits)
        blocks = [self.block(block) for block in operation.blocks]
        try:
            letters = [pauli_letters(gates, len(qubits)) for gates in blocks]
        except NotCliffordError:
            for wanted, gates in zip((value, 1 - value), blocks, strict=False):
                around = () if wanted else tuple(place_gates(pauli_gates("X", controlled=False), [control]))
                yield from [*around, *controlled(place_gates(gates, qubits), control), *around]
            return
        when = {value: letters[0], 1 - value: letters[1] if len(letters) > 1 else {}}
        for place, qubit in enumerate(qubits):
            for letter in "XZ":
                otherwise, then = (when[bit].get(place) in (letter, "Y") for bit in (0, 1))
                if otherwise:
                    yield from place_gates(pauli_gates(letter, controlled=False), [qubit])
                if otherwise != then:
                    yield from place_gates(pauli_gates(letter, controlled=True), [control, qubit])

    def block(self, block: QuantumCircuit) -> list[Gate]:
        """The gates of a block on its own qubits; raises UnreadableError if it does more than that."""
        gates: list[Gate] = []
        bits = {qubit: place for place, qubit in enumerate(block.qubits)}
        for instruction in block.data:
            if instruction.clbits or instruction.operation.name == "reset":
                raise UnreadableError("under a condition only gates can be read, no measurement or further condition")
            gates += self.operation(instruction.operation, [bits[bit] for bit in instruction.qubits], [], {})
        if any(qubit >= len(bits) for gate in gates for qubit in gate[1:]):
            raise UnreadableError("under a condition only gates can be read, no reset inside one")
        return gates


def _condition_bit(condition: Any, bits: Mapping[Any, int]) -> tuple[int, int]:
    """The bit that a condition reads and the value at which it holds; raises UnreadableError for more than one bit."""
    from qiskit.circuit import ClassicalRegister, Clbit
    from qiskit.circuit.classical import expr

    value = 1
    while isinstance(condition, expr.Unary) and condition.op in (expr.Unary.Op.LOGIC_NOT, expr.Unary.Op.BIT_NOT):
        condition, value = condition.operand, 1 - value
    if isinstance(condition, expr.Var):
        condition = (condition.var, value)
    if isinstance(condition, tuple):
        target, wanted = condition
        if isinstance(target, ClassicalRegister) and len(target) == 1 and int(wanted) in (0, 1):
            target = target[0]
        if isinstance(target, Clbit):
            return bits[target], int(wanted)
    raise UnreadableError("a condition is read on one classical bit (compare one bit, or a register of one)")
