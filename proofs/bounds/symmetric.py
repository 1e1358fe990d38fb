"""Exact optima of symmetric problems: the dual is Y = Σ λ_s P_s, and the channel is made of eigenspaces of Ω.

If Ω does not join two groups of inputs, each has its own λ_s: the largest eigenvalue of Ω there. P_s projects on what the
inputs span. Then Y ⊗ 1 − Ω ≥ 0, and if the projector on the eigenspaces has a trace over the outputs that is a multiple
c_s of P_s, it is a channel, divided by c_s, that reaches tr Y. So it is for states that a group permutes irreducibly
(Schur's lemma; Keyl and Werner, quant-ph/9807010). Otherwise nothing is found, or an upper bound that is not reached.
"""

from __future__ import annotations

import re
from fractions import Fraction

from noclone.proofs.bounds.certified import Certified
from noclone.proofs.bounds.ldl import (
    Factors,
    Matrix,
    factors,
    linear_text,
    matrix_of,
    polynomial_of,
    square_text,
    word_of,
)
from noclone.proofs.bounds.matrices import (
    combined,
    components,
    identity,
    largest_eigenvalue,
    objectives,
    orthogonal,
    outer,
    spanned,
    spread,
    traced,
    transposed,
    value_of,
)
from noclone.proofs.bounds.surds import ONE, ZERO, Surd, number_text
from noclone.proofs.kernel.bounds import Problem
from noclone.proofs.kernel.squares import given, sum_of_squares

__all__ = ["symmetric", "upper_bound"]


def symmetric(problem: Problem) -> tuple[Certified | None, Certified | None]:
    """Bounds from above and below that agree if the problem is symmetric enough; None for what is not found."""
    if problem.separable:
        return _separable(problem)
    each = objectives(problem)
    weights = [Surd.of(Fraction(1, len(each)))] * len(each)
    rows, outputs = problem.inputs * problem.outputs, problem.outputs
    mean = combined(zip(weights, each, strict=True), rows)
    sectors = _sectors(mean, problem)
    if sectors is None:
        return None, None
    one = [(ONE, identity(problem.inputs))]
    dual = combined([(top, projector) for top, projector, _ in sectors], problem.inputs)
    outside = combined(one + [(-ONE, projector) for _, projector, _ in sectors], problem.inputs)
    slack = combined([(ONE, spread(dual, outputs)), (-ONE, mean)], rows)
    found = factors(slack)
    upper = upper_bound(problem, dual, found, weights if len(each) > 1 else [])
    if upper is None:
        return None, None
    if any(outside):
        found = factors(combined([(ONE, slack), (ONE, spread(outside, outputs))], rows))
    return upper, _eigenspaces(problem, each, sectors, found, outside)


def _separable(problem: Problem) -> tuple[Certified | None, Certified | None]:
    """For channels that measure and prepare: J^Γ is positive too, so what Ω^Γ allows bounds them (slack 0)."""
    rows, outputs = problem.inputs * problem.outputs, problem.outputs
    flipped = [polynomial_of(transposed(matrix, outputs), outputs) for matrix in objectives(problem)]
    upper, lower = symmetric(Problem(problem.inputs, outputs, flipped))
    if upper is None or lower is None or upper.value != lower.value:
        return None, None
    found = given(list(upper.operators))
    dual = "dual: " + re.sub("(e[0-9]+)[*](e[0-9]+)", r"\2*\1", found["dual"][0])
    weights = [f"weight: {text}" for text in found.get("weight", [])]
    above = Certified(upper.value, (dual, *weights, *(f"transposed: {text}" for text in found.get("slack", []))))
    texts = given(list(lower.operators))["channel"]
    channel = transposed(matrix_of(sum_of_squares(texts, "channel", shape="ef"), outputs, rows), outputs)
    positive = factors(channel)
    if rows > 6 or not positive.is_positive:
        return above, None
    operators = [f"channel: {text}" for text in positive.texts(word_of(outputs))]
    return above, Certified(lower.value, (*operators, *(f"channel-transposed: {text}" for text in texts)))


def upper_bound(problem: Problem, dual: Matrix, slack: Factors, weights: list[Surd]) -> Certified | None:
    """What Y shows, if the slack is positive: the certificate's operators; None if it is not."""
    if not slack.is_positive:
        return None
    outputs = problem.outputs
    entries = ((f"e{row} e{column}", entry) for row, line in enumerate(dual) for column, entry in line.items())
    operators = [f"dual: {linear_text(entries)}", *(f"weight: {number_text(weight.number)}" for weight in weights)]
    operators += [f"slack: {text}" for text in slack.texts(word_of(outputs))]
    value = sum((dual[at].get(at, ZERO) for at in range(problem.inputs)), ZERO)
    return Certified(value.number, tuple(operators))


Sector = tuple[Surd, Matrix, list[int]]
"""λ_s, P_s and the inputs that it is about."""


def _sectors(mean: Matrix, problem: Problem) -> list[Sector] | None:
    """The groups of inputs; None if a largest eigenvalue is not a + b√m."""
    outputs = problem.outputs
    joined: list[set[int]] = [set() for _ in range(problem.inputs)]
    for at, row in enumerate(mean):
        joined[at // outputs] |= {column // outputs for column in row}
    weight, found = traced(mean, outputs), []
    for inputs in components(joined):
        places = [at * outputs + made for at in inputs for made in range(outputs)]
        if not any(mean[place] for place in places):
            continue
        top = largest_eigenvalue(mean, places)
        if top is None:
            return None
        here: Matrix = [row if at in inputs else {} for at, row in enumerate(weight)]
        found.append((top, spanned(here), inputs))
    return found


def _eigenspaces(
    problem: Problem, each: list[Matrix], sectors: list[Sector], slack: Factors, outside: Matrix
) -> Certified | None:
    """The channel of the spaces on which the slack vanishes; None if they do not make one."""
    outputs, rows = problem.outputs, problem.inputs * problem.outputs
    squares: list[tuple[Surd, dict[int, Surd]]] = []
    for _, projector, inputs in sectors:
        kernel = orthogonal(vector for vector in slack.kernel if next(iter(vector)) // outputs in inputs)
        reach = traced(combined([(scale, outer(vector, vector, rows)) for scale, vector in kernel], rows), outputs)
        corner = next(at for at in inputs if at in projector[at])
        size = reach[corner].get(corner, ZERO) / projector[corner][corner]
        if not size or combined([(ONE, reach), (-size, projector)], problem.inputs) != [{}] * problem.inputs:
            return None
        squares += [(scale / size, vector) for scale, vector in kernel]
    squares += [
        (scale, {at * outputs: entry for at, entry in vector.items()})
        for scale, vector in ((weight, _conjugated(row)) for weight, row in factors(outside).squares)
    ]
    return lower_bound(problem, each, squares)


def _conjugated(vector: dict[int, Surd]) -> dict[int, Surd]:
    return {at: entry.conjugate() for at, entry in vector.items()}


def lower_bound(problem: Problem, each: list[Matrix], squares: list[tuple[Surd, dict[int, Surd]]]) -> Certified:
    """What the channel J = Σ c|u⟩⟨u| reaches, for vectors u and their c > 0."""
    rows, word = problem.inputs * problem.outputs, word_of(problem.outputs)
    channel = combined([(scale, outer(vector, vector, rows)) for scale, vector in squares], rows)
    least, *others = (value_of(channel, objective) for objective in each)
    for value in others:
        least = value if (value - least).sign() < 0 else least
    texts = [f"channel: {square_text(scale, _conjugated(vector), word)}" for scale, vector in squares]
    return Certified(least.number, tuple(texts))
