"""Training a run again, as its provenance says it was trained."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, cast

import numpy.typing as npt

from toymodels.provenance import digest
from toymodels.run import Run
from toymodels.training.config import TrainingConfig
from toymodels.training.loop import RECIPE, train
from toymodels.version import __version__


def retrain(run: Run, *, start: Mapping[str, npt.ArrayLike] | None = None) -> Run:
    """Train a run of `train` again: same spec, seed, settings and initial weights, stopped where it was stopped.

    Of the same version this gives the same weights to the bit; weights that were rounded afterwards come out
    unrounded. Snapshots are not taken again.

    Args:
        run: with a provenance.
        start: the initial weights, if the run had some that were given to it.

    Raises:
        ValueError: if the run does not say how it was made, was not made by `train`, or had other initial weights.

    Warns:
        UserWarning: if another version made the run, whose weights may differ.
    """
    made = run.provenance
    if made is None:
        raise ValueError("the run does not say how it was made: its file is of version 0.1")
    if made.recipe != RECIPE:
        raise ValueError(f"run must be made by {RECIPE!r}, got one made by {made.recipe!r}")
    given = "random" if start is None else digest(start)
    if given != made.start:
        raise ValueError(f"start must be the initial weights of the run ({made.start}), got {given}")
    if made.version != __version__:
        warnings.warn(f"made by version {made.version}, trained again by {__version__}", UserWarning, stacklevel=2)
    config = TrainingConfig(**cast("dict[str, Any]", dict(made.settings)))
    return train(
        run.spec, run.seed, start=start, config=config, stop_at=made.stopped_at, start_numbers=run.start_numbers
    )
