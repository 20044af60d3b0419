"""Error message of a page that fails: one sentence and a link home. The details are in the server's log only."""

from functools import partial

import streamlit as st

from toymodels.app.shell.streamlit_internals import answer_exceptions

SORRY = "Something went wrong on this page, and nothing is lost: its settings are in the address."


def answer_for_faults(way_home: bool = True) -> None:
    """From here on, an exception that the running script does not catch is answered by `SORRY`.

    Args:
        way_home: whether to draw a link to the home page below it, which on home itself would lead nowhere.
    """
    answer_exceptions(partial(_say_sorry, way_home))


def _say_sorry(way_home: bool, error: Exception) -> bool:
    st.error(SORRY, icon=":material/sentiment_dissatisfied:")
    if way_home:
        st.page_link("streamlit_app.py", label="Back to the start", icon=":material/home:")
    return True  # Streamlit's own words, which speak of redaction, stay away
