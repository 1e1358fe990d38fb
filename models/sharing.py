"""How a reference's entanglement is shared among coalitions of a protocol's qubits, at each stage: a table and a plot.

The reference R starts maximally entangled with the secret. Informations are in bits, the negativity is ½ per Bell pair. Floats with
errors, not proofs; of two disjoint coalitions C and D, I(R⟩C) + I(R⟩D) ≤ 0 (strong subadditivity), so never both have R.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from noclone.models.channels import NoiseLocation
from noclone.models.densities import Densities
from noclone.models.entanglement import negativity
from noclone.models.errors import InputError, TooLargeError, nearest
from noclone.models.measures import Estimate
from noclone.models.system import System

__all__ = [
    "MOST_COALITIONS",
    "Share",
    "ShareCount",
    "clashes",
    "plot_of_counts",
    "share_counts",
    "sharing",
    "sharing_plot",
]

MOST_COALITIONS = 1023
"""All coalitions of ten qubits: beyond, they have to be named."""


@dataclass(frozen=True)
class Share:
    """What a coalition shares with R (k qubits) at the end of a stage or recovery.

    ``information`` is I(R:C), from 0 to 2k; ``coherent`` is I(R⟩C), from −k to k, k where C can restore the secret; ``negativity``
    that of R with C, from 0 to (2^k − 1)/2.
    """

    moment: str
    coalition: tuple[str, ...]
    information: Estimate
    coherent: Estimate
    negativity: Estimate


class ShareCount(NamedTuple):
    """How many coalitions of a size have the same share, to six decimals, and the first of them."""

    moment: str
    size: int
    information: float
    coherent: float
    negativity: float
    number: int
    first: tuple[str, ...]


def sharing(
    system: System,
    moments: Sequence[str] | None = None,
    coalitions: Iterable[Sequence[str]] | None = None,
    *,
    noise: Sequence[NoiseLocation] = (),
) -> tuple[Share, ...]:
    """Each coalition's share at each moment; by default every stage, and every set of parties' qubits, the smallest first.

    Raises InputError for a moment or qubit that there is not, and TooLargeError for more than 1023 coalitions by default.
    """
    densities = Densities(system, noise)
    names = system.names[: system.held]
    if coalitions is None:
        if 2**system.held - 1 > MOST_COALITIONS:
            raise TooLargeError(
                f"{system.held} qubits have {2**system.held - 1} coalitions: at most {MOST_COALITIONS} are all "
                "computed; name those that you want (coalitions=…)"
            )
        coalitions = itertools.chain.from_iterable(
            itertools.combinations(names, size) for size in range(1, system.held + 1)
        )
    wanted = [tuple(coalition) for coalition in coalitions]
    for name in itertools.chain.from_iterable(wanted):
        if name not in names:
            raise InputError(f"no qubit '{name}' is held.{nearest(name, names)} Known: {', '.join(names)}")
    if moments is None:
        moments = [stage.name for stage in system.stages]
    return tuple(_share(densities, moment, coalition) for moment in moments for coalition in wanted)


def _share(densities: Densities, moment: str, coalition: tuple[str, ...]) -> Share:
    system = densities.system
    held = [system.index[name] for name in coalition]
    inputs, joint = 2 ** len(system.secret_qubits), densities.joint(held, moment)
    return Share(
        moment,
        coalition,
        densities.information(held, moment),
        densities.coherent_information(held, moment),
        negativity(joint, (inputs, 2 ** len(held)), error=densities.error(held, moment)),
    )


def clashes(shares: Iterable[Share]) -> list[tuple[Share, Share]]:
    """Pairs of disjoint coalitions with I(R⟩C) + I(R⟩D) > 0 at one moment, beyond the errors: there can be none.

    Two coalitions that both had R maximally entangled would be such a pair; so would less.
    """
    found = []
    for one, two in itertools.combinations(shares, 2):
        error = one.coherent.error + two.coherent.error
        apart = one.moment == two.moment and not set(one.coalition) & set(two.coalition)
        if apart and one.coherent.value + two.coherent.value > error:
            found.append((one, two))
    return found


def share_counts(shares: Iterable[Share]) -> tuple[ShareCount, ...]:
    """The table of ``sharing`` with equal rows counted: by moment, size and share, the largest information first."""
    counts: Counter[tuple[str, int, float, float, float]] = Counter()
    first: dict[tuple[str, int, float, float, float], tuple[str, ...]] = {}
    order: dict[str, int] = {}
    for share in shares:
        numbers = [round(each.value, 6) + 0.0 for each in (share.information, share.coherent, share.negativity)]
        key = share.moment, len(share.coalition), numbers[0], numbers[1], numbers[2]
        counts[key] += 1
        first.setdefault(key, share.coalition)
        order.setdefault(share.moment, len(order))
    keys = sorted(counts, key=lambda key: (order[key[0]], key[1], -key[2], -key[3], -key[4]))
    return tuple(ShareCount(*key, counts[key], first[key]) for key in keys)


_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 320, 240, 56, 40, 48


def sharing_plot(shares: Iterable[Share]) -> str:
    """An SVG picture: a panel for each moment, I(R:C) over the coalition's size, each circle with its number of coalitions."""
    return plot_of_counts(share_counts(shares))


def plot_of_counts(rows: Sequence[ShareCount]) -> str:
    """The same of a table's rows; raises InputError if there are none."""
    if not rows:
        raise InputError("there is nothing to plot: no coalition was computed")
    moments = list(dict.fromkeys(row.moment for row in rows))
    sizes, most = max(row.size for row in rows), max(2.0, *(row.information for row in rows))
    counts: Counter[tuple[str, int, float]] = Counter()
    for row in rows:
        counts[row.moment, row.size, row.information] += row.number
    parts = [_panel(at, moment, sizes, most) for at, moment in enumerate(moments)]
    radius = min(11.0, 0.48 * (_place(0, 1 / sizes, 0)[0] - _place(0, 0, 0)[0]))  # circles of neighbours do not touch
    for (moment, size, information), count in counts.items():
        x, y = _place(moments.index(moment), size / sizes, information / most)
        label = str(count) if count < 1000 else f"{count / 1000:.0f}k"
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="#cfe0f3" stroke="#1f4e79"/>'
            f'<text x="{x:.1f}" y="{y + radius / 3:.1f}" text-anchor="middle" font-size="{radius:.1f}">{label}</text>'
        )
    width = _WIDTH * len(moments)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_HEIGHT}" viewBox="0 0 {width} {_HEIGHT}" '
        f'font-family="sans-serif" font-size="11">\n<rect width="{width}" height="{_HEIGHT}" fill="white"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _place(panel: int, across: float, up: float) -> tuple[float, float]:
    """Pixels of a point whose coordinates go from 0 to 1."""
    left = panel * _WIDTH + _LEFT
    return left + across * (_WIDTH - _LEFT - 24), _HEIGHT - _BOTTOM - up * (_HEIGHT - _TOP - _BOTTOM)


def _panel(panel: int, moment: str, sizes: int, most: float) -> str:
    """Axes with ticks and words."""
    zero, right, top = _place(panel, 0, 0), _place(panel, 1, 0), _place(panel, 0, 1)
    parts = [
        f'<path d="M{top[0]:.1f} {top[1] - 12:.1f} V{zero[1]:.1f} H{right[0] + 12:.1f}" fill="none" stroke="#555"/>',
        f'<text x="{(zero[0] + right[0]) / 2:.1f}" y="16" text-anchor="middle" font-weight="bold">{escape(moment)}</text>',
        f'<text x="{(zero[0] + right[0]) / 2:.1f}" y="{_HEIGHT - 10}" text-anchor="middle">qubits held (in circles: how many coalitions)</text>',
    ]
    for size in range(1, sizes + 1, 1 if sizes <= 12 else 2):  # two digits at every place would touch
        x, y = _place(panel, size / sizes, 0)
        parts.append(f'<text x="{x:.1f}" y="{y + 24:.1f}" text-anchor="middle">{size}</text>')
    for level in range(int(most) + 1):
        x, y = _place(panel, 0, level / most)
        parts.append(f'<text x="{x - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{level}</text>')
    middle = (zero[1] + top[1]) / 2
    x = panel * _WIDTH + 18
    parts.append(
        f'<text x="{x}" y="{middle:.1f}" text-anchor="middle" transform="rotate(-90 {x} {middle:.1f})">I(R:C), bits</text>'
    )
    return "\n".join(parts)
