"""What several runs of the same quantity say of each other: drift, spread from day to day, and how far two backends are apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from noclone.hardware.comparisons import Comparison
from noclone.hardware_checks.drift import Spread, change_point, day_to_day
from noclone.hardware_checks.measured import Interval, Measured
from noclone.hardware_checks.testing import difference, holm, p_value

__all__ = ["Changes", "Delta", "Drift", "changes_between", "to_json", "to_text"]

_FEWEST_FOR_SPREAD = 3
_FEWEST_FOR_DRIFT = 4


@dataclass(frozen=True, slots=True)
class Delta:
    """How far a quantity's value in one run is above that in another on a different backend; ``adjusted_p`` is Holm's."""

    label: str
    here: str
    there: str
    value: float
    interval: Interval
    adjusted_p: float


@dataclass(frozen=True, slots=True)
class Drift:
    """Runs of a quantity on one backend in order of time: their spread beyond shot noise (3 runs or more), and for a lasting
    change the smallest p-value over the quantity's circuits, times their number (4 runs or more, else None).

    ``changed_after`` counts the runs before the likeliest change.
    """

    label: str
    backend: str
    values: tuple[float, ...]
    spread: Spread
    p_value: float | None
    changed_after: int | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that several runs say of each other."""

    deltas: tuple[Delta, ...]
    drifts: tuple[Drift, ...]


def changes_between(comparisons: Sequence[Comparison], *, confidence: float = 0.95) -> Changes | None:
    """Differences between backends and changes over time of quantities that several runs measured; None if there are none.

    The first run on each backend stands for it in the differences.
    """
    ordered = sorted(comparisons, key=lambda each: each.submitted or "")
    deltas, drifts = list(_deltas(ordered, confidence)), list(_drifts(ordered, confidence))
    if not deltas and not drifts:
        return None
    adjusted = holm([one.adjusted_p for one in deltas]) if deltas else ()
    return Changes(
        tuple(
            Delta(one.label, one.here, one.there, one.value, one.interval, p)
            for one, p in zip(deltas, adjusted, strict=True)
        ),
        tuple(drifts),
    )


def _by_backend(ordered: Sequence[Comparison]) -> dict[str, list[Comparison]]:
    found: dict[str, list[Comparison]] = {}
    for each in ordered:
        found.setdefault(each.plan.backend, []).append(each)
    return found


def _by_conditions(ordered: Sequence[Comparison]) -> Iterator[tuple[str, list[Comparison]]]:
    """Runs on one backend with the same options: what twirling or decoupling changes is no drift."""
    for backend, runs in _by_backend(ordered).items():
        found: dict[tuple[tuple[str, str], ...], list[Comparison]] = {}
        for each in runs:
            options = {name: str(value) for name, value in each.plan.options.items() if name != "seed"}
            found.setdefault(tuple(sorted(options.items())), []).append(each)
        for alike in found.values():
            yield backend, alike


def _values(comparison: Comparison) -> dict[tuple[int, str, str, str], Measured]:
    """The run's values by experiment, quantity and label: two experiments may call different things "n=2 control 1"."""
    return {
        (row.item.experiment.number, row.item.experiment.name, row.measured.quantity, row.measured.label): row.measured
        for row in comparison.rows
    }


def _deltas(ordered: Sequence[Comparison], confidence: float) -> Iterator[Delta]:
    firsts = [runs[0] for runs in _by_backend(ordered).values()]
    for there in firsts[1:]:
        here_values, there_values = _values(firsts[0]), _values(there)
        for key in (key for key in here_values if key in there_values):
            apart = difference(here_values[key], there_values[key], label=key[-1])
            p = p_value(apart, 0.0)
            yield Delta(key[-1], firsts[0].plan.id, there.plan.id, apart.value, apart.interval(confidence), p)


def _drifts(ordered: Sequence[Comparison], confidence: float) -> Iterator[Drift]:
    for backend, runs in _by_conditions(ordered):
        tables = [_values(each) for each in runs]
        for key in tables[0]:
            series = [table[key] for table in tables if key in table]
            if len(series) < _FEWEST_FOR_SPREAD or not all(one.center()[1] > 0 for one in series):
                continue
            spread = day_to_day(
                [one.value for one in series], [one.center()[1] for one in series], confidence=confidence
            )
            p, after = _changed(series)
            yield Drift(key[-1], backend, tuple(one.value for one in series), spread, p, after)


def _changed(series: Sequence[Measured]) -> tuple[float | None, int | None]:
    """Bonferroni's p-value over the quantity's circuits, and after how many runs the likeliest change is."""
    circuits = {len(one.terms) for one in series}
    if len(series) < _FEWEST_FOR_DRIFT or len(circuits) != 1 or 0 in circuits:
        return None, None
    (number,) = circuits
    found = [
        change_point([(one.terms[at].successes, one.terms[at].shots) for one in series], seed=at)
        for at in range(number)
    ]
    best = min(found, key=lambda each: each.p_value)
    return min(1.0, number * best.p_value), best.index


def to_json(changes: Changes | None) -> dict[str, Any] | None:
    """The changes as the JSON contract says (docs/hardware.md)."""
    if changes is None:
        return None
    return {
        "deltas": [
            {
                "label": one.label,
                "here": one.here,
                "there": one.there,
                "difference": one.value,
                "low": one.interval.low,
                "high": one.interval.high,
                "adjusted_p": one.adjusted_p,
            }
            for one in changes.deltas
        ],
        "drifts": [
            {
                "label": one.label,
                "backend": one.backend,
                "values": list(one.values),
                "mean": one.spread.mean,
                "between_runs": one.spread.between,
                "shot_noise": one.spread.within,
                "heterogeneity_p": one.spread.heterogeneity_p,
                "change_p": one.p_value,
                "changed_after": one.changed_after,
            }
            for one in changes.drifts
        ],
    }


def to_text(changes: Changes) -> str:
    """A line for each difference and each series."""
    lines = [
        f"{one.label}: {one.here} less {one.there} is {one.value:+.4f} ({one.interval.low:+.4f} … {one.interval.high:+.4f}),"
        f" p = {one.adjusted_p:.2g}"
        for one in changes.deltas
    ]
    for one in changes.drifts:
        spread = one.spread
        told = (
            f"{one.label} on {one.backend}, {spread.runs} runs: spread between runs {spread.between:.4f}"
            f" beside shot noise {spread.within:.4f} (p = {spread.heterogeneity_p:.2g})"
        )
        if one.p_value is not None:
            told += f"; likeliest change after run {one.changed_after} (p = {one.p_value:.2g})"
        lines.append(told)
    return "\n".join(["between runs:", *lines])
