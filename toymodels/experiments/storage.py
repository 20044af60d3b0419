"""Storage experiment of the slide "3. Is superposition good/bad?": how many dimensions superposition saves; specs."""

from __future__ import annotations

from collections.abc import Sequence

from toymodels.spec import Autoencoder

N_FEATURES = 20
DECAY = 0.9
HIDDEN = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15)
"""The m that are trained; beyond them codes with and without superposition keep nearly everything."""

STEPS = 1000
"""Optimiser steps of a model of one density, half the usual: at ten settings of S and r from one seed, as many more
moved no equivalent dimension by 0.15."""

HELD_OUT = 1 << 17
"""Samples behind the loss of one of these that is only a point of a curve, an eighth of the usual ones, which took most
of its training: the equivalent dimensions of such a point have a standard error of at most 0.05."""

RESTARTS = 8
"""Starts of such a point, for few dimensions half the usual: at nine settings of S, r and the seed twice as many moved
no equivalent dimension by 0.1."""

DENSITIES = (1.0, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01)
"""The 1 - S at which one m is trained, from dense to sparse."""


def storage_spec(n_hidden: int, feature_probability: float | Sequence[float], decay: float = DECAY) -> Autoencoder:
    """Spec of the autoencoder of twenty features of decaying importance.

    Raises:
        ValueError: as `Autoencoder`.
    """
    return Autoencoder(N_FEATURES, n_hidden, feature_probability, decay)
