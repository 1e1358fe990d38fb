"""Every example in the README and the documentation runs and prints what it says."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PAGES = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(?:\{code-block\} )?([a-z]+)\n(?::caption: (\S+)\n)?(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page):
    """A page's fenced blocks: language, caption and text."""
    return [match.groups() for match in BLOCK.finditer(page.read_text())]


def folded(text):
    """Words only: tables are as wide as their terminal, and rules and wrapped lines depend on it."""
    return " ".join(re.sub(r"─+", " ", text).split())


def matches(expected, found):
    """Whether outputs agree, where … in the expected one stands for anything on its line."""
    pattern = "".join(".*?" if part == "…" else re.escape(part) for part in re.split("(…)", folded(expected)))
    return re.fullmatch(pattern, folded(found)) is not None


def run(command, folder):
    """What a command prints, with a terminal wide enough that no cell wraps."""
    words = shlex.split(command)
    assert words[0] == "noclone", command
    script = "import noclone.rendering as r; r.WIDTH = 400; from noclone.__main__ import main; main()"
    found = subprocess.run([sys.executable, "-c", script, *words[1:]], cwd=folder, capture_output=True, text=True)
    return found.stdout + found.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_of_a_page_run_and_print_what_it_says(page, tmp_path):
    for language, caption, text in blocks(page):
        if caption:
            (tmp_path / caption).write_text(text)
        if language == "console":
            for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                command, _, expected = part.partition("\n")
                found = run(command, tmp_path)
                assert matches(expected, found), f"{command}\n--- expected\n{expected}\n--- found\n{found}"
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner()
    examples = "\n".join(text for language, _, text in blocks(page) if language == "python")
    runner.run(parser.get_doctest(examples, {}, page.name, str(page), 0))
    assert runner.summarize(verbose=False).failed == 0


def test_the_pages_do_have_examples():
    kinds = [language for page in PAGES for language, _, _ in blocks(page)]
    assert kinds.count("console") >= 6 and kinds.count("python") >= 5


@pytest.mark.parametrize("module", ["noclone", "noclone.api", "noclone.proofs.claims"])
def test_docstrings_examples_run(module):
    __import__(module)
    found = doctest.testmod(sys.modules[module])
    assert found.attempted > 0 and found.failed == 0


def test_a_wrong_example_would_be_noticed():
    assert matches("a … c\n", "a b\n c") and not matches("a b", "a c") and not matches("a", "a b")
