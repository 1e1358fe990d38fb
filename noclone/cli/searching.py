"""``noclone search``: families with a wanted access structure, for every n."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from noclone.cli.options import JsonOption, QuietOption
from noclone.cli.output import print_text, shown_progress

__all__ = ["search"]


def search(
    want: Annotated[
        list[str] | None,
        typer.Option(
            "--want",
            metavar="CLAIM",
            help='what is to be PROVED; may be repeated (default: "mixed S[i]" and "recovers S[i] N[*]")',
            show_default=False,
        ),
    ] = None,
    leaks: Annotated[
        bool, typer.Option("--leaks/--no-leaks", help="whether coalitions may learn a part of the secret only")
    ] = False,
    parity: Annotated[str, typer.Option("--for", metavar="N", help="every, even or odd: for which n")] = "every",
    first: Annotated[int, typer.Option("--from", metavar="N", min=1, help="from which n on")] = 2,
    factors: Annotated[
        int, typer.Option("--factors", metavar="K", min=1, max=4, help="up to so many factors of the encryption")
    ] = 3,
    certificates: Annotated[
        Path | None,
        typer.Option(
            "--certificates", metavar="DIR", help="write what is proved of every family there", show_default=False
        ),
    ] = None,
    json: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """Try every uniform family up to a size, and show those that have a wanted access structure for every n.

    Families are encrypted cloning with other factors exp(-i pi/4 P), P a letter on A and one on every S.
    Exit status: 0 some have it, 1 none has (all were tried), 2 bad input.
    """
    from noclone.proofs.claims import parse_claim
    from noclone.proofs.family_search import Wanted
    from noclone.proofs.family_search import search as search_families
    from noclone.searching import exit_status, to_json, to_text, write_certificates

    claims = tuple(parse_claim(text) for text in (want or ("mixed S[i]", "recovers S[i] N[*]")))
    wanted = Wanted(claims, not leaks, parity, first)
    with shown_progress(quiet) as progress:
        answers = list(search_families(wanted, factors=factors, progress=progress))
    files = write_certificates(answers, certificates) if certificates else {}
    content = to_json(answers, wanted, files)
    print_text(to_text(answers, wanted), content, exit_status(answers), json=json, quiet=quiet)
