"""The way through the talk: links to the stop before and the stop after, and all stops for the overview."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from toymodels.app.shell import talk_route
from toymodels.app.shell.page_registry import BEYOND, CLOSING, HOME, QUESTION, TALK, PageEntry
from toymodels.app.shell.talk_route import Stop
from toymodels.app.shell.visited_pages import Query, left_at, state_in_url

_PAGES = (HOME, *TALK)
"""Those of the whole talk, in its order."""


class Walk:
    """The talk of which a page is part, while the script of that page runs.

    Args:
        entry: the page.
        route: as the URL says it in `walk`; "" for none.
    """

    def __init__(self, entry: PageEntry, route: str) -> None:
        self._entry = entry
        self._route = route
        self._whole = entry in _PAGES
        self._stops = talk_route.stops_of(_PAGES if self._whole else (entry,))

    def read_foot(self) -> None:
        """The foot of a page that is read: the pages before and after it, and where it is in the talk."""
        if not self._whole:
            return
        here = _PAGES.index(self._entry)
        st.divider()
        with _foot_row():
            if here > 0:
                self._step("previous", _PAGES[here - 1], {})
                st.caption(f"{here} of {len(TALK)} in the talk", width="content")
            if here + 1 < len(_PAGES):
                self._step("next", _PAGES[here + 1], {})

    def talk_foot(self, here: Stop) -> None:
        """The foot of a stop: those before and after it on the route, how far the talk is, and the way out.

        After the last stop of a page beyond the talk, the way back to the talk's end.
        """
        walked = talk_route.walked(self._route, self._stops)
        order = [stop for stop in self._stops if stop in walked or stop == here]
        at = order.index(here)
        with _foot_row():
            if at > 0:
                self._step("previous", *self._at(order[at - 1]))
            st.caption(f"{self._entry.title} · {at + 1} of {len(order)}", width="content")
            with st.container(key="leave", width="content"):
                st.page_link(
                    self._entry.file, label="Leave", icon=":material/close:", query_params=self._query(self._entry)
                )
            if at + 1 < len(order):
                self._step("next", *self._at(order[at + 1]))
            elif not self._whole:
                self._step("return", *self._at((TALK[-1], CLOSING)))

    def links_beyond(self) -> None:
        """Links to the experiments beyond the talk, each a short talk of its own."""
        for entry in BEYOND:
            _, query, _ = self._at((entry, entry.sections[0]))
            st.page_link(
                entry.file, label=entry.title, icon=":material/slideshow:", query_params={**self._query(entry), **query}
            )

    def overview(self, here: Stop) -> dict[str, object]:
        """The stops of the talk as `steps.js` and `talk_overview.js` read them."""
        ready = [*talk_route.ROUTES, talk_route.ALL] if self._whole else [talk_route.ALL]

        def indices(route: str) -> list[int]:
            chosen = talk_route.walked(route, self._stops)
            return [number for number, stop in enumerate(self._stops) if stop in chosen]

        return {
            "stops": [
                {"page": entry.name, "section": section.name, "title": entry.title, "heading": section.heading}
                for entry, section in self._stops
            ],
            "here": self._stops.index(here),
            "walked": indices(self._route),
            "walk": self._route,
            "routes": {route: indices(route) for route in ready},
            "queries": self._queries(list(dict(self._stops))),
        }

    def pages(self) -> dict[str, object] | None:
        """The pages of the talk as `steps.js` reads them, for who reads one of them; None on another page."""
        if not self._whole:
            return None
        return {
            "stops": [{"page": entry.name} for entry in _PAGES],
            "here": _PAGES.index(self._entry),
            "walked": list(range(len(_PAGES))),
            "walk": None,
            "queries": self._queries(_PAGES),
        }

    def _queries(self, pages: Sequence[PageEntry]) -> dict[str, str]:
        return {entry.name: urlencode(self._query(entry)) for entry in pages}

    def _at(self, stop: Stop) -> tuple[PageEntry, Query, str]:
        """A stop of the talk as a link: where to, what the URL says besides the page's state, and the words."""
        entry, section = stop
        query = {"talk": "1", "stop": section.name} | ({talk_route.KEY: self._route} if self._route else {})
        return entry, query, entry.title if section == QUESTION else section.heading

    def _step(self, key: str, entry: PageEntry, more: Query, label: str = "") -> None:
        # A link, not a button: Streamlit lets no script leave a page whose URL is bound to widgets.
        back = key == "previous"
        with st.container(key=key, width="content"):
            st.page_link(
                entry.file,
                label=label or entry.title,
                icon=":material/arrow_back:" if back else ":material/arrow_forward:",
                icon_position="left" if back else "right",
                query_params={**self._query(entry), **more},
            )

    def _query(self, entry: PageEntry) -> Query:
        """The query of a page as this visitor left it last; of this page, the present one."""
        return state_in_url() if entry == self._entry else left_at(entry) or {}


def _foot_row() -> DeltaGenerator:
    return st.container(key="foot", horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
