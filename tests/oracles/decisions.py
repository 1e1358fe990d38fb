"""Whether a claim without letters is true, decided by none of noclone's engines.

Of noclone only the reading of circuits is used: a protocol document (gates H, S, CX, T, P). Beside the density operators
of ``definitions``: I(R:C) by singular values, for larger systems; noise as an ensemble of state vectors, its channels
written anew from their textbook definitions, with exact weights; and explicit strategies against bounds.
"""

from __future__ import annotations

import itertools
import re
from fractions import Fraction

import numpy

from definitions import PAULIS, Definitions, apply

MARGIN = 1e-9
PAULI_CHANNELS = {
    "depolarizing": lambda p: {"I": 1 - 3 * p / 4, "X": p / 4, "Y": p / 4, "Z": p / 4},
    "bit-flip": lambda p: {"I": 1 - p, "X": p},
    "phase-flip": lambda p: {"I": 1 - p, "Z": p},
    "bit-phase-flip": lambda p: {"I": 1 - p, "Y": p},
}
"""Probabilities of Paulis; depolarizing replaces the state by 1/2 with probability p."""
KRAUS = {
    "amplitude-damping": lambda g: [[[1, 0], [0, (1 - g) ** 0.5]], [[0, g**0.5], [0, 0]]],
    "phase-damping": lambda g: [[[1, 0], [0, (1 - g) ** 0.5]], [[0, 0], [0, g**0.5]]],
}


class Decisions(Definitions):
    """The truth of claims about one protocol document; ``noises`` as a claims file writes them."""

    def __init__(self, document, noises=None):
        super().__init__(document)
        self.written = {
            name: listed if isinstance(listed, list) else [listed] for name, listed in (noises or {}).items()
        }

    def names(self):
        """The qubits' names, in order."""
        return [
            name if len(own) == 1 else f"{name}[{number}]"
            for name, own in self.registers.items()
            for number in range(len(own))
        ]

    def entropy(self, tensor, axes):
        """Of the axes of a pure state, in bits."""
        rest = [axis for axis in range(tensor.ndim) if axis not in axes]
        matrix = tensor.transpose(*axes, *rest).reshape(2 ** len(axes), -1)
        weights = numpy.linalg.svd(matrix, compute_uv=False) ** 2
        weights = weights[weights > 1e-14]
        return float(-(weights * numpy.log2(weights)).sum())

    def information(self, held, moment=None):
        """I(R:C) in bits, for a secret that is maximally entangled with R."""
        tensor = self.state(moment) / 2 ** (len(self.secret) / 2)
        reference = list(range(self.size, tensor.ndim))
        with_reference = self.entropy(tensor, [*held, *reference])
        return len(reference) + self.entropy(tensor, held) - with_reference

    def hides(self, held, moment=None):
        return self.information(held, moment) < 1e-6

    def recovers(self, held, moment=None):
        return self.information(held, moment) > 2 * len(self.secret) - 1e-6

    def ensemble(self, recovery, noise):
        """Weights and state tensors, inputs last, that add up to the noisy state; weights are fractions of Pauli noise."""
        parts = {**self.stages, **({recovery: self.recoveries[recovery][0]} if recovery else {})}
        unstruck = Definitions.state(self, next(iter(self.stages)))
        found = [(Fraction(1), unstruck)]
        for number, (name, gates) in enumerate(parts.items()):
            if number:
                found = [(weight, apply(tensor, gates)) for weight, tensor in found]
            for strike in self.written.get(noise, []):
                if strike["after"] == name:
                    for qubit in self.qubits(strike["on"].split()):
                        found = [
                            (
                                weight * share,
                                numpy.moveaxis(numpy.tensordot(operator, tensor, ([1], [qubit])), 0, qubit),
                            )
                            for weight, tensor in found
                            for share, operator in kraus_of(strike["channel"])
                        ]
        return found

    def fidelities(self, recovery, noise):
        """Entanglement and average fidelity: exact fractions for Pauli noise, else floats."""
        output, inputs = self.recoveries[recovery][1], 2 ** len(self.secret)
        rest = [qubit for qubit in range(self.size) if qubit not in output]
        reference = range(self.size, self.size + len(self.secret))
        total, exact = (
            Fraction(0),
            all(strike["channel"].partition("(")[0] in PAULI_CHANNELS for strike in self.written.get(noise, [])),
        )
        for weight, tensor in self.ensemble(recovery, noise):
            kept = tensor.transpose(*output, *reference, *rest).reshape(inputs, inputs, -1)
            found = float((abs(numpy.einsum("ppr->r", kept)) ** 2).sum()) / inputs**2
            if exact and self.is_clifford:  # the overlap of stabilizer states is a multiple of a power of 1/2
                assert abs(found * 2**20 - round(found * 2**20)) < 1e-4, found
                found = Fraction(round(found * 2**20), 2**20)
            total += weight * found
        return total, (inputs * total + 1) / (inputs + 1)

    @property
    def is_clifford(self):
        parts = [*self.stages.values(), *(gates for gates, _ in self.recoveries.values())]
        return all(gate[0] in ("H", "S", "CX") for gates in parts for gate in gates)

    def distance(self, held, noise, moment=None):
        """A trace distance that some pair of orthogonal inputs reaches: the largest over axes of the Bloch ball."""
        rest = [qubit for qubit in range(self.size) if qubit not in held]
        operators = 0
        for weight, tensor in self.ensemble(moment if moment in self.recoveries else None, noise):
            matrix = tensor.transpose(*held, *rest, self.size).reshape(2 ** len(held), -1, 2)
            operators = operators + float(weight) * numpy.einsum("arp,brq->abpq", matrix, matrix.conj())
        best = 0.0
        for x, y, z in itertools.product((-1, 0, 1), repeat=3):
            if length := (x * x + y * y + z * z) ** 0.5:
                axis = (x * PAULIS["X"] + y * PAULIS["Y"] + z * PAULIS["Z"]) / length
                image = numpy.einsum("abpq,pq->ab", operators, axis)
                best = max(best, float(abs(numpy.linalg.eigvalsh((image + image.conj().T) / 2)).sum() / 2))
        return best

    def truth(self, claim):
        """True, False, or None for a distance of which only a lower bound is known."""
        if claim.word == "hides" and claim.bound:
            reached = self.distance(self.qubits(claim.coalition), claim.noise, claim.after or None)
            return False if reached > float(Fraction(claim.bound)) + MARGIN else None
        if "fidelity" in claim.word and not any("gates" in strike for strike in self.written.get(claim.noise, [])):
            entangled, average = self.fidelities(claim.name, claim.noise)
            found, bound = average if claim.word == "fidelity" else entangled, Fraction(claim.bound)
            assert isinstance(found, Fraction) or abs(found - bound) > MARGIN, "too close for floats"
            return found >= bound
        return super().truth(claim)


def kraus_of(text):
    """A channel's operators, each with its weight."""
    name, number = re.fullmatch(r"([a-z-]+)\(([0-9./]+)\)", text).groups()
    if name in PAULI_CHANNELS:
        return [(share, PAULIS[letter]) for letter, share in PAULI_CHANNELS[name](Fraction(number)).items() if share]
    return [(1, numpy.array(operator)) for operator in KRAUS[name](float(Fraction(number)))]
