"""Claims as users write them: read with helpful errors, fitted to a system, and with what is expected of them.

The grammar and the meaning are the kernel's; this module adds nothing to either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from noclone.models.errors import InputError, nearest
from noclone.models.system import System, name_qubits
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.terms import PARTY, RESERVED, Claim, letter_of, split_item
from noclone.proofs.kernel.terms import parse_claim as parse_in_kernel
from noclone.proofs.quantities import QUANTITIES, check_quantity

__all__ = [
    "Claim",
    "StatedClaim",
    "bound_of",
    "check_item",
    "check_names",
    "check_party_name",
    "join",
    "letter_of",
    "parse_claim",
    "parse_coalition",
    "split_item",
]

FORMS = {
    "hides": "hides C [within x] [after NAME] [under NOISE]",
    "mixed": "mixed C [after NAME]",
    "recovers": "recovers C [after NAME]",
    "leaks": "leaks P from C [after NAME]",
    "restores": "restores RECOVERY",
    "single-use": "single-use RECOVERY",
    "untouched": "untouched C by STAGE",
    "fidelity": "fidelity RECOVERY >= x [under NOISE]",
    "entanglement-fidelity": "entanglement-fidelity RECOVERY >= x [under NOISE]",
    "equivalent": "equivalent PROTOCOL [up to GATES on C, …]",
    "monogamy": "monogamy LAW on WHO | WHO WHO … [after NAME]",
    "bound": "bound QUANTITY <= x [after NAME] [under NOISE]",
}


@dataclass(frozen=True, slots=True)
class StatedClaim:
    """A claim that a protocol makes: its text, what is expected of it, and where it was first said.

    ``expect`` is an expectation's text (see ``noclone.proofs.expectations``); ``note`` is the claim in plain words.
    """

    text: str
    expect: str = "PROVED"
    reference: str = ""
    note: str = ""


def parse_claim(text: str) -> Claim:
    """Read a claim; raises InputError with the form that was expected.

    >>> str(parse_claim("leaks  Y from S[*]"))
    'leaks Y from S[*]'
    """
    try:
        return parse_in_kernel(text)
    except Refusal:
        word = text.split(maxsplit=1)[0] if text.split() else ""
    if not word:
        raise InputError("empty claim: write for example 'hides S[0]'")
    if word not in FORMS:
        raise InputError(
            f"unknown claim word '{word}' in '{_short(text)}': use one of {', '.join(FORMS)}.{nearest(word, FORMS)}"
        )
    meant = {
        " C": "C for example S[0] N[*]",
        " P ": "P letters I X Y Z",
        "RECOVERY": "RECOVERY a name such as decrypt[0]",
        " x": "x for example 9/10 or 0.9",
        "PROTOCOL": "PROTOCOL a name such as five-qubit-code",
        "GATES": "GATES letters H S X Y Z, the first acting first",
        "NOISE": "NOISE the name of one of the protocol's noises",
        "LAW": "LAW a name such as CKW",
        "WHO": "WHO a party, for example S[0] or S[0]+N[0] or R",
        "QUANTITY": f"QUANTITY one of {'; '.join(QUANTITIES.values())}, and >= x or = x instead of <= x",
    }
    where = ", ".join(told for part, told in meant.items() if part in FORMS[word])
    raise InputError(f"cannot read the claim '{_short(text)}': its form is {FORMS[word]}, {where}")


def parse_coalition(text: str) -> tuple[str, ...]:
    """Read a coalition's items, without letters; raises InputError."""
    if not text.split():
        raise InputError("empty coalition: name at least one qubit, for example 'A S[0]'")
    try:
        items = parse_in_kernel(f"hides {text}").coalition
    except Refusal:
        items = ()
    if not items or any(map(letter_of, items)):
        raise InputError(f"cannot read the coalition '{_short(text)}': write items such as A, S[0] or N[*]")
    return items


def bound_of(claim: Claim) -> Fraction:
    """The number that a claim about a fidelity or a distance names."""
    return Fraction(claim.bound)


def check_names(claim: Claim, system: System) -> None:
    """Raise InputError for a party or qubit in the claim that the system does not have, or a Pauli of another length."""
    parties = dict(system.parties)
    local = [part.partition(" on ")[2] for part in claim.local.split(", ")] if claim.local else []
    for item in (*claim.coalition, *local):
        check_item(item, parties)
    for noise in [claim.noise] if claim.noise else []:
        known = [each.name for each in system.noises]
        if noise not in known:
            listed = join(known) or "none"
            raise InputError(
                f"unknown noise '{noise}' in '{claim}': this protocol has {listed}.{nearest(noise, known)}"
            )
    if claim.word == "bound":
        check_quantity(claim, [name for name, _ in system.ensembles])
    if claim.word == "monogamy":
        from noclone.proofs.monogamy import check_monogamy  # here, since that module reads claims too

        check_monogamy(claim, system)
    size = len(system.secret_qubits)
    if claim.pauli and len(claim.pauli) != size:
        letters = "one letter" if size == 1 else f"{size} letters"
        raise InputError(f"'{claim.pauli}' in '{claim}' does not fit the secret '{system.secret}': write {letters}")


def check_item(item: str, parties: Mapping[str, int]) -> None:
    """Raise InputError if no party has this item's qubits."""
    name, index = split_item(item)
    if name not in parties:
        raise InputError(
            f"unknown party '{name}': this protocol's parties are {', '.join(parties)}.{nearest(name, parties)}"
        )
    number = re.sub(r"^\*-", "", index)
    if number.isdigit() and int(number) >= parties[name]:
        names = name_qubits([(name, parties[name])])
        listed = names[0] if len(names) == 1 else f"{names[0]}…{names[-1]}"
        raise InputError(f"unknown qubit '{name}[{number}]': this protocol has {listed}. Did you mean '{names[-1]}'?")


def check_party_name(name: str) -> None:
    """Raise InputError for a register's name that claims could not say."""
    if PARTY.fullmatch(name) is None:
        why = "a word of the claim language" if name in RESERVED else "not made of ASCII letters, digits and _"
        raise InputError(f"register '{name}' cannot be a party: its name is {why}; rename it")


def join(words: Iterable[str], most: int = 8) -> str:
    """The first words, separated by commas, and how many more there are."""
    listed = list(words)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:77] + "..."
