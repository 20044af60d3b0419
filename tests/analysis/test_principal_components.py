"""The loss of principal component analysis: against samples, by hand, and as the bound of linear training."""

import numpy as np
import pytest

import toymodels as tm
from toymodels.analysis.principal_components import principal_components_loss
from toymodels.data import Correlated, Independent

GROUPS = Correlated(((0, 1), (2, 3)))


@pytest.mark.parametrize("data", [GROUPS, Independent()], ids=repr)
@pytest.mark.parametrize("n_hidden", [1, 2, 5])
def test_samples_lose_as_much(data: Correlated | Independent, n_hidden: int) -> None:
    p = np.full((1, 5), 0.4)
    x = data.sample(p, 400_000, np.random.default_rng(0))[0].astype(np.float64)
    centred = x - x.mean(axis=0)
    # The residual sum of squares of a truncated singular value decomposition, without any covariance.
    values = np.linalg.svd(centred, compute_uv=False)
    lost = float((values[n_hidden:] ** 2).sum()) / len(x)
    (exact,) = principal_components_loss(data.covariance(p), n_hidden)
    assert exact == pytest.approx(lost, rel=0.01, abs=1e-12)


def test_a_linear_model_reaches_it_and_none_goes_below() -> None:
    run = tm.train(tm.Autoencoder(5, 2, (0.8, 0.3), 1.0, "linear", data=GROUPS))
    exact = principal_components_loss(GROUPS.covariance(run.spec.probabilities), 2)
    np.testing.assert_allclose(run.loss, exact, rtol=0.01)


def test_two_partners_in_one_dimension_keep_their_sum() -> None:
    # Variance v and covariance c: the eigenvalues are v + c and v - c.
    assert principal_components_loss([[3, 1], [1, 3]], 1) == pytest.approx(2)
    assert principal_components_loss(np.eye(3), 3) == principal_components_loss(np.eye(3), 4) == 0


def test_what_is_no_covariance_is_refused() -> None:
    with pytest.raises(ValueError, match="covariance"):
        principal_components_loss([[1, np.nan], [np.nan, 1]], 1)
    with pytest.raises(ValueError, match="n_hidden must be a whole number from 1 to 4096"):
        principal_components_loss(np.eye(2), 0)
