"""From rows of predictions and comparisons (their JSON) to what figures draw."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from noclone.hardware.figures import Line, Mark, Panel, Stack

__all__ = [
    "PUBLISHED_NAME",
    "Run",
    "best_cloner",
    "budget_panels",
    "cells",
    "drift_panels",
    "layer_panels",
    "residual_panels",
    "thresholds_of",
    "value_panels",
]

Row = Mapping[str, Any]
Shown = Callable[[Row, float], float]
"""What is drawn of a row's amount: itself, or its difference from something."""
PUBLISHED_NAME = "published ± 1 s.e. (another day and calibration)"
_AXES = {"n": "n (signal qubits)", "l": "l (rounds of cloning)", "r": "r (qubits of the GHZ state)"}
_LISTED = (5, 6)
_MOST_PANELS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One comparison: its number in the report, from 1, and its JSON."""

    number: int
    content: Row

    @property
    def name(self) -> str:
        """What its marks are called: "run 2 (simulated)"."""
        return f"run {self.number} ({'simulated' if self.content['simulated'] else 'device'})"

    def rows(self, experiment: int) -> list[Row]:
        """Its rows of one experiment, each with a ``series`` that makes quantity and size unique."""
        return with_series(row for row in self.content["rows"] if row["experiment"] == experiment)


@dataclass(frozen=True, slots=True)
class Cell:
    """A row in its panel: where it stands ("size": a size, or a quantity in a list), and of which run it is."""

    size: int | str
    run: Run
    row: Row


def with_series(rows: Iterable[Row]) -> list[Row]:
    """The rows with a ``series`` each; rows without one that repeat quantity and size are a series of their own."""
    seen: dict[tuple[Any, ...], int] = {}
    found: list[Row] = []
    for row in rows:
        key = (row["experiment"], row["quantity"], row["size"], row.get("series", ""))
        seen[key] = seen.get(key, 0) + 1
        again = f"series {seen[key]}" if seen[key] > 1 else ""
        found.append({**row, "series": " ".join(filter(None, [row.get("series", ""), again]))})
    return found


def thresholds_of(quantity: str) -> tuple[tuple[float, str], ...]:
    """The thresholds of a quantity by its name: entanglement fidelities F_e, CHSH values S, GHZ fidelities F_r."""
    if quantity.startswith("F_e"):
        return (0.5, "1/2\nentangled"), (0.25, "1/4\nmixed")
    if quantity.startswith("S,") or quantity == "S":
        return (2.0, "2\nlocal"), (2 * math.sqrt(2), "2√2\nquantum")
    return ((0.5, "1/2\ngenuinely\nmultipartite"),) if quantity == "F_r" else ()


def best_cloner(row: Row) -> float | None:
    """(M + 1)/(2M) for the M clones that experiments 1 and 3 make; None elsewhere.

    Every clone has its noise qubit, but A, which has the reference: M is half of the circuit's qubits.
    """
    qubits = row.get("qubits")
    if row["experiment"] not in (1, 3) or not isinstance(qubits, int) or not row["quantity"].startswith("F_e"):
        return None
    clones = qubits // 2
    return (clones + 1) / (2 * clones) if clones else None


def cells(runs: Sequence[Run], experiment: int) -> dict[str, list[Cell]]:
    """All rows of an experiment by panel: a panel for each quantity, or, where there are many, for each size."""
    rows = [(run, row) for run in runs for row in run.rows(experiment)]
    titles = {(row["quantity"], row["series"]) for _, row in rows}
    is_list = experiment in _LISTED or len(titles) > _MOST_PANELS
    found: dict[str, list[Cell]] = {}
    for run, row in rows:
        quantity = ", ".join(filter(None, [row["quantity"], row["series"]]))
        title, size = (f"{row['parameter']} = {row['size']}", quantity) if is_list else (quantity, row["size"])
        found.setdefault(title, []).append(Cell(size, run, row))
    return found


def _panel(title: str, members: Sequence[Cell], value_name: str, **parts: Any) -> Panel:
    row = members[0].row
    is_list = members[0].size != row["size"]
    name = str(row["parameter"])
    parameter = "" if is_list else _AXES.get(name, name)
    return Panel(title, parameter, value_name=value_name, **parts)


def _by_run(members: Iterable[Cell]) -> dict[Run, list[Cell]]:
    found: dict[Run, list[Cell]] = {}
    for cell in members:
        found.setdefault(cell.run, []).append(cell)
    return found


def _itself(_: Row, amount: float) -> float:
    return amount


def _measured(members: Iterable[Cell], value: Shown = _itself) -> list[Line]:
    """The measured values of each run."""
    found = []
    for run, own in _by_run(members).items():
        marks = []
        for cell in own:
            one, other = (value(cell.row, cell.row[name]) for name in ("low", "high"))
            centre = value(cell.row, cell.row["measured"])
            marks.append(Mark(cell.size, centre, min(one, other), max(one, other), cell.row["mitigated"]))
        found.append(Line(f"measured, {run.name}", "measured", run.number, tuple(marks)))
    return found


def _once(members: Iterable[Cell]) -> dict[int | str, Row]:
    """The first row at each size, for what does not depend on the run."""
    found: dict[int | str, Row] = {}
    for cell in members:
        found.setdefault(cell.size, cell.row)
    return found


def _published(members: Sequence[Cell], value: Shown = _itself) -> list[Line]:
    marks = []
    for size, row in _once(members).items():
        if row["published"] is not None:
            centre, error = value(row, row["published"]), row["published_error"] or 0.0
            marks.append(Mark(size, centre, centre - error, centre + error))
    return [Line(PUBLISHED_NAME, "published", 0, tuple(marks))] if marks else []


def _steps(members: Sequence[Cell]) -> list[Line]:
    """The ideal values, and the best universal cloner's."""
    once = _once(members)
    ideal = tuple(Mark(size, row["ideal"], row["ideal"], row["ideal"]) for size, row in once.items())
    limits = [(size, best_cloner(row)) for size, row in once.items()]
    cloner = tuple(Mark(size, limit, limit, limit) for size, limit in limits if limit is not None)
    name = "(M + 1)/(2M), best universal 1→M cloner"
    return [Line("ideal", "ideal", 0, ideal), *([Line(name, "cloner", 0, cloner)] if cloner else [])]


def _predicted(members: Sequence[Cell]) -> list[Line]:
    """The predictions: one line if no two runs differ about a size, else one for each run."""
    lines = []
    seen: dict[int | str, set[tuple[float, ...]]] = {}
    for run, own in _by_run(members).items():
        marks = [Mark(c.size, c.row["predicted"], c.row["predicted_low"], c.row["predicted_high"]) for c in own]
        lines.append(Line(f"predicted, run {run.number}", "predicted", run.number, tuple(marks)))
        for mark in marks:
            seen.setdefault(mark.size, set()).add((mark.value, mark.low, mark.high))
    if any(len(different) > 1 for different in seen.values()):
        return lines
    shared = {mark.size: mark for line in lines for mark in line.marks}
    return [Line("predicted, with its range", "predicted", 0, tuple(shared.values()))]


def _limits(members: Sequence[Cell]) -> tuple[tuple[float, str], ...]:
    """The thresholds that all quantities of a panel have."""
    found = [thresholds_of(cell.row["quantity"]) for cell in members]
    return found[0] if len(set(found)) == 1 else ()


def value_panels(runs: Sequence[Run], experiment: int) -> list[Panel]:
    """Measured, predicted, published and ideal values of one experiment."""
    return [
        _panel(
            title,
            own,
            "value",
            lines=(*_steps(own), *_predicted(own), *_published(own), *_measured(own)),
            thresholds=_limits(own),
        )
        for title, own in cells(runs, experiment).items()
    ]


def residual_panels(runs: Sequence[Run], experiment: int) -> list[Panel]:
    """Measured − predicted, with the prediction's range and the least difference that the shots can tell."""
    found = []
    for title, own in cells(runs, experiment).items():
        lines = []
        for run, members in _by_run(own).items():
            marks = []
            unseen = []
            for cell in members:
                row = cell.row
                low, high = (row[end] - row["predicted"] for end in ("predicted_low", "predicted_high"))
                marks.append(Mark(cell.size, 0.0, low, high))
                unseen.append((low - row["visible"], high + row["visible"]))
            lines.append(Line("range of the prediction", "predicted", run.number, tuple(marks), tuple(unseen)))
        lines += _measured(own, lambda row, measured: measured - row["predicted"])
        found.append(_panel(title, own, "measured − predicted", lines=tuple(lines)))
    return found


def budget_panels(runs: Sequence[Run], experiment: int) -> list[Panel]:
    """What each layer costs, and how far below ideal the measured and published values are; nothing for an ideal of 0."""

    def lost(row: Row, value: float) -> float:
        return float(row["ideal"] - value)

    found = []
    for title, members in cells(runs, experiment).items():
        own = [cell for cell in members if cell.row["ideal"] and any(cell.row["layers"].values())]
        if own:
            lines = (*_published(own, lost), *_measured(own, lost))
            found.append(_panel(title, own, "ideal − value", stacks=_stacks(own), lines=lines))
    return found


def _stacks(members: Sequence[Cell]) -> tuple[Stack, ...]:
    """A stack for each size and run; those of the first run only if all agree."""
    stacks = [Stack(c.size, c.run.number, c.row["ideal"], c.row["layers"]) for c in members]
    first: dict[int | str, Stack] = {}
    for stack in stacks:
        first.setdefault(stack.size, stack)
    if all(dict(stack.layers) == dict(first[stack.size].layers) for stack in stacks):
        return tuple(Stack(one.size, 0, one.ideal, one.layers) for one in first.values())
    return tuple(stacks)


def drift_panels(runs: Sequence[Run], experiment: int) -> list[Panel]:
    """For quantities measured at least twice on one backend, all mitigated or none: each value minus its size's mean."""
    found = []
    backends = dict.fromkeys(run.content["backend"] for run in runs)
    for backend in backends:
        own = [run for run in runs if run.content["backend"] == backend]
        for title, members in cells(own, experiment).items():
            for is_mitigated in (False, True):
                repeated = _repeated(cell for cell in members if cell.row["mitigated"] == is_mitigated)
                lines = [_drifting(at, size, same) for at, (size, same) in enumerate(repeated.items(), start=1)]
                named = f"{title}, {backend}" if len(backends) > 1 else title
                if lines:
                    found.append(Panel(named, "run (month-day)", tuple(lines), value_name="value − mean of runs"))
    return found


def _repeated(members: Iterable[Cell]) -> dict[int | str, list[Cell]]:
    """The cells of each size that has more than one."""
    found: dict[int | str, list[Cell]] = {}
    for cell in members:
        found.setdefault(cell.size, []).append(cell)
    return {size: same for size, same in found.items() if len(same) > 1}


def _drifting(number: int, size: int | str, same: Sequence[Cell]) -> Line:
    mean = sum(cell.row["measured"] for cell in same) / len(same)
    marks = []
    for cell in same:
        low, value, high = (cell.row[name] - mean for name in ("low", "measured", "high"))
        marks.append(Mark(_when(cell.run), value, low, high, is_mitigated=cell.row["mitigated"]))
    first = same[0]
    name = f"{first.row['parameter']} = {size}" if size == first.row["size"] else str(size)
    return Line(name, "measured", number, tuple(marks))


def _when(run: Run) -> str:
    """A run's number and day, as its place on an axis."""
    time = run.content["run_time"]
    return f"{run.number} ({time[5:10]})" if time else str(run.number)


def layer_panels(rows: Iterable[Row], experiment: int) -> list[Panel]:
    """Predictions alone, as ``Row.to_json`` writes them with ``parameter``, ``size`` and ``series`` added."""
    run = Run(1, {"rows": list(rows), "simulated": True})
    found = []
    for title, own in cells([run], experiment).items():
        predicted = [Mark(c.size, *[c.row["predicted"]] * 3) for c in own]
        lines = (*_steps(own), *_published(own), Line("predicted", "predicted", 1, tuple(predicted)))
        found.append(_panel(title, own, "value", stacks=_stacks(own), lines=lines, thresholds=_limits(own)))
    return found
