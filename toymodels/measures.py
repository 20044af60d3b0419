"""How much superposition is in a weight matrix (slides "Can we quantify superposition?").

Every function takes W with axes (..., hidden, features), works over all leading axes at once, and computes in
float64. W_i is column i, Ŵ_i = W_i / |W_i|. A zero column has length 0, superposition 0 and dimensionality 0.
"""

import numpy as np
import numpy.typing as npt

from toymodels.arrays import Array, floats

REPRESENTED_NORM = 0.5
"""A feature counts as represented when |W_i| is at least this; learned ones end near 1, unlearned ones near 0."""


def gram(W: npt.ArrayLike) -> Array:
    """W^T W, (..., features, features): entry (i, j) is W_i . W_j.

    Raises:
        ValueError: if W has fewer than two axes.
    """
    W = _matrix(W)
    products: Array = np.swapaxes(W, -1, -2) @ W
    return products


def norms(W: npt.ArrayLike) -> Array:
    """|W_i|, (..., features)."""
    lengths: Array = np.linalg.norm(_matrix(W), axis=-2)
    return lengths


def directions(W: npt.ArrayLike) -> Array:
    """Ŵ_i = W_i / |W_i| in column i, (..., hidden, features); a zero column stays zero."""
    W = _matrix(W)
    lengths = norms(W)[..., None, :]
    return np.divide(W, lengths, out=np.zeros_like(W), where=lengths > 0)


def represented(W: npt.ArrayLike, threshold: float = REPRESENTED_NORM) -> npt.NDArray[np.bool_]:
    """Which features the model represents: |W_i| >= threshold, (..., features)."""
    return norms(W) >= threshold


def superposition(W: npt.ArrayLike) -> Array:
    """sum_{j != i} (Ŵ_i . W_j)^2, (..., features): 0 alone in its direction, >= 1 as much of others as of itself.

    The paper's notebook colours its bars by the square root of this sum; we follow the slides.
    """
    own, shared = _own_and_shared(W)
    return shared - own


def feature_dimensionality(W: npt.ArrayLike) -> Array:
    """D_i = |W_i|^2 / sum_j (Ŵ_i . W_j)^2, (..., features), between 0 (not learned) and 1 (a dimension of its own).

    The sum includes j = i. Paper, "The geometry of superposition".
    """
    own, shared = _own_and_shared(W)
    return np.divide(own, shared, out=np.zeros_like(own), where=shared > 0)


def dimensions_per_feature(W: npt.ArrayLike) -> Array:
    """D* = m / |W|_F^2, (...): hidden dimensions per feature; infinite for a model that represents nothing."""
    W = _matrix(W)
    total = np.sum(W**2, axis=(-1, -2))
    ratio: Array = np.divide(W.shape[-2], total, out=np.full_like(total, np.inf), where=total > 0)
    return ratio


def _own_and_shared(W: npt.ArrayLike) -> tuple[Array, Array]:
    """|W_i|^2 and sum_j (Ŵ_i . W_j)^2, each (..., features)."""
    W = _matrix(W)
    projections = np.swapaxes(directions(W), -1, -2) @ W
    own = np.diagonal(projections, axis1=-2, axis2=-1) ** 2
    return own, np.sum(projections**2, axis=-1)


def _matrix(W: npt.ArrayLike) -> Array:
    matrix = floats("W", W)
    if matrix.ndim < 2:
        raise ValueError(f"W must have axes (..., hidden, features), got an array of shape {matrix.shape}")
    return matrix
