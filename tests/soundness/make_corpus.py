"""Writes the soundness corpus beside this file: python tests/soundness/make_corpus.py

One folder per case: protocol.json, certificate.json, and claim.txt where the caller names the claim. In ``refuse`` and
``malformed`` a folder's name, up to its first full stop, is the code with which the kernel must refuse it.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import noclone
from noclone import Strike
from noclone.models.system import Stage, System
from noclone.proofs.kernel.terms import parse_claim
from noclone.proofs.replays import certificate as certificate_of

HERE = Path(__file__).parent


def proved(claim, name="encrypted-cloning", **parameters):
    """Protocol and certificate documents, as objects, of a claim that the prover decides."""
    protocol = noclone.protocol(name, **(parameters or ({"n": 2} if name == "encrypted-cloning" else {})))
    verdict = noclone.verify(protocol, claim)
    return json.loads(verdict.protocol), json.loads(verdict.certificate)


def under_noise(claim, **noise):
    """Documents of a claim about encrypted cloning, n = 2, under a noise called "storm"."""
    protocol = replace(noclone.protocol("encrypted-cloning", n=2), noises={"storm": [Strike(**noise)]})
    verdict = noclone.verify(protocol, claim)
    return json.loads(verdict.protocol), json.loads(verdict.certificate)


def compared(claim, n):
    """Documents of a claim about encrypted cloning beside the same with its factors in the other order."""
    verdict = noclone.verify(with_swapped_order(n), claim)
    return json.loads(verdict.protocol), json.loads(verdict.certificate)


def with_swapped_order(n):
    """Encrypted cloning that brings, to compare with, the same with the X factor first."""
    own = noclone.protocol("encrypted-cloning", n=n)
    encrypt = own.stages["encrypt"]
    half = len(encrypt.data) // 2
    first = next(at for at, step in enumerate(encrypt.data) if step.operation.name == "h")
    swapped = encrypt.copy_empty_like()
    for step in [*encrypt.data[first:], *encrypt.data[:first]]:
        swapped.append(step)
    assert first < half
    return replace(own, others={"swapped": replace(own, stages={"prepare": own.stages["prepare"], "encrypt": swapped})})


def write(kind, name, protocol, certificate, claim=None, *, bind=True):
    """Write a case; objects are bound by hash (unless told not to), bytes are written as they are."""
    folder = HERE / kind / name
    folder.mkdir(parents=True)
    protocol = protocol if isinstance(protocol, bytes) else json.dumps(protocol, separators=(",", ":")).encode()
    if not isinstance(certificate, bytes):
        if bind:
            certificate = certificate | {"protocol": sha256(protocol).hexdigest()}
        certificate = json.dumps(certificate, indent=1).encode()
    (folder / "protocol.json").write_bytes(protocol)
    (folder / "certificate.json").write_bytes(certificate)
    if claim is not None:
        (folder / "claim.txt").write_text(claim)


def with_operators(certificate, *operators):
    """The certificate with other operators in its first case."""
    cases = [certificate["cases"][0] | {"operators": list(operators)}, *certificate["cases"][1:]]
    return certificate | {"cases": cases}


IDENTITY = ["dual: 1/2*e0 e0 + 1/2*e1 e1", "slack: 1/6; e0 f0 - e1 f1", "slack: 1/3; e0 f1", "slack: 1/3; e1 f0"]
"""No channel keeps a qubit better than perfectly."""
KEEP = ["channel: 1; e0 f0 + e1 f1"]
MEASURED = ["dual: 1/3*e0 e0 + 1/3*e1 e1", "transposed: 1/6; e0 f1 - e1 f0"]
IN_Z = [f"{name}: 1; e{bit} f{bit}" for name in ("channel", "channel-transposed") for bit in (0, 1)]
CHSH = "A0 B0 + A0 B1 + A1 B0 - A1 B1"
LOCAL = ["square: 1/4; 2 - A0 B0 - A0 B1 - A1 B0 + A1 B1"]
ALL_ONES = ["state: e0 e0", "A0: e0 e0", "A1: e0 e0", "B0: e0 e0", "B1: e0 e0"]
TSIRELSON = [
    "square: sqrt(2)/2; A0 - sqrt(2)/2*B0 - sqrt(2)/2*B1",
    "square: sqrt(2)/2; A1 - sqrt(2)/2*B0 + sqrt(2)/2*B1",
]
BELL_STATE = [
    "state: sqrt(2)/2*e0 e0 + sqrt(2)/2*e1 e1",
    "A0: e0 e0 - e1 e1",
    "A1: e0 e1 + e1 e0",
    "B0: sqrt(2)/2*e0 e0 - sqrt(2)/2*e1 e1 + sqrt(2)/2*e0 e1 + sqrt(2)/2*e1 e0",
    "B1: sqrt(2)/2*e0 e0 - sqrt(2)/2*e1 e1 - sqrt(2)/2*e0 e1 - sqrt(2)/2*e1 e0",
]
MONOGAMY = [
    "square: 1; 2 - 1/2*s0 A0 B0 - 1/2*s0 A1 B0 - 1/2*s1 A0 C1 + 1/2*s1 A1 C1",
    "square: 1; 2 - 1/2*s0 A0 B1 + 1/2*s0 A1 B1 - 1/2*s1 A0 C0 - 1/2*s1 A1 C0",
]
TWICE = f"squares {CHSH} | {CHSH.replace('B', 'C')}"


def bounding(claim, *operators, conclusion="PROVED", ensembles=()):
    """Documents of a bound, about the protocol that does nothing."""
    system = System((("A", 1),), (), "A", (Stage("encode", ()),), ensembles=tuple(ensembles))
    rule = "correlation-bound" if claim.split()[1] in ("correlations", "local", "squares") else "channel-bound"
    cases = [{"letters": {}, "operators": list(operators)}]
    data = certificate_of(rule, system.identity, parse_claim(claim), conclusion, cases)
    return json.loads(system.document), json.loads(data)


def bounds():
    """Bounds with their certificates, damaged ones, and questions that cannot be judged."""
    for name, (claim, *operators) in {
        "identity": ("bound cloning all to 1 = 1", *IDENTITY, *KEEP),
        "identity-reached": ("bound cloning all to 1 >= 1", *KEEP),
        "measured": ("bound measure-and-prepare all = 2/3", *MEASURED, *IN_Z),
        "local": (f"bound local {CHSH} = 2", *LOCAL, *ALL_ONES),
        "tsirelson": (f"bound correlations {CHSH} = 2*sqrt(2)", *TSIRELSON, *BELL_STATE),
        "monogamy": (f"bound {TWICE} <= 8", *MONOGAMY),
    }.items():
        write("accept", f"bound-{name}", *bounding(claim, *operators))
    for name, (claim, *operators) in {
        "identity": ("bound cloning all to 1 <= 999/1000", *KEEP),
        "identity-reached": ("bound cloning all to 1 >= 1.001", *IDENTITY),
        "measured": ("bound measure-and-prepare all = 3/4", *MEASURED),
        "tsirelson": (f"bound correlations {CHSH} <= 2.828427124", *BELL_STATE),
        "local-by-a-quantum-strategy": (f"bound correlations {CHSH} = 2", *BELL_STATE),
    }.items():
        write("accept", f"bound-{name}-refuted", *bounding(claim, *operators, conclusion="REFUTED"))
    for name, (claim, *operators) in {
        "infeasible.slack-missing": ("bound cloning all to 1 <= 1", *IDENTITY[:3]),
        "infeasible.dual-too-small": ("bound cloning all to 1 <= 1", "dual: 5/12*e0 e0 + 1/2*e1 e1", *IDENTITY[1:]),
        "infeasible.slack-negative": ("bound cloning all to 1 <= 1", *IDENTITY, "slack: -1; e0 f0", "slack: 1; e0 f0"),
        "infeasible.slack-of-other-letters": ("bound cloning all to 1 <= 1", *IDENTITY, "slack: 1; e0 f0 f0"),
        "infeasible.weights": ("bound cloning all to 1 <= 1", *IDENTITY, "weight: 1/2", "weight: 1/2"),
        "infeasible.no-channel": ("bound cloning all to 1 >= 1", "channel: 2; e0 f0 + e1 f1"),
        "infeasible.half-a-channel": ("bound cloning all to 1 >= 1/2", "channel: 1; e0 f0"),
        "infeasible.entangling-channel": ("bound measure-and-prepare all >= 1", *KEEP, *IN_Z[2:]),
        "infeasible.transposed-missing": ("bound measure-and-prepare all >= 2/3", *IN_Z[:2]),
        "infeasible.square-missing": (f"bound correlations {CHSH} <= 2*sqrt(2)", TSIRELSON[0]),
        "infeasible.square-of-commuting-letters": (f"bound correlations {CHSH} <= 2", *LOCAL),
        "infeasible.other-settings": (f"bound {TWICE.replace('A0 C', 'A2 C').replace('A1 C', 'A3 C')} <= 8", *MONOGAMY),
        "infeasible.quantum-strategy": (f"bound local {CHSH} >= 2.8", *BELL_STATE),
        "infeasible.state-not-normed": (f"bound correlations {CHSH} >= 2", "state: 2*e0 e0", *ALL_ONES[1:]),
        "infeasible.outcomes-of-2": (f"bound local {CHSH} >= 2", *ALL_ONES[:1], "A0: 2*e0 e0", *ALL_ONES[2:]),
        "infeasible.not-hermitian": (f"bound local {CHSH} >= 2", *ALL_ONES[:1], "A0: i*e0 e0", *ALL_ONES[2:]),
        "infeasible.letter-missing": (f"bound local {CHSH} >= 2", *ALL_ONES[:4]),
        "infeasible.no-state": (f"bound local {CHSH} >= 2", *ALL_ONES[1:]),
        "wrong-conclusion.dual": ("bound cloning all to 1 <= 0.999", *IDENTITY),
        "wrong-conclusion.channel-alone": ("bound cloning all to 1 <= 1", *KEEP),
        "wrong-conclusion.dual-alone": ("bound cloning all to 1 = 1", *IDENTITY),
        "wrong-conclusion.nothing": ("bound cloning all to 1 <= 1",),
        "wrong-conclusion.squares": (f"bound {TWICE} <= 7.999999999", *MONOGAMY),
        "wrong-count.unknown-operator": ("bound cloning all to 1 <= 1", *IDENTITY, "trust: me"),
    }.items():
        write("refuse", name, *bounding(claim, *operators))
    refuted = bounding("bound cloning all to 1 <= 1", *IDENTITY, *KEEP, conclusion="REFUTED")
    write("refuse", "wrong-conclusion.refuted-at-the-bound", *refuted)
    for name, (claim, *operators) in {
        "bad-number.dual": ("bound cloning all to 1 <= 1", "dual: 1/2*e0 e0 +", *IDENTITY[1:]),
        "bad-number.division-by-0": ("bound cloning all to 1 <= 1/0", *IDENTITY),
        "bad-number.unicode-digit": ("bound cloning all to 1 <= 1", "dual: 1/\u0662*e0 e0", *IDENTITY[1:]),
        "bad-number.letters-for-a-number": ("bound cloning all to 1 <= 1", *IDENTITY, "slack: e0; e0 f0"),
        "not-real.weight": ("bound cloning all to 1 <= 1", *IDENTITY, "slack: i; e0 f0"),
        "not-real.value": ("bound cloning all to 1 <= i", *IDENTITY),
        "not-real.expectation": ("bound local i*A0 >= 1", "state: e0", "A0: e0 e0"),
        "bad-claim.cloning-to-nothing": ("bound cloning all <= 2/3", *MEASURED),
        "bad-claim.measured-to-two": ("bound measure-and-prepare all to 2 <= 2/3", *MEASURED),
        "bad-claim.weights": ("bound cloning all to 2 weighted 1/2,1/3 <= 1", *IDENTITY),
        "bad-claim.negative-weights": ("bound cloning all to 2 weighted 3/2,-1/2 <= 1", *IDENTITY),
        "bad-claim.weights-of-one": ("bound cloning all to 2 weighted 1 <= 1", *IDENTITY),
        "bad-claim.entanglement-of-two": ("bound cloning all from 2 to 3 entanglement <= 1", *IDENTITY),
        "bad-claim.two-expressions": (f"bound local {CHSH} | {CHSH} <= 2", *LOCAL),
        "bad-claim.not-an-observable": ("bound local s0 <= 2", *LOCAL),
        "bad-states.unknown": ("bound cloning lunch to 2 <= 1", *IDENTITY),
    }.items():
        write("malformed", name, *bounding(claim, *operators))
    for name, states in {
        "not-normed": ["1; 1; 1 1"],
        "weights": ["1/2; 1; 1 0", "1/3; 1; 0 1"],
        "negative-weight": ["2; 1; 1 0", "-1; 1; 0 1"],
        "lengths": ["1/2; 1; 1 0", "1/2; 1; 0 1 0"],
        "one-level": ["1; 1; 1"],
        "no-amplitudes": ["1; 1"],
        "none": [],
        "many-roots": ["1; 1/17; sqrt(2) sqrt(3) sqrt(5) sqrt(7)", "0; 1; i 0 0 0"],
        "complex-norm": ["1; i; 1 0"],
    }.items():
        documents = bounding("bound cloning mine to 1 <= 1", *IDENTITY, ensembles=[("mine", tuple(states))])
        write("malformed", f"bad-states.{name}", *documents)


def accept():
    """Right certificates of every kind of claim, proved and refuted."""
    for name, claim in {
        "hides": "hides S[i]",
        "hides-refuted": "hides A S[*]",
        "mixed": "mixed S[i]",
        "recovers": "recovers S[i] N[*]",
        "recovers-refuted": "recovers S[i]",
        "restores": "restores decrypt[i]",
        "single-use": "single-use decrypt_A",
        "after-a-recovery": "hides A S[j] N[*] after decrypt[i]",
        "after-a-stage": "hides S[*] N[*] after prepare",
        "untouched": "untouched N[*] by encrypt",
        "untouched-refuted": "untouched S[i] by encrypt",
    }.items():
        write("accept", name, *proved(claim))
    write("accept", "mixed-refuted-though-hidden", *proved("mixed A", "swap-out"))
    write("accept", "leaks", *proved("leaks Y from S[*]", n=3))
    write("accept", "leaks-refuted", *proved("leaks X from S[*]", n=3))
    write("accept", "environment", *proved("leaks Z from A K[0]", "one-time-pad"))
    write("accept", "two-secrets", *proved("recovers S0 N0 N1", "parallel-cloning", n=2, secrets=2))
    protocol, certificate = proved("restores keep", "swap-out")
    recoveries = [["keep", [["H", 1]], [1]]]
    for name, claim in {
        "exact-mixed": "mixed S[i]",
        "exact-single-use": "single-use decrypt[i]",
        "exact-recovers": "recovers A S[*]",
        "exact-hides-refuted": "hides A S[*]",
        "exact-after-a-recovery": "hides A S[j] N[*] after decrypt[i]",
        "exact-untouched": "untouched N[*] by encrypt",
        "exact-untouched-refuted": "untouched S[0] by encrypt",
        "exact-equivalent-refuted": "equivalent encrypted-cloning",
    }.items():
        write("accept", name, *proved(claim, "twisted-cloning", n=2))
    write("accept", "exact-leaks-refuted", *proved("leaks Y from S[*]", "twisted-cloning", n=3))
    for name, claim in {
        "noise-fidelity": "fidelity decrypt[0] >= 9/10 under storm",
        "noise-entanglement-fidelity": "entanglement-fidelity decrypt[i] >= 0.9 under storm",
        "noise-refuted": "fidelity decrypt[0] >= 0.99 under storm",
    }.items():
        write("accept", name, *under_noise(claim, channel="depolarizing(1/50)", on="S[*] N[*]", after="encrypt"))
    pairs = {"channel": "depolarizing(1/100, 2)", "gates": 2}
    write("accept", "noise-on-gates-refuted", *under_noise("fidelity decrypt[1] >= 99/100 under storm", **pairs))
    write("accept", "equivalent", *compared("equivalent swapped", 3))
    write("accept", "equivalent-refuted", *compared("equivalent swapped", 2))
    write("accept", "restores-refuted", protocol | {"recoveries": recoveries}, certificate | {"conclusion": "REFUTED"})


def refuse():
    """Well-formed certificates that do not show what they say."""
    protocol, hides = proved("hides S[0]")
    first, second = hides["cases"][0]["operators"]
    minus = ("-" if first[0] == "+" else "+") + first[1:]
    write("refuse", "wrong-logical.sign", protocol, with_operators(hides, minus, second))
    write("refuse", "wrong-logical.order", protocol, with_operators(hides, second, first))
    write("refuse", "represents-nothing", protocol, with_operators(hides, "+Z_A", second))
    write("refuse", "wrong-count", protocol, with_operators(hides, first))
    write("refuse", "wrong-count.none", protocol, with_operators(hides))
    write("refuse", "wrong-cases.none", protocol, hides | {"cases": []})
    write("refuse", "wrong-cases.letter", protocol, hides | {"cases": [hides["cases"][0] | {"letters": {"i": 0}}]})
    _, all_clones = proved("hides S[i]")
    write("refuse", "wrong-cases.vacuous", protocol, hides | {"claim": "hides S[i] S[j] S[k]", "cases": []})
    mixture = {"parties": [["A", 1], ["S", 1]], "stages": [["d[0]", []]]}
    move = [["CX", 0, 1], ["CX", 1, 0], ["CX", 0, 1]]
    mixture = protocol | mixture | {"recoveries": [["d[1]", move, [1]]]}
    one_of_two = hides | {
        "claim": "hides S after d[i]",
        "cases": [{"letters": {"i": 0}, "operators": ["+X_A", "+Z_A"]}],
    }
    write("refuse", "wrong-cases.stage-and-recovery-share-a-name", mixture, one_of_two)
    both = [{"letters": {"i": at}, "operators": ["+X_A", "+Z_A"]} for at in (0, 1)]
    write("refuse", "represents-nothing.stage-and-recovery-share-a-name", mixture, one_of_two | {"cases": both})
    write("refuse", "wrong-cases.half", protocol, all_clones | {"cases": all_clones["cases"][:1]})
    write("refuse", "wrong-cases.twice", protocol, all_clones | {"cases": all_clones["cases"][:1] * 2})
    write("refuse", "no-attack.on-the-wrong-side", protocol, with_operators(hides, first) | {"conclusion": "REFUTED"})
    write("refuse", "no-attack.identity", protocol, with_operators(hides, "+I") | {"conclusion": "REFUTED"})
    write("refuse", "no-attack.nothing", protocol, with_operators(hides) | {"conclusion": "REFUTED"})
    _, recovers = proved("recovers S[0] N[*]")
    beyond = [operator + " X_A" for operator in recovers["cases"][0]["operators"]]
    write("refuse", "outside-support", protocol, with_operators(recovers, *beyond))
    _, shown_for_another = proved("recovers A S[0] N[0]")
    write(
        "refuse",
        "outside-support.others-coalition",
        protocol,
        with_operators(recovers, *shown_for_another["cases"][0]["operators"]),
    )
    _, mixed = proved("mixed S[0]")
    operators = mixed["cases"][0]["operators"]
    write("refuse", "wrong-restriction", protocol, with_operators(mixed, *operators[:2], operators[3], operators[2]))
    write("refuse", "wrong-restriction.missing", protocol, with_operators(mixed, *operators[:3], operators[2]))
    write("refuse", "wrong-count.mixed-without-restrictions", protocol, with_operators(mixed, *operators[:2]))
    _, untouched = proved("untouched N[*] by encrypt")
    write("refuse", "wrong-conclusion.touched", protocol, untouched | {"claim": "untouched A by encrypt"})
    write("refuse", "wrong-conclusion.untouched", protocol, untouched | {"conclusion": "REFUTED"})
    with_recovery, restores = proved("restores decrypt[0]")
    name, gates, output = with_recovery["recoveries"][0]
    flipped = [[name, [*gates, ["S", output[0]], ["S", output[0]]], output]]
    write("refuse", "wrong-logical.restores", with_recovery | {"recoveries": flipped}, restores)
    write(
        "refuse",
        "represents-nothing.restores",
        with_recovery | {"recoveries": [[name, gates[: len(gates) // 2], output]]},
        restores,
    )
    write("refuse", "wrong-count.restores-with-operators", with_recovery, with_operators(restores, first, second))
    write("refuse", "no-attack.restores", with_recovery, restores | {"conclusion": "REFUTED"})
    odd, leaks = proved("leaks Y from S[*]", n=3)
    write("refuse", "wrong-logical.leaks-another-letter", odd, leaks | {"claim": "leaks X from S[*]"})
    write(
        "refuse",
        "no-attack.leaks-what-it-claims",
        odd,
        with_operators(leaks, leaks["cases"][0]["operators"][0]) | {"conclusion": "REFUTED"},
    )

    refuse_other_rules()


def refuse_other_rules():
    """The same for the rules that compute by themselves."""
    opposite = {"PROVED": "REFUTED", "REFUTED": "PROVED"}
    for name, (protocol, certificate) in {
        "exact-mixed": proved("mixed S[0]", "twisted-cloning", n=2),
        "exact-hides": proved("hides A S[*]", "twisted-cloning", n=2),
        "exact-restores": proved("restores decrypt[0]", "twisted-cloning", n=2),
        "exact-untouched": proved("untouched S[0] by encrypt", "twisted-cloning", n=2),
        "exact-equivalent": proved("equivalent encrypted-cloning", "twisted-cloning", n=2),
        "equivalent-true": compared("equivalent swapped", 3),
        "equivalent-false": compared("equivalent swapped", 2),
        "noise": under_noise("fidelity decrypt[0] >= 9/10 under storm", **STORM),
    }.items():
        wrong = certificate | {"conclusion": opposite[certificate["conclusion"]]}
        write("refuse", f"wrong-conclusion.{name}", protocol, wrong)
        write("refuse", f"wrong-count.{name}", protocol, with_operators(certificate, "+X_A"))
    protocol, restores = proved("restores decrypt[0]", "twisted-cloning", n=2)
    name, gates, output = protocol["recoveries"][0]
    weaker = protocol | {"recoveries": [[name, gates[:-1], output]]}
    write("refuse", "wrong-conclusion.exact-one-gate-less", weaker, restores)
    noisy, fidelity = under_noise("fidelity decrypt[0] >= 9/10 under storm", **STORM)
    stronger = json.loads(json.dumps(noisy).replace('["I", 197]', '["I", 7]'))
    assert stronger != noisy
    write("refuse", "wrong-conclusion.more-noise", stronger, fidelity)


STORM = {"channel": "depolarizing(1/50)", "on": "S[*] N[*]", "after": "encrypt"}


def malformed():
    """Input that cannot be judged."""
    twisted, exact = proved("mixed S[0]", "twisted-cloning", n=2)
    witness = exact | {"rule": "pauli-witness"}
    write("malformed", "not-clifford", twisted, with_operators(witness, "+X_A", "+Z_A", "+X_A", "+Z_A"))
    write("malformed", "wrong-rule.witness-for-fidelity", twisted, witness | {"claim": "fidelity decrypt[0] >= 1"})
    write("malformed", "wrong-rule.within", twisted, exact | {"claim": "hides S[0] within 1/2"})
    noisy, fidelity = under_noise("fidelity decrypt[0] >= 9/10 under storm", **STORM)
    write("malformed", "bad-claim.divided-by-0", noisy, fidelity | {"claim": "fidelity decrypt[0] >= 1/0 under storm"})
    write("malformed", "unknown-name.noise", noisy, fidelity | {"claim": "fidelity decrypt[0] >= 9/10 under calm"})
    location = noisy["noises"][0][1][0]
    for name, damaged in {
        "part": ["lunch", *location[1:]],
        "position": [location[0], 10**6, *location[2:]],
        "before-the-start": [location[0], -1, *location[2:]],
        "qubit": [*location[:2], [99], location[3]],
        "qubit-twice": [*location[:2], [1, 1], [["XX", 1]]],
        "no-qubit": [*location[:2], [], [["", 1]]],
        "word": [*location[:3], [["XX", 1]]],
        "letter": [*location[:3], [["Q", 1]]],
        "negative": [*location[:3], [["X", -1], ["I", 2]]],
        "nothing": [*location[:3], []],
        "zero": [*location[:3], [["X", 0]]],
    }.items():
        write("malformed", f"bad-noise.{name}", noisy | {"noises": [["storm", [damaged]]]}, fidelity)
    write("malformed", "bad-name.noise", noisy | {"noises": [["encrypt", []]]}, fidelity)
    other, equivalent = compared("equivalent swapped", 3)
    write("malformed", "unknown-name.encoding", other, equivalent | {"claim": "equivalent original"})
    write("malformed", "unknown-name.local", other, equivalent | {"claim": "equivalent swapped up to H on Q"})
    write("malformed", "bad-gate.encoding", other | {"others": [["swapped", [["CX", 0]]]]}, equivalent)
    protocol, hides = proved("hides S[0]")
    raw = json.dumps(hides).encode()
    write("malformed", "not-json.truncated", protocol, raw[: len(raw) // 2])
    write("malformed", "not-json.binary", protocol, bytes(range(256)))
    write("malformed", "not-json.empty", protocol, b"")
    write("malformed", "not-json.nested-10000-deep", protocol, b"[" * 10_000 + b"]" * 10_000)
    write("malformed", "not-json.huge-integer", protocol, b'{"version": ' + b"9" * 5_000 + b"}")
    write("malformed", "not-json.protocol-truncated", json.dumps(protocol).encode()[:200], hides, bind=False)
    write("malformed", "newer-format.nan", protocol, raw.replace(b'"version": 1', b'"version": NaN'))
    write("malformed", "wrong-type.float", protocol, raw.replace(b'"version": 1', b'"version": 1.0'))
    write("malformed", "bad-register.empty", protocol | {"parties": [["A", 1], ["S", 0], ["N", 2]]}, hides)
    write(
        "malformed", "bad-register.too-many-qubits", protocol | {"parties": [["A", 1], ["S", 10**12], ["N", 2]]}, hides
    )
    write("malformed", "duplicate-key", protocol, raw.replace(b'"version": 1', b'"version": 1, "version": 1'))
    write("malformed", "unknown-key", protocol, hides | {"comment": "trust me"})
    write("malformed", "missing-key", protocol, {key: hides[key] for key in hides if key != "conclusion"})
    write("malformed", "newer-format", protocol, hides | {"version": 2})
    write("malformed", "wrong-rule.unknown", protocol, hides | {"rule": "trust-me"})
    write("malformed", "wrong-type.list", protocol, b"[]")
    write("malformed", "wrong-type.bool", protocol, raw.replace(b'"version": 1', b'"version": true'))
    write("malformed", "wrong-type.operators", protocol, with_operators(hides, 1, 2))
    write("malformed", "wrong-type.protocol", protocol | {"stages": {}}, hides)
    write("malformed", "bad-register.twice", protocol | {"parties": [["A", 1], ["S", 2], ["S", 2]]}, hides)
    write("malformed", "bad-register.reserved", protocol | {"parties": [["A", 1], ["after", 2], ["N", 2]]}, hides)
    write("malformed", "bad-name.stage", protocol | {"stages": [["S", []]]}, hides)
    stage = lambda *gates: protocol | {"stages": [["encode", list(gates)]]}  # noqa: E731 (a word for the next lines)
    write("malformed", "bad-gate.unknown", stage(["Q", 0]), hides)
    write("malformed", "bad-gate.arity", stage(["CX", 0]), hides)
    write("malformed", "bad-qubit.range", stage(["H", 5]), hides)
    write("malformed", "bad-qubit.negative", stage(["H", -1]), hides)
    write("malformed", "bad-qubit.bool", stage(["H", True]), hides)
    write("malformed", "bad-qubit.twice", stage(["CX", 1, 1]), hides)
    with_recovery, restores = proved("restores decrypt[0]")
    environment = {"parties": [["A", 1], ["S", 2]], "environment": [["N", 2]]}
    write("malformed", "bad-qubit.recovery-touches-the-environment", with_recovery | environment, restores)
    name, gates, _ = with_recovery["recoveries"][0]
    write("malformed", "bad-qubit.output-twice", with_recovery | {"recoveries": [[name, gates, [1, 1]]]}, restores)
    write("malformed", "bad-claim.word", protocol, hides | {"claim": "trusts S[0]"})
    write("malformed", "bad-claim.empty-coalition", protocol, hides | {"claim": "hides"})
    write("malformed", "bad-claim.letter-with-two-ranges", protocol, hides | {"claim": "hides S[i] A[i]"})
    write("malformed", "bad-claim.pauli", protocol, hides | {"claim": "leaks XX from S[0]"})
    first, second = hides["cases"][0]["operators"]
    write("malformed", "bad-operator.no-sign", protocol, with_operators(hides, first[1:], second))
    write("malformed", "bad-operator.imaginary", protocol, with_operators(hides, "i" + first[1:], second))
    write("malformed", "bad-operator.letter", protocol, with_operators(hides, "+Q_A", second))
    write("malformed", "bad-operator.qubit", protocol, with_operators(hides, "+X_B", second))
    write("malformed", "bad-operator.twice", protocol, with_operators(hides, "+X_A X_A", second))
    write("malformed", "bad-operator.sign-of-identity", protocol, with_operators(hides, "?I", second))
    write("malformed", "unknown-name.party", protocol, hides | {"claim": "hides T"})
    write("malformed", "unknown-name.qubit", protocol, hides | {"claim": "hides S[2]"})
    write(
        "malformed",
        "unknown-name.environment",
        protocol | {"parties": [["A", 1], ["S", 2]], "environment": [["N", 2]]},
        hides | {"claim": "hides N[0]"},
    )
    write("malformed", "unknown-name.stage", protocol, hides | {"claim": "hides S[0] after lunch"})
    write(
        "malformed",
        "unknown-name.recovery",
        protocol,
        restores | {"claim": "restores encrypt", "cases": [{"letters": {}, "operators": []}]},
    )
    write("malformed", "unknown-name.secret", protocol | {"secret": "B"}, hides)
    for name, text in {"null": "\u0000", "surrogate": "\ud800", "path": "../../x", "upper": "A" * 64}.items():
        write("malformed", f"newer-format.protocol-{name}", protocol, hides | {"protocol": text}, bind=False)
    forged = "x\n\x1b[31mPROVED: hides S[0]\n" + "y" * 5_000
    write("malformed", "bad-gate.forged-output", protocol | {"stages": [[forged, [["Q"]]]]}, hides)
    write("malformed", "unknown-name.forged-output", protocol | {"secret": forged}, hides)
    move = [["CX", 0, 1], ["CX", 1, 0], ["CX", 0, 1]]
    small = protocol | {"parties": [["A", 1], ["S", 1]], "stages": [["d[0]", []]], "recoveries": [["d[2]", move, [1]]]}
    case = {"letters": {"i": 0}, "operators": ["+X_A", "+Z_A"]}
    write("malformed", "bad-name.gap", small, hides | {"claim": "hides S after d[i]", "cases": [case]})
    huge = protocol | {"parties": [["A", 100_000]], "environment": [], "stages": [], "recoveries": []}
    write("malformed", "unknown-name.too-many-secrets", huge, hides | {"claim": "hides A"})
    wide = protocol | {"parties": [["A", 1], ["S", 500], ["N", 500]]}
    write("malformed", "too-many-cases", wide, hides | {"claim": "hides S[i] S[j] S[k]"})
    other, _ = proved("hides S[0]", n=3)
    write("malformed", "other-protocol", other, hides, bind=False)
    changed = json.loads(json.dumps(protocol))
    changed["stages"][1][1].pop()
    write("malformed", "other-protocol.one-gate-less", changed, hides, bind=False)
    write("malformed", "other-claim", protocol, hides, "hides S[1]")
    write("malformed", "other-claim.letter", protocol, hides, "hides S[i]")


if __name__ == "__main__":
    for kind in ("accept", "refuse", "malformed"):
        shutil.rmtree(HERE / kind, ignore_errors=True)
    accept()
    refuse()
    malformed()
    bounds()
