"""The access structure: for each coalition whether it is authorized, partial or uninformative, and what shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NoReturn

from noclone.models.coalitions import CoalitionTable, members, tabulate
from noclone.models.errors import InputError
from noclone.models.stabilizer import Encoding
from noclone.proofs.claims import check_item, parse_claim, parse_coalition
from noclone.proofs.prover import Prover
from noclone.proofs.verdicts import Status, Verdict

__all__ = ["MOST_LISTED", "MOST_REPLAYED", "Access", "CoalitionAccess"]

MOST_LISTED = 1_000
"""How many minimal authorized, and how many partial coalitions are listed; their number is always exact."""

MOST_REPLAYED = 512
"""Up to so many coalitions the kernel replays a certificate for each, and the counts are PROVED."""


@dataclass(frozen=True)
class CoalitionAccess:
    """What one coalition can do.

    ``verdict`` is "authorized", "partial" or "uninformative"; ``status`` says how sure that is; ``leaks`` are generators
    of the logicals that it reads (Pauli words); ``information_bits`` is I(R:C), for Clifford systems their number; ``witness`` says in words
    what shows it, ``operators`` the coalition's own operator for each word in ``leaks``; ``verdicts`` the claims behind it.
    """

    held: tuple[str, ...]
    verdict: str
    status: Status
    leaks: tuple[str, ...]
    information_bits: float
    witness: tuple[str, ...]
    operators: tuple[str, ...]
    verdicts: tuple[Verdict, ...]

    def __bool__(self) -> bool:
        raise TypeError("an access verdict has no truth value: compare its .verdict with 'authorized'")


class Access:
    """The access structure of one system at the end of its encoding. Nothing is computed before it is asked for.

    ``access["A S[0]"]`` is one coalition; ``counts``, ``minimal_authorized`` and ``partial`` come from the table of all.
    """

    def __init__(self, prover: Prover) -> None:
        self.prover, self.system = prover, prover.system

    @property
    def qubits(self) -> list[str]:
        """The names of all qubits that parties hold."""
        return self.system.names[: self.system.held]

    @cached_property
    def table(self) -> CoalitionTable:
        """The table of all 2^qubits coalitions; raises InputError if it would be too large."""
        system = self.system
        if system.held > 63:
            raise InputError(f"{system.held} qubits have too many coalitions for a table: ask for one with --held")
        return tabulate(Encoding(system.gates_until(None), len(system.names), system.secret_qubits), system.held)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many coalitions are authorized, partial and uninformative, the empty one included."""
        return self.table.counts()

    @cached_property
    def counts_status(self) -> Status:
        """PROVED if the kernel has replayed a certificate for every coalition (done up to MOST_REPLAYED of them).

        (The empty coalition reads nothing.) SUPPORTED otherwise: an exact enumeration, but by the search alone. ERROR if kernel and table disagree.
        """
        if self.table.coalitions > MOST_REPLAYED:
            return Status.SUPPORTED
        for coalition in range(1, self.table.coalitions):
            found = self._at(members(coalition))
            everything = len(self.table.logicals)
            reads = len(self.table.read_by(coalition))
            expected = "authorized" if reads == everything else "partial" if reads else "uninformative"
            if (found.verdict, found.status) != (expected, Status.PROVED):
                return Status.ERROR
        return Status.PROVED

    @cached_property
    def _minimal(self) -> tuple[list[int], int]:
        return self.table.minimal_authorized(MOST_LISTED)

    @property
    def minimal_authorized(self) -> list[tuple[str, ...]]:
        """Authorized coalitions none of whose proper subsets is authorized; the first MOST_LISTED."""
        return [self._names(members(coalition)) for coalition in self._minimal[0]]

    @property
    def minimal_authorized_number(self) -> int:
        """How many minimal authorized coalitions there are in all."""
        return self._minimal[1]

    def partial(self, most: int = MOST_LISTED) -> list[CoalitionAccess]:
        """The first ``most`` partial coalitions, each with what it reads and the operator that reads it."""
        return [self._at(members(coalition)) for coalition in self.table.partial(min(most, MOST_LISTED))]

    def __getitem__(self, held: str) -> CoalitionAccess:
        """One coalition, by the names of its qubits ("A S[0] N[*]"); raises InputError."""
        if not isinstance(held, str):
            raise InputError(f"a coalition is a text such as 'A S[0]', not {type(held).__name__}")
        parties = dict(self.system.parties)
        items = parse_coalition(held)
        for item in items:
            check_item(item, parties)
        return self._at(qubit for item in items for qubit in self.prover.protocol.qubits(item))

    def __iter__(self) -> NoReturn:
        raise TypeError("an access structure is asked for coalitions by name: access['A S[0]']")

    def __repr__(self) -> str:
        return (
            f"<Access to {len(self.qubits)} qubits: {' '.join(self.qubits[:8])}{' …' if len(self.qubits) > 8 else ''}>"
        )

    def _names(self, qubits: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.system.names[qubit] for qubit in qubits)

    def _at(self, qubits: Iterable[int]) -> CoalitionAccess:
        chosen = sorted(set(qubits))
        search, names = self.prover.search, self._names(chosen)
        group = search.group(None, chosen)
        secrets = len(self.system.secret_qubits)
        if len(group) == 2 * secrets:
            verdict, claims = "authorized", ["recovers"]
        elif not group:
            verdict, claims = "uninformative", ["hides"]
        elif secrets == 1:
            verdict, claims = "partial", [f"leaks {group[0]} from"]
        else:
            verdict, claims = "partial", ["hides", "recovers"]
        verdicts = tuple(self._claim(claim, names) for claim in claims)
        wanted = Status.REFUTED if len(claims) == 2 else Status.PROVED
        sure = all(found.status is wanted for found in verdicts)
        operators = tuple(search.represent(None, chosen, group) or ()) if verdict == "partial" else ()
        return CoalitionAccess(
            names,
            verdict,
            Status.PROVED if sure else Status.ERROR,
            group if verdict == "partial" else (),
            len(group),
            tuple(word for found in verdicts for word in found.witness),
            operators,
            verdicts,
        )

    def _claim(self, form: str, names: tuple[str, ...]) -> Verdict:
        return self.prover.verdict(parse_claim(f"{form} {' '.join(names)}"), scope="this protocol")
