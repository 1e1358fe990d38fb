"""``noclone check``: certificates read from files and replayed, and a line printed for each; no decisions are made here.

It needs the kernel and nothing else: a copy of this file, of the ``kernel`` folder and of the empty ``__init__.py`` beside them in
one folder runs by itself, with nothing installed: ``python -m FOLDER.checker CERT…``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from .kernel.documents import LARGEST_DOCUMENT, read_certificate
from .kernel.refusal import Refusal, shown
from .kernel.terms import parse_claim
from .kernel.uniform import replay


def read_bytes(path: Path) -> bytes:
    """The file's bytes; raises Refusal if it cannot be read or is too large."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_DOCUMENT + 1)
    except OSError as error:
        raise Refusal("unreadable", str(path), "a file that can be read", error.strerror) from None


def main(arguments: Sequence[str], rebuild: Callable[..., bytes] | None = None) -> int:
    """Check certificates and print a line for each; returns the exit status: 0 valid, 1 refused, 2 malformed.

    ``rebuild(certificate)``, if given, makes the protocol's document instead of reading it from a file.
    """
    parser = argparse.ArgumentParser("noclone check", argparse.SUPPRESS, "noclone check CERT…: replay certificates")
    parser.add_argument("certificates", nargs="+", type=Path, metavar="CERT", help="certificate file, or a directory")
    parser.add_argument("--protocol", type=Path, metavar="FILE", help="the protocol (default: beside the certificate)")
    parser.add_argument("--claim", metavar="TEXT", help="the claim; with a protocol the answer is PROVED or REFUTED")
    options, status, paths = parser.parse_args(arguments), 0, []
    for named in options.certificates:
        found = (path for path in named.rglob("*.json") if not path.is_dir() and not path.name.startswith("protocol-"))
        paths += sorted(found) or [named]
    for path in paths:
        try:
            document = read_certificate(certificate := read_bytes(path))
            beside = path.parent / f"protocol-{document['protocol'][:16]}.json"
            data = rebuild(document) if rebuild else read_bytes(options.protocol or beside)
            checked = replay(data, certificate, parse_claim(options.claim) if options.claim else None)
            asked = rebuild or (options.protocol and options.claim)
            said = checked.status if asked else f"valid ({checked.status.lower()})"
            print(f"{said}: {checked.claim} [protocol {checked.protocol}, {shown(path)}]")
        except Refusal as refusal:
            print(f"{shown(path)}: {refusal}", file=sys.stderr)
            status = max(status, refusal.exit_status)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
