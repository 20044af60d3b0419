"""What all visitors share: computed once, bounded, and nobody's to clear."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import streamlit as st

from toymodels.app.compute import visitor_training
from toymodels.app.compute.shared_cache import shared
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
