"""Protocol and certificate documents: strict JSON in, checked values out.

Each is a JSON object with exactly the keys of its form below. No duplicate key. A document's identity is
the SHA-256 of its bytes. Qubits are numbered register by register, the parties' first, then the environment's; a qubit
is named ``S[0]``, or ``A`` in a register of one.
"""

import json
import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from .paulis import ARITY, Gate
from .refusal import Refusal, at_most
from .terms import NAME, PARTY, Claim, letter_of, parse_claim, split_item

LARGEST_DOCUMENT, MOST_QUBITS, MOST_SECRETS = 64 * 2**20, 2_000_000, 1_000
VERSION = 1
_HEAD = {"format": str, "version": int}
_LAYOUT = {"parties": [(str, int)], "environment": [(str, int)], "secret": str}
_PARTS = {"stages": [(str, list)], "recoveries": [(str, list, [int])], "others": [(str, list)]}
_VALUES = {"noises": [(str, [(str, int, [int], [(str, int)])])], "ensembles": [(str, [str])]}
PROTOCOL_FORM = _HEAD | _LAYOUT | _PARTS | _VALUES
_CASES = [{"letters": dict, "operators": [str]}]
CERTIFICATE_FORM = _HEAD | {"rule": str, "protocol": str, "claim": str, "conclusion": str, "cases": _CASES}


@dataclass(frozen=True, slots=True)
class Protocol:
    """What is checked: an encoding from ``secret`` in stages, every other qubit starting in |0⟩, and recoveries.

    ``registers`` maps names to qubits; qubits below ``held`` are the parties'. A recovery is its gates and its output;
    it acts only on qubits that are held, or that no stage has touched (so they are still in |0⟩). ``others`` are other
    encodings of the same secret on the same qubits; ``noises`` are read by the rule about noise, ``ensembles`` (states)
    by the rule about channels.
    """

    sha256: str
    names: list[str]
    registers: dict[str, range]
    held: int
    secret: range
    stages: dict[str, list[Gate]] = field(default_factory=dict)
    recoveries: dict[str, tuple[list[Gate], list[int]]] = field(default_factory=dict)
    others: dict[str, list[Gate]] = field(default_factory=dict)
    noises: dict[str, list[Any]] = field(default_factory=dict)
    ensembles: dict[str, list[str]] = field(default_factory=dict)
    stems: dict[str, set[str]] = field(default_factory=dict)

    def size(self, item: str) -> int:
        """How many values an index may take: the qubits of a register, or the stages and recoveries name[0], …"""
        name = split_item(item)[0]
        known = self.stems.get(name, set())  # empty for a register: no stage or recovery may take its name
        if known != {f"{name}[{number}]" for number in range(len(known))}:
            raise Refusal("bad-name", f"item {item}", f"{name}[0] to {name}[{len(known) - 1}] without a gap", "others")
        return len(self.registers.get(name, known))

    def moment(self, name: str) -> list[list[Gate]]:
        """The gates up to the end of a stage, of a recovery (after all stages) or, for "", of the encoding."""
        stages = list(self.stages)
        if name in self.recoveries:
            return [*self.stages.values(), self.recoveries[name][0]]
        if name not in ("", *stages):
            raise Refusal("unknown-name", f"'{name}'", "one of " + ", ".join([*stages, *self.recoveries]), name)
        return [self.stages[stage] for stage in stages[: stages.index(name) + 1 if name else None]]

    def held_by(self, claim: Claim) -> list[int]:
        """The qubits of a claim's coalition, or the output of the recovery that it says restores."""
        if claim.word not in ("restores", "single-use"):
            return sorted({qubit for item in dict.fromkeys(claim.coalition) for qubit in self.qubits(item)})
        if claim.name not in self.recoveries:
            raise Refusal("unknown-name", f"'{claim}'", "a recovery, of " + ", ".join(self.recoveries), claim.name)
        return self.recoveries[claim.name][1]

    def qubits(self, item: str) -> list[int]:
        """The parties' qubits that an item without letters names, in order."""
        name, index = split_item(item)
        number, register = index.removeprefix("*-"), self.registers.get(name, range(0))
        held, plain = 0 < register.stop <= self.held, index in ("", "*")
        if not held or not (plain or (re.fullmatch("0|[1-9][0-9]{0,8}", number) and int(number) < len(register))):
            known = ", ".join(f"{own}[0 to {len(qubits) - 1}]" for own, qubits in self.registers.items())
            raise Refusal("unknown-name", f"item {item}", f"a party's qubits, of {known}", item)
        chosen = list(register) if plain else [register[int(number)]]
        return chosen if number == index else [qubit for qubit in register if qubit != chosen[0]]


def read_protocol(data: bytes) -> Protocol:
    """Read a protocol document; raises Refusal (malformed) at the first thing that is not as the format says."""
    document = _document(data, "protocol", PROTOCOL_FORM)
    names, registers = list[str](), dict[str, range]()
    for name, size in document["parties"] + document["environment"]:
        if not PARTY.fullmatch(name) or name in registers or not 1 <= size <= MOST_QUBITS - len(names):
            raise Refusal("bad-register", "protocol", f"a new name, 1 to {MOST_QUBITS} qubits in all", [name, size])
        registers[name] = range(len(names), len(names) + size)
        names += [name] if size == 1 else [f"{name}[{number}]" for number in range(size)]
    held, secret = sum(size for _, size in document["parties"]), registers.get(document["secret"], range(0))
    if not 1 <= len(secret) <= MOST_SECRETS:
        raise Refusal("unknown-name", "protocol.secret", f"one of 1 to {MOST_SECRETS} qubits", document["secret"])
    protocol, everywhere = Protocol(sha256(data).hexdigest(), names, registers, held, secret), [True] * len(names)
    for name, gates in document["stages"]:
        protocol.stages[_new_name(name, protocol)] = _gates(gates, everywhere, f"stage {name}")
    touched = {qubit for gates in protocol.stages.values() for gate in gates for qubit in gate[1:]}.union(secret)
    fresh = [qubit < held or qubit not in touched for qubit in range(len(names))]
    for name, gates, output in document["recoveries"]:
        if len(output) != len(secret) or len(set(output)) != len(output) or not 0 <= min(output) <= max(output) < held:
            raise Refusal("bad-qubit", f"recovery {name}, output", f"{len(secret)} different held qubits", output)
        protocol.recoveries[_new_name(name, protocol)] = _gates(gates, fresh, f"recovery {name}"), output
    for name, gates in document["others"]:
        protocol.others[_new_name(name, protocol)] = _gates(gates, everywhere, f"encoding {name}")
    protocol.noises.update((_new_name(name, protocol), locations) for name, locations in document["noises"])
    protocol.ensembles.update((_new_name(name, protocol), states) for name, states in document["ensembles"])
    return protocol


def read_certificate(data: bytes) -> dict[str, Any]:
    """A certificate: a conclusion about a claim, per case its letters and its signed operators; raises Refusal."""
    certificate = _document(data, "certificate", CERTIFICATE_FORM)
    header = [certificate[key] for key in ("rule", "conclusion", "protocol")]
    if not re.fullmatch("[a-z-]+ (PROVED|REFUTED) [0-9a-f]{64}", " ".join(header)):
        raise Refusal("newer-format", "certificate", "a rule, PROVED or REFUTED, a SHA-256", header)
    if any(type(number) is not int for case in certificate["cases"] for number in case["letters"].values()):
        raise Refusal("wrong-type", "certificate.cases", "whole numbers for letters", "another value")
    return certificate | {"claim": parse_claim(certificate["claim"]), "sha256": sha256(data).hexdigest()}


def _document(data: bytes, kind: str, form: dict[str, Any]) -> dict[str, Any]:
    at_most(LARGEST_DOCUMENT, len(data), kind, "bytes")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise Refusal("duplicate-key", kind, "each key once", [name for name, _ in pairs])
        return dict(pairs)

    try:
        document = json.loads(data.decode("utf-8"), object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise Refusal("not-json", kind, "JSON in UTF-8, of few levels and short integers", str(error)) from None
    if type(document) is not dict or document.get("format") != f"noclone {kind}":
        raise Refusal("wrong-type", kind, f'an object with "format": "noclone {kind}"', document)
    if document.get("version") != VERSION:
        raise Refusal("newer-format", f"{kind}.version", VERSION, document.get("version"))
    _match(document, form, kind)
    return document


def _match(value: Any, form: Any, place: str) -> None:
    """Refuse a value not of its form: a dict of forms by key, [form] for each entry, a tuple of forms, or a type."""
    kind: Any = form if type(form) is type else dict if type(form) is dict else list
    if type(value) is not kind or (type(form) is tuple and len(value) != len(form)):
        raise Refusal("wrong-type", place, kind.__name__ if type(form) is not tuple else len(form), value)
    if kind is dict and form is not dict and value.keys() != form.keys():
        code = "unknown-key" if value.keys() - form.keys() else "missing-key"
        raise Refusal(code, place, "keys " + ", ".join(form), ", ".join(value))
    for key in () if form is kind else form if kind is dict else range(len(value)):
        _match(value[key], form[0 if type(form) is list else key], f"{place}.{key}")


def _gates(gates: list[Any], allowed: list[bool], place: str) -> list[Gate]:
    """The gates, each of a known name with its number of different qubits, all of them allowed here."""
    for number, gate in enumerate(gates):
        named = type(gate) is list and bool(gate) and type(gate[0]) is str
        if not named or len(gate) - 1 not in ARITY.get(gate[0], ()):
            raise Refusal("bad-gate", f"{place}, gate {number}", "one of " + " ".join(ARITY) + " and its qubits", gate)
        for qubit in gate[1:]:
            if type(qubit) is not int or not 0 <= qubit < len(allowed) or not allowed[qubit] or gate.count(qubit) > 1:
                expected = f"different qubits below {len(allowed)}, in a recovery held or fresh ones"
                raise Refusal("bad-qubit", f"{place}, gate {number}", expected, gate)
    return gates


def _new_name(name: str, protocol: Protocol) -> str:
    known = protocol.stems.setdefault(stem := split_item(name)[0], set())
    if not NAME.fullmatch(name) or letter_of(name) or stem in protocol.registers or known & {name, stem}:
        raise Refusal("bad-name", "stages and recoveries", "a new name or name[number], not a register's", repr(name))
    known.add(name)
    return name
