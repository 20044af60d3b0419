"""The loss of one active feature, taken apart: closed forms against the model itself and against random inputs."""

from typing import get_args

import numpy as np
import pytest

from toymodels.analysis.interference import Form, measured_loss, monte_carlo, terms
from toymodels.analysis.losses import best_linear_bias, linear_expected
from toymodels.arrays import Array

FORMS: tuple[Form, ...] = get_args(Form)
IMPORTANCE = 0.8 ** np.arange(5)


def weights(seed: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    return rng.normal(0, 0.7, (2, 5)), rng.normal(0, 0.3, 5)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", range(5))
def test_the_terms_add_up_to_the_loss_that_the_model_gives(form: Form, seed: int) -> None:
    W, b = weights(seed)
    assert float(terms(form, W, b, IMPORTANCE).total) == pytest.approx(
        measured_loss(form, W, b, IMPORTANCE, 0.2), abs=1e-5
    )


@pytest.mark.parametrize("form", FORMS)
def test_monte_carlo_is_unbiased_and_its_errors_are_honest(form: Form) -> None:
    W, b = weights(0)
    exact = terms(form, W, b, IMPORTANCE)
    received = exact.interference.sum(axis=0)
    off = []
    for seed in range(60):
        one = monte_carlo(form, W, b, IMPORTANCE, 0.3, np.random.default_rng(seed), samples=300)
        if form == "x = 1":
            assert one.total_error == 0
            np.testing.assert_allclose(one.received, received)
            np.testing.assert_allclose(one.benefit, exact.benefit)
            continue
        off.append((one.total - float(exact.total)) / one.total_error)
        np.testing.assert_array_less(np.abs(one.received - received), 6 * one.received_error + 1e-12)
        np.testing.assert_array_less(np.abs(one.benefit - exact.benefit), 6 * one.benefit_error + 1e-12)
    if off:
        assert abs(np.mean(off)) < 0.5
        assert 0.7 < np.std(off) < 1.4


def test_the_linear_form_is_the_linear_loss_in_units_of_the_variance_at_any_density() -> None:
    W, b = weights(3)
    total = float(terms("linear", W, b, IMPORTANCE).total)
    for p in (1.0, 0.3, 0.01):
        loss = linear_expected(W, best_linear_bias(W, p), IMPORTANCE, p)
        assert float(loss) == pytest.approx(total * (p / 3 - p**2 / 4))
        worse = linear_expected(W, best_linear_bias(W, p) + 0.01, IMPORTANCE, p)
        assert worse > loss


def test_an_antipodal_pair_pays_for_its_interference_only_without_the_relu() -> None:
    W, b = np.array([[1.0, -1.0]]), np.zeros(2)
    assert terms("one active", W, b, np.ones(2)).total == 0
    assert terms("x = 1", W, b, np.ones(2)).total == 0
    assert terms("linear", W, b, np.ones(2)).interference.sum() == 2


def test_negative_interference_is_not_free_under_a_positive_bias() -> None:
    W, b = np.array([[1.0, -1.0]]), np.array([0.0, 0.5])
    cost = terms("one active", W, b, np.ones(2)).interference
    assert cost[0, 1] == pytest.approx(0.5**3 / 3)
    assert cost[1, 0] == 0
