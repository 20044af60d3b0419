"""What one unit tells: against plain Monte Carlo, against D_i, and cases that one can do by hand."""

import numpy as np
import pytest

import toymodels as tm
from toymodels.analysis.linear_probes import held_out_samples, probe_neurons, probe_outputs, sparse_limit
from toymodels.arrays import Array
from toymodels.data import sample_features

RNG = np.random.default_rng(11)


def plain(p: float, n: int, signed: bool, samples: int = 400_000) -> Array:
    values: Array = sample_features((p,), n, samples, np.random.default_rng(3), signed)[0].astype(np.float64)
    return values


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("p", [1.0, 0.3, 0.02])
def test_weighted_samples_have_the_moments_of_the_data(p: float, signed: bool) -> None:
    x, weight = held_out_samples(p, 6, signed)
    assert weight.sum() == pytest.approx(1)
    np.testing.assert_allclose(weight @ x, 0 if signed else p / 2, atol=0.004)
    np.testing.assert_allclose(weight @ x**2, p / 3, rtol=0.03)
    assert weight @ np.all(x == 0, axis=1) == pytest.approx((1 - p) ** 6, abs=1e-9)
    # Features are independent: the mean of a product is the product of the means.
    products = (x * weight[:, None]).T @ x
    np.testing.assert_allclose(products[0, 1], 0 if signed else p**2 / 4, atol=0.006 * p)


@pytest.mark.parametrize("p", [1.0, 0.3, 0.05])
def test_a_neuron_tells_what_plain_samples_say(p: float) -> None:
    W1 = RNG.normal(size=(5, 4)) * [2, 1, 1, 0.5]
    probes = probe_neurons(W1, held_out_samples(p, 4, signed=True))
    x = plain(p, 4, signed=True)
    h = np.maximum(x @ W1.T, 0)
    for neuron in range(5):
        found = [
            np.corrcoef(h[:, neuron], np.maximum(sign * x[:, i], 0))[0, 1] ** 2 for sign in (-1, 1) for i in range(4)
        ]
        assert probes.r2[neuron] == pytest.approx(max(found), abs=0.02)
        best = found[4 * int(probes.side[neuron]) + int(probes.feature[neuron])]
        assert best == pytest.approx(max(found), abs=0.02)


def test_a_neuron_of_one_feature_tells_it_all_and_a_silent_one_nothing() -> None:
    W1 = np.array([[0, -3.0, 0], [0, 0, 0.2], [0, 0, 0]])
    for p in (1.0, 0.1, 0.001):
        probes = probe_neurons(W1, held_out_samples(p, 3, signed=True))
        np.testing.assert_allclose(probes.r2, np.array([1.0, 1, 0]), atol=1e-9)
        assert probes.feature[:2].tolist() == [1, 2]
        assert probes.side[:2].tolist() == [0, 1]


def test_the_scale_of_a_neuron_does_not_matter() -> None:
    W1 = RNG.normal(size=(3, 5))
    samples = held_out_samples(0.2, 5, signed=True)
    np.testing.assert_allclose(probe_neurons(7 * W1, samples).r2, probe_neurons(W1, samples).r2)
    np.testing.assert_allclose(sparse_limit(7 * W1), sparse_limit(W1))


def test_very_sparse_features_are_told_as_if_they_were_never_active_together() -> None:
    W1 = RNG.normal(size=(8, 6))
    probes = probe_neurons(W1, held_out_samples(1e-5, 6, signed=True))
    np.testing.assert_allclose(probes.r2, sparse_limit(W1), atol=2e-3)
    np.testing.assert_allclose(sparse_limit(np.array([[3.0, -4], [0, 0], [1, 0]])), np.array([0.64, 0, 1]))


@pytest.mark.parametrize("p", [1.0, 0.3, 0.02])
def test_a_direction_read_as_it_is_tells_its_dimensionality(p: float) -> None:
    W = RNG.normal(size=(3, 7))
    x = plain(p, 7, signed=False)
    directions = W / np.linalg.norm(W, axis=0)
    readings = x @ W.T @ directions
    found = [np.corrcoef(readings[:, i], x[:, i])[0, 1] ** 2 for i in range(7)]
    np.testing.assert_allclose(found, tm.feature_dimensionality(W), atol=0.02)
    linear = tm.train(tm.Autoencoder(7, 3, p, 0.9, "linear"), steps=1, restarts=1)
    linear.parameters["W"][0] = W
    np.testing.assert_allclose(
        probe_outputs(linear, 0, held_out_samples(p, 7, False)), tm.feature_dimensionality(W), atol=0.02
    )


@pytest.mark.parametrize("p", [0.5, 0.05])
def test_the_output_tells_what_plain_samples_say(p: float) -> None:
    for spec in (tm.Autoencoder(6, 2, p, 0.9), tm.AbsMLP(6, 5, p, 0.9)):
        signed = isinstance(spec, tm.AbsMLP)
        run = tm.train(spec)
        x = plain(p, 6, signed)
        if isinstance(spec, tm.AbsMLP):
            outputs = np.maximum(np.maximum(x @ run.W1[0].T, 0) @ run.W2[0].T + run.b[0], 0)
        else:
            outputs = np.maximum(x @ run.W[0].T @ run.W[0] + run.b[0], 0)
        target = np.abs(x)
        probes = probe_outputs(run, 0, held_out_samples(p, 6, signed))
        for i in range(6):
            if outputs[:, i].std() > 1e-3:
                assert probes[i] == pytest.approx(np.corrcoef(outputs[:, i], target[:, i])[0, 1] ** 2, abs=0.03)


def test_an_antipodal_pair_is_told_by_half_and_by_nearly_all_through_the_relu() -> None:
    run = tm.train(tm.Autoencoder(2, 1, 0.01, 1.0))
    run.parameters["W"][0] = [[1, -1]]
    run.parameters["b"][0] = 0
    np.testing.assert_allclose(tm.feature_dimensionality(run.W[0]), 0.5)
    assert probe_outputs(run, 0, held_out_samples(0.01, 2, False)).min() > 0.97


def test_outputs_that_do_not_vary_tell_nothing() -> None:
    run = tm.train(tm.Autoencoder(2, 1, 0.3, 1.0), steps=1)
    run.parameters["W"][0] = [[0, 0.7]]
    run.parameters["b"][0] = [0.3, 0]
    np.testing.assert_allclose(probe_outputs(run, 0, held_out_samples(0.3, 2, False)), [0, 1], atol=1e-9)
