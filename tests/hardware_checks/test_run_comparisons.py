"""A recorded run against its prediction: right runs are consistent, and everything that can be mixed up is caught."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from simulated_runs import PLAN, SHOTS, drafted, recorded, reordered, sampled, with_layout

from noclone.hardware_checks.device_verdicts import DeviceStatus
from noclone.hardware_checks.experiments import (
    EXPERIMENTS,
    access,
    entanglement_fidelity,
    experiment_of,
    ghz,
    single_use,
)
from noclone.hardware_checks.run_comparisons import compare_run
from noclone.hardware_checks.run_findings import findings_of
from noclone.hardware_checks.run_plans import PlannedCircuit
from noclone.hardware_checks.stored_circuits import from_qpy, to_qpy
from noclone.models.errors import InputError
from noclone.protocols.registry import family


def judged(draft, outcomes, **more):
    return compare_run(recorded(draft, outcomes), PLAN, **{"tolerance": 0.002, "method": "asymmetric"} | more)


@pytest.fixture(scope="module")
def fidelity():
    """Experiment 1 at n = 2, drafted and sampled."""
    draft = drafted(("n", 2, entanglement_fidelity(2)))
    return draft, sampled(draft.circuits, seed=1)


@pytest.mark.parametrize("number", [1, 2, 5, 6])
def test_every_experiment_is_consistent_with_the_model_that_made_its_counts(number):
    draft = drafted(("n", 2, EXPERIMENTS[number](2)), shots=60_000)
    found = judged(draft, sampled(draft.circuits, seed=number))
    assert found.agreement.status is DeviceStatus.CONSISTENT, str(found.agreement)
    ideals = [row.prediction.ideal for row in found.rows if not row.quantity.name.startswith("control")]
    assert ideals == pytest.approx([quantity.ideal for quantity in EXPERIMENTS[number](2).quantities])


def test_ghz_states_and_iterated_cloning_are_consistent_too():
    draft = drafted(("r", 3, ghz(3)), ("r", 9, ghz(9, strings=12)), ("l", "1", EXPERIMENTS[3](18)))
    found = judged(draft, sampled(draft.circuits, seed=7))
    assert found.agreement.status is DeviceStatus.CONSISTENT, str(found.agreement)
    by_label = {row.measured.label: row for row in found.rows}
    assert len(by_label["r=9 chi"].measured.terms) == 12
    statuses = {finding.label: finding.status for finding in findings_of(found.rows) if "multipartite" in finding.name}
    assert statuses["r=3 F_r"] is DeviceStatus.SHOWN


def test_a_protocol_of_ones_own_is_an_experiment():
    protocol = family("iterated-cloning").build(n=2, levels=1)
    draft = drafted(("protocol", protocol.name, experiment_of(protocol, next(iter(protocol.recoveries)))))
    assert judged(draft, sampled(draft.circuits, seed=3)).agreement.status is DeviceStatus.CONSISTENT


def test_a_wrong_decryption_deviates(fidelity):
    draft, _ = fidelity
    protocol = family("encrypted-cloning").build(n=2)
    (right,) = [each for each in protocol.recoveries if each == "decrypt_A"]
    other = experiment_of(protocol, next(each for each in protocol.recoveries if each != right))
    wrong = drafted(("n", 2, other))
    # the outcomes of another clone's decryption, looked for where the right clone should be
    places = [draft.circuits[-1].layout["R"], draft.circuits[-1].layout["A"]]
    executed = [PlannedCircuit(_reading(wrong.circuits[0], places), SHOTS, {}, {}) for circuit in draft.circuits]
    found = judged(draft, sampled(executed, seed=2))
    assert found.agreement.status is DeviceStatus.DEVIATES and found.agreement.at_least > 0.3


def _reading(circuit, places):
    """The circuit's QPY with its final measurements on other qubits, as a register of as many bits."""
    from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister

    before = from_qpy(circuit.qpy)
    made = QuantumCircuit(QuantumRegister(before.num_qubits, "q"), ClassicalRegister(len(places), "meas"))
    for instruction in before.data:
        if instruction.operation.name != "measure":
            made.append(instruction.operation, [before.find_bit(qubit).index for qubit in instruction.qubits])
    for bit, place in enumerate(places):
        made.measure(place, bit)
    return to_qpy(made)


@pytest.mark.parametrize("instead", ["S[0]", "S[1]", "N[0]", "N[1]"])
def test_a_swapped_qubit_deviates(fidelity, instead):
    draft, _ = fidelity
    everywhere = draft.circuits[0].layout
    executed = []
    for circuit in draft.circuits:
        letters = [name for name, _ in circuit.settings["letters"]]
        layout = circuit.layout if instead in circuit.layout else everywhere
        executed.append(
            replace(circuit, qpy=_reading(circuit, [layout[instead if name == "A" else name] for name in letters]))
        )
    assert judged(draft, sampled(executed, seed=4)).agreement.status is DeviceStatus.DEVIATES


def test_a_stale_layout_deviates_when_executed_and_is_refused_when_recorded(fidelity):
    draft, outcomes = fidelity
    other = drafted(("n", 2, entanglement_fidelity(2)), on=_with_other_qubits())
    assert dict(other.circuits[0].layout) != dict(draft.circuits[0].layout)
    executed = []
    for circuit, stale in zip(draft.circuits, other.circuits, strict=True):
        places = [stale.layout[name] for name, _ in circuit.settings["letters"]]
        executed.append(replace(circuit, qpy=_reading(circuit, places)))
    assert judged(draft, sampled(executed, seed=5)).agreement.status is DeviceStatus.DEVIATES
    stale = [with_layout(circuit, **other.circuits[at].layout) for at, circuit in enumerate(draft.circuits)]
    with pytest.raises(InputError, match="do not belong together"):
        compare_run(recorded(draft, outcomes, circuits=stale), PLAN)


def _with_other_qubits():
    from noclone.hardware_checks.backends import backend_of

    return backend_of("stim:fez").device


def test_every_mislabelled_bit_order_deviates():
    draft = drafted(("n", 2, single_use(2)))
    outcomes = sampled(draft.circuits, seed=6)
    widest = max(each.bits for each in outcomes)
    assert widest == 4
    for order in itertools.islice(itertools.permutations(range(4)), 1, None):
        mixed = [reordered(each, order) if each.bits == widest else each for each in outcomes]
        assert judged(draft, mixed).agreement.status is DeviceStatus.DEVIATES, order


def test_reversed_bits_deviate_where_parities_do_not_change(fidelity):
    draft, outcomes = fidelity
    found = judged(draft, [reordered(each, range(each.bits)[::-1]) for each in outcomes])
    assert found.agreement.status is DeviceStatus.DEVIATES
    assert {
        row.measured.label for row, one in zip(found.rows, found.agreement.deviations, strict=True) if one.is_called
    } == {"n=2 control 1"}


def test_recorded_circuits_without_one_gate_are_refused_unless_nothing_measured_depends_on_it(fidelity):
    draft, outcomes = fidelity
    refused = []
    places = list(itertools.product(("cz", "sx"), (0.1, 0.3, 0.5, 0.7, 0.9)))
    for gate, place in places:
        circuits = [replace(circuit, qpy=_without(circuit, gate, place)) for circuit in draft.circuits]
        run = recorded(draft, outcomes, circuits=circuits)
        try:
            found = compare_run(run, PLAN)
        except InputError as error:
            refused.append(str(error))
        else:
            assert [row.prediction.ideal for row in found.rows] == pytest.approx([1.0] * len(found.rows))
    assert len(refused) >= len(places) - 2
    assert all("it is not this experiment's circuit" in told for told in refused)


def _without(circuit, gate, place):
    altered = from_qpy(circuit.qpy)
    found = [at for at, each in enumerate(altered.data) if each.operation.name == gate]
    if found:
        del altered.data[found[int(place * len(found))]]
    return to_qpy(altered)


def test_missing_circuits_and_settings_are_named(fidelity):
    draft, outcomes = fidelity
    with pytest.raises(InputError, match=r"no circuit of n = 2 measures .* after 'bell': restore an export"):
        compare_run(recorded(draft, outcomes[1:], circuits=draft.circuits[1:]), PLAN)
    nameless = [replace(draft.circuits[0], settings={"item": 0}), *draft.circuits[1:]]
    with pytest.raises(InputError, match="do not say what its bits mean"):
        compare_run(recorded(draft, outcomes, circuits=nameless), PLAN)
    foreign = replace(draft, description={"schema": "noclone-hardware-run-0"})
    with pytest.raises(InputError, match="'noclone-hardware-run-0', not 'noclone-hardware-run-1'"):
        compare_run(recorded(foreign, outcomes), PLAN)


def test_a_device_that_is_noisier_than_its_calibration_deviates(fidelity):
    draft, outcomes = fidelity
    noise = recorded(draft, outcomes).calibrations[0].noise
    better = replace(recorded(draft, outcomes).calibrations[0], noise=replace(noise, scale=0.3))
    run = recorded(draft, outcomes)
    found = compare_run(replace(run, calibrations=[better] * len(run.circuits)), PLAN, method="asymmetric")
    assert found.agreement.status is DeviceStatus.DEVIATES
    assert all(one.difference < 0 for one in found.agreement.deviations)


def test_mitigated_values_are_marked_and_compared_with_a_prediction_without_readout(fidelity):
    draft, outcomes = fidelity
    found = judged(draft, outcomes, mitigate=True)
    assert found.agreement.status is DeviceStatus.CONSISTENT, str(found.agreement)
    plain = judged(draft, outcomes)
    for row, other in zip(found.rows, plain.rows, strict=True):
        assert row.measured.mitigated and not other.measured.mitigated
        assert row.prediction.predicted > other.prediction.predicted + 0.005
        assert "readout" not in row.prediction.layers
    assert "with readout mitigation" in str(found.agreement)


def test_mitigation_undoes_the_readout_of_the_model_that_is_judged(fidelity):
    """With a factor on all error rates the readout's errors have it too."""
    draft, outcomes = fidelity
    run = recorded(draft, outcomes)
    worse = [replace(one, noise=replace(one.noise, scale=3.0)) for one in run.calibrations]
    once, thrice = (
        compare_run(each, PLAN, method="asymmetric", mitigate=True).rows
        for each in (run, replace(run, calibrations=worse))
    )
    (layout, *_) = [one.layout for one in draft.circuits if one.settings["arrangement"] == "parity"]
    errors = {name: run.calibrations[0].noise.readout[layout[name]] for name in "RA"}
    for row, other in zip(once, thrice, strict=True):
        assert other.measured.value > row.measured.value
    # ⟨ZZ⟩, ⟨XX⟩ and ⟨YY⟩ of R and A lose the slopes of both; offsets are small beside that
    slopes = [[1 - factor * sum(errors[name]) for name in "RA"] for factor in (1, 3)]
    gained = (slopes[0][0] * slopes[0][1]) / (slopes[1][0] * slopes[1][1])
    before, after = (rows[1].measured.value - 0.25 for rows in (once, thrice))
    assert after / before == pytest.approx(gained, abs=2e-3) and gained > 1.01


def test_the_chsh_value_is_no_bell_test_and_says_so():
    draft = drafted(("n", 2, EXPERIMENTS[2](2)), shots=4000)
    found = findings_of(judged(draft, sampled(draft.circuits, seed=12)).rows)
    assert [one.label for one in found] == [
        f"n=2 S, {when}" for when in ("same time", "reference first", "reference last")
    ]
    for one in found:
        assert one.status is DeviceStatus.SHOWN
        assert any("the settings (Z ± X)/√2 were not measured" in note for note in one.assumptions)


def test_findings_are_those_of_the_experiment():
    drafts = [drafted(("n", 3, entanglement_fidelity(3)), ("n", 2, single_use(2))), drafted(("n", 2, access(2)))]
    rows = [row for draft in drafts for row in judged(draft, sampled(draft.circuits, seed=9)).rows]
    found = findings_of(rows, leak=0.15)
    names = [(each.name, each.label) for each in found]
    assert ("entangled", "n=3 F_e, parity") in names
    assert ("beats every universal 1→3 cloner", "n=3 F_e, parity") in names  # with odd n the secret's qubit is no clone
    (consumed,) = [each for each in found if each.name == "key consumed"]
    assert consumed.status is DeviceStatus.SHOWN and consumed.statement == "every |correlator| of 9 < 0.15"
    assert not any("n=2 X" in label for _, label in names)  # witnesses decide no physical statement
    assert all(one.status is DeviceStatus.SHOWN for one in found)


def test_two_experiments_of_the_same_label_need_runs_of_their_own():
    with pytest.raises(InputError, match="two experiments of this run are called n=2"):
        drafted(("n", 2, single_use(2)), ("n", 2, access(2)))


def test_the_order_of_circuits_does_not_matter(fidelity):
    draft, outcomes = fidelity
    plain = judged(draft, outcomes)
    for order in itertools.islice(itertools.permutations(range(len(outcomes))), 1, 40, 8):
        run = recorded(draft, [outcomes[at] for at in order], circuits=[draft.circuits[at] for at in order])
        again = compare_run(run, PLAN, tolerance=0.002, method="asymmetric")
        assert [row.measured.value for row in again.rows] == pytest.approx([row.measured.value for row in plain.rows])
