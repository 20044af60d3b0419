"""What arrangement the directions form, and how a picture of it is turned."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from toymodels.analysis.directions import antipodal_pairs, cosines, turned, turned_like
from toymodels.analysis.weights import gram
from toymodels.arrays import Array

DECK = np.array([[1.0, 0, -1, 0], [0, 1, 0, -1]])

directions = st.lists(
    st.tuples(st.floats(0.1, 2), st.floats(0, 2 * np.pi)), min_size=1, max_size=6
).map(lambda polar: np.array([[r * np.cos(a) for r, a in polar], [r * np.sin(a) for r, a in polar]]))  # fmt: skip


def test_cosines_do_not_depend_on_lengths() -> None:
    W = np.array([[2.0, 0, -3], [0, 0.1, 0]])
    assert_allclose(cosines(W), [[1, 0, -1], [0, 1, 0], [-1, 0, 1]])


def test_a_zero_column_has_cosine_zero_with_all_and_no_warning() -> None:
    assert_array_equal(cosines([[1.0, 0.0], [0.0, 0.0]]), [[1, 0], [0, 0]])


def test_cosines_work_over_leading_axes() -> None:
    W = np.random.default_rng(0).normal(size=(3, 2, 4))
    assert_allclose(cosines(W)[2], cosines(W[2]))


def test_the_decks_square_is_two_antipodal_pairs() -> None:
    assert antipodal_pairs(DECK) == [(0, 2), (1, 3)]


def test_two_features_of_their_own_are_no_pair() -> None:
    assert antipodal_pairs(np.eye(2)) == []


def test_a_pentagon_has_no_antipodal_pair() -> None:
    angles = 2 * np.pi * np.arange(5) / 5
    assert antipodal_pairs([np.cos(angles), np.sin(angles)]) == []


def test_a_feature_that_is_not_represented_is_in_no_pair() -> None:
    assert antipodal_pairs([[1.0, -0.4], [0.0, 0.0]]) == []
    assert antipodal_pairs([[1.0, -0.6], [0.0, 0.0]]) == [(0, 1)]


def test_a_pair_may_be_a_little_off_the_straight_line() -> None:
    near, far = np.radians(180 - 20), np.radians(180 - 30)
    assert antipodal_pairs([[1.0, np.cos(near)], [0.0, np.sin(near)]]) == [(0, 1)]
    assert antipodal_pairs([[1.0, np.cos(far)], [0.0, np.sin(far)]]) == []


@given(directions, st.data())
def test_a_turned_model_is_the_same_model_with_the_chosen_feature_to_the_right(W: Array, data: st.DataObject) -> None:
    feature = data.draw(st.integers(0, W.shape[1] - 1))
    result = turned(W, feature)
    assert_allclose(gram(result), gram(W), atol=1e-9)
    assert_allclose(result[:, feature], [np.hypot(*W[:, feature]), 0], atol=1e-9)
    off_the_line = result[1, np.abs(result[1]) > 0.1 * np.abs(result).max()]
    assert off_the_line.size == 0 or off_the_line[0] > 0


@given(st.floats(0, 2 * np.pi), st.booleans())
def test_two_views_of_one_model_are_turned_into_one_picture(angle: float, mirrored: bool) -> None:
    W = np.array([[1.0, 0.2, -0.7, -0.1], [0.1, 0.9, 0.3, -1.1]])
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    seen = rotation @ (W * np.array([[1.0], [-1.0]]) if mirrored else W)
    assert_allclose(turned(seen), turned(W), atol=1e-9)


@given(st.floats(0, 2 * np.pi), st.booleans(), st.booleans())
def test_a_model_looks_like_its_own_picture_however_that_is_mirrored(angle: float, mirrored: bool, below: bool) -> None:
    W = np.array([[1.0, 0.2, -0.7, -0.1], [0.1, 0.9, 0.3, -1.1]])
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    picture = turned(W) * np.array([[1.0], [-1.0 if below else 1.0]])
    seen = rotation @ (W * np.array([[1.0], [-1.0]]) if mirrored else W)
    assert_allclose(turned_like(seen, picture), picture, atol=1e-9)


def test_of_both_views_of_another_model_the_nearer_one_is_shown() -> None:
    W, picture = np.random.default_rng(0).normal(size=(2, 20, 2, 5))
    picture = turned(picture) * np.where(np.arange(20) % 2, 1.0, -1.0)[:, None, None] ** np.arange(2)[:, None]
    shown = turned_like(W, picture)
    mirrored = shown * np.array([[1.0], [-1.0]])
    assert_allclose(gram(shown), gram(W))
    assert (((shown - picture) ** 2).sum((1, 2)) <= ((mirrored - picture) ** 2).sum((1, 2))).all()


def test_a_model_that_learned_nothing_can_be_turned() -> None:
    assert_array_equal(turned(np.zeros((2, 3))), np.zeros((2, 3)))
