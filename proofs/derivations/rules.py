"""The rewriting rules from which encrypted cloning is derived for every n; each can be tested at any n by matrices.

Yamaguchi and Kempf, arXiv:2501.02757; the closed form with its phases as in theory: α = (1, i, −i^{n+1}, i).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy
import sympy

from noclone.proofs.derivations.reference import close
from noclone.proofs.derivations.terms import (
    Apply,
    Atom,
    Case,
    Exp,
    N,
    Placed,
    Power,
    Product,
    Scaled,
    Sum,
    SumOver,
    Tensor,
    Term,
    Trace,
)

__all__ = ["ALPHA", "DECRYPTED", "ENCRYPTED", "RULES", "START", "Rule", "decryption"]

I_ = sympy.I
ALPHA = (sympy.Integer(1), I_, -(I_ ** (N + 1)), I_)
"""α_μ, by μ, as SymPy expressions in n."""


@dataclass(frozen=True)
class Rule:
    """left = right, for all values of the free ``indices``, every |ψ⟩ and every n from ``least`` to ``most`` (None: all)."""

    name: str
    why: str
    left: Term
    right: Term
    indices: tuple[str, ...] = ()
    least: int = 1
    most: int | None = None

    def check(self, n: int) -> bool:
        """Whether both sides are the same matrix at this n, for all values of the indices and two random |ψ⟩.

        It says so for any n ≥ 1, also where the rule does not claim to hold.
        """
        random = numpy.random.default_rng(n)
        for _ in range(2):
            psi = random.normal(size=(2, 2)) @ numpy.array([[1], [1j]])
            psi = psi / numpy.linalg.norm(psi)
            for values in product(range(4), repeat=len(self.indices)):
                case = Case(n, psi, dict(zip(self.indices, values, strict=True)))
                if not close(self.left.value(case), self.right.value(case)):
                    return False
        return True

    def covers(self, n: int) -> bool:
        """Whether the rule claims to hold at this n."""
        return self.least <= n and (self.most is None or n <= self.most)


def _scaled(text: str, latex: str, value: object, part: Term) -> Scaled:
    return Scaled(text, latex, (value,), part)


def _half(part: Term) -> Scaled:
    return _scaled("1/2", r"\frac{1}{2}", sympy.Rational(1, 2), part)


def _minus_i(part: Term) -> Scaled:
    return _scaled("−i", "-i", -I_, part)


def _inverse_alpha(part: Term, index: str = "μ") -> Scaled:
    greek = {"μ": r"\mu", "ν": r"\nu"}[index]
    return Scaled(f"α_{index}⁻¹", rf"\alpha_{{{greek}}}^{{-1}}", tuple(1 / each for each in ALPHA), part, index)


def _alpha(part: Term, index: str, *, conjugate: bool = False) -> Scaled:
    greek = {"μ": r"\mu", "ν": r"\nu"}[index]
    # |α| = 1, so that α itself is the conjugate of its inverse; the rules that use it are tested by numbers
    text, latex = (
        (f"(α_{index}⁻¹)*", rf"\overline{{\alpha_{{{greek}}}^{{-1}}}}")
        if conjugate
        else (f"α_{index}", rf"\alpha_{{{greek}}}")
    )
    values = tuple(sympy.conjugate(1 / each) for each in ALPHA) if conjugate else ALPHA
    return Scaled(text, latex, values, part, index)


def _power(letter: str) -> Power:
    return Power(Atom(letter), N + 1)


def _factor(letter: str) -> Scaled:
    root = sympy.sqrt(2)
    return _scaled("1/√2", r"\frac{1}{\sqrt{2}}", 1 / root, Sum((_power("I"), _minus_i(_power(letter)))))


_SIGMA, _PHI, _PSI, _PAIR = Atom("sigma", "μ"), Atom("phi", "μ"), Atom("psi"), Atom("phi")
START = Tensor((_PSI, Power(_PAIR, N)))
"""|ψ⟩ ⊗ |φ⟩^{⊗n}."""
ENCRYPTED = _half(SumOver("μ", _inverse_alpha(Tensor((Product((_SIGMA, _PSI)), Power(_PHI, N))))))
"""The closed form: ½ Σ_μ α_μ⁻¹ σ_μ|ψ⟩ ⊗ |φ_μ⟩^{⊗n}."""
_TWO_FACTORS = Product((_factor("X"), _factor("Z")))
_XZ = Product((_power("X"), _power("Z")))
_FOUR = Sum((_power("I"), _minus_i(_power("X")), _minus_i(_power("Z")), _scaled("−1", "-1", -1, _XZ)))
_Y = _scaled("(−i)ⁿ⁺¹", "(-i)^{n+1}", (-I_) ** (N + 1), _power("Y"))
_FOUR_PAULIS = Sum((*_FOUR.parts[:3], _scaled("−1", "-1", -1, _Y)))
_ONE_SUM = SumOver("μ", _inverse_alpha(Power(_SIGMA, N + 1)))

_OVERLAP = Power(Product((Atom("phi*", "ν"), _PHI)), N - 1)
_MEAN = Product((Atom("psi*"), Atom("sigma", "ν"), _SIGMA, _PSI))


def _double(*parts: Term) -> Scaled:
    inner = _inverse_alpha(_alpha(Tensor(parts), "ν", conjugate=True))
    return _scaled("1/4", r"\frac{1}{4}", sympy.Rational(1, 4), SumOver("μ", SumOver("ν", inner)))


_TRACED = Atom("traced", "μ", "ν")
_FOUR_TRACED = _scaled("1/4", r"\frac{1}{4}", sympy.Rational(1, 4), SumOver("μ", Atom("traced", "μ", "μ")))
_FOUR_HALVES = _scaled("1/4", r"\frac{1}{4}", sympy.Rational(1, 4), SumOver("μ", Atom("half")))

_PROJECTED = Tensor((Product((Atom("phi", "ν"), Atom("phi*", "ν"))), Power(Atom("transposed", "ν"), N - 1)))
decryption = SumOver("ν", _alpha(_PROJECTED, "ν"))
"""U_dec = Σ_ν α_ν |φ_ν⟩⟨φ_ν| ⊗ (σ_νᵀ)^{⊗(n−1)} on S_j, N_j and the other N."""
_TERM = Tensor((Product((_SIGMA, _PSI)), Power(_PHI, N)))
_LINEAR = _half(SumOver("μ", SumOver("ν", _inverse_alpha(_alpha(Apply("S_j N_j N", _PROJECTED, _TERM), "ν")))))
_RICOCHET = Product((Tensor((Atom("I"), Atom("transposed", "μ"))), _PHI))
_HIT = Tensor((Product((_SIGMA, _PSI)), _PHI, Power(_RICOCHET, N - 1)))
_DIAGONAL = _half(SumOver("μ", _HIT))
_SWAPPED = _half(SumOver("μ", Tensor((Product((_SIGMA, _PSI)), _PHI, Power(_PAIR, N - 1)))))
DECRYPTED = Placed("S_j A N_j", Tensor((_PSI, _PAIR, Power(_PAIR, N - 1))))
"""|ψ⟩ on S_j, |φ⟩ on A and N_j, |φ⟩ on every other pair."""
_OUTPUT = Product((_PSI, Atom("psi*")))
_REST = Product((Tensor((_PAIR, Power(_PAIR, N - 1))), Tensor((Atom("phi*"), Power(Atom("phi*"), N - 1)))))
_Y_MEAN = Tensor((Product((Atom("psi*"), Atom("Y"), _PSI)), Atom("Y")))
_LEAK = _half(Sum((Atom("I"), _Y_MEAN)))

_EVERY = (
    Rule("exponential of X", "P² = 1, so exp(−iπ/4 P) = cos(π/4) − i sin(π/4) P", Exp(_power("X")), _factor("X")),
    Rule("exponential of Z", "in the same way", Exp(_power("Z")), _factor("Z")),
    Rule("product", "multiplied out: four terms", _TWO_FACTORS, _half(_FOUR)),
    Rule("XZ is Y", "XZ = −iY on each of the n+1 qubits", _XZ, _Y),
    Rule(
        "phases",
        "with α = (1, i, −iⁿ⁺¹, i), whose inverses are 1, −i, −(−i)ⁿ⁺¹, −i",
        _half(_FOUR_PAULIS),
        _half(_ONE_SUM),
    ),
    Rule(
        "factor by factor",
        "each term acts on A and on every pair apart, and (σ_μ ⊗ I)|φ⟩ = |φ_μ⟩",
        Apply("A S", _half(_ONE_SUM), START),
        ENCRYPTED,
    ),
    Rule(
        "partial trace",
        "what is traced out becomes overlaps: of A, and of the n − 1 other pairs",
        Trace("S_j", ENCRYPTED),
        _double(_MEAN, _OVERLAP, _TRACED),
    ),
    Rule(
        "orthogonal powers",
        "⟨φ_ν|φ_μ⟩ = δ_μν, so its power n − 1 is δ_μν as soon as n − 1 ≥ 1",
        _OVERLAP,
        Atom("delta", "μ", "ν"),
        ("μ", "ν"),
        least=2,
    ),
    Rule(
        "diagonal terms",
        "|α_μ| = 1 and ⟨ψ|σ_μσ_μ|ψ⟩ = 1",
        _double(_MEAN, Atom("delta", "μ", "ν"), _TRACED),
        _FOUR_TRACED,
    ),
    Rule("half a Bell pair", "each |φ_μ⟩ is maximally entangled", Atom("traced", "μ", "μ"), Atom("half"), ("μ",)),
    Rule("four equal terms", "4 · 1/4 = 1", _FOUR_HALVES, Atom("half")),
    Rule(
        "no other pair",
        "at n = 1 the power is ⟨φ_ν|φ_μ⟩⁰ = 1, not δ_μν: all 16 terms stay, and those with ⟨X⟩ and ⟨Z⟩ cancel",
        _double(_MEAN, _OVERLAP, _TRACED),
        _LEAK,
        most=1,
    ),
    Rule("linearity", "both sums are pulled out", Apply("S_j N_j N", decryption, ENCRYPTED), _LINEAR),
    Rule(
        "matching Bell states",
        "⟨φ_ν|φ_μ⟩ = δ_μν on the pair j, and α_μα_μ⁻¹ = 1",
        _LINEAR,
        _DIAGONAL,
    ),
    Rule("ricochet", "(I ⊗ σᵀ)|φ⟩ = (σ ⊗ I)|φ⟩ and σ_μ² = 1", _RICOCHET, _PAIR, ("μ",)),
    Rule("swap", "1/2 Σ_μ σ_μ ⊗ σ_μ exchanges A and S_j", _SWAPPED, DECRYPTED),
    Rule("output", "the other factors have norm 1", Trace("S_j", DECRYPTED), _OUTPUT),
    Rule("rest", "the output is a factor of norm 1; no ψ is left", Trace("not S_j", DECRYPTED), _REST),
)
RULES = {rule.name: rule for rule in _EVERY}
"""All rules by name."""
