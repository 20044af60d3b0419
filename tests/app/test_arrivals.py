"""What ships so that a bare link comes up at once: just what the pages ask for, and what they would train."""

import zipfile
from collections.abc import Hashable

import numpy as np
import pytest

import toymodels as tm
from tests.app.pages import captions, open_page, words
from tests.app.test_every_page import NAMES, SHIPPED
from toymodels.app import arrivals, trainings
from toymodels.costs import seconds
from toymodels.data import variance
from toymodels.losses import estimate
from toymodels.run import Run
from toymodels.specs import Spec
from toymodels.training.settings import settings_for

Asked = dict[Hashable, Run | None]


@pytest.fixture(scope="module")
def asked() -> Asked:
    """Every training that the bare pages ask for, by its key; None for one that is not in the file."""
    found: Asked = {}

    def looked_up(key: Hashable) -> Run | None:
        found[key] = arrivals.shipped(key)
        return found[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainings, "shipped", looked_up)
        for name in NAMES:
            open_page(name)
    return found


def test_the_file_holds_just_what_the_pages_ask_for(asked: Asked) -> None:
    assert len(asked) > 30
    with zipfile.ZipFile(arrivals.FILE) as archive:
        assert sorted(archive.namelist()) == sorted(arrivals.member(key) for key in asked)
    for key, run in asked.items():
        assert run is not None
        assert isinstance(key, tuple)
        _, spec, seed, steps, restarts, snapshots, _ = key
        assert (run.spec, run.seed) == (spec, seed)
        assert steps in (None, run.steps)
        assert restarts in (None, run.restarts)
        assert (run.snapshots is None) == (snapshots == 0)


@pytest.mark.parametrize("name", NAMES)
def test_a_bare_link_trains_nothing_and_says_when_it_was_done(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_training(*_: object, **__: object) -> Run:
        raise AssertionError("a bare link trains")

    monkeypatch.setattr(trainings, "train", no_training)
    monkeypatch.setattr(trainings.Trainings, "kept", lambda *_: None)
    app = open_page(name)
    assert ("Trained beforehand in" in words(app) + captions(app)) == (name != SHIPPED)


def test_what_differs_in_anything_is_not_taken_from_the_file(asked: Asked) -> None:
    for key in asked:
        assert isinstance(key, tuple)
        assert arrivals.shipped(key) is not None
        for part in range(len(key)):
            other = (*key[:part], "another", *key[part + 1 :])
            assert arrivals.shipped(other) is None
    app = open_page("pentagon", seed="1")
    assert "Trained in" in captions(app)


def trained_again(key: Hashable, run: Run) -> Run:
    assert isinstance(key, tuple)
    spec: Spec
    _, spec, seed, steps, restarts, snapshots, start = key
    shapes = {name: value.shape[1:] for name, value in run.parameters.items()}
    first = start and {name: np.frombuffer(held, np.float32).reshape(shapes[name]) for name, held in start}
    return tm.train(spec, seed, steps=steps, restarts=restarts, snapshots=snapshots, start=first)


def test_training_again_gives_models_that_are_as_good_on_any_processor(asked: Asked) -> None:
    """The matrix kernels of another processor round otherwise, and of two starts that are equally good, such as W and
    -W, another may be kept: weights agree on one processor alone, losses everywhere.
    """
    again = 0
    for key, run in asked.items():
        assert isinstance(key, tuple)
        assert run is not None
        _, spec, _, steps, restarts, _, _ = key
        if seconds([spec], steps=steps, restarts=restarts) > 0.3:
            continue
        fresh = trained_again(key, run)
        assert (fresh.spec, fresh.seed, fresh.steps, fresh.restarts) == (run.spec, run.seed, run.steps, run.restarts)
        # A thousandth of what it costs to learn nothing: a code without any error leaves noise alone.
        nothing = spec.importances.sum() * variance(np.array(spec.feature_probability))
        assert np.all(np.abs(fresh.loss - run.loss) < 0.02 * run.loss + 0.001 * nothing), spec
        again += 1
    assert again > 10


def test_training_again_on_one_processor_gives_the_same_weights_to_the_bit(asked: Asked) -> None:
    quickest = sorted(asked, key=lambda key: seconds([key[1]], steps=key[3], restarts=key[4]))[:4]  # type: ignore[index]
    for key in quickest:
        run = asked[key]
        assert run is not None
        one, other = trained_again(key, run), trained_again(key, run)
        for name, value in one.parameters.items():
            assert value.tobytes() == other.parameters[name].tobytes()
        assert one.loss.tobytes() == other.loss.tobytes()


def test_the_losses_in_the_file_are_those_of_its_weights(asked: Asked) -> None:
    for run in asked.values():
        assert run is not None
        loss, error = estimate(run.spec, run.parameters, settings_for(run.spec).held_out, run.seed)
        np.testing.assert_allclose(loss, run.loss, rtol=1e-4, atol=1e-9)
        np.testing.assert_allclose(error, run.loss_error, rtol=1e-2, atol=1e-9)


def test_a_run_that_was_trained_here_is_not_called_shipped(asked: Asked) -> None:
    run = next(iter(asked.values()))
    assert run is not None
    assert arrivals.is_shipped(run)
    assert trainings.trained_in([run, run]).startswith("Trained beforehand in ")
    fresh = tm.train(tm.Autoencoder(2, 1, 1.0, 1.0), steps=2)
    assert not arrivals.is_shipped(fresh)
    assert trainings.trained_in([fresh]).startswith("Trained in ")
    assert trainings.trained_in([fresh, run]).startswith("Trained, some of it beforehand, in ")


def test_without_the_file_the_app_trains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "_members", frozenset)
    app = open_page("measure")
    assert "Trained in" in captions(app)
