"""Running a plan: its cost, its submission, waiting for its jobs and collecting what they gave; resumed after any interruption.

A job is never submitted while it is not known whether it was: its tag is looked up first, and where the listing may lag
behind, the user is asked. Every function may be called again at any time, by several processes at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from noclone.hardware_checks.ledger import Ledger
from noclone.hardware_checks.run_plans import Cost, Job, JobState, Plan, PlannedCircuit, cost_of
from noclone.hardware_checks.services import (
    JobStatus,
    NothingSubmittedError,
    Service,
    ServiceError,
    UnreachableError,
    one_line,
)
from noclone.hardware_checks.shot_outcomes import Outcomes
from noclone.models.errors import InputError

__all__ = ["Pace", "StillRunningError", "cancel", "collect", "cost", "plan", "replay", "run", "submit"]

_PENDING = (JobState.PLANNED, JobState.SUBMITTING)
_ENDED_BADLY = (JobState.FAILED, JobState.CANCELLED)


class StillRunningError(InputError):
    """Jobs were still waiting when the time was up; they are recorded and can be collected later."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often to ask: first after ``first_s`` seconds, then ``factor`` times later each time, at most every ``longest_s``."""

    first_s: float = 1.0
    factor: float = 1.5
    longest_s: float = 60.0


def _ignore(_: str) -> None:
    """Tell nobody."""


def plan(
    ledger: Ledger,
    experiment: Mapping[str, Any],
    circuits: Sequence[PlannedCircuit],
    *,
    backend: str,
    options: Mapping[str, Any] | None = None,
) -> Plan:
    """Record a plan, with the versions of what computes it; nothing is submitted."""
    versions = {name: _version(name) for name in ("noclone", "qiskit", "qiskit-ibm-runtime", "numpy")}
    return ledger.add_plan(experiment, circuits, backend=backend, options=options or {}, versions=versions)


def cost(ledger: Ledger, plan_id: str, *, resubmit: bool = False) -> Cost:
    """What ``submit`` would submit now, and what it is estimated to cost."""
    jobs = ledger.jobs(plan_id)
    states = (*_PENDING, *_ENDED_BADLY) if resubmit else _PENDING
    return cost_of(ledger.circuits(plan_id, job.part) for job in _newest(jobs) if job.state in states)


def run(
    ledger: Ledger,
    plan_id: str,
    service: Service,
    *,
    max_qpu_seconds: float | None = None,
    resubmit: bool = False,
    timeout_s: float | None = None,
    pace: Pace = Pace(),
    notice: Callable[[str], None] = _ignore,
) -> list[Outcomes]:
    """Submit what has not been, wait, and collect; see ``submit`` and ``collect``. ``notice`` hears of every step."""
    submit(ledger, plan_id, service, max_qpu_seconds=max_qpu_seconds, resubmit=resubmit, notice=notice)
    return collect(ledger, plan_id, service, timeout_s=timeout_s, pace=pace, notice=notice)


def submit(
    ledger: Ledger,
    plan_id: str,
    service: Service,
    *,
    max_qpu_seconds: float | None = None,
    resubmit: bool = False,
    notice: Callable[[str], None] = _ignore,
) -> None:
    """Submit the plan's jobs that have not been submitted; with ``resubmit`` also those that failed, or may be lost.

    Raises InputError for another backend than the plan's, if the plan would cost more than ``max_qpu_seconds`` in all, if it
    is not known whether a job was submitted, and for what the service says.
    """
    recorded = ledger.plan(plan_id)
    if recorded.backend != service.name:
        raise InputError(f"plan {plan_id} is for {recorded.backend}, not for {service.name}: make a plan for that")
    with ledger.lease(plan_id):
        notice("leased")
        if max_qpu_seconds is not None:
            _refuse_beyond(max_qpu_seconds, ledger, plan_id, resubmit=resubmit)
        for job in _newest(ledger.jobs(plan_id)):
            if job.state in _PENDING:
                _submit_one(ledger, job, service, resubmit=resubmit, notice=notice)
            elif job.state in _ENDED_BADLY and resubmit:
                _submit_one(ledger, ledger.add_attempt(job), service, resubmit=True, notice=notice)


def collect(
    ledger: Ledger,
    plan_id: str,
    service: Service,
    *,
    timeout_s: float | None = None,
    pace: Pace = Pace(),
    notice: Callable[[str], None] = _ignore,
) -> list[Outcomes]:
    """Wait for the plan's submitted jobs, store what they gave, and return every circuit's outcomes.

    Without ``timeout_s`` it waits for as long as it takes; with 0 it asks once. A service that cannot be reached is asked again
    until the time is up. Raises StillRunningError then, and InputError for jobs that failed; nothing is lost by either.
    """
    until = None if timeout_s is None else time.monotonic() + timeout_s
    wait_s = pace.first_s
    while True:
        trouble = _collect_once(ledger, plan_id, service, notice)
        if trouble:
            notice(trouble)
        waiting = [job for job in ledger.jobs(plan_id) if job.state is JobState.SUBMITTED]
        if not waiting:
            return replay(ledger, plan_id)
        left = wait_s if until is None else until - time.monotonic()
        if left <= 0:
            raise StillRunningError(
                f"plan {plan_id}: {len(waiting)} jobs have not ended, as {waiting[0].provider_id}"
                f"{f' ({trouble})' if trouble else ''}; they are recorded: collect them later"
            )
        time.sleep(min(wait_s, left))
        wait_s = min(wait_s * pace.factor, pace.longest_s)


def replay(ledger: Ledger, plan_id: str) -> list[Outcomes]:
    """Every circuit's outcomes from the ledger alone; raises InputError if some are missing, and says why."""
    jobs = ledger.jobs(plan_id)
    done = {job.part for job in jobs if job.state is JobState.DONE}
    for job in _newest(jobs):
        if job.part in done:
            continue
        if job.state in _ENDED_BADLY:
            why = f": {job.message}" if job.message else ""
            raise InputError(
                f"job {job.provider_id} of plan {plan_id} {'failed' if job.state is JobState.FAILED else 'was cancelled'}"
                f"{why}; what came is kept; --resubmit pays for another one"
            )
        raise InputError(f"plan {plan_id} has no results yet: job {job.tag} is {job.state.value}; run or collect it")
    found = ledger.results(plan_id)
    outcomes = [each for each in found if each is not None]
    if len(outcomes) < len(found):
        raise InputError(f"{ledger.path} is damaged: results of plan {plan_id} are missing though its jobs are done")
    return outcomes


def cancel(ledger: Ledger, plan_id: str, service: Service) -> None:
    """Ask the service to cancel the plan's jobs that have not ended; ``collect`` then records what became of them."""
    for job in ledger.jobs(plan_id):
        if job.state is JobState.SUBMITTED and job.provider_id is not None:
            service.cancel(job.provider_id)


def _submit_one(ledger: Ledger, job: Job, service: Service, *, resubmit: bool, notice: Callable[[str], None]) -> None:
    """Submit one job, unless its tag is at the service already."""
    found = service.find(job.tag)
    notice("looked up")
    if found:
        ledger.mark_submitted(job, found)
        notice("found again")
        return
    if (
        job.state is JobState.SUBMITTING
        and not resubmit
        and _age_s(job) <= service.listing_lag_s
        and service.listing_lag_s
    ):
        raise InputError(
            f"it is not known whether job {job.tag} was submitted, and {service.name} does not list it (yet): look for this"
            " tag there, run again later, or submit it (again) with --resubmit"
        )
    circuits = ledger.circuits(job.plan, job.part)  # before anything is in doubt: they may be damaged
    tags = (ledger.plan(job.plan).tag, job.tag)
    ledger.mark_submitting(job)
    notice("marked submitting")
    try:
        provider_id = service.submit([one.qpy for one in circuits], [one.shots for one in circuits], tags)
    except NothingSubmittedError as error:
        ledger.mark_not_submitted(job, one_line(error))
        raise
    except ServiceError as error:
        raise InputError(
            f"{error}; it is not known whether job {job.tag} was submitted: run again, its tag is looked up first"
        ) from error
    notice("service answered")
    try:
        ledger.mark_submitted(job, [provider_id])
    except InputError as error:
        raise InputError(f"job {provider_id} was submitted, but: {error}; its tag finds it") from error
    notice("marked submitted")


def _collect_once(ledger: Ledger, plan_id: str, service: Service, notice: Callable[[str], None]) -> str:
    """Ask for every submitted job once and store those that have ended; what kept the service from answering, or ""."""
    trouble = ""
    for job in ledger.jobs(plan_id):
        try:
            if job.uncertain or job.state is JobState.SUBMITTING:  # a submission that was broken off may have arrived
                ledger.mark_submitted(job, service.find(job.tag))
        except UnreachableError as error:
            trouble = str(error)
    for job in ledger.jobs(plan_id):
        if job.state is not JobState.SUBMITTED or job.provider_id is None:
            continue
        try:
            at_service = service.status(job.provider_id)
            notice("asked")
            if at_service.status is JobStatus.DONE:
                result = service.result(job.provider_id)
                notice("fetched")
                ledger.record(job, result)
                notice("recorded")
            elif at_service.status is not JobStatus.WAITING:
                ledger.mark_ended(job, at_service.status, at_service.message)
                notice("marked ended")
        except UnreachableError as error:
            trouble = str(error)
    return trouble


def _refuse_beyond(max_qpu_seconds: float, ledger: Ledger, plan_id: str, *, resubmit: bool) -> None:
    """Raise InputError if what was submitted and what would be now cost more, by what was charged or else by estimate."""
    spent = sum(
        job.charged_s if job.charged_s is not None else cost_of([ledger.circuits(plan_id, job.part)]).qpu_seconds
        for job in ledger.jobs(plan_id)
        if job.provider_id is not None
    )
    coming = cost(ledger, plan_id, resubmit=resubmit)
    if coming.jobs and not spent + coming.qpu_seconds <= max_qpu_seconds:  # refuses NaN too
        before = f" after {spent:.1f} for earlier jobs" if spent else ""
        raise InputError(
            f"plan {plan_id} would cost {coming}{before}: more than the {max_qpu_seconds:g} allowed; nothing was submitted"
        )


def _newest(jobs: Sequence[Job]) -> list[Job]:
    """Of each part the attempt that counts: one that is done or under way if there is, else the last."""
    best: dict[int, Job] = {}
    rank = {JobState.DONE: 2, JobState.SUBMITTED: 1}
    for job in jobs:
        if job.part not in best or rank.get(job.state, 0) >= rank.get(best[job.part].state, 0):
            best[job.part] = job
    return [best[part] for part in sorted(best)]


def _age_s(job: Job) -> float:
    """How long ago the job came into its state, in seconds."""
    return (datetime.now(UTC) - datetime.fromisoformat(job.changed)).total_seconds()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
