"""Commands about entanglement: share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from noclone.cli.options import (
    JsonOption,
    NOption,
    ParamOption,
    PartiesOption,
    QuietOption,
    SecretOption,
    TargetArgument,
)
from noclone.cli.output import print_text, shown_progress
from noclone.cli.targets import load, only_protocol, spare

__all__ = ["share"]


def share(
    target: TargetArgument,
    n: NOption = None,
    param: ParamOption = None,
    after: Annotated[
        list[str] | None,
        typer.Option(
            "--after",
            metavar="NAME",
            help="a stage or recovery instead of every stage; may be repeated",
            show_default=False,
        ),
    ] = None,
    held: Annotated[
        list[str] | None,
        typer.Option(
            "--held",
            metavar='"A S[0]"',
            help="a coalition instead of all; may be repeated",
            show_default=False,
        ),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", metavar="FILE.svg", help="draw the table as an SVG picture", show_default=False),
    ] = None,
    secret: SecretOption = None,
    parties: PartiesOption = None,
    json: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """Show who is entangled with the reference: every coalition of TARGET's parties, after each stage.

    The reference R purifies the secret. Exit status: 0, 2 bad input, 4 an error of noclone's: two disjoint coalitions would share more than there is.
    """
    from noclone.models.errors import InputError
    from noclone.sharing import sharing_of, write_plot
    from noclone.target import located

    if plot is not None and plot.suffix.lower() != ".svg":
        raise InputError(f"the plot is an SVG picture: write it to a file whose name ends in .svg, not to '{plot}'")
    if plot is not None and plot == json:
        raise InputError(f"'{plot}' cannot be both the plot and the JSON: give two files")
    loaded = load(target, n, param, secret, parties)
    protocol = only_protocol(loaded, target, "share")
    spare(loaded, json, plot)
    with located(loaded), shown_progress(quiet) as progress:
        found = sharing_of(protocol, after=after or (), held=held or (), progress=progress)
    if plot is not None:
        write_plot(found, plot)
    print_text(found.to_text(), found.to_json(target, plot=plot), found.status, json=json, quiet=quiet)
