"""What the published figures of arXiv:2602.10695 support and what not, as data with the numbers computed from the figures.

Fidelities by Bell measurement become counts of 10,000 shots (exact binomial tests); fidelities by parity oscillations get the
error of the right equation, the largest that the figure allows. "Largest n" goes up from n = 2 and stops at the first failure: a
fixed sequence of tests, which needs no correction.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import Enum

from noclone.hardware_checks.device_verdicts import DeviceStatus
from noclone.hardware_checks.drift import day_to_day
from noclone.hardware_checks.estimation import proportion
from noclone.hardware_checks.measured import CHSH, ENTANGLEMENT_FIDELITY, GHZ_FIDELITY, Measured, record_fields
from noclone.hardware_checks.parity_oscillations import error_ranges
from noclone.hardware_checks.physical_statements import beats_universal_cloners, entangled, genuinely_multipartite
from noclone.hardware_checks.published import SHOTS, EntanglementRow, Figure, published
from noclone.hardware_checks.testing import p_value
from noclone.models.errors import InputError

__all__ = [
    "AuditedStatement",
    "Support",
    "audit_published",
    "by_bell_measurement",
    "by_parity",
    "largest_above",
    "spread_between_methods",
]

ROUNDING = 0.0005
"""Half a unit of the last published digit."""


class Support(Enum):
    """What the figures say of a statement."""

    CONTRADICTED = "CONTRADICTED"
    PARTLY = "PARTLY"
    SUPPORTED = "SUPPORTED"

    def __bool__(self) -> bool:
        raise TypeError("a support has no truth value: compare it with Support.SUPPORTED")


@dataclass(frozen=True, slots=True)
class AuditedStatement:
    """One statement about the experiment, whether its figures support it, why, and the numbers behind that."""

    name: str
    statement: str
    support: Support
    finding: str
    numbers: tuple[tuple[str, float], ...]

    def __bool__(self) -> bool:
        raise TypeError("an audited statement has no truth value: compare its support with Support.SUPPORTED")

    def number(self, name: str) -> float:
        """The number of this name; raises KeyError if there is none."""
        return dict(self.numbers)[name]

    def to_json(self) -> str:
        """This statement as a JSON object."""
        return json.dumps(asdict(self) | {"support": self.support.value}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> AuditedStatement:
        """The statement that ``to_json`` wrote; raises InputError if it is not one."""
        found = record_fields(cls, text, "an audited statement")
        try:
            numbers = tuple((str(name), float(value)) for name, value in found.pop("numbers"))
            return cls(support=Support(found.pop("support")), numbers=numbers, **found)
        except (TypeError, ValueError) as error:
            raise InputError(f"not an audited statement: {error}") from None


def by_bell_measurement(figure: Figure, label: str = "") -> Measured:
    """A published fidelity by Bell measurement as counts of 10,000 shots; three digits leave 5 counts open."""
    return proportion(round(figure.value * SHOTS), SHOTS, quantity=ENTANGLEMENT_FIDELITY, label=label)


def by_parity(
    figure: Figure, size: int = 2, *, quantity: str = ENTANGLEMENT_FIDELITY, label: str = "", spread: float = 0.0
) -> Measured:
    """A published fidelity by parity oscillations with the largest error that the right equation allows, and a spread between
    runs added if one is given.
    """
    error = error_ranges(figure.value, size, shots=SHOTS).right[1]
    return Measured(quantity, label, figure.value, math.hypot(error, spread), SHOTS)


def spread_between_methods(rows: Sequence[EntanglementRow]) -> float:
    """The standard deviation between repetitions that explains why the two methods differ at the same n.

    The root of half the mean of (difference² − both shot noises²). The methods use different circuits and layouts, so this is
    the spread between repetitions on another day and layout, not of one circuit.
    """
    squares = [
        (row.bell.value - row.parity.value) ** 2
        - by_bell_measurement(row.bell).standard_error ** 2
        - by_parity(row.parity).standard_error ** 2
        for row in rows
    ]
    return math.sqrt(max(0.0, sum(squares) / len(squares) / 2))


def largest_above(values: Iterable[tuple[int, Measured]], threshold: float, *, alpha: float = 0.05) -> int:
    """The largest parameter up to which every value is above the threshold at level alpha, in the given order; 0 if none is."""
    reached = 0
    for parameter, measured in values:
        if p_value(measured, threshold, alternative="greater") > alpha:
            break
        reached = parameter
    return reached


def _means(rows: Sequence[EntanglementRow], spread: float) -> list[tuple[int, Measured]]:
    """The mean of the two methods at each n, with the spread between repetitions in its error: Student's t, a degree per pair."""
    found = []
    for row in rows:
        errors = by_bell_measurement(row.bell).standard_error, by_parity(row.parity, spread=spread).standard_error
        error = math.hypot(*errors, spread) / 2
        value = (row.bell.value + row.parity.value) / 2
        found.append((row.n, Measured(ENTANGLEMENT_FIDELITY, f"n={row.n}", value, error, SHOTS, degrees=len(rows))))
    return found


def _reach(threshold: float, alpha: float) -> dict[str, float]:
    """The largest n above a threshold, by each method, and with the spread between repetitions."""
    rows = published().entanglement
    bell = largest_above(((row.n, by_bell_measurement(row.bell)) for row in rows), threshold, alpha=alpha)
    parity = largest_above(((row.n, by_parity(row.parity)) for row in rows), threshold, alpha=alpha)
    spread = spread_between_methods(rows)
    return {
        "by Bell measurement, shot noise only": bell,
        "by parity oscillations, shot noise only": parity,
        "by both, shot noise only": min(bell, parity),
        "by their mean, with the spread between repetitions": largest_above(
            _means(rows, spread), threshold, alpha=alpha
        ),
        "spread between repetitions": spread,
        "alpha": alpha,
    }


def _statement(
    name: str, statement: str, support: Support, finding: str, numbers: dict[str, float]
) -> AuditedStatement:
    return AuditedStatement(
        name, statement, support, finding, tuple((key, float(value)) for key, value in numbers.items())
    )


def _above_mixed(alpha: float) -> AuditedStatement:
    found = _reach(published().mixed_fidelity, alpha)
    shot, spread = found["by both, shot noise only"], found["by their mean, with the spread between repetitions"]
    return _statement(
        "correlated up to n ≈ 13",
        "the decrypted clone's entanglement fidelity stays above the 1/4 of a maximally mixed state up to n ≈ 13",
        Support.SUPPORTED if spread >= 13 else Support.PARTLY if shot >= 13 else Support.CONTRADICTED,
        f"up to n = {shot:g} if shot noise is all the error there is; up to n = {spread:g} with the spread that makes the two methods "
        "differ at the same n",
        found,
    )


def _entangled(alpha: float) -> AuditedStatement:
    found = _reach(published().entanglement_threshold, alpha)
    shot, spread = found["by both, shot noise only"], found["by their mean, with the spread between repetitions"]
    return _statement(
        "entangled up to n = 7",
        "the decrypted clone is entangled with the reference (F_e > 1/2) up to n = 7",
        Support.SUPPORTED if min(shot, spread) >= 7 else Support.PARTLY if shot >= 7 else Support.CONTRADICTED,
        f"up to n = {shot:g} by shot noise, up to n = {spread:g} with the spread; above 1/4 is correlated, not entangled",
        found,
    )


def _clones(alpha: float) -> AuditedStatement:
    iterated = published().iterated
    row = next(row for row in published().virtual if row.virtual_clones == 729)
    witnessed = [one.clones for one in iterated if _shown(entangled(by_parity(one.fidelity), alpha=alpha).status)]
    return _statement(
        "729 clones",
        "up to 729 clones were made",
        Support.CONTRADICTED,
        f"729 is what {row.level} further rounds would give if every clone were cloned again; on the {row.qubits} qubits of that row "
        f"{row.made} clones exist. The most made in one circuit are {max(one.clones for one in iterated)}, on "
        f"{max(one.qubits for one in iterated)} qubits; the most of which one was shown to come out entangled, {max(witnessed)}",
        {
            "virtual clones": row.virtual_clones,
            "clones made in that circuit": row.made,
            "most clones made": max(one.clones for one in iterated),
            "most clones with F_e > 1/2 shown": max(witnessed),
        },
    )


def _shown(status: DeviceStatus) -> bool:
    return status is DeviceStatus.SHOWN


def _parity_figures() -> list[tuple[Figure, int]]:
    """Every published fidelity by parity oscillations with its number of qubits; figures listed twice are counted once."""
    data = published()
    bell = {row.bell.value for row in data.entanglement}
    figures = [(row.parity, 2) for row in data.entanglement]
    figures += [(row.fidelity, 2) for row in data.iterated]
    figures += [(row.fidelity, 2) for row in data.virtual if row.fidelity.value not in bell]
    figures += [(row.fidelity, row.r) for row in data.ghz]
    return list(dict.fromkeys(figures))


def _error_bars() -> AuditedStatement:
    ranges = [(figure, error_ranges(figure.value, size, shots=SHOTS)) for figure, size in _parity_figures()]
    printed = sum(_fits(figure.error, found.printed) for figure, found in ranges)
    right = sum(_fits(figure.error, found.right) for figure, found in ranges)
    factors = [figure.error / found.right[1] for figure, found in ranges]
    widest = [figure.error / found.right[0] for figure, found in ranges]
    return _statement(
        "error bars of the parity method",
        "the error bars of fidelities by parity oscillations are their standard errors at 10,000 shots",
        Support.SUPPORTED if right == len(ranges) else Support.CONTRADICTED,
        f"{printed} of {len(ranges)} fit the equation without the ½ and the covariance, {right} the right one: they are "
        f"{min(factors):.1f} to {max(widest):.1f} times too wide for shot noise, most at high fidelity",
        {
            "figures": len(ranges),
            "fit the printed equation": printed,
            "fit the right equation": right,
            "least factor": min(factors),
            "largest factor": max(widest),
        },
    )


def _fits(error: float, ends: tuple[float, float]) -> bool:
    return ends[0] - ROUNDING <= error <= ends[1] + ROUNDING


def _bell_errors() -> AuditedStatement:
    figures = [row.bell for row in published().entanglement]
    fitting = sum(abs(figure.error - by_bell_measurement(figure).standard_error) <= ROUNDING for figure in figures)
    return _statement(
        "error bars of the Bell measurement",
        "the error bars of fidelities by Bell measurement are their standard errors at 10,000 shots",
        Support.SUPPORTED if fitting == len(figures) else Support.CONTRADICTED,
        f"{fitting} of {len(figures)} are the root of F(1 − F)/10000 to the published digits",
        {"figures": len(figures), "fit F(1 - F)/N": fitting},
    )


def _days() -> AuditedStatement:
    values = published().daily
    errors = [by_parity(Figure(value, 0.0)).standard_error for value in values]
    found = day_to_day(values, errors)
    first = published().entanglement[0].parity
    return _statement(
        "day to day",
        f"the fidelity at n = 2 is {first.value:g} ± {first.error:g}",
        Support.CONTRADICTED if found.heterogeneity_p < 0.001 and first.value >= max(values) else Support.PARTLY,
        f"{first.value:g} is the largest of five days; their mean is {found.mean:.3f} (95 % {found.mean_interval.low:.3f} … "
        f"{found.mean_interval.high:.3f}) and they spread by {found.between:.3f}, {found.ratio:.1f} times the shot noise",
        {
            "mean": found.mean,
            "low": found.mean_interval.low,
            "high": found.mean_interval.high,
            "day-to-day standard deviation": found.between,
            "its lowest": found.between_interval.low,
            "its highest": found.between_interval.high,
            "shot noise": found.within,
            "ratio to the shot noise": found.ratio,
            "ratio to the published error": found.between / first.error,
            "p of no spread between days": found.heterogeneity_p,
        },
    )


def _chsh(alpha: float) -> AuditedStatement:
    orders = ("reference_first", "same_time", "reference_last")
    # for a Werner state dS/dF_e = 2√2 · 4/3
    slope = 2 * math.sqrt(2) * 4 / 3
    daily = _days().number("day-to-day standard deviation") * slope
    numbers: dict[str, float] = {"spread between days of S, from that of F_e": daily, "alpha": alpha}
    for order in orders:
        for what, spread in (("shot noise only", 0.0), ("with the spread between days", daily)):
            values = ((row.n, _chsh_value(getattr(row, order), spread)) for row in published().chsh)
            numbers[f"{order.replace('_', ' ')}, {what}"] = largest_above(values, published().local_bound, alpha=alpha)
    most = int(max(value for name, value in numbers.items() if name.endswith("shot noise only")))
    return _statement(
        "nonlocal",
        "the decrypted clone violates the CHSH inequality with the reference",
        Support.SUPPORTED if most >= 2 else Support.CONTRADICTED,
        f"up to n = {most}, by the order of measurement and by what is counted as error; for no n from 4 on",
        numbers,
    )


def _chsh_value(figure: Figure, spread: float) -> Measured:
    return Measured(CHSH, "", figure.value, math.hypot(figure.error, spread), SHOTS)


def _ghz(alpha: float) -> AuditedStatement:
    daily = _days().number("day-to-day standard deviation")
    reach: list[int] = []
    for spread in (0.0, daily):
        shown = 0
        for row in published().ghz:
            value = by_parity(row.fidelity, row.r, quantity=GHZ_FIDELITY, spread=spread)
            if row.r > 1 and not _shown(genuinely_multipartite(value, alpha=alpha).status):
                break
            shown = row.r
        reach.append(shown)
    return _statement(
        "GHZ registers of 15 qubits",
        "GHZ states of up to r = 15 qubits come out of parallel cloning",
        Support.PARTLY,
        f"the fidelity falls to {published().ghz[-1].fidelity.value:g} at r = 15; genuinely multipartite entanglement (F_r > 1/2) is "
        f"shown up to r = {reach[0]} by shot noise, up to r = {reach[1]} with the spread between days",
        {"largest r, shot noise only": reach[0], "largest r, with the spread between days": reach[1], "alpha": alpha},
    )


def _cloners(alpha: float) -> AuditedStatement:
    readings: tuple[Callable[[EntanglementRow], Measured], ...] = (
        lambda row: by_bell_measurement(row.bell),
        lambda row: by_parity(row.parity),
    )
    reach = []
    for read in readings:
        largest = 0
        for row in published().entanglement:
            clones = row.n + 1 if row.n % 2 == 0 else row.n
            if not _shown(beats_universal_cloners(read(row), clones, alpha=alpha).status):
                break
            largest = row.n
        reach.append(largest)
    return _statement(
        "better than cloning without a key",
        "a decrypted clone is better than each of as many clones of the optimal universal cloner",
        Support.SUPPORTED if min(reach) >= 2 else Support.CONTRADICTED,
        f"F_e > (M + 1)/(2M) is shown up to n = {reach[0]} by Bell measurement, n = {reach[1]} by parity oscillations (shot noise only)",
        {"by Bell measurement": reach[0], "by parity oscillations": reach[1], "alpha": alpha},
    )


def _twice() -> AuditedStatement:
    data = published()
    first, second = data.iterated[1], next(row for row in data.virtual if (row.branching, row.level) == (2, 1))
    third = next(row for row in data.virtual if (row.branching, row.level) == (4, 0))
    same = first.fidelity == second.fidelity and first.gates != second.gates
    mixed = third.fidelity.value == data.fidelity(4, "bell").value != data.fidelity(4, "parity").value
    return _statement(
        "figures that occur twice",
        "table VI's rows are measurements of their own circuits",
        Support.PARTLY if same or mixed else Support.SUPPORTED,
        f"l = 1 has the fidelity and error of experiment 3's l = 1, a circuit of {first.gates} two-qubit gates, not {second.gates}; "
        "n = 4, l = 0 has the value of the Bell measurement with an error of the parity method",
        {"l = 1 occurs twice": same, "n = 4 mixes two methods": mixed},
    )


def audit_published(*, alpha: float = 0.05) -> tuple[AuditedStatement, ...]:
    """Every audited statement, each test at level ``alpha``.

    >>> next(one for one in audit_published() if one.name == "729 clones").number("most clones made")
    77.0
    """
    return (
        _above_mixed(alpha),
        _entangled(alpha),
        _clones(alpha),
        _error_bars(),
        _bell_errors(),
        _days(),
        _chsh(alpha),
        _ghz(alpha),
        _cloners(alpha),
        _twice(),
    )
