"""Notice of what a run of a page is at, and for how long, once it takes longer than people wait without a word.

The words stand in a container that is there from the start, so that nothing moves; `work_notice.js` shows them at the
foot of the window, and counts the seconds, also where the server has nothing to say or is too busy to say it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

QUIET_SECONDS = 0.7
"""How long a run may take before its visitor is told what it is at."""

QUICK_SECONDS = 0.15
"""A run that has nothing to compute is over by then, and need not say which of its parts come."""

SECONDS_BETWEEN_WORDS = 0.5
"""How often the words change at most."""

_KEY = "_work"


@dataclass
class _Work:
    container: DeltaGenerator
    place: DeltaGenerator | None = None
    part: str = ""
    began: float = field(default_factory=time.perf_counter)
    told: float = 0.0
    has_figure: bool = False

    def say(self, words: str) -> None:
        if self.place is None:
            self.place = self.container.empty()
        self.place.text(words)


def begin_work() -> None:
    """Called at the start of a run of a page: from here on its time counts."""
    st.session_state[_KEY] = _Work(st.container(key="work"))


def begin_part(words: str) -> None:
    """Say which part of the page comes now, unless the run is quick; the browser shows it if that takes long."""
    work: _Work | None = st.session_state.get(_KEY)
    if work is not None:
        work.part = words
        if time.perf_counter() - work.began > QUICK_SECONDS:
            work.say(words)


def a_figure_comes() -> None:
    """From here on this run shows a figure."""
    work: _Work | None = st.session_state.get(_KEY)
    if work is not None:
        work.has_figure = True


def shows_no_figure() -> bool:
    """Whether this run has not come to a figure yet, so that its visitor has nothing to look at."""
    work: _Work | None = st.session_state.get(_KEY)
    return work is None or not work.has_figure


def tell_work(words: str) -> None:
    """Say what is done for this part, if the run has taken long enough by now; as often as one likes."""
    work: _Work | None = st.session_state.get(_KEY)
    now = time.perf_counter()
    if work is None or now - work.began < QUIET_SECONDS or now - work.told < SECONDS_BETWEEN_WORDS:
        return
    work.told = now
    work.say(words)


def work_is_done() -> None:
    """Take the words back: what they said is over, and the part goes on."""
    work: _Work | None = st.session_state.get(_KEY)
    if work is not None and work.told:
        work.told = 0.0
        work.say(work.part)
