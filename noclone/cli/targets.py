"""From a command's arguments to its target."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from noclone.protocols.protocol import Protocol
    from noclone.target import Target

__all__ = ["load", "only_protocol", "spare"]


def load(target: str, n: str | None, param: list[str] | None, secret: str | None, parties: str | None) -> Target:
    """The protocols that TARGET and the options beside it stand for; raises InputError or CircuitError."""
    from noclone.loading import load_target
    from noclone.target import parameters_of

    listed = parties.split() if parties is not None else None
    return load_target(target, parameters=parameters_of(n, param or ()), secret=secret, parties=listed)


def only_protocol(loaded: Target, target: str, command: str) -> Protocol:
    """The target's protocol, for a command that looks at one; raises InputError if there are several."""
    from noclone.models.errors import InputError

    if len(loaded.protocols) != 1:
        raise InputError(f"{command} looks at one protocol, '{target}' is {len(loaded.protocols)}: {_which(loaded)}")
    return loaded.protocols[0]


def _which(loaded: Target) -> str:
    """How to name one of several protocols: by a value of the first parameter in which they differ."""
    one, *_, last = loaded.protocols
    name = next((name for name, value in one.parameters.items() if value != last.parameters.get(name)), "n")
    if loaded.source:
        return f"write one value of {name} into it"
    value = loaded.protocols[len(loaded.protocols) // 2].parameters.get(name)
    return f"name one, for example with {'--n ' if name == 'n' else f'--param {name}='}{value}"


def spare(target: Target, *paths: Path | None) -> None:
    """Refuse to write a result over what it was made from."""
    for path in paths:
        if path is not None:
            target.spare(path)
