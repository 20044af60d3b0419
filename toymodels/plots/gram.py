"""Heat map of W^T W with its numbers, and beside every row the measures that are sums over it."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy.typing as npt
import pandas as pd

from toymodels.analysis.weights import feature_dimensionality, gram, one_matrix, represented, superposition
from toymodels.arrays import Array
from toymodels.names import feature_names
from toymodels.plots.theme import LIGHT, Theme, ink_on, mix

# In cells: the names on the left, the space between the panels, a whole bar, and a bar with its number.
NAMES, GAP, BAR, PANEL = 1.5, 0.5, 1.5, 2.7
HEADING = 1.7
LARGEST_CELL = 40
"""Pixels; cells are smaller where the page gives less room."""


def short(value: float) -> str:
    """A number in at most two decimals: "−0.81", "1", "0", "37.5"."""
    text = f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) < 10 else f"{value:.3g}"
    return "0" if text in ("-0", "0") else text.replace("-", "−")


def _measured(value: float) -> str:
    """A number in three significant digits, with no sign before 0: "0.375", "1.67"."""
    return f"{round(value, 4) + 0.0:.3g}"


def gram_with_measures(
    W: npt.ArrayLike, names: Sequence[str] | None = None, theme: Theme = LIGHT, width: int = 560
) -> alt.LayerChart:
    """The heat map of W^T W; row by row the superposition measure and D_i as bars. Show it with `width="stretch"`.

    Every cell is square at any width, and its number is drawn where it can be read. Zero has the page's background.

    Args:
        W: (hidden, features).
        names: one per feature; x₁, x₂ … by default.
        theme: colours.
        width: about what a page gives it on a laptop, in pixels; decides the height.

    Raises:
        ValueError: if W has other axes, or a number in it is not finite, or there is not one name per feature.
    """
    W = one_matrix(W)
    n = W.shape[1]
    names = feature_names(n) if names is None else names
    if len(names) != n:
        raise ValueError(f"names must be {n}, one per feature, got {len(names)}")
    across, down = NAMES + n + 2 * (GAP + PANEL), HEADING + n
    height = round(min(LARGEST_CELL, width / across) * down)
    cell = f"min(width / {across}, height / {down})"
    x = alt.X("x:Q", axis=None, scale=_scale(f"width / ({cell})"))
    y = alt.Y("y:Q", axis=None, scale=_scale(f"height / ({cell})", upwards=False))
    boxes, words = _boxes(W, names, theme), _words(W, names, theme)
    # Numbers in cells are centred and larger than the words around them; all shrink with the cells, on a phone.
    size = alt.ExprRef(f"datum.align == 'center' ? max(7, min(17, 0.36 * {cell})) : max(7, min(14, 0.33 * {cell}))")
    layers = [
        alt.Chart(boxes)
        .mark_rect(stroke=theme.faint, strokeWidth=1)
        .encode(
            x,
            y,
            x2=alt.X2("x2:Q"),
            y2=alt.Y2("y2:Q"),
            fill=alt.Fill("colour:N", scale=None),
            tooltip=alt.Tooltip("says:N"),
        ),
        alt.Chart(words)
        .mark_text(align=alt.ExprRef("datum.align"), fontSize=size, fontWeight=500)
        .encode(x, y, alt.Color("colour:N", scale=None), text=alt.Text("word:N")),
    ]
    chart: alt.LayerChart = (
        alt.layer(*layers)
        .properties(height=height, width="container", autosize=alt.AutoSizeParams(type="fit", contains="padding"))
        .configure_view(stroke=None)
    )
    return chart


def _scale(span: str, upwards: bool = True) -> alt.Scale:
    return alt.Scale(domainMin=0, domainMax=alt.ExprRef(span), nice=False, zero=False, reverse=not upwards)


def _panels(n: int) -> tuple[float, float]:
    """The x at which the bars of the two measures begin, in cells."""
    first = NAMES + n + GAP
    return first, first + PANEL + GAP


def _longest(measure: Array) -> float:
    """The superposition of a bar of full length: the largest in the chart, at least 1."""
    return max(1.0, float(measure.max()))


def _boxes(W: npt.ArrayLike, names: Sequence[str], theme: Theme) -> pd.DataFrame:
    products, measure, dimensionality = gram(W), superposition(W), feature_dimensionality(W)
    n, learned = len(names), represented(W)
    rows: list[dict[str, object]] = []
    for i in range(n):
        for j in range(n):
            rows.append(
                {
                    "x": NAMES + j, "x2": NAMES + j + 1, "y": HEADING + i, "y2": HEADING + i + 1,
                    "colour": theme.sign_colour(products[i, j]),
                    "value": products[i, j],
                    "says": f"{names[i]} · {names[j]} = {short(products[i, j])}",
                }
            )  # fmt: skip
        # Where a feature is not represented, its direction is chance, and so is what it shares: no colour for that.
        shared = mix(theme.superposition, measure[i]) if learned[i] else theme.faint
        for start, what, value, longest, colour in (
            (_panels(n)[0], "superposition", measure[i], _longest(measure), shared),
            (_panels(n)[1], "dimensions", dimensionality[i], 1.0, theme.muted),
        ):
            place = {"x": start, "y": HEADING + i + 0.25, "y2": HEADING + i + 0.75, "value": value}
            says = f"{names[i]}: {what} {value:.3g}"
            rows.append({**place, "x2": start + BAR, "colour": theme.background, "says": says})
            rows.append({**place, "x2": start + BAR * value / longest, "colour": colour, "says": says})
    return pd.DataFrame(rows)


def _words(W: npt.ArrayLike, names: Sequence[str], theme: Theme) -> pd.DataFrame:
    products, measure, dimensionality = gram(W), superposition(W), feature_dimensionality(W)
    n, learned = len(names), represented(W)
    first, second = _panels(n)
    rows: list[tuple[float, float, str, str, str]] = [
        (NAMES, 0.5, "WᵀW", theme.text, "left"),
        (first, 0.5, "superposition", theme.text, "left"),
        (second, 0.5, "dimensions Dᵢ", theme.text, "left"),
    ]
    for i in range(n):
        middle = HEADING + i + 0.5
        rows += [(NAMES - 0.2, middle, names[i], theme.text, "right")]
        rows += [(NAMES + i + 0.5, HEADING - 0.4, names[i], theme.text, "center")]
        rows += [
            (NAMES + j + 0.5, middle, short(products[i, j]), _ink(products[i, j], theme), "center") for j in range(n)
        ]
        rows += [
            (first + BAR + 0.2, middle, _measured(measure[i]), theme.text if learned[i] else theme.muted, "left"),
            (second + BAR + 0.2, middle, _measured(dimensionality[i]), theme.text, "left"),
        ]
    return pd.DataFrame(rows, columns=["x", "y", "word", "colour", "align"])


def _ink(value: float, theme: Theme) -> str:
    """The colour of a number on its cell: muted for zero."""
    return theme.muted if short(value) == "0" else ink_on(theme.sign_colour(value))
