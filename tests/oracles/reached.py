"""Values that explicit channels and strategies reach: what a bound must not be below. numpy only, and nothing of noclone's.

``reached(quantity)`` is of ``bound QUANTITY <= x``. Channels come from the iteration of Reimpell and Werner (Phys. Rev. Lett.
94, 080501), each step of which is a channel: where it stops does not matter, the value is that of the last one.
"""

from __future__ import annotations

import itertools
import re
from functools import reduce

import numpy

from definitions import PAULIS

GOLDEN = (1 + 5**0.5) / 2
ROOT = 2**-0.5
OCTAHEDRON = [(0, 0, 1), (0, 0, -1), (1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0)]
ICOSAHEDRON = [
    numpy.roll((0, sign, other * GOLDEN), turn) / (1 + GOLDEN**2) ** 0.5
    for sign, other in itertools.product((1, -1), repeat=2)
    for turn in range(3)
]
CHANNELS = re.compile(
    r"(cloning|measure-and-prepare) (\S+?)(?: from (\d))?(?: to (\d))?(?: weighted (\S+))?(?: (global|worst|entanglement))?"
)


def projectors(name):
    """States whose averages are those of the named ones up to five copies (qutrits: two)."""
    if name == "all3":
        turn = numpy.exp(2j * numpy.pi / 3)
        # the four mutually unbiased bases: |k> and (1, w^c, w^(2c + b))/sqrt(3) are a 2-design
        kets = list(numpy.eye(3)) + [
            numpy.array([1, turn**c, turn ** (2 * c + b)]) / 3**0.5 for b, c in itertools.product(range(3), repeat=2)
        ]
        return [numpy.outer(ket, ket.conj()) for ket in kets]
    points = {
        "all": ICOSAHEDRON,
        "six-state": OCTAHEDRON,
        "bb84": OCTAHEDRON[:4],
        "equator": [(numpy.cos(turn), numpy.sin(turn), 0) for turn in numpy.arange(8) * numpy.pi / 4],
    }[name]
    return [sum((c * PAULIS[p] for c, p in zip(point, "XYZ", strict=True)), PAULIS["I"]) / 2 for point in points]


def copies(operator, number):
    return reduce(numpy.kron, [operator] * number)


def channel_value(omega, inputs, outputs, rounds=3_000):
    """tr JΩ of a channel J that the iteration finds; Ω ≥ 0 on inputs ⊗ outputs."""
    choi, value = numpy.eye(inputs * outputs, dtype=complex) / outputs, -1.0
    for _ in range(rounds):
        before, value = value, float(numpy.trace(choi @ omega).real)
        if value - before < 1e-14:
            break
        choi = omega @ choi @ omega
        kept = numpy.einsum("aibi->ab", choi.reshape(inputs, outputs, inputs, outputs))
        values, vectors = numpy.linalg.eigh(kept)
        good = values > 1e-13 * values[-1]
        root = (vectors[:, good] * values[good] ** -0.5) @ vectors[:, good].conj().T
        lost = numpy.eye(inputs) - vectors[:, good] @ vectors[:, good].conj().T
        root = numpy.kron(root, numpy.eye(outputs))
        choi = root @ choi @ root + numpy.kron(lost, numpy.eye(outputs) / outputs)
    traced = numpy.einsum("aibi->ab", choi.reshape(inputs, outputs, inputs, outputs))
    assert abs(traced - numpy.eye(inputs)).max() < 1e-9 and numpy.linalg.eigvalsh(choi)[0] > -1e-9, "no channel"
    return float(numpy.trace(choi @ omega).real)


def cloning(name, inputs, clones, weights, merit):
    """The mean fidelity of a cloner, over states and clones, or of all clones together, or the mean F_e."""
    states = projectors(name)
    dimension = len(states[0])
    if merit == "entanglement":  # F = (d F_e + 1)/(d + 1)
        return ((dimension + 1) * cloning(name, inputs, clones, weights, "") - 1) / dimension
    omega = 0
    for state in states:
        targets = [
            weight * reduce(numpy.kron, [state if at == clone else numpy.eye(dimension) for at in range(clones)])
            for clone, weight in enumerate(weights)
        ]
        target = copies(state, clones) if merit == "global" else sum(targets)
        omega = omega + numpy.kron(copies(state.T, inputs), target) / len(states)
    return channel_value(omega, dimension**inputs, dimension**clones)


def measured(name, inputs):
    """Measure with the states themselves as outcomes, and prepare what was found."""
    states = projectors(name)
    total = sum(copies(state, inputs) for state in states)
    weight = numpy.linalg.matrix_rank(total) / numpy.trace(total).real
    assert numpy.linalg.eigvalsh(weight * total)[-1] < 1 + 1e-9, "no measurement"
    found = [
        weight * numpy.trace(left @ right).real ** (inputs + 1) for left, right in itertools.product(states, repeat=2)
    ]
    return sum(found) / len(states)


TILTED = [(PAULIS["Z"] + sign * PAULIS["X"]) * ROOT for sign in (1, -1)]
BELL = numpy.array([1, 0, 0, 1]) * ROOT


def words(text):
    """A sum of words as (sign, letters) pairs."""
    signed = re.findall(r"([-+]?)\s*((?:[A-Z]\d\s*)+)", text)
    return [(-1 if minus == "-" else 1, letters.split()) for minus, letters in signed]


def correlations(texts):
    """The sum of squares (of one text: the value) for two Bell pairs A1B and A2C; A measures A1 with A0, A1, A2 with A2, A3."""
    on_pairs = {"A": [(0, PAULIS["Z"]), (0, PAULIS["X"]), (2, PAULIS["Z"]), (2, PAULIS["X"])]}
    on_pairs |= {"B": [(1, TILTED[0]), (1, TILTED[1])], "C": [(3, TILTED[0]), (3, TILTED[1])]}
    state, values = numpy.kron(BELL, BELL), []
    for text in texts:
        total = 0.0
        for sign, letters in words(text):
            operators = [numpy.eye(2)] * 4
            for letter in letters:
                place, operator = on_pairs[letter[0]][int(letter[1])]
                operators[place] = operators[place] @ operator
            total += sign * float((state @ reduce(numpy.kron, operators) @ state).real)
        values.append(total)
    return values[0] if len(values) == 1 else sum(value**2 for value in values)


def local(text):
    """The best assignment of ±1."""
    letters = sorted({letter for _, word in words(text) for letter in word})
    found = []
    for signs in itertools.product((1, -1), repeat=len(letters)):
        given = dict(zip(letters, signs, strict=True))
        found.append(sum(sign * numpy.prod([given[letter] for letter in word]) for sign, word in words(text)))
    return float(max(found))


def recovery(operators):
    """F_e of a channel that restores the input from N(|p⟩⟨q|) = operators[:, :, p, q]."""
    held, inputs = len(operators), operators.shape[2]
    omega = numpy.einsum("bapq,qi,pj->aibj", operators, numpy.eye(inputs), numpy.eye(inputs)) / inputs**2
    return channel_value(omega.reshape(held * inputs, held * inputs), held, inputs, rounds=300)


def guess(operators, pauli):
    """How often the sign of a Pauli on an eigenstate is guessed right."""
    image = numpy.einsum("abpq,pq->ab", operators, PAULIS[pauli])
    return 0.5 + float(abs(numpy.linalg.eigvalsh(image)).sum()) / 4


def reached(quantity):
    """A value that the quantity takes for some channel or strategy."""
    kind, _, rest = quantity.partition(" ")
    if kind in ("correlations", "squares"):
        return correlations(rest.split(" | "))
    if kind == "local":
        return local(rest)
    kind, name, inputs, clones, shares, merit = CHANNELS.fullmatch(quantity).groups()
    inputs = int(inputs or 1)
    if kind == "measure-and-prepare":
        return measured(name, inputs)
    weights = [1 / int(clones)] * int(clones)
    if shares:
        weights = [float(top) / float(bottom) for top, bottom in (share.split("/") for share in shares.split(","))]
    return cloning(name, inputs, int(clones), weights, merit or "")
