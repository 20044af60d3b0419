"""The models under a slider: the one at its S is shown first where the others have to wait for their turn."""

import threading
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from tests.app.busy_queue import busy_queue
from tests.app.states import short_trainings
from toymodels.app.compute import visitor_training
from toymodels.app.compute.visitor_training import trained
from toymodels.app.shell.page import Page
from toymodels.app.views import slider_models as view
from toymodels.app.views.arrow_planes import Plane
from toymodels.experiments.two_dimensions import DENSITIES
from toymodels.plots.theme import LIGHT
from toymodels.spec import Autoencoder

SPEC = Autoencoder(3, 2, 0.3, 0.9)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Plane]:
    planes: list[Plane] = []
    monkeypatch.setattr(view, "arrow_grid", lambda some, *_: planes.extend(some))
    return planes


def page(reading: bool = True) -> Page:
    return cast("Page", SimpleNamespace(reading=reading, look=LIGHT))


def test_who_waits_for_all_sparsities_sees_the_model_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Plane] = []
    with busy_queue() as somebody:

        def draw(planes: Sequence[Plane], *_: Any) -> None:
            drawn.extend(planes)
            somebody.may_end.set()

        monkeypatch.setattr(view, "arrow_grid", draw)
        axis = view.slider_models(page(), SPEC, 7, ["a", "b", "c"])
        one = trained(SPEC, 7)
    assert axis.spec.densities == DENSITIES
    (plane,) = drawn
    assert plane.caption == "S = 0.7"
    assert np.allclose(np.linalg.norm(plane.W, axis=0), np.linalg.norm(one.W[0], axis=0), atol=1e-6)


def test_who_does_not_have_to_wait_sees_all_at_once(drawn: list[Plane]) -> None:
    with short_trainings():
        view.slider_models(page(), SPEC, 8, ["a", "b", "c"])
        assert not visitor_training.is_trained(SPEC, 8)
    assert drawn == []


def test_a_talk_shows_nothing_before_its_question_is_answered(drawn: list[Plane]) -> None:
    with busy_queue() as somebody:
        threading.Timer(0.3, somebody.may_end.set).start()
        view.slider_models(page(reading=False), SPEC, 9, ["a", "b", "c"])
    assert drawn == []
