"""The antipodal pair of least loss: against random inputs, known optima and boundaries."""

import numpy as np
import pytest

from toymodels.analysis.antipodal_pair import best_antipodal, best_antipodal_up_to
from toymodels.analysis.losses import two_feature_boundary
from toymodels.analysis.two_features import antipodal_up_to, best_bias
from toymodels.models import autoencode


@pytest.mark.parametrize(("r", "p"), [(1.0, 0.8), (0.5, 0.4), (0.1, 0.175), (1.0, 0.05)])
def test_the_best_antipodal_pair_has_the_loss_that_it_says(r: float, p: float) -> None:
    pair = best_antipodal(r, p)
    rng = np.random.default_rng(2)
    x = np.where(rng.random((400_000, 2)) < p, rng.random((400_000, 2)), 0)
    W = pair.lengths[None] * [1, -1]
    losses = (x - autoencode(W, pair.biases, x, "relu")) ** 2 @ np.array([1, r])
    assert abs(pair.loss - losses.mean()) <= 4 * losses.std() / np.sqrt(len(losses))
    assert pair.loss <= best_bias(-1.0, r, p)[1] + 1e-9


@pytest.mark.parametrize(
    ("p", "loss", "lengths"), [(4 / 7, 0.09342, None), (0.686, 0.10763, (0.77, 0.77)), (0.8, 0.10552, (0.44, 0.93))]
)
def test_known_optima_of_equal_features(p: float, loss: float, lengths: tuple[float, float] | None) -> None:
    pair = best_antipodal(1.0, p)
    assert pair.loss == pytest.approx(loss, abs=2e-5)
    if lengths is not None:
        assert sorted(pair.lengths) == pytest.approx(lengths, abs=0.01)


@pytest.mark.parametrize(("r", "boundary"), [(0.1, 0.181), (0.5, 0.485), (1.0, 0.88)])
def test_with_lengths_and_biases_free_antipodal_pairs_win_further_still(r: float, boundary: float) -> None:
    assert best_antipodal_up_to(r) == pytest.approx(boundary, abs=0.01)
    assert two_feature_boundary(r) < antipodal_up_to(r) < best_antipodal_up_to(r)
