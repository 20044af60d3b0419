"""Pretrained runs of the home page: those of the gallery, as the pages train them, with the same spec and seed.

One file holds all runs, as `Run.save` writes them, in half precision.
"""

from __future__ import annotations

import functools
import logging
import threading
from dataclasses import dataclass
from pathlib import Path

from toymodels.experiments import absolute_value
from toymodels.experiments.faces import face_spec
from toymodels.experiments.ladder import density_sweep_spec
from toymodels.experiments.pentagon import pentagon_spec
from toymodels.pretrained.archive import MissingRunError, read_shipped
from toymodels.run import Run
from toymodels.spec import Spec
from toymodels.training import train

FILE = Path(__file__).with_name("home.zip")

FRAMES = 101
"""Snapshots of a training that is shown as a film."""


@dataclass(frozen=True)
class Recipe:
    """Arguments of `train` for one run."""

    spec: Spec
    seed: int = 0
    snapshots: int = 0


RECIPES = {
    "faces": Recipe(face_spec(0.1), snapshots=FRAMES),
    "pentagon-0": Recipe(pentagon_spec(1.0), snapshots=FRAMES),
    "pentagon-0.8": Recipe(pentagon_spec(0.2), snapshots=FRAMES),
    "pentagon-0.9": Recipe(pentagon_spec(0.1), snapshots=FRAMES),
    "ladder-linear": Recipe(density_sweep_spec("linear")),
    "ladder-relu": Recipe(density_sweep_spec("relu")),
    "absolute-0.3": Recipe(absolute_value.absolute_value_spec(0.3)),
    "absolute-0.01": Recipe(absolute_value.absolute_value_spec(0.01)),
}
"""Every run in the file, by its name."""


@functools.cache
def shipped(name: str) -> Run:
    """Pretrained run of that name. Its arrays are read-only.

    Where the file is missing or damaged the run is trained, which takes seconds, and the log says so.

    Raises:
        KeyError: if `RECIPES` has no run of that name.
    """
    recipe = RECIPES[name]
    try:
        return read_shipped(FILE, f"{name}.npz", recipe.spec, recipe.seed, recipe.snapshots)
    except MissingRunError as error:
        with _ONE_AT_A_TIME:
            return _trained(name, recipe, str(error))


_ONE_AT_A_TIME = threading.Lock()
_LOG = logging.getLogger(__name__)


@functools.cache
def _trained(name: str, recipe: Recipe, why: str) -> Run:
    _LOG.warning("%s. Training it.", why)
    return train(recipe.spec, recipe.seed, snapshots=recipe.snapshots)
