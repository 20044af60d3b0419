"""A run says how it was made, and what it says gives the same weights again."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import toymodels as tm
from toymodels.provenance import Provenance, digest

SPEC = tm.Autoencoder(4, 2, (1.0, 0.1), 0.8)
CONFIG = replace(tm.default_config(SPEC), steps=30, restarts=5, learning_rate=0.07, held_out=4096)


def same(a: tm.Run, b: tm.Run) -> None:
    assert a.provenance == b.provenance
    assert_array_equal(a.loss, b.loss)
    for name, value in a.parameters.items():
        assert_array_equal(value, b.parameters[name])


def through_a_file(run: tm.Run) -> tm.Run:
    file = io.BytesIO()
    run.save(file)
    return tm.load_run(file)


def test_settings_version_and_start_are_there() -> None:
    made = tm.train(SPEC, 3, config=CONFIG).provenance
    assert made is not None
    assert (made.version, made.recipe, made.start) == (tm.__version__, "toymodels", "random")
    assert made.stopped_at is None
    assert not made.rounded
    assert made.settings["learning_rate"] == 0.07
    assert "threads" not in made.settings  # they change nothing in the result


@pytest.mark.parametrize("spec", [SPEC, tm.AbsMLP(3, 4, 0.3, 0.9), tm.Autoencoder(3, 2, 0.5, 0.9, "linear")])
def test_training_again_gives_the_same_weights(spec: tm.Spec) -> None:
    run = tm.train(spec, 3, config=replace(CONFIG, batch=32))
    same(run, tm.retrain(through_a_file(run)))


@pytest.mark.parametrize("stop", [1, 7, 15, 16, 29])
def test_a_stopped_training_is_the_beginning_of_the_whole_one(stop: int) -> None:
    run = tm.train(SPEC, 3, config=CONFIG, stop_at=stop)
    assert run.steps == stop
    assert run.provenance is not None
    assert run.provenance.stopped_at == stop
    same(run, tm.retrain(through_a_file(run)))


def test_a_stop_gives_what_a_listener_saw_at_that_step() -> None:
    config = replace(CONFIG, restarts=1)
    seen: dict[int, dict[str, np.ndarray]] = {}
    tm.train(SPEC, 3, config=config, on_parameters=lambda step, now: seen.update({step: dict(now)}))
    for step, parameters in seen.items():
        run = tm.train(SPEC, 3, config=config, stop_at=step)
        for name, value in parameters.items():
            assert_array_equal(run.parameters[name], value)


def test_one_instance_is_trained_again_by_itself() -> None:
    one = tm.train(SPEC, 3, config=CONFIG).at(0.1)
    again = tm.retrain(one)
    assert_array_equal(one.W, again.W)
    # The closed part of the loss is summed by NumPy, whose order depends on the number of instances.
    np.testing.assert_allclose(one.loss, again.loss, rtol=1e-12)


def test_given_initial_weights_have_to_be_given_again() -> None:
    start = {"W": np.full((2, 4), 0.3), "b": np.zeros(4)}
    run = tm.train(SPEC, 3, config=CONFIG, start=start)
    same(run, tm.retrain(run, start=start))
    for wrong in (None, {"W": np.full((2, 4), 0.4), "b": np.zeros(4)}):
        with pytest.raises(ValueError, match="start must be the initial weights of the run"):
            tm.retrain(run, start=wrong)
    assert run.provenance is not None
    assert run.provenance.start == digest(start)


def test_what_cannot_be_trained_again_says_why() -> None:
    run = tm.train(SPEC, 3, config=CONFIG)
    assert run.provenance is not None
    with pytest.raises(ValueError, match="does not say how it was made"):
        tm.retrain(replace(run, provenance=None))
    with pytest.raises(ValueError, match="made by 'paper'"):
        tm.retrain(replace(run, provenance=Provenance("1", "paper")))
    with pytest.warns(UserWarning, match="made by version 0.0.9"):
        tm.retrain(replace(run, provenance=replace(run.provenance, version="0.0.9")))


@pytest.mark.parametrize("stop", [0, 31, True, 2.5])
def test_a_stop_beyond_the_steps_is_refused(stop: object) -> None:
    with pytest.raises(ValueError, match="stop_at must be a whole number from 1 to 30"):
        tm.train(SPEC, 3, config=CONFIG, stop_at=stop)  # type: ignore[arg-type]


def test_a_progress_bar_counts_all_steps(capsys: pytest.CaptureFixture[str]) -> None:
    tm.train(SPEC, 3, config=CONFIG, progress=True)
    assert "30/30" in capsys.readouterr().err
