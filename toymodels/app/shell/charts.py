"""Charts as Streamlit sends them, made once for all visitors and kept.

Altair takes 5 to 20 ms of the server's processor for a chart, and makes the same of the same arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec

import altair as alt

from toymodels.app.compute.shared_cache import shared
from toymodels.app.shell.streamlit_internals import sent_chart

Arguments = ParamSpec("Arguments")
Plot = Callable[Arguments, alt.Chart | alt.LayerChart]


@shared
def vega_lite(plot: Plot[Arguments], /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> dict[str, Any]:
    """The Vega-Lite specification of `plot(*args, **kwargs)`, for `st.vega_lite_chart`.

    Args:
        plot: makes a chart of nothing but its arguments.
        args: its arguments: numbers, words, arrays, tables, and sequences of these.
        kwargs: its arguments by name.
    """
    return sent_chart(plot(*args, **kwargs))
