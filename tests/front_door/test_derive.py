"""noclone derive, as a user types it."""

from __future__ import annotations

import json

import pytest


def test_a_claim_is_derived_line_by_line_in_every_format(run):
    for output_format, mark in (("text", "ρ_S[0] = I/2"), ("markdown", "$"), ("latex", r"\begin")):
        status, out, err = run(
            "derive", "encrypted-cloning", "--n", "2", "--claim", "mixed S[0]", "--format", output_format
        )
        assert (status, err) == (0, "") and mark in out and "SUPPORTED" in out


def test_a_false_claim_is_shown_to_be_false_and_exits_1(run):
    status, out, err = run("derive", "encrypted-cloning", "--n", "2", "--claim", "hides A S[*]")
    assert (status, err) == (1, "") and "does not hold" in out


def test_the_closed_form_and_every_n(run):
    status, out, _ = run("derive", "encrypted-cloning", "--n", "3")
    assert status == 0 and "n=3" in out.replace(" ", "")
    status, out, _ = run("derive", "encrypted-cloning", "--n", "n", "--claim", "single-use decrypt[j]")
    assert status == 0 and "every n" in out


def test_the_json_has_every_line_with_its_check(run):
    status, out, _ = run("derive", "swap-out", "--claim", "single-use keep", "--json", "-")
    content = json.loads(out)
    assert status == 0 and content["holds"] is True and content["status"] == "SUPPORTED"
    assert content["lines"] and all(line["checked"] is True and line["check"] for line in content["lines"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["encrypted-cloning", "--claim", "mixed A"], "derive looks at one protocol, 'encrypted-cloning' is 5"),
        (["swap-out"], "which claim? Give --claim"),
        (["swap-out", "--n", "n"], "for every n only 'encrypted-cloning' is derived"),
        (["encrypted-cloning", "--n", "n", "--claim", "hides S[*]"], "mixed S[i]"),
        (["encrypted-cloning", "--n", "4", "--claim", "mixed A"], "8 qubits"),
        (["swap-out", "--claim", "hides Q"], "unknown party 'Q'"),
        (["swap-out", "--claim", "hides A", "--format", "txt"], "unknown format 'txt': use text, markdown, latex"),
        (["swap-out", "--claim", "restores lunch"], "unknown recovery 'lunch'"),
    ],
)
def test_what_cannot_be_derived_is_one_line_and_exit_2(refused, words, said):
    assert said in refused("derive", *words)
