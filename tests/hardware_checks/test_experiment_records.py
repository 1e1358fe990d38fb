"""Experiments as JSON: back as they were, and refused where something is wrong with them."""

from __future__ import annotations

import copy
import json

import pytest

from noclone.hardware_checks.bit_order_controls import with_controls
from noclone.hardware_checks.experiment_records import experiment_from_json, experiment_to_json
from noclone.hardware_checks.experiments import (
    EXPERIMENTS,
    entanglement_fidelity,
    experiment_of,
    ghz,
    virtual_iteration,
)
from noclone.models.errors import InputError
from noclone.protocols.registry import family


def every_experiment():
    yield from (EXPERIMENTS[number](n) for number in (1, 2, 5, 6) for n in (2, 3, 4))
    yield from (EXPERIMENTS[1](1), EXPERIMENTS[3](6), EXPERIMENTS[3](154), virtual_iteration(2, 2))
    yield from (ghz(1), ghz(5), ghz(13, samples=40, strings=5))
    protocol = family("iterated-cloning").build(n=2, levels=1)
    yield experiment_of(protocol, next(iter(protocol.recoveries)))


@pytest.mark.parametrize("experiment", list(every_experiment()), ids=lambda one: f"{one.number}-{one.parameters}")
def test_every_experiment_comes_back_as_it_was(experiment):
    for each in (experiment, with_controls(experiment)):
        text = json.dumps(experiment_to_json(each), allow_nan=False)
        found = experiment_from_json(json.loads(text))
        assert found == each
        assert json.dumps(experiment_to_json(found)) == text


def damaged():
    """A record, each time with one thing wrong."""
    sound = experiment_to_json(entanglement_fidelity(2))

    def altered(change):
        record = copy.deepcopy(sound)
        change(record)
        return record

    def put(*path):
        *way, last, value = path

        def change(record):
            for step in way:
                record = record[step]
            record[last] = value

        return altered(change)

    for key in sound:
        yield f"without {key}", altered(lambda record, key=key: record.pop(key))
    yield "a place below 0", put("quantities", 0, "terms", 0, 1, -1)
    yield "a place that is none", put("quantities", 0, "terms", 0, 1, 99)
    yield "a place between", put("quantities", 0, "terms", 0, 1, 0.5)
    yield "a weight in words", put("quantities", 0, "terms", 0, 0, "much")
    yield "a weight that is no number", put("quantities", 0, "terms", 0, 0, float("nan"))
    yield "a constant that is none", put("quantities", 0, "constant", float("inf"))
    yield "terms that are a number", put("quantities", 0, "terms", 7)
    yield "quantities that are a number", put("quantities", 7)
    yield "an unknown arrangement", put("observables", 0, 0, "nowhere")
    yield "an unknown qubit", put("observables", 0, 1, 0, 0, "Q")
    yield "an unknown letter", put("observables", 0, 1, 0, 1, "W")
    yield "a qubit twice", put("observables", 2, 1, 1, 0, "R")
    yield "a sign of 3", put("observables", 0, 3, 3)
    yield "an ideal of 2", put("observables", 0, 2, 2)
    yield "an observable cut off", put("observables", 0, ["bell"])
    yield "a gate that is none", put("arrangements", "bell", "steps", 0, 0, "T")
    yield "a gate on a qubit that is none", put("arrangements", "bell", "steps", 0, 1, 99)
    yield "a gate on a word", put("arrangements", "bell", "steps", 0, 1, "R")
    yield "an empty step", put("arrangements", "bell", "steps", 0, [])
    yield "arrangements in a list", put("arrangements", [])
    yield "a number in words", put("number", "one")


@pytest.mark.parametrize(("what", "record"), list(damaged()), ids=lambda one: one if isinstance(one, str) else "")
def test_a_damaged_record_is_refused(what, record):
    with pytest.raises(InputError):
        experiment_from_json(record)
    assert what


@pytest.mark.parametrize("record", [{}, [], None, "text", 3])
def test_what_is_no_record_is_refused(record):
    with pytest.raises(InputError, match=r"not the record of an experiment: .*; restore an export"):
        experiment_from_json(record)
