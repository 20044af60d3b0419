"""TrainingQueue that are watched and stopped."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import toymodels as tm
from tests.app.states import idle
from toymodels.app.compute import watched_training
from toymodels.app.compute.training_queue import Progress
from toymodels.app.compute.watched_training import finished, stopped, watched

PATIENCE = 20.0
"""Seconds after which something that must happen is held not to happen."""

SPEC = tm.Autoencoder(12, 3, 0.2, 1.0)


class MovedAwayError(BaseException):
    """What Streamlit raises in a script whose visitor asked for something else."""


def nobody_ahead(ahead: int) -> None:
    if ahead:
        raise AssertionError(f"{ahead} trainings are ahead")


@pytest.fixture(autouse=True)
def _see_every_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched_training, "SECONDS_BETWEEN_LOOKS", 0)


def test_a_stopped_training_keeps_what_is_there() -> None:
    def stop(progress: Progress) -> None:
        if progress.step > 2000:
            raise MovedAwayError

    with pytest.raises(MovedAwayError):
        watched(SPEC, 1, 1_000_000, stop, nobody_ahead)
    assert idle(watched_training._QUEUE)
    assert finished(SPEC, 1, 1_000_000) is None
    run = stopped(SPEC, 1, 1_000_000)
    assert run is not None
    assert 2000 < run.steps < 1_000_000
    np.testing.assert_array_equal(run.W, tm.retrain(run).W)
    assert run.W.shape == (1, 3, 12)
    untrained = tm.train(SPEC, 1, steps=1, restarts=1)
    assert run.loss[0] < untrained.loss[0]
    assert stopped(SPEC, 1, 1_000_000) is run
    assert stopped(SPEC, 2, 1_000_000) is None
    assert stopped(SPEC, 1, 100_000) is None


def test_a_whole_training_is_seen_while_it_runs_and_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, np.ndarray]] = []
    looked = threading.Event()
    monkeypatch.setattr(watched_training, "give_way", lambda: looked.wait(PATIENCE))

    def look_at(progress: Progress) -> None:
        seen.append((progress.step, progress.parameters["W"]))
        looked.set()

    run = watched(SPEC, 3, 300, look_at, lambda ahead: None)
    assert seen[0][0] == 1
    np.testing.assert_array_equal(run.W, tm.train(SPEC, 3, steps=300, restarts=1).W)
    np.testing.assert_array_equal(seen[0][1], tm.train(SPEC, 3, steps=300, restarts=1, stop_at=1).W)
    assert finished(SPEC, 3, 300) is run
    assert finished(SPEC, 3, 301) is None
    assert stopped(SPEC, 3, 300) is None
    again = watched(SPEC, 3, 300, lambda _: pytest.fail("trained twice"), nobody_ahead)
    assert again is run


def test_who_stops_keeps_what_was_seen_while_the_training_goes_on_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = threading.Event()
    monkeypatch.setattr(watched_training, "give_way", lambda: seen.wait(PATIENCE))

    def stop(progress: Progress) -> None:
        raise MovedAwayError

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(watched, SPEC, 4, 300, lambda _: None, nobody_ahead)
        with pytest.raises(MovedAwayError):
            watched(SPEC, 4, 300, stop, nobody_ahead)
        # Here both are one session, so this is looked at before the other's has come to its end.
        kept = stopped(SPEC, 4, 300)
        seen.set()
        assert other.result(PATIENCE).steps == 300
    assert kept is not None
    assert kept.steps == 1


def test_the_time_left_follows_from_the_pace() -> None:
    assert Progress(step=25, steps=100, seconds=2).seconds_left == pytest.approx(6)


def page_that_wants_too_much() -> None:
    import streamlit as st

    import toymodels as tm
    from toymodels.app.compute.watched_training import watched

    watched(tm.Autoencoder(400, 30, 0.1, 1.0), 3, 900_000, lambda progress: st.write("it trains"), lambda ahead: None)
    st.write("the training is over")


def test_what_exceeds_the_budget_is_refused_before_it_starts() -> None:
    page = AppTest.from_function(page_that_wants_too_much).run()
    assert not page.exception
    assert "1 model of 400 features in 30 dimensions would take about" in page.warning[0].value
    assert "steps=900000" in page.code[0].value
    assert len(page.markdown) == 0
