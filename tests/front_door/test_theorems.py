"""What ``noclone theorem`` prints, writes and exits with."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import sympy

from noclone.models.errors import InputError
from noclone.proofs.theorems.book import BOOK
from noclone.proofs.theorems.theorem import Computed
from noclone.theorems import show


@pytest.mark.parametrize("name", list(BOOK))
def test_a_theorem_is_shown_with_its_parts_and_exit_zero(name):
    text, content, status = show(name, output_format="text")
    assert status == content["exit"] == 0 and text.startswith(f"{name}: ")
    assert json.loads(json.dumps(content)) == content
    assert content["status"] == "SUPPORTED" and all(part["ok"] for part in content["parts"])
    assert {one["name"] for one in content["hypotheses"]} == {one["without"] for one in content["counterexamples"]}


def test_a_theorem_that_does_not_come_out_exits_four(monkeypatch):
    found = BOOK["no-cloning"]
    false = replace(found.proof[0], compute=lambda: Computed(sympy.S.One, sympy.S.Zero))
    monkeypatch.setitem(BOOK, "no-cloning", replace(found, proof=(false, *found.proof[1:])))
    text, content, status = show("no-cloning", output_format="text")
    assert status == content["exit"] == 4 and content["status"] == "ERROR" and "FAILED" in text
    assert [part["place"] for part in content["parts"] if not part["ok"]] == ["line 1"]


@pytest.mark.parametrize("output_format", ["text", "markdown", "latex"])
def test_without_a_name_the_book_is_listed(output_format):
    text, content, status = show(None, output_format=output_format)
    assert status == 0 and [one["name"] for one in content["theorems"]] == list(BOOK)
    assert all(name in text for name in BOOK)


def test_each_format_is_its_own():
    texts = {form: show("no-cloning", output_format=form)[0] for form in ("text", "markdown", "latex")}
    assert texts["latex"].startswith(r"\paragraph") and texts["markdown"].startswith("## ")


def test_an_unknown_name_or_format_is_an_input_error():
    with pytest.raises(InputError, match="Did you mean 'no-hiding'"):
        show("no-hidding", output_format="text")
    with pytest.raises(InputError, match=r"unknown format 'latx'.*Did you mean 'latex'"):
        show("no-hiding", output_format="latx")
