"""Pictures that follow the hand: drawn in the browser, with no rerun of the page while something is dragged.

`NAME.js`, and `NAME.css` if it has a style, make one component; `svg.js` is put before every script.
"""

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_HERE = Path(__file__).parent


def component(name: str) -> ComponentRenderer:
    """Declare the component of that name. Call it once per module, not once per run."""
    style = _HERE / f"{name}.css"
    return st.components.v2.component(
        name,
        css=style.read_text(encoding="utf-8") if style.exists() else None,
        js=(_HERE / "svg.js").read_text(encoding="utf-8") + (_HERE / f"{name}.js").read_text(encoding="utf-8"),
    )
