"""Altair without its validation of every chart against the schema of Vega-Lite, in the app alone.

Validation is half the time of drawing a chart, on the server and for every visitor. The app's charts are the same ones
over and over; tests/app/test_plots.py validates them instead.
"""

from __future__ import annotations

import sys
from typing import Any


def _no_validation(cls: type[Any], instance: dict[str, Any], schema: dict[str, Any] | None = None) -> None:
    """In place of `SchemaBase.validate`, for which Altair has no switch that reaches charts drawn by Streamlit."""


def skip_chart_validation() -> None:
    """Switch the validation off for this process, if the page has imported Altair; a page without charts need not."""
    if "altair" in sys.modules:
        from altair.utils import schemapi

        schemapi.SchemaBase.validate = classmethod(_no_validation)  # type: ignore[assignment]
        schemapi.disable_debug_mode()
