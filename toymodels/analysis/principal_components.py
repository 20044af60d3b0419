"""Principal component analysis: what a linear model of m dimensions loses at least, whatever its data."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from toymodels.arrays import Array, finite
from toymodels.checks import whole_number


def principal_components_loss(covariance: npt.ArrayLike, n_hidden: int) -> Array:
    """Loss of the first m principal components, (...,): the sum of the other eigenvalues of the covariance.

    It is the least loss of x' = W^T W x + b for features of equal importance 1; W is then an orthonormal basis of the
    components, and b restores the mean.

    Args:
        covariance: of the features, (..., features, features), symmetric, as `data.covariance` gives it.
        n_hidden: m, from 1.

    Raises:
        ValueError: if an entry is not finite, or n_hidden is not a whole number from 1 to 4096.
    """
    n_hidden = whole_number("n_hidden", n_hidden, 1, 4096)
    eigenvalues = np.linalg.eigvalsh(finite("covariance", covariance))
    loss: Array = eigenvalues[..., : max(0, eigenvalues.shape[-1] - n_hidden)].sum(axis=-1)
    return loss
