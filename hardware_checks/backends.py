"""The backends that circuits run on, by name, and the options of a run.

"fake:kingston" is the runtime's local mode on a snapshot, with Aer's noise model of it; "stim:kingston" and "aer:kingston"
sample our own noise model of the snapshot, Pauli-twirled and not; "ibm:NAME" is a device. "fake", "stim" and "aer" alone stand
for the Kingston snapshot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from noclone.hardware_checks.local_jobs import LocalJobs, LocalService, Sampler
from noclone.hardware_checks.recorded_calibration import properties_json
from noclone.hardware_checks.run_plans import PlannedCircuit
from noclone.hardware_checks.services import Service
from noclone.hardware_checks.snapshots import snapshot, snapshot_names
from noclone.hardware_checks.stored_circuits import from_qpy
from noclone.models.errors import InputError, nearest

__all__ = ["Backend", "RunOptions", "backend_names", "backend_of", "check_circuits", "refused_options", "service_for"]

_DEFAULT = "kingston"
_LOCAL = ("fake", "stim", "aer")
_MODELS = {
    "fake": "simulated by the runtime's local mode with Aer's noise model of the snapshot: no device was used",
    "stim": "simulated by Stim with the Pauli-twirled noise model and asymmetric readout: no device was used",
    "aer": "simulated by Aer with noclone's own noise model, not twirled: no device was used",
}


@dataclass(frozen=True, slots=True, eq=False)
class Backend:
    """A backend as chosen: ``device`` is Qiskit's backend (target, properties), ``calibrated`` is ISO 8601.

    ``notes`` are to be shown to the user.
    """

    name: str
    processor: str
    calibrated: str | None
    device: Any
    is_paid: bool
    notes: tuple[str, ...]

    @property
    def kind(self) -> str:
        """What comes before the colon: fake, stim, aer, ibm."""
        return self.name.partition(":")[0]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How circuits are executed; ``seed`` is that of local backends, from which all their random numbers follow."""

    dynamical_decoupling: bool = False
    twirling: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        """Raises InputError for values of another kind."""
        for name in ("dynamical_decoupling", "twirling"):
            if not isinstance(getattr(self, name), bool):
                raise InputError(f"option {name} is {getattr(self, name)!r}: give true or false")
        if isinstance(self.seed, bool) or not isinstance(self.seed, int) or self.seed < 0:
            raise InputError(f"option seed is {self.seed!r}: give a whole number that is not negative")

    def to_json(self) -> dict[str, Any]:
        """The options as a mapping that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_json(cls, options: Mapping[str, Any]) -> RunOptions:
        """The options that ``to_json`` gave; raises InputError for others."""
        known = [field.name for field in fields(cls)]
        for name in options:
            if name not in known:
                raise InputError(f"unknown option '{name}': there are {', '.join(known)}.{nearest(name, known)}")
        return cls(**options)


def backend_names() -> list[str]:
    """The names of all local backends."""
    return [f"{kind}:{name}" for kind in _LOCAL for name in snapshot_names()]


def backend_of(name: str) -> Backend:
    """The backend of this name; raises InputError for an unknown one, and for what an account or the network refuses."""
    kind, colon, device = name.strip().partition(":")
    kind = kind.lower()
    if kind == "ibm" and device:
        return _ibm(device)
    if kind not in _LOCAL or (colon and device.lower() not in snapshot_names()):
        known = [*backend_names(), *_LOCAL]
        raise InputError(
            f"unknown backend '{name}': there are fake:NAME, stim:NAME and aer:NAME with a NAME of"
            f" {', '.join(snapshot_names())}, and ibm:NAME.{nearest(name.lower(), known)}"
        )
    found = snapshot(device or _DEFAULT)
    return Backend(
        name=f"{kind}:{(device or _DEFAULT).lower()}",
        processor=found.processor,
        calibrated=found.calibrated.isoformat(),
        device=found.backend,
        is_paid=False,
        notes=(_MODELS[kind], *found.notes),
    )


def refused_options(backend: Backend, options: RunOptions) -> list[str]:
    """A line for each option that this backend cannot honour."""
    lines = []
    if backend.kind in ("stim", "aer"):
        if options.dynamical_decoupling:
            lines.append(f"{backend.name} does no dynamical decoupling: its idle noise has no memory; leave it out")
        if options.twirling:
            why = "its noise is twirled already" if backend.kind == "stim" else "it samples the noise as it is"
            lines.append(f"{backend.name} does no twirling: {why}; leave it out")
    elif backend.kind == "fake":
        from noclone.hardware_checks.fake_service import applies_options

        if (options.dynamical_decoupling or options.twirling) and not applies_options():
            lines.append(
                f"{backend.name} ignores dynamical decoupling and twirling with this qiskit-ibm-runtime: leave them out,"
                " or install version 0.50 or later"
            )
    return lines


def check_circuits(backend: Backend, circuits: Sequence[PlannedCircuit], options: RunOptions) -> None:
    """Raise InputError for the first circuit that a local backend cannot execute, before anything is recorded of it.

    An IBM device's are checked when they are submitted, against its state then.
    """
    if backend.kind == "ibm":
        return
    sampler = _sampler(backend)
    for place, circuit in enumerate(circuits):
        try:
            sampler.check(from_qpy(circuit.qpy), circuit.shots, options.to_json())
        except InputError as error:
            raise InputError(f"circuit {place} on {backend.name}: {error}") from None


def service_for(backend: Backend, *, jobs: Path, options: RunOptions) -> Service:
    """What executes circuits on this local backend; ``jobs`` is the file of its jobs. Raises InputError for refused options.

    A device's service has an account and a batch to be closed: ``noclone.hardware_checks.ibm_service``.
    """
    refused = refused_options(backend, options)
    if refused:
        raise InputError("; ".join(refused))
    return LocalService(
        backend.name,
        LocalJobs(jobs),
        _sampler(backend),
        options=options.to_json(),
        calibrated=backend.calibrated,
        properties=properties_json(backend.device),
    )


def _ibm(device: str) -> Backend:
    """A device of the user's account."""
    from noclone.hardware_checks.ibm_service import connect

    _, found = connect(device)
    kind = getattr(found, "processor_type", None) or {}
    updated = getattr(found.properties(), "last_update_date", None)
    return Backend(
        name=f"ibm:{device}",
        processor=f"{kind.get('family', '')} r{kind.get('revision', '?')}" if kind.get("family") else "unknown",
        calibrated=updated.isoformat() if updated is not None else None,
        device=found,
        is_paid=True,
        notes=(f"{device} is a device: its time may be charged to the account",),
    )


def _sampler(backend: Backend) -> Sampler:
    if backend.kind == "stim":
        from noclone.hardware_checks.stim_service import StimSampler

        return StimSampler(backend.device)
    if backend.kind == "aer":
        from noclone.hardware_checks.aer_service import AerSampler

        return AerSampler(backend.device)
    from noclone.hardware_checks.fake_service import FakeSampler

    return FakeSampler(backend.device)
