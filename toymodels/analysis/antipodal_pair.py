"""Antipodal pair of least loss: two features in one dimension, W = (l_1, -l_2), with lengths and biases free.

The losses are exact; their minimum is found by Newton's method, for many pairs at once.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from toymodels.analysis.losses import two_feature_boundary
from toymodels.analysis.two_features import output_loss
from toymodels.arrays import LARGEST, Array, within
from toymodels.data import variance

WINS = 0.005
"""The best antipodal pair wins while its loss is at least this part below that of keeping one feature.

It comes to resemble keeping one: with equal importances it is better at every p, at p = 1 by one in a thousand.
"""

DENSE = 0.6
"""From this feature probability on, the search begins at unequal lengths as well: two equal features may end there."""

STEPS = 40
"""Most steps of a search; ten are enough away from the boundaries."""

CONVERGED = 1e-6
"""A search ends at a step that is shorter."""

PAIRS_KEPT = 64
"""Results that are kept; those of a phase diagram of 10,000 cells take 400 kB."""

_ALIKE, _UNEQUAL = (1.0, 1.0, -0.05, -0.05), (0.95, 0.45, 0.2, 0.45)
"""Where searches begin: lengths and biases."""

_DIFFERENCE = 1e-4
_LONGEST_STEP = 0.3


class Antipodal(NamedTuple):
    """Antipodal pairs: the lengths of both arrows and both biases, (..., 2), and the expected loss, (...)."""

    lengths: Array
    biases: Array
    loss: Array


def best_antipodal(relative_importance: npt.ArrayLike, feature_probability: npt.ArrayLike) -> Antipodal:
    """The antipodal pair of least expected loss.

    Where sharing does not pay, one of the arrows may end at zero: then the loss is that of leaving its feature out.

    Args:
        relative_importance: r, the second feature's importance, greater than 0; the first one's is 1. A number or
            (...).
        feature_probability: p, greater than 0 and at most 1: a number or (...).

    Raises:
        ValueError: naming the argument, the number and the range.
    """
    r, p = np.broadcast_arrays(
        within("relative_importance", relative_importance, 0, LARGEST, above=True),
        within("feature_probability", feature_probability, 0, 1, above=True),
    )
    return _best_antipodal(r.tobytes(), p.tobytes(), r.shape)


# Pages ask for the same pairs each time they run.
@functools.lru_cache(maxsize=PAIRS_KEPT)
def _best_antipodal(relative_importance: bytes, feature_probability: bytes, shape: tuple[int, ...]) -> Antipodal:
    r, p = np.frombuffer(relative_importance), np.frombuffer(feature_probability)
    # Importances (1, r) are r times (1 / r, 1): the more important feature is always the first here.
    swapped = r > 1
    ratio = np.where(swapped, 1 / r, r)
    found, loss = _newton(_ALIKE, ratio, p)
    dense = p > DENSE
    if dense.any():
        other, its_loss = _newton(_UNEQUAL, ratio[dense], p[dense])
        lower = its_loss < loss[dense]
        found[dense] = np.where(lower[:, None], other, found[dense])
        loss[dense] = np.where(lower, its_loss, loss[dense])
    lengths, biases = (np.where(swapped[:, None], part[:, ::-1], part) for part in (found[:, :2], found[:, 2:]))
    loss = np.where(swapped, r * loss, loss)
    return Antipodal(np.abs(lengths).reshape(*shape, 2), biases.reshape(*shape, 2), loss.reshape(shape))


@functools.lru_cache(maxsize=256)
def best_antipodal_up_to(relative_importance: float) -> float:
    """Phase boundary: the p, to 0.005, up to which `best_antipodal` has a lower loss than keeping one; see `WINS`."""
    p = np.arange(two_feature_boundary(relative_importance), 1, 0.005)
    keeping_one = min(relative_importance, 1) * variance(p)
    wins = best_antipodal(relative_importance, p).loss <= (1 - WINS) * keeping_one
    return float(p[-1] if wins.all() else p[wins.argmin()] - 0.0025)


def _newton(start: tuple[float, ...], r: Array, p: Array) -> tuple[Array, Array]:
    """Points (pairs, 4) of least loss near a start, and their losses: Newton's method in lengths and biases.

    A step is kept only where the loss falls; the damping follows.
    """
    point, damping = np.tile(start, (len(r), 1)), np.full(len(r), 1e-2)
    loss = _loss(point, r, p)
    moving = np.arange(len(r))
    for _ in range(STEPS):
        step = _newton_step(point[moving], loss[moving], r[moving], p[moving], damping[moving])
        its_loss = _loss(point[moving] + step, r[moving], p[moving])
        lower = its_loss < loss[moving]
        point[moving[lower]] += step[lower]
        loss[moving[lower]] = its_loss[lower]
        damping[moving] *= np.where(lower, 0.2, 5)
        moving = moving[np.linalg.norm(step, axis=1) > CONVERGED]
        if not len(moving):
            break
    return point, loss


def _newton_step(point: Array, loss: Array, r: Array, p: Array, damping: Array) -> Array:
    """The step at each point, (pairs, 4), from differences; it goes down along negative curvature as well."""
    sides = _DIFFERENCE * np.eye(4)
    corners = [(i, j) for i in range(4) for j in range(i)]
    offsets = np.array([*sides, *(sides[i] + sides[j] for i, j in corners)])
    # All at once: for few pairs a call costs more than what it computes.
    ahead, behind = _loss(point + np.stack([offsets, -offsets])[:, :, None], r, p)
    gradient = ((ahead[:4] - behind[:4]) / (2 * _DIFFERENCE)).T
    hessian = np.empty((len(r), 4, 4))
    for i in range(4):
        hessian[:, i, i] = (ahead[i] - 2 * loss + behind[i]) / _DIFFERENCE**2
    for k, (i, j) in enumerate(corners, start=4):
        mixed = ahead[k] + behind[k] - ahead[i] - ahead[j] + 2 * loss - behind[i] - behind[j]
        hessian[:, i, j] = hessian[:, j, i] = mixed / (2 * _DIFFERENCE**2)
    curvature, basis = np.linalg.eigh(hessian)
    # Losses are about p in size, and so is the least curvature that is worth dividing by.
    scale = np.abs(curvature) + (damping * p)[:, None]
    step = -np.einsum("kij,kj->ki", basis, np.einsum("kji,kj->ki", basis, gradient) / scale)
    length = np.linalg.norm(step, axis=1, keepdims=True)
    return np.asarray(step * np.minimum(1, _LONGEST_STEP / np.maximum(length, _LONGEST_STEP)))


def _loss(point: Array, r: Array, p: Array) -> Array:
    """Losses (..., pairs) at points (..., pairs, 4)."""
    first, second, *biases = np.moveaxis(point, -1, 0)
    cross = -first * second
    return output_loss(first**2, cross, biases[0], p) + r * output_loss(second**2, cross, biases[1], p)
