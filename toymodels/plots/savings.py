"""What superposition saves, and what one reads of a single unit, against m and against density."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from toymodels.plots.config import density_axis, layered
from toymodels.plots.drawing import RIGHT_EDGE, alt
from toymodels.plots.theme import Look


def storage_curve(
    alone: npt.ArrayLike, table: pd.DataFrame, chosen: int, look: Look, height: int = 330
) -> alt.LayerChart:
    """Loss against the number of dimensions, without superposition and trained, in parts of what storing nothing costs.

    An arrow leads from the chosen m along equal loss to the dimensions that a code without superposition needs.

    Args:
        alone: (n + 1,) the loss without superposition in 0 .. n dimensions.
        table: columns "m", "loss", "worth" (dimensions without superposition at the same loss), one row per trained m.
        chosen: the m of the arrow, one of the table's.
        look: the theme.
        height: in pixels.
    """
    costs = np.asarray(alone, dtype=np.float64)
    codes = ["without superposition", "in superposition, trained"]
    without = pd.DataFrame({"m": range(len(costs)), "loss": costs, "part": costs / costs[0], "code": codes[0]})
    trained = table.assign(part=table["loss"] / costs[0], code=codes[1])
    arrow = trained[trained["m"] == chosen]
    x = alt.X("m:Q", title="dimensions m", scale=alt.Scale(domain=[0, len(costs) - 1], nice=False), axis=_axis())
    y = alt.Y("part:Q", title="loss, times that of storing nothing", scale=alt.Scale(domain=[0, 1]), axis=_axis("%"))
    tip = [alt.Tooltip("code:N"), alt.Tooltip("m:Q"), alt.Tooltip("loss:Q", format=".3g")]
    tips = [*tip, alt.Tooltip("worth:Q", format=".1f", title="worth, without")]
    layers = [
        alt.Chart(without).mark_line(color=look.text, strokeDash=[7, 4], strokeWidth=2).encode(x, y),
        alt.Chart(without).mark_point(filled=True, size=30, color=look.text, opacity=1).encode(x, y, tooltip=tip),
        alt.Chart(trained).mark_line(color=look.accent, strokeWidth=2.5).encode(x, y),
        alt.Chart(trained).mark_point(filled=True, size=70, color=look.accent, opacity=1).encode(x, y, tooltip=tips),
        alt.Chart(arrow).mark_rule(color=look.accent, strokeWidth=4).encode(x, y, x2=alt.X2("worth:Q")),
        alt.Chart(arrow)
        .mark_point(shape="triangle-right", filled=True, size=260, color=look.accent, opacity=1, xOffset=-5)
        .encode(alt.X("worth:Q"), y),
        alt.Chart(arrow.assign(words=[f"{chosen} do what {worth:.1f} do" for worth in arrow["worth"]]))
        .mark_text(align="left", dx=12, dy=-12, fontSize=15, fontWeight=600, color=look.accent)
        .encode(alt.X("worth:Q"), y, text=alt.Text("words:N")),
        _name(without, 3, codes[0], look.text, x, y, above=True),
        _name(trained, 6, codes[1], look.accent, x, y, above=False),
    ]  # fmt: skip
    return layered(layers, look, height)


def against_density(
    table: pd.DataFrame, title: str, without: float, words: str, chosen: float | None, look: Look, height: int = 330
) -> alt.LayerChart:
    """A number per density, from dense to sparse, over the line of what it is without superposition.

    Args:
        table: columns "density", "value", "label" (drawn above the point).
        title: of the y axis.
        without: the value without superposition.
        words: at that line.
        chosen: the density to mark, if any.
        look: the theme.
        height: in pixels.
    """
    x = density_axis(table["density"])
    top = 1.15 * max(float(table["value"].max()), without)
    y = alt.Y("value:Q", title=title, scale=alt.Scale(domain=[0, top], nice=False), axis=_axis())
    line = alt.Chart(pd.DataFrame({"value": [without], "words": [words]})).encode(y)
    points = alt.Chart(table).encode(x, y)
    layers = [
        line.mark_rule(color=look.text, strokeDash=[7, 4], strokeWidth=2),
        line.mark_text(color=look.text, align="right", dx=-4, dy=15, fontSize=13).encode(
            RIGHT_EDGE, text=alt.Text("words:N")
        ),
        points.mark_line(color=look.accent, strokeWidth=2.5),
        points.mark_point(filled=True, size=70, color=look.accent, opacity=1).encode(
            tooltip=[alt.Tooltip("density:Q", format="~g", title="1 − S"), alt.Tooltip("label:N", title=title)]
        ),
        points.mark_text(dy=-14, fontSize=13, fontWeight=600, color=look.accent).encode(text=alt.Text("label:N")),
    ]
    if chosen is not None:
        rule = alt.Chart(pd.DataFrame({"density": [chosen]})).mark_rule(color=look.faint, strokeWidth=14, opacity=0.6)
        layers.insert(0, rule.encode(x))
    return layered(layers, look, height)


def telling(
    table: pd.DataFrame, one: str, whole: pd.DataFrame, whole_words: str, look: Look, height: int = 330
) -> alt.LayerChart:
    """R^2 of every single unit as a dot, their mean as a line, and the mean of what the whole model tells, dashed.

    Args:
        table: columns "density", "r2", "unit" (words for the tip).
        one: the name of the line of means.
        whole: columns "density", "r2".
        whole_words: the name of the dashed line.
        look: the theme.
        height: in pixels.
    """
    x = density_axis(table["density"])
    y = alt.Y("r2:Q", title="R²", scale=alt.Scale(domain=[0, 1.04], nice=False), axis=_axis())
    means = table.groupby("density", as_index=False)["r2"].mean()
    tip = [alt.Tooltip("density:Q", format="~g", title="1 − S"), alt.Tooltip("r2:Q", format=".2f", title="R²")]
    last = float(table["density"].min())
    layers = [
        alt.Chart(table)
        .mark_tick(orient="horizontal", color=look.muted, thickness=2, size=22, opacity=0.6)
        .encode(x, y, tooltip=[alt.Tooltip("unit:N", title="unit"), *tip]),
        alt.Chart(whole).mark_line(color=look.text, strokeDash=[7, 4], strokeWidth=2).encode(x, y),
        alt.Chart(whole).mark_point(filled=True, size=45, color=look.text, opacity=1).encode(x, y, tooltip=tip),
        alt.Chart(means).mark_line(color=look.accent, strokeWidth=3).encode(x, y),
        alt.Chart(means).mark_point(filled=True, size=80, color=look.accent, opacity=1).encode(x, y, tooltip=tip),
        # The words lie over the strokes: first their outline in the colour of the page.
        *(
            alt.Chart(source[source["density"] == last].assign(words=words))
            .mark_text(
                align="right",
                dy=dy,
                dx=-18,
                fontSize=14,
                fontWeight=600,
                color=colour,
                stroke=look.background,
                strokeWidth=outline,
            )
            .encode(x, y, text=alt.Text("words:N"))
            for source, words, colour, dy in ((means, one, look.accent, 24), (whole, whole_words, look.text, 20))
            for outline in (5, 0)
        ),
    ]
    return layered(layers, look, height)


def _axis(number: str = "~f") -> alt.Axis:
    return alt.Axis(format=number, tickCount=6, gridOpacity=0.4)


def _name(table: pd.DataFrame, row: int, words: str, colour: str, x: alt.X, y: alt.Y, above: bool) -> alt.Chart:
    mark = alt.Chart(table.iloc[[row]].assign(words=words)).mark_text(
        align="left" if above else "right",
        dx=10 if above else -10,
        dy=-8 if above else 12,
        fontSize=14,
        fontWeight=600,
        color=colour,
    )
    chart: alt.Chart = mark.encode(x, y, text=alt.Text("words:N"))
    return chart
