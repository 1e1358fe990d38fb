"""The best recovery or guess of a coalition of a Clifford protocol, exact, noise included.

Ω = Σ c·g with g = ±Qᵀ ⊗ T, where Q, pulled back, becomes f·L and T = L (recovery) or T in 1, Z (guesses). All g commute: Q
and Q′ do if and only if L and L′ do. So with independent generators g_1, … of their group G, Ω has the eigenvalue
μ_χ = Σ c·χ(g) on the space of a character χ, for each of the 2^r choices of signs. Elements with T = 1 make the subgroup H.
With λ_s the largest μ_χ whose χ is s on H, and P_s the projector of s, Y = Σ λ_s P_s is a dual, and the spaces of the
best χ for each s, each times 2^r/(2^|H| D), D the outputs' dimension, add up to a channel: it reaches tr Y.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from noclone.proofs.bounds.certified import Certified
from noclone.proofs.bounds.ldl import Matrix, factors, word_of
from noclone.proofs.bounds.surds import ONE, ZERO, Surd
from noclone.proofs.bounds.symmetric import upper_bound
from noclone.proofs.kernel.bounds import problem_of
from noclone.proofs.kernel.documents import Protocol
from noclone.proofs.kernel.noise import pulled_back
from noclone.proofs.kernel.squares import Number
from noclone.proofs.kernel.terms import Claim

__all__ = ["best_channel"]

Word = tuple[int, int]
"""A Hermitian Pauli word i^|xz| X^x Z^z by its bits (x, z); the coalition's qubits are the first, then the output's."""


def best_channel(protocol: Protocol, claim: Claim) -> tuple[Certified, Certified] | None:
    """The exact optimum of a claim about a coalition, from above and below; None if its words do not commute."""
    problem, held = problem_of(protocol, claim), protocol.held_by(claim)
    terms, outputs = _terms(protocol, claim, held)
    size, made = len(held) + outputs, (1 << outputs) - 1
    if not all(_commute(one, two) for one in terms for two in terms):
        return None
    generators = _generators(list(terms), made)
    hidden = sum(not (x | z) & made for x, z in generators)
    group = _group(generators)
    spectrum = _signed_sums([terms.get(word, Fraction(0)) * sign for word, sign in group])
    low = (1 << hidden) - 1
    best: dict[int, int] = {}
    for character, value in enumerate(spectrum):
        if character & low not in best or value > spectrum[best[character & low]]:
            best[character & low] = character
    tops = [spectrum[best[character & low]] for character in range(len(spectrum))]
    dual = {group[at]: part / len(group) for at, part in enumerate(_signed_sums(tops)) if part}
    slack = dict(dual)
    for word, sign in group:
        slack[word, sign] = slack.get((word, sign), Fraction(0)) - terms.get(word, Fraction(0)) * sign
    inputs: Matrix = _matrix(
        {(x >> outputs, z >> outputs): part * sign for ((x, z), sign), part in dual.items()}, len(held)
    )
    found = factors(_matrix({word: part * sign for (word, sign), part in slack.items()}, size))
    upper = upper_bound(problem, inputs, found, [])
    reach = Fraction(1, (made + 1) << hidden)
    chosen = [reach * (character in best.values()) for character in range(len(group))]
    channel = {word: part * sign for (word, sign), part in zip(group, _signed_sums(chosen), strict=True)}
    texts = factors(_matrix(channel, size)).texts(word_of(problem.outputs))
    lower = (
        Number({1: value})
        if (value := sum(map(spectrum.__getitem__, best.values())) * 2 ** len(held) / (low + 1))
        else Number()
    )
    return (upper, Certified(lower, tuple(f"channel: {text}" for text in texts))) if upper is not None else None


def _terms(protocol: Protocol, claim: Claim, held: Sequence[int]) -> tuple[dict[Word, Fraction], int]:
    """Ω as real numbers times Hermitian Pauli words, and the number of output qubits; as the kernel has it."""
    secrets = len(protocol.secret)
    targets = {"I" * secrets: "I", claim.pauli: "Z"} if claim.pauli else {}
    scale = Fraction(1, 2 ** len(held) * (2 if targets else 4**secrets))
    found: dict[Word, Fraction] = {}
    for word, logical, factor in pulled_back(protocol, list(held), claim.after, claim.noise, 1):
        target = targets.get(logical, "") if targets else logical
        if target and factor:
            # Transposing changes the sign of every Y.
            found[_bits(word + target)] = factor * scale * (-1) ** word.count("Y")
    return found, 1 if targets else secrets


def _bits(word: str) -> Word:
    x, z = (int("".join("01"[letter in some] for letter in word), 2) for some in ("XY", "YZ"))
    return x, z


def _commute(one: Word, two: Word) -> bool:
    return ((one[0] & two[1]).bit_count() + (one[1] & two[0]).bit_count()) % 2 == 0


def _generators(words: Sequence[Word], made: int) -> list[Word]:
    """Independent words that generate the same group, those that are 1 on the output qubits first."""
    shift = max((x | z for x, z in words), default=0).bit_length()
    outside: dict[int, int] = {}
    inside: dict[int, int] = {}
    for x, z in words:
        # Output bits on top: what is left when they are eliminated is 1 there.
        packed = ((x & made) << shift | (z & made)) << 2 * shift | x << shift | z
        while packed:
            table = outside if packed >> 2 * shift else inside
            top = packed.bit_length()
            if top not in table:
                table[top] = packed
                break
            packed ^= table[top]
    low = (1 << shift) - 1
    return [(packed >> shift & low, packed & low) for packed in [*inside.values(), *outside.values()]]


def _group(generators: Sequence[Word]) -> list[tuple[Word, int]]:
    """The products of all subsets: by the subset's bits, a Hermitian word and its sign."""
    found: list[tuple[Word, int]] = [((0, 0), 1)]
    for x, z in generators:
        found += [_times((a, b), sign, (x, z)) for (a, b), sign in found]
    return found


def _times(one: Word, sign: int, two: Word) -> tuple[Word, int]:
    """The product of commuting Hermitian words, with its sign."""
    (a, b), (c, d) = one, two
    x, z = a ^ c, b ^ d
    turns = (a & b).bit_count() + (c & d).bit_count() + 2 * (b & c).bit_count() - (x & z).bit_count()
    return (x, z), sign * (-1) ** (turns // 2 % 2)


def _signed_sums(numbers: Sequence[Fraction]) -> list[Fraction]:
    """Σ_S (−1)^|S ∧ χ| n_S for every χ."""
    found, step = list(numbers), 1
    while step < len(found):
        for at in range(len(found)):
            if not at & step:
                found[at], found[at + step] = found[at] + found[at + step], found[at] - found[at + step]
        step *= 2
    return found


def _matrix(words: Mapping[Word, Fraction], qubits: int) -> Matrix:
    """The matrix of a sum of Hermitian Pauli words."""
    found: Matrix = [{} for _ in range(2**qubits)]
    imaginary = Surd({-1: ONE.parts[1]})
    powers = ONE, imaginary, -ONE, -imaginary
    for (x, z), part in words.items():
        number = Surd.of(part)
        for at in range(2**qubits):
            row = found[at ^ x]
            row[at] = row.get(at, ZERO) + number * powers[((x & z).bit_count() + 2 * (z & at).bit_count()) % 4]
    return [{column: entry for column, entry in row.items() if entry} for row in found]
