"""Training by the paper's recipe."""

import contextlib
import math
import threading
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

import toymodels as tm
from tests.torch.notebook import notebook
from toymodels.arrays import Array
from toymodels.data import sample_features
from toymodels.run import Run
from toymodels.spec import Spec
from toymodels.torch import recipe
from toymodels.training.recipe import MAX_BATCH, RecipeConfig, recipe_seconds

SPECS: list[Spec] = [
    tm.Autoencoder(5, 2, (1, 0.3, 0.1), 0.9),
    tm.Autoencoder(6, 3, (0.5, 0.2), (1, 0.5, 2, 1, 1, 0), "linear"),
    tm.AbsMLP(6, 4, (1, 0.2), 0.8),
]
SMALL = SPECS[0]
STEPS = 300
BATCH = 128
HAS = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
DEVICES = [device for device, there in HAS.items() if there]


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_it_is_the_papers_notebook(spec: Spec) -> None:
    run = tm.torch.train(spec, seed=3, steps=STEPS, batch=BATCH)
    by_hand = notebook(spec, 3, STEPS, BATCH)
    start = notebook(spec, 3, 0, BATCH)
    for name, value in run.parameters.items():
        moved = np.abs(by_hand[name] - start[name]).max()
        assert moved > 0.05
        assert np.abs(value - by_hand[name]).max() < 0.01 * moved, name
    loss = tm.losses.estimate(spec, by_hand, 20_000)
    np.testing.assert_allclose(run.loss, loss.loss, rtol=0.02)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_training_lowers_the_loss_on_every_device(spec: Spec, device: str) -> None:
    before = tm.torch.train(spec, 1, steps=1, batch=128, device=device)
    after = tm.torch.train(spec, 1, steps=400, batch=128, lr=0.01, device=device)
    assert np.all(after.loss < 0.8 * before.loss)


def test_a_run_holds_what_was_asked_for() -> None:
    run = tm.torch.train(SMALL, seed=3, steps=20)
    assert (run.spec, run.seed, run.steps, run.restarts, run.snapshots) == (SMALL, 3, 20, 1, None)
    assert (run.W.shape, run.b.shape) == ((3, 2, 5), (3, 5))
    assert run.W.dtype == np.float32
    assert run.seconds > 0
    expected = tm.losses.estimate(SMALL, run.parameters, 200_000, 9)
    assert np.all(np.abs(run.loss - expected.loss) < 5 * (run.loss_error + expected.error))


def test_the_same_arguments_give_the_same_weights_and_another_seed_gives_others() -> None:
    one, same, other = (tm.torch.train(SMALL, seed, steps=20) for seed in (1, 1, 2))
    assert all(np.array_equal(value, same.parameters[name]) for name, value in one.parameters.items())
    assert not np.array_equal(one.W, other.W)


@pytest.mark.parametrize("changed", [{"steps": 21}, {"batch": 512}, {"lr": 2e-3}, {"weight_decay": 0.5}])
def test_every_setting_counts(changed: dict[str, Any]) -> None:
    assert not np.array_equal(tm.torch.train(SMALL, steps=20).W, tm.torch.train(SMALL, **{"steps": 20, **changed}).W)


def test_nothing_global_is_read_or_changed() -> None:
    expected = tm.torch.train(SMALL, steps=5)
    torch.manual_seed(11)
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    torch.set_default_dtype(torch.float64)
    try:
        with torch.no_grad():
            run = tm.torch.train(SMALL, steps=5)
    finally:
        torch.set_default_dtype(torch.float32)
    np.testing.assert_array_equal(run.W, expected.W)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.get_num_threads() == threads


def test_one_thread_is_for_the_block_only() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with tm.torch.one_thread():
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 2
        with contextlib.suppress(InterruptedError), tm.torch.one_thread():
            raise InterruptedError
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


# Activations


def test_relu_handed_in_trains_the_same_weights_and_the_loss_is_a_monte_carlo_estimate_of_the_same() -> None:
    own = tm.torch.train(SMALL, steps=100)
    for relu in (torch.relu, torch.nn.ReLU(), lambda x: torch.where(x > 0, x, 0.0)):
        run = tm.torch.train(SMALL, steps=100, activation=relu)
        np.testing.assert_allclose(run.W, own.W, atol=1e-5)
        assert np.all(run.loss_error > 0)
        assert np.all(np.abs(run.loss - own.loss) < 5 * (run.loss_error + own.loss_error))
        assert not np.array_equal(run.loss, own.loss)


@pytest.mark.parametrize("spec", [SMALL, SPECS[2]], ids=str)
def test_any_function_of_tensors_is_an_activation_and_the_loss_is_that_of_the_model_with_it(spec: Spec) -> None:
    run = tm.torch.train(spec, steps=200, lr=0.01, activation=functional.gelu)
    x = sample_features(spec.feature_probability, spec.n_features, 20_000, np.random.default_rng(4), spec is not SMALL)
    gelu = np.vectorize(lambda z: 0.5 * z * (1 + math.erf(z / math.sqrt(2))), otypes=[np.float64])
    if isinstance(spec, tm.Autoencoder):
        answer = gelu(x @ run.W.mT @ run.W + run.b[:, None])
        errors = (answer - x) ** 2 @ spec.importances
    else:
        answer = gelu(gelu(x @ run.W1.mT) @ run.W2.mT + run.b[:, None])
        errors = (answer - np.abs(x)) ** 2 @ spec.importances
    error = errors.std(axis=-1) / math.sqrt(errors.shape[-1])
    assert np.all(np.abs(errors.mean(axis=-1) - run.loss) < 5 * (error + run.loss_error))
    with_relu = tm.losses.estimate(spec, run.parameters)
    # Where all features are active the activation matters most.
    assert abs(with_relu.loss[0] - run.loss[0]) > 5 * (with_relu.error[0] + run.loss_error[0])


def test_the_error_of_a_monte_carlo_estimate_is_its_spread_over_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipe, "MONTE_CARLO_SAMPLES", 4096)
    spec = tm.Autoencoder(4, 2, (0.5, 0.1), 0.9)
    module = tm.torch.to_module(tm.torch.train(spec, steps=50), None)
    estimates = [recipe._monte_carlo(module, spec, seed, RecipeConfig()) for seed in range(24)]
    spread = np.std([estimate.loss for estimate in estimates], axis=0, ddof=1)
    claimed = np.mean([estimate.error for estimate in estimates], axis=0)
    np.testing.assert_allclose(spread, claimed, rtol=0.5)


@pytest.mark.parametrize(
    ("activation", "sentence"),
    [
        ("relu", "activation must be a function of tensors, got relu"),
        (torch.nn.PReLU(), "activation must have no parameters of its own, got PReLU"),
        (torch.sum, "activation must keep the shape and be differentiable, sum is not so"),
        (torch.sign, None),
        (lambda x: x.detach(), "activation must keep the shape and be differentiable"),
    ],
)
def test_what_cannot_be_an_activation_is_refused(activation: Any, sentence: str | None) -> None:
    if sentence is None:
        # The sign has a gradient, of zero: legal, if hopeless.
        tm.torch.train(SMALL, steps=1, activation=activation)
        return
    with pytest.raises(ValueError, match=sentence):
        tm.torch.train(SMALL, steps=1, activation=activation)


# Progress


def test_progress_is_told_after_the_first_step_and_the_last() -> None:
    told: list[tuple[int, int, Array]] = []
    tm.torch.train(SMALL, steps=40, on_progress=lambda *news: told.append(news))
    assert (told[0][:2], told[-1][:2]) == ((1, 40), (40, 40))
    steps = [step for step, _, _ in told]
    assert steps == sorted(set(steps))
    assert all(loss.shape == (3,) for _, _, loss in told)
    x_squared = np.array(SMALL.feature_probability) / 3 * SMALL.importances.sum()
    assert np.all(told[0][2] > 0.1 * x_squared)


def test_what_on_progress_raises_ends_the_training() -> None:
    steps = []

    def stop(step: int, total: int, loss: Array) -> None:
        steps.append(step)
        if step > 1:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        tm.torch.train(SMALL, steps=1_000_000, on_progress=stop)
    assert steps[-1] < 1_000_000


def test_other_threads_of_python_run_while_it_trains() -> None:
    counted, done = 0, threading.Event()

    def train() -> None:
        tm.torch.train(tm.Autoencoder(50, 10, (0.1, 0.2), 0.9), steps=20)
        done.set()

    thread = threading.Thread(target=train)
    thread.start()
    while not done.wait(0.001):
        counted += 1
    thread.join()
    assert counted > 3


# Settings


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"seed": -1}, "seed must be a whole number from 0 to 4294967295, got -1"),
        ({"steps": 0}, "steps must be a whole number from 1 to 1000000, got 0"),
        ({"steps": 1e4}, "steps must be a whole number"),
        ({"batch": MAX_BATCH + 1}, "batch must be a whole number from 1 to 65536, got 65537"),
        ({"lr": 0}, "learning_rate must be a number greater than 0 and at most 1, got 0"),
        ({"lr": float("nan")}, "learning_rate must be a number greater than 0 and at most 1, got nan"),
        ({"lr": "fast"}, "learning_rate must be"),
        ({"weight_decay": -0.1}, "weight_decay must be a number from 0 to 1, got -0.1"),
        ({"weight_decay": True}, "weight_decay must be"),
        ({"device": "gpu"}, "device must be 'cpu', 'mps', 'cuda' or 'cuda:N', got gpu"),
        ({"device": None}, "device must be"),
        ({"device": "cuda:99"}, "device 'cuda:99' is not there"),
    ],
)
def test_a_wrong_setting_is_named_with_its_range(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        tm.torch.train(SMALL, **wrong)


def test_a_loss_beyond_all_numbers_is_told() -> None:
    def explosive(x: torch.Tensor) -> torch.Tensor:
        return torch.exp(30 * x) ** 3

    with pytest.raises(FloatingPointError, match="the loss is not finite after 3 steps with lr=1"):
        tm.torch.train(SMALL, steps=3, lr=1, activation=explosive)


def test_the_settings_are_the_papers_and_can_be_compared() -> None:
    assert RecipeConfig() == RecipeConfig(10_000, 1024, 1e-3, 0.01, "cpu")
    assert hash(RecipeConfig()) == hash(RecipeConfig(device="cpu"))
    assert RecipeConfig(steps=5) != RecipeConfig()


def test_the_expected_time_grows_with_steps_batch_densities_and_width() -> None:
    base = recipe_seconds(SMALL)
    assert recipe_seconds(SMALL, RecipeConfig(steps=20_000)) == pytest.approx(2 * base)
    assert recipe_seconds(SMALL, RecipeConfig(batch=2048)) > base
    assert recipe_seconds(tm.Autoencoder(5, 2, (1, 0.3), 0.9)) < base
    assert recipe_seconds(tm.AbsMLP(5, 2, (1, 0.3, 0.1), 0.9)) > base


def test_the_deck_fits_three_minutes_and_the_geometry_ladder_does_not() -> None:
    ladder = (1, 0.3, 0.1, 0.03, 0.01)
    assert recipe_seconds(tm.AbsMLP(100, 40, ladder, 0.8)) < 180
    assert recipe_seconds(tm.Autoencoder(400, 30, 0.2, 1.0)) < 180
    assert recipe_seconds(tm.Autoencoder(400, 30, ladder, 1.0)) > 180


def test_a_run_of_the_recipe_is_saved_and_loaded_as_any_other(tmp_path: Any) -> None:
    run: Run = tm.torch.train(SMALL, steps=5)
    run.save(tmp_path / "recipe.npz")
    np.testing.assert_array_equal(tm.load_run(tmp_path / "recipe.npz").W, run.W)
