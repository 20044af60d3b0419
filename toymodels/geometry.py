"""What arrangement the feature directions form (paper, "The geometry of superposition")."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from toymodels.arrays import Array
from toymodels.measures import norms, represented

OPPOSITE_COSINE = -0.9
"""Two represented features form an antipodal pair when the cosine between them is at most this."""

NAMED_WITHIN = 10.0
"""An arrangement has a name when no angle is further than this from the ideal one's, in degrees."""

MEASURED_WITHIN = 30.0
"""Further than this from every ideal, in degrees, an arrangement is not compared in detail."""

NOTHING, IRREGULAR = "nothing", "irregular"


def cosines(W: npt.ArrayLike) -> Array:
    """Ŵ_i . Ŵ_j, (..., features, features); 0 where a column is zero."""
    W = np.asarray(W, dtype=np.float64)
    lengths = norms(W)[..., None, :]
    directions = np.divide(W, lengths, out=np.zeros_like(W), where=lengths > 0)
    products: Array = np.swapaxes(directions, -1, -2) @ directions
    return products


def antipodal_pairs(W: npt.ArrayLike) -> list[tuple[int, int]]:
    """The pairs (i, j), i < j, of represented features that point in opposite directions, for W (hidden, features)."""
    opposite = cosines(W) <= OPPOSITE_COSINE
    learned = represented(W)
    rows, columns = np.nonzero(np.triu(opposite & learned[:, None] & learned[None, :]))
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True)]


def turned(W: npt.ArrayLike, feature: int = 0) -> Array:
    """W (2, features) turned and, where needed, mirrored in its plane, so that pictures can be compared.

    Afterwards W_feature points to the right, and the first other feature that leaves that line lies above it. The
    loss depends on W^T W alone, so this is the same model seen from another side.
    """
    W = np.asarray(W, dtype=np.float64)
    angle = np.arctan2(W[1, feature], W[0, feature])
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    result: Array = rotation @ W
    heights = result[1, np.abs(result[1]) > 0.1 * np.abs(result).max()]
    return result * np.array([[1.0], [-1.0]]) if heights.size and heights[0] < 0 else result


SHAPES_KEPT = 4096
"""Arrangements that are remembered; a film has about eighty."""


@dataclass(frozen=True)
class Shape:
    """An arrangement of feature directions, named by the angles between them.

    Attributes:
        name: of the ideal arrangement, "nothing" if no feature is represented, "irregular" if none fits.
        features: which features are represented, in increasing order.
        distance: how far the angle that fits worst is from the nearest ideal's, in degrees; infinite beyond
            `MEASURED_WITHIN`.
    """

    name: str
    features: tuple[int, ...]
    distance: float


def _plane(*degrees: float) -> Array:
    """Unit vectors (2, features) at these angles."""
    return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])


def _polygon(corners: int) -> Array:
    return _plane(*(360 * k / corners for k in range(corners)))


IDEALS: tuple[tuple[str, Array], ...] = (
    ("one feature", _plane(0)),
    ("orthogonal pair", _plane(0, 90)),
    ("digon", _plane(0, 180)),
    ("digon + feature", _plane(0, 90, 180)),
    ("triangle", _polygon(3)),
    ("two digons", _polygon(4)),
    ("pentagon", _polygon(5)),
    ("hexagon", _polygon(6)),
    ("heptagon", _polygon(7)),
    ("octagon", _polygon(8)),
)
"""The arrangements that have a name: unit vectors (dimensions, features). A digon is an antipodal pair; two digons
make the square. Only the angles count, so one that fits in few dimensions is found in more."""


def shape(W: npt.ArrayLike) -> Shape:
    """The arrangement of the represented features of one model, W (hidden, features), in any number of dimensions.

    The angles between the directions decide, which W^T W alone determines: turning, mirroring and renumbering change
    nothing, nor do lengths, as long as the features stay represented.
    """
    W = np.ascontiguousarray(W, dtype=np.float64)
    return _shape(W.tobytes(), W.shape)


# A page asks for the shapes of a whole film each time it runs.
@lru_cache(SHAPES_KEPT)
def _shape(values: bytes, size: tuple[int, ...]) -> Shape:
    W = np.frombuffer(values).reshape(size)
    features = np.flatnonzero(represented(W))
    kept = tuple(int(feature) for feature in features)
    if not kept:
        return Shape(NOTHING, kept, 0.0)
    angles = angles_between(W[:, features])
    fits = [(misfit(angles, angles_between(ideal)), name) for name, ideal in IDEALS if ideal.shape[1] == len(kept)]
    distance, name = min(fits, default=(np.inf, IRREGULAR))
    return Shape(name if distance <= NAMED_WITHIN else IRREGULAR, kept, distance)


def angles_between(W: Array) -> Array:
    """The angle between every two columns in degrees, (features, features)."""
    angles: Array = np.degrees(np.arccos(np.clip(cosines(W), -1, 1)))
    np.fill_diagonal(angles, 0)
    return angles


def misfit(angles: Array, ideal: Array) -> float:
    """The largest difference between two matrices of angles, for the numbering of the features that makes it least.

    Features are numbered one after the other, and a beginning that is already worse than the best whole numbering
    (or than `MEASURED_WITHIN`, which makes it infinite) is not continued: few beginnings are left.
    """
    count = len(angles)
    best = MEASURED_WITHIN

    def extend(chosen: list[int], worst: float) -> None:
        nonlocal best
        if len(chosen) == count:
            best = worst
            return
        ends = []
        for candidate in set(range(count)) - set(chosen):
            differences = np.abs(angles[len(chosen), : len(chosen)] - ideal[candidate, chosen])
            ends.append((max(worst, float(differences.max(initial=0))), candidate))
        for reached, candidate in sorted(ends):
            if reached < best:
                extend([*chosen, candidate], reached)

    extend([], 0.0)
    return best if best < MEASURED_WITHIN else np.inf
