"""What ships so that a bare link comes up at once: just what the pages ask for, and what they would train."""

import zipfile
from collections.abc import Hashable

import numpy as np
import pytest

import toymodels as tm
from tests.app.pages import captions, open_page, words
from tests.app.test_every_page import NAMES, SHIPPED
from toymodels.app.compute import precomputed_defaults, visitor_training
from toymodels.app.compute.lru_cache import LruCache
from toymodels.run import Run
from toymodels.spec import Spec
from toymodels.training.run_time import seconds

Asked = dict[Hashable, Run | None]


@pytest.fixture(scope="module")
def asked() -> Asked:
    """Every training that the bare pages ask for, by its key; None for one that is not in the file."""
    found: Asked = {}

    def looked_up(key: Hashable) -> Run | None:
        found[key] = precomputed_defaults.shipped(key)
        return found[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(visitor_training, "shipped", looked_up)
        for name in NAMES:
            open_page(name)
    return found


def test_the_file_holds_just_what_the_pages_ask_for(asked: Asked) -> None:
    assert len(asked) > 30
    with zipfile.ZipFile(precomputed_defaults.FILE) as archive:
        assert sorted(archive.namelist()) == sorted(precomputed_defaults.member(key) for key in asked)
    for key, run in asked.items():
        assert run is not None
        assert isinstance(key, tuple)
        _, spec, seed, steps, restarts, snapshots, _, *choice = key
        assert (run.spec, run.seed) == (spec, seed)
        assert steps in (None, run.steps)
        assert restarts in (None, run.restarts)
        assert (run.snapshots is None) == (snapshots == 0)
        assert (run.start_numbers is not None) == ("tracked" in choice)


@pytest.mark.parametrize("name", NAMES)
def test_a_bare_link_trains_nothing_and_says_when_it_was_done(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_training(*_: object, **__: object) -> Run:
        raise AssertionError("a bare link trains")

    monkeypatch.setattr(visitor_training, "train", no_training)
    monkeypatch.setattr(visitor_training, "CACHE", LruCache())
    app = open_page(name)
    assert ("Trained beforehand in" in words(app) + captions(app)) == (name != SHIPPED)


def test_what_differs_in_anything_is_not_taken_from_the_file(asked: Asked) -> None:
    for key in asked:
        assert isinstance(key, tuple)
        assert precomputed_defaults.shipped(key) is not None
        for part in range(len(key)):
            other = (*key[:part], "another", *key[part + 1 :])
            assert precomputed_defaults.shipped(other) is None
    app = open_page("pentagon", seed="1")
    assert "Trained in" in captions(app)


def test_training_again_gives_the_same_models(asked: Asked) -> None:
    again = 0
    for key, run in asked.items():
        assert isinstance(key, tuple)
        assert run is not None
        spec: Spec
        _, spec, seed, steps, restarts, snapshots, start, *choice = key
        if seconds([spec], steps=steps, restarts=restarts) > 0.3:
            continue
        shapes = {name: value.shape[1:] for name, value in run.parameters.items()}
        first = start and {name: np.frombuffer(held, np.float32).reshape(-1, *shapes[name]) for name, held in start}
        fresh = tm.train(
            spec, seed, steps=steps, restarts=restarts, snapshots=snapshots, start=first, tracked="tracked" in choice
        )
        for name, value in fresh.parameters.items():
            np.testing.assert_allclose(value, run.parameters[name], atol=0.01)
        again += 1
    assert again > 10


def test_a_run_that_was_trained_here_is_not_called_shipped(asked: Asked) -> None:
    run = next(iter(asked.values()))
    assert run is not None
    assert precomputed_defaults.is_shipped(run)
    assert visitor_training.trained_in([run, run]).startswith("Trained beforehand in ")
    fresh = tm.train(tm.Autoencoder(2, 1, 1.0, 1.0), steps=2)
    assert not precomputed_defaults.is_shipped(fresh)
    assert visitor_training.trained_in([fresh]).startswith("Trained in ")
    assert visitor_training.trained_in([fresh, run]).startswith("Trained, some of it beforehand, in ")


def test_without_the_file_the_app_trains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precomputed_defaults, "_members", frozenset)
    app = open_page("measure")
    assert "Trained in" in captions(app)
