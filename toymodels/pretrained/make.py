"""Command that makes the pretrained runs of home and geometry again: `python -m toymodels.pretrained.make`.

It trains on all cores. With a name, `home` or `geometry`, it makes that file alone.
"""

from __future__ import annotations

import dataclasses
import io
import sys
import zipfile
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from itertools import groupby
from pathlib import Path

import numpy as np

from toymodels.analysis import losses
from toymodels.arrays import Array
from toymodels.experiments.geometry import INVERSE_DENSITIES, SEEDS, geometry_spec, geometry_steps
from toymodels.pretrained import geometry, home
from toymodels.pretrained.geometry import member
from toymodels.run import Run
from toymodels.sweeps import sweep
from toymodels.training import default_config, train

Job = tuple[float, int, bool]
"""1 / (1 - S), a seed, and whether to train for half as many steps."""


def rounded(run: Run) -> Run:
    """A run with its weights rounded to half precision, and the held-out loss of these."""
    parameters = _halved(run.parameters)
    exact = {name: value.astype(np.float32) for name, value in parameters.items()}
    loss, error = losses.estimate(run.spec, exact, seed=run.seed)
    film = run.snapshots and dataclasses.replace(run.snapshots, parameters=_halved(run.snapshots.parameters))
    made = run.provenance and dataclasses.replace(run.provenance, rounded=True)
    return dataclasses.replace(run, parameters=parameters, loss=loss, loss_error=error, snapshots=film, provenance=made)


def _halved(parameters: dict[str, Array]) -> dict[str, Array]:
    return {name: value.astype(np.float16) for name, value in parameters.items()}


def all_rounded(runs: Iterable[tuple[str, Run]]) -> Iterator[tuple[str, Run]]:
    """Every run `rounded`, as it comes."""
    return ((name, rounded(run)) for name, run in runs)


def write(runs: Iterable[tuple[str, Run]], file: Path) -> None:
    """Write runs into one file, each under its name; an earlier file is replaced once all are there."""
    unfinished = file.with_suffix(".part")
    with zipfile.ZipFile(unfinished, "w") as archive:
        for name, run in runs:
            buffer = io.BytesIO()
            run.save(buffer)
            archive.writestr(name, buffer.getvalue())
            print(f"{name}: loss {run.loss[0]:.4g} after {run.steps} steps in {run.seconds:.1f} s", flush=True)
    unfinished.replace(file)


def jobs() -> Iterator[Job]:
    """All trainings of geometry: every density from every seed, and once more half as long from the first seed."""
    for seed in SEEDS:
        yield from ((x, seed, False) for x in INVERSE_DENSITIES)
    yield from ((x, SEEDS[0], True) for x in INVERSE_DENSITIES)


def geometry_runs(executor: Executor | None) -> Iterator[tuple[str, Run]]:
    """The runs of `jobs`, each with its name in the file, by sweeps over the seeds of one density and length."""
    for (inverse_density, half), some in groupby(sorted(jobs(), key=_length), key=_length):
        steps = geometry_steps(inverse_density)
        spec = geometry_spec(inverse_density)
        config = dataclasses.replace(default_config(spec), steps=steps // 2 if half else steps)
        for run in sweep(spec, [seed for _, seed, _ in some], executor=executor, config=config):
            yield member(inverse_density, run.seed, half), run


def _length(job: Job) -> tuple[float, bool]:
    return job[0], job[2]


def trained_for_home(name: str) -> tuple[str, Run]:
    """A run of the home page: its name in the file, and the run."""
    recipe = home.RECIPES[name]
    return f"{name}.npz", train(recipe.spec, recipe.seed, snapshots=recipe.snapshots)


if __name__ == "__main__":
    wanted = sys.argv[1:] or ["home", "geometry"]
    with ProcessPoolExecutor() as pool:
        if "home" in wanted:
            write(all_rounded(pool.map(trained_for_home, home.RECIPES)), home.FILE)
        if "geometry" in wanted:
            write(all_rounded(geometry_runs(pool)), geometry.FILE)
