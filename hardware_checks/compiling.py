"""Arrangements compiled to a device: laid out, routed, rewritten in few cz, scheduled, and compared with the original.

Only working qubits and couplers are used (``noclone.hardware_checks.live_targets``). Qiskit lays out and routes (SABRE,
arXiv:1809.02573); everything else is exact Clifford arithmetic, so a compiled circuit stays Clifford, which Qiskit's
optimization levels 2 and 3 do not ensure. Of several seeds the one with the fewest cz is kept, then with the fewest layers.
The circuit found may then move as a whole to better qubits of the same shape. Every result is compared with the
arrangement before it is handed out: each stabilizer of the one's final state is one of the other's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from noclone.hardware_checks.arrangements import Arrangement, Experiment
from noclone.hardware_checks.clifford_blocks import PhysicalGate, merged, with_fewest_cz
from noclone.hardware_checks.live_targets import LiveTarget, live_target
from noclone.hardware_checks.physical import PhysicalCircuit
from noclone.hardware_checks.scheduling import scheduled, two_qubit_depth
from noclone.models.errors import InputError, NocloneError

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit.transpiler import CouplingMap, Target

__all__ = ["compile_circuit", "compile_experiment", "default_seeds"]

_EFFORTS = ((100, 30, 5), (4, 100, 20))
"""SABRE's passes to and fro, starting layouts, and tries per routing: even seeds take the first, odd ones the second.
Many passes save a third of the gates from 54 qubits on; the other kind of search is better for some small circuits."""
_MOST_CALLS = 200_000
"""Bound on the search for better qubits of the same shape: a count, not a time, so that results repeat."""

Routed = tuple[list[PhysicalGate], list[int]]
"""Gates, and where each of the arrangement's used qubits is at the end."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What one seed gave, on the live target's own numbering; rotations are merged for the best one only."""

    gates: Sequence[tuple[Any, ...]]
    final: list[int]
    seed: int

    @property
    def cost(self) -> tuple[int, int, int]:
        return sum(gate[0] == "cz" for gate in self.gates), two_qubit_depth(self.gates), self.seed


def default_seeds(qubits: int) -> range:
    """Which seeds are tried: many for small circuits, where a try costs little, and even ones only for large ones."""
    kinds = ((10, 30, 1), (16, 16, 1), (22, 10, 1), (34, 12, 2), (75, 8, 2))
    stop, step = next(((stop, step) for size, stop, step in kinds if qubits <= size), (6, 2))
    return range(0, stop, step)


def compile_circuit(
    arrangement: Arrangement,
    device: Any,
    *,
    seeds: Iterable[int] | None = None,
    measured: Sequence[str] = (),
    move: bool = True,
) -> PhysicalCircuit:
    """The arrangement on a device: a Qiskit backend, its Target, or a LiveTarget of it.

    ``seeds`` are those of layout and routing (``default_seeds``). ``measured`` names qubits whose readout errors count
    when better qubits are sought; with ``move`` = False none are. The layout has the qubits on which something acts.
    Raises InputError if the device has too few working qubits, and NocloneError if the result is not the arrangement.
    """
    live = device if isinstance(device, LiveTarget) else live_target(device)
    names = arrangement.used
    if len(names) > len(live.qubits):
        raise InputError(
            f"the circuit needs {len(names)} qubits, and {live.name} has {len(live.qubits)} that work and are connected: "
            "take a smaller experiment or another device"
        )
    chosen = list(default_seeds(len(names)) if seeds is None else seeds)
    if not chosen:
        raise InputError("no seed to try: give at least one")
    places = {arrangement.names.index(name): at for at, name in enumerate(names)}
    acting = [(name, *(places[q] for q in qubits if q in places)) for name, *qubits in arrangement.steps]
    steps = [step for step in acting if len(step) > 1]
    best = _best(steps, len(names), live, chosen)
    shape = {qubit: qubit for qubit in range(len(live.qubits))}
    if move:
        shape |= _better_qubits(best, live, [best.final[names.index(name)] for name in measured if name in names])
    physical = [_moved(gate, shape, live.qubits) for gate in best.gates]
    layout = {name: live.qubits[shape[best.final[at]]] for at, name in enumerate(names)}
    _require_equal(steps, physical, list(layout.values()))
    operations = scheduled(physical, live.duration)
    return PhysicalCircuit(operations, layout, best.cost[0], best.cost[1], best.seed)


def compile_experiment(
    experiment: Experiment, device: Any, *, seeds: Iterable[int] | None = None
) -> dict[str, PhysicalCircuit]:
    """Every arrangement of an experiment by its name, the readout errors of the qubits that it measures counted."""
    live = device if isinstance(device, LiveTarget) else live_target(device)
    chosen = None if seeds is None else list(seeds)
    compiled = {}
    for name, arrangement in experiment.arrangements.items():
        read = {qubit for observable in experiment.observables(name) for qubit, _ in observable.paulis}
        compiled[name] = compile_circuit(arrangement, live, seeds=chosen, measured=sorted(read))
    return compiled


def _moved(gate: PhysicalGate, shape: dict[int, int], qubits: Sequence[int]) -> PhysicalGate:
    """A gate on physical qubits; the angle of rz stays."""
    name, *on = gate
    if name == "rz":
        return (name, qubits[shape[on[0]]], on[1])
    return (name, *(qubits[shape[q]] for q in on))


def _best(steps: Sequence[Sequence[Any]], size: int, live: LiveTarget, seeds: Iterable[int]) -> _Candidate:
    """The seed with the fewest two-qubit gates; raises InputError if none keeps a measured qubit out of the way."""
    place = {qubit: at for at, qubit in enumerate(live.qubits)}
    coupling = _coupling(live, place)
    circuit = _for_routing(steps, size)
    best: _Candidate | None = None
    for seed in seeds:
        gates, final = _routed(circuit, steps, coupling, seed)
        candidate = _Candidate(with_fewest_cz(gates), final, seed)
        if _uses_a_measured_qubit(candidate.gates):
            continue
        best = candidate if best is None or candidate.cost < best.cost else best
    if best is None:
        raise InputError("every seed routes through a qubit that was measured before: try more seeds")
    return _Candidate(merged(best.gates), best.final, best.seed)


def _coupling(live: LiveTarget, place: dict[int, int]) -> CouplingMap:
    from qiskit.transpiler import CouplingMap

    coupling = CouplingMap([[place[a], place[b]] for pair in live.couplers for a, b in (pair, pair[::-1])])
    for qubit in range(coupling.size(), len(live.qubits)):
        coupling.add_physical_qubit(qubit)
    return coupling


def _for_routing(steps: Sequence[Sequence[Any]], size: int) -> QuantumCircuit:
    """The steps for the router, who only looks at pairs; each one's label is its number."""
    from qiskit import QuantumCircuit
    from qiskit.circuit import Barrier, Gate, Measure

    circuit = QuantumCircuit(size, sum(step[0] == "measure" for step in steps))
    bits = iter(range(circuit.num_clbits))
    for number, (name, *qubits) in enumerate(steps):
        if name == "barrier":
            circuit.append(Barrier(len(qubits), label=str(number)), qubits)
        elif name == "measure":
            circuit.append(Measure(label=str(number)), qubits, [next(bits)])
        else:
            circuit.append(Gate("step", len(qubits), [], label=str(number)), qubits)
    return circuit


def _routed(circuit: QuantumCircuit, steps: Sequence[Sequence[Any]], coupling: CouplingMap, seed: int) -> Routed:
    """The steps on coupled qubits, with three CX for each SWAP."""
    from qiskit.transpiler import PassManager
    from qiskit.transpiler.passes import SabreLayout

    passes, layouts, swaps = _EFFORTS[seed % 2]
    sabre = SabreLayout(coupling, seed=seed, max_iterations=passes, layout_trials=layouts, swap_trials=swaps)
    routed = PassManager([sabre]).run(circuit)
    gates: list[PhysicalGate] = []
    for instruction in routed.data:
        qubits = [routed.find_bit(qubit).index for qubit in instruction.qubits]
        if instruction.operation.name == "swap":
            one, other = qubits
            gates += [("CX", one, other), ("CX", other, one), ("CX", one, other)]
        else:
            gates.append((steps[int(instruction.operation.label)][0], *qubits))
    return gates, list(routed.layout.final_index_layout(filter_ancillas=True))


def _uses_a_measured_qubit(gates: Iterable[tuple[Any, ...]]) -> bool:
    """Whether anything acts on a qubit after it was measured."""
    measured: set[int] = set()
    for name, *rest in gates:
        qubits = rest[:1] if name == "local" else rest
        if name != "barrier" and measured.intersection(qubits):
            return True
        measured.update(qubits if name == "measure" else ())
    return False


def _better_qubits(found: _Candidate, live: LiveTarget, measured: Sequence[int]) -> dict[int, int]:
    """Where the circuit's qubits go for smaller reported errors, couplers staying couplers; empty if nowhere is better.

    Qiskit's search scores each gate by its own error only if it minds directions; so every coupler has both.
    """
    from qiskit import QuantumCircuit
    from qiskit.transpiler import PassManager
    from qiskit.transpiler.passes import VF2PostLayout

    circuit = QuantumCircuit(len(live.qubits), len(measured))
    for name, *rest in found.gates:
        if name == "rz":
            circuit.rz(0.0, rest[0])
        elif name in ("cz", "sx", "x"):
            getattr(circuit, name)(*rest)
    circuit.measure(measured, range(len(measured)))
    search = VF2PostLayout(
        _routing_target(live), seed=found.seed, strict_direction=True, call_limit=_MOST_CALLS, max_trials=0
    )
    passes = PassManager([search])
    passes.run(circuit)
    layout = passes.property_set["post_layout"]
    if layout is None:
        return {}
    return {at: layout[qubit] for at, qubit in enumerate(circuit.qubits) if qubit in layout.get_virtual_bits()}


def _routing_target(live: LiveTarget) -> Target:
    """The live target for Qiskit, renumbered."""
    from qiskit.circuit import Measure, Parameter
    from qiskit.circuit.library import CZGate, RZGate, SXGate, XGate
    from qiskit.transpiler import InstructionProperties, Target

    place = {qubit: at for at, qubit in enumerate(live.qubits)}
    target = Target(num_qubits=len(live.qubits))
    for gate in (CZGate(), RZGate(Parameter("angle")), SXGate(), XGate(), Measure()):
        known = {
            tuple(place[qubit] for qubit in order): InstructionProperties(error=error)
            for (name, on), error in live.errors.items()
            if name == gate.name and (name != "cz" or on in live.couplers)
            for order in {on, on[::-1]}
        }
        target.add_instruction(gate, known)
    return target


def _require_equal(steps: Iterable[Sequence[Any]], gates: Iterable[PhysicalGate], places: Sequence[int]) -> None:
    """Raise NocloneError unless both leave the same state: each of a full set of the steps' stabilizers holds after the gates.

    ``places`` says where the steps' qubits are. Measured qubits are used no more, so measurements are left out of both.
    """
    import stim

    logical: Any = stim.TableauSimulator()
    logical.set_num_qubits(len(places))
    for name, *qubits in steps:
        if name not in ("measure", "barrier"):
            getattr(logical, name.lower())(*qubits)
    physical: Any = stim.TableauSimulator()
    for name, *rest in gates:
        if name == "rz":
            for _ in range(rest[1]):
                physical.s(rest[0])
        elif name not in ("measure", "barrier"):
            getattr(physical, {"sx": "sqrt_x"}.get(name, name))(*rest)
    for stabilizer in logical.canonical_stabilizers():
        operator = stim.PauliString(max(places) + 1)
        operator.sign = stabilizer.sign
        for at, place in enumerate(places):
            operator[place] = stabilizer[at]
        if physical.peek_observable_expectation(operator) != 1:
            raise NocloneError("the compiled circuit is not the arrangement: an error of noclone's, please report it")
