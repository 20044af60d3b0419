import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import toymodels as tm
from toymodels import spec as specs
from toymodels.analysis import losses
from toymodels.arrays import Array
from toymodels.models import parameter_shapes
from toymodels.spec import Activation, Spec

N, M = 4, 3
NODES, WEIGHTS = np.polynomial.legendre.leggauss(8)

entries = st.floats(-2, 2) | st.sampled_from([0.0, 1e-300, 1.0, -1.0])
matrices = arrays(np.float64, (M, N), elements=entries)
biases = arrays(np.float64, (N,), elements=entries)


def outputs(W: Array, b: Array, x: Array, activation: str) -> Array:
    """x' for x (samples, features), written without the library."""
    return activated(x @ (W.T @ W) + b, activation)


def activated(z: Array, activation: str) -> Array:
    result: Array = np.maximum(z, {"relu": 0, "leaky_relu": 0.01}.get(activation, 1) * z)
    if activation == "gelu":
        result = z * (1 + np.array([math.erf(value) for value in z.ravel() / math.sqrt(2)]).reshape(z.shape)) / 2
    return result


def quadrature(W: Array, b: Array, importance: Array, activation: str) -> Array:
    """(active, output) integrals: Gauss-Legendre between the kinks of every integrand."""
    gram = W.T @ W
    result: Array = np.zeros((N, N))
    for i in range(N):
        for j in range(N):
            kink = -b[j] / gram[i, j] if gram[i, j] and abs(b[j]) < abs(gram[i, j]) else 0.0
            cuts = sorted({0.0, 1.0, min(max(kink, 0.0), 1.0)})
            for low, high in pairwise(cuts):
                x = np.zeros((len(NODES), N))
                x[:, i] = low + (high - low) * (NODES + 1) / 2
                residual = x[:, j] - outputs(W, b, x, activation)[:, j]
                result[i, j] += importance[j] * (high - low) / 2 * np.sum(WEIGHTS * residual**2)
    return result


@settings(deadline=None, max_examples=60)
@given(W=matrices, b=biases, decay=st.floats(0.1, 1), activation=st.sampled_from(["relu", "linear", "leaky_relu"]))
def test_one_active_equals_quadrature(W: Array, b: Array, decay: float, activation: Activation) -> None:
    exact = losses.one_active(W, b, decay, activation)
    expected = quadrature(W, b, decay ** np.arange(N), activation)
    assert np.allclose(exact.benefit, np.diagonal(expected), rtol=1e-6, atol=1e-9)
    off_diagonal = expected - np.diag(np.diagonal(expected))
    assert np.allclose(exact.interference, off_diagonal, rtol=1e-6, atol=1e-9)
    assert np.isclose(exact.total, expected.sum(), rtol=1e-6)


def test_interference_names_the_active_feature_first() -> None:
    W = np.array([[1.0, 0.5]])
    interference = losses.one_active(W, [0.0, -10.0], (2.0, 1.0)).interference
    # Output 1 is shut by its bias; feature 1 being active reaches output 0 with slope 1/2.
    assert np.allclose(interference, np.array([[0, 0], [2 * 0.25 / 3, 0]]))


def test_losses_are_batched_over_leading_axes() -> None:
    rng = np.random.default_rng(0)
    W, b = rng.standard_normal((5, 2, M, N)), rng.standard_normal((5, 2, N))
    together = losses.one_active(W, b, 0.9)
    alone = losses.one_active(W[3, 1], b[3, 1], 0.9)
    assert together.interference.shape == (5, 2, N, N)
    assert np.allclose(together.total[3, 1], alone.total)
    assert np.allclose(losses.zero_active(b, 0.9)[3, 1], losses.zero_active(b[3, 1], 0.9))
    assert np.allclose(losses.at_one(W, b, 0.9).total[3, 1], losses.at_one(W[3, 1], b[3, 1], 0.9).total)
    assert np.allclose(losses.linear_expected(W, b, 0.9, 0.1)[3, 1], losses.linear_expected(W[3, 1], b[3, 1], 0.9, 0.1))


def test_a_negative_interference_below_the_bias_is_free() -> None:
    W = np.array([[1.0, -1.0]])
    assert losses.one_active(W, (0.0, 0.0), 1.0).total == 0
    assert losses.one_active(W, (0.0, 0.0), 1.0, "linear").total == pytest.approx(2 / 3)
    assert losses.at_one(W, (0.0, 0.0), 1.0).total == 0


def test_at_one_is_the_papers_sum_for_the_linear_model() -> None:
    W = np.random.default_rng(1).standard_normal((M, N))
    gram, importance = W.T @ W, np.array((1, 0.5, 2, 0.1))
    exact = losses.at_one(W, np.zeros(N), importance, "linear")
    assert np.allclose(exact.benefit, importance * (1 - np.diagonal(gram)) ** 2)
    assert np.allclose(exact.interference, importance * (gram - np.diag(np.diagonal(gram))) ** 2)


def test_zero_active() -> None:
    assert losses.zero_active((0.5, -0.5), (2.0, 1.0)) == pytest.approx(0.5)
    assert losses.zero_active((0.5, -0.5), (2.0, 1.0), "linear") == pytest.approx(0.75)


def sampled_loss(spec: Spec, parameters: dict[str, Array], samples: int, seed: int) -> tuple[Array, Array]:
    """Plain Monte Carlo, written without the library: mean and standard error, (instances,)."""
    rng = np.random.default_rng(seed)
    means, errors = [], []
    for k, p in enumerate(spec.feature_probability):
        x = rng.random((samples, spec.n_features)) * (rng.random((samples, spec.n_features)) < np.array(p))
        if isinstance(spec, tm.AbsMLP):
            x *= rng.choice((-1, 1), x.shape)
            hidden = np.maximum(x @ parameters["W1"][k].T, 0)
            y = np.maximum(hidden @ parameters["W2"][k].T + parameters["b"][k], 0)
        else:
            W, b = parameters["W"][k], parameters["b"][k]
            if spec.hidden_activation == "relu":
                y = activated(np.maximum(x @ W.T, 0) @ W + b, spec.activation)
            else:
                y = outputs(W, b, x, spec.activation)
        each = (np.abs(x) - y) ** 2 @ spec.at(k).importances
        means.append(each.mean())
        errors.append(each.std() / math.sqrt(samples))
    return np.array(means), np.array(errors)


P = (1.0, 0.4, 0.05)
SPECS: list[Spec] = [
    tm.Autoencoder(6, 2, P, 0.8),
    tm.Autoencoder(6, 2, P, (1, 0, 3, 1, 1, 0.1), "linear"),
    tm.AbsMLP(5, 3, P, 0.8),
    tm.Autoencoder(1, 1, P, 1.0),
    tm.AbsMLP(1, 2, P, 1.0),
    tm.Autoencoder(4, 2, P, [(1, 0.5, 0.5, 2), (1, 1, 0, 1), (0.1, 0.2, 3, 1)]),
    tm.Autoencoder(4, 2, [(1, 0.5, 0.01, 0.1), (0.001, 0.05, 0.02, 0.01)], 0.9),
    tm.Autoencoder(4, 2, P, 0.9, "gelu"),
    tm.Autoencoder(4, 2, P, 0.9, "leaky_relu"),
    tm.Autoencoder(4, 2, P, 0.9, "relu", "relu"),
    tm.Autoencoder(4, 2, P, 0.9, "linear", "relu"),
    tm.AbsMLP(4, 2, [(0.3, 0.5, 0.01, 0.1), (0.001, 0.05, 0.02, 0.01)], [(1, 0.5, 0.5, 2), (1, 1, 0, 1)]),
]


def random_parameters(spec: Spec, *ahead: int) -> dict[str, Array]:
    rng = np.random.default_rng(7)
    shapes = parameter_shapes(spec)
    return {
        name: rng.standard_normal((*ahead, spec.n_instances, *shape)) * (0.2 if name == "b" else 0.7)
        for name, shape in shapes.items()
    }


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_estimate_equals_plain_monte_carlo(spec: Spec) -> None:
    parameters = random_parameters(spec)
    ours, error = losses.estimate(spec, parameters)
    expected, plain_error = sampled_loss(spec, parameters, 100_000, seed=1)
    assert np.all(np.abs(ours - expected) < 5 * np.hypot(error, plain_error))


@pytest.mark.parametrize("spec", SPECS[:3], ids=str)
def test_errors_of_estimates_are_honest_and_small(spec: Spec) -> None:
    parameters = random_parameters(spec)
    estimates = [losses.estimate(spec, parameters, 2048, seed) for seed in range(40)]
    spread = np.std([e.loss for e in estimates], axis=0)
    claimed = np.mean([e.error for e in estimates], axis=0)
    assert np.all(spread < 1.5 * claimed + 1e-9)
    assert np.all(estimates[0].error < 0.03 * estimates[0].loss)


def test_linear_expected_equals_plain_monte_carlo() -> None:
    spec = tm.Autoencoder(6, 2, P, 0.8, "linear")
    parameters = random_parameters(spec)
    exact = losses.linear_expected(parameters["W"], parameters["b"], 0.8, P)
    expected, error = sampled_loss(spec, parameters, 100_000, seed=2)
    assert np.all(np.abs(exact - expected) < 5 * error)


def test_the_loss_of_a_linear_model_is_exact_and_never_below_its_optimum() -> None:
    # 5 -> 2, I = 0.9^i: the optimum keeps two features. An estimate of it lies below in half of all cases.
    spec = tm.Autoencoder(5, 2, (1.0, 0.5, 0.1), 0.9, "linear")
    W = np.broadcast_to(np.eye(2, 5), (3, 2, 5))
    p = np.array(spec.feature_probability)[:, None]
    b = np.where(np.arange(5) < 2, 0, p / 2)
    for seed in range(3):
        loss, error = losses.estimate(spec, {"W": W, "b": b}, 2048, seed)
        assert loss == pytest.approx([0.182925, 0.22865625, 0.06768225], rel=1e-6)
        assert np.all(error == 0)


def test_estimates_take_any_axes_in_front_and_common_samples() -> None:
    spec = tm.Autoencoder(6, 2, P, 0.8)
    many = random_parameters(spec, 2, 3)
    together = losses.estimate(spec, many, 1000, seed=4)
    alone = losses.estimate(spec, {name: value[1, 2] for name, value in many.items()}, 1000, seed=4)
    assert together.loss.shape == together.error.shape == (2, 3, 3)
    assert np.allclose(together.loss[1, 2], alone.loss, rtol=1e-6)


@pytest.mark.parametrize(("r", "p"), [(0.3, 0.2), (1.0, 0.5), (3.0, 0.7)])
def test_two_features_equal_their_codes(r: float, p: float) -> None:
    spec = tm.Autoencoder(2, 1, (p,), (1, r))
    codes = {"ignore_second": (1, 0, 0, p / 2), "ignore_first": (0, 1, p / 2, 0), "antipodal": (1, -1, 0, 0)}
    closed = losses.two_feature_losses(r, p)._asdict()
    for name, (w1, w2, b1, b2) in codes.items():
        parameters = {"W": np.array([[[w1, w2]]], float), "b": np.array([[b1, b2]], float)}
        expected, error = sampled_loss(spec, parameters, 100_000, seed=3)
        assert abs(closed[name] - expected[0]) < 5 * error[0], name


@pytest.mark.parametrize("r", [0.1, 0.3, 1.0, 3.0])
def test_the_boundary_is_where_antipodal_begins_to_win(r: float) -> None:
    boundary = losses.two_feature_boundary(r)
    for p, antipodal_wins in ((0.99 * boundary, True), (1.01 * boundary, False)):
        second, first, antipodal = losses.two_feature_losses(r, p)
        assert (antipodal < min(first, second)) is antipodal_wins


def test_gelu_has_no_closed_form_for_one_active_feature() -> None:
    with pytest.raises(ValueError, match=r"^activation must be 'relu', 'linear' or 'leaky_relu', whose loss"):
        losses.one_active(np.ones((2, 3)), np.ones(3), 1.0, "gelu")


def test_wrong_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="importance must"):
        losses.one_active(np.ones((2, 3)), np.ones(3), (1.0, 1.0))
    with pytest.raises(ValueError, match="W must"):
        losses.one_active(np.ones((2, 3)), np.ones(4), 1.0)


@pytest.mark.parametrize("p", [1e-3, 1e-6, 1e-10, 1e-20])
@pytest.mark.parametrize("activation", ["relu", "linear"])
def test_rare_features_cost_what_one_of_them_alone_costs(
    p: float, activation: Activation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As p -> 0 the loss is p times the sum over the active feature, also below what a spec allows."""
    monkeypatch.setattr(specs, "MIN_PROBABILITY", 0.0)
    spec = tm.Autoencoder(4, 2, p, 0.9, activation)
    W = np.array([[[1.0, 0, -1, 0.3], [0, 1, 0.2, -1]]])
    estimated = losses.estimate(spec, {"W": W, "b": np.zeros((1, 4))}).loss
    alone = losses.one_active(W, np.zeros((1, 4)), 0.9, activation).total
    np.testing.assert_allclose(estimated / p, alone, rtol=20 * p + 1e-6)


HUGE = 10**400
"""Larger than any float."""


@pytest.mark.parametrize(
    ("field", "call"),
    [
        ("W", lambda: losses.one_active([[HUGE, 1]], [0, 0], 0.9)),
        ("b", lambda: losses.one_active([[1, 1]], [HUGE, 0], 0.9)),
        ("importance", lambda: losses.one_active([[1, 1]], [0, 0], HUGE)),
        ("importance", lambda: losses.at_one([[1, 1]], [0, 0], (HUGE, 1))),
        ("b", lambda: losses.zero_active([HUGE], 0.9)),
        ("feature_probability", lambda: losses.linear_expected([[1, 1]], [0, 0], 0.9, HUGE)),
        ("feature_probability", lambda: losses.best_linear_bias([[1, 1]], HUGE)),
        ("importances", lambda: losses.loss_without_superposition([HUGE, 1], 1, 0.5)),
        ("importance", lambda: losses.unrepresented_loss(HUGE, 0.5)),
        ("feature_probability", lambda: losses.antipodal_loss(1, HUGE)),
        ("relative_importance", lambda: losses.two_feature_losses(HUGE, 0.5)),
        ("relative_importance", lambda: losses.two_feature_boundary(HUGE)),
        ("W", lambda: losses.estimate(tm.Autoencoder(2, 1, 0.5, 1.0), {"W": [[[HUGE, 1]]], "b": [[0, 0]]})),
        ("W", lambda: tm.gram([[HUGE, 1]])),
        ("W", lambda: tm.feature_dimensionality([[HUGE, 1]])),
        ("W", lambda: tm.polytopes.shape([[HUGE, 1], [0, 1]])),
        ("W", lambda: tm.feature_graph.groups([[HUGE, 1]])),
        ("W1", lambda: tm.neurons.monosemanticity([[HUGE, 1]])),
        ("start W", lambda: tm.train(tm.Autoencoder(2, 1, 0.5, 1.0), start={"W": [[HUGE, 1]], "b": [0, 0]})),
    ],
)
def test_a_number_larger_than_any_float_is_refused_by_the_field_it_stands_in(
    field: str, call: Callable[[], object]
) -> None:
    with pytest.raises(ValueError, match=f"^{field} must "):
        call()
