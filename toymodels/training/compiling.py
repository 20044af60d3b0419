"""How the kernels are compiled and where the compiled code is kept: Numba's cache, made safe for several modules.

Compiled code goes to NUMBA_CACHE_DIR or, if that is not set or cannot be written, to `__pycache__` beside the source.
If neither can be written, the code that the first of them holds is used, as in an image that is run read-only; and if
it holds none, the user's cache folder. Where nothing can be written, code is compiled in memory, in every process anew.

Code in the cache depends on the processor's name and features. With NUMBA_CPU_NAME=haswell and NUMBA_CPU_FEATURES=""
(set but empty) it runs on every x86-64 processor with AVX2; the results are the same to the last bit on all of them.

Where nothing is found in the cache, one line of the log says so: the first training would else be silent for long.
"""

import functools
import hashlib
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba import njit
from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    InTreeCacheLocator,
    UserProvidedCacheLocator,
    UserWideCacheLocator,
)

_LOG = logging.getLogger(__name__)

OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
"""No lock of the interpreter, no exceptions for divisions, no reference counts; and above all no "fast math"."""

SOURCES = (
    "../models.py", "activations.py", "batches.py", "closed_form.py", "compiling.py", "kernels.py", "lanes.py",
    "products.py",
)  # fmt: skip


def inner(function: Callable[..., Any]) -> Any:
    """Decorator of a compiled function that only compiled functions call."""
    return njit(**OPTIONS)(function)


def kernel(function: Callable[..., Any]) -> Any:
    """Decorator of a compiled function that Python calls; it is kept in the cache with all that it calls."""
    dispatcher = njit(**OPTIONS)(function)
    dispatcher._cache = _Cache(function)
    return dispatcher


@functools.cache
def _tell_of_compiling(folder: str) -> None:
    """Log, once in a process, what the next seconds pass with; as a warning, which is shown where no log is set up."""
    _LOG.warning(
        "toymodels compiles the trainer for this processor: about 15 seconds of one core, once if %s can be written",
        folder,
    )


def _digest() -> str:
    """Of the source of all kernels. Numba looks at one file only, and would go on with code from before a change."""
    folder = Path(__file__).parent
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in SOURCES)).hexdigest()


class _AnyFolder(UserProvidedCacheLocator):
    """The first folder that can be written, else the first that there is to read from."""

    def __init__(self, function: Any, file: str, path: str) -> None:
        self._py_file, self._lineno, self._cache_path = file, function.__code__.co_firstlineno, path

    @classmethod
    def from_function(cls, function: Any, file: str) -> "_AnyFolder":
        readable = (UserProvidedCacheLocator if os.environ.get("NUMBA_CACHE_DIR") else InTreeCacheLocator)(
            function, file
        )
        path = readable.get_cache_path()
        for locator in (UserProvidedCacheLocator, InTreeCacheLocator, UserWideCacheLocator):
            if locator is UserWideCacheLocator and any(Path(path).glob("*.nbi")):
                break
            found = locator.from_function(function, file)
            if found is not None:
                return cls(function, file, found.get_cache_path())
        return cls(function, file, path)

    def get_source_stamp(self) -> str:
        return _digest()


class _Implementation(CompileResultCacheImpl):
    _locator_classes = [_AnyFolder]  # type: ignore[list-item]  # noqa: RUF012


class _Cache(FunctionCache):
    """A cache that does without what it cannot read or write."""

    _impl_class = _Implementation

    def load_overload(self, *arguments: Any) -> Any:
        try:
            found = super().load_overload(*arguments)
        except OSError:
            found = None
        if found is None:
            _tell_of_compiling(self.cache_path)
        return found

    def save_overload(self, *arguments: Any) -> None:
        try:
            super().save_overload(*arguments)
        except OSError:
            return
