"""Bounds that hold whatever the protocol is: what cloners, forgers, eavesdroppers and Bell tests can reach at most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from noclone.proofs.claims import StatedClaim
from noclone.protocols.family import Family
from noclone.protocols.protocol import Protocol

__all__ = ["FAMILY", "bare"]

GISIN_MASSAR = "Gisin and Massar, arXiv:quant-ph/9705046"
COVARIANT = "Bruß et al., arXiv:quant-ph/9909046; D'Ariano and Macchiavello, arXiv:quant-ph/0301175"
WERNER = "Werner, arXiv:quant-ph/9804001"
MONEY = "Molina, Vidick and Watrous, arXiv:1202.4010"
ASYMMETRIC = "Cerf, arXiv:quant-ph/9805024; Niu and Griffiths, arXiv:quant-ph/9805073"
ESTIMATION = "Massar and Popescu, Phys. Rev. Lett. 74, 1259 (1995)"
TSIRELSON = "Tsirelson, Lett. Math. Phys. 4, 93 (1980)"
CHSH_PAPER = "Clauser et al., Phys. Rev. Lett. 23, 880 (1969)"
MONOGAMY = "Toner and Verstraete, arXiv:quant-ph/0611001"
EAVESDROPPING = "Fuchs et al., arXiv:quant-ph/9701039"
CHSH = "A0 B0 + A0 B1 + A1 B0 - A1 B1"

_EXACT = (
    ("cloning all to 2", "5/6", GISIN_MASSAR, "the best universal cloner of a qubit"),
    ("cloning all to 3", "7/9", GISIN_MASSAR, ""),
    ("cloning all to 4", "3/4", GISIN_MASSAR, ""),
    ("cloning all to 5", "11/15", GISIN_MASSAR, ""),
    ("cloning all from 2 to 3", "11/12", GISIN_MASSAR, ""),
    ("cloning all from 2 to 4", "7/8", GISIN_MASSAR, ""),
    ("cloning all from 3 to 4", "19/20", GISIN_MASSAR, ""),
    ("cloning all to 2 worst", "5/6", GISIN_MASSAR, "and no cloner does better on its worst state"),
    ("cloning all to 2 entanglement", "3/4", GISIN_MASSAR, "the clones' entanglement fidelity, (M + 1)/(2M)"),
    ("cloning all to 3 entanglement", "2/3", GISIN_MASSAR, ""),
    ("cloning all to 4 entanglement", "5/8", GISIN_MASSAR, ""),
    ("cloning all to 5 entanglement", "3/5", GISIN_MASSAR, ""),
    ("cloning all3 to 2", "3/4", WERNER, "the best universal cloner of a qutrit"),
    ("cloning all to 2 weighted 3/5,2/5", "2/3+sqrt(7)/15", ASYMMETRIC, "the asymmetric trade-off, at five points"),
    ("cloning all to 2 weighted 8/13,5/13", "11/13", ASYMMETRIC, ""),
    ("cloning all to 2 weighted 2/3,1/3", "2/3+sqrt(3)/9", ASYMMETRIC, ""),
    ("cloning all to 2 weighted 3/4,1/4", "2/3+sqrt(7)/12", ASYMMETRIC, ""),
    ("cloning all to 2 weighted 4/5,1/5", "2/3+sqrt(13)/15", ASYMMETRIC, ""),
    ("cloning equator to 2", "1/2+sqrt(2)/4", COVARIANT, "the best phase-covariant cloner"),
    ("cloning equator to 3", "5/6", COVARIANT, ""),
    (
        "cloning bb84 to 2",
        "1/2+sqrt(2)/4",
        EAVESDROPPING,
        "an eavesdropper who knows as much as Bob causes 14.6 % errors",
    ),
    ("cloning bb84 to 2 weighted 4/7,3/7", "6/7", EAVESDROPPING, "who causes 10 % errors sees at most 4/5"),
    ("cloning bb84 to 2 global", "3/4", MONEY, "a forged Wiesner note passes with probability 3/4"),
    ("cloning six-state to 2 global", "2/3", MONEY, "notes of six states are harder to forge"),
    ("measure-and-prepare all", "2/3", ESTIMATION, "copies of measured states"),
    (f"local {CHSH}", "2", CHSH_PAPER, "Bell's inequality in the form of CHSH"),
    (f"correlations {CHSH}", "2*sqrt(2)", TSIRELSON, "Tsirelson's bound"),
    (f"squares {CHSH} | {CHSH.replace('B', 'C')}", "8", MONOGAMY, "CHSH is monogamous, A's settings being the same"),
)
_FALSE = (
    ("cloning all to 2", "8333/10000", GISIN_MASSAR, "5/6 rounded, in the wrong direction"),
    ("cloning bb84 to 2", "5/6", COVARIANT, "states on one great circle are cloned better than all states"),
    (
        f"squares {CHSH} | {CHSH.replace('B', 'C').replace('A0', 'A2').replace('A1', 'A3')}",
        "8",
        MONOGAMY,
        "with different settings of A there is no such bound",
    ),
)


def _pairs() -> tuple[str, ...]:
    """The sixteen products of two BB84 states, as the kernel reads them: weight, scale and amplitudes."""
    from itertools import product

    kets = ((1, 0), (0, 1), (1, 1), (1, -1))
    products = [[a * b for a in one for b in two] for one, two in product(kets, repeat=2)]
    return tuple(f"1/16; 1/{sum(map(abs, ket))}; {' '.join(map(str, ket))}" for ket in products)


def _mean(parties: str) -> str:
    """The mean of CHSH's expressions of A with each of these parties, A's settings being the same."""
    terms = (("A0", 0, "+"), ("A0", 1, "+"), ("A1", 0, "+"), ("A1", 1, "-"))
    listed = [f"{sign} 1/{len(parties)}*{first} {other}{second}" for other in parties for first, second, sign in terms]
    return " ".join(listed).removeprefix("+ ")


def _make() -> Protocol:
    claims = [StatedClaim(f"bound {name} = {value}", "PROVED", source, note) for name, value, source, note in _EXACT]
    for parties, words in (("BC", "the mean over two clones"), ("BCD", "and over three")):
        claims.append(StatedClaim(f"bound correlations {_mean(parties)} = 2", "PROVED", MONOGAMY, words))
    claims.append(StatedClaim("bound cloning pairs to 2 global = 9/16", "PROVED", MONEY, "notes of two qubits"))
    claims += [StatedClaim(f"bound {name} <= {value}", "REFUTED", source, note) for name, value, source, note in _FALSE]
    return bare("bounds", claims, {"pairs": _pairs()})


def bare(name: str, claims: Iterable[StatedClaim], ensembles: Mapping[str, tuple[str, ...]]) -> Protocol:
    """No protocol: a qubit A that is left alone, for claims that speak of none; ``ensembles`` are the states they name."""
    from qiskit import QuantumCircuit, QuantumRegister

    circuit = QuantumCircuit(QuantumRegister(1, "A"))
    return Protocol(name, {"encode": circuit}, "A", ("A",), claims=tuple(claims), ensembles=dict(ensembles))


FAMILY = Family(
    "bounds",
    "no protocol: the bounds on cloning, forging, eavesdropping and Bell tests that security arguments rest on",
    "docs/bounds.md",
    (),
    _make,
)
