"""``noclone hardware run``, ``collect``, ``compare``, and what else is done with recorded runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from noclone.cli.options import JsonOption, QuietOption
from noclone.cli.output import print_text, shown_progress

if TYPE_CHECKING:
    from noclone.hardware.comparisons import Comparison, Judging
    from noclone.hardware_checks.ledger import Ledger
    from noclone.hardware_checks.run_drafts import RunItem

__all__ = ["cancel", "collect", "compare", "export_run", "import_run", "plans", "report", "run"]

LedgerOption = Annotated[
    Path, typer.Option("--ledger", metavar="FILE", help="the ledger of runs, made if it is not there")
]
RunArgument = Annotated[
    str | None,
    typer.Argument(metavar="RUN", help="a run's id or its beginning (default: the newest)", show_default=False),
]
RunsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="RUN...", help="runs' ids or their beginnings (default: the newest)", show_default=False),
]
WaitOption = Annotated[
    float | None,
    typer.Option(
        "--wait",
        metavar="SECONDS",
        min=0.0,
        help="leave after so long; the run goes on and can be collected later",
        show_default=False,
    ),
]
MaxOption = Annotated[
    float | None,
    typer.Option("--max-qpu-seconds", metavar="S", help="submit nothing that would cost more", show_default=False),
]
_LEDGER = Path("noclone-runs.sqlite")


def run(
    experiment: Annotated[
        int,
        typer.Option(
            "--experiment",
            metavar="NUMBER",
            help="1 entanglement fidelity, 2 CHSH, 3 iterated cloning, 4 GHZ, 5 single use, 6 access by data",
        ),
    ] = 1,
    n: Annotated[
        str | None, typer.Option("--n", metavar="N", help="clones, or a range such as 2..4", show_default=False)
    ] = None,
    level: Annotated[
        str | None, typer.Option("--l", metavar="L", help="rounds of iterated cloning, or a range", show_default=False)
    ] = None,
    r: Annotated[
        str | None, typer.Option("--r", metavar="R", help="qubits of the GHZ state, or a range", show_default=False)
    ] = None,
    virtual: Annotated[bool, typer.Option("--virtual", help="experiment 3's one-branch series instead")] = False,
    protocol: Annotated[
        str | None,
        typer.Option(
            "--protocol", metavar="TARGET", help="any Clifford protocol instead of an experiment", show_default=False
        ),
    ] = None,
    recovery: Annotated[
        str | None, typer.Option("--recovery", metavar="NAME", help="the protocol's recovery", show_default=False)
    ] = None,
    backend: Annotated[
        str, typer.Option("--backend", metavar="NAME", help="fake:NAME, stim:NAME, aer:NAME or ibm:NAME")
    ] = "fake:kingston",
    shots: Annotated[
        int | None,
        typer.Option(
            "--shots", metavar="N", min=1, help="of each circuit (default: what --effect needs)", show_default=False
        ),
    ] = None,
    effect: Annotated[
        float, typer.Option("--effect", metavar="X", help="the difference to be seen, as a share of a quantity's range")
    ] = 0.02,
    alpha: Annotated[float, typer.Option("--alpha", metavar="X", help="error rate of all comparisons together")] = 0.05,
    power: Annotated[float, typer.Option("--power", metavar="X", help="probability of seeing the effect")] = 0.9,
    dd: Annotated[bool, typer.Option("--dd", help="dynamical decoupling of idle qubits")] = False,
    twirl: Annotated[bool, typer.Option("--twirl", help="random Pauli twirls of two-qubit gates")] = False,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="of simulated backends")] = 0,
    plan: Annotated[
        str | None,
        typer.Option(
            "--plan", metavar="RUN", help="go on with a recorded run instead of a new one", show_default=False
        ),
    ] = None,
    resubmit: Annotated[
        bool, typer.Option("--resubmit", help="submit again what failed or may be lost; that is paid for")
    ] = False,
    dry: Annotated[bool, typer.Option("--dry-run", help="tell the cost and stop; nothing is recorded")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="do not ask; paid backends want --max-qpu-seconds too")
    ] = False,
    max_qpu_seconds: MaxOption = None,
    wait: WaitOption = None,
    ledger: LedgerOption = _LEDGER,
    json: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """Plan a run, tell its cost, ask, record it, submit it and collect what it gives. Interrupted, it goes on with --plan.

    Exit status: 0 all results are recorded, 2 bad input or a failed job, 3 still running.
    """
    from noclone.hardware import runs
    from noclone.hardware_checks.backends import RunOptions
    from noclone.hardware_checks.ledger import Ledger
    from noclone.hardware_checks.running import cost

    def tell(line: str) -> None:
        if not quiet:
            typer.echo(line, err=True)

    if plan is None:
        sizes = {name: value for name, value in (("n", n), ("l", level), ("r", r)) if value is not None}
        items = _items(experiment, sizes, virtual, protocol, recovery)
        with shown_progress(quiet) as progress:
            draft = runs.planned_run(
                items,
                backend,
                RunOptions(dd, twirl, seed),
                effect=effect,
                alpha=alpha,
                power=power,
                shots=shots,
                progress=progress,
            )
        tell(draft.told())
        if dry:
            raise typer.Exit(0)
        paid, name = draft.backend.is_paid, draft.backend.name
        runs.checked_budget(name, is_paid=paid, agreed=yes, max_qpu_seconds=max_qpu_seconds)
        _agree(paid and not yes, f"run on {name} for about {draft.cost.qpu_seconds:.0f} QPU seconds?")
    with Ledger(ledger) as book:
        if plan is None:
            recorded = runs.recorded_plan(book, draft)
        else:
            (recorded,) = runs.recorded_runs(book, [plan])
            due, paid = cost(book, recorded.id, resubmit=resubmit), recorded.backend.startswith("ibm:")
            runs.checked_budget(recorded.backend, is_paid=paid, agreed=yes, max_qpu_seconds=max_qpu_seconds)
            if due.jobs:
                tell(f"run {recorded.id} on {recorded.backend}: still to submit {due}")
            if dry:
                raise typer.Exit(0)
            if due.jobs:
                _agree(paid and not yes, f"submit it to {recorded.backend}?")
        tell(f"run {recorded.id}, recorded in {book.path}")
        with runs.service_of(
            book, recorded.id, max_qpu_seconds=max_qpu_seconds, tell=lambda line: tell(f"note: {line}")
        ) as service:
            limit = max_qpu_seconds if recorded.backend.startswith("ibm:") else None
            runs.submitted(book, recorded.id, service, max_qpu_seconds=limit, resubmit=resubmit, tell=lambda _: None)
            with shown_progress(quiet) as progress:
                complete = runs.collected(book, recorded.id, service, timeout_s=wait, progress=progress)
        status = runs.run_status(book, recorded)
    if not complete and not quiet:
        tell(f"still running; later: noclone hardware collect {recorded.id} --ledger {ledger}")
    _finish(status, complete=complete, ledger=ledger, json=json, quiet=quiet)


def collect(
    run: RunArgument = None,
    wait: WaitOption = None,
    ledger: LedgerOption = _LEDGER,
    json: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """Collect what a submitted run gave, days later too; nothing is ever submitted by this.

    Exit status: 0 all results are recorded, 2 bad input or a failed job, 3 still running.
    """
    from noclone.hardware import runs

    with _opened(ledger) as book:
        (recorded,) = runs.recorded_runs(book, [run] if run else [])
        with (
            runs.service_of(book, recorded.id, tell=lambda line: typer.echo(f"note: {line}", err=True)) as service,
            shown_progress(quiet) as progress,
        ):
            complete = runs.collected(book, recorded.id, service, timeout_s=wait, progress=progress)
        status = runs.run_status(book, recorded)
    _finish(status, complete=complete, ledger=ledger, json=json, quiet=quiet)


def cancel(run: RunArgument = None, ledger: LedgerOption = _LEDGER, quiet: QuietOption = False) -> None:
    """Ask for a run's jobs to be cancelled; what they gave by then is kept.

    Exit status: 0, 2 bad input.
    """
    from noclone.hardware import runs
    from noclone.hardware_checks.running import cancel as cancel_jobs

    with _opened(ledger) as book:
        (recorded,) = runs.recorded_runs(book, [run] if run else [])
        with runs.service_of(book, recorded.id, tell=lambda line: typer.echo(f"note: {line}", err=True)) as service:
            cancel_jobs(book, recorded.id, service)
    print_text(f"run {recorded.id}: asked {recorded.backend} to cancel it", {}, 0, json=None, quiet=quiet)


def plans(ledger: LedgerOption = _LEDGER, json: JsonOption = None, quiet: QuietOption = False) -> None:
    """List the recorded runs, oldest first.

    Exit status: 0, 2 bad input.
    """
    from noclone.hardware import runs

    with _opened(ledger) as book:
        found = [runs.run_status(book, each) for each in book.plans()]
    text = "\n".join(_line(each) for each in found) or f"{ledger} has no runs yet"
    print_text(text, {"schema": "noclone-hardware-runs-1", "runs": found, "exit": 0}, 0, json=json, quiet=quiet)


ToleranceOption = Annotated[
    float,
    typer.Option("--tolerance", metavar="X", help="what the model itself may err, as a share of a quantity's range"),
]
EffectOption = Annotated[
    float | None,
    typer.Option("--effect", metavar="X", help="the difference that matters (default: the run's)", show_default=False),
]
MethodOption = Annotated[
    str | None,
    typer.Option(
        "--method",
        metavar="METHOD",
        help="untwirled, asymmetric or twirled (default: the backend's)",
        show_default=False,
    ),
]
LeakOption = Annotated[
    float, typer.Option("--leak", metavar="X", help="the smallest correlator of a clone without key that matters")
]
MitigateOption = Annotated[
    bool, typer.Option("--mitigate", help="undo the calibrated readout errors; values are marked")
]
ZzOption = Annotated[
    float,
    typer.Option("--zz", metavar="HZ", min=0.0, max=1e6, help="coherent ZZ between idle neighbours, not calibrated"),
]
ScaleOption = Annotated[
    float, typer.Option("--scale", metavar="X", min=0.0, max=10.0, help="one factor on all error rates, for a fit")
]


def compare(
    runs: RunsArgument = None,
    tolerance: ToleranceOption = 0.005,
    effect: EffectOption = None,
    leak: LeakOption = 0.1,
    method: MethodOption = None,
    mitigate: MitigateOption = False,
    zz: ZzOption = 0.0,
    scale: ScaleOption = 1.0,
    ledger: LedgerOption = _LEDGER,
    json: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """Recompute everything from recorded counts and calibrations, and compare it with the prediction. Asks no service.

    Exit status: 0 consistent, 1 a device deviates, 2 bad input, 3 too few shots to tell.
    """
    from noclone.hardware import changes, comparisons

    judging = comparisons.Judging(tolerance, effect, leak=leak, method=method, zz_hz=zz, scale=scale, mitigate=mitigate)
    found = _compared(ledger, runs, judging, quiet=quiet)
    status = comparisons.exit_status(found)
    between = changes.changes_between(found)
    text = "\n\n".join([*map(comparisons.to_text, found), *([changes.to_text(between)] if between else [])])
    content = [comparisons.to_json(each) for each in found]
    whole: dict[str, Any] = (
        content[0]
        if len(content) == 1
        else {
            "schema": "noclone-hardware-comparisons-1",
            "comparisons": content,
            "changes": changes.to_json(between),
            "exit": status,
        }
    )
    print_text(text, whole, status, json=json, quiet=quiet)


def report(
    runs: RunsArgument = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="the HTML file; pictures go beside it")
    ] = Path("noclone-report.html"),
    tolerance: ToleranceOption = 0.005,
    effect: EffectOption = None,
    leak: LeakOption = 0.1,
    method: MethodOption = None,
    mitigate: MitigateOption = False,
    zz: ZzOption = 0.0,
    scale: ScaleOption = 1.0,
    ledger: LedgerOption = _LEDGER,
    quiet: QuietOption = False,
) -> None:
    """Write runs as a page with pictures: measured, predicted and published values, thresholds, residuals, error budget.

    Exit status: 0 consistent, 1 a device deviates, 2 bad input, 3 too few shots to tell.
    """
    from noclone.hardware import comparisons
    from noclone.hardware.reports import write_report

    judging = comparisons.Judging(tolerance, effect, leak=leak, method=method, zz_hz=zz, scale=scale, mitigate=mitigate)
    found = _compared(ledger, runs, judging, quiet=quiet)
    written = write_report([comparisons.to_json(each) for each in found], output)
    print_text(
        "\n".join(f"wrote {path}" for path in written), {}, comparisons.exit_status(found), json=None, quiet=quiet
    )


def export_run(
    run: Annotated[str, typer.Argument(metavar="RUN", help="a run's id or its beginning")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="where to write it")],
    ledger: LedgerOption = _LEDGER,
    quiet: QuietOption = False,
) -> None:
    """Write a run with its circuits, jobs and results to one file, to move it or to keep it.

    Exit status: 0, 2 bad input.
    """
    from noclone.hardware import runs
    from noclone.hardware_checks.ledger_transfer import export_plan

    with _opened(ledger) as book:
        (recorded,) = runs.recorded_runs(book, [run])
        export_plan(book, recorded.id, file)
    print_text(f"wrote run {recorded.id} to {file}", {}, 0, json=None, quiet=quiet)


def import_run(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="what 'export' wrote")],
    ledger: LedgerOption = _LEDGER,
    quiet: QuietOption = False,
) -> None:
    """Take an exported run into this ledger; what both know is merged, and nothing is lost.

    Exit status: 0, 2 bad input.
    """
    from noclone.hardware_checks.ledger import Ledger
    from noclone.hardware_checks.ledger_transfer import import_plan

    with Ledger(ledger) as book:
        recorded = import_plan(book, file)
    print_text(f"took run {recorded.id} ({recorded.backend}) into {ledger}", {}, 0, json=None, quiet=quiet)


def _items(
    experiment: int, sizes: dict[str, str], virtual: bool, protocol: str | None, recovery: str | None
) -> list[RunItem]:
    """What is to be run; raises InputError for sizes of another experiment."""
    from noclone.cli.targets import load, only_protocol
    from noclone.hardware.choices import sized_experiments
    from noclone.hardware.runs import own_item, run_items
    from noclone.models.errors import InputError

    if protocol is None:
        if recovery is not None:
            raise InputError("--recovery belongs to --protocol: the experiments have their own")
        return run_items(iter(sized_experiments(experiment, sizes, virtual=virtual)))
    if set(sizes) - {"n"} or virtual:
        raise InputError("--protocol takes --n at most; give other parameters in a claims file")
    loaded = load(protocol, sizes.get("n"), None, None, None)
    return [own_item(only_protocol(loaded, protocol, "noclone hardware run"), recovery)]


def _agree(asking: bool, question: str) -> None:
    """Ask on a terminal; without one, say what to give instead."""
    from noclone.models.errors import InputError

    if not asking:
        return
    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort:
        raise InputError("nobody answered: give --yes and --max-qpu-seconds, nothing was submitted") from None
    if not agreed:
        raise InputError("not agreed to: nothing was submitted")


def _opened(ledger: Path) -> Ledger:
    """An existing ledger; raises InputError if there is none."""
    from noclone.hardware_checks.ledger import Ledger
    from noclone.models.errors import InputError

    if not ledger.exists():
        raise InputError(
            f"there is no ledger '{ledger}': start a run with 'noclone hardware run', or name another file with --ledger"
        )
    return Ledger(ledger)


def _compared(ledger: Path, runs: list[str] | None, judging: Judging, *, quiet: bool) -> list[Comparison]:
    from noclone.hardware import comparisons
    from noclone.hardware.runs import recorded_runs

    with _opened(ledger) as book, shown_progress(quiet) as progress:
        chosen = recorded_runs(book, runs or [])
        return [comparisons.comparison_of(book, each, judging, progress=progress) for each in chosen]


def _finish(status: dict[str, Any], *, complete: bool, ledger: Path, json: Path | None, quiet: bool) -> None:
    code = 0 if complete else 3
    text = _line(status)
    if complete:
        text += f"\nnoclone hardware compare {status['plan']} --ledger {ledger}"
    print_text(text, status | {"exit": code}, code, json=json, quiet=quiet)


def _line(status: dict[str, Any]) -> str:
    states = [job["state"] for job in status["jobs"]]
    told = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    return (
        f"run {status['plan']}  {status['created'][:16]}  {status['backend']}  {'; '.join(status['experiments'])}  "
        f"{status['circuits']} circuits × {status['shots']} shots  jobs: {told}"
    )
