"""The loss with at most one active feature, in closed form and compiled code.

The numbers of `toymodels.analysis.losses.exact_part`, which a test compares. That one is for any weights; beside a
busy thread every one of its NumPy operations waits for Python's lock, longer than the whole of this takes.
"""

from typing import Any

import numpy as np

from toymodels.arrays import Array
from toymodels.models import LEAK
from toymodels.training.activations import LEAKY_RELU, LINEAR, activated_number
from toymodels.training.compiling import inner, kernel
from toymodels.training.lanes import next_item, view

ROWS = 64
"""Active features of one piece of work."""


@inner
def integral_of_square(slope: float, offset: float, low: float, high: float) -> float:
    """Int_low^high (slope x + offset)^2 dx, as a sum of squares, so that nothing cancels."""
    first, last = slope * low + offset, slope * high + offset
    return (high - low) * (first * first + first * last + last * last) / 3.0


@inner
def integral(slope: float, offset: float, target: float, activation: int) -> Any:
    """Int_0^1 (target x - act(slope x + offset))^2 dx for an activation of straight pieces.

    From 0 to 1 there is at most one kink, at the root of slope x + offset: one piece lets the output through.
    """
    low, high = 0.0, 1.0
    if activation != LINEAR:
        if slope == 0.0:
            high = 1.0 if offset > 0.0 else 0.0
        else:
            root = min(max(-offset / slope, 0.0), 1.0)
            if slope > 0.0:
                low = root
            else:
                high = root
    leak = LEAK if activation == LEAKY_RELU else 0.0
    rest, shift = target - leak * slope, -leak * offset
    return (
        integral_of_square(target - slope, -offset, low, high)
        + integral_of_square(rest, shift, 0.0, low)
        + integral_of_square(rest, shift, high, 1.0)
    )


@inner
def one_active_rows(
    encoder: Array, columns: Array, b: Array, importance: Array, first: int, last: int, sign: float, clipped: bool,
    activation: int, slopes: Array,
) -> float:  # fmt: skip
    """Sum over the active features from first on, before last, of the loss with that feature alone active.

    Args:
        encoder: E, (features, hidden).
        columns: D^T, (hidden, features), float64.
        b: (features,).
        importance: (features,), float64.
        first: the first active feature.
        last: the one after the last.
        sign: of the active feature.
        clipped: whether the hidden layer has a ReLU.
        activation: see `activations`.
        slopes: (features,), float64, work space.
    """
    m, n = columns.shape
    loss = 0.0
    for i in range(first, last):
        for j in range(n):
            slopes[j] = 0.0
        for k in range(m):
            hidden = sign * np.float64(encoder[i, k])
            if clipped and hidden < 0.0:
                continue
            for j in range(n):
                slopes[j] += hidden * columns[k, j]
        for j in range(n):
            target = 1.0 if i == j else 0.0
            loss += importance[j] * integral(slopes[j], np.float64(b[j]), target, activation)
    return loss


@kernel
def exact_losses(
    counter: Array, theta: Array, starts: int, size: int, m: int, tied: bool, clipped: bool, signed: bool,
    activation: int, share: Array, importance: Array, space: Array, loss: Array,
) -> None:  # fmt: skip
    """What samples with at most one active feature add to the loss of the models whose turn it is.

    Args:
        counter: int64 (1,), shared by the threads: the next piece of work.
        theta: all parameters, (instances, starts, size) in one dimension, as for `kernels.train_models`.
        starts: models per instance.
        size: numbers of a model.
        m: hidden dimensions.
        tied: whether E = D.
        clipped: whether the hidden layer has a ReLU.
        signed: whether the active feature is also negative, with its absolute value as the target.
        activation: of the output, of straight pieces.
        share: (instances, 2), probabilities of no and of one active feature. Where the second is 0 that part is left
            out.
        importance: (instances, features), float64.
        space: float64 (hidden + 1, features), work space of this thread.
        loss: (instances, starts, pieces of `ROWS` active features), receives the parts.
    """
    instances, n = importance.shape
    pieces = loss.shape[2]
    columns, slopes = space[:m], space[m]
    while True:
        item = next_item(counter)
        if item >= instances * starts * pieces:
            return
        piece, model = item % pieces, item // pieces
        start, instance = model % starts, model // starts
        decoder = view(theta, model * size, (n, m))
        encoder = decoder if tied else view(theta, model * size + n * m, (n, m))
        b = view(theta, model * size + (n * m if tied else 2 * n * m), (n,))
        found = 0.0
        if piece == 0:
            for j in range(n):
                silent = np.float64(activated_number(b[j], activation))
                found += importance[instance, j] * silent * silent
            found *= share[instance, 0]
        if share[instance, 1] > 0.0:
            for j in range(n):
                for k in range(m):
                    columns[k, j] = decoder[j, k]
            first, last = piece * ROWS, min(n, (piece + 1) * ROWS)
            part = one_active_rows(
                encoder, columns, b, importance[instance], first, last, 1.0, clipped, activation, slopes
            )
            if signed:
                part += one_active_rows(
                    encoder, columns, b, importance[instance], first, last, -1.0, clipped, activation, slopes
                )
            found += share[instance, 1] * part / np.float64(2 * n if signed else n)
        loss[instance, start, piece] = found
