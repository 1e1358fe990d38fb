"""Certificates for every n as Coq files: a theorem about infinitely many n, about operators and about states.

Covered are uniform families on Bell pairs: the table of all coalitions (``proofs/coq/EveryN.v``), and the claims ``hides``,
``recovers`` and ``leaks``, proved or refuted (``EveryClaim.v``). Operators stay text: Coq reads them itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from noclone.models.errors import InputError
from noclone.proofs.coq_files import coq_file, coq_list, coq_text
from noclone.proofs.kernel.terms import Claim, split_item

__all__ = ["coq_of_family"]

_LEARNS = ("Nothing", "Component X", "Component Y", "Component Z", "Everything")
_BELL_PAIR = [["H", 0], ["CX", 0, 1]]
_CLAIMED = {"hides": "Nothing", "recovers": "Everything"}


def coq_of_family(document: Mapping[str, Any], family: Mapping[str, Any], identity: str) -> str:
    """The Coq file for a certificate of the rule ``every-n`` (what the kernel's ``read_certificate`` returns).

    ``family`` is what ``read_family`` returns and ``identity`` its document's SHA-256. Raises InputError for another family
    than the certificate's, other claims, pairs that are not Bell pairs of two parts, and cases that fit no claim for every n.
    """
    claim: Claim = document["claim"]
    problems = {
        f"the certificate is about family {document['protocol']}, not {identity}": document["protocol"] != identity,
        "for every n the Coq checker covers pairs of two parts, each a Bell pair made by H and CX": len(family["pair"])
        != 2
        or family["gates"] != _BELL_PAIR,
        f"for every n the Coq checker covers access, hides, recovers and leaks, not '{claim}'": (
            claim.word not in ("access", "leaks", *_CLAIMED) or bool(claim.after or claim.bound)
        ),
    }
    for problem, there in problems.items():
        if there:
            raise InputError(problem)
    rotations = [
        f"Rotation false {letter} {word[0]} {word[1]}"
        for _, turns in family["stages"]
        for quarters, letter, word in turns
        for _ in range(quarters)
    ]
    names = " ".join(map(coq_text, [family["source"], *family["pair"]]))
    return coq_file(
        document["sha256"],
        f"family {identity}",
        "EveryN.v, EveryClaim.v, Family.v (operators), FamilyStates.v and States.v (states)",
        "From NoClone Require Import Pauli Family Vectors Uniform EveryN EveryClaim.",
        f"Definition family : protocol :=\n  {coq_list(rotations)}.",
        *(_table(document, names) if claim.word == "access" else _claim(document, family, names)),
        "Print Assumptions about_states.",
    )


def _table(document: Mapping[str, Any], names: str) -> list[str]:
    """The table of all coalitions, cell by cell."""
    cells = [cell for cell in itertools.product(range(2), *[range(3)] * 4) if any(cell[1:])]
    entries = []
    for number, (cell, case) in enumerate(itertools.zip_longest(cells, document["cases"])):
        letters = case["letters"] if cell and case else {}
        learns = letters.get("learns", -1)
        if letters != {"cell": number, "learns": learns} or not 0 <= learns < len(_LEARNS):
            raise InputError(f"cell {number} of {len(cells)} is missing, or does not say what it learns (0 to 4)")
        held, counts = str(bool(cell[0])).lower(), ", ".join(map(str, cell[1:]))
        operators = coq_list(map(coq_text, case["operators"]))
        entries.append(f"(({held}, ({counts})), ({_LEARNS[learns]}, {operators}))")
    return [
        (
            "(** A cell: the source held or not; how many pairs with neither part held, the first alone, the second alone, both\n"
            "    (0: none, 1: an odd number, 2: an even number from 2 on). *)\n"
            f"Definition table : entries :=\n  {coq_list(entries, ';' + chr(10) + '   ')}."
        ),
        (
            "(** For every n from 1 on, every coalition learns what the table says of its cell. *)\n"
            "Theorem certificate : every_coalition family table.\n"
            f"Proof. apply (certificate_covers_every_n family {names}). vm_compute. reflexivity. Qed."
        ),
        (
            "(** The same about states, over every ring of scalars. *)\n"
            "Theorem about_states : forall K c, kinds c <> [] ->\n"
            "  exists v texts, looked_up table (cell_of c) = Some (v, texts) /\\ state_learns K family c v.\n"
            "Proof.\n  intros K c H. destruct (certificate c H) as [v [texts [T L]]]. exists v, texts. split; [exact T|].\n"
            "  exact (learns_is_about_states K family c v L).\nQed."
        ),
    ]


def _claim(document: Mapping[str, Any], family: Mapping[str, Any], names: str) -> list[str]:
    """A claim about the pairs that its letters or numbers single out, at every n of a domain."""
    claim: Claim = document["claim"]
    items, singled = _items(claim, family)
    if any(case["letters"].keys() != {"n"} for case in document["cases"]):
        raise InputError("a case of a claim for every n must give n alone")
    given = [(case["letters"]["n"], case["operators"]) for case in document["cases"]]
    domain, words = _domain([n for n, _ in given], singled)
    proved = document["conclusion"] == "PROVED"
    claimed = _CLAIMED.get(claim.word, f"(Component {claim.pauli})")
    cases = coq_list((f"({n}, {coq_list(map(coq_text, operators))})" for n, operators in given), ";\n   ")
    said, how = ("holds", "learns_is_about_states") if proved else ("fails", "claim_false_about_states")
    return [
        (
            f"(** What {coq_text(str(claim))} names; pairs that letters or numbers stand for count from 0. *)\n"
            f"Definition items : list item := {items}."
        ),
        f"Definition cases : list (nat * list string) :=\n  {cases}.",
        (
            f"(** The claim {said} at {words}, whichever pairs are singled out. *)\n"
            f"Theorem certificate : for_every family items {singled} {str(proved).lower()} {claimed} ({domain}).\n"
            f"Proof. apply (certificate_for_every family {names} items {singled} {str(proved).lower()} {claimed} ({domain}) cases)."
            " vm_compute. reflexivity. Qed."
        ),
        (
            "(** The same about states, over every ring of scalars. *)\n"
            f"Theorem about_states : forall K n vs, in_domain ({domain}) n = true ->\n"
            f"  List.length vs = {singled} -> NoDup vs -> (forall x, In x vs -> x < n) ->\n"
            f"  {'' if proved else '~ '}state_learns K family (named items vs n) {claimed}.\n"
            f"Proof. intros K n vs D L N B. exact ({how} K family _ _ (certificate n D vs L N B)). Qed."
        ),
    ]


def _items(claim: Claim, family: Mapping[str, Any]) -> tuple[str, int]:
    """The coalition as a Coq list of items, and how many pairs it singles out."""
    parts = dict(zip(family["pair"], ("First", "Second"), strict=True))
    split = [split_item(item) for item in claim.coalition]
    if other := [
        name
        for name, index in split
        if name not in parts and (name, index in ("", "*", "0")) != (family["source"], True)
    ]:
        raise InputError(f"'{claim}': {other[0]} is neither the source nor a part of the pairs")
    found = dict.fromkeys(index.removeprefix("*-") for name, index in split if name in parts and index not in ("", "*"))
    singled = sorted(found) if _numbers(list(found)) else list(found)
    if _numbers(singled) and sorted(map(int, singled)) != list(range(len(singled))):
        raise InputError(f"'{claim}': write letters, or numbers from 0 on: for every n any pairs will do")
    items = []
    for name, index in split:
        if name not in parts:
            items.append("Source")
        elif index in ("", "*"):
            items.append(f"{parts[name]} Every")
        else:
            which = singled.index(index.removeprefix("*-"))
            items.append(f"{parts[name]} ({'AllBut' if index.startswith('*-') else 'Only'} {which})")
    return coq_list(items), len(singled)


def _numbers(singled: list[str]) -> bool:
    """Whether pairs are singled out by numbers; raises InputError for a mixture."""
    numbers = [which.isdecimal() for which in singled]
    if any(numbers) and not all(numbers):
        raise InputError("single out pairs by letters or by numbers, not both")
    return any(numbers)


def _domain(shown: list[int], singled: int) -> tuple[str, str]:
    """The n that cases reach, as a Coq term and in words; raises InputError if they are no domain."""
    last = max(shown, default=0) + 9
    reached = {n for at in shown for n in (range(at, last, 2) if at > singled else (at,))}
    for name, numbers in (("Every", range(last)), ("Even", range(0, last, 2)), ("Odd", range(1, last, 2))):
        least = min(reached, default=0)
        if shown and reached == {n for n in numbers if n >= least}:
            return f"{name}From {least}", f"{name.lower()} n from {least} on"
    raise InputError("the cases reach neither every, nor every even, nor every odd n from one on")
