"""Charts of the loss with one active feature: the interference of every pair, and the sums for every feature.

The matrix and the bars have the same rows at the same heights, so that side by side a row reads from the features
that are active to what they add to the loss.
"""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from toymodels.analysis.interference import Sampled
from toymodels.arrays import Array
from toymodels.names import feature_names
from toymodels.plots.theme import LIGHT, Theme, ink_on

ROW = 44
"""Height of a row in pixels."""

HEAD, FOOT = 1.15, 1.3
"""Room above and below the rows, in rows."""

FREE = 5e-6
"""A loss below this is written as 0; as "free" where the two features are not at a right angle."""


def thousandths(value: float) -> str:
    """A loss times 1000, in three significant digits and at most two decimals."""
    scaled = 1000 * value
    if scaled < 1000 * FREE:
        return "0"
    if scaled < 1:
        return f"{scaled:.2f}"
    return f"{scaled:#.3g}".rstrip(".") if scaled < 1000 else f"{scaled:.0f}"


def cell_words(products: Array, losses: Array) -> list[list[str]]:
    """What stands in the cells of the interference matrix, by output (row) and active feature: thousandths, or "free".

    Arguments as for `pair_matrix`.
    """
    own = np.eye(len(products), dtype=bool)
    free = ~own & (np.abs(products) > 0.05) & (losses.T < FREE)
    return [
        ["free" if free[j, i] else thousandths(float(losses[i, j])) for i in range(len(products))]
        for j in range(len(products))
    ]


def pair_matrix(
    products: Array,
    losses: Array,
    names: Sequence[str] | None = None,
    colours: Sequence[str] | None = None,
    theme: Theme = LIGHT,
) -> alt.LayerChart:
    """Interference matrix, active feature (column) by output (row): colour for W_j . W_i, number for the loss added.

    The diagonal is what the active feature itself loses; it has a frame and no sign. Show it with `width="stretch"`.

    Args:
        products: (features, features), W^T W.
        losses: (features, features), entry (i, j): active i, output j; on the diagonal the feature benefit term.
        names: one per feature; x₁, x₂ … by default.
        colours: one per feature, #rrggbb; all alike by default.
        theme: colours.
    """
    n = len(products)
    names, colours = _labels(n, names, colours, theme)
    words = cell_words(products, losses)
    rows = []
    for j in range(n):
        for i in range(n):
            product, loss = float(products[j, i]), float(losses[i, j])
            own = i == j
            fill = theme.background if own else theme.sign_colour(product)
            rows.append(
                {
                    "x": i - 0.48, "x2": i + 0.48, "y": j - 0.46, "y2": j + 0.46, "i": i, "j": j,
                    "active": names[i], "output": names[j], "product": product, "loss": loss,
                    "fill": fill, "stroke": theme.muted if own else theme.faint,
                    "ink": ink_on(fill),
                    "text": words[j][i],
                }
            )  # fmt: skip
    table = pd.DataFrame(rows)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-1.35, n - 0.4], nice=False, zero=False))
    y = alt.Y("y:Q", axis=None, scale=_rows_scale(n))
    base = alt.Chart(table)
    cells = base.mark_rect(strokeWidth=1.5, cornerRadius=3).encode(
        x,
        y,
        alt.X2("x2:Q"),
        alt.Y2("y2:Q"),
        alt.Color("fill:N", scale=None),
        alt.Stroke("stroke:N", scale=None),
        tooltip=[
            alt.Tooltip("active:N", title="active feature i"),
            alt.Tooltip("output:N", title="output j"),
            alt.Tooltip("product:Q", title="Wⱼ·Wᵢ", format=".3f"),
            alt.Tooltip("loss:Q", title="adds to the loss", format=".3g"),
        ],
    )
    numbers = base.mark_text(fontSize=13 if n < 7 else 11).encode(
        alt.X("i:Q", axis=None), alt.Y("j:Q", axis=None), alt.Text("text:N"), alt.Color("ink:N", scale=None)
    )
    rows_and_columns = [(-0.85, float(j)) for j in range(n)] + [(float(i), -0.78) for i in range(n)]
    return _plain([cells, numbers, *_chips(rows_and_columns, [*names, *names], [*colours, *colours], theme)], n)


def term_bars(
    benefit: Array,
    received: Array,
    names: Sequence[str] | None = None,
    colours: Sequence[str] | None = None,
    theme: Theme = LIGHT,
    sampled: Sampled | None = None,
    sums: bool = True,
    standard_errors: float = 3.0,
) -> alt.LayerChart:
    """Bars of the active features' own errors and of the interference, side by side on one scale, with their sums.

    Show it with `width="stretch"`.

    Args:
        benefit: (rows,), the feature benefit term: the error that remains of the active feature itself.
        received: (rows,), the interference term.
        names: one per row; x₁, x₂ … by default.
        colours: one per row, #rrggbb; all alike by default.
        theme: colours.
        sampled: a Monte Carlo estimate of the same rows, drawn as error bars.
        sums: whether the sums of both columns stand below them.
        standard_errors: how far an error bar reaches to each side.
    """
    n = len(benefit)
    names, colours = _labels(n, names, colours, theme)
    longest = max(float(np.max(benefit)), float(np.max(received)), 1e-12)
    if sampled is not None:
        longest = max(longest, float(np.max(sampled.benefit)), float(np.max(sampled.received)))
    room = 1.62  # a column, in lengths of the longest bar: the bar, its number, and a gap
    columns = [
        ("own error", benefit, None if sampled is None else (sampled.benefit, sampled.benefit_error)),
        ("interference", received, None if sampled is None else (sampled.received, sampled.received_error)),
    ]
    # The whiskers have a lane of their own, so that they are seen on any colour.
    bottom, lane = (0.3, 0.0) if sampled is None else (0.12, 0.27)
    rows = []
    for k, (term, values, estimate) in enumerate(columns):
        for j in range(n):
            start, value = k * room, float(values[j])
            end = start + value / longest
            row = {
                "term": term, "feature": names[j], "loss": value, "j": j, "y": j - 0.3, "y2": j + bottom,
                "x": start, "x2": end, "middle": j - 0.15 + bottom / 2, "text": thousandths(value),
                "colour": colours[j],
            }  # fmt: skip
            if estimate is not None:
                mean, reach = float(estimate[0][j]), standard_errors * float(estimate[1][j])
                row |= {
                    "monte_carlo": mean,
                    "error_bar": reach,
                    "lane": j + lane,
                    "mean_x": start + mean / longest,
                    "low_x": start + max(0.0, mean - reach) / longest,
                    "high_x": start + (mean + reach) / longest,
                }
            rows.append(row)
    table = pd.DataFrame(rows)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.3, 2 * room - 0.05], nice=False, zero=False))
    y = alt.Y("y:Q", axis=None, scale=_rows_scale(n))
    tooltip = [alt.Tooltip("feature:N"), alt.Tooltip("term:N"), alt.Tooltip("loss:Q", format=".4g", title="exact")]
    if sampled is not None:
        tooltip += [
            alt.Tooltip("monte_carlo:Q", format=".4g", title="Monte Carlo"),
            alt.Tooltip("error_bar:Q", format=".2g", title="±"),
        ]
    base = alt.Chart(table)
    said = [(k * room, -0.78, term) for k, (term, _, _) in enumerate(columns)]
    if sums:
        said += [
            (k * room, n - 0.1, f"Σ = {thousandths(float(values.sum()))}") for k, (_, values, _) in enumerate(columns)
        ]
    layers = [
        base.mark_rect(cornerRadius=2).encode(
            x, y, alt.X2("x2:Q"), alt.Y2("y2:Q"), alt.Color("colour:N", scale=None), tooltip=tooltip
        ),
        alt.Chart(pd.DataFrame({"x": [0, room], "y": -0.5, "y2": n - 0.5}))
        .mark_rule(color=theme.muted, strokeWidth=1.5)
        .encode(x, y, alt.Y2("y2:Q")),
        base.mark_text(align="left", dx=6, fontSize=13, color=theme.text).encode(
            alt.X("x2:Q", axis=None), alt.Y("middle:Q", axis=None), alt.Text("text:N")
        ),
        *_chips([(-0.16, float(j)) for j in range(n)], names, colours, theme),
        alt.Chart(pd.DataFrame(said, columns=["word_x", "word_y", "word"]))
        .mark_text(align="left", fontSize=13, fontWeight=600, color=theme.text)
        .encode(alt.X("word_x:Q", axis=None), alt.Y("word_y:Q", axis=None), alt.Text("word:N")),
    ]
    if sampled is not None:
        at = alt.Y("lane:Q", axis=None)
        layers += [
            base.mark_rule(color=theme.text, strokeWidth=2).encode(alt.X("low_x:Q", axis=None), at, alt.X2("high_x:Q")),
            base.mark_tick(color=theme.text, thickness=2, size=9).encode(alt.X("mean_x:Q", axis=None), at),
        ]
    return _plain(layers, n)


def _labels(
    n: int, names: Sequence[str] | None, colours: Sequence[str] | None, theme: Theme
) -> tuple[Sequence[str], Sequence[str]]:
    return names or feature_names(n), colours or [theme.importance[-1]] * n


def _rows_scale(n: int) -> alt.Scale:
    return alt.Scale(domain=[-HEAD, n - 1 + FOOT], reverse=True, nice=False, zero=False)


def _chips(
    at: Sequence[tuple[float, float]], names: Sequence[str], colours: Sequence[str], theme: Theme
) -> list[alt.Chart]:
    """Labels of features, each after a dot of its colour."""
    table = pd.DataFrame(at, columns=["chip_x", "chip_y"]).assign(name=names, colour=colours)
    base = alt.Chart(table)
    x, y = alt.X("chip_x:Q", axis=None), alt.Y("chip_y:Q", axis=None)
    return [
        base.mark_point(filled=True, size=90, opacity=1, xOffset=-9).encode(x, y, alt.Color("colour:N", scale=None)),
        base.mark_text(align="left", fontSize=14, fontWeight=600, color=theme.text).encode(x, y, alt.Text("name:N")),
    ]


def _plain(layers: Sequence[alt.Chart], n: int) -> alt.LayerChart:
    return alt.LayerChart(
        layer=list(layers),
        height=ROW * (n - 1 + HEAD + FOOT),
        config=alt.Config(view=alt.ViewConfig(stroke=None)),
    )
