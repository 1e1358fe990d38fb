"""A protocol: circuits, who holds what, recoveries, and claims."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from noclone.models.errors import InputError, TooLargeError, nearest
from noclone.models.reading import CircuitRecovery, read_system, registers_of
from noclone.models.system import Gate, Noise, Stage, System, name_qubits
from noclone.proofs.claims import Claim, StatedClaim, check_party_name, join, letter_of, parse_claim, split_item

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

    from noclone.models.channels import Channel, NoiseLocation

__all__ = ["MOST_RECOVERIES", "LazyRecoveries", "Protocol", "Recovery", "Strike"]

MOST_RECOVERIES = 2_000_000
"""How many recoveries, times the protocol's qubits, are read together where a claim names them by a letter."""


@dataclass(frozen=True)
class Recovery:
    """A circuit that is to restore the secret, and where: ``output`` names qubits ("B", "S[0]", "B[0] B[1]"), in order.

    The circuit acts on the protocol's registers, by name, and on fresh registers of its own, which start in ``|0⟩``.
    """

    circuit: QuantumCircuit
    output: str


@dataclass(frozen=True)
class Strike:
    """A channel at some place of a protocol: after a stage or recovery, or after operations of their circuits.

    ``channel`` is a ``noclone.models.channels.Channel`` or its text ("depolarizing(1/100)"). With ``after`` it acts at the end of
    that stage or recovery, on each of the qubits that ``on`` names ("S[*] N[0]"; a channel of several qubits on all of
    them together). With ``gates`` = 1 or 2 instead, it acts after every operation on so many qubits, on its qubits: a channel
    of one qubit on each of them.
    """

    channel: Channel | str
    on: str = ""
    after: str = ""
    gates: int = 0

    def __post_init__(self) -> None:
        if bool(self.gates) == bool(self.on or self.after) or bool(self.on) != bool(self.after):
            raise InputError(
                "noise strikes either after=… a stage or recovery, on=… qubits, or after gates=… of 1 or 2 qubits"
            )
        if self.gates not in (0, 1, 2):
            raise InputError(f"noise after gates of {self.gates} qubits: write 1 or 2")


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
    was built with, and ``closed_form`` its formulas for large sizes (``noclone.proofs.search.ClosedForm``). ``others`` are protocols
    to compare the encoding with (``equivalent NAME``), on registers of the same names; ``noises`` what claims are ``under``; ``ensembles``
    sets of states for bounds on cloning (``noclone.proofs.ensembles.ensemble``).
    """

    name: str
    stages: Mapping[str, QuantumCircuit]
    secret: str
    parties: tuple[str, ...]
    recoveries: Mapping[str, Recovery] = field(default_factory=dict)
    claims: tuple[StatedClaim, ...] = ()
    parameters: Mapping[str, int] = field(default_factory=dict)
    closed_form: Callable[[str | None, frozenset[str]], Mapping[str, str] | None] | None = None
    others: Mapping[str, Protocol] = field(default_factory=dict)
    noises: Mapping[str, Sequence[Strike]] = field(default_factory=dict)
    ensembles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

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
        others: Mapping[str, Protocol] | None = None,
        noises: Mapping[str, Sequence[Strike]] | None = None,
        name: str = "circuit",
    ) -> Protocol:
        """A protocol of one stage, ``encode``. ``parties``: by default every register, quantum or classical."""
        return cls.from_stages(
            {"encode": circuit},
            secret=secret,
            parties=parties,
            recoveries=recoveries,
            claims=claims,
            others=others,
            noises=noises,
            name=name,
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
        others: Mapping[str, Protocol] | None = None,
        noises: Mapping[str, Sequence[Strike]] | None = None,
        name: str = "circuit",
    ) -> Protocol:
        """A protocol of several stages, in their order, on registers of the same names; see ``from_circuit``."""
        if isinstance(claims, str) or isinstance(parties, str):
            raise InputError("claims and parties are lists of texts, even of one")
        everyone = dict.fromkeys(register for circuit in stages.values() for register in registers_of(circuit))
        stated = tuple(StatedClaim(claim) if isinstance(claim, str) else claim for claim in claims)
        held = tuple(everyone if parties is None else parties)
        return cls(
            name,
            dict(stages),
            secret,
            held,
            dict(recoveries or {}),
            stated,
            others=dict(others or {}),
            noises=dict(noises or {}),
        )

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
        system = read_system(self.stages, secret=self.secret, parties=self.parties, recoveries=chosen)
        return replace(
            system,
            others=tuple(Stage(name, _encoding_of(other, name, system)) for name, other in self.others.items()),
            noises=tuple(
                Noise(name, _places(name, strikes, system, self.recoveries)) for name, strikes in self.noises.items()
            ),
            ensembles=tuple(self.ensembles.items()),
        )

    def recoveries_of(self, claim: Claim) -> tuple[str, ...]:
        """The recoveries that a claim names, by letter or by number; raises InputError if it names what there is not."""
        found: list[str] = []
        of_recovery = claim.word in ("restores", "single-use", "fidelity", "entanglement-fidelity")
        for name in filter(None, ("" if claim.word == "equivalent" else claim.name, claim.after)):
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


def _encoding_of(other: Protocol, name: str, system: System) -> tuple[Gate, ...]:
    """Another protocol's encoding on this system's qubits, by their names; raises InputError if they do not fit."""
    theirs = replace(other, others={}, noises={}).system()
    place = {qubit: system.index.get(own) for qubit, own in enumerate(theirs.names)}
    strange = [own for own in theirs.names if own not in system.index] or [
        own for own in system.names if own not in theirs.index
    ]
    if strange or theirs.secret != system.secret:
        why = (
            f"qubit '{strange[0]}' is not in both"
            if strange
            else f"its secret is '{theirs.secret}', not '{system.secret}'"
        )
        raise InputError(f"cannot compare with '{name}': {why}; give both circuits the same registers")
    return tuple((gate, *(int(place[qubit] or 0) for qubit in qubits)) for gate, *qubits in theirs.gates_until(None))


def _places(
    name: str, strikes: Sequence[Strike], system: System, recoveries: Container[str]
) -> tuple[NoiseLocation, ...]:
    """Where a noise's channels act; raises InputError for a part, qubit or channel that does not fit."""
    from noclone.models.channel_texts import parse_channel
    from noclone.models.channels import Channel, NoiseLocation

    found = []
    parts = system.parts
    for strike in strikes:
        channel = strike.channel if isinstance(strike.channel, Channel) else parse_channel(strike.channel)
        places: list[tuple[str, int, tuple[int, ...]]] = []
        if strike.gates:
            for part in parts.values():
                places += [(part.name, end, on) for end, on in part.operations if len(on) == strike.gates]
        elif strike.after in parts:
            registers = dict(system.parties + system.environment)
            on = tuple(
                system.index[qubit] for qubit in _output_qubits(strike.on, registers, f"noise '{name}'", "qubit")
            )
            places.append((strike.after, len(parts[strike.after].gates), on))
        elif strike.after not in recoveries:  # of which the system has those that a claim names
            raise InputError(
                f"noise '{name}' strikes after '{strike.after}': there is no such stage or recovery.{nearest(strike.after, parts)}"
            )
        for part_name, end, on in places:
            each = [(qubit,) for qubit in on] if channel.qubits == 1 else [on]
            if len(each[0]) != channel.qubits:
                raise InputError(f"noise '{name}': {channel} acts on {channel.qubits} qubits, but strikes {len(on)}")
            found += [NoiseLocation(part_name, end, qubits, channel) for qubits in each]
    return tuple(found)


def _output_qubits(text: str, sizes: Mapping[str, int], place: str, kind: str = "output") -> tuple[str, ...]:
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
            raise InputError(f"{place} has no {kind} '{item}': its registers are {', '.join(sizes)}")
    return tuple(names)
