"""Claims for every n, about families whose n pairs are all treated alike: a finite certificate, checked at a few n.

A family is a source qubit and n pairs of a few qubits (its "parts"), each prepared by the same gates; stages of rotations
exp(−iπ/4·k·P) with P a letter on the source and the same letters on every pair; and recoveries of such rotations, with
letters of their own on one pair if the output is one of its parts. So it is symmetric in its pairs.

**Two more pairs like one that is there change nothing but signs, four change nothing.** Pull back an operator through
the rotations: it is multiplied by P where it anticommutes with it. Copy one pair's letters to two further pairs: what
anticommutes stays so, as two letters count twice, and the copies end as their original does. If that was an operator of
the pair's stabilizer group, so are the copies: what represents ±L still does, on the same side if the copies are held as
their original is. The original's phase, a power of i, counts twice more, or with four copies four times: no change.
So an instance at n with a pair that the claim does not single out shows the same at n + 2, n + 4, … (n + 4, n + 8, …
where the kernel makes the operators and their signs matter). What is said of every qubit of a coalition (mixed, untouched)
follows for the qubits of new pairs by the symmetry, if a second such pair is there to be copied.
"""

import itertools
import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

from .documents import _HEAD, Protocol, _document, _gates, read_certificate, read_protocol
from .paulis import Gate
from .refusal import Refusal
from .rules import _MINT, RULES, Checked, check
from .terms import Claim, letter_of, split_item

MOST_PAIRS, MOST_TURNS, MOST_CELLS = 32, 100, 100_000
_TURNS = {"stages": [(str, [(int, str, str)])], "recoveries": [(str, [(int, str, str, str)], str)]}
FAMILY_FORM = _HEAD | {"source": str, "pair": [str], "gates": list} | _TURNS
_STEPS = {"hides": 2, "mixed": 2, "recovers": 2, "leaks": 2, "restores": 4, "single-use": 4, "untouched": 4}
RULE, _INTO, _BACK = "every-n", {"X": "H", "Y": "SSSH", "Z": ""}, {"X": "H", "Y": "HS", "Z": ""}


def read_family(data: bytes) -> dict[str, Any]:
    """Read a family's document; raises Refusal for one that is malformed or too large."""
    family = _document(data, "family", FAMILY_FORM)
    _gates(family["gates"], [True] * len(family["pair"]), "family.gates")
    turns = sum(len(each[1]) for each in family["stages"] + family["recoveries"])
    if max(turns, len(family["gates"])) > MOST_TURNS:
        raise Refusal("too-large", "family", f"at most {MOST_TURNS} rotations, and gates of a pair", turns)
    return family


def instance(family: dict[str, Any], pairs: int) -> Protocol:
    """The family's protocol with so many pairs: registers of the source and of each part, and decode[i] for each pair."""
    parts, source = family["pair"], family["source"]
    if not 1 <= pairs <= MOST_PAIRS:
        raise Refusal("too-large", "certificate.cases", f"1 to {MOST_PAIRS} pairs", pairs)

    def turned(turn: list[Any], which: int = -1) -> list[Gate]:
        quarters, letter, own, others = *turn[:3], turn[-1]
        word = {0: letter}
        for at, pair in itertools.product(range(len(parts)), range(pairs)):
            word[1 + at * pairs + pair] = (own if pair == which else others)[at : at + 1]
        fits = len(own) == len(others) == len(parts) and set("".join(word.values())) <= set("IXYZ")
        if not fits or len(letter) != 1 or not 1 <= quarters <= 3:
            raise Refusal("bad-gate", "family", "1 to 3 quarters, letters I, X, Y, Z", turn)
        acting = [qubit for qubit in word if word[qubit] != "I"]
        ladder = [["CX", qubit, acting[-1]] for qubit in acting[:-1]]
        into, back = ([[name, q] for q in acting for name in turn[word[q]]] for turn in (_INTO, _BACK))
        return [*into, *ladder, *[["S", qubit] for qubit in acting[-1:]] * quarters, *ladder[::-1], *back]

    prepared = [
        [gate[0], *(1 + part * pairs + pair for part in gate[1:])] for gate in family["gates"] for pair in range(pairs)
    ]
    stages = [["prepare", prepared]]
    stages += [[name, [gate for turn in turns for gate in turned(turn)]] for name, turns in family["stages"]]
    recoveries = []
    for name, turns, output in family["recoveries"]:
        own = output in parts
        for which in range(pairs if own else 1):
            gates = [gate for turn in turns for gate in turned(turn, which if own else -1)]
            place = 1 + parts.index(output) * pairs + which if own else 0
            recoveries.append([f"{name}[{which}]" if own else name, gates, [place]])
    layout = {"parties": [[source, 1], *([part, pairs] for part in parts)], "environment": [], "secret": source}
    rest = {"recoveries": recoveries, "others": [], "noises": [], "ensembles": []}
    document = {"format": "noclone protocol", "version": family["version"], **layout, "stages": stages, **rest}
    return read_protocol(json.dumps(document).encode())


def check_family(data: bytes, certificate: bytes, claim: Claim | None = None) -> Checked:
    """Replay a certificate for infinitely many n about this family; raises Refusal if it does not hold."""
    family, document = read_family(data), read_certificate(certificate)
    claim, own, proved = claim or document["claim"], sha256(data).hexdigest(), document["conclusion"] == "PROVED"
    for key, expected in (("protocol", own), ("claim", claim)):
        if document[key] != expected:
            raise Refusal(f"other-{key}", f"certificate.{key}", expected, document[key])
    fits = document["rule"] == RULE and claim.word in (*_STEPS, "access") and not claim.bound
    if not fits or (claim.word == "access" and not proved):
        raise Refusal("wrong-rule", f"certificate.rule, for '{claim}'", " ".join(_STEPS), document["rule"])
    check_cases = _check_access if claim.word == "access" else _check_claim
    domain = check_cases(family, claim, proved, document["cases"])
    return Checked(document["conclusion"], f"{claim} for {domain}", own, document["sha256"], _MINT)


def replay(data: bytes, certificate: bytes, claim: Claim | None = None) -> Checked:
    """Replay a certificate about this protocol or, for every n, this family; raises Refusal if it does not hold."""
    if read_certificate(certificate)["rule"] == RULE:
        return check_family(data, certificate, claim)
    return check(read_protocol(data), certificate, claim)


def singled_out(claim: Claim) -> tuple[dict[str, int], int]:
    """Numbers for the claim's letters, as good as any by the symmetry, and how many pairs the claim singles out."""
    items = (*claim.coalition, claim.name, claim.after)
    said = {int(index) for index in (split_item(item)[1].removeprefix("*-") for item in items) if index.isdecimal()}
    letters = dict.fromkeys(letter_of(item) for item in items if letter_of(item))
    if letters and said:
        raise Refusal("bad-claim", f"'{claim}'", "letters or numbers: a letter may be any number", sorted(said))
    return {letter: number for number, letter in enumerate(letters)}, len(letters) + len(said)


def _check_claim(family: dict[str, Any], claim: Claim, proved: bool, cases: list[dict[str, Any]]) -> str:
    """The n that the cases cover, in words; each case is an n at which the claim, its letters filled in, is replayed."""
    values, singled = singled_out(claim)
    step, copied = _STEPS[claim.word], 2 if claim.word in ("mixed", "untouched") and proved else 1
    covered, last = set[int](), max((case["letters"].get("n", 0) for case in cases), default=0)
    for case in cases:
        pairs = case["letters"].get("n", 0)
        if case["letters"].keys() != {"n"} or pairs in covered:
            raise Refusal(
                "wrong-cases", "certificate.cases", "n alone, none that a case before it covers", case["letters"]
            )
        rule = RULES["pauli-circuits" if claim.word == "untouched" else "pauli-witness"][1]
        rule(instance(family, pairs), claim.at(values), proved, case["operators"], len(cases))
        covered.update(range(pairs, last + 9, step) if pairs >= singled + copied else [pairs])
    for name, numbers in (("every", range(last + 9)), ("even", range(0, last + 9, 2)), ("odd", range(1, last + 9, 2))):
        least = min(covered, default=0)
        if cases and covered == {number for number in numbers if number >= least}:
            return f"{name} n >= {least}"
    raise Refusal("wrong-cases", "certificate.cases", "every, every even or every odd n from one on", sorted(covered))


def _check_access(family: dict[str, Any], claim: Claim, proved: bool, cases: list[dict[str, Any]]) -> str:
    """Check what every coalition learns: a case for each cell, which says how many pairs of each kind there are, 0, an odd
    number, or an even one from 2 on, and whether the source is held. A kind is which parts of its pairs are held.
    """
    parts = family["pair"]
    kinds = [[part for at, part in enumerate(parts) if kind >> at & 1] for kind in range(2 ** len(parts))]
    if 2 * 3 ** len(kinds) > MOST_CELLS:
        raise Refusal("too-large", "family.pair", f"at most {MOST_CELLS} cells", 2 * 3 ** len(kinds))
    instances = dict[int, Protocol]()
    cells = [cell for cell in itertools.product(range(2), *[range(3)] * len(kinds)) if any(cell[1:])]
    if len(cases) != len(cells):
        raise Refusal("wrong-cases", "certificate.cases", f"{len(cells)}, one for each cell", len(cases))
    for cell, case in zip(cells, cases, strict=True):
        letters, counts = case["letters"], int("".join(map(str, cell[1:])), 3)
        learns = letters.get("learns", -1)
        if letters != {"source": cell[0], "counts": counts, "learns": learns} or not 0 <= learns <= 4:
            raise Refusal("wrong-cases", "certificate.cases", f"each cell in order, next {cell}", letters)
        pairs = [kind for kind, count in zip(kinds, cell[1:], strict=True) for _ in range(count)]
        held = tuple(f"{part}[{number}]" for number, kind in enumerate(pairs) for part in kind)
        word, pauli = [("hides", ""), *(("leaks", letter) for letter in "XYZ"), ("recovers", "")][learns]
        meant = replace(claim, word=word, pauli=pauli, coalition=(family["source"],) * cell[0] + held)
        if len(pairs) not in instances:
            instances[len(pairs)] = instance(family, len(pairs))
        RULES["pauli-witness"][1](instances[len(pairs)], meant, proved, case["operators"], len(cells))
    return "every n >= 1"
