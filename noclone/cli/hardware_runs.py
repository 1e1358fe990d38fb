"""``noclone hardware run``, ``resume``, ``collect``, and what else is done with recorded runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from noclone.cli.hardware_options import (
    LEDGER,
    AlphaOption,
    BackendOption,
    DecouplingOption,
    DryOption,
    ExperimentOption,
    LedgerOption,
    LOption,
    MaxOption,
    NOption,
    PowerOption,
    ProtocolOption,
    RecoveryOption,
    ResubmitOption,
    ROption,
    RunArgument,
    SeedOption,
    ShotsOption,
    SoughtOption,
    TwirlOption,
    VirtualOption,
    WaitOption,
    YesOption,
    chosen_experiments,
    opened,
)
from noclone.cli.options import JsonOption, QuietOption
from noclone.cli.output import print_text, shown_progress

if TYPE_CHECKING:
    from noclone.hardware_checks.ledger import Ledger
    from noclone.hardware_checks.run_plans import Plan

__all__ = ["cancel", "collect", "export_run", "import_run", "plans", "resume", "run"]


def run(
    experiment: ExperimentOption = 1,
    n: NOption = None,
    level: LOption = None,
    r: ROption = None,
    virtual: VirtualOption = False,
    protocol: ProtocolOption = None,
    recovery: RecoveryOption = None,
    backend: BackendOption = "fake:kingston",
    shots: ShotsOption = None,
    effect: SoughtOption = 0.02,
    alpha: AlphaOption = 0.05,
    power: PowerOption = 0.9,
    dd: DecouplingOption = False,
    twirl: TwirlOption = False,
    seed: SeedOption = 0,
    dry: DryOption = False,
    yes: YesOption = False,
    max_qpu_seconds: MaxOption = None,
    wait: WaitOption = None,
    ledger: LedgerOption = LEDGER,
    json: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """Plan a run, tell its cost, ask, record it, submit it and collect what it gives. Interrupted, it is resumed by 'resume'.

    Exit status: 0 all results are recorded, 2 bad input or a failed job, 3 still running.
    """
    from noclone.hardware import runs
    from noclone.hardware_checks.backends import RunOptions
    from noclone.hardware_checks.ledger import Ledger

    sizes = {name: value for name, value in (("n", n), ("l", level), ("r", r)) if value is not None}
    chosen = chosen_experiments(experiment, sizes, virtual=virtual, protocol=protocol, recovery=recovery)
    options, seen = RunOptions(dd, twirl, seed), {"effect": effect, "alpha": alpha, "power": power}
    with shown_progress(quiet) as progress:
        draft = runs.planned_run(runs.run_items(chosen), backend, options, shots=shots, progress=progress, **seen)
    _tell(draft.told(), quiet)
    if dry:
        raise typer.Exit(0)
    paid, name = draft.backend.is_paid, draft.backend.name
    runs.checked_budget(name, is_paid=paid, agreed=yes, max_qpu_seconds=max_qpu_seconds)
    _agree(paid and not yes, f"run on {name} for about {draft.cost.qpu_seconds:.0f} QPU seconds?")
    with Ledger(ledger) as book:
        recorded = runs.recorded_plan(book, draft)
        _execute(book, recorded, resubmit=False, limit=max_qpu_seconds, wait=wait, json=json, quiet=quiet)


def resume(
    run: RunArgument = None,
    resubmit: ResubmitOption = False,
    dry: DryOption = False,
    yes: YesOption = False,
    max_qpu_seconds: MaxOption = None,
    wait: WaitOption = None,
    ledger: LedgerOption = LEDGER,
    json: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """Go on with a recorded run that was interrupted: submit what was not, and collect. Nothing is submitted twice.

    Exit status: 0 all results are recorded, 2 bad input or a failed job, 3 still running.
    """
    from noclone.hardware import runs
    from noclone.hardware_checks.running import cost

    with opened(ledger) as book:
        (recorded,) = runs.recorded_runs(book, [run] if run else [])
        due, paid = cost(book, recorded.id, resubmit=resubmit), recorded.backend.startswith("ibm:")
        if due.jobs:
            _tell(f"run {recorded.id} on {recorded.backend}: still to submit {due}", quiet)
        if dry:
            raise typer.Exit(0)
        runs.checked_budget(recorded.backend, is_paid=paid, agreed=yes, max_qpu_seconds=max_qpu_seconds)
        _agree(bool(due.jobs) and paid and not yes, f"submit it to {recorded.backend}?")
        _execute(book, recorded, resubmit=resubmit, limit=max_qpu_seconds, wait=wait, json=json, quiet=quiet)


def collect(
    run: RunArgument = None,
    wait: WaitOption = None,
    ledger: LedgerOption = LEDGER,
    json: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """Collect what a submitted run gave, days later too; nothing is ever submitted by this.

    Exit status: 0 all results are recorded, 2 bad input or a failed job, 3 still running.
    """
    from noclone.hardware import runs

    with opened(ledger) as book:
        (recorded,) = runs.recorded_runs(book, [run] if run else [])
        with (
            runs.service_of(book, recorded.id, tell=lambda line: typer.echo(f"note: {line}", err=True)) as service,
            shown_progress(quiet) as progress,
        ):
            complete = runs.collected(book, recorded.id, service, timeout_s=wait, progress=progress)
        status = runs.run_status(book, recorded)
    _finish(status, complete=complete, ledger=ledger, json=json, quiet=quiet)


def cancel(run: RunArgument = None, ledger: LedgerOption = LEDGER, quiet: QuietOption = False) -> None:
    """Ask for a run's jobs to be cancelled; what they gave by then is kept.

    Exit status: 0, 2 bad input.
    """
    from noclone.hardware import runs
    from noclone.hardware_checks.running import cancel as cancel_jobs

    with opened(ledger) as book:
        (recorded,) = runs.recorded_runs(book, [run] if run else [])
        with runs.service_of(book, recorded.id, tell=lambda line: typer.echo(f"note: {line}", err=True)) as service:
            cancel_jobs(book, recorded.id, service)
    print_text(f"run {recorded.id}: asked {recorded.backend} to cancel it", {}, 0, json=None, quiet=quiet)


def plans(ledger: LedgerOption = LEDGER, json: JsonOption = None, quiet: QuietOption = False) -> None:
    """List the recorded runs, oldest first.

    Exit status: 0, 2 bad input.
    """
    from noclone.hardware import runs

    with opened(ledger) as book:
        found = [runs.run_status(book, each) for each in book.plans()]
    text = "\n".join(_line(each) for each in found) or f"{ledger} has no runs yet"
    print_text(text, {"schema": "noclone-hardware-runs-1", "runs": found, "exit": 0}, 0, json=json, quiet=quiet)


def export_run(
    run: Annotated[str, typer.Argument(metavar="RUN", help="a run's id or its beginning")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="where to write it")],
    ledger: LedgerOption = LEDGER,
    quiet: QuietOption = False,
) -> None:
    """Write a run with its circuits, jobs and results to one file, to move it or to keep it.

    Exit status: 0, 2 bad input.
    """
    from noclone.hardware import runs
    from noclone.hardware_checks.ledger_transfer import export_plan

    with opened(ledger) as book:
        (recorded,) = runs.recorded_runs(book, [run])
        export_plan(book, recorded.id, file)
    print_text(f"wrote run {recorded.id} to {file}", {}, 0, json=None, quiet=quiet)


def import_run(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="what 'export' wrote")],
    ledger: LedgerOption = LEDGER,
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


def _execute(
    book: Ledger,
    recorded: Plan,
    *,
    resubmit: bool,
    limit: float | None,
    wait: float | None,
    json: Path | None,
    quiet: bool,
) -> None:
    """Submit what of a recorded run was not, wait for its jobs, and leave with what became of them."""
    from noclone.hardware import runs

    _tell(f"run {recorded.id}, recorded in {book.path}", quiet)
    with runs.service_of(
        book, recorded.id, max_qpu_seconds=limit, tell=lambda line: _tell(f"note: {line}", quiet)
    ) as service:
        most = limit if recorded.backend.startswith("ibm:") else None
        runs.submitted(book, recorded.id, service, max_qpu_seconds=most, resubmit=resubmit, tell=lambda _: None)
        with shown_progress(quiet) as progress:
            complete = runs.collected(book, recorded.id, service, timeout_s=wait, progress=progress)
    status = runs.run_status(book, recorded)
    if not complete:
        _tell(f"still running; later: noclone hardware collect {recorded.id} --ledger {book.path}", quiet)
    _finish(status, complete=complete, ledger=book.path, json=json, quiet=quiet)


def _tell(text: str, quiet: bool) -> None:
    """Say something beside the result."""
    if not quiet:
        typer.echo(text, err=True)


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
