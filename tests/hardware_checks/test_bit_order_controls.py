"""The controls of the bits' order: no other order of the bits leaves all of them as they are."""

from __future__ import annotations

from itertools import permutations

import numpy
import pytest
from simulated_runs import device

from noclone.hardware_checks.arrangements import (
    Arrangement,
    Experiment,
    LogicalObservable,
    Quantity,
    ideal_expectation,
    on_device,
)
from noclone.hardware_checks.bit_order_controls import control_circuits, with_controls
from noclone.hardware_checks.calibration import noise_from_backend
from noclone.hardware_checks.experiments import EXPERIMENTS, chsh, ghz
from noclone.hardware_checks.live_targets import live_target
from noclone.hardware_checks.measured_quantities import Reading, measured_quantity
from noclone.hardware_checks.measurement_settings import settings_of
from noclone.hardware_checks.physical import PhysicalCircuit
from noclone.hardware_checks.prediction import predict
from noclone.hardware_checks.shot_outcomes import Outcomes
from noclone.models.errors import InputError


def measuring(bits):
    """An experiment that measures so many qubits."""
    names = tuple(f"q{at}" for at in range(bits))
    terms = ((1.0, LogicalObservable("a", tuple((name, "Z") for name in names), 1)),)
    return Experiment(0, "own", {}, {"a": Arrangement(names, ())}, (Quantity("parity", 0.0, terms),))


def controls_of(experiment):
    before = len(experiment.quantities)
    return with_controls(experiment).quantities[before:]


def values(experiment, order):
    """What each control gives without noise when its bits come in this order."""
    full = with_controls(experiment)
    found = []
    for setting in settings_of(full):
        if setting.arrangement in experiment.arrangements:
            continue
        arrangement = full.arrangements[setting.arrangement]
        row = [ideal_expectation(arrangement, [pair]) == -1 for pair in setting.letters]
        outcomes = Outcomes.from_array(numpy.array([row])[:, list(order)])
        (quantity,) = [one for one in full.quantities if one.name == setting.arrangement]
        found.append(measured_quantity(quantity, [Reading(setting, outcomes)]).value)
    return found


@pytest.mark.parametrize("bits", [2, 3, 4, 5])
def test_every_other_order_of_the_bits_lowers_some_control(bits):
    experiment = measuring(bits)
    orders = list(permutations(range(bits)))
    assert values(experiment, orders[0]) == pytest.approx([1.0] * (bits - 1).bit_length())
    for order in orders[1:]:
        assert min(values(experiment, order)) <= 1 - 4 / bits + 1e-12, order


@pytest.mark.parametrize("bits", [2, 3, 4, 5])
def test_every_exchange_of_two_bits_lowers_a_control_by_4_of_the_bits_number(bits):
    experiment = measuring(bits)
    for one in range(bits):
        for other in range(one):
            order = list(range(bits))
            order[one], order[other] = other, one
            assert min(values(experiment, order)) == pytest.approx(1 - 4 / bits)


def test_one_bit_fewer_controls_would_not_do():
    """With the last control left out some order is not noticed: none is there for nothing."""
    for bits in (3, 5):
        experiment = measuring(bits)
        unnoticed = [order for order in permutations(range(bits)) if min(values(experiment, order)[:-1]) > 1 - 1e-9]
        assert len(unnoticed) > 1


@pytest.mark.parametrize(
    "experiment", [EXPERIMENTS[number](2) for number in (1, 2, 5, 6)] + [ghz(3)], ids=lambda one: one.name
)
def test_each_experiment_has_one_control_for_each_binary_digit(experiment):
    full = with_controls(experiment)
    measured = {name for one in experiment.quantities for _, term in one.terms for name, _ in term.paulis}
    controls = controls_of(experiment)
    assert [one.name for one in controls] == [f"control {at + 1}" for at in range((len(measured) - 1).bit_length())]
    assert all(one.ideal == pytest.approx(1) for one in controls)
    for one in controls:
        arrangement = full.arrangements[one.name]
        assert set(arrangement.names) == measured
        for _, term in one.terms:
            assert ideal_expectation(arrangement, term.paulis, term.sign) == 1
    assert full.quantities[: len(experiment.quantities)] == experiment.quantities


def test_one_measured_qubit_needs_no_control():
    assert controls_of(ghz(1)) == () and controls_of(measuring(1)) == ()
    assert control_circuits(measuring(1), {}, live_target(device())) == {}


def test_the_circuits_prepare_what_the_controls_say():
    experiment = chsh(2)
    names = sorted({name for one in experiment.quantities for _, term in one.terms for name, _ in term.paulis})
    layout = {name: 10 + at for at, name in enumerate(names)}
    given = {"too few": PhysicalCircuit((), {names[0]: 3}, 0, 0, 0), "all": PhysicalCircuit((), layout, 0, 0, 0)}
    circuits = control_circuits(experiment, given, live_target(device()))
    noise = noise_from_backend(device())
    for quantity in controls_of(experiment):
        circuit = circuits[quantity.name]
        assert dict(circuit.layout) == layout
        found = predict(circuit, [on_device(term, circuit.layout) for _, term in quantity.terms], noise)
        assert [row.ideal for row in found.rows] == [1.0] * len(names)
        assert all(0.5 < row.predicted < 1 for row in found.rows)
        ends = {round(each.start + each.duration, 12) for each in circuit.operations}
        assert len(ends) == 1  # as late as possible, all together
    with pytest.raises(InputError, match="no circuit has all of the measured qubits"):
        control_circuits(experiment, {"too few": given["too few"]}, live_target(device()))
