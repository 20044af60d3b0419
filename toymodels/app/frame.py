"""What every page has around it: the browser's title, the menu, the heading, notes on the URL, and the way on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from toymodels.app.components import component
from toymodels.app.controls import Control, take_from_url
from toymodels.charts.look import Look, look


@dataclass(frozen=True)
class Place:
    """A page as the menu knows it: its file, whose name is the URL, its heading, and what it is about."""

    file: str
    title: str
    about: str


HOME = Place("streamlit_app.py", "Superposition", "the story in one screen")

TALK = (
    Place("pages/faces.py", "A face through a bottleneck", "4 features, 2 dimensions"),
    Place("pages/pentagon.py", "How many arrows fit in a plane?", "5 features, 2 dimensions"),
    Place("pages/measure.py", "Can we quantify superposition?", "any W by hand"),
    Place("pages/ladder.py", "The ladder", "20 features, 5 dimensions, linear beside ReLU"),
    Place("pages/why.py", "Why only with a ReLU?", "feature benefit against interference"),
    Place("pages/geometry.py", "What superposition can look like", "400 features, 30 dimensions"),
    Place("pages/absolute_value.py", "Computing in superposition", "|x| of 100 features, 40 neurons"),
    Place("pages/good_or_bad.py", "Good or bad?", "what superposition saves, and what it costs"),
)
"""The pages in the order of the talk."""

# A file of ours: Streamlit fetches the picture of a named icon from another host when it stands in the browser's tab.
ICON = Path(__file__).with_name("icon.png")

_KEYS = component("keys")


def frame(title: str, controls: Sequence[Control[Any]] = ()) -> Look:
    """Start a page: its configuration, the menu, the heading, and a note for every control that the URL got wrong.

    Args:
        title: the heading, as `TALK` has it, and the browser's title.
        controls: every control of the page, so that the URL is legal before the first of them is drawn.

    Returns:
        The colours of the visitor's theme.
    """
    st.set_page_config(page_title=f"{title} · Superposition", page_icon=str(ICON), layout="wide")
    notes = take_from_url(controls)
    _left_at()[_place(title).file] = st.query_params.to_dict()
    with st.sidebar:
        for place in (HOME, *TALK):
            st.page_link(
                place.file,
                label=place.title,
                icon=":material/hub:" if place is HOME else None,
                query_params=_left_at().get(place.file),
            )
    st.title(title)
    for note in notes:
        st.info(note, icon=":material/link:")
    return look(st.context.theme.type)


def foot(title: str) -> None:
    """End a page: the way back and the way on in the order of the talk, also by the keys p and n."""
    talk = [HOME, *TALK]
    here = talk.index(_place(title))
    st.divider()
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        if here > 0:
            _step(talk[here - 1], "previous", ":material/arrow_back:", "left")
        if here + 1 < len(talk):
            _step(talk[here + 1], "next", ":material/arrow_forward:", "right")
    _KEYS(key="keys")


def _step(place: Place, key: str, icon: str, icon_position: Literal["left", "right"]) -> None:
    # A link, not a button: Streamlit lets no script leave a page whose URL is bound to widgets.
    with st.container(key=key, width="content"):
        st.page_link(
            place.file,
            label=place.title,
            icon=icon,
            icon_position=icon_position,
            query_params=_left_at().get(place.file),
        )


def _left_at() -> dict[str, dict[str, str]]:
    """The query of every page as this visitor last left it, so that going back and forth loses nothing."""
    visited: dict[str, dict[str, str]] = st.session_state.setdefault("_left_at", {})
    return visited


def _place(title: str) -> Place:
    return next(place for place in (HOME, *TALK) if place.title == title)
