"""Claims about circuits of H, S, CX and T, decided from exact amplitudes.

An amplitude a + bω + cω² + dω³ with ω = e^{iπ/4} is four integers; a state's amplitudes are over √2^e. Write V|p⟩ for
the encoded basis state p of k secret qubits, N(X) for what a coalition C sees of V X V†, X an operator on the secret:
linear in X, with N(|p⟩⟨q|) = tr_rest V|p⟩⟨q|V†. What C learns of the Pauli Q ≠ 1 is N(Q): C's state is the same for
every input exactly if all of them are 0. docs/kernel.md gives the argument claim by claim.
"""

import itertools
from collections.abc import Sequence

from .circuits import local_gates, other_gates
from .documents import Protocol
from .paulis import Gate
from .refusal import Refusal
from .terms import Claim

MOST_QUBITS = 12
MOST_WORK = 2 * 10**8
"""Products and sums of amplitudes, all cases of a claim together; about a microsecond each."""

Number = tuple[int, int, int, int]
State = dict[int, Number]
"""Amplitudes other than 0 by basis state; bit q of its number is qubit q."""


def times(left: Number, right: Number) -> Number:
    """The product, by ω⁴ = −1."""
    a, b, c, d = left
    e, f, g, h = right
    low = a * e - b * h - c * g - d * f, a * f + b * e - c * h - d * g
    return *low, a * g + b * f + c * e - d * h, a * h + b * g + c * f + d * e


def conjugate(number: Number) -> Number:
    """The complex conjugate: ω* = −ω³."""
    a, b, c, d = number
    return a, -d, -c, -b


def plus(left: Number, right: Number) -> Number:
    """The sum."""
    return left[0] + right[0], left[1] + right[1], left[2] + right[2], left[3] + right[3]


def minus(left: Number, right: Number) -> Number:
    """The difference."""
    return left[0] - right[0], left[1] - right[1], left[2] - right[2], left[3] - right[3]


ZERO, ONE = (0, 0, 0, 0), (1, 0, 0, 0)


def run(gates: list[Gate], state: State) -> State:
    """The state after these gates, each H without its 1/√2."""
    for name, *qubits in gates:
        mask = sum(1 << qubit for qubit in qubits)
        if name == "CX":
            control, target = 1 << qubits[0], 1 << qubits[1]
            state = {at ^ target if at & control else at: number for at, number in state.items()}
        elif name == "H":
            state = _hadamard(mask, state)
        else:
            turn = (0, 0, 1, 0) if name == "S" else (0, 1, 0, 0)
            state = {at: times(number, turn) if at & mask == mask else number for at, number in state.items()}
    return state


def _hadamard(mask: int, state: State) -> State:
    found: State = {}
    for low in {at & ~mask for at in state}:
        zero, one = state.get(low, ZERO), state.get(low | mask, ZERO)
        for at, number in ((low, plus(zero, one)), (low | mask, minus(zero, one))):
            if number != ZERO:
                found[at] = number
    return found


class Seen:
    """What a coalition sees: tr N(Q)N(Q)† for every Pauli Q, times 2^(2e), from the states V|p⟩.

    With M_p the amplitudes of V|p⟩ as a matrix of C by the rest, K_pq = N(|p⟩⟨q|) = M_p M_q†. All is made of the traces
    of K_pq K_rs = M_p M_q† M_r M_s†, which are computed on the smaller side of the cut: on C from K itself, on the rest
    as the trace of G_ps G_rq, with (G_pq)_xy = Σ_c (M_p)_cx (M_q)*_cy.
    """

    def __init__(self, states: list[State], held: list[int], size: int) -> None:
        self.swapped = 2 * len(held) > size
        near = sum(1 << qubit for qubit in (set(range(size)) - set(held) if self.swapped else held))
        self.inputs = len(states)
        self.grams = {(p, q): gram(own, other, near) for p, own in enumerate(states) for q, other in enumerate(states)}

    def overlap(self, p: int, q: int, r: int, s: int) -> Number:
        """The trace of K_pq K_rs."""
        left, right = (self.grams[p, s], self.grams[r, q]) if self.swapped else (self.grams[p, q], self.grams[r, s])
        total = ZERO
        for (x, y), number in left.items():
            if (y, x) in right:
                total = plus(total, times(number, right[y, x]))
        return total

    def norm(self, x: int, z: int) -> Number:
        """The trace of N(Q)N(Q)† for the Pauli Q|q⟩ = (−1)^(z·q)|q ⊕ x⟩: N(Q) = Σ_q (−1)^(z·q) K_{q⊕x,q}."""
        total = ZERO
        for q, r in itertools.product(range(self.inputs), repeat=2):
            term = self.overlap(q ^ x, q, r, r ^ x)
            total = (minus if (z & (q ^ r)).bit_count() % 2 else plus)(total, term)
        return total


def gram(left: State, right: State, near: int) -> dict[tuple[int, int], Number]:
    """Σ over the far side of left times conjugated right, by the two near sides: basis states of the qubits in near."""
    found: dict[tuple[int, int], Number] = {}
    others: dict[int, list[tuple[int, Number]]] = {}
    for at, number in right.items():
        others.setdefault(at & ~near, []).append((at & near, conjugate(number)))
    for at, own in left.items():
        for y, other in others.get(at & ~near, ()):
            found[at & near, y] = plus(found.get((at & near, y), ZERO), times(own, other))
    return found


def holds(protocol: Protocol, claim: Claim, cases: int = 1) -> bool:
    """Whether a claim is true, one of so many cases; raises Refusal if it does not fit, or all are too much work."""
    held, size, place = protocol.held_by(claim), len(protocol.names), f"'{claim}'"
    if size > MOST_QUBITS:
        raise Refusal("too-large", place, f"at most {MOST_QUBITS} qubits; 2^{size} amplitudes are too many", size)
    if claim.word == "untouched":
        return _untouched(protocol.moment(claim.name)[-1], held, place, cases)
    name = "" if claim.word == "equivalent" else claim.name or claim.after
    own = [gate for part in protocol.moment(name) for gate in part] + local_gates(protocol, claim)
    other = other_gates(protocol, claim) if claim.word == "equivalent" else []
    inputs, smaller = 2 ** len(protocol.secret), min(len(held), size - len(held))
    sums = inputs * 2**size * (_steps(own) + _steps(other) + inputs * 2**smaller) + inputs**4 * 4**smaller
    if sums * cases > MOST_WORK:
        raise Refusal("too-large", place, f"at most {MOST_WORK} operations on amplitudes", sums * cases)
    starts = [{spread(p, protocol.secret): ONE} for p in range(inputs)]
    states = [run(own, start) for start in starts]
    if claim.word == "equivalent":
        return _same(states, [run(other, start) for start in starts])
    if claim.word in ("restores", "single-use"):
        return _restored(states, held)
    if claim.word == "recovers":
        held = sorted(set(range(size)) - set(held))
    if claim.word == "leaks" and len(claim.pauli) != len(protocol.secret):
        raise Refusal("bad-claim", place, f"{len(protocol.secret)} letters, one per secret qubit", claim.pauli)
    seen = Seen(states, held, size)
    kept = {(0, 0): seen.norm(0, 0)}
    if claim.word == "leaks":
        x, z = (int("".join("01"[letter in letters] for letter in claim.pauli), 2) for letters in ("XY", "YZ"))
        kept[x, z] = seen.norm(x, z)
    if any(seen.norm(*q) != ZERO for q in itertools.product(range(inputs), repeat=2) if q not in kept):
        return False
    scale = 4 ** sum(1 for gate in own if gate[0] == "H")
    purest = (scale * inputs**2, 0, 0, 0) == tuple(part << len(held) for part in kept[0, 0])
    return purest if claim.word == "mixed" else len(set(kept.values())) == 1


def _steps(gates: list[Gate]) -> int:
    """The gates' number, more where H's make the integers longer: one bit for every two of them."""
    return len(gates) * (1 + sum(1 for gate in gates if gate[0] == "H") // 100)


def spread(p: int, secret: Sequence[int]) -> int:
    """The basis state with the secret in |p⟩, its first qubit the most significant, and all else in |0⟩."""
    return sum(1 << qubit for at, qubit in enumerate(reversed(secret)) if p >> at & 1)


def _restored(states: list[State], output: list[int]) -> bool:
    """Whether V|p⟩ = |p⟩ on the output times one and the same state of the rest, for every p."""
    mask, rests = sum(1 << qubit for qubit in output), []
    for p, state in enumerate(states):
        if any(at & mask != spread(p, output) for at in state):
            return False
        rests.append({at & ~mask: number for at, number in state.items()})
    return all(rest == rests[0] for rest in rests)


def _same(left: list[State], right: list[State]) -> bool:
    """Whether two lists of states, of equal norms up to a power of √2, are equal up to one phase for all of them."""
    pivot = next(iter(left[0]))
    one, two = left[0][pivot], right[0].get(pivot, ZERO)
    return two != ZERO and all(
        own.keys() == other.keys() and all(times(number, two) == times(other[at], one) for at, number in own.items())
        for own, other in zip(left, right, strict=True)
    )


def _untouched(gates: list[Gate], held: list[int], place: str, cases: int) -> bool:
    """Whether these gates act on these qubits as the identity: U|c⟩|r⟩ = |c⟩ U'|r⟩ for all basis states c and r."""
    touched = sorted({qubit for gate in gates for qubit in gate[1:]})
    own = sorted(set(touched) & set(held))
    if not own:
        return True
    if (sums := 4 ** len(touched) * _steps(gates) * cases) > MOST_WORK:
        raise Refusal("too-large", place, f"at most {MOST_WORK} operations on amplitudes", sums)
    rest = [qubit for qubit in touched if qubit not in own]
    return all(
        _restored([run(gates, {spread(r, rest) | spread(c, own): ONE}) for c in range(2 ** len(own))], own)
        for r in range(2 ** len(rest))
    )
