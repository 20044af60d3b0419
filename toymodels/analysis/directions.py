"""Directions of features: cosines, angles, antipodal pairs, and views of a plane that can be compared.

Every function takes W with features in columns. NaN or infinity in W is a ValueError.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from toymodels.analysis.weights import directions, represented
from toymodels.arrays import Array, finite
from toymodels.checks import whole_number

OPPOSITE_COSINE = -0.9
"""Two represented features form an antipodal pair when the cosine between them is at most this."""

ON_THE_LINE = 0.1
"""A height of at most this part of the largest coordinate counts as none in `turned`."""


def cosines(W: npt.ArrayLike) -> Array:
    """Cosines Ŵ_i . Ŵ_j, (..., features, features), for W (..., hidden, features); 0 where a column is zero."""
    unit = directions(W)
    products: Array = np.swapaxes(unit, -1, -2) @ unit
    return products


def angles_between(W: npt.ArrayLike) -> Array:
    """Angles between every two columns of W (hidden, features) in degrees, 0 to 180, (features, features)."""
    angles: Array = np.degrees(np.arccos(np.clip(cosines(W), -1, 1)))
    np.fill_diagonal(angles, 0)
    return angles


def antipodal_pairs(W: npt.ArrayLike) -> list[tuple[int, int]]:
    """Antipodal pairs (i, j), i < j: represented features of W (hidden, features) that point in opposite directions."""
    opposite = cosines(W) <= OPPOSITE_COSINE
    learned = represented(W)
    rows, columns = np.nonzero(np.triu(opposite & learned[:, None] & learned[None, :]))
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True)]


def turned(W: npt.ArrayLike, feature: int = 0) -> Array:
    """W (..., 2, features) rotated and, where needed, mirrored in its plane, so that pictures can be compared.

    Afterwards W_feature points to the right, and the first other feature that leaves that line lies above it. The
    loss depends on W^T W alone, so this is the same model seen from another side.

    Raises:
        ValueError: if W has other axes, or a number in it is not finite, or it has no such feature.
    """
    W = finite("W", W)
    if W.ndim < 2 or W.shape[-2] != 2 or not W.shape[-1]:
        raise ValueError(f"W must have axes (..., 2, features), got an array of shape {W.shape}")
    feature = whole_number("feature", feature, 0, W.shape[-1] - 1)
    angle = np.arctan2(W[..., 1, feature], W[..., 0, feature])[..., None]
    right = np.cos(angle) * W[..., 0, :] + np.sin(angle) * W[..., 1, :]
    up = np.cos(angle) * W[..., 1, :] - np.sin(angle) * W[..., 0, :]
    largest = np.maximum(np.abs(right), np.abs(up)).max(axis=-1, keepdims=True)
    off_the_line = np.abs(up) > ON_THE_LINE * largest
    first = np.take_along_axis(up, off_the_line.argmax(axis=-1)[..., None], axis=-1)
    below = off_the_line.any(axis=-1, keepdims=True) & (first < 0)
    return np.stack([right, np.where(below, -up, up)], axis=-2)


def turned_like(W: npt.ArrayLike, picture: npt.ArrayLike) -> Array:
    """W (..., 2, features) as `turned`, then mirrored where that brings its arrows nearer to those of a picture.

    Two pictures of one model are then the same, and of two models they are as alike as the rule "W_1 to the right"
    leaves them.

    Args:
        W: (..., 2, features).
        picture: (..., 2, features), with W_1 to the right.
    """
    picture, upright = finite("picture", picture), turned(W)
    # Of the squared distances only this part changes its sign in the mirror.
    heights = (upright[..., 1, :] * picture[..., 1, :]).sum(axis=-1)[..., None]
    return np.stack([upright[..., 0, :], np.where(heights < 0, -upright[..., 1, :], upright[..., 1, :])], axis=-2)
