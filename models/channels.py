"""Quantum channels by their Kraus operators: the usual noise, each with its formula and convention.

Qubits are big-endian: the first qubit of a channel is the most significant bit of its matrices and the first letter of its
Pauli words. A probability may be an int, a Fraction, a text ("1/100", "0.01", "2e-3") or a float, which is read as the
decimal number it prints as, so that 0.01 is exactly 1/100. ``parse_channel(str(channel)) == channel``.

"N&C" is Nielsen and Chuang, Quantum Computation and Quantum Information, section 8.3.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy

from noclone.models.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix: TypeAlias = NDArray[numpy.complex128]

__all__ = [
    "MOST_CHANNEL_QUBITS",
    "Channel",
    "NoiseLocation",
    "Number",
    "amplitude_damping",
    "bit_flip",
    "bit_phase_flip",
    "compose",
    "depolarizing",
    "exact_number",
    "from_kraus",
    "from_lindblad",
    "generalized_amplitude_damping",
    "minimal_kraus",
    "pauli_channel",
    "phase_damping",
    "phase_flip",
    "thermal_relaxation",
]

MOST_CHANNEL_QUBITS = 5
"""The qubits that one channel may act on: 1,024 Kraus operators at most."""

Number: TypeAlias = Fraction | int | float | str

_COMPLETE = 1e-12
_NUMBER = re.compile(
    r"[+-]?(\d{1,40}(/\d{1,40})?|(\d{1,40}(\.\d{0,40})?|\.\d{1,40})(e[+-]?\d{1,2})?)", re.ASCII | re.IGNORECASE
)
_PAULIS: Mapping[str, Any] = {
    "I": numpy.eye(2),
    "X": numpy.array([[0, 1], [1, 0]]),
    "Y": numpy.array([[0, -1j], [1j, 0]]),
    "Z": numpy.diag([1, -1]),
}


@dataclass(frozen=True, eq=False)
class Channel:
    """ρ → Σ K ρ K† on some qubits, the first of them most significant.

    ``name`` is the text that ``parse_channel`` reads. ``kraus`` are matrices of shape (2^qubits, 2^qubits), read-only.
    ``pauli``, where it is not None, says that the channel is a mixture of Paulis with exactly these probabilities, the
    identity's included. Equal channels have equal names, Kraus operators and probabilities. Raises InputError unless
    Σ K†K = 1, every entry to 1e-12.
    """

    name: str
    qubits: int
    kraus: tuple[Matrix, ...]
    pauli: Mapping[str, Fraction] | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.qubits <= MOST_CHANNEL_QUBITS:
            raise InputError(f"a channel acts on 1 to {MOST_CHANNEL_QUBITS} qubits, not {self.qubits}")
        size = 2**self.qubits
        kraus = tuple(numpy.array(operator, dtype=numpy.complex128) for operator in self.kraus)
        shapes = {operator.shape for operator in kraus}
        if shapes != {(size, size)}:
            raise InputError(
                f"Kraus operators of {self.qubits} qubit(s) have shape ({size}, {size}), not {sorted(shapes)}"
            )
        if not all(numpy.isfinite(operator).all() for operator in kraus):
            raise InputError(f"channel '{_short(self.name)}' has entries that are not finite")
        defect = abs(sum(operator.conj().T @ operator for operator in kraus) - numpy.eye(size)).max()
        if defect > _COMPLETE:
            raise InputError(
                f"channel '{_short(self.name)}' is not complete: Σ K†K differs from 1 by {defect:.3g}, at most {_COMPLETE} may be"
            )
        for operator in kraus:
            operator.setflags(write=False)
        object.__setattr__(self, "kraus", kraus)
        if self.pauli is not None:
            object.__setattr__(self, "pauli", MappingProxyType(dict(self.pauli)))

    def __str__(self) -> str:
        return self.name

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Channel):
            return NotImplemented
        return (self.name, self.qubits, len(self.kraus)) == (other.name, other.qubits, len(other.kraus)) and all(
            numpy.array_equal(mine, others) for mine, others in zip(self.kraus, other.kraus, strict=True)
        )

    def __hash__(self) -> int:
        return hash((self.name, self.qubits))

    def __reduce__(self) -> tuple[Any, ...]:
        # a read-only mapping cannot be copied or sent to another process as it stands
        return Channel, (self.name, self.qubits, self.kraus, None if self.pauli is None else dict(self.pauli))


@dataclass(frozen=True)
class NoiseLocation:
    """A channel that acts on these qubits, numbers in the System, after ``position`` gates of the stage or recovery ``part``.

    The channel's first qubit is the first of ``qubits``. Raises InputError for qubits that the channel cannot act on.
    """

    part: str
    position: int
    qubits: tuple[int, ...]
    channel: Channel

    def __post_init__(self) -> None:
        object.__setattr__(self, "qubits", tuple(self.qubits))
        if len(self.qubits) != self.channel.qubits or len(set(self.qubits)) != len(self.qubits):
            shown = f"'{_short(str(self.channel))}' acts on {self.channel.qubits} different qubit(s)"
            raise InputError(f"noise in '{self.part}': {shown}, not on {list(self.qubits)}")
        if self.position < 0 or min(self.qubits) < 0:
            raise InputError(
                f"noise in '{self.part}': position {self.position} and qubits {list(self.qubits)} count from 0"
            )


def exact_number(value: Number, what: str = "a number") -> Fraction:
    """The rational number that is meant; a float is the decimal it prints as. Raises InputError.

    >>> exact_number(0.01), exact_number("2e-3")
    (Fraction(1, 100), Fraction(1, 500))
    """
    if isinstance(value, Fraction | int):
        return Fraction(value)
    text = repr(float(value)) if isinstance(value, float) else value.strip()
    if not _NUMBER.fullmatch(text):
        raise InputError(f"{what} must be a number such as 1/100, 0.01 or 2e-3, not '{_short(text)}'")
    try:
        return Fraction(text)
    except ZeroDivisionError:
        raise InputError(f"{what} must be a number: '{text}' divides by 0") from None


def _probability(value: Number, what: str, most: Fraction | int = 1) -> Fraction:
    found = exact_number(value, what)
    if not 0 <= found <= most:
        raise InputError(f"{what} must lie between 0 and {most}, not be {found}")
    return found


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"


def pauli_channel(probabilities: Mapping[str, Number], *, name: str | None = None) -> Channel:
    """ρ → Σ p_W W ρ W† over Pauli words W such as "X" or "ZI", one letter per qubit; the rest is the identity's (N&C 8.3.4).

    Probabilities are kept exactly in ``pauli``. Raises InputError for other words, and if they do not sum to 1.

    >>> str(pauli_channel({"X": "0.01", "Z": "1/50"})), pauli_channel({"X": "1/4"}).pauli["I"]
    ('pauli(X: 1/100, Z: 1/50)', Fraction(3, 4))
    """
    lengths = {len(word) for word in probabilities}
    if len(lengths) != 1 or not min(lengths) or any(set(word) - set("IXYZ") for word in probabilities):
        raise InputError(
            f"a Pauli channel needs words of one length in I, X, Y, Z, not {', '.join(probabilities) or 'none'}"
        )
    identity = "I" * lengths.pop()
    if len(identity) > MOST_CHANNEL_QUBITS:
        raise InputError(f"a channel acts on 1 to {MOST_CHANNEL_QUBITS} qubits, not {len(identity)}")
    found = {word: _probability(value, f"the probability of {word}") for word, value in probabilities.items()}
    total = sum(found.values(), Fraction(0))
    if total > 1 or (identity in found and total != 1):
        raise InputError(f"the probabilities of a Pauli channel sum to 1, not {total}")
    found[identity] = found.get(identity, Fraction(0)) + 1 - total
    weights = {word: found[word] for word in sorted(found) if found[word] or word == identity}
    kraus = tuple(math.sqrt(weight) * _word(word) for word, weight in weights.items() if weight)
    written = [f"{word}: {weight}" for word, weight in weights.items() if word != identity] or [f"{identity}: 1"]
    return Channel(name or f"pauli({', '.join(written)})", len(identity), kraus, weights)


def _word(word: str) -> Matrix:
    """The Pauli word's matrix."""
    matrix: Any = numpy.eye(1)
    for letter in word:
        matrix = numpy.kron(matrix, _PAULIS[letter])
    return numpy.asarray(matrix, dtype=numpy.complex128)


def depolarizing(p: Number, qubits: int = 1) -> Channel:
    """ρ → (1−p)ρ + p·tr(ρ)·I/2^n: with probability p the qubits are replaced by noise (N&C 8.3.4; Qiskit Aer's convention).

    As Paulis: the identity has 1 − p(4^n−1)/4^n, every other word p/4^n; p may be up to 4^n/(4^n−1). Texts that call
    "depolarizing with p" the chance of *some Pauli error*, (1−p)ρ + p/3(XρX+YρY+ZρZ), mean this channel at 4p/3.
    """
    if not 1 <= qubits <= MOST_CHANNEL_QUBITS:
        raise InputError(f"a channel acts on 1 to {MOST_CHANNEL_QUBITS} qubits, not {qubits}")
    words = 4**qubits
    chance = _probability(p, "the probability of depolarizing", Fraction(words, words - 1))
    weights = {"".join(letters): chance / words for letters in itertools.product("IXYZ", repeat=qubits)}
    weights["I" * qubits] += 1 - chance
    return pauli_channel(
        weights, name=f"depolarizing({chance})" if qubits == 1 else f"depolarizing({chance}, {qubits})"
    )


def bit_flip(p: Number) -> Channel:
    """ρ → (1−p)ρ + p XρX: p is the probability of a flip (N&C's p, in 8.3.3, is that of none)."""
    chance = _probability(p, "the probability of a bit flip")
    return pauli_channel({"X": chance}, name=f"bit-flip({chance})")


def phase_flip(p: Number) -> Channel:
    """ρ → (1−p)ρ + p ZρZ: p is the probability of a flip (N&C's p, in 8.3.3, is that of none)."""
    chance = _probability(p, "the probability of a phase flip")
    return pauli_channel({"Z": chance}, name=f"phase-flip({chance})")


def bit_phase_flip(p: Number) -> Channel:
    """ρ → (1−p)ρ + p YρY: p is the probability of a flip (N&C's p, in 8.3.3, is that of none)."""
    chance = _probability(p, "the probability of a bit-phase flip")
    return pauli_channel({"Y": chance}, name=f"bit-phase-flip({chance})")


def amplitude_damping(gamma: Number) -> Channel:
    """|1⟩ decays to |0⟩ with probability γ: K₀ = diag(1, √(1−γ)), K₁ = √γ |0⟩⟨1| (N&C 8.3.5)."""
    chance = _probability(gamma, "the probability of decay")
    return Channel(f"amplitude-damping({chance})", 1, _decay(float(chance), float(1 - chance)))


def _decay(gamma: float, kept: float) -> tuple[Matrix, Matrix]:
    """Amplitude damping with γ and 1 − γ, both given so that neither is lost to rounding."""
    stay: Matrix = numpy.diag([1, math.sqrt(kept)]).astype(numpy.complex128)
    jump: Matrix = numpy.array([[0, math.sqrt(gamma)], [0, 0]], dtype=numpy.complex128)
    return stay, jump


def generalized_amplitude_damping(gamma: Number, excited: Number) -> Channel:
    """Damping with γ towards the thermal state diag(1−e, e), e = ``excited``: |1⟩ decays with (1−e)γ, |0⟩ rises with eγ.

    √(1−e) times the two operators of amplitude damping, √e times their mirror images; N&C's p (8.3.5) is 1 − e.
    """
    chance, hot = _probability(gamma, "the probability of decay"), _probability(excited, "the excited population")
    down = _decay(float(chance), float(1 - chance))
    up = [_PAULIS["X"] @ operator @ _PAULIS["X"] for operator in down]
    kraus = [math.sqrt(1 - hot) * operator for operator in down] + [math.sqrt(hot) * operator for operator in up]
    return Channel(f"generalized-amplitude-damping({chance}, {hot})", 1, tuple(kraus))


def phase_damping(lambda_: Number) -> Channel:
    """Coherences shrink by √(1−λ): K₀ = diag(1, √(1−λ)), K₁ = diag(0, √λ) (N&C 8.3.6)."""
    chance = _probability(lambda_, "the probability of dephasing")
    return Channel(f"phase-damping({chance})", 1, _dephase(float(chance), float(1 - chance)))


def _dephase(chance: float, kept: float) -> tuple[Matrix, Matrix]:
    stay: Matrix = numpy.diag([1, math.sqrt(kept)]).astype(numpy.complex128)
    seen: Matrix = numpy.diag([0, math.sqrt(chance)]).astype(numpy.complex128)
    return stay, seen


def thermal_relaxation(t1: Number, t2: Number, time: Number) -> Channel:
    """A wait of ``time`` at temperature 0: |1⟩ decays as e^(−time/T₁), coherences as e^(−time/T₂); all in one unit of time.

    Amplitude damping with γ = 1 − e^(−time/T₁), then phase damping with 1 − λ = e^(time/T₁ − 2·time/T₂). Raises InputError
    unless T₁ > 0, 0 < T₂ ≤ 2T₁ and time ≥ 0.
    """
    first, second, wait = exact_number(t1, "T1"), exact_number(t2, "T2"), exact_number(time, "the time")
    if not (first > 0 and 0 < second <= 2 * first and wait >= 0):
        raise InputError(f"relaxation needs T1 > 0, 0 < T2 <= 2 T1 and time >= 0, not {first}, {second}, {wait}")
    decay, dephase = float(-wait / first), float(wait / first - 2 * wait / second)
    damped = _decay(-math.expm1(decay), math.exp(decay))
    kraus = [after @ before for before in damped for after in _dephase(-math.expm1(dephase), math.exp(dephase))]
    return Channel(f"thermal-relaxation({first}, {second}, {wait})", 1, _without_zeros(kraus))


def _without_zeros(kraus: Iterable[Matrix]) -> tuple[Matrix, ...]:
    return tuple(operator for operator in kraus if abs(operator).max() > 0)


def from_kraus(kraus: Sequence[Any]) -> Channel:
    """ρ → Σ K ρ K† for these matrices (arrays, nested lists or QuTiP operators), the first qubit most significant.

    Raises InputError if they are no square matrices of one power of 2, or not complete.
    """
    try:
        matrices = [numpy.array(_full(operator), dtype=numpy.complex128) for operator in kraus]
        size = matrices[0].shape[0]
    except (IndexError, TypeError, ValueError):
        raise InputError("Kraus operators must be square matrices of numbers, at least one") from None
    name = f"kraus({', '.join(_matrix_text(operator) for operator in matrices if operator.ndim == 2)})"
    return Channel(name, max(size.bit_length() - 1, 0), tuple(matrices))


def _full(operator: Any) -> Any:
    """A QuTiP operator's matrix; anything else as it is."""
    return operator.full() if hasattr(operator, "full") else operator


def _matrix_text(matrix: Matrix) -> str:
    """A matrix as ``parse_channel`` reads it: [[1, 0], [0, 0.5+0.5j]], every digit kept."""
    rows = [", ".join(_complex_text(complex(entry)) for entry in row) for row in matrix]
    return f"[{', '.join(f'[{row}]' for row in rows)}]"


def _complex_text(entry: complex) -> str:
    real, imaginary = (repr(part).removesuffix(".0") for part in (entry.real, entry.imag))
    if not entry.imag:
        return real
    return f"{imaginary}j" if not entry.real else f"{real}{'' if imaginary[0] == '-' else '+'}{imaginary}j"


def from_lindblad(hamiltonian: Any, collapse: Sequence[Any], time: float) -> Channel:
    """e^{Lt} with Lρ = −i[H, ρ] + Σ (CρC† − ½{C†C, ρ}), ħ = 1: QuTiP's Liouvillian, its exponential, and Kraus operators.

    ``hamiltonian`` and the operators of ``collapse`` (each with the square root of its rate) are matrices or QuTiP operators
    on the same qubits, the first qubit first; ``time`` in the inverse unit of the rates. Raises InputError.
    """
    import qutip

    size = numpy.array(_full(hamiltonian)).shape[0]
    if size not in [2**qubits for qubits in range(1, MOST_CHANNEL_QUBITS)] or not (math.isfinite(time) and time >= 0):
        raise InputError(f"a Lindblad channel acts on 1 to {MOST_CHANNEL_QUBITS - 1} qubits for a time >= 0")
    matrices = [numpy.array(_full(operator), dtype=numpy.complex128) for operator in (hamiltonian, *collapse)]
    if any(matrix.shape != (size, size) for matrix in matrices):
        raise InputError(f"the Hamiltonian and all collapse operators must have shape ({size}, {size})")
    if not numpy.allclose(matrices[0], matrices[0].conj().T, rtol=0, atol=_COMPLETE * max(1, abs(matrices[0]).max())):
        raise InputError("the Hamiltonian must be Hermitian")
    generator = qutip.liouvillian(qutip.Qobj(matrices[0]), [qutip.Qobj(matrix) for matrix in matrices[1:]])
    choi = qutip.to_choi((generator * time).expm()).full()
    return from_kraus(minimal_kraus(choi))


def minimal_kraus(choi: Matrix) -> tuple[Matrix, ...]:
    """The Kraus operators of a Choi matrix Σ |p⟩⟨q| ⊗ N(|p⟩⟨q|), from its eigenvectors, then made complete to rounding.

    Eigenvalues below 1e-14 of the trace are dropped as rounding; Σ K†K, 1 but for that, is divided out.
    """
    size = math.isqrt(len(choi))
    values, vectors = numpy.linalg.eigh((choi + choi.conj().T) / 2)
    kept = values > 1e-14 * size
    kraus = [math.sqrt(v) * vectors[:, at].reshape(size, size).T for at, v in enumerate(values) if kept[at]]
    scales, basis = numpy.linalg.eigh(sum(operator.conj().T @ operator for operator in kraus))
    repair = (basis / numpy.sqrt(scales)) @ basis.conj().T
    return tuple(operator @ repair for operator in kraus)


def compose(*channels: Channel) -> Channel:
    """These channels one after the other, the first acting first; Pauli mixtures stay exact. Raises InputError."""
    if not channels or len({channel.qubits for channel in channels}) != 1:
        raise InputError("compose needs channels, all on the same number of qubits")
    name = f"compose({', '.join(map(str, channels))})"
    mixtures = [channel.pauli for channel in channels if channel.pauli is not None]
    if len(mixtures) == len(channels):
        mixture: Mapping[str, Fraction] = reduce(_convolve, mixtures)
        return pauli_channel(dict(mixture), name=name)
    kraus: tuple[Matrix, ...] = channels[0].kraus
    for channel in channels[1:]:
        kraus = _without_zeros(after @ before for before in kraus for after in channel.kraus)
        if len(kraus) > 4**channel.qubits:
            columns = [operator.T.reshape(-1) for operator in kraus]
            kraus = minimal_kraus(numpy.einsum("kp,kq->pq", columns, numpy.conj(columns)))
    return Channel(name, channels[0].qubits, kraus)


def _convolve(first: Mapping[str, Fraction], second: Mapping[str, Fraction]) -> Mapping[str, Fraction]:
    """The mixture of the products: σ_i σ_j is σ_{i xor j} up to phase, with I, X, Z, Y as 0, 1, 2, 3."""
    found: dict[str, Fraction] = {}
    for (one, weight), (other, factor) in itertools.product(first.items(), second.items()):
        word = "".join("IXZY"["IXZY".index(a) ^ "IXZY".index(b)] for a, b in zip(one, other, strict=True))
        found[word] = found.get(word, Fraction(0)) + weight * factor
    return found
