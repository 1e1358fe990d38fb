"""Operators tr_rest V|p⟩⟨q|V† of a noisy encoding, in floats: kets up to the first noise, density operators after it.

Only what matters is computed. Backwards from the qubits held, a gate or channel that touches none of those that still
matter is dropped: what acts on traced-out qubits alone changes nothing. Gates that touch no qubit that noise has reached
act on kets. A qubit is added, in |0⟩, when it is first touched, and traced out when it is touched no more.

Arrays are flat and big-endian: the first qubit present is the most significant bit; a density operator's index is that of
its ket followed by that of its bra. Local operations are sparse matrices, applied in place to groups of bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy
from numba import njit
from scipy.sparse import csr_matrix

from noclone.models.channels import Channel
from noclone.models.errors import TooLargeError
from noclone.models.phases import phase_of
from noclone.models.system import Gate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[numpy.complex128]

__all__ = ["MOST_MIXED", "MOST_PURE", "MOST_WORK", "Evolution", "Step", "apply_local"]

MOST_MIXED = 12
"""Qubits present at once in a density operator: 2^24 entries, 268 MB, for each pair of inputs."""

MOST_PURE = 14
"""Qubits present at once in kets."""

MOST_WORK = 6 * 10**10
"""Entries of density operators that all steps together may pass over: about ten minutes."""

Step: TypeAlias = tuple[tuple[int, ...], "Channel | Array"]
"""The qubits, and what acts on them: a channel, a unitary's matrix, or a vector, the diagonal of a phase gate."""

_UNIT = 2.0**-53
_HADAMARD = numpy.array([[1, 1], [1, -1]], dtype=numpy.complex128) / numpy.sqrt(2)
_CONTROLLED_NOT = numpy.eye(4, dtype=numpy.complex128)[[0, 1, 3, 2]]


def _apply(vector: Any, bits: Any, starts: Any, columns: Any, values: Any) -> None:
    """Compiled by numba: multiply every group of entries that differ in these bits (most significant first) by a matrix."""
    count = len(bits)
    size = 1 << count
    offsets = numpy.zeros(size, numpy.int64)
    for entry in range(size):
        for at in range(count):
            if entry >> (count - 1 - at) & 1:
                offsets[entry] += 1 << bits[at]
    ordered = numpy.sort(bits)
    found = numpy.empty(size, numpy.complex128)
    for group in range(len(vector) >> count):
        base = group
        for bit in ordered:
            base = (base >> bit << (bit + 1)) | (base & ((1 << bit) - 1))
        for entry in range(size):
            found[entry] = vector[base + offsets[entry]]
        for row in range(size):
            total = 0j
            for at in range(starts[row], starts[row + 1]):
                total += values[at] * found[columns[at]]
            vector[base + offsets[row]] = total


_compiled = njit(cache=True, nogil=True)(_apply)


def apply_local(vector: Array, bits: Sequence[int], matrix: csr_matrix) -> None:
    """Apply a sparse matrix in place to these bits of a flat array's index, the matrix's most significant bit first."""
    _compiled(vector, numpy.array(bits, dtype=numpy.int64), matrix.indptr, matrix.indices, matrix.data)


def gate_step(gate: Gate) -> Step:
    """A gate as a step: H, S, CX, and phases on any number of qubits."""
    name, *qubits = gate
    if name == "H":
        return tuple(qubits), _HADAMARD
    if name == "CX":
        return tuple(qubits), _CONTROLLED_NOT
    diagonal = numpy.ones(2 ** len(qubits), dtype=numpy.complex128)
    angle = phase_of(name)
    eighths = angle.eighths
    exact = {2: 1j, 4: -1, 6: -1j}
    diagonal[-1] = exact[eighths] if eighths in exact else numpy.exp(1j * float(angle))
    return tuple(qubits), diagonal


def _sparse(operation: Array) -> csr_matrix:
    """A matrix, or a diagonal, as a sparse matrix."""
    if operation.ndim == 1:
        size = len(operation)
        return csr_matrix((operation, numpy.arange(size), numpy.arange(size + 1)), shape=(size, size))
    return csr_matrix(operation)


def _superoperator(operation: Channel | Array) -> Array:
    """The matrix of ρ → Σ K ρ K† on the entries of ρ, ket index first."""
    if isinstance(operation, Channel):
        found: Array = numpy.zeros((4**operation.qubits, 4**operation.qubits), dtype=numpy.complex128)
        for kraus in operation.kraus:
            found += numpy.kron(kraus, kraus.conj())
        return found
    matrix = numpy.diag(operation) if operation.ndim == 1 else operation
    return numpy.asarray(numpy.kron(matrix, matrix.conj()), dtype=numpy.complex128)


def _widen(matrix: Array, own: tuple[int, ...], qubits: tuple[int, ...]) -> Array:
    """A superoperator on some of the qubits as one on all of them."""
    rest = [qubit for qubit in qubits if qubit not in own]
    identity = numpy.eye(4 ** len(rest))
    many, few, all_ = 2 ** len(own), 2 ** len(rest), len(qubits)
    wide = numpy.einsum("abcd,efgh->aebfcgdh", matrix.reshape(many, many, many, many), identity.reshape([few] * 4))
    # axes: ket out, bra out, ket in, bra in, each with the own qubits before the rest
    order = [(*own, *rest).index(qubit) for qubit in qubits]
    axes = [block * all_ + at for block in range(4) for at in order]
    return numpy.ascontiguousarray(wide.reshape([2] * (4 * all_)).transpose(axes).reshape(4**all_, 4**all_))


def fuse(steps: Iterable[Step]) -> list[Step]:
    """The same evolution with fewer steps: superoperators of at most two qubits multiplied together where they meet.

    The steps found carry superoperators as matrices, or diagonals of unitaries that act on more than two qubits.
    """
    found: list[Step | None] = []
    last: dict[int, int] = {}
    for qubits, operation in steps:
        if len(qubits) > 2:
            wide = (
                operation if not isinstance(operation, Channel) and operation.ndim == 1 else _superoperator(operation)
            )
            own, matrix = qubits, wide
        else:
            own, matrix = qubits, _superoperator(operation)
            for at in sorted({last[qubit] for qubit in qubits if qubit in last}):
                before = found[at]
                if before is None or len(before[0]) > 2:
                    continue
                union = own + tuple(qubit for qubit in before[0] if qubit not in own)
                if len(union) > 2 or any(last[qubit] != at for qubit in before[0]):
                    continue
                matrix = _widen(matrix, own, union) @ _widen(_matrix_of(before), before[0], union)
                own, found[at] = union, None
        for qubit in own:
            last[qubit] = len(found)
        found.append((own, matrix))
    return [step for step in found if step is not None]


def _matrix_of(step: Step) -> Array:
    if isinstance(step[1], Channel):
        return _superoperator(step[1])
    return step[1]


@dataclass(frozen=True)
class _Plan:
    """What is done: steps on kets, then the qubits kept there, then steps on density operators, each with what it ends."""

    pure: tuple[Step, ...]
    present: tuple[int, ...]
    kept: tuple[int, ...]
    mixed: tuple[tuple[Step, tuple[int, ...]], ...]
    peak: int
    work: int


class Evolution:
    """The steps of an encoding, seen by the qubits held; secret qubits start in |p⟩ or |q⟩, all others in |0⟩.

    ``operators`` computes; ``error`` bounds its rounding. Raises TooLargeError for more than ``MOST_PURE`` qubits at once,
    ``MOST_MIXED`` where there is noise, or ``MOST_WORK``.
    """

    def __init__(self, steps: Sequence[Step], secret: Sequence[int], held: Sequence[int]) -> None:
        self.secret, self.held = tuple(secret), tuple(held)
        self.inputs = 1 << len(self.secret)
        self.plan = self._plan(_light_cone(steps, held))
        self._check_size()

    @property
    def is_pure(self) -> bool:
        """Whether no noise reaches the qubits held."""
        return not self.plan.mixed

    def _plan(self, steps: list[Step]) -> _Plan:
        pure, noisy, reached = [], [], set[int]()
        for step in steps:
            if isinstance(step[1], Channel) or reached & set(step[0]):
                reached |= set(step[0])
                noisy.append(step)
            else:
                pure.append(step)
        touched = {qubit for qubits, _ in pure for qubit in qubits}
        first = touched | set(self.secret) | (set() if noisy else set(self.held))
        present = tuple(sorted(first))
        fused = fuse(noisy)
        wanted = set(self.held)
        ends: list[tuple[Step, tuple[int, ...]]] = []
        for step in reversed(fused):
            ends.append((step, tuple(qubit for qubit in step[0] if qubit not in wanted)))
            wanted |= set(step[0])
        mixed = tuple(reversed(ends))
        kept = tuple(qubit for qubit in present if qubit in wanted)
        now, peak, work = len(kept), len(kept), 0
        seen = set(kept)
        for (qubits, _), ended in mixed:
            now += len(set(qubits) - seen)
            seen |= set(qubits)
            peak, work = max(peak, now), work + 4**now
            now -= len(ended)
        return _Plan(tuple(pure), present, kept, mixed, max(peak, len(self.held)), work)

    def _check_size(self) -> None:
        plan = self.plan
        if len(plan.present) + len(self.secret) > MOST_PURE + 2:
            count = len(plan.present)
            raise TooLargeError(
                f"{count} qubits at once, with 2^{len(self.secret)} inputs, take 2^{count + len(self.secret)} amplitudes: "
                f"at most 2^{MOST_PURE + 2} are computed"
            )
        if len(plan.present) > MOST_PURE:
            raise TooLargeError(f"{len(plan.present)} qubits at once: kets are computed of at most {MOST_PURE}")
        if plan.mixed and plan.peak > MOST_MIXED:
            raise TooLargeError(
                f"noise on {plan.peak} qubits at once takes density operators of 4^{plan.peak} entries "
                f"({_gigabytes(plan.peak)}) for each pair of inputs: at most {MOST_MIXED} qubits are computed"
            )
        both = len(self.held) + len(self.secret)
        if both > MOST_MIXED + 1:
            raise TooLargeError(
                f"the operators of {len(self.held)} qubits for 2^{len(self.secret)} inputs have 4^{both} entries "
                f"({_gigabytes(both)}): at most 4^{MOST_MIXED + 1} are computed"
            )
        work = plan.work * self._pairs
        if work > MOST_WORK:
            raise TooLargeError(
                f"noise on {plan.peak} qubits for {self._pairs} pairs of inputs passes over {work:.1e} entries: "
                f"at most {MOST_WORK:.0e} are computed"
            )

    @property
    def _pairs(self) -> int:
        return self.inputs * (self.inputs + 1) // 2

    @property
    def error(self) -> float:
        """A bound, to first order in the unit of rounding, of ‖computed − exact‖₁ for the state with a reference.

        Each step on kets turns them by at most 8u for each term of a row; each step on a density operator of D rows moves
        it by that in Frobenius norm, so by √D of it in trace norm, and later channels enlarge no trace norm; each sum of a
        partial trace of r terms adds r·u. All of it times the number of inputs, for the reference.
        """
        plan = self.plan
        traced = 2 ** (len(plan.present) - len(plan.kept))
        total = 2.0 * sum(8 * 2 ** min(len(qubits), 2) for qubits, _ in plan.pure)
        total += 2 ** (len(plan.kept) / 2) * traced
        total += sum(2 ** (plan.peak / 2) * 8 * 4 ** min(len(qubits), 5) for (qubits, _), _ in plan.mixed)
        return float((total + 8) * _UNIT * self.inputs)

    def kets(self) -> Array:
        """V|p⟩ of the steps on kets, shape (inputs, 2^present): every qubit of ``plan.present``, in that order."""
        plan, count = self.plan, len(self.plan.present)
        found = numpy.zeros((self.inputs, 2**count), dtype=numpy.complex128)
        place = {qubit: count - 1 - at for at, qubit in enumerate(plan.present)}
        for p in range(self.inputs):
            bits = (p >> at & 1 for at in reversed(range(len(self.secret))))
            found[p, sum(bit << place[qubit] for bit, qubit in zip(bits, self.secret, strict=True))] = 1
        flat = found.reshape(-1)
        for qubits, operation in plan.pure:
            if not isinstance(operation, Channel):
                apply_local(flat, [place[qubit] for qubit in qubits], _sparse(operation))
        return found

    def operators(self) -> Array:
        """tr_rest V|p⟩⟨q|V† as an array [C, C, p, q], C = 2^|held|, the first qubit held and of the secret most significant."""
        size, plan = 2 ** len(self.held), self.plan
        gone = [at + 1 for at, qubit in enumerate(plan.present) if qubit not in plan.kept]
        stay = [at + 1 for at, qubit in enumerate(plan.present) if qubit in plan.kept]
        kets = self.kets().reshape(self.inputs, *[2] * len(plan.present)).transpose(0, *stay, *gone)
        matrices = kets.reshape(self.inputs, 2 ** len(stay), 2 ** len(gone))
        found = numpy.empty((size, size, self.inputs, self.inputs), dtype=numpy.complex128)
        for p in range(self.inputs):
            for q in range(p, self.inputs):
                block = self._evolve(matrices[p] @ matrices[q].conj().T)
                found[:, :, p, q] = block
                found[:, :, q, p] = block.conj().T
        return found

    def _evolve(self, start: Array) -> Array:
        """The steps on density operators, from an operator on the qubits kept to one on the qubits held."""
        present, block = list(self.plan.kept), start.reshape(-1)
        for (qubits, operation), ended in self.plan.mixed:
            for qubit in qubits:
                if qubit not in present:
                    block = _with_fresh(block, len(present))
                    present.append(qubit)
            _apply_mixed(block, [len(present) - 1 - present.index(qubit) for qubit in qubits], len(present), operation)
            for qubit in ended:
                block = _without(block, present.index(qubit), len(present))
                present.remove(qubit)
        for qubit in self.held:
            if qubit not in present:
                block = _with_fresh(block, len(present))
                present.append(qubit)
        order = [present.index(qubit) for qubit in self.held]
        count = len(order)
        tensor = block.reshape([2] * (2 * count)).transpose(*order, *(count + at for at in order))
        return tensor.reshape(2**count, 2**count)


def _gigabytes(qubits: int) -> str:
    """What 4^qubits complex numbers take."""
    return f"{16 * 4**qubits / 1e9:.1f} GB" if qubits < 30 else "out of reach"


def _light_cone(steps: Sequence[Step], held: Iterable[int]) -> list[Step]:
    """The steps that the qubits held depend on."""
    seen, found = set(held), []
    for step in reversed(steps):
        if seen & set(step[0]):
            seen |= set(step[0])
            found.append(step)
    return found[::-1]


def _apply_mixed(block: Array, bits: list[int], count: int, operation: Channel | Array) -> None:
    """Apply a superoperator, or a unitary's diagonal to ket and bra, in place; ``bits`` are those of the bra."""
    kets = [bit + count for bit in bits]
    if isinstance(operation, Channel):
        operation = _superoperator(operation)
    if operation.ndim == 1:
        apply_local(block, kets, _sparse(operation))
        apply_local(block, bits, _sparse(operation.conj()))
    else:
        apply_local(block, kets + bits, _sparse(operation))


def _with_fresh(block: Array, count: int) -> Array:
    """With one more qubit, in |0⟩, as the last."""
    size = 2**count
    found = numpy.zeros((size, 2, size, 2), dtype=numpy.complex128)
    found[:, 0, :, 0] = block.reshape(size, size)
    return found.reshape(-1)


def _without(block: Array, at: int, count: int) -> Array:
    """With one qubit traced out."""
    before, after = 2**at, 2 ** (count - 1 - at)
    tensor = block.reshape(before, 2, after, before, 2, after)
    return (tensor[:, 0, :, :, 0, :] + tensor[:, 1, :, :, 1, :]).reshape(-1)
