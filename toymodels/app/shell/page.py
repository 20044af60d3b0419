"""The page shell: title, menu, navigation and talk mode around every page.

A page is read (`read`), presented one section at a time (`talk`, by `?talk=1`), or shown as one half of a comparison
(`pane`, by `?pane=1`). The URL says which, and in the last two also which section: `?talk=1&stop=curve`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from toymodels.app.components import component, light
from toymodels.app.compute.kernel_warm_up import warm_up_in_background
from toymodels.app.compute.script_turns import SCRIPT_TURNS
from toymodels.app.glossary import explained, plain_symbol
from toymodels.app.shell import talk_route
from toymodels.app.shell.address import Control, forget_drawn, shown, take_from_link, take_from_url, undrawn
from toymodels.app.shell.admission import admit_or_stop
from toymodels.app.shell.chart_validation import skip_chart_validation
from toymodels.app.shell.controls import EIGHT_SEEDS
from toymodels.app.shell.failures import answer_for_faults
from toymodels.app.shell.figures import offer_tools
from toymodels.app.shell.forgotten_sessions import free_in_background
from toymodels.app.shell.menu import draw_menu, letter_keys
from toymodels.app.shell.network_address import for_phones, is_here
from toymodels.app.shell.page_registry import (
    COMPARE,
    GLOSSARY,
    HOME,
    PAGES,
    QUESTION,
    PageEntry,
)
from toymodels.app.shell.stop_pictures import stop_pictures
from toymodels.app.shell.streamlit_internals import (
    ask_nobody_for_our_address,
    at_the_end_of_scripts,
    goes_through_history,
    in_a_server,
    refuse_forged_values,
)
from toymodels.app.shell.talk_code import code_rows, with_room, words_of
from toymodels.app.shell.tally import TALLY
from toymodels.app.shell.visited_pages import FRAME_KEYS, Query, link_query, remember, state_in_url
from toymodels.app.shell.walk import Walk
from toymodels.app.shell.work_notice import begin_part, begin_work
from toymodels.plots.theme import DARK, Theme, theme_named

Mode = Literal["read", "talk", "pane"]

# A file of ours: Streamlit fetches the picture of a named icon from another host when it stands in the browser's tab.
ICON = Path(__file__).parents[1] / "icon.png"

ROOM = "_room"
"""Key in the session: the room in which the answers to this speaker's questions are counted."""

MOST_HIDDEN = 40
"""Most controls that `hide` in a URL is asked for; no page has as many."""

_HERE = "_here"
_WALKED = "_walked"
_ROUTE = "_route"

_CODE = "_code"
_PICTURES_ASKED = "_pictures_asked"
_PRESENTER_KEY = "presenter"
_PRESENTER = component("presenter", isolate_styles=False)
_COPY = component("copy_link")


def start_page(name: str, controls: Sequence[Control[Any]] = ()) -> Page:
    """Start a page: its configuration, the menu, the heading, and a note for every control that the URL got wrong.

    Args:
        name: its path in the URL, as the page registry has it; "" for home.
        controls: every control of the page, so that the URL is legal before the first of them is drawn.
    """
    if in_a_server():
        at_the_end_of_scripts(SCRIPT_TURNS.end)
        SCRIPT_TURNS.begin()
        free_in_background()
    entry = next(entry for entry in (HOME, *PAGES, GLOSSARY, COMPARE) if entry.name == name)
    st.set_page_config(
        page_title=f"{entry.title} · Superposition",
        page_icon=str(ICON),
        # As Streamlit begins before it hears of a page, so that nothing that is drawn by then moves. The menu is opened
        # beside the page by menu.js, and the page widened to the right by menu.css.
        layout="centered",
        initial_sidebar_state="collapsed",
    )
    answer_for_faults(way_home=entry != HOME)
    refuse_forged_values()
    ask_nobody_for_our_address()
    admit_or_stop()
    skip_chart_validation()
    warm_up_in_background()
    forget_drawn()
    before = st.session_state.get(_HERE)
    st.session_state[_HERE] = entry.file
    if before not in (None, entry.file):
        take_from_link(controls, link_query(entry, before), restart=goes_through_history())
    notes = take_from_url(controls)
    page = Page(entry, controls)
    page.start()
    for note in notes:
        st.info(note, icon=":material/link:")
    return page


def page_name() -> str:
    """Name in the URL of the page whose script runs; "" for home."""
    file = st.session_state[_HERE]
    return next(entry.name for entry in (HOME, *PAGES, GLOSSARY, COMPARE) if entry.file == file)


def presenting() -> bool:
    """Whether the page whose script runs is shown as a talk."""
    return st.query_params.get("talk") == "1"


class Page:
    """A page while its script runs.

    Attributes:
        entry: the page in the registry.
        mode: how it is shown.
        look: the colours of the visitor's theme.
    """

    def __init__(self, entry: PageEntry, controls: Sequence[Control[Any]]) -> None:
        self.entry = entry
        self.look: Theme = theme_named(st.context.theme.type)
        self._controls = controls
        query = st.query_params
        self.mode: Mode = "talk" if presenting() else "pane" if query.get("pane") == "1" else "read"
        if not entry.sections:
            self.mode = "read"
        self._asked = query.get("stop", "")
        walk = query.get(talk_route.KEY, "")
        route = walk if talk_route.legal(walk) else ""
        self._walk = Walk(entry, route)
        if self.mode == "talk":
            # Who leaves the talk goes on by the same route.
            st.session_state[_ROUTE] = route
        known = [section for section in entry.sections if section.name == self._asked]
        self._section = (known or [*entry.sections, QUESTION])[0]
        asked = [key for key in query.get("hide", "").split(",")[:MOST_HIDDEN] if key]
        self._hidden = [control.key for control in controls if control.key in asked]
        self._not_hidden = [key for key in asked if key not in self._hidden]
        self._row: DeltaGenerator | None = None
        self._more: DeltaGenerator | None = None
        self._unseen: DeltaGenerator | None = None
        remember(entry)

    @property
    def reading(self) -> bool:
        """Whether the whole page is shown, with all its words."""
        return self.mode == "read"

    def start(self) -> None:
        """Draw the menu, the title and, in a talk, the navigation."""
        self._tell_address()
        # In the page itself they would take the room of a line until their script is there.
        with st.sidebar:
            begin_work()
            _PRESENTER(
                key=_PRESENTER_KEY,
                data=light(
                    {
                        "mode": self.mode,
                        "page": self.entry.name,
                        "stop": self._section.name,
                        "background": self.look.background,
                        "text": self.look.text,
                        "dark": self.look == DARK,
                        "hidden": self._hidden,
                        "code": st.session_state.get(_CODE),
                        # Once: the browser keeps them.
                        "pictures": stop_pictures() if st.session_state.pop(_PICTURES_ASKED, False) else None,
                        "letters": letter_keys(),
                        "talk": self._walk.overview((self.entry, self._section)) if self.mode == "talk" else None,
                        "pages": self._walk.pages() if self.reading else None,
                    }
                ),
                # Nothing is to be done but to run again: the theme has changed.
                on_theme_change=lambda: None,
                on_present_change=self._present,
                on_code_change=self._make_code,
                on_pictures_change=self._give_pictures,
            )
            offer_tools(self.entry.name, self.entry.title, self.look, letter_keys(), FRAME_KEYS)
        if self.reading:
            draw_menu()
            st.title(self.entry.title, anchor="top")
        elif self.mode == "talk":
            self._row = _row("heading")
            with self._row:
                words = self.entry.title if self._section == QUESTION else self._section.heading
                st.title(words, anchor=False, width="content")
            # At the start of the run, so that the next section can be reached while a training runs.
            self._walk.talk_foot((self.entry, self._section))
        if not self.reading and self._asked not in ("", self._section.name):
            st.info(
                f"stop = {shown(self._asked)} is none of {', '.join(section.name for section in self.entry.sections)}; "
                f"showing {self._section.name}.",
                icon=":material/link:",
            )

        if self._not_hidden:
            known_keys = ", ".join(control.key for control in self._controls) or "none"
            wrong = shown(",".join(self._not_hidden))
            st.info(
                f"hide = {wrong} is no control of this page; its controls are {known_keys}.",
                icon=":material/link:",
            )

    def shows(self, *names: str) -> bool:
        """Whether any of these sections is on the screen in this run: for a reader all, but those of a talk alone.

        Raises:
            ValueError: if the page's entry in the registry has no such section.
        """
        sections = [self.entry.section(name) for name in names]
        return any(not section.talk_only if self.reading else section == self._section for section in sections)

    def section(self, name: str) -> bool:
        """Begin a section, once it is this script's turn: its heading, and whether to draw it. Raises as `shows`."""
        shown_now = self.shows(name)
        SCRIPT_TURNS.let_others()
        if shown_now:
            begin_part(f"Computing “{self.entry.section(name).heading}”.")
        if shown_now and self.reading:
            here = self.entry.section(name)
            with st.container(key=f"section_{name}"):
                # Streamlit draws no container that is empty.
                st.space(1)
            if here.titled:
                st.header(here.heading, anchor=name)
        return shown_now

    def intro(self, text: str) -> None:
        """The words below the title, and what can be done with the page; in a talk they stand above the question."""
        if self.reading or (self.mode == "talk" and self._section == QUESTION):
            st.markdown(text)
        if self.reading:
            self._tools()

    def symbols(self, *symbols: str) -> None:
        """A button for each symbol where it first stands, which explains it in the words of the glossary.

        A mouse is told where it points, a finger where it taps. Not in a talk.
        """
        if self.reading:
            with st.container(key="symbols", horizontal=True, vertical_alignment="center", gap="small"):
                st.caption("Symbols:", width="content")
                for symbol in symbols:
                    words = explained(symbol)
                    st.popover(plain_symbol(symbol), type="tertiary", help=words).markdown(words)

    def what_you_should_see(self, text: str) -> None:
        """The expander "What you should see", before the figures; not in a talk."""
        if self.reading:
            with st.expander("What you should see"):
                st.markdown(text)

    def what_this_does_not_show(self, text: str) -> None:
        """The expander "What this does not show", after the figures, with a link to the glossary; not in a talk."""
        if self.reading:
            with st.expander("What this does not show"):
                st.markdown(text)
                st.page_link(GLOSSARY.file, label="What the words mean", icon=":material/dictionary:")

    def explanation(self, text: str) -> None:
        """Words that a speaker says and a reader reads; not in a talk."""
        if self.reading:
            st.markdown(text)

    def small_print(self, text: str) -> None:
        """How exactly a figure is to be read; not in a talk."""
        if self.reading:
            st.caption(text)

    def controls(self, idle: Collection[str] = ()) -> DeltaGenerator:
        """The row of the page's main controls, which a reader keeps in sight; in a talk it stands beside the heading.

        Args:
            idle: sections at which these controls change nothing: there a talk does not show them.
        """
        if self._idle_at(idle):
            return self._idle()
        if self._row is None:
            # Home's picture has its slider within.
            stays = self.reading and self.entry.sections and self.entry != HOME
            self._row = _row("controls" if stays else None)
        return self._row

    def more_controls(self, label: str | None = None, idle: Collection[str] = ()) -> DeltaGenerator:
        """A container for other controls. In a talk all of them are in one popover of the main row.

        Args:
            label: of the popover in which a reader has these; without, they are in the main row.
            idle: as in `controls`.
        """
        if self.mode != "talk" or self._idle_at(idle):
            row = self.controls(idle)
            return row.popover(label) if label and self.mode != "talk" else row
        if self._more is None:
            self._more = self.controls().popover("More", icon=":material/tune:")
        return self._more

    def section_controls(self, *sections: str) -> DeltaGenerator:
        """A container for controls of these sections alone: for a reader a row of its own, in a talk the main row."""
        if self.mode != "talk":
            return _row(f"controls_{'_'.join(sections)}" if self.reading else None)
        return self.controls(idle=[section.name for section in self.entry.sections if section.name not in sections])

    def _idle_at(self, sections: Collection[str]) -> bool:
        return self.mode == "talk" and self._section.name in sections

    def _idle(self) -> DeltaGenerator:
        """Where controls are drawn that are not shown: Streamlit forgets one that is not drawn."""
        if self._unseen is None:
            # Before the style that hides it has come, it takes no room in which what is below would move.
            self._unseen = st.container(key="idle", height=1, border=False)
        return self._unseen

    def eight_seeds(self) -> bool:
        """Whether to train eight other seeds: a reader asks by the switch; in a talk they are the section itself."""
        return self.mode == "talk" or EIGHT_SEEDS.draw()

    def foot(self) -> None:
        """End a page: the way back and the way on in the order of the talk, and how far the talk is."""
        remember(self.entry)
        if self.reading:
            # Home's picture fills the first screen of a phone.
            if self.entry == HOME:
                self._tools()
            self._walk.read_foot()
        rest = undrawn(self._controls)
        if self.mode == "talk" and rest:
            with self._idle():
                for control in rest:
                    control.draw()

    def _present(self) -> None:
        """Begin the talk at the section that the reader is at."""
        stop = st.session_state[_PRESENTER_KEY].present
        if any(section.name == stop for section in self.entry.sections):
            st.query_params.update({**_into_the_talk(), "stop": stop})

    def _give_pictures(self) -> None:
        """Send the pictures of the stops with this run, for the overview."""
        st.session_state[_PICTURES_ASKED] = True

    def _make_code(self) -> None:
        """Make the QR code of the address that the browser asks for; a question's has the room that counts answers."""
        address = st.session_state[_PRESENTER_KEY].code
        if not isinstance(address, str):
            return
        try:
            reached = for_phones(
                address,
                st.get_option("server.address") or "",
                st.get_option("browser.serverAddress") or "",
                here=is_here(st.context.ip_address, st.context.headers),
            )
        except ValueError:
            return
        question = self._section == QUESTION
        if question and reached is not None:
            if ROOM not in st.session_state:
                st.session_state[ROOM] = TALLY.open_room()
            reached = with_room(reached, st.session_state[ROOM])
        rows = [] if reached is None else code_rows(reached)
        number = (st.session_state.get(_CODE) or {"number": 0})["number"] + 1
        words = words_of(address, reached, rows, question)
        st.session_state[_CODE] = {"number": number, "address": reached or address, "rows": rows, "words": words}

    def _tell_address(self) -> None:
        # A link from a page to itself changes what the server knows, but not the browser's address: writing does.
        if not self.reading:
            st.query_params["stop"] = self._section.name
            st.session_state[_WALKED] = True
        elif st.session_state.pop(_WALKED, False):
            st.query_params["stop"] = self._section.name
            del st.query_params["stop"]

    def _tools(self) -> None:
        query = state_in_url()
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            with st.container(key="present", width="content"):
                st.page_link(
                    self.entry.file, label="Present", icon=":material/slideshow:",
                    query_params={**query, **_into_the_talk()},
                    help="One figure at a time, in large type. Arrow or page keys walk, Escape leaves.",
                )  # fmt: skip
            if self.entry != HOME:
                st.page_link(
                    COMPARE.file, label="Pin and compare", icon=":material/splitscreen_vertical_add:",
                    query_params={"page": self.entry.name, "a": urlencode(query), "b": urlencode(query)},
                    help="This state stays on the left, while you change it on the right.",
                )  # fmt: skip
            with st.container(width="content"):
                self.copy_link()

    def links_beyond(self) -> None:
        """Links to the experiments beyond the talk, each a short talk of its own, and the button of the address."""
        self._walk.links_beyond()
        self.copy_link()

    def copy_link(self) -> None:
        """A button that copies the address of the page."""
        _COPY(key="copy_link")


def _into_the_talk() -> Query:
    """What the URL of a talk says besides the page's state: also the route that this visitor walked last."""
    route = st.session_state.get(_ROUTE, "")
    return {"talk": "1"} | ({talk_route.KEY: route} if route else {})


def _row(key: str | None = None) -> DeltaGenerator:
    return st.container(key=key, horizontal=True, vertical_alignment="bottom", gap="medium")
