"""``noclone bound``: cloning, measure-and-prepare, recovery, correlations, threshold."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from noclone.cli.output import print_text
from noclone.cli.targets import load, only_protocol, spare

if TYPE_CHECKING:
    from noclone.bounds import Best

__all__ = ["bound"]

bound = typer.Typer(
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Find what no channel or strategy exceeds, exactly, with certificates for both sides.",
)

StatesOption = Annotated[
    str,
    typer.Option(
        "--states",
        metavar="STATES",
        help="all (all3: of a qutrit, …), equator, bb84, six-state, or a JSON file of state vectors with weights",
        show_default=False,
    ),
]
AskedOption = Annotated[
    str | None,
    typer.Option(
        "--claim",
        metavar='"<= X"',
        help="decide this instead of finding the value: <=, >= or = and an exact number such as 1/2+sqrt(2)/4",
        show_default=False,
    ),
]
CertificatesOption = Annotated[
    Path | None,
    typer.Option("--certificates", metavar="DIR", help="write every certificate there", show_default=False),
]
GivenOption = Annotated[int, typer.Option("--from", metavar="N", min=1, max=9, help="copies that are given")]


@bound.command()
def cloning(
    states: StatesOption,
    copies: Annotated[
        int, typer.Option("--copies", metavar="M", min=1, max=9, help="copies that are wanted", show_default=False)
    ],
    given: GivenOption = 1,
    weights: Annotated[
        str | None,
        typer.Option(
            "--weights",
            metavar="W,W,…",
            help="weights of the copies, exact and adding up to 1 (default: equal)",
            show_default=False,
        ),
    ] = None,
    merit: Annotated[
        str,
        typer.Option(
            "--merit",
            metavar="MERIT",
            help="mean (over states and copies), worst (state), global (all copies at once) or entanglement (fidelity)",
        ),
    ] = "mean",
    asked: AskedOption = None,
    certificates: CertificatesOption = None,
    json: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """Find how well N copies of an unknown state can be made into M.

    Exit status: 0 proved, 1 the claim is refuted, 2 bad input, 3 not proved, 4 an error of noclone's.
    """
    from noclone.models.errors import InputError, nearest

    known = ("mean", "worst", "global", "entanglement")
    if merit not in known:
        raise InputError(f"unknown merit '{merit}': use {', '.join(known)}.{nearest(merit, known)}")
    if weights is not None and not re.fullmatch("[0-9a-z+*/().,-]+", weights := weights.replace(" ", "")):
        raise InputError(f"cannot read the weights {weights[:60]!r}: write an exact number for each copy, as 2/3,1/3")
    words = [
        f"to {copies}",
        f"weighted {weights}" if weights is not None else "",
        merit if merit != "mean" else "",
    ]
    _about_states("cloning", states, [f"from {given}" if given > 1 else "", *words], asked, certificates, json, quiet)


@bound.command("measure-and-prepare")
def measure_and_prepare(
    states: StatesOption,
    given: GivenOption = 1,
    asked: AskedOption = None,
    certificates: CertificatesOption = None,
    json: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """Find how well N copies of an unknown state can be measured and one prepared from the outcome."""
    words = [f"from {given}" if given > 1 else ""]
    _about_states("measure-and-prepare", states, words, asked, certificates, json, quiet)


@bound.command()
def recovery(
    target: TargetArgument,
    held: Annotated[
        str, typer.Option("--held", metavar='"S[0] N[0]"', help="the coalition that recovers", show_default=False)
    ],
    guess: Annotated[
        str | None,
        typer.Option(
            "--guess",
            metavar="PAULI",
            help="the probability to guess this Pauli's value, instead of the entanglement fidelity",
            show_default=False,
        ),
    ] = None,
    after: Annotated[
        str | None, typer.Option("--after", metavar="NAME", help="at the end of this stage", show_default=False)
    ] = None,
    under: Annotated[
        str | None,
        typer.Option("--under", metavar="NOISE", help="under this noise of the claims file", show_default=False),
    ] = None,
    n: NOption = None,
    param: ParamOption = None,
    secret: SecretOption = None,
    parties: PartiesOption = None,
    asked: AskedOption = None,
    certificates: CertificatesOption = None,
    json: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """Find how well a coalition of TARGET can restore the secret, or guess it.

    The entanglement fidelity is 1 for whoever can restore every state, and 4^-k for whoever learns nothing of k qubits.
    """
    from noclone.bounds import best
    from noclone.models.errors import InputError
    from noclone.proofs.claims import parse_coalition
    from noclone.target import located

    loaded = load(target, n, param, secret, parties)
    protocol = only_protocol(loaded, target, "bound recovery")
    spare(loaded, json)
    coalition = " ".join(parse_coalition(held))
    if guess is not None and not re.fullmatch("I*[XYZ][IXYZ]*", guess):
        raise InputError(f"cannot guess '{guess}': write one of I X Y Z for each of the secret's qubits, not all I")
    quantity = f"recovery by {coalition}" if guess is None else f"guess {guess} from {coalition}"
    tail = " ".join(f"{word} {name}" for word, name in (("after", after), ("under", under)) if name is not None)
    with located(loaded):
        found = best(protocol, quantity, tail, asked=asked)
    _print(found, certificates, json, quiet)


@bound.command()
def correlations(
    expressions: Annotated[
        list[str],
        typer.Argument(
            metavar="EXPRESSION…",
            help="a sum of products of observables, as 'A0 B0 + A0 B1 + A1 B0 - A1 B1': letters are parties, digits settings",
            show_default=False,
        ),
    ],
    local: Annotated[bool, typer.Option("--local", help="by hidden variables instead of quantum states")] = False,
    squares: Annotated[
        bool, typer.Option("--squares", help="the sum of the squares of the expressions' means")
    ] = False,
    asked: AskedOption = None,
    certificates: CertificatesOption = None,
    json: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """Find the largest mean of a Bell expression, or the largest sum of several means' squares."""
    from noclone.bounds import best
    from noclone.models.errors import InputError
    from noclone.proofs.quantities import check_expression
    from noclone.protocols.known_bounds import bare

    if local and squares:
        raise InputError("--local and --squares do not go together: give one of them")
    if len(expressions) > 1 and not squares:
        raise InputError("several expressions need --squares: the sum of the squares of their means")
    for expression in expressions:
        check_expression(expression)
    kind = "local" if local else "squares" if squares else "correlations"
    nothing = bare("no protocol", (), {})
    _print(best(nothing, f"{kind} {' | '.join(expressions)}", asked=asked), certificates, json, quiet)


@bound.command()
def threshold(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="bb84, six-state, device-independent or phase-covariant (default: all)",
            show_default=False,
        ),
    ] = None,
    json: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """Show up to which error rate a key can be distilled, between proved bounds."""
    from noclone.thresholds import show

    print_text(*show(name), json=json, quiet=quiet)


def _about_states(
    word: str,
    states: str,
    words: list[str],
    asked: str | None,
    certificates: Path | None,
    json: Path | None,
    quiet: bool,
) -> None:
    """Find the best value for these states, built-in ones or a file's."""
    from noclone.bounds import best
    from noclone.models.errors import InputError
    from noclone.protocols.known_bounds import bare
    from noclone.states import read_states

    ensembles, name = {}, states
    if not states.strip() or (len(states.split()) > 1 and "." not in states):
        raise InputError(f"cannot read --states {states[:60]!r}: name one set of states, or a JSON file")
    if "." in states or "/" in states:
        file = Path(states)
        if json is not None and json.exists() and file.exists() and json.samefile(file):
            raise InputError(f"'{json}' is what is being read: write the result to another file")
        name, listed = read_states(file)
        ensembles = {name: listed}
    quantity = " ".join(filter(None, [word, name, *words]))
    _print(best(bare("no protocol", (), ensembles), quantity, asked=asked), certificates, json, quiet)


def _print(found: Best, certificates: Path | None, json: Path | None, quiet: bool) -> None:
    """Write what was asked for, and leave with the exit status."""
    from noclone.models.errors import InputError

    if json is not None and str(json) != "-" and (json.is_dir() or not json.parent.is_dir()):
        raise InputError(f"cannot write {json}: {'it is a folder' if json.is_dir() else 'there is no such folder'}")
    files = found.report.write_certificates(certificates) if certificates else {}
    print_text(found.to_text(), found.to_json(files), found.exit_status, json=json, quiet=quiet)
