"""Place of a figure on a page: below it the browser offers its explanation and its files."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, cast

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer
from streamlit.delta_generator import DeltaGenerator

from toymodels.app.components import component, light
from toymodels.app.explanations import EXPLANATIONS
from toymodels.app.shell.work_notice import a_figure_comes
from toymodels.plots.theme import LIGHT, Theme

PREFIX = "figure_"
"""With what the key of a figure's container begins; its name follows."""

_FIGURES = component("figures", isolate_styles=False)


def figure(name: str, place: DeltaGenerator | None = None) -> DeltaGenerator:
    """Container for one figure, a component or a chart, which is explained and saved as a whole.

    Args:
        name: of the figure, as `toymodels.app.explanations` knows it; where a page draws several alike, a hyphen and
            what tells them apart follow.
        place: where it stands; without, where the page is.
    """
    a_figure_comes()
    return (place or st).container(key=PREFIX + name)


def figure_component(name: str) -> ComponentRenderer:
    """Declare the component of that name, as `component`; each time it is drawn as the figure that its key names."""
    renderer = component(name)

    def draw(*, key: str, **arguments: Any) -> Any:
        with figure(key):
            return renderer(key=key, **arguments)

    return cast("ComponentRenderer", draw)


@functools.cache
def _figures(page: str) -> dict[str, dict[str, object]]:
    return {name: explained.plain() for name, explained in EXPLANATIONS.get(page, {}).items()}


def offer_tools(page: str, title: str, look: Theme, letters: bool, frame_keys: Sequence[str]) -> None:
    """Give the browser all explanations of a page, once: no control changes them.

    Args:
        page: its name in the address; "" for home.
        title: its heading.
        look: the theme that its figures are drawn in; their files are always those of a light page.
        letters: whether a letter alone is a shortcut.
        frame_keys: keys of the address that are no state of the page.
    """
    told = {
        "page": page,
        "title": title,
        "figures": _figures(page),
        "ramps": [] if look == LIGHT else list(zip(look.ramps, LIGHT.ramps, strict=True)),
        "letters": letters,
        "frame": frame_keys,
    }
    _FIGURES(key="figures", data=light(told))
