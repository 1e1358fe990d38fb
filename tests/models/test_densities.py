"""Density operators with noise against independent ones: plain numpy, Qiskit's DensityMatrix, closed formulas, the kernel."""

from __future__ import annotations

import itertools
import json
import math
from fractions import Fraction

import numpy
import pytest
import qutip
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import QuantumCircuit
from qiskit.circuit.library import CXGate, HGate, PhaseGate, SGate
from qiskit.quantum_info import DensityMatrix, Kraus, Pauli, partial_trace, random_unitary

import noclone
from noclone.models import distinguishing
from noclone.models.channels import (
    NoiseLocation,
    amplitude_damping,
    bit_flip,
    compose,
    depolarizing,
    from_kraus,
    from_lindblad,
    generalized_amplitude_damping,
    pauli_channel,
    phase_damping,
    phase_flip,
)
from noclone.models.densities import Densities
from noclone.models.diamond import diamond_bounds
from noclone.models.distinguishing import distance_bounds
from noclone.models.errors import InputError, TooLargeError
from noclone.models.evolution import Evolution
from noclone.models.phases import phase_of
from noclone.models.spheres import half_trace_norms, sphere_bound
from noclone.models.system import Noise, RecoveryGates, Stage, System
from noclone.proofs.kernel.documents import read_protocol
from noclone.proofs.kernel.noise import entanglement_fidelity

from definitions import Definitions
from entropies import information, purified

PAULIS = [numpy.array(Pauli(letter).to_matrix()) for letter in "XYZ"]


def cloning(n, recoveries=("decrypt[0]",)):
    return noclone.protocol("encrypted-cloning", n=n).system(recoveries)


def storage(channel):
    """The swap-out protocol, with a channel on B after the swap."""
    system = noclone.protocol("swap-out").system(["keep"])
    return Densities(system, [NoiseLocation("swap", len(system.stages[0].gates), (1,), channel)])


def by_hand(gates, qubits, secret=1, noise=()):
    """A system of one stage; the secret's register is first."""
    return Densities(System((("A", secret), ("B", qubits - secret)), (), "A", (Stage("encode", tuple(gates)),)), noise)


def everywhere(system, channel):
    """The channel on each qubit of each gate, after it."""
    return [
        NoiseLocation(part.name, position + 1, (qubit,), channel)
        for part in (*system.stages, *system.recoveries)
        for position, gate in enumerate(part.gates)
        for qubit in gate[1:]
    ]


def subsets(count):
    return itertools.chain.from_iterable(itertools.combinations(range(count), size) for size in range(count + 1))


# an independent simulation, by Qiskit


def simulated(system, noise, moment):
    """The state of all qubits and, after them, of the reference, by Qiskit's DensityMatrix: qubit 0 least significant."""
    count, secret = len(system.names), list(system.secret_qubits)
    bell = QuantumCircuit(count + len(secret))
    for at, qubit in enumerate(secret):
        bell.h(qubit)
        bell.cx(qubit, count + at)
    state = DensityMatrix(bell)
    parts = [*system.stages, *(each for each in system.recoveries if each.name == moment)]
    for part in parts:
        for position in range(len(part.gates) + 1):
            for location in noise:
                if (location.part, location.position) == (part.name, position):
                    # Qiskit's first qubit is the least significant of an operator's
                    state = state.evolve(Kraus(list(location.channel.kraus)), list(location.qubits)[::-1])
            for name, *qubits in part.gates[position : position + 1]:
                if name in ("H", "S", "CX"):
                    gate = {"H": HGate, "S": SGate, "CX": CXGate}[name]()
                else:
                    gate = PhaseGate(float(phase_of(name)))
                    gate = gate.control(len(qubits) - 1, annotated=False) if len(qubits) > 1 else gate
                state = state.evolve(gate, qubits)
        if part.name == moment:
            break
    return state


def joint_of(state, system, held):
    """R and the held qubits of a simulated state, in the order of ``Densities.joint``: the first most significant."""
    count = len(system.names)
    wanted = [*range(count, count + len(system.secret_qubits)), *held]
    gone = [qubit for qubit in range(state.num_qubits) if qubit not in wanted]
    order = [qubit for qubit in range(state.num_qubits) if qubit in wanted]
    reduced = partial_trace(state, gone)
    # position in the reduced state of the qubit that is to be the least significant, and so on
    permutation = [order.index(qubit) for qubit in reversed(wanted)]
    tensor = reduced.data.reshape([2] * (2 * len(order)))
    axes = [len(order) - 1 - position for position in reversed(permutation)]
    return tensor.transpose(*axes, *(len(order) + axis for axis in axes)).reshape(reduced.data.shape)


CHANNELS = [
    depolarizing("1/5"),
    amplitude_damping("1/3"),
    phase_damping("1/4"),
    generalized_amplitude_damping("1/2", "1/5"),
    pauli_channel({"X": "1/10", "Y": "1/5"}),
    compose(amplitude_damping("1/7"), bit_flip("1/9")),
]
WIDE = [
    depolarizing("1/3", 2),
    depolarizing("1/4", 3),
    from_kraus([numpy.sqrt(0.5) * numpy.eye(8), numpy.sqrt(0.5) * random_unitary(8, seed=2).data]),
    pauli_channel({"XZ": "1/4", "IY": "1/10"}),
    from_lindblad(
        random_unitary(4, seed=1).data + random_unitary(4, seed=1).data.conj().T,
        [numpy.kron([[0, 1], [0, 0]], numpy.eye(2))],
        0.5,
    ),
]


@st.composite
def noisy_systems(draw):
    """A system of at most 5 qubits, two stages and a recovery, with up to 5 channels, and qubits held in any order."""
    secret = draw(st.integers(1, 2))
    qubits = draw(st.integers(secret + 1, 5 if secret == 1 else 4))
    before = draw(st.integers(0, 1)) if qubits > secret + 1 else 0

    def gates():
        found = []
        for _ in range(draw(st.integers(0, 7))):
            name = draw(
                st.sampled_from(["H", "H", "S", "CX", "CX", "T", "T2", "T3", "P(3/2)", "P(1/3)", "P(3/10 rad)"])
            )
            size = {"CX": 2, "T2": 2, "T3": 3}.get(name, 1)
            order = draw(st.permutations(range(qubits)))
            found.append((name.rstrip("23") if name[0] == "T" else name, *order[: min(size, qubits)]))
        return tuple(found)

    stages = (Stage("first", gates()), Stage("second", gates()))
    recovery = RecoveryGates("back", gates(), tuple(draw(st.permutations(range(qubits)))[:secret]))
    registers = [("Q", before)] * bool(before) + [("A", secret), ("B", qubits - secret - before)]
    system = System(tuple(registers), (), "A", stages, (recovery,))
    noise = []
    for _ in range(draw(st.integers(0, 5))):
        part = draw(st.sampled_from([*stages, recovery]))
        channel = draw(st.sampled_from([each for each in CHANNELS + WIDE if each.qubits <= qubits]))
        place = tuple(draw(st.permutations(range(qubits)))[: channel.qubits])
        noise.append(NoiseLocation(part.name, draw(st.integers(0, len(part.gates))), place, channel))
    held = draw(st.permutations(range(qubits)))[: draw(st.integers(0, qubits))]
    return system, noise, held, draw(st.sampled_from([None, "first", "second", "back"]))


@settings(max_examples=150, deadline=None)
@given(noisy_systems())
def test_random_noisy_systems_agree_with_qiskit(case):
    system, noise, held, moment = case
    densities = Densities(system, noise)
    found = densities.joint(held, moment)
    wanted = joint_of(simulated(system, noise, moment), system, held)
    assert numpy.linalg.norm(found.full() - wanted, "nuc") < 1e-12
    assert found.dims[0] == [2] * (len(held) + len(system.secret_qubits))
    assert densities.error(held, moment) < 1e-11


@settings(max_examples=60, deadline=None)
@given(noisy_systems(), st.integers(0, 1000))
def test_reduced_states_are_states_and_partial_traces_of_larger_ones(case, seed):
    system, noise, held, moment = case
    densities, size = Densities(system, noise), 2 ** len(system.secret_qubits)
    random = numpy.random.default_rng(seed)
    ket = random.normal(size=size) + 1j * random.normal(size=size)
    ket /= numpy.linalg.norm(ket)
    state = densities.reduced(held, ket, moment)
    assert abs(state.tr() - 1) < 1e-12 and numpy.linalg.eigvalsh(state.full())[0] > -1e-12
    whole = densities.reduced(range(len(system.names)), numpy.outer(ket, ket.conj()), moment)
    kept = whole.ptrace(sorted(held)) if held else qutip.Qobj([[1]])
    ordered = kept.permute([sorted(held).index(qubit) for qubit in held]) if held else kept
    assert abs(state.full() - ordered.full()).max() < 1e-12


@settings(max_examples=25, deadline=None)
@given(noisy_systems(), st.sampled_from(CHANNELS))
def test_holding_more_and_suffering_less_tells_inputs_apart_no_worse(case, channel):
    system, noise, held, moment = case
    if len(system.secret_qubits) > 1:
        return
    densities = Densities(system, noise)
    lower, upper = densities.distinguishability(held, moment)
    assert 0 <= lower <= upper <= 1 and upper - lower < 1e-4
    assert densities.distinguishability(held[:-1], moment)[0] <= upper
    # noise in the middle may even help a coalition; noise on what it holds, at the end, does not
    last = next(part for part in (*system.stages, *system.recoveries) if part.name == (moment or "second"))
    more = [*noise, *(NoiseLocation(last.name, len(last.gates), (qubit,), channel) for qubit in held)]
    worse = Densities(system, more)
    assert worse.distinguishability(held, moment)[0] <= upper
    assert worse.information(held, moment).value <= densities.information(held, moment).value + 1e-9


# without noise


@pytest.mark.parametrize("n", [1, 2])
def test_operators_without_noise_are_those_of_the_definition(n):
    system = cloning(n)
    densities, oracle = Densities(system), Definitions(system.document)
    for moment in (None, system.stages[0].name, "decrypt[0]"):
        for held in subsets(len(system.names)):
            for order in (held, held[::-1]):
                assert abs(densities.operators(order, moment) - oracle.reduced(order, moment)).max() < 1e-13


def test_operators_of_a_magic_state_circuit_are_those_of_the_definition():
    gates = [
        ("H", 0),
        ("T", 0),
        ("CX", 0, 1),
        ("H", 2),
        ("T", 1, 2, 0),
        ("P(1/5)", 2, 3),
        ("H", 1),
        ("T", 2),
        ("CX", 2, 3),
    ]
    densities = by_hand(gates, 4, secret=2)
    oracle = Definitions(densities.system.document)
    for held in subsets(4):
        assert abs(densities.operators(held) - oracle.reduced(held)).max() < 1e-14


@pytest.mark.parametrize("n", [1, 2, 3])
def test_information_of_every_coalition_is_that_of_the_classification(n):
    protocol = noclone.protocol("encrypted-cloning", n=n)
    densities = Densities(protocol.system())
    circuit = QuantumCircuit(*next(iter(protocol.stages.values())).qregs)
    for stage in protocol.stages.values():
        circuit.compose(stage, inplace=True)
    state, references = purified(circuit, "A")
    names = [f"{qubit_register.name}[{at}]" for qubit_register in circuit.qregs for at in range(qubit_register.size)]
    own = [name if "[" in name else f"{name}[0]" for name in densities.system.names]
    own = [name if name in names else f"{name}[0]" for name in own]
    for held in subsets(2 * n + 1):
        value, error = densities.information(held)
        assert abs(value - classified(held, n)) <= error < 1e-8
        if n < 3:
            theirs = information(state, references, [names.index(own[qubit]) for qubit in held])
            assert abs(value - theirs) < 1e-9
        coherent, more = densities.coherent_information(held)
        assert abs(coherent - (value - 1)) <= error + more


def classified(held, n):
    """theory.md section 2: 2 authorized, 1 leaks Y, 0 uninformative; qubits are A, S[0…n−1], N[0…n−1]."""
    pairs = [(1 + at in held, 1 + n + at in held) for at in range(n)]
    f, s, t, z = (pairs.count(kind) for kind in ((True, True), (True, False), (False, True), (False, False)))
    if 0 in held:
        if f >= 1 or (z == 0 and not (s % 2 == 0 and t % 2 == 1)):
            return 2
        return 1 if z == 0 else 0
    if f >= 1 and z == 0:
        return 2
    return 1 if f == 0 and z == 0 and s % 2 == 1 and t % 2 == 0 else 0


def test_deep_clifford_circuits_stay_within_the_error_stated():
    random = numpy.random.default_rng(4)
    gates = []
    for _ in range(600):
        a, b = (int(qubit) for qubit in random.permutation(7)[:2])
        gates.append([("H", a), ("S", a), ("CX", a, b)][random.integers(3)])
    silent = [NoiseLocation("encode", 0, (qubit,), pauli_channel({"Z": 0})) for qubit in range(7)]
    for noise in ((), silent):
        densities = by_hand(gates, 7, noise=noise)
        for held in ([0], [1, 3, 5], [6, 2, 0, 1]):
            value, error = densities.information(held)
            assert abs(value - round(value)) <= error < 1e-7
            # entries of a stabilizer state are whole multiples of a power of 1/2, here of 1/2^8
            joint = densities.joint(held).full()
            exact = numpy.round(joint * 2**8) / 2**8
            stated = densities._evolution(held, None).error
            assert numpy.linalg.norm(joint - exact, "nuc") <= stated <= densities.error(held) < 1e-9


def test_the_error_stated_grows_with_a_defect_that_is_seen(monkeypatch):
    densities = storage(depolarizing("1/3"))
    assert densities.error([1], "keep") < 1e-12
    compute = Evolution.operators
    monkeypatch.setattr(Evolution, "operators", lambda self: compute(self) * (1 + 1e-6))
    assert storage(depolarizing("1/3")).error([1], "keep") >= 1e-5


# with noise: closed formulas


@pytest.mark.parametrize("p", [Fraction(0), Fraction(1, 7), Fraction(1)])
def test_storage_in_depolarizing_noise_has_the_fidelities_of_the_formula(p):
    densities = storage(depolarizing(p))
    value, error = densities.entanglement_fidelity("keep")
    assert abs(value - float(1 - 3 * p / 4)) <= error < 1e-12
    assert abs(densities.average_fidelity("keep").value - float(1 - p / 2)) <= error
    for low, high, wanted in (
        (*densities.diamond_distance("keep"), 3 * p / 4),
        (*densities.distinguishability([1]), 1 - p),
    ):
        assert low - 1e-15 <= wanted <= high + 1e-15 and high - low < 1e-10


def pulled_back(system, noise, recovery):
    """theory.md section 7: ¼ Σ_L of a factor per noise location, by Qiskit's Heisenberg evolution of Paulis."""
    (secret,) = system.secret_qubits
    (output,), total = recovery.output, Fraction(0)
    for letter in "IXYZ":
        label = ["I"] * len(system.names)
        label[output] = letter
        pauli, factor = Pauli("".join(reversed(label))), Fraction(1)
        for part in reversed([*system.stages, recovery]):
            for position in reversed(range(len(part.gates) + 1)):
                for name, *qubits in part.gates[position : position + 1]:
                    pauli = pauli.evolve(circuit_of(len(system.names), name, qubits), frame="h")
                for location in noise:
                    if (location.part, location.position) == (part.name, position):
                        factor *= sum(
                            weight * (-1) ** anticommutes(pauli, word, location.qubits)
                            for word, weight in location.channel.pauli.items()
                        )
        found = pauli.to_label().lstrip("-")
        fits = all(found[::-1][q] in ("IZ" if q != secret else letter) for q in range(len(found)))
        total += factor * (-1 if pauli.phase == 2 else 1) if fits else 0
    return total / 4


def circuit_of(count, name, qubits):
    circuit = QuantumCircuit(count)
    getattr(circuit, name.lower())(*qubits)
    return circuit


def anticommutes(pauli, word, qubits):
    return sum(
        pauli.to_label().lstrip("-")[::-1][q] not in ("I", letter)
        for q, letter in zip(qubits, word, strict=True)
        if letter != "I"
    )


@pytest.mark.parametrize("n", [2, 3])
@pytest.mark.parametrize(
    "channel", [depolarizing("1/50"), pauli_channel({"X": "1/30", "Z": "1/100"}), bit_flip("1/20")], ids=str
)
def test_fidelity_in_pauli_noise_is_the_product_formula_and_the_kernels_number(n, channel):
    system = cloning(n)
    noise = everywhere(system, channel)
    wanted = pulled_back(system, noise, system.recoveries[0])
    value, error = Densities(system, noise).entanglement_fidelity("decrypt[0]")
    assert abs(value - float(wanted)) <= error < 1e-9 and wanted < 1
    named = System(
        system.parties,
        system.environment,
        system.secret,
        system.stages,
        system.recoveries,
        noises=(Noise("device", tuple(noise)),),
    )
    assert entanglement_fidelity(read_protocol(named.document), "decrypt[0]", "device") == wanted
    assert json.loads(named.document)["noises"]


def test_noise_acts_after_as_many_gates_as_its_position_says_and_in_its_part_only():
    gates = (("H", 0), ("H", 0))
    system = System((("A", 1),), (), "A", (Stage("encode", gates),), (RecoveryGates("wait", (), (0,)),))

    def kept(part, position):
        location = NoiseLocation(part, position, (0,), phase_flip(1))
        return Densities(system, [location]).reduced([0], [1, 0], "wait").full()[0, 0].real

    assert kept("encode", 0) == pytest.approx(1) and kept("encode", 2) == pytest.approx(1)
    assert kept("encode", 1) == pytest.approx(0)
    both = [NoiseLocation("encode", 1, (0,), amplitude_damping(1)), NoiseLocation("encode", 1, (0,), bit_flip(1))]
    plain = System((("A", 1),), (), "A", (Stage("encode", ()),), (RecoveryGates("wait", (), (0,)),))
    late = [NoiseLocation("encode", 0, (0,), each.channel) for each in both]
    assert Densities(plain, late).reduced([0], [1, 0]).full()[1, 1].real == pytest.approx(1)
    assert Densities(plain, late[::-1]).reduced([0], [1, 0]).full()[0, 0].real == pytest.approx(1)
    recovery_only = [NoiseLocation("wait", 0, (0,), bit_flip(1))]
    assert Densities(plain, recovery_only).reduced([0], [1, 0]).full()[0, 0].real == pytest.approx(1)
    assert Densities(plain, recovery_only).entanglement_fidelity("wait").value == pytest.approx(0)


def test_the_joint_state_has_the_reference_first():
    densities = by_hand([("CX", 0, 1)], 2)
    joint = densities.joint([1])
    assert joint.dims == [[2, 2], [2, 2]]
    assert abs(joint.full() - numpy.diag([0.5, 0, 0, 0.5])).max() < 1e-15
    assert densities.entropy([1]).value == pytest.approx(1) and densities.information([1]).value == pytest.approx(1)
    assert densities.reduced([], [1, 0]).full() == pytest.approx(numpy.array([[1]]))


# telling inputs apart


def random_channel(inputs, outputs, environment, seed):
    random = numpy.random.default_rng(seed)
    size = outputs * environment
    frame = numpy.linalg.qr(random.normal(size=(size, size)) + 1j * random.normal(size=(size, size)))[0]
    isometry = frame[:, :inputs].reshape(outputs, environment, inputs)
    return numpy.einsum("arp,brq->abpq", isometry, isometry.conj())


def distances(operators, count, seed):
    """Distances of the outputs for random pairs of orthogonal pure inputs."""
    random, inputs = numpy.random.default_rng(seed), operators.shape[2]
    for _ in range(count):
        pair = numpy.linalg.qr(random.normal(size=(inputs, 2)) + 1j * random.normal(size=(inputs, 2)))[0]
        difference = numpy.outer(pair[:, 0], pair[:, 0].conj()) - numpy.outer(pair[:, 1], pair[:, 1].conj())
        yield abs(numpy.linalg.eigvalsh(numpy.einsum("abpq,pq->ab", operators, difference))).sum() / 2


@pytest.mark.parametrize(
    ("inputs", "outputs", "environment"), [(2, 2, 4), (2, 4, 4), (2, 8, 2), (2, 32, 1), (4, 4, 4), (4, 8, 8), (8, 8, 8)]
)
def test_bounds_on_the_distance_hold_for_random_inputs_and_meet_for_one_qubit(inputs, outputs, environment):
    for seed in range(4):
        operators = random_channel(inputs, outputs, environment, seed)
        lower, upper = distance_bounds(operators, 0.0)
        best = max(distances(operators, 2000, seed))
        assert best <= upper + 1e-12 and best <= lower + 1e-9 and lower <= upper
        assert inputs > 2 or upper <= lower * (1 + 1e-6) + 1e-11


def test_distances_of_known_channels():
    damped = storage(amplitude_damping("1/4")).distinguishability([1])
    assert damped[0] <= math.sqrt(0.75) <= damped[1] <= damped[0] + 1e-6
    assert storage(pauli_channel({"X": "1/2"})).distinguishability([1])[0] == pytest.approx(1)
    assert storage(depolarizing(1)).distinguishability([1])[1] < 1e-11
    hot = storage(generalized_amplitude_damping("1/4", "1/3")).distinguishability([1])
    assert hot[0] <= math.sqrt(0.75) <= hot[1] <= hot[0] + 1e-6


def test_a_single_leak_of_two_secret_qubits_is_bounded_exactly():
    word = numpy.kron(PAULIS[0], PAULIS[1])
    operators = (
        numpy.einsum("ab,pq->abpq", numpy.eye(4), numpy.eye(4)) + 0.3 * numpy.einsum("ab,qp->abpq", word, word)
    ) / 4
    lower, upper = distance_bounds(operators, 0.0)
    assert lower == pytest.approx(0.3, abs=1e-10) and upper == pytest.approx(0.3, abs=1e-10)


def test_every_bound_on_the_distance_holds_by_itself():
    from noclone.models.distinguishing import _basis, _pauli_bound, _quadratic_bound

    for inputs, outputs, environment in ((2, 4, 4), (4, 4, 8), (4, 8, 2)):
        operators = random_channel(inputs, outputs, environment, 7)
        images = numpy.einsum("abpq,jpq->jab", operators, _basis(inputs))
        best = max(distances(operators, 3000, 1))
        assert best <= _pauli_bound(images, inputs)
        assert best <= _quadratic_bound(images, numpy.eye(inputs**2 - 1)[0], 0.0, 30) < 2
        if inputs == 2:
            for evaluations in (0, 30, 300, 3000):
                low, high = sphere_bound(images * math.sqrt(2), 0.0, 1e-6, evaluations)
                assert low <= high and best <= high


@pytest.mark.parametrize("inputs", [2, 4, 8])
def test_the_bound_by_pauli_words_is_the_maximum_that_it_names(inputs):
    from noclone.models.distinguishing import _pauli_bound

    random = numpy.random.default_rng(inputs)
    for spread in (0, 1, 3, 10):
        weights = numpy.exp(-spread * random.random(inputs**2 - 1))
        images = numpy.sqrt(inputs) * weights[:, None, None] * numpy.diag([0.5, -0.5])
        low, high = 1e-12, 1e3
        for _ in range(200):
            scale = math.sqrt(low * high)
            used = (numpy.minimum(2, weights / scale) ** 2).sum()
            low, high = (scale, high) if used > 2 * inputs else (low, scale)
        wanted = (numpy.minimum(2, weights / high) * weights).sum() / 2
        assert _pauli_bound(images, inputs) == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("signs", list(itertools.product((1, -1), repeat=3)))
def test_the_sphere_is_covered_by_the_triangles(signs):
    spiky = numpy.array([0.6, 0.48, 0.64]) * signs
    # f(n) = |n·spiky|: the maximum, 1, is far from every corner of the first triangles
    images = numpy.array([component * numpy.diag([1.0, -1.0]) for component in spiky])
    assert half_trace_norms(images, spiky) == pytest.approx(1)
    low, high = sphere_bound(images, 0.0, 1e-6, 100_000)
    assert low <= 1 <= high <= low * (1 + 1e-6)


def test_a_poor_start_costs_time_and_nothing_else(monkeypatch):
    operators = random_channel(2, 4, 4, 11)
    exact = distance_bounds(operators, 0.0)
    monkeypatch.setattr(distinguishing, "_reached", lambda *rest: (0.1, numpy.array([1.0, 0.0, 0.0])))
    found = distance_bounds(operators, 0.0)
    assert max(distances(operators, 3000, 2)) <= found[1] and found == pytest.approx(exact, rel=2e-6)


def test_bounds_hold_and_meet_where_states_have_small_rank_and_small_weights():
    for weight in (1e-2, 1e-5, 1e-9):
        operators = (1 - weight) * random_channel(2, 32, 1, 1) + weight * random_channel(2, 32, 2, 2)
        operators = numpy.einsum("abpq,cd->acbdpq", operators, numpy.diag([0.75, 0.25])).reshape(64, 64, 2, 2)
        lower, upper = distance_bounds(operators, 0.0)
        best = max(distances(operators, 300, 2))
        assert best <= upper + 1e-12 and lower <= upper <= lower * (1 + 1e-6) + 1e-10


def test_distance_and_error_move_the_bounds_apart():
    operators = random_channel(2, 4, 4, 0)
    exact, wide = distance_bounds(operators, 0.0), distance_bounds(operators, 1e-3)
    assert wide[0] == pytest.approx(exact[0] - 1e-3) and wide[1] == pytest.approx(exact[1] + 1e-3, abs=2e-6)


# diamond distances


def difference(first, second):
    """N − N′ of two lists of Kraus operators, as an array [a, b, p, q]."""
    return sum(numpy.einsum("ap,bq->abpq", k, k.conj()) for k in first) - sum(
        numpy.einsum("ap,bq->abpq", k, k.conj()) for k in second
    )


def test_diamond_distances_of_known_channels():
    identity = [numpy.eye(2, dtype=complex)]
    turn = [numpy.diag([1, numpy.exp(0.4j)])]
    for found, wanted in (
        (difference(turn, identity), math.sin(0.2)),
        (difference(pauli_channel({"X": "1/5", "Z": "1/7"}).kraus, identity), 1 / 5 + 1 / 7),
        (difference(depolarizing("1/3", 2).kraus, [numpy.eye(4)]), 15 / 48),
        (difference(bit_flip(1).kraus, identity), 1.0),
        (difference(phase_damping("3/4").kraus, identity), 0.25),
        (difference(identity, identity), 0.0),
    ):
        lower, upper = diamond_bounds(found, 0.0)
        assert lower <= wanted + 1e-12 and wanted <= upper + 1e-12 and upper - lower < 1e-6


@pytest.mark.parametrize("inputs", [2, 4])
def test_no_entangled_input_exceeds_the_bound_on_the_diamond_distance(inputs):
    random = numpy.random.default_rng(inputs)
    for seed in range(3):
        found = random_channel(inputs, inputs, 3, seed) - random_channel(inputs, inputs, 2, seed + 50)
        lower, upper = diamond_bounds(found, 0.0)
        assert upper - lower < 1e-5
        choi = found.transpose(2, 0, 3, 1).reshape(inputs**2, inputs**2)
        best = 0.0
        for _ in range(500):
            turn = random.normal(size=(inputs, inputs)) + 1j * random.normal(size=(inputs, inputs))
            wide = numpy.kron(turn / numpy.linalg.norm(turn), numpy.eye(inputs))
            best = max(best, abs(numpy.linalg.eigvalsh(wide @ choi @ wide.conj().T)).sum() / 2)
        assert 0.5 * lower < best <= upper


def test_recoveries_are_compared_with_the_identity_and_with_each_other():
    system = cloning(2, ["decrypt[0]", "decrypt[1]"])
    error = Densities(system).error(system.recoveries[0].output, "decrypt[0]")
    assert 2 * error <= Densities(system).diamond_distance("decrypt[0]")[1] < 1e-10
    assert Densities(system).diamond_distance("decrypt[0]", "decrypt[1]")[1] < 1e-10
    last = len(system.recoveries[1].gates)
    noise = [NoiseLocation("decrypt[1]", last, system.recoveries[1].output, phase_flip("1/10"))]
    for distance in (
        Densities(system, noise).diamond_distance("decrypt[1]"),
        Densities(system, noise).diamond_distance("decrypt[0]", "decrypt[1]"),
    ):
        assert distance == pytest.approx((0.1, 0.1), abs=1e-8) and distance[0] <= 0.1 <= distance[1]


# what is refused


def test_what_there_is_not_is_named_in_one_line():
    system = cloning(2)
    densities = Densities(system)
    flip = bit_flip("1/2")
    for ask in (
        lambda: densities.operators([0, 0]),
        lambda: densities.operators([9]),
        lambda: densities.operators([-1]),
        lambda: densities.operators([0], "encrypted"),
        lambda: densities.entanglement_fidelity("decrypt[7]"),
        lambda: densities.reduced([0], [1, 0, 0, 0]),
        lambda: densities.reduced([0], [1, 1]),
        lambda: Densities(system, [NoiseLocation("encrypted", 0, (0,), flip)]),
        lambda: Densities(system, [NoiseLocation("encrypt", 10_000, (0,), flip)]),
        lambda: Densities(system, [NoiseLocation("encrypt", 0, (77,), flip)]),
    ):
        with pytest.raises(InputError) as error:
            ask()
        assert "\n" not in str(error.value)
    with pytest.raises(InputError, match="Did you mean 'encrypt'"):
        densities.operators([0], "encrypted")


def ladder(qubits):
    return [("H", 0), *(("CX", at, at + 1) for at in range(qubits - 1))]


def test_what_is_too_large_is_refused_at_once_with_its_cost():
    noise = [NoiseLocation("encode", 1, (0,), depolarizing("1/10"))]
    for ask, said in (
        (lambda: by_hand(ladder(13), 13, noise=noise).operators([12, 0]), None),
        (lambda: by_hand([*ladder(13), *ladder(13)], 13, noise=noise).operators([12]), r"4\^13 entries \(1\.1 GB\)"),
        (lambda: by_hand([*ladder(15), *ladder(15)], 15).operators([14]), "at most 14"),
        (lambda: by_hand(ladder(14), 14).operators(range(13)), "entries"),
        (lambda: by_hand([*ladder(12), *ladder(12)], 12, noise=noise).information(range(12)), "eigenvalues"),
    ):
        if said is None:
            assert ask().shape == (4, 4, 2, 2)  # a ladder needs few qubits at once
        else:
            with pytest.raises(TooLargeError, match=said):
                ask()
    wide = System((("A", 3), ("B", 1)), (), "A", (Stage("encode", ()),), (RecoveryGates("r", (), (0, 1, 2)),))
    with pytest.raises(TooLargeError, match="2 secret qubits"):
        Densities(wide).diamond_distance("r")
    untouched = by_hand([("H", 0)], 700, noise=noise)
    with pytest.raises(TooLargeError, match="out of reach"):
        untouched.operators(range(700))


def test_qubits_that_do_not_matter_cost_nothing():
    gates = [
        gate
        for start in range(0, 40, 4)
        for gate in [("CX", start, start + 1), ("H", start + 2), ("CX", start + 2, start + 3)]
    ]
    noise = [NoiseLocation("encode", at, (at,), depolarizing("1/10")) for at in range(30)]
    assert by_hand(gates, 40, noise=noise).operators([2, 3]).shape == (4, 4, 2, 2)


def test_what_is_computed_cannot_be_changed_behind_its_back():
    densities = storage(from_kraus(bit_flip("1/3").kraus))
    with pytest.raises(ValueError, match="read-only"):
        densities.operators([1])[0, 0] = 1
