"""Files of states with weights, in JSON, for bounds on cloning."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from noclone.models.errors import InputError
from noclone.proofs.ensembles import check_ensemble_name, ensemble

__all__ = ["LARGEST_STATES_FILE", "read_states"]

LARGEST_STATES_FILE = 2**20
"""Bytes; a larger file is refused."""


def read_states(path: Path) -> tuple[str, tuple[str, ...]]:
    """The name and the states of a JSON file; raises InputError.

    The file is a list of states, or an object whose "states" is one. A state is a list of amplitudes, or an object with
    "amplitudes" and "weight" (default 1). An amplitude is a number or an exact text such as "sqrt(2)/2" or "1/2-i/2";
    decimals count as they are written.
    """
    try:
        if path.stat().st_size > LARGEST_STATES_FILE:
            raise InputError(f"{path} is larger than {LARGEST_STATES_FILE:,} bytes: that is no file of states")
        content = json.loads(path.read_bytes().decode("utf-8"), parse_float=str, parse_int=str)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is no JSON file in UTF-8: {error}") from None
    name = path.stem if path.stem[:1].isalpha() else f"states-{path.stem}"
    check_ensemble_name(name, str(path))
    listed = content.get("states") if isinstance(content, dict) else content
    if not isinstance(listed, list):
        raise InputError(f'{path}: a list of states is needed, or an object with "states": […]')
    return name, ensemble([_state(entry, f"{path}, state {at}") for at, entry in enumerate(listed, 1)], str(path))


def _state(entry: Any, place: str) -> tuple[str, list[str]]:
    """A state's weight and amplitudes as texts."""
    entry = entry if isinstance(entry, dict) else {"amplitudes": entry}
    unknown = [key for key in entry if key not in ("amplitudes", "weight")]
    if unknown:
        raise InputError(f"{place}: unknown key '{unknown[0]}': a state has amplitudes and weight")
    amplitudes, weight = entry.get("amplitudes"), entry.get("weight", "1")
    if not isinstance(amplitudes, list) or not all(isinstance(part, str) for part in [*amplitudes, weight]):
        raise InputError(f'{place}: amplitudes are a list of numbers or texts such as "sqrt(2)/2", a weight is one')
    return weight, amplitudes
