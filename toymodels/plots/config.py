"""Altair configuration, layering and axes that all charts share."""

from collections.abc import Iterable, Sequence

import altair as alt

from toymodels.plots.theme import Theme

# As an object, because Altair looks through all its classes for what a bare `alt.value` may be.
RIGHT_EDGE = alt.XValue("width")  # type: ignore[no-untyped-call]
"""The place at the right edge of a chart."""


def config(theme: Theme, edge: str | None = None) -> alt.Config:
    """Chart configuration: no frame, or one of the colour `edge`, and axes labelled in the theme's colour of text.

    Streamlit's own grey for labels has a contrast of 3.7:1 on white; WCAG AA asks for 4.5:1.
    """
    words = alt.AxisConfig(labelColor=theme.text, titleColor=theme.text, labelFontSize=13, titleFontSize=14)
    return alt.Config(view=alt.ViewConfig(stroke=edge), axis=words, aria=False, mark=alt.MarkConfig(aria=False))


def layered(layers: Sequence[alt.Chart], theme: Theme, height: int) -> alt.LayerChart:
    """A chart of these layers, from back to front, `height` pixels high."""
    return alt.LayerChart(layer=list(layers), height=height, config=config(theme))


def density_axis(densities: Iterable[float]) -> alt.X:
    """The x axis of the column "density", 1 - S: logarithmic, from dense to sparse, a tick at each density.

    Where not all of them can be named, the densest is.
    """
    return alt.X(
        "density:Q",
        title="1 − S, from dense to sparse",
        scale=alt.Scale(type="log", reverse=True, nice=False, padding=26),
        axis=alt.Axis(values=sorted(set(densities), reverse=True), format="~g", grid=False, labelOverlap="greedy"),
    )
