"""The arguments and options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "FormatOption",
    "JobsOption",
    "JsonOption",
    "NOption",
    "ParamOption",
    "PartiesOption",
    "QuietOption",
    "SecretOption",
    "SeedOption",
    "TargetArgument",
]

TargetArgument = Annotated[
    str,
    typer.Argument(
        metavar="TARGET",
        help="a built-in protocol, a claims file (.toml), a circuit (.qasm, with --secret), or package.module:attribute",
        show_default=False,
    ),
]
NOption = Annotated[
    str | None, typer.Option("--n", metavar="N", help="a value of n, or a range such as 2..8", show_default=False)
]
ParamOption = Annotated[
    list[str] | None,
    typer.Option(
        "--param", metavar="NAME=VALUE", help="another parameter of a family; may be repeated", show_default=False
    ),
]
SecretOption = Annotated[
    str | None,
    typer.Option(
        "--secret", metavar="REGISTER", help="the circuit's register that holds the secret", show_default=False
    ),
]
PartiesOption = Annotated[
    str | None,
    typer.Option(
        "--parties",
        metavar="NAMES",
        help="the circuit's registers that somebody may hold (default: all)",
        show_default=False,
    ),
]
JsonOption = Annotated[
    Path | None,
    typer.Option("--json", metavar="FILE", help="write the result as JSON; - is standard output", show_default=False),
]
FormatOption = Annotated[
    str, typer.Option("--format", metavar="FORMAT", help="text, markdown or latex", show_default=True)
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="print nothing but errors; the exit status tells")]
JobsOption = Annotated[
    int, typer.Option("--jobs", "-j", metavar="N", min=1, max=256, help="processes that share the work")
]
SeedOption = Annotated[
    int | None,
    typer.Option(
        "--seed",
        metavar="N",
        min=0,
        help="seed of random choices; exact methods make none, so it is only written into the JSON",
        show_default=False,
    ),
]
