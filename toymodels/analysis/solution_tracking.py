"""Solution tracking: from density to density among trained models, so that the feature directions move least.

Trainings from different seeds end in the same arrangement, but rotated, mirrored, or with other neighbours. All of
them are real, and hardly differ in loss: an animation over the density may choose among them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from toymodels.analysis.directions import turned
from toymodels.arrays import Array
from toymodels.run import Run

BEST_LOSS_RATIO = 1.01
"""A model is chosen from those with at most this many times the least loss of its density."""

MIRRORED = np.array([[1.0], [-1.0]])


def track_solutions(runs: Sequence[Run]) -> tuple[npt.NDArray[np.intp], Array]:
    """Smoothest sequence of solutions over the densities, among several runs of one spec with m = 2.

    Args:
        runs: trained from different seeds.

    Returns:
        As `smoothest`.

    Raises:
        ValueError: if a number in a W is not finite.
    """
    return smoothest(nearly_best(np.stack([run.loss for run in runs])), np.stack([run.W for run in runs]))


def nearly_best(loss: Array) -> npt.NDArray[np.bool_]:
    """Which candidates have at most `BEST_LOSS_RATIO` times the least loss of their density, for (candidates, ...)."""
    return np.asarray(loss <= BEST_LOSS_RATIO * loss.min(axis=0))


def smoothest(allowed: npt.NDArray[np.bool_], W: Array) -> tuple[npt.NDArray[np.intp], Array]:
    """Smoothest sequence of solutions over the densities, among several candidates at each.

    Args:
        allowed: (candidates, densities), at least one at each density.
        W: (candidates, densities, 2, features).

    Returns:
        (densities,) the index of the candidate chosen at each; and their W (densities, 2, features), each rotated so
        that W_1 points to the right, and mirrored where that brings it nearer to its neighbours. The sum of the
        squared steps of all columns, from density to density, is the least possible (dynamic programming).

    Raises:
        ValueError: if a number in a W is not finite.
    """
    upright = turned(W)
    # (models, densities, 2, features): every candidate, and every candidate in the mirror.
    models = np.concatenate([upright, upright * MIRRORED])
    excluded = np.where(np.concatenate([allowed, allowed]), 0.0, np.inf)
    length = excluded[:, 0].copy()
    # The whole path may be mirrored as well: it begins the way `turned` shows a model.
    length[len(allowed) :] = np.inf
    predecessors = []
    for k in range(1, models.shape[1]):
        steps = ((models[:, None, k] - models[None, :, k - 1]) ** 2).sum(axis=(-2, -1))
        total = length + steps
        predecessors.append(total.argmin(axis=1))
        length = total.min(axis=1) + excluded[:, k]
    chosen = [int(length.argmin())]
    for before in reversed(predecessors):
        chosen.append(int(before[chosen[-1]]))
    path = np.array(chosen[::-1])
    return path % len(allowed), models[path, np.arange(len(path))]
