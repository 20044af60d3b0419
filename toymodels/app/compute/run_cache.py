"""LRU cache of runs, bounded in bytes, that all visitors share."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable

from toymodels.run import Run

CACHE_BYTES = 32_000_000


class RunCache:
    """The runs that were used last, up to `most_bytes` of their arrays; a single one may be larger."""

    def __init__(self, most_bytes: int = CACHE_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._runs: OrderedDict[Hashable, Run] = OrderedDict()

    def get(self, key: Hashable) -> Run | None:
        """The run for a key if it is in the cache."""
        with self._lock:
            run = self._runs.get(key)
            if run is not None:
                self._runs.move_to_end(key)
            return run

    def put(self, key: Hashable, run: Run) -> None:
        """Keep a run for a key, and drop those that were used longest ago if the bytes are used up."""
        with self._lock:
            self._runs[key] = run
            while len(self._runs) > 1 and sum(kept.n_bytes for kept in self._runs.values()) > self._most_bytes:
                self._runs.popitem(last=False)

    def runs(self) -> dict[Hashable, Run]:
        """The runs in the cache, by their keys."""
        with self._lock:
            return dict(self._runs)

    def clear(self) -> None:
        """Drop all runs."""
        with self._lock:
            self._runs.clear()


RUNS = RunCache()
"""Of this server. It is the module's own: what `st.cache_resource` holds, any visitor may clear for everybody."""
