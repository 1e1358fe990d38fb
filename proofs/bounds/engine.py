"""The engine for bounds over channels: finds exact operators for both sides, and has the kernel replay them."""

from __future__ import annotations

from typing import Any, NamedTuple

from noclone.models.errors import InputError, TooLargeError
from noclone.models.system import System
from noclone.proofs.bounds.certified import Optimum
from noclone.proofs.bounds.optimum import optimum
from noclone.proofs.bounds.surds import complex_of
from noclone.proofs.claims import Claim
from noclone.proofs.kernel.bounds import MOST_ROWS
from noclone.proofs.kernel.documents import Protocol
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.rules import check
from noclone.proofs.kernel.squares import Number, read_number
from noclone.proofs.opinions import Opinion, in_words
from noclone.proofs.replays import certificate
from noclone.proofs.verdicts import Status, Verdict

__all__ = ["ASSUMPTIONS", "RULE", "BoundEngine"]

RULE = "channel-bound"
"""The kernel's rule for these claims."""

ASSUMPTIONS = (
    "channels are any completely positive maps that preserve the trace, with any number of further outputs",
    "the states and weights are the claim's, exactly",
)
_COALITION_ASSUMPTIONS = (
    ASSUMPTIONS[0],
    "the parties hold exactly the qubits named; every qubit but the secret's starts in |0⟩, and gates are exact",
)


class _Case(NamedTuple):
    """One case: its letters, what is known, whether the claim holds (None: not known exactly), and what shows it."""

    letters: dict[str, int]
    known: Optimum
    holds: bool | None
    operators: list[str]


class BoundEngine:
    """Decides how well states can be cloned, recovered or guessed: PROVED and REFUTED are the kernel's word."""

    def __init__(self, system: System, protocol: Protocol) -> None:
        self.system, self.protocol = system, protocol

    def decide(self, claim: Claim, cases: list[dict[str, int]], scope: str) -> Opinion:
        """What is known of the claim; raises InputError if it does not fit, TooLargeError beyond the kernel's limits."""
        named, found = self._named(claim), list[_Case]()
        if len(cases) > MOST_ROWS:
            raise TooLargeError(f"{len(cases):,} cases are too many: write numbers for the claim's letters")
        for letters in cases:
            case = self._case(claim, letters, named)
            if case.holds is False:
                return self._checked(claim, scope, [case], proved=False)
            found.append(case)
        unknown = [case for case in found if case.holds is None]
        return (
            self._unproved(claim, scope, unknown, named) if unknown else self._checked(claim, scope, found, proved=True)
        )

    def _named(self, claim: Claim) -> Number:
        """The number that the claim names."""
        try:
            number = read_number(claim.bound, f"'{claim}'")
            number.sign()
        except Refusal as refusal:
            raise InputError(f"the claim does not fit: {refusal}") from None
        return number

    def _case(self, claim: Claim, letters: dict[str, int], named: Number) -> _Case:
        """What both sides say of one case."""
        known = optimum(self.protocol, claim.at(letters))
        upper, lower = known.upper, known.lower
        over = (upper.value + -named).sign() if upper is not None else None
        under = (lower.value + -named).sign() if lower is not None else None
        forbids, reaches = list(upper.operators if upper else ()), list(lower.operators if lower else ())
        at_most, at_least, less, more = over in (0, -1), under in (0, 1), over == -1, under == 1
        if claim.relation == "=":
            holds = True if at_most and at_least else False if less or more else None
            operators = forbids + reaches if holds else forbids if less else reaches
        elif claim.relation == "<=":
            holds, operators = (True, forbids) if at_most else (False if more else None, reaches)
        else:
            holds, operators = (True, reaches) if at_least else (False if less else None, forbids)
        return _Case(letters, known, holds, operators)

    def _checked(self, claim: Claim, scope: str, found: list[_Case], *, proved: bool) -> Opinion:
        """The kernel's word on the cases."""
        documents = [{"letters": case.letters, "operators": case.operators} for case in found]
        document = certificate(RULE, self.protocol.sha256, claim, "PROVED" if proved else "REFUTED", documents)
        first = found[0]
        fields: dict[str, Any] = {"claim": str(claim), "scope": scope, "method": f"{first.known.method}, kernel"}
        try:
            checked = check(self.protocol, document, claim)
        except Refusal as refusal:
            if refusal.code == "too-large":
                raise TooLargeError(
                    f"too large for the kernel: {refusal.expected}; it would be {refusal.found}"
                ) from None
            why = f"a bug in noclone: the kernel refused the prover's certificate ({refusal}); please report it"
            return Opinion(Verdict(Status.ERROR, reason=why, **fields), None)
        verdict = Verdict(
            Status(checked.status),
            witness=in_words(first.letters, (_words(first.known),), len(found)),
            assumptions=_COALITION_ASSUMPTIONS if claim.coalition else ASSUMPTIONS,
            checked=checked,
            protocol=self.system.document,
            certificate=document,
            **fields,
        )
        return Opinion(verdict, proved)

    def _unproved(self, claim: Claim, scope: str, unknown: list[_Case], named: Number) -> Opinion:
        """SUPPORTED if floats are clearly on the claim's side in every case that is not proved; else UNDECIDED."""
        sides = [_float_side(claim, case.known, complex_of(named).real) for case in unknown]
        first = next((case for case, side in zip(unknown, sides, strict=True) if not side), unknown[0])
        known, fields = first.known, (str(claim), scope, first.known.method)
        told = in_words(first.letters, (_words(known),), 1)[0]
        about = (
            ""
            if known.value_float is None
            else f"; in floats {known.value_float:.9g}, error about {known.error_float:.0e}"
        )
        why = f"{told}{about}" + (f"; {known.why}" if known.why else "")
        if all(sides):
            return Opinion(Verdict(Status.SUPPORTED, *fields, witness=(why,)), True)
        return Opinion(Verdict(Status.UNDECIDED, *fields, reason=why), None)


def _float_side(claim: Claim, known: Optimum, named: float) -> bool | None:
    """Whether the claim holds by floats, by more than their error; None if they do not tell."""
    if known.value_float is None or abs(known.value_float - named) <= known.error_float or claim.relation == "=":
        return None
    return (known.value_float < named) == (claim.relation == "<=")


def _words(known: Optimum) -> str:
    """What is known, in words."""
    below, above = known.enclosure()
    if known.is_exact:
        return f"the best channel reaches {known}; a dual forbids more"
    parts = [f"some channel reaches at least {below}"] * bool(below) + [f"a dual forbids more than {above}"] * bool(
        above
    )
    return ", ".join(parts) or "no exact bound is known"
