"""Claims about uniform families for every n: verdicts at a few n, the pattern in them, and certificates for the pattern.

What is found at single n by the ordinary prover is only a proposal; the kernel replays it and says what follows for every n
(``noclone.proofs.kernel.uniform``). What fits no pattern is said of the n that were looked at, and of no others.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from noclone.models.errors import InputError
from noclone.models.uniform_families import UniformFamily
from noclone.proofs.attack_formulas import attack_formulas
from noclone.proofs.claims import Claim
from noclone.proofs.kernel.documents import read_certificate
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.terms import letter_of, split_item
from noclone.proofs.kernel.uniform import RULE, read_family, replay, singled_out
from noclone.proofs.prover import ASSUMPTIONS, Prover
from noclone.proofs.replays import certificate
from noclone.proofs.uniform_systems import system_of
from noclone.proofs.verdicts import Status, Verdict

__all__ = ["LOOKED_AT", "EveryN", "Part", "Pattern"]

LOOKED_AT = 9
"""A pattern is sought in n = 1 to here, or so far beyond the pairs that a claim singles out."""

_WORDS = frozenset({"hides", "mixed", "recovers", "leaks", "restores", "single-use", "untouched"})
_DECIDED = (Status.PROVED, Status.REFUTED)


@dataclass(frozen=True, slots=True)
class Part:
    """One verdict and the n that it is about: all of ``domain`` ("every n >= 2", "odd n >= 3"), or one n alone ("n = 1").

    ``shown_at`` is the n at which its witness or attack is given in words, ``formulas`` are attacks for every n.
    """

    verdict: Verdict
    domain: str
    numbers: frozenset[int]
    """Those among the n that were looked at."""
    shown_at: int
    formulas: tuple[str, ...] = ()

    @property
    def is_infinite(self) -> bool:
        """Whether it speaks of infinitely many n."""
        return not self.domain.startswith("n =")

    def covers(self, n: int) -> bool:
        """Whether it speaks of this n, looked at or not."""
        fits = {"even": (0,), "odd": (1,)}.get(self.domain.partition(" ")[0], (0, 1))
        return n in self.numbers or (self.is_infinite and n >= min(self.numbers) and n % 2 in fits)


@dataclass(frozen=True, slots=True)
class Pattern:
    """What holds of a claim at which n. ``unsettled`` says why the rest is not known, "" if every n is settled from the first
    at which the claim says anything.
    """

    claim: str
    parts: tuple[Part, ...]
    first: int
    unsettled: str = ""
    seconds: float = 0.0

    def at(self, n: int) -> Status | None:
        """The verdict at one n; None where there is none."""
        return next((part.verdict.status for part in self.parts if part.covers(n)), None)

    @property
    def is_settled(self) -> bool:
        """Whether every n is decided, from the first at which the claim says anything."""
        return not self.unsettled

    def __str__(self) -> str:
        """As "PROVED iff n even", "PROVED for every n >= 2, REFUTED for n = 1"."""
        told = self._in_short() or ", ".join(self._merged())
        return "; ".join(each for each in (told, self.unsettled and f"UNDECIDED otherwise: {self.unsettled}") if each)

    def _in_short(self) -> str:
        """The whole as one phrase, if there is one."""
        if not self.is_settled:
            return ""
        statuses = {part.verdict.status for part in self.parts}
        if len(statuses) == 1:
            start = "" if self.first == 1 else f" >= {self.first}"
            return f"{statuses.pop().value} for every n{start}"
        every = {n for part in self.parts for n in part.numbers}
        proved = {n for part in self.parts if part.verdict.status is Status.PROVED for n in part.numbers}
        for name, fits in (("even", 0), ("odd", 1)):
            if statuses == set(_DECIDED) and proved == {n for n in every if n % 2 == fits}:
                return f"PROVED iff n {name}" + ("" if self.first == 1 else f" (n >= {self.first})")
        return ""

    def _merged(self) -> list[str]:
        """The parts in words, the infinite ones first, single n by their verdict."""
        told = [f"{part.verdict.status.value} for {part.domain}" for part in self.parts if part.is_infinite]
        for status in Status:
            singles = [part for part in self.parts if part.verdict.status is status and not part.is_infinite]
            numbers = sorted(n for part in singles for n in part.numbers)
            told += [f"{status.value} for n = {', '.join(map(str, numbers))}"] if numbers else []
        return told


class EveryN:
    """Decides claims about one uniform family. Give the same one all claims: what it has computed it keeps."""

    def __init__(self, family: UniformFamily) -> None:
        self.family = family
        self._prover = cache(self._prover_at)

    def pattern(self, claim: Claim) -> Pattern:
        """What holds of a claim for every n; raises InputError for a claim that does not fit the family."""
        start = time.perf_counter()
        if claim.word not in _WORDS or claim.bound or claim.noise:
            raise InputError(
                f"'{claim}' is decided for single n only: for every n there are {', '.join(sorted(_WORDS))}; give --n"
            )
        self._check_letters(claim)
        try:
            values, singled = singled_out(read_family(self.family.document), claim)
        except Refusal as refusal:
            if refusal.code != "bad-claim":
                raise InputError(f"the family '{self.family.name}' cannot be checked: {refusal}") from None
            raise InputError(f"'{claim}' has letters and numbers: write letters throughout, or give --n") from None
        last = LOOKED_AT + singled
        at = {n: self._at(claim, n) for n in range(1, last + 1)}
        found = {n: verdict for n, verdict in at.items() if verdict is not None}
        if not found:
            self._prover(last).verdict(claim)  # says what does not fit, if anything does not
            raise InputError(f"'{claim}' says nothing for n = 1 to {last}: no numbers fit its letters")
        parts, unsettled = self._parts(claim, values, found, last)
        return Pattern(str(claim), tuple(parts), min(found), unsettled, time.perf_counter() - start)

    def _check_letters(self, claim: Claim) -> None:
        """Refuse a letter for anything but a pair: all pairs are alike, nothing else need be."""
        known = {*self.family.pair, *(one.name for one in self.family.recoveries if one.output in self.family.pair)}
        for item in (*claim.coalition, claim.name, claim.after):
            if letter_of(item) and split_item(item)[0] not in known:
                raise InputError(
                    f"'{claim}': a letter stands for a pair, and '{item}' is of none: letters go with {', '.join(sorted(known))}"
                )

    def _prover_at(self, n: int) -> Prover:
        return Prover(system_of(self.family, n))

    def _at(self, claim: Claim, n: int) -> Verdict | None:
        """The verdict at one n, None where the claim names pairs that are not there."""
        try:
            verdict = self._prover(n).verdict(claim, scope=f"n = {n}")
        except InputError:
            return None
        return None if verdict.reason.startswith("vacuous") else verdict

    def _parts(
        self, claim: Claim, values: Mapping[str, int], found: Mapping[int, Verdict], last: int
    ) -> tuple[list[Part], str]:
        """Certificates for what holds from some n on, and the verdicts at single n before."""
        parts: list[Part] = []
        for name, step in (("every", 1), ("even", 2), ("odd", 2)):
            numbers = [n for n in found if step == 1 or n % 2 == (name == "odd")]
            tail = _tail(numbers, found)
            if step == 1 and len(tail) < len(numbers) / 2:
                continue  # the two parities differ
            if part := self._part(claim, values, name, tail, found):
                parts.append(part)
            if step == 1 and parts:
                break
        settled = frozenset[int]().union(*(part.numbers for part in parts))
        singles = [
            Part(replace(found[n], scope=f"n = {n}"), f"n = {n}", frozenset({n}), n) for n in found if n not in settled
        ]
        if {last, last - 1} <= settled:
            return [*parts, *singles], ""
        why = f"no pattern by n even or odd holds from some n on, among n = {min(found)} to {last}"
        return [*parts, *singles], why

    def _part(
        self,
        claim: Claim,
        values: Mapping[str, int],
        name: str,
        numbers: Sequence[int],
        found: Mapping[int, Verdict],
    ) -> Part | None:
        """The certificate for infinitely many n, of as few cases as the kernel accepts; None if there is none."""
        if not numbers or found[numbers[0]].status not in _DECIDED:
            return None
        shown_at = next((n for n in numbers if n > 1), numbers[0])
        verdict = found[shown_at]
        conclusion = verdict.status.value
        cases: list[dict[str, Any]] = []
        fields: dict[str, Any] = {"scope": f"{name} n >= {numbers[0]}", "method": "verdicts at single n, kernel"}
        for n in numbers:
            cases.append({"letters": {"n": n}, "operators": _operators(found[n], values)})
            document = certificate(RULE, self.family.identity, claim, conclusion, cases)
            try:
                checked = replay(self.family.document, document, claim)
            except Refusal as refusal:
                if refusal.code != "wrong-cases":  # these cases are right, and not all
                    raise InputError(f"a bug in noclone: the kernel refused a certificate ({refusal})") from None
                continue
            if checked.claim == f"{claim} for {fields['scope']}":
                told = Verdict(
                    verdict.status,
                    checked.claim,
                    witness=verdict.witness,
                    assumptions=ASSUMPTIONS,
                    checked=checked,
                    protocol=self.family.document,
                    certificate=document,
                    **fields,
                )
                attacks = attack_formulas(self.family, claim, document) if conclusion == "REFUTED" else ()
                return Part(told, fields["scope"], frozenset(numbers), shown_at, attacks)
        return None


def _tail(numbers: Sequence[int], found: Mapping[int, Verdict]) -> list[int]:
    """The longest end of these n with one verdict."""
    tail: list[int] = []
    for n in reversed(numbers):
        if found[n].status is not found[numbers[-1]].status:
            break
        tail.append(n)
    return tail[::-1]


def _operators(verdict: Verdict, letters: Mapping[str, int]) -> list[str]:
    """The operators of a certificate's case with these letters."""
    cases = read_certificate(verdict.certificate or b"")["cases"]
    operators: list[str] = next(case["operators"] for case in cases if case["letters"] == letters)
    return operators
