"""Sweep: many specs from many seeds, on any executor of `concurrent.futures`."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from types import NoneType

from toymodels.checks import MAX_SEED, shown, whole_number
from toymodels.run import Run
from toymodels.spec import AbsMLP, Autoencoder, Spec, checked_spec
from toymodels.sweeps.store import Store
from toymodels.sweeps.tasks import Task, Wanted, tasks, whole_run
from toymodels.training.config import TrainingConfig, default_config
from toymodels.training.run_time import seconds

AHEAD = 64
"""Most tasks that an executor holds at a time; more would only fill its memory."""

RETRIES = 2
"""How often a task that failed is tried again, and how often a broken executor is made anew."""


@dataclass(frozen=True)
class SweepProgress:
    """How far a sweep is.

    Attributes:
        done: runs that are there.
        total: runs in all.
        stored: of those done, the ones that were found in the store.
        seconds: since it began.
        seconds_left: if it goes on as fast as so far; NaN before the first training has ended.
    """

    done: int
    total: int
    stored: int
    seconds: float
    seconds_left: float


OnSweepProgress = Callable[[SweepProgress], object]


def sweep(
    specs: Spec | Iterable[Spec],
    seeds: Iterable[int] = (0,),
    *,
    executor: Executor | Callable[[], Executor] | None = None,
    store: Store | str | Path | None = None,
    on_progress: OnSweepProgress | None = None,
    config: TrainingConfig | Callable[[Spec], TrainingConfig] | None = None,
) -> Iterator[Run]:
    """Train every spec from every seed, and yield the runs as they end; those of the store come at once.

    Nothing is trained before the first run is asked for. Specs of one shape are joined into trainings of about a
    second, large ones are cut. The weights are those of `train` to the bit, whatever the executor; the losses up to
    rounding in double precision. Leaving the loop, or interrupting it, ends the sweep; with a store the next one goes
    on from there.

    Args:
        specs: one or several.
        seeds: 0 to 2**32 - 1 each.
        executor: any `Executor` of `concurrent.futures`, such as a ProcessPoolExecutor or what `get_executor()` of a
            Dask client gives; its workers train on one thread each. Or a function that makes one: then one that breaks,
            because a worker was killed, is made anew. None: this process, with the threads of the trainer.
        store: where runs are kept and found again; a folder, a URL of fsspec, or a `Store`.
        on_progress: called after every run.
        config: the settings of all trainings, or a function that gives those of a spec; None for `default_config`.

    Raises:
        ValueError: naming the argument, the value and what is allowed.
        Exception: what a training raised that failed three times.

    Warns:
        UserWarning: if the executor breaks and cannot be made anew, and the rest is trained in this process; if a file
            of the store is damaged.
    """
    if isinstance(specs, (Autoencoder, AbsMLP)):
        specs = (specs,)
    if not isinstance(specs, Iterable):
        raise ValueError(f"specs must be one or several of Autoencoder and AbsMLP, got {shown(specs)}")
    several = [checked_spec("specs", spec) for spec in specs]
    if not isinstance(seeds, Iterable):
        raise ValueError(f"seeds must be several whole numbers, such as range(8), got {shown(seeds)}")
    if not (executor is None or isinstance(executor, Executor) or callable(executor)):
        raise ValueError(f"executor must be of concurrent.futures, or a function that makes one, got {shown(executor)}")
    if not isinstance(store, (Store, str, Path, NoneType)):
        raise ValueError(f"store must be a folder, a URL or a Store, got {shown(store)}")
    if not (config is None or isinstance(config, TrainingConfig) or callable(config)):
        raise ValueError(f"config must be a TrainingConfig, or a function that gives one, got {shown(config)}")
    checked = [whole_number("seeds", seed, 0, MAX_SEED) for seed in seeds]
    kept = Store(store) if isinstance(store, (str, Path)) else store
    settings: Callable[[Spec], TrainingConfig]
    settings = (lambda _: config) if isinstance(config, TrainingConfig) else config or default_config
    return _sweep(several, checked, executor, kept, on_progress, settings)


def _sweep(
    specs: Sequence[Spec],
    seeds: Sequence[int],
    executor: Executor | Callable[[], Executor] | None,
    store: Store | None,
    on_progress: OnSweepProgress | None,
    settings: Callable[[Spec], TrainingConfig],
) -> Iterator[Run]:
    count = _Count(specs, len(seeds), on_progress)
    missing: list[Wanted] = []
    for number, (seed, spec) in enumerate(product(seeds, specs)):
        stored = None if store is None else store.load(spec, seed, settings(spec))
        if stored is None:
            missing.append(Wanted(number, spec, seed))
        else:
            yield count.of(stored, stored=True)
    parts: dict[int, dict[int, tuple[Run, int]]] = {}
    for task, trained in _trained(tasks(missing, settings), executor):
        for place, (wanted, instance) in enumerate(task.parts):
            those = parts.setdefault(wanted.number, {})
            those[instance] = trained, place
            if len(those) == wanted.spec.n_instances:
                del parts[wanted.number]
                run = whole_run(wanted, [those[k] for k in range(len(those))])
                if store is not None:
                    store.save(run, task.config)
                yield count.of(run)


class _Count:
    """Runs that are done, and how long the others will take."""

    def __init__(self, specs: Sequence[Spec], seeds: int, on_progress: OnSweepProgress | None) -> None:
        self._tell, self._began = on_progress, time.perf_counter()
        self._total = len(specs) * seeds
        self._left = seconds(specs, seeds)
        self._done = self._stored = 0
        self._trained = 0.0

    def of(self, run: Run, stored: bool = False) -> Run:
        """The run, once it is counted."""
        self._done += 1
        self._stored += stored
        cost = seconds([run.spec])
        self._left -= cost
        self._trained += 0 if stored else cost
        if self._tell is not None:
            since = time.perf_counter() - self._began
            left = since * self._left / self._trained if self._trained else float("nan")
            self._tell(SweepProgress(self._done, self._total, self._stored, since, max(0.0, left)))
        return run


def _trained(
    waiting: Iterator[Task], executor: Executor | Callable[[], Executor] | None
) -> Iterator[tuple[Task, Run]]:  # fmt: skip
    """Tasks with what they gave, as they end."""
    if executor is None:
        for task in waiting:
            yield task, task.run()
        return
    if isinstance(executor, Executor):
        make, pool = None, executor
    else:
        make, pool = executor, executor()
    again: list[tuple[Task, int]] = []
    pending: dict[Future[Run], tuple[Task, int]] = {}
    broken = 0
    try:
        while True:
            pool_broke = False
            while len(pending) < AHEAD and not pool_broke:
                one = again.pop() if again else next(((task, 0) for task in waiting), None)
                if one is None:
                    break
                try:
                    pending[pool.submit(_run_alone, one[0])] = one
                except BrokenExecutor:
                    again.append(one)
                    pool_broke = True
            if not pending and not again:
                return
            done = wait(pending, return_when=FIRST_COMPLETED).done if pending else set()
            for future in done:
                task, tried = pending.pop(future)
                error = future.exception()
                if error is None:
                    yield task, future.result()
                elif isinstance(error, BrokenExecutor):
                    # It was perhaps not this task that broke it: all that were there fail alike.
                    again.append((task, tried))
                    pool_broke = True
                elif tried < RETRIES:
                    again.append((task, tried + 1))
                else:
                    raise error
            if pool_broke:
                again += pending.values()
                pending.clear()
                broken += 1
                if make is None or broken > RETRIES:
                    warnings.warn(
                        "the executor is broken: the rest is trained in this process", UserWarning, stacklevel=3
                    )
                    for task in [*(task for task, _ in again), *waiting]:
                        yield task, task.run()
                    return
                pool = make()
    finally:
        for future in pending:
            future.cancel()
        if make is not None:
            pool.shutdown(wait=False, cancel_futures=True)


def _run_alone(task: Task) -> Run:
    """Train a task on one thread: the other cores have other workers. The weights are the same."""
    return replace(task, config=replace(task.config, threads=1)).run()
