"""The menu: links to all pages as the visitor left them, and the switch of the shortcuts."""

from __future__ import annotations

import streamlit as st

from toymodels.app.shell.page_registry import BEYOND, GLOSSARY, HOME, TALK, PageEntry
from toymodels.app.shell.visited_pages import left_at

_LETTER_KEYS = "_letter_keys"


def letter_keys() -> bool:
    """Whether a letter or a digit alone is a shortcut, which whoever dictates to the browser may switch off."""
    return bool(st.session_state.get(_LETTER_KEYS, True))


def draw_menu() -> None:
    """The menu in Streamlit's sidebar."""
    with st.sidebar:
        for entry in (HOME, *TALK):
            _link(entry, ":material/hub:" if entry == HOME else None)
        if BEYOND:
            st.caption("Beyond the talk")
        for entry in BEYOND:
            _link(entry)
        _link(GLOSSARY, ":material/dictionary:")
        st.space("small")
        st.toggle(
            "Shortcuts by a single key", letter_keys(), key=f"{_LETTER_KEYS}_drawn", on_change=_set_letter_keys,
            help="p and n walk, t presents, 1 to 4 answer a question.",
        )  # fmt: skip


def _set_letter_keys() -> None:
    st.session_state[_LETTER_KEYS] = st.session_state[f"{_LETTER_KEYS}_drawn"]


def _link(entry: PageEntry, icon: str | None = None) -> None:
    st.page_link(entry.file, label=entry.title, icon=icon, query_params=left_at(entry))
