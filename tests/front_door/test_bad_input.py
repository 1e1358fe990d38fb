"""Bad input is one clear line and exit status 2, and loses nothing."""

from __future__ import annotations

import pytest

import noclone

QASM = 'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit A;\nqubit[2] S;\nqubit[2] N;\n'


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["verify", "encrypted-clonin"], "unknown protocol 'encrypted-clonin'"),
        (["verify", "encrypted-cloning", "--n", "0"], "n = 0 is out of range: 1 to 200,000"),
        (["verify", "encrypted-cloning", "--n=-1"], "n = -1 is out of range"),
        (["verify", "encrypted-cloning", "--n", "1000000000"], "n = 1000000000 is out of range"),
        (["verify", "encrypted-cloning", "--n", "1..150000"], "these ranges make 150,000 protocols"),
        (["verify", "encrypted-cloning", "--n", "5..2"], "the range '5..2' is empty"),
        (["verify", "encrypted-cloning", "--n", "two"], "cannot read the range 'two'"),
        (["verify", "encrypted-cloning", "--param", "n"], "cannot read the parameter 'n'"),
        (["verify", "encrypted-cloning", "--param", "m=1"], "has no parameter 'm'"),
        (["verify", "teleportation", "--n", "3"], "it has no parameters"),
        (["verify", "encrypted-cloning", "--n", "3", "--claim", ""], "empty claim"),
        (["verify", "encrypted-cloning", "--n", "3", "--claim", "hids S[0]"], "unknown claim word 'hids'"),
        (["verify", "encrypted-cloning", "--n", "3", "--claim", "hides"], "its form is hides C"),
        (["verify", "encrypted-cloning", "--n", "3", "--claim", "hides T"], "unknown party 'T'"),
        (["verify", "encrypted-cloning", "--n", "3", "--claim", "hides S[3]"], "unknown qubit 'S[3]': this protocol has S[0]…S[2]"),
        (["verify", "encrypted-cloning", "--n", "3", "--claim", "restores decrypt[9]"], "unknown recovery 'decrypt[9]'"),
        (["verify", "encrypted-cloning", "--n", "3", "--claim", "hides S after lunch"], "unknown stage or recovery 'lunch'"),
        (["verify", "encrypted-cloning", "--n", "3", "--claim", "leaks XX from S"], "write one letter"),
        (["verify", "encrypted-cloning", "--n", "3", "--claim", "hides S[i] A[i]"], "the claim does not fit"),
        (["access", "encrypted-cloning", "--n", "3", "--held", ""], "empty coalition"),
        (["access", "encrypted-cloning", "--n", "3", "--held", "S[i]"], "cannot read the coalition 'S[i]'"),
        (["access", "encrypted-cloning", "--n", "3", "--held", "S[9]"], "Did you mean 'S[2]'?"),
        (["access", "encrypted-cloning", "--held", "A"], "name one, for example with --n 3"),
        (["access", "encrypted-cloning", "--n", "20"], "ask for one coalition at a time"),
        (["access", "encrypted-cloning", "--n", "100"], "ask for one with --held"),
        (["verify", "absent.toml"], "cannot read absent.toml"),
        (["verify", "absent.qasm", "--secret", "A"], "cannot read absent.qasm"),
        (["verify", "absent.qasm"], "cannot read absent.qasm"),
        (["verify", "."], "is no target: a circuit's file ends in .qasm"),
        (["verify", "mine.tml"], "a claims file in .toml"),
        (["verify", "no.such.module:thing"], "cannot import 'no.such.module:thing'"),
        (["verify", "json:JSONDecoder"], "is no noclone.Protocol"),
        (["verify", "encrypted-cloning", "--secret", "A"], "go with a circuit file"),
        (["verify"], "Missing argument 'TARGET'"),
        (["verify", "encrypted-cloning", "--frobnicate"], "No such option"),
        (["frobnicate"], "No such command 'frobnicate'"),
        (["verify", "swap-out", "--jobs", "0"], "Invalid value for '--jobs'"),
        (["verify", "encrypted-cloning", "--n", "2", "--json", "absent/x.json"], "cannot write absent/x.json"),
        (["check", "absent.json"], "unreadable"),
        (["check"], "the following arguments are required: CERT"),
        (["check", "--frobnicate", "x.json"], "unrecognized arguments: --frobnicate"),
        (["check", "x.json", "--against", "nothing"], "unknown protocol 'nothing'"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_exit_2(refused, words, said):
    assert said in refused(*words)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (QASM + "h A\nx A;\n", "line 7, column 0: did not expect 'x'"),
        (QASM + "input float[64] w;\nh S;\nrx(w) N[0];\n", "line 8: 'rx' on N[0]: parameter w has no value"),
        (QASM + "gate foo(y) a { rx(y) a; }\ninput float w;\nfoo(w) N[1];\n", "line 8: 'foo' on N[1]: inside it, 'rx'"),
        (QASM + "bit[2] c;\nif (c == 3) { x A; }\n", "line 7: 'if_else' on A: a condition is read on one classical bit"),
        (QASM + "bit c;\nwhile (c) { x A; }\n", "line 7: 'while_loop' on A: control flow is read as gates"),
        (QASM + "bit c;\nif (c) { reset A; }\n", "line 7: 'if_else' on A: under a condition only gates can be read"),
        (QASM.replace("stdgates.inc", "/etc/passwd"), "line 2, column 0: non-stdgates imports"),
        ("OPENQASM 2.0;\ninclude \"/etc/passwd\";\n", "unable to find '/etc/passwd'"),
        ("OPENQASM 2.0;\ninclude \"qelib1.inc\";\nqreg a[2];\ncreg c[2];\n\nif (c == 2) x a[1];\n", "line 6: 'if_else' on a[1]: a condition"),
        ("OPENQASM 2.0;\ninclude \"qelib1.inc\";\nqreg a[2];\nh a\n", "line 4, column 0"),
        ("OPENQASM 4.0;\n", "starts with 'OPENQASM 2.0;' or 'OPENQASM 3.0;'"),
        ("hello\n", "starts with 'OPENQASM 2.0;' or 'OPENQASM 3.0;'"),
        ("", "starts with 'OPENQASM 2.0;' or 'OPENQASM 3.0;'"),
        (QASM + "\nfor uint i in [0:1] { h S[i]; }\n", "line 7: Qiskit's loader cannot read this (TypeError"),
        (QASM + "h A;\nh S[2];\n", "line 7: Qiskit's loader cannot read this (IndexError"),
        (QASM + "qubit[10_000_000] K;\n", "line 6: 10,000,004 bits in all: files are read up to 100,000"),
        ("OPENQASM 2.0;\nqreg a[2];\ncreg c[99999];\n", "line 3: 100,001 bits in all"),
        (QASM + "cx A, A;\n", "line 6: Qiskit's loader cannot read this (CircuitError"),
    ],
)  # fmt: skip
def test_a_bad_circuit_file_is_refused_with_its_line(refused, tmp_path, text, said):
    (tmp_path / "bad.qasm").write_text(text)
    secret = "a" if "qreg" in text else "A"
    assert said in refused("verify", "bad.qasm", "--secret", secret, "--claim", f"hides {secret}")


def test_binary_large_and_ill_named_circuit_files_are_refused(refused, tmp_path):
    (tmp_path / "binary.qasm").write_bytes(bytes(range(256)) * 100)
    assert "is no text file" in refused("verify", "binary.qasm", "--secret", "A")
    with (tmp_path / "large.qasm").open("wb") as file:
        file.truncate(100 * 2**20)
    assert "104,857,600 bytes" in refused("verify", "large.qasm", "--secret", "A")
    (tmp_path / "fine.qasm").write_text(QASM + "h A;\n")
    assert "the secret 'B' is no quantum register" in refused(
        "verify", "fine.qasm", "--secret", "B", "--claim", "hides A"
    )
    assert "unknown party 'Q'" in refused(
        "verify", "fine.qasm", "--secret", "A", "--parties", "A Q", "--claim", "hides A"
    )
    assert "no claim to verify" in refused("verify", "fine.qasm", "--secret", "A")


CLAIMS = '[[claims]]\nclaim = "hides S[0]"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[protocol\n", "Expected ']'"),
        (CLAIMS, "a table [protocol] is missing"),
        ('[protocol]\ncircuit = "fine.qasm"\nsecret = "A"\n', "no claims"),
        ('[protocol]\nsecret = "A"\n' + CLAIMS, "needs one of circuit, stages and family; it has none of them"),
        ('[protocol]\ncircuit = "fine.qasm"\nfamily = "swap-out"\n' + CLAIMS, "it has circuit and family"),
        ('[protocol]\ncircuit = "fine.qasm"\n' + CLAIMS, "'secret' has to be a text in quotes; it is missing"),
        ('[protocol]\ncircuit = "fine.qasm"\nsecret = "B"\n' + CLAIMS, "the secret 'B' is no quantum register"),
        ('[protocol]\ncircuit = "absent.qasm"\nsecret = "A"\n' + CLAIMS, "cannot read absent.qasm"),
        ('[protocol]\ncircuit = "fine.qasm"\nsecret = "A"\ncolour = "red"\n' + CLAIMS, "unknown key 'colour'"),
        ('[protocol]\ncircuit = "fine.qasm"\nsecret = "A"\nparties = "A"\n' + CLAIMS, "'parties' has to be a list"),
        ('[protocol]\ncircuit = "fine.qasm"\nsecret = "A"\n[[claims]]\nclaims = "hides S[0]"\n', "unknown key 'claims'"),
        ('[protocol]\ncircuit = "fine.qasm"\nsecret = "A"\n[[claims]]\nexpect = "PROVED"\n', "claim 1 has no 'claim'"),
        ('[protocol]\ncircuit = "fine.qasm"\nsecret = "A"\n[[claims]]\nclaim = "hids S"\n', "claim 1: unknown claim word 'hids'"),
        ('[protocol]\ncircuit = "fine.qasm"\nsecret = "A"\n[[claims]]\nclaim = "hides S"\nexpect = "TRUE"\n', "cannot read the expectation 'TRUE'"),
        ('[protocol]\ncircuit = "fine.qasm"\nsecret = "A"\n[[claims]]\nclaim = "hides S"\nexpect = "PROVED iff n even"\n', "speaks of 'n'"),
        ('[protocol]\ncircuit = "fine.qasm"\nsecret = "A"\n' + CLAIMS + CLAIMS + 'expect = "REFUTED"\n', "contradicts an earlier one"),
        ('[protocol]\ncircuit = "fine.qasm"\nsecret = "A"\n[recoveries.d]\ncircuit = "fine.qasm"\noutput = "Q"\n[[claims]]\nclaim = "restores d"\n', "recovery 'd' has no output 'Q'"),
        ('[protocol]\ncircuit = "fine.qasm"\nsecret = "A"\n[recoveries.d]\ncircuit = "fine.qasm"\noutput = "S"\n[[claims]]\nclaim = "restores d"\n', "recovery 'd' hands out 2 qubits"),
        ('[protocol]\nfamily = "encrypted-cloning"\nn = "2..x"\n' + CLAIMS, "cannot read the range '2..x'"),
        ('[protocol]\nfamily = "encrypted-cloning"\nlevels = 2\n' + CLAIMS, "unknown key 'levels'"),
        ('[protocol]\nfamily = "nothing"\n' + CLAIMS, "unknown protocol 'nothing'"),
    ],
)  # fmt: skip
def test_a_bad_claims_file_is_refused(refused, tmp_path, text, said):
    (tmp_path / "fine.qasm").write_text(QASM + "h A;\n")
    (tmp_path / "bad.toml").write_text(text)
    assert said in refused("verify", "bad.toml")


def test_two_stages_of_one_name_are_refused_never_dropped(refused, tmp_path):
    for folder, gate in (("x", "cx A, S[0];"), ("y", "h S[0];")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "encode.qasm").write_text(QASM + gate + "\n")
    text = '[protocol]\nstages = ["x/encode.qasm", "y/encode.qasm"]\nsecret = "A"\n[[claims]]\nclaim = "hides S[0]"\n'
    (tmp_path / "twice.toml").write_text(text)
    assert "twice.toml: [protocol]: two stages are named 'encode'" in refused("verify", "twice.toml")


@pytest.mark.parametrize("command", ["verify", "access", "check x.json --against"])
def test_code_that_exits_is_bad_input_not_success_and_what_it_prints_stays_out_of_the_result(
    run, tmp_path, monkeypatch, command
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "leaving.py").write_text("import sys\nprint('hello')\nsys.exit()\n")
    status, out, err = run(*command.split(), "leaving:protocol")
    assert (status, out) == (2, "")
    assert err.splitlines() == ["hello", "noclone: cannot import 'leaving:protocol': SystemExit: "]


def test_nothing_is_written_over_what_is_read(refused, tmp_path):
    (tmp_path / "mine.qasm").write_text(QASM + "h S;\ncx S, N;\ncx A, S[0];\n")
    words = ["mine.qasm", "--secret", "A"]
    assert "is what is being read" in refused("access", *words, "--held", "A N[0]", "--recovery", "mine.qasm")
    assert "is what is being read" in refused("verify", *words, "--claim", "hides S", "--json", "./mine.qasm")
    assert (tmp_path / "mine.qasm").read_text().startswith("OPENQASM 3.0;")


@pytest.mark.parametrize(
    ("name", "said"), [("after", "a word of the claim language"), ("encode", "the name of a stage")]
)
def test_a_register_that_claims_could_not_name_is_refused(refused, tmp_path, name, said):
    (tmp_path / "names.qasm").write_text(f'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit {name};\nh {name};\n')
    line = refused("verify", "names.qasm", "--secret", name, "--claim", "hides A")
    assert said in line and "names.qasm" in line and f"'{name}'" in line


def test_python_callers_are_told_what_is_wrong_too():
    from qiskit import QuantumCircuit

    circuit, protocol = QuantumCircuit(1), noclone.protocol("swap-out")
    for action, said in (
        (lambda: noclone.verify("swap-out"), "a noclone.Protocol is needed, not str"),
        (lambda: noclone.access(circuit), "a noclone.Protocol is needed, not QuantumCircuit"),
        (lambda: noclone.verify(protocol, ["hides A"]), "a claim is a text"),
        (lambda: noclone.access(protocol)["A", "B"], "a coalition is a text"),
        (lambda: noclone.Protocol.from_circuit(circuit, secret="q", claims="hides q"), "are lists of texts"),
        (lambda: noclone.Protocol.from_circuit(circuit, secret="q", recoveries={"r": circuit}), "noclone.Recovery"),
    ):
        with pytest.raises(noclone.InputError, match=said):
            action()
    with pytest.raises(TypeError, match="no truth value"):
        bool(noclone.Status.REFUTED)
    with pytest.raises(TypeError, match="by name"):
        list(noclone.access(protocol))
    assert str(noclone.verify(protocol, "hides A")).startswith("PROVED: hides A (this protocol): ")
    assert repr(noclone.verify(protocol)) == "<Report: 3 PROVED, 3 REFUTED>"


def test_a_name_that_the_claim_language_cannot_say_is_refused(refused, tmp_path):
    (tmp_path / "after.qasm").write_text('OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit after;\nh after;\n')
    assert "after" in refused("verify", "after.qasm", "--secret", "after", "--claim", "hides after")
