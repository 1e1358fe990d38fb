"""A device's calibration as a job's record keeps it, and the noise model that follows from the record alone.

The record is ``BackendProperties.to_dict()`` as JSON: dates as ISO 8601, and null for what JSON cannot hold (NaN, infinities).
Those properties have errors, gate and readout lengths, T1, T2 and both confusion probabilities, but not the time step that
delays are counted in, nor which name the device was used under: both stand beside them under "noclone".

Missing values are treated as in ``calibration``. A qubit or gate that the properties call not operational is dead.
"""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from noclone.hardware_checks.noise_model import NoiseModel
from noclone.models.errors import InputError

__all__ = ["noise_from_properties", "properties_from_json", "properties_json", "time_step_s"]

GATES = ("cz", "sx", "x")
_PREFIXES = {"f": -15, "p": -12, "n": -9, "u": -6, "µ": -6, "m": -3, "k": 3, "M": 6, "G": 9}
_OURS = "noclone"


def properties_json(backend: Any, properties: Any = None) -> str:
    """What to store of a Qiskit backend's calibration: ``properties``, as those of another time, or else its present ones.

    Raises InputError for a backend that reports none.
    """
    asked = getattr(backend, "properties", None)
    reported = properties if properties is not None else asked() if callable(asked) else None
    name = str(getattr(backend, "name", "a device"))
    if reported is None:
        raise InputError(f"{name} reports no properties: use a backend with a calibration")
    target = getattr(backend, "target", None)
    ours = {"device": name, "dt": getattr(target, "dt", None)}
    return json.dumps(_plain({**reported.to_dict(), _OURS: ours}), ensure_ascii=False, separators=(",", ":"))


def properties_from_json(text: str) -> dict[str, Any]:
    """The properties that ``properties_json`` wrote; raises InputError for anything else."""
    try:
        found = json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"the recorded calibration is damaged: it is not JSON ({error})") from None
    if not (isinstance(found, dict) and all(isinstance(found.get(part), list) for part in ("qubits", "gates"))):
        raise InputError("the recorded calibration is damaged: it has no lists of 'qubits' and 'gates'")
    return found


def time_step_s(properties: Mapping[str, Any]) -> float | None:
    """The device's dt in seconds, in which stored circuits count their delays; None where the record does not say."""
    ours = properties.get(_OURS)
    step = _number(ours.get("dt")) if isinstance(ours, Mapping) else math.nan
    return step if 0 < step < math.inf else None


def noise_from_properties(properties: Mapping[str, Any], *, zz_hz: float = 0.0, scale: float = 1.0) -> NoiseModel:
    """The noise model of recorded properties, or of any ``BackendProperties.to_dict()``.

    It is ``noise_from_backend``'s of the backend that was recorded, except for gates that the properties do not mention: those
    are missing here and without an error there, dead in both. Raises InputError for records that are damaged or have no times.
    """
    ours = properties.get(_OURS)
    device = str(
        (ours if isinstance(ours, Mapping) else {}).get("device") or properties.get("backend_name", "a device")
    )
    try:
        qubits = [_values(items) for items in properties["qubits"]]
        gates = {
            (str(gate["gate"]), _places(gate, len(qubits))): _values(gate["parameters"])
            for gate in properties["gates"]
            if gate["gate"] in GATES
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"the recorded calibration of {device} is damaged: {type(error).__name__} in it ({error})"
        ) from None
    times, filled = _relaxation_times(qubits, device)
    seconds = {key: values.get("gate_length", math.nan) for key, values in gates.items()}
    errors = {
        key: math.nan
        if math.isnan(seconds[key]) or not all(_operational(each) for each in (values, *_of(qubits, key[1])))
        else values.get("gate_error", math.nan)
        for key, values in gates.items()
    }
    return NoiseModel(
        relaxation_times=times,
        gate_errors=errors,
        gate_seconds={key: length for key, length in seconds.items() if not math.isnan(length)},
        readout={qubit: _confusion(values) for qubit, values in enumerate(qubits)},
        couplers=frozenset((one, other) for name, (one, *others) in errors if name == "cz" for other in others),
        zz_hz=zz_hz,
        scale=scale,
        device=device,
        calibration_time=_iso(properties.get("last_update_date")),
        filled=filled,
    )


def _relaxation_times(
    qubits: Sequence[Mapping[str, float]], device: str
) -> tuple[Mapping[int, tuple[float, float]], tuple[str, ...]]:
    """(T1, T2) of every qubit, and a line for each that had to be filled."""
    columns, filled = [], []
    for name in ("T1", "T2"):
        column = [values.get(name, math.nan) for values in qubits]
        present = [time for time in column if time > 0]
        if not present:
            raise InputError(f"{device} reports no {name} for any qubit: use a backend with a calibration")
        median = statistics.median(present)
        for qubit in (qubit for qubit, time in enumerate(column) if not time > 0):
            column[qubit] = median
            filled.append(f"qubit {qubit} has no {name}: the median {median * 1e6:.0f} µs stands for it")
        columns.append(column)
    return dict(enumerate(zip(*columns, strict=True))), tuple(filled)


def _confusion(values: Mapping[str, float]) -> tuple[float, float]:
    """The probabilities of reading 1 for a prepared 0 and 0 for a prepared 1; NaN where the readout is dead."""
    if not _operational(values):
        return math.nan, math.nan
    both = values.get("prob_meas1_prep0", math.nan), values.get("prob_meas0_prep1", math.nan)
    error = values.get("readout_error", math.nan)
    return (error, error) if any(math.isnan(each) for each in both) else both


def _places(gate: Mapping[str, Any], qubits: int) -> tuple[int, ...]:
    """The qubits that a gate acts on; raises ValueError for qubits that are not there, or the wrong number of them."""
    places = tuple(int(qubit) for qubit in gate["qubits"])
    if len(set(places)) != (2 if gate["gate"] == "cz" else 1) or not all(0 <= place < qubits for place in places):
        raise ValueError(f"{gate['gate']} on qubits {places} of {qubits}")
    return places


def _of(qubits: Sequence[Mapping[str, float]], places: tuple[int, ...]) -> list[Mapping[str, float]]:
    return [qubits[place] for place in places]


def _operational(values: Mapping[str, float]) -> bool:
    return values.get("operational", 1.0) != 0.0


def _values(items: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Name to value in SI units, NaN for what is no number."""
    return {str(item["name"]): _in_si(_number(item["value"]), str(item.get("unit") or "")) for item in items}


def _in_si(value: float, unit: str) -> float:
    """The value without its unit's prefix, to the last bit as Qiskit computes it ("us" is a millionth of "s")."""
    if len(unit) < 2 or unit[0] not in _PREFIXES:
        return value
    power = _PREFIXES[unit[0]]
    return value / float(10**-power) if power < 0 else value * float(10**power)


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def _iso(value: Any) -> str | None:
    return value.isoformat() if isinstance(value, date) else str(value) if value else None


def _plain(value: Any) -> Any:
    """The value with nothing in it that JSON cannot hold."""
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, (str, bool, int)):
        return value
    number = _number(value)
    return number if math.isfinite(number) else None
