"""What all charts with axes have in common."""

from toymodels.charts.drawing import alt
from toymodels.charts.look import Look


def config(look: Look, edge: str | None = None) -> alt.Config:
    """No frame, or one of that colour, and words at the axes in the colour of words.

    Streamlit's own grey for them has 3.7:1 on white; what is to be read needs 4.5.
    """
    words = alt.AxisConfig(labelColor=look.text, titleColor=look.text)
    return alt.Config(view=alt.ViewConfig(stroke=edge), axis=words)
