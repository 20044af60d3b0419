"""Polytopes have the D_i that geometry promises, and are named by their angles however they are turned or shaken."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import toymodels as tm
from toymodels.analysis.directions import angles_between
from toymodels.analysis.feature_graph import groups
from toymodels.analysis.polytopes import (
    BY_NAME,
    NAMED_WITHIN,
    POLYTOPES,
    Polytope,
    Shape,
    name_of_directions,
    polytope_edges,
    shape,
)
from toymodels.arrays import Array
from toymodels.experiments.arrangements import ARRANGEMENTS, LEFT_OUT, arrangement_of

NAMES = list(BY_NAME)
PLANAR = [known for known in POLYTOPES if known.n_hidden == 2]
FIVE = BY_NAME["pentagon"].W
polytopes = st.sampled_from(POLYTOPES)
planar = st.sampled_from(PLANAR)
seeds = st.integers(0, 2**32 - 1)

PROMISED = {
    "one feature": 1,
    "orthogonal pair": 1,
    "two digons": 1 / 2,
    "digon": 1 / 2,
    "triangle": 2 / 3,
    "pentagon": 2 / 5,
    "hexagon": 1 / 3,
    "heptagon": 2 / 7,
    "octagon": 1 / 4,
    "tetrahedron": 3 / 4,
    "octahedron": 1 / 2,
    "square antiprism": 3 / 8,
    "cube": 3 / 8,
    "simplex in 4 dimensions": 4 / 5,
    "3-3 duoprism": 4 / 9,
}


def at_degrees(*degrees: float) -> Array:
    return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])


def seen_otherwise(W: Array, seed: int, dimensions: int = 0) -> Array:
    """The same features rotated or mirrored in a space of that many more dimensions, renumbered, of other lengths."""
    rng = np.random.default_rng(seed)
    m = len(W) + dimensions
    basis, _ = np.linalg.qr(rng.normal(size=(m, m)))
    seen: Array = basis[:, : len(W)] @ W[:, rng.permutation(W.shape[1])] * rng.uniform(0.6, 2, W.shape[1])
    return seen


# ---- the table ----


@pytest.mark.parametrize(("name", "fraction"), PROMISED.items())
def test_polytopes_give_their_fraction(name: str, fraction: float) -> None:
    np.testing.assert_allclose(tm.feature_dimensionality(BY_NAME[name].W), fraction, atol=1e-6)


def test_a_bipyramid_is_a_polygon_and_a_digon() -> None:
    found = tm.feature_dimensionality(BY_NAME["triangular bipyramid"].W)
    np.testing.assert_allclose(found, [2 / 3, 2 / 3, 2 / 3, 1 / 2, 1 / 2], atol=1e-6)


@pytest.mark.parametrize("known", POLYTOPES, ids=lambda one: one.name)
def test_every_polytope_keeps_its_promise_and_fills_its_dimensions(known: Polytope) -> None:
    D = tm.feature_dimensionality(known.W)
    np.testing.assert_allclose(D, known.dimensionality, atol=1e-6)
    assert D.sum() == pytest.approx(known.n_hidden, abs=1e-6)
    np.testing.assert_allclose(tm.norms(known.W), 1)


def test_every_polytope_has_a_name_of_its_own_and_angles_of_its_own() -> None:
    assert len(BY_NAME) == len(POLYTOPES)
    angles = [np.sort(angles_between(known.W), axis=None).round(3).tolist() for known in POLYTOPES]
    assert all(angles.count(one) == 1 for one in angles)


@pytest.mark.parametrize("n_hidden", [1, 2, 3, 5])
def test_no_weights_have_more_dimensions_to_give_than_there_are(n_hidden: int) -> None:
    rng = np.random.default_rng(n_hidden)
    W = rng.normal(size=(200, n_hidden, 9)) * rng.uniform(0, 2, size=(200, 1, 9))
    assert (tm.feature_dimensionality(W).sum(axis=-1) <= n_hidden + 1e-9).all()


# ---- one name from every entry point ----


@pytest.mark.parametrize("name", NAMES)
def test_the_table_the_shape_the_groups_and_the_menu_say_the_same_name(name: str) -> None:
    W = BY_NAME[name].W
    assert shape(W).name == name
    assert name_of_directions(W)[0] == name
    # With every two features joined, the whole model is one group; at right angles there is nothing to join.
    (group,) = groups(W, threshold=0)
    assert (group.name, group.features) == (name, tuple(range(W.shape[1])))
    offered = arrangement_of(W)
    assert offered is None or offered.name == name


@pytest.mark.parametrize("offered", ARRANGEMENTS, ids=lambda one: one.name)
def test_what_the_menu_offers_is_named_as_it_is_called(offered: Polytope) -> None:
    assert shape(offered.W).name == ("orthogonal pair" if offered is LEFT_OUT else offered.name)


# ---- the name of a W ----


@pytest.mark.parametrize("name", NAMES)
def test_every_polytope_is_named_after_itself(name: str) -> None:
    W = BY_NAME[name].W
    found = shape(W)
    assert (found.name, found.features) == (name, tuple(range(W.shape[1])))
    assert found.distance == pytest.approx(0, abs=1e-5)


@given(polytopes, seeds, st.integers(0, 3))
def test_turned_mirrored_renumbered_stretched_and_in_more_dimensions_it_keeps_its_name(
    known: Polytope, seed: int, dimensions: int
) -> None:
    found = shape(seen_otherwise(known.W, seed, dimensions))
    assert found.name == known.name
    assert found.distance == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scale", [1e155, 1e300])
def test_a_name_does_not_depend_on_the_size_of_w(name: str, scale: float) -> None:
    assert shape(scale * BY_NAME[name].W).name == name


@given(planar, seeds)
def test_shaken_a_little_it_keeps_its_name_and_tells_how_far_it_is_off(known: Polytope, seed: int) -> None:
    shaken = np.random.default_rng(seed).uniform(-NAMED_WITHIN / 2, NAMED_WITHIN / 2, known.n_features)
    found = shape(at_degrees(*(np.degrees(np.arctan2(known.W[1], known.W[0])) + shaken)))
    assert found.name == known.name
    assert found.distance <= np.ptp(shaken) + 1e-6


def test_the_distance_is_that_of_the_angle_that_fits_worst() -> None:
    assert shape(at_degrees(0, 97)).distance == pytest.approx(7)
    assert shape(at_degrees(0, 72, 144, 216, 288 + 4)).distance == pytest.approx(4)


@pytest.mark.parametrize(
    "degrees",
    [
        (0, 45),  # between one direction and a right angle
        (0, 90 + NAMED_WITHIN + 1),
        (0, 30, 180),
        (0, 122, 226),  # what training finds at S = 0.35: no triangle
        (0, 60, 180, 240),  # two digons that are not at a right angle
        (0, 90, 180, 270, 315),  # a pair and two features that share a direction
        (0, 72, 144, 216, 217),
        (0, 1, 2, 3, 4, 5, 6, 7),
    ],
)
def test_what_fits_nothing_is_irregular(degrees: tuple[float, ...]) -> None:
    found = shape(at_degrees(*degrees))
    assert found.name == "irregular"
    assert found.distance > NAMED_WITHIN
    assert found.features == tuple(range(len(degrees)))


def test_more_features_than_any_polytope_has_are_irregular_and_infinitely_far_off() -> None:
    assert shape(at_degrees(*range(0, 360, 36))) == Shape("irregular", tuple(range(10)), np.inf)


def crossed(dimensions: int, digons: int) -> Array:
    """That many features at right angles, the first of them with an opposite."""
    return np.hstack([np.eye(dimensions), -np.eye(dimensions)[:, :digons]])


@pytest.mark.parametrize(
    ("W", "name"),
    [
        (crossed(3, 0), "three orthogonal features"),
        (crossed(4, 0), "four orthogonal features"),
        (crossed(3, 1), "digon + two features"),
        (crossed(3, 2), "two digons + feature"),
        (crossed(3, 3), "octahedron"),
        (crossed(4, 1), "digon + three features"),
        (crossed(4, 4), "four digons"),
        (crossed(12, 11), "11 digons + feature"),
        (np.random.default_rng(1).normal(size=(3, 8)), "irregular"),
    ],
)
def test_digons_and_features_at_right_angles_are_counted(W: Array, name: str) -> None:
    assert shape(W).name == name
    assert shape(seen_otherwise(W, 0)).name == name


def test_right_angles_that_are_a_little_off_are_measured() -> None:
    W = crossed(4, 4)
    W[:, 0] = [np.cos(np.radians(7)), np.sin(np.radians(7)), 0, 0]
    found = shape(W)
    assert found.name == "four digons"
    assert found.distance == pytest.approx(7)
    W[:, 0] = [np.cos(np.radians(12)), np.sin(np.radians(12)), 0, 0]
    assert shape(W).name == "irregular"


def test_only_represented_features_count() -> None:
    W = np.insert(FIVE, [0, 2], [[0.0, 0.49], [0.0, 0.0]], axis=1)
    found = shape(W)
    assert (found.name, found.features) == ("pentagon", (1, 2, 4, 5, 6))


def test_a_model_that_learned_nothing_is_nothing() -> None:
    assert shape(np.zeros((2, 5))) == Shape("nothing", (), 0.0)
    assert shape(np.full((2, 5), 0.1)) == Shape("nothing", (), 0.0)
    assert shape(1e-170 * FIVE) == Shape("nothing", (), 0.0)


@pytest.mark.parametrize("name", [shape, name_of_directions, groups, polytope_edges, arrangement_of])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nothing_is_named_that_is_no_number(name: object, value: float) -> None:
    W = BY_NAME["tetrahedron"].W.copy()
    W[2, 3] = value
    with pytest.raises(ValueError, match="W must hold finite numbers"):
        name(W)  # type: ignore[operator]


def test_one_model_at_a_time_is_named() -> None:
    with pytest.raises(ValueError, match=r"W must have axes \(hidden, features\), got an array of shape \(1, 2, 5\)"):
        shape(FIVE[None])


# ---- edges ----


@pytest.mark.parametrize(
    ("name", "count", "degree"),
    [("tetrahedron", 6, 3), ("octahedron", 12, 4), ("cube", 12, 3), ("square antiprism", 16, 4)],
)
@pytest.mark.parametrize("scale", [1.0, 1e200, 1e-200])
def test_edges_of_polytopes(name: str, count: int, degree: int, scale: float) -> None:
    found = polytope_edges(scale * BY_NAME[name].W)
    assert len(found) == count
    assert (np.bincount(np.ravel(found)) == degree).all()


def test_what_spans_no_polytope_has_no_edges() -> None:
    flat = np.vstack([BY_NAME["two digons"].W, np.zeros(4)])
    assert polytope_edges(flat) == []
    assert polytope_edges(np.eye(3)[:, :2]) == []
    assert polytope_edges(np.zeros((3, 4))) == []
    inside = np.hstack([BY_NAME["cube"].W, np.array([[0.1], [0], [0]])])
    assert 8 not in np.ravel(polytope_edges(inside))
