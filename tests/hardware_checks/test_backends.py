"""Backends by name, and the options of a run."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from noclone.hardware_checks import ibm_service
from noclone.hardware_checks.backends import (
    RunOptions,
    backend_names,
    backend_of,
    refused_options,
    service_for,
)
from noclone.models.errors import InputError


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("stim", "stim:kingston"),
        ("aer", "aer:kingston"),
        ("fake", "fake:kingston"),
        ("fake:kingston", "fake:kingston"),
        (" Stim:Kingston ", "stim:kingston"),
        ("aer:boston", "aer:boston"),
        ("stim:nighthawk", "stim:nighthawk"),
    ],
)
def test_a_backend_has_one_name_and_says_what_it_is(asked, name):
    backend = backend_of(asked)
    assert backend.name == name
    assert backend.processor.startswith(("Heron", "Nighthawk"))
    assert datetime.fromisoformat(backend.calibrated).year >= 2024
    assert not backend.is_paid
    assert "no device was used" in backend.notes[0]
    assert backend.device.target.dt > 0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("kingston", "unknown backend 'kingston'"),
        ("fake:kington", r"Did you mean 'fake:kingston'\?"),
        ("stin", r"Did you mean 'stim'\?"),
        ("stim:", "unknown backend"),
        ("ibm:", "unknown backend"),
        ("ibm", "unknown backend"),
        ("fake:manila", "unknown backend"),
        ("", "unknown backend"),
    ],
)
def test_unknown_names_are_refused_in_one_line(name, said):
    with pytest.raises(InputError, match=said) as refused:
        backend_of(name)
    assert "\n" not in str(refused.value)


def test_every_listed_name_is_one():
    names = backend_names()
    assert {"stim:kingston", "aer:torino", "fake:fez"} <= set(names)
    assert backend_of(names[-1]).name == names[-1]


def test_options_go_through_json_and_back():
    options = RunOptions(dynamical_decoupling=True, seed=2**40)
    assert RunOptions.from_json(json.loads(json.dumps(options.to_json()))) == options
    assert RunOptions.from_json({}) == RunOptions()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"twirl": True}, r"unknown option 'twirl': .*Did you mean 'twirling'\?"),
        ({"twirling": 1}, "option twirling is 1: give true or false"),
        ({"seed": -1}, "option seed is -1"),
        ({"seed": 1.5}, "option seed is 1.5"),
        ({"seed": True}, "option seed is True"),
    ],
)
def test_options_that_are_none_are_refused(given, said):
    with pytest.raises(InputError, match=said):
        RunOptions.from_json(given)


@pytest.mark.parametrize(("name", "refused"), [("stim", 2), ("aer", 2), ("fake", 0)])
def test_options_that_a_backend_cannot_honour_are_named_and_refused(tmp_path, name, refused):
    backend, options = backend_of(name), RunOptions(dynamical_decoupling=True, twirling=True)
    lines = refused_options(backend, options)
    assert len(lines) == refused
    assert all(line.startswith(f"{name}:kingston does no ") for line in lines)
    assert not refused_options(backend, RunOptions(seed=3))
    if refused:
        with pytest.raises(InputError, match=r"does no dynamical decoupling.*does no twirling"):
            service_for(backend, jobs=tmp_path / "jobs", options=options)
    else:
        assert service_for(backend, jobs=tmp_path / "jobs", options=options).name == backend.name


def test_a_device_is_asked_of_the_account(monkeypatch):
    properties = SimpleNamespace(last_update_date=datetime(2026, 5, 1, tzinfo=UTC))
    device = SimpleNamespace(
        service=object(), processor_type={"family": "Heron", "revision": "2"}, properties=lambda: properties
    )
    asked = []
    monkeypatch.setattr(ibm_service, "connect", lambda name: asked.append(name) or (device.service, device))
    backend = backend_of("ibm:ibm_kingston")
    assert asked == ["ibm_kingston"]
    assert (backend.name, backend.processor, backend.is_paid) == ("ibm:ibm_kingston", "Heron r2", True)
    assert backend.calibrated == "2026-05-01T00:00:00+00:00"
    options = RunOptions(dynamical_decoupling=True, twirling=True)
    assert not refused_options(backend, options)


def test_what_the_account_refuses_is_passed_on(monkeypatch):
    def refuse(_):
        raise InputError("no account: save one")

    monkeypatch.setattr(ibm_service, "connect", refuse)
    with pytest.raises(InputError, match="no account"):
        backend_of("ibm:ibm_kingston")
