"""``noclone hardware``: predict."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from noclone.cli import hardware_published, hardware_runs
from noclone.cli.options import JsonOption, QuietOption
from noclone.cli.output import print_text, shown_progress

__all__ = ["hardware"]

hardware = typer.Typer(
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Experiments on Heron processors: what their calibration predicts.",
    no_args_is_help=True,
)


@hardware.callback()
def group() -> None:
    """Commands about devices; each has its own options."""


NOption = Annotated[
    str | None,
    typer.Option(
        "--n", metavar="N", help="clones, or a range such as 2..15 (experiments 1, 2, 5, 6)", show_default=False
    ),
]
LOption = Annotated[
    str | None,
    typer.Option("--l", metavar="L", help="rounds of iterated cloning, or a range (experiment 3)", show_default=False),
]
ROption = Annotated[
    str | None,
    typer.Option("--r", metavar="R", help="qubits of the GHZ state, or a range (experiment 4)", show_default=False),
]


BudgetOption = Annotated[
    bool, typer.Option("--budget", help="also print the dearest gates, qubits and idle periods of each quantity")
]
PlotOption = Annotated[
    Path | None,
    typer.Option("--plot", metavar="FILE", help="draw it, layer by layer: FILE.svg or FILE.png", show_default=False),
]
ZzOption = Annotated[
    float,
    typer.Option("--zz", metavar="HZ", min=0.0, max=1e6, help="coherent ZZ between idle neighbours, not calibrated"),
]
ScaleOption = Annotated[
    float, typer.Option("--scale", metavar="X", min=0.0, max=10.0, help="one factor on all error rates, for a fit")
]


@hardware.command()
def predict(
    experiment: Annotated[
        int,
        typer.Option(
            "--experiment",
            metavar="NUMBER",
            help="1 entanglement fidelity, 2 CHSH, 3 iterated cloning, 4 GHZ, 5 single use, 6 access by data",
        ),
    ] = 1,
    n: NOption = None,
    level: LOption = None,
    r: ROption = None,
    virtual: Annotated[bool, typer.Option("--virtual", help="experiment 3's one-branch series instead")] = False,
    backend: Annotated[
        str, typer.Option("--backend", metavar="NAME", help="a snapshot that ships with qiskit-ibm-runtime")
    ] = "fake:kingston",
    method: Annotated[
        str, typer.Option("--method", metavar="METHOD", help="untwirled (the full channels) or twirled")
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
    from noclone.hardware.predictions import backend_of, chosen_experiments, predicted_rows, to_json, to_text
    from noclone.models.errors import InputError

    if plot is not None:
        checked_plot(plot)

    wanted = {1: "n", 2: "n", 3: "l", 4: "r", 5: "n", 6: "n"}.get(experiment, "n")
    given = {name: value for name, value in (("n", n), ("l", level), ("r", r)) if value is not None}
    if set(given) - {wanted}:
        raise InputError(
            f"experiment {experiment} has the parameter {wanted}: give --{wanted}, not --{next(iter(given))}"
        )
    chosen = list(chosen_experiments(experiment, given.get(wanted), virtual=virtual))
    if not chosen:
        raise InputError(
            f"experiment {experiment} has no size {given.get(wanted)}: see docs/hardware.md for those there are"
        )
    device = backend_of(backend)
    with shown_progress(quiet) as progress:
        rows, left_out = predicted_rows(chosen, device, method=method, zz_hz=zz, scale=scale, progress=progress)
    if plot is not None:
        plot_predictions(rows, plot, device)
    content = to_json(rows, left_out, device, budget=budget)
    print_text(to_text(rows, left_out, device, budget=budget), content, 0, json=json, quiet=quiet)


hardware.command()(hardware_published.published)
hardware.command()(hardware_runs.run)
hardware.command()(hardware_runs.collect)
hardware.command()(hardware_runs.compare)
hardware.command()(hardware_runs.report)
hardware.command()(hardware_runs.plans)
hardware.command()(hardware_runs.cancel)
hardware.command("export")(hardware_runs.export_run)
hardware.command("import")(hardware_runs.import_run)
