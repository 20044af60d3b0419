"""Streamlit's private interface: all that the app takes from it, so that an upgrade can break it in one place only.

What the components ask of Streamlit's own page, its test ids and its script state, is listed by
`tests/app/test_streamlit_internals.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from streamlit.elements.vega_charts import _convert_altair_to_vega_lite_spec
from streamlit.runtime.scriptrunner import get_script_run_ctx

if TYPE_CHECKING:
    import altair as alt


def session_id() -> str | None:
    """The identifier of the visitor's session, which is one tab of a browser; None outside a running page."""
    context = get_script_run_ctx()
    return context.session_id if context else None


def sent_query() -> str:
    """The query string that the browser sent with this run, before `st.query_params` sorted it; "" outside a page."""
    context = get_script_run_ctx()
    return context.query_string if context else ""


def goes_through_history() -> bool:
    """Whether this run was asked for by the browser's Back or Forward."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def answer_exceptions(handler: Callable[[Exception], bool]) -> None:
    """From here on, call `handler` for an exception that the running script does not catch.

    The public place for it is `st.App`, which a page that `streamlit run` starts does not have. Streamlit logs the
    exception with its traceback either way.

    Args:
        handler: draws what the visitor sees, and returns True if Streamlit's own message is not wanted.
    """
    context = get_script_run_ctx()
    if context is not None:
        context.on_script_error = handler


def sent_chart(chart: alt.Chart | alt.LayerChart) -> dict[str, Any]:
    """What `st.altair_chart` makes of a chart: a specification for `st.vega_lite_chart`, its tables in Arrow."""
    return _convert_altair_to_vega_lite_spec(chart)
