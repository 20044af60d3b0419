"""Every argument that makes no sense is refused by a sentence that begins with its name, and none gives a number."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import toymodels as tm
from toymodels import feature_graph, losses, neurons, polytopes
from toymodels.analysis import antipodal_pair, directions, interference, linear_probes, phase_diagram, two_features
from toymodels.arrays import floats

W, b = np.eye(2, 3), np.zeros(3)
SPEC = tm.Autoencoder(3, 2, (1.0, 0.1), 0.9)
WEIGHTS = {"W": np.stack([W, W]).astype(np.float32), "b": np.zeros((2, 3), np.float32)}
RUN = tm.Run(SPEC, 0, 1, 1, WEIGHTS, np.zeros(2), np.zeros(2), 0.0)
RNG = np.random.default_rng(0)
# What the types already forbid.
ANY: Any = None


def without(name: str) -> dict[str, Any]:
    return {other: values for other, values in WEIGHTS.items() if other != name}


CALLS: list[tuple[str, Callable[[], object]]] = [
    ("W", lambda: tm.gram(W * 1j)),
    ("W", lambda: tm.gram(np.array([["1", "2"]]))),
    ("W", lambda: tm.norms(ANY)),
    ("threshold", lambda: tm.represented(W, np.nan)),
    ("threshold", lambda: tm.represented(W, -1)),
    ("threshold", lambda: feature_graph.feature_graph(W, np.nan)),
    ("W", lambda: feature_graph.groups(W[None])),
    ("W", lambda: feature_graph.n_dimensions(b)),
    ("W", lambda: feature_graph.own_space(0 * W, 2)),
    ("dimensions", lambda: feature_graph.own_space(W, -1)),
    ("W", lambda: polytopes.name_of_directions(W)),  # its third column is zero
    ("W", lambda: polytopes.polytope_edges(W)),
    ("corners", lambda: polytopes.polygon(0)),
    ("n_features", lambda: neurons.simple_solution(0)),
    ("W1", lambda: neurons.monosemanticity(b)),
    ("W1", lambda: neurons.by_importance(W, [1, 2])),
    ("importance", lambda: losses.one_active(W, b, -1)),
    ("importance", lambda: losses.one_active(W, b, 0)),
    ("importance", lambda: losses.one_active(W, b, 1.5)),
    ("importance", lambda: losses.one_active(W, b, [-1, 1, 1])),
    ("importance", lambda: losses.one_active(W, b, [np.nan, 1, 1])),
    ("activation", lambda: losses.one_active(W, b, 0.9, "tanh")),  # type: ignore[arg-type]
    ("activation", lambda: losses.at_one(W, b, 0.9, "tanh")),  # type: ignore[arg-type]
    ("b", lambda: losses.zero_active(1.0, 0.9)),
    ("activation", lambda: losses.zero_active(b, 0.9, "tanh")),  # type: ignore[arg-type]
    ("feature_probability", lambda: losses.linear_expected(W, b, 0.9, 2)),
    ("feature_probability", lambda: losses.linear_expected(W, b, 0.9, [0.1, np.nan])),
    ("mean", lambda: losses.linear_expected_of(W, b, 0.9, [0.0], np.eye(3))),
    ("covariance", lambda: losses.linear_expected_of(W, b, 0.9, b, np.nan * np.eye(3))),
    ("feature_probability", lambda: losses.best_linear_bias(W, -0.1)),
    ("feature_probability", lambda: losses.unrepresented_loss(1, 2)),
    ("importance", lambda: losses.unrepresented_loss(-1, 0.5)),
    ("feature_probability", lambda: losses.antipodal_loss(1, -1)),
    ("importance", lambda: losses.antipodal_loss(np.nan, 0.1)),
    ("paired", lambda: losses.antipodal_pays_below(-1, 1)),
    ("paired and dropped", lambda: losses.antipodal_pays_below(0, 0)),
    ("n_hidden", lambda: losses.loss_without_superposition([1, 2], -1, 0.5)),
    ("feature_probability", lambda: losses.losses_without_superposition([1, 2], 5)),
    ("importances", lambda: losses.losses_without_superposition([-1, 2], 0.5)),
    ("importances", lambda: losses.losses_without_superposition(0.9, 0.5)),
    ("relative_importance", lambda: losses.two_feature_losses(-1, 0.5)),
    ("feature_probability", lambda: losses.two_feature_losses(1, 2)),
    ("relative_importance", lambda: losses.two_feature_boundary(-0.4)),
    ("relative_importance", lambda: two_features.expected_loss(0, 0, -1, 0.5)),
    ("feature_probability", lambda: two_features.best_bias(0, 1, 2)),
    ("relative_importance", lambda: antipodal_pair.best_antipodal(0, 0.5)),
    ("feature_probability", lambda: antipodal_pair.best_antipodal(0.5, [0.5, 0])),
    ("n_features", lambda: phase_diagram.optimum(1, 0.5, 0.5)),
    ("feature_probability", lambda: phase_diagram.unit_losses(2, 0.5, 2)),
    ("form", lambda: interference.terms("one", W, b, np.ones(3))),  # type: ignore[arg-type]
    ("samples", lambda: interference.monte_carlo("x = 1", W, b, np.ones(3), 0.5, RNG, 0)),
    ("n_features", lambda: linear_probes.held_out_samples(0.1, 0, signed=True)),
    ("feature_probability", lambda: linear_probes.held_out_samples(2, 3, signed=True)),
    ("instance", lambda: linear_probes.probe_outputs(RUN, 2, linear_probes.held_out_samples(0.1, 3, signed=False))),
    ("W", lambda: directions.turned(np.eye(3))),
    ("feature", lambda: directions.turned(W, 3)),
    ("spec", lambda: losses.estimate(ANY, WEIGHTS)),
    ("parameters", lambda: losses.estimate(SPEC, without("b"))),
    ("parameters", lambda: losses.estimate(SPEC, {})),
    # As many numbers, and transposed.
    ("W", lambda: losses.estimate(SPEC, without("W") | {"W": np.swapaxes(WEIGHTS["W"], -1, -2)})),
    ("W", lambda: losses.estimate(SPEC, without("W") | {"W": W})),
    ("samples", lambda: losses.estimate(SPEC, WEIGHTS, samples=0)),
    ("seed", lambda: losses.estimate(SPEC, WEIGHTS, seed=-1)),
    ("activation", lambda: tm.models.autoencode(W, b, np.zeros((1, 3)), "tanh")),  # type: ignore[arg-type]
    ("feature_probability", lambda: tm.data.variance(2.0)),
    ("feature_probability", lambda: tm.data.sample_features([2.0], 3, 1, RNG)),
    ("feature_probability", lambda: tm.data.sample_features([np.nan], 3, 1, RNG)),
    ("feature_probability", lambda: tm.data.sample_features(np.full((1, 2), 0.1), 3, 1, RNG)),
    ("spec", lambda: tm.spec_from_json(ANY)),
    ("spec", lambda: tm.default_config(ANY)),
    ("spec", lambda: tm.train(ANY)),
    ("spec", lambda: tm.torch.train(ANY)),
    ("config", lambda: tm.train(SPEC, config={"steps": 3})),  # type: ignore[arg-type]
    ("start_numbers", lambda: tm.train(SPEC, start_numbers=3)),  # type: ignore[arg-type]
    ("x", lambda: RUN([["1", "1", "1"]])),
    ("x", lambda: RUN(np.full((1, 3), np.nan))),
    ("n", lambda: RUN.sample(2.5)),  # type: ignore[arg-type]
    ("seed", lambda: RUN.sample(2, -1)),
    ("feature_probability", lambda: RUN.at("0.1")),  # type: ignore[arg-type]
    ("specs", lambda: tm.sweep(ANY)),
    ("specs", lambda: tm.sweep("ab")),  # type: ignore[arg-type]
    ("seeds", lambda: tm.sweep(SPEC, 8)),  # type: ignore[arg-type]
    ("seeds", lambda: tm.sweep(SPEC, [-1])),
    ("executor", lambda: tm.sweep(SPEC, executor=3)),  # type: ignore[arg-type]
    ("store", lambda: tm.sweep(SPEC, store=3)),  # type: ignore[arg-type]
    ("config", lambda: tm.sweep(SPEC, config=3)),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("argument", "call"), CALLS)
def test_a_wrong_argument_is_refused_by_its_name(argument: str, call: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=rf"^{argument}( and \w+)? (\(\.|must|is not)"):
        call()


def test_numbers_in_an_array_of_objects_are_numbers() -> None:
    assert floats("W", np.array([1, 2.5], dtype=object)).tolist() == [1, 2.5]


def test_inputs_in_single_precision_give_outputs_in_it() -> None:
    assert RUN(np.zeros((1, 3), np.float32)).dtype == np.float32
    assert RUN([[0, 0, 0]]).dtype == np.float64
