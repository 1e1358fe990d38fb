"""Physical statements about a device, each decided by one threshold: entangled, nonlocal, better than any cloner, and so on.

A finding is SHOWN if the one-sided bound at 1 − α is beyond the threshold, EXCLUDED if the bound on the other side is, and
TOO_FEW_SHOTS otherwise. These need no model of the device's noise, which makes them the robust statements.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from noclone.hardware_checks.device_verdicts import DeviceStatus
from noclone.hardware_checks.estimation import average_fidelity
from noclone.hardware_checks.measured import (
    AVERAGE_FIDELITY,
    CHSH,
    CORRELATOR,
    ENTANGLEMENT_FIDELITY,
    GHZ_FIDELITY,
    Measured,
    checked_level,
    record_fields,
)
from noclone.hardware_checks.testing import holm, p_value
from noclone.models.errors import InputError

__all__ = [
    "Finding",
    "beats_measure_and_prepare",
    "beats_universal_cloners",
    "controlled_family",
    "entangled",
    "genuinely_multipartite",
    "key_consumed",
    "nonlocal_correlations",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """What the data say of one physical statement ("entanglement fidelity > 0.5") at one place (``label``).

    ``low`` and ``high`` are one-sided bounds, each at ``confidence``. ``p_shown`` is the p-value against "at most the threshold",
    ``p_excluded`` against "at least". ``assumptions`` are what the conclusion needs besides the counts.
    """

    name: str
    statement: str
    label: str
    status: DeviceStatus
    threshold: float
    value: float
    low: float
    high: float
    confidence: float
    p_shown: float
    p_excluded: float
    assumptions: tuple[str, ...]

    def __bool__(self) -> bool:
        raise TypeError("a finding has no truth value: compare finding.status with DeviceStatus.SHOWN")

    def __str__(self) -> str:
        said = {"SHOWN": "shown", "EXCLUDED": "excluded"}.get(self.status.value, "too few shots to tell")
        return f"{self.name} ({self.statement}) {self.label}: {said} at confidence {self.confidence:g}, {self.low:.4f} … {self.high:.4f}"

    def to_json(self) -> str:
        """This finding as a JSON object."""
        return json.dumps(asdict(self) | {"status": self.status.value}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Finding:
        """The finding that ``to_json`` wrote; raises InputError if it is not one."""
        found = record_fields(cls, text, "a finding about a device")
        try:
            status, assumptions = DeviceStatus(found.pop("status")), tuple(found.pop("assumptions"))
        except (TypeError, ValueError) as error:
            raise InputError(f"not a finding about a device: {error}") from None
        return cls(status=status, assumptions=assumptions, **found)


def _above(
    name: str, measured: Measured, quantity: str, threshold: float, alpha: float, assumptions: Sequence[str] = ()
) -> Finding:
    """The finding "quantity > threshold"."""
    if measured.quantity != quantity:
        raise InputError(f"'{name}' is decided by the {quantity}, not by '{measured.quantity}'")
    interval = measured.interval(1 - 2 * _level(alpha))
    shown = p_value(measured, threshold, alternative="greater")
    excluded = p_value(measured, threshold, alternative="less")
    return Finding(
        name,
        f"{quantity} > {threshold:.6g}",
        measured.label,
        _status(interval.low > threshold, interval.high < threshold),
        threshold,
        measured.value,
        interval.low,
        interval.high,
        1 - alpha,
        shown,
        excluded,
        (*assumptions, *_resting(measured)),
    )


def _level(alpha: float) -> float:
    if checked_level(alpha, "alpha") >= 0.5:
        raise InputError(f"alpha {alpha!r}: an error rate of one half or more decides nothing")
    return alpha


def _status(shown: bool, excluded: bool) -> DeviceStatus:
    return DeviceStatus.SHOWN if shown else DeviceStatus.EXCLUDED if excluded else DeviceStatus.TOO_FEW_SHOTS


def _resting(measured: Measured) -> tuple[str, ...]:
    return ("the readout's calibration is right (mitigated value)",) if measured.mitigated else ()


def entangled(measured: Measured, *, alpha: float = 0.05) -> Finding:
    """F_e > 1/2: no separable state of two qubits has more overlap with a maximally entangled one."""
    return _above("entangled", measured, ENTANGLEMENT_FIDELITY, 0.5, alpha)


def beats_measure_and_prepare(measured: Measured, *, alpha: float = 0.05) -> Finding:
    """F > 2/3, the best average fidelity of measuring a qubit and preparing another (Massar and Popescu 1995).

    Takes an average fidelity, or an entanglement fidelity, which it converts by F = (2·F_e + 1)/3.
    """
    value = average_fidelity(measured) if measured.quantity == ENTANGLEMENT_FIDELITY else measured
    return _above("beats every measure-and-prepare scheme", value, AVERAGE_FIDELITY, 2 / 3, alpha)


def beats_universal_cloners(measured: Measured, clones: int, *, alpha: float = 0.05) -> Finding:
    """F_e > (M + 1)/(2M), the entanglement fidelity of each clone of the optimal universal 1→M cloner (Gisin and Massar 1997).

    ``clones`` is M ≥ 1 and counts every clone that was made, the secret's own qubit too where it is one.
    """
    if int(clones) != clones or clones < 1:
        raise InputError(f"clones = {clones!r}: give the number of clones that were physically made, at least 1")
    return _above(
        f"beats every universal 1→{clones} cloner",
        measured,
        ENTANGLEMENT_FIDELITY,
        (clones + 1) / (2 * clones),
        alpha,
        ("any other clone, had it been decrypted instead, would have come out as well",),
    )


def genuinely_multipartite(measured: Measured, *, alpha: float = 0.05) -> Finding:
    """F_r > 1/2: no state that is a mixture of ones separable across some cut has more overlap with a GHZ state."""
    return _above("genuinely multipartite entangled", measured, GHZ_FIDELITY, 0.5, alpha)


def nonlocal_correlations(measured: Measured, *, alpha: float = 0.05) -> Finding:
    """|S| > 2: no local model of these four settings; both signs are open, so each tail has α/2."""
    if measured.quantity != CHSH:
        raise InputError(f"'nonlocal' is decided by the {CHSH}, not by '{measured.quantity}'")
    interval = measured.interval(1 - _level(alpha))
    shown = min(
        1.0, 2 * min(p_value(measured, 2.0, alternative="greater"), p_value(measured, -2.0, alternative="less"))
    )
    excluded = max(p_value(measured, 2.0, alternative="less"), p_value(measured, -2.0, alternative="greater"))
    loophole = (
        "the qubits share a chip: a signal between them is not excluded, nor are settings that depend on the source"
    )
    return Finding(
        "nonlocal",
        "|CHSH value| > 2",
        measured.label,
        _status(interval.low > 2 or interval.high < -2, interval.low > -2 and interval.high < 2),
        2.0,
        measured.value,
        interval.low,
        interval.high,
        1 - alpha,
        shown,
        excluded,
        (loophole, *_resting(measured)),
    )


def key_consumed(others: Sequence[Measured], *, within: float, alpha: float = 0.05, label: str = "") -> Finding:
    """After one clone was decrypted, every correlator of every other clone with the reference lies within ±``within``.

    SHOWN if each one's bounds at 1 − α lie inside: all have to, so no correction is due (intersection-union test). EXCLUDED if
    one is outside at 1 − α/m. "Exactly uncorrelated" cannot be shown by data; ``within`` is the smallest leak that matters to
    whoever asks. ``value`` is the correlator farthest from 0. Raises InputError without correlators or for another quantity.
    """
    if not others or any(one.quantity != CORRELATOR for one in others) or not 0 < within < 1:
        raise InputError(
            f"key consumed: give correlators of the other clones and 0 < within < 1, not {len(others)} values, {within!r}"
        )
    inner = [one.interval(1 - 2 * _level(alpha)) for one in others]
    outer = [one.interval(1 - alpha / len(others)) for one in others]
    inside = [
        max(p_value(one, within, alternative="less"), p_value(one, -within, alternative="greater")) for one in others
    ]
    outside = [
        2 * min(p_value(one, within, alternative="greater"), p_value(one, -within, alternative="less"))
        for one in others
    ]
    return Finding(
        "key consumed",
        f"every |correlator| of {len(others)} < {within:g}",
        label,
        _status(
            all(-within < one.low and one.high < within for one in inner),
            any(one.low > within or one.high < -within for one in outer),
        ),
        within,
        max((one.value for one in others), key=abs),
        min(one.low for one in inner),
        max(one.high for one in inner),
        1 - alpha,
        max(inside),
        min(1.0, len(others) * min(outside)),
        ("only the measured correlators are spoken of", *{note for one in others for note in _resting(one)}),
    )


def controlled_family(findings: Sequence[Finding], *, alpha: float = 0.05) -> tuple[Finding, ...]:
    """The same findings, decided together: the chance that any is wrongly SHOWN is at most α, and so that any is wrongly EXCLUDED.

    SHOWN is decided by Holm's adjusted p-values, EXCLUDED by Bonferroni's, as Holm's do not control both directions at once.
    The bounds remain those of the single findings.
    """
    if not findings:
        raise InputError("no findings: a family has at least one member")
    _level(alpha)
    shown = holm([one.p_shown for one in findings])
    return tuple(
        replace(one, status=_status(p <= alpha, one.p_excluded * len(findings) <= alpha))
        for one, p in zip(findings, shown, strict=True)
    )
