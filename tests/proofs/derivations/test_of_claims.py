"""Derivations of claims about one protocol: what they say, that it is true, and that a damaged line is never shown."""

from __future__ import annotations

import cmath
import re
from dataclasses import fields, replace
from pathlib import Path

import numpy
import pytest
from qiskit import QuantumCircuit, QuantumRegister

import noclone
from noclone.derivations import closed_form, derive, derive_all_n, to_json
from noclone.models.errors import InputError
from noclone.models.ring import RingNumber
from noclone.proofs.claims import parse_claim
from noclone.proofs.derivations.all_n import Begins, Step
from noclone.proofs.derivations.bell import BellForm
from noclone.proofs.derivations.circuits import CircuitIs
from noclone.proofs.derivations.closed_form import Coefficients, Factors
from noclone.proofs.derivations.derivation import DerivationError, Line, line
from noclone.proofs.derivations.outcomes import (
    Component,
    Concluded,
    Differ,
    Disturbed,
    IsInput,
    Mixture,
    NotInput,
    Overlap,
    Rest,
    Separate,
    Together,
)
from noclone.proofs.derivations.statements import Constant, Grouped, Reduced, StateIs
from noclone.proofs.derivations.terms import Atom, Tensor
from noclone.proofs.kernel.documents import read_protocol
from noclone.proofs.verdicts import Status
from noclone.protocols.registry import FAMILIES

from definitions import Definitions

GOLDEN = Path(__file__).with_name("mixed_clone_n2.txt")
ONE = RingNumber(1)


def cloning(n):
    return noclone.protocol("encrypted-cloning", n=n)


def crossed():
    """Two secret qubits that come out exchanged, a recovery that knows it, and one that does not."""
    a, b = QuantumRegister(2, "A"), QuantumRegister(2, "B")
    circuit, nothing = QuantumCircuit(a, b), QuantumCircuit(b)
    circuit.swap([0, 1], [3, 2])
    recoveries = {
        "right": noclone.Recovery(nothing, output="B[1] B[0]"),
        "wrong": noclone.Recovery(nothing, output="B"),
    }
    return noclone.Protocol.from_circuit(circuit, secret="A", recoveries=recoveries)


def small_protocols():
    for n in (1, 2, 3):
        yield cloning(n)
    for family in FAMILIES.values():
        if family.name not in ("encrypted-cloning", "bounds"):  # bounds speak of no state
            one = family.build(**{parameter.name: parameter.shown[0] for parameter in family.parameters})
            if len(one.system(list(one.recoveries)[:1]).names) <= 8:
                yield one


def test_the_derivation_of_a_clone_alone_reads_as_it_did():
    assert derive(cloning(2), "mixed S[0]").to_text() == GOLDEN.read_text()


@pytest.mark.parametrize("protocol", list(small_protocols()), ids=lambda each: f"{each.name} {each.scope}")
def test_every_claim_holds_if_and_only_if_the_definitions_say_so(protocol):
    system = protocol.system(list(protocol.recoveries))
    definitions, document = Definitions(system.document), read_protocol(system.document)
    seen = 0
    for claim, _ in protocol.parsed_claims():
        if claim.word == "equivalent" or claim.bound:
            continue
        cases = list(claim.cases(document.size))
        if cases:
            found = derive(protocol, str(claim))
            assert found.holds is all(definitions.truth(claim.at(letters)) for letters in cases), str(claim)
            assert found.status is Status.SUPPORTED and all(each.checked for each in found.lines)
            assert found.lines[-1].text.splitlines()[0].endswith("does not hold") is not found.holds
            seen += 1
    assert seen >= 5


@pytest.mark.parametrize(("claim", "holds"), [("leaks ZI from B[0]", False), ("leaks IZ from B[0]", False)])
def test_a_pauli_of_two_secrets_is_told_from_what_else_is_learned(claim, holds):
    assert derive(crossed(), claim).holds is holds


def test_outputs_in_another_order_are_put_in_the_secrets_order():
    assert derive(crossed(), "single-use right").holds
    wrong = derive(crossed(), "restores wrong")
    assert not wrong.holds and "not 1/2, for |ψ⟩ = (|00⟩ + |01⟩)/√2" in wrong.to_text()


NUMBER = {"": 1, "i": 1j, "ω": cmath.exp(0.25j * cmath.pi), "ω⁻¹": cmath.exp(-0.25j * cmath.pi), "1": 1}


def evaluated(text, amplitudes):
    """A state's text "ω⁻¹/(2√2) [ α (|0,00⟩ + …) + β (…) ]_A,S" at these amplitudes, by a reader of its own."""
    front, body = text.split("[", 1)
    above, below = front.strip().split("/", 1)
    scale = NUMBER[above] / {"2": 2, "(2√2)": 8**0.5, "4": 4, "(4√2)": 32**0.5}[below]
    found: dict[str, complex] = {}
    for symbol, part in re.findall(r"([αβ]) \((.*?)\)", body, re.DOTALL):
        for sign, unit, bits in re.findall(r"([+−]?)\s*(i?)\|([01,]+)⟩", part):
            value = scale * amplitudes["αβ".index(symbol)] * NUMBER[unit] * (-1 if sign == "−" else 1)
            found[bits.replace(",", "")] = found.get(bits.replace(",", ""), 0) + value
    return found


@pytest.mark.parametrize("n", [1, 2])
def test_the_printed_state_read_back_is_the_state_at_random_inputs(n):
    protocol = cloning(n)
    definitions = Definitions(protocol.system().document)
    printed = next(each for each in derive(protocol, "mixed A").lines if each.words.startswith("Stage encrypt"))
    random = numpy.random.default_rng(5)
    for _ in range(3):
        psi = random.normal(size=2) + 1j * random.normal(size=2)
        psi /= numpy.linalg.norm(psi)
        wanted = (definitions.state() @ psi).reshape(-1)
        read = numpy.zeros_like(wanted)
        for bits, value in evaluated(printed.text, psi).items():
            read[int(bits, 2)] = value
        assert abs(abs(numpy.vdot(read, wanted)) - 1) < 1e-9 and abs(numpy.linalg.norm(read) - 1) < 1e-9


def off(number):
    return number + ONE


def first_off(values):
    """Entries with the first one changed."""
    place = next(iter(values))
    old = values[place]
    new = {pair: off(number) for pair, number in old.items()} if isinstance(old, dict) else off(old)
    return {**values, place: new}


def damaged_factor(factor):
    first, *rest = factor.terms
    return replace(factor, terms=(replace(first, number=off(first.number)), *rest))


def damaged_state(state):
    return replace(state, factors=(damaged_factor(state.factors[0]), *state.factors[1:]))


def grouped(statement):
    (bits, (first, *rest)), *groups = statement.groups
    return replace(statement, groups=((bits, (replace(first, number=-first.number), *rest)), *groups))


def bell(statement):
    first, *rest = statement.terms
    return replace(statement, terms=(replace(first, number=-first.number), *rest))


DAMAGE = {
    StateIs: lambda it: replace(it, state=damaged_state(it.state)),
    Grouped: grouped,
    BellForm: bell,
    Reduced: lambda it: replace(it, entries=first_off(dict(it.entries))),
    Constant: lambda it: replace(it, values=first_off(dict(it.values))),
    Differ: lambda it: replace(it, values=(it.values[0], it.values[0])),
    IsInput: lambda it: replace(it, reduced=replace(it.reduced, entries=first_off(dict(it.reduced.entries)))),
    NotInput: lambda it: replace(it, value=it.wanted),
    Rest: lambda it: replace(it, state=damaged_state(it.state)),
    Component: lambda it: replace(it, values=first_off(dict(it.values))),
    Mixture: lambda it: replace(it, plus=it.minus, minus=it.plus),
    Overlap: lambda it: replace(it, value=off(it.value)),
    Separate: lambda it: replace(it, held=(0,)),
    Disturbed: lambda it: replace(it, qubit=it.reference.size - 1),
    Concluded: lambda it: replace(it, is_true=not it.is_true),
    Together: lambda it: replace(it, each=(*it.each, replace(it.each[0], is_true=not it.each[0].is_true))),
    Factors: lambda it: replace(it, factors=(((it.factors[0][0][0], ONE), *it.factors[0][1:]), *it.factors[1:])),
    Coefficients: lambda it: replace(it, alpha=(*it.alpha[:2], -it.alpha[2], it.alpha[3])),
    Step: lambda it: replace(it, after=Tensor((it.after, Atom("I")))),
    Begins: lambda it: replace(it, term=Tensor((it.term, Atom("I")))),
    CircuitIs: lambda it: replace(it, term=Atom("psi"), sizes=(1,)),
}


@pytest.fixture(scope="module")
def derivations():
    found = [
        derive(cloning(2), claim) for claim in ("mixed S[i]", "untouched N[*] by encrypt", "untouched A by encrypt")
    ]
    found += [derive(cloning(2), "single-use decrypt[0]"), derive(crossed(), "restores wrong")]
    found += [derive(cloning(1), claim) for claim in ("mixed S[0]", "leaks Y from S[0]", "hides S N")]
    found += [derive(noclone.protocol("swap-out"), "mixed A"), closed_form(1), closed_form(4)]
    return [*found, derive_all_n("mixed S[i]"), derive_all_n("single-use decrypt[j]")]


def test_no_damaged_line_is_shown(derivations):
    seen = set()
    for each in derivations:
        for one in each.lines:
            damage = DAMAGE[type(one.statement)]
            assert line(one.words, one.statement) == one
            with pytest.raises(DerivationError, match="a line is false"):
                line(one.words, damage(one.statement))
            seen.add(type(one.statement))
    assert seen == set(DAMAGE)


def test_a_phase_of_the_circuit_that_is_left_out_is_noticed():
    found = derive(cloning(2), "mixed S[0]")
    state = found.lines[1].statement
    terms = tuple(replace(term, number=-term.number) for term in state.state.factors[0].terms)
    turned = replace(state.state, factors=(replace(state.state.factors[0], terms=terms), *state.state.factors[1:]))
    assert state.place.has_phase and not replace(state, state=turned).holds()
    assert replace(state, state=turned, place=replace(state.place, has_phase=False)).holds()


def test_a_line_that_was_not_checked_cannot_be_made():
    with pytest.raises(DerivationError):
        Line("words", "1 = 2", "1 = 2", "none", checked=False)


def balanced(latex):
    depth = 0
    for letter in re.sub(r"\\[{}]", "", latex):
        depth += (letter == "{") - (letter == "}")
        assert depth >= 0
    return depth == 0


def test_latex_is_balanced_and_has_no_letter_that_latex_lacks(derivations):
    for each in derivations:
        for latex, blocks in ((each.to_latex(), len(each.lines)), (each._repr_latex_(), 1)):
            assert balanced(latex) and latex.isascii(), [letter for letter in latex if not letter.isascii()]
            assert latex.count("\\begin{align*}") == latex.count("\\end{align*}") == blocks
            assert latex.count("$") % 2 == 0 and "$$" not in latex
            assert all(balanced(row) for row in latex.split(" \\\\\n"))


def test_markdown_has_a_formula_for_every_line_and_shows_in_a_notebook(derivations):
    for each in derivations:
        markdown = each._repr_markdown_()
        assert markdown.count("$$") == 2 * len(each.lines)
        assert markdown.count("\\begin{aligned}") == len(each.lines)


def test_json_has_all_of_it(derivations):
    import json

    for each in derivations:
        data = json.loads(json.dumps(to_json(each)))
        assert data["holds"] is each.holds and data["status"] == "SUPPORTED" and data["claim"] == each.claim
        assert [one["text"] for one in data["lines"]] == [one.text for one in each.lines]
        assert set(data["lines"][0]) == {field.name for field in fields(Line)} - {"statement"}


def test_at_most_16_kets_are_shown_and_the_rest_is_counted():
    found = derive(cloning(3), "mixed S[0]")
    state = next(each for each in found.lines if each.words.startswith("Stage encrypt"))
    assert state.text.count("⟩") == 16 and "16 more kets" in state.text
    assert len(state.statement.state.factors[0].terms) == 32


@pytest.mark.parametrize(
    ("protocol", "claim", "message"),
    [
        (cloning(4), "mixed A", "at most 8 qubits, environment included; this protocol has 9"),
        (cloning(2), "hides S[0] within 0.1", "without a bound or noise"),
        (cloning(1), "hides S[i] N[*-j]", "speaks of no case"),
        (cloning(2), "mixed Q", "unknown party 'Q'"),
        (cloning(2), "restores nothing", "unknown recovery 'nothing'"),
        (cloning(2), "mixed", "cannot read the claim"),
        ("encrypted-cloning", "mixed A", "a noclone.Protocol is needed"),
    ],
)
def test_what_is_not_covered_is_said_in_one_line(protocol, claim, message):
    with pytest.raises(InputError, match=re.escape(message)) as raised:
        derive(protocol, claim)
    assert "\n" not in str(raised.value)


def test_angles_that_are_no_multiple_of_a_quarter_turn_are_refused():
    circuit = QuantumCircuit(QuantumRegister(1, "A"))
    circuit.rx(0.3, 0)
    with pytest.raises(InputError, match="derivations need exact ones"):
        derive(noclone.Protocol.from_circuit(circuit, secret="A"), "hides A")


def test_a_phase_that_no_power_of_omega_is_is_left_out_and_said():
    circuit = QuantumCircuit(QuantumRegister(1, "A"), QuantumRegister(1, "B"))
    circuit.rz(numpy.pi / 4, 0)
    found = derive(noclone.Protocol.from_circuit(circuit, secret="A"), "hides B")
    assert found.holds and any("global phase" in each for each in found.assumptions)


def test_claims_with_letters_are_derived_for_the_case_that_fails():
    circuit = QuantumCircuit(QuantumRegister(1, "A"), QuantumRegister(2, "B"))
    circuit.cx(0, 2)
    found = derive(noclone.Protocol.from_circuit(circuit, secret="A"), "hides B[i]")
    assert not found.holds and found.lines[-1].text == "hides B[1]: does not hold"
    assert parse_claim(found.claim).coalition == ("B[i]",)
