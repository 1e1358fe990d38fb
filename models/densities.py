"""Density operators of a protocol with noise at named places, in floats: what a coalition's state is, and what it tells.

Every number comes with a bound on its numerical error; nothing here is a proof. Qubits are big-endian: the first qubit held
is the most significant bit of a coalition's state, the first secret qubit that of an input. Entropies are in bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy

from noclone.models.channels import NoiseLocation
from noclone.models.diamond import diamond_bounds
from noclone.models.distinguishing import distance_bounds
from noclone.models.errors import InputError, TooLargeError, nearest
from noclone.models.evolution import Evolution, Step, gate_step
from noclone.models.measures import Estimate, as_density, entropy_error, spectrum_entropy
from noclone.models.system import Gate, RecoveryGates, Stage, System

if TYPE_CHECKING:
    import qutip
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[numpy.complex128]

__all__ = ["MOST_EIGENVALUES", "Densities"]

MOST_EIGENVALUES = 2**12
"""The dimension of the largest noisy state whose eigenvalues are computed: a minute."""

_CACHED, _REMEMBERED = 2**22, 8


class Densities:
    """A system's states at any moment: the name of a stage or recovery, or None for the end of the encoding.

    ``noise`` lists channels at places of stages and recoveries; those at one place act in the order listed. Recoveries' noise
    acts when the moment is that recovery. Qubits are numbers in the system. Raises InputError for a noise location that there is
    not; methods raise it for qubits or moments that there are not, and TooLargeError, which states the cost.
    """

    def __init__(self, system: System, noise: Sequence[NoiseLocation] = ()) -> None:
        self.system, self.noise = system, tuple(noise)
        self._known: dict[tuple[tuple[int, ...], str | None], tuple[Array, float]] = {}
        for location in self.noise:
            self._check(location)

    @cached_property
    def _parts(self) -> dict[str, tuple[Gate, ...]]:
        parts: tuple[Stage | RecoveryGates, ...] = (*self.system.stages, *self.system.recoveries)
        return {part.name: part.gates for part in parts}

    @property
    def _inputs(self) -> int:
        return 1 << len(self.system.secret_qubits)

    def _check(self, location: NoiseLocation) -> None:
        if location.part not in self._parts:
            known = ", ".join(self._parts)
            raise InputError(
                f"noise in '{location.part}': no such stage or recovery.{nearest(location.part, self._parts)} Known: {known}"
            )
        gates, count = len(self._parts[location.part]), len(self.system.names)
        if location.position > gates:
            raise InputError(f"noise in '{location.part}' after {location.position} gates: it has {gates}")
        if max(location.qubits) >= count:
            raise InputError(f"noise in '{location.part}' on qubit {max(location.qubits)}: there are {count}, from 0")

    def _steps(self, moment: str | None) -> list[Step]:
        """Gates and noise until a moment."""
        stages = [stage.name for stage in self.system.stages]
        if moment is None:
            names = stages
        elif moment in stages:
            names = stages[: stages.index(moment) + 1]
        elif moment in self._parts:
            names = [*stages, moment]
        else:
            raise InputError(
                f"no stage or recovery '{moment}'.{nearest(moment, self._parts)} Known: {', '.join(self._parts)}"
            )
        steps: list[Step] = []
        for name in names:
            gates = self._parts[name]
            for position in range(len(gates) + 1):
                here = (each for each in self.noise if (each.part, each.position) == (name, position))
                steps += [(location.qubits, location.channel) for location in here]
                steps += [gate_step(gate) for gate in gates[position : position + 1]]
        return steps

    def _evolution(self, held: Sequence[int], moment: str | None) -> Evolution:
        count = len(self.system.names)
        if len(set(held)) != len(held) or not set(held) <= set(range(count)):
            raise InputError(f"held are different qubits from 0 to {count - 1}, not {list(held)}")
        return Evolution(self._steps(moment), self.system.secret_qubits, held)

    def _computed(self, held: Sequence[int], moment: str | None) -> tuple[Array, float]:
        """The operators, and a bound on their error in trace norm, with a reference."""
        key = tuple(held), moment
        if key in self._known:
            return self._known[key]
        evolution = self._evolution(held, moment)
        found = evolution.operators()
        found.setflags(write=False)
        defect = abs(numpy.einsum("aapq->pq", found) - numpy.eye(self._inputs)).max()
        answer = found, max(evolution.error, 10 * self._inputs * float(defect))
        if found.size <= _CACHED:
            while len(self._known) >= _REMEMBERED:
                self._known.pop(next(iter(self._known)))
            self._known[key] = answer
        return answer

    def operators(self, held: Sequence[int], moment: str | None = None) -> Array:
        """N(|p⟩⟨q|) = tr_rest V|p⟩⟨q|V† with the noise: a read-only array [C, C, p, q], C = 2^|held|."""
        return self._computed(held, moment)[0]

    def error(self, held: Sequence[int], moment: str | None = None) -> float:
        """A bound on ‖computed − exact‖₁ of a state of these qubits, with a reference or without.

        Rounding of every step (``Evolution.error``), or ten times the largest deviation of the traces from δ_pq if that is more.
        """
        return self._computed(held, moment)[1]

    def reduced(self, held: Sequence[int], state: Any, moment: str | None = None) -> qutip.Qobj:
        """The coalition's density operator, dims [[2]·|held|, …], for an input ket or density operator (Qobj or array)."""
        import qutip

        rho = as_density(state)
        if len(rho) != self._inputs:
            raise InputError(f"an input has {self._inputs} dimensions here, not {len(rho)}")
        found = numpy.einsum("abpq,pq->ab", self.operators(held, moment), rho)
        dims = [2] * len(held) or [1]
        return qutip.Qobj(found, dims=[dims, dims])

    def joint(self, held: Sequence[int], moment: str | None = None) -> qutip.Qobj:
        """The state of R and the coalition for Σ_p |p⟩|p⟩/√K: factors are R's qubits, in the secret's order, then those held."""
        import qutip

        dims = [2] * (len(held) + len(self.system.secret_qubits))
        return qutip.Qobj(self._joint(self.operators(held, moment)), dims=[dims, dims])

    def _joint(self, operators: Array) -> Array:
        size = len(operators) * self._inputs
        return operators.transpose(2, 0, 3, 1).reshape(size, size) / self._inputs

    def entropy(self, held: Sequence[int], moment: str | None = None) -> Estimate:
        """S(C) in bits, for a secret that is maximally entangled with a reference."""
        return self._entropies(held, moment)[0]

    def information(self, held: Sequence[int], moment: str | None = None) -> Estimate:
        """I(R:C) = S(R) + S(C) − S(RC) in bits, from 0 to 2k for k secret qubits."""
        own, joint = self._entropies(held, moment)
        return Estimate(len(self.system.secret_qubits) + own.value - joint.value, own.error + joint.error)

    def coherent_information(self, held: Sequence[int], moment: str | None = None) -> Estimate:
        """S(C) − S(RC) in bits, from −k to k: k where the coalition restores every input."""
        own, joint = self._entropies(held, moment)
        return Estimate(own.value - joint.value, own.error + joint.error)

    def _entropies(self, held: Sequence[int], moment: str | None) -> tuple[Estimate, Estimate]:
        """S(C) and S(RC); their errors by Audenaert's inequality from that of the state and of its eigenvalues."""
        evolution = self._evolution(held, moment)
        if evolution.is_pure:
            return self._pure_entropies(evolution)
        size = 2 ** len(held) * self._inputs
        if size > MOST_EIGENVALUES:
            raise TooLargeError(
                f"the noisy state of {len(held)} qubits and the reference has {size} eigenvalues: at most {MOST_EIGENVALUES} are computed"
            )
        operators, error = self._computed(held, moment)
        own = numpy.einsum("abpp->ab", operators) / self._inputs
        return _estimate(numpy.linalg.eigvalsh(own), error), _estimate(
            numpy.linalg.eigvalsh(self._joint(operators)), error
        )

    def _pure_entropies(self, evolution: Evolution) -> tuple[Estimate, Estimate]:
        """From singular values of kets, cut between the coalition (with or without R) and the rest."""
        present = evolution.plan.present
        tensor = evolution.kets().reshape(self._inputs, *[2] * len(present)) / numpy.sqrt(self._inputs)
        near = [at + 1 for at, qubit in enumerate(present) if qubit in evolution.held]
        far = [at + 1 for at, qubit in enumerate(present) if qubit not in evolution.held]
        found = []
        for rows, columns in ((near, [0, *far]), ([0, *near], far)):
            height = 2 ** len(near) * (self._inputs if 0 in rows else 1)
            matrix = tensor.transpose(*rows, *columns).reshape(height, -1)
            found.append(_estimate(numpy.linalg.svd(matrix, compute_uv=False) ** 2, evolution.error))
        return found[0], found[1]

    def entanglement_fidelity(self, recovery: str) -> Estimate:
        """F_e = ⟨Φ|ρ_RO|Φ⟩ of the recovery's output O with the reference, squared fidelity: K^(−2) Σ_pq ⟨p|N(|p⟩⟨q|)|q⟩."""
        operators, error = self._computed(self._output(recovery), recovery)
        return Estimate(float(numpy.einsum("pqpq->", operators).real) / self._inputs**2, error)

    def average_fidelity(self, recovery: str) -> Estimate:
        """The squared fidelity, averaged over pure inputs: (d F_e + 1)/(d + 1), d = 2^k (Nielsen, quant-ph/0205035)."""
        value, error = self.entanglement_fidelity(recovery)
        return Estimate((self._inputs * value + 1) / (self._inputs + 1), error)

    def _output(self, recovery: str) -> tuple[int, ...]:
        for each in self.system.recoveries:
            if each.name == recovery:
                return each.output
        names = [each.name for each in self.system.recoveries]
        raise InputError(f"no recovery '{recovery}'.{nearest(recovery, names)} Known: {', '.join(names) or 'none'}")

    def diamond_distance(self, recovery: str, other: str | None = None) -> tuple[float, float]:
        """½‖N − N′‖_⋄ from below and above, N the channel to the recovery's output, N′ the identity or another recovery's.

        At most 2 secret qubits (TooLargeError). Bounds: ``noclone.models.diamond``; both are moved apart by the numerical error.
        """
        if self._inputs > 4:
            raise TooLargeError(
                f"diamond distances are computed for at most 2 secret qubits, not {len(self.system.secret_qubits)}"
            )
        first, error = self._computed(self._output(recovery), recovery)
        identity = numpy.eye(self._inputs)
        second: Array = numpy.einsum("ap,bq->abpq", identity, identity).astype(numpy.complex128)
        if other is not None:
            second, more = self._computed(self._output(other), other)
            error += more
        # a difference has ‖·‖_⋄ at most K times the trace norm of its Choi state
        return diamond_bounds(first - second, self._inputs * error)

    def distinguishability(self, held: Sequence[int], moment: str | None = None) -> tuple[float, float]:
        """The largest trace distance ½‖N(ρ) − N(σ)‖₁ for any two inputs, from below and above.

        How: ``noclone.models.distinguishing``. Both bounds are moved apart by the numerical error.
        """
        operators, error = self._computed(held, moment)
        return distance_bounds(operators, self._inputs * error)


def _estimate(eigenvalues: NDArray[numpy.floating[Any]], error: float) -> Estimate:
    """Their entropy in bits; eigenvalues move by at most the state's error in trace norm, and by LAPACK's rounding."""
    size = len(eigenvalues)
    distance = error / 2 + size * 2.0**-50
    return Estimate(spectrum_entropy(eigenvalues), entropy_error(distance, max(size, 2)))
