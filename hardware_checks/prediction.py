"""What a device should measure, according to its noise model, and which parts of the circuit and of the model cost how much.

The prediction is that of the full channels (``method="untwirled"``), of Pauli-twirled noise (``method="twirled"``), or of
Pauli-twirled noise with the readout as it is, which the stim backends sample (``method="asymmetric"``). The cost of a layer is
the change of the twirled expectation when it is switched on after those before it in ``LAYERS``; "untwirled" is the rest, what
the channels take beyond their twirled version. So ideal − predicted is exactly the sum of the costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

from noclone.hardware_checks.noise_model import LAYERS, Location, NoiseModel
from noclone.hardware_checks.noisy_circuits import NoisyCircuit, with_noise
from noclone.hardware_checks.physical import Observable, PhysicalCircuit
from noclone.hardware_checks.propagation import Twirled, twirled
from noclone.hardware_checks.untwirled import EPSILON, untwirled
from noclone.models.errors import InputError

__all__ = ["METHODS", "MOST_UNTWIRLED", "BudgetLine", "Prediction", "Predictions", "predict"]

METHODS = ("untwirled", "asymmetric", "twirled")
MOST_UNTWIRLED = 64
"""Observables of one circuit; with more, Pauli-twirled noise is used, and said so."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """An expectation, or a linear combination of some: ideal − predicted is the sum of ``layers``.

    ``error_bound`` bounds what truncation may have changed ``predicted`` by. It says nothing about the model's own truth.
    """

    ideal: float
    predicted: float
    twirled: float
    error_bound: float
    layers: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """The first-order cost of one place: what it alone would take from the ideal value.

    ``cause`` is a gate's name, "basis change", "readout", "idle" or "zz"; ``start`` is in seconds, None for the final measurement.
    """

    layer: str
    cause: str
    qubits: tuple[int, ...]
    start: float | None
    duration: float | None
    cost: float


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """The predictions for a circuit's observables, in their order."""

    noisy: NoisyCircuit
    observables: tuple[Observable, ...]
    rows: tuple[Prediction, ...]
    factors: Twirled

    def combined(self, weights: Sequence[float], *, constant: float = 0.0) -> Prediction:
        """A sum, constant + Σ_k weights[k]·expectation k: a Bell fidelity is ¼ + ¼(⟨XX⟩ − ⟨YY⟩ + ⟨ZZ⟩), its observables signed or not."""
        pairs = list(zip(weights, self.rows, strict=True))
        names = self.rows[0].layers if self.rows else {}
        return Prediction(
            constant + sum(weight * row.ideal for weight, row in pairs),
            constant + sum(weight * row.predicted for weight, row in pairs),
            constant + sum(weight * row.twirled for weight, row in pairs),
            sum(abs(weight) * row.error_bound for weight, row in pairs),
            {name: sum(weight * row.layers[name] for weight, row in pairs) for name in names},
        )

    def budget(self, weights: Sequence[float]) -> tuple[BudgetLine, ...]:
        """The cost of every gate, readout, idle period and ZZ rotation to Σ_k weights[k]·expectation k, dearest first.

        A gate's line has its depolarizing part and the relaxation of its qubits together.
        """
        found: dict[tuple[str, str, tuple[int, ...], int | None], float] = {}
        costs = self.factors.costs(weights)
        for location, cost in zip(self.factors.locations, costs.tolist(), strict=True):
            key = (location.layer, location.cause, self._qubits(location), location.after)
            found[key] = found.get(key, 0.0) + cost
        lines = [self._line(*key, cost) for key, cost in found.items()]
        return tuple(sorted(lines, key=lambda line: -line.cost))

    def cost_by_qubit(self, weights: Sequence[float]) -> dict[int, float]:
        """The budget summed over each qubit's lines, dearest first; a line on two qubits counts half for each."""
        found: dict[int, float] = {}
        for line in self.budget(weights):
            for qubit in line.qubits:
                found[qubit] = found.get(qubit, 0.0) + line.cost / len(line.qubits)
        return dict(sorted(found.items(), key=lambda item: -item[1]))

    def cost_by_cause(self, weights: Sequence[float]) -> dict[tuple[str, tuple[int, ...]], float]:
        """The budget summed over the lines with the same cause on the same qubits, such as ("cz", (3, 4)), dearest first."""
        found: dict[tuple[str, tuple[int, ...]], float] = {}
        for line in self.budget(weights):
            key = (line.cause, tuple(sorted(line.qubits)))
            found[key] = found.get(key, 0.0) + line.cost
        return dict(sorted(found.items(), key=lambda item: -item[1]))

    def _qubits(self, location: Location) -> tuple[int, ...]:
        if location.layer == "gates" and location.after is not None:
            return self.noisy.circuit.operations[location.after].qubits
        return location.qubits

    def _line(self, layer: str, cause: str, qubits: tuple[int, ...], after: int | None, cost: float) -> BudgetLine:
        if after is None:
            return BudgetLine(layer, cause, qubits, None, None, cost)
        operation = self.noisy.circuit.operations[after]
        return BudgetLine(layer, cause, qubits, operation.start, operation.duration, cost)


def predict(
    circuit: PhysicalCircuit,
    observables: Iterable[Observable],
    noise: NoiseModel,
    *,
    layers: Iterable[str] = LAYERS,
    method: str = "untwirled",
    epsilon: float = EPSILON,
) -> Predictions:
    """Predict the expectations of Paulis on physical qubits at the end of a circuit, final basis changes and readout included.

    Raises InputError for a dead gate or qubit in the circuit, an unknown layer or method, an observable that cannot be measured.
    """
    if method not in METHODS:
        raise InputError(f"unknown method '{method}': the methods are {', '.join(METHODS)}")
    chosen = tuple(observables)
    noisy = with_noise(circuit, noise, layers=layers)
    factors = twirled(noisy, chosen)
    names = [name for name in LAYERS if name in noisy.layers]
    steps = [factors.values(names[:count]) for count in range(len(names) + 1)]
    values, bounds = steps[-1], numpy.zeros(len(chosen))
    if method != "twirled":
        full = untwirled(noisy, chosen, epsilon=epsilon, only_readout=method == "asymmetric")
        values, bounds = full.values, full.error_bounds
    rows = [_row(index, names, steps, values, bounds, method) for index in range(len(chosen))]
    return Predictions(noisy, chosen, tuple(rows), factors)


Column = NDArray[numpy.float64]


def _row(index: int, names: list[str], steps: list[Column], values: Column, bounds: Column, method: str) -> Prediction:
    path = [float(step[index]) for step in steps]
    costs = {name: before - after for name, before, after in zip(names, path[:-1], path[1:], strict=True)}
    if method != "twirled":
        costs["untwirled"] = path[-1] - float(values[index])
    return Prediction(path[0], float(values[index]), path[-1], float(bounds[index]), costs)
