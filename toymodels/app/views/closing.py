"""Closing stop of the talk: four numbers, two of what superposition saves and two of what it costs, and the link."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from toymodels.experiments.findings.good_or_bad import ClosingNumber


def closing_numbers(saves: Sequence[ClosingNumber], costs: Sequence[ClosingNumber], link: Callable[[], None]) -> None:
    """Draw the numbers side by side, and what `link` draws below them."""
    for column, title, numbers in zip(st.columns(2, gap="large"), ("Saves", "Costs"), (saves, costs), strict=True):
        with column:
            st.markdown(f"### {title}")
            for number in numbers:
                st.markdown(f"## {number.value}")
                st.markdown(number.words)
    st.markdown("Every number here is of a run of this talk, and its page says how it was made.")
    link()
