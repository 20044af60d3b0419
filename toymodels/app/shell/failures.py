"""Error message of a page that fails: one sentence and a link home. The details are in the server's log only."""

import streamlit as st

from toymodels.app.shell.streamlit_internals import answer_exceptions

SORRY = "Something went wrong on this page, and nothing is lost: its settings are in the address."


def answer_for_faults() -> None:
    """From here on, an exception that the running script does not catch is answered by `SORRY` and a link."""
    answer_exceptions(_say_sorry)


def _say_sorry(error: Exception) -> bool:
    st.error(SORRY, icon=":material/sentiment_dissatisfied:")
    st.page_link("streamlit_app.py", label="Back to the start", icon=":material/home:")
    return True  # Streamlit's own words, which speak of redaction, stay away
