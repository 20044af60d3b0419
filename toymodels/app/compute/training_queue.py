"""Queue of the server's trainings, with an LRU cache of their runs. It knows no Streamlit."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from toymodels.run import Run

TRAININGS_AT_ONCE = 1
"""In each queue. A training has two threads, and more than one at a time would only make each of them later."""

CACHE_BYTES = 32_000_000
POLL_SECONDS = 0.2

_LOG = logging.getLogger(__name__)


@dataclass
class _Request:
    """Request for a training that waits for its turn: whose it is, and whether somebody else waits for it as well."""

    visitor: Hashable
    shared: bool = False


class TrainingQueue:
    """Queue of trainings with an LRU cache: at most `at_once` run, and the latest runs are kept up to `cache_bytes`.

    A training belongs to the visitor who asked first; whoever asks for the same key meanwhile waits for that one.
    If its owner gives up (an exception leaves `train`), the next in the queue starts it anew.

    The queue is first come, first served, with turns: whose training starts, goes to its end with all other requests,
    so that nobody waits for more than one training of each of the others.
    """

    def __init__(self, at_once: int = TRAININGS_AT_ONCE, cache_bytes: int = CACHE_BYTES) -> None:
        self._at_once = at_once
        self._cache_bytes = cache_bytes
        self._changed = threading.Condition()
        self._running: set[Hashable] = set()
        self._requests: OrderedDict[Hashable, _Request] = OrderedDict()
        self._cached: OrderedDict[Hashable, Run] = OrderedDict()

    def get(self, key: Hashable, visitor: Hashable, train: Callable[[], Run], waiting: Callable[[int], None]) -> Run:
        """The run for a key: from the cache, from another visitor's training, or from `train()`.

        Args:
            key: equal keys must mean equal runs.
            visitor: who asks; one visitor may ask for several at a time, from several tabs.
            train: does the training; called without any lock held.
            waiting: called a few times a second while others train, with the number of trainings before
                this one; may raise to give up the place in the queue.
        """
        run = self._join(key, visitor, waiting)
        if run is not None:
            return run
        end = "left"
        try:
            self._await_turn(key, waiting)
            _LOG.info("started %x", hash(key))
            run = train()
            with self._changed:
                self._cache(key, run)
            end = "finished"
            return run
        finally:
            _LOG.info("%s %x", end, hash(key))
            with self._changed:
                self._running.discard(key)
                self._requests.pop(key, None)
                self._changed.notify_all()

    @property
    def busy(self) -> bool:
        """Whether anything is being trained, or waits to be."""
        with self._changed:
            return bool(self._running or self._requests)

    def cached(self, key: Hashable) -> Run | None:
        """The run for a key if it is in the cache."""
        with self._changed:
            return self._look_up(key)

    def cached_runs(self) -> dict[Hashable, Run]:
        """The runs in the cache, by their keys."""
        with self._changed:
            return dict(self._cached)

    def _join(self, key: Hashable, visitor: Hashable, waiting: Callable[[int], None]) -> Run | None:
        """The run if it is kept or another's training of it ends well; None once the key is ours in the queue."""
        asked = False
        while True:
            with self._changed:
                run = self._look_up(key)
                if run is not None:
                    return run
                if not asked:
                    _LOG.info("asked %x", hash(key))
                    asked = True
                if key in self._requests:
                    self._requests[key].shared |= self._requests[key].visitor != visitor
                elif key not in self._running:
                    self._requests[key] = _Request(visitor)
                    return None
                self._changed.wait(POLL_SECONDS)
                ahead = self._ahead(key)
            waiting(ahead)

    def _await_turn(self, key: Hashable, waiting: Callable[[int], None]) -> None:
        while True:
            with self._changed:
                if len(self._running) < self._at_once and next(iter(self._requests)) == key:
                    self._begin(key)
                    return
                self._changed.wait(POLL_SECONDS)
                ahead = self._ahead(key)
            waiting(ahead)

    def _begin(self, key: Hashable) -> None:
        visitor = self._requests.pop(key).visitor
        self._running.add(key)
        for other in [
            other for other, request in self._requests.items() if request.visitor == visitor and not request.shared
        ]:
            self._requests.move_to_end(other)
        self._changed.notify_all()

    def _ahead(self, key: Hashable) -> int:
        if key not in self._requests:
            return 0
        return max(0, len(self._running) + list(self._requests).index(key) - self._at_once + 1)

    def _look_up(self, key: Hashable) -> Run | None:
        run = self._cached.get(key)
        if run is not None:
            self._cached.move_to_end(key)
        return run

    def _cache(self, key: Hashable, run: Run) -> None:
        self._cached[key] = run
        while len(self._cached) > 1 and sum(kept.n_bytes for kept in self._cached.values()) > self._cache_bytes:
            self._cached.popitem(last=False)
