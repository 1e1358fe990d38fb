"""What ``noclone hardware predict`` says: what a device should measure, by its calibration, and what each layer of noise costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from noclone.hardware.budgets import Budget, budget_of, budget_text
from noclone.hardware_checks.arrangements import Experiment, LogicalObservable, Quantity, on_device
from noclone.hardware_checks.calibration import noise_from_backend
from noclone.hardware_checks.cloning_rounds import PUBLISHED_SIZES
from noclone.hardware_checks.compiling import compile_experiment
from noclone.hardware_checks.experiments import EXPERIMENTS, virtual_iteration
from noclone.hardware_checks.live_targets import live_target
from noclone.hardware_checks.noise_model import NoiseModel
from noclone.hardware_checks.physical import PhysicalCircuit
from noclone.hardware_checks.prediction import METHODS, MOST_UNTWIRLED, Prediction, Predictions, predict
from noclone.hardware_checks.published import Figure, published
from noclone.hardware_checks.snapshots import Snapshot, snapshot
from noclone.models.errors import InputError
from noclone.report import library_versions
from noclone.target import parse_range

__all__ = [
    "PREDICTION_SCHEMA",
    "Row",
    "backend_of",
    "chosen_experiments",
    "predicted_rows",
    "published_figure",
    "to_json",
    "to_text",
]

PREDICTION_SCHEMA = "noclone-hardware-prediction-1"

_SHOWN = {1: "2..15", 2: "2..6", 4: "1..15", 5: "2..4", 6: "2..3"}
_VIRTUAL = {2: range(7), 4: range(4)}


@dataclass(frozen=True, slots=True)
class Row:
    """A quantity of one experiment at one size, as predicted; ``published`` is the paper's figure, if it has one.

    ``series`` tells apart rows of the same size, such as the one-branch series of n=2 and n=4; "" where there is one only.
    """

    experiment: int
    parameter: str
    size: int | str
    quantity: str
    prediction: Prediction
    method: str
    published: Figure | None
    two_qubit_gates: int
    two_qubit_layers: int
    seed: int
    qubits: int
    budget: Budget
    series: str = ""

    def budget_json(self) -> list[dict[str, Any]]:
        """The budget, a mapping for each cause, dearest first."""
        own = {"experiment": self.experiment, "parameter": self.parameter, "size": self.size, "quantity": self.quantity}
        return [own | ({"series": self.series} if self.series else {}) | one.to_json() for one in self.budget.costs]

    def to_json(self) -> dict[str, Any]:
        """As the JSON contract says (docs/hardware.md)."""
        return {
            "experiment": self.experiment,
            self.parameter: self.size,
            "quantity": self.quantity,
            "ideal": self.prediction.ideal,
            "predicted": self.prediction.predicted,
            "error_bound": self.prediction.error_bound,
            "layers": dict(self.prediction.layers),
            "published": None if self.published is None else self.published.value,
            "published_error": None if self.published is None else self.published.error,
            "method": self.method,
            "qubits": self.qubits,
            "two_qubit_gates": self.two_qubit_gates,
            "two_qubit_layers": self.two_qubit_layers,
            "seed": self.seed,
        }


def chosen_experiments(
    number: int, sizes: str | None, *, virtual: bool = False
) -> Iterator[tuple[str, int | str, Experiment]]:
    """Experiments of one number with their parameter's name and value; ``sizes`` is a range as "2..15" (default: the paper's).

    The parameter is n (1, 2, 5, 6), l (3) or r (4). Raises InputError.
    """
    if number not in EXPERIMENTS:
        raise InputError(f"unknown experiment {number}: there are {', '.join(map(str, EXPERIMENTS))}")
    if virtual and number != 3:
        raise InputError("--virtual is a series of experiment 3: give --experiment 3")
    low, high = parse_range(sizes or _SHOWN.get(number, "0..6"))
    if number != 3:
        for size in range(low, high + 1):
            yield ("r" if number == 4 else "n"), size, EXPERIMENTS[number](size)
    elif virtual:
        for n, levels in _VIRTUAL.items():
            for level in (level for level in levels if low <= level <= high):
                yield "l", level, virtual_iteration(n, level)
    else:
        for qubits, (label, level, _) in PUBLISHED_SIZES.items():
            if low <= level <= high:
                yield "l", label, EXPERIMENTS[3](qubits)


def predicted_rows(
    experiments: Iterable[tuple[str, int | str, Experiment]],
    backend: Snapshot,
    *,
    method: str = METHODS[0],
    zz_hz: float = 0.0,
    scale: float = 1.0,
    progress: Callable[[str, int], None] = lambda *_: None,
) -> tuple[list[Row], list[str]]:
    """Compile every circuit for the backend and predict every quantity, and why some sizes are left out.

    Left out are circuits that need more qubits than work; raises InputError if that is all of them.
    """
    listed = list(experiments)
    noise, live = noise_from_backend(backend.backend, zz_hz=zz_hz, scale=scale), live_target(backend.backend)
    rows: list[Row] = []
    left_out: list[str] = []
    for parameter, size, experiment in listed:
        progress(f"experiment {experiment.number}, {parameter} = {size}", len(listed))
        try:
            circuits = compile_experiment(experiment, live)
        except InputError as error:
            if len(listed) == 1:
                raise
            left_out.append(f"{parameter} = {size}: {error}")
            continue
        rows += _rows(experiment, parameter, size, circuits, noise, method)
    if not rows:
        raise InputError(left_out[0])
    return rows, left_out


def _rows(
    experiment: Experiment,
    parameter: str,
    size: int | str,
    circuits: Mapping[str, PhysicalCircuit],
    noise: NoiseModel,
    method: str,
) -> Iterator[Row]:
    """One row for each quantity of an experiment."""
    found: dict[LogicalObservable, Prediction] = {}
    used: dict[str, str] = {}
    predicted: dict[str, tuple[tuple[LogicalObservable, ...], Predictions]] = {}
    for key, circuit in circuits.items():
        observables = experiment.observables(key)
        used[key] = method if len(observables) <= MOST_UNTWIRLED else "twirled"
        predictions = predict(
            circuit, [on_device(each, circuit.layout) for each in observables], noise, method=used[key]
        )
        found.update(zip(observables, predictions.rows, strict=True))
        predicted[key] = observables, predictions
    for quantity in experiment.quantities:
        # a constant, such as the population of a GHZ state of one qubit, is of the only circuit that there is
        key = next((observable.arrangement for _, observable in quantity.terms), next(iter(circuits)))
        shown = circuits[key]
        yield Row(
            experiment.number,
            parameter,
            size,
            quantity.name,
            _combined(quantity, [(weight, found[observable]) for weight, observable in quantity.terms]),
            used[key],
            published_figure(experiment, quantity),
            shown.two_qubit_gates,
            shown.two_qubit_layers,
            shown.seed,
            len(shown.layout),
            budget_of(quantity, predicted),
            f"n={experiment.parameters['n']}" if parameter == "l" and "n" in experiment.parameters else "",
        )


def _combined(quantity: Quantity, terms: list[tuple[float, Prediction]]) -> Prediction:
    """The quantity's prediction from those of its observables."""
    names = dict.fromkeys(name for _, row in terms for name in row.layers)
    return Prediction(
        quantity.constant + sum(weight * row.ideal for weight, row in terms),
        quantity.constant + sum(weight * row.predicted for weight, row in terms),
        quantity.constant + sum(weight * row.twirled for weight, row in terms),
        sum(abs(weight) * row.error_bound for weight, row in terms),
        {name: sum(weight * row.layers.get(name, 0.0) for weight, row in terms) for name in names},
    )


def published_figure(experiment: Experiment, quantity: Quantity) -> Figure | None:
    """The paper's figure for a quantity."""
    data, parameters, name = published(), experiment.parameters, quantity.name
    if not name.startswith(("F_", "S, ")):
        return None
    if experiment.number == 1:
        rows = {row.n: row for row in data.entanglement}
        row = rows.get(int(parameters["n"]))
        return None if row is None else row.bell if "Bell" in name else row.parity
    if experiment.number == 2:
        chsh = {each.n: each for each in data.chsh}.get(int(parameters["n"]))
        if "not decrypted" in name:
            return data.undecrypted_chsh if parameters["n"] == 2 else None
        return None if chsh is None else getattr(chsh, name.removeprefix("S, ").replace(" ", "_"))
    if experiment.number == 3 and "qubits" in parameters:
        return {each.qubits: each.fidelity for each in data.iterated}.get(int(parameters["qubits"]))
    if experiment.number == 3:
        key = int(parameters["n"]), int(parameters["l"])
        return {(each.branching, each.level): each.fidelity for each in data.virtual}.get(key)
    if experiment.number == 4 and name == "F_r":
        return {each.r: each.fidelity for each in data.ghz}.get(int(parameters["r"]))
    return None


def to_json(rows: list[Row], left_out: list[str], backend: Snapshot, *, budget: bool = False) -> dict[str, Any]:
    """The predictions as the JSON contract says (docs/hardware.md); ``budget`` adds what each cause costs each quantity."""
    return {
        "schema": PREDICTION_SCHEMA,
        **library_versions(),
        "backend": backend.name,
        "processor": backend.processor,
        "calibration_time": backend.calibrated.isoformat(),
        "rows": [row.to_json() for row in rows],
        **({"budget": [line for row in rows for line in row.budget_json()]} if budget else {}),
        "left_out": left_out,
        "exit": 0,
    }


def to_text(rows: list[Row], left_out: list[str], backend: Snapshot, *, budget: bool = False) -> str:
    """A line for each quantity: what is predicted, what was published, and what each layer costs; ``budget`` adds a table for each."""
    names = list(dict.fromkeys(name for row in rows for name in row.prediction.layers))
    head = ["size", "quantity", "ideal", "predicted", "published", *names, "2q gates", "layers"]
    lines = [head]
    lines += [_cells(row, names) for row in rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    table = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    told = [f"{backend.name}, {backend.processor}, calibrated {backend.calibrated:%Y-%m-%d %H:%M} UTC"]
    starred = ["* with Pauli-twirled noise"] if any(row.method != METHODS[0] for row in rows) else []
    missing = [f"left out: {each}" for each in left_out]
    source = "published: arXiv:2602.10695, on another day with another calibration"
    budgets = [_budget_text(row) for row in rows] if budget else []
    return "\n".join([*told, *table, *starred, *missing, source, *budgets])


def _budget_text(row: Row) -> str:
    """A row's budget, after an empty line."""
    lost = row.prediction.ideal - row.prediction.predicted
    title = " ".join(filter(None, [row.series, f"{row.parameter}={row.size}", row.quantity]))
    return "\n" + budget_text(title, row.budget, lost=lost, layers=row.prediction.layers)


def _cells(row: Row, layers: list[str]) -> list[str]:
    """A row of the table."""
    return [
        f"{row.parameter}={row.size}",
        row.quantity,
        f"{row.prediction.ideal:.3f}",
        f"{row.prediction.predicted:.3f}" + ("" if row.method == METHODS[0] else "*"),
        "" if row.published is None else f"{row.published.value:.3f}",
        *(f"{row.prediction.layers.get(name, 0.0):.3f}" for name in layers),
        str(row.two_qubit_gates),
        str(row.two_qubit_layers),
    ]


def backend_of(name: str) -> Snapshot:
    """The backend of this name; raises InputError for one that cannot predict."""
    if not name.startswith("fake:"):
        raise InputError(f"'{name}' is no snapshot: predictions are made for snapshots such as fake:kingston")
    return snapshot(name)
