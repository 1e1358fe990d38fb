"""Attacks as formulas in n: at n that nobody looked at they are operators that represent a logical with a plus."""

from __future__ import annotations

import re

import pytest

from noclone.families import uniform_target
from noclone.proofs.attack_formulas import attack_formulas
from noclone.proofs.claims import parse_claim
from noclone.proofs.every_n import EveryN
from noclone.proofs.kernel.documents import read_protocol
from noclone.proofs.kernel.paulis import Paulis
from noclone.proofs.uniform_systems import system_of
from noclone.proofs.verdicts import Status
from noclone.protocols.uniform_variants import encryption


def at(formula, n):
    """The formula's operator at one n, as the kernel reads it."""
    words = formula.partition(": ")[2]
    power = re.match(r"\(−1\)\^\((?:n|\(n([−+])([0-9]+)\))/2\) ", words)
    minus = words.startswith("− ")
    if power:
        shift = int(f"{power[1]}{power[2]}".replace("−", "-")) if power[1] else 0
        assert (n + shift) % 2 == 0
        minus = (n + shift) // 2 % 2 == 1
        words = words[power.end() :]
    factors = words.removeprefix("− ").split(" ")
    if "…" in factors:
        gap = factors.index("…")
        last = [each.replace("n−1", str(n - 1)) for each in factors[gap + 1 :]]
        first = factors[gap - len(last) : gap]
        start = int(re.search(r"\[([0-9]+)\]", first[0])[1])
        middle = [re.sub(r"\[[0-9]+\]", f"[{k}]", each) for k in range(start + 1, n - 1) for each in first]
        factors = [*factors[:gap], *middle, *last]
    return ("-" if minus else "+") + " ".join(factors)


def represents(family, operator, n):
    protocol = read_protocol(system_of(family, n).document)
    (word,) = Paulis.read([operator], protocol.names, "test").represented(protocol.moment(""), protocol.secret)
    return word


@pytest.mark.parametrize("factors", [None, ("X XI", "Z ZI"), ("X XI", "Y YI"), ("Z ZI", "X XI", "Z ZI"), ("Z ZI",)])
def test_formulas_hold_at_every_n_of_their_parity(factors):
    target = uniform_target("encrypted-cloning")
    family = encryption(*factors) if factors else target.family
    prover, seen = EveryN(family), 0
    for stated in target.claims:
        claim = parse_claim(stated.text)
        if claim.name or claim.word not in ("hides", "recovers", "leaks", "mixed"):
            continue
        for part in prover.pattern(claim).parts:
            for formula in part.formulas:
                assert part.verdict.status is Status.REFUTED
                odd = formula.startswith("for odd n")
                for n in (n for n in range(7, 15) if n % 2 == odd):
                    word = represents(family, at(formula, n), n)
                    assert word in ("+X", "+Y", "+Z", "+I"), (formula, n, word)
                    seen += 1
    assert seen >= 8


def test_the_formula_of_odd_n_is_the_published_one():
    family = uniform_target("encrypted-cloning").family
    (part,) = [
        each
        for each in EveryN(family).pattern(parse_claim("hides S[*]")).parts
        if each.verdict.status is Status.REFUTED
    ]
    assert part.formulas == ("for odd n: (−1)^((n−1)/2) Y_S[0] … Y_S[n−1]",)
    wrong = part.formulas[0].replace("Y_S", "X_S")
    assert represents(family, at(wrong, 9), 9) == ""


def test_claims_without_a_single_operator_have_no_formula():
    family = uniform_target("encrypted-cloning").family
    claim = parse_claim("single-use decrypt_A")
    (part,) = [each for each in EveryN(family).pattern(claim).parts if each.verdict.status is Status.REFUTED]
    assert attack_formulas(family, claim, part.verdict.certificate) == () == part.formulas
