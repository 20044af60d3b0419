"""The slides "As to why superposition occurs only with nonlinear models", in the deck's words, over several seeds."""

from dataclasses import replace
from functools import cache
from typing import get_args

import numpy as np
import pytest

import toymodels as tm
from toymodels.analysis.interference import Form, monte_carlo, terms
from toymodels.analysis.losses import two_feature_boundary, two_feature_losses
from toymodels.experiments import why as claims
from toymodels.experiments.why import two_feature_spec
from toymodels.run import Run

SEEDS = range(8)
FORMS: tuple[Form, ...] = get_args(Form)


@cache
def relu(p: float, seed: int, n: int = 5) -> Run:
    return tm.train(tm.Autoencoder(n, 2, p, 0.9), seed=seed)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("p", [1.0, 0.3, 0.1, 0.03])
def test_the_bars_are_the_loss_and_monte_carlo_agrees(form: Form, p: float) -> None:
    agree = 0
    for seed in SEEDS:
        run = relu(p, seed)
        W, b, importance = run.W[0], run.b[0], run.spec.importances
        sampled = monte_carlo(form, W, b, importance, p, np.random.default_rng(seed))
        add_up, agrees = claims.bars_add_up(form, W, b, importance, p, sampled)
        assert add_up.holds, add_up.measured
        agree += agrees.holds is True
    assert agree >= 7


def test_a_linear_model_keeps_the_most_important_features_and_does_not_interfere() -> None:
    for seed in SEEDS:
        run = tm.train(tm.Autoencoder(5, 2, (1.0, 0.3, 0.1, 0.01), 0.9, "linear"), seed=seed, steps=1000)
        check = claims.linear_interference_is_never_worth_it(run)
        assert check.holds, check.measured
        assert check.measured.startswith("It keeps features 1, 2; interference is ")


@pytest.mark.parametrize("p", [0.2, 0.1, 0.05])
def test_negative_interference_is_free_in_a_sparse_relu_model(p: float) -> None:
    free = sum(claims.negative_interference_is_free(relu(p, seed)).holds is True for seed in SEEDS)
    assert free >= 7


@pytest.mark.parametrize("seed", range(4))
def test_the_same_weights_without_the_relu_would_pay_many_times_as_much(seed: int) -> None:
    run = relu(0.1, seed)
    with_relu, without = (
        float(terms(form, run.W[0], run.b[0], run.spec.importances).interference.sum()) for form in (FORMS[1], FORMS[2])
    )
    assert without > 10 * with_relu


@pytest.mark.parametrize("r", [0.1, 0.3, 0.5, 0.7, 0.9, 1.0])
def test_antipodal_wins_if_and_only_if_p_is_below_the_boundary(r: float) -> None:
    for p in np.linspace(0.005, 1, 200):
        losses = two_feature_losses(r, float(p))
        wins = losses.antipodal < min(losses.ignore_first, losses.ignore_second)
        assert wins == (p < two_feature_boundary(r))


@pytest.mark.parametrize("r", [0.5, 0.9])
def test_trained_pairs_are_antipodal_below_the_boundary_and_not_far_above_it(r: float) -> None:
    for factor in (0.1, 0.5, 0.9, 1.35):
        for seed in (0, 1):
            pair = tm.train(two_feature_spec(r, factor * two_feature_boundary(r)), seed=seed)
            check = claims.antipodal_wins_below_the_boundary(pair)
            assert check.holds, check.measured


def test_just_above_the_boundary_the_bias_wins_and_the_claim_is_said_not_to_hold() -> None:
    check = claims.antipodal_wins_below_the_boundary(tm.train(two_feature_spec(0.9, 0.57), seed=0))
    assert check.holds is False
    assert "the pair wins up to p = 0.73" in check.measured


def test_a_pair_that_gradient_descent_misses_is_said_to_be_missed() -> None:
    pair = tm.train(two_feature_spec(0.5, 0.4), steps=10)
    one = {"W": np.array([[[1.0, 0.0]]]), "b": np.array([[0.0, 0.2]])}
    check = claims.antipodal_wins_below_the_boundary(replace(pair, parameters=one))
    assert check.holds is False
    assert "a local minimum of gradient descent" in check.measured


def test_claims_fail_on_weights_that_break_them() -> None:
    superposed = relu(0.05, 0)
    assert claims.linear_interference_is_never_worth_it(superposed).holds is False
    raised = replace(superposed, parameters={"W": superposed.W, "b": superposed.b + 0.5})
    assert claims.negative_interference_is_free(raised).holds is False
    W, b = np.array([[1.0, -1.0]]), np.array([0.3, 0.3])
    assert claims.free_and_clear(W, b) == (1, 0)
    assert claims.free_and_clear(W, np.zeros(2)) == (1, 1)
    rng = np.random.default_rng(0)
    other = monte_carlo("one active", W, b, np.ones(2), 0.1, rng)
    _, agrees = claims.bars_add_up("one active", W, np.zeros(2), np.ones(2), 0.1, other)
    assert agrees.holds is False


def test_claims_say_when_a_run_cannot_tell() -> None:
    equal = tm.train(tm.Autoencoder(4, 2, 0.1, 1.0, "linear"), steps=10)
    assert claims.linear_interference_is_never_worth_it(equal).holds is None
    assert claims.negative_interference_is_free(equal).holds is None
    assert claims.negative_interference_is_free(relu(1.0, 0)).holds is None
