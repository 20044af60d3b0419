"""How fast and how well `train` does beside the plain recipe of `tests.benchmarks.recipe`.

    python -m tests.benchmarks.trainer                   everything
    python -m tests.benchmarks.trainer --cases "5->2"    one case

Ours and some steps of the recipe alternate in one process, so that both meet the same load; the recipe's time is
scaled to its 10,000 steps. Both by the clock and by the processor: on a machine that is busy with other things say
--recipe-threads 1 and read the processor's ratio, for two threads of PyTorch that wait for each other on one free core
take many times as long as one, and the ratio would flatter us.

Losses are judged against those of the whole recipe, which `python -m tests.benchmarks.recipe` computes in twenty
minutes and writes to `recipe_losses.json`: for each density our loss (the worse of our seeds) over the recipe's (the
better of its seeds), both held-out estimates, and the error of `run.loss`. Then: the hundred densities of a slider,
how the time grows with densities, n and threads, what part of the machine's matrix-product rate the steps reach, and
what training and a pure Python loop keep of their speed beside each other.
"""

import argparse
import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

import numpy as np
import torch

import toymodels as tm
from tests.benchmarks.recipe import CASES, LOSSES, STEPS
from toymodels.analysis.losses import estimate
from toymodels.arrays import Array
from toymodels.spec import Spec

T = TypeVar("T")

SEEDS = (0, 1)

JUDGED_NUMBERS = 1 << 24
"""About how many numbers of data a loss is judged on, per density."""


def compare(name: str, spec: Spec, recipe_steps: int) -> None:
    runs, our_seconds, their_seconds = [], [], []  # seconds are (by the clock, by the processor)
    for seed in SEEDS:
        for _ in range(2):
            run, seconds = _timed(partial(tm.train, spec, seed))
            our_seconds.append(seconds)
        runs.append(run)
        their_seconds.append(_seconds_of_steps(spec, seed, recipe_steps) * STEPS)
    clock, processor = np.median(our_seconds, axis=0)
    their_clock, their_processor = np.min(their_seconds, axis=0)
    print(f"{name}: clock {clock:.3f} s, recipe {their_clock:.1f} s, ratio {their_clock / clock:.0f};", end=" ")
    print(
        f"processor {processor:.3f} s, recipe {their_processor:.1f} s, ratio {their_processor / processor:.0f}",
        flush=True,
    )
    # Sharper than `run.loss`, whose error of half a percent would be half of what is judged here.
    samples = JUDGED_NUMBERS // spec.n_features
    ours = np.max([estimate(spec, run.parameters, samples, seed=99).loss for run in runs], axis=0)
    theirs = json.loads(LOSSES.read_text()).get(name)
    if theirs is not None:
        best = np.min([seed["loss"] for seed in theirs], axis=0)
        print("    loss over the recipe's:", "  ".join(f"{ratio:.3f}" for ratio in ours / best))
    errors = np.max([run.loss_error / run.loss for run in runs], axis=0)
    print("    error of run.loss in %: ", "  ".join(f"{100 * error:.2f}" for error in errors), flush=True)


def scaling() -> None:
    spec = tm.Autoencoder(5, 2, 20 ** -np.linspace(0, 1, 100), 0.9)
    clock, processor = _median(5, partial(tm.train, spec))
    print(f"100 densities of 5->2, 16 starts: clock {clock:.3f} s, processor {processor:.3f} s")
    print("20->5 by number of densities, clock and processor seconds:", flush=True)
    for count in (1, 10, 100, 256):
        clock, processor = _timed(partial(tm.train, tm.Autoencoder(20, 5, np.geomspace(1, 0.001, count), 0.7)))[1]
        print(f"    {count:3d}: {clock:.2f} {processor:.2f}", flush=True)
    print("one density p = .05 by n, with m = n / 10, clock and processor seconds:", flush=True)
    for n in (10, 20, 50, 100, 200, 400, 800, 1600):
        wide = tm.Autoencoder(n, n // 10, (0.05,), 1.0)
        config = tm.default_config(wide)
        clock, processor = _timed(partial(tm.train, wide))[1]
        print(f"    {n:4d}: {clock:.2f} {processor:.2f} ({config.steps} steps, {config.restarts} starts)", flush=True)
    ladder = CASES["20->5"]
    for threads in (1, 2):
        config = replace(tm.default_config(ladder), threads=threads)
        clock, processor = _median(3, partial(tm.train, ladder, config=config))
        print(f"20->5 with {threads} threads: clock {clock:.3f} s, processor {processor:.3f} s", flush=True)


def product_rate() -> None:
    """The step's five products per sample, of 2 n m operations each, against one large product in one thread."""
    matrix = np.random.default_rng(0).random((1024, 1024), dtype=np.float32)
    processor = _median(5, lambda: matrix @ matrix)[1]
    machine = 2 * 1024**3 / processor
    print(f"large product: {machine / 1e9:.0f} GFLOP per processor second; the steps of training:")
    for name, spec in CASES.items():
        config = replace(tm.default_config(spec), restarts=4, halving_at=1.0, steps=200, held_out=128, threads=1)
        few = replace(config, steps=20)
        seconds = _median(3, partial(tm.train, spec, config=config))[1]
        seconds -= _median(3, partial(tm.train, spec, config=few))[1]
        models = 4 * spec.n_instances * (config.steps - few.steps)
        rate = models * config.batch * 10 * spec.n_features * spec.n_hidden / seconds
        print(f"    {name}: {rate / 1e9:.0f} GFLOP per processor second, {rate / machine:.0%} of it", flush=True)


def beside_python() -> None:
    """What training, and a pure Python loop in another thread, keep of their speed beside each other."""
    spec = CASES["20->5"]
    config = replace(tm.default_config(spec), threads=1)

    def trainings(seconds: float) -> float:
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            tm.train(spec, 0, config=config)
            count += 1
        return count / (time.perf_counter() - began)

    def loop(seconds: float) -> float:
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            for _ in range(10_000):
                count += 1
        return count / (time.perf_counter() - began)

    alone = [(trainings(2.0), loop(2.0)) for _ in range(3)]
    beside = []
    for _ in range(3):
        rates: list[float] = []
        other = threading.Thread(target=lambda into=rates: into.append(loop(3.0)))
        other.start()
        rate = trainings(2.5)
        other.join()
        beside.append((rate, rates[0]))
    kept = np.median(beside, axis=0) / np.median(alone, axis=0)
    print(f"beside each other, training in one thread keeps {kept[0]:.0%}, a pure Python loop {kept[1]:.0%}")


def _seconds_of_steps(spec: Spec, seed: int, steps: int) -> Array:
    """Seconds of one step of the recipe, by the clock and by the processor, from its second to its last."""
    marks: list[tuple[int, float, float]] = []

    def mark(step: int, total: int, loss: object) -> None:
        marks.append((step, time.perf_counter(), time.process_time()))

    tm.torch.train(spec, seed, steps, on_progress=mark)
    (first, *began), (last, *ended) = marks[0], marks[-1]
    return (np.array(ended) - began) / (last - first)


def _timed(work: Callable[[], T]) -> tuple[T, Array]:
    """What work gives, and its seconds by the clock and by the processor, (2,)."""
    clock, processor = time.perf_counter(), time.process_time()
    result = work()
    return result, np.array((time.perf_counter() - clock, time.process_time() - processor))


def _median(times: int, work: Callable[[], object]) -> Array:
    return np.asarray(np.median([_timed(work)[1] for _ in range(times)], axis=0))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.trainer",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--cases", nargs="*", choices=list(CASES), default=list(CASES), help="default: all")
    parser.add_argument("--recipe-steps", type=int, default=100, help="steps of the recipe that are timed")
    parser.add_argument("--no-scaling", action="store_true", help="only the cases")
    parser.add_argument("--recipe-threads", type=int, default=torch.get_num_threads(), help="threads of PyTorch")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.recipe_threads)
    tm.warm_up()
    for name in options.cases:
        compare(name, CASES[name], options.recipe_steps)
    if not options.no_scaling:
        scaling()
        product_rate()
        beside_python()


if __name__ == "__main__":
    main()
