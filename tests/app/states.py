"""States of pages: the controls that a page declares, legal values for them, and trainings too short to wait for."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np
from hypothesis import strategies as st

from tests.app.pages import open_page
from toymodels import training
from toymodels.app.compute import visitor_training, watched_training
from toymodels.app.compute.lru_cache import CACHE
from toymodels.app.compute.training_queue import TrainingQueue
from toymodels.app.shell import page as shell
from toymodels.app.shell.address import Control, take_from_url
from toymodels.app.shell.controls import Choice, Pick, SelectSlider, Slider, Switch, Whole
from toymodels.app.shell.density_list import DensityList
from toymodels.app.shell.matrix_control import MatrixText
from toymodels.arrays import Array
from toymodels.run import Run
from toymodels.spec import Spec
from toymodels.training.config import default_config
from toymodels.training.run_time import seconds

SHORT_STEPS = 2
SHORT_HELD_OUT = 1024
"""Samples that the loss is measured on: of a map of many models it would else take seconds."""


@functools.cache
def controls_of(name: str) -> Sequence[Control[Any]]:
    """The controls that a page hands to `start_page`."""
    seen: list[Sequence[Control[Any]]] = []

    def listening(controls: Sequence[Control[Any]]) -> list[str]:
        seen.append(controls)
        return take_from_url(controls)

    with patch.object(shell, "take_from_url", listening), short_trainings():
        open_page(name)
    return tuple(seen[-1])


@contextmanager
def short_trainings() -> Iterator[list[float]]:
    """TrainingQueue of two steps from one start; yields what the real ones would have cost, as they are asked for.

    None of those that ship with the app is used, and none that was made before. For tests of what pages make of their
    settings: the numbers on the page are then those of untrained models.
    """
    costs: list[float] = []

    def short(
        spec: Spec,
        seed: int = 0,
        *,
        steps: int | None = None,
        restarts: int | None = None,
        snapshots: int = 0,
        start: Mapping[str, Array] | None = None,
        **_: object,
    ) -> Run:
        costs.append(seconds([spec], steps=steps, restarts=restarts))
        config = replace(default_config(spec), steps=SHORT_STEPS, restarts=1, held_out=SHORT_HELD_OUT)
        return training.train(spec, seed, snapshots=snapshots, start=start, config=config)

    with (
        patch.object(visitor_training, "train", short),
        patch.object(watched_training, "train", short),
        patch.object(visitor_training, "shipped", lambda key: None),
    ):
        forget_trainings()
        yield costs
    forget_trainings()


def forget_trainings() -> None:
    """Keep no run that was trained. What was made of runs stays: it is known by their weights, whoever trained them."""
    for key, value in CACHE.items():
        if isinstance(value, Run):
            with CACHE._lock:
                CACHE._drop(key)


def forget_everything() -> None:
    """As if the server had just started: nothing is kept."""
    CACHE.clear()


def idle(queue: TrainingQueue, patience: float = 60.0) -> bool:
    """Wait until nothing is trained and nobody waits: a training that nobody wants any more ends a little later."""
    with queue._changed:
        return queue._changed.wait_for(lambda: not queue._running and not queue._trainings, patience)


def legal(control: Control[Any], others: Mapping[str, Any]) -> st.SearchStrategy[str]:
    """What a link may say of a control, as `write` spells it; `others` are the values drawn before it."""
    match control:
        case Slider():
            steps = round((control.high - control.low) / control.step)
            return st.integers(0, steps).map(lambda k: control.write(round(control.low + k * control.step, 6)))
        case SelectSlider():
            return st.sampled_from(control.values).map(control.write)
        case Whole():
            return st.integers(control.low, control.high).map(control.write)
        case Choice():
            return st.sampled_from(list(control.options))
        case Switch():
            return st.booleans().map(control.write)
        case DensityList():
            return st.lists(st.integers(1, 1000), min_size=1, max_size=8, unique=True).map(
                lambda thousandths: control.write(sorted((k / 1000 for k in thousandths), reverse=True))
            )
        case Pick(key="feature"):
            return st.integers(0, int(others["n"])).map(lambda i: str(i) if i else control.nothing)
        case Pick(key="zoom"):
            return st.sampled_from([control.nothing, *others["densities"].split(", ")])
        case MatrixText():
            return st.tuples(st.integers(1, 5), st.integers(1, 12), st.integers(0, 9999)).map(
                lambda size: control.write(np.random.default_rng(size[2]).normal(size=size[:2]).round(2))
            )
    raise NotImplementedError(f"no legal values of {control}")


@st.composite
def states(draw: st.DrawFn, controls: Sequence[Control[Any]]) -> dict[str, str]:
    """A legal state of a page: a text for each of its controls."""
    state: dict[str, str] = {}
    for control in controls:
        state[control.key] = draw(legal(control, state))
    return state


def in_the_session(control: Control[Any], text: str) -> object:
    """What the session holds of a control whose link says this."""
    match control:
        case Slider() | SelectSlider() | Whole():
            return float(text)
        case Switch():
            return text == "true"
    return text
