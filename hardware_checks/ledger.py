"""The ledger of runs: plans, circuits, jobs and results, so that nothing that was paid for is ever lost or paid for twice.

A job goes planned → submitting → submitted → done, failed or cancelled; "submitting" is on disk before the service is
asked, the job's id before anything waits for it. Several processes may use one ledger at once.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import uuid
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from noclone.hardware_checks.ledger_files import lease, open_ledger, reporting, transaction
from noclone.hardware_checks.run_plans import Job, JobState, Plan, PlannedCircuit, checked_json, parts_of
from noclone.hardware_checks.services import JobResult, JobStatus
from noclone.hardware_checks.shot_outcomes import Outcomes
from noclone.models.errors import InputError, nearest

__all__ = ["Ledger"]

_JOB = "number, plan, part, attempt, tag, state, provider_id, changed, submitted, message, uncertain, calibrated, charged_s"


class Ledger:
    """A ledger's file, created if it is not there; raises InputError for one that is damaged, newer or not writable.

    ``wait_s`` is how long to wait for other processes. Use it in a ``with`` statement, or close it.
    """

    def __init__(self, path: Path | str, *, wait_s: float = 30.0) -> None:
        self.path, self._wait_s = Path(path), wait_s
        self._connection = open_ledger(self.path, wait_s=wait_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def lease(self, plan_id: str, *, wait_s: float | None = None) -> AbstractContextManager[None]:
        """The sole right to submit this plan on this machine, for a ``with`` statement."""
        return lease(self.path, self.plan(plan_id).id, wait_s=self._wait_s if wait_s is None else wait_s)

    def add_plan(
        self,
        experiment: Mapping[str, Any],
        circuits: Sequence[PlannedCircuit],
        *,
        backend: str,
        options: Mapping[str, Any],
        versions: Mapping[str, str],
    ) -> Plan:
        """Record a plan with its circuits and its jobs, none submitted; raises InputError for no circuits and for secrets."""
        if not circuits:
            raise InputError("a plan needs at least one circuit")
        plan_id = uuid.uuid4().hex[:12]
        texts = [checked_json(experiment, "the experiment"), checked_json(options, "the options"), backend]
        texts.append(checked_json(versions, "the versions"))
        described = [(checked_json(one.layout, "a layout"), checked_json(one.settings, "settings")) for one in circuits]
        parts = parts_of(circuits)
        now = _now()
        with reporting(self.path), transaction(self._connection):
            self._execute("INSERT INTO plans VALUES (?,?,?,?,?,?,?)", plan_id, f"noclone-{plan_id}", now, *texts)
            for place, (one, part, (layout, settings)) in enumerate(zip(circuits, parts, described, strict=True)):
                digest = _digest(one.qpy, one.shots, layout, settings)
                row = (one.qpy, digest, one.shots, layout, settings, one.duration_s)
                self._execute("INSERT INTO circuits VALUES (?,?,?,?,?,?,?,?,?)", plan_id, place, part, *row)
            for part in range(parts[-1] + 1):
                self._add_job(plan_id, part, 1)
        return self.plan(plan_id)

    def plans(self) -> list[Plan]:
        """All plans, the oldest first."""
        with reporting(self.path):
            return [self._plan_of(row) for row in self._execute("SELECT * FROM plans ORDER BY created, id")]

    def plan(self, plan_id: str) -> Plan:
        """The plan with this id; raises InputError if there is none."""
        with reporting(self.path):
            row = self._execute("SELECT * FROM plans WHERE id = ?", plan_id).fetchone()
            if row is None:
                known = [name for (name,) in self._execute("SELECT id FROM plans")]
                raise InputError(f"{self.path} has no plan '{plan_id}'.{nearest(plan_id, known)}")
        return self._plan_of(row)

    def circuits(self, plan_id: str, part: int | None = None) -> list[PlannedCircuit]:
        """A plan's circuits in order, or only those of one part; raises InputError if a stored one was altered."""
        self.plan(plan_id)
        with reporting(self.path):
            rows = self._execute(
                "SELECT qpy, sha256, shots, layout, settings, duration_s FROM circuits"
                " WHERE plan = ? AND (? IS NULL OR part = ?) ORDER BY place",
                *(plan_id, part, part),
            ).fetchall()
        return [
            PlannedCircuit(
                self._intact(digest, qpy, shots, layout, settings),
                shots,
                self._json(layout),
                self._json(settings),
                duration,
            )
            for qpy, digest, shots, layout, settings, duration in rows
        ]

    def jobs(self, plan_id: str) -> list[Job]:
        """All jobs of a plan, by part and attempt."""
        self.plan(plan_id)
        with reporting(self.path):
            rows = self._execute(f"SELECT {_JOB} FROM jobs WHERE plan = ? ORDER BY part, attempt", plan_id).fetchall()  # noqa: S608 - a constant
        return [self._job_of(row) for row in rows]

    def properties(self, job: Job) -> str | None:
        """The backend's properties during the job, as JSON, if they are known; raises InputError if they were altered."""
        with reporting(self.path):
            found: str | None = self._execute("SELECT properties FROM jobs WHERE number = ?", job.number).fetchone()[0]
        if found is None:
            return None
        digest, _, properties = found.partition(" ")
        return self._intact(digest, properties.encode()).decode()

    def results(self, plan_id: str) -> list[Outcomes | None]:
        """For each circuit its stored outcomes, of the first attempt that has them; None where there are none yet."""
        self.plan(plan_id)
        with reporting(self.path):
            rows = self._execute(
                "SELECT results.place, outcomes, results.sha256 FROM results JOIN jobs ON jobs.number = results.job"
                " WHERE jobs.plan = ? ORDER BY state = 'done', attempt DESC",
                plan_id,
            ).fetchall()
            places = self._execute("SELECT count(*) FROM circuits WHERE plan = ?", plan_id).fetchone()[0]
        found = {place: self._intact(digest, archive) for place, archive, digest in rows}
        return [Outcomes.from_npz(found[place]) if place in found else None for place in range(places)]

    def mark_submitting(self, job: Job) -> None:
        """Record that the service is about to be asked; a second time for one job makes it uncertain."""
        with reporting(self.path), transaction(self._connection):
            again = self._expect(job, JobState.PLANNED, JobState.SUBMITTING).state is JobState.SUBMITTING
            self._set(job, state=JobState.SUBMITTING.value, uncertain=int(again or job.uncertain))

    def mark_not_submitted(self, job: Job, message: str) -> None:
        """Record that the service did not take the job; an uncertain one stays in doubt."""
        with reporting(self.path), transaction(self._connection):
            if not self._expect(job, JobState.SUBMITTING).uncertain:
                self._set(job, state=JobState.PLANNED.value, message=message)

    def mark_submitted(self, job: Job, provider_ids: Sequence[str]) -> None:
        """Record the job's id at the service; further ids with its tag become further attempts, so that none is lost."""
        with reporting(self.path), transaction(self._connection):
            known = {one.provider_id for one in self._jobs_of_part(job)}
            new = [each for each in dict.fromkeys(provider_ids) if each not in known]
            if new and self._current(job).provider_id is None:
                first = new.pop(0)
                self._set(job, state=JobState.SUBMITTED.value, provider_id=first, submitted=_now(), message="")
            for provider_id in new:
                attempt = max(one.attempt for one in self._jobs_of_part(job)) + 1
                number = self._add_job(job.plan, job.part, attempt, tag=job.tag)
                self._execute(
                    "UPDATE jobs SET state = 'submitted', provider_id = ?, submitted = ? WHERE number = ?",
                    *(provider_id, _now(), number),
                )

    def mark_ended(self, job: Job, status: JobStatus, message: str) -> None:
        """Record that a submitted job failed or was cancelled; one that has ended already stays as it is."""
        with reporting(self.path), transaction(self._connection):
            if self._current(job).state is JobState.SUBMITTED:
                self._set(job, state=JobState(status.value).value, message=message)

    def record(self, job: Job, result: JobResult) -> None:
        """Store a job's outcomes; with some missing, what came is stored and the job has failed. A second time: nothing."""
        with reporting(self.path), transaction(self._connection):
            if self._current(job).state is not JobState.SUBMITTED:
                return
            wanted = self._execute(
                "SELECT place, shots FROM circuits WHERE plan = ? AND part = ? ORDER BY place", job.plan, job.part
            ).fetchall()
            given = [*result.outcomes, *[None] * len(wanted)]
            missing = len(result.outcomes) - len(wanted) if len(result.outcomes) > len(wanted) else 0
            for (place, shots), outcomes in zip(wanted, given, strict=False):
                missing += outcomes is None or outcomes.shots < shots
                if outcomes is not None:
                    archive = outcomes.to_npz()
                    row = (job.number, place, archive, _digest(archive), _now())
                    self._execute("INSERT INTO results VALUES (?,?,?,?,?)", *row)
            message = f"partial results: {missing} of {len(wanted)} circuits lack shots" if missing else ""
            state = JobState.FAILED if missing else JobState.DONE
            self._set(job, state=state.value, message=message, calibrated=result.calibrated)
            known = None if result.properties is None else f"{_digest(result.properties.encode())} {result.properties}"
            self._execute(
                "UPDATE jobs SET charged_s = ?, properties = ? WHERE number = ?",
                *(result.charged_s, known, job.number),
            )

    def add_attempt(self, job: Job) -> Job:
        """A further attempt at the part of a job that failed or was cancelled, planned, under a tag of its own."""
        with reporting(self.path), transaction(self._connection):
            self._expect(job, JobState.FAILED, JobState.CANCELLED)
            attempt = max(one.attempt for one in self._jobs_of_part(job)) + 1
            return self._by_number(self._add_job(job.plan, job.part, attempt))

    def _add_job(self, plan_id: str, part: int, attempt: int, *, tag: str | None = None) -> int:
        own = tag or f"noclone-{plan_id}-{part}-{attempt}"
        inserted = self._execute(
            "INSERT INTO jobs(plan, part, attempt, tag, state, changed) VALUES (?,?,?,?,?,?)",
            *(plan_id, part, attempt, own, JobState.PLANNED.value, _now()),
        )
        return int(inserted.lastrowid or 0)

    def _set(self, job: Job, **columns: object) -> None:
        names = ", ".join(f"{name} = ?" for name in columns)
        values = (*columns.values(), _now(), job.number)
        self._execute(f"UPDATE jobs SET {names}, changed = ? WHERE number = ?", *values)  # noqa: S608 - our own names

    def _expect(self, job: Job, *states: JobState) -> Job:
        """The job as it is now; raises InputError if another process has moved it elsewhere."""
        now = self._current(job)
        if now.state not in states:
            raise InputError(f"job {job.tag} is {now.state.value} by now: another process moved it; run again")
        return now

    def _current(self, job: Job) -> Job:
        return self._by_number(job.number)

    def _by_number(self, number: int) -> Job:
        return self._job_of(self._execute(f"SELECT {_JOB} FROM jobs WHERE number = ?", number).fetchone())  # noqa: S608 - a constant

    def _jobs_of_part(self, job: Job) -> list[Job]:
        rows = self._execute(f"SELECT {_JOB} FROM jobs WHERE plan = ? AND part = ?", job.plan, job.part)  # noqa: S608 - a constant
        return [self._job_of(row) for row in rows]

    def _execute(self, statement: str, *values: object) -> sqlite3.Cursor:
        return self._connection.execute(statement, values)

    def _job_of(self, row: tuple[Any, ...]) -> Job:
        try:
            values = dict(zip(_JOB.split(", "), row, strict=True))
            return Job(**values | {"state": JobState(values["state"]), "uncertain": bool(values["uncertain"])})
        except ValueError:
            raise InputError(f"{self.path} is damaged: a job is in the unknown state '{row[5]}'") from None

    def _plan_of(self, row: tuple[Any, ...]) -> Plan:
        plan_id, tag, created, experiment, options, backend, versions = row
        return Plan(plan_id, tag, created, self._json(experiment), self._json(options), backend, self._json(versions))

    def _json(self, text: str) -> Any:
        try:
            return json.loads(text)
        except ValueError as error:
            raise InputError(f"{self.path} is damaged: a text in it is not JSON ({error})") from None

    def _intact(self, digest: str, stored: bytes, *described: object) -> bytes:
        if _digest(stored, *described) != digest:
            raise InputError(
                f"{self.path} is damaged: a stored circuit, calibration or result does not have its checksum; restore an export"
            )
        return stored


def _digest(stored: bytes, *described: object) -> str:
    return hashlib.sha256(stored + json.dumps(described).encode() if described else stored).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat()
