"""An LRU cache that all visitors share, and that is the app's own.

What `st.cache_data` and `st.cache_resource` hold, any visitor may clear for everybody: the message behind the menu's
"Clear cache" is answered with or without a menu.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import sys
import threading
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Generic, ParamSpec, TypeGuard, TypeVar

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

Arguments = ParamSpec("Arguments")
Value = TypeVar("Value")

PLAIN = ({str}, {int}, {float})
"""Kinds of entries, one of which a sequence may have throughout, that are keys as they are."""

VALUES_KEPT = 512
"""Most values of `kept`: of one number to 300 kB each, in the middle 2 kB."""


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


def content(value: object) -> Hashable:
    """A key of what is in a value: equal for equal numbers, words, arrays and tables, and for sequences of these.

    Anything else that can be a key is its own, as a spec, or a run, which is equal to itself alone. What cannot, is
    known by its fields.

    Raises:
        TypeError: if the value neither can be a key nor is a dataclass.
    """
    match value:
        case np.ndarray() if value.dtype.hasobject:
            return value.shape, content(value.ravel().tolist())
        case np.ndarray():
            return value.dtype.str, value.shape, hashlib.sha256(value.tobytes()).digest()
        case dict():
            return tuple((name, content(entry)) for name, entry in value.items())
        case list() | tuple():
            kinds = set(map(type, value))
            # Most are of one kind, and as they are: words, or numbers.
            return (*kinds, tuple(value)) if kinds in PLAIN else tuple(content(entry) for entry in value)
        case _ if _is_table(value):
            columns = [(name, str(column.dtype), content(column.to_numpy())) for name, column in value.items()]
            return content(value.index.to_numpy()), *columns
    try:
        hash(value)
    except TypeError:
        if not dataclasses.is_dataclass(value):
            raise
        return type(value), *(content(getattr(value, field.name)) for field in dataclasses.fields(value))
    # 1 and 1.0 are equal, and written differently.
    return type(value), value


def _is_table(value: object) -> TypeGuard[pd.DataFrame]:
    # Home is not to wait for pandas: where it is not imported, nothing is a table.
    return "pandas" in sys.modules and isinstance(value, sys.modules["pandas"].DataFrame)


def call_key(function: Callable[Arguments, Value], /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Hashable:
    """The key of a call of a function, by the content of its arguments."""
    return function, content(args), content(kwargs)


@shared(VALUES_KEPT, key=call_key)
def kept(function: Callable[Arguments, Value], /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Value:
    """`function(*args, **kwargs)`, computed once for all visitors, who must not change it.

    Args:
        function: of a module, and pure. One that a page defines is another one in every run of the page.
        args: its arguments, as `content` knows them.
        kwargs: its arguments by name.
    """
    return function(*args, **kwargs)
