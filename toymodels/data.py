"""Data: x_i = 0 with probability S = 1 - p, else uniform on [0, 1], or on [-1, 1] for the absolute-value task.

`sample_features` is the plain sampler. `Sampler` is what training and held-out estimates use: averages over its
batches have exactly the same expectations, with far less noise. It does two things.

Lattices. Sample k takes u_i = (k z_i + s_i) mod 1 for feature i, with a fresh shift s_i and a fresh multiplier z_i
for every feature of every batch. A sample by itself is exactly as random as ever, its features independent of one
another; but over the batch each feature visits [0, 1] evenly instead of in random clumps.

Forced features. Where nearly all samples would be all zero, sample k is made to have feature k mod n active, and
counts 1/K if K features are active: summed over the n features that can be forced, every sample with K >= 1 is met
exactly K times. The all-zero sample never comes up; its share of the loss is known exactly (`losses.zero_active`).
"""

import math
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from toymodels.arrays import Array

FORCED_BELOW = 2.0
"""Features are forced in an instance if an average sample has fewer active features than this."""

Numbers = TypeVar("Numbers", float, Array)


def variance(feature_probability: Numbers) -> Numbers:
    """Variance p/3 - p^2/4 of a feature that is uniform on [0, 1] where it is active; also of |x_i| on [-1, 1]."""
    p = feature_probability
    return p / 3 - p**2 / 4


def sample_features(
    feature_probability: Sequence[float] | Array,
    n_features: int,
    samples: int,
    rng: np.random.Generator,
    signed: bool = False,
) -> Array:
    """Independent samples, (instances, samples, features) float32; every feature has a mask of its own.

    Args:
        feature_probability: (instances,), p = 1 - S, the probability that a feature is not zero.
        n_features: number of features n.
        samples: how many samples per instance.
        rng: where the random numbers come from.
        signed: uniform on [-1, 1] where active, as the absolute-value task has it, instead of on [0, 1].
    """
    density = np.asarray(feature_probability, dtype=np.float32)[:, None, None]
    shape = (len(density), samples, n_features)
    active = rng.random(shape, dtype=np.float32) < density
    values = rng.random(shape, dtype=np.float32)
    if signed:
        values = 2 * values - 1
    return np.where(active, values, np.float32(0))


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

    Arguments as for `sample_features`.
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
    p = np.asarray(feature_probability, dtype=np.float64)[..., None]
    active = np.arange(n_features + 1)
    absent = n_features - active
    log_factorial = np.array([math.lgamma(k + 1) for k in active])
    with np.errstate(divide="ignore"):
        log_absent = np.where(absent > 0, absent * np.maximum(np.log1p(-p), -1e300 / n_features), 0.0)
    return np.asarray(np.exp(log_factorial[-1] - log_factorial - log_factorial[::-1] + active * np.log(p) + log_absent))


class Sampler:
    """Draws batches for all instances of a spec at once.

    A batch is cut into blocks of samples, each a matrix (features, samples) small enough to be quick to multiply.

    Attributes:
        blocks: how many blocks a batch has.
        block: samples per block.
        zero_weight: (instances,), what the exact loss of the all-zero sample counts.
        batch_weight: (instances,), what the weighted average over a batch counts.
    """

    def __init__(
        self, feature_probability: Sequence[float] | Array, n_features: int, samples: int, max_block: int, signed: bool
    ) -> None:
        """Draw `samples` per batch, or a few more to fill the blocks; n_features at least where any are forced."""
        p = np.array(feature_probability, dtype=np.float64)
        forced = n_features * p < FORCED_BELOW
        samples = max(samples, n_features) if forced.any() else samples
        self.blocks = -(-samples // max_block)
        self.block = -(-samples // self.blocks)
        self.zero_weight = np.where(forced, (1 - p) ** n_features, 0.0)
        self.batch_weight = np.where(forced, n_features * p, 1.0)
        self._n_features = n_features
        self._signed = signed
        self._forced = forced[:, None, None, None]
        # Sample k has feature k mod n forced; where n does not divide the batch, some features are met once more.
        feature = np.arange(self.blocks * self.block) % n_features
        share = feature.size / n_features / np.bincount(feature, minlength=n_features)[feature]
        self._share = share.reshape(self.blocks, 1, self.block).astype(np.float32)
        is_forced = self._in_blocks(np.arange(n_features)[:, None] == feature)
        self._slope = np.where(self._forced & is_forced, -1.0, -1 / p[:, None, None, None]).astype(np.float32)

    @property
    def size(self) -> int:
        """Numbers in one batch."""
        return int(self._slope.size)

    def negated(self, rng: np.random.Generator, batches: int) -> tuple[Array, Array | None]:
        """Minus x, and the weights of the samples, which are None if no instance has forced features.

        Returns:
            (batches, instances, blocks, features, samples) and (batches, instances, blocks, 1, samples), float32.
        """
        points = lattice(rng, batches, self._n_features, self.blocks * self.block)
        u = self._in_blocks(points).view(np.int32).astype(np.float32)
        u *= np.float32(2**-32)
        u += np.float32(0.5)
        x: Array = u[:, None] * self._slope
        # The sign bit of -1 - x, spread over all bits, is the mask of the active features, where u < p.
        mask = (np.float32(-1) - x).view(np.int32)
        mask >>= 31
        if self._signed:
            x *= 2
            x += 1
        bits = x.view(np.int32)
        bits &= mask
        if not self._forced.any():
            return x, None
        active = np.add.reduce(mask, axis=-2, keepdims=True).astype(np.float32)
        return x, np.where(self._forced, -self._share / np.minimum(active, -1), np.float32(1))

    def _in_blocks(self, entries: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """(..., features, samples of a batch) to (..., blocks, features, samples of a block), contiguous."""
        cut = entries.reshape(*entries.shape[:-1], self.blocks, self.block)
        return np.ascontiguousarray(np.moveaxis(cut, -2, -3))
