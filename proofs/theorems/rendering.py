"""A checked theorem for people: plain text, Markdown, LaTeX. Every mark (ok, FAILED) comes from the check given."""

from __future__ import annotations

import re
import textwrap
from typing import Any

import sympy

from noclone.proofs.theorems.theorem import METHOD, Computed, Line, Part, Theorem, TheoremCheck
from noclone.proofs.verdicts import Status

__all__ = ["WIDTH", "listed", "to_latex", "to_markdown", "to_text"]

WIDTH = 110
"""Columns of plain text."""

_LONGEST = {"text": 100, "latex": 400}
"""Characters of a computed equation that is shown; of a longer one the size is told."""

_LATEX = {
    "⟨": r"\langle ", "⟩": r"\rangle ", "⊗": r"\otimes ", "†": r"^\dagger ", "√": r"\surd ", "Σ": r"\textstyle\sum ",
    "‖": r"\|", "·": r"\cdot ", "×": r"\times ", "≠": r"\neq ", "≤": r"\leq ", "≥": r"\geq ", "−": "-", "⊥": r"\perp ",
    "∏": r"\textstyle\prod ", "↦": r"\mapsto ", "→": r"\to ", "…": r"\dots ", "′": "'", "α": r"\alpha ", "δ": r"\delta ",
    "ρ": r"\rho ", "σ": r"\sigma ", "τ": r"\tau ", "φ": r"\varphi ", "χ": r"\chi ", "ψ": r"\psi ", "Λ": r"\Lambda ",
    "Φ": r"\Phi ", "Ψ": r"\Psi ", "μ": r"\mu ", "²": "^2", "⁴": "^4", "½": r"\tfrac12 ", "¼": r"\tfrac14 ", "₂": "_2",
    "⇒": r"\Rightarrow ",
}  # fmt: skip
"""What mathematical characters are in LaTeX's mathematical mode."""

_TEXT = {
    "–": "--", "“": "``", "”": "''", "\\": r"\textbackslash ", "_": r"\_", "&": r"\&", "%": r"\%", "#": r"\#", "|": r"\ensuremath{|}",
    "^": r"\^{}", "{": r"\{", "}": r"\}", "~": r"\~{}", "<": r"\ensuremath{<}", ">": r"\ensuremath{>}", "$": r"\$",
}  # fmt: skip
"""What other special characters are in LaTeX's text."""

_PIECES = re.compile(r"([_^])(?:[({]([^(){}]*)[)}]|(\w+|[+−]))|(.)", re.DOTALL)
"""An index or power, in brackets or not, or any one character."""


def to_text(theorem: Theorem[Any], check: TheoremCheck) -> str:
    """Plain text of at most WIDTH columns."""
    blocks = [f"{theorem.name}: {theorem.title}", *_wrapped(theorem.statement, "  ", hanging=""), "", "hypotheses"]
    for number, hypothesis in enumerate(theorem.hypotheses, 1):
        failed = _failed(_part(check, "hypothesis", number))
        blocks += _wrapped(f"{hypothesis.name}: {hypothesis.statement}{failed}", "  ")
    blocks += ["conclusion", *_wrapped(theorem.conclusion.statement, "  "), "", "proof"]
    for number, line in enumerate(theorem.proof, 1):
        part = _part(check, "line", number)
        uses = f" [uses {', '.join(line.uses)}]" if line.uses else ""
        blocks += _wrapped(f"{number}. {line.text}{uses}", "  ")
        blocks += _wrapped(f"{_mark(part)} {_shown(part.computed)}{_failed(part)}", "     ")
    blocks += ["", "not vacuous: instances that meet every hypothesis, and the conclusion"]
    for number, example in enumerate(theorem.examples, 1):
        part = _part(check, "example", number)
        blocks += _wrapped(f"{_mark(part)} {example.text}{_failed(part)}", "  ")
    blocks += ["needed: without one hypothesis, all others met, the conclusion fails"]
    for number, found in enumerate(theorem.counterexamples, 1):
        part = _part(check, "counterexample", number)
        blocks += _wrapped(f"{_mark(part)} without {found.without}: {found.text}{_failed(part)}", "  ")
    blocks += ["", *_wrapped(f"executed for: {theorem.generality}", ""), *_wrapped(_verdict(check), ""), "literature"]
    for reference in theorem.references:
        blocks += _wrapped(reference, "  ")
    return "\n".join(blocks)


def to_markdown(theorem: Theorem[Any], check: TheoremCheck) -> str:
    """Markdown, the computed equations between dollar signs."""
    hypotheses = [
        f"- *{one.name}*: {_markdown(one.statement + _failed(_part(check, 'hypothesis', number)))}"
        for number, one in enumerate(theorem.hypotheses, 1)
    ]
    examples = [f"- {_markdown(_told(check, 'example', at, one.text))}" for at, one in enumerate(theorem.examples, 1)]
    needed = [
        f"- without *{one.without}*: {_markdown(_told(check, 'counterexample', at, one.text))}"
        for at, one in enumerate(theorem.counterexamples, 1)
    ]
    blocks = [f"## {theorem.title}", _markdown(theorem.statement), "**Hypotheses**", "\n".join(hypotheses)]
    blocks += [f"**Conclusion**: {_markdown(theorem.conclusion.statement)}", "**Proof**"]
    for number, line in enumerate(theorem.proof, 1):
        part = _part(check, "line", number)
        uses = f" *(uses {', '.join(line.uses)})*" if line.uses else ""
        formula = _formula(line, part.computed)
        shown = f"\n\n   $${formula}$$" if formula else f" ({_markdown(_shown(part.computed))})"
        blocks.append(f"{number}. {_markdown(line.text)}{uses}: {_mark(part)}{_markdown(_failed(part))}{shown}")
    blocks += ["**Not vacuous**: instances that meet every hypothesis, and the conclusion", "\n".join(examples)]
    blocks += ["**Needed**: without one hypothesis, all others met, the conclusion fails", "\n".join(needed)]
    blocks += [f"Executed for: {_markdown(theorem.generality)}.", f"{_markdown(_verdict(check))}."]
    return "\n\n".join([*blocks, "\n".join(f"- {_markdown(reference)}" for reference in theorem.references)])


def to_latex(theorem: Theorem[Any], check: TheoremCheck) -> str:
    """A LaTeX fragment; it needs amsmath, amssymb and UTF-8 input for the accents of names."""
    blocks = [rf"\paragraph{{{_latex_text(theorem.title)}.}}", _latex_text(theorem.statement), r"\begin{description}"]
    for number, hypothesis in enumerate(theorem.hypotheses, 1):
        failed = _latex_text(_failed(_part(check, "hypothesis", number)))
        blocks.append(rf"\item[{_latex_text(hypothesis.name)}] {_latex_text(hypothesis.statement)}{failed}")
    blocks += [r"\end{description}", r"\emph{Conclusion:} " + _latex_text(theorem.conclusion.statement) + "."]
    blocks += [r"\emph{Proof.}", r"\begin{enumerate}"]
    for number, line in enumerate(theorem.proof, 1):
        part = _part(check, "line", number)
        uses = rf" \emph{{(uses {_latex_text(', '.join(line.uses))})}}" if line.uses else ""
        formula = _formula(line, part.computed)
        shown = rf"\[{formula}\]" if formula else f" ({_latex_text(_shown(part.computed))})"
        blocks.append(rf"\item {_latex_text(line.text)}{uses} {_mark(part)}{_latex_text(_failed(part))}{shown}")
    blocks += [r"\end{enumerate}", r"\emph{Not vacuous:}", r"\begin{itemize}"]
    for number, example in enumerate(theorem.examples, 1):
        blocks.append(rf"\item {_latex_text(_told(check, 'example', number, example.text))}")
    blocks += [r"\end{itemize}", r"\emph{Needed:}", r"\begin{itemize}"]
    for number, found in enumerate(theorem.counterexamples, 1):
        told = _told(check, "counterexample", number, f"without {found.without}: {found.text}")
        blocks.append(rf"\item {_latex_text(told)}")
    blocks += [
        r"\end{itemize}",
        _latex_text(f"Executed for: {theorem.generality}. {_verdict(check)}"),
        r"\begin{itemize}",
    ]
    blocks += [rf"\item {_latex_text(reference)}" for reference in theorem.references]
    return "\n".join([*blocks, r"\end{itemize}"])


def _part(check: TheoremCheck, kind: str, number: int) -> Part:
    """The part at a place; one that was not checked counts as failed."""
    for part in check.parts:
        if (part.kind, part.number) == (kind, number):
            return part
    return Part(kind, number, ok=False, reason="it was not checked")


def _mark(part: Part) -> str:
    return "ok" if part.ok else "FAILED"


def _failed(part: Part) -> str:
    """Why a part failed, in brackets; "" if it did not."""
    return "" if part.ok else f" ({part.reason})"


def _told(check: TheoremCheck, kind: str, number: int, text: str) -> str:
    part = _part(check, kind, number)
    return f"{text}: {_mark(part)}{_failed(part)}"


def _verdict(check: TheoremCheck) -> str:
    """The status and its grounds in one sentence."""
    lines = sum(part.kind == "line" for part in check.parts)
    if check.status is not Status.SUPPORTED:
        failed = "; ".join(f"{part.place}: {part.reason}" for part in check.failed)
        return f"{check.status.value}: a bug, please report it: {failed}"
    return (
        f"{check.status.value} ({METHOD}): the algebra of all {lines} lines, every example and every counterexample was executed "
        "with exact numbers and symbols; the kernel has not replayed it"
    )


def _shown(computed: Computed | None) -> str:
    """What a line computed, as text, or its size if it is too wide to read."""
    if computed is None:
        return "nothing was computed"
    if isinstance(computed.left, sympy.MatrixBase):
        return f"computed: two {computed.left.rows}×{computed.left.cols} matrices, entry by entry"
    if computed.relation == "=" and computed.left == computed.right:
        shown = f"both sides are {computed.left}"
    else:
        shown = f"{computed.left} {computed.relation} {computed.right}"
    return f"computed: {shown}" if len(shown) <= _LONGEST["text"] else "computed: two expressions that are identical"


def _formula(line: Line, computed: Computed | None) -> str:
    """A line's formula for LaTeX's mathematical mode: its own, or what was computed; "" if that is too wide."""
    if line.latex or computed is None or isinstance(computed.left, sympy.MatrixBase):
        return line.latex
    relation = {"=": "=", "≥": r"\geq", ">": ">"}[computed.relation]
    found = f"{sympy.latex(computed.left)} {relation} {sympy.latex(computed.right)}"
    for character, command in _LATEX.items():
        found = found.replace(character, command)
    return found if len(found) <= _LONGEST["latex"] else ""


def _latex_text(text: str) -> str:
    """Text with its mathematical characters, indices (_k, _{k}) and powers (^k, ^(k)) as LaTeX."""
    found = ""
    for index, inside, bare, one in _PIECES.findall(text):
        if index:
            content = "".join(_LATEX.get(letter, letter) for letter in inside or bare)
            found += rf"\ensuremath{{{index}{{{content}}}}}"
        else:
            found += rf"\ensuremath{{{_LATEX[one]}}}" if one in _LATEX else _TEXT.get(one, one)
    return found


def _markdown(text: str) -> str:
    """Text whose underscores and asterisks stay what they are."""
    return text.replace("_", r"\_").replace("*", r"\*")


def _wrapped(text: str, indent: str, *, hanging: str = "   ") -> list[str]:
    after = indent + hanging
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=after, break_on_hyphens=False)


def listed(theorems: list[Theorem[Any]], output_format: str) -> str:
    """The names of theorems with what they state, as "text", "markdown" or "latex"."""
    if output_format == "markdown":
        return "\n".join(f"- **{one.name}**: {_markdown(one.statement)}" for one in theorems)
    if output_format == "latex":
        items = [rf"\item[{_latex_text(one.name)}] {_latex_text(one.statement)}" for one in theorems]
        return "\n".join([r"\begin{description}", *items, r"\end{description}"])
    return "\n".join(row for one in theorems for row in _wrapped(f"{one.name}: {one.statement}", ""))
