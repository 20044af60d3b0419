"""W^T W as a table of numbers in the colours of their sign: which features disturb which, and in what direction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import altair as alt
import numpy as np
import pandas as pd

from toymodels.arrays import Array
from toymodels.charts.look import Look


def interference(gram: Array, names: Sequence[str], look: Look, cell: int = 52) -> alt.LayerChart:
    """A square of cells, row i and column j showing W_i . W_j; blue negative, orange positive, blank at zero.

    Show it with `width="content"`.

    Args:
        gram: W^T W, (features, features).
        names: one per feature.
        look: the theme.
        cell: side of a cell in pixels.
    """
    rows, columns = np.indices(gram.shape)
    table = pd.DataFrame(
        {
            "i": [names[k] for k in rows.ravel().tolist()],
            "j": [names[k] for k in columns.ravel().tolist()],
            "product": np.round(gram.ravel(), 4) + 0.0,
        }
    )
    table["shown"] = [f"{value:+.2f}".replace("-", "−") if abs(value) >= 0.005 else "0" for value in table["product"]]
    # Colours stop at about half of their strength, so that the numbers on them can be read.
    limit = 1.8 * float(np.abs(gram).max(initial=0.5))
    order = list(names)
    x = alt.X("j:N", sort=order, title=None, axis=_axis("top", look))
    y = alt.Y("i:N", sort=order, title=None, axis=_axis("left", look))
    colour = alt.Color(
        "product:Q", scale=alt.Scale(domain=[-limit, 0, limit], range=list(look.sign), interpolate="rgb"), legend=None
    )
    tooltip = [alt.Tooltip("i:N"), alt.Tooltip("j:N"), alt.Tooltip("product:Q", format=".3f", title="W_i · W_j")]
    base = alt.Chart(table).encode(x, y, tooltip=tooltip)
    side = cell * len(names)
    return alt.LayerChart(
        layer=[
            base.mark_rect(stroke=look.faint, strokeWidth=1).encode(colour),
            base.mark_text(fontSize=14, color=look.text).encode(text="shown:N"),
        ],
        width=side,
        height=side,
        autosize=alt.AutoSizeParams(type="pad"),
        config=alt.Config(view=alt.ViewConfig(stroke=None)),
    )


def _axis(side: Literal["top", "left"], look: Look) -> alt.Axis:
    return alt.Axis(
        orient=side, domain=False, ticks=False, labelAngle=0, labelFontSize=15, labelColor=look.text, labelPadding=6
    )
