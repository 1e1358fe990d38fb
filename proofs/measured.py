"""Engines whose word the kernel does not replay, though it is rigorous: balls, and exact amplitudes beyond its reach.

They reach SUPPORTED, with the bound. REFUTED comes of an enclosure that excludes equality, and is marked so.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from noclone.models.errors import InputError
from noclone.models.phases import ANGLE_TOLERANCE, LARGEST_DENOMINATOR
from noclone.models.system import System
from noclone.proofs.claims import Claim, bound_of
from noclone.proofs.exactness import ExactFinder
from noclone.proofs.kernel.documents import Protocol
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.opinions import Opinion, in_words
from noclone.proofs.verdicts import Status, Verdict

if TYPE_CHECKING:
    from noclone.models.enclosures import Enclosure, Enclosures

__all__ = ["EQUAL", "Measured"]

EQUAL = Fraction(1, 10**20)
"""A proved bound below this on what vanishes if a claim holds counts as support."""

ASSUMPTIONS = (
    "the parties hold exactly the qubits named; everything else is the environment, which no coalition holds",
    "every qubit but the secret's starts in |0⟩, and gates are exact",
    f"an angle within {ANGLE_TOLERANCE:g} (relative, if above 1) of a multiple of pi/q, q ≤ {LARGEST_DENOMINATOR}, is that one",
    "any other angle is what its 64 bits say, and nothing is refuted that their rounding could explain",
)

Cases = list[dict[str, int]]


class Measured:
    """The engines for one system; ``names`` is the system as the kernel reads it, or its names alone."""

    def __init__(self, system: System, names: Protocol) -> None:
        self.system, self.names = system, names

    @cached_property
    def _enclosures(self) -> Enclosures:
        from noclone.models.enclosures import Enclosures

        return Enclosures(self.system)

    def by_balls(self, claim: Claim, cases: Cases, scope: str) -> Opinion:
        """Bounds, by ball arithmetic, on what vanishes if the claim holds; any angles, at most 12 qubits."""
        from noclone.models.enclosures import decimal_text

        method = f"ball arithmetic, {self._enclosures.bits} bits"
        found, limit = [], bound_of(claim) if claim.bound else Fraction(0)
        for letters in cases:
            enclosure = self._enclosure(claim.at(letters))
            if enclosure.lower > limit + enclosure.resolution:
                low = decimal_text(enclosure.lower, up=False)
                told = f"by enclosure, {enclosure.quantity}: at least {low}, which excludes {claim.bound or 0}"
                words = in_words(letters, (told, *([enclosure.witness] if enclosure.witness else [])), 1)
                verdict = Verdict(Status.REFUTED, str(claim), scope, method, words, ASSUMPTIONS, enclosure=enclosure)
                return Opinion(verdict, says=False)
            found.append((letters, enclosure))
        letters, worst = max(found, key=lambda each: each[1].upper)
        words = in_words(
            letters if len(found) == 1 else {}, (f"{worst.quantity}: at most {decimal_text(worst.upper, up=True)}",), 1
        )
        if len(found) > 1:
            words = (*words, f"the largest of {len(found)} cases")
        if worst.upper <= max(limit, EQUAL):
            verdict = Verdict(Status.SUPPORTED, str(claim), scope, method, words, ASSUMPTIONS, enclosure=worst)
            return Opinion(verdict, says=True)
        why = (
            f"{worst}: neither within {claim.bound or float(EQUAL)} nor beyond that by more than the rounding of angles could "
            f"explain, {decimal_text(worst.resolution, up=True)}; write angles as fractions of pi"
        )
        return Opinion(Verdict(Status.UNDECIDED, str(claim), scope, method, reason=why), says=None)

    def _enclosure(self, claim: Claim) -> Enclosure:
        """The enclosure of what vanishes if a claim without letters holds; raises InputError if it does not fit."""
        engine, moment = self._enclosures, claim.after or None
        held, _ = self._placed(claim)
        about: dict[str, Callable[[], Enclosure]] = {
            "hides": lambda: engine.hides(held, moment),
            "mixed": lambda: engine.mixed(held, moment),
            "recovers": lambda: engine.recovers(held, moment),
            "leaks": lambda: engine.leaks(claim.pauli, held, moment),
            "restores": lambda: engine.restores(claim.name),
            "single-use": lambda: engine.single_use(claim.name),
            "untouched": lambda: engine.untouched(held, claim.name),
        }
        return about[claim.word]()

    def by_exact_amplitudes(self, claim: Claim, cases: Cases, scope: str) -> Opinion:
        """Exact arithmetic outside the kernel, for what is too large for the kernel's own."""
        from noclone.models.enclosures import Enclosure

        finder, method = ExactFinder(self.system, self.names), "exact amplitudes, not replayed by the kernel"
        words: tuple[str, ...] = ()
        for letters in cases:
            finding = finder.find(claim, letters)
            said = in_words(letters, finding.words, 1)
            if not finding.proved:
                said = (*said, "by enclosure: exact arithmetic outside the kernel")
                fails = f"0 if '{claim.at(letters)}' holds and 1 if not, by exact arithmetic"
                exact = Enclosure(fails, Fraction(1), Fraction(1), Fraction(0), 0)
                verdict = Verdict(Status.REFUTED, str(claim), scope, method, said, ASSUMPTIONS, enclosure=exact)
                return Opinion(verdict, says=False)
            words = words or said
        if len(cases) > 1:
            words = (*words, f"likewise in all {len(cases)} cases")
        return Opinion(Verdict(Status.SUPPORTED, str(claim), scope, method, words, ASSUMPTIONS), says=True)

    def _placed(self, claim: Claim) -> tuple[list[int], str]:
        """A claim's qubits, once its names are known to be there; raises InputError."""
        try:
            held = self.names.held_by(claim)
            self.names.moment(claim.name or claim.after)
        except Refusal as refusal:
            raise InputError(f"the claim does not fit: {refusal}") from None
        return held, claim.after or claim.name
