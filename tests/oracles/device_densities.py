"""Density matrices of scheduled circuits with a device's noise, from its raw figures: numpy and nothing of noclone's logic.

Also a small scheduler for circuits written by hand, and random ones.
"""

from __future__ import annotations

import math
import random
from itertools import product

import numpy

SECONDS = {"sx": 32e-9, "x": 32e-9, "rz": 0.0, "cz": 68e-9, "measure": 2e-6, "reset": 2e-6}
PAULI = {
    "I": numpy.eye(2, dtype=complex),
    "X": numpy.array([[0, 1], [1, 0]], dtype=complex),
    "Y": numpy.array([[0, -1j], [1j, 0]]),
    "Z": numpy.diag([1, -1]).astype(complex),
}
GATE = {
    "sx": numpy.array([[1 + 1j, 1 - 1j], [1 - 1j, 1 + 1j]]) / 2,
    "x": PAULI["X"],
    "cz": numpy.diag([1, 1, 1, -1]).astype(complex),
}


def scheduled(gates, *, seconds=SECONDS, end=None):
    """Fields of operations (name, qubits, start, duration, quarter), as late as possible, gaps filled with delays.

    ``gates`` holds (name, qubits) or (name, qubits, extra) with an rz's quarter or a delay's duration.
    """
    free, found = {}, []
    for name, qubits, *extra in reversed(gates):
        lasting = extra[0] if name == "delay" else seconds[name]
        before = max(free.get(qubit, 0.0) for qubit in qubits)
        for qubit in qubits:
            if before > free.get(qubit, 0.0):
                found.append(("delay", (qubit,), before, before - free.get(qubit, 0.0), 0))
            free[qubit] = before + lasting
        found.append((name, tuple(qubits), before + lasting, lasting, extra[0] if name == "rz" else 0))
    total = max(free.values()) if end is None else end
    found = [(name, qubits, total - away, lasting, quarter) for name, qubits, away, lasting, quarter in found]
    found.reverse()
    return sorted(found, key=lambda row: round(row[2], 15))


def random_gates(qubits, length, seed, names=("sx", "x", "rz", "cz")):
    """Random Clifford gates on a line of qubits, with a random wait now and then."""
    source, found = random.Random(seed), []
    for _ in range(length):
        name = source.choice((*names, "delay"))
        if name == "cz":
            first = source.randrange(qubits - 1)
            found.append((name, source.choice([(first, first + 1), (first + 1, first)])))
        elif name == "rz":
            found.append((name, (source.randrange(qubits),), source.randrange(4)))
        elif name == "delay":
            found.append((name, (source.randrange(qubits),), source.uniform(0.1e-6, 2e-6)))
        else:
            found.append((name, (source.randrange(qubits),)))
    return found


def brickwork(qubits, layers, seed):
    """Random brickwork on a line: each layer a cz on every other neighbouring pair between random one-qubit Cliffords."""
    source, found = random.Random(seed), []
    for layer in range(layers):
        for qubit in range(qubits):
            for _ in range(2):
                found.append(("rz", (qubit,), source.randrange(4)))
                found.append(("sx", (qubit,)))
        found += [("cz", (qubit, qubit + 1)) for qubit in range(layer % 2, qubits - 1, 2)]
    return found


class Density:
    """ρ on so many qubits, the first most significant."""

    def __init__(self, qubits):
        self.qubits = qubits
        self.rho = numpy.zeros((2**qubits, 2**qubits), dtype=complex)
        self.rho[0, 0] = 1

    def wide(self, matrix, places):
        """A matrix on some qubits as one on all."""
        k = len(places)
        tensor = numpy.eye(2**self.qubits, dtype=complex).reshape([2] * self.qubits + [-1])
        tensor = numpy.tensordot(matrix.reshape([2] * 2 * k), tensor, axes=(range(k, 2 * k), places))
        return numpy.moveaxis(tensor, range(k), places).reshape(2**self.qubits, -1)

    def kraus(self, matrices, places):
        wides = [self.wide(matrix, places) for matrix in matrices]
        self.rho = sum(wide @ self.rho @ wide.conj().T for wide in wides)

    def expectation(self, matrix, places):
        return numpy.trace(self.wide(matrix, places) @ self.rho).real


def relaxing(t1, t2, seconds, twirl=False):
    """Kraus operators of amplitude damping and dephasing; twirled, a Pauli channel with the same diagonal."""
    t2 = min(t2, 2 * t1)
    gamma, coherence = 1 - math.exp(-seconds / t1), math.exp(-seconds / t2)
    if twirl:
        flip = gamma / 4
        phase = (2 - gamma - 2 * coherence) / 4
        shares = (1 - 2 * flip - phase, flip, flip, phase)
        return [math.sqrt(max(share, 0)) * PAULI[letter] for share, letter in zip(shares, "IXYZ", strict=True)]
    damping = [numpy.diag([1, math.sqrt(1 - gamma)]), math.sqrt(gamma) * numpy.array([[0, 1], [0, 0]])]
    flipped = (1 - coherence / math.sqrt(1 - gamma)) / 2
    dephasing = [math.sqrt(1 - flipped) * PAULI["I"], math.sqrt(max(flipped, 0)) * PAULI["Z"]]
    return [one @ other for one, other in product(damping, dephasing)]


def depolarizing(probability, qubits):
    """ρ becomes (1 − p)·ρ + p·I/2^k."""
    words = list(product("IXYZ", repeat=qubits))
    found = []
    for index, word in enumerate(words):
        matrix = numpy.eye(1)
        for letter in word:
            matrix = numpy.kron(matrix, PAULI[letter])
        found.append(math.sqrt((1 - probability if index == 0 else 0) + probability / 4**qubits) * matrix)
    return found


def infidelity(kraus, dimension):
    """1 − F_avg of Kraus operators, Nielsen's formula."""
    entanglement = sum(abs(numpy.trace(matrix)) ** 2 for matrix in kraus) / dimension**2
    return 1 - (dimension * entanglement + 1) / (dimension + 1)


def gate_noise(infidelity_wanted, times, seconds, twirl=False):
    """Depolarizing Kraus operators, then relaxing ones per qubit, that together have the infidelity (by bisection)."""
    dimension = 2 ** len(times)

    def both(probability, lasting):
        relax = [relaxing(*pair, lasting, twirl) for pair in times]
        together = relax[0] if len(relax) == 1 else [numpy.kron(a, b) for a, b in product(*relax)]
        total = [a @ b for a, b in product(together, depolarizing(probability, len(times)))]
        return infidelity(total, dimension)

    def solved(function, high):
        low = 0.0
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if function(middle) < infidelity_wanted else (low, middle)
        return low

    if both(0, seconds) > infidelity_wanted:
        probability, lasting = 0, solved(lambda lasting: both(0, lasting), seconds)
    else:
        probability, lasting = solved(lambda probability: both(probability, seconds), 1.0), seconds
    return depolarizing(probability, len(times)), [relaxing(*pair, lasting, twirl) for pair in times]


def expectation(rows, paulis, figures, layers=("gates", "readout", "idle"), *, twirl=False, zz=()):
    """⟨P⟩ of the paulis {qubit: letter} after the operations' rows, with measured confusion probabilities.

    ``figures`` is a dict with times {q: (T1, T2)}, errors {(name, qubits): r} and readout {q: (p10, p01)};
    ``zz`` lists (index of row, pair, angle). No measurement within the circuit.
    """
    qubits = max(max(row[1]) for row in rows) + 1
    state = Density(max(qubits, 1 + max(paulis, default=0)))
    cache = {}

    def noisy_gate(name, places, seconds):
        if "gates" in layers and name != "rz":
            key = name, places, seconds
            if key not in cache:
                error = figures["errors"].get((name, places), figures["errors"].get((name, places[::-1])))
                cache[key] = gate_noise(error, [figures["times"][q] for q in places], seconds, twirl)
            state.kraus(cache[key][0], places)
            for place, kraus in zip(places, cache[key][1], strict=True):
                state.kraus(kraus, (place,))

    def wait(place, seconds):
        if "idle" in layers:
            state.kraus(relaxing(*figures["times"][place], seconds, twirl), (place,))

    for index, (name, places, _, lasting, quarter) in enumerate(rows):
        if name == "delay":
            wait(places[0], lasting)
        elif name == "reset":
            state.kraus([numpy.array([[1, 0], [0, 0]]), numpy.array([[0, 1], [0, 0]])], places)
        else:
            state.kraus([numpy.diag([1, 1j**quarter]) if name == "rz" else GATE[name]], places)
            noisy_gate(name, places, lasting)
        for after, pair, angle in zz:
            if after == index:
                diagonal = numpy.exp(-0.5j * angle * numpy.array([1, -1, -1, 1]))
                state.kraus([numpy.diag(diagonal)], pair)
    return _measured(state, paulis, figures, layers, noisy_gate, wait, twirl)


def _measured(state, paulis, figures, layers, noisy_gate, wait, twirl):
    changing = any(letter != "Z" for letter in paulis.values())
    for place, letter in paulis.items():
        if letter == "X":
            state.kraus([numpy.diag([1, 1j])], (place,))
        if letter != "Z":
            state.kraus([GATE["sx"]], (place,))
            noisy_gate("sx", (place,), SECONDS["sx"])
        elif changing:
            wait(place, SECONDS["sx"])
    operator = numpy.eye(1)
    for place in paulis:
        one, zero = figures["readout"][place] if "readout" in layers else (0.0, 0.0)
        if twirl:
            one = zero = (one + zero) / 2
        operator = numpy.kron(operator, numpy.diag([1 - 2 * one, -1 + 2 * zero]))
    return state.expectation(operator, tuple(paulis)) if paulis else 1.0
