"""Encrypted cloning for every n: a dozen rewriting steps, each checked by matrices at small n.

The steps hold for a symbol n by the algebra that each rule names; what is executed is the rewriting itself, and at n = 1
to 4 both sides of every rule and of every step. So the status is SUPPORTED.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy

from noclone.models.errors import InputError
from noclone.proofs.claims import parse_claim
from noclone.proofs.derivations.circuits import CIRCUIT_SIZES, CircuitIs
from noclone.proofs.derivations.derivation import Derivation, DerivationError, Line, line
from noclone.proofs.derivations.reference import close
from noclone.proofs.derivations.rules import DECRYPTED, ENCRYPTED, RULES, START, Rule, decryption
from noclone.proofs.derivations.terms import Apply, Atom, Case, Exp, N, Power, Product, Term, Trace, rewritten
from noclone.proofs.kernel.terms import split_item

if TYPE_CHECKING:
    from noclone.proofs.derivations.circuits import Circuits
    from noclone.proofs.derivations.derivation import Rows

__all__ = ["SIZES", "Step", "derive_for_every_n", "steps"]

SIZES = (1, 2, 3, 4)
"""The n at which every step is checked as it is printed."""

_ENCRYPTION = Product((Exp(Power(Atom("X"), N + 1)), Exp(Power(Atom("Z"), N + 1))))
_CLOSED = ("exponential of X", "exponential of Z", "product", "XZ is Y", "phases", "factor by factor")
_MIXED = ("partial trace", "orthogonal powers", "diagonal terms", "half a Bell pair", "four equal terms")
_DECRYPT = ("linearity", "matching Bell states", "ricochet", "swap")


@dataclass(frozen=True)
class Step:
    """before = after, by a rule, at every n that the rule covers."""

    before: Term
    after: Term
    rule: Rule

    @property
    def check(self) -> str:
        """How it is checked."""
        return "the rule's and the step's two sides as explicit matrices at n = " + ", ".join(map(str, self.sizes))

    @property
    def sizes(self) -> list[int]:
        """The n of the check."""
        return [n for n in SIZES if self.rule.covers(n)]

    def holds(self) -> bool:
        """Evaluate the rule and the whole terms; the step must be the rule's rewriting, too."""
        if rewritten(self.before, self.rule.left, self.rule.right) != (self.after, 1):
            return False
        psi = numpy.array([[0.6], [0.48 + 0.64j]])
        cases = [Case(n, psi, {}) for n in self.sizes]
        return all(self.rule.check(n) for n in self.sizes) and all(
            close(self.before.value(case), self.after.value(case)) for case in cases
        )

    def rows(self) -> Rows:
        """= after."""
        return [(f"= {self.after.write(latex=False)}", f"= {self.after.write(latex=True)}")]


@dataclass(frozen=True)
class Begins:
    """What is to be rewritten: a name and a term; nothing is claimed but that it is a state or an operator of trace 1."""

    text: str
    latex: str
    term: Term

    @property
    def check(self) -> str:
        """How it is checked."""
        return "norm 1 (a state) or trace 1 (an operator) at n = " + ", ".join(map(str, SIZES))

    def holds(self) -> bool:
        """Evaluate the norm or the trace."""
        values = [self.term.value(Case(n, numpy.array([[0.6], [0.48 + 0.64j]]), {})) for n in SIZES]
        return all(
            abs((numpy.linalg.norm(value) if value.shape[1] == 1 else numpy.trace(value)) - 1) < 1e-9
            for value in values
        )

    def rows(self) -> Rows:
        """The equation."""
        return [(f"{self.text} = {self.term.write(latex=False)}", f"{self.latex} = {self.term.write(latex=True)}")]


def steps(term: Term, names: Sequence[str], words: str = "") -> tuple[list[Line], Term]:
    """The lines that rewrite a term by these rules, one after the other, and what they end in; ``words`` come first in each.

    Raises DerivationError if a rule's left side is not in the term exactly once, or a step is false.
    """
    lines = []
    for name in names:
        rule = RULES[name]
        after, count = rewritten(term, rule.left, rule.right)
        if count != 1:
            raise DerivationError(f"the rule '{name}' fits {count} places, not one, of {term.write(latex=False)}")
        bound = f", for n ≥ {rule.least}" if rule.least > 1 else ", at n = 1" if rule.most == 1 else ""
        lines.append(line(f"{words}Rule “{name}”{bound}: {rule.why}.", Step(term, after, rule)))
        term = after
    return lines, term


def _closed_form(circuits: Circuits) -> list[Line]:
    begin = Apply("A S", _ENCRYPTION, START)
    words = (
        "Encryption of |ψ⟩ in A with n Bell pairs |φ⟩ = (|00⟩ + |11⟩)/√2; the stages’ circuits are it, phase included:"
    )
    first = line(words, CircuitIs(circuits, None, begin, "V", has_phase=True))
    found, end = steps(begin, _CLOSED)
    if end != ENCRYPTED:
        raise DerivationError("the closed form was not reached")
    return [first, *found]


def _mixed(circuits: Circuits) -> list[Line]:
    begin = Trace("S_j", ENCRYPTED)
    first = line("What one clone alone holds, say that of pair j:", Begins("ρ", r"\rho", begin))
    found, _ = steps(begin, _MIXED)
    _, traced = steps(begin, _MIXED[:1])
    degenerate, _ = steps(traced, ["no other pair"], "After “partial trace” n = 1 goes another way. ")
    return [*_closed_form(circuits), first, *found, *degenerate]


def _restored(circuits: Circuits) -> list[Line]:
    begin = Apply("S_j N_j N", decryption, ENCRYPTED)
    words = "Decryption D of clone j with all key qubits; the circuits of decrypt[j] are it, up to a global phase:"
    first = line(words, CircuitIs(circuits, "decrypt", begin, "D V", has_phase=False))
    found, end = steps(begin, _DECRYPT)
    if end != DECRYPTED:
        raise DerivationError("the decrypted state was not reached")
    return [*_closed_form(circuits), first, *found, *_traced("S_j", "The output register holds", "output")]


def _single_use(circuits: Circuits) -> list[Line]:
    return [*_restored(circuits), *_traced("not S_j", "And everything but the output holds", "rest")]


def _traced(kept: str, words: str, name: str) -> list[Line]:
    begin = Trace(kept, DECRYPTED)
    found, _ = steps(begin, [name])
    return [line(words, Begins("ρ", r"\rho", begin)), *found]


_DERIVED: Mapping[tuple[str, str], tuple[Callable[[Circuits], list[Line]], str]] = {
    ("", ""): (_closed_form, "every n ≥ 1"),
    ("mixed", "S"): (_mixed, "every n ≥ 2; at n = 1 the clone holds (I + ⟨Y⟩Y)/2 instead"),
    ("restores", "decrypt"): (_restored, "every n ≥ 1"),
    ("single-use", "decrypt"): (_single_use, "every n ≥ 1"),
}


def derive_for_every_n(claim: str, circuits: Circuits) -> Derivation:
    """Derive ``mixed S[i]``, ``restores decrypt[j]``, ``single-use decrypt[j]`` or (for "") the closed form, n a symbol.

    ``circuits(n)`` are the stages and recoveries of n pairs, compared with the formulas at small n. Raises InputError for
    another claim.
    """
    parsed = parse_claim(claim) if claim.split() else None
    word = parsed.word if parsed else ""
    items = [*parsed.coalition, *([parsed.name] if parsed.name else [])] if parsed else [""]
    name, index = split_item(items[0])
    known = _DERIVED.get((word, name))
    if known is None or len(items) != 1 or (parsed and (parsed.after or not (index.isdigit() or index.isalpha()))):
        raise InputError(
            f"for every n no derivation of '{claim}' is written: there are 'mixed S[i]', 'restores decrypt[j]', "
            "'single-use decrypt[j]', and the closed form (no claim)"
        )
    build, scope = known
    if index.isdigit() and int(index) > 0:
        scope += f"; n > {int(index)}, as {items[0]} must exist"
    title = f"encrypted-cloning, every n: {parsed or 'the closed form'}"
    sizes = ", ".join(map(str, CIRCUIT_SIZES))
    assumed = f"at n other than {sizes} the circuits are what they are there: U_enc and U_dec of the definitions"
    return Derivation(
        title, str(parsed) if parsed else None, tuple(build(circuits)), True, scope, (assumed,), "symbolic derivation"
    )
