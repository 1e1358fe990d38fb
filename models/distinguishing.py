"""How well a channel's outputs can be told apart: max ½‖N(ρ) − N(σ)‖₁ over all inputs, from below and above.

The maximum is reached by orthogonal pure inputs (the norm is convex, and overlapping parts cancel).

**Below**: a see-saw from many starts. For a difference D of two inputs, let E be the sign of N(D); then the extreme eigenvectors
of the adjoint N†(E) are inputs at least as far apart. What is reached is reached: its value is a lower bound.

**Above**, the least of: 1; two bounds that need no search; and for one secret qubit a subdivision of the Bloch sphere.

1. Let X_j = N(B_j) for an orthonormal basis B_j of traceless Hermitian matrices. For any density operator τ of full rank
   ‖X‖₁² ≤ tr τ^(−1/2) X τ^(−1/2) X (Renner, quant-ph/0512258, lemma 5.1.3). As ‖D‖² ≤ 2 in Frobenius norm, the distance is at most
   √(λ/2), λ the largest eigenvalue of Q_ij = tr τ^(−1/2) X_i τ^(−1/2) X_j. A good τ is sought; any is valid.
2. D = Σ d_P P/K over Pauli words P ≠ I, with |d_P| ≤ 2 and Σ d_P² ≤ 2K; so the distance is at most the maximum of
   Σ |d_P| w_P/2 under these, w_P = ‖N(P)‖₁/K.
3. One qubit: D = n·σ, and f(n) = ½‖N(n·σ)‖₁ is a norm. On a spherical triangle whose corners span a plane at distance h from
   the centre, f ≤ (largest value at a corner)/h. Also f(n) ≤ n·v ≤ |v| there, where v·a = f(a) at the corners a. Triangles
   that may exceed what is reached are cut in four (``noclone.models.spheres``).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy

from noclone.models.errors import TooLargeError
from noclone.models.spheres import sphere_bound

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[numpy.complex128]
    Reals: TypeAlias = NDArray[numpy.float64]

__all__ = ["MOST_ROWS", "RELATIVE_GAP", "distance_bounds"]

MOST_ROWS = 2**10
"""The rank of states up to which trace norms are computed."""

RELATIVE_GAP = 1e-6
"""The gap, relative to the distance, at which the search for a better bound ends."""

_SEED = 20_260_101
_BUDGET_SECONDS = 15.0
_PAULIS: Any = numpy.array([[[1, 0], [0, 1]], [[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])


def distance_bounds(operators: Array, error: float) -> tuple[float, float]:
    """Bounds on the largest ½‖N(ρ) − N(σ)‖₁ for N(|p⟩⟨q|) = ``operators[:, :, p, q]``, each N(ρ) known to ``error`` in trace norm.

    Both are moved apart by the error. Raises TooLargeError for states of rank above ``MOST_ROWS``.
    """
    operators, lost = _compressed(operators)
    size = len(operators)
    if size > MOST_ROWS:
        raise TooLargeError(f"states of rank {size}: trace norms are computed up to {MOST_ROWS}, a second each")
    inputs = operators.shape[2]
    basis = _basis(inputs)
    images = numpy.einsum("abpq,jpq->jab", operators, basis)
    images = (images + images.conj().transpose(0, 2, 1)) / 2
    evaluations = int(min(300_000, _BUDGET_SECONDS / (2e-6 + 1e-9 * size**3)))
    slack = error + lost + size**2 * 1e-15
    norms = numpy.linalg.norm(images, axis=(1, 2))
    if numpy.sqrt(size * (norms**2).sum() / 2) <= slack:
        return 0.0, float(min(1.0, slack + numpy.sqrt(size * (norms**2).sum() / 2)))
    lower, best = _reached(operators, basis, max(1, min(24, evaluations // 50)))
    upper = min(
        1.0, _pauli_bound(images, inputs), _quadratic_bound(images, best, lower, max(3, min(300, evaluations // 20)))
    )
    if inputs == 2 and upper > lower * (1 + RELATIVE_GAP):
        lower, above = sphere_bound(images * numpy.sqrt(2), lower, RELATIVE_GAP, evaluations)
        upper = min(upper, above)
    return max(0.0, lower - slack), min(1.0, upper + slack)


def _compressed(operators: Array) -> tuple[Array, float]:
    """The operators on the range of N(1), and a bound on what that loses in trace norm."""
    size, inputs = len(operators), operators.shape[2]
    mean = numpy.einsum("abpp->ab", operators) / inputs
    random = numpy.random.default_rng(_SEED)
    width = 16
    while 2 * width <= size:
        width *= 2
        left, weights, _ = numpy.linalg.svd(mean @ random.standard_normal((size, width)), full_matrices=False)
        kept = weights > 1e-13 * weights[0]
        if kept.sum() < width:
            frame = left[:, kept]
            small = numpy.einsum("ai,abpq,bj->ijpq", frame.conj(), operators, frame, optimize=True)
            lost = 0.0
            for p, q in itertools.product(range(inputs), repeat=2):
                lost += float(numpy.linalg.norm(operators[:, :, p, q] - frame @ small[:, :, p, q] @ frame.conj().T))
            return small, float(numpy.sqrt(size)) * lost
    return operators, 0.0


def _basis(inputs: int) -> Array:
    """The Pauli words other than I, over √K: shape (K²−1, K, K)."""
    words = itertools.product(_PAULIS, repeat=inputs.bit_length() - 1)
    stacked: Array = numpy.array([reduce(numpy.kron, word) for word in words])[1:] / numpy.sqrt(inputs)
    return stacked


def _reached(operators: Array, basis: Array, starts: int) -> tuple[float, Reals]:
    """The best distance that a see-saw finds from so many starts, and its D as coefficients in the basis."""
    best = 0.0
    coefficients: Reals = numpy.zeros(len(basis))
    for difference in itertools.islice(_starts(basis), starts + len(basis)):
        value, found = _see_saw(operators, difference)
        if value > best:
            best, coefficients = value, numpy.einsum("jqp,pq->j", basis, found).real
    return best, coefficients


def _starts(basis: Array) -> Iterator[Array]:
    """Extreme eigenvectors of every Pauli word, then of random Hermitian matrices."""
    yield from map(_extremes, basis)
    random = numpy.random.default_rng(_SEED)
    while True:
        yield _extremes(numpy.tensordot(random.standard_normal(len(basis)), basis, 1))


def _extremes(matrix: Array) -> Array:
    """|v⟩⟨v| − |w⟩⟨w| for eigenvectors v, w of the largest and the smallest eigenvalue."""
    vectors = numpy.linalg.eigh(matrix)[1]
    found: Array = numpy.outer(vectors[:, -1], vectors[:, -1].conj()) - numpy.outer(vectors[:, 0], vectors[:, 0].conj())
    return found


def _see_saw(operators: Array, difference: Array) -> tuple[float, Array]:
    value = -1.0
    for _ in range(200):
        image = numpy.einsum("abpq,pq->ab", operators, difference)
        values, vectors = numpy.linalg.eigh(image)
        reached = float(abs(values).sum() / 2)
        if reached <= value + 1e-13:
            break
        value, sign = reached, (vectors * numpy.sign(values)) @ vectors.conj().T
        # tr E N(D) = Σ_pq D_pq tr(E N(|p⟩⟨q|)) = tr(G D) with G_qp = tr(E N(|p⟩⟨q|))
        pulled = numpy.einsum("ba,abpq->qp", sign, operators)
        difference = _extremes((pulled + pulled.conj().T) / 2)
    return max(value, reached), difference


def _pauli_bound(images: Array, inputs: int) -> float:
    """Bound 2: the maximum of Σ |d_P| w_P/2 with |d_P| ≤ 2 and Σ d_P² ≤ 2K, by filling up: d_P = min(2, w_P/μ)."""
    weights = numpy.sort(abs(numpy.linalg.eigvalsh(images)).sum(axis=1) / numpy.sqrt(inputs))[::-1]
    full = 0
    # the largest of those not at 2 gets √(2K − 4·full)·w/norm; the first number of full ones for which that is at most 2 is optimal
    while weights[full] * numpy.sqrt(2 * inputs - 4 * full) > 2 * numpy.linalg.norm(weights[full:]):
        full += 1
    return float(weights[:full].sum() + numpy.sqrt(2 * inputs - 4 * full) * numpy.linalg.norm(weights[full:]) / 2)


def _quadratic_bound(images: Array, best: Reals, lower: float, rounds: int) -> float:
    """Bound 1 for the best τ found: in turn the best τ for a mixture S of differences, and more weight where that is weak."""
    count, size = images.shape[:2]
    found = float("inf")
    for start in (numpy.eye(count) / count, numpy.outer(best, best) / (best @ best)):
        share = 0.999 * start + 0.001 * numpy.eye(count) / count
        for _ in range(rounds):
            values, vectors = numpy.linalg.eigh(share)
            root = (vectors * numpy.sqrt(numpy.maximum(values, 0))) @ vectors.T
            mixed = numpy.tensordot(root, images, 1)
            squares, frame = numpy.linalg.eigh(numpy.einsum("jab,jbc->ac", mixed, mixed))
            weights = numpy.sqrt(numpy.maximum(squares, 0))
            # 1e-8 of noise keeps τ invertible, and costs as little
            weights = (1 - 1e-8) * weights / weights.sum() + 1e-8 / size
            turned = frame.conj().T @ images @ frame
            flat = turned.reshape(count, -1)
            for_bound = (numpy.outer(weights, weights) ** -0.5).reshape(-1)
            for_share = numpy.repeat(1 / weights, size)
            largest = numpy.linalg.eigvalsh(((flat.conj() * for_bound) @ flat.T).real)[-1]
            found = min(found, float(numpy.sqrt(largest / 2)) * (1 + size * 1e-12))
            if found <= lower * (1 + RELATIVE_GAP / 2):
                return float(found)
            share = root @ ((flat.conj() * for_share) @ flat.T).real @ root
            share = share / share.trace()
    return float(found)
