"""Streamlit's private interface: all that the app takes from it, so that an upgrade can break it in one place only.

What the components ask of Streamlit's own page, its test ids and its script state, is listed by
`tests/app/test_streamlit_internals.py`.
"""

from __future__ import annotations

import asyncio
import functools
import json
import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from streamlit import net_util, runtime
from streamlit.elements.vega_charts import _convert_altair_to_vega_lite_spec
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.scriptrunner import ScriptRunner, get_script_run_ctx
from streamlit.runtime.state.common import WidgetMetadata, unpack_widget_state_value
from streamlit.runtime.state.session_state import Serialized, WStates
from streamlit.web.server.starlette import starlette_websocket
from streamlit.web.server.starlette.starlette_websocket import StarletteSessionClient

if TYPE_CHECKING:
    import altair as alt

MAX_DEPTH = 8
"""How deep lists and objects may lie in one another in what a component sends; the app's send three at most."""

CODE_GOING_AWAY = 1001
"""Of a websocket that its server closes."""

_LOG = logging.getLogger(__name__)


def session_id() -> str | None:
    """The identifier of the visitor's session, which is one tab of a browser; None outside a running page."""
    context = get_script_run_ctx()
    return context.session_id if context else None


def open_sessions() -> list[str]:
    """The identifiers of all sessions whose tab is connected; none outside a server, and none in AppTest's."""
    manager = _session_manager()
    return [] if manager is None else [info.session.id for info in manager.list_active_sessions()]


def disconnected_sessions() -> int:
    """How many sessions a server keeps for the return of their tab; it forgets those whose time is over."""
    server = runtime.get_instance()
    counted: Future[int] = Future()

    def count() -> None:
        storage = server._session_mgr._session_storage  # type: ignore[attr-defined]
        # Its list leaves out those whose time is over; the length of the cache behind it lets go of them.
        counted.set_result(len(storage._cache))

    server._get_async_objs().eventloop.call_soon_threadsafe(count)
    return counted.result()


def let_go(session: str) -> None:
    """End a session and its connection. A tab that is awake comes back as a new one, with what its address says."""
    server = runtime.get_instance()

    def close() -> None:
        info = server._session_mgr.get_active_session_info(session)
        if info is not None:
            server.close_session(session)
            if isinstance(info.client, StarletteSessionClient):
                closing = asyncio.ensure_future(info.client._websocket.close(CODE_GOING_AWAY))
                closing.add_done_callback(lambda done: done.cancelled() or done.exception())

    server._get_async_objs().eventloop.call_soon_threadsafe(close)


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


@functools.cache
def at_the_end_of_scripts(end: Callable[[], None]) -> None:
    """From here on, call `end` in the thread of every script that is over, also of one that fails or is stopped.

    Once per process. AppTest's scripts end without it.
    """
    finish = ScriptRunner._on_script_finished

    def finish_and_end(self: ScriptRunner, *args: Any, **kwargs: Any) -> None:
        end()
        finish(self, *args, **kwargs)

    ScriptRunner._on_script_finished = finish_and_end  # type: ignore[method-assign]


def in_a_server() -> bool:
    """Whether the running script is one of a server's, and not of AppTest, whose runtime is a stand-in."""
    return _session_manager() is not None


def _session_manager() -> Any | None:
    return getattr(runtime.get_instance(), "_session_mgr", None) if runtime.exists() else None


@functools.cache
def refuse_forged_values() -> None:
    """From here on, take no value of a widget that its frontend could not have sent; once per process.

    Streamlit gives whatever a message says to the widget's own reader, which raises, or hands a text to a page that
    draws a slider. A refused value is as if it had not been sent, so the widget keeps the one it had; the log gets a
    line. What a slider's range or a list of options allows is left to the controls. A frame that is no message at all
    closes its connection, and gets a line as well, without a traceback.
    """
    logging.getLogger(starlette_websocket.__name__).addFilter(_without_traceback)
    take, give = WStates.set_widget_from_proto, WStates.__getitem__

    def take_if_sound(self: WStates, widget_state: WidgetState) -> None:
        metadata = self.widget_metadata.get(widget_state.id)
        if metadata is None or _is_sound(metadata, widget_state):
            take(self, widget_state)

    def give_if_sound(self: WStates, k: str) -> Any:
        # A value that came before its widget was drawn for the first time.
        kept, metadata = self.states.get(k), self.widget_metadata.get(k)
        if metadata is not None and isinstance(kept, Serialized) and not _is_sound(metadata, kept.value):
            self.set_from_value(k, metadata.deserializer(None))
        return give(self, k)

    WStates.set_widget_from_proto = take_if_sound  # type: ignore[method-assign]
    WStates.__getitem__ = give_if_sound  # type: ignore[method-assign]


def _without_traceback(record: logging.LogRecord) -> bool:
    """Filter of the websocket's log: what it warns of is the browser's fault, and where in the server says nothing."""
    if record.levelno == logging.WARNING:
        record.exc_info = None
    return True


@functools.cache
def ask_nobody_for_our_address() -> None:
    """From here on, know the external address of this machine from nobody; once per process.

    For a websocket of a foreign origin Streamlit asks a public service for it, up to two seconds in which the server
    answers no visitor, and refuses the origin unless it is that address. It is refused at once instead; who serves the
    app by its external address, behind a proxy that gives another name, says it as `server.corsAllowedOrigins`.
    """
    net_util.get_external_ip = lambda: None


def _is_sound(metadata: WidgetMetadata[Any], state: WidgetState) -> bool:
    """Whether a widget's frontend could have sent this: a field of its kind, JSON that is one, and readable."""
    kind = state.WhichOneof("value")
    try:
        if kind is not None and kind != metadata.value_type:
            raise ValueError(f"{kind} instead of {metadata.value_type}")
        if kind in ("json_value", "json_trigger_value"):
            _check_depth(json.loads(getattr(state, kind), parse_constant=_refuse), MAX_DEPTH)
        metadata.deserializer(unpack_widget_state_value(state))
    except Exception as error:  # whatever a reader raises
        _LOG.warning("Refused a forged value of a widget: %s", type(error).__name__)
        return False
    return True


def _check_depth(value: object, most: int) -> None:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        if not most:
            raise ValueError("JSON that is too deep")
        _check_depth(one, most - 1)


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number of JSON")
