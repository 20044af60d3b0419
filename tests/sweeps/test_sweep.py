"""Sweeps give the runs of `train`, whatever the executor, and go on where they were ended."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import toymodels as tm
from toymodels.sweeps import Store, SweepProgress
from toymodels.sweeps.tasks import MAX_INSTANCES, Wanted, tasks

SPECS: tuple[tm.Spec, ...] = (
    tm.Autoencoder(5, 2, (1.0, 0.1), 0.9),
    tm.Autoencoder(5, 2, 0.05, (1.0, 1.0, 0.5, 0.5, 0.2)),
    tm.Autoencoder(5, 2, [[0.1, 0.1, 0.1, 0.1, 0.3]], 1.0),
    tm.Autoencoder(5, 2, 0.2, 0.9, "linear"),
    tm.AbsMLP(3, 6, 0.3, 0.8),
)

CONFIG = replace(tm.default_config(SPECS[0]), steps=40, restarts=3, held_out=4096)


def key(run: tm.Run) -> tuple[str, int]:
    return run.spec.to_json(), run.seed


def assert_same(runs: list[tm.Run], config: tm.TrainingConfig | None = CONFIG) -> None:
    """Each spec from each of two seeds is there once, with the weights of `train` to the bit."""
    assert sorted(map(key, runs)) == sorted((spec.to_json(), seed) for spec in SPECS for seed in (0, 7))
    for run in runs:
        alone = tm.train(run.spec, run.seed, config=config)
        for name, values in alone.parameters.items():
            np.testing.assert_array_equal(run.parameters[name], values)
        # The closed part of a loss is a product of NumPy's, whose last bit depends on how many there are.
        np.testing.assert_allclose(run.loss, alone.loss, rtol=1e-12)
        np.testing.assert_allclose(run.loss_error, alone.loss_error, rtol=1e-9)
        assert run.provenance == alone.provenance
        assert (run.steps, run.restarts) == (alone.steps, alone.restarts)


def test_in_this_process_the_runs_are_those_of_train() -> None:
    assert_same(list(tm.sweep(SPECS, (0, 7), config=CONFIG)))


def test_default_settings_are_those_of_each_spec() -> None:
    (run,) = tm.sweep(SPECS[0])
    alone = tm.train(SPECS[0])
    np.testing.assert_array_equal(run.W, alone.W)
    assert run.provenance == alone.provenance


def test_specs_of_one_shape_with_settings_of_their_own_are_not_joined(tmp_path: Path) -> None:
    # By default a spec of many instances has fewer starts.
    cell, grid = tm.Autoencoder(2, 1, 0.1, 0.9), tm.Autoencoder(2, 1, np.geomspace(1, 0.01, 257), 0.9)

    def few(spec: tm.Spec) -> tm.TrainingConfig:
        return replace(tm.default_config(spec), steps=20, held_out=128)

    assert few(cell) != few(grid)
    for run in tm.sweep([cell, grid], config=few, store=tmp_path):
        alone = tm.train(run.spec, config=few(run.spec))
        np.testing.assert_array_equal(run.W, alone.W)
        assert run.provenance == alone.provenance
    progress: list[SweepProgress] = []
    list(tm.sweep([cell, grid], config=few, store=tmp_path, on_progress=progress.append))
    assert progress[-1].stored == 2


def test_wide_specs_of_few_steps_are_joined_within_the_bounds_of_a_table() -> None:
    many = [Wanted(k, tm.Autoencoder(4096, 1, 0.1, 1.0), 0) for k in range(40)]
    short = replace(tm.default_config(many[0].spec), steps=1, restarts=1, batch=16)
    assert [task.spec.n_instances for task in tasks(many, lambda _: short)] == [32, 8]


def test_specs_of_one_shape_are_joined_and_large_ones_cut() -> None:
    wanted = [Wanted(k, spec, 0) for k, spec in enumerate(SPECS)]
    assert [task.spec.n_instances for task in tasks(wanted, tm.default_config)] == [3, 1, 1, 1]
    dear = tm.Autoencoder(400, 30, np.geomspace(1, 0.05, 6), 1.0)
    assert [task.spec.n_instances for task in tasks([Wanted(0, dear, 0)], tm.default_config)] == [1] * 6
    many = [Wanted(k, tm.Autoencoder(2, 1, 0.1 + k / 10_000, 0.9), 0) for k in range(1500)]
    sizes = [task.spec.n_instances for task in tasks(many, tm.default_config)]
    assert sum(sizes) == 1500
    assert max(sizes) <= MAX_INSTANCES
    assert len(sizes) <= 8


class Threads(ThreadPoolExecutor):
    """Threads, of which some trainings fail at first, as on a worker that is lost."""

    def __init__(self, failures: int) -> None:
        super().__init__(2)
        self.left, self.lock = failures, threading.Lock()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        def perhaps() -> Any:
            with self.lock:
                self.left -= 1
                if self.left >= 0:
                    raise OSError("the worker is gone")
            return fn(*args, **kwargs)

        return super().submit(perhaps)


def test_a_lost_task_is_tried_again_and_a_task_that_always_fails_ends_the_sweep() -> None:
    with Threads(2) as threads:
        assert_same(list(tm.sweep(SPECS, (0, 7), executor=threads, config=CONFIG)))
    with Threads(1000) as threads, pytest.raises(OSError, match="the worker is gone"):
        list(tm.sweep(SPECS, (0, 7), executor=threads, config=CONFIG))


def pool() -> Executor:
    return ProcessPoolExecutor(2, multiprocessing.get_context("spawn"))


def test_a_killed_process_costs_its_tasks_a_retry() -> None:
    killed: list[int] = []

    def one_is_killed(progress: SweepProgress) -> None:
        if not killed:
            killed.append(multiprocessing.active_children()[0].pid or 0)
            os.kill(killed[0], signal.SIGKILL)

    # Tasks of one instance, so that some are left when the worker goes.
    specs = [replace(SPECS[0], feature_probability=(p,), importance=decay) for p in (1.0, 0.3) for decay in (0.9, 0.8)]
    specs += [replace(spec, n_hidden=3) for spec in specs]
    runs = list(tm.sweep(specs, (0, 7), executor=pool, config=CONFIG, on_progress=one_is_killed))
    assert killed
    assert sorted(map(key, runs)) == sorted((spec.to_json(), seed) for spec in specs for seed in (0, 7))
    alone = tm.train(specs[0], 0, config=CONFIG)
    (same,) = (run for run in runs if key(run) == (specs[0].to_json(), 0))
    np.testing.assert_array_equal(same.W, alone.W)


def test_a_broken_executor_that_cannot_be_made_anew_leaves_the_rest_to_this_process() -> None:
    def first(progress: SweepProgress) -> None:
        if progress.done == 1:
            for child in multiprocessing.active_children():
                os.kill(child.pid or 0, signal.SIGKILL)

    with pool() as processes, pytest.warns(UserWarning, match="the executor is broken"):
        assert_same(list(tm.sweep(SPECS, (0, 7), executor=processes, config=CONFIG, on_progress=first)))


def test_stored_runs_are_not_trained_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[SweepProgress] = []
    begun = tm.sweep(SPECS, (0, 7), store=tmp_path, config=CONFIG, on_progress=told.append)
    for _ in range(4):
        next(begun)
    begun.close()  # type: ignore[attr-defined]
    assert len(list(tmp_path.glob("*.npz"))) == 4
    assert_same(list(tm.sweep(SPECS, (0, 7), store=str(tmp_path), config=CONFIG, on_progress=told.append)))
    assert [one.done for one in told] == [1, 2, 3, 4, *range(1, 11)]
    assert (told[-1].stored, told[-1].total) == (4, 10)
    assert told[-1].seconds_left == pytest.approx(0, abs=1e-9)
    monkeypatch.setattr("toymodels.sweeps.tasks.train", None)
    assert_same(list(tm.sweep(SPECS, (0, 7), store=Store(tmp_path), config=CONFIG)))
    # Other settings are another run.
    other = replace(CONFIG, steps=41)
    with pytest.raises(TypeError):
        next(tm.sweep(SPECS, (0, 7), store=Store(tmp_path), config=other))


@pytest.mark.parametrize("url", [False, True])
def test_a_damaged_file_is_put_aside_and_trained_again(tmp_path: Path, url: bool) -> None:
    place = f"file://{tmp_path}/runs" if url else tmp_path / "runs"
    (run,) = tm.sweep(SPECS[0], store=place, config=CONFIG)
    (file,) = (tmp_path / "runs").iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.warns(UserWarning, match=r"is put aside as .*\.damaged: not a run saved by toymodels"):
        (again,) = tm.sweep(SPECS[0], store=place, config=CONFIG)
    np.testing.assert_array_equal(run.W, again.W)
    assert {one.name for one in (tmp_path / "runs").iterdir()} == {file.name, f"{file.name}.damaged"}
    # A file under the name of another run is no run of this spec either.
    other = Store.name(SPECS[0], 1, CONFIG)
    file.replace(file.with_name(other))
    with pytest.warns(UserWarning, match="another spec or seed"):
        assert Store(place).load(SPECS[0], 1, CONFIG) is None


def test_what_is_no_spec_or_no_seed_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="specs must be an Autoencoder or an AbsMLP, got 3"):
        tm.sweep([3])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="seeds must be a whole number"):
        tm.sweep(SPECS[0], (-1,))
