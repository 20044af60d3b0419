"""Interference of one pair: its output curve and a map over product and bias, dragged in the browser."""

import math

import numpy as np

from toymodels.analysis.weights import gram
from toymodels.app.shell.figures import figure_component
from toymodels.arrays import Array
from toymodels.plots.theme import Theme

_LESSON = figure_component("interference")

ARRIVAL = {"a": 0.7, "b": -0.2}
"""The pair on arrival: its interference adds to the loss, but a little more bias would make it free."""


def interference_lesson(W: Array, b: Array, look: Theme) -> None:
    """Draw the lesson.

    Args:
        W: (hidden, features) of the trained model, whose pairs are dots in the map.
        b: (features,).
        look: the theme.
    """
    products = gram(W)
    pairs = [
        {"i": i, "j": j, "a": round(float(products[j, i]), 4), "b": round(float(b[j]), 4)}
        for i in range(len(b))
        for j in range(len(b))
        if i != j
    ]
    pairs.sort(key=lambda pair: pair["a"])
    furthest = max(max(abs(pair["a"]), abs(pair["b"])) for pair in pairs)
    _LESSON(
        key="interference",
        data={
            "start": ARRIVAL,
            # In quarters, so that the square does not breathe with every training.
            "reach": max(1.0, math.ceil(4 * np.round(furthest - 0.02, 4)) / 4),
            "ink": look.ink,
            "pairs": pairs,
        },
    )
