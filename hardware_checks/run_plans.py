"""Plans of runs as values: their circuits, the jobs these are submitted as, and what that will cost."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from noclone.models.errors import InputError

__all__ = ["LARGEST_JOB", "Cost", "Job", "JobState", "Plan", "PlannedCircuit", "checked_json", "cost_of", "parts_of"]

LARGEST_JOB = 10_000_000
"""So many executions (circuits times shots) go into one job of IBM's sampler."""


class JobState(Enum):
    """Where a job of a plan is, as the ledger knows; SUBMITTING without an id means that it is not known whether it was."""

    PLANNED = "planned"
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class PlannedCircuit:
    """One circuit to run: its QPY bytes, layout (logical name to physical qubit), settings (JSON: what its bits mean), shots.

    ``duration_s`` is how long one execution lasts, from its schedule.
    """

    qpy: bytes
    shots: int
    layout: Mapping[str, int]
    settings: Mapping[str, Any]
    duration_s: float = 0.0

    def __post_init__(self) -> None:
        if not 1 <= self.shots <= LARGEST_JOB:
            raise InputError(f"{self.shots} shots of one circuit: give 1 to {LARGEST_JOB}")


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as recorded. ``tag`` marks all of its jobs at the service; ``created`` is ISO 8601, UTC."""

    id: str
    tag: str
    created: str
    experiment: Mapping[str, Any]
    options: Mapping[str, Any]
    backend: str
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Job:
    """One submission of one part of a plan; ``attempt`` counts from 1, ``tag`` is its own at the service.

    ``uncertain``: a submission with this tag was broken off, so that the service may hold more than one job with it.
    """

    number: int
    plan: str
    part: int
    attempt: int
    tag: str
    state: JobState
    provider_id: str | None
    changed: str
    submitted: str | None
    message: str
    uncertain: bool
    calibrated: str | None
    charged_s: float | None


@dataclass(frozen=True, slots=True)
class Cost:
    """What a plan's submission costs: jobs, circuits, shots over all circuits, and an estimate of the QPU seconds."""

    jobs: int
    circuits: int
    shots: int
    qpu_seconds: float

    @property
    def counted(self) -> str:
        """Jobs, circuits and shots in words."""
        counted = [(self.jobs, "job"), (self.circuits, "circuit"), (self.shots, "shot")]
        return ", ".join(f"{number} {name}{'' if number == 1 else 's'}" for number, name in counted)

    def __str__(self) -> str:
        return f"{self.counted}, about {self.qpu_seconds:.1f} QPU seconds"


def cost_of(
    parts: Iterable[Sequence[PlannedCircuit]], *, repetition_delay_s: float = 250e-6, overhead_s: float = 2.0
) -> Cost:
    """The cost of these jobs: each shot takes its circuit's duration and the delay between shots, each job an overhead.

    The defaults are IBM's delay between shots and a guess of a job's loading; the service charges what it measures.
    """
    jobs = [list(part) for part in parts]
    circuits = [circuit for job in jobs for circuit in job]
    seconds = sum(circuit.shots * (circuit.duration_s + repetition_delay_s) for circuit in circuits)
    return Cost(len(jobs), len(circuits), sum(circuit.shots for circuit in circuits), seconds + overhead_s * len(jobs))


def parts_of(circuits: Sequence[PlannedCircuit], *, largest: int = LARGEST_JOB) -> list[int]:
    """For each circuit the number, from 0, of the job it goes into: in order, as many of the same number of shots as fit.

    IBM's sampler takes one number of shots for all circuits of a job.
    """
    part, filled, shots, parts = 0, 0, 0, []
    for circuit in circuits:
        if filled and (filled + circuit.shots > largest or circuit.shots != shots):
            part, filled = part + 1, 0
        shots = circuit.shots
        filled += circuit.shots
        parts.append(part)
    return parts


def checked_json(value: Mapping[str, Any], what: str) -> str:
    """The value as JSON; raises InputError for what JSON cannot hold, and for anything that is named like a secret."""
    _refuse_secrets(value, what)
    try:
        return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InputError(f"{what} cannot be recorded as JSON: {error}") from None


def _refuse_secrets(value: Any, what: str) -> None:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if str(name).lower().replace("-", "_") in {"token", "api_key", "apikey", "password", "authorization"}:
                raise InputError(f"{what} names a '{name}': credentials are never recorded; leave it to the account")
            _refuse_secrets(inner, what)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _refuse_secrets(inner, what)
