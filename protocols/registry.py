"""All built-in families."""

from __future__ import annotations

from noclone.models.errors import InputError, nearest
from noclone.protocols import (
    encrypted_cloning,
    iterated_cloning,
    known_bounds,
    known_cases,
    parallel_cloning,
    twisted_cloning,
)
from noclone.protocols.family import Family

__all__ = ["FAMILIES", "family"]

FAMILIES: dict[str, Family] = {
    each.name: each
    for each in (
        encrypted_cloning.FAMILY,
        iterated_cloning.ITERATED,
        iterated_cloning.ONE_BRANCH,
        parallel_cloning.FAMILY,
        twisted_cloning.FAMILY,
        known_cases.ONE_TIME_PAD,
        known_cases.TELEPORTATION,
        known_cases.FIVE_QUBIT_CODE,
        known_cases.SWAP_OUT,
        known_bounds.FAMILY,
    )
}


def family(name: str) -> Family:
    """The family of this name; raises InputError with the names there are."""
    if name not in FAMILIES:
        raise InputError(f"unknown protocol '{name}': noclone has {', '.join(FAMILIES)}.{nearest(name, FAMILIES)}")
    return FAMILIES[name]
