"""What the strategies promise: shapes, exactness, that they are not all alike, and what failures shrink to."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import numpy
import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

import noclone
from noclone import strategies
from noclone.extras import MissingExtraError, require_extra
from noclone.models.random_states import haar_isometry, haar_ket, random_density, random_kraus
from noclone.models.ring import RingNumber
from noclone.proofs.claims import check_names
from noclone.proofs.kernel.documents import read_protocol
from noclone.proofs.kernel.rules import check
from noclone.proofs.prover import Prover
from noclone.proofs.verdicts import Status

TRIES = settings(
    max_examples=120, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def every(strategy, test):
    """Run a test on examples of a strategy."""

    def attempt(value):
        test(value)

    TRIES(given(strategy)(attempt))()


def smallest(strategy, condition):
    return find(strategy, condition, settings=settings(TRIES, max_examples=1_000))


def is_isometry(matrix):
    return numpy.allclose(matrix.conj().T @ matrix, numpy.eye(matrix.shape[1]), atol=1e-12)


def test_kets_and_density_operators_are_states_of_the_shape_and_rank_asked_for():
    lengths = Counter()

    def ket(found):
        assert found.dtype == numpy.complex128 and abs(numpy.linalg.norm(found) - 1) < 1e-12
        lengths[found.shape] += 1

    every(strategies.kets(st.integers(1, 3)), ket)
    assert set(lengths) == {(2,), (4,), (8,)}

    def density(drawn):
        rank, found = drawn
        values = numpy.linalg.eigvalsh(found)
        assert found.shape == (4, 4) and abs(values.sum() - 1) < 1e-12 and (values > 1e-6).sum() <= rank
        assert (values > 1e-14).sum() >= rank and values.min() > -1e-14

    ranked = st.integers(1, 4).flatmap(lambda rank: st.tuples(st.just(rank), strategies.density_operators(2, rank)))
    every(ranked, density)


def test_exact_states_have_norm_and_trace_exactly_one():
    one = RingNumber(1)
    every(strategies.exact_kets(st.integers(1, 4)), lambda ket: ket.squares() == one or pytest.fail(str(ket)))

    def density(rho):
        total = sum((rho[at, at] for at in range(4)), RingNumber(0))
        assert total == one and rho.equals(rho.dagger())

    every(strategies.exact_density_operators(2, traced=2), density)
    uneven = smallest(strategies.exact_kets(1), lambda ket: (ket[(0,)] * ket[(0,)].conjugate()).b != 0)
    assert uneven.squares() == one, "T gates are among them: a probability with √2 in it"


def test_unitaries_isometries_and_channels_are():
    every(strategies.unitaries(st.integers(1, 3)), lambda found: is_isometry(found) or pytest.fail(str(found)))

    def isometry(found):
        assert found.shape in [(4, 2), (8, 2)] and is_isometry(found)

    every(strategies.isometries(1, st.integers(2, 3)), isometry)
    kinds = Counter()

    def channel(found):
        assert found.qubits == 2 and sum(operator.shape == (4, 4) for operator in found.kraus) == len(found.kraus)
        kinds[found.name.partition("(")[0]] += 1

    every(strategies.channels(2), channel)
    assert set(kinds) == {"pauli", "depolarizing", "kraus"}
    with pytest.raises(noclone.InputError, match="at least as many rows"):
        smallest(strategies.isometries(2, 1), lambda found: found is not None)


def test_haar_kets_have_the_moments_of_the_uniform_measure():
    random = numpy.random.default_rng(0)
    weights = numpy.array([abs(haar_ket(2, random)[0]) ** 2 for _ in range(4_000)])
    phases = numpy.array([numpy.trace(haar_isometry(2, 2, random)) for _ in range(4_000)])
    assert abs(weights.mean() - 1 / 2) < 0.02 and abs((weights**2).mean() - 1 / 3) < 0.02
    assert abs((abs(phases) ** 2).mean() - 1) < 0.08, "without the phases put right it is not Haar"
    assert abs((abs(phases) ** 4).mean() - 2) < 0.3
    assert numpy.linalg.matrix_rank(random_density(4, 3, random)) == 3
    kraus = random_kraus(1, 3, random)
    assert len(kraus) == 3 and numpy.allclose(sum(k.conj().T @ k for k in kraus), numpy.eye(2))


def test_gates_and_circuits_stay_on_their_qubits_and_in_their_set():
    every(strategies.clifford_gates([1, 3]), lambda gates: assert_gates(gates, {1, 3}, {"H", "S", "CX"}))
    every(strategies.clifford_t_gates(2), lambda gates: assert_gates(gates, {0, 1}, {"H", "S", "CX", "T"}))
    names = Counter()

    def circuit(found):
        names.update(step.operation.name for step in found.data)
        assert [register.name for register in [*found.qregs, *found.cregs]] == ["A", "B", "K"]

    every(strategies.circuits({"A": 1, "B": 2}, bits={"K": 1}, clifford=False, resets=True), circuit)
    assert set(names) >= {"h", "cx", "t", "measure", "reset", "if_else"}
    every(strategies.clifford_gates(0), lambda gates: gates == () or pytest.fail(str(gates)))


def assert_gates(gates, qubits, names):
    assert {gate[0] for gate in gates} <= names and {qubit for gate in gates for qubit in gate[1:]} <= qubits
    assert all(len(set(gate[1:])) == len(gate) - 1 for gate in gates)


def test_a_failure_shrinks_to_something_small_and_readable():
    assert smallest(strategies.clifford_gates(3), lambda gates: len(gates) >= 2) == (("H", 0), ("H", 0))
    entangled = smallest(strategies.kets(2), lambda ket: abs(ket[0] * ket[3] - ket[1] * ket[2]) > 0.1)
    ratios = abs(entangled) ** 2 / min(weight for weight in abs(entangled) ** 2 if weight > 1e-12)
    assert numpy.allclose(ratios, ratios.round()) and ratios.max() < 2.5, "a few parts are 1 or -1, the others 0"
    reading = smallest(strategies.systems(), lambda one: any(gate[0] == "CX" for gate in one.stages[0].gates))
    assert len(reading.gates_until(None)) == 1 and reading.held <= 3
    assert smallest(strategies.channels(), lambda one: True).pauli == {"I": 1}
    protocol = noclone.protocol("encrypted-cloning", n=2)
    assert smallest(strategies.coalitions(protocol), lambda held: len(held) > 1) == ("A", "S[0]")
    assert str(smallest(strategies.claims(protocol), lambda claim: claim.word == "mixed")) == "mixed A"


def test_recoveries_of_systems_and_protocols_sometimes_work():
    for kind in (
        strategies.systems(),
        strategies.systems(clifford=False),
        strategies.protocols(),
        strategies.protocols(bits=True),
    ):
        found = Counter()

        def restored(one, found=found):
            if isinstance(one, noclone.Protocol):
                found[noclone.verify(one, "restores decrypt").status if one.recoveries else None] += 1
            else:
                claim = noclone.proofs.claims.parse_claim("restores decrypt")
                found[Prover(one).verdict(claim).status] += 1

        every(kind, restored)
        assert min(found[Status.PROVED], found[Status.REFUTED]) > 10 and found.total() == sum(
            found[status] for status in (Status.PROVED, Status.REFUTED)
        )


def test_claims_fit_their_protocol_and_can_be_narrowed_to_some_words():
    words, statuses = Counter(), Counter()

    def fits(drawn):
        system, claim = drawn
        check_names(claim, system)
        assert noclone.proofs.claims.parse_claim(str(claim)) == claim
        words[claim.word] += 1
        statuses[Prover(system).verdict(claim).status] += 1

    every(strategies.systems().flatmap(lambda one: st.tuples(st.just(one), strategies.claims(one))), fits)
    assert set(words) == {
        *("hides", "mixed", "recovers", "leaks", "untouched"),
        *("restores", "single-use", "fidelity", "entanglement-fidelity"),
    }
    assert set(statuses) == {Status.PROVED, Status.REFUTED}
    protocol = noclone.protocol("encrypted-cloning", n=2)
    every(strategies.claims(protocol, words=["leaks"]), lambda claim: claim.word == "leaks" or pytest.fail(str(claim)))
    every(strategies.claims(protocol), lambda claim: noclone.verify(protocol, str(claim)))


def test_certificates_are_right_or_say_how_they_were_damaged():
    protocol, kinds = noclone.protocol("encrypted-cloning", n=2), Counter()
    every(strategies.certificates(protocol), lambda one: check(read_protocol(one.protocol), one.certificate))

    def damaged(one):
        kinds.update(one.damages)
        assert 1 <= len(one.damages) <= 3

    every(strategies.certificates(protocol, damaged=True), damaged)
    assert set(kinds) == {"operator", "gate", "conclusion", "claim", "case", "hash"}


def test_a_failing_test_prints_the_circuits():
    @settings(TRIES, print_blob=False)
    @given(strategies.protocols())
    def fails(protocol):
        assert all(step.operation.name != "cx" for step in protocol.stages["first"].data)

    with pytest.raises(AssertionError) as caught:
        fails()
    told = "\n".join(caught.value.__notes__)
    assert "first:" in told and "■" in told and "decrypt:" in told


def test_without_hypothesis_one_line_says_what_to_install():
    script = "import sys; sys.modules['hypothesis'] = None; import noclone; import noclone.strategies"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    last = found.stderr.strip().splitlines()[-1]
    assert last == (
        "noclone.extras.MissingExtraError: noclone.strategies needs hypothesis, which is not installed: "
        "pip install 'noclone[test]'"
    )
    with pytest.raises(ImportError, match=r"this needs nothing_of_the_kind.*noclone\[docs\]"):
        require_extra("nothing_of_the_kind", extra="docs", needed_for="this")
    assert issubclass(MissingExtraError, noclone.InputError)
    require_extra("numpy", extra="test", needed_for="nothing")


def test_importing_noclone_does_not_import_hypothesis():
    script = "import noclone, sys; noclone.protocol; sys.exit('hypothesis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0
