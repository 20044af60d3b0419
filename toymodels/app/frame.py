"""What every page has around it, and how it is shown: to a reader whole, in a talk one figure at a time.

A page is read (`read`), presented (`talk`, by `?talk=1`), or shown as one half of a comparison (`pane`, by `?pane=1`).
The URL says which, and in the last two also which stop: `?talk=1&stop=curve`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from toymodels.app.address import Control, forget_drawn, shown, take_from_link, take_from_url, undrawn
from toymodels.app.components import component, light
from toymodels.app.controls import EIGHT_SEEDS
from toymodels.app.faults import answer_for_faults
from toymodels.app.places import COMPARE, GLOSSARY, HOME, QUESTION, TALK, Place, Stop
from toymodels.charts.look import Look, look

Mode = Literal["read", "talk", "pane"]
Query = dict[str, str]

# A file of ours: Streamlit fetches the picture of a named icon from another host when it stands in the browser's tab.
ICON = Path(__file__).with_name("icon.png")

FRAME_KEYS = ("talk", "pane", "stop")
"""What the frame itself says in the URL."""

_HERE = "_here"
_WALKED = "_walked"
_LETTER_KEYS = "_letter_keys"

_PRESENTER = component("presenter", isolate_styles=False)
_COPY = component("copy_link")


def frame(title: str, controls: Sequence[Control[Any]] = ()) -> Page:
    """Start a page: its configuration, the menu, the heading, and a note for every control that the URL got wrong.

    Args:
        title: the heading, as its `Place` has it, and the browser's title.
        controls: every control of the page, so that the URL is legal before the first of them is drawn.
    """
    st.set_page_config(
        page_title=f"{title} · Superposition",
        page_icon=str(ICON),
        layout="wide",
        initial_sidebar_state="collapsed" if title == COMPARE.title else "auto",
    )
    place = next(place for place in (HOME, *TALK, GLOSSARY, COMPARE) if place.title == title)
    answer_for_faults(way_home=place != HOME)
    forget_drawn()
    before = st.session_state.get(_HERE)
    st.session_state[_HERE] = place.file
    if before not in (None, place.file):
        take_from_link(controls, _told_by_link(place, before))
    notes = take_from_url(controls)
    page = Page(place, controls)
    page.start()
    for note in notes:
        st.info(note, icon=":material/link:")
    return page


class Page:
    """A page while its script runs.

    Attributes:
        place: where it is in the talk.
        mode: how it is shown.
        look: the colours of the visitor's theme.
    """

    def __init__(self, place: Place, controls: Sequence[Control[Any]]) -> None:
        self.place = place
        self.look: Look = look(st.context.theme.type)
        self._controls = controls
        query = st.query_params
        self.mode: Mode = "talk" if query.get("talk") == "1" else "pane" if query.get("pane") == "1" else "read"
        if not place.stops:
            self.mode = "read"
        self._asked = query.get("stop", "")
        known = [stop for stop in place.stops if stop.name == self._asked]
        self._stop = (known or [*place.stops, QUESTION])[0]
        self._row: DeltaGenerator | None = None
        self._rest: DeltaGenerator
        _left_at()[place.file] = _without_frame(query.to_dict())

    @property
    def reading(self) -> bool:
        """Whether the whole page is shown, with all its words."""
        return self.mode == "read"

    @property
    def letter_keys(self) -> bool:
        """Whether a letter or a digit alone is a shortcut, which whoever dictates to the browser may switch off."""
        return bool(st.session_state.get(_LETTER_KEYS, True))

    def start(self) -> None:
        """Draw what stands above the page's own words."""
        self._tell_address()
        stop = f"{self.place.name}/{self._stop.name}"
        _PRESENTER(
            key="presenter",
            data=light(
                {
                    "mode": self.mode,
                    "stop": stop,
                    "background": self.look.background,
                    "letters": self.letter_keys,
                }
            ),
            # Nothing is to be done but to run again: the theme has changed.
            on_theme_change=lambda: None,
        )
        if self.reading:
            self._menu()
            st.title(self.place.title, anchor="top")
            # Home's picture fills the first screen of a phone: there they stand at its foot.
            if self.place.stops and self.place != HOME:
                self._tools()
        elif self.mode == "talk":
            self._row = _row()
            with self._row:
                words = self.place.title if self._stop == QUESTION else self._stop.heading
                st.title(words, anchor=False, width="content")
            self._talk_foot()
        if not self.reading and self._asked not in ("", self._stop.name):
            st.info(
                f"stop = {shown(self._asked)} is none of {', '.join(stop.name for stop in self.place.stops)}; "
                f"showing {self._stop.name}.",
                icon=":material/link:",
            )

    def shows(self, *names: str) -> bool:
        """Whether any of these figures is on the screen in this run: all are for a reader, but not the question.

        Raises:
            ValueError: if the page's `Place` does not know a stop.
        """
        stops = [self.place.stop(name) for name in names]
        return any(stop != QUESTION if self.reading else stop == self._stop for stop in stops)

    def stop(self, name: str) -> bool:
        """Come to a figure: whether to draw it now, below its heading. Raises as `shows`."""
        shown_now = self.shows(name)
        if shown_now and self.reading:
            here = self.place.stop(name)
            if here.titled:
                st.header(here.heading, anchor=name)
        return shown_now

    def intro(self, text: str) -> None:
        """The words below the title. A speaker has them above the question."""
        if self.reading or (self.mode == "talk" and self._stop == QUESTION):
            st.markdown(text)

    def what_you_should_see(self, text: str) -> None:
        """What a reader is told before the figures."""
        if self.reading:
            with st.expander("What you should see"):
                st.markdown(text)

    def what_this_does_not_show(self, text: str) -> None:
        """What a reader is told after the figures."""
        if self.reading:
            with st.expander("What this does not show"):
                st.markdown(text)
                st.page_link(GLOSSARY.file, label="What the words mean", icon=":material/dictionary:")

    def small_print(self, text: str) -> None:
        """How a figure is to be read exactly; a speaker says it, if anybody asks."""
        if self.reading:
            st.caption(text)

    def controls(self) -> DeltaGenerator:
        """A row for the page's main controls; a speaker has it beside the heading."""
        if self._row is None:
            self._row = _row()
        return self._row

    def more_controls(self, label: str = "More", *stops: str) -> DeltaGenerator:
        """A place for other controls. For a speaker they fold into the main row, below `label`.

        Args:
            label: the words to unfold them.
            stops: where they have a row of their own, and with a reader too; without any, a reader has them in the
                main row.
        """
        if self.mode == "talk" and self._stop.name not in stops:
            return self.controls().popover(label)
        return _row() if stops else self.controls()

    def eight_seeds(self) -> bool:
        """Whether to train eight other seeds: a reader says so by the switch, a speaker by walking there."""
        return self.mode == "talk" or EIGHT_SEEDS.draw()

    def foot(self) -> None:
        """End a page: the way back and the way on in the order of the talk, and how far the talk is."""
        _left_at()[self.place.file] = _without_frame(st.query_params.to_dict())
        if self.reading:
            if self.place == HOME:
                self._tools()
            self._read_foot()
        rest = undrawn(self._controls)
        if self.mode == "talk" and rest:
            with self._rest.popover("More controls", icon=":material/tune:"):
                for control in rest:
                    control.draw()

    def _tell_address(self) -> None:
        # A link from a page to itself changes what the server knows, but not the browser's address: writing does.
        if not self.reading:
            st.query_params["stop"] = self._stop.name
            st.session_state[_WALKED] = True
        elif st.session_state.pop(_WALKED, False):
            st.query_params["stop"] = self._stop.name
            del st.query_params["stop"]

    def _menu(self) -> None:
        with st.sidebar:
            for place in (HOME, *TALK, GLOSSARY):
                st.page_link(
                    place.file,
                    label=place.title,
                    icon={HOME: ":material/hub:", GLOSSARY: ":material/dictionary:"}.get(place),
                    query_params=_left_at().get(place.file),
                )
            st.space("small")
            st.toggle(
                "Shortcuts by a single key", self.letter_keys, key=f"{_LETTER_KEYS}_drawn",
                on_change=self._set_letter_keys, help="p and n walk, t presents, 1 to 4 answer a question.",
            )  # fmt: skip

    def _set_letter_keys(self) -> None:
        st.session_state[_LETTER_KEYS] = st.session_state[f"{_LETTER_KEYS}_drawn"]

    def _tools(self) -> None:
        query = _left_at()[self.place.file]
        with st.container(horizontal=True, gap="small"):
            with st.container(key="present", width="content"):
                st.page_link(
                    self.place.file, label="Present", icon=":material/slideshow:", query_params={**query, "talk": "1"},
                    help="One figure at a time, in large type. Arrow or page keys walk, Escape leaves.",
                )  # fmt: skip
            if self.place != HOME:
                st.page_link(
                    COMPARE.file, label="Pin and compare", icon=":material/splitscreen_vertical_add:",
                    query_params={"page": self.place.name, "a": urlencode(query), "b": urlencode(query)},
                    help="This state stays on the left, while you change it on the right.",
                )  # fmt: skip
            with st.container(width="content"):
                _COPY(key="copy_link")

    def _read_foot(self) -> None:
        order = [HOME, *TALK]
        if self.place not in order:
            return
        here = order.index(self.place)
        st.divider()
        with _foot_row():
            if here > 0:
                self._step("previous", order[here - 1], {})
                st.caption(f"{here} of {len(TALK)} in the talk", width="content")
            if here + 1 < len(order):
                self._step("next", order[here + 1], {})

    def _talk_foot(self) -> None:
        # At the start of the run: who walks on does not wait for a training to end.
        order = [(place, stop) for place in (HOME, *TALK) for stop in place.stops]
        here = order.index((self.place, self._stop))
        with _foot_row():
            if here > 0:
                self._step("previous", *_at(order[here - 1]))
            self._rest = st.container(width="content")
            st.caption(f"{self.place.title} · {here + 1} of {len(order)}", width="content")
            with st.container(key="leave", width="content"):
                st.page_link(
                    self.place.file, label="Leave", icon=":material/close:", query_params=self._query(self.place)
                )
            if here + 1 < len(order):
                self._step("next", *_at(order[here + 1]))

    def _step(self, key: str, place: Place, more: Query, label: str = "") -> None:
        # A link, not a button: Streamlit lets no script leave a page whose URL is bound to widgets.
        back = key == "previous"
        with st.container(key=key, width="content"):
            st.page_link(
                place.file,
                label=label or place.title,
                icon=":material/arrow_back:" if back else ":material/arrow_forward:",
                icon_position="left" if back else "right",
                query_params={**self._query(place), **more},
            )

    def _query(self, place: Place) -> Query:
        """The query of a page as this visitor left it last, or has it now."""
        return _without_frame(st.query_params.to_dict()) if place == self.place else _left_at().get(place.file, {})


def _row() -> DeltaGenerator:
    return st.container(horizontal=True, vertical_alignment="bottom", gap="medium")


def _foot_row() -> DeltaGenerator:
    return st.container(key="foot", horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")


def _at(step: tuple[Place, Stop]) -> tuple[Place, Query, str]:
    """A step of the talk as a link: where to, what the URL says besides the page's state, and the words."""
    place, stop = step
    return place, {"talk": "1", "stop": stop.name}, place.title if stop == QUESTION else stop.heading


def _without_frame(query: Query) -> Query:
    return {name: value for name, value in query.items() if name not in FRAME_KEYS}


def _told_by_link(place: Place, before: str) -> Query:
    """What the link says that led here from the file `before`.

    The browser mixes the link's query with that of the page before. What is as it was there is not the link's.
    """
    context = get_script_run_ctx()
    mixed = parse_qsl(context.query_string, keep_blank_values=True) if context else []
    there = _left_at().get(before, {})
    return {**_left_at().get(place.file, {}), **{name: text for name, text in mixed if text != there.get(name)}}


def _left_at() -> dict[str, Query]:
    """The query of every page as this visitor last left it, so that going back and forth loses nothing."""
    visited: dict[str, Query] = st.session_state.setdefault("_left_at", {})
    return visited
