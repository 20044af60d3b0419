"""Chart of the losses of several codes against sparsity, each as a multiple of one of them.

Losses at different S are not comparable (paper, footnote 17), so none is drawn as it is: at every S one code is the
measure of the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
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
        title="loss, times two features’",
        scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(values=TICKS, format="~g"),
    )
    tooltip = [
        alt.Tooltip("code:N", title="code"),
        alt.Tooltip("S:Q", format=".3~g"),
        alt.Tooltip("loss:Q", format=".3g", title="loss at this S"),
        alt.Tooltip("relative:Q", format=".3g", title="times two features’"),
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


def _nearest(table: pd.DataFrame, one: Series) -> pd.DataFrame:
    own = table[table["code"] == one.code]
    return own.loc[[(own["S"] - one.label_at).abs().idxmin()]]
