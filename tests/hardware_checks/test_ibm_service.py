"""IBM's devices as a service: the package's own code against doubled servers; one line for each error, one job for each plan."""

from __future__ import annotations

import json
import math
import sys
import traceback
import warnings
from dataclasses import dataclass

import pytest

pytest.importorskip("qiskit_ibm_runtime", reason="needs noclone[hardware]")

import requests
from doubles import FAST
from ibm_doubles import HOME, NAME, TOKEN, Servers, circuits_in, flipping, planned, with_account
from qiskit import QuantumCircuit
from qiskit_ibm_runtime import exceptions
from qiskit_ibm_runtime.accounts import exceptions as accounts
from qiskit_ibm_runtime.api.exceptions import RequestsApiError

from noclone.hardware_checks import ibm_service
from noclone.hardware_checks.calibration import noise_from_backend
from noclone.hardware_checks.ibm_sampler import RANDOMIZATIONS, shots_per_randomization
from noclone.hardware_checks.ibm_service import IbmService, connect, ibm_backend, open_account
from noclone.hardware_checks.ledger import Ledger
from noclone.hardware_checks.recorded_calibration import noise_from_properties, properties_from_json
from noclone.hardware_checks.run_plans import JobState
from noclone.hardware_checks.running import cancel, collect, plan, run, submit
from noclone.hardware_checks.services import JobStatus, NothingSubmittedError, ServiceError, UnreachableError
from noclone.hardware_checks.stored_circuits import from_qpy
from noclone.models.errors import InputError


@dataclass(frozen=True)
class Choices:
    dynamical_decoupling: bool = False
    twirling: bool = False


@pytest.fixture
def servers():
    return Servers()


@pytest.fixture
def connected(monkeypatch, servers):
    with_account(monkeypatch, servers)
    return connect(f"ibm:{NAME}")


@pytest.fixture
def service(connected):
    runtime, backend = connected
    return IbmService(runtime, f"ibm:{NAME}", Choices(), backend=backend)


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "ledger", wait_s=5.0) as opened:
        opened._connection.execute("PRAGMA synchronous = OFF")
        yield opened


def flips(ledger):
    return plan(ledger, {}, planned(flipping(0), flipping(1, 2)), backend=f"ibm:{NAME}").id


def counts(outcomes):
    return [each.counts() for each in outcomes]


EXPECTED = [{"001": 64}, {"110": 64}]


def refusal(kind, call, *words, **options):
    with pytest.raises(kind) as caught:
        call(*words, **options)
    said = str(caught.value)
    assert 10 < len(said) < 500 and "\n" not in said and TOKEN not in said
    return said


def stored(*circuits):
    return [one.qpy for one in planned(*circuits)]


# Accounts and backends


def test_the_account_of_the_environment_leads_to_the_backend(connected):
    runtime, backend = connected
    assert (backend.name, runtime.active_instance()) == (NAME, HOME)


def test_no_account_is_one_line_that_says_how_to_have_one(monkeypatch, tmp_path):
    for name in ("TOKEN", "INSTANCE", "CHANNEL", "URL"):
        monkeypatch.delenv(f"QISKIT_IBM_{name}", raising=False)
    monkeypatch.setattr(
        "qiskit_ibm_runtime.accounts.management._DEFAULT_ACCOUNT_CONFIG_JSON_FILE", str(tmp_path / "none.json")
    )
    assert "save_account" in refusal(InputError, connect, NAME)


def test_an_account_file_that_is_no_json_and_a_bad_channel_are_one_line(monkeypatch, tmp_path, servers):
    (tmp_path / "accounts.json").write_text("{")
    monkeypatch.setattr(
        "qiskit_ibm_runtime.accounts.management._DEFAULT_ACCOUNT_CONFIG_JSON_FILE", str(tmp_path / "accounts.json")
    )
    monkeypatch.delenv("QISKIT_IBM_TOKEN", raising=False)
    refusal(InputError, connect, NAME)
    with_account(monkeypatch, servers)
    monkeypatch.setenv("QISKIT_IBM_CHANNEL", "ibm_quantum")
    assert "account" in refusal(InputError, connect, NAME)


@pytest.mark.parametrize(
    "error", [accounts.InvalidAccountError, exceptions.IBMNotAuthorizedError, requests.ConnectionError]
)
def test_refused_accounts_and_no_network_are_one_line_without_the_token(monkeypatch, error):
    def fails(**_):
        raise error(f"Invalid `token` value {TOKEN}\nat the second line")

    monkeypatch.setattr("qiskit_ibm_runtime.QiskitRuntimeService", fails)
    assert "[hidden]" in refusal(InputError, connect, NAME)


def test_without_the_package_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "qiskit_ibm_runtime", None)
    assert "noclone[hardware]" in refusal(InputError, open_account)


def test_unknown_backends_and_those_without_our_gates_or_calibration_are_refused(connected, servers):
    runtime, _ = connected
    assert "no such backend" in refusal(InputError, ibm_backend, runtime, "ibm_kingstone")
    servers.properties = {}
    assert "no calibration" in refusal(InputError, ibm_backend, runtime, NAME)
    servers.properties = Servers().properties
    servers.configuration["basis_gates"].remove("cz")
    runtime._backend_configs.clear()
    assert "has no cz" in refusal(InputError, ibm_backend, runtime, NAME)


def test_the_package_s_warnings_reach_the_user_and_nothing_else(connected, servers):
    runtime, backend = connected
    told = []
    servers.limit_reached = True
    service = IbmService(runtime, NAME, Choices(), backend=backend, tell=told.append)
    service.submit(stored(flipping(0)), [8], ["tag"])
    assert len(told) == 1 and "no more time available" in told[0]


# Runs


def test_a_run_stores_outcomes_calibration_charge_and_tags(ledger, service, connected, servers):
    plan_id = flips(ledger)
    assert counts(run(ledger, plan_id, service, pace=FAST)) == EXPECTED
    (job,) = ledger.jobs(plan_id)
    sent = servers.jobs[job.provider_id]
    assert sent["job_tags"] == [ledger.plan(plan_id).tag, job.tag]
    assert (job.charged_s, sent["session_id"], sent["program"]) == (4.0, None, "executor")
    assert job.calibrated.startswith("2026-04-15")
    recorded = noise_from_properties(properties_from_json(ledger.properties(job)))
    assert recorded == noise_from_backend(connected[1])


def test_the_circuits_that_arrive_are_those_that_were_stored(service, servers):
    circuits = [flipping(0), flipping(2, read=(2, 0))]
    job_id = service.submit(stored(*circuits), [8, 8], ["tag"])
    assert circuits_in(servers.jobs[job_id]["params"]) == circuits


def test_column_j_is_the_register_s_bit_j_and_unread_bits_stay_out(service):
    job_id = service.submit(stored(flipping(1, read=(3, 1, 0, 2), early=5)), [8], ["tag"])
    (outcomes,) = service.result(job_id).outcomes
    assert outcomes.array().tolist() == [[False, True, False, False]] * 8


def test_a_job_is_collected_by_another_process_without_its_backend(ledger, service):
    plan_id = flips(ledger)
    submit(ledger, plan_id, service)
    later = IbmService(open_account(), f"ibm:{NAME}", Choices())
    assert counts(collect(ledger, plan_id, later, pace=FAST)) == EXPECTED


def test_jobs_of_one_batch_share_it_and_it_is_closed(connected, servers):
    runtime, backend = connected
    with IbmService(runtime, NAME, Choices(), backend=backend, batch=True) as service:
        names = [service.submit(stored(flipping(0)), [8], ["tag"]) for _ in range(2)]
        assert servers.sessions == {"batch-0": {"mode": "batch", "open": True}}
    assert {servers.jobs[name]["session_id"] for name in names} == {"batch-0"}
    assert servers.sessions["batch-0"]["open"] is False
    assert len(servers.sessions) == 1


def test_a_batch_that_cannot_be_made_submits_nothing_and_one_that_cannot_be_closed_loses_nothing(connected, servers):
    runtime, backend = connected
    told = []
    service = IbmService(runtime, NAME, Choices(), backend=backend, batch=True, tell=told.append)
    servers.raises = {"create_session": RequestsApiError("503 Server Error")}
    refusal(NothingSubmittedError, service.submit, stored(flipping(0)), [8], ["tag"])
    servers.raises = {"close_session": RequestsApiError("timed out")}
    service.submit(stored(flipping(0)), [8], ["tag"])
    service.close()
    assert list(servers.jobs) == ["job-0"] and "closes by itself" in told[-1]


def test_options_reach_the_servers(connected, servers):
    runtime, backend = connected
    service = IbmService(runtime, NAME, Choices(True, True), backend=backend, longest_s=7)
    job_id = service.submit(stored(flipping(0)), [100], ["tag"])
    sent = servers.jobs[job_id]
    options = sent["params"]["quantum_program"]["passthrough_data"]["post_processor"]["options"]
    assert options["dynamical_decoupling"]["enable"] and options["twirling"]["enable_gates"]
    assert not options["twirling"]["enable_measure"]
    assert sent["max_execution_time"] == 7
    assert sent["params"]["quantum_program"]["items"][0]["shape"] == [RANDOMIZATIONS]
    (circuit,) = circuits_in(sent["params"])
    assert circuit.count_ops()["x"] > 2  # the echo pulses
    (outcomes,) = service.result(job_id).outcomes
    assert outcomes.shots == RANDOMIZATIONS * shots_per_randomization(100) == 128


def test_the_old_sampler_stands_in_where_the_new_one_is_not(monkeypatch, service, servers):
    monkeypatch.setitem(sys.modules, "qiskit_ibm_runtime.executor_sampler", None)
    job_id = service.submit(stored(flipping(0), flipping(1, 2)), [64, 64], ["tag"])
    assert servers.jobs[job_id]["program"] == "sampler"
    assert servers.jobs[job_id]["job_tags"] == ["tag"]
    assert counts(service.result(job_id).outcomes) == EXPECTED
    assert service.find("tag") == [job_id]


# What is refused before anything is submitted


def test_circuits_that_the_device_cannot_execute_are_not_submitted(connected, servers):
    runtime, backend = connected
    service = IbmService(runtime, NAME, Choices(True), backend=backend)
    wrong, far, branching, unnamed = flipping(0), flipping(0), flipping(0), QuantumCircuit(2, 1)
    wrong.h(0)
    far.cz(0, 3)
    unnamed.measure(0, 0)
    with branching.if_test((branching.cregs[0][0], 1)):
        branching.x(0)
    for circuits, shots, words in (
        ([wrong], [8], "h on qubit 0"),
        ([far], [8], "cz on qubit 0, qubit 3"),
        ([flipping(0, early=5)], [8], "dynamical decoupling"),
        ([branching], [8], "dynamical decoupling"),
        ([flipping(0), flipping(1)], [8, 9], "one number"),
        ([unnamed], [8], "'meas'"),
        ([], [], "0 circuits"),
    ):
        assert words in refusal(NothingSubmittedError, service.submit, stored(*circuits), shots, ["tag"])
    refusal(NothingSubmittedError, service.submit, [b"no circuit"], [8], ["tag"])
    assert servers.jobs == {} and servers.asked["program_run"] == 0


def test_faulty_qubits_and_a_device_that_takes_no_jobs_are_refused(connected, servers):
    runtime, _ = connected
    servers.properties["qubits"][2].append(
        {"name": "operational", "value": 0, "unit": "", "date": "2026-04-15T09:15:15Z"}
    )
    service = IbmService(runtime, NAME, Choices())
    assert "qubit 2" in refusal(NothingSubmittedError, service.submit, stored(flipping(2)), [8], ["tag"])
    servers.status_words = {"operational": False, "status_msg": "maintenance"}
    free = stored(flipping(0, read=(0, 1)))
    assert "maintenance" in refusal(NothingSubmittedError, service.submit, free, [8], ["tag"])
    assert servers.jobs == {}


def test_a_circuit_that_measures_early_is_taken_without_dynamical_decoupling(service, servers):
    service.submit(stored(flipping(0, early=5)), [8], ["tag"])
    assert len(servers.jobs) == 1


# Errors


def server_errors():
    yield from (RequestsApiError(f"{code} Client Error\nfor url", code) for code in (400, 403, 408, 409, 413, 429))
    yield from (
        RequestsApiError("Max retries exceeded"),
        RequestsApiError("503 maintenance"),
        RequestsApiError("500", 500),
    )
    yield exceptions.IBMNotAuthorizedError(f"401 Client Error: Bearer {TOKEN}")
    yield from (requests.ConnectionError("refused"), requests.ReadTimeout("slow"), TimeoutError("slow"))
    yield requests.exceptions.JSONDecodeError("Expecting value", "<html>", 0)
    yield from (KeyError("id"), ValueError("odd"), RuntimeError("odd"), MemoryError())
    yield from (
        kind("what happened\nhere")
        for name, kind in sorted(vars(exceptions).items())
        if isinstance(kind, type) and issubclass(kind, Exception)
    )


REQUESTS = (
    "backend_status",
    "cloud_usage",
    "program_run",
    "jobs_get",
    "job_get",
    "job_results",
    "job_metadata",
    "old_properties",
)


@pytest.mark.parametrize("request_", REQUESTS)
def test_after_any_error_of_any_request_a_retry_completes_and_one_job_was_submitted(
    request_, ledger, connected, servers
):
    for error in server_errors():
        for taken in (False, True) if request_ == "program_run" else (False,):
            plan_id = flips(ledger)
            servers.jobs.clear()
            servers.raises, servers.taken_all_the_same = {request_: error}, taken
            fresh = IbmService(connected[0], NAME, Choices(), backend=connected[1])
            said = ""
            try:
                run(ledger, plan_id, fresh, timeout_s=0.0, pace=FAST)
            except InputError as refused:
                said = str(refused)
            further = request_ in ("job_metadata", "old_properties")
            assert said or further, error
            assert "\n" not in said and len(said) < 600 and TOKEN not in said
            certain = ledger.jobs(plan_id)[0].state is JobState.PLANNED
            if taken and certain:
                # The servers would have lied: a refusal by 4xx, or before the post, of a job that they took.
                servers.raises, servers.taken_all_the_same = {}, False
                continue
            servers.raises, servers.taken_all_the_same = {}, False
            in_doubt = not servers.jobs and not certain
            assert counts(run(ledger, plan_id, fresh, resubmit=in_doubt, pace=FAST)) == EXPECTED
            assert len(servers.jobs) == 1


def test_what_leaves_a_submission_in_doubt_is_not_called_nothing_submitted(service, servers):
    for error, certain in (
        (RequestsApiError("400 Client Error", 400), True),
        (RequestsApiError("404 Client Error", 404), True),
        (exceptions.IBMNotAuthorizedError("401"), True),
        (RequestsApiError("408 Timeout", 408), False),
        (RequestsApiError("503 maintenance"), False),
        (RequestsApiError("500 Server Error", 500), False),
        (RequestsApiError("connection broken"), False),
        (KeyError("id"), False),
        (exceptions.IBMRuntimeError("odd"), False),
        (accounts.InvalidAccountError("odd"), False),
    ):
        servers.raises, servers.taken_all_the_same = {"program_run": error}, not certain
        with pytest.raises(ServiceError) as caught:
            service.submit(stored(flipping(0)), [8], ["tag"])
        assert isinstance(caught.value, NothingSubmittedError) is certain, error
    assert len(servers.jobs) == 7


def test_a_backend_that_is_not_found_after_the_job_was_taken_leaves_it_in_doubt_and_the_tag_finds_it(
    ledger, service, servers
):
    plan_id = flips(ledger)
    servers.other_backend = "ibm_elsewhere"
    assert "not known whether" in refusal(InputError, run, ledger, plan_id, service, pace=FAST)
    servers.other_backend = None
    assert counts(run(ledger, plan_id, service, pace=FAST)) == EXPECTED
    assert len(servers.jobs) == 1


def test_where_the_listing_lags_the_user_is_asked_instead_of_paying_twice(ledger, service, servers):
    plan_id = flips(ledger)
    servers.raises, servers.taken_all_the_same, servers.listed = {"program_run": TimeoutError()}, True, False
    refusal(InputError, run, ledger, plan_id, service, pace=FAST)
    servers.raises, servers.taken_all_the_same = {}, False
    assert "--resubmit" in refusal(InputError, run, ledger, plan_id, service, pace=FAST)
    servers.listed = True
    assert counts(run(ledger, plan_id, service, pace=FAST)) == EXPECTED
    assert len(servers.jobs) == 1


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("FAILED", ("Mid-circuit measurement is not supported", 8000), "Mid-circuit measurement"),
        ("FAILED", None, "not run"),
        ("CANCELLED", None, "cancelled"),
        ("CANCELLED", ("Job ran longer than maximum execution time", 1305), "maximum execution time"),
        ("CANCELLED - RAN TOO LONG", None, "cancelled"),
    ],
)
def test_jobs_that_fail_or_are_cancelled_say_why_and_can_be_submitted_again(
    state, reason, words, ledger, service, servers
):
    plan_id = flips(ledger)
    servers.state, servers.reason = state, reason
    assert words in refusal(InputError, run, ledger, plan_id, service, pace=FAST)
    servers.state, servers.reason = "COMPLETED", None
    refusal(InputError, run, ledger, plan_id, service, pace=FAST)
    assert len(servers.jobs) == 1
    assert counts(run(ledger, plan_id, service, resubmit=True, pace=FAST)) == EXPECTED
    assert len(servers.jobs) == 2


def test_a_result_of_a_job_that_failed_or_does_not_exist_is_one_line(service, servers):
    job_id = service.submit(stored(flipping(0)), [8], ["tag"])
    servers.state = "FAILED"
    refusal(ServiceError, service.result, job_id)
    assert "does not know this job" in refusal(ServiceError, service.status, "job-77")


def test_a_queue_that_takes_too_long_loses_nothing(monkeypatch, ledger, service, servers):
    plan_id = flips(ledger)
    servers.state = "QUEUED"
    assert "collect them later" in refusal(InputError, run, ledger, plan_id, service, timeout_s=0.0, pace=FAST)
    monkeypatch.setattr(ibm_service, "_LONGEST_WAIT_S", 0.0)
    assert "did not finish in time" in refusal(UnreachableError, service.result, "job-0")
    servers.state = "COMPLETED"
    assert counts(collect(ledger, plan_id, service, pace=FAST)) == EXPECTED


def test_a_state_that_nobody_knows_is_said(service, servers):
    job_id = service.submit(stored(flipping(0)), [8], ["tag"])
    servers.state = "DREAMING"
    assert "DREAMING" in refusal(ServiceError, service.status, job_id)


def test_a_waiting_job_is_cancelled(ledger, service, servers):
    plan_id = flips(ledger)
    servers.state = "QUEUED"
    submit(ledger, plan_id, service)
    assert service.status("job-0").status is JobStatus.WAITING
    cancel(ledger, plan_id, service)
    assert "cancelled" in refusal(InputError, collect, ledger, plan_id, service, pace=FAST)
    servers.raises = {"job_cancel": RequestsApiError("409 Conflict", 409)}
    assert "state" in refusal(ServiceError, service.cancel, "job-0")


def test_of_partial_results_what_came_is_kept(ledger, service, servers):
    plan_id = flips(ledger)
    servers.empty = (1,)
    assert "partial results: 1 of 2" in refusal(InputError, run, ledger, plan_id, service, pace=FAST)
    assert [each and each.counts() for each in ledger.results(plan_id)] == [EXPECTED[0], None]
    servers.empty = (0, 1)
    job_id = service.submit(stored(flipping(0), flipping(1)), [8, 8], ["tag"])
    assert service.result(job_id).outcomes == (None, None)


def test_properties_with_nan_are_recorded_and_none_at_all_do_not_hold_up_the_outcomes(ledger, service, servers):
    told = []
    service._tell = told.append
    for qubit in servers.properties["qubits"]:
        qubit[0]["value"] = math.nan if qubit is not servers.properties["qubits"][0] else qubit[0]["value"]
    plan_id = flips(ledger)
    run(ledger, plan_id, service, pace=FAST)
    text = ledger.properties(ledger.jobs(plan_id)[0])
    assert "NaN" not in text and noise_from_properties(json.loads(text)).filled
    servers.properties = {}
    plan_id = flips(ledger)
    assert counts(run(ledger, plan_id, service, pace=FAST)) == EXPECTED
    assert ledger.properties(ledger.jobs(plan_id)[0]) is None
    servers.properties, servers.usage = Servers().properties, {"quantum_seconds": 3}
    plan_id = flips(ledger)
    servers.raises = {"old_properties": RequestsApiError("down")}
    assert counts(run(ledger, plan_id, service, pace=FAST)) == EXPECTED
    assert "without the calibration" in told[-1]
    assert ledger.jobs(plan_id)[0].charged_s == 3.0


def test_a_charge_that_is_not_final_is_not_recorded(service, servers):
    servers.usage = {"qpu_charge_time_seconds": 1, "status": "pending"}
    job_id = service.submit(stored(flipping(0)), [8], ["tag"])
    assert service.result(job_id).charged_s is None


def test_another_instance_s_jobs_are_found_and_its_refusals_do_not_matter(monkeypatch, service, servers, connected):
    elsewhere = HOME.replace("0:1", "0:2")
    job_id = service.submit(stored(flipping(0)), [8], ["tag"])
    servers.jobs["job-9"] = servers.jobs[job_id] | {"instance": elsewhere}
    known = [{"crn": HOME}, {"crn": elsewhere}]
    monkeypatch.setattr(connected[0], "_all_instances", known)
    assert sorted(service.find("tag")) == ["job-0", "job-9"]
    answers = connected[0]._api_clients[elsewhere]

    def refuses(**_):
        raise RequestsApiError("403 Forbidden", 403)

    monkeypatch.setattr(answers, "jobs_get", refuses)
    assert service.find("tag") == ["job-0"]
    assert connected[0].active_instance() == HOME


def test_no_token_is_in_any_message_warning_or_record(ledger, service, servers, tmp_path):
    told = []
    service._tell = told.append
    for request_ in ("jobs_get", "backend_status", "program_run", "job_get", "job_results", "job_metadata"):
        plan_id = flips(ledger)
        servers.raises = {request_: RequestsApiError(f"header apikey {TOKEN} for url https://x?access_token={TOKEN}")}
        with pytest.raises(InputError) as caught:
            run(ledger, plan_id, service, timeout_s=0.0, pace=FAST)
        assert "[hidden]" in str(caught.value)
        assert TOKEN not in "".join(traceback.format_exception(caught.value))
        servers.raises = {}
        run(ledger, plan_id, service, resubmit=True, pace=FAST)
    with ibm_service._speaking(told.append):
        warnings.warn(f"Unable to retrieve IBM Cloud access token: {TOKEN}", stacklevel=1)
    assert told and TOKEN not in " ".join(told)
    assert not any(TOKEN.encode() in path.read_bytes() for path in tmp_path.glob("ledger*"))
    assert TOKEN not in repr(vars(service))


def test_stored_circuits_come_back_as_they_were():
    assert from_qpy(stored(flipping(0, early=5))[0]) == flipping(0, early=5)
