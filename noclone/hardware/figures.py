"""The figures of reports and predictions: values, residuals, budgets and drift, drawn from plain records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from noclone.hardware.drawing import (
    COLOURS,
    LAYER_NAMES,
    MARKERS,
    SizeAxis,
    canvas,
    draw_thresholds,
    legend,
    listing_axis,
)

__all__ = [
    "Line",
    "Mark",
    "Panel",
    "Stack",
    "budget_figure",
    "drift_figure",
    "layers_figure",
    "residuals_figure",
    "values_figure",
]

WIDTH = 9.6
"""Inches: 920 pixels of a page, so that 9 points are read as they are."""
_RUNS = 4
_LAST = ("predicted", "range", "smaller", "published", "ideal", "(M + 1)")
_BAND = {"color": COLOURS["muted"], "alpha": 0.22, "linewidth": 0}


@dataclass(frozen=True, slots=True)
class Mark:
    """A value at a size, its interval, and whether readout mitigation went into it."""

    size: int | str
    value: float
    low: float
    high: float
    is_mitigated: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """Marks of one kind: "measured", "predicted", "published", "ideal" or "cloner".

    ``run`` counts from 1 and gives measured and predicted marks their shape and colour; 0 is for what all runs share.
    ``unseen`` gives, per mark, the range beyond ``low`` and ``high`` of a prediction within which no difference is called.
    """

    name: str
    kind: str
    run: int
    marks: tuple[Mark, ...]
    unseen: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Stack:
    """What each layer of noise takes from the ideal value, at one size, for one run (0: a prediction alone)."""

    size: int | str
    run: int
    ideal: float
    layers: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Panel:
    """One pair of axes. ``parameter`` names the size axis; "" makes a list, its sizes (quantities) one below the other."""

    title: str
    parameter: str
    lines: tuple[Line, ...] = ()
    stacks: tuple[Stack, ...] = ()
    thresholds: tuple[tuple[float, str], ...] = ()
    value_name: str = "value"

    @property
    def is_list(self) -> bool:
        """Whether quantities stand below each other instead of sizes side by side."""
        return not self.parameter

    @property
    def sizes(self) -> list[int | str]:
        """Every size, in the order met."""
        marked = (mark.size for line in self.lines for mark in line.marks)
        return list(dict.fromkeys([*marked, *(stack.size for stack in self.stacks)]))


def _colour(run: int) -> str:
    """A run's colour; with the markers, 32 runs look different."""
    return COLOURS[f"run{(run - 1 + (run - 1) // len(MARKERS)) % _RUNS + 1}"]


def _drawn(panels: Sequence[Panel], draw: Callable[[Any, Panel, SizeAxis], None], heading: str, tall: float) -> Any:
    """All panels in two columns, each drawn by ``draw`` on dressed axes, with one legend above."""
    columns = 1 if len(panels) == 1 else 2
    rows = -(-len(panels) // columns)
    listed = max((len(panel.sizes) for panel in panels if panel.is_list), default=0)
    row = 0.37 if any(len(str(size)) > 24 for panel in panels for size in panel.sizes) else 0.3
    height = (row * listed + 0.75 if listed else tall) * rows + 0.75 + (0.3 if heading else 0)

    def fill(figure: Any, axes: list[Any]) -> None:
        for each in axes[len(panels) :]:
            each.remove()
        for each, panel in zip(axes, panels, strict=False):
            axis = _dressed(each, panel, WIDTH / columns - 1.5)
            draw(each, panel, axis)
        legend(figure, axes[: len(panels)], WIDTH, title=heading, last=_LAST)

    return canvas(rows, columns, (WIDTH, height), fill)


def _dressed(axes: Any, panel: Panel, inches: float) -> SizeAxis:
    axes.set_title(panel.title, pad=28 if panel.is_list and panel.thresholds else 7)
    if panel.is_list:
        names = [str(size) for size in panel.sizes]
        listing_axis(axes, names)
        axes.set_xlabel(panel.value_name)
        axis = SizeAxis(names)
    else:
        axis = SizeAxis(panel.sizes)
        axis.dress(axes, panel.parameter, inches)
        axes.set_ylabel(panel.value_name)
    draw_thresholds(axes, panel.thresholds, upright=panel.is_list)
    return axis


def _slots(panel: Panel) -> dict[tuple[str, int], float]:
    """How far from the size's place each line of marks stands: measured ones around it, published ones before them."""
    runs = list(dict.fromkeys(line.run for line in panel.lines if line.kind == "measured"))
    apart = min(0.22, 0.7 / (len(runs) + 1))
    found = {("measured", run): (at - (len(runs) - 1) / 2) * apart for at, run in enumerate(runs)}
    return {("published", 0): -(len(runs) + 1) / 2 * apart} | found


def _point(axes: Any, panel: Panel, place: float, mark: Mark, *, name: str | None, **style: Any) -> None:
    """A mark with its interval, along the axis of values."""
    reach = [[max(0.0, mark.value - mark.low)], [max(0.0, mark.high - mark.value)]]
    where = ([mark.value], [place]) if panel.is_list else ([place], [mark.value])
    bars = {"xerr" if panel.is_list else "yerr": reach}
    axes.errorbar(*where, **bars, linestyle="none", capsize=2, elinewidth=1.1, label=name, zorder=3, **style)


def _points(axes: Any, panel: Panel, axis: SizeAxis, line: Line, moved: float) -> None:
    for mark in line.marks:
        name, style = line.name, {"marker": "x", "color": COLOURS["ink"], "markersize": 5, "alpha": 0.85}
        if line.kind == "measured":
            filled = COLOURS["paper"] if mark.is_mitigated else _colour(line.run)
            name += ", readout mitigated" if mark.is_mitigated else ""
            style = {"marker": MARKERS[(line.run - 1) % len(MARKERS)], "color": _colour(line.run), "markersize": 4.5}
            style["markerfacecolor"] = filled
        _point(axes, panel, axis.place[_key(panel, mark.size)] + moved, mark, name=name, **style)


def _key(panel: Panel, size: int | str) -> int | str:
    return str(size) if panel.is_list else size


def _box(axes: Any, panel: Panel, place: float, ends: tuple[float, float], wide: float, **style: Any) -> None:
    """A bar between two values, this wide, around a place."""
    low, high = min(ends), max(ends)
    if panel.is_list:
        axes.barh(place, high - low, height=wide, left=low, **style)
    else:
        axes.bar(place, high - low, width=wide, bottom=low, **style)


def _dash(axes: Any, panel: Panel, place: float, value: float, wide: float, **style: Any) -> None:
    """A short line across a place, at a value."""
    across, at = [place - wide / 2, place + wide / 2], [value, value]
    axes.plot(*((at, across) if panel.is_list else (across, at)), **style)


def _runs_on(panel: Panel, axis: SizeAxis, sizes: Sequence[int | str]) -> bool:
    """Whether values between sizes may be joined: numbers, in steps of one, at least two of them."""
    places = sorted(axis.place[_key(panel, size)] for size in sizes)
    return (
        not panel.is_list
        and axis.is_numeric
        and len(places) > 1
        and all(after - before == 1 for before, after in pairwise(places))
    )


def _predicted(axes: Any, panel: Panel, axis: SizeAxis, line: Line) -> None:
    """A band where sizes follow each other, a box at each size otherwise; its line is dashed."""
    colour = COLOURS["muted"] if line.run == 0 else _colour(line.run)
    band = {**_BAND, "color": colour}
    marks = sorted(line.marks, key=lambda mark: axis.place[_key(panel, mark.size)])
    places = [axis.place[_key(panel, mark.size)] for mark in marks]
    if _runs_on(panel, axis, [mark.size for mark in marks]):
        axes.fill_between(places, [mark.low for mark in marks], [mark.high for mark in marks], label=line.name, **band)
        axes.plot(places, [mark.value for mark in marks], "--", color=colour, linewidth=1.3, label=line.name)
        return
    for place, mark in zip(places, marks, strict=True):
        _box(axes, panel, place, (mark.low, mark.high), 0.66, label=line.name, **band)
        _dash(axes, panel, place, mark.value, 0.66, color=colour, linestyle="--", linewidth=1.3, label=line.name)


def _steps(axes: Any, panel: Panel, axis: SizeAxis, line: Line) -> None:
    """Ideal values dotted, the best universal cloner's as short solid lines."""
    style: dict[str, Any] = {"color": COLOURS["muted"], "linestyle": ":", "linewidth": 1.3}
    if line.kind == "cloner":
        style = {"color": COLOURS["ink"], "linestyle": "-", "linewidth": 1.1, "alpha": 0.75}
    for mark in line.marks:
        place = axis.place[_key(panel, mark.size)]
        _dash(axes, panel, place, mark.value, 0.5 if line.kind == "cloner" else 1.0, label=line.name, zorder=2, **style)


def values_figure(panels: Sequence[Panel], *, heading: str = "") -> Any:
    """Measured, predicted, published and ideal values against size, with thresholds."""

    def draw(axes: Any, panel: Panel, axis: SizeAxis) -> None:
        slots = _slots(panel)
        for line in panel.lines:
            if line.kind == "predicted":
                _predicted(axes, panel, axis, line)
            elif line.kind in ("ideal", "cloner"):
                _steps(axes, panel, axis, line)
            else:
                _points(axes, panel, axis, line, slots[line.kind, line.run])

    return _drawn(panels, draw, heading, 3.1)


def residuals_figure(panels: Sequence[Panel], *, heading: str = "") -> Any:
    """Measured − predicted: each mark on its prediction's range (dark) and on what its shots cannot tell from it (pale)."""

    def draw(axes: Any, panel: Panel, axis: SizeAxis) -> None:
        slots = _slots(panel)
        wide = 0.4 if len(slots) < 3 else 0.8 * min(0.22, 0.7 / len(slots))
        zero = axes.axvline if panel.is_list else axes.axhline
        zero(0, color=COLOURS["muted"], linewidth=0.9)
        for line in panel.lines:
            moved = slots.get((line.kind, line.run), 0.0)
            for mark, unseen in zip(line.marks, line.unseen, strict=line.kind == "predicted"):
                place = axis.place[_key(panel, mark.size)] + slots["measured", line.run]
                _box(axes, panel, place, unseen, wide, color=COLOURS["muted"], alpha=0.16, linewidth=0,
                     label="smaller than these shots can tell")  # fmt: skip
                _box(axes, panel, place, (mark.low, mark.high), wide, color=COLOURS["muted"], alpha=0.3, linewidth=0,
                     label="range of the prediction")  # fmt: skip
            if line.kind == "measured":
                _points(axes, panel, axis, line, moved)

    return _drawn(panels, draw, heading, 2.6)


def _layer_names(panels: Iterable[Panel]) -> list[str]:
    """Layers whose cost is wide enough to be seen, in the model's order first."""
    stacks = [stack for panel in panels for stack in panel.stacks]
    least = 0.002 * max((abs(stack.ideal) for stack in stacks), default=0.0)
    seen = [name for stack in stacks for name, cost in stack.layers.items() if abs(cost) > least]
    return [*(name for name in LAYER_NAMES if name in seen), *dict.fromkeys(set(seen) - LAYER_NAMES.keys())]


def _layer_style(name: str, cost: float) -> dict[str, Any]:
    """A layer's colour and name; where it gives instead of taking, hatching."""
    colour, label = COLOURS.get(name, COLOURS["rule"]), LAYER_NAMES.get(name, name)
    if cost < 0:
        return {
            "facecolor": "none", "edgecolor": colour, "hatch": "////", "linewidth": 0.0, "label": f"{label} (a gain)"
        }  # fmt: skip
    return {"facecolor": colour, "edgecolor": COLOURS["paper"], "linewidth": 0.4, "label": label}


def _stacked(
    axes: Any, panel: Panel, stack: Stack, place: float, wide: float, names: Sequence[str], *, down: bool
) -> None:
    """One bar: costs on each other from 0 up, or from the ideal value down; gains go the other way."""
    at, sign = (stack.ideal, -1.0) if down else (0.0, 1.0)
    for name in names:
        cost = stack.layers.get(name, 0.0)
        _box(axes, panel, place, (at, at + sign * cost), wide, **_layer_style(name, cost))
        at += sign * cost


def budget_figure(panels: Sequence[Panel], *, heading: str = "") -> Any:
    """What each layer takes from the ideal value, as bars, and how much less than ideal was measured and published."""
    names = _layer_names(panels)

    def draw(axes: Any, panel: Panel, axis: SizeAxis) -> None:
        runs = list(dict.fromkeys(stack.run for stack in panel.stacks))
        wide = 0.72 / len(runs)
        for stack in panel.stacks:
            place = axis.place[_key(panel, stack.size)] + (runs.index(stack.run) - (len(runs) - 1) / 2) * wide
            _stacked(axes, panel, stack, place, 0.94 * wide, names, down=False)
        for line in panel.lines:
            _points(axes, panel, axis, line, _slots(panel)[line.kind, line.run])

    return _drawn(panels, draw, heading, 3.0)


def layers_figure(panels: Sequence[Panel], *, heading: str = "") -> Any:
    """Predictions alone: from the ideal value down to the predicted one, a band for each layer; and published values."""
    names = _layer_names(panels)

    def draw(axes: Any, panel: Panel, axis: SizeAxis) -> None:
        if _runs_on(panel, axis, [stack.size for stack in panel.stacks]):
            _bands(axes, panel, axis, names)
        else:
            for stack in panel.stacks:
                _stacked(axes, panel, stack, axis.place[_key(panel, stack.size)], 0.66, names, down=True)
        for line in panel.lines:
            if line.kind == "published":
                _points(axes, panel, axis, line, 0.0)
            else:
                _outline(axes, panel, axis, line)

    return _drawn(panels, draw, heading, 3.2)


def _bands(axes: Any, panel: Panel, axis: SizeAxis, names: Sequence[str]) -> None:
    """The stacks of sizes that follow each other, joined."""
    stacks = sorted(panel.stacks, key=lambda stack: axis.place[stack.size])
    places = [axis.place[stack.size] for stack in stacks]
    above = [stack.ideal for stack in stacks]
    for name in names:
        costs = [stack.layers.get(name, 0.0) for stack in stacks]
        below = [top - cost for top, cost in zip(above, costs, strict=True)]
        axes.fill_between(places, below, above, **_layer_style(name, sum(costs)))
        above = below


def _outline(axes: Any, panel: Panel, axis: SizeAxis, line: Line) -> None:
    """Predicted values as dots on a line, ideal ones dotted."""
    if line.kind != "predicted":
        _steps(axes, panel, axis, line)
        return
    marks = sorted(line.marks, key=lambda mark: axis.place[_key(panel, mark.size)])
    places, values = [axis.place[_key(panel, mark.size)] for mark in marks], [mark.value for mark in marks]
    joined = "-" if _runs_on(panel, axis, [mark.size for mark in marks]) else "none"
    where = (values, places) if panel.is_list else (places, values)
    axes.plot(
        *where, linestyle=joined, marker="o", markersize=4.5, color=_colour(1), linewidth=1.5, label=line.name, zorder=3
    )


def drift_figure(panels: Sequence[Panel], *, heading: str = "") -> Any:
    """Runs side by side: what each size's values differ by from their mean over the runs; a line's ``run`` is its size's number."""

    def draw(axes: Any, panel: Panel, axis: SizeAxis) -> None:
        axes.axhline(0, color=COLOURS["muted"], linewidth=0.9)
        apart = min(0.12, 0.7 / max(1, len(panel.lines)))
        for at, line in enumerate(panel.lines):
            _points(axes, panel, axis, line, (at - (len(panel.lines) - 1) / 2) * apart)

    return _drawn(panels, draw, heading, 2.7)
