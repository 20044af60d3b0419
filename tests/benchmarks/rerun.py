"""Server time of a page's rerun with nothing to train, against an app of one slider and one chart, side by side.

`python -m tests.benchmarks.rerun ladder` prints both medians and their ratio. The aim is at most twice the small app
per chart that the page shows; a figure drawn by a component counts as a chart.
"""

import statistics
import sys
import time

from streamlit.testing.v1 import AppTest

from tests.app.pages import component_data, open_page

ROUNDS = 15


def small_app() -> None:
    """One slider, one chart: a heat map of 20 x 20 cells."""
    import altair as alt
    import numpy as np
    import pandas as pd
    import streamlit as st

    p = st.slider("p", 0.0, 1.0, 0.5)
    rows, columns = np.indices((20, 20))
    table = pd.DataFrame({"i": rows.ravel(), "j": columns.ravel(), "value": p * np.cos(rows - columns).ravel()})
    chart = alt.Chart(table).mark_rect().encode(x="j:O", y="i:O", color=alt.Color("value:Q"), tooltip=["i", "j"])
    st.altair_chart(chart, width="stretch")


def rerun(app: AppTest) -> float:
    """Seconds that one rerun takes."""
    start = time.perf_counter()
    app.run()
    return time.perf_counter() - start


def main(name: str) -> None:
    """Measure the page of that name, as a bare link opens it."""
    small = AppTest.from_function(small_app).run()
    page = open_page(name)
    rerun(small), rerun(page)
    # In turns, so that both meet the same noise.
    times = [(rerun(small), rerun(page)) for _ in range(ROUNDS)]
    one, whole = (statistics.median(column) for column in zip(*times, strict=True))
    figures = len(page.get("vega_lite_chart")) + len([data for data in component_data(page) if data])
    print(f"one slider, one chart: {1000 * one:.0f} ms")
    print(f"{name}: {1000 * whole:.0f} ms, {whole / one:.2f} x; {figures} figures, {whole / one / figures:.2f} x each")


if __name__ == "__main__":
    main(sys.argv[1])
