"""Turns of the scripts of pages: few run at a time, and the one that has used the least processor time goes first.

Python runs one thread at a time. Of sixty scripts that run at once each gets a sixtieth, and so do the threads that
send what they draw: every visitor waits until nearly all are done. With few at a time the first are done early, and
because a script can be made to wait wherever its page begins a section, everybody's first figure comes before
anybody's second one. It knows no Streamlit.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

AT_ONCE = 2
"""Scripts that run at a time: while one is in compiled code, without the lock of the interpreter, another goes on."""

DELAY = 30.0
"""A second of processor time puts a script where one stands that asked so many seconds later."""


@dataclass(eq=False)
class _Script:
    """A script: its place among those that wait, and whether it is its turn."""

    asked: float
    used: float = 0.0
    began: float = 0.0
    its_turn: threading.Event = field(default_factory=threading.Event)

    @property
    def place(self) -> float:
        return self.asked + DELAY * self.used


class _Thread(threading.local):
    """What a thread knows of itself: the script that it runs, None without one."""

    script: _Script | None = None


class ScriptTurns:
    """Turns of scripts, `at_once` of which run at the same time.

    Args:
        at_once: at least one.
        now: the time, in seconds.
        processor_time: that of the calling thread, in seconds.
    """

    def __init__(
        self,
        at_once: int = AT_ONCE,
        now: Callable[[], float] = time.monotonic,
        processor_time: Callable[[], float] = time.thread_time,
    ) -> None:
        self._at_once = at_once
        self._now = now
        self._processor_time = processor_time
        self._lock = threading.Lock()
        self._running: list[_Script] = []
        self._waiting: list[_Script] = []
        self._mine = _Thread()

    def begin(self) -> None:
        """Called at the start of a script: wait for its turn."""
        script = self._mine.script = _Script(self._now())
        self._take(script)

    def end(self) -> None:
        """Called at the end of every script, also of one that never began: its turn goes to the next one."""
        script = self._mine.script
        if script is not None:
            self._mine.script = None
            with self._lock:
                self._give(script)

    def let_others(self) -> None:
        """Called by a script where it can wait: do so while another one that waits has a better place."""
        script = self._mine.script
        if script is None:
            return
        with self._lock:
            self._measure(script)
            if all(script.place <= other.place for other in self._waiting):
                return
            self._give(script)
        self._take(script)

    @contextmanager
    def given_back(self) -> Iterator[None]:
        """Around what a script waits for without computing: meanwhile another one runs."""
        script = self._mine.script
        if script is None:
            yield
            return
        with self._lock:
            self._measure(script)
            self._give(script)
        try:
            yield
        finally:
            self._take(script)

    def _measure(self, script: _Script) -> None:
        now = self._processor_time()
        script.used, script.began = script.used + now - script.began, now

    def _take(self, script: _Script) -> None:
        script.its_turn.clear()
        with self._lock:
            self._waiting.append(script)
            self._start()
        script.its_turn.wait()
        script.began = self._processor_time()

    def _give(self, script: _Script) -> None:
        self._running.remove(script)
        self._start()

    def _start(self) -> None:
        while len(self._running) < self._at_once and self._waiting:
            script = min(self._waiting, key=lambda one: one.place)
            self._waiting.remove(script)
            self._running.append(script)
            script.its_turn.set()


SCRIPT_TURNS = ScriptTurns()
"""Those of this server."""
