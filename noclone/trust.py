"""What a verdict rests on, in short: ``noclone trust``; docs/trust.md has the whole."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ASSUMED", "NOT_COVERED", "Item", "trust_text"]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is assumed, or not covered."""

    name: str
    words: str


ASSUMED = (
    Item("the kernel", "its 1,000 lines of Python do what docs/kernel.md says; it alone mints PROVED"),
    Item("Python", "the interpreter and its json, re, hashlib and fractions; SHA-256 has no collisions that matter"),
    Item(
        "your protocol",
        "the document that the certificate names is the protocol you mean: build it again with --against",
    ),
    Item(
        "the claim's words",
        "they mean what docs/claims.md says: states are pure on all qubits, the environment included",
    ),
    Item(
        "ideal circuits",
        "gates are exact, qubits other than the secret's start in |0>, parties hold just what is named",
    ),
    Item(
        "every n",
        "two further pairs like one that is there change nothing but signs, four change nothing: argued in docs/kernel.md, on Bell pairs a theorem in proofs/coq",
    ),
    Item(
        "Coq, where it is asked",
        "coqc and coqchk, and that the definitions in proofs/coq say what they are meant to say",
    ),
)
"""What PROVED and REFUTED rest on, numbered in this order."""

NOT_COVERED = (
    Item(
        "SUPPORTED", "floats, samples and hardware: said with their bounds and statistics, never minted by the kernel"
    ),
    Item("side channels", "whatever an implementation does beyond its circuit: timing, memory, classical software"),
    Item(
        "computation",
        "the kernel's claims are about information, for adversaries of any power; nothing computational is proved",
    ),
    Item("finite keys and composition", "a claim holds for the protocol as it stands, not for its use inside another"),
)
"""What no verdict says."""


def trust_text() -> str:
    """The assumptions, numbered, and what is not covered."""
    lines = ["PROVED and REFUTED rest on:"]
    lines += [f"  {number}. {item.name}: {item.words}" for number, item in enumerate(ASSUMED, 1)]
    lines += ["not covered:"]
    lines += [f"  - {item.name}: {item.words}" for item in NOT_COVERED]
    return "\n".join([*lines, "docs/trust.md has the whole, with what the Coq development proves"])
