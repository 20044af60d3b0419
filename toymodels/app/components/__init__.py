"""Pictures that follow the hand: drawn in the browser, with no rerun of the page while something is dragged.

`NAME.js`, and `NAME.css` if it has a style, make one component; `svg.js` and `svg.css` are put before them all. What
several but not all of them need, such as `cells`, is named by those that do.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_HERE = Path(__file__).parent


def light(data: dict[str, object]) -> tuple[dict[str, object]]:
    """Data for a component on a page that is to be quick on a cold server; its script reads `data[0]`.

    Streamlit imports pandas to look for tables among the values of a dict, but not inside a tuple.
    """
    return (data,)


def plain(values: npt.ArrayLike, digits: int = 3) -> object:
    """Numbers as a component reads them, in lists; of a picture a thousandth of a unit is less than a pixel."""
    return np.round(np.asarray(values, dtype=np.float64), digits).tolist()


def component(name: str, *shared: str, isolate_styles: bool = True) -> ComponentRenderer:
    """Declare the component of that name, after the shared files of other names. Once per module, not once per run.

    Without isolation its styles reach the whole page; that is for the frame alone.
    """
    parts = ("svg", *shared, name)
    script = "".join((_HERE / f"{part}.js").read_text(encoding="utf-8") for part in parts)
    styles = [file.read_text(encoding="utf-8") for part in parts if (file := _HERE / f"{part}.css").exists()]
    return st.components.v2.component(name, css="".join(styles), js=script, isolate_styles=isolate_styles)
