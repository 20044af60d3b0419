"""From one density to the next along trained models, so that the arrows move as little as they can.

Trainings from different seeds end in the same arrangement, but turned, mirrored, or with other neighbours. All of
them are real, and hardly differ in loss: a picture that moves may choose.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from toymodels.analysis.directions import turned
from toymodels.arrays import Array
from toymodels.run import Run

AS_GOOD_AS_THE_BEST = 1.01
"""A model is chosen from those with at most this many times the least loss of its density."""

MIRRORED = np.array([[1.0], [-1.0]])


def steady_walk(runs: Sequence[Run]) -> tuple[npt.NDArray[np.intp], Array]:
    """For every density one of several runs of the same spec, 2-D, such that the arrows move as little as they can.

    Args:
        runs: trained from different seeds.

    Returns:
        (densities,) the index of the run chosen at each; and their W (densities, 2, features), each turned so that
        feature 0 points to the right, and mirrored where that brings it nearer to its neighbours. What is least is
        the sum of squared steps of all the arrows' tips.
    """
    loss = np.stack([run.loss for run in runs])
    allowed = loss <= AS_GOOD_AS_THE_BEST * loss.min(axis=0)
    upright = np.array([[turned(W) for W in run.W] for run in runs])
    # (models, densities, 2, features): every run, and every run in the mirror.
    models = np.concatenate([upright, upright * MIRRORED])
    barred = np.where(np.concatenate([allowed, allowed]), 0.0, np.inf)
    walked = barred[:, 0].copy()
    # The whole walk may be mirrored as well: it begins the way `turned` shows a model.
    walked[len(runs) :] = np.inf
    came_from = []
    for k in range(1, models.shape[1]):
        steps = ((models[:, None, k] - models[None, :, k - 1]) ** 2).sum(axis=(-2, -1))
        total = walked + steps
        came_from.append(total.argmin(axis=1))
        walked = total.min(axis=1) + barred[:, k]
    chosen = [int(walked.argmin())]
    for before in reversed(came_from):
        chosen.append(int(before[chosen[-1]]))
    path = np.array(chosen[::-1])
    return path % len(runs), models[path, np.arange(len(path))]
