"""Channels against their formulas, QuTiP's integration and Qiskit's Kraus class; their texts, read and refused."""

from __future__ import annotations

import copy
import dataclasses
import math
from fractions import Fraction

import numpy
import pytest
import qutip
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit.quantum_info import DensityMatrix, Kraus, Pauli

from noclone.models.channel_texts import KNOWN_CHANNELS, parse_channel
from noclone.models.channels import (
    Channel,
    NoiseLocation,
    amplitude_damping,
    bit_flip,
    bit_phase_flip,
    compose,
    depolarizing,
    exact_number,
    from_kraus,
    from_lindblad,
    generalized_amplitude_damping,
    minimal_kraus,
    pauli_channel,
    phase_damping,
    phase_flip,
    thermal_relaxation,
)
from noclone.models.errors import InputError

X, Y, Z = ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]])
LOWERING = numpy.array([[0, 1], [0, 0]])


def random_state(dimension, seed=0):
    random = numpy.random.default_rng(seed)
    root = random.normal(size=(dimension, dimension)) + 1j * random.normal(size=(dimension, dimension))
    return root @ root.conj().T / numpy.trace(root @ root.conj().T)


def after(channel, rho):
    return sum(operator @ rho @ operator.conj().T for operator in channel.kraus)


def same(first, second):
    return numpy.allclose(first, second, rtol=0, atol=1e-14)


@pytest.mark.parametrize("qubits", [1, 2, 3])
def test_depolarizing_mixes_with_the_identity_and_says_exactly_with_which_paulis(qubits):
    rho, p = random_state(2**qubits), Fraction(3, 10)
    channel = depolarizing(p, qubits)
    assert same(after(channel, rho), 0.7 * rho + 0.3 * numpy.eye(2**qubits) / 2**qubits)
    assert sum(channel.pauli.values()) == 1 and set(channel.pauli.values()) == {p / 4**qubits, 1 - p + p / 4**qubits}
    assert same(after(depolarizing(Fraction(4, 3)), random_state(2)).trace(), 1)


def test_flips_apply_their_pauli_with_the_probability_given():
    rho = random_state(2)
    for build, matrix in ((bit_flip, X), (bit_phase_flip, Y), (phase_flip, Z)):
        assert same(after(build("1/5"), rho), 0.8 * rho + 0.2 * numpy.array(matrix) @ rho @ matrix)
    assert bit_flip(0.01).pauli == {"I": Fraction(99, 100), "X": Fraction(1, 100)}
    assert bit_flip(1).pauli == {"I": 0, "X": 1} and bit_flip(0).pauli == {"I": 1}


def test_a_pauli_channel_has_its_first_letter_on_the_most_significant_qubit():
    rho = random_state(4)
    word = numpy.kron(X, Z)
    channel = pauli_channel({"XZ": "1/3"})
    assert same(after(channel, rho), 2 / 3 * rho + 1 / 3 * word @ rho @ word)
    assert same(word, Pauli("XZ").to_matrix())
    assert dict(channel.pauli) == {"II": Fraction(2, 3), "XZ": Fraction(1, 3)}


def test_damping_follows_its_formulas():
    rho, g, e = random_state(2), 0.3, 0.2
    a, b, d = rho[0, 0], rho[0, 1], rho[1, 1]
    assert same(after(amplitude_damping(g), rho), [[a + g * d, 0.7**0.5 * b], [0.7**0.5 * b.conj(), 0.7 * d]])
    warm = after(generalized_amplitude_damping(g, e), rho)
    assert same(warm[1, 1], 0.7 * d + g * e) and same(warm[0, 1], 0.7**0.5 * b)
    assert same(after(generalized_amplitude_damping(g, 0), rho), after(amplitude_damping(g), rho))
    assert same(after(phase_damping(g), rho), [[a, 0.7**0.5 * b], [0.7**0.5 * b.conj(), d]])


def test_thermal_relaxation_decays_with_t1_and_dephases_with_t2():
    rho = random_state(2)
    found = after(thermal_relaxation(100e-6, 80e-6, 30e-6), rho)
    assert same(found[1, 1], math.exp(-0.3) * rho[1, 1]) and same(found[0, 1], math.exp(-3 / 8) * rho[0, 1])
    longest = after(thermal_relaxation(1, 2, 0.5), rho)
    assert same(longest[0, 1], math.exp(-0.25) * rho[0, 1])
    for wrong in ((1, 2.001, 1), (0, 1, 1), (1, 0, 1), (1, 1, -1)):
        with pytest.raises(InputError, match="T2 <= 2 T1"):
            thermal_relaxation(*wrong)


def test_a_lindblad_channel_is_the_master_equation_integrated():
    hamiltonian = 0.4 * qutip.tensor(qutip.sigmax(), qutip.qeye(2)) + 0.3 * qutip.tensor(qutip.sigmaz(), qutip.sigmay())
    collapse = [
        0.5 * qutip.tensor(qutip.destroy(2), qutip.qeye(2)),
        0.2 * qutip.tensor(qutip.qeye(2), qutip.sigmaz()),
    ]
    rho = random_state(4)
    start = qutip.Qobj(rho, dims=[[2, 2], [2, 2]])
    precise = {"atol": 1e-12, "rtol": 1e-11, "nsteps": 10_000}
    wanted = qutip.mesolve(hamiltonian, start, [0, 1.7], collapse, options=precise).final_state.full()
    channel = from_lindblad(hamiltonian, collapse, 1.7)
    assert numpy.allclose(after(channel, rho), wanted, rtol=0, atol=1e-9)
    first_only = from_lindblad(numpy.kron(X, numpy.eye(2)), [], math.pi / 2)
    assert same(after(first_only, numpy.diag([1, 0, 0, 0])), numpy.diag([0, 0, 1, 0]))


def test_decay_by_lindblad_is_amplitude_damping():
    rho, rate, time = random_state(2), 0.7, 0.9
    found = from_lindblad(numpy.zeros((2, 2)), [math.sqrt(rate) * LOWERING], time)
    assert numpy.allclose(after(found, rho), after(amplitude_damping(1 - math.exp(-rate * time)), rho), atol=1e-12)


def test_lindblad_refuses_what_is_no_generator():
    with pytest.raises(InputError, match="Hermitian"):
        from_lindblad([[0, 1], [0, 0]], [], 1)
    with pytest.raises(InputError, match="shape"):
        from_lindblad(numpy.eye(2), [numpy.eye(4)], 1)
    with pytest.raises(InputError, match="time"):
        from_lindblad(numpy.eye(2), [], -1)
    with pytest.raises(InputError, match="qubits"):
        from_lindblad(numpy.eye(3), [], 1)


def test_channels_composed_act_one_after_the_other_the_first_first():
    rho = random_state(2)
    first, second = amplitude_damping("1/2"), bit_flip("1/4")
    assert same(after(compose(first, second), rho), after(second, after(first, rho)))
    assert not same(after(compose(second, first), rho), after(second, after(first, rho)))
    exact = compose(depolarizing("1/10"), bit_flip("1/4"), phase_flip("1/3"))
    assert sum(exact.pauli.values()) == 1 and exact.pauli["Y"] == Fraction(1, 40) + Fraction(9, 10) * Fraction(1, 12)
    long = compose(*[amplitude_damping("1/10"), phase_damping("1/7"), bit_flip("1/5")] * 3)
    assert len(long.kraus) <= 4
    for channel in (amplitude_damping("1/10"), phase_damping("1/7"), bit_flip("1/5")) * 3:
        rho = after(channel, rho)
    assert numpy.allclose(after(long, random_state(2)), rho, rtol=0, atol=1e-12)


def test_qiskit_agrees_on_what_kraus_operators_do():
    channel = compose(amplitude_damping("1/3"), phase_damping("1/5"))
    rho = random_state(2)
    assert same(DensityMatrix(rho).evolve(Kraus(list(channel.kraus))).data, after(channel, rho))


def test_a_channel_that_is_not_complete_is_refused():
    assert from_kraus([numpy.eye(2) * (1 + 1e-14)]).qubits == 1
    for damage in (1e-11, -1e-11, 0.1):
        with pytest.raises(InputError, match="not complete"):
            from_kraus([numpy.eye(2) * (1 + damage)])
    with pytest.raises(InputError, match="not complete"):
        from_kraus([LOWERING])
    for wrong in ([], [numpy.eye(3)], [numpy.eye(1)], [numpy.eye(2)[0]], [[[1, 0], [0]]], [numpy.eye(2), numpy.eye(4)]):
        with pytest.raises(InputError):
            from_kraus(wrong)
    for value in (math.nan, math.inf):
        with pytest.raises(InputError, match="not finite"):
            from_kraus([[[value, 0], [0, 1]]])


def test_a_channel_cannot_be_changed_behind_its_back():
    matrix = numpy.eye(2, dtype=complex)
    channel = from_kraus([matrix])
    matrix[0, 0] = 7
    assert channel.kraus[0][0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        channel.kraus[0][0, 0] = 7
    with pytest.raises(dataclasses.FrozenInstanceError):
        channel.name = "other"
    with pytest.raises(TypeError):
        bit_flip("1/2").pauli["X"] = Fraction(0)


def test_kraus_operators_from_a_choi_matrix_are_the_same_channel():
    channel = compose(depolarizing("1/5"), amplitude_damping("1/3"))
    columns = [operator.T.reshape(-1) for operator in channel.kraus]
    found = minimal_kraus(sum(numpy.outer(column, column.conj()) for column in columns))
    rho = random_state(2)
    assert same(after(channel, rho), sum(operator @ rho @ operator.conj().T for operator in found))


probabilities = st.fractions(0, 1, max_denominator=1000)
one_qubit = st.one_of(
    st.builds(depolarizing, probabilities),
    st.builds(bit_flip, probabilities),
    st.builds(amplitude_damping, probabilities),
    st.builds(generalized_amplitude_damping, probabilities, probabilities),
    st.builds(phase_damping, probabilities),
    st.builds(
        lambda t1, ratio, time: thermal_relaxation(t1, 2 * t1 * ratio, time),
        *[st.integers(1, 9)] * 1,
        st.fractions("1/10", 1, max_denominator=50),
        st.fractions(0, 3, max_denominator=50),
    ),
    st.builds(lambda p, q: pauli_channel({"X": p / 3, "Y": q / 3, "Z": Fraction(1, 3)}), probabilities, probabilities),
    st.builds(lambda p: from_kraus(amplitude_damping(p).kraus), probabilities),
)


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(one_qubit, st.builds(compose, one_qubit, one_qubit), st.builds(depolarizing, probabilities, st.just(2)))
)
def test_the_text_of_a_channel_reads_back_as_the_same_channel(channel):
    assert parse_channel(str(channel)) == channel and parse_channel(str(channel)).pauli == channel.pauli


@settings(max_examples=60, deadline=None)
@given(one_qubit, st.integers(0, 100))
def test_channels_keep_trace_one_and_positivity_and_bring_states_no_further_apart(channel, seed):
    first, second = random_state(2, seed), random_state(2, seed + 1)
    one, two = after(channel, first), after(channel, second)
    assert abs(numpy.trace(one) - 1) < 1e-12 and numpy.linalg.eigvalsh(one)[0] > -1e-12
    assert numpy.linalg.norm(one - two, "nuc") <= numpy.linalg.norm(first - second, "nuc") + 1e-12


def test_texts_of_claims_files_read_as_the_channels_they_name():
    assert parse_channel("depolarizing(1/100)") == depolarizing(Fraction(1, 100))
    assert parse_channel(" depolarizing( 0.01 , 2 ) ") == depolarizing(Fraction(1, 100), 2)
    assert parse_channel("amplitude-damping(0.05)") == amplitude_damping(Fraction(1, 20))
    assert parse_channel("thermal-relaxation(100e-6, 80e-6, 1e-6)") == thermal_relaxation(100e-6, 80e-6, 1e-6)
    assert parse_channel("pauli(X: 1/100, Z: 1/50)").pauli["I"] == Fraction(97, 100)
    assert same(parse_channel("kraus([[1, 0], [0, 0.6j]], [[0, 0.8], [0, 0]])").kraus[0], numpy.diag([1, 0.6j]))


def test_every_known_channel_has_a_text_that_is_read():
    for name, written in KNOWN_CHANNELS.items():
        text = written.split(" or ")[0]
        for word, value in {
            "T1": "2",
            "T2": "3",
            "lambda": "1/2",
            "gamma": "1/2",
            "excited": "1/4",
            "time": "1",
        }.items():
            text = text.replace(word, value)
        text = text.replace("(p)", "(1/3)").replace(
            "first channel, next channel, ...", "bit-flip(0.1), phase-flip(0.1)"
        )
        assert str(parse_channel(text)).startswith(f"{name}(")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("depolarising(1/100)", "Did you mean 'depolarizing'"),
        ("noise(1)", "Known: amplitude-damping, bit-flip"),
        ("", "Known: amplitude-damping"),
        ("bit-flip", "not a channel"),
        ("__import__('os').system('true')", "not a channel"),
        ("bit-flip(__import__('os'))", "must be a number"),
        ("bit-flip()", "not with 0 numbers"),
        ("bit-flip(1, 1)", "not with 2 numbers"),
        ("bit-flip(2)", "between 0 and 1"),
        ("bit-flip(-1/10)", "between 0 and 1"),
        ("bit-flip(nan)", "must be a number"),
        ("bit-flip(1/0)", "divides by 0"),
        ("bit-flip(1e999999999)", "must be a number"),
        ("bit-flip((1)", "brackets do not match"),
        ("bit-flip(1))", "brackets do not match"),
        ("depolarizing(1, 1/2)", "whole"),
        ("depolarizing(1, 9)", "1 to 5 qubits"),
        ("depolarizing(1, 0)", "1 to 5 qubits"),
        ("pauli(Q: 1)", "I, X, Y, Z"),
        ("pauli(X: 1/2, ZZ: 1/2)", "one length"),
        ("pauli(X: 3/4, Z: 1/2)", "sum to 1"),
        ("pauli(I: 1/2, Z: 1/4)", "sum to 1"),
        ("pauli(X: 0.1, X: 0.1)", "second time"),
        ("pauli(X)", "is written pauli"),
        ("pauli()", "words of one length"),
        ("kraus([[1, 0], [0, 2]])", "not complete"),
        ("kraus([[1, 0], [0, x]])", "is no number"),
        ("kraus(1)", "is written kraus"),
        ("kraus([[1e400, 0], [0, 1]])", "not finite"),
        ("compose()", "same number of qubits"),
        ("compose(bit-flip(1), depolarizing(1, 2))", "same number of qubits"),
        ("thermal-relaxation(1, 3, 1)", "T2 <= 2 T1"),
        ("compose(" * 20 + "bit-flip(1)" + ")" * 20, "not a channel"),
        ("bit-flip(" + "1" * 300_000 + ")", "characters"),
    ],
)
def test_a_text_that_names_no_channel_is_refused_in_one_line(text, said):
    with pytest.raises(InputError) as error:
        parse_channel(text)
    assert said in str(error.value) and "\n" not in str(error.value) and len(str(error.value)) < 400


def test_numbers_are_exact_and_floats_are_the_decimals_they_print_as():
    assert exact_number("1/3") == Fraction(1, 3) and exact_number(0.1) == Fraction(1, 10) == exact_number(".1")
    assert exact_number(numpy.float64(0.1)) == Fraction(1, 10) and exact_number("2e-3") == Fraction(1, 500)
    for wrong in ("1_0", "1/2/3", "0x10", "inf", math.nan, "١", "1" * 50):
        with pytest.raises(InputError, match="must be a number"):
            exact_number(wrong)


def test_a_location_needs_as_many_different_qubits_as_its_channel():
    assert NoiseLocation("encode", 0, [2, 1], depolarizing("1/2", 2)).qubits == (2, 1)
    for qubits, position in (((0,), 0), ((1, 1), 0), ((0, 1), -1), ((0, -1), 0)):
        with pytest.raises(InputError, match="noise in 'encode'"):
            NoiseLocation("encode", position, qubits, depolarizing("1/2", 2))


def test_channels_are_equal_if_all_they_do_is():
    assert bit_flip("1/2") == bit_flip(0.5) and hash(bit_flip("1/2")) == hash(bit_flip(0.5))
    assert bit_flip("1/2") != bit_flip("1/3") and bit_flip("1/2") != pauli_channel({"X": "1/2"})
    assert Channel("same", 1, bit_flip("1/2").kraus) != Channel("same", 1, phase_flip("1/2").kraus)
    assert bit_flip("1/2") != "bit-flip(1/2)"
    for channel in (bit_flip("1/2"), amplitude_damping("1/2")):
        twin = copy.deepcopy(channel)
        assert twin == channel and twin.pauli == channel.pauli and twin is not channel
