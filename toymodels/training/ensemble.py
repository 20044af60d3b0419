"""All the models of a training: their parameters, their optimiser, and the threads that share the work.

Importing this module imports Numba; calling it for the first time compiles the kernels or loads them from the cache.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from toymodels.analysis.losses import NEGLIGIBLE, sampled_probability
from toymodels.arrays import Array
from toymodels.data import FixedSamples
from toymodels.samples import active_probability
from toymodels.spec import Activation, Spec
from toymodels.training.activations import GELU, LEAKY_RELU, LINEAR, RELU
from toymodels.training.batches import FIXED, ONE_OF, PLAIN, TOGETHER
from toymodels.training.closed_form import ROWS, exact_losses
from toymodels.training.config import TrainingConfig
from toymodels.training.kernels import measure_models, train_models, workspace_size
from toymodels.training.lanes import LANES

ACTIVATIONS: dict[Activation, int] = {"linear": LINEAR, "relu": RELU, "gelu": GELU, "leaky_relu": LEAKY_RELU}
"""The kernels' numbers of the activations."""

STRATIFIED_BELOW = 2.0
"""Batches are stratified in an instance if an average sample has fewer active features (or groups) than this."""

CORRECTED_FROM = 0.25
"""Feature probability from which the exact linear gradient is used; below it costs more noise than it saves."""

PIECES_PER_THREAD = 2
"""The starts of an instance are cut into groups until every thread has this many pieces of work."""

MOST_ACTIVE = 2.0
"""Held-out samples are drawn by importance where an average sample has at most this many active features."""

VISITS = 8
"""In so many visits a piece of work is done that several threads share."""


class Ensemble:
    """(starts, instances) models in training. As a context manager it ends its threads.

    Attributes:
        spec: what is trained.
        starts: how many starts of each instance are left.
        frames: parameters kept by `keep_frame`, of the starts that are left.
    """

    def __init__(
        self,
        spec: Spec,
        config: TrainingConfig,
        parameters: dict[str, Array],
        pace: Array,
        straight: npt.NDArray[np.int64],
    ) -> None:
        """Start from parameters, name -> (starts, instances, ...).

        Args:
            spec: what is trained.
            config: how.
            parameters: by name as in `Run.parameters`.
            pace: (starts,), factor of the learning rate.
            straight: (starts,), the step at which straight-through gradients end.
        """
        n, m = spec.n_features, spec.n_hidden
        self.spec, self._config = spec, config
        self._tied, self._activation = spec.tied, ACTIVATIONS[spec.activation]
        self._clipped = spec.hidden_activation == "relu"
        self.starts = len(parameters["b"])
        self._size = -(-(n * m * (1 if self._tied else 2) + n) // LANES) * LANES
        self._theta = np.zeros((spec.n_instances, self.starts, self._size), np.float32)
        self._mean, self._square = np.zeros_like(self._theta), np.zeros_like(self._theta)
        for name, part in self._parts(self._theta).items():
            part[...] = np.swapaxes(parameters[name], 0, 1)
        self._factor = np.ones(self._size, np.float32)
        self._parts(self._factor)["b"][...] = config.bias_rate
        self._pace = np.tile(pace.astype(np.float32), (spec.n_instances, 1))
        self._straight = np.tile(straight, (spec.n_instances, 1))
        self._batches = Batches(spec)
        dense = self._batches.probability >= CORRECTED_FROM
        self._corrected = dense & spec.is_plain & self._tied & (self._activation == RELU) & (not self._clipped)
        importance = np.broadcast_to(spec.importances.astype(np.float32), (spec.n_instances, n))
        # A copy: for an array that may not be written the kernels are compiled once more.
        self._importance = np.array(importance, order="C").reshape(-1)
        self._pool = ThreadPoolExecutor(config.threads - 1) if config.threads > 1 else None
        self.frames: list[Array] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown()

    def advance(self, rates: Array, key: int, first: int, last: int) -> None:
        """Take the steps from first on, before last."""
        groups = min(self.starts, -(-PIECES_PER_THREAD * self._config.threads // self.spec.n_instances))
        taken = np.zeros(self.spec.n_instances * groups, np.int64)
        done = np.full(len(taken), first, np.int64)
        visit = last - first if self._pool is None else -(-(last - first) // VISITS)
        self._share_work(
            self._spaces(len(taken), self._config.batch),
            lambda _, space: train_models(
                taken, done, visit, self._theta.reshape(-1), self._mean.reshape(-1), self._square.reshape(-1),
                self._factor, self._pace, self._straight, rates, self.starts, groups, self.spec.n_hidden,
                self._config.batch, self._tied, self._clipped, self.spec.signed, self._activation,
                *self._batches.arguments(), self._corrected, self._importance, np.uint64(key), last, space,
            ),
        )  # fmt: skip

    def losses(
        self, key: int, batch: int, first: int, last: int, instances: Sequence[int] | None = None, several: bool = False
    ) -> Array:
        """Mean losses over each of the batches from first on, before last, (batches, starts, instances).

        Args:
            key: names the stream of batches.
            batch: samples per batch.
            first: the first batch.
            last: the batch after the last.
            instances: which instances; None for all.
            several: take samples with at least two active features only; for plain data.
        """
        below, up_to = self._several if several else (np.zeros(0, np.float32), np.zeros(0, np.float32))
        wanted = np.array(range(self.spec.n_instances) if instances is None else instances, np.int64)
        loss = np.empty((last - first, len(wanted), self.starts))
        self._share_work(
            self._spaces(loss[..., 0].size, batch),
            lambda counter, space: measure_models(
                counter, self._theta.reshape(-1), self.starts, self.spec.n_hidden, batch, self._tied, self._clipped,
                self.spec.signed, self._activation, *self._batches.arguments(), self._importance, several,
                below, up_to, wanted, np.uint64(key), first, last, space, loss,
            ),
        )  # fmt: skip
        return np.swapaxes(loss, 1, 2)

    @functools.cached_property
    def _several(self) -> tuple[Array, Array]:
        """`below` and `up_to` of `batches.draw_several` for every instance, in one dimension each."""
        up_to = np.cumsum(first_chances(self.spec), axis=-1)
        up_to[:, -1] = 1
        share = active_probability(self.spec.feature_probability, self.spec.n_features)
        share[:, :2] = 0
        cumulative = share.cumsum(axis=-1)
        below = cumulative / cumulative[:, -1:]
        return below.astype(np.float32).reshape(-1), up_to.astype(np.float32).reshape(-1)

    def exact_losses(self) -> Array:
        """What samples with no or one active feature add to the loss, (starts, instances); where that is known.

        See `losses.splits_by_active`.
        """
        n, m = self.spec.n_features, self.spec.n_hidden
        share = active_probability(self.spec.feature_probability, n)
        share[share[:, 1] <= NEGLIGIBLE * sampled_probability(self.spec), 1] = 0
        importance = np.array(np.broadcast_to(self.spec.importances, (self.spec.n_instances, n)), order="C")
        loss = np.zeros((self.spec.n_instances, self.starts, -(-n // ROWS)))
        self._share_work(
            np.zeros((min(self._config.threads, loss.size), m + 1, n)),
            lambda counter, space: exact_losses(
                counter, self._theta.reshape(-1), self.starts, self._size, m, self._tied, self._clipped,
                self.spec.signed, self._activation, np.ascontiguousarray(share[:, :2]), importance, space, loss,
            ),
        )  # fmt: skip
        return np.asarray(loss.sum(axis=-1).T)

    def parameters(self) -> dict[str, Array]:
        """A copy of the parameters: name -> (starts, instances, ...)."""
        return {name: np.swapaxes(part, 0, 1).copy() for name, part in self._parts(self._theta).items()}

    def keep_frame(self) -> None:
        """Add the parameters as they are to `frames`."""
        self.frames.append(self._theta.copy())

    def frame_parameters(self) -> dict[str, Array]:
        """The frames of the first start: name -> (frames, instances, ...)."""
        film = np.stack([frame[:, 0] for frame in self.frames])
        return {name: part.copy() for name, part in self._parts(film).items()}

    def keep(self, best: npt.NDArray[np.intp]) -> None:
        """Go on with some of the starts of each instance, (starts, instances)."""
        # Indices in Fortran order would give arrays in that order, for which the kernels are compiled once more.
        rows = np.arange(self.spec.n_instances)[:, None], np.ascontiguousarray(best.T)
        self._theta, self._mean, self._square = self._theta[rows], self._mean[rows], self._square[rows]
        self.frames = [frame[rows] for frame in self.frames]
        self._pace, self._straight = self._pace[rows], self._straight[rows]
        self.starts = len(best)

    def _parts(self, theta: Array) -> dict[str, Array]:
        """Views of the parameters in an array (..., size): name -> (..., ...)."""
        n, m, ahead = self.spec.n_features, self.spec.n_hidden, theta.shape[:-1]
        first = theta[..., : n * m].reshape(*ahead, n, m)
        if self._tied:
            return {"W": np.swapaxes(first, -1, -2), "b": theta[..., n * m : n * m + n]}
        second = theta[..., n * m : 2 * n * m].reshape(*ahead, n, m)
        return {"W1": np.swapaxes(second, -1, -2), "W2": first, "b": theta[..., 2 * n * m : 2 * n * m + n]}

    def _spaces(self, pieces: int, batch: int) -> Array:
        """Work space for batches of this size, of every thread that finds a piece of work."""
        size = workspace_size(self.spec.n_features, self.spec.n_hidden, batch, self._size)
        return np.zeros((min(self._config.threads, pieces), size), np.float32)

    def _share_work(self, spaces: Array, work: Callable[[npt.NDArray[np.int64], Array], None]) -> None:
        """Let this thread and those of the pool, each with its work space, take pieces of work until none is left."""
        counter = np.zeros(1, np.int64)
        helpers = [self._pool.submit(work, counter, space) for space in spaces[1:]] if self._pool else []
        work(counter, spaces[0])
        for helper in helpers:
            helper.result()


class Batches:
    """What compiled code has to know of a spec's data to draw batches.

    Attributes:
        probability: (instances,) float32, p of plain data.
    """

    def __init__(self, spec: Spec) -> None:
        data, p = spec.data, spec.probabilities
        units = data.units(spec.n_features)
        q = data.unit_probability(p)
        self.probability = np.array(spec.densities, np.float32)
        self._every, self._way = np.zeros(0, np.float32), TOGETHER if data.together else ONE_OF
        if spec.is_plain:
            self._way, total = PLAIN, spec.n_features * p[:, 0]
            nothing = zero_probability(p[:, 0], spec.n_features)
        else:
            total, nothing = np.zeros(len(p)), np.ones(len(p))
            # One after the other, for the same bits on every machine.
            for unit in range(len(units)):
                total, nothing = total + q[:, unit], nothing * (1 - q[:, unit])
        stratified = total < STRATIFIED_BELOW
        if isinstance(data, FixedSamples):
            self._way, self._every = FIXED, data.all(p, spec.signed).reshape(-1)
            stratified = np.zeros(len(p), bool)
        weight = np.where(stratified, total, 1.0)
        self._first_member = np.cumsum([0, *map(len, units)], dtype=np.int64)
        self._members = np.concatenate(units).astype(np.int64)
        below = np.cumsum(q, axis=-1) / total[:, None]
        below[:, -1] = 1
        self._unit_probability = q.astype(np.float32).reshape(-1)
        self._unit_below = below.astype(np.float32).reshape(-1)
        self._binary = data.values == "binary"
        self._share = (1 / weight).astype(np.float32)
        self._zero_weight = np.where(stratified, nothing / weight, 0.0).astype(np.float32)
        self._stratified = stratified

    def arguments(self) -> tuple[object, ...]:
        """The arguments of the kernels from `way` to `stratified`."""
        return (
            self._way, self.probability, self._first_member, self._members, self._unit_probability, self._unit_below,
            self._every, self._binary, self._share, self._zero_weight, self._stratified,
        )  # fmt: skip


def first_chances(spec: Spec) -> Array:
    """Chance of each feature to be the first active one in held-out samples, (instances, features).

    Where few features are active at a time, half of it goes by importance: what a model does to the important features
    is most of the loss and of its spread, so that half as many samples are enough. Where many are active nearly every
    sample has some of them, and weights would only add to the spread.
    """
    n, p = spec.n_features, spec.probabilities[:, 0]
    importance = np.broadcast_to(spec.importances, (spec.n_instances, n))
    total = importance.sum(axis=-1, keepdims=True)
    by_importance = np.divide(importance, total, out=np.full(importance.shape, 1 / n), where=total > 0)
    part = np.where(n * p <= MOST_ACTIVE, 0.5, 0.0)[:, None]
    return np.asarray((1 - part) / n + part * by_importance)


def zero_probability(p: Array, n: int) -> Array:
    """(1 - p)^n by repeated products, which are the same on every machine."""
    result, factor = np.ones_like(p), 1 - p
    while n:
        if n & 1:
            result = result * factor
        factor, n = factor * factor, n >> 1
    return result
