"""A recorded run against its prediction: everything again from the stored circuits, counts and calibration, nothing else.

What is predicted is the circuit that was submitted, read back from the record, with its own basis changes and measurements. Before
that each circuit is checked to be the experiment's: without noise it must give every observable its ideal value, on the
qubits that its layout names. So a wrong circuit is refused, and one that was executed wrongly deviates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from noclone.hardware_checks.arrangements import LogicalObservable, Quantity
from noclone.hardware_checks.device_verdicts import Agreement, compare
from noclone.hardware_checks.device_verdicts import Prediction as Range
from noclone.hardware_checks.executable_circuits import scheduled_from
from noclone.hardware_checks.measured import Measured
from noclone.hardware_checks.measured_quantities import (
    QUANTITY_RANGES,
    Reading,
    constant_of,
    kind_of,
    measured_quantity,
)
from noclone.hardware_checks.measurement_settings import Setting
from noclone.hardware_checks.noise_model import LAYERS, NoiseModel
from noclone.hardware_checks.physical import Observable
from noclone.hardware_checks.prediction import METHODS, MOST_UNTWIRLED, Prediction, Predictions, predict
from noclone.hardware_checks.readout_mitigation import ReadoutFlips
from noclone.hardware_checks.run_drafts import RunItem, items_of
from noclone.hardware_checks.run_plans import PlannedCircuit
from noclone.hardware_checks.shot_outcomes import Outcomes
from noclone.hardware_checks.stored_circuits import from_qpy
from noclone.hardware_checks.testing import ShotPlan
from noclone.models.errors import InputError

__all__ = [
    "Calibration",
    "Compared",
    "Recorded",
    "RunComparison",
    "SettingPrediction",
    "compare_run",
    "predicted_by_settings",
]


_SAME = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What held while a circuit ran: the noise model, the durations of operations in seconds by name and qubits, and the unit
    of delays in seconds.
    """

    noise: NoiseModel
    seconds: Callable[[str, tuple[int, ...]], float]
    dt: float


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """What a run's record holds: its description, and for each circuit its outcomes and the calibration that held.

    ``twirls`` is in how many runs of consecutive shots each circuit was randomised anew, 0 for none.
    """

    description: Mapping[str, Any]
    circuits: Sequence[PlannedCircuit]
    outcomes: Sequence[Outcomes]
    calibrations: Sequence[Calibration]
    twirls: int = 0


Ran = tuple[PlannedCircuit, Outcomes, Calibration]


@dataclass(frozen=True, slots=True, eq=False)
class SettingPrediction:
    """The predictions of the observables that one setting reads."""

    setting: Setting
    observables: tuple[LogicalObservable, ...]
    predictions: Predictions
    method: str

    def weights(self, quantity: Quantity) -> list[float]:
        """Each observable's weight in a quantity, 0 for those that it does not take from here."""
        found = dict.fromkeys(self.observables, 0.0)
        for weight, observable in quantity.terms:
            if observable in found:
                found[observable] += weight
        return [found[observable] for observable in self.observables]


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """One quantity: where it is from, what was predicted (and by which settings), and what was measured."""

    item: RunItem
    quantity: Quantity
    prediction: Prediction
    settings: tuple[SettingPrediction, ...]
    readings: tuple[Reading, ...]
    measured: Measured
    compiled: Mapping[str, Any]

    @property
    def method(self) -> str:
        """The method of the prediction, the coarsest if settings differ."""
        return max((each.method for each in self.settings), key=METHODS.index)


@dataclass(frozen=True, slots=True, eq=False)
class RunComparison:
    """The verdict about the device, and every quantity's row in the order of the verdict's deviations."""

    agreement: Agreement
    rows: tuple[Compared, ...]


def compare_run(
    recorded: Recorded,
    plan: ShotPlan,
    *,
    tolerance: float = 0.0,
    method: str = METHODS[0],
    mitigate: bool = False,
    progress: Callable[[str, int], None] = lambda *_: None,
) -> RunComparison:
    """Compare all quantities of a run at once. ``tolerance`` is what the model itself is allowed to err, as a share of a
    quantity's range; ``plan.effect`` is such a share too.

    ``mitigate`` undoes the calibrated readout errors in the data, and leaves them out of the prediction. Raises InputError if a
    stored circuit is not the experiment's, and for what is missing.
    """
    items = items_of(recorded.description)
    rows: list[Compared] = []
    for at, item in enumerate(items):
        progress(f"{item.parameter} = {item.size}", len(items))
        every = zip(recorded.circuits, recorded.outcomes, recorded.calibrations, strict=True)
        own = [ran for ran in every if ran[0].settings.get("item") == at]
        facts = recorded.description["items"][at]["compiled"]
        rows += _rows(item, own, facts, recorded.twirls, method, mitigate=mitigate)
    ranges = [_range(row, tolerance) for row in rows]
    agreement = compare([row.measured for row in rows], ranges, plan)
    return RunComparison(agreement, tuple(rows))


def _rows(
    item: RunItem,
    own: Sequence[Ran],
    facts: Mapping[str, Any],
    twirls: int,
    method: str,
    *,
    mitigate: bool,
) -> list[Compared]:
    layers = [layer for layer in LAYERS if layer != "readout"] if mitigate else list(LAYERS)
    circuits = [(circuit, calibration) for circuit, _, calibration in own]
    predicted = predicted_by_settings(item, circuits, method=method, layers=layers)
    readings = []
    for (circuit, outcomes, calibration), known in zip(own, predicted, strict=True):
        flips = None
        if mitigate:
            qubits = [circuit.layout[name] for name, _ in known.setting.letters]
            scale = calibration.noise.scale  # the model's factor is on its readout too
            errors = [calibration.noise.readout[qubit] for qubit in qubits]
            flips = tuple(
                ReadoutFlips(scale * one_for_zero, scale * zero_for_one) for one_for_zero, zero_for_one in errors
            )
        readings.append(Reading(known.setting, outcomes, flips, twirls))
    rows = []
    for quantity in item.experiment.quantities:
        if not any(one.paulis for _, one in quantity.terms):  # a constant, such as one qubit's population
            continue
        used = tuple(each for each in predicted if any(each.weights(quantity)))
        of_these = tuple(reading for reading, each in zip(readings, predicted, strict=True) if each in used)
        rows.append(
            Compared(
                item,
                quantity,
                _combined(quantity, used),
                used,
                of_these,
                measured_quantity(quantity, of_these, label=item.label(quantity.name)),
                facts[used[0].setting.arrangement],
            )
        )
    return rows


def predicted_by_settings(
    item: RunItem,
    circuits: Sequence[tuple[PlannedCircuit, Calibration]],
    *,
    method: str = METHODS[0],
    layers: Sequence[str] = LAYERS,
) -> list[SettingPrediction]:
    """The predictions of every circuit of an item, each observable by the first circuit that reads it.

    Raises InputError for a circuit that is not the experiment's, and if one is missing.
    """
    found: list[SettingPrediction] = []
    left = [one for name in item.experiment.arrangements for one in item.experiment.observables(name) if one.paulis]
    for circuit, calibration in circuits:
        setting = _setting(circuit)
        own = tuple(observable for observable in left if setting.reads(observable))
        taken = set(own)
        left = [observable for observable in left if observable not in taken]
        found.append(_predicted(item, circuit, setting, own, calibration, method, layers))
    if left:
        raise InputError(
            f"no circuit of {item.parameter} = {item.size} measures {left[0].paulis} after '{left[0].arrangement}': restore an export"
        )
    return found


def _setting(circuit: PlannedCircuit) -> Setting:
    try:
        letters = tuple((str(name), str(letter)) for name, letter in circuit.settings["letters"])
        return Setting(str(circuit.settings["arrangement"]), letters)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"a circuit's settings do not say what its bits mean ({error}): restore an export") from None


def _predicted(
    item: RunItem,
    circuit: PlannedCircuit,
    setting: Setting,
    observables: tuple[LogicalObservable, ...],
    calibration: Calibration,
    method: str,
    layers: Sequence[str],
) -> SettingPrediction:
    physical, reads = scheduled_from(from_qpy(circuit.qpy), calibration.seconds, calibration.dt)
    where = f"{item.parameter} = {item.size}, {setting.title}"
    for bit, (name, _) in enumerate(setting.letters):
        if bit >= len(reads) or reads[bit] is None or reads[bit] != circuit.layout.get(name):
            raise InputError(
                f"{where}: bit {bit} reads qubit {reads[bit] if bit < len(reads) else None}, but {name} is said to be on qubit"
                f" {circuit.layout.get(name)}: the circuit and its layout do not belong together"
            )
    on_qubits = [
        Observable(tuple((circuit.layout[setting.letters[bit][0]], "Z") for bit in setting.bits(one)), one.sign)
        for one in observables
    ]
    used = method if len(observables) <= MOST_UNTWIRLED else "twirled"
    predictions = predict(physical, on_qubits, calibration.noise, method=used, layers=layers)
    for observable, row in zip(observables, predictions.rows, strict=True):
        if abs(row.ideal - observable.ideal) > _SAME:
            raise InputError(
                f"{where}: without noise the recorded circuit gives {row.ideal:g} for"
                f" {' '.join(f'{letter}_{name}' for name, letter in observable.paulis)}, the experiment {observable.ideal}:"
                " it is not this experiment's circuit"
            )
    return SettingPrediction(setting, observables, predictions, used)


def _combined(quantity: Quantity, settings: Sequence[SettingPrediction]) -> Prediction:
    """The quantity's prediction, its settings' added up."""
    parts = [each.predictions.combined(each.weights(quantity)) for each in settings]
    constant = constant_of(quantity)
    names = dict.fromkeys(name for part in parts for name in part.layers)
    return Prediction(
        constant + sum(part.ideal for part in parts),
        constant + sum(part.predicted for part in parts),
        constant + sum(part.twirled for part in parts),
        sum(part.error_bound for part in parts),
        {name: sum(part.layers.get(name, 0.0) for part in parts) for name in names},
    )


def _range(row: Compared, tolerance: float) -> Range:
    scale = QUANTITY_RANGES.get(kind_of(row.quantity.name), 1.0)
    return Range.about(
        row.prediction.predicted,
        tolerance * scale + row.prediction.error_bound,
        quantity=row.measured.quantity,
        label=row.measured.label,
        scale=scale,
    )
