"""A protocol: circuits, who holds what, recoveries, and claims."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from noclone.models.errors import InputError, TooLargeError, nearest
from noclone.models.reading import CircuitRecovery, read_system, registers_of
from noclone.models.system import System, name_qubits
from noclone.proofs.claims import Claim, StatedClaim, check_party_name, join, letter_of, parse_claim, split_item

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

__all__ = ["MOST_RECOVERIES", "LazyRecoveries", "Protocol", "Recovery"]

MOST_RECOVERIES = 2_000_000
"""How many recoveries, times the protocol's qubits, are read together where a claim names them by a letter."""


@dataclass(frozen=True)
class Recovery:
    """A circuit that is to restore the secret, and where: ``output`` names qubits ("B", "S[0]", "B[0] B[1]"), in order.

    The circuit acts on the protocol's registers, by name, and on fresh registers of its own, which start in ``|0⟩``.
    """

    circuit: QuantumCircuit
    output: str


class LazyRecoveries(Mapping[str, Recovery]):
    """Recoveries by name, each built when it is asked for: a family of 100,000 has as many."""

    def __init__(self, names: Sequence[str], build: Callable[[str], Recovery]) -> None:
        self._names, self._build = dict.fromkeys(names), build

    def __getitem__(self, name: str) -> Recovery:
        if name not in self._names:
            raise KeyError(name)
        return self._build(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass(frozen=True)
class Protocol:
    """An encoding of the register ``secret`` in named stages, its parties, its recoveries and its claims.

    ``stages`` are circuits on registers with the parties' names; ``parties`` are the registers that somebody may hold,
    all others belong to the environment. Every qubit but the secret's starts in ``|0⟩``. ``parameters`` are what a family
    was built with, and ``closed_form`` its formulas for large sizes (``noclone.proofs.search.ClosedForm``).
    """

    name: str
    stages: Mapping[str, QuantumCircuit]
    secret: str
    parties: tuple[str, ...]
    recoveries: Mapping[str, Recovery] = field(default_factory=dict)
    claims: tuple[StatedClaim, ...] = ()
    parameters: Mapping[str, int] = field(default_factory=dict)
    closed_form: Callable[[str | None, frozenset[str]], Mapping[str, str] | None] | None = None

    def __post_init__(self) -> None:
        for recovery in () if isinstance(self.recoveries, LazyRecoveries) else self.recoveries.values():
            if not isinstance(recovery, Recovery):
                raise InputError(f"a recovery is noclone.Recovery(circuit, output=…), not {type(recovery).__name__}")
        quantum = {register.name for circuit in self.stages.values() for register in circuit.qregs}
        known = {name for circuit in self.stages.values() for name in registers_of(circuit)}
        if not self.stages:
            raise InputError(f"protocol '{self.name}' has no circuit: give it at least one stage")
        if self.secret not in quantum:
            raise InputError(
                f"the secret '{self.secret}' is no quantum register of the circuit, which has "
                f"{', '.join(sorted(quantum)) or 'none'}.{nearest(self.secret, quantum)}"
            )
        for party in self.parties:
            if party not in known:
                raise InputError(f"unknown party '{party}': the circuit's registers are {', '.join(sorted(known))}")
        for name in sorted(known):
            check_party_name(name)
            if name in self.stages or any(split_item(recovery)[0] == name for recovery in self.recoveries):
                raise InputError(f"register '{name}' has the name of a stage or recovery: rename one of them")
        if len(set(self.parties)) != len(self.parties) or not self.parties:
            raise InputError("name each party once, and at least one")

    @classmethod
    def from_circuit(
        cls,
        circuit: QuantumCircuit,
        *,
        secret: str,
        parties: Sequence[str] | None = None,
        recoveries: Mapping[str, Recovery] | None = None,
        claims: Iterable[str | StatedClaim] = (),
        name: str = "circuit",
    ) -> Protocol:
        """A protocol of one stage, ``encode``. ``parties``: by default every register, quantum or classical."""
        return cls.from_stages(
            {"encode": circuit}, secret=secret, parties=parties, recoveries=recoveries, claims=claims, name=name
        )

    @classmethod
    def from_stages(
        cls,
        stages: Mapping[str, QuantumCircuit],
        *,
        secret: str,
        parties: Sequence[str] | None = None,
        recoveries: Mapping[str, Recovery] | None = None,
        claims: Iterable[str | StatedClaim] = (),
        name: str = "circuit",
    ) -> Protocol:
        """A protocol of several stages, in their order, on registers of the same names; see ``from_circuit``."""
        if isinstance(claims, str) or isinstance(parties, str):
            raise InputError("claims and parties are lists of texts, even of one")
        everyone = dict.fromkeys(register for circuit in stages.values() for register in registers_of(circuit))
        stated = tuple(StatedClaim(claim) if isinstance(claim, str) else claim for claim in claims)
        held = tuple(everyone if parties is None else parties)
        return cls(name, dict(stages), secret, held, dict(recoveries or {}), stated)

    def system(self, recoveries: Iterable[str] = ()) -> System:
        """The protocol as plain gates, with these recoveries; raises InputError, TooLargeError or CircuitError."""
        sizes = {key: size for circuit in self.stages.values() for key, size in registers_of(circuit).items()}
        chosen, recoveries = {}, list(recoveries)
        if len(recoveries) > 1 and len(recoveries) * sum(sizes.values()) > MOST_RECOVERIES:
            raise TooLargeError(
                f"{len(recoveries):,} recoveries of this size are too many: write a number for the letter"
            )
        for name in recoveries:
            recovery = self.recoveries[name]
            own = sizes | registers_of(recovery.circuit)
            output = _output_qubits(recovery.output, own, f"recovery '{name}'")
            if len(output) != sizes[self.secret]:
                raise InputError(
                    f"recovery '{name}' hands out {len(output)} qubits ('{recovery.output}'), the secret has {sizes[self.secret]}"
                )
            chosen[name] = CircuitRecovery(recovery.circuit, output)
        return read_system(self.stages, secret=self.secret, parties=self.parties, recoveries=chosen)

    def recoveries_of(self, claim: Claim) -> tuple[str, ...]:
        """The recoveries that a claim names, by letter or by number; raises InputError if it names what there is not."""
        found: list[str] = []
        of_recovery = claim.word in ("restores", "single-use")
        for name in filter(None, (claim.name, claim.after)):
            stem = split_item(name)[0]
            recoveries = [
                known
                for known in self.recoveries
                if known == name or (letter_of(name) and split_item(known)[0] == stem)
            ]
            found += recoveries
            if not recoveries and (of_recovery or name not in self.stages):
                known = [*([] if of_recovery else self.stages), *self.recoveries]
                kind = "recovery" if of_recovery else "stage or recovery"
                listed = join(known) or "none"
                raise InputError(
                    f"unknown {kind} '{name}' in '{claim}': this protocol has {listed}.{nearest(name, known)}"
                )
        return tuple(found)

    def parsed_claims(self) -> list[tuple[Claim, StatedClaim]]:
        """The protocol's own claims."""
        return [(parse_claim(stated.text), stated) for stated in self.claims]

    @property
    def scope(self) -> str:
        """The parameters in words: "n=3, levels=1"."""
        return ", ".join(f"{name}={value}" for name, value in self.parameters.items())


def _output_qubits(text: str, sizes: Mapping[str, int], place: str) -> tuple[str, ...]:
    """The names of the qubits that an output's text stands for."""
    names: list[str] = []
    for item in text.split():
        party = item.partition("[")[0]
        own = name_qubits([(party, sizes[party])]) if party in sizes else []
        if item in (party, f"{party}[*]"):
            names += own
        elif item in own or (item == f"{party}[0]" and len(own) == 1):
            names.append(item if item in own else party)
        if not own or (item not in (party, f"{party}[*]", f"{party}[0]") and item not in own):
            raise InputError(f"{place} has no output '{item}': its registers are {', '.join(sizes)}")
    return tuple(names)
