"""Feature graph of W: which features interfere, its connected groups, and the polytope that each of them forms.

Slide "How the superposition states can look like?"; paper, "The geometry of superposition". There the features of one
model fall apart into small groups, each a polytope in a few dimensions of its own, and the groups stand at right
angles to one another: together they form a tegum product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from toymodels.analysis.directions import cosines
from toymodels.analysis.polytopes import name_of_directions
from toymodels.analysis.weights import feature_dimensionality, gram, one_matrix, represented
from toymodels.arrays import LARGEST, Array
from toymodels.checks import real_number, whole_number
from toymodels.data import MAX_WIDTH

INTERFERES = 0.2
"""Two features are joined in the feature graph when |W_i . W_j| is at least this."""

DIMENSION_SHARE = 0.05
"""A direction counts as a dimension of a group when the group has this share of its strongest direction's |W|^2."""


@dataclass(frozen=True)
class Group:
    """A connected group of the feature graph: features that are joined directly or through others.

    Attributes:
        features: in increasing order, counted from 0.
        n_dimensions: how many dimensions they span.
        dimensionality: the mean D_i, measured in the whole model, others' interference included.
        name: of the polytope, as in `polytopes.shape`.
        distance: as in `polytopes.Shape`, in degrees.
    """

    features: tuple[int, ...]
    n_dimensions: int
    dimensionality: float
    name: str
    distance: float


def feature_graph(W: npt.ArrayLike, threshold: float = INTERFERES) -> list[tuple[int, int]]:
    """Edges (i, j), i < j, between represented features with |W_i . W_j| >= threshold, for W (hidden, features).

    Raises:
        ValueError: if W has other axes, or a number in it is not finite, or the threshold is no number from 0.
    """
    rows, columns = np.nonzero(np.triu(_joined(W, threshold)))
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True)]


def groups(W: npt.ArrayLike, threshold: float = INTERFERES) -> list[Group]:
    """Connected groups of the feature graph of W (hidden, features), the largest first, each with its polytope's name.

    They follow from W^T W alone: rotating, mirroring and renumbering change nothing.

    Raises:
        ValueError: as `feature_graph`.
    """
    W = one_matrix(W)
    joined = _joined(W, threshold)
    dimensionality = feature_dimensionality(W)
    found = []
    unseen = set(np.flatnonzero(represented(W)).tolist())
    while unseen:
        reached: set[int] = set()
        edge = {min(unseen)}
        while edge:
            reached |= edge
            edge = set(np.flatnonzero(joined[list(edge)].any(axis=0)).tolist()) - reached
        unseen -= reached
        features = sorted(reached)
        name, distance = name_of_directions(W[:, features])
        found.append(
            Group(tuple(features), n_dimensions(W[:, features]), float(dimensionality[features].mean()), name, distance)
        )
    return sorted(found, key=lambda group: (-len(group.features), group.name, group.features))


def n_dimensions(W: npt.ArrayLike) -> int:
    """Number of dimensions that the columns of W (hidden, features) span; see `DIMENSION_SHARE`; 0 for a zero W.

    Raises:
        ValueError: if W has other axes, or a number in it is not finite.
    """
    W = one_matrix(W)
    if not W.any():
        return 0
    unit = W / max(np.abs(W).max(initial=0), np.finfo(float).tiny)
    strengths = np.linalg.eigvalsh(unit.T @ unit if unit.shape[1] < len(unit) else unit @ unit.T)
    return int((strengths >= DIMENSION_SHARE * strengths[-1]).sum())


def own_space(W: npt.ArrayLike, dimensions: int) -> tuple[Array, float]:
    """Principal coordinates of the columns of W (hidden, features), (dimensions, features), and their share of |W|^2.

    The strongest axis comes first. Columns that span fewer dimensions have zeros in the others.

    Raises:
        ValueError: if W has other axes, or a number in it is not finite, or all are 0; if dimensions is not a whole
            number from 0 to 4096.
    """
    W, dimensions = one_matrix(W), whole_number("dimensions", dimensions, 0, MAX_WIDTH)
    if not W.any():
        raise ValueError(f"W must have a number that is not 0, got zeros of shape {W.shape}")
    axes, strengths, _ = np.linalg.svd(W, full_matrices=False)
    kept = axes[:, :dimensions].T @ W
    shares = (strengths / max(strengths[0], np.finfo(float).tiny)) ** 2
    share = float(shares[:dimensions].sum() / shares.sum())
    return np.concatenate([kept, np.zeros((dimensions - len(kept), W.shape[1]))]), share


def off_right_angles(W: npt.ArrayLike, found: Sequence[Group]) -> float:
    """Largest deviation from a right angle between features of different groups, in degrees; 0 for a single group.

    A tegum product has 0.
    """
    across = cosines(W)
    for group in found:
        across[np.ix_(group.features, group.features)] = 0
    members = [feature for group in found for feature in group.features]
    return float(np.degrees(np.arcsin(min(1.0, np.abs(across[np.ix_(members, members)]).max(initial=0)))))


def _joined(W: npt.ArrayLike, threshold: float) -> npt.NDArray[np.bool_]:
    W, threshold = one_matrix(W), real_number("threshold", threshold, 0, LARGEST)
    kept = np.flatnonzero(represented(W))
    joined = np.zeros((W.shape[1], W.shape[1]), dtype=np.bool_)
    joined[np.ix_(kept, kept)] = np.abs(gram(W[:, kept])) >= threshold
    np.fill_diagonal(joined, False)
    return joined
