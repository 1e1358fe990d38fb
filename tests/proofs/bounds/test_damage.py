"""Damaged certificates: refused, or still right by arithmetic that is not the kernel's."""

from __future__ import annotations

import json
import random
import re
from functools import cache

import numpy
import pytest

import noclone
from noclone.models.system import Stage, System
from noclone.proofs.bounds.optimum import optimum
from noclone.proofs.kernel.bounds import problem_of
from noclone.proofs.kernel.documents import read_protocol
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.rules import check
from noclone.proofs.kernel.terms import parse_claim
from noclone.proofs.replays import certificate

SKEW = ("1/4; 1/2; 1 1*i", "1/4; 1/5; 2 -1", "1/2; 1; 3/5 4/5*i")
PLAIN = System((("A", 1),), (), "A", (Stage("encode", ()),), ensembles=(("skew", SKEW),))
CLONING = noclone.protocol("encrypted-cloning", n=2).system()
CASES = {
    "universal": (PLAIN, "cloning all to 2", "5/6"),
    "asymmetric": (PLAIN, "cloning all to 2 weighted 1/3,2/3", "2/3+sqrt(3)/9"),
    "phase-covariant": (PLAIN, "cloning equator to 2", "1/2+sqrt(2)/4"),
    "worst": (PLAIN, "cloning bb84 to 2 worst", "1/2+sqrt(2)/4"),
    "classical": (PLAIN, "measure-and-prepare all", "2/3"),
    "recovery": (CLONING, "recovery by S[0] N[0]", "1/4"),
    "rounded": (PLAIN, "cloning skew to 1 global", ""),
}
MOST = 1_050
"""How many ways each is damaged."""


def number(text):
    """A sum of products of fractions, roots and i, as a complex float; 1 for no factor."""
    total = 0
    for sign, term in re.findall(r"([-+]?)([^-+]+)", re.sub(r"\s*([-+*/])\s*", r"\1", text).replace(" ", "*")):
        value = -1 if sign == "-" else 1
        for operation, factor in re.findall(r"(^|[*/])([^*/]+)", term):
            root = re.fullmatch(r"sqrt\((\d+)\)", factor)
            plain = int(root[1]) ** 0.5 if root else 1j if factor == "i" else float(factor)
            value = value / plain if operation == "/" else value * plain
        total += value
    return complex(total)


def combination(text):
    """A sum of numbers times words of e and f: floats by the tuple of indices."""
    found = {}
    packed = re.sub(r"\s*([-+*/])\s*", r"\1", text).replace(" ", "*")
    for sign, term in re.findall(r"([-+]?)([^-+]+)", packed):
        factors = re.findall(r"(^|[*/])([^*/]+)", term)
        word = tuple(factor for _, factor in factors if factor[0] in "ef" and factor[1:].isdigit())
        rest = [(operation, factor) for operation, factor in factors if factor not in word]
        value = number("1" + "".join(f"{operation or '*'}{factor}" for operation, factor in rest))
        found[word] = found.get(word, 0) + (-value if sign == "-" else value)
    return found


def gram(texts, inputs, outputs):
    """Σ c q†q over the inputs and outputs there are, and whether all c are at least 0."""
    matrix, fine = numpy.zeros((inputs * outputs,) * 2, complex), True
    for text in texts:
        scale, _, square = text.partition("; ")
        row = numpy.zeros(inputs * outputs, complex)
        for word, value in combination(square).items():
            place = {letter[0]: int(letter[1:]) for letter in word}
            if len(place) == len(word) == 2 and place["e"] < inputs and place["f"] < outputs:
                row[place["e"] * outputs + place["f"]] += value
            elif value:
                fine = False
        fine = fine and number(scale).real >= 0
        matrix += number(scale) * numpy.outer(row.conj(), row)
    return matrix, fine


def is_right(protocol, claim, document):
    """Whether what was accepted is right: by floats, from the operators as they now are."""
    problem = problem_of(protocol, claim)
    inputs, outputs = problem.inputs, problem.outputs
    found = {}
    for text in json.loads(document)["cases"][0]["operators"]:
        name, _, content = text.partition(": ")
        found.setdefault(name, []).append(content)
    goals = []
    for objective in problem.objectives:
        goal = numpy.zeros((inputs * outputs,) * 2, complex)
        for (a, b, c, d), entry in objective.items():
            value = sum(float(part) * (1j if root < 0 else 1) * abs(root) ** 0.5 for root, part in entry.items())
            goal[int(a[1:]) * outputs + int(c[1:]), int(b[1:]) * outputs + int(d[1:])] = value
        goals.append(goal)
    upper, lower, right = None, None, True
    if "dual" in found:
        dual = numpy.zeros((inputs, inputs), complex)
        for (a, b), value in combination(found["dual"][0]).items():
            dual[int(a[1:]), int(b[1:])] = value
        weights = [number(text).real for text in found.get("weight", ["1"])]
        slack = numpy.kron(dual, numpy.eye(outputs)) - sum(w * goal for w, goal in zip(weights, goals, strict=True))
        if problem.separable:
            flipped = gram(found.get("transposed", []), inputs, outputs)[0].reshape(inputs, outputs, inputs, outputs)
            slack -= flipped.transpose(2, 1, 0, 3).reshape(slack.shape)
        right = (
            right and numpy.linalg.eigvalsh(slack)[0] > -1e-9 and min(weights) >= 0 and abs(sum(weights) - 1) < 1e-12
        )
        upper = numpy.trace(dual).real
    if "channel" in found:
        channel, _ = gram(found["channel"], inputs, outputs)
        traced = channel.reshape(inputs, outputs, inputs, outputs).trace(axis1=1, axis2=3)
        lost = numpy.eye(inputs) - traced  # what goes to further outputs
        right = right and numpy.linalg.eigvalsh(channel)[0] > -1e-9 and numpy.linalg.eigvalsh(lost)[0] > -1e-9
        lower = min(numpy.trace(channel @ goal).real for goal in goals)
    bound, proved = number(claim.bound).real, json.loads(document)["conclusion"] == "PROVED"
    over = upper is not None and upper < bound + 1e-13
    under = lower is not None and lower > bound - 1e-13
    less, more = upper is not None and upper < bound + 1e-13, lower is not None and lower > bound - 1e-13
    holds = {"<=": (over, more), ">=": (under, less), "=": (over and under, less or more)}[claim.relation]
    return right and holds[not proved]


@cache
def original(name):
    """A certificate for "= value", both sides in it (for what is only enclosed: for "<= above")."""
    system, quantity, value = CASES[name]
    protocol = read_protocol(system.document)
    known = optimum(protocol, parse_claim(f"bound {quantity} <= 1"))
    relation, value = ("=", value) if value else ("<=", known.enclosure(12)[1])
    if not value[0].isdigit():
        raise ValueError(value)
    return protocol, quantity, relation, value, [*known.upper.operators, *known.lower.operators]


def one_of(rng, found):
    return rng.choice(found) if found else None


def edited(rng, text):
    """The text of an operator with one thing in it changed."""
    kind = rng.choice(["digit", "sign", "index", "root", "i", "term", "scale", "space"])
    patterns = {"digit": r"\d", "sign": r"[-+]", "index": r"[ef]\d+", "root": r"sqrt\(\d+\)", "i": r"i\*"}
    if kind == "term":
        terms = re.findall(r"[-+]?[^-+]+", text) or [text]
        terms.pop(rng.randrange(len(terms)))
        return "".join(terms)
    if kind == "scale":
        name, colon, rest = text.partition(": ")
        return f"{name}{colon}{rng.choice(['2*', '-1*', '1/2*', 'i*', 'sqrt(2)*', '0*', '1000001/1000000*'])}{rest}"
    if kind == "space":
        return text.replace(rng.choice([" ", "*", ";", ":"]), rng.choice([" ", "*", "; ", "/"]), 1)
    match = one_of(rng, list(re.finditer(patterns[kind], text)))
    if match is None:
        return text + rng.choice(["+e0*f0", "-e1*f1", " e0", "0", "+1"])
    new = {
        "digit": lambda: rng.choice("0123456789"),
        "sign": lambda: "-" if match[0] == "+" else "+",
        "index": lambda: rng.choice("ef") + str(rng.randrange(9)),
        "root": lambda: f"sqrt({rng.choice([1, 2, 3, 4, 5, 8, 12])})",
        "i": lambda: rng.choice(["", "i*i*", "-i*"]),
    }[kind]()
    return text[: match.start()] + new + text[match.end() :]


def damaged(rng, quantity, relation, value, operators):
    """A claim's text, a conclusion and operators, something of which is not as it was."""
    operators, conclusion = list(operators), "PROVED"
    for _ in range(rng.choice([1, 1, 1, 2])):
        at, kind = rng.randrange(len(operators)) if operators else 0, rng.randrange(12)
        if kind < 6 and operators:
            operators[at] = edited(rng, operators[at])
        elif kind == 6 and operators:
            operators.pop(at)
        elif kind == 7 and operators:
            operators.append(operators[at])
        elif kind == 8 and operators:
            name = rng.choice(["slack", "channel", "transposed", "dual", "weight", "channel-transposed", "other"])
            operators[at] = f"{name}: {operators[at].partition(': ')[2]}"
        elif kind == 9:
            value += rng.choice(["-1/1000000000", "+1/1000000000", "-1/1000", "+1/7", "-sqrt(2)/1000000"])
        elif kind == 10:
            relation, conclusion = rng.choice(["<=", ">=", "="]), rng.choice(["PROVED", "REFUTED"])
        elif operators:
            other = rng.randrange(len(operators))
            operators[at], operators[other] = operators[other], operators[at]
    return f"bound {quantity} {relation} {value}", conclusion, operators


def accepted(protocol, text, conclusion, operators):
    """The document, if the kernel accepts it."""
    claim = parse_claim(text)
    document = certificate(
        "channel-bound", protocol.sha256, claim, conclusion, [{"letters": {}, "operators": operators}]
    )
    try:
        check(protocol, document, claim)
    except Refusal:
        return None
    return document


@pytest.mark.parametrize("name", CASES)
def test_a_damaged_certificate_is_refused_or_still_right(name):
    protocol, quantity, relation, value, operators = original(name)
    text = f"bound {quantity} {relation} {value}"
    whole = accepted(protocol, text, "PROVED", operators)
    assert whole is not None
    assert is_right(protocol, parse_claim(text), whole)
    rng, counts = random.Random(name), {"refused": 0, "right": 0}
    while sum(counts.values()) < MOST:
        attempt = damaged(rng, quantity, relation, value, operators)
        if attempt == (text, "PROVED", operators):
            continue
        document = accepted(protocol, *attempt)
        counts["refused" if document is None else "right"] += 1
        assert document is None or is_right(protocol, parse_claim(attempt[0]), document), attempt
    # Permutations, repetitions and weaker claims are right; most damage is refused.
    assert counts["right"] < sum(counts.values()) / 2, counts
    assert counts["refused"] > 100


@pytest.mark.parametrize("name", CASES)
def test_no_value_further_than_it_is_shown(name):
    protocol, quantity, relation, value, operators = original(name)
    step = "1/1000000000000"
    for claim, conclusion in (
        (f"<= {value}-{step}", "PROVED"),
        (f">= {value}+{step}", "PROVED"),
        (f"= {value}+{step}", "PROVED"),
        (f"= {value}-{step}", "PROVED"),
        (f"<= {value}", "REFUTED"),
    ):
        assert relation == "<=" or accepted(protocol, f"bound {quantity} {claim}", conclusion, operators) is None


def test_each_square_and_each_side_is_needed():
    for name in ("universal", "classical", "worst"):
        protocol, quantity, _, value, operators = original(name)
        for at in range(len(operators)):
            less = operators[:at] + operators[at + 1 :]
            assert accepted(protocol, f"bound {quantity} = {value}", "PROVED", less) is None, operators[at]


def test_the_oracle_of_these_tests_tells_wrong_certificates_from_right_ones():
    protocol, quantity, relation, value, operators = original("universal")
    text = f"bound {quantity} {relation} {value}"
    smaller = [each.replace("5/12", "5/13") if each.startswith("dual") else each for each in operators]
    assert smaller != operators
    for wrong, claim in ((smaller, text), (operators, text.replace("5/6", "5/6-1/1000000000")), (operators[1:], text)):
        document = certificate(
            "channel-bound", protocol.sha256, parse_claim(claim), "PROVED", [{"letters": {}, "operators": wrong}]
        )
        assert not is_right(protocol, parse_claim(claim), document)
