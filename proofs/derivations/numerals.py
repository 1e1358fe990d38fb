"""Numbers of Z[ω, 1/√2], ω = e^{iπ/4}, and sums with such coefficients, as text and as LaTeX."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from noclone.models.ring import RingNumber

__all__ = ["bare", "denominator", "fraction", "joined", "numerator", "symbol", "turn", "weighted"]

_SUBSCRIPTS = "₀₁"


def symbol(p: int, secrets: int, *, latex: bool) -> str:
    """The amplitude of the secret's basis state p: α and β for one qubit, else α with p's bits."""
    if secrets == 1:
        return (r"\alpha", r"\beta")[p] if latex else "αβ"[p]
    bits = format(p, f"0{secrets}b")
    return rf"\alpha_{{{bits}}}" if latex else "α" + "".join(_SUBSCRIPTS[int(bit)] for bit in bits)


def turn(number: RingNumber) -> int | None:
    """The k in 0…7 for which the number is a positive real times ω^k; None if there is none, or it is 0."""
    for power in range(8):
        real = number * RingNumber.omega(-power)
        if number and real.c == 0 and real.b == -real.d and complex(real).real > 0:
            return power
    return None


def bare(number: RingNumber, halvings: int, turns: int = 0) -> RingNumber:
    """The number times √2^halvings and ω^(−turns)."""
    scaled = RingNumber(number.a, number.b, number.c, number.d, number.halvings - halvings)
    return scaled * RingNumber.omega(-turns)


def numerator(number: RingNumber, *, latex: bool) -> tuple[bool, str, bool]:
    """A number without its power of 1/√2: whether a minus is taken out, the rest, and whether that is a sum."""
    a, b, c, d = number.a, number.b, number.c, number.d
    root, omega = (r"\sqrt{2}", r"\omega") if latex else ("√2", "ω")
    units = ["", omega, "i", omega + ("^{3}" if latex else "³")]
    found = [(value, unit) for value, unit in zip((a, b, c, d), units, strict=True) if value]
    if len(found) > 1 and (b - d) % 2 == 0:
        units = ["", root, "i", "i" + root]
        values = (a, (b - d) // 2, c, (b + d) // 2)
        found = [(value, unit) for value, unit in zip(values, units, strict=True) if value]
    terms = [(value < 0, (str(abs(value)) if abs(value) != 1 or not unit else "") + unit) for value, unit in found]
    if len(terms) == 1:
        return (*terms[0], False)
    return False, joined(terms, latex=latex), len(terms) > 1


def denominator(halvings: int, *, latex: bool) -> str:
    """√2^halvings: "2√2" for 3, "" for 0."""
    whole = str(2 ** (halvings // 2)) if halvings > 1 else ""
    return whole + ((r"\sqrt{2}" if latex else "√2") if halvings % 2 else "")


def fraction(number: RingNumber, *, latex: bool) -> tuple[bool, str, bool]:
    """A number: whether a minus is taken out, the rest, and whether that is a sum that needs parentheses."""
    negative, above, is_sum = numerator(bare(number, number.halvings), latex=latex)
    below = denominator(number.halvings, latex=latex)
    if not below:
        return negative, above, is_sum
    if latex:
        return negative, rf"\frac{{{above}}}{{{below}}}", False
    above = f"({above})" if is_sum else above
    return negative, f"{above}/({below})" if below[0] != "√" and "√" in below else f"{above}/{below}", False


def weighted(number: RingNumber, what: str, *, latex: bool) -> tuple[bool, str]:
    """A number times something that has a name, as a term of a sum: sign, and the rest."""
    negative, found, is_sum = fraction(number, latex=latex)
    if not what:
        return negative, found
    found = f"({found})" if is_sum else found
    space = " " if "/" in found or (latex and what[0].isalpha()) or (latex and found[-1:].isalpha()) else ""
    return negative, what if found == "1" else f"{found}{space}{what}"


def joined(terms: Iterable[tuple[bool, str]], *, latex: bool) -> str:
    """Signed terms as a sum; "0" if there are none."""
    minus = "-" if latex else "−"
    listed: Sequence[tuple[bool, str]] = list(terms)
    found = ""
    for number, (negative, term) in enumerate(listed):
        if number:
            found += f" {minus if negative else '+'} {term}"
        else:
            found = f"{minus if negative else ''}{term}"
    return found or "0"
