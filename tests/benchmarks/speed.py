"""Speed and size, each figure beside a reference measured in the same run: python tests/benchmarks/speed.py

Machines differ and are shared: the ratios are what to compare. Takes about two minutes.
"""

from __future__ import annotations

import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from functools import partial
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
warnings.filterwarnings("ignore", "matplotlib not found", UserWarning)
ROUNDS = 5


def seconds(action, rounds=ROUNDS):
    """The median time of an action."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def command(*words, code=0):
    """An action that runs a command, which must exit with this code."""

    def run():
        found = subprocess.run(words, capture_output=True, cwd="/", check=False)
        if found.returncode != code:
            raise SystemExit(f"{words}: {found.stderr.decode()}")

    return run


def row(what, ours, reference, bar, against):
    """One line of the table."""
    print(
        f"{what:<58} {ours:>10.3g} s {reference:>10.3g} s {ours / reference:>9.2g} x {bar:>12}   {against}", flush=True
    )


def random_encoding(qubits, gates, seed):
    """A random Clifford encoding of one qubit."""
    from noclone.models.stabilizer import Encoding

    chance = random.Random(seed)
    listed = []
    for _ in range(gates):
        one, other = chance.sample(range(qubits), 2)
        listed += [("H", one), ("S", other), ("CX", one, other)]
    return Encoding(listed, qubits, [0])


def table_of_all_coalitions():
    import numpy

    import noclone
    from noclone.models.coalitions import tabulate
    from noclone.models.stabilizer import Encoding

    def two_passes():
        cells = numpy.full(2**25, 1, dtype=numpy.uint8)  # one writes a byte per coalition
        cells.max()  # the other reads it

    system = noclone.protocol("encrypted-cloning", n=12).system()
    encoding = Encoding(system.gates_until(None), len(system.names), system.secret_qubits)
    two_passes()
    tabulate(encoding, 25)
    ours, reference = seconds(lambda: tabulate(encoding, 25)), seconds(two_passes)
    row(
        "table of all coalitions, 25 qubits (n = 12)",
        ours,
        reference,
        "<= 15 x",
        "two passes over a byte per coalition",
    )


def largest_table():
    """In a process of its own, for the memory."""
    script = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import speed; speed.time_largest_table()"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd="/", check=True)
    ours, megabytes = map(float, found.stdout.split())
    print(
        f"{'table of all coalitions, 30 qubits':<58} {ours:>10.3g} s {'':>12} {'':>11} {'<= 20 s':>12}   {megabytes:.0f} MB at most (<= 600 MB)"
    )


def time_largest_table():
    from noclone.models.coalitions import tabulate

    encoding = random_encoding(30, 1_500, 1)
    tabulate(random_encoding(8, 50, 1), 8)
    ours = seconds(lambda: tabulate(encoding, 30), 1)
    print(ours, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def per_coalition():
    import qutip
    from qiskit import QuantumCircuit
    from qiskit.quantum_info import Statevector, entropy, partial_trace

    import noclone
    from noclone.models.coalitions import tabulate
    from noclone.models.stabilizer import Encoding

    protocol = noclone.protocol("encrypted-cloning", n=3)
    system = protocol.system()
    encoding = Encoding(system.gates_until(None), len(system.names), system.secret_qubits)
    tabulate(encoding, 7)
    ours = seconds(lambda: tabulate(encoding, 7), 50) / 128
    whole = QuantumCircuit(8)
    whole.h(0)
    whole.cx(0, 7)
    for stage in protocol.stages.values():
        whole.compose(stage, range(7), inplace=True)
    held, reference = [1, 4, 5, 6], [7]
    ket = qutip.Qobj(Statevector(whole).data.reshape(-1, 1), dims=[[2] * 8, [1] * 8])

    def by_qutip():
        return [
            qutip.entropy_vn(ket.ptrace([7 - qubit for qubit in part]), base=2)
            for part in (held, reference, held + reference)
        ]

    vector = Statevector(whole)

    def by_qiskit():
        return [
            entropy(partial_trace(vector, [q for q in range(8) if q not in part]), base=2)
            for part in (held, reference, held + reference)
        ]

    for name, reference_action in (("QuTiP", by_qutip), ("Qiskit", by_qiskit)):
        row(
            "one coalition, n = 3, in the table",
            ours,
            seconds(reference_action),
            "<= 0.001 x",
            f"the same by three entropies, {name}",
        )


def one_verdict():
    import numpy

    import noclone
    from noclone.models.elimination import reduce_rows

    protocol = noclone.protocol("encrypted-cloning", n=2_000)
    noclone.verify(noclone.protocol("encrypted-cloning", n=2), "recovers S[0] N[*]")
    chance = numpy.random.default_rng(1)
    matrix = chance.integers(0, 2**63, size=(4_001, 126), dtype=numpy.uint64)
    columns = numpy.arange(4_001, dtype=numpy.int64)
    reference = seconds(lambda: reduce_rows(matrix.copy(), columns, 0, 4_001), 3)
    row(
        "one coalition verdict with witness, n = 2,000",
        seconds(lambda: noclone.verify(protocol, "recovers S[0] N[*]"), 3),
        reference,
        "<= 5 x",
        "one bit-packed elimination of that size",
    )
    row(
        "the same, hidden",
        seconds(lambda: noclone.verify(protocol, "hides S[0] N[5] A"), 3),
        reference,
        "<= 5 x",
        "the same",
    )


def check_large(folder):
    import noclone

    for pairs in (25_000, 50_000, 100_000):
        verdict = noclone.verify(noclone.protocol("encrypted-cloning", n=pairs), "recovers S[0] N[*]")
        certificate, protocol = folder / f"{pairs}.json", folder / f"protocol-{verdict.checked.protocol[:16]}.json"
        certificate.write_bytes(verdict.certificate)
        protocol.write_bytes(verdict.protocol)
        ours = seconds(
            command("noclone", "check", str(certificate), "--protocol", str(protocol), "--claim", "recovers S[0] N[*]"),
            3,
        )
        load = f"import json; [json.load(open(path)) for path in {[str(certificate), str(protocol)]!r}]"
        row(
            f"noclone check, n = {pairs:,}",
            ours,
            seconds(command(sys.executable, "-c", load), 3),
            "<= 15 x",
            "json.load of the same files",
        )


def cold_starts():
    run = command("noclone", "verify", "encrypted-cloning", "--n", "2..15")
    run()
    ours, nothing = seconds(run), seconds(command(sys.executable, "-c", "pass"), 20)
    row("noclone verify encrypted-cloning --n 2..15, cold start", ours, nothing, "<= 6 s", "python -c pass")
    row("noclone --help", seconds(command("noclone", "--help"), 20), nothing, "<= 8 x", "python -c pass")


def naive_state(system):
    """V|0⟩ and V|1⟩ as SymPy column vectors: every gate a matrix on all qubits, multiplied on as a textbook would."""
    import sympy
    from sympy.physics.quantum import TensorProduct

    one, root = sympy.eye(2), 1 / sympy.sqrt(2)
    gates = {
        "H": sympy.Matrix([[root, root], [root, -root]]),
        "S": sympy.diag(1, sympy.I),
        "X": sympy.Matrix([[0, 1], [1, 0]]),
        "0": sympy.diag(1, 0),
        "1": sympy.diag(0, 1),
    }

    def on(letters):
        factors = [gates[letters[qubit]] if qubit in letters else one for qubit in range(len(system.names))]
        return sympy.SparseMatrix(TensorProduct(*factors))

    columns = []
    for p in (0, 1):
        vector = sympy.zeros(2 ** len(system.names), 1)
        vector[p << (len(system.names) - 1 - system.secret_qubits[0])] = 1
        for name, *qubits in system.gates_until(None):
            matrix = (
                on({qubits[0]: "0"}) + on({qubits[0]: "1", qubits[1]: "X"}) if name == "CX" else on({qubits[0]: name})
            )
            vector = (matrix * vector).applyfunc(sympy.expand)
        columns.append(vector)
    return columns


def exact_state(system):
    """The same by the exact core."""
    from noclone.models.exact import ExactStates

    return ExactStates(system).amplitudes


def exact_against_sympy():
    """The exact core against SymPy: the states of encrypted cloning for every input, with all amplitudes compared."""
    import sympy

    import noclone

    for n in (2, 3):
        system = noclone.protocol("encrypted-cloning", n=n).system()
        reference = seconds(partial(naive_state, system), 1)
        ours = seconds(partial(exact_state, system))
        found = exact_state(system)
        for p, column in enumerate(naive_state(system)):
            for index, entry in enumerate(column):
                place = tuple(map(int, format(index, f"0{len(system.names)}b")))
                if sympy.simplify(found[(*place, p)].to_sympy() - entry) != 0:
                    raise SystemExit("the exact core and SymPy differ")
        row(f"exact amplitudes of encrypted cloning, n = {n}", ours, reference, "<= 1/100 x", "SymPy, matrices")


def exact_n6():
    """All claims of encrypted cloning at n = 6 from exact amplitudes: 13 qubits and the reference."""
    import noclone
    from noclone.proofs.claims import parse_claim
    from noclone.proofs.measured import Measured
    from noclone.proofs.prover import Prover

    protocol = noclone.protocol("encrypted-cloning", n=6)

    def all_claims():
        for stated in protocol.claims:
            claim = parse_claim(stated.text)
            prover = Prover(protocol.system(protocol.recoveries_of(claim)))
            cases = list(claim.cases(prover.protocol.size))
            Measured(prover.system, prover.protocol).by_exact_amplitudes(claim, cases, "n = 6")

    row(
        "all claims exactly, n = 6",
        seconds(all_claims, 1),
        seconds(command(sys.executable, "-c", "pass"), 20),
        "<= 20 s",
        "python -c pass",
    )


def main():
    import noclone

    print(json.dumps({"noclone": noclone.__version__, "python": sys.version.split()[0], "cores": os.cpu_count()}))
    print(f"{'what':<58} {'ours':>12} {'reference':>12} {'ratio':>11} {'bar':>12}   reference")
    cold_starts()
    table_of_all_coalitions()
    largest_table()
    per_coalition()
    one_verdict()
    exact_against_sympy()
    exact_n6()
    with tempfile.TemporaryDirectory() as folder:
        check_large(Path(folder))


if __name__ == "__main__":
    main()
