"""Lint for claims: which of a list say nothing, follow from another, or leave open who holds the secret's register.

A warning changes no verdict. It is given only where it is certainly right, so much is left unsaid: larger systems than
MOST_QUBITS or MOST_GATES, lists with more than MOST_CASES cases, and implications that need two claims or a computation.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from noclone.models.errors import TooLargeError
from noclone.proofs.claims import Claim
from noclone.proofs.implications import ABOUT_STATES, Fact, Names, consequences, fact_of
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.prover import Prover
from noclone.proofs.verdicts import Status

__all__ = ["MOST_CASES", "MOST_COMPUTED", "MOST_GATES", "MOST_QUBITS", "ClaimWarning", "ListedClaim", "warnings_of"]

MOST_CASES = 1_000
"""Cases of all claims of a list together; a claim beyond it gets no warning."""

MOST_QUBITS, MOST_GATES = 2_000, 500_000
"""A larger system, environment and recoveries included, is not looked at."""

MOST_COMPUTED = (30, 64)
"""Up to so many qubits and cases it is computed what the secret's register would add to a coalition."""

_NEVER_IMPLIED = {"REFUTED", "UNDECIDED", "iff"}


@dataclass(frozen=True, slots=True)
class ClaimWarning:
    """Something odd about a claim. ``kind`` is "vacuous", "implied" or "ambiguous"; ``str(warning)`` is a sentence.

    ``message`` continues the claim's text: what, why, how to mend. ``scope`` is that of the claim's verdict.
    """

    claim: str
    kind: str
    message: str
    scope: str = ""

    def __str__(self) -> str:
        return f"'{self.claim}' {self.message}"


@dataclass(frozen=True, slots=True)
class ListedClaim:
    """A claim as it stands in a list, with its verdict's status.

    ``expect`` is its expectation's text, "" if it was only asked. A ``quoted`` claim was made by somebody else: it is listed to
    be checked, however little it adds, so it is called neither implied nor ambiguous.
    """

    claim: Claim
    status: Status
    expect: str = ""
    quoted: bool = False


def warnings_of(
    claims: Sequence[ListedClaim], prover_of: Callable[[Claim], Prover], *, scope: str = ""
) -> tuple[ClaimWarning, ...]:
    """What is odd about these claims of one protocol, at most one warning for each, in their order.

    ``prover_of`` gives the prover of the system that a claim is about, with the recoveries that it names; where it raises
    TooLargeError the claim gets no warning. The claims must fit these systems: they have verdicts. A claim is *implied* only
    by one that is PROVED, and only if both are expected, if anything is, wherever this list speaks of the implied one.
    """
    read = list(_read(claims, prover_of))
    implied = _implied(read)
    found = []
    for place, each in enumerate(read):
        text = str(each.listed.claim)
        if why := _vacuous(each):
            found.append(ClaimWarning(text, "vacuous", why, scope))
        elif place in implied:
            found.append(ClaimWarning(text, "implied", _said_already(each, read[implied[place]]), scope))
        elif why := _ambiguous(each, read):
            found.append(ClaimWarning(text, "ambiguous", why, scope))
    return tuple(found)


@dataclass(frozen=True)
class _Read:
    """A listed claim, its cases (their letters, and the claim without letters), and what it says in each."""

    listed: ListedClaim
    prover: Prover
    names: Names
    cases: list[tuple[dict[str, int], Claim]]
    facts: list[Fact]

    @cached_property
    def known(self) -> list[Fact]:
        """What is known if the claim is true."""
        return [fact for each in dict.fromkeys(self.facts) for fact in consequences(each, self.names)]


def _read(claims: Sequence[ListedClaim], prover_of: Callable[[Claim], Prover]) -> Iterator[_Read]:
    """The claims that are small enough to look at."""
    bits: dict[str, int] = {}
    seen: dict[Prover, Names] = {}
    left = MOST_CASES
    for listed in claims:
        try:
            prover = prover_of(listed.claim)
        except TooLargeError:
            continue
        system = prover.system
        gates = sum(len(part.gates) for part in system.parts.values())
        if sum(size for _, size in system.parties + system.environment) > MOST_QUBITS or gates > MOST_GATES:
            continue
        if prover not in seen:
            seen[prover] = Names(system, bits)
        names = seen[prover]
        try:
            cases = list(islice(listed.claim.cases(names.kernels.size), left + 1))
        except Refusal:  # far more cases than MOST_CASES
            continue
        if len(cases) <= left:
            left -= len(cases)
            placed = [(letters, listed.claim.at(letters)) for letters in cases]
            yield _Read(listed, prover, names, placed, [fact_of(claim, names) for _, claim in placed])


def _implied(read: Sequence[_Read]) -> dict[int, int]:
    """The claims that follow from another one: their places, and the other's.

    Of claims that imply each other the first stays, so what is left when all others are taken away implies them.
    """
    kept, found = set(range(len(read))), {}
    for weak in reversed(range(len(read))):
        strong = _implying(read, weak, kept)
        if strong is not None:
            found[weak] = strong
            kept.remove(weak)
    for weak, first in found.items():
        strong = _implying(read, weak, kept)
        found[weak] = first if strong is None else strong
    return found


def _implying(read: Sequence[_Read], weak: int, among: Collection[int]) -> int | None:
    """The first claim among these that implies the one at this place."""
    return next((one for one in sorted(among) if one != weak and _implies(read[one], read[weak])), None)


def _implies(strong: _Read, weak: _Read) -> bool:
    """Whether every case of the one follows from some case of the other, and the other is claimed wherever the one is."""
    known, said = (" ".join(each.listed.expect.split()) for each in (strong, weak))
    if weak.listed.quoted or _NEVER_IMPLIED & set(said.split()) or known not in ("", "PROVED", said):
        return False
    if strong.listed.status is not Status.PROVED or weak.listed.status not in (Status.PROVED, Status.SUPPORTED):
        return False
    return bool(weak.facts) and all(any(own.covers(fact) for own in strong.known) for fact in weak.facts)


def _said_already(weak: _Read, strong: _Read) -> str:
    """The message about an implied claim."""
    if weak.listed.claim == strong.listed.claim:
        return "is stated twice; once is enough"
    same = ", which says the same" if set(weak.facts) == set(strong.facts) else ""
    return f"is implied by '{strong.listed.claim}'{same}; it adds nothing"


def _vacuous(read: _Read) -> str:
    """Why a claim is vacuous, or ""; it is if every one of its cases is."""
    if not read.cases:
        return "is vacuous: its letters must differ, and there are too few qubits for that; write fewer letters"
    reasons = [_reason(claim, fact, read.names) for (_, claim), fact in zip(read.cases, read.facts, strict=True)]
    return f"is vacuous: {reasons[0]}" if all(reasons) else ""


def _reason(claim: Claim, fact: Fact, names: Names) -> str:
    """Why a case says nothing about the protocol, or ""."""
    about_qubits = claim.word in (*ABOUT_STATES, "untouched")
    if about_qubits and not fact.held:
        return "its coalition is empty; name a qubit"
    if claim.word == "untouched" and not names.system.parts[claim.name].gates:
        return f"'{claim.name}' has no gates, so it touches nothing; name a stage that has some"
    if claim.relation and (about_qubits or fact.word == "entanglement-fidelity"):
        return _idle_bound(claim, fact) or _idle_noise(claim, names)
    if claim.word not in ABOUT_STATES:
        return ""
    touched = names.touched(fact.moment)
    if not fact.held & (touched | names.secret):
        whom = " ".join(claim.coalition)
        return f"no gate of '{fact.moment}' or before acts on {whom}, which is still in |0⟩; name qubits that are used"
    if claim.word == "hides" and not names.secret & (touched | fact.held):
        secret = names.system.secret
        return f"no gate of '{fact.moment}' or before acts on the secret {secret}, so nothing else knows of it; name a later moment"
    return ""


def _idle_bound(claim: Claim, fact: Fact) -> str:
    """Why a bound excludes nothing, or everything, or ""."""
    if claim.word == "hides":
        return "no trace distance exceeds 1; write a smaller bound" if fact.bound >= 1 else ""
    if fact.bound > 1:
        return "no fidelity exceeds 1; write a smaller bound"
    kind = "average" if claim.word == "fidelity" else "entanglement"
    return f"every channel has {kind} fidelity {claim.bound}; write a larger bound" if fact.bound <= 0 else ""


def _idle_noise(claim: Claim, names: Names) -> str:
    """Why the noise of a claim changes nothing, or "": no channel but the identity strikes by its moment."""
    noise = next((each for each in names.system.noises if each.name == claim.noise), None)
    if noise is None:
        return ""
    moment = claim.name or claim.after or names.end
    stages = [stage.name for stage in names.system.stages]
    parts = stages[: stages.index(moment) + 1] if moment in stages else [*stages, moment]
    for location in noise.locations:
        pauli = location.channel.pauli
        nothing = pauli is not None and all(set(word) == {"I"} for word, chance in pauli.items() if chance)
        if location.part in parts and not nothing:
            return ""
    return f"its noise '{noise.name}' strikes nowhere up to '{moment}'; say where it strikes, or leave it out"


def _ambiguous(read: _Read, others: Sequence[_Read]) -> str:
    """What whoever also holds the secret's register learns, if a claim that is true without it leaves that open; or "".

    It does not if some claim of the list speaks of a coalition with that register and these qubits at the same moment, or if the
    register alone tells as much.
    """
    listed, names, system = read.listed, read.names, read.prover.system
    if listed.claim.word not in ("hides", "mixed") or listed.claim.relation or listed.quoted:
        return ""
    if listed.status is not Status.PROVED or system.secret_qubits.stop > system.held or not system.is_clifford:
        return ""
    if len(system.names) > MOST_COMPUTED[0] or len(read.cases) > MOST_COMPUTED[1]:
        return ""
    spoken = {(fact.moment, fact.held) for each in others for fact in each.facts if fact.word in ABOUT_STATES}
    for (letters, case), fact in zip(read.cases, read.facts, strict=True):
        joined = fact.held | names.secret
        if fact.held & names.secret or any(when == fact.moment and not joined & ~held for when, held in spoken):
            continue
        if learns := _with_secret(read.prover, case, names.kernels.held_by(case)):
            at = ", ".join(f"{letter} = {number}" for letter, number in letters.items())
            whole = " ".join((system.secret, *listed.claim.coalition))
            return (
                f"says nothing about {system.secret}: whoever also holds {system.secret} {learns}{at and f' (at {at})'}; claim "
                f"something of '{whole}' too, or, if nobody holds {system.secret}, leave it out of the parties"
            )
    return ""


def _with_secret(prover: Prover, claim: Claim, held: Sequence[int]) -> str:
    """What a coalition learns with the secret's register that the register alone does not tell, in words; or ""."""
    secret, moment = set(prover.system.secret_qubits), claim.after or None
    alone, together = (prover.search.group(moment, secret | more) for more in (set[int](), set(held)))
    if len(together) == len(alone):
        return ""
    return "recovers the secret" if len(together) == 2 * len(secret) else f"reads {', '.join(together)} of the secret"
