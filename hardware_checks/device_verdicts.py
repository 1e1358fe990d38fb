"""Verdicts about a device. They say nothing about a theorem: counts cannot refute a proof, and none of these is a
``noclone.proofs.verdicts.Verdict``.

``compare`` sets measured values against predictions; the other functions decide one physical statement by its threshold. Nothing
here has a truth value: "not shown" is not "false".
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from enum import Enum
from typing import Any

from noclone.hardware_checks.measured import Interval, Measured, record_fields
from noclone.hardware_checks.testing import ShotPlan, holm, p_value
from noclone.models.errors import InputError, nearest

__all__ = ["Agreement", "Deviation", "DeviceStatus", "Prediction", "compare"]


class DeviceStatus(Enum):
    """CONSISTENT, DEVIATES: of a prediction. SHOWN, EXCLUDED: of a physical statement. TOO_FEW_SHOTS: of either."""

    CONSISTENT = "CONSISTENT"
    DEVIATES = "DEVIATES"
    EXCLUDED = "EXCLUDED"
    SHOWN = "SHOWN"
    TOO_FEW_SHOTS = "TOO_FEW_SHOTS"

    def __bool__(self) -> bool:
        raise TypeError("a status has no truth value: compare it with DeviceStatus.CONSISTENT or DeviceStatus.SHOWN")


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model says a quantity lies between: a device never equals a calibration's prediction, so there are two ends.

    ``scale`` is the quantity's range (1 for a fidelity, 2 for a correlator): a plan's effect is a share of it.
    """

    quantity: str
    label: str
    low: float
    high: float
    scale: float = 1.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and self.low <= self.high < math.inf):
            raise InputError(
                f"prediction of {self.quantity} {self.label}: from {self.low!r} to {self.high!r} is no range"
            )

    @classmethod
    def about(cls, value: float, tolerance: float, *, quantity: str, label: str, scale: float = 1.0) -> Prediction:
        """The range value ± tolerance."""
        return cls(quantity, label, value - tolerance, value + tolerance, scale)

    def distance(self, low: float, high: float) -> float:
        """How far the range from ``low`` to ``high`` is from this one; 0 if they meet."""
        return max(0.0, low - self.high, self.low - high)


@dataclass(frozen=True, slots=True)
class Deviation:
    """One measured value against its prediction.

    ``difference`` is signed and counted from the nearer end of the prediction; ``at_least`` is what is left of it at the suite's
    joint confidence; ``visible`` the least difference that these shots could be relied on to find, ``effect`` the one that they
    were to find; ``adjusted_p`` is Holm's.
    """

    quantity: str
    label: str
    value: float
    predicted_low: float
    predicted_high: float
    difference: float
    at_least: float
    visible: float
    effect: float
    adjusted_p: float
    shots: int
    mitigated: bool

    @property
    def is_called(self) -> bool:
        """Whether it is a deviation: excluded at the joint confidence, and no smaller than these shots can see."""
        return self.at_least > 0 and abs(self.difference) >= self.visible


def _floor(number: float) -> str:
    """Two digits, rounded down: "at least" must not say more than is known."""
    unit = 10.0 ** (math.floor(math.log10(number)) - 1)
    return f"{math.floor(number / unit) * unit:.2g}"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Whether a device's values agree with their predictions, all of them together.

    DEVIATES: by ``at_least`` or more at ``largest_at``, with the joint ``confidence``. CONSISTENT: none is called, and each of
    them would have been, with the planned power, had it been off by ``effect``. Otherwise TOO_FEW_SHOTS, and ``reason`` says
    how many are missing.
    """

    status: DeviceStatus
    confidence: float
    effect: float
    power: float
    at_least: float
    largest_at: str
    reason: str
    deviations: tuple[Deviation, ...]

    def __bool__(self) -> bool:
        raise TypeError("a device's verdict has no truth value: compare verdict.status with DeviceStatus.CONSISTENT")

    def __str__(self) -> str:
        if self.status is DeviceStatus.DEVIATES:
            told = f"deviates by at least {_floor(self.at_least)} at confidence {self.confidence:g} (largest at {self.largest_at})"
        elif self.status is DeviceStatus.CONSISTENT:
            told = f"consistent with the prediction; {self.effect:g} of a quantity's range would have been seen with probability {self.power:g}"
        else:
            told = f"too few shots to tell: {self.reason}"
        marked = "; with readout mitigation" if any(one.mitigated for one in self.deviations) else ""
        return f"{self.status.value}: {told}{marked}"

    def to_json(self) -> str:
        """This verdict as a JSON object."""
        return json.dumps(asdict(self) | {"status": self.status.value}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Agreement:
        """The verdict that ``to_json`` wrote; raises InputError if it is not one."""
        found = record_fields(cls, text, "a verdict about a device's agreement")
        try:
            deviations: list[dict[str, Any]] = found.pop("deviations")
            status = DeviceStatus(found.pop("status"))
            return cls(status=status, deviations=tuple(Deviation(**one) for one in deviations), **found)
        except (TypeError, ValueError) as error:
            raise InputError(f"not a verdict about a device's agreement: {error}") from None


def compare(measured: Sequence[Measured], predictions: Sequence[Prediction], plan: ShotPlan) -> Agreement:
    """The verdict of all measured values against the predictions of the same quantity and label.

    The family is the whole suite: each interval is taken at 1 − alpha/m, so that "deviates by at least ε" is wrong with
    probability alpha at most (``plan.comparisons`` is replaced by m). A difference is called only if it is excluded there and
    at least as large as these shots can see with the planned power: a smaller one is left to more shots. ``plan.spread`` widens
    every interval by the spread between days. Raises InputError unless values and predictions match one to one.
    """
    matched = _matched(measured, predictions)
    plan = replace(plan, comparisons=len(matched))
    adjusted = holm([_outside_p(value, prediction, plan) for value, prediction in matched])
    deviations = tuple(
        _deviation(value, prediction, plan, p) for (value, prediction), p in zip(matched, adjusted, strict=True)
    )
    called = [one for one in deviations if one.is_called]
    largest = max(called, key=lambda one: one.at_least, default=None)
    reason = "" if called else _missing(deviations, plan)
    status = DeviceStatus.DEVIATES if called else DeviceStatus.TOO_FEW_SHOTS if reason else DeviceStatus.CONSISTENT
    return Agreement(
        status,
        1 - plan.alpha,
        plan.effect,
        plan.power,
        largest.at_least if largest else 0.0,
        f"{largest.quantity} {largest.label}" if largest else "",
        reason,
        deviations,
    )


def _matched(measured: Sequence[Measured], predictions: Sequence[Prediction]) -> list[tuple[Measured, Prediction]]:
    """Pairs of the same quantity and label, every value and every prediction in exactly one."""
    listed = {(one.quantity, one.label): one for one in predictions}
    values = {(one.quantity, one.label): one for one in measured}
    if not measured or len(listed) != len(predictions) or len(values) != len(measured):
        raise InputError(
            "nothing to compare, or a quantity with the same label twice: give each value and prediction once"
        )
    for missing, known, what in ((values, listed, "prediction"), (listed, values, "measured value")):
        if odd := sorted(missing.keys() - known.keys()):
            hint = nearest(" ".join(odd[0]), [" ".join(key) for key in known])
            raise InputError(f"no {what} for {odd[0][0]} '{odd[0][1]}'.{hint}")
    return [(one, listed[one.quantity, one.label]) for one in measured]


def _widened(measured: Measured, plan: ShotPlan, confidence: float) -> Interval:
    """The value's interval, with the spread between days added to the shot noise where the plan has one."""
    return (_as_normal(measured, plan) if plan.spread else measured).interval(confidence)


def _as_normal(measured: Measured, plan: ShotPlan) -> Measured:
    center, error = measured.center()
    return replace(measured, value=center, standard_error=math.hypot(error, plan.spread), terms=())


def _outside_p(measured: Measured, prediction: Prediction, plan: ShotPlan) -> float:
    """The p-value of "the truth is within the prediction": the larger of its two ends, two-sided."""
    value = _as_normal(measured, plan) if plan.spread else measured
    if prediction.low <= value.value <= prediction.high:
        return 1.0
    above = value.value > prediction.high
    one_sided = p_value(value, prediction.high if above else prediction.low, alternative="greater" if above else "less")
    return min(1.0, 2 * one_sided)


def _deviation(measured: Measured, prediction: Prediction, plan: ShotPlan, adjusted_p: float) -> Deviation:
    interval = _widened(measured, plan, 1 - plan.alpha / plan.comparisons)
    beyond = prediction.distance(measured.value, measured.value)
    return Deviation(
        measured.quantity,
        measured.label,
        measured.value,
        prediction.low,
        prediction.high,
        beyond if measured.value > prediction.high else -beyond,
        prediction.distance(interval.low, interval.high),
        plan.visible_effect(measured.center()[1]),
        plan.effect * prediction.scale,
        adjusted_p,
        measured.shots,
        measured.mitigated,
    )


def _missing(deviations: Sequence[Deviation], plan: ShotPlan) -> str:
    """Why nothing can be said although nothing was called; "" if every value could have shown the planned effect."""
    worst = max(deviations, key=lambda one: one.visible / one.effect)
    if worst.visible > worst.effect:
        where = f"{worst.quantity} {worst.label}: {worst.shots} shots see {worst.visible:.2g}, the plan's effect is {worst.effect:.3g}"
        return f"{where}; {_more(worst, worst.effect, plan)}"
    hinted = [one for one in deviations if one.at_least > 0]
    if hinted:
        most = max(hinted, key=lambda one: one.at_least)
        return (
            f"{most.quantity} {most.label} differs by {most.difference:+.2g}, less than the {most.visible:.2g} that its shots can "
            f"be relied on to see; {_more(most, abs(most.difference), plan)}"
        )
    return ""


def _more(deviation: Deviation, effect: float, plan: ShotPlan) -> str:
    """What would settle it: more shots, or more runs where the spread between runs is what hides the effect."""
    noise = (deviation.visible / plan.multiple) ** 2 - plan.spread**2
    room = (effect / plan.multiple) ** 2 - plan.spread**2
    if room <= 0:
        return "no number of shots on one day settles it: repeat it on more days"
    return f"about {math.ceil(deviation.shots * noise / room)} shots would settle it"
