"""``noclone trust`` and ``noclone export coq``: what is said, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from noclone.trust import ASSUMED, NOT_COVERED

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def certificates(run, tmp_path):
    assert run("verify", "encrypted-cloning", "--n", "2", "--certificates", tmp_path, "--quiet")[0] == 0
    assert run("access", "encrypted-cloning", "--certificates", tmp_path, "--quiet")[0] == 0
    return tmp_path


def test_every_assumption_is_numbered_and_explained_in_the_documentation(run):
    status, out, err = run("trust")
    assert (status, err) == (0, "")
    page = (CHECKOUT / "docs" / "trust.md").read_text()
    for number, item in enumerate(ASSUMED, 1):
        assert f"  {number}. {item.name}: {item.words}" in out.splitlines()
        assert f"\n{number}. **{item.name[0].upper()}{item.name[1:].partition(',')[0]}" in page
    for item in NOT_COVERED:
        assert f"  - {item.name}: {item.words}" in out.splitlines()
    content = json.loads(run("trust", "--json", "-", "--quiet")[1])
    assert [each["name"] for each in content["assumed"]] == [item.name for item in ASSUMED]


def test_a_certificate_becomes_a_coq_file_about_its_own_protocol(run, certificates, tmp_path):
    (certificate,) = (certificates / "encrypted-cloning-n2").glob("01-*.json")
    status, out, err = run("export", "coq", certificate)
    assert (status, err) == (0, "")
    assert 'Definition claim : string := "mixed S[i]".' in out and "Theorem certificate : holds_in_every_case" in out
    file = tmp_path / "c.v"
    assert run("export", "coq", certificate, "-o", file)[:2] == (0, "") and file.read_text() == out
    (table,) = (certificates / "encrypted-cloning-access").glob("01-*.json")
    assert "Theorem" in run("export", "coq", table)[1]


def test_what_cannot_be_exported_is_said_in_one_line(run, certificates, tmp_path):
    (certificate,) = (certificates / "encrypted-cloning-n2").glob("01-*.json")
    (foreign,) = (certificates / "encrypted-cloning-access").glob("protocol-*.json")
    (tmp_path / "text.json").write_text("no certificate")
    for words, told in (
        ((certificate, "--protocol", foreign), "protocol"),
        ((tmp_path / "text.json",), "not-json"),
        ((tmp_path / "missing.json",), "unreadable"),
        ((certificate, "-o", tmp_path / "no" / "folder.v"), "cannot write"),
    ):
        status, out, err = run("export", "coq", *words)
        assert (status, out, len(err.splitlines())) == (2, "", 1) and told in err, err
