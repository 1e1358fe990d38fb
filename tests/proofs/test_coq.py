"""The Coq development: it compiles, rests on no axiom, and judges certificates as the Python kernel does."""

from __future__ import annotations

import copy
import fcntl
import itertools
import json
import random
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from encoder_numbers import numbers

import noclone
from noclone.models.errors import InputError
from noclone.models.system import RecoveryGates, Stage, System
from noclone.models.uniform_families import UniformFamily, rotation
from noclone.proofs.claims import parse_claim
from noclone.proofs.coq_export import coq_document, coq_of, coq_witnesses
from noclone.proofs.coq_files import coq_text
from noclone.proofs.every_coalition import access_table
from noclone.proofs.every_n import EveryN
from noclone.proofs.kernel.documents import read_certificate, read_protocol
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.rules import check
from noclone.proofs.prover import Prover
from noclone.protocols.uniform_variants import encryption

FOLDER = Path(__file__).parents[2] / "proofs" / "coq"
HEAD = """From Coq Require Import List String.
From NoClone Require Import Circuits Reading Cases.
Import ListNotations.
Local Open Scope string_scope.
"""
NOT_CHECKED = (
    "coqc is not installed, so NOT checked: that the Coq proofs compile, that they rest on no axiom, "
    "and that Coq judges certificates as the kernel does"
)
needs_coq = pytest.mark.skipif(shutil.which("coqc") is None, reason=NOT_CHECKED)
FORBIDDEN = re.compile(r"\b(Admitted|admit|Axioms?|Parameters?|Conjecture)\b")


@pytest.fixture(scope="module")
def built(worker_folder):
    """The folder of the compiled files, and what check.sh said of them; made once for all test processes."""
    build = worker_folder / "coq"
    with (worker_folder / "coq.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (build / "said.txt").is_file():
            found = subprocess.run([FOLDER / "check.sh", build], capture_output=True, text=True)
            (build / "said.txt").write_text(f"{found.returncode}\n{found.stdout}{found.stderr}")
    return build


@pytest.fixture(scope="module")
def worker_folder(tmp_path_factory, request):
    """One folder for all test processes of a run."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if hasattr(request.config, "workerinput") else base


def cloning(n):
    """Encrypted cloning with its n decryptions."""
    return noclone.protocol("encrypted-cloning", n=n).system([f"decrypt[{which}]" for which in range(n)])


def coqc(built, file, text):
    """Run coqc on a text."""
    path = built / f"{file}.v"
    path.write_text(text)
    return subprocess.run(["coqc", "-q", "-Q", built, "NoClone", path], capture_output=True, text=True)


def computed(built, file, text):
    """The truth values that Coq computes, in order."""
    found = coqc(built, file, text)
    assert found.returncode == 0, found.stderr[-2_000:]
    return [word == "true" for word in re.findall(r"\b(?:true|false)\b", found.stdout)]


@needs_coq
def test_the_development_compiles_and_its_main_part_rests_on_no_axiom(built):
    code, said = (built / "said.txt").read_text().split("\n", 1)
    assert code == "0", said[-3_000:]
    assert re.search(r"\* Axioms: <none>", said)
    assert "files of the main part compiled and checked again, no axioms" in said


@needs_coq
@pytest.mark.parametrize(
    ("added", "said"),
    [
        ("Axiom wrong : false = true.", "may not occur"),
        ("Variable wrong : false = true.", "rests on axioms"),  # outside a section: an axiom by another name
        ("Lemma wrong : false = true. Proof. reflexivity. Qed.", "Unable to unify"),
    ],
)
def test_the_check_fails_on_an_axiom_and_on_a_wrong_proof(tmp_path, added, said):
    copied = tmp_path / "coq"
    shutil.copytree(FOLDER, copied)
    (copied / "_CoqProject").write_text("-Q . NoClone\nWrong.v\n")
    (copied / "Wrong.v").write_text(f"{added}\n")
    found = subprocess.run([copied / "check.sh"], capture_output=True, text=True)
    assert found.returncode == 1
    assert said in found.stdout + found.stderr


def test_no_file_admits_anything():
    texts = {path.name: path.read_text() for path in FOLDER.glob("*.v")}
    assert len(texts) >= 15
    for name, text in texts.items():
        assert not FORBIDDEN.search(text), name
        assert text.count("\n") < 400, name
    listed = set(re.findall(r"^\w+\.v$", (FOLDER / "_CoqProject").read_text(), re.MULTILINE))
    assert listed == set(texts) - {"Complex.v"}


def test_every_theorem_has_a_gloss_directly_above_it():
    for path in FOLDER.glob("*.v"):
        lines = path.read_text().split("\n")
        for above, line in itertools.pairwise(lines):
            if re.match(r"(Theorem|Corollary) ", line):
                assert above.endswith("*)"), f"{path.name}: {line}"


def test_the_numbers_that_guard_the_encoder_are_those_of_its_definition():
    assert (FOLDER / "Numbers.v").read_text() == numbers()


@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_circuits_that_guard_the_gates_are_the_protocols(n):
    stages = read_protocol(cloning(n).document).stages
    names = {"H": "GH", "S": "GS", "CX": "GCX"}
    texts = ["[" + "; ".join(f"{names[g[0]]} {' '.join(map(str, g[1:]))}" for g in stages[s]) + "]" for s in stages]
    assert f"| {n} => {' ++ '.join(texts)}" in " ".join((FOLDER / "Guards.v").read_text().split())


def random_gates(chance, qubits, most):
    gates = []
    for _ in range(chance.randint(0, most)):
        name = chance.choice(["H", "S", "CX", "CX"]) if len(qubits) > 1 else chance.choice(["H", "S"])
        gates.append((name, *chance.sample(qubits, 2 if name == "CX" else 1)))
    return tuple(gates)


def random_system(chance):
    """Parties A and B, an environment, two stages and two recoveries, the second of which may undo the first stage."""
    held, unheld = chance.randint(1, 3), chance.randint(0, 2)
    size = 1 + held + unheld
    stages = tuple(Stage(name, random_gates(chance, range(size), 10)) for name in ("first", "second"))
    gates = [gate for stage in reversed(stages) for gate in reversed(stage.gates)]
    undo = tuple(gate for gate in gates for _ in range(3 if gate[0] == "S" else 1))
    own = RecoveryGates("try[0]", random_gates(chance, range(1 + held), 6), (chance.randrange(1 + held),))
    undone = (RecoveryGates("try[1]", undo, (0,)),) if unheld == 0 else ()
    environment = (("E", unheld),) if unheld else ()
    return System((("A", 1), ("B", held)), environment, "A", stages, (own, *undone))


def random_claims(chance, system, count):
    """Claims of every word about random coalitions, at the end or after a stage or recovery."""
    items = [
        f"{name}[{index}]" for name, size in system.parties for index in (*range(size), "*", "i", "*-i") if size > 1
    ]
    items += [name for name, _ in system.parties]
    moments = [stage.name for stage in system.stages] + [recovery.name for recovery in system.recoveries]
    for _ in range(count):
        word = chance.choice(["hides", "recovers", "mixed", "leaks X from", "leaks Y from", "leaks Z from"])
        held = chance.sample(items, chance.randint(1, min(3, len(items))))
        yield f"{word} {' '.join(held)}" + (f" after {chance.choice(moments)}" if chance.random() < 0.3 else "")
    for recovery in system.recoveries:
        yield f"{chance.choice(['restores', 'single-use'])} {recovery.name}"


def damaged(chance, document):
    """A certificate with something changed; perhaps still right."""
    new = copy.deepcopy(document)
    case = chance.choice(new["cases"])
    operators = case["operators"]
    kind = chance.choice(["sign", "letter", "letter", "drop", "swap", "factor", "conclusion", "claim"])
    at = chance.randrange(len(operators)) if operators else 0
    if kind == "sign" and operators:
        operators[at] = "+-"[operators[at][0] == "+"] + operators[at][1:]
    elif kind == "letter" and operators:
        places = [
            place for place, char in enumerate(operators[at]) if char in "XYZ" and operators[at][place + 1 :][:1] == "_"
        ]
        if places:
            place = chance.choice(places)
            letter = chance.choice([letter for letter in "XYZ" if letter != operators[at][place]])
            operators[at] = operators[at][:place] + letter + operators[at][place + 1 :]
    elif kind == "drop" and operators:
        operators.pop(at)
    elif kind == "swap" and len(operators) > 1:
        operators[at], operators[at - 1] = operators[at - 1], operators[at]
    elif kind == "factor" and operators:
        factors = operators[at][1:].split(" ")
        operators[at] = operators[at][0] + (" ".join(factors[1:]) or "I")
    elif kind == "claim":
        words = [
            ("hides", "recovers"),
            ("recovers", "hides"),
            ("mixed", "hides"),
            ("leaks X", "leaks Z"),
            ("restores", "single-use"),
        ]
        old, other = chance.choice(words)
        new["claim"] = new["claim"].replace(old, other)
    else:
        new["conclusion"] = "REFUTED" if new["conclusion"] == "PROVED" else "PROVED"
    return new


def certificates(chance, system, claims):
    """What the prover writes for claims, and a damaged copy of each."""
    prover = Prover(system)
    for text in claims:
        document = prover.verdict(parse_claim(text)).certificate
        if document is not None:
            yield document, False
            yield json.dumps(damaged(chance, json.loads(document))).encode(), True


def accepted_by_kernel(protocol, certificate):
    try:
        check(protocol, certificate)
    except Refusal:
        return False
    return True


def term(number, certificate):
    """The Coq term that judges a certificate, or None if it cannot be written, so is refused."""
    document = read_certificate(certificate)
    try:
        given = coq_witnesses(document)
    except InputError:
        return None
    judge = "accepted_in_every_case" if document["conclusion"] == "PROVED" else "accepted_in_one_case"
    return f"{judge} protocol{number} {coq_text(str(document['claim']))} {given}"


def systems(chance):
    """Encrypted cloning with its own claims, then random circuits."""
    for n in (1, 2, 3):
        system = cloning(n)
        own = list(random_claims(chance, system, 60))
        yield (
            system,
            [*own, "hides S[i]", "mixed S[i] N[j]", "recovers A S[i] N[i]", "restores decrypt[i]"][
                : None if n > 1 else -3
            ],
        )
    for _ in range(60):
        system = random_system(chance)
        yield system, random_claims(chance, system, 24)


@needs_coq
def test_coq_and_the_kernel_judge_right_and_damaged_certificates_alike(built):
    chance, seen = random.Random(6), Counter()
    parts, judged = [HEAD], []
    for number, (system, claims) in enumerate(systems(chance)):
        protocol, terms = read_protocol(system.document), []
        for certificate, is_damaged in certificates(chance, system, claims):
            document, kernel = read_certificate(certificate), accepted_by_kernel(protocol, certificate)
            if document["conclusion"] == "REFUTED" and document["claim"].word in ("restores", "single-use"):
                continue  # not covered by the Coq checker
            written = term(number, certificate)
            seen["damaged" if is_damaged else "right", kernel] += 1
            if written is None:
                assert not kernel, certificate
                continue
            terms.append(written)
            judged.append((kernel, certificate))
        parts.append(f"Definition protocol{number} : document := {coq_document(protocol)}.\n")
        parts.append(f"Eval vm_compute in [{'; '.join(terms)}].\n")
    answers = computed(built, "Judged", "".join(parts))
    assert len(answers) == len(judged)
    for answer, (kernel, certificate) in zip(answers, judged, strict=True):
        assert answer is kernel, certificate
    assert seen["right", True] >= 1_000, seen
    assert seen["right", False] == 0, seen
    assert seen["damaged", False] >= 1_000, seen
    assert seen["damaged", True] >= 10, seen


@needs_coq
def test_every_exported_certificate_is_accepted_and_a_damaged_one_is_not(built):
    protocol = cloning(2)
    for number, claim in enumerate(["mixed S[i]", "hides A S[*]", "single-use decrypt[i]", "leaks Y from S[0] N[1]"]):
        verdict = Prover(protocol).verdict(parse_claim(claim))
        found = coqc(built, f"Exported{number}", coq_of(verdict.certificate, protocol.document))
        assert found.returncode == 0, found.stderr
        assert "Closed under the global context" in found.stdout
    verdict = Prover(protocol).verdict(parse_claim("recovers A S[*]"))
    wrong = verdict.certificate.replace(b'"-', b'"+')
    assert wrong != verdict.certificate
    found = coqc(built, "Damaged", coq_of(wrong, protocol.document))
    assert found.returncode == 1
    assert "Unable to unify" in found.stderr


@needs_coq
def test_coq_enumerates_the_cases_of_a_claim_as_the_kernel_does(built):
    system = cloning(3)
    protocol = read_protocol(system.document)
    texts = [
        "hides S[i] N[*-j]",
        "hides S[i] N[*-i] S[k]",
        "restores decrypt[i]",
        "mixed A",
        "hides S[j] after decrypt[j]",
    ]
    terms, expected = [], []
    for text in texts:
        claim = parse_claim(text)
        cases = [str(claim.at(letters)) for letters in claim.cases(protocol.size)]
        terms.append(f"cases p {coq_text(text)} = [{'; '.join(map(coq_text, cases))}]")
        expected.append(len(cases))
    assert expected == [6, 6, 3, 1, 3]
    proof = "".join(f"Goal {each}. Proof. vm_compute. reflexivity. Qed.\n" for each in terms)
    found = coqc(built, "Enumerated", f"{HEAD}Definition p : document := {coq_document(protocol)}.\n{proof}")
    assert found.returncode == 0, found.stderr


TABLE = "Definition table : entries :="
VARIANTS = [("X XI", "Z ZI"), ("Z ZI", "X XI", "Z ZI"), ("X YI", "Y ZI"), ("3 Y YZ", "2 Z XI")]


@needs_coq
def test_what_every_coalition_learns_for_every_n_is_a_theorem_of_coq(built):
    for number, factors in enumerate(VARIANTS):
        table = access_table(family := encryption(*factors))
        found = coqc(built, f"Family{number}", coq_of(table.verdict.certificate, family.document))
        assert found.returncode == 0, found.stderr
        assert "Closed under the global context" in found.stdout


CLAIMS = (
    "hides S[*]",
    "leaks Y from S[*]",
    "hides S[i] N[*-j]",
    "recovers A S[i] N[i]",
    "recovers A N[*]",
    "hides S[0] N[1]",
)


@needs_coq
def test_claims_for_every_n_proved_and_refuted_are_theorems_of_coq_and_damaged_ones_are_not(built):
    family, seen = encryption("Z ZI", "X XI"), Counter()
    for number, text in enumerate(CLAIMS):
        for part in EveryN(family).pattern(parse_claim(text)).parts:
            if not part.is_infinite:
                continue
            certificate, status = part.verdict.certificate, part.verdict.status.value
            found = coqc(built, f"Every{number}{status}", coq_of(certificate, family.document))
            assert found.returncode == 0, found.stderr
            assert "Closed under the global context" in found.stdout
            seen[status] += 1
            other = {"PROVED": "REFUTED", "REFUTED": "PROVED"}[status]
            wrong = coq_of(certificate.replace(status.encode(), other.encode()), family.document)
            assert coqc(built, f"Wrong{number}{status}", wrong).returncode == 1
    assert min(seen["PROVED"], seen["REFUTED"]) >= 2


@needs_coq
def test_a_certificate_for_every_n_must_reach_every_n_it_names(built):
    family = encryption("Z ZI", "X XI")
    (part,) = EveryN(family).pattern(parse_claim("recovers A S[i] N[i]")).parts
    text = coq_of(part.verdict.certificate, family.document)
    assert "(EveryFrom 1)" in text
    for wrong in (text.replace("EveryFrom 1", "EveryFrom 0"), text.replace("[(1, ", "[(7, ")):
        assert coqc(built, "Reaching", wrong).returncode == 1
    assert coqc(built, "Reaching", text.replace("EveryFrom 1", "OddFrom 3")).returncode == 0
    short = json.loads(part.verdict.certificate)
    del short["cases"][0]["letters"]["n"]
    refused(json.dumps(short).encode(), family.document, "must give n alone")
    gap = part.verdict.certificate.replace(b'"n": 3', b'"n": 6')
    assert gap != part.verdict.certificate
    refused(gap, family.document, "reach neither every")


@needs_coq
def test_a_damaged_certificate_for_every_n_is_refused_by_coq(built):
    family = encryption("Z ZI", "X XI")
    right = json.loads(access_table(family).verdict.certificate)
    chance, parts = random.Random(8), []
    text = coq_of(json.dumps(right).encode(), family.document)
    head, names = text.partition("(** For every n from 1 on")[0], ' "A" "S" "N"'
    assert f"certificate_covers_every_n family{names})" in text
    for _ in range(15):
        wrong, case = copy.deepcopy(right), chance.randrange(160)
        operators = wrong["cases"][case]["operators"]
        if chance.random() < 0.5:
            operators[0] = "+-"[operators[0][0] == "+"] + operators[0][1:]
        else:
            wrong["cases"][case]["letters"]["learns"] = (
                right["cases"][case]["letters"]["learns"] + chance.randint(1, 4)
            ) % 5
        written = coq_of(json.dumps(wrong).encode(), family.document)
        parts.append(
            f"Eval vm_compute in all_shown family{names} ({written.partition(TABLE)[2].partition(chr(46) + chr(10))[0]})."
        )
    parts.append(f"Eval vm_compute in all_shown family{names} table.")
    assert computed(built, "DamagedFamily", head + chr(10).join(parts)) == [False] * 15 + [True]


def refused(certificate, protocol, words):
    with pytest.raises(InputError, match=words):
        coq_of(certificate, protocol)


def test_what_coq_does_not_cover_is_refused_with_its_reason():
    two, three = (cloning(n) for n in (2, 3))
    proof = Prover(two).verdict(parse_claim("hides S[0]")).certificate
    refused(proof, three.document, "the certificate is about protocol")
    refused(b"{}", two.document, "not a document that Coq could check")
    refused(Prover(two).verdict(parse_claim("untouched N[*] by encrypt")).certificate, two.document, "pauli-witness")
    refused(proof.replace(b"+", b"\\u2212", 1), two.document, "printable ASCII")
    register = System((("A", 2), ("B", 1)), (), "A", (Stage("encode", (("H", 0),)),), ())
    refused(Prover(register).verdict(parse_claim("hides B")).certificate, register.document, "one secret qubit, not 2")
    failing = System((("A", 1), ("B", 1)), (), "A", (Stage("encode", ()),), (RecoveryGates("wrong", (), (1,)),))
    refused(
        Prover(failing).verdict(parse_claim("restores wrong")).certificate, failing.document, "no refuted 'restores'"
    )
    family, other = (
        encryption("Z ZI"),
        UniformFamily("product", (("stage", (rotation("Z ZI", 2),)),), gates=(("H", 0),)),
    )
    refused(access_table(family).verdict.certificate, encryption("X XI").document, "the certificate is about family")
    refused(access_table(other).verdict.certificate, other.document, "each a Bell pair made by H and CX")
    after = EveryN(family).pattern(parse_claim("mixed S[i]")).parts[0].verdict.certificate
    refused(after, family.document, "covers access, hides, recovers and leaks, not 'mixed")
    letters = json.loads(Prover(two).verdict(parse_claim("hides S[i]")).certificate)
    letters["cases"][0]["letters"] = {}
    refused(json.dumps(letters).encode(), two.document, "must give numbers for")
