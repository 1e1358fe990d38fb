"""The largest value of a bound's quantity over all channels, exactly or between exact bounds."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from noclone.models.errors import InputError, TooLargeError
from noclone.proofs.bounds.certified import Certified, Optimum
from noclone.proofs.bounds.pauli import best_channel
from noclone.proofs.bounds.surds import Surd
from noclone.proofs.bounds.symmetric import symmetric
from noclone.proofs.kernel.bounds import Problem, problem_of
from noclone.proofs.kernel.documents import Protocol
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.terms import Claim

if TYPE_CHECKING:
    from noclone.proofs.bounds.solver import Solution

__all__ = ["optimum"]

_FLOAT_ERROR = 1e-6
"""How far beyond its own gap a float is taken to be possibly wrong."""


def optimum(protocol: Protocol, claim: Claim) -> Optimum:
    """What is known of the quantity of a claim whose letters are filled in.

    Raises InputError if the claim does not fit, TooLargeError beyond the kernel's limits. Kept for the next time.
    """
    key = (claim.quantity, claim.coalition, claim.pauli, claim.after, claim.noise)
    return _known(protocol.sha256, key, _Asked(protocol, claim))


class _Asked:
    """A protocol and a claim, equal to any others: what they are kept by is the rest of the key."""

    def __init__(self, protocol: Protocol, claim: Claim) -> None:
        self.protocol, self.claim = protocol, claim

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=256)
def _known(_: str, __: tuple[object, ...], asked: _Asked) -> Optimum:
    try:
        if asked.claim.coalition:
            return _of_coalition(asked.protocol, asked.claim)
        return _of_states(problem_of(asked.protocol, asked.claim))
    except Refusal as refusal:
        if refusal.code == "too-large":
            raise TooLargeError(f"too large for the kernel: {refusal.expected}; it would be {refusal.found}") from None
        if refusal.code == "not-clifford":
            why = "not all gates are Clifford, and only those have an objective that the kernel can make"
            return Optimum(None, None, None, 0.0, "the coalition's Paulis", why)
        raise InputError(f"the claim does not fit: {refusal}") from None


def _of_coalition(protocol: Protocol, claim: Claim) -> Optimum:
    """Exact: the Paulis of a Clifford protocol make it a matter of signs."""
    found = best_channel(protocol, claim)
    if found is None:
        return Optimum(
            None,
            None,
            None,
            0.0,
            "the coalition's Paulis",
            "the Paulis that the coalition holds do not commute as they should",
        )
    return _both(*found, float(found[0]), 0.0, "the coalition's Paulis")


def _of_states(problem: Problem) -> Optimum:
    """Symmetry first; then a search in floats, which are made exact."""
    upper, lower = symmetric(problem)
    if upper is not None and lower is not None and upper.value == lower.value:
        return _both(upper, lower, float(upper), 0.0, "symmetry")
    from noclone.proofs.bounds.solver import solve

    try:
        solution = solve(problem)
    except (InputError, TooLargeError) as error:
        return Optimum(upper, lower, None, 0.0, "symmetry", str(error))
    return _made_exact(problem, solution, [upper], [lower])


def _made_exact(
    problem: Problem, solution: Solution, uppers: list[Certified | None], lowers: list[Certified | None]
) -> Optimum:
    """The optimum by what the floats stand for, if that is recognised; else the closest bounds around them."""
    from noclone.proofs.bounds.faces import channel_of_face
    from noclone.proofs.bounds.recognition import recognised_lower, recognised_upper
    from noclone.proofs.bounds.rounding import rounded_lower, rounded_upper

    exact = recognised_upper(problem, solution)
    if exact is not None:
        value = exact.bound.value
        lower = recognised_lower(problem, solution)
        if lower is None or lower.value != value:
            lowers.append(lower)
            lower = channel_of_face(problem, exact.matrix, exact.weights, Surd.of(value), solution)
        if lower is not None and lower.value == value:
            return _both(exact.bound, lower, solution.upper, 0.0, "a numerical dual and channel made exact")
        uppers.append(exact.bound)
        lowers.append(lower)
    uppers.append(rounded_upper(problem, solution))
    lowers.append(rounded_lower(problem, solution))
    error = abs(solution.upper - solution.lower) + _FLOAT_ERROR
    why = "" if any(lowers) else "the kernel knows channels that measure and prepare up to dimensions 2 x 3 only"
    method = "a numerical dual and channel rounded to exact ones"
    return replace(_both(_best(uppers, -1), _best(lowers, 1), solution.upper, error, method), why=why)


def _both(upper: Certified | None, lower: Certified | None, value: float, error: float, method: str) -> Optimum:
    if upper is not None and lower is not None and (Surd.of(upper.value) - Surd.of(lower.value)).sign() < 0:
        raise ValueError(f"a bug: at most {upper.text}, at least {lower.text}")
    return Optimum(upper, lower, value, error, method)


def _best(found: list[Certified | None], sign: int) -> Certified | None:
    """The largest (1) or the least (−1) bound."""
    best: Certified | None = None
    for bound in found:
        if bound is not None and (best is None or (Surd.of(bound.value) - Surd.of(best.value)).sign() == sign):
            best = bound
    return best
