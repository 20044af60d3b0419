"""Chart of a density sweep: features represented against density, with the spread over seeds."""

from __future__ import annotations

import altair as alt
import pandas as pd

from toymodels.plots.config import RIGHT_EDGE, density_axis, layered
from toymodels.plots.tables import Runs, as_model_table
from toymodels.plots.theme import LIGHT, Theme


def represented_over_seeds(
    models: pd.DataFrame | Runs, n_hidden: int, theme: Theme = LIGHT, height: int = 320
) -> alt.LayerChart:
    """Numbers of represented features against density: a dot per number, its area the seeds that end there; the mean.

    Args:
        models: runs of the same spec from different seeds, or a table with the columns "density", "features" and
            "seed" and one row per model.
        n_hidden: m, drawn as a rule: what a model without superposition has.
        theme: colours.
        height: in pixels.
    """
    table = as_model_table(models).rename(columns={"represented": "features"})
    counts = table.groupby(["density", "features"]).agg(seeds=("seed", "size")).reset_index()
    means = table.groupby("density").agg(mean=("features", "mean")).reset_index()
    x = density_axis(table["density"])
    scale = alt.Scale(domain=[0, max(int(table["features"].max()), n_hidden) + 1], nice=False)
    y = alt.Y("features:Q", title="features represented", scale=scale, axis=alt.Axis(tickMinStep=1, gridOpacity=0.4))
    rule = pd.DataFrame({"features": [n_hidden], "words": [f"m = {n_hidden} dimensions"]})
    base = alt.Chart(rule).encode(y)
    layers = [
        base.mark_rule(color=theme.muted, strokeDash=[6, 4], strokeWidth=1.5),
        base.mark_text(color=theme.text, align="right", dy=12, fontSize=13).encode(
            x=RIGHT_EDGE, text=alt.Text("words:N")
        ),
        alt.Chart(means).mark_line(color=theme.accent, strokeWidth=2).encode(x, alt.Y("mean:Q", scale=scale)),
        alt.Chart(counts)
        .mark_circle(color=theme.accent, opacity=1)
        .encode(
            x,
            y,
            size=alt.Size("seeds:Q", scale=alt.Scale(domain=[1, 8], range=[60, 360]), legend=None),
            tooltip=[alt.Tooltip("density:Q", format="~g", title="1 − S"), "features:Q", "seeds:Q"],
        ),
        alt.Chart(counts)
        .transform_filter("datum.seeds > 1")
        .mark_text(color=theme.background, fontSize=12, fontWeight=700)
        .encode(x, y, text=alt.Text("seeds:Q")),
    ]
    return layered(layers, theme, height)
