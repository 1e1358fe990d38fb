"""A system split between a holder C, the other side D, and what nobody has (F): who can restore, who learns nothing.

Both questions are answered with a witness that is verified, or not at all: "restores" by a decoder that is applied,
"cannot restore" by two orthogonal inputs that the holder cannot tell apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import sympy

from noclone.proofs.theorems.devices import Device
from noclone.proofs.theorems.exact import (
    UndecidedError,
    basis,
    generic,
    inner,
    is_equal,
    is_zero,
    partial_trace,
    squared_norm,
    tensor,
)

__all__ = ["Split", "decoder"]


@dataclass(frozen=True)
class Split:
    """A process from a secret to C ⊗ D ⊗ F, with the dimensions of the three; F = 1 if nothing is lost."""

    device: Device
    holder: int
    other: int
    lost: int = 1

    def is_uninformative(self) -> bool:
        """Whether the state of D, its trace scaled to 1, is the same for every input."""
        fixed = next(image for image in self._basis_images() if not is_zero(image))
        one, any_input = self._of_other(fixed), self._of_other(self.device.apply(generic(self.device.dimension, "x")))
        return is_equal(any_input * one.trace(), one * any_input.trace())

    def restores(self) -> bool:
        """Whether some channel on C alone restores every input; raises UndecidedError without a witness either way."""
        found = decoder(self._basis_images(), self.holder)
        if found is not None and self._decodes(found):
            return True
        if self._confuses():
            return False
        raise UndecidedError("neither a decoder nor two inputs that the holder confuses were found")

    def _basis_images(self) -> list[Any]:
        return [self.device.apply(basis(self.device.dimension, place)) for place in range(self.device.dimension)]

    def _of_other(self, image: Any) -> Any:
        """The state of D, not normalised."""
        return partial_trace(image * image.H, (self.holder, self.other, self.lost), (1,))

    def _decodes(self, isometry: Any) -> bool:
        """Whether a decoder C → secret ⊗ rest takes the image of a generic ψ to ψ ⊗ a ket that is the same for all ψ."""
        rest = sympy.eye(self.other * self.lost)
        ket = generic(self.device.dimension, "x")
        restored = tensor(isometry, rest) * self.device.apply(ket)
        fixed = tensor(isometry, rest) * self.device.apply(basis(self.device.dimension, 0))
        left = fixed[: fixed.rows // self.device.dimension, 0]
        return is_equal(restored, tensor(ket, left)) and is_zero(squared_norm(left) - 1)

    def _confuses(self) -> bool:
        """Whether C's states for some two orthogonal inputs are not orthogonal: no channel makes them so."""
        kets = [basis(self.device.dimension, place) for place in range(self.device.dimension)]
        for one, two in combinations(kets, 2):
            for left, right in ((one, two), (one + two, one - two), (one + sympy.I * two, one - sympy.I * two)):
                states = [self._of_holder(self.device.apply(ket)) for ket in (left, right)]
                if not is_zero((states[0] * states[1]).trace()) or any(is_zero(state) for state in states):
                    return True
        return False

    def _of_holder(self, image: Any) -> Any:
        """The state of C, not normalised."""
        return partial_trace(image * image.H, (self.holder, self.other, self.lost), (0,))


def decoder(images: list[Any], holder: int) -> Any:
    """An isometry's adjoint on C that takes V|i⟩ to |i⟩ ⊗ a fixed ket, if the other side is uninformative; or None.

    ``images`` are the V|i⟩ on C ⊗ D. With v_ki = ⟨k|_D V|i⟩, "D learns nothing" says ⟨v_ki|v_lj⟩ = α_kl δ_ij: one
    orthonormalisation over k (the triangular form of the polar decomposition of |i⟩|k⟩ ↦ v_ki) serves every i. The result
    has one row for each i and each orthonormal vector, with rows ⟨w_mi|. None if these rows are not orthonormal.
    """
    other = images[0].rows // holder
    parts = [[tensor(sympy.eye(holder), basis(other, k).T) * image for k in range(other)] for image in images]
    rows: list[list[Any]] = []
    for k in range(other):
        rest = [own[k] for own in parts]
        for known in rows:
            overlap = inner(known[0], rest[0])
            rest = [ket - overlap * fixed for ket, fixed in zip(rest, known, strict=True)]
        squared = sympy.simplify(inner(rest[0], rest[0]))
        if not is_zero(squared):
            rows.append([(ket / sympy.sqrt(squared)).applyfunc(sympy.radsimp) for ket in rest])
    if not rows:
        return None
    found = sympy.Matrix.hstack(*(row[place] for place in range(len(images)) for row in rows)).H
    return found if is_equal(found * found.H, sympy.eye(found.rows)) else None
