"""What a notebook calls: ``protocol``, ``verify`` and ``access``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

from noclone.models.errors import InputError
from noclone.proofs.access import Access
from noclone.proofs.claims import Claim, StatedClaim, parse_claim
from noclone.proofs.expectations import Expectation
from noclone.proofs.prover import Prover
from noclone.proofs.verdicts import Verdict
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
    if claim is not None:
        return _Provers(protocol).verdict(parse_claim(claim))
    return verify_all([protocol])


def verify_all(
    protocols: Sequence[Protocol],
    claims: Sequence[str] = (),
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """A report on these claims (none: each protocol's own) about each of these protocols.

    A claim of a protocol's own is left out where its expectation says nothing ("PROVED for n >= 2" at n = 1): it is not
    made there.

    ``progress`` is told each claim before it is decided. Raises InputError if there is no claim at all.
    """
    outcomes = []
    for one in protocols:
        provers = _Provers(one)
        stated = tuple(map(StatedClaim, claims)) or one.claims
        for each in stated:
            progress(f"{one.scope} {each.text}")
            expected = None if claims else Expectation(each.expect).at(one.parameters)
            if expected is None and not claims:
                continue
            claim = parse_claim(each.text)
            outcomes.append(Outcome(one, each, expected, provers.verdict(claim)))
    if not outcomes:
        raise InputError("no claim to verify: state claims in the protocol or the file, or give --claim TEXT")
    return Report(tuple(outcomes))


def access(protocol: Protocol) -> Access:
    """The protocol's access structure at the end of its encoding.

    >>> import noclone
    >>> noclone.access(noclone.protocol("encrypted-cloning", n=2)).counts
    {'authorized': 16, 'partial': 0, 'uninformative': 16}
    """
    return _Provers(protocol).access()


class _Provers:
    """A prover for each set of recoveries that claims about one protocol name."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self._provers: dict[tuple[str, ...], Prover] = {}

    def verdict(self, claim: Claim) -> Verdict:
        return self._prover(self.protocol.recoveries_of(claim)).verdict(
            claim, scope=self.protocol.scope or "this protocol"
        )

    def access(self) -> Access:
        return Access(self._prover(()))

    def _prover(self, recoveries: tuple[str, ...]) -> Prover:
        if recoveries not in self._provers:
            self._provers[recoveries] = Prover(self.protocol.system(recoveries), self.protocol.closed_form)
        return self._provers[recoveries]
