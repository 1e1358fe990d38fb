"""noclone: verdicts with certificates for quantum protocols that rest on no-cloning and the monogamy of entanglement.

>>> import noclone
>>> protocol = noclone.protocol("encrypted-cloning", n=3)
>>> noclone.verify(protocol, "hides S[0] S[1]").status
<Status.PROVED: 'PROVED'>
>>> noclone.access(protocol)["S[0] S[1] S[2]"].leaks
('Y',)
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from noclone.api import access, protocol, verify
    from noclone.bounds import bound
    from noclone.derivations import derive
    from noclone.models.errors import CircuitError, InputError, NocloneError
    from noclone.proofs.access import Access, CoalitionAccess
    from noclone.proofs.claims import StatedClaim
    from noclone.proofs.theorems.book import theorem
    from noclone.proofs.verdicts import Record, Status, Verdict
    from noclone.protocols.family import Family, Parameter
    from noclone.protocols.protocol import Protocol, Recovery, Strike
    from noclone.report import Report

__version__ = "0.1.0"

if os.path.isfile(os.path.join(os.path.dirname(__file__), os.pardir, "pyproject.toml")):
    # Python was started in the checkout, whose folder of this name hides the installed package: go on with the latter
    from importlib.metadata import distributions

    _homes = [str(found.locate_file("noclone")) for found in distributions(name="noclone")]
    _installed = [home for home in _homes if os.path.isdir(home) and not os.path.samefile(home, __path__[0])]
    __path__[:] = _installed[:1] or __path__

_HOMES = {
    "Access": "noclone.proofs.access",
    "CircuitError": "noclone.models.errors",
    "CoalitionAccess": "noclone.proofs.access",
    "Family": "noclone.protocols.family",
    "InputError": "noclone.models.errors",
    "NocloneError": "noclone.models.errors",
    "Parameter": "noclone.protocols.family",
    "Protocol": "noclone.protocols.protocol",
    "Record": "noclone.proofs.verdicts",
    "Recovery": "noclone.protocols.protocol",
    "Report": "noclone.report",
    "StatedClaim": "noclone.proofs.claims",
    "Status": "noclone.proofs.verdicts",
    "Strike": "noclone.protocols.protocol",
    "Verdict": "noclone.proofs.verdicts",
    "access": "noclone.api",
    "bound": "noclone.bounds",
    "derive": "noclone.derivations",
    "protocol": "noclone.api",
    "theorem": "noclone.proofs.theorems.book",
    "verify": "noclone.api",
}

__all__ = [
    "Access",
    "CircuitError",
    "CoalitionAccess",
    "Family",
    "InputError",
    "NocloneError",
    "Parameter",
    "Protocol",
    "Record",
    "Recovery",
    "Report",
    "StatedClaim",
    "Status",
    "Strike",
    "Verdict",
    "__version__",
    "access",
    "bound",
    "derive",
    "protocol",
    "theorem",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used: importing noclone alone loads nothing else."""
    if name not in _HOMES:
        raise AttributeError(f"module 'noclone' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
