"""Exact loss of two features.

Of unit length at an angle, with a common bias: x'_1 = f(x_1 + c x_2 + b), x'_2 = f(x_2 + c x_1 + b), where c =
cos(angle) and f is the ReLU or nothing. At 90 degrees the two have a dimension each. At 0 and at 180 degrees they share
one; 180 degrees is the antipodal pair. Lengths and biases of a trained pair are free: see `antipodal_pair`.
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from toymodels.analysis.losses import linear_expected, two_feature_losses
from toymodels.arrays import LARGEST, Array, finite, within
from toymodels.checks import real_number
from toymodels.spec import Activation

LARGEST_BIAS = 0.6
"""The best bias is searched from minus this to this."""

_NODES = 0.5 + np.array([-0.5, 0.5]) / np.sqrt(3)  # Gauss-Legendre on [0, 1], exact for cubics


def expected_loss(
    cosine: npt.ArrayLike,
    bias: npt.ArrayLike,
    relative_importance: float,
    feature_probability: float,
    activation: Activation = "relu",
) -> Array:
    """Expected loss E[(x_1 - x'_1)^2 + r (x_2 - x'_2)^2], exact, in the shape that `cosine` and `bias` broadcast to.

    Args:
        cosine: c, from -1 (antipodal) to 1.
        bias: b of both outputs.
        relative_importance: r, the second feature's importance; the first one's is 1.
        feature_probability: p.
        activation: "relu" or "linear".

    Raises:
        ValueError: if a number is not finite or outside its range, or the activation is another.
    """
    c, b = np.broadcast_arrays(within("cosine", cosine, -1, 1), finite("bias", bias))
    if activation not in ("relu", "linear"):
        raise ValueError(f"activation must be 'relu' or 'linear', whose loss is exact here, got {activation!r:.40}")
    r = real_number("relative_importance", relative_importance, 0, LARGEST)
    p = real_number("feature_probability", feature_probability, 0, 1)
    if activation == "linear":
        W = np.stack([np.stack([np.ones_like(c), c], -1), np.stack([np.zeros_like(c), np.sqrt(1 - c**2)], -1)], -2)
        return np.asarray(linear_expected(W, np.stack([b, b], -1), np.array([1.0, r]), p))
    return (1 + r) * output_loss(np.ones_like(c), c, b, p)


def best_bias(
    cosine: float, relative_importance: float, feature_probability: float, activation: Activation = "relu"
) -> tuple[float, float]:
    """Best bias at an angle, to 0.0005, and its loss.

    The loss has one minimum in the bias; a grid around the best point so far is refined ten-fold at a time.
    """
    centre, reach = 0.0, LARGEST_BIAS
    while True:
        biases = np.linspace(centre - reach, centre + reach, 61)
        losses = expected_loss(cosine, biases, relative_importance, feature_probability, activation)
        best = int(np.argmin(losses))
        if reach < 0.02:
            return float(biases[best]), float(losses[best])
        centre, reach = float(biases[best]), reach / 10


@functools.lru_cache(maxsize=256)
def antipodal_up_to(relative_importance: float) -> float:
    """Phase boundary: the p, to 0.001, below which an antipodal pair with its best bias has the least loss.

    Arrows of unit length. A little above `losses.two_feature_boundary`, whose pair has b = 0, and below
    `antipodal_pair.best_antipodal_up_to`, whose lengths are free. Found by bisection.
    """
    low, high = 0.0, 1.0
    while high - low > 5e-4:
        p = (low + high) / 2
        wins = best_bias(-1.0, relative_importance, p)[1] < min(two_feature_losses(relative_importance, p)[:2])
        low, high = (p, high) if wins else (low, p)
    return low


def output_loss(own: Array, cross: Array, b: Array, p: Array | float) -> Array:
    """E (x - ReLU(own x + cross y + b))^2 for two independent features x and y of feature probability p, exact.

    All broadcast; own = |W_i|^2 is not below 0, cross = W_i . W_j.
    """
    own, cross, b = np.broadcast_arrays(own, cross, b)
    none, one = np.maximum(b, 0) ** 2, _missed(own, b) + _received(cross, b)
    loss: Array = (1 - p) ** 2 * none + p * (1 - p) * one + p**2 * _both_active(own, cross, b)
    return loss


def _both_active(own: Array, cross: Array, b: Array) -> Array:
    """Int Int (x - ReLU(own x + cross y + b))^2 dx dy over the unit square: the loss of x when both are active.

    The inner integral over x is a cubic in t = cross y + b on each side of t = 0 and t = -own (`_missed`), so y is cut
    where t passes these, and two Gauss points per piece are exact.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        cuts = [np.where(cross == 0, 0.0, np.clip(np.nan_to_num((level - b) / cross), 0, 1)) for level in (-own, 0.0)]
    edges = np.sort(np.stack([np.zeros_like(b), *cuts, np.ones_like(b)]), axis=0)
    width = np.diff(edges, axis=0)
    y = edges[:-1] + width * _NODES.reshape(-1, *[1] * edges.ndim)
    total: Array = (_missed(own, cross * y + b) * width / 2).sum(axis=(0, 1))
    return total


def _missed(own: Array, t: Array) -> Array:
    """Int_0^1 (x - ReLU(own x + t))^2 dx for own >= 0: below the root of own x + t all of x is lost."""
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.clip(np.where(own > 0, -t / own, np.where(t < 0, 1.0, 0.0)), 0, 1)
    lost = 1 - own
    missed: Array = root**3 / 3 + lost**2 * (1 - root**3) / 3 - lost * t * (1 - root**2) + t**2 * (1 - root)
    return missed


def _received(cross: Array, b: Array) -> Array:
    """Int_0^1 ReLU(cross y + b)^2 dy."""
    ends = np.maximum(b, 0), np.maximum(cross + b, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.clip(np.nan_to_num(-b / cross), 0, 1)
    passed = np.where(b * (cross + b) < 0, np.where(cross < 0, root, 1 - root), 1.0)
    return np.asarray(passed * (ends[0] ** 2 + ends[0] * ends[1] + ends[1] ** 2) / 3)
