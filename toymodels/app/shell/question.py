"""Question before a figure in a talk: the audience chooses an answer, and the next section compares it with the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from toymodels.app.shell.page import Page


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
                answer, key=f"{key}_{number}", shortcut=str(number) if page.letter_keys else None, width="stretch",
                type="primary" if chosen else "secondary", on_click=_choose, args=(key, answer),
                icon=":material/check:" if chosen else None,
            )  # fmt: skip
        by_number = "Choose by number. " if page.letter_keys else ""
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
        if page.mode != "talk" or guess is None:
            return
        if guess == truth:
            st.success(f"**{truth}**, as you said.", icon=":material/check:")
        else:
            st.warning(f"**{truth}**. You said: {guess}.", icon=":material/lightbulb:")


def _key(page: Page) -> str:
    return f"_guess_{page.entry.name}"


def _choose(key: str, answer: str) -> None:
    st.session_state[key] = answer
