import random
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch

import toymodels as tm
from toymodels.analysis import losses
from toymodels.arrays import Array
from toymodels.data import Sampler
from toymodels.models import parameter_shapes
from toymodels.run import MAX_SNAPSHOTS
from toymodels.spec import Activation, Spec
from toymodels.training import loop
from toymodels.training.network import CORRECTED_FROM, Network

SMALL = tm.Autoencoder(4, 2, (1, 0.1), (1, 1, 0.5, 0.5))
MLP = tm.AbsMLP(4, 6, (0.5, 0.1), 0.8)


# Gradients


def batch_loss(spec: Spec, parameters: dict[str, torch.Tensor], x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Mean loss over a batch, (starts, instances), in plain PyTorch, for x (instances, samples, features)."""
    b = parameters["b"][..., None, :]
    if isinstance(spec, tm.Autoencoder):
        W = parameters["W"]
        output, target = (x @ W.mT) @ W + b, x
        if spec.activation == "relu":
            output = torch.relu(output)
    else:
        hidden = torch.relu(x @ parameters["W1"].mT)
        output, target = torch.relu(hidden @ parameters["W2"].mT + b), x.abs()
    return (((output - target) ** 2 @ torch.tensor(spec.importances)) * weight).mean(dim=-1)


def linear_loss(spec: Spec, parameters: dict[str, torch.Tensor]) -> torch.Tensor:
    W, b, p = parameters["W"], parameters["b"], torch.tensor(spec.feature_probability)[:, None]
    residual = W.mT @ W - torch.eye(spec.n_features)
    mean = residual.sum(dim=-1) * p / 2 + b
    return (mean**2 + (residual**2).sum(dim=-1) * (p / 3 - p**2 / 4)) @ torch.tensor(spec.importances)


def expected_gradients(
    spec: Spec, parameters: dict[str, Array], sampler: Sampler, x: Array, weight: Array | None
) -> dict[str, Array]:
    """What `Network.descend` should compute, by autograd in float64: per unit of the batch's weight."""
    tensors = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in parameters.items()}
    data = torch.tensor(-np.moveaxis(x, -1, -2).reshape(spec.n_instances, -1, spec.n_features), dtype=torch.float64)
    weights = torch.ones(data.shape[:2]) if weight is None else torch.tensor(weight.reshape(spec.n_instances, -1))
    zero = torch.tensor(sampler.zero_weight / sampler.batch_weight)

    def with_silence(model: Spec) -> torch.Tensor:
        silent = batch_loss(model, tensors, torch.zeros(spec.n_instances, 1, spec.n_features, dtype=torch.float64),
                            torch.ones(1, dtype=torch.float64))  # fmt: skip
        return batch_loss(model, tensors, data, weights) + zero * silent

    total = with_silence(spec)
    if isinstance(spec, tm.Autoencoder) and spec.activation == "relu":
        linear = tm.Autoencoder(spec.n_features, spec.n_hidden, spec.feature_probability, spec.importances, "linear")
        exact = linear_loss(spec, tensors) / torch.tensor(sampler.batch_weight)
        dense = torch.tensor(spec.feature_probability) >= CORRECTED_FROM
        total = total + dense * (exact - with_silence(linear))
    gradients = torch.autograd.grad(total.sum(), list(tensors.values()))
    return {name: gradient.numpy() for name, gradient in zip(tensors, gradients, strict=True)}


P = (1.0, 0.5, 0.2, 0.03)


@pytest.mark.parametrize("max_block", [7, 100])
@pytest.mark.parametrize(
    "spec",
    [
        tm.Autoencoder(6, 3, P, 0.8),
        tm.Autoencoder(6, 3, P, (1, 0.5, 2, 1, 1, 0), "linear"),
        tm.AbsMLP(6, 5, P, 0.8),
        tm.Autoencoder(40, 8, (1.0, 0.1), 0.9),
    ],
    ids=str,
)
def test_gradients_equal_autograd(spec: Spec, max_block: int) -> None:
    rng = np.random.default_rng(0)
    starts = 3
    parameters = {
        name: rng.standard_normal((starts, spec.n_instances, *shape), np.float32) * np.float32(0.5)
        for name, shape in parameter_shapes(spec).items()
    }
    sampler = Sampler(spec.feature_probability, spec.n_features, 30, max_block, isinstance(spec, tm.AbsMLP))
    network = Network(spec, starts, sampler)
    network.load(parameters)
    x, weight = sampler.negated(rng, 1)
    network.descend(x[0], None if weight is None else weight[0], awake=0)
    expected = expected_gradients(spec, parameters, sampler, x[0], None if weight is None else weight[0])
    network.theta[...] = network.gradient
    for name, gradient in network.parameters().items():
        scale = np.linalg.norm(expected[name])
        assert np.linalg.norm(gradient - expected[name]) < 1e-5 * scale, name


@pytest.mark.parametrize("spec", [SMALL, MLP], ids=str)
def test_the_loss_of_a_batch_estimates_the_loss(spec: Spec) -> None:
    run = tm.train(spec, steps=20, restarts=1)
    sampler = Sampler(spec.feature_probability, 4, 20_000, 20_000, isinstance(spec, tm.AbsMLP))
    network = Network(spec, 1, sampler)
    network.load({name: value[None] for name, value in run.parameters.items()})
    x, weight = sampler.negated(np.random.default_rng(0), 1)
    assert np.allclose(network.loss(x[0], None if weight is None else weight[0])[0], run.loss, rtol=0.03)


def test_waking_reaches_only_outputs_stopped_while_their_feature_is_active() -> None:
    spec = tm.Autoencoder(3, 2, (0.2,), 1.0)
    sampler = Sampler(spec.feature_probability, 3, 60, 60, signed=False)
    x, weight = sampler.negated(np.random.default_rng(0), 1)
    assert weight is not None
    network = Network(spec, 2, sampler)
    network.load({"W": np.zeros((2, 1, 2, 3), np.float32), "b": np.full((2, 1, 3), -1, np.float32)})
    network.descend(x[0], weight[0], awake=1)
    pull = network.bias_of(network.gradient)[:, 0]
    assert np.all(pull[0] < 0)
    assert np.all(pull[1] == 0)


# The interface


@pytest.mark.parametrize("spec", [SMALL, MLP], ids=str)
def test_a_run_holds_what_was_asked_for(spec: Spec) -> None:
    run = tm.train(spec, seed=3, steps=30, restarts=2)
    assert (run.spec, run.seed, run.steps, run.restarts, run.snapshots) == (spec, 3, 30, 2, None)
    assert run.seconds > 0
    assert run.loss.shape == run.loss_error.shape == (2,)
    for name, shape in parameter_shapes(spec).items():
        assert run.parameters[name].shape == (2, *shape)
        assert run.parameters[name].dtype == np.float32


@pytest.mark.parametrize("spec", [SMALL, MLP], ids=str)
def test_same_arguments_same_weights_alone_and_in_threads(spec: Spec) -> None:
    def trained(seed: int) -> tuple[bytes, bytes]:
        run = tm.train(spec, seed=seed, steps=60)
        return b"".join(value.tobytes() for value in run.parameters.values()), run.loss.tobytes()

    alone = [trained(seed) for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(trained, range(4))) == alone
    # Every seed gives other weights, and is measured on other samples.
    assert [len(set(part)) for part in zip(*alone, strict=True)] == [4, 4]


def test_products_split_into_blocks_are_the_same_in_threads() -> None:
    spec = tm.Autoencoder(120, 20, (0.4, 0.05), 1.0)

    def weights(seed: int) -> bytes:
        return tm.train(spec, seed=seed, steps=5).W.tobytes()

    alone = weights(0)
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(weights, (0, 0, 0))) == [alone] * 3


def test_progress_is_told_from_the_first_step_to_the_last() -> None:
    calls: list[tuple[int, int, Array]] = []
    tm.train(SMALL, steps=500, on_progress=lambda step, total, loss: calls.append((step, total, loss)))
    assert calls[0][0] == 1
    assert calls[-1][0] == 500
    assert all(total == 500 and loss.shape == (2,) for _, total, loss in calls)
    assert [step for step, _, _ in calls] == sorted({step for step, _, _ in calls})
    assert np.all(calls[-1][2] < calls[0][2])


def test_progress_changes_no_weights() -> None:
    watched = tm.train(SMALL, steps=50, on_progress=lambda *_: None)
    assert np.array_equal(watched.W, tm.train(SMALL, steps=50).W)


def test_progress_is_told_at_every_step_that_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "SECONDS_BETWEEN_REPORTS", 0.0)
    steps: list[int] = []
    tm.train(SMALL, steps=7, on_progress=lambda step, *_: steps.append(step))
    assert steps == [1, 2, 3, 4, 5, 6, 7]


class StopError(Exception):
    pass


def test_an_exception_in_progress_ends_the_training_and_leaves_no_thread() -> None:
    def stop(step: int, total: int, loss: Array) -> None:
        raise StopError

    threads = threading.active_count()
    with pytest.raises(StopError):
        tm.train(tm.Autoencoder(100, 10, (0.1, 0.01), 0.9), steps=1_000_000, on_progress=stop)
    assert threading.active_count() == threads


def test_the_best_starts_are_kept_for_each_density(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[tuple[Mapping[str, npt.ArrayLike], Array]] = []

    def spy(
        spec: Spec, parameters: Mapping[str, npt.ArrayLike], samples: int, rng: np.random.Generator
    ) -> losses.Estimate:
        result = losses.estimate_from(spec, parameters, samples, rng)
        tried.append((parameters, result.loss))
        return result

    monkeypatch.setattr(loop, "estimate_from", spy)
    run = tm.train(tm.Autoencoder(6, 2, (0.2, 0.1, 0.05), 0.9), steps=100, restarts=8)
    assert [loss.shape for _, loss in tried] == [(8, 3), (2, 3)]
    parameters, loss = tried[-1]
    best = loss.argmin(axis=0)
    assert np.array_equal(run.W, np.asarray(parameters["W"])[best, range(3)])


def test_a_film_is_of_one_start_from_beginning_to_end() -> None:
    film = tm.train(tm.Autoencoder(4, 2, (0.05,), 1.0), steps=400, restarts=8, snapshots=401).snapshots
    assert film is not None
    moved = np.abs(np.diff(film.parameters["W"], axis=0)).max(axis=(1, 2, 3))
    assert moved.max() < 0.5


def test_a_film_runs_from_the_start_to_the_end() -> None:
    run = tm.train(MLP, steps=100, restarts=3, snapshots=11)
    film = run.snapshots
    assert film is not None
    assert film.step.tolist() == list(range(0, 101, 10))
    assert film.loss.shape == (11, 2)
    for name, shape in parameter_shapes(MLP).items():
        assert film.parameters[name].shape == (11, 2, *shape)
        assert np.array_equal(film.parameters[name][-1], run.parameters[name])
    assert np.allclose(film.loss[-1], run.loss, rtol=0.05)
    assert np.all(film.loss[0] > film.loss[-1])
    assert np.array_equal(run.W1, tm.train(MLP, steps=100, restarts=3).W1)


@pytest.mark.parametrize(("snapshots", "frames"), [(1, 2), (2, 2), (MAX_SNAPSHOTS, 6)])
def test_a_film_has_at_least_two_frames_and_at_most_one_per_step(snapshots: int, frames: int) -> None:
    film = tm.train(SMALL, steps=5, snapshots=snapshots).snapshots
    assert film is not None
    assert len(film.step) == frames


def test_a_given_start_is_where_training_starts() -> None:
    square = {"W": np.array([[1.0, 0, -1, 0], [0, 1, 0, -1]]), "b": np.full(4, 0.05)}
    run = tm.train(SMALL, start=square, snapshots=2)
    assert run.restarts == 1
    assert run.snapshots is not None
    assert np.allclose(run.snapshots.parameters["W"][0], square["W"])
    assert np.all(run.loss < losses.estimate(SMALL, {k: np.stack([v, v]) for k, v in square.items()}).loss)
    # It is already the best code at p = .1: only b has to go.
    assert np.allclose(run.W[1], square["W"], atol=0.1)
    both = {"W": np.stack([square["W"]] * 2), "b": np.stack([square["b"]] * 2)}
    assert np.array_equal(tm.train(SMALL, start=both).W, run.W)


@pytest.mark.parametrize(
    ("arguments", "field", "shown"),
    [
        ({"seed": -1}, "seed", "4294967295, got -1"),
        ({"seed": 2**32}, "seed", "from 0 to"),
        ({"seed": 0.5}, "seed", "whole number"),
        ({"steps": 0}, "steps", "from 1 to 1000000, got 0"),
        ({"steps": True}, "steps", "got True"),
        ({"restarts": 1025}, "restarts", "from 1 to 1024"),
        ({"snapshots": -1}, "snapshots", f"from 0 to {MAX_SNAPSHOTS}"),
        ({"restarts": 2, "start": {"W": np.zeros((2, 4)), "b": np.zeros(4)}}, "restarts", "from 1 to 1, got 2"),
        ({"start": {"W": np.zeros((2, 4))}}, "start", "must hold W, b, got W"),
        ({"start": {}}, "start", "got nothing"),
        ({"start": {"W": np.zeros((4, 2)), "b": np.zeros(4)}}, "start W", r"\(2, 4\)"),
        ({"start": {"W": np.full((2, 4), np.nan), "b": np.zeros(4)}}, "start W", "from -1000 to 1000"),
        ({"start": {"W": "square", "b": np.zeros(4)}}, "start W", "array of numbers"),
    ],
)
def test_wrong_arguments_are_named(arguments: dict[str, Any], field: str, shown: str) -> None:
    with pytest.raises(ValueError, match=f"^{field} .*{shown}"):
        tm.train(SMALL, **arguments)


def test_importing_and_training_do_not_import_torch() -> None:
    code = (
        "import sys, toymodels as tm\n"
        "assert 'torch' not in sys.modules\n"
        "tm.train(tm.AbsMLP(3, 2, (1, .1), .9), steps=5)\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_no_global_state_is_touched() -> None:
    def state() -> tuple[object, ...]:
        return random.getstate(), str(np.random.get_state()), np.geterr()  # noqa: NPY002

    before = state()
    tm.train(SMALL, steps=20)
    assert state() == before


def test_memory_stays_flat_over_a_hundred_runs() -> None:
    code = """
import resource, toymodels as tm
spec = tm.Autoencoder(5, 2, (1, .1, .01), .7)
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for seed in range(10):
    tm.train(spec, seed=seed, steps=5)
before = peak()
for seed in range(100):
    tm.train(spec, seed=seed, steps=5)
grown = peak() - before
assert grown < 8_000, f'{grown} kB'
"""
    subprocess.run([sys.executable, "-c", code], check=True)


# What the models must learn


@pytest.mark.parametrize("r", [0.3, 3.0])
def test_two_features_become_antipodal_within_a_tenth_of_the_boundary(r: float) -> None:
    boundary = losses.two_feature_boundary(r)
    run = tm.train(tm.Autoencoder(2, 1, (0.9 * boundary, 1.1 * boundary), (1, r)))
    sparse, dense = run.W[:, 0]
    assert sparse[0] * sparse[1] < -0.7
    assert np.min(np.abs(dense)) < 0.2
    assert np.max(np.abs(dense)) > 0.8


def test_two_equal_features_may_stay_antipodal_beyond_the_boundary_because_it_pays() -> None:
    """The boundary compares three codes. At r = 1 a shorter antipodal pair with b > 0 beats them a while longer."""
    p = 1.1 * losses.two_feature_boundary(1.0)
    run = tm.train(tm.Autoencoder(2, 1, p, 1.0))
    assert run.W.prod() < -0.5
    assert np.all(np.abs(run.W) < 0.9)
    assert run.loss[0] < 0.95 * min(losses.two_feature_losses(1.0, p))


def antipodal_pairs(W: Array) -> int:
    return int(np.sum(np.triu(tm.gram(W) < -0.7)))


@pytest.mark.parametrize("seed", range(8))
def test_four_features_in_two_dimensions(seed: int) -> None:
    dense, sparse = tm.train(tm.Autoencoder(4, 2, (1, 0.05), (1, 1, 0.5, 0.5)), seed=seed).W
    assert np.flatnonzero(tm.represented(dense)).tolist() == [0, 1]
    assert antipodal_pairs(sparse) == 2


def test_four_features_are_never_worse_than_the_closed_form_codes() -> None:
    p = 1 - np.arange(100) / 100
    run = tm.train(tm.Autoencoder(4, 2, p, (1, 1, 0.5, 0.5)))
    ignored, pair = p / 3 - p**2 / 4, p**2 / 6
    codes = [ignored, 1.5 * pair + 0.5 * ignored, pair + 1 * ignored, 3 * pair, 2 * pair + 0.5 * ignored]
    assert np.all(run.loss < 1.02 * np.min(codes, axis=0) + 4 * run.loss_error)


@pytest.mark.parametrize("activation", ["relu", "linear"])
def test_the_linear_model_never_represents_more_than_two(activation: Activation) -> None:
    run = tm.train(tm.Autoencoder(4, 2, (1, 0.3, 0.05, 0.01), (1, 1, 0.5, 0.5), activation))
    counts = tm.represented(run.W).sum(axis=-1)
    assert np.all(counts == 2) if activation == "linear" else counts.max() == 4


def test_a_linear_model_reaches_its_exact_optimum() -> None:
    p = np.array((1, 0.1, 0.001))
    run = tm.train(tm.Autoencoder(20, 5, p, 0.7, "linear"))
    best = np.sum(0.7 ** np.arange(5, 20)) * (p / 3 - p**2 / 4)
    assert np.allclose(losses.linear_expected(run.W, run.b, 0.7, p), best, rtol=0.01)


@pytest.mark.parametrize("seed", range(8))
def test_five_features_in_two_dimensions(seed: int) -> None:
    dense, middle, sparse = tm.train(tm.Autoencoder(5, 2, (1, 0.2, 0.1), 0.9), seed=seed).W
    assert np.flatnonzero(tm.represented(dense)).tolist() == [0, 1]
    assert abs(tm.gram(dense)[0, 1]) < 0.1
    assert antipodal_pairs(middle) == 2
    assert np.flatnonzero(tm.represented(middle)).tolist() == [0, 1, 2, 3]
    angles = np.sort(np.arctan2(sparse[1], sparse[0]))
    gaps = np.diff([*angles, angles[0] + 2 * np.pi])
    assert np.allclose(gaps, 2 * np.pi / 5, atol=0.2)


def test_absolute_value_with_two_neurons_per_feature_is_exact() -> None:
    run = tm.train(tm.AbsMLP(3, 6, (0.5, 0.05), 1.0))
    assert np.all(run.loss < 1e-4 * np.array((0.5, 0.05)))


@pytest.mark.parametrize(("n_features", "n_hidden", "decay"), [(40, 10, 0.8), (80, 20, 0.9)])
@pytest.mark.parametrize("seed", [0, 1])
def test_larger_relu_models_are_never_worse_than_the_linear_optimum(
    n_features: int, n_hidden: int, decay: float, seed: int
) -> None:
    densities = np.array([1, 0.5, 0.3, 0.1])
    run = tm.train(tm.Autoencoder(n_features, n_hidden, densities, decay), seed=seed)
    # x >= 0, so cutting the linear model's outputs off at zero can only help.
    kept_alone = np.array([np.eye(n_hidden, n_features)] * len(densities))
    b = np.where(np.arange(n_features) < n_hidden, 0, densities[:, None] / 2)
    linear = losses.linear_expected(kept_alone, b, decay, densities)
    assert (run.loss <= 1.02 * linear + 2 * run.loss_error).all(), run.loss / linear
