"""Weights made by hand: well-known arrangements of feature directions, and the bias that goes with a W.

Slides "Can we quantify superposition?" and "How the superposition states can look like?"; paper, "The geometry of
superposition". Every direction has length 1, and every arrangement uses its dimensions fully, so that
sum_i D_i = m; the one exception, features that are left out, has zero columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from toymodels.arrays import Array, floats
from toymodels.geometry import IRREGULAR, NAMED_WITHIN, angles_between, polygon, shape
from toymodels.losses import best_linear_bias, estimate
from toymodels.measures import represented
from toymodels.run import Run
from toymodels.specs import Activation, Autoencoder
from toymodels.training.settings import settings_for

DIGITS = 4
"""Significant digits that are enough to tell which arrangement is meant."""


@dataclass(frozen=True, eq=False)
class Arrangement:
    """Feature directions that have a name.

    Attributes:
        name: as the field calls it.
        W: (hidden, features).
        dimensionality: (features,), the D_i that geometry promises; none of them is computed from W.
    """

    name: str
    W: Array
    dimensionality: Array

    @property
    def n_features(self) -> int:
        """How many directions there are, those left out included."""
        return int(self.W.shape[1])

    @property
    def n_hidden(self) -> int:
        """How many dimensions they share."""
        return int(self.W.shape[0])


def _arrangement(name: str, columns: npt.ArrayLike, *dimensionality: float) -> Arrangement:
    """An arrangement from its directions, (features, hidden); one D_i stands for all."""
    W = np.array(columns, dtype=np.float64).T
    W.setflags(write=False)  # shared by all who ask for this arrangement
    return Arrangement(name, W, np.broadcast_to(np.array(dimensionality), W.shape[1:]))


def _ring(corners: int, radius: float, height: float, turn: float = 0.0) -> list[tuple[float, ...]]:
    """The corners of a level polygon in space; `turn` in corners."""
    angles = 2 * np.pi * (np.arange(corners) + turn) / corners
    return [(radius * float(np.cos(angle)), radius * float(np.sin(angle)), height) for angle in angles]


def _simplex(dimensions: int) -> Array:
    """The corners of a regular simplex around the origin, (dimensions + 1, dimensions), of length 1."""
    centred = np.eye(dimensions + 1) - 1 / (dimensions + 1)
    _, _, axes = np.linalg.svd(centred)
    corners = centred @ axes[:dimensions].T
    return np.asarray(corners / np.linalg.norm(corners, axis=1, keepdims=True))


# A square face at height 1/sqrt(3) and one below it: a cube, or a square antiprism when one of them is turned by half
# a corner. Only at this height do the eight directions fill all three dimensions equally.
_LEVEL, _RADIUS = 1 / np.sqrt(3), np.sqrt(2 / 3)
_POLES = [(0.0, 0.0, 1.0), (0.0, 0.0, -1.0)]

ARRANGEMENTS = (
    _arrangement("square (two digons)", [[1, 0], [0, 1], [-1, 0], [0, -1]], 1 / 2),
    _arrangement("orthogonal, two left out", [[1, 0], [0, 1], [0, 0], [0, 0]], 1, 1, 0, 0),
    _arrangement("digon", [[1], [-1]], 1 / 2),
    _arrangement("triangle", polygon(3).T, 2 / 3),
    _arrangement("pentagon", polygon(5).T, 2 / 5),
    _arrangement("hexagon", polygon(6).T, 1 / 3),
    _arrangement(
        "tetrahedron", np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / np.sqrt(3), 3 / 4
    ),
    _arrangement(
        "triangular bipyramid", [*_ring(3, 1, 0), *_POLES], 2 / 3, 2 / 3, 2 / 3, 1 / 2, 1 / 2
    ),
    _arrangement("octahedron", [*_ring(4, 1, 0), *_POLES], 1 / 2),
    _arrangement("pentagonal bipyramid", [*_ring(5, 1, 0), *_POLES], *[2 / 5] * 5, 1 / 2, 1 / 2),
    _arrangement("square antiprism", [*_ring(4, _RADIUS, _LEVEL), *_ring(4, _RADIUS, -_LEVEL, turn=0.5)], 3 / 8),
    _arrangement("cube", [*_ring(4, _RADIUS, _LEVEL, turn=0.5), *_ring(4, _RADIUS, -_LEVEL, turn=0.5)], 3 / 8),
    _arrangement("simplex in 4 dimensions", _simplex(4), 4 / 5),
)  # fmt: skip
"""The deck's W comes first: eyes against lips, nose against head."""

DECK = ARRANGEMENTS[0]
"""W of the slides "Can we quantify superposition?"."""


def meant(W: npt.ArrayLike) -> Arrangement | None:
    """The arrangement whose numbers these are, to the digits that a link can carry; None for any other W.

    Its order and its turn count: the same pentagon seen from another side is somebody's own W.
    """
    W = floats("W", W)
    for arrangement in ARRANGEMENTS:
        if arrangement.W.shape == W.shape and np.abs(arrangement.W - W).max() <= 0.51 * 10.0**-DIGITS:
            return arrangement
    return None


def shape_name(W: npt.ArrayLike) -> str:
    """What the represented features of W (hidden, features) form, in any number of dimensions.

    In the plane, `geometry.shape`. In more dimensions the arrangement whose angles, sorted, are each within
    `NAMED_WITHIN` degrees of these, or digons and features at right angles to one another; else "irregular".
    """
    planar = shape(W)
    if planar.name != IRREGULAR:
        return planar.name
    kept = floats("W", W)[:, list(planar.features)]
    angles = _sorted_angles(kept)
    for arrangement in ARRANGEMENTS:
        ideal = _sorted_angles(arrangement.W)
        if (
            arrangement.dimensionality.all()
            and ideal.shape == angles.shape
            and np.abs(ideal - angles).max() <= NAMED_WITHIN
        ):
            return arrangement.name
    if np.minimum(np.abs(angles - 90), np.abs(angles - 180)).max() <= NAMED_WITHIN:
        digons = int((angles > 135).sum())
        counts = ((digons, "digon"), (len(planar.features) - 2 * digons, "feature"))
        return " + ".join(f"{count} {word}{'s' if count > 1 else ''}" for count, word in counts if count)
    return IRREGULAR


def _sorted_angles(W: Array) -> Array:
    """The angles between every two columns in degrees, in increasing order."""
    return np.sort(angles_between(W)[np.triu_indices(W.shape[1], 1)])


def simple_bias(W: npt.ArrayLike, feature_probability: float, activation: Activation = "relu") -> Array:
    """The bias that one would write beside W (hidden, features) by hand, (features,).

    With ReLU: 0, and p/2, the average of x_i, for a feature that is not represented. Linear: the best one there is,
    p/2 (1 - sum_j W_i . W_j), which makes every x'_i right on average.
    """
    if activation == "linear":
        return best_linear_bias(W, feature_probability)
    return np.where(represented(W), 0.0, feature_probability / 2)


def by_hand(spec: Autoencoder, W: npt.ArrayLike, seed: int = 0) -> Run:
    """W (hidden, features) with its `simple_bias` as a run without a training, for a spec of one density.

    It is judged by the held-out samples by which a training of the same seed is.
    """
    matrix = np.asarray(W, dtype=np.float32)[None]
    (p,) = spec.feature_probability
    parameters = {"W": matrix, "b": simple_bias(W, p, spec.activation).astype(np.float32)[None]}
    loss, error = estimate(spec, parameters, settings_for(spec).held_out, seed)
    return Run(spec, seed, 0, 1, parameters, loss, error, 0.0)
