"""The ledger's file: its schema, how it is opened, and what each of SQLite's errors means to whoever reads the message.

Every change is one transaction, on disk before it returns (WAL, synchronous=FULL), so that a killed process or a power cut
leaves what was recorded before.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from noclone.models.errors import InputError

__all__ = ["APPLICATION", "VERSION", "lease", "open_ledger", "read_ledger", "reporting", "transaction"]

APPLICATION = 0x6E6F_636C
"""Marks a SQLite file as a ledger: "nocl"."""

VERSION = 1
"""The schema's version."""

_SCHEMA = f"""
CREATE TABLE plans(
    id TEXT PRIMARY KEY, tag TEXT NOT NULL UNIQUE, created TEXT NOT NULL, experiment TEXT NOT NULL, options TEXT NOT NULL,
    backend TEXT NOT NULL, versions TEXT NOT NULL) STRICT;
CREATE TABLE circuits(
    plan TEXT NOT NULL REFERENCES plans, place INTEGER NOT NULL, part INTEGER NOT NULL, qpy BLOB NOT NULL, sha256 TEXT NOT NULL,
    shots INTEGER NOT NULL, layout TEXT NOT NULL, settings TEXT NOT NULL, duration_s REAL NOT NULL,
    PRIMARY KEY(plan, place)) STRICT;
CREATE TABLE jobs(
    number INTEGER PRIMARY KEY, plan TEXT NOT NULL REFERENCES plans, part INTEGER NOT NULL, attempt INTEGER NOT NULL,
    tag TEXT NOT NULL, state TEXT NOT NULL, provider_id TEXT, changed TEXT NOT NULL, submitted TEXT,
    message TEXT NOT NULL DEFAULT '', uncertain INTEGER NOT NULL DEFAULT 0, calibrated TEXT, charged_s REAL, properties TEXT,
    UNIQUE(plan, part, attempt), UNIQUE(plan, provider_id)) STRICT;
CREATE TABLE results(
    job INTEGER NOT NULL REFERENCES jobs, place INTEGER NOT NULL, outcomes BLOB NOT NULL, sha256 TEXT NOT NULL,
    collected TEXT NOT NULL, PRIMARY KEY(job, place)) STRICT;
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
"""


def open_ledger(path: Path, *, wait_s: float = 30.0) -> sqlite3.Connection:
    """A connection to the ledger at ``path``, which is created if it is not there.

    Raises InputError for a damaged, foreign, newer or unwritable file.
    """
    with reporting(path):
        connection = sqlite3.connect(path, timeout=wait_s, isolation_level=None)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            if _is_new(connection):
                with transaction(connection):
                    if _is_new(connection):  # another process may have been faster
                        for statement in filter(str.strip, _SCHEMA.split(";")):
                            connection.execute(statement)
            _check(connection, path)
            _use_write_ahead_log(connection, wait_s)
            connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            connection.close()
            raise
        return connection


def read_ledger(path: Path) -> sqlite3.Connection:
    """A connection that only reads; raises InputError if there is no such file, or it is none of this version's ledgers."""
    if not path.is_file():
        raise InputError(f"there is no file {path}")
    with reporting(path):
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
        try:
            _check(connection, path)
            if connection.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                raise InputError(_damaged(path))
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All changes within, or none; no other process changes anything meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def lease(path: Path, plan: str, *, wait_s: float = 60.0) -> Iterator[None]:
    """The sole right to submit this plan, on this machine; waits for whoever has it, then raises InputError.

    It is a lock of the operating system on a file beside the ledger: it ends with the process, however that ends, and never
    by the clock, so that a process that was suspended cannot wake up to find that another one has taken over.
    """
    beside = path.with_name(f"{path.name}.{plan}.lease")
    with reporting(beside):
        lock = sqlite3.connect(beside, timeout=wait_s, isolation_level=None)
    with closing(lock):
        try:
            with reporting(beside):
                lock.execute("PRAGMA journal_mode = MEMORY")  # a full disk does not keep anybody from waiting for jobs
                lock.execute("BEGIN EXCLUSIVE")
        except InputError as error:
            if "locked" in str(error.__cause__):
                raise InputError(
                    f"another process is submitting plan {plan}: wait for it to end; both share the jobs that it submits"
                ) from None
            raise
        yield


@contextmanager
def reporting(path: Path) -> Iterator[None]:
    """Turns SQLite's errors into InputError: one line that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise InputError(_message(path, error)) from error


def _message(path: Path, error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    kept = "what was recorded before is safe; run the command again"
    if code == sqlite3.SQLITE_FULL:
        return f"the disk is full, {path} cannot be written: free some space; {kept}"
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return f"{path} cannot be opened for writing: check the folder and its permissions; {kept}"
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"{path} is in use by another process for too long; {kept}"
    if code == sqlite3.SQLITE_IOERR:
        return f"reading or writing {path} failed ({error}): check the disk; {kept}"
    return _damaged(path, str(error))


def _damaged(path: Path, why: str = "its pages do not fit together") -> str:
    return (
        f"{path} is no ledger or is damaged ({why}): restore it from a backup or an export, or move it away;"
        " jobs at the service are found by their tags"
    )


def _is_new(connection: sqlite3.Connection) -> bool:
    """Whether the file holds nothing yet."""
    tables: int = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    return tables == 0 and connection.execute("PRAGMA user_version").fetchone()[0] == 0


def _check(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
        raise InputError(_damaged(path, "it is another program's database"))
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise InputError(
            f"{path} is a ledger of version {version}, this noclone knows version {VERSION}: update noclone"
        )
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables >= {"plans", "circuits", "jobs", "results"}:
        raise InputError(_damaged(path, "tables are missing"))


def _use_write_ahead_log(connection: sqlite3.Connection, wait_s: float) -> None:
    """Switch the log on; SQLite does not wait for others here, so this does."""
    until = time.monotonic() + wait_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return
