"""Figure of the home page: five features in two dimensions, a trained model at every stop of a sparsity slider."""

from __future__ import annotations

import functools
from itertools import groupby

import numpy as np

from toymodels.analysis.losses import loss_without_superposition
from toymodels.analysis.polytopes import shape
from toymodels.analysis.solution_tracking import track_solutions
from toymodels.analysis.weights import represented
from toymodels.app.components import component, light, plain
from toymodels.experiments.findings.home import superposition
from toymodels.experiments.two_dimensions import SPARSITIES
from toymodels.names import feature_names, subscript
from toymodels.plots.theme import Theme
from toymodels.pretrained.home import SEEDS, shipped

_HERO = component("home")

ARRIVES_AT = 0.9
"""Where the sweep from dense to sparse ends: the sparsity of the deck's pentagon."""


def sparsity_explorer(look: Theme) -> None:
    """Draw the slider, the arrows, the hidden vector and the outputs.

    Args:
        look: the theme.
    """
    importance = shipped("slider-seed0").spec.importances
    n = len(importance)
    data = {
        **models(),
        "names": feature_names(n),
        "outputs": [f"x′{subscript(i + 1)}" for i in range(n)],
        "importance": importance.tolist(),
        "colours": look.importance_colours(importance),
        "start": SPARSITIES.index(ARRIVES_AT),
        "ink": look.ink,
    }
    _HERO(key="hero", data=light(data))


@functools.cache
def models() -> dict[str, object]:
    """The models on the slider, as the browser reads them, each with its finding; made once for all visitors."""
    runs = [shipped(f"slider-seed{seed}") for seed in SEEDS]
    chosen, W = track_solutions(runs)
    b = np.array([runs[run].b[k] for k, run in enumerate(chosen)])
    losses = [float(runs[run].loss[k]) for k, run in enumerate(chosen)]
    importance = runs[0].spec.importances
    shapes = [shape(arrows) for arrows in W]
    findings = [
        superposition(found, len(importance), loss / loss_without_superposition(importance, 2, 1 - S))
        for S, found, loss in zip(SPARSITIES, shapes, losses, strict=True)
    ]
    counts = represented(W).sum(axis=-1).tolist()
    bands: list[dict[str, object]] = []
    for count, members in groupby(range(len(SPARSITIES)), counts.__getitem__):
        stops = list(members)
        bands.append({"from": stops[0], "to": stops[-1], "words": str(count) if bands else f"keeps {count}"})
    return {
        "sparsity": SPARSITIES,
        "W": plain(W),
        "b": plain(b),
        "findings": findings,
        "bands": bands,
    }
