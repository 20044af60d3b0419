"""Feature arrows in three dimensions, rotated in the browser."""

from __future__ import annotations

from collections.abc import Sequence

import numpy.typing as npt

from toymodels.app.components import plain
from toymodels.app.shell.figures import figure_component
from toymodels.plots.theme import Theme

_SPACE = figure_component("space")


def space(
    frames: npt.ArrayLike,
    names: Sequence[str],
    colours: Sequence[str],
    look: Theme,
    key: str,
    says: str,
    edges: Sequence[tuple[int, int]] = (),
    captions: Sequence[str] = ("",),
) -> None:
    """Draw the arrows inside a unit sphere. What is farther away is smaller and paler; the nearest is on top.

    Args:
        frames: (frames, 3, features); more than one are scrubbed, and the last is shown on arrival.
        names: one per feature, for the tips.
        colours: one per feature, #rrggbb.
        look: the theme.
        key: tells several views of one page apart.
        says: alternative text.
        edges: pairs of features whose tips are joined by a line, such as `geometry.polytope_edges(W)`.
        captions: one per frame.
    """
    _SPACE(
        key=key,
        data={
            "frames": plain(frames, 4),
            "captions": list(captions),
            "names": list(names),
            "colours": list(colours),
            "edges": [list(edge) for edge in edges],
            "ink": look.ink,
            "says": says,
        },
    )
