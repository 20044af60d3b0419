"""Models of all sparsities under the page's slider: arrows, W^T W and loss follow the hand, drawn in the browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from toymodels.analysis.interference import Form, terms
from toymodels.analysis.weights import gram
from toymodels.app.components import plain
from toymodels.app.compute.axis_measures import findings_at_stops, shapes, upright
from toymodels.app.compute.shared_cache import kept
from toymodels.app.shell.controls import SPARSITY
from toymodels.app.shell.figures import figure_component
from toymodels.arrays import Array
from toymodels.experiments.two_dimensions import SPARSITIES
from toymodels.plots.interference import cell_words, thousandths
from toymodels.plots.losses import Series
from toymodels.plots.theme import Theme
from toymodels.run import Run

_AXIS = figure_component("sparsity_axis")

Finding = Callable[[Run], str]


def _models(axis: Run, finding: Finding | None, names: Sequence[str], look: Theme) -> dict[str, object]:
    """What the browser needs of the models whatever else stands beside them.

    Tracked models are turned. A plane in which somebody has drawn is not.
    """
    found = [one.name for one in shapes(axis)]
    kinds = list(dict.fromkeys(found))
    return {
        "slider": SPARSITY.key,
        "sparsity": SPARSITIES,
        "names": list(names),
        "colours": look.importance_colours(axis.spec.importances),
        "W": kept(_arrows, axis),
        "findings": None if finding is None else findings_at_stops(axis, finding),
        "shapes": kinds,
        "shape": [kinds.index(name) for name in found],
        "ink": look.ink,
    }


def terms_axis(axis: Run, form: Form, finding: Finding, names: Sequence[str], look: Theme) -> None:
    """Draw the arrows at the slider's S, what every pair of features adds to a form of the loss, and the sums.

    Args:
        axis: a tracked run with an instance at each of `SPARSITIES`.
        form: of the loss.
        finding: the sentence of its instance at one S, in Markdown with bold words alone.
        names: one per feature.
        look: the theme.
    """
    _AXIS(
        key="sparsity_axis",
        data={
            **_models(axis, finding, names, look),
            **kept(_cells_and_bars, axis, form),
            "curves": None,
        },
    )


def _arrows(axis: Run) -> object:
    return plain(axis.W if axis.start_numbers is None else upright(axis), 4)


def _cells_and_bars(axis: Run, form: Form) -> dict[str, object]:
    """What every pair of features adds to the loss at every sparsity, and the sums, in words and numbers."""
    W, b = axis.W.astype(np.float64), axis.b.astype(np.float64)
    exact = terms(form, W, b, axis.spec.importances)
    losses = exact.interference + exact.benefit[:, :, None] * np.eye(axis.spec.n_features)
    bars = (("own error", exact.benefit), ("interference", exact.interference.sum(axis=1)))
    return {
        "cells": [cell_words(*one) for one in zip(gram(W), losses, strict=True)],
        "bars": [
            {
                "name": name,
                "values": plain(values, 6),
                "words": [[thousandths(float(value)) for value in row] for row in values],
            }
            for name, values in bars
        ],
    }


def sparsity_axis(
    axis: Run,
    finding: Finding | None,
    by_hand: Mapping[str, Array],
    series: Sequence[Series],
    names: Sequence[str],
    look: Theme,
    measure: str = "two features",
) -> None:
    """Draw the model at the slider's S, and follow the slider without a rerun.

    Args:
        axis: a run with an instance at each of `SPARSITIES`, tracked or from given weights.
        finding: the sentence of its instance at one S, in Markdown with bold words alone; None for none.
        by_hand: name -> (instances,) losses of codes by hand, among them the measure of all others.
        series: how the curves are drawn; the first is that of `axis`, the others are named in `by_hand`.
        names: one per feature.
        look: the theme.
        measure: the name in `by_hand` whose multiples are drawn.
    """
    losses = {series[0].code: axis.loss, **by_hand}
    _AXIS(
        key="sparsity_axis",
        data={
            **_models(axis, finding, names, look),
            "measure": measure,
            "loss": [float(f"{loss:.4g}") for loss in axis.loss],
            "curves": [
                {
                    "name": one.code,
                    "relative": [float(f"{ratio:.4g}") for ratio in losses[one.code] / by_hand[measure]],
                    "colour": colour,
                    "dash": " ".join(map(str, one.dash)) if one.dash[1] else "",
                    "at": SPARSITIES.index(one.label_at),
                    "above": one.above,
                }
                for one, colour in zip(series, (look.accent, look.text, look.muted), strict=False)
                if one.code in losses
            ],
        },
    )
