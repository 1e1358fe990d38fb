"""What a run needs of whoever executes its circuits: submit, find by tag, status, result, cancel.

Errors are one line each and say what is known about the submission; no message carries a token.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from noclone.hardware_checks.shot_outcomes import Outcomes
from noclone.models.errors import InputError

__all__ = [
    "JobResult",
    "JobStatus",
    "NothingSubmittedError",
    "Service",
    "ServiceError",
    "ServiceJob",
    "UnreachableError",
    "http_status",
    "one_line",
    "translated",
]


class ServiceError(InputError):
    """The service refused or failed; what it did is not known unless the subclass says so."""


class NothingSubmittedError(ServiceError):
    """The service did not take the job, for certain: nothing will be charged."""


class UnreachableError(ServiceError):
    """The service could not be reached, or took too long: asking again may help."""


class JobStatus(Enum):
    """Where a job is at the service."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ServiceJob:
    """A job's status and, of a failed or cancelled one, what the service says about it."""

    status: JobStatus
    message: str = ""


@dataclass(frozen=True, slots=True)
class JobResult:
    """A job's outcomes in the order of its circuits, None or too few where something is missing.

    ``calibrated`` is the time of the calibration that held during the job (ISO 8601), ``properties`` the backend's
    properties then as JSON, ``charged_s`` the QPU seconds charged; None where the service does not say.
    """

    outcomes: tuple[Outcomes | None, ...]
    calibrated: str | None = None
    properties: str | None = None
    charged_s: float | None = None


class Service(Protocol):
    """Executes circuits. Every method raises ServiceError, or one of its subclasses, and nothing else.

    ``name`` is the backend's. ``listing_lag_s`` is after how many seconds ``find`` is sure to list a job that was submitted:
    0 for a service with a consistent listing, infinity where nothing is promised.
    """

    name: str
    listing_lag_s: float

    def submit(self, circuits: Sequence[bytes], shots: Sequence[int], tags: Sequence[str]) -> str:
        """Submit one job with these circuits (QPY, one circuit each) and tags; its id at the service."""

    def find(self, tag: str) -> list[str]:
        """The ids of all jobs with this tag, in the order of their submission; may lag."""

    def status(self, job_id: str) -> ServiceJob:
        """Where the job is."""

    def result(self, job_id: str) -> JobResult:
        """A finished job's result."""

    def cancel(self, job_id: str) -> None:
        """Ask for the job to be cancelled."""


_REFUSED = {
    "AccountNotFoundError": "no account: save one with QiskitRuntimeService.save_account or set QISKIT_IBM_TOKEN",
    "InvalidAccountError": "the account was refused, or the network is down: check both",
    "IBMNotAuthorizedError": "not authorized: the token may have expired, or the instance may not have this backend",
    "CloudResourceNameResolutionError": "the account has no instance of this name",
    "IBMAccountError": "the account cannot be used",
    "IBMInputValueError": "the service does not take this input",
    "AuthenticationLicenseError": "the account's licence agreement has not been accepted",
    "QiskitBackendNotFoundError": "there is no such backend for this account",
    "RuntimeProgramNotFound": "the service does not have this program",
}
_UNREACHABLE = {
    "RequestsApiError": "the service could not be reached",
    "JSONDecodeError": "what answered is not the service: is a proxy or a login page in between?",
    "ChunkedEncodingError": "the answer broke off",
    "ConnectionError": "the service could not be reached",
    "ConnectTimeout": "the service could not be reached",
    "ReadTimeout": "the service did not answer in time",
    "TimeoutError": "the service did not answer in time",
    "UserTimeoutExceededError": "the service did not answer in time",
    "RuntimeJobTimeoutError": "the job did not finish in time",
    "JobTimeoutError": "the job did not finish in time",
}
_OTHER = {
    "RuntimeJobNotFound": "the service does not know this job: is it the account and instance that submitted it?",
    "RuntimeJobFailureError": "the job failed",
    "RuntimeJobMaxTimeoutError": "the job ran longer than its maximum execution time",
    "RuntimeInvalidStateError": "the job is not in a state that allows this",
    "IBMBackendApiProtocolError": "the service's answer about the backend is not understood",
    "ApiIBMProtocolError": "the service's answer is not understood",
}


_TRANSIENT = (408, 425, 429)


def translated(error: Exception) -> ServiceError:
    """The service error, one line, that says what an exception of qiskit-ibm-runtime or requests means.

    Told by the names of its class and its bases, and by the HTTP status of the answer that it comes from, so that neither
    package has to be there. The runtime wraps what failed in an IBMRuntimeError and keeps it as the context.
    """
    said = one_line(error)
    status = http_status(error)
    refused = status is not None and 400 <= status < 500 and status not in _TRANSIENT
    for kind in type(error).__mro__:
        for names, wrapped in (
            (_REFUSED, NothingSubmittedError),
            (_UNREACHABLE, UnreachableError),
            (_OTHER, ServiceError),
        ):
            if kind.__name__ in names and not (refused and wrapped is UnreachableError):
                return wrapped(f"{names[kind.__name__]} ({said})" if said else names[kind.__name__])
    if refused:
        return ServiceError(f"the service refused this (HTTP {status}): {said}")
    if any(each.__name__ in _UNREACHABLE for inner in _causes(error) for each in type(inner).__mro__):
        return UnreachableError(f"the service could not be reached ({said})")
    return ServiceError(f"the service failed: {type(error).__name__}{': ' + said if said else ''}")


def http_status(error: BaseException) -> int | None:
    """The HTTP status of the answer that the exception, or what it wraps, comes from; None if there was no answer."""
    for each in _causes(error):
        status = getattr(each, "status_code", None)
        if isinstance(status, int) and status > 0:
            return status
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and what it was raised from or during, outermost first."""
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        found = found.__cause__ or found.__context__


def one_line(error: BaseException, *, longest: int = 200) -> str:
    """What an exception says, on one line, shortened, and without anything that could be a token."""
    text = " ".join(str(error).split())
    token = os.environ.get("QISKIT_IBM_TOKEN", "")
    if token:
        text = text.replace(token, "[hidden]")
    text = re.sub(r"(?i)(bearer|apikey|token)([\s=:'\"]+)(?=\S*\d)[A-Za-z0-9._-]{8,}", r"\1\2[hidden]", text)
    text = re.sub(r"[A-Za-z0-9_.-]{40,}", "[hidden]", text)
    return text if len(text) <= longest else text[: longest - 1] + "…"
