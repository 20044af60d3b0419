"""Measures against the closed forms that the deck and the paper give."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import toymodels as tm
from toymodels.analysis import weights
from toymodels.arrays import Array

DECK = np.array([[1.0, 0, -1, 0], [0, 1, 0, -1]])


def polygon(k: int) -> Array:
    angles = 2 * np.pi * np.arange(k) / k
    return np.stack([np.cos(angles), np.sin(angles)])


def simplex(d: int) -> Array:
    """d + 1 unit vectors in d dimensions, all at the same angle, by the centred unit vectors of one dimension more."""
    centred = np.eye(d + 1) - 1 / (d + 1)
    coordinates = np.linalg.svd(centred)[0][:, :d].T @ centred
    result: Array = coordinates / np.linalg.norm(coordinates, axis=0)
    return result


def square_antiprism(height: float) -> Array:
    """Two squares, one above the other and turned by an eighth of a circle, on the unit sphere."""
    angles = np.pi / 4 * np.arange(8)
    level = height * (-1.0) ** np.arange(8)
    radius = np.sqrt(1 - height**2)
    return np.stack([radius * np.cos(angles), radius * np.sin(angles), level])


def matrices(hidden: int, features: int) -> st.SearchStrategy[Array]:
    entry = st.floats(-10, 10).filter(lambda value: value == 0 or abs(value) > 1e-3)
    rows = st.lists(entry, min_size=hidden * features, max_size=hidden * features)
    return rows.map(lambda values: np.array(values).reshape(hidden, features))


# ---- slide "Can we quantify superposition?" ----


def test_the_decks_square() -> None:
    assert_array_equal(tm.gram(DECK), [[1, 0, -1, 0], [0, 1, 0, -1], [-1, 0, 1, 0], [0, -1, 0, 1]])
    assert_array_equal(tm.superposition(DECK), [1, 1, 1, 1])
    assert_array_equal(tm.feature_dimensionality(DECK), [0.5, 0.5, 0.5, 0.5])
    assert tm.dimensions_per_feature(DECK) == 0.5
    assert_array_equal(tm.norms(DECK), [1, 1, 1, 1])


def test_superposition_is_a_sum_of_squares_and_not_its_root() -> None:
    assert_allclose(tm.superposition([[1.0, 0.5], [0.0, 0.0]]), [0.25, 1.0])


def test_superposition_projects_the_others_on_the_direction_and_not_on_the_vector() -> None:
    assert_allclose(tm.superposition([[3.0, 0.5]]), [0.25, 9.0])


def test_a_table_has_no_superposition_for_a_feature_that_is_not_represented() -> None:
    # Arrows of 0.4 and of nothing are shorter than 1/2; those of others still reach into the directions of the rest.
    W = [[[1.0, -0.5, 0.4, 0.0], [0.0, 0.0, 0.0, 0.0]], [[0.4, 0.0, 0.0, 0.0], [0.0, 0.0, 3.0, 0.0]]]
    expected = [[0.41, 1.16, np.nan, np.nan], [np.nan, np.nan, 0.0, np.nan]]
    assert_allclose(weights.superposition_if_represented(W), expected)


def test_a_lone_feature_has_a_dimension_of_its_own() -> None:
    assert_allclose(tm.superposition(np.eye(3)), [0, 0, 0])
    assert_allclose(tm.feature_dimensionality(np.eye(3)), [1, 1, 1])


# ---- the paper's fractions ----


@pytest.mark.parametrize("k", [3, 4, 5, 6, 7, 8])
def test_a_regular_polygon_of_k_features_gives_each_2_over_k(k: int) -> None:
    assert_allclose(tm.feature_dimensionality(polygon(k)), np.full(k, 2 / k))
    assert_allclose(tm.superposition(polygon(k)), np.full(k, k / 2 - 1))


@pytest.mark.parametrize("d", [1, 2, 3, 4, 7])
def test_a_simplex_in_d_dimensions_gives_each_d_over_d_plus_1(d: int) -> None:
    assert_allclose(tm.feature_dimensionality(simplex(d)), np.full(d + 1, d / (d + 1)))


def test_the_named_fractions_of_the_geometry_page() -> None:
    assert_allclose(tm.feature_dimensionality([[1.0, -1.0]]), 1 / 2)
    assert_allclose(tm.feature_dimensionality(polygon(3)), 2 / 3)
    assert_allclose(tm.feature_dimensionality(simplex(3)), 3 / 4)
    assert_allclose(tm.feature_dimensionality(polygon(5)), 2 / 5)
    assert_allclose(tm.feature_dimensionality(square_antiprism(np.sqrt(1 / 3))), 3 / 8)


@pytest.mark.parametrize(
    "W",
    [DECK, polygon(5), simplex(4), np.eye(4), square_antiprism(np.sqrt(1 / 3)), np.kron(np.eye(3), polygon(5))],
    ids=["square", "pentagon", "simplex", "basis", "antiprism", "three pentagons"],
)
def test_in_an_efficient_packing_the_dimensionalities_add_up_to_m(W: Array) -> None:
    assert_allclose(tm.feature_dimensionality(W).sum(), W.shape[0])


# ---- features that were not learned ----


def test_a_zero_column_gives_zeros_without_a_warning() -> None:
    W = np.array([[1.0, 0, 0], [0, 1, 0]])
    assert_array_equal(tm.norms(W), [1, 1, 0])
    assert_array_equal(tm.represented(W), [True, True, False])
    assert_array_equal(tm.superposition(W), [0, 0, 0])
    assert_array_equal(tm.feature_dimensionality(W), [1, 1, 0])


def test_a_model_that_represents_nothing_has_infinitely_many_dimensions_per_feature() -> None:
    assert_array_equal(tm.dimensions_per_feature(np.zeros((2, 3))), np.inf)
    assert_array_equal(tm.dimensions_per_feature(np.stack([np.zeros((2, 4)), DECK])), [np.inf, 0.5])


def test_a_feature_is_represented_from_the_threshold_on() -> None:
    W = [[0.49, 0.5, 1.0]]
    assert_array_equal(tm.represented(W), [False, True, True])
    assert_array_equal(tm.represented(W, threshold=0.6), [False, False, True])


# ---- for any W ----


Measure = Callable[[Array], npt.NDArray[Any]]
MEASURES: list[Measure] = [
    tm.gram,
    tm.norms,
    tm.represented,
    tm.superposition,
    tm.feature_dimensionality,
    tm.dimensions_per_feature,
]


@pytest.mark.parametrize("measure", MEASURES)
def test_leading_axes_give_what_a_loop_gives(measure: Measure) -> None:
    W = np.random.default_rng(0).normal(size=(2, 3, 4, 7))
    W[0, 1, :, 2] = 0
    together = measure(W)
    for i, j in np.ndindex(2, 3):
        assert_allclose(together[i, j], measure(W[i, j]), rtol=1e-12, atol=1e-12)


@given(matrices(3, 5), st.integers(0, 2**32 - 1))
def test_nothing_depends_on_how_the_hidden_space_is_turned(W: Array, seed: int) -> None:
    rotation = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))[0]
    for measure in (tm.gram, tm.superposition, tm.feature_dimensionality, tm.dimensions_per_feature):
        assert_allclose(measure(rotation @ W), measure(W), rtol=1e-6, atol=1e-9)


@given(matrices(2, 4))
def test_every_measure_stays_in_its_range(W: Array) -> None:
    learned = tm.norms(W) > 0
    D = tm.feature_dimensionality(W)
    assert np.all(D >= 0)
    assert np.all(D <= 1)
    assert_array_equal(D > 0, learned)
    assert np.all(tm.superposition(W) >= 0)
    assert D.sum() <= 2 + 1e-9


@given(matrices(2, 4), st.floats(0.1, 10))
def test_the_dimensionality_does_not_depend_on_the_scale_of_w(W: Array, scale: float) -> None:
    assert_allclose(tm.feature_dimensionality(scale * W), tm.feature_dimensionality(W), rtol=1e-9)
    assert_allclose(tm.superposition(scale * W), scale**2 * tm.superposition(W), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("measure", MEASURES)
def test_float32_weights_are_measured_in_float64(measure: Measure) -> None:
    W = np.random.default_rng(0).normal(size=(4, 9)).astype(np.float32)
    assert_array_equal(measure(W), measure(W.astype(np.float64)))


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("W", [np.float64(1), np.ones(3), [], 2.0])
def test_a_w_of_fewer_than_two_axes_is_refused(measure: Measure, W: Array) -> None:
    with pytest.raises(ValueError, match=r"W must have axes \(\.\.\., hidden, features\), got an array of shape"):
        measure(W)


# ---- weights of extreme size, and weights that are no numbers ----

SCALES = [1e155, 1e-170, 1e300, 1e-300]


@pytest.mark.parametrize("scale", SCALES)
def test_the_dimensionality_of_a_pentagon_is_two_fifths_at_any_size(scale: float) -> None:
    assert_allclose(tm.feature_dimensionality(scale * polygon(5)), np.full(5, 2 / 5))
    assert_allclose(tm.norms(scale * polygon(5)), np.full(5, scale))


def test_each_column_has_its_own_size() -> None:
    W = np.eye(3) * [1e-300, 1e300, 1.0]
    assert_array_equal(tm.feature_dimensionality(W), [1, 1, 1])
    assert_array_equal(tm.superposition(W), [0, 0, 0])
    # Beside a feature that is 10^300 times as long, half of a shared direction is nothing.
    assert_array_equal(tm.feature_dimensionality([[1e-150, -1e150]]), [0, 1])


def test_a_measure_beyond_the_largest_float_is_infinite_and_no_nan() -> None:
    W = 1e200 * DECK
    assert_array_equal(tm.superposition(W), [np.inf] * 4)
    assert_array_equal(tm.superposition(1e200 * np.eye(2)), [0, 0])
    assert_array_equal(tm.gram(W)[0], [np.inf, 0, -np.inf, 0])
    assert_array_equal(tm.gram(2.0**600 * np.array([[1, 1], [1, -1]])), [[np.inf, 0], [0, np.inf]])
    assert tm.dimensions_per_feature(W) == 0
    assert tm.dimensions_per_feature(1e-200 * DECK) == np.inf


@given(matrices(3, 5), st.integers(-900, 900))
def test_no_measure_of_directions_depends_on_the_size_of_w_at_all(W: Array, exponent: int) -> None:
    scaled = np.ldexp(W, exponent)
    assert_array_equal(tm.feature_dimensionality(scaled), tm.feature_dimensionality(W))
    assert_array_equal(weights.directions(scaled), weights.directions(W))


@pytest.mark.parametrize("measure", [*MEASURES, weights.directions])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_w_with_a_number_that_is_not_finite_is_refused(measure: Measure, value: float) -> None:
    W = DECK.copy()
    W[1, 2] = value
    with pytest.raises(ValueError, match=rf"^W must hold finite numbers, got {value} at \[1, 2\]$"):
        measure(W)
