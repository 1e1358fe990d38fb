"""``noclone check``: the kernel's own command, and --against, which rebuilds the protocol from a TARGET."""

from __future__ import annotations

import argparse
import contextlib
import sys
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from noclone.proofs.checker import main as kernel_main

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Check certificates; returns the exit status. Only --against imports more than the kernel."""
    if not any(argument.partition("=")[0] in ("--against", "--help", "-h") for argument in arguments):
        return kernel_main(arguments)
    parser = argparse.ArgumentParser("noclone check", usage=argparse.SUPPRESS, add_help=False, allow_abbrev=False)
    rebuilt = parser.add_argument_group("rebuild the protocol (this needs all of noclone)")
    rebuilt.add_argument("--against", metavar="TARGET", help="as for noclone verify; the certificate must be about it")
    rebuilt.add_argument("--n", metavar="N", help="the family's n")
    rebuilt.add_argument("--param", metavar="NAME=VALUE", action="append", default=[], help="another parameter")
    rebuilt.add_argument("--secret", metavar="REGISTER", help="for a circuit: the register that holds the secret")
    rebuilt.add_argument("--parties", metavar="NAMES", help="for a circuit: the registers that somebody may hold")
    options, rest = parser.parse_known_args(arguments)
    if options.against is None or "--help" in rest or "-h" in rest:
        with contextlib.suppress(SystemExit):
            kernel_main(["--help"])
        print("\n" + parser.format_help().strip())
        return 0

    from noclone.api import system_for
    from noclone.families import document_of, uniform_target
    from noclone.loading import load_target
    from noclone.models.errors import CircuitError, InputError, NocloneError
    from noclone.proofs.uniform_systems import system_of
    from noclone.target import located, parameters_of

    try:
        parameters = parameters_of(options.n, options.param)
        parties = options.parties.split() if options.parties else None
        chosen = any((parameters, options.secret, options.parties))
        uniform = None if chosen else uniform_target(options.against)
        if uniform is not None and options.against.endswith(".toml"):
            one = system_of(uniform.family, 1).document  # what a certificate about none of them is compared with
            return kernel_main(rest, lambda certificate: document_of(uniform.family, certificate) or one)
        target = load_target(options.against, parameters=parameters, secret=options.secret, parties=parties)

        def rebuild(certificate: dict[str, Any]) -> bytes:
            """The target's protocol that the certificate is about; if it is about none of them, any of them."""
            if uniform is not None and (own := document_of(uniform.family, certificate)):
                return own
            document = b""
            for protocol in target.protocols:
                try:
                    document = system_for(protocol, certificate["claim"]).document
                except CircuitError:
                    raise
                except InputError as error:  # this one has no such recovery; another may
                    missing = error
                    continue
                if sha256(document).hexdigest() == certificate["protocol"]:
                    return document
            if not document:
                raise missing
            return document

        with located(target):
            return kernel_main(rest, rebuild)
    except NocloneError as error:
        print(f"noclone: {error}", file=sys.stderr)
        return 2
