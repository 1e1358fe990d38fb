"""The tables of a hardware report, as text: runs, values, dearest causes, drift, physical statements."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from noclone.hardware.panels import Run
from noclone.hardware_checks.drift import change_point, day_to_day

__all__ = [
    "NAMES",
    "Column",
    "Table",
    "budget_table",
    "drift_table",
    "findings_table",
    "runs_table",
    "values_table",
]

NAMES = {
    1: "entanglement fidelity of a decrypted clone",
    2: "CHSH",
    3: "iterated cloning",
    4: "GHZ states",
    5: "single use",
    6: "access by data",
}
_DEAREST = 4
_PROPORTION = "F_e, Bell measurement"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column's name, and how its cells are set: "", "number", "short" (never broken), "roomy" or "tag"."""

    name: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under their columns; ``called`` are the numbers of rows to mark."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    called: frozenset[int] = frozenset()


def _columns(names: str, numbers: Iterable[str] = (), short: Iterable[str] = ()) -> tuple[Column, ...]:
    """Columns from names with | between them."""
    kinds = (
        dict.fromkeys(numbers, "number")
        | dict.fromkeys(short, "short")
        | {"finding": "tag", "statement": "roomy", "assumes": "roomy"}
    )
    return tuple(Column(name, kinds.get(name, "")) for name in names.split("|"))


def _number(value: float, digits: int = 4) -> str:
    return f"{value:.{digits}f}".replace("-", "−")


def _signed(value: float) -> str:
    return f"{value:+.4f}".replace("-", "−")


def _p(value: float) -> str:
    return f"{value:.2g}" if value >= 0.001 else f"{value:.0e}"


def runs_table(runs: Sequence[Run]) -> Table:
    """Where each run's numbers come from and how it is judged."""
    names = "run|plan|backend|calibrated|run at|shots|tolerance|effect|α|power|options"
    rows = []
    for run in runs:
        content = run.content
        kind = "simulated" if content["simulated"] else "real device"
        where = ", ".join(filter(None, [content["backend"], content.get("processor") or "", kind]))
        times = [_time(content[name]) for name in ("calibration_time", "run_time")]
        judged = [f"{content[name]:g}" for name in ("tolerance", "effect", "alpha", "power")]
        rows.append(
            (str(run.number), content["plan"], where, *times, f"{content['shots']:,}", *judged, _options(content))
        )
    return Table(_columns(names, ("shots", "tolerance", "effect", "α", "power"), ("plan",)), tuple(rows))


def _time(text: str | None) -> str:
    """An ISO time to the minute."""
    return "unknown" if text is None else text[:16].replace("T", " ") if text[10:11] == "T" else text


def _options(content: Row) -> str:
    options = content.get("options")
    if not isinstance(options, Mapping) or not options:
        return "none"
    return ", ".join(f"{name}: {_option(value)}" for name, value in options.items())


def _option(value: Any) -> str:
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def _size(row: Row) -> str:
    return f"{row['parameter']} = {row['size']}"


def _quantity(row: Row) -> str:
    return ", ".join(filter(None, [row["quantity"], row.get("series", "")]))


def _ordered(runs: Sequence[Run], experiment: int) -> list[tuple[Run, Row]]:
    """All rows: quantity after quantity, in each size after size, for each of those the runs in order."""
    listed = [(run, row) for run in runs for row in run.rows(experiment)]
    quantities, sizes = (list(dict.fromkeys(of(row) for _, row in listed)) for of in (_quantity, _size))
    if all(isinstance(row["size"], int) for _, row in listed):
        sizes = list(dict.fromkeys(_size(row) for _, row in sorted(listed, key=lambda pair: pair[1]["size"])))
    return sorted(
        listed,
        key=lambda pair: (quantities.index(_quantity(pair[1])), sizes.index(_size(pair[1])), pair[0].number),
    )


def _without_repeats(rows: Iterable[tuple[str, ...]], columns: int) -> tuple[tuple[str, ...], ...]:
    """The rows, with those of the first columns left empty that say the same as above."""
    found, above = [], ("",) * columns
    for row in rows:
        same = next((at for at in range(columns) if row[at] != above[at]), columns)
        found.append(("",) * same + row[same:])
        above = row[:columns]
    return tuple(found)


def _ranged(row: Row) -> str:
    """The prediction with its range, ± where it is in the middle."""
    below, above = row["predicted"] - row["predicted_low"], row["predicted_high"] - row["predicted"]
    star = "*" if row["method"] == "twirled" else ""
    if abs(above - below) < 1e-9:
        return f"{_number(row['predicted'])}{star} ± {_number(above)}"
    return f"{_number(row['predicted'])}{star} ({_number(row['predicted_low'])} … {_number(row['predicted_high'])})"


def values_table(runs: Sequence[Run], experiment: int) -> Table:
    """Every number behind the figures of values and residuals."""
    names = "quantity|size|run|measured|interval|predicted|difference|visible|adjusted p|deviates by|published"
    rows, called = [], set()
    for at, (run, row) in enumerate(_ordered(runs, experiment)):
        is_called = row["at_least"] > 0 and abs(row["difference"]) >= row["visible"]
        called |= {at} if is_called else set()
        published = "" if row["published"] is None else _number(row["published"], 3)
        if published and row["published_error"]:
            published += f" ± {_number(row['published_error'], 3)}"
        rows.append(
            (
                _quantity(row),
                _size(row),
                str(run.number),
                _number(row["measured"]) + ("†" if row["mitigated"] else ""),
                f"{_number(row['low'])} … {_number(row['high'])}",
                _ranged(row),
                _signed(row["measured"] - row["predicted"]),
                _number(row["visible"]),
                _p(row["adjusted_p"]),
                f"≥ {_number(row['at_least'])}" if is_called else "",
                published,
            )
        )
    caption = (
        "Difference: measured − predicted. Visible: the least difference beyond the range that these shots could be relied on to find."
        " Adjusted p: Holm's, over the whole run. Deviates by: what is left of the difference at the joint confidence, where it is called."
        " Published: another day, another calibration. † with readout mitigation. * predicted with Pauli-twirled noise."
    )
    return Table(
        _columns(names, names.split("|")[3:], ("quantity", "size")),
        _without_repeats(rows, 2),
        caption,
        frozenset(called),
    )


def budget_table(runs: Sequence[Run], experiment: int) -> Table | None:
    """The dearest causes and qubits of each quantity, to first order, by the latest run that has a budget for it."""
    latest: dict[tuple[str, Any], tuple[Run, Row, list[Row]]] = {}
    for run in runs:
        for row, costs in _budgets(run, experiment):
            latest[_quantity(row), row["size"]] = (run, row, costs)
    order = dict.fromkeys((_quantity(row), row["size"]) for _, row in _ordered(runs, experiment))
    rows = [_budget_row(*latest[key]) for key in order if key in latest]
    names = "quantity|size|run|ideal − predicted|first order|leaves out|dearest causes|dearest qubits"
    caption = (
        "First order: the sum of what each place alone would take, under Pauli-twirled noise. Shares are of that sum; ×k counts the places;"
        " a cause on two qubits counts half for each. The more first order leaves out, the less its costs say in absolute terms; the shares still rank the causes. From"
        " the latest run of each quantity."
    )
    numbers = ("ideal − predicted", "first order", "leaves out")
    short = ("quantity", "size", "dearest causes", "dearest qubits")
    return Table(_columns(names, numbers, short), _without_repeats(rows, 1), caption) if rows else None


def _budgets(run: Run, experiment: int) -> Iterator[tuple[Row, list[Row]]]:
    """Each row with its causes; none where several rows would claim the same."""
    found: dict[tuple[Any, ...], list[Row]] = {}
    for cost in run.content["budget"]:
        if cost["experiment"] == experiment:
            key = cost["quantity"], cost["size"], cost.get("series", "")
            found.setdefault(key, []).append(cost)
    own = [row for row in run.content["rows"] if row["experiment"] == experiment]
    keys = [(row["quantity"], row["size"], row.get("series", "")) for row in own]
    for key, row in zip(keys, own, strict=True):
        if key in found and keys.count(key) == 1:
            yield row, found[key]


def _budget_row(run: Run, row: Row, costs: Sequence[Row]) -> tuple[str, ...]:
    total = sum(cost["cost"] for cost in costs)
    lost = row["ideal"] - row["predicted"]
    by_qubit: dict[int, float] = {}
    for cost in costs:
        for qubit in cost["qubits"]:
            by_qubit[qubit] = by_qubit.get(qubit, 0.0) + cost["cost"] / len(cost["qubits"])
    causes = sorted(costs, key=lambda cost: -cost["cost"])
    qubits = sorted(by_qubit.items(), key=lambda item: -item[1])
    return (
        _quantity(row),
        _size(row),
        str(run.number),
        _number(lost),
        _number(total),
        _signed(lost - total),
        "\n".join(f"{_cause(cost)}: {_share(cost['cost'], total)}" for cost in causes[:_DEAREST]),
        "\n".join(f"qubit {qubit}: {_share(cost, total)}" for qubit, cost in qubits[:_DEAREST]),
    )


def _cause(cost: Row) -> str:
    times = f" ×{cost['places']}" if cost["places"] > 1 else ""
    return f"{cost['cause']} {'–'.join(map(str, cost['qubits']))}{times}"


def _share(cost: float, total: float) -> str:
    return f"{_number(cost)}, {cost / total:.0%}" if total else _number(cost)


def drift_table(runs: Sequence[Run], experiment: int) -> Table | None:
    """The spread between runs on one backend, apart from shot noise."""
    series: dict[tuple[str, str, str], list[Row]] = {}
    for run, row in _ordered(runs, experiment):
        quantity = f"{_quantity(row)}{', readout mitigated' if row['mitigated'] else ''}"
        series.setdefault((run.content["backend"], quantity, _size(row)), []).append(row)
    repeated = {key: rows for key, rows in series.items() if len(rows) > 1}
    found = [(*key, str(len(rows)), *_drift(rows, seed)) for seed, (key, rows) in enumerate(repeated.items())]
    names = "backend|quantity|size|runs|mean|spread between runs|shot noise|p, no spread|change"
    caption = (
        "With two runs: their difference, later − earlier. With three or more: the standard deviation between runs beyond shot noise, with"
        " its 95 % interval (random effects; normal runs assumed). With four or more of a plain proportion: the likeliest lasting change,"
        " by exchanging whole runs. The p-values are for each line alone."
    )
    numbers = ("runs", "mean", "spread between runs", "shot noise", "p, no spread")
    return Table(_columns(names, numbers, ("size",)), _without_repeats(found, 2), caption) if found else None


def _drift(rows: Sequence[Row], seed: int) -> tuple[str, str, str, str, str]:
    """Mean, spread, shot noise, p-value, change."""
    values, errors = [row["measured"] for row in rows], [row["standard_error"] for row in rows]
    mean = _number(sum(values) / len(values))
    noise = _number(math.sqrt(sum(error**2 for error in errors) / len(errors)))
    if not all(error > 0 for error in errors):
        return mean, "", noise, "", "no shot noise in some run"
    if len(rows) == 2:
        apart, error = values[1] - values[0], math.hypot(*errors)
        p = math.erfc(abs(apart) / error / math.sqrt(2))
        return mean, "", noise, _p(p), f"{_signed(apart)} ± {_number(error)}"
    found = day_to_day(values, errors)
    reach = found.between_interval
    spread = f"{_number(found.between)} ({_number(reach.low)} … {_number(reach.high)})"
    return _number(found.mean), spread, noise, _p(found.heterogeneity_p), _change(rows, seed)


def _change(rows: Sequence[Row], seed: int) -> str:
    """The likeliest change of a proportion that was counted, not mitigated; "" where that is not what was measured."""
    if len(rows) < 4 or any(row["quantity"] != _PROPORTION or row["mitigated"] for row in rows):
        return ""
    found = change_point([(round(row["measured"] * row["shots"]), row["shots"]) for row in rows], seed=seed)
    return (
        f"after run {found.index} of them, {_number(found.before)} to {_number(found.after)}, p = {_p(found.p_value)}"
    )


def findings_table(runs: Sequence[Run]) -> Table | None:
    """Every physical statement with what it rests on; None if there are none."""
    rows = []
    for run in runs:
        for one in run.content["findings"]:
            bounds = f"{_number(one['low'])} … {_number(one['high'])}"
            threshold, value = (_number(one[name]) for name in ("threshold", "value"))
            confidence = f"{100 * one['confidence']:.3g} %"
            assumed = "; ".join(one["assumptions"]) or "none beyond the counts"
            name = f"{one['name']}\n{one['statement']}"
            rows.append(
                (one["status"], name, one["label"], str(run.number), value, bounds, threshold, confidence, assumed)
            )
    names = "finding|statement|where|run|value|bounds|threshold|confidence|assumes"
    caption = (
        "Bounds are one-sided, each at the stated confidence. SHOWN: beyond the threshold; EXCLUDED: on its other side."
    )
    numbers = ("value", "bounds", "threshold", "confidence")
    return Table(_columns(names, numbers, ("where",)), tuple(rows), caption) if rows else None
