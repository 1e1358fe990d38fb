"""What ``noclone theorem`` says: one checked theorem, or the list of the book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from noclone.models.errors import InputError, nearest
from noclone.report import library_versions

if TYPE_CHECKING:
    from noclone.proofs.theorems.theorem import Theorem, TheoremCheck

__all__ = ["THEOREM_SCHEMA", "show"]

THEOREM_SCHEMA = "noclone-theorem-1"
FORMATS = ("text", "latex", "markdown")


def show(name: str | None, *, output_format: str) -> tuple[str, dict[str, Any], int]:
    """A theorem, checked, in one of the FORMATS; without a name the book's list, which executes nothing.

    Returns what to print, the JSON content, and the exit status: 0, or 4 if a part of the theorem does not come out. Raises
    InputError for an unknown name or format.
    """
    from noclone.proofs.theorems.book import BOOK, theorem

    if output_format not in FORMATS:
        raise InputError(
            f"unknown format '{output_format}': use {', '.join(FORMATS)}.{nearest(output_format, FORMATS)}"
        )
    head = {"schema": THEOREM_SCHEMA, **library_versions()}
    if name is None:
        listed = [{"name": found.name, "title": found.title, "statement": found.statement} for found in BOOK.values()]
        return _list(list(BOOK.values()), output_format), head | {"theorems": listed, "exit": 0}, 0
    found = theorem(name)
    check = found.check()
    status = 4 if check.failed else 0
    render = {"text": found.to_text, "latex": found.to_latex, "markdown": found.to_markdown}[output_format]
    return render(check), head | _content(found, check) | {"exit": status}, status


def _list(theorems: list[Theorem[Any]], output_format: str) -> str:
    """The names with what they state."""
    from noclone.proofs.theorems.rendering import listed

    return listed(theorems, output_format)


def _content(theorem: Theorem[Any], check: TheoremCheck) -> dict[str, Any]:
    """A checked theorem as JSON."""
    return {
        "theorem": theorem.name,
        "title": theorem.title,
        "statement": theorem.statement,
        "generality": theorem.generality,
        "status": check.status.value,
        "method": "symbolic proof",
        "hypotheses": [{"name": one.name, "statement": one.statement} for one in theorem.hypotheses],
        "conclusion": theorem.conclusion.statement,
        "proof": [{"text": line.text, "uses": list(line.uses), "latex": line.latex or None} for line in theorem.proof],
        "examples": [one.text for one in theorem.examples],
        "counterexamples": [{"without": one.without, "text": one.text} for one in theorem.counterexamples],
        "parts": [{"place": part.place, "ok": part.ok, "reason": part.reason or None} for part in check.parts],
        "references": list(theorem.references),
    }
