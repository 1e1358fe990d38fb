"""Derivations for notebooks and the command line: of a claim about one protocol, or of encrypted cloning for every n."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from noclone.models.errors import InputError
from noclone.proofs.claims import parse_claim
from noclone.protocols.protocol import Protocol
from noclone.protocols.registry import family
from noclone.target import Target, located

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

    from noclone.proofs.derivations.derivation import Derivation

__all__ = ["closed_form", "derivation_of", "derive", "derive_all_n", "to_json"]


def derive(protocol: Protocol, claim: str) -> Derivation:
    """A claim about one protocol of at most 8 qubits, derived line by line; raises InputError for what is not covered.

    >>> import noclone
    >>> from noclone.derivations import derive
    >>> derive(noclone.protocol("encrypted-cloning", n=2), "mixed S[0]").holds
    True
    """
    from noclone.proofs.derivations.of_claims import derive_claim

    if not isinstance(protocol, Protocol):
        raise InputError(f"a noclone.Protocol is needed, not {type(protocol).__name__}: noclone.protocol(name, …)")
    parsed = parse_claim(claim)
    names = [*protocol.recoveries_of(parsed)]
    if parsed.word == "untouched" and parsed.name in protocol.recoveries:
        names.append(parsed.name)
    circuits = dict(protocol.stages) | {name: protocol.recoveries[name].circuit for name in names}
    scope = f", {protocol.scope}" if protocol.scope else ""
    return derive_claim(protocol.system(dict.fromkeys(names)), parsed, circuits, f"{protocol.name}{scope}: {parsed}")


def derive_all_n(claim: str | None = None) -> Derivation:
    """Encrypted cloning with n a symbol: the closed form (no claim), or a claim that follows from it; raises InputError.

    Covered are ``mixed S[i]``, ``restores decrypt[j]`` and ``single-use decrypt[j]``.
    """
    from noclone.proofs.derivations.all_n import derive_for_every_n

    return derive_for_every_n(claim or "", _cloning_circuits)


def closed_form(n: int) -> Derivation:
    """The closed form of encrypted cloning derived from the circuits at n = 1 … 4, phase included; raises InputError."""
    from noclone.proofs.derivations.closed_form import derive_closed_form

    if n not in range(1, 5):
        raise InputError(f"the closed form is derived from the circuits for n = 1 … 4, not {n!r}")
    return derive_closed_form(n, _cloning_circuits(n), family("encrypted-cloning").build(n=n).system())


def derivation_of(target: str, claim: str | None, *, every_n: bool, load: Callable[[], Target]) -> Derivation:
    """What ``noclone derive`` derives: for every n, the closed form (no claim), or a claim about the one protocol loaded.

    Raises InputError.
    """
    if every_n:
        if target != "encrypted-cloning":
            raise InputError(f"for every n only 'encrypted-cloning' is derived, not '{target}': give a number with --n")
        return derive_all_n(claim)
    loaded = load()
    if len(loaded.protocols) != 1:
        raise InputError(
            f"derive looks at one protocol, '{target}' is {len(loaded.protocols)}: name one, for example with --n 2"
        )
    protocol = loaded.protocols[0]
    if claim is None:
        if protocol.name != "encrypted-cloning":
            raise InputError(
                'which claim? Give --claim "…" (only encrypted cloning has a closed form to derive without one)'
            )
        return closed_form(protocol.parameters["n"])
    with located(loaded):
        return derive(protocol, claim)


def _cloning_circuits(n: int) -> Mapping[str, QuantumCircuit]:
    cloning = family("encrypted-cloning").build(n=n)
    return dict(cloning.stages) | {name: each.circuit for name, each in cloning.recoveries.items()}


def to_json(derivation: Derivation) -> dict[str, Any]:
    """A derivation as data for JSON: what it derives, its status, and of every line the words, formulas and check."""
    lines = [
        {"words": each.words, "text": each.text, "latex": each.latex, "check": each.check, "checked": each.checked}
        for each in derivation.lines
    ]
    return {
        "title": derivation.title,
        "claim": derivation.claim,
        "holds": derivation.holds,
        "status": derivation.status.value,
        "method": derivation.method,
        "scope": derivation.scope,
        "assumptions": list(derivation.assumptions),
        "lines": lines,
    }
