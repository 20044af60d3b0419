"""The server's LRU cache: what goes first, what fits, and who computes. Real threads, led by events."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from toymodels.app.compute.lru_cache import LruCache, size
from toymodels.arrays import Array

PATIENCE = 20.0
"""Seconds after which something that must happen is held not to happen."""


def values_of(n: int) -> Array:
    """A value of 8,000 n bytes and some."""
    return np.zeros(1_000 * n)


def kept(cache: LruCache, keys: str) -> str:
    there = dict(cache.items())
    return "".join(key for key in keys if key in there)


def test_the_values_that_were_used_longest_ago_go_first_when_the_bytes_are_used_up() -> None:
    cache = LruCache(8_500 * 3)
    for key in "abc":
        cache.put(key, values_of(1))
    assert kept(cache, "abc") == "abc"
    assert cache.get("a") is not None
    cache.put("d", values_of(1))
    assert kept(cache, "abcd") == "acd"
    cache.put("e", values_of(2))
    assert kept(cache, "abcde") == "de"


def test_a_value_larger_than_all_the_room_is_kept_alone() -> None:
    cache = LruCache(8_500 * 3)
    cache.put("a", values_of(1))
    cache.put("b", values_of(10))
    assert kept(cache, "ab") == "b"
    cache.put("c", values_of(1))
    assert kept(cache, "abc") == "c"


def test_another_value_for_a_key_takes_the_place_of_the_first() -> None:
    cache = LruCache(8_500 * 3)
    for n in (1, 2, 1, 2, 1):
        cache.put("a", values_of(n))
    cache.put("b", values_of(2))
    assert kept(cache, "ab") == "ab"
    assert len(dict(cache.items())["a"]) == 1_000


def test_runs_charts_and_measures_have_one_budget_together() -> None:
    cache = LruCache(8_500 * 3)
    cache.put("run", values_of(1))
    for number in range(3):
        cache.computed(("measure", number), lambda: values_of(1))
    assert cache.get("run") is None
    assert [key for key, _ in cache.items()] == [("measure", number) for number in range(3)]


def test_what_is_computed_is_computed_once_for_all_who_ask_meanwhile() -> None:
    cache, began, may_end = LruCache(), threading.Event(), threading.Event()
    calls: list[int] = []

    def compute() -> object:
        calls.append(1)
        began.set()
        assert may_end.wait(PATIENCE)
        return object()

    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(cache.computed, "a", compute)
        assert began.wait(PATIENCE)
        others = [pool.submit(cache.computed, "a", compute) for _ in range(7)]
        may_end.set()
        assert all(other.result(PATIENCE) is first.result(PATIENCE) for other in others)
    assert calls == [1]


def test_one_value_does_not_wait_for_another() -> None:
    cache, began, may_end = LruCache(), threading.Event(), threading.Event()

    def slow() -> str:
        began.set()
        assert may_end.wait(PATIENCE)
        return "slow"

    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(cache.computed, "slow", slow)
        assert began.wait(PATIENCE)
        assert cache.computed("quick", lambda: "quick") == "quick"
        assert cache.computed("again", lambda: cache.computed("inner", lambda: "inner")) == "inner"
        may_end.set()
        assert waits.result(PATIENCE) == "slow"


def test_what_fails_is_tried_again_and_leaves_no_lock_behind() -> None:
    cache, answers = LruCache(), iter((0, 1))
    compute: Callable[[], float] = lambda: 1 / next(answers)  # noqa: E731
    with pytest.raises(ZeroDivisionError):
        cache.computed("a", compute)
    assert cache.computed("a", compute) == 1
    assert cache._computed == {}


def test_a_cleared_cache_has_all_its_room_again() -> None:
    cache = LruCache(8_500 * 3)
    for key in "abc":
        cache.put(key, values_of(1))
    cache.clear()
    assert cache.items() == []
    for key in "def":
        cache.put(key, values_of(1))
    assert kept(cache, "def") == "def"


@dataclass(frozen=True)
class Measured:
    numbers: Array
    word: str


def test_the_size_of_a_value_counts_all_that_is_in_it() -> None:
    numbers = np.zeros(10_000)
    table = pd.DataFrame({"a": numbers})
    for value in (numbers, {"a": [numbers]}, Measured(numbers, "a"), table, np.zeros(20_000)[:10_000], (numbers, "a")):
        assert 80_000 <= size(value) < 82_000
    assert size([0.5] * 1_000) > 8_000
    assert size(None) > 0
