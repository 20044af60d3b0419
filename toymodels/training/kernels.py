"""The training step in compiled code: forward pass, gradient and Adam of one model at a time.

All models are one network: hidden h = E^T x, output y = D h + b, with E and D (features, hidden). The autoencoders
have E = D = W^T. The absolute value has E = W1^T and D = W2. Either may have a ReLU on h. A model's parameters are one
row of numbers: D, then E unless it is D, then b, then zeros up to a multiple of 16. A batch is a panel, see `products`.

Dense data drowns a small gradient in noise: at p = .4 the step from a dense code to antipodal pairs took a million
samples to find. There most outputs pass their ReLU, and the noise is that of the linear model, whose expected
gradient is known. So in dense instances the samples only correct it: gradient = exact linear gradient + mean of
(ReLU gradient - linear gradient), a control variate, with the same expectation.
"""

import numpy as np

from toymodels.arrays import Array
from toymodels.training.activations import (
    GELU,
    LEAKY_RELU,
    LINEAR,
    RELU,
    activated,
    activated_number,
    slope,
    slope_at,
)
from toymodels.training.batches import ONE, ZERO, draw_batch, draw_several
from toymodels.training.compiling import inner, kernel
from toymodels.training.lanes import (
    LANES,
    absolute,
    exchange,
    load,
    next_item,
    root,
    spread,
    store,
    total,
    view,
    where_positive,
)
from toymodels.training.products import correlate, correlate_both, decode, project, sum_samples

TWO = np.float32(2)
MEAN_DECAY, SQUARE_DECAY = np.float32(0.9), np.float32(0.95)
MEAN_SHARE, SQUARE_SHARE = np.float32(1 - 0.9), np.float32(1 - 0.95)
EPSILON = np.float32(1e-10)
"""Of Adam, far below the gradients of the least important features, whose losses are scaled by 0.7^19 and the like."""


def workspace_size(n: int, m: int, batch: int, size: int) -> int:
    """How many numbers of work space, zero at first, a thread needs for models of `size` parameters.

    Panels of a batch first: x, output, hidden, d_hidden, weight; then the gradient; then four panels and two matrices
    for the linear gradient.
    """
    rows = -(-n // LANES)
    return batch * (2 * n + 2 * m + 1) + size + 4 * rows * m * LANES + 2 * m * m + m


@inner
def batch_views(numbers: Array, n: int, m: int, batch: int) -> tuple[Array, Array, Array, Array, Array]:
    """The panels x, output, hidden, d_hidden and weight in a work space."""
    blocks = batch // LANES
    return (
        view(numbers, 0, (blocks, n, LANES)),
        view(numbers, batch * n, (blocks, n, LANES)),
        view(numbers, batch * 2 * n, (blocks, m, LANES)),
        view(numbers, batch * (2 * n + m), (blocks, m, LANES)),
        view(numbers, batch * (2 * n + 2 * m), (blocks, 1, LANES)),
    )


@inner
def clip_hidden(hidden: Array) -> None:
    """ReLU on the hidden layer."""
    zero = spread(ZERO)
    for block in range(hidden.shape[0]):
        for k in range(hidden.shape[1]):
            value = load(hidden, block, k)
            store(hidden, block, k, where_positive(value, value, zero))


@inner
def gate_hidden(gradient: Array, hidden: Array) -> None:
    """Stop the gradient where the ReLU of the hidden layer is stopped."""
    zero = spread(ZERO)
    for block in range(hidden.shape[0]):
        for k in range(hidden.shape[1]):
            store(gradient, block, k, where_positive(load(hidden, block, k), load(gradient, block, k), zero))


@inner
def output_gradient(
    output: Array, x: Array, weight: Array, importance: Array, signed: bool, activation: int, straight_through: bool,
    corrected: bool,
) -> None:  # fmt: skip
    """Turn the output before its activation into the gradient of the batch's mean loss with respect to it.

    With straight_through the gradient passes an output that its ReLU stopped although its feature is active. With
    corrected it is the ReLU gradient minus the linear gradient. Both are for the ReLU.
    """
    zero = spread(ZERO)
    blocks, n = x.shape[0], x.shape[1]
    for i in range(n):
        scale = spread(TWO * importance[i] / np.float32(blocks * LANES))
        for block in range(blocks):
            value, target = load(output, block, i), load(x, block, i)
            if signed:
                target = absolute(target)
            if activation == GELU or activation == LEAKY_RELU:  # noqa: SIM109, a tuple is slow in compiled code
                error = (activated(value, activation) - target) * slope(value, activation)
                store(output, block, i, error * (scale * load(weight, block, 0)))
                continue
            error = (value - target) * (scale * load(weight, block, 0))
            if activation == RELU:
                if corrected:
                    error = where_positive(value, zero, zero - error)
                elif straight_through:
                    error = where_positive(value, error, where_positive(target, error, zero))
                else:
                    error = where_positive(value, error, zero)
            store(output, block, i, error)


@inner
def add_linear_gradient(
    encoder: Array, b: Array, importance: Array, probability: float, share: float, d_encoder: Array, d_bias: Array,
    numbers: Array,
) -> None:  # fmt: skip
    """Add the gradient of share * `losses.linear_expected` to that of a tied model.

    With M = E E^T - 1 and a = M 1 p/2 + b the loss is sum_i I_i (a_i^2 + Var sum_j M_ij^2). The features are the
    samples of its panels.
    """
    n, m = encoder.shape
    blocks = (n + LANES - 1) // LANES
    panel, square = blocks * m * LANES, m * m
    columns = view(numbers, 0, (blocks, m, LANES))
    weighted = view(numbers, panel, (blocks, m, LANES))
    first = view(numbers, 2 * panel, (blocks, m, LANES))
    second = view(numbers, 3 * panel, (blocks, m, LANES))
    gram = view(numbers, 4 * panel, (m, m))
    weighted_gram = view(numbers, 4 * panel + square, (m, m))
    column_sum = view(numbers, 4 * panel + 2 * square, (m,))
    pull = view(numbers, 4 * panel, (m,))  # over the gram, when it is no longer needed
    mean = probability / TWO
    variance = probability / np.float32(3) - mean * mean
    factor = TWO * share * variance
    for i in range(n):
        block, lane = i // LANES, i % LANES
        for k in range(m):
            columns[block, k, lane] = encoder[i, k]
            weighted[block, k, lane] = encoder[i, k] * importance[i]
    correlate(columns, columns, gram)
    correlate(columns, weighted, weighted_gram)
    sum_samples(columns, column_sum)
    project(gram, weighted, first)
    project(weighted_gram, columns, second)
    for k in range(m):
        pull[k] = ZERO
    for i in range(n):
        a = -ONE
        for k in range(m):
            a += encoder[i, k] * column_sum[k]
        a = TWO * share * importance[i] * (mean * a + b[i])
        d_bias[i] += a
        block, lane = i // LANES, i % LANES
        for k in range(m):
            pull[k] += a * encoder[i, k]
            quadratic = first[block, k, lane] + second[block, k, lane] - TWO * weighted[block, k, lane]
            d_encoder[i, k] += factor * quadratic + mean * a * column_sum[k]
    for i in range(n):
        for k in range(m):
            d_encoder[i, k] += mean * pull[k]


@inner
def adam(theta: Array, gradient: Array, mean: Array, square: Array, factor: Array, rate: float) -> None:
    """One step of Adam (Kingma and Ba, 2015) without its bias corrections, which the rate contains.

    All (blocks, 1, 16); factor is one of the rate for every parameter.
    """
    mean_decay, mean_share = spread(MEAN_DECAY), spread(MEAN_SHARE)
    square_decay, square_share = spread(SQUARE_DECAY), spread(SQUARE_SHARE)
    epsilon, rates = spread(EPSILON), spread(rate)
    for block in range(theta.shape[0]):
        slope = load(gradient, block, 0)
        new_mean = load(mean, block, 0) * mean_decay + slope * mean_share
        new_square = load(square, block, 0) * square_decay + slope * slope * square_share
        store(mean, block, 0, new_mean)
        store(square, block, 0, new_square)
        change = rates * load(factor, block, 0) * new_mean / (root(new_square) + epsilon)
        store(theta, block, 0, load(theta, block, 0) - change)


@inner
def forward(theta: Array, tied: bool, clipped: bool, x: Array, hidden: Array, output: Array) -> None:
    """Hidden layer and output before its activation, for a batch."""
    n, m = x.shape[1], hidden.shape[1]
    decoder = view(theta, 0, (n, m))
    if tied:
        project(decoder, x, hidden)
    else:
        project(view(theta, n * m, (n, m)), x, hidden)
    if clipped:
        clip_hidden(hidden)
    decode(decoder, view(theta, n * m if tied else 2 * n * m, (n,)), hidden, output)


@inner
def gradient_of(
    theta: Array, importance: Array, m: int, batch: int, tied: bool, clipped: bool, signed: bool, activation: int,
    straight_through: bool, corrected: bool, probability: float, share: float, zero_weight: float, gradient: Array,
    numbers: Array,
) -> None:  # fmt: skip
    """Fill gradient for the batch in the work space: of one model's loss, per unit of the batch's weight."""
    n = importance.size
    n_weights = n * m if tied else 2 * n * m
    x, output, hidden, d_hidden, weight = batch_views(numbers, n, m, batch)
    decoder, b = view(theta, 0, (n, m)), view(theta, n_weights, (n,))
    d_decoder, d_bias = view(gradient, 0, (n, m)), view(gradient, n_weights, (n,))
    forward(theta, tied, clipped, x, hidden, output)
    output_gradient(output, x, weight, importance, signed, activation, straight_through, corrected)
    project(decoder, output, d_hidden)
    if clipped:
        gate_hidden(d_hidden, hidden)
    if tied:
        correlate_both(output, hidden, x, d_hidden, d_decoder)
    else:
        correlate(output, hidden, d_decoder)
        correlate(x, d_hidden, view(gradient, n * m, (n, m)))
    sum_samples(output, d_bias)
    if corrected:
        rest = view(numbers, batch * (2 * n + 2 * m + 1) + gradient.size, (1,))
        add_linear_gradient(decoder, b, importance, probability, share, d_decoder, d_bias, rest)
    if zero_weight > ZERO:
        for i in range(n):
            if activation == GELU or activation == LEAKY_RELU:  # noqa: SIM109
                silent = activated_number(b[i], activation) * slope_at(b[i], activation)
            else:
                silent = b[i] if activation == LINEAR or b[i] > ZERO else ZERO
            if corrected:
                silent -= b[i]
            d_bias[i] += TWO * zero_weight * importance[i] * silent


@inner
def loss_of(
    theta: Array, importance: Array, m: int, batch: int, tied: bool, clipped: bool, signed: bool, activation: int,
    zero_weight: float, numbers: Array,
) -> float:  # fmt: skip
    """Mean loss of one model over the batch in the work space, per unit of the batch's weight."""
    n = importance.size
    x, output, hidden, _, weight = batch_views(numbers, n, m, batch)
    b = view(theta, n * m if tied else 2 * n * m, (n,))
    forward(theta, tied, clipped, x, hidden, output)
    zero = spread(ZERO)
    loss = 0.0
    for i in range(n):
        part = zero
        for block in range(x.shape[0]):
            value, target = load(output, block, i), load(x, block, i)
            if signed:
                target = absolute(target)
            error = activated(value, activation) - target
            part = part + error * error * load(weight, block, 0)
        silent = np.float64(activated_number(b[i], activation))
        silent *= silent * np.float64(zero_weight)
        loss += np.float64(importance[i]) * (np.float64(total(part)) / batch + silent)
    return loss


@kernel
def train_models(
    taken: Array, done: Array, visit: int, theta: Array, mean: Array, square: Array, factor: Array, pace: Array,
    straight_until: Array, rates: Array, starts: int, groups: int, m: int, batch: int, tied: bool, clipped: bool,
    signed: bool, activation: int, way: int,
    probability: Array, first_member: Array, members: Array, unit_probability: Array, unit_below: Array, every: Array,
    binary: bool, share: Array, zero_weight: Array, stratified: Array, corrected: Array, importance: Array, key: int,
    last: int, numbers: Array,
) -> None:  # fmt: skip
    """Take steps of the groups of models up to the last, a visit to a group at a time, until no group is free.

    The next group is the one of those that no thread is at that has the fewest steps behind it: threads end about
    together, also where there are hardly more groups than threads.

    Args:
        taken: int64 (instances * groups,), 1 while a thread is at a group, shared by the threads.
        done: int64 (instances * groups,), steps that a group has behind it, shared by the threads.
        visit: how many steps a thread takes of a group at a time.
        theta: all parameters, (instances, starts, size) in one dimension.
        mean: Adam's average gradient, like theta.
        square: Adam's average squared gradient, like theta.
        factor: (size,), of the learning rate for every parameter.
        pace: (instances, starts) float32, of the learning rate for every model.
        straight_until: (instances, starts) int64, the step at which straight-through gradients end.
        rates: (steps,), learning rates with Adam's bias corrections.
        starts: models per instance.
        groups: how many groups the starts of an instance make; each draws its own copy of the same batches.
        m: hidden dimensions.
        batch: samples per step.
        tied: whether E = D.
        clipped: whether the hidden layer has a ReLU.
        signed: data on [-1, 1], and |x| as the target.
        activation: of the output, see `activations`.
        way: how batches are drawn; with the seven that follow it, see `batches.draw_batch`.
        probability: (instances,), p.
        first_member: int64 (units + 1,).
        members: int64 (features,).
        unit_probability: (instances, units) in one dimension.
        unit_below: (instances, units) in one dimension.
        every: (instances, samples, features) in one dimension.
        binary: whether active features are 1.
        share: (instances,), 1 over the weight of the batch.
        zero_weight: (instances,), weight of the all-zero sample over that of the batch.
        stratified: (instances,) bool, see `batches`.
        corrected: (instances,) bool, whether the exact linear gradient is the control variate.
        importance: (instances, features) in one dimension.
        key: uint64, names the stream of batches.
        last: the step after the last.
        numbers: work space of this thread.
    """
    size, n = factor.size, importance.size // probability.size
    blocks = size // LANES
    x, _, _, _, weight = batch_views(numbers, n, m, batch)
    gradient = view(numbers, batch * (2 * n + 2 * m + 1), (size,))
    gradients = view(gradient, 0, (blocks, 1, LANES))
    while True:
        item, least = -1, last
        for place in range(done.size):
            if done[place] < least and taken[place] == 0:
                item, least = place, done[place]
        if item < 0:
            return
        if exchange(taken, item, 1) != 0:
            continue
        instance, group = item // groups, item % groups
        p = probability[instance]
        end = min(last, done[item] + visit)
        for step in range(done[item], end):
            draw_batch(
                x, weight, key, step, instance, way, probability, first_member, members, unit_probability, unit_below,
                every, binary, stratified[instance], signed,
            )  # fmt: skip
            for start in range(group * starts // groups, (group + 1) * starts // groups):
                row = (instance * starts + start) * size
                gradient_of(
                    view(theta, row, (size,)), view(importance, instance * n, (n,)), m, batch, tied, clipped, signed,
                    activation, step < straight_until[instance, start], corrected[instance], p, share[instance],
                    zero_weight[instance], gradient, numbers,
                )  # fmt: skip
                adam(
                    view(theta, row, (blocks, 1, LANES)), gradients, view(mean, row, (blocks, 1, LANES)),
                    view(square, row, (blocks, 1, LANES)), view(factor, 0, (blocks, 1, LANES)),
                    rates[step] * pace[instance, start],
                )  # fmt: skip
        done[item] = end
        exchange(taken, item, 0)


@kernel
def measure_models(
    counter: Array, theta: Array, starts: int, m: int, batch: int, tied: bool, clipped: bool, signed: bool,
    activation: int, way: int,
    probability: Array, first_member: Array, members: Array, unit_probability: Array, unit_below: Array, every: Array,
    binary: bool, share: Array, zero_weight: Array, stratified: Array, importance: Array, several: bool, below: Array,
    up_to: Array, instances: Array, key: int, first: int, last: int, numbers: Array, loss: Array,
) -> None:  # fmt: skip
    """Mean losses of the models, batch by batch, for the batches whose turn it is.

    Arguments as for `train_models`, and:

    Args:
        several: whether the samples are those with at least two active features, as `batches.draw_several`.
        below: (instances, features + 1) in one dimension, for `batches.draw_several`.
        up_to: (instances, features) in one dimension, for the same.
        instances: int64, which instances are wanted.
        first: the first batch.
        last: the batch after the last.
        loss: (batches, wanted instances, starts), float64, receives the losses.
    """
    size, n = theta.size // (probability.size * starts), importance.size // probability.size
    x, _, _, _, weight = batch_views(numbers, n, m, batch)
    while True:
        item = next_item(counter)
        if item >= instances.size * (last - first):
            return
        number, place = item // instances.size, item % instances.size
        instance = instances[place]
        silent, total_weight = zero_weight[instance], np.float64(share[instance])
        if several:
            below_here, up_to_here = view(below, instance * (n + 1), (n + 1,)), view(up_to, instance * n, (n,))
            draw_several(x, weight, key, first + number, below_here, up_to_here, signed)
            silent, total_weight = ZERO, np.float64(1)
        else:
            draw_batch(
                x, weight, key, first + number, instance, way, probability, first_member, members, unit_probability,
                unit_below, every, binary, stratified[instance], signed,
            )  # fmt: skip
        for start in range(starts):
            loss[number, place, start] = (
                loss_of(
                    view(theta, (instance * starts + start) * size, (size,)), view(importance, instance * n, (n,)), m,
                    batch, tied, clipped, signed, activation, silent, numbers,
                )
                / total_weight
            )  # fmt: skip
