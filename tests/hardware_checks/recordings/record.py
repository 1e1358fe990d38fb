"""Make the recorded runs again: ``python tests/hardware_checks/recordings/record.py``, in a minute.

Each is a run on an offline backend, which its name says: no device was used. ``NAME.sqlite.gz`` is what ``noclone hardware export``
wrote, ``NAME.json`` what ``noclone hardware compare`` said of it. Outcomes depend on the versions of Stim and Aer, so new
recordings have new values.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from noclone.cli import app

HERE = Path(__file__).parent
RUNS = {
    "stim-fidelity": ("--backend", "stim:kingston", "--experiment", "1", "--n", "2..4", "--effect", "0.03"),
    "stim-chsh": ("--backend", "stim:kingston", "--experiment", "2", "--n", "2", "--effect", "0.03"),
    "fake-fidelity": ("--backend", "fake:kingston", "--experiment", "1", "--n", "2", "--effect", "0.03"),
    "aer-single-use": ("--backend", "aer:kingston", "--experiment", "5", "--n", "2", "--effect", "0.03"),
}
"""The words after ``noclone hardware run`` for each recording."""
OPTIMISTIC = ("--scale", "0.2")
"""A device with a fifth of the noise, which none of these was: the recorded runs deviate from its prediction."""
KEPT = (
    "experiment",
    "parameter",
    "size",
    "quantity",
    "ideal",
    "predicted",
    "measured",
    "standard_error",
    "low",
    "high",
)


def noclone(*words: object, status: tuple[int, ...] = (0,)) -> str:
    """What a command prints; raises RuntimeError for any other exit status."""
    found = CliRunner().invoke(app, ["hardware", *map(str, words)])
    if found.exit_code not in status:
        raise RuntimeError(f"noclone hardware {' '.join(map(str, words))}: exit {found.exit_code}, {found.output}")
    return found.stdout


def said(ledger: Path, *more: str) -> dict[str, Any]:
    """What ``compare`` says of the ledger's newest run: the verdict, the findings' and every quantity."""
    content = json.loads(noclone("compare", *more, "--ledger", ledger, "--json", "-", "--quiet", status=(0, 1, 3)))
    return {
        "exit": content["exit"],
        **{name: content[name] for name in ("plan", "backend", "simulated", "shots", "calibration_time", "status")},
        "told": content["told"],
        "findings": [[one["name"], one["label"], one["status"]] for one in content["findings"]],
        "rows": [{name: row[name] for name in KEPT} for row in content["rows"]],
    }


def record(name: str) -> None:
    """Run, export and write down one recording."""
    with tempfile.TemporaryDirectory() as folder:
        ledger, exported = Path(folder) / "runs.sqlite", Path(folder) / "export.sqlite"
        noclone("run", *RUNS[name], "--ledger", ledger, "--quiet")
        found, optimistic = said(ledger), said(ledger, *OPTIMISTIC)
        noclone("export", found["plan"], exported, "--ledger", ledger, "--quiet")
        (HERE / f"{name}.sqlite.gz").write_bytes(gzip.compress(exported.read_bytes(), mtime=0))
    text = json.dumps({"words": RUNS[name], **found, "optimistic": optimistic["told"]}, indent=1, ensure_ascii=False)
    (HERE / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    for each in RUNS:
        record(each)
        print(f"recorded {each}")
