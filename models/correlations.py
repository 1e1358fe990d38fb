"""Correlations of two parties under measurements: CHSH values, classical correlation and discord of two qubits.

Two qubits are described by their Pauli coefficients R_ij = tr ρ σ_i⊗σ_j (σ_0 = 1): Bloch vectors a, b and the matrix T. Measurement
settings of a qubit are unit vectors n, for the observable n·σ with outcomes ±1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy

from noclone.models.entanglement import PartedState, binary_entropy, mutual_information_of, parted
from noclone.models.errors import InputError
from noclone.models.measures import Estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Real = NDArray[numpy.float64]
    Matrix = NDArray[numpy.complex128]

__all__ = [
    "ChshSettings",
    "best_chsh",
    "chsh_maximum",
    "chsh_of",
    "classical_correlation",
    "discord",
    "pauli_coefficients",
    "searched_observables",
    "settings_observables",
]

PAULIS = numpy.array([[[1, 0], [0, 1]], [[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
_LEVELS, _MOST_TRIANGLES, _ATTEMPTS = 9, 400_000, 20


class ChshSettings(NamedTuple):
    """Unit vectors, each of shape (3,): A measures ``first[0]`` or ``first[1]``, B ``second[0]`` or ``second[1]``.

    S = ⟨A₀B₀⟩ + ⟨A₀B₁⟩ + ⟨A₁B₀⟩ − ⟨A₁B₁⟩.
    """

    first: tuple[Real, Real]
    second: tuple[Real, Real]


def _qubits(state: Any, error: float) -> PartedState:
    found = parted(state, error=error)
    if found.dims != (2, 2):
        raise InputError(f"a state of two qubits is needed, not of dimensions {list(found.dims)}")
    return found


def pauli_coefficients(state: Any, *, error: float = 0.0) -> Real:
    """R_ij = tr ρ σ_i⊗σ_j of two qubits, shape (4, 4), indices 1, X, Y, Z; R_00 = 1."""
    tensor = _qubits(state, error).density.reshape(2, 2, 2, 2)
    found: Real = numpy.einsum("abcd,ica,jdb->ij", tensor, PAULIS, PAULIS).real
    return found


def chsh_maximum(state: Any, *, error: float = 0.0) -> Estimate:
    """The largest S of two qubits: 2√(t₁² + t₂²), t the two largest singular values of T, at most 2√2.

    Horodecki, Horodecki and Horodecki, Phys. Lett. A 200 (1995) 340: over observables n·σ. With ±1 admitted as observables
    every state has 2. Error: √(t₁² + t₂²) is a norm of T, at most ‖T‖_F, and ‖ΔT‖_F ≤ 2‖Δρ‖_F.
    """
    found = _qubits(state, error)
    values = numpy.linalg.svd(pauli_coefficients(found)[1:, 1:], compute_uv=False)
    return Estimate(2 * math.hypot(values[0], values[1]), 4 * found.distance + 2.0**-46)


def best_chsh(state: Any) -> ChshSettings:
    """Settings of both qubits with which S is ``chsh_maximum``, from T's singular vectors."""
    left, values, right = numpy.linalg.svd(pauli_coefficients(state)[1:, 1:])
    angle = math.atan2(values[1], values[0])
    one, two = math.cos(angle) * right[0], math.sin(angle) * right[1]
    return ChshSettings((left[:, 0], left[:, 1]), (one + two, one - two))


def settings_observables(settings: Sequence[Real]) -> tuple[Matrix, Matrix]:
    """n·σ for two unit vectors."""
    first, second = (numpy.tensordot(numpy.asarray(each), PAULIS[1:], 1) for each in settings)
    return first, second


def chsh_of(
    state: Any,
    first: Sequence[Matrix],
    second: Sequence[Matrix] | None = None,
    dims: Sequence[int] | None = None,
    *,
    error: float = 0.0,
) -> Estimate:
    """S for A's two observables and B's, or the largest for any of B's; parties of any dimensions, −1 ≤ observables ≤ 1.

    For B's best: S = tr B₀X + tr B₁Y with X, Y = tr_A ρ_AB((A₀ ± A₁)⊗1), so ‖X‖₁ + ‖Y‖₁, reached by their signs. Raises
    InputError for observables that are not Hermitian of that norm.
    """
    found = parted(state, dims, error=error)
    if len(found.dims) != 2:
        raise InputError(f"a state of two parties is needed, not of {len(found.dims)}")
    one, two = found.dims
    for observable, size in [*((each, one) for each in first), *((each, two) for each in second or ())]:
        _check_observable(numpy.asarray(observable), size)
    zero, other = (numpy.asarray(each) for each in first)
    tensor = found.density.reshape(one, two, one, two)
    plus, minus = (numpy.einsum("abcd,ca->bd", tensor, each) for each in (zero + other, zero - other))
    error = 2 * math.sqrt(2) * found.distance + one * two * 2.0**-48
    if second is None:
        return Estimate(float(sum(abs(numpy.linalg.eigvalsh(each)).sum() for each in (plus, minus))), error)
    value = numpy.trace(plus @ numpy.asarray(second[0])) + numpy.trace(minus @ numpy.asarray(second[1]))
    return Estimate(float(value.real), error)


def _check_observable(observable: Matrix, size: int) -> None:
    if observable.shape != (size, size):
        raise InputError(f"an observable here is a matrix of shape {(size, size)}, not {observable.shape}")
    if abs(observable - observable.conj().T).max() > 1e-12 or abs(numpy.linalg.eigvalsh(observable)).max() > 1 + 1e-12:
        raise InputError("an observable is Hermitian with eigenvalues from −1 to 1")


def classical_correlation(state: Any, *, error: float = 0.0, tolerance: float = 1e-3) -> tuple[float, float]:
    """J(A|B) = S(A) − min Σ p_k S(A_k) of two qubits in bits, over all measurements (POVMs) of B, from below and above.

    Henderson and Vedral, quant-ph/0105028: J with the arrow from B, the one who measures. Below: a projective measurement,
    the best of a search. Above: for weights w_k and directions n_k of a POVM (Σ w_k = 2, Σ w_k n_k = 0; finer measurements are no
    worse), Σ w_k g(n_k) ≥ 2λ₀ if λ₀ + λ·n ≤ g(n) for all n. Such λ come from a linear program, and the inequality is shown on
    triangles that cover the sphere (``_least_excess``), finer where it is tight, until 2λ₀ is right to ``tolerance``, or there
    are 400,000 triangles. Errors are in the bounds.
    """
    found = _qubits(state, error)
    coefficients = pauli_coefficients(found)
    entropy = found.of([0]).entropy
    low_entropy, high_entropy = _conditional_entropy(coefficients, tolerance)
    # Alicki and Fannes in Winter's form (arXiv:1507.07775, Lemma 2), for A a qubit
    moved = found.distance / 2 + 2.0**-48
    error = entropy.error + moved + (1 + moved) * binary_entropy(moved / (1 + moved)) + 2.0**-40
    low, high = entropy.value - high_entropy - error, entropy.value - low_entropy + error
    return max(0.0, low), max(0.0, high)


def discord(state: Any, *, error: float = 0.0, tolerance: float = 1e-3) -> tuple[float, float]:
    """D(A|B) = I(A:B) − J(A|B) of two qubits in bits, B measured, from below and above (Ollivier and Zurek, quant-ph/0105072)."""
    found = _qubits(state, error)
    low, high = classical_correlation(found, tolerance=tolerance)
    total = mutual_information_of(found)
    return max(0.0, total.value - total.error - high), max(0.0, total.value + total.error - low)


def _weighted_entropy(coefficients: Real, directions: Real) -> Real:
    """g(n) = p(n) S(A given n) for the projectors on directions n, shape (m, 3); p(n) = (1 + b·n)/2."""
    doubled = numpy.maximum(1 + directions @ coefficients[0, 1:], 1e-300)
    length = numpy.linalg.norm(coefficients[1:, 0] + directions @ coefficients[1:, 1:].T, axis=1)
    smaller = numpy.clip((doubled - length) / (2 * doubled), 1e-300, 0.5)
    entropies = -smaller * numpy.log2(smaller) - (1 - smaller) * numpy.log1p(-smaller) / math.log(2)
    found: Real = entropies * doubled / 2
    return found


def _conditional_entropy(coefficients: Real, tolerance: float) -> tuple[float, float]:
    """The least Σ w_k g(n_k) from below and above."""
    from scipy.optimize import linprog

    corners, triangles = _sphere(3)
    for attempt in range(_ATTEMPTS):
        values = _weighted_entropy(coefficients, corners)
        rows = numpy.hstack([numpy.ones((len(corners), 1)), corners])
        answer = linprog([-1, 0, 0, 0], A_ub=rows, b_ub=values, bounds=[(None, 1)] + [(-2, 2)] * 3)
        plane = numpy.asarray(answer.x) if answer.success else numpy.zeros(4)
        least, worst = _least_excess(coefficients, plane, triangles, tolerance / 2, attempt < _ATTEMPTS - 1)
        if worst is None:
            break
        corners = numpy.vstack([corners, worst])
    return max(0.0, 2 * (float(plane[0]) + min(0.0, least))), _best_projective(coefficients, _sphere(3)[0])


def _best_projective(coefficients: Real, corners: Real) -> float:
    """The least g(n) + g(−n) that is found: at the best corners, then downhill."""
    from scipy.optimize import minimize

    def total(angles: Real) -> float:
        polar, azimuth = angles
        direction = numpy.array(
            [math.sin(polar) * math.cos(azimuth), math.sin(polar) * math.sin(azimuth), math.cos(polar)]
        )
        return float(_weighted_entropy(coefficients, numpy.array([direction, -direction])).sum())

    sums = _weighted_entropy(coefficients, corners) + _weighted_entropy(coefficients, -corners)
    best = float(sums.min())
    for at in numpy.argsort(sums)[:2]:
        start = numpy.array(
            [math.acos(max(-1.0, min(1.0, corners[at, 2]))), math.atan2(corners[at, 1], corners[at, 0])]
        )
        answer = minimize(total, start, method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-13})
        best = min(best, float(answer.fun))
    return best


def _least_excess(
    coefficients: Real, plane: Real, triangles: Real, allowed: float, wants_better: bool
) -> tuple[float, Real | None]:
    """A lower bound on g(n) − λ₀ − λ·n over the sphere; or, if wanted, corners below −allowed/4, with which to find a better λ.

    n = m/r for a point m of a flat triangle, at r ≥ the distance of its plane from the origin. With α = (1 + r)/2, the
    operator (1, m) is α(1, n) + (1 − α)(1, −n). Entropy (not normalised) is concave, so at m at least the mean of the
    corners' values, and mixing adds at most the mixture's entropy: g(n) ≥ α g(n) ≥ g(m) − (1 − α) − h(1 − α).
    """
    least, lowest = math.inf, 0.0
    for _ in range(_LEVELS):
        corners = triangles.reshape(-1, 3)
        excess = _weighted_entropy(coefficients, corners) - corners @ plane[1:] - plane[0]
        lowest = min(lowest, float(excess.min()))
        if wants_better and lowest < -allowed / 4:
            return lowest, corners[numpy.argsort(excess)[:50]]
        bounds = excess.reshape(-1, 3).min(axis=1) - _flatness(triangles, float(numpy.linalg.norm(plane[1:])))
        finer = bounds < lowest - allowed / 2
        least = min(least, float(bounds[~finer].min(initial=math.inf)))
        if not finer.any() or 4 * finer.sum() > _MOST_TRIANGLES:
            break
        triangles = _split(triangles[finer])
    return min(least, float(bounds.min())), None


def _flatness(triangles: Real, slope: float) -> Real:
    """What g − λ₀ − λ·n can lose between the corners and the sphere above each triangle."""
    normals = numpy.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    distance = abs(numpy.einsum("ij,ij->i", normals, triangles[:, 0])) / numpy.linalg.norm(normals, axis=1)
    lost = numpy.clip((1 - distance) / 2, 1e-15, 0.5)
    found: Real = 2 * lost * slope + lost - lost * numpy.log2(lost) - (1 - lost) * numpy.log1p(-lost) / math.log(2)
    return found


def _split(triangles: Real) -> Real:
    """Each spherical triangle in four, at the middles of its sides."""
    one, two, three = triangles[:, 0], triangles[:, 1], triangles[:, 2]
    middles = [side / numpy.linalg.norm(side, axis=1, keepdims=True) for side in (one + two, two + three, three + one)]
    parts = (one, middles[0], middles[2]), (two, middles[1], middles[0]), (three, middles[2], middles[1]), middles
    return numpy.concatenate([numpy.stack(part, axis=1) for part in parts])


def _sphere(level: int) -> tuple[Real, Real]:
    """Different corners, and triangles of shape (8·4^level, 3, 3), of an octahedron whose faces are split so often."""
    eye = numpy.eye(3)
    signs = [(x, y, z) for x in (1, -1) for y in (1, -1) for z in (1, -1)]
    triangles = numpy.array([[x * eye[0], y * eye[1], z * eye[2]] for x, y, z in signs])
    for _ in range(level):
        triangles = _split(triangles)
    return numpy.unique(triangles.reshape(-1, 3).round(15), axis=0), triangles


def searched_observables(
    states: Sequence[PartedState], *, starts: int = 6, rounds: int = 100, seed: int = 0
) -> tuple[Matrix, Matrix]:
    """Two ±1 observables of the first party, the same in every state, for which Σ S² is as large as a search finds.

    ``states`` have two parties, the first the same in all; second parties measure what is best for them. A qubit's observables are
    n·σ: with 1 for both, S would be 2 in every state, and the search would end there. The sum of squares is
    convex in each party's observables, so each step, to the signs of its gradient, never makes it less. It starts so many
    times at random, and at the best settings for each pair of qubits; what it finds may still not be the largest. Raises InputError if first parties differ.
    """
    sizes = {state.dims[0] for state in states}
    if len(sizes) != 1 or any(len(state.dims) != 2 for state in states):
        raise InputError("states of two parties are needed, whose first party is the same")
    size = sizes.pop()
    random = numpy.random.default_rng(seed)
    tensors = [state.density.reshape(*state.dims, *state.dims) for state in states]
    best, found = -1.0, (numpy.eye(size, dtype=complex), numpy.eye(size, dtype=complex))
    roots = random.normal(size=(starts, 2, size, size)) + 1j * random.normal(size=(starts, 2, size, size))
    begun = [(_steepest(zero + zero.conj().T), _steepest(one + one.conj().T)) for zero, one in roots]
    begun += [settings_observables(best_chsh(state).first) for state in states if state.dims == (2, 2)]
    for pair in begun:
        value, following = -1.0, pair
        for _ in range(rounds):
            here = following
            reached, following = _ascended(tensors, *here)
            if reached > best:
                best, found = reached, here
            if reached < value + 1e-12:
                break
            value = reached
    return found


def _ascended(tensors: Sequence[Matrix], zero: Matrix, one: Matrix) -> tuple[float, tuple[Matrix, Matrix]]:
    """Σ S² for A's observables and the best of the others, and A's best ones for these."""
    total, gradients = 0.0, [numpy.zeros_like(zero), numpy.zeros_like(zero)]
    for tensor in tensors:
        plus, minus = (numpy.einsum("abcd,ca->bd", tensor, each) for each in (zero + one, zero - one))
        first, second = _signs(plus), _signs(minus)
        value = float((numpy.trace(plus @ first) + numpy.trace(minus @ second)).real)
        total += value**2
        for at, other in enumerate((first + second, first - second)):
            gradients[at] = gradients[at] + value * numpy.einsum("abcd,db->ac", tensor, other)
    return total, (_steepest(gradients[0]), _steepest(gradients[1]))


def _steepest(gradient: Matrix) -> Matrix:
    """A's observable with the largest tr A·gradient: signs, or n·σ for a qubit."""
    if len(gradient) > 2:
        return _signs(gradient)
    rest = gradient - numpy.eye(2) * numpy.trace(gradient) / 2
    norm = math.sqrt(float((abs(rest) ** 2).sum()) / 2)
    found: Matrix = rest / norm if norm > 1e-12 else PAULIS[3]
    return found


def _signs(hermitian: Matrix) -> Matrix:
    """The observable with +1 where a Hermitian matrix is not negative and −1 where it is."""
    values, vectors = numpy.linalg.eigh(hermitian)
    found: Matrix = (vectors * numpy.where(values < 0, -1.0, 1.0)) @ vectors.conj().T
    return found
