"""What all visitors share: computed once, bounded, and nobody's to clear."""

import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
import streamlit as st

from toymodels.app.compute import shared_cache, visitor_training
from toymodels.app.compute.shared_cache import content, shared, size
from toymodels.app.views import linear_probes
from toymodels.spec import AbsMLP
from toymodels.training import train


def test_who_asks_while_it_is_computed_waits_for_the_same_value() -> None:
    began, may_end = threading.Event(), threading.Event()
    calls: list[int] = []

    @shared(4, lambda number: number)
    def computed(number: int) -> object:
        calls.append(number)
        began.set()
        assert may_end.wait(20)
        return object()

    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(computed, 1)
        assert began.wait(20)
        others = [pool.submit(computed, 1) for _ in range(7)]
        may_end.set()
        assert all(other.result(20) is first.result(20) for other in others)
    assert calls == [1]


def test_the_value_that_was_used_longest_ago_goes_first() -> None:
    calls: list[int] = []

    @shared(2, lambda number: number)
    def computed(number: int) -> int:
        calls.append(number)
        return -number

    assert [computed(number) for number in (1, 2, 1, 3, 1, 2)] == [-1, -2, -1, -3, -1, -2]
    assert calls == [1, 2, 3, 2]


def test_what_is_kept_is_bounded_in_memory_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_cache, "MOST_BYTES", 100_000)
    calls: list[int] = []

    @shared(50, lambda number: number)
    def computed(number: int) -> list[np.ndarray]:
        calls.append(number)
        return [np.full(5_000, number, dtype=np.float64)]

    for number in (1, 2, 1, 3, 1, 2):
        assert computed(number)[0][0] == number
    assert calls == [1, 2, 3, 2]


def test_a_run_is_known_by_its_weights_and_not_kept_alive() -> None:
    run = train(AbsMLP(3, 2, 0.5, 1.0), steps=2)
    key = content(run)
    again = replace(run, parameters={name: value.copy() for name, value in run.parameters.items()})
    assert content(again) == key
    assert content(replace(run, parameters={**run.parameters, "b": run.parameters["b"] + 1})) != key
    alive = weakref.ref(again)
    kept_key = content(again)
    del again
    gc.collect()
    assert alive() is None
    assert kept_key == key


@dataclass(frozen=True)
class Measured:
    numbers: np.ndarray
    word: str


def test_the_size_of_a_value_counts_all_that_is_in_it() -> None:
    numbers = np.zeros(10_000)
    table = pd.DataFrame({"a": numbers})
    for value in (numbers, {"a": [numbers]}, Measured(numbers, "a"), table, np.zeros(20_000)[:10_000], (numbers, "a")):
        assert 80_000 <= size(value) < 82_000
    assert size([0.5] * 1_000) > 8_000
    assert size(None) > 0


def test_what_fails_is_tried_again() -> None:
    answers = iter((0, 1))

    @shared(2, lambda: None)
    def computed() -> float:
        return 1 / next(answers)

    with pytest.raises(ZeroDivisionError):
        computed()
    assert computed() == 1


def test_clearing_streamlits_caches_loses_nothing() -> None:
    run = train(AbsMLP(4, 6, 0.5, 0.8), seed=5, steps=5)
    before, queue = linear_probes.neuron_probes(run), visitor_training.QUICK_TRAININGS
    kept = visitor_training.trained(run.spec, 5, steps=5)
    st.cache_data.clear()
    st.cache_resource.clear()
    assert linear_probes.neuron_probes(run) is before
    assert visitor_training.QUICK_TRAININGS is queue
    assert visitor_training.trained(run.spec, 5, steps=5) is kept
