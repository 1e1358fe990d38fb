"""What ``noclone hardware published`` computes: the audited statements, and all published figures against a snapshot's prediction."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from noclone.hardware_checks.calibration import noise_from_backend
from noclone.hardware_checks.live_targets import live_target
from noclone.hardware_checks.noise_model import NoiseModel
from noclone.hardware_checks.one_parameter import (
    Curves,
    HeldOut,
    OneParameterFit,
    fit_one_parameter,
    held_out,
    is_explained,
)
from noclone.hardware_checks.prediction import MOST_UNTWIRLED
from noclone.hardware_checks.published import published
from noclone.hardware_checks.published_comparison import (
    STAGES,
    CompiledFigure,
    PublishedFigure,
    Residuals,
    compile_figures,
    deeper,
    published_figures,
    residuals,
)
from noclone.hardware_checks.published_statements import audit_published, spread_between_methods
from noclone.hardware_checks.snapshots import Snapshot
from noclone.models.errors import InputError, nearest

__all__ = ["FITS", "Comparison", "DepthCheck", "FigureRow", "GlobalFit", "Spreads", "compare_published", "spreads"]

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class _Parameter:
    """A parameter of the noise model: where the figures are predicted, and what lies between is interpolated."""

    nodes: tuple[float, ...]
    noise: Callable[[NoiseModel, float], NoiseModel]
    words: str
    unit: str


FITS: Mapping[str, _Parameter] = {
    "scale": _Parameter(
        (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0),
        lambda noise, factor: replace(noise, scale=factor),
        "one factor on all error rates",
        "",
    ),
    "zz": _Parameter(
        tuple(1_000.0 * kilohertz for kilohertz in (0, 5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100)),
        lambda noise, hertz: replace(noise, zz_hz=hertz),
        "one coherent ZZ between idle neighbours",
        " Hz",
    ),
}


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A published figure with its prediction by stage, and what our circuit for it has."""

    figure: PublishedFigure
    predicted: Mapping[str, float]
    method: str
    two_qubit_gates: int
    two_qubit_layers: int

    @property
    def residual(self) -> float:
        """Published − predicted with all of the model, in the quantity's own units."""
        return self.figure.figure.value - self.predicted["full"]


@dataclass(frozen=True, slots=True)
class Spreads:
    """Standard deviations of F_e between repetitions in the published data: between the two methods at the same n (another
    circuit and layout), and between five days at n = 2.
    """

    methods: float
    days: float


@dataclass(frozen=True, slots=True)
class DepthCheck:
    """Residuals before and after gates and idling were made noisier by published over our number of ``what``, per figure."""

    what: str
    lowest: float
    highest: float
    before: Residuals
    after: Residuals


@dataclass(frozen=True, slots=True)
class GlobalFit:
    """One parameter for all figures. ``before``, ``after`` and ``held`` are by experiment (0: all), with Pauli-twirled noise.

    ``shots_only_p`` is the p-value if shot noise were all the error; ``explained`` the share of the sum of squared residuals
    that the fit takes away; ``interpolation`` how far the curves were off the predictions where the fit is; ``predicted`` is in the
    quantities' own units, ``farthest`` (the largest residuals left) in those of fidelity.
    """

    name: str
    fit: OneParameterFit
    shots_only_p: float
    before: Mapping[int, Residuals]
    after: Mapping[int, Residuals]
    held: tuple[HeldOut, ...]
    explained: float
    explains: bool
    interpolation: float
    predicted: tuple[float, ...]
    farthest: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All figures of the chosen experiments with the snapshot's prediction; ``summary`` by (experiment, stage), 0 being all.

    Rows that repeat another figure are in ``rows`` and counted nowhere else.
    """

    rows: tuple[FigureRow, ...]
    left_out: tuple[str, ...]
    summary: Mapping[tuple[int, str], Residuals]
    depth: tuple[DepthCheck, ...]
    fit: GlobalFit | None
    spreads: Spreads


def spreads() -> Spreads:
    """The two spreads between repetitions that the published figures show."""
    days = next(one for one in audit_published() if one.name == "day to day")
    return Spreads(spread_between_methods(published().entanglement), days.number("day-to-day standard deviation"))


def compare_published(
    backend: Snapshot,
    *,
    experiments: Iterable[int] = (1, 2, 3, 4),
    most_qubits: int | None = None,
    fit: str | None = None,
    progress: Progress = lambda *_: None,
) -> Comparison:
    """Compile every published circuit for the backend once, predict each figure layer by layer, and fit one parameter if asked.

    Raises InputError for an experiment without published figures, an unknown fit, and if nothing is left to compare.
    """
    figures = published_figures(experiments)
    if fit is not None and fit not in FITS:
        raise InputError(f"unknown fit '{fit}': one parameter may be fitted, {' or '.join(FITS)}.{nearest(fit, FITS)}")
    steps = len({one.circuit for one in figures}) + 2 + (len(FITS[fit].nodes) if fit else 0)

    def told(step: str) -> None:
        progress(step, steps)

    noise, live = noise_from_backend(backend.backend), live_target(backend.backend)
    compiled, left_out = compile_figures(figures, live, most_qubits=most_qubits, progress=told)
    counted = [one for one in compiled if not one.figure.repeats]
    if not counted:
        raise InputError("no published figure is left to compare: allow more qubits or other experiments")
    told("layers of noise")
    rows = tuple(_row(one, noise) for one in compiled)
    told("depth")
    depth = tuple(_depth_checks(counted, noise))
    found = None if fit is None else _global_fit(fit, counted, noise, told)
    return Comparison(rows, tuple(left_out), _summary(rows), depth, found, spreads())


def _row(one: CompiledFigure, noise: NoiseModel) -> FigureRow:
    method = "untwirled" if one.is_untwirled(MOST_UNTWIRLED) else "twirled"
    predicted = one.stages(noise, most_untwirled=MOST_UNTWIRLED)
    return FigureRow(one.figure, predicted, method, one.two_qubit_gates, one.two_qubit_layers)


def _summary(rows: Sequence[FigureRow]) -> dict[tuple[int, str], Residuals]:
    counted = [row for row in rows if not row.figure.repeats]
    figures = [row.figure for row in counted]
    found = {}
    for stage in STAGES:
        by_experiment = _by_experiment(figures, [row.predicted[stage] for row in counted])
        found.update({(experiment, stage): one for experiment, one in by_experiment.items()})
    return found


def _by_experiment(figures: Sequence[PublishedFigure], predicted: Sequence[float]) -> dict[int, Residuals]:
    """Residuals of each experiment, and of all under 0."""
    found = {0: residuals(figures, predicted)}
    for number in dict.fromkeys(one.experiment for one in figures):
        chosen = [(one, value) for one, value in zip(figures, predicted, strict=True) if one.experiment == number]
        found[number] = residuals([one for one, _ in chosen], [value for _, value in chosen])
    return found


def _depth_checks(counted: Sequence[CompiledFigure], noise: NoiseModel) -> Iterable[DepthCheck]:
    """What the published circuits' greater depth could explain, were their noise ours times the ratio."""
    for what in ("two-qubit layers", "two-qubit gates"):
        pairs = [(one, ratio) for one in counted if (ratio := _ratio(one, what)) is not None]
        if not pairs:
            continue
        figures = [one.figure for one, _ in pairs]
        before = residuals(figures, [one.value(noise) for one, _ in pairs])
        after = residuals(figures, [one.value(deeper(noise, ratio)) for one, ratio in pairs])
        ratios = [ratio for _, ratio in pairs]
        yield DepthCheck(what, min(ratios), max(ratios), before, after)


def _ratio(one: CompiledFigure, what: str) -> float | None:
    """Published over our number of layers or gates; None if none was published."""
    if what == "two-qubit layers":
        theirs, ours = one.figure.two_qubit_layers, one.two_qubit_layers
    else:
        theirs, ours = one.figure.two_qubit_gates, one.two_qubit_gates
    return None if theirs is None else theirs / ours


def _global_fit(
    name: str, counted: Sequence[CompiledFigure], noise: NoiseModel, told: Callable[[str], None]
) -> GlobalFit:
    """The fit in units of fidelity; every figure's error has the spread between repetitions in it."""
    parameter, figures = FITS[name], [one.figure for one in counted]
    table = []
    for node in parameter.nodes:
        told(f"fit of {name}, {node:g}{parameter.unit}")
        table.append([one.value(parameter.noise(noise, node)) / one.figure.unit for one in counted])
    curves = _curves(parameter.nodes, table)
    values = [one.figure.value / one.unit for one in figures]
    shots = [one.right_error / one.unit for one in figures]
    errors = [math.hypot(error, spreads().methods) for error in shots]
    fit = fit_one_parameter(curves, values, errors)
    groups = [f"experiment {one.experiment}" for one in figures]
    held = held_out(curves, values, errors, groups) if len(set(groups)) > 1 else ()
    exact = [one.value(parameter.noise(noise, fit.parameter)) for one in counted]
    before = _by_experiment(figures, [one.value(noise) for one in counted])
    after = _by_experiment(figures, exact)
    off = max(abs(a - b / one.unit) for a, b, one in zip(curves.at(fit.parameter), exact, figures, strict=True))
    return GlobalFit(
        name,
        fit,
        fit_one_parameter(curves, values, shots, resamples=0).p_value,
        before,
        after,
        held,
        1 - (after[0].rms / before[0].rms) ** 2,
        is_explained(fit, held) and bool(held),
        float(off),
        tuple(exact),
        _farthest(figures, exact),
    )


def _farthest(figures: Sequence[PublishedFigure], predicted: Sequence[float]) -> tuple[tuple[str, float], ...]:
    gaps = [
        (f"experiment {one.experiment}, {one.size}, {one.quantity}", (one.figure.value - value) / one.unit)
        for one, value in zip(figures, predicted, strict=True)
    ]
    return tuple(sorted(gaps, key=lambda gap: -abs(gap[1]))[:5])


def _curves(nodes: Sequence[float], table: Sequence[Sequence[float]]) -> Curves:
    import numpy

    return Curves(numpy.array(nodes), numpy.array(table))
