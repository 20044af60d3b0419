"""The compiled kernels: their gradients against autograd, their batches against the data's moments, and their bits."""

import math
import os
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch
from torch.nn import functional

import toymodels as tm
from toymodels.analysis.losses import exact_part
from toymodels.arrays import Array
from toymodels.models import activated, parameter_shapes
from toymodels.samples import active_probability
from toymodels.spec import Spec
from toymodels.training.activations import activated_number, slope_at
from toymodels.training.batches import draw, draw_several, random_bits
from toymodels.training.ensemble import ACTIVATIONS, CORRECTED_FROM, Ensemble, first_chances
from toymodels.training.kernels import gradient_of, loss_of, workspace_size
from toymodels.training.lanes import LANES
from toymodels.training.random_bits import random_bits as numpy_random_bits


class Batch:
    """One batch of one density: x (samples, features), weights (samples,), and what the weights sum to."""

    def __init__(self, spec: Spec, instance: int, samples: int, number: int, stratified: bool) -> None:
        n, p = spec.n_features, spec.feature_probability[instance]
        self.panel = np.empty((samples // LANES, n, LANES), np.float32)
        self.weights = np.empty((samples // LANES, 1, LANES), np.float32)
        draw(self.panel, self.weights, np.uint64(99), number, np.float32(p), stratified, spec.signed)
        self.x = np.moveaxis(self.panel, 1, 2).reshape(samples, n)
        self.weight = self.weights.reshape(samples)
        self.total = n * p if stratified else 1.0
        self.zero = (1 - p) ** n if stratified else 0.0


# Gradients


OUTPUTS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "relu": torch.relu,
    "linear": lambda x: x,
    "gelu": functional.gelu,
    "leaky_relu": functional.leaky_relu,
}


def batch_loss(
    spec: Spec, parameters: dict[str, torch.Tensor], x: torch.Tensor, straight_through: bool = False
) -> torch.Tensor:
    """Loss of every sample, (samples,), in plain PyTorch, for parameters of one model and x (samples, features)."""
    b = parameters["b"]
    if isinstance(spec, tm.Autoencoder):
        W = parameters["W"]
        hidden = torch.relu(x @ W.T) if spec.hidden_activation == "relu" else x @ W.T
        before, target = hidden @ W + b, x
    else:
        before, target = torch.relu(x @ parameters["W1"].T) @ parameters["W2"].T + b, x.abs()
    importance = torch.tensor(spec.importances)
    output = OUTPUTS[spec.activation](before)
    if straight_through and spec.activation == "relu":
        # Where the output is stopped though its feature is active, the loss is taken as if there were no ReLU.
        output = torch.where((before > 0) | (target > 0), before, torch.zeros_like(before))
    return (output - target) ** 2 @ importance


def linear_loss(spec: Spec, parameters: dict[str, torch.Tensor], p: float) -> torch.Tensor:
    W, b = parameters["W"], parameters["b"]
    residual = W.T @ W - torch.eye(spec.n_features)
    mean = residual.sum(dim=-1) * p / 2 + b
    return (mean**2 + (residual**2).sum(dim=-1) * (p / 3 - p**2 / 4)) @ torch.tensor(spec.importances)


def expected_gradient(
    spec: Spec, parameters: dict[str, Array], batch: Batch, p: float, straight_through: bool, corrected: bool
) -> dict[str, Array]:
    """What `gradient_of` should compute, by autograd in float64: per unit of the batch's weight."""
    tensors = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in parameters.items()}
    x, weight = torch.tensor(batch.x, dtype=torch.float64), torch.tensor(batch.weight, dtype=torch.float64)

    def sampled(model: Spec, straight: bool) -> torch.Tensor:
        silent = batch_loss(model, tensors, torch.zeros(1, spec.n_features, dtype=torch.float64))[0]
        return (weight * batch_loss(model, tensors, x, straight)).mean() + batch.zero / batch.total * silent

    loss = sampled(spec, straight_through)
    if corrected:
        linear = tm.Autoencoder(spec.n_features, spec.n_hidden, p, spec.importances, "linear")
        loss = loss - sampled(linear, False) + linear_loss(spec, tensors, p) / batch.total
    gradients = torch.autograd.grad(loss, list(tensors.values()))
    return {name: gradient.numpy() for name, gradient in zip(tensors, gradients, strict=True)}


def packed(spec: Spec, parameters: dict[str, Array]) -> Array:
    """A model's parameters as the kernels have them: D, E, b, zeros."""
    if isinstance(spec, tm.Autoencoder):
        parts = [parameters["W"].T, parameters["b"]]
    else:
        parts = [parameters["W2"], parameters["W1"].T, parameters["b"]]
    row = np.concatenate([part.ravel() for part in parts])
    return np.concatenate([row, np.zeros(-len(row) % LANES, np.float32)]).astype(np.float32)


def unpacked(spec: Spec, row: Array) -> dict[str, Array]:
    n, m = spec.n_features, spec.n_hidden
    first = row[: n * m].reshape(n, m)
    if isinstance(spec, tm.Autoencoder):
        return {"W": first.T, "b": row[n * m : n * m + n]}
    return {"W1": row[n * m : 2 * n * m].reshape(n, m).T, "W2": first, "b": row[2 * n * m : 2 * n * m + n]}


def space_of(spec: Spec, batch: Batch, size: int) -> Array:
    samples = len(batch.x)
    space = np.zeros(workspace_size(spec.n_features, spec.n_hidden, samples, size), np.float32)
    space[: batch.panel.size] = batch.panel.ravel()
    first = samples * 2 * (spec.n_features + spec.n_hidden)
    space[first : first + samples] = batch.weights.ravel()
    return space


P = (1.0, 0.5, 0.2, 0.03)
SPECS = [
    tm.Autoencoder(6, 3, P, 0.8),
    tm.Autoencoder(6, 3, P, (1, 0.5, 2, 1, 1, 0), "linear"),
    tm.AbsMLP(6, 5, P, 0.8),
    tm.Autoencoder(70, 9, (1.0, 0.1), 0.9),
    tm.AbsMLP(67, 14, (0.6, 0.01), 0.9),
    tm.Autoencoder(2, 1, (0.7, 0.2), 1.0),
    tm.Autoencoder(6, 3, P, 0.8, "gelu"),
    tm.Autoencoder(6, 3, P, 0.8, "leaky_relu"),
    tm.Autoencoder(6, 3, P, 0.8, "relu", "relu"),
    tm.Autoencoder(70, 9, (1.0, 0.1), 0.9, "gelu", "relu"),
]


@pytest.mark.parametrize("straight_through", [False, True])
@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_gradients_equal_autograd(spec: Spec, straight_through: bool) -> None:
    rng = np.random.default_rng(0)
    for instance, p in enumerate(spec.feature_probability):
        parameters = {
            name: rng.standard_normal(shape, np.float32) * np.float32(0.5)
            for name, shape in parameter_shapes(spec).items()
        }
        batch = Batch(spec, instance, 64, number=3, stratified=spec.n_features * p < 2)
        clipped = spec.hidden_activation == "relu"
        corrected = not clipped and spec.activation == "relu" and p >= CORRECTED_FROM
        row = packed(spec, parameters)
        gradient = np.zeros_like(row)
        gradient_of(
            row, spec.importances.astype(np.float32), spec.n_hidden, 64, spec.tied, clipped, spec.signed,
            ACTIVATIONS[spec.activation], straight_through, corrected, np.float32(p), np.float32(1 / batch.total),
            np.float32(batch.zero / batch.total), gradient, space_of(spec, batch, row.size),
        )  # fmt: skip
        through = straight_through and not corrected
        expected = expected_gradient(spec, parameters, batch, p, through, corrected)
        for name, value in unpacked(spec, gradient).items():
            scale = np.linalg.norm(expected[name])
            assert np.linalg.norm(value - expected[name]) <= 1e-5 * scale, (name, p)


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_the_loss_of_a_batch_is_that_of_torch(spec: Spec) -> None:
    rng = np.random.default_rng(1)
    parameters = {name: rng.standard_normal(shape, np.float32) for name, shape in parameter_shapes(spec).items()}
    batch = Batch(spec, 1, 128, number=0, stratified=spec.n_features * spec.feature_probability[1] < 2)
    row = packed(spec, parameters)
    loss = loss_of(
        row, spec.importances.astype(np.float32), spec.n_hidden, 128, spec.tied,
        spec.hidden_activation == "relu", spec.signed, ACTIVATIONS[spec.activation],
        np.float32(batch.zero / batch.total), space_of(spec, batch, row.size),
    )  # fmt: skip
    tensors = {name: torch.tensor(value, dtype=torch.float64) for name, value in parameters.items()}
    x = torch.tensor(np.concatenate([batch.x, np.zeros((1, spec.n_features))]))
    losses = batch_loss(spec, tensors, x).numpy()
    assert loss == pytest.approx(np.mean(losses[:-1] * batch.weight) + batch.zero / batch.total * losses[-1], rel=1e-5)


@pytest.mark.parametrize(
    "spec",
    [
        tm.Autoencoder(5, 2, (1.0, 0.5, 0.01), 0.8),
        tm.Autoencoder(5, 2, 0.2, 0.8, activation="linear"),
        tm.Autoencoder(6, 3, 0.2, 0.8, activation="leaky_relu"),
        tm.Autoencoder(6, 3, 0.2, 0.8, hidden_activation="relu"),
        tm.Autoencoder(150, 3, 0.01, 0.99),  # more than one piece of work
        tm.AbsMLP(6, 4, (0.3, 0.01), 0.8),
    ],
    ids=str,
)
def test_the_compiled_closed_form_is_that_of_the_analysis(spec: Spec) -> None:
    rng, starts = np.random.default_rng(7), 2
    parameters = {
        name: rng.normal(scale=0.7, size=(starts, spec.n_instances, *shape)).astype(np.float32)
        for name, shape in parameter_shapes(spec).items()
    }
    parameters["b"][:, :, 0] = 0
    if spec.tied:
        parameters["W"][..., 1] = 0
    steady = np.zeros(starts, np.int64)
    with Ensemble(spec, tm.default_config(spec), parameters, np.ones(starts), steady) as ensemble:
        np.testing.assert_allclose(ensemble.exact_losses(), exact_part(spec, parameters), rtol=1e-12)


def test_activations_are_those_of_their_definition_and_their_slopes_differences() -> None:
    for x in np.linspace(-9, 9, 181):
        expected = {
            "linear": x,
            "relu": max(x, 0),
            "gelu": x * (1 + math.erf(x / math.sqrt(2))) / 2,
            "leaky_relu": max(x, 0) + 0.01 * min(x, 0),
        }
        for name, number in ACTIVATIONS.items():
            assert activated_number(np.float32(x), number) == pytest.approx(expected[name], rel=1e-6, abs=1e-6)
            assert activated(np.array([x]), name)[0] == pytest.approx(expected[name], rel=1e-6, abs=1e-6)
            point = torch.tensor(x, dtype=torch.float64, requires_grad=True)
            (gradient,) = torch.autograd.grad(OUTPUTS[name](point), point)
            if x != 0:
                assert slope_at(np.float32(x), number) == pytest.approx(float(gradient), rel=2e-6, abs=1e-6)


# Batches


def within(estimates: npt.ArrayLike, expected: npt.ArrayLike, errors: float = 5) -> bool:
    """Whether the mean of independent estimates (estimates, ...) is within so many standard errors of expected."""
    estimates = np.asarray(estimates)
    error = estimates.std(axis=0, ddof=1) / np.sqrt(len(estimates))
    return bool(np.all(np.abs(estimates.mean(axis=0) - expected) <= errors * error + 1e-7))


@pytest.mark.parametrize("stratified", [False, True])
@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("n", [1, 3, 20, 90])
def test_weighted_batches_have_the_expectations_of_the_data(n: int, signed: bool, stratified: bool) -> None:
    for p in (1.0, 0.5, 0.1, 0.01):
        spec: Spec = tm.AbsMLP(n, 1, p, 1.0) if signed else tm.Autoencoder(n, 1, p, 1.0)
        estimates = []
        for number in range(600):
            batch = Batch(spec, 0, 32, number, stratified)
            size = np.abs(batch.x).astype(np.float64)
            values = np.stack([
                size.sum(axis=1), (size**2).sum(axis=1), size.sum(axis=1) ** 2, size[:, 0], size[:, -1],
                batch.x.astype(np.float64).sum(axis=1), np.ones(32),
            ])  # fmt: skip
            estimates.append(batch.total * (values * batch.weight).mean(axis=1) + [0, 0, 0, 0, 0, 0, batch.zero])
        squared = n * p / 3 + n * (n - 1) * p**2 / 4
        expected = [n * p / 2, n * p / 3, squared, p / 2, p / 2, 0 if signed else n * p / 2, 1]
        assert within(estimates, expected), (p, np.mean(estimates, axis=0), expected)


def test_each_feature_of_a_batch_is_evenly_spaced() -> None:
    batch = Batch(tm.Autoencoder(5, 1, 1.0, 1.0), 0, 64, number=7, stratified=False)
    assert np.allclose(np.diff(np.sort(batch.x, axis=0), axis=0), 1 / 64, atol=1e-6)


def test_points_are_uniform_and_features_independent() -> None:
    x = np.array([Batch(tm.Autoencoder(2, 1, 1.0, 1.0), 0, 16, number, False).x[3] for number in range(4000)])
    assert np.histogram(x, bins=4, range=(0, 1))[0].min() > 1850
    assert abs(np.corrcoef(x.T)[0, 1]) < 0.06


@pytest.mark.parametrize(("p", "squares", "products"), [(0.5, 55, 0.21), (0.1, 15, 0.8), (0.03, 5, 1.0)])
def test_the_noise_of_batches_is_small_in_squares_and_not_in_products_of_two_features(
    p: float, squares: float, products: float
) -> None:
    n, samples = 20, 64
    spec = tm.Autoencoder(n, 1, p, 1.0)
    x = np.array([Batch(spec, 0, samples, number, False).x for number in range(2000)], dtype=np.float64)
    independent = (p / 5 - (p / 3) ** 2) / samples
    assert independent / (x**2).mean(axis=1).var(axis=0).mean() == pytest.approx(squares, rel=0.15)
    independent = ((p / 3) ** 2 - (p / 2) ** 4) / samples
    ratio = np.einsum("ksi,ksj->kij", x, x, optimize=True).var(axis=0) / samples**2 / independent
    apart = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    assert ratio[(apart > 0) & (apart != samples // 4)].mean() == pytest.approx(products, rel=0.15)
    assert ratio[apart == samples // 4].mean() > 1.1


def test_stratified_batches_meet_every_feature_and_no_empty_sample() -> None:
    for number in range(50):
        batch = Batch(tm.Autoencoder(30, 1, 0.001, 1.0), 0, 32, number, stratified=True)
        assert np.all((batch.x > 0).any(axis=1))
        assert np.all((batch.x > 0).any(axis=0))


def test_held_out_samples_drawn_by_importance_have_the_expectations_of_the_data() -> None:
    p, n, samples, batches = 0.2, 4, 64, 4000
    spec = tm.Autoencoder(n, 2, p, 0.3)
    share = active_probability((p,), n)[0]
    share[:2] = 0
    below = (share.cumsum() / share.sum()).astype(np.float32)
    chances = first_chances(spec)[0]
    assert chances[0] > 2 * chances[-1]
    assert chances.sum() == pytest.approx(1)
    up_to = chances.cumsum().astype(np.float32)
    panel = np.empty((samples // LANES, n, LANES), np.float32)
    weights = np.empty((samples // LANES, 1, LANES), np.float32)
    products, squared, total = np.zeros((n, n)), np.zeros((n, n)), 0.0
    for batch in range(batches):
        draw_several(panel, weights, np.uint64(5), batch, below, up_to, False)
        x, weight = np.moveaxis(panel, 1, 2).reshape(samples, n).astype(np.float64), weights.reshape(samples)
        assert ((x > 0).sum(axis=-1) >= 2).all()
        mean = (weight[:, None, None] * x[:, :, None] * x[:, None, :]).mean(axis=0)
        products, squared = products + mean / batches, squared + mean**2 / batches
        total += float(weight.mean()) / batches
    error = np.sqrt((squared - products**2) / batches)
    # E x_i x_j given at least two: p^2 / 4 over its probability; E x_i^2 without the samples where i is alone.
    several = share.sum()
    expected = np.full((n, n), p * p / 4 / several)
    np.fill_diagonal(expected, p / 3 * (1 - (1 - p) ** (n - 1)) / several)
    assert total == pytest.approx(1, abs=0.002)
    assert (np.abs(products - expected) < 5 * error).all()
    assert (error < 0.01 * expected).all()


def test_random_bits_are_the_same_in_numpy_and_compiled() -> None:
    key = 2**63 + 12345
    compiled = [int(random_bits(np.uint64(key), position)) for position in range(100)]
    assert compiled == numpy_random_bits(key, 100).tolist()
    assert len(set(compiled)) == 100


# Bits

TRAININGS = """
import hashlib
import toymodels as tm

for spec in (
    tm.Autoencoder(5, 2, (1, .4, .05), .9),
    tm.Autoencoder(7, 3, (.5, .02), .7, "linear"),
    tm.AbsMLP(6, 5, (.5, .02), .8),
    tm.Autoencoder(150, 11, (.4, .01), 1.0),
    tm.Autoencoder(6, 3, (.4, .05), .9, "gelu", "relu", tm.data.Anticorrelated(((0, 1), (2, 4)))),
):
    run = tm.train(spec, seed=5, steps=25, restarts=3)
    print(hashlib.sha256(b"".join(value.tobytes() for value in run.parameters.values())).hexdigest())
"""


def run(program: str, target: str, folder: Path) -> tuple[str, str]:
    """What a process prints and tells whose compiler generates code for this processor, and keeps it in this folder."""
    chosen = {"NUMBA_CPU_NAME": target, "NUMBA_CPU_FEATURES": "", "NUMBA_CACHE_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, env={**os.environ, **chosen}
    )
    return done.stdout, done.stderr


def times(folder: Path) -> dict[Path, int]:
    """When each file of a folder was written."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


IMAGE = "haswell"
"""What the Dockerfile has the kernels compiled for."""


@pytest.fixture(scope="module")
def warmed_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of kernels that `warm_up` has compiled for the image's processor."""
    folder = tmp_path_factory.mktemp("warmed_up") / "kernels"
    printed, told = run("import toymodels as tm; tm.warm_up()", IMAGE, folder)
    assert printed == ""
    assert re.fullmatch(rf"toymodels compiles .* seconds .*{re.escape(str(folder))}.*\n", told)
    return folder


def test_the_same_bits_for_every_target_and_a_training_finds_all_that_it_needs_after_the_warm_up(
    warmed_up: Path, tmp_path: Path
) -> None:
    compiled = times(warmed_up)
    folders = {IMAGE: warmed_up, "generic": tmp_path / "generic"}
    if "avx512f" in Path("/proc/cpuinfo").read_text(encoding="utf-8"):
        folders["skylake-avx512"] = tmp_path / "skylake"
    with ThreadPoolExecutor(2) as pool:
        digests = list(pool.map(lambda target: run(TRAININGS, target, folders[target])[0], folders))
    assert digests == [digests[0]] * len(folders)
    assert len(set(digests[0].split())) == 5
    assert compiled
    assert times(warmed_up) == compiled


def test_compiled_code_is_used_from_a_folder_that_cannot_be_written(warmed_up: Path) -> None:
    """As in an image that is run read-only: the cache is still read. Who has to compile is told so, in one line."""
    code = """
import sys
import tempfile

def refuse(*arguments, **named):
    raise PermissionError("read-only")

tempfile.TemporaryFile = refuse  # how Numba finds out whether a folder can be written
import toymodels as tm

tm.warm_up()
from toymodels.training.kernels import train_models

print(sum(train_models.stats.cache_hits.values()), sum(train_models.stats.cache_misses.values()))
"""
    assert run(code, IMAGE, warmed_up) == ("1 0\n", "")
