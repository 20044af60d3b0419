"""A field for a small file that the browser reads and sends with the page's other values.

Streamlit's own uploader has an address that takes files from anybody, on every page and without a widget, and keeps
them. `server.maxUploadSize` refuses them all.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence

import streamlit as st

from toymodels.app.components import component

_FIELD = component("file_field")

MAX_NAME = 255
"""Characters of a file's name; file systems allow no more."""


def file_field(
    key: str, label: str, endings: Sequence[str], most_bytes: int, on_choice: Callable[[str, bytes], None]
) -> None:
    """Draw it.

    Args:
        key: of the component, in the session.
        label: what may be chosen.
        endings: of the names that may be chosen, in lower case, each with its dot.
        most_bytes: the browser keeps a larger file and says so. In base64, which takes a third more, it must fit into
            `server.maxWidgetStateSize`.
        on_choice: called with name and content when a file was chosen, before the page runs again.
    """

    def chosen() -> None:
        file = sent_file(st.session_state[key].chosen, most_bytes)
        if file is not None:
            on_choice(*file)

    _FIELD(
        key=key,
        data={"label": label, "endings": list(endings), "most": most_bytes},
        on_chosen_change=chosen,
    )


def sent_file(sent: object, most_bytes: int) -> tuple[str, bytes] | None:
    """Name and content of the file that the browser sent; None for what the field never sends."""
    match sent:
        case {"name": str(name), "content": str(content)}:
            if len(name) > MAX_NAME or len(content) > 4 * -(-most_bytes // 3):
                return None
            try:
                data = base64.b64decode(content, validate=True)
            except (binascii.Error, ValueError):
                return None
            return (name, data) if len(data) <= most_bytes else None
    return None
