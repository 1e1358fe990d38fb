"""What a circuit's shots gave, bit by bit and in order, so that clusters, drift and any correlation can still be taken from it."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from noclone.models.errors import InputError

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

__all__ = ["Outcomes"]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """``shots`` rows of ``bits`` classical bits in the order of measuring; column j is the circuit's classical bit j.

    ``packed`` holds each row in whole bytes, bit 0 in the highest place of the first byte (``numpy.packbits`` along rows).
    """

    shots: int
    bits: int
    packed: bytes

    def __post_init__(self) -> None:
        if self.shots < 0 or self.bits < 1 or len(self.packed) != self.shots * ((self.bits + 7) // 8):
            raise InputError(f"{len(self.packed)} bytes are not {self.shots} shots of {self.bits} bits")

    @classmethod
    def from_array(cls, outcomes: NDArray[numpy.bool_]) -> Outcomes:
        """The outcomes of an array of 0 and 1, shape (shots, bits)."""
        import numpy

        if outcomes.ndim != 2:
            raise InputError(f"outcomes have shape (shots, bits), not {outcomes.shape}")
        return cls(outcomes.shape[0], outcomes.shape[1], numpy.packbits(outcomes.astype(bool), axis=1).tobytes())

    def array(self) -> NDArray[numpy.bool_]:
        """The outcomes, shape (shots, bits)."""
        import numpy

        rows = numpy.frombuffer(self.packed, dtype=numpy.uint8).reshape(self.shots, (self.bits + 7) // 8)
        return numpy.unpackbits(rows, axis=1, count=self.bits).astype(bool)

    def counts(self) -> dict[str, int]:
        """How often each bit string was seen, written as Qiskit does: bit 0 at the right (little-endian)."""
        strings = ("".join("01"[bit] for bit in reversed(row)) for row in self.array().tolist())
        return dict(sorted(Counter(strings).items()))

    def to_npz(self) -> bytes:
        """The outcomes as the bytes of a numpy archive."""
        import numpy

        archive = io.BytesIO()
        packed = numpy.frombuffer(self.packed, dtype=numpy.uint8)
        numpy.savez_compressed(archive, packed=packed, shape=numpy.array([self.shots, self.bits]))
        return archive.getvalue()

    @classmethod
    def from_npz(cls, archive: bytes) -> Outcomes:
        """The outcomes that ``to_npz`` wrote; raises InputError for anything else."""
        import zipfile
        import zlib

        import numpy

        try:
            with numpy.load(io.BytesIO(archive), allow_pickle=False) as found:
                shots, bits = (int(number) for number in found["shape"])
                return cls(shots, bits, found["packed"].tobytes())
        except (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise InputError(f"not an archive of outcomes: {error}") from None
