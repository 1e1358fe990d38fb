"""A derivation: lines of words and formulas, each checked by computation as it was made."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from noclone.proofs.derivations.words import latex_of_words
from noclone.proofs.verdicts import Status

__all__ = ["METHOD", "Derivation", "DerivationError", "Line", "Rows", "Statement", "line"]

METHOD = "derivation, every line checked by computation"

Rows = Sequence[tuple[str, str]]
"""A formula over one or more rows, each as plain text and as LaTeX."""


class DerivationError(RuntimeError):
    """A line came out false when it was checked: a bug in noclone. No such line is ever shown."""


class Statement(Protocol):
    """What a line says, as data: it can be written, and checked on another route than the one that made it."""

    @property
    def check(self) -> str:
        """What the check is, in words."""
        ...

    def holds(self) -> bool:
        """Carry the check out."""
        ...

    def rows(self) -> Rows:
        """The formula."""
        ...


@dataclass(frozen=True)
class Line:
    r"""One line: why (``words``), the formula as plain text and as LaTeX, and what its check was.

    ``latex`` may have several rows, divided by ``\\`` and a newline. Raises DerivationError if it was not checked.
    """

    words: str
    text: str
    latex: str
    check: str
    checked: bool
    statement: Statement | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.checked is not True:
            raise DerivationError(f"a line is false: {self.words} {self.text[:200]} (check: {self.check})")


def line(words: str, statement: Statement) -> Line:
    """Check a statement and write it as a line; raises DerivationError if it is false."""
    checked = bool(statement.holds())
    rows = statement.rows()
    latex = " \\\\\n".join(row for _, row in rows)
    return Line(words, "\n".join(row for row, _ in rows), latex, statement.check, checked, statement)


@dataclass(frozen=True)
class Derivation:
    """What is derived of one claim (None: of a formula), line by line, and whether the claim ``holds``.

    ``scope`` says for which sizes; ``assumptions`` what no line computes. The status is SUPPORTED: the kernel has not
    replayed it. It prints as text, and shows as LaTeX in a notebook.
    """

    title: str
    claim: str | None
    lines: tuple[Line, ...]
    holds: bool
    scope: str = ""
    assumptions: tuple[str, ...] = ()
    method: str = METHOD
    status: Status = Status.SUPPORTED

    def __str__(self) -> str:
        return self.to_text()

    def to_text(self) -> str:
        """Plain text: each line's words, and its formula indented below."""
        parts = [self.title]
        for number, each in enumerate(self.lines, 1):
            parts.append(f"\n{number}. {each.words}\n" + textwrap.indent(each.text, "     "))
        return "\n".join([*parts, "", *self._grounds()]) + "\n"

    def to_markdown(self) -> str:
        """Markdown with formulas in ``$$`` blocks."""
        parts = [f"**{_escape(self.title)}**"]
        for number, each in enumerate(self.lines, 1):
            indented = textwrap.indent(_aligned(each.latex), "   ")
            parts.append(f"{number}. {_escape(each.words)}\n\n   $$\n{indented}\n   $$")
        return "\n\n".join([*parts, *map(_escape, self._grounds())]) + "\n"

    def to_latex(self) -> str:
        """LaTeX for a document that loads amsmath and amssymb: a paragraph and an ``align*`` block for each line."""
        parts = [f"\\par\\noindent\\textbf{{{latex_of_words(self.title)}}}"]
        for number, each in enumerate(self.lines, 1):
            rows = " \\\\\n".join(f"&{row}" for row in each.latex.split(" \\\\\n"))
            words = latex_of_words(f"{number}. {each.words}")
            parts.append(f"\\par\\noindent {words}\n\\begin{{align*}}\n{rows}\n\\end{{align*}}")
        parts += [f"\\par\\noindent {latex_of_words(ground)}" for ground in self._grounds()]
        return "\n".join(parts) + "\n"

    def _grounds(self) -> list[str]:
        """What the derivation rests on, in words."""
        scope = f" ({self.scope})" if self.scope else ""
        return [
            f"{self.status.value}{scope}: {self.method}. The kernel has not replayed it.",
            *(f"Assumed: {assumption}." for assumption in self.assumptions),
        ]

    def _repr_latex_(self) -> str:
        """One ``align*`` block, as notebooks show it."""
        rows: list[str] = [f"&\\textbf{{{latex_of_words(row)}}}" for row in textwrap.wrap(self.title, 90)]
        for number, each in enumerate(self.lines, 1):
            rows += [f"&\\text{{{latex_of_words(row)}}}" for row in textwrap.wrap(f"{number}. {each.words}", 90)]
            rows += [f"&\\qquad {row}" for row in each.latex.split(" \\\\\n")]
        for ground in self._grounds():
            rows += [f"&\\text{{{latex_of_words(row)}}}" for row in textwrap.wrap(ground, 90)]
        return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}\n"

    def _repr_markdown_(self) -> str:
        return self.to_markdown()


def _aligned(latex: str) -> str:
    rows = " \\\\\n".join(f"&{row}" for row in latex.split(" \\\\\n"))
    return f"\\begin{{aligned}}\n{rows}\n\\end{{aligned}}"


def _escape(words: str) -> str:
    """Words in which Markdown reads nothing as emphasis, a link or a table."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]|<>" else letter for letter in words)
