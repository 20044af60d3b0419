"""Heat map of W^T W with its numbers, and beside every row the measures that are sums over it."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd

from toymodels.analysis.weights import feature_dimensionality, gram, one_matrix, superposition_if_represented
from toymodels.arrays import Array
from toymodels.names import feature_names
from toymodels.plots.theme import LIGHT, Theme, ink_on, mix

# In cells: the names on the left, the space between the panels, a whole bar, and a bar with its number.
NAMES, GAP, BAR, PANEL = 1.5, 0.5, 1.5, 2.7
HEADING, ABOVE = 1.7, 0.4
"""In cells: the lines above the matrix, and how far above it the names of its columns stand."""
PHONE = 340
"""Pixels across that a phone gives a chart: there two lines of letters must fit above the matrix."""
HEADS, SHORT_HEAD = ("WᵀW", "superposition", "dimensions Dᵢ"), "Dᵢ"
LARGEST_CELL = 40
"""Pixels; cells are smaller where the page gives less room."""
LETTERS = 12
"""Pixels that letters have at least; where there is no room for that, words are shorter, or left out."""


def short(value: float) -> str:
    """A number in at most two decimals: "−0.81", "1", "0", "37.5"."""
    text = f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) < 10 else f"{value:.3g}"
    return "0" if text in ("-0", "0") else text.replace("-", "−")


def _shorter(value: float) -> str:
    """A number in two significant digits without a zero before the point: "−.81", "1.1", "0"."""
    text = short(value) if abs(value) < 1 else f"{value:.2g}".replace("-", "−")
    return text.replace("0.", ".")


def _measured(value: float) -> str:
    """A number in three significant digits, with no sign before 0: "0.375", "1.67"."""
    return f"{round(value, 4) + 0.0:.3g}"


def gram_with_measures(
    W: npt.ArrayLike, names: Sequence[str] | None = None, theme: Theme = LIGHT, width: int = 560
) -> alt.LayerChart:
    """The heat map of W^T W; row by row the superposition measure and D_i as bars. Show it with `width="stretch"`.

    Every cell is square at any width, and its number is drawn where it can be read; in cells too small for that it is
    shown on hover. Zero has the page's background.

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
    across, down = _across(n), _above(n)[0] + n
    height = round(min(LARGEST_CELL, width / across) * down)
    cell = f"min(width / {across}, height / {down})"
    x = alt.X("x:Q", axis=None, scale=_scale(f"width / ({cell})"))
    y = alt.Y("y:Q", axis=None, scale=_scale(f"height / ({cell})", upwards=False))
    boxes, words = _boxes(W, names, theme), _words(W, names, theme)
    # Numbers in cells are centred and larger than the words around them; all shrink with the cells, on a phone.
    grown = f"datum.align == 'center' ? min(17, 0.36 * {cell}) : min(14, 0.33 * {cell})"
    size = alt.ExprRef(f"max({LETTERS}, {grown})")
    text = alt.ExprRef(f"{cell} >= datum.room ? datum.word : {cell} >= datum.least ? datum.brief : ''")
    # Where the two headings would meet, the second one stands in the line below.
    narrow = f"{cell} < {_width(HEADS[1]) / (PANEL + GAP)}"
    down_a_line = alt.ExprRef(f"datum.brief == '{SHORT_HEAD}' && {narrow} ? 0.8 * {cell} : 0")
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
        .mark_text(align=alt.ExprRef("datum.align"), fontSize=size, fontWeight=500, text=text, dy=down_a_line)
        .encode(x, y, alt.Color("colour:N", scale=None)),
    ]
    chart: alt.LayerChart = (
        alt.layer(*layers)
        .properties(height=height, width="container", autosize=alt.AutoSizeParams(type="fit", contains="padding"))
        .configure_view(stroke=None)
    )
    return chart


def _scale(span: str, upwards: bool = True) -> alt.Scale:
    return alt.Scale(domainMin=0, domainMax=alt.ExprRef(span), nice=False, zero=False, reverse=not upwards)


def _across(n: int) -> float:
    """How wide all is, in cells."""
    return NAMES + n + 2 * (GAP + PANEL)


def _above(n: int) -> tuple[float, float, float]:
    """The y, in cells, at which the matrix begins, and that of the names of its columns and of the headings."""
    letters = LETTERS * _across(n) / PHONE
    top = max(HEADING, 2.9 * letters)
    return top, top - max(ABOVE, 0.6 * letters), max(0.5, 0.75 * letters)


def _panels(n: int) -> tuple[float, float]:
    """The x at which the bars of the two measures begin, in cells."""
    first = NAMES + n + GAP
    return first, first + PANEL + GAP


def _longest(measure: Array) -> float:
    """The superposition of a bar of full length: the largest in the chart, at least 1."""
    return max(1.0, float(np.nan_to_num(measure, posinf=np.inf).max()))


def _boxes(W: npt.ArrayLike, names: Sequence[str], theme: Theme) -> pd.DataFrame:
    products, measure, dimensionality = gram(W), superposition_if_represented(W), feature_dimensionality(W)
    n = len(names)
    top, *_ = _above(n)
    rows: list[dict[str, object]] = []
    for i in range(n):
        for j in range(n):
            rows.append(
                {
                    "x": NAMES + j, "x2": NAMES + j + 1, "y": top + i, "y2": top + i + 1,
                    "colour": theme.sign_colour(products[i, j]),
                    "value": products[i, j],
                    "says": f"{names[i]} · {names[j]} = {short(products[i, j])}",
                }
            )  # fmt: skip
        # Where a feature is not represented, its direction is chance, and so is what it shares: no bar for that.
        shared = np.nan_to_num(measure[i], posinf=np.inf)
        for start, what, value, longest, colour in (
            (_panels(n)[0], "superposition", shared, _longest(measure), mix(theme.superposition, shared)),
            (_panels(n)[1], "dimensions", dimensionality[i], 1.0, theme.muted),
        ):
            place = {"x": start, "y": top + i + 0.25, "y2": top + i + 0.75, "value": value}
            told = "not represented" if what == "superposition" and np.isnan(measure[i]) else f"{what} {value:.3g}"
            says = f"{names[i]}: {told}"
            rows.append({**place, "x2": start + BAR, "colour": theme.background, "says": says})
            rows.append({**place, "x2": start + BAR * value / longest, "colour": colour, "says": says})
    return pd.DataFrame(rows)


def _words(W: npt.ArrayLike, names: Sequence[str], theme: Theme) -> pd.DataFrame:
    """Everything written: where, `word` and in less room `brief`, and how large a cell is, in pixels, from which on."""
    products, measure, dimensionality = gram(W), superposition_if_represented(W), feature_dimensionality(W)
    n = len(names)
    (first, second), (top, column_names, heads) = _panels(n), _above(n)
    rows: list[dict[str, object]] = []

    def write(x: float, y: float, colour: str, align: str, said: dict[str, object]) -> None:
        rows.append({"x": x, "y": y, "colour": colour, "align": align, **said})

    for x, said in zip((NAMES, first, second), _said(HEADS, (*HEADS[:2], SHORT_HEAD), PANEL), strict=True):
        write(x, heads, theme.text, "left", {**said, "least": 0})
    every_other = [name if i % 2 == 0 else "" for i, name in enumerate(names)]
    for i, said in enumerate(_said(names, every_other, 1)):
        write(NAMES - 0.2, top + i + 0.5, theme.text, "right", {**said, "room": 0})
        write(NAMES + i + 0.5, column_names, theme.text, "center", {**said, "least": 0})
    numbers = products.ravel().tolist()
    for k, said in enumerate(_said(list(map(short, numbers)), list(map(_shorter, numbers)), 1)):
        i, j = divmod(k, n)
        write(NAMES + j + 0.5, top + i + 0.5, _ink(products[i, j], theme), "center", said)
    for start, values in ((first, measure), (second, dimensionality)):
        brief = [f"{value:.2g}" if abs(value) < 10 else _measured(value) for value in values.round(4) + 0.0]
        for i, said in enumerate(_said(list(map(_measured, values)), brief, PANEL - BAR)):
            if not np.isnan(values[i]):
                write(start + BAR + 0.2, top + i + 0.5, theme.text, "left", said)
    return pd.DataFrame(rows)


def _said(words: Sequence[str], brief: Sequence[str], cells: float) -> list[dict[str, object]]:
    """Words that have room for so many cells, and are written briefly, or not at all, all of them or none."""
    room, least = (max(map(_width, some)) / cells for some in (words, brief))
    return [
        {"word": word, "brief": less, "room": room, "least": least} for word, less in zip(words, brief, strict=True)
    ]


def _width(word: str) -> float:
    """About the pixels that a word takes in the smallest letters, with a little room beside it."""
    return LETTERS * (0.53 * len(word) - 0.25 * word.count(".") + 0.2)


def _ink(value: float, theme: Theme) -> str:
    """The colour of a number on its cell: muted for zero."""
    return theme.muted if short(value) == "0" else ink_on(theme.sign_colour(value))
