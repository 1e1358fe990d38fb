"""No-hiding: what a pure process hides from one part is found whole in the rest, never in the correlations."""

from __future__ import annotations

import sympy

from noclone.proofs.theorems.complementarity import CONSTANT, KEYED_PAD, LOSSY, PADDED_FIRST
from noclone.proofs.theorems.devices import device_of
from noclone.proofs.theorems.exact import column, tensor
from noclone.proofs.theorems.formal import FormalKet, Gram, formal_inner, named
from noclone.proofs.theorems.overlaps import polarisation, polarised_form
from noclone.proofs.theorems.splitting import Split
from noclone.proofs.theorems.theorem import Computed, Conclusion, Counterexample, Example, Hypothesis, Line, Theorem

__all__ = ["NO_HIDING"]

LEVELS = 3
WEIGHTS = sympy.symbols(f"p0:{LEVELS}", positive=True)
OVERLAP = sympy.Symbol("⟨x|y⟩", complex=True)
PAD = Split(device_of(KEYED_PAD), 4, 2)
LOST_KEY = device_of(PADDED_FIRST)


def _image(name: str) -> FormalKet:
    """Σ_k √p_k |k⟩ |A_k x⟩: B first, then E."""
    total = FormalKet(())
    for level, weight in enumerate(WEIGHTS):
        total += named(f"{level}", f"A{level} {name}").times(sympy.sqrt(weight))
    return total


def _schmidt() -> Computed:
    """⟨Vx|(|j⟩⟨k| ⊗ 1)|Vy⟩ for all j, k, as √(p_j p_k) ⟨A_j x|A_k y⟩ with free overlaps."""
    free = {
        (f"A{j} x", f"A{k} y"): sympy.Symbol(f"⟨A{j} x|A{k} y⟩", complex=True)
        for j in range(LEVELS)
        for k in range(LEVELS)
    }
    found = sympy.Matrix(
        LEVELS, LEVELS, lambda j, k: formal_inner(_image("x").after(f"{j}"), _image("y").after(f"{k}"), free)
    )
    wanted = sympy.Matrix(LEVELS, LEVELS, lambda j, k: sympy.sqrt(WEIGHTS[j] * WEIGHTS[k]) * free[f"A{j} x", f"A{k} y"])
    return Computed(found, wanted)


def _solved() -> Computed:
    """The overlaps ⟨A_j x|A_k y⟩ that solve √(p_j p_k) ⟨A_j x|A_k y⟩ = p_k δ_jk ⟨x|y⟩."""
    unknown = sympy.Symbol("A")

    def solution(j: int, k: int) -> object:
        wanted = WEIGHTS[k] * OVERLAP if j == k else 0
        return sympy.solve(sympy.Eq(sympy.sqrt(WEIGHTS[j] * WEIGHTS[k]) * unknown, wanted), unknown)[0]

    return Computed(sympy.Matrix(LEVELS, LEVELS, solution), OVERLAP * sympy.eye(LEVELS))


def _decoder() -> Computed:
    """The overlaps of |x⟩|j⟩ and |y⟩|k⟩, which are those of A_j x and A_k y."""
    gram: Gram = {("x", "y"): OVERLAP}
    found = sympy.Matrix(LEVELS, LEVELS, lambda j, k: formal_inner(named("x", f"{j}"), named("y", f"{k}"), gram))
    return Computed(found, OVERLAP * sympy.eye(LEVELS))


def _decoded() -> Computed:
    """‖(1 ⊗ D) V x − Σ_k √p_k |k⟩ |x⟩ |k⟩‖², that is of the decoded state and x ⊗ a fixed ket."""
    images: dict[tuple[str, ...], FormalKet] = {(f"{k}", f"A{k} x"): named(f"{k}", "x", f"{k}") for k in range(LEVELS)}
    difference = _image("x").mapped(images)
    for k, weight in enumerate(WEIGHTS):
        difference -= named(f"{k}", "x", f"{k}").times(sympy.sqrt(weight))
    return Computed(formal_inner(difference, difference, {}), sympy.S.Zero)


NO_HIDING: Theorem[Split] = Theorem(
    name="no-hiding",
    title="No-hiding",
    statement=(
        "If a pure process hides its input from B (the state of B is the same for every input), then whoever holds all the rest, E, "
        "restores the input alone. Nothing is left in the correlations of B and E."
    ),
    generality=(
        "input and E in any Hilbert space; the state of B with three levels of symbolic weight (the algebra treats each level alike; "
        "other numbers of levels are not executed)"
    ),
    hypotheses=(
        Hypothesis("linear", "the process is linear", lambda it: it.device.is_linear()),
        Hypothesis("norm-preserving", "the process preserves norms", lambda it: it.device.preserves_norms()),
        Hypothesis("nothing-lost", "B and E together are everything there is", lambda it: it.lost == 1),
        Hypothesis("hidden", "the state of B is the same for every input", lambda it: it.is_uninformative()),
    ),
    conclusion=Conclusion("E alone can restore every input", lambda it: it.restores()),
    proof=(
        Line(
            "The process V preserves inner products, by polarisation",
            polarisation,
            ("linear", "norm-preserving"),
            latex=r"\tfrac14\sum_k i^{-k}\,\|x+i^ky\|^2 = \langle x|y\rangle",
        ),
        Line(
            "B is in one state σ whatever the input: ⟨Vψ|O⊗1|Vψ⟩ = s‖ψ‖² with s = tr Oσ; by polarisation ⟨Vx|O⊗1|Vy⟩ = s⟨x|y⟩",
            polarised_form,
            ("linear", "norm-preserving", "hidden"),
            latex=r"\tfrac14\sum_k i^{-k}\,s\,\|x+i^ky\|^2 = s\,\langle x|y\rangle",
        ),
        Line(
            "In the eigenbasis of σ = Σ p_k|k⟩⟨k|, Vψ = Σ_k √p_k |k⟩_B |A_k ψ⟩_E, and nothing else is there. "
            "⟨Vx|(|j⟩⟨k|⊗1)|Vy⟩ = √(p_j p_k) ⟨A_j x|A_k y⟩",
            _schmidt,
            ("nothing-lost",),
            latex=r"\langle Vx|(|j\rangle\langle k|\otimes 1)|Vy\rangle = \sqrt{p_jp_k}\,\langle A_jx|A_ky\rangle",
        ),
        Line(
            "By line 2 that is p_k δ_jk ⟨x|y⟩, so ⟨A_j x|A_k y⟩ = δ_jk ⟨x|y⟩",
            _solved,
            ("hidden",),
        ),
        Line("|x⟩|j⟩ and |y⟩|k⟩ have the same overlaps, so D: A_k ψ ↦ |ψ⟩|k⟩ is an isometry on E alone", _decoder),
        Line(
            "It gives (1⊗D)Vψ = Σ_k √p_k |k⟩_B |ψ⟩|k⟩: ψ itself, and beside it a state of B and E that is the same for every ψ",
            _decoded,
            latex=r"(1\otimes D)V\psi - \textstyle\sum_k \sqrt{p_k}\,|k\rangle|\psi\rangle|k\rangle = 0",
        ),
    ),
    examples=(
        Example("½ Σ_μ |μ⟩_E ⊗ σ_μ|ψ⟩_B: the pad whose key is kept coherently; the key alone restores", PAD),
        Example(
            "|ψ⟩_E ⊗ (3|0⟩ + 4|1⟩)/5: B never met the input",
            Split(device_of(tensor(sympy.eye(2), column(3, 4) / 5)), 2, 2),
        ),
    ),
    counterexamples=(
        Counterexample("linear", "ψ ↦ ‖ψ‖|00⟩ hides its input from everyone", Split(CONSTANT, 2, 2)),
        Counterexample(
            "norm-preserving", "|00⟩⟨0| hides its input from everyone, when something arrives", Split(LOSSY, 2, 2)
        ),
        Counterexample(
            "nothing-lost",
            "a classical pad: B holds the padded qubit, E nothing, and the key is lost: the input is in the correlations only",
            Split(LOST_KEY, 1, 2, 4),
        ),
        Counterexample(
            "hidden",
            "B holds the input, E a fixed state",
            Split(device_of(tensor(column(3, 4) / 5, sympy.eye(2))), 2, 2),
        ),
    ),
    references=(
        "S. L. Braunstein and A. K. Pati, Phys. Rev. Lett. 98, 080502 (2007)",
        "J. R. Samal, A. K. Pati and A. Kumar, Phys. Rev. Lett. 106, 080401 (2011), the experiment",
    ),
)
