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
from toymodels.spec import Spec
from toymodels.training.config import TrainingConfig
from toymodels.training.random_bits import random_bits

MAX_START = 1000.0
"""Greatest number that a caller's start may hold."""

MEAN_SIZE = np.float32(0.8)
"""The mean of |z| for a normal z."""

SPARSE_POLYGONS = {
    3: (1.0, 0.0), 4: (1.0, 0.0), 5: (1.171, -0.282), 6: (1.321, -0.618), 7: (1.448, -0.967), 8: (1.548, -1.285),
    9: (1.622, -1.555), 10: (1.629, -1.648),
}  # fmt: skip
"""Corners of a regular polygon: the radius and the bias that minimise `losses.one_active` for equal importance. From
radius 1 and no bias, a heptagon turns into a hexagon and a feature that is left out before it gets there. Beyond ten
corners the optimum is no regular polygon of any use."""


def random_starts(spec: Spec, config: TrainingConfig, key: int) -> tuple[dict[str, Array], int]:
    """Nearly normal weights and no bias, then the known arrangements; and how many of these there are.

    For the absolute value W2 leans towards |W1^T|: an output that falls when its own feature is active would stop.
    """
    scale = np.float32(config.initial_scale)
    shapes = parameter_shapes(spec)
    known: list[tuple[Array, Array]] = []
    if spec.tied:
        starts = {"W": scale * normal(key, (config.restarts, *shapes["W"]))}
        known = known_arrangements(spec, config, key)
    else:
        W1 = scale * normal(key, (config.restarts, *shapes["W1"]))
        starts = {"W1": W1, "W2": np.abs(np.swapaxes(W1, -1, -2)) - MEAN_SIZE * scale}
    starts["b"] = np.zeros((config.restarts, *shapes["b"]), np.float32)
    everywhere = {name: np.repeat(value[:, None], spec.n_instances, axis=1) for name, value in starts.items()}
    for start, (directions, bias) in enumerate(known, config.restarts - len(known)):
        everywhere["W"][start], everywhere["b"][start] = directions, bias
    return everywhere, len(known)


def known_arrangements(spec: Spec, config: TrainingConfig, key: int) -> list[tuple[Array, Array]]:
    """Regular polygons in the plane: W (instances, 2, features) and b (instances, features) each, the largest first.

    The most important features are on the corners, in a random order and orientation, and the others left out.
    Training from random starts does not find a heptagon of seven equal features, which at p = .001 is better by 6 %
    than what it finds.

    In one dimension, if the settings ask for it, the most important feature alone, and an antipodal pair.
    """
    in_plane = config.known_arrangements and spec.n_hidden == 2
    in_one = config.codes_in_one_dimension and spec.n_hidden == 1
    suited = spec.activation != "linear" and spec.hidden_activation == "linear"
    if not suited or not (in_one or in_plane):
        return []
    weights = np.broadcast_to(spec.importances, (spec.n_instances, spec.n_features))
    important = np.argsort(-weights, axis=-1, kind="stable")
    instances = np.arange(spec.n_instances)[:, None]
    if in_one:
        most = min(2, spec.n_features, config.restarts // 2)
        return [_in_one_dimension(spec, important[:, :kept]) for kept in range(1, 1 + most)]
    sizes = [corners for corners in sorted(SPARSE_POLYGONS, reverse=True) if corners <= spec.n_features]
    arrangements: list[tuple[Array, Array]] = []
    for corners in sizes[: config.restarts // 2]:
        radius, bias = SPARSE_POLYGONS[corners]
        bits = random_bits(key ^ corners, corners + 1).astype(np.float64)
        angles = 2 * math.pi * (np.arange(corners) / corners + bits[-1] * 2.0**-64)
        represented = important[:, np.argsort(bits[:-1])]
        W, b = np.zeros((2, *weights.shape), np.float32), np.zeros(weights.shape, np.float32)
        W[:, instances, represented] = radius * np.stack([np.cos(angles), np.sin(angles)])[:, None]
        b[instances, represented] = bias
        arrangements.append((np.swapaxes(W, 0, 1), b))
    return arrangements


def _in_one_dimension(spec: Spec, represented: npt.NDArray[np.intp]) -> tuple[Array, Array]:
    """One feature, or an antipodal pair, of unit length and b = 0; the others left out, their output the mean."""
    instances = np.arange(spec.n_instances)[:, None]
    W, b = np.zeros((spec.n_instances, 1, spec.n_features), np.float32), spec.data.mean(spec.probabilities)
    W[instances, 0, represented] = (1, -1)[: represented.shape[-1]]
    b[instances, represented] = 0
    return W, b


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
