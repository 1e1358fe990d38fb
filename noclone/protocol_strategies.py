"""Hypothesis strategies of protocols, coalitions, claims and certificates; public as ``noclone.strategies``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from hypothesis import assume, currently_in_test_context, note
from hypothesis import strategies as st

from noclone.api import system_for
from noclone.models.clifford import pauli_gates, place_gates
from noclone.models.system import Gate, RecoveryGates, Stage, System
from noclone.proofs.claims import Claim, parse_claim
from noclone.proofs.decoders import decoder_circuit
from noclone.proofs.prover import Prover
from noclone.proofs.search import StabilizerSearch
from noclone.proofs.witnesses import basis
from noclone.protocols.protocol import Protocol, Recovery
from noclone.state_strategies import circuits, clifford_gates, clifford_t_gates

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

__all__ = ["Evidence", "certificates", "claims", "coalitions", "protocols", "systems"]

_INVERSE = {"H": 1, "CX": 1, "S": 3, "T": 7}


@st.composite
def systems(
    draw: st.DrawFn,
    *,
    secrets: int = 1,
    most_held: int = 3,
    most_environment: int = 2,
    clifford: bool = True,
    recoveries: bool = True,
    most_gates: int = 32,
) -> System:
    """A protocol as plain gates (``noclone.models.system.System``), with nothing of Qiskit: fast.

    The secret A has so many qubits, the party B 1 to ``most_held``, the environment E up to ``most_environment``, and one in
    six times it is the environment that is left with A. The stages are ``first`` and ``second``. The recovery ``decrypt``
    hands out O, a fresh register of its own (a party of the system): for a coalition that is authorized the decoder that its
    Pauli operators give, whole or with a gate dropped, else random gates on the coalition and O. With T gates it undoes the
    encoding where nothing is in the environment. Shrinks to fewer qubits and gates, the secret held, the decoder whole.
    """
    held, unheld = draw(st.integers(1, most_held)), draw(st.integers(0, most_environment))
    kept = draw(st.integers(0, 5)) < 5
    owners = [("A", secrets)] * kept + [("B", held)] + [("O", secrets)] * recoveries
    environment = [("A", secrets)] * (not kept) + ([("E", unheld)] if unheld else [])
    whole = System(tuple(owners), tuple(environment), "A", (Stage("first", ()),))
    touched = [qubit for qubit, name in enumerate(whole.names) if name.partition("[")[0] != "O"]
    gates = clifford_gates if clifford else clifford_t_gates
    stages = tuple(Stage(name, draw(gates(touched, most=most_gates // 2))) for name in ("first", "second"))
    system = replace(whole, stages=stages)
    return replace(system, recoveries=(draw(_recovery(system, touched)),)) if recoveries else system


@st.composite
def _recovery(draw: st.DrawFn, system: System, touched: Sequence[int]) -> RecoveryGates:
    secrets = len(system.secret_qubits)
    fresh = [qubit for qubit, name in enumerate(system.names) if name.partition("[")[0] == "O"]
    mine = [qubit for qubit in touched if qubit < system.held]
    held = draw(st.lists(st.sampled_from(mine), min_size=1, unique=True).map(sorted))
    gates: tuple[Gate, ...] = ()
    if system.is_clifford:
        operators = StabilizerSearch(system).represent(None, held, basis(secrets))
        gates = tuple(_decoder(operators, system, fresh)) if operators else ()
    elif len(mine) == len(touched):
        undone = [gate for gate in reversed(system.gates_until(None)) for _ in range(_INVERSE[gate[0]])]
        moved = [("CX", *pair) for a, b in zip(system.secret_qubits, fresh, strict=True) for pair in ((a, b), (b, a))]
        gates = (*undone, *moved)
    if gates and draw(st.integers(0, 3)) == 3:
        dropped = draw(st.integers(0, len(gates) - 1))
        gates = gates[:dropped] + gates[dropped + 1 :]
    if not gates:
        gates = draw((clifford_gates if system.is_clifford else clifford_t_gates)([*held, *fresh], most=6))
    return RecoveryGates("decrypt", gates, tuple(fresh))


def _decoder(operators: Sequence[str], system: System, fresh: Sequence[int]) -> Iterator[Gate]:
    """``noclone.proofs.decoders.decoder_circuit`` as plain gates."""
    for at, output in enumerate(fresh):
        x, z = operators[2 * at], operators[2 * at + 1]
        for operator in (z, x):
            yield from [("H", output)] if operator is z else []
            for factor in operator[1:].split(" "):
                yield from place_gates(pauli_gates(factor[0], controlled=True), [output, system.index[factor[2:]]])
            yield from [("S", output)] * 2 if operator[0] == "-" else []
            yield from [("H", output)] if operator is z else []


@st.composite
def protocols(
    draw: st.DrawFn,
    *,
    secrets: int = 1,
    most_held: int = 3,
    most_environment: int = 1,
    clifford: bool = True,
    bits: bool = False,
    most: int = 32,
) -> Protocol:
    """A ``noclone.Protocol`` of Qiskit circuits: the secret A, parties B and perhaps C, an environment E, one or two stages.

    Resets add to the environment, and with ``bits`` there is a party K of classical bits, measurements and conditions.
    Clifford protocols have a recovery ``decrypt``, as ``systems`` do: it works where the coalition drawn is authorized,
    unless its last operation was dropped. A failing test prints the circuits. Shrinks as ``systems`` do.
    """
    size, unheld = draw(st.integers(1, most_held)), draw(st.integers(0, most_environment))
    third = draw(st.integers(0, size - 1))
    parties = {"A": secrets, "B": size - third} | ({"C": third} if third else {})
    registers, classical = parties | ({"E": unheld} if unheld else {}), {"K": 1} if bits else {}
    names = ["first", "second"][: draw(st.integers(1, 2))]
    encode = circuits(
        registers, bits=classical, clifford=clifford, resets=most_environment > 0, most=most // len(names)
    )
    stages = {name: draw(encode) for name in names}
    protocol = Protocol.from_stages(stages, secret="A", parties=[*parties, *classical], name="drawn")
    # a condition on a T gate is never drawn, so what is not Clifford has T
    if clifford:
        protocol = replace(protocol, recoveries={"decrypt": draw(_circuit_recovery(protocol, classical))})
    if currently_in_test_context():
        note(_Drawing(protocol))
    return protocol


@st.composite
def _circuit_recovery(draw: st.DrawFn, protocol: Protocol, classical: Iterable[str]) -> Recovery:
    system = protocol.system()
    sizes, secrets = dict(system.parties), len(system.secret_qubits)
    held = draw(coalitions(system, least=1))
    operators = StabilizerSearch(system).represent(None, [system.index[name] for name in held], basis(secrets))
    if operators is None:
        mine = {name: size for name, size in sizes.items() if name not in classical}
        return Recovery(draw(circuits(mine | {"O": secrets}, most=4)), "O")
    decoder = decoder_circuit(operators, sizes, "O", classical=tuple(classical))
    if draw(st.integers(0, 3)) == 3:
        del decoder.data[-1]
    return Recovery(decoder, "O")


class _Drawing:
    """A protocol's circuits, drawn when they are printed."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol

    def __repr__(self) -> str:
        shown: dict[str, QuantumCircuit] = dict(self.protocol.stages)
        shown |= {name: recovery.circuit for name, recovery in self.protocol.recoveries.items()}
        return "\n".join(f"{name}:\n{circuit.draw('text')}" for name, circuit in shown.items())


def _names(target: Protocol | System) -> list[str]:
    """The qubits that parties hold at the end of the encoding; a recovery's own registers are not among them."""
    system = target.system() if isinstance(target, Protocol) else target
    fresh = _untouched(system)
    return [name for qubit, name in enumerate(system.names[: system.held]) if qubit not in fresh]


def _untouched(system: System) -> set[int]:
    """Fresh qubits that recoveries hand out and no stage has."""
    used = {qubit for gate in system.gates_until(None) for qubit in gate[1:]} | set(system.secret_qubits)
    return {qubit for recovery in system.recoveries for qubit in recovery.output} - used


def coalitions(target: Protocol | System, *, least: int = 0) -> st.SearchStrategy[tuple[str, ...]]:
    """Names of at least so many qubits that parties hold, in the protocol's order. Shrinks to fewer, then to earlier ones."""
    names = _names(target)
    chosen = st.lists(st.sampled_from(range(len(names))), min_size=least, unique=True)
    return chosen.map(lambda places: tuple(names[place] for place in sorted(places)))


@st.composite
def claims(draw: st.DrawFn, target: Protocol | System, *, words: Iterable[str] | None = None) -> Claim:
    """A claim that fits the protocol: it is parsed, and names only qubits, stages and recoveries that there are.

    ``words`` chooses among hides, mixed, recovers, leaks, untouched and, where there is a recovery, restores,
    single-use, fidelity and entanglement-fidelity. A whole register is sometimes written ``B[*]`` or, for each of its
    qubits, ``B[i]``. It may be false. Shrinks to a coalition of one qubit, at the end of the encoding.
    """
    parts = list(target.stages) if isinstance(target, Protocol) else [stage.name for stage in target.stages]
    found = target.recoveries if isinstance(target, Protocol) else [recovery.name for recovery in target.recoveries]
    recoveries = list(found)
    about_recoveries = ("restores", "single-use", "fidelity", "entanglement-fidelity")
    known = ["hides", "mixed", "recovers", "leaks", "untouched", *(about_recoveries if recoveries else ())]
    word = draw(st.sampled_from([each for each in known if words is None or each in words]))
    if word in about_recoveries:
        bound = f" >= {draw(st.fractions(0, 1, max_denominator=8))}" if "fidelity" in word else ""
        return parse_claim(f"{word} {draw(st.sampled_from(recoveries))}{bound}")
    system = target.system() if isinstance(target, Protocol) else target
    held = " ".join(draw(_items(system, draw(coalitions(target, least=1)))))
    if word == "untouched":
        return parse_claim(f"untouched {held} by {draw(st.sampled_from(parts))}")
    pauli = draw(st.sampled_from(_paulis(len(system.secret_qubits)))) if word == "leaks" else ""
    moment = draw(st.sampled_from(["", "", *(f" after {name}" for name in [*parts, *recoveries])]))
    return parse_claim(f"{word} {f'{pauli} from ' if pauli else ''}{held}{moment}")


def _paulis(secrets: int) -> list[str]:
    words = [""]
    for _ in range(secrets):
        words = [word + letter for word in words for letter in "IXYZ"]
    return words[1:]


@st.composite
def _items(draw: st.DrawFn, system: System, held: Sequence[str]) -> list[str]:
    """The coalition as items: one register of several qubits is sometimes written with * or a letter."""
    wide = [name for name, size in system.parties if size > 1 and any(one.startswith(f"{name}[") for one in held)]
    index = draw(st.sampled_from(["", "", "*", "i"])) if wide else ""
    if not index:
        return list(held)
    name = draw(st.sampled_from(wide))
    return [*(one for one in held if not one.startswith(f"{name}[")), f"{name}[{index}]"]


@dataclass(frozen=True)
class Evidence:
    """A protocol document and a certificate document, as the kernel reads them, and the damages done to them, in words."""

    protocol: bytes
    certificate: bytes
    damages: tuple[str, ...] = ()


@st.composite
def certificates(
    draw: st.DrawFn, target: Protocol | System, *, damaged: bool = False, words: Iterable[str] | None = None
) -> Evidence:
    """What the kernel accepts, proved or refuted, of a drawn claim; or, ``damaged``, that with one to three damages.

    A damage changes an operator, a gate, the conclusion, the claim, the cases or the protocol's hash; where a gate has
    changed the certificate is mostly bound to the new protocol, so that the hash alone does not give it away. The damaged
    one may still be right: compare with the truth. Claims without a certificate are rejected. Shrinks as ``claims`` do, then
    to one damage, of an operator.
    """
    claim = draw(claims(target, words=words))
    system = target if isinstance(target, System) else system_for(target, claim)
    verdict = Prover(system).verdict(claim)
    assume(verdict.certificate is not None)
    evidence = Evidence(verdict.protocol or b"", verdict.certificate or b"")
    return draw(_damaged(evidence)) if damaged else evidence


@st.composite
def _damaged(draw: st.DrawFn, evidence: Evidence) -> Evidence:
    protocol, certificate = json.loads(evidence.protocol), json.loads(evidence.certificate)
    registers = [*protocol["parties"], *protocol["environment"]]
    names = [f"{name}[{at}]" if size > 1 else name for name, size in registers for at in range(size)]
    kinds = ["operator", "gate", "conclusion", "claim", "case", "hash"]
    if not any(case["operators"] for case in certificate["cases"]):
        kinds.remove("operator")
    damages = []
    for kind in draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=3, unique=True)):
        before = json.dumps([protocol, certificate])
        if kind == "operator":
            _damage_operator(draw, certificate, names)
        elif kind == "gate":
            parts = [gates for _, gates, *_ in [*protocol["stages"], *protocol["recoveries"]]]
            _damage_gates(draw, draw(st.sampled_from(parts)), len(names))
        elif kind == "conclusion":
            certificate["conclusion"] = {"PROVED": "REFUTED", "REFUTED": "PROVED"}[certificate["conclusion"]]
        elif kind == "claim":
            given = certificate["claim"].split()
            at = draw(st.integers(0, len(given) - 1))
            given[at] = draw(st.sampled_from([*names, "hides", "mixed", "recovers", "X", "Z"]))
            certificate["claim"] = " ".join(given)
        elif kind == "case" and certificate["cases"]:
            at = draw(st.integers(0, len(certificate["cases"]) - 1))
            certificate["cases"][at : at + 1] = [] if draw(st.booleans()) else [certificate["cases"][at]] * 2
        if kind == "hash" or json.dumps([protocol, certificate]) != before:
            damages.append(kind)
    assume(damages)
    document = json.dumps(protocol, sort_keys=True, separators=(",", ":")).encode()
    if draw(st.integers(0, 9)) < 9:
        certificate["protocol"] = sha256(document).hexdigest()
    if "hash" in damages:
        certificate["protocol"] = certificate["protocol"][::-1]
    return Evidence(document, json.dumps(certificate, sort_keys=True, indent=1).encode(), tuple(damages))


def _damage_operator(draw: st.DrawFn, certificate: dict[str, Any], names: Sequence[str]) -> None:
    """Change an operator's sign, a letter, a qubit, or one factor more or less; the rules that compute have none."""
    lists = [case["operators"] for case in certificate["cases"] if case["operators"]]
    if not lists:
        return
    operators = draw(st.sampled_from(lists))
    which = draw(st.integers(0, len(operators) - 1))
    sign, factors = operators[which][0], [factor for factor in operators[which][1:].split(" ") if factor != "I"]
    kind = draw(st.sampled_from(["sign", "drop", "letter", "qubit", "add"] if factors else ["sign", "add"]))
    at = draw(st.integers(0, max(len(factors) - 1, 0)))
    if kind == "sign":
        sign = "-" if sign == "+" else "+"
    elif kind == "drop":
        del factors[at]
    elif kind == "letter":
        factors[at] = draw(st.sampled_from("XYZ")) + factors[at][1:]
    elif kind == "qubit":
        factors[at] = factors[at][:2] + draw(st.sampled_from(list(names)))
    else:
        factors.append(f"{draw(st.sampled_from('XYZ'))}_{draw(st.sampled_from(list(names)))}")
    operators[which] = sign + (" ".join(factors) or "I")


def _damage_gates(draw: st.DrawFn, gates: list[Any], qubits: int) -> None:
    """Drop, double, swap or move a gate, or put in an H."""
    at = draw(st.integers(0, len(gates) - 1)) if gates else 0
    kind = draw(st.sampled_from(["drop", "double", "swap", "move", "add"] if gates else ["add"]))
    if kind == "drop":
        del gates[at]
    elif kind == "double":
        gates.insert(at, list(gates[at]))
    elif kind == "swap":
        gates[at : at + 2] = reversed(gates[at : at + 2])
    elif kind == "move":
        gates[at][-1] = draw(st.integers(0, qubits - 1))
    else:
        gates.insert(at, ["H", draw(st.integers(0, qubits - 1))])
