"""A theorem as data: hypotheses that can be evaluated, a proof that is executed, examples and counterexamples.

What ``check`` executes: the algebra of every line of the proof; that the examples meet all hypotheses and the
conclusion (so the theorem is not vacuous); and that for every hypothesis some counterexample violates it alone, and the
conclusion with it (so no hypothesis is idle). That the lines together make a proof is for the reader to see: the kernel
has not replayed it, so a theorem's status is SUPPORTED, never PROVED.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from noclone.proofs.theorems.exact import UndecidedError, is_equal, refuse_floats, sign
from noclone.proofs.verdicts import Status, Verdict

__all__ = [
    "Computed",
    "Conclusion",
    "Counterexample",
    "Example",
    "Hypothesis",
    "Line",
    "Part",
    "Theorem",
    "TheoremCheck",
]

METHOD = "symbolic proof"
_FAILURES = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, UndecidedError, ValueError)
"""What a broken computation may raise; it becomes a failed part, and what else is raised is a bug in the checker."""

Instance = TypeVar("Instance")


@dataclass(frozen=True)
class Computed:
    """What a line computed: two exact SymPy terms (expressions or matrices) and how they must compare.

    ``relation`` is "=", or "≥", ">" for real expressions whose difference SymPy's assumptions decide.
    """

    left: Any
    right: Any
    relation: str = "="

    def holds(self) -> bool:
        """Whether the relation comes out; raises UndecidedError if the algebra does not decide it."""
        if self.relation == "=":
            return is_equal(self.left, self.right)
        if self.relation not in ("≥", ">"):
            raise ValueError(f"unknown relation '{self.relation}'")
        refuse_floats(self.left, self.right)
        return sign(self.left - self.right) >= (1 if self.relation == ">" else 0)


@dataclass(frozen=True)
class Line:
    """One line of a proof: what it says, the computation that must come out, and the hypotheses that it uses.

    ``latex`` is shown in place of the computed terms where these are too wide to read.
    """

    text: str
    compute: Callable[[], Computed]
    uses: tuple[str, ...] = ()
    latex: str = ""


@dataclass(frozen=True)
class Hypothesis(Generic[Instance]):
    """A named condition; ``holds`` evaluates it exactly on an instance."""

    name: str
    statement: str
    holds: Callable[[Instance], bool]


@dataclass(frozen=True)
class Conclusion(Generic[Instance]):
    """What follows; ``holds`` evaluates it exactly on an instance."""

    statement: str
    holds: Callable[[Instance], bool]


@dataclass(frozen=True)
class Example(Generic[Instance]):
    """An instance that meets every hypothesis, and the conclusion."""

    text: str
    instance: Instance


@dataclass(frozen=True)
class Counterexample(Generic[Instance]):
    """An instance that violates the hypothesis named ``without``, meets all others, and violates the conclusion."""

    without: str
    text: str
    instance: Instance


@dataclass(frozen=True)
class Part:
    """One checked part of a theorem: ``kind`` is line, hypothesis, example or counterexample; ``reason`` says what failed.

    ``computed`` is what a line computed, if its computation ended.
    """

    kind: str
    number: int
    ok: bool
    reason: str = ""
    computed: Computed | None = None

    @property
    def place(self) -> str:
        """Where it stands, counted from 1: "line 3"."""
        return f"{self.kind} {self.number}"


@dataclass(frozen=True)
class TheoremCheck:
    """The parts of a theorem as they were checked. It has no truth value: compare ``status`` with Status.SUPPORTED."""

    theorem: str
    generality: str
    parts: tuple[Part, ...]

    def __bool__(self) -> bool:
        raise TypeError("a check has no truth value: compare check.status with Status.SUPPORTED")

    @property
    def failed(self) -> tuple[Part, ...]:
        """The parts that did not come out."""
        return tuple(part for part in self.parts if not part.ok)

    @property
    def status(self) -> Status:
        """SUPPORTED if every part came out, else ERROR: a theorem in the book that fails is a bug."""
        return Status.ERROR if self.failed or not self.parts else Status.SUPPORTED

    def verdict(self) -> Verdict:
        """This check as a verdict; its reason names each part that failed."""
        reason = "; ".join(f"{part.place}: {part.reason}" for part in self.failed)
        return Verdict(self.status, f"theorem {self.theorem}", self.generality, METHOD, reason=reason)


@dataclass(frozen=True)
class Theorem(Generic[Instance]):
    """A statement with hypotheses as data, an executed proof, examples, and a counterexample for each hypothesis.

    ``generality`` says for which dimensions and states the proof was executed; ``references`` name the literature.
    """

    name: str
    title: str
    statement: str
    generality: str
    hypotheses: tuple[Hypothesis[Instance], ...]
    conclusion: Conclusion[Instance]
    proof: tuple[Line, ...]
    examples: tuple[Example[Instance], ...]
    counterexamples: tuple[Counterexample[Instance], ...]
    references: tuple[str, ...]

    def prove(self) -> tuple[Part, ...]:
        """Execute every line of the proof; a line whose algebra does not come out is a failed part."""
        return tuple(self._line(number, line) for number, line in enumerate(self.proof, 1))

    def check(self) -> TheoremCheck:
        """Execute the proof and evaluate all hypotheses on all examples and counterexamples."""
        parts = [*self.prove(), *map(self._hypothesis, range(1, len(self.hypotheses) + 1))]
        parts += [self._example(number, found) for number, found in enumerate(self.examples, 1)]
        parts += [self._counterexample(number, found) for number, found in enumerate(self.counterexamples, 1)]
        if not self.proof:
            parts.append(Part("line", 1, ok=False, reason="there is no proof"))
        if not self.examples:
            parts.append(Part("example", 1, ok=False, reason="there is no example: the theorem may be vacuous"))
        return TheoremCheck(self.name, self.generality, tuple(parts))

    def _line(self, number: int, line: Line) -> Part:
        """One line: its computation, and that the hypotheses it uses are the theorem's."""
        unknown = set(line.uses) - {hypothesis.name for hypothesis in self.hypotheses}
        if unknown:
            return Part("line", number, ok=False, reason=f"it uses {sorted(unknown)}, which is no hypothesis")
        try:
            computed = line.compute()
        except _FAILURES as error:
            return Part("line", number, ok=False, reason=f"{type(error).__name__}: {error}")
        try:
            ok = computed.holds()
        except _FAILURES as error:
            return Part("line", number, ok=False, reason=f"{type(error).__name__}: {error}", computed=computed)
        reason = "" if ok else f"not so: {computed.left} {computed.relation} {computed.right}"
        return Part("line", number, ok=ok, reason=reason, computed=computed)

    def _hypothesis(self, number: int) -> Part:
        """That a hypothesis is used by the proof and has a counterexample without it."""
        name = self.hypotheses[number - 1].name
        if [hypothesis.name for hypothesis in self.hypotheses].count(name) > 1:
            return Part("hypothesis", number, ok=False, reason=f"there are two named '{name}'")
        if not any(name in line.uses for line in self.proof):
            return Part("hypothesis", number, ok=False, reason=f"no line of the proof uses '{name}'")
        if not any(found.without == name for found in self.counterexamples):
            return Part("hypothesis", number, ok=False, reason=f"there is no counterexample without '{name}'")
        return Part("hypothesis", number, ok=True)

    def _example(self, number: int, example: Example[Instance]) -> Part:
        """That an instance meets every hypothesis, and the conclusion."""
        try:
            violated = self._violated(example.instance)
            concluded = self.conclusion.holds(example.instance)
        except _FAILURES as error:
            return Part("example", number, ok=False, reason=f"{type(error).__name__}: {error}")
        wrong = [f"it violates '{name}'" for name in violated]
        wrong += [] if concluded else ["it violates the conclusion"]
        return Part("example", number, ok=not wrong, reason="; ".join(wrong))

    def _counterexample(self, number: int, found: Counterexample[Instance]) -> Part:
        """That an instance violates the hypothesis it names and no other, and the conclusion."""
        try:
            violated = self._violated(found.instance)
            concluded = self.conclusion.holds(found.instance)
        except _FAILURES as error:
            return Part("counterexample", number, ok=False, reason=f"{type(error).__name__}: {error}")
        wrong = [] if found.without in violated else [f"it meets '{found.without}'"]
        wrong += [f"it violates '{name}' too" for name in violated if name != found.without]
        wrong += ["it meets the conclusion"] if concluded else []
        return Part("counterexample", number, ok=not wrong, reason="; ".join(wrong))

    def _violated(self, instance: Instance) -> list[str]:
        """The names of the hypotheses that an instance violates."""
        return [hypothesis.name for hypothesis in self.hypotheses if not hypothesis.holds(instance)]

    def to_text(self, check: TheoremCheck | None = None) -> str:
        """Everything as plain text of at most 110 columns; checked first unless a check is given."""
        from noclone.proofs.theorems.rendering import to_text

        return to_text(self, self.check() if check is None else check)

    def to_markdown(self, check: TheoremCheck | None = None) -> str:
        """Everything as Markdown with formulas in dollar signs; checked first unless a check is given."""
        from noclone.proofs.theorems.rendering import to_markdown

        return to_markdown(self, self.check() if check is None else check)

    def to_latex(self, check: TheoremCheck | None = None) -> str:
        """Everything as a LaTeX fragment that needs amsmath and amssymb; checked first unless a check is given."""
        from noclone.proofs.theorems.rendering import to_latex

        return to_latex(self, self.check() if check is None else check)

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def _repr_latex_(self) -> str:
        return self.to_latex()
