"""From experiments to a run's circuits: compiled, one for each setting and for each control of the order of the bits, with as many
shots as their purpose needs.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from noclone.hardware_checks.arrangements import Experiment, LogicalObservable, on_device
from noclone.hardware_checks.bit_order_controls import control_circuits, with_controls
from noclone.hardware_checks.calibration import noise_from_backend
from noclone.hardware_checks.compiling import compile_experiment
from noclone.hardware_checks.executable_circuits import executable_circuit
from noclone.hardware_checks.experiment_records import experiment_from_json, experiment_to_json
from noclone.hardware_checks.live_targets import live_target
from noclone.hardware_checks.measured_quantities import QUANTITY_RANGES, kind_of, shots_variance
from noclone.hardware_checks.measurement_settings import Setting, settings_of
from noclone.hardware_checks.noise_model import NoiseModel
from noclone.hardware_checks.physical import PhysicalCircuit
from noclone.hardware_checks.prediction import predict
from noclone.hardware_checks.run_plans import LARGEST_JOB, PlannedCircuit
from noclone.hardware_checks.stored_circuits import to_qpy
from noclone.hardware_checks.testing import ShotPlan
from noclone.models.errors import InputError

__all__ = ["RUN_SCHEMA", "Draft", "RunItem", "draft_run", "items_of"]

RUN_SCHEMA = "noclone-hardware-run-1"


@dataclass(frozen=True, slots=True)
class RunItem:
    """An experiment at one size: ``parameter`` is n, l or r, or "protocol" for anybody's own."""

    parameter: str
    size: int | str
    experiment: Experiment

    def label(self, quantity: str) -> str:
        """What a value of this item is called in a suite: "n=2 F_e, parity"."""
        return f"{self.parameter}={self.size} {quantity}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A run that nothing has been recorded of: its description for the ledger and its circuits.

    ``visible`` is the least difference, as a share of a quantity's range, that its shots can be relied on to see, and
    ``seen_worst`` the value where that is so; ``left_out`` says which sizes do not fit the device.
    """

    description: Mapping[str, Any]
    circuits: tuple[PlannedCircuit, ...]
    visible: float
    seen_worst: str
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Compiled:
    item: RunItem
    circuits: Mapping[str, PhysicalCircuit]
    settings: tuple[Setting, ...]
    variances: Mapping[str, float]
    """Of each quantity, after one shot per setting, as a share of the square of its range."""


def draft_run(
    items: Iterable[RunItem],
    device: Any,
    *,
    plan: ShotPlan,
    shots: int | None = None,
    progress: Callable[[str, int], None] = lambda *_: None,
) -> Draft:
    """Compile every item for a Qiskit backend and give each circuit the same number of shots.

    Without ``shots``: as many as the plan needs to see its effect, a share of each quantity's range, by the variances that the
    device's calibration predicts, or that a device has which is off by the effect. Items that need more qubits than work are
    left out; raises InputError if that is all of them, and for more shots than a job may have.
    """
    listed = list(items)
    names = [f"{item.parameter}={item.size}" for item in listed]
    for twice in (name for name in names if names.count(name) > 1):
        raise InputError(f"two experiments of this run are called {twice}: give each a run of its own")
    noise, live = noise_from_backend(device), live_target(device)
    compiled: list[_Compiled] = []
    left_out: list[str] = []
    for item in listed:
        progress(f"experiment {item.experiment.number}, {item.parameter} = {item.size}", len(listed))
        try:
            circuits = compile_experiment(item.experiment, live)
            circuits |= control_circuits(item.experiment, circuits, live)
        except InputError as error:
            left_out.append(f"{item.parameter} = {item.size}: {error}")
            continue
        full = replace(item, experiment=with_controls(item.experiment))
        settings = settings_of(full.experiment)
        compiled.append(_Compiled(full, circuits, settings, _variances(full, circuits, settings, noise, plan.effect)))
    if not compiled:
        raise InputError(left_out[0] if left_out else "a run needs at least one experiment")
    shares = {each.item.label(name): variance for each in compiled for name, variance in each.variances.items()}
    plan = replace(plan, comparisons=len(shares))
    chosen = plan.shots(max(shares.values())) if shots is None else shots
    if not 1 <= chosen <= LARGEST_JOB:
        raise InputError(
            f"an effect of {plan.effect:g} would take {chosen} shots of a circuit, more than the {LARGEST_JOB} of one job:"
            " ask for a larger effect"
            if shots is None
            else f"{shots} shots of a circuit: give 1 to {LARGEST_JOB}"
        )
    worst = max(shares, key=lambda label: shares[label])
    description = {
        "schema": RUN_SCHEMA,
        "items": [_described(each) for each in compiled],
        "plan": {"effect": plan.effect, "alpha": plan.alpha, "power": plan.power},
        "shots": chosen,
    }
    return Draft(
        {**description, "sha256": _digest(description)},
        tuple(circuit for at, each in enumerate(compiled) for circuit in _circuits(at, each, device, chosen)),
        plan.visible_effect(math.sqrt(shares[worst] / chosen)),
        worst,
        tuple(left_out),
    )


def items_of(description: Mapping[str, Any]) -> list[RunItem]:
    """The items of a recorded run; raises InputError for the record of something else, and for one that was altered."""
    if description.get("schema") != RUN_SCHEMA:
        raise InputError(
            f"this plan's record is '{description.get('schema')}', not '{RUN_SCHEMA}': the version of noclone that made it reads it"
        )
    if description.get("sha256") != _digest(description):
        raise InputError("the record of a run does not have its checksum: it is damaged; restore an export")
    try:
        return [
            RunItem(each["parameter"], each["size"], experiment_from_json(each["experiment"]))
            for each in description["items"]
        ]
    except (KeyError, TypeError) as error:
        raise InputError(f"not the record of a run: {type(error).__name__} {error}; restore an export") from None


def _digest(description: Mapping[str, Any]) -> str:
    """Of everything but the digest itself."""
    rest = {name: value for name, value in description.items() if name != "sha256"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _described(compiled: _Compiled) -> dict[str, Any]:
    return {
        "parameter": compiled.item.parameter,
        "size": compiled.item.size,
        "experiment": experiment_to_json(compiled.item.experiment),
        "compiled": {
            name: {
                "two_qubit_gates": circuit.two_qubit_gates,
                "two_qubit_layers": circuit.two_qubit_layers,
                "seed": circuit.seed,
                "qubits": len(circuit.layout),
            }
            for name, circuit in compiled.circuits.items()
        },
    }


def _circuits(at: int, compiled: _Compiled, device: Any, shots: int) -> Iterable[PlannedCircuit]:
    target = device.target
    for setting in compiled.settings:
        circuit = compiled.circuits[setting.arrangement]
        executable = executable_circuit(
            circuit,
            [(circuit.layout[name], letter) for name, letter in setting.letters],
            qubits=target.num_qubits,
            dt=target.dt,
            name=f"{compiled.item.parameter}={compiled.item.size} {setting.title}"[:200],
        )
        settings = {
            "item": at,
            "arrangement": setting.arrangement,
            "letters": [list(pair) for pair in setting.letters],
        }
        duration_s = max((each.start + each.duration for each in circuit.operations), default=0.0)
        yield PlannedCircuit(to_qpy(executable), shots, dict(circuit.layout), settings, duration_s)


def _variances(
    item: RunItem,
    circuits: Mapping[str, PhysicalCircuit],
    settings: Sequence[Setting],
    noise: NoiseModel,
    margin: float,
) -> dict[str, float]:
    expected: dict[LogicalObservable, float] = {}
    for name, circuit in circuits.items():
        observables = [one for one in item.experiment.observables(name) if one.paulis]
        on_qubits = [on_device(each, circuit.layout) for each in observables]
        predictions = predict(circuit, on_qubits, noise, method="twirled")
        expected |= {each: row.predicted for each, row in zip(observables, predictions.rows, strict=True)}
    return {
        quantity.name: shots_variance(quantity, expected, settings, margin=margin)
        / QUANTITY_RANGES.get(kind_of(quantity.name), 1.0) ** 2
        for quantity in item.experiment.quantities
        if any(one.paulis for _, one in quantity.terms)
    }
