"""The documentation's build: Sphinx with Markdown; the references are generated from the code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import noclone

project = "noclone"
author = "The noclone developers"
release = noclone.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
myst_heading_anchors = 3
html_theme = "furo"
html_show_copyright = False
html_title = "noclone"
exclude_patterns = ["_build", "_generated"]
autodoc_typehints = "description"
autodoc_member_order = "bysource"
add_module_names = False
nitpicky = False

GENERATED = Path(__file__).parent / "_generated"
COMMANDS = (
    "list",
    "verify",
    "access",
    "share",
    "bound cloning",
    "bound measure-and-prepare",
    "bound recovery",
    "bound correlations",
    "bound threshold",
    "hardware predict",
    "hardware published",
    "hardware run",
    "hardware resume",
    "hardware collect",
    "hardware compare",
    "hardware report",
    "hardware plans",
    "hardware cancel",
    "hardware export",
    "hardware import",
    "derive",
    "theorem",
    "mutate",
    "search",
    "export coq",
    "trust",
    "check",
)


def generate(*_: object) -> None:
    """Write the command line's help and the list of public names, as they are in the installed code."""
    GENERATED.mkdir(exist_ok=True)
    parts = []
    for words in ([], *(command.split() for command in COMMANDS)):
        called = [sys.executable, "-m", "noclone", *words, "--help"]
        text = subprocess.run(called, capture_output=True, text=True, check=True, cwd="/").stdout
        parts.append(f"## `{' '.join(['noclone', *words])}`\n\n```text\n{text.rstrip()}\n```\n")
    (GENERATED / "help.md").write_text("\n".join(parts))
    names = [name for name in noclone.__all__ if name != "__version__"]
    kinds = {name: "autofunction" if name.islower() else "autoclass" for name in names}
    blocks = []
    for name in names:
        home = getattr(noclone, name).__module__
        members = "" if kinds[name] == "autofunction" else ":members:\n:undoc-members:\n"
        blocks.append(
            f"```{{eval-rst}}\n.. {kinds[name]}:: {home}.{name}\n"
            + "".join(f"   {line}\n" for line in members.splitlines())
            + "```\n"
        )
    (GENERATED / "names.md").write_text("\n".join(blocks))


def setup(app: object) -> None:
    """Generate before the sources are read."""
    app.connect("builder-inited", generate)  # type: ignore[attr-defined]
