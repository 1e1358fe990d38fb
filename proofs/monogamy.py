"""Claims of monogamy: a law of ``noclone.models.monogamy`` evaluated on a protocol's state, or on an exact ket, with a verdict.

Sides are computed in balls. A law that they break for certain is REFUTED by enclosure. The kernel has no rule for these laws, so
one that holds is SUPPORTED, and one that only floats find broken UNDECIDED.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from noclone.models.errors import InputError, nearest
from noclone.models.phases import ANGLE_TOLERANCE, LARGEST_DENOMINATOR
from noclone.models.system import System
from noclone.proofs.claims import Claim
from noclone.proofs.kernel.documents import Protocol
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.opinions import Opinion, in_words
from noclone.proofs.parties import ket_of, parties_of, stated
from noclone.proofs.verdicts import Status, Verdict

if TYPE_CHECKING:
    from noclone.models.ball_entanglement import BallKet
    from noclone.models.enclosures import Enclosure
    from noclone.proofs.monogamy_laws import ClaimedLaw, Evaluation

__all__ = ["MonogamyEngine", "check_monogamy", "verdict_on_state"]

METHOD = "monogamy law in balls"
ASSUMPTIONS = (
    "the parties are exactly the qubits named; everything else is traced out",
    "R is maximally entangled with the secret; where R is not named, the secret is maximally mixed",
    "every qubit but the secret's starts in |0⟩, and gates are exact",
    f"an angle within {ANGLE_TOLERANCE:g} (relative, if above 1) of a multiple of pi/q, q ≤ {LARGEST_DENOMINATOR}, is that one",
    "bounds hold for every circuit whose other angles round to what their 64 bits say",
)
_ABOUT_KETS = ("the amplitudes are exactly the ones given",)


def check_monogamy(claim: Claim, system: System) -> None:
    """Raise InputError for a law that there is not, for parties that are not there, or that it does not speak of."""
    law = _law(claim)
    law.check([2 ** len(party) for party in parties_of(claim, system)])


def _law(claim: Claim) -> ClaimedLaw:
    from noclone.proofs.monogamy_laws import CLAIMED

    name = stated(claim)[0]
    known = {law.name.lower(): law for law in CLAIMED}
    if name.lower() not in known:
        names = [law.name for law in CLAIMED]
        meant = nearest(name, names) or nearest(name.lower(), known)
        raise InputError(f"unknown law '{name}': there are {', '.join(names)}.{meant}")
    return known[name.lower()]


class MonogamyEngine:
    """Decides claims of monogamy about one system; ``names`` resolves its stages and recoveries."""

    def __init__(self, system: System, names: Protocol) -> None:
        self.system, self.names = system, names

    def decide(self, claim: Claim, cases: list[dict[str, int]], scope: str) -> Opinion:
        """What the law's sides say, case by case: the first that does not hold, or the last; raises InputError, TooLargeError."""
        opinions = []
        for letters in cases:
            opinions.append(self._one(claim, letters, scope))
            if opinions[-1].verdict.status is not Status.SUPPORTED:
                return opinions[-1]
        if len(cases) == 1:
            return opinions[0]
        found = opinions[0].verdict
        words = (*found.witness, f"likewise in all {len(cases)} cases")
        return Opinion(Verdict(found.status, found.claim, scope, found.method, words, found.assumptions), says=True)

    def _one(self, claim: Claim, letters: dict[str, int], scope: str) -> Opinion:
        here = claim.at(letters)
        try:
            self.names.moment(here.after)
        except Refusal as refusal:
            raise InputError(f"the claim does not fit: {refusal}") from None
        ket = ket_of(self.system, parties_of(here, self.system), here.after or None)
        opinion = _Decision(_law(here), ket, stated(here)[1]).opinion(str(claim), scope, ASSUMPTIONS)
        if not letters:
            return opinion
        verdict = opinion.verdict
        words = in_words(letters, verdict.witness, 1) if verdict.witness else ()
        fields: dict[str, Any] = {"reason": verdict.reason, "enclosure": verdict.enclosure}
        told = Verdict(verdict.status, str(claim), scope, verdict.method, words, verdict.assumptions, **fields)
        return Opinion(told, opinion.says)


def verdict_on_state(law: str, amplitudes: Sequence[Any], dims: Sequence[int]) -> Verdict:
    """A law's verdict on an exact ket: SymPy numbers of rational numbers, square roots and I, big-endian, of norm exactly 1.

    ``law`` is a name as claims have it, ``dims`` are the dimensions of the parties, A's first, then B's, C's, … Raises InputError.

    >>> from noclone.models.exact_entanglement import antisymmetric_qutrits
    >>> verdict_on_state("naive-CKW", antisymmetric_qutrits(), (3, 3, 3)).status.name
    'REFUTED'
    """
    import numpy
    from flint import ctx

    from noclone.models.ball_entanglement import BallKet, number_ball
    from noclone.models.exact_entanglement import exact_one_tangle

    if len(dims) > 26:
        raise InputError(f"{len(dims)} parties are too many: name at most 26")
    parties = [chr(ord("A") + at) for at in range(len(dims))]
    who = f"on A | {' '.join(parties[1:])}"
    chosen = _law(Claim("monogamy", quantity=f"{law} {who}"))
    text = f"monogamy {chosen.name} {who}"
    chosen.check(dims)
    exact_one_tangle(
        amplitudes, 0, dims
    )  # raises InputError unless these are the exact amplitudes of a ket of these dimensions
    with ctx.workprec(192):
        balls = [number_ball(value) for value in _sympy(amplitudes)]
    tensor = numpy.array(balls, dtype=object).reshape(*dims, 1)
    ket = BallKet(tensor, tuple(dims))
    return _Decision(chosen, ket, parties, _sympy(amplitudes)).opinion(text, "this ket", _ABOUT_KETS).verdict


def _sympy(amplitudes: Sequence[Any]) -> list[Any]:
    import sympy

    return [sympy.Rational(value) if isinstance(value, int | Fraction) else value for value in amplitudes]


class _Decision:
    """A law, a ket, and what its parties are called; ``amplitudes`` are exact ones, of a ket without a rest."""

    def __init__(
        self, law: ClaimedLaw, ket: BallKet, parties: Sequence[str], amplitudes: Sequence[Any] | None = None
    ) -> None:
        self.law, self.ket, self.parties, self.amplitudes = law, ket, parties, amplitudes

    @cached_property
    def _evaluation(self) -> Evaluation:
        from flint import ctx

        with ctx.workprec(192):
            return self.law.evaluate(self.ket)

    def opinion(self, claim: str, scope: str, assumptions: tuple[str, ...]) -> Opinion:
        """REFUTED if the balls exclude that the law holds; SUPPORTED if it holds within the error; else UNDECIDED, and why."""
        mixed = self.law.refusal(self.ket)
        if mixed:
            why = f"{self.law.name} speaks of kets, and {mixed}: name what purifies it, for example R"
            return Opinion(Verdict(Status.UNDECIDED, claim, scope, METHOD, reason=why), says=None)
        found = self._evaluation
        words = (f"{self.law.statement}: {found.told}", *self._exactly(), *self._who())
        low, high = found.excess(equality=self.law.is_equality)
        if low > 0 and self.law.law.is_theorem:
            why = f"a bug in noclone: a theorem that balls find broken ({'; '.join(words)}); please report it"
            return Opinion(Verdict(Status.ERROR, claim, scope, METHOD, reason=why), says=False)
        if low > 0:
            enclosure, told = self._excluded(low, high)
            shown = (told, *words)
            verdict = Verdict(Status.REFUTED, claim, scope, METHOD, shown, assumptions, enclosure=enclosure)
            return Opinion(verdict, says=False)
        doubt = self._doubt(found)
        if doubt:
            why = f"{'; '.join(words)}; {doubt}"
            return Opinion(Verdict(Status.UNDECIDED, claim, scope, METHOD, reason=why), says=None)
        method = f"{METHOD}, {found.method}" if found.method else METHOD
        shown = (*words, *found.notes, self.law.standing)
        return Opinion(Verdict(Status.SUPPORTED, claim, scope, method, shown, assumptions), says=True)

    def _excluded(self, low: Fraction, high: Fraction) -> tuple[Enclosure, str]:
        """What is positive where the law is broken, between bounds, and that in words."""
        from noclone.models.enclosures import Enclosure, decimal_text

        difference = "|left − right|" if self.law.is_equality else "left − right"
        quantity = f"{difference} of {self.law.name}, where positive"
        told = f"by enclosure, {quantity}: at least {decimal_text(low, up=False)}, which excludes 0"
        return Enclosure(quantity, low, max(low, high), Fraction(0), 128), told

    def _doubt(self, found: Evaluation) -> str:
        """Why a law that is not refuted is not supported, or ""."""
        from noclone.proofs.monogamy_laws import FINE, SAME

        sides = found.sides
        if sides.is_broken or (self.law.is_equality and not sides.is_tight):
            return "broken, but only in floats, which refute nothing"
        if sides.error > FINE and sides.slack < sides.error - SAME:
            return "the sides are not known well enough to tell"
        return ""

    def _exactly(self) -> tuple[str, ...]:
        from noclone.proofs.exact_monogamy import exact_words

        told = exact_words(self.law, self.ket, self.amplitudes)
        return (f"exactly: {told}",) if told else ()

    def _who(self) -> tuple[str, ...]:
        """Which party is which, unless they are called A, B, C, …"""
        named = list(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", self.parties, strict=False))
        told = ", ".join(f"{letter} = {party}" for letter, party in named)
        return () if all(letter == party for letter, party in named) else (f"with {told}",)
