"""Commands that decide: list, verify, access, mutate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from noclone.cli.options import (
    JobsOption,
    JsonOption,
    NOption,
    ParamOption,
    PartiesOption,
    QuietOption,
    SecretOption,
    SeedOption,
    TargetArgument,
)
from noclone.cli.output import print_text, shown_progress, write_json
from noclone.cli.targets import load, only_protocol, spare

if TYPE_CHECKING:
    from noclone.families import FamilyTarget

__all__ = ["access", "list_protocols", "mutate", "verify"]


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
        write_json(json, {"protocols": entries})
    if json is None or str(json) != "-":
        from noclone.rendering import print_protocols

        print_protocols(entries)


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
    from noclone.families import uniform_target
    from noclone.target import located

    if not (n or param or secret or parties or cross_check) and (uniform := uniform_target(target)) is not None:
        _verify_family(uniform, target, claim or (), certificates, json, seed, strict=strict, exact=exact, quiet=quiet)
    loaded = load(target, n, param, secret, parties)
    spare(loaded, json)
    with located(loaded), shown_progress(quiet) as progress:
        report = verify_all(loaded.protocols, claim or (), jobs=jobs, cross_check=cross_check, progress=progress)
    status = report.exit_status(strict=strict, exact=exact)
    files = report.write_certificates(certificates) if certificates else {}
    if json is not None:
        write_json(json, report.to_json(target, status, files) | {"seed": seed})
    if not quiet and (json is None or str(json) != "-"):
        from noclone.rendering import print_report

        print_report(report, target, loaded.remark, status, exact=exact)
    raise typer.Exit(status)


def _verify_family(
    uniform: FamilyTarget,
    target: str,
    claims: Sequence[str],
    certificates: Path | None,
    json: Path | None,
    seed: int | None,
    *,
    strict: bool,
    exact: bool,
    quiet: bool,
) -> NoReturn:
    """Decide claims about a uniform family for every n, and leave."""
    from noclone.families import verify_family

    with shown_progress(quiet) as progress:
        report = verify_family(uniform, claims, exact=exact, progress=progress)
    status = report.exit_status(strict=strict)
    files = report.write_certificates(certificates) if certificates else {}
    if json is not None:
        write_json(json, report.to_json(target, status, files) | {"seed": seed})
    if not quiet and (json is None or str(json) != "-"):
        from noclone.rendering import print_family

        print_family(report, target, status)
    raise typer.Exit(status)


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
    certificates: Annotated[
        Path | None,
        typer.Option(
            "--certificates", metavar="DIR", help="without --n: write the table's certificate", show_default=False
        ),
    ] = None,
    json: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """Show who can read what: every coalition of TARGET's parties, or the one given by --held; uniform families for every n."""
    from noclone.access_report import access_to_json, write_recovery
    from noclone.api import access as access_structure
    from noclone.families import uniform_target
    from noclone.models.errors import InputError
    from noclone.target import located

    if recovery is not None and held is None:
        raise InputError('whose recovery? Give --recovery together with --held "…"')
    whole = not (n or param or secret or parties or held)
    if whole and (uniform := uniform_target(target)) is not None:
        _access_for_every_n(uniform, target, certificates=certificates, json=json, quiet=quiet)
    if certificates is not None:
        raise InputError("--certificates goes with the table for every n: for one n there is 'verify --certificates'")
    loaded = load(target, n, param, secret, parties)
    protocol = only_protocol(loaded, target, "access")
    spare(loaded, json, recovery)
    with located(loaded):
        structure = access_structure(protocol)
        content, chosen = access_to_json(structure, target, protocol, held)
    if recovery is not None and chosen is not None:
        content["recovery"] = write_recovery(structure, protocol, chosen, recovery)
    if json is not None:
        write_json(json, content)
    if not quiet and (json is None or str(json) != "-"):
        from noclone.rendering import print_access

        print_access(content)
    raise typer.Exit(0 if content["status"] != "ERROR" else 4)


def _access_for_every_n(
    uniform: FamilyTarget, target: str, *, certificates: Path | None, json: Path | None, quiet: bool
) -> NoReturn:
    """Show who can read what in a uniform family for every n, and leave."""
    from noclone.families import access_to_json, access_to_text, write_table
    from noclone.proofs.every_coalition import access_table

    with shown_progress(quiet) as progress:
        table = access_table(uniform.family, progress=progress)
    content = access_to_json(table, target, write_table(table, certificates) if certificates else None)
    print_text(access_to_text(content), content, 0, json=json, quiet=quiet)


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

    loaded = load(target, n, param, secret, parties)
    spare(loaded, json)
    with shown_progress(quiet) as progress:
        text, content, status = mutation_report(loaded, name=target, progress=progress)
    print_text(text, content, status, json=json, quiet=quiet)
