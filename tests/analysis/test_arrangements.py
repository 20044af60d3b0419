"""Weights by hand: the polytopes of the paper have the D_i that geometry promises."""

import warnings

import numpy as np
import pytest

import toymodels as tm
from toymodels.analysis.arrangements import (
    ARRANGEMENTS,
    DECK,
    Arrangement,
    meant,
    shape_name,
    simple_bias,
)
from toymodels.analysis.losses import linear_expected, most_important_alone
from toymodels.analysis.polytopes import polytope_edges
from toymodels.experiments.measure import by_hand

BY_NAME = {arrangement.name: arrangement for arrangement in ARRANGEMENTS}
PROMISED = {
    "square (two digons)": 1 / 2,
    "digon": 1 / 2,
    "triangle": 2 / 3,
    "pentagon": 2 / 5,
    "hexagon": 1 / 3,
    "tetrahedron": 3 / 4,
    "octahedron": 1 / 2,
    "square antiprism": 3 / 8,
    "cube": 3 / 8,
    "simplex in 4 dimensions": 4 / 5,
}


@pytest.mark.parametrize(("name", "fraction"), PROMISED.items())
def test_polytopes_give_their_fraction(name: str, fraction: float) -> None:
    np.testing.assert_allclose(tm.feature_dimensionality(BY_NAME[name].W), fraction, atol=1e-6)


def test_a_bipyramid_is_a_polygon_and_a_digon() -> None:
    found = tm.feature_dimensionality(BY_NAME["triangular bipyramid"].W)
    np.testing.assert_allclose(found, [2 / 3, 2 / 3, 2 / 3, 1 / 2, 1 / 2], atol=1e-6)


@pytest.mark.parametrize("arrangement", ARRANGEMENTS, ids=lambda one: one.name)
def test_every_arrangement_keeps_its_promise_and_fills_its_dimensions(arrangement: Arrangement) -> None:
    D = tm.feature_dimensionality(arrangement.W)
    np.testing.assert_allclose(D, arrangement.dimensionality, atol=1e-6)
    assert D.sum() == pytest.approx(arrangement.W.shape[0], abs=1e-6)
    lengths = tm.norms(arrangement.W)
    np.testing.assert_allclose(lengths[arrangement.dimensionality > 0], 1)


def test_a_feature_left_out_has_no_dimension_and_gives_no_warning() -> None:
    W = BY_NAME["orthogonal, two left out"].W
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(tm.feature_dimensionality(W), [1, 1, 0, 0])
        np.testing.assert_array_equal(tm.superposition(W), [0, 0, 0, 0])


@pytest.mark.parametrize("n_hidden", [1, 2, 3, 5])
def test_no_weights_have_more_dimensions_to_give_than_there_are(n_hidden: int) -> None:
    rng = np.random.default_rng(n_hidden)
    W = rng.normal(size=(200, n_hidden, 9)) * rng.uniform(0, 2, size=(200, 1, 9))
    assert (tm.feature_dimensionality(W).sum(axis=-1) <= n_hidden + 1e-9).all()


def test_only_the_numbers_of_an_arrangement_mean_it() -> None:
    assert meant(DECK.W) is DECK
    assert meant(np.round(BY_NAME["pentagon"].W, 4)) is BY_NAME["pentagon"]
    assert meant(DECK.W + 2e-4) is None
    assert meant(DECK.W[:, ::-1]) is None
    assert meant(np.zeros((2, 3))) is None


def test_shapes_are_named_whatever_their_turn_and_numbering() -> None:
    rng = np.random.default_rng(0)
    for arrangement in ARRANGEMENTS:
        if arrangement.n_hidden < 3:
            continue
        turn = np.linalg.qr(rng.normal(size=(arrangement.n_hidden, arrangement.n_hidden)))[0]
        W = turn @ arrangement.W[:, rng.permutation(arrangement.n_features)] * rng.uniform(0.8, 1.2)
        assert shape_name(W) == arrangement.name


@pytest.mark.parametrize(
    ("W", "name"),
    [
        (DECK.W, "two digons"),
        (np.eye(4), "4 features"),
        (np.hstack([np.eye(4), -np.eye(4)[:, :1]]), "1 digon + 3 features"),
        (np.hstack([np.eye(5), -np.eye(5)]), "5 digons"),
        (np.zeros((3, 4)), "nothing"),
        (np.random.default_rng(1).normal(size=(3, 8)), "irregular"),
    ],
)
def test_other_shapes(W: np.ndarray, name: str) -> None:
    assert shape_name(W) == name


@pytest.mark.parametrize(
    ("name", "count", "degree"),
    [("tetrahedron", 6, 3), ("octahedron", 12, 4), ("cube", 12, 3), ("square antiprism", 16, 4)],
)
def test_edges_of_polytopes(name: str, count: int, degree: int) -> None:
    found = polytope_edges(BY_NAME[name].W)
    assert len(found) == count
    assert (np.bincount(np.ravel(found)) == degree).all()


def test_what_spans_no_polytope_has_no_edges() -> None:
    flat = np.vstack([DECK.W, np.zeros(4)])
    assert polytope_edges(flat) == []
    assert polytope_edges(np.eye(3)[:, :2]) == []
    inside = np.hstack([BY_NAME["cube"].W, np.array([[0.1], [0], [0]])])
    assert 8 not in np.ravel(polytope_edges(inside))


def test_the_simple_bias_answers_what_is_left_out_by_its_average() -> None:
    W = BY_NAME["orthogonal, two left out"].W
    np.testing.assert_array_equal(simple_bias(W, 0.3), [0, 0, 0.15, 0.15])
    np.testing.assert_array_equal(simple_bias(DECK.W, 0.3), np.zeros(4))


def test_the_linear_bias_is_the_best() -> None:
    W, rng = BY_NAME["pentagon"].W, np.random.default_rng(0)
    best = simple_bias(W, 0.4, "linear")
    least = linear_expected(W, best, 0.9, 0.4)
    assert all(linear_expected(W, best + rng.normal(size=5) * 0.05, 0.9, 0.4) > least for _ in range(20))


def test_by_hand_has_the_closed_forms() -> None:
    spec = tm.Autoencoder(4, 2, 0.2, (1, 1, 0.5, 0.5))
    square = by_hand(spec, DECK.W)
    assert square.loss[0] == pytest.approx(3 * 0.2**2 / 6, abs=4 * square.loss_error[0])
    alone = by_hand(spec, BY_NAME["orthogonal, two left out"].W)
    exact = most_important_alone(spec.importances, 2, 0.2)
    assert exact == pytest.approx(0.2 / 3 - 0.2**2 / 4)
    assert alone.loss[0] == pytest.approx(exact, abs=4 * alone.loss_error[0])
    assert most_important_alone(spec.importances, 4, 0.2) == 0
