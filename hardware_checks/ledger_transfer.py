"""One plan with all that is known of it in a single file, to move between machines.

The file is a ledger with one plan. A job that was only planned is exported as in doubt: another machine may have submitted it.
"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from noclone.hardware_checks.ledger import Ledger
from noclone.hardware_checks.ledger_files import open_ledger, read_ledger, reporting, transaction
from noclone.hardware_checks.run_plans import JobState, Plan
from noclone.models.errors import InputError

__all__ = ["export_plan", "import_plan"]

_ORDER = [state.value for state in JobState]
_JOB_COLUMNS = (
    "part, attempt, tag, state, provider_id, changed, submitted, message, uncertain, calibrated, charged_s, properties"
)


def export_plan(ledger: Ledger, plan_id: str, path: Path | str) -> None:
    """Write the plan with its circuits, jobs and results to ``path``, whole or not at all.

    Raises InputError if there is such a file already, or it cannot be written.
    """
    ledger.plan(plan_id)
    target = Path(path)
    if target.exists():
        raise InputError(f"{target} is there already: give another name")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".noclone-export-") as folder:
            unfinished = Path(folder) / "plan"
            with reporting(ledger.path), closing(sqlite3.connect(ledger.path, timeout=30.0)) as source:
                _copy(source, plan_id, unfinished)
            unfinished.replace(target)
    except OSError as error:
        raise InputError(f"{target} cannot be written: {error.strerror}") from None


def import_plan(ledger: Ledger, path: Path | str) -> Plan:
    """Add an exported plan to the ledger, or what the export knows beyond the ledger to the plan that is there; the plan.

    A job with another id at the service than the ledger knows becomes a further attempt: both were paid for. Raises InputError
    for a file that is no export of one plan or is damaged, and then changes nothing.
    """
    source = Path(path)
    with reporting(source), closing(read_ledger(source)) as theirs:
        plans = theirs.execute("SELECT * FROM plans").fetchall()
        if len(plans) != 1:
            raise InputError(f"{source} holds {len(plans)} plans: import takes a file that export wrote, with one")
        _check_contents(theirs, plans[0][0], source)
        with reporting(ledger.path), closing(open_ledger(ledger.path)) as ours, transaction(ours):
            _merge(theirs, ours, plans[0])
    return ledger.plan(plans[0][0])


def _copy(source: sqlite3.Connection, plan_id: str, path: Path) -> None:
    """Write a ledger with this plan only, as one file without a log beside it."""
    with closing(open_ledger(path)) as copy:
        with transaction(copy):
            source.execute("BEGIN")  # one state of the source, whatever others write meanwhile
            for table in ("plans", "circuits"):
                key = "id" if table == "plans" else "plan"
                _insert(copy, table, source.execute(f"SELECT * FROM {table} WHERE {key} = ?", (plan_id,)))  # noqa: S608 - our own names
            _insert(copy, "jobs", source.execute("SELECT * FROM jobs WHERE plan = ?", (plan_id,)))
            mine = "SELECT results.* FROM results JOIN jobs ON jobs.number = results.job WHERE jobs.plan = ?"
            _insert(copy, "results", source.execute(mine, (plan_id,)))
            source.rollback()
            copy.execute("UPDATE jobs SET state = 'submitting' WHERE state = 'planned'")
        copy.execute("PRAGMA journal_mode = DELETE")


def _check_contents(theirs: sqlite3.Connection, plan_id: str, source: Path) -> None:
    """Read everything once, from a copy, since reading a ledger writes beside it; raises InputError for what is damaged."""
    with tempfile.TemporaryDirectory(prefix="noclone-import-") as folder:
        copy = Path(folder) / "plan"
        with closing(sqlite3.connect(copy)) as into:
            theirs.backup(into)
        try:
            with Ledger(copy) as found:
                found.circuits(plan_id)
                for job in found.jobs(plan_id):
                    found.properties(job)
                found.results(plan_id)
        except InputError as error:
            raise InputError(str(error).replace(str(copy), str(source))) from None


def _merge(theirs: sqlite3.Connection, ours: sqlite3.Connection, plan: tuple[Any, ...]) -> None:
    plan_id = plan[0]
    if ours.execute("SELECT 1 FROM plans WHERE id = ?", (plan_id,)).fetchone() is None:
        _insert(ours, "plans", [plan])
        _insert(ours, "circuits", theirs.execute("SELECT * FROM circuits"))
    elif _circuits(ours, plan_id) != _circuits(theirs, plan_id):
        raise InputError(f"plan {plan_id} has other circuits in the ledger than in the file: nothing was imported")
    for number, *job in theirs.execute(f"SELECT number, {_JOB_COLUMNS} FROM jobs ORDER BY part, attempt"):  # noqa: S608 - constants
        own = _merge_job(ours, plan_id, job)
        if own is not None:
            rows = theirs.execute("SELECT place, outcomes, sha256, collected FROM results WHERE job = ?", (number,))
            ours.executemany("INSERT OR IGNORE INTO results VALUES (?,?,?,?,?)", [(own, *row) for row in rows])


def _merge_job(ours: sqlite3.Connection, plan_id: str, job: list[Any]) -> int | None:
    """Bring the ledger's job up to the imported one, or add it; its number, or None if the ledger knows as much already."""
    part, attempt, _, state, provider_id, *_ = job
    found = _matching(ours, plan_id, part, attempt, provider_id)
    if found is None:
        used = ours.execute("SELECT max(attempt) FROM jobs WHERE plan = ? AND part = ?", (plan_id, part)).fetchone()[0]
        taken = ours.execute(
            "SELECT 1 FROM jobs WHERE plan = ? AND part = ? AND attempt = ?", (plan_id, part, attempt)
        ).fetchone()
        values = [plan_id, part, used + 1 if taken else attempt, *job[2:]]
        marks = ",".join("?" * len(values))
        inserted = ours.execute(f"INSERT INTO jobs(plan, {_JOB_COLUMNS}) VALUES ({marks})", values)  # noqa: S608 - constants
        return inserted.lastrowid
    number, own_state = found
    if _ORDER.index(state) <= _ORDER.index(own_state):
        return None
    settings = ", ".join(f"{name} = ?" for name in _JOB_COLUMNS.split(", ")[3:])
    ours.execute(f"UPDATE jobs SET {settings} WHERE number = ?", (*job[3:], number))  # noqa: S608 - constants
    return int(number)


def _matching(
    ours: sqlite3.Connection, plan_id: str, part: int, attempt: int, provider_id: str | None
) -> tuple[int, str] | None:
    """The number and state of the ledger's job with the same id at the service, or of the same attempt if one has no id."""
    if provider_id is not None:
        same: tuple[int, str] | None = ours.execute(
            "SELECT number, state FROM jobs WHERE plan = ? AND provider_id = ?", (plan_id, provider_id)
        ).fetchone()
        if same is not None:
            return same
    alike: tuple[int, str] | None = ours.execute(
        "SELECT number, state FROM jobs WHERE plan = ? AND part = ? AND attempt = ?"
        " AND (provider_id IS NULL OR ? IS NULL)",
        (plan_id, part, attempt, provider_id),
    ).fetchone()
    return alike


def _circuits(connection: sqlite3.Connection, plan_id: str) -> list[Any]:
    return connection.execute(
        "SELECT place, part, sha256, shots FROM circuits WHERE plan = ? ORDER BY place", (plan_id,)
    ).fetchall()


def _insert(into: sqlite3.Connection, table: str, rows: Any) -> None:
    listed = list(rows)
    if listed:
        marks = ",".join("?" * len(listed[0]))
        into.executemany(f"INSERT INTO {table} VALUES ({marks})", listed)  # noqa: S608 - our own names
