"""Random batches in compiled code: randomly shifted rank-1 lattices, and stratification of sparse data.

Every batch is a function of a key, the step and the feature alone: nothing is drawn in a sequence, so all the starts
of a density, and threads that share them, see the same data. Averages over batches have exactly the expectations of
independent samples. Their noise is another matter, see below.

Randomly shifted rank-1 lattice: sample k of a batch takes u_i = (k z_i / B + s_i) mod 1 for feature i, with a new
shift s_i and a new odd multiplier z_i for every feature of every batch of B samples. A sample by itself is as random
as ever, its features independent of one another; over the batch each feature visits [0, 1] evenly. Two features with
z_i = z_j or z_i = -z_j would move together through the whole batch, so any B / 4 features in a row get multipliers
of different size.

Against independent samples, in batches of 64: the mean of x_i^2 has 55, 15 and 5 times less variance at p = 0.5, 0.1
and 0.03. The mean of a product x_i x_j of two features, on which interference depends, has a tenth of the variance at
p = 1, four fifths at 0.1 and all of it at 0.03; for two features a multiple of B / 4 apart it has two to three times as
much.

Stratification by the active feature: where nearly all samples would be all zero, sample k is made to have feature
(k + offset) mod n active, and has importance weight n p / K if K features are active. The all-zero sample never comes
up; its share of the loss is known exactly (`losses.zero_active`).
"""

import numpy as np

from toymodels.arrays import Array
from toymodels.training.compiling import inner
from toymodels.training.lanes import LANES, lattice_points, load, spread, store, where_positive

ONE, ZERO = np.float32(1), np.float32(0)


@inner
def random_bits(key: int, position: int) -> np.uint64:
    """64 random bits for a place in a stream: the finalizer of SplitMix64 (Steele et al., 2014)."""
    z = np.uint64(key) + np.uint64(position) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@inner
def _point(
    key: int, start: int, i: int, sample: int, first_size: int, size_step: int, sizes: int, spacing: int
) -> np.int64:  # fmt: skip
    """Point of a sample in dimension i of the lattice, 0 to 2^32 - 1."""
    shift = np.int64(random_bits(key, start + i) >> np.uint64(32))
    multiplier = (2 * ((first_size + i * size_step) & (sizes - 1)) + 1) * spacing
    return (sample * multiplier + shift) & 0xFFFFFFFF


@inner
def draw(x: Array, weight: Array, key: int, batch: int, probability: float, stratified: bool, signed: bool) -> None:
    """Fill x (blocks, features, 16), and weight (blocks, 1, 16) with the importance weights over n p.

    Args:
        x: where the samples go; the batch is blocks * 16 samples, a power of two.
        weight: 1, or 1 / K with stratification.
        key: uint64, names the stream.
        batch: number of the batch in the stream.
        probability: float32, p.
        stratified: whether every sample has a feature that is active for certain.
        signed: uniform on [-1, 1] instead of [0, 1].
    """
    blocks, n = x.shape[0], x.shape[1]
    samples = blocks * LANES
    spacing = 2**32 // samples
    start = batch * (n + 2)
    sizes = samples // 4
    bits = np.int64(random_bits(key, start + n + 1) & np.uint64(0xFFFFFFFF))
    first_size, size_step = bits & 0xFFFF, (bits >> 16) | 1
    one, zero, two, slope = spread(ONE), spread(ZERO), spread(np.float32(2)), spread(ONE / probability)
    for block in range(blocks):
        store(weight, block, 0, zero if stratified else one)
    offset = np.int64(random_bits(key, start + n) >> np.uint64(32)) % n
    for i in range(n):
        shift = np.int64(random_bits(key, start + i) >> np.uint64(32))
        multiplier = (2 * ((first_size + i * size_step) & (sizes - 1)) + 1) * spacing
        for block in range(blocks):
            value = lattice_points(block * LANES, multiplier, shift) * slope
            active = one - value
            if signed:
                value = two * value - one
            store(x, block, i, where_positive(active, value, zero))
            if stratified:
                store(weight, block, 0, load(weight, block, 0) + where_positive(active, one, zero))
        if stratified:
            for sample in range((i - offset) % n, samples, n):
                block, lane = sample >> 4, sample & 15
                if x[block, i, lane] == ZERO:
                    weight[block, 0, lane] += ONE
                u = np.float32((sample * multiplier + shift) & 0xFFFFFFFF) * np.float32(2**-32)
                x[block, i, lane] = np.float32(2) * u - ONE if signed else u
    if stratified:
        whole, rest = samples // n, samples % n
        for first in range(min(n, samples)):
            # Where n does not divide the batch, the first features after the offset are met once more than the others.
            met = whole + 1 if first < rest else whole
            share = np.float32(samples) / np.float32(n * met) if whole > 0 else ONE
            for sample in range(first, samples, n):
                block, lane = sample >> 4, sample & 15
                weight[block, 0, lane] = share / weight[block, 0, lane]


@inner
def draw_several(x: Array, weight: Array, key: int, batch: int, below: Array, signed: bool) -> None:
    """Fill x (blocks, features, 16) with samples given that at least two features are active, and weight with 1.

    How many are active, the values of each feature, and which two are active for certain are spread evenly over the
    samples; which others are active is drawn at random.

    Args:
        x: where the samples go; the batch is blocks * 16 samples, a power of two.
        weight: (blocks, 1, 16).
        key: uint64, names the stream.
        batch: number of the batch in the stream.
        below: (n + 1,) float32, entry k the probability that fewer than k + 1 features are active, given at least two.
        signed: uniform on [-1, 1] instead of [0, 1].
    """
    blocks, n = x.shape[0], x.shape[1]
    samples = blocks * LANES
    spacing = 2**32 // samples
    start = batch * (n + 4 + n * samples)
    sizes = samples // 4
    bits = np.int64(random_bits(key, start + n + 3) & np.uint64(0xFFFFFFFF))
    first_size, size_step = bits & 0xFFFF, (bits >> 16) | 1
    one, two = spread(ONE), spread(np.float32(2))
    for i in range(n):
        shift = np.int64(random_bits(key, start + i) >> np.uint64(32))
        multiplier = (2 * ((first_size + i * size_step) & (sizes - 1)) + 1) * spacing
        for block in range(blocks):
            value = lattice_points(block * LANES, multiplier, shift)
            store(x, block, i, two * value - one if signed else value)
    for block in range(blocks):
        store(weight, block, 0, one)
    for sample in range(samples):
        block, lane = sample >> 4, sample & 15
        quantile = np.float32(_point(key, start, n, sample, first_size, size_step, sizes, spacing)) * np.float32(2**-32)
        active = 2
        while active < n and below[active] <= quantile:
            active += 1
        first = (_point(key, start, n + 1, sample, first_size, size_step, sizes, spacing) * n) >> 32
        second = (_point(key, start, n + 2, sample, first_size, size_step, sizes, spacing) * (n - 1)) >> 32
        second += 1 if second >= first else 0
        needed, left = active - 2, n - 2
        for i in range(n):
            if i == first or i == second:  # noqa: SIM109, a tuple is slow in compiled code
                continue
            if needed > 0:
                bits = np.int64(random_bits(key, start + n + 4 + sample * n + i) >> np.uint64(32))
                chosen = bits * left < (needed << 32)
                left -= 1
                if chosen:
                    needed -= 1
                    continue
            x[block, i, lane] = ZERO
