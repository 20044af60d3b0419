"""The held-out loss of a run: exact where there is a closed form, else estimated in compiled code.

As in `losses.estimate`, the loss is sum_k P(k) L_k over the number k of active features; k = 0 and k = 1 are exact and
samples with k >= 2 make up the rest. Here a hundred times as many samples can be afforded. Where k = 1 has no closed
form the data are drawn as in training, from a stream of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from toymodels.analysis.losses import Estimate, exact_part, sampled_probability, splits_by_active

if TYPE_CHECKING:
    from toymodels.training.ensemble import Ensemble

LATTICE = 64
"""Samples of one lattice. More lattices of few points are better than few of many, some of which are poor."""

PRECISION = 0.004
"""Estimates end when no instance has a standard error greater than this part of its loss."""

NUMBERS_AT_ONCE = 1 << 18
"""About how many numbers of data are drawn between two looks at the error, per instance."""

NUMBERS_OF_ALL = 1 << 26
"""About how many they are at most for all instances together, which counts for more than 256 of them."""


def held_out_loss(ensemble: Ensemble, key: int, samples: int, between: Callable[[], object]) -> Estimate:
    """Loss and standard error of an ensemble with one start, (instances,) each.

    Args:
        ensemble: the models.
        key: names a stream of samples that training has not seen.
        samples: at most this many samples per instance with k >= 2, fewer where they are enough.
        between: called now and then; if it raises, the estimate ends there.
    """
    spec = ensemble.spec
    split = splits_by_active(spec)
    rest, exact = (
        (sampled_probability(spec), exact_part(spec, ensemble.parameters())[0])
        if split
        else (np.ones(spec.n_instances), np.zeros(spec.n_instances))
    )
    at_once = max(2, min(NUMBERS_AT_ONCE, NUMBERS_OF_ALL // spec.n_instances) // (LATTICE * spec.n_features))
    total, squares = np.zeros(spec.n_instances), np.zeros(spec.n_instances)
    mean, error = np.zeros(spec.n_instances), np.zeros(spec.n_instances)
    count, open_ = 0, np.flatnonzero(rest > 0)
    while count < samples // LATTICE and len(open_):
        more = min(at_once, max(2, samples // LATTICE - count))
        loss = ensemble.losses(key, LATTICE, count, count + more, open_.tolist(), several=split)[:, 0]
        total[open_] += loss.sum(axis=0)
        squares[open_] += (loss**2).sum(axis=0)
        count += more
        mean[open_] = total[open_] / count
        variance = np.maximum(squares[open_] / count - mean[open_] ** 2, 0) / (count - 1)
        error[open_] = rest[open_] * np.sqrt(variance)
        open_ = open_[error[open_] > PRECISION * (exact + rest * mean)[open_]]
        between()
    return Estimate(exact + rest * mean, error)
