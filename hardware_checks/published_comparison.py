"""The published figures one by one beside what a noise model predicts for the same quantity, on circuits compiled here.

Published circuits are not known, only their numbers of two-qubit gates and layers; ours have fewer. So a residual
(published − predicted) has everything in it that the model lacks: another day, another calibration, another compilation.
Residuals of different quantities are compared in units of fidelity: for a Werner state S = 2√2·(4F_e − 1)/3, so dS/dF_e is
2√2·4/3; F_r is a fidelity itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from noclone.hardware_checks.arrangements import Experiment, Quantity, on_device
from noclone.hardware_checks.compiling import compile_experiment
from noclone.hardware_checks.experiments import (
    chsh,
    entanglement_fidelity,
    ghz,
    iterated_cloning,
    virtual_iteration,
)
from noclone.hardware_checks.live_targets import LiveTarget
from noclone.hardware_checks.measured import GHZ_FIDELITY
from noclone.hardware_checks.noise_model import NoiseModel
from noclone.hardware_checks.noisy_circuits import with_noise
from noclone.hardware_checks.physical import PhysicalCircuit
from noclone.hardware_checks.prediction import predict
from noclone.hardware_checks.propagation import twirled
from noclone.hardware_checks.published import Figure, published
from noclone.hardware_checks.published_statements import by_bell_measurement, by_parity
from noclone.models.errors import InputError

__all__ = [
    "CHSH_UNIT",
    "STAGES",
    "CompiledFigure",
    "PublishedFigure",
    "Residuals",
    "compile_figures",
    "deeper",
    "published_figures",
    "residuals",
]

CHSH_UNIT = 2 * math.sqrt(2) * 4 / 3
"""By how much S changes per unit of entanglement fidelity."""
STAGES = ("gates", "readout", "idle", "full")
"""Each is the prediction with one more layer of noise; "full" has the full channels instead of Pauli-twirled ones."""


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """A figure of the paper, with the ``right_error`` beside the published one, and which of our circuits measures it.

    ``experiment`` is 1 to 4, table VI counting as 3; ``size`` as the paper writes it ("n=7", "l=2*", "VI n=4 l=1", "r=3").
    ``repeats`` says which figure stands here a second time ("" for none): such a row is shown and not counted. ``unit`` is
    what a unit of fidelity is in this quantity. Gates and layers are the published ones, None where none were published.
    """

    experiment: int
    size: str
    quantity: str
    figure: Figure
    right_error: float
    two_qubit_gates: int | None
    two_qubit_layers: int | None
    circuit: tuple[str, *tuple[int, ...]]
    repeats: str = ""
    unit: float = 1.0


_BUILT: Mapping[str, Callable[..., Experiment]] = {
    "entanglement": entanglement_fidelity,
    "chsh": chsh,
    "iterated": iterated_cloning,
    "virtual": virtual_iteration,
    "ghz": ghz,
}


def published_figures(experiments: Iterable[int] = (1, 2, 3, 4)) -> tuple[PublishedFigure, ...]:
    """Every published figure of these experiments, in the order of the tables; raises InputError for an unknown experiment.

    >>> len(published_figures()), sum(1 for one in published_figures() if one.repeats)
    (75, 4)
    """
    made = {1: _entanglement, 2: _chsh, 3: lambda: [*_iterated(), *_virtual()], 4: _ghz}
    wanted = sorted(set(experiments))
    if unknown := [number for number in wanted if number not in made]:
        raise InputError(f"experiment {unknown[0]} has no published figures: there are 1, 2, 3, 4")
    return tuple(figure for number in wanted for figure in made[number]())


def _entanglement() -> list[PublishedFigure]:
    found = []
    for row in published().entanglement:
        size, circuit = f"n={row.n}", ("entanglement", row.n)
        bell, parity = by_bell_measurement(row.bell).standard_error, by_parity(row.parity).standard_error
        found.append(PublishedFigure(1, size, "F_e, Bell measurement", row.bell, bell, None, row.bell_layers, circuit))
        found.append(PublishedFigure(1, size, "F_e, parity", row.parity, parity, None, row.parity_layers, circuit))
    return found


def _chsh() -> list[PublishedFigure]:
    found = []
    for row in published().chsh:
        # four correlators of 10,000 shots each: the published errors of S are right
        for order in ("reference_first", "same_time", "reference_last"):
            figure: Figure = getattr(row, order)
            name, circuit = f"S, {order.replace('_', ' ')}", ("chsh", row.n)
            found.append(
                PublishedFigure(2, f"n={row.n}", name, figure, figure.error, None, None, circuit, unit=CHSH_UNIT)
            )
    bare = published().undecrypted_chsh
    found.append(
        PublishedFigure(2, "n=2", "S, not decrypted", bare, bare.error, None, None, ("chsh", 2), unit=CHSH_UNIT)
    )
    return found


def _iterated() -> list[PublishedFigure]:
    first = published().fidelity(2, "parity")
    return [
        PublishedFigure(
            3,
            row.label,
            "F_e, parity",
            row.fidelity,
            by_parity(row.fidelity).standard_error,
            row.gates,
            row.layers,
            ("iterated", row.qubits),
            "experiment 1, n=2, parity" if row.label == "l=0" and row.fidelity == first else "",
        )
        for row in published().iterated
    ]


def _virtual() -> list[PublishedFigure]:
    return [
        PublishedFigure(
            3,
            f"VI n={row.branching} l={row.level}",
            "F_e, parity",
            row.fidelity,
            by_parity(row.fidelity).standard_error,
            row.gates,
            row.layers,
            ("virtual", row.branching, row.level),
            _repeated(row.branching, row.level, row.fidelity),
        )
        for row in published().virtual
    ]


def _repeated(branching: int, level: int, figure: Figure) -> str:
    """Which figure of another table has the same value; at level 0, where the circuit is experiment 1's, by either method."""
    if level == 0:
        row = next(row for row in published().entanglement if row.n == branching)
        same = {row.bell.value: "Bell measurement", row.parity.value: "parity"}.get(figure.value)
        return f"experiment 1, n={branching}, {same}" if same else ""
    listed = {row.label: row.fidelity for row in published().iterated}
    return f"experiment 3, l={level}" if branching == 2 and listed.get(f"l={level}") == figure else ""


def _ghz() -> list[PublishedFigure]:
    return [
        PublishedFigure(
            4,
            f"r={row.r}",
            "F_r",
            row.fidelity,
            by_parity(row.fidelity, row.r, quantity=GHZ_FIDELITY).standard_error,
            row.gates,
            row.layers,
            ("ghz", row.r),
        )
        for row in published().ghz
    ]


@dataclass(frozen=True, slots=True, eq=False)
class CompiledFigure:
    """A published figure with our quantity and the compiled circuits on which that is measured."""

    figure: PublishedFigure
    quantity: Quantity
    circuits: Mapping[str, PhysicalCircuit]

    @property
    def two_qubit_gates(self) -> int:
        """Of the largest of its circuits."""
        return max(circuit.two_qubit_gates for circuit in self.circuits.values())

    @property
    def two_qubit_layers(self) -> int:
        """Of the deepest of its circuits."""
        return max(circuit.two_qubit_layers for circuit in self.circuits.values())

    def value(self, noise: NoiseModel) -> float:
        """The quantity with Pauli-twirled noise: what fits use, a few milliseconds each."""
        found = self.quantity.constant
        for key, circuit in self.circuits.items():
            terms = [(weight, one) for weight, one in self.quantity.terms if one.arrangement == key]
            observables = [on_device(one, circuit.layout) for _, one in terms]
            values = twirled(with_noise(circuit, noise), observables).values().tolist()
            found += sum(weight * value for (weight, _), value in zip(terms, values, strict=True))
        return found

    def stages(self, noise: NoiseModel, *, most_untwirled: int) -> dict[str, float]:
        """The prediction by stage; "full" is that of twirled noise, too, unless ``is_untwirled(most_untwirled)``."""
        found = dict.fromkeys(STAGES, self.quantity.constant)
        method = "untwirled" if self.is_untwirled(most_untwirled) else "twirled"
        for key, circuit in self.circuits.items():
            terms = [(weight, one) for weight, one in self.quantity.terms if one.arrangement == key]
            observables = [on_device(one, circuit.layout) for _, one in terms]
            row = predict(circuit, observables, noise, method=method).combined([weight for weight, _ in terms])
            left = row.ideal
            for stage in STAGES[:-1]:
                left -= row.layers[stage]
                found[stage] += left
            found["full"] += row.predicted
        return found

    def is_untwirled(self, most: int) -> bool:
        """Whether "full" is that of the full channels: too many observables are predicted with twirled noise."""
        return len(self.quantity.terms) <= most


def compile_figures(
    figures: Sequence[PublishedFigure],
    live: LiveTarget,
    *,
    most_qubits: int | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[list[CompiledFigure], list[str]]:
    """Compile every circuit once; also why some figures are left out: circuits of too many qubits.

    ``most_qubits`` leaves out circuits of more (the reference counted).
    """
    compiled: dict[tuple[str, *tuple[int, ...]], tuple[Experiment, Mapping[str, PhysicalCircuit]] | str] = {}
    found: list[CompiledFigure] = []
    left_out: list[str] = []
    for one in figures:
        if one.circuit not in compiled:
            compiled[one.circuit] = _compiled(one.circuit, live, most_qubits)
            progress(f"experiment {one.experiment}, {one.size}")
        made = compiled[one.circuit]
        if isinstance(made, str):
            left_out.append(f"experiment {one.experiment}, {one.size}, {one.quantity}: {made}")
            continue
        experiment, circuits = made
        quantity = next(each for each in experiment.quantities if each.name == one.quantity)
        needed = dict.fromkeys(observable.arrangement for _, observable in quantity.terms)
        found.append(CompiledFigure(one, quantity, {key: circuits[key] for key in needed}))
    return found, left_out


def _compiled(
    circuit: tuple[str, *tuple[int, ...]], live: LiveTarget, most_qubits: int | None
) -> tuple[Experiment, Mapping[str, PhysicalCircuit]] | str:
    """The experiment and its circuits, or why there are none."""
    kind, *sizes = circuit
    experiment = _BUILT[kind](*sizes)
    needed = max(len(arrangement.used) for arrangement in experiment.arrangements.values())
    if most_qubits is not None and needed > most_qubits:
        return f"its circuit has {needed} qubits, and at most {most_qubits} were asked for"
    try:
        return experiment, compile_experiment(experiment, live)
    except InputError as error:
        return str(error)


def deeper(noise: NoiseModel, factor: float) -> NoiseModel:
    """The noise of a circuit so many times as deep: gates and idling ``factor`` times as noisy, the readout as it is."""
    if not factor > 0:
        raise InputError(f"a circuit {factor} times as deep: give a factor above 0")
    readout = {qubit: (min(1.0, p10 / factor), min(1.0, p01 / factor)) for qubit, (p10, p01) in noise.readout.items()}
    return replace(noise, scale=noise.scale * factor, readout=readout)


@dataclass(frozen=True, slots=True)
class Residuals:
    """Published − predicted over some figures, in units of fidelity; ``rms_in_errors`` in the right standard errors."""

    figures: int
    mean: float
    rms: float
    rms_in_errors: float


def residuals(figures: Sequence[PublishedFigure], predicted: Sequence[float]) -> Residuals:
    """The residuals of figures against their predictions; raises InputError if there are none."""
    pairs = list(zip(figures, predicted, strict=True))
    if not pairs:
        raise InputError("no published figure to compare: choose other experiments or more qubits")
    gaps = [(one.figure.value - value) / one.unit for one, value in pairs]
    ratios = [(one.figure.value - value) / one.right_error for one, value in pairs]
    return Residuals(len(pairs), sum(gaps) / len(gaps), _rms(gaps), _rms(ratios))


def _rms(values: Sequence[float]) -> float:
    return math.sqrt(sum(value**2 for value in values) / len(values))
