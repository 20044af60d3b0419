"""Two features at an angle: exact losses against random inputs and against the closed forms of the two ends."""

import numpy as np
import pytest

from toymodels.analysis.losses import two_feature_boundary, two_feature_losses
from toymodels.analysis.two_features import (
    antipodal_up_to,
    best_bias,
    expected_loss,
)
from toymodels.models import autoencode
from toymodels.spec import Activation


@pytest.mark.parametrize("activation", ["relu", "linear"])
@pytest.mark.parametrize(
    ("cosine", "bias", "p", "r"),
    [(-1, 0.05, 0.5, 0.9), (0.3, -0.2, 0.8, 0.5), (0, 0.1, 0.3, 0.9), (-0.6, 0.4, 0.9, 0.2), (1, -0.5, 0.9, 0.7),
     (-0.3, -0.9, 1.0, 1.0), (1e-9, -0.4, 0.9, 1.0)],
)  # fmt: skip
def test_the_expected_loss_is_that_of_random_inputs(
    cosine: float, bias: float, p: float, r: float, activation: Activation
) -> None:
    rng = np.random.default_rng(1)
    x = np.where(rng.random((100_000, 2)) < p, rng.random((100_000, 2)), 0)
    W = np.array([[1, cosine], [0, np.sqrt(1 - cosine**2)]])
    losses = (x - autoencode(W, np.full(2, bias), x, activation)) ** 2 @ np.array([1, r])
    error = losses.std() / np.sqrt(len(losses))
    assert abs(float(expected_loss(cosine, bias, r, p, activation)) - losses.mean()) <= 4 * error + 1e-12


@pytest.mark.parametrize("p", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("r", [0.3, 1.0])
def test_both_ends_have_their_closed_forms(p: float, r: float) -> None:
    assert float(expected_loss(0, 0, r, p)) == 0
    assert float(expected_loss(-1, 0, r, p)) == pytest.approx(two_feature_losses(r, p).antipodal)
    variance = p / 3 - p**2 / 4
    for cosine in (-1.0, -0.4, 0.7):
        bias, loss = best_bias(cosine, r, p, "linear")
        assert loss == pytest.approx((1 + r) * cosine**2 * variance, rel=1e-4)
        assert bias == pytest.approx(-cosine * p / 2, abs=1e-3)


def test_a_linear_pair_is_never_worth_one_dimension() -> None:
    for p in (0.01, 0.1, 0.5, 1.0):
        for r in (0.1, 0.5, 1.0):
            assert best_bias(-1.0, r, p, "linear")[1] > 1.9 * two_feature_losses(r, p).ignore_second


@pytest.mark.parametrize("r", [0.1, 0.5, 0.9, 1.0])
def test_the_best_bias_lets_antipodal_pairs_win_a_little_further(r: float) -> None:
    boundary, further = two_feature_boundary(r), antipodal_up_to(r)
    assert boundary < further < 1.15 * boundary
    for p, wins in ((further - 0.01, True), (further + 0.01, False)):
        assert (best_bias(-1.0, r, p)[1] < two_feature_losses(r, p).ignore_second) == wins


def test_the_losses_follow_the_shapes_of_angle_and_bias() -> None:
    grid = expected_loss(np.cos(np.linspace(0, np.pi, 7)), np.linspace(-1, 1, 5)[:, None], 0.9, 0.2)
    assert grid.shape == (5, 7)
    assert grid[2, 3] == pytest.approx(0, abs=1e-30)
    assert grid[3, 2] == pytest.approx(float(expected_loss(np.cos(np.pi / 3), 0.5, 0.9, 0.2)))
