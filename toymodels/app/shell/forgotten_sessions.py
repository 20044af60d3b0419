"""Memory of tabs that were closed: freed once Streamlit has forgotten their sessions, also if nobody comes any more.

Streamlit forgets a session some time after its tab is gone, when it next looks, and what a session held lies in cycles
of references. Python's own collections come after so many new objects, which on a server that nobody visits is never.
"""

from __future__ import annotations

import functools
import gc
import threading
import time
from collections.abc import Callable

from toymodels.app.shell.streamlit_internals import disconnected_sessions

SECONDS_BETWEEN_LOOKS = 30.0
"""A collection takes 30 ms, in which no page goes on. It follows a look that finds fewer sessions than the last one."""


@functools.cache
def free_in_background() -> None:
    """Look for forgotten sessions now and then, in a thread of its own; once per process."""
    threading.Thread(target=_look_for_ever, name="forgotten sessions", daemon=True).start()


def _look_for_ever() -> None:
    looks = Looks(disconnected_sessions, gc.collect)
    while True:
        time.sleep(SECONDS_BETWEEN_LOOKS)
        looks.look()


class Looks:
    """Looks at how many sessions without a tab are kept.

    Args:
        count: forgets those whose time is over, and says how many are left.
        collect: frees what forgotten ones held.
    """

    def __init__(self, count: Callable[[], int], collect: Callable[[], object]) -> None:
        self._count, self._collect = count, collect
        self._before = 0

    def look(self) -> None:
        """Free memory if there are fewer than at the last look."""
        now = self._count()
        if now < self._before:
            self._collect()
        self._before = now
