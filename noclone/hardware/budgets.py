"""Error budgets: which gates, readouts, idle periods and qubits cost a quantity how much, to first order.

A place's first-order cost is what it alone would take from the ideal value, under Pauli-twirled noise. Costs of places add up;
their sum is not quite ideal − predicted: products of errors and what the full channels do beyond their twirl are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from noclone.hardware_checks.arrangements import LogicalObservable, Quantity
from noclone.hardware_checks.noise_model import LAYERS
from noclone.hardware_checks.prediction import BudgetLine, Predictions

__all__ = ["MOST_PERIODS", "Budget", "Cost", "Period", "budget_of", "budget_text"]

MOST_PERIODS = 20
"""Idle periods that are kept one by one, the dearest; all of them are in the costs."""
_SHOWN = 5
_MICROSECOND = 1e-6


@dataclass(frozen=True, slots=True)
class Cost:
    """The first-order cost of one cause on the same qubits; ``places`` counts where it occurs, in all circuits of the quantity.

    ``cause`` is a gate's name, "basis change", "readout", "idle" or "zz". What gates on a pair cost counts in either direction.
    """

    layer: str
    cause: str
    qubits: tuple[int, ...]
    cost: float
    places: int

    def to_json(self) -> dict[str, Any]:
        """As the JSON contract says (docs/hardware.md)."""
        return {
            "layer": self.layer,
            "cause": self.cause,
            "qubits": list(self.qubits),
            "cost": self.cost,
            "places": self.places,
        }


@dataclass(frozen=True, slots=True)
class Period:
    """One idle period of a qubit in the circuit of that name; ``start`` and ``duration`` in seconds.

    ``start`` and ``duration`` are None for the wait, before the final measurement, for others' changes of basis.
    """

    circuit: str
    qubit: int
    start: float | None
    duration: float | None
    cost: float


@dataclass(frozen=True, slots=True)
class Budget:
    """A quantity's costs, dearest first, and its dearest idle periods."""

    costs: tuple[Cost, ...]
    periods: tuple[Period, ...]

    @property
    def total(self) -> float:
        """The sum of all costs: what first order says of ideal − predicted."""
        return sum(one.cost for one in self.costs)

    def by_layer(self) -> dict[str, float]:
        """The costs summed over each layer that has any, in the noise model's order."""
        found = {layer: [one.cost for one in self.costs if one.layer == layer] for layer in LAYERS}
        return {layer: sum(costs) for layer, costs in found.items() if costs}

    def by_qubit(self) -> dict[int, float]:
        """The costs summed over each qubit, dearest first; a cause on two qubits counts half for each."""
        found: dict[int, float] = {}
        for one in self.costs:
            for qubit in one.qubits:
                found[qubit] = found.get(qubit, 0.0) + one.cost / len(one.qubits)
        return dict(sorted(found.items(), key=lambda item: -item[1]))


def budget_of(quantity: Quantity, circuits: Mapping[str, tuple[Sequence[LogicalObservable], Predictions]]) -> Budget:
    """The budget of a quantity whose observables were predicted, circuit by circuit, in the order given beside them."""
    costs: dict[tuple[str, str, tuple[int, ...]], tuple[float, int]] = {}
    periods: list[Period] = []
    for name, (observables, predictions) in circuits.items():
        weights = _weights(quantity, observables)
        if not any(weights):
            continue
        for line in predictions.budget(weights):
            if line.cost == 0:
                continue
            key = (line.layer, line.cause, tuple(sorted(line.qubits)))
            cost, places = costs.get(key, (0.0, 0))
            costs[key] = (cost + line.cost, places + 1)
            if line.layer == "idle":
                periods.append(_period(name, line))
    found = (Cost(*key, *summed) for key, summed in costs.items())
    dearest = sorted(periods, key=lambda period: -period.cost)[:MOST_PERIODS]
    return Budget(tuple(sorted(found, key=lambda one: -one.cost)), tuple(dearest))


def _weights(quantity: Quantity, observables: Sequence[LogicalObservable]) -> list[float]:
    """The quantity's weight of each observable; a sample may have drawn one several times."""
    found = dict.fromkeys(observables, 0.0)
    for weight, observable in quantity.terms:
        if observable in found:
            found[observable] += weight
    return list(found.values())


def _period(circuit: str, line: BudgetLine) -> Period:
    return Period(circuit, line.qubits[0], line.start, line.duration, line.cost)


def budget_text(title: str, budget: Budget, *, lost: float, layers: Mapping[str, float]) -> str:
    """A budget for people: each layer's first order beside its cost in the prediction, then the dearest gates, qubits and periods.

    ``lost`` is ideal − predicted; ``layers`` are the costs it is the sum of.
    """
    total = budget.total
    head = f"{title}: ideal − predicted {lost:.4f}; first order {total:.4f}, which leaves out {_signed(lost - total)}"
    if not budget.costs:
        return f"{head} (nothing has a first-order cost)"
    first = budget.by_layer()
    seen = {name: cost for name, cost in layers.items() if cost or first.get(name)}
    told = [f"{name} {_first(first.get(name))} ({_signed(cost, '')})" for name, cost in seen.items()]
    gates = [one for one in budget.costs if one.layer != "idle"]
    columns = [
        _column("gates and readouts", [(_named(one), one.cost) for one in gates], total),
        _column("qubits", [(str(qubit), cost) for qubit, cost in budget.by_qubit().items()], total),
        _column("idle periods", [(_spanned(one), one.cost) for one in budget.periods], total),
    ]
    return "\n".join([head, f"  first order by layer (in the prediction): {', '.join(told)}", *_beside(columns)])


def _first(cost: float | None) -> str:
    return "none" if cost is None else f"{cost:.4f}"


def _signed(number: float, plus: str = "+") -> str:
    return f"{number:{plus}.4f}".replace("-", "−")


def _named(one: Cost) -> str:
    times = f" ×{one.places}" if one.places > 1 else ""
    return f"{one.cause} {'-'.join(map(str, one.qubits))}{times}"


def _spanned(period: Period) -> str:
    if period.start is None or period.duration is None:
        return f"{period.qubit}, before readout"
    start, end = (moment / _MICROSECOND for moment in (period.start, period.start + period.duration))
    return f"{period.qubit}, {start:.2f}–{end:.2f} µs"


def _column(title: str, listed: Iterable[tuple[str, float]], total: float) -> list[str]:
    """A heading and the dearest, with their share of the whole."""
    rows = [(name, f"{cost:.4f}", f"{cost / total:.1%}" if total else "") for name, cost in list(listed)[:_SHOWN]]
    wide = max((len(name) for name, *_ in rows), default=0)
    return [f"dearest {title}", *(f"{name.ljust(wide)}  {cost}  {share:>5}" for name, cost, share in rows)]


def _beside(columns: Sequence[Sequence[str]]) -> list[str]:
    wide = [max(map(len, column)) for column in columns]
    deep = max(map(len, columns))
    cells = [[*column, *[""] * (deep - len(column))] for column in columns]
    return [
        "  " + "   ".join(cell.ljust(width) for cell, width in zip(line, wide, strict=True)).rstrip()
        for line in zip(*cells, strict=True)
    ]
