"""The command line is a contract: outputs, exit statuses, and one clear line for bad input."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

import noclone

QASM = 'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit A;\nqubit[2] S;\nqubit[2] N;\n'


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


def test_long_scopes_are_told_by_their_step(run):
    out = run("verify", "encrypted-cloning", "--n", "1..10", "--claim", "hides S[*]")[1]
    assert "PROVED for n = 2, 4, …, 10" in out and "REFUTED for n = 1, 3, …, 9" in out


def test_without_n_the_tried_values_are_said(run):
    status, out, _ = run("verify", "parallel-cloning", "--param", "secrets=1")
    assert status == 0 and "n not given: tried 2, 3" in out
    status, out, _ = run("verify", "encrypted-cloning", "--cross-check", "--claim", "mixed S[i]")
    assert status == 0 and "n not given: tried 1, 2, 3, 4, 5" in out, "two engines are asked for single n only"


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
    own = json.loads(certificate.read_text())["protocol"]
    protocol = certificate.parent / f"protocol-{own[:16]}.json"
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
        "information_bits": 1,
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


def test_a_prover_that_errs_is_an_error_never_proved(run, monkeypatch):
    from noclone.proofs.search import StabilizerSearch

    right = StabilizerSearch.represent

    def wrong(self, *words):
        found = right(self, *words)
        return found and ["-" + found[0][1:] if found[0][0] == "+" else "+" + found[0][1:], *found[1:]]

    monkeypatch.setattr(StabilizerSearch, "represent", wrong)
    status, out, _ = run("verify", "encrypted-cloning", "--n", "2", "--claim", "hides S[0]")
    assert (
        status == 4
        and "PROVED" not in out
        and "the kernel refused the prover's certificate (wrong-logical" in " ".join(out.split())
    )
    assert run("access", "encrypted-cloning", "--n", "2")[0] == 4


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


@pytest.mark.parametrize(
    "words", [["-c", "import noclone; print(noclone.protocol('swap-out').name)"], ["-m", "noclone", "--version"]]
)
def test_python_started_in_the_checkout_uses_the_installed_package(words):
    checkout = Path(__file__).parents[2]
    found = subprocess.run([sys.executable, *words], capture_output=True, text=True, cwd=checkout)
    assert (found.returncode, found.stderr) == (0, "") and ("swap-out" in found.stdout or "noclone 0" in found.stdout)


def test_a_reader_that_closes_early_is_no_error():
    command = [sys.executable, "-m", "noclone", "list"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/") as process:
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        process.stderr.close()
        assert process.wait() == 0


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
    (tmp_path / "decrypt.qasm").write_text(
        'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit A;\nqubit B;\nbit[2] c;\nif (c == 2) { x A; }\n'
    )
    assert "decrypt.qasm: line 6: 'if_else' on A: a condition is read" in refused("verify", file)


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


def test_the_examples_of_the_command_line_leave_no_file_behind(tmp_path, monkeypatch, run):
    monkeypatch.chdir(tmp_path)
    run("verify", "swap-out", "--json", "-")
    assert list(Path().iterdir()) == []
