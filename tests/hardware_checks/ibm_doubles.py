"""IBM's servers as a double: qiskit-ibm-runtime's own service, backend, batch, sampler and jobs talk to it as to the network.

Only ``RuntimeClient``, which makes the requests, is replaced. The device is the first qubits of Kingston's snapshot.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister
from qiskit_ibm_runtime import qiskit_runtime_service
from qiskit_ibm_runtime.api.exceptions import RequestsApiError
from qiskit_ibm_runtime.fake_provider import FakeKingston

from noclone.hardware_checks.run_plans import PlannedCircuit
from noclone.hardware_checks.stored_circuits import to_qpy

QUBITS = 6
NAME = "ibm_kingston"
HOME = "crn:v1:bluemix:public:quantum-computing:us-east:a/0:1::"
TOKEN = "Fake-" + "t0k_3n" * 7
"""Formed like an IBM Cloud API key: letters, digits, - and _, more than 40 of them."""

SERVER = {"COMPLETED": "Completed", "FAILED": "Failed", "CANCELLED": "Cancelled", "QUEUED": "Queued"}


def _small_device():
    """Kingston's configuration and properties, cut down to its first qubits."""
    folder = Path(FakeKingston.dirname)
    conf = json.loads((folder / FakeKingston.conf_filename).read_text())
    props = json.loads((folder / FakeKingston.props_filename).read_text())
    conf |= {"n_qubits": QUBITS, "backend_name": NAME}
    conf["coupling_map"] = [pair for pair in conf["coupling_map"] if max(pair) < QUBITS]
    for gate in conf["gates"]:
        if "coupling_map" in gate:
            gate["coupling_map"] = [places for places in gate["coupling_map"] if max(places) < QUBITS]
    props["qubits"] = props["qubits"][:QUBITS]
    props["gates"] = [gate for gate in props["gates"] if max(gate["qubits"]) < QUBITS]
    props |= {"general": props["general"][:2], "general_qlists": [], "backend_name": NAME}
    return json.dumps(conf), json.dumps(props)


CONFIGURATION, PROPERTIES = _small_device()


class Servers:
    """What the servers know and do, as its attributes tell.

    ``raises``: {request: exception} raised each time; of program_run after the job was taken if ``taken_all_the_same``.
    ``state``, ``reason``: what jobs come to. ``empty``: the places of circuits whose results are missing. ``other_backend``:
    what the answer to a submission names as the job's backend.
    """

    def __init__(self):
        self.jobs, self.sessions, self.asked = {}, {}, Counter()
        self.raises, self.taken_all_the_same, self.listed = {}, False, True
        self.state, self.reason, self.empty, self.other_backend = "COMPLETED", None, (), None
        self.configuration, self.properties = json.loads(CONFIGURATION), json.loads(PROPERTIES)
        self.status_words = {"operational": True, "status_msg": "active"}
        self.usage = {"qpu_charge_time_seconds": 4, "status": "complete"}
        self.limit_reached = False


class ClientDouble:
    """The requests that qiskit-ibm-runtime makes of one instance."""

    def __init__(self, servers, instance):
        self.servers, self._instance = servers, instance

    def _meet(self, request):
        self.servers.asked[request] += 1
        if request in self.servers.raises:
            raise self.servers.raises[request]

    def list_backends(self, *_):
        return [{"name": NAME, "class": None}]

    def backend_configuration(self, **_):
        self._meet("backend_configuration")
        return json.loads(json.dumps(self.servers.configuration))

    def backend_properties(self, _, *, datetime=None, **__):
        self._meet("backend_properties" if datetime is None else "old_properties")
        return json.loads(json.dumps(self.servers.properties))

    def backend_status(self, backend_name):
        self._meet("backend_status")
        return {"backend_name": backend_name, "backend_version": "1.0.0", "pending_jobs": 3} | self.servers.status_words

    def cloud_usage(self):
        self._meet("cloud_usage")
        return {"usage_limit_reached": self.servers.limit_reached, "usage_consumed_seconds": 1}

    def create_session(self, _, __, ___, mode):
        self._meet("create_session")
        name = f"batch-{len(self.servers.sessions)}"
        self.servers.sessions[name] = {"mode": mode, "open": True}
        return {"id": name}

    def close_session(self, session_id):
        self._meet("close_session")
        self.servers.sessions[session_id]["open"] = False

    def program_run(self, program_id, backend_name, params, **options):
        if not self.servers.taken_all_the_same:
            self._meet("program_run")
        job_id = f"job-{len(self.servers.jobs)}"
        self.servers.jobs[job_id] = {
            "program": program_id,
            "params": params,
            "instance": self._instance,
            "backend": backend_name,
        } | options
        self._meet("program_run")
        return {"id": job_id, "backend": self.servers.other_backend or backend_name}

    def jobs_get(self, limit=None, skip=0, job_tags=None, descending=True, **_):
        self._meet("jobs_get")
        found = [
            self._described(job_id)
            for job_id, job in self.servers.jobs.items()
            if self.servers.listed and job["instance"] == self._instance and set(job_tags) <= set(job["job_tags"])
        ]
        return {"jobs": found[:: -1 if descending else 1][skip : skip + limit], "count": len(found)}

    def job_get(self, job_id, **_):
        self._meet("job_get")
        if job_id not in self.servers.jobs:
            raise RequestsApiError("404 Client Error: Not Found", 404)
        return self._described(job_id)

    def _described(self, job_id):
        job = self.servers.jobs[job_id]
        state = {"status": SERVER.get(self.servers.state, self.servers.state)}
        state |= {"reason": self.servers.reason[0], "reasonCode": self.servers.reason[1]} if self.servers.reason else {}
        return {
            "id": job_id,
            "state": state,
            "backend": NAME,
            "created": "2026-04-20T10:00:00Z",
            "program": {"id": job["program"]},
            "tags": job["job_tags"],
            "session_id": job["session_id"],
        }

    def job_metadata(self, _):
        self._meet("job_metadata")
        return {"timestamps": {"running": "2026-04-20T11:00:00Z"}, "usage": self.servers.usage}

    def job_cancel(self, _):
        self._meet("job_cancel")
        self.servers.state = "CANCELLED"

    def job_results(self, job_id):
        self._meet("job_results")
        if self.servers.state != "COMPLETED":
            return "Traceback: the circuit was not run"
        job = self.servers.jobs[job_id]
        return executed(job["params"], self.servers.empty) if job["program"] == "executor" else sampled(job["params"])


def circuits_in(params):
    """The circuits that came with a job of the new sampler."""
    from ibm_quantum_schemas.executor.version_2_0 import ParamsModel

    return ParamsModel.model_validate(params).quantum_program.circuits.to_python()


def executed(params, empty=()):
    """The executor's answer, as the new sampler's jobs get it."""
    from ibm_quantum_schemas.common import CompressedTensorModel
    from ibm_quantum_schemas.executor.version_2_0 import QuantumProgramResultModel

    program = params["quantum_program"]
    data = []
    for place, (circuit, item) in enumerate(zip(circuits_in(params), program["items"], strict=True)):
        arrays = {
            register.name: numpy.broadcast_to(bits, (*item["shape"], program["shots"], len(bits)))
            for register, bits in flipped(circuit).items()
        }
        results = (
            {} if place in empty else {name: CompressedTensorModel.from_numpy(a.copy()) for name, a in arrays.items()}
        )
        data.append({"results": results, "metadata": {"scheduler_timing": None, "stretch_values": None}})
    answer = {"data": data, "metadata": {"chunk_timing": []}, "passthrough_data": program["passthrough_data"]}
    return QuantumProgramResultModel(**answer, semantic_role=program["semantic_role"]).model_dump_json()


def sampled(params):
    """The answer to a job of the old sampler."""
    from qiskit.primitives import PrimitiveResult
    from qiskit.primitives.containers import BitArray, DataBin, SamplerPubResult
    from qiskit_ibm_runtime.json import RuntimeEncoder

    pubs = []
    for pub in params["pubs"]:
        arrays = {
            register.name: BitArray.from_bool_array(numpy.tile(bits, (pub.shots, 1)), order="little")
            for register, bits in flipped(pub.circuit).items()
        }
        pubs.append(SamplerPubResult(DataBin(**arrays)))
    return json.dumps(PrimitiveResult(pubs), cls=RuntimeEncoder)


def flipped(circuit):
    """What a noiseless device reads if the circuit only flips qubits: each register's bits."""
    state, bits = [False] * circuit.num_qubits, [False] * circuit.num_clbits
    for instruction in circuit.data:
        place = circuit.find_bit(instruction.qubits[0]).index
        if instruction.operation.name == "x":
            state[place] = not state[place]
        elif instruction.operation.name == "measure":
            bits[circuit.find_bit(instruction.clbits[0]).index] = state[place]
    return {
        register: numpy.array([bits[circuit.find_bit(bit).index] for bit in register]) for register in circuit.cregs
    }


def flipping(*qubits, read=(0, 1, 2), early=None):
    """A circuit that flips these qubits, waits and reads those; ``early`` is read in its middle, into another register."""
    registers = [ClassicalRegister(len(read), "meas"), *([] if early is None else [ClassicalRegister(1, "unread")])]
    circuit = QuantumCircuit(QuantumRegister(QUBITS, "q"), *registers, name="flips")
    if early is not None:
        circuit.measure(early, len(read))
        circuit.x(early)
    for qubit in qubits:
        circuit.x(qubit)
        circuit.delay(400, qubit, unit="dt")
    circuit.cz(0, 1)
    circuit.barrier(*read)
    circuit.measure(read, range(len(read)))
    return circuit


def planned(*circuits, shots=64):
    return [PlannedCircuit(to_qpy(circuit), shots, {}, {"reads": "Z"}, 1e-5) for circuit in circuits]


def with_account(monkeypatch, servers, *, token=TOKEN):
    """An account in the environment, and the servers in place of the network."""
    for name, value in (
        ("QISKIT_IBM_TOKEN", token),
        ("QISKIT_IBM_INSTANCE", HOME),
        ("QISKIT_FUNCTIONS_EXPERIMENTAL", "1"),  # the list of instances is not asked for
    ):
        monkeypatch.setenv(name, value)
    for name in ("QISKIT_IBM_CHANNEL", "QISKIT_IBM_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(qiskit_runtime_service, "RuntimeClient", lambda given: ClientDouble(servers, given.instance))
