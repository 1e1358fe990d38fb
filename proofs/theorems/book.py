"""The book: every theorem by name."""

from __future__ import annotations

from typing import Any

from noclone.models.errors import InputError, nearest
from noclone.proofs.theorems.coffman_kundu_wootters import COFFMAN_KUNDU_WOOTTERS
from noclone.proofs.theorems.complementarity import COMPLEMENTARITY
from noclone.proofs.theorems.linearity import NO_CLONING_BY_LINEARITY
from noclone.proofs.theorems.maximal_entanglement import MAXIMAL_ENTANGLEMENT
from noclone.proofs.theorems.no_broadcasting import NO_BROADCASTING
from noclone.proofs.theorems.no_cloning import NO_CLONING
from noclone.proofs.theorems.no_deleting import NO_DELETING
from noclone.proofs.theorems.no_hiding import NO_HIDING
from noclone.proofs.theorems.no_signalling import NO_SIGNALLING
from noclone.proofs.theorems.one_time_pad import ONE_TIME_PAD
from noclone.proofs.theorems.teleportation import TELEPORTATION
from noclone.proofs.theorems.theorem import Theorem
from noclone.proofs.theorems.toner_verstraete import TONER_VERSTRAETE
from noclone.proofs.theorems.tsirelson import TSIRELSON
from noclone.proofs.theorems.universal_cloning import UNIVERSAL_CLONING

__all__ = ["BOOK", "theorem"]

BOOK: dict[str, Theorem[Any]] = {
    found.name: found
    for found in (
        NO_CLONING,
        NO_CLONING_BY_LINEARITY,
        UNIVERSAL_CLONING,
        NO_BROADCASTING,
        NO_DELETING,
        NO_HIDING,
        COMPLEMENTARITY,
        MAXIMAL_ENTANGLEMENT,
        COFFMAN_KUNDU_WOOTTERS,
        TSIRELSON,
        TONER_VERSTRAETE,
        NO_SIGNALLING,
        TELEPORTATION,
        ONE_TIME_PAD,
    )
}
"""Every theorem by name, in the order in which one reads them."""


def theorem(name: str) -> Theorem[Any]:
    """The theorem of this name; raises InputError for an unknown one."""
    if name not in BOOK:
        raise InputError(f"unknown theorem '{name}': the book has {', '.join(BOOK)}.{nearest(name, BOOK)}")
    return BOOK[name]
