"""The command line is a contract: outputs, exit statuses, and one clear line for bad input."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

import noclone
from noclone.__main__ import main

QASM = 'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit A;\nqubit[2] S;\nqubit[2] N;\n'


@pytest.fixture
def run(monkeypatch, capsys):
    """Run noclone on these words; exit status, standard output, standard error."""

    def run_words(*words):
        monkeypatch.setattr(sys, "argv", ["noclone", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            main()
        captured = capsys.readouterr()
        return stop.value.code or 0, captured.out, captured.err

    return run_words


@pytest.fixture
def refused(run, tmp_path, monkeypatch):
    """Run and expect exit 2, nothing on standard output, no file written, one line on standard error; that line."""
    monkeypatch.chdir(tmp_path)

    def run_words(*words):
        before = sorted(tmp_path.rglob("*"))
        status, out, err = run(*words)
        assert (status, out, len(err.splitlines())) == (2, "", 1), (status, out, err)
        assert sorted(tmp_path.rglob("*")) == before
        return err

    return run_words


def test_verify_prints_every_claim_and_all_is_as_expected(run):
    status, out, err = run("verify", "encrypted-cloning", "--n", "2..4")
    assert (status, err) == (0, "")
    assert "mixed S[i]" in out and "PROVED for n = 2..4" in out and "all as expected (exit 0)" in out
    assert "REFUTED for n = 3" in out and "\x1b" not in out


def test_jobs_share_the_work_and_change_nothing(run):
    def verdicts(*words):
        status, out, _ = run("verify", "encrypted-cloning", "--n", "1..3", "--json", "-", *words)
        return status, [
            (one["claim"], one["verdict"], one["scope"], one["certificate_sha256"]) for one in json.loads(out)["claims"]
        ]

    assert verdicts("--jobs", "2", "--seed", "7") == verdicts()
    assert json.loads(run("verify", "swap-out", "--json", "-", "--seed", "7")[1])["seed"] == 7


def test_without_n_the_tried_values_are_said(run):
    status, out, _ = run("verify", "encrypted-cloning")
    assert status == 0 and "n not given: tried 1, 2, 3, 4, 5" in out


def test_verify_json_has_the_contracts_keys(run, tmp_path):
    status, out, _ = run("verify", "encrypted-cloning", "--n", "1", "--json", "-", "--certificates", tmp_path)
    report = json.loads(out)
    assert set(report) >= {"schema", "noclone", "qiskit", "target", "claims", "exit"} and report["exit"] == status == 0
    for entry in report["claims"]:
        assert set(entry) >= {
            "claim",
            "verdict",
            "scope",
            "expected",
            "method",
            "certificate",
            "certificate_sha256",
            "witness",
            "assumptions",
            "seconds",
        }
        assert entry["verdict"] == entry["expected"] and entry["assumptions"] and entry["witness"]
        assert (tmp_path / entry["certificate"]).is_file()
    verdicts = {entry["claim"]: entry["verdict"] for entry in report["claims"]}
    assert (verdicts["mixed S[i]"], verdicts["leaks Y from S[0]"]) == ("REFUTED", "PROVED")


def test_written_certificates_check_and_against_another_target_do_not(run, tmp_path):
    run("verify", "five-qubit-code", "--quiet", "--certificates", tmp_path)
    status, out, err = run("check", tmp_path)
    assert (status, err, len(out.splitlines())) == (0, "", 6) and "PROVED" not in out
    certificate = next(tmp_path.rglob("*recovers-q-i-q-j-q-k.json"))
    status, out, _ = run("check", certificate, "--against", "five-qubit-code")
    assert status == 0 and out.startswith("PROVED: recovers Q[i] Q[j] Q[k]")
    assert run("check", certificate, "--against", "teleportation")[0] == 2
    protocol = next(tmp_path.rglob("protocol-*.json"))
    status, out, _ = run("check", certificate, "--protocol", protocol, "--claim", "recovers Q[i] Q[j] Q[k]")
    assert status == 0 and out.startswith("PROVED: ")
    assert run("check", certificate, "--protocol", protocol, "--claim", "recovers Q[i] Q[j]")[0] == 2


def test_check_against_a_family_finds_recoveries(run, tmp_path):
    run("verify", "encrypted-cloning", "--n", "3", "--quiet", "--certificates", tmp_path)
    for certificate in sorted(tmp_path.rglob("*decrypt*.json")):
        status, out, err = run("check", certificate, "--against", "encrypted-cloning", "--n", "3")
        assert (status, err) == (0, "") and out.startswith("PROVED: ")
        assert run("check", certificate, "--against", "encrypted-cloning", "--n", "4")[0] == 2


def test_a_refused_certificate_is_exit_1(run, tmp_path):
    run("verify", "swap-out", "--quiet", "--certificates", tmp_path)
    certificate = next(tmp_path.rglob("*hides-a.json"))
    certificate.write_text(certificate.read_text().replace('"+', '"-'))
    status, out, err = run("check", certificate)
    assert (status, out) == (1, "") and "wrong-logical" in err and len(err.splitlines()) == 1


def test_access_counts_leaks_and_minimal_coalitions(run):
    status, out, _ = run("access", "encrypted-cloning", "--n", "3", "--json", "-")
    content = json.loads(out)
    assert status == 0 and content["coalitions"] == 128 and len(content["qubits"]) == 7
    assert content["counts"] == {"authorized": 60, "partial": 8, "uninformative": 60}
    assert len(content["minimal_authorized"]) == content["minimal_authorized_number"] == 19
    assert ["A", "S[0]", "N[0]"] in content["minimal_authorized"]
    assert content["status"] == "PROVED" and len(content["partial"]) == 8
    assert {
        "held": ["S[0]", "S[1]", "S[2]"],
        "leaks": ["Y"],
        "operators": ["-Y_S[0] Y_S[1] Y_S[2]"],
        "status": "PROVED",
    } in content["partial"]
    status, out, _ = run("access", "encrypted-cloning", "--n", "3")
    assert (
        "60 authorized, 8 partial, 60 uninformative (PROVED" in out
        and "S[0] S[1] S[2] reads Y by -Y_S[0] Y_S[1] Y_S[2]" in out
    )


def test_a_table_too_large_to_replay_is_only_supported(run):
    content = json.loads(run("access", "encrypted-cloning", "--n", "6", "--json", "-")[1])
    assert content["status"] == "SUPPORTED" and sum(content["counts"].values()) == 2**13


def test_access_of_one_coalition_has_its_witness_in_words(run):
    content = json.loads(run("access", "encrypted-cloning", "--n", "3", "--held", "S[0] N[*]", "--json", "-")[1])
    assert content["held"] == ["S[0]", "N[0]", "N[1]", "N[2]"]
    assert (content["verdict"], content["status"], content["leaks"], content["information_bits"]) == (
        "authorized",
        "PROVED",
        [],
        2,
    )
    assert content["witness"][0].startswith("holds X̄ = ") and "Z̄ = " in content["witness"][0]
    leaking = json.loads(run("access", "encrypted-cloning", "--n", "3", "--held", "S[*]", "--json", "-")[1])
    assert (leaking["verdict"], leaking["leaks"], leaking["information_bits"]) == ("partial", ["Y"], 1)


@pytest.mark.parametrize(
    ("target", "held"),
    [
        (["encrypted-cloning", "--n", "3"], "A S[1] N[1]"),
        (["encrypted-cloning", "--n", "4"], "S[*] N[2]"),
        (["parallel-cloning", "--n", "2", "--param", "secrets=2"], "S1 N0 N1"),
        (["five-qubit-code"], "Q[0] Q[2] Q[3]"),
        (["one-time-pad", "--param", "qubits=1"], "A K"),
    ],
)
def test_a_recovery_circuit_is_written_and_works_when_read_back(run, tmp_path, target, held):
    from noclone.loading import load_target
    from noclone.models.qasm import read_qasm
    from noclone.target import parameters_of

    file = tmp_path / "recovery.qasm"
    status, out, err = run("access", *target, "--held", held, "--recovery", file)
    assert (status, err) == (0, "") and "PROVED" in out
    n = target[target.index("--n") + 1] if "--n" in target else None
    others = [word for before, word in pairwise(target) if before == "--param"]
    protocol = load_target(target[0], parameters=parameters_of(n, others)).protocols[0]
    recovery = noclone.Recovery(read_qasm(file).circuit, "restored")
    mine = noclone.Protocol.from_stages(
        protocol.stages, secret="A", parties=protocol.parties, recoveries={"found": recovery}
    )
    assert noclone.verify(mine, "single-use found").status is noclone.Status.PROVED
    used = {name for name in map(str.strip, held.replace("[", " [").split()) if not name.startswith("[")}
    assert {register.name for register in [*recovery.circuit.qregs, *recovery.circuit.cregs]} <= used | {"restored"}


def test_a_recovery_of_a_coalition_that_has_none_is_refused(refused):
    assert "is partial: there is no circuit" in refused(
        "access", "encrypted-cloning", "--n", "3", "--held", "S[*]", "--recovery", "r.qasm"
    )
    assert "together with --held" in refused("access", "encrypted-cloning", "--n", "3", "--recovery", "r.qasm")


def test_exit_1_if_a_verdict_is_not_as_expected_and_3_if_undecided(run, tmp_path):
    (tmp_path / "c.qasm").write_text(QASM + "swap A, S[0];\n")
    file = tmp_path / "c.toml"
    file.write_text('[protocol]\ncircuit = "c.qasm"\nsecret = "A"\n[[claims]]\nclaim = "hides S[0]"\n')
    status, out, _ = run("verify", file)
    assert status == 1 and "(not as expected)" in out and "expected PROVED, found REFUTED" in out
    file.write_text(
        '[protocol]\ncircuit = "c.qasm"\nsecret = "A"\n[[claims]]\nclaim = "hides S[0]"\nexpect = "REFUTED"\n'
    )
    assert run("verify", file)[0] == 0
    file.write_text('[protocol]\ncircuit = "c.qasm"\nsecret = "A"\n[[claims]]\nclaim = "hides S[i] S[j] S[k]"\n')
    status, out, _ = run("verify", file)
    assert status == 3 and "vacuous" in out
    assert "nothing was expected" in run("verify", "encrypted-cloning", "--n", "3", "--claim", "hides S[*]")[1]
    assert run("verify", "encrypted-cloning", "--n", "3", "--claim", "hides S[*]")[0] == 0


def test_exact_refuses_a_verdict_that_is_better_than_expected(run, tmp_path):
    (tmp_path / "c.qasm").write_text(QASM + "swap A, S[0];\n")
    file = tmp_path / "c.toml"
    file.write_text(
        '[protocol]\ncircuit = "c.qasm"\nsecret = "A"\n[[claims]]\nclaim = "recovers S[0]"\nexpect = "SUPPORTED"\n'
    )
    assert (run("verify", file)[0], run("verify", file, "--exact")[0]) == (0, 1)


def test_list_names_every_protocol_and_claim(run):
    status, out, _ = run("list")
    assert status == 0 and "encrypted-cloning: one qubit" in out and "single-use decrypt[i]: PROVED" in out
    protocols = json.loads(run("list", "--json", "-")[1])["protocols"]
    assert {entry["name"] for entry in protocols} >= {"encrypted-cloning", "iterated-cloning", "swap-out"}


def test_version_and_help(run):
    assert run("--version")[:2] == (0, f"noclone {noclone.__version__}\n")
    assert all(word in run("--help")[1] for word in ("list", "verify", "access", "check"))
    assert all(word in run("check", "--help")[1] for word in ("CERT", "--protocol", "--claim", "--against"))


def test_importing_noclone_loads_nothing_else():
    script = "import sys; before = set(sys.modules); import noclone; print(len({m.partition('.')[0] for m in set(sys.modules) - before} - set(sys.stdlib_module_names)))"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd="/").stdout == "1\n"


def test_a_reader_that_closes_early_is_no_error():
    command = [sys.executable, "-m", "noclone", "list"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/") as process:
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        process.stderr.close()
        assert process.wait() == 0


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
        (["access", "encrypted-cloning"], "name one, for example with --n 3"),
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
        (QASM + "\nt S[1];\n", "line 7: 't' on S[1]: it is not Clifford"),
        (QASM + "rx(0.3) N[0];\n", "line 6: 'rx' on N[0]: angle 0.3 is not a multiple of pi/4"),
        (QASM + "gate foo a { t a; }\nh S;\nfoo N[1];\n", "line 8: 'foo' on N[1]: inside it, 't': it is not Clifford"),
        (QASM + "ccx A, S[0], S[1];\n", "line 6: 'ccx' on A S[0] S[1]: it is not Clifford"),
        (QASM.replace("stdgates.inc", "/etc/passwd"), "line 2, column 0: non-stdgates imports"),
        ("OPENQASM 2.0;\ninclude \"/etc/passwd\";\n", "unable to find '/etc/passwd'"),
        ("OPENQASM 2.0;\ninclude \"qelib1.inc\";\nqreg a[2];\nh a;\n\nt a[1];\n", "line 6: 't' on a[1]: it is not Clifford"),
        ("OPENQASM 2.0;\ninclude \"qelib1.inc\";\nqreg a[2];\nh a\n", "line 4, column 0"),
        ("OPENQASM 4.0;\n", "starts with 'OPENQASM 2.0;' or 'OPENQASM 3.0;'"),
        ("hello\n", "starts with 'OPENQASM 2.0;' or 'OPENQASM 3.0;'"),
        ("", "starts with 'OPENQASM 2.0;' or 'OPENQASM 3.0;'"),
        (QASM + "\nfor uint i in [0:1] { h S[i]; }\n", "line 7: Qiskit's loader cannot read this (TypeError"),
        (QASM + "h A;\nh S[2];\n", "line 7: Qiskit's loader cannot read this (IndexError"),
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


def test_a_claims_file_with_stages_recoveries_and_a_recovery_that_cannot_be_read(run, refused, tmp_path):
    (tmp_path / "prepare.qasm").write_text(QASM + "h S;\ncx S, N;\n")
    (tmp_path / "encrypt.qasm").write_text(QASM + "cx S[0], A;\n")
    (tmp_path / "decrypt.qasm").write_text(
        'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit A;\nqubit[2] N;\nqubit B;\ncx N[0], A;\nswap A, B;\n'
    )
    text = '[protocol]\nstages = ["prepare.qasm", "encrypt.qasm"]\nsecret = "A"\n[recoveries."decrypt[0]"]\ncircuit = "decrypt.qasm"\noutput = "B"\n'
    claims = [
        "leaks X from A",
        "hides S N after prepare",
        "restores decrypt[0]",
        "untouched N by encrypt",
        "untouched N[1] by decrypt[i]",
        "hides S[i] after decrypt[j]",
    ]
    file = tmp_path / "mine.toml"
    file.write_text(text + "".join(f'[[claims]]\nclaim = "{claim}"\n' for claim in claims[:5]))
    status, out, _ = run("verify", file)
    assert status == 0, out
    (tmp_path / "decrypt.qasm").write_text('OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit A;\nqubit B;\nt A;\n')
    assert "decrypt.qasm: line 5: 't' on A: it is not Clifford" in refused("verify", file)


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


def test_a_second_run_leaves_no_certificate_of_the_first_behind(run, tmp_path):
    run("verify", "swap-out", "--quiet", "--certificates", tmp_path)
    (tmp_path / "swap-out" / "notes.json").write_text("{}")
    run("verify", "swap-out", "--quiet", "--certificates", tmp_path, "--claim", "hides A")
    left = sorted(path.name.partition("-")[0] for path in (tmp_path / "swap-out").iterdir())
    assert left == ["01", "notes.json", "protocol"]


def test_certificates_of_a_whole_family_check_against_it_in_one_go(run, tmp_path):
    run("verify", "encrypted-cloning", "--n", "1..4", "--quiet", "--certificates", tmp_path)
    status, out, err = run("check", tmp_path, "--against", "encrypted-cloning", "--n", "1..4")
    assert (status, err) == (0, "") and "valid" not in out and len(out.splitlines()) == 77
    assert run("check", tmp_path, "--against", "encrypted-cloning", "--n", "1..3")[0] == 2


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


def test_a_family_in_a_claims_file_over_a_range(run, tmp_path):
    file = tmp_path / "family.toml"
    file.write_text(
        '[protocol]\nfamily = "encrypted-cloning"\nn = "2..8"\n[[claims]]\nclaim = "hides S[*]"\nexpect = "PROVED iff n even"\n'
    )
    status, out, _ = run("verify", file)
    assert status == 0 and "PROVED for n = 2, 4, 6, 8" in out and "REFUTED for n = 3, 5, 7" in out


def test_a_target_in_the_users_own_code(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "variant.py").write_text(
        "import noclone\nfrom qiskit import QuantumCircuit, QuantumRegister\n"
        "def make(size=1):\n"
        "    circuit = QuantumCircuit(QuantumRegister(1, 'A'), QuantumRegister(size, 'B'))\n"
        "    circuit.swap(0, 1)\n"
        "    return noclone.Protocol.from_circuit(circuit, secret='A', claims=['recovers B'])\n"
        "protocol = make()\n"
        "def broken():\n    return 1 / 0\n"
    )
    assert run("verify", "variant:protocol")[0] == 0
    assert run("verify", "variant:make", "--param", "size=2")[0] == 0
    status, _, err = run("verify", "variant:broken")
    assert (status, err) == (2, "noclone: 'variant:broken' failed: ZeroDivisionError: division by zero\n")
    sys.modules.pop("variant", None)


def test_a_name_that_the_claim_language_cannot_say_is_refused(refused, tmp_path):
    (tmp_path / "after.qasm").write_text('OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit after;\nh after;\n')
    assert "after" in refused("verify", "after.qasm", "--secret", "after", "--claim", "hides after")


def test_the_examples_of_the_command_line_leave_no_file_behind(tmp_path, monkeypatch, run):
    monkeypatch.chdir(tmp_path)
    run("verify", "swap-out", "--json", "-")
    assert list(Path().iterdir()) == []
