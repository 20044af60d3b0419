"""A page that fails answers with a sentence of its own, and shows no exception: only the log tells."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def no_page_fails(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail with the page; a test whose page is meant to fail is marked `fault`."""
    yield
    logged = [record for phase in ("setup", "call") for record in caplog.get_records(phase)]
    failures = [record.exc_info[1] for record in logged if record.exc_info]
    assert request.node.get_closest_marker("fault") or not failures
