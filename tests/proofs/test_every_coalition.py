"""Tables of every coalition for every n: against the classification in closed form, and against single n in random order."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest
from uniform_samples import random_family

from noclone.api import system_for
from noclone.models.errors import InputError, TooLargeError
from noclone.models.uniform_families import UniformFamily, rotation
from noclone.proofs.claims import parse_claim
from noclone.proofs.every_coalition import LEARNS, Cell, access_table
from noclone.proofs.kernel.uniform import replay
from noclone.proofs.prover import Prover
from noclone.proofs.uniform_systems import system_of
from noclone.proofs.verdicts import Status
from noclone.protocols.registry import FAMILIES
from noclone.protocols.uniform_variants import UNIFORM, encryption

STANDARD = UNIFORM["encrypted-cloning"]
ORIGINAL = ("Z ZI", "X XI")
NAMED = {"uninformative": "hides", "authorized": "recovers"} | {
    f"leaks {letter}": f"leaks {letter} from" for letter in "XYZ"
}


@cache
def table(*factors):
    return access_table(encryption(*factors))


def learned(*factors):
    """What a table's cells say."""
    return {(cell.source, cell.counts): LEARNS[cell.learns] for cell in table(*factors).cells}


def closed_form(source, z, s, t, f):
    """Who can read what, from the papers: pairs of which nothing, S, N or both are held."""
    if source:
        if f >= 1 or (z == 0 and not (s % 2 == 0 and t % 2 == 1)):
            return "authorized"
        return "leaks Y" if z == 0 else "uninformative"
    if f >= 1 and z == 0:
        return "authorized"
    return "leaks Y" if f == 0 and z == 0 and s % 2 == 1 and t % 2 == 0 else "uninformative"


def test_the_standard_familys_table_is_the_closed_form_cell_by_cell():
    own = access_table(STANDARD)
    assert STANDARD.kinds == ((), ("S",), ("N",), ("S", "N"))
    assert len(own.cells) == 2 * 3**4 - 2 and own.verdict.status is Status.PROVED
    for cell in own.cells:
        assert LEARNS[cell.learns] == closed_form(cell.source, *cell.counts), cell
        for more in (0, 2, 4):
            counts = [count + more * (count > 0) for count in cell.counts]
            assert own.learns(cell.source, counts) == closed_form(cell.source, *counts)
    seen = Counter(LEARNS[cell.learns] for cell in own.cells)
    assert len(seen) == 3 and min(seen.values()) >= 4, "the comparison sees every verdict"


def test_rows_cover_every_cell_and_contradict_none():
    for factors in (ORIGINAL, ("Z ZI",), ("Z XI", "Y YI", "X XI")):
        own = table(*factors)
        listed = own.rows()
        for cell in own.cells:
            rows = [
                row
                for row in listed
                if int(cell.source) in row.source
                and all(count in allowed for count, allowed in zip(cell.counts, row.counts, strict=True))
            ]
            assert rows and {row.learns for row in rows} == {cell.learns}


@pytest.mark.parametrize("n", range(1, 13))
def test_random_coalitions_of_the_built_in_protocol_learn_what_the_table_says(n):
    draw, own = random.Random(n), access_table_of_standard()
    protocol = FAMILIES["encrypted-cloning"].build(n=n)
    prover, kinds = Prover(system_for(protocol, parse_claim("hides A"))), STANDARD.kinds
    seen = Counter()
    for _ in range(25):
        weights = [draw.choice([0, 1, 4]) for _ in kinds]
        pairs = draw.choices(range(4), weights=weights if any(weights) else None, k=n)
        source = draw.random() < 0.5
        held = ["A"] * source + [f"{part}[{at}]" for at, kind in enumerate(pairs) for part in kinds[kind]]
        draw.shuffle(held)
        verdict = own.learns(source, [pairs.count(kind) for kind in range(4)])
        seen[verdict] += 1
        if held:
            claim = f"{NAMED[verdict]} {' '.join(held)}"
            assert prover.verdict(parse_claim(claim)).status.value == "PROVED", claim
        else:
            assert verdict == "uninformative"
    assert len(seen) >= 2


@cache
def access_table_of_standard():
    return access_table(STANDARD)


def test_the_order_of_the_two_factors_does_not_matter():
    assert learned(*reversed(ORIGINAL)) == learned(*ORIGINAL)


def test_z_alone_copies_z_to_whoever_holds_enough():
    own = table("Z ZI")
    seen = {LEARNS[cell.learns] for cell in own.cells}
    assert "leaks Z" in seen and own.learns(False, [0, 0, 0, 2]) == "leaks Z"
    assert own.learns(True, [3, 0, 0, 0]) == "leaks Z", "what is left in A is Z, whoever holds the rest"
    assert own.learns(True, [0, 1, 0, 0]) == "authorized" and own.learns(False, [1, 5, 0, 0]) == "uninformative"


@pytest.mark.parametrize(("factors", "leak"), [(("X XI", "Y YI"), "leaks Z"), (("Y YI", "Z ZI"), "leaks X")])
def test_other_pairs_of_axes_leak_the_third_axis_where_the_original_leaks_y(factors, leak):
    renamed = {key: what.replace("leaks Y", leak) for key, what in learned(*ORIGINAL).items()}
    other = learned(*factors)
    same = sum(renamed[key] == other[key] for key in other)
    assert same == len(other), same


def test_z_x_z_and_z_x_z_x():
    third, fourth = table("Z ZI", "X XI", "Z ZI"), table("Z ZI", "X XI", "Z ZI", "X XI")
    for cell in fourth.cells:
        _, s, t, f = cell.counts
        if cell.source and sum(cell.counts) % 2 and s == t == f == 0:
            assert LEARNS[cell.learns] == "authorized", "for odd n A alone restores"
    assert fourth.learns(True, [1, 0, 0, 0]) == fourth.learns(True, [7, 0, 0, 0]) == "authorized"
    assert fourth.learns(True, [2, 0, 0, 0]) != "authorized"
    assert {LEARNS[cell.learns] for cell in third.cells} >= {"authorized", "uninformative"}
    for own in (third, fourth):
        self_consistent(own)


def self_consistent(own):
    """A coalition is authorized exactly if the rest is uninformative, and else both learn the same."""
    parts, learns = len(own.family.pair), {(cell.source, cell.counts): LEARNS[cell.learns] for cell in own.cells}
    mirrored = {"authorized": "uninformative", "uninformative": "authorized"}
    for cell in own.cells:
        counts = tuple(cell.counts[2**parts - 1 - kind] for kind in range(2**parts))
        what = LEARNS[cell.learns]
        assert learns[not cell.source, counts] == mirrored.get(what, what), cell


@pytest.mark.parametrize("seed", range(12))
def test_random_families_tables_agree_with_single_n(seed):
    draw = random.Random(seed)
    own = random_family(draw, most_parts=2)
    found = access_table(own)
    self_consistent(found)
    for n in (1, 2, 3, 5, 6):
        prover = Prover(system_of(own, n))
        for _ in range(8):
            pairs = draw.choices(range(len(own.kinds)), k=n)
            source = draw.random() < 0.5
            held = [own.source] * source + [
                f"{part}[{at}]" for at, kind in enumerate(pairs) for part in own.kinds[kind]
            ]
            verdict = found.learns(source, [pairs.count(kind) for kind in range(len(own.kinds))])
            claim = f"{NAMED[verdict]} {' '.join(held)}"
            assert not held or prover.verdict(parse_claim(claim)).status.value == "PROVED", (seed, claim)


def test_two_noise_qubits_for_each_clone():
    own = UniformFamily(
        "two noises",
        (("encrypt", (rotation("Z ZII", 3), rotation("X XII", 3))),),
        pair=("S", "N", "M"),
        gates=(("H", 0), ("CX", 0, 1), ("CX", 0, 2)),
    )
    found = access_table(own)
    assert len(found.cells) == 2 * 3**8 - 2 and found.verdict.status is Status.PROVED
    self_consistent(found)
    draw = random.Random(3)
    for n in (1, 2, 4):
        prover = Prover(system_of(own, n))
        for _ in range(15):
            pairs = draw.choices(range(8), k=n)
            held = [f"{part}[{at}]" for at, kind in enumerate(pairs) for part in own.kinds[kind]]
            verdict = found.learns(False, [pairs.count(kind) for kind in range(8)])
            claim = f"{NAMED[verdict]} {' '.join(held)}"
            assert not held or prover.verdict(parse_claim(claim)).status.value == "PROVED", claim


def test_a_family_with_too_many_classes_is_refused_with_that_reason():
    own = UniformFamily("four", (("e", (rotation("Z ZZZZ", 4),)),), pair=("P", "Q", "R", "T"), gates=())
    with pytest.raises(TooLargeError, match=r"pairs of 4 parts have .* classes of coalitions, more than 100,000"):
        access_table(own)


def test_no_coalition_has_no_pairs_and_a_wrong_table_would_be_noticed():
    own = access_table_of_standard()
    with pytest.raises(InputError, match="no coalition has"):
        own.learns(True, [0, 0, 0, 0])
    wrong = replace(own, cells=tuple(replace(cell, learns=0) for cell in own.cells))
    assert any(LEARNS[cell.learns] != closed_form(cell.source, *cell.counts) for cell in wrong.cells)
    with pytest.raises(AssertionError):
        self_consistent(wrong)
    assert isinstance(own.cells[0], Cell)


def test_the_certificate_is_small_and_replays():
    own = access_table_of_standard()
    assert len(own.verdict.certificate) <= 50_000
    checked = replay(STANDARD.document, own.verdict.certificate, parse_claim("access"))
    assert checked.claim == "access for every n >= 1" and checked == own.verdict.checked
