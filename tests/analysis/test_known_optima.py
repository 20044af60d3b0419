"""Known optima and boundaries, each computed twice by other means than this library's; see also test_two_features.py.

Those that need a training are in tests/training/test_train.py, the plateau of D* in tests/experiments/test_geometry.py.
"""

import numpy as np
import pytest

import toymodels as tm
from toymodels.analysis import losses
from toymodels.analysis.polytopes import polygon
from toymodels.arrays import Array


def mean_one_active(corners: int, length: float, bias: float) -> float:
    W = length * polygon(corners)
    return float(losses.one_active(W, np.full(corners, bias), 1.0).total / corners)


@pytest.mark.parametrize(
    ("corners", "length", "bias", "mean"),
    [(5, 1.17046, -0.28230, 0.0158256), (6, 1.32053, -0.61814, 0.0481924), (7, 1.44839, -0.96691, 0.083271)],
)
def test_polygons_have_their_least_one_active_loss_at_the_known_length_and_bias(
    corners: int, length: float, bias: float, mean: float
) -> None:
    assert mean_one_active(corners, length, bias) == pytest.approx(mean, rel=2e-5)
    around = [
        mean_one_active(corners, length * factor, bias + shift)
        for factor in (0.7, 0.9, 0.99, 1, 1.01, 1.1, 1.3)
        for shift in (-0.3, -0.1, -0.01, 0, 0.01, 0.1, 0.3)
        if factor != 1 or shift
    ]
    assert min(around) > mean
    # The paper's running text has |W_i| = 1 / (1 - b_i); its own optimum does not.
    assert abs(length - 1 / (1 - bias)) > 0.3


def test_a_cross_polytope_loses_only_where_both_features_of_a_pair_are_active() -> None:
    W: Array = np.concatenate([np.eye(5), -np.eye(5)], axis=1)
    assert losses.one_active(W, np.zeros(10), 1.0).total == 0
    found, error = losses.estimate(tm.Autoencoder(10, 5, 0.001, 1.0), {"W": W[None], "b": np.zeros((1, 10))})
    assert found[0] == pytest.approx(1.667e-6, abs=4 * error[0] + 1e-9)


def test_twenty_dense_absolute_values_leave_the_rest_of_a_hundred_to_their_mean() -> None:
    left_out = 0.8 ** np.arange(100)[20:]
    assert losses.unrepresented_loss(float(left_out.sum()), 1.0) == pytest.approx(0.0048038395, rel=1e-6)


@pytest.mark.parametrize("r", [1.0, 2.0, 10.0])
def test_of_three_features_in_two_dimensions_the_less_important_pair_pays_below_four_sevenths(r: float) -> None:
    for p, pays in ((4 / 7 - 0.01, True), (4 / 7 + 0.01, False)):
        paired, dropped = losses.antipodal_loss(2.0, p), losses.loss_without_superposition([1, 1, r], 2, p)
        assert (paired < dropped) is pays
