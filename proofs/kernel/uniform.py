"""Claims for every n, about families whose n pairs are all treated alike: a finite certificate, checked at a few n.

A family is a source qubit and n pairs of a few qubits (its "parts"), each prepared by the same gates; stages of
rotations exp(−iπ/4·k·P) with P a letter on the source and the same letters on every pair; and recoveries of such
rotations, with letters of their own on one pair if the output is one of its parts. So it is symmetric in its pairs.

**Two more pairs like one that is there change nothing but signs, four change nothing.** Pull back an operator through
the rotations: it is multiplied by P where it anticommutes with it. Copy one pair's letters to two further pairs: what
anticommutes stays so, as two letters count twice, and the copies end as their original does. If that was an operator
of the pair's stabilizer group, so are the copies: what represents ±L still does, on the same side if the copies are
held as their original is. The original's phase, a power of i, counts twice more, or with four copies four times: no
change. So an instance at n with a pair that the claim does not single out shows the same at n + 2, n + 4, … (n + 4, n
+ 8, … where the kernel makes the operators and their signs matter). What is said of every qubit of a coalition
(mixed, untouched) follows for the qubits of new pairs by the symmetry, if a second such pair is there to be copied.
"""

import itertools
import json
import re
from dataclasses import replace
from functools import cache
from hashlib import sha256
from typing import Any

from .documents import _HEAD, Protocol, _document, _gates, read_certificate, read_protocol
from .paulis import Gate
from .refusal import Refusal, at_most
from .rules import _MINT, RULES, Checked, check
from .terms import Claim, letter_of, split_item

RULE, MOST_PAIRS, MOST_TURNS, MOST_PARTS = "every-n", 16, 24, 3
_TURNS = {"stages": [(str, [(int, str, str)])], "recoveries": [(str, [(int, str, str, str)], str)]}
FAMILY_FORM = _HEAD | {"source": str, "pair": [str], "gates": list} | _TURNS
_STEPS = {"hides": 2, "mixed": 2, "recovers": 2, "leaks": 2, "restores": 4, "single-use": 4, "untouched": 4}
_INTO, _BACK = {"X": "H", "Y": "SSSH", "Z": ""}, {"X": "H", "Y": "HS", "Z": ""}
_LEARNS = [{"word": "hides"}, *({"word": "leaks", "pauli": letter} for letter in "XYZ"), {"word": "recovers"}]


def read_family(data: bytes) -> dict[str, Any]:
    """Read a family's document; raises Refusal for one that is malformed or too large."""
    family = _document(data, "family", FAMILY_FORM)
    _gates(family["gates"], [True] * len(family["pair"]), "family.gates")
    turned, places = family["stages"] + family["recoveries"], [family["source"], *family["pair"]]
    turns, pairs = [turn for each in turned for turn in each[1]], f"(, '[IXYZ]{{{len(places) - 1}}}'){{1,2}}"
    at_most(MOST_TURNS, max(len(turns), len(family["gates"]), 3 * len(places)), "family", "rotations, gates, parts * 3")
    if odd := [turn for turn in turns if not re.fullmatch(rf"\[[1-3], '[IXYZ]'{pairs}\]", str(turn))]:
        raise Refusal("bad-gate", "family", "1 to 3 quarters, letters for the source and the parts", odd[0])
    if odd := [each[::2] for each in turned if "[" in each[0] or each[2:] not in ([], *([place] for place in places))]:
        raise Refusal("bad-name", "family", f"names without a number, for letters to range over; of {places}", odd[0])
    return family


def instance(family: dict[str, Any], pairs: int) -> Protocol:
    """The family's protocol with so many pairs: registers of the source and of each part, recoveries name[i]."""
    parts, source = family["pair"], family["source"]
    if not 1 <= pairs <= MOST_PAIRS:
        raise Refusal("too-large", "certificate.cases", f"1 to {MOST_PAIRS} pairs", pairs)

    def turned(turn: list[Any], which: int = -1) -> list[Gate]:
        word = {0: turn[1]}
        for at, pair in itertools.product(range(len(parts)), range(pairs)):
            word[1 + at * pairs + pair] = turn[2 if pair == which else -1][at]
        acting = [qubit for qubit in word if word[qubit] != "I"]
        ladder = [["CX", qubit, acting[-1]] for qubit in acting[:-1]]
        into, back = ([[name, q] for q in acting for name in basis[word[q]]] for basis in (_INTO, _BACK))
        return [*into, *ladder, *[["S", qubit] for qubit in acting[-1:]] * turn[0], *ladder[::-1], *back]

    prepared = [[name, *(1 + at * pairs + pair for at in on)] for name, *on in family["gates"] for pair in range(pairs)]
    stages = [["prepare", prepared]]
    stages += [[name, [gate for turn in turns for gate in turned(turn)]] for name, turns in family["stages"]]
    recoveries = []
    for name, turns, output in family["recoveries"]:
        for which in range(pairs) if output in parts else [-1]:
            gates = [gate for turn in turns for gate in turned(turn, which)]
            place = 0 if which < 0 else 1 + parts.index(output) * pairs + which
            recoveries.append([name if which < 0 else f"{name}[{which}]", gates, [place]])
    layout = {"parties": [[source, 1], *([part, pairs] for part in parts)], "environment": [], "secret": source}
    rest = {"recoveries": recoveries, "others": [], "noises": [], "ensembles": []}
    document = {"format": "noclone protocol", "version": family["version"], **layout, "stages": stages, **rest}
    return read_protocol(json.dumps(document).encode())


def replay(data: bytes, certificate: bytes, claim: Claim | None = None) -> Checked:
    """Replay a certificate about a protocol or, with this rule, for every n about a family; raises Refusal."""
    document = read_certificate(certificate)
    if document["rule"] != RULE:
        return check(read_protocol(data), certificate, claim)
    claim, own, proved = claim or document["claim"], sha256(data).hexdigest(), document["conclusion"] == "PROVED"
    for key, expected in (("protocol", own), ("claim", claim)):
        if document[key] != expected:
            raise Refusal(f"other-{key}", f"certificate.{key}", expected, document[key])
    if claim.bound or not (claim.word in _STEPS or (claim.word == "access" and proved)):
        raise Refusal("wrong-rule", f"certificate.rule, for '{claim}'", " ".join(_STEPS), document["rule"])
    check_cases, family = _check_access if claim.word == "access" else _check_claim, read_family(data)
    domain = check_cases(family, claim, proved, document["cases"])
    return Checked(document["conclusion"], f"{claim} for {domain}", own, document["sha256"], _MINT)


def singled_out(family: dict[str, Any], claim: Claim) -> tuple[dict[str, int], int]:
    """Numbers for the claim's letters, as good as any by the symmetry, and how many pairs the claim singles out."""
    items = (*claim.coalition, claim.name, claim.after)
    said = {int(index) for index in (split_item(item)[1].removeprefix("*-") for item in items) if index.isdecimal()}
    letters = dict.fromkeys(letter_of(item) for item in items if letter_of(item))
    alike = {*family["pair"], *(name for name, _, output in family["recoveries"] if output in family["pair"])}
    other = [item for item in items if letter_of(item) and split_item(item)[0] not in alike]
    if other or (letters and said):
        expected = "letters at parts of pairs only, or else numbers: a letter may be any number"
        raise Refusal("bad-claim", f"'{claim}'", expected, other or sorted(said))
    return {letter: number for number, letter in enumerate(letters)}, len(letters) + len(said)


def _check_claim(family: dict[str, Any], claim: Claim, proved: bool, cases: list[dict[str, Any]]) -> str:
    """The n that the cases cover, in words; at the n of each case the claim, its letters filled in, is replayed."""
    values, singled = singled_out(family, claim)
    step, copied = _STEPS[claim.word], 2 if claim.word in ("mixed", "untouched") and proved else 1
    covered, last = set[int](), max((case["letters"].get("n", 0) for case in cases), default=0)
    at_most(MOST_PAIRS, last, "certificate.cases", "pairs")
    for case in cases:
        pairs = case["letters"].get("n", 0)
        if case["letters"].keys() != {"n"} or pairs in covered:
            raise Refusal("wrong-cases", "certificate.cases", "n alone, not covered before", case["letters"])
        rule = RULES["pauli-circuits" if claim.word == "untouched" else "pauli-witness"][1]
        rule(instance(family, pairs), claim.at(values), proved, case["operators"], len(cases))
        covered.update(range(pairs, last + 9, step) if pairs >= singled + copied else [pairs])
    for name, numbers in (("every", range(last + 9)), ("even", range(0, last + 9, 2)), ("odd", range(1, last + 9, 2))):
        if cases and covered == {number for number in numbers if number >= min(covered)}:
            return f"{name} n >= {min(covered)}"
    raise Refusal("wrong-cases", "certificate.cases", "every, every even or every odd n from one on", sorted(covered))


def _check_access(family: dict[str, Any], claim: Claim, proved: bool, cases: list[dict[str, Any]]) -> str:
    """Check what every coalition learns. A kind of pair is which of its parts are held; a cell is whether the source is
    held and for each kind whether there are none, an odd number or an even number from 2 on; each is a case, in order.
    """
    parts = family["pair"]
    at_most(MOST_PARTS, len(parts), "family.pair", f"parts, {2 * 3**8} cells")
    kinds = [[part for at, part in enumerate(parts) if kind >> at & 1] for kind in range(2 ** len(parts))]
    cells = [cell for cell in itertools.product(range(2), *[range(3)] * len(kinds)) if any(cell[1:])]
    learned = [case["letters"].get("learns", -1) for case in cases]
    wanted = [{"cell": number, "learns": learns} for number, learns in enumerate(learned)]
    if len(cases) != len(cells) or [case["letters"] for case in cases] != wanted or not set(learned) <= set(range(5)):
        raise Refusal("wrong-cases", "certificate.cases", f"{len(cells)} in order, which learn 0 to 4", len(cases))
    made = cache(lambda pairs: instance(family, pairs))
    for cell, learns, case in zip(cells, learned, cases, strict=True):
        pairs = [kind for kind, count in zip(kinds, cell[1:], strict=True) for _ in range(count)]
        held = tuple(f"{part}[{number}]" for number, kind in enumerate(pairs) for part in kind)
        meant = replace(claim, coalition=(family["source"],) * cell[0] + held, **_LEARNS[learns])
        RULES["pauli-witness"][1](made(len(pairs)), meant, proved, case["operators"], len(cells))
    return "every n >= 1"
