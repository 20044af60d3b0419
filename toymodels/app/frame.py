"""What every page has around it: the browser's title, the menu, the heading, and the place for notes on the URL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from toymodels.app.controls import Control, take_from_url
from toymodels.charts.look import Look, look

HOME = "streamlit_app.py"


@dataclass(frozen=True)
class Place:
    """A page as the menu knows it: its file, whose name is the URL, and what it is about."""

    file: str
    title: str
    about: str


TALK = (Place("pages/faces.py", "A face through a bottleneck", "4 features, 2 dimensions"),)
"""The pages in the order of the talk."""

Value = TypeVar("Value")


class Page:
    """The page that is being drawn: its colours, and its controls."""

    def __init__(self, notes: DeltaGenerator) -> None:
        self._notes = notes
        self.look: Look = look(st.context.theme.type)

    def control(self, control: Control) -> float | int | str | bool:
        """Draw a control here, after what the URL says of it was made legal; the note goes to the top of the page."""
        note = take_from_url(control)
        if note is not None:
            self._notes.info(note, icon=":material/link:")
        return control.draw()


def frame(title: str) -> Page:
    """Start a page: its configuration, the menu, the heading."""
    st.set_page_config(page_title=f"{title} · Superposition", page_icon=":material/hub:", layout="wide")
    with st.sidebar:
        st.page_link(HOME, label="Superposition", icon=":material/hub:")
        for place in TALK:
            st.page_link(place.file, label=place.title)
    st.title(title)
    return Page(st.container())
