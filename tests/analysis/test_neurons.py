"""Neuron measures: closed cases by hand, invariances, and the kinds."""

import numpy as np
import pytest

from toymodels.analysis import neurons
from toymodels.analysis.inhibition import ideal_motif
from toymodels.models import absolute_value

RNG = np.random.default_rng(7)


@pytest.mark.parametrize("n", [1, 3, 10])
def test_the_simple_solution_is_exactly_the_absolute_value(n: int) -> None:
    W1, W2, b = neurons.simple_solution(n)
    assert W1.shape == (2 * n, n)
    assert W2.shape == (n, 2 * n)
    x = RNG.uniform(-1, 1, (50, n))
    np.testing.assert_allclose(absolute_value(W1, W2, b, x), np.abs(x))
    np.testing.assert_allclose(neurons.responses(W1, W2, b), 1)
    assert neurons.sides_computed(W1, W2, b, threshold=1.0).all()
    assert neurons.kinds(W1, W2) == ["absolute value"] * (2 * n)
    np.testing.assert_allclose(neurons.monosemanticity(W1), 1)


def test_rescaling_changes_no_output_and_makes_the_largest_input_weight_one() -> None:
    W1, W2, b = RNG.normal(size=(4, 8, 5)), RNG.normal(size=(4, 5, 8)), RNG.normal(size=(4, 5))
    W1[0, 3] = 0
    new_W1, new_W2 = neurons.rescaled(W1, W2)
    largest = np.abs(new_W1).max(axis=-1)
    assert largest[0, 3] == 0
    np.testing.assert_allclose(np.delete(largest.ravel(), 3), 1)
    x = RNG.uniform(-1, 1, (4, 100, 5))
    np.testing.assert_allclose(absolute_value(new_W1, new_W2, b, x), absolute_value(W1, W2, b, x))
    assert (np.sign(new_W1) == np.sign(W1)).all()


def test_monosemanticity_is_the_share_of_the_largest_absolute_input_weight() -> None:
    W1 = np.array([[1.0, 0, 0, 0], [1, -1, 0, 0], [-3, 1, 0, 0], [1, 1, -1, -1], [0, 0, 0, 0]])
    np.testing.assert_allclose(neurons.monosemanticity(W1), [1, 0.5, 0.75, 0.25, 0])
    np.testing.assert_allclose(neurons.monosemanticity(5 * W1), neurons.monosemanticity(W1))


def test_a_tail_of_small_weights_does_not_make_a_neuron_serve_several_features() -> None:
    # One weight twenty times the other 99: polysemantic by its share, 1.56 features by the effective number.
    W1 = np.full((1, 100), 0.05)
    W1[0, 7] = -1
    assert neurons.monosemanticity(W1)[0] < 0.2
    assert neurons.effective_features(W1)[0] == pytest.approx(1.2475**2 / (1 + 99 * 0.05**4))
    assert neurons.effective_features(W1)[0] < neurons.SEVERAL
    k_equal = np.tril(np.ones((5, 5)))
    np.testing.assert_allclose(neurons.effective_features([k_equal, -1e-170 * k_equal]), [range(1, 6)] * 2)
    assert neurons.effective_features(np.zeros((2, 3))).tolist() == [0, 0]


def test_own_work_does_not_depend_on_how_a_neuron_is_scaled() -> None:
    W1, W2 = RNG.normal(size=(6, 4)), RNG.normal(size=(4, 6))
    scale = RNG.uniform(0.1, 10, 6)
    np.testing.assert_allclose(
        neurons.contributions(W1 * scale[:, None], W2 / scale), neurons.contributions(W1, W2), rtol=1e-12
    )


def test_responses_are_what_the_model_answers_to_one_feature() -> None:
    W1, W2, b = RNG.normal(size=(2, 6, 4)), RNG.normal(size=(2, 4, 6)), RNG.normal(size=(2, 4))
    rises = neurons.responses(W1, W2, b)
    for side, sign in enumerate((-1.0, 1.0)):
        ends = absolute_value(W1, W2, b, np.broadcast_to(sign * np.eye(4), (2, 4, 4)))
        silent = absolute_value(W1, W2, b, np.zeros((2, 1, 4)))
        expected = np.diagonal(ends - silent, axis1=-2, axis2=-1)
        np.testing.assert_allclose(rises[..., side], expected)


def test_a_constant_answer_computes_nothing() -> None:
    assert not neurons.sides_computed(np.zeros((3, 2)), np.zeros((2, 3)), np.full(2, 0.9)).any()


def test_kinds_tell_apart_what_neurons_do() -> None:
    #                 x1-   x1+   x2+ only   two features   too weak   nothing
    W1 = np.array([[-1, 0, 0], [2.0, 0, 0], [0, 1, 0], [0.0, 0.5, 0.5], [0, 0, 1], [0, 0, 0]])
    W2 = np.zeros((3, 6))
    W2[0, 0], W2[0, 1], W2[1, 2], W2[2, 3], W2[2, 4] = 1, 0.5, 1, 1, 0.1
    assert neurons.kinds(W1, W2) == ["absolute value", "absolute value", "one side", "other", "other", "dead"]


def test_a_neuron_that_changes_another_output_is_not_simple_whatever_it_does_for_its_own() -> None:
    # x1+ alone, with 80 % of the input weight on it; then with a small weight at x2, which changes y'_1 by 1/4.
    W1, W2 = np.array([[2.0, 0.0], [-1, 0]]), np.array([[0.5, 1], [0.0, 0]])
    assert neurons.kinds(W1, W2) == ["absolute value", "absolute value"]
    W1[0, 1] = -0.5
    assert neurons.monosemanticity(W1)[0] == 0.8
    assert neurons.kinds(W1, W2) == ["other", "absolute value"]
    W1[0, 1], W2[1, 1] = -0.4, -0.3
    assert neurons.kinds(W1, W2) == ["absolute value", "other"]


def test_the_neurons_of_the_motif_are_not_simple_and_that_is_seen_without_the_finder() -> None:
    W1, W2, _ = ideal_motif()
    assert neurons.kinds(W1, W2) == ["other", "other"]


def test_effects_are_what_one_feature_alone_does_to_the_sum_at_every_output() -> None:
    W1, W2 = RNG.normal(size=(2, 6, 4)), RNG.normal(size=(2, 4, 6))
    found = neurons.effects(W1, W2)
    assert found.shape == (2, 6, 4, 4)
    np.testing.assert_allclose(np.diagonal(found, axis1=-2, axis2=-1), neurons.contributions(W1, W2))
    driven = np.maximum(np.sign(W1[1, 3, 2]) * W1[1, :, 2], 0)
    assert found[1, 3, 2, 1] == pytest.approx(W2[1, 1, 3] * driven[3])


def test_the_inhibited_side_is_not_computed_when_its_neuron_is_gone() -> None:
    W1, W2, b = ideal_motif()
    assert neurons.sides_computed(W1, W2, b).tolist() == [[False, True], [True, False], [False, True]]
    assert not neurons.sides_computed(W1[1:], W2[:, 1:], b)[:2].any()


def test_neurons_stand_by_the_importance_of_their_largest_feature_then_by_side() -> None:
    W1 = np.array([[0.1, 1, 0], [0, 0.2, -2], [1, 0, 0], [-3, 0, 0.5], [0, 0, 1]])
    assert neurons.by_importance(W1, [0.5, 1.0, 0.1]).tolist() == [0, 3, 2, 1, 4]
    assert neurons.by_importance(W1, [1.0, 1.0, 1.0]).tolist() == [3, 2, 0, 1, 4]


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"W1 must have axes .* \(3, 2\) and \(3, 2\)"):
        neurons.rescaled(np.zeros((3, 2)), np.zeros((3, 2)))
    with pytest.raises(ValueError, match="W1 must have axes"):
        neurons.contributions(np.zeros(3), np.zeros(3))
