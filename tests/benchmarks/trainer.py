"""How fast and how well `train` does beside the paper's recipe, `toymodels.torch.train`.

    python -m tests.benchmarks.trainer                       everything, the recipe in full (half an hour or more)
    python -m tests.benchmarks.trainer --recipe-steps 300    the recipe's time from 300 steps, scaled to 10,000
    python -m tests.benchmarks.trainer --cases "5->2"        one case

Ours and the recipe alternate in one process, so that both meet the same load. On a machine that is busy with other
things say --recipe-threads 1 and read the processor seconds: two threads of PyTorch that wait for each other on one
free core take many times as long as one, and the ratio would flatter us.

Per case it prints the seconds of both by the clock and by the processor, their ratios, and for each density our
held-out loss (the worse of our seeds) over the recipe's (the better of its seeds), on the same samples, which neither
has seen. Losses are left out where the recipe did not run in full. Then: how the time grows with the number of
densities and with n, and what part of the machine's matrix-product rate the step of 400->30 reaches.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import numpy as np
import torch

import toymodels as tm
from toymodels.arrays import Array
from toymodels.data import Sampler
from toymodels.spec import Spec
from toymodels.training.config import settings_for
from toymodels.training.network import Network, max_block
from toymodels.training.recipe import RecipeConfig

T = TypeVar("T")

CASES: dict[str, Spec] = {
    "5->2": tm.Autoencoder(5, 2, 20 ** -np.linspace(0, 1, 10), 0.9),
    "20->5": tm.Autoencoder(20, 5, (1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001), 0.7),
    "20->5 linear": tm.Autoencoder(20, 5, (1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001), 0.7, "linear"),
    "abs 100->40": tm.AbsMLP(100, 40, (1, 0.3, 0.1, 0.03, 0.01), 0.8),
    "400->30, 1/p = 2.5": tm.Autoencoder(400, 30, (0.4,), 1.0),
    "400->30, 1/p = 5": tm.Autoencoder(400, 30, (0.2,), 1.0),
    "400->30, 1/p = 20": tm.Autoencoder(400, 30, (0.05,), 1.0),
}
SEEDS = (0, 1)
STEPS = RecipeConfig().steps
JUDGE = 987_654_321
"""Seed of the samples that both sides are judged on."""


def compare(name: str, spec: Spec, recipe_steps: int) -> None:
    ours, theirs, our_seconds, their_seconds = [], [], [], []  # seconds are (by the clock, by the processor)
    for seed in SEEDS:
        for _ in range(2):
            run, seconds = _timed(partial(tm.train, spec, seed))
            our_seconds.append(seconds)
        ours.append(run.parameters)
        recipe, seconds = _timed(partial(tm.torch.train, spec, seed, recipe_steps))
        theirs.append(recipe.parameters)
        their_seconds.append(seconds * STEPS / recipe_steps)
    clock, processor = np.median(our_seconds, axis=0)
    their_clock, their_processor = np.min(their_seconds, axis=0)
    scaled = "" if recipe_steps == STEPS else f" (scaled from {recipe_steps} steps)"
    print(f"{name}: clock {clock:.2f} s, recipe {their_clock:.1f} s{scaled}, ratio {their_clock / clock:.0f};", end=" ")
    print(
        f"processor {processor:.2f} s, recipe {their_processor:.1f} s, ratio {their_processor / processor:.0f}",
        flush=True,
    )
    if recipe_steps == STEPS:
        judged = [tm.losses.estimate(spec, parameters, 65_536, JUDGE).loss for parameters in ours + theirs]
        best = np.min(judged[len(SEEDS) :], axis=0)
        ratios = np.max(judged[: len(SEEDS)], axis=0) / best
        print("    loss over the recipe's:", "  ".join(f"{ratio:.3f}" for ratio in ratios), flush=True)


def scaling() -> None:
    print("processor seconds for 20->5 by number of densities:", flush=True)
    for count in (1, 5, 20, 80):
        spec = tm.Autoencoder(20, 5, np.geomspace(1, 0.001, count), 0.7)
        print(f"    {count:3d}: {_timed(partial(tm.train, spec))[1][1]:.2f}", flush=True)
    print("processor seconds for one density p = .05 by n, with m = n / 10:", flush=True)
    for n in (20, 50, 100, 200, 400, 800):
        spec = tm.Autoencoder(n, n // 10, (0.05,), 1.0)
        settings = settings_for(spec)
        seconds = _timed(partial(tm.train, spec))[1][1]
        print(f"    {n:3d}: {seconds:.2f}  ({settings.steps} steps, {settings.restarts} starts)", flush=True)


def product_rate() -> None:
    """The step's five products per sample, of 2 n m operations each, against one large product."""
    matrix = np.random.default_rng(0).random((2048, 2048), dtype=np.float32)
    machine = 2 * 2048**3 / _best_of(5, lambda: matrix @ matrix)
    spec = CASES["400->30, 1/p = 20"]
    sampler = Sampler(spec.feature_probability, 400, settings_for(spec).batch, max_block(spec), signed=False)
    rng = np.random.Generator(np.random.SFC64(0))
    network = Network(spec, 1, sampler)
    network.theta[...] = rng.standard_normal(network.theta.shape, np.float32) / 10
    x, _ = sampler.negated(rng, 1)
    operations = 5 * 2 * 400 * 30 * sampler.blocks * sampler.block
    gradient = operations / _best_of(300, lambda: network.descend(x[0], None, 1))
    drawing = _best_of(100, lambda: sampler.negated(rng, 4)) / 4
    print(f"large product, all cores: {machine / 1e9:.0f} GFLOP/s; gradient of 400->30: {gradient / 1e9:.0f} GFLOP/s, ")
    print(f"    {gradient / machine:.0%} of it, on one core; drawing a batch takes {drawing * 1e3:.2f} ms,", end=" ")
    print(f"its gradient {operations / gradient * 1e3:.2f} ms")


def _timed(work: Callable[[], T]) -> tuple[T, Array]:
    """What work gives, and its seconds by the clock and by the processor, (2,)."""
    clock, processor = time.perf_counter(), time.process_time()
    result = work()
    return result, np.array((time.perf_counter() - clock, time.process_time() - processor))


def _best_of(times: int, work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(times):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.trainer",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--cases", nargs="+", choices=list(CASES), default=list(CASES), help="default: all")
    parser.add_argument("--recipe-steps", type=int, default=STEPS, help="time fewer steps of the recipe, and scale")
    parser.add_argument("--no-scaling", action="store_true", help="only the cases")
    parser.add_argument("--recipe-threads", type=int, default=torch.get_num_threads(), help="threads of PyTorch")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.recipe_threads)
    for name in options.cases:
        compare(name, CASES[name], options.recipe_steps)
    if not options.no_scaling:
        scaling()
        product_rate()


if __name__ == "__main__":
    main()
