"""What each claim means, decided from Pauli operators.

An operator W on a protocol's qubits *represents* the logical operator L if it pulls back through the encoding to L on
the secret times Z's on qubits that start in |0⟩, sign included: then W V = V L for the encoding isometry V. Everything
here rests on that alone; docs/kernel.md gives the argument rule by rule.
"""

from collections.abc import Callable
from dataclasses import InitVar, dataclass

from . import bounds, circuits, exact, noise, squares
from .documents import Protocol, read_certificate
from .paulis import Paulis, commute, times
from .refusal import Refusal, at_most
from .terms import Claim

MOST_WORK = 10**9
_MINT = object()


@dataclass(frozen=True, slots=True)
class Checked:
    """What a replayed certificate has shown: ``status`` ("PROVED" or "REFUTED") of a claim about a protocol.

    Only ``check`` makes one; ``protocol`` and ``certificate`` are the SHA-256 of the two documents.
    """

    status: str
    claim: str
    protocol: str
    certificate: str
    mint: InitVar[object] = None

    def __post_init__(self, mint: object) -> None:
        if mint is not _MINT:
            raise TypeError("only the kernel's check() makes a Checked")


def check(protocol: Protocol, certificate: bytes, claim: Claim | None = None) -> Checked:
    """Replay a certificate for this claim (None: its own) about this protocol; raises Refusal if it does not hold."""
    document = read_certificate(certificate)
    claim = claim or document["claim"]
    for key, expected in (("protocol", protocol.sha256), ("claim", claim)):
        if document[key] != expected:
            raise Refusal(f"other-{key}", f"certificate.{key}", expected, document[key])
    cases, given = list(claim.cases(protocol.size)), [case["letters"] for case in document["cases"]]
    proved = document["conclusion"] == "PROVED"
    chosen = cases if proved else [letters for letters in cases if [letters] == given]
    if given != chosen or not chosen:
        raise Refusal("wrong-cases", "certificate.cases", cases if proved else "one case of the claim", given)
    words, check_case = RULES.get(document["rule"], ("", _check_case))
    if (claim.bound and claim.word == "hides") or claim.word not in words.split():
        raise Refusal("wrong-rule", f"certificate.rule, for '{claim}'", ", ".join(RULES), document["rule"])
    for letters, case in zip(chosen, document["cases"], strict=True):
        check_case(protocol, claim.at(letters), proved, case["operators"], len(chosen))
    return Checked(document["conclusion"], str(claim), protocol.sha256, document["sha256"], _MINT)


def _check_case(protocol: Protocol, claim: Claim, proved: bool, operators: list[str], cases: int) -> None:
    """Return if the operators show a claim without letters (proved), or its negation (not proved); else refuse.

    It is one of so many cases: together they may take only so long.
    """
    place, size = f"'{claim}'", len(protocol.names)
    at_most(MOST_WORK, size * cases, place, "for qubits times cases")
    parts, held = protocol.moment(claim.name or claim.after), protocol.held_by(claim)
    if claim.name and operators:
        raise Refusal("wrong-count", place, "no operators: the kernel makes them", operators)
    paulis = Paulis.basis(held, size) if claim.name else Paulis.read(operators, protocol.names, place)
    inside, outside = paulis.support(held), paulis.support(set(range(size)) - set(held))
    on_coalition = [(paulis.x[qubit], paulis.z[qubit]) for qubit in held]
    words = paulis.represented(parts, protocol.secret)
    demands = _demands(claim, len(protocol.secret), place)
    if not proved:
        restored = words == ["+" + logical for logical, _ in demands]
        if restored if claim.name else len(words) != 1 or not _contradicts(claim, words[0][1:], inside, outside):
            raise Refusal("no-attack", place, "operators on one side, of a logical that contradicts the claim", words)
        return
    kept, extra = len(demands), 2 * len(held) * (claim.word == "mixed")
    if len(words) != kept + extra or not all(words[kept:]):
        raise Refusal("wrong-count", place, f"{kept} + {extra} operators, each representing 1 or a logical", words)
    for which, (word, (logical, on_rest)) in enumerate(zip(words, demands, strict=False)):
        if (inside if on_rest else outside) >> which & 1:
            raise Refusal("outside-support", f"{place}, operator {which}", "one on its side", operators[which])
        if word != "+" + logical:
            code = "wrong-logical" if word else "represents-nothing"
            raise Refusal(code, f"{place}, operator {which}", f"one that represents +{logical}", word)
    if extra and on_coalition != [(1 << at, 2 << at) for at in range(kept, kept + extra, 2)]:
        raise Refusal("wrong-restriction", place, "X and Z on each qubit of the coalition in turn", operators[kept:])


_STATES = "hides mixed recovers leaks restores single-use"
RULES: dict[str, tuple[str, Callable[[Protocol, Claim, bool, list[str], int], None]]] = {
    "pauli-witness": (_STATES, _check_case),
    "pauli-circuits": ("untouched equivalent", circuits.by_computing(circuits.holds)),
    "pauli-noise": ("fidelity entanglement-fidelity", circuits.by_computing(noise.holds)),
    "channel-bound": ("bound", bounds.check_case),
    "correlation-bound": ("bound", squares.check_case),
    "exact-amplitudes": (f"{_STATES} untouched equivalent", circuits.by_computing(exact.holds)),
}
"""The rules by name: the words of the claims that each decides, and the function that returns if a case holds."""


def _contradicts(claim: Claim, logical: str, inside: int, outside: int) -> bool:
    """Whether one operator that represents this logical ("" for none) shows that the claim is false."""
    learns = bool(set(logical) - {"I"})
    if claim.word == "leaks":
        return learns and (not (inside or commute(logical, claim.pauli)) or not (outside or logical == claim.pauli))
    if claim.word == "recovers":
        return learns and not inside
    return not outside and (learns or (claim.word == "mixed" and bool(logical and inside)))


def _demands(claim: Claim, secrets: int, place: str) -> list[tuple[str, bool]]:
    """The logicals to be represented, in order, and whether on the rest (else on the coalition, or on the output)."""
    basis = ["I" * qubit + letter + "I" * (secrets - qubit - 1) for qubit in range(secrets) for letter in "XZ"]
    if claim.word != "leaks":
        return [(logical, claim.word in ("hides", "mixed")) for logical in basis]
    if len(claim.pauli) != secrets:
        raise Refusal("bad-claim", place, f"{secrets} letters, one per secret qubit", claim.pauli)
    first = next(logical for logical in basis if not commute(logical, claim.pauli))
    fixed = [logical if commute(logical, claim.pauli) else times(logical, first) for logical in basis]
    return [(claim.pauli, False), *((logical, True) for logical in fixed if set(logical) != {"I"})]
