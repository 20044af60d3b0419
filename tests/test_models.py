"""The forward passes against the deck's formulas, written out entry by entry."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from toymodels.models import absolute_value, autoencode, encode


def relu(value: float) -> float:
    return max(0.0, value)


def test_encode_is_w_times_x() -> None:
    W = np.array([[1.0, 0, -1, 0], [0, 1, 0, -1]])
    assert_array_equal(encode(W, np.array([[0.8, 0.1, 0.3, 0.4]])), [[0.8 - 0.3, 0.1 - 0.4]])


def test_autoencode_follows_the_deck_entry_by_entry() -> None:
    rng = np.random.default_rng(0)
    W, b, x = rng.normal(size=(2, 4)), rng.normal(size=4), rng.uniform(size=(3, 4))
    for activation in ("relu", "linear"):
        output = autoencode(W, b, x, "relu" if activation == "relu" else "linear")
        for sample in range(3):
            h = [sum(W[k, j] * x[sample, j] for j in range(4)) for k in range(2)]
            for i in range(4):
                z = sum(W[k, i] * h[k] for k in range(2)) + b[i]
                assert_allclose(output[sample, i], relu(z) if activation == "relu" else z)


def test_the_bias_is_inside_the_relu() -> None:
    nothing, x = np.zeros((1, 2)), np.ones((1, 2))
    assert_array_equal(autoencode(nothing, np.array([-1.0, 0.25]), x), [[0, 0.25]])
    assert_array_equal(autoencode(nothing, np.array([-1.0, 0.25]), x, "linear"), [[-1, 0.25]])


def test_relu_is_the_default_output() -> None:
    W, b = np.array([[1.0, -1.0]]), np.zeros(2)
    assert_array_equal(autoencode(W, b, np.array([[0.5, 0.0]])), [[0.5, 0]])
    assert_array_equal(autoencode(W, b, np.array([[0.5, 0.0]]), "linear"), [[0.5, -0.5]])


def test_two_neurons_per_feature_give_the_absolute_value_exactly() -> None:
    W1 = np.vstack([np.eye(3), -np.eye(3)])
    W2 = np.hstack([np.eye(3), np.eye(3)])
    x = np.random.default_rng(0).uniform(-1, 1, size=(50, 3))
    assert_allclose(absolute_value(W1, W2, np.zeros(3), x), np.abs(x))


def test_absolute_value_follows_the_deck_entry_by_entry() -> None:
    rng = np.random.default_rng(1)
    W1, W2, b, x = rng.normal(size=(2, 3)), rng.normal(size=(3, 2)), rng.normal(size=3), rng.normal(size=(4, 3))
    output = absolute_value(W1, W2, b, x)
    for sample in range(4):
        h = [relu(sum(W1[k, j] * x[sample, j] for j in range(3))) for k in range(2)]
        for i in range(3):
            assert_allclose(output[sample, i], relu(sum(W2[i, k] * h[k] for k in range(2)) + b[i]))


def test_leading_axes_give_what_a_loop_gives() -> None:
    rng = np.random.default_rng(2)
    W1, W2, b = rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(2, 3, 5, 4)), rng.normal(size=(2, 3, 5))
    x = rng.normal(size=(2, 3, 6, 5))
    coded, folded = autoencode(W1, b, x), absolute_value(W1, W2, b, x)
    for at in np.ndindex(2, 3):
        assert_allclose(coded[at], autoencode(W1[at], b[at], x[at]))
        assert_allclose(folded[at], absolute_value(W1[at], W2[at], b[at], x[at]))


def test_samples_without_the_leading_axes_are_shared_by_all_instances() -> None:
    rng = np.random.default_rng(3)
    W, b, x = rng.normal(size=(3, 2, 4)), rng.normal(size=(3, 4)), rng.uniform(size=(6, 4))
    output = autoencode(W, b, x)
    assert output.shape == (3, 6, 4)
    assert_allclose(output[1], autoencode(W[1], b[1], x))
