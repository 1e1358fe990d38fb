"""Claims about circuits of H, S, CX and T, decided from exact amplitudes.

An amplitude a + bω + cω² + dω³ with ω = e^{iπ/4} is four integers; a state's amplitudes are over √2^e. Write V|p⟩ for
the encoded basis state p of k secret qubits, N(X) for what a coalition C sees of V X V†, X an operator on the secret:
linear in X, with N(|p⟩⟨q|) = tr_rest V|p⟩⟨q|V†. What C learns of the Pauli Q ≠ 1 is N(Q): C's state is the same for
every input exactly if all of them are 0. docs/kernel.md gives the argument claim by claim.
"""

from itertools import product

from .circuits import local_gates, other_gates
from .documents import Protocol
from .paulis import Gate
from .refusal import Refusal, at_most
from .terms import Claim

MOST_QUBITS = 12
MOST_WORK = 2 * 10**8
"""Products and sums of amplitudes, all cases of a claim together; about a microsecond each."""

Number = tuple[int, int, int, int]
State = dict[int, Number]
"""Amplitudes other than 0 by basis state; bit q of its number is qubit q."""


def times(left: Number, right: Number) -> Number:
    """The product, by ω⁴ = −1."""
    (a, b, c, d), (e, f, g, h) = left, right
    low = a * e - b * h - c * g - d * f, a * f + b * e - c * h - d * g
    return *low, a * g + b * f + c * e - d * h, a * h + b * g + c * f + d * e


def conjugate(number: Number) -> Number:
    """The complex conjugate: ω* = −ω³."""
    return number[0], -number[3], -number[2], -number[1]


def plus(left: Number, right: Number) -> Number:
    """The sum."""
    return left[0] + right[0], left[1] + right[1], left[2] + right[2], left[3] + right[3]


def minus(left: Number, right: Number) -> Number:
    """The difference."""
    return left[0] - right[0], left[1] - right[1], left[2] - right[2], left[3] - right[3]


ZERO, ONE = (0, 0, 0, 0), (1, 0, 0, 0)


def run(gates: list[Gate], state: State, *, inverse: bool = False) -> State:
    """The state after these gates, or their inverses, each H without its 1/√2."""
    for name, *qubits in gates:
        mask = sum(1 << qubit for qubit in qubits)
        if name == "CX":
            control, target = 1 << qubits[0], 1 << qubits[1]
            state = {at ^ target if at & control else at: number for at, number in state.items()}
        elif name == "H":
            found = dict[int, Number]()
            for low in {at & ~mask for at in state}:
                zero, one = state.get(low, ZERO), state.get(low | mask, ZERO)
                found[low], found[low | mask] = plus(zero, one), minus(zero, one)
            state = {at: number for at, number in found.items() if number != ZERO}
        else:
            turn = (0, 0, 1, 0) if name == "S" else (0, 1, 0, 0)
            turn = conjugate(turn) if inverse else turn
            state = {at: times(number, turn) if at & mask == mask else number for at, number in state.items()}
    return state


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

    def norm(self, x: int, z: int) -> Number:
        """The trace of N(Q)N(Q)† for the Pauli Q|q⟩ = (−1)^(z·q)|q ⊕ x⟩: N(Q) = Σ_q (−1)^(z·q) K_{q⊕x,q}."""
        total = ZERO
        for q, r in product(range(self.inputs), repeat=2):
            one, two = ((q ^ x, r ^ x), (r, q)) if self.swapped else ((q ^ x, q), (r, r ^ x))
            right, signed = self.grams[two], minus if (z & (q ^ r)).bit_count() % 2 else plus
            for (a, b), number in self.grams[one].items():
                if (b, a) in right:
                    total = signed(total, times(number, right[b, a]))
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
    at_most(MOST_QUBITS, size, place, f"qubits; 2^{size} amplitudes are too many")
    if claim.word == "untouched":
        return _untouched(protocol.moment(claim.name)[-1], held, place, cases)
    name = "" if claim.word == "equivalent" else claim.name or claim.after
    own = [gate for part in protocol.moment(name) for gate in part] + local_gates(protocol, claim)
    other = other_gates(protocol, claim) if claim.word == "equivalent" else []
    inputs, smaller = 2 ** len(protocol.secret), min(len(held), size - len(held))
    sums = inputs * 2**size * (_steps(own + other) + inputs * 2**smaller) + inputs**4 * 4**smaller
    at_most(MOST_WORK, sums * cases, place, "operations on amplitudes")
    states = [run(own, {spread(p, protocol.secret): ONE}) for p in range(inputs)]
    if claim.word == "equivalent":  # the other encoding undone: each |p⟩|0…0⟩ again, times one and the same number
        states = [run(other[::-1], state, inverse=True) for state in states]
        return states[0].keys() == {0} and _restored(states, protocol.secret)
    if claim.word in ("restores", "single-use"):
        return _restored(states, held)
    if claim.word == "leaks" and len(claim.pauli) != len(protocol.secret):
        raise Refusal("bad-claim", place, f"{len(protocol.secret)} letters, one per secret qubit", claim.pauli)
    seen = Seen(states, sorted(set(range(size)) - set(held)) if claim.word == "recovers" else held, size)
    kept = {(0, 0), bits(claim.pauli)}  # only (0, 0) if the claim is not about a Pauli
    if any(seen.norm(*q) != ZERO for q in product(range(inputs), repeat=2) if q not in kept):
        return False
    if claim.word == "mixed":
        scale = inputs**2 * 4 ** sum(1 for gate in own if gate[0] == "H")
        return (scale, 0, 0, 0) == tuple(part << len(held) for part in seen.norm(0, 0))
    return len({seen.norm(*q) for q in kept}) == 1


def _steps(gates: list[Gate]) -> int:
    """The gates' number, more where H's make the integers longer: one bit for every two of them."""
    return len(gates) * (1 + sum(1 for gate in gates if gate[0] == "H") // 100)


def spread(p: int, secret: range | list[int]) -> int:
    """The basis state with the secret in |p⟩, its first qubit the most significant, and all else in |0⟩."""
    return sum(1 << qubit for at, qubit in enumerate(reversed(secret)) if p >> at & 1)


def bits(word: str) -> tuple[int, int]:
    """A Pauli word's x and z as in ``norm``, its first letter the most significant: YZ has 0b10 and 0b11."""
    x, z = (int("0" + "".join("01"[letter in letters] for letter in word), 2) for letters in ("XY", "YZ"))
    return x, z


def _restored(states: list[State], output: range | list[int]) -> bool:
    """Whether V|p⟩ = |p⟩ on the output times one and the same state of the rest, for every p (0 says which rest)."""
    mask = spread(len(states) - 1, output)
    rest = {at & ~mask: number for at, number in states[0].items()}
    return all(state == {at | spread(p, output): n for at, n in rest.items()} for p, state in enumerate(states))


def _untouched(gates: list[Gate], held: list[int], place: str, cases: int) -> bool:
    """Whether these gates act on these qubits as the identity: U|c⟩|r⟩ = |c⟩ U'|r⟩ for all basis states c and r."""
    touched = sorted({qubit for gate in gates for qubit in gate[1:]})
    own = sorted(set(touched) & set(held))
    if not own:
        return True
    at_most(MOST_WORK, 4 ** len(touched) * _steps(gates) * cases, place, "operations on amplitudes")
    rest = [qubit for qubit in touched if qubit not in own]
    starts = ([spread(r, rest) | spread(c, own) for c in range(2 ** len(own))] for r in range(2 ** len(rest)))
    return all(_restored([run(gates, {at: ONE}) for at in each], own) for each in starts)
