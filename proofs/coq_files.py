"""The text of Coq files: strings, lists, and the lines that every exported file begins with."""

from __future__ import annotations

from collections.abc import Iterable

from noclone.models.errors import InputError

__all__ = ["coq_file", "coq_list", "coq_text"]


def coq_text(text: str) -> str:
    """A text as a Coq string; raises InputError if it is not printable ASCII."""
    if not (text.isascii() and text.isprintable()):
        raise InputError(f"Coq files hold printable ASCII only, not {text!r}")
    return '"' + text.replace('"', '""') + '"'


def coq_list(parts: Iterable[str], separator: str = "; ") -> str:
    """A Coq list of terms."""
    return f"[{separator.join(parts)}]"


def coq_file(certificate: str, about: str, meaning: str, imports: str, *parts: str) -> str:
    """A Coq file about a certificate (its SHA-256): what it is about, where its words are explained, imports, and its parts."""
    head = [
        f"(** Written by noclone from certificate {certificate}",
        f"    about {about}. Check it with",
        "      proofs/coq/check.sh BUILD && coqc -Q BUILD NoClone THIS_FILE",
        f"    What the words mean: {meaning}. *)",
        "",
        "From Coq Require Import List String.",
        imports,
        "Import ListNotations.",
        "Local Open Scope string_scope.",
    ]
    return "\n".join(head) + "\n\n" + "\n\n".join(parts) + "\n"
