"""Running the command line inside a test."""

from __future__ import annotations

import sys

import pytest

from noclone.__main__ import main


@pytest.fixture
def run(monkeypatch, capsys):
    """Run noclone on these words; exit status, standard output, standard error."""

    def run_words(*words):
        monkeypatch.setattr(sys, "argv", ["noclone", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            main()
        captured = capsys.readouterr()
        return stop.value.code or 0, captured.out, captured.err

    return run_words


@pytest.fixture
def refused(run, tmp_path, monkeypatch):
    """Run and expect exit 2, nothing on standard output, no file written, one line on standard error; that line."""
    monkeypatch.chdir(tmp_path)

    def run_words(*words):
        before = sorted(tmp_path.rglob("*"))
        status, out, err = run(*words)
        assert (status, out, len(err.splitlines())) == (2, "", 1), (status, out, err)
        assert sorted(tmp_path.rglob("*")) == before
        return err

    return run_words
