"""Chart of the cosine between partners, features that are active together or never, against density."""

from __future__ import annotations

import altair as alt
import pandas as pd

from toymodels.plots.config import density_axis, layered
from toymodels.plots.theme import LIGHT, Theme

NAMED_AT = ((0.5, -16), (0.1, 20), (0.1, -16))
"""Density at which the name of each line stands, and by how many pixels below it."""


def partner_cosine_chart(
    table: pd.DataFrame, kinds: tuple[str, str, str], theme: Theme = LIGHT, height: int = 380
) -> alt.LayerChart:
    """Cosine of every pair as a point, and the mean of a kind as a line that bears its name.

    Args:
        table: columns "density", "cosine", "kind", "pair" (words for the tip).
        kinds: the first in the strongest colour; a dash and a shape each, so that none is known by its colour alone.
        theme: colours.
        height: in pixels.
    """
    colours = [theme.accent, theme.muted, theme.text]
    colour = alt.Color("kind:N", scale=alt.Scale(domain=list(kinds), range=colours), legend=None)
    shape = alt.Shape(
        "kind:N", scale=alt.Scale(domain=list(kinds), range=["circle", "cross", "triangle-down"]), legend=None
    )
    dash = alt.StrokeDash("kind:N", scale=alt.Scale(domain=list(kinds), range=[(1, 0), (2, 4), (7, 4)]), legend=None)
    x = density_axis(table["density"])
    y = alt.Y(
        "cosine:Q",
        title="cosine between partners",
        scale=alt.Scale(domain=[-1.15, 1.15], nice=False),
        axis=alt.Axis(values=[-1, -0.5, 0, 0.5, 1], format="~g", gridOpacity=0.4),
    )
    means = table.groupby(["kind", "density"], as_index=False)["cosine"].mean()
    tips = [
        alt.Tooltip("kind:N"),
        alt.Tooltip("pair:N"),
        alt.Tooltip("density:Q", format="~g", title="1 − S"),
        alt.Tooltip("cosine:Q", format=".2f"),
    ]
    names = []
    for kind, ink, (at, dy) in zip(kinds, colours, NAMED_AT, strict=True):
        own = means[means["kind"] == kind]
        own = own.iloc[[int((own["density"] - at).abs().argmin())]].assign(words=kind)
        for outline in (5, 0):
            mark = alt.Chart(own).mark_text(
                dy=dy,
                fontSize=14,
                fontWeight=600,
                color=ink,
                stroke=theme.background,
                strokeWidth=outline,
            )
            names.append(mark.encode(x, y, text=alt.Text("words:N")))
    layers = [
        alt.Chart(means).mark_line(strokeWidth=2.5).encode(x, y, colour, dash),
        alt.Chart(table).mark_point(filled=True, size=70, opacity=0.75).encode(x, y, colour, shape, tooltip=tips),
        *names,
    ]
    return layered(layers, theme, height)
