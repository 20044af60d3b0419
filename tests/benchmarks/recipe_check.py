"""Whether `toymodels.torch.train` is the paper's recipe, and how long it takes.

    python -m tests.benchmarks.recipe_check              5->2 and 20->5, seeds 0 and 1, in full (some minutes)
    python -m tests.benchmarks.recipe_check --seconds    seconds beside those of `recipe_seconds`, from 50 steps

The losses are compared with those of the notebook written out by hand, `tests.torch.notebook`, on the same samples.
Both on one core.
"""

import argparse
import time
from collections.abc import Sequence

import numpy as np
import torch

import toymodels as tm
from tests.torch.notebook import notebook
from toymodels.spec import Spec
from toymodels.training.recipe import RecipeConfig, recipe_seconds

JUDGE = 987_654_321
"""Seed of the samples that losses are estimated on."""

ALLOWED = 0.02
"""Most by which a loss may differ, as a part of it."""

LADDER = (1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)
CASES: dict[str, Spec] = {
    "5->2": tm.Autoencoder(5, 2, 20 ** -np.linspace(0, 1, 10), 0.9),
    "20->5": tm.Autoencoder(20, 5, LADDER, 0.7),
}
TIMED: dict[str, Spec] = {
    **CASES,
    "5->2, one density": tm.Autoencoder(5, 2, 0.1, 0.9),
    "abs 100->40": tm.AbsMLP(100, 40, LADDER[:5], 0.8),
    "400->30, one density": tm.Autoencoder(400, 30, 0.2, 1.0),
}


def compare(name: str, spec: Spec, seed: int, steps: int) -> bool:
    """Print the losses of both; whether they agree."""
    run = tm.torch.train(spec, seed, steps)
    by_hand = notebook(spec, seed, steps, RecipeConfig().batch)
    losses, expected = (tm.losses.estimate(spec, one, 65_536, JUDGE).loss for one in (run.parameters, by_hand))
    differs = np.abs(losses / expected - 1)
    print(f"{name}, seed {seed}: losses", " ".join(f"{loss:.5g}" for loss in losses))
    print(f"    within {differs.max():.2%} of the notebook's, in {run.seconds:.0f} s", flush=True)
    return bool(np.all(differs <= ALLOWED))


def seconds(steps: int = 50) -> None:
    """Print the time of the recipe, scaled from a few steps, and the expected one."""
    config = RecipeConfig()
    for name, spec in TIMED.items():
        tm.torch.train(spec, steps=2)
        clock, processor = time.perf_counter(), time.process_time()
        tm.torch.train(spec, steps=steps)
        scale = config.steps / steps
        clock, processor = (time.perf_counter() - clock) * scale, (time.process_time() - processor) * scale
        print(
            f"{name}: clock {clock:.0f} s, processor {processor:.0f} s, expected {recipe_seconds(spec):.0f} s",
            flush=True,
        )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.recipe_check",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seconds", action="store_true", help="only the time")
    parser.add_argument("--cases", nargs="+", choices=list(CASES), default=list(CASES), help="default: all")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1], help="default: 0 1")
    parser.add_argument("--steps", type=int, default=RecipeConfig().steps, help="fewer for a first look")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    if options.seconds:
        seconds()
        return
    agree = [compare(name, CASES[name], seed, options.steps) for name in options.cases for seed in options.seeds]
    if not all(agree):
        raise SystemExit(f"a loss differs by more than {ALLOWED:.0%}")


if __name__ == "__main__":
    main()
