"""Random batches in compiled code: randomly shifted rank-1 lattices, and stratification of sparse data.

Every batch is a function of a key, the step and the feature alone: nothing is drawn in a sequence, so all the starts
of a density, and threads that share them, see the same data. Averages over batches have exactly the expectations of
independent samples, with less noise. It does two things.

Randomly shifted rank-1 lattice: sample k of a batch takes u_i = (k z_i / B + s_i) mod 1 for feature i, with a new
shift s_i and a new odd multiplier z_i for every feature of every batch of B samples. A sample by itself is as random
as ever, its features independent of one another; over the batch each feature visits [0, 1] evenly. Two features with
z_i = z_j or z_i = -z_j would move together through the whole batch, so any B / 4 features in a row get multipliers
of different size.

Stratification by the active feature: where nearly all samples would be all zero, sample k is made to have feature
(k + offset) mod n active, and has importance weight n p / K if K features are active. The all-zero sample never comes
up; its share of the loss is known exactly (`losses.zero_active`).
"""

import numpy as np

from toymodels.training.compiling import inner
from toymodels.training.lanes import LANES, lattice_points, load, spread, store, where_positive

ONE, ZERO = np.float32(1), np.float32(0)


@inner
def random_bits(key, position):
    """64 random bits for a place in a stream: the finalizer of SplitMix64 (Steele et al., 2014)."""
    z = np.uint64(key) + np.uint64(position) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@inner
def draw(x, weight, key, batch, probability, stratified, signed):
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
    inverse = ONE / probability
    one, zero, two, slope = spread(ONE), spread(ZERO), spread(np.float32(2)), spread(inverse)
    for block in range(blocks):
        store(weight, block, 0, zero)
    for i in range(n):
        shift = np.int64(random_bits(key, start + i) >> np.uint64(32))
        multiplier = (2 * ((first_size + i * size_step) % sizes) + 1) * spacing
        for block in range(blocks):
            value = lattice_points(block * LANES, multiplier, shift) * slope
            active = one - value
            if signed:
                value = two * value - one
            store(x, block, i, where_positive(active, value, zero))
            if stratified:
                store(weight, block, 0, load(weight, block, 0) + where_positive(active, one, zero))
    if not stratified:
        for block in range(blocks):
            store(weight, block, 0, one)
        return
    offset = np.int64(random_bits(key, start + n) >> np.uint64(32)) % n
    whole, rest = samples // n, samples % n
    for sample in range(samples):
        i = (sample + offset) % n
        shift = np.int64(random_bits(key, start + i) >> np.uint64(32))
        multiplier = (2 * ((first_size + i * size_step) % sizes) + 1) * spacing
        point = (sample * multiplier + shift) & 0xFFFFFFFF
        u = np.float32(point) * np.float32(2**-32)
        block, lane = sample // LANES, sample % LANES
        count = weight[block, 0, lane] + (ONE if x[block, i, lane] == ZERO else ZERO)
        x[block, i, lane] = np.float32(2) * u - ONE if signed else u
        # Where n does not divide the batch, the first features after the offset are met once more than the others.
        met = whole + (1 if sample % n < rest else 0)
        share = np.float32(samples) / np.float32(n * met) if whole else ONE
        weight[block, 0, lane] = share / count
