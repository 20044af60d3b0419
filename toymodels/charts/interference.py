"""The loss of one active feature, taken apart: who disturbs whom, and what every feature pays.

The matrix and the bars have the same rows at the same heights, so that side by side a row reads from the features
that are active to what they cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import altair as alt
import numpy as np
import pandas as pd

from toymodels.arrays import Array
from toymodels.charts.look import Look, mix
from toymodels.interference import ERRORS_SHOWN, Sampled

ROW = 44
"""Height of a row in pixels."""

HEAD, FOOT = 1.15, 0.9
"""Room above and below the rows, in rows."""

FREE = 5e-6
"""A cost below this is written as nothing; as "free" where the two features are not at a right angle."""


def thousandths(value: float) -> str:
    """A loss times 1000 with three significant digits, as charts write it."""
    scaled = 1000 * value
    if scaled < 1000 * FREE:
        return "0"
    return f"{scaled:#.3g}".rstrip(".") if scaled < 1000 else f"{scaled:.0f}"


def pair_matrix(
    products: Array, costs: Array, names: Sequence[str], colours: Sequence[str], look: Look
) -> alt.LayerChart:
    """What the active feature (column) does to every output (row): colour for W_j . W_i, number for the cost.

    The diagonal is what the active feature itself loses; it has a frame and no sign. Show it with `width="stretch"`.

    Args:
        products: (features, features), W^T W.
        costs: (features, features), entry (i, j): active i, output j; the loss, on the diagonal the benefit term.
        names: one per feature.
        colours: one per feature, #rrggbb.
        look: the theme.
    """
    n = len(names)
    rows = []
    for j in range(n):
        for i in range(n):
            product, cost = float(products[j, i]), float(costs[i, j])
            own = i == j
            position = 0.5 if own else (np.clip(product, -1, 1) + 1) / 2
            free = not own and abs(product) > 0.05 and cost < FREE
            rows.append(
                {
                    "x": i - 0.48, "x2": i + 0.48, "y": j - 0.46, "y2": j + 0.46, "i": i, "j": j,
                    "active": names[i], "output": names[j], "product": product, "cost": cost,
                    "fill": mix(look.sign, float(position)), "stroke": look.muted if own else look.faint,
                    "ink": look.background if not own and abs(product) > 0.6 else look.text,
                    "text": "free" if free else thousandths(cost),
                }
            )  # fmt: skip
    table = pd.DataFrame(rows)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-1.35, n - 0.4], nice=False, zero=False))
    y = alt.Y("y:Q", axis=None, scale=_rows_scale(n))
    cells = (
        alt.Chart(table)
        .mark_rect(strokeWidth=1.5, cornerRadius=3)
        .encode(
            x=x,
            x2="x2:Q",
            y=y,
            y2="y2:Q",
            color=alt.Color("fill:N", scale=None),
            stroke=alt.Stroke("stroke:N", scale=None),
            tooltip=[
                alt.Tooltip("active:N", title="active feature i"),
                alt.Tooltip("output:N", title="output j"),
                alt.Tooltip("product:Q", title="Wⱼ·Wᵢ", format=".3f"),
                alt.Tooltip("cost:Q", title="adds to the loss", format=".3g"),
            ],
        )
    )
    numbers = (
        alt.Chart(table)
        .mark_text(fontSize=13 if n < 7 else 11)
        .encode(alt.X("i:Q", axis=None), alt.Y("j:Q", axis=None), text="text:N", color=alt.Color("ink:N", scale=None))
    )
    heads = pd.DataFrame({"i": range(n), "j": -0.78, "name": names, "colour": colours})
    return _plain(
        [
            cells,
            numbers,
            *_chips(heads, "i:Q", "j:Q", look),
            *_row_names(names, colours, -0.85, look),
        ],
        n,
    )


def term_bars(
    benefit: Array,
    received: Array,
    names: Sequence[str],
    colours: Sequence[str],
    look: Look,
    sampled: Sampled | None = None,
    sums: bool = True,
) -> alt.LayerChart:
    """Two columns of bars on one scale, what each feature loses itself and what others add; sums below.

    Show it with `width="stretch"`.

    Args:
        benefit: (rows,), the feature benefit term.
        received: (rows,), the interference term.
        names: one per row.
        colours: one per row, #rrggbb.
        look: the theme.
        sampled: a Monte Carlo estimate of the same rows, drawn as error bars.
        sums: whether the rows add up to something, which then stands below them.
    """
    n = len(names)
    longest = max(float(np.max(benefit)), float(np.max(received)), 1e-12)
    if sampled is not None:
        longest = max(longest, float(np.max(sampled.benefit)), float(np.max(sampled.received)))
    room = 1.62  # a column, in lengths of the longest bar: the bar, its number, and a gap
    columns = [
        ("feature benefit", benefit, None if sampled is None else (sampled.benefit, sampled.benefit_error)),
        ("interference", received, None if sampled is None else (sampled.received, sampled.received_error)),
    ]
    rows = []
    for k, (term, values, estimate) in enumerate(columns):
        for j in range(n):
            start, value = k * room, float(values[j])
            end = start + value / longest
            row = {
                "term": term, "feature": names[j], "loss": value, "j": j, "y": j - 0.3, "y2": j + 0.3,
                "x": start, "x2": end, "label_x": end, "text": thousandths(value), "colour": colours[j],
            }  # fmt: skip
            if estimate is not None:
                mean, reach = float(estimate[0][j]), ERRORS_SHOWN * float(estimate[1][j])
                high = start + (mean + reach) / longest
                row |= {
                    "monte_carlo": mean,
                    "error_bar": reach,
                    "mean_x": start + mean / longest,
                    "low_x": start + max(0.0, mean - reach) / longest,
                    "high_x": high,
                    "label_x": max(end, high),
                }
            rows.append(row)
    table = pd.DataFrame(rows)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.3, 2 * room - 0.05], nice=False, zero=False))
    y = alt.Y("y:Q", axis=None, scale=_rows_scale(n))
    tooltip = [
        alt.Tooltip("feature:N"),
        alt.Tooltip("term:N"),
        alt.Tooltip("loss:Q", format=".4g", title="exact"),
    ]
    if sampled is not None:
        tooltip += [
            alt.Tooltip("monte_carlo:Q", format=".4g", title="Monte Carlo"),
            alt.Tooltip("error_bar:Q", format=".2g", title="±"),
        ]
    base = alt.Chart(table)
    layers: list[alt.Chart] = [
        base.mark_rect(cornerRadius=2).encode(
            x=x, x2="x2:Q", y=y, y2="y2:Q", color=alt.Color("colour:N", scale=None), tooltip=tooltip
        ),
        alt.Chart(pd.DataFrame({"x": [0, room], "y": -0.5, "y2": n - 0.5}))
        .mark_rule(color=look.muted, strokeWidth=1.5)
        .encode(x=x, y=y, y2="y2:Q"),
        base.mark_text(align="left", dx=6, fontSize=13, color=look.text).encode(
            alt.X("label_x:Q", axis=None), alt.Y("j:Q", axis=None), text="text:N"
        ),
        *_row_names(names, colours, -0.16, look),
        _words([(k * room, -0.78, term) for k, (term, _, _) in enumerate(columns)], look, 600),
    ]
    if sums:
        total = [
            (k * room, n - 0.1, f"Σ = {thousandths(float(values.sum()))}") for k, (_, values, _) in enumerate(columns)
        ]
        layers.append(_words(total, look, 600))
    if sampled is not None:
        middle = alt.Y("j:Q", axis=None)
        layers += [
            base.mark_rule(color=look.background, strokeWidth=4).encode(
                x=alt.X("low_x:Q", axis=None), x2="high_x:Q", y=middle
            ),
            base.mark_rule(color=look.text, strokeWidth=2).encode(
                x=alt.X("low_x:Q", axis=None), x2="high_x:Q", y=middle
            ),
            base.mark_tick(color=look.text, thickness=2, size=14).encode(alt.X("mean_x:Q", axis=None), middle),
        ]
    return _plain(layers, n)


def _rows_scale(n: int) -> alt.Scale:
    return alt.Scale(domain=[-HEAD, n - 1 + FOOT], reverse=True, nice=False, zero=False)


def _row_names(names: Sequence[str], colours: Sequence[str], at: float, look: Look) -> list[alt.Chart]:
    table = pd.DataFrame({"i": at, "j": range(len(names)), "name": names, "colour": colours})
    return _chips(table, "i:Q", "j:Q", look)


def _chips(table: pd.DataFrame, across: str, down: str, look: Look) -> list[alt.Chart]:
    """A feature's name with its colour before it, wherever it stands."""
    x, y = alt.X(across, axis=None), alt.Y(down, axis=None)
    return [
        alt.Chart(table).mark_point(filled=True, size=90, opacity=1, xOffset=-9).encode(
            x, y, color=alt.Color("colour:N", scale=None)
        ),
        alt.Chart(table).mark_text(align="left", fontSize=14, fontWeight=600, color=look.text).encode(
            x, y, text="name:N"
        ),
    ]  # fmt: skip


def _words(at: Sequence[tuple[float, float, str]], look: Look, weight: Literal[400, 600]) -> alt.Chart:
    table = pd.DataFrame(at, columns=["word_x", "word_y", "word"])
    chart: alt.Chart = (
        alt.Chart(table)
        .mark_text(align="left", fontSize=13, fontWeight=weight, color=look.text)
        .encode(alt.X("word_x:Q", axis=None), alt.Y("word_y:Q", axis=None), text="word:N")
    )
    return chart


def _plain(layers: Sequence[alt.Chart], n: int) -> alt.LayerChart:
    return alt.LayerChart(
        layer=list(layers),
        height=ROW * (n - 1 + HEAD + FOOT),
        config=alt.Config(view=alt.ViewConfig(stroke=None)),
    )
