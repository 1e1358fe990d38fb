"""The text and the JSON of ``noclone hardware published``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from noclone.hardware.published_figures import FITS, Comparison, FigureRow, GlobalFit, Spreads
from noclone.hardware_checks.published import published
from noclone.hardware_checks.published_comparison import CHSH_UNIT, STAGES, Residuals
from noclone.hardware_checks.published_statements import AuditedStatement
from noclone.hardware_checks.snapshots import Snapshot
from noclone.report import library_versions

__all__ = ["PUBLISHED_SCHEMA", "caveats", "published_json", "published_text"]

PUBLISHED_SCHEMA = "noclone-hardware-published-1"


def caveats(backend: Snapshot) -> list[str]:
    """What keeps the comparison from being one of like with like."""
    day = f"{backend.calibrated:%Y-%m-%d}"
    return [
        f"another day, another calibration: the snapshot {backend.name} is of {day}; the paper gives none of its runs",
        "another compilation: the published circuits are not known; ours mostly have fewer two-qubit gates and layers",
        "right errors: √(F(1 − F)/10000) by Bell measurement; by parity the largest that the right equation allows; S as published",
        f"units of fidelity: S by dS/dF_e = {CHSH_UNIT:.3f}, a Werner state's; the orders of one n count as independent",
    ]


def published_json(
    statements: Sequence[AuditedStatement], comparison: Comparison | None, backend: Snapshot | None
) -> dict[str, Any]:
    """The statements, and the comparison if there is one, as the JSON contract says (docs/hardware.md)."""
    content: dict[str, Any] = {
        "schema": PUBLISHED_SCHEMA,
        **library_versions(),
        "source": published().source,
        "statements": [
            asdict(one) | {"support": one.support.value, "numbers": dict(one.numbers)} for one in statements
        ],
    }
    if comparison is not None and backend is not None:
        content |= {
            "backend": backend.name,
            "processor": backend.processor,
            "calibration_time": backend.calibrated.isoformat(),
            "caveats": caveats(backend),
            "spreads": asdict(comparison.spreads),
            "rows": [_row_json(row) for row in comparison.rows],
            "left_out": list(comparison.left_out),
            "summary": [
                {"experiment": number or None, "stage": stage, **_residuals_json(found, comparison.spreads)}
                for (number, stage), found in comparison.summary.items()
            ],
            "depth": [asdict(check) for check in comparison.depth],
            "fit": None if comparison.fit is None else _fit_json(comparison.fit, comparison.spreads),
        }
    return content | {"exit": 0}


def _row_json(row: FigureRow) -> dict[str, Any]:
    figure = row.figure
    return {
        "experiment": figure.experiment,
        "size": figure.size,
        "quantity": figure.quantity,
        "published": figure.figure.value,
        "published_error": figure.figure.error,
        "right_error": figure.right_error,
        "predicted": dict(row.predicted),
        "method": row.method,
        "residual": row.residual,
        "residual_in_errors": row.residual / figure.right_error,
        "two_qubit_gates": row.two_qubit_gates,
        "two_qubit_layers": row.two_qubit_layers,
        "published_two_qubit_gates": figure.two_qubit_gates,
        "published_two_qubit_layers": figure.two_qubit_layers,
        "repeats": figure.repeats or None,
    }


def _residuals_json(found: Residuals, spread: Spreads) -> dict[str, Any]:
    return asdict(found) | {
        "rms_over_spread_between_methods": found.rms / spread.methods,
        "rms_over_spread_between_days": found.rms / spread.days,
    }


def _fit_json(found: GlobalFit, spread: Spreads) -> dict[str, Any]:
    return {
        "parameter": found.name,
        **asdict(found.fit),
        "shots_only_p": found.shots_only_p,
        "share_of_squares_explained": found.explained,
        "explains": found.explains,
        "interpolation_error": found.interpolation,
        "predicted": list(found.predicted),
        "farthest": [{"figure": name, "residual": gap} for name, gap in found.farthest],
        **{
            name: [{"experiment": number or None, **_residuals_json(one, spread)} for number, one in by.items()]
            for name, by in (("before", found.before), ("after", found.after))
        },
        "held_out": [asdict(one) for one in found.held],
    }


def published_text(
    statements: Sequence[AuditedStatement], comparison: Comparison | None, backend: Snapshot | None
) -> str:
    """The statements, then every figure, the summary by layer, the depth and the fit."""
    lines = [published().source, "", "What the published figures support"]
    lines += [f"{one.support.value:<13} {one.name}: {one.finding}" for one in statements]
    if comparison is not None and backend is not None:
        lines += ["", f"Published figures and the prediction of {backend.name} ({backend.processor})"]
        lines += _table(comparison.rows)
        lines += [f"left out: {each}" for each in comparison.left_out]
        lines += ["", *_summary_lines(comparison), "", *_depth_lines(comparison)]
        if comparison.fit is not None:
            lines += ["", *_fit_lines(comparison.fit, comparison.spreads)]
        lines += ["", *(f"note: {each}" for each in caveats(backend))]
    return "\n".join(lines)


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _table(rows: Sequence[FigureRow]) -> list[str]:
    head = ["", "size", "quantity", "published", "gates", "+readout", "+idle", "full", "residual", "in errors"]
    cells = [[*head, "2q gates", "2q layers"]]
    for row in rows:
        figure = row.figure
        star = "" if row.method == "untwirled" else "*"
        cells.append(
            [
                str(figure.experiment),
                figure.size,
                figure.quantity,
                f"{figure.figure.value:.3f} ± {figure.right_error:.4f}",
                *(f"{row.predicted[stage]:.3f}" for stage in STAGES[:-1]),
                f"{row.predicted['full']:.3f}{star}",
                f"{row.residual:+.3f}",
                f"{row.residual / figure.right_error:+.1f}",
                _beside(row.two_qubit_gates, figure.two_qubit_gates),
                _beside(row.two_qubit_layers, figure.two_qubit_layers)
                + (f"  repeats {figure.repeats}: not counted" if figure.repeats else ""),
            ]
        )
    starred = any(row.method != "untwirled" for row in rows)
    return _aligned(cells) + (["* twirled noise: too many observables for the full channels"] if starred else [])


def _beside(ours: int, theirs: int | None) -> str:
    return f"{ours}/{'–' if theirs is None else theirs}"


def _summary_lines(comparison: Comparison) -> list[str]:
    spread = comparison.spreads
    said = (
        "Residuals (published − predicted) in units of fidelity; the figures themselves spread by "
        f"{spread.methods:.3f} between methods, {spread.days:.3f} between days"
    )
    cells = [["experiment", "figures", "layers", "mean", "RMS", "RMS in errors", "RMS/methods", "RMS/days"]]
    for number in sorted({number for number, _ in comparison.summary}, key=lambda number: number or 9):
        for stage in STAGES:
            found = comparison.summary[number, stage]
            name = {"gates": "gates", "readout": "+ readout", "idle": "+ idle", "full": "full"}[stage]
            cells.append([str(number or "all"), str(found.figures), name, *_numbers(found, spread)])
    return [said, *_aligned(cells)]


def _numbers(found: Residuals, spread: Spreads) -> list[str]:
    return [
        f"{found.mean:+.3f}",
        f"{found.rms:.3f}",
        f"{found.rms_in_errors:.1f}",
        f"{found.rms / spread.methods:.1f}",
        f"{found.rms / spread.days:.1f}",
    ]


def _depth_lines(comparison: Comparison) -> list[str]:
    return [
        f"Depth: gates and idling made noisier by published/our {check.what} ({check.lowest:.2f} to {check.highest:.2f}, "
        f"{check.before.figures} figures): RMS {check.before.rms:.3f} → {check.after.rms:.3f}, "
        f"mean {check.before.mean:+.3f} → {check.after.mean:+.3f}"
        for check in comparison.depth
    ]


def _fit_lines(found: GlobalFit, spread: Spreads) -> list[str]:
    fit, parameter = found.fit, FITS[found.name]
    unit, digits = parameter.unit, ".2f" if parameter.unit == "" else ",.0f"

    def shown(value: float) -> str:
        return format(value, digits)

    at, profile, dealt = shown(fit.parameter), fit.interval, fit.bootstrap
    lines = [f"One parameter for all figures: {found.name} ({parameter.words}), with Pauli-twirled noise"]
    lines.append(f"errors counted: shot noise and the spread {spread.methods:.3f} between methods")
    lines.append(
        f"{found.name} = {at}{unit}, 95 % {shown(profile.low)} … {shown(profile.high)} by profile, {shown(dealt.low)} … "
        f"{shown(dealt.high)} by bootstrap over figures"
    )
    lines.append(
        f"χ² = {fit.chi_squared:.1f} for {fit.degrees} degrees, p = {_p(fit.p_value)}; were shot noise all the error, {_p(found.shots_only_p)}"
    )
    if fit.is_at_edge:
        searched = f"{shown(parameter.nodes[0])} … {shown(parameter.nodes[-1])}{unit}"
        lines.append(f"the figures do not bound {found.name} within the range searched, {searched}")
    cells = [
        ["experiment", "figures", "RMS before", "RMS fitted", "mean", f"{found.name} without it", "mean", "RMS", "p"]
    ]
    held = {one.group: one for one in found.held}
    cells += [_fitted(found, number, held, shown) for number in sorted(found.after, key=lambda number: number or 9)]
    farthest = [f"{name} {gap:+.3f}" for name, gap in found.farthest]
    return [*lines, *_aligned(cells), f"farthest off once fitted: {'; '.join(farthest)}", _judged(found, spread)]


def _p(value: float) -> str:
    return f"{value:.2g}" if value > 1e-300 else "<1e-300"


def _fitted(found: GlobalFit, number: int, held: Mapping[str, Any], shown: Any) -> list[str]:
    before, after, one = found.before[number], found.after[number], held.get(f"experiment {number}")
    outside = (
        ["", "", "", ""]
        if one is None
        else [shown(one.parameter), f"{one.mean:+.3f}", f"{one.rms:.3f}", _p(one.p_value)]
    )
    name, figures = str(number or "all"), str(after.figures)
    return [name, figures, f"{before.rms:.3f}", f"{after.rms:.3f}", f"{after.mean:+.3f}", *outside]


def _judged(found: GlobalFit, spread: Spreads) -> str:
    """Whether one parameter explains the figures, in a sentence."""
    after = found.after[0]
    share = (
        f"it takes away {found.explained:.0%} of the squared residuals and leaves an RMS of {after.rms:.3f}, "
        f"{after.rms / spread.methods:.1f} times the spread between methods"
    )
    if not found.held:
        return f"Does one parameter explain the figures? Not tested: there is no experiment to hold out. {found.name}: {share}"
    if found.explains:
        return (
            f"One parameter ({found.name}) explains these figures within shot noise and the spread between methods: neither the fit "
            f"nor a prediction of a held-out experiment is rejected at 5 % (Holm); {share}"
        )
    worst = min(found.held, key=lambda one: one.p_value)
    return (
        f"One parameter ({found.name}) does not explain all of the figures: {share}; p = {_p(found.fit.p_value)} for the fit and "
        f"{_p(worst.p_value)} for {worst.group} predicted from the others"
    )
