"""``noclone hardware published``."""

from __future__ import annotations

from typing import Annotated

import typer

from noclone.cli.options import JsonOption, QuietOption
from noclone.cli.output import print_text, shown_progress

__all__ = ["published"]


def published(
    experiment: Annotated[
        list[int] | None,
        typer.Option(
            "--experiment",
            metavar="NUMBER",
            help="compare the figures of this experiment only, 1 to 4 (table VI is of 3); may be repeated",
            show_default=False,
        ),
    ] = None,
    most_qubits: Annotated[
        int | None,
        typer.Option("--most-qubits", metavar="N", min=1, help="leave out circuits of more qubits", show_default=False),
    ] = None,
    fit: Annotated[
        str | None,
        typer.Option(
            "--fit",
            metavar="PARAMETER",
            help="fit one parameter to all figures: scale (all error rates) or zz (between idle neighbours)",
            show_default=False,
        ),
    ] = None,
    statements: Annotated[
        bool, typer.Option("--statements", help="the audited statements alone, without compiling anything")
    ] = False,
    json: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """What the published figures support, and how they lie against the prediction of the Kingston snapshot, layer by layer.

    Exit status: 0, 2 bad input.
    """
    from noclone.hardware.published_figures import compare_published
    from noclone.hardware.published_report import published_json, published_text
    from noclone.hardware_checks.published_statements import audit_published
    from noclone.hardware_checks.snapshots import snapshot
    from noclone.models.errors import InputError

    if statements and (experiment or fit or most_qubits):
        raise InputError(
            "--statements compares nothing: leave out --experiment, --most-qubits and --fit, or --statements"
        )
    comparison = device = None
    if not statements:
        device = snapshot("fake:kingston")
        with shown_progress(quiet) as progress:
            comparison = compare_published(
                device,
                experiments=experiment or (1, 2, 3, 4),
                most_qubits=most_qubits,
                fit=fit,
                progress=progress,
            )
    audited = audit_published()
    content = published_json(audited, comparison, device)
    print_text(published_text(audited, comparison, device), content, 0, json=json, quiet=quiet)
