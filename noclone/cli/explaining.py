"""Commands that explain: derive, theorem."""

from __future__ import annotations

from typing import Annotated

import typer

from noclone.cli.options import (
    FormatOption,
    JsonOption,
    ParamOption,
    PartiesOption,
    QuietOption,
    SecretOption,
    TargetArgument,
)
from noclone.cli.output import known_format, print_text
from noclone.cli.targets import load

__all__ = ["derive", "theorem"]


def derive(
    target: TargetArgument,
    n: Annotated[
        str | None,
        typer.Option(
            "--n",
            metavar="N",
            help="a value of n; for encrypted cloning also the letter n: every n",
            show_default=False,
        ),
    ] = None,
    param: ParamOption = None,
    claim: Annotated[
        str | None,
        typer.Option(
            "--claim", metavar="TEXT", help="what to derive (encrypted cloning: its closed form)", show_default=False
        ),
    ] = None,
    output_format: FormatOption = "text",
    secret: SecretOption = None,
    parties: PartiesOption = None,
    json: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """Derive a claim line by line, in kets, each line checked by computation as it is printed.

    Exit status: 0 the claim holds, 1 the derivation shows that it does not, 2 bad input, 4 an error of noclone's.
    """
    from noclone.derivations import derivation_of, to_json

    chosen = known_format(output_format)
    found = derivation_of(
        target,
        claim,
        every_n=n == "n",
        load=lambda: load(target, None if n == "n" else n, param, secret, parties),
    )
    text = {"text": found.to_text, "markdown": found.to_markdown, "latex": found.to_latex}[chosen]()
    print_text(text, to_json(found), 0 if found.holds else 1, json=json, quiet=quiet)


def theorem(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="one of the book's theorems", show_default=False)
    ] = None,
    output_format: FormatOption = "text",
    json: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """Prove one of the classic theorems, line by line, or list them all.

    Exit status: 0 every line, example and counterexample checks; 4 if one does not.
    """
    from noclone.theorems import show

    print_text(*show(name, output_format=known_format(output_format)), json=json, quiet=quiet)
