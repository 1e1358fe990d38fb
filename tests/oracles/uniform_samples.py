"""Random uniform families and claims about them, for tests of what is said for every n."""

from __future__ import annotations

from noclone.models.uniform_families import BELL_PAIR, Recovered, UniformFamily, rotation


def random_family(draw, most_parts=3):
    """Random rotations of any letters on pairs in a random state, with a recovery onto one of its qubits."""
    parts = draw.choice([1, 2, 2, 2, 3][: 2 + most_parts])

    def word(length):
        return "".join(draw.choice("IXYZ") for _ in range(length))

    def turns(number, own):
        words = (f"{draw.randrange(1, 4)} {word(1)} {word(parts)}" + f" {word(parts)}" * own for _ in range(number))
        return tuple(rotation(text, parts) for text in words)

    def gate():
        at = draw.randrange(parts)
        return draw.choice([("H", at), ("S", at), ("CX", at, (at + 1) % parts)][: 3 if parts > 1 else 2])

    pair = ("S", "N", "M")[:parts]
    output = draw.choice(["A", *pair])
    return UniformFamily(
        "random",
        (("encode", turns(draw.randrange(1, 4), False)), ("more", turns(draw.randrange(2), False))),
        pair=pair,
        gates=BELL_PAIR if parts == 2 and draw.random() < 0.6 else tuple(gate() for _ in range(draw.randrange(5))),
        recoveries=(Recovered("back", turns(draw.randrange(4), output != "A"), output),),
    )


def random_claims(draw, own):
    """Claims of every word, with letters, numbers and stages."""
    items = ["A", *(f"{part}{index}" for part in own.pair for index in ("[*]", "[i]", "[*-i]", "[j]", "[*-j]"))]
    back = "back" if own.recoveries[0].output == "A" else "back[i]"
    for _ in range(7):
        held = " ".join(draw.sample(items, draw.choice([1, 1, 2, 3])))
        moment = draw.choice(["", "", " after encode", f" after {back}"])
        yield draw.choice([f"{word} {held}{moment}" for word in ("hides", "mixed", "recovers", "leaks Y from")])
    yield from (f"restores {back}", f"single-use {back}", f"untouched {draw.choice(items)} by encode")
