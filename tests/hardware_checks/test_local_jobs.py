"""The file of local jobs: recorded at once, computed later, the same each time, by any number of processes."""

from __future__ import annotations

import logging
import sqlite3
import subprocess
import sys
import warnings
from contextlib import closing

import numpy
import pytest
from qiskit import QuantumCircuit

from noclone.hardware_checks.local_jobs import LocalJobs, LocalService
from noclone.hardware_checks.services import JobStatus, NothingSubmittedError, ServiceError
from noclone.hardware_checks.shot_outcomes import Outcomes
from noclone.hardware_checks.stored_circuits import to_qpy
from noclone.models.errors import InputError


def circuit_of(*turned):
    made = QuantumCircuit(2, 1)
    for qubit in turned:
        made.x(qubit)
    return to_qpy(made)


class Coins:
    """A sampler of fair coins that does what its attributes tell."""

    def __init__(self):
        self.raises = self.refuses = None
        self.seen = []

    def check(self, circuit, shots, options):  # noqa: ARG002 - the interface's
        if self.refuses:
            raise self.refuses

    def sample(self, circuit, shots, seed, options):  # noqa: ARG002 - the interface's
        self.seen.append(dict(options))
        warnings.warn("a package's own business", UserWarning, stacklevel=1)
        logging.getLogger("qiskit_aer.backends").warning("as this")
        if self.raises:
            raise self.raises
        return Outcomes.from_array(numpy.random.default_rng(seed).random((shots, 3)) < 0.5)


def service_of(tmp_path, *, sampler=None, seed=0, name="coins", calibrated="2026-04-15", **options):
    jobs = LocalJobs(tmp_path / "jobs")
    return LocalService(
        name, jobs, sampler or Coins(), options={"seed": seed, **options}, calibrated=calibrated, properties="{}"
    )


def outcomes_of(service, *circuits, tags=("plan", "plan-0-1")):
    return service.result(service.submit([*circuits], [50] * len(circuits), tags)).outcomes


def test_a_job_is_done_at_once_and_found_by_each_of_its_tags(tmp_path):
    service = service_of(tmp_path)
    first = service.submit([circuit_of()], [10], ["plan", "plan-0-1"])
    second = service.submit([circuit_of(0)], [20], ["plan", "plan-1-1"])
    assert service.find("plan") == [first, second]
    assert service.find("plan-1-1") == [second]
    assert service.find("plan-2-1") == []
    assert service.status(first).status is JobStatus.DONE
    service.cancel(first)
    result = service.result(second)
    assert (result.calibrated, result.properties, result.charged_s) == ("2026-04-15", "{}", 0.0)
    assert [each.shots for each in result.outcomes] == [20]


def test_a_result_is_the_same_each_time_and_in_another_process_of_the_same_file(tmp_path):
    service = service_of(tmp_path)
    job = service.submit([circuit_of(), circuit_of()], [50, 50], ["plan"])
    assert service.result(job) == service.result(job) == service_of(tmp_path).result(job)


def test_a_run_can_be_repeated_by_its_seed(tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    first = outcomes_of(service_of(tmp_path / "one", seed=5), circuit_of(0), tags=("plan",))
    assert outcomes_of(service_of(tmp_path / "other", seed=5), circuit_of(0), tags=("another plan",)) == first
    assert outcomes_of(service_of(tmp_path / "other", seed=6), circuit_of(0), tags=("a third",)) != first


def test_circuits_jobs_and_other_circuits_never_share_their_random_numbers(tmp_path):
    service = service_of(tmp_path)
    first = outcomes_of(service, circuit_of(), circuit_of())
    again = outcomes_of(service, circuit_of(), circuit_of())
    other = outcomes_of(service, circuit_of(0), circuit_of(), tags=("another plan",))
    every = [*first, *again, *other]
    assert len({each.packed for each in every}) == len(every)


def test_names_of_circuits_do_not_count(tmp_path):
    one, other = QuantumCircuit(1, name="circuit-1"), QuantumCircuit(1, name="circuit-2")
    first = outcomes_of(service_of(tmp_path), to_qpy(one), tags=("plan",))
    assert outcomes_of(service_of(tmp_path), to_qpy(other), tags=("another plan",)) == first


def test_a_job_keeps_the_options_that_it_was_submitted_with(tmp_path):
    job = service_of(tmp_path, twirling=True).submit([circuit_of()], [10], ["plan"])
    coins = Coins()
    service_of(tmp_path, sampler=coins, twirling=False).result(job)
    assert coins.seen == [{"seed": 0, "twirling": True}]


def test_another_calibration_than_the_jobs_is_refused(tmp_path):
    job = service_of(tmp_path).submit([circuit_of()], [10], ["plan"])
    with pytest.raises(ServiceError, match="calibration of 2026-04-15, coins now has that of 2027-01-01"):
        service_of(tmp_path, calibrated="2027-01-01").result(job)


@pytest.mark.parametrize("method", ["status", "result", "cancel"])
def test_jobs_that_are_not_there_or_another_backends_are_named(tmp_path, method):
    service = service_of(tmp_path)
    foreign = service_of(tmp_path, name="dice").submit([circuit_of()], [10], ["plan"])
    assert service.find("plan") == []
    for job in ("local-1", foreign):
        with pytest.raises(ServiceError, match=f"no job '{job}' of coins"):
            getattr(service, method)(job)


def test_what_is_refused_is_not_submitted(tmp_path):
    coins = Coins()
    coins.refuses = InputError("too large: use stim")
    with pytest.raises(NothingSubmittedError, match="circuit 0 on coins: too large: use stim"):
        service_of(tmp_path, sampler=coins).submit([circuit_of()], [10], ["plan"])
    with pytest.raises(NothingSubmittedError, match="cannot be read"):
        service_of(tmp_path).submit([b"nonsense"], [10], ["plan"])
    assert service_of(tmp_path).find("plan") == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("Aer\nfell over"), "circuit 0: coins failed: RuntimeError: Aer fell over"),
        (InputError("no such gate"), "circuit 0 on coins: no such gate"),
        (MemoryError(), "too little memory"),
        (IndexError(3), "IndexError: 3"),
    ],
)
def test_whatever_a_package_raises_is_one_line_and_nothing_else_is_heard(tmp_path, caplog, error, said):
    """Warnings are errors in these tests; Aer's log is what pytest would have caught."""
    coins = Coins()
    service = service_of(tmp_path, sampler=coins)
    job = service.submit([circuit_of()], [10], ["plan"])
    service.result(job)
    coins.raises = error
    with pytest.raises(ServiceError, match=said) as refused:
        service.result(job)
    assert "\n" not in str(refused.value)
    assert not caplog.records
    logging.getLogger("qiskit_aer.backends").warning("of somebody else's")
    assert len(caplog.records) == 1


def test_an_interruption_is_not_swallowed(tmp_path):
    coins = Coins()
    service = service_of(tmp_path, sampler=coins)
    job = service.submit([circuit_of()], [10], ["plan"])
    coins.raises = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        service.result(job)


def broken(path, how):
    if how == "garbage":
        path.write_bytes(b"not a database at all" * 100)
        return
    LocalJobs(path).add([b"x"], [1], ["plan"], backend="coins", calibrated="2026-04-15", options={"seed": 0})
    if how == "cut":
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 3])
        return
    statements = {
        "foreign": "PRAGMA application_id = 7",
        "newer": "PRAGMA user_version = 9",
        "no table": "DROP TABLE tags",
        "options": "UPDATE jobs SET options = '{'",
        "qpy": "UPDATE circuits SET qpy = x'00'",
    }
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute(statements[how])


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("garbage", "holds no local jobs or is damaged"),
        ("cut", "holds no local jobs or is damaged"),
        ("foreign", "another program's database"),
        ("newer", "version 9, this noclone knows 1: update noclone"),
        ("no table", "damaged .no such table"),
        ("options", "options are not JSON"),
        ("qpy", "cannot be read"),
    ],
)
def test_a_damaged_or_newer_file_is_one_line(tmp_path, how, said):
    broken(tmp_path / "jobs", how)
    service = service_of(tmp_path)

    def results():
        return [service.result(job) for job in service.find("plan")]

    with pytest.raises(ServiceError, match=said) as refused:
        results()
    assert "\n" not in str(refused.value)


def test_a_file_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "jobs").mkdir()
    with pytest.raises(ServiceError, match="cannot be opened"):
        service_of(tmp_path).submit([circuit_of()], [10], ["plan"])


def test_a_file_in_use_is_waited_for_and_then_named(tmp_path):
    jobs = LocalJobs(tmp_path / "jobs", wait_s=0.05)
    known = {"backend": "coins", "calibrated": None, "options": {}}
    jobs.add([b"x"], [1], ["plan"], **known)
    with closing(sqlite3.connect(tmp_path / "jobs", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ServiceError, match="in use by another process"):
            jobs.add([b"x"], [1], ["plan"], **known)
    jobs.add([b"x"], [1], ["plan"], **known)


def test_two_processes_at_once_lose_nothing(tmp_path):
    program = """
import sys
from pathlib import Path
from noclone.hardware_checks.local_jobs import LocalJobs
jobs = LocalJobs(Path(sys.argv[1]))
for _ in range(20):
    jobs.add([b"x"], [1], ["plan", sys.argv[2]], backend="coins", calibrated=None, options={"seed": 0})
"""
    running = [subprocess.Popen([sys.executable, "-c", program, tmp_path / "jobs", name]) for name in ("one", "other")]
    assert [each.wait() for each in running] == [0, 0]
    jobs = LocalJobs(tmp_path / "jobs")
    found = jobs.find("plan", "coins")
    assert len(set(found)) == 40
    assert [len(jobs.find(name, "coins")) for name in ("one", "other")] == [20, 20]
    assert [jobs.job(job, "coins").turn for job in found] == list(range(40))
