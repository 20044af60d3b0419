"""Optional packages: an import of one that is missing says which extra of `toymodels` brings it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def extra(name: str, what: str) -> Iterator[None]:
    """Around imports of the packages of an extra, as "torch".

    Args:
        name: of the extra in pyproject.toml.
        what: what needs them, as the message begins.

    Raises:
        ModuleNotFoundError: if one of them is missing; the message names it and the extra.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("toymodels"):
            raise
        raise ModuleNotFoundError(
            f'{what} needs {error.name}, which is not installed: pip install "toymodels[{name}]"', name=error.name
        ) from error
