"""Which experiments a command is about: by number and sizes, as the published ones were, or anybody's own protocol."""

from __future__ import annotations

from collections.abc import Mapping

from noclone.hardware.predictions import chosen_experiments
from noclone.hardware_checks.arrangements import Experiment
from noclone.hardware_checks.experiments import experiment_of
from noclone.models.errors import InputError
from noclone.protocols.protocol import Protocol

__all__ = ["own_experiment", "sized_experiments"]

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


def own_experiment(protocol: Protocol, recovery: str | None) -> tuple[str, int | str, Experiment]:
    """Anybody's protocol as an experiment; without a recovery's name, its only one. Raises InputError."""
    if recovery is None:
        if len(protocol.recoveries) != 1:
            raise InputError(
                f"protocol '{protocol.name}' has {len(protocol.recoveries)} recoveries: name one with --recovery,"
                f" {', '.join(protocol.recoveries) or 'but there is none'}"
            )
        recovery = next(iter(protocol.recoveries))
    return "protocol", protocol.name, experiment_of(protocol, recovery)
