"""Figure of the home page: features in two dimensions, a trained model at every stop of a sparsity slider."""

from __future__ import annotations

from itertools import groupby

from toymodels.analysis.weights import represented
from toymodels.app.components import light, plain
from toymodels.app.compute.axis_measures import findings_at_stops, upright
from toymodels.app.shell.figures import figure_component
from toymodels.experiments.findings.home import superposition
from toymodels.experiments.two_dimensions import SPARSITIES
from toymodels.names import feature_names, number_word, subscript
from toymodels.plots.theme import Theme
from toymodels.run import Run

_HERO = figure_component("home")

ARRIVES_AT = 0.9
"""Where the sweep from dense to sparse ends: the sparsity of the deck's pentagon."""


def sparsity_explorer(axis: Run, look: Theme) -> None:
    """Draw the slider, the arrows, the hidden vector and the outputs.

    Args:
        axis: a tracked run with an instance at each of `SPARSITIES`.
        look: the theme.
    """
    importance = axis.spec.importances
    n = axis.spec.n_features
    data = {
        "sparsity": SPARSITIES,
        "W": plain(upright(axis)),
        "b": plain(axis.b),
        "findings": findings_at_stops(axis, superposition),
        "bands": _bands(axis),
        "names": feature_names(n),
        "outputs": [f"x′{subscript(i + 1)}" for i in range(n)],
        "title": f"x, {number_word(n)} features",
        "importance": importance.tolist(),
        "colours": look.importance_colours(importance),
        "start": SPARSITIES.index(ARRIVES_AT),
        "ink": look.ink,
    }
    _HERO(key="hero", data=light(data))


def _bands(axis: Run) -> list[dict[str, object]]:
    """Stretches of the slider on which equally many features are represented."""
    bands: list[dict[str, object]] = []
    counts = represented(axis.W).sum(axis=-1).tolist()
    for count, members in groupby(range(len(counts)), counts.__getitem__):
        stops = list(members)
        bands.append({"from": stops[0], "to": stops[-1], "words": str(count) if bands else f"keeps {count}"})
    return bands
