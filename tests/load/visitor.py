"""A visitor without a browser: speaks Streamlit's websocket, opens pages, moves controls, walks, and leaves.

It does what Streamlit's frontend does and draws nothing: it keeps the widgets of the page, the address, and the
messages that the server need not send twice.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import parse_qsl, urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from toymodels.app.shell.failures import SORRY

PATIENCE = 60.0
"""Seconds after which something that must happen is held not to happen."""

LARGEST_MESSAGE = 50_000_000

NO_PICTURES = {"presenter", "figures", "copy_link", "file_field", "thumbnail"}
"""Components that draw no figure."""


class LostError(Exception):
    """The server closed the connection, or did not answer."""


@dataclass
class Visitor:
    """One browser tab.

    Attributes:
        address: of the server, ws://host:port.
        cookie: that the browser sends; tabs of one browser share it.
        page: the name of the page that is open, "" for home.
        query: its parameters.
        errors: what a person would have seen go wrong.
        elements: the kinds of elements of the last run, in order.
        pictured: seconds from asking for the last run to its first figure; None while it has none.
        session: the name that the server gave it.
        widgets: the kind of every element of the last run that takes a value, by its identifier.
    """

    address: str
    cookie: str = ""
    page: str = ""
    query: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    elements: list[str] = field(default_factory=list)
    pictured: float | None = None
    session: str = ""
    widgets: dict[str, str] = field(default_factory=dict)
    _socket: ClientConnection | None = None
    _widgets: dict[str, Element] = field(default_factory=dict)
    _values: dict[str, WidgetState] = field(default_factory=dict)
    _buttons: dict[str, str] = field(default_factory=dict)
    _pages: dict[str, str] = field(default_factory=dict)
    _page_hash: str = ""
    _messages: dict[str, ForwardMsg] = field(default_factory=dict)

    async def __aenter__(self) -> Visitor:
        self._socket = await connect(
            f"{self.address}/_stcore/stream",
            subprotocols=["streamlit", "no-token"],  # type: ignore[list-item]  # plain strings are what it sends
            additional_headers={"Cookie": self.cookie} if self.cookie else None,
            compression=None,
            max_size=LARGEST_MESSAGE,
            proxy=None,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.leave()

    @property
    def set_cookie(self) -> str:
        """The cookie that a proxy has answered the connection with; "" for none."""
        response = None if self._socket is None else self._socket.response
        cookies = [] if response is None else response.headers.get_all("Set-Cookie")
        return cookies[0].partition(";")[0] if cookies else ""

    async def open(self, page: str, query: str = "") -> float:
        """Arrive at a page by a link, as the first thing; the seconds until it is complete."""
        self.page, self.query = page, dict(parse_qsl(query))
        return await self._run()

    async def walk(self, page: str, query: str = "") -> float:
        """Follow a link of the menu to another page; the seconds until it is complete."""
        await self.walk_away(page, query)
        return await self.answer()

    async def walk_away(self, page: str, query: str = "") -> None:
        """As `walk`, without waiting for the answer."""
        self.page, self.query = page, dict(parse_qsl(query))
        self._page_hash = self._pages[page]
        self._values.clear()
        await self._ask()

    async def move(self, key: str, value: str) -> float:
        """Give a control that is bound to the URL another value; the seconds until the page is complete."""
        await self.ask(key, value)
        return await self.answer()

    async def ask(self, key: str, value: str) -> None:
        """As `move`, without waiting for the answer."""
        element = self._widgets[key]
        state = _state(element, value)
        self._values[state.id] = state
        self.query[key] = value
        await self._ask()

    async def press(self, label: str) -> None:
        """Press a button, without waiting for the answer."""
        await self._ask(WidgetState(id=self._buttons[label], trigger_value=True))

    async def forge(self, states: Sequence[WidgetState]) -> float:
        """Send values that no frontend sends; the seconds until the page is complete."""
        await self._ask(*states)
        return await self.answer()

    async def clear_cache(self) -> None:
        """Send what the menu's "Clear cache" sends, and wait until the server has answered a run after it."""
        assert self._socket is not None
        await self._socket.send(BackMsg(clear_cache=True).SerializeToString())
        await self._run()

    async def leave(self) -> None:
        """Close the tab."""
        if self._socket is not None:
            await self._socket.close()

    @property
    def controls(self) -> set[str]:
        """The names of the controls that are bound to the URL."""
        return set(self._widgets)

    async def answer(self) -> float:
        """The seconds until the run that was asked for is complete."""
        began = time.perf_counter()
        self.pictured = None
        while True:
            message = await self._receive()
            match message.WhichOneof("type"):
                case "new_session":
                    self.session = message.new_session.initialize.session_id
                    self.elements.clear()
                    self.widgets.clear()
                    self._widgets.clear()
                    self._buttons.clear()
                case "navigation":
                    self._page_hash = message.navigation.page_script_hash
                    self._pages = {
                        "" if place.is_default else place.url_pathname: place.page_script_hash
                        for place in message.navigation.app_pages
                    }
                case "delta":
                    if message.delta.WhichOneof("type") == "new_element":
                        self._see(message.delta.new_element)
                        if self.pictured is None and _is_picture(message.delta.new_element):
                            self.pictured = time.perf_counter() - began
                case "page_not_found" | "auth_redirect":
                    self.errors.append(f"{self.page}: {message.WhichOneof('type')}")
                case "session_event" if message.session_event.WhichOneof("type") == "script_compilation_exception":
                    self.errors.append(f"{self.page}: the script does not compile")
                case "script_finished" if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    return time.perf_counter() - began

    def _see(self, element: Element) -> None:
        kind = element.WhichOneof("type")
        if kind is None:
            return
        self.elements.append(kind)
        if kind == "alert" and element.alert.body == SORRY:
            self.errors.append(f"{self.page}?{urlencode(self.query)}: {SORRY}")
        if identifier := getattr(getattr(element, kind), "id", ""):
            self.widgets[identifier] = kind
        if kind == "exception":
            self.errors.append(f"{self.page}?{urlencode(self.query)}: {element.exception.message}")
        if kind == "button":
            self._buttons[element.button.label] = element.button.id
        key = getattr(getattr(element, kind), "query_param_key", "")
        if key:
            self._widgets[key] = element

    async def _run(self) -> float:
        await self._ask()
        return await self.answer()

    async def _ask(self, *pressed: WidgetState) -> None:
        message = BackMsg()
        client = message.rerun_script
        client.query_string = urlencode(self.query)
        client.page_script_hash = self._page_hash
        # Until the server has said which pages there are, a page is asked for by its name.
        client.page_name = "" if self._page_hash else self.page
        client.widget_states.widgets.extend([*self._values.values(), *pressed])
        client.cached_message_hashes.extend(self._messages)
        client.context_info.timezone = "Europe/Berlin"
        client.context_info.locale = "en"
        client.context_info.url = self.address.replace("ws", "http", 1) + "/" + self.page
        assert self._socket is not None
        try:
            await self._socket.send(message.SerializeToString())
        except ConnectionClosed as error:
            raise LostError(str(error)) from error

    async def _receive(self) -> ForwardMsg:
        assert self._socket is not None
        try:
            async with asyncio.timeout(PATIENCE):
                data = await self._socket.recv()
        except (ConnectionClosed, TimeoutError) as error:
            raise LostError(f"{type(error).__name__} on {self.page}?{urlencode(self.query)}") from error
        assert isinstance(data, bytes)
        message: ForwardMsg = ForwardMsg.FromString(data)
        if message.WhichOneof("type") == "ref_hash":
            return self._messages[message.ref_hash]
        if message.metadata.cacheable and message.hash:
            self._messages[message.hash] = message
        return message


def _is_picture(element: Element) -> bool:
    kind = element.WhichOneof("type")
    if kind == "bidi_component":
        return element.bidi_component.component_name not in NO_PICTURES
    return kind == "vega_lite_chart"


def _state(element: Element, value: str) -> WidgetState:
    """The value of a widget as its frontend sends it."""
    kind = element.WhichOneof("type")
    state = WidgetState(id=getattr(element, str(kind)).id)
    match kind:
        case "slider" if element.slider.options:
            state.string_array_value.data[:] = [value]
        case "slider":
            state.double_array_value.data[:] = [float(value)]
        case "number_input":
            state.double_value = float(value)
        case "button_group":
            state.string_array_value.data[:] = [value]
        case "checkbox":
            state.bool_value = value == "true"
        case "selectbox" | "text_input" | "text_area":
            state.string_value = value
        case _:
            raise ValueError(f"no visitor moves a {kind}")
    return state
