"""What arrangement the feature directions form (paper, "The geometry of superposition")."""

import numpy as np
import numpy.typing as npt

from toymodels.arrays import Array
from toymodels.measures import norms, represented

OPPOSITE_COSINE = -0.9
"""Two represented features form an antipodal pair when the cosine between them is at most this."""


def cosines(W: npt.ArrayLike) -> Array:
    """Ŵ_i . Ŵ_j, (..., features, features); 0 where a column is zero."""
    W = np.asarray(W, dtype=np.float64)
    lengths = norms(W)[..., None, :]
    directions = np.divide(W, lengths, out=np.zeros_like(W), where=lengths > 0)
    products: Array = np.swapaxes(directions, -1, -2) @ directions
    return products


def antipodal_pairs(W: npt.ArrayLike) -> list[tuple[int, int]]:
    """The pairs (i, j), i < j, of represented features that point in opposite directions, for W (hidden, features)."""
    opposite = cosines(W) <= OPPOSITE_COSINE
    learned = represented(W)
    rows, columns = np.nonzero(np.triu(opposite & learned[:, None] & learned[None, :]))
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True)]


def turned(W: npt.ArrayLike, feature: int = 0) -> Array:
    """W (2, features) turned and, where needed, mirrored in its plane, so that pictures can be compared.

    Afterwards W_feature points to the right, and the first other feature that leaves that line lies above it. The
    loss depends on W^T W alone, so this is the same model seen from another side.
    """
    W = np.asarray(W, dtype=np.float64)
    angle = np.arctan2(W[1, feature], W[0, feature])
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    result: Array = rotation @ W
    heights = result[1, np.abs(result[1]) > 0.1 * np.abs(result).max()]
    return result * np.array([[1.0], [-1.0]]) if heights.size and heights[0] < 0 else result
