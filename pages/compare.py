"""Any two states of a page side by side: one is pinned, the other moves, and the address holds both."""

from urllib.parse import parse_qsl

import streamlit as st

from toymodels.app.shell.comparison import clean, side_by_side
from toymodels.app.shell.controls import Choice, Pick
from toymodels.app.shell.page import start_page
from toymodels.app.shell.page_registry import COMPARE, PAGES, QUESTION, PageEntry

PAGE: Choice[PageEntry] = Choice("page", "Page", {entry.name: entry for entry in PAGES})
FIGURE = Pick("figure", "Figure", "first", r"[a-z]{1,20}", "figure", help="Which figure of the page.")

page = start_page(COMPARE.name, [PAGE, FIGURE])

entry = PAGE.draw()
figures = [section for section in entry.sections if section != QUESTION]

with page.controls():
    name = FIGURE.draw([section.name for section in figures])
section = next((section for section in figures if section.name == name), figures[0])
pinned, moving = (clean(st.query_params.get(side, "")) for side in ("a", "b"))
st.markdown(
    f"**{entry.title} · {section.heading}.** The left one stays as it is. "
    "Change the right one; the address of this page always holds both."
)


def remember(query: str) -> None:
    st.query_params["b"] = query


side_by_side(entry, section, pinned, moving, remember)

with st.container(horizontal=True, gap="medium"):
    both = {"page": entry.name, "figure": section.name}
    st.page_link(
        COMPARE.file, label="Pin the right one", icon=":material/keep:", query_params={**both, "a": moving, "b": moving}
    )
    st.page_link(
        COMPARE.file, label="Swap", icon=":material/swap_horiz:", query_params={**both, "a": moving, "b": pinned}
    )
    st.page_link(
        entry.file, label="Back to the page", icon=":material/arrow_back:",
        query_params=dict(parse_qsl(moving)),
    )  # fmt: skip
page.foot()
