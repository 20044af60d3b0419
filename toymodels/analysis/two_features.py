"""Exact loss of two features, and its least value for an antipodal pair.

Of unit length at an angle, with a common bias: x'_1 = f(x_1 + c x_2 + b), x'_2 = f(x_2 + c x_1 + b), where c =
cos(angle) and f is the ReLU or nothing. At 90 degrees the two have a dimension each. At 0 and at 180 degrees they share
one; 180 degrees is the antipodal pair. Lengths and biases of a trained pair are free: `best_antipodal` finds the best.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from toymodels.analysis.losses import linear_expected, two_feature_boundary, two_feature_losses
from toymodels.arrays import Array, finite
from toymodels.spec import Activation

LARGEST_BIAS = 0.6
"""The best bias is searched from minus this to this."""

WINS = 0.005
"""The best antipodal pair wins while its loss is at least this part below that of keeping one feature.

It comes to resemble keeping one: with equal importances it is better at every p, at p = 1 by one in a thousand.
"""

_BOXES = (((1.0, 0.7), 0.35), ((0.8, 0.8), 0.8))
"""Where `best_antipodal` begins: lengths and how far it looks to both sides; arrows alike, and one that may vanish."""

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
    if activation == "linear":
        W = np.stack([np.stack([np.ones_like(c), c], -1), np.stack([np.zeros_like(c), np.sqrt(1 - c**2)], -1)], -2)
        return np.asarray(linear_expected(W, np.stack([b, b], -1), np.array([1.0, r]), p))
    return (1 + r) * _output_loss(np.ones_like(c), c, b, p)


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
    `best_antipodal_up_to`, whose lengths are free. Found by bisection.
    """
    low, high = 0.0, 1.0
    while high - low > 5e-4:
        p = (low + high) / 2
        wins = best_bias(-1.0, relative_importance, p)[1] < min(two_feature_losses(relative_importance, p)[:2])
        low, high = (p, high) if wins else (low, p)
    return low


class Antipodal(NamedTuple):
    """An antipodal pair: the lengths of both arrows, both biases, and the expected loss."""

    lengths: tuple[float, float]
    biases: tuple[float, float]
    loss: float


def best_antipodal(relative_importance: float, feature_probability: float) -> Antipodal:
    """The antipodal pair of least expected loss, W = (l_1, -l_2) with free lengths and biases; numerical, by search.

    Given both lengths, each output depends on its own bias alone. Grids of lengths are refined around the best point,
    from two beginnings: the loss may have two minima. The loss is right to about 1e-5 of itself.

    Args:
        relative_importance: r, the second feature's importance; the first one's is 1.
        feature_probability: p.
    """
    found = [_refined(relative_importance, feature_probability, *box) for box in _BOXES]
    return min(found, key=lambda pair: pair.loss)


@functools.lru_cache(maxsize=256)
def best_antipodal_up_to(relative_importance: float) -> float:
    """Phase boundary: the p, to 0.005, up to which `best_antipodal` has a lower loss than keeping one; see `WINS`."""
    low, high = two_feature_boundary(relative_importance), 1.0
    while high - low > 5e-3:
        p = (low + high) / 2
        pair, one = best_antipodal(relative_importance, p).loss, min(two_feature_losses(relative_importance, p)[:2])
        low, high = (p, high) if pair <= (1 - WINS) * one else (low, p)
    return (low + high) / 2


def _refined(r: float, p: float, lengths: tuple[float, float], reach: float) -> Antipodal:
    centres, biases, bias_reach = np.array(lengths), np.array([-0.1, -0.1]), LARGEST_BIAS
    loss = np.inf
    while bias_reach > 1e-3:
        first, second = np.maximum(centres[:, None] + reach * np.linspace(-1, 1, 9), 0)
        cross = -first[:, None] * second
        choices = biases[:, None] + bias_reach * np.linspace(-1, 1, 15)
        by_bias = [
            _output_loss((own**2)[..., None], cross[..., None], some, p)
            for own, some in zip((first[:, None], second[None, :]), choices, strict=True)
        ]
        total = by_bias[0].min(axis=-1) + r * by_bias[1].min(axis=-1)
        at = np.unravel_index(int(total.argmin()), total.shape)
        centres = np.array([first[at[0]], second[at[1]]])
        biases = np.array([some[int(one[at].argmin())] for some, one in zip(choices, by_bias, strict=True)])
        loss, reach, bias_reach = float(total[at]), reach / 2, bias_reach / 2
    return Antipodal((float(centres[0]), float(centres[1])), (float(biases[0]), float(biases[1])), loss)


def _output_loss(own: Array, cross: Array, b: Array, p: float) -> Array:
    """E (x - ReLU(own x + cross y + b))^2 for two independent features x and y of feature probability p, exact."""
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
