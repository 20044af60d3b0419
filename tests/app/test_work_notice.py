"""A run of a page that takes long says what it is at; one that is quick says nothing of its trainings."""

import time
from unittest.mock import patch

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.app.states import forget_everything
from toymodels import training
from toymodels.app.compute import visitor_training
from toymodels.app.compute.training_queue import Progress
from toymodels.app.compute.visitor_training import _in_words
from toymodels.app.shell import work_notice
from toymodels.app.shell.work_notice import _Work
from toymodels.spec import AbsMLP, Autoencoder

SPEC = Autoencoder(20, 5, (1, 0.1), 0.7)


WHAT = "Training 2 models of 20 features in 5 dimensions"


@pytest.mark.parametrize(
    ("ahead", "progress", "words"),
    [
        (0, None, f"{WHAT}, about 3 s."),
        (2, None, f"The server is busy: 2 trainings before yours. {WHAT}, about 3 s."),
        (0, Progress(0, 900), f"{WHAT}, about 3 s."),
        (0, Progress(300, 900, np.ones(2), 4.0), f"{WHAT}: step 300 of 900, about 8 s left."),
    ],
)
def test_what_is_trained_and_how_long_it_takes(ahead: int, progress: Progress | None, words: str) -> None:
    assert _in_words(SPEC, 3.0, ahead, progress) == words


def test_neurons_are_no_dimensions() -> None:
    assert "1 model of 100 features in 40 neurons" in _in_words(AbsMLP(100, 40, 1, 0.8), 1, 0, None)


def a_page() -> None:
    import streamlit as st

    from toymodels.app.compute.visitor_training import trained
    from toymodels.app.shell.work_notice import begin_part, begin_work
    from toymodels.spec import Autoencoder

    begin_work()
    begin_part("Computing “A part”.")
    for seed in range(2):
        trained(Autoencoder(5, 2, 0.4321, 0.9), seed=seed, steps=20)
    st.write("done")


@pytest.mark.parametrize("quiet", [0.0, 60.0])
def test_several_trainings_in_a_row_count_together(monkeypatch: pytest.MonkeyPatch, quiet: float) -> None:
    monkeypatch.setattr(work_notice, "QUIET_SECONDS", quiet)
    monkeypatch.setattr(work_notice, "SECONDS_BETWEEN_WORDS", 0)
    said: list[str] = []
    say = _Work.say

    def listening(self: _Work, words: str) -> None:
        said.append(words)
        say(self, words)

    def slow(*arguments: object, **options: object) -> object:
        time.sleep(0.5)
        return train(*arguments, **options)  # type: ignore[arg-type]

    train = training.train
    forget_everything()
    with patch.object(_Work, "say", listening), patch.object(visitor_training, "train", slow):
        page = AppTest.from_function(a_page, default_timeout=60).run()
    assert not page.exception
    part = "Computing “A part”."
    trainings = [words for words in said if words.startswith("Training 1 model of 5 features in 2 dimensions")]
    if quiet:
        assert said == []
    else:
        # After each of the two the part goes on.
        assert trainings
        assert said.count(part) == 2
        assert [one.value for one in page.text] == [part]


def test_a_part_is_said_in_a_run_that_is_not_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    with patch.object(_Work, "say", lambda self, words: said.append(words)):
        for quick in (60.0, -1.0):
            monkeypatch.setattr(work_notice, "QUICK_SECONDS", quick)
            AppTest.from_function(a_page, default_timeout=60).run()
    assert said == ["Computing “A part”."]
