"""Training: real gradient descent on fresh samples, all instances and all restarts of a spec in one batched step."""

import math
import time
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from toymodels import losses
from toymodels.arrays import Array
from toymodels.data import Sampler
from toymodels.run import MAX_SNAPSHOTS, Run, Snapshots, parameter_shapes
from toymodels.specs import Autoencoder, Spec
from toymodels.training.network import Network

MAX_SEED = 2**32 - 1
MAX_STEPS = 1_000_000
MAX_RESTARTS = 1024

OnProgress = Callable[[int, int, Array], object]


def train(
    spec: Spec,
    seed: int = 0,
    *,
    steps: int | None = None,
    restarts: int | None = None,
    snapshots: int = 0,
    start: Mapping[str, npt.ArrayLike] | None = None,
    on_progress: OnProgress | None = None,
) -> Run:
    """Train the models of a spec."""
    began = time.perf_counter()
    n, m, instances = spec.n_features, spec.n_hidden, spec.n_instances
    steps = 800 if steps is None else steps
    restarts = (8 if n <= 32 else 1) if restarts is None else restarts
    rng = np.random.Generator(np.random.SFC64(np.random.SeedSequence((seed, 0))))
    signed = not isinstance(spec, Autoencoder)
    batch = 128 if n <= 32 else 256
    sampler = Sampler(spec.feature_probability, n, batch, signed)
    if start is not None:
        restarts = 1
    network = Network(spec, restarts, sampler.samples)
    if start is None:
        network.initialise(rng)
    else:
        network.load({name: np.asarray(value, dtype=np.float32) for name, value in start.items()})
    frames_at = np.unique(np.linspace(0, steps, snapshots).round().astype(int)) if snapshots else np.array([], int)
    frames: list[dict[str, Array]] = []
    chunk = max(1, min(64, 1_000_000 // (instances * n * sampler.samples)))
    x_all: Array
    weight_all: Array | None
    last = time.perf_counter()
    warm = max(1, steps // 20)
    peak = 0.05 if n <= 32 else 0.02 if not signed else 0.01
    mean, square = np.zeros_like(network.theta), np.zeros_like(network.theta)
    update = np.empty_like(mean)
    b1, b2 = 0.9, 0.99
    zero = (sampler.zero_weight / sampler.batch_weight)[:, None].astype(np.float32)
    for step in range(steps):
        if step in frames_at:
            frames.append({k: v.copy() for k, v in network.parameters().items()})
        if step % chunk == 0:
            x_all, weight_all = sampler.negated(rng, chunk)
        weight = None if weight_all is None else weight_all[step % chunk]
        gradient = network.gradient(x_all[step % chunk], weight, zero)
        rate = peak * min((step + 1) / warm, 0.5 + 0.5 * math.cos(math.pi * max(step - warm, 0) / (steps - warm + 1)))
        np.subtract(gradient, mean, out=update)
        update *= 1 - b1
        mean += update
        gradient *= gradient
        gradient -= square
        gradient *= 1 - b2
        square += gradient
        np.sqrt(square, out=update)
        update += 1e-10
        np.divide(mean, update, out=update)
        update *= rate * math.sqrt(1 - b2 ** (step + 1)) / (1 - b1 ** (step + 1))
        network.theta -= update
        now = time.perf_counter()
        if on_progress is not None and (step == 0 or step + 1 == steps or now - last > 0.02):
            on_progress(step + 1, steps, sampler.batch_weight * network.loss(weight).min(axis=0))
            last = time.perf_counter()
    if snapshots:
        frames.append({k: v.copy() for k, v in network.parameters().items()})
    everything = network.parameters()
    loss, _ = losses.estimate(spec, everything, 4096, seed=seed + MAX_SEED + 1)
    best = loss.argmin(axis=0)
    across = np.arange(instances)
    parameters = {name: value[best, across] for name, value in everything.items()}
    loss, error = losses.estimate(spec, parameters, seed=seed)
    film = None
    if snapshots:
        arrays = {name: np.stack([frame[name][best, across] for frame in frames]) for name in parameters}
        film = Snapshots(frames_at, arrays, losses.estimate(spec, arrays, 2048, seed=seed)[0])
    return Run(spec, seed, steps, restarts, parameters, loss, error, time.perf_counter() - began, film)
