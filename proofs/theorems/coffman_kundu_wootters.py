"""Concurrence is monogamous for three qubits: C²_AB + C²_AC ≤ 4 det ρ_A, from identities of polynomials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from noclone.models.exact_entanglement import antisymmetric_qutrits, exact_one_tangle, exact_pair_tangle, span_tangle
from noclone.proofs.theorems.exact import basis, column, generic, is_equal, require_units, sign, tensor
from noclone.proofs.theorems.theorem import Computed, Conclusion, Counterexample, Example, Hypothesis, Line, Theorem

__all__ = ["COFFMAN_KUNDU_WOOTTERS", "Shares"]

QUBITS = (2, 2, 2)
FLIP = sympy.ImmutableMatrix([[0, 0, 0, -1], [0, 0, 1, 0], [0, 1, 0, 0], [-1, 0, 0, 0]])
"""σ_y ⊗ σ_y."""
AMPLITUDES = tuple(generic(8, "ψ"))
"""Any ket of three qubits, of any norm: 16 real symbols."""
LARGER, SMALLER = sympy.symbols("s1 s2", nonnegative=True)
"""The singular values of a 2 × 2 matrix."""

ZERO, ONE = basis(2, 0), basis(2, 1)
BELL = column(1, 0, 0, 1) / sympy.sqrt(2)
W = column(0, 1, 1, 0, 1, 0, 0, 0) / sympy.sqrt(3)
GHZ = column(1, 0, 0, 0, 0, 0, 0, 1) / sympy.sqrt(2)


@dataclass(frozen=True)
class Shares:
    """Two kets of parties A, B, C of these dimensions: the one that ρ_AB and ρ_A belong to, and the one of ρ_AC.

    Raises ValueError unless both have norm 1.
    """

    near: Any
    far: Any
    dimensions: tuple[int, int, int] = QUBITS

    def __post_init__(self) -> None:
        require_units(self.near, self.far)

    @property
    def squared_concurrences(self) -> Any:
        """C²_AB + C²_AC, exact."""
        return self._tangle(self.near, 1) + self._tangle(self.far, 2)

    @property
    def whole(self) -> Any:
        """C²_A(BC) = 2(1 − tr ρ_A²), which is 4 det ρ_A where A is a qubit."""
        return exact_one_tangle(tuple(self.near), 0, self.dimensions)

    def _tangle(self, ket: Any, other: int) -> Any:
        """C² of A with B (1) or C (2): Wootters's formula for qubits; else that of every ket in the support, if it is one."""
        if self.dimensions == QUBITS:
            return exact_pair_tangle(tuple(ket), 0, other)
        factor = _factor(ket, self.dimensions, other)
        found = span_tangle([list(each) for each in factor.columnspace()], (self.dimensions[0], self.dimensions[other]))
        if found is None:
            raise ValueError("the kets in a support differ in concurrence")
        return found


def _factor(ket: Any, dimensions: tuple[int, int, int], other: int) -> Any:
    """T with ρ = T T†, of A with B (1) or C (2): rows are the places of the two, columns those of the third."""
    first, second, third = dimensions[0], dimensions[other], dimensions[3 - other]

    def entry(row: int, lost: int) -> Any:
        place = {0: row // second, other: row % second, 3 - other: lost}
        return ket[(place[0] * dimensions[1] + place[1]) * dimensions[2] + place[2]]

    return sympy.ImmutableMatrix(first * second, third, entry)


def _conjugated(matrix: Any) -> Any:
    """The complex conjugate of a matrix of polynomials in real symbols."""
    return matrix.xreplace({sympy.I: -sympy.I})


def _polynomial(term: Any) -> Any:
    """An expression expanded as a polynomial in the 16 real symbols."""
    symbols = sorted(sympy.S(term).free_symbols, key=str)
    return sympy.Poly(term, *symbols, domain=sympy.QQ_I).as_expr() if symbols else sympy.S(term)


def _spin_flipped(other: int) -> Any:
    """The trace of ρρ~ of A with B (1) or C (2), ρ~ = (σ_y⊗σ_y) ρ* (σ_y⊗σ_y), of the generic ket."""
    factor = _factor(AMPLITUDES, QUBITS, other)
    symmetric = factor.T * FLIP * factor
    return _polynomial(sum(mine * theirs for mine, theirs in zip(symmetric, _conjugated(symmetric), strict=True)))


def _determinant(party: int) -> Any:
    """The determinant of the reduced operator of one qubit of the generic ket."""
    rows = [[AMPLITUDES[place] for place in range(8) if place >> (2 - party) & 1 == bit] for bit in range(2)]
    matrix = sympy.Matrix(rows)
    return _polynomial((matrix * _conjugated(matrix).T).det())


def _combined(*weights: int) -> Any:
    """A combination of det ρ_A, det ρ_B, det ρ_C of the generic ket."""
    return _polynomial(sum(weight * _determinant(party) for party, weight in enumerate(weights)))


def _nonzero_eigenvalues() -> Computed:
    """det(x − FG) = x² det(x − GF) for generic F, 4 × 2, and G, 2 × 4."""
    unknown = sympy.Symbol("x")
    tall, wide = sympy.Matrix(4, 2, sympy.symbols("f0:8")), sympy.Matrix(2, 4, sympy.symbols("g0:8"))
    left = (unknown * sympy.eye(4) - tall * wide).det(method="berkowitz")
    right = unknown**2 * (unknown * sympy.eye(2) - wide * tall).det()
    return Computed(sympy.expand(left), sympy.expand(right))


def _in_two_steps() -> Computed:
    """The trace of ρρ~ as the product of four matrices, and tr M†M with M = Tᵀ(σ_y⊗σ_y)T, for a generic T, 4 × 2."""
    factor = sympy.ImmutableMatrix(4, 2, AMPLITUDES)
    operator = factor * _conjugated(factor).T
    direct = _polynomial((operator * FLIP * _conjugated(operator) * FLIP).trace())
    symmetric = factor.T * FLIP * factor
    return Computed(direct, _polynomial((_conjugated(symmetric).T * symmetric).trace()))


def _whole() -> Computed:
    """2((tr ρ)² − tr ρ²) = 4 det ρ for two rows."""
    operator = sympy.Matrix(2, 2, sympy.symbols("r0:4"))
    left = 2 * (operator.trace() ** 2 - (operator * operator).trace())
    return Computed(sympy.expand(left), sympy.expand(4 * operator.det()))


def _both() -> Computed:
    return Computed(_polynomial(_spin_flipped(1) + _spin_flipped(2)), _combined(4, 0, 0))


def _ou() -> Shares:
    ket = column(*antisymmetric_qutrits())
    return Shares(ket, ket, (3, 3, 3))


def _two_pairs() -> Shares:
    """A's first qubit in a Bell pair with B, A's second in one with C: A has four levels."""
    ket = column(*(sympy.Rational(int(place[:2] == place[2:]), 2) for place in (f"{at:04b}" for at in range(16))))
    return Shares(ket, ket, (4, 2, 2))


COFFMAN_KUNDU_WOOTTERS: Theorem[Shares] = Theorem(
    name="coffman-kundu-wootters",
    title="Concurrence is monogamous: three qubits",
    statement=(
        "If three qubits A, B, C are in a pure state, C²_AB + C²_AC ≤ 4 det ρ_A = C²_A(BC): what A shares with B and with C is no more "
        "than what A shares with both together."
    ),
    generality=(
        "every ket of three qubits (16 real symbols); for the concurrence C = s1 − s2 of Wootters's formula, which is taken as the "
        "definition; for mixed states, and for more qubits, the theorem is that of Osborne and Verstraete and is not executed"
    ),
    hypotheses=(
        Hypothesis("qubits", "A, B and C have two levels each", lambda it: it.dimensions == QUBITS),
        Hypothesis("joint", "ρ_AB and ρ_AC belong to one ket of A, B, C", lambda it: is_equal(it.near, it.far)),
    ),
    conclusion=Conclusion("C²_AB + C²_AC ≤ C²_A(BC)", lambda it: sign(it.whole - it.squared_concurrences) >= 0),
    proof=(
        Line(
            "C has two levels, so ρ_AB = T T† with a 4 × 2 matrix T of amplitudes. With ρ~ = Yρ*Y, ρ* the conjugate and Y = σ_y⊗σ_y, "
            "ρρ~ is FG with F = T, 4 × 2, and G = T†Yρ*Y, 2 × 4: it has the eigenvalues of GF, and 0 twice",
            _nonzero_eigenvalues,
            ("qubits",),
            latex=r"\det(x-FG) = x^2\det(x-GF)",
        ),
        Line(
            "GF is M†M with the symmetric 2 × 2 matrix M = T^(t)YT (t: transposed), so its eigenvalues are s1² and s2², the squared "
            "singular values of M, and their sum is tr ρρ~ = tr M†M",
            _in_two_steps,
            ("qubits",),
            latex=r"\operatorname{tr}\rho\tilde\rho = \operatorname{tr}M^\dagger M",
        ),
        Line(
            "The concurrence is C = s1 − s2 with s1 ≥ s2 ≥ 0, so C² is below s1² + s2² = tr ρρ~ by 2 s1 s2 ≥ 0",
            lambda: Computed(sympy.expand(LARGER**2 + SMALLER**2 - (LARGER - SMALLER) ** 2), sympy.S.Zero, "≥"),
            ("qubits",),
            latex=r"s_1^2+s_2^2-(s_1-s_2)^2 \geq 0",
        ),
        Line(
            "As polynomials in the amplitudes, tr ρρ~ of AB is 2(det ρ_A + det ρ_B − det ρ_C)",
            lambda: Computed(_spin_flipped(1), _combined(2, 2, -2)),
            ("qubits", "joint"),
            latex=r"\operatorname{tr}\rho_{AB}\tilde\rho_{AB} = 2(\det\rho_A+\det\rho_B-\det\rho_C)",
        ),
        Line(
            "and tr ρρ~ of AC is 2(det ρ_A − det ρ_B + det ρ_C)",
            lambda: Computed(_spin_flipped(2), _combined(2, -2, 2)),
            ("qubits", "joint"),
            latex=r"\operatorname{tr}\rho_{AC}\tilde\rho_{AC} = 2(\det\rho_A-\det\rho_B+\det\rho_C)",
        ),
        Line(
            "Together they are 4 det ρ_A, so C²_AB + C²_AC ≤ 4 det ρ_A; the gap is 2 s1 s2 of AB and 2 s1 s2 of AC",
            _both,
            ("qubits", "joint"),
            latex=r"\operatorname{tr}\rho_{AB}\tilde\rho_{AB}+\operatorname{tr}\rho_{AC}\tilde\rho_{AC} = 4\det\rho_A",
        ),
        Line(
            "For a ket of A and (BC), C² = 2(1 − tr ρ²_A), and for two levels this is 4 det ρ_A",
            _whole,
            ("qubits",),
            latex=r"2\left((\operatorname{tr}\rho)^2-\operatorname{tr}\rho^2\right) = 4\det\rho",
        ),
    ),
    examples=(
        Example("the W state: 4/9 + 4/9 = 8/9, equality", Shares(W, W)),
        Example("the GHZ state: 0 + 0 < 1, the largest gap", Shares(GHZ, GHZ)),
        Example("a Bell pair of A and B beside a C in |0⟩: 1 + 0 = 1", Shares(tensor(BELL, ZERO), tensor(BELL, ZERO))),
    ),
    counterexamples=(
        Counterexample(
            "qubits",
            "three qutrits in the antisymmetric state (Ou): C²_AB = C²_AC = 1, since every antisymmetric ket of two qutrits has C² = 1, "
            "but C²_A(BC) = 4/3",
            _ou(),
        ),
        Counterexample(
            "qubits",
            "A has four levels, half of a Bell pair with B and half of another with C: 1 + 1, but C²_A(BC) = 3/2",
            _two_pairs(),
        ),
        Counterexample(
            "joint",
            "ρ_AB and ρ_AC a Bell pair each, with one ρ_A, but reduced from two kets: 1 + 1, and 4 det ρ_A = 1",
            Shares(tensor(BELL, ZERO), (tensor(ZERO, ZERO, ZERO) + tensor(ONE, ZERO, ONE)) / sympy.sqrt(2)),
        ),
    ),
    references=(
        "V. Coffman, J. Kundu and W. K. Wootters, Phys. Rev. A 61, 052306 (2000), arXiv:quant-ph/9907047",
        "W. K. Wootters, Phys. Rev. Lett. 80, 2245 (1998), for the concurrence of two qubits",
        "T. J. Osborne and F. Verstraete, Phys. Rev. Lett. 96, 220503 (2006), for more qubits",
        "Y.-C. Ou, Phys. Rev. A 75, 034305 (2007), for the qutrits",
    ),
)
