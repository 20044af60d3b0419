"""An LRU cache that all visitors share, and that is the app's own.

What `st.cache_data` and `st.cache_resource` hold, any visitor may clear for everybody: the message behind the menu's
"Clear cache" is answered with or without a menu.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Hashable
from typing import Generic, ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Value = TypeVar("Value")


class _Slot(Generic[Value]):
    """A value that is computed once, by who comes first; the others wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: list[Value] = []

    def get(self, compute: Callable[[], Value]) -> Value:
        with self._lock:
            if not self._values:
                self._values.append(compute())
            return self._values[0]


def shared(
    most: int, key: Callable[Arguments, Hashable]
) -> Callable[[Callable[Arguments, Value]], Callable[Arguments, Value]]:
    """Keep the latest values of a function for all visitors, who must not change them.

    Args:
        most: how many values are kept; those used longest ago go first.
        key: of the function's arguments; equal keys must mean equal values.
    """

    def decorate(compute: Callable[Arguments, Value]) -> Callable[Arguments, Value]:
        slot = functools.lru_cache(most)(lambda _: _Slot[Value]())

        @functools.wraps(compute)
        def kept(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Value:
            return slot(key(*args, **kwargs)).get(lambda: compute(*args, **kwargs))

        return kept

    return decorate
