"""Heat map of the loss of two features over the angle between them and their bias."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from toymodels.arrays import Array
from toymodels.plots.config import config
from toymodels.plots.theme import LIGHT, Theme

RANGE = (0.1, 10.0)
"""Losses are coloured on a log scale between these many times that of keeping one feature; beyond, they look alike."""


def loss_map(
    angles: Array,
    biases: Array,
    relative: Array,
    marks: pd.DataFrame,
    title: str,
    theme: Theme = LIGHT,
    height: int = 380,
) -> alt.LayerChart:
    """Loss map, pale where the loss is low, with an outline where two features have a lower loss than one.

    Show it with `width="stretch"`.

    Args:
        angles: (angles,), in degrees, evenly spaced.
        biases: (biases,), evenly spaced.
        relative: (biases, angles), the loss as a multiple of that of keeping one feature.
        marks: columns "angle", "bias", "relative", "mark" (its words): points to be shown.
        title: which model.
        theme: colours.
        height: in pixels.
    """
    across, down = float(angles[1] - angles[0]), float(biases[1] - biases[0])
    angle, bias = np.meshgrid(angles, biases)
    table = pd.DataFrame(
        {
            "angle": angle.ravel(),
            "bias": bias.ravel(),
            "x": angle.ravel() - across / 2,
            # Each cell reaches under the next ones, or fine stripes would be left between them.
            "x2": angle.ravel() + across,
            "y": bias.ravel() - down / 2,
            "y2": bias.ravel() + down,
            "relative": relative.ravel(),
            "shade": relative.ravel().clip(*RANGE),
        }
    ).round(4)
    x_scale = alt.Scale(domain=[angles[0] - across / 2, angles[-1] + across / 2], nice=False, zero=False)
    y_scale = alt.Scale(domain=[biases[0] - down / 2, biases[-1] + down / 2], nice=False, zero=False)
    x_axis = alt.Axis(
        values=[0, 45, 90, 135, 180], labelExpr="datum.label + '°'", grid=False, title="angle between them"
    )
    y_axis = alt.Axis(values=[-0.5, 0, 0.5], grid=False, title="bias b")
    x, y = alt.X("x:Q", scale=x_scale, axis=x_axis), alt.Y("y:Q", scale=y_scale, axis=y_axis)
    greys = [theme.background, theme.faint, theme.text]
    ramp = alt.Scale(type="log", domain=[RANGE[0], 1, RANGE[1]], range=greys, interpolate="rgb")
    angle_x, bias_y = alt.X("angle:Q"), alt.Y("bias:Q")
    cells = (
        alt.Chart(table)
        .mark_rect(clip=True)
        .encode(
            x,
            y,
            alt.X2("x2:Q"),
            alt.Y2("y2:Q"),
            alt.Color("shade:Q", scale=ramp, legend=None),
            tooltip=[
                alt.Tooltip("angle:Q", format=".0f", title="angle, degrees"),
                alt.Tooltip("bias:Q", format=".2f"),
                alt.Tooltip("relative:Q", format=".3g", title="loss, times keep one"),
            ],
        )
    )
    edge = (
        alt.Chart(_region(angles, biases, relative))
        .mark_line(color=theme.accent, strokeWidth=3, strokeJoin="round")
        .encode(angle_x, bias_y, alt.Detail("part:N"), alt.Order("order:Q"))
    )
    points = alt.Chart(marks)
    dots = points.mark_point(
        filled=True, size=130, opacity=1, color=theme.accent, stroke=theme.background, strokeWidth=2
    ).encode(angle_x, bias_y)
    halos = points.mark_text(
        stroke=theme.background,
        strokeWidth=4,
        strokeOpacity=0.85,
        fontSize=14,
        fontWeight=600,
        dy=-16,
        dx=-4,
        align="right",
    ).encode(angle_x, bias_y, alt.Text("mark:N"))
    words = points.mark_text(color=theme.text, fontSize=14, fontWeight=600, dy=-16, dx=-4, align="right").encode(
        angle_x, bias_y, alt.Text("mark:N")
    )
    return alt.LayerChart(
        layer=[cells, edge, dots, halos, words],
        height=height,
        title=alt.TitleParams(title, fontSize=15, anchor="start"),
        config=config(theme, theme.faint),
    )


def _region(angles: Array, biases: Array, relative: Array) -> pd.DataFrame:
    """The edge of the region where `relative` is below 1, as closed lines; interpolated between biases.

    At every angle the region is one interval of biases, since the loss falls to its best bias and rises from there.
    """
    rows: list[dict[str, float]] = []
    part = 0
    run: list[tuple[float, float, float]] = []
    for k, angle in enumerate([*angles.tolist(), np.nan]):
        below = np.flatnonzero(relative[:, k] < 1) if k < len(angles) else np.array([], int)
        if below.size:
            run.append((angle, *_interval(biases, relative[:, k], int(below[0]), int(below[-1]))))
        elif run:
            outline = [(a, low) for a, low, _ in run] + [(a, high) for a, _, high in reversed(run)]
            outline.append(outline[0])
            rows += [{"part": part, "order": i, "angle": a, "bias": b} for i, (a, b) in enumerate(outline)]
            part, run = part + 1, []
    return pd.DataFrame(rows, columns=["part", "order", "angle", "bias"])


def _interval(biases: Array, losses: Array, first: int, last: int) -> tuple[float, float]:
    """Where the losses cross 1 on both sides of the samples first .. last."""

    def crossing(inside: int, outside: int) -> float:
        if not 0 <= outside < len(biases):
            return float(biases[inside])
        share = (1 - losses[inside]) / (losses[outside] - losses[inside])
        return float(biases[inside] + share * (biases[outside] - biases[inside]))

    return crossing(first, first - 1), crossing(last, last + 1)
