"""The sampler of qiskit-ibm-runtime behind one function, whichever of its two the installed version has; and what it gives back.

Since 0.50 it is ``executor_sampler.Sampler`` (the old ``SamplerV2`` is deprecated); before, ``SamplerV2``. Both take the same
options, circuits as pubs, and one number of shots for all circuits of a job.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from noclone.hardware_checks.services import NothingSubmittedError
from noclone.hardware_checks.shot_outcomes import Outcomes

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

__all__ = [
    "RANDOMIZATIONS",
    "SamplerChoices",
    "check_circuits",
    "outcomes_of_job",
    "sampler",
    "sampler_options",
    "shots_per_randomization",
]

RANDOMIZATIONS = 32
"""So many random twirls share a circuit's shots."""

_REGISTER = "meas"
_UNDECODED = (ValueError, TypeError, LookupError, AttributeError, StopIteration)
"""What the package's decoders raise: StopIteration for a circuit without data, seen with 0.51."""


class SamplerChoices(Protocol):
    """The options of a run that the sampler knows."""

    @property
    def dynamical_decoupling(self) -> bool:
        """Whether idle qubits get echo pulses."""

    @property
    def twirling(self) -> bool:
        """Whether two-qubit gates are twirled by random Paulis."""


def shots_per_randomization(shots: int) -> int:
    """How many successive shots share a twirl; so many times ``RANDOMIZATIONS`` are measured, up to 31 more than asked for."""
    return -(-shots // RANDOMIZATIONS)


def sampler_options(
    choices: SamplerChoices, shots: int, tags: Sequence[str] = (), *, longest_s: int | None = None
) -> dict[str, Any]:
    """The sampler's options: DD as "XX" pulses, twirled gates but not measurements, tags, and the longest QPU time of the job.

    Readout stays as it was calibrated, asymmetric: twirling it would change what the noise model predicts.
    """
    options: dict[str, Any] = {
        "default_shots": shots,
        "dynamical_decoupling": {"enable": choices.dynamical_decoupling, "sequence_type": "XX"},
        "twirling": {"enable_gates": choices.twirling, "enable_measure": False},
        "environment": {"job_tags": list(tags)},
    }
    if choices.twirling:
        options["twirling"] |= {
            "num_randomizations": RANDOMIZATIONS,
            "shots_per_randomization": shots_per_randomization(shots),
        }
    if longest_s is not None:
        options["max_execution_time"] = longest_s
    return options


def sampler(mode: Any, options: dict[str, Any]) -> Any:
    """The installed version's sampler in this mode: a backend (one job by itself) or a ``Batch``."""
    try:
        from qiskit_ibm_runtime.executor_sampler import Sampler
    except ImportError:  # before 0.50
        from qiskit_ibm_runtime import SamplerV2 as Sampler
    return Sampler(mode=mode, options=options)


def check_circuits(
    circuits: Sequence[QuantumCircuit], shots: Sequence[int], backend: Any, choices: SamplerChoices
) -> None:
    """Raise NothingSubmittedError unless the backend can execute these circuits with these options as one job."""
    if not circuits or len(circuits) != len(shots):
        raise NothingSubmittedError(f"{len(circuits)} circuits with {len(shots)} numbers of shots: give one for each")
    if len(set(shots)) > 1:
        raise NothingSubmittedError(
            f"one job's circuits have from {min(shots)} to {max(shots)} shots: IBM's sampler takes one number for all of a"
            " job's circuits; plan one job for each"
        )
    faulty, faulty_gates = _faulty(backend)
    for circuit in circuits:
        for trouble in _troubles(circuit, backend, choices, faulty, faulty_gates):
            raise NothingSubmittedError(f"circuit '{circuit.name}' {trouble}")


def _faulty(backend: Any) -> tuple[set[int], set[tuple[str, tuple[int, ...]]]]:
    """The qubits and gates that the present properties call not operational."""
    properties = backend.properties()
    if properties is None:
        return set(), set()
    gates = {(gate.gate, tuple(gate.qubits)) for gate in properties.faulty_gates()}
    return set(properties.faulty_qubits()), gates


def _troubles(
    circuit: QuantumCircuit,
    backend: Any,
    choices: SamplerChoices,
    faulty: set[int],
    faulty_gates: set[tuple[str, tuple[int, ...]]],
) -> Iterator[str]:
    """What keeps the backend from executing the circuit."""
    target, name = backend.target, backend.name
    if not any(register.name == _REGISTER for register in circuit.cregs):
        yield f"has no classical register '{_REGISTER}', from which its outcomes are read"
    if circuit.num_qubits > target.num_qubits:
        yield f"has {circuit.num_qubits} qubits, {name} only {target.num_qubits}"
    measured: set[int] = set()
    dynamic = False
    for instruction in circuit.data:
        gate = instruction.operation.name
        places = tuple(circuit.find_bit(qubit).index for qubit in instruction.qubits)
        if gate == "barrier":
            continue
        where = f"{gate} on {', '.join(f'qubit {place}' for place in places)}"
        if not target.instruction_supported(gate, places):
            yield f"has {where}, which {name} cannot do: compile it for this device"
        if faulty.intersection(places) or (gate, places) in faulty_gates:
            yield f"has {where}, which {name} reports as faulty now: compile it again"
        dynamic = dynamic or bool(measured.intersection(places)) or hasattr(instruction.operation, "blocks")
        measured.update(places if gate == "measure" else ())
    if choices.dynamical_decoupling and dynamic:
        yield (
            "measures in its middle or branches on outcomes, with which dynamical decoupling is not compatible: turn that off"
        )


def outcomes_of_job(job: Any, *, timeout_s: float) -> tuple[Outcomes | None, ...]:
    """Each circuit's outcomes from a runtime job; None for one that has none, nothing for a result that is not there.

    The new sampler's decoder gives up on the whole result if one circuit's is empty: then each circuit's is read by itself.
    Column j is the register's bit j. Twirled shots come randomisation by randomisation.
    """
    try:
        result = job.result(timeout=timeout_s)
    except _UNDECODED:
        result = _by_circuits(job, timeout_s)
        if result is None:
            raise
        return tuple(_of_arrays(item) for item in result)
    return tuple(_of_bits(pub) for pub in (result if result is not None else ()))


def _by_circuits(job: Any, timeout_s: float) -> Any:
    """The executor's result before it becomes a sampler's; None if this is no such job, or not readable either."""
    try:
        from qiskit_ibm_runtime.decoders.executor.decoder import ExecutorResultDecoder

        return job.result(timeout=timeout_s, decoder=ExecutorResultDecoder)
    except (ImportError, *_UNDECODED):
        return None


def _of_bits(pub: Any) -> Outcomes | None:
    bits = getattr(getattr(pub, "data", None), _REGISTER, None)
    if bits is None or not bits.num_bits or not bits.num_shots:
        return None
    return _outcomes(bits.to_bool_array(order="little"))


def _of_arrays(item: Any) -> Outcomes | None:
    if _REGISTER not in item:
        return None
    array, flips = item[_REGISTER], f"measurement_flips.{_REGISTER}"
    return _outcomes(array ^ item[flips] if flips in item else array)


def _outcomes(array: Any) -> Outcomes | None:
    """The outcomes of an array whose last axis is the bits, whatever axes before it the shots have."""
    return Outcomes.from_array(array.reshape(-1, array.shape[-1])) if array.size else None
