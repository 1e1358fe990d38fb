"""Each claim decided straight from its definition in density operators, with numpy and nothing of noclone's.

Everything is computed from a protocol document (gates H, S, CX): slow, small, and independent of stabilizers.
"""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

import numpy

H = numpy.array([[1, 1], [1, -1]]) / numpy.sqrt(2)
S = numpy.diag([1, 1j])
CX = numpy.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]).reshape(2, 2, 2, 2)
PAULIS = {
    "I": numpy.eye(2),
    "X": numpy.array([[0, 1], [1, 0]]),
    "Y": numpy.array([[0, -1j], [1j, 0]]),
    "Z": numpy.diag([1, -1]),
}
TOLERANCE = 1e-9


def apply(tensor, gates):
    """Apply gates to a tensor whose first axes are the qubits."""
    for name, *qubits in gates:
        if name == "CX":
            tensor = numpy.moveaxis(numpy.tensordot(CX, tensor, axes=([2, 3], qubits)), [0, 1], qubits)
        elif name in ("H", "S"):
            tensor = numpy.moveaxis(numpy.tensordot({"H": H, "S": S}[name], tensor, axes=([1], qubits)), 0, qubits[0])
        else:
            tensor = tensor.copy()
            tensor[tuple(1 if axis in qubits else slice(None) for axis in range(tensor.ndim))] *= phase(name)
    return tensor


def phase(name):
    """The phase of a gate T or P(…)."""
    if name == "T":
        return numpy.exp(0.25j * numpy.pi)
    angle = 0.0
    for part in name[2:-1].split(" + "):
        angle += float(Fraction(part.removesuffix(" rad"))) * (1 if part.endswith(" rad") else numpy.pi)
    return numpy.exp(1j * angle)


def matrix_of(gates, qubits):
    """The unitary of gates on so many qubits, the first qubit most significant."""
    tensor = numpy.eye(2**qubits, dtype=complex).reshape([2] * qubits + [2**qubits])
    return apply(tensor, gates).reshape(2**qubits, 2**qubits)


def pauli_on(word, qubits, size):
    """A Pauli word on some of so many qubits, as a matrix."""
    letters = dict(zip(qubits, word, strict=True))
    operator = numpy.eye(1)
    for qubit in range(size):
        operator = numpy.kron(operator, PAULIS[letters.get(qubit, "I")])
    return operator


class Definitions:
    """The truth of claims without letters about one protocol document."""

    def __init__(self, document):
        content = json.loads(document)
        self.registers, start = {}, 0
        for name, size in content["parties"] + content["environment"]:
            self.registers[name] = range(start, start + size)
            start += size
        self.size = start
        self.secret = list(self.registers[content["secret"]])
        self.stages = dict(content["stages"])
        self.recoveries = {name: (gates, output) for name, gates, output in content["recoveries"]}
        self.others, self.noises = dict(content["others"]), dict(content["noises"])

    def state(self, moment=None):
        """Qubits' axes, then one axis per secret qubit for the input: V as a tensor."""
        tensor = numpy.zeros([2] * (self.size + len(self.secret)), dtype=complex)
        for bits in product((0, 1), repeat=len(self.secret)):
            place = [0] * self.size
            for qubit, bit in zip(self.secret, bits, strict=True):
                place[qubit] = bit
            tensor[(*place, *bits)] = 1
        for name, gates in self.stages.items():
            tensor = apply(tensor, gates)
            if name == moment:
                return tensor
        return apply(tensor, self.recoveries[moment][0]) if moment else tensor

    def reduced(self, held, moment=None):
        """tr_rest V|p><q|V† as an array [C, C, p, q] with C = 2^|held| and p, q the inputs."""
        tensor = self.state(moment)
        rest = [axis for axis in range(self.size) if axis not in held]
        inputs = list(range(self.size, self.size + len(self.secret)))
        matrix = tensor.transpose(*held, *rest, *inputs).reshape(2 ** len(held), 2 ** len(rest), 2 ** len(inputs))
        return numpy.einsum("arp,brq->abpq", matrix, matrix.conj())

    def hides(self, held, moment=None):
        found = self.reduced(held, moment)
        one = found[:, :, 0, 0]
        wanted = numpy.einsum("ab,pq->abpq", one, numpy.eye(found.shape[2]))
        return bool(numpy.allclose(found, wanted, atol=TOLERANCE))

    def mixed(self, held, moment=None):
        found = self.reduced(held, moment)[:, :, 0, 0]
        return self.hides(held, moment) and bool(
            numpy.allclose(found, numpy.eye(len(found)) / len(found), atol=TOLERANCE)
        )

    def recovers(self, held, moment=None):
        """For a pure encoding: the complement, environment included, is independent of the input."""
        return self.hides([qubit for qubit in range(self.size) if qubit not in held], moment)

    def leaks(self, pauli, held, moment=None):
        found = self.reduced(held, moment)
        operator = numpy.eye(1)
        for letter in pauli:
            operator = numpy.kron(operator, PAULIS[letter])
        inputs = len(operator)
        plus = numpy.einsum("abpq,pq->ab", found, numpy.eye(inputs) + operator) / inputs
        minus = numpy.einsum("abpq,pq->ab", found, numpy.eye(inputs) - operator) / inputs
        # ρ = Σ r_pq |p><q| gives Σ r_pq found[:, :, p, q]; the claim: ½(1+tr Pρ)τ₊ + ½(1−tr Pρ)τ₋, linear in ρ
        identity, signed = numpy.eye(inputs), operator.T
        wanted = numpy.einsum("ab,pq->abpq", plus, (identity + signed) / 2) + numpy.einsum(
            "ab,pq->abpq", minus, (identity - signed) / 2
        )
        return bool(numpy.allclose(found, wanted, atol=TOLERANCE) and numpy.allclose(plus @ minus, 0, atol=TOLERANCE))

    def restores(self, name):
        output = self.recoveries[name][1]
        found = self.reduced(output, name)
        dimension = 2 ** len(output)
        wanted = numpy.zeros_like(found)
        for p, q in product(range(dimension), repeat=2):
            wanted[p, q, p, q] = 1
        return bool(numpy.allclose(found, wanted, atol=TOLERANCE))

    def single_use(self, name):
        output = self.recoveries[name][1]
        return self.restores(name) and self.hides([qubit for qubit in range(self.size) if qubit not in output], name)

    def untouched(self, held, name):
        gates = self.stages[name] if name in self.stages else self.recoveries[name][0]
        unitary = matrix_of(gates, self.size)
        for qubit in held:
            for letter in "XZ":
                operator = numpy.eye(1)
                for other in range(self.size):
                    operator = numpy.kron(operator, PAULIS[letter if other == qubit else "I"])
                if not numpy.allclose(unitary @ operator, operator @ unitary, atol=TOLERANCE):
                    return False
        return True

    def equivalent(self, name, local):
        """|⟨V₁|V₂⟩| as large as it can be: the same isometry up to a phase."""
        steps = {"H": "H", "S": "S", "Z": "SS", "X": "HSSH", "Y": "SSSHSSHS"}
        gates = []
        for part in local.split(", ") if local else []:
            letters, _, item = part.partition(" on ")
            gates += [(step, qubit) for qubit in self.qubits([item]) for each in letters for step in steps[each]]
        own = apply(self.state(), gates)
        stages, self.stages = self.stages, {"other": self.others[name]}
        other = self.state()
        self.stages = stages
        return abs(abs(numpy.vdot(own, other)) - 2 ** len(self.secret)) < TOLERANCE

    def entanglement_fidelity(self, recovery, noise):
        """⟨Φ|ρ|Φ⟩ from the density matrix of all qubits and a reference (the last ones), Paulis struck one by one."""
        size, inputs = self.size + len(self.secret), 2 ** len(self.secret)
        gates, output = self.recoveries[recovery]
        vector = numpy.zeros([2] * size, dtype=complex)
        for bits in product((0, 1), repeat=len(self.secret)):
            place = [0] * self.size
            for qubit, bit in zip(self.secret, bits, strict=True):
                place[qubit] = bit
            vector[(*place, *bits)] = inputs**-0.5
        rho = numpy.outer(vector, vector.conj())

        def conjugated(operator):
            return operator @ rho @ operator.conj().T

        for part, steps in [*self.stages.items(), (recovery, gates)]:
            for position in range(len(steps) + 1):
                for name, at, qubits, strikes in self.noises.get(noise, []):
                    if (name, at) == (part, position):
                        total = sum(weight for _, weight in strikes)
                        rho = sum(weight / total * conjugated(pauli_on(word, qubits, size)) for word, weight in strikes)
                if position < len(steps):
                    rho = conjugated(matrix_of([steps[position]], size))
        tensor = rho.reshape([2] * (2 * size))
        rest = [q for q in range(self.size) if q not in output]
        reference = list(range(self.size, size))
        order = [*output, *reference, *rest]
        matrix = tensor.transpose(*order, *(size + axis for axis in order))
        kept = 2 ** (len(output) + len(reference))
        reduced = numpy.einsum("arbr->ab", matrix.reshape(kept, -1, kept, 2 ** len(rest)))
        bell = numpy.eye(inputs).reshape(-1) * inputs**-0.5
        return float((bell @ reduced @ bell).real)

    def seen_under(self, operator, held, moment, noise):
        """tr_rest of V X V† under noise, for an operator X on the secret; the first held qubit most significant."""
        size = self.size
        content = numpy.zeros([2] * (2 * size), dtype=complex)
        for row in product((0, 1), repeat=len(self.secret)):
            for column in product((0, 1), repeat=len(self.secret)):
                place = [0] * (2 * size)
                for qubit, left, right in zip(self.secret, row, column, strict=True):
                    place[qubit], place[size + qubit] = left, right
                content[tuple(place)] = operator.reshape([2] * (2 * len(self.secret)))[(*row, *column)]
        flipped = [*range(size, 2 * size), *range(size)]

        def conjugated(tensor, gates):
            halfway = apply(tensor, gates).transpose(flipped).conj()
            return apply(halfway, gates).transpose(flipped).conj()

        parts = []
        for name, gates in self.stages.items():
            parts.append((name, gates))
            if name == moment:
                break
        if moment in self.recoveries:
            parts.append((moment, self.recoveries[moment][0]))
        for name, gates in parts:
            strikes = [place for place in self.noises.get(noise, []) if place[0] == name]
            for position in range(len(gates) + 1):
                for _, _, qubits, words in (place for place in strikes if place[1] == position):
                    total = sum(weight for _, weight in words)
                    struck = 0
                    for word, weight in words:
                        turned = content
                        for letter, qubit in zip(word, qubits, strict=True):
                            for axis, matrix in ((qubit, PAULIS[letter]), (size + qubit, PAULIS[letter].conj())):
                                turned = numpy.moveaxis(numpy.tensordot(matrix, turned, axes=([1], [axis])), 0, axis)
                        struck = struck + weight / total * turned
                    content = struck
                if position < len(gates):
                    content = conjugated(content, [gates[position]])
        rest = [qubit for qubit in range(size) if qubit not in held]
        axes = [*held, *rest, *(size + qubit for qubit in held), *(size + qubit for qubit in rest)]
        dims = (2 ** len(held), 2 ** len(rest))
        return numpy.einsum("arbr->ab", content.transpose(axes).reshape(*dims, *dims))

    def qubits(self, items):
        """The qubits that items without letters name."""
        found = set()
        for item in items:
            name, _, index = item.removesuffix("]").partition("[")
            own = list(self.registers[name])
            if index in ("", "*"):
                found |= set(own)
            elif index.startswith("*-"):
                found |= set(own) - {own[int(index[2:])]}
            else:
                found.add(own[int(index)])
        return sorted(found)

    def truth(self, claim):
        """Whether a parsed claim without letters is true."""
        held = self.qubits(claim.coalition)
        moment = claim.after or None
        if claim.word == "leaks":
            return self.leaks(claim.pauli, held, moment)
        if claim.word in ("hides", "mixed", "recovers"):
            return getattr(self, claim.word)(held, moment)
        if claim.word == "untouched":
            return self.untouched(held, claim.name)
        if claim.word == "equivalent":
            return self.equivalent(claim.name, claim.local)
        if "fidelity" in claim.word:
            found, dimension = self.entanglement_fidelity(claim.name, claim.noise), 2 ** len(self.secret)
            found = found if claim.word != "fidelity" else (dimension * found + 1) / (dimension + 1)
            return found >= float(Fraction(claim.bound)) - TOLERANCE
        return {"restores": self.restores, "single-use": self.single_use}[claim.word](claim.name)
