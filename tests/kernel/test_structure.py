"""The kernel stays small, alone and honest about its codes."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

import noclone.proofs.kernel
from noclone.proofs.kernel.refusal import REFUSED
from noclone.proofs.kernel.rules import Checked

FOLDER = Path(noclone.proofs.kernel.__file__).parent
MODULES = sorted(FOLDER.glob("*.py"))
CORPUS = Path(__file__).parents[1] / "soundness"


def code_lines(path):
    """Lines that hold code: no blank line, comment or docstring."""
    text = path.read_text()
    skipped = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    lines = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in skipped:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        first = getattr(node, "body", [None])
        first = first[0] if isinstance(first, list) and first else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            lines -= set(range(first.lineno, first.end_lineno + 1))
    return len(lines)


CORE = ("documents.py", "paulis.py", "refusal.py", "rules.py", "terms.py")
RULES = ("bounds.py", "circuits.py", "exact.py", "noise.py", "squares.py", "uniform.py")


def test_the_core_has_at_most_400_lines_of_code_each_further_rule_200_and_all_1000():
    lines = {path.name: code_lines(path) for path in MODULES}
    assert set(lines) == {*CORE, *RULES, "__init__.py"}
    assert 100 < sum(lines[name] for name in CORE) <= 400
    assert max(lines[name] for name in RULES) <= 200 and sum(lines.values()) <= 1_000
    assert max(len(line) for path in MODULES for line in path.read_text().splitlines()) <= 120


def test_the_kernel_has_no_assert_and_imports_only_the_standard_library_and_itself():
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            assert not isinstance(node, ast.Assert), path
            if isinstance(node, ast.Import):
                assert all(alias.name in sys.stdlib_module_names for alias in node.names), path
            if isinstance(node, ast.ImportFrom):
                assert node.level == 1 or node.module.partition(".")[0] in sys.stdlib_module_names, path


def test_every_refusal_code_has_a_case_in_the_corpus():
    raised = {code for path in MODULES for code in re.findall(r'Refusal\(\s*"([a-z-]+)"', path.read_text())}
    raised |= set(REFUSED.split()) | {"other-protocol", "other-claim", "unknown-key", "missing-key"}
    told = {folder.name.partition(".")[0] for kind in ("refuse", "malformed") for folder in (CORPUS / kind).iterdir()}
    assert raised - {"unreadable", "too-large"} == told, "those two are tested with files made for it"


def test_only_check_makes_a_checked():
    with pytest.raises(TypeError, match="only the kernel"):
        Checked("PROVED", "hides S[0]", "0", "0")


def test_the_folder_runs_alone_with_nothing_installed(tmp_path):
    (tmp_path / "proofs" / "kernel").mkdir(parents=True)
    for path in MODULES:
        (tmp_path / "proofs" / "kernel" / path.name).write_bytes(path.read_bytes())
    for name in ("__init__.py", "checker.py"):
        (tmp_path / "proofs" / name).write_bytes((FOLDER.parent / name).read_bytes())
    accepted = CORPUS / "accept" / "hides"
    command = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        "import sys; sys.path.insert(0, '.'); import runpy; runpy.run_module('proofs.checker', run_name='__main__')",
    ]
    found = subprocess.run(
        [*command, accepted / "certificate.json", "--protocol", accepted / "protocol.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.startswith("valid (proved): hides S[i]")


def test_noclone_check_imports_no_third_party_package(tmp_path):
    case = CORPUS / "accept" / "hides"
    script = (
        "import sys; before = set(sys.modules); sys.argv = ['noclone', 'check', *sys.argv[1:]]\n"
        "from noclone.__main__ import main\n"
        "try: main()\n"
        "except SystemExit as stop: status = stop.code\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(status, sorted(new - set(sys.stdlib_module_names)))"
    )
    found = subprocess.run(
        [sys.executable, "-c", script, case / "certificate.json", "--protocol", case / "protocol.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert found.stdout.splitlines()[-1] == "0 ['noclone']", found
