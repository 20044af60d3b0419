"""Feature graph in the browser: each connected group of features in a cell of its own, opened by a click."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import streamlit as st

from toymodels.analysis.feature_graph import Group, feature_graph, own_space
from toymodels.analysis.weights import feature_dimensionality, gram
from toymodels.app.components import plain
from toymodels.app.compute.shared_cache import kept
from toymodels.app.shell.figures import figure_component
from toymodels.plots.theme import Theme

_GRAPH = figure_component("feature_graph")

ROOM = 0.42
"""Side of a cell for one feature; its area grows with the number of features."""

MOST_LINES = 1500
"""Lines that are drawn at most, the strongest of all; tens of thousands would show nothing and stop the browser."""


def in_their_planes(
    W: npt.ArrayLike, groups: Sequence[Group], edges: Sequence[tuple[int, int]], most: int, digits: int = 3
) -> list[dict[str, object]]:
    """Every group as it lies in its strongest plane, as a component reads it.

    Args:
        W: (hidden, features).
        groups: of its features.
        edges: of its feature graph.
        most: edges that are drawn at most, the strongest of all groups.
        digits: after the point, of coordinates and products.

    Returns:
        For each group its "x" and "y" (features,), and its "edges" [a, b, W_i . W_j], a and b counted in the group.
    """
    W = np.asarray(W, dtype=np.float64)
    products = gram(W)
    drawn = sorted(edges, key=lambda edge: -abs(products[edge]))[:most]
    cells: list[dict[str, object]] = []
    for group in groups:
        members = list(group.features)
        where = {feature: k for k, feature in enumerate(members)}
        (x, y), _ = own_space(W[:, members], 2)
        lines = [[where[i], where[j], round(float(products[i, j]), digits)] for i, j in drawn if i in where]
        cells.append({"x": plain(x, digits), "y": plain(y, digits), "edges": lines})
    return cells


def _cells(
    W: npt.ArrayLike, groups: Sequence[Group], threshold: float, colours: Sequence[str]
) -> list[dict[str, object]]:
    """The groups as the component reads them; `colours` (features,), other arguments as `feature_graph_view`."""
    dimensionality = feature_dimensionality(W)
    edges = feature_graph(W, threshold)
    return [
        cell
        | {
            "name": group.name,
            "side": round(max(1.0, ROOM * len(group.features) ** 0.5), 2),
            "features": [feature + 1 for feature in group.features],
            "dimensionality": plain(dimensionality[list(group.features)], 4),
            "colours": [colours[feature] for feature in group.features],
        }
        for group, cell in zip(groups, in_their_planes(W, groups, edges, MOST_LINES), strict=True)
    ]


def feature_graph_view(
    W: npt.ArrayLike,
    groups: Sequence[Group],
    threshold: float,
    importance: Sequence[float],
    look: Theme,
    key: str,
    chosen: int = 0,
    on_open: Callable[[int], None] | None = None,
) -> int:
    """Draw the groups in reading order, numbered from 1; lines are W_i . W_j, dashed where positive.

    Args:
        W: (hidden, features).
        groups: as `toymodels.groups.groups` finds them at the threshold.
        threshold: least |W_i . W_j| of a line.
        importance: (features,).
        look: the theme.
        key: of this view on the page.
        chosen: the number of the group that is open.
        on_open: called with the number of the group that was clicked, before the page runs again.

    Returns:
        How many lines are left out, because there are more than `MOST_LINES`.
    """
    edges = kept(feature_graph, W, threshold)
    cells = kept(_cells, W, groups, threshold, look.importance_colours(importance))

    def opened() -> None:
        number = st.session_state[key].opened
        if on_open is not None and isinstance(number, int) and 1 <= number <= len(groups):
            on_open(number)

    data = {"groups": cells, "chosen": chosen if on_open else 0, "sign": [look.sign[0], look.sign[2]]}
    _GRAPH(key=key, data=data, on_opened_change=opened)
    return max(0, len(edges) - MOST_LINES)
