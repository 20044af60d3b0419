"""Polytopes: the table of known arrangements of feature directions, and the name of the one that a W forms.

Slide "How the superposition states can look like?"; paper, "The geometry of superposition". Only the angles between
directions count, which W^T W alone determines: rotating, mirroring and renumbering change no name, nor do lengths, as
long as the features stay represented. NaN or infinity in W is a ValueError.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
import numpy.typing as npt

from toymodels.analysis.directions import angles_between
from toymodels.analysis.weights import norms, one_matrix, represented
from toymodels.arrays import Array
from toymodels.checks import whole_number
from toymodels.data import MAX_WIDTH
from toymodels.names import number_word

NAMED_WITHIN = 10.0
"""An arrangement has a name when no angle is further than this from the ideal one's, in degrees."""

MEASURED_WITHIN = 30.0
"""Further than this from every ideal, in degrees, an arrangement is not compared in detail."""

FLAT = 1e-9
"""Points this near to a plane, in units of their largest coordinate, lie in it."""

SHAPES_KEPT = 4096
"""Names that `shape` remembers; a film has about eighty frames."""

NOTHING, ONE_FEATURE, IRREGULAR = "nothing", "one feature", "irregular"


@dataclass(frozen=True, eq=False)
class Polytope:
    """A known arrangement of feature directions. Every direction has length 1, and sum_i D_i = m.

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
        """Number of directions."""
        return int(self.W.shape[1])

    @property
    def n_hidden(self) -> int:
        """Number of dimensions that they span."""
        return int(self.W.shape[0])


@dataclass(frozen=True)
class Shape:
    """The arrangement of the represented features of one model.

    Attributes:
        name: of the polytope; `NOTHING` if no feature is represented, `IRREGULAR` if no known arrangement is near.
        features: which features are represented, in increasing order, counted from 0.
        distance: how far the angle that fits worst is from the nearest ideal's, in degrees; infinite beyond
            `MEASURED_WITHIN`.
    """

    name: str
    features: tuple[int, ...]
    distance: float


def polytope(name: str, columns: npt.ArrayLike, *dimensionality: float) -> Polytope:
    """A polytope from its directions, (features, hidden); a single D_i stands for all."""
    W = np.array(columns, dtype=np.float64).T
    W.setflags(write=False)  # shared by all who ask for this polytope
    return Polytope(name, W, np.broadcast_to(np.array(dimensionality), W.shape[1:]))


def polygon(corners: int) -> Array:
    """Corners of a regular polygon, unit vectors (2, corners); the first points to the right.

    Raises:
        ValueError: if corners is not a whole number from 1 to 4096.
    """
    corners = whole_number("corners", corners, 1, MAX_WIDTH)
    angles = np.radians(360 * np.arange(corners) / corners)
    return np.array([np.cos(angles), np.sin(angles)])


def _ring(corners: int, radius: float = 1.0, height: float = 0.0, turn: float = 0.0) -> list[tuple[float, ...]]:
    """The corners of a level polygon in space; `turn` in corners."""
    angles = 2 * np.pi * (np.arange(corners) + turn) / corners
    return [(radius * float(np.cos(angle)), radius * float(np.sin(angle)), height) for angle in angles]


def _simplex(dimensions: int) -> Array:
    """The corners of a regular simplex around the origin, (dimensions + 1, dimensions), of length 1."""
    centred = np.eye(dimensions + 1) - 1 / (dimensions + 1)
    _, _, axes = np.linalg.svd(centred)
    corners = centred @ axes[:dimensions].T
    return np.asarray(corners / np.linalg.norm(corners, axis=1, keepdims=True))


def _duoprism() -> Array:
    """Corner i of one triangle with corner j of another at right angles to it, (9, 4): 75.5 or 120 degrees apart."""
    triangle = polygon(3).T
    return np.asarray(np.hstack([np.repeat(triangle, 3, axis=0), np.tile(triangle, (3, 1))]) / np.sqrt(2))


# A square face at height 1/sqrt(3) and one below it: a cube, or a square antiprism when one of them is turned by half
# a corner. Only at this height do the eight directions fill all three dimensions equally.
_LEVEL, _RADIUS = 1 / np.sqrt(3), np.sqrt(2 / 3)
_POLES = [(0.0, 0.0, 1.0), (0.0, 0.0, -1.0)]

POLYTOPES = (
    polytope(ONE_FEATURE, [[1]], 1),
    polytope("orthogonal pair", [[1, 0], [0, 1]], 1),
    polytope("digon", [[1], [-1]], 1 / 2),
    polytope("digon + feature", [[1, 0], [0, 1], [-1, 0]], 1 / 2, 1, 1 / 2),
    polytope("two digons", [[1, 0], [0, 1], [-1, 0], [0, -1]], 1 / 2),
    polytope("triangle", polygon(3).T, 2 / 3),
    polytope("pentagon", polygon(5).T, 2 / 5),
    polytope("hexagon", polygon(6).T, 1 / 3),
    polytope("heptagon", polygon(7).T, 2 / 7),
    polytope("octagon", polygon(8).T, 1 / 4),
    polytope("tetrahedron", np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / np.sqrt(3), 3 / 4),
    polytope("triangular bipyramid", [*_ring(3), *_POLES], 2 / 3, 2 / 3, 2 / 3, 1 / 2, 1 / 2),
    polytope("octahedron", [*_ring(4), *_POLES], 1 / 2),
    polytope("pentagonal bipyramid", [*_ring(5), *_POLES], *[2 / 5] * 5, 1 / 2, 1 / 2),
    polytope("square antiprism", [*_ring(4, _RADIUS, _LEVEL), *_ring(4, _RADIUS, -_LEVEL, turn=0.5)], 3 / 8),
    polytope("cube", [*_ring(4, _RADIUS, _LEVEL, turn=0.5), *_ring(4, _RADIUS, -_LEVEL, turn=0.5)], 3 / 8),
    polytope("simplex in 4 dimensions", _simplex(4), 4 / 5),
    polytope("3-3 duoprism", _duoprism(), 4 / 9),
)
"""All known arrangements. A digon is an antipodal pair; two digons at right angles are a square."""

BY_NAME = {known.name: known for known in POLYTOPES}


def shape(W: npt.ArrayLike) -> Shape:
    """Name of the arrangement that the represented features of W (hidden, features) form, in any number of dimensions.

    A polytope of `POLYTOPES`; or digons and features that are all at right angles to one another, such as "four
    digons" and "digon + two features"; or `IRREGULAR`.

    Raises:
        ValueError: if W has not two axes, or a number in it is not finite.
    """
    W = np.ascontiguousarray(one_matrix(W))
    return _shape(W.tobytes(), W.shape)


# A page asks for the shapes of a whole film each time it runs.
@lru_cache(SHAPES_KEPT)
def _shape(values: bytes, size: tuple[int, ...]) -> Shape:
    W = np.frombuffer(values).reshape(size)
    features = np.flatnonzero(represented(W))
    name, distance = name_of_directions(W[:, features])
    return Shape(name, tuple(features.tolist()), distance)


def name_of_directions(W: npt.ArrayLike) -> tuple[str, float]:
    """Name of the arrangement of all columns of W (hidden, features), and the distance of `Shape`; see `shape`.

    Raises:
        ValueError: if W has other axes, or a number in it is not finite, or a column is zero and has no direction.
    """
    W = one_matrix(W)
    if not norms(W).all():
        raise ValueError(f"W must have no zero column, got one for feature {int(norms(W).argmin())}, counted from 0")
    angles = angles_between(W)
    count = len(angles)
    if not count:
        return NOTHING, 0.0
    name, distance = IRREGULAR, np.inf
    # Whatever the numbering, no angle fits better than in the order of size: most ideals are ruled out by that.
    between = _sorted(angles)
    bounds = [
        (float(np.abs(between - sizes).max(initial=0)), known, ideal)
        for known, ideal, sizes in _IDEALS
        if len(ideal) == count
    ]
    for bound, known, ideal in sorted(bounds, key=lambda one: one[0]):
        if bound >= min(distance, MEASURED_WITHIN):
            break
        fit = misfit(angles, ideal)
        if fit < distance:
            name, distance = known, fit
    if distance <= NAMED_WITHIN:
        return name, distance
    return _at_right_angles(angles) or (IRREGULAR, distance)


def misfit(angles: Array, ideal: Array) -> float:
    """Largest difference between two matrices of angles, for the numbering of the features that makes it least.

    Features are numbered one after the other, and a beginning that is already worse than the best whole numbering
    (or than `MEASURED_WITHIN`, which makes it infinite) is not continued: few beginnings are left.
    """
    count = len(angles)
    best = MEASURED_WITHIN
    # For so few numbers at a time NumPy would take four times as long.
    rows, ideal_rows = angles.tolist(), ideal.tolist()

    def extend(chosen: list[int], worst: float) -> None:
        nonlocal best
        if len(chosen) == count:
            best = worst
            return
        ends = []
        row = rows[len(chosen)]
        for candidate in set(range(count)) - set(chosen):
            wanted = ideal_rows[candidate]
            differences = [abs(row[k] - wanted[other]) for k, other in enumerate(chosen)]
            ends.append((max([worst, *differences]), candidate))
        for reached, candidate in sorted(ends):
            if reached < best:
                extend([*chosen, candidate], reached)

    extend([], 0.0)
    return best if best < MEASURED_WITHIN else np.inf


def polytope_edges(W: npt.ArrayLike) -> list[tuple[int, int]]:
    """Edges (i, j), i < j, of the convex hull of the tips of W (3, features); for a few dozen features.

    Tips inside the hull have none. All tips in one plane span no polytope, and give no edges. Every plane through
    three tips is tried: a library's hull is cut into triangles, whose faces would have to be put together again.

    Raises:
        ValueError: if W has other axes, or a number in it is not finite.
    """
    points = one_matrix(W).T
    if points.shape[1] != 3:
        raise ValueError(f"W must have axes (3, features), got an array of shape {points.T.shape}")
    largest = np.abs(points).max(initial=0)
    points = points / (largest if largest > 0 else 1)
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


def _sorted(angles: Array) -> Array:
    """The angles between every two directions in increasing order, (pairs,)."""
    return np.sort(angles[np.triu_indices(len(angles), 1)])


_IDEALS = [(known.name, ideal, _sorted(ideal)) for known in POLYTOPES for ideal in [angles_between(known.W)]]


def _at_right_angles(angles: Array) -> tuple[str, float] | None:
    """Name and distance of digons and features at right angles to one another; None if they are something else."""
    between = angles[np.triu_indices(len(angles), 1)]
    distance = float(np.minimum(np.abs(between - 90), np.abs(between - 180)).max())
    if distance > NAMED_WITHIN:
        return None
    digons = int((between > 135).sum())
    others = len(angles) - 2 * digons
    if not digons:
        return _counted(others, "orthogonal feature"), distance
    parts = [_counted(digons, "digon"), *([_counted(others, "feature")] if others else [])]
    return " + ".join(parts), distance


def _counted(count: int, word: str) -> str:
    """A count in words, "two digons"; one is the word alone."""
    return word if count == 1 else f"{number_word(count)} {word}s"
