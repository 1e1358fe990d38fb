"""Laws of monogamy on random states, where they are equalities, and where they fail; shares of a reference's entanglement."""

from __future__ import annotations

import dataclasses
import itertools
import math
from xml.etree import ElementTree

import numpy
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import noclone
from noclone.models.channels import NoiseLocation, amplitude_damping, depolarizing
from noclone.models.correlations import chsh_of, classical_correlation, settings_observables
from noclone.models.entanglement import (
    binary_entropy,
    entanglement_of_formation,
    mutual_information_of,
    one_tangle,
    parted,
    residual_tangle,
    tangle,
)
from noclone.models.errors import InputError, TooLargeError
from noclone.models.exact_entanglement import antisymmetric_qutrits
from noclone.models.measures import Estimate
from noclone.models.monogamy import (
    CHSH_QUBITS,
    CKW,
    CLASSICAL,
    DIFFERENT_SETTINGS,
    EXCLUSION,
    KOASHI_WINTER,
    LAWS,
    OSBORNE_VERSTRAETE,
    TONER_VERSTRAETE,
    UNSQUARED_FORMATION,
    chsh_sides,
    ghz_state,
    two_bell_pairs,
    w_state,
)
from noclone.models.sharing import Share, clashes, share_counts, sharing, sharing_plot
from noclone.models.system import Stage, System

seeds = st.integers(0, 10**6)
SHARED_BIT = (numpy.diag([1, 0, 0, 0, 0, 0, 0, 0]) + numpy.diag([0, 0, 0, 0, 0, 0, 0, 1])) / 2


def haar(dimension, seed):
    random = numpy.random.default_rng(seed)
    ket = random.normal(size=dimension) + 1j * random.normal(size=dimension)
    return ket / numpy.linalg.norm(ket)


@st.composite
def kets(draw, qubits=3):
    """Haar kets, and kets of small whole numbers, among which are products, GHZ, W and other edges."""
    if draw(st.booleans()):
        return haar(2**qubits, draw(seeds))
    parts = draw(st.lists(st.integers(-2, 2), min_size=2 * 2**qubits, max_size=2 * 2**qubits))
    ket = numpy.array(parts[::2]) + 1j * numpy.array(parts[1::2])
    assume(ket.any())
    return ket / numpy.linalg.norm(ket)


@st.composite
def states(draw, dimension=8):
    """Mixed states of every rank up to 4."""
    rank = draw(st.integers(1, 4))
    root = haar(dimension * rank, draw(seeds)).reshape(dimension, rank)
    return root @ root.conj().T


@st.composite
def directions(draw, count):
    vectors = numpy.random.default_rng(draw(seeds)).normal(size=(count, 3))
    return vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)


# theorems on random states


@settings(max_examples=500, deadline=None)
@given(kets())
def test_ckw_holds_and_its_slack_is_the_residual_tangle(ket):
    found = CKW.sides(ket)
    value, error = residual_tangle(ket)
    assert not found.is_broken and abs(found.slack - value) <= found.error + error
    assert found.error < 1e-12


@settings(max_examples=500, deadline=None)
@given(st.integers(2, 5).flatmap(kets))
def test_osborne_verstraete_holds_for_two_to_five_qubits(ket):
    found = OSBORNE_VERSTRAETE.sides(ket)
    assert not found.is_broken and found.error < 1e-12
    if len(ket) == 4:
        assert found.is_tight


@settings(max_examples=500, deadline=None)
@given(states(), directions(2))
def test_toner_verstraete_holds_whatever_a_measures(state, vectors):
    found = chsh_sides(state, settings_observables(vectors))
    assert not found.is_broken


@settings(max_examples=30, deadline=None)
@given(st.one_of(kets(), states()), directions(2))
def test_toner_verstraete_holds_for_the_best_settings_that_a_search_finds(state, vectors):
    found, other = TONER_VERSTRAETE.sides(state), chsh_sides(state, settings_observables(vectors))
    assert not found.is_broken and other.left <= found.left + 1e-6


@settings(max_examples=500, deadline=None)
@given(st.one_of(kets(), states()))
def test_for_three_qubits_chsh_monogamy_holds_with_different_settings_too(state):
    assert not CHSH_QUBITS.sides(state).is_broken


@settings(max_examples=500, deadline=None)
@given(kets())
def test_koashi_winter_lies_within_bounds_of_the_classical_correlation_and_a_measurement_reaches_it(ket):
    whole = parted(ket)
    formation, entropy = entanglement_of_formation(whole.of([0], [1])), whole.of([0]).entropy
    low, high = classical_correlation(whole.of([0], [2]), tolerance=2e-2)
    exact, error = entropy.value - formation.value, entropy.error + formation.error
    assert low - error <= exact <= high + error and high - low < 4e-2
    assert exact - low < 1e-6


@settings(max_examples=40, deadline=None)
@given(kets())
def test_koashi_winter_is_an_equality_within_a_thousandth(ket):
    found = KOASHI_WINTER.sides(ket)
    assert found.is_tight and not KOASHI_WINTER.is_broken(ket) and found.error < 2e-3


@settings(max_examples=500, deadline=None)
@given(st.one_of(kets(), states()))
def test_exclusion_holds_and_is_an_equality_for_kets(state):
    found = EXCLUSION.sides(state)
    assert not found.is_broken and (state.ndim == 2 or found.is_tight)


@settings(max_examples=30, deadline=None)
@given(states(12), st.sampled_from([(3, 2, 2), (2, 3, 2), (2, 2, 3)]))
def test_laws_of_any_dimension_hold_beyond_qubits(state, dims):
    assert not EXCLUSION.is_broken(state, dims) and not TONER_VERSTRAETE.is_broken(state, dims)


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_whoever_is_maximally_entangled_with_b_shares_nothing_with_c(seed):
    bell = numpy.eye(2).reshape(-1) / math.sqrt(2)
    whole = parted(numpy.kron(bell, haar(4, seed)), (2, 2, 4))
    assert mutual_information_of(whole.of([0], [1])).value == pytest.approx(2)
    assert mutual_information_of(whole.of([0], [2])).value == pytest.approx(0, abs=1e-9)
    assert tangle(whole.of([0], [1])).value == pytest.approx(1)


# where they are equalities, and by how much they are not


def test_w_states_meet_ckw_and_ghz_states_leave_a_gap_of_one():
    for qubits in (3, 4, 5, 6):
        w, ghz = OSBORNE_VERSTRAETE.sides(w_state(qubits)), OSBORNE_VERSTRAETE.sides(ghz_state(qubits))
        assert w.is_tight and w.left == pytest.approx(4 * (qubits - 1) / qubits**2)
        assert ghz.slack == pytest.approx(1) and ghz.left == pytest.approx(0)
    assert CKW.sides(w_state()).is_tight and CKW.sides(ghz_state()).slack == pytest.approx(1)


def test_toner_verstraete_is_reached_by_ghz_and_by_a_bell_pair_beside_a_third():
    bell = numpy.kron(numpy.eye(2).reshape(-1) / math.sqrt(2), [1, 0])
    for ket in (ghz_state(), bell, numpy.eye(8)[0]):
        assert TONER_VERSTRAETE.sides(ket).left == pytest.approx(8, abs=1e-9)


# the false ones, and how a law fails


def test_every_false_law_is_broken_by_its_state_and_no_theorem_by_any_of_these():
    breaking = {
        DIFFERENT_SETTINGS: two_bell_pairs(),
        UNSQUARED_FORMATION: parted(w_state()),
        CLASSICAL: parted(SHARED_BIT),
    }
    assert {law for law in LAWS if not law.is_theorem} == set(breaking)
    for law, state in breaking.items():
        assert law.is_broken(state), law.name
        for other in LAWS:
            if other.is_theorem:
                try:
                    assert not other.is_broken(state), (other.name, law.name)
                except InputError:
                    assert other not in (EXCLUSION, TONER_VERSTRAETE)


def test_formation_is_not_monogamous_by_the_numbers_of_w():
    found = UNSQUARED_FORMATION.sides(w_state())
    assert found.left == pytest.approx(2 * binary_entropy((3 + math.sqrt(5)) / 6))
    assert found.right == pytest.approx(binary_entropy(1 / 3)) and found.left > found.right + 0.18


def test_two_bell_pairs_give_sixteen_with_different_settings_and_eight_with_the_same():
    found = DIFFERENT_SETTINGS.sides(two_bell_pairs())
    assert found.left == pytest.approx(16) and TONER_VERSTRAETE.sides(two_bell_pairs()).left == pytest.approx(8)
    z, x = numpy.diag([1, -1]), numpy.array([[0, 1], [1, 0]])
    near = [numpy.kron(each, numpy.eye(2)) for each in (z, x)]
    far = [numpy.kron(numpy.eye(2), each) for each in (z, x)]
    assert chsh_sides(two_bell_pairs(), near, far).left == pytest.approx(16)
    assert chsh_sides(two_bell_pairs(), near).left == pytest.approx(8)


@pytest.mark.parametrize("copies", [2, 3, 4])
def test_classical_correlation_is_shared_freely(copies):
    ket = ghz_state(copies + 1)
    whole = parted(ket)
    for other in range(1, copies + 1):
        assert mutual_information_of(whole.of([0], [other])).value == pytest.approx(1)
        assert tangle(whole.of([0], [other])).value == pytest.approx(0)
    assert CLASSICAL.sides(SHARED_BIT).left == pytest.approx(2, abs=2e-3)


def test_ckw_does_not_speak_of_qutrits_whose_state_would_break_it():
    ket = numpy.array([complex(each) for each in antisymmetric_qutrits()])
    with pytest.raises(InputError, match="a ket of three qubits"):
        CKW.sides(ket, (3, 3, 3))
    assert one_tangle(ket, 0, (3, 3, 3)).value == pytest.approx(4 / 3)
    assert not EXCLUSION.is_broken(ket, (3, 3, 3))


@pytest.mark.parametrize(
    "law", [CKW, OSBORNE_VERSTRAETE, TONER_VERSTRAETE, CHSH_QUBITS, EXCLUSION], ids=lambda law: law.name
)
def test_a_law_that_is_stated_a_little_too_sharply_is_broken(law):
    def sharper(state):
        found = law.sides(state)
        return dataclasses.replace(found, right=found.right - 1e-9)

    wrong = dataclasses.replace(law, rule=sharper)
    extreme = [w_state(), ghz_state()]
    assert any(wrong.is_broken(ket) for ket in extreme) and not any(law.is_broken(ket) for ket in extreme)


def test_koashi_winter_with_the_wrong_party_is_broken():
    def wrong(state):
        return KOASHI_WINTER.rule(state.of([0], [1], [2])).right, KOASHI_WINTER.rule(state.of([1], [0], [2])).left

    ket = haar(8, 4)
    right, left = wrong(parted(ket))
    found = dataclasses.replace(KOASHI_WINTER.sides(ket), left=left, right=right)
    law = dataclasses.replace(KOASHI_WINTER, rule=lambda state: found)
    assert law.is_broken(ket) and not KOASHI_WINTER.is_broken(ket)
    part = entanglement_of_formation(parted(ket).of([0], [1])).value
    assert part < right


def test_laws_refuse_states_of_which_they_do_not_speak():
    for law in (CKW, KOASHI_WINTER, UNSQUARED_FORMATION):
        with pytest.raises(InputError, match="a ket of three qubits"):
            law.sides(SHARED_BIT)
    for law in LAWS:
        with pytest.raises(InputError):
            law.sides(haar(9, 1), (3, 3))
    with pytest.raises(InputError, match="three parties"):
        chsh_sides(haar(4, 1), settings_observables(numpy.eye(3)[:2]))


def test_laws_have_different_names_and_say_where_they_are_from():
    assert len({law.name for law in LAWS}) == len(LAWS)
    assert all(law.source and law.statement and law.needs for law in LAWS)


def test_with_the_same_settings_a_second_violation_is_impossible():
    bell = parted(numpy.kron(numpy.eye(2).reshape(-1) / math.sqrt(2), [1, 0]))
    z, x = numpy.diag([1, -1]), numpy.array([[0, 1], [1, 0]])
    assert chsh_of(bell.of([0], [1]), (z, x)).value == pytest.approx(2 * math.sqrt(2))
    assert chsh_of(bell.of([0], [2]), (z, x)).value == pytest.approx(0, abs=1e-12)


# protocols


def system_of(name, **parameters):
    return noclone.protocol(name, **parameters).system(())


@pytest.mark.parametrize(
    ("name", "parameters", "moment"),
    [
        ("encrypted-cloning", {"n": 2}, "encrypt"),
        ("encrypted-cloning", {"n": 3}, "encrypt"),
        ("five-qubit-code", {}, "encode"),
    ],
)
def test_shares_are_those_of_the_access_structure_and_never_clash(name, parameters, moment):
    shares = sharing(system_of(name, **parameters), [moment])
    access = noclone.access(noclone.protocol(name, **parameters))
    for share in shares:
        expected = {"authorized": (2, 1, 0.5), "partial": (1, 0, 0), "uninformative": (0, -1, 0)}
        wanted = expected[access[" ".join(share.coalition)].verdict]
        for found, exact in zip((share.information, share.coherent, share.negativity), wanted, strict=True):
            assert abs(found.value - exact) <= found.error < 1e-9, share
    assert clashes(shares) == [] and len(shares) == 2 ** len(shares[-1].coalition) - 1


def test_before_the_encryption_everything_is_in_a():
    shares = sharing(system_of("encrypted-cloning", n=2))
    assert {share.moment for share in shares} == {"prepare", "encrypt"} and clashes(shares) == []
    for share in shares:
        if share.moment == "prepare":
            assert share.information.value == pytest.approx(2 if "A" in share.coalition else 0, abs=1e-9)


def test_iterated_cloning_is_computed_for_coalitions_that_are_named():
    system = system_of("one-branch-cloning", n=2, levels=1)
    with pytest.raises(TooLargeError, match="name those"):
        sharing(system_of("iterated-cloning", n=2, levels=1))
    chosen = [names for size in (1, 2, 3) for names in itertools.combinations(system.names, size)]
    shares = sharing(system, coalitions=chosen)
    assert clashes(shares) == [] and {share.moment for share in shares} == {"round[0]", "round[1]"}
    counts = {(row.moment, row.size, row.information): row.number for row in share_counts(shares)}
    assert counts["round[0]", 3, 2.0] == 10 and counts["round[1]", 3, 2.0] == 4


@st.composite
def protocols(draw):
    """One secret qubit and three others, random H, S, T and CX, and noise."""
    gates = []
    for _ in range(draw(st.integers(3, 18))):
        name = draw(st.sampled_from(["H", "S", "T", "CX", "CX"]))
        first, second = draw(st.permutations(range(4)))[:2]
        gates.append((name, first, second) if name == "CX" else (name, first))
    channel = draw(st.sampled_from([None, depolarizing("1/10"), amplitude_damping(0.2)]))
    noise = [] if channel is None else [NoiseLocation("encode", len(gates), (draw(st.integers(0, 3)),), channel)]
    return System((("A", 1), ("B", 3)), (), "A", (Stage("encode", tuple(gates)),)), noise


@settings(max_examples=40, deadline=None)
@given(protocols())
def test_in_random_protocols_no_two_disjoint_coalitions_both_have_the_reference(made):
    system, noise = made
    shares = sharing(system, noise=noise)
    assert clashes(shares) == []
    best = [share.coalition for share in shares if share.coherent.value > 0.5]
    assert all(set(one) & set(two) for one, two in itertools.combinations(best, 2))
    for share in shares:
        assert -1e-9 <= share.information.value <= 2 + 1e-9 and -1e-9 <= share.negativity.value <= 0.5 + 1e-9
        if share.coherent.value > share.coherent.error:
            assert share.negativity.value > 0


def test_a_forged_table_in_which_two_hold_the_reference_is_noticed():
    def share(coalition, coherent, moment="encode"):
        return Share(moment, coalition, Estimate(1 + coherent, 0), Estimate(coherent, 1e-12), Estimate(0.5, 0))

    assert len(clashes([share(("A",), 1.0), share(("B",), 1.0)])) == 1
    assert len(clashes([share(("A",), 0.5), share(("B", "C"), -0.4)])) == 1
    assert clashes([share(("A",), 1.0), share(("B",), -1.0)]) == []
    assert clashes([share(("A",), 1.0), share(("A", "B"), 1.0)]) == []
    assert clashes([share(("A",), 1.0), share(("B",), 1.0, "decode")]) == []


def test_the_plot_has_a_circle_for_each_size_and_information():
    shares = sharing(system_of("encrypted-cloning", n=2))
    tree = ElementTree.fromstring(sharing_plot(shares))  # noqa: S314 (it was just written here)
    rows = {(row.moment, row.size, row.information) for row in share_counts(shares)}
    circles = tree.findall("{http://www.w3.org/2000/svg}circle")
    words = [text.text for text in tree.findall("{http://www.w3.org/2000/svg}text")]
    assert len(circles) == len(rows) == 14 and {
        "prepare",
        "encrypt",
        "qubits held (in circles: how many coalitions)",
    } <= set(words)
    width, height = float(tree.get("width")), float(tree.get("height"))
    places = [(float(each.get("cx")), float(each.get("cy"))) for each in circles]
    assert all(0 < x < width and 0 < y < height for x, y in places) and len(set(places)) == 14
    assert sum(row.number for row in share_counts(shares)) == 62


def test_sharing_refuses_what_there_is_not():
    system = system_of("five-qubit-code")
    with pytest.raises(InputError, match="no qubit 'Q\\[7\\]' is held"):
        sharing(system, coalitions=[["Q[7]"]])
    with pytest.raises(InputError, match="no qubit 'A' is held"):
        sharing(system, coalitions=[["A"]])
    with pytest.raises(InputError, match="Did you mean 'encode'"):
        sharing(system, ["encoed"])
    with pytest.raises(InputError, match="nothing to plot"):
        sharing_plot([])
