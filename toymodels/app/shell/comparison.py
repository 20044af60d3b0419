"""Comparison of two states of a page, each shown by the page itself in an iframe."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from toymodels.app.components import component
from toymodels.app.shell.page_registry import PageEntry, Section
from toymodels.app.shell.visited_pages import FRAME_KEYS

_PANES = component("comparison")
KEY = "side_by_side"

MOST_CHARACTERS = 4000
"""A longer query is not taken: no page's state is as long."""


def clean(query: str) -> str:
    """A query string from a URL, well-formed and without the keys of talk and pane mode; empty if it is too long."""
    if len(query) > MOST_CHARACTERS:
        return ""
    return urlencode([(name, value) for name, value in parse_qsl(query) if name not in FRAME_KEYS])


def side_by_side(entry: PageEntry, section: Section, pinned: str, moving: str, on_move: Callable[[str], None]) -> None:
    """Draw both; the left one stays as it is, the right one is in the visitor's hands.

    Args:
        entry: which page.
        section: which of its sections.
        pinned: the query of the left one, `clean`.
        moving: of the right one.
        on_move: called with the new query of the right one, `clean`, before the page runs again.
    """

    def moved() -> None:
        query = st.session_state[KEY].moved
        if isinstance(query, str):
            on_move(clean(query))

    _PANES(
        key=KEY,
        data={
            "page": entry.name,
            "frame": urlencode({"pane": "1", "stop": section.name}),
            "ours": FRAME_KEYS,
            "panes": [
                {"title": "Pinned", "query": pinned, "fixed": True},
                {"title": "Yours to change", "query": moving, "fixed": False},
            ],
        },
        on_moved_change=moved,
    )
