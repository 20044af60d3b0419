"""Grid of arrow planes: feature arrows of many models side by side, four in a row on a laptop, two on a phone.

One message and no chart, however many planes there are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from toymodels.analysis.weights import norms
from toymodels.app.components import plain
from toymodels.app.shell.figures import figure_component
from toymodels.arrays import Array
from toymodels.plots.theme import Theme

_PLANES = figure_component("arrow_planes")


@dataclass(frozen=True, eq=False)
class Plane:
    """One small plane: W (2, features) and the words above it."""

    caption: str
    W: Array


def arrow_grid(
    planes: Sequence[Plane],
    notes: Sequence[str],
    names: Sequence[str],
    colours: Sequence[str],
    look: Theme,
    key: str,
    marked: Collection[int] = (),
) -> None:
    """Draw the planes in reading order, all in the same scale.

    Args:
        planes: what to draw, each with its caption.
        notes: (planes,) a word or two below each of them, such as the name of the shape.
        names: one per feature, for the tips.
        colours: one per feature, #rrggbb.
        look: the theme.
        key: of this grid on the page.
        marked: indices of the planes that stand out.
    """
    _PLANES(
        key=key,
        data={
            "names": list(names),
            "colours": list(colours),
            "faint": look.faint,
            "longest": max(float(norms(plane.W).max()) for plane in planes),
            "planes": [
                {
                    "caption": plane.caption,
                    "note": note,
                    "marked": k in marked,
                    "W": plain(plane.W),
                }
                for k, (plane, note) in enumerate(zip(planes, notes, strict=True))
            ],
        },
    )
