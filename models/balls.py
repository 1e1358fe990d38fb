"""States as balls: amplitudes that are known up to a radius, with every rounding counted (python-flint's ball arithmetic).

A state is sparse, and H is applied without its factor 1/√2, which is counted instead: amplitudes of Clifford circuits stay
Gaussian integers, so that what is zero is exactly zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from flint import acb, acb_mat, arb, fmpq

from noclone.models.phases import Angle, phase_of
from noclone.models.system import Gate

__all__ = ["BallState", "norm_squared", "phase_ball", "to_fraction", "trace_product"]


def phase_ball(angle: Angle) -> acb:
    """e^{iθ} at the current precision: multiples of π exactly reduced, radians taken as the exact rationals they are."""
    sine, cosine = arb.sin_cos_pi_fmpq(_rational(angle.pi))
    turn = acb(cosine, sine)
    if not angle.radians:
        return turn
    sine, cosine = arb(_rational(angle.radians)).sin_cos()
    return turn * acb(cosine, sine)


def to_fraction(value: arb) -> Fraction:
    """An exact ball as the dyadic fraction that it is; raises ValueError if it has a radius or is not finite."""
    mantissa, exponent = value.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def norm_squared(values: Iterable[acb]) -> arb:
    """Σ |v|²."""
    total = arb(0)
    for value in values:
        if not value.is_zero():
            real, imaginary = value.real, value.imag
            total += real * real + imaginary * imaginary  # ** 2 is no number for a ball around 0
    return total


def trace_product(left: acb_mat, right: acb_mat) -> arb:
    """tr(L L† R R†) = ‖L† R‖², for two matrices with as many rows; multiplied on the smaller side."""
    if left.nrows() < left.ncols():
        squares = left * left.conjugate().transpose(), right.conjugate() * right.transpose()
        return sum((a * b for a, b in zip(squares[0].entries(), squares[1].entries(), strict=True)), acb(0)).real
    return norm_squared((left.conjugate().transpose() * right).entries())


class BallState:
    """The state of ``qubits`` qubits in |0⟩, some of them (``entangled``) each in |00⟩+|11⟩ with a reference qubit.

    References are numbered after the qubits, in the order of ``entangled``. ``amplitudes`` maps a basis state, whose bit
    1 << q is qubit q (qubit 0 is the least significant), to a ball; absent ones are zero. The vector's squared norm is
    2 ** ``doublings``: 1 for each reference and each H applied so far. Precision is the caller's (``flint.ctx``).
    """

    def __init__(self, qubits: int, entangled: Sequence[int]) -> None:
        self.size = qubits + len(entangled)
        self.references = dict(zip(entangled, range(qubits, self.size), strict=True))
        self.doublings = len(entangled)
        self.amplitudes = {0: acb(1)}
        for qubit, reference in self.references.items():
            both = 1 << qubit | 1 << reference
            self.amplitudes |= {index | both: value for index, value in self.amplitudes.items()}

    def apply(self, gates: Iterable[Gate]) -> BallState:
        """Apply the gates, in place; returns this state."""
        turns: dict[str, acb] = {}
        for name, *qubits in gates:
            if name == "H":
                self._hadamard(1 << qubits[0])
            elif name == "CX":
                control, target = (1 << qubit for qubit in qubits)
                self.amplitudes = {
                    index ^ target if index & control else index: value for index, value in self.amplitudes.items()
                }
            else:
                if name not in turns:
                    turns[name] = phase_ball(phase_of(name))
                turn, mask = turns[name], sum(1 << qubit for qubit in qubits)
                for index, value in self.amplitudes.items():
                    if index & mask == mask:
                        self.amplitudes[index] = value * turn
        return self

    def _hadamard(self, bit: int) -> None:
        """H times √2."""
        before, after = self.amplitudes, {}
        for index, value in before.items():
            partner = before.get(index ^ bit)
            if partner is None:
                after[index & ~bit] = value
                after[index | bit] = -value if index & bit else value
            elif not index & bit:
                found = {index: value + partner, index | bit: value - partner}
                after |= {place: amplitude for place, amplitude in found.items() if not amplitude.is_zero()}
        self.amplitudes, self.doublings = after, self.doublings + 1

    def copy(self) -> BallState:
        """A state of its own, equal to this one."""
        return self._with(dict(self.amplitudes))

    def split(self, qubit: int) -> tuple[BallState, BallState]:
        """The two parts of this vector in which the qubit is 0 and 1; each with its share of the squared norm."""
        zero = {index: value for index, value in self.amplitudes.items() if not index >> qubit & 1}
        one = {index: value for index, value in self.amplitudes.items() if index >> qubit & 1}
        return self._with(zero), self._with(one)

    def _with(self, amplitudes: dict[int, acb]) -> BallState:
        made = BallState(0, ())
        made.size, made.references, made.doublings = self.size, self.references, self.doublings
        made.amplitudes = amplitudes
        return made

    def matrix(self, rows: Sequence[int]) -> acb_mat:
        """The vector as a matrix M, not normalised: rows by these qubits (the first least significant), columns by the others.

        M M† / 2 ** ``doublings`` is the state of ``rows``.
        """
        columns = [qubit for qubit in range(self.size) if qubit not in rows]
        found = acb_mat(1 << len(rows), 1 << len(columns))
        for index, value in self.amplitudes.items():
            found[gathered(index, rows), gathered(index, columns)] = value
        return found

    def purity(self, qubits: Sequence[int]) -> arb:
        """The trace of ω², for these qubits' state ω."""
        whole = self.matrix(qubits)
        return trace_product(whole, whole) / arb(4) ** self.doublings

    def entangled_fidelity(self, pairs: Sequence[tuple[int, int]]) -> arb:
        """⟨Φ|ω|Φ⟩ of these pairs' state ω, with Φ = (|00⟩+|11⟩)/√2 on each pair."""
        sums: dict[int, acb] = {}
        mask = sum(1 << one | 1 << other for one, other in pairs)
        for index, value in self.amplitudes.items():
            if all(index >> one & 1 == index >> other & 1 for one, other in pairs):
                sums[index & ~mask] = sums.get(index & ~mask, acb(0)) + value
        return norm_squared(sums.values()) / arb(2) ** (self.doublings + len(pairs))


def gathered(index: int, qubits: Sequence[int]) -> int:
    """The bits of these qubits, as a number: the first is the least significant."""
    return sum((index >> qubit & 1) << place for place, qubit in enumerate(qubits))


def _rational(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)
