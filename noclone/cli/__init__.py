"""The command line: every command, in the order of the help; ``check`` is the kernel's own (``noclone.checking``).

Nothing heavy is imported before a command needs it: the modules here import Typer alone, their functions the rest.
"""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer

from noclone import __version__
from noclone.cli.bounding import bound
from noclone.cli.entanglement import share
from noclone.cli.explaining import derive, theorem
from noclone.cli.hardware import hardware
from noclone.cli.searching import search
from noclone.cli.trusting import export, trust
from noclone.cli.verifying import access, list_protocols, mutate, verify

__all__ = ["app", "run"]

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Verdicts with certificates for quantum protocols that rest on no-cloning and the monogamy of entanglement.",
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"noclone {__version__}")
        raise typer.Exit


@app.callback()
def noclone(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="show the version")
    ] = False,
) -> None:
    """Options before the command."""


app.command("list")(list_protocols)
app.command()(verify)
app.command()(access)
app.command()(share)
app.add_typer(bound, name="bound")
app.add_typer(hardware, name="hardware")
app.command()(derive)
app.command()(mutate)
app.command()(search)
app.command()(theorem)
app.add_typer(export, name="export")
app.command()(trust)


@app.command(add_help_option=False, context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def check(context: typer.Context) -> None:
    """Replay certificates with the kernel alone (noclone check --help)."""
    from noclone.checking import main

    raise typer.Exit(main(context.args))


def run() -> int:
    """Run the command line on sys.argv; the exit status. No traceback reaches the user."""
    from noclone.models.errors import NocloneError

    try:
        result = app(standalone_mode=False, prog_name="noclone")
        return result if isinstance(result, int) else 0
    except NocloneError as error:
        print(f"noclone: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 (no traceback reaches the user)
        if callable(describe := getattr(error, "format_message", None)):  # a usage error of the command line library
            print(f"noclone: {describe()} See 'noclone --help'.", file=sys.stderr)
            return 2
        place = traceback.extract_tb(error.__traceback__)[-1]  # a bug of ours, told in one line all the same
        where = f"{Path(place.filename).name}:{place.lineno}"
        print(
            f"noclone: a bug in noclone, please report it: {type(error).__name__}: {error} ({where})", file=sys.stderr
        )
        return 4
