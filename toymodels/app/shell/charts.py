"""Charts as Streamlit sends them, made once for all visitors and kept.

Altair takes 5 to 20 ms of the server's processor for a chart, and makes the same of the same arguments.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from typing import Any, ParamSpec

import altair as alt
import numpy as np
import pandas as pd

from toymodels.app.compute.shared_cache import shared
from toymodels.app.shell.streamlit_internals import sent_chart

Arguments = ParamSpec("Arguments")
Plot = Callable[Arguments, alt.Chart | alt.LayerChart]

CHARTS_KEPT = 200
"""Most charts that are kept, of 10 to 100 kB each; a page shows one to six."""


def content(value: object) -> Hashable:
    """A key of what is in a value: equal for equal numbers, words, arrays and tables, and for sequences of these.

    Anything else is its own key.
    """
    match value:
        case np.ndarray() if value.dtype.hasobject:
            return value.shape, content(value.ravel().tolist())
        case np.ndarray():
            return value.dtype.str, value.shape, hashlib.sha256(value.tobytes()).digest()
        case pd.DataFrame():
            columns = [(name, str(value[name].dtype), content(value[name].to_numpy())) for name in value.columns]
            return content(value.index.to_numpy()), *columns
        case dict():
            return tuple((name, content(entry)) for name, entry in value.items())
        case list() | tuple():
            return tuple(content(entry) for entry in value)
        case _:
            # 1 and 1.0 are equal, and written differently.
            return type(value), value


def _key(plot: Plot[Arguments], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Hashable:
    return plot, content(args), content(kwargs)


@shared(CHARTS_KEPT, key=_key)
def vega_lite(plot: Plot[Arguments], *args: Arguments.args, **kwargs: Arguments.kwargs) -> dict[str, Any]:
    """The Vega-Lite specification of `plot(*args, **kwargs)`, for `st.vega_lite_chart`.

    Args:
        plot: makes a chart of nothing but its arguments.
        args: its arguments: numbers, words, arrays, tables, and sequences of these.
        kwargs: its arguments by name.
    """
    return sent_chart(plot(*args, **kwargs))
