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
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Generic, ParamSpec, TypeGuard, TypeVar

import numpy as np

from toymodels.run import Run

if TYPE_CHECKING:
    import pandas as pd

Arguments = ParamSpec("Arguments")
Value = TypeVar("Value")

PLAIN = ({str}, {int}, {float})
"""Kinds of entries, one of which a sequence may have throughout, that are keys as they are."""

MOST_BYTES = 16_000_000
"""What the kept values of one function may take in memory, all together."""

VALUES_KEPT = 512
"""Most values of `kept`; a page shows about ten, of 5 kB in the middle and 400 kB at most."""


class _Slot(Generic[Value]):
    """A value that is computed once, by who comes first; the others wait for it.

    Attributes:
        n_bytes: about how much memory the value takes; 0 until it is there.
    """

    def __init__(self) -> None:
        self.n_bytes = 0
        self._lock = threading.Lock()
        self._values: list[Value] = []

    def get(self, compute: Callable[[], Value]) -> Value:
        with self._lock:
            if not self._values:
                value = compute()
                self.n_bytes = size(value)
                self._values.append(value)
            return self._values[0]


class _Slots(Generic[Value]):
    """The slots of the latest keys: at most `most`, and values of at most `MOST_BYTES` in all."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._slots: OrderedDict[Hashable, _Slot[Value]] = OrderedDict()

    def get(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
            self._slots.move_to_end(key)
            while len(self._slots) > self._most:
                self._slots.popitem(last=False)
        new = slot.n_bytes == 0
        value = slot.get(compute)
        if new:
            with self._lock:
                while len(self._slots) > 1 and sum(each.n_bytes for each in self._slots.values()) > MOST_BYTES:
                    self._slots.popitem(last=False)
        return value


def shared(
    most: int, key: Callable[Arguments, Hashable]
) -> Callable[[Callable[Arguments, Value]], Callable[Arguments, Value]]:
    """Keep the latest values of a function for all visitors, who must not change them; see `MOST_BYTES`.

    Args:
        most: how many values are kept; those used longest ago go first.
        key: of the function's arguments; equal keys must mean equal values.
    """

    def decorate(compute: Callable[Arguments, Value]) -> Callable[Arguments, Value]:
        slots = _Slots[Value](most)

        @functools.wraps(compute)
        def kept(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Value:
            return slots.get(key(*args, **kwargs), lambda: compute(*args, **kwargs))

        return kept

    return decorate


def size(value: object) -> int:
    """About how many bytes of memory a value takes, with all that is in it; more than 0."""
    match value:
        case np.ndarray():
            return sys.getsizeof(value) if value.base is None else value.nbytes
        case dict():
            return sys.getsizeof(value) + sum(size(name) + size(entry) for name, entry in value.items())
        case list() | tuple():
            return sys.getsizeof(value) + sum(map(size, value))
        case _ if _is_table(value):
            return int(value.memory_usage(deep=True).sum())
        case _ if dataclasses.is_dataclass(value):
            return sum(size(getattr(value, field.name)) for field in dataclasses.fields(value))
        case _:
            return sys.getsizeof(value)


def content(value: object) -> Hashable:
    """A key of what is in a value: equal for equal numbers, words, arrays and tables, and for sequences of these.

    A run is known by its weights and how it was made: a key that held the run would keep it in memory, outside of the
    budget of the runs. Anything else that can be a key is its own, as a spec. What cannot, is known by its fields.

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
        case Run():
            arrays = [*value.parameters.values(), value.loss, value.loss_error]
            frames = 0 if value.snapshots is None else len(value.snapshots.step)
            made = value.spec, value.seed, value.steps, value.restarts, value.seconds, value.start_numbers, frames
            return Run, made, content(arrays)
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
