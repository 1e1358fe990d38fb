"""``noclone mutate``: which slips in a protocol's circuits its claims notice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from noclone.api import system_for
from noclone.models.errors import InputError, TooLargeError, nearest
from noclone.models.mutations import OPERATORS, Mutant, mutants_of
from noclone.models.system import System
from noclone.proofs.claims import Claim, StatedClaim, letter_of, parse_claim, split_item
from noclone.proofs.expectations import Expectation
from noclone.proofs.mutation import Fate, MutationScore, Outcome, View, fate_of, truth_of
from noclone.proofs.prover import Prover
from noclone.protocols.protocol import LazyRecoveries, Protocol, Recovery
from noclone.report import library_versions
from noclone.target import Target, located

__all__ = ["MOST_MUTANTS", "MUTATION_SCHEMA", "mutate", "mutation_score"]

MUTATION_SCHEMA = "noclone-mutation-1"
MOST_MUTANTS = 10_000
"""A protocol with more is refused."""

Progress = Callable[[str, int], None]


def mutate(
    target: Target | Protocol,
    *,
    name: str = "",
    operators: Sequence[str] = OPERATORS,
    progress: Progress = lambda *_: None,
) -> tuple[str, dict[str, Any], int]:
    """Mutate every protocol of a target: what to print, the JSON content, and the exit status.

    ``name`` is the target as the user wrote it; ``operators`` some of ``noclone.models.mutations.OPERATORS``; ``progress``
    is told each mutant that is next and how many there are. Exit status: 0 every mutant that is not equivalent is killed, 1
    some survived, 3 some are undecided, 4 an error of noclone's. Raises InputError as ``mutation_score`` does.
    """
    target = target if isinstance(target, Target) else Target((target,))
    scores = []
    for protocol in target.protocols:
        with located(target):
            scores.append(mutation_score(protocol, operators=operators, progress=progress))
    found = list(zip(target.protocols, scores, strict=True))
    statuses = {score.exit_status for score in scores}
    status = next(each for each in (4, 1, 3, 0) if each in statuses | {0})
    content = {
        "schema": MUTATION_SCHEMA,
        **library_versions(),
        "target": name or target.source or target.protocols[0].name,
        "operators": list(operators),
        "protocols": [_content(protocol, score) for protocol, score in found],
        "exit": status,
    }
    text = "\n\n".join(_text(protocol, score) for protocol, score in found)
    return text + (f"\n{target.remark}" if target.remark else ""), content, status


def mutation_score(
    protocol: Protocol, *, operators: Sequence[str] = OPERATORS, progress: Progress = lambda *_: None
) -> MutationScore:
    """What becomes of every mutant of the protocol's stages and recoveries, in their order.

    Raises InputError if the protocol makes no claim that is decided, if one does not come out as expected for the protocol
    itself, for an unknown operator, and (TooLargeError) for more than MOST_MUTANTS mutants.

    >>> import noclone
    >>> from noclone.mutation import mutation_score
    >>> score = mutation_score(noclone.protocol("swap-out"))
    >>> score.killed, score.non_equivalent
    (2, 2)
    """
    for operator in operators:
        if operator not in OPERATORS:
            raise InputError(
                f"unknown operator '{operator}': use {', '.join(OPERATORS)}.{nearest(operator, OPERATORS)}"
            )
    subject = _Subject(protocol)
    mutants = list(_mutants(protocol, operators))
    if not mutants:
        raise InputError(f"'{protocol.name}' has no operation that {', '.join(operators)} would change")
    outcomes = []
    for mutant in mutants:
        progress(mutant.name, len(mutants))
        outcomes.append(subject.outcome(mutant))
    return MutationScore(tuple(outcomes))


def _mutants(protocol: Protocol, operators: Sequence[str]) -> Iterator[Mutant]:
    """The mutants of all stages, then of all recoveries; raises TooLargeError if there are too many."""
    made = 0
    for part in [*protocol.stages, *protocol.recoveries]:
        circuit = protocol.stages[part] if part in protocol.stages else protocol.recoveries[part].circuit
        for mutant in mutants_of(part, circuit, operators):
            made += 1
            if made > MOST_MUTANTS:
                raise TooLargeError(
                    f"'{protocol.name}' has more than {MOST_MUTANTS:,} mutants: use a smaller instance, or fewer operators"
                )
            yield mutant


class _Subject:
    """A protocol with its claims decided, whose mutants are to be judged. Claims that noticed most so far are asked first."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self._noticed: Counter[str] = Counter()
        self._systems: dict[tuple[str, ...], System] = {}
        stated = [
            (parse_claim(each.text), each)
            for each in protocol.claims
            if Expectation(each.expect).at(protocol.parameters) is not None
        ]
        prover = Prover(self._original([claim for claim, _ in stated]), protocol.closed_form)
        self.truths = {
            claim: truth for claim, each in stated if (truth := self._truth(prover, claim, each)) is not None
        }
        if not self.truths:
            raise InputError(f"'{protocol.name}' makes no claim that is decided: state claims for mutants to break")

    def outcome(self, mutant: Mutant) -> Outcome:
        """What becomes of this mutant."""
        mutated = _with(self.protocol, mutant)
        asked = self._asked(mutant.part)
        order = sorted(asked, key=lambda claim: -self._noticed[asked[claim].stated])
        try:
            system = _system(mutated, order, mutant.part)
        except TooLargeError as error:
            return Outcome(mutant.name, Fate.UNDECIDED, str(error))
        except InputError as error:
            return Outcome(mutant.name, Fate.KILLED, f"refused as input: {error}")
        original = self._original(tuple(asked), mutant.part)
        truths = {claim: asked[claim].truth for claim in order}
        found = fate_of(mutant.name, system, original, truths, self._views(mutant.part, original))
        if found.fate is not Fate.KILLED or not found.by:
            return found
        stated = asked[parse_claim(found.by)].stated
        self._noticed[stated] += 1
        return replace(found, by=stated)

    def _truth(self, prover: Prover, claim: Claim, stated: StatedClaim) -> bool | None:
        expected = Expectation(stated.expect).at(self.protocol.parameters)
        status = prover.verdict(claim).status
        if expected is not None and not status.satisfies(expected, exact=False):
            where = f" ({self.protocol.scope})" if self.protocol.scope else ""
            raise InputError(
                f"'{stated.text}' is {status.value}, not {expected.value}, for '{self.protocol.name}' itself{where}: "
                "mend that first (noclone verify)"
            )
        return truth_of(status)

    def _asked(self, part: str) -> dict[Claim, _Asked]:
        """The claims that a change of this part can matter to. Of a true claim about every recovery, only the case of this one:
        the others are as they were.
        """
        if part in self.protocol.stages:
            return {claim: _Asked(truth, str(claim)) for claim, truth in self.truths.items()}
        found = {}
        for claim, truth in self.truths.items():
            if part not in self.protocol.recoveries_of(claim):
                continue
            letter = letter_of(claim.name) or letter_of(claim.after)
            items = [*claim.coalition, claim.name, claim.after]
            alone = letter and {letter_of(item) for item in items} <= {letter, ""}
            number = split_item(part)[1]
            own = claim.at({letter: int(number)}) if truth and alone and number.isdigit() else claim
            found[own] = _Asked(truth, str(claim))
        return found

    def _original(self, claims: Sequence[Claim], part: str = "") -> System:
        key = (part, *map(str, claims))
        if key not in self._systems:
            self._systems[key] = _system(self.protocol, claims, part)
        return self._systems[key]

    def _views(self, part: str, original: System) -> list[View]:
        """Where a change of this part is looked for: at its end and at the later moments that claims name."""
        everyone = original.names[: original.held]
        later = {claim.after for claim in self.truths if claim.after}
        stages = list(self.protocol.stages)
        if part in stages:
            touched = {name for each in self.protocol.recoveries.values() for name in _acted_on(each, original)}
            own = {name for register in self.protocol.parties for name in _register(original, register)}
            free = tuple(name for name in everyone if name in own and name not in touched)
            moments = [stage for stage in stages[stages.index(part) : -1] if stage in later]
            return [View(moment, tuple(everyone), free) for moment in [*moments, None]]
        recovery = next(each for each in original.recoveries if each.name == part)
        output = [original.names[qubit] for qubit in recovery.output]
        named = {
            split_item(item)[0]
            for claim in self.truths
            if claim.after and part in self.protocol.recoveries_of(claim)
            for item in claim.coalition
        }
        others = [name for register in named for name in _register(original, register) if name not in output]
        others = [name for name in original.names if name in others]
        return [View(part, (*output, *others), tuple(others))]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whether a claim is true of the original, and the claim of the protocol's that it is a case of."""

    truth: bool
    stated: str


def _with(protocol: Protocol, mutant: Mutant) -> Protocol:
    """The protocol with the mutant's circuit in its place."""
    if mutant.part in protocol.stages:
        return replace(protocol, stages=dict(protocol.stages) | {mutant.part: mutant.circuit})

    def recovery(name: str) -> Recovery:
        own = protocol.recoveries[name]
        return replace(own, circuit=mutant.circuit) if name == mutant.part else own

    return replace(protocol, recoveries=LazyRecoveries(list(protocol.recoveries), recovery))


def _system(protocol: Protocol, claims: Sequence[Claim], part: str) -> System:
    """The protocol as plain gates, with the recoveries and other encodings of these claims, and this part if it is a recovery."""
    recoveries = dict.fromkeys(name for claim in claims for name in protocol.recoveries_of(claim))
    recoveries |= {part: None} if part in protocol.recoveries else {}
    others = [system_for(protocol, claim).others for claim in claims if claim.word == "equivalent"]
    system = replace(protocol, others={}).system(recoveries)
    return replace(system, others=tuple(dict.fromkeys(other for each in others for other in each)))


def _register(system: System, register: str) -> list[str]:
    """The names of a register's qubits."""
    return [name for name in system.names if split_item(name)[0] == register]


def _acted_on(recovery: Recovery, system: System) -> Iterator[str]:
    """The names of the qubits that a recovery's circuit acts on, and of those that it hands out."""
    circuit = recovery.circuit
    for register in [*circuit.qregs, *circuit.cregs]:
        names = _register(system, register.name)
        for bit, name in zip(register, names, strict=False):
            if any(bit in step.qubits or bit in step.clbits for step in circuit.data):
                yield name
    for item in recovery.output.split():
        party, index = split_item(item)
        yield from (name for name in _register(system, party) if index in ("", "*") or name in (item, party))


_SHOWN = 10
"""How many equivalent mutants of a kind are listed in the text."""

_KINDS = {
    "isometry": "the same isometry, up to a global phase",
    "channel": "the same state of what is looked at, for every input, entangled ones too",
    "local": "the same up to one-qubit unitaries where no recovery acts",
}


def _text(protocol: Protocol, score: MutationScore) -> str:
    """A protocol's score in words."""
    total = f"{len(score.outcomes):,} mutants"
    lines = [f"{protocol.name}{f' ({protocol.scope})' if protocol.scope else ''}: {total}", ""]
    lines += [f"  killed: {score.killed:,}, first noticed by"]
    lines += [f"    {number:>6,}  {claim or 'refused as input'}" for claim, number in score.killers.items()]
    equivalent = score.of(Fate.EQUIVALENT)
    if equivalent:
        lines.append(f"  equivalent: {len(equivalent):,}, decided exactly")
    for kind, told in _KINDS.items():
        some = score.of(Fate.EQUIVALENT, kind)
        if some:
            replayed = sum(each.replayed for each in some)
            lines.append(f"    {len(some):>6,}  {told}" + (f" (kernel: {replayed:,})" if replayed else ""))
        if kind != "isometry":
            lines += [f"            {each.mutant}: {each.reason}" for each in some[:_SHOWN]]
            lines += [f"            … and {len(some) - _SHOWN:,} more (--json has them)"] if len(some) > _SHOWN else []
    for fate in (Fate.SURVIVED, Fate.UNDECIDED, Fate.ERROR):
        some = score.of(fate)
        lines += [f"  {fate.value}: {len(some):,}"] if some or fate is Fate.SURVIVED else []
        lines += [f"    {each.mutant}: {each.reason}" for each in some]
    lines.append(f"mutation score: {_score(score.killed, score.non_equivalent)}; ")
    lines[-1] += f"of those that are not the same isometry: {_score(score.killed, score.different_isometries)}"
    return "\n".join(lines)


def _score(killed: int, counted: int) -> str:
    """A ratio; as a percentage rounded down, so that 100 % is said of nothing less."""
    return f"{killed:,}/{counted:,}" + (f" = {1000 * killed // counted / 10:g} %" if counted else "")


def _content(protocol: Protocol, score: MutationScore) -> Mapping[str, Any]:
    """A protocol's score as JSON."""
    return {
        "protocol": protocol.name,
        "parameters": dict(protocol.parameters),
        "mutants": len(score.outcomes),
        "killed": score.killed,
        "equivalent": {kind: len(score.of(Fate.EQUIVALENT, kind)) for kind in _KINDS},
        "survived": len(score.of(Fate.SURVIVED)),
        "undecided": len(score.of(Fate.UNDECIDED)),
        "score": score.killed / score.non_equivalent if score.non_equivalent else None,
        "strict_score": score.killed / score.different_isometries if score.different_isometries else None,
        "killers": score.killers,
        "outcomes": [
            {
                "mutant": each.mutant,
                "fate": each.fate.value,
                "by": each.by or None,
                "kind": each.kind or None,
                "kernel": each.replayed,
                "reason": each.reason,
            }
            for each in score.outcomes
        ],
    }
