"""The held-out loss of a run: exact where there is a closed form, else estimated in compiled code.

As in `losses.estimate`, the loss is sum_k P(k) L_k over the number k of active features; k = 0 and k = 1 are exact and
samples with k >= 2 make up the rest. Here a hundred times as many samples can be afforded.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from toymodels.analysis.losses import Estimate, exact_part, linear_expected
from toymodels.arrays import Array
from toymodels.data import active_probability
from toymodels.spec import Autoencoder, Spec

if TYPE_CHECKING:
    from toymodels.training.ensemble import Ensemble

LATTICE = 64
"""Samples of one lattice. More lattices of few points are better than few of many, some of which are poor."""

PRECISION = 0.004
"""Estimates end when no instance has a standard error greater than this part of its loss."""

NUMBERS_AT_ONCE = 1 << 20
"""About how many numbers of data are drawn between two looks at the error, per instance."""


def exact_loss(spec: Spec, parameters: Mapping[str, Array]) -> Array | None:
    """The loss in closed form, (instances,), where there is one: the linear model."""
    if isinstance(spec, Autoencoder) and spec.activation == "linear":
        return linear_expected(parameters["W"], parameters["b"], spec.importance, spec.feature_probability)
    return None


def held_out_loss(ensemble: Ensemble, key: int, samples: int) -> Estimate:
    """Loss and standard error of the models of an ensemble, (starts, instances) each.

    Args:
        ensemble: the models.
        key: names a stream of samples that training has not seen.
        samples: at most this many samples per instance with k >= 2, fewer where they are enough.
    """
    spec, parameters = ensemble.spec, ensemble.parameters()
    share = active_probability(spec.feature_probability, spec.n_features)
    several = np.clip(1 - share[:, 0] - share[:, 1], 0, None)
    exact = exact_part(spec, parameters)
    lattices = max(2, samples // LATTICE)
    at_once = max(2, min(lattices, NUMBERS_AT_ONCE // (LATTICE * spec.n_features)))
    total, squares, count = np.zeros(exact.shape), np.zeros(exact.shape), 0
    while count < lattices:
        more = min(at_once, lattices - count)
        loss = ensemble.losses(key, LATTICE, count, count + more, several=True)
        total += loss.sum(axis=0)
        squares += (loss**2).sum(axis=0)
        count += more
        mean = total / count
        variance = np.maximum(squares / count - mean**2, 0) * count / max(1, count - 1)
        error = several * np.sqrt(variance) / math.sqrt(count)
        if np.all(error <= PRECISION * (exact + several * mean)):
            break
    return Estimate(exact + several * mean, error)
