"""The deck's two hand-made codes: their closed forms against sampled faces."""

from typing import get_args

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from toymodels.experiments.faces import (
    IMPORTANCE,
    Code,
    CodeName,
    antipodal_code,
    codes_by_hand,
    face_spec,
    two_features_code,
)
from toymodels.experiments.two_dimensions import superposition_pays_from
from toymodels.names import FACE_FEATURES
from toymodels.spec import Activation

ACTIVATIONS: tuple[Activation, ...] = get_args(Activation)
UNEQUAL = (1.0, 0.7, 0.4, 0.2)


def sampled_loss(code: Code, p: float, importance: tuple[float, ...], activation: Activation) -> tuple[float, float]:
    """The mean loss over many faces and its standard error, from the definitions alone."""
    rng = np.random.default_rng(0)
    shape = (200_000, 4)
    x = np.where(rng.uniform(size=shape) < p, rng.uniform(size=shape), 0)
    answer = x @ code.W.T @ code.W + code.b
    if activation == "relu":
        answer = answer.clip(0)
    losses = ((x - answer) ** 2) @ np.array(importance)
    return float(losses.mean()), float(losses.std() / np.sqrt(len(losses)))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("p", "importance"), [(1.0, IMPORTANCE), (0.5, UNEQUAL), (0.2, IMPORTANCE)])
def test_the_closed_forms_agree_with_sampled_faces(
    p: float, importance: tuple[float, ...], activation: Activation
) -> None:
    for code in codes_by_hand(p, importance, activation):
        mean, error = sampled_loss(code, p, importance, activation)
        assert error < 0.02 * mean
        assert abs(code.loss - mean) < 4 * error, code.name


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_two_features_keeps_the_eyes_and_the_nose_and_answers_the_rest_by_its_mean(activation: Activation) -> None:
    code = two_features_code(0.4, IMPORTANCE)
    assert_array_equal(code.W, [[1, 0, 0, 0], [0, 1, 0, 0]])
    assert_allclose(code.b, [0, 0, 0.2, 0.2])
    assert_allclose(code.loss, 1.0 * (0.4 / 3 - 0.16 / 4))


def test_four_arrows_are_two_antipodal_pairs() -> None:
    code = antipodal_code(0.4, IMPORTANCE, "relu")
    assert_array_equal(code.W, [[1, 0, -1, 0], [0, 1, 0, -1]])
    assert_array_equal(code.b, [0, 0, 0, 0])
    assert_allclose(code.loss, 3.0 * 0.16 / 6)


def test_without_relu_four_arrows_cost_as_much_as_storing_nothing() -> None:
    assert_allclose(antipodal_code(0.4, UNEQUAL, "linear").loss, sum(UNEQUAL) * (0.4 / 3 - 0.16 / 4))


@pytest.mark.parametrize("p", [0.01, 0.1, 0.3, 0.6, 0.9, 1.0])
@pytest.mark.parametrize("importance", [IMPORTANCE, UNEQUAL])
def test_no_other_bias_makes_a_linear_code_or_an_unstored_feature_cheaper(
    p: float, importance: tuple[float, ...]
) -> None:
    for code in codes_by_hand(p, importance, "linear"):
        for shift in (-0.01, 0.01):
            for feature in range(4):
                moved = code.b.copy()
                moved[feature] += shift
                # Around its best bias the loss of a linear output rises by exactly I_i times the shift squared.
                errors = code.W.T @ code.W - np.eye(4)
                mean = errors @ np.full(4, p / 2) + moved
                variance = (errors**2) @ np.full(4, p / 3 - p**2 / 4)
                loss = np.array(importance) @ (variance + mean**2)
                assert_allclose(loss, code.loss + importance[feature] * shift**2)


def test_with_relu_superposition_pays_when_faces_are_sparse_and_not_when_they_are_dense() -> None:
    dense, sparse = codes_by_hand(1.0, IMPORTANCE, "relu"), codes_by_hand(0.1, IMPORTANCE, "relu")
    assert dense[0].loss < dense[1].loss
    assert sparse[1].loss < sparse[0].loss


@pytest.mark.parametrize("p", [0.001, 0.1, 0.5, 1.0])
def test_without_relu_superposition_never_pays(p: float) -> None:
    two, four = codes_by_hand(p, IMPORTANCE, "linear")
    assert two.loss < four.loss


def test_the_codes_are_named_and_come_in_the_decks_order() -> None:
    assert tuple(code.name for code in codes_by_hand(0.5, IMPORTANCE, "relu")) == get_args(CodeName)


def test_the_face_is_four_features_through_two_dimensions() -> None:
    spec = face_spec((0.1, 1.0))
    assert (spec.n_features, spec.n_hidden, len(FACE_FEATURES)) == (4, 2, 4)
    assert spec.importance == (1.0, 1.0, 0.5, 0.5)
    assert spec.feature_probability == (0.1, 1.0)
    assert spec.activation == "relu"


def test_a_face_of_bad_values_is_refused_as_its_spec_is() -> None:
    with pytest.raises(ValueError, match="importance must hold one number per feature"):
        face_spec(0.5, (1, 1, 1))
    with pytest.raises(ValueError, match="feature_probability must be from 1e-06 to 1"):
        face_spec(0)


@pytest.mark.parametrize("importance", [IMPORTANCE, UNEQUAL, (1.0, 1.0, 1.0, 1.0)])
def test_superposition_pays_from_where_the_two_codes_have_the_same_loss(importance: tuple[float, ...]) -> None:
    S = superposition_pays_from(importance, "relu")
    assert S is not None
    two, four = codes_by_hand(1 - S, importance, "relu")
    assert_allclose(two.loss, four.loss)
    two, four = codes_by_hand(1 - S - 0.01, importance, "relu")
    assert four.loss < two.loss
    assert superposition_pays_from(importance, "linear") is None
