"""From a claim about a system to a verdict: choose who can decide it, write the certificate, have the kernel replay it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, cached_property
from typing import Any

from noclone.models.errors import InputError, TooLargeError
from noclone.models.phases import ANGLE_TOLERANCE
from noclone.models.system import System
from noclone.proofs.bounds import engine_for
from noclone.proofs.claims import Claim, check_names
from noclone.proofs.exactness import ExactFinder
from noclone.proofs.findings import Finder, Finding
from noclone.proofs.floating import DensityEngine
from noclone.proofs.kernel.documents import Protocol, read_protocol
from noclone.proofs.kernel.exact import MOST_QUBITS as MOST_EXACT_QUBITS
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.rules import check
from noclone.proofs.measured import Measured
from noclone.proofs.monogamy import MonogamyEngine
from noclone.proofs.opinions import Decide, Opinion, agreed, in_words
from noclone.proofs.replays import ReplayFinder, certificate
from noclone.proofs.search import ClosedForm, Search
from noclone.proofs.verdicts import Status, Verdict
from noclone.proofs.witnesses import WitnessFinder

__all__ = ["ASSUMPTIONS", "MOST_WORK", "Prover"]

MOST_WORK = 5 * 10**9
"""Cases of a claim's letters times the square of the qubits; a claim beyond it is UNDECIDED."""

ASSUMPTIONS = (
    "the parties hold exactly the qubits named; everything else is the environment, which no coalition holds",
    "every qubit but the secret's starts in |0⟩, and gates are exact",
    f"an angle within {ANGLE_TOLERANCE:g} (relative, if above 1) of a multiple of pi/4 is that multiple",
)
_ABOUT_STATES = ("hides", "mixed", "recovers", "leaks")


class Prover:
    """Decides claims about one system. Give the same prover all claims about it: what it has computed it keeps.

    Whoever can decide a claim is an engine: Pauli witnesses (Clifford systems of any size), exact amplitudes (H, S, CX and
    T; the kernel up to 12 qubits), balls (any angles) and density operators (noise; floats). The first in this order that
    fits decides; ``cross_check`` asks all of them. ``closed_form`` is a family's formulas for what is too large to search.
    """

    def __init__(self, system: System, closed_form: ClosedForm | None = None) -> None:
        self.system, self._closed_form = system, closed_form

    @cached_property
    def protocol(self) -> Protocol:
        """The system as the kernel reads it; raises InputError if the kernel refuses it."""
        try:
            return read_protocol(self.system.document)
        except Refusal as refusal:
            raise InputError(f"the protocol cannot be checked: {refusal}") from None

    @property
    def search(self) -> Search:
        """The search for Pauli operators; raises InputError if the system is not Clifford."""
        if not self.system.is_clifford:
            raise InputError("not all gates are Clifford, and only those have operators to search for")
        return self._witnesses.search

    def verdict(self, claim: Claim, *, scope: str = "this protocol", cross_check: bool = False) -> Verdict:
        """The claim's verdict; raises InputError if it does not fit the system."""
        start = time.perf_counter()
        check_names(claim, self.system)
        try:
            cases = list(claim.cases(self._sizes))
        except Refusal as refusal:
            if refusal.code != "too-many-cases":
                raise InputError(f"the claim does not fit: {refusal}") from None
            why = f"its letters stand for too many cases ({refusal.found}; {refusal.expected}): write numbers for some"
            return Verdict(Status.UNDECIDED, str(claim), scope, "none", reason=why)
        if not cases:
            why = "vacuous: its letters must differ, and there are too few qubits for that, so it speaks of no case"
            return Verdict(Status.UNDECIDED, str(claim), scope, "none", reason=why)
        found = list(self._verdicts(claim, cases, scope, every=cross_check))
        return replace(agreed(found), seconds=time.perf_counter() - start)

    @cached_property
    def _witnesses(self) -> WitnessFinder:
        return WitnessFinder(self.system, self.protocol, self._closed_form)

    @cached_property
    def _sizes(self) -> Callable[[str], int]:
        """What the kernel says an item's index may be; for gates that it does not know, of the same names without gates."""
        return (self.protocol if self.system.is_exact else self._gateless.protocol).size

    @cached_property
    def _gateless(self) -> Prover:
        """The system's names alone: for gates that the kernel does not know, and claims that speak of no gate."""
        stages, others = (
            tuple(replace(part, gates=()) for part in parts) for parts in (self.system.stages, self.system.others)
        )
        recoveries = tuple(replace(recovery, gates=()) for recovery in self.system.recoveries)
        return Prover(replace(self.system, stages=stages, recoveries=recoveries, others=others, noises=()))

    def _verdicts(self, claim: Claim, cases: list[dict[str, int]], scope: str, *, every: bool) -> Iterator[Opinion]:
        """What the engines that can decide the claim say of it: the first of them, or every one."""
        undecided = None
        some = False
        for decide in self._engines(claim, every=every):
            try:
                yield decide(claim, cases, scope)
                some = True
            except TooLargeError as error:
                if undecided is None:
                    undecided = Verdict(Status.UNDECIDED, str(claim), scope, "none", reason=str(error))
            if some and not every:
                return
        if not some:
            why = "no engine decides such a claim about such a protocol (docs/claims.md says which do)"
            nobody = Verdict(Status.UNDECIDED, str(claim), scope, "none", reason=why)
            yield Opinion(undecided if undecided is not None else nobody, None)

    def _engines(self, claim: Claim, *, every: bool) -> Iterator[Decide]:
        """Whoever can decide a claim of this word about this system, the strongest first."""
        clifford, exact = self.system.is_clifford, self.system.is_exact
        small = len(self.system.names) <= MOST_EXACT_QUBITS
        names = self.protocol if exact else self._gateless.protocol
        if claim.word == "monogamy":
            yield MonogamyEngine(self.system, names).decide
            return
        if claim.word == "bound":
            yield self._by_bounds
            return
        measured, by_densities = Measured(self.system, names), DensityEngine(self.system, names).decide
        if claim.bound:
            noise = next((noise for noise in self.system.noises if noise.name == claim.noise), None)
            if not claim.coalition and clifford and (noise is None or noise.is_rational):
                yield self._by_kernel(lambda: ReplayFinder("pauli-noise", self.protocol))
            if claim.coalition and not claim.noise:
                yield measured.by_balls
            yield by_densities
            return
        if clifford:
            rule = "pauli-circuits" if claim.word in ("equivalent", "untouched") else "pauli-witness"
            about_states = claim.word in _ABOUT_STATES
            yield self._by_kernel(lambda: self._witnesses if about_states else ReplayFinder(rule, self.protocol))
        if exact and (every or not clifford):
            if small:
                yield self._by_kernel(cache(lambda: ExactFinder(self.system, self.protocol)))
            if not (small and every):  # also where the kernel finds it too much work
                yield measured.by_exact_amplitudes
        if claim.word != "equivalent" and (every or not exact):
            yield measured.by_balls
        if claim.word not in ("equivalent", "untouched") and every:
            yield by_densities

    def _by_bounds(self, claim: Claim, cases: list[dict[str, int]], scope: str) -> Opinion:
        """Bounds over channels and correlations; only those of coalitions are about this system's gates and noise."""
        if not claim.coalition:
            prover = self if self.system.is_exact else self._gateless
            return engine_for(prover.system, prover.protocol, claim).decide(claim, cases, scope)
        if not self.system.is_clifford:
            raise TooLargeError("not all gates are Clifford, and the kernel makes the objective of those only")
        if not all(noise.is_rational for noise in self.system.noises if noise.name == claim.noise):
            raise TooLargeError(f"noise '{claim.noise}' is no mixture of Paulis with rational probabilities")
        return engine_for(self.system, self.protocol, claim).decide(claim, cases, scope)

    def _by_kernel(self, finder: Callable[[], Finder]) -> Decide:
        """Search, write the certificate, and have the kernel replay it."""

        def decide(claim: Claim, cases: list[dict[str, int]], scope: str) -> Opinion:
            chosen = finder()
            verdict = self._checked(chosen, claim, scope, self._proposals(chosen, claim, cases))
            return Opinion(verdict, None if verdict.status is Status.ERROR else verdict.status is Status.PROVED)

        return decide

    def _proposals(
        self, finder: Finder, claim: Claim, cases: list[dict[str, int]]
    ) -> list[tuple[dict[str, int], Finding]]:
        """What the search finds for every case, or for the first that is refuted; raises TooLargeError."""
        qubits = len(self.system.names)
        if len(cases) > 1 and len(cases) * qubits**2 > MOST_WORK:
            raise TooLargeError(
                f"{len(cases):,} cases of {qubits:,} qubits are too many: write numbers for its letters"
            )
        proposed: list[tuple[dict[str, int], Finding]] = []
        for letters in cases:
            finding = finder.find(claim, letters)
            if not finding.proved:
                return [(letters, finding)]
            proposed.append((letters, finding))
        return proposed

    def _checked(
        self, finder: Finder, claim: Claim, scope: str, proposed: Sequence[tuple[dict[str, int], Finding]]
    ) -> Verdict:
        letters, finding = proposed[0]
        cases = [{"letters": letters, "operators": case.operators} for letters, case in proposed]
        conclusion = "PROVED" if finding.proved else "REFUTED"
        document = certificate(finder.rule, self.system.identity, claim, conclusion, cases)
        fields: dict[str, Any] = {"claim": str(claim), "scope": scope, "method": f"{finder.method}, kernel"}
        try:
            checked = check(self.protocol, document, claim)
        except Refusal as refusal:
            if refusal.code == "too-large":
                raise TooLargeError(
                    f"too large for the kernel: {refusal.expected}; it would be {refusal.found}"
                ) from None
            why = f"a bug in noclone: the kernel refused the prover's certificate ({refusal}); please report it"
            return Verdict(Status.ERROR, reason=why, **fields)
        return Verdict(
            Status(checked.status),
            witness=in_words(letters, finding.words, len(proposed)),
            assumptions=ASSUMPTIONS,
            checked=checked,
            protocol=self.system.document,
            certificate=document,
            **fields,
        )
