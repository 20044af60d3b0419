"""The feature graph: every group of features in a cell of its own, each seen from its widest side."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from toymodels.arrays import Array
from toymodels.charts.look import Look
from toymodels.groups import Group, own_space
from toymodels.measures import feature_dimensionality, gram

SHAPE = 2.4
"""How many times as wide as high the packed cells should be, about."""

PIXELS = 64
"""Height of a cell of side 1, on a screen that is wide enough."""

LARGE = 40
"""From this many features on, a group is drawn with smaller points and thinner lines."""


def feature_graph_chart(W: Array, groups: Sequence[Group], edges: Sequence[tuple[int, int]], look: Look) -> alt.LayerChart:
    """Points are features, lines join those that interfere; groups are numbered from 1, in the order they are given.

    A line is blue where W_i . W_j is negative and orange where it is positive, and the wider the larger that is. Shown
    with `width="stretch"`, the shapes stay true at any width.

    Args:
        W: (hidden, features).
        groups: what to draw, as `toymodels.groups.groups` finds them.
        edges: as `toymodels.groups.feature_graph` finds them.
        look: the theme.
    """
    corners, sides, width, depth = pack([_side(group) for group in groups])
    nodes, numbers = [], []
    place: dict[int, tuple[float, float]] = {}
    dimensionality = feature_dimensionality(W)
    for number, (group, (left, top), side) in enumerate(zip(groups, corners, sides, strict=True), start=1):
        flat, _ = own_space(W[:, list(group.features)], 2)
        middle = (flat.max(axis=1) + flat.min(axis=1)) / 2
        reach = max(1e-9, float(np.abs(flat - middle[:, None]).max()))
        flat = (flat - middle[:, None]) * (0.36 * side / max(reach, 0.8))
        numbers.append({"x": left + 0.06, "y": -top - 0.16, "number": str(number)})
        for feature, (x, y) in zip(group.features, flat.T, strict=True):
            place[feature] = (left + side / 2 + float(x), -top - side / 2 + float(y))
            nodes.append(
                {
                    "x": place[feature][0],
                    "y": place[feature][1],
                    "feature": feature,
                    "group": f"{number}, {group.name}",
                    "dimensionality": dimensionality[feature],
                    "size": 22 if len(group.features) >= LARGE else 55,
                }
            )
    products = gram(W)
    large = {feature for group in groups if len(group.features) >= LARGE for feature in group.features}
    lines = [
        {
            "x": place[i][0],
            "y": place[i][1],
            "x2": place[j][0],
            "y2": place[j][1],
            "product": products[i, j],
            "sign": "positive" if products[i, j] > 0 else "negative",
            "thick": (0.6 if i in large else 3.0) * abs(products[i, j]),
        }
        for i, j in edges
    ]
    unit = f"min(width / {width}, height / {depth})"
    across = _scale(width / 2, f"width / ({unit})")
    up = _scale(-depth / 2, f"height / ({unit})")
    x, y = alt.X("x:Q", axis=None, scale=across), alt.Y("y:Q", axis=None, scale=up)
    sign = alt.Color(
        "sign:N", scale=alt.Scale(domain=["negative", "positive"], range=[look.sign[0], look.sign[2]]), legend=None
    )
    layers = [
        alt.Chart(pd.DataFrame(lines, columns=["x", "y", "x2", "y2", "product", "sign", "thick"]))
        .mark_rule(opacity=0.8)
        .encode(
            x, y, alt.X2("x2:Q"), alt.Y2("y2:Q"), sign,
            strokeWidth=alt.StrokeWidth("thick:Q", scale=None),
            tooltip=[alt.Tooltip("product:Q", format=".3f", title="W_i · W_j")],
        ),
        alt.Chart(pd.DataFrame(nodes, columns=["x", "y", "feature", "group", "dimensionality", "size"]))
        .mark_circle(opacity=1, color=look.importance[-1])
        .encode(
            x, y, size=alt.Size("size:Q", scale=None),
            tooltip=["feature", "group", alt.Tooltip("dimensionality:Q", format=".3f", title="D")],
        ),
        alt.Chart(pd.DataFrame(numbers, columns=["x", "y", "number"]))
        .mark_text(fontSize=11, align="left", color=look.muted)
        .encode(x, y, text="number:N"),
    ]  # fmt: skip
    chart: alt.LayerChart = (
        alt.layer(*layers)
        .properties(
            height=min(560, round(PIXELS * depth)),
            width="container",
            autosize=alt.AutoSizeParams(type="fit", contains="padding"),
        )
        .configure_view(stroke=None)
        .configure_axis(grid=False)
    )
    return chart


def pack(sides: Sequence[float]) -> tuple[list[tuple[float, float]], Sequence[float], float, float]:
    """Squares in rows, from left to right and from the top, in the order they are given.

    Returns:
        (left, top) of every square, the sides, and width and depth of the whole.
    """
    width = max([1.0, *sides, float(np.sqrt(SHAPE * sum(side**2 for side in sides)))])
    corners = []
    left = top = row = used = 0.0
    for side in sides:
        if left + side > width + 1e-9:
            left, top, row = 0.0, top + row, 0.0
        corners.append((left, top))
        left += side
        row = max(row, side)
        used = max(used, left)
    return corners, sides, max(used, 1.0), max(top + row, 1.0)


def _side(group: Group) -> float:
    return max(1.0, 0.5 * float(np.sqrt(len(group.features))))


def _scale(centre: float, span: str) -> alt.Scale:
    return alt.Scale(
        domainMin=alt.ExprRef(f"{centre} - 0.5 * ({span})"),
        domainMax=alt.ExprRef(f"{centre} + 0.5 * ({span})"),
        nice=False,
        zero=False,
    )
