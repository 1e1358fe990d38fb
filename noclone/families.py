"""Uniform families, verified for every n: what ``noclone verify`` and ``access`` say without ``--n``."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from noclone.models.errors import InputError
from noclone.models.uniform_families import UniformFamily
from noclone.proofs.claims import StatedClaim, parse_claim
from noclone.proofs.every_coalition import LEARNS, AccessTable
from noclone.proofs.every_n import EveryN, Part, Pattern
from noclone.proofs.expectations import Expectation
from noclone.proofs.kernel.uniform import MOST_PAIRS, RULE
from noclone.proofs.uniform_systems import system_of
from noclone.proofs.verdicts import Status
from noclone.protocols.registry import FAMILIES
from noclone.protocols.uniform_variants import MORE_CLAIMS, UNIFORM
from noclone.report import Row, library_versions, slug, write_files

__all__ = [
    "FAMILY_REPORT_SCHEMA",
    "FamilyOutcome",
    "FamilyReport",
    "FamilyTarget",
    "access_to_json",
    "access_to_text",
    "document_of",
    "uniform_target",
    "verify_family",
    "write_table",
]

FAMILY_REPORT_SCHEMA = "noclone-family-report-1"
ACCESS_TABLE_SCHEMA = "noclone-access-table-1"


@dataclass(frozen=True, slots=True)
class FamilyTarget:
    """A uniform family and the claims that are stated of it."""

    family: UniformFamily
    claims: tuple[StatedClaim, ...]


@dataclass(frozen=True, slots=True)
class FamilyOutcome:
    """A claim, the pattern that was found, and the first n at which that is not what is expected (None: nowhere)."""

    stated: StatedClaim
    pattern: Pattern
    unexpected_at: int | None
    is_expected: bool

    @property
    def has_error(self) -> bool:
        """Whether some verdict is an error of noclone's."""
        return any(part.verdict.status is Status.ERROR for part in self.pattern.parts)


@dataclass(frozen=True)
class FamilyReport:
    """What holds of each claim at which n."""

    target: FamilyTarget
    outcomes: tuple[FamilyOutcome, ...]

    def exit_status(self, *, strict: bool = False) -> int:
        """0 as expected; 1 not; 3 something is undecided (or, strict, only supported); 4 an error of noclone's."""
        if any(outcome.has_error for outcome in self.outcomes):
            return 4
        if any(outcome.unexpected_at is not None for outcome in self.outcomes):
            return 1
        open_ones = {Status.UNDECIDED, Status.SUPPORTED} if strict else {Status.UNDECIDED}
        statuses = {part.verdict.status for outcome in self.outcomes for part in outcome.pattern.parts}
        return 3 if statuses & open_ones or any(outcome.pattern.unsettled for outcome in self.outcomes) else 0

    def rows(self) -> list[Row]:
        """A row for each claim, with what shows it in its first part."""
        rows = []
        for outcome in self.outcomes:
            parts = sorted(outcome.pattern.parts, key=lambda part: not part.is_infinite)
            words = [_words(part) for part in parts[:2] if part.is_infinite] or [_words(part) for part in parts[:1]]
            first = parts[0].verdict.status if parts else Status.UNDECIDED
            expected = outcome.unexpected_at is None
            rows.append(
                Row(
                    outcome.pattern.claim,
                    outcome.stated.note,
                    first,
                    str(outcome.pattern),
                    expected,
                    "\n".join(words),
                )
            )
        return rows

    def to_json(self, target: str, status: int, certificates: Mapping[tuple[int, int], Path]) -> dict[str, Any]:
        """The report as the JSON contract says (docs/every-n.md); certificates by the numbers of claim and part."""
        return {
            "schema": FAMILY_REPORT_SCHEMA,
            **library_versions(),
            "target": target,
            "family_sha256": self.target.family.identity,
            "claims": [
                {
                    "claim": outcome.pattern.claim,
                    "pattern": str(outcome.pattern),
                    "settled": outcome.pattern.is_settled,
                    "expected": outcome.stated.expect if outcome.is_expected else None,
                    "as_expected": outcome.unexpected_at is None,
                    "parts": [
                        _part_json(part, certificates.get((number, at)))
                        for at, part in enumerate(outcome.pattern.parts)
                    ],
                    "seconds": round(outcome.pattern.seconds, 6),
                }
                for number, outcome in enumerate(self.outcomes)
            ],
            "exit": status,
        }

    def write_certificates(self, folder: Path) -> dict[tuple[int, int], Path]:
        """Write every certificate, the family's document and those of single n beside them; raises InputError."""
        own = Path(slug(f"{self.target.family.name} every n"))
        files: dict[Path, bytes] = {}
        written: dict[tuple[int, int], Path] = {}
        for number, outcome in enumerate(self.outcomes):
            for at, part in enumerate(outcome.pattern.parts):
                verdict = part.verdict
                if verdict.checked is None or verdict.certificate is None or verdict.protocol is None:
                    continue
                path = own / f"{number + 1:02d}-{slug(f'{outcome.pattern.claim} for {part.domain}')}.json"
                files[own / f"protocol-{verdict.checked.protocol[:16]}.json"] = verdict.protocol
                files[path] = verdict.certificate
                written[number, at] = path
        write_files(folder, own, files)
        return written


def _words(part: Part) -> str:
    label = {"PROVED": "witness", "REFUTED": "attack"}.get(part.verdict.status.value, "")
    told = "; ".join(part.verdict.witness) or part.verdict.reason
    where = f" (at n = {part.shown_at})" if part.is_infinite else f" ({part.domain})"
    return "; ".join([f"{label}{where}: {told}" if label else told, *part.formulas])


def _part_json(part: Part, certificate: Path | None) -> dict[str, Any]:
    verdict = part.verdict
    return {
        "verdict": verdict.status.value,
        "domain": part.domain,
        "every": part.is_infinite,
        "certificate": None if certificate is None else str(certificate),
        "certificate_sha256": verdict.checked.certificate if verdict.checked else None,
        "protocol_sha256": verdict.checked.protocol if verdict.checked else None,
        "witness": list(verdict.witness),
        "formulas": list(part.formulas),
        "reason": verdict.reason or None,
        "assumptions": list(verdict.assumptions),
    }


def verify_family(
    target: FamilyTarget,
    claims: Sequence[str] = (),
    *,
    exact: bool = False,
    progress: Callable[[str, int], None] = lambda *_: None,
) -> FamilyReport:
    """Decide these claims (none: those stated) for every n; raises InputError for claims that do not fit.

    With ``exact`` a verdict better than expected is not as expected.
    """
    stated = tuple(map(StatedClaim, claims)) or target.claims
    if not stated:
        raise InputError("no claim to verify: state claims in the file, or give --claim TEXT")
    prover = EveryN(target.family)
    outcomes = []
    for each in stated:
        progress(each.text, len(stated))
        pattern = prover.pattern(parse_claim(each.text))
        outcomes.append(
            FamilyOutcome(each, pattern, None if claims else _unexpected(each, pattern, exact=exact), not claims)
        )
    return FamilyReport(target, tuple(outcomes))


def _unexpected(stated: StatedClaim, pattern: Pattern, *, exact: bool) -> int | None:
    """The first n where something else was found than is expected: among those looked at, and about each number that the
    expectation names; between and beyond these, expectation and pattern depend on whether n is even alone.
    """
    expectation = Expectation(stated.expect)
    named = {int(number) + step for number in re.findall("[0-9]+", stated.expect) for step in (-2, -1, 0, 1, 2)}
    for n in sorted(named.union(*(part.numbers for part in pattern.parts))):
        expected, found = expectation.at({"n": n}), pattern.at(n)
        if expected is not None and found is not None and not found.satisfies(expected, exact=exact):
            return n
    return None


def uniform_target(target: str) -> FamilyTarget | None:
    """The uniform family that TARGET stands for without an n; None if it is something else. Raises InputError."""
    if target in UNIFORM:
        return FamilyTarget(UNIFORM[target], FAMILIES[target].build().claims + MORE_CLAIMS[target])
    path = Path(target)
    if path.suffix.lower() != ".toml" or not path.is_file():
        return None
    from noclone.claims_file import read_family_file

    found = read_family_file(path)
    return None if found is None else FamilyTarget(*found)


def document_of(family: UniformFamily, certificate: Mapping[str, Any]) -> bytes:
    """The family's document or, for a certificate about one n, that protocol's; b"" if it is about neither."""
    documents = itertools.chain([family.document], (system_of(family, n).document for n in range(1, MOST_PAIRS + 1)))
    fitting = (each for each in documents if sha256(each).hexdigest() == certificate["protocol"])
    return next(fitting, family.document if certificate["rule"] == RULE else b"")


def write_table(table: AccessTable, folder: Path) -> Path:
    """Write the table's certificate and the family's document beside it; the certificate's path, relative to the folder."""
    own = Path(slug(f"{table.family.name} access"))
    path = own / "01-access-for-every-n.json"
    document = own / f"protocol-{table.family.identity[:16]}.json"
    write_files(folder, own, {document: table.family.document, path: table.verdict.certificate or b""})
    return path


def access_to_json(table: AccessTable, target: str, certificate: Path | None) -> dict[str, Any]:
    """The table as the JSON contract says (docs/every-n.md)."""
    kinds = [" ".join(kind) or "none" for kind in table.family.kinds]
    return {
        "schema": ACCESS_TABLE_SCHEMA,
        **library_versions(),
        "target": target,
        "scope": table.verdict.scope,
        "status": table.verdict.status.value,
        "source": table.family.source,
        "kinds": kinds,
        "rows": [
            {
                table.family.source: {0: "not held", 1: "held"}[min(row.source)] if len(row.source) == 1 else "either",
                **dict(zip(kinds, table.words(row.counts), strict=True)),
                "verdict": LEARNS[row.learns],
            }
            for row in table.rows()
        ],
        "cells": len(table.cells),
        "certificate": None if certificate is None else str(certificate),
        "certificate_sha256": table.verdict.checked.certificate if table.verdict.checked else None,
        "seconds": round(table.verdict.seconds, 6),
        "exit": 0,
    }


def access_to_text(content: Mapping[str, Any]) -> str:
    """The table for people: pairs by which of their parts are held."""
    kinds = content["kinds"]
    heads = [content["source"], *(f"pairs: {kind}" if kind == "none" else kind for kind in kinds), "verdict"]
    order = [0, *range(len(kinds), 0, -1), len(kinds) + 1]
    lines = [[heads[at] for at in order]]
    for row in content["rows"]:
        cells = [row[content["source"]], *(row[kind] for kind in kinds), row["verdict"]]
        lines.append([re.sub("^any$", "", cells[at]) for at in order])
    widths = [max(len(line[at]) for line in lines) for at in range(len(order))]
    told = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    head = f"{content['target']}: who can read what, for every n; pairs are counted by which of their parts are held"
    return "\n".join([head, *told, f"{content['cells']} cells, {content['status']}: each replayed by the kernel"])
