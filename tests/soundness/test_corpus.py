"""The kernel accepts what it should and refuses the rest, each for the right reason."""

from __future__ import annotations

import json
import tracemalloc
from hashlib import sha256
from pathlib import Path

import pytest

from noclone.proofs.kernel.__main__ import main, read_bytes
from noclone.proofs.kernel.documents import LARGEST_DOCUMENT, read_certificate, read_protocol
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.rules import check
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


@pytest.mark.parametrize("folder", cases("accept"), ids=lambda folder: folder.name)
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
    }
    return json.dumps(content | {"parties": parties} | parts).encode()


def certificate_for(protocol, claim, operators, conclusion="PROVED"):
    """A certificate of one case without letters."""
    content = {"format": "noclone certificate", "version": 1, "rule": "pauli-witness", "conclusion": conclusion}
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


def test_untouched_is_refused_beyond_its_limit():
    gates = [["H", qubit] for qubit in range(1, 10_002)]
    protocol = minimal([["A", 1], ["S", 10_001]], stages=[["encode", gates]])
    with pytest.raises(Refusal, match="too-large"):
        check(read_protocol(protocol), certificate_for(protocol, "untouched S by encode", []))


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
