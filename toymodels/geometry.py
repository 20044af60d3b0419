"""What arrangement the feature directions form (paper, "The geometry of superposition")."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
import numpy.typing as npt

from toymodels.arrays import Array, floats
from toymodels.measures import directions, gram, represented

OPPOSITE_COSINE = -0.9
"""Two represented features form an antipodal pair when the cosine between them is at most this."""

NAMED_WITHIN = 10.0
"""An arrangement has a name when no angle is further than this from the ideal one's, in degrees."""

MEASURED_WITHIN = 30.0
"""Further than this from every ideal, in degrees, an arrangement is not compared in detail."""

FLAT = 1e-9
"""Points this near to a plane lie in it."""

NOTHING, IRREGULAR = "nothing", "irregular"


def cosines(W: npt.ArrayLike) -> Array:
    """Ŵ_i . Ŵ_j, (..., features, features); 0 where a column is zero."""
    return gram(directions(W))


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
    W = floats("W", W)
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


def polygon(corners: int) -> Array:
    """The corners of a regular polygon, unit vectors (2, corners); the first points to the right."""
    return _plane(*(360 * k / corners for k in range(corners)))


IDEALS: tuple[tuple[str, Array], ...] = (
    ("one feature", _plane(0)),
    ("orthogonal pair", _plane(0, 90)),
    ("digon", _plane(0, 180)),
    ("digon + feature", _plane(0, 90, 180)),
    ("triangle", polygon(3)),
    ("two digons", polygon(4)),
    ("pentagon", polygon(5)),
    ("hexagon", polygon(6)),
    ("heptagon", polygon(7)),
    ("octagon", polygon(8)),
)
"""The arrangements that have a name: unit vectors (dimensions, features). A digon is an antipodal pair; two digons
make the square. Only the angles count, so one that fits in few dimensions is found in more."""


def shape(W: npt.ArrayLike) -> Shape:
    """The arrangement of the represented features of one model, W (hidden, features), in any number of dimensions.

    The angles between the directions decide, which W^T W alone determines: turning, mirroring and renumbering change
    nothing, nor do lengths, as long as the features stay represented.
    """
    W = np.ascontiguousarray(floats("W", W))
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


def polytope_edges(W: npt.ArrayLike) -> list[tuple[int, int]]:
    """The edges (i, j), i < j, of the polytope that the tips of W (3, features) span; for a few dozen features.

    Tips inside the polytope have none. All tips in one plane span no polytope, and give no edges.
    """
    points = floats("W", W).T
    faces: set[tuple[int, ...]] = set()
    for a, b, c in combinations(range(len(points)), 3):
        normal = np.cross(points[b] - points[a], points[c] - points[a])
        length = np.linalg.norm(normal)
        if length <= FLAT:
            continue
        heights = (points - points[a]) @ normal / length
        if heights.min() >= -FLAT or heights.max() <= FLAT:
            faces.add(tuple(np.flatnonzero(np.abs(heights) <= FLAT).tolist()))
    # Two faces of a convex polytope meet in a corner or in an edge.
    shared = [pair for face in faces for pair in combinations(face, 2)]
    return sorted({pair for pair in shared if shared.count(pair) >= 2})
