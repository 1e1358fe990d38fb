"""The published figures as data, and what they support; each finding is seen to change with the figures."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from noclone.hardware_checks import published_statements
from noclone.hardware_checks.published import Figure, published
from noclone.hardware_checks.published_statements import (
    AuditedStatement,
    Support,
    audit_published,
    by_bell_measurement,
    by_parity,
    largest_above,
    spread_between_methods,
)
from noclone.models.errors import InputError

DATA = Path(__file__).parents[2] / "hardware_checks" / "data" / "heron_2602_10695.json"


@pytest.fixture(scope="module")
def audit():
    return {one.name: one for one in audit_published()}


def test_the_figures_are_those_of_the_file_with_their_source():
    found, raw = published(), json.loads(DATA.read_text())
    assert found.source == raw["source"]
    assert "2602.10695" in found.source
    assert [row.n for row in found.entanglement] == list(range(2, 16))
    assert found.fidelity(7, "bell") == Figure(0.548, 0.005)
    assert found.fidelity(7, "parity") == Figure(0.551, 0.009)
    assert found.chsh[0].reference_first == Figure(2.147, 0.017)
    assert found.chsh[0].reference_last == Figure(2.331, 0.016)
    assert found.undecrypted_chsh == Figure(0.014, 0.020)
    assert (found.iterated[-1].qubits, found.iterated[-1].clones) == (154, 77)
    assert found.ghz[-1].fidelity == Figure(0.039, 0.004)
    assert found.daily == (0.824, 0.875, 0.810, 0.844, 0.813)
    assert (found.entanglement_threshold, found.mixed_fidelity, found.local_bound) == (0.5, 0.25, 2.0)
    assert len(found.virtual) == 11
    with pytest.raises(KeyError):
        found.fidelity(16, "bell")


def test_every_row_of_the_file_is_read():
    found, raw = published(), json.loads(DATA.read_text())
    tables = {
        "experiment_1_entanglement_fidelity": found.entanglement,
        "experiment_2_chsh": found.chsh,
        "experiment_3_iterated_n2": found.iterated,
        "experiment_4_ghz_n2": found.ghz,
        "table_6_virtual_iteration": found.virtual,
    }
    for name, rows in tables.items():
        written = [
            [list(dataclasses.astuple(cell)) if isinstance(cell, Figure) else cell for cell in values]
            for values in ([getattr(row, field.name) for field in dataclasses.fields(row)] for row in rows)
        ]
        assert written == raw[name]["rows"], name


def test_qubits_of_the_rows_are_those_of_the_protocol():
    found = published()
    assert all(row.qubits == 2 * row.n + 2 for row in found.entanglement)
    assert all(row.qubits == 5 * row.r for row in found.ghz)
    assert all(row.virtual_clones == (row.branching + 1) ** (row.level + 1) for row in found.virtual)
    assert all(row.qubits == 2 * row.branching * (row.level + 1) + 2 for row in found.virtual)
    # reference, the clones, and one key qubit for each of the 2 signals of every cloning
    assert all(row.qubits == 1 + row.clones + (row.clones - 1) for row in found.iterated)
    assert [row.made for row in found.virtual[:2]] == [3, 5]


def test_thirteen_by_shot_noise_is_eleven_with_the_spread_between_repetitions(audit):
    found = audit["correlated up to n ≈ 13"]
    assert found.support is Support.PARTLY
    assert found.number("by both, shot noise only") == 13
    assert found.number("by their mean, with the spread between repetitions") == 11
    assert found.number("spread between repetitions") == pytest.approx(0.038, abs=0.001)
    assert audit["entangled up to n = 7"].number("by both, shot noise only") == 7


def test_729_clones_are_virtual(audit):
    found = audit["729 clones"]
    assert found.support is Support.CONTRADICTED
    assert [value for _, value in found.numbers] == [729, 13, 77, 27]


def test_parity_error_bars_fit_the_printed_equation_and_never_the_right_one(audit):
    found = audit["error bars of the parity method"]
    assert found.support is Support.CONTRADICTED
    assert (found.number("figures"), found.number("fit the right equation")) == (41, 0)
    assert found.number("fit the printed equation") == 40
    assert 1.8 < found.number("least factor") < found.number("largest factor") < 3.6
    assert audit["error bars of the Bell measurement"].support is Support.SUPPORTED


def test_the_tabulated_fidelity_at_n_2_is_the_best_of_five_days(audit):
    found = audit["day to day"]
    assert found.support is Support.CONTRADICTED
    assert found.number("day-to-day standard deviation") == pytest.approx(0.027, abs=0.0005)
    assert found.number("ratio to the shot noise") == pytest.approx(9.8, abs=0.1)
    assert found.number("ratio to the published error") == pytest.approx(3.3, abs=0.1)


def test_nonlocality_ends_at_three_and_multipartite_entanglement_at_four(audit):
    chsh = audit["nonlocal"]
    assert [
        chsh.number(f"{order}, shot noise only") for order in ("reference first", "same time", "reference last")
    ] == [
        2,
        3,
        3,
    ]
    assert audit["GHZ registers of 15 qubits"].number("largest r, shot noise only") == 4
    assert audit["better than cloning without a key"].number("by Bell measurement") == 5
    assert audit["figures that occur twice"].number("l = 1 occurs twice") == 1


def changed(monkeypatch, **fields):
    """The audit of figures that differ in these fields."""
    other = dataclasses.replace(published(), **fields)
    monkeypatch.setattr(published_statements, "published", lambda: other)
    return {one.name: one for one in audit_published()}


def test_other_figures_give_other_findings(monkeypatch):
    rows = published().entanglement
    agreeing = tuple(
        dataclasses.replace(row, parity=Figure(row.bell.value, by_parity(row.bell).standard_error)) for row in rows
    )
    found = changed(monkeypatch, entanglement=agreeing, daily=(0.823, 0.826, 0.820, 0.824, 0.822))
    assert found["correlated up to n ≈ 13"].support is Support.SUPPORTED
    assert found["day to day"].support is Support.PARTLY
    assert found["error bars of the parity method"].number("fit the right equation") >= 13
    low = tuple(dataclasses.replace(row, bell=Figure(0.25, 0.004)) if row.n == 9 else row for row in rows)
    found = changed(monkeypatch, entanglement=low)
    assert found["correlated up to n ≈ 13"].support is Support.CONTRADICTED
    assert found["error bars of the Bell measurement"].support is Support.SUPPORTED
    wide = tuple(dataclasses.replace(row, bell=Figure(row.bell.value, 0.009)) for row in rows)
    assert changed(monkeypatch, entanglement=wide)["error bars of the Bell measurement"].support is Support.CONTRADICTED


def test_the_spread_between_methods_is_none_where_they_agree():
    rows = published().entanglement
    assert spread_between_methods([dataclasses.replace(row, parity=row.bell) for row in rows]) == 0


def test_the_largest_parameter_stops_at_the_first_failure():
    values = [(n, by_bell_measurement(Figure(value, 0))) for n, value in ((2, 0.6), (3, 0.4), (4, 0.7))]
    assert largest_above(values, 0.5) == 2
    assert largest_above(values[1:], 0.5) == 0
    assert by_parity(Figure(0.875, 0.008)).standard_error == pytest.approx(0.0024, abs=1e-4)
    assert by_parity(Figure(0.875, 0.008), spread=0.027).standard_error == pytest.approx(0.0271, abs=1e-4)


def test_audited_statements_are_written_and_read_back(audit):
    for one in audit.values():
        assert AuditedStatement.from_json(one.to_json()) == one
        with pytest.raises(TypeError, match="no truth value"):
            bool(one)
    with pytest.raises(TypeError, match="no truth value"):
        bool(one.support)
    for text in ("{}", one.to_json().replace(one.support.value, "PROVED"), "["):
        with pytest.raises(InputError, match="not an audited statement"):
            AuditedStatement.from_json(text)
