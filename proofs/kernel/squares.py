"""Exact numbers with square roots, sums of squares of polynomials in letters, and what they say of correlations.

A number Σ c·√r is its rational coefficients c ≠ 0 by r, squarefree and not 0; √−1 is i. Different √r are linearly
independent over the rationals (Besicovitch 1940), so a number is 0 only if it has no coefficient.

    VALUE = [-] term {(+ | -) term}        term = factor {* factor | / whole number}, a space standing for *
    factor = whole number | decimal | sqrt(whole number) | i | letter

Letters A0, A1, B0, …: observables with square 1, those of different parties commuting. s0, s1, …: real variables. e0,
e1, … and f0, …: bases; "2*e0 + i*e1" is a vector and "e0 e1" the matrix |0⟩⟨1|.

**bound correlations E ≤ x.** If x − E = Σ c q†q in letters, of which those of one party need not commute, then ⟨E⟩ ≤ x
for all states and observables of any dimension (Doherty et al., arXiv:0803.4373). **local**: all letters commute, as
values that are fixed beforehand. **squares E | F ≤ x**: ⟨E⟩² + ⟨F⟩² ≤ x if x + Σ (s² − 2sE) = Σ c q†q with a real s
for each: put s = ⟨E⟩. A strategy, which reaches a value, is a state, whose k-th index is the k-th party's, and an
observable for each letter.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import gcd, isqrt

from .documents import Protocol
from .refusal import Refusal, at_most
from .terms import Claim

LONGEST, MOST_WORK, MOST_LEVELS = 10**6, 2 * 10**6, 4_096
"""Characters of a text, products of coefficients, and levels of a strategy's state."""

_FACTOR = "(?:[0-9]{1,300}(?:[.][0-9]{1,40})?|sqrt[(][0-9]{1,3}[)]|i|[A-Zs][0-9]|[ef][0-9]{1,3})"
_SUM = re.compile("-?{0}(?:[-+]{0})*".replace("{0}", f"{_FACTOR}(?:[*]{_FACTOR}|/[1-9][0-9]{{0,299}}){{0,99}}"))


class Number(dict[int, Fraction]):
    """The coefficients by what is below the root. Numbers are never changed."""

    def __add__(self, other: Number) -> Number:
        total = {**self, **other, **{root: self[root] + other[root] for root in self.keys() & other.keys()}}
        return Number({root: part for root, part in total.items() if part})

    def __mul__(self, other: Number) -> Number:
        """By √r·√s = g·√(rs/g²), g the greatest common divisor; −g if r and s are negative."""
        total = dict[int, Fraction]()
        for (one, left), (two, right) in product(self.items(), other.items()):
            common = gcd(one, two) if one > 0 or two > 0 else -gcd(one, two)
            root = one * two // common**2
            total[root] = total.get(root, 0) + left * right * common
        return Number({root: part for root, part in total.items() if part})

    def __neg__(self) -> Number:
        return Number({root: -part for root, part in self.items()})

    def __str__(self) -> str:
        return " + ".join(f"{p if abs(p) + p.denominator < 10**99 else '…'}*sqrt({r})" for r, p in self.items()) or "0"

    def conjugate(self) -> Number:
        """The complex conjugate."""
        return Number({root: -part if root < 0 else part for root, part in self.items()})

    def sign(self, digits: int = 64) -> int:
        """1, 0 or −1 for a real number, from bounds of its roots, ever closer; raises Refusal if it is not real."""
        if any(root < 0 for root in self):
            raise Refusal("not-real", "number", "a real one", self)
        ends = [[part * (isqrt(root << 2 * digits) + up) for up in (0, 1)] for root, part in self.items()]
        least, most = sum(map(min, ends)), sum(map(max, ends))
        decided = least > 0 or most < 0 or not self
        return (least > 0) - (most < 0) if decided else self.sign(2 * digits)


Word = tuple[str, ...]
Polynomial = dict[Word, Number]
ZERO, ONE = Number(), Number({1: Fraction(1)})


def add(total: Polynomial, other: Polynomial, factor: Number = ONE) -> None:
    """Add a polynomial times a number; what becomes 0 is left out."""
    for word, number in other.items():
        total[word] = total.get(word, ZERO) + (number if factor is ONE else number * factor)
        if not total[word]:
            del total[word]


@lru_cache(10**4)
def normal(word: Word, *, commuting: bool = False) -> Word:
    """The word's normal form: s sorted, party by party, AA = 1; where all letters commute, sorted."""
    found: list[str] = []
    for letter in sorted(word, key=lambda letter: letter if commuting or letter[0] == "s" else letter[0]):
        if found and found[-1] == letter and letter.isupper():
            found.pop()
        else:
            found.append(letter)
    return tuple(found)


def sum_of_squares(texts: list[str], place: str, *, shape: str = "", commuting: bool = False) -> Polynomial:
    """Σ c q†q for texts "c; q", each c real and at least 0, the words' letters as in ``shape``; else refuse."""
    total, work = dict[Word, Number](), 0
    for weight, _, square in (text.partition("; ") for text in texts):
        scale, terms = read_number(weight, place), read(square, place)
        size = sum(len(number) * max(1, len(word) // 3) for word, number in terms.items())
        work += 20 + (size + (len(weight) + len(square)) // 160) ** 2 * len(scale) * (1 if shape else 4)
        if scale.sign() < 0 or not all(shape in ("", "".join(letter[0] for letter in word)) for word in terms):
            raise Refusal("infeasible", place, f"c >= 0, letters {shape or 'A, B, … and s'}", square)
        at_most(MOST_WORK, work, place, "products of coefficients")
        mirrored = {left[::-1]: one.conjugate() * scale for left, one in terms.items()}
        for (left, one), (right, two) in product(mirrored.items(), terms.items()):
            add(total, {normal(left + right, commuting=commuting): one * two})
    return total


def given(operators: list[str]) -> dict[str, list[str]]:
    """A certificate's operators "NAME: TEXT" by name."""
    found: dict[str, list[str]] = {}
    for name, _, content in (text.partition(": ") for text in operators):
        found.setdefault(name, []).append(content)
    return found


def settle(claim: Claim, proved: bool, upper: Number | None, lower: Number | None) -> None:
    """Return if a quantity of at most ``upper`` and at least ``lower`` (None: unknown) shows the claim; else refuse."""
    named = read_number(claim.bound, f"'{claim}'")
    over, under = (None if bound is None else (bound + -named).sign() for bound in (upper, lower))
    at_most, at_least, above, below = over in (0, -1), under in (0, 1), under == 1, over == -1
    shown = {"<=": (at_most, above), ">=": (at_least, below), "=": (at_most and at_least, above or below)}
    if not shown[claim.relation][not proved]:
        raise Refusal("wrong-conclusion", f"'{claim}'", "bounds that say so", f"at least {lower}, at most {upper}")


def read(text: str, place: str) -> Polynomial:
    """Read a polynomial, its words in normal form; raises Refusal("bad-number", …)."""
    packed = re.sub(" ?([-+*/]) ?", r"\1", text).replace(" ", "*")
    if len(text) > LONGEST or text.count("sqrt") > 4_000 or not _SUM.fullmatch(packed):
        raise Refusal("bad-number", place, "a sum of terms as 1/2, -sqrt(2)/4, 2*i or 1/2*A0 B1", text)
    found: Polynomial = {}
    for minus, term in re.findall("([-+]?)([^-+]+)", packed):
        number, word = -ONE if minus == "-" else ONE, list[str]()
        for operation, factor in re.findall("(^|[*/])([^*/]+)", term):
            value = Fraction(factor) if factor[0].isdigit() else Fraction(1)
            root = int(factor[5:-1]) if factor[-1] == ")" else -1 if factor == "i" else 1
            whole = max(part for part in range(1, 32) if root % part**2 == 0)
            number *= Number({root // whole**2: whole * value if operation != "/" else 1 / value}) if root else ZERO
            word += [factor] if factor[-1].isdigit() and not factor[0].isdigit() else []
        add(found, {normal(tuple(word)): number})
    return found


def read_number(text: str, place: str) -> Number:
    """Read a number; raises Refusal("bad-number", …)."""
    found = read(text, place)
    if found.keys() - {()}:
        raise Refusal("bad-number", place, "a number, without letters", text)
    return found.get((), ZERO)


def check_case(_: Protocol, claim: Claim, proved: bool, operators: list[str], __: int) -> None:
    """Return if the operators show a claim (proved), or its negation (not proved); else refuse."""
    place, (kind, text) = f"'{claim}'", claim.quantity.partition(" ")[::2]
    means = [read(each, place) for each in text.split(" | ")]
    fits = kind in ("correlations", "local", "squares") and (kind == "squares" or len(means) == 1)
    mirrored = (m.get(normal(word[::-1])) == n.conjugate() for m in means for word, n in m.items())
    fits = fits and (kind == "local" or all(mirrored))
    if not fits or not all(letter.isupper() for mean in means for word in mean for letter in word):
        raise Refusal("bad-claim", place, "correlations, local or squares of Hermitian sums as A0 B1", claim.quantity)
    found, upper = given(operators), None
    if squares := found.pop("square", []):
        left = sum_of_squares(squares, place, commuting=kind == "local")
        for number, mean in enumerate(means):
            s = (f"s{number}",) * (kind == "squares")
            add(left, {s * 2: -ONE} if s else {})
            for word, coefficient in mean.items():
                add(left, {normal(s + word, commuting=kind == "local"): coefficient}, ONE + ONE if s else ONE)
        upper = left.pop((), ZERO)
        if left:
            raise Refusal("infeasible", place, "squares that add up to a number minus what is bounded", sorted(left))
    lower = _reached(kind, means, found, place) if found else None
    settle(claim, proved, upper, lower)


def _reached(kind: str, means: list[Polynomial], found: dict[str, list[str]], place: str) -> Number:
    """The value that a strategy reaches; raises Refusal if it is none."""
    operators = {name: read(text, f"{place}, {name}") for name, (text, *_) in found.items()}
    size = sum(len(text) for texts in found.values() for text in texts) // 16
    work = size**2 * (1 + sum(len(word) for mean in means for word in mean))
    at_most(MOST_WORK, work, place, "products of coefficients")
    state, parties = operators.pop("state", {}), sorted({name[:1] for name in found if name != "state"})
    fits = {len(word) for word in state} == {len(parties)}
    for name, matrix in operators.items():
        levels = {word[parties.index(name[:1]) :][:1] for word in state}
        fits = fits and all(len(at) == 2 and matrix.get(at[::-1]) == one.conjugate() for at, one in matrix.items())
        fits = fits and _applied(matrix, matrix, 0) == {level * 2: ONE for level in levels}
        fits = fits and (kind != "local" or len(levels) == 1)
    if not fits or _mean({(): ONE}, state, operators, parties) != ONE:
        raise Refusal("infeasible", place, "a state of norm 1 and Hermitian observables with square 1", sorted(found))
    values = [_mean(mean, state, operators, parties) for mean in means]
    return sum((value * (value if kind == "squares" else ONE) for value in values), ZERO)


def _mean(mean: Polynomial, state: Polynomial, operators: dict[str, Polynomial], parties: list[str]) -> Number:
    """The expectation ⟨state| … |state⟩; raises Refusal for a letter that has no observable."""
    total = ZERO
    for word, coefficient in mean.items():
        ket = state
        for letter in reversed(word):
            if letter not in operators or len(ket) > MOST_LEVELS:
                raise Refusal("infeasible", "strategy", f"an observable {letter}, {MOST_LEVELS} levels", len(ket))
            ket = _applied(operators[letter], ket, parties.index(letter[0]))
        for levels, number in ket.items():
            total += coefficient * state.get(levels, ZERO).conjugate() * number
    return total


def _applied(matrix: Polynomial, ket: Polynomial, at: int) -> Polynomial:
    """The ket after a matrix has acted on this index of it; of a matrix as ket, index 0, their product."""
    after: Polynomial = {}
    for ((row, column), number), (levels, amplitude) in product(matrix.items(), ket.items()):
        if levels[at] == column:
            add(after, {(*levels[:at], row, *levels[at + 1 :]): number * amplitude})
    return after
