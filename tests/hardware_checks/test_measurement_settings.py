"""Settings: few, none with a qubit in two bases, and every observable read by one."""

from __future__ import annotations

from itertools import combinations

import pytest

from noclone.hardware_checks.arrangements import Arrangement, Experiment, LogicalObservable, Quantity
from noclone.hardware_checks.experiments import (
    EXPERIMENTS,
    chsh,
    entanglement_fidelity,
    experiment_of,
    ghz,
    single_use,
    virtual_iteration,
)
from noclone.hardware_checks.measurement_settings import Setting, settings_of
from noclone.protocols.registry import family


def every_experiment():
    yield from (EXPERIMENTS[number](n) for number in (1, 2, 5, 6) for n in (2, 3))
    yield from (entanglement_fidelity(1), chsh(1), EXPERIMENTS[3](6), EXPERIMENTS[3](18), virtual_iteration(2, 1))
    yield from (ghz(1), ghz(2), ghz(5), ghz(9, strings=7))
    protocol = family("iterated-cloning").build(n=2, levels=1)
    yield experiment_of(protocol, next(iter(protocol.recoveries)))


@pytest.mark.parametrize("experiment", list(every_experiment()), ids=lambda one: f"{one.number}-{one.parameters}")
def test_every_observable_is_read_and_no_qubit_is_in_two_bases(experiment):
    settings = settings_of(experiment)
    assert len(set(settings)) == len(settings)
    for setting in settings:
        names = [name for name, _ in setting.letters]
        assert names == sorted(set(names)) and names
        assert any(setting.reads(one) for one in experiment.observables(setting.arrangement))
    for arrangement in experiment.arrangements:
        for observable in experiment.observables(arrangement):
            readers = [setting for setting in settings if setting.reads(observable)]
            assert readers and all(setting.arrangement == arrangement for setting in readers)
            for setting in readers:
                assert tuple(setting.letters[bit] for bit in setting.bits(observable)) == observable.paulis


def test_the_numbers_of_settings_are_those_that_are_needed():
    assert len(settings_of(entanglement_fidelity(2))) == 1 + 3  # a Bell measurement, and XX, YY, ZZ
    assert len(settings_of(chsh(2))) == 2 + 2 + 2 * 2  # same time and not decrypted share a circuit for Z and X each
    assert len(settings_of(single_use(3))) == 2 * 3  # all clones at once, in three bases, before and after
    assert [len(settings_of(ghz(r))) for r in (1, 2, 3, 5)] == [1, 3, 5, 17]  # Z…Z once, and 2^(r−1) parities
    assert len(settings_of(ghz(9, strings=7))) == 8


def made_of(*words):
    terms = [
        (1.0, LogicalObservable("a", tuple((f"q{at}", letter) for at, letter in enumerate(word) if letter != "I"), 0))
        for word in words
    ]
    return Experiment(0, "own", {}, {"a": Arrangement(("q0", "q1", "q2"), ())}, (Quantity("q", 0.0, tuple(terms)),))


def test_observables_join_the_first_setting_that_they_do_not_contradict():
    (one,) = settings_of(made_of("ZII", "IXI", "ZXY"))
    assert one == Setting("a", (("q0", "Z"), ("q1", "X"), ("q2", "Y")))
    assert one.title == "a: q0 Z, q1 X, q2 Y"
    assert [setting.letters for setting in settings_of(made_of("ZZI", "XII", "IIY"))] == [
        (("q0", "Z"), ("q1", "Z"), ("q2", "Y")),
        (("q0", "X"),),
    ]
    for pair in combinations("XYZ", 2):
        assert len(settings_of(made_of(*(letter * 3 for letter in pair)))) == 2


def test_what_acts_on_nothing_needs_no_circuit():
    assert settings_of(made_of("III")) == ()
    assert len(settings_of(made_of("III", "IZI"))) == 1


def test_another_arrangement_or_letter_is_not_read():
    setting = Setting("a", (("q0", "Z"), ("q1", "X")))
    assert setting.reads(LogicalObservable("a", (("q1", "X"),), 0))
    assert not setting.reads(LogicalObservable("b", (("q1", "X"),), 0))
    assert not setting.reads(LogicalObservable("a", (("q1", "Z"),), 0))
    assert not setting.reads(LogicalObservable("a", (("q2", "Z"),), 0))
    with pytest.raises(ValueError, match="not in tuple"):
        setting.bits(LogicalObservable("a", (("q1", "Z"),), 0))
