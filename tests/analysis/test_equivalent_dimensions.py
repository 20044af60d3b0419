"""What superposition saves: closed cases by hand, the codes without superposition as models, and trained ones."""

from dataclasses import replace

import numpy as np
import pytest

import toymodels as tm
from tests.experiments.made import made
from toymodels.analysis.equivalent_dimensions import (
    dimensions_for_loss,
    equivalent_dimensions,
    equivalent_dimensions_error,
)
from toymodels.analysis.losses import losses_without_superposition
from toymodels.experiments.storage import N_FEATURES, storage_spec


@pytest.mark.parametrize("p", [1.0, 0.3, 0.02])
def test_the_losses_without_superposition_are_those_of_such_codes(p: float) -> None:
    spec = storage_spec(5, p)
    losses = losses_without_superposition(spec.importances, p)
    assert losses.shape == (N_FEATURES + 1,)
    assert losses[-1] == 0
    assert (np.diff(losses) < 0).all()
    W = np.eye(5, N_FEATURES)[None]
    b = np.where(np.arange(N_FEATURES) < 5, 0, p / 2)[None]
    loss, error = tm.losses.estimate(spec, {"W": W, "b": b}, samples=65_536)
    assert loss[0] == pytest.approx(losses[5], abs=5 * error[0] + 1e-7)


def test_no_other_bias_or_length_of_a_code_without_superposition_has_a_lower_loss() -> None:
    spec = storage_spec(3, 0.1)
    best = losses_without_superposition(spec.importances, 0.1)[3]
    for length, other in ((0.95, 0.05), (1.05, 0.05), (1.0, 0.04), (1.0, 0.06)):
        W = length * np.eye(3, N_FEATURES)[None]
        b = np.where(np.arange(N_FEATURES) < 3, 0, other)[None]
        assert tm.losses.estimate(spec, {"W": W, "b": b}).loss[0] > best


def test_a_code_without_superposition_is_equivalent_to_its_dimensions() -> None:
    importances = 0.9 ** np.arange(20)
    losses = losses_without_superposition(importances, 0.2)
    for m in range(21):
        assert dimensions_for_loss(float(losses[m]), importances, 0.2) == pytest.approx(m)
    assert dimensions_for_loss(float(losses[5:7].mean()), importances, 0.2) == pytest.approx(5.5)
    assert dimensions_for_loss(2 * float(losses[0]), importances, 0.2) == 0
    assert dimensions_for_loss(0.0, importances, 0.2) == 20


def test_two_features_in_one_dimension_are_worth_what_the_closed_form_says() -> None:
    # An antipodal pair losses p^2 / 3 at r = 1, one left out p/3 - p^2/4: the pair is worth 2 - p^2/3 / (p/3 - p^2/4).
    p = 0.1
    pair = tm.losses.two_feature_losses(1.0, p).antipodal
    expected = 2 - (p**2 / 3) / (p / 3 - p**2 / 4)
    assert dimensions_for_loss(pair, [1.0, 1.0], p) == pytest.approx(expected)


def test_a_linear_model_is_equivalent_to_its_dimensions_at_any_density() -> None:
    run = tm.train(tm.Autoencoder(20, 5, (1.0, 0.1, 0.01), 0.9, "linear"))
    np.testing.assert_allclose(equivalent_dimensions(run), 5, atol=0.1)


def test_the_simple_solution_is_worth_all_its_features() -> None:
    # 2 of 4 absolute values by hand, the others answered by their mean: worth two features.
    spec = tm.AbsMLP(4, 4, 0.3, 0.8)
    W1, W2, b = tm.neurons.simple_solution(2)
    parameters = {
        "W1": np.pad(W1, ((0, 0), (0, 2)))[None],
        "W2": np.pad(W2, ((0, 2), (0, 0)))[None],
        "b": np.array([[*b, 0.15, 0.15]]),
    }
    estimate = tm.losses.estimate(spec, parameters, samples=65_536)
    assert dimensions_for_loss(float(estimate.loss[0]), spec.importances, 0.3) == pytest.approx(2, abs=0.02)


def test_the_error_of_equivalent_dimensions_is_that_of_the_loss_by_the_slope() -> None:
    spec = tm.Autoencoder(20, 5, 0.2, 0.9)
    losses = losses_without_superposition(spec.importances, 0.2)
    run = made(spec, losses[6:8].mean(), W=np.eye(5, 20))
    error = 0.03 * (losses[6] - losses[7])
    assert equivalent_dimensions_error(replace(run, loss_error=np.array([error]))) == pytest.approx(0.03)
    assert equivalent_dimensions_error(run) == 0
