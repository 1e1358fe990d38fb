"""``noclone hardware predict --plot``: predicted, ideal and published values against size, each layer of noise a band."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from noclone.hardware.drawing import checked_drawing, png, svg
from noclone.hardware.figures import layers_figure
from noclone.hardware.panels import layer_panels
from noclone.hardware.predictions import Row
from noclone.hardware_checks.snapshots import Snapshot
from noclone.models.errors import InputError

__all__ = ["checked_plot", "plot_predictions"]


def checked_plot(path: Path) -> Path:
    """The file if a plot can be written there; raises InputError before anything is computed."""
    if path.suffix not in (".svg", ".png"):
        raise InputError(f"cannot plot to {path}: name a file that ends in .svg or .png")
    checked_drawing()
    return path


def plot_predictions(rows: Sequence[Row], path: Path, backend: Snapshot) -> None:
    """Draw the rows of one experiment into an SVG or PNG file; raises InputError if it cannot be written."""
    listed = [{**row.to_json(), "parameter": row.parameter, "size": row.size, "series": row.series} for row in rows]
    heading = f"{backend.name}, {backend.processor}, calibrated {backend.calibrated:%Y-%m-%d %H:%M} UTC: prediction"
    figure = layers_figure(layer_panels(listed, rows[0].experiment), heading=heading)
    content = png(figure) if checked_plot(path).suffix == ".png" else svg(figure).encode()
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}") from None
