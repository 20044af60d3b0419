"""Limit of the sessions of a server, which are its open tabs: what its open files and its memory allow.

A server that is full says so in one sentence. Before that it ends the session that has been idle the longest, if any
has been for `IDLE_SECONDS`.
"""

from __future__ import annotations

import functools
import logging
import threading
import time
from collections.abc import Callable, Sequence

import streamlit as st

from toymodels.app.shell.streamlit_internals import let_go, open_sessions, session_id

MOST_SESSIONS = 1000
"""What the memory allows: an idle session takes a tenth of a megabyte, the server without any 350 MB."""

FILES_PER_SESSION = 4
"""Open files: its connection, and the event loop that Streamlit gives it."""

FILES_WANTED = 8192
"""Half of them are for tabs that are told that the server is full, and for what is not a session's."""

IDLE_SECONDS = 600.0

_LOG = logging.getLogger(__name__)


class Admission:
    """Who may use a server of at most `most` sessions."""

    def __init__(self, most: int, sessions: Callable[[], Sequence[str]], end: Callable[[str], None]) -> None:
        self._most = most
        self._sessions = sessions
        self._end = end
        self._lock = threading.Lock()
        self._active: dict[str, float] = {}

    def admits(self, session: str, now: float) -> bool:
        """Whether there is room for a session that runs at this time, in seconds, or runs already."""
        with self._lock:
            there = set(self._sessions())
            self._active = {one: at for one, at in self._active.items() if one in there}
            if session not in self._active and len(self._active) >= self._most:
                idle = min(self._active, key=self._active.__getitem__)
                if now - self._active[idle] < IDLE_SECONDS:
                    return False
                del self._active[idle]
                _LOG.warning("The server is full; the session that was idle the longest is ended.")
                self._end(idle)
            self._active[session] = now
            return True


def most_sessions() -> int:
    """How many sessions this process can hold, after its limit of open files was raised as far as it may be."""
    try:
        import resource
    except ImportError:  # not on Windows
        return MOST_SESSIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_WANTED if hard == resource.RLIM_INFINITY else min(FILES_WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    files = FILES_WANTED if soft == resource.RLIM_INFINITY else soft
    return max(1, min(MOST_SESSIONS, files // 2 // FILES_PER_SESSION))


@functools.cache
def _admission() -> Admission:
    return Admission(most_sessions(), open_sessions, let_go)


def admit_or_stop() -> None:
    """End the page with a sentence if the server is full."""
    session = session_id()
    if session is not None and not _admission().admits(session, time.monotonic()):
        st.warning("This server is full at the moment. Please load the page again in a few minutes.")
        st.stop()
