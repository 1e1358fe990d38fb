"""Who a claim of monogamy speaks of: its parties' qubits, references among them, and their ket at a moment.

``A | B+C R`` has the parties A, then B and C together, then R, the reference that purifies the secret (unless a register has that
name). References are numbered after all qubits, in the secret's order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy

from noclone.models.errors import InputError, TooLargeError
from noclone.models.system import Gate, System
from noclone.proofs.claims import Claim, check_item, letter_of, split_item

if TYPE_CHECKING:
    from noclone.models.ball_entanglement import BallKet

__all__ = ["MOST_CONNECTED", "REFERENCE", "ket_of", "parties_of", "stated"]

REFERENCE = "R"
MOST_CONNECTED = 13
"""The most qubits that a claim may name together with those that gates connect with them, references included."""

_BITS = 192


def stated(claim: Claim) -> tuple[str, tuple[str, ...]]:
    """The law's name and the parties, A first, as they are written."""
    law, _, who = claim.quantity.partition(" on ")
    return law, (*who.replace("|", " ").split(),)


def parties_of(claim: Claim, system: System) -> list[list[int]]:
    """Every party's qubits; raises InputError for a letter, for a qubit that there is not, or is in two parties."""
    registers = dict(system.parties)
    reference = [] if REFERENCE in dict(system.parties + system.environment) else list(system.secret_qubits)
    if reference:
        registers[REFERENCE] = len(reference)
    starts, start = {}, 0
    for name, size in system.parties:
        starts[name], start = start, start + size
    if reference:
        starts[REFERENCE] = len(system.names)
    seen: dict[int, str] = {}
    parties: list[list[int]] = []
    for who in stated(claim)[1]:
        parties.append([])
        for item in who.split("+"):
            if letter_of(item):
                raise InputError(f"a letter in '{item}': a claim of monogamy names its qubits, as S[0] or S[*]")
            check_item(item, registers)
            for number in _numbers(item, registers):
                qubit = starts[split_item(item)[0]] + number
                if qubit in seen:
                    raise InputError(f"'{item}' overlaps with '{seen[qubit]}' in '{claim}': parties are disjoint")
                parties[-1].append(qubit)
                seen[qubit] = item
        if not parties[-1]:
            raise InputError(f"'{who}' in '{claim}' names no qubit")
    return parties


def _numbers(item: str, registers: dict[str, int]) -> list[int]:
    name, index = split_item(item)
    return list(range(registers[name])) if index in ("", "*") else [int(index)]


def ket_of(system: System, parties: Sequence[Sequence[int]], moment: str | None) -> BallKet:
    """The parties' ket, with what gates connect with them as the rest; the secret is maximally entangled with its references.

    Amplitudes are exact where the gates are H, S, CX and T, and otherwise balls, wide enough for every circuit whose angles round to
    these (``angles_rounding``). Raises TooLargeError, and KeyError for a moment that there is not.
    """
    named = [qubit for party in parties for qubit in party]
    pairs = list(
        zip(system.secret_qubits, range(len(system.names), len(system.names) + len(system.secret_qubits)), strict=True)
    )
    gates = system.gates_until(moment)
    qubits = _connected([*(gate[1:] for gate in gates), *pairs], named)
    if len(qubits) > MOST_CONNECTED:
        raise TooLargeError(
            f"gates connect the {len(named)} qubits that the claim names with others, {len(qubits)} in all: at most "
            f"{MOST_CONNECTED} are computed, references included"
        )
    order = named + [qubit for qubit in qubits if qubit not in named]
    place = {qubit: at for at, qubit in enumerate(order)}
    moved: list[Gate] = [(name, *(place[q] for q in own)) for name, *own in gates if place.keys() >= set(own)]
    entangled = [(place[one], place[two]) for one, two in pairs if one in place]
    dims = tuple(2 ** len(party) for party in parties)
    return _run(moved, len(order), entangled, (*dims, 2 ** (len(order) - len(named))))


def _connected(groups: Iterable[tuple[int, ...]], named: Sequence[int]) -> list[int]:
    """The named qubits and those that are in a group with one of them, or with another of these."""
    found, remaining = set(named), [set(group) for group in groups]
    while True:
        touching = [group for group in remaining if group & found]
        if not touching:
            return sorted(found)
        found = found.union(*touching)
        remaining = [group for group in remaining if not group <= found]


def _run(gates: Sequence[Gate], size: int, entangled: Sequence[tuple[int, int]], shape: tuple[int, ...]) -> BallKet:
    from flint import ctx

    from noclone.models.ball_entanglement import BallKet, ring_balls
    from noclone.models.exact import run_exactly
    from noclone.models.ring import RingArray

    dims = shape[:-1]
    if {name for name, *_ in gates} <= {"H", "S", "CX", "T"}:
        parts = numpy.zeros((4, *[2] * size), dtype=numpy.int64)
        for number in range(2 ** len(entangled)):
            bits = [0] * size
            for at, pair in enumerate(entangled):
                bits[pair[0]] = bits[pair[1]] = number >> at & 1
            parts[(0, *bits)] = 1
        exact = run_exactly(gates, RingArray(parts, len(entangled))).reshape(*shape)
        with ctx.workprec(_BITS):
            return BallKet(ring_balls(exact), dims, exact)
    with ctx.workprec(_BITS + sum(gate[0] not in ("S", "CX") for gate in gates)):
        return BallKet(_balls(gates, size, entangled).reshape(shape), dims)


def _balls(gates: Sequence[Gate], size: int, entangled: Sequence[tuple[int, int]]) -> Any:
    """The amplitudes of gates with any angles, each as far off as all the angles' roundings can move it."""
    from flint import acb, arb

    from noclone.models.balls import BallState
    from noclone.models.enclosures import MOST_WORK, angles_rounding

    if len(gates) << size > MOST_WORK:
        raise TooLargeError(f"{len(gates)} gates on {size} qubits are too many for balls: use fewer qubits or gates")
    start: list[Gate] = [gate for pair in entangled for gate in (("H", pair[0]), ("CX", *pair))]
    state = BallState(size, ()).apply([*start, *gates])
    rounding = angles_rounding(gates)
    radius = arb(rounding.numerator) / rounding.denominator if rounding else arb(0)
    wide = acb((-radius).union(radius), (-radius).union(radius))
    scale = 1 / (arb(2) ** state.doublings).sqrt()
    found = numpy.full(2**size, acb(0) + wide, dtype=object)
    for index, value in state.amplitudes.items():
        big_endian = int(f"{index:0{size}b}"[::-1], 2)
        found[big_endian] = value * scale + wide
    return found
