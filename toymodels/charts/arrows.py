"""Feature directions in the plane: a row of small planes in one chart, true to shape at any width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import numpy as np
import pandas as pd

from toymodels.arrays import Array
from toymodels.charts.look import Look
from toymodels.measures import norms

REACH = 1.45
"""Half the side of one plane, in units of h: room for an arrow of length 1 and its name."""

CAPTION_ROOM = 0.75
"""Room above each plane for its caption, in units of h."""

SHORTEST = 0.12
"""Arrows shorter than this are left out: their features are not embedded."""


@dataclass(frozen=True, eq=False)
class Plane:
    """One small plane: W (2, features) and the words above it."""

    caption: str
    W: Array


def arrow_planes(
    planes: Sequence[Plane], names: Sequence[str], colours: Sequence[str], look: Look, height: int = 180
) -> alt.LayerChart:
    """A row of planes that share their scale, each with its unit circle, arrows in feature colours and names.

    The scales follow the width that the page gives, so one unit of h is as long sideways as upwards on a phone and
    on a projector. Show it with `width="stretch"`.

    Args:
        planes: what to draw, from left to right.
        names: one per feature, for the tips.
        colours: one per feature, #rrggbb.
        look: the theme.
        height: of the row in pixels; planes are never higher than that.
    """
    span_x, span_y = 2 * REACH * len(planes), 2 * REACH + CAPTION_ROOM
    unit = f"min(width / {span_x}, height / {span_y})"
    across, up = _scale(span_x / 2, f"width / {unit}"), _scale(CAPTION_ROOM / 2, f"height / {unit}")
    x, y = _place("", across, up)
    head_x, head_y = _place("head_", across, up)
    label_x, label_y = _place("label_", across, up)
    arrows = _arrow_table(planes, names, colours)
    circles = pd.concat([_circle(_centre(k)).assign(plane=k) for k in range(len(planes))])
    captions = pd.DataFrame(
        {
            "x": [_centre(k) for k in range(len(planes))],
            "y": REACH + CAPTION_ROOM / 3,
            "caption": [p.caption for p in planes],
        }
    )
    layers = [
        alt.Chart(circles).mark_line(color=look.faint, strokeWidth=1.5).encode(x, y, detail="plane:N", order="order:Q"),
        alt.Chart(captions).mark_text(color=look.text, fontSize=13, fontWeight=600).encode(x, y, text="caption:N"),
        alt.Chart(arrows)
        .mark_rule(strokeWidth=3.5, strokeCap="round")
        .encode(x=x, y=y, x2="neck_x:Q", y2="neck_y:Q", color=alt.Color("colour:N", scale=None)),
        alt.Chart(arrows)
        .mark_point(shape="triangle-up", filled=True, size=110, opacity=1)
        .encode(
            x=head_x,
            y=head_y,
            angle=alt.Angle("turn:Q", scale=None),
            color=alt.Color("colour:N", scale=None),
            tooltip=[alt.Tooltip("name:N"), alt.Tooltip("length:Q", format=".3f", title="|W_i|")],
        ),
        alt.Chart(arrows)
        .mark_text(color=look.text, fontSize=12, stroke=look.background, strokeWidth=3, strokeOpacity=0.8)
        .encode(label_x, label_y, text="name:N"),
        alt.Chart(arrows).mark_text(color=look.text, fontSize=12).encode(label_x, label_y, text="name:N"),
    ]
    chart: alt.LayerChart = (
        alt.layer(*layers)
        .properties(height=height, width="container", autosize=alt.AutoSizeParams(type="fit", contains="padding"))
        .configure_view(stroke=None)
        .configure_axis(grid=False)
    )
    return chart


def _place(prefix: str, across: alt.Scale, up: alt.Scale) -> tuple[alt.X, alt.Y]:
    return alt.X(f"{prefix}x:Q", axis=None, scale=across), alt.Y(f"{prefix}y:Q", axis=None, scale=up)


def _scale(centre: float, span: str) -> alt.Scale:
    return alt.Scale(
        domainMin=alt.ExprRef(f"{centre} - 0.5 * ({span})"),
        domainMax=alt.ExprRef(f"{centre} + 0.5 * ({span})"),
        nice=False,
        zero=False,
    )


def _centre(k: int) -> float:
    return REACH * (2 * k + 1)


def _circle(centre: float) -> pd.DataFrame:
    angle = np.linspace(0, 2 * np.pi, 61)
    return pd.DataFrame({"x": centre + np.cos(angle), "y": np.sin(angle), "order": range(61)})


def _arrow_table(planes: Sequence[Plane], names: Sequence[str], colours: Sequence[str]) -> pd.DataFrame:
    tables = []
    for k, plane in enumerate(planes):
        W, length = np.asarray(plane.W, dtype=np.float64), norms(plane.W)
        (drawn,) = np.nonzero(length >= SHORTEST)
        W, length, centre = W[:, drawn], length[drawn], _centre(k)
        direction = W / length
        tables.append(
            pd.DataFrame(
                {
                    "plane": k,
                    "feature": drawn,
                    "name": [names[int(i)] for i in drawn],
                    "colour": [colours[int(i)] for i in drawn],
                    "length": length,
                    "x": centre,
                    "y": 0.0,
                    "neck_x": centre + direction[0] * (length - 0.12),
                    "neck_y": direction[1] * (length - 0.12),
                    "head_x": centre + direction[0] * (length - 0.06),
                    "head_y": direction[1] * (length - 0.06),
                    "label_x": centre + direction[0] * (length + 0.3),
                    "label_y": direction[1] * (length + 0.22),
                    # Vega turns clockwise from "up".
                    "turn": np.degrees(np.arctan2(direction[0], direction[1])),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)
