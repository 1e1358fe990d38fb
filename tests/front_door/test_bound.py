"""What ``noclone bound`` prints, writes and exits with, and what claims files and ``noclone.bound`` say of the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from fractions import Fraction
from hashlib import sha256
from math import sqrt
from pathlib import Path

import pytest

import noclone
from noclone.models.errors import InputError
from noclone.proofs import kernel
from noclone.proofs.kernel.squares import read_number

CHSH = "A0 B0 + A0 B1 + A1 B0 - A1 B1"
TILTED = CHSH.replace("A1 B0", "2*A1 B0")
TRINE = {"states": [{"amplitudes": [1, 0]}, {"amplitudes": ["1/2", "sqrt(3)/2"]}, ["1/2", "-sqrt(3)/2"]]}
HEADER = 'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit A;\nqubit B;\n'


def cloning(*words):
    return "bound", "cloning", *words


def from_text(text):
    """An exact number's text in floats."""
    return sum(float(part) * sqrt(root) for root, part in read_number(text, "").items())


def by_the_kernel_alone(certificate, protocol, folder):
    """What a Python with nothing but the kernel's folder says of two objects, written to files."""
    files = []
    for name, text in (
        ("certificate.json", json.dumps(certificate, sort_keys=True, indent=1)),
        ("protocol.json", json.dumps(protocol, sort_keys=True, separators=(",", ":"))),
    ):
        files.append(folder / name)
        files[-1].write_text(text)
    words = [sys.executable, "-I", "-S", "-c", RUN_KERNEL, str(Path(kernel.__file__).parents[2]), str(files[0])]
    return subprocess.run([*words, "--protocol", str(files[1])], capture_output=True, text=True, cwd=folder)


RUN_KERNEL = (
    "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); runpy.run_module('proofs.checker', run_name='__main__')"
)


@pytest.mark.parametrize(
    ("words", "value", "status"),
    [
        (cloning("--states", "all", "--copies", "2"), "5/6", 0),
        (cloning("--states", "all", "--copies", "3", "--from", "2"), "11/12", 0),
        (cloning("--states", "bb84", "--copies", "2"), "1/2+sqrt(2)/4", 0),
        (cloning("--states", "bb84", "--copies", "2", "--merit", "global"), "3/4", 0),
        (cloning("--states", "all", "--copies", "2", "--merit", "worst"), "5/6", 0),
        (cloning("--states", "all", "--copies", "2", "--merit", "entanglement"), "3/4", 0),
        (cloning("--states", "all", "--copies", "2", "--weights", "8/13, 5/13"), "11/13", 0),
        (cloning("--states", "all3", "--copies", "2"), "3/4", 0),
        (("bound", "measure-and-prepare", "--states", "all"), "2/3", 0),
        (("bound", "measure-and-prepare", "--states", "all", "--from", "2", "--claim", "<= 0.7"), None, 3),
        (("bound", "recovery", "encrypted-cloning", "--n", "3", "--held", "S[*]"), "1/2", 0),
        (("bound", "recovery", "encrypted-cloning", "--n", "3", "--held", "S[*]", "--guess", "Y"), "1", 0),
        (("bound", "recovery", "encrypted-cloning", "--n", "3", "--held", "S[*]", "--guess", "X"), "1/2", 0),
        (("bound", "recovery", "encrypted-cloning", "--n", "2", "--held", "S[0]", "--after", "decrypt[0]"), "1", 0),
        (("bound", "recovery", "encrypted-cloning", "--n", "2", "--held", "S[0]"), "1/4", 0),
        (("bound", "correlations", CHSH), "2*sqrt(2)", 0),
        (("bound", "correlations", CHSH, "--local"), "2", 0),
        (("bound", "correlations", CHSH, CHSH.replace("B", "C"), "--squares"), "8", 0),
        (cloning("--states", "all", "--copies", "2", "--claim", "<= 5/6"), "5/6", 0),
        (cloning("--states", "all", "--copies", "2", "--claim", "<=1/2 + 1/3"), "5/6", 0),
        (cloning("--states", "all", "--copies", "2", "--claim", "<= 0.83"), "5/6", 1),
        (cloning("--states", "all", "--copies", "2", "--claim", ">= 0.834"), "5/6", 1),
        (cloning("--states", "all", "--copies", "2", "--claim", "= 0.83"), "5/6", 1),
        (("bound", "correlations", CHSH, "--claim", "<= 2"), "2*sqrt(2)", 1),
    ],
)  # fmt: skip
def test_values_and_exit_statuses_and_what_json_says_of_them(run, words, value, status):
    found, out, err = run(*words, "--json", "-")
    content = json.loads(out)
    assert (found, err, content["exit"]) == (status, "", status)
    assert content["verdict"] == {0: "PROVED", 1: "REFUTED"}.get(status, content["verdict"])
    assert content["schema"] == "noclone-bound-1" and content["noclone"] == noclone.__version__
    if value is None:
        assert content["verdict"] in ("UNDECIDED", "SUPPORTED") and not content["exact"]
        return
    assert (content["value"], content["upper"], content["lower"], content["exact"]) == (value, value, value, True)
    assert content["value_float"] == pytest.approx(from_text(content["value"]), abs=1e-12)
    assert content["certificate"] == content["claims"][0]["certificate"] is not None
    assert content["claims"][0]["claim"] == content["certificate"]["claim"]


@pytest.mark.parametrize(
    "words",
    [
        cloning("--states", "bb84", "--copies", "2"),
        cloning("--states", "bb84", "--copies", "2", "--claim", "<= 5/6"),
        cloning("--states", "two.json", "--copies", "2"),
        ("bound", "recovery", "five-qubit-code", "--held", "Q[0] Q[1]"),
        ("bound", "correlations", CHSH),
        ("bound", "correlations", TILTED),
    ],
)
def test_the_certificates_in_json_are_replayed_by_the_kernel_alone(run, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    Path("two.json").write_text("[[1, 0], [0.6, 0.8]]")
    content = json.loads(run(*words, "--json", "-")[1])
    assert content["claims"]
    for side in content["claims"]:
        said = by_the_kernel_alone(side["certificate"], side["protocol"], tmp_path)
        assert (said.returncode, said.stderr) == (0, "")
        assert said.stdout.startswith(f"valid ({side['verdict'].lower()}): {side['claim']} [")
        data = (tmp_path / "certificate.json").read_bytes()
        assert sha256(data).hexdigest() == side["certificate_sha256"]
    damaged = json.loads(json.dumps(content["certificate"]))
    damaged["conclusion"] = "REFUTED" if damaged["conclusion"] == "PROVED" else "PROVED"
    said = by_the_kernel_alone(damaged, content["claims"][0]["protocol"], tmp_path)
    assert said.returncode == 1 and "wrong-conclusion" in said.stderr


def test_the_text_says_value_method_and_verdict(run):
    status, out, err = run(*cloning("--states", "bb84", "--copies", "2"))
    assert (status, err) == (0, "") and "\x1b" not in out
    first, *_, last = out.splitlines()
    assert first == "cloning bb84 to 2: 1/2+sqrt(2)/4 = 0.8535533906"
    assert last == "PROVED: bound cloning bb84 to 2 = 1/2+sqrt(2)/4"
    out = run(*cloning("--states", "all", "--copies", "1"))[1]
    assert out.startswith("cloning all to 1: 1\n"), "whole numbers are not told twice"
    assert run(*cloning("--states", "bb84", "--copies", "2", "--quiet", "--claim", "<= 5/6")) == (1, "", "")


def test_states_of_a_file_may_be_exact_or_enclosed(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("trine.json").write_text(json.dumps(TRINE))
    out = run(*cloning("--states", "trine.json", "--copies", "2"))[1]
    assert out.startswith("cloning trine to 2: 1/2+sqrt(2)/4 = 0.8535533906\n")
    Path("my_two states.json").write_text("\ufeff[[1, 0], [0.6, 0.8]]")
    content = json.loads(run(*cloning("--states", "my_two states.json", "--copies", "2", "--json", "-"))[1])
    assert content["quantity"] == "cloning my-two-states to 2" and content["exact"] is False
    low, high = Fraction(content["lower"]), Fraction(content["upper"])
    assert 0 < high - low <= Fraction(2, 10**9) and content["value"] == content["upper"]
    assert low <= Fraction(content["value_float"]) + Fraction(1, 10**12)
    claims = [(one["claim"], one["verdict"]) for one in content["claims"]]
    assert claims == [
        (f"bound cloning my-two-states to 2 <= {content['upper']}", "PROVED"),
        (f"bound cloning my-two-states to 2 >= {content['lower']}", "PROVED"),
    ]
    for side, expected in ((f"<= {content['upper']}", 0), (f">= {content['upper']}1", 1), ("= 0.987816", 1)):
        words = cloning("--states", "my_two states.json", "--copies", "2", "--claim", side)
        assert run(*words)[0] == expected, side


def test_what_is_not_known_is_exit_3(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("t.qasm").write_text(HEADER + "t A;\ncx A, B;\n")
    for words in ([], ["--claim", "<= 1/2"]):
        status, out, err = run("bound", "recovery", "t.qasm", "--secret", "A", "--held", "A", *words)
        assert (status, err) == (3, "") and "recovery by A: not known" in out and "PROVED" not in out
    content = json.loads(run("bound", "recovery", "t.qasm", "--secret", "A", "--held", "A", "--json", "-")[1])
    assert (content["verdict"], content["value"], content["certificate"]) == ("UNDECIDED", None, None)


def test_certificates_of_several_bounds_stay_in_one_folder(run, tmp_path):
    folder = tmp_path / "proofs"
    assert run("verify", "five-qubit-code", "--quiet", "--certificates", folder)[0] == 0
    before = set(folder.rglob("*.json"))
    for words in (["--states", "bb84", "--copies", "2"], ["--states", "all", "--copies", "2"]):
        assert run(*cloning(*words, "--certificates", folder, "--quiet"))[0] == 0
    words = ["bound", "recovery", "five-qubit-code", "--held", "Q[0] Q[1]", "--certificates", folder, "--json", "-"]
    content = json.loads(run(*words)[1])
    assert (folder / content["claims"][0]["certificate_file"]).is_file() and before < set(folder.rglob("*.json"))
    status, out, err = run("check", folder)
    assert (status, err) == (0, "")
    for text in ("cloning bb84 to 2 = 1/2+sqrt(2)/4", "cloning all to 2 = 5/6", "recovery by Q[0] Q[1] = 1/4"):
        assert f"valid (proved): bound {text} [" in out


def test_the_family_is_as_expected_and_its_certificates_are_valid_against_it(run, tmp_path):
    status, out, err = run("verify", "bounds", "--certificates", tmp_path, "--json", "-")
    content = json.loads(out)
    assert (status, err, content["exit"]) == (0, "", 0) and len(content["claims"]) >= 30
    assert {one["verdict"] for one in content["claims"]} == {"PROVED", "REFUTED"}
    assert all(one["verdict"] == one["expected"] for one in content["claims"])
    status, out, err = run("check", tmp_path)
    valid = out.splitlines()
    assert (status, err, len(valid)) == (0, "", len(content["claims"]))
    assert all(line.startswith("valid (") for line in valid)
    status, out, err = run("check", tmp_path, "--against", "bounds")
    assert (status, err) == (0, "") and out.count("\nREFUTED: ") == 3
    assert len(out.splitlines()) == len(valid)
    first = min(tmp_path.rglob("01-*.json"))
    status, out, err = run("check", first, "--against", "swap-out")
    assert status == 2 and "other-protocol" in err


def test_claims_files_need_no_protocol_and_have_states_of_their_own(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("trine.json").write_text(json.dumps(TRINE))
    tables = '[states.two]\nkets = [["1", "0"], ["3/5", "4/5"]]\nweights = ["1/3", "2/3"]\n'
    tables += '[states.three]\nfile = "trine.json"\n'
    claims = {
        "bound cloning two to 2 <= 0.99": "PROVED",
        "bound cloning two to 2 global <= 1/2": "REFUTED",
        "bound cloning three to 2 = 1/2+sqrt(2)/4": "PROVED",
        f"bound local {CHSH} <= 2": "PROVED",
    }
    told = [f'[[claims]]\nclaim = "{text}"\nexpect = "{expect}"\n' for text, expect in claims.items()]
    Path("mine.toml").write_text(tables + "".join(told))
    status, out, err = run("verify", "mine.toml", "--certificates", "proofs", "--json", "-")
    assert (status, err) == (0, "")
    assert {one["claim"]: one["verdict"] for one in json.loads(out)["claims"]} == claims
    assert run("check", "proofs")[0] == 0
    status, out, err = run("check", "proofs", "--against", "mine.toml")
    assert (status, err) == (0, "") and out.count("PROVED: ") == 3 and out.count("REFUTED: ") == 1
    Path("mine.toml").write_text(tables.replace("3/5", "4/5").replace('"4/5"]]', '"3/5"]]') + "".join(told))
    assert run("check", "proofs", "--against", "mine.toml")[0] == 2, "other states are another protocol"


def test_a_familys_states_stay_there_beside_a_files(run, tmp_path):
    file = tmp_path / "mine.toml"
    text = '[protocol]\nfamily = "bounds"\n[states.x]\nkets = [["1", "0"], ["0", "1"]]\n'
    for claim in ("bound cloning pairs to 2 global = 9/16", "bound cloning x to 3 = 1"):
        text += f'[[claims]]\nclaim = "{claim}"\n'
    file.write_text(text)
    assert run("verify", file, "--quiet") == (0, "", "")


def test_bounds_under_noise_of_a_claims_file(run, tmp_path):
    (tmp_path / "c.qasm").write_text(HEADER + "cx A, B;\n")
    noise = '[noises.weak]\nchannel = "depolarizing(1/100)"\nafter = "encode"\non = "A"\n'
    claims = '[[claims]]\nclaim = "bound recovery by A B = 199/200 under weak"\n'
    file = tmp_path / "noisy.toml"
    file.write_text(f'[protocol]\ncircuit = "c.qasm"\nsecret = "A"\n{noise}{claims}')
    assert run("verify", file, "--quiet") == (0, "", "")
    for held, value in (("A B", "199/200"), ("A", "199/400")):
        out = run("bound", "recovery", file, "--held", held, "--under", "weak", "--json", "-")[1]
        assert json.loads(out)["value"] == value
    assert json.loads(run("bound", "recovery", file, "--held", "A B", "--json", "-")[1])["value"] == "1"


def test_thresholds_are_shown_one_or_all(run):
    status, out, err = run("bound", "threshold")
    assert (status, err, len(out.splitlines())) == (0, "", 4)
    content = json.loads(run("bound", "threshold", "bb84", "--json", "-")[1])
    (found,) = content["thresholds"]
    assert (content["schema"], content["exit"], found["name"]) == ("noclone-thresholds-1", 0, "bb84")
    assert 0.110027 < float(found["low"]) < 0.110028
    assert Fraction(found["high"]) - Fraction(found["low"]) == Fraction(1, 10**15)
    assert f"bb84: {found['low']} < Q < {found['high']}" in out


def test_a_notebook_gets_the_same(run):
    found = noclone.bound("cloning bb84 to 2")
    assert repr(found) == "<Best: cloning bb84 to 2: 1/2+sqrt(2)/4>"
    assert str(found) == found.to_text() == run(*cloning("--states", "bb84", "--copies", "2"))[1].rstrip("\n")
    assert "**PROVED** `bound cloning bb84 to 2 = 1/2+sqrt(2)/4`" in found._repr_markdown_()
    assert (found.exit_status, found.is_exact, found.upper) == (0, True, "1/2+sqrt(2)/4")
    mine = noclone.bound("cloning mine to 2", states={"mine": [["1", "0"], ["0.6", "0.8"]]})
    assert (
        not mine.is_exact and repr(mine) == f"<Best: cloning mine to 2: at least {mine.lower} and at most {mine.upper}>"
    )
    code = noclone.protocol("five-qubit-code")
    assert noclone.bound("recovery by Q[0] Q[1] Q[2]", code).upper == "1"
    assert noclone.bound("guess Z from Q[0] Q[1]", code).upper == "1/2"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((3,), "a quantity is a text"),
        (("cloning bb84 to 2", 3), "a noclone.Protocol is needed, not int"),
        (("recovery by A",), "is about a protocol"),
        (("lunch",), "unknown quantity 'lunch'"),
        (("cloning bb84 to 2 <= 1",), "cannot read"),
        (("cloning x to 2", None, {"x": [[1, 0]]}), "1 is no exact number"),
        (("cloning x to 2", None, {"x": [3]}), "every state is a list"),
        (("cloning x to 2", None, {"x": ["10", "01"]}), "every state is a list"),
        (("cloning bb84 to 2", None, {"bb84": [["1", "0"]]}), "one of noclone's own sets of states"),
        (("cloning mime to 2", None, {"mine": [["1", "0"]]}), "Did you mean 'mine'?"),
    ],
)  # fmt: skip
def test_a_notebooks_mistakes_are_input_errors(words, said):
    with pytest.raises(InputError) as refusal:
        noclone.bound(*words[:2], **({"states": words[2]} if len(words) > 2 else {}))
    assert said in str(refusal.value)


TWO = cloning("--states", "bb84", "--copies", "2")
CODE = ("bound", "recovery", "five-qubit-code", "--held")
CLONES = ("bound", "recovery", "encrypted-cloning", "--n", "2", "--held")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (cloning("--states", "bb85", "--copies", "2"), "unknown states 'bb85': there are all, equator, bb84, six-state. Did you mean 'bb84'?"),
        (cloning("--states", "BB84", "--copies", "2"), "Did you mean 'bb84'?"),
        (cloning("--states", "all10", "--copies", "2"), "unknown states 'all10'"),
        (cloning("--states", "", "--copies", "2"), "name one set of states, or a JSON file"),
        (cloning("--states", "all to 3", "--copies", "2"), "name one set of states, or a JSON file"),
        (cloning("--states", "absent.json", "--copies", "2"), "cannot read absent.json: No such file or directory"),
        (cloning("--states", ".", "--copies", "2"), "cannot read .: Is a directory"),
        (cloning("--states", "/dev/zero", "--copies", "2"), "larger than 1,048,576 bytes"),
        (cloning("--states", "all", "--copies", "9"), "too large for the kernel"),
        (cloning("--states", "all", "--copies", "0"), "--copies"),
        (cloning("--states", "all", "--copies", "10"), "--copies"),
        (cloning("--states", "all", "--copies", "x"), "--copies"),
        (cloning("--states", "all"), "--copies"),
        ((*TWO, "--from", "2", "--merit", "entanglement"), "leave out 'from'"),
        ((*TWO, "--merit", "lunch"), "unknown merit 'lunch': use mean, worst, global, entanglement"),
        ((*TWO, "--merit", "Global"), "Did you mean 'global'?"),
        ((*TWO, "--weights", "1/2,1/2", "--merit", "global"), "do not go together"),
        ((*TWO, "--weights", "1/2,1/3"), "have to add up to 1; they add up to 5/6"),
        ((*TWO, "--weights", "1/2"), "has to give 2 weights, one for each copy; it gives 1"),
        ((*TWO, "--weights", "2,-1"), "the weight '-1' in 'weighted 2,-1' is negative"),
        ((*TWO, "--weights", "x,y"), "cannot read the weight 'x'"),
        ((*TWO, "--weights", "i,1-i"), "cannot read the weight 'i'"),
        ((*TWO, "--weights", ""), "cannot read the weights ''"),
        ((*TWO, "--weights", "½,½"), "cannot read the weights '½,½'"),
        ((*TWO, "--claim", "< 5/6"), "cannot read '< 5/6': write <=, >= or = and an exact number"),
        ((*TWO, "--claim", "== 1"), "cannot read '== 1'"),
        ((*TWO, "--claim", "lunch"), "cannot read 'lunch'"),
        ((*TWO, "--claim", ""), "cannot read ''"),
        ((*TWO, "--claim", "5/6"), "cannot read '5/6'"),
        ((*TWO, "--claim", "<= 5 6"), "cannot read '<= 5 6'"),
        ((*TWO, "--claim", "<= 1/0"), "cannot read the number '1/0'"),
        ((*TWO, "--claim", "<= i"), "cannot read the number 'i'"),
        ((*TWO, "--claim", "<= 5/6 under x"), "cannot read '<= 5/6 under x'"),
        ((*TWO, "--json", "absent/x.json", "--certificates", "proofs"), "cannot write absent/x.json"),
        ((*TWO, "--json", "."), "cannot write ."),
        ((*TWO, "--certificates", "/proc/noclone"), "cannot write certificates to /proc/noclone"),
        (("bound", "measure-and-prepare", "--states", "lunch"), "unknown states 'lunch'"),
        ((*CODE, "T"), "unknown party 'T'"),
        ((*CODE, "Q[9]"), "unknown qubit 'Q[9]'"),
        ((*CODE, ""), "empty coalition"),
        ((*CODE, "Q[i]"), "cannot read the coalition 'Q[i]'"),
        ((*CODE, "Q[0], Q[1]"), "cannot read the coalition"),
        ((*CODE, "Q[0] <= 1"), "cannot read the coalition"),
        ((*CODE, "Q[0]", "--guess", "I"), "cannot guess 'I'"),
        ((*CODE, "Q[0]", "--guess", ""), "cannot guess ''"),
        ((*CODE, "Q[0]", "--guess", "XX"), "does not fit the secret 'A': write one letter"),
        ((*CODE, "Q[0]", "--under", "lunch"), "unknown noise 'lunch'"),
        ((*CODE, "Q[0]", "--after", "lunch"), "unknown stage or recovery 'lunch'"),
        ((*CLONES, "S[0]", "--after", "decrypt[i]"), "'decrypt[i]' stands for several"),
        ((*CLONES, "S[0]", "--after", ""), "cannot read the claim"),
        (("bound", "recovery", "encrypted-cloning", "--held", "S[0]"), "bound recovery looks at one protocol, 'encrypted-cloning' is 5"),
        (("bound", "recovery", "lunch", "--held", "S[0]"), "unknown protocol 'lunch'"),
        (("bound", "correlations", "A0 B0 +"), "cannot read the expression 'A0 B0 +'"),
        (("bound", "correlations", ""), "cannot read the expression ''"),
        (("bound", "correlations", "a0 b0"), "cannot read the expression 'a0 b0'"),
        (("bound", "correlations", "A0B0"), "cannot read the expression 'A0B0'"),
        (("bound", "correlations", "A0 B0 <= 2"), "cannot read the expression"),
        (("bound", "correlations", "A0\nb"), "cannot read the expression 'A0 b'"),
        (("bound", "correlations", "e0 f0"), "cannot read the expression 'e0 f0'"),
        (("bound", "correlations", "i*A0 B0"), "need not be real"),
        (("bound", "correlations", "A0 A1"), "need not be real"),
        (("bound", "correlations", "A0 B0 | A1 B1"), "cannot read the expression"),
        (("bound", "correlations", CHSH, CHSH), "several expressions need --squares"),
        (("bound", "correlations", CHSH, "--local", "--squares"), "--local and --squares do not go together"),
        (("bound", "threshold", "bb85"), "Did you mean 'bb84'?"),
        (("bound", "threshold", ""), "no threshold ''"),
        (("bound",), "Missing command"),
        (("bound", "clonin"), "Did you mean 'cloning'?"),
        (("verify", "bounds", "--claim", "bound lunch <= 1/2"), "unknown quantity 'lunch' in 'bound lunch <= 1/2': use one of cloning, measure-and-prepare,"),
        (("verify", "bounds", "--claim", "bound clonin all to 2 <= 1"), "Did you mean 'cloning'?"),
        (("verify", "bounds", "--claim", "bound cloning all <= 1"), "its form is cloning STATES [from N] to M"),
        (("verify", "bounds", "--claim", "bound cloning all to 0 <= 1"), "'0' in 'bound cloning all to 0 <= 1' is no number of copies"),
        (("verify", "bounds", "--claim", "bound recovery <= 1"), "its form is bound QUANTITY <= x"),
        (("verify", "bounds", "--claim", "bound"), "its form is bound QUANTITY <= x"),
        (("verify", "bounds", "--claim", "bound local A0 | B0 <= 1"), "'local' takes one sum"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_exit_2(refused, words, said):
    assert said in refused(*words)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is no JSON file in UTF-8"),
        ("not json", "is no JSON file in UTF-8"),
        (b"\xff\xfe[", "is no JSON file in UTF-8"),
        ("[" * 10**5, "is no JSON file in UTF-8"),
        (" " * 2**20 + "[]", "larger than 1,048,576 bytes"),
        ("3", "a list of states is needed"),
        ("null", "a list of states is needed"),
        ("{}", "a list of states is needed"),
        ('{"states": {"a": [1, 0]}}', "a list of states is needed"),
        ('{"states": [[1, 0]], "name": "x"}', "unknown key 'name'"),
        ("[]", "1 to 64 states are needed; there are 0"),
        (json.dumps([[1, 0]] * 65), "there are 65"),
        ("[[1], [1]]", "2 to 16; they have 1"),
        ("[[1, 0], [1, 0, 0]]", "they have 2, 3"),
        ("[[1, 0], [0, 0]]", "state 2: all its amplitudes are 0"),
        ("[[1, 0], [true, 0]]", "state 2: "),
        ("[[1, 0], [null, 0]]", "state 2: "),
        ("[[1, 0], [[0, 1], 0]]", "state 2: "),
        ('[[1, 0], "10"]', "state 2: "),
        ("[[NaN, 0]]", "cannot read 'NaN'"),
        ("[[-Infinity, 0]]", "cannot read '-Infinity'"),
        ("[[1e400, 0]]", "cannot read '1e400'"),
        ('[["1 0", 0]]', "cannot read '1 0'"),
        ('[["\u0661", 0]]', "cannot read '\u0661'"),
        (f"[[{'9' * 5000}, 0]]", "cannot read '999"),
        (f"[[{'9' * 200}, 1]]", "too long"),
        ('[["sqrt(2)+sqrt(3)+sqrt(5)", "sqrt(7)"]]', "too many different square roots"),
        ('[{"amplitudes": [1, 0], "weight": -1}]', "weight 1: '-1' is negative"),
        ('[{"amplitudes": [1, 0], "weight": "i"}]', "is negative or not real"),
        ('[{"amplitudes": [1, 0], "weight": 0}]', "the weights add up to 0"),
        ('[{"amplitudes": [1, 0], "wieght": 1}]', "unknown key 'wieght'"),
        ('[{"weight": 1}]', '"amplitudes" is a list'),
    ],
)  # fmt: skip
def test_bad_files_of_states_are_one_line_and_exit_2(refused, tmp_path, content, said):
    file = tmp_path / "mine.json"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert said in refused(*cloning("--states", file, "--copies", "2"))


@pytest.mark.parametrize("name", ["bb84", "all", "all3", "equator", "six-state", "from", "worst", "to"])
def test_a_file_named_like_something_else_is_refused(refused, tmp_path, name):
    (tmp_path / f"{name}.json").write_text("[[1, 0], [0, 1]]")
    assert f"'{name}'" in refused(*cloning("--states", f"{name}.json", "--copies", "2"))


@pytest.mark.parametrize(
    ("name", "shown"),
    [("1", "states-1"), ("a.b", "a-b"), ("a b_c", "a-b-c"), ("ä", "states"), ("x" * 80, "x" * 50)],
)
def test_any_other_file_name_can_be_said(run, tmp_path, name, shown):
    (tmp_path / f"{name}.json").write_text("[[1, 0], [0, 1]]")
    status, out, _ = run(*cloning("--states", tmp_path / f"{name}.json", "--copies", "2"))
    assert status == 0 and out.startswith(f"cloning {shown} to 2: 1\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[states.bb84]\nkets = [["1", "0"]]', "'bb84' is one of noclone's own sets of states"),
        ('[states."a b"]\nkets = [["1", "0"]]', "'a b' cannot name states"),
        ("[states.x]\nkets = 3", "kets are lists of texts"),
        ("[states.x]\nkets = [[1, 0]]", "kets are lists of texts"),
        ('[states.x]\nkets = "10"', "kets are lists of texts"),
        ("[states.x]\nkets = []", "1 to 64 states are needed; there are 0"),
        ('[states.x]\nkets = [["1", "0"]]\nweights = 3', "kets are lists of texts"),
        ('[states.x]\nkets = [["1", "0"]]\nweights = ["1", "1"]', "there are 1 kets and 2 weights"),
        ('[states.x]\nkets = [["1", "0"]]\nfile = "x.json"', 'needs file = "….json", or kets'),
        ('[states.x]\nfile = "absent.json"', "cannot read absent.json"),
        ("[states.x]", 'needs file = "….json", or kets'),
        ('[states.y]\nkets = [["1", "0"]]', "claim 1: unknown states 'x': there are all, equator, bb84, six-state, y."),
        ("", "claim 1: unknown states 'x'"),
    ],
)  # fmt: skip
def test_bad_tables_of_states_are_one_line_and_exit_2(refused, tmp_path, text, said):
    (tmp_path / "mine.toml").write_text(f'{text}\n[[claims]]\nclaim = "bound cloning x to 2 <= 1"\n')
    found = refused("verify", "mine.toml")
    assert said in found


@pytest.mark.parametrize("claim", ["hides A", "bound recovery by A <= 1", "bound guess X from A <= 1"])
def test_claims_about_a_protocol_need_one(refused, tmp_path, claim):
    (tmp_path / "mine.toml").write_text(f'[[claims]]\nclaim = "{claim}"\n')
    assert "claim 1 is about a protocol" in refused("verify", "mine.toml")


def test_what_is_read_is_not_written_over(refused, tmp_path):
    (tmp_path / "two.json").write_text("[[1, 0], [0.6, 0.8]]")
    os.link(tmp_path / "two.json", tmp_path / "other.json")
    for name in ("two.json", "./two.json", tmp_path / "two.json", "other.json"):
        found = refused(*cloning("--states", "two.json", "--copies", "2", "--json", name))
        assert "is what is being read" in found
    (tmp_path / "c.qasm").write_text(HEADER + "cx A, B;\n")
    words = ("bound", "recovery", "c.qasm", "--secret", "A", "--held", "A", "--json", tmp_path / "c.qasm")
    assert "is what is being read" in refused(*words)
    assert (tmp_path / "two.json").read_text() == "[[1, 0], [0.6, 0.8]]"


def test_a_damping_noise_is_refused_in_one_line(refused, tmp_path):
    (tmp_path / "c.qasm").write_text(HEADER + "cx A, B;\n")
    noise = '[noises.weak]\nchannel = "amplitude-damping(1/100)"\nafter = "encode"\non = "A"\n'
    claims = '[[claims]]\nclaim = "hides B"\nexpect = "REFUTED"\n'
    (tmp_path / "noisy.toml").write_text(f'[protocol]\ncircuit = "c.qasm"\nsecret = "A"\n{noise}{claims}')
    for words in ([], ["--guess", "Z"], ["--claim", "<= 1/2"]):
        found = refused("bound", "recovery", "noisy.toml", "--held", "A", "--under", "weak", *words)
        assert "noise 'weak'" in found and "no mixture of Paulis" in found


@pytest.mark.parametrize("claim", ["bound recovery by A = 1", "bound recovery by A <= 1/2", "bound guess Z from B = 1"])
def test_gates_that_the_kernel_does_not_know_are_never_left_out(run, refused, tmp_path, claim):
    (tmp_path / "r.qasm").write_text(HEADER + "ry(0.6) B;\ncx A, B;\n")
    status, out, _ = run("verify", "r.qasm", "--secret", "A", "--claim", claim)
    assert status == 3 and "UNDECIDED" in out and "not all gates are Clifford" in " ".join(out.split())
    about_states = ("--claim", "bound cloning all to 2 = 5/6", "--certificates", "proofs")
    assert run("verify", "r.qasm", "--secret", "A", *about_states)[0] == run("check", "proofs")[0] == 0
    shutil.rmtree("proofs")
    assert "need Clifford gates" in refused("bound", "recovery", "r.qasm", "--secret", "A", "--held", "A")


def test_without_cvxpy_one_line_says_what_to_install(refused, monkeypatch):
    monkeypatch.setitem(sys.modules, "cvxpy", None)
    expression = CHSH.replace("A1 B0", "3*A1 B0")
    assert "pip install 'noclone[bounds]'" in refused("bound", "correlations", expression)
