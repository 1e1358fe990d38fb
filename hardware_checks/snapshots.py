"""The calibration snapshots of IBM devices that ship with qiskit-ibm-runtime, by name: "fake:kingston"."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from noclone.models.errors import InputError, nearest

__all__ = ["Snapshot", "snapshot", "snapshot_names"]

PREFIX = "fake:"
_FAMILIES = ("Heron", "Nighthawk")
_NOTES = {
    "nighthawk": (
        "fake:nighthawk is a made-up device, not intended to represent typical errors, says qiskit-ibm-runtime",
    )
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot's backend (Qiskit's BackendV2, offline), its processor ("Heron r2") and when it was calibrated (UTC).

    ``notes`` are what the package warns of, as that errors are not typical.
    """

    name: str
    processor: str
    calibrated: datetime
    backend: Any
    notes: tuple[str, ...] = ()


def snapshot(name: str) -> Snapshot:
    """The snapshot of this name, with or without "fake:"; raises InputError for any other, or without the package."""
    classes = _classes()
    wanted = name.removeprefix(PREFIX).lower()
    if wanted not in classes:
        known = [PREFIX + each for each in snapshot_names()]
        raise InputError(f"unknown snapshot '{name}': there are {', '.join(known)}.{nearest(PREFIX + wanted, known)}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # said once a process by the package, in the notes by us each time
        backend = classes[wanted]()
    processor = _processor(backend)
    if not processor.startswith(_FAMILIES):
        raise InputError(
            f"snapshot '{name}' is of {processor or 'an unnamed processor'}: the checks take Heron and Nighthawk"
        )
    notes = _NOTES.get(wanted, ())
    return Snapshot(
        f"{PREFIX}{wanted}", processor, backend.properties().last_update_date.astimezone(UTC), backend, notes
    )


def snapshot_names() -> list[str]:
    """The names of the Heron and Nighthawk snapshots, without "fake:"; raises InputError without the package."""
    return sorted(name for name, kind in _classes().items() if _is_of_our_families(kind))


def _classes() -> dict[str, Any]:
    """Every snapshot's class by its name in lower case, of all processors."""
    try:
        from qiskit_ibm_runtime import fake_provider
        from qiskit_ibm_runtime.fake_provider.fake_backend import FakeBackendV2
    except ImportError:
        raise InputError("the snapshots come with qiskit-ibm-runtime: pip install 'noclone[hardware]'") from None
    found = {name: getattr(fake_provider, name) for name in dir(fake_provider) if name.startswith("Fake")}
    return {
        name.removeprefix("Fake").lower(): kind
        for name, kind in found.items()
        if isinstance(kind, type) and issubclass(kind, FakeBackendV2) and getattr(kind, "conf_filename", None)
    }


def _processor(backend: Any) -> str:
    kind = getattr(backend.configuration(), "processor_type", None) or {}
    return f"{kind.get('family', '')} r{kind.get('revision', '?')}" if kind.get("family") else ""


def _is_of_our_families(kind: Any) -> bool:
    """Whether the snapshot's configuration file names one of our families of processors."""
    import json
    from pathlib import Path

    text = Path(kind.dirname, kind.conf_filename).read_text(encoding="utf-8")
    return str((json.loads(text).get("processor_type") or {}).get("family", "")).startswith(_FAMILIES)
