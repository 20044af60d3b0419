"""Challenges of a page: a switch, and below it every task with what the numbers on the screen say of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from toymodels.app.shell.controls import Switch
from toymodels.app.shell.page import Page
from toymodels.experiments.challenges import Challenge

CHALLENGES = Switch("challenge", "Challenge me", help="Tasks for the controls above; the page checks them.")


def draw_challenges(page: Page, asked: Callable[[], Sequence[Challenge]]) -> None:
    """The switch, and the challenges if it is on; for a reader alone.

    Args:
        page: whose control `CHALLENGES` is.
        asked: tests the state on the screen; called only if the switch is on, because it may train.
    """
    if page.reading and CHALLENGES.draw():
        for one in asked():
            mark = ":green-badge[:material/check: done]" if one.done else ":gray-badge[not yet]"
            st.markdown(f"{mark} **{one.task}**  \n{one.says}")
