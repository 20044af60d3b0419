import math

import numpy as np
import numpy.typing as npt
import pytest

from toymodels.data import sample_features
from toymodels.samples import active_probability, lattice, several_active


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def within(estimates: npt.ArrayLike, expected: npt.ArrayLike, errors: float = 5) -> bool:
    """Whether the mean of independent estimates (estimates, ...) is within so many standard errors of expected."""
    estimates = np.asarray(estimates)
    error = estimates.std(axis=0, ddof=1) / math.sqrt(len(estimates))
    return bool(np.all(np.abs(estimates.mean(axis=0) - expected) <= errors * error + 1e-9))


def test_feature_probability_is_the_probability_of_being_active() -> None:
    x = sample_features((0.1, 0.9), 4, 20_000, rng())
    assert x.shape == (2, 20_000, 4)
    assert x.dtype == np.float32
    assert np.allclose((x > 0).mean(axis=(1, 2)), (0.1, 0.9), atol=0.01)
    assert np.allclose(x.mean(axis=(1, 2)), (0.05, 0.45), atol=0.01)
    assert x.min() >= 0
    assert x.max() <= 1


def test_every_feature_has_its_own_mask() -> None:
    active = sample_features((0.5,), 6, 20_000, rng())[0] != 0
    correlation = np.corrcoef(active.T) - np.eye(6)
    assert np.abs(correlation).max() < 0.04


def test_signed_features_are_uniform_between_minus_one_and_one() -> None:
    x = sample_features((1.0,), 3, 20_000, rng(), signed=True)
    assert np.allclose(np.quantile(x, (0.25, 0.5, 0.75)), (-0.5, 0, 0.5), atol=0.03)
    assert np.abs(x).max() <= 1


@pytest.mark.parametrize("samples", [1, 7, 64])
def test_each_feature_of_a_lattice_is_evenly_spaced(samples: int) -> None:
    points = np.sort(lattice(rng(), 3, 5, samples) * 2.0**-32, axis=-1)
    assert points.shape == (3, 5, samples)
    assert np.allclose(np.diff(points, axis=-1), 1 / samples, atol=1e-6)


def test_lattice_points_are_uniform_and_features_independent() -> None:
    u = lattice(rng(), 4000, 2, 8)[..., 3] * 2.0**-32
    assert np.histogram(u, bins=4, range=(0, 1))[0].min() > 1850
    assert abs(np.corrcoef(u.T)[0, 1]) < 0.06


@pytest.mark.parametrize("signed", [False, True])
def test_samples_with_several_active_features(signed: bool) -> None:
    p, n = np.array([0.5, 0.02]), 6
    share = active_probability(p, n)
    several = 1 - share[:, 0] - share[:, 1]
    counts, products, firsts = [], [], []
    for seed in range(100):
        x = several_active(p, n, 200, rng(seed), signed)
        assert x.shape == (2, 200, n)
        active = x != 0
        assert active.sum(axis=-1).min() >= 2
        counts.append([[np.mean(row.sum(axis=-1) == k) for k in (2, 3, 4)] for row in active])
        size = np.abs(x).astype(np.float64)
        products.append((size[..., :, None] * size[..., None, :]).mean(axis=1)[:, *np.triu_indices(n, 1)])
        firsts.append(active[..., 0].mean(axis=-1))
    assert within(counts, share[:, 2:5] / several[:, None])
    assert within(products, np.repeat(p**2 / 4 / several, n * (n - 1) // 2).reshape(2, -1))
    assert within(firsts, (p - share[:, 1] / n) / several)


def test_one_feature_has_no_second() -> None:
    assert np.all(several_active((0.5,), 1, 10, rng()) > 0)


@pytest.mark.parametrize("p", [1.0, 0.3, 1e-9])
@pytest.mark.parametrize("n", [1, 5, 400])
def test_active_probability_is_binomial(p: float, n: int) -> None:
    share = active_probability(p, n)
    expected = [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    assert np.allclose(share, expected, rtol=1e-8, atol=1e-15)
