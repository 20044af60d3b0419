"""Makes the shipped runs again: `python -m toymodels.runs.make` trains for some minutes and writes geometry.zip."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from toymodels import losses
from toymodels.run import Run
from toymodels.runs.geometry import FILE, LADDER, SEEDS, member, spec_at
from toymodels.training import train


def rounded(run: Run) -> Run:
    """A run with weights in half precision, and the held-out loss of these."""
    parameters = {name: value.astype(np.float16) for name, value in run.parameters.items()}
    exact = {name: value.astype(np.float32) for name, value in parameters.items()}
    loss, error = losses.estimate(run.spec, exact, seed=run.seed)
    return dataclasses.replace(run, parameters=parameters, loss=loss, loss_error=error)


def write(runs: Iterable[tuple[str, Run]], file: Path = FILE) -> None:
    """Write runs into one file, each under its name, rounded; an earlier file is replaced once all are there."""
    unfinished = file.with_suffix(".part")
    with zipfile.ZipFile(unfinished, "w") as archive:
        for name, run in runs:
            buffer = io.BytesIO()
            rounded(run).save(buffer)
            archive.writestr(name, buffer.getvalue())
            print(f"{name}: loss {run.loss[0]:.4g} after {run.steps} steps in {run.seconds:.1f} s", flush=True)
    unfinished.replace(file)


def ladder() -> Iterable[tuple[str, Run]]:
    """Train every rung from every seed, and half as long from the first."""
    for rung in LADDER:
        spec = spec_at(rung)
        for seed in SEEDS:
            run = train(spec, seed)
            yield member(rung, seed), run
            if seed == SEEDS[0]:
                yield member(rung, seed, half=True), train(spec, seed, steps=run.steps // 2)


if __name__ == "__main__":
    write(ladder())
