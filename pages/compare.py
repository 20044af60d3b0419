"""Any two states of a page side by side: one is pinned, the other moves, and the address holds both."""

from urllib.parse import parse_qsl

import streamlit as st

from toymodels.app.shell.comparison import clean, side_by_side
from toymodels.app.shell.controls import Choice, Pick
from toymodels.app.shell.page import frame
from toymodels.app.shell.page_registry import COMPARE, QUESTION, TALK, Place

PAGE: Choice[Place] = Choice("page", "Page", {place.name: place for place in TALK})
FIGURE = Pick("figure", "Figure", "first", r"[a-z]{1,20}", "figure", help="Which figure of the page.")

page = frame(COMPARE.title, [PAGE, FIGURE])

place = PAGE.draw()
figures = [stop for stop in place.stops if stop != QUESTION]

with page.controls():
    name = FIGURE.draw([stop.name for stop in figures])
stop = next((stop for stop in figures if stop.name == name), figures[0])
pinned, moving = (clean(st.query_params.get(side, "")) for side in ("a", "b"))
st.markdown(
    f"**{place.title} · {stop.heading}.** The left one stays as it is. "
    "Change the right one; the address of this page always holds both."
)


def remember(query: str) -> None:
    st.query_params["b"] = query


side_by_side(place, stop, pinned, moving, remember)

with st.container(horizontal=True, gap="medium"):
    both = {"page": place.name, "figure": stop.name}
    st.page_link(
        COMPARE.file, label="Pin the right one", icon=":material/keep:", query_params={**both, "a": moving, "b": moving}
    )
    st.page_link(
        COMPARE.file, label="Swap", icon=":material/swap_horiz:", query_params={**both, "a": moving, "b": pinned}
    )
    st.page_link(
        place.file, label="Back to the page", icon=":material/arrow_back:",
        query_params=dict(parse_qsl(moving)),
    )  # fmt: skip
page.foot()
