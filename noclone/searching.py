"""What ``noclone search`` says: which families have a wanted access structure for every n, and what the others lack."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from noclone.proofs.family_search import Answer, Wanted
from noclone.report import library_versions, slug, write_files

__all__ = ["SEARCH_SCHEMA", "exit_status", "to_json", "to_text", "write_certificates"]

SEARCH_SCHEMA = "noclone-search-1"
_MOST_SHOWN = 20


def exit_status(answers: Sequence[Answer]) -> int:
    """0 if some family has all that is wanted, 1 if none has."""
    return 0 if any(not answer.why for answer in answers) else 1


def to_json(answers: Sequence[Answer], wanted: Wanted, files: dict[str, list[str]]) -> dict[str, Any]:
    """The answers as the JSON contract says (docs/every-n.md); ``files`` are certificates by family."""
    return {
        "schema": SEARCH_SCHEMA,
        **library_versions(),
        "wanted": str(wanted),
        "families": sum(answer.alike for answer in answers),
        "classes": len(answers),
        "found": [
            {
                "factors": list(answer.factors),
                "alike": answer.alike,
                "verdicts": [verdict.claim for verdict in answer.verdicts],
                "certificates": files.get(answer.family.name, []),
            }
            for answer in answers
            if not answer.why
        ],
        "others": [
            {
                "factors": list(answer.factors),
                "alike": answer.alike,
                "why": answer.why,
                "certificates": files.get(answer.family.name, []),
            }
            for answer in answers
            if answer.why
        ],
        "exit": exit_status(answers),
    }


def to_text(answers: Sequence[Answer], wanted: Wanted) -> str:
    """The families that have it, the shortest first; without any, why the shortest have not."""
    found = [answer for answer in answers if not answer.why]
    lines = [f"wanted: {wanted}"]
    lines += [
        f"  {_factors(each)}: {_alike(each.alike)}; {len(each.verdicts)} certificates" for each in found[:_MOST_SHOWN]
    ]
    if len(found) > _MOST_SHOWN:
        lines.append(_more(len(found)))
    if not found:
        nearest = sorted(answers, key=lambda answer: "leaks" not in answer.why)
        lines += [f"  {_factors(answer)}: {answer.why}" for answer in nearest[:_MOST_SHOWN]]
        if len(answers) > _MOST_SHOWN:
            lines.append(_more(len(answers)))
    total = sum(answer.alike for answer in answers)
    have = sum(answer.alike for answer in found)
    largest = max((len(answer.factors) for answer in answers), default=0)
    told = f"{have} of all {total} families of up to {largest} factors have it ({len(found)} of {len(answers)} classes)"
    return "\n".join([*lines, told if found else f"none of all {total} families of up to {largest} factors has it"])


def _more(number: int) -> str:
    left = number - _MOST_SHOWN
    return f"  … and {left} {'class' if left == 1 else 'classes'} more (--json has them)"


def _factors(answer: Answer) -> str:
    """As "X_A X_S, then Z_A Z_S"."""
    words = [
        " ".join(f"{letter}_{name}" for letter, name in zip(factor, "AS", strict=True) if letter != "I")
        for factor in answer.factors
    ]
    return ", then ".join(words)


def _alike(number: int) -> str:
    return "1 family" if number == 1 else f"{number} families alike up to names of letters"


def write_certificates(answers: Sequence[Answer], folder: Path) -> dict[str, list[str]]:
    """Write what was proved of each class: the certificates of those that have it, and of each other one what it lacks."""
    written: dict[str, list[str]] = {}
    for answer in answers:
        own = Path(slug(answer.family.name))
        files: dict[Path, bytes] = {}
        for number, verdict in enumerate(answer.verdicts, 1):
            if verdict.checked is None or verdict.certificate is None or verdict.protocol is None:
                continue
            path = own / f"{number:02d}-{slug(verdict.claim)}.json"
            files[own / f"protocol-{verdict.checked.protocol[:16]}.json"] = verdict.protocol
            files[path] = verdict.certificate
            written.setdefault(answer.family.name, []).append(str(path))
        write_files(folder, own, files)
    return written
