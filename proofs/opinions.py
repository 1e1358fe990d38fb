"""What engines say of a claim, and what it comes to when several are asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from noclone.proofs.claims import Claim
from noclone.proofs.verdicts import Status, Verdict

__all__ = ["Decide", "Opinion", "agreed", "in_words"]


@dataclass(frozen=True)
class Opinion:
    """An engine's verdict, and whether it takes the claim for true: floats may, without being able to refute it."""

    verdict: Verdict
    says: bool | None


Decide = Callable[[Claim, list[dict[str, int]], str], Opinion]
"""An engine: given a claim, the cases that its letters stand for and a scope, what it says; raises TooLargeError."""


def agreed(opinions: Sequence[Opinion]) -> Verdict:
    """The first verdict, with the methods of those that agree; an ERROR that names both if two opinions contradict.

    Opinions come with the strongest engine's first: a weaker one may contradict it, but does not raise what it says.
    """
    first, *others = opinions
    broken = [opinion.verdict for opinion in opinions if opinion.verdict.status is Status.ERROR]
    if broken or not others:
        return broken[0] if broken else first.verdict
    sides = {says: [opinion.verdict for opinion in opinions if opinion.says is says] for says in (True, False)}
    if sides[True] and sides[False]:
        told = "; ".join(_told(sides[says], says) for says in (True, False))
        method = ", ".join(opinion.verdict.method for opinion in opinions)
        why = f"engines disagree, so one of them is wrong: {told}. Please report it"
        return Verdict(Status.ERROR, first.verdict.claim, first.verdict.scope, method, reason=why)
    method = first.verdict.method
    for words, says in (("agree", first.says), ("no opinion", None)):
        alike = [opinion.verdict.method for opinion in others if opinion.says is says and first.says is not None]
        method += f"; {words}: {', '.join(alike)}" if alike else ""
    return replace(first.verdict, method=method)


def _told(verdicts: Sequence[Verdict], says: bool) -> str:
    """Who says what, and the first one's grounds."""
    grounds = "; ".join(verdicts[0].witness or (verdicts[0].reason,))
    return f"{', '.join(verdict.method for verdict in verdicts)}: {'true' if says else 'false'} ({grounds})"


def in_words(letters: Mapping[str, int], words: tuple[str, ...], cases: int) -> tuple[str, ...]:
    """A witness of one case in words, with its letters' values and how many cases are alike."""
    if letters:
        at = ", ".join(f"{letter} = {number}" for letter, number in letters.items())
        words = (f"at {at}: {words[0]}", *words[1:])
    return (*words, f"likewise in all {cases} cases") if cases > 1 else words
