"""Training."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from toymodels.analysis.losses import estimate, exact_loss
from toymodels.analysis.solution_tracking import nearly_best, smoothest
from toymodels.arrays import Array
from toymodels.checks import MAX_SEED, is_sequence, shown, whole_number
from toymodels.provenance import Provenance, digest
from toymodels.run import Run, Snapshots
from toymodels.run_file import MAX_SNAPSHOTS
from toymodels.spec import Autoencoder, Spec, checked_spec
from toymodels.training.config import MAX_RESTARTS, MAX_STEPS, TrainingConfig, default_config
from toymodels.training.held_out import NUMBERS_AT_ONCE, held_out_loss
from toymodels.training.memory import check_memory
from toymodels.training.random_bits import HELD_OUT, SELECTION, START, TRAINING, key_of
from toymodels.training.schedule import learning_rates
from toymodels.training.starts import given_start, random_starts
from toymodels.version import __version__

if TYPE_CHECKING:
    from toymodels.training.ensemble import Ensemble

RECIPE = "toymodels"
"""What the provenance of a run calls this training; `toymodels.torch.train` is another."""

GIVEN_START_RATE = 0.25
"""The caller's initial weights train at this part of the learning rate, and without straight-through gradients."""

SECONDS_BETWEEN_REPORTS = 0.02
"""Least time between two calls of on_progress, small beside the time that a page can wait for a cancellation."""

SECONDS_UNINTERRUPTED = 0.25
"""About how long compiled code runs where nobody listens, so that an interrupt from the keyboard comes through."""

SELECTION_SAMPLES = 4096
FINAL_SELECTION_SAMPLES = 16_384
"""Samples by which starts are compared half-way and at the end. There the best few differ by less than 1 %."""

SELECTION_NUMBERS = 65_536
"""About how many numbers make one lattice of those samples; the larger a lattice, the evener it is."""

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
    config: TrainingConfig | None = None,
    stop_at: int | None = None,
    start_numbers: Sequence[int] | None = None,
    tracked: bool = False,
    progress: bool = False,
) -> Run:
    """Train every instance of a spec, from several starts, and keep the best by held-out loss.

    The defaults search for a good optimum; they are not the paper's recipe (see `TrainingConfig`).

    The same arguments give the same weights to the bit: on every processor, with any number of threads, alone or
    beside other trainings, and whatever other instances the spec has. (By default, specs of more than 256 instances
    have fewer starts, see `default_config`.) Nothing global is read or changed. The first training of a process
    compiles the kernels, or loads them from a cache (see `warm_up`).

    Args:
        spec: what to train.
        seed: 0 to 2**32 - 1, where the random numbers start.
        steps: optimiser steps, 1 to 1,000,000; None for those of config.
        restarts: how many starts, 1 to 1024; None for those of config.
        snapshots: how many frames of a film to keep, 0 for none, at most `run.MAX_SNAPSHOTS`, evenly spaced from the
            start to the end. A film has at least 2 frames, and at most one per step and one for the start.
        start: parameters to start from instead of random ones, by name as in `Run.parameters`, each for all instances
            (instances, ...) or one for all (...). Then there is one start, with a lower rate.
        on_progress: called with the number of steps done, the number of all steps, and the current training loss
            (instances,) of the best start: after the first step, after the last, and in between every 20 milliseconds
            or every step, whichever is longer; while starts are compared and the loss is estimated, again with the
            same numbers. If it raises, training ends there and the exception goes on.
        on_parameters: called just before on_progress, with the number of steps done and a copy of the parameters of
            the first start that is left, by name as in `Run.parameters`.
        config: all other settings; None for `default_config(spec)`.
        stop_at: end after so many of the steps, 1 to steps, whose learning rates stay those of the whole training;
            None for all. It is what a training that was interrupted had reached.
        start_numbers: (instances,) which of the random starts to train, from 0 to restarts - 1, for each instance;
            None for all of them, of which the best is kept. It ends where it ends among the others.
        tracked: whether to train all starts to the end, and to keep, of those with at most 1.01 times the least loss
            of their instance, those whose arrows move least from instance to instance
            (`toymodels.analysis.solution_tracking`). For autoencoders with two hidden dimensions.
        progress: whether to show a progress bar of tqdm, in a terminal or a notebook.

    Returns:
        The run. Its loss is estimated on samples that neither training nor the choice of the best start has seen.
        With `start_numbers` or `tracked` it says which starts it holds; those train the same weights again.

    Raises:
        ValueError: naming the argument, the value and the allowed range; also if the training would take more memory
            than the machine has.
        ImportError: with progress, if tqdm is not installed.
    """
    began = time.perf_counter()
    spec = checked_spec("spec", spec)
    if config is None:
        config = default_config(spec)
    if not isinstance(config, TrainingConfig):
        raise ValueError(f"config must be a TrainingConfig, got {shown(config)}")
    seed = whole_number("seed", seed, 0, MAX_SEED)
    most = MAX_RESTARTS if start is None else 1
    config = replace(
        config,
        steps=config.steps if steps is None else whole_number("steps", steps, 1, MAX_STEPS),
        restarts=min(config.restarts, most) if restarts is None else whole_number("restarts", restarts, 1, most),
    )
    if start_numbers is not None:
        start_numbers = _checked_numbers(start_numbers, spec, config, start, tracked)
    if tracked:
        config = _config_of_tracking(spec, config, start)
    snapshots = whole_number("snapshots", snapshots, 0, MAX_SNAPSHOTS)
    check_memory(spec, config, snapshots)
    end = config.steps if stop_at is None else whole_number("stop_at", stop_at, 1, config.steps)
    frame_steps = np.unique(np.linspace(0, end, max(2, snapshots) if snapshots else 0).round().astype(np.int64))
    if progress:
        on_progress = _with_bar(on_progress, config.steps)
    with _ensemble(spec, config, seed, start) as ensemble:
        listener = _Listener(ensemble, config, end, key_of(seed, TRAINING), on_progress, on_parameters)
        if start_numbers is not None:
            ensemble.keep(np.array([start_numbers]))
        _descend(ensemble, config, seed, set(frame_steps.tolist()), listener, end)
        if tracked:
            start_numbers = _keep_smoothest(ensemble, key_of(seed, SELECTION), listener)
        else:
            _keep_best(ensemble, 1, key_of(seed, SELECTION), FINAL_SELECTION_SAMPLES, listener)
        if snapshots:
            ensemble.keep_frame()
        parameters = {name: value[0] for name, value in ensemble.parameters().items()}
        loss = exact_loss(spec, parameters)
        if loss is None:
            loss, error = held_out_loss(ensemble, key_of(seed, HELD_OUT), config.held_out, listener.still_here)
        else:
            error = np.zeros_like(loss)
        film = ensemble.frame_parameters() if snapshots else None
        taken = None
        if film is not None:
            samples = min(config.held_out, _film_samples(spec, len(frame_steps)))
            taken = Snapshots(frame_steps, film, estimate(spec, film, samples, seed).loss)
    made = provenance_of(config, start, None if end == config.steps else end)
    seconds = time.perf_counter() - began
    return Run(spec, seed, end, config.restarts, parameters, loss, error, seconds, taken, made, start_numbers)


def _checked_numbers(
    numbers: Sequence[int],
    spec: Spec,
    config: TrainingConfig,
    start: Mapping[str, npt.ArrayLike] | None,
    tracked: bool,
) -> tuple[int, ...]:
    if start is not None or tracked:
        raise ValueError("start_numbers name random starts, of which there are none with start, and all with tracked")
    if not is_sequence(numbers) or len(numbers) != spec.n_instances:
        raise ValueError(f"start_numbers must hold {spec.n_instances} numbers, one per instance, got {shown(numbers)}")
    return tuple(whole_number("start_numbers", number, 0, config.restarts - 1) for number in numbers)


def _config_of_tracking(
    spec: Spec, config: TrainingConfig, start: Mapping[str, npt.ArrayLike] | None
) -> TrainingConfig:  # fmt: skip
    """The settings with every start trained to the end."""
    if not spec.tied or spec.n_hidden != 2 or start is not None:
        raise ValueError(
            "tracked must be False but for an Autoencoder with n_hidden = 2 from random starts, "
            f"got {type(spec).__name__} with n_hidden = {spec.n_hidden}"
        )
    return replace(config, halving_keep=1.0)


def provenance_of(
    config: TrainingConfig, start: Mapping[str, npt.ArrayLike] | None = None, stopped_at: int | None = None
) -> Provenance:
    """The provenance of what `train` gives for these arguments."""
    return Provenance(
        version=__version__,
        recipe=RECIPE,
        # The number of threads changes nothing in the result.
        settings={name: value for name, value in asdict(config).items() if name != "threads"},
        start="random" if start is None else digest(start),
        stopped_at=stopped_at,
    )


def film_error(run: Run) -> Array:
    """Relative standard error of the last loss in a film, (instances,); 0 where it is exact.

    A film's losses are estimated on fewer samples than the run's. All frames share them, so changes from frame to frame
    are sharper than this says.

    Raises:
        ValueError: if the run has no snapshots.
    """
    if run.snapshots is None:
        raise ValueError("the run must have snapshots")
    found = estimate(run.spec, run.parameters, _film_samples(run.spec, len(run.snapshots.step)), run.seed)
    return np.divide(found.error, found.loss, out=np.zeros_like(found.loss), where=found.loss > 0)


def _film_samples(spec: Spec, frames: int) -> int:
    return max(SNAPSHOT_SAMPLES, FILM_NUMBERS // (frames * spec.n_instances * spec.n_features))


def warm_up() -> None:
    """Load the compiled kernels, or compile them, so that the next training need not.

    For a thread in the background of a server, and for the build of an image. Compiling takes several seconds, once
    for a processor; the result is kept in NUMBA_CACHE_DIR or beside the source, see `toymodels.training.compiling`.
    """
    train(Autoencoder(2, 1, 0.5, 1.0), steps=1, restarts=1)


def _ensemble(
    spec: Spec, config: TrainingConfig, seed: int, start: Mapping[str, npt.ArrayLike] | None
) -> Ensemble:  # fmt: skip
    """The models at the start."""
    key = key_of(seed, START)
    pace = np.ones(config.restarts)
    straight = np.zeros(config.restarts, np.int64)
    if start is None:
        parameters, known = random_starts(spec, config, key)
        pace[config.restarts - known :] = GIVEN_START_RATE
        straight[: math.ceil(config.straight_through * config.restarts)] = round(
            config.straight_through_until * config.steps
        )
    else:
        parameters, pace[:] = given_start(spec, start), GIVEN_START_RATE
    # The first page of a server, and a program that loads a run, need no Numba: only a training does.
    from toymodels.training.ensemble import Ensemble

    return Ensemble(spec, config, parameters, pace, straight)


def _descend(
    ensemble: Ensemble, config: TrainingConfig, seed: int, frames: set[int], listener: _Listener, end: int
) -> None:
    """Take the steps up to an end, and keep the best starts half-way."""
    rates, key, selection = learning_rates(config), key_of(seed, TRAINING), key_of(seed, SELECTION)
    halving = round(config.halving_at * config.steps)
    if 0 in frames:
        ensemble.keep_frame()
    stops = sorted(stop for stop in {*frames, halving, end} if 0 < stop <= end)
    step = 0
    for stop in stops:
        while step < stop:
            last = min(stop, step + listener.steps_at_once)
            ensemble.advance(rates, key, step, last)
            step = last
            listener.tell(step)
        if step == halving and step < end:
            _keep_best(
                ensemble, math.ceil(config.halving_keep * config.restarts), selection, SELECTION_SAMPLES, listener
            )
        if step in frames and step < end:
            ensemble.keep_frame()


def _keep_best(ensemble: Ensemble, starts: int, key: int, samples: int, listener: _Listener) -> None:
    """Go on with this many starts of each instance, at least one, those of the least loss on the same samples."""
    if ensemble.starts <= max(1, starts):
        return
    loss = _selection_losses(ensemble, key, samples, listener)
    ensemble.keep(np.argsort(loss, axis=0, kind="stable")[: max(1, starts)])


def _keep_smoothest(ensemble: Ensemble, key: int, listener: _Listener) -> tuple[int, ...]:
    """Keep one start of each instance by solution tracking; which, by number."""
    allowed = nearly_best(_selection_losses(ensemble, key, FINAL_SELECTION_SAMPLES, listener))
    chosen, _ = smoothest(allowed, ensemble.parameters()["W"])
    ensemble.keep(chosen[None])
    return tuple(chosen.tolist())


def _selection_losses(ensemble: Ensemble, key: int, samples: int, listener: _Listener) -> Array:
    """Losses of all starts on the same samples, summed over batches, (starts, instances)."""
    batch = 1 << max(8, min(12, (SELECTION_NUMBERS // ensemble.spec.n_features).bit_length() - 1))
    loss = np.zeros((ensemble.starts, ensemble.spec.n_instances))
    at_once = max(1, NUMBERS_AT_ONCE // (loss.size * batch * ensemble.spec.n_features))
    for number in range(0, samples // batch, at_once):
        for part in ensemble.losses(key, batch, number, min(number + at_once, samples // batch)):
            loss += part
        listener.still_here()
    return loss


def _with_bar(on_progress: OnProgress | None, steps: int) -> OnProgress:
    """Progress that is also shown as a bar of tqdm, which closes at the last step."""
    from tqdm.auto import tqdm

    bar = tqdm(total=steps, unit="step")

    def report(step: int, total: int, loss: Array) -> None:
        bar.update(step - bar.n)
        bar.set_postfix_str(f"loss {loss.mean():.3g}")
        if step == total:
            bar.close()
        if on_progress is not None:
            on_progress(step, total, loss)

    return report


class _Listener:
    """Calls on_progress and on_parameters when it is time, and measures how many steps to take until then.

    Attributes:
        steps_at_once: how many steps fit between two reports.
    """

    def __init__(
        self,
        ensemble: Ensemble,
        config: TrainingConfig,
        end: int,
        key: int,
        on_progress: OnProgress | None,
        on_parameters: OnParameters | None,
    ) -> None:
        self._ensemble, self._key = ensemble, key
        self._steps, self._end, self._batch = config.steps, end, config.batch
        self._on_progress, self._on_parameters = on_progress, on_parameters
        self._heard = on_progress is not None or on_parameters is not None
        self._interval = SECONDS_BETWEEN_REPORTS if self._heard else SECONDS_UNINTERRUPTED
        self.steps_at_once = 1
        self._step, self._chunk_began = 0, time.perf_counter()
        self._reported = self._chunk_began
        self._loss: Array = np.zeros(0)

    def tell(self, step: int) -> None:
        """Note that this many steps are done."""
        now = time.perf_counter()
        taken, seconds = step - self._step, max(now - self._chunk_began, 1e-6)
        self.steps_at_once = max(1, min(16 * taken, int(taken * self._interval / seconds)))
        self._step = step
        if self._heard and (now - self._reported > 0.8 * self._interval or step in (1, self._end)):
            if self._on_parameters is not None:
                parameters = self._ensemble.parameters()
                self._on_parameters(step, {name: value[0] for name, value in parameters.items()})
            if self._on_progress is not None:
                self._loss = self._ensemble.losses(self._key, self._batch, step - 1, step)[0].min(axis=0)
            self._report()
        self._chunk_began = time.perf_counter()

    def still_here(self) -> None:
        """Give on_progress a chance to end what goes on without further steps."""
        if time.perf_counter() - self._reported > self._interval:
            self._report()

    def _report(self) -> None:
        if self._on_progress is not None:
            self._on_progress(self._step, self._steps, self._loss)
        self._reported = time.perf_counter()
