"""Finding proofs of bounds, which the kernel then replays."""

from __future__ import annotations

from typing import Protocol as Interface

from noclone.models.system import System
from noclone.proofs.claims import Claim
from noclone.proofs.kernel.documents import Protocol
from noclone.proofs.opinions import Opinion

__all__ = ["Engine", "engine_for"]


class Engine(Interface):
    """Decides claims ``bound QUANTITY <= x`` of one kind."""

    def decide(self, claim: Claim, cases: list[dict[str, int]], scope: str) -> Opinion:
        """What it says of a claim; raises InputError if the claim does not fit, TooLargeError."""


def engine_for(system: System, protocol: Protocol, claim: Claim) -> Engine:
    """The engine for a claim's quantity: correlations of observables, or channels that clone, recover or guess."""
    if claim.quantity.partition(" ")[0] in ("correlations", "local", "squares"):
        from noclone.proofs.bounds.bell import BellEngine

        return BellEngine(system, protocol)
    from noclone.proofs.bounds.engine import BoundEngine

    return BoundEngine(system, protocol)
