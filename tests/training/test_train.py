import hashlib
import random
import subprocess
import sys
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import toymodels as tm
from toymodels.analysis import losses
from toymodels.arrays import Array
from toymodels.data import Correlated, variance
from toymodels.models import parameter_shapes
from toymodels.run_file import MAX_SNAPSHOTS
from toymodels.spec import Activation, Spec
from toymodels.training import film_error, loop, memory
from toymodels.training.ensemble import Ensemble

SMALL = tm.Autoencoder(4, 2, (1, 0.1), (1, 1, 0.5, 0.5))
MLP = tm.AbsMLP(4, 6, (0.5, 0.1), 0.8)


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


def test_progress_is_told_from_the_first_step_to_the_last() -> None:
    calls: list[tuple[int, int, Array]] = []
    tm.train(MLP, steps=500, on_progress=lambda step, total, loss: calls.append((step, total, loss)))
    assert calls[0][0] == 1
    assert calls[-1][0] == 500
    assert all(total == 500 and loss.shape == (2,) for _, total, loss in calls)
    assert [step for step, _, _ in calls] == sorted(step for step, _, _ in calls)
    assert np.all(calls[-1][2] < calls[0][2])


def test_progress_changes_no_weights() -> None:
    watched = tm.train(SMALL, steps=50, on_progress=lambda *_: None)
    assert np.array_equal(watched.W, tm.train(SMALL, steps=50).W)


def test_progress_is_told_at_every_step_that_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "SECONDS_BETWEEN_REPORTS", 0.0)
    steps: list[int] = []
    tm.train(SMALL, steps=7, on_progress=lambda step, *_: steps.append(step))
    assert sorted(set(steps)) == [1, 2, 3, 4, 5, 6, 7]
    assert steps == sorted(steps)


def test_the_last_loss_of_a_film_is_that_of_the_run_within_its_error() -> None:
    run = tm.train(tm.Autoencoder(8, 4, (0.3, 0.1), 0.7), steps=200, snapshots=100)
    error = film_error(run)
    assert run.snapshots is not None
    off = np.abs(run.snapshots.loss[-1] / run.loss - 1)
    assert np.all(off < 4 * np.hypot(error, run.loss_error / run.loss))
    assert np.all((error > 0.002) & (error < 0.2))
    linear = tm.train(tm.Autoencoder(4, 2, 0.1, 0.7, "linear"), steps=20, snapshots=3)
    assert np.all(film_error(linear) == 0)
    with pytest.raises(ValueError, match="snapshots"):
        film_error(tm.train(SMALL, steps=2))


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
    kept: list[tuple[dict[str, Array], npt.NDArray[np.intp]]] = []
    keep = Ensemble.keep

    def spy(ensemble: Ensemble, best: npt.NDArray[np.intp]) -> None:
        kept.append((ensemble.parameters(), best))
        keep(ensemble, best)

    monkeypatch.setattr(Ensemble, "keep", spy)
    spec = tm.Autoencoder(6, 2, (0.2, 0.1, 0.05), 0.9)
    run = tm.train(spec, steps=100, restarts=8)
    assert [best.shape for _, best in kept] == [(2, 3), (1, 3)]
    parameters, best = kept[-1]
    assert np.array_equal(run.W, parameters["W"][best[0], range(3)])
    for parameters, best in kept:
        loss = losses.estimate(spec, parameters).loss
        chosen = np.zeros_like(loss, dtype=bool)
        np.put_along_axis(chosen, best, True, axis=0)
        # The starts are compared on other samples, by which those of nearly the same loss may change places.
        assert np.all(
            np.max(loss, axis=0, where=chosen, initial=0) <= 1.01 * np.min(loss, axis=0, where=~chosen, initial=9)
        )


def test_a_density_of_a_sweep_is_trained_as_it_would_be_alone() -> None:
    sweep = tm.train(tm.Autoencoder(6, 2, (0.5, 0.1, 0.02), 0.9), seed=4, steps=80)
    alone = tm.train(tm.Autoencoder(6, 2, 0.1, 0.9), seed=4, steps=80)
    assert np.array_equal(sweep.W[1], alone.W[0])
    assert np.array_equal(sweep.b[1], alone.b[0])


@pytest.mark.parametrize("seed", [0])
def test_an_instance_with_its_own_importance_and_probabilities_is_trained_as_it_would_be_alone(seed: int) -> None:
    importance = [(1, 1, 0.5, 0.5, 0.5), (0.1, 1, 1, 1, 1), (1, 1, 1, 1, 1)]
    for probability in ((0.5, 0.1, 0.02), [(0.1,) * 4 + (0.25,), (0.5,) * 5, (0.02,) * 4 + (0.01,)]):
        together = tm.train(tm.Autoencoder(5, 2, probability, importance), seed, steps=60)
        for k in (0, 1):
            alone = tm.train(tm.Autoencoder(5, 2, probability[k : k + 1], importance[k]), seed, steps=60)
            if k == 0 or np.ndim(probability) == 1:
                assert np.array_equal(together.W[k], alone.W[0])
                assert np.array_equal(together.b[k], alone.b[0])


WEIGHTS = {
    tm.Autoencoder(2, 1, (0.9, 0.3, 0.001), (1, 0.5)): "33295917458da6e4",
    tm.Autoencoder(7, 3, (0.5, 0.02), (1, 0, 2, 1, 1, 0.5, 0.1), "linear"): "15bfd1beefd58643",
    tm.AbsMLP(6, 5, (0.5, 0.02), 0.8): "88aeca60cea8f439",
    tm.Autoencoder(150, 11, (0.4, 0.01), 1.0): "8d2c8e15b6780ec6",
}
"""Digests of the weights that version 0.1 trained, from seed 5, in 25 steps from 3 starts."""


@pytest.mark.parametrize("spec", WEIGHTS, ids=str)
def test_independent_features_of_one_density_give_the_weights_of_version_0_1(spec: Spec) -> None:
    run = tm.train(spec, seed=5, steps=25, restarts=3)
    held = b"".join(run.parameters[name].tobytes() for name in sorted(run.parameters))
    assert hashlib.sha256(held).hexdigest()[:16] == WEIGHTS[spec]


@pytest.mark.parametrize("spec", [SMALL, MLP, tm.Autoencoder(40, 7, 0.3, 0.9)], ids=str)
def test_threads_change_no_bits(spec: Spec) -> None:
    runs = [
        tm.train(spec, seed=1, steps=40, restarts=5, config=replace(tm.default_config(spec), threads=threads))
        for threads in (1, 2, 3)
    ]
    for name, value in runs[0].parameters.items():
        assert all(np.array_equal(value, run.parameters[name]) for run in runs[1:])


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
        ({"start": 5}, "start", "must be a mapping that holds W, b, got 5"),
        ({"start": [np.zeros((2, 4)), np.zeros(4)]}, "start", "must be a mapping"),
        ({"start": {"W": [[10**400] * 4] * 2, "b": np.zeros(4)}}, "start W", "array of numbers"),
        ({"seed": 10**400}, "seed", "from 0 to 4294967295"),
        ({"steps": 10**400}, "steps", "from 1 to 1000000"),
        ({"start": {"W": np.zeros((4, 2)), "b": np.zeros(4)}}, "start W", r"\(2, 4\)"),
        ({"start": {"W": np.full((2, 4), np.nan), "b": np.zeros(4)}}, "start W", "from -1000 to 1000"),
        ({"start": {"W": "square", "b": np.zeros(4)}}, "start W", "array of numbers"),
    ],
)
def test_wrong_arguments_are_named(arguments: dict[str, Any], field: str, shown: str) -> None:
    with pytest.raises(ValueError, match=f"^{field} .*{shown}"):
        tm.train(SMALL, **arguments)


def test_what_the_machine_cannot_hold_is_refused_before_it_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "physical_memory", lambda: 1_000_000_000)
    giant = tm.Autoencoder(4096, 4096, 0.5, 1.0)
    many = tm.Autoencoder(400, 2, 0.5, 1.0, data=tm.data.FixedSamples(1_000_000))
    with pytest.raises(ValueError, match=r"take about .* GB to train; this machine has 1 GB"):
        tm.train(many)
    with pytest.raises(ValueError, match=r"^n_features = 4096 and n_hidden = 4096 .* GB to train; .* has 1 GB"):
        tm.train(giant)
    # A film of many starts may be what it takes: only their best is kept at half-time.
    with pytest.raises(ValueError, match=r"1024 restarts and 1000 snapshots take about"):
        tm.train(tm.Autoencoder(100, 20, 0.5, 1.0), restarts=1024, snapshots=1000)
    monkeypatch.setattr(memory, "physical_memory", lambda: None)
    assert tm.train(SMALL, steps=2).steps == 2


def test_the_estimate_of_memory_is_right_within_a_third() -> None:
    spec = tm.Autoencoder(500, 500, 0.5, 1.0)
    tracemalloc.start()
    try:
        tm.train(spec, steps=1, restarts=1)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert 0.67 < peak / memory.memory(spec, replace(tm.default_config(spec), restarts=1)) < 1.33


@pytest.mark.parametrize("spec", [tm.Autoencoder(5, 2, (1e-4, 1e-6), 0.9), tm.AbsMLP(4, 8, (1e-4, 1e-6), 0.8)], ids=str)
def test_the_rarest_features_that_a_spec_allows_are_learned_as_well(spec: Spec) -> None:
    rare, rarest = tm.train(spec).loss / spec.feature_probability
    assert rarest < 1.05 * rare + 1e-3
    assert rare < 0.1


@pytest.mark.parametrize("model", [tm.Autoencoder, tm.AbsMLP])
def test_the_loss_of_a_single_feature_is_exact(model: type[tm.Autoencoder] | type[tm.AbsMLP]) -> None:
    run = tm.train(model(1, 1, (1e-6, 0.03, 1.0), 1.0), steps=3, restarts=1)
    assert np.all(run.loss_error == 0)
    assert np.all(run.loss > 0)
    np.testing.assert_allclose(run.loss, losses.estimate(run.spec, run.parameters).loss)


def test_importing_imports_no_numba_and_training_no_torch() -> None:
    code = (
        "import sys, toymodels as tm\n"
        "assert 'torch' not in sys.modules and 'numba' not in sys.modules\n"
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


def test_a_grid_of_importance_by_density_is_one_spec_and_reaches_the_least_losses() -> None:
    """1,600 models of two features in one dimension; least losses at r = 1 with free lengths and biases."""
    least = {0.571: 0.09342, 0.686: 0.10763, 0.8: 0.10552}
    r, p = (grid.ravel() for grid in np.meshgrid(np.geomspace(0.1, 1, 40), [*least, *np.geomspace(1, 0.01, 37)]))
    spec = tm.Autoencoder(2, 1, p, np.stack([np.ones(1600), r], axis=-1))
    run = tm.train(spec)
    assert run.loss.shape == (1600,)
    for density, loss in least.items():
        assert run.loss[(p == density) & (r == 1)] == pytest.approx(loss, rel=0.01)
    codes = np.array([min(losses.two_feature_losses(*cell)) for cell in zip(r, p, strict=True)])
    assert np.all(run.loss < 1.01 * codes)
    # A training that is too short is seen.
    short = tm.train(spec.at(1599), steps=20)
    assert short.loss[0] > 1.01 * codes[1599]


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


def test_the_unit_of_importance_does_not_matter() -> None:
    importance = 0.9 ** np.arange(5)
    one, million = (tm.train(tm.Autoencoder(5, 2, (1, 0.05), unit * importance)) for unit in (1, 1e6))
    assert np.allclose(million.loss, 1e6 * one.loss, rtol=1e-3)


@pytest.mark.parametrize(("n", "m", "importance"), [(5, 2, 0.9), (8, 2, 0.95), (20, 5, 0.9), (20, 10, 0.8), (10, 9, 1)])
def test_two_starts_are_enough_for_a_linear_model(n: int, m: int, importance: float) -> None:
    p = np.array([1, 0.1, 0.01])
    spec = tm.Autoencoder(n, m, p, importance, "linear")
    left_out = spec.importances[m:].sum() * variance(p)
    for seed in range(3):
        run = tm.train(spec, seed)
        assert run.restarts == 2
        assert (run.loss <= 1.01 * left_out).all(), run.loss / left_out


def test_two_starts_are_for_linear_models_of_independent_features_alone() -> None:
    spec = tm.Autoencoder(4, 2, 0.1, 0.9, "linear")
    others = (
        replace(spec, activation="relu"),
        replace(spec, hidden_activation="relu"),
        replace(spec, data=Correlated(((0, 1), (2, 3)))),
    )
    assert [tm.default_config(one).restarts for one in (spec, *others)] == [2, 16, 16, 16]


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


@pytest.mark.parametrize(("n", "p", "best"), [(6, 0.001, 2.938e-4), (7, 0.001, 5.910e-4), (7, 0.003, 1.819e-3)])
@pytest.mark.parametrize("seed", range(8))
def test_equal_features_in_the_plane_reach_the_best_known_polygon(n: int, p: float, best: float, seed: int) -> None:
    assert tm.train(tm.Autoencoder(n, 2, p, 1.0), seed=seed).loss[0] < 1.01 * best
