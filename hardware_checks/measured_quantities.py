"""From the outcomes of an experiment's settings to its quantities, with the error that fits how they were measured.

Each shot of a setting has one value: the sum of its observables' parities with their weights. Where that takes two values only
(one observable; a Bell measurement; a population) the setting is one binomial and keeps its counts, so that exact methods
apply. Settings are different circuits, so their values are independent. Otherwise, with readout mitigation, or where shots share
a twirl, a setting's mean has the error of its shots or of its twirls, and Student's t of one degree less.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy
from numpy.typing import NDArray

from noclone.hardware_checks.arrangements import LogicalObservable, Quantity
from noclone.hardware_checks.estimation import combination
from noclone.hardware_checks.measured import (
    CHSH,
    CORRELATOR,
    ENTANGLEMENT_FIDELITY,
    GHZ_FIDELITY,
    Measured,
    Term,
)
from noclone.hardware_checks.measurement_settings import Setting
from noclone.hardware_checks.readout_mitigation import ReadoutFlips
from noclone.hardware_checks.shot_outcomes import Outcomes
from noclone.models.errors import InputError

__all__ = [
    "QUANTITY_RANGES",
    "Reading",
    "constant_of",
    "kind_of",
    "measured_quantity",
    "shots_variance",
    "with_sampled_operators",
]

_CONTRAST = "parity contrast"
QUANTITY_RANGES = {CHSH: 4 * math.sqrt(2), CORRELATOR: 2.0, _CONTRAST: 2.0}
"""From the least to the largest value of a quantity; 1 for fidelities and probabilities."""

_MOST_BITS = 12
"""Up to so many bits a setting's possible values are listed."""
_MANY_TERMS = 8
"""From so many terms on, each outcome that occurs is looked at once."""

Column = NDArray[numpy.float64]
Terms = Sequence[tuple[float, LogicalObservable]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one setting gave. ``flips`` are the readout errors of its bits, if they are to be undone; ``twirls`` is in how many
    equal runs of consecutive shots the circuit was randomised anew, 0 for no randomisation.
    """

    setting: Setting
    outcomes: Outcomes
    flips: tuple[ReadoutFlips, ...] | None = None
    twirls: int = 0

    def __post_init__(self) -> None:
        if self.outcomes.bits != len(self.setting.letters):
            raise InputError(
                f"{self.outcomes.bits} bits were recorded for {self.setting.title}, which has {len(self.setting.letters)}"
            )
        if self.outcomes.shots < 1:
            raise InputError(f"no shots were recorded for {self.setting.title}: collect the run again")
        if self.flips is not None and len(self.flips) != len(self.setting.letters):
            raise InputError(
                f"{len(self.flips)} readout errors for the {len(self.setting.letters)} bits of {self.setting.title}"
            )
        if self.twirls and (self.outcomes.shots % self.twirls or self.twirls < 2):
            raise InputError(f"{self.outcomes.shots} shots are not {self.twirls} randomisations of the same size")


def kind_of(name: str) -> str:
    """What sort of quantity a name stands for, as ``noclone.hardware_checks.measured`` calls it."""
    for start, kind in (("F_e", ENTANGLEMENT_FIDELITY), ("S, ", CHSH), ("F_r", GHZ_FIDELITY)):
        if name.startswith(start):
            return kind
    return {"P": "population", "chi": _CONTRAST}.get(name, CORRELATOR)


def constant_of(quantity: Quantity) -> float:
    """What of a quantity needs no measurement: its constant, and terms that act on nothing."""
    return quantity.constant + sum(weight * one.sign for weight, one in quantity.terms if not one.paulis)


def measured_quantity(quantity: Quantity, readings: Sequence[Reading], *, label: str = "") -> Measured:
    """The quantity from these settings' outcomes; raises InputError if an observable is not read by any of them.

    A quantity whose operators are a sample is taken for the sum of just these operators, as its prediction is: see
    ``with_sampled_operators``.
    """
    shares = _shared(quantity.terms, readings)
    kind, offset = kind_of(quantity.name), constant_of(quantity)
    terms: list[Term] = []
    means: list[tuple[float, float, int]] = []
    for reading, own in shares:
        low_high = None if reading.flips or reading.twirls else _two_values(own, reading.setting)
        values = _values(own, reading)
        if low_high is None:
            means.append(_mean(values, reading.twirls, _reach(own, reading)))
        else:
            low, high = low_high
            terms.append(Term(high - low, int((values > (low + high) / 2).sum()), len(values)))
            offset += low
    if not shares:
        raise InputError(f"{quantity.name} {label}: it is {offset:g} whatever is measured")
    if not means:
        return combination(terms, offset=offset, quantity=kind, label=label)
    counted = (
        [combination(terms, offset=offset, quantity=kind, label=label)] if terms else []
    )  # beside means: as normal
    return Measured(
        kind,
        label,
        sum(mean for mean, _, _ in means) + (counted[0].value if counted else offset),
        math.hypot(*(error for _, error, _ in means), *(part.center()[1] for part in counted)),
        min(reading.outcomes.shots for reading, _ in shares),
        degrees=min(known for _, _, known in means),
        mitigated=any(reading.flips is not None for reading, _ in shares),
    )


def with_sampled_operators(quantity: Quantity, readings: Sequence[Reading], measured: Measured) -> Measured:
    """The same estimate as one of the quantity that the sampled operators stand for (Flammia and Liu 2011), if they are a sample.

    Operators of the same weight were drawn together, with replacement. So the spread of their values says what the drawing cost,
    and, where each has a setting of its own, what their shots cost too. A setting that reads several operators makes the same error
    in all of them, which their spread does not show: it is added. Student's t, its degrees those of the smallest draw.
    """
    if not quantity.sampled_from:
        return measured
    drawn: dict[float, list[float]] = {}
    squares = 0.0
    for reading, own in _shared(quantity.terms, readings):
        for term in own:
            drawn.setdefault(round(term[0], 12), []).append(float(_values([term], reading).mean()))
        if len(own) > 1:
            squares += _mean(_values(own, reading), reading.twirls, _reach(own, reading))[1] ** 2
    drawn = {weight: values for weight, values in drawn.items() if len(values) > 1}
    if not drawn:
        return measured
    squares += sum(len(values) * float(numpy.var(values, ddof=1)) for values in drawn.values())
    size = min(map(len, drawn.values()))
    return replace(
        measured,
        standard_error=max(math.sqrt(squares), measured.center()[1]),
        offset=0.0,
        terms=(),
        degrees=size - 1 if measured.degrees is None else min(size - 1, measured.degrees),
    )


def shots_variance(
    quantity: Quantity,
    expectations: Mapping[LogicalObservable, float],
    settings: Sequence[Setting],
    *,
    margin: float = 0.0,
) -> float:
    """The variance after one shot per setting, at most, with these expectations.

    A setting whose shots have values from a to b with mean m has a variance of (b − m)(m − a) at most, and just that if it has no
    other values. ``margin`` moves each m towards the middle by such a share of b − a, to allow for a device that is so much
    off: near the ends the variance changes fast.
    """
    total = 0.0
    for setting, own in zip(settings, _shares(quantity.terms, settings), strict=True):
        mean = sum(weight * expectations[one] for weight, one in own)
        reach = sum(abs(weight) for weight, _ in own)
        low, high = (_two_values(own, setting) if own else None) or (-reach, reach)
        off = max(0.0, abs(mean - (low + high) / 2) - margin * (high - low))
        total += max(0.0, ((high - low) / 2) ** 2 - off**2)
    return total


def _shared(terms: Terms, readings: Sequence[Reading]) -> list[tuple[Reading, Terms]]:
    """The terms by the reading that they are taken from: the first that has them. Those that act on nothing are not here."""
    found = _shares(terms, [reading.setting for reading in readings])
    return [(reading, own) for reading, own in zip(readings, found, strict=True) if own]


def _shares(terms: Terms, settings: Sequence[Setting]) -> list[list[tuple[float, LogicalObservable]]]:
    """For each setting the terms that are taken from it."""
    found: list[list[tuple[float, LogicalObservable]]] = [[] for _ in settings]
    for weight, observable in terms:
        if not observable.paulis:
            continue
        at = next((at for at, setting in enumerate(settings) if setting.reads(observable)), None)
        if at is None:
            raise InputError(f"no outcomes for {observable.paulis} of '{observable.arrangement}': run its circuit")
        found[at].append((weight, observable))
    return found


def _two_values(terms: Terms, setting: Setting) -> tuple[float, float] | None:
    """The two values that a shot of this setting can have, or None if there are more."""
    if len({observable for _, observable in terms}) == 1:  # drawn several times, perhaps
        weight = abs(sum(weight for weight, _ in terms))
        return (-weight, weight) if weight else None
    places = sorted({bit for _, observable in terms for bit in setting.bits(observable)})
    if len(places) > _MOST_BITS:
        return None
    every = numpy.zeros((2 ** len(places), len(setting.letters)), dtype=bool)
    every[:, places] = numpy.array(list(product((False, True), repeat=len(places))))
    found = numpy.unique(numpy.round(_summed(terms, setting, every), 9))
    return (float(found[0]), float(found[1])) if len(found) == 2 else None


def _values(terms: Terms, reading: Reading) -> Column:
    """Each shot's value, shape (shots,)."""
    outcomes = reading.outcomes.array()
    if len(terms) < _MANY_TERMS:
        return _summed(terms, reading.setting, outcomes, reading.flips)
    packed = numpy.packbits(outcomes, axis=1)
    rows, where = numpy.unique(packed, axis=0, return_inverse=True)
    distinct = numpy.unpackbits(rows, axis=1, count=outcomes.shape[1]).astype(bool)
    return _summed(terms, reading.setting, distinct, reading.flips)[where.reshape(-1)]


def _summed(
    terms: Terms, setting: Setting, outcomes: NDArray[numpy.bool_], flips: Sequence[ReadoutFlips] | None = None
) -> Column:
    signs = numpy.empty(outcomes.shape, dtype=float)
    for bit in range(outcomes.shape[1]):
        up, down = (1.0, -1.0) if flips is None else (flips[bit].corrected_z("0"), flips[bit].corrected_z("1"))
        signs[:, bit] = numpy.where(outcomes[:, bit], down, up)
    total = numpy.zeros(len(outcomes))
    for weight, observable in terms:
        total += weight * observable.sign * signs[:, list(setting.bits(observable))].prod(axis=1)
    return total


def _reach(terms: Terms, reading: Reading) -> float:
    """The largest value that a shot can have, at most, whatever its sign."""
    largest = [
        1.0 if reading.flips is None else max(abs(reading.flips[bit].corrected_z(seen)) for seen in "01")
        for bit in range(len(reading.setting.letters))
    ]
    return sum(abs(weight) * math.prod(largest[bit] for bit in reading.setting.bits(one)) for weight, one in terms)


def _mean(values: Column, twirls: int, reach: float) -> tuple[float, float, int]:
    """The mean, its standard error and its degrees of freedom: by the shots, or by the means of the twirls.

    A spread of 0 is no evidence of certainty: what one shot can change, from −reach to reach, is the least error that is reported.
    """
    chunks = values.reshape(twirls, -1).mean(axis=1) if twirls else values
    error = float(chunks.std(ddof=1)) / math.sqrt(len(chunks)) if len(chunks) > 1 else 0.0
    return float(values.mean()), max(error, 2 * reach / len(values)), max(1, len(chunks) - 1)
