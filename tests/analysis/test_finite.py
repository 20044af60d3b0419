"""NaN and infinity in a measure's argument are refused with a sentence that names the argument and the place."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import toymodels as tm
from toymodels.analysis import (
    directions,
    equivalent_dimensions,
    inhibition,
    interference,
    linear_probes,
    losses,
    neurons,
    transitions,
    two_features,
)
from toymodels.arrays import Array, finite

W1, W2, B = neurons.simple_solution(2)
W, b, ONES = np.eye(2, 3), np.zeros(3), np.ones(3)
SAMPLES = linear_probes.held_out_samples(0.2, 2, signed=True)
RNG = np.random.default_rng(0)


def broken(values: Array, value: float) -> Array:
    """The same with one number that is none, in the last place."""
    array = np.array(values, dtype=np.float64)
    array.flat[-1] = value
    return array


CALLS: dict[str, tuple[str, Callable[[float], object]]] = {
    "cosines": ("W", lambda v: directions.cosines(broken(W, v))),
    "angles_between": ("W", lambda v: directions.angles_between(broken(W, v))),
    "antipodal_pairs": ("W", lambda v: directions.antipodal_pairs(broken(W, v))),
    "turned": ("W", lambda v: directions.turned(broken(W, v))),
    "turned_like": ("W", lambda v: directions.turned_like(broken(W, v), W)),
    "feature_graph": ("W", lambda v: tm.feature_graph.feature_graph(broken(W, v))),
    "n_dimensions": ("W", lambda v: tm.feature_graph.n_dimensions(broken(W, v))),
    "own_space": ("W", lambda v: tm.feature_graph.own_space(broken(W, v), 2)),
    "off_right_angles": ("W", lambda v: tm.feature_graph.off_right_angles(broken(W, v), [])),
    "one_active W": ("W", lambda v: losses.one_active(broken(W, v), b, ONES)),
    "one_active b": ("b", lambda v: losses.one_active(W, broken(b, v), ONES)),
    "at_one": ("b", lambda v: losses.at_one(W, broken(b, v), ONES)),
    "linear_expected": ("W", lambda v: losses.linear_expected(broken(W, v), b, ONES, 0.1)),
    "best_linear_bias": ("W", lambda v: losses.best_linear_bias(broken(W, v), 0.1)),
    "loss_without_superposition": (
        "importances",
        lambda v: losses.loss_without_superposition(broken(ONES, v), 2, 0.1),
    ),
    "dimensions_for_loss": ("loss", lambda v: equivalent_dimensions.dimensions_for_loss(v, ONES, 0.1)),
    "expected_loss cosine": ("cosine", lambda v: two_features.expected_loss(v, 0, 1, 0.1)),
    "expected_loss bias": ("bias", lambda v: two_features.expected_loss(0, v, 1, 0.1)),
    "measured_loss": ("W", lambda v: interference.measured_loss("one active", broken(W, v), b, ONES, 0.1)),
    "monte_carlo": ("b", lambda v: interference.monte_carlo("one active", W, broken(b, v), ONES, 0.1, RNG)),
    "rescaled": ("W1", lambda v: neurons.rescaled(broken(W1, v), W2)),
    "monosemanticity": ("W1", lambda v: neurons.monosemanticity(broken(W1, v))),
    "dead": ("W2", lambda v: neurons.dead(W1, broken(W2, v))),
    "contributions": ("W2", lambda v: neurons.contributions(W1, broken(W2, v))),
    "responses": ("b", lambda v: neurons.responses(W1, W2, broken(B, v))),
    "sides_computed": ("W1", lambda v: neurons.sides_computed(broken(W1, v), W2, B)),
    "effects": ("W2", lambda v: neurons.effects(W1, broken(W2, v))),
    "effective_features": ("W1", lambda v: neurons.effective_features(broken(W1, v))),
    "kinds": ("W1", lambda v: neurons.kinds(broken(W1, v), W2)),
    "by_importance": ("W1", lambda v: neurons.by_importance(broken(W1, v), np.ones(2))),
    "find": ("b", lambda v: inhibition.find(W1, W2, broken(B, v))),
    "probe_neurons": ("W1", lambda v: linear_probes.probe_neurons(broken(W1, v), SAMPLES)),
    "sparse_limit": ("W1", lambda v: linear_probes.sparse_limit(broken(W1, v))),
    "levels": ("W", lambda v: transitions.levels(broken(W[None], v))),
    "drops": ("loss", lambda v: transitions.drops(broken(np.ones(20), v))),
    "jumps": ("level", lambda v: transitions.jumps(broken(np.ones((20, 1)), v), [])),
}


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("call", CALLS)
def test_what_is_not_finite_is_refused_by_the_name_of_the_argument(call: str, value: float) -> None:
    argument, measure = CALLS[call]
    with pytest.raises(ValueError, match=rf"^{argument} must hold finite numbers, got {value}"):
        measure(value)


def test_the_place_is_said_and_what_is_finite_is_given_back_in_float64() -> None:
    assert finite("W", np.ones((2, 2), np.float32)).dtype == np.float64
    with pytest.raises(ValueError, match=r"^W must hold finite numbers, got nan at \[1, 0\]$"):
        finite("W", np.array([[1, 2], [np.nan, np.inf]]))


@pytest.mark.parametrize("scale", [1e155, 1e-170, 1e308, 1e-308])
def test_measures_of_neurons_that_compare_weights_do_not_depend_on_their_size(scale: float) -> None:
    weights = np.array([[1.0, -1, 0], [0, 0.5, 0.25], [0, 0, 0]])
    assert_allclose(neurons.monosemanticity(scale * weights), [1 / 2, 2 / 3, 0])
    assert_allclose(linear_probes.sparse_limit(scale * weights), [1 / 2, 4 / 5, 0])


@pytest.mark.parametrize("scale", [1e155, 1e-170])
def test_cosines_and_views_do_not_depend_on_the_size_of_w(scale: float) -> None:
    pentagon = tm.polytopes.polygon(5)
    assert_array_equal(directions.cosines(2.0**500 * pentagon), directions.cosines(pentagon))
    assert_allclose(directions.angles_between(scale * pentagon), directions.angles_between(pentagon), atol=1e-6)
    assert_allclose(directions.turned(scale * pentagon) / scale, directions.turned(pentagon), atol=1e-12)


def test_a_cosine_beyond_one_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^cosine must be from -1 to 1, got 1\.5 at \[1\]$"):
        two_features.expected_loss([0.5, 1.5], 0, 1, 0.1)
