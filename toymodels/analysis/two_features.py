"""Exact loss of two features of unit length at an angle, with a common bias.

x'_1 = f(x_1 + c x_2 + b), x'_2 = f(x_2 + c x_1 + b), where c = cos(angle) and f is the ReLU or nothing. At 90 degrees
the two have a dimension each. At 0 and at 180 degrees they share one; 180 degrees is the antipodal pair.
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from toymodels.analysis.losses import linear_expected, one_active, two_feature_losses, zero_active
from toymodels.arrays import Array, finite
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
        ValueError: if a cosine or a bias is not finite, or a cosine is not between -1 and 1.
    """
    c, b = np.broadcast_arrays(finite("cosine", cosine), finite("bias", bias))
    if np.abs(c).max(initial=0) > 1:
        raise ValueError(f"cosine must be from -1 to 1, got {c.flat[int(np.abs(c).argmax())]:g}")
    r, p = relative_importance, feature_probability
    importance = np.array([1.0, r])
    W = np.stack([np.stack([np.ones_like(c), c], -1), np.stack([np.zeros_like(c), np.sqrt(1 - c**2)], -1)], -2)
    biases = np.stack([b, b], -1)
    if activation == "linear":
        return np.asarray(linear_expected(W, biases, importance, p))
    none = zero_active(biases, importance)
    one = one_active(W, biases, importance).total
    both = (1 + r) * _both_active(c, b)
    loss: Array = (1 - p) ** 2 * none + p * (1 - p) * one + p**2 * both
    return loss


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

    Arrows of unit length. A little above `losses.two_feature_boundary`, whose pair has b = 0. Found by bisection.
    """
    low, high = 0.0, 1.0
    while high - low > 5e-4:
        p = (low + high) / 2
        wins = best_bias(-1.0, relative_importance, p)[1] < min(two_feature_losses(relative_importance, p)[:2])
        low, high = (p, high) if wins else (low, p)
    return low


def _both_active(c: Array, b: Array) -> Array:
    """Int Int (x - ReLU(x + c y + b))^2 dx dy over the unit square: the loss of x_1 when both features are active.

    The inner integral over x is a cubic in t = c y + b on each side of t = 0 and t = -1 (`_missed`), so y is cut
    where t passes these, and two Gauss points per piece are exact.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        cuts = [np.where(c == 0, 0.0, np.clip(np.nan_to_num((level - b) / c), 0, 1)) for level in (-1.0, 0.0)]
    edges = np.sort(np.stack([np.zeros_like(c), *cuts, np.ones_like(c)]), axis=0)
    width = np.diff(edges, axis=0)
    y = edges[:-1] + width * _NODES.reshape(-1, *[1] * edges.ndim)
    total: Array = (_missed(c * y + b) * width / 2).sum(axis=(0, 1))
    return total


def _missed(t: Array) -> Array:
    """Int_0^1 (x - ReLU(x + t))^2 dx: t^2 above 0, t^2 + 2 t^3 / 3 down to -1, where all of x is lost, 1/3."""
    t = np.maximum(t, -1)
    return t**2 + np.where(t < 0, 2 / 3 * t**3, 0)
