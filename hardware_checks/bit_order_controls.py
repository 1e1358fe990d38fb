"""Control circuits that show which bit is which qubit: without them a run can be read in the wrong order and nobody notices.

Parities do not change when their bits are exchanged, so an experiment may well look right in reversed order. Control k prepares the
j-th measured qubit in bit k of j, on the experiment's own qubits: ⌈log₂ bits⌉ circuits tell every order from every other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from noclone.hardware_checks.arrangements import Arrangement, Experiment, LogicalObservable, Quantity, Step
from noclone.hardware_checks.live_targets import LiveTarget
from noclone.hardware_checks.physical import Operation, PhysicalCircuit
from noclone.models.errors import InputError

__all__ = ["control_circuits", "with_controls"]

_NAME = "control"


def with_controls(experiment: Experiment) -> Experiment:
    """The experiment with a control arrangement and quantity for each bit of the measured qubits' numbers, in order of name.

    "control k" is the mean of ⟨Z⟩ over the measured qubits, signed so that it is 1 without noise; an exchange of two bits lowers at
    least one control by 4 divided by the number of bits.
    """
    names = _measured(experiment)
    controls = {f"{_NAME} {bit + 1}": bit for bit in range((len(names) - 1).bit_length())}
    arrangements = {
        name: Arrangement(tuple(names), tuple(step for at in _ones(names, bit) for step in _flip(at)))
        for name, bit in controls.items()
    }
    quantities = [_quantity(name, names, bit) for name, bit in controls.items()]
    return replace(
        experiment,
        arrangements={**experiment.arrangements, **arrangements},
        quantities=(*experiment.quantities, *quantities),
    )


def control_circuits(
    experiment: Experiment, circuits: Mapping[str, PhysicalCircuit], live: LiveTarget
) -> dict[str, PhysicalCircuit]:
    """The controls of ``with_controls`` on the qubits of the experiment's first circuit that has them all, an x where a 1 is.

    Raises InputError if there is none.
    """
    names = _measured(experiment)
    controls = [name for name in with_controls(experiment).arrangements if name not in experiment.arrangements]
    if not controls:
        return {}
    layout = next((each.layout for each in circuits.values() if set(names) <= set(each.layout)), None)
    if layout is None:
        raise InputError(f"no circuit has all of the measured qubits {', '.join(names)}: measure them in one of them")
    found = {}
    for bit, name in enumerate(controls):
        flipped = [layout[names[at]] for at in _ones(names, bit)]
        longest = max(live.duration("x", (qubit,)) for qubit in flipped)
        durations = {qubit: live.duration("x", (qubit,)) for qubit in flipped}
        operations = [Operation("x", (qubit,), longest - durations[qubit], durations[qubit]) for qubit in flipped]
        found[name] = PhysicalCircuit(tuple(operations), {each: layout[each] for each in names}, 0, 0, 0)
    return found


def _measured(experiment: Experiment) -> list[str]:
    """Every qubit that an observable acts on, in order of name."""
    terms = (observable for quantity in experiment.quantities for _, observable in quantity.terms)
    return sorted({name for observable in terms for name, _ in observable.paulis})


def _ones(names: Sequence[str], bit: int) -> list[int]:
    return [at for at in range(len(names)) if at >> bit & 1]


def _flip(qubit: int) -> tuple[Step, ...]:
    return (("H", qubit), ("S", qubit), ("S", qubit), ("H", qubit))


def _quantity(name: str, names: Sequence[str], bit: int) -> Quantity:
    terms = tuple(
        (1 / len(names), LogicalObservable(name, ((each, "Z"),), 1, -1 if at >> bit & 1 else 1))
        for at, each in enumerate(names)
    )
    return Quantity(name, 0.0, terms)
