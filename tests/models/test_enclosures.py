"""Enclosures against floats, against the definitions, and against themselves at four times the precision."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import combinations, product

import numpy
import pytest
from flint import ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from noclone.models.balls import BallState, phase_ball
from noclone.models.enclosures import MOST_WORK, Enclosures, angles_rounding, decimal_text
from noclone.models.errors import InputError, TooLargeError
from noclone.models.phases import ANGLE_TOLERANCE, Angle, phase_name, phase_of, read_angle
from noclone.models.system import RecoveryGates, Stage, System
from noclone.protocols.encrypted_cloning import FAMILY

from definitions import PAULIS, Definitions, apply, matrix_of

ZERO = Fraction(1, 10**28)


def turn(angle, *qubits):
    """A phase gate by an angle in radians, taken as the number that its bits say."""
    return (phase_name(Angle(radians=Fraction(angle))), *qubits)


def inverse(gates):
    """The gates that undo these: H, CX, and phases."""
    return tuple(
        gate if gate[0] in ("H", "CX") else (phase_name(-phase_of(gate[0])), *gate[1:]) for gate in reversed(gates)
    )


def system_of(gates, qubits, *, secrets=1, environment=0, recoveries=(), before=()):
    parties = [("A", secrets), ("B", qubits - secrets - environment)]
    stages = (*before, Stage("encode", tuple(gates)))
    rest = (("E", environment),) if environment else ()
    return System(tuple(party for party in parties if party[1]), rest, "A", stages, tuple(recoveries))


def random_gates(chance, qubits, count, *, clifford=False):
    names = ["H", "S", "CX"] if clifford else ["H", "S", "CX", "T", "P", "P"]
    gates = []
    for _ in range(count):
        name = chance.choice(names)
        on = chance.sample(range(qubits), {"CX": 2, "T": chance.randint(1, 2), "P": chance.randint(1, 2)}.get(name, 1))
        gates.append(turn(chance.uniform(-4, 4), *on) if name == "P" else (name, *on))
    return gates


def coalitions(qubits):
    return [list(held) for size in range(1, qubits + 1) for held in combinations(range(qubits), size)]


def trace_distance(one, other):
    return numpy.abs(numpy.linalg.eigvalsh(one - other)).sum() / 2


def largest_distance(reduced):
    """The largest trace distance for one secret qubit: climb from many Bloch directions, which ends at the maximum here."""
    responses = [numpy.einsum("abpq,pq->ab", reduced, PAULIS[letter]) for letter in "XYZ"]
    best = 0.0
    for direction in product((-1, 0, 1), repeat=3):
        if not any(direction):
            continue
        unit = numpy.array(direction) / numpy.linalg.norm(direction)
        for _ in range(60):
            values, vectors = numpy.linalg.eigh(sum(u * m for u, m in zip(unit, responses, strict=True)))
            best = max(best, abs(values).sum() / 2)
            sign = vectors @ numpy.diag(numpy.sign(values)) @ vectors.conj().T
            gradient = numpy.array([numpy.trace(sign @ m).real for m in responses])
            if numpy.linalg.norm(gradient) < 1e-12:
                break
            unit = gradient / numpy.linalg.norm(gradient)
    return best


def encloses(found, value):
    return float(found.lower) - 1e-9 <= value <= float(found.upper) + 1e-9


@pytest.mark.parametrize("seed", range(12))
def test_columns_are_those_of_a_float_simulation(seed):
    chance = random.Random(seed)
    qubits, secrets = 4, chance.choice([1, 2])
    system = system_of(random_gates(chance, qubits, 30), qubits, secrets=secrets)
    whole = Definitions(system.document).state()
    for number, column in enumerate(Enclosures(system).columns()):
        bits = tuple(number >> bit & 1 for bit in range(secrets))
        for place in product((0, 1), repeat=qubits):
            index = sum(bit << qubit for qubit, bit in enumerate(place))
            assert complex(column.get(index, 0)) == pytest.approx(whole[place + bits], abs=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_distances_of_random_circuits_lie_in_their_enclosures(seed):
    chance = random.Random(seed)
    system = system_of(random_gates(chance, 4, chance.choice([4, 10, 25])), 4, environment=chance.choice([0, 1]))
    found, oracle = Enclosures(system), Definitions(system.document)
    for held in coalitions(4):
        reduced = oracle.reduced(held)
        distance = largest_distance(reduced)
        assert encloses(found.hides(held), distance)
        complement = [qubit for qubit in range(4) if qubit not in held]
        if complement:
            assert encloses(found.recovers(held), largest_distance(oracle.reduced(complement)))
        one = numpy.eye(2 ** len(held)) / 2 ** len(held)
        mixed = found.mixed(held)
        states = [
            numpy.einsum("abpq,pq->ab", reduced, (PAULIS["I"] + s * PAULIS[p]) / 2) for p in "XYZ" for s in (1, -1)
        ]
        reached = max(trace_distance(state, one) for state in states)
        assert reached <= float(mixed.upper) + 1e-9
        # the six states form a 2-design: their mean is the mean over all pure inputs
        assert float(mixed.lower) <= reached + 1e-9


@pytest.mark.parametrize("seed", range(10))
def test_the_named_inputs_are_told_apart_as_well_as_the_lower_bound_says(seed):
    chance = random.Random(seed)
    secrets = chance.choice([1, 2])
    system = system_of(random_gates(chance, 4, 12), 4, secrets=secrets)
    found, reduced = Enclosures(system), Definitions(system.document)
    kets = {f"|{''.join(map(str, bits))}⟩": bits for bits in product((0, 1), repeat=secrets)}
    named = 0
    for held in coalitions(4):
        enclosure = found.hides(held)
        if not enclosure.witness:
            continue
        named += 1
        states = []
        for words in enclosure.witness.split(" and "):
            vector, weight = numpy.zeros((2,) * secrets, dtype=complex), 1
            for part in words.removesuffix("/√2").strip("()").replace("|", " |").replace("⟩", "⟩ ").split():
                if part in kets:
                    vector[kets[part]] = weight
                else:
                    weight = {"+": 1, "−": -1, "+i": 1j, "−i": -1j}[part]
            vector = vector.reshape(-1) / numpy.linalg.norm(vector)
            states.append(numpy.einsum("abpq,p,q->ab", reduced.reduced(held), vector, vector.conj()))
        assert trace_distance(*states) >= float(enclosure.lower) - 1e-9
    assert named


@pytest.mark.parametrize("seed", range(10))
def test_recoveries_of_random_circuits_lie_in_their_enclosures(seed):
    chance = random.Random(seed)
    gates = random_gates(chance, 3, 8)
    undone = inverse([gate for gate in gates if gate[0] != "S"])
    system = system_of(gates, 3, recoveries=[RecoveryGates("undo", undone, (0,))])
    found, reduced = Enclosures(system).restores("undo"), Definitions(system.document).reduced([0], "undo")
    generator = numpy.random.default_rng(seed)
    entangled = numpy.eye(2) / numpy.sqrt(2)
    for number in range(40):
        root = generator.normal(size=(2, 2)) + 1j * generator.normal(size=(2, 2)) if number else entangled
        root /= numpy.linalg.norm(root)  # the input Σ root[p, r] |p⟩|r⟩
        after = numpy.einsum("abpq,pr,qs->arbs", reduced, root, root.conj()).reshape(4, 4)
        reached = trace_distance(after, numpy.outer(root.reshape(-1), root.reshape(-1).conj()))
        assert reached <= float(found.upper) + 1e-9
        if not number:
            assert float(found.lower) <= reached + 1e-9


@pytest.mark.parametrize("seed", range(10))
def test_untouched_is_between_commutators_and_the_nearest_product(seed):
    chance = random.Random(seed)
    gates = (
        [turn(0.01 * chance.random(), 0, 1), *random_gates(chance, 2, 6)] if seed % 2 else random_gates(chance, 3, 7)
    )
    gates = [gate for gate in gates if seed % 2 or 0 not in gate[1:] or chance.random() < 0.5]
    system = system_of(gates, 3)
    found = Enclosures(system).untouched([0], "encode")
    unitary = matrix_of(gates, 3)
    nearest = numpy.kron(numpy.eye(2), numpy.einsum("axay->xy", unitary.reshape(2, 4, 2, 4)) / 2)
    assert float(found.lower) <= numpy.linalg.norm(unitary - nearest, 2) + 1e-9
    for letter in "XYZ":
        pauli = numpy.kron(PAULIS[letter], numpy.eye(4))
        assert numpy.linalg.norm(unitary @ pauli - pauli @ unitary, 2) / 2 <= float(found.upper) + 1e-9
    assert (found.upper < ZERO) == Definitions(system.document).untouched([0], "encode")


@pytest.mark.parametrize("seed", range(16))
def test_clifford_claims_are_exactly_zero_where_they_are_true_and_positive_where_not(seed):
    chance = random.Random(seed)
    secrets = 1 + seed % 2
    gates = random_gates(chance, 4, chance.randint(3, 20), clifford=True)
    undone = tuple(
        gate for g in reversed(gates[chance.choice([0, 0, 2]) :]) for gate in ([g] * 3 if g[0] == "S" else [g])
    )
    recovery = RecoveryGates("undo", undone, tuple(range(secrets)))
    system = system_of(gates, 4, secrets=secrets, environment=chance.choice([0, 1]), recoveries=[recovery])
    found, truth = Enclosures(system), Definitions(system.document)
    letters = ["".join(word) for word in product("IXYZ", repeat=secrets)][1:]
    cases = [(found.restores("undo"), truth.restores("undo")), (found.single_use("undo"), truth.single_use("undo"))]
    for held in coalitions(4):
        cases += [(getattr(found, word)(held), getattr(truth, word)(held)) for word in ("hides", "mixed", "recovers")]
        cases += [(found.leaks(pauli, held), truth.leaks(pauli, held)) for pauli in chance.sample(letters, 3)]
    for enclosure, true in cases:
        assert enclosure.upper == 0 if true else enclosure.lower > Fraction(1, 100), enclosure
        assert enclosure.resolution == 0


def twisted_cloning(n, seed):
    """Encrypted cloning whose qubits are each turned by rotations of arbitrary angles, and a recovery that turns back."""
    plain = FAMILY.build(n=n).system(["decrypt[0]"])
    chance = random.Random(seed)
    twist = [
        gate
        for qubit in range(len(plain.names))
        for gate in (turn(chance.uniform(-4, 4), qubit), ("H", qubit), turn(chance.uniform(-4, 4), qubit))
    ]
    recovery = plain.recoveries[0]
    undone = RecoveryGates("decrypt", (*inverse(twist), *recovery.gates), recovery.output)
    return System(plain.parties, (), "A", (*plain.stages, Stage("twist", tuple(twist))), (undone,))


@pytest.mark.parametrize("n", [1, 2, 3])
def test_every_coalition_of_twisted_cloning_is_told_as_the_classification_says(n):
    system = twisted_cloning(n, n)
    found = Enclosures(system)
    half = [(system.index[f"S[{i}]" if n > 1 else "S"], system.index[f"N[{i}]" if n > 1 else "N"]) for i in range(n)]
    seen = set()
    for held in coalitions(2 * n + 1):
        full = sum(s in held and m in held for s, m in half)
        signals = sum(s in held and m not in held for s, m in half)
        noises = sum(m in held and s not in held for s, m in half)
        missing = n - full - signals - noises
        parities = (signals % 2, noises % 2)
        if 0 in held:
            authorized = full >= 1 or (missing == 0 and parities != (0, 1))
            partial = not authorized and missing == 0 and parities == (0, 1)
        else:
            authorized = full >= 1 and missing == 0
            partial = full == 0 and missing == 0 and parities == (1, 0)
        truths = {
            "recovers": (found.recovers(held), authorized),
            "hides": (found.hides(held), not authorized and not partial),
            "leaks": (found.leaks("Y", held), partial),
        }
        for word, (enclosure, true) in truths.items():
            assert enclosure.upper < ZERO if true else enclosure.is_positive, (held, str(enclosure))
            seen.add((word, true))
    assert len(seen) == (6 if n % 2 else 5)  # for even n nobody leaks Y
    signal = [half[0][0]]
    assert found.mixed(signal).is_positive if n == 1 else found.mixed(signal).upper < ZERO
    assert found.restores("decrypt").upper < ZERO
    assert found.single_use("decrypt").upper < ZERO
    noises = [m for _, m in half]
    assert found.untouched(noises, "encrypt").upper == 0
    assert found.untouched(noises, "twist").is_positive
    assert found.hides([half[0][0]], "prepare").upper == 0
    assert found.hides([0], "prepare").lower > Fraction(99, 100)


def test_one_clone_leaks_y_and_the_attack_is_named():
    system = FAMILY.build(n=1).system()
    found = Enclosures(system).hides([system.index["S"]])
    assert (found.lower, found.upper) == (1, 1)
    assert found.witness == "(|0⟩+i|1⟩)/√2 and (|0⟩−i|1⟩)/√2"
    told = "at least 1, at most 1"
    assert str(found) == f"largest trace distance between what the coalition holds for any two inputs: {told}"


def turned_encryption(back):
    """The secret turned by 0.3 about Z and X before the cloning of n = 2; the recovery turns back by another angle."""
    plain = FAMILY.build(n=2).system(["decrypt[0]"])
    recovery = plain.recoveries[0]
    output = recovery.output[0]
    first = Stage("turn", (turn(0.3, 0), ("H", 0), turn(0.3, 0), ("H", 0)))
    last = (("H", output), turn(back, output), ("H", output), turn(back, output))
    return System(
        plain.parties, (), "A", (first, *plain.stages), (RecoveryGates("decrypt", (*recovery.gates, *last), (output,)),)
    )


def test_angles_that_cancel_are_zero_and_a_wrong_angle_is_excluded():
    right = Enclosures(turned_encryption(-0.3)).restores("decrypt")
    assert right.lower == 0
    assert 0 < right.upper < ZERO
    wrong = Enclosures(turned_encryption(-0.3000001))
    for enclosure in (wrong.restores("decrypt"), wrong.single_use("decrypt")):
        assert enclosure.is_positive
        assert encloses(enclosure, 1e-7)
    signals = [wrong.system.index["S[0]"], wrong.system.index["S[1]"]]
    assert wrong.hides(signals).upper < ZERO


def test_angles_that_cancel_but_for_their_floats_are_not_excluded():
    gates = (turn(0.1, 0), turn(0.2, 0), turn(-0.3, 0))
    system = system_of([("H", 1)], 2, recoveries=[RecoveryGates("undo", gates, (0,))])
    found = Enclosures(system).restores("undo")
    assert found.lower > Fraction(1, 10**17)
    assert not found.is_positive


@pytest.mark.parametrize(("factor", "covered"), [(Fraction(99, 100), True), (Fraction(30), False)])
def test_the_resolution_covers_angles_that_move_by_their_rounding_and_no_more(factor, covered):
    """At the angles written all turns cancel and each quantity is 0; then half of them move by so many roundings."""
    written = [Fraction(value) for value in (0.7, -2.5, 1.1)]
    moved = [value + Fraction(ANGLE_TOLERANCE) * max(1, abs(value)) * factor for value in written]
    turns = [turn(value, 0) for value in moved] + [turn(-value, 0) for value in written]
    around = [("H", 0), *turns, ("H", 0)]
    found = Enclosures(system_of([*around, ("CX", 0, 1)], 2, recoveries=[RecoveryGates("undo", (("CX", 0, 1),), (0,))]))
    for enclosure in (found.restores("undo"), Enclosures(system_of(around, 1)).untouched([0], "encode")):
        assert enclosure.lower > 0
        assert (enclosure.lower <= enclosure.resolution) == covered
    # A's turns keep Z and move X towards Y, whichever way A goes
    leak = Enclosures(system_of([*turns, ("H", 0), ("CX", 0, 1)], 2)).leaks("X", [1])
    assert leak.lower > 0
    assert (leak.lower <= leak.resolution) == covered


def test_only_angles_in_radians_are_rounded():
    gates = [("H", 0), ("S", 0), ("T", 0), ("P(1/3)", 0), turn(0.5, 0), turn(-20.0, 0, 1)]
    assert angles_rounding(gates) == Fraction(ANGLE_TOLERANCE) * 21
    found = Enclosures(system_of(gates, 2))
    assert found.hides([0]).resolution == 2 * found.mixed([0]).resolution == angles_rounding(gates) * 2
    assert found.leaks("Z", [0]).resolution == angles_rounding(gates) * 4


def test_what_is_measured_is_in_the_environment():
    """A is measured into E: nobody recovers, Z is leaked to A, and E counts as the other side."""
    system = system_of([turn(0.4, 0), ("CX", 0, 1)], 2, environment=1)
    found = Enclosures(system)
    assert found.leaks("Z", [0]).upper < ZERO
    assert found.leaks("X", [0]).is_positive
    assert found.recovers([0]).lower > Fraction(999, 1000)
    assert found.recovers([0, 1]).upper < ZERO


def test_a_pauli_of_two_secrets_is_leaked_alone():
    """XX is read by a parity check of A[0], A[1] after a turn of both; no other Pauli is."""
    gates = [("H", 0), ("H", 1), ("CX", 0, 2), ("CX", 1, 2), turn(0.3, 0, 1), turn(1.7, 2)]
    system = system_of(gates, 3, secrets=2)
    found, truth = Enclosures(system), Definitions(system.document)
    for letters in product("IXYZ", repeat=2):
        pauli = "".join(letters)
        if pauli != "II":
            enclosure = found.leaks(pauli, [2])
            assert truth.leaks(pauli, [2]) == (pauli == "XX")
            assert enclosure.upper < ZERO if pauli == "XX" else enclosure.is_positive


angles = st.floats(-10, 10, allow_nan=False).filter(lambda value: abs(value) > 1e-6)


@st.composite
def small_systems(draw):
    gates = []
    for _ in range(draw(st.integers(1, 14))):
        name = draw(st.sampled_from(["H", "S", "CX", "T", "P", "Q"]))
        on = draw(st.permutations(range(3)))
        if name == "P":
            gates.append((phase_name(read_angle(draw(angles))), *on[: draw(st.integers(1, 3))]))
        elif name == "Q":
            gates.append((phase_name(Angle(draw(st.fractions(-2, 2, max_denominator=9)))), on[0]))
        else:
            gates.append((name, *on[: 2 if name == "CX" else 1]))
    return system_of(gates, 3, recoveries=[RecoveryGates("undo", inverse(gates), (0,))])


@settings(max_examples=60, deadline=None)
@given(small_systems(), st.sampled_from([[0], [1, 2], [0, 2]]))
def test_four_times_the_precision_lies_inside(system, held):
    coarse, fine = Enclosures(system, bits=40), Enclosures(system, bits=160)
    for ask in (
        lambda found: found.hides(held),
        lambda found: found.recovers(held),
        lambda found: found.mixed(held),
        lambda found: found.leaks("Y", held),
        lambda found: found.untouched(held, "encode"),
        lambda found: found.restores("undo"),
    ):
        wide, narrow = ask(coarse), ask(fine)
        assert narrow.upper <= wide.upper
        assert wide.lower <= narrow.upper
        assert narrow.lower >= wide.lower or wide.witness != narrow.witness
        assert (wide.bits, narrow.bits) == (40, 160)
    assert fine.restores("undo").upper < Fraction(1, 2**150)


@settings(max_examples=60, deadline=None)
@given(small_systems(), st.integers(64, 100))
def test_every_ball_contains_what_is_found_at_four_times_the_precision(system, bits):
    gates = system.gates_until(None)
    with ctx.workprec(bits):
        coarse = BallState(3, [0]).apply(gates)
        purities = [coarse.purity(qubits) for qubits in ([0], [1, 2], [0, 1, 3])]
        fidelity = coarse.entangled_fidelity([(0, 3)])
    with ctx.workprec(4 * bits):
        fine = BallState(3, [0]).apply(gates)
        exact = [fine.purity(qubits) for qubits in ([0], [1, 2], [0, 1, 3])]
        assert all(wide.contains(narrow) for wide, narrow in zip(purities, exact, strict=True))
        assert fidelity.contains(fine.entangled_fidelity([(0, 3)]))
        assert purities[0].overlaps(fine.purity([1, 2, 3])), "the two sides of a pure state have one purity"
        for index, value in fine.amplitudes.items():
            assert index in coarse.amplitudes
            assert coarse.amplitudes[index].contains(value)


@given(st.fractions(-5, 5, max_denominator=50), st.fractions(-5, 5, max_denominator=50))
def test_phases_are_those_of_their_angles(pi, radians):
    angle = Angle(pi, radians)
    assert complex(phase_ball(angle)) == pytest.approx(numpy.exp(1j * float(angle)), abs=1e-12)


def test_quarter_turns_are_exact():
    for quarters, value in enumerate([1, 1j, -1, -1j]):
        assert phase_ball(Angle(Fraction(quarters, 2))) == value
    assert phase_ball(Angle(Fraction(10**20 + 1))) == -1


@given(st.fractions())
def test_decimals_are_rounded_outward(value):
    low, high = Fraction(decimal_text(value, up=False)), Fraction(decimal_text(value, up=True))
    assert low <= value <= high
    assert high - low <= abs(value) / 50


def test_a_qubit_is_touched_through_others():
    """Without the middle gate the outer ones cancel: it counts, though it is not on the coalition."""
    gates = [("CX", 0, 1), turn(0.3, 1, 2), ("H", 2), turn(0.3, 1, 2), ("CX", 0, 1), ("H", 3)]
    found = Enclosures(system_of(gates, 5))
    assert found.untouched([0], "encode").is_positive
    assert found.untouched([3], "encode").is_positive
    assert found.untouched([4], "encode").upper == 0
    assert Enclosures(system_of([gates[0], gates[0]], 3)).untouched([0, 1], "encode").upper == 0


def test_long_circuits_keep_their_digits():
    """Each H may double a radius: the working precision grows with them."""
    chance = random.Random(1)
    gates = [gate for _ in range(400) for gate in (("H", 0), turn(chance.uniform(-3, 3), 0), ("CX", 0, 1), ("H", 1))]
    system = system_of(gates, 3, recoveries=[RecoveryGates("undo", inverse(gates), (0,))])
    assert Enclosures(system).restores("undo").upper < ZERO


def test_too_large_systems_are_refused_with_the_cost():
    with pytest.raises(TooLargeError, match=r"13 qubits need 2\^14 amplitudes .* at most 12 qubits"):
        Enclosures(system_of([("H", 0)], 13))
    many = [("H", 0)] * (MOST_WORK >> 12)
    with pytest.raises(TooLargeError, match=r"2\^13 amplitudes through 7324 gates, .* at most 3.0e"):
        Enclosures(system_of(many, 12)).hides([0])
    connected = [("CX", qubit, qubit + 1) for qubit in range(11)] * 2
    system = system_of(connected, 12)
    with pytest.raises(TooLargeError, match=r"2\^24 amplitudes"):
        Enclosures(system).untouched([0], "encode")
    assert Enclosures(system).hides([0]).lower == 1


def test_questions_that_fit_nothing_are_refused():
    found = Enclosures(system_of([("H", 0)], 2))
    for pauli in ("I", "XX", "Q", ""):
        with pytest.raises(InputError, match="no Pauli of the secret"):
            found.leaks(pauli, [0])
    with pytest.raises(KeyError):
        found.hides([0], "nowhere")
    with pytest.raises(KeyError):
        found.untouched([0], "nowhere")
    with pytest.raises(KeyError):
        found.restores("nowhere")


def test_balls_that_contradict_each_other_are_an_error():
    """A purity that is too small would make a square negative: that is a bug, never an answer."""
    found = Enclosures(system_of([turn(0.3, 0), ("H", 0), ("CX", 0, 1)], 2))
    state = found._state(None)
    state.doublings += 1
    with pytest.raises(ArithmeticError, match="cannot be the square"):
        found.mixed([0])


def test_matrices_and_floats_agree_in_qubit_order():
    gates = [("H", 0), turn(0.3, 0), ("CX", 0, 2), turn(1.1, 1, 2), ("H", 1), ("CX", 1, 0)]
    state = BallState(3, ()).apply(gates)
    start = numpy.zeros((2, 2, 2), dtype=complex)
    start[0, 0, 0] = 1
    expected = apply(start, gates)
    matrix = state.matrix([2, 0])
    for bits in product((0, 1), repeat=3):
        entry = matrix[bits[2] + 2 * bits[0], bits[1]]
        assert complex(entry) / 2 ** (state.doublings / 2) == pytest.approx(expected[bits], abs=1e-12)
