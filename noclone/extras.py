"""What to say when an extra is not installed."""

from __future__ import annotations

from importlib.util import find_spec

from noclone.models.errors import InputError

__all__ = ["MissingExtraError", "require_extra"]


class MissingExtraError(InputError, ImportError):
    """A library that only one of noclone's extras installs is needed and not there."""


def require_extra(library: str, *, extra: str, needed_for: str) -> None:
    """Raise MissingExtraError, which says what to install, unless the library can be imported."""
    if find_spec(library) is None:
        raise MissingExtraError(
            f"{needed_for} needs {library}, which is not installed: pip install 'noclone[{extra}]'", name=library
        )
