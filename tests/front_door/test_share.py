"""What ``noclone share`` prints, writes and exits with."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from itertools import combinations
from xml.etree import ElementTree

import pytest

import noclone
import noclone.sharing
from noclone.models.measures import Estimate
from noclone.models.sharing import Share
from noclone.sharing import Sharing, sharing_of

AFTER_ENCRYPT = """
after encrypt
  held  I(R:C)  I(R>C)  negativity  coalitions  example
     1       0      -1           0           5  A
     2       0      -1           0          10  A S[0]
     3       2       1         0.5          10  A S[0] S[1]
     4       2       1         0.5           5  A S[0] S[1] N[0]
     5       2       1         0.5           1  A S[0] S[1] N[0] N[1]
"""


def share(coalition, coherent, moment="encrypt", error=1e-12):
    return Share(moment, coalition, Estimate(1 + coherent, error), Estimate(coherent, error), Estimate(0.5, error))


def forged(*shares):
    return Sharing(noclone.protocol("encrypted-cloning", n=2), shares, 1)


def test_every_stage_has_its_table_and_nobody_shares_too_much(run):
    status, out, err = run("share", "encrypted-cloning", "--n", "2")
    assert (status, err) == (0, "") and AFTER_ENCRYPT in out and "\x1b" not in out
    assert out.startswith("encrypted-cloning (n=2): ") and out.index("after prepare") < out.index("after encrypt")
    assert "     1       2       1         0.5           1  A\n" in out, "before the encryption A has everything"
    pairs = 2 * (3**5 - 2 * 2**5 + 1) // 2
    last = out.splitlines()[-1]
    assert last.startswith("no two disjoint coalitions are both maximally entangled with R (")
    assert f"pairs C, D compared: {pairs}; I(R>C) + I(R>D) at most 0; floats, errors at most 1e-" in last


@pytest.mark.parametrize("words", [["encrypted-cloning", "--n", "3", "--after", "encrypt"], ["five-qubit-code"]])
def test_the_table_agrees_with_the_access_structure(run, words):
    access = json.loads(
        run("access", *(word for word in words if word not in ("--after", "encrypt")), "--json", "-")[1]
    )
    content = json.loads(run("share", *words, "--json", "-")[1])
    found = Counter()
    for row in content["table"]:
        found[row["information_bits"]] += row["coalitions"]
        assert (row["coherent_bits"], row["negativity"]) == (
            row["information_bits"] - 1,
            row["information_bits"] // 2 / 2,
        )
    counts = access["counts"]
    assert (found[2], found[1], found[0]) == (counts["authorized"], counts["partial"], counts["uninformative"] - 1)


def test_json_has_every_coalition_and_the_table_counts_them(run):
    status, out, err = run("share", "encrypted-cloning", "--n", "2", "--json", "-")
    content = json.loads(out)
    assert (status, err) == (0, "") and content["schema"] == "noclone-share-1" and content["exit"] == 0
    assert content["noclone"] == noclone.__version__ and content["plot"] is None and content["clashes"] == []
    assert (content["target"], content["scope"], content["secret_qubits"]) == ("encrypted-cloning", "n=2", 1)
    assert content["moments"] == ["prepare", "encrypt"] and len(content["shares"]) == 62
    assert sum(row["coalitions"] for row in content["table"]) == 62 and content["disjoint_pairs"] == 180
    assert set(content["shares"][0]) == {"after", "held", "information_bits", "coherent_bits", "negativity", "error"}
    assert 0 <= content["largest_coherent_sum"] < 1e-9 and all(0 < one["error"] < 1e-9 for one in content["shares"])
    last = content["shares"][-1]
    assert (last["after"], last["held"]) == ("encrypt", ["A", "S[0]", "S[1]", "N[0]", "N[1]"])


def test_named_coalitions_and_moments_are_computed_once_each(run):
    words = [
        "--held",
        "N[0] S[*]",
        "--held",
        "S[0] S[1] N[0]",
        "--held",
        "A[0]",
        "--after",
        "encrypt",
        "--after",
        "encrypt",
    ]
    content = json.loads(run("share", "encrypted-cloning", "--n", "2", *words, "--json", "-")[1])
    assert [one["held"] for one in content["shares"]] == [["S[0]", "S[1]", "N[0]"], ["A"]]
    assert [round(one["information_bits"], 6) for one in content["shares"]] == [2, 0]
    assert content["disjoint_pairs"] == 1 and content["moments"] == ["encrypt"]
    out = run("share", "encrypted-cloning", "--n", "2", *words[:4])[1]
    assert "no two of these coalitions are disjoint, so none are compared" in out


def test_after_a_recovery_the_clone_alone_has_everything(run):
    words = ["--after", "decrypt[1]", "--held", "S[1]", "--held", "A S[0] N[*]"]
    content = json.loads(run("share", "encrypted-cloning", "--n", "2", *words, "--json", "-")[1])
    assert [round(one["information_bits"], 6) for one in content["shares"]] == [2, 0]


def test_a_recoverys_fresh_qubits_are_held_after_it_alone():
    from qiskit import QuantumCircuit, QuantumRegister

    encode, decode = (QuantumCircuit(QuantumRegister(1, "A"), QuantumRegister(1, name)) for name in "SB")
    encode.swap(0, 1)
    mine = noclone.Protocol.from_circuit(encode, secret="A", recoveries={"decrypt": noclone.Recovery(decode, "B")})
    found = sharing_of(mine, after=["encode", "decrypt"])
    assert Counter(one.moment for one in found.shares) == {"encode": 3, "decrypt": 7}


def test_iterated_cloning_is_tabled_from_supports_and_its_keys_can_be_asked_for(run, refused, tmp_path):
    status, out, _ = run("share", "iterated-cloning", "--json", tmp_path / "all.json", "--plot", tmp_path / "all.svg")
    content = json.loads((tmp_path / "all.json").read_text())
    assert status == 0 and "131,070 pairs" in out and "exact, from supports" in out and (tmp_path / "all.svg").is_file()
    assert sum(row["coalitions"] for row in content["table"] if row["after"] == "round[1]") == 2**17 - 1
    assert (content["disjoint_pairs"], content["largest_coherent_sum"], content["shares"]) == (131_070, 0, [])
    said = refused("share", "encrypted-cloning", "--n", "12")
    assert "25 qubits have 33,554,431 coalitions" in said and '--held "A S[0]"' in said
    (tmp_path / "all.json").unlink()
    words = ["--after", "round[1]", "--held", "S[2] N[0] N[1] N[2] N[3]", "--held", "S[3] N[0] N[1] N[2]"]
    content = json.loads(run("share", "iterated-cloning", *words, "--json", "-")[1])
    assert [round(one["coherent_bits"], 6) for one in content["shares"]] == [1, -1]


def test_the_plot_is_written_and_has_the_tables_rows(run, tmp_path):
    file = tmp_path / "table.svg"
    status, out, err = run("share", "encrypted-cloning", "--n", "2", "--plot", file, "--json", tmp_path / "table.json")
    assert (status, err) == (0, "") and AFTER_ENCRYPT in out
    content = json.loads((tmp_path / "table.json").read_text())
    tree = ElementTree.parse(file).getroot()  # noqa: S314 (it was just written here)
    assert content["plot"] == str(file) and tree.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(tree.findall("{http://www.w3.org/2000/svg}circle")) == len(content["table"]) == 14


def test_quiet_prints_nothing(run, tmp_path):
    assert run("share", "five-qubit-code", "--quiet", "--plot", tmp_path / "code.svg") == (0, "", "")
    assert (tmp_path / "code.svg").is_file()


def test_circuits_that_are_not_clifford_and_the_users_own_are_looked_at_too(run, tmp_path):
    file = tmp_path / "own.qasm"
    file.write_text('OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit A;\nqubit B;\nry(0.6) B;\ncx A, B;\n')
    content = json.loads(run("share", file, "--secret", "A", "--json", "-")[1])
    a, b, both = content["shares"]
    assert [one["held"] for one in (a, b, both)] == [["A"], ["B"], ["A", "B"]]
    assert a["information_bits"] + b["information_bits"] == pytest.approx(2) and 0.01 < b["information_bits"] < 1
    before = file.read_text()
    assert run("share", file, "--secret", "A", "--json", file)[0] == 2 and file.read_text() == before


def test_two_disjoint_holders_of_the_reference_are_an_error_of_noclones(run, monkeypatch):
    def everyone_has_it(_system, moments, coalitions):
        return tuple(share(coalition, 1.0, moment) for moment, coalition in zip(moments, coalitions, strict=True))

    monkeypatch.setattr(noclone.sharing, "sharing", everyone_has_it)
    words = ["share", "encrypted-cloning", "--n", "2", "--after", "encrypt", "--held", "A", "--held", "S[0]"]
    status, out, _ = run(*words)
    assert status == 4 and "no two" not in out
    assert (
        "ERROR: a bug in noclone: after encrypt, A and S[0] have I(R>C) + I(R>D) = 2.000000 > 0 (1 such pairs)" in out
    )
    status, out, _ = run(*words, "--json", "-")
    content = json.loads(out)
    assert (status, content["exit"], len(content["clashes"]), content["largest_coherent_sum"]) == (4, 4, 1, 2 + 2e-12)


def test_what_the_errors_leave_open_is_not_said():
    sure, unsure = (forged(share(("A",), 0.0, error=error), share(("B",), -0.5, error=error)) for error in (0.1, 1.5))
    assert sure.status == unsure.status == 0
    assert "no two disjoint" in sure.to_text() and "I(R>D) at most -0.3; floats, errors at most 1e-01" in sure.to_text()
    assert "no two disjoint" not in unsure.to_text() and "the errors are too large to say" in unsure.to_text()


@pytest.mark.parametrize(("error", "said"), [(1.4e-11, "1e-10"), (1e-11, "1e-11"), (9.9e-12, "1e-11"), (0.2, "1e+00")])
def test_errors_are_rounded_upwards(error, said):
    assert f"errors at most {said})" in forged(share(("A",), 1.0, error=error)).to_text()


def test_pairs_are_of_one_moment_and_disjoint():
    shares = [share(held, -0.5, moment) for moment in ("a", "b") for held in (("A",), ("B",), ("A", "B"), ("C",))]
    alone = [pair for pair in combinations(["A", "B", "AB", "C"], 2) if not set(pair[0]) & set(pair[1])]
    assert len(forged(*shares).disjoint_sums) == 2 * len(alone) == 8


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["encrypted-cloning"], "share looks at one protocol, 'encrypted-cloning' is 5: name one, for example with --n 3"),
        (["encrypted-cloning", "--n", "2..3"], "is 2: name one, for example with --n 3"),
        (["one-time-pad"], "name one, for example with --param qubits=2"),
        (["encrypted-cloning", "--n", "11"], "23 qubits have 8,388,607 coalitions, all are computed up to 1,023"),
        (["encrypted-cloning", "--n", "20", "--held", "S[0]"], "S[0] after encrypt: 41 qubits at once"),
        (["encrypted-cloning", "--n", "2", "--after", "encript"], "Did you mean 'encrypt'?"),
        (["encrypted-cloning", "--n", "2", "--after", "decrypt[2]"], "unknown stage or recovery 'decrypt[2]'"),
        (["encrypted-cloning", "--n", "2", "--held", "S[9]"], "unknown qubit 'S[9]'"),
        (["encrypted-cloning", "--n", "2", "--held", "T"], "unknown party 'T'"),
        (["encrypted-cloning", "--n", "2", "--held", "S[i]"], "cannot read the coalition 'S[i]'"),
        (["encrypted-cloning", "--n", "2", "--held", ""], "empty coalition"),
        (["encrypted-cloning", "--n", "2", "--plot", "table.png"], "whose name ends in .svg, not to 'table.png'"),
        (["encrypted-cloning", "--n", "2", "--plot", "x.svg", "--json", "x.svg"], "cannot be both the plot and the JSON"),
        (["swap-out", "--plot", "absent/table.svg"], "cannot write absent/table.svg: No such file or directory"),
        (["swap-out", "--json", "absent/table.json"], "cannot write absent/table.json: No such file or directory"),
        (["encrypted-clonin", "--n", "2"], "unknown protocol 'encrypted-clonin'"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_exit_2(refused, words, said):
    assert said in refused("share", *words)


def test_several_protocols_of_a_claims_file_are_chosen_in_the_file(refused, tmp_path):
    text = '[protocol]\nfamily = "encrypted-cloning"\nn = "2..4"\n[[claims]]\nclaim = "mixed S[i]"\n'
    (tmp_path / "mine.toml").write_text(text)
    assert "'mine.toml' is 3: write one value of n into it" in refused("share", "mine.toml")


def test_no_library_warns_when_the_command_runs():
    found = subprocess.run(
        [sys.executable, "-m", "noclone", "share", "swap-out"], capture_output=True, text=True, cwd="/"
    )
    assert (found.returncode, found.stderr) == (0, "") and "after swap" in found.stdout
