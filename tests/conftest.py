"""Settings of all tests: hypothesis sets no example a deadline, for a wall-clock time says nothing of the code."""

import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("no_deadline", deadline=None)
settings.load_profile("no_deadline")


@pytest.fixture(autouse=True)
def _own_main() -> Iterator[None]:
    """Streamlit puts a page's script into the place of `__main__`, which the workers of a later test would run anew."""
    own = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = own
