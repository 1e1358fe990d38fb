"""Shares counted from supports are those of density operators."""

from __future__ import annotations

from dataclasses import replace

import numpy
import pytest

import noclone
from noclone.models import sharing_tables
from noclone.models.errors import TooLargeError
from noclone.models.sharing import share_counts, sharing
from noclone.models.sharing_tables import tabled_sharing

SMALL = [
    ("encrypted-cloning", {"n": 1}),
    ("encrypted-cloning", {"n": 2}),
    ("encrypted-cloning", {"n": 3}),
    ("five-qubit-code", {}),
    ("one-time-pad", {"qubits": 1}),
    ("teleportation", {}),
    ("swap-out", {}),
]


@pytest.mark.parametrize(("name", "parameters"), SMALL, ids=str)
def test_the_table_is_that_of_density_operators(name, parameters):
    """Environments included: the pad's and the teleportation's measurements leave copies there."""
    system = noclone.protocol(name, **parameters).system()
    moments = [stage.name for stage in system.stages]
    found = tabled_sharing(system, moments)
    assert found.counts == share_counts(sharing(system, moments))
    assert found.clashes == 0 and found.largest <= 0


def test_disjoint_coalitions_that_both_read_are_seen(monkeypatch):
    """A forged table in which everybody has the reference."""
    system = noclone.protocol("encrypted-cloning", n=2).system()
    monkeypatch.setattr(sharing_tables, "_read", lambda *_: numpy.full(32, 2, dtype=numpy.uint8))
    found = tabled_sharing(system, ["encrypt"])
    assert found.clashes == found.pairs == 31 and found.largest == 2


def test_other_systems_are_refused():
    twisted = noclone.protocol("twisted-cloning", n=2).system()
    pairs = noclone.protocol("parallel-cloning", n=2, secrets=2).system()
    large = noclone.protocol("encrypted-cloning", n=10).system()
    for system in (twisted, pairs, large, replace(large, environment=())):
        with pytest.raises(TooLargeError, match="one secret qubit"):
            tabled_sharing(system, ["encrypt"])
