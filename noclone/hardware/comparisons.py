"""What ``noclone hardware compare`` says: a recorded run against its prediction, from the ledger alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from noclone.hardware.budgets import budget_of
from noclone.hardware.predictions import published_figure
from noclone.hardware_checks.device_verdicts import Agreement, Deviation, DeviceStatus
from noclone.hardware_checks.ledger import Ledger
from noclone.hardware_checks.physical_statements import Finding
from noclone.hardware_checks.prediction import METHODS
from noclone.hardware_checks.run_comparisons import Compared, compare_run
from noclone.hardware_checks.run_drafts import items_of
from noclone.hardware_checks.run_findings import findings_of
from noclone.hardware_checks.run_plans import Plan
from noclone.hardware_checks.run_records import recorded_run, run_times
from noclone.hardware_checks.testing import ShotPlan
from noclone.models.errors import InputError
from noclone.report import library_versions

__all__ = [
    "COMPARISON_SCHEMA",
    "Comparison",
    "Judging",
    "comparison_of",
    "exit_status",
    "to_json",
    "to_text",
]

COMPARISON_SCHEMA = "noclone-hardware-comparison-1"
_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Judging:
    """How a run is judged. ``tolerance`` and ``effect`` are shares of a quantity's range; an ``effect`` of None is the plan's.

    ``method`` None is the one that the backend's samples follow. ``leak`` is the smallest correlator that matters.
    """

    tolerance: float = 0.005
    effect: float | None = None
    alpha: float | None = None
    power: float | None = None
    leak: float = 0.1
    method: str | None = None
    zz_hz: float = 0.0
    scale: float = 1.0
    mitigate: bool = False

    def __post_init__(self) -> None:
        """Raises InputError for a tolerance that is none, and an unknown method."""
        if not 0 <= self.tolerance < 1:
            raise InputError(f"a tolerance of {self.tolerance}: give a share of a quantity's range, from 0 to below 1")
        if self.method not in (None, *METHODS):
            raise InputError(f"unknown method '{self.method}': the methods are {', '.join(METHODS)}")


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """One run's verdict about its device, what was measured and predicted, and the physical statements it decides."""

    plan: Plan
    judging: Judging
    asked: ShotPlan
    submitted: str | None
    calibrated: str | None
    agreement: Agreement
    rows: tuple[Compared, ...]
    findings: tuple[Finding, ...]

    @property
    def is_simulated(self) -> bool:
        """Whether no device was involved."""
        return not self.plan.backend.startswith("ibm:")

    @property
    def shots(self) -> int:
        """Shots of each circuit, as planned."""
        return int(self.plan.experiment["shots"])


def comparison_of(
    ledger: Ledger, recorded: Plan, judging: Judging, *, progress: Callable[[str, int], None] = lambda *_: None
) -> Comparison:
    """Compare a run whose outcomes have all come; raises InputError for one whose have not, or whose record is damaged."""
    asked = _asked(recorded, judging)
    run = recorded_run(ledger, recorded.id, zz_hz=judging.zz_hz, scale=judging.scale)
    follows = "asymmetric" if recorded.backend.startswith("stim:") else "untwirled"
    found = compare_run(
        run,
        asked,
        tolerance=judging.tolerance,
        method=judging.method or follows,
        mitigate=judging.mitigate,
        progress=progress,
    )
    submitted, calibrated = run_times(ledger, recorded.id)
    findings = findings_of(found.rows, alpha=asked.alpha, leak=judging.leak)
    return Comparison(recorded, judging, asked, submitted, calibrated, found.agreement, found.rows, findings)


def _asked(recorded: Plan, judging: Judging) -> ShotPlan:
    """What the run was planned to see, or what is asked instead; raises InputError for the record of something else."""
    items_of(recorded.experiment)
    try:
        planned = recorded.experiment["plan"]
        return ShotPlan(
            planned["effect"] if judging.effect is None else judging.effect,
            alpha=planned["alpha"] if judging.alpha is None else judging.alpha,
            power=planned["power"] if judging.power is None else judging.power,
        )
    except (KeyError, TypeError) as error:
        raise InputError(f"plan {recorded.id} does not say what it was to see ({error}): restore an export") from None


def exit_status(comparisons: Sequence[Comparison]) -> int:
    """1 if a device deviates, else 3 if there were too few shots to tell, else 0."""
    statuses = {each.agreement.status for each in comparisons}
    return 1 if DeviceStatus.DEVIATES in statuses else 3 if DeviceStatus.TOO_FEW_SHOTS in statuses else 0


def to_json(comparison: Comparison) -> dict[str, Any]:
    """The comparison as the JSON contract says (docs/hardware.md)."""
    judging, asked, agreement = comparison.judging, comparison.asked, comparison.agreement
    return {
        "schema": COMPARISON_SCHEMA,
        **library_versions(),
        "plan": comparison.plan.id,
        "backend": comparison.plan.backend,
        "calibration_time": comparison.calibrated,
        "run_time": comparison.submitted,
        "simulated": comparison.is_simulated,
        "options": dict(comparison.plan.options),
        "shots": comparison.shots,
        "tolerance": judging.tolerance,
        "effect": asked.effect,
        "alpha": asked.alpha,
        "power": asked.power,
        "zz_hz": judging.zz_hz,
        "scale": judging.scale,
        "status": agreement.status.value,
        "told": str(agreement),
        "rows": [
            _row_json(row, deviation) for row, deviation in zip(comparison.rows, agreement.deviations, strict=True)
        ],
        "findings": [_finding_json(finding) for finding in comparison.findings],
        "budget": [line for row in comparison.rows for line in _budget_json(row)],
        "exit": exit_status([comparison]),
    }


def _row_json(row: Compared, deviation: Deviation) -> dict[str, Any]:
    interval = row.measured.interval(_CONFIDENCE)
    figure = published_figure(row.item.experiment, row.quantity)
    return {
        **_where(row),
        row.item.parameter: row.item.size,
        "kind": row.measured.quantity,
        "ideal": row.prediction.ideal,
        "predicted": row.prediction.predicted,
        "predicted_low": deviation.predicted_low,
        "predicted_high": deviation.predicted_high,
        "layers": dict(row.prediction.layers),
        "method": row.method,
        "measured": row.measured.value,
        "standard_error": row.measured.standard_error,
        "low": interval.low,
        "high": interval.high,
        "confidence": interval.confidence,
        "exact_interval": interval.exact,
        "shots": row.measured.shots,
        "difference": deviation.difference,
        "at_least": deviation.at_least,
        "visible": deviation.visible,
        "effect": deviation.effect,
        "adjusted_p": deviation.adjusted_p,
        "mitigated": row.measured.mitigated,
        "published": None if figure is None else figure.value,
        "published_error": None if figure is None else figure.error,
        **row.compiled,
    }


def _where(row: Compared) -> dict[str, Any]:
    item = row.item
    return {
        "experiment": item.experiment.number,
        "parameter": item.parameter,
        "size": item.size,
        "quantity": row.quantity.name,
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "name": finding.name,
        "statement": finding.statement,
        "label": finding.label,
        "status": finding.status.value,
        "threshold": finding.threshold,
        "value": finding.value,
        "low": finding.low,
        "high": finding.high,
        "confidence": finding.confidence,
        "assumptions": list(finding.assumptions),
    }


def _budget_json(row: Compared) -> list[dict[str, Any]]:
    circuits = {each.setting.title: (each.observables, each.predictions) for each in row.settings}
    return [_where(row) | cost.to_json() for cost in budget_of(row.quantity, circuits).costs]


def to_text(comparison: Comparison) -> str:
    """A line for each quantity, the physical statements, and the verdict about the device last."""
    backend = f"{comparison.plan.backend}{' (simulated)' if comparison.is_simulated else ''}"
    when = comparison.calibrated or "at an unknown time"
    told = [f"run {comparison.plan.id} on {backend}, {comparison.shots} shots a circuit, calibrated {when}"]
    lines = [["size", "quantity", "predicted", "measured", "95 % interval", "difference", "visible", "published", ""]]
    lines += [_cells(row, one) for row, one in zip(comparison.rows, comparison.agreement.deviations, strict=True)]
    told += _table(lines)
    if any(row.method != METHODS[0] for row in comparison.rows):
        told.append("* predicted with Pauli-twirled noise")
    if comparison.findings:
        told += ["", *(str(finding) for finding in comparison.findings)]
        assumed = dict.fromkeys(note for finding in comparison.findings for note in finding.assumptions)
        told += [f"assumed: {note}" for note in assumed]
    told += ["", f"{comparison.plan.backend} {comparison.agreement}"]
    return "\n".join(told)


def _cells(row: Compared, deviation: Deviation) -> list[str]:
    interval = row.measured.interval(_CONFIDENCE)
    figure = published_figure(row.item.experiment, row.quantity)
    return [
        f"{row.item.parameter}={row.item.size}",
        row.quantity.name,
        f"{row.prediction.predicted:.4f}{'' if row.method == METHODS[0] else '*'}",
        f"{row.measured.value:.4f}",
        f"{interval.low:.4f} … {interval.high:.4f}",
        f"{row.measured.value - row.prediction.predicted:+.4f}",
        f"{deviation.visible:.4f}",
        "" if figure is None else f"{figure.value:.3f}",
        "deviates" if deviation.is_called else "",
    ]


def _table(lines: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
