"""The feature graph, its groups and their names."""

import numpy as np
import pytest

import toymodels as tm
from toymodels.analysis.feature_graph import (
    feature_graph,
    groups,
    n_dimensions,
    off_right_angles,
    own_space,
)
from toymodels.analysis.polytopes import BY_NAME, IRREGULAR, ONE_FEATURE
from toymodels.arrays import Array


def side_by_side(*parts: Array) -> Array:
    """Arrangements at right angles to one another: their tegum product."""
    W = np.zeros((sum(len(part) for part in parts), sum(part.shape[1] for part in parts)))
    row = column = 0
    for part in parts:
        W[row : row + len(part), column : column + part.shape[1]] = part
        row, column = row + len(part), column + part.shape[1]
    return W


def ideal(name: str) -> Array:
    return BY_NAME[name].W


def shuffled(W: Array, seed: int = 0) -> Array:
    """The same arrangement, turned in space and renumbered."""
    rng = np.random.default_rng(seed)
    rotation, _ = np.linalg.qr(rng.standard_normal((len(W), len(W))))
    turned: Array = rotation @ W[:, rng.permutation(W.shape[1])]
    return turned


CONNECTED = ["digon", "triangle", "pentagon", "tetrahedron", "square antiprism", "3-3 duoprism"]


@pytest.mark.parametrize("name", CONNECTED)
def test_an_ideal_arrangement_is_found_by_its_name_however_it_is_turned_and_numbered(name: str) -> None:
    W = ideal(name)
    (group,) = groups(shuffled(W))
    assert group.name == name
    assert group.distance == pytest.approx(0, abs=1e-4)
    assert group.features == tuple(range(W.shape[1]))
    assert group.n_dimensions == len(W)
    assert group.dimensionality == pytest.approx(len(W) / W.shape[1])


def test_nine_features_in_four_dimensions_have_four_ninths_each() -> None:
    np.testing.assert_allclose(tm.feature_dimensionality(ideal("3-3 duoprism")), 4 / 9)


def test_a_tegum_product_falls_apart_into_its_parts() -> None:
    W = side_by_side(ideal("digon"), ideal("pentagon"), ideal("tetrahedron"), ideal("digon"), np.ones((1, 1)))
    found = groups(shuffled(W))
    assert [group.name for group in found] == ["pentagon", "tetrahedron", "digon", "digon", ONE_FEATURE]
    assert off_right_angles(shuffled(W), found) == pytest.approx(0, abs=1e-6)
    assert sorted(feature for group in found for feature in group.features) == list(range(W.shape[1]))


def test_an_octahedron_is_three_digons_at_right_angles() -> None:
    found = groups(ideal("octahedron"))
    assert [group.name for group in found] == ["digon"] * 3


def test_lengths_and_small_errors_leave_the_name_and_are_measured_in_degrees() -> None:
    W = 0.8 * ideal("pentagon")
    angle = np.radians(6)
    W[:, 0] = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ W[:, 0]
    (group,) = groups(W)
    assert group.name == "pentagon"
    assert 3 < group.distance <= 6.0001


def test_what_fits_nothing_is_irregular() -> None:
    degrees = np.radians([0, 40, 180, 200])
    (group,) = groups(np.array([np.cos(degrees), np.sin(degrees)]))
    assert group.name == IRREGULAR
    assert group.distance > 10


def test_the_threshold_decides_which_features_are_joined() -> None:
    pentagon = ideal("pentagon")
    assert len(feature_graph(pentagon, 0.3)) == 10
    # Neighbours have a product of cos 72 degrees = .31, the others of cos 144 degrees = -.81.
    assert len(feature_graph(pentagon, 0.35)) == 5
    assert len(feature_graph(pentagon, 0.85)) == 0
    assert [group.name for group in groups(pentagon, 0.85)] == [ONE_FEATURE] * 5


def test_features_that_are_not_represented_are_in_no_group() -> None:
    W = side_by_side(ideal("digon"), 0.3 * ideal("digon"))
    (group,) = groups(W, 0.05)
    assert group.features == (0, 1)
    assert groups(np.zeros((3, 5))) == []


def test_groups_at_a_slant_are_told_from_a_tegum_product() -> None:
    angle = np.radians(80)
    W = np.array([[1, -1, np.cos(angle), -np.cos(angle)], [0, 0, np.sin(angle), -np.sin(angle)]])
    found = groups(W)
    assert [group.name for group in found] == ["digon", "digon"]
    assert off_right_angles(W, found) == pytest.approx(10)


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("scale", [1, 1e200, 1e-200])
def test_a_group_in_its_own_space_keeps_every_angle(name: str, scale: float) -> None:
    embedded = scale * shuffled(side_by_side(ideal(name), np.zeros((3, 0))))
    kept, share = own_space(embedded, n_dimensions(embedded))
    assert len(kept) == len(ideal(name))
    np.testing.assert_allclose(tm.gram(kept / scale), tm.gram(embedded / scale), atol=1e-9)
    assert share == pytest.approx(1)


def test_a_space_larger_than_the_group_has_zeros_and_a_smaller_one_says_what_it_keeps() -> None:
    kept, share = own_space(ideal("digon"), 3)
    assert kept.shape == (3, 2)
    np.testing.assert_array_equal(kept[1:], 0)
    flat, share = own_space(ideal("tetrahedron"), 2)
    assert flat.shape == (2, 4)
    assert share == pytest.approx(2 / 3)
