"""Evenly spread samples of independent features, for held-out losses: fewer of them do the work of many.

`several_active` draws those with at least two active features, which the closed forms leave over. Plain independent
samples are drawn by `toymodels.data`, the batches of training in compiled code (`toymodels.training.batches`).
"""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from toymodels.arrays import Array, within


def lattice(rng: np.random.Generator, batches: int, n_features: int, samples: int) -> npt.NDArray[np.uint32]:
    """Points of randomly shifted lattices, (batches, features, samples), in units of 2^-32.

    Every entry is uniform, and independent of the entries of the same sample; the entries of one feature in one
    batch are evenly spaced.
    """
    steps = np.arange(samples)
    units = steps[np.gcd(steps, samples) == 1].astype(np.uint32) * np.uint32(2**32 // samples % 2**32)
    shape = (batches, n_features, 1)
    shift = rng.integers(2**32, size=shape, dtype=np.uint32)
    points = rng.choice(units, size=shape) * steps.astype(np.uint32)
    points += shift
    return points


def several_active(
    feature_probability: Sequence[float] | Array,
    n_features: int,
    samples: int,
    rng: np.random.Generator,
    signed: bool = False,
) -> Array:
    """Samples given that at least two features are active, (instances, samples, features) float32.

    How many are active, the values of each feature, and which two are active for certain are spread evenly over
    the samples; which others are active is drawn at random. The instances share their random numbers. A single
    feature, where there is no second one, is active.

    Args:
        feature_probability: (instances,), p = 1 - S, the probability that a feature is not zero.
        n_features: number of features n.
        samples: how many samples per instance.
        rng: where the random numbers come from.
        signed: uniform on [-1, 1] where active, as the absolute-value task has it, instead of on [0, 1].
    """
    share = active_probability(feature_probability, n_features)
    share[:, :2] = 0
    quantile = (rng.permutation(samples) + rng.random()) / samples
    counts = np.stack([np.searchsorted(below, quantile * below[-1], side="right") for below in share.cumsum(axis=-1)])
    counts = np.minimum(np.maximum(counts, 2), n_features)
    # The active features are those with the smallest keys. Pair (i, j), i > j, has number i (i - 1) / 2 + j.
    keys = rng.random((samples, n_features))
    if n_features > 1:
        pairs = n_features * (n_features - 1) // 2
        pair = ((np.arange(samples) + rng.random()) * (pairs / samples)).astype(np.int64)
        first = ((1 + np.sqrt(8 * pair + 1)) / 2).astype(np.int64)
        keys[np.arange(samples), first] = -1
        keys[np.arange(samples), pair - first * (first - 1) // 2] = -1
    largest = np.sort(keys, axis=-1)[np.arange(samples), counts - 1]
    values = (lattice(rng, 1, n_features, samples)[0].T.astype(np.float32) + np.float32(0.5)) * np.float32(2**-32)
    if signed:
        values = 2 * values - 1
    return np.where(keys <= largest[:, :, None], values, np.float32(0))


def active_probability(feature_probability: npt.ArrayLike, n_features: int) -> Array:
    """Probability that k = 0 .. n features are active, C(n, k) p^k (1 - p)^(n - k), (..., n + 1), for p (...)."""
    p = within("feature_probability", feature_probability, 0, 1)[..., None]
    active = np.arange(n_features + 1)
    absent = n_features - active
    log_factorial = np.array([math.lgamma(k + 1) for k in active])
    with np.errstate(divide="ignore"):
        log_absent = np.where(absent > 0, absent * np.maximum(np.log1p(-p), -1e300 / n_features), 0.0)
    return np.asarray(np.exp(log_factorial[-1] - log_factorial - log_factorial[::-1] + active * np.log(p) + log_absent))
