"""The "fake" backends: the local mode of qiskit-ibm-runtime on a snapshot, with the noise model that Aer makes of it.

The runtime's sampler is given an ``AerSimulator`` of that part of the snapshot that the circuit uses: the counts are the same,
and a call takes a fraction of a second instead of seven at 156 qubits. Each circuit is a call of its own with its own seed:
the runtime gives every circuit of a call the same one, and with it the same random numbers. Aer's model of a snapshot has
symmetric readout errors, and no ZZ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy

from noclone.hardware_checks.executable_circuits import MEASURED
from noclone.hardware_checks.ibm_sampler import RANDOMIZATIONS, sampler, sampler_options, shots_per_randomization
from noclone.hardware_checks.modelled_circuits import ModelledDevice
from noclone.hardware_checks.shot_outcomes import Outcomes
from noclone.models.errors import InputError, TooLargeError

__all__ = ["FakeSampler", "applies_options"]

_MOST_QUBITS = 16


@dataclass(frozen=True, slots=True)
class _Choices:
    dynamical_decoupling: bool
    twirling: bool


def applies_options() -> bool:
    """Whether the installed runtime's local mode applies dynamical decoupling and twirling: it does since 0.50."""
    try:
        import qiskit_ibm_runtime.executor_sampler  # noqa: F401 - is it there?
    except ImportError:
        return False
    return True


class FakeSampler:
    """Samples circuits of one snapshot's backend; see ``noclone.hardware_checks.local_jobs.Sampler``."""

    def __init__(self, device: Any) -> None:
        self._device, self._modelled = device, ModelledDevice(device)
        self._parts: dict[frozenset[int], Any] = {}

    def check(self, circuit: Any, shots: int, options: Mapping[str, Any]) -> None:  # noqa: ARG002 - the interface's
        """Raises InputError for a circuit that is too large or not of working gates."""
        _require_aer()
        used = _used(circuit)
        if len(used) > _MOST_QUBITS:
            raise TooLargeError(
                f"{len(used)} qubits, and the runtime's local mode is given at most {_MOST_QUBITS}: use"
                f" {self._modelled.stim_name}"
            )
        self._modelled.require_time(len(used), len(circuit.data), shots)
        if not any(register.name == MEASURED for register in circuit.cregs):
            raise InputError(f'the circuit has no classical register "{MEASURED}": its bits are the outcomes')
        for instruction in circuit.data:
            if instruction.operation.name not in ("barrier", "delay"):
                places = tuple(circuit.find_bit(qubit).index for qubit in instruction.qubits)
                self._modelled.seconds(instruction.operation.name, places)

    def sample(self, circuit: Any, shots: int, seed: numpy.random.SeedSequence, options: Mapping[str, Any]) -> Outcomes:
        """So many shots, with twirling up to 31 more; the same seed gives the same outcomes with the same packages."""
        self.check(circuit, shots, options)
        twirling = bool(options.get("twirling"))
        if twirling and not any(instruction.operation.name == "cz" for instruction in circuit.data):
            # nothing to twirl, and runtime 0.51 gives zeros for all but the first randomisation of such a circuit
            twirling, shots = False, RANDOMIZATIONS * shots_per_randomization(shots)
        choices = _Choices(bool(options.get("dynamical_decoupling")), twirling)
        settings = sampler_options(choices, shots)
        settings.pop("environment")  # tags are for the service
        settings["simulator"] = {"seed_simulator": int(seed.generate_state(1, numpy.uint32)[0]) >> 1}
        job = sampler(self._part(_used(circuit)), settings).run([circuit], shots=shots)
        (result,) = job.result()
        array = result.data[MEASURED].to_bool_array(order="little")
        return Outcomes.from_array(array.reshape(-1, array.shape[-1]))

    def _part(self, used: frozenset[int]) -> Any:
        """An ``AerSimulator`` of these qubits with Aer's noise model of them; made once."""
        from qiskit_aer import AerSimulator

        if used not in self._parts:
            self._parts = {used: AerSimulator.from_backend(_part_of(self._device, used))}
        return self._parts[used]


def _used(circuit: Any) -> frozenset[int]:
    """The qubits on which something is done, barriers apart."""
    return frozenset(
        circuit.find_bit(qubit).index
        for instruction in circuit.data
        if instruction.operation.name != "barrier"
        for qubit in instruction.qubits
    )


def _part_of(device: Any, used: frozenset[int]) -> Any:
    """A backend with the device's numbers of qubits, but only the used qubits' gates (and one coupler at least)."""
    from qiskit.providers import BackendV2, Options
    from qiskit.transpiler import Target

    whole = device.target
    names = ("dt", "granularity", "min_length", "pulse_alignment", "acquire_alignment", "qubit_properties")
    target = Target(num_qubits=whole.num_qubits, **{name: getattr(whole, name) for name in names})
    for name in whole.operation_names:
        known = whole[name] or {}
        kept = {places: each for places, each in known.items() if places is not None and used.issuperset(places)}
        if not kept and name == "cz":
            kept = dict(list(known.items())[:1])  # Aer asks every backend for its couplers
        if kept:
            target.add_instruction(whole.operation_from_name(name), kept, name=name)

    class Part(BackendV2):  # type: ignore[misc]
        """That part of the device."""

        max_circuits = None

        @property
        def target(self) -> Any:
            return target

        @classmethod
        def _default_options(cls) -> Any:
            return Options()

        def run(self, run_input: Any, **options: Any) -> Any:
            raise NotImplementedError

    return Part(name=device.name, description="the part of a snapshot that a circuit uses")


def _require_aer() -> None:
    for package, name in (("qiskit_aer", "qiskit-aer"), ("qiskit_ibm_runtime", "qiskit-ibm-runtime")):
        if find_spec(package) is None:
            raise InputError(f"fake backends need {name}: pip install 'noclone[hardware]'")
