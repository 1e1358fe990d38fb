"""Terms with a symbol n: tensor powers, sums over μ ∈ {0, 1, 2, 3}, partial traces. They can be written, rewritten, and
evaluated at a number n.

Qubits are in the order A, S_1, N_1, S_2, N_2, …; σ_0…σ_3 = I, X, Y, Z; |φ_μ⟩ = (σ_μ ⊗ I)(|00⟩ + |11⟩)/√2. A value is a
matrix: a state is a column, a number has one row and one column. Where a formula singles out a pair, it is the first one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import Any

import numpy
import sympy

from noclone.proofs.derivations.truth import PAULIS

__all__ = [
    "Apply",
    "Atom",
    "Case",
    "Exp",
    "N",
    "Placed",
    "Power",
    "Product",
    "Scaled",
    "Sum",
    "SumOver",
    "Tensor",
    "Term",
    "Trace",
    "rewritten",
]

N = sympy.Symbol("n", integer=True, positive=True)
"""The number of pairs."""

_SIGMA = [PAULIS[letter] for letter in "IXYZ"]
_PHI = [(sigma / numpy.sqrt(2)).reshape(4, 1) for sigma in _SIGMA]


@dataclass(frozen=True)
class Case:
    """Where a term is evaluated: n, the input |ψ⟩ as a column, and a value for every index that is not summed."""

    n: int
    psi: Any
    indices: Mapping[str, int]


class Term:
    """The root of all terms."""

    def value(self, case: Case) -> Any:
        """The matrix."""
        raise NotImplementedError

    def write(self, *, latex: bool) -> str:
        """The formula."""
        raise NotImplementedError


@dataclass(frozen=True)
class Atom(Term):
    """A named matrix: "X", "sigma" and "transposed" (of an index), "psi", "phi" (the Bell pair; of an index, φ_μ), the bras
    "psi*" and "phi*", "delta" (of two), and "half" for the operator I/2 on one qubit.
    """

    kind: str
    index: str = ""
    other: str = ""

    def value(self, case: Case) -> Any:
        """The matrix."""
        at = case.indices.get(self.index, 0)
        if self.kind in PAULIS:
            return PAULIS[self.kind]
        values: dict[str, Callable[[], Any]] = {
            "sigma": lambda: _SIGMA[at],
            "transposed": lambda: _SIGMA[at].T,
            "psi": lambda: case.psi,
            "psi*": lambda: case.psi.conj().T,
            "phi": lambda: _PHI[at],
            "phi*": lambda: _PHI[at].conj().T,
            "half": lambda: numpy.eye(2) / 2,
            "delta": lambda: numpy.array([[float(at == case.indices[self.other])]]),
            "traced": lambda: _traced(_PHI[at], _PHI[case.indices[self.other]]),
        }
        return values[self.kind]()

    def write(self, *, latex: bool) -> str:
        """The formula."""
        if self.kind in PAULIS:
            return self.kind
        index = _GREEK[self.index] if latex and self.index else self.index
        other = _GREEK[self.other] if latex and self.other else self.other
        low = f"_{{{index}}}" if latex and index else f"_{index}" if index else ""
        text, maths = {
            "sigma": (f"σ{low}", rf"\sigma{low}"),
            "transposed": (f"σ{low}ᵀ", rf"\sigma{low}^{{T}}"),
            "psi": ("|ψ⟩", r"|\psi\rangle"),
            "psi*": ("⟨ψ|", r"\langle\psi|"),
            "phi": (f"|φ{low}⟩", rf"|\varphi{low}\rangle"),
            "phi*": (f"⟨φ{low}|", rf"\langle\varphi{low}|"),
            "half": ("I/2", r"\tfrac{1}{2} I"),
            "delta": (f"δ_{index}{other}", rf"\delta_{{{index}{other}}}"),
            "traced": (
                f"tr_N |φ_{index}⟩⟨φ_{other}|",
                rf"\operatorname{{tr}}_N |\varphi_{{{index}}}\rangle\langle\varphi_{{{other}}}|",
            ),
        }[self.kind]
        return maths if latex else text


_GREEK = {"μ": r"\mu", "ν": r"\nu"}


def _traced(ket: Any, other: Any) -> Any:
    """tr_N |ket⟩⟨other| for states of a pair S, N, by the definition of the partial trace."""
    left, right = ket.reshape(2, 2), other.reshape(2, 2)
    return sum(numpy.outer(left[:, at], right[:, at].conj()) for at in range(2))


@dataclass(frozen=True)
class Scaled(Term):
    """A number times a term: ``values`` are SymPy expressions in n, one, or four by an index; ``text`` writes them."""

    text: str
    latex: str
    values: tuple[Any, ...]
    part: Term
    index: str = ""

    def value(self, case: Case) -> Any:
        """The matrix."""
        number = self.values[case.indices[self.index] if self.index else 0]
        return complex(sympy.sympify(number).subs(N, case.n)) * self.part.value(case)

    def write(self, *, latex: bool) -> str:
        """The formula."""
        inside = self.part.write(latex=latex)
        front = self.latex if latex else self.text
        front = front[:1] if front in ("-1", "−1") else f"{front} "
        return front + (f"({inside})" if isinstance(self.part, Sum) else inside)


@dataclass(frozen=True)
class Tensor(Term):
    """A tensor product; numbers among its parts multiply."""

    parts: tuple[Term, ...]

    def value(self, case: Case) -> Any:
        """The matrix."""
        return reduce(numpy.kron, [part.value(case) for part in self.parts])

    def write(self, *, latex: bool) -> str:
        """The formula."""
        found, tensor = "", r" \otimes " if latex else " ⊗ "
        for part in self.parts:
            found += _closed(part, latex=latex) + (" " if _is_number(part) else tensor)
        return found.removesuffix(tensor)


@dataclass(frozen=True)
class Power(Term):
    """A tensor power, the exponent a SymPy expression in n; of a number, its power."""

    part: Term
    exponent: Any

    def value(self, case: Case) -> Any:
        """The matrix; one number 1 for exponent 0."""
        times = int(sympy.sympify(self.exponent).subs(N, case.n))
        part = self.part.value(case)
        factors: list[Any] = [numpy.eye(1), *[part] * times]
        return reduce(numpy.kron, factors)

    def write(self, *, latex: bool) -> str:
        """The formula."""
        exponent = str(self.exponent).replace(" ", "")
        inside = self.part.write(latex=latex)
        plain = _is_number(self.part)
        if (isinstance(self.part, Product) and not plain) or inside.endswith("ᵀ"):
            inside = f"({inside})"
        if latex:
            return f"{{{inside}}}^{{{'' if plain else chr(92) + 'otimes '}{exponent}}}"
        power = exponent if exponent.isalnum() else f"({exponent})".replace("-", "−")
        return f"{inside}^{power}" if plain else f"{inside}^⊗{power}"


@dataclass(frozen=True)
class Product(Term):
    """A product of matrices."""

    parts: tuple[Term, ...]

    def value(self, case: Case) -> Any:
        """The matrix."""
        return reduce(numpy.matmul, [part.value(case) for part in self.parts])

    def write(self, *, latex: bool) -> str:
        """The formula."""
        found = ""
        for part in self.parts:
            written = _closed(part, latex=latex)
            bra_ket = found.endswith("|") and written.startswith("|")
            ket_bra = found.endswith(("⟩", "rangle")) and written.startswith(("⟨", r"\langle"))
            before_ket = written.startswith("|") and not found.endswith((")", "⟩", "rangle"))
            space = "" if not found or ket_bra or before_ket or found.endswith("|") else " "
            found += space + (written[1:] if bra_ket else written)
        return found


@dataclass(frozen=True)
class Sum(Term):
    """A sum."""

    parts: tuple[Term, ...]

    def value(self, case: Case) -> Any:
        """The matrix."""
        return sum(part.value(case) for part in self.parts)

    def write(self, *, latex: bool) -> str:
        """The formula."""
        minus = "-" if latex else "−"
        found = self.parts[0].write(latex=latex)
        for part in self.parts[1:]:
            written = part.write(latex=latex)
            found += f" {minus} {written[1:].strip()}" if written[0] == minus else f" + {written}"
        return found


@dataclass(frozen=True)
class SumOver(Term):
    """Σ over an index from 0 to 3."""

    index: str
    part: Term

    def value(self, case: Case) -> Any:
        """The matrix."""
        each = (replace(case, indices={**case.indices, self.index: at}) for at in range(4))
        return sum(self.part.value(one) for one in each)

    def write(self, *, latex: bool) -> str:
        """The formula."""
        sign = rf"\sum_{{{_GREEK[self.index]}}}" if latex else f"Σ_{self.index}"
        return f"{sign} {self.part.write(latex=latex)}"


@dataclass(frozen=True)
class Exp(Term):
    """exp(−iπ/4 P)."""

    part: Term

    def value(self, case: Case) -> Any:
        """The exponential series, by SciPy."""
        from scipy.linalg import expm

        return expm(-0.25j * numpy.pi * self.part.value(case))

    def write(self, *, latex: bool) -> str:
        """The formula."""
        inside = self.part.write(latex=latex)
        return rf"e^{{-\frac{{i\pi}}{{4}} {inside}}}" if latex else f"exp(−iπ/4 {inside})"


_WIRES: dict[str, Callable[[int], list[int]]] = {
    "A S": lambda n: [0, *range(1, 2 * n, 2)],
    "S_j N_j N": lambda n: [1, 2, *range(4, 2 * n + 1, 2)],
    "S_j": lambda _: [1],
    "not S_j": lambda n: [0, *range(2, 2 * n + 1)],
    "S_j A N_j": lambda n: [1, 0, *range(2, 2 * n + 1)],
}
"""Named lists of qubits, in the order in which a term has them."""


@dataclass(frozen=True)
class Apply(Term):
    """An operator on some of the qubits, applied to a state of all."""

    wires: str
    operator: Term
    state: Term

    def value(self, case: Case) -> Any:
        """The state."""
        wires, qubits = _WIRES[self.wires](case.n), 2 * case.n + 1
        state = self.state.value(case).reshape([2] * qubits)
        rest = [qubit for qubit in range(qubits) if qubit not in wires]
        moved = state.transpose(*wires, *rest).reshape(2 ** len(wires), -1)
        after = (self.operator.value(case) @ moved).reshape([2] * qubits)
        return after.transpose(numpy.argsort([*wires, *rest])).reshape(-1, 1)

    def write(self, *, latex: bool) -> str:
        """The formula."""
        label = self.wires.replace(" ", ",")
        low = rf"_{{{label}}}" if latex else f"_{label}"
        return f"[{self.operator.write(latex=latex)}]{low} {_closed(self.state, latex=latex)}"


@dataclass(frozen=True)
class Placed(Term):
    """A state whose factors lie on other qubits than the usual order has."""

    wires: str
    part: Tensor

    def value(self, case: Case) -> Any:
        """The state in the usual order."""
        wires = _WIRES[self.wires](case.n)
        state = self.part.value(case).reshape([2] * len(wires))
        return state.transpose(numpy.argsort(wires)).reshape(-1, 1)

    def write(self, *, latex: bool) -> str:
        """The formula."""
        labels = ["S_j", "A,N_j", ""]
        sign = r" \otimes " if latex else " ⊗ "
        return sign.join(
            part.write(latex=latex) + ((f"_{{{label}}}" if latex else f"_{label}") if label else "")
            for part, label in zip(self.part.parts, labels, strict=True)
        )


@dataclass(frozen=True)
class Trace(Term):
    """tr of |χ⟩⟨χ| over all qubits but some."""

    kept: str
    state: Term

    def value(self, case: Case) -> Any:
        """The operator, as the sum over the basis states of what is traced out."""
        kept, qubits = _WIRES[self.kept](case.n), 2 * case.n + 1
        rest = [qubit for qubit in range(qubits) if qubit not in kept]
        matrix = self.state.value(case).reshape([2] * qubits).transpose(*kept, *rest).reshape(2 ** len(kept), -1)
        return numpy.einsum("ar,br->ab", matrix, matrix.conj())

    def write(self, *, latex: bool) -> str:
        """The formula."""
        state = self.state.write(latex=latex)
        over = "S_j" if self.kept == "not S_j" else r"\neq S_j" if latex else "all but S_j"
        if latex:
            return rf"\operatorname{{tr}}_{{{over}}} |\chi\rangle\langle\chi|,\ |\chi\rangle = {state}"
        return f"tr_({over}) |χ⟩⟨χ|, |χ⟩ = {state}"


def _is_number(part: Term) -> bool:
    """Whether a term is a number: ⟨…|…⟩, a power of one, or δ."""
    if isinstance(part, Power):
        return _is_number(part.part)
    if isinstance(part, Product):
        first, last = part.parts[0], part.parts[-1]
        return (
            isinstance(first, Atom)
            and first.kind.endswith("*")
            and isinstance(last, Atom)
            and last.kind in ("psi", "phi")
        )
    return isinstance(part, Atom) and part.kind == "delta"


def _closed(part: Term, *, latex: bool) -> str:
    """A term in parentheses, if it is a sum."""
    written = part.write(latex=latex)
    is_open = isinstance(part, Sum | Scaled | SumOver) or (isinstance(part, Tensor) and len(part.parts) > 1)
    return f"({written})" if is_open else written


def rewritten(term: Term, left: Term, right: Term) -> tuple[Term, int]:
    """The term with every ``left`` in it replaced by ``right``, and how many there were."""
    if term == left:
        return right, 1
    changed: dict[str, Any] = {}
    total = 0
    for field in fields(term):  # type: ignore[arg-type]  # every term is a dataclass; their root is not
        old = getattr(term, field.name)
        if isinstance(old, Term):
            changed[field.name], count = rewritten(old, left, right)
            total += count
        elif isinstance(old, tuple) and old and isinstance(old[0], Term):
            pairs = [rewritten(part, left, right) for part in old]
            changed[field.name] = tuple(part for part, _ in pairs)
            total += sum(count for _, count in pairs)
    return (replace(term, **changed) if total else term), total  # type: ignore[type-var]  # as above
