"""What a command prints or writes, and the exit status it leaves with."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

import typer

__all__ = ["known_format", "print_text", "shown_progress", "write_json"]


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write JSON to a file, or to standard output for -; raises InputError if the file cannot be written."""
    import json

    from noclone.models.errors import InputError

    text = json.dumps(content, indent=1, ensure_ascii=False)
    if str(path) == "-":
        typer.echo(text)
        return
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}") from None


def known_format(output_format: str) -> str:
    """The format if it is one; raises InputError."""
    from noclone.models.errors import InputError, nearest

    known = ("text", "markdown", "latex")
    if output_format not in known:
        raise InputError(f"unknown format '{output_format}': use {', '.join(known)}.{nearest(output_format, known)}")
    return output_format


def print_text(text: str, content: dict[str, Any], status: int, *, json: Path | None, quiet: bool) -> NoReturn:
    """Print a text, or its content as JSON, and leave with the exit status."""
    if json is not None:
        write_json(json, content)
    if not quiet and (json is None or str(json) != "-"):
        typer.echo(text)
    raise typer.Exit(status)


def shown_progress(quiet: bool) -> Any:
    """A context whose value reports progress on a terminal; with ``quiet`` nowhere."""
    from noclone.rendering import progress

    return progress(quiet=quiet)
