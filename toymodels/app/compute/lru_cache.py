"""The server's LRU cache: runs, measures and charts, bounded in bytes all together, that all visitors share.

It is the module's own. What `st.cache_data` and `st.cache_resource` hold, any visitor may clear for everybody: the
message behind the menu's "Clear cache" is answered with or without a menu.
"""

from __future__ import annotations

import dataclasses
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar

import numpy as np

from toymodels.app.compute.script_turns import SCRIPT_TURNS

if TYPE_CHECKING:
    import pandas as pd

Value = TypeVar("Value")

CACHE_BYTES = 64_000_000
"""A run takes 10 kB to 1 MB, a chart 10 to 220 kB."""


class LruCache:
    """The values that were used last, up to `most_bytes` in all; a single one may be larger."""

    def __init__(self, most_bytes: int = CACHE_BYTES) -> None:
        self._most_bytes = most_bytes
        self._n_bytes = 0
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._computed: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable) -> Any | None:
        """The value for a key, None if it is not in the cache."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key][0]

    def put(self, key: Hashable, value: object) -> None:
        """Keep a value for a key, and drop those that were used longest ago if the bytes are used up."""
        n_bytes = size(value)
        with self._lock:
            self._drop(key)
            self._values[key] = value, n_bytes
            self._n_bytes += n_bytes
            while len(self._values) > 1 and self._n_bytes > self._most_bytes:
                self._drop(next(iter(self._values)))

    def computed(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """The value for a key; if it is not in the cache, who comes first computes it, and the others wait for that.

        A script of a page first lets others go before it, and gives its turn back while it waits.

        Args:
            key: equal keys must mean equal values.
            compute: gives the value; None is computed again each time.
        """
        value: Value | None = self.get(key)
        if value is not None:
            return value
        SCRIPT_TURNS.let_others()
        with self._lock:
            mine = self._computed.setdefault(key, threading.Lock())
        try:
            with _held(mine):
                value = self.get(key)
                if value is None:
                    value = compute()
                    self.put(key, value)
                return value
        finally:
            with self._lock:
                self._computed.pop(key, None)

    def items(self) -> list[tuple[Hashable, Any]]:
        """Keys and values, the one that was used longest ago first."""
        with self._lock:
            return [(key, value) for key, (value, _) in self._values.items()]

    def clear(self) -> None:
        """Drop everything."""
        with self._lock:
            self._values.clear()
            self._n_bytes = 0

    def _drop(self, key: Hashable) -> None:
        _, n_bytes = self._values.pop(key, (None, 0))
        self._n_bytes -= n_bytes


@contextmanager
def _held(lock: threading.Lock) -> Iterator[None]:
    """A lock, for which a script does not keep others from their turn: who holds it may wait for one."""
    if not lock.acquire(blocking=False):
        with SCRIPT_TURNS.given_back():
            lock.acquire()
    try:
        yield
    finally:
        lock.release()


def size(value: object) -> int:
    """About how many bytes of memory a value takes, with all that is in it; more than 0."""
    match value:
        case np.ndarray():
            return sys.getsizeof(value) if value.base is None else value.nbytes
        case dict():
            return sys.getsizeof(value) + sum(size(name) + size(entry) for name, entry in value.items())
        case list() | tuple():
            return sys.getsizeof(value) + sum(map(size, value))
        case _ if is_table(value):
            return int(value.memory_usage(deep=True).sum())
        case _ if dataclasses.is_dataclass(value):
            return sum(size(getattr(value, field.name)) for field in dataclasses.fields(value))
        case _:
            return sys.getsizeof(value)


def is_table(value: object) -> TypeGuard[pd.DataFrame]:
    """Whether a value is a table of pandas, which is not imported for that: home is not to wait for it."""
    return "pandas" in sys.modules and isinstance(value, sys.modules["pandas"].DataFrame)


CACHE = LruCache()
"""Of this server."""
