"""PyTorch on one thread: models as small as these gain nothing by more, which wait for one another on busy machines."""

from collections.abc import Iterator

import pytest

from toymodels.torch import one_thread


@pytest.fixture(scope="package", autouse=True)
def _one_thread() -> Iterator[None]:
    with one_thread():
        yield
