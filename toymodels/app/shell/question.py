"""Question before a figure in a talk: the audience chooses an answer, and the next section compares it with the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from toymodels.app.shell.menu import letter_keys
from toymodels.app.shell.page import ROOM, Page
from toymodels.app.shell.streamlit_internals import session_id
from toymodels.app.shell.tally import TALLY

COUNTED_EVERY = 1.5
"""Seconds between two looks at the answers that phones give."""


@dataclass(frozen=True)
class Question:
    """A page's question: what there is to choose from, two to four answers."""

    answers: Sequence[str]

    def ask(self, page: Page, words: str) -> None:
        """Show the question and its answers; the keys 1 to 4 choose. The next stop reveals.

        Args:
            page: whose question it is.
            words: the question, in Markdown.
        """
        key = _key(page)
        st.markdown(f"## {words}")
        guess = st.session_state.get(key)
        for number, answer in enumerate(self.answers, start=1):
            chosen = answer == guess
            st.button(
                answer, key=f"{key}_{number}", shortcut=str(number) if letter_keys() else None, width="stretch",
                type="primary" if chosen else "secondary", on_click=_choose, args=(key, answer),
                icon=":material/check:" if chosen else None,
            )  # fmt: skip
        _show_counts(page, self.answers)
        by_number = "Choose by number. " if letter_keys() else ""
        st.caption(f"{by_number}The arrow to the right shows what happens.")

    def reveal(self, page: Page, truth: str) -> None:
        """In a talk: what was guessed, and what it is.

        Args:
            page: whose question it is.
            truth: one of the answers, as computed from the run on the screen.

        Raises:
            ValueError: if there is no such answer.
        """
        if truth not in self.answers:
            raise ValueError(f"the answer must be one of {', '.join(self.answers)}, got {truth!r}")
        guess = st.session_state.get(_key(page))
        if page.mode != "talk":
            return
        if sum((counts := _counts(page)).values()):
            st.markdown(f"**{counts[truth]} of {counts.total()}** said: {truth}.")
        if guess is None:
            return
        if guess == truth:
            st.success(f"**{truth}**, as you said.", icon=":material/check:")
        else:
            st.warning(f"**{truth}**. You said: {guess}.", icon=":material/lightbulb:")


def _key(page: Page) -> str:
    return f"_guess_{page.entry.name}"


def _choose(key: str, answer: str) -> None:
    st.session_state[key] = answer
    room, visitor = st.query_params.get("join", ""), session_id()
    if room and visitor is not None:
        TALLY.answer(room, key, visitor, answer)


def _counts(page: Page) -> Counter[str]:
    """The answers that phones have given to a page's question in this speaker's room."""
    return TALLY.counts(st.session_state.get(ROOM, ""), _key(page))


def _show_counts(page: Page, answers: Sequence[str]) -> None:
    if ROOM not in st.session_state:
        return

    @st.fragment(run_every=COUNTED_EVERY)
    def counted() -> None:
        counts = _counts(page)
        words = " · ".join(f"{answer}: **{counts[answer]}**" for answer in answers)
        st.markdown(f"**{counts.total()}** answered. {words}")

    counted()
