"""Charts of equivalent dimensions and of the explained variance of single units, against m and against density."""

from __future__ import annotations

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd

from toymodels.plots.config import RIGHT_EDGE, density_axis, layered
from toymodels.plots.theme import LIGHT, Theme


def storage_curve(
    without_superposition: npt.ArrayLike, table: pd.DataFrame, chosen: int, theme: Theme = LIGHT, height: int = 330
) -> alt.LayerChart:
    """Loss against the number of dimensions, without superposition and trained, relative to that of storing nothing.

    An arrow leads from the chosen m along equal loss to the dimensions that a code without superposition needs.

    Args:
        without_superposition: (n + 1,) the loss without superposition in 0 .. n dimensions.
        table: columns "m", "loss", "equivalent_dimensions", one row per trained m.
        chosen: the m of the arrow, one of the table's.
        theme: colours.
        height: in pixels.
    """
    losses = np.asarray(without_superposition, dtype=np.float64)
    codes = ["without superposition", "in superposition, trained"]
    without = pd.DataFrame({"m": range(len(losses)), "loss": losses, "part": losses / losses[0], "code": codes[0]})
    trained = table.assign(part=table["loss"] / losses[0], code=codes[1])
    arrow = trained[trained["m"] == chosen]
    x = alt.X("m:Q", title="dimensions m", scale=alt.Scale(domain=[0, len(losses) - 1], nice=False), axis=_axis())
    y = alt.Y(
        "part:Q",
        title="loss, times that of storing nothing",
        scale=alt.Scale(domain=[0, 1]),
        axis=_axis("format(100 * datum.value, 'd') + ' %'"),
    )
    tip = [alt.Tooltip("code:N"), alt.Tooltip("m:Q"), alt.Tooltip("loss:Q", format=".3g")]
    tips = [*tip, alt.Tooltip("equivalent_dimensions:Q", format=".1f", title="equivalent dimensions")]
    layers = [
        alt.Chart(without).mark_line(color=theme.text, strokeDash=[7, 4], strokeWidth=2).encode(x, y),
        alt.Chart(without).mark_point(filled=True, size=30, color=theme.text, opacity=1).encode(x, y, tooltip=tip),
        alt.Chart(trained).mark_line(color=theme.accent, strokeWidth=2.5).encode(x, y),
        alt.Chart(trained).mark_point(filled=True, size=70, color=theme.accent, opacity=1).encode(x, y, tooltip=tips),
        alt.Chart(arrow).mark_rule(color=theme.accent, strokeWidth=4).encode(x, y, alt.X2("equivalent_dimensions:Q")),
        alt.Chart(arrow)
        .mark_point(shape="triangle-right", filled=True, size=260, color=theme.accent, opacity=1, xOffset=-5)
        .encode(alt.X("equivalent_dimensions:Q"), y),
        alt.Chart(arrow.assign(words=[f"{chosen} do what {value:.1f} do" for value in arrow["equivalent_dimensions"]]))
        .mark_text(align="left", dx=12, dy=-12, fontSize=15, fontWeight=600, color=theme.accent)
        .encode(alt.X("equivalent_dimensions:Q"), y, text=alt.Text("words:N")),
        _name(without, 3, codes[0], theme.text, x, y, above=True),
        # "Trained" as well would reach over the axis.
        _name(trained, 6, "in superposition", theme.accent, x, y, above=False),
    ]  # fmt: skip
    return layered(layers, theme, height)


def against_density(
    table: pd.DataFrame,
    title: str,
    without: float,
    words: str,
    chosen: float | None = None,
    theme: Theme = LIGHT,
    height: int = 330,
) -> alt.LayerChart:
    """A number against density, from dense to sparse, beside its value without superposition.

    Args:
        table: columns "density", "value", "label" (drawn above the point).
        title: of the y axis.
        without: the value without superposition.
        words: at that line.
        chosen: the density to mark, if any.
        theme: colours.
        height: in pixels.
    """
    x = density_axis(table["density"])
    top = 1.15 * max(float(table["value"].max()), without)
    y = alt.Y("value:Q", title=title, scale=alt.Scale(domain=[0, top], nice=False), axis=_axis())
    line = alt.Chart(pd.DataFrame({"value": [without], "words": [words]})).encode(y)
    points = alt.Chart(table).encode(x, y)
    layers = [
        line.mark_rule(color=theme.text, strokeDash=[7, 4], strokeWidth=2),
        line.mark_text(color=theme.text, align="right", dx=-4, dy=15, fontSize=13).encode(
            RIGHT_EDGE, text=alt.Text("words:N")
        ),
        points.mark_line(color=theme.accent, strokeWidth=2.5),
        points.mark_point(filled=True, size=70, color=theme.accent, opacity=1).encode(
            tooltip=[alt.Tooltip("density:Q", format="~g", title="1 − S"), alt.Tooltip("label:N", title=title)]
        ),
        points.mark_text(dy=-14, fontSize=13, fontWeight=600, color=theme.accent).encode(text=alt.Text("label:N")),
    ]
    if chosen is not None:
        rule = alt.Chart(pd.DataFrame({"density": [chosen]})).mark_rule(color=theme.faint, strokeWidth=14, opacity=0.6)
        layers.insert(0, rule.encode(x))
    return layered(layers, theme, height)


def explained_variance(
    table: pd.DataFrame, one: str, whole: pd.DataFrame, whole_words: str, theme: Theme = LIGHT, height: int = 330
) -> alt.LayerChart:
    """Explained variance R^2 of every unit as a tick, their mean as a line, that of the whole model dashed.

    Args:
        table: columns "density", "r2", "unit" (words for the tip).
        one: the name of the line of means.
        whole: columns "density", "r2".
        whole_words: the name of the dashed line.
        theme: colours.
        height: in pixels.
    """
    x = density_axis(table["density"])
    y = alt.Y("r2:Q", title="R²", scale=alt.Scale(domain=[0, 1.04], nice=False), axis=_axis())
    means = table.groupby("density", as_index=False)["r2"].mean()
    tip = [alt.Tooltip("density:Q", format="~g", title="1 − S"), alt.Tooltip("r2:Q", format=".2f", title="R²")]
    last = float(table["density"].min())
    layers = [
        alt.Chart(table)
        .mark_tick(orient="horizontal", color=theme.muted, thickness=2, size=22, opacity=0.6)
        .encode(x, y, tooltip=[alt.Tooltip("unit:N", title="unit"), *tip]),
        alt.Chart(whole).mark_line(color=theme.text, strokeDash=[7, 4], strokeWidth=2).encode(x, y),
        alt.Chart(whole).mark_point(filled=True, size=45, color=theme.text, opacity=1).encode(x, y, tooltip=tip),
        alt.Chart(means).mark_line(color=theme.accent, strokeWidth=3).encode(x, y),
        alt.Chart(means).mark_point(filled=True, size=80, color=theme.accent, opacity=1).encode(x, y, tooltip=tip),
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
                stroke=theme.background,
                strokeWidth=outline,
            )
            .encode(x, y, text=alt.Text("words:N"))
            for source, words, colour, dy in ((means, one, theme.accent, 24), (whole, whole_words, theme.text, 20))
            for outline in (5, 0)
        ),
    ]
    return layered(layers, theme, height)


def _axis(words: str = "format(datum.value, '~f')") -> alt.Axis:
    return alt.Axis(labelExpr=words, tickCount=6, gridOpacity=0.4)


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
