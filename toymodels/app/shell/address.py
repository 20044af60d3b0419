"""Page state in the URL: reading and validating query parameters, and binding widgets to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

import streamlit as st

Value = TypeVar("Value")

_DRAWN = "_drawn"


def _sparsity_of(inverse_density: str) -> str:
    """S as the URL spells it for a text that spells 1 / (1 - S), which need not be legal; other text stays."""
    try:
        return f"{1 - 1 / float(inverse_density):.2f}"
    except ZeroDivisionError:
        return "-inf"
    except ValueError:
        return inverse_density


FORMER_KEYS: dict[str, tuple[str, Callable[[str], str]]] = {
    "decay": ("r", str),
    "i": ("feature", str),
    "x": ("inverse_density", str),
    "own": ("S", _sparsity_of),
    "features": ("n", str),
    "neurons": ("m", str),
}
"""Keys of older links: the key that a page has for the same notion today, and its text there."""


class Control(Protocol[Value]):
    """A piece of a page's state: its name in the URL, the values it may take, and its widget."""

    @property
    def key(self) -> str:
        """Its name in the URL and in the session."""

    def read(self, text: str) -> tuple[Value, str | None]:
        """The legal value nearest to any text, and a sentence for the visitor if the text was not legal itself."""

    def write(self, value: Value) -> str:
        """The value as the URL spells it."""

    def held(self, value: Value) -> object:
        """The value as the widget holds it."""

    def draw(self) -> Value:
        """Show the widget; its value, which is legal whatever the browser sent."""


def shown(text: str) -> str:
    """Text from a URL, safe to show: at most 20 characters, without any that Markdown would act on."""
    if not text.strip():
        return "(nothing)"
    plain = re.sub(r"(?i)www\.|_|[^\w.+\- ]", "?", text)
    return plain if len(plain) <= 20 else plain[:20] + "…"


def take_from_link(controls: Sequence[Control[Any]], query: Mapping[str, str], restart: bool = False) -> None:
    """Give the controls of a page that was reached by a link within the app what the link says, or their defaults.

    Streamlit knows a widget by its name: a slider S of the page before hands its value on to the S of this one, and
    drops what the link says of S.

    Args:
        controls: of the page that is reached.
        query: what the link says, by name.
        restart: whether to write all of it into the URL and start the script anew. After Back and Forward, Streamlit
            has taken out what the page before has a control for, and would give these controls their defaults.
    """
    changes = dict(query) if restart else {}
    for control in controls:
        # No text is legal nowhere, and gives the value on arrival.
        value, note = control.read(query.get(control.key, ""))
        st.session_state[control.key] = control.held(value)
        if note is not None and control.key in query:
            st.session_state[_note_key(control.key)] = note
            changes[control.key] = control.write(value)
    _put_right(changes)
    if restart:
        st.rerun()


def take_from_url(controls: Sequence[Control[Any]]) -> list[str]:
    """Make what the URL says of controls legal before any widget reads it; a sentence for each that was not.

    The sentences stay until the visitor moves the control. Where the URL had to be changed, the script starts anew:
    a bound widget reads the URL that the run began with.
    """
    _rename_former_keys(controls)
    changes = {}
    for control in controls:
        texts = st.query_params.get_all(control.key)
        # Once the widget lives, the URL is the widget's: Streamlit forbids to write it, and drops what is not legal.
        if not texts or control.key in st.session_state:
            continue
        value, note = control.read(texts[-1])
        if len(texts) > 1:
            note = note or f"{control.key} is given {len(texts)} times; showing the last, {shown(texts[-1])}."
        if note is not None:
            st.session_state[_note_key(control.key)] = note
            changes[control.key] = control.write(value)
    _put_right(changes)
    notes = [st.session_state.get(_note_key(control.key)) for control in controls]
    return [str(note) for note in notes if note is not None]


def _rename_former_keys(controls: Sequence[Control[Any]]) -> None:
    """Write what the URL says under a key of older links under today's key, and start the script anew."""
    keys = {control.key for control in controls}
    former = [
        (old, new, write)
        for old, (new, write) in FORMER_KEYS.items()
        if old in st.query_params and new in keys and old not in keys
    ]
    for old, new, write in former:
        texts = [write(text) for text in st.query_params.get_all(old)]
        del st.query_params[old]
        # Where both are given, today's key is the one that is meant.
        if new not in st.query_params and new not in st.session_state:
            st.query_params[new] = texts
    if former:
        st.rerun()


def _put_right(changes: Mapping[str, str]) -> None:
    """Write legal values into the URL and restart the script: a bound widget reads the URL of the run's start."""
    if changes:
        st.query_params.update(changes)
        st.rerun()


def bound(key: str, on_change: Callable[[], None] | None = None) -> dict[str, Any]:
    """Arguments that bind a widget to the URL under a key. The control counts as drawn in this run.

    Args:
        key: its name.
        on_change: to be called when the visitor moves it; by default what forgets the note about its link.
    """
    st.session_state[_DRAWN] = [*st.session_state.get(_DRAWN, []), key]
    return {"key": key, "bind": "query-params", "on_change": on_change or partial(forget_note, key)}


def bound_text(key: str, max_chars: int, on_change: Callable[[], None] | None = None) -> dict[str, Any]:
    """As `bound`, for a text of a bounded length. The browser's field takes no more; a longer one that comes all the
    same is cut before the session keeps it.
    """
    known = bound(key, on_change)
    moved = known["on_change"]

    def cut() -> None:
        st.session_state[key] = st.session_state[key][:max_chars]
        moved()

    return known | {"max_chars": max_chars, "on_change": cut}


def forget_drawn() -> None:
    """A run begins: nothing is drawn yet."""
    st.session_state[_DRAWN] = []


def undrawn(controls: Sequence[Control[Any]]) -> list[Control[Any]]:
    """The controls that this run has not drawn. Streamlit forgets the state of a widget that is not drawn."""
    return [control for control in controls if control.key not in st.session_state.get(_DRAWN, [])]


def _note_key(key: str) -> str:
    return f"_note_{key}"


def forget_note(key: str) -> None:
    """Drop the sentence about a control, because the visitor has moved it."""
    st.session_state.pop(_note_key(key), None)
