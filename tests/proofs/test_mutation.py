"""Mutation scores: what claims notice, and that equivalence is decided, in each sense, not assumed."""

from __future__ import annotations

from dataclasses import replace

import numpy
import pytest
from qiskit import QuantumCircuit, QuantumRegister

import noclone
from noclone.models.errors import InputError
from noclone.models.mutations import OPERATORS
from noclone.models.system import Stage, System
from noclone.mutation import mutate, mutation_score
from noclone.proofs.claims import StatedClaim
from noclone.proofs.mutation import Fate, MutationScore, Outcome, View, same_view, sameness
from noclone.protocols import registry
from noclone.target import Target

ZERO_ONE = {"H": numpy.array([[1, 1], [1, -1]]) / 2**0.5, "S": numpy.diag([1, 1j]), "T": numpy.diag([1, 1j**0.5])}


def system(*gates, held=("A", "B", "C"), secret="A", environment=("E",)):
    """Gates on the qubits A, B, C (held) and E (the environment), as one stage; a letter names a qubit."""
    names = [*held, *environment]
    plain = tuple((name, *(names.index(qubit) for qubit in qubits)) for name, *qubits in gates)
    registers = [tuple((name, 1) for name in some) for some in (held, environment)]
    return System(*registers, secret, (Stage("go", plain),))


def density(gates, count, kept):
    """The operator on the kept qubits and a reference of qubit 0, by floats and by definition: an oracle of its own."""
    state = numpy.zeros([2] * (count + 1), dtype=complex)
    state[(0,) * (count + 1)] = state[(1, *[0] * (count - 1), 1)] = 0.5**0.5
    for name, *qubits in gates:
        if name == "CX":
            state = numpy.moveaxis(state, qubits, (0, 1)).copy()
            state[1] = state[1][::-1].copy()
            state = numpy.moveaxis(state, (0, 1), qubits)
        else:
            state = numpy.moveaxis(numpy.tensordot(ZERO_ONE[name], state, (1, qubits[0])), 0, qubits[0])
    axes = [*kept, count, *(qubit for qubit in range(count) if qubit not in kept)]
    matrix = state.transpose(axes).reshape(2 ** (len(kept) + 1), -1)
    return matrix @ matrix.conj().T


def random_gates(rng, letters, count, length):
    for _ in range(length):
        name = str(rng.choice(letters))
        yield (name, *map(int, rng.permutation(count)[: 2 if name == "CX" else 1]))


@pytest.mark.parametrize("letters", [["H", "S", "CX"], ["H", "S", "CX", "T"]], ids=["clifford", "with T"])
def test_sameness_of_a_view_agrees_with_density_matrices_in_both_directions(letters):
    rng = numpy.random.default_rng(7)
    seen = set()
    for _ in range(150):
        count = int(rng.integers(2, 5))
        kept = sorted(map(int, rng.permutation(count)[: int(rng.integers(1, count + 1))]))
        gates = list(random_gates(rng, letters, count, 12))
        cut = int(rng.integers(0, 12))
        others = [*gates[:cut], *random_gates(rng, letters, count, int(rng.integers(1, 3))), *gates[cut:]]
        names = [f"q{number}" for number in range(count)]
        pair = [
            System(tuple((name, 1) for name in names), (), "q0", (Stage("go", tuple(each)),))
            for each in (gates, others)
        ]
        found = same_view(*pair, None, [names[qubit] for qubit in kept])
        expected = numpy.allclose(density(gates, count, kept), density(others, count, kept), atol=1e-9)
        assert found is expected, (gates, others, kept)
        seen.add(found)
    assert seen == {True, False}


def test_angles_that_are_no_multiples_of_a_quarter_turn_are_not_decided_unless_nobody_sees_them():
    plain, turned = system(("CX", "A", "B")), system(("CX", "A", "B"), ("P(0.1)", "B"))
    assert same_view(plain, turned, None, ["A", "B", "C"]) is None
    assert same_view(plain, turned, None, ["A", "C"]) is True


EVERYONE = View(None, ("A", "B", "C"), ("B", "C"))
ENCODING = [("H", "B"), ("CX", "B", "C"), ("CX", "A", "B")]


@pytest.mark.parametrize(
    ("changed", "kind", "replayed"),
    [
        ([*ENCODING, ("H", "A"), ("H", "A")], "isometry", True),
        ([("S", "C"), *ENCODING], "isometry", True),
        ([*ENCODING, ("H", "E")], "channel", False),
        ([*ENCODING, ("H", "C")], "local", True),
        ([*ENCODING, ("H", "C"), ("H", "E")], "local", False),
        ([*ENCODING, ("H", "B"), ("S", "B"), ("S", "C")], "local", True),
        ([*ENCODING, ("H", "A")], None, False),
        ([*ENCODING, ("S", "B"), ("S", "B"), ("S", "A")], None, False),
        ([*ENCODING, ("S", "A"), ("S", "A")], "local", True),
        ([*ENCODING, ("CX", "B", "C")], None, False),
        ([*ENCODING, ("CX", "B", "E")], None, False),
        ([*ENCODING, ("T", "C")], None, False),
    ],
)
def test_each_sense_of_equivalence_is_decided(changed, kind, replayed):
    found = sameness(system(*changed), system(*ENCODING), [EVERYONE])
    assert (found and found.kind) == kind
    if found:
        assert found.replayed is replayed and found.fate is Fate.EQUIVALENT


def test_without_environment_the_kernel_says_so_and_any_unitary_on_one_free_qubit_is_found():
    def found(*more, free=("B", "C")):
        pair = (system(*ENCODING, *more, environment=()), system(*ENCODING, environment=()))
        return sameness(*pair, [View(None, ("A", "B", "C"), free)])

    assert found(("H", "C")).replayed and found(("H", "C")).reason == "the same up to H on C, which no recovery acts on"
    assert found(("T", "C")).kind == found(("P(0.3)", "C")).kind == "local"
    assert found(("T", "C"), free=("B",)) is None and found(("P(0.3)", "A")) is None
    assert found(("S", "B"), ("H", "C")).kind == "local"
    # Z on A is Y on B and Y on C here, so that it takes both; alone it differs in nothing but signs
    assert found(("S", "A"), ("S", "A")).reason == "the same up to Y on B, Y on C, which no recovery acts on"
    assert found(("S", "A"), ("S", "A"), free=("B",)) is None


def test_every_view_has_to_be_the_same():
    two = replace(system(*ENCODING), stages=(Stage("one", (("H", 1),)), Stage("two", (("H", 1), ("CX", 0, 1)))))
    other = replace(two, stages=(Stage("one", ()), Stage("two", (("CX", 0, 1),))))
    end, before = View(None, ("A", "B", "C")), View("one", ("A", "B", "C"))
    assert sameness(other, two, [end]).kind == "isometry"
    assert sameness(other, two, [end, before]) is None


FAMILIES = [
    ("swap-out", {}, 2),
    ("five-qubit-code", {}, 102),
    ("teleportation", {}, 25),
    ("one-time-pad", {"qubits": 1}, 30),
    ("encrypted-cloning", {"n": 1}, 47),
    ("encrypted-cloning", {"n": 2}, 218),
    ("iterated-cloning", {"n": 2, "levels": 0}, 219),
    ("one-branch-cloning", {"n": 2, "levels": 0}, 219),
    ("parallel-cloning", {"n": 2, "secrets": 1}, 143),
    ("twisted-cloning", {"n": 1}, 82),
]


@pytest.mark.parametrize(("name", "parameters", "killed"), FAMILIES, ids=str)
def test_built_in_claims_notice_every_mutant_that_is_not_equivalent(name, parameters, killed):
    score = mutation_score(noclone.protocol(name, **parameters))
    left = [*score.of(Fate.SURVIVED), *score.of(Fate.UNDECIDED), *score.of(Fate.ERROR)]
    assert left == [] and score.killed == score.non_equivalent == killed


def test_families_of_the_list_are_all_families():
    assert {name for name, _, _ in FAMILIES} == set(registry.FAMILIES) - {"bounds"}  # which has no gates


def with_claims(protocol, *claims, **changes):
    return replace(protocol, claims=tuple(map(StatedClaim, claims)), **changes)


def test_claims_that_are_too_weak_leave_survivors_that_are_listed():
    weak = with_claims(noclone.protocol("encrypted-cloning", n=2), "mixed S[i]", "single-use decrypt[0]")
    text, content, status = mutate(weak)
    (found,) = content["protocols"]
    survivors = [each["mutant"] for each in found["outcomes"] if each["fate"] == "survived"]
    assert status == content["exit"] == 1 and found["score"] < 1 and found["survived"] == len(survivors) > 0
    assert "decrypt[1]:0 drop h on N[1]" in survivors and not any(name.startswith("decrypt[0]") for name in survivors)
    assert all(f"    {name}: " in text for name in survivors)
    assert f"mutation score: {found['killed']}/{found['killed'] + len(survivors)} = " in text and "= 100 %" not in text


def test_a_claim_about_one_part_only_notices_only_what_reaches_it():
    lone = with_claims(noclone.protocol("encrypted-cloning", n=2), "untouched N[*] by encrypt")
    score = mutation_score(lone)
    assert score.killed == 0 and score.exit_status == 1
    assert {each.mutant.partition(":")[0] for each in score.of(Fate.SURVIVED)} >= {"prepare", "encrypt", "decrypt[0]"}


def test_what_only_other_stages_see_is_compared_at_the_moments_that_claims_name():
    source, target = QuantumRegister(1, "A"), QuantumRegister(1, "B")
    make, undo = QuantumCircuit(source, target), QuantumCircuit(source, target)
    make.z(target)
    make.h(target)
    undo.h(target)
    end = noclone.Protocol.from_stages({"make": make, "undo": undo}, secret="A", claims=["hides B", "recovers A"])
    both = with_claims(end, "hides B", "recovers A", "mixed B after undo")
    drop = mutation_score(end, operators=["drop"])
    assert [(each.fate, each.kind) for each in drop.outcomes] == [
        (Fate.EQUIVALENT, "isometry"), (Fate.EQUIVALENT, "local"), (Fate.EQUIVALENT, "local"),
    ]  # fmt: skip
    with pytest.raises(InputError, match="'mixed B after undo' is REFUTED, not PROVED"):
        mutation_score(both)


def test_the_same_names_and_outcomes_come_out_every_time():
    runs = [mutation_score(noclone.protocol("teleportation")).outcomes for _ in range(2)]
    assert [(each.mutant, each.fate, each.by) for each in runs[0]] == [(e.mutant, e.fate, e.by) for e in runs[1]]
    assert len({each.mutant for each in runs[0]}) == len(runs[0]) == 28


def test_known_mutants_of_encrypted_cloning_have_known_fates():
    score = mutation_score(noclone.protocol("encrypted-cloning", n=3))
    assert (score.killed, score.non_equivalent, score.different_isometries) == (318, 318, 332)
    found = {each.mutant: each for each in score.outcomes}
    assert found["encrypt:3 sign rz(π/2) on S[1] to rz(-π/2)"].fate is Fate.KILLED
    assert found["encrypt:18 drop h on A"].reason == "the same up to H on A, which no recovery acts on"
    assert found["encrypt:18 drop h on A"].kind == "local" and found["encrypt:18 drop h on A"].replayed
    assert found["decrypt[0]:13 drop h on N[0]"].kind == "channel"
    assert found["decrypt[0]:1 exchange cz on S[0] N[0] to N[0] S[0]"].kind == "isometry"
    assert found["decrypt[2]:1 drop cz on S[2] N[2]"].by == "restores decrypt[i]"


def test_a_target_of_several_protocols_has_a_score_for_each_and_the_worst_exit_status():
    good = noclone.protocol("swap-out")
    text, content, status = mutate(Target((good, with_claims(good, "recovers A B"))), name="two")
    assert status == 1 and [each["score"] for each in content["protocols"]] == [1.0, 0.0]
    assert text.count("mutation score: ") == 2 and content["target"] == "two"


def test_exit_statuses():
    def status(*fates):
        return MutationScore(tuple(Outcome(str(at), fate, "") for at, fate in enumerate(fates))).exit_status

    assert status(Fate.KILLED, Fate.EQUIVALENT) == 0
    assert status(Fate.KILLED, Fate.UNDECIDED) == 3
    assert status(Fate.UNDECIDED, Fate.SURVIVED) == 1
    assert status(Fate.SURVIVED, Fate.ERROR) == 4


@pytest.mark.parametrize(
    ("changes", "operators", "message"),
    [
        ({"claims": ()}, OPERATORS, "makes no claim that is decided"),
        ({"claims": (StatedClaim("hides B"),)}, OPERATORS, "'hides B' is REFUTED, not PROVED, for 'swap-out' itself"),
        ({}, ["dropp"], "unknown operator 'dropp'.*Did you mean 'drop'"),
        ({}, ["sign"], "has no operation that sign would change"),
    ],
)
def test_what_cannot_be_scored_is_refused_in_one_line(changes, operators, message):
    with pytest.raises(InputError, match=message):
        mutation_score(replace(noclone.protocol("swap-out"), **changes), operators=operators)
