"""What all figures share: colours, axes of sizes, thresholds, and files that are the same bytes for the same data.

Matplotlib is used without pyplot and loaded when a figure is drawn. Colours are safe for colour-blind readers (Okabe and Ito's
for data, Tol's light scheme for layers); shapes and positions say the same again.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from itertools import pairwise
from typing import Any

from noclone.models.errors import InputError

__all__ = [
    "COLOURS",
    "DARK",
    "LAYER_NAMES",
    "MARKERS",
    "SizeAxis",
    "canvas",
    "checked_drawing",
    "draw_thresholds",
    "in_figure",
    "legend",
    "listing_axis",
    "png",
    "svg",
]

COLOURS = {
    "ink": "#1b1f24",
    "muted": "#5e6670",
    "rule": "#d5d9df",
    "paper": "#fefefe",
    "run1": "#0072b2",
    "run2": "#d55e00",
    "run3": "#009e73",
    "run4": "#cc79a7",
    "gates": "#77aadd",
    "readout": "#ee8866",
    "idle": "#eedd88",
    "zz": "#ffaabb",
    "untwirled": "#44bb99",
}
"""By role. Each is used for one role only, so that a page can give it another colour in the dark."""
DARK = {
    "ink": "#e8eaed",
    "muted": "#a3abb5",
    "rule": "#3a4049",
    "paper": "#171a1f",
    "run1": "#56b4e9",
    "run2": "#f2913d",
    "run3": "#2fc79b",
    "run4": "#e39cc4",
}
"""What replaces some of them on a dark page."""
MARKERS = "os^Dvph8"
LAYER_NAMES = {
    "gates": "gates",
    "readout": "readout",
    "idle": "idling",
    "zz": "ZZ",
    "untwirled": "beyond the twirl",
}
_STYLE: dict[str, Any] = {
    "axes.edgecolor": COLOURS["muted"],
    "axes.facecolor": "none",
    "axes.labelcolor": COLOURS["ink"],
    "axes.labelsize": 9,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": COLOURS["ink"],
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "figure.facecolor": COLOURS["paper"],
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "legend.fontsize": 8.5,
    "legend.frameon": False,
    "legend.labelcolor": COLOURS["ink"],
    "savefig.facecolor": "auto",
    "svg.fonttype": "path",
    "svg.hashsalt": "noclone",
    "text.color": COLOURS["ink"],
    "text.parse_math": False,
    "xtick.color": COLOURS["muted"],
    "xtick.labelcolor": COLOURS["ink"],
    "xtick.labelsize": 8.5,
    "ytick.color": COLOURS["muted"],
    "ytick.labelcolor": COLOURS["ink"],
    "ytick.labelsize": 8.5,
}
_LETTER = 0.075
"""Inches of a letter on an axis, on average and a little more."""
_LONGEST = 60


def checked_drawing() -> None:
    """Raises InputError if nothing can be drawn here."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise InputError("drawing needs matplotlib: pip install 'noclone[hardware]'") from None


@contextmanager
def _styled() -> Iterator[None]:
    """Matplotlib's defaults and this style, whatever the user's settings are; letters that the font lacks are boxes."""
    import matplotlib

    with matplotlib.rc_context(), warnings.catch_warnings():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def canvas(rows: int, columns: int, size: tuple[float, float], draw: Callable[[Any, list[Any]], None]) -> Any:
    """A figure of rows × columns axes, ``size`` in inches; ``draw`` is given the figure and the axes, row by row."""
    checked_drawing()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with _styled():
        figure = Figure(figsize=size, layout="constrained")
        FigureCanvasAgg(figure)
        engine: Any = figure.get_layout_engine()
        engine.set(w_pad=0.08, h_pad=0.08, wspace=0.04, hspace=0.06)
        axes = list(figure.subplots(rows, columns, squeeze=False).flat)
        for each in axes:
            each.grid(axis="y", color=COLOURS["rule"], linewidth=0.6)
            each.set_axisbelow(True)
            each.use_sticky_edges = False
        draw(figure, axes)
        return figure


def in_figure(text: str, longest: int = _LONGEST) -> str:
    """Text from elsewhere as one line of bounded length."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _saved(figure: Any, kind: str, **options: Any) -> bytes:
    written = BytesIO()
    with _styled():
        figure.savefig(written, format=kind, **options)
    return written.getvalue()


def png(figure: Any, *, dpi: int = 150) -> bytes:
    """The figure as PNG, without the date or the software's name."""
    return _saved(figure, "png", dpi=dpi, metadata={"Software": None})


def svg(figure: Any, *, inline: str = "", title: str = "") -> str:
    """The figure as SVG. ``inline`` makes it part of a page: its ids start with that, its colours are the page's variables."""
    metadata = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    text = _saved(figure, "svg", metadata=metadata, transparent=bool(inline)).decode()
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL)  # the drawn words, which a page has in its tables
    if not inline:
        return text
    from html import escape

    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{inline}-", text)
    for name, colour in COLOURS.items():
        text = text.replace(colour, f"var(--{name})")
    return text.replace("<svg ", f'<svg role="img" aria-label="{escape(title)}" ', 1)


class SizeAxis:
    """Where sizes stand on an axis: numbers at their value, labels (and numbers among labels) one after the other."""

    def __init__(self, sizes: Sequence[int | str]) -> None:
        listed = list(dict.fromkeys(sizes))
        self.is_numeric = all(isinstance(size, int) for size in listed)
        self.sizes = sorted(listed, key=int) if self.is_numeric else listed
        self.place = {size: float(size) if self.is_numeric else float(at) for at, size in enumerate(self.sizes)}

    def dress(self, axes: Any, name: str, inches: float) -> None:
        """Ticks that do not touch, limits and the axis' name, on axes this wide."""
        places = [self.place[size] for size in self.sizes]
        labels = [in_figure(str(size), 18) for size in self.sizes]
        low, high = min(places) - 0.6, max(places) + 0.6
        axes.set_xlim(low, high)
        room = inches / (high - low)
        needed = (max(map(len, labels)) + 0.6) * _LETTER
        step = 1 if not self.is_numeric else max(1, -int(-needed // room))
        axes.set_xticks(places[::step], labels[::step])
        if not self.is_numeric and needed > room:
            axes.tick_params(axis="x", labelrotation=30)
            for label in axes.get_xticklabels():
                label.set(ha="right", rotation_mode="anchor")
        axes.set_xlabel(name)


def listing_axis(axes: Any, labels: Sequence[str]) -> None:
    """Names from top to bottom on the y axis, one at each whole number."""
    from textwrap import fill

    axes.grid(visible=False)
    axes.grid(axis="x", color=COLOURS["rule"], linewidth=0.6)
    axes.set_yticks(range(len(labels)), [fill(in_figure(label), 24) for label in labels])
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)


def draw_thresholds(axes: Any, thresholds: Sequence[tuple[float, str]], *, upright: bool = False) -> None:
    """A line at each threshold, with its name outside the axes, where no data are."""
    for value, name in thresholds:
        if upright:
            axes.axvline(value, color=COLOURS["ink"], linewidth=0.8, linestyle=(0, (5, 3)), zorder=1.5)
            axes.text(
                value, 1.01, name, transform=axes.get_xaxis_transform(), ha="center", va="bottom", fontsize=8,
                color=COLOURS["muted"],
            )  # fmt: skip
        else:
            axes.axhline(value, color=COLOURS["ink"], linewidth=0.8, linestyle=(0, (5, 3)), zorder=1.5)
            axes.text(
                1.01, value, name, transform=axes.get_yaxis_transform(), ha="left", va="center", fontsize=8,
                color=COLOURS["muted"], linespacing=0.95,
            )  # fmt: skip


def legend(figure: Any, axes: Sequence[Any], inches: float, *, title: str = "", last: Sequence[str] = ()) -> None:
    """One legend above all axes, each name once, those that begin like one of ``last`` at the end, in as many columns as fit."""
    found: dict[str, tuple[Any, ...]] = {}
    for each in axes:
        own: dict[str, dict[type, Any]] = {}  # a band and its line have one name and are shown together
        for handle, name in zip(*each.get_legend_handles_labels(), strict=True):
            own.setdefault(name, {}).setdefault(type(handle), handle)
        for name, handles in own.items():
            found.setdefault(name, tuple(handles.values()))
    names = sorted(found, key=lambda name: next((at for at, start in enumerate(last, 1) if name.startswith(start)), 0))
    if names:
        columns = next((count for count in range(len(names), 1, -1) if _legend_width(names, count) < inches - 0.2), 1)
        drawn = figure.legend(
            [found[name] for name in names],
            names,
            loc="outside upper left",
            ncols=columns,
            handlelength=1.8,
            columnspacing=1.4,
            title=in_figure(title, 120) or None,
            title_fontsize=9,
            alignment="left",
        )
        drawn.get_title().set_color(COLOURS["muted"])


def _legend_width(names: Sequence[str], columns: int) -> float:
    """Inches that a legend needs in so many columns, filled one after the other, the first ones with one more."""
    deep, more = divmod(len(names), columns)
    starts = [at * deep + min(at, more) for at in range(columns + 1)]
    return sum(max(map(len, names[low:high])) * 0.066 + 0.52 for low, high in pairwise(starts))
