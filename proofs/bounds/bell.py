"""The engine for bounds on correlations: finds squares and strategies, and has the kernel replay them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

from noclone.models.errors import InputError, TooLargeError
from noclone.models.system import System
from noclone.proofs.bounds.attained import Strategy, assigned, best_strategy, expectation, tensor
from noclone.proofs.bounds.moments import best_assignment, local_upper, quantum_upper, termwise
from noclone.proofs.bounds.surds import enclosed
from noclone.proofs.bounds.words import (
    KINDS,
    Question,
    Upper,
    as_float,
    groups,
    identity,
    is_less,
    number_text,
    read_question,
)
from noclone.proofs.claims import Claim
from noclone.proofs.kernel import squares
from noclone.proofs.kernel.documents import Protocol
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.rules import check
from noclone.proofs.kernel.squares import ZERO, Number, Polynomial, read, read_number
from noclone.proofs.opinions import Opinion
from noclone.proofs.replays import certificate
from noclone.proofs.verdicts import Status, Verdict

__all__ = ["ASSUMPTIONS", "RULE", "Answer", "BellEngine", "Optimum", "answer", "is_about_correlations", "optimum"]

RULE = "correlation-bound"
"""The kernel's rule for these claims."""

ASSUMPTIONS = (
    "observables have the values +1 and -1, and those of different parties commute; any dimension, any state",
    "nothing of the protocol enters",
)
_LOCAL_ASSUMPTIONS = ("every observable has a value +1 or -1 beforehand (local hidden variables), in any mixture",)
_METHOD = "sums of squares and strategies"
_DIGITS, _SHORT = 9, 30
_CLOSE = 1e-6


class Optimum(NamedTuple):
    """The largest value of a quantity: at most ``upper``, at least ``lower``, as texts that a claim may have.

    They are the same text if the value is known exactly; else decimals, rounded outwards. ``words`` say how each was found;
    ``upper`` is "" if no bound was found, with the reason in the words.
    """

    upper: str
    lower: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What is found about one question, each part when it is asked for."""

    question: Question

    @cached_property
    def _parts(self) -> list[dict[int, Polynomial]]:
        """Means without constants that share no letters: words of one mean, or whole means of a sum of squares."""
        means = self.question.means
        if self.question.kind == "squares":
            return [{at: means[at] for at in members} for members in groups(means)]
        terms = [{word: number} for word, number in means[0].items() if word]
        return [{0: {w: n for at in members for w, n in terms[at].items()}} for members in groups(terms)]

    @property
    def _constant(self) -> Number:
        return ZERO if self.question.kind == "squares" else self.question.means[0].get((), ZERO)

    @cached_property
    def upper(self) -> Upper:
        """The best bound found; raises TooLargeError or InputError if there is none."""
        if self.question.kind == "local":
            return local_upper(self.question.means[0])
        found = self._summed(deeper=False)
        if as_float(found.value + -self.lower) < _CLOSE:
            return found
        try:
            better = self._summed(deeper=True)
        except TooLargeError:
            return found
        return better if is_less(better.value, found.value) else found

    def _summed(self, *, deeper: bool) -> Upper:
        """Bounds on the parts that share no letters, added up."""
        found = [self._upper_of(part, deeper=deeper) for part in self._parts]
        value = sum((each.value for each in found), self._constant)
        words = "; ".join(dict.fromkeys(each.words for each in found))
        texts = [square for each in found for square in each.squares]
        return Upper(value, tuple(texts or ["0; 1"]), words or "a number")

    def _upper_of(self, part: dict[int, Polynomial], *, deeper: bool) -> Upper:
        """A bound on means that share letters."""
        squared = self.question.kind == "squares"
        simple = None if squared else termwise(part[0])
        known = identity(self.question.kind, part)
        if known:
            return known
        if simple and not is_less(best_assignment(part[0])[0], simple.value):
            return simple
        found = quantum_upper(part, squared=squared, deeper=deeper)
        if found is None and simple is None:
            raise TooLargeError("no squares were found: the words of the claim are too long, or the solver failed")
        return min([each for each in (simple, found) if each], key=lambda each: as_float(each.value))

    @cached_property
    def strategy(self) -> Strategy:
        """The best strategy found; raises TooLargeError."""
        if self.question.kind == "local":
            return self._local_strategy
        squared = self.question.kind == "squares"
        total: Strategy | None = None
        for part in self._parts:
            known = identity(self.question.kind, part)
            found = best_strategy(list(part.values()), squared=squared, enough=known.value if known else None)
            total = found if total is None else tensor(total, found)
        return total or assigned({"A0": 1})

    @cached_property
    def _local_strategy(self) -> Strategy:
        return assigned(best_assignment(self.question.means[0])[1] or {"A0": 1}, "the best assignment of ±1")

    @cached_property
    def lower(self) -> Number:
        """The value that the strategy reaches."""
        values = [expectation(self.strategy, mean) for mean in self.question.means]
        return sum((value * value if self.question.kind == "squares" else value for value in values), ZERO)


@cache
def answer(quantity: str) -> Answer:
    """What is found about "correlations E", "local E" or "squares E | F | …"; raises InputError."""
    return Answer(read_question(quantity))


def is_about_correlations(claim: Claim) -> bool:
    """Whether this engine reads the claim."""
    return claim.word == "bound" and claim.quantity.partition(" ")[0] in KINDS


def optimum(quantity: str) -> Optimum:
    """The largest value of a quantity such as "correlations A0 B0 + A0 B1 + A1 B0 - A1 B1".

    The texts fit claims: ``bound QUANTITY <= upper`` and ``>= lower`` are PROVED. Raises InputError.

    >>> optimum("local A0 B0 + A0 B1 + A1 B0 - A1 B1")[:2]
    ('2', '2')
    """
    found = answer(quantity)
    lower, by_strategy = found.lower, f"reached: {found.strategy.words}"
    try:
        upper = found.upper
    except TooLargeError as error:
        return Optimum("", _shown(lower, up=False), (by_strategy, f"no upper bound: {error}"))
    words = (f"not exceeded: {upper.words}", by_strategy)
    if upper.value == lower:
        return Optimum(number_text(lower), number_text(lower), words)
    return Optimum(_shown(upper.value, up=True), _shown(lower, up=False), words)


def _shown(number: Number, *, up: bool) -> str:
    """The number if it is short, else a decimal rounded up or down, as a claim has it."""
    text = number_text(number)
    return text if len(text) <= _SHORT else enclosed(number, _DIGITS)[up].rstrip("0").rstrip(".")


class BellEngine:
    """Decides ``bound correlations``, ``bound local`` and ``bound squares``; the protocol only lends its identity."""

    def __init__(self, system: System, protocol: Protocol) -> None:
        self.system, self.protocol = system, protocol

    def decide(self, claim: Claim, _cases: list[dict[str, int]], scope: str) -> Opinion:
        """PROVED or REFUTED by the kernel, or UNDECIDED with an enclosure; raises InputError."""
        try:
            bound = read_number(claim.bound, f"'{claim}'")
            bound.sign()
        except Refusal as refusal:
            raise InputError(f"cannot read the bound: {refusal}") from None
        found, fields = answer(claim.quantity), dict[str, Any](claim=str(claim), scope=scope)
        upper, lower, why = self._sides(found)
        for proved in (True, False):
            chosen = _enough(claim.relation, proved, bound, upper.value if upper else None, lower)
            if chosen:
                return self._replayed(claim, proved, chosen, found, fields)
        ends = f"at least {_shown(lower, up=False)}" if lower is not None else "unknown from below"
        ends += f", at most {_shown(upper.value, up=True)}" if upper else ""
        reason = f"the largest value is {ends}{why}: too little to tell"
        return Opinion(Verdict(Status.UNDECIDED, method=_METHOD, reason=reason, **fields), says=None)

    def _sides(self, found: Answer) -> tuple[Upper | None, Number | None, str]:
        """The bound, the value reached and why one is missing."""
        upper, lower, why = None, None, ""
        try:
            lower = found.lower
        except TooLargeError as error:
            why += f" ({error})"
        try:
            upper = found.upper
        except InputError as error:
            why += f" ({error})"
        return upper, lower, why

    def _replayed(
        self, claim: Claim, proved: bool, sides: tuple[bool, bool], found: Answer, fields: dict[str, Any]
    ) -> Opinion:
        """What the kernel says of the squares, of the strategy, or of both."""
        by_squares, by_strategy = sides
        operators = [f"square: {square}" for square in found.upper.squares] if by_squares else []
        operators += found.strategy.operators if by_strategy else []
        case = {"letters": {}, "operators": operators}
        conclusion = "PROVED" if proved else "REFUTED"
        document = certificate(RULE, self.protocol.sha256, claim, conclusion, [case])
        witness = _witness(found, by_squares=by_squares, by_strategy=by_strategy)
        fields = fields | {"method": f"{_METHOD}, kernel"}
        try:
            checked = check(self.protocol, document, claim)
        except Refusal as refusal:
            if refusal.code == "too-large" or (by_squares and _are_large(found.upper.squares)):
                why = f"more work than the kernel does ({refusal.expected}), so not replayed: {'; '.join(witness)}"
                status = Status.SUPPORTED if proved else Status.UNDECIDED
                told: dict[str, Any] = {"witness": (why,)} if proved else {"reason": why}
                return Opinion(Verdict(status, **told, **fields | {"method": _METHOD}), says=proved)
            why = f"a bug in noclone: the kernel refused the prover's certificate ({refusal}); please report it"
            return Opinion(Verdict(Status.ERROR, reason=why, **fields), says=None)
        assumptions = _LOCAL_ASSUMPTIONS if found.question.kind == "local" else ASSUMPTIONS
        verdict = Verdict(
            Status(checked.status),
            witness=witness,
            assumptions=assumptions,
            checked=checked,
            protocol=self.system.document,
            certificate=document,
            **fields,
        )
        return Opinion(verdict, says=proved)


def _enough(
    relation: str, proved: bool, bound: Number, upper: Number | None, lower: Number | None
) -> tuple[bool, bool] | None:
    """Whether the upper side, the lower one or both show the claim or its negation; None if they do not."""
    at_most = upper is not None and not is_less(bound, upper)
    at_least = lower is not None and not is_less(lower, bound)
    below = upper is not None and is_less(upper, bound)
    above = lower is not None and is_less(bound, lower)
    if proved:
        needed = {"<=": (True, False), ">=": (False, True), "=": (True, True)}[relation]
        return needed if (at_most or not needed[0]) and (at_least or not needed[1]) else None
    if relation != ">=" and above:
        return False, True
    return (True, False) if relation != "<=" and below else None


def _are_large(texts: Iterable[str]) -> bool:
    """Whether the kernel finds these squares too much work."""
    terms = [read(text.partition("; ")[2], "a square") for text in texts]
    return sum(sum(map(len, square.values())) ** 2 for square in terms) > squares.MOST_WORK


def _witness(found: Answer, *, by_squares: bool, by_strategy: bool) -> tuple[str, ...]:
    """The sides used, in words."""
    told = []
    if by_squares:
        value = found.upper.value
        told.append(f"at most {_shown(value, up=True)} = {as_float(value):.9g}: {found.upper.words}")
    if by_strategy:
        told.append(f"at least {_shown(found.lower, up=False)} = {as_float(found.lower):.9g}: {found.strategy.words}")
    return tuple(told)
