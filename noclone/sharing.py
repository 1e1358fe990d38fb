"""What ``noclone share`` says: how the entanglement with the secret's reference is shared among coalitions, stage by stage."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from noclone.models.errors import InputError, TooLargeError, nearest
from noclone.models.sharing import MOST_COALITIONS, Share, ShareCount, clashes, plot_of_counts, share_counts, sharing
from noclone.models.sharing_tables import TabledSharing, is_tabled, tabled_sharing
from noclone.models.system import System, name_qubits
from noclone.proofs.claims import check_item, join, parse_coalition, split_item
from noclone.protocols.protocol import Protocol
from noclone.report import library_versions

__all__ = ["SHARE_SCHEMA", "Sharing", "sharing_of", "write_plot"]

SHARE_SCHEMA = "noclone-share-1"
Progress: TypeAlias = Callable[[str, int], None]


@dataclass(frozen=True)
class Sharing:
    """What coalitions of a protocol's qubits share with the reference R, at each moment, in the order computed.

    ``secret_qubits`` is k: R has so many qubits, I(R⟩C) goes up to k. Floats with errors (``noclone.models.sharing.Share``), no proofs.
    """

    protocol: Protocol
    shares: tuple[Share, ...]
    secret_qubits: int
    tabled: TabledSharing | None = None

    @cached_property
    def counts(self) -> tuple[ShareCount, ...]:
        """Coalitions of one size with the same share, counted, at each moment."""
        if self.tabled is not None:
            return self.tabled.counts
        return share_counts(self.shares)

    @cached_property
    def clashes(self) -> list[tuple[Share, Share]]:
        """Disjoint coalitions with I(R⟩C) + I(R⟩D) > 0, which there cannot be: if there are some, noclone errs."""
        return clashes(self.shares)

    @cached_property
    def disjoint_sums(self) -> list[float]:
        """I(R⟩C) + I(R⟩D) of all disjoint coalitions C, D at one moment, with the errors added: bounds from above."""
        bounds = [(each.moment, set(each.coalition), each.coherent.value + each.coherent.error) for each in self.shares]
        return [
            one[2] + two[2]
            for one, two in itertools.combinations(bounds, 2)
            if one[0] == two[0] and one[1].isdisjoint(two[1])
        ]

    @property
    def error(self) -> float:
        """The largest error of any number."""
        return max(map(_error, self.shares), default=0.0)

    @property
    def status(self) -> int:
        """The exit status: 0, or 4 if there are clashes."""
        return 4 if self.clashes or (self.tabled is not None and self.tabled.clashes) else 0

    def to_text(self) -> str:
        """A table for each moment, and whether two disjoint coalitions both have R."""
        scope = f" ({self.protocol.scope})" if self.protocol.scope else ""
        lines = [f"{self.protocol.name}{scope}: how coalitions C share the entanglement with R, the secret's reference"]
        for moment, rows in itertools.groupby(self.counts, key=lambda row: row.moment):
            lines += ["", f"after {moment}", "  held  I(R:C)  I(R>C)  negativity  coalitions  example"]
            lines += [
                f"{row.size:6}{_short(row.information):>8}{_short(row.coherent):>8}{_short(row.negativity):>12}{row.number:12}"
                f"  {' '.join(row.first)}"
                for row in rows
            ]
        return "\n".join([*lines, "", self._conclusion()])

    def _conclusion(self) -> str:
        """Who cannot both have R, as far as the coalitions computed say."""
        if self.tabled is not None:
            return self._exactly(self.tabled)
        if self.clashes:
            one, two = self.clashes[0]
            return (
                f"ERROR: a bug in noclone: after {one.moment}, {' '.join(one.coalition)} and {' '.join(two.coalition)} have "
                f"I(R>C) + I(R>D) = {one.coherent.value + two.coherent.value:.6f} > 0 ({len(self.clashes)} such pairs)"
            )
        floats = f"floats, errors at most {_power_above(self.error)}" if self.error else "floats"
        if not self.disjoint_sums:
            return f"no two of these coalitions are disjoint, so none are compared ({floats})"
        largest = max(self.disjoint_sums)
        if largest >= 2 * self.secret_qubits:  # both may have k, as far as the errors say
            return f"the errors are too large to say whether two disjoint coalitions both have R ({floats})"
        return (
            f"no two disjoint coalitions are both maximally entangled with R (pairs C, D compared: {len(self.disjoint_sums):,}; "
            f"I(R>C) + I(R>D) at most {_short(round(largest, 6) + 0.0)}; {floats})"
        )

    def _exactly(self, tabled: TabledSharing) -> str:
        """The same for a table from supports."""
        if tabled.clashes:
            return f"ERROR: a bug in noclone: {tabled.clashes:,} pairs of disjoint coalitions have I(R>C) + I(R>D) > 0"
        return (
            f"no two disjoint coalitions are both maximally entangled with R (each C with I(R>C) = 1 compared with all that it "
            f"does not hold: {tabled.pairs:,} pairs; I(R>C) + I(R>D) at most {tabled.largest}; exact, from supports)"
        )

    def to_json(self, target: str, *, plot: Path | None = None) -> dict[str, Any]:
        """The JSON content (docs/command-line.md)."""
        return {
            "schema": SHARE_SCHEMA,
            **library_versions(),
            "target": target,
            "scope": self.protocol.scope or None,
            "secret_qubits": self.secret_qubits,
            "moments": list(dict.fromkeys(row.moment for row in self.counts)),
            "table": [
                {
                    "after": row.moment,
                    "size": row.size,
                    "information_bits": row.information,
                    "coherent_bits": row.coherent,
                    "negativity": row.negativity,
                    "coalitions": row.number,
                    "example": list(row.first),
                }
                for row in self.counts
            ],
            "shares": [_share_json(share) for share in self.shares],
            "disjoint_pairs": len(self.disjoint_sums) if self.tabled is None else self.tabled.pairs,
            "largest_coherent_sum": (
                max(self.disjoint_sums, default=None) if self.tabled is None else float(self.tabled.largest)
            ),
            "clashes": [[_share_json(share) for share in pair] for pair in self.clashes],
            "plot": None if plot is None else str(plot),
            "exit": self.status,
        }


def sharing_of(
    protocol: Protocol,
    *,
    after: Sequence[str] = (),
    held: Sequence[str] = (),
    progress: Progress = lambda *_: None,
) -> Sharing:
    """What these coalitions ("S[0] N[*]") share with R after these stages or recoveries; by default all coalitions, every stage.

    Raises InputError for a stage, recovery, party or qubit that there is not, and TooLargeError for what would take too long.

    >>> import noclone
    >>> from noclone.sharing import sharing_of
    >>> found = sharing_of(noclone.protocol("encrypted-cloning", n=2), after=["encrypt"], held=["S[*]", "A S[*]"])
    >>> [round(share.information.value, 6) for share in found.shares]
    [0.0, 2.0]
    """
    systems = {moment: _system(protocol, moment) for moment in after or protocol.stages}
    if not held and all(is_tabled(each) and 2**each.held - 1 > MOST_COALITIONS for each in systems.values()):
        return _tabled(protocol, systems)
    wanted = [
        (moment, coalition)
        for moment, system in systems.items()
        for coalition in (_named(system, held) if held else _all_coalitions(system))
    ]
    _import_qutip_quietly()
    shares: list[Share] = []
    for moment, coalition in wanted:
        progress(f"after {moment}: {' '.join(coalition)}", len(wanted))
        try:
            shares += sharing(systems[moment], [moment], [coalition])
        except TooLargeError as error:
            raise TooLargeError(
                f"{' '.join(coalition)} after {moment}: {error}: take a smaller instance, or fewer qubits"
            ) from None
    return Sharing(protocol, tuple(shares), len(next(iter(systems.values())).secret_qubits))


def _tabled(protocol: Protocol, systems: dict[str, System]) -> Sharing:
    """Every coalition of larger Clifford systems, from the supports of their logical operators."""
    found = [tabled_sharing(system, [moment]) for moment, system in systems.items()]
    total = TabledSharing(
        tuple(row for each in found for row in each.counts),
        sum(each.pairs for each in found),
        sum(each.clashes for each in found),
        max(each.largest for each in found),
    )
    return Sharing(protocol, (), 1, total)


def write_plot(found: Sharing, path: Path) -> None:
    """Write the table's picture as SVG; raises InputError if the file cannot be written."""
    try:
        path.write_text(plot_of_counts(found.counts), encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}") from None


def _system(protocol: Protocol, moment: str) -> System:
    """The protocol with the recovery that the moment names, if it is one: another's fresh qubits are nobody's here."""
    known = [*protocol.stages, *protocol.recoveries]
    if moment not in known:
        raise InputError(
            f"unknown stage or recovery '{moment}': this protocol has {join(known)}.{nearest(moment, known)}"
        )
    return protocol.system([moment] if moment in protocol.recoveries else ())


def _named(system: System, held: Sequence[str]) -> list[tuple[str, ...]]:
    """The coalitions that --held names, each once, its qubits in the system's order."""
    sizes = dict(system.parties)
    found = []
    for text in held:
        names: set[str] = set()
        for item in parse_coalition(text):
            check_item(item, sizes)
            names.update(_qubits(item, sizes))
        found.append(tuple(sorted(names, key=system.index.__getitem__)))
    return list(dict.fromkeys(found))


def _qubits(item: str, sizes: dict[str, int]) -> list[str]:
    """The names of the qubits of an item: A, S[0] or S[*]."""
    party, index = split_item(item)
    own = name_qubits([(party, sizes[party])])
    return own if index in ("", "*") else [own[int(index)]]


def _all_coalitions(system: System) -> list[tuple[str, ...]]:
    """Every set of the parties' qubits but the empty one, the smallest first."""
    number = 2**system.held - 1
    if number > MOST_COALITIONS:
        raise TooLargeError(
            f"{system.held} qubits have {number:,} coalitions, all are computed up to {MOST_COALITIONS:,}: take a smaller instance, "
            f'or name some with --held "{" ".join(system.names[:2])}"'
        )
    names = system.names[: system.held]
    return [coalition for size in range(1, len(names) + 1) for coalition in itertools.combinations(names, size)]


def _import_qutip_quietly() -> None:
    """Load QuTiP, which warns that it would draw with matplotlib; nothing here draws with it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "matplotlib not found", UserWarning)
        import qutip  # noqa: F401 (it is used in noclone.models)


def _error(share: Share) -> float:
    return max(share.information.error, share.coherent.error, share.negativity.error)


def _share_json(share: Share) -> dict[str, Any]:
    return {
        "after": share.moment,
        "held": list(share.coalition),
        "information_bits": share.information.value,
        "coherent_bits": share.coherent.value,
        "negativity": share.negativity.value,
        "error": _error(share),
    }


def _power_above(number: float) -> str:
    """The next power of ten: what is said of errors is true of them."""
    return f"1e{math.ceil(math.log10(number)):+03d}"


def _short(number: float) -> str:
    """Up to six decimals, without noughts at the end."""
    return f"{number:.6f}".rstrip("0").rstrip(".")
