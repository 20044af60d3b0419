"""Features represented against density, with the spread over seeds."""

from __future__ import annotations

import pandas as pd

from toymodels.plots.config import density_axis, layered
from toymodels.plots.drawing import RIGHT_EDGE, alt
from toymodels.plots.theme import Look


def represented_over_seeds(table: pd.DataFrame, n_hidden: int, look: Look, height: int = 320) -> alt.LayerChart:
    """One dot per number of features that any seed ends with, as large as the seeds that do; the mean as a line.

    Args:
        table: columns "density", "features", "seed"; one row per model.
        n_hidden: m, drawn as a rule: what a model without superposition has.
        look: the theme.
        height: in pixels.
    """
    counts = table.groupby(["density", "features"]).agg(seeds=("seed", "size")).reset_index()
    means = table.groupby("density").agg(mean=("features", "mean")).reset_index()
    x = density_axis(table["density"])
    scale = alt.Scale(domain=[0, max(int(table["features"].max()), n_hidden) + 1], nice=False)
    y = alt.Y("features:Q", title="features represented", scale=scale, axis=alt.Axis(tickMinStep=1, gridOpacity=0.4))
    rule = pd.DataFrame({"features": [n_hidden], "words": [f"m = {n_hidden} dimensions"]})
    base = alt.Chart(rule).encode(y)
    layers = [
        base.mark_rule(color=look.muted, strokeDash=[6, 4], strokeWidth=1.5),
        base.mark_text(color=look.text, align="right", dy=12, fontSize=13).encode(
            x=RIGHT_EDGE, text=alt.Text("words:N")
        ),
        alt.Chart(means).mark_line(color=look.accent, strokeWidth=2).encode(x, alt.Y("mean:Q", scale=scale)),
        alt.Chart(counts)
        .mark_circle(color=look.accent, opacity=1)
        .encode(
            x,
            y,
            size=alt.Size("seeds:Q", scale=alt.Scale(domain=[1, 8], range=[40, 360]), legend=None),
            tooltip=[alt.Tooltip("density:Q", format="~g", title="1 − S"), "features:Q", "seeds:Q"],
        ),
        alt.Chart(counts)
        .transform_filter("datum.seeds > 1")
        .mark_text(color=look.background, fontSize=11, fontWeight=700)
        .encode(x, y, text=alt.Text("seeds:Q")),
    ]
    return layered(layers, look, height)
