"""Tables for people: Rich on a terminal, the same as plain text when piped."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from noclone.families import FamilyReport
from noclone.report import Report

__all__ = ["WIDTH", "print_access", "print_family", "print_protocols", "print_report", "progress"]

_COLOURS = {"PROVED": "green", "REFUTED": "red", "SUPPORTED": "yellow", "UNDECIDED": "magenta", "ERROR": "bold red"}
WIDTH = 120
"""Columns of output that goes to no terminal."""

_SHOWN = 20
"""How many minimal authorized and partial coalitions are printed; --json has more."""


def print_report(report: Report, target: str, remark: str, status: int, *, exact: bool) -> None:
    """One row per claim, then the counts and whether all is as expected, then a line for each warning."""
    console = _console()
    console.print(escape(target) + (f" ({escape(remark)})" if remark else ""))
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0))
    longest = max((len(outcome.verdict.claim) for outcome in report.outcomes), default=0)
    room = console.width * 3 // 5
    table.add_column("claim", no_wrap=longest <= room, max_width=room, style="bold")
    table.add_column("verdict", min_width=16)
    table.add_column("in words, and what shows it", overflow="fold", min_width=24)
    several = len({id(outcome.protocol) for outcome in report.outcomes}) > 1
    previous = ""
    for row in report.rows(exact=exact):
        verdict = (
            row.status.value
            + (f" for {row.scope}" if row.scope else "")
            + ("" if row.as_expected else " (not as expected)")
        )
        label = {"PROVED": "witness: ", "REFUTED": "attack: "}.get(row.status.value, "")
        words = (
            ""
            if several and row.status.value == "PROVED" and (row.note or row.claim == previous)
            else label + row.words
        )
        shown = "\n".join(filter(None, [row.note and f"“{row.note}”", words]))
        table.add_row("" if row.claim == previous else escape(row.claim), _coloured(verdict), escape(shown))
        previous = row.claim
    console.print(table)
    counts = ", ".join(f"{number} {name}" for name, number in report.counts().items())
    total = "1 verdict" if len(report.outcomes) == 1 else f"{len(report.outcomes)} verdicts"
    console.print(f"{total}: {counts}; {_summary(report, exact)} (exit {status})")
    for outcome in report.outcomes:
        if not outcome.as_expected(exact=exact) and outcome.expected is not None:
            found = f"expected {outcome.expected.value}, found {_coloured(outcome.verdict.status.value)}"
            told = " ".join([f"{outcome.verdict.claim} ({outcome.verdict.scope})", outcome.verdict.reason]).strip()
            console.print(f"{found}: {escape(told)}")
    for line in report.warning_lines():
        console.print(f"[yellow]warning[/yellow]: {escape(line)}", soft_wrap=True)


def print_family(report: FamilyReport, target: str, status: int) -> None:
    """A row for each claim with its verdict for every n, then whether all is as expected."""
    console = _console()
    console.print(escape(f"{target}, for every n"))
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("claim", no_wrap=True, style="bold")
    table.add_column("verdict", min_width=16)
    table.add_column("in words, and what shows it", overflow="fold", min_width=24)
    for row in report.rows():
        verdict = row.scope + ("" if row.as_expected else " (not as expected)")
        shown = "\n".join(filter(None, [row.note and f"“{row.note}”", row.words]))
        table.add_row(escape(row.claim), _coloured(verdict), escape(shown))
    console.print(table)
    settled = sum(outcome.pattern.is_settled for outcome in report.outcomes)
    wrong = [outcome for outcome in report.outcomes if outcome.unexpected_at is not None]
    expected = any(outcome.is_expected for outcome in report.outcomes)
    summary = f"{len(wrong)} not as expected" if wrong else "all as expected" if expected else "nothing was expected"
    total = "1 claim" if len(report.outcomes) == 1 else f"{len(report.outcomes)} claims"
    console.print(f"{total}, {settled} decided for every n; {summary} (exit {status})")
    for outcome in wrong:
        told = f"{outcome.pattern.claim}: expected {outcome.stated.expect}, found {outcome.pattern}"
        console.print(escape(f"{told}, first at n = {outcome.unexpected_at}"))


def _summary(report: Report, exact: bool) -> str:
    """Whether all came out as expected, where anything was."""
    if all(outcome.expected is None for outcome in report.outcomes):
        return "nothing was expected of them"
    wrong = sum(not outcome.as_expected(exact=exact) for outcome in report.outcomes)
    return f"{wrong} not as expected" if wrong else "all as expected"


def print_access(content: dict[str, Any]) -> None:
    """One coalition, or counts, minimal authorized coalitions and leaks."""
    console = _console()
    name = " ".join(filter(None, [content["target"], content["scope"] and f"({content['scope']})"]))
    if "held" in content:
        console.print(escape(f"{name}: whoever holds {' '.join(content['held'])}"))
        leaks = f", reads {' '.join(content['leaks'])}" if content["leaks"] else ""
        bits = "1 bit" if content["information_bits"] == 1 else f"{content['information_bits']:.6g} bits"
        console.print(escape(f"{content['verdict']}{leaks}; I(R:C) = {bits}; {content['status']}"))
        for words in content["witness"]:
            console.print(escape(f"  {words}"))
        if "recovery" in content:
            recovery = content["recovery"]
            console.print(
                escape(
                    f"recovery written to {recovery['file']}, output on '{recovery['output']}': {recovery['status']}"
                )
            )
        return
    console.print(escape(f"{name}: {content['coalitions']:,} coalitions of {len(content['qubits'])} qubits"))
    counts = ", ".join(f"{number:,} {word}" for word, number in content["counts"].items())
    replayed = (
        "every one replayed by the kernel"
        if content["status"] == "PROVED"
        else "enumerated, not replayed by the kernel"
    )
    console.print(escape(f"{counts} ({content['status']}: {replayed})"))
    _print_some(
        console,
        "minimal authorized",
        [" ".join(names) for names in content["minimal_authorized"]],
        content["minimal_authorized_number"],
    )
    reads = [
        f"{' '.join(one['held'])} reads "
        + (
            ", ".join(f"{word} by {op}" for word, op in zip(one["leaks"], one["operators"], strict=False))
            or " ".join(one["leaks"])
            or f"{one['information_bits']:.6g} bits, no Pauli component alone"
        )
        for one in content["partial"]
    ]
    _print_some(console, "partial", reads, content["counts"]["partial"])


def print_protocols(entries: list[dict[str, Any]]) -> None:
    """Each protocol with its parameters and claims."""
    console = _console()
    for entry in entries:
        parameters = ", ".join(
            f"{name} ({about['meaning']}, {about['from']} to {about['to']:,})"
            for name, about in entry["parameters"].items()
        )
        console.print(f"[bold]{escape(entry['name'])}[/bold]: {escape(entry['summary'])}")
        console.print(escape(f"  parameters: {parameters or 'none'}"))
        for stated in entry["claims"]:
            note = f"  # {stated['note']}" if stated["note"] else ""
            console.print(escape(f"  {stated['claim']}: {stated['expect']}{note}"))


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str, int], None]]:
    """Something to tell each step to, and how many there are: a bar on a terminal, nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda *_: None
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", start=True)

        def advance(step: str, number: int) -> None:
            bar.update(task, description=escape(step), total=number, advance=1)

        yield advance


def _print_some(console: Console, title: str, lines: list[str], number: int) -> None:
    console.print(f"{title}: {number:,}")
    for line in lines[:_SHOWN]:
        console.print(escape(f"  {line}"))
    if number > _SHOWN:
        console.print(f"  … and {number - _SHOWN:,} more (--json lists up to 1,000)")


def _coloured(verdict: str) -> str:
    for name, colour in _COLOURS.items():
        verdict = verdict.replace(name, f"[{colour}]{name}[/{colour}]")
    return verdict


class _PlainConsole(Console):
    """Rich's console, but a reader that closes early is the caller's to handle."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def _console() -> Console:
    """Standard output, as wide as the terminal, or WIDTH columns where there is none."""
    if sys.stdout.isatty():
        return _PlainConsole(highlight=False)
    return _PlainConsole(highlight=False, width=WIDTH, color_system=None)
