"""Absolute-value model with sliders: every neuron and output of |x| = ReLU(x) + ReLU(-x), computed in the browser."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toymodels.analysis.neurons import CONTRIBUTES, contributions
from toymodels.app.components import plain
from toymodels.app.shell.figures import figure_component
from toymodels.arrays import Array
from toymodels.plots.theme import Theme

_VIEW = figure_component("absolute_value")


@dataclass(frozen=True, eq=False)
class ShownModel:
    """One model under every slider: its words, W1 (hidden, features), W2 (features, hidden) and b (features,)."""

    title: str
    W1: Array
    W2: Array
    b: Array


def absolute_view(models: Sequence[ShownModel], names: Sequence[str], look: Theme, key: str = "absolute") -> None:
    """A slider per feature, and under it, per model, the neurons that work for it and the output.

    Args:
        models: from top to bottom.
        names: one per feature.
        look: the theme.
        key: of this view on the page.
    """
    # On arrival some features are negative and some positive, so that both kinds of neuron are seen at work.
    start = [round(0.7 * (-1) ** i * 0.8 ** (i // 2), 2) for i in range(len(names))]
    _VIEW(
        key=key,
        data={
            "names": list(names),
            "start": start,
            "models": [_shown(model) for model in models],
            "ink": look.ink,
        },
    )


def _shown(model: ShownModel) -> dict[str, object]:
    work = contributions(model.W1, model.W2)
    # Every neuron is drawn with the one feature for which it does most, the negative side first.
    of = np.where(work.max(axis=1) >= CONTRIBUTES, work.argmax(axis=1), -1)
    side = np.sign(np.take_along_axis(model.W1, of[:, None], axis=1))[:, 0]
    order = np.lexsort((side, of))
    idle = int((of < 0).sum())
    return {
        "title": model.title,
        "W1": plain(model.W1[order], 5),
        "W2": plain(model.W2[:, order], 5),
        "b": plain(model.b, 5),
        "of": of[order].tolist(),
        "rest": f"{model.title}: {idle} neurons do next to nothing and are not drawn." if idle else "",
    }
