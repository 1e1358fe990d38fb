"""Jobs of local backends: recorded in a file at submission, computed when their result is asked for, the same each time.

A job's random numbers follow from the seed of its options, from its circuits and from how many jobs of its plan came before
it: so a run can be repeated, and no two circuits or repeated jobs share their noise. Every call opens the file, is one
transaction, and closes it again, so that any number of processes may use it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
import uuid
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import numpy

from noclone.hardware_checks.ledger_files import reporting, transaction
from noclone.hardware_checks.services import (
    JobResult,
    JobStatus,
    NothingSubmittedError,
    ServiceError,
    ServiceJob,
    one_line,
)
from noclone.hardware_checks.shot_outcomes import Outcomes
from noclone.hardware_checks.stored_circuits import from_qpy
from noclone.models.errors import InputError

__all__ = ["LocalJob", "LocalJobs", "LocalService", "Sampler"]

_APPLICATION = 0x6E6F_6A62
_VERSION = 1
_SCHEMA = f"""
CREATE TABLE jobs(
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, backend TEXT NOT NULL, calibrated TEXT, options TEXT NOT NULL,
    plan TEXT NOT NULL, turn INTEGER NOT NULL, submitted TEXT NOT NULL) STRICT;
CREATE TABLE tags(job INTEGER NOT NULL REFERENCES jobs, tag TEXT NOT NULL) STRICT;
CREATE TABLE circuits(
    job INTEGER NOT NULL REFERENCES jobs, place INTEGER NOT NULL, qpy BLOB NOT NULL, shots INTEGER NOT NULL,
    PRIMARY KEY(job, place)) STRICT;
CREATE INDEX tagged ON tags(tag);
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_VERSION};
"""


@dataclass(frozen=True, slots=True)
class LocalJob:
    """A job as recorded. ``turn`` counts the jobs with the same first tag that came before it."""

    id: str
    backend: str
    calibrated: str | None
    options: Mapping[str, Any]
    turn: int
    circuits: tuple[bytes, ...]
    shots: tuple[int, ...]


class Sampler(Protocol):
    """What executes one circuit; both methods may raise InputError, or whatever their packages raise."""

    def check(self, circuit: Any, shots: int, options: Mapping[str, Any]) -> None:
        """Raises InputError for a circuit or a number of shots that ``sample`` would refuse."""

    def sample(self, circuit: Any, shots: int, seed: numpy.random.SeedSequence, options: Mapping[str, Any]) -> Outcomes:
        """So many shots of a ``QuantumCircuit``: the bits of its register "meas"."""


class LocalJobs:
    """The file of the jobs; raises ServiceError for one that is damaged, foreign, newer or not writable."""

    def __init__(self, path: Path, *, wait_s: float = 30.0) -> None:
        self.path, self._wait_s = path, wait_s

    def add(
        self,
        circuits: Sequence[bytes],
        shots: Sequence[int],
        tags: Sequence[str],
        *,
        backend: str,
        calibrated: str | None,
        options: Mapping[str, Any],
    ) -> str:
        """Record a job; its id."""
        job_id, plan, now = f"local-{uuid.uuid4().hex[:12]}", tags[0] if tags else "", datetime.now(UTC).isoformat()
        with self._file() as file, transaction(file):
            turn = file.execute("SELECT count(*) FROM jobs WHERE plan = ?", (plan,)).fetchone()[0]
            row = (job_id, backend, calibrated, json.dumps(dict(options)), plan, turn, now)
            number = file.execute(
                "INSERT INTO jobs(id, backend, calibrated, options, plan, turn, submitted) VALUES (?,?,?,?,?,?,?)", row
            ).lastrowid
            file.executemany("INSERT INTO tags VALUES (?,?)", [(number, tag) for tag in dict.fromkeys(tags)])
            pairs = enumerate(zip(circuits, shots, strict=True))
            file.executemany(
                "INSERT INTO circuits VALUES (?,?,?,?)", [(number, place, qpy, count) for place, (qpy, count) in pairs]
            )
        return job_id

    def find(self, tag: str, backend: str) -> list[str]:
        """The ids of a backend's jobs with this tag, in the order of their submission."""
        with self._file() as file:
            rows = file.execute(
                "SELECT id FROM jobs JOIN tags ON tags.job = jobs.number WHERE tag = ? AND backend = ? ORDER BY number",
                (tag, backend),
            )
            return [job_id for (job_id,) in rows]

    def job(self, job_id: str, backend: str) -> LocalJob:
        """The backend's job with this id; raises ServiceError if there is none."""
        with self._file() as file:
            row = file.execute(
                "SELECT number, calibrated, options, turn FROM jobs WHERE id = ? AND backend = ?", (job_id, backend)
            ).fetchone()
            if row is None:
                raise ServiceError(f"{self.path} has no job '{job_id}' of {backend}: was the file moved or deleted?")
            number, calibrated, options, turn = row
            circuits = file.execute(
                "SELECT qpy, shots FROM circuits WHERE job = ? ORDER BY place", (number,)
            ).fetchall()
        try:
            known: dict[str, Any] = json.loads(options)
        except ValueError:
            raise ServiceError(self._damaged("a job's options are not JSON")) from None
        stored, shots = tuple(qpy for qpy, _ in circuits), tuple(count for _, count in circuits)
        return LocalJob(job_id, backend, calibrated, known, turn, stored, shots)

    @contextmanager
    def _file(self) -> Iterator[sqlite3.Connection]:
        """An open file of this version, created if there is none."""
        try:
            with reporting(self.path), closing(self._opened()) as file:
                yield file
        except ServiceError:
            raise
        except InputError as error:
            code = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
            if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR):
                raise ServiceError(self._damaged(str(error.__cause__))) from error
            raise ServiceError(str(error)) from error

    def _opened(self) -> sqlite3.Connection:
        file = sqlite3.connect(self.path, timeout=self._wait_s, isolation_level=None)
        try:
            file.execute("PRAGMA foreign_keys = ON")
            if _is_new(file):
                with transaction(file):
                    if _is_new(file):  # another process may have been faster
                        for statement in filter(str.strip, _SCHEMA.split(";")):
                            file.execute(statement)
            if file.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION:
                raise ServiceError(self._damaged("it is another program's database"))
            version = file.execute("PRAGMA user_version").fetchone()[0]
            if version > _VERSION:
                raise ServiceError(
                    f"{self.path} holds local jobs in version {version}, this noclone knows {_VERSION}: update noclone"
                )
        except BaseException:
            file.close()
            raise
        return file

    def _damaged(self, why: str) -> str:
        return (
            f"{self.path} holds no local jobs or is damaged ({why}): move it away; results that were collected are in the"
            " ledger, other jobs run again with --resubmit"
        )


def _is_new(file: sqlite3.Connection) -> bool:
    tables: int = file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    return tables == 0 and file.execute("PRAGMA user_version").fetchone()[0] == 0


class LocalService:
    """A ``Service`` on this machine. Its listing is consistent, its jobs are done at once, and nothing is charged.

    ``options`` (a mapping with "seed") go with the jobs that are submitted; a job is computed with its own.
    """

    listing_lag_s = 0.0

    def __init__(
        self,
        name: str,
        jobs: LocalJobs,
        sampler: Sampler,
        *,
        options: Mapping[str, Any],
        calibrated: str | None = None,
        properties: str | None = None,
    ) -> None:
        self.name, self._jobs, self._sampler, self._options = name, jobs, sampler, dict(options)
        self._calibrated, self._properties = calibrated, properties

    def submit(self, circuits: Sequence[bytes], shots: Sequence[int], tags: Sequence[str]) -> str:
        """Check every circuit, record the job; raises NothingSubmittedError for circuits that the backend cannot do."""
        try:
            for place, (stored, count) in enumerate(zip(circuits, shots, strict=True)):
                with self._explained(place):
                    self._sampler.check(from_qpy(stored), count, self._options)
            known = {"backend": self.name, "calibrated": self._calibrated, "options": self._options}
            return self._jobs.add(circuits, shots, tags, **known)  # type: ignore[arg-type]
        except ServiceError as error:
            raise NothingSubmittedError(str(error)) from error

    def find(self, tag: str) -> list[str]:
        """The ids of all jobs with this tag."""
        return self._jobs.find(tag, self.name)

    def status(self, job_id: str) -> ServiceJob:
        """Done, as soon as it was submitted."""
        self._jobs.job(job_id, self.name)
        return ServiceJob(JobStatus.DONE)

    def result(self, job_id: str) -> JobResult:
        """The job's outcomes, computed now; raises ServiceError if this noclone's calibration is not the job's."""
        job = self._jobs.job(job_id, self.name)
        if job.calibrated != self._calibrated:
            raise ServiceError(
                f"job {job_id} was submitted with the calibration of {job.calibrated}, {self.name} now has that of"
                f" {self._calibrated}: submit it again with --resubmit"
            )
        seeds = self._entropy(job).spawn(len(job.circuits))
        outcomes = []
        for place, (stored, shots, seed) in enumerate(zip(job.circuits, job.shots, seeds, strict=True)):
            with self._explained(place):
                outcomes.append(self._sampler.sample(from_qpy(stored), shots, seed, job.options))
        return JobResult(tuple(outcomes), self._calibrated, self._properties, 0.0)

    def cancel(self, job_id: str) -> None:
        """Nothing: the job is done; raises ServiceError if there is none."""
        self._jobs.job(job_id, self.name)

    def _entropy(self, job: LocalJob) -> numpy.random.SeedSequence:
        """The root of a job's random numbers."""
        content = hashlib.sha256()
        for stored in job.circuits:
            with self._explained(0):
                content.update(_described(from_qpy(stored)))
        return numpy.random.SeedSequence(
            [int(job.options.get("seed", 0)), job.turn, int.from_bytes(content.digest()[:16])]
        )

    @contextmanager
    def _explained(self, place: int) -> Iterator[None]:
        """Whatever goes wrong is a ServiceError of one line; warnings of the packages are not passed on."""
        try:
            with warnings.catch_warnings(), _silent("qiskit_aer"):
                warnings.simplefilter("ignore")
                yield
        except ServiceError:
            raise
        except InputError as error:
            raise ServiceError(f"circuit {place} on {self.name}: {error}") from error
        except MemoryError as error:
            raise ServiceError(f"circuit {place} on {self.name}: there is too little memory for it") from error
        except Exception as error:  # the packages document no root of what they raise
            raise ServiceError(
                f"circuit {place}: {self.name} failed: {type(error).__name__}: {one_line(error)}"
            ) from error


@contextmanager
def _silent(package: str) -> Iterator[None]:
    """No log of a package: Aer logs what it raises, or reports in its result."""
    logger = logging.getLogger(package)
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


def _described(circuit: Any) -> bytes:
    """What a circuit does, without its name and whatever else a version of Qiskit may store differently."""
    rows = [
        (
            each.operation.name,
            [circuit.find_bit(qubit).index for qubit in each.qubits],
            [circuit.find_bit(bit).index for bit in each.clbits],
            [str(parameter) for parameter in each.operation.params],
        )
        for each in circuit.data
    ]
    return json.dumps(rows).encode()
