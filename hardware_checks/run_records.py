"""A run's record as the ledger has it: what is needed to compare it, without asking anybody."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from noclone.hardware_checks.ibm_sampler import RANDOMIZATIONS
from noclone.hardware_checks.ledger import Ledger
from noclone.hardware_checks.recorded_calibration import noise_from_properties, properties_from_json, time_step_s
from noclone.hardware_checks.run_comparisons import Calibration, Recorded
from noclone.hardware_checks.run_plans import Job, JobState
from noclone.hardware_checks.running import replay
from noclone.models.errors import InputError

__all__ = ["calibration_from", "recorded_run", "run_times"]


def recorded_run(ledger: Ledger, plan_id: str, *, zz_hz: float = 0.0, scale: float = 1.0) -> Recorded:
    """The record of a plan whose outcomes have all come; ``zz_hz`` and ``scale`` are the noise model's.

    Raises InputError if some have not, and if a job's calibration was not recorded.
    """
    recorded = ledger.plan(plan_id)
    outcomes = replay(ledger, plan_id)
    circuits, calibrations = [], []
    for job in _done(ledger, plan_id):
        text = ledger.properties(job)
        if text is None:
            raise InputError(
                f"the calibration during job {job.provider_id} of plan {plan_id} is not recorded: nothing can be predicted for it"
            )
        calibration = calibration_from(properties_from_json(text), zz_hz=zz_hz, scale=scale)
        own = ledger.circuits(plan_id, job.part)
        circuits += own
        calibrations += [calibration] * len(own)
    twirls = RANDOMIZATIONS if recorded.options.get("twirling") else 0
    return Recorded(recorded.experiment, circuits, outcomes, calibrations, twirls)


def calibration_from(properties: Mapping[str, Any], *, zz_hz: float = 0.0, scale: float = 1.0) -> Calibration:
    """The calibration that recorded properties hold; raises InputError if they do not say the unit of delays."""
    noise = noise_from_properties(properties, zz_hz=zz_hz, scale=scale)
    dt = time_step_s(properties)
    if dt is None:
        raise InputError(f"the recorded calibration of {noise.device} does not say dt, the unit of delays")
    return Calibration(noise, _seconds(noise.gate_seconds, properties, noise.device), dt)


def run_times(ledger: Ledger, plan_id: str) -> tuple[str | None, str | None]:
    """When the plan's first job was submitted and the calibration that held then, as ISO 8601; None where it is not known."""
    jobs = _done(ledger, plan_id)
    submitted = min((job.submitted for job in jobs if job.submitted), default=None)
    calibrated = min((job.calibrated for job in jobs if job.calibrated), default=None)
    return submitted, calibrated


def _done(ledger: Ledger, plan_id: str) -> list[Job]:
    """Of each part the attempt whose results count, in order of the parts."""
    found: dict[int, Job] = {}
    for job in ledger.jobs(plan_id):
        if job.state is JobState.DONE:
            found.setdefault(job.part, job)
    return [found[part] for part in sorted(found)]


def _seconds(
    gates: Mapping[tuple[str, tuple[int, ...]], float], properties: Mapping[str, Any], device: str
) -> Callable[[str, tuple[int, ...]], float]:
    """Durations by name and qubits: rz takes none, a reset as long as a measurement."""
    readout = {
        qubit: float(item["value"])
        * {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "s": 1.0}.get(item.get("unit", "ns"), math.nan)
        for qubit, items in enumerate(properties["qubits"])
        for item in items
        if item.get("name") == "readout_length" and item.get("value") is not None
    }

    def seconds(name: str, qubits: tuple[int, ...]) -> float:
        if name == "rz":
            return 0.0
        if name in ("measure", "reset"):
            found = readout.get(qubits[0], math.nan)
        else:
            found = gates.get((name, qubits), gates.get((name, qubits[::-1]), math.nan))
        if math.isnan(found):
            raise InputError(
                f"the recorded calibration of {device} has no duration for {name} on {', '.join(map(str, qubits))}"
            )
        return found

    return seconds
