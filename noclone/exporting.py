"""Certificates read from files and written for other checkers."""

from __future__ import annotations

from pathlib import Path

from noclone.models.errors import InputError
from noclone.proofs.checker import read_bytes
from noclone.proofs.coq_export import coq_of
from noclone.proofs.kernel.documents import read_certificate
from noclone.proofs.kernel.refusal import Refusal

__all__ = ["coq_file"]


def coq_file(certificate: Path, protocol: Path | None) -> str:
    """The Coq file for a certificate about the protocol in a file, by default the one beside it; raises InputError."""
    try:
        own = read_bytes(certificate)
        named = read_certificate(own)["protocol"]
        about = read_bytes(protocol or certificate.parent / f"protocol-{named[:16]}.json")
    except Refusal as refusal:
        raise InputError(f"{certificate}: {refusal}") from None
    return coq_of(own, about)
