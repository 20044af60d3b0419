"""Arrow plane to draw in: feature arrows in two dimensions whose tips the visitor drags."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import streamlit as st

from toymodels.app.components import plain
from toymodels.app.shell.figures import figure_component
from toymodels.app.shell.matrix_text import MAX_ENTRY
from toymodels.arrays import Array
from toymodels.plots.theme import Theme

_SCRIBBLE = figure_component("arrow_drawing")
KEY = "_scribble"


def arrow_drawing(
    W: npt.ArrayLike,
    names: Sequence[str],
    colours: Sequence[str],
    look: Theme,
    says: str,
    on_move: Callable[[Array], None],
) -> None:
    """Draw the arrows of a W with two dimensions; D_i stands at every tip and changes while it is dragged.

    Args:
        W: (2, features).
        names: one per feature.
        colours: one per feature, #rrggbb.
        look: the theme.
        says: alternative text.
        on_move: called with the new W, before the page runs again, when a tip was let go at another place.
    """
    matrix = np.asarray(W, dtype=np.float64)

    def moved() -> None:
        after = with_tip_moved(matrix, st.session_state[KEY].moved)
        if after is not None:
            on_move(after)

    _SCRIBBLE(
        key=KEY,
        data={
            "W": plain(matrix, 5),
            "names": list(names),
            "colours": list(colours),
            "limit": MAX_ENTRY,
            "ink": look.ink,
            "says": says,
        },
        on_moved_change=moved,
    )


def with_tip_moved(W: Array, move: object) -> Array | None:
    """W with one column replaced as the browser asks; None if it asks for what no dragging can do."""
    match move:
        case {"feature": int(feature), "to": [int() | float() as x, int() | float() as y]}:
            within = all(math.isfinite(value) and abs(value) <= MAX_ENTRY for value in (x, y))
            if within and type(feature) is int and 0 <= feature < W.shape[1]:
                after = W.copy()
                after[:, feature] = x, y
                return after
    return None
