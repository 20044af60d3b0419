"""Density sweep: one autoencoder per feature probability 1 - S, with its measures (slides "1. Models" and after).

A run with several instances is a sweep. NaN or infinity in W is a ValueError.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from toymodels.analysis.directions import OPPOSITE_COSINE, cosines
from toymodels.analysis.weights import dimensions_per_feature, gram, norms, represented, superposition
from toymodels.arrays import Array
from toymodels.run import Run

SHARED = 0.1
"""A represented feature is in superposition from this measure on; orthogonal ones end below 0.01."""

LEAST_COSINE = 0.1
"""Directions with a smaller |cosine| between them count as orthogonal."""

MOST_NEIGHBOURS = 3
"""So many features are named as the nearest of another, at most."""

ROUNDING = 0.01
"""An entry counts as outside -1 .. 1 when it is so by more than this."""


@dataclass(frozen=True, eq=False)
class Instance:
    """One model of a density sweep, with its measures.

    Attributes:
        density: 1 - S.
        W: (hidden, features).
        b: (features,).
        norms: (features,) |W_i|.
        superposition: (features,) sum_{j != i} (Ŵ_i . W_j)^2.
        represented: (features,) bool, |W_i| >= 1/2.
        dimensions_per_feature: D*.
        loss: of the run.
        loss_error: its standard error, 0 where the loss is exact.
    """

    density: float
    W: Array
    b: Array
    norms: Array
    superposition: Array
    represented: np.ndarray
    dimensions_per_feature: float
    loss: float
    loss_error: float

    @property
    def n_represented(self) -> int:
        """Number of features that the model represents."""
        return int(self.represented.sum())

    @property
    def in_superposition(self) -> npt.NDArray[np.intp]:
        """Represented features with a superposition measure of at least `SHARED`, counted from 0, in order."""
        return np.flatnonzero(self.represented & (self.superposition >= SHARED))


def instances(run: Run) -> list[Instance]:
    """The models of a run of an `Autoencoder`, in the order of its densities."""
    measured = zip(
        run.spec.densities, run.W, run.b, norms(run.W), superposition(run.W), represented(run.W),
        dimensions_per_feature(run.W).tolist(), run.loss.tolist(), run.loss_error.tolist(), strict=True,
    )  # fmt: skip
    return [Instance(*values) for values in measured]


def specimen(models: Sequence[Instance]) -> Instance:
    """The first model, from dense to sparse, that represents more features than it has dimensions; else the middle one.

    There superposition is easiest to read: a few features share, and the others do not yet.
    """
    return next((one for one in models if one.n_represented > len(one.W)), models[len(models) // 2])


@dataclass(frozen=True)
class Neighbour:
    """A feature that shares another's direction.

    Attributes:
        feature: counted from 0.
        cosine: between the two.
    """

    feature: int
    cosine: float

    @property
    def opposite(self) -> bool:
        """Whether the two are an antipodal pair."""
        return self.cosine <= OPPOSITE_COSINE


def nearest_features(W: npt.ArrayLike) -> list[list[Neighbour]]:
    """Nearest features by |cosine| of every feature of W (hidden, features), the closest first.

    Only represented features with a |cosine| of at least `LEAST_COSINE` count, and at most `MOST_NEIGHBOURS` are
    named. A feature that is not represented has none.
    """
    learned = represented(W)
    between = cosines(W) * (learned[:, None] & learned)
    np.fill_diagonal(between, 0)
    nearest = np.argsort(-np.abs(between), axis=-1, kind="stable")[:, :MOST_NEIGHBOURS]
    return [
        [Neighbour(int(j), float(row[j])) for j in order if abs(row[j]) >= LEAST_COSINE]
        for row, order in zip(between, nearest, strict=True)
    ]


def entries_outside_one(models: Sequence[Instance]) -> tuple[int, float]:
    """Number of entries of W^T W and b outside -1 .. 1, by more than `ROUNDING`, and the largest size of any entry."""
    sizes = np.abs(np.concatenate([entries.ravel() for model in models for entries in (gram(model.W), model.b)]))
    return int((sizes > 1 + ROUNDING).sum()), float(sizes.max())
