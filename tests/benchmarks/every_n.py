"""Certificates for every n: their size, and how long the kernel takes over them: python tests/benchmarks/every_n.py

Takes about a minute; the bars are 50 kB and 0.2 s for the standard family. Each time is the median of several.
"""

from __future__ import annotations

import statistics
import time

from noclone.models.uniform_families import UniformFamily, rotation
from noclone.proofs.claims import parse_claim
from noclone.proofs.every_coalition import access_table
from noclone.proofs.every_n import EveryN
from noclone.proofs.family_search import Wanted, search
from noclone.proofs.kernel.uniform import replay
from noclone.protocols.registry import FAMILIES
from noclone.protocols.uniform_variants import MORE_CLAIMS, UNIFORM

ROUNDS = 9


def seconds(action, rounds=ROUNDS):
    """The median time of an action."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def row(what, made, checked, size, number):
    """One line of the table."""
    print(f"{what:<46} {made:>9.3f} s {checked:>9.4f} s {size:>12,} bytes {number:>6} cases", flush=True)


def table(family):
    """Who can read what, found and checked."""
    made = seconds(lambda: access_table(family), 1 if len(family.pair) > 2 else 3)
    found = access_table(family)
    certificate = found.verdict.certificate
    checked = seconds(lambda: replay(family.document, certificate), 3)
    row(f"access of {family.name}", made, checked, len(certificate), len(found.cells))


def main():
    print(f"{'':<46} {'found':>11} {'checked':>11} {'certificate':>18}")
    standard = UNIFORM["encrypted-cloning"]
    table(standard)
    noises = (rotation("Z ZII", 3), rotation("X XII", 3))
    table(
        UniformFamily(
            "two noise qubits", (("e", noises),), "A", ("S", "N", "M"), (("H", 0), ("CX", 0, 1), ("CX", 0, 2))
        )
    )
    total = [0.0, 0.0, 0, 0]
    for stated in (*FAMILIES[standard.name].build().claims, *MORE_CLAIMS[standard.name]):
        pattern = EveryN(standard).pattern(parse_claim(stated.text))
        for part in pattern.parts:
            if part.is_infinite:
                checked = seconds(lambda part=part: replay(standard.document, part.verdict.certificate))
                size, cases = len(part.verdict.certificate), part.verdict.certificate.count(b'"letters"')
                row(f"{pattern.claim} for {part.domain}", pattern.seconds, checked, size, cases)
                total = [total[0], total[1] + checked, total[2] + size, total[3] + cases]
        total[0] += pattern.seconds
    row("all stated claims", *total)
    wanted = Wanted(tuple(map(parse_claim, ("mixed S[i]", "recovers S[i] N[*]"))), True, "odd")
    start = time.perf_counter()
    number = sum(1 for _ in search(wanted, factors=3))
    print(f"search of {number} classes of up to 3 factors for odd n: {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
