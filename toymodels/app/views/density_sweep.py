"""Density sweep and close-up in the browser: W^T W, bias and lengths of every model; picking a feature needs no rerun.

Why not one Altair chart whose cells are placed by data coordinates? For the deck's fourteen panels such a chart, zeros
left out, takes 110 ms of the server per rerun and sends 124 kB; this takes 7 ms and sends 49 kB, because W^T W is made
from W in the browser. And a chart cannot fold seven columns into four and three, or into one that is swiped, as the
width asks, nor can its marks be reached by keyboard.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from toymodels.analysis.density_sweep import Instance, nearest_features
from toymodels.analysis.directions import antipodal_pairs
from toymodels.analysis.weights import REPRESENTED_NORM
from toymodels.app.components import plain
from toymodels.app.compute.shared_cache import kept
from toymodels.app.shell.figures import figure_component
from toymodels.names import feature_numbers, scientific
from toymodels.plots.theme import Theme

_LADDER = figure_component("density_sweep")
_CLOSEUP = figure_component("enlarged_density")


@dataclass(frozen=True)
class Row:
    """A row of the density sweep: its name, its formula, and its models from dense to sparse."""

    name: str
    formula: str
    rungs: Sequence[Instance]


def density_name(density: float) -> str:
    """The density as the URL and the picture spell it."""
    return f"{density:g}"


def density_sweep_view(
    rows: Sequence[Row],
    beyond: str,
    picked: int | None,
    look: Theme,
    on_pick: Callable[[int | None], None],
    on_zoom: Callable[[str], None],
    key: str = "ladder",
) -> None:
    """Draw the density sweep: one column per density, one row per kind of output.

    Args:
        rows: models of equal size and densities.
        beyond: what to say of values beyond -1 .. 1, or nothing.
        picked: the feature that is lit up.
        look: the theme.
        on_pick: called with the index of a feature, from 0, when the visitor picks it in the picture, and with None
            when they let go of it; never with what is no feature of these models.
        on_zoom: called with the name of a density when its heading is clicked.
        key: of this figure on the page.
    """
    _LADDER(
        key=key,
        data={
            **_common(rows[0].rungs[0], beyond, picked, look),
            "columns": [
                {"label": f"1 − S = {density_name(rung.density)}", "density": density_name(rung.density)}
                for rung in rows[0].rungs
            ],
            "rows": [
                {
                    "name": row.name,
                    "formula": row.formula,
                    "panels": [kept(_panel, rung, row.name) for rung in row.rungs],
                }
                for row in rows
            ],
        },
        on_picked_change=lambda: hand_on_pick(st.session_state[key].picked, len(rows[0].rungs[0].norms), on_pick),
        on_zoomed_change=lambda: on_zoom(str(st.session_state[key].zoomed)),
    )


def closeup_view(
    rung: Instance, name: str, beyond: str, picked: int | None, look: Theme, on_pick: Callable[[int | None], None]
) -> None:
    """Draw one model large: W^T W with bias and lengths, W, and the cosines. Arguments as `density_sweep_view`."""
    key = "closeup"
    pairs = ", ".join(f"{i + 1} against {j + 1}" for i, j in antipodal_pairs(rung.W))
    _CLOSEUP(
        key=key,
        data={
            **_common(rung, beyond, picked, look),
            "panel": kept(_panel, rung, name),
            "pairs": f"Antipodal pairs: {pairs or 'none'}.",
        },
        on_picked_change=lambda: hand_on_pick(st.session_state[key].picked, len(rung.norms), on_pick),
    )


def specimen_view(
    rung: Instance, name: str, picked: int | None, look: Theme, on_pick: Callable[[int | None], None]
) -> None:
    """Draw W^T W, bias and lengths of one model larger than in the sweep. Arguments as `density_sweep_view`."""
    key = "specimen"
    _CLOSEUP(
        key=key,
        data={
            **_common(rung, "", picked, look),
            "legend": None,
            "panel": kept(_panel, rung, name),
            "pairs": None,
        },
        on_picked_change=lambda: hand_on_pick(st.session_state[key].picked, len(rung.norms), on_pick),
    )


def hand_on_pick(picked: object, n_features: int, on_pick: Callable[[int | None], None]) -> None:
    """Tell the page what the browser says was picked: the index of a feature as text, or "none"."""
    if picked == "none":
        on_pick(None)
    elif isinstance(picked, str) and picked in map(str, range(n_features)):
        on_pick(int(picked))


def _common(rung: Instance, beyond: str, picked: int | None, look: Theme) -> dict[str, object]:
    m, n = rung.W.shape
    return {
        "features": n,
        "hidden": m,
        "threshold": REPRESENTED_NORM,
        "picked": picked,
        "legend": {
            "scale": "WᵀW and b, blank is 0" + (f" ({beyond})" if beyond else ""),
            "bars": "or more: superposition, the colour of |Wᵢ|",
            "lines": [
                "Dashed: |Wᵢ| = ½, from which a feature counts.",
                f"Dotted: the first m = {m} end here.",
                "Point at a feature; click to keep it.",
            ],
        },
        "ink": {**look.ink, "superposition": look.superposition},
    }


def _panel(rung: Instance, name: str) -> dict[str, object]:
    shared = rung.in_superposition
    return {
        "W": plain(rung.W, 4),
        "b": plain(rung.b, 4),
        "norms": plain(rung.norms, 4),
        "superposition": plain(rung.superposition, 4),
        "companions": [
            [(near.feature, round(near.cosine, 3), near.opposite) for near in nearest]
            for nearest in nearest_features(rung.W)
        ],
        "caption": [
            f"{rung.n_represented} of {len(rung.norms)} features",
            f"D* {rung.dimensions_per_feature:.3g} · loss {scientific(rung.loss)}",
        ],
        "alt": f"{name}, 1 − S = {density_name(rung.density)}: {rung.n_represented} features represented, "
        f"{feature_numbers(np.flatnonzero(rung.represented))}; in superposition: {feature_numbers(shared)}.",
    }
