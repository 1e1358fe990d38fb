"""What ``noclone bound threshold`` says: error rates up to which a key can be distilled, between proved bounds."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from noclone.proofs.bounds.thresholds import THRESHOLDS, threshold
from noclone.report import library_versions

__all__ = ["THRESHOLD_SCHEMA", "show"]

THRESHOLD_SCHEMA = "noclone-thresholds-1"


def show(name: str | None) -> tuple[str, dict[str, Any], int]:
    """One threshold, or all, as text and as JSON, and the exit status; raises InputError."""
    found = [threshold(each) for each in (THRESHOLDS if name is None else [name])]
    content = {
        "schema": THRESHOLD_SCHEMA,
        **library_versions(),
        "thresholds": [asdict(each) for each in found],
        "exit": 0,
    }
    return "\n".join(map(str, found)), content, 0
