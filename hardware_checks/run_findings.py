"""Which physical statements a run's quantities decide, each by its threshold, all of them together at one error rate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from noclone.hardware_checks.arrangements import Quantity
from noclone.hardware_checks.measured import CHSH, ENTANGLEMENT_FIDELITY, GHZ_FIDELITY
from noclone.hardware_checks.measured_quantities import measured_quantity, with_sampled_operators
from noclone.hardware_checks.physical_statements import (
    Finding,
    beats_measure_and_prepare,
    beats_universal_cloners,
    controlled_family,
    entangled,
    genuinely_multipartite,
    key_consumed,
    nonlocal_correlations,
)
from noclone.hardware_checks.published import published
from noclone.hardware_checks.run_comparisons import Compared
from noclone.hardware_checks.run_drafts import RunItem

__all__ = ["clones_made", "findings_of"]

_NOT_A_BELL_TEST = "S is √2(⟨ZZ⟩ + ⟨XX⟩): the measurements are taken to be a qubit's Z and X, the settings (Z ± X)/√2 were not measured"


def findings_of(rows: Sequence[Compared], *, alpha: float = 0.05, leak: float = 0.1) -> tuple[Finding, ...]:
    """Every statement that these rows can decide. ``leak``: the smallest correlator of a clone without its key that matters."""
    found = [finding for row in rows for finding in _statements(row, alpha)]
    found += _consumed_keys(rows, alpha, leak)
    return controlled_family(found, alpha=alpha) if found else ()


def clones_made(item: RunItem) -> int | None:
    """How many clones the experiment makes, any of which could have been decrypted; None where that is not known.

    Encrypted cloning with even n makes n + 1, the secret's own qubit among them; with odd n that one is none (arXiv:2602.10695).
    """
    parameters = item.experiment.parameters
    if item.experiment.number == 1:
        n = int(parameters["n"])
        return n + 1 if n % 2 == 0 else n
    if item.experiment.number == 3 and "qubits" in parameters:
        return {each.qubits: each.clones for each in published().iterated}[int(parameters["qubits"])]
    if item.experiment.number == 3 and int(parameters["n"]) % 2 == 0:
        return int(parameters["n"]) * (int(parameters["l"]) + 1) + 1
    return None


def _statements(row: Compared, alpha: float) -> Iterator[Finding]:
    measured = with_sampled_operators(row.quantity, row.readings, row.measured)
    if measured.quantity == ENTANGLEMENT_FIDELITY and _is_of_one_qubit(row.quantity) and row.quantity.ideal == 1:
        yield entangled(measured, alpha=alpha)
        yield beats_measure_and_prepare(measured, alpha=alpha)
        clones = clones_made(row.item)
        if clones is not None and clones > 1:
            yield beats_universal_cloners(measured, clones, alpha=alpha)
    elif measured.quantity == CHSH and row.quantity.ideal > 2:
        finding = nonlocal_correlations(measured, alpha=alpha)
        yield replace(finding, assumptions=(*finding.assumptions, _NOT_A_BELL_TEST))
    elif measured.quantity == GHZ_FIDELITY and int(row.item.experiment.parameters["r"]) > 1:
        yield genuinely_multipartite(measured, alpha=alpha)


def _is_of_one_qubit(quantity: Quantity) -> bool:
    """Whether it is the fidelity of one qubit with its reference: ¼ + three correlators, else the thresholds are others."""
    return quantity.constant == 0.25 and len(quantity.terms) == 3


def _consumed_keys(rows: Sequence[Compared], alpha: float, leak: float) -> Iterator[Finding]:
    """Experiment 5: every correlator with the reference of every clone that was not decrypted, and of the one on which a second
    decryption was tried; one finding for each size.
    """
    for item in dict.fromkeys((row.item.parameter, row.item.size) for row in rows if row.item.experiment.number == 5):
        others = [
            measured_quantity(Quantity(_correlator_name(observable.paulis), 0.0, ((1.0, observable),)), row.readings)
            for row in rows
            if (row.item.parameter, row.item.size) == item and row.quantity.ideal == 0.25
            for _, observable in row.quantity.terms
        ]
        if others:
            yield key_consumed(others, within=leak, alpha=alpha, label=f"{item[0]}={item[1]}")


def _correlator_name(paulis: Sequence[tuple[str, str]]) -> str:
    return " ".join(f"{letter}_{name}" for name, letter in paulis)
