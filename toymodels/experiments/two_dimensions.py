"""Claims and boundaries that the pages of two hidden dimensions share (faces, pentagon)."""

from __future__ import annotations

import numpy.typing as npt

from toymodels.analysis.losses import antipodal_pays_below
from toymodels.analysis.weights import represented
from toymodels.arrays import finite
from toymodels.experiments.check import Check
from toymodels.run import Run
from toymodels.spec import Activation

SPARSITIES = tuple(round(k / 100, 2) for k in range(100))
"""S of the models that are trained at once, so that a slider over S has one at every stop."""

DENSITIES = tuple(round(1 - S, 2) for S in SPARSITIES)
"""Their 1 - S."""


def superposition_pays_from(importances: npt.ArrayLike, activation: Activation = "relu") -> float | None:
    """The sparsity S above which two digons of four features have a lower loss than two features; None if never.

    Both by hand, as in `losses.antipodal_pays_below`.

    Args:
        importances: (features,), the most important first; the first four count.
        activation: without the ReLU superposition never pays.
    """
    if activation == "linear":
        return None
    first = finite("importances", importances)[:4]
    return max(0.0, 1 - antipodal_pays_below(float(first.sum()), float(first[2:].sum())))


def linear_never_superposes(linear: Run) -> Check:
    """A linear model embeds at most two features at any S."""
    counts = represented(linear.W).sum(axis=-1)
    return Check(
        "Without the ReLU there are never more than two features in two dimensions: “we need non-linearity”.",
        "slide “Toy problem”",
        f"The linear model embeds at most {counts.max()} over {len(counts)} densities.",
        bool(counts.max() <= linear.spec.n_hidden),
    )
