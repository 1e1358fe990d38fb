"""Information–disturbance as complementarity: C restores every input if and only if its complement learns nothing."""

from __future__ import annotations

from typing import Any

import sympy

from noclone.proofs.theorems.devices import Device, device_of
from noclone.proofs.theorems.exact import basis, column, generic, partial_trace, squared_norm, tensor
from noclone.proofs.theorems.formal import formal_inner, named
from noclone.proofs.theorems.overlaps import polarisation, polarised_form
from noclone.proofs.theorems.splitting import Split
from noclone.proofs.theorems.theorem import Computed, Conclusion, Counterexample, Example, Hypothesis, Line, Theorem

__all__ = ["COMPLEMENTARITY", "CONSTANT", "KEYED_PAD", "LOSSY", "PADDED_FIRST", "PAULIS"]

ZERO, ONE = basis(2, 0), basis(2, 1)
PAULIS = (
    sympy.eye(2),
    sympy.Matrix([[0, 1], [1, 0]]),
    sympy.Matrix([[0, -sympy.I], [sympy.I, 0]]),
    sympy.Matrix([[1, 0], [0, -1]]),
)
KEYED_PAD = sum((tensor(basis(4, mu), pauli) for mu, pauli in enumerate(PAULIS)), sympy.zeros(8, 2)) / 2
"""|ψ⟩ ↦ ½ Σ_μ |μ⟩ ⊗ σ_μ|ψ⟩: the coherent key first (dimension 4), the padded qubit second."""

PADDED_FIRST = sum((tensor(pauli, basis(4, mu)) for mu, pauli in enumerate(PAULIS)), sympy.zeros(8, 2)) / 2
"""The same with the padded qubit first."""

CONSTANT = Device(2, lambda ket: tensor(ZERO, ZERO) * sympy.sqrt(squared_norm(ket)))
"""ψ ↦ ‖ψ‖ |00⟩: it preserves norms, is not linear, and forgets its input."""

LOSSY = device_of(tensor(ZERO, ZERO) * ZERO.T)
"""|00⟩⟨0|: linear, and forgets its input by losing norm."""

P, Q = sympy.symbols("p q", positive=True)
OFF = sympy.symbols("gu gv", real=True)


def _alpha() -> Any:
    """A generic positive 2×2 matrix α as L L†, with L = [[p, 0], [g, q]], p and q > 0: D's state, transposed."""
    lower = _lower()
    return (lower * lower.H).applyfunc(sympy.expand)


def _lower() -> Any:
    """L, with g = gu + i·gv."""
    return sympy.ImmutableMatrix([[P, 0], [OFF[0] + sympy.I * OFF[1], Q]])


def _square_root() -> Any:
    """√α = (α + √(det α)·1)/√(tr α + 2√(det α)), by Cayley and Hamilton; det α = p²q²."""
    alpha = _alpha()
    return (alpha + P * Q * sympy.eye(2)) / sympy.sqrt(alpha.trace() + 2 * P * Q)


def _root_squares() -> Computed:
    """(√α)² = α."""
    root = _square_root()
    return Computed((root * root).applyfunc(sympy.simplify), _alpha())


def _isometry() -> Computed:
    """W†W for W = T (1 ⊗ α^(−½)), where T†T = 1 ⊗ α."""
    inverse = tensor(sympy.eye(2), _square_root().inv())
    product = inverse * tensor(sympy.eye(2), _alpha()) * inverse
    return Computed(product.applyfunc(sympy.simplify), sympy.eye(4))


def _restored() -> Computed:
    """Σ_k W†T(|ψ⟩|k⟩) ⊗ |k⟩ = |ψ⟩ ⊗ Σ_k √α|k⟩ ⊗ |k⟩, where W†T = α^(−½)α on the second factor."""
    ket, root = generic(2, "ψ"), _square_root()
    step = (root.inv() * _alpha()).applyfunc(sympy.simplify)
    kets = [basis(2, k) for k in range(2)]
    applied = sum((tensor(tensor(sympy.eye(2), step) * tensor(ket, k), k) for k in kets), sympy.zeros(8, 1))
    fixed = sum((tensor(root * k, k) for k in kets), sympy.zeros(4, 1))
    return Computed(applied, tensor(ket, fixed))


def _converse() -> Computed:
    """The state of D once C has restored: tr over secret and rest of |ψ⟩⟨ψ| ⊗ |χ⟩⟨χ|, for generic ψ and χ."""
    ket, fixed = generic(2, "ψ"), generic(4, "χ")
    joint = tensor(ket, fixed)
    found = partial_trace(joint * joint.H, (2, 2, 2), (2,))
    return Computed(found, squared_norm(ket) * partial_trace(fixed * fixed.H, (2, 2), (1,)))


def _same_rest() -> Computed:
    """‖·‖² of what stands at |a⟩ in |a⟩|χ_a⟩ + |b⟩|χ_b⟩ − (|a⟩ + |b⟩)|χ⟩, and of χ_a − χ."""
    by_linearity = named("a", "χ_a") + named("b", "χ_b")
    difference = (by_linearity - (named("a") + named("b")).tensor(named("χ"))).after("a")
    gram = {("χ_a", "χ"): sympy.Symbol("⟨χa|χ⟩", complex=True)}
    expected = named("χ_a") - named("χ")
    return Computed(formal_inner(difference, difference, gram), formal_inner(expected, expected, gram))


def _gram() -> Computed:
    """⟨v_ki|v_lj⟩ for Σ_k v_ki ⊗ |k⟩ = V|i⟩ with the operators |k⟩⟨l| of D: an entry of tr_C V|j⟩⟨i|V†."""
    images = [generic(4, name) for name in "ij"]
    reduced = partial_trace(images[1] * images[0].H, (2, 2), (1,))
    parts = [[tensor(sympy.eye(2), basis(2, k).T) * image for k in range(2)] for image in images]
    overlaps = sympy.Matrix(2, 2, lambda line, row: (parts[0][row].H * parts[1][line])[0, 0])
    return Computed(reduced, overlaps)


COMPLEMENTARITY: Theorem[Split] = Theorem(
    name="complementarity",
    title="Information–disturbance, as complementarity",
    statement=(
        "Of a pure encoding into C and D, with nothing lost, C can restore every input exactly if and only if D learns nothing: "
        "its state does not depend on the input. The decoder is the polar part of what the encoding does to C."
    ),
    generality=(
        "lines 1, 2 and 7: any Hilbert space; the others: a qubit as secret and as D, with the state of D symbolic and of full rank "
        "(for more levels, or a smaller rank, the same lines hold on the support of D's state, which is not executed)"
    ),
    hypotheses=(
        Hypothesis("linear", "the encoding is linear", lambda it: it.device.is_linear()),
        Hypothesis("norm-preserving", "the encoding preserves norms", lambda it: it.device.preserves_norms()),
        Hypothesis("nothing-lost", "C and D together are everything there is", lambda it: it.lost == 1),
    ),
    conclusion=Conclusion(
        "C can restore every input if and only if D learns nothing",
        lambda it: it.restores() == it.is_uninformative(),
    ),
    proof=(
        Line(
            "The encoding V preserves inner products, by polarisation",
            polarisation,
            ("linear", "norm-preserving"),
            latex=r"\tfrac14\sum_k i^{-k}\,\|x+i^ky\|^2 = \langle x|y\rangle",
        ),
        Line(
            "If D learns nothing, ⟨Vψ|1⊗O|Vψ⟩ = s‖ψ‖² for every ψ and every operator O of D; by polarisation ⟨Vx|1⊗O|Vy⟩ = s⟨x|y⟩",
            polarised_form,
            ("linear", "norm-preserving"),
            latex=r"\tfrac14\sum_k i^{-k}\,s\,\|x+i^ky\|^2 = s\,\langle x|y\rangle",
        ),
        Line(
            "Write V|i⟩ = Σ_k |v_ki⟩_C |k⟩_D: nothing else is there. The overlaps ⟨v_ki|v_lj⟩ are the entries of tr_C V|j⟩⟨i|V†; "
            "by the line before (O = |k⟩⟨l|) they are δ_ij α_kl. So T: |i⟩|k⟩ ↦ |v_ki⟩ has T†T = 1 ⊗ α",
            _gram,
            ("nothing-lost",),
        ),
        Line(
            "α has the root √α = (α + √(det α)·1)/√(tr α + 2√(det α)); α is written as L L†",
            _root_squares,
            latex=r"\sqrt{\alpha}^{\,2} = \alpha",
        ),
        Line(
            "Polar decomposition: W = T (1 ⊗ α^(−½)) is an isometry, W†W = (1⊗α^(−½))(1⊗α)(1⊗α^(−½)) = 1",
            _isometry,
            latex=r"(1\otimes\alpha^{-1/2})(1\otimes\alpha)(1\otimes\alpha^{-1/2}) = 1",
        ),
        Line(
            "The decoder W† on C alone gives Σ_k W†T|ψ⟩|k⟩ ⊗ |k⟩_D = |ψ⟩ ⊗ Σ_k √α|k⟩ ⊗ |k⟩_D: C restores every ψ",
            _restored,
            latex=r"\sum_k W^\dagger T|\psi\rangle|k\rangle\otimes|k\rangle = "
            r"|\psi\rangle\otimes\sum_k\sqrt{\alpha}|k\rangle\otimes|k\rangle",
        ),
        Line(
            "Conversely, let C restore every ψ: V, then the decoder as an isometry, takes a to |a⟩|χ_a⟩, b ⊥ a to |b⟩|χ_b⟩ and "
            "a + b to (|a⟩ + |b⟩)|χ⟩. By linearity what stands at |a⟩ agrees, χ_a − χ = 0: the rest does not depend on ψ",
            _same_rest,
            ("linear",),
            latex=r"\langle a|(|a\rangle|\chi_a\rangle+|b\rangle|\chi_b\rangle-(|a\rangle+|b\rangle)|\chi\rangle)"
            r" = |\chi_a\rangle-|\chi\rangle",
        ),
        Line(
            "So D's state is what is left of |ψ⟩⟨ψ| ⊗ |χ⟩⟨χ| without secret and decoder's rest K: it depends on χ alone",
            _converse,
            ("nothing-lost",),
            latex=r"\operatorname{tr}_{AK} |\psi\rangle\langle\psi|\otimes|\chi\rangle\langle\chi| = "
            r"\|\psi\|^2 \operatorname{tr}_K |\chi\rangle\langle\chi|",
        ),
    ),
    examples=(
        Example(
            "½ Σ_μ |μ⟩ ⊗ σ_μ|ψ⟩, C the key: the padded qubit learns nothing, and the key restores",
            Split(device_of(KEYED_PAD), 4, 2),
        ),
        Example(
            "|0⟩ ↦ |00⟩, |1⟩ ↦ |11⟩: D learns which of the two, and C cannot restore superpositions",
            Split(device_of(sympy.Matrix.hstack(tensor(ZERO, ZERO), tensor(ONE, ONE))), 2, 2),
        ),
        Example(
            "|ψ⟩ ↦ |ψ⟩ ⊗ (3|0⟩ + 4|1⟩)/5: D has a fixed pure state",
            Split(device_of(tensor(sympy.eye(2), column(3, 4) / 5)), 2, 2),
        ),
    ),
    counterexamples=(
        Counterexample("linear", "ψ ↦ ‖ψ‖|00⟩: D learns nothing, and C has nothing", Split(CONSTANT, 2, 2)),
        Counterexample(
            "norm-preserving", "|00⟩⟨0|: D learns nothing when something arrives, and C has nothing", Split(LOSSY, 2, 2)
        ),
        Counterexample(
            "nothing-lost",
            "the key of the pad is lost (F), C holds the padded qubit, D has nothing: D learns nothing, C cannot restore",
            Split(device_of(PADDED_FIRST), 2, 1, 4),
        ),
    ),
    references=(
        "D. Kretschmann, D. Schlingemann and R. F. Werner, IEEE Trans. Inf. Theory 54, 1708 (2008), the quantitative form",
        "B. Schumacher and M. A. Nielsen, Phys. Rev. A 54, 2629 (1996)",
        "E. Knill and R. Laflamme, Phys. Rev. A 55, 900 (1997)",
        "A. Uhlmann, Rep. Math. Phys. 9, 273 (1976)",
    ),
)
