"""Which circuits an experiment takes: observables of one arrangement that need no qubit in two bases share a setting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from noclone.hardware_checks.arrangements import Experiment, LogicalObservable

__all__ = ["Setting", "settings_of"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One circuit: the arrangement so called, and the letter that each measured qubit is measured in.

    Classical bit j is the outcome of ``letters[j]``'s qubit, 0 for +1 and 1 for −1.
    """

    arrangement: str
    letters: tuple[tuple[str, str], ...]

    def reads(self, observable: LogicalObservable) -> bool:
        """Whether the observable's value can be read off this setting's outcomes."""
        return observable.arrangement == self.arrangement and set(observable.paulis) <= set(self.letters)

    def bits(self, observable: LogicalObservable) -> tuple[int, ...]:
        """The classical bits whose parity gives the observable, its sign apart; raises ValueError if it is not read."""
        return tuple(self.letters.index(each) for each in observable.paulis)

    @property
    def title(self) -> str:
        """The arrangement and the letters, as "parity: R X, S[0] X"."""
        return f"{self.arrangement}: {', '.join(f'{name} {letter}' for name, letter in self.letters)}"


def settings_of(experiment: Experiment) -> tuple[Setting, ...]:
    """The settings that read every observable of the experiment: each observable joins the first that it does not contradict.

    Observables that act on nothing need no circuit.
    """
    return tuple(setting for name in experiment.arrangements for setting in _merged(name, experiment.observables(name)))


def _merged(arrangement: str, observables: Iterable[LogicalObservable]) -> list[Setting]:
    bases: list[dict[str, str]] = []
    for observable in observables:
        wanted = dict(observable.paulis)
        if not wanted:
            continue
        for basis in bases:
            if all(basis.get(name, letter) == letter for name, letter in wanted.items()):
                basis.update(wanted)
                break
        else:
            bases.append(wanted)
    return [Setting(arrangement, tuple(sorted(basis.items()))) for basis in bases]
