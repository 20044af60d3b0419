"""The parameters that training starts from: random ones, known arrangements in the plane, or the caller's.

Every array is (starts, instances, ...). All instances have the same starts, so a density of a sweep is trained as it
would be alone.
"""

import math
import reprlib
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from toymodels.arrays import Array
from toymodels.models import parameter_shapes
from toymodels.spec import Autoencoder, Spec
from toymodels.training.config import TrainingConfig
from toymodels.training.random_bits import random_bits

MAX_START = 1000.0
"""Greatest number that a caller's start may hold."""

MEAN_SIZE = np.float32(0.8)
"""The mean of |z| for a normal z."""

MAX_CORNERS = 12
"""Of the regular polygons among the starts."""


def random_starts(spec: Spec, config: TrainingConfig, key: int) -> dict[str, Array]:
    """Nearly normal weights and no bias; for two hidden dimensions also the known arrangements, at the end.

    For the absolute value W2 leans towards |W1^T|: an output that falls when its own feature is active would stop.
    """
    scale = np.float32(config.initial_scale)
    shapes = parameter_shapes(spec)
    b = np.zeros((config.restarts, *shapes["b"]), np.float32)
    if isinstance(spec, Autoencoder):
        W = scale * normal(key, (config.restarts, *shapes["W"]))
        arrangements = known_arrangements(spec, config, key)
        if arrangements:
            W[-len(arrangements) :] = arrangements
        starts = {"W": W, "b": b}
    else:
        W1 = scale * normal(key, (config.restarts, *shapes["W1"]))
        starts = {"W1": W1, "W2": np.abs(np.swapaxes(W1, -1, -2)) - MEAN_SIZE * scale, "b": b}
    return {name: np.repeat(value[:, None], spec.n_instances, axis=1) for name, value in starts.items()}


def known_arrangements(spec: Spec, config: TrainingConfig, key: int) -> list[Array]:
    """Regular polygons, (2, features) each, the most important features on their corners and the rest left out.

    The orientation and the order around the polygon are random. Training from random starts does not find a
    heptagon of seven equal features, which at p = .001 is better by 6 % than what it finds.
    """
    if not config.known_arrangements or not isinstance(spec, Autoencoder) or spec.n_hidden != 2:
        return []
    n = spec.n_features
    important = np.argsort(-spec.importances, kind="stable")
    largest = min(n, MAX_CORNERS)
    arrangements: list[Array] = []
    for corners in range(largest, 2, -1)[: config.restarts // 2]:
        bits = random_bits(key ^ corners, corners + 1).astype(np.float64)
        angles = 2 * math.pi * (np.arange(corners) / corners + bits[-1] * 2.0**-64)
        directions = np.stack([np.cos(angles), np.sin(angles)])
        W = np.zeros((2, n), np.float32)
        W[:, important[:corners][np.argsort(bits[:-1])]] = directions
        arrangements.append(W)
    return arrangements


def normal(key: int, shape: tuple[int, ...]) -> Array:
    """Nearly normal float32 numbers of mean 0 and variance 1: sums of four uniform ones.

    Normal ones would need logarithms, whose last bit depends on the machine.
    """
    bits = random_bits(key, math.prod(shape))
    quarters = sum(((bits >> np.uint64(16 * part)) & np.uint64(0xFFFF)).astype(np.float64) for part in range(4))
    return np.asarray((quarters / 65536 + 4 / 131072 - 2) * math.sqrt(3), dtype=np.float32).reshape(shape)


def given_start(spec: Spec, start: Mapping[str, npt.ArrayLike]) -> dict[str, Array]:
    """The caller's start, checked.

    Raises:
        ValueError: naming the parameter, its shape and the allowed one, or the allowed numbers.
    """
    shapes = parameter_shapes(spec)
    if not isinstance(start, Mapping):
        raise ValueError(f"start must be a mapping that holds {', '.join(shapes)}, got {reprlib.repr(start)}")
    if set(start) != set(shapes):
        raise ValueError(f"start must hold {', '.join(shapes)}, got {', '.join(map(str, start)) or 'nothing'}")
    checked = {}
    for name, shape in shapes.items():
        whole = (spec.n_instances, *shape)
        try:
            value = np.asarray(start[name], dtype=np.float32)
        except (TypeError, ValueError, OverflowError):
            raise ValueError(f"start {name} must be an array of numbers of shape {shape} or {whole}") from None
        if value.shape not in (shape, whole):
            raise ValueError(f"start {name} must have shape {shape} or {whole}, got {value.shape}")
        if not np.all(np.abs(value) <= MAX_START):
            raise ValueError(f"start {name} must hold numbers from -{MAX_START:g} to {MAX_START:g}")
        checked[name] = np.broadcast_to(value, (1, *whole))
    return checked
