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

Data of other kinds (`toymodels.data`) are made of units that are independent of one another, features or groups, with
probabilities q_u. The same holds for them: the unit that is active for certain is drawn with probability q_u / sum q,
evenly over the batch, and the weight is sum q / K if K units are active.
"""

from typing import Any

import numpy as np

from toymodels.arrays import Array
from toymodels.training.compiling import inner
from toymodels.training.lanes import LANES, lattice_points, load, spread, store, view, where_positive

ONE, ZERO = np.float32(1), np.float32(0)

PLAIN, TOGETHER, ONE_OF, FIXED = 0, 1, 2, 3
"""Ways to draw a batch: independent uniform features of one density; independent units of which all members are active,
or one of them; samples of a fixed set. The first is the quickest."""


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
def draw_units(
    x: Array, weight: Array, key: int, batch: int, first_member: Array, members: Array, probability: Array,
    below: Array, one_of: bool, binary: bool, stratified: bool, signed: bool,
) -> None:  # fmt: skip
    """Fill x (blocks, features, 16), and weight (blocks, 1, 16) with the importance weights over the sum of q.

    Args:
        x: where the samples go; the batch is blocks * 16 samples, a power of two.
        weight: 1, or 1 / K with stratification, if K units are active.
        key: uint64, names the stream.
        batch: number of the batch in the stream.
        first_member: int64 (units + 1,), where the members of each unit begin.
        members: int64 (features,), the features of the units.
        probability: (units,), q.
        below: (units,), the share of this unit and those before it in the sum of q.
        one_of: whether one member of an active unit is active, instead of all.
        binary: active features are 1.
        stratified: whether every sample has a unit that is active for certain.
        signed: with a random sign.
    """
    n, units = x.shape[1], probability.size
    samples = x.shape[0] * LANES
    spacing = 2**32 // samples
    start = batch * (3 * n + 2)
    sizes = samples // 4
    bits = np.int64(random_bits(key, start + 3 * n + 1) & np.uint64(0xFFFFFFFF))
    first_size, size_step = bits & 0xFFFF, (bits >> 16) | 1
    offset = np.float64(random_bits(key, start + 3 * n) >> np.uint64(11)) * 2.0**-53
    one, zero = spread(ONE), spread(ZERO)
    for block in range(x.shape[0]):
        store(weight, block, 0, zero if stratified else one)
    low = 0.0
    for unit in range(units):
        q, high = np.float64(probability[unit]), np.float64(below[unit])
        begin, end = first_member[unit], first_member[unit + 1]
        for sample in range(samples):
            block, lane = sample >> 4, sample & 15
            u = np.float64(_point(key, start, unit, sample, first_size, size_step, sizes, spacing)) * 2.0**-32
            place = (sample + offset) / samples
            certain = stratified and low <= place and place < high
            active = certain or u < q
            if not certain:
                u = u / q
            chosen = begin
            if one_of:
                u *= end - begin
                chosen = min(begin + np.int64(u), end - 1)
                u -= chosen - begin
            if active and stratified:
                weight[block, 0, lane] += ONE
            for member in range(begin, end):
                value = ZERO
                if active and (member == chosen or not one_of):
                    v = u
                    if not one_of and end - begin > 1:
                        dimension = n + members[member]
                        v = np.float64(_point(key, start, dimension, sample, first_size, size_step, sizes, spacing))
                        v *= 2.0**-32
                    value = _active_value(np.float32(v), binary, signed)
                x[block, members[member], lane] = value
        low = high
    if stratified:
        for block in range(x.shape[0]):
            store(weight, block, 0, one / load(weight, block, 0))


@inner
def _active_value(u: np.floating[Any], binary: bool, signed: bool) -> np.floating[Any]:
    """Value of an active feature, from a uniform number on [0, 1]."""
    if binary:
        u = ZERO if signed and u < np.float32(0.5) else ONE
    return np.float32(2) * u - ONE if signed else u


@inner
def draw_fixed(x: Array, weight: Array, key: int, batch: int, every: Array) -> None:
    """Fill x (blocks, features, 16) with samples of a fixed set, spread evenly over it, and weight with 1.

    Args:
        x: where the samples go.
        weight: (blocks, 1, 16).
        key: uint64, names the stream.
        batch: number of the batch in the stream.
        every: the set, (samples, features) in one dimension.
    """
    n, samples = x.shape[1], x.shape[0] * LANES
    there = every.size // n
    one = spread(ONE)
    for block in range(x.shape[0]):
        store(weight, block, 0, one)
    for sample in range(samples):
        u = np.float64(random_bits(key, batch * samples + sample) >> np.uint64(11)) * 2.0**-53
        chosen = min(np.int64((sample + u) / samples * there), there - 1)
        for i in range(n):
            x[sample >> 4, i, sample & 15] = every[chosen * n + i]


@inner
def draw_batch(
    x: Array, weight: Array, key: int, batch: int, instance: int, way: int, probability: Array, first_member: Array,
    members: Array, unit_probability: Array, unit_below: Array, every: Array, binary: bool, stratified: bool,
    signed: bool,
) -> None:  # fmt: skip
    """Fill x and weight as `draw`, `draw_units` or `draw_fixed` do, for an instance of data that are drawn in a way.

    Args:
        x: (blocks, features, 16).
        weight: (blocks, 1, 16).
        key: uint64, names the stream.
        batch: number of the batch in the stream.
        instance: whose data.
        way: PLAIN, TOGETHER, ONE_OF or FIXED.
        probability: (instances,), p, for PLAIN.
        first_member: for `draw_units`.
        members: for `draw_units`.
        unit_probability: (instances, units) in one dimension, for `draw_units`.
        unit_below: (instances, units) in one dimension, for `draw_units`.
        every: (instances, samples, features) in one dimension, for `draw_fixed`.
        binary: for `draw_units`.
        stratified: whether every sample has a feature or unit that is active for certain.
        signed: with a random sign, or uniform on [-1, 1].
    """
    if way == PLAIN:
        draw(x, weight, key, batch, probability[instance], stratified, signed)
    elif way == FIXED:
        size = every.size // probability.size
        draw_fixed(x, weight, key, batch, view(every, instance * size, (size,)))
    else:
        units = first_member.size - 1
        draw_units(
            x, weight, key, batch, first_member, members, view(unit_probability, instance * units, (units,)),
            view(unit_below, instance * units, (units,)), way == ONE_OF, binary, stratified, signed,
        )  # fmt: skip


@inner
def _chance(up_to: Array, i: int) -> Any:
    """q_i of the sums q_1 + ... + q_i."""
    return up_to[i] - up_to[i - 1] if i > 0 else up_to[0]


@inner
def draw_several(x: Array, weight: Array, key: int, batch: int, below: Array, up_to: Array, signed: bool) -> None:
    """Fill x (blocks, features, 16) with samples given that at least two features are active, and their weights.

    How many are active, the values of each feature, and which two are active for certain are spread evenly over the
    samples; which others are active is drawn at random. The first of the two is drawn by its chance q_i: of k active
    features S has the probability sum_S q_i / C(n - 1, k - 1), so its weight is (k / n) / sum_S q_i.

    Args:
        x: where the samples go; the batch is blocks * 16 samples, a power of two.
        weight: (blocks, 1, 16).
        key: uint64, names the stream.
        batch: number of the batch in the stream.
        below: (n + 1,) float32, entry k the probability that fewer than k + 1 features are active, given at least two.
        up_to: (n,) float32, the sums of q_1 to q_i, the last of them 1.
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
    for sample in range(samples):
        block, lane = sample >> 4, sample & 15
        quantile = np.float32(_point(key, start, n, sample, first_size, size_step, sizes, spacing)) * np.float32(2**-32)
        active = 2
        while active < n and below[active] <= quantile:
            active += 1
        point = np.float32(_point(key, start, n + 1, sample, first_size, size_step, sizes, spacing))
        point *= np.float32(2**-32)
        first, high = 0, n - 1
        while first < high:
            middle = (first + high) >> 1
            if up_to[middle] <= point:
                first = middle + 1
            else:
                high = middle
        second = (_point(key, start, n + 2, sample, first_size, size_step, sizes, spacing) * (n - 1)) >> 32
        second += 1 if second >= first else 0
        needed, left = active - 2, n - 2
        chance = _chance(up_to, first) + _chance(up_to, second)
        for i in range(n):
            if i == first or i == second:  # noqa: SIM109, a tuple is slow in compiled code
                continue
            if needed > 0:
                bits = np.int64(random_bits(key, start + n + 4 + sample * n + i) >> np.uint64(32))
                chosen = bits * left < (needed << 32)
                left -= 1
                if chosen:
                    needed -= 1
                    chance += _chance(up_to, i)
                    continue
            x[block, i, lane] = ZERO
        weight[block, 0, lane] = np.float32(active) / (np.float32(n) * chance)
