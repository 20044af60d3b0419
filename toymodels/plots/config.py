"""What all charts with axes have in common."""

from collections.abc import Iterable, Sequence

from toymodels.plots.drawing import alt
from toymodels.plots.theme import Look


def config(look: Look, edge: str | None = None) -> alt.Config:
    """No frame, or one of that colour, and words at the axes in the colour of words.

    Streamlit's own grey for them has 3.7:1 on white; what is to be read needs 4.5.
    """
    words = alt.AxisConfig(labelColor=look.text, titleColor=look.text)
    return alt.Config(view=alt.ViewConfig(stroke=edge), axis=words)


def layered(layers: Sequence[alt.Chart], look: Look, height: int) -> alt.LayerChart:
    """Layers as one chart of that many pixels, from back to front."""
    return alt.LayerChart(layer=list(layers), height=height, config=config(look))


def density_axis(densities: Iterable[float]) -> alt.X:
    """The column "density" across, from dense to sparse, these with a tick each."""
    return alt.X(
        "density:Q",
        title="1 − S, from dense to sparse",
        scale=alt.Scale(type="log", reverse=True, nice=False, padding=26),
        axis=alt.Axis(values=sorted(set(densities)), format="~g", grid=False, labelOverlap=True),
    )
