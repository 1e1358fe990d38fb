"""What ``noclone bound`` says: the largest value of a quantity, exactly or between exact bounds, with certificates."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from noclone.api import system_for
from noclone.models.errors import InputError
from noclone.proofs.bounds.bell import is_about_correlations
from noclone.proofs.claims import Claim, StatedClaim, check_names, letter_of, parse_claim
from noclone.proofs.ensembles import check_ensemble_name, ensemble
from noclone.proofs.kernel.squares import read_number
from noclone.proofs.prover import Prover
from noclone.proofs.quantities import check_quantity
from noclone.proofs.verdicts import Status, Verdict
from noclone.protocols.known_bounds import bare
from noclone.protocols.protocol import Protocol
from noclone.report import Outcome, Report, library_versions

__all__ = ["BOUND_SCHEMA", "Best", "best", "bound"]

BOUND_SCHEMA = "noclone-bound-1"


@dataclass(frozen=True)
class Best:
    """The largest value of a quantity: verdicts on the claims that it is at most and at least what was found.

    ``upper`` and ``lower`` are exact texts, the same if the value is known exactly, "" for a side that is not known;
    ``value_float`` is the nearest float of the upper side, or the solver's. ``words`` say how it was found.
    """

    protocol: Protocol
    quantity: str
    verdicts: tuple[Verdict, ...]
    upper: str
    lower: str
    value_float: float | None
    words: tuple[str, ...]

    @property
    def is_exact(self) -> bool:
        """Whether both sides are the same number."""
        return bool(self.upper) and self.upper == self.lower

    @property
    def report(self) -> Report:
        """The verdicts as a report, whose certificates can be written, in a folder of this quantity's own."""
        named = replace(self.protocol, name=f"bound {self.quantity}")
        return Report(tuple(Outcome(named, StatedClaim(v.claim), None, v) for v in self.verdicts))

    @property
    def status(self) -> Status:
        """PROVED if both sides are, or what is worst."""
        order = [Status.ERROR, Status.REFUTED, Status.UNDECIDED, Status.SUPPORTED, Status.PROVED]
        return min((verdict.status for verdict in self.verdicts), key=order.index, default=Status.UNDECIDED)

    @property
    def exit_status(self) -> int:
        """0 if the value, or what was asked of it, is proved; 1 refuted; 3 undecided or not proved; 4 an error."""
        return {Status.PROVED: 0, Status.REFUTED: 1, Status.ERROR: 4}.get(self.status, 3)

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return f"<Best: {self.quantity}: {self._value}>"

    def _repr_markdown_(self) -> str:
        lines = [f"`{self.quantity}`: **{self._value}**", *(f"**{v.status.value}** `{v.claim}`" for v in self.verdicts)]
        return "\n\n".join([*lines, *self.words])

    @property
    def _value(self) -> str:
        """The value, or what is known of it, in words."""
        if self.is_exact:
            return self.upper
        sides = [f"at least {self.lower}"] * bool(self.lower) + [f"at most {self.upper}"] * bool(self.upper)
        about = "not known" if self.value_float is None else f"about {self.value_float:.9f}"
        return " and ".join(sides) or about

    def to_text(self) -> str:
        """The value, the claims and what shows them."""
        value = self._value
        if self.is_exact and not re.fullmatch("-?[0-9]+", value):
            value = f"{value} = {self.value_float:.10f}"
        lines = [f"{self.quantity}: {value}", *(f"  {words}" for words in self.words)]
        lines += [f"{each.status.value}: {each.claim}{each.reason and f' ({each.reason})'}" for each in self.verdicts]
        return "\n".join(lines)

    def to_json(self, files: Mapping[int, Path]) -> dict[str, Any]:
        """As the JSON contract says (docs/bounds.md); ``files`` are certificates' paths by verdict."""
        sides = [
            {
                "claim": verdict.claim,
                "verdict": verdict.status.value,
                "method": verdict.method,
                "witness": list(verdict.witness),
                "reason": verdict.reason or None,
                "certificate": None if verdict.certificate is None else json.loads(verdict.certificate),
                "certificate_file": str(files[number]) if number in files else None,
                "certificate_sha256": verdict.checked.certificate if verdict.checked else None,
                "protocol": None if verdict.protocol is None else json.loads(verdict.protocol),
            }
            for number, verdict in enumerate(self.verdicts)
        ]
        return {
            "schema": BOUND_SCHEMA,
            **library_versions(),
            "quantity": self.quantity,
            "verdict": self.status.value,
            "value": self.upper or None,
            "value_float": self.value_float,
            "exact": self.is_exact,
            "upper": self.upper or None,
            "lower": self.lower or None,
            "certificate": sides[0]["certificate"] if sides else None,
            "claims": sides,
            "words": list(self.words),
            "exit": self.exit_status,
        }


def best(protocol: Protocol, quantity: str, tail: str = "", *, asked: str | None = None) -> Best:
    """The largest value of a bound's quantity; ``tail`` is what follows the number ("after NAME under NOISE").

    With ``asked``, a relation and a number such as "<= 5/6", that claim alone is decided. Raises InputError.
    """
    asked = None if asked is None else _relation(asked)
    claim = parse_claim(f"bound {quantity} {asked or '<= 1'}{tail and ' '}{tail}")
    check_quantity(claim, protocol.ensembles)  # before the system, which keeps the states that the claim names only
    if letters := [item for item in (*claim.coalition, claim.after) if letter_of(item)]:
        raise InputError(f"'{letters[0]}' stands for several: one value is looked for, so write a number or *")
    system = system_for(protocol, claim)
    check_names(claim, system)
    if claim.coalition and not system.is_exact:
        raise InputError(f"bounds on what a coalition can do need Clifford gates, and '{protocol.name}' has others")
    if not all(noise.is_rational for noise in system.noises if noise.name == claim.noise):
        raise InputError(
            f"noise '{claim.noise}' is no mixture of Paulis with rational probabilities, and bounds need one"
        )
    prover = Prover(system)
    upper, lower, value_float, words = _found(prover, claim)
    if asked:
        stated = [asked]
    elif upper and upper == lower:
        stated = [f"= {upper}"]
    else:
        stated = [f"<= {upper}"] * bool(upper) + [f">= {lower}"] * bool(lower)
    scope = "every channel" if not is_about_correlations(claim) else "every state"
    texts = [f"bound {quantity} {text}{tail and ' '}{tail}" for text in stated]
    verdicts = tuple(prover.verdict(parse_claim(text), scope=scope) for text in texts)
    return Best(protocol, f"{quantity}{tail and ' '}{tail}", verdicts, upper, lower, value_float, words)


def bound(
    quantity: str, protocol: Protocol | None = None, *, states: Mapping[str, Sequence[Sequence[str]]] | None = None
) -> Best:
    """The largest value of a quantity, as claims ``bound QUANTITY <= x`` have it; raises InputError.

    ``protocol`` is needed for ``recovery by C`` and ``guess P from C``; ``states`` are kets by name, equally weighted, of exact texts.

    >>> import noclone
    >>> found = noclone.bound("cloning bb84 to 2")
    >>> found.upper, found.status.name, [verdict.claim for verdict in found.verdicts]
    ('1/2+sqrt(2)/4', 'PROVED', ['bound cloning bb84 to 2 = 1/2+sqrt(2)/4'])
    """
    if not isinstance(quantity, str):
        raise InputError(f"a quantity is a text such as 'cloning bb84 to 2', not {type(quantity).__name__}")
    if not isinstance(protocol, Protocol | None):
        raise InputError(f"a noclone.Protocol is needed, not {type(protocol).__name__}")
    ensembles = {}
    for name, kets in (states or {}).items():
        check_ensemble_name(name, "states")
        if not all(isinstance(ket, list | tuple) for ket in kets):
            raise InputError(f"states '{name}': every state is a list of exact texts such as ['1/2', 'sqrt(3)/2']")
        ensembles[name] = ensemble([("1", list(ket)) for ket in kets], f"states '{name}'")
    if protocol is None and quantity.split()[:1] in (["recovery"], ["guess"]):
        raise InputError(f"'{quantity}' is about a protocol: noclone.bound(quantity, protocol)")
    if protocol is None:
        return best(bare("no protocol", (), ensembles), quantity)
    return best(replace(protocol, ensembles={**protocol.ensembles, **ensembles}), quantity)


def _relation(asked: str) -> str:
    """A relation and a number as a claim has them: "<= 1/2+sqrt(2)/4" for "<=1/2 + sqrt(2)/4"; raises InputError."""
    packed = re.sub(" *([-+*/]) *", r"\1", " ".join(asked.split()))
    match = re.fullmatch("([<>]?=) ?([0-9a-z+*/().-]{1,400})", packed)
    if match is None:
        shown = packed if len(packed) <= 60 else f"{packed[:57]}..."
        raise InputError(
            f"cannot read '{shown}': write <=, >= or = and an exact number, as in '<= 5/6' or '= 2*sqrt(2)'"
        )
    return " ".join(match.groups())


def _found(prover: Prover, claim: Claim) -> tuple[str, str, float | None, tuple[str, ...]]:
    """Upper and lower side as texts that fit claims, a float, and words."""
    if is_about_correlations(claim):
        from noclone.proofs.bounds.bell import optimum as of_correlations

        bell = of_correlations(claim.quantity)
        upper, lower = bell.upper.replace(" ", ""), bell.lower.replace(" ", "")
        return upper, lower, _float(upper or lower), bell.words
    from noclone.proofs.bounds.optimum import optimum

    found = optimum(prover.protocol, claim)
    below, above = found.enclosure(9)
    exact = found.value_text.replace(" ", "")
    return (
        exact or above,
        exact or below,
        _float(exact or above) or found.value_float,
        (f"found by {found.method}", *filter(None, [found.why])),
    )


def _float(text: str) -> float | None:
    """The nearest float of an exact number's text."""
    if not text:
        return None
    from noclone.proofs.bounds.surds import complex_of

    return complex_of(read_number(text, "")).real
