"""Claims as terms: their grammar, their text, and what a claim's letters stand for.

    claim = hides C | mixed C | recovers C | leaks P from C | restores NAME | single-use NAME | untouched C by NAME
            (the first four may end in: after NAME)
          | hides C within x [after NAME] [under WORD] | [entanglement-]fidelity NAME >= x [under WORD]
          | equivalent WORD [up to GATES on item {, GATES on item}], items without letters
          | bound QUANTITY r VALUE | bound (recovery by | guess P from) C r VALUE [after NAME] [under WORD]
          | monogamy WORD on WHO | WHO {WHO} [after NAME]
    C = item {item}     item = PARTY | PARTY "[" index "]"     index = number | "*" | letter | "*-" letter
    NAME = word | word "[" (number | letter) "]"               P = one of I X Y Z per secret qubit, not all I
    x = decimal | number / number                              GATES = letters H S X Y Z, the first acting first
    r = <= | >= | =             VALUE as in squares.py           WHO = item {"+" item}, items without letters

A letter stands for every value of its index: the same letter for the same value, different letters for different ones.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from .refusal import Refusal

RESERVED = frozenset({"after", "by", "from", "under", "within", "on", "for", "iff"})
LONGEST_CLAIM, MOST_CASES = 10_000, 100_000

_WORD = rf"(?!(?:{'|'.join(sorted(RESERVED))})\b)[A-Za-z_][A-Za-z0-9_]*"
_NUMBER, _P = "0|[1-9][0-9]{0,8}", "(?P<pauli>I*[XYZ][IXYZ]*)"
_ITEM = rf"{_WORD}(?:\[(?:{_NUMBER}|\*|[a-z]|\*-[a-z])\])?"
_HELD = rf"(?P<held>{_ITEM}(?: {_ITEM})*)"
_NAME = rf"{_WORD}(?:-[A-Za-z0-9_]+)*(?:\[(?:{_NUMBER}|[a-z])\])?"
_X = "(?P<bound>[0-9]{1,40}(?:[.][0-9]{1,40})?(?:e-?[0-9]{1,3})?|[0-9]{1,40}/[1-9][0-9]{0,39})"
_LOCAL, _PLAIN = rf"[HSXYZ]{{1,40}} on {_WORD}(?:\[(?:{_NUMBER}|\*)\])?", rf"{_WORD}(?:-[A-Za-z0-9_]+)*"
_AFTER, _UNDER = rf"(?: after (?P<after>{_NAME}))?", rf"(?: under (?P<noise>{_PLAIN}))?"
_R, _WHO = "(?P<relation>[<>]?=) (?P<bound>[0-9a-z+*/().-]{1,400})", rf"{_ITEM}(?:\+{_ITEM})*"
_FORMS = {
    rf"(?P<word>hides|mixed|recovers) {_HELD}{_AFTER}": "hides|mixed|recovers C [after NAME]",
    rf"(?P<word>leaks) {_P} from {_HELD}{_AFTER}": "leaks P from C [after NAME]",
    rf"(?P<word>restores|single-use) (?P<name>{_NAME})": "restores|single-use NAME",
    rf"(?P<word>untouched) {_HELD} by (?P<name>{_NAME})": "untouched C by NAME",
    rf"(?P<word>hides) {_HELD} (?P<relation>within) {_X}{_AFTER}{_UNDER}": "hides C within x [after NAME] [under NAME]",
    rf"(?P<word>(?:entanglement-)?fidelity) (?P<name>{_NAME}) (?P<relation>>=) {_X}{_UNDER}": "fidelity NAME >= x",
    rf"(?P<word>equivalent) (?P<name>{_PLAIN})(?: up to (?P<local>{_LOCAL}(?:, {_LOCAL})*))?": "equivalent NAME",
    rf"(?P<word>bound) (?P<quantity>recovery by) {_HELD} {_R}{_AFTER}{_UNDER}": "bound recovery by C <= x",
    rf"(?P<word>bound) (?P<quantity>guess) {_P} from {_HELD} {_R}{_AFTER}{_UNDER}": "bound guess P from C <= x",
    rf"(?P<word>bound) (?P<quantity>(?!recovery |guess )[A-Za-z0-9 +*/().,|-]+) {_R}": "bound QUANTITY <= x",
    rf"(?P<word>monogamy) (?P<quantity>{_PLAIN} on {_WHO} \|(?: {_WHO})+){_AFTER}": "monogamy LAW on A | B C",
    r"(?P<word>access)": "access",
}
PARTY, NAME = re.compile(_WORD), re.compile(_NAME)


def split_item(item: str) -> tuple[str, str]:
    """An item's name and its index: "S[*-i]" has ("S", "*-i"), "A" has ("A", "")."""
    name, _, index = item.removesuffix("]").partition("[")
    return name, index


def letter_of(item: str) -> str:
    """The letter in an item's index, or ""."""
    return item[-2] if item.endswith("]") and item[-2].isalpha() else ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim: its word and what follows it, items as text. ``str(claim)`` is its text and parses back to the same."""

    word: str
    quantity: str = ""
    pauli: str = ""
    coalition: tuple[str, ...] = ()
    name: str = ""
    after: str = ""
    relation: str = ""
    bound: str = ""
    noise: str = ""
    local: str = ""

    def __str__(self) -> str:
        pauli, after = self.pauli and f"{self.pauli} from", self.after and f"after {self.after}"
        by, up_to = "by" if self.coalition and self.name else "", self.local and f"up to {self.local}"
        tail = self.relation, self.bound, up_to, after, self.noise and f"under {self.noise}"
        held = self.quantity, pauli, *self.coalition, by, self.name
        return " ".join(part for part in (self.word, *held, *tail) if part)

    def cases(self, size_of: Callable[[str], int]) -> Iterator[dict[str, int]]:
        """Every assignment of different numbers to the claim's different letters, the first letter's slowest.

        ``size_of(item)`` says how many values the index of an item may take; a letter has the same range everywhere.
        """
        sizes: dict[str, int] = {}
        for item in (*self.coalition, self.name, self.after):
            if (letter := letter_of(item)) and sizes.setdefault(letter, size_of(item)) != size_of(item):
                raise Refusal("bad-claim", f"'{self}', {item}", f"{sizes[letter]} values, as before", size_of(item))
        if (most := math.prod(max(size, 1) for size in sizes.values())) > MOST_CASES:
            raise Refusal("too-many-cases", f"claim '{self}'", f"at most {MOST_CASES}", most)
        for values in itertools.product(*map(range, sizes.values())):
            if len(set(values)) == len(values):
                yield dict(zip(sizes, values, strict=True))

    def at(self, letters: dict[str, int]) -> Claim:
        """The claim with its letters replaced by numbers."""

        def filled(item: str) -> str:
            return item[:-2] + f"{letters[letter_of(item)]}]" if letter_of(item) else item

        held = tuple(map(filled, self.coalition))
        return replace(self, coalition=held, name=filled(self.name), after=filled(self.after))


def parse_claim(text: str) -> Claim:
    """Read a claim from its text; any run of white space separates. Raises Refusal("bad-claim", …)."""
    if len(text) > LONGEST_CLAIM:
        raise Refusal("bad-claim", "claim", f"at most {LONGEST_CLAIM} characters", len(text))
    for form in _FORMS:
        if match := re.fullmatch(form, " ".join(text.split())):
            parts = match.groupdict(default="")
            return Claim(coalition=tuple(parts.pop("held", "").split()), **parts)
    raise Refusal("bad-claim", "claim", "; ".join(_FORMS.values()), repr(text))
