"""Runs that are killed, run twice at once, refused or answered in part: one job for one plan, and nothing lost."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import doubles
import pytest
from doubles import FAST, ServiceDouble, outcomes_of, three_circuits

from noclone.hardware_checks.ledger import Ledger
from noclone.hardware_checks.run_plans import JobState
from noclone.hardware_checks.running import StillRunningError, cancel, collect, cost, plan, replay, run, submit
from noclone.hardware_checks.services import (
    JobStatus,
    NothingSubmittedError,
    ServiceError,
    UnreachableError,
    one_line,
    translated,
)
from noclone.models.errors import InputError

POINTS = (
    "started",
    "opened",
    "planned",
    "leased",
    "looked up",
    "marked submitting",
    "service is asked",
    "service has taken it",
    "service answered",
    "marked submitted",
    "asked",
    "fetched",
    "recorded",
)
EXPECTED = [outcomes_of(one.qpy, one.shots) for one in three_circuits()]


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "ledger", wait_s=5.0) as opened:
        yield opened


@pytest.fixture
def service(tmp_path):
    return ServiceDouble(tmp_path / "jobs")


@pytest.fixture
def planned(ledger):
    return plan(ledger, {}, three_circuits(), backend="double").id


def refusal(kind, call, *words, **options):
    with pytest.raises(kind) as caught:
        call(*words, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def started(folder, point="none", jitter_s=0.0):
    """A process that runs the plan of the folder's ledger."""
    words = [sys.executable, doubles.__file__, folder / "ledger", folder / "jobs", point, str(jitter_s)]
    return subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process):
    said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    return said[0]


def check_that_one_job_was_paid_and_collected(folder):
    (job,) = ServiceDouble(folder / "jobs").rows()
    with Ledger(folder / "ledger") as ledger:
        (recorded,) = ledger.plans()
        (own,) = ledger.jobs(recorded.id)
        assert (own.state, own.provider_id) == (JobState.DONE, job[0])
        assert job[1]["tags"] == [recorded.tag, own.tag]
        assert replay(ledger, recorded.id) == EXPECTED


@pytest.mark.parametrize("point", POINTS)
def test_a_run_that_is_killed_at_a_step_is_resumed(point, tmp_path):
    killed = started(tmp_path, point)
    assert killed.wait(60) == -signal.SIGKILL
    assert killed.communicate()[0].splitlines()[-1] == point
    ended(started(tmp_path))
    check_that_one_job_was_paid_and_collected(tmp_path)


def kill_at_random(folder, times, seed):
    """Kill runs at random times until so many were killed midway; every plan, once left alone, has one job and all results."""
    (folder / "first").mkdir()
    first = started(folder / "first", jitter_s=0.004)
    first.stdout.readline()
    since = time.monotonic()
    ended(first)
    lasts_s, randomly, kills, plans = time.monotonic() - since, random.Random(seed), 0, 0
    while kills < times:
        plans += 1
        place = folder / str(plans)
        place.mkdir()
        at_once = 1 + plans % 2
        if at_once == 2:  # every other plan is run by two processes at once
            with Ledger(place / "ledger") as ledger:
                plan(ledger, {}, three_circuits(), backend="double")
        for _ in range(4):  # the same plan is killed several times over
            processes = [started(place, jitter_s=0.004) for _ in range(at_once)]
            for process in processes:
                process.stdout.readline()
            for process in processes:
                time.sleep(randomly.uniform(0, lasts_s / at_once))
                process.kill()
            for process in processes:
                process.communicate()
                kills += process.returncode == -signal.SIGKILL
        ended(started(place))
        check_that_one_job_was_paid_and_collected(place)
    return kills, plans


def test_runs_that_are_killed_at_random_submit_once_and_lose_nothing(tmp_path):
    assert kill_at_random(tmp_path, 20, seed=20)[0] >= 20


@pytest.mark.slow
def test_runs_that_are_killed_200_times_submit_once_and_lose_nothing(tmp_path):
    assert kill_at_random(tmp_path, 200, seed=200)[0] >= 200


def test_several_processes_at_once_submit_once(tmp_path):
    for round_ in range(3):
        place = tmp_path / str(round_)
        place.mkdir()
        with Ledger(place / "ledger") as ledger:
            plan(ledger, {}, three_circuits(), backend="double")
        told = [ended(one) for one in [started(place, jitter_s=0.02) for _ in range(4)]]
        assert sum("marked submitting" in said for said in told) == 1
        check_that_one_job_was_paid_and_collected(place)


def test_nobody_else_submits_while_the_service_is_being_asked(ledger, planned, service):
    heard = []

    def meanwhile(name):
        if name == "service is asked" and not heard:
            with Ledger(ledger.path, wait_s=0.05) as other:
                heard.append(refusal(InputError, submit, other, planned, service, resubmit=True))

    service.point = meanwhile
    assert run(ledger, planned, service, pace=FAST) == EXPECTED
    assert "another process is submitting" in heard[0] and len(service.rows()) == 1


def test_one_of_two_processes_is_killed_and_the_other_goes_on(tmp_path):
    for point in ("marked submitting", "service has taken it", "fetched"):
        place = tmp_path / point.replace(" ", "-")
        place.mkdir()
        with Ledger(place / "ledger") as ledger:
            plan(ledger, {}, three_circuits(), backend="double")
        victim, other = started(place, point, 0.002), started(place, "none", 0.002)
        ended(other)
        victim.communicate(timeout=60)
        ended(started(place))
        check_that_one_job_was_paid_and_collected(place)


def killed_after_the_service_took_it(ledger, planned, service):
    """As a killed process leaves things: the service has the job, the ledger does not know."""
    (job,) = ledger.jobs(planned)
    ledger.mark_submitting(job)
    service.submit([one.qpy for one in three_circuits()], [40, 40, 40], (ledger.plan(planned).tag, job.tag))


def test_a_listing_that_lags_makes_the_run_ask_and_never_submit(ledger, planned, service):
    killed_after_the_service_took_it(ledger, planned, service)
    service.lag_s, service.listing_lag_s = 0.3, float("inf")
    for _ in range(3):
        assert "--resubmit" in refusal(InputError, run, ledger, planned, service, pace=FAST)
    assert len(service.rows()) == 1
    time.sleep(0.3)
    assert run(ledger, planned, service, pace=FAST) == EXPECTED
    assert len(service.rows()) == 1


def test_a_promise_about_the_listing_is_waited_for(ledger, planned, service):
    (job,) = ledger.jobs(planned)
    ledger.mark_submitting(job)
    service.listing_lag_s = 0.3
    assert "--resubmit" in refusal(InputError, submit, ledger, planned, service)
    time.sleep(0.3)
    assert run(ledger, planned, service, pace=FAST) == EXPECTED
    assert len(service.rows()) == 1


def test_the_tests_see_a_second_job_if_a_service_breaks_its_promise(ledger, planned, service):
    killed_after_the_service_took_it(ledger, planned, service)
    service.lag_s = 100  # and yet listing_lag_s is 0
    run(ledger, planned, service, pace=FAST)
    with pytest.raises(ValueError, match="too many values"):
        check_that_one_job_was_paid_and_collected(service.path.parent)


def test_both_jobs_are_collected_if_a_lost_one_turns_up_after_a_resubmission(ledger, planned, service):
    killed_after_the_service_took_it(ledger, planned, service)
    service.lag_s, service.listing_lag_s = 100, float("inf")
    submit(ledger, planned, service, resubmit=True)
    service.lag_s = 0
    assert collect(ledger, planned, service, pace=FAST) == EXPECTED
    jobs = ledger.jobs(planned)
    assert [job.state for job in jobs] == [JobState.DONE] * 2
    assert {job.provider_id for job in jobs} == {"job-1", "job-2"}


def test_collect_finds_a_job_whose_id_was_never_recorded(ledger, planned, service):
    killed_after_the_service_took_it(ledger, planned, service)
    assert collect(ledger, planned, service, pace=FAST) == EXPECTED


def test_collecting_works_later_and_twice(ledger, planned, service):
    service.asks = 10**6
    submit(ledger, planned, service)
    assert "collect them later" in refusal(StillRunningError, collect, ledger, planned, service, timeout_s=0)
    assert "job-1" in refusal(StillRunningError, collect, ledger, planned, service, timeout_s=0.01, pace=FAST)
    service.asks = 0
    with Ledger(ledger.path) as later:
        assert collect(later, planned, service, timeout_s=0) == EXPECTED
    service.raises = dict.fromkeys(("find", "status", "result", "submit"), ConnectionError("down"))
    assert collect(ledger, planned, service, timeout_s=0) == run(ledger, planned, service) == EXPECTED


def test_a_damaged_circuit_is_refused_before_the_job_is_in_doubt(ledger, planned, service):
    ledger._connection.execute("UPDATE circuits SET shots = 50 WHERE place = 1")
    assert "checksum" in refusal(InputError, submit, ledger, planned, service)
    assert ledger.jobs(planned)[0].state is JobState.PLANNED and service.rows() == []


def test_a_plan_that_was_not_run_has_no_results(ledger, planned, service):
    assert "has no results yet" in refusal(InputError, replay, ledger, planned)
    assert "has no results yet" in refusal(InputError, collect, ledger, planned, service)
    assert "is for double" in refusal(InputError, submit, ledger, planned, type("Other", (), {"name": "ibm:x"})())


def test_what_is_done_stays_done_and_is_preferred_to_what_came_in_part(ledger, planned, service):
    service.asks = 0
    submit(ledger, planned, service)
    ledger.mark_submitted(ledger.jobs(planned)[0], ["job-1", "job-2"])
    done, part = ledger.jobs(planned)
    ledger.record(done, service.result("job-1"))
    ledger.mark_ended(done, JobStatus.FAILED, "too late")
    service.short = 5
    ledger.record(part, service.result("job-1"))
    assert [job.state for job in ledger.jobs(planned)] == [JobState.DONE, JobState.FAILED]
    assert replay(ledger, planned) == EXPECTED


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.CANCELLED])
def test_a_job_that_ends_badly_is_said_and_paid_again_only_if_asked(ledger, planned, service, status):
    service.ends = status
    assert "calibration lost" in refusal(InputError, run, ledger, planned, service, pace=FAST)
    service.ends = JobStatus.DONE
    assert "--resubmit" in refusal(InputError, run, ledger, planned, service, pace=FAST)
    assert len(service.rows()) == 1
    assert run(ledger, planned, service, resubmit=True, pace=FAST) == EXPECTED
    assert run(ledger, planned, service, resubmit=True, pace=FAST) == EXPECTED
    assert len(service.rows()) == 2
    assert [job.attempt for job in ledger.jobs(planned)] == [1, 2]


def test_cancelling_is_asked_for_and_then_recorded(ledger, planned, service):
    submit(ledger, planned, service)
    cancel(ledger, planned, service)
    assert "was cancelled" in refusal(InputError, collect, ledger, planned, service, pace=FAST)


@pytest.mark.parametrize(("lost", "short"), [(1, 0), (0, 7), (3, 0)])
def test_partial_results_are_kept_and_said(ledger, planned, service, lost, short):
    service.lost, service.short = lost, short
    said = refusal(InputError, run, ledger, planned, service, pace=FAST)
    assert f"partial results: {lost or 1} of 3 circuits" in said and "what came is kept" in said
    kept = ledger.results(planned)
    assert [one is None for one in kept] == [place >= 3 - lost for place in range(3)]
    assert short == 0 or kept[0].shots == 33
    service.lost = service.short = 0
    assert run(ledger, planned, service, resubmit=True, pace=FAST) == EXPECTED


def test_the_cost_is_known_before_and_a_limit_refuses_before_anything_is_submitted(ledger, planned, service):
    estimate = cost(ledger, planned)
    assert (estimate.jobs, estimate.circuits, estimate.shots) == (1, 3, 120)
    assert estimate.qpu_seconds == pytest.approx(2 + 120 * 260e-6)
    assert str(estimate) == "1 job, 3 circuits, 120 shots, about 2.0 QPU seconds"
    for limit in (2.0, 0, -1, float("nan")):
        assert "nothing was submitted" in refusal(InputError, submit, ledger, planned, service, max_qpu_seconds=limit)
    assert service.rows() == []
    service.lost = 1
    refusal(InputError, run, ledger, planned, service, max_qpu_seconds=2.1, pace=FAST)
    said = refusal(InputError, run, ledger, planned, service, max_qpu_seconds=5.0, resubmit=True)  # 3.5 were charged
    assert "after 3.5 for earlier jobs" in said and len(service.rows()) == 1
    assert cost(ledger, planned).jobs == 0


def runtime_errors():
    """What qiskit-ibm-runtime and requests document, one of each."""
    package = pytest.importorskip("qiskit_ibm_runtime", reason="needs noclone[hardware]")
    import requests
    from qiskit_ibm_runtime.accounts import exceptions as accounts
    from qiskit_ibm_runtime.api import exceptions as api

    for module in (package.exceptions, accounts, api):
        for name, kind in sorted(vars(module).items()):
            if isinstance(kind, type) and issubclass(kind, Exception):
                try:
                    yield kind(f"{name} said\n  something")
                except TypeError:  # some take keywords only
                    yield kind(message=f"{name} said\n  something", original_exception=None)
    yield from (requests.ConnectionError("refused"), requests.ReadTimeout("slow"), TimeoutError(), ValueError("odd"))


def test_every_documented_error_is_one_line_and_loses_nothing(ledger, service):
    ledger._connection.execute("PRAGMA synchronous = OFF")  # nobody cuts the power here: 150 runs in seconds
    errors = list(runtime_errors())
    assert len(errors) > 20
    for error in errors:
        for method, taken in (
            ("find", False),
            ("submit", False),
            ("submit", True),
            ("status", False),
            ("result", False),
        ):
            planned = plan(ledger, {}, three_circuits()[:1], backend="double")
            service.raises, service.taken_all_the_same = {method: error}, taken
            said = refusal(InputError, run, ledger, planned.id, service, timeout_s=0.0, pace=FAST)
            assert 10 < len(said) < 500
            service.raises = {}
            assert run(ledger, planned.id, service, pace=FAST) == EXPECTED[:1]
            assert sum(planned.tag in job["tags"] for _, job, _, _ in service.rows()) == 1


def test_errors_are_told_apart_by_what_they_say_of_the_submission():
    class InvalidAccountError(Exception):
        pass

    assert isinstance(translated(InvalidAccountError()), NothingSubmittedError)
    assert isinstance(translated(ConnectionRefusedError("no")), UnreachableError)
    assert type(translated(ValueError("no"))) is ServiceError


def test_a_service_that_is_unreachable_for_a_while_is_asked_again(ledger, planned, service):
    submit(ledger, planned, service)
    failures = iter([ConnectionError("down")] * 3)
    answer = service.status

    def status(job_id):
        for error in failures:
            raise translated(error)
        return answer(job_id)

    service.status = status
    assert collect(ledger, planned, service, timeout_s=20, pace=FAST) == EXPECTED


def test_no_token_is_in_a_message_or_in_the_ledger(ledger, planned, service, monkeypatch):
    token = "short" + "Secret7"
    monkeypatch.setenv("QISKIT_IBM_TOKEN", token)
    long = "Abc-1_" * 8
    for text in (f"bad {token}", "header Bearer x1y2z3a4b5c6", f"key {long} refused", "apikey=abcd1234efgh"):
        said = one_line(ValueError(text))
        assert "[hidden]" in said
        assert not any(secret in said for secret in (token, "x1y2z3a4b5c6", long, "abcd1234efgh"))
    assert one_line(ValueError("the token has expired")) == "the token has expired"
    service.raises = {"submit": type("IBMNotAuthorizedError", (Exception,), {})(f"{token} refused")}
    assert token not in refusal(NothingSubmittedError, run, ledger, planned, service)
    service.raises = {}
    run(ledger, planned, service, pace=FAST)
    assert not any(token.encode() in path.read_bytes() for path in Path(ledger.path.parent).glob("ledger*"))
