"""``noclone check``: the kernel's own command, and --against, which rebuilds the protocol from a TARGET."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from noclone.proofs.kernel.__main__ import main as kernel_main

if TYPE_CHECKING:
    from collections.abc import Sequence

    from noclone.proofs.kernel.terms import Claim

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Check certificates; returns the exit status. Only --against imports more than the kernel."""
    if not any(argument.partition("=")[0] == "--against" for argument in arguments):
        return kernel_main(arguments)
    parser = argparse.ArgumentParser(prog="noclone check", add_help=False, allow_abbrev=False)
    parser.add_argument("--against", required=True)
    parser.add_argument("--n")
    parser.add_argument("--param", action="append", default=[])
    parser.add_argument("--secret")
    parser.add_argument("--parties")
    options, rest = parser.parse_known_args(arguments)

    from noclone.loading import load_target
    from noclone.models.errors import NocloneError
    from noclone.target import located, parameters_of

    try:
        parameters = parameters_of(options.n, options.param)
        parties = options.parties.split() if options.parties else None
        target = load_target(options.against, parameters=parameters, secret=options.secret, parties=parties)
        if len(target.protocols) != 1:
            raise NocloneError(
                f"'{options.against}' is {len(target.protocols)} protocols: name one, for example with --n 3"
            )
        protocol = target.protocols[0]

        def rebuild(claim: Claim) -> bytes:
            return protocol.system(protocol.recoveries_of(claim)).document

        with located(target.files):
            return kernel_main(rest, rebuild)
    except NocloneError as error:
        print(f"noclone: {error}", file=sys.stderr)
        return 2
