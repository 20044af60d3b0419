"""What a visitor can take away from every page: the data, the weights, the code."""

import io

import pandas as pd
import streamlit as st

from toymodels.run import Run
from toymodels.snippets import snippet


def take_home(name: str, run: Run, table: pd.DataFrame, code: str | None = None) -> None:
    """Three downloads and the code, for the run on the screen.

    Args:
        name: of the files.
        run: whose weights and code they are.
        table: the data of the page's figure.
        code: what redoes the run, where training its spec from random weights does not.
    """
    st.header("Take it home")
    code = snippet(run) if code is None else code
    with st.container(horizontal=True):
        st.download_button(
            "Data (CSV)", lambda: table.to_csv(index=False), f"{name}.csv", "text/csv",
            on_click="ignore", icon=":material/table:",
        )  # fmt: skip
        st.download_button(
            "Weights (.npz)", lambda: npz(run), f"{name}.npz", "application/octet-stream",
            on_click="ignore", icon=":material/database:",
        )  # fmt: skip
        st.download_button(
            "Python", code, f"{name}.py", "text/x-python", on_click="ignore", icon=":material/code:"
        )  # fmt: skip
    with st.expander("The code that redoes this run"):
        st.code(code, language="python")
    st.caption("The address of this page holds its whole state: copy it to share exactly this experiment.")


def npz(run: Run) -> bytes:
    """The run as the bytes of the file that `Run.save` writes."""
    buffer = io.BytesIO()
    run.save(buffer)
    return buffer.getvalue()
