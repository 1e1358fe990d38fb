"""A theorem in text, Markdown and LaTeX shows what was checked, and what failed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import sympy

from noclone.proofs.theorems.book import BOOK
from noclone.proofs.theorems.rendering import WIDTH
from noclone.proofs.theorems.theorem import Computed, TheoremCheck

FORMATS = ("to_text", "to_markdown", "to_latex")


@pytest.mark.parametrize("name", list(BOOK))
def test_every_format_shows_hypotheses_counterexamples_and_literature(name):
    found = BOOK[name]
    check = found.check()
    for form in FORMATS:
        shown = " ".join(getattr(found, form)(check).split())
        assert "SUPPORTED (symbolic proof)" in shown and "FAILED" not in shown and "PROVED" not in shown
        assert all(one.name in shown for one in found.hypotheses)
        assert found.references[0].partition(",")[0] in shown
        assert shown.count("ok") >= len(found.proof) + len(found.examples) + len(found.counterexamples)
    assert max(map(len, found.to_text(check).splitlines())) <= WIDTH


@pytest.mark.parametrize("name", list(BOOK))
def test_latex_is_ascii_but_for_names_and_balanced(name):
    shown = BOOK[name].to_latex()
    assert {letter for letter in shown if not letter.isascii()} <= set("éž")
    unescaped = shown.replace(r"\{", "").replace(r"\}", "")
    depth = 0
    for letter in unescaped:
        depth += {"{": 1, "}": -1}.get(letter, 0)
        assert depth >= 0
    assert depth == 0
    for environment in ("description", "enumerate", "itemize"):
        assert shown.count(rf"\begin{{{environment}}}") == shown.count(rf"\end{{{environment}}}") > 0
    assert shown.count(r"\[") == shown.count(r"\]") > 0


def test_what_failed_is_shown_as_failed_with_its_reason():
    found = BOOK["no-cloning"]
    false = replace(found.proof[1], compute=lambda: Computed(sympy.S.One, sympy.S.Zero))
    nowhere = replace(false, compute=lambda: 1 // 0)
    for line, reason in ((false, "not so: 1 = 0"), (nowhere, "ZeroDivisionError")):
        broken = replace(found, proof=(found.proof[0], line, *found.proof[2:]))
        for form in FORMATS:
            shown = getattr(broken, form)()
            assert "FAILED" in shown and reason in shown and "ERROR: a bug" in shown and "SUPPORTED" not in shown


def test_parts_that_were_not_checked_are_not_shown_as_checked():
    found = BOOK["no-cloning"]
    shown = found.to_text(TheoremCheck("no-cloning", "", ()))
    assert " ok " not in shown and shown.count("it was not checked") >= len(found.proof) and "ERROR" in shown


def test_notebooks_show_markdown_and_latex():
    found = BOOK["teleportation"]
    assert found._repr_markdown_() == found.to_markdown() and found._repr_latex_() == found.to_latex()
    assert r"\_B" in found.to_markdown() and r"\ensuremath{_{B}}" in found.to_latex()


def test_what_is_printed_is_what_was_computed():
    found = BOOK["one-time-pad"]
    assert "p2*|⟨u1|u2⟩|**2 + p3*|⟨u1|u3⟩|**2 ≥ 0" in found.to_text()
    changed = replace(found.proof[5], compute=lambda: Computed(sympy.Symbol("z", positive=True), sympy.S.Zero, ">"))
    assert "computed: z > 0" in replace(found, proof=(*found.proof[:5], changed, *found.proof[6:])).to_text()


def test_the_tables_of_the_documentation_are_those_of_the_book():
    page = (Path(__file__).parents[3] / "docs" / "theorems.md").read_text().replace("\\", "")
    for name, found in BOOK.items():
        assert f"| `{name}` | {found.generality} | {'; '.join(found.references)} |" in page
        for one in found.counterexamples:
            assert f"| *{one.without}* | {one.text} |" in page
