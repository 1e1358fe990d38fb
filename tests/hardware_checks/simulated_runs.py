"""Runs without a ledger or a service: an experiment drafted for a snapshot, sampled by Stim, and what may go wrong in between."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy

from noclone.hardware_checks.backends import backend_of
from noclone.hardware_checks.recorded_calibration import properties_from_json, properties_json
from noclone.hardware_checks.run_comparisons import Recorded
from noclone.hardware_checks.run_drafts import RunItem, draft_run
from noclone.hardware_checks.run_records import calibration_from
from noclone.hardware_checks.shot_outcomes import Outcomes
from noclone.hardware_checks.stim_service import StimSampler
from noclone.hardware_checks.stored_circuits import from_qpy
from noclone.hardware_checks.testing import ShotPlan

PLAN = ShotPlan(0.02)
SHOTS = 20_000


@cache
def device():
    """The Kingston snapshot."""
    return backend_of("stim:kingston").device


@cache
def calibration():
    """The Kingston snapshot's calibration, through its record."""
    return calibration_from(properties_from_json(properties_json(device())))


def drafted(*items, shots=SHOTS, on=None):
    """A draft of (parameter, size, experiment) triples."""
    return draft_run([RunItem(*item) for item in items], on or device(), plan=PLAN, shots=shots)


def sampled(circuits, seed=0):
    """What Stim gives for each planned circuit."""
    sampler = StimSampler(device())
    seeds = numpy.random.SeedSequence(seed).spawn(len(circuits))
    return [
        sampler.sample(from_qpy(circuit.qpy), circuit.shots, own, {})
        for circuit, own in zip(circuits, seeds, strict=True)
    ]


def recorded(draft, outcomes, *, circuits=None):
    """The record of a run: the draft's circuits (or others) with these outcomes."""
    chosen = draft.circuits if circuits is None else circuits
    return Recorded(draft.description, chosen, outcomes, [calibration()] * len(chosen))


def reordered(outcomes, order):
    """The outcomes with their bits in another order."""
    return Outcomes.from_array(outcomes.array()[:, order])


def with_layout(circuit, **changed):
    """The planned circuit with another layout written beside it."""
    return replace(circuit, layout={**circuit.layout, **changed})
