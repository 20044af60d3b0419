"""Altair as all charts here import it: without its check of every chart against the schema of Vega-Lite.

That check is half the time of drawing a chart, on the server and for every visitor. The charts are the same ones over
and over; tests/app/test_charts.py checks them instead.
"""

from typing import Any

import altair as alt
from altair.utils import schemapi

__all__ = ["RIGHT_EDGE", "alt"]


def _no_check(cls: type[schemapi.SchemaBase], instance: dict[str, Any], schema: dict[str, Any] | None = None) -> None:
    """In place of `SchemaBase.validate`, for which Altair has no switch that reaches charts drawn by Streamlit."""


schemapi.SchemaBase.validate = classmethod(_no_check)  # type: ignore[method-assign, assignment]
schemapi.disable_debug_mode()

# As an object, because Altair looks through all its classes for what a bare `alt.value` may be.
RIGHT_EDGE = alt.XValue("width")  # type: ignore[no-untyped-call]
"""The place at the right edge of a chart."""
