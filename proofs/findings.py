"""What provers propose to the kernel: a conclusion about one case of a claim, and what shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol as Interface

from noclone.proofs.claims import Claim

__all__ = ["Finder", "Finding"]


@dataclass(frozen=True)
class Finding:
    """What a prover proposes for one case: a conclusion, the operators that show it, and the same in words."""

    proved: bool
    operators: list[str]
    words: tuple[str, ...]


class Finder(Interface):
    """A prover of cases. ``rule`` is the kernel's rule that replays what it finds, ``method`` how it looks."""

    @property
    def rule(self) -> str:
        """The name in the certificate."""

    @property
    def method(self) -> str:
        """In words, for the verdict."""

    def find(self, claim: Claim, letters: dict[str, int]) -> Finding:
        """A proposal for one case of a claim; raises InputError if the claim does not fit, TooLargeError."""
