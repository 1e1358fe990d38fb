"""Lint, types and the documentation's build, as commands that must say nothing wrong."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]


def quiet(*words, cwd=CHECKOUT, **environment):
    """Run a module and expect exit status 0; what it says otherwise is the failure's message."""
    import os

    found = subprocess.run(
        [sys.executable, "-m", *map(str, words)], cwd=cwd, capture_output=True, text=True, env=os.environ | environment
    )
    assert found.returncode == 0, found.stdout[-4_000:] + found.stderr[-4_000:]
    return found.stdout


def test_ruff_finds_nothing_and_has_nothing_to_format():
    quiet("ruff", "check", "--no-cache", CHECKOUT)
    quiet("ruff", "format", "--check", "--no-cache", CHECKOUT)


def test_mypy_strict_finds_nothing(tmp_path):
    folders = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-dir"]
    for package, folder in sorted(folders.items()):
        place = tmp_path.joinpath(*package.split("."))
        place.mkdir(parents=True, exist_ok=True)
        for file in (CHECKOUT / folder).glob("*.py*"):
            (place / file.name).symlink_to(file)
    (tmp_path / "noclone" / "py.typed").unlink(missing_ok=True)
    settings = CHECKOUT / "pyproject.toml"
    said = quiet(
        "mypy",
        "--config-file",
        settings,
        "--cache-dir",
        tmp_path / "cache",
        "-p",
        "noclone",
        cwd=tmp_path,
        MYPYPATH=str(tmp_path),
    )
    assert said.startswith("Success: no issues found in ")


def test_the_documentation_builds_without_a_warning(tmp_path):
    docs = tmp_path / "docs"
    docs.mkdir()
    for file in (CHECKOUT / "docs").iterdir():
        if file.suffix in (".md", ".py"):
            (docs / file.name).write_text(file.read_text())
    quiet("sphinx", "-W", "--keep-going", "-q", docs, tmp_path / "site", cwd=tmp_path)
    site = {path.name for path in (tmp_path / "site").glob("*.html")}
    assert site >= {"index.html", "own-circuit.html", "claims.html", "kernel.html", "command-line.html", "api.html"}
    assert "noclone verify" in (tmp_path / "site" / "command-line.html").read_text()
    assert "CoalitionAccess" in (tmp_path / "site" / "api.html").read_text()
