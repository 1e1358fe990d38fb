"""Hypothesis strategies of states, channels, circuits, protocols, claims and certificates (docs/strategies.md).

>>> from hypothesis import given
>>> from noclone import strategies
>>> @given(strategies.kets(2))
... def test_kets_are_normalised(ket):
...     assert abs((abs(ket) ** 2).sum() - 1) < 1e-12
>>> test_kets_are_normalised()

Needs Hypothesis: ``pip install 'noclone[test]'``; without it the import raises ``noclone.extras.MissingExtraError``, an
ImportError. Wherever a number of qubits is asked for, a strategy of numbers is taken too. Everything is big-endian: the first
qubit is the most significant bit.
"""

from __future__ import annotations

from noclone.extras import require_extra

require_extra("hypothesis", extra="test", needed_for="noclone.strategies")

from noclone.protocol_strategies import (  # noqa: E402  # after the check, whose message is the better one
    Evidence,
    certificates,
    claims,
    coalitions,
    protocols,
    systems,
)
from noclone.state_strategies import (  # noqa: E402  # the same
    channels,
    circuits,
    clifford_gates,
    clifford_t_gates,
    density_operators,
    exact_density_operators,
    exact_kets,
    generators,
    isometries,
    kets,
    unitaries,
)

__all__ = [
    "Evidence",
    "certificates",
    "channels",
    "circuits",
    "claims",
    "clifford_gates",
    "clifford_t_gates",
    "coalitions",
    "density_operators",
    "exact_density_operators",
    "exact_kets",
    "generators",
    "isometries",
    "kets",
    "protocols",
    "systems",
    "unitaries",
]
