"""``noclone hardware``: its commands, and predict."""

from __future__ import annotations

from typing import Annotated

import typer

from noclone.cli import hardware_comparisons, hardware_published, hardware_runs
from noclone.cli.hardware_options import (
    BudgetOption,
    ExperimentOption,
    LOption,
    NOption,
    PlotOption,
    ProtocolOption,
    RecoveryOption,
    ROption,
    ScaleOption,
    VirtualOption,
    ZzOption,
    chosen_experiments,
)
from noclone.cli.options import JsonOption, QuietOption
from noclone.cli.output import print_text, shown_progress

__all__ = ["hardware"]

hardware = typer.Typer(
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Experiments on Heron processors: what their calibration predicts, runs, and how far the two agree.",
    no_args_is_help=True,
)


@hardware.callback()
def group() -> None:
    """Commands about devices; each has its own options."""


@hardware.command()
def predict(
    experiment: ExperimentOption = 1,
    n: NOption = None,
    level: LOption = None,
    r: ROption = None,
    virtual: VirtualOption = False,
    protocol: ProtocolOption = None,
    recovery: RecoveryOption = None,
    backend: Annotated[
        str, typer.Option("--backend", metavar="NAME", help="a snapshot that ships with qiskit-ibm-runtime")
    ] = "fake:kingston",
    method: Annotated[
        str, typer.Option("--method", metavar="METHOD", help="untwirled (the full channels), asymmetric or twirled")
    ] = "untwirled",
    zz: ZzOption = 0.0,
    scale: ScaleOption = 1.0,
    budget: BudgetOption = False,
    plot: PlotOption = None,
    json: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """Predict what the device should measure, layer by layer of its noise, beside the published figures.

    Exit status: 0, 2 bad input.
    """
    from noclone.hardware.prediction_plots import checked_plot, plot_predictions
    from noclone.hardware.predictions import backend_of, predicted_rows, to_json, to_text

    if plot is not None:
        checked_plot(plot)
    sizes = {name: value for name, value in (("n", n), ("l", level), ("r", r)) if value is not None}
    chosen = chosen_experiments(experiment, sizes, virtual=virtual, protocol=protocol, recovery=recovery)
    device = backend_of(backend)
    with shown_progress(quiet) as progress:
        rows, left_out = predicted_rows(chosen, device, method=method, zz_hz=zz, scale=scale, progress=progress)
    if plot is not None:
        plot_predictions(rows, plot, device)
    content = to_json(rows, left_out, device, budget=budget)
    print_text(to_text(rows, left_out, device, budget=budget), content, 0, json=json, quiet=quiet)


hardware.command()(hardware_published.published)
hardware.command()(hardware_runs.run)
hardware.command()(hardware_runs.resume)
hardware.command()(hardware_runs.collect)
hardware.command()(hardware_comparisons.compare)
hardware.command()(hardware_comparisons.report)
hardware.command()(hardware_runs.plans)
hardware.command()(hardware_runs.cancel)
hardware.command("export")(hardware_runs.export_run)
hardware.command("import")(hardware_runs.import_run)
