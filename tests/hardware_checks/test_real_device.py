"""One small job on a real IBM device: what doubles cannot show. It costs QPU time, so it runs only if asked for twice.

    NOCLONE_REAL_DEVICE=ibm:ibm_kingston pytest -m real_device tests/hardware_checks/test_real_device.py

The account is the saved one or QISKIT_IBM_TOKEN; the instance NOCLONE_REAL_INSTANCE or the account's.
"""

from __future__ import annotations

import math
import os

import pytest

from noclone.hardware_checks.ibm_service import PREFIX, IbmService, connect, ibm_backend
from noclone.hardware_checks.ledger import Ledger
from noclone.hardware_checks.live_targets import live_target
from noclone.hardware_checks.recorded_calibration import noise_from_properties, properties_from_json, time_step_s
from noclone.hardware_checks.run_plans import PlannedCircuit
from noclone.hardware_checks.running import plan, run, submit
from noclone.hardware_checks.services import ServiceError
from noclone.hardware_checks.stored_circuits import to_qpy
from noclone.models.errors import InputError

MAX_QPU_SECONDS = 10
"""The job may take no more: IBM cancels it then."""
SHOTS = 200


class Choices:
    dynamical_decoupling = False
    twirling = False


def why_not(environment, marked):
    """Why the real device is not used, or ""."""
    if not environment.get("NOCLONE_REAL_DEVICE", "").startswith(PREFIX):
        return (
            "REAL DEVICE NOT TESTED: set NOCLONE_REAL_DEVICE=ibm:NAME and use -m real_device;"
            f" it costs up to {MAX_QPU_SECONDS} QPU seconds"
        )
    if "real_device" not in marked or "not real_device" in marked:
        return "REAL DEVICE NOT TESTED: NOCLONE_REAL_DEVICE is set, but -m real_device is not given"
    return ""


def test_the_real_device_is_used_only_if_asked_for_twice():
    asked = {"NOCLONE_REAL_DEVICE": "ibm:ibm_kingston"}
    assert "QPU seconds" in why_not({}, "real_device")
    assert "QPU seconds" in why_not({"NOCLONE_REAL_DEVICE": "1"}, "real_device")
    assert "-m real_device" in why_not(asked, "")
    assert "-m real_device" in why_not(asked, "not real_device")
    assert why_not(asked, "real_device") == ""


@pytest.fixture(scope="module")
def connected(request):
    reason = why_not(os.environ, request.config.option.markexpr)
    if reason:
        pytest.skip(reason)
    return connect(os.environ["NOCLONE_REAL_DEVICE"], instance=os.environ.get("NOCLONE_REAL_INSTANCE"), tell=print)


def circuits(backend):
    """On the coupler with the smallest error: a flip of one qubit, and a Bell pair; bit 0 is the first qubit."""
    from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister

    live = live_target(backend)
    first, second = min(live.couplers, key=lambda pair: live.errors["cz", pair])
    found = []
    for name in ("flip", "Bell pair"):
        circuit = QuantumCircuit(
            QuantumRegister(backend.target.num_qubits, "q"), ClassicalRegister(2, "meas"), name=name
        )
        if name == "flip":
            circuit.x(first)
        else:
            for qubit in (first, second):
                _hadamard(circuit, qubit)
            circuit.cz(first, second)
            _hadamard(circuit, second)
        circuit.barrier(first, second)
        circuit.measure([first, second], [0, 1])
        found.append(PlannedCircuit(to_qpy(circuit), SHOTS, {"A": first, "B": second}, {"reads": "ZZ"}, 2e-6))
    return found


def _hadamard(circuit, qubit):
    circuit.rz(math.pi / 2, qubit)
    circuit.sx(qubit)
    circuit.rz(math.pi / 2, qubit)


@pytest.mark.real_device
def test_a_small_job_gives_what_it_should_once_and_is_found_by_its_tag(connected, tmp_path):
    runtime, backend = connected
    name = PREFIX + backend.name
    service = IbmService(runtime, name, Choices(), backend=backend, longest_s=MAX_QPU_SECONDS, tell=print)
    print(f"the ledger of this paid job is {tmp_path / 'ledger'}")
    with Ledger(tmp_path / "ledger") as ledger:
        planned = plan(ledger, {"name": "real device test"}, circuits(backend), backend=name)
        submit(ledger, planned.id, service, max_qpu_seconds=MAX_QPU_SECONDS)
        flip, bell = (each.array() for each in run(ledger, planned.id, service, notice=print))
        (job,) = ledger.jobs(planned.id)
        recorded = properties_from_json(ledger.properties(job) or "")
        assert service.find(job.tag) == [job.provider_id]
    assert flip.shape == bell.shape == (SHOTS, 2)
    assert flip[:, 0].mean() > 0.8 and flip[:, 1].mean() < 0.2  # the order of bits
    assert (bell[:, 0] == bell[:, 1]).mean() > 0.7 and 0.3 < bell[:, 0].mean() < 0.7
    assert job.charged_s is None or 0 <= job.charged_s <= MAX_QPU_SECONDS
    assert time_step_s(recorded) == backend.target.dt
    assert len(noise_from_properties(recorded).relaxation_times) == backend.num_qubits


@pytest.mark.real_device
def test_unknown_jobs_and_backends_are_one_line(connected):
    runtime, backend = connected
    with pytest.raises(InputError, match="backend"):
        ibm_backend(runtime, "ibm_nowhere")
    with pytest.raises(ServiceError):
        IbmService(runtime, backend.name, Choices()).status("d0000000000000000000")
