"""Files of states with weights, in JSON, for bounds on cloning."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from noclone.models.errors import InputError
from noclone.proofs.ensembles import check_ensemble_name, ensemble

__all__ = ["LARGEST_STATES_FILE", "read_states"]

LARGEST_STATES_FILE = 2**20
"""Bytes; a larger file is refused."""


def read_states(path: Path) -> tuple[str, tuple[str, ...]]:
    """The name and the states of a JSON file; raises InputError. The name is the file's, with "-" for all but letters and digits.

    The file is a list of states, or an object whose "states" is one. A state is a list of amplitudes, or an object with
    "amplitudes" and "weight" (default 1). An amplitude is a number or an exact text such as "sqrt(2)/2" or "1/2-i/2";
    decimals count as they are written.
    """
    try:
        with path.open("rb") as file:  # no more is read than is needed to see that it is too large
            data = file.read(LARGEST_STATES_FILE + 1)
        if len(data) > LARGEST_STATES_FILE:
            raise InputError(f"{path} is larger than {LARGEST_STATES_FILE:,} bytes: that is no file of states")
        content = json.loads(data.decode("utf-8-sig"), parse_float=str, parse_int=str, parse_constant=str)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is no JSON file in UTF-8: {error}") from None
    name = _name(path)
    unknown = [key for key in content if key != "states"] if isinstance(content, dict) else []
    if unknown:
        raise InputError(f"{path}: unknown key {unknown[0][:40]!r}: a list of states is called 'states'")
    listed = content.get("states") if isinstance(content, dict) else content
    if not isinstance(listed, list):
        raise InputError(f'{path}: a list of states is needed, or an object with "states": […]')
    return name, ensemble([_state(entry, f"{path}, state {at}") for at, entry in enumerate(listed, 1)], str(path))


def _name(path: Path) -> str:
    """The file's name without its ending, as a claim may say it: "two states.json" is two-states; raises InputError."""
    stem = re.sub("[^A-Za-z0-9]+", "-", path.stem).strip("-")[:50]
    name = stem if stem[:1].isalpha() else f"states-{stem}".rstrip("-")
    check_ensemble_name(name, str(path))
    return name


def _state(entry: Any, place: str) -> tuple[str, list[str]]:
    """A state's weight and amplitudes as texts."""
    entry = entry if isinstance(entry, dict) else {"amplitudes": entry}
    unknown = [key for key in entry if key not in ("amplitudes", "weight")]
    if unknown:
        raise InputError(f"{place}: unknown key {unknown[0][:40]!r}: a state has amplitudes and weight")
    amplitudes, weight = entry.get("amplitudes"), entry.get("weight", "1")
    if not isinstance(amplitudes, list) or not all(isinstance(part, str) for part in [*amplitudes, weight]):
        raise InputError(
            f'{place}: "amplitudes" is a list of numbers or of texts such as "sqrt(2)/2" and "1/2-i/2", and "weight" is one'
        )
    return weight, amplitudes
