"""Verdicts: what noclone says of a claim, and on what grounds."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import Enum
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from noclone.models.errors import InputError
from noclone.proofs.kernel.rules import Checked
from noclone.proofs.kernel.terms import parse_claim
from noclone.proofs.kernel.uniform import replay

if TYPE_CHECKING:
    from noclone.models.enclosures import Enclosure

__all__ = ["Record", "Status", "Verdict"]


class Status(Enum):
    """PROVED comes from the kernel, REFUTED too or from an enclosure that excludes equality; SUPPORTED from data, floats or
    derivations that the kernel has not replayed; UNDECIDED says why; ERROR is a bug.
    """

    PROVED = "PROVED"
    REFUTED = "REFUTED"
    SUPPORTED = "SUPPORTED"
    UNDECIDED = "UNDECIDED"
    ERROR = "ERROR"

    def __bool__(self) -> bool:
        raise TypeError("a status has no truth value: compare it with Status.PROVED")

    def satisfies(self, expected: Status, *, exact: bool) -> bool:
        """Whether this status is the expected one or, unless ``exact``, better: PROVED satisfies SUPPORTED."""
        return self is expected or (not exact and self is Status.PROVED and expected is Status.SUPPORTED)


@dataclass(frozen=True)
class Verdict:
    """The status of one claim about one protocol.

    ``checked`` is the kernel's word, without which no verdict is PROVED; ``protocol`` and ``certificate`` are the two
    documents that it replayed. ``enclosure`` bounds what vanishes if the claim holds; one that excludes 0 refutes it without
    the kernel. ``witness`` says in words what shows it; ``assumptions`` what it rests on; ``reason`` why it is undecided;
    ``seconds`` how long it took. A verdict has no truth value.

    Raises ValueError if the status is PROVED or REFUTED and nothing given says so of this claim, or of these documents.
    """

    status: Status
    claim: str
    scope: str
    method: str
    witness: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    reason: str = ""
    checked: Checked | None = None
    protocol: bytes | None = None
    certificate: bytes | None = None
    seconds: float = 0.0
    enclosure: Enclosure | None = None

    def __post_init__(self) -> None:
        excluded = self.status is Status.REFUTED and self.enclosure is not None and self.enclosure.is_positive
        if self.status in (Status.PROVED, Status.REFUTED) and not excluded:
            shown = (self.checked.status, self.checked.claim) if self.checked else None
            if shown != (self.status.value, self.claim):
                raise ValueError(f"{self.status.value} '{self.claim}' needs the kernel's word; it said {shown}")
        for document, said in ((self.protocol, "protocol"), (self.certificate, "certificate")):
            if self.checked and document and sha256(document).hexdigest() != getattr(self.checked, said):
                raise ValueError(f"{self.status.value} '{self.claim}': the kernel's word is about another {said}")

    def __bool__(self) -> bool:
        raise TypeError("a verdict has no truth value: compare verdict.status with Status.PROVED")

    def __str__(self) -> str:
        told = "; ".join(self.witness) or self.reason
        return f"{self.status.value}: {self.claim} ({self.scope})" + (f": {told}" if told else "")

    def record(self) -> Record:
        """This verdict as data that can be written and read back."""
        return Record(
            self.status.value,
            self.claim,
            self.scope,
            self.method,
            self.witness,
            self.assumptions,
            self.reason,
            self.checked.protocol if self.checked else None,
            self.checked.certificate if self.checked else None,
            self.seconds,
            str(self.enclosure or ""),
        )

    def _repr_markdown_(self) -> str:
        lines = [f"**{self.status.value}** `{self.claim}` ({self.scope})", *self.witness]
        return "\n\n".join([*lines, *([self.reason] if self.reason else [])])


@dataclass(frozen=True)
class Record:
    """A verdict read back from a file: what was said once, not what is known now. ``replay`` makes it a Verdict again."""

    recorded: str
    claim: str
    scope: str
    method: str
    witness: tuple[str, ...]
    assumptions: tuple[str, ...]
    reason: str
    protocol_sha256: str | None
    certificate_sha256: str | None
    seconds: float
    enclosure: str = ""

    def to_json(self) -> str:
        """This record as a JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Record:
        """The record that ``to_json`` wrote; raises InputError if it is not one."""
        try:
            fields: dict[str, Any] = json.loads(text)
            fields |= {key: tuple(fields[key]) for key in ("witness", "assumptions")}
            return cls(**fields)
        except (ValueError, TypeError, KeyError) as error:
            raise InputError(f"not a recorded verdict: {type(error).__name__}: {error}") from None

    def replay(self, protocol: bytes, certificate: bytes) -> Verdict:
        """The verdict that these two documents show for this record's claim; raises Refusal if they do not."""
        checked = replay(protocol, certificate, parse_claim(self.claim.partition(" for ")[0]))
        return Verdict(
            Status(checked.status),
            checked.claim,
            self.scope,
            "replayed by the kernel",
            self.witness,
            self.assumptions,
            checked=checked,
            protocol=protocol,
            certificate=certificate,
        )
