"""Correlations as sums of words in observables, and identities that bound them exactly, recognised up to relabelling.

Letters A0, A1, B0, … are observables with values ±1; those of one party need not commute. P = A0 + A1 and M = A0 − A1 have
PM + MP = 0 and P² + M² = 4. So A0B0 + A1B0 + A0B1 − A1B1 = PB0 + MB1 = S, and

    2√2 − S = (1/√2)·[(A0 − (B0 + B1)/√2)² + (A1 − (B0 − B1)/√2)²]
    8 + s² + t² − 2sS_AB − 2tS_AC = (2 − ½(sPB0 + tMC1))² + (2 − ½(sMB1 + tPC0))²

The first is Tsirelson's bound; the second gives ⟨S_AB⟩² + ⟨S_AC⟩² ≤ 8 with s = ⟨S_AB⟩, t = ⟨S_AC⟩ (Toner and Verstraete,
quant-ph/0611001), and with s = t = 2 that S_AB + S_AC ≤ 4. More parties follow from pairs of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from noclone.models.errors import InputError
from noclone.proofs.bounds.surds import Surd
from noclone.proofs.bounds.surds import number_text as spaced_text
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.squares import ONE, ZERO, Number, Polynomial, Word, add, normal, read

__all__ = [
    "KINDS",
    "Chsh",
    "Question",
    "Upper",
    "as_float",
    "as_number",
    "chsh_of",
    "groups",
    "identity",
    "is_less",
    "letters_of",
    "number_text",
    "polynomial_text",
    "read_question",
    "scaled",
    "size",
    "word_is_hermitian",
]

KINDS = ("correlations", "local", "squares")
"""What ``bound`` may ask about correlations."""

_HALF_ROOT = Number({2: Fraction(1, 2)})
"""1/√2."""


@dataclass(frozen=True)
class Question:
    """How large can correlations be: ``kind`` is one of KINDS; ``means`` are polynomials in letters (several for squares)."""

    kind: str
    means: tuple[Polynomial, ...]


@dataclass(frozen=True)
class Upper:
    """An upper bound on a question, the squares ("weight; polynomial") that prove it, and how it was found, in words."""

    value: Number
    squares: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class Chsh:
    """c·(P b + M b′) with c > 0: ``centre`` are the two letters whose sum P and difference M are meant.

    ``plus`` and ``minus`` are b and b′, each a letter and its sign.
    """

    scale: Number
    centre: tuple[str, str]
    plus: tuple[str, Number]
    minus: tuple[str, Number]

    @property
    def other(self) -> str:
        """The party that does not hold the centre."""
        return self.plus[0][0]


def read_question(quantity: str) -> Question:
    """Read "correlations A0 B0 + …", "local …" or "squares … | …"; raises InputError."""
    kind, _, text = quantity.partition(" ")
    if kind not in KINDS:
        raise InputError(f"'{quantity}' is not about correlations: begin with one of {', '.join(KINDS)}")
    try:
        means = tuple(read(each, f"'{quantity}'") for each in text.split(" | "))
    except Refusal as refusal:
        raise InputError(f"cannot read the correlations: {refusal}") from None
    strange = {letter for mean in means for word in mean for letter in word if not letter.isupper()}
    if strange or (kind != "squares" and len(means) > 1):
        why = f"{min(strange)} is no observable" if strange else f"'{kind}' takes one sum"
        raise InputError(f"{why} in '{quantity}': write sums of words such as A0 B0; only 'squares' takes E | F")
    if kind == "local":
        means = (_commuted(means[0]),)
    for mean in means:
        is_real = all(root > 0 for number in mean.values() for root in number)
        if not is_real or (kind != "local" and not _is_hermitian(mean)):
            raise InputError(f"'{quantity}' need not be real: give real coefficients, and A1 A0 wherever A0 A1 stands")
    return Question(kind, means)


def _commuted(mean: Polynomial) -> Polynomial:
    """The polynomial where all letters commute."""
    found: Polynomial = {}
    for word, number in mean.items():
        add(found, {normal(word, commuting=True): number})
    return found


def _is_hermitian(mean: Polynomial) -> bool:
    return all(mean.get(normal(word[::-1])) == number for word, number in mean.items())


def letters_of(means: Iterable[Polynomial]) -> list[str]:
    """The letters in use, sorted."""
    return sorted({letter for mean in means for word in mean for letter in word})


def as_number(value: int | Fraction) -> Number:
    """A rational number as the kernel holds it."""
    return Number({1: Fraction(value)} if value else {})


def as_float(number: Number) -> float:
    """A real number in floating point."""
    return float(sum(float(part) * root**0.5 for root, part in number.items()))


def size(number: Number) -> Number:
    """|number|, of a real one."""
    return number if number.sign() >= 0 else -number


def is_less(left: Number, right: Number) -> bool:
    """Whether left < right, decided exactly."""
    return (right + -left).sign() > 0


def scaled(polynomial: Polynomial, factor: Number) -> Polynomial:
    """The polynomial times a number."""
    found: Polynomial = {}
    add(found, polynomial, factor)
    return found


def number_text(number: Number) -> str:
    """The number as a claim has it, without spaces: ``1/2+sqrt(2)/4``."""
    return spaced_text(number).replace(" ", "")


def polynomial_text(polynomial: Polynomial) -> str:
    """The polynomial as the kernel reads it: ``A0 B0 - 1/2*sqrt(2)*A1``."""
    terms = []
    for word, number in polynomial.items():
        for root, part in number.items():
            factor = number_text(Number({root: abs(part)}))
            shown = " ".join(word) if word and factor == "1" else f"{factor}*{' '.join(word)}" if word else factor
            terms.append(("- " if part < 0 else "+ ") + shown)
    text = " ".join(terms).removeprefix("+ ")
    return f"-{text[2:]}" if text.startswith("- ") else text or "0"


def groups(parts: Sequence[Polynomial]) -> list[list[int]]:
    """The indices of polynomials, together where they share letters, directly or by way of others."""
    found: list[tuple[set[str], list[int]]] = []
    for index, part in enumerate(parts):
        letters, members = set(letters_of([part])), [index]
        for other in [group for group in found if group[0] & letters]:
            letters, members = letters | other[0], other[1] + members
            found.remove(other)
        found.append((letters, members))
    return [sorted(members) for _, members in found]


def chsh_of(mean: Polynomial, centre: tuple[str, str] | None = None) -> Chsh | None:
    """The expression as a CHSH test, or None: ±c on each of A0B0, A0B1, A1B0, A1B1, an odd number of signs being minus.

    ``centre`` says which party's letters P and M are made of; without it, those of the first party.
    """
    letters = letters_of([mean])
    first, second = letters[:2], letters[2:]
    parties = [{letter[0] for letter in pair} for pair in (first, second)]
    if len(letters) != 4 or len(mean) != 4 or [len(party) for party in parties] != [1, 1] or parties[0] == parties[1]:
        return None
    if centre and list(centre) == second:
        first, second = second, first
    elif centre and list(centre) != first:
        return None
    table = [[mean.get(normal((x, y)), ZERO) for y in second] for x in first]
    scale = size(table[0][0])
    signs = [[number.sign() for number in row] for row in table]
    alike = all(size(number) == scale for row in table for number in row)
    if not alike or signs[0][0] * signs[0][1] * signs[1][0] * signs[1][1] != -1:
        return None
    same = 0 if signs[0][0] == signs[1][0] else 1
    plus, minus = ((second[y], as_number(signs[0][y])) for y in (same, 1 - same))
    return Chsh(scale, (first[0], first[1]), plus, minus)


def identity(kind: str, means: dict[int, Polynomial]) -> Upper | None:
    """An exact bound on means that share letters, by an identity that is known; None if they have no such form.

    ``means`` are by the number of their variable s. Correlations are one mean, without a constant.
    """
    if kind == "squares":
        star = _star(list(means.values()))
        return _squared_star(dict(zip(means, star, strict=True))) if star else None
    (mean,) = means.values()
    chsh = chsh_of(mean)
    if chsh:
        return _tsirelson(chsh)
    star = _star_of_sum(mean)
    return _mean_of_clones(star) if star else None


def _tsirelson(chsh: Chsh) -> Upper:
    """2√2·c."""
    (b, sign), (other, its_sign) = chsh.plus, chsh.minus
    squares = []
    for letter, turn in zip(chsh.centre, (ONE, -ONE), strict=True):
        square: Polynomial = {(letter,): ONE, (b,): -_HALF_ROOT * sign, (other,): -_HALF_ROOT * its_sign * turn}
        squares.append(f"{number_text(chsh.scale * _HALF_ROOT)}; {polynomial_text(square)}")
    return Upper(chsh.scale * Number({2: Fraction(2)}), tuple(squares), "Tsirelson's sum of squares")


def _star(means: Sequence[Polynomial]) -> list[Chsh]:
    """CHSH tests of one party's two letters with letters of other parties, a different one each; [] if they are not."""
    for chosen in (0, 2):
        centre = letters_of(means[:1])[chosen : chosen + 2]
        found = [chsh_of(mean, (centre[0], centre[1])) if len(centre) == 2 else None for mean in means]
        tests = [test for test in found if test]
        others = {test.other for test in tests}
        if len(tests) == len(means) == len(others) and all(test.scale == tests[0].scale for test in tests):
            return tests
    return []


def _star_of_sum(mean: Polynomial) -> list[Chsh]:
    """The tests that a sum over several parties consists of; [] if it is no such sum."""
    parties = sorted({letter[0] for letter in letters_of([mean])})
    for centre in parties if all(len(word) == 2 for word in mean) else []:
        parts: dict[str, Polynomial] = {}
        for word, number in mean.items():
            other = "".join(letter[0] for letter in word if letter[0] != centre)
            parts.setdefault(other, {})[word] = number
        star = _star(list(parts.values())) if len(parts) > 1 and all(len(other) == 1 for other in parts) else []
        if star and star[0].centre[0][0] == centre:
            return star
    return []


def _crossed(chsh: tuple[Chsh, Chsh], s: tuple[Polynomial, Polynomial]) -> list[Polynomial]:
    """2 − ½(sPb + tMc′) and 2 − ½(sMb′ + tPc), for polynomials s and t."""
    squares = []
    for ends in (("plus", "minus"), ("minus", "plus")):
        square: Polynomial = {(): as_number(2)}
        for test, variable, end in zip(chsh, s, ends, strict=True):
            letter, sign = test.plus if end == "plus" else test.minus
            for centre, turn in zip(test.centre, (ONE, ONE if end == "plus" else -ONE), strict=True):
                for word, number in variable.items():
                    term = {normal((*word, centre, letter)): number * sign * turn}
                    add(square, term, as_number(Fraction(-1, 2)))
        squares.append(square)
    return squares


def _squared_star(tests: dict[int, Chsh]) -> Upper:
    """8c² for one test or two, and the mean over pairs for more: 4c² each."""
    scale = next(iter(tests.values())).scale
    unit = Surd.of(scale).inverse().number
    pairs = list(combinations(tests.items(), 2)) or [((at, test), (-1, test)) for at, test in tests.items()]
    weight = scale * scale * as_number(Fraction(1, max(len(tests) - 1, 1)))
    squares = []
    for (one, first), (two, second) in pairs:
        s, t = (_variable(at, unit) for at in (one, two))
        squares += [f"{number_text(weight)}; {polynomial_text(each)}" for each in _crossed((first, second), (s, t))]
    value = scale * scale * as_number(4 * max(len(tests), 2))
    return Upper(value, tuple(squares), "sums of squares for pairs of CHSH tests (Toner and Verstraete)")


def _variable(at: int, factor: Number) -> Polynomial:
    """A factor times s; nothing for a test that is not there."""
    return {(f"s{at}",): factor} if at >= 0 else {}


def _mean_of_clones(tests: list[Chsh]) -> Upper:
    """2c for each test, from S_AB + S_AC ≤ 4."""
    two: Polynomial = {(): as_number(2)}
    weight = number_text(tests[0].scale * as_number(Fraction(1, 4 * (len(tests) - 1))))
    pairs = combinations(tests, 2)
    squares = tuple(f"{weight}; {polynomial_text(each)}" for pair in pairs for each in _crossed(pair, (two, two)))
    value = tests[0].scale * as_number(2 * len(tests))
    return Upper(value, squares, "sums of squares for pairs of CHSH tests with the same two observables")


def word_is_hermitian(word: Word) -> bool:
    """Whether a word is its own adjoint."""
    return normal(word[::-1]) == word
