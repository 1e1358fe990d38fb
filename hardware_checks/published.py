"""The published figures of arXiv:2602.10695, as data: transcribed from the paper's tables, not measured here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

__all__ = [
    "SHOTS",
    "Chsh",
    "EntanglementRow",
    "Figure",
    "GhzRow",
    "IteratedRow",
    "Published",
    "VirtualRow",
    "published",
]

SHOTS = 10_000
"""Shots per setting: stated for experiments 2 and 4; for experiment 1 the published Bell-measurement errors fit it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """An estimate and the standard error that was published with it."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class EntanglementRow:
    """Experiment 1: entanglement fidelity of the decrypted clone by Bell measurement and by parity oscillations.

    The two were made by different circuits, of ``bell_layers`` and ``parity_layers`` two-qubit layers.
    """

    n: int
    qubits: int
    bell_layers: int
    bell: Figure
    parity_layers: int
    parity: Figure


@dataclass(frozen=True, slots=True)
class Chsh:
    """Experiment 2: the CHSH value of reference and decrypted clone, by when the reference is measured."""

    n: int
    reference_first: Figure
    same_time: Figure
    reference_last: Figure


@dataclass(frozen=True, slots=True)
class IteratedRow:
    """Experiment 3, n = 2: ``clones`` were made on ``qubits`` and one of them was decrypted."""

    label: str
    qubits: int
    clones: int
    layers: int
    gates: int
    fidelity: Figure


@dataclass(frozen=True, slots=True)
class GhzRow:
    """Experiment 4, n = 2: GHZ fidelity of r qubits, each cloned on its own."""

    r: int
    qubits: int
    layers: int
    gates: int
    fidelity: Figure


@dataclass(frozen=True, slots=True)
class VirtualRow:
    """Table VI: one clone per level is cloned again, ``level`` times after the first; ``branching`` (even) is its n.

    ``virtual_clones`` is how many there would be, had every clone been cloned again at every level.
    """

    branching: int
    level: int
    qubits: int
    virtual_clones: int
    layers: int
    gates: int
    fidelity: Figure

    @property
    def made(self) -> int:
        """Clones that exist at the end: n + 1 of the first cloning, and n more for each that was cloned again."""
        return self.branching * (self.level + 1) + 1


@dataclass(frozen=True, slots=True)
class Published:
    """All figures. ``source`` and ``notes`` say where they come from; ``daily`` are five days' values at n = 2, by parity."""

    source: str
    device: str
    notes: tuple[str, ...]
    entanglement: tuple[EntanglementRow, ...]
    chsh: tuple[Chsh, ...]
    undecrypted_chsh: Figure
    iterated: tuple[IteratedRow, ...]
    ghz: tuple[GhzRow, ...]
    virtual: tuple[VirtualRow, ...]
    daily: tuple[float, ...]
    entanglement_threshold: float
    mixed_fidelity: float
    local_bound: float
    quantum_bound: float

    def fidelity(self, n: int, method: Literal["bell", "parity"]) -> Figure:
        """Experiment 1's figure for n; raises KeyError outside 2…15."""
        row = {row.n: row for row in self.entanglement}[n]
        return row.bell if method == "bell" else row.parity


def _cell(value: Any) -> Any:
    return Figure(*value) if isinstance(value, list) else value


def _rows(kind: Any, table: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(kind(*map(_cell, row)) for row in table["rows"])


@cache
def published() -> Published:
    """The published figures, read once from the file that ships with noclone.

    >>> published().iterated[-1].clones
    77
    """
    file = resources.files("noclone.hardware_checks") / "data" / "heron_2602_10695.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    limits, notes = found["thresholds"], tuple(found["notes"])
    (daily,) = [note for note in notes if note.startswith("day-to-day")]
    return Published(
        found["source"],
        found["device"]["name"],
        notes,
        _rows(EntanglementRow, found["experiment_1_entanglement_fidelity"]),
        _rows(Chsh, found["experiment_2_chsh"]),
        Figure(*found["experiment_2_chsh"]["undecrypted_clone_n2"]),
        _rows(IteratedRow, found["experiment_3_iterated_n2"]),
        _rows(GhzRow, found["experiment_4_ghz_n2"]),
        _rows(VirtualRow, found["table_6_virtual_iteration"]),
        tuple(float(word) for word in daily.partition(":")[2].partition(", mean")[0].split()),
        limits["entanglement_witness"],
        limits["maximally_mixed_bell"],
        limits["chsh_classical"],
        limits["chsh_quantum"],
    )
