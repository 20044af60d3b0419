"""The ladder of the slide "How the superposition states can look like?": n = 400, m = 30, I = 1, trained at every rung.

One file holds a run for every density and seed, as `Run.save` writes them, spec inside. Weights are rounded to half
precision, to save room: three digits of every entry. Losses and everything that is measured on a shipped run are
those of the rounded weights.
"""

from __future__ import annotations

import functools
from pathlib import Path

from toymodels.analysis.weights import dimensions_per_feature
from toymodels.pretrained.archive import MissingRunError, read
from toymodels.run import Run
from toymodels.spec import Autoencoder

FILE = Path(__file__).with_name("geometry.zip")

N_FEATURES, N_HIDDEN = 400, 30

LADDER = (
    1, 1.1, 1.2, 1.35, 1.5, 1.6, 1.7, 1.8, 1.9, 2, 2.2, 2.5, 2.8, 3.2, 3.6, 4, 4.5, 5, 5.5, 6, 6.5, 7, 8, 9, 10, 12,
    15, 20, 30, 50, 100,
)  # fmt: skip
"""1 / (1 - S) of every rung: evenly spread on a log scale, and closer where the geometry changes."""

SEEDS = (0, 1, 2)


def spec_at(inverse_density: float) -> Autoencoder:
    """What is trained at one rung, given 1 / (1 - S)."""
    return Autoencoder(N_FEATURES, N_HIDDEN, 1 / inverse_density, importance=1.0)


def steps_at(inverse_density: float) -> int:
    """How long one rung is trained: enough at 25, and longer in proportion where features are rarer."""
    return round(4000 * max(1.0, inverse_density / 25))


@functools.cache
def shipped(inverse_density: float, seed: int = 0, half: bool = False) -> Run:
    """The run of one rung of the ladder and one seed, without training. Its arrays are read-only.

    Args:
        inverse_density: 1 / (1 - S), one of `LADDER`.
        seed: one of `SEEDS`.
        half: the same run, trained for half as many steps; shipped for seed 0, to see whether training was over.

    Raises:
        MissingRunError: a ValueError, if there is no such run, or the file is damaged.
    """
    try:
        return read(FILE, member(inverse_density, seed, half))
    except MissingRunError as error:
        message = f"no run is shipped for 1 / (1 - S) = {inverse_density:g}, seed {seed}, half = {half}: {error}"
        raise MissingRunError(message) from None


def member(inverse_density: float, seed: int, half: bool = False) -> str:
    """The name of a run inside the file."""
    return f"{inverse_density:g}-seed{seed}{'-half' if half else ''}.npz"


def unfinished() -> tuple[float, float]:
    """How far the ladder was from its end half-way: the largest relative change of a loss, and of a D*, since then."""
    losses, sizes = [], []
    for rung in LADDER:
        half, full = shipped(rung, half=True), shipped(rung)
        losses.append(float(abs(half.loss[0] / full.loss[0] - 1)))
        half_way, end = (float(dimensions_per_feature(run.W[0])) for run in (half, full))
        sizes.append(abs(half_way / end - 1))
    return max(losses), max(sizes)
