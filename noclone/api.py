"""What a notebook calls: ``protocol``, ``verify`` and ``access``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Self, overload

from noclone.models.errors import InputError, TooLargeError
from noclone.models.system import System
from noclone.proofs.access import Access
from noclone.proofs.claims import Claim, StatedClaim, parse_claim
from noclone.proofs.expectations import Expectation
from noclone.proofs.prover import Prover
from noclone.proofs.search import MOST_QUBITS
from noclone.proofs.verdicts import Status, Verdict
from noclone.protocols.protocol import Protocol
from noclone.protocols.registry import family
from noclone.report import Outcome, Report

__all__ = ["access", "protocol", "verify", "verify_all"]


def protocol(name: str, **parameters: int) -> Protocol:
    """A built-in protocol, for example ``protocol("encrypted-cloning", n=3)``; raises InputError."""
    return family(name).build(**parameters)


@overload
def verify(protocol: Protocol, claim: str) -> Verdict: ...
@overload
def verify(protocol: Protocol, claim: None = None) -> Report: ...
def verify(protocol: Protocol, claim: str | None = None) -> Report | Verdict:
    """One claim's verdict, or a report on every claim that the protocol makes; raises InputError or CircuitError.

    >>> import noclone
    >>> verdict = noclone.verify(noclone.protocol("five-qubit-code"), "recovers Q[0] Q[1]")
    >>> verdict.status.name, verdict.witness[0][:36]
    ('REFUTED', 'everything else, environment include')
    """
    _check_types(protocol, claim)
    if claim is not None:
        return _Provers(protocol).verdict(parse_claim(claim))
    return verify_all([protocol])


def verify_all(
    protocols: Sequence[Protocol],
    claims: Sequence[str] = (),
    *,
    jobs: int = 1,
    progress: Callable[[str, int], None] = lambda *_: None,
) -> Report:
    """A report on these claims (none: each protocol's own) about each of these protocols.

    A claim of a protocol's own is left out where its expectation says nothing ("PROVED for n >= 2" at n = 1): it is not
    made there. ``jobs`` processes share the work; ``progress`` is told each claim that is next and how many there are.
    Raises InputError if there is no claim at all.
    """
    work: list[tuple[Protocol, StatedClaim, Status | None, Claim]] = []
    for one in protocols:
        for each in tuple(map(StatedClaim, claims)) or one.claims:
            expected = None if claims else Expectation(each.expect).at(one.parameters)
            if claims or expected is not None:
                work.append((one, each, expected, parse_claim(each.text)))
    if not work:
        raise InputError("no claim to verify: state claims in the protocol or the file, or give --claim TEXT")
    verdicts = []
    with _Workers(jobs) as workers:
        provers = {id(one): _Provers(one) for one in protocols}
        started = [workers.start(provers[id(one)], claim) for one, _, _, claim in work]
        for finish, (one, _, _, claim) in zip(started, work, strict=True):
            progress(f"{one.scope} {claim}".strip(), len(work))
            verdicts.append(finish())
    return Report(
        tuple(
            Outcome(one, each, expected, verdict)
            for (one, each, expected, _), verdict in zip(work, verdicts, strict=True)
        )
    )


def access(protocol: Protocol) -> Access:
    """The protocol's access structure at the end of its encoding.

    >>> import noclone
    >>> noclone.access(noclone.protocol("encrypted-cloning", n=2)).counts
    {'authorized': 16, 'partial': 0, 'uninformative': 16}
    """
    _check_types(protocol, None)
    return _Provers(protocol).access()


def _check_types(protocol: object, claim: object) -> None:
    """Raise InputError for what is no protocol, or no claim's text."""
    if not isinstance(protocol, Protocol):
        raise InputError(
            f"a noclone.Protocol is needed, not {type(protocol).__name__}: "
            "noclone.protocol(name, …) or noclone.Protocol.from_circuit(circuit, secret=…)"
        )
    if claim is not None and not isinstance(claim, str):
        raise InputError(f"a claim is a text such as 'hides S[0]', not {type(claim).__name__}")


def scope_of(protocol: Protocol) -> str:
    """A verdict's scope: the protocol's parameters."""
    return protocol.scope or "this protocol"


class _Provers:
    """A prover for each set of recoveries that claims about one protocol name."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self._provers: dict[tuple[str, ...], Prover] = {}

    def verdict(self, claim: Claim) -> Verdict:
        with _Workers(1) as workers:
            return workers.start(self, claim)()

    def access(self) -> Access:
        return Access(self._prover(()))

    def prover_for(self, claim: Claim) -> Prover:
        return self._prover(self.protocol.recoveries_of(claim))

    def _prover(self, recoveries: tuple[str, ...]) -> Prover:
        if recoveries not in self._provers:
            self._provers[recoveries] = Prover(self.protocol.system(recoveries), self.protocol.closed_form)
        return self._provers[recoveries]


class _Workers:
    """Decides claims here, when asked for the verdict (one job), or in several processes, at once."""

    def __init__(self, jobs: int) -> None:
        self._pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) if jobs > 1 else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def start(self, provers: _Provers, claim: Claim) -> Callable[[], Verdict]:
        """What to call for the verdict. A closed form is a function of this process, so it is used here."""
        scope = scope_of(provers.protocol)
        try:
            prover = provers.prover_for(claim)
        except TooLargeError as error:
            undecided = Verdict(Status.UNDECIDED, str(claim), scope, "none", reason=str(error))
            return lambda: undecided
        if self._pool is None or len(prover.system.names) > MOST_QUBITS:
            return lambda: prover.verdict(claim, scope=scope)
        return self._pool.submit(_decide, prover.system, claim, scope).result


def _decide(system: System, claim: Claim, scope: str) -> Verdict:
    """A worker's task."""
    return Prover(system).verdict(claim, scope=scope)
