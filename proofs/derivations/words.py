r"""Words and names as LaTeX, for text that ``\text{…}`` holds and for mathematics."""

from __future__ import annotations

import re
from itertools import groupby

__all__ = ["latex_of_words"]

_MATHS = {
    "|": "|",
    "<": "<",
    ">": ">",
    "−": "-",
    "·": r"\cdot",
    "×": r"\times",
    "⊗": r"\otimes",
    "⟨": r"\langle",
    "⟩": r"\rangle",
    "√": r"\surd",
    "≥": r"\ge",
    "≤": r"\le",
    "≠": r"\ne",
    "Σ": r"\Sigma",
    "α": r"\alpha",
    "β": r"\beta",
    "δ": r"\delta",
    "μ": r"\mu",
    "ν": r"\nu",
    "π": r"\pi",
    "ρ": r"\rho",
    "σ": r"\sigma",
    "τ": r"\tau",
    "φ": r"\varphi",
    "ψ": r"\psi",
    "ω": r"\omega",
    "†": r"\dagger",
    "²": "^2",
    "³": "^3",
    "ⁿ": "^n",
    "ᵀ": "^T",
    "⁰": "^0",
    "ⁿ⁺¹": "^{n+1}",
    "⁻¹": "^{-1}",
    "_μ": r"_\mu",
    "_ν": r"_\nu",
    "₊": "_+",
    "₋": "_-",
    "∈": r"\in",
    "e^(iπ/4)": r"e^{i\pi/4}",
    "v_r": "v_r",
} | {chr(0x2080 + digit): f"_{digit}" for digit in range(10)}
_PLAIN = {
    "…": r"\ldots{}",
    "’": "'",
    "“": "``",
    "”": "''",
    "–": "--",
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
} | {letter: f"\\{letter}" for letter in "&%$#_{}"}
_TOKEN = re.compile(r"e\^\(iπ/4\)|\bv_r\b|(?<=[Α-ωΣ])_[A-Za-z]\b|ⁿ⁺¹|⁻¹|_μ|_ν|.", re.DOTALL)


def latex_of_words(words: str) -> str:
    r"""Words for inside ``\text{…}``: special characters escaped, mathematical ones in ``$…$``.

    >>> print(latex_of_words("the state |ψ⟩ of S[0] & N_1"))
    the state $|\psi \rangle $ of S[0] \& N\_1

    Letters that it does not know are kept: LaTeX on Unicode prints them.
    """
    parts = []
    for is_formula, letters in groupby(_TOKEN.findall(words), _is_formula):
        if is_formula:
            written = (_MATHS.get(letter, letter) for letter in letters)
            parts.append("$" + "".join(f"{each} " if each[-1].isalpha() else each for each in written) + "$")
        else:
            parts.append("".join(_PLAIN.get(letter, letter) for letter in letters))
    return "".join(parts)


def _is_formula(token: str) -> bool:
    """Whether a token is mathematics: a known letter, or an index of a Greek one."""
    return token in _MATHS or (len(token) == 2 and token[0] == "_")
