"""Claims about circuits of H, S, CX and T, decided from exact amplitudes; the kernel then computes the same by itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property

import numpy

from noclone.models.errors import InputError, TooLargeError
from noclone.models.exact import MOST_AMPLITUDES, ExactStates, run_exactly
from noclone.models.ring import RingArray, RingNumber
from noclone.models.system import System
from noclone.proofs.claims import Claim
from noclone.proofs.findings import Finding
from noclone.proofs.kernel.circuits import local_gates, other_gates
from noclone.proofs.kernel.documents import Protocol
from noclone.proofs.kernel.refusal import Refusal

__all__ = ["ExactFinder"]


class ExactFinder:
    """Decides every claim but fidelities and bounds for a system whose gates are H, S, CX and T.

    Its arithmetic (numpy) and the kernel's are two programs: where they differ, the verdict is an ERROR.
    """

    rule = "exact-amplitudes"
    method = "exact amplitudes"

    def __init__(self, system: System, protocol: Protocol) -> None:
        self.system, self.protocol = system, protocol
        self._states = cache(lambda moment: ExactStates(self.system, moment))

    def find(self, claim: Claim, letters: dict[str, int]) -> Finding:
        """One case of the claim; raises InputError if it does not fit, TooLargeError."""
        claim = claim.at(letters)
        try:
            held = self.protocol.held_by(claim)
            self.protocol.moment("" if claim.word == "equivalent" else claim.name or claim.after)
            if claim.word == "equivalent":
                return self._equivalent(claim)
        except Refusal as refusal:
            raise InputError(f"the claim does not fit: {refusal}") from None
        if claim.word in ("restores", "single-use"):
            return self._restores(claim.name, held)
        if claim.word == "untouched":
            return self._untouched(claim.name, held)
        return self._sees(claim, held)

    def _sees(self, claim: Claim, held: Sequence[int]) -> Finding:
        """For claims about what a coalition sees."""
        everyone = range(len(self.system.names))
        on_rest = claim.word == "recovers"
        looked = [qubit for qubit in everyone if qubit not in held] if on_rest else list(held)
        norms = self._states(claim.after or None).norms(looked)
        whole = norms["I" * self._secrets]
        learned = [word for word, norm in norms.items() if norm and set(word) != {"I"} and word != claim.pauli]
        who = "everything else, environment included," if on_rest else "the coalition"
        if learned:
            word = learned[0]
            told = self._distance(claim.after or None, looked, word)
            return Finding(False, [], (f"{who} {_reads(word, norms[word], whole)}{told}",))
        if claim.word == "leaks":
            right = norms[claim.pauli] == whole
            tells = "τ₊ and τ₋ are orthogonal" if right else "but τ₊ and τ₋ are not orthogonal"
            return Finding(right, [], (f"the coalition's state depends on ⟨{claim.pauli}⟩ alone; {tells}",))
        hidden = f"{who} sees the same operator for every input"
        if claim.word != "mixed":
            return Finding(True, [], (hidden + (": the coalition can restore it" if on_rest else ""),))
        purity = whole * RingNumber(1, halvings=4 * self._secrets)
        if purity == RingNumber(1, halvings=2 * len(held)):
            return Finding(True, [], (f"{hidden}; its purity is 2^-{len(held)}, the least there is",))
        return Finding(False, [], (f"{hidden}, but its purity is {purity.to_sympy()}, not 2^-{len(held)}",))

    def _distance(self, moment: str | None, looked: Sequence[int], word: str) -> str:
        """How far apart the states for the two eigenspaces of a Pauli word are, in words; "" if it is much to compute."""
        if len(looked) > 7:
            return ""
        states = self._states(moment)
        x, z = (int("".join("01"[letter in letters] for letter in word), 2) for letters in ("XY", "YZ"))
        seen = sum(
            (-1) ** (z & q).bit_count() * 1j ** (x & z).bit_count() * states.operator(looked, q ^ x, q).to_complex()
            for q in range(states.inputs)
        )
        distance = float(abs(numpy.linalg.eigvalsh(seen)).sum()) / states.inputs
        return f"; inputs with {word} = +1 and −1 differ by a trace distance of {distance:.6g}"

    def _restores(self, recovery: str, output: Sequence[int]) -> Finding:
        states = self._states(recovery)
        rests: list[RingArray] = []
        for p in range(states.inputs):
            matrix = states.matrix(output, p)
            others = [row for row in range(states.inputs) if row != p]
            if matrix.parts[:, others].any():
                return Finding(
                    False, [], (f"after {recovery} the output is not |{p:0{self._secrets}b}⟩ for that input",)
                )
            rests.append(RingArray(matrix.parts[:, p], matrix.halvings))
            if not rests[p].equals(rests[0]):
                return Finding(False, [], (f"after {recovery} what is left depends on the input",))
        return Finding(True, [], ("the output is the input, times one and the same state of all the rest",))

    def _untouched(self, part: str, held: Sequence[int]) -> Finding:
        """U = 1 ⊗ U′ on the held qubits: computed on the qubits that the part touches."""
        gates = self.system.parts[part].gates
        touched = sorted({qubit for gate in gates for qubit in gate[1:]})
        own = [touched.index(qubit) for qubit in held if qubit in touched]
        if not own:
            return Finding(True, [], (f"no gate of {part} acts there",))
        place = {qubit: at for at, qubit in enumerate(touched)}
        count = len(touched)
        size = 2**count
        if size**2 > MOST_AMPLITUDES:
            raise TooLargeError(f"{part} acts on {count} qubits: its 4^{count} exact entries are too many")
        start = RingArray(numpy.eye(size, dtype=numpy.int64) * numpy.array([1, 0, 0, 0]).reshape(4, 1, 1))
        start = start.reshape(*[2] * count, size)
        moved = run_exactly([(name, *(place[qubit] for qubit in qubits)) for name, *qubits in gates], start)
        others = [at for at in range(count) if at not in own]
        axes = [*own, *others, *(count + at for at in own), *(count + at for at in others)]
        side = 2 ** len(own)
        parts = moved.reshape(*[2] * (2 * count)).transpose(*axes).reshape(side, size // side, side, size // side).parts
        same = all(
            (parts[:, c, :, d] == (parts[:, 0, :, 0] if c == d else 0)).all() for c in range(side) for d in range(side)
        )
        return Finding(same, [], (f"{part} {'acts' if same else 'does not act'} as the identity there",))

    def _equivalent(self, claim: Claim) -> Finding:
        states = self._states(None)
        local = [(name, *qubits) for name, *qubits in local_gates(self.protocol, claim)]
        other = [(name, *qubits) for name, *qubits in other_gates(self.protocol, claim)]
        left = run_exactly(local, states.amplitudes).reshape(-1, 1)
        right = run_exactly(other, states.start).reshape(-1, 1)
        # equal up to a phase exactly if |⟨left|right⟩|² = ⟨left|left⟩⟨right|right⟩
        overlap = (left.dagger() @ right)[0, 0]
        same = overlap * overlap.conjugate() == left.squares() * right.squares()
        return Finding(same, [], (f"the encodings {'are' if same else 'are not'} the same up to a phase",))

    @cached_property
    def _secrets(self) -> int:
        return len(self.system.secret_qubits)


def _reads(word: str, norm: RingNumber, whole: RingNumber) -> str:
    """How much of a Pauli component is learned, relative to all that its state is."""
    share = (norm.to_sympy() / whole.to_sympy()).simplify()
    return f"learns of the secret's {word}: tr N({word})² = {share} tr N(1)²"
