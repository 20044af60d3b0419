"""The paper's recipe on a page: asked for, watched, stopped, refused, shared, and shown beside the page's training."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import toymodels as tm
import toymodels.torch
from tests.app.page_with_the_recipe import PATIENCE, visit
from tests.app.pages import captions, open_page, words
from tests.app.states import idle, short_trainings
from toymodels.app.compute import recipe_training
from toymodels.app.compute.lru_cache import LruCache
from toymodels.app.compute.recipe_training import finished_recipe, recipe_refusal, recipe_trained
from toymodels.app.compute.training_queue import Progress, TrainingQueue
from toymodels.app.views import paper_recipe as view
from toymodels.names import with_error
from toymodels.run import Run
from toymodels.training.recipe import RecipeConfig

ROOT = Path(__file__).parents[2]
SPEC = tm.Autoencoder(5, 2, (1.0, 0.2), 0.9)
SHORT = RecipeConfig(steps=40, batch=32)
ENDLESS = RecipeConfig(steps=1_000_000, batch=32)


class MovedAwayError(BaseException):
    """What Streamlit raises in a script whose visitor asked for something else."""


def use(monkeypatch: pytest.MonkeyPatch, config: RecipeConfig) -> None:
    for module in (recipe_training, view):
        monkeypatch.setattr(module, "CONFIG", config)


@pytest.fixture(autouse=True)
def fresh_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A queue and a cache with nothing in them, and a recipe of few steps."""
    monkeypatch.setattr(recipe_training, "_QUEUE", TrainingQueue(LruCache()))
    monkeypatch.setattr(recipe_training, "CACHE", recipe_training._QUEUE.cache)
    use(monkeypatch, SHORT)
    threads = torch.get_num_threads()
    yield
    assert idle(recipe_training._QUEUE)
    assert torch.get_num_threads() == threads


def test_nothing_is_trained_before_a_visitor_asks() -> None:
    app = visit()
    assert app.button(key="paper_recipe").label == "Train it by the paper's recipe"
    assert "returned nothing" in words(app)
    assert len(app.code) == 0
    assert finished_recipe(SPEC, 3) is None


def test_who_asks_gets_both_side_by_side_with_losses_and_claims() -> None:
    app = visit()
    app.button(key="paper_recipe").click().run()
    assert not app.exception
    ours, theirs = tm.train(SPEC, 3, steps=2, restarts=2), tm.torch.train(SPEC, 3, SHORT.steps, SHORT.batch)
    kept = finished_recipe(SPEC, 3)
    assert kept is not None
    np.testing.assert_array_equal(kept.W, theirs.W)
    assert [element.value for element in app.code] == ["picture after 2 steps", "picture after 40 steps"]
    table = app.dataframe[0].value
    assert list(table["S"]) == ["0", "0.8"]
    assert list(table["ratio"]) == [f"{ratio:.3f}" for ratio in ours.loss / theirs.loss]
    assert list(table["The paper's recipe"]) == list(map(with_error, theirs.loss, theirs.loss_error))
    text = words(app)
    assert "**1 of 2 claims** have the same answer in both" in text
    assert "holds] This page's training: 2 starts" in text
    assert "does not hold] The paper's recipe: 1 starts" in text
    assert "returned 40 steps" in text
    assert len(app.button) == 0


def test_the_result_waits_for_whoever_comes_next() -> None:
    visit().button(key="paper_recipe").click().run()
    app = visit()
    assert "returned 40 steps" in words(app)
    assert len(app.button) == 0


def test_what_takes_more_than_three_minutes_is_refused_with_the_code_to_run_at_home(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use(monkeypatch, RecipeConfig())
    assert recipe_refusal(SPEC) is None
    app = visit("200")
    assert "200 densities of 5 features in 2 dimensions; this server gives it 3 min" in captions(app)
    assert len(app.button) == 0
    assert "SEED = 3" in app.code[0].value
    compile(app.code[0].value, "recipe", "exec")


@pytest.mark.parametrize(
    ("name", "query", "densities", "claims"),
    [
        ("faces", {}, 12, 3),
        ("pentagon", {"n": "6"}, 12, 5),
        ("ladder", {}, 7, 6),
        ("ladder", {"activation": "linear", "densities": "0.5"}, 1, 1),
        ("why", {"activation": "linear"}, 1, 1),
        ("absolute_value", {}, 5, 4),
        ("geometry", {}, 1, 0),
    ],
)
def test_a_page_shows_the_recipe_beside_its_own_training(
    name: str, query: dict[str, str], densities: int, claims: int
) -> None:
    with short_trainings():
        page = open_page(name, **query)
        if name == "geometry":
            (train,) = [button for button in page.button if button.label == "Train"]
            page = train.click().run()
        drawn = len(page.get("vega_lite_chart")) + len(page.get("bidi_component"))
        page = page.button(key="paper_recipe").click().run(timeout=4 * PATIENCE)
    assert not page.exception
    (table,) = [one.value for one in page.dataframe if "ratio" in one.value]
    assert len(table) == densities
    assert len(page.get("vega_lite_chart")) + len(page.get("bidi_component")) >= drawn + 2
    assert words(page).count("The paper's recipe:") == claims


def test_a_run_of_another_spec_is_no_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    other = tm.train(tm.Autoencoder(5, 2, 0.1, 0.9), steps=1)
    monkeypatch.setattr(view, "finished_recipe", lambda spec, seed: other)
    with pytest.raises(ValueError, match="run must be one of the spec"):
        view.paper_recipe(None, SPEC, 0, lambda: other, picture=lambda run: None)  # type: ignore[arg-type]


def nobody_ahead(ahead: int) -> None:
    raise AssertionError(f"{ahead} trainings are ahead")


def test_the_visitor_sees_it_before_the_first_step_and_while_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, int]] = []
    shown: list[str] = []

    def look_at(progress: Progress) -> None:
        seen.append((progress.step, progress.steps))
        shown.append(view._in_words(progress))
        looked.set()
        if progress.step == 1:
            may_go_on.set()

    def train_when_looked_at(*arguments: Any, **more: Any) -> Run:
        assert looked.wait(PATIENCE)
        return trained_with_torch(*arguments, **more)

    monkeypatch.setattr(recipe_training, "SECONDS_BETWEEN_LOOKS", 0)
    looked, may_go_on = threading.Event(), threading.Event()
    trained_with_torch = toymodels.torch.train
    monkeypatch.setattr(toymodels.torch, "train", train_when_looked_at)
    monkeypatch.setattr(recipe_training, "give_way", lambda: may_go_on.wait(PATIENCE))
    run = recipe_trained(SPEC, 1, look_at, nobody_ahead)
    assert seen[0][0] == 0
    assert (1, 40) in seen
    assert shown[0] == "Starting PyTorch …"
    assert shown[seen.index((1, 40))].startswith("Step 1 of 40, loss of the batch ")
    assert recipe_trained(SPEC, 1, lambda _: pytest.fail("trained twice"), nobody_ahead) is run


@pytest.mark.parametrize("at", [0, 1, 5])
def test_a_stopped_training_leaves_nothing_behind(at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, ENDLESS)
    monkeypatch.setattr(recipe_training, "SECONDS_BETWEEN_LOOKS", 0)

    def stop(progress: Progress) -> None:
        if progress.step >= at:
            raise MovedAwayError

    with pytest.raises(MovedAwayError):
        recipe_trained(SPEC, 1, stop, nobody_ahead)
    assert finished_recipe(SPEC, 1) is None
    assert idle(recipe_training._QUEUE)
    use(monkeypatch, SHORT)
    assert recipe_trained(SPEC, 1, lambda _: None, nobody_ahead).steps == 40


def test_it_trains_on_one_thread_and_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []
    monkeypatch.setattr(recipe_training, "give_way", lambda: threads.append(torch.get_num_threads()))
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        recipe_trained(SPEC, 1, lambda _: None, nobody_ahead)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
    assert set(threads) == {1}


def test_who_waits_for_the_same_watches_it_and_who_wants_another_is_told_the_number_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    release, half = threading.Event(), threading.Event()
    joined: list[Progress] = []
    told: list[int] = []
    joiner_sees, other_hears = threading.Event(), threading.Event()

    def hold() -> None:
        half.set()
        assert release.wait(PATIENCE)

    monkeypatch.setattr(recipe_training, "give_way", hold)

    def joiner_looks(progress: Progress) -> None:
        joined.append(progress)
        joiner_sees.set()

    def other_waits(ahead: int) -> None:
        told.append(ahead)
        other_hears.set()

    with ThreadPoolExecutor(3) as pool:
        owner = pool.submit(recipe_trained, SPEC, 1, lambda _: None, nobody_ahead)
        assert half.wait(PATIENCE)
        joiner = pool.submit(recipe_trained, SPEC, 1, joiner_looks, lambda _: None)
        other = pool.submit(recipe_trained, SPEC, 2, lambda _: None, other_waits)
        assert joiner_sees.wait(PATIENCE)
        assert other_hears.wait(PATIENCE)
        assert joined[0].step == 1
        assert told[0] == 1
        release.set()
        assert joiner.result(PATIENCE) is owner.result(PATIENCE)
        assert other.result(PATIENCE).seed == 2


@pytest.mark.parametrize(
    ("ratios", "sentence"),
    [
        ([1.01], "**1.01 times the recipe's loss**: the same within 2 %."),
        ([2.0], "**2 times the recipe's loss**: **above it: the recipe finds the better optimum**."),
        ([0.5], "**0.5 times the recipe's loss**: below it: the recipe misses the better optimum."),
        ([0.99, 1.0], "**0.99 to 1 times the recipe's loss**: the same within 2 %."),
        (
            [0.5, 1.0],
            "more than 2 % below it at some density, nowhere as far above: the recipe misses the better optimum.",
        ),
        # 0.985 is below 1 as well, and 1.5 alone tells the two apart.
        (
            [0.985, 1.5],
            "**more than 2 % above it at some density, nowhere as far below: the recipe finds the better optimum**.",
        ),
        ([0.5, 1.5], "loss**: **more than 2 % above it at some density, more than 2 % below at another**."),
    ],
)
def test_the_finding_says_who_is_better(ratios: list[float], sentence: str) -> None:
    assert view._finding(np.array(ratios)).endswith(sentence)


def test_no_module_of_the_app_and_no_page_without_a_click_imports_pytorch() -> None:
    program = """
import importlib, pkgutil, sys
import toymodels.app
for module in pkgutil.walk_packages(toymodels.app.__path__, "toymodels.app."):
    importlib.import_module(module.name)
from tests.app.page_with_the_recipe import visit
from tests.app.pages import open_home, open_page
from tests.app.states import idle, short_trainings
from toymodels.app.shell.page_registry import COMPARE, GLOSSARY, PAGES
visit()
with short_trainings():
    open_home()
    opened = [open_page(entry.name) for entry in (*PAGES, COMPARE, GLOSSARY)]
assert not any(page.exception for page in opened)
assert sum("Train it by the paper's recipe" in [one.label for one in page.button] for page in opened) == 5
print([name for name in ("torch", "toymodels.torch") if name in sys.modules])
"""
    answer = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == "[]"
