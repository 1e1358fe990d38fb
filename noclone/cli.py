"""The command line: list, verify, access; ``check`` is the kernel's own (``noclone.checking``).

Nothing heavy is imported before a command needs it.
"""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from noclone import __version__

if TYPE_CHECKING:
    from noclone.target import Target

__all__ = ["app", "run"]

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Verdicts with certificates for quantum protocols that rest on no-cloning and the monogamy of entanglement.",
)

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


@app.command("list")
def list_protocols(json: JsonOption = None) -> None:
    """Show the built-in protocols, their parameters and their claims."""
    from noclone.protocols.registry import FAMILIES

    entries = [
        {
            "name": family.name,
            "summary": family.summary,
            "reference": family.reference,
            "parameters": {
                parameter.name: {"meaning": parameter.meaning, "from": parameter.lowest, "to": parameter.highest}
                for parameter in family.parameters
            },
            "claims": [
                {"claim": stated.text, "expect": stated.expect, "note": stated.note} for stated in family.build().claims
            ],
        }
        for family in FAMILIES.values()
    ]
    if json is not None:
        _write_json(json, {"protocols": entries})
    if json is None or str(json) != "-":
        from noclone.rendering import print_protocols

        print_protocols(entries)


@app.command()
def verify(
    target: TargetArgument,
    n: NOption = None,
    param: ParamOption = None,
    claim: Annotated[
        list[str] | None,
        typer.Option(
            "--claim",
            metavar="TEXT",
            help="verify this instead of the stated claims; may be repeated",
            show_default=False,
        ),
    ] = None,
    secret: SecretOption = None,
    parties: PartiesOption = None,
    json: JsonOption = None,
    certificates: Annotated[
        Path | None,
        typer.Option("--certificates", metavar="DIR", help="write every certificate there", show_default=False),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="exit 3 also where a claim is only SUPPORTED")] = False,
    exact: Annotated[bool, typer.Option("--exact", help="a verdict better than expected is not as expected")] = False,
    cross_check: Annotated[
        bool, typer.Option("--cross-check", help="ask every engine that can decide a claim; exit 4 if two disagree")
    ] = False,
    jobs: JobsOption = 1,
    seed: SeedOption = None,
    quiet: QuietOption = False,
) -> None:
    """Decide every claim that TARGET makes, each with a certificate that the kernel has replayed.

    Exit status: 0 all as expected, 1 some not, 2 bad input, 3 something undecided, 4 an error of noclone's.
    """
    from noclone.api import verify_all
    from noclone.target import located

    loaded = _load(target, n, param, secret, parties)
    _spare(loaded, json)
    with located(loaded), _progress(quiet) as progress:
        report = verify_all(loaded.protocols, claim or (), jobs=jobs, cross_check=cross_check, progress=progress)
    status = report.exit_status(strict=strict, exact=exact)
    files = report.write_certificates(certificates) if certificates else {}
    if json is not None:
        _write_json(json, report.to_json(target, status, files) | {"seed": seed})
    if not quiet and (json is None or str(json) != "-"):
        from noclone.rendering import print_report

        print_report(report, target, loaded.remark, status, exact=exact)
    raise typer.Exit(status)


@app.command()
def access(
    target: TargetArgument,
    n: NOption = None,
    param: ParamOption = None,
    held: Annotated[
        str | None, typer.Option("--held", metavar='"A S[0]"', help="one coalition instead of all", show_default=False)
    ] = None,
    recovery: Annotated[
        Path | None,
        typer.Option(
            "--recovery",
            metavar="FILE.qasm",
            help="with --held: write the circuit that restores the secret",
            show_default=False,
        ),
    ] = None,
    secret: SecretOption = None,
    parties: PartiesOption = None,
    json: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """Show who can read what: every coalition of TARGET's parties, or the one given by --held."""
    from noclone.access_report import access_to_json, write_recovery
    from noclone.api import access as access_structure
    from noclone.models.errors import InputError
    from noclone.target import located

    if recovery is not None and held is None:
        raise InputError('whose recovery? Give --recovery together with --held "…"')
    loaded = _load(target, n, param, secret, parties)
    if len(loaded.protocols) != 1:
        raise InputError(
            f"access looks at one protocol, '{target}' is {len(loaded.protocols)}: name one, for example with --n 3"
        )
    _spare(loaded, json, recovery)
    with located(loaded):
        structure = access_structure(loaded.protocols[0])
        content, chosen = access_to_json(structure, target, loaded.protocols[0], held)
    if recovery is not None and chosen is not None:
        content["recovery"] = write_recovery(structure, loaded.protocols[0], chosen, recovery)
    if json is not None:
        _write_json(json, content)
    if not quiet and (json is None or str(json) != "-"):
        from noclone.rendering import print_access

        print_access(content)
    raise typer.Exit(0 if content["status"] != "ERROR" else 4)


@app.command()
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

    chosen = _known_format(output_format)
    found = derivation_of(
        target,
        claim,
        every_n=n == "n",
        load=lambda: _load(target, None if n == "n" else n, param, secret, parties),
    )
    text = {"text": found.to_text, "markdown": found.to_markdown, "latex": found.to_latex}[chosen]()
    _print_text(text, to_json(found), 0 if found.holds else 1, json=json, quiet=quiet)


@app.command()
def mutate(
    target: TargetArgument,
    n: NOption = None,
    param: ParamOption = None,
    secret: SecretOption = None,
    parties: PartiesOption = None,
    json: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """Change TARGET gate by gate, and show which changes its claims notice: the mutation score.

    Exit status: 0 every change that matters is noticed, 1 some are not, 2 bad input, 3 some are undecided, 4 an error.
    """
    from noclone.mutation import mutate as mutation_report

    loaded = _load(target, n, param, secret, parties)
    _spare(loaded, json)
    with _progress(quiet) as progress:
        text, content, status = mutation_report(loaded, name=target, progress=progress)
    _print_text(text, content, status, json=json, quiet=quiet)


@app.command()
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

    _print_text(*show(name, output_format=_known_format(output_format)), json=json, quiet=quiet)


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


def _load(target: str, n: str | None, param: list[str] | None, secret: str | None, parties: str | None) -> Target:
    from noclone.loading import load_target
    from noclone.target import parameters_of

    listed = parties.split() if parties is not None else None
    return load_target(target, parameters=parameters_of(n, param or ()), secret=secret, parties=listed)


def _write_json(path: Path, content: dict[str, Any]) -> None:
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


def _known_format(output_format: str) -> str:
    from noclone.models.errors import InputError, nearest

    known = ("text", "markdown", "latex")
    if output_format not in known:
        raise InputError(f"unknown format '{output_format}': use {', '.join(known)}.{nearest(output_format, known)}")
    return output_format


def _print_text(text: str, content: dict[str, Any], status: int, *, json: Path | None, quiet: bool) -> None:
    """Print a text, or its content as JSON, and leave with the exit status."""
    if json is not None:
        _write_json(json, content)
    if not quiet and (json is None or str(json) != "-"):
        typer.echo(text)
    raise typer.Exit(status)


def _spare(target: Target, *paths: Path | None) -> None:
    """Refuse to write a result over what it was made from."""
    for path in paths:
        if path is not None:
            target.spare(path)


def _progress(quiet: bool) -> Any:
    from noclone.rendering import progress

    return progress(quiet=quiet)
