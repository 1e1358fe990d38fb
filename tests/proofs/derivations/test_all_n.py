"""Encrypted cloning for every n: every rule at n = 1 to 5, broken rules, and the closed form against the definitions."""

from __future__ import annotations

from dataclasses import replace

import numpy
import pytest
import sympy

import noclone
from noclone.derivations import closed_form, derive_all_n
from noclone.models.errors import InputError
from noclone.proofs.derivations.all_n import SIZES, steps
from noclone.proofs.derivations.circuits import CircuitIs
from noclone.proofs.derivations.derivation import DerivationError
from noclone.proofs.derivations.rules import ALPHA, DECRYPTED, ENCRYPTED, RULES, decryption
from noclone.proofs.derivations.terms import Apply, Case, N, Scaled, rewritten
from noclone.proofs.verdicts import Status

from definitions import Definitions

FIRST = 5


@pytest.mark.parametrize("name", RULES)
def test_a_rule_holds_by_matrices_at_every_n_to_5_that_it_covers(name):
    rule = RULES[name]
    covered = [n for n in range(1, FIRST + 1) if rule.covers(n)]
    assert covered and all(rule.check(n) for n in covered)


@pytest.mark.parametrize("name", RULES)
def test_a_broken_rule_fails_at_every_n_that_it_covers(name):
    rule = RULES[name]
    minus = Scaled("−1", "-1", (-1,), rule.right)
    turned = Scaled("i", "i", (sympy.I ** (N + 1 - N),), rule.left)
    for n in (1, 2, 3):
        if rule.covers(n):
            assert not replace(rule, right=minus).check(n) and not replace(rule, left=turned).check(n)


def test_a_bell_states_power_is_no_delta_at_n_1():
    assert not RULES["orthogonal powers"].check(1) and not RULES["orthogonal powers"].covers(1)
    assert not RULES["no other pair"].check(2) and not RULES["no other pair"].covers(2)


def test_phases_that_ignore_n_fail_wherever_they_differ():
    rule = RULES["phases"]
    wrong, count = rewritten(rule.right, rule.right.part.part, replace(rule.right.part.part, values=(1, -sympy.I) * 2))
    assert count == 1
    assert [n for n in range(1, 6) if replace(rule, right=wrong).check(n)] == [1, 5]


def test_alpha_is_what_the_papers_closed_form_has():
    assert [[complex(sympy.sympify(each).subs(N, n)) for each in ALPHA] for n in (1, 2, 3, 4)] == [
        [1, 1j, 1, 1j],
        [1, 1j, 1j, 1j],
        [1, 1j, -1, 1j],
        [1, 1j, -1j, 1j],
    ]


@pytest.mark.parametrize("n", [1, 2, 3])
def test_both_states_are_those_of_the_definitions_up_to_a_phase(n):
    protocol = noclone.protocol("encrypted-cloning", n=n)
    definitions = Definitions(protocol.system(["decrypt[0]"]).document)
    psi = numpy.array([[0.8], [0.36 - 0.48j]])
    order = [0, *(qubit for pair in range(n) for qubit in (1 + pair, 1 + n + pair))]
    for term, moment in (
        (ENCRYPTED, None),
        (DECRYPTED, "decrypt[0]"),
        (Apply("S_j N_j N", decryption, ENCRYPTED), "decrypt[0]"),
    ):
        wanted = (definitions.state(moment) @ psi.reshape(-1)).transpose(order).reshape(-1)
        assert abs(abs(numpy.vdot(term.value(Case(n, psi, {})), wanted)) - 1) < 1e-9


@pytest.mark.parametrize(
    ("claim", "last", "scope", "most"),
    [
        ("", "= 1/2 Σ_μ α_μ⁻¹ σ_μ|ψ⟩ ⊗ |φ_μ⟩^⊗n", "every n ≥ 1", 8),
        ("mixed S[i]", "= 1/2 (I + ⟨ψ|Y|ψ⟩ Y)", "every n ≥ 2; at n = 1", 15),
        ("mixed S[2]", "= 1/2 (I + ⟨ψ|Y|ψ⟩ Y)", "n > 2, as S[2] must exist", 15),
        ("restores decrypt[j]", "= |ψ⟩⟨ψ|", "every n ≥ 1", 15),
        ("single-use decrypt[0]", "= (|φ⟩ ⊗ |φ⟩^⊗(n−1)) (⟨φ| ⊗ ⟨φ|^⊗(n−1))", "every n ≥ 1", 17),
    ],
)
def test_a_dozen_lines_end_in_the_claim(claim, last, scope, most):
    found = derive_all_n(claim)
    assert found.lines[-1].text == last and scope in found.scope and len(found.lines) <= most
    assert found.status is Status.SUPPORTED and found.method == "symbolic derivation" and found.holds
    assert "SUPPORTED" in found.to_text() and "PROVED" not in found.to_text()


@pytest.mark.parametrize(
    "claim",
    [
        "hides S[i] N[i]",
        "mixed S[*]",
        "mixed N[i]",
        "recovers A S[*]",
        "mixed S[i] after encrypt",
        "restores decrypt_A",
    ],
)
def test_claims_that_are_not_derived_for_every_n_are_refused(claim):
    with pytest.raises(InputError, match="for every n no derivation of"):
        derive_all_n(claim)


def test_a_rule_that_fits_nowhere_is_an_error():
    with pytest.raises(DerivationError, match="fits 0 places"):
        steps(ENCRYPTED, ["ricochet"])


def test_a_false_rule_gives_no_line(monkeypatch):
    rule = RULES["XZ is Y"]
    monkeypatch.setitem(RULES, "XZ is Y", replace(rule, right=Scaled("−1", "-1", (-1,), rule.right)))
    with pytest.raises(DerivationError):
        derive_all_n("")


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_the_closed_form_is_derived_from_the_circuit_with_its_phases(n):
    found = closed_form(n)
    third = {1: "1", 2: "i", 3: "−1", 4: "−i"}[n]
    assert found.claim is None and found.holds and f"α = (1, i, {third}, i)" in found.lines[-1].text


@pytest.mark.parametrize("n", [0, 5, "n"])
def test_the_closed_form_is_derived_at_small_n_only(n):
    with pytest.raises(InputError, match="n = 1 … 4"):
        closed_form(n)


def test_circuits_with_another_global_phase_are_noticed():
    def shifted(n):
        protocol = noclone.protocol("encrypted-cloning", n=n)
        stages = {name: circuit.copy() for name, circuit in protocol.stages.items()}
        stages["encrypt"].global_phase += 0.5
        return stages

    exact = CircuitIs(shifted, None, ENCRYPTED, "V", has_phase=True)
    assert not exact.holds() and replace(exact, has_phase=False).holds()
    assert exact.sizes == SIZES
