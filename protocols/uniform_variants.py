"""Encrypted cloning as a uniform family, whose claims are decided for every n at once, and its decoder as rotations."""

from __future__ import annotations

from noclone.models.uniform_families import Recovered, UniformFamily, rotation
from noclone.proofs.claims import StatedClaim

__all__ = ["MORE_CLAIMS", "UNIFORM", "clone_decoder", "encryption", "source_decoder"]


def encryption(*factors: str) -> UniformFamily:
    """Encrypted cloning with other factors of its encryption, in the order in which they act: "Z ZI", "X XI" is the original's.

    On Bell pairs of a signal S and a noise N, without recoveries.
    """
    return UniformFamily("variant of encrypted-cloning", (("encrypt", tuple(rotation(text, 2) for text in factors)),))


def clone_decoder() -> Recovered:
    """U_dec of arXiv:2501.02757 for every n: the circuit of arXiv:2602.10695, Methods, as rotations, global phase apart.

    With V = (H⊗H) CZ (I⊗H) on the clone's own pair, X_S X_N and Z_S Z_N are what V turns into Z_S and Z_N. The controlled
    Z's and X's on the other noise qubits are C(P → Q) = exp(−iπ/4 P) exp(−iπ/4 Q) exp(iπ/4 PQ), P on the own pair.
    """
    texts = ("3 I XX II", "3 I ZZ II", "I YY II", "I II IZ", "3 I XX IZ", "I II IX", "3 I ZZ IX")
    return Recovered("decrypt", tuple(rotation(text, 2) for text in texts), "S")


def source_decoder() -> Recovered:
    """For even n: the secret restored on A itself, with all noise qubits, by two rotations: the encryption's inverse, each Z_S of
    which does to a Bell pair what Z_N does, and X_S what X_N does.
    """
    return Recovered("decrypt_A", (rotation("3 X IX", 2), rotation("3 Z IZ", 2)), "A")


UNIFORM: dict[str, UniformFamily] = {
    "encrypted-cloning": UniformFamily(
        "encrypted-cloning",
        (("encrypt", (rotation("Z ZI", 2), rotation("X XI", 2))),),
        recoveries=(clone_decoder(), source_decoder()),
    )
}
"""The built-in families that are uniform: the same protocols as the families of the same names, for every n, and the same
decoders of clones; decrypt_A is another circuit than the built-in one, whose gates depend on n mod 4.
"""

MORE_CLAIMS: dict[str, tuple[StatedClaim, ...]] = {
    "encrypted-cloning": (
        StatedClaim(
            "single-use decrypt_A",
            "PROVED iff n even",
            "Yamaguchi and Kempf, arXiv:2501.02757",
            "for even n, A is one more clone",
        ),
    )
}
"""What is stated of them for every n and, by the family, for some n only."""
