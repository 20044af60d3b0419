"""Chart of the loss of a pentagon, as a multiple of that of two digons, against the density of one of its features."""

from __future__ import annotations

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd

from toymodels.plots.config import layered
from toymodels.plots.theme import LIGHT, Theme


def arrangements_by_density(
    parts: npt.ArrayLike, ratio: npt.ArrayLike, theme: Theme = LIGHT, height: int = 260
) -> alt.LayerChart:
    """A line with points, and a rule where the two have equal losses.

    Args:
        parts: (parts,) density of the one feature over that of the others.
        ratio: (parts,) loss of the pentagon over that of two digons; NaN where there is no pentagon.
        theme: colours.
        height: in pixels.
    """
    table = pd.DataFrame({"part": np.asarray(parts), "ratio": np.asarray(ratio)}).dropna()
    x = alt.X(
        "part:Q",
        title="density of the fifth feature, times the others’",
        scale=alt.Scale(type="log", domain=[min(np.ravel(parts)), max(np.ravel(parts))], nice=False),
        axis=alt.Axis(values=[0.1, 0.2, 0.3, 0.5, 1], format="~g"),
    )
    y = alt.Y("ratio:Q", title="pentagon’s loss, times two digons’", scale=alt.Scale(zero=False))
    equal = alt.Chart(pd.DataFrame({"ratio": [1.0]})).mark_rule(color=theme.muted, strokeDash=[7, 4]).encode(y)
    line = (
        alt.Chart(table)
        .mark_line(color=theme.accent, strokeWidth=2.5, point=alt.OverlayMarkDef(size=70, color=theme.accent))
        .encode(
            x,
            y,
            tooltip=[
                alt.Tooltip("part:Q", format=".3~g", title="density, times the others’"),
                alt.Tooltip("ratio:Q", format=".3f", title="loss, times two digons’"),
            ],
        )
    )
    return layered([equal, line], theme, height)
