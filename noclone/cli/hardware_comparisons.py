"""``noclone hardware compare`` and ``report``: recorded runs against their predictions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from noclone.cli.hardware_options import (
    LEDGER,
    EffectOption,
    LeakOption,
    LedgerOption,
    MethodOption,
    MitigateOption,
    RunsArgument,
    ScaleOption,
    ToleranceOption,
    ZzOption,
    opened,
)
from noclone.cli.options import JsonOption, QuietOption
from noclone.cli.output import print_text, shown_progress

if TYPE_CHECKING:
    from noclone.hardware.comparisons import Comparison, Judging

__all__ = ["compare", "report"]


def compare(
    runs: RunsArgument = None,
    tolerance: ToleranceOption = 0.005,
    effect: EffectOption = None,
    leak: LeakOption = 0.1,
    method: MethodOption = None,
    mitigate: MitigateOption = False,
    zz: ZzOption = 0.0,
    scale: ScaleOption = 1.0,
    ledger: LedgerOption = LEDGER,
    json: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """Recompute everything from recorded counts and calibrations, and compare it with the prediction. Asks no service.

    Exit status: 0 consistent, 1 a device deviates, 2 bad input, 3 too few shots to tell.
    """
    from noclone.hardware import changes, comparisons

    judging = comparisons.Judging(tolerance, effect, leak=leak, method=method, zz_hz=zz, scale=scale, mitigate=mitigate)
    found = _compared(ledger, runs, judging, quiet=quiet)
    status = comparisons.exit_status(found)
    between = changes.changes_between(found)
    text = "\n\n".join([*map(comparisons.to_text, found), *([changes.to_text(between)] if between else [])])
    content = [comparisons.to_json(each) for each in found]
    whole: dict[str, Any] = (
        content[0]
        if len(content) == 1
        else {
            "schema": "noclone-hardware-comparisons-1",
            "comparisons": content,
            "changes": changes.to_json(between),
            "exit": status,
        }
    )
    print_text(text, whole, status, json=json, quiet=quiet)


def report(
    runs: RunsArgument = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="the HTML file; pictures go beside it")
    ] = Path("noclone-report.html"),
    tolerance: ToleranceOption = 0.005,
    effect: EffectOption = None,
    leak: LeakOption = 0.1,
    method: MethodOption = None,
    mitigate: MitigateOption = False,
    zz: ZzOption = 0.0,
    scale: ScaleOption = 1.0,
    ledger: LedgerOption = LEDGER,
    quiet: QuietOption = False,
) -> None:
    """Write runs as a page with pictures: measured, predicted and published values, thresholds, residuals, error budget.

    Exit status: 0 consistent, 1 a device deviates, 2 bad input, 3 too few shots to tell.
    """
    from noclone.hardware import comparisons
    from noclone.hardware.reports import write_report

    judging = comparisons.Judging(tolerance, effect, leak=leak, method=method, zz_hz=zz, scale=scale, mitigate=mitigate)
    found = _compared(ledger, runs, judging, quiet=quiet)
    written = write_report([comparisons.to_json(each) for each in found], output)
    print_text(
        "\n".join(f"wrote {path}" for path in written), {}, comparisons.exit_status(found), json=None, quiet=quiet
    )


def _compared(ledger: Path, runs: list[str] | None, judging: Judging, *, quiet: bool) -> list[Comparison]:
    from noclone.hardware import comparisons
    from noclone.hardware.runs import recorded_runs

    with opened(ledger) as book, shown_progress(quiet) as progress:
        chosen = recorded_runs(book, runs or [])
        return [comparisons.comparison_of(book, each, judging, progress=progress) for each in chosen]
