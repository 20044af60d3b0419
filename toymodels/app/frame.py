"""What every page has around it: the browser's title, the menu, the heading, and the place for notes on the URL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from toymodels.app.controls import Control, take_from_url
from toymodels.charts.look import Look, look

HOME = "streamlit_app.py"

# A file of ours: Streamlit fetches the picture of a named icon from another host when it stands in the browser's tab.
ICON = Path(__file__).with_name("icon.png")


@dataclass(frozen=True)
class Place:
    """A page as the menu knows it: its file, whose name is the URL, and what it is about."""

    file: str
    title: str
    about: str


TALK = (
    Place("pages/faces.py", "A face through a bottleneck", "4 features, 2 dimensions"),
    Place("pages/absolute_value.py", "Computing in superposition", "|x| of 100 features, 40 neurons"),
)
"""The pages in the order of the talk."""


def frame(title: str, controls: Sequence[Control[Any]] = ()) -> Look:
    """Start a page: its configuration, the menu, the heading, and a note for every control that the URL got wrong.

    Args:
        title: the heading, and the browser's title.
        controls: every control of the page, so that the URL is legal before the first of them is drawn.

    Returns:
        The colours of the visitor's theme.
    """
    st.set_page_config(page_title=f"{title} · Superposition", page_icon=str(ICON), layout="wide")
    notes = take_from_url(controls)
    with st.sidebar:
        st.page_link(HOME, label="Superposition", icon=":material/hub:")
        for place in TALK:
            st.page_link(place.file, label=place.title)
    st.title(title)
    for note in notes:
        st.info(note, icon=":material/link:")
    return look(st.context.theme.type)
