"""The noise model of a backend, from the calibration that it reports.

Works with any backend that has a Qiskit ``target``: the snapshots of qiskit-ibm-runtime, a real device's backend, a generic one.
A gate's error is taken as its average gate infidelity, which is what IBM reports (randomised benchmarking).

Missing values. A qubit without T1 or T2 (None, NaN, zero) gets the device's median of that time; the model lists such qubits. A
device that reports neither time for any qubit is refused: its idle noise would silently be none. A gate or readout without an
error, or with one of at least 0.5, is dead: the model keeps it and refuses circuits that use it. If only one readout error is
known, both confusion probabilities are that error.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
from typing import Any

from noclone.hardware_checks.noise_model import NoiseModel
from noclone.models.errors import InputError

__all__ = ["noise_from_backend"]

GATES = ("cz", "sx", "x")


def noise_from_backend(backend: Any, *, zz_hz: float = 0.0, scale: float = 1.0) -> NoiseModel:
    """The noise model of a backend (an object with ``target`` and, if it has one, ``properties()``).

    ``zz_hz`` and ``scale`` are not calibrated: see ``NoiseModel``. Raises InputError for a backend that reports no usable times.
    """
    target = getattr(backend, "target", None)
    if target is None:
        raise InputError(f"{backend!r} has no target: give a Qiskit backend or a snapshot's object")
    device = str(getattr(backend, "name", "a device"))
    properties = backend.properties() if callable(getattr(backend, "properties", None)) else None
    qubits = range(target.num_qubits or 0)
    times, filled = _relaxation_times(target, qubits, device)
    errors: dict[tuple[str, tuple[int, ...]], float] = {}
    seconds: dict[tuple[str, tuple[int, ...]], float] = {}
    for name in GATES:
        for places, calibrated in (target[name] if name in target.operation_names else {}).items():
            key = (name, tuple(places))
            errors[key] = _number(getattr(calibrated, "error", None))
            seconds[key] = _number(getattr(calibrated, "duration", None))
            if math.isnan(seconds[key]):
                errors[key] = math.nan
    updated: Any = getattr(properties, "last_update_date", None)
    return NoiseModel(
        relaxation_times=times,
        gate_errors=errors,
        gate_seconds={key: duration for key, duration in seconds.items() if not math.isnan(duration)},
        readout={qubit: _confusion(target, properties, qubit) for qubit in qubits},
        couplers=frozenset((one, other) for name, (one, *others) in errors if name == "cz" for other in others),
        zz_hz=zz_hz,
        scale=scale,
        device=device,
        calibration_time=updated.isoformat() if hasattr(updated, "isoformat") else None,
        filled=filled,
    )


def _relaxation_times(
    target: Any, qubits: range, device: str
) -> tuple[Mapping[int, tuple[float, float]], tuple[str, ...]]:
    """(T1, T2) of every qubit, and a line for each that had to be filled."""
    known = target.qubit_properties or [None] * len(qubits)
    table = {name: [_time(getattr(one, name, None)) for one in known] for name in ("t1", "t2")}
    medians, filled = {}, []
    for name, column in table.items():
        present = [time for time in column if not math.isnan(time)]
        if not present:
            raise InputError(f"{device} reports no {name.upper()} for any qubit: use a backend with a calibration")
        medians[name] = statistics.median(present)
        for qubit in (qubit for qubit in qubits if math.isnan(column[qubit])):
            column[qubit] = medians[name]
            filled.append(f"qubit {qubit} has no {name.upper()}: the median {medians[name] * 1e6:.0f} µs stands for it")
    return {qubit: (table["t1"][qubit], table["t2"][qubit]) for qubit in qubits}, tuple(filled)


def _confusion(target: Any, properties: Any, qubit: int) -> tuple[float, float]:
    """The probabilities of reading 1 for a prepared 0 and 0 for a prepared 1; NaN where the readout is dead."""
    calibrated = target["measure"].get((qubit,)) if "measure" in target.operation_names else None
    error = _number(getattr(calibrated, "error", None))
    reported: Mapping[str, Any] = {}
    if properties is not None and qubit < len(properties.qubits):
        reported = {item.name: item.value for item in properties.qubits[qubit]}
    one_for_zero, zero_for_one = (_number(reported.get(name)) for name in ("prob_meas1_prep0", "prob_meas0_prep1"))
    if math.isnan(one_for_zero) or math.isnan(zero_for_one):
        return error, error
    return one_for_zero, zero_for_one


def _number(value: Any) -> float:
    """A reported value as a float, NaN for one that is missing or no number."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def _time(value: Any) -> float:
    time = _number(value)
    return time if time > 0 else math.nan
