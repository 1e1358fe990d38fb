"""The access structure of a system of H, S, CX and T that is not Clifford: one coalition after the other, from exact amplitudes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from noclone.models.coalitions import members
from noclone.models.errors import InputError
from noclone.models.exact import ExactStates
from noclone.proofs.access import MOST_LISTED, MOST_REPLAYED, Access, CoalitionAccess
from noclone.proofs.prover import Prover
from noclone.proofs.verdicts import Status

__all__ = ["ExactAccess"]

_EMPTY = CoalitionAccess((), "uninformative", Status.PROVED, (), 0.0, (), (), ())


class ExactAccess(Access):
    """As ``Access``, up to MOST_REPLAYED coalitions, each decided by the kernel up to 12 qubits in all.

    What a partial coalition learns need be no Pauli component: ``leaks`` names one only where a claim ``leaks`` holds, and
    ``information_bits``, which need not be whole, is the nearest float.
    """

    def __init__(self, prover: Prover) -> None:
        super().__init__(prover)
        if not self.system.is_exact:
            raise InputError(
                "an access structure needs gates whose angles are multiples of pi/4; other circuits are asked claim by claim"
            )
        self._states = ExactStates(self.system)

    @cached_property
    def _all(self) -> list[CoalitionAccess]:
        """Every coalition, by its number; raises InputError if there are too many."""
        number = 2**self.system.held
        if number > MOST_REPLAYED:
            raise InputError(
                f"{number:,} coalitions of a circuit that is not Clifford are too many (at most {MOST_REPLAYED}): "
                "ask for one with --held"
            )
        return [_EMPTY, *(self._at(members(coalition)) for coalition in range(1, number))]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many coalitions are authorized, partial and uninformative, the empty one included."""
        found = [one.verdict for one in self._all]
        return {verdict: found.count(verdict) for verdict in ("authorized", "partial", "uninformative")}

    @cached_property
    def counts_status(self) -> Status:
        """PROVED if the kernel has replayed a certificate for every coalition."""
        statuses = {one.status for one in self._all}
        return next(iter(statuses)) if len(statuses) == 1 else Status.ERROR

    @cached_property
    def _minimal(self) -> tuple[list[int], int]:
        authorized = [at for at, one in enumerate(self._all) if one.verdict == "authorized"]
        smaller = set(authorized)
        minimal = [
            at for at in authorized if not any(at >> q & 1 and at ^ 1 << q in smaller for q in range(self.system.held))
        ]
        return minimal[:MOST_LISTED], len(minimal)

    def partial(self, most: int = MOST_LISTED) -> list[CoalitionAccess]:
        """The first ``most`` partial coalitions."""
        return [one for one in self._all if one.verdict == "partial"][: min(most, MOST_LISTED)]

    def _at(self, qubits: Iterable[int]) -> CoalitionAccess:
        chosen = sorted(set(qubits))
        names = self._names(chosen)
        rest = [qubit for qubit in range(self._states.qubits) if qubit not in chosen]
        own, others = self._learned(chosen), self._learned(rest)
        whole = 4 ** len(self.system.secret_qubits) - 1
        leaks: tuple[str, ...] = ()
        if not others:
            verdict, claims, wanted = "authorized", ["recovers"], Status.PROVED
        elif not own:
            verdict, claims, wanted = "uninformative", ["hides"], Status.PROVED
        else:
            verdict, claims, wanted = "partial", ["hides", "recovers"], Status.REFUTED
            if len(own) == 1 < whole and self._claim(f"leaks {own[0]} from", names).status is Status.PROVED:
                leaks, claims, wanted = (own[0],), [f"leaks {own[0]} from"], Status.PROVED
        verdicts = tuple(self._claim(claim, names) for claim in claims)
        sure = all(found.status is wanted for found in verdicts)
        supported = {found.status for found in verdicts} <= {Status.SUPPORTED, wanted}
        status = Status.PROVED if sure else Status.SUPPORTED if supported else Status.ERROR
        words = tuple(word for found in verdicts for word in found.witness)
        return CoalitionAccess(names, verdict, status, leaks, self._bits(chosen, verdict), words, (), verdicts)

    def _learned(self, qubits: list[int]) -> list[str]:
        """The Pauli words of which these qubits see something."""
        return [word for word, norm in self._states.norms(qubits).items() if norm and set(word) != {"I"}]

    def _bits(self, qubits: list[int], verdict: str) -> float:
        """I(R:C) in bits."""
        if verdict != "partial":
            return 2.0 * len(self.system.secret_qubits) * (verdict == "authorized")
        from noclone.models.densities import Densities

        return float(Densities(self.system).information(qubits).value)
