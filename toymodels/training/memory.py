"""What memory a training takes, before it starts."""

from __future__ import annotations

import math
import os

from toymodels.data import FixedSamples
from toymodels.models import parameter_shapes
from toymodels.spec import Spec
from toymodels.training.config import TrainingConfig

COPIES = 5
"""Arrays as large as the parameters of all models: these themselves, two of Adam, the start, and its random numbers."""

BYTES = 4
"""Of a number in single precision."""

SAMPLE_BYTES, DRAWN_BYTES = 13, 24
"""For each number of a fixed set of samples: itself, once more with its output for its loss, and whether it is active,
in every instance; and its random bits, which instances share."""


def memory(spec: Spec, config: TrainingConfig, snapshots: int = 0) -> int:
    """Estimate of the bytes that `train` takes on top of the process, for large models within a third or so."""
    from toymodels.training.kernels import workspace_size

    n, m = spec.n_features, spec.n_hidden
    size = sum(math.prod(shape) for shape in parameter_shapes(spec).values())
    models = config.restarts * spec.n_instances
    work = BYTES * config.threads * workspace_size(n, m, config.batch, size)
    numbers = models * size * (COPIES + snapshots)
    # The film of the best start, stacked, and once more in double precision.
    numbers += 3 * snapshots * spec.n_instances * size
    held = spec.data.samples if isinstance(spec.data, FixedSamples) else 0
    return BYTES * numbers + work + (SAMPLE_BYTES * spec.n_instances + DRAWN_BYTES) * held * n


def physical_memory() -> int | None:
    """Bytes of memory that the machine has; None where the system does not tell."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def check_memory(spec: Spec, config: TrainingConfig, snapshots: int) -> None:
    """Refuse a training that the machine cannot hold.

    Raises:
        ValueError: naming the sizes, what they take and what there is.
    """
    needed, there = memory(spec, config, snapshots), physical_memory()
    if there is not None and needed > there:
        raise ValueError(
            f"n_features = {spec.n_features} and n_hidden = {spec.n_hidden} with {spec.n_instances} instances, "
            f"{config.restarts} restarts and {snapshots} snapshots take about {needed / 1e9:.3g} GB to train; "
            f"this machine has {there / 1e9:.3g} GB of memory"
        )
