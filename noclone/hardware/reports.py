"""Reports of comparisons: one HTML file that needs nothing else, and its figures as PNG files beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from noclone.hardware.drawing import checked_drawing, png, svg
from noclone.hardware.figures import Panel, budget_figure, drift_figure, residuals_figure, values_figure
from noclone.hardware.panels import Run, budget_panels, drift_panels, residual_panels, value_panels
from noclone.hardware.report_pages import Picture, page
from noclone.models.errors import InputError, nearest

__all__ = ["REPORTED_SCHEMA", "checked_comparisons", "write_report"]

REPORTED_SCHEMA = "noclone-hardware-comparison-1"
_STATUSES = ("CONSISTENT", "DEVIATES", "TOO_FEW_SHOTS")
_DECIDED = ("SHOWN", "EXCLUDED", "TOO_FEW_SHOTS")
_DPI = 150


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


_KINDS: dict[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "text or null": lambda value: value is None or isinstance(value, str),
    "a number": _is_number,
    "a number or null": lambda value: value is None or _is_number(value),
    "a count": _is_count,
    "a count or text": lambda value: isinstance(value, str) or _is_count(value),
    "true or false": lambda value: isinstance(value, bool),
    "a list": lambda value: isinstance(value, list | tuple),
    "an object": lambda value: isinstance(value, Mapping),
    "a list of texts": lambda value: isinstance(value, list | tuple) and all(isinstance(one, str) for one in value),
    "a list of counts": lambda value: isinstance(value, list | tuple) and all(map(_is_count, value)),
    "an object of numbers": lambda value: isinstance(value, Mapping) and all(map(_is_number, value.values())),
    f"one of {', '.join(_STATUSES)}": lambda value: value in _STATUSES,
    f"one of {', '.join(_DECIDED)}": lambda value: value in _DECIDED,
}
_OF_RUN = {
    "plan": "text",
    "backend": "text",
    "calibration_time": "text or null",
    "run_time": "text or null",
    "simulated": "true or false",
    "shots": "a count",
    "tolerance": "a number",
    "effect": "a number",
    "alpha": "a number",
    "power": "a number",
    "status": f"one of {', '.join(_STATUSES)}",
    "told": "text",
    "rows": "a list",
    "findings": "a list",
    "budget": "a list",
}
_OF_ROW = {
    "experiment": "a count",
    "parameter": "text",
    "size": "a count or text",
    "quantity": "text",
    "ideal": "a number",
    "predicted": "a number",
    "predicted_low": "a number",
    "predicted_high": "a number",
    "layers": "an object of numbers",
    "method": "text",
    "measured": "a number",
    "standard_error": "a number",
    "low": "a number",
    "high": "a number",
    "confidence": "a number",
    "shots": "a count",
    "difference": "a number",
    "at_least": "a number",
    "visible": "a number",
    "adjusted_p": "a number",
    "mitigated": "true or false",
    "published": "a number or null",
    "published_error": "a number or null",
}
_OF_FINDING = {
    "name": "text",
    "statement": "text",
    "label": "text",
    "status": f"one of {', '.join(_DECIDED)}",
    "threshold": "a number",
    "value": "a number",
    "low": "a number",
    "high": "a number",
    "confidence": "a number",
    "assumptions": "a list of texts",
}
_OF_COST = {
    "experiment": "a count",
    "parameter": "text",
    "size": "a count or text",
    "quantity": "text",
    "layer": "text",
    "cause": "text",
    "qubits": "a list of counts",
    "cost": "a number",
    "places": "a count",
}
_PARTS = {"rows": _OF_ROW, "findings": _OF_FINDING, "budget": _OF_COST}


def checked_comparisons(comparisons: Sequence[Mapping[str, Any]]) -> list[Run]:
    """The comparisons as runs, numbered in order of their time; raises InputError for what is not the JSON of some."""
    if not comparisons:
        raise InputError("a report of nothing: give at least one comparison")
    for number, content in enumerate(comparisons, start=1):
        _check_one(content, f"comparison {number}")
    plans = [content["plan"] for content in comparisons]
    twice = [plan for plan in dict.fromkeys(plans) if plans.count(plan) > 1]
    if twice:
        raise InputError(f"the comparison of plan {_short(twice[0])} is given twice: give each plan once")
    ordered = sorted(comparisons, key=lambda content: content["run_time"] or "~")
    return [Run(number, content) for number, content in enumerate(ordered, start=1)]


def _check_one(content: Any, where: str) -> None:
    if not isinstance(content, Mapping) or content.get("schema") != REPORTED_SCHEMA:
        found = content.get("schema") if isinstance(content, Mapping) else type(content).__name__
        raise InputError(f"{where} is no comparison: its schema is {_short(found)}, not '{REPORTED_SCHEMA}'")
    _check_fields(content, _OF_RUN, where)
    if not content["rows"]:
        raise InputError(f"{where} has no rows: nothing was measured")
    for part, kinds in _PARTS.items():
        for number, member in enumerate(content[part], start=1):
            _check_fields(member, kinds, f"{where}, {part} {number}")


def _check_fields(member: Any, kinds: Mapping[str, str], where: str) -> None:
    if not isinstance(member, Mapping):
        raise InputError(f"{where} is {_short(member)}: it must be an object")
    for name, kind in kinds.items():
        if name not in member:
            raise InputError(f"{where} has no '{name}': write it again with compare --json.{nearest(name, member)}")
        if not _KINDS[kind](member[name]):
            raise InputError(f"{where} has '{name}' {_short(member[name])}: it must be {kind}")


def _short(value: Any) -> str:
    shown = ascii(value)
    return shown if len(shown) <= 40 else shown[:37] + "…"


def write_report(comparisons: Sequence[Mapping[str, Any]], path: Path) -> list[Path]:
    """Write the report of these comparisons (their JSON) to an HTML file, and its figures as PNG files beside it.

    Returns the files, the page first. The same comparisons give the same bytes. Raises InputError for what is no comparison,
    a file that cannot be written, and if matplotlib is missing.
    """
    if path.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"cannot write the report to {path}: name a file that ends in .html")
    runs = checked_comparisons(comparisons)
    checked_drawing()
    drawn = _figures(runs, path.stem)
    text = page(runs, [picture for picture, _ in drawn])
    written = {path: text.encode()} | {path.parent / picture.file: png(figure, dpi=_DPI) for picture, figure in drawn}
    for file, content in written.items():
        try:
            file.write_bytes(content)
        except OSError as error:
            raise InputError(f"cannot write {file}: {error.strerror}") from None
    return list(written)


_Maker = Callable[[Sequence[Run], int], list[Panel]]
_FIGURES: dict[str, tuple[_Maker, Callable[..., Any], str]] = {
    "values": (value_panels, values_figure, "measured, predicted and published values"),
    "residuals": (residual_panels, residuals_figure, "measured − predicted"),
    "budget": (budget_panels, budget_figure, "what each layer of noise costs"),
    "drift": (drift_panels, drift_figure, "change from run to run"),
}


def _figures(runs: Sequence[Run], stem: str) -> list[tuple[Picture, Any]]:
    """Every figure that has something to show, with its SVG for the page."""
    found = []
    for experiment in sorted({row["experiment"] for run in runs for row in run.content["rows"]}):
        for kind, (panels_of, draw, title) in _FIGURES.items():
            panels = panels_of(runs, experiment)
            if panels:
                figure = draw(panels)
                name = f"experiment-{experiment}-{kind}"
                described = f"Experiment {experiment}: {title}"
                inline = svg(figure, inline=f"e{experiment}{kind}", title=described)
                found.append((Picture(experiment, kind, described, f"{stem}-{name}.png", inline), figure))
    return found
