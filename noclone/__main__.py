"""The command ``noclone``."""

from __future__ import annotations

import io
import os
import sys


def main() -> None:
    """Run the command line; ``noclone check`` loads the kernel and nothing else."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a file's name may have bytes that no encoding can say
            stream.reconfigure(errors="backslashreplace")
    try:
        if sys.argv[1:2] == ["check"]:
            from noclone.checking import main as check

            status = check(sys.argv[2:])
        else:
            from noclone.cli import run

            status = run()
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)


if __name__ == "__main__":
    main()
