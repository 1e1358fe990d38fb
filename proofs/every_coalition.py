"""Who can read what in a uniform family, for every coalition at every n: one table, one certificate.

A coalition holds the source or not, and of each pair some parts: its kind. What it learns depends on how many pairs there are
of each kind only through none, an odd number, or an even number from 2 on (``noclone.proofs.kernel.uniform``): a cell for each
choice. Rows join cells that are alike, for people.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product

from noclone.models.errors import InputError, TooLargeError
from noclone.models.uniform_families import UniformFamily
from noclone.proofs.claims import parse_claim
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.uniform import MOST_PARTS, RULE, replay
from noclone.proofs.prover import ASSUMPTIONS
from noclone.proofs.replays import certificate
from noclone.proofs.search import StabilizerSearch
from noclone.proofs.uniform_systems import system_of
from noclone.proofs.verdicts import Status, Verdict
from noclone.proofs.witnesses import commutant

__all__ = ["COUNTS", "LEARNS", "AccessTable", "Cell", "TableRow", "access_table"]

LEARNS = ("uninformative", "leaks X", "leaks Y", "leaks Z", "authorized")
COUNTS = ("0", "odd", "even")
"""What a cell says of the pairs of one kind; even means 2, 4, …"""

_MOST_KINDS = 4
"""Up to so many kinds the best boxes are looked for among all."""
Box = tuple[frozenset[int], ...]

_SETS = {
    frozenset({0}): "0",
    frozenset({1}): "odd",
    frozenset({2}): "even, not 0",
    frozenset({0, 2}): "even",
    frozenset({1, 2}): ">= 1",
    frozenset({0, 1}): "0 or odd",
    frozenset({0, 1, 2}): "any",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """All coalitions with the source held or not and such numbers of pairs of each kind (0, 1: odd, 2: even from 2 on)."""

    source: bool
    counts: tuple[int, ...]
    learns: int
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """Cells that learn the same, as a box: whether the source is held (1), not (0) or either, and for each kind a set of counts."""

    source: frozenset[int]
    counts: tuple[frozenset[int], ...]
    learns: int


@dataclass(frozen=True, slots=True)
class AccessTable:
    """The classification of every coalition for every n, and the kernel's verdict on it."""

    family: UniformFamily
    cells: tuple[Cell, ...]
    verdict: Verdict

    def learns(self, source: bool, counts: Iterable[int]) -> str:
        """What a coalition learns that holds the source or not, with so many pairs of each kind; raises InputError for n = 0."""
        wanted = tuple(0 if count == 0 else 2 - count % 2 for count in counts)
        for cell in self.cells:
            if (cell.source, cell.counts) == (source, wanted):
                return LEARNS[cell.learns]
        raise InputError(
            f"no coalition has {list(counts)} pairs: give a number for each kind, at least one of them above 0"
        )

    def rows(self) -> list[TableRow]:
        """The cells joined to boxes, for people: authorized first. Together they cover every cell and contradict none; boxes of the
        same verdict may overlap.
        """
        learns = {(int(cell.source), *cell.counts): cell.learns for cell in self.cells}
        boxes = _largest(learns) if len(self.family.kinds) <= _MOST_KINDS else _merged(learns)
        rows = [TableRow(box[0], tuple(box[1:]), learned) for box, learned in boxes]
        return sorted(rows, key=lambda row: (-row.learns, sorted(row.source), [sorted(each) for each in row.counts]))

    def words(self, counts: Iterable[frozenset[int]]) -> list[str]:
        """A row's counts in words, kind by kind."""
        return [_SETS[each] for each in counts]


def _largest(learns: Mapping[tuple[int, ...], int]) -> list[tuple[Box, int]]:
    """As few boxes as a greedy choice among all of one verdict finds, the ones that cover most first."""
    found: list[tuple[Box, int, frozenset[tuple[int, ...]]]] = []
    width = len(next(iter(learns)))
    for box in product([frozenset({0, 1}), frozenset({0}), frozenset({1})], *[list(_SETS)] * (width - 1)):
        inside = frozenset(cell for cell in product(*box) if cell in learns)
        verdicts = {learns[cell] for cell in inside}
        if len(verdicts) == 1:
            found.append((box, verdicts.pop(), inside))
    left, chosen = set(learns), []
    while left:
        box, learned, inside = max(found, key=lambda each: (len(each[2] & left), sum(map(len, each[0]))))
        chosen.append((box, learned))
        left -= inside
    return chosen


def _merged(learns: Mapping[tuple[int, ...], int]) -> list[tuple[Box, int]]:
    """Disjoint boxes, joined one coordinate after the other."""
    boxes: set[Box] = {
        (*(frozenset({value}) for value in cell), frozenset({learned})) for cell, learned in learns.items()
    }
    for coordinate in range(len(next(iter(learns))) - 1, -1, -1):
        joined: dict[Box, frozenset[int]] = {}
        for box in boxes:
            rest = (*box[:coordinate], *box[coordinate + 1 :])
            joined[rest] = joined.get(rest, frozenset()) | box[coordinate]
        boxes = {(*rest[:coordinate], values, *rest[coordinate:]) for rest, values in joined.items()}
    return [(box[:-1], max(box[-1])) for box in boxes]


def access_table(family: UniformFamily, *, progress: Callable[[str, int], None] = lambda *_: None) -> AccessTable:
    """Classify every coalition for every n and have the kernel check it; raises TooLargeError beyond the kernel's limit."""
    start = time.perf_counter()
    kinds = family.kinds
    if len(family.pair) > MOST_PARTS:
        raise TooLargeError(
            f"pairs of {len(family.pair)} parts have 2·3^{len(kinds)} classes of coalitions, more than 100,000: ask about single claims"
        )
    number = 2 * 3 ** len(kinds)
    search = cache(lambda n: StabilizerSearch(system_of(family, n)))
    cells = []
    for source, *counts in product(range(2), *[range(3)] * len(kinds)):
        if any(counts):
            progress("coalitions", number)
            cells.append(_cell(family, search(sum(counts)), bool(source), tuple(counts)))
    cases = [
        {
            "letters": {"cell": number, "learns": cell.learns},
            "operators": list(cell.operators),
        }
        for number, cell in enumerate(cells)
    ]
    claim = parse_claim("access")
    document = certificate(RULE, family.identity, claim, "PROVED", cases)
    try:
        checked = replay(family.document, document, claim)
    except Refusal as refusal:
        raise InputError(f"a bug in noclone: the kernel refused the table ({refusal}); please report it") from None
    verdict = Verdict(
        Status(checked.status),
        checked.claim,
        "every n >= 1",
        "stabilizer elimination at small n, kernel",
        assumptions=ASSUMPTIONS,
        checked=checked,
        protocol=family.document,
        certificate=document,
        seconds=time.perf_counter() - start,
    )
    return AccessTable(family, tuple(cells), verdict)


def _cell(family: UniformFamily, search: StabilizerSearch, source: bool, counts: tuple[int, ...]) -> Cell:
    """What the smallest coalition of a cell learns, with the operators that show it."""
    pairs = [kind for kind, count in zip(family.kinds, counts, strict=True) for _ in range(count)]
    index = search.system.index
    names = [family.source] if source else []
    for number, kind in enumerate(pairs):
        names += [f"{part}[{number}]" if len(pairs) > 1 else part for part in kind]
    held = {index[name] for name in names}
    rest = set(range(len(index))) - held
    for learns, side in ((4, held), (0, rest)):
        if operators := search.represent(None, side, ["X", "Z"]):
            return Cell(source, counts, learns, tuple(operators))
    for learns, letter in enumerate("XYZ", 1):
        learned, kept = search.represent(None, held, [letter]), search.represent(None, rest, commutant(letter))
        if learned and kept:
            return Cell(source, counts, learns, (*learned, *kept))
    raise InputError(f"a bug in noclone: nothing was found of the coalition {' '.join(names)}; please report it")
