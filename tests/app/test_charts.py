"""Charts are made once for equal arguments, and anew where anything differs; they are what `st.altair_chart` sends."""

from collections.abc import Callable
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from toymodels.app.compute.shared_cache import content
from toymodels.app.shell.charts import vega_lite

TABLE = pd.DataFrame({"x": [1.0, 2.0], "word": ["a", "b"]})

DIFFERENT: list[Callable[[], Any]] = [
    lambda: TABLE.copy(),
    lambda: TABLE.assign(x=[1.0, 3.0]),
    lambda: TABLE.assign(x=[1, 2]),
    lambda: TABLE.assign(word=["a", "c"]),
    lambda: TABLE.rename(columns={"x": "y"}),
    lambda: TABLE.set_index(pd.Index([5, 6])),
    lambda: np.array([1.0, 2.0]),
    lambda: np.array([[1.0, 2.0]]),
    lambda: np.array([1.0, 2.0], dtype=np.float32),
    lambda: np.array(["a", None], dtype=object),
    lambda: [np.array([1.0]), ("a", [1])],
    lambda: [np.array([1.0]), ("a", [1.0])],
    lambda: {"a": np.zeros(2)},
    lambda: {"b": np.zeros(2)},
]


def test_equal_content_has_one_key_and_any_other_has_another() -> None:
    assert [content(make()) for make in DIFFERENT] == [content(make()) for make in DIFFERENT]
    assert len({content(make()) for make in DIFFERENT}) == len(DIFFERENT)


def test_a_chart_is_made_once_for_equal_arguments() -> None:
    made: list[float] = []

    def plot(table: pd.DataFrame, size: float) -> alt.Chart:
        made.append(size)
        return alt.Chart(table, mark=alt.MarkDef("point", size=size))

    assert vega_lite(plot, TABLE, 3) is vega_lite(plot, TABLE.copy(), 3)
    assert made == [3]
    assert vega_lite(plot, TABLE, 4)["mark"] == {"type": "point", "size": 4}
    assert vega_lite(plot, TABLE, size=4) is not vega_lite(plot, TABLE.assign(x=0.0), size=4)


def both_ways() -> None:
    """One chart as Altair's, and twice as it is kept."""
    import altair as alt
    import pandas as pd
    import streamlit as st

    from toymodels.app.shell.charts import vega_lite

    def plot(table: pd.DataFrame) -> alt.LayerChart:
        points = alt.Chart(table).mark_point().encode(x="x:Q", color=alt.Color("x:Q", legend=alt.Legend(title=None)))
        return alt.LayerChart(layer=[points, alt.Chart(table.assign(x=0)).mark_rule().encode(x="x:Q")])

    table = pd.DataFrame({"x": [1.0, 2.0]})
    st.altair_chart(plot(table), width="stretch", alt="in words")
    for _ in range(2):
        st.vega_lite_chart(vega_lite(plot, table), width="stretch", alt="in words")


def test_the_browser_gets_what_altair_would_send() -> None:
    charts = [element.proto for element in AppTest.from_function(both_ways).run().get("vega_lite_chart")]
    assert len(charts) == 3
    assert charts[0].datasets
    assert charts[0] == charts[1] == charts[2]


def test_what_cannot_be_a_key_is_refused() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        vega_lite(lambda values: alt.Chart(), {1, 2})
