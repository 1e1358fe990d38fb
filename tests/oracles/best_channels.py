"""The best channel's value by a semidefinite program written straight from the definitions, with floats and CVXPY.

A channel R is K[c, a, d, b] = ⟨c|R(|a⟩⟨b|)|d⟩: positive as a matrix with rows (c, a), and Σ_c K[c, a, c, b] = δ_ab.
"""

from __future__ import annotations

import warnings
from functools import reduce

import cvxpy
import numpy

GOLDEN = (1 + 5**0.5) / 2


def bloch(x, y, z):
    """The ket with this direction on the Bloch sphere."""
    matrix = numpy.array([[1 + z, x - 1j * y], [x + 1j * y, 1 - z]]) / 2
    return numpy.linalg.eigh(matrix)[1][:, 1]


def icosahedron():
    """Twelve kets that average polynomials of degree 5 like all states do."""
    corners = [(0, s, t * GOLDEN) for s in (1, -1) for t in (1, -1)]
    corners = [numpy.roll(corner, turn) / (1 + GOLDEN**2) ** 0.5 for corner in corners for turn in range(3)]
    return [bloch(*corner) for corner in corners]


def polygon(corners):
    """Kets on the equator (here the great circle of real amplitudes), evenly spaced."""
    return [
        numpy.array([numpy.cos(numpy.pi * at / corners), numpy.sin(numpy.pi * at / corners)]) for at in range(corners)
    ]


def power(ket, copies):
    return reduce(numpy.kron, [ket] * copies)


def projector(ket):
    return numpy.outer(ket, ket.conj())


def target(ket, clones, merit, shares):
    """The operator whose expectation is the figure of merit."""
    if merit == "global":
        return projector(power(ket, clones))
    one = numpy.eye(len(ket))
    places = [[projector(ket) if at == which else one for at in range(clones)] for which in range(clones)]
    return sum(share * reduce(numpy.kron, place) for share, place in zip(shares, places, strict=True))


def cloning(kets, weights, *, copies=1, clones=2, merit="", shares=None, separable=False):
    """The largest average (worst) fidelity of clones of these states."""
    shares = [1 / clones] * clones if shares is None else shares
    inputs = [projector(power(ket, copies)) for ket in kets]
    targets = [target(ket, clones, merit, shares) for ket in kets]
    # tr[T Λ(ρ)] = Σ T_dc ρ_ab K[c, a, d, b]
    goals = [numpy.einsum("dc,ab->cadb", t, rho) for t, rho in zip(targets, inputs, strict=True)]
    if merit != "worst":
        goals = [sum(weight * goal for weight, goal in zip(weights, goals, strict=True))]
    return best(goals, separable=separable)


def recovery(found):
    """The largest entanglement fidelity after N, an array N(|p⟩⟨q|)_ab at [a, b, p, q]."""
    return best([numpy.einsum("abpq->paqb", found) / found.shape[2] ** 2])


def guess(found, pauli):
    """The chance to tell whether the input has P = 1 or −1 (Helstrom)."""
    difference = numpy.einsum("abpq,pq->ab", found, pauli) / (len(pauli) / 2)
    return 0.5 + numpy.abs(numpy.linalg.eigvalsh(difference)).sum() / 4


def best(goals, *, separable=False):
    """The largest least value of Re Σ G[c, a, d, b] K[c, a, d, b] over channels."""
    outputs, inputs = goals[0].shape[:2]
    rows = outputs * inputs
    channel, value = cvxpy.Variable((rows, rows), hermitian=True), cvxpy.Variable()
    constraints = [channel >> 0, cvxpy.partial_trace(channel, [outputs, inputs], 0) == numpy.eye(inputs)]
    if separable:
        constraints.append(cvxpy.partial_transpose(channel, [outputs, inputs], 0) >> 0)
    flat = [goal.reshape(rows, rows) for goal in goals]
    constraints += [value <= cvxpy.real(cvxpy.sum(cvxpy.multiply(goal, channel))) for goal in flat]
    problem = cvxpy.Problem(cvxpy.Maximize(value), constraints)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return problem.solve(solver=cvxpy.CLARABEL)
