"""Verdicts for every n on the command line: what is printed, the JSON contracts, exit statuses, and bad input."""

from __future__ import annotations

import json
import shutil

import pytest

FAMILY = """
[family]
stages = [{name = "encrypt", rotations = ["X XI", "Y YI", "Z ZI"]}]
recoveries = [{name = "back", rotations = ["-1 Z IZ", "-1 Y IY", "-1 X IX"], output = "A"}]

[[claims]]
claim = "mixed S[i]"
expect = "PROVED for n > 1"
note = "each clone is noise"

[[claims]]
claim = "hides S[*]"
"""
UNSETTLED = """
[family]
stages = [{name = "encrypt", rotations = ["2 I ZI", "Z ZI"]}]
recoveries = [{name = "d", rotations = ["Z II", "Z IY", "Z IX"], output = "A"}]

[[claims]]
claim = "restores d"
expect = "PROVED for n = 4"
"""


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Write a family's file; its name."""
    monkeypatch.chdir(tmp_path)

    def written(text=FAMILY, name="mine.toml"):
        (tmp_path / name).write_text(text)
        return name

    return written


# ---- verify


def test_without_n_every_claim_of_encrypted_cloning_is_decided_for_every_n(run):
    status, out, err = run("verify", "encrypted-cloning")
    assert (status, err) == (0, "")
    assert (
        "encrypted-cloning, for every n" in out and "20 claims, 20 decided for every n; all as expected (exit 0)" in out
    )
    for told in ("PROVED for every n >= 2, REFUTED for n = 1", "PROVED iff n even", "PROVED iff n odd"):
        assert told in out
    assert "attack (at n = 3)" in out and "witness (at n = 2)" in out and "\x1b" not in out


def test_the_json_of_a_family_has_the_contracts_keys_and_its_certificates_check(run, tmp_path):
    status, out, _ = run("verify", "encrypted-cloning", "--json", "-", "--certificates", tmp_path)
    content = json.loads(out)
    assert content["schema"] == "noclone-family-report-1" and content["exit"] == status == 0
    assert set(content) >= {"noclone", "qiskit", "target", "family_sha256", "claims", "seed"}
    written = 0
    for entry in content["claims"]:
        keys = {"claim", "pattern", "settled", "expected", "as_expected", "parts", "seconds"}
        assert set(entry) == keys and entry["settled"] is entry["as_expected"] is True
        for part in entry["parts"]:
            keys = {"verdict", "domain", "every", "certificate", "certificate_sha256", "protocol_sha256"}
            assert (
                set(part) == keys | {"formulas", "witness", "reason", "assumptions"}
                and part["witness"]
                and part["assumptions"]
            )
            assert part["every"] is not part["domain"].startswith("n = ")
            assert (part["protocol_sha256"] == content["family_sha256"]) is part["every"]
            assert (tmp_path / part["certificate"]).is_file()
            written += 1
    patterns = {entry["claim"]: entry["pattern"] for entry in content["claims"]}
    assert patterns["hides S[*]"] == "PROVED iff n even" and patterns["recovers S[i] N[*]"] == "PROVED for every n"
    assert written == sum(path.name[:2].isdecimal() for path in tmp_path.rglob("*.json")) > 20
    status, out, err = run("check", tmp_path)
    assert (status, err, len(out.splitlines())) == (0, "", written) and "PROVED" not in out
    assert "valid (proved): mixed S[i] for every n >= 2 [protocol" in out
    status, out, err = run("check", tmp_path, "--against", "encrypted-cloning")
    assert (status, err, len(out.splitlines())) == (0, "", written)
    assert "PROVED: mixed S[i] for every n >= 2 [protocol" in out and "REFUTED: mixed S[i] [protocol" in out
    assert "REFUTED: hides S[*] for odd n >= 1 [protocol" in out


def test_a_stated_expectation_that_fails_is_exit_1_wherever_it_fails(run, file):
    text = FAMILY.replace("PROVED for n > 1", "PROVED")
    status, out, _ = run("verify", file(text))
    assert status == 1 and "not as expected" in out and "first at n = 1" in out
    text = FAMILY.replace("PROVED for n > 1", "REFUTED for n > 5000")
    status, out, _ = run("verify", file(text))
    assert status == 1 and "first at n = 5001" in out, "n that were not looked at are spoken of all the same"


def test_exact_refuses_a_verdict_that_is_better_than_expected(run, file):
    name = file(
        FAMILY.replace("PROVED for n > 1", "SUPPORTED for n > 1").replace(
            'claim = "hides S[*]"', 'claim = "recovers A N[i] S[*]"'
        )
    )
    assert run("verify", name)[0] == 0 and run("verify", name, "--exact")[0] == 1


def test_what_is_not_settled_is_exit_3_and_says_what_was_proved(run, file):
    status, out, _ = run("verify", file(UNSETTLED), "--json", "-")
    (entry,) = json.loads(out)["claims"]
    assert status == 3 and entry["settled"] is False and entry["as_expected"] is True
    assert "PROVED for n = 4, 8" in entry["pattern"] and "UNDECIDED otherwise: no pattern" in entry["pattern"]


def test_claims_on_the_command_line_replace_those_of_the_file(run, file):
    status, out, _ = run("verify", file(), "--claim", "recovers S[i] N[*]", "--claim", "restores back")
    assert status == 0 and "2 claims, 2 decided for every n; nothing was expected (exit 0)" in out
    assert "hides S[*]" not in out


def test_quiet_says_nothing(run):
    assert run("verify", "encrypted-cloning", "--quiet") == (0, "", "")
    assert run("access", "encrypted-cloning", "--quiet") == (0, "", "")


def test_with_an_n_everything_is_as_it_was(run):
    status, out, _ = run("verify", "encrypted-cloning", "--n", "1..2", "--claim", "mixed S[i]")
    assert status == 0 and "PROVED for n = 2" in out and "every" not in out


@pytest.mark.parametrize("name", ["iterated-cloning", "parallel-cloning"])
def test_families_that_are_not_uniform_say_so(run, name):
    status, out, _ = run("verify", name)
    assert status == 0 and "not uniform: decided for single values of n and" in out and "not for every one" in out


def test_nothing_is_said_of_uniformity_where_all_parameters_are_given(run):
    assert "uniform" not in run("verify", "parallel-cloning", "--n", "2", "--param", "secrets=1")[1]


# ---- access


TABLE = """encrypted-cloning: who can read what, for every n; pairs are counted by which of their parts are held
A         S N   N     S     pairs: none  verdict
either    >= 1              0            authorized
held            even        0            authorized
held                  odd   0            authorized
held      >= 1                           authorized
not held  0     even  odd   0            leaks Y
held      0     odd   even  0            leaks Y
not held  0     odd                      uninformative
not held  0           even               uninformative
not held                    >= 1         uninformative
either    0                 >= 1         uninformative
160 cells, PROVED: each replayed by the kernel
"""


def test_access_without_n_is_a_table_over_all_n(run):
    assert run("access", "encrypted-cloning") == (0, TABLE, "")


def test_the_json_of_a_table_has_the_contracts_keys_and_its_certificate_checks(run, tmp_path):
    status, out, _ = run("access", "encrypted-cloning", "--json", "-", "--certificates", tmp_path)
    content = json.loads(out)
    assert content["schema"] == "noclone-access-table-1" and content["exit"] == status == 0
    keys = {
        "target",
        "scope",
        "status",
        "source",
        "kinds",
        "rows",
        "cells",
        "certificate",
        "certificate_sha256",
        "seconds",
    }
    assert set(content) >= keys | {"noclone", "qiskit"}
    assert (content["cells"], content["scope"], content["kinds"]) == (160, "every n >= 1", ["none", "S", "N", "S N"])
    assert {"A": "not held", "none": "0", "S": "odd", "N": "even", "S N": "0", "verdict": "leaks Y"} in content["rows"]
    assert all(set(row) == {"A", "none", "S", "N", "S N", "verdict"} for row in content["rows"])
    certificate = tmp_path / content["certificate"]
    assert certificate.stat().st_size <= 50_000
    assert run("check", certificate)[1].startswith("valid (proved): access for every n >= 1")
    status, out, _ = run("check", certificate, "--against", "encrypted-cloning")
    assert status == 0 and out.startswith("PROVED: access for every n >= 1")


def test_one_coalition_is_still_looked_at_for_one_n(run):
    assert "name one, for example with --n 3" in run("access", "encrypted-cloning", "--held", "A")[2]
    assert run("access", "encrypted-cloning", "--n", "2", "--held", "A S[0] N[0]")[0] == 0


# ---- check


def test_certificates_of_a_file_check_against_the_file_and_against_no_other(run, file, tmp_path):
    name, other = file(), file(FAMILY.replace('"Z ZI"]}', '"Y ZI"]}'), "other.toml")
    assert run("verify", name, "--quiet", "--certificates", "out")[0] == 1, "without an expectation PROVED is expected"
    written = [path for path in sorted(tmp_path.rglob("*.json")) if not path.name.startswith("protocol-")]
    assert len(written) >= 3
    for path in written:
        status, out, err = run("check", path, "--against", name)
        assert (status, err) == (0, "") and out.startswith(("PROVED: ", "REFUTED: "))
        status, out, err = run("check", path, "--against", other)
        assert (status, out) == (2, "") and "other-protocol" in err
        assert run("check", path, "--against", "encrypted-cloning")[0] == 2


def test_a_certificate_for_every_n_needs_its_familys_document(run, tmp_path):
    run("verify", "encrypted-cloning", "--quiet", "--certificates", tmp_path)
    certificate = next(tmp_path.rglob("*restores-decrypt-i-for-every*.json"))
    own = json.loads(certificate.read_text())["protocol"]
    document = certificate.parent / f"protocol-{own[:16]}.json"
    status, out, _ = run("check", certificate, "--protocol", document, "--claim", "restores decrypt[i]")
    assert status == 0 and out.startswith("PROVED: restores decrypt[i] for every n >= 1")
    assert run("check", certificate, "--protocol", document, "--claim", "mixed S[i]")[0] == 2
    assert run("check", certificate, "--against", "encrypted-cloning", "--n", "3")[0] == 2, "that is one protocol"
    shutil.copy(certificate, tmp_path / "alone.json")
    assert "unreadable" in run("check", tmp_path / "alone.json")[2]
    document.write_text(document.read_text().replace('"Z"', '"Y"', 1))
    assert "other-protocol" in run("check", certificate)[2]


def test_a_damaged_certificate_is_exit_1(run, tmp_path):
    run("verify", "encrypted-cloning", "--quiet", "--certificates", tmp_path)
    texts = {path: path.read_text() for path in tmp_path.rglob("*.json")}
    certificate = next(path for path, text in texts.items() if '"hides S[*]"' in text and '"n": 2' in text)
    text = texts[certificate]
    for damaged in (text.replace('"+', '"-').replace('"-', '"+', 1), text.replace('"n": 2', '"n": 3')):
        certificate.write_text(damaged)
        status, out, err = run("check", certificate)
        assert (status, out, len(err.splitlines())) == (1, "", 1)


# ---- search


def test_search_says_what_was_found_and_how_many_were_tried(run):
    """The repair of odd n, which takes longer to find, is an example of docs/every-n.md, and so is tested there."""
    status, out, err = run("search", "--factors", "2", "--for", "even")
    assert (status, err) == (0, "")
    assert "X_A X_S, then Y_A Y_S: 36 families alike up to names of letters; 3 certificates" in out
    assert "36 of all 240 families of up to 2 factors have it (1 of 21 classes)" in out


def test_search_without_an_answer_is_exit_1_and_says_that_all_were_tried(run):
    status, out, _ = run("search", "--factors", "2", "--for", "odd")
    assert status == 1 and "none of all 240 families of up to 2 factors has it" in out


def test_the_json_of_a_search_has_the_contracts_keys_and_its_certificates_check(run, tmp_path):
    status, out, _ = run("search", "--factors", "2", "--for", "even", "--json", "-", "--certificates", tmp_path)
    content = json.loads(out)
    assert content["schema"] == "noclone-search-1" and content["exit"] == status == 0
    assert set(content) >= {"noclone", "wanted", "families", "classes", "found", "others"}
    assert content["families"] == 240 and content["classes"] == len(content["found"]) + len(content["others"])
    assert content["families"] == sum(one["alike"] for one in content["found"] + content["others"])
    assert ["XX", "YY"] in [one["factors"] for one in content["found"]]
    for one in content["found"]:
        assert set(one) == {"factors", "alike", "verdicts", "certificates"}
        assert len(one["certificates"]) == len(one["verdicts"]) == 3
    assert all(
        set(one) == {"factors", "alike", "why", "certificates"} and one["certificates"] for one in content["others"]
    )
    status, out, err = run("check", tmp_path)
    total = sum(len(one["certificates"]) for one in content["found"] + content["others"])
    assert (status, err, len(out.splitlines())) == (0, "", total)


def test_what_is_wanted_can_be_said(run):
    status, out, _ = run("search", "--factors", "1", "--leaks", "--want", "recovers A S[*] N[*]", "--from", "1")
    assert status == 0 and "wanted: recovers A S[*] N[*]; for every n >= 1" in out


# ---- bad input


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[family]", "[family", "mine.toml:"),
        ("[family]", "[family]\ncolour = 1", "[family] has the unknown key 'colour'"),
        ("[family]", "[extra]\n[family]", "unknown key 'extra'"),
        ("stages = ", "stages = 3 #", "write [[family.stages]]"),
        ("stages = ", "# ", "write [[family.stages]]"),
        ('name = "encrypt", ', "", "'name' has to be a text in quotes; it is missing"),
        ('name = "encrypt"', 'name = "encrypt[0]"', "the name 'encrypt[0]' has a number"),
        ('name = "encrypt"', 'name = "encrypt", turns = 3', "[[family.stages]] 1 has the unknown key 'turns'"),
        ('name = "encrypt"', 'name = "S"', "cannot be checked: bad-name"),
        ('["X XI", "Y YI", "Z ZI"]', '"X XI"', "'rotations' has to be a list of texts"),
        ('"X XI"', '"X X"', "cannot read the rotation 'X X'"),
        ('"X XI"', '"X XII"', "cannot read the rotation 'X XII'"),
        ('"X XI"', '"1/2 X XI"', "cannot read the rotation '1/2 X XI'"),
        ('"X XI"', '"4 X XI"', "turns by whole turns"),
        ('"X XI"', '"Q XI"', "cannot read the rotation 'Q XI'"),
        ('"X XI"', '"X XI IX"', "a stage treats all pairs alike"),
        ('"X XI"', "7", "'rotations' has to be a list of texts"),
        ('output = "A"', 'output = "B"', "recovery 'back' has the output 'B': write A, S, N"),
        ('output = "A"', "output = 3", "'output' has to be a text in quotes; it is 3"),
        (', output = "A"', "", "'output' has to be a text in quotes; it is missing"),
        ('"-1 Z IZ"', '"-1 Z IZ ZI"', "singles out a pair"),
        ("[family]", '[family]\nprepare = ["H"]', "cannot read the gate 'H'"),
        ("[family]", '[family]\nprepare = [""]', "cannot read the gate ''"),
        ("[family]", '[family]\nprepare = ["SWAP 0 1"]', "cannot be checked: bad-gate"),
        ("[family]", '[family]\nprepare = ["H 2"]', "cannot be checked: bad-qubit"),
        ("[family]", '[family]\nprepare = ["H 99999999999"]', "cannot read the gate"),
        ("[family]", '[family]\npair = "SN"', "'pair' has to be a list of texts"),
        ("[family]", '[family]\npair = ["S", "A"]', "cannot be checked: bad-register"),
        ("[family]", '[family]\nsource = "S"', "recovery 'back' has the output 'A'"),
        ('claim = "hides S[*]"', 'claim = "hides T[*]"', "unknown party 'T'"),
        ('claim = "hides S[*]"', 'claim = "hides A[i]"', "a letter stands for a pair"),
        ('claim = "hides S[*]"', 'claim = "hides S[i] N[2]"', "letters and numbers"),
        ('claim = "hides S[*]"', 'claim = "hides S within 1/2"', "for single n only"),
        ('claim = "hides S[*]"', 'claim = "restores fix"', "fix"),
        ('claim = "hides S[*]"', 'claim = "hids S[*]"', "unknown claim word 'hids'"),
        ('claim = "hides S[*]"', 'claim = "hides S[*]"\nexpect = "PROVED iff m even"', "m"),
        ("PROVED for n > 1", "PROVED perhaps", "cannot read the expectation"),
    ],
)
def test_a_family_file_that_cannot_be_read_is_one_line(refused, file, old, new, said):
    assert old in FAMILY
    line = refused("verify", file(FAMILY.replace(old, new, 1)))
    assert said in line and "bug" not in line


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["verify", "mine.toml", "--n", "3"], "'mine.toml' takes no n"),
        (["verify", "mine.toml", "--cross-check"], "is a family for every n"),
        (["verify", "mine.toml", "--secret", "A"], "mine.toml"),
        (["access", "mine.toml", "--held", "A"], "is a family for every n"),
        (["access", "mine.toml", "--n", "3"], "'mine.toml' takes no n"),
        (["mutate", "mine.toml"], "is a family for every n"),
        (
            ["access", "encrypted-cloning", "--n", "2", "--certificates", "x"],
            "--certificates goes with the table for every n",
        ),
        (["access", "five-qubit-code", "--certificates", "x"], "--certificates goes with the table for every n"),
        (["access", "encrypted-cloning", "--recovery", "r.qasm"], "whose recovery?"),
        (["verify", "encrypted-cloning", "--claim", "hides S[i] N[2]"], "write letters throughout, or give --n"),
        (["verify", "encrypted-cloning", "--claim", "bound cloning all to 1 <= 1"], "give --n"),
        (["verify", "encrypted-cloning", "--certificates", "mine.toml"], "mine.toml"),
        (["search", "--for", "prime"], "there are every, even and odd"),
        (["search", "--factors", "9"], "Invalid value for '--factors'"),
        (["search", "--from", "0"], "Invalid value for '--from'"),
        (["search", "--want", "leaks Y from S[*]"], "is not searched for"),
        (["search", "--want", "hides"], "its form is hides C"),
        (["search", "--factors", "1", "--want", "hides T"], "unknown party 'T'"),
    ],
)
def test_options_that_do_not_fit_are_one_line(refused, file, words, said):
    file()
    assert said in refused(*words)


def test_a_table_of_too_many_cells_is_refused_with_the_number(refused, file):
    text = '[family]\npair = ["P", "Q", "R", "T"]\nprepare = []\nstages = [{name = "e", rotations = ["Z ZIII"]}]\n'
    line = refused("access", file(text))
    assert "pairs of 4 parts have" in line and "more than 100,000" in line


def test_a_file_without_claims_has_a_table_and_nothing_to_verify(run, refused, file):
    name = file(FAMILY.partition("[[claims]]")[0])
    assert "state claims in the file" in refused("verify", name)
    assert run("access", name)[0] == 0
