"""Tables on a page."""

from __future__ import annotations

import pandas as pd
import streamlit as st


def draw_table(table: pd.DataFrame) -> None:
    """Draw a table whose columns stand below their headings.

    Streamlit sets numbers to the right of a column and every heading to its left; words stand below their heading.
    """
    st.table(table.astype(str), hide_index=True)
