"""What claims say, case by case, and what follows from them by the definitions alone: which claim implies which.

mixed ⇒ hides, both of every part of the coalition; recovers ⇒ recovers of every larger coalition, and hides of everything
disjoint (no-cloning: information that one party restores nobody else has); single-use ⇒ restores ⇒ fidelity 1, and
recovers of what the recovery acts on; and every bound implies the weaker ones. Nothing here is computed from gates, except
which qubits they act on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, cached_property

from noclone.models.system import System
from noclone.proofs.claims import Claim, bound_of, split_item
from noclone.proofs.kernel.documents import Protocol as KernelProtocol

__all__ = ["ABOUT_STATES", "Fact", "Names", "consequences", "fact_of"]

ABOUT_STATES = ("hides", "mixed", "recovers", "leaks")
"""The words of claims about a coalition's state at some moment."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What a claim says in one case. Qubits are bits of ``held`` (see ``Names``); ``moment`` names a stage or recovery.

    ``bound`` is a trace distance (hides) or an entanglement fidelity; ``rest`` is what else two facts must have in common.
    """

    word: str
    held: int = 0
    moment: str = ""
    bound: Fraction = Fraction(0)
    rest: str = ""

    def covers(self, other: Fact) -> bool:
        """Whether the other says the same of no more (for recovers: no fewer) qubits, with no stricter bound."""
        if (self.word, self.moment, self.rest) != (other.word, other.moment, other.rest):
            return False
        if self.word in ("hides", "mixed", "untouched"):
            return not other.held & ~self.held and other.bound >= self.bound
        if self.word == "recovers":
            return not self.held & ~other.held
        return self.held == other.held and other.bound <= self.bound


class Names:
    """One system's names as the kernel reads them, and its sets of qubits as bits.

    ``bits`` numbers qubits by their names, alike for all systems of a protocol: with other recoveries come other numbers.
    """

    def __init__(self, system: System, bits: dict[str, int]) -> None:
        self.system = system
        self._bits = [1 << bits.setdefault(name, len(bits)) for name in system.names]
        registers: dict[str, range] = {}
        start = 0
        for name, size in system.parties + system.environment:
            registers[name] = range(start, start + size)
            start += size
        stems: dict[str, set[str]] = {}
        for name in system.parts:
            stems.setdefault(split_item(name)[0], set()).add(name)
        secret = system.secret_qubits
        self.kernels = KernelProtocol("", system.names, registers, system.held, secret, stems=stems)
        self.end = system.stages[-1].name
        self.acted_on, self.touched = cache(self._acted_on), cache(self._touched)

    def mask(self, qubits: Iterable[int]) -> int:
        """A set of qubits, numbers in the system, as bits."""
        found = 0
        for qubit in qubits:
            found |= self._bits[qubit]
        return found

    @cached_property
    def secret(self) -> int:
        """The secret's qubits."""
        return self.mask(self.system.secret_qubits)

    def _acted_on(self, part: str) -> int:
        """The qubits on which gates of a stage or recovery act."""
        return self.mask({qubit for gate in self.system.parts[part].gates for qubit in gate[1:]})

    def _touched(self, moment: str) -> int:
        """The qubits on which some gate has acted by the end of a stage or recovery; the others but the secret's are in |0⟩."""
        return self.mask({qubit for gate in self.system.gates_until(moment) for qubit in gate[1:]})


def fact_of(claim: Claim, names: Names) -> Fact:
    """What a claim without letters says; it must fit the system."""
    if claim.word in (*ABOUT_STATES, "untouched"):
        held = names.mask(names.kernels.held_by(claim))
        bound = bound_of(claim) if claim.bound else Fraction(0)
        return Fact(claim.word, held, claim.name or claim.after or names.end, bound, claim.pauli or claim.noise)
    if claim.word in ("restores", "single-use"):
        return Fact(claim.word, moment=claim.name)
    if claim.word == "entanglement-fidelity":
        return Fact(claim.word, 0, claim.name, bound_of(claim), claim.noise)
    if claim.word == "fidelity":  # the average is (d·F_e + 1)/(d + 1)
        dimension = 2 ** len(names.system.secret_qubits)
        bound = ((dimension + 1) * bound_of(claim) - 1) / dimension
        return Fact("entanglement-fidelity", 0, claim.name, bound, claim.noise)
    return Fact(claim.word, rest=str(claim))


def consequences(fact: Fact, names: Names) -> list[Fact]:
    """What a fact implies, itself included; what these cover follows too.

    ``restores`` implies ``single-use`` as well, but that is a theorem and the point of claiming it: it is left out.
    """
    found = [fact]
    if fact.word == "mixed":
        found.append(replace(fact, word="hides"))
    elif fact.word == "recovers":
        found.append(replace(fact, word="hides", held=~fact.held))
    elif fact.word == "single-use":
        found += consequences(replace(fact, word="restores"), names)
    elif fact.word == "restores":
        found.append(Fact("entanglement-fidelity", 0, fact.moment, Fraction(1)))
        recovery = next(each for each in names.system.recoveries if each.name == fact.moment)
        output = names.mask(recovery.output)
        found += consequences(Fact("recovers", output, fact.moment), names)
        # of the qubits that it acts on, those still in |0⟩ need not be held: anybody has such
        needed = (output | names.acted_on(recovery.name)) & (names.touched(names.end) | names.secret)
        if not needed & ~names.mask(range(names.system.held)):
            found += consequences(Fact("recovers", needed, names.end), names)
    return found
