"""Clifford circuits rewritten in cz, rz, sx and x, with as few cz as each run of gates on one pair of qubits needs.

Gates are tuples: a name and qubit numbers. ``rewritten`` reads H, S, CX (as ``noclone.models.system``) and the two that
are kept in their place, ("measure", q) and ("barrier", q, …). It gives cz, sx, x and ("rz", q, k), k the
angle in units of π/2. Nothing is ever a float, so nothing can leave the Clifford group. Global phases are dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from heapq import heappop, heappush
from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import stim

__all__ = ["PhysicalGate", "merged", "rewritten", "with_fewest_cz"]

PhysicalGate = tuple[str, *tuple[int, ...]]
"""("cz", a, b), ("sx", q), ("x", q), ("rz", q, quarter turns), ("measure", q) or ("barrier", q, …)."""

Letters = tuple[int, ...]
_KEPT = ("measure", "barrier")


def rewritten(gates: Iterable[Sequence[Any]]) -> list[PhysicalGate]:
    """The circuit in cz, rz, sx, x: every block of gates on one pair with the fewest cz (0 to 3), then merged rotations."""
    return merged(with_fewest_cz(gates))


def with_fewest_cz(gates: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """The gates with each block on a pair of qubits replaced by cz and ("local", q, tableau of one qubit)."""
    blocks: list[tuple[tuple[int, ...], list[Sequence[Any]]]] = []
    latest: dict[int, int] = {}
    for gate in gates:
        name, *qubits = gate
        current = latest.get(qubits[0])
        if name not in _KEPT and current is not None:
            pair, own = blocks[current]
            if set(qubits) <= set(pair) and all(latest.get(qubit) == current for qubit in qubits):
                own.append(gate)
                continue
        blocks.append((tuple(qubits), [gate]))
        for qubit in qubits:
            latest.pop(qubit, None)
            if name not in _KEPT and len(qubits) == 2:
                latest[qubit] = len(blocks) - 1
    found: list[tuple[Any, ...]] = []
    for qubits_of_block, own in blocks:
        if own[0][0] in _KEPT:
            found += [tuple(gate) for gate in own]
        else:
            found += _block(own, qubits_of_block)
    return found


def _block(gates: Sequence[Sequence[Any]], qubits: tuple[int, ...]) -> list[tuple[Any, ...]]:
    """One block in its cheapest form."""
    place = {qubit: number for number, qubit in enumerate(qubits)}
    tableau = _tableau(((name, *(place[qubit] for qubit in on)) for name, *on in gates), len(qubits))
    if len(qubits) == 1:
        return [("local", qubits[0], tableau)]
    layers = _cheapest()[_letters(tableau)]
    built = _tableau(layers, 2)
    # what differs now is a Pauli: the letters agree, only signs may not
    fix = built.inverse() * tableau
    found = [(name.lower() if name == "CZ" else name, *(qubits[q] for q in on)) for name, *on in layers]
    for name, qubit in _signs(fix):
        found.insert(0, (name, qubits[qubit]))
    return [gate if gate[0] == "cz" else ("local", gate[1], _tableau([(gate[0], 0)], 1)) for gate in found]


def _signs(tableau: stim.Tableau) -> list[tuple[str, int]]:
    """The Paulis X and Z that a tableau whose letters are the identity's amounts to."""
    found = []
    for qubit in range(len(tableau)):
        if tableau.x_output(qubit).sign == -1:
            found.append(("Z", qubit))
        if tableau.z_output(qubit).sign == -1:
            found.append(("X", qubit))
    return found


@cache
def _cheapest() -> dict[Letters, tuple[tuple[Any, ...], ...]]:
    """For each of the 720 two-qubit Cliffords up to Paulis, its letters and a circuit of H, S and the fewest CZ."""
    gates: list[tuple[str, *tuple[int, ...]]] = [("CZ", 0, 1), ("H", 0), ("H", 1), ("S", 0), ("S", 1)]
    identity: Letters = (1, 2, 4, 8)
    queue: list[tuple[int, int, int, Letters, tuple[tuple[Any, ...], ...]]] = [(0, 0, 0, identity, ())]
    table: dict[Letters, tuple[tuple[Any, ...], ...]] = {}
    pushed = 0
    while queue:
        cz, others, _, letters, circuit = heappop(queue)
        if letters in table:
            continue
        table[letters] = circuit
        for name, *on in gates:
            reached = tuple(_acted(word, name, on) for word in letters)
            pushed += 1
            more = (cz + (name == "CZ"), others + (name != "CZ"))
            heappush(queue, (*more, pushed, reached, (*circuit, (name, *on))))
    return table


def _acted(word: int, name: str, on: Sequence[int]) -> int:
    """A Pauli on two qubits, bits x0, z0, x1, z1 from the lowest, after a gate; without its sign."""
    x0, z0, x1, z1 = (word >> at & 1 for at in range(4))
    if name == "CZ":
        z0, z1 = z0 ^ x1, z1 ^ x0
    elif on[0] == 0:
        x0, z0 = (z0, x0) if name == "H" else (x0, z0 ^ x0)
    else:
        x1, z1 = (z1, x1) if name == "H" else (x1, z1 ^ x1)
    return x0 | z0 << 1 | x1 << 2 | z1 << 3


def _letters(tableau: stim.Tableau) -> Letters:
    """What X and Z of each of two qubits become, without signs: four words as ``_acted`` takes them."""
    outputs = [output(qubit) for qubit in range(2) for output in (tableau.x_output, tableau.z_output)]
    bits = (0, 1, 3, 2)  # Stim's I, X, Y, Z
    return tuple(bits[output[0]] | bits[output[1]] << 2 for output in outputs)


def _tableau(gates: Iterable[Sequence[Any]], qubits: int) -> stim.Tableau:
    """What gates of Stim's names do; circuits repeat the same few blocks, so tableaus are kept (and never changed)."""
    return _kept_tableau(tuple(map(tuple, gates)), qubits)


@lru_cache(maxsize=4096)
def _kept_tableau(gates: tuple[tuple[Any, ...], ...], qubits: int) -> stim.Tableau:
    import stim

    lines = (" ".join(map(str, gate)) for gate in gates)
    return stim.Circuit("\n".join([f"I {qubits - 1}", *lines])).to_tableau()


@cache
def _turns() -> dict[str, tuple[int, str, int]]:
    """The 24 Cliffords of one qubit as rz, then nothing, x or sx, then rz: (quarter turns, name, quarter turns)."""
    table: dict[str, tuple[int, str, int]] = {}
    for name, before, after in product(("", "x", "sx"), range(4), range(4)):
        middle = {"": "I", "x": "X", "sx": "SQRT_X"}[name]
        gates = [("S", 0)] * before + [(middle, 0)] + [("S", 0)] * after
        table.setdefault(str(_tableau(gates, 1)), (before, name, after))
    return table


def merged(gates: Iterable[tuple[Any, ...]]) -> list[PhysicalGate]:
    """Each qubit's rotations in one, as late as they go: rz and Paulis pass through cz, so at most one sx stands between two."""
    import stim

    found: list[PhysicalGate] = []
    pending: dict[int, stim.Tableau] = {}
    nothing, sign = stim.Tableau(1), _tableau([("Z", 0)], 1)

    def flush(qubit: int, *, wholly: bool) -> None:
        before, name, after = _turns()[str(pending.pop(qubit, nothing))]
        if name != "sx" and not wholly:
            pending[qubit] = _tableau([("S", 0)] * before + [("X" if name else "I", 0)] + [("S", 0)] * after, 1)
            return
        found.extend([("rz", qubit, before)] if before else [])
        found.extend([(name, qubit)] if name else [])
        if not wholly:
            pending[qubit] = _tableau([("S", 0)] * after, 1)
        elif after:
            found.append(("rz", qubit, after))

    for gate in gates:
        name, *qubits = gate
        if name == "local":
            qubit, tableau = qubits
            pending[qubit] = tableau * pending.get(qubit, nothing) if qubit in pending else tableau
        elif name == "cz":
            for qubit in qubits:
                flush(qubit, wholly=False)
            found.append(gate)
            flipped = [qubit for qubit in qubits if _turns()[str(pending[qubit])][1] == "x"]
            for qubit in flipped:
                other = qubits[1 - qubits.index(qubit)]
                pending[other] = sign * pending[other]
        else:
            for qubit in qubits:
                flush(qubit, wholly=name != "barrier")
            found.append(gate)
    for qubit in sorted(pending):
        flush(qubit, wholly=True)
    return found
