"""The kernel accepts what it should and refuses the rest, each for the right reason."""

from __future__ import annotations

import json
import time
import tracemalloc
from hashlib import sha256
from pathlib import Path

import pytest

from noclone.proofs.checker import main, read_bytes
from noclone.proofs.kernel.documents import LARGEST_DOCUMENT, read_certificate, read_protocol
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.rules import check
from noclone.proofs.kernel.squares import read_number
from noclone.proofs.kernel.terms import parse_claim

from definitions import Definitions

HERE = Path(__file__).parent


def cases(kind):
    """The folders of one kind."""
    return sorted((HERE / kind).iterdir())


def replay(folder):
    """What the kernel says of a case."""
    asked = folder / "claim.txt"
    claim = parse_claim(asked.read_text()) if asked.exists() else None
    return check(
        read_protocol((folder / "protocol.json").read_bytes()), (folder / "certificate.json").read_bytes(), claim
    )


BOUNDS = {
    "cloning all to 1": 1,
    "measure-and-prepare all": 2 / 3,
    "local A0 B0 + A0 B1 + A1 B0 - A1 B1": 2,
    "correlations A0 B0 + A0 B1 + A1 B0 - A1 B1": 8**0.5,
    "squares A0 B0 + A0 B1 + A1 B0 - A1 B1 | A0 C0 + A0 C1 + A1 C0 - A1 C1": 8,
}
"""What the quantities of the corpus are at most (docs/bounds.md has the sources)."""


@pytest.mark.parametrize("folder", sorted((HERE / "accept").glob("bound-*")), ids=lambda folder: folder.name)
def test_right_certificates_of_bounds_are_accepted_and_their_claims_are_true(folder):
    checked = replay(folder)
    claim = parse_claim(checked.claim)
    value, number = BOUNDS[claim.quantity], read_number(claim.bound, "")
    excess = sum(float(part) * root**0.5 for root, part in number.items()) - value
    truth = {"<=": excess > -1e-12, ">=": excess < 1e-12, "=": abs(excess) < 1e-12}[claim.relation]
    assert truth is (checked.status == "PROVED")


@pytest.mark.parametrize(
    "folder",
    [folder for folder in cases("accept") if not folder.name.startswith("bound-")],
    ids=lambda folder: folder.name,
)
def test_right_certificates_are_accepted_and_their_claims_are_true_by_definition(folder):
    checked = replay(folder)
    data = (folder / "protocol.json").read_bytes()
    definitions, protocol, claim = Definitions(data), read_protocol(data), parse_claim(checked.claim)
    truths = [definitions.truth(claim.at(letters)) for letters in claim.cases(protocol.size)]
    assert all(truths) is (checked.status == "PROVED")


@pytest.mark.parametrize(
    "folder", cases("refuse") + cases("malformed"), ids=lambda folder: f"{folder.parent.name}-{folder.name}"
)
def test_damaged_input_is_refused_with_its_code(folder, capsys):
    with pytest.raises(Refusal) as refused:
        replay(folder)
    assert refused.value.code == folder.name.partition(".")[0]
    assert refused.value.place and refused.value.expected and refused.value.found
    status = 1 if folder.parent.name == "refuse" else 2
    asked = folder / "claim.txt"
    claim = ["--claim", asked.read_text()] if asked.exists() else []
    assert refused.value.exit_status == status
    assert main([str(folder / "certificate.json"), "--protocol", str(folder / "protocol.json"), *claim]) == status
    said = capsys.readouterr()
    assert said.out == "" and len(said.err.splitlines()) == 1 and len(said.err) < 1_000 and "\x1b" not in said.err


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(Refusal, match="unreadable"):
        read_bytes(tmp_path / "absent.json")
    assert main([str(tmp_path)]) == 2, "an empty directory holds no certificate"


def test_a_document_beyond_the_limit_is_refused_without_parsing(tmp_path):
    large = tmp_path / "large.json"
    with large.open("wb") as file:
        file.truncate(LARGEST_DOCUMENT + 1_000)
    for read in (read_protocol, read_certificate):
        with pytest.raises(Refusal, match="too-large"):
            read(read_bytes(large))


def minimal(parties, **parts):
    """A protocol document on these registers, the secret in A."""
    content = {
        "format": "noclone protocol",
        "version": 1,
        "environment": [],
        "secret": "A",
        "stages": [],
        "recoveries": [],
        "others": [],
        "noises": [],
        "ensembles": [],
    }
    return json.dumps(content | {"parties": parties} | parts).encode()


def certificate_for(protocol, claim, operators, conclusion="PROVED", rule="pauli-witness"):
    """A certificate of one case without letters."""
    content = {"format": "noclone certificate", "version": 1, "rule": rule, "conclusion": conclusion}
    content |= {
        "protocol": sha256(protocol).hexdigest(),
        "claim": claim,
        "cases": [{"letters": {}, "operators": operators}],
    }
    return json.dumps(content).encode()


def test_small_documents_about_many_qubits_take_little_memory():
    protocol = minimal([["A", 1], ["S", 200_000]], stages=[["encode", []]])
    tracemalloc.start()
    checked = check(read_protocol(protocol), certificate_for(protocol, "hides S[*]", ["+X_A", "+Z_A"]))
    claim = "hides " + " ".join(f"S[{letter}]" for letter in "abcdefghijklm") + " Q[z]"
    read, certificate = read_protocol(protocol), certificate_for(protocol, claim, [])
    with pytest.raises(Refusal, match="too-many-cases"):
        check(read, certificate)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert checked.status == "PROVED" and peak < 200 * 2**20


@pytest.mark.parametrize("depth", [*range(940, 1_000), 5_000])
def test_nesting_at_the_edge_of_what_the_parser_takes_is_refused(depth):
    nested = "[" * depth + "]" * depth
    certificate = certificate_for(minimal([["A", 1]]), "hides A", ["NESTED"]).replace(b'"NESTED"', nested.encode())
    protocol = minimal([["A", 1]], stages=[["e", ["NESTED"]]]).replace(b'"NESTED"', nested.encode())
    for read, data in ((read_certificate, certificate), (read_protocol, protocol)):
        with pytest.raises(Refusal) as refused:
            read(data)
        assert len(str(refused.value)) < 1_000


LARGE = {
    "untouched": (
        minimal([["A", 1], ["S", 10_001]], stages=[["encode", [["H", qubit] for qubit in range(1, 10_002)]]]),
        "untouched S by encode",
        "pauli-circuits",
    ),
    "equivalent": (minimal([["A", 1], ["S", 1_999_999]], others=[["o", []]]), "equivalent o", "pauli-circuits"),
    "local-gates": (
        minimal([["A", 1], ["S", 9_999]], others=[["o", []]]),
        "equivalent o up to " + ", ".join(["YYYYYYYYYYYYYYYYYYYY on S"] * 10),
        "pauli-circuits",
    ),
    "local-gates-exactly": (
        minimal([["A", 1], ["S", 11]], others=[["o", []]]),
        "equivalent o up to " + ", ".join(["YHYHYHYHYHYHYHYHYHYHYHYHYHYHYHYH on S"] * 200),
        "exact-amplitudes",
    ),
    "other-gates-exactly": (
        minimal([["A", 1], ["S", 11]], others=[["o", [["H", 1]] * 5_000]]),
        "equivalent o",
        "exact-amplitudes",
    ),
    "hadamards": (minimal([["A", 1]], stages=[["e", [["H", 0]] * 200_000]]), "hides A", "exact-amplitudes"),
    "qubits": (minimal([["A", 1], ["S", 12]]), "hides A", "exact-amplitudes"),
    "untouched-exactly": (
        minimal([["A", 1], ["S", 11]], stages=[["e", [["T", *range(12)]] * 20]]),
        "untouched A by e",
        "exact-amplitudes",
    ),
    "noise": (
        minimal(
            [["A", 5]],
            recoveries=[["r", [], [0, 1, 2, 3, 4]]],
            noises=[["n", [["r", 0, [0], [["X", 1], ["I", 1]]]] * 200]],
        ),
        "fidelity r >= 1/2 under n",
        "pauli-noise",
    ),
    "bound-rows": (minimal([["A", 1]]), "bound cloning all to 7 <= 1", "channel-bound"),
    "bound-coalition": (minimal([["A", 1], ["S", 40]]), "bound recovery by S <= 1", "channel-bound"),
    "secrets": (
        minimal([["A", 7]], recoveries=[["r", [], list(range(7))]]),
        "fidelity r >= 1/2",
        "pauli-noise",
    ),
}


@pytest.mark.parametrize("name", LARGE)
def test_too_much_work_is_refused_before_it_is_begun(name):
    protocol, claim, rule = LARGE[name]
    start = time.process_time()
    with pytest.raises(Refusal, match="too-large"):
        check(read_protocol(protocol), certificate_for(protocol, claim, [], rule=rule))
    assert time.process_time() - start < 20, "it took as long as it should have refused to"


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.mark.parametrize(
    ("claim", "rule", "operators"),
    [
        ("bound cloning all to 1 <= 1", "channel-bound", ["slack: 1; " + " + ".join(["e0 f0"] * 10_000)]),
        (
            "bound cloning all to 1 <= 1",
            "channel-bound",
            ["slack: 1; " + " + ".join(f"e{n} f{n}" for n in range(999))] * 20,
        ),
        (
            "bound local A0 <= 1",
            "correlation-bound",
            ["square: 1; " + " + ".join(f"sqrt({n % 1000})*A0" for n in range(50_000))],
        ),
        (
            "bound correlations A0 A1 A0 A1 A0 A1 A0 A1 A0 A1 A0 <= 1",
            "correlation-bound",
            [
                "state: e0",
                *(f"A{at}: " + " + ".join(f"e{n} e{m}" for n in range(99) for m in range(99)) for at in (0, 1)),
            ],
        ),
        (
            f"bound correlations {' '.join(letter + '0' for letter in LETTERS)} >= 1",
            "correlation-bound",
            [
                f"state: sqrt(2)/2*{' '.join(['e0'] * 26)} + sqrt(2)/2*{' '.join(['e1'] * 26)}",
                *(
                    f"{letter}0: sqrt(2)/2*e0 e0 - sqrt(2)/2*e1 e1 + sqrt(2)/2*e0 e1 + sqrt(2)/2*e1 e0"
                    for letter in LETTERS
                ),
            ],
        ),
        (
            "bound correlations 1 >= 1",
            "correlation-bound",
            ["state: e0", "A0: " + " + ".join(f"e{n} e{m}" for n in range(120) for m in range(120))],
        ),
        (
            "bound correlations A0 <= 1",
            "correlation-bound",
            ["square: 1; " + " + ".join("A0 A1 " * at + "A2" for at in range(700))],
        ),
        ("bound cloning all to 1 <= 1", "channel-bound", ["slack: 1" + " " * 500_000 + "1; e0 f0"]),
        ("bound cloning all to 1 <= 1", "channel-bound", ["slack: 1/" + "*".join(["9" * 299] * 3_000) + "; e0 f0"]),
    ],
    ids=[
        "one-word",
        "many-words",
        "many-roots",
        "observables",
        "a-ket-that-grows",
        "no-letters",
        "long-words",
        "spaces",
        "digits",
    ],
)
def test_certificates_of_bounds_that_take_too_long_are_refused(claim, rule, operators):
    protocol = minimal([["A", 1]])
    start = time.process_time()
    with pytest.raises(Refusal, match=r"too-large|infeasible|bad-number"):
        check(
            read_protocol(protocol),
            certificate_for(protocol, claim, ["dual: 1", *operators][rule[1] == "o" :], rule=rule),
        )
    assert time.process_time() - start < 20, "it took as long as it should have refused to"


def test_many_cases_together_are_too_much_work():
    protocol = minimal([["A", 1], ["S", 11]], stages=[["e", [["H", 1]] * 50]])
    claim = parse_claim("hides S[a] S[b] S[c] S[d]")
    cases = [{"letters": letters, "operators": []} for letters in claim.cases(read_protocol(protocol).size)]
    content = json.loads(certificate_for(protocol, str(claim), [], rule="exact-amplitudes"))
    with pytest.raises(Refusal, match="too-large"):
        check(read_protocol(protocol), json.dumps(content | {"cases": cases}).encode())


def test_a_fidelity_of_very_many_digits_is_still_a_refusal():
    strikes = [["r", 0, [0], [["X", 10**29 + 7], ["I", 10**29 + 9]]]] * 20_000
    protocol = minimal([["A", 1]], recoveries=[["r", [], [0]]], noises=[["n", strikes]])
    certificate = certificate_for(protocol, "fidelity r >= 1 under n", [], rule="pauli-noise")
    with pytest.raises(Refusal, match="wrong-conclusion"):
        check(read_protocol(protocol), certificate)


@pytest.mark.parametrize(
    "claim",
    [
        "equivalent same up to H on S[i]",
        "equivalent same up to H on S[*-i]",
        "equivalent same[i]",
        "fidelity r >= 1/2 under storm[i]",
        "fidelity r >= 0.\u09ea under storm",
        "fidelity r >= \u0663/4",
        "hides A within \uff11",
    ],
)
def test_letters_where_they_would_stand_for_nothing_and_strange_digits_are_no_claims(claim):
    with pytest.raises(Refusal, match="bad-claim"):
        parse_claim(claim)


@pytest.mark.parametrize("item", ["S[i]", "S[*-i]", "S[01]", "S[-1]", "S[2]", "S[*-2]", "S[\u0661]", "S[ 1]", "E"])
def test_an_item_that_names_no_qubit_is_refused_wherever_it_comes_from(item):
    protocol = read_protocol(minimal([["A", 1], ["S", 2]], environment=[["E", 1]]))
    with pytest.raises(Refusal, match="unknown-name"):
        protocol.qubits(item)
    assert [protocol.qubits(fine) for fine in ("S", "S[*]", "S[1]", "S[*-1]", "A", "A[0]")] == [
        [1, 2],
        [1, 2],
        [2],
        [1],
        [0],
        [0],
    ]


def test_a_files_name_cannot_forge_a_line(tmp_path, capsys):
    folder = HERE / "accept" / "hides"
    forged = tmp_path / "c\nPROVED: recovers S [protocol 00]\x1b[31m.json"
    forged.write_bytes((folder / "certificate.json").read_bytes())
    assert main([str(tmp_path), "--protocol", str(folder / "protocol.json")]) == 0
    said = capsys.readouterr().out
    assert len(said.splitlines()) == 1 and said.startswith("valid (proved): hides S[i]") and "\x1b" not in said


@pytest.mark.parametrize("value", [True, 1.0, "1", None])
def test_letters_are_whole_numbers(value):
    protocol = minimal([["A", 1], ["S", 2]])
    content = json.loads(certificate_for(protocol, "hides S[i]", ["+X_A", "+Z_A"], conclusion="REFUTED"))
    content["cases"][0]["letters"] = {"i": value}
    with pytest.raises(Refusal, match="wrong-type"):
        check(read_protocol(protocol), json.dumps(content).encode())


def test_letters_range_over_every_stage_and_recovery_of_that_name():
    folder = HERE / "refuse" / "wrong-cases.stage-and-recovery-share-a-name"
    data = (folder / "protocol.json").read_bytes()
    assert read_protocol(data).size("d[i]") == 2
    assert not Definitions(data).truth(parse_claim("hides S after d[1]"))


def test_proved_is_only_said_of_a_protocol_and_a_claim_that_the_caller_names(capsys):
    folder = HERE / "accept" / "hides"
    certificate, protocol = str(folder / "certificate.json"), str(folder / "protocol.json")
    main([certificate, "--protocol", protocol])
    assert "PROVED" not in capsys.readouterr().out
    main([certificate, "--protocol", protocol, "--claim", "hides   S[i]"])
    assert capsys.readouterr().out.startswith("PROVED: hides S[i] ")


def test_the_corpus_certificates_are_distinct():
    seen = [
        (folder / "certificate.json").read_bytes() + (folder / "protocol.json").read_bytes()
        for kind in ("accept", "refuse")
        for folder in cases(kind)
    ]
    assert len(set(seen)) == len(seen)
    assert all(json.loads((folder / "certificate.json").read_text())["cases"] for folder in cases("accept"))
