"""Weights by hand: the arrangements that the measure page offers, and the bias that goes with a W.

Slides "Can we quantify superposition?" and "How the superposition states can look like?".
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from toymodels.analysis.losses import best_linear_bias
from toymodels.analysis.polytopes import BY_NAME, Polytope, polytope
from toymodels.analysis.weights import represented
from toymodels.arrays import Array, finite
from toymodels.spec import Activation

DIGITS = 4
"""Significant digits that a link carries of every weight; enough to recognise an arrangement."""

DECK = BY_NAME["two digons"]
"""W of the slides "Can we quantify superposition?": eyes against lips, nose against head."""

LEFT_OUT = polytope("orthogonal, two left out", [[1, 0], [0, 1], [0, 0], [0, 0]], 1, 1, 0, 0)
"""H = [x_1, x_2] of the slide "Toy problem": the only arrangement with zero columns."""

ARRANGEMENTS = (
    DECK,
    LEFT_OUT,
    *(
        BY_NAME[name]
        for name in (
            "digon", "triangle", "pentagon", "hexagon", "tetrahedron", "triangular bipyramid", "octahedron",
            "pentagonal bipyramid", "square antiprism", "cube", "simplex in 4 dimensions",
        )
    ),
)  # fmt: skip
"""In the order of the menu, the deck's W first."""


def arrangement_of(W: npt.ArrayLike) -> Polytope | None:
    """The offered arrangement with these very numbers, to the digits that a link can carry; None for any other W.

    Order and rotation count: the same pentagon seen from another side is somebody's own W.
    """
    W = finite("W", W)
    for arrangement in ARRANGEMENTS:
        if arrangement.W.shape == W.shape and np.abs(arrangement.W - W).max() <= 0.51 * 10.0**-DIGITS:
            return arrangement
    return None


def bias_by_hand(W: npt.ArrayLike, feature_probability: float, activation: Activation = "relu") -> Array:
    """The bias that one would write beside W (hidden, features) by hand, (features,).

    With ReLU: 0, and p/2, the average of x_i, for a feature that is not represented. Linear: the best one there is,
    p/2 (1 - sum_j W_i . W_j), which makes every x'_i right on average.
    """
    if activation == "linear":
        return best_linear_bias(W, feature_probability)
    return np.where(represented(W), 0.0, feature_probability / 2)
