"""Functions whose values all visitors share: computed once, and kept in the server's cache."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
from collections.abc import Callable, Hashable
from typing import ParamSpec, TypeVar

import numpy as np

from toymodels.app.compute.lru_cache import CACHE, is_table
from toymodels.run import Run

Arguments = ParamSpec("Arguments")
Value = TypeVar("Value")

PLAIN = ({str}, {int}, {float})
"""Kinds of entries, one of which a sequence may have throughout, that are keys as they are."""


def shared(function: Callable[Arguments, Value]) -> Callable[Arguments, Value]:
    """Keep the values of a function for all visitors, who must not change them.

    Args:
        function: of a module, and pure; called with arguments that `content` knows.
    """

    @functools.wraps(function)
    def kept(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Value:
        return CACHE.computed((function, content(args), content(kwargs)), lambda: function(*args, **kwargs))

    return kept


def content(value: object) -> Hashable:
    """A key of what is in a value: equal for equal numbers, words, arrays and tables, and for sequences of these.

    A run is known by its weights and how it was made: a key that held the run would keep it in memory, outside of the
    budget of the cache. Anything else that can be a key is its own, as a spec. What cannot, is known by its fields.

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
        case _ if is_table(value):
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


@shared
def kept(function: Callable[Arguments, Value], /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Value:
    """`function(*args, **kwargs)`, computed once for all visitors, who must not change it.

    Args:
        function: of a module, and pure. One that a page defines is another one in every run of the page.
        args: its arguments, as `content` knows them.
        kwargs: its arguments by name.
    """
    return function(*args, **kwargs)
