"""Figures that are drawn in the browser and follow the pointer, with no rerun of the page while something is dragged.

`NAME.js`, and `NAME.css` if it has a style, make one component. What several of them need is an ES module beside them,
such as `model.js`, `numbers.js` or `arrow_plane.js`, which they import by name; there is no build step. Streamlit takes
one script per component, so `script` writes a component and what it imports into one.
"""

import base64
import logging
import re
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_HERE = Path(__file__).parent
_LOG = logging.getLogger(__name__)
_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./(\w+)\.js"\n', re.MULTILINE)
_COMMENT = re.compile(r"^ *//.*\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:function|const) (\w+))", re.MULTILINE)


def light(data: dict[str, object]) -> tuple[dict[str, object]]:
    """Data for a component on a page that is to be quick on a cold server; its script reads `data[0]`.

    Streamlit imports pandas to look for tables among the values of a dict, but not inside a tuple.
    """
    return (data,)


def plain(values: npt.ArrayLike, digits: int = 3) -> object:
    """Numbers as a component reads them, in lists; of a picture a thousandth of a unit is less than a pixel."""
    return np.round(np.asarray(values, dtype=np.float64), digits).tolist()


def packed(values: npt.ArrayLike) -> str:
    """Many numbers from -8 to 8 as a short text, which `packed.js` reads: a third of what a list of them takes.

    Whole numbers of 16 bits in base64, in units of 1 / 4096; what is beyond is written as the nearest that is not.
    """
    whole = np.clip(np.round(np.asarray(values, dtype=np.float64) * 4096), -(2**15), 2**15 - 1)
    return base64.b64encode(whole.astype("<i2").tobytes()).decode()


def component(name: str, isolate_styles: bool = True) -> ComponentRenderer:
    """Declare the component of that name. Once per module, not once per run.

    Without isolation its styles reach the whole page; that is for the frame alone. Where a script is missing on this
    server, a sentence stands in the figure's place, and the log says which.
    """
    try:
        js = script(name)
    except OSError as error:
        _LOG.error("The component %s cannot be shown: %s", name, error)
        return cast("ComponentRenderer", _missing)
    styles = [file.read_text(encoding="utf-8") for part in parts(name) if (file := _HERE / f"{part}.css").exists()]
    return st.components.v2.component(name, css="".join(styles), js=js, isolate_styles=isolate_styles)


def _missing(**_: object) -> None:
    st.caption("A figure is missing here, because its script is missing on this server.")


def parts(name: str) -> list[str]:
    """The ES modules that a component or module is made of, itself last, each after what it imports."""
    found: list[str] = []
    for _, imported in _IMPORT.findall(_source(name)):
        found += [part for part in parts(imported) if part not in found]
    return [*found, name]


def script(name: str) -> str:
    """A component or module as one script, after all that it imports; every module has a scope of its own."""
    *modules, last = parts(name)
    # Streamlit sends the script with every figure, twelve times on the home page.
    return _COMMENT.sub("", "".join(map(_as_constant, modules)) + _with_constants(last))


def _as_constant(name: str) -> str:
    """A module as one constant, an object of what it exports."""
    source = _with_constants(name)
    exports = ", ".join(_EXPORT.findall(source))
    return f"const module_{name} = (() => {{\n{_EXPORT.sub('', source)}return {{ {exports} }}\n}})()\n"


def _with_constants(name: str) -> str:
    """The source of a module, its imports taken out of those constants."""
    return _IMPORT.sub(r"const \1 = module_\2\n", _source(name))


def _source(name: str) -> str:
    return (_HERE / f"{name}.js").read_text(encoding="utf-8")
