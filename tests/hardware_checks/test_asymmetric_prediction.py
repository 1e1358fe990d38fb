"""The method "asymmetric", which the stim backends sample: Pauli-twirled noise in the circuit, the readout as it is."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy
import pytest
from simulated_runs import calibration, device, drafted
from twirled_with_readout import twirled_with_readout

from noclone.hardware_checks.arrangements import on_device
from noclone.hardware_checks.compiling import compile_experiment
from noclone.hardware_checks.executable_circuits import scheduled_from
from noclone.hardware_checks.experiments import chsh, entanglement_fidelity, ghz, single_use
from noclone.hardware_checks.live_targets import live_target
from noclone.hardware_checks.noise_model import LAYERS
from noclone.hardware_checks.noisy_circuits import with_noise
from noclone.hardware_checks.physical import Observable
from noclone.hardware_checks.prediction import predict
from noclone.hardware_checks.stim_circuits import stim_circuit
from noclone.hardware_checks.stim_service import StimSampler
from noclone.hardware_checks.stored_circuits import from_qpy

EXPERIMENTS = {"fidelity": entanglement_fidelity(2), "chsh": chsh(2), "single use": single_use(2), "ghz": ghz(3)}


@cache
def compiled(name):
    """Each of an experiment's circuits with its observables on the device's qubits."""
    experiment = EXPERIMENTS[name]
    circuits = compile_experiment(experiment, live_target(device()))
    return [
        (circuit, [on_device(one, circuit.layout) for one in experiment.observables(name)])
        for name, circuit in circuits.items()
    ]


def with_readout(noise, change):
    return replace(noise, readout={qubit: change(*pair) for qubit, pair in noise.readout.items()})


def very_asymmetric(noise):
    """A 1 is read as 0 more often by 8 %, as after a slow readout."""
    return with_readout(noise, lambda one, other: (one, min(other + 0.08, 1.0)))


def values(circuit, observables, noise, method, **more):
    return numpy.array([row.predicted for row in predict(circuit, observables, noise, method=method, **more).rows])


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_it_is_the_sum_over_what_each_readout_lets_through(experiment):
    """Against a formula of its own: 2^k twirled products, each with a factor or an offset for every qubit."""
    for noise in (calibration().noise, very_asymmetric(calibration().noise), replace(calibration().noise, zz_hz=5e3)):
        for circuit, observables in compiled(experiment):
            found = values(circuit, observables, noise, "asymmetric", epsilon=1e-12)
            wanted = twirled_with_readout(circuit, observables, noise)
            assert abs(found - wanted).max() < 5e-6  # the formula's own neglect, see there
            plain = values(circuit, observables, noise, "twirled")
            if noise.readout != calibration().noise.readout:
                assert abs(found - plain).max() > 1e-4  # so that the comparison sees the readout


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_with_symmetric_readout_or_none_it_is_the_twirled_prediction(experiment):
    symmetric = with_readout(calibration().noise, lambda one, other: ((one + other) / 2,) * 2)
    for circuit, observables in compiled(experiment):
        for noise, layers in ((symmetric, LAYERS), (very_asymmetric(symmetric), ("gates", "idle"))):
            found = values(circuit, observables, noise, "asymmetric", layers=layers, epsilon=1e-14)
            assert found == pytest.approx(values(circuit, observables, noise, "twirled", layers=layers), abs=1e-12)


def test_readout_alone_gives_each_z_its_slope_and_its_offset():
    """By hand: without other noise a |0⟩ is read as 1 with p10, so ⟨Z⟩ = 1 − 2·p10, and of a Bell pair ⟨ZZ⟩ = s·s' + b·b'."""
    noise = very_asymmetric(calibration().noise)
    (circuit, _), *_ = compiled("fidelity")
    fresh = next(qubit for qubit in noise.readout if qubit not in circuit.layout.values())
    zero = Observable(((fresh, "Z"),), -1)
    found = values(circuit, [zero], noise, "asymmetric", layers=("readout",))
    assert found[0] == pytest.approx(-(1 - 2 * noise.readout[fresh][0]), abs=1e-12)
    parity = compiled("fidelity")[1][0]
    one, other = (parity.layout[name] for name in ("R", "A"))
    (p10, p01), (q10, q01) = (noise.readout[qubit] for qubit in (one, other))
    bell = Observable(((one, "Z"), (other, "Z")))
    found = values(parity, [bell], noise, "asymmetric", layers=("readout",))
    assert found[0] == pytest.approx((1 - p10 - p01) * (1 - q10 - q01) + (p01 - p10) * (q01 - q10), abs=1e-12)


def test_the_layers_add_up_with_it():
    circuit, observables = compiled("chsh")[0]
    for row in predict(circuit, observables, very_asymmetric(calibration().noise), method="asymmetric").rows:
        assert row.ideal - row.predicted == pytest.approx(sum(row.layers.values()), abs=1e-12)


def sampled_by_hand(noisy, qubits, flips, shots, seed):
    """Stim's outcomes without readout errors, then each bit flipped with its own qubit's probability for what it is."""
    made, columns = stim_circuit(noisy, dict.fromkeys(qubits, "Z"), readout=False)
    bits = made.compile_sampler(seed=seed).sample(shots)[:, [columns.index(qubit) for qubit in qubits]]
    draws = numpy.random.default_rng(seed).random(bits.shape)
    for at, qubit in enumerate(qubits):
        zero_as_one, one_as_zero = flips[qubit]
        bits[:, at] ^= draws[:, at] < numpy.where(bits[:, at], one_as_zero, zero_as_one)
    return bits


@pytest.mark.parametrize("experiment", ["fidelity", "chsh", "single use"])
def test_it_is_what_stim_samples_within_five_sigma(experiment):
    """Every product of measured Zs of every setting, with the calibrated readout by the backend and a worse one by hand."""
    shots = 400_000
    scores, missed = [], []
    worse = very_asymmetric(calibration().noise)
    for number, each in enumerate(drafted(("n", 2, EXPERIMENTS[experiment]), shots=1).circuits):
        physical, _ = scheduled_from(from_qpy(each.qpy), calibration().seconds, calibration().dt)
        qubits = [each.layout[name] for name, _ in each.settings["letters"]]
        sets = [chosen for size in range(1, len(qubits) + 1) for chosen in combinations(range(len(qubits)), size)]
        observables = [Observable(tuple((qubits[at], "Z") for at in chosen)) for chosen in sets]
        seed = numpy.random.SeedSequence([31, number])
        calibrated = StimSampler(device()).sample(from_qpy(each.qpy), shots, seed, {}).array()
        by_hand = sampled_by_hand(with_noise(physical, worse), qubits, worse.readout, shots, seed=77 + number)
        for noise, bits in ((calibration().noise, calibrated), (worse, by_hand)):
            means = numpy.array([1 - 2 * numpy.logical_xor.reduce(bits[:, list(c)], axis=1).mean() for c in sets])
            for method, found in (("asymmetric", scores), ("twirled", missed)):
                wanted = values(physical, observables, noise, method)
                found += list((means - wanted) / numpy.sqrt((1 - wanted**2) / shots))
    assert max(map(abs, scores)) < 5
    assert 0.6 < numpy.std(scores) < 1.4 and len(scores) > 25
    assert max(map(abs, missed)) > 50  # a symmetric readout would be noticed
