"""Experiments as JSON and back, so that a run's record says by itself what its outcomes mean."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from noclone.hardware_checks.arrangements import Arrangement, Experiment, LogicalObservable, Quantity
from noclone.models.errors import InputError

__all__ = ["experiment_from_json", "experiment_to_json"]


def experiment_to_json(experiment: Experiment) -> dict[str, Any]:
    """The whole experiment; observables are listed once, and quantities name them by their places."""
    observables = dict.fromkeys(one for quantity in experiment.quantities for _, one in quantity.terms)
    place = {observable: at for at, observable in enumerate(observables)}
    return {
        "number": experiment.number,
        "name": experiment.name,
        "parameters": dict(experiment.parameters),
        "arrangements": {
            name: {"names": list(each.names), "steps": [list(step) for step in each.steps]}
            for name, each in experiment.arrangements.items()
        },
        "observables": [[one.arrangement, [list(pair) for pair in one.paulis], one.ideal, one.sign] for one in place],
        "quantities": [
            {
                "name": quantity.name,
                "constant": quantity.constant,
                "terms": [[weight, place[one]] for weight, one in quantity.terms],
                "sampled_from": quantity.sampled_from,
            }
            for quantity in experiment.quantities
        ],
        "notes": list(experiment.notes),
    }


def experiment_from_json(record: Mapping[str, Any]) -> Experiment:
    """The experiment that ``experiment_to_json`` wrote; raises InputError for anything else."""
    try:
        # by number, so that a place below 0 is no observable
        observables = dict(enumerate(_observable(*each) for each in record["observables"]))
        quantities = tuple(
            Quantity(
                each["name"],
                float(each["constant"]),
                tuple((float(weight), observables[at]) for weight, at in each["terms"]),
                int(each["sampled_from"]),
            )
            for each in record["quantities"]
        )
        arrangements = {
            name: Arrangement(
                tuple(each["names"]), tuple((str(step[0]), *map(int, step[1:])) for step in each["steps"])
            )
            for name, each in record["arrangements"].items()
        }
        return _checked(
            Experiment(
                int(record["number"]),
                record["name"],
                dict(record["parameters"]),
                arrangements,
                quantities,
                tuple(record["notes"]),
            )
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise InputError(
            f"not the record of an experiment: {type(error).__name__} {error}; restore an export"
        ) from None


def _observable(arrangement: str, paulis: Sequence[Sequence[str]], ideal: int, sign: int) -> LogicalObservable:
    return LogicalObservable(arrangement, tuple((name, letter) for name, letter in paulis), int(ideal), int(sign))


def _checked(experiment: Experiment) -> Experiment:
    """The experiment itself; raises ValueError for an observable of qubits that are not there, and for weights that are none."""
    for quantity in experiment.quantities:
        for weight, one in quantity.terms:
            names = [name for name, _ in one.paulis]
            known = experiment.arrangements[one.arrangement].names
            fits = set(names) <= set(known) and len(set(names)) == len(names)
            letters = {letter for _, letter in one.paulis}
            signs = one.sign in (1, -1) and one.ideal in (-1, 0, 1)
            if not (fits and signs and letters <= set("XYZ") and math.isfinite(weight + quantity.constant)):
                raise ValueError(f"{weight} times {one} in {quantity.name}")
    return experiment
