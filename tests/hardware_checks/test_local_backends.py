"""The local backends: what they sample is what is predicted, their options are honoured or refused, nothing else gets out."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import pairwise

import numpy
import pytest
from qiskit import QuantumCircuit
from qiskit.circuit import ClassicalRegister, QuantumRegister
from twirled_with_readout import twirled_with_readout

from noclone.hardware_checks import aer_service
from noclone.hardware_checks.aer_service import AerSampler
from noclone.hardware_checks.arrangements import on_device
from noclone.hardware_checks.backends import RunOptions, backend_of, refused_options, service_for
from noclone.hardware_checks.calibration import noise_from_backend
from noclone.hardware_checks.compiling import compile_experiment
from noclone.hardware_checks.executable_circuits import executable_circuit
from noclone.hardware_checks.experiments import chsh, entanglement_fidelity
from noclone.hardware_checks.fake_service import FakeSampler
from noclone.hardware_checks.ledger import Ledger
from noclone.hardware_checks.live_targets import live_target
from noclone.hardware_checks.modelled_circuits import ModelledDevice, flipped
from noclone.hardware_checks.noisy_circuits import with_noise
from noclone.hardware_checks.physical import Observable, Operation, PhysicalCircuit
from noclone.hardware_checks.prediction import predict
from noclone.hardware_checks.run_plans import PlannedCircuit
from noclone.hardware_checks.running import plan, run
from noclone.hardware_checks.services import NothingSubmittedError
from noclone.hardware_checks.stim_service import StimSampler
from noclone.hardware_checks.stored_circuits import to_qpy
from noclone.hardware_checks.untwirled import untwirled
from noclone.models.errors import TooLargeError

KINDS = {"stim": StimSampler, "aer": AerSampler, "fake": FakeSampler}


@pytest.fixture(scope="module")
def kingston():
    return backend_of("stim").device


@pytest.fixture(scope="module")
def noise(kingston):
    return noise_from_backend(kingston)


@dataclass(frozen=True)
class Setting:
    """A circuit, the qubits and letters that are measured of it, and the circuit that does so."""

    key: str
    circuit: object
    observable: Observable
    made: object


def settings_of(kingston, experiment, keys=None):
    found = []
    for key, circuit in compile_experiment(experiment, live_target(kingston), seeds=[0]).items():
        if keys is None or key in keys:
            for each in experiment.observables(key):
                paulis = on_device(each, circuit.layout).paulis
                made = executable_circuit(circuit, paulis, qubits=156, dt=kingston.target.dt, name=key)
                found.append(Setting(key, circuit, Observable(tuple(paulis)), made))
    return found


@pytest.fixture(scope="module")
def two_clones(kingston):
    return settings_of(kingston, entanglement_fidelity(2))


@pytest.fixture(scope="module")
def measured_within(kingston):
    return settings_of(kingston, chsh(2), ["reference first, Z", "reference first, X", "reference last, X"])


def mean_parity(outcomes):
    return 1 - 2 * float(numpy.bitwise_xor.reduce(outcomes.array(), axis=1).mean())


def deviations(sampler, settings, wanted, shots, *, seed=0):
    """For each setting the mean's distance from what is wanted, in standard errors."""
    seeds = numpy.random.SeedSequence(seed).spawn(len(settings))
    means = [mean_parity(sampler.sample(each.made, shots, own, {})) for each, own in zip(settings, seeds, strict=True)]
    return [(mean - value) / ((1 - value**2) / shots) ** 0.5 for mean, value in zip(means, wanted, strict=True)]


def full(settings, noise):
    return [predict(each.circuit, [each.observable], noise).rows[0].predicted for each in settings]


def test_stim_samples_the_twirled_noise_and_the_readout_within_five_sigma(kingston, noise, two_clones, measured_within):
    settings = two_clones + measured_within
    wanted = [twirled_with_readout(each.circuit, [each.observable], noise)[0] for each in settings]
    found = deviations(StimSampler(kingston), settings, wanted, 1_000_000)
    assert max(map(abs, found)) < 5
    assert numpy.std(found) > 0.3  # independent seeds


def test_the_readout_of_stim_is_not_the_symmetric_one_of_the_twirled_prediction(kingston, noise, two_clones):
    """The Bell measurement's single outcomes show it: so the test above would notice a symmetric readout."""
    wanted = [
        predict(each.circuit, [each.observable], noise, method="twirled").rows[0].predicted for each in two_clones
    ]
    found = deviations(StimSampler(kingston), two_clones, wanted, 1_000_000)
    assert max(map(abs, found)) > 10


def test_stim_agrees_with_the_full_prediction_to_the_twirls_error(kingston, noise, two_clones):
    wanted = full(two_clones, noise)
    seeds = numpy.random.SeedSequence(1).spawn(len(wanted))
    for each, own, value in zip(two_clones, seeds, wanted, strict=True):
        assert abs(mean_parity(StimSampler(kingston).sample(each.made, 400_000, own, {})) - value) < 2e-3 + 2e-3


@pytest.mark.parametrize("n", [1, 2])
def test_aer_samples_the_full_noise_within_five_sigma(kingston, noise, n):
    settings = settings_of(kingston, entanglement_fidelity(n))
    assert max(map(abs, deviations(AerSampler(kingston), settings, full(settings, noise), 100_000))) < 5


def test_aer_measures_within_the_circuit(kingston, noise, measured_within):
    found = deviations(AerSampler(kingston), measured_within, full(measured_within, noise), 100_000)
    assert max(map(abs, found)) < 5


def test_aers_density_matrix_is_the_full_prediction(kingston, noise, two_clones, measured_within):
    """Exactly, without sampling: what Aer is given is our model, each channel in its place; readout apart."""
    from qiskit_aer import AerSimulator

    device = ModelledDevice(kingston)
    for each in two_clones + measured_within:
        modelled = device.read(each.made)
        part = aer_service._part_that_counts(modelled)
        made = aer_service._circuit_for_aer(modelled, part)
        made.remove_final_measurements()
        qubits = [part.index[qubit] for qubit in modelled.qubits]
        made.save_probabilities(qubits)
        found = AerSimulator(method="density_matrix").run(made).result().data()["probabilities"]
        value = sum(chance * (-1) ** index.bit_count() for index, chance in enumerate(found))
        noisy = with_noise(each.circuit, noise, layers=["gates", "idle"])
        assert value == pytest.approx(untwirled(noisy, [each.observable]).values[0], abs=1e-6)


def test_trajectories_sample_the_same_as_the_density_matrix(kingston, noise, monkeypatch):
    monkeypatch.setattr(aer_service, "MOST_AS_DENSITY_MATRIX", 2)
    settings = settings_of(kingston, entanglement_fidelity(1))
    assert max(map(abs, deviations(AerSampler(kingston), settings, full(settings, noise), 5_000))) < 5


def test_the_local_mode_agrees_with_the_full_prediction(kingston, noise, two_clones, measured_within):
    """Aer's own model of the snapshot has a symmetric readout: hence one percent beside five standard errors."""
    settings = two_clones + measured_within
    sampler = FakeSampler(kingston)
    seeds = numpy.random.SeedSequence(0).spawn(len(settings))
    for each, own, value in zip(settings, seeds, full(settings, noise), strict=True):
        found = mean_parity(sampler.sample(each.made, 1000, own, {}))
        assert abs(found - value) < 5 * ((1 - value**2) / 1000) ** 0.5 + 0.01


def test_a_circuit_that_is_not_the_predicted_one_is_noticed(kingston, noise, two_clones):
    """The same comparison on the circuit of another setting fails by far, on every backend."""
    wanted = full(two_clones, noise)
    swapped = [two_clones[-1], two_clones[-2]]  # ⟨ZZ⟩ for ⟨YY⟩: other signs
    for kind in KINDS.values():
        assert min(map(abs, deviations(kind(kingston), swapped, wanted[-2:], 1000))) > 20


def flips(*turned, bits, extra=()):
    """X on some qubits of a line, then bits (qubit per bit)."""
    made = QuantumCircuit(QuantumRegister(156, "q"), ClassicalRegister(len(bits), "meas"), *extra)
    for qubit in turned:
        made.x(qubit)
    made.barrier(sorted({*turned, *bits}))
    for bit, qubit in enumerate(bits):
        made.measure(qubit, bit)
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_column_j_is_bit_j_of_meas(kingston, kind):
    sampler = KINDS[kind](kingston)
    means = (
        sampler.sample(flips(3, 21, bits=[21, 2, 3, 23]), 400, numpy.random.SeedSequence(0), {}).array().mean(axis=0)
    )
    assert (means > 0.5).tolist() == [True, False, True, False]
    assert (numpy.minimum(means, 1 - means) < 0.1).all()


@pytest.mark.parametrize("kind", KINDS)
def test_measurements_that_nobody_reads_collapse_all_the_same(kingston, kind):
    """|+⟩ measured in Z, unread, then in X: half of each, where without the measurement all were 0."""
    gates = [("rz", 1), ("sx", 0), ("rz", 1)]
    before = [Operation(name, (3,), 0.0, 32e-9 * (name == "sx"), quarter) for name, quarter in gates]
    within = [*before, Operation("measure", (3,), 32e-9, 2.28e-6), Operation("rz", (3,), 2.312e-6, 0.0, 0)]
    for operations, wanted in ((before, 1.0), (within, 0.0)):
        circuit = PhysicalCircuit(tuple(operations), {}, 0, 0, 0)
        made = executable_circuit(circuit, [(3, "X")], qubits=156, dt=kingston.target.dt)
        found = mean_parity(KINDS[kind](kingston).sample(made, 1000, numpy.random.SeedSequence(2), {}))
        assert found == pytest.approx(wanted, abs=0.16)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_outcomes_and_another_one_others(kingston, kind, two_clones):
    def sampled(seed):
        return KINDS[kind](kingston).sample(two_clones[0].made, 500, numpy.random.SeedSequence(seed), {})

    assert sampled(7) == sampled(7)
    assert sampled(7) != sampled(8)


def test_stim_flips_each_bit_by_its_own_two_probabilities(kingston, noise):
    shots = 400_000
    for turned in ([], [3, 21]):
        made = flips(*turned, bits=[3, 21])
        array = StimSampler(kingston).sample(made, shots, numpy.random.SeedSequence(4), {}).array()
        for bit, qubit in enumerate((3, 21)):
            one_for_zero, zero_for_one = noise.readout[qubit]
            wanted = zero_for_one if turned else one_for_zero
            slack = 1e-3 if turned else 0.0  # the x errs too
            found = (array[:, bit] != bool(turned)).mean()
            assert abs(found - wanted) < 5 * (wanted / shots) ** 0.5 + slack


def test_flips_have_the_probabilities_that_they_are_given():
    bits = numpy.tile(numpy.array([[0, 1]], dtype=numpy.uint8), (200_000, 1))
    found = flipped(bits, numpy.array([[0.1, 0.9], [0.9, 0.02]]), numpy.random.default_rng(0)) != bits
    assert found.mean(axis=0) == pytest.approx([0.1, 0.02], abs=5 * (0.09 / 200_000) ** 0.5)


def test_large_numbers_of_shots_are_sampled_in_batches(kingston, two_clones, monkeypatch):
    monkeypatch.setattr("noclone.hardware_checks.stim_service._MOST_AT_ONCE", 999)
    monkeypatch.setattr("noclone.hardware_checks.aer_service._MOST_AT_ONCE", 400)
    for kind in ("stim", "aer"):
        found = KINDS[kind](kingston).sample(two_clones[-1].made, 1000, numpy.random.SeedSequence(0), {})
        assert found.shots == 1000
        array = found.array()
        assert (array[:400] != array[400:800]).any()
        assert array.mean() == pytest.approx(0.5, abs=0.08)


def line(length):
    """Entangling gates along a line of working qubits, all measured."""
    path = [0, 1, 2, 3, 16, 23, 22, 21, 36, 41, 42, 43, 44, 45, 46, 47, 57, 67, 66, 65, 77, 85, 84, 83, 82, 81][:length]
    made = QuantumCircuit(QuantumRegister(156, "q"), ClassicalRegister(length, "meas"))
    for qubit in path:
        made.sx(qubit)
    for one, other in pairwise(path):
        made.cz(one, other)
    made.barrier(path)
    made.measure(path, range(length))
    return made


def test_what_is_too_large_for_aer_is_refused_with_what_to_use_instead(kingston):
    with pytest.raises(TooLargeError, match=r"25 qubits .* at most 24 .*: use stim:kingston"):
        AerSampler(kingston).check(line(25), 100, {})
    with pytest.raises(TooLargeError, match=r"100000 shots on 20 qubits .* use stim:kingston, or at most \d+ shots"):
        AerSampler(kingston).check(line(20), 100_000, {})
    with pytest.raises(TooLargeError, match=r"17 qubits, and the runtime's local mode is given at most 16: use stim"):
        FakeSampler(kingston).check(line(17), 100, {})


def test_what_cannot_influence_the_outcomes_does_not_count(kingston):
    made = line(25)
    small = QuantumCircuit(*made.qregs, ClassicalRegister(1, "meas"))
    for each in made.data:
        if each.operation.name not in ("measure", "barrier"):
            small.append(each)
    small.measure(0, 0)
    AerSampler(kingston).check(small, 100, {})
    part = aer_service._part_that_counts(ModelledDevice(kingston).read(small))
    assert set(part.index) == {0, 1}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("gate", "said"),
    [
        (("cz", 83, 96), "cz on qubits 83, 96"),
        (("sx", 96), "sx on qubit 96"),
        (("cz", 0, 9), "cz on qubits 0, 9"),
        (("h", 0), "h on qubit"),
    ],
)
def test_dead_and_foreign_gates_are_refused(kingston, kind, gate, said):
    made = QuantumCircuit(QuantumRegister(156, "q"), ClassicalRegister(1, "meas"))
    getattr(made, gate[0])(*gate[1:])
    made.measure(gate[1], 0)
    service = KINDS[kind](kingston)
    with pytest.raises(Exception, match=said) as refused:
        service.check(made, 100, {})
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("kind", ["stim", "aer"])
def test_bits_that_do_not_hold_a_final_outcome_are_refused(kingston, kind):
    sampler = KINDS[kind](kingston)
    again = flips(3, bits=[3])
    again.x(3)
    with pytest.raises(Exception, match="used or measured again"):
        sampler.check(again, 100, {})
    with pytest.raises(Exception, match="bit 1 is never measured"):
        sampler.check(
            QuantumCircuit(QuantumRegister(156), ClassicalRegister(2, "meas")).compose(
                flips(bits=[3]), range(156), [0]
            ),
            1,
            {},
        )
    other = QuantumCircuit(QuantumRegister(156), ClassicalRegister(1, "c"))
    other.measure(0, 0)
    with pytest.raises(Exception, match='no classical register "meas"'):
        sampler.check(other, 100, {})


def test_the_local_mode_applies_its_options(kingston, two_clones):
    sampler, seed = FakeSampler(kingston), numpy.random.SeedSequence(3)
    plain = sampler.sample(two_clones[0].made, 20_000, seed, {})
    again = sampler.sample(two_clones[0].made, 20_000, seed, {"dynamical_decoupling": False, "twirling": False})
    decoupled = sampler.sample(two_clones[0].made, 20_000, seed, {"dynamical_decoupling": True})
    twirled = sampler.sample(two_clones[0].made, 1000, seed, {"twirling": True})
    assert (plain.shots, decoupled.shots, twirled.shots) == (20_000, 20_000, 1024)
    assert plain == again != decoupled  # 40 pulses more, each with an error of its own
    for each in (decoupled, twirled):
        assert mean_parity(each) == pytest.approx(mean_parity(plain), abs=0.08)


def test_before_runtime_050_the_old_sampler_is_used(kingston, two_clones, monkeypatch):
    monkeypatch.setitem(sys.modules, "qiskit_ibm_runtime.executor_sampler", None)
    backend = backend_of("fake")
    assert "ignores dynamical decoupling" in refused_options(backend, RunOptions(twirling=True))[0]
    assert not refused_options(backend, RunOptions())
    monkeypatch.setattr("warnings.warn", lambda *_, **__: None)
    found = FakeSampler(kingston).sample(two_clones[-1].made, 500, numpy.random.SeedSequence(0), {})
    assert found.shots == 500
    assert mean_parity(found) == pytest.approx(0.94, abs=0.1)


@pytest.mark.slow
def test_the_part_of_the_snapshot_gives_the_whole_ones_counts(kingston, two_clones):
    """Seven seconds for each call of the runtime on all 156 qubits; the counts are equal."""
    from qiskit_ibm_runtime.executor_sampler import Sampler

    seed = numpy.random.SeedSequence(5)
    for each in two_clones[:2]:
        sampler = Sampler(mode=kingston)
        sampler.options.simulator.seed_simulator = int(seed.generate_state(1, numpy.uint32)[0]) >> 1
        whole = sampler.run([each.made], shots=1000).result()[0].data.meas.get_counts()
        assert FakeSampler(kingston).sample(each.made, 1000, seed, {}).counts() == dict(sorted(whole.items()))


@pytest.mark.parametrize("name", ["stim:kingston", "aer:kingston", "fake:kingston"])
def test_a_plan_runs_from_the_ledger_to_its_outcomes(tmp_path, name, two_clones, noise):
    backend = backend_of(name)
    service = service_for(backend, jobs=tmp_path / "jobs", options=RunOptions())
    circuits = [PlannedCircuit(to_qpy(each.made), 2000, {}, {"pauli": "Z"}) for each in two_clones[3:]]
    with Ledger(tmp_path / "ledger") as ledger:
        made = plan(ledger, {"name": "test"}, circuits, backend=backend.name)
        outcomes = run(ledger, made.id, service)
        (job,) = ledger.jobs(made.id)
        assert (job.calibrated, job.charged_s) == (backend.calibrated, 0.0)
        assert '"qubits"' in (ledger.properties(job) or "")
    for each, value in zip(outcomes, full(two_clones[3:], noise), strict=True):
        assert abs(mean_parity(each) - value) < 5 * ((1 - value**2) / 2000) ** 0.5 + 0.01


@pytest.mark.parametrize("name", ["stim", "aer", "fake"])
def test_a_circuit_that_a_backend_cannot_do_is_not_submitted(tmp_path, name):
    service = service_for(backend_of(name), jobs=tmp_path / "jobs", options=RunOptions())
    made = QuantumCircuit(QuantumRegister(156, "q"), ClassicalRegister(1, "meas"))
    made.h(0)
    made.measure(0, 0)
    with pytest.raises(NothingSubmittedError, match=f"circuit 0 on {name}:kingston: .*h on qubit"):
        service.submit([to_qpy(made)], [10], ["plan", "job"])
    assert service.find("plan") == []
