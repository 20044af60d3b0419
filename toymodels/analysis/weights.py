"""Measures of superposition in a weight matrix (slides "Can we quantify superposition?").

Every function takes W with axes (..., hidden, features), works over all leading axes at once, and computes in
float64. W_i is column i, Ŵ_i = W_i / |W_i|. A zero column has length 0, superposition 0 and dimensionality 0. NaN or
infinity in W is a ValueError. Weights of any size have the right measures: what depends on directions alone neither
overflows nor underflows, and a measure beyond the largest float is infinite.
"""

import numpy as np
import numpy.typing as npt

from toymodels.arrays import LARGEST, Array, finite
from toymodels.checks import real_number

REPRESENTED_NORM = 0.5
"""A feature counts as represented when |W_i| is at least this; learned ones end near 1, unlearned ones near 0."""

SAFE_EXPONENT = 200
"""Weights between 2 to minus this and 2 to this need no scaling: their fourth powers are floats."""


def gram(W: npt.ArrayLike) -> Array:
    """Gram matrix W^T W, (..., features, features): entry (i, j) is W_i . W_j.

    Raises:
        ValueError: if W has fewer than two axes, or a number in it is not finite; so in all functions here.
    """
    columns, exponents = _scaled(W)
    return _times_power(np.swapaxes(columns, -1, -2) @ columns, exponents[..., :, None] + exponents[..., None, :])


def norms(W: npt.ArrayLike) -> Array:
    """Lengths |W_i|, (..., features)."""
    columns, exponents = _scaled(W)
    return _times_power(np.linalg.norm(columns, axis=-2), exponents)


def directions(W: npt.ArrayLike) -> Array:
    """Unit vectors Ŵ_i = W_i / |W_i| in column i, (..., hidden, features); a zero column stays zero."""
    return _directions(_scaled(W)[0])


def represented(W: npt.ArrayLike, threshold: float = REPRESENTED_NORM) -> npt.NDArray[np.bool_]:
    """Mask of the features that the model represents, |W_i| >= threshold, (..., features).

    Raises:
        ValueError: also if the threshold is no number from 0.
    """
    return norms(W) >= real_number("threshold", threshold, 0, LARGEST)


def superposition(W: npt.ArrayLike) -> Array:
    """Superposition measure sum_{j != i} (Ŵ_i . W_j)^2, (..., features).

    0 for a feature orthogonal to all others; from 1 on the others together can activate its direction as strongly as
    the feature itself.

    The paper's notebook colours its bars by the square root of this sum; we follow the slides.
    """
    columns, exponents = _scaled(W)
    projections = _times_power(np.swapaxes(_directions(columns), -1, -2) @ columns, exponents[..., None, :])
    others = np.where(np.eye(columns.shape[-1], dtype=bool), 0.0, projections)
    with np.errstate(over="ignore"):
        return np.asarray(np.sum(others**2, axis=-1))


def superposition_if_represented(W: npt.ArrayLike) -> Array:
    """Superposition measure, (..., features), for tables: NaN where a feature is not represented.

    The direction of such a feature is chance, and so is what it shares.
    """
    return np.where(represented(W), superposition(W), np.nan)


def feature_dimensionality(W: npt.ArrayLike) -> Array:
    """Feature dimensionality D_i = |W_i|^2 / sum_j (Ŵ_i . W_j)^2, (..., features), 0 to 1.

    0: not learned; 1: a dimension of its own. The sum includes j = i. D_i does not depend on the scale of W. Paper,
    "The geometry of superposition".
    """
    columns, exponents = _scaled(W)
    projections = np.swapaxes(_directions(columns), -1, -2) @ columns
    own = np.diagonal(projections, axis1=-2, axis2=-1) ** 2
    with np.errstate(over="ignore"):
        # In units of the length of W_i, so that neither a large nor a small W leaves the range of floats.
        relative = _times_power(projections, exponents[..., None, :] - exponents[..., :, None])
        shared = np.sum(relative**2, axis=-1)
    part: Array = np.divide(own, shared, out=np.zeros_like(own), where=own > 0)
    return part


def dimensions_per_feature(W: npt.ArrayLike) -> Array:
    """Hidden dimensions per feature, D* = m / |W|_F^2, (...); infinite for a model that represents nothing."""
    matrix = _matrix(W)
    with np.errstate(over="ignore"):
        total = np.sum(matrix**2, axis=(-1, -2))
    ratio: Array = np.divide(matrix.shape[-2], total, out=np.full_like(total, np.inf), where=total > 0)
    return ratio


def one_matrix(W: npt.ArrayLike) -> Array:
    """The W of one model, (hidden, features), as float64, for measures that take no batch.

    Raises:
        ValueError: if W has other axes, or a number in it is not finite.
    """
    matrix = finite("W", W)
    if matrix.ndim != 2:
        raise ValueError(f"W must have axes (hidden, features), got an array of shape {matrix.shape}")
    return matrix


def _matrix(W: npt.ArrayLike) -> Array:
    matrix = finite("W", W)
    if matrix.ndim < 2:
        raise ValueError(f"W must have axes (..., hidden, features), got an array of shape {matrix.shape}")
    return matrix


def _scaled(W: npt.ArrayLike) -> tuple[Array, npt.NDArray[np.intc]]:
    """W with every column over a power of 2, so that no fourth power overflows; and the exponents, (..., features).

    Dividing by a power of 2 rounds nothing. Weights of ordinary size are left as they are, with exponents 0.
    """
    matrix = _matrix(W)
    _, exponents = np.frexp(np.abs(matrix).max(axis=-2, initial=0))
    if np.abs(exponents).max(initial=0) < SAFE_EXPONENT:
        return matrix, np.zeros_like(exponents)
    return _times_power(matrix, -exponents[..., None, :]), exponents


def _times_power(values: Array, exponents: npt.NDArray[np.intc]) -> Array:
    """2^exponents times the values; infinite where that is too large for a float."""
    if not exponents.any():
        return values
    with np.errstate(over="ignore"):
        return np.asarray(np.ldexp(values, exponents))


def _directions(columns: Array) -> Array:
    lengths = np.linalg.norm(columns, axis=-2, keepdims=True)
    unit: Array = np.divide(columns, lengths, out=np.zeros_like(columns), where=lengths > 0)
    return unit
