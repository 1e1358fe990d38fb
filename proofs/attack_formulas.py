"""Attacks for infinitely many n as one formula: the operator of a certificate's case, its last pair's letters repeated, its sign.

What two further pairs change is the sign alone, and that in steps: it stays, or it alternates from n to n + 2. The sign here is
the kernel's own at two n, and the formula is checked at two more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from noclone.models.system import System
from noclone.models.uniform_families import UniformFamily
from noclone.proofs.claims import Claim
from noclone.proofs.kernel.documents import read_certificate, read_protocol
from noclone.proofs.kernel.paulis import Paulis
from noclone.proofs.kernel.uniform import read_family, singled_out
from noclone.proofs.uniform_systems import system_of

__all__ = ["attack_formulas"]

_FACTOR = re.compile(r"([XYZ])_([A-Za-z0-9_]+)(?:\[([0-9]+)\])?")


def attack_formulas(family: UniformFamily, claim: Claim, certificate: bytes) -> tuple[str, ...]:
    """For each parity that the certificate of a refuted claim covers, its operator as a formula in n.

    As "for odd n: (−1)^((n−1)/2) Y_S[0] … Y_S[n−1]". Only for attacks by one operator; where a sign follows no such formula, none is given.
    """
    letters, singled = singled_out(read_family(family.document), claim)
    after = claim.at(letters).after
    found: dict[int, str] = {}
    for case in read_certificate(certificate)["cases"]:
        n = case["letters"]["n"]
        if len(case["operators"]) != 1 or n <= singled or n % 2 in found:
            continue
        if formula := _formula(family, case["operators"][0][1:], n, after):
            found[n % 2] = f"for {'odd' if n % 2 else 'even'} n: {formula}"
    return tuple(found.values())


def _formula(family: UniformFamily, operator: str, n: int, after: str) -> str:
    source, pairs = "", [dict[str, str]() for _ in range(n)]
    for letter, register, number in _FACTOR.findall(operator):
        if register == family.source:
            source = f"{letter}_{register}"
        else:
            pairs[int(number or 0)][register] = letter
    signs = [_sign(family, source, [*pairs, *[pairs[-1]] * more], after) for more in (0, 2, 4, 6)]
    if signs[:2] != signs[2:]:
        return ""
    first = next(at for at in range(n) if all(pair == pairs[-1] for pair in pairs[at:]))
    factors = [source] * bool(source)
    factors += [_factors(pair, str(at)) for at, pair in enumerate(pairs[:first]) if pair]
    if pairs[-1]:
        factors += [_factors(pairs[-1], str(first)), "…", _factors(pairs[-1], "n−1")]
    return " ".join([_power(signs, n), *factors]).strip()


def _factors(pair: Mapping[str, str], number: str) -> str:
    return " ".join(f"{letter}_{part}[{number}]" for part, letter in pair.items())


def _power(signs: list[str], n: int) -> str:
    """The sign as a formula: none, −, or (−1) to the power of half of n and a constant."""
    if signs[0] == signs[1]:
        return "" if signs[0] == "+" else "−"
    start = n if signs[0] == "+" else n - 2
    half = "n/2" if start == 0 else f"(n{'−' if start > 0 else '+'}{abs(start)})/2"
    return f"(−1)^({half})"


def _sign(family: UniformFamily, source: str, pairs: list[dict[str, str]], after: str) -> str:
    """The sign with which the operator represents its logical with a plus."""
    system = system_of(family, len(pairs))
    names = list(_names(system, family, pairs))
    text = "+" + " ".join([source] * bool(source) + names)
    protocol = read_protocol(system.document)
    (word,) = Paulis.read([text], protocol.names, "attack").represented(protocol.moment(after), protocol.secret)
    return word[:1]


def _names(system: System, family: UniformFamily, pairs: list[dict[str, str]]) -> Iterator[str]:
    for part in family.pair:
        for number, pair in enumerate(pairs):
            if part in pair:
                name = part if part in system.index else f"{part}[{number}]"
                yield f"{pair[part]}_{name}"
