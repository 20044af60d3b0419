"""Findings of the home page: what the model under the slider does with its features in two dimensions."""

from __future__ import annotations

from toymodels.analysis.polytopes import Shape
from toymodels.names import compared, number_word

# What has no name here is only counted.
_ARRANGED = {
    "orthogonal pair": "an orthogonal pair",
    "digon + feature": "a digon and one more",
    "two digons": "two digons",
    "pentagon": "a pentagon",
}


def superposition(found: Shape, n_features: int, relative_loss: float) -> tuple[str, str]:
    """What a model does, in a few words and in one sentence more.

    Args:
        found: what its arrows form.
        n_features: n, with and without an arrow.
        relative_loss: its loss as a multiple of that of keeping two features.
    """
    kept = len(found.features)
    arranged = f": {_ARRANGED[found.name]}" if found.name in _ARRANGED else ""
    strong = f"{number_word(kept).capitalize()} feature{'' if kept == 1 else 's'} in two dimensions{arranged}."
    if kept <= 2:
        others = f"the other {number_word(n_features - kept)}" if kept else f"all {number_word(n_features)}"
        return strong, f"No superposition: {others} get no arrow, and their outputs are their average."
    return (
        strong,
        f"Superposition: the loss is {compared(relative_loss)} that of keeping only two features.",
    )
