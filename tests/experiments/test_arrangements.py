"""The arrangements that the measure page offers, recognised by their numbers, and the bias that goes with a W."""

import warnings

import numpy as np
import pytest

import toymodels as tm
from toymodels.analysis.losses import linear_expected, loss_without_superposition
from toymodels.analysis.polytopes import BY_NAME
from toymodels.experiments.arrangements import ARRANGEMENTS, DECK, LEFT_OUT, arrangement_of, bias_by_hand
from toymodels.experiments.measure import by_hand


def test_the_menu_begins_with_the_decks_w_and_has_no_name_twice() -> None:
    assert ARRANGEMENTS[0] is DECK
    np.testing.assert_array_equal(DECK.W, [[1, 0, -1, 0], [0, 1, 0, -1]])
    assert len({one.name for one in ARRANGEMENTS}) == len(ARRANGEMENTS)


def test_a_feature_left_out_has_no_dimension_and_gives_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(tm.feature_dimensionality(LEFT_OUT.W), LEFT_OUT.dimensionality)
        np.testing.assert_array_equal(tm.superposition(LEFT_OUT.W), [0, 0, 0, 0])


def test_only_the_numbers_of_an_arrangement_are_recognised() -> None:
    assert arrangement_of(DECK.W) is DECK
    assert arrangement_of(np.round(BY_NAME["pentagon"].W, 4)) is BY_NAME["pentagon"]
    assert arrangement_of(DECK.W + 2e-4) is None
    assert arrangement_of(DECK.W[:, ::-1]) is None
    assert arrangement_of(np.zeros((2, 3))) is None


def test_the_bias_by_hand_answers_what_is_left_out_by_its_average() -> None:
    np.testing.assert_array_equal(bias_by_hand(LEFT_OUT.W, 0.3), [0, 0, 0.15, 0.15])
    np.testing.assert_array_equal(bias_by_hand(DECK.W, 0.3), np.zeros(4))


def test_the_linear_bias_is_the_best() -> None:
    W, rng = BY_NAME["pentagon"].W, np.random.default_rng(0)
    best = bias_by_hand(W, 0.4, "linear")
    least = linear_expected(W, best, 0.9, 0.4)
    assert all(linear_expected(W, best + rng.normal(size=5) * 0.05, 0.9, 0.4) > least for _ in range(20))


def test_by_hand_has_the_closed_forms() -> None:
    spec = tm.Autoencoder(4, 2, 0.2, (1, 1, 0.5, 0.5))
    square = by_hand(spec, DECK.W)
    assert square.loss[0] == pytest.approx(3 * 0.2**2 / 6, abs=4 * square.loss_error[0])
    alone = by_hand(spec, LEFT_OUT.W)
    exact = loss_without_superposition(spec.importances, 2, 0.2)
    assert exact == pytest.approx(0.2 / 3 - 0.2**2 / 4)
    assert alone.loss[0] == pytest.approx(exact, abs=4 * alone.loss_error[0])
    assert loss_without_superposition(spec.importances, 4, 0.2) == 0
