"""Charts of feature geometry: D* and every D_i against 1 / (1 - S), histograms of D_i and of cosines."""

from __future__ import annotations

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd

from toymodels.plots.config import RIGHT_EDGE, layered
from toymodels.plots.tables import Runs, as_feature_table, as_model_table
from toymodels.plots.theme import LIGHT, Theme

FRACTIONS = (
    ("3/4 tetrahedron", 3 / 4, True),
    ("2/3 triangle", 2 / 3, True),
    ("1/2 digon", 1 / 2, True),
    ("2/5 pentagon", 2 / 5, True),
    ("3/8 square antiprism", 3 / 8, False),
)
"""Labels, D_i of known polytopes, and whether the label stands above the line."""

TICKS = [1, 2, 3, 5, 10, 20, 50, 100]
BIN = 0.01
"""Features whose D_i agree to this much share one circle, which grows with their number."""

COSINE_BIN = 0.05


def _across(domain: tuple[float, float]) -> alt.X:
    return alt.X(
        "inverse_density:Q",
        title="1 / (1 − S), sparser →",
        scale=alt.Scale(type="log", domain=domain, nice=False, padding=12),
        axis=alt.Axis(values=TICKS, format="~g", grid=False),
    )


def dimensions_curve(
    models: pd.DataFrame | Runs,
    seed: int | None = None,
    chosen: float | None = None,
    theme: Theme = LIGHT,
    height: int = 260,
) -> alt.LayerChart:
    """D* against 1 / (1 - S): a line for one seed, hollow points for the others, rules at 1 and 1/2.

    Args:
        models: runs of autoencoders, or a table with the columns "inverse_density", "seed" and
            "dimensions_per_feature" and one row per model.
        seed: the one that gets the line; the lowest by default.
        chosen: an 1 / (1 - S) to be marked, if any.
        theme: colours.
        height: in pixels.
    """
    table = as_model_table(models)
    seed = int(table["seed"].min()) if seed is None else seed
    x = _across((float(table["inverse_density"].min()), float(table["inverse_density"].max())))
    y = alt.Y(
        "dimensions_per_feature:Q",
        title="D* = m / |W|²",
        scale=alt.Scale(domain=[0, 1.1], nice=False),
        axis=alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".2~f", grid=False, minExtent=42),
    )
    tooltip = [
        alt.Tooltip("inverse_density:Q", format=".3~g", title="1 / (1 − S)"),
        alt.Tooltip("dimensions_per_feature:Q", format=".3f", title="D*"),
        alt.Tooltip("seed:N"),
    ]
    plateaus = pd.DataFrame({"dimensions_per_feature": [1.0, 0.5], "words": ["1: a dimension each", "1/2: in pairs"]})
    own, others = table[table["seed"] == seed], table[table["seed"] != seed]
    marks = alt.Chart(plateaus)
    layers = [
        marks.mark_rule(color=theme.muted, strokeDash=[5, 4]).encode(y),
        marks.mark_text(align="right", dy=-9, fontSize=13, color=theme.text).encode(
            y=y, text=alt.Text("words"), x=RIGHT_EDGE
        ),
        *_rule(chosen, theme),
        alt.Chart(others).mark_point(size=60, color=theme.muted, strokeWidth=1.5).encode(x, y, tooltip=tooltip),
        alt.Chart(own).mark_line(color=theme.accent, strokeWidth=2.5).encode(x, y),
        alt.Chart(own).mark_point(filled=True, size=55, opacity=1, color=theme.accent).encode(x, y, tooltip=tooltip),
    ]
    return layered(layers, theme, height)


def dimensionality_strip(
    features: pd.DataFrame | Runs, chosen: float | None = None, theme: Theme = LIGHT, height: int = 420
) -> alt.LayerChart:
    """Every feature's D_i against 1 / (1 - S), with lines at the D_i of known polytopes.

    Features of one density whose D_i agree share a circle whose area is their number: a few hundred marks for
    thousands of features. Features that are not represented are grey.

    Args:
        features: runs of autoencoders, or a table with the columns "inverse_density", "dimensionality" and
            "represented" and one row per feature and model.
        chosen: an 1 / (1 - S) to be marked, if any.
        theme: colours.
        height: in pixels.
    """
    table = as_feature_table(features)
    counts = binned(table)
    x = _across((float(table["inverse_density"].min()), float(table["inverse_density"].max())))
    y = alt.Y(
        "dimensionality:Q",
        title="D of every feature",
        scale=alt.Scale(domain=[-0.02, max(0.8, float(counts["dimensionality"].max()) + 0.03)], nice=False),
        axis=alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8, 1], format="~g", grid=False, minExtent=42),
    )
    fractions = pd.DataFrame(FRACTIONS, columns=["words", "dimensionality", "above"])
    lines = alt.Chart(fractions)
    zero = alt.Chart(pd.DataFrame({"dimensionality": [0.0]}))
    layers = [
        lines.mark_rule(color=theme.muted, strokeDash=[5, 4]).encode(y),
        zero.mark_rule(color=theme.muted).encode(y),
        *(
            alt.Chart(fractions[fractions["above"] == above])
            .mark_text(align="right", dy=dy, fontSize=13, color=theme.text)
            .encode(y=y, text=alt.Text("words"), x=RIGHT_EDGE)
            for above, dy in ((True, -9), (False, 10))
        ),
        *_rule(chosen, theme),
        alt.Chart(counts)
        .mark_circle(opacity=0.75)
        .encode(
            x,
            y,
            size=alt.Size("features:Q", scale=alt.Scale(domain=[1, 400], range=[14, 560]), legend=None),
            color=alt.Color(
                "represented:N",
                scale=alt.Scale(domain=[True, False], range=[theme.importance[-1], theme.muted]),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("inverse_density:Q", format=".3~g", title="1 / (1 − S)"),
                alt.Tooltip("dimensionality:Q", format=".2f", title="D, within .005"),
                alt.Tooltip("features:Q", title="features"),
                alt.Tooltip("represented:N", title="represented"),
            ],
        ),
    ]
    return layered(layers, theme, height)


def binned(table: pd.DataFrame) -> pd.DataFrame:
    """Counts of features by density and D_i, D_i rounded to `BIN`, from the table of `dimensionality_strip`.

    Columns "inverse_density", "represented", "dimensionality" and "features", the count.
    """
    rounded = table.assign(dimensionality=(table["dimensionality"] / BIN).round() * BIN)
    keys = ["inverse_density", "represented", "dimensionality"]
    return rounded.groupby(keys, as_index=False).size().rename(columns={"size": "features"})


def dimensionality_bars(
    dimensionality: npt.ArrayLike, represented: npt.ArrayLike, theme: Theme = LIGHT, height: int = 220
) -> alt.LayerChart:
    """Histogram of the D_i of one model, with lines at the D_i of known polytopes.

    Args:
        dimensionality: (features,).
        represented: (features,), bool; the others are grey.
        theme: colours.
        height: in pixels.
    """
    table = pd.DataFrame({"inverse_density": 1.0, "dimensionality": dimensionality, "represented": represented})
    counts = binned(table)
    counts["from"], counts["to"] = counts["dimensionality"] - BIN / 2, counts["dimensionality"] + BIN / 2
    x = alt.X("dimensionality:Q", scale=alt.Scale(domain=[-0.01, 1.01], nice=False))
    fractions = pd.DataFrame(
        {
            "dimensionality": [value for _, value, _ in FRACTIONS],
            "words": [words.split()[0] for words, _, _ in FRACTIONS],
        }
    )
    bars = (
        alt.Chart(counts)
        .mark_bar()
        .encode(
            x=alt.X("from:Q", bin="binned", title="D of a feature", scale=alt.Scale(domain=[-0.01, 1.01], nice=False),
                    axis=alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".2~f", grid=False)),
            x2=alt.X2("to:Q"),
            y=alt.Y("features:Q", scale=alt.Scale(type="sqrt"), axis=alt.Axis(tickCount=4, grid=False, minExtent=42)),
            color=alt.Color("represented:N", legend=None,
                            scale=alt.Scale(domain=[True, False], range=[theme.importance[-1], theme.muted])),
            tooltip=[alt.Tooltip("dimensionality:Q", format=".2f", title="D, within .005"), "features", "represented"],
        )
    )  # fmt: skip
    lines = alt.Chart(fractions).mark_rule(color=theme.muted, strokeDash=[5, 4]).encode(x)
    crowded = fractions["words"] == "3/8"
    left = alt.Chart(fractions[crowded]).mark_text(align="right", dx=-3, fontSize=13, color=theme.text)
    right = alt.Chart(fractions[~crowded]).mark_text(align="left", dx=3, fontSize=13, color=theme.text)
    words = [marks.encode(x, y=alt.value(6), text=alt.Text("words")) for marks in (left, right)]
    return layered([lines, bars, *words], theme, height)


def cosine_histogram(cosines: npt.ArrayLike, theme: Theme = LIGHT, height: int = 200) -> alt.LayerChart:
    """Histogram of the cosines between pairs of features; bars grow with the square root of the count.

    Args:
        cosines: (pairs,).
        theme: colours.
        height: in pixels.
    """
    edges = np.linspace(-1 - COSINE_BIN / 2, 1 + COSINE_BIN / 2, round(2 / COSINE_BIN) + 2)
    counts, _ = np.histogram(cosines, edges)
    colours = [theme.sign[0], theme.muted, theme.sign[2]]
    table = pd.DataFrame({"from": edges[:-1], "to": edges[1:], "pairs": counts})
    table["sign"] = np.sign(np.round((table["from"] + table["to"]) / 2, 6))
    bars = (
        alt.Chart(table[table["pairs"] > 0])
        .mark_bar(binSpacing=1)
        .encode(
            x=alt.X("from:Q", bin="binned", title="cosine between two features", scale=alt.Scale(domain=[-1.05, 1.05]),
                    axis=alt.Axis(values=[-1, -0.5, 0, 0.5, 1], format="~g", grid=False)),
            x2=alt.X2("to:Q"),
            y=alt.Y("pairs:Q", scale=alt.Scale(type="sqrt"), axis=alt.Axis(tickCount=4, grid=False, minExtent=42)),
            color=alt.Color("sign:N", scale=alt.Scale(domain=[-1, 0, 1], range=colours),
                            legend=None),
            tooltip=[alt.Tooltip("from:Q", format=".3f"), alt.Tooltip("to:Q", format=".3f"), alt.Tooltip("pairs:Q")],
        )
    )  # fmt: skip
    return layered([bars], theme, height)


def _rule(chosen: float | None, theme: Theme) -> list[alt.Chart]:
    if chosen is None:
        return []
    where = pd.DataFrame({"inverse_density": [chosen]})
    rule: alt.Chart = alt.Chart(where).mark_rule(color=theme.faint, strokeWidth=14, opacity=0.6)
    return [rule.encode(alt.X("inverse_density:Q"))]
