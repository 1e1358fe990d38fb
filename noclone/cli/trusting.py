"""``noclone trust`` and ``noclone export``: what verdicts rest on, and certificates for another checker."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from noclone.cli.options import JsonOption, QuietOption
from noclone.cli.output import print_text

__all__ = ["export", "trust"]

export = typer.Typer(
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Certificates for other checkers than the kernel.",
    no_args_is_help=True,
)


@export.callback()
def group() -> None:
    """One command for each checker."""


@export.command()
def coq(
    certificate: Annotated[Path, typer.Argument(metavar="CERT", help="a certificate, as 'verify' writes it")],
    protocol: Annotated[
        Path | None,
        typer.Option(
            "--protocol", metavar="FILE", help="its protocol (default: beside the certificate)", show_default=False
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE.v", help="where to write (default: standard output)", show_default=False
        ),
    ] = None,
) -> None:
    """Write a certificate as a Coq file: coqc accepts it, beside proofs/coq, only if the certificate is right.

    Exit status: 0, 2 bad input, or a certificate that the Coq development does not cover.
    """
    from noclone.exporting import coq_file

    text = coq_file(certificate, protocol)
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        from noclone.models.errors import InputError

        raise InputError(f"cannot write {output}: {error.strerror}") from None


def trust(json: JsonOption = None, quiet: QuietOption = False) -> None:
    """Show what PROVED and REFUTED rest on, in short."""
    from noclone.report import library_versions
    from noclone.trust import ASSUMED, NOT_COVERED, trust_text

    content = {
        "schema": "noclone-trust-1",
        **library_versions(),
        "assumed": [{"name": item.name, "words": item.words} for item in ASSUMED],
        "not_covered": [{"name": item.name, "words": item.words} for item in NOT_COVERED],
        "exit": 0,
    }
    print_text(trust_text(), content, 0, json=json, quiet=quiet)
