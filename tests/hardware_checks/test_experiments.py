"""The experiments' circuits and quantities against Stim and against dense matrices."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace
from functools import reduce

import numpy
import pytest

from noclone.hardware_checks.arrangements import Arrangement, LogicalObservable, ideal_expectation, on_device
from noclone.hardware_checks.cloning_rounds import PUBLISHED_SIZES
from noclone.hardware_checks.experiments import (
    EXPERIMENTS,
    access,
    chsh,
    entanglement_fidelity,
    experiment_of,
    ghz,
    iterated_cloning,
    single_use,
    virtual_iteration,
)
from noclone.models.errors import InputError
from noclone.protocols.registry import family

PAULIS = {
    "I": numpy.eye(2),
    "X": numpy.array([[0, 1], [1, 0]]),
    "Y": numpy.array([[0, -1j], [1j, 0]]),
    "Z": numpy.diag([1, -1]),
}


def wrong_ideals(experiment):
    """Every observable whose stated ideal is not what Stim finds."""
    return [
        (key, observable)
        for key, arrangement in experiment.arrangements.items()
        for observable in experiment.observables(key)
        if ideal_expectation(arrangement, observable.paulis, observable.sign) != observable.ideal
    ]


ALL = {
    **{f"1 n={n}": (entanglement_fidelity, (n,)) for n in (1, 2, 3, 4, 5, 6, 15)},
    **{f"2 n={n}": (chsh, (n,)) for n in (1, 2, 3, 4, 5, 6)},
    **{f"3 {qubits} qubits": (iterated_cloning, (qubits,)) for qubits in PUBLISHED_SIZES},
    **{
        f"3 n={n} l={levels}": (virtual_iteration, (n, levels))
        for n, levels in ((2, 0), (2, 1), (2, 6), (4, 0), (4, 3))
    },
    **{f"4 r={r}": (ghz, (r,)) for r in (1, 2, 3, 8)},
    **{f"5 n={n}": (single_use, (n,)) for n in (2, 3, 4)},
    **{f"6 n={n}": (access, (n,)) for n in (1, 2, 3, 4, 5)},
}


@pytest.mark.parametrize("case", ALL)
def test_every_ideal_expectation_is_what_stim_finds(case):
    make, arguments = ALL[case]
    experiment = make(*arguments)
    assert any(experiment.observables(key) for key in experiment.arrangements)
    assert wrong_ideals(experiment) == []


def test_a_gate_left_out_or_a_wrong_sign_is_seen():
    """Left-out gates may go unseen only where they act on neither R nor the decrypted clone."""
    experiment = entanglement_fidelity(3)
    arrangement = experiment.arrangements["parity"]
    unseen = []
    for left_out in range(len(arrangement.steps)):
        steps = arrangement.steps[:left_out] + arrangement.steps[left_out + 1 :]
        damaged = replace(experiment, arrangements={"parity": Arrangement(arrangement.names, steps)})
        if not wrong_ideals(damaged):
            unseen.append({arrangement.names[qubit] for qubit in arrangement.steps[left_out][1:]})
    assert len(unseen) == 9
    assert len(arrangement.steps) == 52
    assert not any(names & {"R", experiment.parameters["clone"]} for names in unseen)
    xx = experiment.observables("parity")[0]
    assert ideal_expectation(arrangement, xx.paulis, -xx.sign) == -1


@pytest.mark.parametrize(
    ("experiment", "wanted"),
    [
        (entanglement_fidelity(4), {"F_e, Bell measurement": 1, "F_e, parity": 1}),
        (
            chsh(2),
            {
                "S, same time": 2 * math.sqrt(2),
                "S, not decrypted": 0,
                "S, reference first": 2 * math.sqrt(2),
                "S, reference last": 2 * math.sqrt(2),
            },
        ),
        (iterated_cloning(98), {"F_e, parity": 1}),
        (ghz(4), {"P": 1, "chi": 1, "F_r": 1}),
        (ghz(15), {"P": 1, "chi": 1, "F_r": 1}),
        (
            single_use(2),
            {
                "F_e S[0]": 1,
                "F_e A": 0.25,
                "F_e S[1]": 0.25,
                "F_e S[0], after a second decryption": 1,
                "F_e S[1], after a second decryption": 0.25,
            },
        ),
    ],
    ids=lambda value: value.name if hasattr(value, "name") else "",
)
def test_ideal_quantities(experiment, wanted):
    assert {quantity.name: pytest.approx(quantity.ideal, abs=1e-12) for quantity in experiment.quantities} == wanted


def matrix(paulis, names):
    letters = dict(paulis)
    return reduce(numpy.kron, [PAULIS[letters.get(name, "I")] for name in names])


def measured(quantity, names, state):
    """The quantity in a density matrix of these qubits."""
    found = {each: each.sign * numpy.trace(state @ matrix(each.paulis, names)).real for _, each in quantity.terms}
    return quantity.value(found)


def random_state(qubits, seed):
    generator = numpy.random.default_rng(seed)
    root = generator.normal(size=(2**qubits, 2**qubits)) + 1j * generator.normal(size=(2**qubits, 2**qubits))
    state = root @ root.conj().T
    return state / numpy.trace(state)


@pytest.mark.parametrize("seed", range(3))
def test_the_ghz_quantities_are_population_contrast_and_fidelity_in_any_state(seed):
    for r in (2, 3):
        experiment = ghz(r)
        names = experiment.parameters["clones"].split()
        state = random_state(r, seed)
        target = numpy.zeros(2**r)
        target[[0, -1]] = 1 / math.sqrt(2)
        population, contrast, fidelity = (measured(quantity, names, state) for quantity in experiment.quantities)
        assert fidelity == pytest.approx((target @ state @ target).real)
        assert population == pytest.approx((state[0, 0] + state[-1, -1]).real)
        assert contrast == pytest.approx(2 * state[0, -1].real)
        oscillation = 0.0
        for k in range(1, r + 1):
            axis = math.cos(k * math.pi / r) * PAULIS["X"] + math.sin(k * math.pi / r) * PAULIS["Y"]
            oscillation += (-1) ** k * numpy.trace(state @ reduce(numpy.kron, [axis] * r)).real / r
        assert contrast == pytest.approx(oscillation)


@pytest.mark.parametrize("seed", range(3))
def test_f_e_is_the_bell_fidelity_and_s_the_chsh_value_in_any_state(seed):
    names = ["R", "A"]
    state = random_state(2, seed)
    bell = numpy.array([1, 0, 0, 1]) / math.sqrt(2)
    fidelity = entanglement_fidelity(2).quantities[1]
    assert measured(fidelity, names, state) == pytest.approx((bell @ state @ bell).real)
    z, x = PAULIS["Z"], PAULIS["X"]
    one, other = (z + x) / math.sqrt(2), (z - x) / math.sqrt(2)
    operator = numpy.kron(z, one) + numpy.kron(z, other) + numpy.kron(x, one) - numpy.kron(x, other)
    same_time = chsh(2).quantities[0]
    assert measured(same_time, names, state) == pytest.approx(numpy.trace(state @ operator).real)


def test_the_bell_measurement_counts_what_parity_counts_without_noise():
    """⟨ZI⟩, ⟨IZ⟩, ⟨ZZ⟩ after CX and H are ⟨XX⟩, ⟨ZZ⟩, −⟨YY⟩ before."""
    experiment = entanglement_fidelity(2)
    bell = experiment.arrangements["bell"]
    before = replace(bell, steps=bell.steps[:-2])
    assert before == experiment.arrangements["parity"]
    assert bell.steps[-2:] == (("CX", 5, 0), ("H", 5))


def test_sampled_stabilizers_estimate_the_mean_over_all():
    """With ⟨each⟩ = 0.9 per letter the exact means are sums over weights."""
    r = 12
    population, contrast, fidelity = ghz(r, samples=2000).quantities
    assert (population.sampled_from, contrast.sampled_from, fidelity.sampled_from) == (2**11, 2**11, 2**12)
    decay = {each: 0.9 ** len(each.paulis) for _, each in fidelity.terms}
    exact = sum(math.comb(r, even) * 0.9**even for even in range(0, r + 1, 2)) / 2 ** (r - 1)
    spread = math.sqrt(sum(math.comb(r, w) * (0.9**w - exact) ** 2 for w in range(0, r + 1, 2)) / 2 ** (r - 1) / 2000)
    assert abs(population.value(decay) - exact) < 4 * spread
    assert contrast.value(decay) == pytest.approx(0.9**r)
    assert fidelity.value(decay) == pytest.approx((population.value(decay) + contrast.value(decay)) / 2)
    assert ghz(r, samples=2000) == ghz(r, samples=2000)


def test_sizes_are_the_published_ones():
    for qubits, (_, full, partial) in PUBLISHED_SIZES.items():
        arrangement = iterated_cloning(qubits).arrangements["parity"]
        assert len(arrangement.used) == len(arrangement.names) == qubits
        clones = 1 + (qubits - 2) // 2
        assert clones == 3 ** (full + 1) + 2 * partial == {6: 3, 18: 9, 54: 27, 98: 49, 154: 77}[qubits]
    for n, levels, qubits in ((2, 0, 6), (2, 6, 30), (4, 0, 10), (4, 3, 34)):
        assert len(virtual_iteration(n, levels).arrangements["parity"].used) == qubits
    assert [len(ghz(r).arrangements["decrypted"].used) for r in (1, 4, 15)] == [5, 20, 75]
    assert len(entanglement_fidelity(15).arrangements["parity"].used) == 32


def test_the_decrypted_clone_of_a_partial_round_was_cloned_in_it():
    """So its key has one level more: decryption acts on 6 noise qubits at 54 qubits and on 8 at 98."""
    for qubits, key in ((54, 6), (98, 8), (154, 8)):
        experiment = iterated_cloning(qubits)
        arrangement = experiment.arrangements["parity"]
        observable = experiment.observables("parity")[0]
        names = {name for name, _ in observable.paulis}
        assert names == {"R", experiment.parameters["clone"]}
        encoded = 10 * (qubits - 2) // 4 + 1
        two_qubit = sum(len(step) == 3 for step in arrangement.steps)
        assert two_qubit == encoded + 2 * key


@pytest.mark.parametrize(
    ("n", "coalition", "letters"),
    [
        (2, "S[0] N[0] N[1]", "XYZ"),
        (2, "S[0] N[1]", ""),
        (2, "S[0] S[1]", ""),
        (2, "A N[0] N[1]", "XYZ"),
        (3, "S[0] S[1] S[2]", "Y"),
        (3, "S[0] N[1] N[2]", "Y"),
        (3, "S[0] N[0] N[1]", ""),
        (3, "A S[0] S[1] S[2]", "XYZ"),
        (3, "A N[0] N[1] N[2]", "Y"),
    ],
)
def test_data_tell_authorized_leaking_and_uninformative_coalitions_apart(n, coalition, letters):
    found = {quantity.name: quantity.ideal for quantity in access(n).quantities}
    assert "".join(letter for letter in "XYZ" if found[f"{letter} {coalition}"]) == letters


def test_access_takes_other_coalitions_and_refuses_unknown_qubits():
    (x, _, _) = access(2, coalitions=[["A", "S[1]", "N[1]"]]).quantities
    assert (x.name, x.ideal) == ("X A S[1] N[1]", 1)
    with pytest.raises(InputError, match=r"coalition with 'S\[7\]'"):
        access(2, coalitions=[["S[7]"]])


@pytest.mark.parametrize("name", ["teleportation", "one-time-pad", "five-qubit-code", "parallel-cloning"])
def test_any_clifford_protocol_and_recovery_is_an_experiment(name):
    protocol = family(name).build()
    experiment = experiment_of(protocol, next(iter(protocol.recoveries)))
    assert wrong_ideals(experiment) == []
    assert [quantity.ideal for quantity in experiment.quantities] == [1]


def test_a_secret_of_several_qubits_samples_its_correlators():
    protocol = family("parallel-cloning").build(n=2, secrets=3)
    exact, drawn = (experiment_of(protocol, "decrypt[0]", samples=samples).quantities[0] for samples in (64, 50))
    assert (len(exact.terms), exact.sampled_from, drawn.sampled_from) == (63, 0, 64)
    assert drawn.ideal == pytest.approx(1)
    state = random_state(6, 1)
    names = ["R[0]", "S0[0]", "R[1]", "S0[1]", "R[2]", "S0[2]"]
    bells = reduce(numpy.kron, [numpy.array([1, 0, 0, 1]) / math.sqrt(2)] * 3)
    assert measured(exact, names, state) == pytest.approx((bells @ state @ bells).real)


def test_what_cannot_be_an_experiment_is_refused():
    protocol = family("encrypted-cloning").build(n=2)
    with pytest.raises(InputError, match="no recovery 'decrypt'"):
        experiment_of(protocol, "decrypt")
    twisted = family("twisted-cloning").build()
    with pytest.raises(InputError, match="not Clifford"):
        experiment_of(twisted, next(iter(twisted.recoveries)))
    with pytest.raises(InputError, match="the published sizes are 6, 18, 54, 98, 154"):
        iterated_cloning(20)
    with pytest.raises(InputError, match="at least 2 clones"):
        single_use(1)
    with pytest.raises(InputError, match="give 1 or more"):
        ghz(0)


def test_a_measured_qubit_has_only_its_outcome():
    arrangement = chsh(2).arrangements["reference first, X"]
    measurements = [at for at, step in enumerate(arrangement.steps) if step[0] == "measure"]
    assert len(measurements) == 1
    assert arrangement.steps[measurements[0] + 1][0] == "barrier"
    with pytest.raises(InputError, match="no X on 'R'"):
        ideal_expectation(arrangement, [("R", "X")])


@pytest.mark.parametrize("step", [("T", 0), ("CX", 0), ("CX", 0, 0), ("H", 2), ("H", -1), ("measure", 0, 1)])
def test_steps_that_are_none_are_refused(step):
    with pytest.raises(InputError, match="is no gate on 2 qubits"):
        Arrangement(("A", "B"), (step,))


def test_a_measured_qubit_is_not_used_again():
    with pytest.raises(InputError, match="uses a qubit that was measured before"):
        Arrangement(("A", "B"), (("measure", 0), ("barrier", 0, 1), ("CX", 0, 1)))


def test_observables_move_to_the_layout_s_qubits():
    observable = LogicalObservable("parity", (("R", "X"), ("A", "Y")), 1, -1)
    found = on_device(observable, {"R": 7, "A": 3})
    assert (found.paulis, found.sign) == (((7, "X"), (3, "Y")), -1)
    with pytest.raises(InputError, match="observable on 'A'"):
        on_device(observable, {"R": 7})


def test_the_circuit_for_qiskit_has_the_registers_and_records():
    circuit = chsh(2).arrangements["reference last, Z"].circuit()
    assert [(register.name, len(register)) for register in circuit.qregs] == [("A", 1), ("S", 2), ("N", 2), ("R", 1)]
    assert [register.name for register in circuit.cregs] == ["record"]
    assert circuit.count_ops()["measure"] == 1


def test_the_numbered_experiments_are_the_six():
    assert [make(2).number if number != 3 else make(6).number for number, make in EXPERIMENTS.items()] == [
        1,
        2,
        3,
        4,
        5,
        6,
    ]


def test_importing_the_experiments_loads_no_qiskit():
    code = "import sys, noclone.hardware_checks.experiments; sys.exit('qiskit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
