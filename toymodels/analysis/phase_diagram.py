"""Phase diagram of one extra feature: not represented, in superposition, or with a dimension of its own.

n features in n - 1 dimensions, n - 1 of them of importance 1 and the last of relative importance r (paper,
"Superposition as a phase change"). One collision has to be settled, and a code says which: a feature is left out, or
two features share a dimension as an antipodal pair. With n = 2 there is one other feature; with n > 2 the others may
also pair up among themselves, and then the losses no longer depend on n.

The losses of a pair come in two ways: in closed form for arrows of unit length without bias, and as the exact optimum
over lengths and biases.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt

from toymodels.analysis.antipodal_pair import best_antipodal
from toymodels.analysis.losses import antipodal_loss
from toymodels.arrays import Array, floats
from toymodels.data import variance

Code = Literal["left out", "superposition", "own dimension", "others pair"]
"""What becomes of the extra feature. "left out": no output of its own but its mean. "superposition": an antipodal pair
with another. "own dimension": another feature is left out for it. "others pair": two others form the pair."""

CODES: tuple[Code, ...] = ("left out", "superposition", "own dimension", "others pair")


def unit_losses(
    n_features: int, relative_importance: npt.ArrayLike, feature_probability: npt.ArrayLike
) -> Mapping[Code, Array]:
    """Losses of the codes in closed form: pairs of unit length without bias. Arguments and result as `best_losses`."""
    r, p = floats("relative_importance", relative_importance), floats("feature_probability", feature_probability)
    return _losses(n_features, r, p, antipodal_loss(1, 1) * (1 + r) * p**2, antipodal_loss(2, 1) * p**2)


def best_losses(
    n_features: int, relative_importance: npt.ArrayLike, feature_probability: npt.ArrayLike
) -> Mapping[Code, Array]:
    """Losses of the codes, each with the lengths and biases of least loss, (...) by code.

    Args:
        n_features: n, at least 2; "others pair" is there from n = 3 on.
        relative_importance: r, importance of the extra feature: a number or (...).
        feature_probability: p of all features: a number or (...).
    """
    r, p = floats("relative_importance", relative_importance), floats("feature_probability", feature_probability)
    equal = best_antipodal(1.0, p).loss if n_features > 2 else p
    return _losses(n_features, r, p, best_antipodal(r, p).loss, equal)


def _losses(n_features: int, r: Array, p: Array, shared: Array, others: Array) -> Mapping[Code, Array]:
    shape = np.broadcast_shapes(r.shape, p.shape)
    losses: dict[Code, Array] = {"left out": r * variance(p), "superposition": shared, "own dimension": variance(p)}
    if n_features > 2:
        losses["others pair"] = others
    return {code: np.broadcast_to(loss, shape) for code, loss in losses.items()}
