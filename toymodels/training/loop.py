"""The training loop."""

import math
import time
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from toymodels.arrays import Array
from toymodels.data import Sampler
from toymodels.losses import estimate, estimate_from
from toymodels.run import MAX_SNAPSHOTS, Run, Snapshots, parameter_shapes
from toymodels.specs import Autoencoder, Spec, whole_number
from toymodels.training.adam import Adam
from toymodels.training.network import Network, max_block
from toymodels.training.settings import settings_for

MAX_SEED = 2**32 - 1
MAX_STEPS = 1_000_000
MAX_RESTARTS = 1024

WARM_UP = 0.15
"""Part of the steps in which the rate rises to its highest; a cosine then lowers it to zero."""

AWAKE = 0.6
"""Part of the steps in which stopped outputs get a gradient (see `Network.descend`), in the first half of the starts.
The absolute value needs it; small autoencoders find other optima with it than without. The rest is the pure loss."""

BIAS_RATE = 0.3
"""The bias learns more slowly than W by this factor: a bias that falls fast stops outputs before they have learned."""

KNOWN_START_RATE = 0.25
"""A start that was handed in is to be improved, not shaken up: it gets this part of the rate, and no wake-up."""

SECONDS_BETWEEN_REPORTS = 0.02
"""Least time between two calls of on_progress, small beside the time that a page can wait for a cancellation."""

DRAWN_AT_ONCE = 500_000
"""About how many numbers of data are drawn at a time; more would not stay in the cache."""

MAX_START = 1000.0
"""Greatest number that a start may hold."""

MEAN_SIZE = np.float32(0.8)
"""The mean of |z| for a normal z."""

SELECTION_SAMPLES = 4096
SNAPSHOT_SAMPLES = 1024
FILM_NUMBERS = 4_000_000
"""About how many numbers of data the held-out losses of a film are estimated on, over all its frames."""

OnProgress = Callable[[int, int, Array], object]
OnParameters = Callable[[int, Mapping[str, Array]], object]


def train(
    spec: Spec,
    seed: int = 0,
    *,
    steps: int | None = None,
    restarts: int | None = None,
    snapshots: int = 0,
    start: Mapping[str, npt.ArrayLike] | None = None,
    on_progress: OnProgress | None = None,
    on_parameters: OnParameters | None = None,
) -> Run:
    """Train every instance of a spec, from several random starts, and keep the best by held-out loss.

    The same arguments give the same weights on the same machine, to the bit, alone or beside other trainings in
    other threads; nothing global is read or changed.

    Args:
        spec: what to train.
        seed: 0 to 2**32 - 1, where the random numbers start.
        steps: optimiser steps, 1 to 1,000,000; None for enough to converge (see `settings`).
        restarts: how many starts, 1 to 1024; None for as many as pay.
        snapshots: how many frames of a film to keep, 0 for none, at most `run.MAX_SNAPSHOTS`, evenly spaced from the
            start to the end. A film has at least 2 frames, and at most one per step and one for the start.
        start: parameters to start from instead of random ones, by name as in `Run.parameters`, each for all instances
            (instances, ...) or one for all (...). Then there is one start, with a lower rate.
        on_progress: called with the number of steps done, the number of all steps, and the current training loss
            (instances,) of the best start: after the first step, after the last, and every 20 milliseconds or every
            step in between, whichever is longer. If it raises, training ends there and the exception goes on.
        on_parameters: called just before on_progress, with the number of steps done and a copy of the parameters of
            the first start, by name as in `Run.parameters`.

    Returns:
        The run. Its loss is estimated on samples that neither training nor the choice of the best start has seen.

    Raises:
        ValueError: naming the argument, the value and the allowed range.
    """
    began = time.perf_counter()
    settings = settings_for(spec)
    seed = whole_number("seed", seed, 0, MAX_SEED)
    steps = settings.steps if steps is None else whole_number("steps", steps, 1, MAX_STEPS)
    most = MAX_RESTARTS if start is None else 1
    default = min(settings.restarts, most)
    restarts = default if restarts is None else whole_number("restarts", restarts, 1, most)
    snapshots = whole_number("snapshots", snapshots, 0, MAX_SNAPSHOTS)
    sources = np.random.SeedSequence((seed, 0)).spawn(3)
    start_rng, data_rng, selection_rng = (np.random.Generator(np.random.SFC64(source)) for source in sources)

    signed = not isinstance(spec, Autoencoder)
    sampler = Sampler(spec.feature_probability, spec.n_features, settings.batch, max_block(spec), signed)
    network = Network(spec, restarts, sampler)
    if start is None:
        network.load(_random_start(spec, restarts, settings.spread, start_rng))
    else:
        network.load(_given_start(spec, start))
    frame_steps = np.unique(np.linspace(0, steps, max(2, snapshots) if snapshots else 0).round().astype(np.int64))
    frames = _descend(
        network,
        sampler,
        data_rng,
        steps=steps,
        rate=settings.rate * (1 if start is None else KNOWN_START_RATE),
        awake=0 if start is not None else (restarts + 1) // 2,
        frame_steps=set(frame_steps.tolist()),
        on_progress=on_progress,
        on_parameters=on_parameters,
    )

    tried = network.parameters()
    best = np.zeros(spec.n_instances, np.intp)
    if restarts > 1:
        best = estimate_from(spec, tried, SELECTION_SAMPLES, selection_rng).loss.argmin(axis=0)
    instance = np.arange(spec.n_instances)
    parameters = {name: value[best, instance] for name, value in tried.items()}
    loss, error = estimate(spec, parameters, settings.held_out, seed)
    film = None
    if frames:
        arrays = {name: np.stack([frame[name][best, instance] for frame in frames]) for name in parameters}
        affordable = FILM_NUMBERS // (len(frames) * spec.n_instances * spec.n_features)
        samples = min(settings.held_out, max(SNAPSHOT_SAMPLES, affordable))
        film = Snapshots(frame_steps, arrays, estimate(spec, arrays, samples, seed).loss)
    return Run(spec, seed, steps, restarts, parameters, loss, error, time.perf_counter() - began, film)


def _descend(
    network: Network,
    sampler: Sampler,
    rng: np.random.Generator,
    *,
    steps: int,
    rate: float,
    awake: int,
    frame_steps: set[int],
    on_progress: OnProgress | None,
    on_parameters: OnParameters | None,
) -> list[dict[str, Array]]:
    """Train the network in place; return its parameters before the steps of the film, and at the end."""
    adam = Adam(network.theta.shape)
    bias_change = network.bias_of(adam.change)
    frames = []
    warm_up = max(1, round(WARM_UP * steps))
    chunk = max(1, DRAWN_AT_ONCE // sampler.size)
    reported = time.perf_counter()
    for step in range(steps):
        if step in frame_steps:
            frames.append(network.parameters())
        if step % chunk == 0:
            batches, weights = sampler.negated(rng, chunk)
        x, weight = batches[step % chunk], None if weights is None else weights[step % chunk]
        network.descend(x, weight, awake if step < AWAKE * steps else 0)
        rising = (step + 1) / warm_up
        falling = 0.5 + 0.5 * math.cos(math.pi * max(step - warm_up, 0) / (steps - warm_up + 1))
        adam.step(network.gradient, rate * min(rising, falling))
        bias_change *= BIAS_RATE
        network.theta -= adam.change
        if on_progress is not None or on_parameters is not None:
            due = time.perf_counter() - reported > SECONDS_BETWEEN_REPORTS
            if due or step == 0 or step + 1 == steps:
                if on_parameters is not None:
                    on_parameters(step + 1, {name: value[0] for name, value in network.parameters().items()})
                if on_progress is not None:
                    on_progress(step + 1, steps, network.loss(x, weight).min(axis=0))
                reported = time.perf_counter()
    if frame_steps:
        frames.append(network.parameters())
    return frames


def _random_start(spec: Spec, restarts: int, spread: float, rng: np.random.Generator) -> dict[str, Array]:
    """Normal weights and no bias, (starts, instances, ...) each.

    For the absolute value W2 leans towards |W1^T|: an output that falls when its own feature is active would stop.
    """
    shapes = {name: (restarts, spec.n_instances, *shape) for name, shape in parameter_shapes(spec).items()}
    b = np.zeros(shapes["b"], np.float32)
    if isinstance(spec, Autoencoder):
        return {"W": rng.standard_normal(shapes["W"], np.float32) * np.float32(spread), "b": b}
    W1 = rng.standard_normal(shapes["W1"], np.float32) * np.float32(spread)
    return {"W1": W1, "W2": np.abs(np.swapaxes(W1, -1, -2)) - MEAN_SIZE * np.float32(spread), "b": b}


def _given_start(spec: Spec, start: Mapping[str, npt.ArrayLike]) -> dict[str, Array]:
    """A start that was handed in, checked, (1, instances, ...) each."""
    shapes = parameter_shapes(spec)
    if set(start) != set(shapes):
        raise ValueError(f"start must hold {', '.join(shapes)}, got {', '.join(map(str, start)) or 'nothing'}")
    checked = {}
    for name, shape in shapes.items():
        whole = (spec.n_instances, *shape)
        try:
            value = np.asarray(start[name], dtype=np.float32)
        except (TypeError, ValueError):
            raise ValueError(f"start {name} must be an array of numbers of shape {shape} or {whole}") from None
        if value.shape not in (shape, whole):
            raise ValueError(f"start {name} must have shape {shape} or {whole}, got {value.shape}")
        if not np.all(np.abs(value) <= MAX_START):
            raise ValueError(f"start {name} must hold numbers from -{MAX_START:g} to {MAX_START:g}")
        checked[name] = np.broadcast_to(value, (1, *whole))
    return checked
