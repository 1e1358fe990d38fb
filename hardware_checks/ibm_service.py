"""IBM's devices as a ``Service``: through qiskit-ibm-runtime, with the account that its users have.

The account is the package's affair: a saved one, or QISKIT_IBM_TOKEN, QISKIT_IBM_INSTANCE, QISKIT_IBM_CHANNEL, QISKIT_IBM_URL.
No token passes through here, and none is in a message, a log or a record of ours.

Whether a job was taken. The package asks for the instance's usage and the backend's status, posts the job, and may look up a
backend afterwards. Only errors that come before the post, or say that the server refused it (HTTP 4xx but 408), become
NothingSubmittedError; after any other the job may exist, and the plan's tag is looked up before anything is submitted again.
"""

from __future__ import annotations

import contextlib
import math
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from types import TracebackType
from typing import Any, Self

from noclone.hardware_checks.ibm_sampler import (
    SamplerChoices,
    check_circuits,
    outcomes_of_job,
    sampler,
    sampler_options,
)
from noclone.hardware_checks.recorded_calibration import properties_json
from noclone.hardware_checks.services import (
    JobResult,
    JobStatus,
    NothingSubmittedError,
    ServiceError,
    ServiceJob,
    UnreachableError,
    http_status,
    one_line,
    translated,
)
from noclone.hardware_checks.stored_circuits import from_qpy
from noclone.models.errors import InputError

__all__ = ["PREFIX", "IbmService", "connect", "ibm_backend", "open_account"]

PREFIX = "ibm:"
_NEEDED = ("cz", "rz", "sx", "x", "measure")
_STATUS = {
    "INITIALIZING": JobStatus.WAITING,
    "QUEUED": JobStatus.WAITING,
    "RUNNING": JobStatus.WAITING,
    "DONE": JobStatus.DONE,
    "CANCELLED": JobStatus.CANCELLED,
    "ERROR": JobStatus.FAILED,
}
_REFUSED_BEFORE = (
    "IBMInputValueError",
    "IBMNotAuthorizedError",
    "AuthenticationLicenseError",
    "RuntimeProgramNotFound",
)
"""What the package raises before it posts a job, or for a 401 or 404 of the server."""
_TRIES = 3
_LONGEST_WAIT_S = 60.0


def _ignore(_: str) -> None:
    """Tell nobody."""


def connect(name: str, *, instance: str | None = None, tell: Callable[[str], None] = _ignore) -> tuple[Any, Any]:
    """The runtime service of the user's account and the backend of this name ("ibm:ibm_kingston"), checked for our use.

    ``instance`` is a name or CRN, as the package takes it. ``tell`` hears the package's warnings. Raises InputError, one line.
    """
    service = open_account(instance=instance, tell=tell)
    return service, ibm_backend(service, name, tell=tell)


def open_account(*, instance: str | None = None, tell: Callable[[str], None] = _ignore) -> Any:
    """The runtime service of the user's account alone: enough to collect, whatever state the backend is in."""
    try:
        from qiskit_ibm_runtime import QiskitRuntimeService
    except ImportError:
        raise InputError("IBM's devices need qiskit-ibm-runtime: pip install 'noclone[hardware]'") from None
    with _speaking(tell):
        return QiskitRuntimeService(instance=instance)


def ibm_backend(service: Any, name: str, *, tell: Callable[[str], None] = _ignore) -> Any:
    """The service's backend of this name; raises InputError for one that has not our gates, or no calibration."""
    short = name.removeprefix(PREFIX)
    with _speaking(tell):
        backend = service.backend(short)
        target = backend.target
        properties = backend.properties()
    missing = [gate for gate in _NEEDED if gate not in target.operation_names]
    if missing:
        raise InputError(f"{short} has no {' and no '.join(missing)}: choose a Heron or Nighthawk processor")
    if properties is None:
        raise InputError(f"{short} reports no calibration now: try later, or choose another backend")
    return backend


class IbmService:
    """IBM's runtime as a ``Service`` for one backend; use it in a ``with`` statement, or close it.

    ``service`` is a QiskitRuntimeService; ``backend`` is looked up on the first submission if it is not given. With ``batch``
    all jobs that are submitted before ``close`` go into one batch, for plans of more than one job; otherwise each is a job by
    itself. ``longest_s``: no job may take more QPU seconds; IBM cancels it then. ``tell`` hears the package's warnings.
    """

    listing_lag_s = math.inf  # IBM promises nothing about when a new job is listed

    def __init__(
        self,
        service: Any,
        backend_name: str,
        options: SamplerChoices,
        *,
        backend: Any = None,
        batch: bool = False,
        longest_s: int | None = None,
        tell: Callable[[str], None] = _ignore,
    ) -> None:
        self.name = PREFIX + backend_name.removeprefix(PREFIX)
        self._service, self._backend, self._options = service, backend, options
        self._in_batch, self._longest_s, self._tell = batch, longest_s, tell
        self._batch: Any = None
        self._jobs: dict[str, Any] = {}
        self._failures: Counter[str] = Counter()
        self._home = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the batch, if there is one: its jobs still run, and it takes no more. Never raises for what the service says."""
        batch, self._batch = self._batch, None
        if batch is None:
            return
        try:
            with _speaking(self._tell):
                batch.close()
        except ServiceError as error:  # its jobs are submitted and recorded; IBM closes it when its time is up
            self._tell(f"the batch was not closed ({error}); it closes by itself")

    def submit(self, circuits: Sequence[bytes], shots: Sequence[int], tags: Sequence[str]) -> str:
        """Submit one job with these circuits (QPY, one circuit each) and tags; its id at the service."""
        try:
            loaded = [from_qpy(each) for each in circuits]
            primitive = self._prepared(loaded, shots, tags)
        except InputError as error:  # nothing was posted yet, whatever went wrong
            raise NothingSubmittedError(str(error)) from None
        with _speaking(self._tell, _of_submission):
            job = primitive.run([(circuit, None, number) for circuit, number in zip(loaded, shots, strict=True)])
            job_id = str(job.job_id())
        self._jobs[job_id] = job
        return job_id

    def find(self, tag: str) -> list[str]:
        """The ids of all jobs with this tag, in the order of their submission; may lag. Every instance is asked."""
        found: list[str] = []
        for instance in self._instances():
            try:
                with _speaking(self._tell):
                    listed = self._service.jobs(limit=None, instance=instance, job_tags=[tag], descending=False)
                    found += [str(job.job_id()) for job in listed if job.tags is None or tag in job.tags]
            except UnreachableError:
                raise
            except ServiceError:
                if instance == self._home:
                    raise  # another one may refuse this account: then it holds no job of ours
        return list(dict.fromkeys(found))

    def status(self, job_id: str) -> ServiceJob:
        """Where the job is."""
        with _speaking(self._tell):
            job = self._job(job_id)
            said = str(job.status())
            status = _STATUS.get(said, JobStatus.CANCELLED if said.startswith("CANCELLED") else None)
            why = job.error_message() or "" if status is JobStatus.FAILED else ""
        if status is None:
            raise ServiceError(f"job {job_id} is '{one_line(ValueError(said))}', a state that noclone does not know")
        return ServiceJob(status, one_line(ValueError(why)))

    def result(self, job_id: str) -> JobResult:
        """A finished job's result, with its calibration and its charge: where the network fails these, they are asked for again."""
        with _speaking(self._tell):
            job = self._job(job_id)
            outcomes = outcomes_of_job(job, timeout_s=_LONGEST_WAIT_S)
        properties = self._further(job_id, "the calibration during the job", job.properties)
        charged = self._further(job_id, "the QPU seconds charged", lambda: _charged_s(job.metrics()))
        if properties is None:
            return JobResult(outcomes, charged_s=charged)
        recorded = self._further(
            job_id, "the backend", lambda: properties_json(self._backend or job.backend(), properties)
        )
        return JobResult(outcomes, properties.last_update_date.astimezone(UTC).isoformat(), recorded, charged)

    def cancel(self, job_id: str) -> None:
        """Ask for the job to be cancelled."""
        with _speaking(self._tell):
            self._job(job_id).cancel()

    def _prepared(self, circuits: Sequence[Any], shots: Sequence[int], tags: Sequence[str]) -> Any:
        """The sampler for one job, once nothing speaks against the job; a new batch if one is wanted."""
        if self._backend is None:
            self._backend = ibm_backend(self._service, self.name, tell=self._tell)
        with _speaking(self._tell):
            now = self._backend.status()
            check_circuits(circuits, shots, self._backend, self._options)
        if not now.operational:
            raise NothingSubmittedError(
                f"{self.name} takes no jobs now ({one_line(ValueError(now.status_msg))}): try later"
            )
        with _speaking(self._tell):
            if self._in_batch and self._batch is None:
                from qiskit_ibm_runtime import Batch

                self._batch = Batch(backend=self._backend)
            chosen = sampler_options(self._options, shots[0], tags, longest_s=self._longest_s)
            return sampler(self._batch or self._backend, chosen)

    def _instances(self) -> list[str]:
        """The account's instances; the one that is in use comes last, since asking another puts that in use."""
        with _speaking(self._tell):
            self._home = self._home or str(self._service.active_instance())
            known = [str(entry["crn"]) for entry in self._service.instances()]
        return [*(each for each in known if each != self._home), self._home]

    def _job(self, job_id: str) -> Any:
        if job_id not in self._jobs:
            self._jobs[job_id] = self._service.job(job_id)
        return self._jobs[job_id]

    def _further(self, job_id: str, what: str, asked: Callable[[], Any]) -> Any:
        """What else belongs to a result, None if it cannot be had: outcomes that were paid for do not wait for it for ever."""
        try:
            with _speaking(self._tell):
                return asked()
        except ServiceError as error:
            self._failures[job_id] += 1
            if isinstance(error, UnreachableError) and self._failures[job_id] < _TRIES:
                raise
            self._tell(f"job {job_id} is recorded without {what}: {error}")
            return None


@contextlib.contextmanager
def _speaking(tell: Callable[[str], None], meaning: Callable[[Exception], ServiceError] = translated) -> Iterator[None]:
    """Turn every exception of the package into a service error of one line, and its warnings into lines for ``tell``."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            yield
        except InputError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not hide what became of the job
            raise meaning(error) from None
        finally:
            for line in dict.fromkeys(one_line(ValueError(each.message)) for each in said):
                tell(line)


def _of_submission(error: Exception) -> ServiceError:
    """What an error of a submission means: NothingSubmittedError only where the job was refused for certain."""
    meant = translated(error)
    status = http_status(error)
    by_server = status is not None and 400 <= status < 500 and status != 408
    if by_server or any(kind.__name__ in _REFUSED_BEFORE for kind in type(error).__mro__):
        return NothingSubmittedError(str(meant))
    return ServiceError(str(meant)) if isinstance(meant, NothingSubmittedError) else meant


def _charged_s(metrics: Any) -> float | None:
    """The QPU seconds that a job's metrics name, under either version's name; None while they are not final."""
    usage = metrics.get("usage") or {}
    if usage.get("status") == "pending":
        return None
    named = [usage[name] for name in ("qpu_charge_time_seconds", "quantum_seconds") if usage.get(name) is not None]
    return float(named[0]) if named else None
