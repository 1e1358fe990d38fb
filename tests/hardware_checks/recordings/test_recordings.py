"""Recorded runs from offline backends, read in and judged again: the same values, errors and verdicts, from the records alone."""

from __future__ import annotations

import gzip
import json
import sqlite3
import zlib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from noclone.cli import app
from noclone.hardware_checks.ledger import Ledger
from noclone.models.errors import InputError

HERE = Path(__file__).parent
NAMES = sorted(path.name.removesuffix(".sqlite.gz") for path in HERE.glob("*.sqlite.gz"))
OPTIMISTIC = ("--scale", "0.2")


def noclone(*words):
    return CliRunner().invoke(app, ["hardware", *map(str, words)])


def expected(name):
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def replayed(tmp_path_factory):
    """A ledger for each recording, which knows nothing else, and what a comparison says."""

    def imported(name):
        folder = tmp_path_factory.mktemp(name)
        (folder / "export").write_bytes(gzip.decompress((HERE / f"{name}.sqlite.gz").read_bytes()))
        assert noclone("import", folder / "export", "--ledger", folder / "runs.sqlite").exit_code == 0
        return folder / "runs.sqlite"

    return {name: imported(name) for name in NAMES}


def compared(ledger, *words):
    found = noclone("compare", *words, "--ledger", ledger, "--json", "-", "--quiet")
    content = json.loads(found.stdout)
    assert found.exit_code == content["exit"]
    return content


def test_there_are_recordings_of_every_offline_backend_and_all_are_small():
    assert {expected(name)["backend"] for name in NAMES} == {"stim:kingston", "fake:kingston", "aer:kingston"}
    assert all(path.stat().st_size < 300_000 for path in HERE.iterdir() if path.is_file())
    assert sorted(path.stem for path in HERE.glob("*.json")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_is_judged_as_it_was(replayed, name):
    wanted, found = expected(name), compared(replayed[name])
    assert found["simulated"] is True
    for field in ("plan", "backend", "shots", "calibration_time", "status", "exit", "told"):
        assert found[field] == wanted[field], field
    assert [[one["name"], one["label"], one["status"]] for one in found["findings"]] == wanted["findings"]
    assert len(found["rows"]) == len(wanted["rows"]) >= 3
    for row, was in zip(found["rows"], wanted["rows"], strict=True):
        assert [row[key] for key in ("experiment", "parameter", "size", "quantity")] == [
            was[key] for key in ("experiment", "parameter", "size", "quantity")
        ]
        for key in ("measured", "standard_error", "low", "high", "ideal"):
            assert row[key] == pytest.approx(was[key], rel=1e-12, abs=1e-12), key
        assert row["predicted"] == pytest.approx(was["predicted"], rel=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_deviates_from_a_prediction_with_a_fifth_of_the_noise(replayed, name):
    found = compared(replayed[name], *OPTIMISTIC)
    assert (found["status"], found["exit"], found["told"]) == ("DEVIATES", 1, expected(name)["optimistic"])


@pytest.mark.parametrize("name", NAMES)
def test_the_values_are_those_of_the_stored_counts(replayed, name):
    """One value, a control's, added up here from nothing but the counts: qubit j of the sorted names should read bit 0 of j."""
    wanted = expected(name)
    with Ledger(replayed[name]) as ledger:
        circuits, outcomes = ledger.circuits(wanted["plan"]), ledger.results(wanted["plan"])
    (control,) = [row for row in wanted["rows"] if row["quantity"] == "control 1" and row["size"] == 2]
    for circuit, counted in zip(circuits, outcomes, strict=True):
        if circuit.settings["item"] == 0 and circuit.settings["arrangement"] == "control 1":
            letters = circuit.settings["letters"]
            total = 0
            for string, number in counted.counts().items():
                bits = string[::-1]  # bit 0 is at the right
                total += number * sum(1 if int(bits[at]) == at % 2 else -1 for at in range(len(letters)))
            assert total / len(letters) / counted.shots == pytest.approx(control["measured"], abs=1e-12)
            break
    else:
        pytest.fail("no control was recorded")


@pytest.mark.parametrize("name", NAMES)
def test_one_damaged_byte_of_the_compressed_file_is_refused(name):
    whole = (HERE / f"{name}.sqlite.gz").read_bytes()
    for at in range(10, len(whole), len(whole) // 40):  # the ten bytes of the header hold no content
        with pytest.raises((gzip.BadGzipFile, zlib.error, EOFError)):
            gzip.decompress(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])


STORED = {
    "a circuit": "SELECT qpy FROM circuits ORDER BY place LIMIT 1 OFFSET 1",
    "outcomes": "SELECT outcomes FROM results ORDER BY place LIMIT 1 OFFSET 1",
    "settings": "SELECT settings FROM circuits ORDER BY place LIMIT 1",
    "the experiment": "SELECT experiment FROM plans",
}


@pytest.mark.parametrize("what", STORED)
@pytest.mark.parametrize("name", NAMES[:2])
def test_one_damaged_byte_of_what_is_stored_is_refused(name, what, tmp_path):
    """Of the export itself, beyond any compression: the byte is found by its surroundings."""
    export, ledger = tmp_path / "export", tmp_path / "runs.sqlite"
    whole = gzip.decompress((HERE / f"{name}.sqlite.gz").read_bytes())
    export.write_bytes(whole)
    file = sqlite3.connect(export)
    (stored,) = file.execute(STORED[what]).fetchone()
    file.close()
    stored = stored if isinstance(stored, bytes) else stored.encode()
    for share in (0.1, 0.5, 0.9):
        first = 12 + int(share * (len(stored) - 60))
        # a page of the file may end within the surroundings: then take the next that are whole
        at = next(at for at in range(first, first + 48) if stored[at - 12 : at + 12] in whole)
        place = whole.find(stored[at - 12 : at + 12]) + 12
        assert whole[place] == stored[at]
        export.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        found = noclone("import", export, "--ledger", ledger)
        if found.exit_code == 0:
            found = noclone("compare", "--ledger", ledger, "--quiet")
        assert isinstance(found.exception, InputError), (what, share, found.output)
        assert "checksum" in str(found.exception) or "damaged" in str(found.exception)
        ledger.unlink(missing_ok=True)
