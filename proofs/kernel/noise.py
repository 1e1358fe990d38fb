"""The entanglement fidelity of a recovery under Pauli noise with rational probabilities.

A noise location is [part, position, qubits, [[word, weight], …]]: after so many gates of a stage or recovery, the Pauli
``word`` strikes the qubits with probability weight / (sum of the weights). Pulled back through a Clifford circuit, the
operator L of the output stays a Pauli, multiplied at each location by Σ ± weight / Σ weight (minus where the word
anticommutes with it). With a reference, F_e = 4^(−k) Σ_L f(L): f(L) is the product of those factors, with the sign of
the operator, if it ends as L on the secret times Z's on qubits that start in |0⟩, and 0 otherwise. The average over
pure inputs is (d·F_e + 1)/(d + 1), d = 2^k (Nielsen, arXiv:quant-ph/0205035).
"""

import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from .documents import Protocol
from .paulis import Paulis, commute
from .refusal import Refusal, at_most
from .terms import Claim

Kept = tuple[str, str, Fraction]
MOST_LETTERS = 6
MOST_STRIKES = 200_000
"""Operators times noise locations and their words, all cases of a claim together."""
MOST_WEIGHT = 10**30


def holds(protocol: Protocol, claim: Claim, cases: int) -> bool:
    """Whether the fidelity is at least the claim's bound, one of so many cases; raises Refusal if it does not fit."""
    if claim.name not in protocol.recoveries:
        raise Refusal("unknown-name", f"'{claim}'", f"a recovery, of {', '.join(protocol.recoveries)}", claim.name)
    found, dimension = entanglement_fidelity(protocol, claim.name, claim.noise, cases), 2 ** len(protocol.secret)
    if claim.word == "fidelity":
        found = (dimension * found + 1) / (dimension + 1)
    return found >= Fraction(claim.bound)


def entanglement_fidelity(protocol: Protocol, recovery: str, noise: str, cases: int = 1) -> Fraction:
    """F_e of the encoding followed by this recovery, with the noise of this name ("": none); one of so many cases."""
    kept = pulled_back(protocol, protocol.recoveries[recovery][1], recovery, noise, cases)
    total = sum((factor for word, logical, factor in kept if word == logical), Fraction(0))
    return total / (1 << 2 * len(protocol.secret))


def pulled_back(protocol: Protocol, qubits: list[int], moment: str, noise: str, cases: int) -> Iterator[Kept]:
    """Each Pauli word on these qubits, the word on the secret that it becomes, if any, and the signed factor.

    It is taken at the end of a stage or recovery (``moment``), under the noise of this name; one of so many cases.
    """
    size, place = len(protocol.names), f"'{moment}' under '{noise}'"
    struck = locations(protocol, noise)
    work = cases * 4 ** len(qubits) * sum(len(strikes) for found in struck.values() for _, _, strikes in found)
    at_most(MOST_LETTERS, len(qubits), place, "qubits")
    at_most(MOST_STRIKES, work, place, "operators times words of noise, in all cases")
    words = ["".join(letters) for letters in itertools.product("IXYZ", repeat=len(qubits))]
    paulis, factors = Paulis(len(words), [0] * size, [0] * size), [Fraction(1)] * len(words)
    for at, qubit in enumerate(qubits):
        paulis.x[qubit] = sum((word[at] in "XY") << which for which, word in enumerate(words))
        paulis.z[qubit] = sum((word[at] in "YZ") << which for which, word in enumerate(words))
    for part, part_gates in reversed(list(zip([*protocol.stages, moment], protocol.moment(moment), strict=False))):
        end = len(part_gates)
        for position, hit, strikes in sorted(struck.get(part, []), key=lambda found: found[0], reverse=True):
            paulis.pull_back(part_gates[position:end])
            end, total = position, sum(weight for _, weight in strikes)
            own = [paulis.word(which, hit)[1:] for which in range(paulis.count)]
            left = {it: sum(weight if commute(it, word) else -weight for word, weight in strikes) for it in set(own)}
            factors = [factor * Fraction(left[it], total) for factor, it in zip(factors, own, strict=True)]
        paulis.pull_back(part_gates[:end])
    for word, factor, found in zip(words, factors, paulis.represented([], protocol.secret), strict=True):
        if found:
            yield word, found[1:], factor if found[0] == "+" else -factor


def locations(protocol: Protocol, noise: str) -> dict[str, list[tuple[int, list[int], Any]]]:
    """The noise's locations by part; raises Refusal for one that does not fit, or has weights of too many digits."""
    if noise not in ("", *protocol.noises):
        raise Refusal("unknown-name", f"noise {noise}", f"one of {', '.join(protocol.noises)}", noise)
    parts = protocol.stages | {name: gates for name, (gates, _) in protocol.recoveries.items()}
    found: dict[str, list[tuple[int, list[int], Any]]] = {}
    for place, (name, position, qubits, strikes) in enumerate(protocol.noises[noise] if noise else ()):
        fits = name in parts and 0 <= position <= len(parts[name]) and 0 < len(qubits) <= 100
        fits = fits and len(set(qubits)) == len(qubits) and 0 <= min(qubits) <= max(qubits) < len(protocol.names)
        fits = fits and 0 < sum(weight for _, weight in strikes) <= MOST_WEIGHT
        if not fits or any(w < 0 or len(word) != len(qubits) or set(word) - set("IXYZ") for word, w in strikes):
            expected = f"a part, a position, up to 100 qubits, words on them, weights adding up to 1…{MOST_WEIGHT}"
            raise Refusal("bad-noise", f"noise {noise}, location {place}", expected, [name, position, *qubits])
        found.setdefault(name, []).append((position, qubits, strikes))
    return found
