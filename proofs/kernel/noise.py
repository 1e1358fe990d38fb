"""The entanglement fidelity of a recovery under Pauli noise with rational probabilities.

A noise location is [part, position, qubits, [[word, weight], …]]: after so many gates of a stage or recovery, the Pauli
``word`` strikes the qubits with probability weight / (sum of the weights). Pulled back through a Clifford circuit, the
operator L of the output stays a Pauli, multiplied at each location by Σ ± weight / Σ weight (minus where the word
anticommutes with it). With a reference, F_e = 4^(−k) Σ_L f(L): f(L) is the product of those factors, with the sign of
the operator, if it ends as L on the secret times Z's on qubits that start in |0⟩, and 0 otherwise. The average over
pure inputs is (d·F_e + 1)/(d + 1), d = 2^k (Nielsen, arXiv:quant-ph/0205035).
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

from .documents import Protocol
from .paulis import Paulis
from .refusal import Refusal
from .terms import Claim

MOST_SECRETS = 5
MOST_STRIKES = 200_000
"""Operators times noise locations and their words, all cases of a claim together."""
MOST_WEIGHT = 10**30


def check_case(protocol: Protocol, claim: Claim, proved: bool, operators: list[str], cases: int) -> None:
    """Return if the fidelity is at least the claim's bound (proved), or is not (not proved); else refuse."""
    if operators:
        raise Refusal("wrong-count", f"'{claim}'", "no operators: the kernel makes them", operators)
    if claim.name not in protocol.recoveries or claim.noise not in ("", *protocol.noises):
        known = ", ".join([*protocol.recoveries, *protocol.noises])
        raise Refusal("unknown-name", f"'{claim}'", f"a recovery, and a noise, of {known}", str(claim))
    found = entanglement_fidelity(protocol, claim.name, claim.noise, cases)
    dimension = 2 ** len(protocol.secret)
    if claim.word == "fidelity":
        found = (dimension * found + 1) / (dimension + 1)
    if (found >= bound_of(claim)) != proved:
        raise Refusal("wrong-conclusion", f"'{claim}'", f"a bound that fits {float(found):.17g}", claim.bound)


def bound_of(claim: Claim) -> Fraction:
    """The number that a claim names; raises Refusal for a division by 0."""
    try:
        return Fraction(claim.bound)
    except ZeroDivisionError:
        raise Refusal("bad-claim", f"'{claim}'", "a number", claim.bound) from None


def entanglement_fidelity(protocol: Protocol, recovery: str, noise: str, cases: int = 1) -> Fraction:
    """F_e of the encoding followed by this recovery, with the noise of this name ("": none); one of so many cases."""
    secret, size, place = protocol.secret, len(protocol.names), f"fidelity of {recovery}"
    if len(secret) > MOST_SECRETS:
        raise Refusal("too-large", place, f"at most {MOST_SECRETS} secret qubits", len(secret))
    gates, output = protocol.recoveries[recovery]
    parts = [*protocol.stages.items(), (recovery, gates)]
    locations = _locations(protocol, noise)
    work = cases * 4 ** len(secret) * sum(len(strikes) for found in locations.values() for _, _, strikes in found)
    if work > MOST_STRIKES:
        raise Refusal("too-large", place, f"at most {MOST_STRIKES} operators times words of noise", work)
    words = ["".join(letters) for letters in itertools.product("IXYZ", repeat=len(secret))]
    paulis, factors = Paulis(len(words), [0] * size, [0] * size), [Fraction(1)] * len(words)
    for which, word in enumerate(words):
        for qubit, letter in zip(output, word, strict=True):
            paulis.x[qubit] |= (letter in "XY") << which
            paulis.z[qubit] |= (letter in "YZ") << which
    for part, part_gates in reversed(parts):
        end = len(part_gates)
        for position, qubits, strikes in sorted(locations.get(part, []), key=lambda found: found[0], reverse=True):
            paulis.pull_back(part_gates[position:end])
            end = position
            _strike(paulis, factors, qubits, strikes)
        paulis.pull_back(part_gates[:end])
    broken = paulis.support(set(range(size)) - set(secret), only_x=True)
    total = Fraction(0)
    for which, (word, factor) in enumerate(zip(words, factors, strict=True)):
        found = paulis.word(which, secret)
        if found[1:] == word and not broken >> which & 1:
            total += factor if found[0] == "+" else -factor
    return total / len(words)


def _strike(paulis: Paulis, factors: list[Fraction], qubits: list[int], strikes: list[tuple[str, int]]) -> None:
    """Multiply each operator's factor by what is left of it after these Paulis strike, each with its weight."""
    for which in range(paulis.count):
        own = [(paulis.x[qubit] >> which & 1, paulis.z[qubit] >> which & 1) for qubit in qubits]
        left = 0
        for word, weight in strikes:
            anti = sum(x * (letter in "YZ") + z * (letter in "XY") for (x, z), letter in zip(own, word, strict=True))
            left += -weight if anti % 2 else weight
        factors[which] *= Fraction(left, sum(weight for _, weight in strikes))


def _locations(protocol: Protocol, noise: str) -> dict[str, list[tuple[int, list[int], Any]]]:
    """The noise's locations by part; raises Refusal for one that does not fit, or has weights of too many digits."""
    lengths = {name: len(gates) for name, gates in protocol.stages.items()}
    lengths |= {name: len(gates) for name, (gates, _) in protocol.recoveries.items()}
    found: dict[str, list[tuple[int, list[int], Any]]] = {}
    for place, (name, position, qubits, strikes) in enumerate(protocol.noises[noise] if noise else ()):
        fits = name in lengths and 0 <= position <= lengths[name] and 0 < len(qubits) <= 100
        fits = fits and len(set(qubits)) == len(qubits) and 0 <= min(qubits) <= max(qubits) < len(protocol.names)
        fits = fits and 0 < sum(weight for _, weight in strikes) <= MOST_WEIGHT
        if not fits or not all(
            weight >= 0 and len(word) == len(qubits) and set(word) <= set("IXYZ") for word, weight in strikes
        ):
            expected = (
                f"a part, a position in it, up to 100 qubits, words for them, weights adding up to 1…{MOST_WEIGHT}"
            )
            raise Refusal("bad-noise", f"noise {noise}, location {place}", expected, [name, position, *qubits])
        found.setdefault(name, []).append((position, qubits, strikes))
    return found
