"""The training loop."""

import math
import reprlib
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
from toymodels.training.memory import check_memory
from toymodels.training.network import Network, max_block
from toymodels.training.settings import settings_for

MAX_SEED = 2**32 - 1
MAX_STEPS = 1_000_000
MAX_RESTARTS = 1024

WARM_UP = 0.15
"""Part of the steps in which the rate rises to its highest; a cosine then lowers it to zero."""

TRIAL = 0.5
"""Part of the steps that all starts make. In them the first half of the starts are woken (see `Network.descend`):
the absolute value needs that, small autoencoders find other optima with it than without."""

KEPT = 0.25
"""Part of the starts that go on after the trial, the best of each density."""

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
            the first start that is left, by name as in `Run.parameters`.

    Returns:
        The run. Its loss is estimated on samples that neither training nor the choice of the best start has seen.

    Raises:
        ValueError: naming the argument, the value and the allowed range; also if the training would take more memory
            than the machine has (n_features = n_hidden = 1000 takes 2 GB).
    """
    began = time.perf_counter()
    settings = settings_for(spec)
    seed = whole_number("seed", seed, 0, MAX_SEED)
    steps = settings.steps if steps is None else whole_number("steps", steps, 1, MAX_STEPS)
    most = MAX_RESTARTS if start is None else 1
    default = min(settings.restarts, most)
    restarts = default if restarts is None else whole_number("restarts", restarts, 1, most)
    snapshots = whole_number("snapshots", snapshots, 0, MAX_SNAPSHOTS)
    check_memory(spec, restarts, snapshots)
    sources = np.random.SeedSequence((seed, 0)).spawn(3)
    start_rng, data_rng, selection_rng = (np.random.Generator(np.random.SFC64(source)) for source in sources)

    signed = not isinstance(spec, Autoencoder)
    sampler = Sampler(spec.feature_probability, spec.n_features, settings.batch, max_block(spec), signed)
    if start is None:
        parameters = _random_start(spec, restarts, settings.spread, start_rng)
    else:
        parameters = _given_start(spec, start)
    descent = _Descent(spec, sampler, parameters)
    frame_steps = np.unique(np.linspace(0, steps, max(2, snapshots) if snapshots else 0).round().astype(np.int64))
    rate = settings.rate * (1 if start is None else KNOWN_START_RATE)
    trial = round(TRIAL * steps)
    reported = time.perf_counter()
    chunk = max(1, DRAWN_AT_ONCE // sampler.size)
    for step in range(steps):
        if step == trial:
            descent.keep_best(math.ceil(KEPT * restarts), selection_rng)
        if step in frame_steps:
            descent.film()
        if step % chunk == 0:
            batches, weights = sampler.negated(data_rng, chunk)
        x, weight = batches[step % chunk], None if weights is None else weights[step % chunk]
        awake = math.ceil(restarts / 2) if start is None and step < trial else 0
        descent.step(x, weight, awake, rate * _schedule(step, steps))
        if on_progress is not None or on_parameters is not None:
            due = time.perf_counter() - reported > SECONDS_BETWEEN_REPORTS
            if due or step == 0 or step + 1 == steps:
                if on_parameters is not None:
                    now = descent.network.parameters()
                    on_parameters(step + 1, {name: value[0] for name, value in now.items()})
                if on_progress is not None:
                    on_progress(step + 1, steps, descent.network.loss(x, weight).min(axis=0))
                reported = time.perf_counter()
    descent.keep_best(1, selection_rng)
    if snapshots:
        descent.film()

    parameters = {name: value[0] for name, value in descent.network.parameters().items()}
    loss, error = estimate(spec, parameters, settings.held_out, seed)
    film = None
    if descent.frames:
        arrays = {name: np.stack([frame[name][0] for frame in descent.frames]) for name in parameters}
        affordable = FILM_NUMBERS // (len(descent.frames) * spec.n_instances * spec.n_features)
        samples = min(settings.held_out, max(SNAPSHOT_SAMPLES, affordable))
        film = Snapshots(frame_steps, arrays, estimate(spec, arrays, samples, seed).loss)
    return Run(spec, seed, steps, restarts, parameters, loss, error, time.perf_counter() - began, film)


class _Descent:
    """The starts under way: their network, their optimiser and their film.

    Attributes:
        network: the starts that are left, (starts, instances) models.
        frames: the parameters at each moment of the film, of the starts that are left.
    """

    def __init__(self, spec: Spec, sampler: Sampler, parameters: dict[str, Array]) -> None:
        self._spec, self._sampler = spec, sampler
        self.network = Network(spec, len(parameters["b"]), sampler)
        self.network.load(parameters)
        self._adam = Adam(self.network.theta.shape)
        self.frames: list[dict[str, Array]] = []

    def step(self, x: Array, weight: Array | None, awake: int, rate: float) -> None:
        self.network.descend(x, weight, awake)
        change = self._adam.step(self.network.gradient, rate)
        bias_change = self.network.bias_of(change)
        bias_change *= BIAS_RATE
        self.network.theta -= change

    def film(self) -> None:
        self.frames.append(self.network.parameters())

    def keep_best(self, starts: int, rng: np.random.Generator) -> None:
        """Go on with this many starts of each density, those of the least held-out loss."""
        tried = self.network.parameters()
        if len(tried["b"]) == starts:
            return
        loss = estimate_from(self._spec, tried, SELECTION_SAMPLES, rng).loss
        best = np.argsort(loss, axis=0)[:starts], np.arange(self._spec.n_instances)
        self.network = Network(self._spec, starts, self._sampler)
        self.network.load({name: value[best] for name, value in tried.items()})
        self._adam.keep(best)
        self.frames = [{name: value[best] for name, value in frame.items()} for frame in self.frames]


def _schedule(step: int, steps: int) -> float:
    """The part of the highest rate that a step has: a straight rise, then half a cosine down to zero."""
    rise = max(1, round(WARM_UP * steps))
    if step < rise:
        return (step + 1) / rise
    return 0.5 + 0.5 * math.cos(math.pi * (step - rise) / (steps - rise + 1))


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
