"""The page of a hardware report: HTML with its style and figures in it, no scripts, nothing from a network. All text is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from noclone.hardware.drawing import COLOURS, DARK
from noclone.hardware.panels import Run
from noclone.hardware.report_tables import (
    NAMES,
    Table,
    budget_table,
    drift_table,
    findings_table,
    runs_table,
    values_table,
)

__all__ = ["Picture", "page"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure on the page: of which experiment and kind, its description, the PNG file beside the page, and the SVG within it."""

    experiment: int
    kind: str
    title: str
    file: str
    svg: str


_CAPTIONS = {
    "values": "Marks: measured, with {confidence} intervals, each for itself. Grey or coloured bands: the predicted value (dashed) and the"
    " range that counts as agreement. Crosses: published, ± 1 standard error, taken on another day with another calibration."
    " Thin dashed lines across: thresholds.",
    "residuals": "Measured − predicted, with {confidence} intervals. Inner boxes: the prediction's range. Outer, paler boxes: differences too small for these"
    " shots to tell from it; only a mark outside both can count as a deviation.",
    "budget": "What each layer of the noise model takes from the ideal value, each switched on after those before it; the bars add up to"
    " ideal − predicted. Marks: how far below ideal the measured and published values are. What stands above a bar is in no layer of the"
    " model. Quantities whose ideal value is 0 have no bar.",
    "drift": "Each size's measured values minus their mean over the runs on the same backend, with {confidence} intervals, in order of time"
    " (run number, month and day).",
}
_READING = (
    "Counts cannot refute a proof: every verdict here is about a device and a model of its noise, none about a theorem.",
    (
        "The verdict is joint: intervals and adjusted p-values behind it control the error over all quantities of a run. The intervals drawn"
        " and listed are for each quantity alone."
    ),
    "A difference is called a deviation only if it is excluded at the joint confidence and no smaller than the shots can see (“visible”).",
    (
        "The predictions come from a calibration: gate errors, readout, relaxation while idle, and ZZ where a rate was given. Crosstalk,"
        " leakage, coherent errors and drift are in none of them, so a device is expected to fall below its prediction."
    ),
    (
        "Published values are those of arXiv:2602.10695 on ibm_kingston, measured on another day, with another calibration and other circuits:"
        " a difference from them is no deviation."
    ),
    (
        "First-order costs are what one place alone would take; they add up to nearly, not exactly, ideal − predicted. Each table says what"
        " they leave out."
    ),
)
_STYLE = """
:root { color-scheme: light dark; LIGHT; --good: #00684a; --bad: #a63d00; --open: #5e6670; --stripe: #f3f5f7; }
@media (prefers-color-scheme: dark) { :root { DARK; --good: #4fd1a5; --bad: #ff9d5c; --open: #a3abb5; --stripe: #1f242b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 66rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.55 "Source Serif 4", "Source Serif Pro", Charter, Georgia, serif; }
h1, h2, h3, th, .tag, nav, footer { font-family: system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem; letter-spacing: -.01em; }
h2 { font-size: 1.25rem; margin: 3rem 0 .6rem; padding-top: .9rem; border-top: 1px solid var(--rule); }
h3 { font-size: 1rem; margin: 1.8rem 0 .4rem; }
p { margin: .5rem 0; max-width: 46rem; }
.lead, .caption, footer { color: var(--muted); }
.caption { font-size: .88rem; margin: .3rem 0 1.6rem; max-width: none; }
nav { margin: 1rem 0 0; font-size: .9rem; }
nav a { margin-right: 1.1rem; }
a { color: inherit; text-decoration-color: var(--rule); text-underline-offset: .2em; }
ul { padding-left: 1.2rem; max-width: 48rem; }
li { margin: .25rem 0; }
figure { margin: 1.2rem 0 0; break-inside: avoid; }
figure svg { display: block; width: 100%; max-width: 57.6rem; height: auto; }
.verdict { margin: 1rem 0; padding: .2rem 0 .2rem 1rem; border-left: 4px solid var(--open); break-inside: avoid; }
.verdict p { max-width: none; }
.verdict.CONSISTENT { border-color: var(--good); } .verdict.DEVIATES { border-color: var(--bad); }
.tag { display: inline-block; font-size: .72rem; font-weight: 600; letter-spacing: .04em; padding: .05rem .45rem; margin-right: .35rem;
  border: 1px solid currentColor; border-radius: .25rem; color: var(--open); white-space: nowrap; }
.tag.CONSISTENT, .tag.SHOWN { color: var(--good); } .tag.DEVIATES, .tag.EXCLUDED { color: var(--bad); }
.wide { overflow-x: auto; margin: .4rem 0 .3rem; }
table { border-collapse: collapse; font-size: .8rem; line-height: 1.35; font-variant-numeric: tabular-nums lining-nums; width: 100%;
  font-family: system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
th { text-align: left; font-weight: 600; color: var(--muted); border-bottom: 1px solid var(--muted); vertical-align: bottom; }
th, td { padding: .28rem .6rem .28rem 0; }
td { border-bottom: 1px solid var(--rule); vertical-align: top; }
td.number, th.number { text-align: right; white-space: nowrap; }
td.short { white-space: nowrap; } td.roomy { min-width: 12rem; }
tr.called td { background: var(--stripe); } td:first-child { border-left: 3px solid transparent; }
th:first-child, td:first-child { padding-left: .4rem; } tr.called td:first-child { border-left-color: var(--bad); }
footer { margin-top: 3rem; padding-top: .8rem; border-top: 1px solid var(--rule); font-size: .85rem; }
@media print {
  :root { LIGHT; --good: #00684a; --bad: #a63d00; --open: #5e6670; --stripe: #f3f5f7; }
  html { font-size: 11px; } body { max-width: none; padding: 0; background: none; } nav { display: none; }
  h2 { break-before: page; } h2.first { break-before: auto; } h2, h3 { break-after: avoid; }
  .wide { overflow: visible; } tr { break-inside: avoid; } thead { display: table-header-group; }
  @page { margin: 16mm 14mm; }
}
"""


def page(runs: Sequence[Run], pictures: Sequence[Picture]) -> str:
    """The whole page."""
    experiments = list(dict.fromkeys(picture.experiment for picture in pictures))
    parts = [
        _opening(runs, experiments),
        *(_section(number, runs, [one for one in pictures if one.experiment == number]) for number in experiments),
        _findings(runs),
        _heading("How to read this", "reading"),
        f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in _READING)}</ul>",
        _footer(runs, pictures),
    ]
    head = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(_title(runs))}</title>\n<style>{_style()}</style>\n</head>\n<body>\n"
    )
    return head + "\n".join(filter(None, parts)) + "\n</body>\n</html>\n"


def _style() -> str:
    light, dark = (_variables(colours) for colours in (COLOURS, DARK))
    return _STYLE.replace("LIGHT", light).replace("DARK", dark)


def _variables(colours: Mapping[str, str]) -> str:
    return "; ".join(f"--{name}: {colour}" for name, colour in colours.items())


def _title(runs: Sequence[Run]) -> str:
    backends = ", ".join(dict.fromkeys(run.content["backend"] for run in runs))
    return f"Encrypted cloning on {backends}: measured against predicted"


def _heading(text: str, anchor: str, *, first: bool = False) -> str:
    return f'<h2 id="{anchor}"{" class=first" if first else ""}>{escape(text)}</h2>'


def _tag(text: str, kind: str = "") -> str:
    return f'<span class="tag {escape(kind)}">{escape(text.replace("_", " "))}</span>'


def _opening(runs: Sequence[Run], experiments: Sequence[int]) -> str:
    simulated = [run.content["simulated"] for run in runs]
    kind = "simulated runs only: no device was involved" if all(simulated) else "runs on real devices"
    if any(simulated) and not all(simulated):
        kind = "some runs on real devices, some simulated"
    counted = "1 run" if len(runs) == 1 else f"{len(runs)} runs"
    links = [f'<a href="#experiment-{number}">{escape(_named(number))}</a>' for number in experiments]
    links += ['<a href="#findings">Physical statements</a>'] if any(run.content["findings"] for run in runs) else []
    links.append('<a href="#reading">How to read this</a>')
    verdicts = "".join(_verdict(run) for run in runs)
    return (
        f"<h1>{escape(_title(runs))}</h1>\n"
        f'<p class="lead">{escape(counted)}; {escape(kind)}.</p>\n<nav>{"".join(links)}</nav>\n'
        f"{_heading('Verdicts about the device', 'verdicts', first=True)}\n{verdicts}\n{_table(runs_table(runs))}"
    )


def _verdict(run: Run) -> str:
    content = run.content
    told = content["told"].removeprefix(f"{content['status']}: ")
    tags = _tag(content["status"], content["status"]) + _tag("SIMULATED" if content["simulated"] else "REAL DEVICE")
    tags += _tag("READOUT MITIGATED") if any(row["mitigated"] for row in content["rows"]) else ""
    return (
        f'<div class="verdict {escape(content["status"])}"><p>{tags} <strong>Run {run.number}, {escape(content["backend"])}</strong>'
        f"<br>{escape(told)}</p></div>\n"
    )


def _named(experiment: int) -> str:
    return f"Experiment {experiment}: {NAMES[experiment]}" if experiment in NAMES else f"Experiment {experiment}"


def _section(experiment: int, runs: Sequence[Run], pictures: Sequence[Picture]) -> str:
    """One experiment: values, residuals, budget and drift with their tables, then all values as numbers."""
    tables = {
        "budget": budget_table(runs, experiment),
        "drift": drift_table(runs, experiment),
    }
    confidences = sorted({row["confidence"] for run in runs for row in run.rows(experiment)})
    told = " and ".join(f"{100 * confidence:.3g} %" for confidence in confidences)
    parts = [_heading(_named(experiment), f"experiment-{experiment}")]
    for picture in pictures:
        caption = _CAPTIONS[picture.kind].format(confidence=told)
        parts.append(f"<h3>{escape(picture.title.partition(': ')[2].capitalize())}</h3>")
        parts.append(f'<figure>{picture.svg}<figcaption class="caption">{escape(caption)}</figcaption></figure>')
        parts.append(_table(tables.get(picture.kind)))
    parts += ["<h3>All values</h3>", _table(values_table(runs, experiment))]
    return "\n".join(filter(None, parts))


def _findings(runs: Sequence[Run]) -> str:
    table = findings_table(runs)
    if table is None:
        return ""
    told = (
        "Each is decided by its threshold alone and needs no model of the device's noise, but rests on its assumptions."
    )
    return f"{_heading('Physical statements', 'findings')}\n<p>{escape(told)}</p>\n{_table(table)}"


def _table(table: Table | None) -> str:
    """A table with its caption below; "" for none."""
    if table is None:
        return ""
    head = "".join(_cell("th", column.name, column.kind) for column in table.columns)
    body = "".join(_row(table, cells, called=at in table.called) for at, cells in enumerate(table.rows))
    caption = f'<p class="caption">{escape(table.caption)}</p>' if table.caption else ""
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>\n{caption}'


def _row(table: Table, cells: Iterable[Any], *, called: bool) -> str:
    written = "".join(_cell("td", cell, column.kind) for cell, column in zip(cells, table.columns, strict=True))
    return f"<tr{' class=called' if called else ''}>{written}</tr>\n"


def _cell(element: str, text: str, kind: str) -> str:
    shown = _tag(text, text) if kind == "tag" and element == "td" else escape(text).replace("\n", "<br>")
    return f"<{element}{f' class={kind}' if kind in ('number', 'short', 'roomy') else ''}>{shown}</{element}>"


def _footer(runs: Sequence[Run], pictures: Sequence[Picture]) -> str:
    versions = sorted({str(run.content["noclone"]) for run in runs if "noclone" in run.content})
    by = f"noclone {', '.join(versions)}. " if versions else ""
    files = ", ".join(picture.file for picture in pictures)
    return f"<footer>{escape(by)}The figures are also files beside this page: {escape(files)}.</footer>"
