"""Which mutants of a protocol its claims notice, and whether a mutant that nobody notices is really another protocol.

A mutant is **killed** if some claim's truth is no longer what it is for the original: PROVED and SUPPORTED count as true,
REFUTED as false. One that is not killed is compared with the original, exactly and without regard to the claims:

- **isometry**: the same isometry, up to a global phase, environment included. The kernel says so (``equivalent original``)
  wherever it can.
- **channel**: the same operator on what is looked at, for every input, also one entangled with a reference. What is looked
  at is, of an encoding, all that parties hold; of a recovery, its output (and what claims about the moment after it name).
  By Stinespring's theorem that is the same isometry up to what is done to the rest, which nobody looks at.
- **local**: the same channel once one-qubit unitaries have been applied to some *free* qubits: qubits that somebody holds
  and no recovery acts on. ``hides``, ``mixed``, ``recovers`` and ``leaks`` cannot depend on them, nor can what recoveries do.

Both sides of each comparison are integers: signed stabilizer groups, or amplitudes in Z[e^{iπ/4}, 1/√2].
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from noclone.models.errors import InputError, TooLargeError
from noclone.models.exact import ExactStates
from noclone.models.ring import RingArray
from noclone.models.system import Gate, Stage, System
from noclone.proofs.claims import Claim, parse_claim
from noclone.proofs.prover import Prover
from noclone.proofs.verdicts import Status

__all__ = ["MOST_FREE", "Fate", "MutationScore", "Outcome", "View", "fate_of", "same_view", "sameness", "truth_of"]

MOST_FREE = 2
"""On how many free qubits at once one-qubit unitaries are looked for."""

LOCAL = ("", "H", "S", "HS", "SH", "HSH")
"""The six ways in which a one-qubit Clifford permutes X, Y and Z up to sign, the first letter acting first."""

_ORIGINAL = "original"
_LETTERS = {"H": "H", "S": "S", "X": "HSSH", "Y": "SSHSSH", "Z": "SS"}


class Fate(Enum):
    """What became of a mutant. UNDECIDED: no claim has noticed it, but some could not be decided about it."""

    KILLED = "killed"
    EQUIVALENT = "equivalent"
    SURVIVED = "survived"
    UNDECIDED = "undecided"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One mutant's fate. ``by`` is the claim that noticed it ("" if it was refused as input), ``kind`` in what sense it is
    equivalent ("isometry", "channel", "local"), ``reason`` says it in words, ``replayed`` whether the kernel has said it.
    """

    mutant: str
    fate: Fate
    reason: str
    by: str = ""
    kind: str = ""
    replayed: bool = False


@dataclass(frozen=True)
class MutationScore:
    """The outcomes of all mutants of one protocol, in their order."""

    outcomes: tuple[Outcome, ...]

    def of(self, fate: Fate, kind: str = "") -> tuple[Outcome, ...]:
        """The outcomes of this fate, and kind if one is given."""
        return tuple(each for each in self.outcomes if each.fate is fate and kind in ("", each.kind))

    @property
    def killed(self) -> int:
        """How many mutants were noticed."""
        return len(self.of(Fate.KILLED))

    @property
    def non_equivalent(self) -> int:
        """How many mutants count: all but those that have been shown to be equivalent, in any of the three senses."""
        return len(self.outcomes) - len(self.of(Fate.EQUIVALENT))

    @property
    def different_isometries(self) -> int:
        """How many mutants count if only the same isometry, up to a global phase, is called equivalent."""
        return len(self.outcomes) - len(self.of(Fate.EQUIVALENT, "isometry"))

    @property
    def killers(self) -> dict[str, int]:
        """How many mutants each claim was the first to notice, most first; "" for those refused as input."""
        return dict(Counter(each.by for each in self.of(Fate.KILLED)).most_common())

    @property
    def exit_status(self) -> int:
        """0 every mutant that counts is killed, 1 some survived, 3 some are undecided, 4 an error of noclone's."""
        for fate, status in ((Fate.ERROR, 4), (Fate.SURVIVED, 1), (Fate.UNDECIDED, 3)):
            if self.of(fate):
                return status
        return 0


@dataclass(frozen=True)
class View:
    """Who looks at a mutant, and when: the qubits ``kept``, by name, at the end of a stage or recovery (None: the encoding).

    On ``free`` ones among them a one-qubit unitary is not held against it.
    """

    moment: str | None
    kept: tuple[str, ...]
    free: tuple[str, ...] = ()


def truth_of(status: Status) -> bool | None:
    """Whether a claim of this status holds: PROVED and SUPPORTED do, REFUTED does not, of others nothing is known."""
    return {Status.PROVED: True, Status.SUPPORTED: True, Status.REFUTED: False}.get(status)


def fate_of(
    mutant: str, system: System, original: System, truths: Mapping[Claim, bool], views: Sequence[View]
) -> Outcome:
    """What becomes of a mutant with this system: ``truths`` are the claims that may notice it, asked in this order, and what
    they are for the original; ``views`` where it is compared with the original if none does.
    """
    prover = Prover(system)
    try:
        _ = prover.protocol if system.is_exact else None
    except InputError as error:
        return Outcome(mutant, Fate.KILLED, f"refused as input: {error}")
    unknown = []
    for claim, expected in truths.items():
        verdict = prover.verdict(claim)
        if verdict.status is Status.ERROR:
            return Outcome(mutant, Fate.ERROR, f"'{claim}': {verdict.reason}")
        found = truth_of(verdict.status)
        if found is None:
            unknown.append(f"'{claim}': {verdict.reason}")
        elif found != expected:
            told = "; ".join(verdict.witness) or verdict.reason
            return Outcome(mutant, Fate.KILLED, f"{verdict.status.value}: {told}", str(claim))
    same = sameness(system, original, views)
    if same is not None:
        return replace(same, mutant=mutant)
    if unknown:
        return Outcome(mutant, Fate.UNDECIDED, unknown[0])
    return Outcome(mutant, Fate.SURVIVED, "no claim notices it, and it has not been shown to be equivalent")


def sameness(mutant: System, original: System, views: Sequence[View]) -> Outcome | None:
    """In what sense the two are the same in every one of these views, the weakest of the senses needed; None if in none."""
    strength = ("isometry", "channel", "local")
    found = []
    for view in views:
        same = _isometry(mutant, original, view) or _channel(mutant, original, view) or _local(mutant, original, view)
        if same is None:
            return None
        found.append(same)
    return max(found, key=lambda each: strength.index(each.kind), default=None)


def same_view(left: System, right: System, moment: str | None, kept: Sequence[str]) -> bool | None:
    """Whether these qubits, with a reference that purifies the secret, are in the same state in both, at this moment.

    Exact; None where that cannot be decided: for gates of other angles than multiples of π/4 that reach these qubits, and
    for too large non-Clifford circuits.
    """
    cuts = [_cut(system, _light_cone(system, moment, kept)) for system in (left, right)]
    if all(cut.is_clifford for cut in cuts):
        return _stabilizers(cuts[0], kept) == _stabilizers(cuts[1], kept)
    if not all(cut.is_exact for cut in cuts):
        return None
    try:
        one, other = (_matrix(cut, kept) for cut in cuts)
        rows, columns = one.shape[0], max(one.shape[1], other.shape[1])
        if rows <= columns:
            return (one @ one.dagger()).equals(other @ other.dagger())
        # ‖ρ − σ‖² = tr ρ² + tr σ² − 2 tr ρσ, each a square norm of a matrix of the smaller side
        first, second, mixed = ((a.dagger() @ b).squares() for a, b in ((one, one), (other, other), (one, other)))
        return first + second == mixed + mixed
    except TooLargeError:
        return None


def _isometry(mutant: System, original: System, view: View) -> Outcome | None:
    verdict = _equivalent(mutant, original, view.moment, "")
    if verdict is None or truth_of(verdict) is not True:
        return None
    told = "the same isometry, up to a global phase"
    return Outcome("", Fate.EQUIVALENT, told, kind="isometry", replayed=verdict is Status.PROVED)


def _channel(mutant: System, original: System, view: View) -> Outcome | None:
    if not same_view(mutant, original, view.moment, view.kept):
        return None
    told = f"the same on {_listed(view, original)}"
    return Outcome("", Fate.EQUIVALENT, told, kind="channel")


def _local(mutant: System, original: System, view: View) -> Outcome | None:
    """One-qubit unitaries on at most MOST_FREE free qubits that make the two the same.

    If the qubits looked at are all there are, the two are pure, and the same without a qubit exactly if a unitary on that
    qubit makes them the same. Otherwise Cliffords are tried.
    """
    for count in range(1, MOST_FREE + 1):
        for chosen in itertools.combinations(view.free, count):
            rest = [name for name in view.kept if name not in chosen]
            if not same_view(mutant, original, view.moment, rest):
                continue
            for words in itertools.product(LOCAL, repeat=count):
                for paulis in itertools.product(("", "X", "Y", "Z"), repeat=count):
                    gates = dict(zip(chosen, (a + b for a, b in zip(words, paulis, strict=True)), strict=True))
                    if same := _up_to(mutant, original, view, {name: word for name, word in gates.items() if word}):
                        return same
            if count == 1 and set(view.kept) >= {*original.names, *mutant.names}:
                told = f"the same but for a unitary on {chosen[0]} alone, which no recovery acts on"
                return Outcome("", Fate.EQUIVALENT, told, kind="local")
    return None


def _up_to(mutant: System, original: System, view: View, gates: Mapping[str, str]) -> Outcome | None:
    """Whether these gates, words by qubit, make the mutant what the original is."""
    place = mutant.index
    local = tuple((letter, place[name]) for name, word in gates.items() for part in word for letter in _LETTERS[part])
    moved = _cut(mutant, [*mutant.gates_until(view.moment), *local])
    if not same_view(moved, _cut(original, original.gates_until(view.moment)), None, view.kept):
        return None
    text = ", ".join(f"{word} on {name}" for name, word in gates.items())
    verdict = _equivalent(mutant, original, view.moment, f" up to {text}")
    told = f"the same up to {text}, which no recovery acts on"
    return Outcome("", Fate.EQUIVALENT, told, kind="local", replayed=verdict is Status.PROVED)


def _equivalent(mutant: System, original: System, moment: str | None, up_to: str) -> Status | None:
    """The verdict on ``equivalent original`` at this moment; None if the two have not the same qubits."""
    if mutant.names != original.names:
        return None
    cut = _cut(mutant, mutant.gates_until(moment))
    other = Stage(_ORIGINAL, tuple(original.gates_until(moment)))
    try:
        return Prover(replace(cut, others=(other,))).verdict(parse_claim(f"equivalent {_ORIGINAL}{up_to}")).status
    except InputError:
        return None


def _cut(system: System, gates: Iterable[Gate]) -> System:
    """The same qubits and secret with these gates as the only stage."""
    return replace(system, stages=(Stage("cut", tuple(gates)),), recoveries=(), others=(), noises=())


def _light_cone(system: System, moment: str | None, kept: Iterable[str]) -> list[Gate]:
    """The gates that these qubits depend on: of later ones on other qubits alone, tracing those out leaves nothing."""
    seen = {system.index[name] for name in kept}
    found: list[Gate] = []
    for gate in reversed(system.gates_until(moment)):
        if seen.intersection(gate[1:]):
            seen.update(gate[1:])
            found.append(gate)
    return found[::-1]


def _matrix(system: System, kept: Sequence[str]) -> RingArray:
    """The state with a reference, not normalised: the kept qubits and the input by the rest."""
    states = ExactStates(system)
    count = len(system.names)
    near = [system.index[name] for name in kept]
    rest = [qubit for qubit in range(count) if qubit not in near]
    return states.amplitudes.transpose(*near, count, *rest).reshape(2 ** len(near) * states.inputs, -1)


def _stabilizers(system: System, kept: Sequence[str]) -> set[tuple[int, ...]]:
    """The stabilizer group of a Clifford system's kept qubits and references, as signed rows in reduced echelon form.

    A row is its sign and a digit per qubit: 0 for I, 1 for X, 2 for Y, 3 for Z. That form is unique, so that groups are the
    same exactly if their rows are; a stabilizer state's operator on some qubits is given by its group's elements there.
    """
    import stim

    count, secret = len(system.names), list(system.secret_qubits)
    total = count + len(secret)
    circuit = stim.Circuit(f"I {total - 1}")
    for at, qubit in enumerate(secret):
        circuit.append("H", [count + at])
        circuit.append("CX", [count + at, qubit])
    for name, *qubits in system.gates_until(None):
        circuit.append(name, qubits)
    simulator = stim.TableauSimulator()
    simulator.do(circuit)
    near = [*(system.index[name] for name in kept), *range(count, total)]
    far = sorted(set(range(total)) - set(near))
    _, inner = _echelon(simulator.canonical_stabilizers(), far)
    rows, _ = _echelon(inner, near)
    return {(round(row.sign.real), *(row[qubit] for qubit in near)) for row in rows}


def _echelon(rows: Iterable[Any], qubits: Iterable[int]) -> tuple[list[Any], list[Any]]:
    """Gauss-Jordan elimination of commuting Pauli strings on these qubits: pivot rows, and rows that are I on all of them."""
    pivots: list[Any] = []
    rest = list(rows)
    for qubit, letters in itertools.product(qubits, ((1, 2), (2, 3))):
        at = next((at for at, row in enumerate(rest) if row[qubit] in letters), None)
        if at is not None:
            pivot = rest.pop(at)
            pivots, rest = ([row * pivot if row[qubit] in letters else row for row in some] for some in (pivots, rest))
            pivots.append(pivot)
    return pivots, rest


def _listed(view: View, original: System) -> str:
    """What is looked at, in words."""
    held = original.names[: original.held]
    return "all that parties hold" if list(view.kept) == held else " ".join(view.kept)
