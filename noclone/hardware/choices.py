"""Which experiments a command is about: by number and sizes, as the published ones were."""

from __future__ import annotations

from collections.abc import Mapping

from noclone.hardware.predictions import chosen_experiments
from noclone.hardware_checks.arrangements import Experiment
from noclone.models.errors import InputError

__all__ = ["sized_experiments"]

_PARAMETERS = {3: "l", 4: "r"}


def sized_experiments(
    number: int, sizes: Mapping[str, str], *, virtual: bool = False
) -> list[tuple[str, int | str, Experiment]]:
    """The experiments of one number; ``sizes`` has the ranges of n, l and r that were given. Raises InputError if one is foreign."""
    wanted = _PARAMETERS.get(number, "n")
    for foreign in set(sizes) - {wanted}:
        raise InputError(f"experiment {number} has the parameter {wanted}: give --{wanted}, not --{foreign}")
    chosen = list(chosen_experiments(number, sizes.get(wanted), virtual=virtual))
    if not chosen:
        raise InputError(
            f"experiment {number} has no size {sizes.get(wanted)}: see docs/hardware.md for those there are"
        )
    return chosen
