"""The slides "Toy problem", in the deck's words, over several seeds."""

import numpy as np
import pytest

import toymodels as tm
from toymodels.experiments import faces as claims
from toymodels.experiments.faces import face_spec
from toymodels.experiments.two_dimensions import linear_never_superposes

SEEDS = range(8)
SPARSITIES = (0.0, 0.2, 0.4, 0.5, 0.55, 0.6, 0.7, 0.8, 0.9, 0.97, 0.99)


@pytest.mark.parametrize("sparsity", [0.8, 0.9, 0.97])
def test_sparse_all_four_features_are_embedded_as_two_antipodal_pairs(sparsity: float) -> None:
    found = 0
    for seed in SEEDS:
        run = tm.train(face_spec(1 - sparsity), seed=seed)
        found += claims.sparse_makes_two_antipodal_pairs(run.W[0], sparsity, "relu").holds is True
    assert found >= 7


def test_dense_eyes_and_nose_alone() -> None:
    for seed in SEEDS:
        run = tm.train(face_spec(1.0), seed=seed)
        assert claims.embedded(run.W[0]) == [0, 1]
        assert claims.dense_keeps_the_most_important(run).holds


def test_equal_importances_cannot_test_which_features_a_dense_model_keeps() -> None:
    run = tm.train(face_spec(1.0, (1, 0.5, 0.5, 0.5)), steps=10)
    assert claims.dense_keeps_the_most_important(run).holds is None


@pytest.mark.parametrize("seed", [0, 1])
def test_the_trained_loss_is_never_above_the_better_hand_made_code(seed: int) -> None:
    run = tm.train(face_spec([1 - S for S in SPARSITIES]), seed=seed)
    check = claims.never_worse_than_by_hand(run)
    assert check.holds, check.measured


def test_linear_never_more_than_two_features() -> None:
    for seed in SEEDS:
        run = tm.train(face_spec([1 - S for S in SPARSITIES], activation="linear"), seed=seed)
        assert linear_never_superposes(run).holds


def test_claims_fail_on_weights_that_break_them() -> None:
    pentagon_less_one = np.array([[1, 0.31, -0.81, -0.81], [0, 0.95, 0.59, -0.59]])
    assert claims.sparse_makes_two_antipodal_pairs(pentagon_less_one, 0.9, "relu").holds is False
    untrained = tm.train(face_spec([1.0, 0.1]), steps=1, restarts=1)
    assert claims.never_worse_than_by_hand(untrained).holds is False
    superposed = tm.train(face_spec(0.05))
    assert linear_never_superposes(superposed).holds is False
