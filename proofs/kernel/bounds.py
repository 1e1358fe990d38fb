"""How well states can be cloned, recovered or guessed: an objective, and proofs of how large channels make it.

A channel Λ from dimension D to E is its Choi operator J ≥ 0, tr_E J = 1: Λ(X) = tr_D[(Xᵀ ⊗ 1)J]. With states ρ, their
weights p and targets T, what is to be large is Σ p tr[T Λ(ρ)] = tr JΩ, Ω = Σ p ρᵀ ⊗ T. The kernel makes Ω of the claim.
If Y ⊗ 1 − Ω is a sum of squares (slack) then tr JΩ ≤ tr Y for every channel (dual); a J that is one (channel) shows
what is reached: it may use further outputs, which do no good. A channel that measures and prepares has J^Γ ≥ 0 too:
a sum of squares Y ⊗ 1 − Ω − Z^Γ is enough there, Z one too (transposed); J^Γ is shown to be one (channel-transposed).

    QUANTITY = cloning STATES [from N] to M [weighted w,…] [global | worst | entanglement]
             | measure-and-prepare STATES [from N]            STATES = all[2 to 9] | equator | bb84 | six-state | a name
"""

import re
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from math import comb, factorial, prod
from typing import NamedTuple

from .documents import Protocol
from .exact import bits
from .noise import pulled_back
from .refusal import Refusal, at_most
from .squares import ONE, ZERO, Number, Polynomial, Word, add, given, read, read_number, settle, sum_of_squares
from .terms import Claim

MOST_ROWS, MOST_STATES = 128, 64
BB84 = ["1; 1 0", "1; 0 1", "1/2; 1 1", "1/2; 1 -1"]
NAMED = {"bb84": BB84, "six-state": [*BB84, "1/2; 1 i", "1/2; 1 -i"]}
OPTIONS = "(?: from ([1-9]))?(?: to ([1-9]))?(?: weighted ([^ ]+))?(?: (global|worst|entanglement))?"
QUANTITY = re.compile("(?:cloning|(measure-and-prepare)) ([A-Za-z][A-Za-z0-9-]*)" + OPTIONS)
Average = Callable[[tuple[int, ...], tuple[int, ...]], Number]
"""The entry, by digits of row and column, of Σ p ψψ† ⊗ … ⊗ ψψ† of as many copies as there are digits."""


class Problem(NamedTuple):
    """Dimensions in and out, and objectives of which the least is to be large; whether channels measure and prepare.

    Ω's entry in row (a, c) and column (b, d), inputs a, b and outputs c, d, is that of the word ea eb fc fd.
    """

    inputs: int
    outputs: int
    objectives: list[Polynomial]
    separable: bool = False


def check_case(protocol: Protocol, claim: Claim, proved: bool, operators: list[str], cases: int) -> None:
    """Return if the operators show a claim without letters (proved), or its negation (not proved); else refuse."""
    problem, found, place = problem_of(protocol, claim, cases), given(operators), f"'{claim}'"
    if found.keys() - {"dual", "slack", "weight", "transposed", "channel", "channel-transposed"}:
        raise Refusal("wrong-count", place, "dual, slack, weight, transposed, channel, channel-transposed", list(found))
    upper = _dual_value(problem, found, place) if "dual" in found else None
    lower = _channel_value(problem, found, place) if "channel" in found else None
    settle(claim, proved, upper, lower)


def _dual_value(problem: Problem, found: dict[str, list[str]], place: str) -> Number:
    """The trace of Y, if Y ⊗ 1 = Σ w Ω + Z^Γ + squares, weights w adding up to 1; else refuse."""
    dual, weights = read(found["dual"][0], place), [read_number(w, place) for w in found.get("weight", ["1"])]
    if len(weights) != len(problem.objectives) or sum(weights, ZERO) != ONE or min(w.sign() for w in weights) < 0:
        raise Refusal("infeasible", place, "a weight for each objective, none negative, adding up to 1", weights)
    left = sum_of_squares(found.get("slack", []), place, shape="ef")
    for weight, objective in zip(weights, problem.objectives, strict=True):
        add(left, objective, weight)
    if problem.separable:
        add(left, _transposed(sum_of_squares(found.get("transposed", []), place, shape="ef")))
    add(left, {(*word, f"f{at}", f"f{at}"): -number for word, number in dual.items() for at in range(problem.outputs)})
    if left:
        raise Refusal("infeasible", place, "Y ⊗ 1 − Ω, a sum of the squares given", f"a rest at {next(iter(left))}")
    return sum((dual.get((f"e{at}", f"e{at}"), ZERO) for at in range(problem.inputs)), ZERO)


def _channel_value(problem: Problem, found: dict[str, list[str]], place: str) -> Number:
    """The least tr JΩ, if J is a channel; else refuse."""
    channel, traced = sum_of_squares(found["channel"], place, shape="ef"), dict[Word, Number]()
    for (row, column, made, wanted), number in channel.items():
        add(traced, {(row, column): number} if made == wanted else {})
    fits = not problem.separable or problem.inputs * problem.outputs <= 6
    if problem.separable:  # which positive J^Γ says up to dimensions 2 x 3 (Horodecki, quant-ph/9605038)
        fits = fits and sum_of_squares(found.get("channel-transposed", []), place, shape="ef") == _transposed(channel)
    if not fits or traced != {(f"e{at}", f"e{at}"): ONE for at in range(problem.inputs)}:
        raise Refusal("infeasible", place, "a channel: squares J, 1 after tracing out the outputs", sorted(traced))
    cells = channel.items()
    values = [sum((n * o.get((b, a, d, c), ZERO) for (a, b, c, d), n in cells), ZERO) for o in problem.objectives]
    return next(value for value in values if all((other + -value).sign() >= 0 for other in values))


def _transposed(matrix: Polynomial) -> Polynomial:
    """Its partial transpose on the inputs."""
    return {(column, row, made, wanted): number for (row, column, made, wanted), number in matrix.items()}


def problem_of(protocol: Protocol, claim: Claim, cases: int = 1) -> Problem:
    """What a claim asks to be made large; raises Refusal if that cannot be said, or is too large."""
    place = f"'{claim}'"
    if claim.coalition:
        return _about_coalition(protocol, claim, cases)
    match = QUANTITY.fullmatch(claim.quantity)
    measured, name, inputs, outputs, shares, merit = match.groups(default="") if match else [""] * 6
    copies, clones = int(inputs or 1), int(outputs or 1)
    weights = [read_number(w, place) for w in shares.split(",")] if shares else [_part(1, clones)] * clones
    fits = bool(measured) != bool(outputs) and not (measured and shares + merit) and not (shares and merit == "global")
    fits = fits and (merit != "entanglement" or copies == 1) and len(weights) == clones
    if not fits or sum(weights, ZERO) != ONE or min(w.sign() for w in weights) < 0:
        raise Refusal("bad-claim", place, "a quantity as in docs/bounds.md, weights adding up to 1", claim.quantity)
    dimension, parts = _states(protocol, name, place)
    if merit == "entanglement":  # ⟨Φ|(1 ⊗ Λ)(Φ)|Φ⟩ = tr JΦ/D, so the swap of the two copies takes the states' place
        parts = [(ONE, lambda row, column: _part(row == column[::-1], dimension**2))]
    at_most(MOST_ROWS, dimension ** (copies + clones) * -(-len(parts) // 8) * cases, place, "rows")
    each = [entry for _, entry in parts]
    if merit != "worst":
        each = [lambda row, column: sum((weight * entry(row, column) for weight, entry in parts), ZERO)]
    objectives = [_objective(entry, dimension, copies, [] if merit == "global" else weights, clones) for entry in each]
    return Problem(dimension**copies, dimension**clones, objectives, bool(measured))


def _objective(average: Average, dimension: int, copies: int, weights: list[Number], clones: int) -> Polynomial:
    """Ω for the mean fidelity of the clones, each with its weight, or (no weights) of all of them together."""
    merits = [(weight, at, at + 1) for at, weight in enumerate(weights)] or [(ONE, 0, clones)]
    inputs, outputs = (list(enumerate(product(range(dimension), repeat=number))) for number in (copies, clones))
    found: Polynomial = {}
    for (a, left), (b, right), (c, made), (d, wanted) in product(inputs, inputs, outputs, outputs):
        word = f"e{a}", f"e{b}", f"f{c}", f"f{d}"
        for weight, at, end in merits:
            if made[:at] + made[end:] == wanted[:at] + wanted[end:]:
                add(found, {word: average(right + made[at:end], left + wanted[at:end])}, weight)
    return found


def _states(protocol: Protocol, name: str, place: str) -> tuple[int, list[tuple[Number, Average]]]:
    """The dimension, and weighted averages of copies: one for all states of a kind, or one for each state given."""
    if re.fullmatch("all[2-9]?", name):
        dimension = int(name[3:] or 2)
        return dimension, [(ONE, lambda row, column: _haar(dimension, row, column))]
    if name == "equator":
        return 2, [(ONE, lambda row, column: _part(sum(row) == sum(column), 2 ** len(row)))]
    listed = [f"1/{len(NAMED[name])}; {ket}" for ket in NAMED.get(name, [])] or protocol.ensembles.get(name, [])
    states = [[read_number(part, place) for part in re.split("; | ", text)] for text in listed[: MOST_STATES + 1]]
    fits = 0 < len(states) <= MOST_STATES and len({root for state in states for number in state for root in number}) < 5
    fits = fits and len({len(state) for state in states}) == 1 and 3 < len(states[0]) <= 18
    fits = fits and max(map(len, listed)) <= 100 * len(states[0])
    densities = [[[state[1] * a * b.conjugate() for b in state[2:]] for a in state[2:]] for state in states if fits]
    norms = [sum((row[at] for at, row in enumerate(density)), ZERO) for density in densities]
    weights = [state[0] for state in states]
    if not fits or sum(weights, ZERO) != ONE or min(w.sign() for w in weights) < 0 or norms != [ONE] * len(norms):
        known = ", ".join(["all", "equator", *NAMED, *protocol.ensembles])
        raise Refusal("bad-states", place, f"one of {known}; weights and norms 1, few square roots", name)
    return len(densities[0]), [(weight, _copies(each)) for weight, each in zip(weights, densities, strict=True)]


def _copies(density: list[list[Number]]) -> Average:
    """Copies of one state."""
    return lambda row, column: prod((density[a][b] for a, b in zip(row, column, strict=True)), start=ONE)


def _haar(dimension: int, row: tuple[int, ...], column: tuple[int, ...]) -> Number:
    """An entry of the projector on the symmetric space over its dimension."""
    every = factorial(len(row)) * comb(len(row) + dimension - 1, len(row))
    return _part(prod(factorial(row.count(level)) for level in set(row)) * (sorted(row) == sorted(column)), every)


def _part(number: int, whole: int) -> Number:
    """A fraction."""
    return Number({1: Fraction(number, whole)} if number else {})


def _about_coalition(protocol: Protocol, claim: Claim, cases: int) -> Problem:
    """How well C restores the secret, keeping it entangled (F_e), or guesses whether an unknown input has P = ±1.

    By Paulis Q of C that become f·L, L on the secret: Ω = Σ f Qᵀ ⊗ L/(2^|C| D²), D the secret's dimension; for guesses
    Σ f Qᵀ ⊗ T/2^(|C| + 1) with T = 1 for L = 1, T = Z for L = P, and else T = 0.
    """
    held, secrets, found = protocol.held_by(claim), len(protocol.secret), dict[Word, Number]()
    rows, outputs = 2 ** len(held), 2 if claim.pauli else 2**secrets
    if rows * outputs * cases > MOST_ROWS or len(claim.pauli) not in (0, secrets):
        raise Refusal("too-large", f"'{claim}'", f"at most {MOST_ROWS} rows, a letter per secret qubit", len(held))
    targets = {"I" * secrets: "I", claim.pauli: "Z"} if claim.pauli else {}
    for word, logical, factor in pulled_back(protocol, held, claim.after, claim.noise, cases):
        target = targets.get(logical, "") if targets else logical
        scale = Number({1: factor / (rows * (2 if targets else 4**secrets))})
        for (b, a, left), (c, d, right) in product(_pauli(word), _pauli(target) if target else []):
            add(found, {(f"e{a}", f"e{b}", f"f{c}", f"f{d}"): left * right}, scale)
    return Problem(rows, outputs, [found])


def _pauli(word: str) -> list[tuple[int, int, Number]]:
    """The entries of a Pauli word that are not 0: row, column, number."""
    x, z = bits(word)
    powers = ONE, Number({-1: Fraction(1)}), -ONE, Number({-1: Fraction(-1)})
    turns = [(x & z).bit_count() + 2 * (z & at).bit_count() for at in range(2 ** len(word))]
    return [(at ^ x, at, powers[number % 4]) for at, number in enumerate(turns)]
