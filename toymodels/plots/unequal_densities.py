"""Charts of five features of which one has a density of its own: the map of arrangements, and two losses that cross."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd

from toymodels.arrays import Array
from toymodels.plots.config import config
from toymodels.plots.theme import LIGHT, Theme

SMALLEST = 0.03
"""A region bears its name if it is at least this part of the map."""

LETTER = 7.2
"""About how many pixels a letter of a name is wide."""


def arrangement_map(
    densities: Array,
    factors: Array,
    codes: npt.NDArray[np.intp],
    names: tuple[str, str, str],
    theme: Theme = LIGHT,
    height: int = 380,
) -> alt.LayerChart:
    """Map of what training ends as; each region bears its name. Show it with `width="stretch"`.

    Args:
        densities: of the equal features, (columns,), even on a logarithmic scale.
        factors: density of the other feature over theirs, (rows,), even on a logarithmic scale.
        codes: (rows, columns), index into `names`.
        names: of the three arrangements: in superposition, one left out, another left out.
        theme: colours.
        height: in pixels.
    """
    across, down = (abs(np.log(one[1] / one[0])) / 2 for one in (densities, factors))
    x, y = np.meshgrid(densities, factors)
    table = pd.DataFrame(
        {
            "density": x.ravel(),
            "factor": y.ravel(),
            "arrangement": np.array(names)[codes.ravel()],
            "x": x.ravel() * np.exp(across),
            "x2": x.ravel() * np.exp(-across),
            "y": y.ravel() * np.exp(-down),
            "y2": y.ravel() * np.exp(down),
        }
    )
    middles = [_middle(own) for name in names if len(own := table[table.arrangement == name]) > SMALLEST * len(table)]
    colours = [theme.superposition[1], theme.background, theme.superposition[0]]
    x_scale = alt.Scale(type="log", reverse=True, nice=False, domain=[table.x2.min(), table.x.max()])
    y_scale = alt.Scale(type="log", nice=False, domain=[table.y.min(), table.y2.max()])
    x_axis = alt.Axis(values=[0.3, 0.1, 0.03, 0.01], format="~g", grid=False, title="density 1 − S of the four others")
    y_axis = alt.Axis(
        values=[8, 4, 2, 1, 0.5, 0.25, 0.125], format="~g", grid=False, title="density of the fifth, times theirs"
    )
    cells = (
        alt.Chart(table)
        .mark_rect(clip=True, stroke=theme.faint, strokeWidth=0.5)
        .encode(
            alt.X("x:Q", scale=x_scale, axis=x_axis),
            alt.Y("y:Q", scale=y_scale, axis=y_axis),
            alt.X2("x2:Q"),
            alt.Y2("y2:Q"),
            alt.Color("arrangement:N", scale=alt.Scale(domain=list(names), range=colours), legend=None),
            tooltip=[
                alt.Tooltip("arrangement:N"),
                alt.Tooltip("density:Q", format=".3g", title="density of the others"),
                alt.Tooltip("factor:Q", format=".3g", title="of the fifth, times theirs"),
            ],
        )
    )
    words = alt.Chart(pd.DataFrame(middles))
    words = words.encode(alt.X("density:Q"), alt.Y("factor:Q"), alt.Text("arrangement:N"))
    # Within the map, and not over the numbers of its axes: half a name needs room on either side of its middle.
    half = f"length(datum.arrangement) * {LETTER / 2}"
    place = "scale('x', datum.density)"
    offset = alt.ExprRef(f"clamp({place}, {half}, width - {half}) - {place}")
    text = [
        words.mark_text(fontSize=14, fontWeight=600, stroke=theme.background, strokeWidth=4, xOffset=offset),
        words.mark_text(fontSize=14, fontWeight=600, color=theme.text, xOffset=offset),
    ]
    return alt.LayerChart(layer=[cells, *text], height=height, config=config(theme, theme.faint))


def losses_crossing(factors: Array, ratio: Array, at: float, theme: Theme = LIGHT, height: int = 380) -> alt.LayerChart:
    """Loss of five arrows over that of two digons, by the density of the fifth feature. Show with `width="stretch"`.

    Args:
        factors: (models,), density of the fifth over that of the others.
        ratio: (models,).
        at: the factor at which they cross; NaN if they do not.
        theme: colours.
        height: in pixels.
    """
    table = pd.DataFrame({"factor": factors, "ratio": ratio})
    x_axis = alt.Axis(
        values=[0.6, 0.4, 0.25, 0.15], format="~g", grid=False, title="density of the fifth, times that of the others"
    )
    x = alt.X("factor:Q", scale=alt.Scale(type="log", reverse=True, nice=False), axis=x_axis)
    y = alt.Y("ratio:Q", scale=alt.Scale(zero=False), axis=alt.Axis(title="loss, times that of two digons"))
    line = alt.Chart(table).mark_line(color=theme.accent, strokeWidth=3, point={"color": theme.accent}).encode(x, y)
    level = alt.Chart(pd.DataFrame({"ratio": [1.0]})).mark_rule(color=theme.text, strokeDash=[6, 4], strokeWidth=2)
    words = pd.DataFrame({"factor": factors[[1, 6]], "ratio": [1.0, ratio[6]], "words": ["two digons", "five arrows"]})
    names = [
        alt.Chart(words[k : k + 1])
        .mark_text(color=theme.text, fontSize=14, fontWeight=600, align="left", dx=8, dy=dy)
        .encode(alt.X("factor:Q"), alt.Y("ratio:Q"), alt.Text("words:N"))
        for k, dy in enumerate((-12, 14))
    ]
    layers = [line, level.encode(alt.Y("ratio:Q")), *names]
    if np.isfinite(at):
        layers.append(
            alt.Chart(pd.DataFrame({"factor": [at]}))
            .mark_rule(color=theme.muted, strokeDash=[2, 3], strokeWidth=2)
            .encode(alt.X("factor:Q"))
        )
    return alt.LayerChart(layer=layers, height=height, config=config(theme, theme.faint))


def _middle(cells: pd.DataFrame) -> pd.Series[Any]:
    """The cell nearest to the middle of some, on logarithmic scales."""
    distance = sum(np.log(cells[axis] / cells[axis].median()) ** 2 for axis in ("density", "factor"))
    middle: pd.Series[Any] = cells.loc[distance.idxmin()]
    return middle
