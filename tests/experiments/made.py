"""Runs and losses made by hand, for tests that know the right answer without training."""

from typing import Any

import numpy as np
import numpy.typing as npt

from toymodels.run import Run
from toymodels.spec import AbsMLP, Autoencoder


def made(spec: Autoencoder | AbsMLP, loss: npt.ArrayLike = 1.0, **parameters: npt.ArrayLike) -> Run:
    """A run with these weights, each given without the axis of instances, as if it had been trained.

    Args:
        spec: of one or several instances, which all get the same weights.
        loss: of every instance, or one for all.
        parameters: W and b, or W1, W2 and b; a bias that is not given is 0.
    """
    k = spec.n_instances
    given: dict[str, Any] = {"b": np.zeros(spec.n_features), **parameters}
    weights = {name: np.repeat(np.asarray(value, np.float32)[None], k, axis=0) for name, value in given.items()}
    order = ("W", "b") if isinstance(spec, Autoencoder) else ("W1", "W2", "b")
    losses = np.broadcast_to(np.asarray(loss, float), (k,)).copy()
    return Run(spec, 0, 100, 1, {name: weights[name] for name in order}, losses, np.zeros(k), 0.0)
