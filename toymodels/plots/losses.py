"""Chart of the losses of several codes against sparsity, each as a multiple of one of them.

Losses at different S are not comparable (paper, footnote 17), so none is drawn as it is: at every S one code is the
measure of the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import numpy as np
import pandas as pd

from toymodels.plots.config import layered
from toymodels.plots.theme import LIGHT, Theme

TICKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]


@dataclass(frozen=True)
class Series:
    """One line of the chart.

    Attributes:
        code: its name in the table.
        dash: lengths of its dashes and gaps, in pixels.
        label_at: the S at which its name stands.
        above: whether the name stands above the line.
    """

    code: str
    dash: tuple[int, int]
    label_at: float
    above: bool


def relative_loss(
    table: pd.DataFrame,
    series: tuple[Series, Series, Series],
    chosen: float,
    theme: Theme = LIGHT,
    height: int = 340,
) -> alt.LayerChart:
    """Lines over S on a log scale, the first series strong and with points, a rule at the chosen S.

    Args:
        table: columns "S", "code" (as the series name them), "relative" (times the measure), "loss".
        series: the codes, the most important first.
        chosen: the S to be marked.
        theme: colours.
        height: in pixels.
    """
    codes = [one.code for one in series]
    colour = alt.Color(
        "code:N", scale=alt.Scale(domain=codes, range=[theme.accent, theme.text, theme.muted]), legend=None
    )
    dash = alt.StrokeDash("code:N", scale=alt.Scale(domain=codes, range=[one.dash for one in series]), legend=None)
    x = alt.X("S:Q", title="sparsity S", scale=alt.Scale(domain=[0, 1], nice=False), axis=alt.Axis(tickCount=6))
    y = alt.Y(
        "relative:Q",
        title="loss ÷ that of two features",
        scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(values=TICKS, format="~g"),
    )
    tooltip = [
        alt.Tooltip("code:N", title="code"),
        alt.Tooltip("S:Q", format=".3~g"),
        alt.Tooltip("loss:Q", format=".3g", title="loss at this S"),
        alt.Tooltip("relative:Q", format=".3g", title="÷ that of two features"),
    ]
    rule = alt.Chart(pd.DataFrame({"S": [chosen]})).mark_rule(color=theme.muted, strokeWidth=1.5).encode(x)
    lines = alt.Chart(table).mark_line(strokeWidth=2.5).encode(x, y, colour, dash, tooltip=tooltip)
    points = (
        alt.Chart(table[table["code"] == codes[0]])
        .mark_point(filled=True, size=70, opacity=1)
        .encode(x, y, colour, tooltip=tooltip)
    )
    names = [
        alt.Chart(_nearest(table, one))
        # Lines fall: there is room at the right above them, and at the left below.
        .mark_text(
            align="left" if one.above else "right",
            dx=4 if one.above else -4,
            dy=-10 if one.above else 14,
            fontSize=14,
            fontWeight=600,
        )
        .encode(x, y, colour, text=alt.Text("code:N"))
        for one in series
    ]
    return layered([rule, lines, points, *names], theme, height)


def chances(chosen: float, theme: Theme = LIGHT, height: int = 220) -> alt.LayerChart:
    """The probability p = 1 - S that a feature is nonzero, and p^2 that two of them are, over S, with the chosen S.

    Args:
        chosen: the S to be marked.
        theme: colours.
        height: in pixels.
    """
    names = ("p: a feature that is left out is lost", "p²: a pair disturbs each other")
    S = np.linspace(0, 1, 51)
    lines = pd.DataFrame(
        {"S": np.tile(S, 2), "chance": np.concatenate([1 - S, (1 - S) ** 2]), "name": np.repeat(names, len(S))}
    )
    here = pd.DataFrame({"S": [chosen] * 2, "chance": [1 - chosen, (1 - chosen) ** 2], "name": names})
    words = pd.DataFrame({"S": [0.25, 0.03], "chance": [0.75, 0.1], "name": names})
    x = alt.X("S:Q", title="sparsity S", scale=alt.Scale(domain=[0, 1], nice=False), axis=alt.Axis(tickCount=6))
    y = alt.Y("chance:Q", title="probability", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(tickCount=3))
    colour = alt.Color("name:N", scale=alt.Scale(domain=names, range=[theme.text, theme.accent]), legend=None)
    dash = alt.StrokeDash("name:N", scale=alt.Scale(domain=names, range=[[7, 4], [1, 0]]), legend=None)
    says = [alt.Tooltip("S:Q", format=".2~g"), alt.Tooltip("chance:Q", format=".3~g", title="probability")]
    layers = [
        alt.Chart(here.head(1)).mark_rule(color=theme.muted, strokeWidth=1.5).encode(x),
        alt.Chart(lines).mark_line(strokeWidth=2.5).encode(x, y, colour, dash),
        alt.Chart(here).mark_point(filled=True, size=80, opacity=1).encode(x, y, colour, tooltip=says),
        alt.Chart(words.head(1))
        .mark_text(align="left", dx=8, dy=-8, fontSize=13, fontWeight=600)
        .encode(x, y, colour, text="name:N"),
        alt.Chart(words.tail(1))
        .mark_text(align="left", fontSize=13, fontWeight=600)
        .encode(x, y, colour, text="name:N"),
    ]
    return layered(layers, theme, height)


def _nearest(table: pd.DataFrame, one: Series) -> pd.DataFrame:
    own = table[table["code"] == one.code]
    return own.loc[[(own["S"] - one.label_at).abs().idxmin()]]
