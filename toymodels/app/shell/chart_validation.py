"""Altair without its validation of charts against the schema of Vega-Lite, and without deep copies, in the app alone.

Validation is half the time of making a chart. The app's charts are the same ones over and over;
tests/app/test_plots.py validates them instead. Of the rest half is copying: a chart of layers copies all of every
layer four times over, lest a change to one reach another. The app changes no chart once it is made.
"""

from __future__ import annotations

import sys
from typing import Any


def _no_validation(cls: type[Any], instance: dict[str, Any], schema: dict[str, Any] | None = None) -> None:
    """In place of `SchemaBase.validate`, for which Altair has no switch that reaches charts drawn by Streamlit."""


def _top_copied(value: Any, by_ref: set[str]) -> Any:
    """In place of `_deep_copy`: a copy of the top object alone."""
    return value.copy(deep=False) if hasattr(value, "_kwds") else value


def skip_chart_validation() -> None:
    """Switch both off for this process, if the page has imported Altair; a page without charts need not."""
    if "altair" in sys.modules:
        from altair.utils import schemapi

        schemapi.SchemaBase.validate = classmethod(_no_validation)  # type: ignore[assignment]
        schemapi.disable_debug_mode()
        schemapi._deep_copy = _top_copied  # type: ignore[assignment]
