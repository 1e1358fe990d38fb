"""``python -m kernel CERT…``: replay certificates with nothing but this folder."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from .documents import LARGEST_DOCUMENT, read_certificate
from .refusal import Refusal, shown
from .terms import parse_claim
from .uniform import replay


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
        found = (Path(folder, name) for folder, _, names in os.walk(named) for name in names if name.endswith(".json"))
        paths += sorted(path for path in found if not path.name.startswith("protocol-")) or [named]
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
