"""The house's rules: who may import whom, which folders are packages, how large modules are."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import noclone

CHECKOUT = Path(__file__).parents[1]
FOLDERS = ("hardware_checks", "models", "noclone", "proofs", "protocols")
MAY_IMPORT = {
    "noclone.models": ("noclone.models",),
    "noclone.proofs.kernel": (),
    "noclone.proofs": ("noclone.models", "noclone.proofs"),
    "noclone.protocols": ("noclone.models", "noclone.proofs.claims", "noclone.proofs.verdicts", "noclone.protocols"),
    "noclone.hardware_checks": ("noclone.models", "noclone.protocols", "noclone.proofs", "noclone.hardware_checks"),
    "noclone": ("noclone",),
}


def modules():
    """Every module's name and file, as the checkout maps them to packages."""
    for folder in FOLDERS:
        for path in sorted((CHECKOUT / folder).rglob("*.py")):
            parts = path.relative_to(CHECKOUT).with_suffix("").parts
            name = ".".join(parts if folder == "noclone" else ("noclone", *parts)).removesuffix(".__init__")
            yield name, path


def imported(path):
    """The absolute names that a module imports, wherever in it; relative imports stay out."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module


@pytest.mark.parametrize(("name", "path"), list(modules()), ids=lambda value: value if isinstance(value, str) else "")
def test_lower_rooms_never_import_upper_ones(name, path):
    room = max((room for room in MAY_IMPORT if f"{name}.".startswith(f"{room}.")), key=len)
    for other in imported(path):
        if other.partition(".")[0] == "noclone":
            assert any(f"{other}.".startswith(f"{allowed}.") for allowed in MAY_IMPORT[room]), f"{name} imports {other}"
        assert other.partition(".")[0] not in set(FOLDERS) - {"noclone"}, "absolute imports only"


def test_packages_listed_are_the_folders_there_are():
    settings = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["setuptools"]
    found = {name for name, path in modules() if path.name == "__init__.py"}
    assert set(settings["packages"]) == set(settings["package-dir"]) == found
    for name, folder in settings["package-dir"].items():
        assert (CHECKOUT / folder / "__init__.py").is_file(), name


def test_the_tests_run_against_the_installed_package():
    origin = json.loads(metadata.distribution("noclone").read_text("direct_url.json") or "{}")
    editable = origin.get("dir_info", {}).get("editable", False)
    assert editable or Path(noclone.__file__).parent != CHECKOUT / "noclone"


def test_modules_stay_below_400_lines_and_functions_below_50():
    for _, path in modules():
        text = path.read_text()
        assert text.count("\n") < 400, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno < 60, f"{path}: {node.name}"


def test_everything_public_is_listed_sorted_documented_and_there():
    def order(name):
        return (not (name.isupper() and len(name) > 1), not name[0].isupper(), name)

    for home, _ in modules():
        if home.rpartition(".")[2] == "__main__" or ".kernel" in home:
            continue
        module = importlib.import_module(home)
        assert module.__doc__, home
        names = getattr(module, "__all__", [])
        assert list(names) == sorted(names, key=order), home
        for name in names:
            thing = getattr(module, name)
            assert thing.__doc__ or not (inspect.isclass(thing) or inspect.isfunction(thing)), f"{home}.{name}"


def test_no_assert_and_no_dangerous_call_outside_the_tests():
    for name, path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            assert not isinstance(node, ast.Assert), name
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec", "sympify", "compile"), name
        assert not {"pickle", "dill", "marshal"} & {other.partition(".")[0] for other in imported(path)}, name
