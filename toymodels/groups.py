"""Which features share which dimensions: the feature graph, its connected groups, and what each of them is called.

Slide "How the superposition states can look like?"; paper, "The geometry of superposition". There the features of one
model fall apart into small groups, each a polytope in a few dimensions of its own, and the groups stand at right
angles to one another: together they form a tegum product.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from toymodels.arrangements import ARRANGEMENTS
from toymodels.arrays import Array, floats
from toymodels.geometry import NAMED_WITHIN, angles_between, cosines, misfit, polygon
from toymodels.measures import feature_dimensionality, gram, represented

INTERFERES = 0.2
"""Two features are joined in the feature graph when |W_i . W_j| is at least this."""

DIMENSION_SHARE = 0.05
"""A direction counts as a dimension of a group when the group has this share of its strongest direction's |W|^2."""

UNNAMED = "unnamed"
ALONE = "a dimension of its own"


def _duoprism() -> Array:
    """Nine directions in four dimensions: corner i of one triangle with corner j of another, at right angles to it.

    Every two of them stand at an angle of 75.5 or 120 degrees, and each has D_i = 4/9.
    """
    triangle = polygon(3)
    corners: Array = np.concatenate([np.repeat(triangle, 3, axis=1), np.tile(triangle, 3)]) / np.sqrt(2)
    return corners


IDEALS: tuple[tuple[str, Array], ...] = (
    *((one.name, one.W) for one in ARRANGEMENTS if (np.linalg.norm(one.W, axis=0) > 0).all()),
    ("3-3 duoprism", _duoprism()),
)
"""The arrangements that have a name: unit vectors (dimensions, features)."""

_IDEAL_ANGLES = [(name, angles_between(W)) for name, W in IDEALS]


@dataclass(frozen=True)
class Group:
    """Features that are joined in the feature graph, directly or through others.

    Attributes:
        features: in increasing order.
        n_dimensions: how many dimensions they span.
        dimensionality: the mean D_i, measured in the whole model, others' interference included.
        name: of the ideal arrangement; `UNNAMED` if none is near, `ALONE` for a single feature.
        distance: how far the angle that fits worst is from the nearest ideal's, in degrees; infinite if none is near.
    """

    features: tuple[int, ...]
    n_dimensions: int
    dimensionality: float
    name: str
    distance: float


def feature_graph(W: npt.ArrayLike, threshold: float = INTERFERES) -> list[tuple[int, int]]:
    """The edges (i, j), i < j, between represented features with |W_i . W_j| >= threshold, W (hidden, features)."""
    rows, columns = np.nonzero(np.triu(_joined(W, threshold)))
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True)]


def groups(W: npt.ArrayLike, threshold: float = INTERFERES) -> list[Group]:
    """The connected groups of the feature graph of W (hidden, features), the largest first.

    The angles between its members decide what a group is called. They follow from W^T W alone: turning, mirroring and
    renumbering change nothing.
    """
    W = floats("W", W)
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
        name, distance = _named(W[:, features])
        found.append(
            Group(tuple(features), n_dimensions(W[:, features]), float(dimensionality[features].mean()), name, distance)
        )
    return sorted(found, key=lambda group: (-len(group.features), group.name, group.features))


def in_words(found: Sequence[Group]) -> str:
    """The arrangements of a model and how many there are of each: "30 × digon, 2 × pentagon"."""
    if not found:
        return "no feature is represented by itself"
    words = []
    for (name, size), many in Counter((one.name, len(one.features)) for one in found).most_common():
        words.append(
            f"{many} × {name} of {size}"
            if name == UNNAMED
            else f"{many} alone"
            if name == ALONE
            else f"{many} × {name}"
        )
    return ", ".join(words[:6]) + (" and others" if len(words) > 6 else "")


def n_dimensions(W: npt.ArrayLike) -> int:
    """How many dimensions the columns of W (hidden, features) span, up to directions that hardly count."""
    W = floats("W", W)
    strengths = np.linalg.eigvalsh(W.T @ W if W.shape[1] < len(W) else W @ W.T)
    return int((strengths >= DIMENSION_SHARE * strengths[-1]).sum())


def own_space(W: npt.ArrayLike, dimensions: int) -> tuple[Array, float]:
    """A group in its own subspace: its directions there, (dimensions, features), and the share of |W|^2 they keep.

    The axes are the group's principal ones, the strongest first. A group of fewer dimensions has zeros in the others.
    """
    W = floats("W", W)
    axes, strengths, _ = np.linalg.svd(W, full_matrices=False)
    kept = axes[:, :dimensions].T @ W
    share = float((strengths[:dimensions] ** 2).sum() / (strengths**2).sum())
    return np.concatenate([kept, np.zeros((dimensions - len(kept), W.shape[1]))]), share


def off_right_angles(W: npt.ArrayLike, found: Sequence[Group]) -> float:
    """How far two features of different groups are from a right angle at most, in degrees; 0 for a single group.

    A tegum product has 0.
    """
    across = cosines(W)
    for group in found:
        across[np.ix_(group.features, group.features)] = 0
    members = [feature for group in found for feature in group.features]
    return float(np.degrees(np.arcsin(min(1.0, np.abs(across[np.ix_(members, members)]).max(initial=0)))))


def _joined(W: npt.ArrayLike, threshold: float) -> npt.NDArray[np.bool_]:
    W = floats("W", W)
    kept = np.flatnonzero(represented(W))
    joined = np.zeros((W.shape[1], W.shape[1]), dtype=np.bool_)
    joined[np.ix_(kept, kept)] = np.abs(gram(W[:, kept])) >= threshold
    np.fill_diagonal(joined, False)
    return joined


def _named(W: Array) -> tuple[str, float]:
    count = W.shape[1]
    if count == 1:
        return ALONE, 0.0
    angles = angles_between(W)
    fits = [(misfit(angles, ideal), name) for name, ideal in _IDEAL_ANGLES if len(ideal) == count]
    distance, name = min(fits, default=(np.inf, UNNAMED))
    return (name if distance <= NAMED_WITHIN else UNNAMED), distance
