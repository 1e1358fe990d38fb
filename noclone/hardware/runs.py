"""What ``noclone hardware run`` and ``collect`` do: a run is planned, its cost told, recorded, submitted and collected."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from noclone.hardware_checks.arrangements import Experiment
from noclone.hardware_checks.backends import (
    Backend,
    RunOptions,
    backend_of,
    check_circuits,
    refused_options,
    service_for,
)
from noclone.hardware_checks.experiments import ghz
from noclone.hardware_checks.ledger import Ledger
from noclone.hardware_checks.run_drafts import Draft, RunItem, draft_run
from noclone.hardware_checks.run_plans import Cost, JobState, Plan, cost_of, parts_of
from noclone.hardware_checks.running import StillRunningError, collect, cost, plan, submit
from noclone.hardware_checks.services import Service
from noclone.hardware_checks.testing import ShotPlan
from noclone.models.errors import InputError, nearest
from noclone.report import library_versions

__all__ = [
    "RUN_RESULT_SCHEMA",
    "PlannedRun",
    "Progress",
    "checked_budget",
    "collected",
    "planned_run",
    "recorded_plan",
    "recorded_runs",
    "run_items",
    "run_status",
    "service_of",
    "submitted",
]

RUN_RESULT_SCHEMA = "noclone-hardware-run-result-1"
STRINGS = 32
"""So many parity circuits measure a GHZ state's contrast, where there are more."""

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class PlannedRun:
    """A run before anything is recorded or submitted."""

    backend: Backend
    options: RunOptions
    draft: Draft

    @property
    def cost(self) -> Cost:
        """What it will cost; simulated backends cost nothing, and their QPU seconds are 0."""
        parts = parts_of(self.draft.circuits)
        jobs = [
            [circuit for circuit, own in zip(self.draft.circuits, parts, strict=True) if own == part]
            for part in range(parts[-1] + 1)
        ]
        found = cost_of(jobs)
        return found if self.backend.is_paid else Cost(found.jobs, found.circuits, found.shots, 0.0)

    def told(self) -> str:
        """What is told before anybody agrees to it."""
        when = f", calibrated {self.backend.calibrated}" if self.backend.calibrated else ""
        draft, seen = self.draft, self.draft.description["plan"]
        sees = f"see a difference of {draft.visible:.3g} of a quantity's range with probability {seen['power']:g}"
        lines = [
            f"{self.backend.name}, {self.backend.processor}{when}",
            *(f"note: {note}" for note in self.backend.notes),
            *(f"left out: {each}" for each in draft.left_out),
            str(self.cost) if self.backend.is_paid else f"{self.cost.counted}; simulated, so no QPU time",
            f"{draft.description['shots']} shots of each circuit {sees} (hardest: {draft.seen_worst})",
        ]
        if draft.visible > seen["effect"] * (1 + 1e-9):
            lines.append(
                f"warning: that is more than the effect of {seen['effect']:g}; less will be answered with 'too few shots'"
            )
        return "\n".join(lines)


def run_items(chosen: Iterable[tuple[str, int | str, Experiment]]) -> list[RunItem]:
    """Experiments as a run measures them: of a GHZ state's contrast a sample of parities, a circuit each."""
    return [
        RunItem(
            parameter,
            f"{size} of n={experiment.parameters['n']}" if parameter == "l" and "n" in experiment.parameters else size,
            ghz(int(size), strings=STRINGS) if experiment.number == 4 else experiment,
        )
        for parameter, size, experiment in chosen
    ]


def planned_run(
    items: list[RunItem],
    backend: str,
    options: RunOptions,
    *,
    effect: float,
    alpha: float,
    power: float,
    shots: int | None,
    progress: Progress = lambda *_: None,
) -> PlannedRun:
    """Compile and draft a run; raises InputError for options that the backend cannot honour: none is ignored."""
    known = backend_of(backend)
    refused = refused_options(known, options)
    if refused:
        raise InputError("; ".join(refused))
    draft = draft_run(
        items, known.device, plan=ShotPlan(effect, alpha=alpha, power=power), shots=shots, progress=progress
    )
    check_circuits(known, draft.circuits, options)
    return PlannedRun(known, options, draft)


def recorded_plan(ledger: Ledger, run: PlannedRun) -> Plan:
    """Record the run; nothing is submitted."""
    return plan(
        ledger, run.draft.description, run.draft.circuits, backend=run.backend.name, options=run.options.to_json()
    )


def checked_budget(name: str, *, is_paid: bool, agreed: bool, max_qpu_seconds: float | None) -> None:
    """Raise InputError if a paid run was agreed to beforehand without a limit."""
    if max_qpu_seconds is not None and not (math.isfinite(max_qpu_seconds) and max_qpu_seconds >= 0):
        raise InputError(f"--max-qpu-seconds {max_qpu_seconds}: give a number of seconds, not below 0")
    if is_paid and agreed and max_qpu_seconds is None:
        raise InputError(f"{name} charges for its time: with --yes give --max-qpu-seconds too")


@contextmanager
def service_of(
    ledger: Ledger, plan_id: str, *, max_qpu_seconds: float | None = None, tell: Callable[[str], None]
) -> Iterator[Service]:
    """The service that executes a recorded plan's jobs, closed at the end."""
    recorded = ledger.plan(plan_id)
    options = RunOptions.from_json(recorded.options)
    if not recorded.backend.startswith("ibm:"):
        yield service_for(backend_of(recorded.backend), jobs=_local_jobs(ledger), options=options)
        return
    from noclone.hardware_checks.ibm_service import IbmService, open_account

    parts = {job.part for job in ledger.jobs(plan_id)}
    with IbmService(
        open_account(tell=tell),
        recorded.backend,
        options,
        batch=len(parts) > 1,
        longest_s=None if max_qpu_seconds is None else max(1, math.ceil(max_qpu_seconds)),
        tell=tell,
    ) as service:
        yield service


def _local_jobs(ledger: Ledger) -> Path:
    """The file of the local backends' jobs, beside the ledger."""
    return ledger.path.with_name(ledger.path.name + ".local-jobs")


def submitted(
    ledger: Ledger,
    plan_id: str,
    service: Service,
    *,
    max_qpu_seconds: float | None,
    resubmit: bool,
    tell: Callable[[str], None],
) -> None:
    """Submit what of a recorded plan has not been."""
    submit(ledger, plan_id, service, max_qpu_seconds=max_qpu_seconds, resubmit=resubmit, notice=tell)


def collected(ledger: Ledger, plan_id: str, service: Service, *, timeout_s: float | None, progress: Progress) -> bool:
    """Wait for a plan's jobs and store what they gave; whether all have come by the time that is up."""
    jobs = len(ledger.jobs(plan_id))

    def notice(step: str) -> None:
        if step == "recorded":
            progress("collected a job", jobs)

    try:
        collect(ledger, plan_id, service, timeout_s=timeout_s, notice=notice)
    except StillRunningError:
        return False
    return True


def recorded_runs(ledger: Ledger, prefixes: list[str]) -> list[Plan]:
    """The plans whose ids start so, the newest plan if none is named; raises InputError for none and for several."""
    plans = ledger.plans()
    if not plans:
        raise InputError(f"{ledger.path} has no runs yet: start one with 'noclone hardware run'")
    found = []
    for prefix in prefixes:
        fitting = [each for each in plans if each.id.startswith(prefix)]
        if len(fitting) != 1:
            raise InputError(
                f"{ledger.path} has no run '{prefix}'.{nearest(prefix, [each.id for each in plans])}"
                if not fitting
                else f"'{prefix}' fits {len(fitting)} runs: {', '.join(each.id for each in fitting)}"
            )
        found += fitting
    return list({each.id: each for each in found}.values()) or plans[-1:]


def run_status(ledger: Ledger, recorded: Plan) -> dict[str, Any]:
    """A run's state as JSON: its cost, its jobs, and whether all results have come."""
    jobs = ledger.jobs(recorded.id)
    done = {job.part for job in jobs if job.state is JobState.DONE}
    return {
        "schema": RUN_RESULT_SCHEMA,
        **library_versions(),
        "plan": recorded.id,
        "created": recorded.created,
        "backend": recorded.backend,
        "experiments": _experiments(recorded.experiment),
        "shots": recorded.experiment.get("shots"),
        "circuits": len(ledger.circuits(recorded.id)),
        "complete": {job.part for job in jobs} <= done,
        "still_to_submit": str(cost(ledger, recorded.id)),
        "jobs": [
            {
                "part": job.part,
                "attempt": job.attempt,
                "state": job.state.value,
                "id": job.provider_id,
                "message": job.message,
                "charged_s": job.charged_s,
            }
            for job in jobs
        ],
    }


def _experiments(description: Mapping[str, Any]) -> list[str]:
    return [
        f"{each['experiment']['name']}, {each['parameter']}={each['size']}" for each in description.get("items", ())
    ]
