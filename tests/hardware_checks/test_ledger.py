"""The ledger: what is recorded comes back, moves between machines, and is refused in one line when it cannot be trusted."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import numpy
import pytest
from doubles import FAST, ServiceDouble, outcomes_of, three_circuits

from noclone.hardware_checks import run_plans
from noclone.hardware_checks.ledger import Ledger
from noclone.hardware_checks.ledger_transfer import export_plan, import_plan
from noclone.hardware_checks.run_plans import JobState, PlannedCircuit, parts_of
from noclone.hardware_checks.running import collect, plan, replay, run, submit
from noclone.hardware_checks.services import JobResult, JobStatus
from noclone.hardware_checks.shot_outcomes import Outcomes
from noclone.hardware_checks.stored_circuits import from_qpy, to_qpy
from noclone.models.errors import InputError


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "ledger", wait_s=1.0) as opened:
        yield opened


@pytest.fixture
def service(tmp_path):
    return ServiceDouble(tmp_path / "jobs")


def a_plan(ledger, **options):
    return plan(ledger, {"name": "fidelity", "n": [2, 3]}, three_circuits(), backend="double", options=options)


def refusal(call, *words, **options):
    """The message of the InputError that the call raises: one line."""
    with pytest.raises(InputError) as caught:
        call(*words, **options)
    assert "\n" not in str(caught.value) and len(str(caught.value)) > 20
    return str(caught.value)


def bytes_of(path):
    """A ledger as one file, without its log beside it."""
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.read_bytes()


def test_outcomes_survive_packing_and_count_with_bit_0_at_the_right():
    array = numpy.random.default_rng(1).random((37, 19)) < 0.5
    packed = Outcomes.from_array(array)
    assert (packed.array() == array).all()
    assert Outcomes.from_npz(packed.to_npz()) == packed
    assert Outcomes.from_array(numpy.array([[1, 0, 0], [1, 0, 0], [0, 1, 1]])).counts() == {"001": 2, "110": 1}
    assert "not an archive" in refusal(Outcomes.from_npz, packed.to_npz()[:-30])
    assert "3 shots of 9 bits" in refusal(Outcomes, 3, 9, b"12345")


def test_a_plan_comes_back_as_it_was_recorded(ledger):
    recorded = a_plan(ledger, dynamical_decoupling=True)
    with Ledger(ledger.path) as again:
        assert again.plans() == [recorded] == [again.plan(recorded.id)]
        assert again.circuits(recorded.id) == three_circuits()
        (job,) = again.jobs(recorded.id)
    assert recorded.experiment == {"name": "fidelity", "n": [2, 3]} and recorded.options == {
        "dynamical_decoupling": True
    }
    assert recorded.versions["qiskit"][0].isdigit() and recorded.tag == f"noclone-{recorded.id}"
    assert (job.state, job.provider_id, job.tag) == (JobState.PLANNED, None, f"{recorded.tag}-0-1")


def test_results_calibration_and_properties_come_back(ledger, service):
    recorded = a_plan(ledger)
    found = run(ledger, recorded.id, service, pace=FAST)
    assert found == [outcomes_of(one.qpy, one.shots) for one in three_circuits()] == replay(ledger, recorded.id)
    (job,) = ledger.jobs(recorded.id)
    assert (job.state, job.provider_id, job.charged_s) == (JobState.DONE, "job-1", 3.5)
    assert job.calibrated == "2026-04-15T00:00:00+00:00" and ledger.properties(job) == '{"qubits": []}'


def test_circuits_are_split_where_a_job_would_be_too_large(ledger, service, monkeypatch):
    circuits = [PlannedCircuit(b"c%d" % i, 40, {}, {}) for i in range(5)]
    assert parts_of(circuits, largest=80) == [0, 0, 1, 1, 2]
    monkeypatch.setattr(run_plans.parts_of, "__kwdefaults__", {"largest": 80})
    recorded = plan(ledger, {}, circuits, backend="double")
    assert [one.shots for one in run(ledger, recorded.id, service, pace=FAST)] == [40] * 5
    assert [len(job["circuits"]) for _, job, _, _ in service.rows()] == [2, 2, 1]
    assert replay(ledger, recorded.id) == [outcomes_of(b"c%d" % i, 40) for i in range(5)]


def test_circuits_survive_storing_and_what_is_no_circuit_is_refused():
    from qiskit import QuantumCircuit

    circuit = QuantumCircuit(3, 2, name="clone")
    circuit.sx(0)
    circuit.delay(400, 1, "dt")
    circuit.cz(0, 2)
    circuit.measure([0, 2], [1, 0])
    stored = to_qpy(circuit)
    assert from_qpy(stored) == circuit and from_qpy(stored).name == "clone"
    for wrong in (b"", b"circuit", stored[:60], stored[: len(stored) // 2]):
        assert "cannot be read" in refusal(from_qpy, wrong)
    for duration, unit in ((400, "ns"), (1.5, "us"), (2e-6, "s")):
        delayed = QuantumCircuit(1)
        delayed.delay(duration, 0, unit)
        assert "lose its unit" in refusal(to_qpy, delayed)


def test_nothing_named_like_a_secret_is_recorded(ledger):
    said = refusal(a_plan, ledger, account={"token": "abc123"})
    assert "'token'" in said and "abc123" not in said
    assert ledger.plans() == []


def test_values_that_cannot_be_recorded_are_refused(ledger):
    assert "at least one circuit" in refusal(plan, ledger, {}, [], backend="double")
    assert "JSON" in refusal(plan, ledger, {"x": float("nan")}, three_circuits(), backend="double")
    assert "0 shots" in refusal(PlannedCircuit, b"", 0, {}, {})


def test_an_unknown_plan_is_named_with_the_nearest_one(ledger):
    recorded = a_plan(ledger)
    wrong = recorded.id[:-1] + ("0" if recorded.id[-1] != "0" else "1")
    assert f"Did you mean '{recorded.id}'?" in refusal(ledger.plan, wrong)
    for call in (ledger.jobs, ledger.circuits, ledger.results, ledger.lease):
        assert "has no plan" in refusal(call, "nothing")


def read(path, plan_id):
    with Ledger(path) as opened:
        opened.jobs(plan_id)
        return opened.circuits(plan_id)


def test_a_damaged_ledger_is_refused_wherever_the_damage_is(ledger, tmp_path):
    recorded = a_plan(ledger)
    whole, path = bytes_of(ledger.path), tmp_path / "damaged"
    for cut in (b"no database at all, not one", whole[: len(whole) // 2], b"\0" * 100 + whole[100:]):
        path.write_bytes(cut)
        assert "damaged" in refusal(read, path, recorded.id)
    for old, new in (
        (b"circuit 1", b"circuit 7"),
        (b'{"R": 2}', b'{"R": 3}'),
        (b'"XX"', b'"XY"'),
        (b"planned", b"plonned"),
    ):
        path.write_bytes(whole.replace(old, new))
        assert "damaged" in refusal(read, path, recorded.id)


def test_noise_in_a_ledger_is_refused_or_does_no_harm(ledger, tmp_path):
    recorded = a_plan(ledger)
    whole, path, refused, rng = bytes_of(ledger.path), tmp_path / "damaged", [], numpy.random.default_rng(5)
    for at in range(0, len(whole) - 512, 512):
        path.write_bytes(whole[:at] + rng.bytes(512) + whole[at + 512 :])
        try:
            assert read(path, recorded.id) == three_circuits()
        except InputError as error:
            refused.append(str(error))
    assert len(refused) > 10 and not any("\n" in said for said in refused)


def test_another_programs_database_is_not_touched(tmp_path):
    path = tmp_path / "other"
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE mine(x)")
    before = path.read_bytes()
    assert "another program's" in refusal(Ledger, path)
    assert path.read_bytes() == before


def test_a_newer_ledger_is_refused_and_not_changed(ledger, tmp_path):
    bytes_of(ledger.path)
    path = tmp_path / "newer"
    shutil.copy(ledger.path, path)
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA user_version = 2")
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    assert "version 2" in refusal(Ledger, path) and "update noclone" in refusal(import_plan, ledger, path)
    assert path.read_bytes() == before


def test_a_full_disk_while_collecting_loses_nothing(ledger, service):
    recorded = a_plan(ledger)
    submit(ledger, recorded.id, service)
    pages = ledger._connection.execute("PRAGMA page_count").fetchone()[0]
    ledger._connection.execute(f"PRAGMA max_page_count = {pages}")
    service.record = Outcomes.from_array(numpy.random.default_rng(2).random((40, 4000)) < 0.5)
    big = JobResult((service.record, outcomes_of(b"circuit 1", 41), outcomes_of(b"circuit 2", 42)))
    assert "disk is full" in refusal(ledger.record, ledger.jobs(recorded.id)[0], big)
    assert ledger.jobs(recorded.id)[0].state is JobState.SUBMITTED and ledger.results(recorded.id) == [None] * 3
    ledger._connection.execute("PRAGMA max_page_count = 100000")
    ledger.record(ledger.jobs(recorded.id)[0], big)
    assert replay(ledger, recorded.id)[0] == service.record


def test_a_full_disk_after_the_submission_names_the_job_and_the_tag_finds_it(ledger, service):
    recorded = a_plan(ledger)
    whole, ledger.mark_submitted = ledger.mark_submitted, None

    def full(job, ids):
        ledger._connection.execute("PRAGMA query_only = ON")
        whole(job, ids)

    ledger.mark_submitted = full
    said = refusal(submit, ledger, recorded.id, service)
    assert said.startswith("job job-1 was submitted, but") and "permissions" in said
    ledger._connection.execute("PRAGMA query_only = OFF")
    ledger.mark_submitted = whole
    assert len(run(ledger, recorded.id, service, pace=FAST)) == 3 and len(service.rows()) == 1


def test_a_ledger_that_cannot_be_opened_is_refused(tmp_path):
    assert "permissions" in refusal(Ledger, tmp_path / "no" / "such" / "folder")


def test_a_ledger_that_another_process_holds_is_refused_after_waiting(ledger):
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with Ledger(ledger.path, wait_s=0.05) as opened:
            assert "in use" in refusal(a_plan, opened)
    assert a_plan(ledger).id


def test_a_lease_is_for_one_plan_and_one_holder(ledger):
    one, other = a_plan(ledger), a_plan(ledger)
    with ledger.lease(one.id), ledger.lease(other.id):
        assert "another process is submitting" in refusal(ledger.lease(one.id, wait_s=0.01).__enter__)
    with ledger.lease(one.id, wait_s=0.01):
        pass


def test_a_job_that_moved_meanwhile_is_not_moved_again(ledger):
    (job,) = ledger.jobs(a_plan(ledger).id)
    ledger.mark_submitting(job)
    ledger.mark_submitted(job, ["job-7"])
    assert "submitted by now" in refusal(ledger.mark_submitting, job)
    assert "submitted by now" in refusal(ledger.add_attempt, job)
    ledger.mark_ended(job, JobStatus.CANCELLED, "by hand")
    ledger.record(job, JobResult(tuple(outcomes_of(one.qpy, one.shots) for one in three_circuits())))
    assert ledger.jobs(job.plan)[0].state is JobState.CANCELLED and ledger.results(job.plan) == [None] * 3


def test_a_run_moves_to_another_machine_and_back(ledger, service, tmp_path):
    recorded = a_plan(ledger)
    a_plan(ledger)
    submit(ledger, recorded.id, service)
    export_plan(ledger, recorded.id, tmp_path / "export")
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(("export-", ".noclone"))]
    with Ledger(tmp_path / "elsewhere") as elsewhere:
        assert import_plan(elsewhere, tmp_path / "export") == recorded and elsewhere.plans() == [recorded]
        assert elsewhere.circuits(recorded.id) == three_circuits()
        found = collect(elsewhere, recorded.id, service, pace=FAST)
        export_plan(elsewhere, recorded.id, tmp_path / "back")
    assert refusal(replay, ledger, recorded.id)
    for _ in range(2):  # a second time changes nothing
        import_plan(ledger, tmp_path / "back")
        assert replay(ledger, recorded.id) == found
    import_plan(ledger, tmp_path / "export")  # nor does what is older
    assert replay(ledger, recorded.id) == found and len(ledger.jobs(recorded.id)) == 1
    assert len(service.rows()) == 1


def test_a_plan_that_two_machines_submitted_keeps_both_jobs(ledger, service, tmp_path):
    recorded = a_plan(ledger)
    export_plan(ledger, recorded.id, tmp_path / "export")
    submit(ledger, recorded.id, service)
    with Ledger(tmp_path / "elsewhere") as elsewhere:
        import_plan(elsewhere, tmp_path / "export")
        service.lag_s, service.listing_lag_s = 100, float("inf")
        assert "--resubmit" in refusal(submit, elsewhere, recorded.id, service)
        submit(elsewhere, recorded.id, service, resubmit=True)
        export_plan(elsewhere, recorded.id, tmp_path / "back")
    import_plan(ledger, tmp_path / "back")
    assert {job.provider_id for job in ledger.jobs(recorded.id)} == {"job-1", "job-2"}


def test_files_that_are_no_exports_are_refused_and_change_nothing(ledger, tmp_path):
    recorded = a_plan(ledger)
    export_plan(ledger, recorded.id, tmp_path / "export")
    assert "is there already" in refusal(export_plan, ledger, recorded.id, tmp_path / "export")
    assert "cannot be written" in refusal(export_plan, ledger, recorded.id, tmp_path / "no" / "folder")
    assert "no plan" in refusal(export_plan, ledger, "nothing", tmp_path / "other")
    assert "there is no file" in refusal(import_plan, ledger, tmp_path / "absent")
    whole = (tmp_path / "export").read_bytes()
    (tmp_path / "export").write_bytes(whole.replace(b"circuit 2", b"circuit 3"))
    with Ledger(tmp_path / "elsewhere") as elsewhere:
        assert "checksum" in refusal(import_plan, elsewhere, tmp_path / "export")
        (tmp_path / "export").write_bytes(whole[:5000])
        assert "damaged" in refusal(import_plan, elsewhere, tmp_path / "export")
        with Ledger(tmp_path / "two") as two:
            a_plan(two)
            a_plan(two)
        assert "2 plans" in refusal(import_plan, elsewhere, tmp_path / "two")
        assert elsewhere.plans() == []
