"""What memory a training takes, before it starts."""

from __future__ import annotations

import math
import os

from toymodels.data import FORCED_BELOW
from toymodels.run import parameter_shapes
from toymodels.specs import Spec
from toymodels.training.network import max_block
from toymodels.training.settings import settings_for

COPIES = 8
"""Arrays as large as the parameters: these themselves, their start, the gradient, three of Adam, and copies in use."""

SAMPLE_COPIES = 8
"""Arrays as large as the data that is drawn at a time."""

BYTES = 4
"""Of a number in single precision."""


def memory(spec: Spec, restarts: int, snapshots: int = 0) -> int:
    """Estimate of the bytes that `train` takes on top of the process, for large models within a third or so."""
    n, m = spec.n_features, spec.n_hidden
    models = restarts * spec.n_instances
    parameters = sum(math.prod(shape) for shape in parameter_shapes(spec).values())
    samples = settings_for(spec).batch
    if n * min(spec.feature_probability) < FORCED_BELOW:
        samples = max(samples, n)
    blocks = -(-samples // max_block(spec))
    # Every block of samples has its own part of the gradient.
    work = samples * (2 * n + 4 * m) + blocks * n * (2 * m + 1)
    numbers = models * ((COPIES + snapshots) * parameters + work)
    # The film of the best start, stacked, and once more in double precision.
    numbers += 3 * snapshots * spec.n_instances * parameters
    numbers += SAMPLE_COPIES * spec.n_instances * n * samples
    return BYTES * numbers


def physical_memory() -> int | None:
    """Bytes of memory that the machine has; None where the system does not tell."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def check_memory(spec: Spec, restarts: int, snapshots: int) -> None:
    """Refuse a training that the machine cannot hold.

    Raises:
        ValueError: naming the sizes, what they take and what there is.
    """
    needed, there = memory(spec, restarts, snapshots), physical_memory()
    if there is not None and needed > there:
        raise ValueError(
            f"n_features = {spec.n_features} and n_hidden = {spec.n_hidden} with {spec.n_instances} instances, "
            f"{restarts} restarts and {snapshots} snapshots take about {needed / 1e9:.3g} GB to train; "
            f"this machine has {there / 1e9:.3g} GB of memory"
        )
