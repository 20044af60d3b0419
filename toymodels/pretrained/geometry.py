"""Pretrained runs of the density sweep with n = 400, m = 30 (slide "How the superposition states can look like?").

One file holds a run for every density and seed, as `Run.save` writes them, spec inside. Weights are rounded to half
precision, to save room: three digits of every entry. Losses and everything that is measured on a shipped run are
those of the rounded weights.
"""

from __future__ import annotations

import functools
import math
from pathlib import Path

from toymodels.analysis.weights import dimensions_per_feature
from toymodels.experiments.geometry import INVERSE_DENSITIES, geometry_spec
from toymodels.pretrained.archive import MissingRunError, read_shipped
from toymodels.run import Run

FILE = Path(__file__).with_name("geometry.zip")


@functools.cache
def shipped(inverse_density: float, seed: int = 0, half: bool = False) -> Run:
    """Pretrained run of one density and one seed. Its arrays are read-only.

    Args:
        inverse_density: 1 / (1 - S), one of `INVERSE_DENSITIES`.
        seed: one of `SEEDS`.
        half: the same run, trained for half as many steps; shipped for seed 0, to see whether training was over.

    Raises:
        MissingRunError: a ValueError, if there is no such run, or the file is damaged.
    """
    try:
        return read_shipped(FILE, member(inverse_density, seed, half), geometry_spec(inverse_density), seed)
    except MissingRunError as error:
        message = f"no run is shipped for 1 / (1 - S) = {inverse_density:g}, seed {seed}, half = {half}: {error}"
        raise MissingRunError(message) from None


def member(inverse_density: float, seed: int, half: bool = False) -> str:
    """Name of a run inside the file."""
    return f"{inverse_density:g}-seed{seed}{'-half' if half else ''}.npz"


def unfinished() -> tuple[float, float, float]:
    """Largest relative changes of a loss, and of a D*, in the second half of a training, over all densities.

    And the largest relative standard error of a change of the loss.
    """
    losses, errors, sizes = [], [], []
    for inverse_density in INVERSE_DENSITIES:
        half, full = shipped(inverse_density, half=True), shipped(inverse_density)
        losses.append(float(abs(half.loss[0] / full.loss[0] - 1)))
        errors.append(math.hypot(*(float(run.loss_error[0] / run.loss[0]) for run in (half, full))))
        half_way, end = (float(dimensions_per_feature(run.W[0])) for run in (half, full))
        sizes.append(abs(half_way / end - 1))
    return max(losses), max(sizes), max(errors)
