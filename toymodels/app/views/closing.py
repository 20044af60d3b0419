"""Closing stop of the talk: two numbers of what superposition saves, two of what it costs, the answer, and links."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from toymodels.experiments.findings.good_or_bad import ClosingNumber


def closing_numbers(
    saves: Sequence[ClosingNumber], costs: Sequence[ClosingNumber], answer: str, links: Callable[[], None]
) -> None:
    """Draw the numbers side by side, below them the answer, in Markdown, and what `links` draws."""
    for column, title, numbers in zip(st.columns(2, gap="large"), ("Saves", "Costs"), (saves, costs), strict=True):
        with column:
            st.markdown(f"### {title}")
            for number in numbers:
                st.markdown(f"## {number.value}")
                st.markdown(number.words)
    st.markdown(answer)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Every number here is of a run of this talk. Beyond it:", width="content")
        links()
