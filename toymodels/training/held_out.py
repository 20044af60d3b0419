"""The held-out loss of a run: exact where there is a closed form, else estimated in compiled code.

As in `losses.estimate`, the loss is sum_k P(k) L_k over the number k of active features; k = 0 and k = 1 are exact and
samples with k >= 2 make up the rest. Here a hundred times as many samples can be afforded. Where k = 1 has no closed
form the data are drawn as in training, from a stream of their own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from toymodels.analysis.losses import Estimate, sampled_probability, splits_by_active

if TYPE_CHECKING:
    from toymodels.training.ensemble import Ensemble

GROWTH = 1.3
"""From look to look at the error there are so many times as many samples: the same looks for every instance, so that
the loss of one does not depend on the others, and few of them."""

LATTICE = 64
"""Samples of one lattice. More lattices of few points are better than few of many, some of which are poor."""

PRECISION = 0.0048
"""Estimates end when no instance has a standard error greater than this part of its loss."""

NUMBERS_AT_FIRST = 1 << 17
LATTICES_AT_FIRST = 16
"""About how many numbers of data are drawn before the first look at the error, per instance, and no fewer lattices."""

NUMBERS_AT_ONCE = 1 << 24
"""About how many are drawn between two looks at most, for all instances together: some hundredths of a second."""


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
        (sampled_probability(spec), ensemble.exact_losses()[0])
        if split
        else (np.ones(spec.n_instances), np.zeros(spec.n_instances))
    )
    lattice = LATTICE * spec.n_features
    total, squares = np.zeros(spec.n_instances), np.zeros(spec.n_instances)
    mean, error = np.zeros(spec.n_instances), np.zeros(spec.n_instances)
    count, most, open_ = 0, samples // LATTICE, np.flatnonzero(rest > 0)
    next_look = min(most, max(LATTICES_AT_FIRST, NUMBERS_AT_FIRST // lattice))
    while len(open_):
        more = min(next_look - count, max(2, NUMBERS_AT_ONCE // (len(open_) * lattice)))
        loss = ensemble.losses(key, LATTICE, count, count + more, open_.tolist(), several=split)[:, 0]
        total[open_] += loss.sum(axis=0)
        squares[open_] += (loss**2).sum(axis=0)
        count += more
        between()
        if count < next_look:
            continue
        mean[open_] = total[open_] / count
        variance = np.maximum(squares[open_] / count - mean[open_] ** 2, 0) / (count - 1)
        error[open_] = rest[open_] * np.sqrt(variance)
        if count >= most:
            break
        open_ = open_[error[open_] > PRECISION * (exact + rest * mean)[open_]]
        next_look = min(most, math.ceil(GROWTH * count))
    return Estimate(exact + rest * mean, error)
