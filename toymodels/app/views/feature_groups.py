"""Feature groups on a page: all groups of a model as a graph with a table, and one group drawn large."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from toymodels.analysis.feature_graph import Group, feature_graph, own_space
from toymodels.analysis.polytopes import polytope_edges
from toymodels.app.compute.shared_cache import kept
from toymodels.app.shell.tables import draw_table
from toymodels.app.views.arrow_planes import Plane, arrow_grid
from toymodels.app.views.feature_graph import feature_graph_view
from toymodels.app.views.geometry_runs import kinds
from toymodels.app.views.space import space
from toymodels.arrays import Array
from toymodels.names import percent
from toymodels.plots.theme import Theme
from toymodels.run import Run

MOST_ARROWS = 40
"""A group of more features than this is too full to be turned by hand."""


def draw_groups(
    run: Run,
    threshold: float,
    found: Sequence[Group],
    look: Theme,
    key: str,
    chosen: int = 0,
    on_open: Callable[[int], None] | None = None,
) -> None:
    """The feature graph of a model, and the table of its arrangements.

    Args:
        run: of one instance.
        threshold: least |W_i . W_j| of a line.
        found: its groups at that threshold.
        look: the theme.
        key: of this graph on the page.
        chosen: the number of the group that is open.
        on_open: called with the number of the group that was clicked.
    """
    left_out = feature_graph_view(run.W[0], found, threshold, run.spec.importances.tolist(), look, key, chosen, on_open)
    st.caption(
        "Points are features; every group is seen from its widest side. Lines are Wᵢ · Wⱼ: blue below zero, which the "
        "ReLU cuts off, and dashed orange above. Wider is stronger."
        + (f" The weakest {left_out:,} lines are left out." if left_out else "")
        + (" Click on a group to open it." if on_open else "")
        + " Table, off the ideal: by how much an angle differs at most from that of the shape in the name."
    )
    draw_table(kept(kinds, found))


def draw_group(W: Array, group: Group, number: int, threshold: float, look: Theme) -> None:
    """One group of W (hidden, features) in its own subspace: flat, or a solid to be turned."""
    if len(group.features) > MOST_ARROWS:
        st.info(f"{len(group.features)} arrows are too many to draw. Raise the threshold, and the group falls apart.")
        return
    members = W[:, list(group.features)]
    names = [str(feature + 1) for feature in group.features]
    colours = [look.importance[-1]] * len(names)
    says = f"Group {number}: {group.name}, {len(names)} features in {group.n_dimensions} dimensions."
    if group.n_dimensions <= 2:
        flat, _ = own_space(members, 2)
        arrow_grid([Plane(f"Group {number}", flat)], [group.name], names, colours, look, "opened")
        return
    solid, share = own_space(members, 3)
    if group.n_dimensions == 3:
        lines = kept(polytope_edges, solid)
    else:
        where = {feature: k for k, feature in enumerate(group.features)}
        lines = [(where[i], where[j]) for i, j in feature_graph(W, threshold) if i in where]
        st.caption(f"Its three strongest of {group.n_dimensions} dimensions, which hold {percent(share)} of its |W|².")
    space([solid], names, colours, look, "opened_space", says, lines)
