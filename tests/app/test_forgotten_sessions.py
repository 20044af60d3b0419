"""The memory of closed tabs: Streamlit forgets their sessions, and then what they held is freed."""

import asyncio
import gc
import threading
import time
import weakref
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from streamlit import runtime
from streamlit.runtime.memory_session_storage import MemorySessionStorage

from toymodels.app.shell.forgotten_sessions import Looks
from toymodels.app.shell.streamlit_internals import disconnected_sessions

PATIENCE = 20.0
"""Seconds after which something that must happen is held not to happen."""


def test_memory_is_freed_after_sessions_were_forgotten_and_at_no_other_time() -> None:
    freed: list[int] = []
    kept = [0, 2, 2, 5, 3, 3, 0, 0, 1]
    looks = Looks(iter(kept).__next__, lambda: freed.append(1))
    after = []
    for _ in kept:
        looks.look()
        after.append(len(freed))
    assert after == [0, 0, 0, 0, 1, 1, 2, 2, 2]


class _Info:
    """What Streamlit keeps of a session."""

    def __init__(self, session: SimpleNamespace) -> None:
        self.session = session


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemorySessionStorage]:
    """That of a server whose event loop runs in another thread; it keeps a session for a tenth of a second."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    one = MemorySessionStorage(ttl_seconds=0.1)  # type: ignore[arg-type]
    server = SimpleNamespace(
        _session_mgr=SimpleNamespace(_session_storage=one), _get_async_objs=lambda: SimpleNamespace(eventloop=loop)
    )
    monkeypatch.setattr(runtime, "get_instance", lambda: server)
    yield one
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_sessions_whose_tab_is_gone_are_counted_where_streamlit_keeps_them(storage: MemorySessionStorage) -> None:
    assert disconnected_sessions() == 0
    for name in "ab":
        storage.save(_Info(SimpleNamespace(id=name)))  # type: ignore[arg-type]
    assert disconnected_sessions() == 2
    forgotten = [weakref.ref(info) for info in storage._cache.values()]
    deadline = time.monotonic() + PATIENCE
    # Nobody asks Streamlit for a session in between.
    while disconnected_sessions() and time.monotonic() < deadline:
        time.sleep(0.01)
    gc.collect()
    assert [one() for one in forgotten] == [None, None]
