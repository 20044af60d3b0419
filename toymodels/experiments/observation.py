"""Observed training of the slide "3. Is superposition good/bad?": drops of the loss and jumps of D_i; specs and starts.

Paper, "Discrete 'energy level' jumps".
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from toymodels.arrays import Array
from toymodels.spec import Autoencoder

N_FEATURES, N_HIDDEN, DECAY = 8, 4, 0.7

STEPS, FRAMES = 10_000, 1000
"""Many steps make a slow rise of the learning rate, which stretches what happens early; a snapshot every ten steps."""

Start = Literal["no superposition", "near zero"]

SPREAD = {"no superposition": 0.001, "near zero": 0.01}
"""Standard deviation of the random part of W at the start."""


def observed_spec(feature_probability: float) -> Autoencoder:
    """Spec of the training: eight features of decaying importance in four dimensions.

    Raises:
        ValueError: as `Autoencoder`.
    """
    return Autoencoder(N_FEATURES, N_HIDDEN, feature_probability, DECAY)


def observed_start(spec: Autoencoder, start: Start, seed: int) -> dict[str, Array]:
    """Initial weights, for `train(..., start=)`: "W" (hidden, features) and "b" (features,).

    "no superposition": the m most important features have a dimension each, and the outputs for the others are their
    mean, which is the best code without superposition. "near zero": nothing is represented. Both with a little noise.
    """
    n, m = spec.n_features, spec.n_hidden
    W = np.random.default_rng(seed).standard_normal((m, n)) * SPREAD[start]
    kept = np.zeros(n, dtype=bool)
    if start == "no superposition":
        kept[np.argsort(-spec.importances, kind="stable")[:m]] = True
        W[:, kept] += np.eye(m)
    return {"W": W, "b": np.where(kept, 0.0, spec.feature_probability[0] / 2)}
