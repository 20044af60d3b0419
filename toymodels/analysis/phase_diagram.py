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
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from toymodels.analysis.antipodal_pair import best_antipodal
from toymodels.analysis.losses import antipodal_loss
from toymodels.analysis.weights import REPRESENTED_NORM, represented, superposition
from toymodels.arrays import LARGEST, Array, within
from toymodels.checks import whole_number
from toymodels.data import MAX_WIDTH, variance

Code = Literal["left out", "superposition", "own dimension", "others pair"]
"""What becomes of the extra feature. "left out": no output of its own but its mean. "superposition": an antipodal pair
with another. "own dimension": another feature is left out for it. "others pair": two others form the pair."""

CODES: tuple[Code, ...] = ("left out", "superposition", "own dimension", "others pair")


SHARES = 0.2
"""From this superposition on the extra feature shares its dimension; unit arrows in a pair have 1, apart ones 0."""


class Optimum(NamedTuple):
    """The code of least loss, with the lengths and biases of least loss, (...) each.

    Attributes:
        losses: by code.
        code: index into `CODES`, read off the weights as `codes_of` does: a pair whose shorter arrow is below
            `REPRESENTED_NORM` counts as one feature left out.
        length: |W_i| of the extra feature.
        superposition: of the extra feature.
    """

    losses: Mapping[Code, Array]
    code: npt.NDArray[np.intp]
    length: Array
    superposition: Array

    @property
    def loss(self) -> Array:
        """The least of the losses, (...)."""
        return np.asarray(np.min(list(self.losses.values()), axis=0))


def codes_of(W: npt.ArrayLike) -> npt.NDArray[np.intp]:
    """What became of the last feature in trained weights, as an index into `CODES`, (...).

    Args:
        W: (..., hidden, features).
    """
    kept = represented(W)
    shares = superposition(W)[..., -1] >= SHARES
    codes = np.where(shares, CODES.index("superposition"), CODES.index("others pair"))
    codes = np.where(kept[..., :-1].all(axis=-1), codes, CODES.index("own dimension"))
    return np.where(kept[..., -1], codes, CODES.index("left out"))


def unit_losses(
    n_features: int, relative_importance: npt.ArrayLike, feature_probability: npt.ArrayLike
) -> Mapping[Code, Array]:
    """Losses of the codes in closed form, (...) by code: pairs of unit length without bias. Arguments as `optimum`."""
    n_features, r, p = _checked(n_features, relative_importance, feature_probability)
    return _losses(n_features, r, p, antipodal_loss(1, 1) * (1 + r) * p**2, antipodal_loss(2, 1) * p**2)


def optimum(n_features: int, relative_importance: npt.ArrayLike, feature_probability: npt.ArrayLike) -> Optimum:
    """The code of least loss, over lengths and biases too; exact losses, their minimum by a search.

    Args:
        n_features: n, at least 2; "others pair" is there from n = 3 on.
        relative_importance: r, importance of the extra feature, greater than 0: a number or (...).
        feature_probability: p of all features, greater than 0 and at most 1: a number or (...).

    Raises:
        ValueError: naming the argument, the number and the range.
    """
    n_features, r, p = _checked(n_features, relative_importance, feature_probability)
    r, p = np.broadcast_arrays(r, p)
    pair = best_antipodal(r, p)
    losses = _losses(n_features, r, p, pair.loss, best_antipodal(1.0, p).loss if n_features > 2 else p)
    best = np.argmin([losses[code] for code in CODES if code in losses], axis=0)
    shared = best == CODES.index("superposition")
    length = np.where(shared, pair.lengths[..., 1], best != CODES.index("left out"))
    other = np.where(shared, pair.lengths[..., 0], 0.0)
    code = np.where(shared & (other < REPRESENTED_NORM), CODES.index("own dimension"), best)
    code = np.where(length < REPRESENTED_NORM, CODES.index("left out"), code)
    return Optimum(losses, code, length, other**2)


def _checked(n: int, r: npt.ArrayLike, p: npt.ArrayLike) -> tuple[int, Array, Array]:
    """The arguments of `optimum`."""
    return (
        whole_number("n_features", n, 2, MAX_WIDTH),
        within("relative_importance", r, 0, LARGEST, above=True),
        within("feature_probability", p, 0, 1, above=True),
    )


def _losses(n_features: int, r: Array, p: Array, shared: Array, others: Array) -> Mapping[Code, Array]:
    shape = np.broadcast_shapes(r.shape, p.shape)
    losses: dict[Code, Array] = {"left out": r * variance(p), "superposition": shared, "own dimension": variance(p)}
    if n_features > 2:
        losses["others pair"] = others
    return {code: np.broadcast_to(loss, shape) for code, loss in losses.items()}
