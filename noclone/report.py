"""Reports: outcomes of claims, the exit status they amount to, and how they are written down."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from noclone import __version__
from noclone.models.errors import InputError
from noclone.proofs.claims import StatedClaim
from noclone.proofs.verdicts import Status, Verdict
from noclone.protocols.protocol import Protocol

if TYPE_CHECKING:
    from noclone.proofs.lint import ClaimWarning

__all__ = ["SCHEMA", "Outcome", "Report", "Row", "library_versions", "slug", "write_files"]

SCHEMA = "noclone-report-1"


@dataclass(frozen=True)
class Outcome:
    """A claim about a protocol, the status that was expected (None: nothing was said) and the verdict."""

    protocol: Protocol
    stated: StatedClaim
    expected: Status | None
    verdict: Verdict

    def as_expected(self, *, exact: bool) -> bool:
        """Whether the verdict is what was expected; a claim with no expectation is expected to be decided."""
        return self.expected is None or self.verdict.status.satisfies(self.expected, exact=exact)


@dataclass(frozen=True)
class Row:
    """One verdict on one claim over all protocols of a report: for which parameters, and in words what shows it.

    ``note`` is the claim in plain words, at its first row only. ``words`` are those of the first protocol concerned.
    """

    claim: str
    note: str
    status: Status
    scope: str
    as_expected: bool
    words: str


@dataclass(frozen=True)
class Report:
    """The outcomes of a run, in order, and what is odd about its claims. In a notebook it shows as a table.

    ``warnings`` change neither a verdict nor the exit status.
    """

    outcomes: tuple[Outcome, ...]
    warnings: tuple[ClaimWarning, ...] = ()

    def exit_status(self, *, strict: bool = False, exact: bool = False) -> int:
        """0 as expected; 1 not; 3 something is undecided (or, strict, only supported); 4 an error of noclone's."""
        statuses = {outcome.verdict.status for outcome in self.outcomes}
        if Status.ERROR in statuses:
            return 4
        open_ones = {Status.UNDECIDED, Status.SUPPORTED} if strict else {Status.UNDECIDED}
        wrong = [outcome for outcome in self.outcomes if not outcome.as_expected(exact=exact)]
        if any(outcome.verdict.status is not Status.UNDECIDED for outcome in wrong):
            return 1
        unexpected = [outcome for outcome in self.outcomes if outcome.expected is not outcome.verdict.status]
        return 3 if wrong or any(outcome.verdict.status in open_ones for outcome in unexpected) else 0

    def rows(self, *, exact: bool = False) -> list[Row]:
        """The claims in the order in which they first appear, with a row for each status, PROVED first."""
        grouped: dict[str, list[Outcome]] = {}
        for outcome in self.outcomes:
            grouped.setdefault(outcome.verdict.claim, []).append(outcome)
        rows: list[Row] = []
        for claim, outcomes in grouped.items():
            note = outcomes[0].stated.note
            for status in Status:
                some = [outcome for outcome in outcomes if outcome.verdict.status is status]
                if some:
                    scope = _parameter_pattern([outcome.protocol.parameters for outcome in some])
                    right = all(outcome.as_expected(exact=exact) for outcome in some)
                    first = some[0].verdict
                    rows.append(Row(claim, note, status, scope, right, "; ".join(first.witness) or first.reason))
                    note = ""
        return rows

    def counts(self) -> dict[str, int]:
        """How many verdicts there are of each status."""
        found = [outcome.verdict.status for outcome in self.outcomes]
        return {status.value: found.count(status) for status in Status if status in found}

    def warning_lines(self) -> list[str]:
        """Each different warning once, as a sentence, with the parameters at which it was given."""
        parameters = {outcome.verdict.scope: outcome.protocol.parameters for outcome in self.outcomes}
        scopes: dict[str, list[Mapping[str, int]]] = {}
        for warning in self.warnings:
            scopes.setdefault(str(warning), []).append(parameters.get(warning.scope, {}))
        patterns = {text: _parameter_pattern(given) for text, given in scopes.items()}
        return [f"{text} ({pattern})" if pattern else text for text, pattern in patterns.items()]

    def to_json(self, target: str, exit_status: int, certificates: Mapping[int, Path]) -> dict[str, Any]:
        """The report as the JSON contract says (docs/command-line.md); ``certificates`` are files by outcome number."""
        return {
            "schema": SCHEMA,
            **library_versions(),
            "target": target,
            "claims": [
                {
                    "claim": outcome.verdict.claim,
                    "verdict": outcome.verdict.status.value,
                    "scope": outcome.verdict.scope,
                    "expected": None if outcome.expected is None else outcome.expected.value,
                    "method": outcome.verdict.method,
                    "certificate": str(certificates[number]) if number in certificates else None,
                    "certificate_sha256": outcome.verdict.checked.certificate if outcome.verdict.checked else None,
                    "protocol_sha256": outcome.verdict.checked.protocol if outcome.verdict.checked else None,
                    "enclosure": str(outcome.verdict.enclosure) if outcome.verdict.enclosure else None,
                    "witness": list(outcome.verdict.witness),
                    "reason": outcome.verdict.reason or None,
                    "assumptions": list(outcome.verdict.assumptions),
                    "seconds": round(outcome.verdict.seconds, 6),
                }
                for number, outcome in enumerate(self.outcomes)
            ],
            "warnings": [
                {"claim": each.claim, "scope": each.scope, "kind": each.kind, "message": each.message}
                for each in self.warnings
            ],
            "exit": exit_status,
        }

    def write_certificates(self, folder: Path) -> dict[int, Path]:
        """Write every certificate with its protocol beside it; the certificates' paths, relative to ``folder``.

        Each protocol gets a folder below it, from which an earlier run's certificates are removed. Raises InputError if
        something cannot be written.
        """
        written: dict[int, Path] = {}
        folders: dict[Path, dict[Path, bytes]] = {}
        for number, outcome in enumerate(self.outcomes):
            verdict = outcome.verdict
            if verdict.checked is None or verdict.certificate is None or verdict.protocol is None:
                continue
            own = Path(slug(f"{outcome.protocol.name} {outcome.protocol.scope}"))
            files = folders.setdefault(own, {})
            place = sum(not path.name.startswith("protocol-") for path in files) + 1
            path = own / f"{place:02d}-{slug(verdict.claim)}.json"
            files[own / f"protocol-{verdict.checked.protocol[:16]}.json"] = verdict.protocol
            files[path] = verdict.certificate
            written[number] = path
        for own, files in folders.items():
            write_files(folder, own, files)
        return written

    def __repr__(self) -> str:
        return f"<Report: {', '.join(f'{number} {name}' for name, number in self.counts().items())}>"

    def _repr_html_(self) -> str:
        cells = [(row.claim, f"{row.status.value} {row.scope}".strip(), row.note, row.words) for row in self.rows()]
        lines = ["<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in cells]
        head = "<tr><th>claim</th><th>verdict</th><th>in words</th><th>witness</th></tr>"
        warnings = "".join(f"<p>warning: {html.escape(line)}</p>" for line in self.warning_lines())
        return f"<table>{head}{''.join(lines)}</table>{warnings}"


def write_files(folder: Path, own: Path, files: Mapping[Path, bytes]) -> None:
    """Write certificates and their protocols, paths relative to ``folder``, after an earlier run's in ``own`` were removed.

    Raises InputError if something cannot be written.
    """
    try:
        (folder / own).mkdir(parents=True, exist_ok=True)
        for old in (folder / own).iterdir():
            if re.fullmatch(r"(\d\d+|protocol)-[a-z0-9-]+\.json", old.name):
                old.unlink()
        for path, content in files.items():
            (folder / path).write_bytes(content)
    except OSError as error:
        raise InputError(f"cannot write certificates to {folder}: {error.strerror}") from None


def library_versions() -> dict[str, str]:
    """The versions of noclone and of what it computes with."""
    versions = {"noclone": __version__}
    for library in ("numba", "numpy", "python-flint", "qiskit", "qutip", "stim", "sympy"):
        try:
            versions[library] = version(library)
        except PackageNotFoundError:
            versions[library] = "not installed"
    return versions


def _parameter_pattern(parameters: list[Mapping[str, int]]) -> str:
    """Parameters in words: "n = 2..5", or "n = 2, levels = 1; n = 4, levels = 0"; "" if there are none."""
    names = list(parameters[0])
    if len(names) != 1:
        return "; ".join(", ".join(f"{name} = {value}" for name, value in each.items()) for each in parameters if each)
    return f"{names[0]} = {_listed(sorted({each[names[0]] for each in parameters}))}"


def _listed(values: list[int]) -> str:
    """Whole numbers in words: "2..5", "1, 3", or, in equal steps, "2, 4, …, 30"."""
    steps = {later - sooner for sooner, later in pairwise(values)}
    if steps == {1} and len(values) > 2:
        return f"{values[0]}..{values[-1]}"
    if len(steps) == 1 and len(values) > 4:
        return f"{values[0]}, {values[1]}, …, {values[-1]}"
    return ", ".join(map(str, values))


def slug(text: str) -> str:
    """Text as a part of a file's name; two texts may share one."""
    plain = text.replace("*-", "all-but-").replace("*", "all").replace("=", "")
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-").lower()[:80] or "claim"
