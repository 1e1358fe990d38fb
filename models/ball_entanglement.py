"""Entanglement of kets whose amplitudes are balls: bounds that hold for every ket in the balls, every rounding counted.

Vectors and directions that are needed on the way (singular vectors, measurements) are found in floats and then taken for the exact
numbers that they are: a poor one makes a bound worse, never wrong. Conventions are those of ``noclone.models.entanglement``.
Precision is the caller's (``flint.ctx``); bounds by singular vectors are right to about 1e-14.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy
from flint import acb, acb_mat, arb

from noclone.models.balls import norm_squared, to_fraction, trace_product
from noclone.models.errors import InputError
from noclone.models.exact_entanglement import formation_ball
from noclone.models.ring import RingArray

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[numpy.complex128]

__all__ = [
    "BallKet",
    "chsh_bound",
    "classical_bound",
    "concurrence_ball",
    "eigenvalue_balls",
    "formation_between",
    "horodecki_ball",
    "number_ball",
    "ring_balls",
    "roof_tangle",
    "singular_value_balls",
]

_FLIP = numpy.array([[0, 0, 0, -1], [0, 0, 1, 0], [0, 1, 0, 0], [-1, 0, 0, 0]], dtype=numpy.complex128)
_PAULIS = numpy.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
_MOST_TURNED = 64
_RANK = 1e-7
"""Singular values below this count as 0 where a support is chosen; what is left out is counted as error."""


@dataclass(frozen=True, eq=False)
class BallKet:
    """A ket of parties of dimensions ``dims`` and of a rest: ``tensor``, an array of ``flint.acb`` of shape (*dims, rest), big-endian.

    ``exact`` are the same amplitudes in Z[e^{iπ/4}, 1/√2], where they lie there.
    """

    tensor: NDArray[Any]
    dims: tuple[int, ...]
    exact: RingArray | None = None

    def matrix(self, parties: Sequence[int]) -> acb_mat:
        """The amplitudes with these parties as rows, in their order, and everything else as columns."""
        others = [at for at in range(len(self.dims) + 1) if at not in parties]
        rows = math.prod(self.dims[at] for at in parties)
        return _matrix(self.tensor.transpose(*parties, *others).reshape(rows, -1))

    def reduced(self, parties: Sequence[int]) -> acb_mat:
        """The density operator of these parties."""
        factor = self.matrix(parties)
        return factor * _dagger(factor)

    def purity(self, parties: Sequence[int]) -> arb:
        """The purity tr ρ² of these parties."""
        factor = self.matrix(parties)
        return trace_product(factor, factor)

    def one_tangle(self, party: int) -> arb:
        """2(1 − tr ρ_A²): C² of the party with everything else, where parties and rest are a product at least a bound on it."""
        return _between(2 * (1 - self.purity([party])), 0, 2)

    def entropy(self, parties: Sequence[int]) -> arb:
        """S of these parties in bits, computed on the smaller side of the cut."""
        if len(parties) == 1 and self.dims[parties[0]] == 2:
            return formation_between(_between(self.one_tangle(parties[0]), 0, 1))
        factor = self.matrix(parties)
        if factor.nrows() > factor.ncols():
            factor = factor.transpose()
        values = eigenvalue_balls(factor * _dagger(factor))
        return sum((_surprise(_between(value, 0, 1)) for value in values), arb(0))

    def floats(self) -> Matrix:
        """The nearest floats, shape (∏dims, rest)."""
        found: Matrix = _floats(self.matrix(range(len(self.dims))))
        return found

    @property
    def radius(self) -> float:
        """The norm of what the floats may differ by from the ket."""
        size = self.tensor.size
        most = max(float(max(value.real.rad(), value.imag.rad())) for value in self.tensor.reshape(-1))
        return math.sqrt(2 * size) * most + math.sqrt(size) * 2.0**-52


def ring_balls(array: RingArray) -> NDArray[Any]:
    """The numbers as balls, in the array's shape."""
    root = arb(2).sqrt() / 2
    scale = root**array.halvings
    flat = array.parts.reshape(4, -1)
    found = numpy.empty(flat.shape[1], dtype=object)
    for at in range(flat.shape[1]):
        a, b, c, d = (int(part) for part in flat[:, at])
        found[at] = acb((a + (b - d) * root) * scale, (c + (b + d) * root) * scale) if any((a, b, c, d)) else acb(0)
    return found.reshape(array.shape)


def number_ball(value: Any) -> acb:
    """A SymPy number made of rational numbers, square roots and I, as a ball; raises InputError for any other."""
    import sympy
    from flint import fmpq

    if value.is_Rational:
        return acb(arb(fmpq(int(value.p), int(value.q))))
    if value is sympy.I:
        return acb(0, 1)
    if value.is_Add or value.is_Mul:
        parts = [number_ball(each) for each in value.args]
        return sum(parts, acb(0)) if value.is_Add else math.prod(parts, start=acb(1))
    if value.is_Pow and value.exp.is_Rational and value.exp.q in (1, 2):
        base = number_ball(value.base)
        power = (base if value.exp.q == 1 else base.sqrt()) ** abs(int(value.exp.p))
        return power if value.exp.p > 0 else 1 / power
    raise InputError(f"'{value}' is not made of whole numbers, square roots and I: write it so")


def eigenvalue_balls(matrix: acb_mat) -> list[arb]:
    """The eigenvalues of a Hermitian matrix, the largest first.

    With float eigenvectors V, V†HV = D + E for a diagonal D; eigenvalues of V†HV lie within ‖E‖ of D's (Weyl), and are those of
    H times factors between the extreme eigenvalues of V†V (Ostrowski).
    """
    _, vectors = numpy.linalg.eigh(_floats(matrix))
    basis = _exact(vectors)
    turned = _dagger(basis) * matrix * basis
    middles, off = _diagonal(turned)
    stretch = arb(1) + _ball(_defect(basis))
    return sorted(((middle + _ball(off)) / stretch for middle in middles), key=lambda value: -float(value.mid()))


def singular_value_balls(matrix: acb_mat) -> list[arb]:
    """The singular values of a square matrix, the largest first; as ``eigenvalue_balls``, with vectors on both sides."""
    left, _, right = numpy.linalg.svd(_floats(matrix))
    one, two = _exact(left), _exact(right.conj().T)
    middles, off = _diagonal(_dagger(one) * matrix * two)
    stretch = (arb(1) + _ball(_defect(one))).sqrt() * (arb(1) + _ball(_defect(two))).sqrt()
    found = [_between((middle + _ball(off)) / stretch, 0, None) for middle in middles]
    return sorted(found, key=lambda value: -float(value.mid()))


def concurrence_ball(ket: BallKet, first: int, second: int) -> arb:
    """Wootters' concurrence of two qubits.

    ρ = TT†; with float rows W of the right singular vectors, T = T′W† + Δ for T′ = TW of 4 columns. M = TᵀFT moves by at most
    ‖T‖‖Δ‖·2 + 3‖Δ‖² in trace norm, so its singular values by that altogether (Mirsky).
    """
    factor, lost, stretch = ket.matrix([first, second]), arb(0), arb(0)
    if factor.ncols() > 4:
        right = _exact(numpy.linalg.svd(_floats(factor), full_matrices=False)[2].conj().T)
        short = factor * right
        lost = norm_squared((factor - short * _dagger(right)).entries()).upper().sqrt()
        factor, stretch = short, _defect(right)
    values = singular_value_balls(factor.transpose() * _exact(_FLIP) * factor)
    value = 2 * values[0] - sum(values, arb(0))
    off = 2 * lost + 3 * lost**2 + stretch * sum(values, arb(0))
    return _between(value + _ball(off), 0, 1)


def formation_between(tangle: arb) -> arb:
    """E_f in bits of two qubits with this tangle, or S(A) of a qubit with this one-tangle: increasing, so between its ends."""
    low, high = (to_fraction(end) for end in (tangle.lower(), tangle.upper()))
    ends = [formation_ball(min(max(end, Fraction(0)), Fraction(1))) for end in (low, high)]
    return ends[0].union(ends[1])


def horodecki_ball(ket: BallKet, first: int, second: int) -> arb:
    """The largest S² of a CHSH test of two qubits with observables n·σ: 4(t₁² + t₂²), t the singular values of T (Horodecki)."""
    state = ket.reduced([first, second])
    entries = [[_mean(state, numpy.kron(one, two)) for two in _PAULIS] for one in _PAULIS]
    values = singular_value_balls(acb_mat([[acb(value) for value in row] for row in entries]))
    return _between(4 * (values[0] ** 2 + values[1] ** 2), 0, 8)


def classical_bound(ket: BallKet, first: int, second: int, direction: Sequence[float]) -> arb:
    """S(A) − Σ p_k S(A_k), a lower bound on J(A|B) of two qubits: B measures along this direction, of any length but 0."""
    axis = [arb(float(part)) for part in direction]
    length = sum((part * part for part in axis), arb(0)).sqrt()
    state, lost = ket.reduced([first, second]), arb(0)
    for sign in (1, -1):
        observable = acb_mat(2, 2)
        for part, pauli in zip(axis, _PAULIS, strict=True):
            observable += _exact(pauli) * acb(sign * part / length)
        projector = (_exact(numpy.eye(2, dtype=numpy.complex128)) + observable) / 2
        lost += _weighted_entropy(_after(state, projector))
    return _between(ket.entropy([first]) - lost, 0, 1)


def chsh_bound(ket: BallKet, first: int, second: int, observables: Sequence[Matrix]) -> arb:
    """A value S that a CHSH test reaches: A measures these two observables, B the signs of tr_A ρ((A₀ ± A₁)⊗1) in floats.

    Observables are divided by a bound on their norm, ‖O‖² ≤ 1 + ‖O² − 1‖, so that they are between −1 and 1.
    """
    one, two = ket.dims[first], ket.dims[second]
    state, (zero, other) = ket.reduced([first, second]), [_bounded(each) for each in observables]
    total = arb(0)
    for own in (zero + other, zero - other):
        seen = [
            [
                sum((own[c, a] * state[a * two + b, c * two + d] for a in range(one) for c in range(one)), acb(0))
                for d in range(two)
            ]
            for b in range(two)
        ]
        values, vectors = numpy.linalg.eigh(_floats(acb_mat(seen)))
        product = acb_mat(seen) * _bounded((vectors * numpy.where(values < 0, -1, 1)) @ vectors.conj().T)
        total += sum((product[at, at].real for at in range(two)), arb(0))
    return total


def _bounded(observable: Matrix) -> acb_mat:
    found = _exact((observable + observable.conj().T) / 2)
    squared = found * found - _exact(numpy.eye(len(observable), dtype=numpy.complex128))
    return found / acb((1 + norm_squared(squared.entries()).upper().sqrt()).sqrt().upper())


def _after(state: acb_mat, projector: acb_mat) -> acb_mat:
    """tr_B ρ(1⊗Π), 2 × 2."""
    return acb_mat(
        [
            [
                sum((state[2 * a + b, 2 * c + d] * projector[d, b] for b in (0, 1) for d in (0, 1)), acb(0))
                for c in (0, 1)
            ]
            for a in (0, 1)
        ]
    )


def _weighted_entropy(state: acb_mat) -> arb:
    """The entropy S(ρ/p), times p, of a qubit's state of trace p, from 0 to p."""
    weight = _between((state[0, 0] + state[1, 1]).real, 0, 1)
    if weight.lower() <= 0:
        return arb(0).union(weight.upper())
    determinant = (state[0, 0] * state[1, 1] - state[0, 1] * state[1, 0]).real
    return weight * formation_between(_between(4 * determinant / (weight * weight), 0, 1))


def roof_tangle(ket: BallKet, first: int, second: int) -> arb:
    """C², C the concurrence √(2(1 − tr ρ_A²)) of kets extended to mixed states by its convex roof; parties of any dimensions.

    Wootters' for qubits. Otherwise above: by the decompositions that measuring the rest gives, and by the one-tangles. Below:
    2(tr ρ² − tr ρ_A²) (Mintert and Buchleitner, quant-ph/0607084), and by the support. No unit vector of the support has an overlap
    above g = λ_max(P^Γ) with a product, P the support's projector, since ⟨ab|P|ab⟩ = ⟨ab*|P^Γ|ab*⟩; so its largest Schmidt weight
    is at most g, and its tangle at least 4g(1 − g), or 2(1 − g) if g < ½. C moves by at most 4‖ΔT‖ for ρ = TT†.
    """
    sizes = ket.dims[first], ket.dims[second]
    if sizes == (2, 2):
        value = concurrence_ball(ket, first, second)
        return value * value
    factor, own = ket.matrix([first, second]), ket.purity([first, second])
    parts = [ket.purity([party]) for party in (first, second)]
    means = [_mean_concurrence(factor * turn, sizes) for turn in _turns(factor.ncols())]
    above = [*((mean * mean).upper() for mean in means), *((2 * (1 - part)).upper() for part in parts)]
    below = [arb(0), *((2 * (own - part)).lower() for part in parts), _support_tangle(factor, sizes)]
    high = min(above, key=float)
    return max(below, key=float).min(high).union(high)


def _turns(size: int) -> list[acb_mat]:
    """Unitaries of a rest: none, and, of qubits that are not too many, those to the X and to the Y basis of each."""
    found = [acb_mat([[int(row == at) for at in range(size)] for row in range(size)])]
    if 1 < size <= _MOST_TURNED and not size & (size - 1):
        root = arb(2).sqrt() / 2
        for phase in (acb(1), acb(0, 1)):
            one, whole = [[acb(root), acb(root)], [phase * root, -phase * root]], [[acb(1)]]
            while len(whole) < size:
                whole = [[left * right for left in row for right in own] for row in whole for own in one]
            found.append(acb_mat(whole))
    return found


def _mean_concurrence(factor: acb_mat, sizes: tuple[int, int]) -> arb:
    """Σ √(2(‖t‖⁴ − tr ρ_A²)) over the columns t, vectors of any length, rounded up."""
    total = arb(0)
    for column in range(factor.ncols()):
        matrix = acb_mat([[factor[row * sizes[1] + at, column] for at in range(sizes[1])] for row in range(sizes[0])])
        norm = norm_squared(matrix.entries())
        total += (2 * (norm * norm - trace_product(matrix, matrix))).upper().max(0).sqrt().upper()
    return total.upper()


def _support_tangle(factor: acb_mat, sizes: tuple[int, int]) -> arb:
    """The lower bound by the support."""
    left, values, _ = numpy.linalg.svd(_floats(factor), full_matrices=False)
    basis = _exact(left[:, values > _RANK])
    projector = basis * _dagger(basis)
    lost = norm_squared((factor - projector * factor).entries()).upper().sqrt().upper()
    one, two = sizes
    turned = acb_mat(
        [
            [projector[row // two * two + at % two, at // two * two + row % two] for at in range(one * two)]
            for row in range(one * two)
        ]
    )
    # the exact projector on the float basis differs from the product by at most 2 defects, as long as they are below ⅓
    overlap = (eigenvalue_balls(turned)[0].upper() + 2 * _defect(basis)).upper().min(1)
    least = 4 * overlap * (1 - overlap) if overlap >= arb(0.5) else 2 * (1 - overlap)
    root = (least.lower().max(0).sqrt() * (1 - lost * lost) - 4 * lost).lower().max(0)
    return (root * root).lower()


def _surprise(value: arb) -> arb:
    """−p log₂ p of a probability: between its ends' values, and 1/(e ln 2) if 1/e, where it is largest, is among them."""
    low, high, peak = value.lower(), value.upper(), arb(-1).exp()
    ends = [arb(0) if end <= 0 else -end * end.log() / arb(2).log() for end in (low, high)]
    found = ends[0].union(ends[1])
    return found.union(peak / arb(2).log()) if low <= peak.upper() and high >= peak.lower() else found


def _mean(state: acb_mat, observable: Matrix) -> arb:
    product = state * _exact(observable)
    return sum((product[at, at].real for at in range(product.nrows())), arb(0))


def _matrix(entries: NDArray[Any]) -> acb_mat:
    return acb_mat([list(row) for row in entries])


def _exact(entries: Matrix) -> acb_mat:
    """Floats as the exact numbers that they are."""
    return acb_mat([[acb(float(each.real), float(each.imag)) for each in row] for row in entries.astype(complex)])


def _floats(matrix: acb_mat) -> Matrix:
    rows, columns = matrix.nrows(), matrix.ncols()
    flat = [complex(float(each.real.mid()), float(each.imag.mid())) for each in matrix.entries()]
    return numpy.array(flat, dtype=numpy.complex128).reshape(rows, columns)


def _dagger(matrix: acb_mat) -> acb_mat:
    return matrix.conjugate().transpose()


def _ball(radius: arb) -> arb:
    """[−r, r]."""
    return (-radius.upper()).union(radius.upper())


def _between(value: arb, low: int, high: int | None) -> arb:
    """The ball moved into where the number is known to lie, end by end."""
    ends = [end.max(low) if high is None else end.max(low).min(high) for end in (value.lower(), value.upper())]
    return ends[0].union(ends[1])


def _diagonal(matrix: acb_mat) -> tuple[list[arb], arb]:
    """The diagonal's real parts, and the Frobenius norm of all the rest."""
    size = matrix.nrows()
    middles = [matrix[at, at].real for at in range(size)]
    rest = matrix - acb_mat([[acb(middles[row]) if row == at else acb(0) for at in range(size)] for row in range(size)])
    return middles, norm_squared(rest.entries()).upper().sqrt().upper()


def _defect(basis: acb_mat) -> arb:
    """‖V†V − 1‖, Frobenius, rounded up."""
    size = basis.ncols()
    identity = _exact(numpy.eye(size, dtype=numpy.complex128))
    return norm_squared((_dagger(basis) * basis - identity).entries()).upper().sqrt().upper()
