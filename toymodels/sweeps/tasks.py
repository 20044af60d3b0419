"""Tasks of a sweep: instances of specs of one shape, joined into one training of about a second, or cut into several.

The same instance has the same weights alone and beside others, so how a sweep is cut changes nothing in its runs.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, fields, replace

import numpy as np

from toymodels.run import Run
from toymodels.spec import MAX_TABLE, Spec
from toymodels.training.config import TrainingConfig
from toymodels.training.loop import train
from toymodels.training.run_time import SECONDS_PER_TRAINING, seconds

TASK_SECONDS = 1.0
"""About how long a task takes: long enough to be worth sending, short enough to lose little with a worker."""

VARIED = ("feature_probability", "importance")
"""Fields in which the instances of a task may differ."""

MAX_INSTANCES = 1024
"""Most instances of a task."""


@dataclass(frozen=True)
class Wanted:
    """One run that is asked for: a spec from a seed."""

    number: int
    spec: Spec
    seed: int


@dataclass(frozen=True)
class Task:
    """One training.

    Attributes:
        spec: of all its instances.
        seed: of all of them.
        config: the settings.
        parts: for each instance, which run it belongs to and which instance of that run it is.
    """

    spec: Spec
    seed: int
    config: TrainingConfig
    parts: tuple[tuple[Wanted, int], ...]

    def run(self) -> Run:
        """Train it."""
        return train(self.spec, self.seed, config=self.config)


def tasks(wanted: Iterable[Wanted], settings: Callable[[Spec], TrainingConfig]) -> Iterator[Task]:
    """The tasks that make the runs that are asked for, lazily.

    Args:
        wanted: in the order in which they should come.
        settings: those of the training of each spec. Specs with different ones are not joined.
    """
    waiting: dict[tuple[int, Hashable], list[tuple[Wanted, int]]] = {}
    for one in wanted:
        # They come seed by seed: what waits for company from an earlier seed waits in vain.
        for key in [key for key in waiting if key[0] != one.seed]:
            yield _task(waiting.pop(key), settings)
        config = settings(one.spec)
        key = one.seed, (config, *_shape(one.spec))
        group, most = waiting.setdefault(key, []), _most(one.spec, config)
        for instance in range(one.spec.n_instances):
            group.append((one, instance))
            if len(group) >= most:
                yield _task(group, settings)
                group = waiting[key] = []
        if not group:
            del waiting[key]
    for group in waiting.values():
        yield _task(group, settings)


def whole_run(wanted: Wanted, parts: list[tuple[Run, int]]) -> Run:
    """The run that is asked for, from the training and the place in it of each of its instances."""
    first = parts[0][0]
    return Run(
        wanted.spec,
        wanted.seed,
        first.steps,
        first.restarts,
        {name: np.stack([run.parameters[name][k] for run, k in parts]) for name in first.parameters},
        np.array([run.loss[k] for run, k in parts]),
        np.array([run.loss_error[k] for run, k in parts]),
        sum(run.seconds / run.spec.n_instances for run, _ in parts),
        provenance=first.provenance,
    )


def _shape(spec: Spec) -> tuple[Hashable, ...]:
    """What specs must have in common to be trained as one: all but probabilities and importances."""
    # The samples of plain data are drawn in another way than those of features with densities of their own.
    fixed = (getattr(spec, field.name) for field in fields(spec) if field.name not in VARIED)
    return type(spec).__name__, spec.is_plain, *fixed


def _most(spec: Spec, config: TrainingConfig) -> int:
    each = seconds([spec.at(0)], steps=config.steps, restarts=config.restarts) - SECONDS_PER_TRAINING
    return max(1, min(MAX_INSTANCES, MAX_TABLE // spec.n_features, int(TASK_SECONDS / each)))


def _task(parts: list[tuple[Wanted, int]], settings: Callable[[Spec], TrainingConfig]) -> Task:
    first = parts[0][0]
    specs = {one.number: one.spec for one, _ in parts}
    weights = {
        number: np.broadcast_to(spec.importances, (spec.n_instances, spec.n_features)) for number, spec in specs.items()
    }
    spec = replace(
        first.spec,
        feature_probability=tuple(one.spec.feature_probability[k] for one, k in parts),
        importance=tuple(tuple(weights[one.number][k].tolist()) for one, k in parts),
    )
    return Task(spec, first.seed, settings(first.spec), tuple(parts))
