"""From TARGET, as a user writes it, to protocols: a built-in name, a claims file, a circuit file, or the user's own code."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

from noclone.claims_file import read_claims_file
from noclone.models.errors import InputError, NocloneError
from noclone.models.qasm import read_qasm
from noclone.protocols.family import Family
from noclone.protocols.protocol import Protocol
from noclone.protocols.registry import family
from noclone.target import Target, located, of_family, parse_range

__all__ = ["load_target"]


def load_target(
    target: str,
    *,
    parameters: Mapping[str, str] | None = None,
    secret: str | None = None,
    parties: Sequence[str] | None = None,
) -> Target:
    """The protocols that TARGET stands for; ``parameters`` are texts: a number, or a range such as "2..8".

    Raises InputError (unknown name, bad parameter, unreadable file, …) or CircuitError with the file's line.
    """
    given = dict(parameters or {})
    path = Path(target)
    suffix = path.suffix.lower()
    if suffix in (".toml", ".qasm") and given:
        raise InputError(
            f"'{target}' takes no {', '.join(given)}: parameters go with a family, or into the claims file"
        )
    if suffix == ".toml":
        if secret or parties:
            raise InputError(f"'{target}' names its own secret and parties: leave out --secret and --parties")
        return read_claims_file(path)
    if suffix == ".qasm":
        file = read_qasm(path)
        if secret is None:
            raise InputError(f"which register of '{target}' holds the secret? Give --secret REGISTER")
        circuit = Target((), files=(file,), source=target)
        with located(circuit):
            mine = Protocol.from_circuit(file.circuit, secret=secret, parties=parties, name=path.stem)
        return replace(circuit, protocols=(mine,))
    if path.exists() or (path.suffix and ":" not in target):
        raise InputError(f"'{target}' is no target: a circuit's file ends in .qasm, a claims file in .toml")
    if secret or parties:
        raise InputError("--secret and --parties go with a circuit file")
    if ":" in target:
        return _from_code(target, given)
    return of_family(family(target), given)


def _from_code(target: str, given: Mapping[str, str]) -> Target:
    """``package.module:attribute``, a Protocol, a Family, or a function of parameters that returns a Protocol."""
    module, _, attribute = target.partition(":")
    sys.path.insert(0, "")
    try:
        with redirect_stdout(sys.stderr):  # what the module prints must not end up in the JSON
            found: Any = importlib.import_module(module)
        for part in attribute.split("."):
            found = getattr(found, part)
    except (Exception, SystemExit) as error:  # noqa: BLE001 (the user's own code fails: say where, in one line)
        raise InputError(f"cannot import '{target}': {type(error).__name__}: {' '.join(str(error).split())}") from None
    finally:
        sys.path.remove("")
    if isinstance(found, Family):
        return of_family(found, given)
    if isinstance(found, Protocol) and not given:
        return Target((found,))
    if callable(found):
        values = {}
        for name, text in given.items():
            values[name], last = parse_range(text)
            if last != values[name]:
                raise InputError(f"'{target}' is a function: give one value of {name}, not a range")
        try:
            with redirect_stdout(sys.stderr):
                made = found(**values)
        except NocloneError:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 (the user's own code again)
            raise InputError(f"'{target}' failed: {type(error).__name__}: {' '.join(str(error).split())}") from None
        if isinstance(made, Protocol):
            return Target((made,))
    raise InputError(f"'{target}' is no noclone.Protocol, noclone.Family or function that returns a Protocol")
