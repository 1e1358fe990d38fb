"""A service that keeps its jobs in a file, so that processes that use it can be killed; and a process to kill.

As a program: ``doubles.py LEDGER JOBS POINT SECONDS`` plans (if the ledger is empty), runs and collects; at POINT it kills itself, at each
other point it waits so many seconds.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy

from noclone.hardware_checks.ledger import Ledger
from noclone.hardware_checks.run_plans import PlannedCircuit
from noclone.hardware_checks.running import Pace, plan, run
from noclone.hardware_checks.services import JobResult, JobStatus, ServiceJob, UnreachableError, translated
from noclone.hardware_checks.shot_outcomes import Outcomes
from noclone.models.errors import InputError

FAST = Pace(first_s=0.001, factor=1.0, longest_s=0.001)


class ServiceDouble:
    """A service whose jobs are rows of a SQLite file; it does what its attributes tell.

    ``lag_s``: how long find does not list a job. ``raises``: {method: exception}, raised each time; of submit after the job was
    taken if ``taken_all_the_same``. ``ends``: the status that jobs end in, after ``asks`` questions. ``lost``: how many circuits,
    and ``short``: how many shots of the first circuit, a result lacks.
    """

    name = "double"

    def __init__(self, path, *, lag_s=0.0, listing_lag_s=0.0, point=lambda name: None):
        self.path, self.lag_s, self.listing_lag_s, self.point = Path(path), lag_s, listing_lag_s, point
        self.raises, self.taken_all_the_same, self.ends, self.asks = {}, False, JobStatus.DONE, 2
        self.lost = self.short = 0
        with self.file() as file:
            file.execute(
                "CREATE TABLE IF NOT EXISTS jobs(number INTEGER PRIMARY KEY, text TEXT, made REAL, asked INTEGER)"
            )

    def file(self):
        """The jobs' file; what a killed process wrote is there without waiting for the disk."""
        file = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        file.execute("PRAGMA synchronous = OFF")
        return closing(file)

    def rows(self):
        with self.file() as file:
            return [
                (f"job-{number}", json.loads(text), made, asked)
                for number, text, made, asked in file.execute("SELECT * FROM jobs ORDER BY number")
            ]

    def fail(self, method):
        if method in self.raises:
            raise translated(self.raises[method])

    def submit(self, circuits, shots, tags):
        self.point("service is asked")
        if not self.taken_all_the_same:
            self.fail("submit")
        text = json.dumps({"circuits": [each.decode() for each in circuits], "shots": list(shots), "tags": list(tags)})
        with self.file() as file:
            number = file.execute("INSERT INTO jobs(text, made, asked) VALUES (?, ?, 0)", (text, time.time())).lastrowid
        self.point("service has taken it")
        self.fail("submit")
        return f"job-{number}"

    def find(self, tag):
        self.fail("find")
        return [name for name, job, made, _ in self.rows() if tag in job["tags"] and time.time() - made >= self.lag_s]

    def status(self, job_id):
        self.fail("status")
        with self.file() as file:
            number = int(job_id.removeprefix("job-"))
            (asked,) = file.execute(
                "UPDATE jobs SET asked = asked + 1 WHERE number = ? RETURNING asked", (number,)
            ).fetchone()
        return ServiceJob(self.ends, "calibration lost") if asked >= self.asks else ServiceJob(JobStatus.WAITING)

    def result(self, job_id):
        self.fail("result")
        (job,) = [job for name, job, _, _ in self.rows() if name == job_id]
        pairs = list(zip(job["circuits"], job["shots"], strict=True))[: len(job["shots"]) - self.lost]
        outcomes = [outcomes_of(text.encode(), shots) for text, shots in pairs]
        if self.short:
            outcomes[0] = outcomes_of(pairs[0][0].encode(), pairs[0][1] - self.short)
        return JobResult(tuple(outcomes), "2026-04-15T00:00:00+00:00", '{"qubits": []}', 3.5)

    def cancel(self, job_id):  # noqa: ARG002 - the interface's
        self.fail("cancel")
        self.ends = JobStatus.CANCELLED


def outcomes_of(qpy, shots):
    """What a circuit gives: random, the same for the same bytes."""
    seed = int.from_bytes(qpy, "little") % 2**32
    return Outcomes.from_array(numpy.random.default_rng(seed).random((shots, 11)) < 0.5)


def three_circuits():
    return [PlannedCircuit(f"circuit {i}".encode(), 40, {"R": i}, {"pauli": "XX"}, 1e-5) for i in range(3)]


def main():
    """Run one plan to its end, telling of each step on the standard output; kill this process at the point named."""
    path, jobs, wanted, jitter_s = Path(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4])

    def point(name):
        print(name, flush=True)
        time.sleep(jitter_s)
        if name == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    point("started")
    try:
        with Ledger(path) as ledger:
            point("opened")
            if not ledger.plans():
                plan(ledger, {"name": "test"}, three_circuits(), backend="double")
            point("planned")
            service = ServiceDouble(jobs, point=point)
            run(ledger, ledger.plans()[0].id, service, timeout_s=30, pace=FAST, notice=point)
    except (InputError, UnreachableError) as error:
        sys.exit(f"refused: {error}")
    point("ended")


if __name__ == "__main__":
    main()
