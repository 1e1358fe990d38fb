"""Which uniform families have a wanted access structure, for every n: all of a size are tried, each with its certificates.

The families are encrypted cloning with other factors: rotations exp(−iπ/4·P), P a letter on the source and one on each signal,
not both I, on Bell pairs. Relabelling the letters of the source, or of all signals, is a Clifford gate on the source or on each
Bell pair's signal (and so its transpose on the noise); a rotation's sign is a Pauli. None of these changes who can read what, so
one family of each class is looked at, and the answer holds for the class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations, product

from noclone.models.errors import InputError
from noclone.models.uniform_families import Rotation, UniformFamily
from noclone.proofs.claims import Claim
from noclone.proofs.every_coalition import LEARNS, AccessTable, Cell, access_table
from noclone.proofs.every_n import EveryN, Pattern
from noclone.proofs.verdicts import Status, Verdict

__all__ = ["MOST_FACTORS", "Answer", "Wanted", "classes", "search"]

MOST_FACTORS = 4
_FACTORS = tuple(source + signal for source, signal in product("IXYZ", repeat=2) if source + signal != "II")
_PARTLY = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a family: these claims proved and, if ``no_leaks``, no coalition that learns a part only.

    For every n of ``parity`` ("every", "even", "odd") from ``first`` on. Raises InputError for another parity, and for claims that
    name a letter, a stage or a recovery: families are looked at up to the names of letters.
    """

    claims: tuple[Claim, ...]
    no_leaks: bool = True
    parity: str = "every"
    first: int = 2

    def __post_init__(self) -> None:
        if self.parity not in ("every", "even", "odd"):
            raise InputError(f"for '{self.parity}' n: there are every, even and odd")
        for claim in self.claims:
            if claim.word not in ("hides", "mixed", "recovers") or claim.after or claim.bound:
                raise InputError(
                    f"'{claim}' is not searched for: claims hides, mixed and recovers are, of the end of the encoding"
                )
        if self.first < 1:
            raise InputError(f"from n = {self.first} on: n is at least 1")

    def concerns(self, n: int) -> bool:
        """Whether something is wanted at this n."""
        return n >= self.first and self.parity in ("every", "odd" if n % 2 else "even")

    def __str__(self) -> str:
        told = [str(claim) for claim in self.claims] + ["no coalition learns a part only"] * self.no_leaks
        return f"{'; '.join(told)}; for {self.parity} n >= {self.first}"


@dataclass(frozen=True, slots=True)
class Answer:
    """One class of families: a representative, how many families are like it, and whether it has what is wanted.

    ``why`` says what is missing, "" if nothing is. ``verdicts`` are the kernel's: all that is wanted, or what contradicts it.
    """

    family: UniformFamily
    alike: int
    why: str
    verdicts: tuple[Verdict, ...]

    @property
    def factors(self) -> tuple[str, ...]:
        """The encryption's factors in the order in which they act, a letter for the source and one for the signals each."""
        return tuple(f"{each.source}{each.own[0]}" for each in self.family.stages[0][1])


def classes(factors: int) -> dict[tuple[str, ...], int]:
    """One sequence of so many factors of each class, and how many sequences are in the class; raises InputError."""
    if not 1 <= factors <= MOST_FACTORS:
        raise InputError(f"{factors} factors: 1 to {MOST_FACTORS} are searched")
    tables = [str.maketrans("XYZ", "".join(order)) for order in permutations("XYZ")]
    found: dict[tuple[str, ...], int] = {}
    for sequence in product(_FACTORS, repeat=factors):
        least = min(
            tuple(each[0].translate(sources) + each[1].translate(signals) for each in sequence)
            for sources, signals in product(tables, repeat=2)
        )
        found[least] = found.get(least, 0) + 1
    return found


def search(wanted: Wanted, *, factors: int, progress: Callable[[str, int], None] = lambda *_: None) -> Iterator[Answer]:
    """Every class of families with up to so many factors, the shortest first; raises InputError."""
    if not 1 <= factors <= MOST_FACTORS:
        raise InputError(f"{factors} factors: 1 to {MOST_FACTORS} are searched")
    sizes = {size: classes(size) for size in range(1, factors + 1)}
    total = sum(map(len, sizes.values()))
    for size, found in sizes.items():
        for sequence, alike in found.items():
            progress(f"{size} factors", total)
            yield _judged(wanted, sequence, alike)


def _judged(wanted: Wanted, sequence: Sequence[str], alike: int) -> Answer:
    rotations = tuple(Rotation(1, each[0], f"{each[1]}I", f"{each[1]}I") for each in sequence)
    family = UniformFamily(" ".join(sequence), (("encrypt", rotations),))
    prover = EveryN(family)
    shown: list[Verdict] = []
    for claim in wanted.claims:
        pattern = prover.pattern(claim)
        if missing := _missing(wanted, pattern):
            return Answer(family, alike, *missing)
        shown += [part.verdict for part in pattern.parts if part.verdict.status is Status.PROVED]
    if wanted.no_leaks:
        table = access_table(family)
        leaking = next((cell for cell in table.cells if cell.learns in _PARTLY and _happens(wanted, cell)), None)
        if leaking is not None:
            return Answer(family, alike, f"{_named(table, leaking)} {LEARNS[leaking.learns]}", (table.verdict,))
        shown.append(table.verdict)
    return Answer(family, alike, "", tuple(shown))


def _missing(wanted: Wanted, pattern: Pattern) -> tuple[str, tuple[Verdict, ...]] | None:
    """What of the pattern is not as wanted, and the verdicts that say so; None if all is."""
    for part in pattern.parts:
        start = max(wanted.first, min(part.numbers))
        concerned = any(part.covers(n) and wanted.concerns(n) for n in (start, start + 1))
        if concerned and part.verdict.status is not Status.PROVED:
            return f"'{pattern.claim}' is {part.verdict.status.value} for {part.domain}", (part.verdict,)
    return None if pattern.is_settled else (f"'{pattern.claim}': {pattern.unsettled}", ())


def _happens(wanted: Wanted, cell: Cell) -> bool:
    """Whether coalitions of this cell are there at an n that is wanted: its counts may all grow by two."""
    least = sum(cell.counts)
    return wanted.parity in ("every", "odd" if least % 2 else "even")


def _named(table: AccessTable, cell: Cell) -> str:
    """The cell in words: "A held, 1 S, 2 none"."""
    kinds = [" ".join(kind) or "of which nothing is held" for kind in table.family.kinds]
    counted = [
        f"{'an odd number of' if count == 1 else 'an even number of'} pairs {kind}"
        for kind, count in zip(kinds, cell.counts, strict=True)
        if count
    ]
    return f"{table.family.source} {'held' if cell.source else 'not held'}, {', '.join(counted)}:"
