"""The command ``noclone``."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; ``noclone check`` loads the kernel and nothing else."""
    if sys.argv[1:2] == ["check"]:
        from noclone.checking import main as check

        sys.exit(check(sys.argv[2:]))
    from noclone.cli import run

    sys.exit(run())


if __name__ == "__main__":
    main()
