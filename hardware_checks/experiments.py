"""The experiments of arXiv:2602.10695 on Heron processors, two more on the same circuits, and anybody's own.

1 entanglement fidelity of a decrypted clone; 2 CHSH with three orders of measurement; 3 iterated cloning; 4 GHZ states
cloned qubit by qubit; 5 single use; 6 who can read what, by data. Measured amounts, with R the secret's Bell partner:
F_e = (1 + ⟨XX⟩ − ⟨YY⟩ + ⟨ZZ⟩)/4; S = √2(⟨ZZ⟩ + ⟨XX⟩), which is CHSH with settings Z, X on one side and (Z ± X)/√2 on
the other, the terms ⟨ZX⟩ and ⟨XZ⟩ cancelling; F_r = (P + χ)/2 with P the population of |0…0⟩ and |1…1⟩ and χ the parity
contrast (1/r)Σ(−1)^k⟨M_k⟩. P is the mean of the 2^(r−1) even products of Zs, and χ that of the 2^(r−1) products of X and
an even number of Ys, signs included: so F_r is the mean over the GHZ state's 2^r stabilizers. Up to r = 11 all are
listed; beyond, a seeded sample of each kind.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, product
from typing import Any

import numpy

from noclone.hardware_checks.arrangements import Arrangement, Experiment, LogicalObservable, Quantity, Step
from noclone.hardware_checks.cloning_rounds import PUBLISHED_SIZES, iterated, one_branch, parallel
from noclone.models.errors import InputError
from noclone.models.system import System, unused_name
from noclone.protocols.protocol import Protocol
from noclone.protocols.registry import family

__all__ = [
    "EXPERIMENTS",
    "access",
    "chsh",
    "entanglement_fidelity",
    "experiment_of",
    "ghz",
    "iterated_cloning",
    "single_use",
    "virtual_iteration",
]

MOST_LISTED = 1024
_SEED = 2602_10695
_Letters = tuple[tuple[str, str], ...]


def entanglement_fidelity(n: int) -> Experiment:
    """Experiment 1: the decrypted clone's F_e, by a Bell measurement and by parity oscillations (the same correlators)."""
    protocol, recovery = family("encrypted-cloning").build(n=n), _cheapest_clone(n)
    system = protocol.system([recovery])
    output = _outputs(system)[0]
    parity = _arranged(system)
    places = {name: at for at, name in enumerate(parity.names)}
    bell = Arrangement(parity.names, (*parity.steps, ("CX", places["R"], places[output]), ("H", places["R"])))
    outcomes = [(("R", "Z"),), ((output, "Z"),), (("R", "Z"), (output, "Z"))]
    counted = tuple((0.25, LogicalObservable("bell", paulis, 1)) for paulis in outcomes)
    return Experiment(
        1,
        "entanglement fidelity",
        {"n": n, "clone": output},
        {"bell": bell, "parity": parity},
        (Quantity("F_e, Bell measurement", 0.25, counted), _fidelity("F_e, parity", "parity", ["R"], [output])),
    )


def chsh(n: int) -> Experiment:
    """Experiment 2: S of the reference and the decrypted clone, and of the reference and a clone not decrypted.

    "reference first": R is measured after the encryption, and everything waits for it before the clone is decrypted.
    "reference last": the clone is measured, and everything waits for it before R is. Whoever is measured first has the
    settings Z and X, one circuit each. Where in the circuit the first measurement stands is our reading of the paper.
    """
    protocol, recovery = family("encrypted-cloning").build(n=n), _cheapest_clone(n)
    system = protocol.system([recovery])
    output = _outputs(system)[0]
    bare = protocol.system()
    clone = "S[0]" if n > 1 else "S"
    arrangements = {"same time": _arranged(system), "not decrypted": _arranged(bare)}
    quantities = [
        _correlated("S, same time", ["same time"] * 2, output, 1),
        _correlated("S, not decrypted", ["not decrypted"] * 2, clone, 0),
    ]
    for order, first in (("reference first", "R"), ("reference last", output)):
        keys = [f"{order}, {letter}" for letter in "ZX"]
        for key in keys:
            arrangements[key] = _arranged(system, measured=(first, key[-1]), before_recovery=first == "R")
        quantities.append(_correlated(f"S, {order}", keys, output, 1, measured_first=first))
    return Experiment(2, "CHSH", {"n": n, "clone": output}, arrangements, tuple(quantities))


def iterated_cloning(qubits: int) -> Experiment:
    """Experiment 3: iterated cloning with n = 2, by its number of qubits with the reference: 6, 18, 54, 98 or 154.

    Rounds 0 to 2 clone every clone; the partial round of 98 qubits clones 11 of the 27 clones again (49 clones), that of
    154 qubits 25 (77 clones): 4 more qubits and 2 more clones each. The decrypted clone is one of the last round.
    """
    if qubits not in PUBLISHED_SIZES:
        raise InputError(
            f"iterated cloning with {qubits} qubits: the published sizes are {', '.join(map(str, PUBLISHED_SIZES))}"
        )
    found = _decrypted(3, "iterated cloning", iterated(qubits))
    parameters: dict[str, int | str] = {"l": PUBLISHED_SIZES[qubits][0], "qubits": qubits, **found.parameters}
    return Experiment(3, found.name, parameters, found.arrangements, found.quantities)


def virtual_iteration(n: int, levels: int) -> Experiment:
    """Experiment 3's one-branch series: one clone is cloned again per round, 2n(levels + 1) + 2 qubits with the reference.

    Its (n+1)^(levels+1) "virtual clones" are never made: the circuit has 1 + n(levels + 1) clones.
    """
    found = _decrypted(3, "one-branch cloning", one_branch(n, levels))
    return Experiment(3, found.name, {"n": n, "l": levels, **found.parameters}, found.arrangements, found.quantities)


def ghz(r: int, *, samples: int = MOST_LISTED, strings: int | None = None) -> Experiment:
    """Experiment 4: the r qubits of a GHZ state, each cloned with n = 2 and decrypted; 5r qubits.

    Of the 2^(r−1) stabilizers of each kind, so many are drawn where there are more than ``samples``: even products of Zs, which
    one circuit reads together, and ``strings`` (by default as many) of Xs and Ys, each of which takes a circuit of its own.
    """
    if r < 1:
        raise InputError(f"a GHZ state of {r} qubits: give 1 or more")
    system = parallel(r).system(["decrypt"])
    start = system.secret_qubits
    arrangement = _arranged(system, prepared=_ghz_steps(list(start)))
    outputs = _outputs(system)
    population = _ghz_terms(outputs, samples, "Z")
    contrast = _ghz_terms(outputs, samples if strings is None else strings, "Y")
    halves = tuple((weight / 2, observable) for part in (population, contrast) for weight, observable in part.terms)
    fidelity = Quantity(
        "F_r", population.constant / 2, halves, 2**r if population.sampled_from or contrast.sampled_from else 0
    )
    parameters: dict[str, int | str] = {"r": r, "n": 2, "clones": " ".join(outputs)}
    return Experiment(4, "GHZ", parameters, {"decrypted": arrangement}, (population, contrast, fidelity))


def single_use(n: int) -> Experiment:
    """Experiment 5: when one clone has been decrypted, R is uncorrelated with every other, and a second decryption fails.

    The second decryption's "clone" has F_e = ¼, a maximally mixed Bell state's; the first one keeps F_e = 1.
    """
    if n < 2:
        raise InputError("single use needs at least 2 clones")
    protocol = family("encrypted-cloning").build(n=n)
    arrangements = {
        "first": _arranged(protocol.system(["decrypt[0]"])),
        "second": _arranged(protocol.system(["decrypt[0]", "decrypt[1]"])),
    }
    others = ["A", *(f"S[{clone}]" for clone in range(1, n))]
    quantities = [_fidelity("F_e S[0]", "first", ["R"], ["S[0]"])]
    quantities += [_fidelity(f"F_e {name}", "first", ["R"], [name], ideal=0) for name in others]
    quantities.append(_fidelity("F_e S[0], after a second decryption", "second", ["R"], ["S[0]"]))
    quantities.append(_fidelity("F_e S[1], after a second decryption", "second", ["R"], ["S[1]"], ideal=0))
    return Experiment(5, "single use", {"n": n}, arrangements, tuple(quantities))


def access(n: int, *, coalitions: Sequence[Sequence[str]] | None = None) -> Experiment:
    """Experiment 6: for each coalition, ⟨L_R ⊗ W⟩ for L = X, Y, Z, where W is the coalition's operator that stands for L.

    ±1 where the coalition has such an operator. Where it has none, W is what the coalition holds of an operator on all
    qubits, and the ideal is 0: authorized coalitions have all three, leaking ones one, uninformative ones none.
    ``coalitions`` are lists of qubits; by default one of each kind that arXiv:2604.10155 and 2605.27421 discuss.
    """
    from noclone.proofs.search import StabilizerSearch

    system = family("encrypted-cloning").build(n=n).system()
    search = StabilizerSearch(system)
    quantities = []
    for held in _coalitions(n) if coalitions is None else coalitions:
        for letter in "XYZ":
            observable = _witness(system, search, letter, held)
            quantities.append(Quantity(f"{letter} {' '.join(held)}", 0.0, ((1.0, observable),)))
    return Experiment(6, "access", {"n": n}, {"encrypted": _arranged(system)}, tuple(quantities))


def experiment_of(protocol: Protocol, recovery: str, *, samples: int = MOST_LISTED) -> Experiment:
    """Any protocol and recovery as an experiment: the entanglement fidelity with which the recovery restores the secret.

    Measurements and classical bits become qubits and gates (deferred measurement). A secret of k qubits has 4^k
    correlators: beyond ``samples`` of them, so many are drawn. Raises InputError for what is not Clifford.
    """
    if recovery not in protocol.recoveries:
        raise InputError(
            f"protocol '{protocol.name}' has no recovery '{recovery}': it has {', '.join(protocol.recoveries)}"
        )
    system = protocol.system([recovery])
    if not system.is_clifford:
        raise InputError(f"protocol '{protocol.name}' is not Clifford: the hardware checks take Clifford circuits only")
    found = _decrypted(0, protocol.name, protocol, recovery, samples=samples)
    return Experiment(
        0, protocol.name, {**protocol.parameters, **found.parameters}, found.arrangements, found.quantities
    )


def _decrypted(
    number: int, name: str, protocol: Protocol, recovery: str = "decrypt", *, samples: int = MOST_LISTED
) -> Experiment:
    """The fidelity of one recovery's outputs with the references."""
    system = protocol.system([recovery])
    outputs = _outputs(system)
    references = _references(system)
    quantity = _fidelity("F_e, parity", "parity", references, outputs, samples=samples)
    return Experiment(number, name, {"clone": " ".join(outputs)}, {"parity": _arranged(system)}, (quantity,))


def _cheapest_clone(n: int) -> str:
    """The recovery that needs the fewest two-qubit gates on a heavy-hexagon lattice: found by compiling them all."""
    return {1: "decrypt[0]", 2: "decrypt_A", 4: "decrypt[1]", 5: "decrypt[3]", 6: "decrypt[4]"}.get(
        n, f"decrypt[{n - 1}]"
    )


def _outputs(system: System) -> list[str]:
    return [system.names[qubit] for qubit in system.recoveries[0].output]


def _references(system: System) -> list[str]:
    register = unused_name("R", {name.partition("[")[0] for name in system.names})
    size = len(system.secret_qubits)
    return [register] if size == 1 else [f"{register}[{at}]" for at in range(size)]


def _arranged(
    system: System,
    *,
    prepared: Iterable[Step] | None = None,
    measured: tuple[str, str] | None = None,
    before_recovery: bool = False,
) -> Arrangement:
    """The encoding and all recoveries, one after the other, on a secret that is entangled with references.

    ``prepared`` prepares the secret instead, with no reference. ``measured`` is a qubit and a letter, measured after the
    recoveries or before them; everything else waits for it.
    """
    references = _references(system) if prepared is None else []
    names = (*system.names, *references)
    places = {name: at for at, name in enumerate(names)}
    steps: list[Step] = list(prepared or ())
    for reference, secret in zip(references, system.secret_qubits, strict=False):
        steps += [("H", places[reference]), ("CX", places[reference], secret)]
    steps += system.gates_until(None)
    decryption = [gate for recovery in system.recoveries for gate in recovery.gates]
    pause: list[Step] = []
    if measured:
        qubit = places[measured[0]]
        every = ("barrier", *range(len(names)))
        pause = [every, *([("H", qubit)] if measured[1] == "X" else []), ("measure", qubit), every]
    steps += [*pause, *decryption] if before_recovery else [*decryption, *pause]
    return Arrangement(names, tuple(steps))


def _fidelity(
    name: str,
    arrangement: str,
    references: Sequence[str],
    outputs: Sequence[str],
    *,
    ideal: int = 1,
    samples: int = MOST_LISTED,
) -> Quantity:
    """⟨φ⁺|ρ|φ⁺⟩ of k pairs: the mean over 4^k words P of (−1)^(number of Y) ⟨P ⊗ P⟩."""
    size = len(outputs)
    exact = 4**size <= samples
    chooser = numpy.random.default_rng(_SEED)
    words: Iterable[Sequence[str]] = product("IXYZ", repeat=size)
    if not exact:
        words = ["".join("IXYZ"[at] for at in chooser.integers(4, size=size)) for _ in range(samples)]
    weight = 1 / (4**size if exact else samples)
    terms, constant = [], 0.0
    for word in words:
        acting = [at for at, letter in enumerate(word) if letter != "I"]
        if not acting:
            constant += weight
            continue
        paulis = tuple((side[at], word[at]) for at in acting for side in (references, outputs))
        sign = -1 if list(word).count("Y") % 2 else 1
        terms.append((weight, LogicalObservable(arrangement, paulis, ideal, sign)))
    return Quantity(name, constant, tuple(terms), 0 if exact else 4**size)


def _correlated(name: str, keys: Sequence[str], output: str, ideal: int, *, measured_first: str = "") -> Quantity:
    """√2(⟨ZZ⟩ + ⟨XX⟩) of R and the output, Z on the first arrangement and X on the second; a measured qubit gives its Z."""
    terms = []
    for key, letter in zip(keys, "ZX", strict=True):
        paulis = tuple((qubit, "Z" if qubit == measured_first else letter) for qubit in ("R", output))
        terms.append((math.sqrt(2), LogicalObservable(key, paulis, ideal)))
    return Quantity(name, 0.0, tuple(terms))


def _ghz_steps(qubits: list[int]) -> list[Step]:
    """(|0…0⟩ + |1…1⟩)/√2, outwards along a line from its middle."""
    middle = len(qubits) // 2
    steps: list[Step] = [("H", qubits[middle])]
    for away in range(1, len(qubits)):
        steps += [("CX", qubits[at - 1], qubits[at]) for at in [middle + away] if at < len(qubits)]
        steps += [("CX", qubits[at + 1], qubits[at]) for at in [middle - away] if at >= 0]
    return steps


def _ghz_terms(outputs: Sequence[str], samples: int, letter: str) -> Quantity:
    """P, the mean of the even products of Zs, or χ, that of the products of Xs and evenly many Ys."""
    size = len(outputs)
    exact = 2 ** (size - 1) <= samples
    subsets = list(_even_subsets(size)) if exact else list(_drawn_subsets(size, samples, letter))
    weight = 1 / len(subsets)
    constant, terms = 0.0, []
    for subset in subsets:
        if letter == "Z" and not subset:
            constant += weight
            continue
        paulis: _Letters = tuple((outputs[at], "Z") for at in subset)
        if letter == "Y":
            paulis = tuple((name, "Y" if at in subset else "X") for at, name in enumerate(outputs))
        sign = -1 if letter == "Y" and len(subset) % 4 else 1
        terms.append((weight, LogicalObservable("decrypted", paulis, 1, sign)))
    return Quantity("P" if letter == "Z" else "chi", constant, tuple(terms), 0 if exact else 2 ** (size - 1))


def _even_subsets(size: int) -> Iterator[frozenset[int]]:
    for count in range(0, size + 1, 2):
        yield from map(frozenset, combinations(range(size), count))


def _drawn_subsets(size: int, samples: int, letter: str) -> Iterator[frozenset[int]]:
    """Even subsets, uniformly: the last element makes the number even."""
    chooser = numpy.random.default_rng([_SEED, ord(letter)])
    for row in chooser.integers(2, size=(samples, size - 1)):
        chosen = {at for at, included in enumerate(row) if included}
        yield frozenset(chosen | ({size - 1} if len(chosen) % 2 else set()))


def _witness(system: System, search: Any, letter: str, held: Sequence[str]) -> LogicalObservable:
    """R's letter and the coalition's operator for it: ⟨L_R ⊗ W⟩ is 1 for X and Z, −1 for Y, as Y transposed is −Y."""
    for name in held:
        if name not in system.index:
            raise InputError(f"coalition with '{name}': the qubits are {', '.join(system.names)}")
    own = search.represent(None, [system.index[name] for name in held], [letter])
    operator = (own or search.represent(None, range(system.held), [letter]))[0]
    acting = dict(reversed(factor.split("_", 1)) for factor in operator[1:].split())
    kept = tuple((name, acting[name]) for name in acting if name in held)
    sign = (-1 if operator[0] == "-" else 1) * (-1 if letter == "Y" else 1)
    return LogicalObservable("encrypted", (("R", letter), *kept), 1 if own else 0, sign)


def _coalitions(n: int) -> list[list[str]]:
    """One clone with the key, with the key but one qubit, all clones, A and all clones, A with a pair, the key, A and the key."""
    clones = [f"S[{pair}]" for pair in range(n)] if n > 1 else ["S"]
    key = [f"N[{pair}]" for pair in range(n)] if n > 1 else ["N"]
    found = [
        [clones[0], *key],
        [clones[0], *key[1:]],
        [clones[0], *key[:-1]],
        clones,
        ["A", *clones],
        ["A", clones[0], key[0]],
        [*clones, key[0]],
        key,
        ["A", *key],
    ]
    return [list(coalition) for coalition in dict.fromkeys(map(tuple, found))]


EXPERIMENTS: dict[int, Callable[..., Experiment]] = {
    1: entanglement_fidelity,
    2: chsh,
    3: iterated_cloning,
    4: ghz,
    5: single_use,
    6: access,
}
"""What makes each numbered experiment: its size is n (1, 2, 5, 6), the number of qubits (3), or r (4)."""
