"""Claims files: TOML that names a protocol, its recoveries, and claims with expected verdicts."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from noclone.models.channel_texts import parse_channel
from noclone.models.errors import InputError, nearest
from noclone.models.qasm import QasmFile, read_qasm
from noclone.models.uniform_families import UniformFamily
from noclone.proofs.claims import StatedClaim, parse_claim
from noclone.proofs.ensembles import check_ensemble_name, ensemble
from noclone.proofs.expectations import Expectation
from noclone.proofs.quantities import check_quantity
from noclone.protocols.known_bounds import bare
from noclone.protocols.protocol import Protocol, Recovery, Strike
from noclone.protocols.registry import family
from noclone.states import read_states
from noclone.target import Target, of_family

__all__ = ["LARGEST_CLAIMS_FILE", "read_claims_file", "read_family_file"]

LARGEST_CLAIMS_FILE = 2**20
"""Bytes; a larger file is refused."""


def read_claims_file(path: Path) -> Target:
    """Read a claims file and the circuits that it names, relative to it; raises InputError."""
    content = _load(path)
    if "family" in content:
        raise InputError(
            f"{path} is a family for every n: 'verify', 'access' and 'check' take it, without --n, --param, --secret, --parties, --held or --cross-check"
        )
    _check_keys(content, ("protocol", "recoveries", "others", "noises", "states", "claims"), f"{path}")
    claims = tuple(_claims(content, path))
    states = _states(content, path)
    inputs = tuple(path.parent / entry["file"] for entry in content.get("states", {}).values() if "file" in entry)
    if "protocol" not in content and not any(key in content for key in ("recoveries", "others", "noises")):
        target = _without_protocol(path, claims, states)
    else:
        target = _with_protocol(path, content, claims)
    protocols = tuple(replace(each, ensembles={**each.ensembles, **states}) for each in target.protocols)
    _check_quantities(claims, protocols[0].ensembles, path)
    return replace(target, protocols=protocols, inputs=inputs)


def read_family_file(path: Path) -> tuple[UniformFamily, tuple[StatedClaim, ...]] | None:
    """The uniform family of a claims file's [family] table and the claims about it; None for a file without one.

    Raises InputError. A family needs no claims: its access table is there without.
    """
    content = _load(path)
    if "family" not in content:
        return None
    _check_keys(content, ("family", "claims"), f"{path}")
    try:
        own = UniformFamily.from_table(path.stem, _table(content, "family", path))
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    return own, tuple(_claims(content, path)) if "claims" in content else ()


def _check_quantities(claims: Iterable[StatedClaim], states: Mapping[str, tuple[str, ...]], path: Path) -> None:
    """Raise InputError for a bound on what nobody could compute, before anything is."""
    for number, stated in enumerate(claims, 1):
        claim = parse_claim(stated.text)
        try:
            if claim.word == "bound":
                check_quantity(claim, states)
        except InputError as error:
            raise InputError(f"{path}: claim {number}: {error}") from None


def _without_protocol(path: Path, claims: tuple[StatedClaim, ...], states: Mapping[str, tuple[str, ...]]) -> Target:
    """Claims that speak of no protocol: bounds on cloning and on correlations."""
    for number, stated in enumerate(claims, 1):
        claim = parse_claim(stated.text)
        if claim.word != "bound" or claim.coalition:
            raise InputError(
                f"{path}: claim {number} is about a protocol ('{claim}'), and a table [protocol] is missing"
            )
    return Target((bare(path.stem, claims, states),), source=str(path))


def _with_protocol(path: Path, content: Mapping[str, Any], claims: tuple[StatedClaim, ...]) -> Target:
    chosen = _table(content, "protocol", path)
    noises = _noises(content, path)
    sources = [key for key in ("circuit", "stages", "family") if key in chosen]
    if len(sources) != 1:
        found = " and ".join(sources) or "none of them"
        raise InputError(f"{path}: [protocol] needs one of circuit, stages and family; it has {found}")
    if sources == ["family"]:
        return _family(path, content, chosen, claims, noises)
    _check_keys(chosen, ("circuit", "stages", "secret", "parties"), f"{path}: [protocol]")
    secret = _text(chosen, "secret", f"{path}: [protocol]")
    named = (
        [_text(chosen, "circuit", f"{path}: [protocol]")] if sources == ["circuit"] else _texts(chosen, "stages", path)
    )
    stems = [Path(name).stem for name in named]
    if len(set(stems)) != len(stems):
        raise InputError(
            f"{path}: [protocol]: two stages are named '{_repeated(stems)}': give each file a name of its own"
        )
    files = {("encode" if sources == ["circuit"] else Path(name).stem): read_qasm(path.parent / name) for name in named}
    recoveries, recovery_files = _recoveries(content, path)
    others, other_files = _others(content, path, secret)
    protocol = Protocol.from_stages(
        {name: file.circuit for name, file in files.items()},
        secret=secret,
        parties=_texts(chosen, "parties", path) if "parties" in chosen else None,
        recoveries=recoveries,
        claims=claims,
        others=others,
        noises=noises,
        name=path.stem,
    )
    return Target((protocol,), files=(*files.values(), *recovery_files, *other_files), source=str(path))


def _family(
    path: Path,
    content: Mapping[str, Any],
    chosen: Mapping[str, Any],
    claims: tuple[StatedClaim, ...],
    noises: Mapping[str, Sequence[Strike]],
) -> Target:
    for key in ("recoveries", "others"):
        if key in content:
            raise InputError(f"{path}: a family brings its own {key}: leave out [{key}], or give a circuit")
    own = family(_text(chosen, "family", f"{path}: [protocol]"))
    _check_keys(chosen, ("family", *(parameter.name for parameter in own.parameters)), f"{path}: [protocol]")
    given = {name: str(value) for name, value in chosen.items() if name != "family"}
    target = of_family(own, given)
    protocols = tuple(replace(protocol, claims=claims, noises=noises) for protocol in target.protocols)
    return replace(target, protocols=protocols, source=str(path))


def _claims(content: Mapping[str, Any], path: Path) -> Iterable[StatedClaim]:
    listed = content.get("claims", [])
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        raise InputError(f'{path}: claims are written as [[claims]], in double brackets, then claim = "hides …"')
    if not listed:
        raise InputError(f'{path}: no claims: add [[claims]] with claim = "hides …"')
    expected: dict[str, str] = {}
    for number, entry in enumerate(listed, 1):
        place = f"{path}: claim {number}"
        _check_keys(entry, ("claim", "expect", "reference", "note"), place)
        texts = {key: _text(entry, key, place) for key in entry}
        if "claim" not in texts:
            raise InputError(f"{place} has no 'claim'")
        try:
            text = str(parse_claim(texts["claim"]))
            Expectation(texts.get("expect", "PROVED"))
        except InputError as error:
            raise InputError(f"{place}: {error}") from None
        if expected.setdefault(text, texts.get("expect", "PROVED")) != texts.get("expect", "PROVED"):
            raise InputError(f"{place} contradicts an earlier one: '{text}' was expected to be {expected[text]}")
        yield StatedClaim(text, texts.get("expect", "PROVED"), texts.get("reference", ""), texts.get("note", ""))


def _recoveries(content: Mapping[str, Any], path: Path) -> tuple[dict[str, Recovery], list[QasmFile]]:
    recoveries: dict[str, Recovery] = {}
    files = []
    for name, entry in (_table(content, "recoveries", path) if "recoveries" in content else {}).items():
        place = f"{path}: [recoveries.{name}]"
        if not isinstance(entry, dict):
            raise InputError(f'{place} is no table: write circuit = "…" and output = "…" in it')
        _check_keys(entry, ("circuit", "output"), place)
        files.append(read_qasm(path.parent / _text(entry, "circuit", place)))
        recoveries[name] = Recovery(files[-1].circuit, _text(entry, "output", place))
    return recoveries, files


def _others(content: Mapping[str, Any], path: Path, secret: str) -> tuple[dict[str, Protocol], list[QasmFile]]:
    """Circuits to compare the encoding with, each in a table [others.NAME]."""
    others: dict[str, Protocol] = {}
    files = []
    for name, entry in (_table(content, "others", path) if "others" in content else {}).items():
        place = f"{path}: [others.{name}]"
        if not isinstance(entry, dict):
            raise InputError(f'{place} is no table: write circuit = "…" in it')
        _check_keys(entry, ("circuit",), place)
        files.append(read_qasm(path.parent / _text(entry, "circuit", place)))
        others[name] = Protocol.from_circuit(files[-1].circuit, secret=secret, name=name)
    return others, files


def _noises(content: Mapping[str, Any], path: Path) -> dict[str, list[Strike]]:
    """Noises by name: a table [noises.NAME], or several tables [[noises.NAME]], each a channel and where it strikes."""
    noises: dict[str, list[Strike]] = {}
    for name, entries in (_table(content, "noises", path) if "noises" in content else {}).items():
        place = f"{path}: [noises.{name}]"
        listed = entries if isinstance(entries, list) else [entries]
        if not listed or not all(isinstance(entry, dict) for entry in listed):
            raise InputError(
                f'{place} is no table: write channel = "depolarizing(1/100)", after = "…" and on = "…" in it'
            )
        for entry in listed:
            _check_keys(entry, ("channel", "on", "after", "gates"), place)
            texts = {key: _text(entry, key, place) for key in entry if key != "gates"}
            gates = entry.get("gates", 0)
            if "channel" not in texts or type(gates) is not int:
                raise InputError(f"{place} needs a channel in quotes, and after and on, or gates = 1 or 2")
            try:
                parse_channel(texts["channel"])
                noises.setdefault(name, []).append(Strike(**texts, gates=gates))
            except InputError as error:
                raise InputError(f"{place}: {error}") from None
    return noises


def _states(content: Mapping[str, Any], path: Path) -> dict[str, tuple[str, ...]]:
    """Sets of states, each in a table [states.NAME] with a JSON file or kets."""
    found: dict[str, tuple[str, ...]] = {}
    for name, entry in (_table(content, "states", path) if "states" in content else {}).items():
        place = f"{path}: [states.{name}]"
        check_ensemble_name(name, place)
        if not isinstance(entry, dict) or ("file" in entry) == ("kets" in entry):
            raise InputError(f'{place} needs file = "….json", or kets = [["1", "0"], …]')
        _check_keys(entry, ("file",) if "file" in entry else ("kets", "weights"), place)
        if "file" in entry:
            found[name] = read_states(path.parent / _text(entry, "file", place))[1]
            continue
        kets = entry["kets"]
        weights = entry.get("weights", ["1"] * len(kets) if isinstance(kets, list) else [])
        listed = [*kets, weights] if isinstance(kets, list) else [kets]
        if not all(isinstance(ket, list) and all(isinstance(part, str) for part in ket) for ket in listed):
            raise InputError(f'{place}: kets are lists of texts such as ["1/2", "sqrt(3)/2"], and weights is one')
        if len(weights) != len(kets):
            raise InputError(f"{place}: there are {len(kets)} kets and {len(weights)} weights")
        found[name] = ensemble(list(zip(weights, kets, strict=True)), place)
    return found


def _repeated(names: list[str]) -> str:
    return next(name for name in names if names.count(name) > 1)


def _load(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:  # no more is read than is needed to see that it is too large
            data = file.read(LARGEST_CLAIMS_FILE + 1)
        if len(data) > LARGEST_CLAIMS_FILE:
            raise InputError(f"{path} is larger than {LARGEST_CLAIMS_FILE:,} bytes: that is no claims file")
        return tomllib.loads(data.decode("utf-8"))
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is no text file: a claims file is TOML in UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{path}: {error}") from None


def _check_keys(table: Mapping[str, Any], known: tuple[str, ...], place: str) -> None:
    for key in table:
        if key not in known:
            raise InputError(f"{place}: unknown key '{key}': it may have {', '.join(known)}.{nearest(key, known)}")


def _table(content: Mapping[str, Any], key: str, path: Path) -> dict[str, Any]:
    if not isinstance(content.get(key), dict):
        raise InputError(f"{path}: a table [{key}] is missing")
    table: dict[str, Any] = content[key]
    return table


def _text(table: Mapping[str, Any], key: str, place: str) -> str:
    if not isinstance(table.get(key), str):
        found = "it is missing" if key not in table else f"it is {table[key]!r}"
        raise InputError(f"{place}: '{key}' has to be a text in quotes; {found}")
    return str(table[key])


def _texts(table: Mapping[str, Any], key: str, path: Path) -> list[str]:
    listed = table[key]
    if not isinstance(listed, list) or not listed or not all(isinstance(entry, str) for entry in listed):
        raise InputError(f"{path}: [protocol]: '{key}' has to be a list of texts in quotes")
    return listed
