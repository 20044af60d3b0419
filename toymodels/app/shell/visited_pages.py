"""Pages as a visitor left them: each keeps its query while the visitor walks to others and back."""

from __future__ import annotations

from urllib.parse import parse_qsl

import streamlit as st

from toymodels.app.shell import talk_route
from toymodels.app.shell.page_registry import PageEntry
from toymodels.app.shell.streamlit_internals import goes_through_history, sent_query

Query = dict[str, str]

FRAME_KEYS = ("talk", "pane", "stop", talk_route.KEY, "join")
"""Keys of the URL that say how a page is shown, and nothing of its state."""


def state_in_url() -> Query:
    """What the URL says of the state of the page whose script runs."""
    return {name: value for name, value in st.query_params.to_dict().items() if name not in FRAME_KEYS}


def remember(entry: PageEntry) -> None:
    """Keep the state of the page whose script runs."""
    _left_at()[entry.file] = state_in_url()


def left_at(entry: PageEntry) -> Query | None:
    """The state of a page as this visitor left it last; None for one that was not visited."""
    return _left_at().get(entry.file)


def link_query(entry: PageEntry, before: str) -> Query:
    """What the link says that led to a page from the file `before`.

    The browser mixes the link's query with that of the page before. What is as it was there is not the link's. Back and
    Forward lead to a whole address.
    """
    mixed = parse_qsl(sent_query(), keep_blank_values=True)
    if goes_through_history():
        return dict(mixed)
    there = _left_at().get(before, {})
    return {**(left_at(entry) or {}), **{name: text for name, text in mixed if text != there.get(name)}}


def _left_at() -> dict[str, Query]:
    visited: dict[str, Query] = st.session_state.setdefault("_left_at", {})
    return visited
