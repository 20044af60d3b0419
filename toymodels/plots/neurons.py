"""Charts of hidden neurons: stacks of absolute input weights, and W1 and W2 side by side, neuron by neuron.

Neurons are expected rescaled (`analysis.neurons.rescaled`): the largest absolute input weight of each is 1.
"""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd

from toymodels.analysis.neurons import MONOSEMANTIC, monosemanticity
from toymodels.arrays import Array
from toymodels.names import feature_names, neuron_number
from toymodels.plots.theme import LIGHT, SATURATED, Theme, ink_on

SMALLEST = 0.03
"""Weights below this share one pale segment at the top of their stack: they would be thinner than a line."""

UNIT = 38
"""Pixels per unit of weight, so that plots of different densities compare by eye."""

TALLEST = 320
"""Most pixels of a stack; beyond that the unit shrinks, and the lowest segment, always 1, shows by how much."""

LABELLED_HEIGHT = 300
"""Pixels of the stack of `labelled_stack`."""

LABEL = 15
"""Pixels that a segment needs for its label there."""

MARKS = 16
"""Pixels under the stacks for the marks."""

ROW = 27
"""Height of one neuron's row in pixels."""


TIPS = [
    alt.Tooltip("stack:Q", title="stack"),
    alt.Tooltip("feature:N", title="feature"),
    alt.Tooltip("weight:Q", format=".2f", title="|weight in|"),
]
"""What a segment of a stack tells."""


def neuron_stacks(
    W1: Array,
    importance: npt.ArrayLike,
    monosemantic: npt.ArrayLike | None = None,
    names: Sequence[str] | None = None,
    theme: Theme = LIGHT,
) -> alt.LayerChart:
    """Stack plot, one stack per neuron: absolute input weights, the largest at the bottom, coloured by importance.

    A filled dot under a stack marks a monosemantic neuron, a ring a polysemantic one. Show it with `width="stretch"`.

    Args:
        W1: (hidden, features), the neurons in the order in which they are to stand.
        importance: (features,).
        monosemantic: (hidden,) of bool; by default those of at least `MONOSEMANTIC` `monosemanticity`.
        names: one per feature; x₁, x₂ … by default.
        theme: colours.
    """
    monosemantic = monosemanticity(W1) >= MONOSEMANTIC if monosemantic is None else monosemantic
    names = feature_names(W1.shape[1]) if names is None else names
    segments = _segments(W1, theme.importance_colours(importance), names, theme.faint)
    mono = np.asarray(monosemantic, dtype=bool)
    top = max(1.1, float(np.abs(W1).sum(axis=1).max()))
    unit = min(UNIT, TALLEST / top)
    bottom = -MARKS / unit
    marks = pd.DataFrame(
        {"stack": range(1, len(mono) + 1), "y": bottom / 2, "fill": np.where(mono, theme.text, theme.background)}
    )
    x_scale = alt.Scale(domain=[0.4, len(W1) + 0.6], nice=False, zero=False)
    y_scale = alt.Scale(domain=[bottom, top], nice=False)
    bars = _bars(segments, x_scale, y_scale, theme)
    dots = (
        alt.Chart(marks)
        .mark_point(filled=True, size=26, opacity=1, stroke=theme.text, strokeWidth=1.2)
        .encode(
            x=alt.X("stack:Q", axis=None, scale=x_scale),
            y=alt.Y("y:Q", axis=None, scale=y_scale),
            fill=alt.Fill("fill:N", scale=None),
        )
    )
    chart: alt.LayerChart = (
        alt.layer(bars, dots)
        .properties(height=round(unit * (top - bottom)), width="container")
        .configure_view(stroke=None)
        .configure_axis(grid=False)
    )
    return chart


def labelled_stack(
    weights: npt.ArrayLike, importance: npt.ArrayLike, names: Sequence[str] | None = None, theme: Theme = LIGHT
) -> alt.LayerChart:
    """One stack of `neuron_stacks`, enlarged, with a label at every segment that has room. Show it stretched.

    Args:
        weights: (features,) input weights of one neuron, the largest scaled to 1.
        importance: (features,).
        names: one per feature; x₁, x₂ … by default.
        theme: colours.
    """
    row = np.asarray(weights, dtype=np.float64)[None]
    names = feature_names(row.shape[1]) if names is None else names
    segments = _segments(row, theme.importance_colours(importance), names, theme.faint)
    top = float(segments["high"].max()) if len(segments) else 1.0
    labels = segments[segments["weight"] * LABELLED_HEIGHT >= LABEL * top]
    labels = labels.assign(
        middle=(labels["low"] + labels["high"]) / 2,
        words=[f"{name}: {weight:.2f}" for name, weight in zip(labels["feature"], labels["weight"], strict=True)],
    )
    x_scale = alt.Scale(domain=[0.5, 3.5], nice=False, zero=False)
    y = alt.Scale(domain=[0, top], nice=False)
    # Of one neuron the number says nothing.
    bars = _bars(segments, x_scale, y, theme).encode(tooltip=TIPS[1:])
    words = (
        alt.Chart(labels)
        .mark_text(align="left", dx=10, fontSize=14, color=theme.text)
        .encode(x=alt.X("right:Q", axis=None, scale=x_scale), y=alt.Y("middle:Q", axis=None, scale=y), text="words:N")
    )
    chart: alt.LayerChart = (
        alt.layer(bars, words)
        .properties(height=LABELLED_HEIGHT, width="container")
        .configure_view(stroke=None)
        .configure_axis(grid=False)
    )
    return chart


def _bars(segments: pd.DataFrame, x_scale: alt.Scale, y_scale: alt.Scale, theme: Theme) -> alt.Chart:
    """The segments of stacks, in the colours of their features."""
    chart: alt.Chart = (
        alt.Chart(segments)
        .mark_rect(stroke=theme.background)
        .encode(
            x=alt.X("left:Q", axis=None, scale=x_scale),
            x2=alt.X2("right:Q"),
            y=alt.Y("low:Q", axis=None, scale=y_scale),
            y2=alt.Y2("high:Q"),
            color=alt.Color("colour:N", scale=None),
            strokeWidth=alt.StrokeWidth("border:Q", scale=None),
            tooltip=TIPS,
        )
    )
    return chart


def _segments(W1: Array, colours: Sequence[str], names: Sequence[str], rest: str) -> pd.DataFrame:
    rows = []
    for stack, weights in enumerate(np.abs(np.asarray(W1, dtype=np.float64)), start=1):
        low = 0.0
        for feature in np.argsort(-weights, kind="stable"):
            weight = float(weights[feature])
            if weight < SMALLEST:
                break
            rows.append((stack, names[feature], weight, low, low + weight, colours[feature]))
            low += weight
        others = float(weights[weights < SMALLEST].sum())
        if others >= SMALLEST:
            count = int((weights < SMALLEST).sum())
            rows.append((stack, f"the {count} smallest", others, low, low + others, rest))
    table = pd.DataFrame(rows, columns=["stack", "feature", "weight", "low", "high", "colour"])
    # Borders as wide as on large segments would cover the small ones.
    border = np.where(table["weight"] > 0.15, 0.7, 0.25)
    return table.assign(left=table["stack"] - 0.42, right=table["stack"] + 0.42, border=border)


def neuron_weights(
    W1: Array,
    W2: Array,
    groups: Sequence[tuple[str, Sequence[int]]] | None = None,
    names: Sequence[str] | None = None,
    theme: Theme = LIGHT,
) -> alt.LayerChart:
    """Heat maps of W1 and W2 side by side, one row per neuron: input weights at the left, output weights at the right.

    Positive and negative weights have the colours of the sign pair and their number in the cell. Show it with
    `width="stretch"`; in narrow cells the numbers are left out, and shown on hover.

    Args:
        W1: (hidden, features).
        W2: (features, hidden).
        groups: the words above a group of rows, and its neurons from top to bottom; by default all in one.
        names: one per feature; x₁, x₂ … by default.
        theme: colours.
    """
    groups = [("all neurons", range(len(W1)))] if groups is None else groups
    names = feature_names(W1.shape[1]) if names is None else names
    n = len(names)
    cells, heads, rows = _cells(W1, W2, groups, names, theme)
    across = 2 * n + 2.5
    x_scale = alt.Scale(domain=[-1.3, across - 1.3], nice=False, zero=False)
    y_scale = alt.Scale(domain=[0, rows], reverse=True, nice=False)
    # The width of a cell in pixels decides whether a number fits.
    cell = f"width / {across}"
    size = alt.ExprRef(f"{cell} < 26 ? 0 : clamp({cell} / 2.9, 12, 13)")
    x, y = alt.X("x:Q", axis=None, scale=x_scale), alt.Y("y:Q", axis=None, scale=y_scale)
    tooltip = [
        alt.Tooltip("neuron:Q"),
        alt.Tooltip("which:N", title="weight"),
        alt.Tooltip("feature:N"),
        alt.Tooltip("weight:Q", format=".3f", title="value"),
    ]
    squares = (
        alt.Chart(cells)
        .mark_rect(stroke=theme.faint, strokeWidth=0.5)
        .encode(
            x=alt.X("left:Q", axis=None, scale=x_scale),
            x2=alt.X2("right:Q"),
            y=alt.Y("top:Q", axis=None, scale=y_scale),
            y2=alt.Y2("bottom:Q"),
            color=alt.Color(
                "weight:Q",
                scale=alt.Scale(
                    domain=[-SATURATED, 0, SATURATED], range=list(theme.sign), clamp=True, interpolate="rgb"
                ),
                legend=None,
            ),
            tooltip=tooltip,
        )
    )
    numbers = (
        alt.Chart(cells[cells["number"] != ""])
        .mark_text(fontSize=size)
        .encode(x, y, text=alt.Text("number:N"), color=alt.Color("ink:N", scale=None), tooltip=tooltip)
    )
    words = [
        alt.Chart(heads[heads["align"] == align])
        .mark_text(
            color=theme.text,
            align=align,
            fontSize=alt.ExprRef(f"clamp({cell} / 2.2, 12, 13)") if align == "center" else 13,
            fontWeight=600 if align == "left" else 400,
        )
        .encode(x, y, text=alt.Text("words:N"))
        for align in ("left", "center")
    ]
    chart: alt.LayerChart = (
        alt.layer(squares, numbers, *words)
        .properties(height=round(ROW * rows), width="container")
        .configure_view(stroke=None)
        .configure_axis(grid=False)
    )
    return chart


def _cells(
    W1: Array, W2: Array, groups: Sequence[tuple[str, Sequence[int]]], names: Sequence[str], theme: Theme
) -> tuple[pd.DataFrame, pd.DataFrame, float]:
    """The cells, the words, and how many rows high it all is."""
    n = len(names)
    cells, heads = [], [(-0.5, 0.5, "in: W₁", "left"), (n + 0.5, 0.5, "out: W₂", "left")]
    heads += [(x, 1.4, name, "center") for i, name in enumerate(names) for x in (i, n + 1 + i)]
    top = 1.9
    for title, neurons in groups:
        heads.append((-0.5, top + 0.55, title, "left"))
        top += 1
        for neuron in neurons:
            shown = neuron_number(neuron)
            heads.append((-0.9, top + 0.5, str(shown), "center"))
            for which, weights, first in (("W₁, in", W1[neuron], 0), ("W₂, out", W2[:, neuron], n + 1)):
                for i, weight in enumerate(weights.tolist()):
                    ink = ink_on(theme.sign_colour(weight))
                    number = _short(weight) if abs(weight) >= 0.05 else ""
                    cells.append(
                        (neuron_number(neuron), which, names[i], weight, number, ink, float(first + i), top + 0.5)
                    )
            top += 1
        top += 0.15
    table = pd.DataFrame(cells, columns=["neuron", "which", "feature", "weight", "number", "ink", "x", "y"])
    table = table.assign(left=table["x"] - 0.5, right=table["x"] + 0.5, top=table["y"] - 0.5, bottom=table["y"] + 0.5)
    return table, pd.DataFrame(heads, columns=["x", "y", "words", "align"]), top


def _short(weight: float) -> str:
    """Two significant digits, as wide as a cell."""
    text = f"{weight:.0f}" if abs(weight) >= 9.95 else f"{weight:.1f}" if abs(weight) >= 0.995 else f"{weight:.2f}"
    return text.replace("0.", ".").replace("-", "−")
