"""Claims about circuits with arbitrary real angles, as rigorous enclosures of numbers that vanish where the claim holds.

Notation. V is the encoding isometry from K = 2^k dimensions, C the coalition (d = 2^c dimensions), E everything else (2^e
dimensions, environment included), N(B) = tr_E V B V†. ω is the state of R, C and E when the secret is maximally entangled
with a reference R: ω_RC = (1/K) Σ |p⟩⟨q| ⊗ N(|p⟩⟨q|). ‖·‖ is the Frobenius norm, ‖·‖₁ the trace norm, distances are ½‖·‖₁.

All bounds come from two purities. R, C and E are pure together, so tr ω_RC² = tr ω_E². For the Paulis B of the secret
``S = (1/K) Σ_{B≠I} ‖N(B)‖² = K²·‖ω_RC − I/K ⊗ ω_C‖² = K²·(tr ω_E² − tr ω_C²/K)``, which is 0 iff C is hidden from.

Four inequalities are used throughout, for Hermitian X: ‖X‖₁ ≤ √rank(X)·‖X‖; ‖X‖₁ ≥ √2·‖X‖ if tr X = 0 (the positive and the
negative part have trace norm ‖X‖₁/2 each); ‖X‖₁ ≥ (tr X²)^{3/2}/(tr X⁴)^{1/2} (Hölder); and for unit vectors a, b
½‖aa† − bb†‖₁ ≤ ‖a − b‖. Purities are squares: amplitudes carry twice the digits that are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction

from flint import acb, arb, ctx

from noclone.models.balls import BallState, to_fraction, trace_product
from noclone.models.errors import InputError, TooLargeError
from noclone.models.input_pairs import MOST_SECRETS, best_pair, pair_distance
from noclone.models.phases import ANGLE_TOLERANCE, phase_of
from noclone.models.system import Gate, System

__all__ = ["MOST_QUBITS", "MOST_WORK", "Enclosure", "Enclosures", "angles_rounding", "decimal_text"]

MOST_QUBITS = 12
"""The largest system that is computed."""

MOST_WORK = 3 * 10**7
"""Amplitudes times gates that are computed: about half a minute."""

_GUARD = 64
_VISIBLE = 1e-9
"""Below this, floats cannot tell which inputs are best told apart."""

_HIDES = "largest trace distance between what {} for any two inputs"
_IDENTITY = "half the diamond norm of the recovery's channel minus the identity channel"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """``lower`` ≤ quantity ≤ ``upper``, both proved for the circuit whose angles are exactly the ones written.

    The quantity vanishes iff the claim holds. ``resolution`` bounds how far it can move when every angle that is no
    multiple of π moves by what it was rounded by (``angles_rounding``). ``bits`` is the precision asked for;
    ``witness`` names inputs that reach the lower bound, where there are any.
    """

    quantity: str
    lower: Fraction
    upper: Fraction
    resolution: Fraction
    bits: int
    witness: str = ""

    @property
    def is_positive(self) -> bool:
        """Whether the quantity is not 0 for any circuit that rounds to this one: equality is excluded."""
        return self.lower > self.resolution

    def __str__(self) -> str:
        low, high = decimal_text(self.lower, up=False), decimal_text(self.upper, up=True)
        return f"{self.quantity}: at least {low}, at most {high}"


def decimal_text(value: Fraction, *, up: bool, digits: int = 3) -> str:
    """The value to so many digits, rounded up or down: ``4.01E-30``."""
    context = Context(prec=digits, rounding=ROUND_CEILING if up else ROUND_FLOOR)
    return str(context.divide(Decimal(value.numerator), Decimal(value.denominator)))


def angles_rounding(gates: Iterable[Gate]) -> Fraction:
    """How far, in operator norm, rounding of angles may have moved the gates' product.

    Σ 1e-14·max(1, |θ|) over the phases that are no multiple of π: ‖P(θ) − P(θ')‖ = |e^{iθ} − e^{iθ'}| ≤ |θ − θ'|, and
    unitary factors before and after do not change a norm. The bound counts each gate as rounded on its own.
    """
    total = Fraction(0)
    for name, *_ in gates:
        if name.startswith("P"):
            angle = phase_of(name)
            if angle.radians:
                total += max(Fraction(1), abs(angle.radians) + abs(angle.pi) * Fraction(22, 7))
    return total * Fraction(ANGLE_TOLERANCE)


class Enclosures:
    """Enclosures for one system; give the same object all questions about it: states are kept.

    Coalitions are qubits' numbers; a moment is a stage's or recovery's name, None the end of the encoding (KeyError if it
    is not there). Noise is left out. ``bits`` is the accuracy: exact equality gives upper bounds below 2^−bits (at 128
    bits, 3e-39), and mostly 0 where all angles are multiples of π/2.

    Raises TooLargeError above ``MOST_QUBITS`` qubits or ``MOST_WORK``.
    """

    def __init__(self, system: System, *, bits: int = 128) -> None:
        self.system, self.bits = system, bits
        self.inputs = 1 << len(system.secret_qubits)
        self._states: dict[str | None, BallState] = {}
        size = len(system.names)
        if size > MOST_QUBITS:
            raise TooLargeError(
                f"enclosures for {size} qubits need 2^{size + len(system.secret_qubits)} amplitudes as balls, and are "
                f"computed for at most {MOST_QUBITS} qubits: ask about fewer"
            )

    def columns(self, moment: str | None = None) -> list[dict[int, acb]]:
        """V's columns as sparse vectors of balls: one per input (bit i is the i-th secret qubit), entries by basis state
        (bit 1 << q is qubit q); absent entries are exactly 0.
        """
        with ctx.workprec(self._precision(moment)):
            state, size = self._state(moment), len(self.system.names)
            scale = (arb(self.inputs) / arb(2) ** state.doublings).sqrt()
            found: list[dict[int, acb]] = [{} for _ in range(self.inputs)]
            for index, value in state.amplitudes.items():
                found[index >> size][index & (1 << size) - 1] = value * scale
            return found

    def hides(self, held: Iterable[int], moment: str | None = None) -> Enclosure:
        """The largest over inputs ρ, σ of ½‖N(ρ) − N(σ)‖₁, which is 0 iff C's state does not depend on the input.

        Upper bound. The maximum is reached at orthogonal pure inputs (convexity): D = ρ − σ has ‖D‖² = 2, and N(D) has
        rank r ≤ min(d, 2·2^e). Expanded in Paulis, without I since tr D = 0, Cauchy–Schwarz gives ‖N(D)‖² ≤ ‖D‖²·S. So
        ½‖N(D)‖₁ ≤ ½√(2rS).

        Lower bounds. Averaged over all orthogonal pure pairs, ‖N(D)‖² is 2S/(K²−1); some pair has at least that, and
        tr N(D) = 0: ½‖N(D)‖₁ ≥ √(S/(K²−1)). And for one pair of inputs, chosen with floats, Hölder's inequality.

        Resolution: 2η, η = ``angles_rounding``: each of the two states moves by at most η.
        """
        return self._dependence(sorted(set(held)), moment, _HIDES.format("the coalition holds"))

    def recovers(self, held: Iterable[int], moment: str | None = None) -> Enclosure:
        """The ``hides`` quantity of everything outside the coalition, environment included.

        R, C and the rest are pure together, so C restores every input exactly iff the rest does not depend on it.
        """
        inside = set(held)
        outside = [qubit for qubit in range(len(self.system.names)) if qubit not in inside]
        return self._dependence(outside, moment, _HIDES.format("everyone else, environment included, holds"))

    def mixed(self, held: Iterable[int], moment: str | None = None) -> Enclosure:
        """The largest over inputs ρ of ½‖N(ρ) − I/d‖₁, which is 0 iff C's state is I/d for every input.

        With Θ(B) = N(B) − tr(B)·I/d and S' = Σ_pq ‖Θ(|p⟩⟨q|)‖² = K²·(tr ω_E² − 1/(Kd)): the upper bound is ½√(dS'), as
        ‖ρ‖ ≤ 1. Averaged over pure inputs, ‖Θ(ρ)‖² is (S' + ‖Θ(I)‖²)/(K(K+1)), ‖Θ(I)‖² = K²·(tr ω_C² − 1/d); the lower
        bound is the square root of half of that. Resolution: η.
        """
        inside = sorted(set(held))
        with ctx.workprec(self._precision(moment)):
            inner, outer = self._purities(inside, moment)
            size, dimension = self.inputs, arb(2) ** len(inside)
            spread = size**2 * (outer - 1 / (size * dimension))
            whole = size**2 * (inner - 1 / dimension)
            return self._enclosure(
                "largest trace distance of the coalition's state from the maximally mixed one",
                _root_below((spread + whole) / (2 * size * (size + 1))),
                _root_above(dimension * spread) / 2,
                self._rounding(moment),
            )

    def leaks(self, pauli: str, held: Iterable[int], moment: str | None = None) -> Enclosure:
        """The larger of two defects: how far C tells inputs with the same ⟨P⟩ apart, and how far it fails to read P.

        (a) max over ρ, σ with tr Pρ = tr Pσ of ½‖N(ρ) − N(σ)‖₁. With S_P = S − ‖N(P)‖²/K, the upper bound is ½√(2rS_P),
        r = min(d, K·2^e), as for ``hides``. Among the inputs (I ± B)/K, B ≠ I, P, some pair has at least
        √(2S_P/(K(K²−2))). (b) √F(τ₊, τ₋) = ‖√τ₊√τ₋‖₁ with τ± = N((I ± P)/K), between √(tr τ₊τ₋) and √(r' tr τ₊τ₋), r' ≤
        min(d, 2^e·K/2) the smaller rank. Both are 0 iff the claim holds. ‖N(P)‖² = (K²/4)·‖τ₊ − τ₋‖².

        Resolution: 4η. (a) moves by 2η; the angle arccos √F is a metric, and each τ moves by at most πη/2 in it.
        """
        inside = sorted(set(held))
        if len(pauli) != len(self.system.secret_qubits) or not set(pauli) <= set("IXYZ") or not set(pauli) - {"I"}:
            raise InputError(f"'{pauli}' is no Pauli of the secret: write one letter per secret qubit, not all I")
        with ctx.workprec(self._precision(moment)):
            inner, outer = self._purities(inside, moment)
            size, outside = self.inputs, len(self.system.names) - len(inside)
            plus, minus, overlap = self._branches(pauli, inside, moment)
            about_pauli = arb(size) / 4 * (plus + minus - 2 * overlap)
            spread = size**2 * (outer - inner / size) - about_pauli
            rank, smaller = min(1 << len(inside), size << outside), min(1 << len(inside), size // 2 << outside)
            return self._enclosure(
                f"larger of: trace distance between what the coalition holds for any two inputs with the same ⟨{pauli}⟩; "
                f"root fidelity of what it holds for {pauli} = +1 and −1",
                _root_below(2 * spread / (size * (size**2 - 2))).max(_root_below(overlap)),
                (_root_above(2 * rank * spread) / 2).max(_root_above(smaller * overlap)),
                4 * self._rounding(moment),
            )

    def restores(self, recovery: str) -> Enclosure:
        """½‖·‖_⋄ of the channel from secret to output minus the identity: 0 iff the recovery restores every input.

        With F_e the entanglement fidelity ⟨Φ|ω|Φ⟩, and X = ω_{R,output} − Φ: testing with Φ gives the lower bounds
        1 − F_e and ‖X‖/√2, ‖X‖² = tr ω_{R,output}² − 2F_e + 1. Upper bound: F_e is the overlap of ω with Φ ⊗ g for the
        best pure g of the rest, so these two differ by √(2 − 2√F_e) in norm; any other pure input is Φ with some √K·B,
        tr B†B = 1, on its reference, so its vectors differ by at most √K times as much. Resolution: η.
        """
        return self._distance_from_identity(recovery, _IDENTITY)

    def single_use(self, recovery: str) -> Enclosure:
        """As ``restores``: where the output has every input exactly, all the rest, environment included, has none of it."""
        return self._distance_from_identity(
            recovery, f"{_IDENTITY} (where it is 0, the rest is independent of the input)"
        )

    def untouched(self, held: Iterable[int], part: str) -> Enclosure:
        """The smallest over operators X of ‖U − I_C ⊗ X‖_∞, U the product of the stage's or recovery's gates.

        Only qubits m that gates connect with C matter; without any, it is exactly 0. With C and the rest of these qubits
        each entangled with references, F = 2^{−m}·2^c·‖tr_C U/2^c‖² is the fidelity with which C and its references
        stay entangled, and X = tr_C U/2^c is nearest in Frobenius norm: ‖U − I ⊗ X‖² = 2^m(1 − F). The operator norm lies
        between 2^{−m/2} and 1 times that. Resolution: η of the part. TooLargeError above 2^{2m}·gates = ``MOST_WORK``.
        """
        gates = self._gates_of_part(part)
        qubits = _connected(gates, set(held))
        inside = sorted(qubits & set(held))
        gates = [gate for gate in gates if qubits.issuperset(gate[1:])]
        self._check_work(2 * len(qubits), len(gates))
        place = {qubit: number for number, qubit in enumerate(sorted(qubits))}
        moved: list[Gate] = [(name, *(place[qubit] for qubit in own)) for name, *own in gates]
        with ctx.workprec(self._precision_for(gates)):
            state = BallState(len(qubits), range(len(qubits))).apply(moved)
            missing = 1 - state.entangled_fidelity([(place[qubit], state.references[place[qubit]]) for qubit in inside])
            return self._enclosure(
                f"distance in operator norm of {part} from the nearest operator that leaves the coalition alone",
                _root_below(missing),
                _root_above(arb(2) ** len(qubits) * missing),
                angles_rounding(gates),
            )

    def _dependence(self, inside: Sequence[int], moment: str | None, quantity: str) -> Enclosure:
        with ctx.workprec(self._precision(moment)):
            inner, outer = self._purities(inside, moment)
            size, outside = self.inputs, len(self.system.names) - len(inside)
            spread = size**2 * (outer - inner / size)
            rank = min(1 << len(inside), 2 << outside)
            lower, witness = _root_below(spread / (size**2 - 1)), ""
            secrets = len(self.system.secret_qubits)
            if lower > _VISIBLE and secrets <= MOST_SECRETS:
                pair = best_pair(self._state(moment), inside, secrets)
                reached = pair_distance(self._state(moment), inside, pair)
                if reached > lower:
                    lower, witness = reached, pair.words(secrets)
            return self._enclosure(
                quantity, lower, _root_above(2 * rank * spread) / 2, 2 * self._rounding(moment), witness
            )

    def _distance_from_identity(self, recovery: str, quantity: str) -> Enclosure:
        output = {found.name: found.output for found in self.system.recoveries}[recovery]
        with ctx.workprec(self._precision(recovery)):
            state = self._state(recovery)
            pairs = list(zip(output, (state.references[qubit] for qubit in self.system.secret_qubits), strict=True))
            fidelity = state.entangled_fidelity(pairs)
            purity = state.purity([qubit for pair in pairs for qubit in pair])
            root = _root_below(fidelity)
            return self._enclosure(
                quantity,
                (1 - fidelity).lower().max(_root_below((purity - 2 * fidelity + 1) / 2)),
                _root_above(self.inputs * (2 - 2 * root)),
                self._rounding(recovery),
            )

    def _purities(self, inside: Sequence[int], moment: str | None) -> tuple[arb, arb]:
        """The purities tr ω_C² and tr ω_E²."""
        state = self._state(moment)
        outside = [qubit for qubit in range(len(self.system.names)) if qubit not in inside]
        return state.purity(inside), state.purity(outside)

    def _branches(self, pauli: str, inside: Sequence[int], moment: str | None) -> tuple[arb, arb, arb]:
        """The traces of τ₊², τ₋² and τ₊τ₋, perhaps with τ₊ and τ₋ exchanged: the reference's Y has the other sign."""
        state = self._state(moment).copy()
        references = [state.references[qubit] for qubit in self.system.secret_qubits]
        measured = [reference for reference, letter in zip(references, pauli, strict=True) if letter != "I"]
        turns = {"I": "", "X": "H", "Y": "SH", "Z": ""}
        gates: list[Gate] = [
            (name, reference) for reference, letter in zip(references, pauli, strict=True) for name in turns[letter]
        ]
        gates += [("CX", reference, measured[-1]) for reference in measured[:-1]]
        branches = [part.matrix(inside) for part in state.apply(gates).split(measured[-1])]
        scale = arb(4) ** (state.doublings - 1)
        plus, minus, overlap = (trace_product(branches[i], branches[j]) / scale for i, j in ((0, 0), (1, 1), (0, 1)))
        return plus, minus, overlap

    def _state(self, moment: str | None) -> BallState:
        """ω as a vector, at the precision of this moment; the secret's references come after all qubits."""
        if moment not in self._states:
            gates = self.system.gates_until(moment)
            size, secrets = len(self.system.names), self.system.secret_qubits
            self._check_work(size + len(secrets), len(gates))
            with ctx.workprec(self._precision_for(gates)):
                self._states[moment] = BallState(size, secrets).apply(gates)
        return self._states[moment]

    def _check_work(self, qubits: int, gates: int) -> None:
        if gates << qubits > MOST_WORK:
            raise TooLargeError(
                f"enclosures need 2^{qubits} amplitudes through {gates} gates, {gates << qubits:.1e} steps with balls; at "
                f"most {MOST_WORK:.1e} are computed: use fewer qubits or gates"
            )

    def _precision(self, moment: str | None) -> int:
        return self._precision_for(self.system.gates_until(moment))

    def _precision_for(self, gates: Iterable[Gate]) -> int:
        """Bits of the working precision: radii may double with each H and each rounded phase, norms grow by √2 at most."""
        return 2 * self.bits + _GUARD + sum(gate[0] not in ("S", "CX") for gate in gates)

    def _rounding(self, moment: str | None) -> Fraction:
        return angles_rounding(self.system.gates_until(moment))

    def _gates_of_part(self, part: str) -> list[Gate]:
        gates = {stage.name: stage.gates for stage in self.system.stages}
        return list((gates | {recovery.name: recovery.gates for recovery in self.system.recoveries})[part])

    def _enclosure(self, quantity: str, lower: arb, upper: arb, resolution: Fraction, witness: str = "") -> Enclosure:
        """The two ends with 64 binary digits, rounded outward; no quantity here is below 0 or above 1."""
        with ctx.workprec(64):
            low, high = to_fraction(lower.lower()), to_fraction(upper.upper())
        if high < 0 or low > 1 or low > high:
            raise ArithmeticError(f"the enclosure of '{quantity}' is empty: {low} to {high}")
        return Enclosure(quantity, max(low, Fraction(0)), min(high, Fraction(1)), resolution, self.bits, witness)


def _root_below(value: arb) -> arb:
    """The largest known lower bound, exact, of the root of a number that is not negative."""
    return value.lower().max(0).sqrt().lower()


def _root_above(value: arb) -> arb:
    """The least known upper bound, exact, of the root of a number that is not negative; raises ArithmeticError if it is."""
    most = value.upper()
    if most < 0:
        raise ArithmeticError(f"{value} cannot be the square of a real number")
    return most.sqrt().upper()


def _connected(gates: Iterable[Gate], held: set[int]) -> set[int]:
    """The qubits that gates connect with held ones; a held qubit that no gate acts on is not among them."""
    groups: list[set[int]] = []
    for _, *qubits in gates:
        joined = set(qubits).union(*(group for group in groups if group & set(qubits)))
        groups = [group for group in groups if not group & joined] + [joined]
    return {qubit for group in groups if group & held for qubit in group}
