"""Findings of the home page: what the model under the slider does with its features in two dimensions."""

from __future__ import annotations

from toymodels.analysis.losses import loss_without_superposition
from toymodels.analysis.polytopes import shape
from toymodels.names import compared, number_word
from toymodels.run import Run

# What has no name here is only counted.
_ARRANGED = {
    "orthogonal pair": "an orthogonal pair",
    "digon + feature": "a digon and one more",
    "two digons": "two digons",
    "triangle": "a triangle",
    "pentagon": "a pentagon",
    "hexagon": "a hexagon",
    "heptagon": "a heptagon",
    "octagon": "an octagon",
}


def superposition(run: Run) -> tuple[str, str]:
    """What a model of one instance with two hidden dimensions does, in a few words and in one sentence more."""
    found, n_features = shape(run.W[0]), run.spec.n_features
    two = loss_without_superposition(run.spec.importances, run.spec.n_hidden, run.spec.feature_probability[0])
    kept = len(found.features)
    arranged = f": {_ARRANGED[found.name]}" if found.name in _ARRANGED else ""
    strong = f"{number_word(kept).capitalize()} feature{'' if kept == 1 else 's'} in two dimensions{arranged}."
    if kept <= 2:
        others = f"the other {number_word(n_features - kept)}" if kept else f"all {number_word(n_features)}"
        return strong, f"No superposition: {others} get no arrow, and their outputs are their average."
    return (
        strong,
        f"Superposition: the loss is {compared(float(run.loss[0]) / two)} that of keeping only two features.",
    )
