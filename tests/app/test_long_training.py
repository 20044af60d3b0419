"""Trainings that are watched and stopped."""

import numpy as np
import pytest

import toymodels as tm
from toymodels.app.long_training import Progress, finished, stopped, watched

SPEC = tm.Autoencoder(12, 3, 0.2, 1.0)


class MovedAwayError(BaseException):
    """What Streamlit raises in a script whose visitor asked for something else."""


def nobody_ahead(ahead: int) -> None:
    raise AssertionError(f"{ahead} trainings are ahead")


def test_a_stopped_training_keeps_what_is_there() -> None:
    def stop(progress: Progress) -> None:
        if progress.step > 1:
            raise MovedAwayError

    with pytest.raises(MovedAwayError):
        watched(SPEC, 1, 200_000, stop, nobody_ahead)
    assert finished(SPEC, 1, 200_000) is None
    run = stopped(SPEC, 1, 200_000)
    assert run is not None
    assert 1 < run.steps < 200_000
    assert run.W.shape == (1, 3, 12)
    untrained = tm.train(SPEC, 1, steps=1, restarts=1)
    assert run.loss[0] < untrained.loss[0]
    assert stopped(SPEC, 1, 200_000) is run
    assert stopped(SPEC, 2, 200_000) is None


def test_the_lane_is_free_after_a_stop_and_a_whole_training_is_shared() -> None:
    seen: list[tuple[int, np.ndarray]] = []
    run = watched(SPEC, 3, 300, lambda progress: seen.append((progress.step, progress.parameters["W"])), nobody_ahead)
    assert seen[0][0] == 1
    assert seen[-1][0] == 300
    np.testing.assert_array_equal(seen[-1][1], run.W)
    assert not np.array_equal(seen[0][1], run.W)
    np.testing.assert_array_equal(run.W, tm.train(SPEC, 3, steps=300, restarts=1).W)
    assert finished(SPEC, 3, 300) is run
    assert stopped(SPEC, 3, 300) is None
    again = watched(SPEC, 3, 300, lambda _: pytest.fail("trained twice"), nobody_ahead)
    assert again is run


def test_the_time_left_follows_from_the_pace() -> None:
    assert Progress("key", step=25, steps=100, seconds=2).seconds_left == pytest.approx(6)
