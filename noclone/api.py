"""What a notebook calls: ``protocol``, ``verify`` and ``access``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import Self, overload

from noclone.models.errors import InputError, TooLargeError, nearest
from noclone.models.system import System
from noclone.proofs.access import Access
from noclone.proofs.claims import Claim, StatedClaim, parse_claim
from noclone.proofs.exact_access import ExactAccess
from noclone.proofs.expectations import Expectation
from noclone.proofs.lint import ClaimWarning, ListedClaim, warnings_of
from noclone.proofs.prover import Prover
from noclone.proofs.search import MOST_QUBITS
from noclone.proofs.verdicts import Status, Verdict
from noclone.protocols.protocol import Protocol
from noclone.protocols.registry import FAMILIES, family
from noclone.report import Outcome, Report

__all__ = ["access", "protocol", "system_for", "verify", "verify_all"]


def protocol(name: str, **parameters: int) -> Protocol:
    """A built-in protocol, for example ``protocol("encrypted-cloning", n=3)``; raises InputError."""
    return family(name).build(**parameters)


@overload
def verify(protocol: Protocol, claim: str, *, cross_check: bool = False) -> Verdict: ...
@overload
def verify(protocol: Protocol, claim: None = None, *, cross_check: bool = False) -> Report: ...
def verify(protocol: Protocol, claim: str | None = None, *, cross_check: bool = False) -> Report | Verdict:
    """One claim's verdict, or a report on every claim that the protocol makes; raises InputError or CircuitError.

    With ``cross_check`` every engine that can decide a claim does; where two disagree the verdict is an ERROR.

    >>> import noclone
    >>> verdict = noclone.verify(noclone.protocol("five-qubit-code"), "recovers Q[0] Q[1]")
    >>> verdict.status.name, verdict.witness[0][:36]
    ('REFUTED', 'everything else, environment include')
    """
    _check_types(protocol, claim)
    if claim is not None:
        with _Workers(1, cross_check=cross_check) as workers:
            return workers.start(_Provers(protocol), parse_claim(claim))()
    return verify_all([protocol], cross_check=cross_check)


def verify_all(
    protocols: Sequence[Protocol],
    claims: Sequence[str] = (),
    *,
    jobs: int = 1,
    cross_check: bool = False,
    progress: Callable[[str, int], None] = lambda *_: None,
) -> Report:
    """A report on these claims (none: each protocol's own) about each of these protocols.

    A claim of a protocol's own is left out where its expectation says nothing ("PROVED for n >= 2" at n = 1): it is not
    made there. ``jobs`` processes share the work; ``cross_check`` as in ``verify``; ``progress`` is told each claim that is next and how many there are.
    The report's warnings are the lint's (``noclone.proofs.lint``). Raises InputError if there is no claim at all.
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
    with _Workers(jobs, cross_check=cross_check) as workers:
        provers = {id(one): _Provers(one) for one in protocols}
        started = [workers.start(provers[id(one)], claim) for one, _, _, claim in work]
        for finish, (one, _, _, claim) in zip(started, work, strict=True):
            progress(f"{one.scope} {claim}".strip(), len(work))
            verdicts.append(finish())
    outcomes = tuple(
        Outcome(one, each, expected, verdict) for (one, each, expected, _), verdict in zip(work, verdicts, strict=True)
    )
    return Report(outcomes, _warnings(outcomes, provers))


def access(protocol: Protocol) -> Access:
    """The protocol's access structure at the end of its encoding.

    >>> import noclone
    >>> noclone.access(noclone.protocol("encrypted-cloning", n=2)).counts
    {'authorized': 16, 'partial': 0, 'uninformative': 16}
    """
    _check_types(protocol, None)
    prover = Prover(replace(protocol, others={}).system(), protocol.closed_form)
    return Access(prover) if prover.system.is_clifford else ExactAccess(prover)


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


def _warnings(outcomes: Sequence[Outcome], provers: Mapping[int, _Provers]) -> tuple[ClaimWarning, ...]:
    """What is odd about each protocol's claims; that one is implied by another only if so it is wherever it is made."""
    lists: dict[int, list[ListedClaim]] = {}
    made = {(outcome.verdict.claim, scope_of(outcome.protocol)) for outcome in outcomes}
    for outcome in outcomes:
        expect = "" if outcome.expected is None else outcome.stated.expect
        listed = ListedClaim(
            parse_claim(outcome.stated.text), outcome.verdict.status, expect, quoted=bool(outcome.stated.reference)
        )
        lists.setdefault(id(outcome.protocol), []).append(listed)
    found: list[ClaimWarning] = []
    for key, claims in lists.items():
        found += warnings_of(claims, provers[key].prover_for, scope=scope_of(provers[key].protocol))
    places = Counter(claim for claim, _ in made)
    implied = Counter(claim for claim, _ in {(each.claim, each.scope) for each in found if each.kind == "implied"})
    return tuple(each for each in found if each.kind != "implied" or implied[each.claim] == places[each.claim])


class _Provers:
    """A prover for each set of recoveries that claims about one protocol name."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self._provers: dict[tuple[str, ...], Prover] = {}

    def prover_for(self, claim: Claim) -> Prover:
        other = claim.name if claim.word == "equivalent" else ""
        key = (*self.protocol.recoveries_of(claim), f"equivalent {other}", *_ensembles(self.protocol, claim))
        if key not in self._provers:
            self._provers[key] = Prover(system_for(self.protocol, claim), self.protocol.closed_form)
        return self._provers[key]


def system_for(protocol: Protocol, claim: Claim) -> System:
    """The protocol as plain gates, with what a claim names: recoveries, another encoding, states; raises InputError."""
    others = {claim.name: _other(protocol, claim.name)} if claim.word == "equivalent" else {}
    named = replace(protocol, others=others, ensembles=_ensembles(protocol, claim))
    return named.system(protocol.recoveries_of(claim))


def _ensembles(protocol: Protocol, claim: Claim) -> dict[str, tuple[str, ...]]:
    """The sets of states that a claim about cloning names."""
    words = claim.quantity.split() if claim.word == "bound" and not claim.coalition else []
    return {name: states for name, states in protocol.ensembles.items() if name in words}


def _other(protocol: Protocol, name: str) -> Protocol:
    """The protocol to compare with: one that this protocol brings, or a built-in one at the same parameters."""
    if name in protocol.others:
        return protocol.others[name]
    if name not in FAMILIES:
        known = [*protocol.others, *FAMILIES]
        raise InputError(f"unknown protocol '{name}': there are {', '.join(known)}.{nearest(name, known)}")
    own = {parameter.name for parameter in FAMILIES[name].parameters}
    return FAMILIES[name].build(**{key: value for key, value in protocol.parameters.items() if key in own})


class _Workers:
    """Decides claims here, when asked for the verdict (one job), or in several processes, at once."""

    def __init__(self, jobs: int, *, cross_check: bool) -> None:
        self._cross_check = cross_check
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
            return lambda: prover.verdict(claim, scope=scope, cross_check=self._cross_check)
        return self._pool.submit(_decide, prover.system, claim, scope, self._cross_check).result


def _decide(system: System, claim: Claim, scope: str, cross_check: bool) -> Verdict:
    """A worker's task."""
    return Prover(system).verdict(claim, scope=scope, cross_check=cross_check)
