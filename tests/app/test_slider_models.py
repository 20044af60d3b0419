"""The models under a slider: the one at its S is shown first where the others have to wait for their turn."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from tests.app.states import idle, short_trainings
from toymodels.app.compute import visitor_training
from toymodels.app.compute.lru_cache import CACHE
from toymodels.app.compute.training_queue import Training
from toymodels.app.compute.visitor_training import QUICK_TRAININGS, LateError, Wanted, all_trained, trained
from toymodels.app.shell.page import Page
from toymodels.app.views import slider_models as view
from toymodels.app.views.arrow_planes import Plane
from toymodels.experiments.two_dimensions import DENSITIES
from toymodels.plots.theme import LIGHT
from toymodels.run import Run
from toymodels.spec import Autoencoder

PATIENCE = 20.0
"""Seconds after which something that must happen is held not to happen."""

SPEC = Autoencoder(3, 2, 0.3, 0.9)


class Somebody:
    """A visitor whose training keeps the queue busy until the test lets it end."""

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self._thread = ThreadPoolExecutor(1)
        begun = threading.Event()

        def train(_: Training) -> Run:
            begun.set()
            assert self.may_end.wait(PATIENCE)
            return Wanted(SPEC, 99).train(lambda *_: None)

        self.run = self._thread.submit(
            QUICK_TRAININGS.get, "somebody's", "somebody", train, lambda *_: None, seconds=0.1
        )
        assert begun.wait(PATIENCE)

    def leaves(self) -> None:
        self.may_end.set()
        self.run.result(PATIENCE)
        self._thread.shutdown()


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> Iterator[Somebody]:
    """The queue is busy, and nobody who waits there has any patience."""
    monkeypatch.setattr(visitor_training, "PATIENCE", 0.0)
    CACHE.clear()
    with short_trainings():
        visitor = Somebody()
        yield visitor
        visitor.leaves()
        assert idle(QUICK_TRAININGS)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Plane]:
    planes: list[Plane] = []
    monkeypatch.setattr(view, "arrow_grid", lambda some, *_: planes.extend(some))
    return planes


def page(reading: bool = True) -> Page:
    return cast("Page", SimpleNamespace(reading=reading, look=LIGHT))


def test_who_waits_for_all_sparsities_sees_the_model_of_one(
    somebody: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Plane] = []

    def draw(planes: Sequence[Plane], *_: Any) -> None:
        drawn.extend(planes)
        somebody.may_end.set()

    monkeypatch.setattr(view, "arrow_grid", draw)
    axis = view.slider_models(page(), SPEC, 7, ["a", "b", "c"])
    assert axis.spec.densities == DENSITIES
    (plane,) = drawn
    assert plane.caption == "S = 0.7"
    one = trained(SPEC, 7)
    assert np.allclose(np.linalg.norm(plane.W, axis=0), np.linalg.norm(one.W[0], axis=0), atol=1e-6)


def test_who_does_not_have_to_wait_sees_all_at_once(drawn: list[Plane]) -> None:
    with short_trainings():
        view.slider_models(page(), SPEC, 8, ["a", "b", "c"])
    assert drawn == []
    assert not visitor_training.is_trained(SPEC, 8)


def test_a_talk_shows_nothing_before_its_question_is_answered(drawn: list[Plane]) -> None:
    CACHE.clear()
    with short_trainings():
        somebody = Somebody()
        threading.Timer(0.3, somebody.may_end.set).start()
        view.slider_models(page(reading=False), SPEC, 9, ["a", "b", "c"])
        somebody.leaves()
    assert drawn == []


def test_a_training_that_does_not_begin_in_time_is_told_to_who_has_no_patience(somebody: Somebody) -> None:
    wanted = Wanted(replace(SPEC, feature_probability=DENSITIES), 10)
    with pytest.raises(LateError):
        all_trained([wanted], patience=0.0)
    somebody.may_end.set()
    assert all_trained([wanted])[0].seed == 10
